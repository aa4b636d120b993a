/* test_energy_tables - the tables of data/energy: complete, and priced as by hand.
 *
 * The figures below were worked out on paper from the published numbers (in pJ, for the counts of
 * hand_work), not with the library.
 */
#include <check.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "saltus/saltus.h"

#define FOLDER SALTUS_SOURCE_ROOT "/data/energy/"

static saltus_energy_table *must_load(const char *name)
{
    char path[512];
    saltus_energy_table *table = NULL;
    saltus_diagnostics *found = NULL;
    snprintf(path, sizeof path, "%s%s.yaml", FOLDER, name);
    const saltus_status status = saltus_energy_table_load(path, &table, &found);
    for (size_t i = 0; i < saltus_diagnostics_count(found); i++) {
        const saltus_diagnostic d = saltus_diagnostics_get(found, i);
        fprintf(stderr, "%s:%u:%u: %s: %s\n", d.file, d.line, d.column, d.path, d.message);
    }
    saltus_diagnostics_destroy(found);
    ck_assert_msg(status == SALTUS_OK, "%s does not load", name);
    return table;
}

/* Every term, each with a count of its own. */
static saltus_energy_work hand_work(void)
{
    saltus_energy_work work = saltus_energy_work_default();
    work.counts = (saltus_counts){.spikes = 30,
                                  .source_spikes = 20,
                                  .synaptic_events = 1000,
                                  .zero_weight_events = 10,
                                  .external_events = 200,
                                  .neuron_updates = 1230,
                                  .step_updates = 500,
                                  .threshold_tests = 700,
                                  .crossing_searches = 5,
                                  .scheduler_pushes = 90,
                                  .scheduler_pops = 110,
                                  .scheduler_compares = 300,
                                  .steps = 10,
                                  .state_bytes = 24000,
                                  .synapse_bytes = 8000,
                                  .queue_bytes = 160,
                                  .random_draws = 80,
                                  .exp_evaluations = 40,
                                  .plastic_updates = 7};
    work.simulated_s = 2e-6;
    work.wall_s = 3e-6;
    work.spike_hops = 60;
    work.macs = 11;
    work.acs = 13;
    return work;
}

/* ---- Complete ---------------------------------------------------------------------- */

static void check_figure(const saltus_energy_info *info, const saltus_energy_figure *f)
{
    ck_assert_msg(f->source[0] != '\0', "%s: %s has no source", info->name, f->name);
    ck_assert_msg(f->year >= 1990 && f->year <= 2100, "%s: %s has no year", info->name, f->name);
    ck_assert_ptr_nonnull(saltus_energy_evidence_name(f->evidence));
    ck_assert_ptr_nonnull(saltus_energy_scope_name(f->scope));
    ck_assert_msg(isfinite(f->low) && f->low > 0 && f->high >= f->low && isfinite(f->high),
                  "%s: %s has no range", info->name, f->name);
}

static const char *const names[] = {
    "brainscales1",    "cpu",   "cpu_arm",      "gpu",       "horowitz45", "horowitz45_arithmetic",
    "horowitz45_dram", "loihi", "microcircuit", "reference", "spinnaker1", "spinnaker2",
    "truenorth"};
#define NAME_COUNT (sizeof names / sizeof names[0])

START_TEST(test_every_shipped_figure_has_range_source_year_and_grade)
{
    saltus_energy_table *table = must_load(names[_i]);
    const saltus_energy_info *info = saltus_energy_table_info(table);
    ck_assert_str_eq(info->name, names[_i]);
    ck_assert_str_ne(info->title, "");
    ck_assert_str_ne(info->note, "");
    ck_assert_uint_gt(info->price_count, 0);
    for (size_t i = 0; i < info->price_count; i++) {
        check_figure(info, &info->prices[i]);
    }
    for (size_t i = 0; i < info->operation_count; i++) {
        check_figure(info, &info->operations[i]);
    }
    for (size_t i = 0; i < info->on_record_count; i++) {
        check_figure(info, &info->on_record[i]);
        ck_assert_str_ne(info->on_record[i].note, "");
    }
    saltus_energy_table_destroy(table);
}
END_TEST

START_TEST(test_no_shipped_table_is_forgotten_here)
{
    DIR *folder = opendir(FOLDER);
    size_t files = 0;
    ck_assert_ptr_nonnull(folder);
    for (const struct dirent *e = readdir(folder); e != NULL; e = readdir(folder)) {
        files += e->d_name[0] != '.';
    }
    closedir(folder);
    ck_assert_uint_eq(files, NAME_COUNT);
}
END_TEST

/* ---- As by hand -------------------------------------------------------------------- */

typedef struct by_hand {
    const char *name;
    double low_pJ, high_pJ;
    const char *missing;
} by_hand;

static const char cpu_missing[] =
    "zero_weight_event, spike, spike_hop, crossing_search, exp_evaluation, random_draw, "
    "plastic_update, queue_operation, queue_compare, queue_byte, static_power";
static const char spinnaker_missing[] =
    "zero_weight_event, spike, spike_hop, random_draw, plastic_update, mac, ac, static_power";

static const by_hand totals[] = {
    /* 1000 x 200.9 + 200 x 100.9 + 500 x 204.6 + 700 x 0.9 + 50 x 50 + 40 x 32.2 + 80 x 34
       + 300 x 0.1 + 160 x 12.5 + 11 x 54.6 + 13 x 50.9 */
    {"horowitz45", 333810.3, 333810.3, "spike_hop, crossing_search, plastic_update, static_power"},
    /* 1000 x 1400.9 (2700.9) + ... + 11 x 654.6 (1304.6) + 13 x 650.9 (1300.9) */
    {"horowitz45_dram", 1548210.3, 2863810.3,
     "spike_hop, crossing_search, plastic_update, static_power"},
    /* 0.9 x (990 + 200 + 700 + 13) + 4.6 x (500 + 11) */
    {"horowitz45_arithmetic", 4063.3, 4063.3,
     "zero_weight_event, spike, spike_hop, crossing_search, exp_evaluation, random_draw, "
     "plastic_update, queue_operation, queue_compare, state_byte, synapse_byte, queue_byte, "
     "static_power"},
    /* 23.6 x 1190 + 500 x 52 (81) + 50 x 1.7 + 60 x 3 (4) + 7 x 120 + 0.104 W x 2 us */
    {"loihi", 263189, 277749, "zero_weight_event, mac, ac"},
    /* 1190 x 8000 (26600) + 500 x 26000 */
    {"spinnaker1", 22520000, 44654000, spinnaker_missing},
    /* 1190 x 450 + 500 x 2190 */
    {"spinnaker2", 1630500, 1630500, spinnaker_missing},
    /* 990 events */
    {"brainscales1", 7335900, 7335900, "plastic_update"},
    {"truenorth", 25740, 25740, "plastic_update"},
    /* 990 + 200 + 500 + 11 + 13 multiply-accumulates */
    {"cpu", 14740400, 14740400, cpu_missing},
    {"cpu_arm", 1542600, 1542600, cpu_missing},
    {"gpu", 514200, 514200, cpu_missing},
};

static void assert_near(double found, double expected, const char *name)
{
    ck_assert_msg(fabs(found - expected) <= 1e-12 * expected, "%s: %.17g is not %.17g", name, found,
                  expected);
}

START_TEST(test_a_shipped_table_prices_as_by_hand)
{
    const by_hand *h = &totals[_i];
    saltus_energy_table *table = must_load(h->name);
    const saltus_energy_work work = hand_work();
    saltus_energy_estimate estimate;
    char missing[512];
    saltus_energy_price(table, &work, &estimate);
    assert_near(estimate.total.low_J, h->low_pJ * 1e-12, h->name);
    assert_near(estimate.total.high_J, h->high_pJ * 1e-12, h->name);
    saltus_energy_missing_text(&estimate, missing, sizeof missing);
    ck_assert_str_eq(missing, h->missing);
    ck_assert_int_eq(estimate.lower_bound, h->missing[0] != '\0');
    ck_assert(estimate.has_total);
    assert_near(estimate.per_synaptic_event.low_J, h->low_pJ * 1e-12 / 990, h->name);
    assert_near(estimate.per_spike.high_J, h->high_pJ * 1e-12 / 50, h->name);
    assert_near(estimate.per_simulated_second.low_J, h->low_pJ * 1e-12 / 2e-6, h->name);
    saltus_energy_table_destroy(table);
}
END_TEST

/* ---- Lines ------------------------------------------------------------------------- */

typedef struct line_by_hand {
    const char *table, *line;
    double low_J, high_J;
} line_by_hand;

static const line_by_hand lines[] = {
    {"reference", "brain_power", 40e-6, 40e-6},
    {"reference", "brain_event", 19.8e-12, 198e-12},
    {"reference", "vesicle_release", 7.92e-12, 13.86e-12},
    {"reference", "action_potential", 950e-12, 1600e-12},
    {"reference", "gpu_power", 750e-6, 750e-6},
    {"microcircuit", "nest_12_nodes", 9.8406e-3, 9.8406e-3},
    {"microcircuit", "nest_3_nodes", 5.7618e-3, 5.7618e-3},
    {"microcircuit", "spinnaker_6_boards", 4.356e-3, 4.356e-3},
    {"microcircuit", "genn_v100", 4.653e-4, 4.653e-4},
    {"microcircuit", "spinnaker_12_boards", 5.9499e-4, 6.2172e-4},
    {"microcircuit", "nest_gpu_rtx2080ti", 2.475e-4, 2.475e-4},
    {"microcircuit", "inc3000", 2.8116e-4, 2.8116e-4},
    {"microcircuit", "nest_1_node", 3.267e-4, 3.267e-4},
    {"microcircuit", "nest_2_nodes", 4.752e-4, 4.752e-4},
    {"microcircuit", "nest_gpu_rtx4090", 1.0296e-4, 1.0296e-4},
    {"microcircuit", "genn_rtx4090", 7.326e-5, 7.326e-5},
    {"microcircuit", "neuroaix", 4.7124e-5, 4.7124e-5},
    {"microcircuit", "agilex7", 2.079e-5, 2.079e-5},
};

START_TEST(test_a_reference_line_prices_as_by_hand)
{
    const line_by_hand *h = &lines[_i];
    saltus_energy_table *table = must_load(h->table);
    const saltus_energy_work work = hand_work();
    saltus_energy_estimate estimate;
    saltus_energy_price(table, &work, &estimate);
    ck_assert(!estimate.has_total);
    ck_assert(isnan(estimate.total.low_J) && isnan(estimate.per_spike.high_J));
    ck_assert_uint_eq(estimate.entry_count, strcmp(h->table, "reference") == 0 ? 5 : 13);
    bool there = false;
    for (size_t i = 0; i < estimate.entry_count; i++) {
        if (strcmp(estimate.entries[i].figure->name, h->line) == 0) {
            there = true;
            assert_near(estimate.entries[i].low_J, h->low_J, h->line);
            assert_near(estimate.entries[i].high_J, h->high_J, h->line);
        }
    }
    ck_assert_msg(there, "%s has no line %s", h->table, h->line);
    saltus_energy_table_destroy(table);
}
END_TEST

/* ---- What the sources disagree on --------------------------------------------------- */

START_TEST(test_a_range_of_several_sources_names_them_and_its_latest_year)
{
    saltus_energy_table *table = must_load("spinnaker1");
    const saltus_energy_figure *event = &saltus_energy_table_info(table)->prices[0];
    ck_assert_str_eq(event->name, "synaptic_event");
    ck_assert_double_eq(event->low, 8e-9);
    ck_assert_double_eq(event->high, 26.6e-9);
    ck_assert_ptr_nonnull(strstr(event->source, "Stromatias"));
    ck_assert_ptr_nonnull(strstr(event->source, "Hoeppner"));
    ck_assert_ptr_nonnull(strstr(event->source, "3203"));
    ck_assert_uint_eq(event->year, 2024);
    saltus_energy_table_destroy(table);
}
END_TEST

START_TEST(test_a_sum_is_derived_and_names_the_sources_of_its_parts_once)
{
    saltus_energy_table *table = must_load("horowitz45");
    const saltus_energy_figure *event = &saltus_energy_table_info(table)->prices[0];
    ck_assert_uint_eq(event->part_count, 2);
    ck_assert_str_eq(event->parts[0].operation->name, "sram_1MB");
    ck_assert_double_eq(event->parts[0].times, 2);
    ck_assert_int_eq(event->evidence, SALTUS_EVIDENCE_DERIVED);
    ck_assert_str_eq(event->source, event->parts[0].operation->source);
    ck_assert_uint_eq(event->year, 2014);
    ck_assert_double_eq(event->process_nm, 45);
    ck_assert_double_eq_tol(event->voltage_V, 0.9, 1e-15);
    saltus_energy_table_destroy(table);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("energy_tables");
    TCase *cases = tcase_create("energy_tables");
    tcase_add_loop_test(cases, test_every_shipped_figure_has_range_source_year_and_grade, 0,
                        (int)NAME_COUNT);
    tcase_add_test(cases, test_no_shipped_table_is_forgotten_here);
    tcase_add_loop_test(cases, test_a_shipped_table_prices_as_by_hand, 0,
                        (int)(sizeof totals / sizeof totals[0]));
    tcase_add_loop_test(cases, test_a_reference_line_prices_as_by_hand, 0,
                        (int)(sizeof lines / sizeof lines[0]));
    tcase_add_test(cases, test_a_range_of_several_sources_names_them_and_its_latest_year);
    tcase_add_test(cases, test_a_sum_is_derived_and_names_the_sources_of_its_parts_once);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* test_energy_price - the rules of pricing, on tables small enough to be seen through. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "saltus/saltus.h"

#define HEAD(scope)                                                                                \
    "saltus_energy: 1\ntitle: T\nscope: " scope "\nsources: {s: {text: S, year: 2000}}\n"
#define MEASURED ", source: s, evidence: measured}"

static saltus_energy_table *table;
static saltus_energy_work work;
static saltus_energy_estimate bill;

static void price(const char *text)
{
    saltus_diagnostics *found = NULL;
    saltus_energy_table_destroy(table);
    const saltus_status status =
        saltus_energy_table_load_text(text, strlen(text), "folder/t.yaml", &table, &found);
    for (size_t i = 0; i < saltus_diagnostics_count(found); i++) {
        const saltus_diagnostic d = saltus_diagnostics_get(found, i);
        fprintf(stderr, "%u:%u: %s: %s\n", d.line, d.column, d.path, d.message);
    }
    saltus_diagnostics_destroy(found);
    ck_assert_int_eq(status, SALTUS_OK);
    saltus_energy_price(table, &work, &bill);
}

static void set_up(void)
{
    work = saltus_energy_work_default();
}

static void tear_down(void)
{
    saltus_energy_table_destroy(table);
    table = NULL;
}

static const saltus_energy_entry *find(saltus_energy_term term)
{
    for (size_t i = 0; i < bill.entry_count; i++) {
        if (bill.entries[i].term == term) {
            return &bill.entries[i];
        }
    }
    return NULL;
}

static void assert_missing(const char *expected)
{
    char missing[512];
    saltus_energy_missing_text(&bill, missing, sizeof missing);
    ck_assert_str_eq(missing, expected);
    ck_assert_int_eq(bill.lower_bound, expected[0] != '\0');
}

/* ---- Units ------------------------------------------------------------------------- */

START_TEST(test_units_are_powers_of_ten_rounded_once)
{
    static const struct {
        const char *text;
        double joules;
    } cases[] = {{"1 fJ", 1e-15},
                 {"23.6 pJ", 23.6e-12},
                 {"8 nJ", 8e-9},
                 {"0.601 uJ", 601e-9},
                 {"3 \xc2\xb5J", 3e-6},
                 {"4 \xce\xbcJ", 4e-6},
                 {"5 mJ", 5e-3},
                 {"6 J", 6},
                 {"0 J", 0},
                 {"600 nJ", 0.6e-6},
                 {"2600 pJ", 2.6e-9}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, HEAD("per-term") "prices: {spike: {value: %s" MEASURED "}\n",
                 cases[i].text);
        price(text);
        ck_assert_double_eq(saltus_energy_table_info(table)->prices[0].low, cases[i].joules);
        ck_assert_double_eq(saltus_energy_table_info(table)->prices[0].high, cases[i].joules);
    }
}
END_TEST

START_TEST(test_power_process_and_voltage_have_their_units)
{
    price(HEAD("per-term") "process: 0.18 um\nvoltage: 775 mV\nprices:\n"
                           "  static_power: {value: [104 mW, 0.5 kW], over: wall" MEASURED "\n"
                           "  spike: {value: 1 pJ, process: 14 nm, voltage: 1.8 V" MEASURED "\n");
    const saltus_energy_info *info = saltus_energy_table_info(table);
    ck_assert_str_eq(info->name, "t");
    ck_assert_double_eq(info->process_nm, 180);
    ck_assert_double_eq(info->voltage_V, 0.775);
    ck_assert_double_eq(info->prices[0].low, 0.104);
    ck_assert_double_eq(info->prices[0].high, 500);
    ck_assert_double_eq(info->prices[0].process_nm, 180);
    ck_assert_double_eq(info->prices[1].process_nm, 14);
    ck_assert_double_eq(info->prices[1].voltage_V, 1.8);
}
END_TEST

/* ---- Terms ------------------------------------------------------------------------- */

START_TEST(test_every_term_prices_its_own_count)
{
    work.counts = (saltus_counts){.spikes = 1,
                                  .source_spikes = 2,
                                  .synaptic_events = 104,
                                  .zero_weight_events = 4,
                                  .external_events = 5,
                                  .neuron_updates = 6,
                                  .step_updates = 7,
                                  .threshold_tests = 8,
                                  .crossing_searches = 9,
                                  .scheduler_pushes = 10,
                                  .scheduler_pops = 11,
                                  .scheduler_compares = 12,
                                  .steps = 1000,
                                  .state_bytes = 13,
                                  .synapse_bytes = 14,
                                  .queue_bytes = 15,
                                  .random_draws = 16,
                                  .exp_evaluations = 17,
                                  .plastic_updates = 19,
                                  .windows = 1000};
    work.spike_hops = 18;
    work.macs = 20;
    work.acs = 21;
    work.simulated_s = 11;
    work.units = 2;
    static const double counts[SALTUS_ENERGY_TERM_COUNT] = {
        100, 4, 5, 6, 7, 8, 3, 18, 9, 17, 16, 19, 21, 12, 13, 14, 15, 20, 21, 22};
    for (int term = 0; term < SALTUS_ENERGY_TERM_COUNT; term++) {
        const char *name = saltus_energy_term_name((saltus_energy_term)term);
        const bool power = term == SALTUS_TERM_STATIC_POWER;
        char text[256];
        snprintf(text, sizeof text, HEAD("per-term") "prices: {%s: {value: 2 %s" MEASURED "}\n",
                 name, power ? "W, over: simulated" : "J");
        price(text);
        ck_assert_double_eq(saltus_energy_term_count(&work, (saltus_energy_term)term),
                            counts[term]);
        const saltus_energy_entry *entry = find((saltus_energy_term)term);
        ck_assert_msg(entry != NULL && entry->state == SALTUS_ENERGY_PRICED, "%s", name);
        ck_assert_double_eq(entry->count, counts[term]);
        ck_assert_double_eq(entry->low_J, 2 * counts[term]);
        ck_assert_double_eq(bill.total.high_J, 2 * counts[term]);
        ck_assert_uint_eq(bill.entry_count, SALTUS_ENERGY_TERM_COUNT);
        ck_assert(bill.lower_bound);
    }
}
END_TEST

START_TEST(test_names_are_complete_and_end_with_null)
{
    for (int term = 0; term < SALTUS_ENERGY_TERM_COUNT; term++) {
        ck_assert_ptr_nonnull(saltus_energy_term_name((saltus_energy_term)term));
        ck_assert_ptr_nonnull(saltus_energy_term_summary((saltus_energy_term)term));
        for (int other = 0; other < term; other++) {
            ck_assert_str_ne(saltus_energy_term_name((saltus_energy_term)term),
                             saltus_energy_term_name((saltus_energy_term)other));
        }
    }
    ck_assert_int_eq(SALTUS_TERM_STATIC_POWER + 1, SALTUS_ENERGY_TERM_COUNT);
    ck_assert_ptr_null(saltus_energy_term_name((saltus_energy_term)SALTUS_ENERGY_TERM_COUNT));
    ck_assert_ptr_null(saltus_energy_term_summary((saltus_energy_term)SALTUS_ENERGY_TERM_COUNT));
    ck_assert_str_eq(saltus_energy_scope_name(SALTUS_SCOPE_REFERENCE), "reference");
    ck_assert_ptr_null(saltus_energy_scope_name((saltus_energy_scope)3));
    ck_assert_str_eq(saltus_energy_evidence_name(SALTUS_EVIDENCE_SECONDARY), "secondary");
    ck_assert_ptr_null(saltus_energy_evidence_name((saltus_energy_evidence)5));
    ck_assert_str_eq(saltus_energy_time_name(SALTUS_TIME_WALL), "wall");
    ck_assert_ptr_null(saltus_energy_time_name((saltus_energy_time)2));
    ck_assert_str_eq(saltus_energy_state_name(SALTUS_ENERGY_UNKNOWN), "unknown");
    ck_assert_ptr_null(saltus_energy_state_name((saltus_energy_state)5));
}
END_TEST

/* ---- Per term ---------------------------------------------------------------------- */

static const char two_prices[] =
    HEAD("per-term") "prices:\n"
                     "  synaptic_event: {value: [1 pJ, 3 pJ]" MEASURED "\n"
                     "  spike: {value: 10 pJ" MEASURED "\n"
                     "included: {threshold_test: in synaptic_event}\n"
                     "absent: {random_draw: nothing is drawn}\n";

START_TEST(test_terms_add_up_as_ranges)
{
    work.counts.synaptic_events = 100;
    work.counts.spikes = 5;
    work.inferences = 10;
    price(two_prices);
    ck_assert_double_eq_tol(bill.total.low_J, 150e-12, 1e-24);
    ck_assert_double_eq_tol(bill.total.high_J, 350e-12, 1e-24);
    ck_assert_double_eq_tol(bill.per_synaptic_event.low_J, 1.5e-12, 1e-26);
    ck_assert_double_eq_tol(bill.per_synaptic_event.high_J, 3.5e-12, 1e-26);
    ck_assert_double_eq_tol(bill.per_spike.high_J, 70e-12, 1e-24);
    ck_assert_double_eq_tol(bill.per_inference.low_J, 15e-12, 1e-24);
    ck_assert(isnan(bill.per_simulated_second.low_J));
    ck_assert_uint_eq(bill.entry_count, 2);
    assert_missing("");
}
END_TEST

START_TEST(test_what_occurs_without_a_price_is_named_and_makes_a_lower_bound)
{
    work.counts.spikes = 5;
    work.counts.crossing_searches = 1;
    work.macs = 1;
    price(two_prices);
    assert_missing("crossing_search, mac");
    ck_assert_int_eq(find(SALTUS_TERM_MAC)->state, SALTUS_ENERGY_UNPRICED);
    ck_assert_ptr_null(find(SALTUS_TERM_MAC)->figure);
    ck_assert_double_eq(find(SALTUS_TERM_MAC)->high_J, 0);
    ck_assert_double_eq_tol(bill.total.high_J, 50e-12, 1e-24);
}
END_TEST

START_TEST(test_included_and_absent_terms_add_nothing_and_lower_nothing)
{
    work.counts.threshold_tests = 1000;
    work.counts.random_draws = 1000;
    price(two_prices);
    ck_assert_int_eq(find(SALTUS_TERM_THRESHOLD_TEST)->state, SALTUS_ENERGY_INCLUDED);
    ck_assert_str_eq(find(SALTUS_TERM_THRESHOLD_TEST)->reason, "in synaptic_event");
    ck_assert_int_eq(find(SALTUS_TERM_RANDOM_DRAW)->state, SALTUS_ENERGY_ABSENT);
    ck_assert_double_eq(bill.total.high_J, 0);
    assert_missing("");
}
END_TEST

START_TEST(test_nothing_done_costs_nothing)
{
    price(two_prices);
    ck_assert_uint_eq(bill.entry_count, 0);
    ck_assert(bill.has_total);
    ck_assert_double_eq(bill.total.low_J, 0);
    ck_assert_double_eq(bill.total.high_J, 0);
    ck_assert(isnan(bill.per_synaptic_event.low_J) && isnan(bill.per_spike.low_J));
    ck_assert(isnan(bill.per_inference.high_J));
    assert_missing("");
}
END_TEST

START_TEST(test_the_largest_counts_do_not_overflow)
{
    memset(&work.counts, 0xff, sizeof work.counts);
    work.counts.zero_weight_events = 0;
    price(HEAD("per-term") "prices: {queue_operation: {value: 1 J" MEASURED ", "
                           "spike: {value: 1 J" MEASURED ", synaptic_event: {value: 1 J" MEASURED
                           "}\n");
    ck_assert_double_eq(find(SALTUS_TERM_QUEUE_OPERATION)->low_J, 0x1p65);
    ck_assert_double_eq(find(SALTUS_TERM_SPIKE)->low_J, 0x1p65);
    ck_assert_double_eq(find(SALTUS_TERM_SYNAPTIC_EVENT)->low_J, 0x1p64);
    ck_assert_double_eq(bill.total.high_J, 0x1p66 + 0x1p64);
}
END_TEST

START_TEST(test_deliveries_of_weight_zero_are_no_synaptic_events)
{
    work.counts.synaptic_events = 10;
    work.counts.zero_weight_events = 10;
    price(two_prices);
    ck_assert_double_eq(bill.total.high_J, 0);
    assert_missing("zero_weight_event");
    ck_assert(isnan(bill.per_synaptic_event.low_J));
}
END_TEST

START_TEST(test_a_sum_is_its_parts_times_their_prices)
{
    work.counts.spikes = 2;
    price(HEAD("per-term") "operations:\n"
                           "  add: {value: 0.5 pJ" MEASURED "\n"
                           "  fetch: {value: [10 pJ, 20 pJ]" MEASURED "\n"
                           "prices: {spike: {sum: {add: 3, fetch: 0.5}}}\n");
    ck_assert_double_eq_tol(bill.total.low_J, 13e-12, 1e-25);
    ck_assert_double_eq_tol(bill.total.high_J, 23e-12, 1e-25);
}
END_TEST

/* ---- What is not known --------------------------------------------------------------- */

START_TEST(test_hops_are_missed_only_where_they_have_a_price_and_spikes_fly)
{
    static const char text[] = HEAD("per-term") "prices: {spike_hop: {value: 2 pJ" MEASURED "}\n"
                                                "included: {spike: in its hops}\n";
    price(text);
    assert_missing("");
    work.counts.spikes = 1;
    price(text);
    assert_missing("spike_hop");
    ck_assert_int_eq(find(SALTUS_TERM_SPIKE_HOP)->state, SALTUS_ENERGY_UNKNOWN);
    ck_assert(isnan(find(SALTUS_TERM_SPIKE_HOP)->count));
    work.spike_hops = 3;
    price(text);
    assert_missing("");
    ck_assert_double_eq_tol(bill.total.low_J, 6e-12, 1e-25);
    price(two_prices);
    assert_missing("spike_hop");
}
END_TEST

START_TEST(test_static_power_runs_over_its_own_time_in_every_unit)
{
    static const char wall[] =
        HEAD("per-term") "prices: {static_power: {value: 2 W, over: wall" MEASURED "}\n";
    static const char simulated[] =
        HEAD("per-term") "prices: {static_power: {value: 2 W, over: simulated" MEASURED "}\n";
    work.simulated_s = 10;
    work.units = 3;
    price(simulated);
    ck_assert_double_eq(bill.total.low_J, 60);
    ck_assert_double_eq(bill.per_simulated_second.low_J, 6);
    price(wall);
    assert_missing("static_power");
    ck_assert_str_eq(find(SALTUS_TERM_STATIC_POWER)->reason, "the wall time is not known");
    work.wall_s = 0.5;
    price(wall);
    ck_assert_double_eq(bill.total.low_J, 3);
    price(two_prices);
    assert_missing("static_power");
}
END_TEST

static const char clocked[] = HEAD("per-term") "clocked: true\n"
                                               "prices: {step_update: {value: 1 pJ" MEASURED "}\n"
                                               "included: {static_power: x}\n";
static const char unclocked[] = HEAD("per-term") "prices: {step_update: {value: 1 pJ" MEASURED "}\n"
                                                 "included: {static_power: x}\n";

START_TEST(test_a_clocked_device_lacks_the_steps_of_an_event_driven_run)
{
    price(clocked);
    assert_missing("");
    work.simulated_s = 0.3;
    work.neurons = 10;
    price(clocked);
    assert_missing("step_update");
    ck_assert_int_eq(find(SALTUS_TERM_STEP_UPDATE)->state, SALTUS_ENERGY_UNKNOWN);
    price(unclocked);
    assert_missing("");
}
END_TEST

START_TEST(test_a_step_that_is_asked_for_gives_a_clocked_device_its_updates)
{
    work.neurons = 10;
    work.step_ms = 0.1;
    work.simulated_s = 0.3; /* 1e3 * 0.3 / 0.1 is above 3000 in doubles */
    price(clocked);
    ck_assert_double_eq(find(SALTUS_TERM_STEP_UPDATE)->count, 30000);
    ck_assert_double_eq_tol(bill.total.low_J, 30000e-12, 1e-22);
    work.simulated_s = 0.30005; /* the last step is a part of one */
    price(clocked);
    ck_assert_double_eq(find(SALTUS_TERM_STEP_UPDATE)->count, 30010);
    price(unclocked);
    ck_assert_ptr_null(find(SALTUS_TERM_STEP_UPDATE));
    work.counts.step_updates = 7; /* counted steps come first */
    price(clocked);
    ck_assert_double_eq(find(SALTUS_TERM_STEP_UPDATE)->count, 7);
}
END_TEST

/* ---- All-in and reference ------------------------------------------------------------ */

static const char all_in[] = HEAD("all-in") "prices: {synaptic_event: {value: 26 pJ" MEASURED "}\n"
                                            "on_record: {hop: {prices: spike_hop, scope: per-term, "
                                            "value: 1 J" MEASURED "}\n";

START_TEST(test_nothing_is_added_to_an_all_in_figure)
{
    memset(&work.counts, 0x01, sizeof work.counts);
    work.counts.synaptic_events = 1000;
    work.counts.zero_weight_events = 0;
    work.counts.plastic_updates = 0;
    work.simulated_s = 1;
    work.wall_s = 1;
    work.macs = 5;
    work.spike_hops = 5;
    price(all_in);
    ck_assert_double_eq_tol(bill.total.low_J, 26e-9, 1e-22);
    ck_assert_double_eq_tol(bill.total.high_J, 26e-9, 1e-22);
    assert_missing("");
    ck_assert_uint_eq(bill.entry_count,
                      SALTUS_ENERGY_TERM_COUNT - 3); /* no zeros, plasticity, acs */
    for (size_t i = 0; i < bill.entry_count; i++) {
        const bool base = bill.entries[i].term == SALTUS_TERM_SYNAPTIC_EVENT;
        ck_assert_int_eq(bill.entries[i].state,
                         base ? SALTUS_ENERGY_PRICED : SALTUS_ENERGY_INCLUDED);
    }
    ck_assert_int_eq(find(SALTUS_TERM_SYNAPTIC_EVENT)->figure->scope, SALTUS_SCOPE_ALL_IN);
}
END_TEST

/* An all-in figure of a chip whose weights stay says nothing of learning. */
START_TEST(test_learning_is_not_within_an_all_in_figure)
{
    work.counts.synaptic_events = 1000;
    work.counts.plastic_updates = 600;
    price(all_in);
    ck_assert_double_eq_tol(bill.total.high_J, 26e-9, 1e-22);
    assert_missing("plastic_update");
    const saltus_energy_entry *entry = find(SALTUS_TERM_PLASTIC_UPDATE);
    ck_assert_int_eq(entry->state, SALTUS_ENERGY_UNPRICED);
    ck_assert_double_eq(entry->count, 600);
    ck_assert_double_eq(entry->high_J, 0);
}
END_TEST

START_TEST(test_an_all_in_figure_says_nothing_of_a_run_without_its_count)
{
    work.simulated_s = 1;
    price(all_in);
    assert_missing("synaptic_event");
    ck_assert_double_eq(bill.total.high_J, 0);
}
END_TEST

START_TEST(test_lines_of_a_reference_table_have_no_total)
{
    work.counts.synaptic_events = 4;
    work.simulated_s = 2;
    price(HEAD(
        "reference") "lines:\n"
                     "  a: {prices: synaptic_event, scope: all-in, value: 1 pJ" MEASURED "\n"
                     "  b: {prices: synaptic_event, scope: per-term, value: 2 pJ" MEASURED "\n"
                     "  c: {prices: static_power, over: simulated, scope: all-in, value: 20 "
                     "W" MEASURED "\n"
                     "  d: {prices: static_power, over: wall, scope: all-in, value: 250 W" MEASURED
                     "\n");
    ck_assert_uint_eq(bill.entry_count, 4);
    ck_assert(!bill.has_total && !bill.lower_bound);
    ck_assert(isnan(bill.total.low_J) && isnan(bill.total.high_J));
    ck_assert_double_eq_tol(bill.entries[0].low_J, 4e-12, 1e-25);
    ck_assert_double_eq_tol(bill.entries[1].low_J, 8e-12, 1e-25);
    ck_assert_double_eq(bill.entries[2].high_J, 40);
    ck_assert_int_eq(bill.entries[3].state, SALTUS_ENERGY_UNKNOWN);
    assert_missing("");
}
END_TEST

START_TEST(test_the_missing_text_is_cut_to_its_room)
{
    char text[12];
    work.counts.crossing_searches = 1;
    work.counts.random_draws = 1;
    price(HEAD("per-term") "prices: {spike: {value: 1 J" MEASURED "}\n");
    saltus_energy_missing_text(&bill, text, sizeof text);
    ck_assert_str_eq(text, "crossing_se");
    text[0] = 'x';
    saltus_energy_missing_text(&bill, text, 0);
    ck_assert_int_eq(text[0], 'x');
    saltus_energy_missing_text(&bill, text, 1);
    ck_assert_str_eq(text, "");
}
END_TEST

/* ---- A run ------------------------------------------------------------------------- */

START_TEST(test_a_run_is_priced_by_what_it_counted)
{
    /* a spike every 10 ms to 3 targets of weight 1 mV, 1 of weight 0 */
    static const char text[] =
        "saltus: 1\nduration: 95 ms\npopulations:\n"
        "  P: {size: 1, model: periodic_source, params: {interval: 10 ms}}\n"
        "  E: {size: 3, model: lif_delta}\n  Z: {size: 1, model: lif_delta}\n"
        "projections:\n"
        "  - {from: P, to: E, rule: all_to_all, weight: 1 mV, delay: 1 ms}\n"
        "  - {from: P, to: Z, rule: all_to_all, weight: 0 mV, delay: 1 ms}\n";
    saltus_experiment *experiment = NULL;
    saltus_network *network = NULL;
    saltus_simulation *simulation = NULL;
    ck_assert_int_eq(
        saltus_experiment_load_text(text, strlen(text), "e", "", NULL, &experiment, NULL),
        SALTUS_OK);
    ck_assert_int_eq(saltus_network_build(experiment, NULL, &network, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_create(network, NULL, &simulation, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 95, NULL), SALTUS_OK);
    work.counts = saltus_simulation_counts(simulation);
    price(two_prices);
    const double spikes = (double)work.counts.source_spikes;
    ck_assert_double_ge(spikes, 9);
    ck_assert_double_eq(find(SALTUS_TERM_SYNAPTIC_EVENT)->count, 3 * spikes);
    ck_assert_double_eq(find(SALTUS_TERM_ZERO_WEIGHT_EVENT)->count, spikes);
    ck_assert_double_eq_tol(bill.total.low_J, (3 * spikes + 10 * spikes) * 1e-12, 1e-24);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_units_are_powers_of_ten_rounded_once,
        test_power_process_and_voltage_have_their_units,
        test_every_term_prices_its_own_count,
        test_names_are_complete_and_end_with_null,
        test_terms_add_up_as_ranges,
        test_what_occurs_without_a_price_is_named_and_makes_a_lower_bound,
        test_included_and_absent_terms_add_nothing_and_lower_nothing,
        test_nothing_done_costs_nothing,
        test_the_largest_counts_do_not_overflow,
        test_deliveries_of_weight_zero_are_no_synaptic_events,
        test_a_sum_is_its_parts_times_their_prices,
        test_hops_are_missed_only_where_they_have_a_price_and_spikes_fly,
        test_static_power_runs_over_its_own_time_in_every_unit,
        test_a_clocked_device_lacks_the_steps_of_an_event_driven_run,
        test_a_step_that_is_asked_for_gives_a_clocked_device_its_updates,
        test_nothing_is_added_to_an_all_in_figure,
        test_learning_is_not_within_an_all_in_figure,
        test_an_all_in_figure_says_nothing_of_a_run_without_its_count,
        test_lines_of_a_reference_table_have_no_total,
        test_the_missing_text_is_cut_to_its_room,
        test_a_run_is_priced_by_what_it_counted,
    };
    Suite *suite = suite_create("energy_price");
    TCase *cases = tcase_create("energy_price");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        tcase_add_test(cases, tests[i]);
    }
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

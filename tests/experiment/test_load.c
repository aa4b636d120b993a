/* test_load - experiment files: what is read and overridden. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/experiment.h"
#include "file_scene.h"

#define DATA SALTUS_SOURCE_ROOT "/data/experiments"

static saltus_status load(const char *text, const saltus_override *overrides, size_t count)
{
    const saltus_load_options options = {.overrides = overrides, .override_count = count};
    return load_from(DATA, text, &options);
}

static void load_good(const char *text)
{
    expect_good(load(text, NULL, 0));
    ck_assert_ptr_nonnull(experiment);
    ck_assert_ptr_null(found);
}

/* ---- What is read ------------------------------------------------------------------ */

static const char two[] = "saltus: 1\n"
                          "duration: 1 s\n"
                          "populations:\n"
                          "  E: {size: 3, model: lif_delta, params: {tau_m: 10 ms, v_th: 15 mV}}\n"
                          "  S: {size: 2, model: poisson_source, params: {rate: 1 kHz}}\n";

START_TEST(test_load_reads_values_in_base_units)
{
    load_good(
        "saltus: 1\n"
        "title: All of it\n"
        "seed: 18446744073709551615\n"
        "duration: 0.1 min\n"
        "populations:\n"
        "  I: {size: 2, like: E, params: {t_ref: 1 ms}, init: {v: [1 mV, 2000 uV]}}\n"
        "  E:\n"
        "    size: 3\n"
        "    model: lif_delta\n"
        "    params: {tau_m: 0.02 s, c_m: 0.1 nF, v_th: {normal: {mean: 20 mV, sd: 1 mV, min: "
        "15 mV, step: 500 uV}}, v_reset: 10 mV, v_rest: -1 mV, t_ref: 2000 us, i_e: 0.1 nA}\n"
        "    init: {v: {uniform: [0 mV, 20 mV]}}\n"
        "  P: {size: 2, model: periodic_source, params: {interval: 5 ms, stop: 50 ms}}\n"
        "inputs:\n"
        "  x: {type: poisson, rate: 2 kHz, to: [E, I], weight: 0.1 mV, start: 1 ms}\n"
        "  y: {type: periodic, interval: 4 ms, to: I, weight: 1 mV}\n"
        "projections:\n"
        "  - {from: [E, P], to: [E, I], rule: {fixed_indegree: 2}, weight: {lognormal: [1 mV, "
        "0.5]}, delay: {uniform: [1 ms, 2 ms]}, autapses: false}\n"
        "record:\n"
        "  spikes: [P]\n"
        "  potential:\n"
        "    - {of: E, neurons: [0, 1], every: 1 ms, stop: 9 ms}\n"
        "    - {of: E, neurons: [0, 2], at: [2 ms, 1.5 ms]}\n");
    const saltus_population_spec *p = experiment->populations;
    ck_assert_str_eq(experiment->title, "All of it");
    ck_assert_uint_eq(experiment->seed, UINT64_MAX);
    ck_assert(experiment->duration_ms == 6000);
    // `like` reaches forward, and own keys replace single ones.
    ck_assert_str_eq(p[0].name, "I");
    ck_assert(p[0].tau_m_ms == 20 && p[0].t_ref_ms == 1 && p[0].c_m_pF == 100);
    ck_assert_int_eq(p[0].v_init_mV.kind, SALTUS_VALUE_LIST);
    ck_assert(p[0].v_init_mV.list[0] == 1 && p[0].v_init_mV.list[1] == 2);
    ck_assert_int_eq(p[0].v_th_mV.kind, SALTUS_VALUE_NORMAL);
    ck_assert(p[1].t_ref_ms == 2 && p[1].i_e_pA.a == 100 && p[1].v_th_mV.low == 15);
    ck_assert(p[0].v_th_mV.step == 0.5 && p[1].v_init_mV.step == 0);
    ck_assert(p[1].v_init_mV.kind == SALTUS_VALUE_UNIFORM && p[1].v_init_mV.b == 20);
    ck_assert(p[2].start_ms.a == 5 && p[2].stop_ms == 50);
    // Several targets become several objects.
    ck_assert_uint_eq(experiment->input_count, 3);
    ck_assert_str_eq(experiment->inputs[0].name, "x/E");
    ck_assert_str_eq(experiment->inputs[1].name, "x/I");
    ck_assert(experiment->inputs[0].rate_Hz == 2000 && experiment->inputs[0].start_ms == 1);
    ck_assert(experiment->inputs[2].start_ms == 4 && isinf(experiment->inputs[2].stop_ms));
    ck_assert_uint_eq(experiment->projection_count, 4);
    ck_assert_str_eq(experiment->projections[1].name, "E->I");
    ck_assert_str_eq(experiment->projections[2].name, "P->E");
    ck_assert_uint_eq(experiment->projections[3].count, 2);
    ck_assert(!experiment->projections[3].autapses && experiment->projections[3].multapses);
    ck_assert(experiment->projections[0].weight_mV.b == 0.5);
    ck_assert(!experiment->record_spikes[0] && experiment->record_spikes[2]);
    // Neurons 0 and 1 are one range; 0 and 2 are two, at two times each.
    ck_assert_uint_eq(experiment->potential_count, 5);
    ck_assert_uint_eq(experiment->potentials[0].count, 2);
    ck_assert(experiment->potentials[0].stop_ms == 9);
    ck_assert(experiment->potentials[2].start_ms == 1.5 && experiment->potentials[2].first == 0);
    ck_assert(experiment->potentials[4].interval_ms == 0 && experiment->potentials[4].first == 2);
}
END_TEST

START_TEST(test_load_has_defaults)
{
    load_good(two);
    ck_assert_str_eq(experiment->title, "e");
    ck_assert_uint_eq(experiment->seed, 1);
    ck_assert(experiment->record_spikes[0] && !experiment->record_spikes[1]);
    const saltus_population_spec *p = experiment->populations;
    ck_assert(p[0].t_ref_ms == 2 && p[0].v_reset_mV == 0 && p[0].v_init_mV.a == 0);
}
END_TEST

typedef struct spikes_case {
    const char *record;
    bool first, second;
} spikes_case;

static const spikes_case spikes_cases[] = {
    {"record:\n", true, false},
    {"record: {potential: []}\n", true, false},
    {"record: {spikes: all}\n", true, true},
    {"record: {spikes: []}\n", false, false},
    {"record: {spikes: S}\n", false, true},
};

START_TEST(test_load_records_the_spikes_that_are_named)
{
    char text[1024];
    snprintf(text, sizeof text, "%s%s", two, spikes_cases[_i].record);
    load_good(text);
    ck_assert(experiment->record_spikes[0] == spikes_cases[_i].first);
    ck_assert(experiment->record_spikes[1] == spikes_cases[_i].second);
}
END_TEST

START_TEST(test_load_aliases_stand_for_their_anchors)
{
    load_good("saltus: 1\nduration: 1 s\npopulations:\n"
              "  E: &e {size: 3, model: lif_delta, params: {v_th: &v 15 mV}}\n"
              "  F: *e\n"
              "  G: {size: 1, model: lif_delta, params: {v_th: *v}}\n");
    ck_assert_uint_eq(experiment->population_count, 3);
    ck_assert(experiment->populations[1].size == 3);
    ck_assert(experiment->populations[2].v_th_mV.a == 15);
}
END_TEST

static const char *const shipped[] = {
    "brunel_sr.yaml",
    "brunel_si_fast.yaml",
    "brunel_ai.yaml",
    "brunel_si_slow.yaml",
    "first.yaml",
    "from_csv.yaml",
    "vogels_abbott_current.yaml",
    "brette_delta.yaml",
    "hpc_benchmark_static.yaml",
    "microcircuit.yaml",
};

START_TEST(test_load_reads_every_shipped_experiment)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", DATA, shipped[_i]);
    const saltus_status status = saltus_experiment_load(path, NULL, &experiment, &found);
    print_findings();
    ck_assert_int_eq(status, SALTUS_OK);
}
END_TEST

START_TEST(test_load_takes_lists_from_csv_files)
{
    ck_assert_int_eq(saltus_experiment_load(DATA "/from_csv.yaml", NULL, &experiment, &found),
                     SALTUS_OK);
    ck_assert_uint_eq(experiment->populations[0].spike_count, 8);
    ck_assert(experiment->populations[0].spike_times_ms[3] == 10.25);
    ck_assert(experiment->populations[1].v_init_mV.list[2] == -2);
    ck_assert_uint_eq(experiment->inputs[0].arrival_count, 4);
    ck_assert(experiment->inputs[0].arrival_weights_mV[2] == 30);
    ck_assert_uint_eq(experiment->projections[0].list_count, 7);
    ck_assert(experiment->projections[0].delay_ms.list[3] == 1.25);
}
END_TEST

static saltus_status read_hdf5(const char *path, const char *population, double **times_ms,
                               uint32_t **neurons, size_t *count, saltus_error *error)
{
    if (strcmp(path, DATA "/x.h5") != 0 || strcmp(population, "lgn") != 0) {
        snprintf(error->message, sizeof error->message, "no such file here");
        return SALTUS_E_FILE;
    }
    *times_ms = malloc(sizeof(double));
    *neurons = malloc(sizeof(uint32_t));
    **times_ms = 3;
    **neurons = 1;
    *count = 1;
    return SALTUS_OK;
}

START_TEST(test_load_asks_the_hdf5_reader_it_is_given)
{
    static const char text[] = "saltus: 1\nduration: 1 s\npopulations:\n"
                               "  L: {size: 2, model: spike_list, params: {hdf5: x.h5, population: "
                               "lgn}}\n";
    const saltus_load_options options = {.hdf5_reader = read_hdf5};
    ck_assert_int_eq(
        saltus_experiment_load_text(text, strlen(text), "e", DATA, &options, &experiment, &found),
        SALTUS_OK);
    ck_assert(experiment->populations[0].spike_times_ms[0] == 3);
    tear_down();
    ck_assert_int_eq(
        saltus_experiment_load_text(text, strlen(text), "e", "", &options, &experiment, &found),
        SALTUS_E_EXPERIMENT);
    ck_assert_str_eq(saltus_diagnostics_get(found, 0).message, "no such file here");
    tear_down();
    ck_assert_int_eq(load(text, NULL, 0), SALTUS_E_EXPERIMENT);
    ck_assert(strstr(saltus_diagnostics_get(found, 0).message, "without HDF5") != NULL);
}
END_TEST

/* Weights of two synapses of the projection that is asked for. */
static saltus_status read_weights(const char *path, const char *projection, double time_ms,
                                  const char *unit, uint32_t **sources, uint32_t **targets,
                                  double **weights_mV, size_t *count, saltus_error *error)
{
    if (strcmp(path, DATA "/w.h5") != 0 || strcmp(unit, "mV") != 0 ||
        !(time_ms == 20 || isnan(time_ms))) {
        snprintf(error->message, sizeof error->message, "no such weights of %s here", projection);
        return SALTUS_E_FILE;
    }
    *sources = calloc(2, sizeof(uint32_t));
    *targets = calloc(2, sizeof(uint32_t));
    *weights_mV = calloc(2, sizeof(double));
    (*sources)[1] = 1;
    /* whose they are shows in the weights: the length of the name */
    (*weights_mV)[0] = (double)strlen(projection);
    (*weights_mV)[1] = isnan(time_ms) ? -1 : time_ms;
    *count = 2;
    return SALTUS_OK;
}

START_TEST(test_load_asks_the_weight_reader_it_is_given)
{
    static const char text[] =
        "saltus: 1\nduration: 1 s\npopulations:\n"
        "  A: {size: 2, model: lif_delta}\n  BB: {size: 1, model: lif_delta}\nprojections:\n"
        "  - {from: A, to: [A, BB], rule: all_to_all, weight: {from: w.h5}, delay: 1 ms}\n"
        "  - {from: A, to: BB, rule: all_to_all, weight: {from: w.h5, time: 20 ms}, delay: 1 ms}\n"
        "  - {from: A, to: BB, rule: all_to_all, delay: 1 ms,\n"
        "     weight: {from: w.h5, time: last, projection: other}, name: own}\n"
        "  - {from: A, to: [A, BB], rule: all_to_all, weight: {from: w.h5}, delay: 1 ms, name: "
        "n}\n";
    static const struct {
        const char *name;
        double time;
    } asked[] = {{"A->A", -1},  {"A->BB", -1},  {"A->BB#2", 20},
                 {"other", -1}, {"n/A->A", -1}, {"n/A->BB", -1}};
    saltus_load_options options = {.weight_reader = read_weights};
    ck_assert_int_eq(
        saltus_experiment_load_text(text, strlen(text), "e", DATA, &options, &experiment, &found),
        SALTUS_OK);
    ck_assert_uint_eq(experiment->projection_count, 6);
    for (size_t i = 0; i < 6; i++) {
        const saltus_projection_spec *p = &experiment->projections[i];
        ck_assert(p->weight_mV.kind == SALTUS_VALUE_LIST && p->weight_mV.list_length == 2);
        ck_assert(p->weight_mV.list[0] == (double)strlen(asked[i].name));
        ck_assert(p->weight_mV.list[1] == asked[i].time);
        ck_assert(p->weight_sources[1] == 1 && p->weight_targets[1] == 0);
    }
    tear_down();
    ck_assert_int_eq(
        saltus_experiment_load_text(text, strlen(text), "e", "", &options, &experiment, &found),
        SALTUS_E_EXPERIMENT);
    ck_assert_str_eq(saltus_diagnostics_get(found, 1).message, "no such weights of A->BB here");
    ck_assert_str_eq(saltus_diagnostics_get(found, 1).path, "projections.0.weight.from");
    tear_down();
    ck_assert_int_eq(load(text, NULL, 0), SALTUS_E_EXPERIMENT);
    ck_assert(strstr(saltus_diagnostics_get(found, 0).message, "without HDF5") != NULL);
}
END_TEST

/* ---- Overrides --------------------------------------------------------------------- */

START_TEST(test_override_changes_and_adds_keys)
{
    const saltus_override overrides[] = {
        {"populations.E.params.tau_m", "25 ms"},
        {"populations.E.params.v_th", "{uniform: [11 mV, 12 mV]}"},
        {"inputs.new", "{type: poisson, to: E, rate: 5 Hz, weight: 1 mV}"},
        {"inputs.new.rate", "6 Hz"},
        {"record.spikes", "all"},
        {"seed", "7"}};
    ck_assert_int_eq(load(two, overrides, 6), SALTUS_OK);
    ck_assert(experiment->populations[0].tau_m_ms == 25);
    ck_assert(experiment->populations[0].v_th_mV.a == 11);
    ck_assert(experiment->inputs[0].rate_Hz == 6);
    ck_assert(experiment->record_spikes[1]);
    ck_assert_uint_eq(experiment->seed, 7);
}
END_TEST

START_TEST(test_override_reaches_into_lists)
{
    char text[1024];
    snprintf(text, sizeof text, "%s%s", two,
             "projections:\n"
             "- {from: S, to: E, rule: all_to_all, weight: 1 mV, delay: 1 ms}\n"
             "- {from: E, to: E, rule: all_to_all, weight: 1 mV, delay: 1 ms}\n");
    const saltus_override overrides[] = {{"projections.1.weight", "2 mV"},
                                         {"projections.1.rule", "{fixed_indegree: 2}"}};
    ck_assert_int_eq(load(text, overrides, 2), SALTUS_OK);
    ck_assert(experiment->projections[0].weight_mV.a == 1);
    ck_assert(experiment->projections[1].weight_mV.a == 2);
    ck_assert_uint_eq(experiment->projections[1].count, 2);
}
END_TEST

typedef struct bad_override {
    const char *path, *value, *contains;
} bad_override;

static const bad_override bad_overrides[] = {
    {"projections.0.weight", "1 mV", "projections is a list"},
    {"sed", "7", "did you mean 'seed'?"},
    {"seed", "", "found no value"},
    {"seed", "[1", "YAML syntax"},
    {"seed", "one", "a whole number"},
    {"seed.x", "1", "found a mapping; a whole number is needed"},
    {"populations.E.params.tau_m", "5 mV", "a time is needed"},
    {"populations.E.size.x", "5", "is '3' and not a mapping"},
    {"populations..size", "5", "empty part"},
    {"", "5", "empty part"},
    {"populations.", "5", "empty part"},
};

START_TEST(test_override_findings_name_the_override)
{
    const bad_override *b = &bad_overrides[_i];
    char name[128];
    snprintf(name, sizeof name, "--set %s", b->path);
    const saltus_override override = {b->path, b->value};
    ck_assert_int_eq(load(two, &override, 1), SALTUS_E_EXPERIMENT);
    ck_assert_ptr_null(experiment);
    const saltus_diagnostic d = saltus_diagnostics_get(found, saltus_diagnostics_count(found) - 1);
    ck_assert_str_eq(d.file, name);
    ck_assert_uint_eq(d.line, 0);
    ck_assert_msg(strstr(d.message, b->contains) != NULL, "%s", d.message);
}
END_TEST

START_TEST(test_override_of_a_list_entry_that_is_not_there)
{
    const saltus_override overrides[] = {{"projections", "[]"}, {"projections.0.weight", "1 mV"}};
    ck_assert_int_eq(load(two, overrides, 2), SALTUS_E_EXPERIMENT);
    ck_assert_str_eq(saltus_diagnostics_get(found, 0).file, "--set projections.0.weight");
}
END_TEST

/* ---- Files -------------------------------------------------------------------------- */

START_TEST(test_load_of_a_file_that_is_not_there)
{
    ck_assert_int_eq(saltus_experiment_load("nowhere.yaml", NULL, &experiment, &found),
                     SALTUS_E_FILE);
    ck_assert_str_eq(saltus_diagnostics_get(found, 0).file, "nowhere.yaml");
    tear_down();
    ck_assert_int_eq(saltus_experiment_load("/", NULL, &experiment, NULL), SALTUS_E_FILE);
    ck_assert_int_eq(saltus_experiment_load(NULL, NULL, &experiment, &found), SALTUS_E_ARGUMENT);
}
END_TEST

#define CASES(array) ((int)(sizeof(array) / sizeof((array)[0])))

int main(void)
{
    Suite *suite = suite_create("load");
    TCase *cases = tcase_create("load");
    tcase_add_checked_fixture(cases, NULL, tear_down);
    tcase_add_test(cases, test_load_reads_values_in_base_units);
    tcase_add_test(cases, test_load_has_defaults);
    tcase_add_loop_test(cases, test_load_records_the_spikes_that_are_named, 0, CASES(spikes_cases));
    tcase_add_test(cases, test_load_aliases_stand_for_their_anchors);
    tcase_add_loop_test(cases, test_load_reads_every_shipped_experiment, 0, CASES(shipped));
    tcase_add_test(cases, test_load_takes_lists_from_csv_files);
    tcase_add_test(cases, test_load_asks_the_hdf5_reader_it_is_given);
    tcase_add_test(cases, test_load_asks_the_weight_reader_it_is_given);
    tcase_add_test(cases, test_override_changes_and_adds_keys);
    tcase_add_test(cases, test_override_reaches_into_lists);
    tcase_add_loop_test(cases, test_override_findings_name_the_override, 0, CASES(bad_overrides));
    tcase_add_test(cases, test_override_of_a_list_entry_that_is_not_there);
    tcase_add_test(cases, test_load_of_a_file_that_is_not_there);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

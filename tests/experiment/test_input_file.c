/* test_input_file - inputs over time in experiment files, and sources that share spikes: what is
 * read, and what is said about what is wrong. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/experiment.h"
#include "file_scene.h"

#define DATA SALTUS_SOURCE_ROOT "/tests/experiment"

static saltus_status load(const char *text, const saltus_load_options *options)
{
    return load_from(DATA, text, options);
}

static void load_good(const char *text, const saltus_load_options *options)
{
    expect_good(load(text, options));
}

#define HEAD                                                                                       \
    "saltus: 1\nduration: 1 s\npopulations:\n"                                                     \
    "  D: {size: 2, model: lif_delta}\n"                                                           \
    "  X: {size: 2, model: lif_exp, params: {receptors: {ex: 5 ms, in: 10 ms}}}\n"                 \
    "  S: {size: 2, model: poisson_source, params: {rate: 1 kHz}}\n"

/* ---- What is read ------------------------------------------------------------------ */

static bool is_current(const saltus_input_spec *s, const char *name, size_t count, double stop_ms)
{
    return strcmp(s->name, name) == 0 && s->type == SALTUS_INPUT_CURRENT &&
           s->current_count == count && s->stop_ms == stop_ms && s->interpolation == 0;
}

/* Populations of any unit may stand in one list: there is no weight. */
START_TEST(test_file_reads_currents)
{
    const saltus_override overrides[] = {{"inputs.a.amplitude", "0.3 nA"}};
    const saltus_load_options options = {.overrides = overrides, .override_count = 1};
    load_good(HEAD "inputs:\n"
                   "  a: {type: current, to: D, amplitude: 200 pA, start: 100 ms, stop: 300 ms}\n"
                   "  b: {type: current, to: [D, X], at: [0 ms, 0.1 s], amplitude: [0 pA, 1 nA], "
                   "interpolation: steps}\n"
                   "  c: {type: current, to: X, csv: steps_pA.csv, stop: 1 s}\n"
                   "  d: {type: current, to: X, amplitude: -5 pA}\n"
                   "  e: {type: current, to: X, at: 3 ms, amplitude: 5 pA}\n",
              &options);
    const saltus_input_spec *i = experiment->inputs;
    ck_assert_uint_eq(experiment->input_count, 6);
    ck_assert(is_current(&i[0], "a", 1, 300));
    ck_assert(i[0].current_times_ms[0] == 100 && i[0].current_values_pA[0] == 300);
    ck_assert(is_current(&i[1], "b/D", 2, (double)INFINITY));
    ck_assert(is_current(&i[2], "b/X", 2, (double)INFINITY) && i[2].population == 1);
    ck_assert(i[2].current_times_ms[1] == 100 && i[2].current_values_pA[1] == 1000);
    ck_assert(is_current(&i[3], "c", 3, 1000) && i[3].current_values_pA[2] == 300);
    ck_assert(i[4].current_times_ms[0] == 0 && i[4].current_values_pA[0] == -5);
    ck_assert(i[5].current_times_ms[0] == 3 && i[5].current_values_pA[0] == 5);
    const saltus_input_info info = saltus_experiment_input(experiment, 3);
    ck_assert(info.type == SALTUS_INPUT_CURRENT && info.current_count == 3 && isnan(info.rate_Hz));
}
END_TEST

START_TEST(test_file_reads_rates_over_time)
{
    const saltus_override overrides[] = {{"populations.B.params.rate", "3 Hz"}};
    const saltus_load_options options = {.overrides = overrides, .override_count = 1};
    load_good(
        HEAD "  A: {size: 2, model: poisson_source, params: {rate: {mean: 20 Hz, amplitude: 1 kHz, "
             "frequency: 4 Hz, phase: -90}}}\n"
             "  B: {size: 2, like: A}\n"
             "  C: {size: 2, like: A, params: {rate: {at: [0 ms, 9 ms], rate: [5 Hz, 0 Hz]}}}\n"
             "inputs:\n"
             "  i: {type: poisson, to: D, rate: {csv: rates_Hz.csv}, weight: 1 mV}\n"
             "  j: {type: poisson, to: D, rate: {mean: 2 Hz, amplitude: 0 Hz, frequency: 0 Hz}, "
             "weight: 1 mV, stop: 3 s}\n",
        NULL);
    const saltus_population_spec *p = experiment->populations;
    ck_assert(p[2].rate_course.kind == SALTUS_RATE_CONSTANT && p[2].rate_Hz == 1000);
    ck_assert(p[3].rate_course.kind == SALTUS_RATE_SINE && p[3].rate_course.mean_Hz == 20);
    ck_assert(p[3].rate_course.amplitude_Hz == 1000 && p[3].rate_course.frequency_Hz == 4 &&
              p[3].rate_course.phase_degrees == -90);
    ck_assert(p[4].rate_course.kind == SALTUS_RATE_SINE && p[4].rate_course.phase_degrees == -90);
    ck_assert(p[5].rate_course.kind == SALTUS_RATE_STEPS && p[5].rate_course.count == 2);
    ck_assert(p[5].rate_course.times_ms[1] == 9 && p[5].rate_course.rates_Hz[0] == 5);
    const saltus_input_spec *i = experiment->inputs;
    ck_assert(i[0].rate_course.count == 2 && i[0].rate_course.rates_Hz[0] == 100);
    ck_assert(i[1].rate_course.kind == SALTUS_RATE_SINE && i[1].stop_ms == 3000);
    ck_assert(isnan(saltus_experiment_input(experiment, 0).rate_Hz));
    tear_down();
    /* a number in its place makes it constant again */
    load_good(HEAD "  A: {size: 2, model: poisson_source, params: {rate: {mean: 20 Hz, amplitude: "
                   "1 Hz, frequency: 4 Hz}}}\n"
                   "  B: {size: 2, like: A, params: {rate: {at: 0 ms, rate: 5 Hz}}}\n",
              &options);
    ck_assert(experiment->populations[4].rate_course.kind == SALTUS_RATE_CONSTANT &&
              experiment->populations[4].rate_Hz == 3);
}
END_TEST

START_TEST(test_file_reads_correlated_sources)
{
    load_good(HEAD "  A: {size: 2, model: correlated_source, params: {rate: 20 Hz, correlation: "
                   "0.1}}\n"
                   "  B: {size: 2, like: A, params: {kind: sip, jitter: 0.5 ms}}\n",
              NULL);
    const saltus_population_spec *p = experiment->populations;
    ck_assert(p[3].model == SALTUS_MODEL_CORRELATED_SOURCE && p[3].rate_Hz == 20);
    ck_assert(p[3].correlation == 0.1 && p[3].correlation_kind == SALTUS_CORRELATION_MIP);
    ck_assert(p[3].jitter_ms == 0 && p[4].jitter_ms == 0.5);
    ck_assert(p[4].correlation == 0.1 && p[4].correlation_kind == SALTUS_CORRELATION_SIP);
}
END_TEST

/* What determines a run is in the hash; what is not used is not. */
START_TEST(test_hash_knows_what_changes_with_time)
{
    static const char *const inputs[] = {
        "{type: current, to: D, amplitude: 200 pA}",
        "{type: current, to: D, amplitude: 201 pA}",
        "{type: current, to: D, amplitude: 200 pA, start: 1 ms}",
        "{type: current, to: D, amplitude: 200 pA, stop: 1 ms}",
        "{type: current, to: X, amplitude: 200 pA}",
        "{type: poisson, to: D, weight: 1 mV, rate: 5 Hz}",
        "{type: poisson, to: D, weight: 1 mV, rate: {at: 0 ms, rate: 5 Hz}}",
        "{type: poisson, to: D, weight: 1 mV, rate: {at: 1 ms, rate: 5 Hz}}",
        "{type: poisson, to: D, weight: 1 mV, rate: {mean: 5 Hz, amplitude: 1 Hz, frequency: 1 "
        "Hz}}",
        "{type: poisson, to: D, weight: 1 mV, rate: {mean: 5 Hz, amplitude: 1 Hz, frequency: 1 Hz, "
        "phase: 1}}"};
    enum { COUNT = sizeof inputs / sizeof inputs[0] };
    uint64_t hash[COUNT];
    for (int i = 0; i < COUNT; i++) {
        char text[1024];
        snprintf(text, sizeof text, HEAD "inputs: {i: %s}\n", inputs[i]);
        load_good(text, NULL);
        hash[i] = saltus_experiment_hash(experiment);
        for (int k = 0; k < i; k++) {
            ck_assert_msg(hash[k] != hash[i], "%s and %s", inputs[k], inputs[i]);
        }
        tear_down();
    }
}
END_TEST

/* ---- What is wrong ----------------------------------------------------------------- */

typedef struct bad_line {
    const char *line, *path, *message;
} bad_line;

#define POISSON(rate) "inputs: {i: {type: poisson, to: D, weight: 1 mV, rate: " rate "}}"
#define CURRENT(rest) "inputs: {i: {type: current, to: D, " rest "}}"
#define SHARED(rest)  "  Z: {size: 2, model: correlated_source, params: {" rest "}}"

static const bad_line bad[] = {
    {CURRENT("start: 1 ms"), "inputs.i",
     "the key 'amplitude' is missing; write it like amplitude: 200 pA"},
    {CURRENT("amplitude: [1 pA, 2 pA]"), "inputs.i",
     "the key 'at' is missing; write it like at: [0 ms, 100 ms], a time for each amplitude"},
    {CURRENT("at: [1 ms, 2 ms], amplitude: [1 pA]"), "inputs.i.amplitude",
     "found 1 value for 2 times; one value for each time is needed"},
    {CURRENT("at: [], amplitude: []"), "inputs.i",
     "the lists are empty; at least one time is needed"},
    {POISSON("{at: [], rate: []}"), "inputs.i.rate",
     "the lists are empty; at least one time is needed"},
    {CURRENT("at: [3 ms, 2 ms], amplitude: [1 pA, 2 pA]"), "inputs.i.at",
     "time 1 (counting from 0) is 2 ms, before the one ahead of it at 3 ms; sort by time"},
    {CURRENT("at: [-3 ms, 2 ms], amplitude: [1 pA, 2 pA]"), "inputs.i.at",
     "time 0 (counting from 0) is -3 ms; times from 0 to 4.5e7 ms are allowed"},
    {CURRENT("at: [3 ms, 2], amplitude: [1 pA, 2 pA]"), "inputs.i.at.1",
     "found '2' without a unit; a time needs one of s, ms, us, ns, min, for example '2 ms'"},
    {CURRENT("amplitude: 3 mV"), "inputs.i.amplitude",
     "found '3 mV', a voltage; a current is needed, in A, mA, uA, nA, pA"},
    {CURRENT("amplitude: 3 pA, start: 5 ms, stop: 4 ms"), "inputs.i.stop",
     "found 4 ms, which is before the start at 5 ms"},
    {CURRENT("amplitude: 100 A"), "inputs.i.amplitude", NULL},
    {CURRENT("amplitude: 3 pA, weight: 1 mV"), "inputs.i.weight", NULL},
    {CURRENT("amplitude: 3 pA, at: 1 ms, start: 5 ms"), "inputs.i.start", NULL},
    {CURRENT("amplitude: 3 pA, receptor: ex"), "inputs.i.receptor", NULL},
    {CURRENT("csv: no_steps.csv"), "inputs.i.csv", "the file has no row; at least one is needed"},
    {CURRENT("csv: rates_Hz.csv"), "inputs.i.csv", NULL},
    {CURRENT("amplitude: 3 pA, interpolation: line"), "inputs.i.interpolation", NULL},
    {CURRENT("amplitude: 3 pA, interpolation: ramps"), "inputs.i.interpolation",
     "'D' is a population of lif_delta, whose spikes are exact for currents in steps; ramps are "
     "not "
     "allowed here"},
    {"inputs: {i: {type: current, to: S, amplitude: 3 pA}}", "inputs.i.to",
     "'S' is a source and takes no input; a population of neurons does"},
    {POISSON("-1 Hz"), "inputs.i.rate", "found -1 Hz; 0 to 1e7 Hz is allowed"},
    {POISSON("{at: [0 ms, 1 ms], rate: [1 Hz, -1 Hz]}"), "inputs.i.rate",
     "rate 1 (counting from 0) is -1 Hz; 0 to 1e7 Hz is allowed"},
    {POISSON("{at: [2 ms, 1 ms], rate: [1 Hz, 1 Hz]}"), "inputs.i.rate",
     "time 1 (counting from 0) is 1 ms, before the one ahead of it at 2 ms; sort by time"},
    {POISSON("{at: [2 ms, 3 ms], rate: [1 Hz, 1 Hz, 2 Hz]}"), "inputs.i.rate.rate",
     "found 3 values for 2 times; one value for each time is needed"},
    {POISSON("{at: [2 ms]}"), "inputs.i.rate",
     "the key 'rate' is missing; write it like rate: [5 Hz, 20 Hz]"},
    {POISSON("{mean: 2 Hz, frequency: 1 Hz}"), "inputs.i.rate",
     "the key 'amplitude' is missing; write it like amplitude: 10 Hz"},
    {POISSON("{mean: 2 Hz, amplitude: -1 Hz, frequency: 1 Hz}"), "inputs.i.rate",
     "found a mean of 2 Hz and an amplitude of -1 Hz; both are at least 0 Hz and together at most "
     "1e7 Hz"},
    {POISSON("{mean: 2 Hz, amplitude: 1 Hz, frequency: -1 Hz}"), "inputs.i.rate",
     "found a frequency of -1 Hz; 0 to 1e6 Hz is allowed"},
    {POISSON("{mean: 2 Hz, amplitude: 1 Hz, frequency: 1 Hz, phase: 400}"), "inputs.i.rate",
     "found a phase of 400 degrees; -360 to 360 is allowed"},
    {POISSON("[1 Hz]"), "inputs.i.rate", NULL},
    {SHARED("correlation: 0.1"), "populations.Z.params.rate",
     "no rate is given (or it is not a number)"},
    {SHARED("rate: 1 Hz"), "populations.Z.params.correlation",
     "no correlation is given (or it is not a number)"},
    {SHARED("rate: 1 Hz, correlation: 1.5"), "populations.Z.params.correlation",
     "found 1.5; 0 to 1 is allowed"},
    {SHARED("rate: 1 Hz, correlation: 0.5, kind: both"), "populations.Z.params.kind", NULL},
    {SHARED("rate: 1 Hz, correlation: 0.5, jitter: -1 ms"), "populations.Z.params.jitter", NULL},
    {SHARED("rate: 1 kHz, correlation: 1e-5"), "populations.Z.params.correlation",
     "found 1e-05: the mother process of a mip has the rate / correlation, here 1e+08 Hz; at most "
     "1e7 "
     "Hz is allowed"},
    {SHARED("rate: 1 kHz, correlation: 0.5, jitter: 10 s"), "populations.Z.params.jitter",
     "found 10000 ms, in which a source and what it copies from have 3e+04 spikes; at most 1e4 is "
     "allowed"},
    {SHARED("rate: 0.001 Hz, correlation: 0.5, jitter: 2.881e6 ms"), "populations.Z.params.jitter",
     "found 2881000 ms; a jitter of 0 to 2.88e6 ms (48 minutes) is allowed"},
};

START_TEST(test_file_finds_what_is_wrong)
{
    const bad_line *b = &bad[_i];
    char text[2048];
    snprintf(text, sizeof text, HEAD "%s\n", b->line);
    ck_assert_int_eq(load(text, NULL), SALTUS_E_EXPERIMENT);
    const saltus_diagnostic d = saltus_diagnostics_get(found, 0);
    print_findings();
    ck_assert_uint_eq(saltus_diagnostics_count(found), 1);
    ck_assert_str_eq(d.path, b->path);
    if (b->message != NULL) {
        ck_assert_str_eq(d.message, b->message);
    }
}
END_TEST

/* ---- From code --------------------------------------------------------------------- */

static void refuse(const saltus_input_spec *spec, const char *part)
{
    saltus_error error = {0};
    ck_assert_int_eq(saltus_experiment_add_input(experiment, spec, NULL, &error),
                     SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, part) != NULL, "%s", error.message);
}

START_TEST(test_code_is_checked_alike)
{
    load_good(HEAD, NULL);
    const double times[] = {1, 2}, values[] = {3, (double)NAN};
    saltus_input_spec spec = saltus_input_spec_default();
    spec.name = "i";
    spec.type = SALTUS_INPUT_CURRENT;
    refuse(&spec, "the current has no value");
    spec.current_count = 2;
    refuse(&spec, "are missing");
    spec.current_times_ms = times;
    spec.current_values_pA = values;
    refuse(&spec, "value 1 (counting from 0)");
    spec.current_count = 1;
    spec.weight_mV = 1;
    refuse(&spec, "a current has no weight");
    spec.weight_mV = (double)NAN;
    spec.interpolation = (saltus_interpolation)7;
    refuse(&spec, "unknown interpolation 7");
    spec = saltus_input_spec_default();
    spec.name = "i";
    spec.weight_mV = 1;
    spec.rate_course.kind = (saltus_rate_kind)9;
    refuse(&spec, "unknown kind of rate 9");
    spec.rate_course.kind = SALTUS_RATE_STEPS;
    refuse(&spec, "the rate has no value");
    spec.rate_course.count = 1;
    refuse(&spec, "are missing");
    ck_assert_uint_eq(experiment->input_count, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("input_file");
    TCase *cases = tcase_create("input_file");
    tcase_add_checked_fixture(cases, NULL, tear_down);
    tcase_add_test(cases, test_file_reads_currents);
    tcase_add_test(cases, test_file_reads_rates_over_time);
    tcase_add_test(cases, test_file_reads_correlated_sources);
    tcase_add_test(cases, test_hash_knows_what_changes_with_time);
    tcase_add_loop_test(cases, test_file_finds_what_is_wrong, 0, (int)(sizeof bad / sizeof bad[0]));
    tcase_add_test(cases, test_code_is_checked_alike);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

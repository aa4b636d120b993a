/* test_adaptive_file - models of neurons that adapt in experiment files: what is read, what is
 * refused and how, and that the hash tells parameters apart that count, and only those. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiment/experiment.h"
#include "file_scene.h"
#include "saltus/saltus.h"
#include "support/suite.h"

static saltus_status load(const char *population)
{
    char text[1024];
    snprintf(text, sizeof text, "saltus: 1\nduration: 1 s\npopulations:\n  Z: {size: 2, %s}\n",
             population);
    tear_down();
    return load_from(".", text, NULL);
}

static const saltus_population_spec *loaded(const char *population)
{
    ck_assert_msg(load(population) == SALTUS_OK, "%s: %s", population,
                  saltus_diagnostics_get(found, 0).message);
    return &experiment->populations[0];
}

/* ---- What is read ------------------------------------------------------------------ */

START_TEST(test_file_reads_what_adapts)
{
    const saltus_population_spec *p =
        loaded("model: alif, params: {theta_plus: 1.8 mV, tau_theta: 0.2 s, reset: subtract}");
    ck_assert_int_eq(p->model, SALTUS_MODEL_ALIF);
    ck_assert(p->reset_by_subtraction);
    ck_assert_double_eq(p->theta_plus_mV, 1.8);
    ck_assert_double_eq(p->tau_theta_ms, 200);
    ck_assert(!loaded("model: alif")->reset_by_subtraction);
    p = loaded("model: glif4, params: {reset_fraction: 0.2, reset_add: 18.51 mV, theta_plus: -1 "
               "mV, tau_theta: 111 ms, after_spike_currents: [{tau: 333 ms, amplitude: -9.18 pA}, "
               "{tau: 10 ms, amplitude: 0.2 nA, fraction: 0.5}]}");
    ck_assert_double_eq(p->reset_fraction, 0.2);
    ck_assert_double_eq(p->reset_add_mV, 18.51);
    ck_assert_double_eq(p->theta_plus_mV, -1);
    ck_assert_uint_eq(p->after_spike_count, 2);
    ck_assert_double_eq(p->after_spike[0].tau_ms, 333);
    ck_assert_double_eq(p->after_spike[0].amplitude_pA, -9.18);
    ck_assert_double_eq(p->after_spike[0].fraction, 1);
    ck_assert_double_eq(p->after_spike[1].amplitude_pA, 200);
    ck_assert_double_eq(p->after_spike[1].fraction, 0.5);
    p = loaded("model: mat2, params: {alpha_1: -0.5 mV, tau_2: 150 ms}");
    ck_assert_double_eq(p->alpha[0].jump_mV, -0.5);
    ck_assert_double_eq(p->alpha[0].tau_ms, 10);
    ck_assert_double_eq(p->alpha[1].jump_mV, 2);
    ck_assert_double_eq(p->alpha[1].tau_ms, 150);
    tear_down();
}
END_TEST

/* ---- What is refused --------------------------------------------------------------- */

#define KEYS "tau_m, c_m, v_th, v_rest, t_ref, i_e, tau_syn, receptors"

static const struct {
    const char *line, *path, *message;
} bad[] = {
    {"model: mat2, params: {v_reset: 0 mV}", "v_reset",
     "unknown key 'v_reset' of mat2; the keys are " KEYS
     ", alpha_1, tau_1, alpha_2, tau_2; did you "
     "mean 'v_rest'?"},
    {"model: glif1, params: {theta_plus: 1 mV}", "theta_plus",
     "unknown key 'theta_plus' of glif1; the keys are tau_m, c_m, v_th, v_reset, v_rest, t_ref, "
     "i_e, tau_syn, receptors"},
    {"model: alif, params: {theta_plus: 1 mV}", "tau_theta",
     "the threshold moves by 1 mV at each spike (theta_plus), and no time constant is given; 1e-6 "
     "ms to 4.5e7 ms is allowed"},
    {"model: alif, params: {theta_plus: -1 mV, tau_theta: 10 ms}", "theta_plus",
     "found -1 mV; 0 mV to 1e12 mV is allowed"},
    {"model: alif, params: {theta_plus: 1 mV, tau_theta: 0 ms}", "tau_theta",
     "found 0 ms; 1e-6 ms to 4.5e7 ms is allowed"},
    {"model: alif, params: {reset: to_value}", "reset",
     "unknown kind of reset 'to_value'; it is one of value, subtract"},
    {"model: alif, params: {reset: subtract, t_ref: 0 ms}", "t_ref",
     "found 0 ms; a neuron whose V may be above its threshold after a spike needs a t_ref of at "
     "least 1e-11 ms"},
    {"model: alif, params: {reset: subtract, t_ref: -1e9 ms}", "t_ref",
     "found -1000000000 ms; times from 0 to 4.5e7 ms (12.5 hours) are allowed"},
    {"model: glif2, params: {reset_fraction: 1.5}", "reset_fraction",
     "found 1.5; 0 to 1 is allowed"},
    {"model: glif2, params: {v_rest: -50 mV, v_th: -60 mV}", "v_th",
     "the threshold is -60 mV and v_rest is -50 mV; every threshold must be above v_rest"},
    {"model: glif3, params: {after_spike_currents: {tau: 1 ms}}", "after_spike_currents",
     "found a mapping; a list is needed: [{tau: TIME, amplitude: CURRENT}, ...]"},
    {"model: glif3, params: {after_spike_currents: [{tau: 1 ms}]}", "after_spike_currents.0",
     "the key 'amplitude' is missing; write it like amplitude: -10 pA"},
    {"model: glif3, params: {after_spike_currents: [{tau: 1 ms, amplitude: 1 pA}, {tau: 0 ms, "
     "amplitude: 1 pA}]}",
     "after_spike_currents.1.tau", "found 0 ms; 1e-6 ms to 4.5e7 ms is allowed"},
    {"model: mat2, params: {tau_1: -1 ms}", "tau_1", "found -1 ms; 1e-6 ms to 4.5e7 ms is allowed"},
    {"model: glif4, params: {theta_plus: 1 mV, tau_theta: 9 ms, receptors: {a: {tau: 4 ms, "
     "tau_rise: 1 ms}, b: {tau: 4 ms, tau_rise: 1 ms}, c: {tau: 4 ms, tau_rise: 1 ms}}, "
     "after_spike_currents: [{tau: 1 ms, amplitude: 1 pA}, {tau: 1 ms, amplitude: 1 pA}]}",
     "",
     "receptors (two for one with tau_rise), after-spike currents and parts of the threshold "
     "are 9; at most 8 are allowed"},
};

START_TEST(test_file_finds_what_is_wrong)
{
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char path[100];
        ck_assert_int_eq(load(bad[i].line), SALTUS_E_EXPERIMENT);
        const saltus_diagnostic d = saltus_diagnostics_get(found, 0);
        snprintf(path, sizeof path, "populations.Z.params%s%s", bad[i].path[0] != '\0' ? "." : "",
                 bad[i].path);
        ck_assert_str_eq(d.message, bad[i].message);
        ck_assert_str_eq(d.path, path);
        ck_assert_uint_eq(saltus_diagnostics_count(found), 1);
    }
    tear_down();
}
END_TEST

/* ---- The hash ---------------------------------------------------------------------- */

#define ASC "after_spike_currents: [{tau: 30 ms, amplitude: -9 pA"

START_TEST(test_hash_sees_what_adapts)
{
    static const char *const lines[] = {
        "model: glif1",
        "model: glif2",
        "model: glif2, params: {reset_add: 1 mV}",
        "model: glif2, params: {reset_fraction: 1}",
        "model: glif2, params: {theta_plus: 1 mV, tau_theta: 1 ms}",
        "model: glif2, params: {theta_plus: 1 mV, tau_theta: 2 ms}",
        "model: glif2, params: {theta_plus: 2 mV, tau_theta: 1 ms}",
        "model: glif3, params: {" ASC "}]}",
        "model: glif3, params: {" ASC ", fraction: 0}]}",
        "model: glif4, params: {" ASC "}]}",
        "model: glif4, params: {" ASC "}, {tau: 30 ms, amplitude: -9 pA}]}",
        "model: alif",
        "model: alif, params: {reset: subtract}",
        "model: mat2",
        "model: mat2, params: {alpha_1: 36 mV}",
        "model: mat2, params: {alpha_2: 1 mV}",
        "model: mat2, params: {tau_2: 100 ms}",
    };
    enum { LINES = sizeof lines / sizeof lines[0] };
    uint64_t hash[LINES];
    for (int i = 0; i < LINES; i++) {
        loaded(lines[i]);
        hash[i] = saltus_experiment_hash(experiment);
        for (int k = 0; k < i; k++) {
            ck_assert_msg(hash[k] != hash[i], "%s and %s", lines[k], lines[i]);
        }
    }
    loaded("model: alif, params: {tau_theta: 10 ms}"); /* nothing grows that could decay */
    ck_assert_uint_eq(saltus_experiment_hash(experiment), hash[11]);
    tear_down();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_file_reads_what_adapts, test_file_finds_what_is_wrong,
                                  test_hash_sees_what_adapts};
    return SUITE_RUN("adaptive_file", tests);
}

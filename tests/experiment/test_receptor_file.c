/* test_receptor_file - neurons with synaptic currents in experiment files: what is read, and what
 * is said about what is wrong. */
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
    "  X: {size: 2, model: lif_exp, params: {receptors: {ex: {tau: 5 ms}, in: {tau: 10 ms, "       \
    "tau_rise: 1 ms}}}}\n"                                                                         \
    "  A: {size: 2, model: lif_alpha, params: {tau_syn: 3 ms}}\n"                                  \
    "  S: {size: 2, model: poisson_source, params: {rate: 1 kHz}}\n"

static bool is_receptor(const saltus_receptor *r, const char *name, double tau, double rise)
{
    return strcmp(r->name, name) == 0 && r->tau_ms == tau && r->tau_rise_ms == rise;
}

/* ---- What is read ------------------------------------------------------------------ */

START_TEST(test_file_reads_receptors)
{
    load_good(HEAD "  B: {size: 1, model: lif_alpha, params: {receptors: {f: 500 us, g: {tau: 4 "
                   "ms}}, v_th: {uniform: [15 mV, 20 mV]}, i_e: 0.1 nA}, init: {v: 3 mV}}\n"
                   "  C: {size: 1, model: lif_exp}\n",
              NULL);
    const saltus_population_spec *p = experiment->populations;
    ck_assert_uint_eq(p[0].receptor_count, 0);
    ck_assert_int_eq(p[1].model, SALTUS_MODEL_LIF_EXP);
    ck_assert_uint_eq(p[1].receptor_count, 2);
    ck_assert(is_receptor(&p[1].receptors[0], "ex", 5, 0));
    ck_assert(is_receptor(&p[1].receptors[1], "in", 10, 1));
    ck_assert_int_eq(p[2].model, SALTUS_MODEL_LIF_ALPHA);
    ck_assert_uint_eq(p[2].receptor_count, 1);
    ck_assert(is_receptor(&p[2].receptors[0], "syn", 3, 0));
    ck_assert_uint_eq(p[4].receptor_count, 2);
    ck_assert(is_receptor(&p[4].receptors[0], "f", 0.5, 0));
    ck_assert(is_receptor(&p[4].receptors[1], "g", 4, 0));
    ck_assert(p[4].i_e_pA.a == 100 && p[4].v_init_mV.a == 3 && p[4].v_th_mV.b == 20);
    ck_assert_uint_eq(p[5].receptor_count, 1);
    ck_assert(is_receptor(&p[5].receptors[0], "syn", 2, 0));
    /* without a record, the spikes of neurons are kept */
    const bool recorded[] = {true, true, true, false, true, true};
    for (size_t i = 0; i < 6; i++) {
        ck_assert(experiment->record_spikes[i] == recorded[i]);
    }
}
END_TEST

/* Receptors come by `like` and are replaced as a whole, other parameters one by one. */
START_TEST(test_file_likes_and_overrides_reach_receptors)
{
    const saltus_override overrides[] = {{"populations.X.params.receptors.ex.tau", "6 ms"},
                                         {"populations.A.params.tau_syn", "4 ms"}};
    const saltus_load_options options = {.overrides = overrides, .override_count = 2};
    load_good(HEAD "  K: {size: 1, like: X, params: {tau_m: 9 ms}}\n"
                   "  L: {size: 1, like: K, params: {receptors: {one: 7 ms}}}\n"
                   "  M: {size: 1, like: X, params: {tau_syn: 1 ms}}\n",
              &options);
    const saltus_population_spec *p = experiment->populations;
    ck_assert(is_receptor(&p[1].receptors[0], "ex", 6, 0));
    ck_assert(is_receptor(&p[2].receptors[0], "syn", 4, 0));
    ck_assert_uint_eq(p[4].receptor_count, 2);
    ck_assert(is_receptor(&p[4].receptors[0], "ex", 6, 0) && p[4].tau_m_ms == 9);
    ck_assert_uint_eq(p[5].receptor_count, 1);
    ck_assert(is_receptor(&p[5].receptors[0], "one", 7, 0) && p[5].tau_m_ms == 9);
    ck_assert_uint_eq(p[6].receptor_count, 1);
    ck_assert(is_receptor(&p[6].receptors[0], "syn", 1, 0));
}
END_TEST

START_TEST(test_file_reads_weights_in_the_unit_of_the_target)
{
    load_good(
        HEAD
        "inputs:\n"
        "  a: {type: poisson, to: X, receptor: in, rate: 1 Hz, weight: -0.05 nA}\n"
        "  b: {type: periodic, to: A, interval: 1 ms, weight: 7 pA}\n"
        "  c: {type: arrivals, to: X, receptor: ex, csv: arrivals_pA.csv}\n"
        "  d: {type: arrivals, to: A, receptor: syn, csv: arrivals_pA.csv}\n"
        "projections:\n"
        "  - {from: [D, S], to: X, receptor: in, rule: all_to_all, weight: -351 pA, delay: 1 ms}\n"
        "  - {from: D, to: A, rule: all_to_all, weight: {normal: {mean: 87.8 pA, sd: 8.78 pA, min: "
        "0 pA}}, delay: 1 ms}\n"
        "  - {from: X, to: D, rule: all_to_all, weight: 0.1 mV, delay: 1 ms}\n"
        "  - {from: X, to: X, receptor: ex, rule: {list: {csv: synapses_pA.csv}}}\n"
        "  - {from: D, to: A, receptor: syn, rule: all_to_all, weight: 30 pA, delay: 1 ms,\n"
        "     plasticity: {rule: stdp, w_max: 0.1 nA, w_min: 20 pA, w_0: 50 pA},\n"
        "     normalise: {total: 300 pA, every: 1 s}}\n"
        "record: {potential: [{of: X, every: 1 ms}]}\n",
        NULL);
    const saltus_input_spec *i = experiment->inputs;
    ck_assert(i[0].receptor == 1 && i[0].weight_mV == -50 && isnan(i[0].weight_pA));
    ck_assert(i[1].receptor == 0 && i[1].weight_mV == 7);
    ck_assert(i[2].receptor == 0 && i[2].arrival_weights_mV[1] == -20);
    ck_assert(i[3].receptor == 0 && i[3].arrival_weights_mV[0] == 50);
    const saltus_projection_spec *p = experiment->projections;
    ck_assert(p[0].receptor == 1 && p[0].weight_mV.a == -351);
    ck_assert(p[1].receptor == 1 && p[1].weight_mV.a == -351);
    ck_assert(p[2].receptor == 0 && p[2].weight_mV.kind == SALTUS_VALUE_NORMAL);
    ck_assert(p[2].weight_mV.a == 87.8 && p[2].weight_mV.b == 8.78 && p[2].weight_mV.low == 0);
    ck_assert(p[3].receptor == 0 && p[3].weight_mV.a == 0.1);
    ck_assert(p[4].receptor == 0 && p[4].weight_mV.list[1] == -351);
    ck_assert(p[4].delay_ms.list[1] == 0.8);
    const saltus_rule_parameter *parameters = saltus_plasticity_find("stdp")->parameters;
    for (size_t k = 0; parameters[k].name != NULL; k++) {
        const double value = p[5].plasticity.value[k];
        ck_assert(strcmp(parameters[k].name, "w_max") != 0 || value == 100);
        ck_assert(strcmp(parameters[k].name, "w_min") != 0 || value == 20);
        ck_assert(strcmp(parameters[k].name, "w_0") != 0 || value == 50);
    }
    ck_assert(p[5].normalisation.total_mV == 300);
    ck_assert_uint_eq(experiment->potential_count, 1);
}
END_TEST

/* One synapse of 60 pA or of 6 mV. */
static saltus_status read_weights(const char *path, const char *projection, double time_ms,
                                  const char *unit, uint32_t **sources, uint32_t **targets,
                                  double **weights, size_t *count, saltus_error *error)
{
    (void)path;
    (void)projection;
    (void)time_ms;
    (void)error;
    *sources = calloc(1, sizeof(uint32_t));
    *targets = calloc(1, sizeof(uint32_t));
    *weights = calloc(1, sizeof(double));
    **weights = strcmp(unit, "pA") == 0 ? 60 : strcmp(unit, "mV") == 0 ? 6 : 0;
    *count = 1;
    return SALTUS_OK;
}

START_TEST(test_file_reads_recorded_weights_for_any_target)
{
    const saltus_load_options options = {.weight_reader = read_weights};
    load_good(HEAD "projections: [{from: D, to: X, receptor: in, rule: all_to_all, weight: {from: "
                   "w.h5}, delay: 1 ms}, {from: D, to: D, rule: all_to_all, weight: {from: w.h5}, "
                   "delay: 1 ms}]\n",
              &options);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(experiment->projections[i].weight_mV.kind, SALTUS_VALUE_LIST);
        ck_assert(experiment->projections[i].weight_mV.list[0] == (i == 0 ? 60 : 6));
    }
    ck_assert_uint_eq(experiment->projections[0].receptor, 1);
}
END_TEST

START_TEST(test_file_reads_receptors_of_neurons_with_a_flow)
{
    load_good(HEAD "  E: {size: 1, model: adex_exp, params: {receptors: {ex: 1 ms, in: {tau: 4 ms, "
                   "tau_rise: 1 ms}}, b: 40 pA}}\n"
                   "  F: {size: 1, model: izhikevich_exp, params: {tau_syn: 7 ms}}\n"
                   "  G: {size: 1, like: E, params: {b: 30 pA}}\n"
                   "  H: {size: 1, model: adex}\n"
                   "projections:\n"
                   "  - {from: S, to: [E, G], receptor: in, rule: all_to_all, weight: -0.1 nA, "
                   "delay: 1 ms}\n"
                   "  - {from: S, to: F, rule: all_to_all, weight: 3 pA, delay: 1 ms}\n",
              NULL);
    const saltus_population_spec *p = experiment->populations + 4;
    for (uint32_t i = 0; i <= 2; i += 2) {
        ck_assert_uint_eq(p[i].receptor_count, 2);
        ck_assert(is_receptor(&p[i].receptors[0], "ex", 1, 0));
        ck_assert(is_receptor(&p[i].receptors[1], "in", 4, 1));
        ck_assert_double_eq(p[i].flow_value[10], i == 0 ? 40 : 30);
    }
    ck_assert_uint_eq(p[1].receptor_count, 1);
    ck_assert(is_receptor(&p[1].receptors[0], "syn", 7, 0));
    ck_assert_uint_eq(p[3].receptor_count, 0);
    const saltus_projection_spec *projection = experiment->projections;
    ck_assert_uint_eq(experiment->projection_count, 3);
    ck_assert(projection[0].receptor == 1 && projection[0].weight_mV.a == -100);
    ck_assert(projection[2].receptor == 0 && projection[2].weight_mV.a == 3);
}
END_TEST

/* ---- What is wrong ----------------------------------------------------------------- */

typedef struct bad_line {
    const char *line, *path;
    uint32_t column;
    const char *message;
} bad_line;

#define EXP_KEYS "tau_m, c_m, v_th, v_reset, v_rest, t_ref, i_e, tau_syn, receptors"

static const bad_line bad_populations[] = {
    {"  Z: {size: 3, model: lif_expp}", "populations.Z.model", 23,
     "unknown model 'lif_expp'; it is one of lif_delta, poisson_source, periodic_source, "
     "spike_list, rate_source, lif_exp, lif_alpha, correlated_source, alif, glif1, glif2, glif3, "
     "glif4, mat2, qif, izhikevich, adex, izhikevich_exp, adex_exp; did you mean 'lif_exp'?"},
    {"  Z: {size: 3, model: lif_exp, params: {tau_sny: 5 ms}}", "populations.Z.params.tau_sny", 41,
     "unknown key 'tau_sny' of lif_exp; the keys are " EXP_KEYS "; did you mean 'tau_syn'?"},
    {"  Z: {size: 3, model: lif_alpha, params: {theta_plus: 1 mV}}",
     "populations.Z.params.theta_plus", 43,
     "unknown key 'theta_plus' of lif_alpha; the keys are " EXP_KEYS},
    {"  Z: {size: 3, model: adex, params: {tau_syn: 5 ms}}", "populations.Z.params.tau_syn", 38,
     "unknown key 'tau_syn' of adex; the keys are c_m, g_l, v_rest, v_t, delta_t, v_peak, v_reset, "
     "t_ref, a, tau_w, b, i_e; adex_exp is the same neuron with synaptic currents, weights in pA"},
    {"  Z: {size: 3, model: izhikevich, params: {receptors: {ex: 1 ms}}}",
     "populations.Z.params.receptors", 44,
     "unknown key 'receptors' of izhikevich; the keys are a, b, c, d, v_peak, t_ref, square, "
     "linear, constant, v_b, leak, i_e; izhikevich_exp is the same neuron with synaptic currents, "
     "weights in pA"},
    {"  Z: {size: 3, like: D, params: {receptors: {ex: 1 ms}}}", "populations.Z.params.receptors",
     34,
     "unknown key 'receptors' of lif_delta; the keys are tau_m, c_m, v_th, v_reset, v_rest, t_ref, "
     "i_e, theta_plus, tau_theta; lif_exp is the same neuron with synaptic currents, weights in "
     "pA"},
    {"  Z: {size: 3, model: qif, params: {tau_syn: 5 ms}}", "populations.Z.params.tau_syn", 37,
     "unknown key 'tau_syn' of qif; the keys are tau_m, v_th, v_reset, t_ref, i_e"},
    {"  Z: {size: 3, model: adex_exp, params: {tau_syn: 0 ms}}", "populations.Z.params.tau_syn", 51,
     "found 0 ms; 1e-6 ms to 4.5e7 ms is allowed"},
    {"  Z: {size: 3, model: lif_exp, params: {tau_syn: 5 mV}}", "populations.Z.params.tau_syn", 50,
     "found '5 mV', a voltage; a time is needed, in s, ms, us, ns, min"},
    {"  Z: {size: 3, model: lif_exp, params: {tau_syn: 0 ms}}", "populations.Z.params.tau_syn", 50,
     "found 0 ms; 1e-6 ms to 4.5e7 ms is allowed"},
    {"  Z: {size: 3, model: lif_exp, params: {tau_syn: 1 ms, receptors: {a: 1 ms}}}",
     "populations.Z.params.receptors", 67,
     "found tau_syn and receptors; tau_syn is short for receptors: {syn: TIME}"},
    {"  Z: {size: 3, model: lif_exp, params: {receptors: 5 ms}}", "populations.Z.params.receptors",
     52, "found text; receptors is a mapping (key: value)"},
    {"  Z: {size: 3, model: lif_exp, params: {receptors: {}}}", "populations.Z.params.receptors",
     52, "found 0 receptors; 1 to 4 are allowed"},
    {"  Z: {size: 3, model: lif_exp, params: {receptors: {a: 1 ms, b: 1 ms, c: 1 ms, d: 1 ms, e: 1 "
     "ms}}}",
     "populations.Z.params.receptors", 52, "found 5 receptors; 1 to 4 are allowed"},
    {"  Z: {size: 3, model: lif_exp, params: {receptors: {a: 1}}}",
     "populations.Z.params.receptors.a", 56,
     "found '1' without a unit; a time needs one of s, ms, us, ns, min, for example '1 ms'"},
    {"  Z: {size: 3, model: lif_exp, params: {receptors: {a: -1 ms}}}",
     "populations.Z.params.receptors.a.tau", 56, "found -1 ms; 1e-6 ms to 4.5e7 ms is allowed"},
    {"  Z: {size: 3, like: X, params: {receptors: {a: -1 ms}}}",
     "populations.Z.params.receptors.a.tau", 49, "found -1 ms; 1e-6 ms to 4.5e7 ms is allowed"},
    {"  Z: {size: 3, model: lif_exp, params: {receptors: {a: [1 ms]}}}",
     "populations.Z.params.receptors.a", 56, "found a list; a receptor is a mapping (key: value)"},
    {"  Z: {size: 3, model: lif_exp, params: {receptors: {a: {tua: 1 ms, tau: 2 ms}}}}",
     "populations.Z.params.receptors.a.tua", 57,
     "unknown key 'tua' of a receptor; the keys are tau, tau_rise; did you mean 'tau'?"},
    {"  Z: {size: 3, model: lif_exp, params: {receptors: {a: {tau_rise: 1 ms}}}}",
     "populations.Z.params.receptors.a", 56, "the key 'tau' is missing; write it like tau: 5 ms"},
    {"  Z: {size: 3, like: X, params: {receptors: {a: {tau_rise: 1 ms}}}}",
     "populations.Z.params.receptors.a", 49, "the key 'tau' is missing; write it like tau: 5 ms"},
    {"  Z: {size: 3, model: lif_exp, params: {receptors: {a: {tau: 1 mV, tau_rise: 3 ms}}}}",
     "populations.Z.params.receptors.a.tau", 62,
     "found '1 mV', a voltage; a time is needed, in s, ms, us, ns, min"},
    {"  Z: {size: 3, model: lif_exp, params: {receptors: {a: {tau: 1 ms, tau_rise: 1 ms}}}}",
     "populations.Z.params.receptors.a.tau_rise", 78,
     "found 1 ms; 0 ms (the current jumps), or 1e-6 ms to 0.95 times tau (1 ms) is allowed; two "
     "time constants that are nearer are "
     "those of a lif_alpha"},
    {"  Z: {size: 3, model: lif_alpha, params: {receptors: {a: {tau: 3 ms, tau_rise: 1 ms}}}}",
     "populations.Z.params.receptors.a.tau_rise", 80,
     "a lif_alpha receptor has the one time constant tau; leave tau_rise out, or use lif_exp"},
    {"  Z: {size: 3, model: lif_exp, params: {receptors: {'a b': 1 ms}}}",
     "populations.Z.params.receptors", 52,
     "found the name 'a b'; letters, digits and '_' are allowed"},
    {"  Z: {size: 3, model: lif_exp, params: {v_th: 0 mV}}", "populations.Z.params.v_th", 47,
     "the threshold is 0 mV and v_reset is 0 mV; every threshold must be above v_reset"},
};

static const bad_line bad_sections[] = {
    /* units */
    {"projections: [{from: D, to: X, receptor: ex, rule: all_to_all, weight: 0.1 mV, delay: 1 ms}]",
     "projections.0.weight", 72,
     "found '0.1 mV', a voltage; a current is needed, in A, mA, uA, nA, pA; 'X' is a population of "
     "lif_exp, whose synaptic currents take weights in pA"},
    {"projections: [{from: X, to: D, rule: all_to_all, weight: 87.8 pA, delay: 1 ms}]",
     "projections.0.weight", 58,
     "found '87.8 pA', a current; a voltage is needed, in V, mV, uV; 'D' is a population of "
     "lif_delta, whose V jumps by weights in mV"},
    {"projections: [{from: D, to: A, rule: all_to_all, weight: {normal: [1 pA, 1 mV]}, delay: 1 "
     "ms}]",
     "projections.0.weight.normal", 74,
     "found '1 mV', a voltage; a current is needed, in A, mA, uA, nA, pA; 'A' is a population of "
     "lif_alpha, whose synaptic currents take weights in pA"},
    {"projections: [{from: D, to: A, rule: all_to_all, weight: 5, delay: 1 ms}]",
     "projections.0.weight", 58,
     "found '5' without a unit; a current needs one of A, mA, uA, nA, pA, for example '5 pA'"},
    {"projections: [{from: D, to: A, rule: all_to_all, weight: 5 ms, delay: 1 ms}]",
     "projections.0.weight", 58, "found '5 ms', a time; a current is needed, in A, mA, uA, nA, pA"},
    {"projections: [{from: D, to: A, rule: all_to_all, weight: 2 A, delay: 1 ms}]",
     "projections.0.weight", 58, "found 2000000000000 pA; at most 1e12 pA is allowed"},
    {"projections: [{from: D, to: A, rule: all_to_all, delay: 1 ms}]", "projections.0.weight", 15,
     "no weight is given; 'A' is a population of lif_alpha, whose synaptic currents take weights "
     "in pA"},
    {"projections: [{from: D, to: [D, A], rule: all_to_all, weight: 1 mV, delay: 1 ms}]",
     "projections.0.to", 33,
     "'D' is a population of lif_delta, whose V jumps by weights in mV, but 'A' is a population of "
     "lif_alpha, whose synaptic currents take weights in pA; write an entry for each"},
    {"projections: [{from: D, to: Y, rule: all_to_all, weight: 1 pA, delay: 1 ms}]",
     "projections.0.to", 29, "there is no population 'Y'; there are D, X, A, S"},
    {"projections: [{from: D, to: A, rule: {list: {csv: synapses_mV.csv}}}]",
     "projections.0.rule.list.csv", 15,
     "unknown column 'weight_mV'; the columns are source, target, weight_pA, delay_ms; did you "
     "mean "
     "'weight_pA'?"},
    {"projections: [{from: D, to: D, rule: {list: {csv: synapses_pA.csv}}}]",
     "projections.0.rule.list.csv", 15,
     "unknown column 'weight_pA'; the columns are source, target, weight_mV, delay_ms; did you "
     "mean "
     "'weight_mV'?"},
    {"inputs: {i: {type: poisson, to: A, rate: 1 Hz, weight: 1 mV}}", "inputs.i.weight", 56,
     "found '1 mV', a voltage; a current is needed, in A, mA, uA, nA, pA; 'A' is a population of "
     "lif_alpha, whose synaptic currents take weights in pA"},
    {"inputs: {i: {type: poisson, to: D, rate: 1 Hz, weight: 1 pA}}", "inputs.i.weight", 56,
     "found '1 pA', a current; a voltage is needed, in V, mV, uV; 'D' is a population of "
     "lif_delta, whose V jumps by weights in mV"},
    {"inputs: {i: {type: periodic, to: [A, D], interval: 1 ms, weight: 1 mV}}", "inputs.i.to", 38,
     "'A' is a population of lif_alpha, whose synaptic currents take weights in pA, but 'D' is a "
     "population of lif_delta, whose V jumps by weights in mV; write an entry for each"},
    {"inputs: {i: {type: arrivals, to: D, csv: arrivals_pA.csv}}", "inputs.i.csv", 16,
     "unknown column 'weight_pA'; the columns are time_ms, target, weight_mV; did you mean "
     "'weight_mV'?"},
    /* receptors */
    {"projections: [{from: D, to: X, rule: all_to_all, weight: 1 pA, delay: 1 ms}]",
     "projections.0", 15,
     "the key 'receptor' is missing; 'X' has several, so write receptor: and one of ex, in"},
    {"projections: [{from: D, to: X, receptor: inh, rule: all_to_all, weight: 1 pA, delay: 1 ms}]",
     "projections.0.receptor", 42,
     "'X' has no receptor 'inh'; there are ex, in; did you mean 'in'?"},
    {"projections: [{from: D, to: A, receptor: ex, rule: all_to_all, weight: 1 pA, delay: 1 ms}]",
     "projections.0.receptor", 42, "'A' has no receptor 'ex'; there is syn"},
    {"projections: [{from: D, to: A, receptor: [syn], rule: all_to_all, weight: 1 pA, delay: 1 "
     "ms}]",
     "projections.0.receptor", 42, "found a list; text is needed"},
    {"projections: [{from: D, to: D, receptor: syn, rule: all_to_all, weight: 1 mV, delay: 1 ms}]",
     "projections.0", 32,
     "'D' is a population of lif_delta and has no receptors; leave receptor out, or make it one of "
     "lif_exp"},
    {"projections: [{from: D, to: S, receptor: syn, rule: all_to_all, weight: 1 mV, delay: 1 ms}]",
     "projections.0.to", 29, "'S' is a source and takes no input; a population of neurons does"},
    {"projections: [{from: D, to: X, receptr: ex, receptor: ex, rule: all_to_all, weight: 1 pA, "
     "delay: 1 ms}]",
     "projections.0.receptr", 32,
     "unknown key 'receptr' of a projection; the keys are from, to, rule, receptor, weight, "
     "velocity, weight_by_distance, delay, "
     "autapses, multapses, name, plasticity, release, scaling, normalise; did you mean "
     "'receptor'?"},
    {"inputs: {i: {type: poisson, to: X, rate: 1 Hz, weight: 1 pA}}", "inputs.i", 13,
     "the key 'receptor' is missing; 'X' has several, so write receptor: and one of ex, in"},
    {"inputs: {i: {type: arrivals, to: X, receptor: e, csv: arrivals_pA.csv}}", "inputs.i.receptor",
     47, "'X' has no receptor 'e'; there are ex, in"},
    /* synapses that change */
    {"projections: [{from: D, to: A, rule: all_to_all, weight: 1 pA, delay: 1 ms, plasticity: "
     "{rule: stdp, w_max: 1 mV}}]",
     "projections.0.plasticity.w_max", 109,
     "found '1 mV', a voltage; a current is needed, in A, mA, uA, nA, pA; 'A' is a population of "
     "lif_alpha, whose synaptic currents take weights in pA"},
    {"projections: [{from: D, to: A, rule: all_to_all, weight: 1 pA, delay: 1 ms, plasticity: "
     "{rule: stdp}}]",
     "projections.0.plasticity", 89, "the key 'w_max' is missing; write it like w_max: 100 pA"},
    {"projections: [{from: D, to: A, rule: all_to_all, weight: 9 pA, delay: 1 ms, plasticity: "
     "{rule: stdp, w_max: 8 pA}}]",
     "projections.0.weight", 58,
     "found 9 pA; the rule keeps weights between 0 pA and 8 pA (w_min, w_max)"},
    {"projections: [{from: D, to: A, rule: all_to_all, weight: 1 pA, delay: 1 ms, plasticity: "
     "{rule: stdp, w_max: 8 pA}, normalise: {every: 1 s}}]",
     "projections.0.normalise", 127, "the key 'total' is missing; write it like total: 2000 pA"},
    {"projections: [{from: D, to: A, rule: all_to_all, weight: 1 pA, delay: 1 ms, plasticity: "
     "{rule: stdp, w_max: 8 pA}, normalise: {every: 1 s, total: 3 mV}}]",
     "projections.0.normalise.total", 147,
     "found '3 mV', a voltage; a current is needed, in A, mA, uA, nA, pA; 'A' is a population of "
     "lif_alpha, whose synaptic currents take weights in pA"},
};

static void check_only(const char *line, const bad_line *b)
{
    char text[4096];
    snprintf(text, sizeof text, HEAD "%s\n", line);
    ck_assert_int_eq(load(text, NULL), SALTUS_E_EXPERIMENT);
    const saltus_diagnostic d = saltus_diagnostics_get(found, 0);
    print_findings();
    ck_assert_uint_eq(saltus_diagnostics_count(found), 1);
    ck_assert_str_eq(d.message, b->message);
    ck_assert_str_eq(d.path, b->path);
    ck_assert_uint_eq(d.column, b->column);
}

START_TEST(test_file_finds_what_is_wrong_with_a_population)
{
    check_only(bad_populations[_i].line, &bad_populations[_i]);
}
END_TEST

START_TEST(test_file_finds_what_is_wrong_with_a_section)
{
    check_only(bad_sections[_i].line, &bad_sections[_i]);
}
END_TEST

/* What is wrong with receptors is not said again by what names them. */
START_TEST(test_file_says_once_what_is_wrong_with_receptors)
{
    static const char *const models[] = {
        "model: lif_expp", "model: lif_exp, params: {receptors: 5}",
        "model: lif_exp, params: {receptors: {a: 1 ms, ex: 1}}",
        "model: lif_exp, params: {receptors: {a: 1 ms, ex: -1 ms}}"};
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "saltus: 1\nduration: 1 s\npopulations: {Z: {size: 1, %s}}\n"
                 "inputs: {i: {type: poisson, to: Z, receptor: ex, rate: 1 Hz, weight: 1 pA}}\n"
                 "projections: [{from: Z, to: Z, receptor: ex, rule: all_to_all, weight: 1 pA, "
                 "delay: 1 ms}]\n",
                 models[i]);
        ck_assert_int_eq(load(text, NULL), SALTUS_E_EXPERIMENT);
        print_findings();
        ck_assert_uint_eq(saltus_diagnostics_count(found), 1);
        ck_assert_uint_eq(saltus_diagnostics_get(found, 0).line, 3);
        tear_down();
    }
}
END_TEST

#define CASES(array) ((int)(sizeof(array) / sizeof((array)[0])))

int main(void)
{
    Suite *suite = suite_create("receptor_file");
    TCase *cases = tcase_create("receptor_file");
    tcase_add_checked_fixture(cases, NULL, tear_down);
    tcase_add_test(cases, test_file_reads_receptors);
    tcase_add_test(cases, test_file_reads_receptors_of_neurons_with_a_flow);
    tcase_add_test(cases, test_file_likes_and_overrides_reach_receptors);
    tcase_add_test(cases, test_file_reads_weights_in_the_unit_of_the_target);
    tcase_add_test(cases, test_file_reads_recorded_weights_for_any_target);
    tcase_add_loop_test(cases, test_file_finds_what_is_wrong_with_a_population, 0,
                        CASES(bad_populations));
    tcase_add_loop_test(cases, test_file_finds_what_is_wrong_with_a_section, 0,
                        CASES(bad_sections));
    tcase_add_test(cases, test_file_says_once_what_is_wrong_with_receptors);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

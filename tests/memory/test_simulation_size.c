/* test_simulation_size - the estimate of memory against what is allocated.
 *
 * Networks of two populations and one projection, large enough that what is fixed does not show:
 * one where synapses are nearly all of it, one where neurons are. The sum of all live allocations
 * of network and simulation must be the estimate to a few percent, for every rule, precision and
 * model of release; a forgotten array of 2 bytes a synapse is more than that. What grows while a
 * network runs, the logs of spikes, is held to the figure that the estimate names.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/simulation.h"
#include "failing_allocator.h"
#include "saltus/saltus.h"
#include "support/suite.h"

#define TOLERANCE 0.02

/* ---- What is measured ---------------------------------------------------------------------------
 */

/* A projection of a kind, and how many bytes a synapse and neuron should take beside the network.
 */
typedef struct kind {
    const char *name;
    saltus_projection_spec spec;
    uint32_t synapse, source, target;
} kind;

#define KINDS_MOST 64

typedef struct kinds {
    kind of[KINDS_MOST];
    size_t count;
} kinds;

/* Bytes of one neuron in a log: 128 with its eleven earlier times, 32 to look at; of a source whose
 * synapses release; of a target that is scaled. */
enum { LOGGED = 160, COUNTED = 164, SENT = 48, SCALED = 48 };
/* What the loop of learning keeps of a target's latest spikes; longer where a rule looks at the
 * target's traces then. */
enum { RECENT_LINE = 320, RECENT_LINE_THEN = 512 };

static saltus_projection_spec plain(void)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = 0;
    spec.target = 1;
    spec.weight_mV = saltus_constant(0.5);
    spec.delay_ms = saltus_constant(1.5);
    return spec;
}

static saltus_projection_spec learning(const char *rule, bool single)
{
    saltus_projection_spec spec = plain();
    saltus_error error = {0};
    spec.plasticity.rule = rule;
    spec.plasticity.single = single;
    ck_assert_msg(!saltus_plasticity_set(&spec.plasticity, "w_max", 1, &error), "%s",
                  error.message);
    if (saltus_plasticity_find(rule)->synapse_bytes > 0) {
        spec.plasticity.modulator = 0;
    }
    return spec;
}

static saltus_projection_spec releasing(saltus_release model, double u_sd, double tau_sd)
{
    saltus_projection_spec spec = plain();
    spec.release.model = model;
    spec.release.tau_fac_ms = model == SALTUS_RELEASE_UNRELIABLE ? 0 : 50;
    spec.release.u_sd = u_sd;
    spec.release.tau_rec_sd_ms = tau_sd;
    spec.release.tau_fac_sd_ms = tau_sd / 10;
    return spec;
}

static kind *add(kinds *all, const char *name, saltus_projection_spec spec, uint32_t synapse,
                 uint32_t source, uint32_t target)
{
    ck_assert_uint_lt(all->count, KINDS_MOST);
    all->of[all->count] =
        (kind){.name = name, .spec = spec, .synapse = synapse, .source = source, .target = target};
    return &all->of[all->count++];
}

static uint32_t recent_bytes(const char *rule)
{
    if (strcmp(rule, "reward_stdp") == 0) {
        return 0;
    }
    return strcmp(rule, "triplet") == 0 || strcmp(rule, "oja") == 0 ? RECENT_LINE_THEN
                                                                    : RECENT_LINE;
}

static void add_rules(kinds *all)
{
    for (size_t i = 0; i < saltus_plasticity_count(); i++) {
        const saltus_plasticity_info *rule = saltus_plasticity_get(i);
        for (uint32_t single = 0; single < 2; single++) {
            add(all, rule->name, learning(rule->name, single == 1),
                (single == 1 ? 4 : 8) + rule->synapse_bytes, LOGGED,
                COUNTED + recent_bytes(rule->name));
        }
    }
    for (uint32_t single = 0; single < 2; single++) {
        kind *centred = add(all, "pre_centred", learning("stdp", single == 1),
                            (single == 1 ? 4 : 8) + 8, LOGGED, COUNTED);
        ck_assert_int_eq(
            saltus_plasticity_set_word(&centred->spec.plasticity, "pairing", "pre_centred", NULL),
            SALTUS_OK);
    }
}

static void add_releases(kinds *all)
{
    const saltus_release tm = SALTUS_RELEASE_TSODYKS_MARKRAM;
    const saltus_release sites = SALTUS_RELEASE_STOCHASTIC;
    add(all, "unreliable", releasing(SALTUS_RELEASE_UNRELIABLE, 0, 0), 0, SENT, 0);
    add(all, "unreliable, own u", releasing(SALTUS_RELEASE_UNRELIABLE, 0.1, 0), 8, SENT, 0);
    add(all, "tsodyks_markram", releasing(tm, 0, 0), 0, SENT, 0);
    add(all, "tsodyks_markram, own u", releasing(tm, 0.1, 0), 24, SENT, 0);
    add(all, "tsodyks_markram, all own", releasing(tm, 0.1, 10), 40, SENT, 0);
    add(all, "stochastic", releasing(sites, 0, 0), 2, SENT, 0);
    add(all, "stochastic, own u", releasing(sites, 0.1, 0), 18, SENT, 0);
    add(all, "stochastic, all own", releasing(sites, 0.1, 10), 34, SENT, 0);
    kind *scaled = add(all, "scaled", plain(), 0, 0, SCALED);
    scaled->spec.scaling.rate_Hz = 5;
    kind *both = add(all, "stdp, tsodyks_markram, scaled", learning("stdp", false), 8 + 40,
                     LOGGED + SENT, COUNTED + RECENT_LINE + SCALED);
    both->spec.release = releasing(tm, 0.1, 10).release;
    both->spec.scaling.rate_Hz = 5;
}

static void fill(kinds *all)
{
    all->count = 0;
    add(all, "static", plain(), 0, 0, 0);
    add_rules(all);
    add_releases(all);
}

/* ---- Estimates and allocations ------------------------------------------------------------------
 */

static saltus_experiment *experiment_of(const saltus_projection_spec *spec, uint32_t sources,
                                        uint32_t targets)
{
    saltus_experiment *experiment = NULL;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_experiment_create("size", &experiment), SALTUS_OK);
    saltus_population_spec population = saltus_population_spec_default();
    population.name = "A";
    population.size = sources;
    ck_assert_msg(!saltus_experiment_add_population(experiment, &population, NULL, &error), "%s",
                  error.message);
    population.name = "B";
    population.size = targets;
    ck_assert_msg(!saltus_experiment_add_population(experiment, &population, NULL, &error), "%s",
                  error.message);
    saltus_modulator_spec modulator = saltus_modulator_spec_default();
    modulator.name = "reward";
    ck_assert_msg(!saltus_experiment_add_modulator(experiment, &modulator, NULL, &error), "%s",
                  error.message);
    ck_assert_msg(!saltus_experiment_add_projection(experiment, spec, NULL, &error), "%s",
                  error.message);
    return experiment;
}

static saltus_simulation *simulate(const saltus_network *network, uint32_t threads)
{
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = threads;
    saltus_simulation *simulation = NULL;
    saltus_error error = {0};
    ck_assert_msg(!saltus_simulation_create(network, &options, &simulation, &error), "%s",
                  error.message);
    return simulation;
}

/* Bytes that a network and a simulation at its beginning take. */
static double allocated(const saltus_experiment *experiment, const saltus_network_options *options)
{
    const size_t before = failing_allocator_bytes();
    saltus_network *network = NULL;
    ck_assert_int_eq(saltus_network_build(experiment, options, &network, NULL), SALTUS_OK);
    saltus_simulation *simulation = simulate(network, options->threads);
    const size_t found = failing_allocator_bytes() - before;
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    return (double)found;
}

/* What every simulation takes, whatever it is of. */
static double smallest(void)
{
    saltus_projection_spec spec = plain();
    saltus_network_options options = saltus_network_options_default();
    options.threads = 1;
    saltus_experiment *experiment = experiment_of(&spec, 1, 1);
    const double bytes = allocated(experiment, &options);
    saltus_experiment_destroy(experiment);
    return bytes;
}

static void compare(const char *name, const saltus_experiment *experiment, uint32_t block_neurons)
{
    saltus_network_options options = saltus_network_options_default();
    options.threads = 2;
    options.block_neurons = block_neurons;
    saltus_network_size size;
    ck_assert_int_eq(saltus_network_estimate(experiment, &options, &size, NULL), SALTUS_OK);
    const double found = allocated(experiment, &options) - smallest();
    const double expected = (double)(size.total_bytes - size.build_bytes - size.log_bytes);
    ck_assert_msg(fabs(found / expected - 1) < TOLERANCE,
                  "%s, %llu synapses: %.0f bytes estimated, %.0f allocated (%.2f %%)", name,
                  (unsigned long long)size.synapses, expected, found, 100 * (found / expected - 1));
}

START_TEST(test_estimates_are_what_is_allocated_where_synapses_are_most_of_it)
{
    kinds all;
    fill(&all);
    for (size_t i = 0; i < all.count; i++) {
        kind *now = &all.of[i];
        now->spec.rule = SALTUS_RULE_FIXED_INDEGREE;
        now->spec.count = 500;
        saltus_experiment *experiment = experiment_of(&now->spec, 1500, 2000);
        compare(now->name, experiment, i % 2 == 0 ? 0 : 1024);
        saltus_experiment_destroy(experiment);
    }
}
END_TEST

START_TEST(test_estimates_are_what_is_allocated_where_neurons_are_most_of_it)
{
    kinds all;
    fill(&all);
    for (size_t i = 0; i < all.count; i++) {
        kind *now = &all.of[i];
        now->spec.rule = SALTUS_RULE_ONE_TO_ONE;
        saltus_experiment *experiment = experiment_of(&now->spec, 100000, 100000);
        compare(now->name, experiment, 0);
        saltus_experiment_destroy(experiment);
    }
}
END_TEST

/* With delays of their own synapses of one pair are told apart by an ordinal, 4 bytes each. */
START_TEST(test_estimates_hold_with_own_weights_delays_and_ordinals)
{
    kinds all;
    fill(&all);
    for (size_t i = 0; i < all.count; i++) {
        kind *now = &all.of[i];
        now->spec.rule = i % 3 == 0 ? SALTUS_RULE_ALL_TO_ALL : SALTUS_RULE_FIXED_OUTDEGREE;
        now->spec.count = 1000;
        now->spec.weight_mV = saltus_uniform(0.1, 0.5);
        now->spec.delay_ms = saltus_uniform(1, 2);
        saltus_experiment *experiment = experiment_of(&now->spec, 600, 1000);
        compare(now->name, experiment, 0);
        saltus_experiment_destroy(experiment);
    }
}
END_TEST

static void add_fault(saltus_experiment *experiment, saltus_fault_type type, uint32_t index)
{
    saltus_fault_spec spec = saltus_fault_spec_default();
    saltus_error error = {0};
    spec.type = type;
    spec.population = spec.projection = index;
    spec.share = 0.1;
    ck_assert_msg(!saltus_experiment_add_fault(experiment, &spec, NULL, &error), "%s",
                  error.message);
}

/* Faults of each type alone and all together, shared and own delays. */
START_TEST(test_estimates_hold_with_faults)
{
    static const uint32_t types[] = {1, 2, 4, 8, 16, 31, 31}; /* a bit each */
    for (uint32_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        saltus_projection_spec spec = plain();
        spec.rule = SALTUS_RULE_FIXED_OUTDEGREE;
        spec.count = 300;
        if (i % 2 == 1) {
            spec.delay_ms = saltus_uniform(1, 2);
        }
        saltus_experiment *experiment = experiment_of(&spec, 1000, 1500);
        for (uint32_t type = 0; type < 5; type++) {
            if (types[i] >> type & 1) {
                add_fault(experiment, (saltus_fault_type)type, type == SALTUS_FAULT_NEURON_LESION);
            }
        }
        char name[40];
        snprintf(name, sizeof name, "faults %u", i);
        compare(name, experiment, i % 2 == 1 ? 0 : 1024);
        saltus_experiment_destroy(experiment);
    }
}
END_TEST

/* Every target in one row: the factors of an arrival are as large as a state. */
START_TEST(test_estimates_hold_for_one_source_of_all_targets)
{
    saltus_projection_spec spec = releasing(SALTUS_RELEASE_STOCHASTIC, 0, 0);
    spec.rule = SALTUS_RULE_ALL_TO_ALL;
    saltus_experiment *experiment = experiment_of(&spec, 1, 200000);
    compare("one row", experiment, 0);
    saltus_experiment_destroy(experiment);
}
END_TEST

START_TEST(test_projections_state_bytes_of_a_synapse_and_its_ends)
{
    kinds all;
    fill(&all);
    for (size_t i = 0; i < all.count; i++) {
        const kind *now = &all.of[i];
        saltus_experiment *experiment = experiment_of(&now->spec, 20, 30);
        saltus_projection_size size;
        ck_assert_int_eq(saltus_network_estimate_projection(experiment, 0, &size), SALTUS_OK);
        ck_assert_msg(size.simulation_bytes == now->synapse && size.source_bytes == now->source &&
                          size.target_bytes == now->target,
                      "%s: %u, %u, %u bytes", now->name, size.simulation_bytes, size.source_bytes,
                      size.target_bytes);
        ck_assert_uint_eq(size.network_bytes, 4);
        saltus_network_size whole;
        ck_assert_int_eq(saltus_network_estimate(experiment, NULL, &whole, NULL), SALTUS_OK);
        const uint64_t each = 600ull * now->synapse + 20ull * now->source + 30ull * now->target;
        ck_assert_uint_ge(whole.plastic_bytes, each);
        ck_assert_uint_le(whole.plastic_bytes, each + 30 * sizeof(double) + 100000);
        ck_assert_int_eq(whole.log_bytes > 0, now->spec.plasticity.rule != NULL);
        saltus_experiment_destroy(experiment);
    }
}
END_TEST

/* ---- Neurons and sources ------------------------------------------------------------------------
 */

static void add_alone(saltus_experiment *experiment, const saltus_population_spec *spec)
{
    saltus_error error = {0};
    ck_assert_msg(!saltus_experiment_add_population(experiment, spec, NULL, &error), "%s",
                  error.message);
}

static const double onset_ms = 5, onset_pA = 100;

/* Neurons of one kind, and nothing else. */
static void compare_neurons(const char *name, saltus_population_spec spec, bool driven)
{
    saltus_experiment *experiment = NULL;
    ck_assert_int_eq(saltus_experiment_create("size", &experiment), SALTUS_OK);
    spec.name = "A";
    spec.size = 200000;
    add_alone(experiment, &spec);
    for (int i = 0; i < (driven ? 3 : 0); i++) {
        saltus_input_spec input = saltus_input_spec_default();
        saltus_error error = {0};
        input.name = i == 0 ? "random" : i == 1 ? "periodic" : "step";
        input.type = i == 0   ? SALTUS_INPUT_POISSON
                     : i == 1 ? SALTUS_INPUT_PERIODIC
                              : SALTUS_INPUT_CURRENT;
        input.rate_Hz = 1;
        input.interval_ms = 1000;
        if (i == 2) {
            input.current_times_ms = &onset_ms;
            input.current_values_pA = &onset_pA;
            input.current_count = 1;
        } else if (saltus_model_has_currents(spec.model)) {
            input.weight_pA = 0.1;
        } else {
            input.weight_mV = 0.1;
        }
        ck_assert_msg(!saltus_experiment_add_input(experiment, &input, NULL, &error), "%s",
                      error.message);
    }
    compare(name, experiment, 0);
    saltus_experiment_destroy(experiment);
}

START_TEST(test_estimates_of_every_model_are_what_is_allocated)
{
    const saltus_population_spec plain_spec = saltus_population_spec_default();
    saltus_population_spec spec = plain_spec;
    compare_neurons("lif_delta", spec, false);
    compare_neurons("lif_delta with inputs", spec, true);
    spec.v_th_mV = saltus_uniform(20, 30);
    compare_neurons("lif_delta, own thresholds, with inputs", spec, true);
    spec = plain_spec;
    spec.model = SALTUS_MODEL_CORRELATED_SOURCE;
    spec.rate_Hz = 10;
    spec.correlation = 0.09; /* events at hand have room for 2,048, as estimated */
    compare_neurons("correlated_source", spec, false);
    spec = plain_spec;
    spec.theta_plus_mV = 1;
    spec.tau_theta_ms = 1000;
    compare_neurons("lif_delta, adaptive threshold", spec, false);
    spec = plain_spec;
    spec.v_init_mV = saltus_uniform(0, 10);
    compare_neurons("lif_delta, own initial potential", spec, false);
    spec = plain_spec;
    spec.v_th_mV = saltus_uniform(20, 30);
    compare_neurons("lif_delta, own threshold", spec, false);
    spec = plain_spec;
    spec.model = SALTUS_MODEL_LIF_EXP;
    compare_neurons("lif_exp", spec, false);
    compare_neurons("lif_exp with inputs", spec, true);
    spec.receptor_count = 2;
    spec.receptors[1] = (saltus_receptor){.name = "in", .tau_ms = 9, .tau_rise_ms = 1};
    spec.i_e_pA = saltus_uniform(0, 10);
    compare_neurons("lif_exp, two receptors, own current", spec, false);
    spec = plain_spec;
    spec.model = SALTUS_MODEL_LIF_ALPHA;
    compare_neurons("lif_alpha", spec, false);
    spec = plain_spec;
    spec.theta_plus_mV = 1;
    spec.tau_theta_ms = 50;
    spec.after_spike_count = 2;
    spec.after_spike[0] = spec.after_spike[1] = (saltus_after_spike_current){.tau_ms = 9};
    for (int model = SALTUS_MODEL_ALIF; model <= SALTUS_MODEL_MAT2; model++) {
        spec.model = (saltus_model)model;
        compare_neurons(saltus_model_get((size_t)model)->name, spec, false);
    }
    spec.model = SALTUS_MODEL_ALIF;
    spec.reset_by_subtraction = true;
    compare_neurons("alif, reset by subtraction", spec, false);
    spec = plain_spec;
    spec.model = SALTUS_MODEL_POISSON_SOURCE;
    spec.rate_Hz = 1;
    compare_neurons("poisson_source", spec, false);
    spec.model = SALTUS_MODEL_PERIODIC_SOURCE;
    spec.interval_ms = 1000;
    compare_neurons("periodic_source", spec, false);
    spec.model = SALTUS_MODEL_SPIKE_LIST;
    compare_neurons("spike_list", spec, false);
    spec.model = SALTUS_MODEL_RATE_SOURCE;
    spec.rates_Hz = saltus_constant(1);
    compare_neurons("rate_source", spec, false);
}
END_TEST

/* ---- What comes while it runs -------------------------------------------------------------------
 */

/* Most entries that each log of the projection has held at any reading: of sources, of blocks. */
typedef struct log_peaks {
    uint64_t pres, posts[8];
} log_peaks;

static void watch(const saltus_simulation *simulation, log_peaks *peaks)
{
    const uint64_t pres = simulation->plastic[0]->pres.count;
    peaks->pres = pres > peaks->pres ? pres : peaks->pres;
    ck_assert_uint_le(simulation->network->block_count, 8);
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const plastic_synapses *synapses = simulation->blocks[b].plastic[0];
        const uint64_t posts = synapses != NULL ? synapses->posts.count : 0;
        peaks->posts[b] = posts > peaks->posts[b] ? posts : peaks->posts[b];
    }
}

static void drive(saltus_experiment *experiment, uint32_t population, const char *name)
{
    saltus_input_spec input = saltus_input_spec_default();
    saltus_error error = {0};
    input.name = name;
    input.type = SALTUS_INPUT_POISSON;
    input.population = population;
    input.rate_Hz = 100;
    input.weight_mV = 50; /* each arrival a spike */
    ck_assert_msg(!saltus_experiment_add_input(experiment, &input, NULL, &error), "%s",
                  error.message);
}

START_TEST(test_logs_of_spikes_come_to_what_the_estimate_says_and_no_further)
{
    saltus_projection_spec spec = learning("stdp", false);
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = 60;
    saltus_experiment *experiment = experiment_of(&spec, 2000, 2000);
    drive(experiment, 0, "to_A");
    drive(experiment, 1, "to_B");
    saltus_network_options options = saltus_network_options_default();
    options.threads = 1;
    options.block_neurons = 1024;
    saltus_network_size size;
    ck_assert_int_eq(saltus_network_estimate(experiment, &options, &size, NULL), SALTUS_OK);
    saltus_network *network = NULL;
    ck_assert_int_eq(saltus_network_build(experiment, &options, &network, NULL), SALTUS_OK);
    ck_assert_uint_gt(network->block_count, 2);
    saltus_simulation *simulation = simulate(network, 1);
    log_peaks peaks = {0};
    for (int step = 1; step <= 8000; step++) {
        ck_assert_int_eq(saltus_simulation_run_until(simulation, 0.125 * step, NULL), SALTUS_OK);
        watch(simulation, &peaks);
    }
    uint64_t posts = 0;
    for (size_t b = 0; b < 8; b++) {
        posts += peaks.posts[b];
    }
    /* two blocks of targets; of the sources at most one spike each is in flight, here 15 % */
    const double posts_most = 2 * 4096 + 120000.0 / 8;
    const double pres_most = 4096 + 2 * 2000;
    ck_assert_uint_eq(size.log_bytes, (uint64_t)(44 * (pres_most + posts_most)));
    ck_assert_double_gt((double)posts, 0.98 * posts_most);
    ck_assert_double_le((double)posts, 1.01 * posts_most);
    ck_assert_double_gt((double)peaks.pres, 4096 * 0.98);
    ck_assert_double_le((double)peaks.pres, pres_most);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

/* ---- Refusals -----------------------------------------------------------------------------------
 */

START_TEST(test_a_network_that_fits_without_its_learning_is_refused_with_it)
{
    saltus_projection_spec spec = learning("stdp", false);
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = 100;
    saltus_experiment *experiment = experiment_of(&spec, 1000, 1000);
    saltus_network_options options = saltus_network_options_default();
    options.threads = 1;
    saltus_network_size size;
    ck_assert_int_eq(saltus_network_estimate(experiment, &options, &size, NULL), SALTUS_OK);
    options.memory_limit = size.total_bytes - 1;
    saltus_network *network = NULL;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_network_build(experiment, &options, &network, &error), SALTUS_E_MEMORY);
    options.memory_limit = size.total_bytes;
    ck_assert_int_eq(saltus_network_build(experiment, &options, &network, &error), SALTUS_OK);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_estimates_are_what_is_allocated_where_synapses_are_most_of_it,
        test_estimates_are_what_is_allocated_where_neurons_are_most_of_it,
        test_estimates_hold_with_own_weights_delays_and_ordinals,
        test_estimates_hold_with_faults,
        test_estimates_hold_for_one_source_of_all_targets,
        test_estimates_of_every_model_are_what_is_allocated,
        test_projections_state_bytes_of_a_synapse_and_its_ends,
        test_logs_of_spikes_come_to_what_the_estimate_says_and_no_further,
        test_a_network_that_fits_without_its_learning_is_refused_with_it};
    return SUITE_RUN("simulation_size", tests);
}

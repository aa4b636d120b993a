/* test_without - a damaged network is the network that was built without what is lost, or with the
 * weights that noise has made: spike for spike, to the last bit, and event for event. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/simulation.h"
#include "fault_scene.h"
#include "support/suite.h"
#include "support/trial.h"

#define CELLS    250u
#define SOURCES  40u
#define SYNAPSES 6000u

/* Synapses from cells and sources onto cells, as lists. */
typedef struct scene {
    uint32_t sources[2][SYNAPSES], targets[2][SYNAPSES];
    double weights[2][SYNAPSES], delays[2][SYNAPSES];
    size_t count[2];
} scene;

typedef struct scene_kind {
    const char *engine;
    saltus_model model;
    bool own_delays; /* on the grid these are summed in another order where faults are */
    bool learns;
} scene_kind;

/* Population 0: cells; 1: sources, which are heard by some. */
static saltus_experiment *build(const scene *s, const scene_kind *kind)
{
    saltus_experiment *e = scene_create(77, 200);
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "E";
    p.size = CELLS;
    p.model = kind->model;
    p.i_e_pA = saltus_uniform(0, 280);
    p.v_init_mV = saltus_uniform(0, 22);
    scene_population(e, &p);
    p = saltus_population_spec_default();
    p.name = "S";
    p.size = SOURCES;
    p.model = SALTUS_MODEL_POISSON_SOURCE;
    p.rate_Hz = 60;
    scene_population(e, &p);
    saltus_input_spec input = saltus_input_spec_default();
    input.name = "in";
    input.type = SALTUS_INPUT_POISSON;
    input.population = 0;
    input.rate_Hz = 800;
    const bool currents = kind->model != SALTUS_MODEL_LIF_DELTA;
    *(currents ? &input.weight_pA : &input.weight_mV) = currents ? 60 : 1;
    ck_assert_int_eq(saltus_experiment_add_input(e, &input, NULL, NULL), SALTUS_OK);
    for (uint32_t k = 0; k < 2; k++) {
        saltus_projection_spec spec = saltus_projection_spec_default();
        spec.source = k;
        spec.target = 0;
        spec.rule = SALTUS_RULE_LIST;
        spec.list_sources = s->sources[k];
        spec.list_targets = s->targets[k];
        spec.list_count = s->count[k];
        const saltus_value list = {.kind = SALTUS_VALUE_LIST,
                                   .list = s->weights[k],
                                   .list_length = s->count[k],
                                   .low = -INFINITY,
                                   .high = INFINITY};
        *(currents ? &spec.weight_pA : &spec.weight_mV) = list;
        spec.delay_ms = saltus_constant(1.5);
        if (kind->own_delays) {
            spec.delay_ms = list;
            spec.delay_ms.list = s->delays[k];
        }
        if (kind->learns) {
            spec.plasticity.rule = "stdp";
            spec.plasticity.dendritic_share = k;
            ck_assert_int_eq(saltus_plasticity_set(&spec.plasticity, "w_max", 100, NULL),
                             SALTUS_OK);
        }
        scene_project(e, &spec);
    }
    return e;
}

static void draw(scene *s, const scene_kind *kind, uint64_t *state)
{
    static const uint32_t sizes[2] = {CELLS, SOURCES};
    const double scale = kind->model == SALTUS_MODEL_LIF_DELTA ? 1 : 60;
    for (size_t k = 0; k < 2; k++) {
        s->count[k] = SYNAPSES / (k + 1);
        for (size_t i = 0; i < s->count[k]; i++) {
            s->sources[k][i] = trial_random_below(state, sizes[k]);
            s->targets[k][i] = trial_random_below(state, CELLS);
            s->weights[k][i] = scale * trial_random_in(state, kind->learns ? 0 : -0.8, 1);
            s->delays[k][i] = 0.5 * (1 + trial_random_below(state, 9));
        }
    }
}

static bool dies(const scene_run *run, uint32_t population, uint32_t neuron)
{
    return sl_faults_is_dead(run->simulation, run->network->populations[population].first + neuron);
}

/* The synapses that are left, with the weights of now: rows come in the order (target, delay,
 * drawing), in which they are listed again. */
static void take_left(const scene_run *run, scene *left)
{
    static const uint32_t sizes[2] = {CELLS, SOURCES};
    for (uint32_t k = 0; k < 2; k++) {
        size_t n = 0;
        for (uint32_t source = 0; source < sizes[k]; source++) {
            saltus_synapse row[SYNAPSES];
            uint32_t targets[SYNAPSES];
            double weights[SYNAPSES];
            const size_t length =
                saltus_network_read_synapses(run->network, k, source, row, SYNAPSES);
            saltus_simulation_read_row(run->simulation, k, source, targets, weights);
            for (size_t i = 0; i < length; i++) {
                /* the same synapse in the other order: the i-th of its target */
                uint32_t before = 0;
                size_t at = 0;
                for (size_t j = 0; j < i; j++) {
                    before += row[j].target == row[i].target;
                }
                while (targets[at] != row[i].target || before-- > 0) {
                    at++;
                }
                if (weights[at] != 0 && !dies(run, k, source)) {
                    left->sources[k][n] = source;
                    left->targets[k][n] = row[i].target;
                    left->delays[k][n] = row[i].delay_ms;
                    left->weights[k][n++] = weights[at];
                }
            }
        }
        left->count[k] = n;
    }
}

/* The spikes of neurons that are left are those of the smaller network, in which what is lost still
 * fires but reaches nobody. */
static void compare(const scene_run *damaged, const scene_run *without, const char *what)
{
    size_t k = 0;
    for (size_t i = 0; i < without->spike_count; i++) {
        const saltus_spike *spike = &without->spikes[i];
        if (dies(damaged, spike->population, spike->neuron)) {
            continue;
        }
        ck_assert_msg(k < damaged->spike_count, "%s: too few spikes", what);
        ck_assert_msg(damaged->spikes[k].time_ms == spike->time_ms &&
                          damaged->spikes[k].neuron == spike->neuron &&
                          damaged->spikes[k].population == spike->population,
                      "%s: spike %zu", what, k);
        k++;
    }
    ck_assert_msg(k == damaged->spike_count, "%s: %zu spikes, not %zu", what, damaged->spike_count,
                  k);
    ck_assert_uint_gt(k, 500);
    const saltus_counts a = saltus_simulation_counts(damaged->simulation);
    const saltus_counts b = saltus_simulation_counts(without->simulation);
    ck_assert_uint_eq(a.synaptic_events, b.synaptic_events);
    ck_assert_uint_eq(a.zero_weight_events, b.zero_weight_events);
    ck_assert_uint_eq(a.plastic_updates, b.plastic_updates);
    ck_assert_uint_gt(a.synaptic_events, 1000);
}

static void add_damage(saltus_experiment *e, bool neurons, bool noise)
{
    for (uint32_t k = 0; k < 2; k++) {
        if (neurons) {
            scene_lesion(e, k, 0.2, 0);
        }
        scene_synapse_lesion(e, k, 0.3, 0);
        if (noise) {
            saltus_fault_spec spec = saltus_fault_spec_default();
            spec.type = SALTUS_FAULT_WEIGHT_NOISE;
            spec.projection = k;
            spec.sd = 0.4;
            scene_fault(e, &spec);
        }
    }
}

static void check_kind(const scene_kind *kind, uint64_t seed, bool neurons, bool noise)
{
    static scene all, left;
    uint64_t state = seed;
    draw(&all, kind, &state);
    saltus_experiment *e = build(&all, kind);
    add_damage(e, neurons, noise);
    scene_run *begun = scene_run_until(e, kind->engine, 0); /* weights as they are at 0 */
    take_left(begun, &left);
    scene_clear(begun);
    scene_run *damaged = scene_run_until(e, kind->engine, 200);
    saltus_experiment_destroy(e);
    e = build(&left, kind);
    scene_run *without = scene_run_until(e, kind->engine, 200);
    saltus_experiment_destroy(e);
    compare(damaged, without, kind->engine);
    scene_clear(damaged);
    scene_clear(without);
}

START_TEST(a_damaged_network_is_the_one_without)
{
    static const scene_kind kinds[] = {{"event", SALTUS_MODEL_LIF_DELTA, true, false},
                                       {"event", SALTUS_MODEL_LIF_DELTA, false, false},
                                       {"event", SALTUS_MODEL_LIF_EXP, true, false},
                                       {"event", SALTUS_MODEL_LIF_ALPHA, false, false},
                                       {"grid@0.1ms", SALTUS_MODEL_LIF_DELTA, false, false},
                                       {"grid@0.1ms", SALTUS_MODEL_LIF_EXP, true, false},
                                       {"euler@0.1ms", SALTUS_MODEL_LIF_ALPHA, false, false},
                                       {"interpolated@0.1ms", SALTUS_MODEL_LIF_DELTA, true, false},
                                       {"offgrid@0.3ms", SALTUS_MODEL_LIF_DELTA, true, false}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        check_kind(&kinds[i], 100 + i, true, false);
        check_kind(&kinds[i], 200 + i, i % 2 == 0, true);
    }
}
END_TEST

/* Neurons that are lost would go on pairing in the smaller network, so only synapses are. */
START_TEST(what_is_left_learns_as_without)
{
    static const scene_kind kinds[] = {{"event", SALTUS_MODEL_LIF_DELTA, true, true},
                                       {"event", SALTUS_MODEL_LIF_EXP, false, true},
                                       {"grid@0.1ms", SALTUS_MODEL_LIF_DELTA, true, true},
                                       {"offgrid@0.3ms", SALTUS_MODEL_LIF_DELTA, false, true}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        check_kind(&kinds[i], 300 + i, false, i % 2 == 1);
    }
}
END_TEST

/* ---- Noise that is none ---------------------------------------------------------------------- */

/* Weights that rewards move are rounded to floats at set times and wherever they are read out and
 * changed; a sum of arrivals depends on its order. */
static scene_run *rewarded(bool noise, const char *engine)
{
    saltus_experiment *e = scene_create(8, 300);
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "E";
    p.size = 40;
    p.i_e_pA = saltus_uniform(200, 300);
    scene_population(e, &p);
    saltus_modulator_spec modulator = saltus_modulator_spec_default();
    modulator.name = "D";
    const double times_ms[] = {20, 80, 150, 210};
    const double amounts[] = {0.5, -0.3, 0.6, -0.4};
    modulator.times_ms = times_ms;
    modulator.amounts = amounts;
    modulator.count = 4;
    ck_assert_int_eq(saltus_experiment_add_modulator(e, &modulator, NULL, NULL), SALTUS_OK);
    for (uint32_t k = 0; k < 2; k++) {
        saltus_projection_spec spec = saltus_projection_spec_default();
        spec.source = spec.target = 0;
        spec.rule = SALTUS_RULE_FIXED_INDEGREE;
        spec.count = 12;
        spec.weight_mV = saltus_uniform(0.1, 0.5);
        spec.delay_ms = saltus_uniform(1, 3);
        if (k == 0) {
            spec.plasticity.rule = "reward_stdp";
            spec.plasticity.modulator = 0;
            spec.plasticity.single = true;
            ck_assert_int_eq(saltus_plasticity_set(&spec.plasticity, "w_max", 1, NULL), SALTUS_OK);
        }
        scene_project(e, &spec);
    }
    for (uint32_t k = 0; noise && k < 4; k++) {
        saltus_fault_spec fault = saltus_fault_spec_default();
        fault.type = SALTUS_FAULT_WEIGHT_NOISE;
        fault.projection = k % 2;
        fault.sd = 0;
        fault.lognormal = k >= 2;
        fault.at_ms = 37.3 + 50 * k;
        scene_fault(e, &fault);
    }
    scene_run *run = scene_run_until(e, engine, 300);
    saltus_experiment_destroy(e);
    return run;
}

START_TEST(noise_without_a_spread_changes_no_bit)
{
    const char *const engines[] = {NULL, "grid@0.1ms"};
    for (size_t i = 0; i < 2; i++) {
        scene_run *plain = rewarded(false, engines[i]);
        scene_run *still = rewarded(true, engines[i]);
        ck_assert_uint_gt(plain->spike_count, 200);
        ck_assert_uint_eq(saltus_simulation_fingerprint(still->simulation),
                          saltus_simulation_fingerprint(plain->simulation));
        for (uint32_t k = 0; k < 2 * 40; k++) {
            uint32_t targets[2][40 * 12];
            double weights[2][40 * 12];
            const uint32_t length = saltus_simulation_row_length(plain->simulation, k / 40, k % 40);
            saltus_simulation_read_row(plain->simulation, k / 40, k % 40, targets[0], weights[0]);
            saltus_simulation_read_row(still->simulation, k / 40, k % 40, targets[1], weights[1]);
            ck_assert_int_eq(memcmp(weights[0], weights[1], length * sizeof weights[0][0]), 0);
        }
        for (uint32_t k = 0; k < 4; k++) {
            ck_assert_uint_eq(saltus_simulation_fault(still->simulation, k).synapses, 40 * 12);
        }
        scene_clear(plain);
        scene_clear(still);
    }
}
END_TEST

/* ---- Weights that learn ---------------------------------------------------------------------- */

static saltus_experiment *learning(double total_mV)
{
    saltus_experiment *e = scene_create(5, 300);
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "E";
    p.size = 50;
    p.i_e_pA = saltus_constant(300);
    p.v_init_mV = saltus_uniform(0, 20);
    scene_population(e, &p);
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = spec.target = 0;
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = 20;
    spec.weight_mV = saltus_uniform(0.1, 0.5);
    spec.delay_ms = saltus_constant(1);
    spec.plasticity.rule = "stdp";
    ck_assert_int_eq(saltus_plasticity_set(&spec.plasticity, "w_max", 1, NULL), SALTUS_OK);
    if (total_mV > 0) {
        spec.normalisation.total_mV = total_mV;
        spec.normalisation.interval_ms = 20;
    }
    scene_project(e, &spec);
    return e;
}

static void sum_up(const scene_run *run, double *onto, uint32_t *zeros)
{
    memset(onto, 0, 50 * sizeof *onto);
    *zeros = 0;
    for (uint32_t i = 0; i < 50; i++) {
        uint32_t targets[1000];
        double weights[1000];
        const uint32_t length = saltus_simulation_row_length(run->simulation, 0, i);
        saltus_simulation_read_row(run->simulation, 0, i, targets, weights);
        for (uint32_t k = 0; k < length; k++) {
            onto[targets[k]] += weights[k];
            *zeros += weights[k] == 0;
        }
    }
}

START_TEST(lost_synapses_stay_at_0_and_have_no_part_in_the_total)
{
    saltus_experiment *e = learning(1);
    scene_synapse_lesion(e, 0, 0.5, 100);
    scene_run *run = scene_run_until(e, NULL, 100);
    double onto[50];
    uint32_t zeros = 0;
    sum_up(run, onto, &zeros);
    ck_assert_uint_lt(zeros, 100);
    ck_assert_int_eq(saltus_simulation_run_until(run->simulation, 290, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_normalise(run->simulation, 0, 1, NULL), SALTUS_OK);
    sum_up(run, onto, &zeros);
    ck_assert_uint_ge(zeros, 500);
    for (uint32_t i = 0; i < 50; i++) {
        /* some ten are left, which may have 1 mV each */
        ck_assert_msg(fabs(onto[i] - 1) < 1e-9, "%g", onto[i]);
    }
    scene_clear(run);
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(lost_synapses_are_not_counted_as_learning)
{
    saltus_experiment *e = learning(0);
    scene_synapse_lesion(e, 0, 1, 100);
    scene_run *run = scene_run_until(e, NULL, 100);
    const uint64_t before = saltus_simulation_counts(run->simulation).plastic_updates;
    const uint64_t events = saltus_simulation_counts(run->simulation).synaptic_events;
    ck_assert_uint_gt(before, 1000);
    ck_assert_int_eq(saltus_simulation_run_until(run->simulation, 300, NULL), SALTUS_OK);
    ck_assert_uint_eq(saltus_simulation_counts(run->simulation).plastic_updates, before);
    ck_assert_uint_eq(saltus_simulation_counts(run->simulation).synaptic_events, events);
    ck_assert_uint_gt(saltus_simulation_counts(run->simulation).spikes, 0);
    scene_clear(run);
    saltus_experiment_destroy(e);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_damaged_network_is_the_one_without,
                                  what_is_left_learns_as_without,
                                  noise_without_a_spread_changes_no_bit,
                                  lost_synapses_stay_at_0_and_have_no_part_in_the_total,
                                  lost_synapses_are_not_counted_as_learning};
    return SUITE_RUN("without", tests);
}

/* test_own_delays - many arrivals at synapses with delays of their own: the same network with a
 * projection for each delay, whose arrivals take another way through the engine, fires alike.
 *
 * Times are on a lattice, so that thousands of arrivals have one time and rows have runs of equal
 * delays; or each source has its own offset, so that nearly all arrivals stand alone. Delays reach
 * over several stretches (engine/event/own_delays.h). */
#include <stdio.h>
#include <stdlib.h>

#include "support/suite.h"
#include "support/trial.h"

enum { SOURCES = 400, TARGETS = 2500, FAN_OUT = 150, SPIKES = 5, DELAYS = 40 };

typedef struct scene {
    double offset_ms; /* of each source's spikes from those of the one before */
    uint32_t *sources, *targets, *delay;
    double *weights_mV;
} scene;

static scene scene_make(double offset_ms)
{
    scene s = {.offset_ms = offset_ms};
    uint64_t state = 5;
    s.sources = malloc(SOURCES * FAN_OUT * sizeof *s.sources);
    s.targets = malloc(SOURCES * FAN_OUT * sizeof *s.targets);
    s.delay = malloc(SOURCES * FAN_OUT * sizeof *s.delay);
    s.weights_mV = malloc(SOURCES * FAN_OUT * sizeof *s.weights_mV);
    for (uint32_t i = 0; i < SOURCES * FAN_OUT; i++) {
        s.sources[i] = i / FAN_OUT;
        s.targets[i] = trial_random_below(&state, TARGETS);
        s.delay[i] = trial_random_below(&state, DELAYS);
        s.weights_mV[i] = trial_random_in(&state, -1, 4);
    }
    return s;
}

static void scene_clear(scene *s)
{
    free(s->sources);
    free(s->targets);
    free(s->delay);
    free(s->weights_mV);
}

/* From 0.1 ms to 12 ms, on a lattice of 0.1 ms. */
static double delay_ms(uint32_t delay)
{
    return (1 + 3 * delay) / 10.0;
}

static void add_populations(saltus_experiment *e, const scene *s)
{
    double times_ms[SOURCES * SPIKES];
    uint32_t neurons[SOURCES * SPIKES];
    for (uint32_t k = 0; k < SPIKES; k++) {
        for (uint32_t i = 0; i < SOURCES; i++) {
            times_ms[k * SOURCES + i] = 4.0 * k + 1 + s->offset_ms * i;
            neurons[k * SOURCES + i] = i;
        }
    }
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "sources";
    p.size = SOURCES;
    p.model = SALTUS_MODEL_SPIKE_LIST;
    p.spike_times_ms = times_ms;
    p.spike_neurons = neurons;
    p.spike_count = SOURCES * SPIKES;
    ck_assert_int_eq(saltus_experiment_add_population(e, &p, NULL, NULL), SALTUS_OK);
    p = saltus_population_spec_default();
    p.name = "targets";
    p.size = TARGETS;
    p.t_ref_ms = 1;
    p.i_e_pA = saltus_constant(100);
    ck_assert_int_eq(saltus_experiment_add_population(e, &p, NULL, NULL), SALTUS_OK);
}

static saltus_value list_of(const double *values, size_t count)
{
    saltus_value value = saltus_constant(0);
    value.kind = SALTUS_VALUE_LIST;
    value.list = values;
    value.list_length = count;
    return value;
}

static void add_projection(saltus_experiment *e, const uint32_t *sources, const uint32_t *targets,
                           const double *weights_mV, saltus_value delay, size_t count)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    char name[16];
    snprintf(name, sizeof name, "p%u", saltus_experiment_projection_count(e));
    spec.name = name;
    spec.source = 0;
    spec.target = 1;
    spec.rule = SALTUS_RULE_LIST;
    spec.list_sources = sources;
    spec.list_targets = targets;
    spec.list_count = count;
    spec.weight_mV = list_of(weights_mV, count);
    spec.delay_ms = delay;
    saltus_error error;
    ck_assert_msg(saltus_experiment_add_projection(e, &spec, NULL, &error) == SALTUS_OK, "%s",
                  error.message);
}

/* One projection with delays of their own; or one for each delay. */
static saltus_experiment *experiment_of(const scene *s, bool own)
{
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("own delays", &e), SALTUS_OK);
    saltus_experiment_set_duration(e, 40, NULL);
    add_populations(e, s);
    const size_t count = SOURCES * FAN_OUT;
    double *values = malloc(count * sizeof *values);
    if (own) {
        for (size_t i = 0; i < count; i++) {
            values[i] = delay_ms(s->delay[i]);
        }
        add_projection(e, s->sources, s->targets, s->weights_mV, list_of(values, count), count);
    }
    uint32_t *sources = malloc(count * sizeof *sources);
    uint32_t *targets = malloc(count * sizeof *targets);
    for (uint32_t d = 0; !own && d < DELAYS; d++) {
        size_t some = 0;
        for (size_t i = 0; i < count; i++) {
            if (s->delay[i] == d) {
                sources[some] = s->sources[i];
                targets[some] = s->targets[i];
                values[some++] = s->weights_mV[i];
            }
        }
        add_projection(e, sources, targets, values, saltus_constant(delay_ms(d)), some);
    }
    free(sources);
    free(targets);
    free(values);
    return e;
}

static trial_result run(const saltus_experiment *e, const trial_setup *setup)
{
    trial_result result;
    ck_assert(trial_run(e, setup, &result));
    return result;
}

static void check_alike(const trial_result *own, const trial_result *classes)
{
    ck_assert_uint_eq(own->spike_count, classes->spike_count);
    for (size_t i = 0; i < own->spike_count; i++) {
        ck_assert_uint_eq(own->spikes[i].neuron, classes->spikes[i].neuron);
        ck_assert_double_eq_tol(own->spikes[i].time_ms, classes->spikes[i].time_ms, 1e-10);
    }
    for (size_t i = SOURCES; i < own->neuron_count; i++) {
        ck_assert_double_eq_tol(own->potentials_mV[i], classes->potentials_mV[i], 1e-11);
    }
    ck_assert_uint_eq(own->counts.synaptic_events, SOURCES * FAN_OUT * SPIKES);
    ck_assert_uint_eq(classes->counts.synaptic_events, SOURCES * FAN_OUT * SPIKES);
    ck_assert_uint_gt(own->counts.spikes, 2 * SOURCES * SPIKES);
}

static void check(double offset_ms)
{
    scene s = scene_make(offset_ms);
    saltus_experiment *own = experiment_of(&s, true);
    saltus_experiment *classes = experiment_of(&s, false);
    const double cuts_ms[] = {1.05, 4.0, 5.3, 5.3000000001, 17.77};
    const trial_setup plain = {.spikes = true};
    trial_result by_class = run(classes, &plain);
    trial_result whole = run(own, &plain);
    check_alike(&whole, &by_class);
    /* wherever it is cut, whatever the blocks; also where a checkpoint goes between */
    const trial_setup cut = {
        .spikes = true, .threads = 2, .block_neurons = 1024, .cuts_ms = cuts_ms, .cut_count = 5};
    trial_result pieces = run(own, &cut);
    char why[512] = "";
    ck_assert_msg(trial_same_bits(&whole, &pieces, why, sizeof why), "%s", why);
    ck_assert_msg(trial_same_counts(&whole, &pieces, false, why, sizeof why), "%s", why);
    trial_result relay;
    ck_assert(trial_run_relay(own, &cut, "own_delays.checkpoint", &relay));
    ck_assert_msg(trial_same_bits(&whole, &relay, why, sizeof why), "%s", why);
    remove("own_delays.checkpoint");
    trial_clear(&by_class);
    trial_clear(&whole);
    trial_clear(&pieces);
    trial_clear(&relay);
    saltus_experiment_destroy(own);
    saltus_experiment_destroy(classes);
    scene_clear(&s);
}

START_TEST(thousands_of_arrivals_at_one_time)
{
    check(0);
}
END_TEST

START_TEST(arrivals_that_stand_alone)
{
    check(0.00012345);
}
END_TEST

START_TEST(some_arrivals_of_one_time)
{
    check(0.005);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {thousands_of_arrivals_at_one_time, arrivals_that_stand_alone,
                                  some_arrivals_of_one_time};
    return SUITE_RUN("own_delays", tests);
}

/* test_flow - neurons with a flow of their own against quadruple precision: legs and crossings of
 * qif, the spike times of the twenty patterns of Izhikevich (2004) and of AdEx's (Naud et al.
 * 2008), small networks, the same bits however a run is run, clocks, and what is refused. */
#include <math.h>
#include <quadmath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exact_angles.h"
#include "base/exact_math.h"
#include "exactness/flow_reference.h"
#include "support/suite.h"
#include "support/trial.h"

#define TICK_MS 1e-11

static void must(saltus_status status, const saltus_error *error)
{
    ck_assert_msg(status == SALTUS_OK, "%s", error->message);
}

static saltus_network *build(const saltus_experiment *e)
{
    saltus_error error = {0};
    saltus_network *network = NULL;
    must(saltus_network_build(e, NULL, &network, &error), &error);
    return network;
}

static trial_result run_with(const saltus_experiment *e, trial_setup setup)
{
    trial_result result;
    setup.spikes = true;
    ck_assert(trial_run(e, &setup, &result));
    return result;
}

static trial_result run(const saltus_experiment *e, const char *engine)
{
    return run_with(e, (trial_setup){.engine = engine});
}

static saltus_population_spec spec_of(const char *name, saltus_model model)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = 1;
    spec.model = model;
    return spec;
}

static void set(saltus_population_spec *spec, const char *name, double value)
{
    saltus_error error = {0};
    must(saltus_population_set(spec, name, value, &error), &error);
}

static saltus_experiment *begin(double duration_ms)
{
    saltus_error error = {0};
    saltus_experiment *e = NULL;
    must(saltus_experiment_create("flows", &e), &error);
    must(saltus_experiment_set_duration(e, duration_ms, &error), &error);
    return e;
}

static uint32_t add(saltus_experiment *e, const saltus_population_spec *spec)
{
    saltus_error error = {0};
    uint32_t index = 0;
    must(saltus_experiment_add_population(e, spec, &index, &error), &error);
    must(saltus_experiment_record_spikes(e, index), &error);
    return index;
}

/* ---- Functions ------------------------------------------------------------------------------- */

START_TEST(angles_are_those_of_quadruple_precision)
{
    uint64_t state = 1;
    for (int i = 0; i < 20000; i++) {
        const double x = trial_random(&state) * (i % 2 == 0 ? M_PI : pow(10, -(i % 30)));
        double sine = 0;
        double cosine = 0;
        sl_sine_cosine(x, &sine, &cosine);
        ck_assert(fabs((double)(sine - sinq(x))) <= 4e-16 * fmin(1, (double)sinq(x) + 1e-16));
        ck_assert(fabs((double)(cosine - cosq(x))) <= 4e-16 * fmax((double)fabsq(cosq(x)), 0.1));
        const double far = pow(10, trial_random_in(&state, -100, 100));
        const double y = trial_random(&state) * far;
        const double along = trial_random_in(&state, -1, 1) * (i % 3 == 0 ? far : 1);
        const quad angle = atan2q(y, along);
        ck_assert(fabs((double)((sl_angle(y, along) - angle) / angle)) < 6e-16);
        const double grows = pow(10, trial_random_in(&state, -20, 20)) * (i % 2 == 0 ? 1 : -1);
        if (grows > -1) {
            const quad log = log1pq(grows);
            ck_assert(fabs((double)((sl_log1p(grows) - log) / log)) < 6e-16);
        }
    }
    ck_assert(sl_angle(0, 1) == 0);
    ck_assert(sl_angle(1, 0) == M_PI / 2);
}
END_TEST

/* ---- qif ------------------------------------------------------------------------------------- */

/* A neuron of random kind: all signs of I, I near 0 and 0, thresholds on all sides of the points
 * that do not move, infinite ones. */
static saltus_population_spec random_qif(uint64_t *state)
{
    saltus_population_spec spec = spec_of("Q", SALTUS_MODEL_QIF);
    const double size = pow(10, trial_random_in(state, -8, 3));
    const double current = trial_random_below(state, 6) == 0 ? 0 : size;
    spec.i_e_pA = saltus_constant(trial_random_below(state, 2) == 0 ? current : -current);
    const double reset = trial_random_in(state, -50, 2);
    set(&spec, "tau_m", trial_random_in(state, 0.5, 30));
    set(&spec, "v_reset", reset);
    if (trial_random_below(state, 2) == 0) {
        set(&spec, "v_th", reset + trial_random_in(state, 0.1, 60));
    }
    const bool above = isinf(spec.flow_value[1]) || isnan(spec.flow_value[1]);
    spec.v_init_mV = saltus_constant(reset - 3 + trial_random_in(state, 0, above ? 60 : 3));
    set(&spec, "t_ref", trial_random_below(state, 2));
    return spec;
}

START_TEST(qif_legs_are_closed_forms)
{
    uint64_t state = 7;
    size_t crossings = 0;
    for (int i = 0; i < 500; i++) {
        saltus_experiment *e = begin(1);
        const saltus_population_spec spec = random_qif(&state);
        add(e, &spec);
        saltus_network *network = build(e);
        const network_flow *flow = network->populations[0].flow;
        const flow_drive drive = {.current = flow->i_e_pA};
        double v[FLOW_VARIABLES] = {network->populations[0].v_init, 0};
        flow_reference r = reference_begin(&network->populations[0], 0);
        const double most = i % 2 == 0 ? INFINITY : 0;
        const flow_leg whole = flow->model->leg(flow->value, v, drive, most);
        const bool before = most > 0 && whole.crosses && whole.length_ms < 1e4;
        const double ms =
            before ? whole.length_ms * trial_random(&state) : trial_random_in(&state, 0, 200);
        const flow_leg leg = flow->model->leg(flow->value, v, drive, ms);
        const int64_t end = (int64_t)(ms / TICK_MS);
        const int64_t spike = reference_go(&r, end);
        ck_assert_int_eq(leg.crosses, spike >= 0);
        if (leg.crosses) {
            crossings++;
            /* what V was rounded to near the unstable point moves it by more */
            ck_assert(fabs(leg.length_ms - (double)spike * TICK_MS) <=
                      2 * TICK_MS + 1e-13 * leg.length_ms);
        } else {
            flow->model->advance(flow->value, drive, (double)end * TICK_MS, v);
            ck_assert(fabs((double)(v[0] - r.v)) <=
                      1e-10 * fmax(1, fabs(v[0])) * fmax(1, fabs(v[0])));
        }
        saltus_network_destroy(network);
        saltus_experiment_destroy(e);
    }
    ck_assert_uint_gt(crossings, 80);
    ck_assert_uint_lt(crossings, 480);
}
END_TEST

/* ---- Spike times ----------------------------------------------------------------------------- */

/* All spikes of a population's only neuron, in quadruple precision, against those of a run. */
static void check_spikes(const saltus_network *network, const trial_result *result, double end_ms,
                         double tolerance_ms)
{
    for (uint32_t p = 0; p < network->population_count; p++) {
        if (network->populations[p].flow == NULL) {
            continue;
        }
        flow_reference r = reference_begin(&network->populations[p], 0);
        const int64_t end = (int64_t)(end_ms / TICK_MS) - 1;
        for (size_t i = 0; i < result->spike_count; i++) {
            const saltus_spike *spike = &result->spikes[i];
            if (spike->population == p && spike->time_ms < end_ms) {
                const double ms = (double)reference_go(&r, end) * TICK_MS;
                ck_assert_msg(fabs(ms - spike->time_ms) <= tolerance_ms, "%s: %.12f, not %.12f",
                              network->populations[p].name, spike->time_ms, ms);
            }
        }
        const int64_t more = reference_go(&r, end);
        ck_assert_msg(more < 0, "%s: no spike at %.9f", network->populations[p].name,
                      (double)more * TICK_MS);
    }
}

static saltus_experiment *patterns(void)
{
    saltus_experiment *e = NULL;
    saltus_diagnostics *found = NULL;
    const saltus_status status = saltus_experiment_load(
        SALTUS_SOURCE_ROOT "/data/experiments/izhikevich_patterns.yaml", NULL, &e, &found);
    ck_assert_int_eq(status, SALTUS_OK);
    saltus_diagnostics_destroy(found);
    return e;
}

START_TEST(twenty_patterns_have_the_spikes_of_quadruple_precision)
{
    saltus_experiment *e = patterns();
    saltus_network *network = build(e);
    trial_result result = run(e, NULL);
    check_spikes(network, &result, 400, 1e-9);
    trial_clear(&result);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
}
END_TEST

/* Spikes of a pattern in [from, to). */
static size_t spikes_in(const trial_result *result, uint32_t population, double from, double to)
{
    size_t count = 0;
    for (size_t i = 0; i < result->spike_count; i++) {
        const saltus_spike *s = &result->spikes[i];
        count += s->population == population && s->time_ms >= from && s->time_ms < to;
    }
    return count;
}

typedef struct signature {
    const char *pattern;
    double from, to;
    size_t least, most;
} signature;

/* What the patterns are named after. */
static const signature signatures[] = {
    {"tonic_spiking", 0, 10, 0, 0},
    {"tonic_spiking", 30, 100, 2, 4},
    {"tonic_spiking", 300, 400, 3, 5},
    {"phasic_spiking", 20, 60, 1, 1},
    {"phasic_spiking", 60, 400, 0, 0},
    {"tonic_bursting", 22, 50, 6, 20},
    {"tonic_bursting", 50, 70, 0, 0},
    {"tonic_bursting", 70, 100, 4, 10},
    {"tonic_bursting", 100, 120, 0, 0},
    {"phasic_bursting", 30, 80, 4, 12},
    {"phasic_bursting", 80, 400, 0, 0},
    {"mixed_mode", 16, 30, 3, 4},
    {"mixed_mode", 30, 100, 2, 2},
    {"adaptation", 8, 20, 4, 4},
    {"adaptation", 20, 85, 2, 2},
    {"class_1", 30, 130, 1, 3},
    {"class_1", 200, 300, 5, 7},
    {"class_2", 0, 100, 0, 0},
    {"class_2", 100, 200, 6, 8},
    {"class_2", 200, 300, 8, 12},
    {"latency", 0, 15, 0, 0},
    {"latency", 15, 30, 1, 1},
    {"subthreshold", 20, 30, 1, 1},
    {"subthreshold", 30, 400, 0, 0},
    {"resonator", 0, 320, 0, 0},
    {"resonator", 320, 400, 1, 1},
    {"integrator", 14, 30, 1, 1},
    {"integrator", 30, 400, 0, 0},
    {"rebound_spike", 0, 25, 0, 0},
    {"rebound_spike", 25, 400, 1, 1},
    {"rebound_burst", 0, 25, 0, 0},
    {"rebound_burst", 25, 120, 8, 20},
    {"rebound_burst", 120, 400, 0, 0},
    {"variability", 0, 80, 0, 0},
    {"variability", 80, 100, 1, 1},
    {"bistability", 0, 37.5, 0, 0},
    {"bistability", 37.5, 208, 5, 5},
    {"bistability", 208, 400, 0, 0},
    {"afterpotential", 9, 12, 1, 1},
    {"afterpotential", 12, 400, 0, 0},
    {"accommodation", 0, 300, 0, 0},
    {"accommodation", 300, 315, 1, 1},
    {"inhibition_spiking", 0, 50, 0, 0},
    {"inhibition_spiking", 50, 260, 4, 4},
    {"inhibition_spiking", 260, 400, 0, 0},
    {"inhibition_bursting", 0, 50, 0, 0},
    {"inhibition_bursting", 80, 100, 8, 14},
    {"inhibition_bursting", 100, 170, 0, 0},
    {"inhibition_bursting", 170, 190, 8, 14},
};

START_TEST(twenty_patterns_are_what_they_are_named_after)
{
    saltus_experiment *e = patterns();
    trial_result result = run(e, NULL);
    bool seen[20] = {false};
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        const signature *s = &signatures[i];
        const uint32_t population = saltus_experiment_find_population(e, s->pattern);
        ck_assert_uint_lt(population, 20);
        seen[population] = true;
        const size_t count = spikes_in(&result, population, s->from, s->to);
        ck_assert_msg(count >= s->least && count <= s->most, "%s: %zu spikes in %g to %g ms",
                      s->pattern, count, s->from, s->to);
    }
    for (uint32_t i = 0; i < 20; i++) {
        ck_assert(seen[i]);
    }
    trial_clear(&result);
    saltus_experiment_destroy(e);
}
END_TEST

/* C, g_L, E_L, V_T, Delta_T, a, tau_w, b, V_r, I of Naud et al. (2008), table 1. */
typedef struct adex_pattern {
    const char *name;
    double c_m, g_l, v_rest, v_t, delta_t, a, tau_w, b, v_reset, i_e;
    double until_ms; /* irregular spiking is chaotic: errors grow */
} adex_pattern;

static const adex_pattern adex_patterns[] = {
    {"tonic", 200, 10, -70, -50, 2, 2, 30, 0, -58, 500, 400},
    {"adapting", 200, 12, -70, -50, 2, 2, 300, 60, -58, 500, 400},
    {"initial_burst", 130, 18, -58, -50, 2, 4, 150, 120, -50, 400, 400},
    {"bursting", 200, 10, -58, -50, 2, 2, 120, 100, -46, 210, 400},
    {"accelerating", 200, 12, -70, -50, 2, -10, 300, 0, -58, 300, 400},
    {"delayed_bursting", 100, 10, -65, -50, 2, -10, 90, 30, -47, 110, 400},
    {"transient", 100, 10, -65, -50, 2, 10, 90, 100, -47, 180, 400},
    {"irregular", 100, 12, -60, -50, 2, -11, 130, 30, -48, 160, 400},
};
#define ADEX_PATTERNS (sizeof adex_patterns / sizeof adex_patterns[0])

static uint32_t add_adex(saltus_experiment *e, const adex_pattern *p)
{
    saltus_population_spec spec = spec_of(p->name, SALTUS_MODEL_ADEX);
    set(&spec, "c_m", p->c_m);
    set(&spec, "g_l", p->g_l);
    set(&spec, "v_rest", p->v_rest);
    set(&spec, "v_t", p->v_t);
    set(&spec, "delta_t", p->delta_t);
    set(&spec, "a", p->a);
    set(&spec, "tau_w", p->tau_w);
    set(&spec, "b", p->b);
    set(&spec, "v_reset", p->v_reset);
    spec.i_e_pA = saltus_constant(p->i_e);
    return add(e, &spec);
}

/* Arrivals of weight 0 cut every leg anew: spikes move by no more than rounding. */
static void add_looks(saltus_experiment *e, uint32_t population, double interval_ms)
{
    saltus_error error = {0};
    char name[32];
    snprintf(name, sizeof name, "looks_%u", population);
    saltus_input_spec input = saltus_input_spec_default();
    input.name = name;
    input.type = SALTUS_INPUT_PERIODIC;
    input.population = population;
    input.weight_mV = 0;
    input.interval_ms = interval_ms;
    must(saltus_experiment_add_input(e, &input, NULL, &error), &error);
}

START_TEST(adex_patterns_have_the_spikes_of_quadruple_precision_with_any_legs)
{
    for (int looks = 0; looks < 2; looks++) {
        saltus_experiment *e = begin(400);
        for (size_t i = 0; i < ADEX_PATTERNS; i++) {
            const uint32_t population = add_adex(e, &adex_patterns[i]);
            if (looks > 0) {
                add_looks(e, population, 0.37);
            }
        }
        saltus_network *network = build(e);
        trial_result result = run(e, NULL);
        ck_assert_uint_gt(result.spike_count, 60);
        check_spikes(network, &result, 400, 1e-9);
        trial_clear(&result);
        saltus_network_destroy(network);
        saltus_experiment_destroy(e);
    }
}
END_TEST

START_TEST(patterns_are_the_same_with_shorter_legs)
{
    saltus_experiment *e = patterns();
    trial_result whole = run(e, NULL);
    for (uint32_t i = 0; i < saltus_experiment_population_count(e); i++) {
        add_looks(e, i, 0.73);
    }
    trial_result cut = run(e, NULL);
    ck_assert_uint_eq(whole.spike_count, cut.spike_count);
    for (size_t i = 0; i < whole.spike_count; i++) {
        ck_assert_uint_eq(whole.spikes[i].population, cut.spikes[i].population);
        ck_assert(fabs(whole.spikes[i].time_ms - cut.spikes[i].time_ms) < 1e-9);
    }
    trial_clear(&whole);
    trial_clear(&cut);
    saltus_experiment_destroy(e);
}
END_TEST

/* ---- Networks -------------------------------------------------------------------------------- */

enum { CELLS = 6, MOST = 4000 };

typedef struct arriving {
    int64_t time;
    uint32_t target;
    double weight;
} arriving;

/* Populations of one neuron each, all joined with weights and delays of their own. */
static saltus_experiment *random_network(uint64_t *state, double weight[CELLS][CELLS],
                                         double delay[CELLS][CELLS])
{
    saltus_error error = {0};
    saltus_experiment *e = begin(100);
    static const char *const names[CELLS] = {"a", "b", "c", "d", "e", "f"};
    for (uint32_t i = 0; i < CELLS; i++) {
        saltus_population_spec spec = spec_of(names[i], SALTUS_MODEL_QIF);
        set(&spec, "v_reset", -10);
        if (trial_random_below(state, 2) == 0) {
            set(&spec, "v_th", trial_random_in(state, -5, 20));
        }
        if (i % 3 > 0) {
            spec = spec_of(names[i], i % 3 == 1 ? SALTUS_MODEL_IZHIKEVICH : SALTUS_MODEL_ADEX);
            spec.i_e_pA = saltus_constant(i % 3 == 1 ? trial_random_in(state, -5, 15)
                                                     : trial_random_in(state, 0, 1500));
            set(&spec, "t_ref", trial_random_below(state, 2) * 1.5);
        } else {
            spec.i_e_pA = saltus_constant(trial_random_in(state, -4, 30));
        }
        spec.name = names[i];
        add(e, &spec);
    }
    for (uint32_t i = 0; i < CELLS; i++) {
        for (uint32_t k = 0; k < CELLS; k++) {
            const bool inhibits = i % 2 == 1;
            weight[i][k] = trial_random_in(state, 0, 8) * (inhibits ? -1 : 1);
            weight[i][k] *= trial_random_below(state, 30) == 0 ? 1e5 : 1;
            delay[i][k] = 1 + trial_random_below(state, 5) * 0.25;
            saltus_projection_spec p = saltus_projection_spec_default();
            p.source = i;
            p.target = k;
            p.weight_mV = saltus_constant(weight[i][k]);
            p.delay_ms = saltus_constant(delay[i][k]);
            must(saltus_experiment_add_projection(e, &p, NULL, &error), &error);
        }
    }
    return e;
}

static int by_time(const void *a, const void *b)
{
    const arriving *x = a;
    const arriving *y = b;
    if (x->time != y->time) {
        return x->time < y->time ? -1 : 1;
    }
    return (x->target > y->target) - (x->target < y->target);
}

/* The network by hand: the next thing in time, again and again. */
static size_t by_hand(const saltus_network *network, double weight[CELLS][CELLS],
                      double delay[CELLS][CELLS], int64_t end, arriving *spikes)
{
    static arriving flying[MOST * CELLS];
    flow_reference cell[CELLS];
    size_t count = 0;
    size_t flies = 0;
    for (uint32_t i = 0; i < CELLS; i++) {
        cell[i] = reference_begin(&network->populations[i], 0);
    }
    const int64_t window = (int64_t)1e11; /* no delay is shorter */
    for (int64_t from = 0; from < end; from += window) {
        const size_t before = count;
        qsort(flying, flies, sizeof flying[0], by_time);
        for (uint32_t i = 0; i < CELLS; i++) {
            size_t next = 0;
            for (;;) {
                while (next < flies && (flying[next].target != i || flying[next].time < from)) {
                    next++;
                }
                const int64_t stop = from + window - 1;
                const bool arrives = next < flies && flying[next].time <= stop;
                const int64_t until = arrives ? flying[next].time : stop;
                const int64_t fired = reference_go(&cell[i], until);
                bool fires = fired >= 0;
                /* a neuron that fires at the time of an arrival takes none of that time */
                if (!fires && arrives) {
                    double sum = 0;
                    while (next < flies && flying[next].time == until && flying[next].target == i) {
                        sum += flying[next++].weight;
                    }
                    fires = reference_arrival(&cell[i], sum);
                } else if (fires && arrives && fired == until) {
                    while (next < flies && flying[next].time == until && flying[next].target == i) {
                        next++;
                    }
                }
                if (fires) {
                    ck_assert_uint_lt(count, MOST);
                    spikes[count++] = (arriving){.time = cell[i].at, .target = i};
                } else if (!arrives) {
                    break;
                }
            }
        }
        for (size_t s = before; s < count; s++) {
            const uint32_t source = spikes[s].target;
            for (uint32_t k = 0; k < CELLS; k++) {
                const int64_t takes = (int64_t)(delay[source][k] * 1e11 + 0.5);
                flying[flies++] = (arriving){spikes[s].time + takes, k, weight[source][k]};
            }
        }
    }
    qsort(spikes, count, sizeof spikes[0], by_time);
    return count;
}

/* Those of one neuron: a tick may change the order of two. Ticks of arrivals grow from spike to
 * spike. */
static void compare(const trial_result *result, uint32_t p, const arriving *expected, size_t count)
{
    size_t next = 0;
    for (size_t k = 0; k < count; k++) {
        if (expected[k].target != p) {
            continue;
        }
        while (next < count && result->spikes[next].population != p) {
            next++;
        }
        ck_assert_uint_lt(next, count);
        const double ms = result->spikes[next++].time_ms;
        ck_assert_msg(fabs(ms - (double)expected[k].time * TICK_MS) < 1e-6,
                      "spike %zu of %u: %.12f, not %.12f", k, p, ms,
                      (double)expected[k].time * TICK_MS);
    }
}

START_TEST(small_networks_are_those_of_quadruple_precision)
{
    static arriving expected[MOST];
    uint64_t state = 11;
    size_t all = 0;
    const uint64_t trials = trial_environment("SALTUS_CURRENT_TRIALS", 20);
    for (uint64_t i = 0; i < (trials < 20 ? 2 : 5); i++) {
        double weight[CELLS][CELLS];
        double delay[CELLS][CELLS];
        saltus_experiment *e = random_network(&state, weight, delay);
        saltus_network *network = build(e);
        trial_result result = run(e, NULL);
        const size_t count = by_hand(network, weight, delay, (int64_t)100e11, expected);
        ck_assert_uint_eq(result.spike_count, count);
        for (uint32_t p = 0; p < CELLS; p++) {
            compare(&result, p, expected, count);
        }
        all += count;
        trial_clear(&result);
        saltus_network_destroy(network);
        saltus_experiment_destroy(e);
    }
    ck_assert_uint_gt(all, 100);
}
END_TEST

/* ---- The same bits --------------------------------------------------------------------------- */

/* Some 2,500 neurons of the three models with random input and plastic synapses. */
static saltus_experiment *crowd(void)
{
    saltus_error error = {0};
    saltus_experiment *e = begin(24);
    saltus_population_spec q = spec_of("Q", SALTUS_MODEL_QIF);
    q.size = 500;
    q.i_e_pA = saltus_uniform(-3, 2);
    q.v_init_mV = saltus_uniform(-5, 1);
    set(&q, "v_reset", -10);
    set(&q, "t_ref", 1);
    saltus_population_spec z = spec_of("Z", SALTUS_MODEL_IZHIKEVICH);
    z.size = 1100;
    z.i_e_pA = saltus_uniform(-2, 8);
    z.u_init_pA = saltus_uniform(-16, -10);
    saltus_population_spec x = spec_of("X", SALTUS_MODEL_ADEX);
    x.size = 200;
    set(&x, "t_ref", 2);
    x.i_e_pA = saltus_normal(500, 100);
    add(e, &q);
    add(e, &z);
    add(e, &x);
    for (uint32_t i = 0; i < 3; i++) {
        static const char *const names[] = {"in_q", "in_z", "in_x"};
        saltus_input_spec input = saltus_input_spec_default();
        input.name = names[i];
        input.population = i;
        input.rate_Hz = 200;
        input.weight_mV = i == 0 ? 0.2 : 2;
        must(saltus_experiment_add_input(e, &input, NULL, &error), &error);
        must(saltus_experiment_record_potential(e, i, 0, 150, 0.5, 1.7, INFINITY, &error), &error);
        for (uint32_t k = 0; k < 3; k++) {
            saltus_projection_spec p = saltus_projection_spec_default();
            p.source = i;
            p.target = k;
            p.rule = SALTUS_RULE_FIXED_OUTDEGREE;
            p.count = 20;
            p.weight_mV = saltus_constant(k == 0 ? 0.1 : i == 2 ? -1.5 : 0.8);
            p.delay_ms = i == 1 ? saltus_uniform(0.5, 3) : saltus_constant(1.1);
            if (i == 0) {
                p.plasticity.rule = "stdp";
                must(saltus_plasticity_set(&p.plasticity, "w_max", 2, &error), &error);
            }
            must(saltus_experiment_add_projection(e, &p, NULL, &error), &error);
        }
    }
    return e;
}

static void check_same(const trial_result *a, const trial_result *b)
{
    char why[300];
    ck_assert_msg(trial_same_bits(a, b, why, sizeof why), "%s", why);
    ck_assert_msg(trial_same_counts(a, b, false, why, sizeof why), "%s", why);
}

START_TEST(bits_are_the_same_over_threads_blocks_schedulers_cuts_and_checkpoints)
{
    static const double cuts[] = {0.3, 7.77, 10, 13.123456789, 23};
    static const char *const engines[] = {"event", "grid@0.5ms", "euler@0.5ms"};
    saltus_experiment *e = crowd();
    for (size_t k = 0; k < 3; k++) {
        const trial_setup plain = {.engine = engines[k], .samples = true};
        trial_result one = run_with(e, plain);
        ck_assert_uint_gt(one.spike_count, 200);
        trial_setup other = plain;
        other.threads = 3;
        other.block_neurons = 1024;
        other.scheduler = saltus_scheduler_name(1);
        other.cuts_ms = cuts;
        other.cut_count = 5;
        trial_result two = run_with(e, other);
        check_same(&one, &two);
        trial_result three;
        char path[] = "/tmp/saltus_flow_XXXXXX";
        const int file = mkstemp(path);
        ck_assert_int_ge(file, 0);
        other.spikes = true;
        ck_assert(trial_run_relay(e, &other, path, &three));
        check_same(&one, &three);
        close(file);
        unlink(path);
        trial_clear(&one);
        trial_clear(&two);
        trial_clear(&three);
    }
    saltus_experiment_destroy(e);
}
END_TEST

/* ---- Clocks ---------------------------------------------------------------------------------- */

/* How far the first spikes of the tonic pattern are from those of the event engine. */
static double error_of(const char *engine)
{
    saltus_experiment *e = begin(100);
    saltus_population_spec spec = spec_of("Z", SALTUS_MODEL_IZHIKEVICH);
    spec.i_e_pA = saltus_constant(14);
    add(e, &spec);
    spec = spec_of("Q", SALTUS_MODEL_QIF);
    spec.i_e_pA = saltus_constant(4);
    set(&spec, "v_reset", -20);
    add(e, &spec);
    add_adex(e, &adex_patterns[0]);
    trial_result exact = run(e, NULL);
    trial_result clock = run(e, engine);
    double worst = 0;
    for (uint32_t p = 0; p < 3; p++) {
        size_t i = 0;
        size_t k = 0;
        for (int n = 0; n < 3; n++, i++, k++) {
            while (exact.spikes[i].population != p) {
                i++;
            }
            while (clock.spikes[k].population != p) {
                k++;
            }
            worst = fmax(worst, fabs(exact.spikes[i].time_ms - clock.spikes[k].time_ms));
        }
    }
    trial_clear(&exact);
    trial_clear(&clock);
    saltus_experiment_destroy(e);
    return worst;
}

START_TEST(clocks_converge_with_their_step)
{
    ck_assert(error_of("grid@0.1ms") <= 0.4);
    ck_assert(error_of("grid@0.01ms") <= 0.04);
    const double coarse = error_of("euler@0.01ms");
    const double fine = error_of("euler@0.002ms");
    ck_assert_msg(fine < coarse / 3 && fine > 0, "%g and %g ms", coarse, fine);
}
END_TEST

/* ---- What is refused, what ends -------------------------------------------------------------- */

static void refused(saltus_population_spec spec, const char *message)
{
    saltus_error error = {0};
    saltus_experiment *e = begin(1);
    ck_assert_int_eq(saltus_experiment_add_population(e, &spec, NULL, &error), SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, message) != NULL, "%s", error.message);
    saltus_experiment_destroy(e);
}

START_TEST(what_is_not_allowed_is_refused)
{
    saltus_error error = {0};
    saltus_population_spec spec = spec_of("Z", SALTUS_MODEL_IZHIKEVICH);
    ck_assert_int_eq(saltus_population_set(&spec, "aa", 1, &error), SALTUS_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "izhikevich has no parameter 'aa'"));
    ck_assert_int_eq(saltus_population_set(&spec, "t_ref", -1, &error), SALTUS_E_ARGUMENT);
    set(&spec, "c", 30);
    refused(spec, "c must be below v_peak");
    spec = spec_of("Z", SALTUS_MODEL_IZHIKEVICH);
    spec.flow_value[0] = 1e9;
    refused(spec, "found 1000000000; -1000 to 1000 is allowed");
    spec = spec_of("Z", SALTUS_MODEL_IZHIKEVICH);
    spec.i_e_pA = saltus_constant(1e7);
    refused(spec, "values from 10000000 to 10000000 pA are possible; -1e6 to 1e6 pA");
    spec = spec_of("X", SALTUS_MODEL_ADEX);
    set(&spec, "delta_t", 0.1);
    refused(spec, "v_peak may be at most 200 delta_t above v_t");
    spec = spec_of("Q", SALTUS_MODEL_QIF);
    set(&spec, "v_th", -100);
    refused(spec, "v_reset must be below v_th");

    saltus_experiment *e = begin(1);
    spec = spec_of("Q", SALTUS_MODEL_QIF);
    add(e, &spec);
    static const double times[] = {0, 1};
    saltus_input_spec input = saltus_input_spec_default();
    input.name = "ramp";
    input.type = SALTUS_INPUT_CURRENT;
    input.current_times_ms = times;
    input.current_values_pA = times;
    input.current_count = 2;
    input.interpolation = SALTUS_INTERPOLATION_RAMPS;
    ck_assert_int_eq(saltus_experiment_add_input(e, &input, NULL, &error), SALTUS_E_EXPERIMENT);
    saltus_network *network = build(e);
    static const saltus_engine others[] = {SALTUS_ENGINE_INTERPOLATED, SALTUS_ENGINE_OFFGRID};
    for (int i = 0; i < 2; i++) {
        saltus_simulation *simulation = NULL;
        saltus_simulation_options options = saltus_simulation_options_default();
        options.engine = others[i];
        options.step_ms = 0.1;
        ck_assert_int_eq(saltus_simulation_create(network, &options, &simulation, &error),
                         SALTUS_E_ARGUMENT);
        ck_assert_ptr_nonnull(strstr(error.message, "population Q is of model qif, which engine"));
    }
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
}
END_TEST

/* Absurd weights, neurons at rest, neurons that run away: time goes on. */
START_TEST(every_run_ends)
{
    for (double weight = -1e12; weight <= 1e12; weight += 1e12) {
        saltus_experiment *e = begin(2000);
        saltus_population_spec spec = spec_of("Z", SALTUS_MODEL_IZHIKEVICH);
        add_looks(e, add(e, &spec), 1000);
        spec = spec_of("still", SALTUS_MODEL_IZHIKEVICH);
        set(&spec, "a", 1);
        add(e, &spec);
        spec = spec_of("away", SALTUS_MODEL_IZHIKEVICH);
        set(&spec, "a", -0.02);
        set(&spec, "b", -1);
        spec.u_init_pA = saltus_constant(100);
        add(e, &spec);
        spec = spec_of("X", SALTUS_MODEL_ADEX);
        set(&spec, "v_peak", 300);
        set(&spec, "a", 0); /* or w would remember a V of -1e9 mV for millions of spikes */
        spec.i_e_pA = saltus_constant(700);
        add(e, &spec);
        spec = spec_of("Q", SALTUS_MODEL_QIF);
        add(e, &spec);
        for (uint32_t i = 0; i < 5; i++) {
            static const double ms[] = {10, 20};
            static const uint32_t onto[] = {0, 0};
            const double weights[] = {weight, weight};
            static const char *const names[] = {"i0", "i1", "i2", "i3", "i4"};
            saltus_error error = {0};
            saltus_input_spec input = saltus_input_spec_default();
            input.name = names[i];
            input.type = SALTUS_INPUT_ARRIVALS;
            input.population = i;
            input.arrival_times_ms = ms;
            input.arrival_targets = onto;
            input.arrival_weights_mV = weights;
            input.arrival_count = 2;
            must(saltus_experiment_add_input(e, &input, NULL, &error), &error);
        }
        trial_result result = run_with(e, (trial_setup){.end_ms = 100});
        for (uint32_t p = 0; p < 5; p++) {
            /* one spike for each large excitation */
            ck_assert_uint_ge(spikes_in(&result, p, 10, 10.001), weight > 0);
            ck_assert_msg(isfinite(result.potentials_mV[p]), "%g mV: neuron %u is at %g", weight, p,
                          result.potentials_mV[p]);
        }
        trial_clear(&result);
        saltus_experiment_destroy(e);
    }
}
END_TEST

int main(int count, char **arguments)
{
    (void)count;
    suite_wait_without_spinning(arguments);
    const TTest *const tests[] = {
        angles_are_those_of_quadruple_precision,
        qif_legs_are_closed_forms,
        twenty_patterns_have_the_spikes_of_quadruple_precision,
        twenty_patterns_are_what_they_are_named_after,
        adex_patterns_have_the_spikes_of_quadruple_precision_with_any_legs,
        patterns_are_the_same_with_shorter_legs,
        small_networks_are_those_of_quadruple_precision,
        bits_are_the_same_over_threads_blocks_schedulers_cuts_and_checkpoints,
        clocks_converge_with_their_step,
        what_is_not_allowed_is_refused,
        every_run_ends};
    return SUITE_RUN("flow", tests);
}

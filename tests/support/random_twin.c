/* random_twin - draws networks in styles that provoke what usually goes wrong.
 *
 * Half of the networks put arrivals and delays on a 0.5 ms grid, so that excitation and inhibition
 * arrive together and at the ends of refractoriness; the others use any tick. Weights are drawn
 * from a continuum: which side of the threshold a sum falls on is then never a matter of rounding
 * (sums exactly at the threshold are test_ties.c's subject).
 */
#include "random_twin.h"

#include <math.h>

const random_twin_size random_twin_small = {.max_populations = 4,
                                            .min_neurons = 2,
                                            .max_neurons = 20,
                                            .max_arrivals = 600,
                                            .max_synapses_a_neuron = 6,
                                            .max_duration_ms = 6000,
                                            .spike_limit = 500};
const random_twin_size random_twin_tiny = {.max_populations = 2,
                                           .min_neurons = 1,
                                           .max_neurons = 5,
                                           .max_arrivals = 40,
                                           .max_synapses_a_neuron = 3,
                                           .max_duration_ms = 200,
                                           .spike_limit = 60};

typedef struct draw {
    uint64_t state;
    bool grid;        /* times are multiples of 0.5 ms */
    double excitable; /* share of positive weights */
} draw;

static bool chance(draw *d, double probability)
{
    return trial_random(&d->state) < probability;
}

static double pick(draw *d, const double *values, uint32_t count)
{
    return values[trial_random_below(&d->state, count)];
}

/* Log-uniform. */
static double spread(draw *d, double low, double high)
{
    return low * pow(high / low, trial_random(&d->state));
}

static int64_t draw_time(draw *d, int64_t end)
{
    const double ticks = trial_random(&d->state) * (double)end;
    const int64_t tick = (int64_t)ticks;
    return d->grid ? tick / TWIN_TICKS(0.5) * TWIN_TICKS(0.5) : tick;
}

static int64_t draw_delay(draw *d)
{
    static const double coarse_ms[] = {0.5, 0.5, 1, 1, 1.5, 2, 5, 10, 20, 100, 500};
    if (d->grid) {
        return TWIN_TICKS(pick(d, coarse_ms, sizeof coarse_ms / sizeof coarse_ms[0]));
    }
    if (chance(d, 0.02)) {
        return 1 + trial_random_below(&d->state, 3);
    }
    return TWIN_TICKS(spread(d, 0.01, 500));
}

static int64_t draw_t_ref(draw *d)
{
    static const double t_ref_ms[] = {0, 0, 0.5, 1, 2, 2, 5, 30};
    if (!d->grid && chance(d, 0.3)) {
        return TWIN_TICKS(spread(d, 1e-3, 50));
    }
    return TWIN_TICKS(pick(d, t_ref_ms, sizeof t_ref_ms / sizeof t_ref_ms[0]));
}

/* Drive as a fraction of the distance from rest to threshold; above 1 the neuron fires alone. Near
 * 1 crossings are shallow, and a tick's rounding would grow from spike to spike. */
static double draw_drive(draw *d)
{
    const double kind = trial_random(&d->state);
    if (kind < 0.5) {
        return 0;
    }
    if (kind < 0.75) {
        return trial_random_in(&d->state, -0.5, 0.95);
    }
    return 1 + spread(d, 0.03, 20);
}

static void draw_population(draw *d, twin *t, uint32_t size)
{
    static const double tau_ms[] = {0.5, 2, 5, 10, 20, 20, 50, 100, 1000};
    static const double rest_mV[] = {0, 0, -65, -70.3};
    twin_population *p = twin_add_population(t, SALTUS_MODEL_LIF_DELTA, size);
    p->tau_m_ms = chance(d, 0.6) ? pick(d, tau_ms, 9) : spread(d, 0.05, 2000);
    p->c_m_pF = chance(d, 0.5) ? 250 : spread(d, 10, 1000);
    p->v_rest_mV = pick(d, rest_mV, 4);
    p->v_reset_mV = p->v_rest_mV + (chance(d, 0.5) ? 0 : trial_random_in(&d->state, -10, 8));
    p->t_ref = draw_t_ref(d);
    const double range_mV = trial_random_in(&d->state, 10, 20), drive = draw_drive(d);
    const bool own_th = chance(d, 0.4), own_current = chance(d, 0.4), own_init = chance(d, 0.5);
    for (uint32_t i = 0; i < size; i++) {
        twin_neuron *n = &t->neurons[p->first + i];
        const double above_rest = own_th ? range_mV + trial_random_in(&d->state, -1, 3) : range_mV;
        n->v_th_mV = p->v_rest_mV + above_rest;
        const double own_drive = own_current ? draw_drive(d) : drive;
        n->i_e_pA = own_drive * above_rest * p->c_m_pF / p->tau_m_ms;
        n->v_init_mV = p->v_rest_mV;
        if (own_init) {
            n->v_init_mV += above_rest * trial_random_in(&d->state, -0.3, 1.1);
        }
    }
}

static void draw_sources(draw *d, twin *t, const random_twin_size *size)
{
    if (chance(d, 0.6)) {
        const uint32_t count = 1 + trial_random_below(&d->state, 3);
        const twin_population *p = twin_add_population(t, SALTUS_MODEL_SPIKE_LIST, count);
        const uint32_t spikes = trial_random_below(&d->state, size->max_arrivals / 4 + 1);
        for (uint32_t k = 0; k < spikes; k++) {
            const uint32_t source = p->first + trial_random_below(&d->state, count);
            twin_add_source_spike(t, draw_time(d, t->end), source);
        }
    }
    if (chance(d, 0.4)) {
        const uint32_t count = 1 + trial_random_below(&d->state, 3);
        twin_population *p = twin_add_population(t, SALTUS_MODEL_PERIODIC_SOURCE, count);
        p->interval = d->grid ? TWIN_TICKS(0.5) * (1 + trial_random_below(&d->state, 100))
                              : TWIN_TICKS(spread(d, 1, 100));
        const bool same_start = chance(d, 0.5), stops = chance(d, 0.5);
        int64_t last_start = 0;
        for (uint32_t i = 0; i < count; i++) {
            const int64_t start = same_start ? p->interval : draw_time(d, t->end);
            t->neurons[p->first + i].start = start;
            last_start = start > last_start ? start : last_start;
        }
        p->stop = stops ? last_start + draw_time(d, t->end) : ORACLE_NEVER;
    }
}

/* A weight as a share of the target's distance from rest to threshold. */
static double draw_weight(draw *d, const twin *t, uint32_t target)
{
    const twin_population *p = &t->populations[twin_population_of(t, target)];
    const double range_mV = t->neurons[target].v_th_mV - p->v_rest_mV;
    const double share = trial_random_in(&d->state, 0.1, 1.2);
    return (chance(d, d->excitable) ? share : -share) * range_mV;
}

static void draw_synapses(draw *d, twin *t, const random_twin_size *size, uint32_t lif_neurons)
{
    const uint32_t bundles = 1 + trial_random_below(&d->state, 3);
    int64_t shared_delay[3];
    bool share_delay[3];
    for (uint32_t b = 0; b < bundles; b++) {
        shared_delay[b] = draw_delay(d);
        share_delay[b] = chance(d, 0.5);
    }
    const uint32_t count =
        trial_random_below(&d->state, t->neuron_count * size->max_synapses_a_neuron + 1);
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t source = trial_random_below(&d->state, t->neuron_count);
        const uint32_t target = trial_random_below(&d->state, lif_neurons);
        const uint32_t bundle = trial_random_below(&d->state, bundles);
        const int64_t delay = share_delay[bundle] ? shared_delay[bundle] : draw_delay(d);
        twin_add_synapse(t, source, target, draw_weight(d, t, target), delay, bundle);
    }
}

static void draw_arrivals(draw *d, twin *t, const random_twin_size *size, uint32_t lif_neurons)
{
    const uint32_t count = trial_random_below(&d->state, size->max_arrivals + 1);
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t target = trial_random_below(&d->state, lif_neurons);
        const int64_t tick = chance(d, 0.02) ? 0 : draw_time(d, t->end);
        twin_add_arrival(t, tick, target, draw_weight(d, t, target));
    }
    if (chance(d, 0.3)) {
        const uint32_t target = trial_random_below(&d->state, lif_neurons);
        t->periodics[t->periodic_count++] = (twin_periodic){
            .population = twin_population_of(t, target),
            .weight_mV = draw_weight(d, t, target),
            .start = draw_time(d, t->end / 2),
            .interval = d->grid ? TWIN_TICKS(2.5) : TWIN_TICKS(spread(d, 1, 100)),
            .stop = chance(d, 0.5) ? ORACLE_NEVER : t->end / 2 + draw_time(d, t->end / 2)};
    }
}

/* Up to three currents over time, some into one population; their sums are like those of
 * draw_drive. */
static void draw_currents(draw *d, twin *t, uint32_t lif_neurons)
{
    const uint32_t count = 1 + trial_random_below(&d->state, 3);
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t target = trial_random_below(&d->state, lif_neurons);
        twin_current *c = &t->currents[t->current_count++];
        c->population = twin_population_of(t, target);
        const twin_population *p = &t->populations[c->population];
        const double rheobase_pA =
            (t->neurons[target].v_th_mV - p->v_rest_mV) * p->c_m_pF / p->tau_m_ms;
        const uint32_t points = 1 + trial_random_below(&d->state, STEPPED_POINTS);
        int64_t tick = chance(d, 0.3) ? 0 : draw_time(d, t->end / 4);
        for (uint32_t i = 0; i < points; i++) {
            c->current.tick[i] = tick;
            c->current.value_pA[i] = draw_drive(d) * rheobase_pA;
            tick += draw_time(d, t->end / 3);
        }
        c->current.points = points;
        c->current.stop = chance(d, 0.5) ? ORACLE_NEVER : tick;
    }
}

twin random_twin(uint64_t seed, const random_twin_size *size)
{
    draw d = {.state = seed * 0x2545f4914f6cdd1du + 1};
    trial_random_word(&d.state);
    d.grid = chance(&d, 0.5);
    d.excitable = trial_random_in(&d.state, 0.5, 0.9);
    twin t = {.seed = seed};
    t.end = TWIN_TICKS(spread(&d, size->max_duration_ms / 50, size->max_duration_ms));

    /* Divide the neurons over populations, one at least for each. */
    const uint32_t neurons =
        size->min_neurons + trial_random_below(&d.state, size->max_neurons - size->min_neurons + 1);
    uint32_t left = neurons;
    for (uint32_t p = 0; left > 0; p++) {
        const bool last = p + 1 == size->max_populations;
        const uint32_t share = last ? left : 1 + trial_random_below(&d.state, left);
        draw_population(&d, &t, share);
        left -= share;
    }
    draw_sources(&d, &t, size);
    draw_synapses(&d, &t, size, neurons);
    draw_arrivals(&d, &t, size, neurons);
    if (seed % 3 == 0) { /* numbers of their own: the other networks are what they were */
        draw currents = {.state = seed * 0x9e3779b97f4a7c15u + 7, .grid = d.grid};
        draw_currents(&currents, &t, neurons);
    }
    twin_limit_spikes(&t, size->spike_limit);
    if (t.end < 2) {
        t.end = 2;
    }
    t.sample_start = draw_time(&d, t.end);
    t.sample_interval = t.end / 20 + 1;
    return t;
}

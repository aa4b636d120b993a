/* current_oracle - see current_oracle.h. */
#include "support/current_oracle.h"

#include <math.h>
#include <quadmath.h>
#include <stdlib.h>
#include <string.h>

#define TICKS_PER_MS 1e11
#define NEVER        INT64_MAX
enum { CURRENTS = 2 * CURRENT_ORACLE_RECEPTORS, LOOKS = 60 };

/* pA; h only of alpha currents. */
typedef struct current {
    quad tau, j, h; /* ms, pA */
    bool alpha;
} current;

typedef struct state {
    const current_oracle_neuron *from;
    quad v; /* relative to v_inf, mV */
    quad v_inf;
    int64_t at, release; /* NEVER: not refractory */
    current current[CURRENTS];
    uint32_t currents;
    uint32_t first[CURRENT_ORACLE_RECEPTORS];
    quad factor[CURRENT_ORACLE_RECEPTORS];
} state;

typedef struct arrival {
    int64_t tick;
    uint32_t synapse;
    double shift; /* ms, of the spike */
} arrival;

typedef struct oracle {
    const current_oracle_network *network;
    state *states;
    state *tangents; /* to first order what errors have made of each v, J, H */
    double *shift;   /* of each neuron's last spike, ms */
    uint64_t signs;
    double spread;
    arrival *queue; /* unsorted */
    size_t queued, capacity;
    current_oracle_result result;
    size_t room;
    size_t next_source;
    int64_t next_change; /* of a current over time */
} oracle;

static void *must(void *memory)
{
    if (memory == NULL) {
        abort();
    }
    return memory;
}

/* ---- A neuron without events ------------------------------------------------------------------
 */

/* v and the sum of the currents (mV) after t ms. */
static void look(const state *s, quad t, quad *v, quad *drive)
{
    const quad tau = s->from->tau_m_ms;
    const quad r = tau / s->from->c_m_pF; /* mV for 1 pA */
    *v = s->v * expq(-t / tau);
    *drive = 0;
    for (uint32_t k = 0; k < s->currents; k++) {
        const current *c = &s->current[k];
        const quad a = 1 / c->tau, b = 1 / tau, d = a - b;
        const quad decay = expq(-t * a);
        *drive += r * (c->j + c->h * t * a) * decay;
        quad gain = 0, alpha = 0; /* integrals of the current's share of V */
        if (fabsq(d * t) < (quad)0.01) {
            quad term = t;
            for (int n = 0; n < 16; n++) {
                gain += term * decay;
                alpha += term * t / (n + 2) * decay;
                term *= d * t / (n + 2);
            }
        } else {
            gain = (expq(-t * b) - decay) / d;
            alpha = (gain - t * decay) / d;
        }
        *v += r * b * (c->j * gain + c->h * a * alpha);
    }
}

/* The same in double precision. */
static double quick_slope(const state *s, double t, double *v)
{
    const double tau = s->from->tau_m_ms, r = tau / s->from->c_m_pF;
    double potential = (double)s->v * exp(-t / tau), drive = 0;
    for (uint32_t k = 0; k < s->currents; k++) {
        const current *c = &s->current[k];
        const double tau_k = (double)c->tau, j = (double)c->j, h = (double)c->h;
        const double a = 1 / tau_k, b = 1 / tau, d = a - b, decay = exp(-t * a);
        drive += r * (j + h * t * a) * decay;
        if (fabs(d) < 1e-5 * b) { /* their mean, to second order in what they differ by */
            const double both = exp(-t * (a + b) / 2);
            potential += r * b * (j * t + h * a * t * t / 2) * both;
        } else {
            const double gain = (exp(-t * b) - decay) / d;
            potential += r * b * (j * gain + h * a * (gain - t * decay) / d);
        }
    }
    *v = potential;
    return (drive - potential) / tau;
}

static void move_on(state *s, int64_t tick)
{
    const quad t = (quad)(tick - s->at) / (quad)TICKS_PER_MS;
    quad v = 0, drive = 0;
    look(s, t, &v, &drive);
    s->v = v;
    for (uint32_t k = 0; k < s->currents; k++) {
        current *c = &s->current[k];
        const quad decay = expq(-t / c->tau);
        c->j = (c->j + c->h * t / c->tau) * decay;
        c->h *= decay;
    }
    s->at = tick;
}

static quad threshold(const state *s)
{
    return (quad)s->from->v_th_mV - s->v_inf;
}

static void note_distance(oracle *o, quad v, quad th)
{
    const double distance = fabs((double)(v - th));
    if (distance < o->result.closest) {
        o->result.closest = distance;
    }
}

/* By halves: the last t in [low, high] before v >= th (or, `slope`, before V begins to fall). */
static quad bisect(const state *s, quad low, quad high, bool slope)
{
    const quad th = threshold(s);
    for (int i = 0; i < 70; i++) {
        const quad middle = (low + high) / 2;
        quad v = 0, drive = 0;
        look(s, middle, &v, &drive);
        if (slope ? drive - v > 0 : v < th) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

/* First tick in (s->at, until] at or after a crossing; NEVER. */
static int64_t crossing(oracle *o, const state *s, int64_t until)
{
    const quad th = threshold(s);
    const double length = (double)(until - s->at) / TICKS_PER_MS;
    quad low = 0;
    double v0 = 0;
    double slope0 = quick_slope(s, 0, &v0);
    for (int i = 1; i <= LOOKS; i++) {
        const double t = length * i / LOOKS;
        double v = 0;
        const double slope = quick_slope(s, t, &v);
        quad end = t;
        if (slope0 > 0 && slope <= 0) {
            end = bisect(s, low, t, true);
        }
        const double near = 1e-6 * (fabs((double)th) + fabs(v) + 1);
        if (v > (double)th - near || end < t) {
            quad exact = 0, drive = 0;
            look(s, end, &exact, &drive);
            note_distance(o, exact, th);
            if (exact >= th) {
                const quad ms = bisect(s, low, end, false);
                const int64_t tick = s->at + (int64_t)ceilq(ms * (quad)TICKS_PER_MS);
                return tick <= until ? tick : until;
            }
        }
        low = t;
        slope0 = slope;
    }
    return NEVER;
}

/* ---- The network --------------------------------------------------------------------------------
 */

static state make(const current_oracle_neuron *from)
{
    state s = {.from = from, .release = NEVER};
    if (from->source) {
        return s;
    }
    for (uint32_t r = 0; r < from->receptors; r++) {
        const quad tau = from->tau_ms[r], rise = from->tau_rise_ms[r];
        s.first[r] = s.currents;
        s.factor[r] = 1;
        s.current[s.currents++] = (current){.tau = tau, .alpha = from->alpha};
        if (from->alpha) {
            s.factor[r] = expq(1);
        } else if (rise > 0) {
            const quad peak = tau * rise / (tau - rise) * logq(tau / rise);
            s.factor[r] = 1 / (expq(-peak / tau) - expq(-peak / rise));
            s.current[s.currents++] = (current){.tau = rise};
        }
    }
    return s;
}

/* ---- Errors -------------------------------------------------------------------------------------
 */

/* A tick, up or down. */
static double error_ms(oracle *o)
{
    o->signs = o->signs * 6364136223846793005u + 1442695040888963407u;
    return (o->signs >> 63 ? 1 : -1) / TICKS_PER_MS;
}

/* dV/dt */
static quad slope_of(const state *s)
{
    quad v = 0, drive = 0;
    look(s, 0, &v, &drive);
    return (drive - v) / s->from->tau_m_ms;
}

/* A spike comes later by what V is too low, and by an error of its own. */
static double spike_shift(oracle *o, uint32_t neuron)
{
    const quad slope = slope_of(&o->states[neuron]);
    const double shift = error_ms(o) - (double)(o->tangents[neuron].v / slope);
    o->spread = fabs(shift) > o->spread ? fabs(shift) : o->spread;
    return shift;
}

/* V began at its reset later. */
static void begin_late(oracle *o, uint32_t neuron)
{
    o->tangents[neuron].v = -o->shift[neuron] * slope_of(&o->states[neuron]);
}

/* A current c to which `amount` came later. */
static void arrive_late(state *tangent, uint32_t k, quad amount, double shift)
{
    current *c = &tangent->current[k];
    const quad lost = amount * shift / c->tau;
    if (c->alpha) {
        c->h += lost;
        c->j -= lost;
    } else {
        c->j += lost;
        tangent->v -= amount * shift / tangent->from->c_m_pF;
    }
}

/* ---- Events -------------------------------------------------------------------------------------
 */

static void arrive(state *s, state *tangent, const current_oracle_synapse *synapse, double shift)
{
    const uint32_t k = s->first[synapse->receptor];
    current *c = &s->current[k];
    const quad amount = s->factor[synapse->receptor] * synapse->weight_pA;
    arrive_late(tangent, k, amount, shift);
    if (s->from->alpha) {
        c->h += amount;
        return;
    }
    c->j += amount;
    if (s->from->tau_rise_ms[synapse->receptor] > 0) {
        c[1].j -= amount;
        arrive_late(tangent, k + 1, -amount, shift);
    }
}

static void emit(oracle *o, uint32_t neuron, int64_t tick, double shift)
{
    current_oracle_result *result = &o->result;
    if (result->count == o->room) {
        o->room = o->room > 0 ? 2 * o->room : 256;
        result->spike = must(realloc(result->spike, o->room * sizeof *result->spike));
    }
    result->spike[result->count++] =
        (current_oracle_spike){.tick = tick, .neuron = neuron, .spread_ms = o->spread};
    for (uint32_t i = 0; i < o->network->synapse_count; i++) {
        if (o->network->synapses[i].source != neuron) {
            continue;
        }
        if (o->queued == o->capacity) {
            o->capacity = o->capacity > 0 ? 2 * o->capacity : 256;
            o->queue = must(realloc(o->queue, o->capacity * sizeof *o->queue));
        }
        o->queue[o->queued++] =
            (arrival){.tick = tick + o->network->synapses[i].delay, .synapse = i, .shift = shift};
    }
}

/* The next tick at which something comes from outside the neurons' own dynamics. */
static int64_t next_event(const oracle *o)
{
    int64_t next = o->network->end;
    for (size_t i = 0; i < o->queued; i++) {
        next = o->queue[i].tick < next ? o->queue[i].tick : next;
    }
    for (uint32_t i = 0; i < o->network->neuron_count; i++) {
        next = o->states[i].release < next ? o->states[i].release : next;
    }
    if (o->next_source < o->network->source_spike_count &&
        o->network->source_spikes[o->next_source].tick < next) {
        next = o->network->source_spikes[o->next_source].tick;
    }
    return o->next_change < next ? o->next_change : next;
}

static void fire(oracle *o, uint32_t neuron, int64_t tick)
{
    state *s = &o->states[neuron];
    move_on(s, tick);
    move_on(&o->tangents[neuron], tick);
    o->shift[neuron] = tick > 0 ? spike_shift(o, neuron) : 0;
    s->v = (quad)s->from->v_reset_mV - s->v_inf;
    s->release = s->from->t_ref > 0 ? tick + s->from->t_ref : NEVER;
    begin_late(o, neuron);
    emit(o, neuron, tick, o->shift[neuron]);
}

/* Everything that neurons do by themselves from `now` to `next`. */
static void drift(oracle *o, int64_t next)
{
    for (;;) {
        int64_t first = NEVER;
        uint32_t who = 0;
        for (uint32_t i = 0; i < o->network->neuron_count; i++) {
            const state *s = &o->states[i];
            if (s->from->source || s->release != NEVER || s->at >= next) {
                continue;
            }
            const int64_t tick = crossing(o, s, next);
            if (tick < first) {
                first = tick;
                who = i;
            }
        }
        /* a crossing sends arrivals that may come before `next`: then the caller looks anew */
        if (first == NEVER) {
            return;
        }
        fire(o, who, first);
        const int64_t earlier = next_event(o);
        next = earlier < next ? earlier : next;
    }
}

/* v_inf at `tick`; V stays what it is. */
static void set_v_inf(oracle *o, uint32_t neuron, int64_t tick)
{
    const current_oracle_network *net = o->network;
    state *s = &o->states[neuron];
    const quad current = (quad)s->from->i_e_pA +
                         (quad)stepped_current_at(net->currents, net->current_count, neuron, tick);
    const quad v_inf = s->from->v_rest_mV + current * s->from->tau_m_ms / s->from->c_m_pF;
    s->v -= v_inf - s->v_inf;
    s->v_inf = v_inf;
}

static void release_and_arrive(oracle *o, int64_t tick)
{
    for (uint32_t i = 0; i < o->network->neuron_count; i++) {
        state *s = &o->states[i];
        if (s->from->source) {
            continue;
        }
        move_on(s, tick); /* so that looks at V stay dense */
        move_on(&o->tangents[i], tick);
        if (s->release != NEVER) { /* V is held while its currents go on */
            s->v = (quad)s->from->v_reset_mV - s->v_inf;
            begin_late(o, i);
            s->release = s->release == tick ? NEVER : s->release;
        }
    }
    if (tick == o->next_change) {
        for (uint32_t i = 0; i < o->network->neuron_count; i++) {
            if (!o->states[i].from->source) {
                set_v_inf(o, i, tick);
            }
        }
        o->next_change =
            stepped_current_next(o->network->currents, o->network->current_count, tick);
    }
    for (size_t i = 0; i < o->queued;) {
        if (o->queue[i].tick != tick) {
            i++;
            continue;
        }
        const current_oracle_synapse *synapse = &o->network->synapses[o->queue[i].synapse];
        arrive(&o->states[synapse->target], &o->tangents[synapse->target], synapse,
               o->queue[i].shift);
        o->queue[i] = o->queue[--o->queued];
    }
    while (o->next_source < o->network->source_spike_count &&
           o->network->source_spikes[o->next_source].tick == tick) {
        emit(o, o->network->source_spikes[o->next_source++].neuron, tick, 0);
    }
}

static int by_order(const void *a, const void *b)
{
    const current_oracle_spike *x = a, *y = b;
    return x->tick != y->tick ? (x->tick < y->tick ? -1 : 1)
                              : (x->neuron > y->neuron) - (x->neuron < y->neuron);
}

current_oracle_result current_oracle_run(const current_oracle_network *network)
{
    oracle o = {.network = network, .result = {.closest = 1e9}};
    o.states = must(calloc(network->neuron_count, sizeof *o.states));
    o.tangents = must(calloc(network->neuron_count, sizeof *o.tangents));
    o.shift = must(calloc(network->neuron_count, sizeof *o.shift));
    o.next_change = stepped_current_next(network->currents, network->current_count, 0);
    for (uint32_t i = 0; i < network->neuron_count; i++) {
        o.states[i] = make(&network->neurons[i]);
        if (!network->neurons[i].source) {
            o.states[i].v = network->neurons[i].v_init_mV;
            set_v_inf(&o, i, 0);
        }
        o.tangents[i] = o.states[i];
        o.tangents[i].v = 0;
        if (!network->neurons[i].source && o.states[i].v >= threshold(&o.states[i])) {
            fire(&o, i, 0);
        }
    }
    int64_t now = 0;
    while (o.result.count < network->spike_limit) {
        const int64_t before = next_event(&o);
        drift(&o, before);
        now = next_event(&o);
        if (now >= network->end) {
            break;
        }
        release_and_arrive(&o, now);
    }
    o.result.v_mV = must(calloc(network->neuron_count, sizeof *o.result.v_mV));
    for (uint32_t i = 0; i < network->neuron_count; i++) {
        state *s = &o.states[i];
        if (!s->from->source) {
            const bool held = s->release != NEVER;
            move_on(s, network->end);
            o.result.v_mV[i] = held ? s->from->v_reset_mV : (double)(s->v + s->v_inf);
        }
    }
    qsort(o.result.spike, o.result.count, sizeof *o.result.spike, by_order);
    free(o.states);
    free(o.tangents);
    free(o.shift);
    free(o.queue);
    return o.result;
}

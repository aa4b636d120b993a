/* oracle - the timing contract, by brute force.
 *
 * Written from the contract alone (docs/exactness.md); it must never call, include or imitate the
 * engine, and must never be made fast. Times are integer ticks of 1e-11 ms, voltages are
 * quadruple precision and absolute.
 *
 * tau_m dV/dt = -(V - V_inf), V_inf = v_rest + I tau_m / c_m, I = i_e and currents over time; a
 * delivery of weight w: V += w. A crossing by drift is at t* = t + tau_m ln((V_inf - V) / (V_inf -
 * v_th)); its spike has the first tick at or after t*.
 */
#include "oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* libquadmath's header is not on every compiler's path, its functions are in every linker's. */
#pragma GCC diagnostic ignored "-Wdouble-promotion" /* widening is what this file is for */
#if defined(__SIZEOF_FLOAT128__)
extern oracle_real expq(oracle_real x);
extern oracle_real logq(oracle_real x);
extern oracle_real ceilq(oracle_real x);
#define REAL_EXP  expq
#define REAL_LOG  logq
#define REAL_CEIL ceilq
#else
#define REAL_EXP  expl
#define REAL_LOG  logl
#define REAL_CEIL ceill
#endif

typedef struct state {
    oracle_real v_inf;
    oracle_real v;    /* V at tick `at` */
    int64_t at;       /* while refractory: the end of it */
    int64_t fired;    /* tick of the last spike; -1: none */
    int64_t crossing; /* tick of the next drift crossing; ORACLE_NEVER: none */
    oracle_real crossing_time;
    bool touched; /* got an arrival at the tick being done */
} state;

struct oracle {
    oracle_network net;
    state *states;
    oracle_arrival *queue; /* descending ticks: the next arrival is the last element */
    size_t queue_count, queue_capacity;
    size_t next_arrival, next_source_spike;
    int64_t next_change; /* of a current */
    oracle_spike *spikes;
    size_t spike_count, spike_capacity;
    double closest_mV;
};

static void *grown(void *array, size_t *capacity, size_t count, size_t size)
{
    if (count < *capacity) {
        return array;
    }
    *capacity = *capacity ? 2 * *capacity : 64;
    void *bigger = realloc(array, *capacity * size);
    if (!bigger) {
        abort();
    }
    return bigger;
}

/* V at `tick` >= the neuron's last event. */
static oracle_real potential_at(const oracle *o, uint32_t i, int64_t tick)
{
    const state *s = &o->states[i];
    if (tick <= s->at) {
        return s->v;
    }
    const oracle_real elapsed_ms = (oracle_real)(tick - s->at) / ORACLE_TICKS_PER_MS;
    return s->v_inf + (s->v - s->v_inf) * REAL_EXP(-elapsed_ms / o->net.neurons[i].tau_m_ms);
}

/* When the neuron fires without further input; strictly after `now`. */
static void predict(oracle *o, uint32_t i, int64_t now)
{
    const oracle_neuron *n = &o->net.neurons[i];
    state *s = &o->states[i];
    s->crossing = ORACLE_NEVER;
    if (s->v_inf <= n->v_th_mV) {
        return;
    }
    const oracle_real ratio = (s->v_inf - s->v) / (s->v_inf - n->v_th_mV);
    const oracle_real ticks = n->tau_m_ms * REAL_LOG(ratio) * ORACLE_TICKS_PER_MS;
    if (ticks < 4e18) {
        s->crossing_time = s->at + ticks;
        const int64_t tick = (int64_t)REAL_CEIL(s->crossing_time);
        s->crossing = tick > now ? tick : now + 1;
    }
}

static void add_spike(oracle *o, int64_t tick, uint32_t i, oracle_real time)
{
    o->spikes = grown(o->spikes, &o->spike_capacity, o->spike_count, sizeof *o->spikes);
    o->spikes[o->spike_count++] = (oracle_spike){.tick = tick, .neuron = i, .time = time};
}

/* Spike, reset, refractoriness: V stays at v_reset until tick + t_ref. */
static void fire(oracle *o, uint32_t i, int64_t tick, oracle_real time)
{
    state *s = &o->states[i];
    add_spike(o, tick, i, time);
    s->v = o->net.neurons[i].v_reset_mV;
    s->at = tick + o->net.neurons[i].t_ref;
    s->fired = tick;
    predict(o, i, tick);
}

/* One arrival; lost in refractoriness and at a tick at which the neuron has fired. */
static void deliver(oracle *o, const oracle_arrival *a)
{
    state *s = &o->states[a->neuron];
    const bool refractory = s->fired >= 0 && (a->tick < s->at || a->tick == s->fired);
    if (o->net.neurons[a->neuron].source || refractory) {
        return;
    }
    s->v = potential_at(o, a->neuron, a->tick) + a->weight_mV;
    s->at = a->tick;
    s->touched = true;
}

/* Keeps the queue sorted; equal ticks are taken in the order of their spikes. */
static void enqueue(oracle *o, oracle_arrival a)
{
    o->queue = grown(o->queue, &o->queue_capacity, o->queue_count, sizeof *o->queue);
    size_t place = o->queue_count;
    while (place > 0 && o->queue[place - 1].tick <= a.tick) {
        place--;
    }
    memmove(&o->queue[place + 1], &o->queue[place], (o->queue_count - place) * sizeof *o->queue);
    o->queue[place] = a;
    o->queue_count++;
}

static int64_t next_tick(const oracle *o)
{
    int64_t next = ORACLE_NEVER;
    for (uint32_t i = 0; i < o->net.neuron_count; i++) {
        next = o->states[i].crossing < next ? o->states[i].crossing : next;
    }
    if (o->queue_count > 0 && o->queue[o->queue_count - 1].tick < next) {
        next = o->queue[o->queue_count - 1].tick;
    }
    if (o->next_arrival < o->net.arrival_count && o->net.arrivals[o->next_arrival].tick < next) {
        next = o->net.arrivals[o->next_arrival].tick;
    }
    if (o->next_source_spike < o->net.source_spike_count &&
        o->net.source_spikes[o->next_source_spike].tick < next) {
        next = o->net.source_spikes[o->next_source_spike].tick;
    }
    return o->next_change < next ? o->next_change : next;
}

/* Steps (c) and (d) of one tick: all arrivals, then one test for each neuron that got some. */
static void do_arrivals(oracle *o, int64_t tick)
{
    while (o->queue_count > 0 && o->queue[o->queue_count - 1].tick == tick) {
        deliver(o, &o->queue[--o->queue_count]);
    }
    while (o->next_arrival < o->net.arrival_count &&
           o->net.arrivals[o->next_arrival].tick == tick) {
        deliver(o, &o->net.arrivals[o->next_arrival++]);
    }
    for (uint32_t i = 0; i < o->net.neuron_count; i++) {
        state *s = &o->states[i];
        if (!s->touched) {
            continue;
        }
        s->touched = false;
        o->closest_mV = fmin(o->closest_mV, fabs((double)(s->v - o->net.neurons[i].v_th_mV)));
        if (s->v >= o->net.neurons[i].v_th_mV) {
            fire(o, i, tick, (oracle_real)tick);
        } else {
            predict(o, i, tick);
        }
    }
}

static int by_neuron(const void *a, const void *b)
{
    const uint32_t i = ((const oracle_spike *)a)->neuron, j = ((const oracle_spike *)b)->neuron;
    return i < j ? -1 : i > j;
}

static oracle_real v_inf_at(const oracle *o, uint32_t i, int64_t tick)
{
    const oracle_neuron *n = &o->net.neurons[i];
    const oracle_real current =
        (oracle_real)n->i_e_pA +
        (oracle_real)stepped_current_at(o->net.currents, o->net.current_count, i, tick);
    return n->v_rest_mV + current * n->tau_m_ms / n->c_m_pF;
}

/* V goes on from where it is, to another V_inf; V of a refractory neuron waits for its release. */
static void change_currents(oracle *o, int64_t tick)
{
    for (uint32_t i = 0; i < o->net.neuron_count; i++) {
        state *s = &o->states[i];
        if (o->net.neurons[i].source) {
            continue;
        }
        if (tick > s->at) {
            s->v = potential_at(o, i, tick);
            s->at = tick;
        }
        s->v_inf = v_inf_at(o, i, tick);
        predict(o, i, tick);
    }
    o->next_change = stepped_current_next(o->net.currents, o->net.current_count, tick);
}

static void do_tick(oracle *o, int64_t tick)
{
    const size_t before = o->spike_count;
    for (uint32_t i = 0; i < o->net.neuron_count; i++) {
        if (o->states[i].crossing == tick) {
            fire(o, i, tick, o->states[i].crossing_time);
        }
    }
    if (tick == o->next_change) {
        change_currents(o, tick);
    }
    do_arrivals(o, tick);
    while (o->next_source_spike < o->net.source_spike_count &&
           o->net.source_spikes[o->next_source_spike].tick == tick) {
        const uint32_t source = o->net.source_spikes[o->next_source_spike++].neuron;
        add_spike(o, tick, source, (oracle_real)tick);
    }
    if (o->spike_count > before) {
        qsort(o->spikes + before, o->spike_count - before, sizeof *o->spikes, by_neuron);
    }
    for (size_t k = before; k < o->spike_count; k++) {
        for (size_t j = 0; j < o->net.synapse_count; j++) {
            const oracle_synapse *y = &o->net.synapses[j];
            if (y->source == o->spikes[k].neuron) {
                enqueue(o, (oracle_arrival){tick + y->delay, y->target, y->weight_mV});
            }
        }
    }
}

oracle *oracle_create(const oracle_network *network)
{
    oracle *o = calloc(1, sizeof *o);
    state *states = calloc((size_t)network->neuron_count + 1, sizeof *states);
    if (!o || !states) {
        abort();
    }
    *o = (oracle){.net = *network, .states = states, .closest_mV = HUGE_VAL};
    o->next_change = stepped_current_next(network->currents, network->current_count, 0);
    for (uint32_t i = 0; i < network->neuron_count; i++) {
        const oracle_neuron *n = &network->neurons[i];
        state *s = &states[i];
        s->crossing = ORACLE_NEVER;
        s->fired = -1;
        if (n->source) {
            continue;
        }
        s->v_inf = v_inf_at(o, i, 0);
        s->v = n->v_init_mV;
        if (s->v >= n->v_th_mV) {
            s->crossing = 0;
        } else {
            predict(o, i, -1);
        }
    }
    return o;
}

void oracle_destroy(oracle *o)
{
    if (o) {
        free(o->states);
        free(o->queue);
        free(o->spikes);
        free(o);
    }
}

int64_t oracle_run(oracle *o, int64_t end, size_t spike_limit)
{
    for (;;) {
        const int64_t tick = next_tick(o);
        if (tick >= end) {
            return end;
        }
        if (o->spike_count >= spike_limit) {
            return tick;
        }
        do_tick(o, tick);
    }
}

const oracle_spike *oracle_spikes(const oracle *o, size_t *count)
{
    *count = o->spike_count;
    return o->spikes;
}

double oracle_potential_mV(const oracle *o, uint32_t neuron, int64_t tick)
{
    return (double)potential_at(o, neuron, tick);
}

double oracle_closest_mV(const oracle *o)
{
    return o->closest_mV;
}

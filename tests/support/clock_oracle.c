/* clock_oracle - see clock_oracle.h. Slow on purpose. */
#include "clock_oracle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SIZEOF_FLOAT128__)
#include <quadmath.h>
#define real_exp  expq
#define real_fabs fabsq
#else
#define real_exp  expl
#define real_fabs fabsl
#endif

typedef struct pending {
    int64_t tick; /* of the arrival, as it is used */
    uint32_t neuron;
    double weight_mV;
    bool synaptic;
} pending;

typedef struct cell {
    oracle_real v, v_inf, th, reset,
        before;               /* relative to v_inf; before: at the step's beginning */
    int64_t updated, release; /* release ORACLE_NEVER: not refractory */
    bool refractory_before;
} cell;

typedef struct state {
    const oracle_network *network;
    clock_oracle_kind kind;
    int64_t step;
    cell *cells;
    pending *queue;
    size_t queue_count, queue_capacity;
    size_t next_arrival, next_source;
    int64_t next_change; /* of a current, as it is given */
    clock_oracle_result result;
    size_t capacity;
} state;

static void *grown(void *array, size_t *capacity, size_t count, size_t size)
{
    if (count < *capacity) {
        return array;
    }
    *capacity = 2 * count + 64;
    void *bigger = realloc(array, *capacity * size);
    if (!bigger) {
        abort();
    }
    return bigger;
}

static bool on_grid(const state *s)
{
    return s->kind != CLOCK_ORACLE_INTERPOLATED;
}

static int64_t ceil_to(int64_t tick, int64_t step)
{
    return (tick + step - 1) / step * step;
}

static int64_t round_to(int64_t tick, int64_t step)
{
    const int64_t steps = (tick + step / 2) / step;
    return steps < 1 ? step : steps * step;
}

static void send(state *s, uint32_t source, int64_t tick)
{
    for (size_t i = 0; i < s->network->synapse_count; i++) {
        const oracle_synapse *y = &s->network->synapses[i];
        if (y->source != source) {
            continue;
        }
        int64_t delay = y->delay < s->step ? s->step : y->delay;
        if (on_grid(s)) {
            delay = round_to(y->delay, s->step);
        }
        s->queue = grown(s->queue, &s->queue_capacity, s->queue_count, sizeof *s->queue);
        s->queue[s->queue_count++] = (pending){
            .tick = tick + delay, .neuron = y->target, .weight_mV = y->weight_mV, .synaptic = true};
    }
}

static void emit(state *s, uint32_t neuron, int64_t tick)
{
    clock_oracle_result *r = &s->result;
    r->spikes = grown(r->spikes, &s->capacity, r->spike_count, sizeof *r->spikes);
    r->spikes[r->spike_count++] = (oracle_spike){.tick = tick, .neuron = neuron, .time = 0};
    send(s, neuron, tick);
}

static oracle_real factor(const state *s, uint32_t neuron, int64_t ticks)
{
    const oracle_real x =
        (oracle_real)ticks / ((oracle_real)s->network->neurons[neuron].tau_m_ms * 1e11);
    return s->kind == CLOCK_ORACLE_EULER ? 1 - x : real_exp(-x);
}

static void fire(state *s, uint32_t neuron, int64_t tick)
{
    cell *c = &s->cells[neuron];
    const int64_t t_ref = s->network->neurons[neuron].t_ref;
    c->release = tick + t_ref;
    if (on_grid(s)) {
        c->release = tick + (t_ref > 0 ? round_to(t_ref, s->step) : 0);
    }
    c->updated = tick;
    emit(s, neuron, tick);
}

static bool tested_above(state *s, const cell *c)
{
    const double distance = (double)real_fabs(c->v - c->th);
    if (distance < s->result.closest_mV) {
        s->result.closest_mV = distance;
    }
    return c->v >= c->th;
}

/* End of refractoriness at or before `tick`; a neuron held at its spike's own tick stays held. */
static void release(cell *c, int64_t tick, int64_t fired_before)
{
    if (c->release <= tick && c->updated < fired_before) {
        c->v = c->reset;
        c->updated = c->release;
        c->release = ORACLE_NEVER;
    }
}

static void bring_to(state *s, uint32_t neuron, int64_t tick)
{
    cell *c = &s->cells[neuron];
    c->v *= factor(s, neuron, tick - c->updated);
    c->updated = tick;
}

static void arrive(state *s, pending p, int64_t tick)
{
    cell *c = &s->cells[p.neuron];
    *(p.synaptic ? &s->result.deliveries : &s->result.arrivals) += 1;
    if (c->release == ORACLE_NEVER) {
        if (!on_grid(s)) {
            bring_to(s, p.neuron, tick);
        }
        c->v += p.weight_mV;
    }
}

/* The earliest thing to arrive before `limit`; false when there is none. */
static bool take_next(state *s, int64_t limit, pending *out)
{
    const oracle_network *n = s->network;
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < s->queue_count; i++) {
        if (s->queue[i].tick < limit &&
            (best == SIZE_MAX || s->queue[i].tick < s->queue[best].tick)) {
            best = i;
        }
    }
    const bool outside =
        s->next_arrival < n->arrival_count && n->arrivals[s->next_arrival].tick < limit &&
        (best == SIZE_MAX || n->arrivals[s->next_arrival].tick < s->queue[best].tick);
    if (outside) {
        const oracle_arrival a = n->arrivals[s->next_arrival++];
        *out = (pending){.tick = a.tick, .neuron = a.neuron, .weight_mV = a.weight_mV};
    } else if (best != SIZE_MAX) {
        *out = s->queue[best];
        s->queue[best] = s->queue[--s->queue_count];
    }
    return outside || best != SIZE_MAX;
}

static void emit_sources(state *s, int64_t limit)
{
    const oracle_network *n = s->network;
    while (s->next_source < n->source_spike_count &&
           n->source_spikes[s->next_source].tick < limit) {
        const oracle_spike spike = n->source_spikes[s->next_source++];
        emit(s, spike.neuron, on_grid(s) ? ceil_to(spike.tick, s->step) : spike.tick);
    }
}

static oracle_real v_inf_at(const state *s, uint32_t i, int64_t tick)
{
    const oracle_network *net = s->network;
    const oracle_neuron *n = &net->neurons[i];
    const oracle_real current =
        (oracle_real)n->i_e_pA +
        (oracle_real)stepped_current_at(net->currents, net->current_count, i, tick);
    return (oracle_real)n->v_rest_mV + current * (oracle_real)n->tau_m_ms / (oracle_real)n->c_m_pF;
}

/* Currents are those of `tick`; V, which is brought there, stays what it is. */
static void change_currents(state *s, int64_t tick)
{
    for (uint32_t i = 0; i < s->network->neuron_count; i++) {
        cell *c = &s->cells[i];
        if (s->network->neurons[i].source) {
            continue;
        }
        if (!on_grid(s)) {
            release(c, tick, tick);
            if (c->release == ORACLE_NEVER) {
                bring_to(s, i, tick);
            }
        }
        const oracle_real by = v_inf_at(s, i, tick) - c->v_inf;
        c->v_inf += by;
        c->v -= by;
        c->before -= by;
        c->th -= by;
        c->reset -= by;
    }
    s->next_change = stepped_current_next(s->network->currents, s->network->current_count, tick);
}

/* All that belongs to the step end t. */
static void grid_step(state *s, int64_t t)
{
    const oracle_network *n = s->network;
    for (uint32_t i = 0; i < n->neuron_count; i++) {
        cell *c = &s->cells[i];
        if (c->release != ORACLE_NEVER) {
            release(c, t, t);
        }
        if (c->release == ORACLE_NEVER) {
            bring_to(s, i, t);
        }
    }
    while (s->next_change <= t) {
        change_currents(s, s->next_change);
    }
    pending p;
    while (take_next(s, t + 1, &p)) {
        arrive(s, p, t);
    }
    for (uint32_t i = 0; i < n->neuron_count; i++) {
        const cell *c = &s->cells[i];
        if (!n->neurons[i].source && c->release == ORACLE_NEVER && tested_above(s, c)) {
            fire(s, i, t);
        }
    }
    emit_sources(s, t + 1);
}

static int64_t line_crossing(const state *s, const cell *c, int64_t t)
{
    const oracle_real share = (c->th - c->before) / (c->v - c->before);
    if (c->refractory_before || !(share < 1)) {
        return t + s->step - 1;
    }
    const int64_t offset = share > 0 ? llrint((double)share * (double)s->step) : 0;
    return t + (offset < s->step ? offset : s->step - 1);
}

/* All that belongs to [t, t + step). */
static void interpolated_step(state *s, int64_t t)
{
    const oracle_network *n = s->network;
    for (uint32_t i = 0; i < n->neuron_count; i++) {
        s->cells[i].before = s->cells[i].v;
        s->cells[i].refractory_before = s->cells[i].release != ORACLE_NEVER;
    }
    emit_sources(s, t + s->step);
    pending p;
    while (s->next_change < t + s->step) { /* before arrivals of its tick */
        const int64_t change = s->next_change;
        while (take_next(s, change, &p)) {
            release(&s->cells[p.neuron], p.tick, p.tick);
            arrive(s, p, p.tick);
        }
        change_currents(s, change);
    }
    while (take_next(s, t + s->step, &p)) {
        release(&s->cells[p.neuron], p.tick, p.tick);
        arrive(s, p, p.tick);
    }
    for (uint32_t i = 0; i < n->neuron_count; i++) {
        cell *c = &s->cells[i];
        release(c, t + s->step - 1, t + s->step);
        if (n->neurons[i].source || c->release != ORACLE_NEVER) {
            continue;
        }
        bring_to(s, i, t + s->step);
        if (tested_above(s, c)) {
            fire(s, i, line_crossing(s, c, t));
        }
    }
}

static int by_tick(const void *a, const void *b)
{
    const oracle_spike *x = a, *y = b;
    if (x->tick != y->tick) {
        return x->tick < y->tick ? -1 : 1;
    }
    return (x->neuron > y->neuron) - (x->neuron < y->neuron);
}

clock_oracle_result clock_oracle_run(const oracle_network *network, clock_oracle_kind kind,
                                     int64_t step, int64_t end)
{
    state s = {.network = network,
               .kind = kind,
               .step = step,
               .cells = calloc(network->neuron_count, sizeof(cell)),
               .result = {.closest_mV = HUGE_VAL}};
    if (!s.cells) {
        abort();
    }
    s.next_change = stepped_current_next(network->currents, network->current_count, 0);
    for (uint32_t i = 0; i < network->neuron_count; i++) {
        const oracle_neuron *n = &network->neurons[i];
        cell *c = &s.cells[i];
        c->v_inf = n->source ? 0 : v_inf_at(&s, i, 0);
        c->v = n->v_init_mV - c->v_inf;
        c->th = n->v_th_mV - c->v_inf;
        c->reset = n->v_reset_mV - c->v_inf;
        c->release = ORACLE_NEVER;
        if (!n->source && c->v >= c->th) {
            fire(&s, i, 0);
        }
    }
    const bool grid = on_grid(&s);
    for (int64_t t = 0; grid ? t < end : t + step <= end; t += step) {
        if (grid) {
            grid_step(&s, t);
        } else {
            interpolated_step(&s, t);
        }
        s.result.steps++;
    }
    if (s.result.spike_count > 0) {
        qsort(s.result.spikes, s.result.spike_count, sizeof *s.result.spikes, by_tick);
    }
    free(s.cells);
    free(s.queue);
    return s.result;
}

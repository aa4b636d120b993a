/* twin - a small network for the library and for the oracle; each stage is one function.
 *
 * The library gets everything through its public interface: spike lists, arrival lists and list
 * projections with exact weights, times as the doubles nearest to their ticks.
 */
#include "twin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Putting together -------------------------------------------------------------- */

static void *room(void *array, size_t *capacity, size_t count, size_t size)
{
    if (count < *capacity) {
        return array;
    }
    *capacity = 2 * *capacity + 16;
    void *bigger = realloc(array, *capacity * size);
    if (!bigger) {
        abort();
    }
    return bigger;
}

static void *array_of(size_t count, size_t size)
{
    void *array = calloc(count + 1, size);
    if (!array) {
        abort();
    }
    return array;
}

void twin_clear(twin *t)
{
    free(t->synapses);
    free(t->arrivals);
    free(t->source_spikes);
    memset(t, 0, sizeof *t);
}

twin_population *twin_add_population(twin *t, saltus_model model, uint32_t size)
{
    if (t->population_count == TWIN_MAX_POPULATIONS || t->neuron_count + size > TWIN_MAX_NEURONS) {
        abort();
    }
    twin_population *p = &t->populations[t->population_count++];
    *p = (twin_population){.model = model,
                           .first = t->neuron_count,
                           .size = size,
                           .tau_m_ms = 20,
                           .c_m_pF = 250,
                           .t_ref = TWIN_TICKS(2.0),
                           .interval = TWIN_TICKS(10.0),
                           .stop = ORACLE_NEVER};
    for (uint32_t i = 0; i < size; i++) {
        t->neurons[t->neuron_count++] = (twin_neuron){.v_th_mV = 20, .start = p->interval};
    }
    return p;
}

void twin_add_synapse(twin *t, uint32_t source, uint32_t target, double weight_mV, int64_t delay,
                      uint32_t bundle)
{
    t->synapses = room(t->synapses, &t->synapse_capacity, t->synapse_count, sizeof *t->synapses);
    t->synapses[t->synapse_count++] = (twin_synapse){{source, target, weight_mV, delay}, bundle};
}

void twin_add_arrival(twin *t, int64_t tick, uint32_t neuron, double weight_mV)
{
    t->arrivals = room(t->arrivals, &t->arrival_capacity, t->arrival_count, sizeof *t->arrivals);
    t->arrivals[t->arrival_count++] = (oracle_arrival){tick, neuron, weight_mV};
}

void twin_add_source_spike(twin *t, int64_t tick, uint32_t source)
{
    t->source_spikes = room(t->source_spikes, &t->source_spike_capacity, t->source_spike_count,
                            sizeof *t->source_spikes);
    t->source_spikes[t->source_spike_count++] = (oracle_spike){.tick = tick, .neuron = source};
}

uint32_t twin_population_of(const twin *t, uint32_t neuron)
{
    uint32_t p = 0;
    while (neuron >= t->populations[p].first + t->populations[p].size) {
        p++;
    }
    return p;
}

double twin_highest_v_inf_mV(const twin *t, uint32_t neuron)
{
    const uint32_t index = twin_population_of(t, neuron);
    const twin_population *p = &t->populations[index];
    double most_pA = t->neurons[neuron].i_e_pA;
    for (size_t k = 0; k < t->current_count; k++) {
        const twin_current *c = &t->currents[k];
        double highest = 0;
        for (uint32_t i = 0; c->population == index && i < c->current.points; i++) {
            highest = fmax(highest, c->current.value_pA[i]);
        }
        most_pA += highest;
    }
    return p->v_rest_mV + most_pA * p->tau_m_ms / p->c_m_pF;
}

bool twin_has_drift(const twin *t)
{
    for (uint32_t i = 0; i < t->neuron_count; i++) {
        const twin_population *p = &t->populations[twin_population_of(t, i)];
        if (p->model == SALTUS_MODEL_LIF_DELTA &&
            twin_highest_v_inf_mV(t, i) > t->neurons[i].v_th_mV) {
            return true;
        }
    }
    return false;
}

/* ---- For the library --------------------------------------------------------------- */

double twin_ms(int64_t tick)
{
    if (tick == ORACLE_NEVER) {
        return HUGE_VAL;
    }
    /* Up to 2^53 the division is the only rounding. */
    if (tick < (int64_t)1 << 53) {
        return (double)tick / ORACLE_TICKS_PER_MS;
    }
    return (double)((long double)tick / 1e11L);
}

/* A constant when all values are equal, else a list. */
static saltus_value value_of(const double *values, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (values[i] != values[0]) {
            saltus_value list = saltus_constant(0);
            list.kind = SALTUS_VALUE_LIST;
            list.list = values;
            list.list_length = count;
            return list;
        }
    }
    return saltus_constant(values[0]);
}

static int by_arrival_tick(const void *a, const void *b)
{
    const oracle_arrival *x = a, *y = b;
    if (x->tick != y->tick) {
        return x->tick < y->tick ? -1 : 1;
    }
    return x->neuron < y->neuron ? -1 : x->neuron > y->neuron;
}

static int by_spike_tick(const void *a, const void *b)
{
    const oracle_spike *x = a, *y = b;
    if (x->tick != y->tick) {
        return x->tick < y->tick ? -1 : 1;
    }
    return x->neuron < y->neuron ? -1 : x->neuron > y->neuron;
}

static saltus_status add_population(const twin *t, uint32_t index, saltus_experiment *e,
                                    saltus_error *error)
{
    const twin_population *p = &t->populations[index];
    const twin_neuron *n = &t->neurons[p->first];
    double v_th[TWIN_MAX_NEURONS], i_e[TWIN_MAX_NEURONS], v_init[TWIN_MAX_NEURONS],
        start[TWIN_MAX_NEURONS];
    for (uint32_t i = 0; i < p->size; i++) {
        v_th[i] = n[i].v_th_mV;
        i_e[i] = n[i].i_e_pA;
        v_init[i] = n[i].v_init_mV;
        start[i] = twin_ms(n[i].start);
    }
    double *times = array_of(t->source_spike_count, sizeof *times);
    uint32_t *neurons = array_of(t->source_spike_count, sizeof *neurons);
    size_t count = 0;
    oracle_spike *sorted = array_of(t->source_spike_count, sizeof *sorted);
    if (t->source_spike_count > 0) {
        memcpy(sorted, t->source_spikes, t->source_spike_count * sizeof *sorted);
        qsort(sorted, t->source_spike_count, sizeof *sorted, by_spike_tick);
    }
    for (size_t k = 0; k < t->source_spike_count; k++) {
        if (twin_population_of(t, sorted[k].neuron) == index) {
            times[count] = twin_ms(sorted[k].tick);
            neurons[count++] = sorted[k].neuron - p->first;
        }
    }
    char name[16];
    snprintf(name, sizeof name, "P%u", index);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = p->size;
    spec.model = p->model;
    spec.tau_m_ms = p->tau_m_ms;
    spec.c_m_pF = p->c_m_pF;
    spec.v_rest_mV = p->v_rest_mV;
    spec.v_reset_mV = p->v_reset_mV;
    spec.t_ref_ms = twin_ms(p->t_ref);
    spec.v_th_mV = value_of(v_th, p->size);
    spec.i_e_pA = value_of(i_e, p->size);
    spec.v_init_mV = value_of(v_init, p->size);
    spec.interval_ms = twin_ms(p->interval);
    spec.start_ms = value_of(start, p->size);
    spec.stop_ms = twin_ms(p->stop);
    spec.rate_Hz = p->rate_Hz;
    spec.spike_times_ms = times;
    spec.spike_neurons = neurons;
    spec.spike_count = count;
    saltus_status status = saltus_experiment_add_population(e, &spec, NULL, error);
    if (!status) {
        status = saltus_experiment_record_spikes(e, index);
    }
    free(times);
    free(neurons);
    free(sorted);
    return status;
}

/* All arrivals of one population as one input. */
static saltus_status add_arrivals(const twin *t, uint32_t index, saltus_experiment *e,
                                  saltus_error *error)
{
    const twin_population *p = &t->populations[index];
    oracle_arrival *sorted = array_of(t->arrival_count, sizeof *sorted);
    double *times = array_of(t->arrival_count, sizeof *times);
    double *weights = array_of(t->arrival_count, sizeof *weights);
    uint32_t *targets = array_of(t->arrival_count, sizeof *targets);
    size_t count = 0;
    for (size_t k = 0; k < t->arrival_count; k++) {
        if (twin_population_of(t, t->arrivals[k].neuron) == index) {
            sorted[count++] = t->arrivals[k];
        }
    }
    qsort(sorted, count, sizeof *sorted, by_arrival_tick);
    for (size_t k = 0; k < count; k++) {
        times[k] = twin_ms(sorted[k].tick);
        weights[k] = sorted[k].weight_mV;
        targets[k] = sorted[k].neuron - p->first;
    }
    char name[16];
    snprintf(name, sizeof name, "A%u", index);
    saltus_input_spec spec = saltus_input_spec_default();
    spec.name = name;
    spec.type = SALTUS_INPUT_ARRIVALS;
    spec.population = index;
    spec.arrival_times_ms = times;
    spec.arrival_targets = targets;
    spec.arrival_weights_mV = weights;
    spec.arrival_count = count;
    saltus_status status = SALTUS_OK;
    if (count > 0) {
        status = saltus_experiment_add_input(e, &spec, NULL, error);
    }
    free(sorted);
    free(times);
    free(weights);
    free(targets);
    return status;
}

/* Synapses from one population to another that are in one bundle. */
static saltus_status add_projection(const twin *t, uint32_t from, uint32_t to, uint32_t bundle,
                                    saltus_experiment *e, saltus_error *error)
{
    double *weights = array_of(t->synapse_count, sizeof *weights);
    double *delays = array_of(t->synapse_count, sizeof *delays);
    uint32_t *sources = array_of(t->synapse_count, sizeof *sources);
    uint32_t *targets = array_of(t->synapse_count, sizeof *targets);
    size_t count = 0;
    for (size_t k = 0; k < t->synapse_count; k++) {
        const oracle_synapse *y = &t->synapses[k].synapse;
        if (t->synapses[k].bundle == bundle && twin_population_of(t, y->source) == from &&
            twin_population_of(t, y->target) == to) {
            weights[count] = y->weight_mV;
            delays[count] = twin_ms(y->delay);
            sources[count] = y->source - t->populations[from].first;
            targets[count++] = y->target - t->populations[to].first;
        }
    }
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = from;
    spec.target = to;
    spec.rule = SALTUS_RULE_LIST;
    spec.weight_mV = value_of(weights, count);
    spec.delay_ms = value_of(delays, count);
    spec.list_sources = sources;
    spec.list_targets = targets;
    spec.list_count = count;
    saltus_status status = SALTUS_OK;
    if (count > 0) {
        status = saltus_experiment_add_projection(e, &spec, NULL, error);
    }
    free(weights);
    free(delays);
    free(sources);
    free(targets);
    return status;
}

static saltus_status add_all_projections(const twin *t, saltus_experiment *e, saltus_error *error)
{
    uint32_t bundles = 0;
    for (size_t k = 0; k < t->synapse_count; k++) {
        bundles = t->synapses[k].bundle >= bundles ? t->synapses[k].bundle + 1 : bundles;
    }
    saltus_status status = SALTUS_OK;
    for (uint32_t b = 0; b < bundles; b++) {
        for (uint32_t pair = 0; pair < t->population_count * t->population_count; pair++) {
            if (!status) {
                status = add_projection(t, pair / t->population_count, pair % t->population_count,
                                        b, e, error);
            }
        }
    }
    return status;
}

static saltus_status add_periodics(const twin *t, saltus_experiment *e, saltus_error *error)
{
    saltus_status status = SALTUS_OK;
    for (size_t k = 0; !status && k < t->periodic_count; k++) {
        const twin_periodic *q = &t->periodics[k];
        char name[32];
        snprintf(name, sizeof name, "Q%zu", k);
        saltus_input_spec spec = saltus_input_spec_default();
        spec.name = name;
        spec.type = SALTUS_INPUT_PERIODIC;
        spec.population = q->population;
        spec.weight_mV = q->weight_mV;
        spec.start_ms = twin_ms(q->start);
        spec.interval_ms = twin_ms(q->interval);
        spec.stop_ms = twin_ms(q->stop);
        status = saltus_experiment_add_input(e, &spec, NULL, error);
    }
    return status;
}

static saltus_status add_currents(const twin *t, saltus_experiment *e, saltus_error *error)
{
    saltus_status status = SALTUS_OK;
    for (size_t k = 0; !status && k < t->current_count; k++) {
        const stepped_current *c = &t->currents[k].current;
        double times[STEPPED_POINTS];
        char name[32];
        snprintf(name, sizeof name, "C%zu", k);
        for (uint32_t i = 0; i < c->points; i++) {
            times[i] = twin_ms(c->tick[i]);
        }
        saltus_input_spec spec = saltus_input_spec_default();
        spec.name = name;
        spec.type = SALTUS_INPUT_CURRENT;
        spec.population = t->currents[k].population;
        spec.current_times_ms = times;
        spec.current_values_pA = c->value_pA;
        spec.current_count = c->points;
        spec.stop_ms = twin_ms(c->stop);
        status = saltus_experiment_add_input(e, &spec, NULL, error);
    }
    return status;
}

static saltus_status add_samples(const twin *t, saltus_experiment *e, saltus_error *error)
{
    saltus_status status = SALTUS_OK;
    for (uint32_t p = 0; t->sample_interval > 0 && !status && p < t->population_count; p++) {
        if (t->populations[p].model == SALTUS_MODEL_LIF_DELTA) {
            status = saltus_experiment_record_potential(
                e, p, 0, t->populations[p].size, twin_ms(t->sample_start),
                twin_ms(t->sample_interval), twin_ms(t->end), error);
        }
    }
    return status;
}

saltus_experiment *twin_experiment(const twin *t, saltus_error *error)
{
    saltus_experiment *e = NULL;
    saltus_status status = saltus_experiment_create("twin", &e);
    if (!status) {
        status = saltus_experiment_set_seed(e, t->seed);
    }
    if (!status) {
        status = saltus_experiment_set_duration(e, twin_ms(t->end), error);
    }
    for (uint32_t p = 0; !status && p < t->population_count; p++) {
        status = add_population(t, p, e, error);
    }
    for (uint32_t p = 0; !status && p < t->population_count; p++) {
        status = add_arrivals(t, p, e, error);
    }
    if (!status) {
        status = add_periodics(t, e, error);
    }
    if (!status) {
        status = add_currents(t, e, error);
    }
    if (!status) {
        status = add_all_projections(t, e, error);
    }
    if (!status) {
        status = add_samples(t, e, error);
    }
    if (status) {
        saltus_experiment_destroy(e);
        return NULL;
    }
    return e;
}

/* ---- For the oracle ---------------------------------------------------------------- */

/* Periodic inputs and sources, written out as lists. */
static void expand_periodics(twin *all)
{
    for (size_t k = 0; k < all->periodic_count; k++) {
        const twin_periodic *q = &all->periodics[k];
        const int64_t stop = q->stop < all->end ? q->stop : all->end;
        const twin_population *p = &all->populations[q->population];
        for (int64_t tick = q->start; tick < stop; tick += q->interval) {
            for (uint32_t i = 0; i < p->size; i++) {
                twin_add_arrival(all, tick, p->first + i, q->weight_mV);
            }
        }
    }
    for (uint32_t k = 0; k < all->population_count; k++) {
        const twin_population *p = &all->populations[k];
        const int64_t stop = p->stop < all->end ? p->stop : all->end;
        for (uint32_t i = 0; p->model == SALTUS_MODEL_PERIODIC_SOURCE && i < p->size; i++) {
            for (int64_t tick = all->neurons[p->first + i].start; tick < stop;
                 tick += p->interval) {
                twin_add_source_spike(all, tick, p->first + i);
            }
        }
    }
}

static twin twin_copy(const twin *t)
{
    twin copy = *t;
    copy.synapses = array_of(t->synapse_count, sizeof *copy.synapses);
    copy.arrivals = array_of(t->arrival_count, sizeof *copy.arrivals);
    copy.source_spikes = array_of(t->source_spike_count, sizeof *copy.source_spikes);
    copy.synapse_capacity = t->synapse_count;
    copy.arrival_capacity = t->arrival_count;
    copy.source_spike_capacity = t->source_spike_count;
    for (size_t k = 0; k < t->synapse_count; k++) {
        copy.synapses[k] = t->synapses[k];
    }
    for (size_t k = 0; k < t->arrival_count; k++) {
        copy.arrivals[k] = t->arrivals[k];
    }
    for (size_t k = 0; k < t->source_spike_count; k++) {
        copy.source_spikes[k] = t->source_spikes[k];
    }
    return copy;
}

twin_oracle twin_oracle_create(const twin *t)
{
    twin all = twin_copy(t);
    expand_periodics(&all);
    if (all.arrival_count > 0) {
        qsort(all.arrivals, all.arrival_count, sizeof *all.arrivals, by_arrival_tick);
    }
    if (all.source_spike_count > 0) {
        qsort(all.source_spikes, all.source_spike_count, sizeof *all.source_spikes, by_spike_tick);
    }
    twin_oracle o = {.neurons = array_of(all.neuron_count, sizeof *o.neurons),
                     .synapses = array_of(all.synapse_count, sizeof *o.synapses),
                     .arrivals = all.arrivals,
                     .source_spikes = all.source_spikes,
                     .currents = array_of(all.current_count, sizeof *o.currents)};
    for (size_t k = 0; k < all.current_count; k++) {
        const twin_population *p = &all.populations[all.currents[k].population];
        o.currents[k] = all.currents[k].current;
        o.currents[k].first = p->first;
        o.currents[k].count = p->size;
    }
    for (uint32_t i = 0; i < all.neuron_count; i++) {
        const twin_population *p = &all.populations[twin_population_of(&all, i)];
        const twin_neuron *n = &all.neurons[i];
        o.neurons[i] = (oracle_neuron){.source = p->model != SALTUS_MODEL_LIF_DELTA,
                                       .tau_m_ms = p->tau_m_ms,
                                       .c_m_pF = p->c_m_pF,
                                       .v_rest_mV = p->v_rest_mV,
                                       .i_e_pA = n->i_e_pA,
                                       .v_th_mV = n->v_th_mV,
                                       .v_reset_mV = p->v_reset_mV,
                                       .v_init_mV = n->v_init_mV,
                                       .t_ref = p->t_ref};
    }
    for (size_t k = 0; k < all.synapse_count; k++) {
        o.synapses[k] = all.synapses[k].synapse;
    }
    o.network = (oracle_network){.neurons = o.neurons,
                                 .neuron_count = all.neuron_count,
                                 .synapses = o.synapses,
                                 .synapse_count = all.synapse_count,
                                 .arrivals = o.arrivals,
                                 .arrival_count = all.arrival_count,
                                 .source_spikes = o.source_spikes,
                                 .source_spike_count = all.source_spike_count,
                                 .currents = o.currents,
                                 .current_count = all.current_count};
    o.oracle = oracle_create(&o.network);
    free(all.synapses);
    return o;
}

void twin_oracle_destroy(twin_oracle *o)
{
    oracle_destroy(o->oracle);
    free(o->neurons);
    free(o->synapses);
    free(o->arrivals);
    free(o->source_spikes);
    free(o->currents);
    memset(o, 0, sizeof *o);
}

void twin_limit_spikes(twin *t, size_t spike_limit)
{
    twin_oracle o = twin_oracle_create(t);
    t->end = oracle_run(o.oracle, t->end, spike_limit);
    /* That is the tick of an event, which by drift may be a tick early or late. */
    if (twin_has_drift(t) && t->end > 10000) {
        t->end -= 5000;
    }
    twin_oracle_destroy(&o);
}

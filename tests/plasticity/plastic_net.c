/* plastic_net - see plastic_net.h. */
#include "plastic_net.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THRESHOLD_MV 1e6
#define FORCE_MV     1e9

static void *must(void *memory)
{
    if (memory == NULL) {
        abort();
    }
    return memory;
}

static void expect(saltus_status status, const saltus_error *error)
{
    if (status != SALTUS_OK) {
        fprintf(stderr, "%s: %s\n", saltus_status_text(status), error->message);
        abort();
    }
}

/* ---- Putting it together ----------------------------------------------------------------- */

uint32_t plastic_net_add_population(plastic_net *net, bool source, uint32_t size)
{
    plastic_population *p = &net->populations[net->population_count];
    *p = (plastic_population){.source = source,
                              .size = size,
                              .tau_m_ms = 10,
                              .trains = must(calloc(size, sizeof *p->trains))};
    return net->population_count++;
}

void plastic_net_add_spike(plastic_net *net, uint32_t population, uint32_t neuron, int64_t tick)
{
    plastic_train *train = &net->populations[population].trains[neuron];
    if (train->count == train->capacity) {
        train->capacity = 2 * train->capacity + 8;
        train->ticks = must(realloc(train->ticks, train->capacity * sizeof *train->ticks));
    }
    train->ticks[train->count++] = tick;
}

static int by_tick(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

void plastic_net_sort(plastic_net *net)
{
    for (uint32_t p = 0; p < net->population_count; p++) {
        for (uint32_t n = 0; n < net->populations[p].size; n++) {
            plastic_train *train = &net->populations[p].trains[n];
            if (train->count == 0) {
                continue;
            }
            qsort(train->ticks, train->count, sizeof *train->ticks, by_tick);
            size_t kept = 1;
            for (size_t i = 1; i < train->count; i++) {
                if (net->populations[p].source || train->ticks[i] != train->ticks[kept - 1]) {
                    train->ticks[kept++] = train->ticks[i];
                }
            }
            train->count = kept;
        }
    }
}

static void *copy_of(const void *list, size_t count, size_t size)
{
    if (list == NULL || count == 0) {
        return NULL;
    }
    return memcpy(must(malloc(count * size)), list, count * size);
}

uint32_t plastic_net_add_projection(plastic_net *net, const saltus_projection_spec *spec)
{
    saltus_projection_spec *own = &net->projections[net->projection_count];
    *own = *spec;
    own->list_sources = copy_of(spec->list_sources, spec->list_count, sizeof(uint32_t));
    own->list_targets = copy_of(spec->list_targets, spec->list_count, sizeof(uint32_t));
    own->weight_mV.list =
        copy_of(spec->weight_mV.list, spec->weight_mV.list_length, sizeof(double));
    own->delay_ms.list = copy_of(spec->delay_ms.list, spec->delay_ms.list_length, sizeof(double));
    return net->projection_count++;
}

uint32_t plastic_net_connect(plastic_net *net, uint32_t from, uint32_t to, saltus_rule rule,
                             double weight_mV, double delay_ms,
                             const saltus_plasticity_spec *plasticity)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = from;
    spec.target = to;
    spec.rule = rule;
    spec.weight_mV = saltus_constant(weight_mV);
    spec.delay_ms = saltus_constant(delay_ms);
    spec.plasticity = *plasticity;
    return plastic_net_add_projection(net, &spec);
}

void plastic_net_clear(plastic_net *net)
{
    for (uint32_t p = 0; p < net->population_count; p++) {
        for (uint32_t n = 0; n < net->populations[p].size; n++) {
            free(net->populations[p].trains[n].ticks);
        }
        free(net->populations[p].trains);
    }
    for (uint32_t i = 0; i < net->projection_count; i++) {
        free((void *)(uintptr_t)net->projections[i].list_sources);
        free((void *)(uintptr_t)net->projections[i].list_targets);
        free((void *)(uintptr_t)net->projections[i].weight_mV.list);
        free((void *)(uintptr_t)net->projections[i].delay_ms.list);
    }
    *net = (plastic_net){0};
}

double plastic_ms(int64_t tick)
{
    if (tick < (int64_t)1 << 53) {
        return (double)tick / 1e11;
    }
    return (double)(tick / PLASTIC_MS) + (double)(tick % PLASTIC_MS) / 1e11;
}

/* ---- The experiment ---------------------------------------------------------------------- */

typedef struct entry {
    int64_t tick;
    uint32_t neuron;
} entry;

static int by_time(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->tick != y->tick) {
        return x->tick > y->tick ? 1 : -1;
    }
    return (x->neuron > y->neuron) - (x->neuron < y->neuron);
}

/* All spikes of a population in order of time. Both arrays are the caller's. */
static size_t merge(const plastic_population *p, double **times_ms, uint32_t **neurons)
{
    size_t count = 0, at = 0;
    for (uint32_t n = 0; n < p->size; n++) {
        count += p->trains[n].count;
    }
    entry *all = must(malloc((count + 1) * sizeof *all));
    for (uint32_t n = 0; n < p->size; n++) {
        for (size_t i = 0; i < p->trains[n].count; i++) {
            all[at++] = (entry){p->trains[n].ticks[i], n};
        }
    }
    qsort(all, count, sizeof *all, by_time);
    *times_ms = must(malloc((count + 1) * sizeof **times_ms));
    *neurons = must(malloc((count + 1) * sizeof **neurons));
    for (size_t i = 0; i < count; i++) {
        (*times_ms)[i] = plastic_ms(all[i].tick);
        (*neurons)[i] = all[i].neuron;
    }
    free(all);
    return count;
}

static void add_population(saltus_experiment *e, const plastic_population *p, uint32_t index)
{
    saltus_error error = {0};
    double *times_ms;
    uint32_t *neurons;
    const size_t count = merge(p, &times_ms, &neurons);
    char name[16];
    snprintf(name, sizeof name, "P%u", index);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = p->size;
    if (p->source) {
        spec.model = SALTUS_MODEL_SPIKE_LIST;
        spec.spike_times_ms = times_ms;
        spec.spike_neurons = neurons;
        spec.spike_count = count;
    } else {
        spec.tau_m_ms = p->tau_m_ms;
        spec.v_th_mV = saltus_constant(THRESHOLD_MV);
        spec.t_ref_ms = 0;
    }
    expect(saltus_experiment_add_population(e, &spec, NULL, &error), &error);
    if (!p->source && count > 0) {
        double *weights_mV = must(malloc(count * sizeof *weights_mV));
        for (size_t i = 0; i < count; i++) {
            weights_mV[i] = FORCE_MV;
        }
        saltus_input_spec input = saltus_input_spec_default();
        snprintf(name, sizeof name, "force%u", index);
        input.name = name;
        input.type = SALTUS_INPUT_ARRIVALS;
        input.population = index;
        input.arrival_times_ms = times_ms;
        input.arrival_targets = neurons;
        input.arrival_weights_mV = weights_mV;
        input.arrival_count = count;
        expect(saltus_experiment_add_input(e, &input, NULL, &error), &error);
        free(weights_mV);
    }
    free(times_ms);
    free(neurons);
}

static void add_modulator(saltus_experiment *e, const plastic_net *net)
{
    saltus_error error = {0};
    double times_ms[PLASTIC_MOST_REWARDS];
    for (size_t i = 0; i < net->reward_count; i++) {
        times_ms[i] = plastic_ms(net->rewards[i]);
    }
    saltus_modulator_spec spec = saltus_modulator_spec_default();
    spec.name = "D";
    spec.tau_ms = net->tau_d_ms;
    spec.baseline = net->baseline;
    spec.times_ms = times_ms;
    spec.amounts = net->amounts;
    spec.count = net->reward_count;
    expect(saltus_experiment_add_modulator(e, &spec, NULL, &error), &error);
}

saltus_experiment *plastic_net_experiment(const plastic_net *net)
{
    saltus_error error = {0};
    saltus_experiment *e = NULL;
    expect(saltus_experiment_create("plastic", &e), &error);
    saltus_experiment_set_seed(e, net->seed + 1);
    expect(saltus_experiment_set_duration(e, plastic_ms(net->end), &error), &error);
    for (uint32_t p = 0; p < net->population_count; p++) {
        add_population(e, &net->populations[p], p);
    }
    if (net->tau_d_ms > 0) {
        add_modulator(e, net);
    }
    for (uint32_t i = 0; i < net->projection_count; i++) {
        expect(saltus_experiment_add_projection(e, &net->projections[i], NULL, &error), &error);
    }
    return e;
}

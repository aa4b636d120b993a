/* counts - what was done, summed over blocks when asked for.
 *
 * Counters sit at call sites, a batch at a time: deliveries by projection, external events, resets
 * and crossings by group. Everything else follows from them: an event is one update of one
 * neuron, a step of the clock one update of every neuron, and bytes are entries times their size.
 * Sums of integers, so that no order of threads shows. */
#include "engine/simulation.h"
#include "saltus/catalog.h"

/* ---- Names ------------------------------------------------------------------------------- */

#define COUNT(name)                                                                                \
    {                                                                                              \
#name, offsetof(saltus_counts, name)                                                       \
    }

static const struct {
    const char *name;
    size_t offset;
} names[] = {
    COUNT(spikes),
    COUNT(source_spikes),
    COUNT(synaptic_events),
    COUNT(zero_weight_events),
    COUNT(external_events),
    COUNT(neuron_updates),
    COUNT(step_updates),
    COUNT(threshold_tests),
    COUNT(crossing_searches),
    COUNT(plastic_updates),
    COUNT(scheduler_pushes),
    COUNT(scheduler_pops),
    COUNT(scheduler_compares),
    COUNT(steps),
    COUNT(state_bytes),
    COUNT(synapse_bytes),
    COUNT(queue_bytes),
    COUNT(random_draws),
    COUNT(exp_evaluations),
    COUNT(windows),
};
#define NAMES (sizeof names / sizeof names[0])
_Static_assert(NAMES * sizeof(uint64_t) == sizeof(saltus_counts), "a count has no name");

size_t saltus_count_total(void)
{
    return NAMES;
}

const char *saltus_count_name(size_t index)
{
    return index < NAMES ? names[index].name : NULL;
}

uint64_t *saltus_count_at(saltus_counts *counts, size_t index)
{
    return (uint64_t *)((char *)counts + names[index].offset);
}

/* ---- Sums -------------------------------------------------------------------------------- */

/* A number of a neuron's state, read and written. */
#define STATE_BYTES 16u

/* State that events and steps of a population move. An event reads V out of a and of the
 * coordinates of every current; on a grid it only adds to the input of its step. */
static uint64_t state_bytes(const saltus_simulation *simulation, uint32_t index,
                            const saltus_population_counts *of)
{
    const network_currents *currents = simulation->network->populations[index].currents;
    const network_flow *flow = simulation->network->populations[index].flow;
    const uint64_t second = flow != NULL && flow->model->second != NULL;
    const uint64_t synaptic = currents != NULL ? currents->coordinates
                              : flow != NULL   ? flow->current_count
                                               : 0;
    const uint64_t whole = 1 + second + synaptic;
    const uint64_t of_event = simulation->clock.on_grid ? 1 : whole;
    return (of->neuron_updates * of_event + of->step_updates * whole) * STATE_BYTES;
}

/* Deliveries of a projection over all blocks. */
static projection_counts deliveries(const saltus_simulation *simulation, uint32_t projection)
{
    projection_counts sum = {0};
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const projection_counts *counts = &simulation->blocks[b].deliveries[projection];
        sum.events += counts->events;
        sum.tests += counts->tests;
        sum.zero_weight += counts->zero_weight;
    }
    return sum;
}

static uint64_t plastic_updates(const saltus_simulation *simulation, uint32_t projection)
{
    uint64_t sum = 0;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const block_state *block = &simulation->blocks[b];
        if (block->plastic != NULL && block->plastic[projection] != NULL) {
            sum += block->plastic[projection]->updates;
        }
    }
    return sum;
}

static uint64_t bytes_per_synapse(const saltus_network *network, uint32_t index)
{
    const projection *projection = &network->projections[index];
    uint64_t bytes = sizeof(uint32_t) + (projection->own_delay ? sizeof(sim_time) : 0);
    if (projection->plasticity.rule != NULL) {
        return bytes + (projection->plasticity.single ? sizeof(float) : sizeof(double));
    }
    for (uint32_t b = 0; projection->own_weight && b < network->block_count; b++) {
        const fan_out *rows = &projection->blocks[b];
        if (rows->row != NULL) {
            bytes += rows->weight_d != NULL ? sizeof *rows->weight_d : sizeof *rows->weight_f;
            break;
        }
    }
    return bytes;
}

saltus_projection_counts saltus_simulation_projection_counts(const saltus_simulation *simulation,
                                                             uint32_t projection)
{
    const projection_counts counts = deliveries(simulation, projection);
    return (saltus_projection_counts){
        .synaptic_events = counts.events,
        .zero_weight_events = counts.zero_weight,
        .plastic_updates = plastic_updates(simulation, projection),
        .synapse_bytes = counts.events * bytes_per_synapse(simulation->network, projection)};
}

uint64_t saltus_simulation_projection_events(const saltus_simulation *simulation,
                                             uint32_t projection)
{
    return projection < simulation->network->projection_count
               ? deliveries(simulation, projection).events
               : 0;
}

saltus_population_counts saltus_simulation_population_counts(const saltus_simulation *simulation,
                                                             uint32_t index)
{
    const saltus_network *network = simulation->network;
    const population *population = &network->populations[index];
    saltus_population_counts counts = {.spikes = simulation->population_spikes[index]};
    if (saltus_model_is_source(population->model)) {
        return counts;
    }
    uint64_t resets = 0;
    for (uint32_t b = 0; b < network->block_count; b++) {
        const block_state *block = &simulation->blocks[b];
        for (uint32_t g = 0; g < block->block->group_count; g++) {
            if (block->groups[g].group->population == index) {
                const group_counts *group = &block->groups[g].counts;
                counts.external_events += group->external_events;
                counts.crossing_searches += group->crossing_searches;
                resets += group->resets;
            }
        }
    }
    uint64_t tests = 0;
    for (uint32_t i = 0; i < network->projection_count; i++) {
        if (network->projections[i].target == index) {
            const projection_counts projection = deliveries(simulation, i);
            counts.synaptic_events += projection.events;
            tests += projection.tests;
        }
    }
    counts.step_updates = (uint64_t)simulation->clock.steps * population->size;
    counts.neuron_updates = counts.synaptic_events + counts.external_events + resets;
    /* a test after each arrival, or one at each step's end */
    counts.threshold_tests =
        simulation->tests[index].none ? counts.step_updates : tests + counts.external_events;
    return counts;
}

uint64_t saltus_simulation_population_spikes(const saltus_simulation *simulation,
                                             uint32_t population)
{
    return population < simulation->network->population_count
               ? simulation->population_spikes[population]
               : 0;
}

/* Random words drawn, and exponentials asked for by releases, candidates and runs. */
static void add_block(const block_state *block, saltus_counts *counts)
{
    counts->exp_evaluations += block->exp_evaluations;
    counts->random_draws += block->faults != NULL ? block->faults->draws : 0;
    for (uint32_t i = 0; block->transmission != NULL && i < block->network->projection_count; i++) {
        counts->random_draws += block->transmission[i] != NULL ? block->transmission[i]->draws : 0;
    }
    for (uint32_t g = 0; g < block->block->group_count; g++) {
        for (uint32_t i = 0; i < block->groups[g].train_count; i++) {
            counts->random_draws += block->groups[g].trains[i].draws;
        }
    }
}

saltus_counts saltus_simulation_counts(const saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    const bool on_grid = simulation->clock.on_grid;
    saltus_counts counts = {.scheduler_pushes = simulation->pushes,
                            .scheduler_pops = simulation->pops,
                            .scheduler_compares =
                                simulation->compares_before +
                                simulation->scheduler->compares(simulation->queue),
                            .steps = (uint64_t)simulation->clock.steps,
                            .windows = simulation->windows,
                            .exp_evaluations = on_grid ? 0 : simulation->arrival_scales};
    uint64_t scales = 0; /* scale factors of external events */
    for (uint32_t p = 0; p < network->population_count; p++) {
        const bool neurons = !saltus_model_is_source(network->populations[p].model);
        const saltus_population_counts part = saltus_simulation_population_counts(simulation, p);
        *(neurons ? &counts.spikes : &counts.source_spikes) += part.spikes;
        counts.synaptic_events += part.synaptic_events;
        counts.external_events += part.external_events;
        scales += network->populations[p].flow == NULL ? part.external_events : 0;
        counts.neuron_updates += part.neuron_updates;
        counts.step_updates += part.step_updates;
        counts.threshold_tests += part.threshold_tests;
        counts.crossing_searches += part.crossing_searches;
        counts.state_bytes += state_bytes(simulation, p, &part);
    }
    for (uint32_t i = 0; i < network->projection_count; i++) {
        const saltus_projection_counts part = saltus_simulation_projection_counts(simulation, i);
        counts.zero_weight_events += part.zero_weight_events;
        counts.plastic_updates += part.plastic_updates;
        counts.synapse_bytes += part.synapse_bytes;
    }
    for (uint32_t b = 0; b < network->block_count; b++) {
        add_block(&simulation->blocks[b], &counts);
    }
    counts.random_draws += simulation->faults != NULL ? simulation->faults->draws : 0;
    counts.exp_evaluations += on_grid ? 0 : scales;
    counts.queue_bytes = (counts.scheduler_pushes + counts.scheduler_pops) * sizeof(flying_spike);
    return counts;
}

/* network_size - bytes of a network and its simulation, counted before they are taken.
 *
 * The same sums serve the estimate and the size as built; only the numbers of synapses differ, and
 * those only for rules that leave them to chance.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "experiment/adaptation.h"
#include "models/neuron/lif_current.h"
#include "network/block_cutter.h"
#include "network/correlated_rates.h"
#include "network/fan_out_build.h"
#include "network/network_build.h"
#include "saltus/catalog.h"

/* A membrane, and its place in the queue of refractory neurons. */
#define MEMBRANE_BYTES   8u
#define REFRACTORY_BYTES 10u
/* Next event of a member of a periodic train. */
#define PERIODIC_BYTES 10u
/* An estimate leaves out what is likelier than this many standard deviations. */
#define DEVIATIONS 6

static uint64_t list_bytes(uint64_t count, uint32_t groups, bool weights)
{
    const uint64_t entry = sizeof(sim_time) + sizeof(uint32_t) + (weights ? sizeof(double) : 0);
    return saturating_sum(saturating_product(count, entry),
                          ((uint64_t)groups + 1) * sizeof(uint64_t));
}

/* Currents are kept twice, as they are and as they were when the next crossing was predicted, with
 * the membrane then and the time of the crossing. */
static uint64_t current_bytes(const saltus_population_spec *spec)
{
    const uint64_t coordinates = sl_network_coordinates(spec);
    return coordinates > 0 ? (2 * coordinates + 1) * sizeof(double) + sizeof(sim_time) : 0;
}

/* V, u and currents when they were last worked out, and when that was; when to look again, its
 * place in the order of these and a mark; what differs between neurons. */
static uint64_t flow_bytes(const saltus_population_spec *spec)
{
    const bool own_v = spec->v_init_mV.kind != SALTUS_VALUE_CONSTANT;
    const bool own_u = own_v || spec->u_init_pA.kind != SALTUS_VALUE_CONSTANT;
    const bool own_i = spec->i_e_pA.kind != SALTUS_VALUE_CONSTANT;
    const uint64_t currents = sl_network_coordinates(spec) * sizeof(double);
    return currents + MEMBRANE_BYTES + REFRACTORY_BYTES + sizeof(double) + 2 * sizeof(sim_time) +
           2 * sizeof(uint16_t) + 1 + ((uint64_t)own_v + own_u + own_i) * sizeof(double);
}

/* Of a neuron of this population; sources have a membrane that is never used. */
static uint64_t bytes_per_neuron(const saltus_population_spec *spec)
{
    if (saltus_model_is_source(spec->model)) {
        return MEMBRANE_BYTES;
    }
    if (saltus_model_has_flow(spec->model)) {
        return flow_bytes(spec);
    }
    const bool own =
        spec->v_th_mV.kind != SALTUS_VALUE_CONSTANT || spec->i_e_pA.kind != SALTUS_VALUE_CONSTANT;
    const bool own_init = own || spec->v_init_mV.kind != SALTUS_VALUE_CONSTANT;
    return MEMBRANE_BYTES + REFRACTORY_BYTES + current_bytes(spec) +
           (own ? 3 * sizeof(double) : 0) + (own_init ? sizeof(double) : 0);
}

/* Trains with the events of a stretch; their room grows by doubling. */
static uint64_t correlated_bytes(const saltus_population_spec *spec, uint32_t groups)
{
    const correlated_rates rates = correlated_rates_of(spec->correlation_kind, spec->rate_Hz,
                                                       spec->correlation, spec->jitter_ms);
    const double events = 1.5 * spec->size * spec->rate_Hz * rates.stretch_ms / 1000;
    return groups * (SOURCE_TRAIN_BYTES + CORRELATED_TRAIN_BYTES) +
           (uint64_t)events * CORRELATED_EVENT_BYTES;
}

static void add_population(const saltus_population_spec *spec, saltus_network_size *size)
{
    const uint32_t groups = sl_group_count(spec->size);
    size->neurons += spec->size;
    size->neuron_bytes += groups * (sizeof(group) + GROUP_STATE_BYTES);
    size->neuron_bytes += spec->size * bytes_per_neuron(spec);
    if (spec->positions.kind != SALTUS_POSITIONS_NONE) {
        size->neuron_bytes += spec->size * 3 * sizeof(double);
    }
    switch (spec->model) {
    default: /* a model of neurons */
        break;
    case SALTUS_MODEL_POISSON_SOURCE:
        size->input_bytes +=
            (uint64_t)groups * SOURCE_TRAIN_BYTES + sl_rate_course_bytes(&spec->rate_course);
        break;
    case SALTUS_MODEL_PERIODIC_SOURCE:
        size->neuron_bytes += spec->size * sizeof(sim_time);
        size->input_bytes += (uint64_t)groups * SOURCE_TRAIN_BYTES + spec->size * PERIODIC_BYTES;
        break;
    case SALTUS_MODEL_SPIKE_LIST:
        size->input_bytes +=
            list_bytes(spec->spike_count, groups, false) + (uint64_t)groups * SOURCE_TRAIN_BYTES;
        break;
    case SALTUS_MODEL_CORRELATED_SOURCE:
        size->input_bytes += correlated_bytes(spec, groups);
        break;
    case SALTUS_MODEL_RATE_SOURCE:
        size->neuron_bytes += spec->size * sizeof(double);
        size->input_bytes += groups * (uint64_t)SOURCE_TRAIN_BYTES + spec->size * sizeof(double);
        break;
    }
}

/* Scale factors that a train of an input keeps for each event (engine/event/currents.c). */
static uint32_t scales_kept(const saltus_population_spec *target)
{
    if (saltus_model_has_flow(target->model)) {
        return 0;
    }
    if (!saltus_model_has_currents(target->model)) {
        return 1;
    }
    bool exponential =
        target->model != SALTUS_MODEL_LIF_ALPHA && sl_adaptation_coordinates(target) == 0;
    for (uint32_t i = 0; i < target->receptor_count; i++) {
        const saltus_receptor *receptor = &target->receptors[i];
        exponential &= !lif_current_joins(target->tau_m_ms / receptor->tau_ms) &&
                       (receptor->tau_rise_ms == 0 ||
                        !lif_current_joins(target->tau_m_ms / receptor->tau_rise_ms));
    }
    const uint32_t currents = sl_network_coordinates(target);
    const uint32_t terms = currents <= TRAIN_TERMS_CURRENTS ? 1 + 2 * currents : 0;
    return exponential ? 1 + currents + terms : 0;
}

/* Currents over time, and what the levels are formed from: in the network, and the levels as they
 * are, in the simulation. */
static void add_course(const saltus_experiment *experiment, uint32_t population,
                       saltus_network_size *size)
{
    const saltus_population_spec *spec = &experiment->populations[population];
    const uint64_t bytes = sl_current_course_bytes(experiment, population);
    const bool own =
        !saltus_model_has_flow(spec->model) &&
        (spec->v_th_mV.kind != SALTUS_VALUE_CONSTANT || spec->i_e_pA.kind != SALTUS_VALUE_CONSTANT);
    if (bytes > 0) {
        size->input_bytes += bytes + (own ? (uint64_t)spec->size * 4 * sizeof(double) : 0);
    }
}

static void add_input(const saltus_experiment *experiment, const saltus_input_spec *spec,
                      saltus_network_size *size)
{
    if (spec->type == SALTUS_INPUT_CURRENT) {
        return; /* in its population's course */
    }
    const saltus_population_spec *target = &experiment->populations[spec->population];
    const uint32_t groups = sl_group_count(target->size);
    size->input_bytes +=
        groups * (uint64_t)(SOURCE_TRAIN_BYTES + scales_kept(target) * TRAIN_SCALE_BYTES);
    size->input_bytes += sl_rate_course_bytes(&spec->rate_course);
    if (spec->type == SALTUS_INPUT_ARRIVALS) {
        size->input_bytes += list_bytes(spec->arrival_count, groups, true);
    } else if (spec->type == SALTUS_INPUT_PERIODIC) {
        size->input_bytes += (uint64_t)PERIODIC_BYTES * target->size;
    }
}

/* What faults keep for neurons: when each is lost, and how many spikes of its may have been. */
static void add_faults(const saltus_experiment *experiment, saltus_network_size *size)
{
    bool lesions = false;
    for (size_t i = 0; i < experiment->fault_count; i++) {
        const saltus_fault_spec *fault = &experiment->faults[i];
        lesions |= fault->type == SALTUS_FAULT_NEURON_LESION;
        if (fault->type == SALTUS_FAULT_SPIKE_DROPOUT) {
            size->neuron_bytes +=
                experiment->populations[fault->population].size * sizeof(uint32_t);
        }
    }
    size->neuron_bytes += lesions ? size->neurons * sizeof(sim_time) : 0;
}

/* The same for synapses. */
static void add_synapse_faults(const saltus_experiment *experiment, uint32_t index,
                               uint64_t synapses, saltus_network_size *size)
{
    const saltus_projection_spec *spec = &experiment->projections[index];
    const bool own_delay = sl_synapse_layout(spec).delay_kind != DELAY_SHARED;
    const fault_bytes kept = sl_fault_bytes(experiment, index, own_delay);
    const uint64_t sources = experiment->populations[spec->source].size;
    const uint64_t each[] = {
        kept.bits ? synapses / 8 : 0, saturating_product(synapses, kept.synapse),
        saturating_product(sources, kept.source), saturating_product(synapses / sources, kept.row)};
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        size->plastic_bytes = saturating_sum(size->plastic_bytes, each[i]);
    }
}

/* How many blocks hold neurons of each population. */
static void count_blocks(const saltus_experiment *experiment, const saltus_network_options *options,
                         uint32_t *block_counts)
{
    block_cutter cutter = sl_block_cutter(experiment, options);
    for (size_t i = 0; i < experiment->population_count; i++) {
        const saltus_population_spec *spec = &experiment->populations[i];
        const uint32_t groups = sl_group_count(spec->size);
        uint32_t first_block = 0;
        for (uint32_t g = 0; g < groups; g++) {
            sl_block_cutter_next(&cutter, spec, sl_group_neurons(spec->size, g));
            first_block = g == 0 ? cutter.blocks : first_block;
        }
        block_counts[i] = cutter.blocks - first_block + 1;
    }
}

static void add_projection(const rule_plan *plan, uint64_t synapses, uint32_t blocks,
                           uint32_t threads, saltus_network_size *size)
{
    const synapse_layout layout = sl_synapse_layout(plan->spec);
    const uint64_t rows = saturating_product(plan->source_size + UINT64_C(1), blocks);
    const uint64_t build = sl_fan_out_build_bytes(plan, &layout, synapses, blocks, threads);
    const simulation_bytes kept =
        sl_simulation_bytes(plan->spec, layout.delay_kind != DELAY_SHARED);
    const uint64_t longest_row = plan->source_size > 0 ? synapses / plan->source_size : 0;
    size->synapses = saturating_sum(size->synapses, synapses);
    size->synapse_bytes =
        saturating_sum(size->synapse_bytes, saturating_product(synapses, layout.bytes));
    size->row_bytes = saturating_sum(size->row_bytes, saturating_product(rows, sizeof(uint32_t)));
    size->build_bytes = build > size->build_bytes ? build : size->build_bytes;
    const uint64_t each[] = {saturating_product(synapses, kept.synapse),
                             saturating_product(plan->source_size, kept.source),
                             saturating_product(plan->target_size, kept.target),
                             saturating_product(longest_row, kept.row)};
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        size->plastic_bytes = saturating_sum(size->plastic_bytes, each[i]);
    }
    if (plan->spec->plasticity.rule != NULL) {
        const uint64_t log = sl_simulation_log_bytes(synapses, plan->source_size, blocks);
        size->log_bytes = saturating_sum(size->log_bytes, log);
    }
}

saltus_status sl_network_size(const saltus_experiment *experiment,
                              const saltus_network_options *options, const saltus_network *network,
                              saltus_network_size *size, saltus_error *error)
{
    *size = (saltus_network_size){0};
    uint32_t *block_counts = sl_memory_array(experiment->population_count, sizeof *block_counts);
    if (block_counts == NULL) {
        return sl_fail_memory(error);
    }
    count_blocks(experiment, options, block_counts);
    bool moving = false;
    for (size_t i = 0; i < experiment->population_count; i++) {
        add_population(&experiment->populations[i], size);
        add_course(experiment, (uint32_t)i, size);
        moving |= saltus_experiment_population_adapts(experiment, (uint32_t)i);
    }
    size->neuron_bytes += moving ? size->neurons * sizeof(double) : 0; /* thresholds, of all */
    add_faults(experiment, size);
    for (size_t i = 0; i < experiment->input_count; i++) {
        add_input(experiment, &experiment->inputs[i], size);
    }
    for (size_t i = 0; i < experiment->modulator_count; i++) {
        size->input_bytes += experiment->modulators[i].count * (sizeof(sim_time) + sizeof(double));
    }
    for (uint32_t i = 0; i < experiment->projection_count; i++) {
        const rule_plan plan = sl_rule_plan(experiment, i);
        const uint64_t synapses = network != NULL ? network->projections[i].synapses
                                                  : plan.rule->synapses(&plan, DEVIATIONS);
        add_projection(&plan, synapses, block_counts[plan.spec->target],
                       sl_network_threads(options), size);
        add_synapse_faults(experiment, i, synapses, size);
    }
    if (size->log_bytes > 0) {
        uint64_t blocks = 0;
        for (size_t i = 0; i < experiment->population_count; i++) {
            blocks += block_counts[i];
        }
        size->plastic_bytes = saturating_sum(size->plastic_bytes, blocks * PLASTIC_SCRATCH_BYTES);
    }
    free(block_counts);
    const uint64_t synaptic =
        saturating_sum(saturating_sum(size->synapse_bytes, size->row_bytes), size->plastic_bytes);
    const uint64_t other =
        saturating_sum(size->log_bytes, saturating_sum(size->neuron_bytes, size->input_bytes));
    size->total_bytes = saturating_sum(synaptic, saturating_sum(other, size->build_bytes));
    if (size->synapses > 0) {
        size->bytes_per_synapse = (double)synaptic / (double)size->synapses;
    }
    return SALTUS_OK;
}

saltus_status saltus_network_estimate_projection(const saltus_experiment *experiment,
                                                 uint32_t index, saltus_projection_size *size)
{
    if (experiment == NULL || size == NULL || index >= experiment->projection_count) {
        return SALTUS_E_ARGUMENT;
    }
    const rule_plan plan = sl_rule_plan(experiment, index);
    const synapse_layout layout = sl_synapse_layout(plan.spec);
    const simulation_bytes kept = sl_simulation_bytes(plan.spec, layout.delay_kind != DELAY_SHARED);
    *size = (saltus_projection_size){.synapses = plan.rule->synapses(&plan, DEVIATIONS),
                                     .network_bytes = layout.bytes,
                                     .simulation_bytes = kept.synapse,
                                     .source_bytes = kept.source,
                                     .target_bytes = kept.target};
    return SALTUS_OK;
}

/* operations - the report of a run: NeuroBench's figures from counts and sizes.
 *
 * Every figure is a count, a size, or a product of sizes and steps; nothing is estimated. Products
 * are doubles, so they cannot wrap around. The report copies what it needs of the activity and
 * borrows names from the network.
 *
 * Source: NeuroBench 2.x, docs/metrics; Yik et al. (2025) Nat Commun 16:1545.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "measure/operations/operations_parts.h"

/* Bytes of a weight in the matrices of machine-learning frameworks: float32. */
#define DENSE_WEIGHT_BYTES 4.0

static const saltus_model_info *info_of(saltus_model model)
{
    return saltus_model_get((size_t)model);
}

/* ---- Parts ------------------------------------------------------------------------------ */

static bool add_projection(const saltus_network *network, uint32_t index,
                           const saltus_operations_run *activity, saltus_operations *report)
{
    const projection *p = &network->projections[index];
    const saltus_projection_counts *counts = &activity->projections[index];
    saltus_projection_operations *out = &report->projections[index];
    const double steps = report->summary.steps;
    *out = (saltus_projection_operations){
        .name = p->name,
        .source = p->source,
        .target = p->target,
        .synapses = p->synapses,
        .zero_weights = p->zero_weights,
        .source_spikes = activity->populations[p->source].spikes,
        .synaptic_events = counts->synaptic_events,
        .effective_acs = counts->synaptic_events - counts->zero_weight_events,
        .plastic_updates = counts->plastic_updates,
    };
    out->possible_pairs =
        (double)network->populations[p->source].size * (double)network->populations[p->target].size;
    if (!sl_operations_structure(network, index, out)) {
        return false;
    }
    out->footprint_bytes += p->synapses * p->kept.synapse +
                            (uint64_t)p->kept.source * network->populations[p->source].size +
                            (uint64_t)p->kept.target * network->populations[p->target].size;
    out->connection_sparsity =
        saltus_neurobench_connection_sparsity((double)out->connected_pairs, out->possible_pairs);
    out->bytes_per_synapse =
        p->synapses > 0 ? (double)out->footprint_bytes / (double)p->synapses : 0;
    out->dense_footprint_bytes = DENSE_WEIGHT_BYTES * out->possible_pairs;
    out->dense = steps * out->possible_pairs;
    out->dense_existing = steps * (double)p->synapses;
    out->arithmetic = sl_operations_of_projection(network, index, activity);
    return true;
}

static double rate_Hz(uint64_t spikes, double neurons, double duration_ms)
{
    return (double)spikes / (neurons * duration_ms * 1e-3);
}

static void add_population(const saltus_network *network, uint32_t index,
                           const saltus_operations_run *activity, saltus_operations *report)
{
    const population *p = &network->populations[index];
    const saltus_population_counts *counts = &activity->populations[index];
    saltus_population_operations *out = &report->populations[index];
    const double steps = report->summary.steps;
    const double k = info_of(p->model)->neurobench_operations;
    *out = (saltus_population_operations){
        .name = p->name,
        .model = p->model,
        .source = saltus_model_is_source(p->model),
        .neurons = p->size,
        .spikes = counts->spikes,
        .rate_Hz = rate_Hz(counts->spikes, p->size, activity->duration_ms),
        .activation_sparsity =
            saltus_neurobench_activation_sparsity((double)counts->spikes, p->size, steps),
        .synaptic_events = counts->synaptic_events,
        .external_events = counts->external_events,
        .external_dense = steps * p->size * sl_operations_inputs(network, index),
        .membrane_updates = report->summary.clocked ? counts->step_updates : counts->neuron_updates,
    };
    out->dense_membrane_updates = out->source ? 0 : steps * p->size;
    out->neuron_operations = (double)out->membrane_updates * k;
    out->dense_neuron_operations = out->dense_membrane_updates * k;
    out->external_arithmetic = sl_operations_of_external(network, index, activity);
    out->arithmetic = sl_operations_of_neurons(network, index, activity);
    saltus_arithmetic_add(&out->arithmetic, &out->external_arithmetic, 1);
}

/* ---- Sums ------------------------------------------------------------------------------- */

static void sum_projections(const saltus_network *network, saltus_operations *report)
{
    saltus_operations_summary *s = &report->summary;
    for (uint32_t i = 0; i < network->projection_count; i++) {
        const saltus_projection_operations *p = &report->projections[i];
        s->synapses += p->synapses;
        s->zero_weights += p->zero_weights;
        s->connected_pairs += p->connected_pairs;
        s->possible_pairs += p->possible_pairs;
        s->effective_acs += p->effective_acs;
        s->plastic_updates += p->plastic_updates;
        s->dense += p->dense;
        s->dense_existing += p->dense_existing;
        s->dense_footprint_bytes += p->dense_footprint_bytes;
        saltus_arithmetic_add(&s->arithmetic, &p->arithmetic, 1);
    }
    s->connection_sparsity =
        saltus_neurobench_connection_sparsity((double)s->connected_pairs, s->possible_pairs);
}

static void sum_populations(const saltus_network *network, saltus_operations *report)
{
    saltus_operations_summary *s = &report->summary;
    for (uint32_t i = 0; i < network->population_count; i++) {
        const saltus_population_operations *p = &report->populations[i];
        *(p->source ? &s->sources : &s->neurons) += p->neurons;
        s->external_dense += p->external_dense;
        s->dense_membrane_updates += p->dense_membrane_updates;
        s->neuron_operations += p->neuron_operations;
        s->dense_neuron_operations += p->dense_neuron_operations;
        saltus_arithmetic_add(&s->arithmetic, &p->arithmetic, 1);
        saltus_arithmetic_add(&s->external_arithmetic, &p->external_arithmetic, 1);
    }
}

static void summarise(const saltus_network *network, const saltus_operations_run *activity,
                      saltus_operations *report)
{
    saltus_operations_summary *s = &report->summary;
    const saltus_counts *counts = &activity->counts;
    sum_projections(network, report);
    sum_populations(network, report);
    const saltus_network_size *size = &network->size;
    s->footprint_bytes = size->neuron_bytes + size->synapse_bytes + size->row_bytes +
                         size->plastic_bytes + size->input_bytes;
    s->bytes_per_synapse = size->bytes_per_synapse;
    s->spikes = counts->spikes;
    s->source_spikes = counts->source_spikes;
    s->rate_Hz = rate_Hz(counts->spikes, (double)s->neurons, activity->duration_ms);
    s->activation_sparsity =
        saltus_neurobench_activation_sparsity((double)counts->spikes, (double)s->neurons, s->steps);
    s->synaptic_events = counts->synaptic_events;
    s->external_events = counts->external_events;
    s->membrane_updates = s->clocked ? counts->step_updates : counts->neuron_updates;
}

/* ---- All together ------------------------------------------------------------------------- */

static saltus_status check(const saltus_network *network, const saltus_operations_run *activity,
                           double dt_ms, saltus_error *error)
{
    if (!(activity->duration_ms >= 0 && isfinite(activity->duration_ms))) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "the duration is %g ms; allowed is 0 or more",
                       activity->duration_ms);
    }
    if (!(activity->step_ms >= 0 && isfinite(activity->step_ms))) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "the clock's step is %g ms; allowed is a time above 0, or 0 for the event "
                       "engine",
                       activity->step_ms);
    }
    if (!(dt_ms >= 0 && isfinite(dt_ms))) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "the nominal step is %g ms; allowed is a time above 0, or 0 for the "
                       "clock's own",
                       dt_ms);
    }
    if (dt_ms == 0 && activity->step_ms == 0) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "the event engine has no step: activation sparsity and dense operations "
                       "need a nominal one, such as 1 ms");
    }
    if ((network->population_count > 0 && activity->populations == NULL) ||
        (network->projection_count > 0 && activity->projections == NULL)) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "counts of every population and every projection are needed");
    }
    for (uint32_t i = 0; i < network->projection_count; i++) {
        const saltus_projection_counts *p = &activity->projections[i];
        if (p->zero_weight_events > p->synaptic_events) {
            return sl_fail(error, SALTUS_E_ARGUMENT,
                           "projection %s: %llu deliveries of weight 0 among %llu",
                           network->projections[i].name, (unsigned long long)p->zero_weight_events,
                           (unsigned long long)p->synaptic_events);
        }
    }
    return SALTUS_OK;
}

static saltus_operations *allocate(const saltus_network *network)
{
    saltus_operations *report = sl_memory_zeroed(1, sizeof *report);
    if (report == NULL) {
        return NULL;
    }
    report->populations = sl_memory_zeroed(network->population_count, sizeof *report->populations);
    report->projections = sl_memory_zeroed(network->projection_count, sizeof *report->projections);
    if (report->populations == NULL || report->projections == NULL) {
        saltus_operations_destroy(report);
        return NULL;
    }
    return report;
}

saltus_status saltus_operations_create(const saltus_network *network,
                                       const saltus_operations_run *activity, double dt_ms,
                                       saltus_operations **out, saltus_error *error)
{
    if (out == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a place for the report is needed");
    }
    *out = NULL;
    if (network == NULL || activity == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a network and what ran on it are needed");
    }
    const saltus_status status = check(network, activity, dt_ms, error);
    if (status) {
        return status;
    }
    saltus_operations *report = allocate(network);
    if (report == NULL) {
        return sl_fail_memory(error);
    }
    const bool own_steps = dt_ms == 0 || dt_ms == activity->step_ms;
    const double dt = dt_ms > 0 ? dt_ms : activity->step_ms;
    report->summary = (saltus_operations_summary){
        .duration_ms = activity->duration_ms,
        .dt_ms = dt,
        .steps = own_steps && activity->counts.steps > 0 ? (double)activity->counts.steps
                                                         : activity->duration_ms / dt,
        .clocked = activity->step_ms > 0,
        .execution_rate_Hz = 1e3 / dt,
    };
    for (uint32_t i = 0; i < network->projection_count; i++) {
        if (!add_projection(network, i, activity, report)) {
            saltus_operations_destroy(report);
            return sl_fail_memory(error);
        }
    }
    for (uint32_t i = 0; i < network->population_count; i++) {
        add_population(network, i, activity, report);
    }
    summarise(network, activity, report);
    *out = report;
    return SALTUS_OK;
}

saltus_status saltus_operations_create_from(const saltus_simulation *simulation, double dt_ms,
                                            saltus_operations **out, saltus_error *error)
{
    if (out == NULL || simulation == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "a simulation and a place for the report are needed");
    }
    *out = NULL;
    const saltus_network *network = saltus_simulation_network(simulation);
    saltus_population_counts *populations =
        sl_memory_array(network->population_count, sizeof *populations);
    saltus_projection_counts *projections =
        sl_memory_array(network->projection_count, sizeof *projections);
    saltus_status status = SALTUS_OK;
    if (populations == NULL || projections == NULL) {
        status = sl_fail_memory(error);
    } else {
        for (uint32_t i = 0; i < network->population_count; i++) {
            populations[i] = saltus_simulation_population_counts(simulation, i);
        }
        for (uint32_t i = 0; i < network->projection_count; i++) {
            projections[i] = saltus_simulation_projection_counts(simulation, i);
        }
        const saltus_operations_run activity = {
            .duration_ms = saltus_simulation_time_ms(simulation),
            .step_ms = saltus_simulation_step_ms(simulation),
            .counts = saltus_simulation_counts(simulation),
            .populations = populations,
            .projections = projections,
        };
        status = saltus_operations_create(network, &activity, dt_ms, out, error);
    }
    free(populations);
    free(projections);
    return status;
}

void saltus_operations_destroy(saltus_operations *report)
{
    if (report != NULL) {
        free(report->populations);
        free(report->projections);
        free(report);
    }
}

/* ---- Reading ------------------------------------------------------------------------------- */

saltus_operations_summary saltus_operations_get_summary(const saltus_operations *report)
{
    return report->summary;
}

saltus_population_operations saltus_operations_get_population(const saltus_operations *report,
                                                              uint32_t population)
{
    return report->populations[population];
}

saltus_projection_operations saltus_operations_get_projection(const saltus_operations *report,
                                                              uint32_t projection)
{
    return report->projections[projection];
}

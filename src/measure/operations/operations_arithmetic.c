/* operations_arithmetic - counts times what one operation of the model costs.
 *
 * Which loop a delivery takes is a matter of the projection and its target (engine/deliver), so
 * the row of the catalog's table is chosen here and never while running. What the table leaves out:
 * candidates that a later arrival of the same time brings below threshold again, and the drift
 * tests of looking ahead.
 */
#include "measure/operations/operations_parts.h"

void saltus_arithmetic_add(saltus_arithmetic *sum, const saltus_arithmetic *each, double times)
{
    sum->adds += times * each->adds;
    sum->multiplies += times * each->multiplies;
    sum->divides += times * each->divides;
    sum->compares += times * each->compares;
    sum->exps += times * each->exps;
    sum->logs += times * each->logs;
    sum->state_bytes += times * each->state_bytes;
    sum->synapse_bytes += times * each->synapse_bytes;
}

double saltus_arithmetic_operations(const saltus_arithmetic *a)
{
    return a->adds + a->multiplies + a->divides + a->compares + a->exps + a->logs;
}

static void add(saltus_arithmetic *sum, saltus_model model, saltus_operation operation,
                uint64_t times)
{
    const saltus_arithmetic each = saltus_model_arithmetic(model, operation);
    saltus_arithmetic_add(sum, &each, (double)times);
}

uint32_t sl_operations_inputs(const saltus_network *network, uint32_t index)
{
    uint32_t inputs = 0;
    for (uint32_t i = 0; i < network->input_count; i++) {
        inputs +=
            network->inputs[i].population == index && network_input_arrives(&network->inputs[i]);
    }
    return inputs;
}

static saltus_operation delivery_of(const projection *p, const population *target)
{
    if (p->own_delay) {
        return SALTUS_OPERATION_DELIVERY_OWN_DELAY;
    }
    if (target->th_of != NULL) {
        return SALTUS_OPERATION_DELIVERY_OWN_LEVEL;
    }
    if (p->own_weight || target->drift) {
        return SALTUS_OPERATION_DELIVERY_OWN_WEIGHT;
    }
    return p->weight > 0 ? SALTUS_OPERATION_DELIVERY : SALTUS_OPERATION_DELIVERY_INHIBITORY;
}

/* Bytes of one synapse as stored. */
static double synapse_bytes(const saltus_network *network, const projection *p)
{
    double bytes = sizeof(uint32_t) + (p->own_delay ? sizeof(sim_time) : 0);
    for (uint32_t b = 0; p->own_weight && b < network->block_count; b++) {
        if (p->blocks[b].row != NULL) {
            return bytes + (p->blocks[b].weight_d != NULL ? sizeof(double) : sizeof(float));
        }
    }
    return bytes;
}

saltus_arithmetic sl_operations_of_projection(const saltus_network *network, uint32_t index,
                                              const saltus_operations_run *activity)
{
    const projection *p = &network->projections[index];
    const population *target = &network->populations[p->target];
    const uint64_t events = activity->projections[index].synaptic_events;
    saltus_arithmetic sum = {.synapse_bytes = (double)events * synapse_bytes(network, p)};
    if (activity->step_ms > 0) {
        add(&sum, target->model, SALTUS_OPERATION_STEP_INPUT, events);
        return sum;
    }
    add(&sum, target->model, delivery_of(p, target), events);
    if (target->drift) {
        add(&sum, target->model, SALTUS_OPERATION_DRIFT_TEST, events);
    }
    if (!p->own_delay && p->synapses > 0) {
        add(&sum, target->model, SALTUS_OPERATION_ARRIVAL, activity->populations[p->source].spikes);
    }
    return sum;
}

static bool external_is_general(const saltus_network *network, uint32_t index)
{
    const population *p = &network->populations[index];
    bool general = p->th_of != NULL || p->drift;
    for (uint32_t i = 0; i < network->input_count; i++) {
        const network_input *input = &network->inputs[i];
        general = general || (input->population == index && input->type == SALTUS_INPUT_ARRIVALS);
    }
    return general;
}

saltus_arithmetic sl_operations_of_external(const saltus_network *network, uint32_t index,
                                            const saltus_operations_run *activity)
{
    const population *p = &network->populations[index];
    const uint64_t events = activity->populations[index].external_events;
    saltus_arithmetic sum = {0};
    if (activity->step_ms > 0) {
        add(&sum, p->model, SALTUS_OPERATION_STEP_INPUT, events);
        return sum;
    }
    add(&sum, p->model,
        external_is_general(network, index) ? SALTUS_OPERATION_EXTERNAL_OWN_LEVEL
                                            : SALTUS_OPERATION_EXTERNAL_EVENT,
        events);
    if (p->drift) {
        add(&sum, p->model, SALTUS_OPERATION_DRIFT_TEST, events);
    }
    return sum;
}

saltus_arithmetic sl_operations_of_neurons(const saltus_network *network, uint32_t index,
                                           const saltus_operations_run *activity)
{
    const population *p = &network->populations[index];
    const saltus_population_counts *counts = &activity->populations[index];
    saltus_arithmetic sum = {0};
    if (saltus_model_is_source(p->model)) {
        return sum;
    }
    /* spikes and resets are the updates that are no arrivals */
    const uint64_t arrivals = counts->synaptic_events + counts->external_events;
    const uint64_t others =
        counts->neuron_updates > arrivals ? counts->neuron_updates - arrivals : 0;
    if (activity->step_ms > 0) {
        add(&sum, p->model, SALTUS_OPERATION_STEP_UPDATE, counts->step_updates);
        add(&sum, p->model, SALTUS_OPERATION_STEP_SPIKE, others);
        return sum;
    }
    const uint64_t resets = others > counts->spikes ? others - counts->spikes : 0;
    add(&sum, p->model, SALTUS_OPERATION_SPIKE, counts->spikes);
    add(&sum, p->model, SALTUS_OPERATION_RESET, resets);
    add(&sum, p->model, SALTUS_OPERATION_CROSSING_SEARCH, counts->crossing_searches);
    if (p->drift) {
        add(&sum, p->model, SALTUS_OPERATION_DRIFT_TEST, resets);
    }
    return sum;
}

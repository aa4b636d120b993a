/* experiment_copy - the experiment's own copies of specs: made, and freed.
 *
 * The stored spec has const pointers, as the public type has; what they point to was allocated
 * here and is freed here.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiment/experiment.h"
#include "experiment/flow_values.h"
#include "experiment/target_weight.h"
#include "experiment/values.h"
#include "saltus/catalog.h"

static void release(const void *owned)
{
    free((void *)(uintptr_t)owned);
}

/* ---- Values ------------------------------------------------------------------------ */

/* Make the value's list its own; other kinds have none. */
static bool own_value(saltus_value *value)
{
    const double *list = value->list;
    value->list = NULL;
    if (value->kind != SALTUS_VALUE_LIST) {
        value->list_length = 0;
        return true;
    }
    value->list = sl_memory_copy(list, value->list_length, sizeof(double));
    return value->list != NULL;
}

static bool own_array(const void **array, size_t count, size_t size)
{
    const void *from = *array;
    *array = NULL;
    if (count == 0) {
        return true;
    }
    *array = sl_memory_copy(from, count, size);
    return *array != NULL;
}

static bool own_doubles(const double **array, size_t count)
{
    const void *copy = *array;
    const bool done = own_array(&copy, count, sizeof(double));
    *array = copy;
    return done;
}

static bool own_indices(const uint32_t **array, size_t count)
{
    const void *copy = *array;
    const bool done = own_array(&copy, count, sizeof(uint32_t));
    *array = copy;
    return done;
}

static void clear_rate_course(const saltus_rate_course *course)
{
    release(course->times_ms);
    release(course->rates_Hz);
}

/* Make the lists of steps its own; `used` false: there is no such rate. */
static bool own_rate_course(saltus_rate_course *course, bool used)
{
    if (!used) {
        *course = (saltus_rate_course){.kind = SALTUS_RATE_CONSTANT};
    } else if (course->kind != SALTUS_RATE_STEPS) {
        course->count = 0;
    }
    const bool times = own_doubles(&course->times_ms, course->count);
    return own_doubles(&course->rates_Hz, course->count) && times;
}

/* ---- Populations ------------------------------------------------------------------- */

static void clear_population(const saltus_population_spec *p)
{
    release(p->name);
    release(p->v_th_mV.list);
    release(p->i_e_pA.list);
    release(p->v_init_mV.list);
    release(p->u_init_pA.list);
    release(p->start_ms.list);
    release(p->spike_times_ms);
    release(p->spike_neurons);
    release(p->rates_Hz.list);
    release(p->positions.coordinates_um);
    clear_rate_course(&p->rate_course);
    for (uint32_t i = 0; i < p->receptor_count; i++) {
        release(p->receptors[i].name);
    }
}

/* Make the receptors its own; other models have none. */
static bool own_receptors(saltus_population_spec *p)
{
    bool done = true;
    if (!saltus_model_has_currents(p->model)) {
        p->receptor_count = 0;
    }
    for (uint32_t i = 0; i < SALTUS_RECEPTORS; i++) {
        const bool used = i < p->receptor_count;
        p->receptors[i].name = used ? sl_memory_string(p->receptors[i].name) : NULL;
        done &= !used || p->receptors[i].name != NULL;
    }
    return done;
}

bool sl_experiment_append_population(saltus_experiment *experiment,
                                     const saltus_population_spec *spec)
{
    void *populations = experiment->populations;
    void *records = experiment->record_spikes;
    if (!sl_memory_grow(&populations, &experiment->population_capacity,
                        experiment->population_count, sizeof *spec)) {
        return false;
    }
    experiment->populations = populations;
    if (!sl_memory_grow(&records, &experiment->record_capacity, experiment->population_count,
                        sizeof(bool))) {
        return false;
    }
    experiment->record_spikes = records;

    /* Every owned pointer is NULL or a copy after this line, whatever fails. */
    saltus_population_spec p = *spec;
    if (p.model != SALTUS_MODEL_SPIKE_LIST) {
        p.spike_count = 0;
    }
    if (p.positions.kind != SALTUS_POSITIONS_LIST) {
        p.positions.count = 0;
    }
    p.name = sl_memory_string(spec->name);
    bool done = p.name != NULL;
    done &= own_doubles(&p.positions.coordinates_um, p.positions.count * p.positions.dimensions);
    done &= own_value(&p.v_th_mV);
    done &= own_value(&p.i_e_pA);
    done &= own_value(&p.v_init_mV);
    done &= own_value(&p.u_init_pA);
    done &= own_value(&p.start_ms);
    done &= own_value(&p.rates_Hz);
    done &= own_doubles(&p.spike_times_ms, p.spike_count);
    done &= own_indices(&p.spike_neurons, p.spike_count);
    done &= own_rate_course(&p.rate_course, p.model == SALTUS_MODEL_POISSON_SOURCE);
    done &= own_receptors(&p);
    if (!done) {
        clear_population(&p);
        return false;
    }
    sl_flow_set_defaults(&p);
    if (sl_value_is_default(&p.v_init_mV)) {
        p.v_init_mV = saltus_constant(p.v_rest_mV);
    }
    if (sl_value_is_default(&p.start_ms)) {
        p.start_ms = saltus_constant(p.interval_ms);
    }
    experiment->record_spikes[experiment->population_count] = false;
    experiment->populations[experiment->population_count++] = p;
    return true;
}

/* ---- Modulators -------------------------------------------------------------------- */

static void clear_modulator(const saltus_modulator_spec *modulator)
{
    release(modulator->name);
    release(modulator->times_ms);
    release(modulator->amounts);
}

bool sl_experiment_append_modulator(saltus_experiment *experiment,
                                    const saltus_modulator_spec *spec)
{
    void *modulators = experiment->modulators;
    if (!sl_memory_grow(&modulators, &experiment->modulator_capacity, experiment->modulator_count,
                        sizeof *spec)) {
        return false;
    }
    experiment->modulators = modulators;

    saltus_modulator_spec modulator = *spec;
    modulator.name = sl_memory_string(spec->name);
    bool done = modulator.name != NULL;
    done &= own_doubles(&modulator.times_ms, modulator.count);
    done &= own_doubles(&modulator.amounts, modulator.count);
    if (!done) {
        clear_modulator(&modulator);
        return false;
    }
    experiment->modulators[experiment->modulator_count++] = modulator;
    return true;
}

/* ---- Inputs ------------------------------------------------------------------------ */

static void clear_input(const saltus_input_spec *input)
{
    release(input->name);
    release(input->arrival_times_ms);
    release(input->arrival_targets);
    release(input->arrival_weights_mV);
    release(input->current_times_ms);
    release(input->current_values_pA);
    clear_rate_course(&input->rate_course);
}

bool sl_experiment_append_input(saltus_experiment *experiment, const saltus_input_spec *spec)
{
    void *inputs = experiment->inputs;
    if (!sl_memory_grow(&inputs, &experiment->input_capacity, experiment->input_count,
                        sizeof *spec)) {
        return false;
    }
    experiment->inputs = inputs;

    saltus_input_spec input = *spec;
    if (input.type != SALTUS_INPUT_ARRIVALS) {
        input.arrival_count = 0;
    }
    if (input.type != SALTUS_INPUT_CURRENT) {
        input.current_count = 0;
    }
    const saltus_population_spec *target = sl_target_of(experiment, spec->population);
    input.weight_mV = sl_input_weight(target, spec);
    input.weight_pA = NOT_SET;
    input.arrival_weights_mV = sl_arrival_weights(target, spec);
    input.arrival_weights_pA = NULL;
    input.name = sl_memory_string(spec->name);
    bool done = input.name != NULL;
    done &= own_doubles(&input.arrival_times_ms, input.arrival_count);
    done &= own_indices(&input.arrival_targets, input.arrival_count);
    done &= own_doubles(&input.arrival_weights_mV, input.arrival_count);
    done &= own_doubles(&input.current_times_ms, input.current_count);
    done &= own_doubles(&input.current_values_pA, input.current_count);
    done &= own_rate_course(&input.rate_course, input.type == SALTUS_INPUT_POISSON);
    if (!done) {
        clear_input(&input);
        return false;
    }
    if (isnan(input.start_ms)) {
        input.start_ms = input.type == SALTUS_INPUT_PERIODIC ? input.interval_ms : 0;
    }
    experiment->inputs[experiment->input_count++] = input;
    return true;
}

/* ---- Projections ------------------------------------------------------------------- */

static void clear_projection(const saltus_projection_spec *p)
{
    release(p->name);
    release(p->weight_mV.list);
    release(p->weight_sources);
    release(p->weight_targets);
    release(p->delay_ms.list);
    release(p->velocity_m_s.list);
    release(p->list_sources);
    release(p->list_targets);
    release(p->block_model.sizes);
    release(p->block_model.probabilities);
}

/* The given name, or "SOURCE->TARGET". */
static char *projection_name(const saltus_experiment *experiment,
                             const saltus_projection_spec *spec)
{
    if (spec->name != NULL) {
        return sl_memory_string(spec->name);
    }
    const char *source = experiment->populations[spec->source].name;
    const char *target = experiment->populations[spec->target].name;
    const size_t size = strlen(source) + strlen(target) + sizeof "->";
    char *name = malloc(size);
    if (name != NULL) {
        snprintf(name, size, "%s->%s", source, target);
    }
    return name;
}

bool sl_experiment_append_projection(saltus_experiment *experiment,
                                     const saltus_projection_spec *spec)
{
    void *projections = experiment->projections;
    if (!sl_memory_grow(&projections, &experiment->projection_capacity,
                        experiment->projection_count, sizeof *spec)) {
        return false;
    }
    experiment->projections = projections;

    saltus_projection_spec p = *spec;
    if (p.rule != SALTUS_RULE_LIST) {
        p.list_count = 0;
    }
    if (p.rule != SALTUS_RULE_BLOCK_MODEL) {
        p.block_model.count = 0;
    }
    const size_t blocks = p.block_model.count;
    p.weight_mV = *sl_projection_weight(sl_target_of(experiment, spec->target), spec);
    p.weight_pA = saltus_constant(NOT_SET);
    const size_t pairs = p.weight_mV.kind == SALTUS_VALUE_LIST && p.weight_sources != NULL
                             ? p.weight_mV.list_length
                             : 0;
    if (p.plasticity.rule != NULL) {
        p.plasticity.rule = saltus_plasticity_find(p.plasticity.rule)->name; /* checked; static */
    }
    if (isnan(p.normalisation.start_ms)) {
        p.normalisation.start_ms = p.normalisation.interval_ms;
    }
    p.name = projection_name(experiment, spec);
    bool done = p.name != NULL;
    done &= own_value(&p.weight_mV);
    done &= own_indices(&p.weight_sources, pairs);
    done &= own_indices(&p.weight_targets, pairs);
    done &= own_value(&p.delay_ms);
    done &= own_value(&p.velocity_m_s);
    done &= own_indices(&p.list_sources, p.list_count);
    done &= own_indices(&p.list_targets, p.list_count);
    done &= own_indices(&p.block_model.sizes, blocks);
    done &= own_doubles(&p.block_model.probabilities, blocks * blocks);
    if (!done) {
        clear_projection(&p);
        return false;
    }
    experiment->projections[experiment->projection_count++] = p;
    return true;
}

/* ---- Records, and the end ---------------------------------------------------------- */

bool sl_experiment_append_potential(saltus_experiment *experiment, const potential_record *record)
{
    void *potentials = experiment->potentials;
    if (!sl_memory_grow(&potentials, &experiment->potential_capacity, experiment->potential_count,
                        sizeof *record)) {
        return false;
    }
    experiment->potentials = potentials;
    experiment->potentials[experiment->potential_count++] = *record;
    return true;
}

bool sl_experiment_append_weights(saltus_experiment *experiment, const weight_record *record)
{
    void *weights = experiment->weights;
    if (!sl_memory_grow(&weights, &experiment->weight_capacity, experiment->weight_count,
                        sizeof *record)) {
        return false;
    }
    experiment->weights = weights;
    experiment->weights[experiment->weight_count++] = *record;
    return true;
}

/* ---- Faults ------------------------------------------------------------------------ */

bool sl_experiment_append_fault(saltus_experiment *experiment, const saltus_fault_spec *spec)
{
    void *faults = experiment->faults;
    if (!sl_memory_grow(&faults, &experiment->fault_capacity, experiment->fault_count,
                        sizeof *spec)) {
        return false;
    }
    experiment->faults = faults;
    saltus_fault_spec fault = *spec;
    fault.neuron_count = fault.order == SALTUS_LESION_LIST ? spec->neuron_count : 0;
    fault.neurons = NULL;
    if (fault.neuron_count > 0 && spec->neurons != NULL) {
        fault.neurons = sl_memory_copy(spec->neurons, fault.neuron_count, sizeof *fault.neurons);
        if (fault.neurons == NULL) {
            return false;
        }
    }
    experiment->faults[experiment->fault_count++] = fault;
    return true;
}

void saltus_experiment_destroy(saltus_experiment *experiment)
{
    if (experiment == NULL) {
        return;
    }
    for (size_t i = 0; i < experiment->population_count; i++) {
        clear_population(&experiment->populations[i]);
    }
    for (size_t i = 0; i < experiment->modulator_count; i++) {
        clear_modulator(&experiment->modulators[i]);
    }
    for (size_t i = 0; i < experiment->input_count; i++) {
        clear_input(&experiment->inputs[i]);
    }
    for (size_t i = 0; i < experiment->projection_count; i++) {
        clear_projection(&experiment->projections[i]);
    }
    for (size_t i = 0; i < experiment->fault_count; i++) {
        release(experiment->faults[i].neurons);
    }
    free(experiment->faults);
    free(experiment->populations);
    free(experiment->record_spikes);
    free(experiment->modulators);
    free(experiment->inputs);
    free(experiment->projections);
    free(experiment->potentials);
    sl_learning_destroy(experiment->learning);
    free(experiment->weights);
    free(experiment->title);
    free(experiment);
}

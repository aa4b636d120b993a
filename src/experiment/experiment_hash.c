/* experiment_hash - one number for everything that determines a run.
 *
 * Titles, names and records do not move a spike and are left out; so are the fields that a model,
 * a type or a rule does not use. Each number is taken as its 64 bits and mixed in (a
 * multiplication by an odd number and a shift, as in the finalisers of MurmurHash3), so the hash
 * tells experiments apart but is no protection against intent. Part of the result files: the
 * order of the fields is never changed. What an experiment may be without (plasticity, adaptive
 * thresholds, modulators, receptors, faults) is mixed in behind a mark of its own, and only where
 * it is there.
 */
#include <string.h>

#include "experiment/adaptation.h"
#include "experiment/experiment.h"
#include "experiment/experiment_check.h"
#include "experiment/values.h"
#include "models/plasticity/rule.h"
#include "saltus/catalog.h"

#define MULTIPLIER UINT64_C(0x9e3779b97f4a7c15)

/* Marks of optional parts; never renumbered. */
enum {
    MARK_THETA = 0x10001,
    MARK_PLASTICITY,
    MARK_RELEASE,
    MARK_SCALING,
    MARK_NORMALISATION,
    MARK_MODULATORS,
    MARK_REWARD_POPULATION,
    MARK_REWARD_PAIR,
    MARK_LEARNING,
    MARK_WEIGHT_ORDER,
    MARK_RECEPTOR,
    MARK_POSITIONS = 0x10101,
    MARK_WEIGHT_PROFILE,
    MARK_VELOCITY,
    MARK_RATE_COURSE = 0x10201,
    MARK_FAULTS = 0x10301
};

static void mix(uint64_t *hash, uint64_t word)
{
    uint64_t h = (*hash ^ word) * MULTIPLIER;
    h ^= h >> 32;
    h *= MULTIPLIER;
    *hash = h ^ h >> 29;
}

static void mix_double(uint64_t *hash, double value)
{
    const double unsigned_zero = value == 0 ? 0 : value;
    uint64_t bits = 0;
    memcpy(&bits, &unsigned_zero, sizeof bits);
    mix(hash, bits);
}

static void mix_doubles(uint64_t *hash, const double *values, size_t count)
{
    mix(hash, count);
    for (size_t i = 0; i < count; i++) {
        mix_double(hash, values[i]);
    }
}

static void mix_indices(uint64_t *hash, const uint32_t *values, size_t count)
{
    mix(hash, count);
    for (size_t i = 0; i < count; i++) {
        mix(hash, values[i]);
    }
}

static void mix_value(uint64_t *hash, const saltus_value *value)
{
    mix(hash, value->kind);
    if (value->kind == SALTUS_VALUE_LIST) {
        mix_doubles(hash, value->list, value->list_length);
        return;
    }
    mix_double(hash, value->a);
    if (value->kind != SALTUS_VALUE_CONSTANT) {
        mix_double(hash, value->b);
        mix_double(hash, value->low);
        mix_double(hash, value->high);
        if (value->step > 0) {
            mix_double(hash, value->step);
        }
    }
}

/* A constant rate is taken as the number that it is. */
static void mix_rate(uint64_t *hash, double rate_Hz, const saltus_rate_course *course)
{
    if (course->kind == SALTUS_RATE_CONSTANT) {
        mix_double(hash, rate_Hz);
        return;
    }
    mix(hash, MARK_RATE_COURSE);
    mix(hash, course->kind);
    if (course->kind == SALTUS_RATE_STEPS) {
        mix_doubles(hash, course->times_ms, course->count);
        mix_doubles(hash, course->rates_Hz, course->count);
        return;
    }
    mix_double(hash, course->mean_Hz);
    mix_double(hash, course->amplitude_Hz);
    mix_double(hash, course->frequency_Hz);
    mix_double(hash, course->phase_degrees);
}

static void mix_positions(uint64_t *hash, const saltus_positions_spec *spec)
{
    if (spec->kind == SALTUS_POSITIONS_NONE) {
        return;
    }
    mix(hash, MARK_POSITIONS);
    mix(hash, spec->kind);
    mix(hash, spec->dimensions);
    mix(hash, spec->periodic);
    for (uint32_t i = 0; i < spec->dimensions; i++) {
        mix_double(hash, spec->origin_um[i]);
        if (spec->kind == SALTUS_POSITIONS_GRID) {
            mix(hash, spec->shape[i]);
            mix_double(hash, spec->spacing_um[i]);
        } else {
            mix_double(hash, spec->kind == SALTUS_POSITIONS_UNIFORM || spec->periodic
                                 ? spec->box_um[i]
                                 : 0);
        }
    }
    if (spec->kind == SALTUS_POSITIONS_LIST) {
        mix_doubles(hash, spec->coordinates_um, spec->count * spec->dimensions);
    }
}

static void mix_membrane(uint64_t *hash, const saltus_population_spec *p)
{
    mix_double(hash, p->tau_m_ms);
    mix_double(hash, p->c_m_pF);
    mix_double(hash, p->v_rest_mV);
    mix_value(hash, &p->v_th_mV);
    mix_double(hash, sl_reset_level_mV(p));
    mix_double(hash, p->t_ref_ms);
    mix_value(hash, &p->i_e_pA);
    mix_value(hash, &p->v_init_mV);
}

static void mix_receptors(uint64_t *hash, const saltus_population_spec *p)
{
    mix(hash, p->receptor_count);
    for (uint32_t i = 0; i < p->receptor_count; i++) {
        mix_double(hash, p->receptors[i].tau_ms);
        mix_double(hash, p->receptors[i].tau_rise_ms);
    }
}

/* Models with an own kind of spike: only what counts in the model. */
static void mix_adaptation(uint64_t *hash, const saltus_population_spec *p)
{
    saltus_threshold_component component[SALTUS_THRESHOLD_COMPONENTS];
    const uint32_t components = sl_threshold_components(p, component);
    const uint32_t currents = sl_after_spike_currents(p);
    mix(hash, components);
    for (uint32_t i = 0; i < components; i++) {
        mix_double(hash, component[i].tau_ms);
        mix_double(hash, component[i].jump_mV);
    }
    mix(hash, currents);
    for (uint32_t i = 0; i < currents; i++) {
        mix_double(hash, p->after_spike[i].tau_ms);
        mix_double(hash, p->after_spike[i].amplitude_pA);
        mix_double(hash, p->after_spike[i].fraction);
    }
    mix(hash, sl_goes_on(p));
    if (sl_resets_to_share(p->model)) {
        mix_double(hash, p->reset_fraction);
        mix_double(hash, p->reset_add_mV);
    }
}

/* All values are given (sl_flow_set_defaults), so a default that is written out is the same. */
static void mix_flow(uint64_t *hash, const saltus_population_spec *p)
{
    const saltus_rule_parameter *parameters = saltus_model_flow_parameters(p->model);
    for (size_t i = 0; parameters[i].name != NULL; i++) {
        mix_double(hash, p->flow_value[i]);
    }
    mix_value(hash, &p->i_e_pA);
    mix_value(hash, &p->v_init_mV);
    mix_value(hash, &p->u_init_pA);
}

static void mix_population(uint64_t *hash, const saltus_population_spec *p)
{
    mix(hash, p->size);
    mix(hash, p->model);
    if (saltus_model_has_flow(p->model)) {
        mix_flow(hash, p);
        if (saltus_model_has_currents(p->model)) {
            mix_receptors(hash, p);
        }
        return;
    }
    if (saltus_model_has_currents(p->model)) {
        mix_membrane(hash, p);
        mix_receptors(hash, p);
        if (p->model != SALTUS_MODEL_LIF_EXP && p->model != SALTUS_MODEL_LIF_ALPHA) {
            mix_adaptation(hash, p);
        }
        return;
    }
    switch (p->model) {
    case SALTUS_MODEL_LIF_DELTA:
        mix_membrane(hash, p);
        if (p->theta_plus_mV > 0) {
            mix(hash, MARK_THETA);
            mix_double(hash, p->theta_plus_mV);
            mix_double(hash, p->tau_theta_ms);
        }
        return;
    case SALTUS_MODEL_POISSON_SOURCE:
        mix_rate(hash, p->rate_Hz, &p->rate_course);
        return;
    case SALTUS_MODEL_PERIODIC_SOURCE:
        mix_double(hash, p->interval_ms);
        mix_value(hash, &p->start_ms);
        mix_double(hash, p->stop_ms);
        return;
    case SALTUS_MODEL_SPIKE_LIST:
        mix_doubles(hash, p->spike_times_ms, p->spike_count);
        mix_indices(hash, p->spike_neurons, p->spike_count);
        return;
    case SALTUS_MODEL_RATE_SOURCE:
        mix_value(hash, &p->rates_Hz);
        return;
    case SALTUS_MODEL_CORRELATED_SOURCE:
        mix_double(hash, p->rate_Hz);
        mix_double(hash, p->correlation);
        mix(hash, p->correlation_kind);
        mix_double(hash, p->jitter_ms);
        return;
    default: /* done above */
        return;
    }
}

/* Which receptor of a target with synaptic currents; others have none to tell apart. */
static void mix_receptor(uint64_t *hash, const saltus_population_spec *target, uint32_t receptor)
{
    if (saltus_model_has_currents(target->model)) {
        mix(hash, MARK_RECEPTOR);
        mix(hash, receptor);
    }
}

static void mix_input(uint64_t *hash, const saltus_experiment *experiment,
                      const saltus_input_spec *input)
{
    mix(hash, input->type);
    mix(hash, input->population);
    mix_receptor(hash, &experiment->populations[input->population], input->receptor);
    if (input->type == SALTUS_INPUT_ARRIVALS) {
        mix_doubles(hash, input->arrival_times_ms, input->arrival_count);
        mix_indices(hash, input->arrival_targets, input->arrival_count);
        mix_doubles(hash, input->arrival_weights_mV, input->arrival_count);
        return;
    }
    if (input->type == SALTUS_INPUT_CURRENT) {
        mix_doubles(hash, input->current_times_ms, input->current_count);
        mix_doubles(hash, input->current_values_pA, input->current_count);
        mix(hash, input->interpolation);
        mix_double(hash, input->stop_ms);
        return;
    }
    mix_double(hash, input->weight_mV);
    if (input->type == SALTUS_INPUT_POISSON) {
        mix_rate(hash, input->rate_Hz, &input->rate_course);
    } else {
        mix_double(hash, input->interval_ms);
    }
    mix_double(hash, input->start_ms);
    mix_double(hash, input->stop_ms);
}

static void mix_text(uint64_t *hash, const char *text)
{
    mix(hash, strlen(text));
    for (; *text != '\0'; text++) {
        mix(hash, (unsigned char)*text);
    }
}

/* A default that is written out is the same as one that is not. */
static void mix_rule(uint64_t *hash, const saltus_plasticity_spec *spec)
{
    const plastic_rule *rule = sl_plastic_rule(spec->rule);
    double value[SALTUS_PLASTICITY_VALUES];
    sl_plastic_values(spec, value);
    mix(hash, MARK_PLASTICITY);
    mix_text(hash, rule->info.name);
    for (size_t i = 0; rule->info.parameters[i].name != NULL; i++) {
        mix_double(hash, value[i]);
    }
    mix_double(hash, spec->dendritic_share);
    mix(hash, spec->single);
    if (rule->modulated) {
        mix(hash, spec->modulator);
    }
}

static void mix_release(uint64_t *hash, const saltus_release_spec *spec)
{
    mix(hash, MARK_RELEASE);
    mix(hash, spec->model);
    for (size_t i = 0; i < saltus_release_count(); i++) {
        const saltus_release_info *info = saltus_release_get(i);
        for (const saltus_rule_parameter *p = info->parameters;
             info->model == spec->model && p->name != NULL; p++) {
            mix_double(hash, sl_release_value(spec, p->name));
        }
    }
}

/* What makes the synapses of a projection change. */
static void mix_changes(uint64_t *hash, const saltus_projection_spec *p)
{
    if (p->plasticity.rule != NULL) {
        mix_rule(hash, &p->plasticity);
    }
    if (p->release.model != SALTUS_RELEASE_SURE) {
        mix_release(hash, &p->release);
    }
    if (p->scaling.rate_Hz != 0) {
        mix(hash, MARK_SCALING);
        mix_double(hash, p->scaling.rate_Hz);
        mix_double(hash, p->scaling.tau_ms);
        mix_double(hash, p->scaling.gain_Hz);
        mix_double(hash, p->scaling.low);
        mix_double(hash, p->scaling.high);
    }
    if (p->normalisation.total_mV != 0) {
        mix(hash, MARK_NORMALISATION);
        mix_double(hash, p->normalisation.total_mV);
        mix_double(hash, p->normalisation.interval_ms);
        mix_double(hash, p->normalisation.start_ms);
    }
}

static void mix_modulator(uint64_t *hash, const saltus_modulator_spec *modulator)
{
    mix_double(hash, modulator->tau_ms);
    mix_double(hash, modulator->baseline);
    mix_doubles(hash, modulator->times_ms, modulator->count);
    mix_doubles(hash, modulator->amounts, modulator->count);
    if (modulator->population != UINT32_MAX) {
        mix(hash, MARK_REWARD_POPULATION);
        mix(hash, modulator->population);
        mix_double(hash, modulator->population_amount);
        mix_double(hash, modulator->population_delay_ms);
    }
    if (modulator->pre_population != UINT32_MAX) {
        mix(hash, MARK_REWARD_PAIR);
        mix(hash, modulator->pre_population);
        mix(hash, modulator->pre_neuron);
        mix(hash, modulator->post_population);
        mix(hash, modulator->post_neuron);
        mix_double(hash, modulator->pair_window_ms);
        mix_double(hash, modulator->pair_amount);
        mix_double(hash, modulator->pair_delay_low_ms);
        mix_double(hash, modulator->pair_delay_high_ms);
    }
}

static void mix_scale_free(uint64_t *hash, const saltus_scale_free_spec *spec)
{
    mix(hash, spec->attachment);
    mix(hash, spec->degrees);
    if (spec->attachment == 0) {
        mix_double(hash, spec->exponent);
        mix(hash, spec->least);
        mix(hash, spec->most);
    }
}

static void mix_profile(uint64_t *hash, const saltus_distance_profile *profile)
{
    mix(hash, profile->kind);
    mix_double(hash, profile->kind == SALTUS_PROFILE_CONSTANT ? 0 : profile->width_um);
    mix_double(hash, profile->cutoff_um);
}

/* What depends on distance, whatever the rule. */
static void mix_space(uint64_t *hash, const saltus_projection_spec *p)
{
    if (p->weight_profile.kind != SALTUS_PROFILE_NONE) {
        mix(hash, MARK_WEIGHT_PROFILE);
        mix_profile(hash, &p->weight_profile);
    }
    if (sl_is_conducted(p)) {
        mix(hash, MARK_VELOCITY);
        mix_value(hash, &p->velocity_m_s);
    }
}

static void mix_projection(uint64_t *hash, const saltus_projection_spec *p)
{
    mix(hash, p->source);
    mix(hash, p->target);
    mix(hash, p->rule);
    mix(hash, (uint64_t)p->autapses << 1 | (uint64_t)p->multapses);
    mix_value(hash, &p->weight_mV);
    if (p->rule == SALTUS_RULE_LIST && p->weight_sources != NULL) {
        mix(hash, MARK_WEIGHT_ORDER); /* not the order of the list */
    }
    mix_value(hash, &p->delay_ms);
    switch (p->rule) {
    case SALTUS_RULE_ALL_TO_ALL:
    case SALTUS_RULE_ONE_TO_ONE:
        return;
    case SALTUS_RULE_FIXED_INDEGREE:
    case SALTUS_RULE_FIXED_OUTDEGREE:
    case SALTUS_RULE_FIXED_TOTAL_NUMBER:
        mix(hash, p->count);
        return;
    case SALTUS_RULE_PAIRWISE_BERNOULLI:
        mix_double(hash, p->probability);
        return;
    case SALTUS_RULE_LIST:
        mix_indices(hash, p->list_sources, p->list_count);
        mix_indices(hash, p->list_targets, p->list_count);
        return;
    case SALTUS_RULE_SMALL_WORLD:
        mix(hash, p->small_world.neighbours);
        mix_double(hash, p->small_world.rewiring);
        return;
    case SALTUS_RULE_SCALE_FREE:
        mix_scale_free(hash, &p->scale_free);
        return;
    case SALTUS_RULE_BLOCK_MODEL:
        mix_indices(hash, p->block_model.sizes, p->block_model.count);
        mix_doubles(hash, p->block_model.probabilities,
                    p->block_model.count * p->block_model.count);
        return;
    case SALTUS_RULE_DISTANCE:
        mix_double(hash, p->probability);
        mix_profile(hash, &p->connection_profile);
        return;
    case SALTUS_RULE_CONVOLUTION:
        /* axes that the grids have not have no kernel */
        for (uint32_t i = 0; i < 3 && p->convolution.kernel[i] > 0; i++) {
            mix(hash, p->convolution.kernel[i]);
            mix(hash, p->convolution.stride[i]);
            mix(hash, p->convolution.padding[i]);
        }
        return;
    }
}

static void mix_image_set(uint64_t *hash, const saltus_image_set *set)
{
    mix(hash, set->first);
    mix(hash, set->count);
}

/* The images themselves are files, which whoever shows them compares. */
static void mix_learning(uint64_t *hash, const saltus_learning_spec *spec)
{
    mix(hash, spec->input);
    mix(hash, spec->output);
    mix_image_set(hash, &spec->train);
    mix_image_set(hash, &spec->label);
    mix_image_set(hash, &spec->test);
    mix(hash, spec->epochs);
    mix(hash, spec->order);
    mix_double(hash, spec->presentation_ms);
    mix_double(hash, spec->rest_ms);
    mix_double(hash, spec->rate_Hz);
    mix_double(hash, spec->total_rate_Hz);
    mix(hash, spec->least_spikes);
    mix_double(hash, spec->rate_step_Hz);
    mix(hash, spec->most_repeats);
    mix_double(hash, spec->normalise_mV);
    mix(hash, spec->window);
}

static void mix_fault(uint64_t *hash, const saltus_fault_spec *fault)
{
    const bool neurons =
        fault->type == SALTUS_FAULT_NEURON_LESION || fault->type == SALTUS_FAULT_SPIKE_DROPOUT;
    mix(hash, fault->type);
    mix(hash, neurons ? fault->population : fault->projection);
    switch (fault->type) {
    case SALTUS_FAULT_NEURON_LESION:
    case SALTUS_FAULT_SYNAPSE_LESION:
        mix(hash, fault->order);
        if (fault->order == SALTUS_LESION_LIST) {
            mix_indices(hash, fault->neurons, fault->neuron_count);
        } else {
            mix(hash, fault->share >= 0);
            mix_double(hash, fault->share >= 0 ? fault->share : (double)fault->count);
        }
        mix_double(hash, fault->at_ms);
        return;
    case SALTUS_FAULT_WEIGHT_NOISE:
        mix_double(hash, fault->sd);
        mix(hash, fault->lognormal);
        mix_double(hash, fault->at_ms);
        return;
    case SALTUS_FAULT_SPIKE_DROPOUT:
    case SALTUS_FAULT_SYNAPSE_DROPOUT:
        mix_double(hash, fault->probability);
        mix_double(hash, fault->start_ms);
        mix_double(hash, fault->stop_ms);
        return;
    }
}

uint64_t saltus_experiment_hash(const saltus_experiment *experiment)
{
    uint64_t hash = UINT64_C(0x73616c747573); /* "saltus" */
    mix(&hash, experiment->seed);
    mix_double(&hash, experiment->duration_ms);
    mix(&hash, experiment->population_count);
    for (size_t i = 0; i < experiment->population_count; i++) {
        mix_population(&hash, &experiment->populations[i]);
        mix_positions(&hash, &experiment->populations[i].positions);
    }
    mix(&hash, experiment->input_count);
    for (size_t i = 0; i < experiment->input_count; i++) {
        mix_input(&hash, experiment, &experiment->inputs[i]);
    }
    mix(&hash, experiment->projection_count);
    for (size_t i = 0; i < experiment->projection_count; i++) {
        const saltus_projection_spec *p = &experiment->projections[i];
        mix_projection(&hash, p);
        mix_space(&hash, p);
        mix_receptor(&hash, &experiment->populations[p->target], p->receptor);
        mix_changes(&hash, p);
    }
    if (experiment->modulator_count > 0) {
        mix(&hash, MARK_MODULATORS);
        mix(&hash, experiment->modulator_count);
    }
    for (size_t i = 0; i < experiment->modulator_count; i++) {
        mix_modulator(&hash, &experiment->modulators[i]);
    }
    if (experiment->fault_count > 0) {
        mix(&hash, MARK_FAULTS);
        mix(&hash, experiment->fault_count);
    }
    for (size_t i = 0; i < experiment->fault_count; i++) {
        mix_fault(&hash, &experiment->faults[i]);
    }
    if (experiment->learning != NULL) {
        mix(&hash, MARK_LEARNING);
        mix_learning(&hash, experiment->learning);
    }
    return hash;
}

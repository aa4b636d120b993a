/* experiment_hash - one number for everything that determines a run.
 *
 * Titles, names and records do not move a spike and are left out; so are the fields that a model,
 * a type or a rule does not use. Each number is taken as its 64 bits and mixed in (a
 * multiplication by an odd number and a shift, as in the finalisers of MurmurHash3), so the hash
 * tells experiments apart but is no protection against intent. Part of the result files: the
 * order of the fields is never changed.
 */
#include <string.h>

#include "experiment/experiment.h"

#define MULTIPLIER UINT64_C(0x9e3779b97f4a7c15)

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
    }
}

static void mix_population(uint64_t *hash, const saltus_population_spec *p)
{
    mix(hash, p->size);
    mix(hash, p->model);
    switch (p->model) {
    case SALTUS_MODEL_LIF_DELTA:
        mix_double(hash, p->tau_m_ms);
        mix_double(hash, p->c_m_pF);
        mix_double(hash, p->v_rest_mV);
        mix_value(hash, &p->v_th_mV);
        mix_double(hash, p->v_reset_mV);
        mix_double(hash, p->t_ref_ms);
        mix_value(hash, &p->i_e_pA);
        mix_value(hash, &p->v_init_mV);
        return;
    case SALTUS_MODEL_POISSON_SOURCE:
        mix_double(hash, p->rate_Hz);
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
    }
}

static void mix_input(uint64_t *hash, const saltus_input_spec *input)
{
    mix(hash, input->type);
    mix(hash, input->population);
    if (input->type == SALTUS_INPUT_ARRIVALS) {
        mix_doubles(hash, input->arrival_times_ms, input->arrival_count);
        mix_indices(hash, input->arrival_targets, input->arrival_count);
        mix_doubles(hash, input->arrival_weights_mV, input->arrival_count);
        return;
    }
    mix_double(hash, input->weight_mV);
    mix_double(hash, input->type == SALTUS_INPUT_POISSON ? input->rate_Hz : input->interval_ms);
    mix_double(hash, input->start_ms);
    mix_double(hash, input->stop_ms);
}

static void mix_projection(uint64_t *hash, const saltus_projection_spec *p)
{
    mix(hash, p->source);
    mix(hash, p->target);
    mix(hash, p->rule);
    mix(hash, (uint64_t)p->autapses << 1 | (uint64_t)p->multapses);
    mix_value(hash, &p->weight_mV);
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
    }
    mix(&hash, experiment->input_count);
    for (size_t i = 0; i < experiment->input_count; i++) {
        mix_input(&hash, &experiment->inputs[i]);
    }
    mix(&hash, experiment->projection_count);
    for (size_t i = 0; i < experiment->projection_count; i++) {
        mix_projection(&hash, &experiment->projections[i]);
    }
    return hash;
}

/* simulation_bytes - see simulation_bytes.h: learning (engine/plastic), release and scaling
 * (engine/transmission). */
#include "network/simulation_bytes.h"

#include "experiment/experiment.h"
#include "models/plasticity/rule_kernel.h"
#include "network/connection_rule.h"

static void add_learning(const saltus_plasticity_spec *spec, simulation_bytes *bytes)
{
    const plastic_rule *rule = sl_plastic_rule(spec->rule);
    if (rule == NULL) {
        return;
    }
    double value[SALTUS_PLASTICITY_VALUES];
    plastic_traces traces;
    sl_plastic_values(spec, value);
    rule->traces(value, &traces);
    bytes->synapse += spec->single ? (uint32_t)sizeof(float) : (uint32_t)sizeof(double);
    bytes->synapse += rule->states * (uint32_t)sizeof(double);
    if (traces.pairing == PAIRING_PRE_CENTRED) {
        bytes->synapse += (uint32_t)sizeof(double);
    }
    bytes->source += SPIKE_LINE_BYTES;
    bytes->target += SPIKE_LINE_BYTES + IN_DEGREE_BYTES;
    if (rule_has_kernel(rule, &traces)) {
        const uint32_t words = traces.reads_y_then ? RECENT_WORDS_THEN : RECENT_WORDS;
        bytes->target += words * (uint32_t)sizeof(uint64_t);
    }
}

static void add_release(const saltus_release_spec *spec, bool ordinals, simulation_bytes *bytes)
{
    const bool depresses = spec->model == SALTUS_RELEASE_TSODYKS_MARKRAM;
    const bool sites = spec->model == SALTUS_RELEASE_STOCHASTIC;
    uint32_t parameters = spec->u_sd > 0;
    if (depresses || sites) {
        parameters += spec->tau_rec_sd_ms > 0;
        parameters += spec->tau_fac_sd_ms > 0;
    }
    /* u of each where some parameter is its own, x where it recovers by itself */
    const uint32_t states = parameters > 0 ? depresses * 2u + sites : 0;
    if (spec->model == SALTUS_RELEASE_SURE) {
        return;
    }
    bytes->source += SENT_SPIKE_BYTES;
    bytes->synapse += (parameters + states) * (uint32_t)sizeof(double);
    bytes->synapse += sites ? (uint32_t)sizeof(uint16_t) : 0;
    if (parameters > 0 || !depresses) {
        bytes->synapse += ordinals ? (uint32_t)sizeof(uint32_t) : 0;
        bytes->row = sizeof(double);
    }
}

/* May a pair have synapses of different delays, so that random numbers need to know which is which?
 */
static bool needs_ordinals(const saltus_projection_spec *spec, bool own_delay)
{
    const bool each_pair_once = spec->rule == SALTUS_RULE_ALL_TO_ALL ||
                                spec->rule == SALTUS_RULE_ONE_TO_ONE ||
                                spec->rule == SALTUS_RULE_PAIRWISE_BERNOULLI;
    const bool distinct = spec->rule != SALTUS_RULE_LIST && !spec->multapses;
    return own_delay && !each_pair_once && !distinct;
}

simulation_bytes sl_simulation_bytes(const saltus_projection_spec *spec, bool own_delay)
{
    simulation_bytes bytes = {0};
    add_learning(&spec->plasticity, &bytes);
    add_release(&spec->release, needs_ordinals(spec, own_delay), &bytes);
    if (spec->scaling.rate_Hz > 0) {
        bytes.target += SCALING_STATE_BYTES;
        bytes.row = sizeof(double);
    }
    return bytes;
}

fault_bytes sl_fault_bytes(const saltus_experiment *experiment, uint32_t index, bool own_delay)
{
    const saltus_projection_spec *spec = &experiment->projections[index];
    fault_bytes bytes = {0};
    bool any = false;
    bool draws = false;
    for (size_t i = 0; i < experiment->fault_count; i++) {
        const saltus_fault_spec *fault = &experiment->faults[i];
        const bool onto =
            fault->type == SALTUS_FAULT_NEURON_LESION && fault->population == spec->target;
        /* noise without a spread changes nothing and keeps nothing */
        const bool still = fault->type == SALTUS_FAULT_WEIGHT_NOISE && fault->sd == 0;
        const bool at = fault->projection == index && !still;
        bytes.bits |= onto || (at && fault->type == SALTUS_FAULT_SYNAPSE_LESION);
        if (at && fault->type == SALTUS_FAULT_WEIGHT_NOISE && spec->plasticity.rule == NULL) {
            bytes.synapse = (uint32_t)sizeof(double);
        }
        if (at && fault->type == SALTUS_FAULT_SYNAPSE_DROPOUT &&
            spec->release.model == SALTUS_RELEASE_SURE) {
            bytes.source = SENT_SPIKE_BYTES;
        }
        const bool of_synapses = at && fault->type != SALTUS_FAULT_SPIKE_DROPOUT &&
                                 fault->type != SALTUS_FAULT_NEURON_LESION;
        any |= onto || of_synapses;
        draws |= of_synapses;
    }
    bytes.synapse += draws && needs_ordinals(spec, own_delay) ? (uint32_t)sizeof(uint32_t) : 0;
    bytes.row = any ? sizeof(double) + 2 * sizeof(uint32_t) : 0;
    return bytes;
}

uint64_t sl_simulation_log_bytes(uint64_t synapses, uint32_t sources, uint32_t blocks)
{
    /* a log of sources is cut at LEAST_PRES and twice what was needed at the last cut */
    const uint64_t pres = LEAST_PRES + UINT64_C(2) * sources;
    const uint64_t posts = UINT64_C(1) * blocks * LEAST_POSTS + synapses / SYNAPSES_PER_POST;
    return saturating_product(pres + posts, LOGGED_SPIKE_BYTES);
}

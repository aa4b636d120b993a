/* rule_fixed_degree - fixed_indegree and fixed_outdegree: the neuron of every unit gets `count`
 * partners, uniformly (partner_draw).
 */
#include "network/partner_draw.h"

static saltus_status check(const rule_plan *plan, saltus_error *error)
{
    const bool by_target = plan->rule->unit == RULE_UNIT_TARGET;
    const uint64_t wanted = plan->spec->count;
    const uint32_t n = sl_partner_candidates(plan);
    const char *rule = by_target ? "fixed_indegree" : "fixed_outdegree";
    const char *partners = by_target ? "sources" : "targets";
    if (n == 0 && wanted > 0) {
        return sl_fail(error, SALTUS_E_EXPERIMENT,
                       "projection %s: %s asks for %llu %s, but without autapses there are none",
                       plan->name, rule, (unsigned long long)wanted, partners);
    }
    if (!plan->spec->multapses && wanted > n) {
        return sl_fail(error, SALTUS_E_EXPERIMENT,
                       "projection %s: %s asks for %llu distinct %s, but there are only %u; "
                       "lower the number or allow multapses",
                       plan->name, rule, (unsigned long long)wanted, partners, n);
    }
    return SALTUS_OK;
}

static uint64_t synapses(const rule_plan *plan, double deviations)
{
    (void)deviations;
    return saturating_product(plan->spec->count, plan->rule->unit == RULE_UNIT_TARGET
                                                     ? plan->target_size
                                                     : plan->source_size);
}

static size_t scratch_bytes(const rule_plan *plan)
{
    return sl_partner_scratch_bytes(plan, plan->spec->count);
}

static void draw(const rule_plan *plan, uint32_t unit, void *scratch, pair_sink *sink)
{
    const random_stream stream = rule_stream(plan, RANDOM_CONNECT, unit);
    word_reader reader;
    sl_word_reader_start(&reader, &stream, sl_partner_words(plan, plan->spec->count));
    sl_partner_draw(plan, unit, plan->spec->count, &reader, scratch, sink);
}

const connection_rule sl_rule_fixed_indegree = {.unit = RULE_UNIT_TARGET,
                                                .check = check,
                                                .synapses = synapses,
                                                .scratch_bytes = scratch_bytes,
                                                .draw = draw};

const connection_rule sl_rule_fixed_outdegree = {.unit = RULE_UNIT_SOURCE,
                                                 .check = check,
                                                 .synapses = synapses,
                                                 .scratch_bytes = scratch_bytes,
                                                 .draw = draw};

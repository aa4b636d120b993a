/* rule_power_law - scale_free with an exponent: degrees of a power law, partners uniformly.
 *
 * The directed configuration model with one side given: the neuron of a unit draws its degree k
 * from P(k) = k^-exponent / sum over [least, most], by inversion of a table that all units share
 * (power_law), and then k partners (partner_draw), all from its own stream. So the degrees on the
 * given side have exactly that law and are independent, those on the other side are sums of
 * independent choices, and no unit needs to know of another. (Models that give both sides at once,
 * as that of Goh, Kahng & Kim 2001, PRL 87:278701, fix only mean degrees and must look at all pairs
 * to keep them distinct.)
 */
#include <stdlib.h>

#include "base/memory.h"
#include "network/bernoulli_draw.h"
#include "network/partner_draw.h"
#include "network/power_law.h"

static uint32_t most_of(const rule_plan *plan)
{
    const uint32_t most = plan->spec->scale_free.most;
    return most > 0 ? most : sl_partner_candidates(plan);
}

static power_law law_of(const rule_plan *plan)
{
    const saltus_scale_free_spec *spec = &plan->spec->scale_free;
    return sl_power_law(spec->exponent, spec->least, most_of(plan), POWER_LAW_LISTED);
}

static uint64_t synapses(const rule_plan *plan, double deviations)
{
    const double units =
        plan->rule->unit == RULE_UNIT_TARGET ? plan->target_size : plan->source_size;
    const power_law law = law_of(plan);
    double moment[3];
    sl_power_law_moments(&law, moment);
    const double mean = moment[1] / moment[0];
    return sl_random_synapses(units * mean, units * (moment[2] / moment[0] - mean * mean),
                              saturating_product((uint64_t)units, law.most), deviations);
}

static size_t scratch_bytes(const rule_plan *plan)
{
    return sl_partner_scratch_bytes(plan, most_of(plan));
}

static uint64_t prepare_bytes(const rule_plan *plan)
{
    const power_law law = law_of(plan);
    return power_law_room(&law) * sizeof(double);
}

static saltus_status prepare(rule_plan *plan, saltus_error *error)
{
    const power_law law = law_of(plan);
    double *table = sl_memory_array(power_law_room(&law), sizeof *table);
    if (table == NULL) {
        return sl_fail_memory(error);
    }
    sl_power_law_table(&law, table);
    plan->prepared = table;
    return SALTUS_OK;
}

static void draw(const rule_plan *plan, uint32_t unit, void *scratch, pair_sink *sink)
{
    const random_stream stream = rule_stream(plan, RANDOM_CONNECT, unit);
    word_reader reader;
    sl_word_reader_start(&reader, &stream, 1 + (uint64_t)plan->spec->scale_free.least);
    const power_law law = law_of(plan);
    const uint32_t degree = sl_power_law_degree(&law, plan->prepared, word_reader_uniform(&reader));
    sl_partner_draw(plan, unit, degree, &reader, scratch, sink);
}

const connection_rule sl_rule_power_law_in = {.unit = RULE_UNIT_TARGET,
                                              .synapses = synapses,
                                              .scratch_bytes = scratch_bytes,
                                              .prepare = prepare,
                                              .prepare_bytes = prepare_bytes,
                                              .draw = draw};

const connection_rule sl_rule_power_law_out = {.unit = RULE_UNIT_SOURCE,
                                               .synapses = synapses,
                                               .scratch_bytes = scratch_bytes,
                                               .prepare = prepare,
                                               .prepare_bytes = prepare_bytes,
                                               .draw = draw};

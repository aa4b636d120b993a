/* rule_power_law - scale_free with an exponent: degrees of a power law, partners uniformly.
 *
 * The directed configuration model with one side given: the neuron of a unit draws its degree k
 * from P(k) = k^-exponent / sum over [least, most], by inversion of a table that all units share,
 * and then k partners (partner_draw), all from its own stream. So the degrees on the given side
 * have exactly that law and are independent, those on the other side are sums of independent
 * choices, and no unit needs to know of another. (Models that give both sides at once, as that of
 * Goh, Kahng & Kim 2001, PRL 87:278701, fix only mean degrees and must look at all pairs to keep
 * them distinct.)
 */
#include <stdlib.h>

#include "base/exact_math.h"
#include "base/memory.h"
#include "network/bernoulli_draw.h"
#include "network/partner_draw.h"

static uint32_t most_of(const rule_plan *plan)
{
    const uint32_t most = plan->spec->scale_free.most;
    return most > 0 ? most : sl_partner_candidates(plan);
}

/* (k / least)^-exponent */
static double share(const saltus_scale_free_spec *spec, uint32_t k, double log_least)
{
    return sl_exp(-spec->exponent * (sl_log(k) - log_least));
}

static uint64_t synapses(const rule_plan *plan, double deviations)
{
    const saltus_scale_free_spec *spec = &plan->spec->scale_free;
    const double units =
        plan->rule->unit == RULE_UNIT_TARGET ? plan->target_size : plan->source_size;
    const double log_least = sl_log(spec->least);
    const uint32_t most = most_of(plan);
    double total = 0;
    double first = 0;
    double second = 0;
    for (uint64_t k = spec->least; k <= most; k++) {
        const double weight = share(spec, (uint32_t)k, log_least);
        total += weight;
        first += weight * (double)k;
        second += weight * (double)k * (double)k;
    }
    const double mean = first / total;
    return sl_random_synapses(units * mean, units * (second / total - mean * mean),
                              saturating_product((uint64_t)units, most), deviations);
}

static size_t scratch_bytes(const rule_plan *plan)
{
    return sl_partner_scratch_bytes(plan, most_of(plan));
}

static uint64_t prepare_bytes(const rule_plan *plan)
{
    return ((uint64_t)most_of(plan) - plan->spec->scale_free.least + 1) * sizeof(double);
}

/* Sums of shares up to each degree. */
static saltus_status prepare(rule_plan *plan, saltus_error *error)
{
    const saltus_scale_free_spec *spec = &plan->spec->scale_free;
    const uint32_t count = most_of(plan) - spec->least + 1;
    const double log_least = sl_log(spec->least);
    double *sums = sl_memory_array(count, sizeof *sums);
    if (sums == NULL) {
        return sl_fail_memory(error);
    }
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += share(spec, spec->least + i, log_least);
        sums[i] = sum;
    }
    plan->prepared = sums;
    return SALTUS_OK;
}

/* The degree whose part of the sum holds the share `u` of all of it. */
static uint32_t degree_of(const rule_plan *plan, double u)
{
    const double *sums = plan->prepared;
    uint32_t low = 0;
    uint32_t high = most_of(plan) - plan->spec->scale_free.least;
    const double wanted = u * sums[high];
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (sums[middle] <= wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return plan->spec->scale_free.least + low;
}

static void draw(const rule_plan *plan, uint32_t unit, void *scratch, pair_sink *sink)
{
    const random_stream stream = rule_stream(plan, RANDOM_CONNECT, unit);
    word_reader reader;
    sl_word_reader_start(&reader, &stream, 1 + (uint64_t)plan->spec->scale_free.least);
    const uint32_t degree = degree_of(plan, word_reader_uniform(&reader));
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

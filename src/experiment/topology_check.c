/* topology_check - what the rules need that give a network its shape. */
#include <math.h>

#include "experiment/decimal.h"
#include "experiment/experiment_check.h"

#define LARGEST_EXPONENT 100

/* Rules that know one population only. */
static bool check_same(const rule_ends *e, const char *rule, problem_sink *sink)
{
    if (!e->same) {
        sl_problem(sink, "rule", "%s connects a population with itself; found two populations",
                   rule);
    }
    return e->same;
}

static void check_probability(const char *what, double p, problem_sink *sink)
{
    if (!(p >= 0 && p <= 1)) {
        sl_problem(sink, "rule", "found %s %s; a probability from 0 to 1 is needed", what,
                   sl_decimal_text(p).text);
    }
}

static void check_small_world(const saltus_small_world_spec *spec, const rule_ends *e,
                              problem_sink *sink)
{
    if (!check_same(e, "small_world", sink)) {
        return;
    }
    if (spec->neighbours < 2 || spec->neighbours % 2 != 0 || spec->neighbours >= e->targets) {
        sl_problem(sink, "rule",
                   "found k: %u; an even number of neighbours is needed, at least 2 and less than "
                   "the %llu neurons of the population",
                   spec->neighbours, (unsigned long long)e->targets);
    }
    check_probability("p:", spec->rewiring, sink);
}

static void check_attachment(const saltus_scale_free_spec *spec, const rule_ends *e,
                             problem_sink *sink)
{
    if (!check_same(e, "scale_free with m", sink)) {
        return;
    }
    if (spec->attachment >= e->targets) {
        sl_problem(sink, "rule",
                   "found m: %u; each new neuron finds at most as many others as the population "
                   "of %llu has besides it",
                   spec->attachment, (unsigned long long)e->targets);
    }
}

static void check_power_law(const saltus_projection_spec *projection, const rule_ends *e,
                            problem_sink *sink)
{
    const saltus_scale_free_spec *spec = &projection->scale_free;
    const uint64_t partners = (spec->degrees == SALTUS_DEGREES_IN ? e->sources : e->targets) -
                              (e->same && !projection->autapses);
    const uint64_t most = spec->most > 0 ? spec->most : partners;
    if (spec->degrees != SALTUS_DEGREES_IN && spec->degrees != SALTUS_DEGREES_OUT) {
        sl_problem(sink, "rule",
                   "an exponent is that of one side's degrees; give degrees: in or degrees: out");
        return;
    }
    if (!(spec->exponent > 1 && spec->exponent <= LARGEST_EXPONENT)) {
        sl_problem(sink, "rule", "found exponent: %s; a number above 1 and at most %d is needed",
                   sl_decimal_text(spec->exponent).text, LARGEST_EXPONENT);
    }
    if (partners == 0) {
        sl_problem(sink, "rule", "there are no partners to choose from without autapses");
    } else if (spec->least < 1 || spec->least > most) {
        sl_problem(sink, "rule",
                   "found degrees from %u to %llu; the smallest is at least 1 and not above the "
                   "largest",
                   spec->least, (unsigned long long)most);
    } else if (!projection->multapses && most > partners) {
        sl_problem(
            sink, "rule",
            "found degrees up to %llu; without multapses at most %llu partners can be chosen "
            "for each neuron",
            (unsigned long long)most, (unsigned long long)partners);
    }
}

static void check_scale_free(const saltus_projection_spec *projection, const rule_ends *e,
                             problem_sink *sink)
{
    const saltus_scale_free_spec *spec = &projection->scale_free;
    const bool attached = spec->attachment > 0;
    if (attached == !isnan(spec->exponent)) {
        sl_problem(sink, "rule",
                   "found %s; scale_free needs either m (preferential attachment, at least 1) or "
                   "an exponent (degrees of a power law)",
                   attached ? "m and an exponent" : "neither m nor an exponent");
    } else if (attached) {
        check_attachment(spec, e, sink);
    } else {
        check_power_law(projection, e, sink);
    }
}

static void check_block_model(const saltus_block_model_spec *spec, const rule_ends *e,
                              problem_sink *sink)
{
    if (!check_same(e, "block_model", sink)) {
        return;
    }
    if (spec->count == 0 || spec->sizes == NULL || spec->probabilities == NULL) {
        sl_problem(sink, "rule", "the sizes or the probabilities of the blocks are missing");
        return;
    }
    uint64_t neurons = 0;
    for (size_t i = 0; i < spec->count; i++) {
        neurons += spec->sizes[i];
    }
    if (neurons != e->targets) {
        sl_problem(sink, "rule",
                   "the blocks have %llu neurons together; they divide the population, which has "
                   "%llu",
                   (unsigned long long)neurons, (unsigned long long)e->targets);
    }
    for (size_t i = 0; i < spec->count * spec->count; i++) {
        if (!(spec->probabilities[i] >= 0 && spec->probabilities[i] <= 1)) {
            sl_problem(sink, "rule",
                       "the probability from block %zu to block %zu (counting from 0) is %s; one "
                       "from 0 to 1 is needed",
                       i / spec->count, i % spec->count,
                       sl_decimal_text(spec->probabilities[i]).text);
            return;
        }
    }
}

static void check_distance(const saltus_projection_spec *projection, const rule_ends *e,
                           problem_sink *sink)
{
    check_probability("p:", projection->probability, sink);
    if (projection->connection_profile.kind == SALTUS_PROFILE_NONE) {
        sl_problem(sink, "rule", "the profile is missing");
        return;
    }
    sl_check_profile(&projection->connection_profile, "rule", sink);
    sl_check_one_space(e, "rule", sink);
}

/* Targets along one axis that a kernel has over a grid; 0: none. */
static uint64_t windows(const saltus_convolution_spec *spec, const saltus_positions_spec *from,
                        uint32_t axis)
{
    const uint64_t size = from->shape[axis];
    const uint64_t padded = size + 2 * (uint64_t)spec->padding[axis];
    if (from->periodic) {
        return size % spec->stride[axis] == 0 ? size / spec->stride[axis] : 0;
    }
    return padded < spec->kernel[axis] ? 0 : (padded - spec->kernel[axis]) / spec->stride[axis] + 1;
}

static void check_convolution(const saltus_convolution_spec *spec, const rule_ends *e,
                              problem_sink *sink)
{
    if (e->from->kind != SALTUS_POSITIONS_GRID || e->to->kind != SALTUS_POSITIONS_GRID ||
        e->from->dimensions != e->to->dimensions) {
        sl_problem(sink, "rule",
                   "convolution connects two grids of as many dimensions; give both populations "
                   "positions: {grid: ...}");
        return;
    }
    for (uint32_t i = 0; i < e->from->dimensions; i++) {
        if (spec->kernel[i] < 1 || spec->stride[i] < 1) {
            sl_problem(sink, "rule",
                       "found a kernel of %u and a stride of %u along %c; both are at least 1",
                       spec->kernel[i], spec->stride[i], "xyz"[i]);
            return;
        }
        if (e->from->periodic && spec->kernel[i] > e->from->shape[i]) {
            sl_problem(sink, "rule",
                       "the kernel is %u wide along %c, more than the periodic grid of %u",
                       spec->kernel[i], "xyz"[i], e -> from -> shape[i]);
            return;
        }
        const uint64_t needed = windows(spec, e->from, i);
        if (needed != e->to->shape[i]) {
            sl_problem(sink, "rule",
                       "the grid of the targets has %u along %c; kernel %u, stride %u and padding "
                       "%u over a%s grid of %u make %llu",
                       e->to->shape[i], "xyz"[i], spec -> kernel[i], spec -> stride[i],
                       spec -> padding[i], e -> from -> periodic ? " periodic" : "",
                       e->from->shape[i], (unsigned long long)needed);
            return;
        }
    }
}

void sl_check_topology(const saltus_projection_spec *projection, const rule_ends *e,
                       problem_sink *sink)
{
    switch (projection->rule) {
    case SALTUS_RULE_SMALL_WORLD:
        check_small_world(&projection->small_world, e, sink);
        return;
    case SALTUS_RULE_SCALE_FREE:
        check_scale_free(projection, e, sink);
        return;
    case SALTUS_RULE_BLOCK_MODEL:
        check_block_model(&projection->block_model, e, sink);
        return;
    case SALTUS_RULE_DISTANCE:
        check_distance(projection, e, sink);
        return;
    case SALTUS_RULE_CONVOLUTION:
        check_convolution(&projection->convolution, e, sink);
        return;
    default:
        return;
    }
}

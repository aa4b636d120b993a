/* projection_check - what is allowed in a projection.
 *
 * Rules that draw are checked for being possible at all: a rule without multapses cannot draw
 * more partners than there are.
 */
#include <math.h>

#include "base/sim_time.h"
#include "experiment/decimal.h"
#include "experiment/experiment.h"
#include "experiment/experiment_check.h"
#include "experiment/target_weight.h"
#include "experiment/values.h"

#define MAX_PROJECTIONS (UINT64_C(1) << 24) /* index of a random stream */
#define MAX_SYNAPSES    (UINT64_C(1) << 62) /* sums of a few projections stay below 2^64 */

/* `count` partners of each of `units` neurons, out of `available`. */
static void check_degree(const saltus_projection_spec *spec, uint64_t units, uint64_t available,
                         const char *partners, problem_sink *sink)
{
    if (spec->count > 0 && available == 0) {
        sl_problem(sink, "rule", "there are no %s to choose from without autapses", partners);
    } else if (!spec->multapses && spec->count > available) {
        sl_problem(sink, "rule",
                   "found %llu; without multapses at most %llu %s can be chosen for each neuron",
                   (unsigned long long)spec->count, (unsigned long long)available, partners);
    }
    if (units > 0 && spec->count > MAX_SYNAPSES / units) {
        sl_problem(sink, "rule", "found %llu, which makes more than 2^62 synapses",
                   (unsigned long long)spec->count);
    }
}

static void check_total(const saltus_projection_spec *spec, const rule_ends *e, problem_sink *sink)
{
    const uint64_t pairs = e->sources * e->targets - (e->same && !spec->autapses ? e->sources : 0);
    if (spec->count > 0 && pairs == 0) {
        sl_problem(sink, "rule", "there are no pairs to choose from without autapses");
    } else if (!spec->multapses && spec->count > pairs) {
        sl_problem(sink, "rule", "found %llu; without multapses there are at most %llu pairs",
                   (unsigned long long)spec->count, (unsigned long long)pairs);
    } else if (spec->count > MAX_SYNAPSES) {
        sl_problem(sink, "rule", "found %llu; at most 2^62 synapses are allowed",
                   (unsigned long long)spec->count);
    }
}

static void check_list(const saltus_projection_spec *spec, const rule_ends *e, problem_sink *sink)
{
    if (!spec->autapses || !spec->multapses) {
        sl_problem(sink, spec->autapses ? "multapses" : "autapses",
                   "a list says itself which synapses there are; leave autapses and multapses out");
    }
    if (spec->list_count == 0) {
        return;
    }
    if (spec->list_sources == NULL || spec->list_targets == NULL) {
        sl_problem(sink, "rule", "the sources or targets of the list are missing");
        return;
    }
    for (size_t i = 0; i < spec->list_count; i++) {
        const bool source = spec->list_sources[i] >= e->sources;
        if (source || spec->list_targets[i] >= e->targets) {
            sl_problem(sink, "rule",
                       "synapse %zu (counting from 0) has %s %u; the population has neurons 0 to "
                       "%llu",
                       i, source ? "source" : "target",
                       source ? spec->list_sources[i] : spec->list_targets[i],
                       (unsigned long long)(source ? e->sources : e->targets) - 1);
            return;
        }
    }
}

static void check_rule(const saltus_projection_spec *spec, const rule_ends *e, problem_sink *sink)
{
    const uint64_t left_out = e->same && !spec->autapses;
    switch (spec->rule) {
    case SALTUS_RULE_ALL_TO_ALL:
        return;
    case SALTUS_RULE_ONE_TO_ONE:
        if (e->sources != e->targets) {
            sl_problem(sink, "rule",
                       "one_to_one needs populations of the same size; found %llu and %llu",
                       (unsigned long long)e->sources, (unsigned long long)e->targets);
        } else if (left_out != 0) {
            sl_problem(sink, "rule",
                       "one_to_one of a population with itself makes autapses only, which are "
                       "not allowed here");
        }
        return;
    case SALTUS_RULE_FIXED_INDEGREE:
        check_degree(spec, e->targets, e->sources - left_out, "sources", sink);
        return;
    case SALTUS_RULE_FIXED_OUTDEGREE:
        check_degree(spec, e->sources, e->targets - left_out, "targets", sink);
        return;
    case SALTUS_RULE_FIXED_TOTAL_NUMBER:
        check_total(spec, e, sink);
        return;
    case SALTUS_RULE_PAIRWISE_BERNOULLI:
        if (!(spec->probability >= 0 && spec->probability <= 1)) {
            sl_problem(sink, "rule", "found %s; a probability from 0 to 1 is needed",
                       sl_decimal_text(spec->probability).text);
        }
        return;
    case SALTUS_RULE_LIST:
        check_list(spec, e, sink);
        return;
    case SALTUS_RULE_SMALL_WORLD:
    case SALTUS_RULE_SCALE_FREE:
    case SALTUS_RULE_BLOCK_MODEL:
    case SALTUS_RULE_DISTANCE:
    case SALTUS_RULE_CONVOLUTION:
        sl_check_topology(spec, e, sink);
        return;
    }
    sl_problem(sink, "rule", "unknown rule %d", (int)spec->rule);
}

/* Taps of a kernel; beyond 3 dimensions of the largest numbers there is none that large. */
static size_t kernel_taps(const saltus_convolution_spec *spec)
{
    size_t taps = 1;
    for (size_t i = 0; i < 3; i++) {
        /* axes that the grids have not are 0 */
        const size_t along = spec->kernel[i] > 0 ? spec->kernel[i] : 1;
        taps = taps > SIZE_MAX / along ? SIZE_MAX : taps * along;
    }
    return taps;
}

/* How many weights a list has. With the list rule and with a kernel their number is known, with
 * other rules when the network is built. */
static size_t listed_weights(const saltus_projection_spec *spec, const saltus_value *weight)
{
    if (spec->rule == SALTUS_RULE_CONVOLUTION && spec->weight_sources == NULL) {
        return kernel_taps(&spec->convolution);
    }
    return spec->rule == SALTUS_RULE_LIST ? spec->list_count : weight->list_length;
}

static bool check_weight(const saltus_population_spec *target, const saltus_projection_spec *spec,
                         problem_sink *sink)
{
    const saltus_value *weight = sl_projection_weight(target, spec);
    const size_t length = listed_weights(spec, weight);
    if (weight->kind == SALTUS_VALUE_LIST &&
        (spec->weight_sources == NULL) != (spec->weight_targets == NULL)) {
        sl_problem(sink, "weight", "the %s of the listed weights are missing",
                   spec->weight_sources == NULL ? "sources" : "targets");
        return false;
    }
    if (!sl_check_value(sink, "weight", weight, sl_target_unit(target), length,
                        spec->rule == SALTUS_RULE_CONVOLUTION ? "tap of the kernel" : "synapse")) {
        return false;
    }
    if (target != NULL && !(weight->kind == SALTUS_VALUE_LIST && length == 0)) {
        const double largest = fmax(fabs(sl_value_lowest(weight)), fabs(sl_value_highest(weight)));
        sl_check_drive(target, largest, "weight", sink);
    }
    return true;
}

/* Delays are above zero: an arrival at the time of its spike has no place in the order of events.
 */
static void check_delay(const saltus_projection_spec *spec, size_t length, problem_sink *sink)
{
    const saltus_value *delay = &spec->delay_ms;
    if (!sl_check_value(sink, "delay", delay, "ms", length, "synapse")) {
        return;
    }
    if (delay->kind == SALTUS_VALUE_LIST && length == 0) {
        return;
    }
    const double lowest_ms = sl_value_low_bound(delay);
    const bool drawn = delay->kind == SALTUS_VALUE_NORMAL || delay->kind == SALTUS_VALUE_LOGNORMAL;
    if (drawn && delay->b > 0 && !(lowest_ms > 0)) {
        sl_problem(sink, "delay",
                   "delays are above 0, so this distribution needs a min above 0 ms, for example "
                   "min: 0.1 ms");
        return;
    }
    if (lowest_ms <= 0 || sl_sim_time_from_ms(fmin(lowest_ms, SIM_TIME_MAX_MS)) < 1) {
        sl_problem(sink, "delay", "found %s%s ms; a delay above 0 is needed (at least 1e-11 ms)",
                   delay->kind == SALTUS_VALUE_CONSTANT ? "" : "a shortest delay of ",
                   sl_decimal_text(lowest_ms).text);
        return;
    }
    const double highest_ms = sl_value_highest(delay);
    if (!(highest_ms <= SIM_TIME_MAX_MS)) {
        sl_problem(sink, "delay", "delays may reach %s ms; at most 4.5e7 ms is allowed%s",
                   sl_decimal_text(highest_ms).text, drawn ? ", give a max" : "");
    }
}

void sl_check_projection(const saltus_experiment *experiment, const saltus_projection_spec *spec,
                         problem_sink *sink)
{
    if (experiment->projection_count + 1 >= MAX_PROJECTIONS) {
        sl_problem(sink, "", "there are too many projections; at most 16777215 are allowed");
    }
    if (spec->name != NULL && spec->name[0] == '\0') {
        sl_problem(sink, "name", "the name is empty");
    }
    const saltus_population_spec *to = sl_target_of(experiment, spec->target);
    const given_weight given = {.mV = !sl_value_is_default(&spec->weight_mV),
                                .pA = !sl_value_is_default(&spec->weight_pA)};
    const bool weights = (to == NULL || sl_check_target(to, spec->receptor, given, sink)) &&
                         check_weight(to, spec, sink);
    /* Listed delays have one entry a listed synapse; other rules take none. */
    const size_t length = spec->rule == SALTUS_RULE_LIST ? spec->list_count : SIZE_MAX;
    check_delay(spec, length, sink);
    sl_check_plasticity(experiment, spec, weights, sink);

    const bool source = spec->source < experiment->population_count;
    if (!source || to == NULL) {
        sl_problem(sink, source ? "to" : "from", "there is no population %u",
                   source ? spec->target : spec->source);
        return;
    }
    const rule_ends e = {.sources = experiment->populations[spec->source].size,
                         .targets = to->size,
                         .from = &experiment->populations[spec->source].positions,
                         .to = &to->positions,
                         .same = spec->source == spec->target};
    check_rule(spec, &e, sink);
    sl_check_distances(spec, &e, sink);
}

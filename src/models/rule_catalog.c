/* rule_catalog - what this build knows of connection rules: how each is written in an experiment
 * file, its law, its arguments and where it comes from.
 *
 * The table is in the order of saltus_rule. Its texts are what `saltus models RULE` prints; the
 * laws in full are in docs/topology.md and docs/experiment-files.md, the drawing in src/network.
 */
#include <string.h>

#include "models/catalog_parts.h"

/* clang-format off */
#define PROBABILITY(meaning) {"p", "", MUST_BE_GIVEN, "0 to 1", meaning}

static const saltus_parameter no_arguments[] = {NO_MORE_PARAMETERS};
static const saltus_parameter indegree[] = {
    {"n", "", MUST_BE_GIVEN, "0 or more", "the argument: synapses of each target"}, NO_MORE_PARAMETERS};
static const saltus_parameter outdegree[] = {
    {"n", "", MUST_BE_GIVEN, "0 or more", "the argument: synapses of each source"}, NO_MORE_PARAMETERS};
static const saltus_parameter total_number[] = {
    {"n", "", MUST_BE_GIVEN, "0 or more", "the argument: synapses of the projection"}, NO_MORE_PARAMETERS};
static const saltus_parameter bernoulli[] = {PROBABILITY("the argument: probability of each pair"), NO_MORE_PARAMETERS};
static const saltus_parameter list[] = {
    {"csv", "file", MUST_BE_GIVEN, "a CSV file with the columns source,target", "perhaps with weight_mV or weight_pA, and delay_ms"}, NO_MORE_PARAMETERS};
static const saltus_parameter small_world[] = {
    {"k", "", MUST_BE_GIVEN, "even, 2 or more, below the size", "nearest neighbours that are a target's sources, half on each side"},
    PROBABILITY("with which each synapse is rewired"), NO_MORE_PARAMETERS};
static const saltus_parameter scale_free[] = {
    {"m", "", "none, or an exponent", "1 or more, below the size", "preferential attachment: edges that a neuron brings with it"},
    {"exponent", "", "none, or m", "above 1, at most 100", "instead of m: of the law of degrees"},
    {"degrees", "word", "both", "both, in, out; with an exponent in or out", "whose degrees follow the law"},
    {"min", "", "1", "1 or more", "with an exponent: the smallest degree"},
    {"max", "", "all there are", "min or more", "with an exponent: the largest degree"}, NO_MORE_PARAMETERS};
static const saltus_parameter block_model[] = {
    {"sizes", "", MUST_BE_GIVEN, "a list; together the size", "neurons of each block, in order"},
    {"p", "", MUST_BE_GIVEN, "a list of rows; 0 to 1", "a row for the block of the source, a column for that of the target"}, NO_MORE_PARAMETERS};
static const saltus_parameter distance[] = {
    PROBABILITY("of a pair at distance 0"),
    {"profile", "word", MUST_BE_GIVEN, "constant, linear, exponential, gaussian", "f: how the probability falls with the distance"},
    {"width", "um", "none", "above 0 um; not with constant", "of the profile"},
    {"cutoff", "um", "none", "above 0 um; constant needs it", "beyond it f is 0"}, NO_MORE_PARAMETERS};
static const saltus_parameter convolution[] = {
    {"kernel", "", MUST_BE_GIVEN, "1 or more; a list", "taps along each axis"},
    {"stride", "", "1", "1 or more; one number, or one for each axis", "from one target's window to the next"},
    {"padding", "", "0", "0 or more; one number, or one for each axis", "rows around an open grid that are not there"}, NO_MORE_PARAMETERS};
/* clang-format on */

static const saltus_rule_info rules[] = {
    {
        .rule = SALTUS_RULE_ALL_TO_ALL,
        .name = "all_to_all",
        .summary = "every source to every target",
        .example = "rule: all_to_all",
        .law = "each pair once, also a neuron with itself unless autapses: false",
        .source = "none needed",
        .parameters = no_arguments,
    },
    {
        .rule = SALTUS_RULE_ONE_TO_ONE,
        .name = "one_to_one",
        .summary = "source i to target i",
        .example = "rule: one_to_one",
        .law = "both populations have the same size",
        .source = "none needed",
        .parameters = no_arguments,
    },
    {
        .rule = SALTUS_RULE_FIXED_INDEGREE,
        .name = "fixed_indegree",
        .summary = "each target has n sources, chosen uniformly",
        .example = "rule: {fixed_indegree: 100}",
        .law = "with replacement, or n different ones with multapses: false",
        .source = "as in NEST",
        .parameters = indegree,
    },
    {
        .rule = SALTUS_RULE_FIXED_OUTDEGREE,
        .name = "fixed_outdegree",
        .summary = "each source has n targets, chosen uniformly",
        .example = "rule: {fixed_outdegree: 100}",
        .law = "with replacement, or n different ones with multapses: false",
        .source = "as in NEST",
        .parameters = outdegree,
    },
    {
        .rule = SALTUS_RULE_FIXED_TOTAL_NUMBER,
        .name = "fixed_total_number",
        .summary = "n synapses, source and target chosen uniformly",
        .example = "rule: {fixed_total_number: 10000}",
        .law = "with replacement, or n different pairs with multapses: false",
        .source = "as in NEST",
        .parameters = total_number,
    },
    {
        .rule = SALTUS_RULE_PAIRWISE_BERNOULLI,
        .name = "pairwise_bernoulli",
        .summary = "each pair is connected with probability p",
        .example = "rule: {pairwise_bernoulli: 0.1}",
        .law = "independently, once at most",
        .source = "Erdos & Renyi (1959) Publ Math 6:290; Gilbert (1959) Ann Math Stat 30:1141",
        .parameters = bernoulli,
    },
    {
        .rule = SALTUS_RULE_LIST,
        .name = "list",
        .summary = "the synapses of a file",
        .example = "rule: {list: {csv: synapses.csv}}",
        .law = "a row a synapse; weights and delays each in the file or in the projection",
        .source = "none needed",
        .parameters = list,
    },
    {
        .rule = SALTUS_RULE_SMALL_WORLD,
        .name = "small_world",
        .summary = "a ring of neighbours with rewired synapses, in one population",
        .example = "rule: {small_world: {k: 10, p: 0.1}}",
        .law =
            "each target has its k nearest neighbours on a ring of indices as sources; each\n"
            "synapse is rewired with probability p to a neuron chosen uniformly among the others",
        .source = "Watts & Strogatz (1998) Nature 393:440",
        .parameters = small_world,
    },
    {
        .rule = SALTUS_RULE_SCALE_FREE,
        .name = "scale_free",
        .summary = "degrees of a power law: hubs",
        .example = "rule: {scale_free: {m: 5}}",
        .law = "with m: each neuron brings m edges to neurons that were there, in proportion to\n"
               "their edges; P(k) = 2 m (m + 1) / (k (k + 1) (k + 2)); in one population\n"
               "with exponent: 2.5, degrees: in (or out) instead of m: each neuron of that side\n"
               "draws its degree from P(k) ~ k^-exponent on [min, max], and then k partners\n"
               "uniformly",
        .source = "Barabasi & Albert (1999) Science 286:509",
        .parameters = scale_free,
    },
    {
        .rule = SALTUS_RULE_BLOCK_MODEL,
        .name = "block_model",
        .summary = "pairs of one population with probabilities by block",
        .example = "rule: {block_model: {sizes: [80, 20], p: [[0.1, 0.2], [0.05, 0]]}}",
        .law = "each ordered pair independently, with the probability from its source's block\n"
               "to its target's",
        .source = "Holland, Laskey & Leinhardt (1983) Social Networks 5:109",
        .parameters = block_model,
    },
    {
        .rule = SALTUS_RULE_DISTANCE,
        .name = "distance",
        .summary = "each pair with a probability by distance; both populations have positions",
        .example = "rule: {distance: {p: 0.8, profile: gaussian, width: 80 um}}",
        .law = "p f(d), independently, d the distance of the two neurons\n"
               "constant:    f = 1\n"
               "linear:      f = 1 - d / width, at least 0\n"
               "exponential: f = exp(-d / width)\n"
               "gaussian:    f = exp(-d^2 / (2 width^2))",
        .source = "docs/topology.md",
        .parameters = distance,
    },
    {
        .rule = SALTUS_RULE_CONVOLUTION,
        .name = "convolution",
        .summary = "a kernel over a grid; both populations have positions: {grid: ...}",
        .example = "rule: {convolution: {kernel: [5, 5], stride: 2, padding: 0}}",
        .law = "along each axis target t has for tap k the source t stride + k - padding; the\n"
               "projection's weight may list the taps, x running fastest",
        .source = "docs/topology.md",
        .parameters = convolution,
    },
};

#define RULE_COUNT (sizeof rules / sizeof rules[0])
_Static_assert(RULE_COUNT == SALTUS_RULE_CONVOLUTION + 1,
               "a row a rule, in the order of the enumeration");

size_t saltus_rule_count(void)
{
    return RULE_COUNT;
}

const saltus_rule_info *saltus_rule_get(size_t index)
{
    return index < RULE_COUNT ? &rules[index] : NULL;
}

const saltus_rule_info *saltus_rule_find(const char *name)
{
    for (size_t i = 0; name != NULL && i < RULE_COUNT; i++) {
        if (strcmp(rules[i].name, name) == 0) {
            return &rules[i];
        }
    }
    return NULL;
}

const char *saltus_rule_name(saltus_rule rule)
{
    const saltus_rule_info *info = saltus_rule_get((size_t)rule);
    return info != NULL ? info->name : NULL;
}

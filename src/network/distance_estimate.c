/* distance_estimate - before anything is built, a sum over all pairs or a sample of them.
 *
 * Few pairs are summed. Of many a fixed number is sampled, from a stream that no unit has: a random
 * target, and a source near it, because where probabilities fall off fast almost no pair of all has
 * any. In a grid the sources near a target are known; in a box that is filled at random they are as
 * many as its share of the volume; of a list, all are sampled. The error of the sample counts as a
 * deviation.
 */
#include "network/distance_estimate.h"

#include <math.h>

#include "network/bernoulli_draw.h"

#define SUMMED_PAIRS   (UINT64_C(1) << 18)
#define SAMPLES        (UINT64_C(1) << 16)
#define SAMPLES_LISTED (UINT64_C(1) << 19)

/* What the number of synapses is spread by. */
typedef struct estimate {
    double mean, variance;
} estimate;

double sl_distance_reach(const saltus_distance_profile *profile)
{
    /* in widths; sl_exp(x) is 0 for x < -700 */
    const double reach = profile->kind == SALTUS_PROFILE_LINEAR        ? 1
                         : profile->kind == SALTUS_PROFILE_EXPONENTIAL ? 701
                         : profile->kind == SALTUS_PROFILE_GAUSSIAN    ? 38
                                                                       : (double)INFINITY;
    return isinf(reach) ? profile->cutoff_um : fmin(profile->cutoff_um, reach * profile->width_um);
}

/* The distance beyond which so little is left that the sample need not look there. */
static double sampled_reach(const saltus_distance_profile *profile)
{
    const double reach = sl_distance_reach(profile);
    switch (profile->kind) {
    case SALTUS_PROFILE_GAUSSIAN:
        return fmin(reach, 6 * profile->width_um);
    case SALTUS_PROFILE_EXPONENTIAL:
        return fmin(reach, 16 * profile->width_um);
    default:
        return reach;
    }
}

static double probability(const rule_plan *plan, const space_box *box, const double a_um[3],
                          const double b_um[3])
{
    const double f = saltus_distance_profile_at(&plan->spec->connection_profile,
                                                sl_space_distance(box, a_um, b_um));
    return plan->spec->probability * f;
}

static estimate sum_pairs(const rule_plan *plan, const space_box *box)
{
    estimate sum = {0, 0};
    for (uint32_t target = 0; target < plan->target_size; target++) {
        double b[3];
        sl_space_position(&plan->target_place, target, b);
        for (uint32_t source = 0; source < plan->source_size; source++) {
            double a[3];
            if (plan->skip_self && source == target) {
                continue;
            }
            sl_space_position(&plan->source_place, source, a);
            const double p = probability(plan, box, a, b);
            sum.mean += p;
            sum.variance += p * (1 - p);
        }
    }
    return sum;
}

/* Draw where a source near `b` may be; how many sources that place stands for, 0: it is outside. */
static double draw_near(const rule_plan *plan, const space_box *box, const double b_um[3],
                        double reach, random_stream *stream, double a_um[3])
{
    const saltus_positions_spec *spec = plan->source_place.spec;
    double stands_for = spec->kind == SALTUS_POSITIONS_GRID ? 1 : plan->source_size;
    a_um[0] = a_um[1] = a_um[2] = 0;
    for (uint32_t i = 0; i < spec->dimensions; i++) {
        const double low = spec->origin_um[i];
        const bool grid = spec->kind == SALTUS_POSITIONS_GRID;
        const double cell = grid ? spec->spacing_um[i] : spec->box_um[i];
        const double edge = grid ? spec->shape[i] * cell : cell;
        const bool whole = !(2 * reach + cell * grid < edge);
        double x = 0;
        if (grid) {
            /* cells whose middle is within reach, and perhaps some more */
            const double around = whole ? 0 : ceil(reach / cell) + 1;
            const double count = whole ? spec->shape[i] : fmin(2 * around + 1, spec->shape[i]);
            const double first =
                whole || count < 2 * around + 1 ? 0 : floor((b_um[i] - low) / cell) - around;
            const double k = first + (double)sl_random_below(stream, (uint64_t)count);
            x = low + (k + 0.5) * cell;
            stands_for *= count;
        } else {
            x = whole ? low + edge * sl_random_uniform(stream)
                      : b_um[i] + reach * (2 * sl_random_uniform(stream) - 1);
            stands_for *= whole ? 1 : 2 * reach / edge;
        }
        if (isfinite(box->um[i])) {
            x = x < low ? x + edge : x >= low + edge ? x - edge : x;
        } else if (x < low || x > low + edge) {
            stands_for = 0;
        }
        a_um[i] = x;
    }
    return stands_for;
}

static estimate sample_pairs(const rule_plan *plan, const space_box *box)
{
    const bool listed = plan->source_place.spec->kind == SALTUS_POSITIONS_LIST;
    const uint64_t samples = listed ? SAMPLES_LISTED : SAMPLES;
    const double reach = sampled_reach(&plan->spec->connection_profile);
    random_stream stream = rule_stream(plan, RANDOM_CONNECT, UINT32_MAX);
    double sum = 0;
    double squares = 0;
    for (uint64_t i = 0; i < samples; i++) {
        double a[3];
        double b[3];
        double stands_for = plan->source_size;
        sl_space_position(&plan->target_place,
                          (uint32_t)sl_random_below(&stream, plan->target_size), b);
        if (listed) {
            sl_space_position(&plan->source_place,
                              (uint32_t)sl_random_below(&stream, plan->source_size), a);
        } else {
            stands_for = draw_near(plan, box, b, reach, &stream, a);
        }
        const double found = stands_for > 0 ? stands_for * probability(plan, box, a, b) : 0;
        sum += found;
        squares += found * found;
    }
    const double each = sum / (double)samples;
    const double mean = each * plan->target_size;
    const double spread = fmax(squares / (double)samples - each * each, 0) / (double)samples;
    const double fewest = fmin(plan->source_size, plan->target_size);
    /* of the synapses, of the sample, and of where the neurons happen to be */
    const double variance = mean + spread * plan->target_size * plan->target_size +
                            (plan->source_place.spec->kind == SALTUS_POSITIONS_UNIFORM ||
                                     plan->target_place.spec->kind == SALTUS_POSITIONS_UNIFORM
                                 ? mean * mean / fewest
                                 : 0);
    return (estimate){mean, variance};
}

uint64_t sl_distance_estimate(const rule_plan *plan, double deviations)
{
    const uint64_t all = saturating_product(plan->source_size - plan->skip_self, plan->target_size);
    const space_box box = sl_space_box(plan->source_place.spec);
    const estimate e = saturating_product(plan->source_size, plan->target_size) <= SUMMED_PAIRS
                           ? sum_pairs(plan, &box)
                           : sample_pairs(plan, &box);
    return sl_random_synapses(e.mean, e.variance, all, deviations);
}

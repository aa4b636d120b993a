/* test_connection_rules - numbers, ranges, constraints and distributions of every rule.
 *
 * Statistical bounds are five standard deviations, with fixed seeds.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "net_fixture.h"
#include "saltus/saltus.h"
#include "support/suite.h"

/* Is chi-square with `cells` - 1 degrees of freedom within five standard deviations? */
static void check_uniform(const uint64_t *observed, size_t cells)
{
    const double freedom = (double)cells - 1;
    const double chi = fixture_chi_square(observed, cells);
    ck_assert_msg(fabs(chi - freedom) < 5 * sqrt(2 * freedom), "chi-square %g of %g", chi, freedom);
}

/* A projection's synapses, counted by source, by target and by pair. */
typedef struct tally {
    size_t count;
    uint32_t sources, targets;
    uint64_t *by_source, *by_target, *by_pair;
} tally;

static tally tally_of(const saltus_network *network, uint32_t sources, uint32_t targets)
{
    tally t = {.sources = sources,
               .targets = targets,
               .by_source = calloc(sources, sizeof(uint64_t)),
               .by_target = calloc(targets, sizeof(uint64_t)),
               .by_pair = calloc((size_t)sources * targets, sizeof(uint64_t))};
    saltus_synapse *synapses = fixture_synapses(network, 0, &t.count);
    bool good = true;
    for (size_t i = 0; i < t.count; i++) {
        good &= synapses[i].source < sources && synapses[i].target < targets;
        good &= synapses[i].weight_mV == 0.5 && synapses[i].delay_ms == 1.5;
        if (!good) {
            break;
        }
        t.by_source[synapses[i].source]++;
        t.by_target[synapses[i].target]++;
        t.by_pair[(size_t)synapses[i].source * targets + synapses[i].target]++;
    }
    ck_assert(good);
    free(synapses);
    return t;
}

static void tally_clear(tally *t)
{
    free(t->by_source);
    free(t->by_target);
    free(t->by_pair);
}

/* Most synapses of one pair, and the number of autapses. */
static uint64_t largest_pair(const tally *t)
{
    uint64_t largest = 0;
    for (size_t i = 0; i < (size_t)t->sources * t->targets; i++) {
        largest = t->by_pair[i] > largest ? t->by_pair[i] : largest;
    }
    return largest;
}

static uint64_t autapses(const tally *t)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < t->sources && i < t->targets; i++) {
        count += t->by_pair[(size_t)i * t->targets + i];
    }
    return count;
}

/* Build from A (a neurons) to B (b neurons; 0: to A itself) and tally. */
static tally connect(uint32_t a, uint32_t b, saltus_projection_spec spec)
{
    spec.target = b > 0 ? 1 : 0;
    saltus_network *network = fixture_network(a, b, &spec);
    const tally t = tally_of(network, a, b > 0 ? b : a);
    saltus_network_destroy(network);
    return t;
}

START_TEST(all_to_all_connects_every_pair_once)
{
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_ALL_TO_ALL);
    tally t = connect(30, 1200, spec);
    ck_assert_uint_eq(t.count, 36000);
    ck_assert_uint_eq(largest_pair(&t), 1);
    tally_clear(&t);

    spec.autapses = false;
    t = connect(50, 0, spec);
    ck_assert_uint_eq(t.count, 50 * 49);
    ck_assert_uint_eq(largest_pair(&t), 1);
    ck_assert_uint_eq(autapses(&t), 0);
    tally_clear(&t);
}
END_TEST

START_TEST(one_to_one_connects_equal_indices)
{
    tally t = connect(1025, 1025, fixture_projection(0, 1, SALTUS_RULE_ONE_TO_ONE));
    ck_assert_uint_eq(t.count, 1025);
    ck_assert_uint_eq(autapses(&t), 1025);
    tally_clear(&t);
}
END_TEST

START_TEST(fixed_indegree_gives_every_target_its_sources)
{
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_FIXED_INDEGREE);
    spec.count = 300;
    tally t = connect(200, 500, spec);
    for (uint32_t i = 0; i < 500; i++) {
        ck_assert_uint_eq(t.by_target[i], 300);
    }
    check_uniform(t.by_source, 200);
    check_uniform(t.by_pair, 200 * 500);
    tally_clear(&t);
}
END_TEST

START_TEST(fixed_indegree_draws_as_documented)
{
    /* Target t: sources are the numbers below the size, from the stream of (projection 0, t). */
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_FIXED_INDEGREE);
    spec.count = 700;
    tally t = connect(90, 40, spec);
    for (uint32_t target = 0; target < 40; target++) {
        random_stream stream = random_stream_at(1, RANDOM_CONNECT, 0, target);
        for (uint32_t i = 0; i < 700; i++) {
            t.by_pair[sl_random_below(&stream, 90) * 40 + target]--;
        }
    }
    ck_assert_uint_eq(largest_pair(&t), 0);
    tally_clear(&t);
}
END_TEST

START_TEST(fixed_indegree_keeps_off_autapses_and_multapses)
{
    saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_FIXED_INDEGREE);
    spec.autapses = false;
    spec.count = 2000;
    tally t = connect(100, 0, spec);
    ck_assert_uint_eq(autapses(&t), 0);
    for (uint32_t i = 0; i < 100; i++) {
        ck_assert_uint_eq(t.by_target[i], 2000);
    }
    check_uniform(t.by_source, 100);
    tally_clear(&t);

    /* Few, half, many, all of the 99 others. */
    const uint64_t counts[] = {1, 10, 49, 50, 80, 99};
    spec.multapses = false;
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        spec.count = counts[c];
        t = connect(100, 0, spec);
        ck_assert_uint_eq(autapses(&t), 0);
        ck_assert_uint_eq(largest_pair(&t), 1);
        for (uint32_t i = 0; i < 100; i++) {
            ck_assert_uint_eq(t.by_target[i], counts[c]);
        }
        tally_clear(&t);
    }
}
END_TEST

START_TEST(distinct_sources_are_uniform_also_by_the_complement)
{
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_FIXED_INDEGREE);
    spec.multapses = false;
    const uint64_t counts[] = {7, 33};
    for (size_t c = 0; c < 2; c++) {
        spec.count = counts[c];
        tally t = connect(40, 20000, spec);
        /* Counts of one source vary less than Poisson: the test is on the safe side. */
        const double p = (double)counts[c] / 40;
        for (uint32_t i = 0; i < 40; i++) {
            const double z = ((double)t.by_source[i] - 20000 * p) / sqrt(20000 * p * (1 - p));
            ck_assert_double_lt(fabs(z), 5);
        }
        tally_clear(&t);
    }
}
END_TEST

START_TEST(fixed_outdegree_gives_every_source_its_targets)
{
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_FIXED_OUTDEGREE);
    spec.count = 400;
    tally t = connect(300, 1500, spec);
    for (uint32_t i = 0; i < 300; i++) {
        ck_assert_uint_eq(t.by_source[i], 400);
    }
    check_uniform(t.by_target, 1500);
    tally_clear(&t);

    const uint64_t counts[] = {1, 60, 61, 119};
    spec.autapses = false;
    spec.multapses = false;
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        spec.count = counts[c];
        t = connect(120, 0, spec);
        ck_assert_uint_eq(autapses(&t), 0);
        ck_assert_uint_eq(largest_pair(&t), 1);
        for (uint32_t i = 0; i < 120; i++) {
            ck_assert_uint_eq(t.by_source[i], counts[c]);
        }
        tally_clear(&t);
    }
}
END_TEST

START_TEST(fixed_total_number_spreads_over_all_pairs)
{
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_FIXED_TOTAL_NUMBER);
    spec.count = 200001; /* more than three chunks */
    tally t = connect(70, 150, spec);
    ck_assert_uint_eq(t.count, 200001);
    check_uniform(t.by_source, 70);
    check_uniform(t.by_target, 150);
    check_uniform(t.by_pair, 70 * 150);
    tally_clear(&t);

    spec.autapses = false;
    t = connect(100, 0, spec);
    ck_assert_uint_eq(t.count, 200001);
    ck_assert_uint_eq(autapses(&t), 0);
    check_uniform(t.by_source, 100);
    check_uniform(t.by_target, 100);
    tally_clear(&t);
}
END_TEST

START_TEST(fixed_total_number_without_multapses_draws_distinct_pairs)
{
    saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_FIXED_TOTAL_NUMBER);
    spec.multapses = false;
    spec.autapses = false;
    const uint64_t all = UINT64_C(600) * 599;
    /* By table, by bitmap over several chunks, by the complement, all. */
    const uint64_t counts[] = {0, 1, 1000, 100000, all / 2, all / 2 + 1, all - 1, all};
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        spec.count = counts[c];
        tally t = connect(600, 0, spec);
        ck_assert_uint_eq(t.count, counts[c]);
        ck_assert_uint_le(largest_pair(&t), 1);
        ck_assert_uint_eq(autapses(&t), 0);
        const double mean = (double)counts[c] / 600;
        for (uint32_t i = 0; i < 600; i++) {
            ck_assert_double_le(fabs((double)t.by_source[i] - mean), 5 * sqrt(mean) + 1);
            ck_assert_double_le(fabs((double)t.by_target[i] - mean), 5 * sqrt(mean) + 1);
        }
        tally_clear(&t);
    }
}
END_TEST

START_TEST(pairwise_bernoulli_has_binomial_mean_and_variance)
{
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_PAIRWISE_BERNOULLI);
    const double probabilities[] = {0.003, 0.1, 0.5, 0.97};
    for (size_t c = 0; c < sizeof probabilities / sizeof probabilities[0]; c++) {
        const double p = probabilities[c];
        spec.probability = p;
        tally t = connect(1000, 2000, spec);
        ck_assert_uint_eq(largest_pair(&t), 1);
        const double sd = sqrt(2e6 * p * (1 - p));
        ck_assert_double_lt(fabs((double)t.count - 2e6 * p), 5 * sd);
        /* Variance of the in-degrees: its relative error has sd sqrt(2 / n), and a little more
         * where the distribution is skewed. */
        double variance = 0;
        for (uint32_t i = 0; i < 2000; i++) {
            const double difference = (double)t.by_target[i] - 1000 * p;
            variance += difference * difference / 2000;
        }
        const double expected = 1000 * p * (1 - p);
        ck_assert_double_lt(fabs(variance / expected - 1), 5 * sqrt(3.0 / 2000));
        /* Every source is as likely as any other. */
        for (uint32_t i = 0; i < 1000; i++) {
            const double z = ((double)t.by_source[i] - 2000 * p) / sqrt(2000 * p * (1 - p));
            ck_assert_double_lt(fabs(z), 6.5);
        }
        tally_clear(&t);
    }
}
END_TEST

START_TEST(pairwise_bernoulli_handles_the_ends_and_autapses)
{
    saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_PAIRWISE_BERNOULLI);
    spec.probability = 0;
    tally t = connect(80, 0, spec);
    ck_assert_uint_eq(t.count, 0);
    tally_clear(&t);

    spec.probability = 1;
    t = connect(80, 0, spec);
    ck_assert_uint_eq(t.count, 6400);
    tally_clear(&t);

    spec.autapses = false;
    t = connect(80, 0, spec);
    ck_assert_uint_eq(t.count, 80 * 79);
    ck_assert_uint_eq(autapses(&t), 0);
    tally_clear(&t);

    spec.probability = 0.9;
    t = connect(80, 0, spec);
    ck_assert_uint_eq(autapses(&t), 0);
    ck_assert_double_lt(fabs((double)t.count - 6320 * 0.9), 5 * sqrt(6320 * 0.09));
    tally_clear(&t);

    spec.probability = 1e-300;
    t = connect(80, 0, spec);
    ck_assert_uint_eq(t.count, 0);
    tally_clear(&t);
}
END_TEST

START_TEST(projections_draw_from_streams_of_their_own)
{
    saltus_experiment *experiment = fixture_experiment(50, 50);
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_FIXED_INDEGREE);
    spec.count = 20;
    fixture_connect(experiment, &spec);
    fixture_connect(experiment, &spec);
    saltus_network *network = fixture_build(experiment, 1, 0);
    size_t count[2];
    saltus_synapse *first = fixture_synapses(network, 0, &count[0]);
    saltus_synapse *second = fixture_synapses(network, 1, &count[1]);
    size_t different = 0;
    for (size_t i = 0; i < count[0]; i++) {
        different += first[i].target != second[i].target;
    }
    ck_assert_uint_gt(different, count[0] / 2);
    free(first);
    free(second);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {all_to_all_connects_every_pair_once,
                                  one_to_one_connects_equal_indices,
                                  fixed_indegree_gives_every_target_its_sources,
                                  fixed_indegree_draws_as_documented,
                                  fixed_indegree_keeps_off_autapses_and_multapses,
                                  distinct_sources_are_uniform_also_by_the_complement,
                                  fixed_outdegree_gives_every_source_its_targets,
                                  fixed_total_number_spreads_over_all_pairs,
                                  fixed_total_number_without_multapses_draws_distinct_pairs,
                                  pairwise_bernoulli_has_binomial_mean_and_variance,
                                  pairwise_bernoulli_handles_the_ends_and_autapses,
                                  projections_draw_from_streams_of_their_own};
    return SUITE_RUN("connection_rules", tests);
}

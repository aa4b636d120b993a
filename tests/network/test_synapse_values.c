/* test_synapse_values - weights, delays, the order of rows and the bytes they take. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "base/sim_time.h"
#include "net_fixture.h"
#include "network/network.h"
#include "saltus/saltus.h"
#include "support/suite.h"

#define A 200u
#define B 3000u /* three groups */

/* Fixed in-degree 40 from A to B with these values. */
static saltus_network *valued(saltus_value weight_mV, saltus_value delay_ms)
{
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_FIXED_INDEGREE);
    spec.count = 40;
    spec.weight_mV = weight_mV;
    spec.delay_ms = delay_ms;
    return fixture_network(A, B, &spec);
}

/* Mean and standard deviation of weights (or delays) of projection 0, and their range. */
typedef struct moments {
    double mean, sd, low, high;
    size_t count;
} moments;

static moments moments_of(const saltus_network *network, bool delays)
{
    moments m = {.low = (double)INFINITY, .high = -(double)INFINITY};
    saltus_synapse *synapses = fixture_synapses(network, 0, &m.count);
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < m.count; i++) {
        const double x = delays ? synapses[i].delay_ms : synapses[i].weight_mV;
        sum += x;
        squares += x * x;
        m.low = fmin(m.low, x);
        m.high = fmax(m.high, x);
    }
    m.mean = sum / (double)m.count;
    m.sd = sqrt(squares / (double)m.count - m.mean * m.mean);
    free(synapses);
    return m;
}

static saltus_value truncated(saltus_value value, double low, double high)
{
    value.low = low;
    value.high = high;
    return value;
}

START_TEST(drawn_weights_have_the_moments_asked_for)
{
    saltus_network *network = valued(saltus_normal(1, 0.25), saltus_constant(1));
    moments m = moments_of(network, false);
    ck_assert_double_lt(fabs(m.mean - 1), 5 * 0.25 / sqrt((double)m.count));
    ck_assert_double_lt(fabs(m.sd / 0.25 - 1), 5 / sqrt(2 * (double)m.count));
    saltus_network_destroy(network);

    network = valued(saltus_uniform(-2, 4), saltus_constant(1));
    m = moments_of(network, false);
    ck_assert_double_lt(fabs(m.mean - 1), 5 * m.sd / sqrt((double)m.count));
    ck_assert_double_lt(fabs(m.sd - sqrt(3)), 0.03);
    ck_assert(m.low >= -2 && m.high <= 4);
    saltus_network_destroy(network);

    /* Lognormal with median 0.5 and sigma 0.4: the mean is 0.5 exp(0.08). */
    network = valued(saltus_lognormal(0.5, 0.4), saltus_constant(1));
    m = moments_of(network, false);
    ck_assert_double_lt(fabs(m.mean - 0.5 * exp(0.08)), 5 * m.sd / sqrt((double)m.count));
    ck_assert_double_lt(fabs(m.sd - 0.5 * exp(0.08) * sqrt(expm1(0.16))), 0.01);
    ck_assert(m.low > 0);
    saltus_network_destroy(network);
}
END_TEST

static double normal_below(double x)
{
    return 0.5 * erfc(-x * M_SQRT1_2);
}

/* Every delay is a multiple of the step, the bounds among them, and each comes as often as draws
 * fall nearest to it. */
START_TEST(drawn_delays_are_multiples_of_their_step)
{
    saltus_value delay = truncated(saltus_normal(1.5, 0.75), 0.1, 3);
    delay.step = 0.1;
    saltus_network *network = valued(saltus_constant(1), delay);
    size_t count = 0;
    saltus_synapse *synapses = fixture_synapses(network, 0, &count);
    double found[31] = {0};
    for (size_t i = 0; i < count; i++) {
        const double steps = synapses[i].delay_ms / 0.1;
        ck_assert_double_le(fabs(steps - rint(steps)), 1e-9);
        ck_assert(steps > 0.5 && steps < 30.5);
        found[(size_t)rint(steps)]++;
    }
    const double all = normal_below((3.05 - 1.5) / 0.75) - normal_below((0.05 - 1.5) / 0.75);
    double chi_square = 0;
    for (int k = 1; k <= 30; k++) {
        const double low = normal_below((0.1 * k - 0.05 - 1.5) / 0.75);
        const double share = (normal_below((0.1 * k + 0.05 - 1.5) / 0.75) - low) / all;
        const double expected = share * (double)count;
        chi_square += (found[k] - expected) * (found[k] - expected) / expected;
    }
    ck_assert_double_lt(chi_square, 29 + 5 * sqrt(2 * 29)); /* 29 degrees of freedom */
    free(synapses);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(truncated_weights_stay_within_their_limits)
{
    /* The half of a normal distribution above its mean: mean sqrt(2 / pi) sd. */
    saltus_network *network =
        valued(truncated(saltus_normal(0, 1), 0, (double)INFINITY), saltus_constant(1));
    const moments m = moments_of(network, false);
    ck_assert(m.low >= 0);
    ck_assert_double_lt(fabs(m.mean - sqrt(2 / M_PI)), 5 * m.sd / sqrt((double)m.count));
    saltus_network_destroy(network);
}
END_TEST

START_TEST(drawn_delays_have_the_moments_asked_for)
{
    saltus_network *network =
        valued(saltus_constant(1), truncated(saltus_normal(2, 0.5), 0.5, 3.5));
    const moments m = moments_of(network, true);
    ck_assert(m.low >= 0.5 && m.high <= 3.5);
    ck_assert_double_lt(fabs(m.mean - 2), 5 * m.sd / sqrt((double)m.count));
    /* Truncated at three standard deviations: 0.98658 of the sd. */
    ck_assert_double_lt(fabs(m.sd - 0.4933), 5 * 0.5 / sqrt(2 * (double)m.count));
    ck_assert(saltus_network_min_delay_ms(network) == m.low);
    ck_assert(sim_time_to_ms(network->projections[0].max_delay) == m.high);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(delays_are_at_least_a_tick)
{
    saltus_network *network =
        valued(saltus_constant(1), truncated(saltus_uniform(1e-11, 1.2e-11), 1e-11, 1.2e-11));
    const moments m = moments_of(network, true);
    ck_assert(m.low == 1e-11 && m.high == 1e-11);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(weights_are_drawn_as_documented)
{
    /* Target t: in the order of its sources, from the stream of (projection 0, t). */
    saltus_network *network = valued(saltus_normal(1, 0.25), saltus_constant(1));
    size_t count = 0;
    saltus_synapse *synapses = fixture_synapses(network, 0, &count);
    random_stream sources = random_stream_at(1, RANDOM_CONNECT, 0, 2999);
    random_stream weights = random_stream_at(1, RANDOM_WEIGHT, 0, 2999);
    uint32_t found = 0;
    for (uint32_t i = 0; i < 40; i++) {
        const uint64_t source = sl_random_below(&sources, A);
        const double weight = (double)(float)(1 + 0.25 * sl_random_normal(&weights));
        for (size_t s = 0; s < count; s++) {
            found += synapses[s].source == source && synapses[s].target == 2999 &&
                     synapses[s].weight_mV == weight;
        }
    }
    ck_assert_uint_eq(found, 40);
    free(synapses);
    saltus_network_destroy(network);
}
END_TEST

/* Every row of every block in order of (delay, target). */
static void check_order(const saltus_network *network)
{
    const projection *p = &network->projections[0];
    bool good = true;
    for (uint32_t b = 0; b < network->block_count; b++) {
        const fan_out *rows = &p->blocks[b];
        for (uint32_t s = 0; rows->row != NULL && s < A; s++) {
            for (uint32_t i = rows->row[s] + 1; i < rows->row[s + 1]; i++) {
                const bool later = rows->delay != NULL && rows->delay[i] > rows->delay[i - 1];
                const bool equal = rows->delay == NULL || rows->delay[i] == rows->delay[i - 1];
                good &= later || (equal && rows->target[i] >= rows->target[i - 1]);
            }
        }
    }
    ck_assert(good);
}

START_TEST(rows_are_ordered_by_delay_and_target)
{
    const saltus_value delays[] = {saltus_constant(1), saltus_uniform(0.5, 2),
                                   saltus_uniform(1e-11, 20e-11)};
    const saltus_rule rules[] = {SALTUS_RULE_FIXED_INDEGREE, SALTUS_RULE_FIXED_OUTDEGREE,
                                 SALTUS_RULE_FIXED_TOTAL_NUMBER, SALTUS_RULE_PAIRWISE_BERNOULLI,
                                 SALTUS_RULE_ALL_TO_ALL};
    const uint64_t counts[] = {40, 600, 120000, 0, 0};
    for (size_t d = 0; d < 3; d++) {
        for (size_t r = 0; r < 5; r++) {
            saltus_projection_spec spec = fixture_projection(0, 1, rules[r]);
            spec.count = counts[r];
            spec.probability = 0.2;
            spec.delay_ms = delays[d];
            spec.weight_mV = saltus_uniform(0, 1);
            saltus_network *network = fixture_network(A, B, &spec);
            ck_assert_uint_eq(network->projections[0].own_delay, d > 0);
            check_order(network);
            saltus_network_destroy(network);
        }
    }
}
END_TEST

START_TEST(multapses_of_one_delay_stay_in_the_order_of_drawing)
{
    /* One source, few targets, long rows: weights of a pair follow the stream of their unit. */
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_FIXED_OUTDEGREE);
    spec.count = 5000;
    spec.weight_mV = saltus_uniform(0, 1);
    saltus_network *network = fixture_network(2, 3, &spec);
    size_t count = 0;
    saltus_synapse *synapses = fixture_synapses(network, 0, &count);
    ck_assert_uint_eq(count, 10000);
    size_t at[3] = {0, 0, 0};
    for (uint32_t t = 1; t < 3; t++) {
        for (at[t] = at[t - 1]; synapses[at[t]].target < t; at[t]++) {
        }
    }
    random_stream targets = random_stream_at(1, RANDOM_CONNECT, 0, 0);
    random_stream weights = random_stream_at(1, RANDOM_WEIGHT, 0, 0);
    bool good = true;
    for (uint32_t i = 0; i < 5000; i++) {
        const uint64_t target = sl_random_below(&targets, 3);
        const saltus_synapse *synapse = &synapses[at[target]++];
        good &= synapse->target == target;
        good &= synapse->weight_mV == (double)(float)sl_random_uniform(&weights);
    }
    ck_assert(good);
    free(synapses);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(synapses_take_4_8_12_or_16_bytes)
{
    const struct {
        saltus_value weight, delay;
        uint64_t bytes;
    } cases[] = {{saltus_constant(1), saltus_constant(1), 4},
                 {saltus_normal(1, 0.1), saltus_constant(1), 8},
                 {saltus_constant(1), saltus_uniform(1, 2), 12},
                 {saltus_normal(1, 0.1), saltus_uniform(1, 2), 16}};
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        saltus_network *network = valued(cases[c].weight, cases[c].delay);
        const saltus_network_size size = saltus_network_get_size(network);
        ck_assert_uint_eq(size.synapses, 40u * B);
        ck_assert_uint_eq(size.synapse_bytes, cases[c].bytes * 40u * B);
        ck_assert_uint_eq(size.row_bytes, 4u * (A + 1) * network->block_count);
        saltus_network_destroy(network);
    }
}
END_TEST

/* ---- Lists --------------------------------------------------------------------------- */

static const uint32_t list_sources[] = {1, 0, 1, 1, 0, 2, 1};
static const uint32_t list_targets[] = {1100, 3, 2, 1100, 3, 0, 2};

static saltus_network *listed(const double *weights, const double *delays)
{
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_LIST);
    spec.list_sources = list_sources;
    spec.list_targets = list_targets;
    spec.list_count = 7;
    spec.weight_mV = (saltus_value){.kind = SALTUS_VALUE_LIST,
                                    .low = -(double)INFINITY,
                                    .high = (double)INFINITY,
                                    .list = weights,
                                    .list_length = 7};
    spec.delay_ms = spec.weight_mV;
    spec.delay_ms.list = delays;
    return fixture_network(3, 1200, &spec);
}

START_TEST(a_list_is_built_as_given)
{
    const double weights[] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7};
    const double delays[] = {2, 1, 1, 1.5, 1, 3, 1};
    /* By (delay, target, order in the list). */
    const saltus_synapse expected[] = {{0, 3, 0.2, 1}, {0, 3, 0.5, 1},      {1, 2, 0.3, 1},
                                       {1, 2, 0.7, 1}, {1, 1100, 0.4, 1.5}, {1, 1100, 0.1, 2},
                                       {2, 0, 0.6, 3}};
    saltus_network *network = listed(weights, delays);
    size_t count = 0;
    saltus_synapse *synapses = fixture_synapses(network, 0, &count);
    ck_assert_uint_eq(count, 7);
    for (size_t i = 0; i < 7; i++) {
        ck_assert_uint_eq(synapses[i].source, expected[i].source);
        ck_assert_uint_eq(synapses[i].target, expected[i].target);
        ck_assert(synapses[i].weight_mV == expected[i].weight_mV);
        ck_assert(synapses[i].delay_ms == expected[i].delay_ms);
    }
    free(synapses);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(listed_values_are_kept_as_small_as_they_are_exact)
{
    const double different[] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7};
    const double floats[] = {0.5, 0.25, 1, 2, 3, -4, 1024.125};
    const double equal[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    const double delays[] = {2, 1, 1, 1.5, 1, 3, 1};
    const struct {
        const double *weights, *delays;
        uint64_t bytes;
    } cases[] = {
        {different, equal, 12}, {floats, equal, 8}, {equal, equal, 4}, {equal, delays, 12}};
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        saltus_network *network = listed(cases[c].weights, cases[c].delays);
        ck_assert_uint_eq(saltus_network_get_size(network).synapse_bytes, 7 * cases[c].bytes);
        saltus_network_destroy(network);
    }
}
END_TEST

START_TEST(a_random_list_equals_brute_force)
{
    /* 150,000 synapses, so three chunks: compare with a table of sums by pair. */
    enum { COUNT = 150000, SOURCES = 90, TARGETS = 2100 };
    uint32_t *sources = calloc(COUNT, sizeof *sources);
    uint32_t *targets = calloc(COUNT, sizeof *targets);
    double *weights = calloc(COUNT, sizeof *weights);
    double *sums = calloc(SOURCES * TARGETS, sizeof *sums);
    random_stream stream = random_stream_at(5, RANDOM_CONNECT, 0, 0);
    for (uint32_t i = 0; i < COUNT; i++) {
        sources[i] = (uint32_t)sl_random_below(&stream, SOURCES);
        targets[i] = (uint32_t)sl_random_below(&stream, TARGETS);
        weights[i] = (double)sl_random_below(&stream, 1u << 30);
        sums[sources[i] * TARGETS + targets[i]] += weights[i];
    }
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_LIST);
    spec.list_sources = sources;
    spec.list_targets = targets;
    spec.list_count = COUNT;
    spec.weight_mV = (saltus_value){.kind = SALTUS_VALUE_LIST,
                                    .low = -(double)INFINITY,
                                    .high = (double)INFINITY,
                                    .list = weights,
                                    .list_length = COUNT};
    saltus_network *network = fixture_network(SOURCES, TARGETS, &spec);
    size_t count = 0;
    saltus_synapse *synapses = fixture_synapses(network, 0, &count);
    for (size_t i = 0; i < count; i++) {
        sums[synapses[i].source * TARGETS + synapses[i].target] -= synapses[i].weight_mV;
    }
    bool good = count == COUNT;
    for (size_t i = 0; i < SOURCES * TARGETS; i++) {
        good &= sums[i] == 0;
    }
    ck_assert(good);
    free(synapses);
    free(sources);
    free(targets);
    free(weights);
    free(sums);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(reading_stops_at_the_capacity_given)
{
    const double weights[] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7};
    const double delays[] = {2, 1, 1, 1.5, 1, 3, 1};
    saltus_network *network = listed(weights, delays);
    saltus_synapse two[2];
    ck_assert_uint_eq(saltus_network_read_synapses(network, 0, 1, NULL, 0), 4);
    ck_assert_uint_eq(saltus_network_read_synapses(network, 0, 1, two, 2), 4);
    ck_assert(two[0].weight_mV == 0.3 && two[1].weight_mV == 0.7);
    ck_assert_uint_eq(saltus_network_read_synapses(network, 0, 3, two, 2), 0);
    ck_assert_uint_eq(saltus_network_read_synapses(network, 1, 0, two, 2), 0);
    saltus_network_destroy(network);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {drawn_weights_have_the_moments_asked_for,
                                  drawn_delays_are_multiples_of_their_step,
                                  truncated_weights_stay_within_their_limits,
                                  drawn_delays_have_the_moments_asked_for,
                                  delays_are_at_least_a_tick,
                                  weights_are_drawn_as_documented,
                                  rows_are_ordered_by_delay_and_target,
                                  multapses_of_one_delay_stay_in_the_order_of_drawing,
                                  synapses_take_4_8_12_or_16_bytes,
                                  a_list_is_built_as_given,
                                  listed_values_are_kept_as_small_as_they_are_exact,
                                  a_random_list_equals_brute_force,
                                  reading_stops_at_the_capacity_given};
    return SUITE_RUN("synapse_values", tests);
}

/* test_scale_free - preferential attachment and degrees of a power law against their laws.
 *
 * Statistical bounds are five standard deviations, with fixed seeds.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "degree_tally.h"
#include "net_fixture.h"
#include "network/power_law.h"
#include "support/suite.h"

/* ---- Preferential attachment ------------------------------------------- */

/* Edges of a neuron: P(k) = 2 m (m + 1) / (k (k + 1) (k + 2)) (Dorogovtsev, Mendes & Samukhin 2000,
 * Bollobas et al. 2001); of at least k: m (m + 1) / (k (k + 1)). */
START_TEST(preferential_attachment_has_its_degrees)
{
    const uint32_t n = 60000;
    const uint32_t m = 3;
    const saltus_projection_spec spec = tally_attachment(m, SALTUS_DEGREES_BOTH);
    tally t = tally_of(n, 0, &spec);
    ck_assert_uint_eq(t.count, 2 * ((size_t)m * (m + 1) / 2 + (size_t)m * (n - m - 1)));
    ck_assert_uint_eq(tally_forbidden(&t), 0);
    enum { CELLS = 30 };
    double observed[CELLS] = {0};
    double expected[CELLS] = {0};
    double log_sum = 0;
    double tail = 0;
    for (uint32_t v = 0; v < n; v++) {
        ck_assert_uint_eq(t.in[v], t.out[v]);
        const uint32_t k = t.in[v];
        observed[k - m < CELLS ? k - m : CELLS - 1]++;
        if (k >= 20) {
            log_sum += log(k / 19.5);
            tail++;
        }
    }
    for (uint32_t i = 0; i < CELLS; i++) {
        const double k = m + i;
        expected[i] = i < CELLS - 1 ? n * 2.0 * m * (m + 1) / (k * (k + 1) * (k + 2))
                                    : n * (double)m * (m + 1) / (k * (k + 1));
    }
    tally_check_chi_square(observed, expected, CELLS);
    /* Maximum likelihood of the exponent from the tail (Clauset, Shalizi & Newman 2009). */
    const double exponent = 1 + tail / log_sum;
    ck_assert_double_gt(tail, 1000);
    ck_assert_double_lt(fabs(exponent - 3), 5 * 2 / sqrt(tail));
    tally_clear(&t);
}
END_TEST

START_TEST(directions_of_preferential_attachment_share_the_edges)
{
    const uint32_t n = 2000;
    saltus_projection_spec spec = tally_attachment(4, SALTUS_DEGREES_IN);
    tally in = tally_of(n, 0, &spec);
    spec = tally_attachment(4, SALTUS_DEGREES_OUT);
    tally out = tally_of(n, 0, &spec);
    spec = tally_attachment(4, SALTUS_DEGREES_BOTH);
    tally both = tally_of(n, 0, &spec);
    ck_assert_uint_eq(in.count, out.count);
    ck_assert_uint_eq(in.count + out.count, both.count);
    for (uint32_t v = 0; v < n; v++) {
        ck_assert_uint_eq(in.in[v], out.out[v]);
        ck_assert_uint_eq(in.in[v] + in.out[v], both.in[v]);
        /* Newcomers have m edges to older ones. */
        ck_assert_uint_eq(in.out[v], v > 4 ? 4 : v);
    }
    bool older = true;
    for (size_t i = 0; i < in.count; i++) {
        older &= in.synapses[i].target < in.synapses[i].source;
    }
    ck_assert(older);
    tally_clear(&in);
    tally_clear(&out);
    tally_clear(&both);
}
END_TEST

START_TEST(the_smallest_grown_graphs_are_complete)
{
    for (uint32_t m = 1; m <= 5; m++) {
        const saltus_projection_spec spec = tally_attachment(m, SALTUS_DEGREES_BOTH);
        tally t = tally_of(m + 1, 0, &spec);
        ck_assert_uint_eq(t.count, (size_t)m * (m + 1));
        ck_assert_uint_eq(tally_forbidden(&t), 0);
        tally_clear(&t);
    }
}
END_TEST

/* The first newcomer to three neurons that are alike leaves one out at random; with m = 1 the third
 * neuron of a pair goes to either end, the fourth in proportion to what is there. */
START_TEST(choices_are_in_proportion_to_the_edges)
{
    saltus_projection_spec spec = tally_attachment(1, SALTUS_DEGREES_IN);
    saltus_experiment *experiment = fixture_experiment(4, 0);
    fixture_connect(experiment, &spec);
    const double seeds = 8000;
    double centre = 0;
    double of_third = 0;
    double chosen[4] = {0};
    for (uint64_t seed = 1; seed <= (uint64_t)seeds; seed++) {
        saltus_experiment_set_seed(experiment, seed);
        saltus_network *network = fixture_build(experiment, 1, 0);
        saltus_synapse third[1];
        saltus_synapse fourth[1];
        ck_assert_uint_eq(saltus_network_read_synapses(network, 0, 2, third, 1), 1);
        ck_assert_uint_eq(saltus_network_read_synapses(network, 0, 3, fourth, 1), 1);
        chosen[third[0].target]++;
        /* Edges then: 2 at the third's choice, 1 at the other two. */
        centre += fourth[0].target == third[0].target;
        of_third += fourth[0].target == 2;
        saltus_network_destroy(network);
    }
    saltus_experiment_destroy(experiment);
    ck_assert_double_lt(fabs(chosen[0] - seeds / 2), 5 * sqrt(seeds / 4));
    ck_assert_double_eq(chosen[0] + chosen[1], seeds);
    ck_assert_double_lt(fabs(centre - seeds / 2), 5 * sqrt(seeds / 4));
    ck_assert_double_lt(fabs(of_third - seeds / 4), 5 * sqrt(seeds * 3 / 16));
}
END_TEST

/* ---- An exponent ------------------------------------------------------------------- */

START_TEST(degrees_follow_the_power_law_and_partners_are_uniform)
{
    const struct {
        double exponent;
        saltus_degree_side side;
        uint32_t least, most;
        bool distinct;
    } cases[] = {{2.2, SALTUS_DEGREES_IN, 1, 0, true},
                 {2.2, SALTUS_DEGREES_OUT, 1, 0, true},
                 {3, SALTUS_DEGREES_IN, 5, 300, false},
                 {1.5, SALTUS_DEGREES_OUT, 2, 60, false}};
    enum { UNITS = 20000, OTHERS = 120, CELLS = 25 };
    for (size_t c = 0; c < 4; c++) {
        const bool in = cases[c].side == SALTUS_DEGREES_IN;
        saltus_projection_spec spec =
            tally_power_law(cases[c].exponent, cases[c].side, cases[c].least, cases[c].most);
        spec.multapses = !cases[c].distinct;
        tally t = tally_of(in ? OTHERS : UNITS, in ? UNITS : OTHERS, &spec);
        const uint32_t *degree = in ? t.in : t.out;
        const uint32_t *other = in ? t.out : t.in;
        const uint32_t least = cases[c].least;
        const uint32_t most = cases[c].most > 0 ? cases[c].most : OTHERS;
        double observed[CELLS] = {0};
        double expected[CELLS] = {0};
        double sum = 0;
        for (uint32_t u = 0; u < UNITS; u++) {
            ck_assert(degree[u] >= least && degree[u] <= most);
            observed[degree[u] - least < CELLS ? degree[u] - least : CELLS - 1]++;
        }
        for (uint32_t k = most; k >= least; k--) {
            const double share = pow(k, -cases[c].exponent);
            expected[k - least < CELLS ? k - least : CELLS - 1] += share;
            sum += share;
        }
        for (size_t i = 0; i < CELLS; i++) {
            expected[i] *= UNITS / sum;
        }
        tally_check_chi_square(observed, expected, CELLS);
        /* Distinct partners vary less than independent ones: the bound is on the safe side. */
        const double mean = (double)t.count / OTHERS;
        for (uint32_t i = 0; i < OTHERS; i++) {
            ck_assert_double_lt(fabs(other[i] - mean), 5 * sqrt(mean));
        }
        tally_clear(&t);
    }
}
END_TEST

START_TEST(a_power_law_keeps_off_autapses_and_multapses)
{
    saltus_projection_spec spec = tally_power_law(1.2, SALTUS_DEGREES_IN, 1, 0);
    spec.target = 0;
    spec.autapses = false;
    spec.multapses = false;
    tally t = tally_of(60, 0, &spec);
    ck_assert_uint_eq(tally_forbidden(&t), 0);
    tally_clear(&t);
    /* One degree only: fixed. */
    spec = tally_power_law(100, SALTUS_DEGREES_OUT, 7, 7);
    t = tally_of(300, 40, &spec);
    ck_assert_uint_eq(t.count, 2100);
    tally_clear(&t);
}
END_TEST

START_TEST(degrees_behind_the_listed_ones_have_their_law)
{
    const double exponents[] = {1 + 1e-9, 1.7, 2, 2.2, 3};
    enum { MOST = 100000, DRAWS = 2000 };
    double *all = malloc((MOST + 2) * sizeof *all);
    double *some = malloc((MOST + 2) * sizeof *some);
    for (size_t i = 0; i < sizeof exponents / sizeof exponents[0]; i++) {
        const uint32_t least = 1 + (uint32_t)i;
        const power_law whole = sl_power_law(exponents[i], least, MOST, MOST);
        const power_law part = sl_power_law(exponents[i], least, MOST, 1000);
        double expected[3], moment[3];
        sl_power_law_moments(&whole, expected);
        sl_power_law_moments(&part, moment);
        for (size_t k = 0; k < 3; k++) {
            ck_assert_double_lt(fabs(moment[k] / expected[k] - 1), 1e-12);
        }
        sl_power_law_table(&whole, all);
        sl_power_law_table(&part, some);
        for (uint32_t k = 0; k < DRAWS; k++) {
            /* ever nearer to 1, where the rare ones are, but not into the rounding of sums */
            const double u = 1 - pow(1e-7, k / (double)DRAWS);
            ck_assert_uint_eq(sl_power_law_degree(&part, some, u),
                              sl_power_law_degree(&whole, all, u));
        }
        ck_assert_uint_eq(sl_power_law_degree(&part, some, 0), least);
    }
    free(all);
    free(some);
}
END_TEST

/* With a table of all degrees this would take minutes and 32 GB. */
START_TEST(the_largest_degree_costs_nothing)
{
    saltus_projection_spec spec = tally_power_law(4, SALTUS_DEGREES_IN, 5, UINT32_MAX);
    tally t = tally_of(30, 20, &spec);
    ck_assert_uint_ge(t.count, 100);
    ck_assert_uint_le(t.count, 2000);
    tally_clear(&t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {preferential_attachment_has_its_degrees,
                                  directions_of_preferential_attachment_share_the_edges,
                                  the_smallest_grown_graphs_are_complete,
                                  choices_are_in_proportion_to_the_edges,
                                  degrees_follow_the_power_law_and_partners_are_uniform,
                                  a_power_law_keeps_off_autapses_and_multapses,
                                  degrees_behind_the_listed_ones_have_their_law,
                                  the_largest_degree_costs_nothing};
    return SUITE_RUN("scale_free", tests);
}

/* test_topology_rules - small_world and block_model against their laws; what is refused.
 *
 * Statistical bounds are five standard deviations, with fixed seeds. Closed forms are derived in
 * the comments from the rule as docs/topology.md states it, not from the code.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "degree_tally.h"
#include "net_fixture.h"
#include "support/suite.h"

/* ---- small_world ------------------------------------------------------------------- */

static saltus_projection_spec small_world(uint32_t k, double p)
{
    saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_SMALL_WORLD);
    spec.small_world = (saltus_small_world_spec){k, p};
    return spec;
}

START_TEST(without_rewiring_the_k_nearest_of_the_ring_are_connected)
{
    const uint32_t sizes[] = {3, 4, 5, 100, 1025};
    for (size_t s = 0; s < 5; s++) {
        const uint32_t n = sizes[s];
        for (uint32_t k = 2; k < n && k <= 12; k += 2) {
            const saltus_projection_spec spec = small_world(k, 0);
            tally t = tally_of(n, 0, &spec);
            ck_assert_uint_eq(t.count, (size_t)n * k);
            bool near = true;
            for (size_t i = 0; i < t.count; i++) {
                const uint32_t offset = (t.synapses[i].source + n - t.synapses[i].target) % n;
                near &= offset != 0 && (offset <= k / 2 || offset >= n - k / 2);
            }
            ck_assert(near);
            ck_assert_uint_eq(tally_forbidden(&t), 0);
            tally_clear(&t);
        }
    }
}
END_TEST

/* Triangles over pairs of neighbours, by sets of neighbours. */
static double clustering(const tally *t, uint32_t n)
{
    bool *edge = calloc((size_t)n * n, sizeof *edge);
    for (size_t i = 0; i < t->count; i++) {
        edge[(size_t)t->synapses[i].source * n + t->synapses[i].target] = true;
        edge[(size_t)t->synapses[i].target * n + t->synapses[i].source] = true;
    }
    double sum = 0;
    for (uint32_t v = 0; v < n; v++) {
        double closed = 0;
        double pairs = 0;
        for (uint32_t x = 0; x < n; x++) {
            for (uint32_t y = 0; y < x && edge[(size_t)v * n + x]; y++) {
                pairs += edge[(size_t)v * n + y];
                closed += edge[(size_t)v * n + y] && edge[(size_t)x * n + y];
            }
        }
        sum += pairs > 0 ? closed / pairs : 0;
    }
    free(edge);
    return sum / n;
}

START_TEST(clustering_falls_from_that_of_the_lattice_to_that_of_a_random_graph)
{
    /* Lattice: 3 (k - 2) / (4 (k - 1)) (Barrat & Weigt 2000). */
    const uint32_t ks[] = {2, 4, 6, 10};
    for (size_t i = 0; i < 4; i++) {
        const double k = ks[i];
        const saltus_projection_spec spec = small_world(ks[i], 0);
        tally t = tally_of(200, 0, &spec);
        ck_assert_double_eq_tol(clustering(&t, 200), 3 * (k - 2) / (4 * (k - 1)), 1e-12);
        tally_clear(&t);
    }
    /* Directed synapses seen without direction: 2 k neighbours when all are rewired, of which two
     * are connected with probability 2 k / (n - 1). */
    saltus_projection_spec spec = small_world(10, 1);
    tally t = tally_of(500, 0, &spec);
    ck_assert_double_eq_tol(clustering(&t, 500), 20.0 / 499, 0.004);
    tally_clear(&t);
    spec = small_world(10, 0.05);
    t = tally_of(500, 0, &spec);
    ck_assert_double_gt(clustering(&t, 500), 0.45);
    tally_clear(&t);
}
END_TEST

/* With F = n - 1 - k free neurons at every moment, one that was far is a source at the end with
 * probability 1 - (1 - p / F)^k; the j-th nearest (from 0) keeps its place with 1 - p, and is found
 * again in the k - 1 - j draws after its own. */
START_TEST(rewired_synapses_have_the_law_of_watts_and_strogatz)
{
    const struct {
        uint32_t size, k;
        double p;
    } cases[] = {{21, 6, 1}, {21, 6, 0.3}, {21, 18, 0.7}, {8, 6, 1}};
    for (size_t c = 0; c < 4; c++) {
        const uint32_t size = cases[c].size;
        const uint32_t k = cases[c].k;
        const double p = cases[c].p;
        double *observed = calloc(size, sizeof *observed);
        const double seeds = 4000;
        saltus_projection_spec spec = small_world(k, p);
        saltus_experiment *experiment = fixture_experiment(size, 0);
        fixture_connect(experiment, &spec);
        for (uint64_t seed = 1; seed <= (uint64_t)seeds; seed++) {
            saltus_experiment_set_seed(experiment, seed);
            saltus_network *network = fixture_build(experiment, 1, 0);
            size_t count = 0;
            saltus_synapse *synapses = fixture_synapses(network, 0, &count);
            for (size_t i = 0; i < count; i++) {
                observed[(synapses[i].source + size - synapses[i].target) % size]++;
            }
            free(synapses);
            saltus_network_destroy(network);
        }
        const double free_count = size - 1 - k;
        const double trials = seeds * size;
        ck_assert_double_eq(observed[0], 0);
        for (uint32_t offset = 1; offset < size; offset++) {
            const uint32_t distance = offset <= size / 2 ? offset : size - offset;
            double expected = 1 - pow(1 - p / free_count, k);
            if (distance <= k / 2) {
                const uint32_t j = 2 * (distance - 1) + (offset > size / 2);
                expected = 1 - p + p * (1 - pow(1 - p / free_count, k - 1 - j));
            }
            const double sd = sqrt(trials * expected * (1 - expected));
            ck_assert_msg(fabs(observed[offset] - trials * expected) <= 5 * sd + 1e-6,
                          "k %u p %g offset %u: %g of %g +- %g", k, p, offset, observed[offset],
                          trials * expected, sd);
        }
        free(observed);
        saltus_experiment_destroy(experiment);
    }
}
END_TEST

START_TEST(every_in_degree_of_a_small_world_is_k)
{
    const double ps[] = {0, 0.1, 1};
    for (size_t i = 0; i < 3; i++) {
        const saltus_projection_spec spec = small_world(20, ps[i]);
        tally t = tally_of(1500, 0, &spec);
        for (uint32_t v = 0; v < 1500; v++) {
            ck_assert_uint_eq(t.in[v], 20);
        }
        ck_assert_uint_eq(tally_forbidden(&t), 0);
        tally_clear(&t);
    }
    /* Nothing is free: all are connected whatever p is. */
    const saltus_projection_spec spec = small_world(10, 1);
    tally t = tally_of(11, 0, &spec);
    ck_assert_uint_eq(t.count, 110);
    ck_assert_uint_eq(tally_forbidden(&t), 0);
    tally_clear(&t);
}
END_TEST

/* ---- block_model ------------------------------------------------------------------- */

START_TEST(blocks_are_connected_with_their_probabilities)
{
    static const uint32_t sizes[] = {300, 1, 0, 500};
    static const double p[] = {0.3, 1, 0.5, 0.01, 0, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 1, 0, 0.2, 0.002};
    saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_BLOCK_MODEL);
    spec.block_model = (saltus_block_model_spec){sizes, p, 4};
    for (int autapses = 0; autapses < 2; autapses++) {
        spec.autapses = autapses == 1;
        tally t = tally_of(801, 0, &spec);
        double observed[4][4] = {{0}};
        size_t self = 0;
        for (size_t i = 0; i < t.count; i++) {
            const uint32_t s = t.synapses[i].source;
            const uint32_t d = t.synapses[i].target;
            observed[s < 300 ? 0 : s < 301 ? 1 : 3][d < 300 ? 0 : d < 301 ? 1 : 3]++;
            self += s == d;
        }
        ck_assert_uint_eq(tally_forbidden(&t), self);
        ck_assert(autapses == 1 ? self > 0 : self == 0);
        for (size_t from = 0; from < 4; from++) {
            for (size_t to = 0; to < 4; to++) {
                const double pairs =
                    (double)(sizes[from] - (from == to && sizes[from] > 0 && !spec.autapses)) *
                    sizes[to];
                const double q = p[4 * from + to];
                ck_assert_msg(fabs(observed[from][to] - pairs * q) <=
                                  5 * sqrt(pairs * q * (1 - q)) + 1e-9,
                              "%zu to %zu: %g of %g", from, to, observed[from][to], pairs * q);
            }
        }
        tally_clear(&t);
    }
}
END_TEST

START_TEST(one_block_is_pairwise_bernoulli)
{
    static const uint32_t size = 700;
    static const double p = 0.05;
    saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_BLOCK_MODEL);
    spec.block_model = (saltus_block_model_spec){&size, &p, 1};
    tally blocks = tally_of(700, 0, &spec);
    spec = fixture_projection(0, 0, SALTUS_RULE_PAIRWISE_BERNOULLI);
    spec.probability = p;
    tally pairwise = tally_of(700, 0, &spec);
    ck_assert_uint_eq(blocks.count, pairwise.count);
    for (size_t i = 0; i < blocks.count; i++) {
        ck_assert_uint_eq(blocks.synapses[i].source, pairwise.synapses[i].source);
        ck_assert_uint_eq(blocks.synapses[i].target, pairwise.synapses[i].target);
    }
    tally_clear(&blocks);
    tally_clear(&pairwise);
}
END_TEST

/* ---- Sizes, and what is refused ---------------------------------------------------- */

START_TEST(estimates_bound_what_is_built)
{
    static const uint32_t sizes[] = {400, 600};
    static const double p[] = {0.1, 0.02, 0.3, 0.05};
    saltus_projection_spec specs[5];
    specs[0] = small_world(10, 0.5);
    specs[1] = tally_attachment(5, SALTUS_DEGREES_BOTH);
    specs[2] = tally_power_law(2.5, SALTUS_DEGREES_IN, 2, 0);
    specs[3] = tally_power_law(2.5, SALTUS_DEGREES_OUT, 2, 100);
    specs[4] = fixture_projection(0, 0, SALTUS_RULE_BLOCK_MODEL);
    specs[4].block_model = (saltus_block_model_spec){sizes, p, 2};
    for (size_t i = 0; i < 5; i++) {
        specs[i].target = 0;
        saltus_experiment *experiment = fixture_experiment(1000, 0);
        fixture_connect(experiment, &specs[i]);
        saltus_projection_size size;
        ck_assert_int_eq(saltus_network_estimate_projection(experiment, 0, &size), 0);
        saltus_network *network = fixture_build(experiment, 1, 0);
        const uint64_t built = saltus_network_projection_synapses(network, 0);
        ck_assert_uint_le(built, size.synapses);
        ck_assert_double_gt((double)built, 0.4 * (double)size.synapses);
        ck_assert_int_eq(saltus_experiment_projection(experiment, 0).random_synapses, i >= 2);
        if (i < 2) {
            ck_assert_uint_eq(built, size.synapses);
        }
        saltus_network_destroy(network);
        saltus_experiment_destroy(experiment);
    }
}
END_TEST

START_TEST(a_huge_graph_is_refused_by_its_memory_before_it_is_drawn)
{
    saltus_experiment *experiment = fixture_experiment(2000000000, 0);
    const saltus_projection_spec spec = tally_attachment(1000, SALTUS_DEGREES_BOTH);
    fixture_connect(experiment, &spec);
    saltus_network_options options = saltus_network_options_default();
    options.memory_limit = UINT64_C(1) << 40;
    saltus_network *network = NULL;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_network_build(experiment, &options, &network, &error), SALTUS_E_MEMORY);
    ck_assert_ptr_null(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

/* `spec` into an experiment of 10 and 20 neurons gives a message with `contains`. */
static void check_refused(const saltus_projection_spec *spec, const char *contains)
{
    saltus_experiment *experiment = fixture_experiment(10, 20);
    saltus_error error = {0};
    ck_assert_int_eq(saltus_experiment_add_projection(experiment, spec, NULL, &error),
                     SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, contains) != NULL, "%s", error.message);
    saltus_experiment_destroy(experiment);
}

START_TEST(what_has_no_meaning_is_refused)
{
    static const uint32_t sizes[] = {4, 5};
    static const double p[] = {0, 0, 0, 1.5};
    saltus_projection_spec spec = small_world(3, 0.1);
    check_refused(&spec, "found k: 3; an even number of neighbours");
    spec = small_world(0, 0.1);
    check_refused(&spec, "found k: 0");
    spec = small_world(10, 0.1);
    check_refused(&spec, "less than the 10 neurons");
    spec = small_world(4, 1.1);
    check_refused(&spec, "found p: 1.1; a probability from 0 to 1");
    spec = small_world(4, (double)NAN);
    check_refused(&spec, "a probability from 0 to 1");
    spec.target = 1;
    check_refused(&spec, "small_world connects a population with itself");

    spec = tally_attachment(10, SALTUS_DEGREES_IN);
    check_refused(&spec, "found m: 10; each new neuron");
    spec.target = 1;
    check_refused(&spec, "scale_free with m connects a population with itself");
    spec = tally_attachment(0, SALTUS_DEGREES_IN);
    check_refused(&spec, "neither m nor an exponent");
    spec = tally_attachment(2, SALTUS_DEGREES_IN);
    spec.scale_free.exponent = 2;
    check_refused(&spec, "found m and an exponent");

    spec = tally_power_law(2, SALTUS_DEGREES_BOTH, 1, 0);
    check_refused(&spec, "give degrees: in or degrees: out");
    spec = tally_power_law(1, SALTUS_DEGREES_IN, 1, 0);
    check_refused(&spec, "found exponent: 1; a number above 1");
    spec = tally_power_law(2, SALTUS_DEGREES_IN, 0, 0);
    check_refused(&spec, "found degrees from 0");
    spec = tally_power_law(2, SALTUS_DEGREES_IN, 6, 5);
    check_refused(&spec, "found degrees from 6 to 5");
    spec = tally_power_law(2, SALTUS_DEGREES_IN, 1, 11);
    spec.multapses = false;
    check_refused(&spec, "at most 10 partners");

    spec = fixture_projection(0, 0, SALTUS_RULE_BLOCK_MODEL);
    check_refused(&spec, "the sizes or the probabilities of the blocks are missing");
    spec.block_model = (saltus_block_model_spec){sizes, p, 2};
    check_refused(&spec, "the blocks have 9 neurons together");
    spec.block_model.count = 2;
    static const uint32_t right[] = {4, 6};
    spec.block_model.sizes = right;
    check_refused(&spec, "the probability from block 1 to block 1 (counting from 0) is 1.5");
    spec.target = 1;
    check_refused(&spec, "block_model connects a population with itself");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        without_rewiring_the_k_nearest_of_the_ring_are_connected,
        clustering_falls_from_that_of_the_lattice_to_that_of_a_random_graph,
        rewired_synapses_have_the_law_of_watts_and_strogatz,
        every_in_degree_of_a_small_world_is_k,
        blocks_are_connected_with_their_probabilities,
        one_block_is_pairwise_bernoulli,
        estimates_bound_what_is_built,
        a_huge_graph_is_refused_by_its_memory_before_it_is_drawn,
        what_has_no_meaning_is_refused};
    return SUITE_RUN("topology_rules", tests);
}

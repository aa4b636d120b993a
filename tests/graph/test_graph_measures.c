/* test_graph_measures - measures of graphs that can be worked out by hand or in closed form. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/net_fixture.h"
#include "saltus/graph.h"
#include "support/suite.h"

#define EXACT 1e-12

static saltus_graph_measures measure(const saltus_network *network, uint32_t projection,
                                     const saltus_graph_options *options)
{
    saltus_graph_measures m;
    saltus_error error = {0};
    ck_assert_msg(!saltus_graph_measure(network, projection, options, &m, &error), "%s",
                  error.message);
    return m;
}

/* The graph of A with `n` neurons and these synapses, source after target. */
static saltus_graph_measures of_list(uint32_t n, const uint32_t (*synapses)[2], size_t count)
{
    uint32_t sources[64];
    uint32_t targets[64];
    for (size_t i = 0; i < count; i++) {
        sources[i] = synapses[i][0];
        targets[i] = synapses[i][1];
    }
    saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_LIST);
    spec.list_sources = sources;
    spec.list_targets = targets;
    spec.list_count = count;
    saltus_network *network = fixture_network(n, 0, &spec);
    const saltus_graph_measures m = measure(network, 0, NULL);
    const saltus_graph_measures whole = measure(network, SALTUS_GRAPH_NETWORK, NULL);
    ck_assert(memcmp(&m.pairs, &whole.pairs, sizeof m.pairs) == 0);
    ck_assert_uint_eq(whole.in.most, m.in.most);
    saltus_network_destroy(network);
    return m;
}

#define OF_LIST(n, list) of_list(n, list, sizeof(list) / sizeof(list)[0])

START_TEST(a_cycle_has_every_way_in_one_direction)
{
    static const uint32_t cycle[][2] = {{0, 1}, {1, 2}, {2, 0}};
    const saltus_graph_measures m = OF_LIST(3, cycle);
    ck_assert_uint_eq(m.pairs, 3);
    ck_assert_double_eq_tol(m.density, 0.5, EXACT);
    ck_assert_double_eq_tol(m.reciprocity, 0, EXACT);
    ck_assert_double_eq_tol(m.clustering, 1, EXACT);
    ck_assert_double_eq_tol(m.clustering_random, 0.75, EXACT);
    ck_assert_double_eq_tol(m.path_length, 1.5, EXACT);
    ck_assert_uint_eq(m.path_longest, 2);
    ck_assert_double_eq_tol(m.path_reachable, 1, EXACT);
    ck_assert_uint_eq(m.path_sources, 3);
    ck_assert_double_eq(m.path_error, 0);
}
END_TEST

START_TEST(a_chain_has_no_way_back)
{
    static const uint32_t chain[][2] = {{0, 1}, {1, 2}, {2, 3}};
    const saltus_graph_measures m = OF_LIST(4, chain);
    ck_assert_double_eq_tol(m.path_length, (3 * 1 + 2 * 2 + 3) / 6.0, EXACT);
    ck_assert_double_eq_tol(m.path_reachable, 0.5, EXACT);
    ck_assert_uint_eq(m.path_longest, 3);
    ck_assert_double_eq_tol(m.clustering, 0, EXACT);
    ck_assert_double_eq_tol(m.in.mean, 0.75, EXACT);
    ck_assert_double_eq_tol(m.in.sd, sqrt(3.0 / 16), EXACT);
    ck_assert(m.in.least == 0 && m.in.most == 1);
    ck_assert(m.in.histogram[0] == 1 && m.in.histogram[1] == 3);
    ck_assert(isnan(m.in.exponent));
}
END_TEST

/* A triangle with a tail at neuron 0: shares 1/3, 1, 1, 0. */
START_TEST(clustering_is_the_mean_over_neurons)
{
    static const uint32_t paw[][2] = {{0, 1}, {1, 2}, {2, 0}, {3, 0}, {0, 3}};
    const saltus_graph_measures m = OF_LIST(4, paw);
    ck_assert_double_eq_tol(m.clustering, 7.0 / 12, EXACT);
    ck_assert_double_eq_tol(m.reciprocity, 2.0 / 5, EXACT);
    ck_assert_double_eq_tol(m.density, 5.0 / 12, EXACT);
}
END_TEST

START_TEST(autapses_and_multapses_count_in_degrees_only)
{
    static const uint32_t list[][2] = {{0, 1}, {0, 1}, {0, 1}, {1, 0}, {1, 1}, {2, 2}, {2, 2}};
    const saltus_graph_measures m = OF_LIST(3, list);
    ck_assert_uint_eq(m.synapses, 7);
    ck_assert_uint_eq(m.pairs, 2);
    ck_assert_uint_eq(m.autapses, 3);
    ck_assert_uint_eq(m.multapses, 2);
    ck_assert_uint_eq(m.in.most, 4);
    ck_assert_uint_eq(m.out.least, 2);
    ck_assert_uint_eq(m.out.most, 3);
    /* Degrees 1, 4, 2 and 3, 2, 2. */
    ck_assert(m.in.histogram[1] == 1 && m.in.histogram[2] == 1 && m.in.histogram[3] == 1);
    ck_assert(m.out.histogram[2] == 3);
    ck_assert_double_eq_tol(m.reciprocity, 1, EXACT);
    ck_assert_double_eq_tol(m.path_length, 1, EXACT);
    ck_assert_double_eq_tol(m.path_reachable, 2.0 / 6, EXACT);
}
END_TEST

START_TEST(a_star_is_two_steps_wide)
{
    uint32_t star[40][2];
    for (uint32_t leaf = 1; leaf <= 20; leaf++) {
        star[2 * leaf - 2][0] = star[2 * leaf - 1][1] = 0;
        star[2 * leaf - 2][1] = star[2 * leaf - 1][0] = leaf;
    }
    const saltus_graph_measures m = of_list(21, (const uint32_t(*)[2])star, 40);
    ck_assert_double_eq_tol(m.path_length, (40.0 + 20 * 19 * 2) / (21 * 20), EXACT);
    ck_assert_double_eq_tol(m.reciprocity, 1, EXACT);
    ck_assert_double_eq_tol(m.clustering, 0, EXACT);
    ck_assert_uint_eq(m.out.most, 20);
    ck_assert(m.out.histogram[1] == 20 && m.out.histogram[5] == 1);
}
END_TEST

START_TEST(graphs_with_nothing_in_them_have_nothing_to_measure)
{
    saltus_experiment *experiment = fixture_experiment(1, 0);
    saltus_network *network = fixture_build(experiment, 1, 0);
    saltus_graph_measures m = measure(network, SALTUS_GRAPH_NETWORK, NULL);
    ck_assert(m.neurons == 1 && m.synapses == 0 && m.pairs == 0);
    ck_assert(isnan(m.path_length) && isnan(m.reciprocity) && isnan(m.density));
    ck_assert_double_eq(m.in.mean, 0);
    saltus_error error = {0};
    ck_assert_int_eq(saltus_graph_measure(network, 0, NULL, &m, &error), SALTUS_E_ARGUMENT);
    saltus_graph_options options = saltus_graph_options_default();
    options.sample = 1;
    ck_assert_int_eq(saltus_graph_measure(network, SALTUS_GRAPH_NETWORK, &options, &m, &error),
                     SALTUS_E_ARGUMENT);
    ck_assert(strstr(error.message, "a sample of at least 2") != NULL);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

/* ---- Closed forms ------------------------------------------------------------------ */

static saltus_network *ring(uint32_t n, uint32_t k, double p)
{
    saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_SMALL_WORLD);
    spec.small_world = (saltus_small_world_spec){k, p};
    return fixture_network(n, 0, &spec);
}

START_TEST(a_ring_lattice_has_its_clustering_and_path_length)
{
    const uint32_t sizes[] = {25, 100, 301};
    const uint32_t ks[] = {2, 4, 10};
    for (size_t s = 0; s < 3; s++) {
        for (size_t i = 0; i < 3; i++) {
            const double k = ks[i];
            saltus_network *network = ring(sizes[s], ks[i], 0);
            const saltus_graph_measures m = measure(network, 0, NULL);
            double steps = 0;
            for (uint32_t away = 1; away < sizes[s]; away++) {
                const uint32_t near = away < sizes[s] - away ? away : sizes[s] - away;
                steps += ceil(near / (k / 2));
            }
            ck_assert_double_eq_tol(m.clustering, 3 * (k - 2) / (4 * (k - 1)), EXACT);
            ck_assert_double_eq_tol(m.path_length, steps / (sizes[s] - 1), 1e-9);
            ck_assert_double_eq_tol(m.reciprocity, 1, EXACT);
            saltus_network_destroy(network);
        }
    }
}
END_TEST

START_TEST(rewiring_makes_the_world_small_before_it_makes_it_random)
{
    saltus_network *lattice = ring(1000, 10, 0);
    saltus_network *small = ring(1000, 10, 0.05);
    saltus_network *random = ring(1000, 10, 1);
    const saltus_graph_measures l = measure(lattice, 0, NULL);
    const saltus_graph_measures s = measure(small, 0, NULL);
    const saltus_graph_measures r = measure(random, 0, NULL);
    ck_assert_double_lt(s.path_length, 0.15 * l.path_length);
    ck_assert_double_gt(s.clustering, 0.75 * l.clustering);
    ck_assert_double_eq_tol(r.clustering, r.clustering_random, 0.004);
    ck_assert_double_eq_tol(r.path_length, r.path_random, 0.3);
    ck_assert_double_lt(r.reciprocity, 0.03);
    saltus_network_destroy(lattice);
    saltus_network_destroy(small);
    saltus_network_destroy(random);
}
END_TEST

START_TEST(samples_agree_with_the_whole)
{
    saltus_graph_options options = saltus_graph_options_default();
    options.work = 0;
    options.sample = 100;
    /* All neurons of a lattice are alike: a sample is the whole. */
    saltus_network *network = ring(1000, 10, 0);
    saltus_graph_measures all = measure(network, 0, NULL);
    saltus_graph_measures some = measure(network, 0, &options);
    ck_assert(all.path_sources == 1000 && all.clustering_neurons == 1000);
    ck_assert(some.path_sources == 100 && some.clustering_neurons == 100);
    ck_assert_double_eq_tol(some.path_length, all.path_length, 1e-9);
    ck_assert_double_eq_tol(some.clustering, all.clustering, 1e-9);
    ck_assert_double_eq_tol(some.path_error, 0, 1e-6);
    saltus_network_destroy(network);

    network = ring(1000, 10, 0.1);
    all = measure(network, 0, NULL);
    for (options.seed = 1; options.seed <= 20; options.seed++) {
        some = measure(network, 0, &options);
        ck_assert_double_gt(some.path_error, 0);
        ck_assert_double_lt(fabs(some.path_length - all.path_length), 5 * some.path_error);
        ck_assert_double_lt(fabs(some.clustering - all.clustering), 5 * some.clustering_error);
    }
    options.seed = 1;
    const saltus_graph_measures first = measure(network, 0, &options);
    const saltus_graph_measures again = measure(network, 0, &options);
    ck_assert(first.path_length == again.path_length && first.clustering == again.clustering);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(exponents_are_found_again)
{
    saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_SCALE_FREE);
    spec.scale_free = (saltus_scale_free_spec){
        .exponent = 2.5, .degrees = SALTUS_DEGREES_IN, .least = 3, .most = 10000};
    saltus_network *network = fixture_network(20000, 0, &spec);
    saltus_graph_options options = saltus_graph_options_default();
    options.work = 0;
    options.sample = 2;
    saltus_graph_measures m = measure(network, 0, &options);
    /* Standard error at most (exponent - 1) / sqrt(n) over the tail that is kept. */
    ck_assert_double_eq_tol(m.in.exponent, 2.5, 0.1);
    ck_assert_double_lt(m.in.exponent_distance, 0.02);
    ck_assert_uint_ge(m.in.least, 3);
    saltus_network_destroy(network);

    spec.scale_free = (saltus_scale_free_spec){.attachment = 4, .exponent = (double)NAN};
    network = fixture_network(20000, 0, &spec);
    m = measure(network, 0, &options);
    ck_assert_double_eq_tol(m.out.exponent, 3, 0.25);
    ck_assert_double_eq_tol(m.reciprocity, 1, EXACT);
    saltus_network_destroy(network);
}
END_TEST

/* ---- Several populations ----------------------------------------------------------- */

START_TEST(projections_between_populations_have_degrees_only)
{
    saltus_experiment *experiment = fixture_experiment(4, 3);
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_ALL_TO_ALL);
    fixture_connect(experiment, &spec);
    spec = fixture_projection(1, 0, SALTUS_RULE_ALL_TO_ALL);
    fixture_connect(experiment, &spec);
    spec = fixture_projection(1, 1, SALTUS_RULE_ALL_TO_ALL);
    spec.autapses = false;
    fixture_connect(experiment, &spec);
    saltus_network *network = fixture_build(experiment, 1, 0);

    saltus_graph_measures m = measure(network, 0, NULL);
    ck_assert(m.neurons == 7 && m.synapses == 12 && m.pairs == 12);
    ck_assert(m.in.neurons == 3 && m.in.least == 4 && m.in.most == 4);
    ck_assert(m.out.neurons == 4 && m.out.least == 3 && m.out.most == 3);
    ck_assert(isnan(m.clustering) && isnan(m.path_length) && isnan(m.density));
    m = measure(network, 2, NULL);
    ck_assert(m.neurons == 3 && m.pairs == 6);
    ck_assert_double_eq_tol(m.path_length, 1, EXACT);

    /* The whole: A to B and back, B within itself. Ways of length 2 within A: 12 pairs of 42. */
    m = measure(network, SALTUS_GRAPH_NETWORK, NULL);
    ck_assert(m.neurons == 7 && m.synapses == 30 && m.pairs == 30);
    ck_assert(m.in.neurons == 7 && m.in.least == 3 && m.in.most == 6);
    ck_assert_double_eq_tol(m.path_length, (30 + 12 * 2) / 42.0, EXACT);
    ck_assert_double_eq_tol(m.reciprocity, 1, EXACT);
    /* Neighbours of A: B, all connected: 1. Of B: two of B and all of A: 1 - 6 / 15 of the pairs.
     */
    ck_assert_double_eq_tol(m.clustering, (4 * 1 + 3 * (9.0 / 15)) / 7, EXACT);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

START_TEST(sources_do_not_count_among_those_that_receive)
{
    saltus_experiment *experiment = fixture_experiment(5, 0);
    saltus_population_spec source = saltus_population_spec_default();
    source.name = "S";
    source.size = 9;
    source.model = SALTUS_MODEL_POISSON_SOURCE;
    source.rate_Hz = 1;
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &source, NULL, NULL), SALTUS_OK);
    saltus_projection_spec spec = fixture_projection(1, 0, SALTUS_RULE_FIXED_INDEGREE);
    spec.count = 2;
    fixture_connect(experiment, &spec);
    saltus_network *network = fixture_build(experiment, 1, 0);
    const saltus_graph_measures m = measure(network, SALTUS_GRAPH_NETWORK, NULL);
    ck_assert(m.in.neurons == 5 && m.in.least == 2 && m.in.most == 2);
    ck_assert(m.out.neurons == 14 && m.out.least == 0);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_cycle_has_every_way_in_one_direction,
                                  a_chain_has_no_way_back,
                                  clustering_is_the_mean_over_neurons,
                                  autapses_and_multapses_count_in_degrees_only,
                                  a_star_is_two_steps_wide,
                                  graphs_with_nothing_in_them_have_nothing_to_measure,
                                  a_ring_lattice_has_its_clustering_and_path_length,
                                  rewiring_makes_the_world_small_before_it_makes_it_random,
                                  samples_agree_with_the_whole,
                                  exponents_are_found_again,
                                  projections_between_populations_have_degrees_only,
                                  sources_do_not_count_among_those_that_receive};
    return SUITE_RUN("graph_measures", tests);
}

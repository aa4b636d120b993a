/* test_operations_graph - cycles and depths of the graph of populations, against reachability by
 * repeated squaring and longest paths by relaxation.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "operations_fixture.h"
#include "suite.h"
#include "trial.h"

#define MOST 10u

/* A network of `count` one-neuron populations and these edges. */
static saltus_network *graph_network(uint32_t count, uint32_t edges[][2], uint32_t edge_count)
{
    saltus_experiment *e = ops_experiment();
    for (uint32_t i = 0; i < count; i++) {
        char name[16];
        snprintf(name, sizeof name, "P%u", i);
        ops_neurons(e, name, 1);
    }
    for (uint32_t i = 0; i < edge_count; i++) {
        ops_connect_all(e, edges[i][0], edges[i][1]);
    }
    return ops_build(e, 1, 0);
}

START_TEST(a_chain_is_feed_forward_and_as_deep_as_it_is_long)
{
    const uint32_t sizes[] = {4, 3, 2, 5};
    saltus_network *network = ops_chain(sizes, 4);
    saltus_graph_population p[4];
    saltus_graph_summary s;
    ck_assert_int_eq(saltus_network_graph(network, p, &s, NULL), SALTUS_OK);
    ck_assert(s.feed_forward && s.components == 4 && s.recurrent_populations == 0 && s.depth == 3);
    for (uint32_t i = 0; i < 4; i++) {
        ck_assert(p[i].component == i && p[i].depth == i && !p[i].recurrent);
        ck_assert(p[i].input == (i == 0));
    }
    ck_assert_int_eq(saltus_network_graph(network, NULL, &s, NULL), SALTUS_OK);
    ck_assert_uint_eq(s.depth, 3);
    ck_assert_int_eq(saltus_network_graph(network, NULL, NULL, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_network_graph(NULL, p, &s, NULL), SALTUS_E_ARGUMENT);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(a_projection_to_itself_is_a_cycle_and_one_without_synapses_is_nothing)
{
    saltus_experiment *e = ops_experiment();
    const uint32_t a = ops_neurons(e, "A", 2);
    const uint32_t b = ops_neurons(e, "B", 2);
    ops_connect_all(e, a, a);
    ops_connect_all(e, a, b);
    saltus_projection_spec back = ops_projection(b, a, SALTUS_RULE_PAIRWISE_BERNOULLI);
    back.probability = 0;
    ops_connect(e, &back);
    saltus_network *network = ops_build(e, 1, 0);
    saltus_graph_population p[2];
    saltus_graph_summary s;
    ck_assert_int_eq(saltus_network_graph(network, p, &s, NULL), SALTUS_OK);
    ck_assert(!s.feed_forward && s.components == 2 && s.recurrent_populations == 1 && s.depth == 1);
    ck_assert(p[a].recurrent && !p[a].input && p[a].depth == 0);
    ck_assert(!p[b].recurrent && !p[b].input && p[b].depth == 1);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(depth_is_the_longest_path_and_a_cycle_counts_as_one_place)
{
    /* 0 -> 1 -> {2, 3} cycle -> 4, and a shortcut 0 -> 4 */
    uint32_t edges[][2] = {{0, 4}, {0, 1}, {1, 2}, {2, 3}, {3, 2}, {3, 4}};
    saltus_network *network = graph_network(5, edges, 6);
    saltus_graph_population p[5];
    saltus_graph_summary s;
    ck_assert_int_eq(saltus_network_graph(network, p, &s, NULL), SALTUS_OK);
    const uint32_t depths[5] = {0, 1, 2, 2, 3};
    for (uint32_t i = 0; i < 5; i++) {
        ck_assert_uint_eq(p[i].depth, depths[i]);
        ck_assert(p[i].recurrent == (i == 2 || i == 3));
    }
    ck_assert(s.components == 4 && s.depth == 3 && s.recurrent_populations == 2);
    saltus_network_destroy(network);
}
END_TEST

/* Is there a way from a to b of at least one edge? */
static void close_paths(uint32_t count, bool way[MOST][MOST])
{
    for (uint32_t k = 0; k < count; k++) {
        for (uint32_t a = 0; a < count; a++) {
            for (uint32_t b = 0; b < count; b++) {
                way[a][b] = way[a][b] || (way[a][k] && way[k][b]);
            }
        }
    }
}

static void check_against_paths(const saltus_graph_population *p, const saltus_graph_summary *s,
                                uint32_t count, uint32_t edges[][2], uint32_t edge_count)
{
    bool way[MOST][MOST] = {{false}};
    bool target[MOST] = {false};
    uint32_t depth[MOST] = {0};
    for (uint32_t i = 0; i < edge_count; i++) {
        way[edges[i][0]][edges[i][1]] = true;
        target[edges[i][1]] = true;
        ck_assert_uint_le(p[edges[i][0]].component, p[edges[i][1]].component);
    }
    close_paths(count, way);
    for (uint32_t round = 0; round <= 2 * count; round++) {
        for (uint32_t i = 0; i < edge_count; i++) {
            const uint32_t a = edges[i][0];
            const uint32_t b = edges[i][1];
            const uint32_t least = depth[a] + !way[b][a];
            depth[b] = depth[b] > least ? depth[b] : least;
        }
    }
    uint32_t recurrent = 0;
    uint32_t deepest = 0;
    for (uint32_t a = 0; a < count; a++) {
        ck_assert(p[a].recurrent == way[a][a]);
        ck_assert(p[a].input == !target[a]);
        ck_assert_uint_eq(p[a].depth, depth[a]);
        recurrent += way[a][a];
        deepest = depth[a] > deepest ? depth[a] : deepest;
        for (uint32_t b = 0; b < count; b++) {
            ck_assert((p[a].component == p[b].component) == (a == b || (way[a][b] && way[b][a])));
        }
    }
    ck_assert_uint_eq(s->recurrent_populations, recurrent);
    ck_assert_uint_eq(s->depth, deepest);
    ck_assert(s->feed_forward == (recurrent == 0));
}

START_TEST(random_graphs_agree_with_the_closure_of_paths)
{
    uint64_t random = 99;
    uint32_t cyclic = 0;
    for (int trial = 0; trial < 400; trial++) {
        const uint32_t count = 1 + trial_random_below(&random, MOST);
        uint32_t edges[16][2];
        const uint32_t edge_count = trial_random_below(&random, 16);
        for (uint32_t i = 0; i < edge_count; i++) {
            edges[i][0] = trial_random_below(&random, count);
            edges[i][1] = trial_random_below(&random, count);
        }
        saltus_network *network = graph_network(count, edges, edge_count);
        saltus_graph_population p[MOST];
        saltus_graph_summary s;
        ck_assert_int_eq(saltus_network_graph(network, p, &s, NULL), SALTUS_OK);
        check_against_paths(p, &s, count, edges, edge_count);
        cyclic += !s.feed_forward;
        saltus_network_destroy(network);
    }
    ck_assert(cyclic > 50 && cyclic < 380); /* both kinds came up */
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_chain_is_feed_forward_and_as_deep_as_it_is_long,
        a_projection_to_itself_is_a_cycle_and_one_without_synapses_is_nothing,
        depth_is_the_longest_path_and_a_cycle_counts_as_one_place,
        random_graphs_agree_with_the_closure_of_paths,
    };
    return SUITE_RUN("operations_graph", tests);
}

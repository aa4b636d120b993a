/* test_given_weights - listed weights of any rule: each synapse takes the one of its place in the
 * order (source, target, delay, order of drawing), and weights of another network are refused. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net_fixture.h"
#include "saltus/saltus.h"
#include "support/suite.h"

#define A 60u
#define B 3000u /* three groups */

static saltus_error error;

/* All synapses of projection 0 in the order of rows, as a simulation reads them. */
typedef struct row_list {
    uint32_t *sources, *targets;
    double *weights;
    size_t count;
} row_list;

static row_list rows_of(const saltus_network *network, uint32_t sources)
{
    saltus_simulation *simulation = NULL;
    ck_assert_int_eq(saltus_simulation_create(network, NULL, &simulation, &error), SALTUS_OK);
    const size_t count = saltus_network_projection_synapses(network, 0);
    row_list rows = {.sources = calloc(count + 1, sizeof(uint32_t)),
                     .targets = calloc(count + 1, sizeof(uint32_t)),
                     .weights = calloc(count + 1, sizeof(double))};
    for (uint32_t source = 0; source < sources; source++) {
        ck_assert_int_eq(saltus_simulation_read_row(simulation, 0, source,
                                                    rows.targets + rows.count,
                                                    rows.weights + rows.count),
                         SALTUS_OK);
        for (uint32_t i = saltus_simulation_row_length(simulation, 0, source); i > 0; i--) {
            rows.sources[rows.count++] = source;
        }
    }
    ck_assert_uint_eq(rows.count, count);
    saltus_simulation_destroy(simulation);
    return rows;
}

static void free_rows(row_list *rows)
{
    free(rows->sources);
    free(rows->targets);
    free(rows->weights);
}

/* A projection of every rule; `own` delays are drawn. The list has multapses and no order. */
static saltus_projection_spec spec_of(saltus_rule rule, bool own)
{
    static uint32_t list_sources[500];
    static uint32_t list_targets[500];
    saltus_projection_spec spec =
        fixture_projection(rule == SALTUS_RULE_ONE_TO_ONE ? 1 : 0, 1, rule);
    if (own) {
        spec.delay_ms = saltus_uniform(0.5, 3);
    }
    spec.count = rule == SALTUS_RULE_FIXED_INDEGREE    ? 20
                 : rule == SALTUS_RULE_FIXED_OUTDEGREE ? 900
                                                       : 20000;
    spec.probability = 0.1;
    if (rule == SALTUS_RULE_LIST) {
        for (uint32_t i = 0; i < 500; i++) {
            list_sources[i] = i * 7919 % 13;
            list_targets[i] = i * 104729 % 29 * 100;
        }
        spec.list_sources = list_sources;
        spec.list_targets = list_targets;
        spec.list_count = 500;
    }
    return spec;
}

static saltus_network *build(const saltus_projection_spec *spec, uint32_t threads, uint32_t block)
{
    saltus_experiment *experiment = fixture_experiment(A, B);
    fixture_connect(experiment, spec);
    saltus_network *network = fixture_build(experiment, threads, block);
    saltus_experiment_destroy(experiment);
    return network;
}

/* Give the synapses of these rows weights and take them into a spec. */
static void give(saltus_projection_spec *spec, const row_list *rows)
{
    spec->weight_mV.kind = SALTUS_VALUE_LIST;
    spec->weight_mV.list = rows->weights;
    spec->weight_mV.list_length = rows->count;
    spec->weight_sources = rows->sources;
    spec->weight_targets = rows->targets;
}

static void check_rule(saltus_rule rule, bool own)
{
    static const struct {
        uint32_t threads, block;
    } ways[] = {{1, 0}, {1, 1024}, {2, 1024}, {3, 2048}};
    const uint32_t sources = rule == SALTUS_RULE_ONE_TO_ONE ? B : A;
    saltus_projection_spec spec = spec_of(rule, own);
    saltus_network *network = build(&spec, 1, 0);
    row_list rows = rows_of(network, sources);
    saltus_network_destroy(network);
    for (size_t i = 0; i < rows.count; i++) {
        rows.weights[i] = 0.1 + (double)(i % 977) / 3; /* doubles that are no floats */
    }
    rows.weights[rows.count / 2] = 0;
    give(&spec, &rows);
    for (size_t w = 0; w < sizeof ways / sizeof ways[0]; w++) {
        network = build(&spec, ways[w].threads, ways[w].block);
        row_list found = rows_of(network, sources);
        ck_assert_uint_eq(found.count, rows.count);
        ck_assert_mem_eq(found.targets, rows.targets, rows.count * sizeof(uint32_t));
        ck_assert_mem_eq(found.weights, rows.weights, rows.count * sizeof(double));
        ck_assert_uint_eq(saltus_network_projection_zero_weights(network, 0), 1);
        free_rows(&found);
        saltus_network_destroy(network);
    }
    free_rows(&rows);
}

START_TEST(every_rule_takes_weights_by_place_whatever_the_blocks_and_threads)
{
    for (int rule = SALTUS_RULE_ALL_TO_ALL; rule <= SALTUS_RULE_LIST; rule++) {
        check_rule((saltus_rule)rule, false);
        check_rule((saltus_rule)rule, true);
    }
}
END_TEST

START_TEST(weights_that_are_floats_are_kept_in_four_bytes)
{
    saltus_projection_spec spec = spec_of(SALTUS_RULE_FIXED_INDEGREE, false);
    saltus_network *network = build(&spec, 1, 0);
    row_list rows = rows_of(network, A);
    saltus_network_destroy(network);
    for (size_t i = 0; i < rows.count; i++) {
        rows.weights[i] = (double)(i % 64) / 8;
    }
    give(&spec, &rows);
    network = build(&spec, 1, 1024);
    row_list found = rows_of(network, A);
    ck_assert_mem_eq(found.weights, rows.weights, rows.count * sizeof(double));
    ck_assert_uint_eq(saltus_network_get_size(network).synapse_bytes, 8 * rows.count);
    free_rows(&found);
    free_rows(&rows);
    saltus_network_destroy(network);
}
END_TEST

/* Building must fail with these words. */
static void fails(const saltus_projection_spec *spec, const char *words)
{
    saltus_experiment *experiment = fixture_experiment(A, B);
    fixture_connect(experiment, spec);
    saltus_network *network = NULL;
    ck_assert_int_eq(saltus_network_build(experiment, NULL, &network, &error), SALTUS_E_EXPERIMENT);
    ck_assert_ptr_null(network);
    ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
    saltus_experiment_destroy(experiment);
}

START_TEST(another_number_of_synapses_is_refused)
{
    saltus_projection_spec spec = spec_of(SALTUS_RULE_FIXED_INDEGREE, false);
    double weights[7] = {1, 2, 3, 4, 5, 6, 7};
    spec.weight_mV.kind = SALTUS_VALUE_LIST;
    spec.weight_mV.list = weights;
    spec.weight_mV.list_length = 7;
    fails(&spec, "A->B: weights of 7 synapses are given, the network has 60000");
    /* one value for all is a list like any other */
    weights[1] = weights[2] = weights[3] = weights[4] = weights[5] = weights[6] = 1;
    fails(&spec, "weights of 7 synapses are given");
}
END_TEST

START_TEST(the_first_synapse_of_another_pair_is_named)
{
    for (int own = 0; own < 2; own++) {
        saltus_projection_spec spec = spec_of(SALTUS_RULE_FIXED_OUTDEGREE, own == 1);
        saltus_network *network = build(&spec, 1, 0);
        row_list rows = rows_of(network, A);
        saltus_network_destroy(network);
        give(&spec, &rows);
        char words[200];
        const uint32_t source = rows.sources[1700];
        const uint32_t target = rows.targets[1700];
        rows.targets[1700] = target + 1;
        rows.sources[40000] = 0;
        snprintf(words, sizeof words,
                 "synapse 1700 (counting from 0) of the given weights goes from neuron %u to "
                 "neuron %u, that of the network from neuron %u to neuron %u",
                 source, target + 1, source, target);
        fails(&spec, words);
        /* without pairs there is nothing to compare */
        spec.weight_sources = spec.weight_targets = NULL;
        saltus_network_destroy(build(&spec, 2, 1024));
        free_rows(&rows);
    }
}
END_TEST

START_TEST(the_list_rule_knows_both_orders)
{
    const uint32_t sources[] = {1, 0, 1};
    const uint32_t targets[] = {5, 2, 3};
    const uint32_t ordered_sources[] = {0, 1, 1};
    const uint32_t ordered_targets[] = {2, 3, 5};
    const double weights[] = {10, 20, 30};
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_LIST);
    spec.list_sources = sources;
    spec.list_targets = targets;
    spec.list_count = 3;
    spec.weight_mV.kind = SALTUS_VALUE_LIST;
    spec.weight_mV.list = weights;
    spec.weight_mV.list_length = 3;
    saltus_experiment *listed = fixture_experiment(A, B);
    fixture_connect(listed, &spec);
    saltus_network *network = fixture_build(listed, 1, 0);
    row_list rows = rows_of(network, A);
    ck_assert(rows.weights[0] == 20 && rows.weights[1] == 30 && rows.weights[2] == 10);
    free_rows(&rows);
    saltus_network_destroy(network);

    spec.weight_sources = ordered_sources;
    spec.weight_targets = ordered_targets;
    saltus_experiment *placed = fixture_experiment(A, B);
    fixture_connect(placed, &spec);
    network = fixture_build(placed, 1, 0);
    rows = rows_of(network, A);
    ck_assert(rows.weights[0] == 10 && rows.weights[1] == 20 && rows.weights[2] == 30);
    free_rows(&rows);
    saltus_network_destroy(network);
    ck_assert_uint_ne(saltus_experiment_hash(listed), saltus_experiment_hash(placed));
    saltus_experiment_destroy(listed);
    saltus_experiment_destroy(placed);
}
END_TEST

START_TEST(half_of_the_pairs_is_refused_and_each_weight_counts_in_the_hash)
{
    double weights[] = {1, 2, 3, 4};
    const uint32_t sources[] = {0, 0, 1, 1};
    const uint32_t targets[] = {0, 1, 0, 1};
    uint64_t hashes[2];
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_ALL_TO_ALL);
    spec.weight_mV.kind = SALTUS_VALUE_LIST;
    spec.weight_mV.list = weights;
    spec.weight_mV.list_length = 4;
    spec.weight_sources = sources;
    saltus_experiment *experiment = fixture_experiment(2, 2);
    ck_assert_int_eq(saltus_experiment_add_projection(experiment, &spec, NULL, &error),
                     SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, "targets of the listed weights are missing") != NULL, "%s",
                  error.message);
    saltus_experiment_destroy(experiment);
    spec.weight_targets = targets;
    for (int i = 0; i < 2; i++) {
        weights[3] += i;
        experiment = fixture_experiment(2, 2);
        fixture_connect(experiment, &spec);
        hashes[i] = saltus_experiment_hash(experiment);
        saltus_network_destroy(fixture_build(experiment, 1, 0));
        saltus_experiment_destroy(experiment);
    }
    ck_assert_uint_ne(hashes[0], hashes[1]);
}
END_TEST

START_TEST(a_rounded_bound_is_a_weight_of_a_rule_that_keeps_floats)
{
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_ALL_TO_ALL);
    const double bound = 0.6; /* rounded up */
    const double weights[] = {0, (double)0.6f, 0.1, 0.2};
    spec.plasticity.rule = "stdp";
    ck_assert_int_eq(saltus_plasticity_set(&spec.plasticity, "w_max", bound, &error), SALTUS_OK);
    spec.weight_mV.kind = SALTUS_VALUE_LIST;
    spec.weight_mV.list = weights;
    spec.weight_mV.list_length = 4;
    ck_assert(weights[1] > bound);
    for (int single = 0; single < 2; single++) {
        spec.plasticity.single = single == 1;
        saltus_experiment *experiment = fixture_experiment(2, 2);
        ck_assert_int_eq(saltus_experiment_add_projection(experiment, &spec, NULL, &error),
                         single == 1 ? SALTUS_OK : SALTUS_E_EXPERIMENT);
        saltus_experiment_destroy(experiment);
    }
}
END_TEST

int main(void)
{
    const TTest *tests[] = {every_rule_takes_weights_by_place_whatever_the_blocks_and_threads,
                            weights_that_are_floats_are_kept_in_four_bytes,
                            another_number_of_synapses_is_refused,
                            the_first_synapse_of_another_pair_is_named,
                            the_list_rule_knows_both_orders,
                            half_of_the_pairs_is_refused_and_each_weight_counts_in_the_hash,
                            a_rounded_bound_is_a_weight_of_a_rule_that_keeps_floats};
    return SUITE_RUN("given_weights", tests);
}

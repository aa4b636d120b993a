/* test_network_same - one network for every number of threads and every block size. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net_fixture.h"
#include "network/network.h"
#include "saltus/saltus.h"
#include "support/suite.h"

/* One projection of each rule and kind of value, between and within two populations. */
static saltus_experiment *all_kinds(uint32_t a, uint32_t b)
{
    static const uint32_t sources[] = {0, 0, 1, 0, 1, 0};
    static const uint32_t targets[] = {1, 0, 0, 1, 0, 1};
    const struct {
        saltus_rule rule;
        uint64_t count;
        bool distinct;
        saltus_value weight, delay;
    } kinds[] = {
        {SALTUS_RULE_FIXED_INDEGREE, 30, false, saltus_normal(1, 0.1), saltus_constant(1)},
        {SALTUS_RULE_FIXED_INDEGREE, 25, true, saltus_normal(1, 0.1), saltus_uniform(1, 2)},
        {SALTUS_RULE_FIXED_OUTDEGREE, 30, false, saltus_normal(1, 0.1), saltus_constant(1)},
        {SALTUS_RULE_FIXED_OUTDEGREE, 30, true, saltus_constant(1), saltus_uniform(1, 2)},
        {SALTUS_RULE_FIXED_TOTAL_NUMBER, 200000, false, saltus_uniform(0, 1), saltus_constant(1)},
        {SALTUS_RULE_FIXED_TOTAL_NUMBER, 70000, true, saltus_uniform(0, 1), saltus_uniform(1, 2)},
        {SALTUS_RULE_PAIRWISE_BERNOULLI, 0, false, saltus_normal(1, 0.1), saltus_constant(1)},
        {SALTUS_RULE_LIST, 0, false, saltus_normal(1, 0.1), saltus_uniform(1, 2)},
        {SALTUS_RULE_SMALL_WORLD, 0, false, saltus_normal(1, 0.1), saltus_uniform(1, 2)},
        {SALTUS_RULE_SCALE_FREE, 30, false, saltus_normal(1, 0.1), saltus_uniform(1, 2)},
        {SALTUS_RULE_SCALE_FREE, 0, true, saltus_normal(1, 0.1), saltus_uniform(1, 2)},
        {SALTUS_RULE_SCALE_FREE, 0, false, saltus_normal(1, 0.1), saltus_constant(1)},
        {SALTUS_RULE_BLOCK_MODEL, 0, false, saltus_normal(1, 0.1), saltus_constant(1)},
        {SALTUS_RULE_DISTANCE, 0, true, saltus_normal(1, 0.1), saltus_uniform(1, 2)},
        {SALTUS_RULE_CONVOLUTION, 0, false, saltus_normal(1, 0.1), saltus_constant(1)},
    };
    const uint32_t block_sizes[] = {a / 3, a - a / 3};
    static const double block_p[] = {0.02, 0.001, 0.004, 0.01};
    saltus_experiment *experiment = fixture_experiment(a, b);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        saltus_projection_spec spec =
            fixture_projection((uint32_t)k / 4 % 2, 1 - (uint32_t)k % 2, kinds[k].rule);
        spec.count = kinds[k].count;
        spec.probability = 0.01;
        spec.multapses = !kinds[k].distinct;
        spec.autapses = !kinds[k].distinct;
        spec.weight_mV = kinds[k].weight;
        spec.delay_ms = kinds[k].delay;
        if (spec.rule == SALTUS_RULE_LIST) {
            spec.list_sources = sources;
            spec.list_targets = targets;
            spec.list_count = 6;
        }
        if (spec.rule > SALTUS_RULE_LIST) {
            spec.source = 0;
            spec.target = 0;
            spec.small_world = (saltus_small_world_spec){20, 0.3};
            spec.block_model = (saltus_block_model_spec){block_sizes, block_p, 2};
            spec.scale_free.attachment = (uint32_t)spec.count;
            spec.convolution.kernel[0] = 25;
            spec.convolution.padding[0] = 12;
            spec.probability = 0.5;
            spec.connection_profile =
                (saltus_distance_profile){SALTUS_PROFILE_GAUSSIAN, 10, (double)INFINITY};
        }
        if (spec.rule == SALTUS_RULE_DISTANCE) {
            spec.velocity_m_s = saltus_uniform(0.1, 1);
            spec.weight_profile = spec.connection_profile;
        }
        if (spec.rule == SALTUS_RULE_SCALE_FREE && spec.count == 0) {
            spec.scale_free.exponent = 2;
            spec.scale_free.degrees = kinds[k].distinct ? SALTUS_DEGREES_OUT : SALTUS_DEGREES_IN;
        }
        fixture_connect(experiment, &spec);
    }
    return experiment;
}

static bool same_synapses(const saltus_network *x, const saltus_network *y, uint32_t index)
{
    size_t count_x = 0;
    size_t count_y = 0;
    saltus_synapse *of_x = fixture_synapses(x, index, &count_x);
    saltus_synapse *of_y = fixture_synapses(y, index, &count_y);
    bool same = count_x == count_y;
    for (size_t i = 0; same && i < count_x; i++) {
        same = of_x[i].source == of_y[i].source && of_x[i].target == of_y[i].target &&
               of_x[i].weight_mV == of_y[i].weight_mV && of_x[i].delay_ms == of_y[i].delay_ms;
    }
    free(of_x);
    free(of_y);
    return same;
}

static void check_same(const saltus_network *x, const saltus_network *y)
{
    const uint32_t count = saltus_network_projection_count(x);
    ck_assert_uint_eq(count, saltus_network_projection_count(y));
    for (uint32_t i = 0; i < count; i++) {
        ck_assert_msg(same_synapses(x, y, i), "projection %u", i);
    }
    ck_assert_int_eq(x->min_delay, y->min_delay);
}

START_TEST(every_number_of_threads_and_block_size_gives_the_same_network)
{
    saltus_experiment *experiment = all_kinds(2500, 3333);
    saltus_network *reference = fixture_build(experiment, 1, 0);
    ck_assert_uint_eq(reference->block_count, 1);
    const uint32_t threads[] = {1, 2, 3, 4, 7};
    const uint32_t blocks[] = {1024, 2048, 131072, 0};
    for (size_t t = 0; t < 5; t++) {
        for (size_t b = 0; b < 4; b++) {
            saltus_network *network = fixture_build(experiment, threads[t], blocks[b]);
            check_same(reference, network);
            saltus_network_destroy(network);
        }
    }
    saltus_network_destroy(reference);
    saltus_experiment_destroy(experiment);
}
END_TEST

START_TEST(with_one_block_the_arrays_are_the_same_for_all_threads)
{
    saltus_experiment *experiment = all_kinds(2500, 3333);
    saltus_network *one = fixture_build(experiment, 1, 131072);
    saltus_network *four = fixture_build(experiment, 4, 131072);
    for (uint32_t i = 0; i < one->projection_count; i++) {
        const projection *p = &one->projections[i];
        const fan_out *x = &p->blocks[0];
        const fan_out *y = &four->projections[i].blocks[0];
        const uint32_t rows = one->populations[p->source].size + 1;
        ck_assert_int_eq(memcmp(x->row, y->row, rows * sizeof *x->row), 0);
        ck_assert_int_eq(memcmp(x->target, y->target, p->synapses * sizeof *x->target), 0);
        if (x->weight_f != NULL) {
            ck_assert_int_eq(memcmp(x->weight_f, y->weight_f, p->synapses * sizeof(float)), 0);
        }
        if (x->delay != NULL) {
            ck_assert_int_eq(memcmp(x->delay, y->delay, p->synapses * sizeof(sim_time)), 0);
        }
    }
    saltus_network_destroy(one);
    saltus_network_destroy(four);
    saltus_experiment_destroy(experiment);
}
END_TEST

START_TEST(populations_about_the_size_of_a_group_give_the_same_network)
{
    const uint32_t sizes[] = {1023, 1024, 1025};
    for (size_t s = 0; s < 3; s++) {
        saltus_experiment *experiment = all_kinds(sizes[s], sizes[s]);
        saltus_network *reference = fixture_build(experiment, 1, 0);
        saltus_network *network = fixture_build(experiment, 3, 1024);
        ck_assert_uint_eq(network->block_count, sizes[s] > 1024 ? 4 : 2);
        check_same(reference, network);
        saltus_network_destroy(network);
        saltus_network_destroy(reference);
        saltus_experiment_destroy(experiment);
    }
}
END_TEST

START_TEST(another_seed_gives_another_network)
{
    saltus_experiment *experiment = all_kinds(1100, 1100);
    saltus_network *first = fixture_build(experiment, 1, 0);
    saltus_experiment_set_seed(experiment, 2);
    saltus_network *second = fixture_build(experiment, 1, 0);
    ck_assert(!same_synapses(first, second, 0));
    saltus_network_destroy(first);
    saltus_network_destroy(second);
    saltus_experiment_destroy(experiment);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {every_number_of_threads_and_block_size_gives_the_same_network,
                                  with_one_block_the_arrays_are_the_same_for_all_threads,
                                  populations_about_the_size_of_a_group_give_the_same_network,
                                  another_seed_gives_another_network};
    return SUITE_RUN("network_same", tests);
}

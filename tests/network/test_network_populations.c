/* test_network_populations - ids, groups, blocks, parameters, inputs and listed events. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "base/wide.h"
#include "net_fixture.h"
#include "network/network.h"
#include "saltus/saltus.h"
#include "support/suite.h"

static void add(saltus_experiment *experiment, const saltus_population_spec *spec)
{
    saltus_error error = {0};
    ck_assert_msg(!saltus_experiment_add_population(experiment, spec, NULL, &error), "%s",
                  error.message);
}

static saltus_population_spec lif(const char *name, uint32_t size)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = size;
    return spec;
}

/* Network of one population. */
static saltus_network *alone(const saltus_population_spec *spec)
{
    saltus_experiment *experiment = NULL;
    ck_assert_int_eq(saltus_experiment_create("alone", &experiment), SALTUS_OK);
    add(experiment, spec);
    saltus_network *network = fixture_build(experiment, 1, 0);
    saltus_experiment_destroy(experiment);
    return network;
}

START_TEST(ids_and_groups_follow_the_populations)
{
    saltus_experiment *experiment = fixture_experiment(1025, 1);
    saltus_population_spec spec = lif("C", 3000);
    add(experiment, &spec);
    saltus_experiment_record_spikes(experiment, 1);
    saltus_network *network = fixture_build(experiment, 1, 0);
    ck_assert_uint_eq(network->neuron_count, 4026);
    ck_assert_uint_eq(network->group_count, 2 + 1 + 3);
    const uint32_t first[] = {0, 1024, 1025, 1026, 2050, 3074};
    const uint32_t count[] = {1024, 1, 1, 1024, 1024, 952};
    const uint32_t of[] = {0, 0, 1, 2, 2, 2};
    for (uint32_t g = 0; g < 6; g++) {
        ck_assert_uint_eq(network->groups[g].first, first[g]);
        ck_assert_uint_eq(network->groups[g].count, count[g]);
        ck_assert_uint_eq(network->groups[g].population, of[g]);
        ck_assert_uint_eq(network->groups[g].index, g - network->populations[of[g]].first_group);
        ck_assert_uint_eq(sl_network_population_of(network, first[g]), of[g]);
        ck_assert_uint_eq(sl_network_population_of(network, first[g] + count[g] - 1), of[g]);
    }
    ck_assert(!network->populations[0].record_spikes && network->populations[1].record_spikes);
    ck_assert_uint_eq(saltus_network_find_population(network, "C"), 2);
    ck_assert_uint_eq(saltus_network_find_population(network, "D"), UINT32_MAX);
    ck_assert_str_eq(saltus_network_population_name(network, 1), "B");
    ck_assert_ptr_null(saltus_network_population_name(network, 3));
    ck_assert_uint_eq(saltus_network_population_size(network, 2), 3000);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

/* Blocks are consecutive, not empty, whole groups and within the limit. */
static void check_blocks(const saltus_network *network, uint32_t limit)
{
    uint32_t next_group = 0;
    uint32_t next_neuron = 0;
    for (uint32_t b = 0; b < network->block_count; b++) {
        const block *now = &network->blocks[b];
        ck_assert_uint_eq(now->first_group, next_group);
        ck_assert_uint_eq(now->first_neuron, next_neuron);
        ck_assert_uint_ge(now->group_count, 1);
        ck_assert_uint_le(now->neuron_count, limit);
        next_group += now->group_count;
        next_neuron += now->neuron_count;
    }
    ck_assert_uint_eq(next_group, network->group_count);
    ck_assert_uint_eq(next_neuron, network->neuron_count);
}

START_TEST(blocks_hold_at_most_the_neurons_asked_for)
{
    saltus_experiment *experiment = fixture_experiment(5000, 2500);
    const uint32_t limits[] = {1, 1024, 1025, 4096, 100000, UINT32_MAX};
    const uint32_t rounded[] = {1024, 1024, 2048, 4096, 100352, UINT32_MAX};
    for (size_t i = 0; i < 6; i++) {
        saltus_network *network = fixture_build(experiment, 1, limits[i]);
        check_blocks(network, rounded[i]);
        saltus_network_destroy(network);
    }
    saltus_experiment_destroy(experiment);
}
END_TEST

START_TEST(chosen_blocks_are_as_many_as_the_threads_and_even)
{
    saltus_experiment *experiment = fixture_experiment(10000, 2500);
    for (uint32_t threads = 1; threads <= 8; threads++) {
        saltus_network *network = fixture_build(experiment, threads, 0);
        check_blocks(network, 131072);
        ck_assert_uint_eq(saltus_network_block_count(network), threads);
        for (uint32_t b = 0; b < threads; b++) {
            const double even = 12500.0 / threads;
            ck_assert_double_le(fabs((double)network->blocks[b].neuron_count - even), 1024);
        }
        saltus_network_destroy(network);
    }
    saltus_experiment_destroy(experiment);

    /* Not more than groups; large populations by the cache. */
    experiment = fixture_experiment(1, 0);
    saltus_network *network = fixture_build(experiment, 64, 0);
    ck_assert_uint_eq(saltus_network_block_count(network), 1);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
    experiment = fixture_experiment(1000000, 0);
    network = fixture_build(experiment, 3, 0);
    check_blocks(network, 131072);
    ck_assert_uint_eq(saltus_network_block_count(network), 9);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

START_TEST(shared_parameters_are_relative_to_v_inf)
{
    saltus_population_spec spec = lif("A", 10);
    spec.tau_m_ms = 10;
    spec.c_m_pF = 200;
    spec.v_rest_mV = -70;
    spec.v_th_mV = saltus_constant(-50);
    spec.v_reset_mV = -60;
    spec.t_ref_ms = 1.5;
    spec.i_e_pA = saltus_constant(100); /* 5 mV */
    saltus_network *network = alone(&spec);
    const population *p = &network->populations[0];
    ck_assert(p->v_inf == -65 && p->th == 15 && p->reset == 5 && p->v_init == -5);
    ck_assert(p->v_reset_mV == -60 && p->tau_m_ms == 10 && !p->drift);
    ck_assert_int_eq(p->t_ref, 150000000000);
    ck_assert_ptr_null(p->v_inf_of);
    ck_assert_ptr_null(p->th_of);
    ck_assert_ptr_null(p->v_init_of);
    saltus_network_destroy(network);

    spec.i_e_pA = saltus_constant(500); /* 25 mV: over the threshold */
    spec.v_init_mV = saltus_constant(-55);
    network = alone(&spec);
    ck_assert(network->populations[0].drift);
    ck_assert(network->populations[0].th == -5 && network->populations[0].v_init == -10);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(time_bases_are_the_distinct_time_constants)
{
    saltus_experiment *experiment = fixture_experiment(1, 1);
    saltus_population_spec spec = lif("C", 1);
    spec.tau_m_ms = 7;
    add(experiment, &spec);
    spec.name = "D";
    spec.tau_m_ms = 20;
    add(experiment, &spec);
    saltus_network *network = fixture_build(experiment, 1, 0);
    ck_assert_uint_eq(network->time_base_count, 2);
    ck_assert(network->tau_ms[0] == 20 && network->tau_ms[1] == 7);
    const uint32_t expected[] = {0, 0, 1, 0};
    for (uint32_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(network->populations[i].time_base, expected[i]);
    }
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

/* Just above threshold the difference of v_th and v_inf keeps all its digits. */
START_TEST(drive_just_above_threshold_is_not_rounded_away)
{
    saltus_population_spec spec = lif("A", 3);
    spec.tau_m_ms = 20;
    spec.c_m_pF = 250;
    spec.v_rest_mV = -65;
    spec.v_reset_mV = -70;
    spec.v_th_mV = saltus_constant(-45);
    spec.i_e_pA = saltus_constant(250 + 0x1p-30);
    saltus_network *network = alone(&spec);
    const population *p = &network->populations[0];
    const double above = 0x1p-30 * 20 / 250;
    ck_assert_double_lt(fabs(p->th / -above - 1), 1e-15);
    ck_assert_double_lt(fabs(p->reset / (-25 - above) - 1), 1e-15);
    ck_assert(p->drift);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(each_neuron_draws_from_a_stream_of_its_own)
{
    saltus_population_spec spec = lif("A", 2000);
    spec.tau_m_ms = 10;
    spec.c_m_pF = 100;
    spec.v_th_mV = saltus_normal(20, 1);
    spec.v_th_mV.low = 18;
    spec.i_e_pA = saltus_uniform(0, 100);
    spec.v_init_mV = saltus_uniform(0, 15);
    saltus_network *network = alone(&spec);
    const population *p = &network->populations[0];
    bool good = true;
    double sum = 0;
    for (uint32_t i = 0; i < 2000; i++) {
        random_stream th = random_stream_at(1, RANDOM_V_TH, 0, i);
        random_stream current = random_stream_at(1, RANDOM_I_E, 0, i);
        random_stream init = random_stream_at(1, RANDOM_V_INIT, 0, i);
        double v_th = 0;
        do {
            v_th = 20 + sl_random_normal(&th);
        } while (v_th < 18);
        const double i_e = 100 * sl_random_uniform(&current);
        const wide_float v_inf = (wide_float)i_e * 10 / 100;
        good &= p->v_inf_of[i] == (double)v_inf && p->th_of[i] == (double)(v_th - v_inf);
        good &= p->reset_of[i] == (double)(0 - v_inf);
        good &= p->v_init_of[i] == (double)(15 * sl_random_uniform(&init) - v_inf);
        sum += (double)v_inf;
    }
    ck_assert(good);
    ck_assert_double_lt(fabs(sum / 2000 - 5), 5 * 2.89 / sqrt(2000));
    ck_assert(!p->drift);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(listed_values_go_by_index)
{
    const double v_th[] = {20, 15, 30};
    saltus_population_spec spec = lif("A", 3);
    spec.v_th_mV = saltus_constant(0);
    spec.v_th_mV.kind = SALTUS_VALUE_LIST;
    spec.v_th_mV.list = v_th;
    spec.v_th_mV.list_length = 3;
    saltus_network *network = alone(&spec);
    for (uint32_t i = 0; i < 3; i++) {
        ck_assert(network->populations[0].th_of[i] == v_th[i]);
        ck_assert(network->populations[0].v_init_of[i] == 0);
    }
    saltus_network_destroy(network);
}
END_TEST

START_TEST(drawn_thresholds_below_the_reset_are_refused)
{
    saltus_experiment *experiment = NULL;
    saltus_experiment_create("refused", &experiment);
    saltus_population_spec spec = lif("A", 1000);
    spec.v_reset_mV = 19;
    spec.v_th_mV = saltus_normal(20, 1);
    saltus_error error = {0};
    /* The check of the description may refuse it already. */
    saltus_status status = saltus_experiment_add_population(experiment, &spec, NULL, &error);
    if (!status) {
        saltus_network *network = NULL;
        status = saltus_network_build(experiment, NULL, &network, &error);
        ck_assert_ptr_null(network);
        ck_assert_ptr_nonnull(strstr(error.message, "v_reset 19 mV"));
    }
    ck_assert_int_eq(status, SALTUS_E_EXPERIMENT);
    saltus_experiment_destroy(experiment);
}
END_TEST

START_TEST(sources_have_their_times_in_ticks)
{
    saltus_experiment *experiment = NULL;
    saltus_experiment_create("sources", &experiment);
    saltus_population_spec spec = lif("poisson", 3);
    spec.model = SALTUS_MODEL_POISSON_SOURCE;
    spec.rate_Hz = 12.5;
    add(experiment, &spec);
    spec = lif("periodic", 3);
    spec.model = SALTUS_MODEL_PERIODIC_SOURCE;
    spec.interval_ms = 2.5;
    spec.stop_ms = 100;
    add(experiment, &spec);
    spec.name = "random";
    spec.start_ms = saltus_uniform(0, 2.5);
    add(experiment, &spec);
    saltus_network *network = fixture_build(experiment, 1, 0);
    ck_assert(network->populations[0].rate_Hz == 12.5);
    ck_assert_uint_eq(network->time_base_count, 0);
    const population *p = &network->populations[1];
    ck_assert_int_eq(p->interval, 250000000000);
    ck_assert_int_eq(p->stop, 10000000000000);
    for (uint32_t i = 0; i < 3; i++) {
        ck_assert_int_eq(p->start_of[i], 250000000000);
        random_stream start = random_stream_at(1, RANDOM_START, 2, i);
        ck_assert_int_eq(network->populations[2].start_of[i],
                         sl_sim_time_from_ms(2.5 * sl_random_uniform(&start)));
    }
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

START_TEST(listed_spikes_are_bucketed_by_group_in_order_of_time)
{
    const double times[] = {0, 1, 1, 1, 2, 2, 3};
    const uint32_t neurons[] = {2000, 5, 1024, 4, 2047, 1023, 0};
    saltus_experiment *experiment = fixture_experiment(10, 0);
    saltus_population_spec spec = lif("list", 2500);
    spec.model = SALTUS_MODEL_SPIKE_LIST;
    spec.spike_times_ms = times;
    spec.spike_neurons = neurons;
    spec.spike_count = 7;
    add(experiment, &spec);
    saltus_network *network = fixture_build(experiment, 1, 0);
    const event_list *list = &network->populations[1].list;
    const uint64_t starts[] = {0, 4, 7, 7};
    const uint32_t expected[] = {5, 4, 1023, 0, 2000, 1024, 2047};
    const int64_t ms[] = {1, 1, 2, 3, 0, 1, 2};
    ck_assert_uint_eq(list->count, 7);
    ck_assert_ptr_null(list->weight);
    for (size_t g = 0; g < 4; g++) {
        ck_assert_uint_eq(list->group_start[g], starts[g]);
    }
    for (size_t i = 0; i < 7; i++) {
        ck_assert_uint_eq(list->neuron[i], 10 + expected[i]);
        ck_assert_int_eq(list->time[i], ms[i] * 100000000000);
    }
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

START_TEST(inputs_and_potential_records_are_taken_over)
{
    saltus_experiment *experiment = fixture_experiment(10, 1500);
    saltus_error error = {0};
    saltus_input_spec input = saltus_input_spec_default();
    input.name = "noise";
    input.population = 1;
    input.weight_mV = 0.1;
    input.rate_Hz = 8000;
    ck_assert_int_eq(saltus_experiment_add_input(experiment, &input, NULL, &error), SALTUS_OK);
    input.name = "beat";
    input.type = SALTUS_INPUT_PERIODIC;
    input.interval_ms = 4;
    input.stop_ms = 20;
    ck_assert_int_eq(saltus_experiment_add_input(experiment, &input, NULL, &error), SALTUS_OK);
    const double times[] = {1, 2};
    const uint32_t targets[] = {1400, 3};
    const double weights[] = {0.25, -1};
    input = saltus_input_spec_default();
    input.name = "listed";
    input.type = SALTUS_INPUT_ARRIVALS;
    input.population = 1;
    input.arrival_times_ms = times;
    input.arrival_targets = targets;
    input.arrival_weights_mV = weights;
    input.arrival_count = 2;
    ck_assert_int_eq(saltus_experiment_add_input(experiment, &input, NULL, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_record_potential(experiment, 1, 3, 4, 1, 0.1, 50, &error),
                     SALTUS_OK);

    saltus_network *network = fixture_build(experiment, 1, 0);
    const network_input *in = network->inputs;
    ck_assert(in[0].rate_Hz == 8000 && in[0].weight == 0.1 && in[0].population == 1);
    ck_assert(in[0].start == 0 && in[0].stop == SIM_TIME_NEVER);
    ck_assert_int_eq(in[1].start, 400000000000);
    ck_assert_int_eq(in[1].interval, 400000000000);
    ck_assert_int_eq(in[1].stop, 2000000000000);
    ck_assert_uint_eq(in[2].list.neuron[0], 13);
    ck_assert(in[2].list.weight[0] == -1 && in[2].list.weight[1] == 0.25);
    const network_potential *record = &network->potentials[0];
    ck_assert(record->population == 1 && record->first == 3 && record->count == 4);
    ck_assert_int_eq(record->interval, 10000000000);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {ids_and_groups_follow_the_populations,
                                  blocks_hold_at_most_the_neurons_asked_for,
                                  chosen_blocks_are_as_many_as_the_threads_and_even,
                                  shared_parameters_are_relative_to_v_inf,
                                  time_bases_are_the_distinct_time_constants,
                                  drive_just_above_threshold_is_not_rounded_away,
                                  each_neuron_draws_from_a_stream_of_its_own,
                                  listed_values_go_by_index,
                                  drawn_thresholds_below_the_reset_are_refused,
                                  sources_have_their_times_in_ticks,
                                  listed_spikes_are_bucketed_by_group_in_order_of_time,
                                  inputs_and_potential_records_are_taken_over};
    return SUITE_RUN("network_populations", tests);
}

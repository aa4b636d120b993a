/* test_neurobench - NeuroBench's published examples and definitions, as functions and as networks
 * that do the same.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "operations_fixture.h"
#include "suite.h"
#include "trial.h"

/* The example of NeuroBench's documentation of synaptic operations. */
static const double example_weights[9] = {1.3, 0, -3.2, 0, 1.2, -5.1, -1.1, 2.7, 0};

/* ---- Functions ------------------------------------------------------------------------------ */

START_TEST(the_documented_example_has_4_effective_of_9_dense_operations)
{
    const double graded[3] = {0, 1.3, -1};
    saltus_layer_operations layer = saltus_neurobench_layer(example_weights, 3, 3, graded);
    ck_assert(layer.dense == 9 && layer.effective_macs == 4 && layer.effective_acs == 0);
    const double binary[3] = {0, 1, -1};
    layer = saltus_neurobench_layer(example_weights, 3, 3, binary);
    ck_assert(layer.dense == 9 && layer.effective_macs == 0 && layer.effective_acs == 4);
}
END_TEST

START_TEST(inputs_of_ones_are_accumulates_and_a_single_graded_one_makes_all_of_them_macs)
{
    double weights[100];
    double input[20];
    for (size_t i = 0; i < 100; i++) {
        weights[i] = 0.01 * ((double)i + 1);
    }
    for (size_t i = 0; i < 20; i++) {
        input[i] = 1;
    }
    /* Linear(20 -> 5) over ten steps: 1000 effective ACs a sample */
    double acs = 0;
    for (int step = 0; step < 10; step++) {
        acs += saltus_neurobench_layer(weights, 5, 20, input).effective_acs;
    }
    ck_assert_double_eq(acs, 1000);
    input[3] = 5;
    const saltus_layer_operations layer = saltus_neurobench_layer(weights, 5, 20, input);
    ck_assert(layer.effective_acs == 0 && layer.effective_macs == 100);
}
END_TEST

START_TEST(effective_operations_are_those_of_the_binarised_product)
{
    uint64_t random = 20;
    for (int trial = 0; trial < 300; trial++) {
        const size_t rows = trial_random_below(&random, 9);
        const size_t columns = trial_random_below(&random, 9);
        double weights[64];
        double input[8];
        double binary[64];
        for (size_t i = 0; i < rows * columns; i++) {
            weights[i] = trial_random(&random) < 0.4 ? 0 : trial_random_in(&random, -3, 3);
            binary[i] = weights[i] != 0;
        }
        bool graded = false;
        for (size_t i = 0; i < columns; i++) {
            input[i] = trial_random(&random) < 0.5   ? 0
                       : trial_random(&random) < 0.9 ? 1
                                                     : trial_random_in(&random, 2, 3);
            graded = graded || input[i] > 1;
        }
        double sum = 0;
        for (size_t r = 0; r < rows; r++) {
            for (size_t c = 0; c < columns; c++) {
                sum += binary[r * columns + c] * (input[c] != 0 ? 1 : 0);
            }
        }
        const saltus_layer_operations layer =
            saltus_neurobench_layer(weights, rows, columns, input);
        ck_assert_double_eq(layer.dense, (double)(rows * columns));
        ck_assert_double_eq(layer.effective_acs, graded ? 0 : sum);
        ck_assert_double_eq(layer.effective_macs, graded ? sum : 0);
    }
}
END_TEST

/* snnTorch's Leaky: U = beta U + I, less the threshold one step after it was exceeded. Returns the
 * updates of 5 neurons over 10 steps. */
static uint64_t leaky_updates(double input_current)
{
    double before[5] = {0};
    uint64_t updates = 0;
    for (int step = 0; step < 10; step++) {
        double after[5];
        for (int n = 0; n < 5; n++) {
            after[n] = 0.9 * before[n] + input_current - (before[n] > 1 ? 1.0 : 0.0);
        }
        updates += saltus_neurobench_membrane_updates(step == 0 ? NULL : before, after, 5);
        for (int n = 0; n < 5; n++) {
            before[n] = after[n];
        }
    }
    return updates;
}

START_TEST(five_leaky_neurons_over_ten_steps_make_50_updates_and_5_in_silence)
{
    const double k = saltus_model_find("lif_delta")->neurobench_operations;
    ck_assert_uint_eq(leaky_updates(0.37), 50);
    ck_assert_double_eq((double)leaky_updates(0.37) * k, 200); /* effective, and dense */
    ck_assert_uint_eq(leaky_updates(0), 5);
    ck_assert_double_eq((double)leaky_updates(0) * k, 20);
}
END_TEST

START_TEST(sparsities_are_shares_of_zeros)
{
    ck_assert_double_eq_tol(saltus_neurobench_activation_sparsity(2, 5, 10), 0.96, 1e-15);
    ck_assert_double_eq(saltus_neurobench_activation_sparsity(0, 5, 10), 1);
    ck_assert_double_eq(saltus_neurobench_activation_sparsity(50, 5, 10), 0);
    ck_assert_double_eq(saltus_neurobench_activation_sparsity(100, 5, 10), -1); /* too coarse */
    ck_assert_double_nan(saltus_neurobench_activation_sparsity(0, 0, 10));
    ck_assert_double_nan(saltus_neurobench_activation_sparsity(0, 5, 0));
    ck_assert_double_eq(saltus_neurobench_connection_sparsity(0, 12), 1);
    ck_assert_double_eq(saltus_neurobench_connection_sparsity(12, 12), 0);
    ck_assert_double_eq(saltus_neurobench_connection_sparsity(6, 12), 0.5);
    ck_assert_double_nan(saltus_neurobench_connection_sparsity(0, 0));
    /* 1e9 x 1e9 neurons over 1e9 steps neither wrap around nor overflow */
    const double s = saltus_neurobench_activation_sparsity(1e18, 1e9, 1e12);
    ck_assert_double_eq_tol(s, 1 - 1e-3, 1e-12);
    ck_assert_double_eq_tol(saltus_neurobench_connection_sparsity(1e15, 1e18), 0.999, 1e-12);
}
END_TEST

/* ---- The nearest networks ------------------------------------------------------------------- */

/* Twenty sources of a spike a step onto five neurons, ten steps; neuron 0 reaches 90 mV after five
 * inputs of 20 x 1 mV, twice. */
START_TEST(linear_20_to_5_with_leaky_neurons_has_the_published_figures)
{
    saltus_experiment *e = ops_experiment();
    const uint32_t in = ops_sources(e, "IN", 20);
    static const double thresholds[5] = {90, 1e6, 1e6, 1e6, 1e6};
    saltus_population_spec leaky = saltus_population_spec_default();
    leaky.name = "OUT";
    leaky.size = 5;
    leaky.t_ref_ms = 0;
    leaky.v_th_mV = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = thresholds, .list_length = 5};
    const uint32_t out = ops_population(e, &leaky);
    saltus_projection_spec linear = ops_projection(in, out, SALTUS_RULE_ALL_TO_ALL);
    linear.weight_mV = saltus_constant(1);
    ops_connect(e, &linear);
    ops_run run = ops_run_experiment(e, 10);
    saltus_operations *report = ops_report(&run, 1);

    const saltus_operations_summary s = saltus_operations_get_summary(report);
    ck_assert_uint_eq(s.effective_acs, 1000);
    ck_assert_uint_eq(s.effective_macs, 0);
    ck_assert_double_eq(s.dense, 1000);
    ck_assert_double_eq(s.dense_existing, 1000);
    ck_assert_double_eq(s.dense_membrane_updates, 50);
    ck_assert_double_eq(s.dense_neuron_operations, 200);
    ck_assert_uint_eq(s.spikes, 2);
    ck_assert_double_eq_tol(s.activation_sparsity, 0.96, 1e-15);
    ck_assert_double_eq(s.connection_sparsity, 0);
    ck_assert_double_eq(s.execution_rate_Hz, 1000);
    /* by events: each delivery, each spike and each end of refractoriness is an update */
    ck_assert_uint_eq(s.membrane_updates, 1000 + 2 + 2);
    ck_assert_double_eq(s.neuron_operations, 4 * 1004.0);
    saltus_operations_destroy(report);

    /* clocked by the same step, every neuron is updated in every step */
    run.activity.step_ms = 1;
    run.activity.counts.steps = 10;
    run.activity.counts.step_updates = run.populations[out].step_updates = 50;
    report = ops_report(&run, 0);
    const saltus_operations_summary clocked = saltus_operations_get_summary(report);
    ck_assert_uint_eq(clocked.membrane_updates, 50);
    ck_assert_double_eq(clocked.neuron_operations, 200);
    ck_assert_double_eq(clocked.dense, 1000);
    saltus_operations_destroy(report);
    ops_run_clear(&run);
}
END_TEST

/* Sources 1 and 2 spike once; zero weights are synapses here, so that they are delivered to. */
START_TEST(the_documented_matrix_as_synapses_has_4_effective_of_6_made_and_9_dense)
{
    saltus_experiment *e = ops_experiment();
    static const double times[2] = {0.25, 0.5};
    static const uint32_t neurons[2] = {1, 2};
    saltus_population_spec list = saltus_population_spec_default();
    list.name = "X";
    list.size = 3;
    list.model = SALTUS_MODEL_SPIKE_LIST;
    list.spike_times_ms = times;
    list.spike_neurons = neurons;
    list.spike_count = 2;
    const uint32_t x = ops_population(e, &list);
    const uint32_t y = ops_neurons(e, "Y", 3);
    uint32_t sources[9];
    uint32_t targets[9];
    for (uint32_t i = 0; i < 9; i++) {
        sources[i] = i % 3;
        targets[i] = i / 3;
    }
    saltus_projection_spec w = ops_projection(x, y, SALTUS_RULE_LIST);
    w.list_sources = sources;
    w.list_targets = targets;
    w.list_count = 9;
    w.weight_mV =
        (saltus_value){.kind = SALTUS_VALUE_LIST, .list = example_weights, .list_length = 9};
    ops_connect(e, &w);
    ops_run run = ops_run_experiment(e, 1);
    saltus_operations *report = ops_report(&run, 1);
    const saltus_projection_operations p = saltus_operations_get_projection(report, 0);
    ck_assert_uint_eq(p.synapses, 9);
    ck_assert_uint_eq(p.zero_weights, 3);
    ck_assert_uint_eq(p.connected_pairs, 6);
    ck_assert_double_eq_tol(p.connection_sparsity, 3.0 / 9, 1e-15);
    ck_assert_uint_eq(p.synaptic_events, 6);
    ck_assert_uint_eq(p.effective_acs, 4);
    ck_assert_double_eq(p.dense, 9);
    ck_assert_double_eq(p.dense_existing, 9);
    saltus_operations_destroy(report);
    ops_run_clear(&run);
}
END_TEST

/* 20-256-256-256-35: 145,955 parameters; with 20 scalars of four Leaky layers 583,900 bytes. */
START_TEST(the_published_footprint_is_that_of_dense_weights_biases_and_scalars)
{
    const uint32_t sizes[] = {20, 256, 256, 256, 35};
    saltus_network *network = ops_chain(sizes, 5);
    saltus_ann_twin twin;
    ck_assert_int_eq(saltus_ann_twin_of(network, NULL, &twin, NULL), SALTUS_OK);
    ck_assert_double_eq(twin.dense_macs + twin.bias_adds, 145955);
    ops_run run = {.network = network};
    saltus_operations *report = ops_report(&run, 1);
    const saltus_operations_summary s = saltus_operations_get_summary(report);
    ck_assert_double_eq(s.dense_footprint_bytes + 4 * twin.bias_adds + 4 * 4 * 5, 583900);
    saltus_operations_destroy(report);
    saltus_network_destroy(network);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_documented_example_has_4_effective_of_9_dense_operations,
        inputs_of_ones_are_accumulates_and_a_single_graded_one_makes_all_of_them_macs,
        effective_operations_are_those_of_the_binarised_product,
        five_leaky_neurons_over_ten_steps_make_50_updates_and_5_in_silence,
        sparsities_are_shares_of_zeros,
        linear_20_to_5_with_leaky_neurons_has_the_published_figures,
        the_documented_matrix_as_synapses_has_4_effective_of_6_made_and_9_dense,
        the_published_footprint_is_that_of_dense_weights_biases_and_scalars,
    };
    return SUITE_RUN("neurobench", tests);
}

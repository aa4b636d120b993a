/* test_ann_twin - the artificial twin by hand: published counts, backward passes, unrolling,
 * external layers, ratios and break-even activity.
 */
#include <check.h>
#include <math.h>
#include <string.h>

#include "operations_fixture.h"
#include "suite.h"

static saltus_ann_twin twin_of(const saltus_network *network, const saltus_ann_options *options)
{
    saltus_ann_twin twin;
    saltus_error error = {0};
    ck_assert_msg(!saltus_ann_twin_of(network, options, &twin, &error), "%s", error.message);
    return twin;
}

/* ---- The twin ------------------------------------------------------------------------------- */

START_TEST(published_perceptrons_have_the_published_macs)
{
    const uint32_t two[] = {20, 25, 25};
    saltus_network *network = ops_chain(two, 3);
    ck_assert_double_eq(twin_of(network, NULL).dense_macs, 1125);
    saltus_network_destroy(network);
    const uint32_t four[] = {20, 20, 25, 25, 25};
    network = ops_chain(four, 5);
    ck_assert_double_eq(twin_of(network, NULL).dense_macs, 2 * 625 + 400 + 500);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(a_published_recurrent_cell_has_150_macs_a_step)
{
    saltus_experiment *e = ops_experiment();
    const uint32_t in = ops_sources(e, "IN", 25);
    const uint32_t hidden = ops_neurons(e, "H", 5);
    ops_connect_all(e, in, hidden);
    ops_connect_all(e, hidden, hidden);
    saltus_network *network = ops_build(e, 1, 0);
    saltus_ann_twin twin = twin_of(network, NULL);
    ck_assert(!twin.feed_forward && twin.steps == 1 && twin.depth == 1);
    ck_assert_double_eq(twin.dense_macs, 150);
    /* weights 150; inputs only of the hidden layer, 25 */
    ck_assert_double_eq(twin.dense_backward_macs, 150 + 25);
    saltus_ann_options options = saltus_ann_options_default();
    options.unroll_steps = 40;
    twin = twin_of(network, &options);
    ck_assert_double_eq(twin.dense_macs, 40 * 150);
    ck_assert_double_eq(twin.dense_backward_macs, 40 * 175);
    ck_assert_double_eq(twin.activations, 40 * 5);
    ck_assert_double_eq(twin.bias_adds, 40 * 5);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(learning_costs_twice_the_forward_pass_less_the_gradient_of_the_input)
{
    const uint32_t sizes[] = {7, 5, 3};
    saltus_network *network = ops_chain(sizes, 3);
    saltus_ann_options options = saltus_ann_options_default();
    options.unroll_steps = 9; /* nothing to unroll */
    const saltus_ann_twin twin = twin_of(network, &options);
    ck_assert(twin.feed_forward && twin.steps == 1 && twin.depth == 2);
    ck_assert_double_eq(twin.dense_macs, 35 + 15);
    ck_assert_double_eq(twin.dense_backward_macs, 35 + 15 + 15);
    ck_assert_double_eq(twin.sparse_backward_macs, 35 + 15 + 15);
    ck_assert_double_eq(twin.activations, 8);
    saltus_ann_projection first;
    saltus_ann_projection second;
    ck_assert_int_eq(saltus_ann_twin_projection(network, NULL, 0, &first, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_ann_twin_projection(network, NULL, 1, &second, NULL), SALTUS_OK);
    ck_assert(first.dense_macs == 35 && first.dense_weight_macs == 35 &&
              first.dense_input_macs == 0);
    ck_assert(second.dense_macs == 15 && second.dense_weight_macs == 15 &&
              second.dense_input_macs == 15);
    ck_assert(second.sparse_macs == 15 && second.sparse_input_macs == 15);
    ck_assert_int_eq(saltus_ann_twin_projection(network, NULL, 2, &first, NULL), SALTUS_E_ARGUMENT);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(the_sparse_twin_has_a_mac_for_every_synapse)
{
    saltus_experiment *e = ops_experiment();
    const uint32_t a = ops_neurons(e, "A", 100);
    saltus_projection_spec spec = ops_projection(a, a, SALTUS_RULE_FIXED_INDEGREE);
    spec.count = 13;
    ops_connect(e, &spec);
    saltus_network *network = ops_build(e, 1, 0);
    const saltus_ann_twin twin = twin_of(network, NULL);
    ck_assert_double_eq(twin.dense_macs, 10000);
    ck_assert_double_eq(twin.sparse_macs, 1300);
    ck_assert_double_eq(twin.dense_backward_macs, 20000);
    ck_assert_double_eq(twin.sparse_backward_macs, 2600);
    ck_assert_double_eq(twin.activations, 100);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(external_channels_are_one_layer_more)
{
    saltus_experiment *e = ops_experiment();
    const uint32_t a = ops_neurons(e, "A", 10);
    const uint32_t b = ops_neurons(e, "B", 4);
    ops_connect_all(e, a, b);
    ops_drive(e, a, 1);
    saltus_network *network = ops_build(e, 1, 0);
    const saltus_ann_twin without = twin_of(network, NULL);
    ck_assert(without.depth == 1 && without.external_macs == 0);
    ck_assert_double_eq(without.dense_macs, 40);
    ck_assert_double_eq(without.dense_backward_macs, 40); /* A is the input layer */
    ck_assert_double_eq(without.activations, 4);
    saltus_ann_options options = saltus_ann_options_default();
    options.input_channels = 784;
    const saltus_ann_twin with = twin_of(network, &options);
    ck_assert_uint_eq(with.depth, 2);
    ck_assert_double_eq(with.external_macs, 7840);
    ck_assert_double_eq(with.dense_macs, 7880);
    ck_assert_double_eq(with.sparse_macs, 7880);
    ck_assert_double_eq(with.dense_backward_macs, 7840 + 40 + 40); /* A is one to learn behind */
    ck_assert_double_eq(with.sparse_backward_macs, 7840 + 40 + 40);
    ck_assert_double_eq(with.activations, 14);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(the_largest_populations_do_not_overflow)
{
    /* sizes of 1e6 without synapses: what counts are the sizes */
    saltus_experiment *e = ops_experiment();
    const uint32_t a = ops_neurons(e, "A", 1000000);
    saltus_projection_spec spec = ops_projection(a, a, SALTUS_RULE_LIST);
    static const uint32_t zero[1] = {0};
    spec.list_sources = spec.list_targets = zero;
    spec.list_count = 1;
    ops_connect(e, &spec);
    saltus_network *network = ops_build(e, 1, 0);
    saltus_ann_options options = saltus_ann_options_default();
    options.unroll_steps = 4000000000u;
    const saltus_ann_twin twin = twin_of(network, &options);
    ck_assert_double_eq(twin.dense_macs, 4e9 * 1e12);
    ck_assert_double_eq(twin.dense_backward_macs, 8e9 * 1e12);
    ops_run run = {.network = network, .activity = {.duration_ms = 4.5e7}};
    saltus_operations *report = ops_report(&run, 1e-11);
    const saltus_operations_summary s = saltus_operations_get_summary(report);
    ck_assert_double_eq_tol(s.dense / (4.5e18 * 1e12), 1, 1e-12);
    ck_assert_double_eq(s.connection_sparsity, (1e12 - 1) / 1e12);
    saltus_operations_destroy(report);
    saltus_network_destroy(network);
}
END_TEST

/* ---- Comparison
 * ---------------------------------------------------------------------------------- */

/* 10 sources, 8 hidden, 2 out, all to all: S = 96 synapses. */
static ops_run small_run(void)
{
    const uint32_t sizes[] = {10, 8, 2};
    ops_run run = {.network = ops_chain(sizes, 3)};
    run.activity.duration_ms = 200;
    run.populations[0].spikes = 30;
    run.populations[1].spikes = 12;
    run.projections[0].synaptic_events = 30 * 8;
    run.projections[1].synaptic_events = 12 * 2;
    run.activity.counts.synaptic_events = 264;
    run.activity.counts.spikes = 12;
    return run;
}

START_TEST(a_run_is_compared_per_inference_with_closed_forms)
{
    ops_run run = small_run();
    saltus_operations *report = ops_report(&run, 1);
    saltus_ann_options options = saltus_ann_options_default();
    options.inference_ms = 50; /* four inferences of 66 deliveries */
    saltus_ann_comparison c;
    ck_assert_int_eq(saltus_ann_compare(run.network, report, &options, &c, NULL), SALTUS_OK);
    ck_assert_double_eq(c.inferences, 4);
    ck_assert_double_eq(c.synaptic_operations, 66);
    ck_assert_double_eq(c.external_operations, 0);
    ck_assert_double_eq_tol(c.dense.operations_ratio, 96.0 / 66, 1e-15);
    ck_assert_double_eq_tol(c.energy_pJ, 66 * 0.9, 1e-12);
    ck_assert_double_eq_tol(c.dense.energy_pJ, 96 * 4.6, 1e-12);
    ck_assert_double_eq_tol(c.dense.energy_ratio, 96 * 4.6 / (66 * 0.9), 1e-12);
    /* all to all: one spike of every presynaptic neuron is one pass */
    ck_assert_double_eq(c.dense.break_even_spikes, 1);
    ck_assert_double_eq_tol(c.dense.break_even_Hz, 20, 1e-12);
    ck_assert_double_eq_tol(c.dense.energy_break_even_spikes, 4.6 / 0.9, 1e-14);
    ck_assert_double_eq_tol(c.dense.energy_break_even_Hz, 20 * 4.6 / 0.9, 1e-12);
    ck_assert_double_eq_tol(c.spikes_per_neuron, 66.0 / 96, 1e-15);
    ck_assert_double_eq_tol(c.rate_Hz, 66.0 / 96 * 20, 1e-12);
    ck_assert_double_eq(c.sparse.macs, 96);
    /* elementary: the twin 2 x 96 + 10 + 10; the run 264 deliveries of an addition and a compare,
     * 42 arrivals of 5 and 12 spikes of 5, over four inferences */
    const double run_ops = (264 * 2 + 42 * 5 + 12 * 5) / 4.0;
    ck_assert_double_eq(c.elementary_operations, run_ops);
    ck_assert_double_eq_tol(c.dense.elementary_ratio, 212 / run_ops, 1e-14);
    /* the ratio is that of activity to break-even */
    ck_assert_double_eq_tol(c.dense.operations_ratio,
                            c.dense.break_even_spikes / c.spikes_per_neuron, 1e-14);
    saltus_operations_destroy(report);
    ops_run_clear(&run);
}
END_TEST

START_TEST(at_break_even_activity_the_ratio_is_one)
{
    saltus_experiment *e = ops_experiment();
    const uint32_t a = ops_neurons(e, "A", 50);
    saltus_projection_spec spec = ops_projection(a, a, SALTUS_RULE_FIXED_OUTDEGREE);
    spec.count = 10;
    ops_connect(e, &spec);
    ops_run run = {.network = ops_build(e, 1, 0), .activity = {.duration_ms = 100}};
    /* dense: 2500 MACs over 500 synapses are 5 spikes a neuron */
    run.populations[0].spikes = 5 * 50;
    run.projections[0].synaptic_events = run.activity.counts.synaptic_events = 5 * 50 * 10;
    saltus_operations *report = ops_report(&run, 1);
    saltus_ann_comparison c;
    ck_assert_int_eq(saltus_ann_compare(run.network, report, NULL, &c, NULL), SALTUS_OK);
    ck_assert_double_eq(c.dense.break_even_spikes, 5);
    ck_assert_double_eq(c.dense.break_even_Hz, 50);
    ck_assert_double_eq(c.dense.operations_ratio, 1);
    ck_assert_double_eq(c.spikes_per_neuron, 5);
    ck_assert_double_eq(c.sparse.break_even_spikes, 1);
    ck_assert_double_eq_tol(c.sparse.operations_ratio, 0.2, 1e-15);
    /* unrolled over ten steps, ten times the MACs */
    saltus_ann_options options = saltus_ann_options_default();
    options.unroll_steps = 10;
    options.ac_pJ = 2;
    options.mac_pJ = 3;
    ck_assert_int_eq(saltus_ann_compare(run.network, report, &options, &c, NULL), SALTUS_OK);
    ck_assert_double_eq(c.dense.break_even_spikes, 50);
    ck_assert_double_eq(c.dense.energy_break_even_spikes, 75);
    saltus_operations_destroy(report);
    ops_run_clear(&run);
}
END_TEST

START_TEST(external_events_count_on_both_sides_or_on_neither)
{
    saltus_experiment *e = ops_experiment();
    const uint32_t a = ops_neurons(e, "A", 10);
    const uint32_t b = ops_neurons(e, "B", 4);
    ops_connect_all(e, a, b);
    ops_drive(e, a, 1);
    ops_run run = ops_run_experiment(e, 20); /* 200 external events, which do not reach 20 mV */
    ck_assert_uint_eq(run.activity.counts.external_events, 200);
    ck_assert_uint_eq(run.activity.counts.spikes, 0);
    saltus_operations *report = ops_report(&run, 1);
    saltus_ann_comparison c;
    ck_assert_int_eq(saltus_ann_compare(run.network, report, NULL, &c, NULL), SALTUS_OK);
    ck_assert_double_eq(c.synaptic_operations, 0);
    ck_assert_double_eq(c.elementary_operations, 0);
    ck_assert(isinf(c.dense.operations_ratio) && isinf(c.dense.energy_ratio));
    ck_assert_double_eq(c.dense.break_even_spikes, 1);
    saltus_ann_options options = saltus_ann_options_default();
    options.input_channels = 30;
    options.inference_ms = 10;
    ck_assert_int_eq(saltus_ann_compare(run.network, report, &options, &c, NULL), SALTUS_OK);
    ck_assert_double_eq(c.synaptic_operations, 100);
    ck_assert_double_eq(c.external_operations, 100);
    ck_assert_double_eq(c.elementary_operations, 100 * 5);
    ck_assert_double_eq(c.dense.macs, 340);
    ck_assert_double_eq(c.dense.break_even_spikes, (340 - 100) / 40.0);
    ck_assert_double_eq_tol(c.dense.energy_break_even_spikes, (340 * 4.6 / 0.9 - 100) / 40, 1e-12);
    options.input_channels = 3; /* 70 MACs: the events alone are more */
    ck_assert_int_eq(saltus_ann_compare(run.network, report, &options, &c, NULL), SALTUS_OK);
    ck_assert_double_lt(c.dense.break_even_spikes, 0);
    saltus_operations_destroy(report);
    ops_run_clear(&run);
}
END_TEST

START_TEST(options_that_make_no_sense_are_refused)
{
    ops_run run = small_run();
    saltus_operations *report = ops_report(&run, 1);
    saltus_ann_options bad[7];
    for (size_t i = 0; i < 7; i++) {
        bad[i] = saltus_ann_options_default();
    }
    bad[0].struct_size = 1;
    bad[1].unroll_steps = 0;
    bad[2].inference_ms = -1;
    bad[3].inference_ms = (double)NAN;
    bad[4].ac_pJ = 0;
    bad[5].mac_pJ = -1;
    bad[6].mac_pJ = (double)INFINITY;
    saltus_ann_twin twin;
    saltus_ann_comparison c;
    for (size_t i = 0; i < 7; i++) {
        saltus_error error = {0};
        ck_assert_int_eq(saltus_ann_twin_of(run.network, &bad[i], &twin, &error),
                         SALTUS_E_ARGUMENT);
        ck_assert_uint_gt(strlen(error.message), 20);
        ck_assert_int_eq(saltus_ann_compare(run.network, report, &bad[i], &c, NULL),
                         SALTUS_E_ARGUMENT);
    }
    ck_assert_int_eq(saltus_ann_twin_of(NULL, NULL, &twin, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_ann_compare(run.network, NULL, NULL, &c, NULL), SALTUS_E_ARGUMENT);
    saltus_operations_destroy(report);
    run.activity.duration_ms = 0;
    report = ops_report(&run, 1);
    ck_assert_int_eq(saltus_ann_compare(run.network, report, NULL, &c, NULL), SALTUS_E_ARGUMENT);
    saltus_operations_destroy(report);
    ops_run_clear(&run);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        published_perceptrons_have_the_published_macs,
        a_published_recurrent_cell_has_150_macs_a_step,
        learning_costs_twice_the_forward_pass_less_the_gradient_of_the_input,
        the_sparse_twin_has_a_mac_for_every_synapse,
        external_channels_are_one_layer_more,
        the_largest_populations_do_not_overflow,
        a_run_is_compared_per_inference_with_closed_forms,
        at_break_even_activity_the_ratio_is_one,
        external_events_count_on_both_sides_or_on_neither,
        options_that_make_no_sense_are_refused,
    };
    return SUITE_RUN("ann_twin", tests);
}

/* test_operations_arithmetic - what an operation costs: each layout of weights, thresholds and
 * delays by hand, and against the counters that the engine keeps of tests and exponentials.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "operations_fixture.h"
#include "suite.h"

/* The whole run's arithmetic. */
static saltus_arithmetic arithmetic_of(const ops_run *run)
{
    saltus_operations *report = ops_report(run, 1);
    const saltus_arithmetic sum = saltus_operations_get_summary(report).arithmetic;
    saltus_operations_destroy(report);
    return sum;
}

/* Ten sources, ten spikes each, one to one onto ten neurons that never fire. */
static ops_run relay(saltus_value weight_mV, saltus_value delay_ms, saltus_value v_th_mV)
{
    saltus_experiment *e = ops_experiment();
    const uint32_t in = ops_sources(e, "IN", 10);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "OUT";
    spec.size = 10;
    spec.v_th_mV = v_th_mV;
    const uint32_t out = ops_population(e, &spec);
    saltus_projection_spec way = ops_projection(in, out, SALTUS_RULE_ONE_TO_ONE);
    way.weight_mV = weight_mV;
    way.delay_ms = delay_ms;
    ops_connect(e, &way);
    return ops_run_experiment(e, 10);
}

/* Expected of `deliveries` and `arrivals`; the same for the engine's own counters. */
static void check_relay(ops_run *run, const saltus_arithmetic *each, double arrivals,
                        double bytes_each)
{
    const saltus_arithmetic sum = arithmetic_of(run);
    const double n = (double)run->activity.counts.synaptic_events;
    ck_assert_double_eq(n, 100);
    ck_assert_double_eq(sum.adds, n * each->adds + arrivals);
    ck_assert_double_eq(sum.multiplies, n * each->multiplies + 3 * arrivals);
    ck_assert_double_eq(sum.compares, n * each->compares);
    ck_assert_double_eq(sum.exps, n * each->exps + arrivals);
    ck_assert_double_eq(sum.state_bytes, n * 16);
    ck_assert_double_eq(sum.synapse_bytes, n * bytes_each);
    ck_assert_double_eq(sum.compares, (double)run->activity.counts.threshold_tests);
    ck_assert_double_eq(sum.exps, (double)run->activity.counts.exp_evaluations);
    ops_run_clear(run);
}

START_TEST(a_delivery_with_a_shared_weight_is_one_addition_and_one_compare)
{
    ops_run run = relay(saltus_constant(0.5), saltus_constant(0.25), saltus_constant(1e3));
    check_relay(&run, &(saltus_arithmetic){.adds = 1, .compares = 1}, 100, 4);
}
END_TEST

START_TEST(an_inhibitory_or_zero_shared_weight_needs_no_compare)
{
    ops_run run = relay(saltus_constant(-0.5), saltus_constant(0.25), saltus_constant(1e3));
    check_relay(&run, &(saltus_arithmetic){.adds = 1}, 100, 4);
    run = relay(saltus_constant(0), saltus_constant(0.25), saltus_constant(1e3));
    check_relay(&run, &(saltus_arithmetic){.adds = 1}, 100, 4);
}
END_TEST

START_TEST(an_own_weight_is_one_multiplication_more_and_its_bytes)
{
    ops_run run = relay(saltus_uniform(0.1, 0.5), saltus_constant(0.25), saltus_constant(1e3));
    check_relay(&run, &(saltus_arithmetic){.adds = 1, .multiplies = 1, .compares = 1}, 100, 8);
}
END_TEST

START_TEST(an_own_threshold_is_its_level_more)
{
    ops_run run = relay(saltus_constant(0.5), saltus_constant(0.25), saltus_uniform(1e3, 2e3));
    check_relay(&run, &(saltus_arithmetic){.adds = 2, .multiplies = 3, .compares = 1}, 100, 4);
}
END_TEST

START_TEST(an_own_delay_is_an_exponential_more_and_nothing_is_shared)
{
    ops_run run = relay(saltus_constant(0.5), saltus_uniform(0.1, 0.4), saltus_constant(1e3));
    check_relay(&run, &(saltus_arithmetic){.adds = 2, .multiplies = 3, .compares = 1, .exps = 1}, 0,
                12);
}
END_TEST

START_TEST(spikes_resets_and_external_events_add_up)
{
    /* every arrival of 25 mV fires its neuron; 2 ms of rest take the next two */
    saltus_experiment *e = ops_experiment();
    const uint32_t a = ops_neurons(e, "A", 6);
    const uint32_t b = ops_neurons(e, "B", 3);
    ops_drive(e, a, 25);
    saltus_projection_spec weak = ops_projection(a, b, SALTUS_RULE_ALL_TO_ALL);
    weak.weight_mV = saltus_constant(0.01);
    ops_connect(e, &weak);
    ops_run run = ops_run_experiment(e, 10);
    const saltus_counts *c = &run.activity.counts;
    ck_assert_uint_eq(c->external_events, 60); /* 0.7 ... 9.7 ms */
    /* fires at 0.7, 3.7 (the one at 2.7 comes at the end of refractoriness: it counts) */
    ck_assert_uint_eq(c->spikes % 6, 0);
    ck_assert_uint_eq(run.flying, 0);
    const double spikes = (double)c->spikes;
    const double resets = (double)c->neuron_updates - 60 - (double)c->synaptic_events - spikes;
    ck_assert(resets > 0 && resets <= spikes);
    const saltus_arithmetic sum = arithmetic_of(&run);
    const double deliveries = spikes * 3;
    ck_assert_double_eq((double)c->synaptic_events, deliveries);
    ck_assert_double_eq(sum.adds, deliveries + 60 + spikes + spikes);
    ck_assert_double_eq(sum.multiplies, 2 * 60 + 2 * spikes + resets + 3 * spikes);
    ck_assert_double_eq(sum.compares, deliveries + 60 + spikes);
    ck_assert_double_eq(sum.exps, 60 + spikes + resets + spikes);
    ck_assert_double_eq(sum.exps, (double)c->exp_evaluations);
    ck_assert_double_eq(sum.state_bytes, 16 * (double)c->neuron_updates);
    /* the last test of a candidate may or may not be among the engine's threshold tests */
    ck_assert_double_ge(sum.compares, (double)c->threshold_tests);
    ck_assert_double_le(sum.compares, (double)c->threshold_tests + spikes);
    ops_run_clear(&run);
}
END_TEST

START_TEST(a_crossing_by_drift_is_a_logarithm)
{
    /* 30 mV of drive: the neuron fires by itself */
    saltus_experiment *e = ops_experiment();
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "A";
    spec.size = 4;
    spec.i_e_pA = saltus_constant(30 * 250 / 20.0);
    const uint32_t a = ops_population(e, &spec);
    ops_drive(e, a, 0.1);
    ops_run run = ops_run_experiment(e, 100);
    const saltus_counts *c = &run.activity.counts;
    run.populations[a].crossing_searches = c->crossing_searches;
    ck_assert_uint_gt(c->crossing_searches, 0);
    ck_assert_uint_gt(c->spikes, 0);
    const saltus_arithmetic sum = arithmetic_of(&run);
    const double external = (double)c->external_events;
    const double searches = (double)c->crossing_searches;
    const double spikes = (double)c->spikes;
    const double resets = (double)c->neuron_updates - external - spikes;
    ck_assert_double_eq(sum.logs, searches);
    ck_assert_double_eq(sum.divides, searches);
    ck_assert_double_eq(sum.adds, 2 * external + searches + spikes);
    ck_assert_double_eq(sum.multiplies,
                        3 * external + searches + 2 * spikes + resets + 2 * (external + resets));
    ck_assert_double_eq(sum.compares, external + 3 * searches + spikes + 2 * (external + resets));
    ops_run_clear(&run);
}
END_TEST

START_TEST(a_delivery_to_a_neuron_that_may_drift_is_tested_for_it)
{
    saltus_experiment *e = ops_experiment();
    const uint32_t in = ops_sources(e, "IN", 10);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "OUT";
    spec.size = 10;
    spec.i_e_pA = saltus_constant(21 * 250 / 20.0); /* crosses after 60 ms */
    const uint32_t out = ops_population(e, &spec);
    const saltus_projection_spec way = ops_projection(in, out, SALTUS_RULE_ONE_TO_ONE);
    ops_connect(e, &way);
    ops_run run = ops_run_experiment(e, 10);
    ck_assert_uint_eq(run.activity.counts.synaptic_events, 100);
    ck_assert_uint_eq(run.activity.counts.spikes, 0);
    const saltus_arithmetic sum = arithmetic_of(&run);
    ck_assert_double_eq(sum.adds, 100 + 100);
    ck_assert_double_eq(sum.multiplies, 100 * (1 + 2) + 3 * 100);
    ck_assert_double_eq(sum.compares, 100 * (1 + 2));
    ops_run_clear(&run);
}
END_TEST

START_TEST(a_projection_without_synapses_costs_nothing_whoever_spikes)
{
    saltus_experiment *e = ops_experiment();
    const uint32_t in = ops_sources(e, "IN", 10);
    const uint32_t out = ops_neurons(e, "OUT", 10);
    saltus_projection_spec none = ops_projection(in, out, SALTUS_RULE_PAIRWISE_BERNOULLI);
    none.probability = 0;
    ops_connect(e, &none);
    ops_run run = ops_run_experiment(e, 10);
    ck_assert_uint_eq(run.activity.counts.source_spikes, 100);
    const saltus_arithmetic sum = arithmetic_of(&run);
    ck_assert_double_eq(saltus_arithmetic_operations(&sum), 0);
    ck_assert_double_eq(sum.exps, (double)run.activity.counts.exp_evaluations);
    ops_run_clear(&run);
}
END_TEST

START_TEST(listed_arrivals_take_the_general_way)
{
    static const double times[3] = {1, 2, 3};
    static const uint32_t targets[3] = {0, 1, 0};
    static const double weights[3] = {1, -1, 0};
    saltus_experiment *e = ops_experiment();
    ops_neurons(e, "A", 2);
    saltus_input_spec list = saltus_input_spec_default();
    list.name = "list";
    list.type = SALTUS_INPUT_ARRIVALS;
    list.arrival_times_ms = times;
    list.arrival_targets = targets;
    list.arrival_weights_mV = weights;
    list.arrival_count = 3;
    ck_assert_int_eq(saltus_experiment_add_input(e, &list, NULL, NULL), SALTUS_OK);
    ops_run run = ops_run_experiment(e, 10);
    const saltus_arithmetic sum = arithmetic_of(&run);
    ck_assert_double_eq(sum.adds, 3 * 2);
    ck_assert_double_eq(sum.multiplies, 3 * 3);
    ck_assert_double_eq(sum.compares, 3);
    ck_assert_double_eq(sum.compares, (double)run.activity.counts.threshold_tests);
    ck_assert_double_eq(sum.exps, (double)run.activity.counts.exp_evaluations);
    ops_run_clear(&run);
}
END_TEST

START_TEST(a_clock_adds_arrivals_and_updates_every_neuron)
{
    const uint32_t sizes[] = {10, 8};
    ops_run run = {.network = ops_chain(sizes, 2), .activity = {.duration_ms = 5, .step_ms = 0.1}};
    run.activity.counts.steps = 50;
    run.populations[1].step_updates = run.activity.counts.step_updates = 400;
    run.projections[0].synaptic_events = run.activity.counts.synaptic_events = 240;
    run.populations[1].synaptic_events = 240;
    run.populations[1].spikes = run.activity.counts.spikes = 3;
    run.populations[1].neuron_updates = 240 + 3 + 2;
    const saltus_arithmetic sum = arithmetic_of(&run);
    ck_assert_double_eq(sum.adds, 400 + 240);
    ck_assert_double_eq(sum.multiplies, 400);
    ck_assert_double_eq(sum.compares, 400);
    ck_assert_double_eq(sum.exps, 0);
    ck_assert_double_eq(sum.state_bytes, 16 * (400 + 240 + 5));
    ck_assert_double_eq(sum.synapse_bytes, 4 * 240);
    saltus_network_destroy(run.network);
}
END_TEST

START_TEST(every_model_states_its_operations_once)
{
    for (size_t i = 0; i < saltus_model_count(); i++) {
        const saltus_model_info *model = saltus_model_get(i);
        ck_assert_ptr_nonnull(model->operations);
        for (const saltus_model_operation *o = model->operations; o->name != NULL; o++) {
            const saltus_arithmetic each = saltus_model_arithmetic(model->model, o->operation);
            ck_assert_double_eq(saltus_arithmetic_operations(&each),
                                saltus_arithmetic_operations(&o->each));
            ck_assert_ptr_nonnull(o->counted_as);
            for (const saltus_model_operation *p = o + 1; p->name != NULL; p++) {
                ck_assert_int_ne(o->operation, p->operation);
            }
        }
    }
    const saltus_arithmetic none =
        saltus_model_arithmetic(SALTUS_MODEL_POISSON_SOURCE, SALTUS_OPERATION_DELIVERY);
    ck_assert_double_eq(saltus_arithmetic_operations(&none), 0);
    ck_assert_uint_eq(saltus_model_find("spike_list")->neurobench_operations, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_delivery_with_a_shared_weight_is_one_addition_and_one_compare,
        an_inhibitory_or_zero_shared_weight_needs_no_compare,
        an_own_weight_is_one_multiplication_more_and_its_bytes,
        an_own_threshold_is_its_level_more,
        an_own_delay_is_an_exponential_more_and_nothing_is_shared,
        spikes_resets_and_external_events_add_up,
        a_crossing_by_drift_is_a_logarithm,
        a_delivery_to_a_neuron_that_may_drift_is_tested_for_it,
        a_projection_without_synapses_costs_nothing_whoever_spikes,
        listed_arrivals_take_the_general_way,
        a_clock_adds_arrivals_and_updates_every_neuron,
        every_model_states_its_operations_once,
    };
    return SUITE_RUN("operations_arithmetic", tests);
}

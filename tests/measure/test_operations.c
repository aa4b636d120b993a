/* test_operations - the report of a run against the same figures counted one by one, over random
 * small networks; sizes, empty parts, refusals.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "operations_fixture.h"
#include "suite.h"
#include "trial.h"

/* ---- Random networks ---------------------------------------------------------------------- */

/* Weights of which many are 0: a list, or one value for all. */
static void random_weights(saltus_projection_spec *spec, uint64_t *random, double *weights,
                           uint32_t *sources, uint32_t *targets, uint32_t source_size,
                           uint32_t target_size)
{
    spec->weight_mV =
        saltus_constant(trial_random(random) < 0.3 ? 0 : trial_random_in(random, -4, 12));
    if (spec->rule != SALTUS_RULE_LIST) {
        return;
    }
    const uint32_t count = trial_random_below(random, 60);
    for (uint32_t i = 0; i < count; i++) {
        sources[i] = trial_random_below(random, source_size);
        targets[i] = trial_random_below(random, target_size);
        weights[i] = trial_random(random) < 0.4 ? 0 : trial_random_in(random, -4, 12);
    }
    spec->list_sources = sources;
    spec->list_targets = targets;
    spec->list_count = count;
    if (count > 0) {
        spec->weight_mV =
            (saltus_value){.kind = SALTUS_VALUE_LIST, .list = weights, .list_length = count};
    }
}

static void random_projection(saltus_experiment *e, uint64_t *random)
{
    const saltus_rule rules[] = {SALTUS_RULE_ALL_TO_ALL, SALTUS_RULE_FIXED_INDEGREE,
                                 SALTUS_RULE_FIXED_TOTAL_NUMBER, SALTUS_RULE_PAIRWISE_BERNOULLI,
                                 SALTUS_RULE_LIST};
    static double weights[64];
    static uint32_t sources[64];
    static uint32_t targets[64];
    const uint32_t source = trial_random_below(random, 3);
    const uint32_t target = 1 + trial_random_below(random, 2);
    saltus_projection_spec spec =
        ops_projection(source, target, rules[trial_random_below(random, 5)]);
    spec.count = trial_random_below(random, 12);
    spec.probability = trial_random(random);
    spec.delay_ms = saltus_constant(trial_random_in(random, 0.1, 2));
    if (trial_random(random) < 0.3) {
        spec.delay_ms = saltus_uniform(0.1, 2);
    }
    random_weights(&spec, random, weights, sources, targets,
                   saltus_experiment_population_size(e, source),
                   saltus_experiment_population_size(e, target));
    ops_connect(e, &spec);
}

static ops_run random_run(uint64_t *random)
{
    saltus_experiment *e = ops_experiment();
    ck_assert_int_eq(saltus_experiment_set_seed(e, trial_random_word(random)), SALTUS_OK);
    ops_sources(e, "S", 1 + trial_random_below(random, 12));
    ops_neurons(e, "A", 1 + trial_random_below(random, 15));
    ops_neurons(e, "B", 1 + trial_random_below(random, 15));
    const uint32_t projections = trial_random_below(random, 5);
    for (uint32_t i = 0; i < projections; i++) {
        random_projection(e, random);
    }
    ops_drive(e, 1, trial_random_in(random, 0, 15));
    return ops_run_experiment(e, 20.1);
}

/* Pairs with a synapse of weight other than 0, and synapses of weight 0, over the whole matrix. */
static void count_structure(const saltus_network *network, uint32_t projection, uint64_t *pairs,
                            uint64_t *zeros)
{
    const uint32_t from = saltus_network_population_size(
        network, saltus_network_projection_source(network, projection));
    bool matrix[16][16] = {{false}};
    *pairs = *zeros = 0;
    for (uint32_t s = 0; s < from; s++) {
        saltus_synapse synapses[600];
        const size_t count = saltus_network_read_synapses(network, projection, s, synapses, 600);
        ck_assert_uint_le(count, 600);
        for (size_t i = 0; i < count; i++) {
            *zeros += synapses[i].weight_mV == 0;
            matrix[s][synapses[i].target] |= synapses[i].weight_mV != 0;
        }
        for (uint32_t t = 0; t < 16; t++) {
            *pairs += matrix[s][t];
        }
    }
}

static void check_projection(const ops_run *run, const saltus_operations *report, uint32_t i)
{
    const saltus_network *network = run->network;
    const saltus_projection_operations p = saltus_operations_get_projection(report, i);
    uint64_t pairs = 0;
    uint64_t zeros = 0;
    count_structure(network, i, &pairs, &zeros);
    ck_assert_str_eq(p.name, saltus_network_projection_name(network, i));
    ck_assert_uint_eq(p.connected_pairs, pairs);
    ck_assert_uint_eq(p.zero_weights, zeros);
    ck_assert_uint_eq(saltus_network_projection_zero_weights(network, i), zeros);
    const double possible = (double)saltus_network_population_size(network, p.source) *
                            (double)saltus_network_population_size(network, p.target);
    ck_assert_double_eq(p.possible_pairs, possible);
    ck_assert_double_eq_tol(p.connection_sparsity, 1 - (double)pairs / possible, 1e-15);
    ck_assert_uint_eq(p.synaptic_events, saltus_simulation_projection_events(run->simulation, i));
    ck_assert_uint_eq(p.effective_acs, p.synaptic_events - run->projections[i].zero_weight_events);
    ck_assert_uint_eq(p.effective_macs, 0);
    const double steps = 20.1 / 0.1;
    ck_assert_double_eq(p.dense, steps * possible);
    ck_assert_double_eq(p.dense_existing, steps * (double)p.synapses);
    ck_assert_uint_eq(p.source_spikes,
                      saltus_simulation_population_spikes(run->simulation, p.source));
}

static void check_populations(const ops_run *run, const saltus_operations *report)
{
    const saltus_operations_summary s = saltus_operations_get_summary(report);
    saltus_arithmetic sum = {0};
    uint64_t updates = 0;
    uint64_t external = 0;
    for (uint32_t i = 0; i < 3; i++) {
        const saltus_population_operations p = saltus_operations_get_population(report, i);
        updates += p.membrane_updates;
        external += p.external_events;
        saltus_arithmetic_add(&sum, &p.arithmetic, 1);
        ck_assert_uint_eq(p.spikes, saltus_simulation_population_spikes(run->simulation, i));
        const double size = saltus_network_population_size(run->network, i);
        ck_assert_double_eq_tol(p.activation_sparsity, 1 - (double)p.spikes / (size * (20.1 / 0.1)),
                                1e-14);
        ck_assert_double_eq_tol(p.rate_Hz, (double)p.spikes / size / 0.0201, 1e-9);
        ck_assert(p.source == (i == 0));
        ck_assert_double_eq(p.neuron_operations, i == 0 ? 0 : 4.0 * (double)p.membrane_updates);
    }
    for (uint32_t i = 0; i < saltus_network_projection_count(run->network); i++) {
        const saltus_projection_operations p = saltus_operations_get_projection(report, i);
        saltus_arithmetic_add(&sum, &p.arithmetic, 1);
    }
    /* the parts make the whole, and the updates that were counted one by one are the engine's */
    ck_assert_uint_eq(updates, s.membrane_updates);
    ck_assert_uint_eq(external, s.external_events);
    ck_assert_double_eq(sum.adds, s.arithmetic.adds);
    ck_assert_double_eq(sum.multiplies, s.arithmetic.multiplies);
    ck_assert_double_eq(sum.state_bytes, s.arithmetic.state_bytes);
    ck_assert_double_eq(s.arithmetic.state_bytes, 16.0 * (double)s.membrane_updates);
}

START_TEST(random_networks_report_what_was_counted_one_by_one)
{
    uint64_t random = 4711;
    uint64_t zero_events = 0;
    for (int trial = 0; trial < 200; trial++) {
        ops_run run = random_run(&random);
        saltus_operations *report = ops_report(&run, 0.1);
        const saltus_operations_summary s = saltus_operations_get_summary(report);
        uint64_t bytes = 0;
        uint64_t effective = 0;
        uint64_t events = 0;
        for (uint32_t i = 0; i < saltus_network_projection_count(run.network); i++) {
            check_projection(&run, report, i);
            const saltus_projection_operations p = saltus_operations_get_projection(report, i);
            bytes += p.footprint_bytes;
            effective += p.effective_acs;
            events += p.synaptic_events;
            zero_events += p.synaptic_events - p.effective_acs;
        }
        check_populations(&run, report);
        ck_assert_uint_eq(s.synaptic_events, events);
        ck_assert_uint_eq(s.effective_acs, effective);
        const saltus_network_size size = saltus_network_get_size(run.network);
        ck_assert_uint_eq(bytes, size.synapse_bytes + size.row_bytes);
        ck_assert_uint_eq(s.footprint_bytes, bytes + size.neuron_bytes + size.input_bytes);
        saltus_operations_destroy(report);
        ops_run_clear(&run);
    }
    ck_assert_uint_gt(zero_events, 1000); /* the zeros were put to the test */
}
END_TEST

START_TEST(a_report_of_a_simulation_is_that_of_its_counts)
{
    uint64_t random = 5;
    ops_run run = random_run(&random);
    saltus_population_counts populations[OPS_PARTS_MAX];
    saltus_projection_counts projections[OPS_PARTS_MAX];
    for (uint32_t i = 0; i < saltus_network_population_count(run.network); i++) {
        populations[i] = saltus_simulation_population_counts(run.simulation, i);
    }
    for (uint32_t i = 0; i < saltus_network_projection_count(run.network); i++) {
        projections[i] = saltus_simulation_projection_counts(run.simulation, i);
    }
    saltus_operations_run activity = run.activity;
    activity.populations = populations;
    activity.projections = projections;
    saltus_operations *a = NULL;
    saltus_operations *b = NULL;
    ck_assert_int_eq(saltus_operations_create(run.network, &activity, 0.5, &a, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_operations_create_from(run.simulation, 0.5, &b, NULL), SALTUS_OK);
    const saltus_operations_summary sa = saltus_operations_get_summary(a);
    const saltus_operations_summary sb = saltus_operations_get_summary(b);
    ck_assert_uint_eq(sa.effective_acs, sb.effective_acs);
    ck_assert_uint_eq(sa.membrane_updates, sb.membrane_updates);
    ck_assert_double_eq(sa.dense, sb.dense);
    ck_assert_double_eq(sa.activation_sparsity, sb.activation_sparsity);
    ck_assert_double_eq(sa.arithmetic.adds, sb.arithmetic.adds);
    ck_assert_double_eq(sb.duration_ms, saltus_simulation_time_ms(run.simulation));
    saltus_operations_destroy(a);
    saltus_operations_destroy(b);
    ops_run_clear(&run);
}
END_TEST

/* ---- Structure ---------------------------------------------------------------------------------
 */

START_TEST(synapses_of_one_pair_are_one_connection_whatever_their_delays_and_weights)
{
    /* pair 0-0: weights 0 and 1; pair 0-1: twice 0; pair 1-1: twice 2 with two delays; autapse
     * or not makes no difference */
    static const uint32_t sources[] = {0, 0, 0, 0, 1, 1};
    static const uint32_t targets[] = {0, 0, 1, 1, 1, 1};
    static const double weights[] = {0, 1, 0, -0.0, 2, 2};
    static const double delays[] = {1, 2, 1, 2, 1, 2};
    saltus_experiment *e = ops_experiment();
    ops_neurons(e, "A", 2);
    saltus_projection_spec spec = ops_projection(0, 0, SALTUS_RULE_LIST);
    spec.list_sources = sources;
    spec.list_targets = targets;
    spec.list_count = 6;
    spec.weight_mV = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = weights, .list_length = 6};
    spec.delay_ms = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = delays, .list_length = 6};
    ops_connect(e, &spec);
    ops_run run = {.network = ops_build(e, 1, 0)};
    saltus_operations *report = ops_report(&run, 1);
    const saltus_projection_operations p = saltus_operations_get_projection(report, 0);
    ck_assert_uint_eq(p.synapses, 6);
    ck_assert_uint_eq(p.zero_weights, 3);
    ck_assert_uint_eq(p.connected_pairs, 2);
    ck_assert_double_eq(p.possible_pairs, 4);
    ck_assert_double_eq(p.connection_sparsity, 0.5);
    /* target, float weight and delay of each, and a row of 3 beginnings */
    ck_assert_uint_eq(p.footprint_bytes, 6 * (4 + 4 + 8) + 3 * 4);
    saltus_operations_destroy(report);
    saltus_network_destroy(run.network);
}
END_TEST

/* Two sources of a log entry of 160 bytes each, three targets of 164, weights of 8 bytes; scaling
 * takes 48 bytes a target more. */
START_TEST(footprints_contain_what_learning_and_scaling_keep)
{
    saltus_experiment *e = ops_experiment();
    ops_sources(e, "IN", 2);
    ops_neurons(e, "OUT", 3);
    saltus_projection_spec spec = ops_projection(0, 1, SALTUS_RULE_ALL_TO_ALL);
    spec.plasticity.rule = "stdp";
    ck_assert_int_eq(saltus_plasticity_set(&spec.plasticity, "w_max", 1, NULL), SALTUS_OK);
    spec.scaling.rate_Hz = 5;
    ops_connect(e, &spec);
    ops_run run = {.network = ops_build(e, 1, 0)};
    saltus_operations *report = ops_report(&run, 1);
    const saltus_projection_operations p = saltus_operations_get_projection(report, 0);
    ck_assert_uint_eq(p.footprint_bytes, 6 * (4 + 8) + 3 * 4 + 2 * 160 + 3 * (484 + 48));
    const saltus_network_size size = saltus_network_get_size(run.network);
    const saltus_operations_summary s = saltus_operations_get_summary(report);
    ck_assert_uint_eq(s.footprint_bytes, size.total_bytes - size.build_bytes - size.log_bytes);
    ck_assert_uint_gt(s.footprint_bytes, p.footprint_bytes);
    saltus_operations_destroy(report);
    saltus_network_destroy(run.network);
}
END_TEST

/* Weights uniform on two sides of a step that rounds to 0 as a float do not occur by chance, so a
 * list makes them; drawn weights are 0 where the distribution has no width. */
START_TEST(zero_weights_are_counted_as_stored_for_every_layout_and_number_of_threads)
{
    const uint32_t count = 200000; /* several chunks and parts */
    uint32_t *sources = calloc(count, sizeof *sources);
    uint32_t *targets = calloc(count, sizeof *targets);
    double *weights = calloc(count, sizeof *weights);
    uint64_t random = 8;
    uint64_t zeros = 0;
    for (uint32_t i = 0; i < count; i++) {
        sources[i] = trial_random_below(&random, 700);
        targets[i] = trial_random_below(&random, 3000);
        weights[i] = i % 3 == 0 ? 0 : trial_random(&random);
        zeros += weights[i] == 0;
    }
    for (uint32_t layout = 0; layout < 5; layout++) {
        uint64_t found[3];
        for (uint32_t threads = 1; threads <= 3; threads++) {
            saltus_experiment *e = ops_experiment();
            ops_neurons(e, "A", 700);
            ops_neurons(e, "B", 3000);
            saltus_projection_spec spec = ops_projection(0, 1, SALTUS_RULE_LIST);
            spec.list_sources = sources;
            spec.list_targets = targets;
            spec.list_count = count;
            for (uint32_t i = 0; layout == 1 && i < count; i++) {
                weights[i] = (double)(float)weights[i];
            }
            spec.weight_mV = layout < 2    ? (saltus_value){.kind = SALTUS_VALUE_LIST,
                                                            .list = weights,
                                                            .list_length = count}
                             : layout == 2 ? saltus_constant(0)
                             : layout == 3 ? saltus_uniform(-1, 1)
                                           : saltus_normal(0, 1e-60); /* 0 as a float */
            ops_connect(e, &spec);
            saltus_network *network = ops_build(e, threads, 1024 * (threads - 1));
            found[threads - 1] = saltus_network_projection_zero_weights(network, 0);
            saltus_network_destroy(network);
        }
        ck_assert_uint_eq(found[0], found[1]);
        ck_assert_uint_eq(found[0], found[2]);
        const uint64_t expected[] = {zeros, zeros, count, 0, count};
        ck_assert_uint_eq(found[0], expected[layout]);
    }
    free(sources);
    free(targets);
    free(weights);
}
END_TEST

START_TEST(a_neurons_out_degree_is_the_sum_over_its_projections)
{
    saltus_experiment *e = ops_experiment();
    const uint32_t a = ops_neurons(e, "A", 7);
    const uint32_t b = ops_neurons(e, "B", 5);
    ops_connect_all(e, a, b);
    saltus_projection_spec loop = ops_projection(a, a, SALTUS_RULE_ALL_TO_ALL);
    loop.autapses = false;
    ops_connect(e, &loop);
    saltus_network *network = ops_build(e, 1, 0);
    ck_assert_uint_eq(saltus_network_out_degree(network, a, 3), 5 + 6);
    ck_assert_uint_eq(saltus_network_out_degree(network, b, 0), 0);
    ck_assert_uint_eq(saltus_network_out_degree(network, a, 7), 0); /* no such neuron */
    ck_assert_uint_eq(saltus_network_projection_source(network, 1), a);
    ck_assert_uint_eq(saltus_network_projection_target(network, 0), b);
    ck_assert_uint_eq(saltus_network_projection_source(network, 2), UINT32_MAX);
    ck_assert_uint_eq(saltus_network_projection_target(network, 2), UINT32_MAX);
    ck_assert_uint_eq(saltus_network_projection_zero_weights(network, 2), 0);
    ck_assert_int_eq(saltus_network_population_model(network, b), SALTUS_MODEL_LIF_DELTA);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(without_projections_or_spikes_or_time_the_report_says_so)
{
    saltus_experiment *e = ops_experiment();
    ops_neurons(e, "A", 3);
    saltus_projection_spec none = ops_projection(0, 0, SALTUS_RULE_PAIRWISE_BERNOULLI);
    none.probability = 0;
    ops_connect(e, &none);
    ops_run run = ops_run_experiment(e, 5);
    saltus_operations *report = ops_report(&run, 1);
    saltus_operations_summary s = saltus_operations_get_summary(report);
    ck_assert_double_eq(s.connection_sparsity, 1);
    ck_assert_double_eq(s.activation_sparsity, 1);
    ck_assert_double_eq(s.bytes_per_synapse, 0);
    ck_assert_double_eq(s.dense, 5 * 9);
    ck_assert_double_eq(s.dense_existing, 0);
    ck_assert_double_eq(saltus_arithmetic_operations(&s.arithmetic), 0);
    saltus_operations_destroy(report);
    ops_run_clear(&run);

    e = ops_experiment();
    ops_sources(e, "S", 2);
    run = (ops_run){.network = ops_build(e, 1, 0)};
    report = ops_report(&run, 1);
    s = saltus_operations_get_summary(report);
    ck_assert_double_nan(s.connection_sparsity);
    ck_assert_double_nan(s.activation_sparsity);
    ck_assert_double_nan(s.rate_Hz);
    ck_assert_uint_eq(s.sources, 2);
    ck_assert_uint_eq(s.neurons, 0);
    ck_assert_double_eq(s.steps, 0);
    saltus_operations_destroy(report);
    saltus_network_destroy(run.network);
}
END_TEST

START_TEST(external_input_is_a_line_of_its_own_to_each_neuron_and_step)
{
    saltus_experiment *e = ops_experiment();
    const uint32_t a = ops_neurons(e, "A", 4);
    ops_drive(e, a, 1);
    ops_run run = ops_run_experiment(e, 10);
    saltus_operations *report = ops_report(&run, 0.5);
    const saltus_operations_summary s = saltus_operations_get_summary(report);
    ck_assert_uint_eq(s.external_events, 40); /* 0.7, 1.7, ... 9.7 ms */
    ck_assert_double_eq(s.external_dense, 20 * 4);
    ck_assert_uint_eq(s.effective_acs, 0);
    ck_assert_uint_eq(s.membrane_updates, 40);
    saltus_operations_destroy(report);
    ops_run_clear(&run);
}
END_TEST

/* ---- The step
 * ------------------------------------------------------------------------------------ */

START_TEST(dense_figures_are_for_the_step_that_is_given)
{
    const uint32_t sizes[] = {3, 4};
    ops_run run = {.network = ops_chain(sizes, 2), .activity = {.duration_ms = 100}};
    run.populations[1].spikes = run.activity.counts.spikes = 8;
    const double steps_ms[] = {10, 1, 0.1, 0.01};
    for (size_t i = 0; i < 4; i++) {
        saltus_operations *report = ops_report(&run, steps_ms[i]);
        const saltus_operations_summary s = saltus_operations_get_summary(report);
        const double steps = 100 / steps_ms[i];
        ck_assert_double_eq(s.steps, steps);
        ck_assert_double_eq(s.dense, steps * 12);
        ck_assert_double_eq_tol(s.activation_sparsity, 1 - 8 / (4 * steps), 1e-15);
        ck_assert_double_eq_tol(s.execution_rate_Hz, 1000 / steps_ms[i], 1e-9);
        ck_assert(!s.clocked);
        saltus_operations_destroy(report);
    }
    /* a clock: its own step, or another nominal one */
    run.activity.step_ms = 0.1;
    run.activity.counts.steps = 1001; /* one more was begun */
    run.activity.counts.step_updates = run.populations[1].step_updates = 4004;
    saltus_operations *own = ops_report(&run, 0);
    saltus_operations *other = ops_report(&run, 1);
    const saltus_operations_summary so = saltus_operations_get_summary(own);
    const saltus_operations_summary st = saltus_operations_get_summary(other);
    ck_assert(so.clocked && so.dt_ms == 0.1 && so.steps == 1001 && so.dense == 1001 * 12);
    ck_assert(st.clocked && st.dt_ms == 1 && st.steps == 100 && st.dense == 1200);
    ck_assert_uint_eq(so.membrane_updates, 4004);
    ck_assert_uint_eq(st.membrane_updates, 4004);
    saltus_operations_destroy(own);
    saltus_operations_destroy(other);
    saltus_network_destroy(run.network);
}
END_TEST

START_TEST(what_makes_no_report_is_refused_in_words)
{
    const uint32_t sizes[] = {3, 4};
    saltus_network *network = ops_chain(sizes, 2);
    const saltus_population_counts populations[2] = {{0}};
    const saltus_projection_counts projections[1] = {{0}};
    const saltus_projection_counts wrong[1] = {{.synaptic_events = 1, .zero_weight_events = 2}};
    const saltus_operations_run good = {
        .duration_ms = 1, .populations = populations, .projections = projections};
    saltus_operations_run bad[6] = {good, good, good, good, good, good};
    bad[0].duration_ms = -1;
    bad[1].duration_ms = (double)NAN;
    bad[2].step_ms = (double)INFINITY;
    bad[3].populations = NULL;
    bad[4].projections = NULL;
    bad[5].projections = wrong;
    saltus_operations *report = NULL;
    for (size_t i = 0; i < 6; i++) {
        saltus_error error = {0};
        ck_assert_int_eq(saltus_operations_create(network, &bad[i], 1, &report, &error),
                         SALTUS_E_ARGUMENT);
        ck_assert_ptr_null(report);
        ck_assert_uint_gt(strlen(error.message), 20);
    }
    const double steps[] = {0, -1, (double)NAN, (double)INFINITY};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(saltus_operations_create(network, &good, steps[i], &report, NULL),
                         SALTUS_E_ARGUMENT);
    }
    ck_assert_int_eq(saltus_operations_create(NULL, &good, 1, &report, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_operations_create(network, NULL, 1, &report, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_operations_create(network, &good, 1, NULL, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_operations_create_from(NULL, 1, &report, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_operations_create(network, &good, 1, &report, NULL), SALTUS_OK);
    saltus_operations_destroy(report);
    saltus_operations_destroy(NULL);
    saltus_network_destroy(network);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        random_networks_report_what_was_counted_one_by_one,
        a_report_of_a_simulation_is_that_of_its_counts,
        synapses_of_one_pair_are_one_connection_whatever_their_delays_and_weights,
        footprints_contain_what_learning_and_scaling_keep,
        zero_weights_are_counted_as_stored_for_every_layout_and_number_of_threads,
        a_neurons_out_degree_is_the_sum_over_its_projections,
        without_projections_or_spikes_or_time_the_report_says_so,
        external_input_is_a_line_of_its_own_to_each_neuron_and_step,
        dense_figures_are_for_the_step_that_is_given,
        what_makes_no_report_is_refused_in_words,
    };
    return SUITE_RUN("operations", tests);
}

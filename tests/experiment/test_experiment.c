/* test_experiment - describing an experiment in code: what is taken, copied and refused. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/experiment.h"

static saltus_experiment *experiment;
static saltus_error error;

static saltus_population_spec neurons(const char *name, uint32_t size)
{
    saltus_population_spec p = saltus_population_spec_default();
    p.name = name;
    p.size = size;
    return p;
}

/* Populations E (10), I (5) and the source S (10). */
static void set_up(void)
{
    ck_assert_int_eq(saltus_experiment_create("test", &experiment), SALTUS_OK);
    saltus_population_spec p = neurons("E", 10);
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &p, NULL, &error), SALTUS_OK);
    p = neurons("I", 5);
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &p, NULL, &error), SALTUS_OK);
    p = neurons("S", 10);
    p.model = SALTUS_MODEL_POISSON_SOURCE;
    p.rate_Hz = 10;
    uint32_t index = 0;
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &p, &index, &error), SALTUS_OK);
    ck_assert_uint_eq(index, 2);
}

static void tear_down(void)
{
    saltus_experiment_destroy(experiment);
    experiment = NULL;
}

static void refuse_population(const saltus_population_spec *p, const char *contains)
{
    uint32_t index = 77;
    ck_assert_int_eq(saltus_experiment_add_population(experiment, p, &index, &error),
                     SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, contains) != NULL, "%s", error.message);
    ck_assert_uint_eq(index, 77);
    ck_assert_uint_eq(saltus_experiment_population_count(experiment), 3);
}

/* ---- Life and reading back --------------------------------------------------------- */

START_TEST(test_experiment_starts_with_its_defaults)
{
    ck_assert_str_eq(saltus_experiment_title(experiment), "test");
    ck_assert_uint_eq(saltus_experiment_seed(experiment), 1);
    ck_assert(saltus_experiment_duration_ms(experiment) == 1000);
    ck_assert_uint_eq(saltus_experiment_find_population(experiment, "I"), 1);
    ck_assert_uint_eq(saltus_experiment_find_population(experiment, "X"), UINT32_MAX);
    ck_assert_str_eq(saltus_experiment_population_name(experiment, 2), "S");
    ck_assert_ptr_null(saltus_experiment_population_name(experiment, 3));
    ck_assert_uint_eq(saltus_experiment_population_size(experiment, 1), 5);
    ck_assert_uint_eq(saltus_experiment_population_size(experiment, 3), 0);
    ck_assert(!saltus_experiment_records_spikes(experiment, 0));
    ck_assert_int_eq(saltus_experiment_record_spikes(experiment, 1), SALTUS_OK);
    ck_assert(saltus_experiment_records_spikes(experiment, 1));
    ck_assert_int_eq(saltus_experiment_record_spikes(experiment, 3), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_experiment_set_seed(experiment, UINT64_MAX), SALTUS_OK);
    ck_assert_uint_eq(saltus_experiment_seed(experiment), UINT64_MAX);
}
END_TEST

START_TEST(test_experiment_refuses_null_and_uninitialised_specs)
{
    saltus_population_spec p = {.name = "X", .size = 1};
    saltus_experiment *none = experiment;
    ck_assert_int_eq(saltus_experiment_create(NULL, &none), SALTUS_E_ARGUMENT);
    ck_assert_ptr_null(none);
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &p, NULL, NULL),
                     SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_experiment_add_population(NULL, &p, NULL, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_experiment_add_input(experiment, NULL, NULL, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_experiment_add_projection(experiment, NULL, NULL, &error),
                     SALTUS_E_ARGUMENT);
    saltus_experiment_destroy(NULL);
}
END_TEST

START_TEST(test_experiment_duration_is_positive_and_bounded)
{
    const double bad[] = {0, -1, 4.6e7, 1e-12, (double)NAN, (double)INFINITY};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_int_eq(saltus_experiment_set_duration(experiment, bad[i], &error),
                         SALTUS_E_EXPERIMENT);
    }
    ck_assert_int_eq(saltus_experiment_set_duration(experiment, 4.5e7, &error), SALTUS_OK);
    ck_assert(saltus_experiment_duration_ms(experiment) == 4.5e7);
}
END_TEST

/* ---- Populations ------------------------------------------------------------------- */

START_TEST(test_population_names_are_words_and_unique)
{
    saltus_population_spec p = neurons("E", 1);
    refuse_population(&p, "there is a population 'E' already");
    p.name = "a b";
    refuse_population(&p, "letters, digits and '_'");
    p.name = "";
    refuse_population(&p, "the name is missing");
    p.name = NULL;
    refuse_population(&p, "the name is missing");
}
END_TEST

START_TEST(test_population_sizes_are_bounded)
{
    saltus_population_spec p = neurons("X", 0);
    refuse_population(&p, "at least 1 neuron");
    p.size = 2147483647;
    refuse_population(&p, "fewer than 2147483648");
}
END_TEST

START_TEST(test_population_parameters_are_checked)
{
    saltus_population_spec p = neurons("X", 2);
    p.tau_m_ms = 0;
    refuse_population(&p, "params.tau_m: found 0 ms");
    p.tau_m_ms = 1e-7;
    refuse_population(&p, "params.tau_m");
    p = neurons("X", 2);
    p.c_m_pF = -1;
    refuse_population(&p, "params.c_m: found -1 pF");
    p = neurons("X", 2);
    p.t_ref_ms = -0.5;
    refuse_population(&p, "params.t_ref: found -0.5 ms");
    p = neurons("X", 2);
    p.v_rest_mV = (double)NAN;
    refuse_population(&p, "params.v_rest");
    p = neurons("X", 2);
    p.i_e_pA = saltus_constant((double)INFINITY);
    refuse_population(&p, "params.i_e");
    p = neurons("X", 2);
    p.i_e_pA = saltus_constant(1e12);
    p.tau_m_ms = 1e6;
    refuse_population(&p, "params.i_e: the current moves");
    p = neurons("X", 2);
    p.model = SALTUS_MODEL_POISSON_SOURCE;
    refuse_population(&p, "params.rate: no rate is given");
    p.rate_Hz = 1.1e7;
    refuse_population(&p, "0 to 1e7 Hz");
    p = neurons("X", 2);
    p.model = SALTUS_MODEL_PERIODIC_SOURCE;
    refuse_population(&p, "params.interval: no time is given");
    p.interval_ms = 5;
    p.start_ms = saltus_constant(3);
    p.stop_ms = 2;
    refuse_population(&p, "params.stop: found 2 ms, which is before the start at 3 ms");
    p.start_ms = saltus_uniform(-1, 1);
    refuse_population(&p, "params.start: the first spikes may come before 0 ms");
    p.model = (saltus_model)99;
    refuse_population(&p, "unknown model 99");
}
END_TEST

START_TEST(test_population_threshold_stays_above_reset)
{
    saltus_population_spec p = neurons("X", 2);
    const double list[] = {15, 5};
    p.v_reset_mV = 5;
    p.v_th_mV = saltus_constant(5);
    refuse_population(&p, "the threshold is 5 mV and v_reset is 5 mV");
    p.v_th_mV = saltus_uniform(4, 20);
    refuse_population(&p, "the lowest threshold is 4 mV");
    p.v_th_mV = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = list, .list_length = 2};
    refuse_population(&p, "the lowest threshold is 5 mV");
    p.v_th_mV = saltus_normal(20, 1);
    refuse_population(&p, "give it a min above 5 mV");
    p.v_th_mV = saltus_lognormal(20, 1);
    refuse_population(&p, "the lowest threshold is 0 mV");
    p.v_th_mV.low = 6;
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &p, NULL, &error), SALTUS_OK);
}
END_TEST

START_TEST(test_values_are_checked)
{
    saltus_population_spec p = neurons("X", 2);
    const double list[] = {1, (double)NAN};
    p.i_e_pA = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = list, .list_length = 2};
    refuse_population(&p, "value 1 (counting from 0) is nan");
    p.i_e_pA.list_length = 1;
    refuse_population(&p, "found 1 values; 2 are needed, one for each neuron");
    p.i_e_pA = saltus_uniform(2, 2);
    refuse_population(&p, "the first must be below the second");
    p.i_e_pA = saltus_normal(0, -1);
    refuse_population(&p, "found a spread of -1");
    p.i_e_pA = saltus_lognormal(-1, 1);
    refuse_population(&p, "a lognormal distribution needs one above 0");
    p.i_e_pA = saltus_normal(0, 1);
    p.i_e_pA.low = 2;
    p.i_e_pA.high = 1;
    refuse_population(&p, "found a minimum of 2 and a maximum of 1");
    p.i_e_pA.low = 5;
    p.i_e_pA.high = 6;
    refuse_population(&p, "fewer than one draw in 1000");
    p.i_e_pA = saltus_lognormal(1, 1);
    p.i_e_pA.high = 0.01;
    refuse_population(&p, "fewer than one draw in 1000");
    p.i_e_pA = saltus_lognormal(1, 5);
    refuse_population(&p, "at most 1e12 pA");
    p.i_e_pA = saltus_constant(0);
    p.i_e_pA.kind = (saltus_value_kind)9;
    refuse_population(&p, "unknown kind of value");
}
END_TEST

START_TEST(test_spike_lists_are_sorted_and_in_range)
{
    saltus_population_spec p = neurons("X", 2);
    double times[] = {1, 3, 2};
    uint32_t ids[] = {0, 1, 0};
    p.model = SALTUS_MODEL_SPIKE_LIST;
    p.spike_times_ms = times;
    p.spike_neurons = ids;
    p.spike_count = 3;
    refuse_population(&p, "time 2 (counting from 0) is 2 ms, before the one ahead of it at 3 ms");
    times[2] = -1;
    refuse_population(&p, "time 2 (counting from 0) is -1 ms");
    times[2] = 3;
    ids[1] = 2;
    refuse_population(&p, "entry 1 (counting from 0) names neuron 2");
    ids[1] = 1;
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &p, NULL, &error), SALTUS_OK);
}
END_TEST

START_TEST(test_experiment_copies_all_it_is_given)
{
    char name[] = "X";
    double list[] = {15, 16};
    saltus_population_spec p = neurons(name, 2);
    p.v_rest_mV = -3;
    p.v_th_mV = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = list, .list_length = 2};
    uint32_t x = 0;
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &p, &x, &error), SALTUS_OK);
    name[0] = 'Y';
    list[0] = 0;
    ck_assert_str_eq(saltus_experiment_population_name(experiment, x), "X");
    ck_assert(experiment->populations[x].v_th_mV.list[0] == 15);
    // Defaults that depend on other fields are filled in.
    ck_assert(experiment->populations[x].v_init_mV.a == -3);

    uint32_t pairs[] = {0, 1};
    saltus_projection_spec j = saltus_projection_spec_default();
    j.source = 0;
    j.target = x;
    j.rule = SALTUS_RULE_LIST;
    j.list_sources = pairs;
    j.list_targets = pairs;
    j.list_count = 2;
    j.weight_mV = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = list, .list_length = 2};
    j.delay_ms = saltus_constant(1);
    ck_assert_int_eq(saltus_experiment_add_projection(experiment, &j, NULL, &error), SALTUS_OK);
    pairs[0] = 9;
    ck_assert_uint_eq(experiment->projections[0].list_sources[0], 0);
    ck_assert_str_eq(experiment->projections[0].name, "E->X");
}
END_TEST

/* ---- Inputs ------------------------------------------------------------------------ */

static void refuse_input(const saltus_input_spec *input, const char *contains)
{
    ck_assert_int_eq(saltus_experiment_add_input(experiment, input, NULL, &error),
                     SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, contains) != NULL, "%s", error.message);
}

START_TEST(test_inputs_are_checked)
{
    saltus_input_spec input = saltus_input_spec_default();
    input.name = "in";
    refuse_input(&input, "rate: no rate is given");
    input.rate_Hz = 5;
    refuse_input(&input, "weight: no value is given");
    input.weight_mV = 1;
    input.stop_ms = -1;
    refuse_input(&input, "stop: found -1 ms");
    input.stop_ms = (double)INFINITY;
    input.population = 2;
    refuse_input(&input, "'S' is a source and takes no input");
    input.population = 3;
    refuse_input(&input, "there is no population 3");
    input.population = 0;
    ck_assert_int_eq(saltus_experiment_add_input(experiment, &input, NULL, &error), SALTUS_OK);
    ck_assert(experiment->inputs[0].start_ms == 0);
    refuse_input(&input, "there is an input 'in' already");
    input.name = "in/2";
    input.type = SALTUS_INPUT_PERIODIC;
    refuse_input(&input, "interval: no time is given");
    input.interval_ms = 4;
    ck_assert_int_eq(saltus_experiment_add_input(experiment, &input, NULL, &error), SALTUS_OK);
    ck_assert(experiment->inputs[1].start_ms == 4);
}
END_TEST

START_TEST(test_arrivals_are_checked)
{
    double times[] = {0, 1};
    uint32_t targets[] = {0, 10};
    double weights[] = {1, 2};
    saltus_input_spec input = saltus_input_spec_default();
    input.name = "in";
    input.type = SALTUS_INPUT_ARRIVALS;
    input.arrival_times_ms = times;
    input.arrival_targets = targets;
    input.arrival_weights_mV = weights;
    input.arrival_count = 2;
    refuse_input(&input, "entry 1 (counting from 0) names neuron 10");
    targets[1] = 9;
    weights[1] = (double)NAN;
    refuse_input(&input, "weight 1 (counting from 0) is nan");
    weights[1] = 1;
    times[0] = 2;
    refuse_input(&input, "sort by time");
    times[0] = 1;
    ck_assert_int_eq(saltus_experiment_add_input(experiment, &input, NULL, &error), SALTUS_OK);
}
END_TEST

/* ---- Projections ------------------------------------------------------------------- */

static saltus_projection_spec synapses(uint32_t source, uint32_t target, saltus_rule rule)
{
    saltus_projection_spec p = saltus_projection_spec_default();
    p.source = source;
    p.target = target;
    p.rule = rule;
    p.weight_mV = saltus_constant(0.1);
    p.delay_ms = saltus_constant(1);
    return p;
}

static void refuse_projection(const saltus_projection_spec *p, const char *contains)
{
    ck_assert_int_eq(saltus_experiment_add_projection(experiment, p, NULL, &error),
                     SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, contains) != NULL, "%s", error.message);
    ck_assert_uint_eq(experiment->projection_count, 0);
}

START_TEST(test_projection_rules_must_be_possible)
{
    saltus_projection_spec p = synapses(0, 1, SALTUS_RULE_ONE_TO_ONE);
    refuse_projection(&p, "one_to_one needs populations of the same size; found 10 and 5");
    p = synapses(0, 0, SALTUS_RULE_ONE_TO_ONE);
    p.autapses = false;
    refuse_projection(&p, "makes autapses only");
    p = synapses(0, 0, SALTUS_RULE_FIXED_INDEGREE);
    p.count = 10;
    p.autapses = false;
    p.multapses = false;
    refuse_projection(&p, "at most 9 sources");
    p = synapses(0, 1, SALTUS_RULE_FIXED_OUTDEGREE);
    p.count = 6;
    p.multapses = false;
    refuse_projection(&p, "at most 5 targets");
    p = synapses(0, 0, SALTUS_RULE_FIXED_TOTAL_NUMBER);
    p.count = 91;
    p.autapses = false;
    p.multapses = false;
    refuse_projection(&p, "at most 90 pairs");
    p = synapses(0, 1, SALTUS_RULE_PAIRWISE_BERNOULLI);
    p.probability = 1.5;
    refuse_projection(&p, "a probability from 0 to 1");
    p = synapses(0, 2, SALTUS_RULE_ALL_TO_ALL);
    refuse_projection(&p, "'S' is a source and takes no input");
    p = synapses(3, 0, SALTUS_RULE_ALL_TO_ALL);
    refuse_projection(&p, "there is no population 3");
    p = synapses(0, 0, (saltus_rule)77);
    refuse_projection(&p, "unknown rule 77");
    p = synapses(0, 0, SALTUS_RULE_FIXED_INDEGREE);
    p.count = UINT64_MAX;
    refuse_projection(&p, "more than 2^62 synapses");
}
END_TEST

START_TEST(test_projection_of_one_neuron_without_autapses_has_no_partner)
{
    saltus_population_spec one = neurons("O", 1);
    uint32_t o = 0;
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &one, &o, &error), SALTUS_OK);
    saltus_projection_spec p = synapses(o, o, SALTUS_RULE_FIXED_INDEGREE);
    p.count = 1;
    p.autapses = false;
    refuse_projection(&p, "there are no sources to choose from");
    p.rule = SALTUS_RULE_FIXED_TOTAL_NUMBER;
    refuse_projection(&p, "there are no pairs to choose from");
    p.count = 0;
    ck_assert_int_eq(saltus_experiment_add_projection(experiment, &p, NULL, &error), SALTUS_OK);
}
END_TEST

START_TEST(test_projection_delays_are_above_zero)
{
    saltus_projection_spec p = synapses(0, 1, SALTUS_RULE_ALL_TO_ALL);
    p.delay_ms = saltus_constant(0);
    refuse_projection(&p, "found 0 ms; a delay above 0 is needed");
    p.delay_ms = saltus_constant(4e-12);
    refuse_projection(&p, "a delay above 0 is needed");
    p.delay_ms = saltus_constant((double)NAN);
    refuse_projection(&p, "delay: no value is given");
    p.delay_ms = saltus_uniform(0, 1);
    refuse_projection(&p, "found a shortest delay of 0 ms");
    p.delay_ms = saltus_normal(1, 0.1);
    refuse_projection(&p, "this distribution needs a min above 0 ms");
    p.delay_ms = saltus_lognormal(1, 0.1);
    refuse_projection(&p, "this distribution needs a min above 0 ms");
    p.delay_ms = saltus_constant(4.6e7);
    refuse_projection(&p, "at most 4.5e7 ms");
    p.delay_ms = saltus_lognormal(1, 2);
    p.delay_ms.low = 0.1;
    refuse_projection(&p, "give a max");
    p.delay_ms = saltus_constant(6e-12); /* rounds to one tick */
    ck_assert_int_eq(saltus_experiment_add_projection(experiment, &p, NULL, &error), SALTUS_OK);
}
END_TEST

START_TEST(test_projection_lists_are_checked)
{
    uint32_t sources[] = {0, 10};
    uint32_t targets[] = {4, 4};
    double delays[] = {1, 0};
    saltus_projection_spec p = synapses(0, 1, SALTUS_RULE_LIST);
    p.list_sources = sources;
    p.list_targets = targets;
    p.list_count = 2;
    refuse_projection(&p, "synapse 1 (counting from 0) has source 10");
    sources[1] = 1;
    targets[0] = 5;
    refuse_projection(&p, "synapse 0 (counting from 0) has target 5");
    targets[0] = 0;
    p.delay_ms = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = delays, .list_length = 2};
    refuse_projection(&p, "found a shortest delay of 0 ms");
    p.delay_ms.list_length = 1;
    refuse_projection(&p, "found 1 values; 2 are needed, one for each synapse");
    p.delay_ms = saltus_constant(1);
    p.multapses = false;
    refuse_projection(&p, "a list says itself which synapses there are");
    /* weights may be listed for any rule, in the order of the synapses; delays may not */
    p = synapses(0, 1, SALTUS_RULE_ALL_TO_ALL);
    delays[1] = 1;
    p.delay_ms = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = delays, .list_length = 2};
    refuse_projection(&p, "a list of values is not allowed here");
}
END_TEST

/* ---- Records and hash -------------------------------------------------------------- */

static saltus_status record(uint32_t population, uint32_t first, uint32_t count, double every)
{
    return saltus_experiment_record_potential(experiment, population, first, count, 0, every,
                                              (double)INFINITY, &error);
}

START_TEST(test_potential_records_are_checked)
{
    ck_assert_int_eq(record(0, 0, 10, 1), SALTUS_OK);
    ck_assert_int_eq(record(0, 3, 1, 0), SALTUS_OK);
    ck_assert_int_eq(record(0, 1, 10, 1), SALTUS_E_EXPERIMENT);
    ck_assert_str_eq(error.message, "potential record, neurons: neurons 1 to 10 are not all "
                                    "there; 'E' has 0 to 9");
    ck_assert_int_eq(record(0, UINT32_MAX, UINT32_MAX, 1), SALTUS_E_EXPERIMENT);
    ck_assert_int_eq(record(0, 0, 0, 1), SALTUS_E_EXPERIMENT);
    ck_assert_int_eq(record(2, 0, 1, 1), SALTUS_E_EXPERIMENT);
    ck_assert_int_eq(record(9, 0, 1, 1), SALTUS_E_EXPERIMENT);
    ck_assert_int_eq(record(0, 0, 1, -1), SALTUS_E_EXPERIMENT);
    ck_assert_int_eq(record(0, 0, 1, 1e-13), SALTUS_E_EXPERIMENT);
    ck_assert_uint_eq(experiment->potential_count, 2);
}
END_TEST

START_TEST(test_hash_sees_what_moves_spikes_and_nothing_else)
{
    const uint64_t before = saltus_experiment_hash(experiment);
    saltus_experiment_record_spikes(experiment, 0);
    ck_assert_int_eq(record(0, 0, 10, 1), SALTUS_OK);
    ck_assert_uint_eq(saltus_experiment_hash(experiment), before);
    // A field that the model does not use, and a zero's sign, are nothing.
    experiment->populations[2].tau_m_ms = 5;
    experiment->populations[0].v_rest_mV = -0.0;
    ck_assert_uint_eq(saltus_experiment_hash(experiment), before);
    experiment->populations[0].tau_m_ms = 21;
    const uint64_t changed = saltus_experiment_hash(experiment);
    ck_assert_uint_ne(changed, before);
    experiment->populations[0].tau_m_ms = 20;
    saltus_experiment_set_seed(experiment, 2);
    ck_assert_uint_ne(saltus_experiment_hash(experiment), before);
    saltus_experiment_set_seed(experiment, 1);
    ck_assert_uint_eq(saltus_experiment_hash(experiment), before);
    saltus_projection_spec p = synapses(0, 1, SALTUS_RULE_ALL_TO_ALL);
    ck_assert_int_eq(saltus_experiment_add_projection(experiment, &p, NULL, &error), SALTUS_OK);
    const uint64_t connected = saltus_experiment_hash(experiment);
    ck_assert_uint_ne(connected, before);
    experiment->projections[0].autapses = false;
    ck_assert_uint_ne(saltus_experiment_hash(experiment), connected);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("experiment");
    TCase *cases = tcase_create("experiment");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, test_experiment_starts_with_its_defaults);
    tcase_add_test(cases, test_experiment_refuses_null_and_uninitialised_specs);
    tcase_add_test(cases, test_experiment_duration_is_positive_and_bounded);
    tcase_add_test(cases, test_population_names_are_words_and_unique);
    tcase_add_test(cases, test_population_sizes_are_bounded);
    tcase_add_test(cases, test_population_parameters_are_checked);
    tcase_add_test(cases, test_population_threshold_stays_above_reset);
    tcase_add_test(cases, test_values_are_checked);
    tcase_add_test(cases, test_spike_lists_are_sorted_and_in_range);
    tcase_add_test(cases, test_experiment_copies_all_it_is_given);
    tcase_add_test(cases, test_inputs_are_checked);
    tcase_add_test(cases, test_arrivals_are_checked);
    tcase_add_test(cases, test_projection_rules_must_be_possible);
    tcase_add_test(cases, test_projection_of_one_neuron_without_autapses_has_no_partner);
    tcase_add_test(cases, test_projection_delays_are_above_zero);
    tcase_add_test(cases, test_projection_lists_are_checked);
    tcase_add_test(cases, test_potential_records_are_checked);
    tcase_add_test(cases, test_hash_sees_what_moves_spikes_and_nothing_else);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

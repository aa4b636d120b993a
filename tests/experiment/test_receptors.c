/* test_receptors - neurons with synaptic currents, described in code: what is taken, copied,
 * refused and told apart. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/experiment.h"
#include "saltus/catalog.h"

static saltus_experiment *experiment;
static saltus_error error;

static saltus_population_spec neurons(const char *name, saltus_model model)
{
    saltus_population_spec p = saltus_population_spec_default();
    p.name = name;
    p.size = 4;
    p.model = model;
    return p;
}

static void add(const saltus_population_spec *p)
{
    ck_assert_msg(saltus_experiment_add_population(experiment, p, NULL, &error) == SALTUS_OK, "%s",
                  error.message);
}

/* Populations D (lif_delta), X (lif_exp with the receptors ex and in), A (lif_alpha with one). */
static void build(void)
{
    ck_assert_int_eq(saltus_experiment_create("test", &experiment), SALTUS_OK);
    saltus_population_spec p = neurons("D", SALTUS_MODEL_LIF_DELTA);
    add(&p);
    p = neurons("X", SALTUS_MODEL_LIF_EXP);
    p.receptor_count = 2;
    p.receptors[0] = (saltus_receptor){.name = "ex", .tau_ms = 5};
    p.receptors[1] = (saltus_receptor){.name = "in", .tau_ms = 10, .tau_rise_ms = 1};
    add(&p);
    p = neurons("A", SALTUS_MODEL_LIF_ALPHA);
    add(&p);
}

static void tear_down(void)
{
    saltus_experiment_destroy(experiment);
    experiment = NULL;
}

static saltus_projection_spec synapses(uint32_t target)
{
    saltus_projection_spec p = saltus_projection_spec_default();
    p.source = 0;
    p.target = target;
    p.delay_ms = saltus_constant(1);
    return p;
}

static saltus_input_spec drive(const char *name, uint32_t target)
{
    saltus_input_spec input = saltus_input_spec_default();
    input.name = name;
    input.population = target;
    input.rate_Hz = 10;
    return input;
}

static void refuse_population(const saltus_population_spec *p, const char *message)
{
    ck_assert_int_eq(saltus_experiment_add_population(experiment, p, NULL, &error),
                     SALTUS_E_EXPERIMENT);
    ck_assert_str_eq(error.message, message);
    ck_assert_uint_eq(experiment->population_count, 3);
}

static void refuse_projection(const saltus_projection_spec *p, const char *message)
{
    ck_assert_int_eq(saltus_experiment_add_projection(experiment, p, NULL, &error),
                     SALTUS_E_EXPERIMENT);
    ck_assert_str_eq(error.message, message);
    ck_assert_uint_eq(experiment->projection_count, 0);
}

static void refuse_input(const saltus_input_spec *input, const char *message)
{
    ck_assert_int_eq(saltus_experiment_add_input(experiment, input, NULL, &error),
                     SALTUS_E_EXPERIMENT);
    ck_assert_str_eq(error.message, message);
    ck_assert_uint_eq(experiment->input_count, 0);
}

/* ---- Models ------------------------------------------------------------------------ */

START_TEST(test_models_are_sources_or_neurons_with_or_without_currents)
{
    static const struct {
        const char *name;
        bool source, currents;
    } models[] = {{"lif_delta", false, false},
                  {"poisson_source", true, false},
                  {"periodic_source", true, false},
                  {"spike_list", true, false},
                  {"rate_source", true, false},
                  {"lif_exp", false, true},
                  {"lif_alpha", false, true},
                  {"correlated_source", true, false},
                  {"alif", false, true},
                  {"glif1", false, true},
                  {"glif2", false, true},
                  {"glif3", false, true},
                  {"glif4", false, true},
                  {"mat2", false, true},
                  {"qif", false, false},
                  {"izhikevich", false, false},
                  {"adex", false, false},
                  {"izhikevich_exp", false, true},
                  {"adex_exp", false, true}};
    ck_assert_uint_eq(saltus_model_count(), sizeof models / sizeof models[0]);
    for (size_t i = 0; i < saltus_model_count(); i++) {
        const saltus_model_info *model = saltus_model_find(models[i].name);
        ck_assert_ptr_eq(model, saltus_model_get(i));
        ck_assert_int_eq(model->model, (saltus_model)i);
        ck_assert(saltus_model_is_source(model->model) == models[i].source);
        ck_assert(saltus_model_has_currents(model->model) == models[i].currents);
    }
}
END_TEST

/* Whatever a neuron can do has its cost in every model of neurons. */
START_TEST(test_models_of_neurons_state_the_same_operations)
{
    const saltus_model_operation *of_delta = saltus_model_find("lif_delta")->operations;
    for (size_t i = 0; i < saltus_model_count(); i++) {
        const saltus_model_info *model = saltus_model_get(i);
        for (size_t k = 0; of_delta[k].name != NULL && !saltus_model_is_source(model->model); k++) {
            ck_assert_int_eq(model->operations[k].operation, of_delta[k].operation);
            ck_assert_str_eq(model->operations[k].name, of_delta[k].name);
        }
    }
}
END_TEST

/* ---- Populations ------------------------------------------------------------------- */

START_TEST(test_receptors_have_a_default)
{
    const saltus_population_spec p = saltus_population_spec_default();
    ck_assert_uint_eq(p.receptor_count, 1);
    ck_assert_str_eq(p.receptors[0].name, "syn");
    ck_assert(p.receptors[0].tau_ms == 2 && p.receptors[0].tau_rise_ms == 0);
    ck_assert(isnan(saltus_projection_spec_default().weight_pA.a));
    ck_assert(isnan(saltus_input_spec_default().weight_pA));
}
END_TEST

START_TEST(test_receptors_are_copied)
{
    char name[] = "ab";
    saltus_population_spec p = neurons("Y", SALTUS_MODEL_LIF_EXP);
    p.receptors[0].name = name;
    add(&p);
    name[0] = 'x';
    ck_assert_str_eq(experiment->populations[3].receptors[0].name, "ab");
    /* other models have none, whatever the spec says */
    p = neurons("Z", SALTUS_MODEL_LIF_DELTA);
    p.receptor_count = 77;
    add(&p);
    ck_assert_uint_eq(experiment->populations[4].receptor_count, 0);
    ck_assert_ptr_null(experiment->populations[4].receptors[0].name);
}
END_TEST

START_TEST(test_receptors_are_checked)
{
    saltus_population_spec p = neurons("Y", SALTUS_MODEL_LIF_EXP);
    saltus_receptor *const one = &p.receptors[0];
    p.receptor_count = 0;
    refuse_population(&p,
                      "population 'Y', params.receptors: found 0 receptors; 1 to 4 are allowed");
    p.receptor_count = 5;
    refuse_population(&p,
                      "population 'Y', params.receptors: found 5 receptors; 1 to 4 are allowed");
    p.receptor_count = 1;
    one->name = NULL;
    refuse_population(&p, "population 'Y', params.receptors: the name is missing");
    one->name = "";
    refuse_population(&p, "population 'Y', params.receptors: the name is missing");
    one->name = "a b";
    refuse_population(&p, "population 'Y', params.receptors: found the name 'a b'; letters, digits "
                          "and '_' are allowed");
    one->name = "ex";
    one->tau_ms = 0;
    refuse_population(&p,
                      "population 'Y', params.receptors.ex.tau: found 0 ms; 1e-6 ms to 4.5e7 ms "
                      "is allowed");
    one->tau_ms = 4.6e7;
    refuse_population(&p, "population 'Y', params.receptors.ex.tau: found 46000000 ms; 1e-6 ms to "
                          "4.5e7 ms is allowed");
    one->tau_ms = (double)NAN;
    refuse_population(&p, "population 'Y', params.receptors.ex.tau: no time constant is given (or "
                          "it is not a number)");
    one->name = "syn";
    one->tau_ms = -1;
    refuse_population(&p, "population 'Y', params.tau_syn: found -1 ms; 1e-6 ms to 4.5e7 ms is "
                          "allowed");
    one->tau_ms = 5;
    const double bad_rise[] = {4.76, 5, 6, -1, 1e-7, (double)NAN};
    for (size_t i = 0; i < sizeof bad_rise / sizeof bad_rise[0]; i++) {
        one->tau_rise_ms = bad_rise[i];
        ck_assert_int_eq(saltus_experiment_add_population(experiment, &p, NULL, &error),
                         SALTUS_E_EXPERIMENT);
        ck_assert_ptr_nonnull(strstr(error.message, "params.receptors.syn.tau_rise: found"));
        ck_assert_ptr_nonnull(strstr(error.message, "0.95 times tau (5 ms)"));
    }
    one->tau_rise_ms = 4.75;
    p.receptor_count = 2;
    p.receptors[1] = (saltus_receptor){.name = "syn", .tau_ms = 1};
    refuse_population(&p, "population 'Y', params.receptors: there is a receptor 'syn' already");
    p.receptors[1].name = "b";
    add(&p);
}
END_TEST

START_TEST(test_models_with_currents_take_no_adaptive_threshold)
{
    saltus_population_spec p = neurons("Y", SALTUS_MODEL_LIF_ALPHA);
    p.theta_plus_mV = 0.1;
    refuse_population(&p, "population 'Y', params.theta_plus: a lif_alpha has no adaptive "
                          "threshold; leave theta_plus out, or use alif or lif_delta");
    p.theta_plus_mV = 0;
    p.receptors[0].tau_rise_ms = 1;
    refuse_population(&p, "population 'Y', params.receptors.syn.tau_rise: a lif_alpha receptor has "
                          "the one time constant tau; leave tau_rise out, or use lif_exp");
    p.receptors[0].tau_rise_ms = 0;
    p.v_th_mV = saltus_constant(0);
    refuse_population(&p, "population 'Y', params.v_th: the threshold is 0 mV and v_reset is 0 mV; "
                          "every threshold must be above v_reset");
}
END_TEST

/* ---- Weights ----------------------------------------------------------------------- */

START_TEST(test_projection_weights_are_in_the_unit_of_the_target)
{
    saltus_projection_spec p = synapses(1);
    refuse_projection(&p, "projection, weight: no weight is given; 'X' is a population of lif_exp, "
                          "whose synaptic currents take weights in pA");
    p.weight_mV = saltus_constant(1);
    refuse_projection(&p, "projection, weight: a weight in mV is given; 'X' is a population of "
                          "lif_exp, whose synaptic currents take weights in pA");
    p.weight_pA = saltus_constant(87.8);
    refuse_projection(&p, "projection, weight: a weight in mV is given; 'X' is a population of "
                          "lif_exp, whose synaptic currents take weights in pA");
    p.target = 0;
    refuse_projection(&p, "projection, weight: a weight in pA is given; 'D' is a population of "
                          "lif_delta, whose V jumps by weights in mV");
    p.weight_mV = saltus_constant((double)NAN);
    refuse_projection(&p, "projection, weight: a weight in pA is given; 'D' is a population of "
                          "lif_delta, whose V jumps by weights in mV");
    p.target = 1;
    p.weight_pA = saltus_constant(2e12);
    refuse_projection(&p, "projection, weight: found 2000000000000 pA; at most 1e12 pA is allowed");
    p.weight_pA = saltus_constant(1e12);
    p.receptor = 2;
    refuse_projection(&p, "projection, receptor: there is no receptor 2; 'X' has receptors 0 to 1");
    p = synapses(0);
    p.weight_mV = saltus_constant(1);
    p.receptor = 1;
    refuse_projection(
        &p, "projection, receptor: 'D' is a population of lif_delta and has no receptors");
}
END_TEST

START_TEST(test_weights_move_the_potential_by_bounded_amounts)
{
    saltus_population_spec slow = neurons("Y", SALTUS_MODEL_LIF_EXP);
    slow.tau_m_ms = 1000;
    slow.c_m_pF = 1;
    add(&slow);
    saltus_projection_spec p = synapses(3);
    p.weight_pA = saltus_uniform(-1e10, 1);
    refuse_projection(&p,
                      "projection, weight: the current is worth 10000000000000 mV (weight tau_m "
                      "/ c_m); at most 1e12 mV is allowed");
    saltus_input_spec input = drive("in", 3);
    input.weight_pA = -1e10;
    refuse_input(&input, "input 'in', weight: the current is worth 10000000000000 mV (weight tau_m "
                         "/ c_m); at most 1e12 mV is allowed");
    input.weight_pA = -1e9;
    ck_assert_int_eq(saltus_experiment_add_input(experiment, &input, NULL, &error), SALTUS_OK);
}
END_TEST

/* The network reads one field, whatever the unit. */
START_TEST(test_weights_are_stored_in_one_field)
{
    double list[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    saltus_projection_spec p = synapses(1);
    p.weight_pA = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = list, .list_length = 16};
    p.receptor = 1;
    ck_assert_int_eq(saltus_experiment_add_projection(experiment, &p, NULL, &error), SALTUS_OK);
    const saltus_projection_spec *own = &experiment->projections[0];
    ck_assert_uint_eq(own->receptor, 1);
    ck_assert(own->weight_mV.list != list && own->weight_mV.list[15] == 16);
    ck_assert(own->weight_pA.list == NULL && isnan(own->weight_pA.a));

    saltus_input_spec input = drive("in", 2);
    input.weight_pA = 30;
    ck_assert_int_eq(saltus_experiment_add_input(experiment, &input, NULL, &error), SALTUS_OK);
    ck_assert(experiment->inputs[0].weight_mV == 30 && isnan(experiment->inputs[0].weight_pA));

    const uint32_t targets[] = {0, 1};
    input = drive("list", 1);
    input.type = SALTUS_INPUT_ARRIVALS;
    input.arrival_times_ms = list;
    input.arrival_targets = targets;
    input.arrival_weights_pA = list + 4;
    input.arrival_count = 2;
    ck_assert_int_eq(saltus_experiment_add_input(experiment, &input, NULL, &error), SALTUS_OK);
    ck_assert(experiment->inputs[1].arrival_weights_mV[1] == 6);
    ck_assert_ptr_null(experiment->inputs[1].arrival_weights_pA);
}
END_TEST

START_TEST(test_input_weights_are_in_the_unit_of_the_target)
{
    const double list[] = {1, (double)NAN};
    const uint32_t targets[] = {0, 1};
    saltus_input_spec input = drive("in", 2);
    refuse_input(&input, "input 'in', weight: no weight is given; 'A' is a population of "
                         "lif_alpha, whose synaptic currents take weights in pA");
    input.weight_mV = 1;
    refuse_input(&input, "input 'in', weight: a weight in mV is given; 'A' is a population of "
                         "lif_alpha, whose synaptic currents take weights in pA");
    input.weight_mV = (double)NAN;
    input.weight_pA = 1;
    input.receptor = 1;
    refuse_input(&input, "input 'in', receptor: there is no receptor 1; 'A' has receptors 0 to 0");
    input.population = 0;
    input.receptor = 0;
    refuse_input(&input, "input 'in', weight: a weight in pA is given; 'D' is a population of "
                         "lif_delta, whose V jumps by weights in mV");
    input.type = SALTUS_INPUT_ARRIVALS;
    input.arrival_times_ms = list;
    input.arrival_targets = targets;
    input.arrival_weights_pA = list;
    input.arrival_count = 1;
    refuse_input(&input, "input 'in', weight: a weight in pA is given; 'D' is a population of "
                         "lif_delta, whose V jumps by weights in mV");
    input.population = 1;
    input.arrival_weights_mV = list;
    refuse_input(&input, "input 'in', weight: a weight in mV is given; 'X' is a population of "
                         "lif_exp, whose synaptic currents take weights in pA");
    input.arrival_weights_pA = NULL;
    input.arrival_weights_mV = NULL;
    refuse_input(&input, "input 'in', weight: no weight is given; 'X' is a population of lif_exp, "
                         "whose synaptic currents take weights in pA");
    const double times[] = {1, 2};
    input.arrival_times_ms = times;
    input.arrival_weights_pA = list;
    input.arrival_count = 2;
    refuse_input(&input, "input 'in': weight 1 (counting from 0) is nan pA; a finite weight is "
                         "needed");
    input.arrival_count = 0;
    input.arrival_weights_pA = NULL;
    ck_assert_int_eq(saltus_experiment_add_input(experiment, &input, NULL, &error), SALTUS_OK);
}
END_TEST

START_TEST(test_bounds_of_rules_are_in_the_unit_of_the_weights)
{
    saltus_projection_spec p = synapses(1);
    p.weight_pA = saltus_constant(120);
    p.plasticity.rule = "stdp";
    saltus_plasticity_set(&p.plasticity, "w_max", 100, &error);
    refuse_projection(&p, "projection, weight: found 120 pA; the rule keeps weights between 0 pA "
                          "and 100 pA (w_min, w_max)");
    p.weight_pA = saltus_uniform(0, 120);
    refuse_projection(&p,
                      "projection, weight: weights from 0 pA to 120 pA can come about; the rule "
                      "keeps them between 0 pA and 100 pA (w_min, w_max)");
    p.weight_pA = saltus_uniform(0, 100);
    p.normalisation.total_mV = -1;
    p.normalisation.interval_ms = 1;
    refuse_projection(&p,
                      "projection, normalise.total: found -1 pA; a sum of magnitudes above 0 pA "
                      "and at most 1e12 pA is needed");
    p.normalisation.total_mV = 500;
    ck_assert_int_eq(saltus_experiment_add_projection(experiment, &p, NULL, &error), SALTUS_OK);
}
END_TEST

/* ---- The hash ---------------------------------------------------------------------- */

/* The hash after each of the changes below, which it must tell apart. */
static uint64_t changed(size_t change)
{
    saltus_population_spec *x = &experiment->populations[1];
    saltus_population_spec *a = &experiment->populations[2];
    saltus_projection_spec *p = &experiment->projections[0];
    saltus_input_spec *input = &experiment->inputs[0];
    switch (change) {
    case 1:
        x->receptors[0].tau_ms = 6;
        break;
    case 2:
        x->receptors[1].tau_rise_ms = 2;
        break;
    case 3:
        x->receptors[1].tau_ms = 11;
        break;
    case 4:
        a->receptors[0].tau_ms = 3;
        break;
    case 5:
        x->model = SALTUS_MODEL_LIF_ALPHA;
        break;
    case 6:
        x->c_m_pF = 300;
        break;
    case 7:
        p->receptor = 1;
        break;
    case 8:
        input->receptor = 1;
        break;
    case 9:
        p->weight_mV = saltus_constant(2);
        break;
    case 10:
        input->weight_mV = 2;
        break;
    default:
        break;
    }
    return saltus_experiment_hash(experiment);
}

START_TEST(test_hash_sees_receptors_and_weights)
{
    uint64_t hash[11];
    for (size_t i = 0; i < 11; i++) {
        tear_down();
        build();
        saltus_projection_spec p = synapses(1);
        saltus_input_spec input = drive("in", 1);
        p.weight_pA = saltus_constant(1);
        input.weight_pA = 1;
        ck_assert_int_eq(saltus_experiment_add_projection(experiment, &p, NULL, &error), SALTUS_OK);
        ck_assert_int_eq(saltus_experiment_add_input(experiment, &input, NULL, &error), SALTUS_OK);
        hash[i] = changed(i);
        for (size_t k = 0; k < i; k++) {
            ck_assert_msg(hash[k] != hash[i], "%zu and %zu", k, i);
        }
    }
    /* names move no spike */
    experiment->inputs[0].weight_mV = 1;
    ck_assert_uint_eq(saltus_experiment_hash(experiment), hash[0]);
    free((void *)(uintptr_t)experiment->populations[1].receptors[0].name);
    experiment->populations[1].receptors[0].name = strdup("other");
    ck_assert_uint_eq(saltus_experiment_hash(experiment), hash[0]);
}
END_TEST

/* Results of earlier builds keep their names: these hashes were made before there were receptors.
 */
START_TEST(test_hash_of_other_experiments_stays)
{
    static const struct {
        const char *file;
        uint64_t hash;
    } kept[] = {{"first.yaml", UINT64_C(0x9bbd29de445febc0)},
                {"brunel_ai.yaml", UINT64_C(0xc66fd5c544ff68c2)},
                {"digits_100.yaml", UINT64_C(0xc35fdccbc1e62421)},
                {"distal_reward.yaml", UINT64_C(0x498da336f928b3d5)}};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        char path[1024];
        saltus_experiment *loaded = NULL;
        snprintf(path, sizeof path, "%s/data/experiments/%s", SALTUS_SOURCE_ROOT, kept[i].file);
        ck_assert_int_eq(saltus_experiment_load(path, NULL, &loaded, NULL), SALTUS_OK);
        ck_assert_uint_eq(saltus_experiment_hash(loaded), kept[i].hash);
        saltus_experiment_destroy(loaded);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("receptors");
    TCase *cases = tcase_create("receptors");
    tcase_add_checked_fixture(cases, build, tear_down);
    tcase_add_test(cases, test_models_are_sources_or_neurons_with_or_without_currents);
    tcase_add_test(cases, test_models_of_neurons_state_the_same_operations);
    tcase_add_test(cases, test_receptors_have_a_default);
    tcase_add_test(cases, test_receptors_are_copied);
    tcase_add_test(cases, test_receptors_are_checked);
    tcase_add_test(cases, test_models_with_currents_take_no_adaptive_threshold);
    tcase_add_test(cases, test_projection_weights_are_in_the_unit_of_the_target);
    tcase_add_test(cases, test_weights_move_the_potential_by_bounded_amounts);
    tcase_add_test(cases, test_weights_are_stored_in_one_field);
    tcase_add_test(cases, test_input_weights_are_in_the_unit_of_the_target);
    tcase_add_test(cases, test_bounds_of_rules_are_in_the_unit_of_the_weights);
    tcase_add_test(cases, test_hash_sees_receptors_and_weights);
    tcase_add_test(cases, test_hash_of_other_experiments_stays);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

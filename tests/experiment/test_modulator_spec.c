/* test_modulator_spec - modulators, adaptive thresholds and records of weights, described in code.
 */
#include <check.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/experiment.h"

#define NOT_A_NUMBER ((double)NAN)
#define UNBOUNDED    ((double)INFINITY)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static saltus_experiment *experiment;
static saltus_error error;

static saltus_population_spec neurons(const char *name)
{
    saltus_population_spec p = saltus_population_spec_default();
    p.name = name;
    p.size = 10;
    return p;
}

static void set_up(void)
{
    saltus_population_spec p = neurons("E");
    ck_assert_int_eq(saltus_experiment_create("t", &experiment), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &p, NULL, &error), SALTUS_OK);
    p = neurons("I");
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &p, NULL, &error), SALTUS_OK);
}

static void tear_down(void)
{
    saltus_experiment_destroy(experiment);
    experiment = NULL;
}

/* ---- Modulators -------------------------------------------------------------------------- */

static const double times[] = {1, 1, 5};
static const double amounts[] = {0.5, -0.5, 2};

/* Rewards of every kind. */
static saltus_modulator_spec rich(void)
{
    saltus_modulator_spec m = saltus_modulator_spec_default();
    m.name = "dopamine";
    m.times_ms = times;
    m.amounts = amounts;
    m.count = 3;
    m.population = 1;
    m.population_amount = 0.1;
    m.population_delay_ms = 1;
    m.pre_population = 0;
    m.pre_neuron = 3;
    m.post_population = 1;
    m.post_neuron = 9;
    m.pair_window_ms = 10;
    m.pair_amount = 0.5;
    m.pair_delay_low_ms = 1000;
    m.pair_delay_high_ms = 3000;
    return m;
}

static void refuse(const saltus_modulator_spec *m, const char *contains)
{
    uint32_t index = 77;
    ck_assert_int_eq(saltus_experiment_add_modulator(experiment, m, &index, &error),
                     SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, contains) != NULL, "%s: %s", contains, error.message);
    ck_assert_uint_eq(index, 77);
}

/* The hash of an experiment with this modulator, which must be taken. */
static uint64_t hash_of(const saltus_modulator_spec *m)
{
    tear_down();
    set_up();
    const saltus_status status = saltus_experiment_add_modulator(experiment, m, NULL, &error);
    ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    return saltus_experiment_hash(experiment);
}

START_TEST(test_modulators_are_copied_and_read_back)
{
    char name[] = "dopamine";
    double own[] = {1, 2, 3};
    uint32_t index = 77;
    saltus_modulator_spec m = rich();
    m.name = name;
    m.times_ms = own;
    ck_assert_int_eq(saltus_experiment_add_modulator(experiment, &m, &index, &error), SALTUS_OK);
    ck_assert_uint_eq(index, 0);
    memset(name, 'x', sizeof name - 1);
    own[0] = 99;
    const saltus_modulator_info info = saltus_experiment_modulator(experiment, 0);
    ck_assert_str_eq(info.name, "dopamine");
    ck_assert(info.tau_ms == 200 && info.baseline == 0 && info.pair);
    ck_assert_uint_eq(info.listed_rewards, 3);
    ck_assert_uint_eq(info.population, 1);
    ck_assert(experiment->modulators[0].times_ms[0] == 1);
    ck_assert_uint_eq(saltus_experiment_modulator_count(experiment), 1);
    ck_assert_uint_eq(saltus_experiment_find_modulator(experiment, "dopamine"), 0);
    ck_assert_uint_eq(saltus_experiment_find_modulator(experiment, "x"), UINT32_MAX);
    ck_assert_uint_eq(saltus_experiment_find_modulator(experiment, NULL), UINT32_MAX);
    refuse(&(saltus_modulator_spec){.struct_size = sizeof m, .name = "dopamine", .tau_ms = 1},
           "there is a modulator 'dopamine' already");
    m.struct_size = 0;
    ck_assert_int_eq(saltus_experiment_add_modulator(experiment, &m, NULL, &error),
                     SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_experiment_add_modulator(experiment, NULL, NULL, NULL),
                     SALTUS_E_ARGUMENT);
}
END_TEST

/* A number of a modulator, a value that is allowed, and some that are not. */
typedef struct field_case {
    size_t offset;
    const char *name;
    double right, wrong[3];
} field_case;

#define FIELD(member) offsetof(saltus_modulator_spec, member)

START_TEST(test_each_number_of_a_modulator_is_checked_and_counts)
{
    const field_case cases[] = {
        {FIELD(tau_ms), "tau: ", 100, {0, -1, NOT_A_NUMBER}},
        {FIELD(baseline), "baseline: ", -1, {UNBOUNDED, NOT_A_NUMBER, 2e12}},
        {FIELD(population_amount), "population.amount: ", -1, {UNBOUNDED, NOT_A_NUMBER, 2e12}},
        {FIELD(population_delay_ms), "population.delay: ", 2, {0, 1e-12, NOT_A_NUMBER}},
        {FIELD(pair_window_ms), "pair.window: ", 2, {0, -1, NOT_A_NUMBER}},
        {FIELD(pair_amount), "pair.amount: ", 2, {UNBOUNDED, NOT_A_NUMBER, 2e12}},
        {FIELD(pair_delay_low_ms), "pair.delay: ", 2, {0, 3001, NOT_A_NUMBER}},
        {FIELD(pair_delay_high_ms), "pair.delay: ", 1000, {0, 999, UNBOUNDED}},
    };
    saltus_modulator_spec m = rich();
    const uint64_t hash = hash_of(&m);
    for (size_t i = 0; i < COUNT(cases); i++) {
        m = rich();
        double *field = (double *)(void *)((char *)&m + cases[i].offset);
        *field = cases[i].right;
        ck_assert_msg(hash_of(&m) != hash, "%s", cases[i].name);
        tear_down();
        set_up();
        for (size_t k = 0; k < 3; k++) {
            *field = cases[i].wrong[k];
            refuse(&m, cases[i].name);
        }
    }
}
END_TEST

START_TEST(test_listed_rewards_are_checked_and_count)
{
    const double falling[] = {1, 3, 2};
    const double infinite[] = {1, 2, UNBOUNDED};
    const double others[] = {1, 1, 6};
    saltus_modulator_spec m = rich();
    const uint64_t hash = hash_of(&m);
    m.times_ms = others;
    ck_assert_uint_ne(hash_of(&m), hash);
    m = rich();
    m.amounts = others;
    ck_assert_uint_ne(hash_of(&m), hash);
    m = rich();
    m.count = 2;
    ck_assert_uint_ne(hash_of(&m), hash);
    tear_down();
    set_up();
    m = rich();
    m.times_ms = falling;
    refuse(&m, "rewards: time 2 (counting from 0) is 2 ms, before the one ahead of it at 3 ms");
    m = rich();
    m.amounts = infinite;
    refuse(&m, "rewards: amount 2 (counting from 0) is inf");
    m.amounts = NULL;
    refuse(&m, "rewards: the times or amounts of the rewards are missing");
}
END_TEST

START_TEST(test_neurons_of_a_modulator_are_checked_and_count)
{
    const size_t fields[] = {FIELD(population), FIELD(pre_population), FIELD(pre_neuron),
                             FIELD(post_population), FIELD(post_neuron)};
    const char *const wrong[] = {
        "population.of: there is no population 11", "pair.pre: there is no population 11",
        "pair.pre: found neuron 11; 'E' has neurons 0 to 9", "pair.post: there is no population 11",
        "pair.post: found neuron 11; 'I' has neurons 0 to 9"};
    saltus_modulator_spec m = rich();
    const uint64_t hash = hash_of(&m);
    for (size_t i = 0; i < COUNT(fields); i++) {
        m = rich();
        uint32_t *field = (uint32_t *)(void *)((char *)&m + fields[i]);
        *field = *field == 0 ? 1 : 0;
        ck_assert_msg(hash_of(&m) != hash, "%s", wrong[i]);
        tear_down();
        set_up();
        *field = 11;
        refuse(&m, wrong[i]);
    }
    m = rich();
    m.post_population = UINT32_MAX;
    refuse(&m, "pair: a pair needs two neurons");
    m.pre_population = UINT32_MAX;
    ck_assert_uint_ne(hash_of(&m), hash);
    m.population = UINT32_MAX;
    m.pair_amount = 99; // of no pair
    m.population_amount = 99;
    const uint64_t listed = hash_of(&m);
    m.pair_amount = 9;
    m.population_amount = 9;
    ck_assert_uint_eq(hash_of(&m), listed);
}
END_TEST

/* ---- Adaptive thresholds ------------------------------------------------------------------ */

static void refuse_population(const saltus_population_spec *p, const char *contains)
{
    ck_assert_int_eq(saltus_experiment_add_population(experiment, p, NULL, &error),
                     SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, contains) != NULL, "%s: %s", contains, error.message);
}

static uint64_t hash_with(const saltus_population_spec *p)
{
    tear_down();
    set_up();
    const saltus_status status = saltus_experiment_add_population(experiment, p, NULL, &error);
    ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    return saltus_experiment_hash(experiment);
}

START_TEST(test_adaptive_thresholds_are_checked_and_count)
{
    saltus_population_spec p = neurons("X");
    const uint64_t none = hash_with(&p);
    p.tau_theta_ms = 1000; // decay of nothing
    ck_assert_uint_eq(hash_with(&p), none);
    p.theta_plus_mV = 0.05;
    const uint64_t adapting = hash_with(&p);
    ck_assert_uint_ne(adapting, none);
    p.tau_theta_ms = UNBOUNDED;
    ck_assert_uint_ne(hash_with(&p), adapting);
    p.tau_theta_ms = 20;
    hash_with(&p);
    tear_down();
    set_up();
    p.tau_theta_ms = 19;
    refuse_population(&p, "params.tau_theta: found 19 ms; at least tau_m (20 ms)");
    p.tau_theta_ms = NOT_A_NUMBER;
    refuse_population(&p, "params.tau_theta: ");
    p = neurons("X");
    const double wrong[] = {-1, NOT_A_NUMBER, UNBOUNDED};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        p.theta_plus_mV = wrong[i];
        refuse_population(&p, "params.theta_plus: found ");
    }
}
END_TEST

START_TEST(test_adaptive_thresholds_are_for_neurons_that_do_not_fire_alone)
{
    /* tau_m / c_m = 0.08 mV/pA: 250 pA rest at the threshold of 20 mV, which is never crossed */
    const double own_th[] = {20, 30, 20, 20, 20, 20, 20, 20, 20, 20};
    const double own_i_e[] = {250, 260, 0, 0, 0, 0, 0, 0, 0, 0};
    const saltus_value list_th = {.kind = SALTUS_VALUE_LIST, .list = own_th, .list_length = 10};
    const saltus_value list_i_e = {.kind = SALTUS_VALUE_LIST, .list = own_i_e, .list_length = 10};
    saltus_population_spec p = neurons("X");
    p.theta_plus_mV = 1;
    p.i_e_pA = saltus_constant(250);
    hash_with(&p);
    p.v_th_mV = list_th;
    p.i_e_pA = list_i_e;
    hash_with(&p);
    tear_down();
    set_up();
    p.v_th_mV = saltus_constant(20);
    refuse_population(&p, "params.theta_plus: a neuron with v_th 20 mV and i_e 260 pA");
    p.i_e_pA = saltus_constant(250.001);
    refuse_population(&p, "fires without input");
    p.i_e_pA = saltus_normal(0, 100);
    refuse_population(&p, "give theirs a min and a max");
    p.i_e_pA = saltus_constant(0);
    p.v_rest_mV = 21;
    refuse_population(&p, "fires without input");
    p.theta_plus_mV = 0;
    hash_with(&p);
}
END_TEST

/* ---- Records of weights -------------------------------------------------------------------- */

START_TEST(test_records_of_weights_are_kept_and_checked)
{
    saltus_projection_spec p = saltus_projection_spec_default();
    p.weight_mV = saltus_constant(1);
    p.delay_ms = saltus_constant(1);
    ck_assert_int_eq(saltus_experiment_add_projection(experiment, &p, NULL, &error), SALTUS_OK);
    const uint64_t hash = saltus_experiment_hash(experiment);
    const struct {
        uint32_t projection;
        double start_ms, interval_ms, stop_ms;
        bool at_end;
        const char *wrong;
    } cases[] = {{0, 0, 100, 1000, true, NULL},
                 {0, 5, 0, 0, false, NULL},
                 {0, NOT_A_NUMBER, 0, 0, true, NULL},
                 {1, 0, 100, 1000, true, "of: there is no projection 1"},
                 {0, NOT_A_NUMBER, 0, 0, false, "no time is given"},
                 {0, -1, 0, 0, false, "start: found -1 ms"},
                 {0, 5, -1, UNBOUNDED, false, "every: found -1 ms"},
                 {0, 5, 1, 4, false, "stop: found 4 ms, which is before the start at 5 ms"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const saltus_status status = saltus_experiment_record_weights(
            experiment, cases[i].projection, cases[i].start_ms, cases[i].interval_ms,
            cases[i].stop_ms, cases[i].at_end, &error);
        ck_assert_int_eq(status, cases[i].wrong == NULL ? SALTUS_OK : SALTUS_E_EXPERIMENT);
        if (cases[i].wrong != NULL) {
            ck_assert_msg(strstr(error.message, cases[i].wrong) != NULL, "%s", error.message);
        }
    }
    ck_assert_uint_eq(experiment->weight_count, 3);
    ck_assert(experiment->weights[0].interval_ms == 100 && experiment->weights[0].at_end);
    ck_assert(experiment->weights[1].start_ms == 5 && !experiment->weights[1].at_end);
    ck_assert(isnan(experiment->weights[2].start_ms) && experiment->weights[2].at_end);
    ck_assert_uint_eq(saltus_experiment_hash(experiment), hash);
    ck_assert_int_eq(saltus_experiment_record_weights(NULL, 0, 0, 0, 0, true, &error),
                     SALTUS_E_ARGUMENT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("modulator_spec");
    TCase *cases = tcase_create("modulator_spec");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, test_modulators_are_copied_and_read_back);
    tcase_add_test(cases, test_each_number_of_a_modulator_is_checked_and_counts);
    tcase_add_test(cases, test_listed_rewards_are_checked_and_count);
    tcase_add_test(cases, test_neurons_of_a_modulator_are_checked_and_count);
    tcase_add_test(cases, test_adaptive_thresholds_are_checked_and_count);
    tcase_add_test(cases, test_adaptive_thresholds_are_for_neurons_that_do_not_fire_alone);
    tcase_add_test(cases, test_records_of_weights_are_kept_and_checked);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

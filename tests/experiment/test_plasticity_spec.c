/* test_plasticity_spec - synapses that change, described in code: what is taken, refused, hashed.
 *
 * Rules and models of release are taken from their catalogs, so that each is tested as it comes. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/experiment.h"
#include "models/plasticity/rule.h"

#define NOT_A_NUMBER ((double)NAN)
#define UNBOUNDED    ((double)INFINITY)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static saltus_error error;

/* Population E (10 neurons) and modulator "dopamine". */
static saltus_experiment *fresh(void)
{
    saltus_experiment *e = NULL;
    saltus_population_spec p = saltus_population_spec_default();
    saltus_modulator_spec m = saltus_modulator_spec_default();
    p.name = "E";
    p.size = 10;
    m.name = "dopamine";
    ck_assert_int_eq(saltus_experiment_create("t", &e), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_add_population(e, &p, NULL, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_add_modulator(e, &m, NULL, &error), SALTUS_OK);
    return e;
}

static saltus_projection_spec synapses(void)
{
    saltus_projection_spec p = saltus_projection_spec_default();
    p.weight_mV = saltus_constant(0.3);
    p.delay_ms = saltus_constant(1);
    return p;
}

/* What must be given, is. */
static saltus_projection_spec plastic(const char *rule)
{
    saltus_projection_spec p = synapses();
    const saltus_rule_parameter *parameters = saltus_plasticity_find(rule)->parameters;
    p.plasticity.rule = rule;
    p.plasticity.modulator = sl_plastic_rule(rule)->modulated ? 0 : UINT32_MAX;
    for (size_t i = 0; parameters[i].name != NULL; i++) {
        if (isnan(parameters[i].default_value)) {
            p.plasticity.value[i] = 1;
        }
    }
    return p;
}

/* The hash with this projection, which must be taken. */
static uint64_t hash_of(const saltus_projection_spec *p)
{
    saltus_experiment *e = fresh();
    const saltus_status status = saltus_experiment_add_projection(e, p, NULL, &error);
    ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    const uint64_t hash = saltus_experiment_hash(e);
    saltus_experiment_destroy(e);
    return hash;
}

static void refuse(const saltus_projection_spec *p, const char *contains)
{
    saltus_experiment *e = fresh();
    ck_assert_int_eq(saltus_experiment_add_projection(e, p, NULL, &error), SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, contains) != NULL, "%s: %s", contains, error.message);
    ck_assert_uint_eq(saltus_experiment_projection_count(e), 0);
    saltus_experiment_destroy(e);
}

/* ---- Rules --------------------------------------------------------------------------- */

START_TEST(test_each_rule_is_taken_and_read_back)
{
    for (size_t i = 0; i < saltus_plasticity_count(); i++) {
        char name[32];
        snprintf(name, sizeof name, "%s", saltus_plasticity_get(i)->name);
        saltus_projection_spec p = plastic(name);
        saltus_experiment *e = fresh();
        ck_assert_int_eq(saltus_experiment_add_projection(e, &p, NULL, &error), SALTUS_OK);
        memset(name, 'x', sizeof name - 1); // the experiment keeps nothing of the caller's
        const saltus_projection_info info = saltus_experiment_projection(e, 0);
        ck_assert_str_eq(info.plasticity, saltus_plasticity_get(i)->name);
        ck_assert_int_eq(info.release, SALTUS_RELEASE_SURE);
        saltus_experiment_destroy(e);
    }
    saltus_projection_spec p = synapses();
    saltus_experiment *e = fresh();
    ck_assert_int_eq(saltus_experiment_add_projection(e, &p, NULL, &error), SALTUS_OK);
    ck_assert_ptr_null(saltus_experiment_projection(e, 0).plasticity);
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(test_each_parameter_of_each_rule_is_checked)
{
    for (size_t i = 0; i < saltus_plasticity_count(); i++) {
        const saltus_plasticity_info *rule = saltus_plasticity_get(i);
        for (size_t k = 0; rule->parameters[k].name != NULL; k++) {
            const saltus_rule_parameter *parameter = &rule->parameters[k];
            const double wrong[] = {parameter->low - 1 - fabs(parameter->low),
                                    parameter->high + 1 + fabs(parameter->high), UNBOUNDED};
            char field[64];
            snprintf(field, sizeof field, "plasticity.%s: ", parameter->name);
            for (size_t n = 0; n < COUNT(wrong); n++) {
                saltus_projection_spec p = plastic(rule->name);
                p.plasticity.value[k] = wrong[n];
                refuse(&p, field);
            }
            saltus_projection_spec p = plastic(rule->name);
            p.plasticity.value[k] = NOT_A_NUMBER;
            if (isnan(parameter->default_value)) {
                refuse(&p, field);
                refuse(&p, "which has no default");
            } else {
                ck_assert_uint_eq(hash_of(&p), hash_of(&p));
            }
            if (parameter->kind == SALTUS_PARAMETER_WORD) {
                p.plasticity.value[k] = 0.5;
                refuse(&p, field);
            }
        }
    }
}
END_TEST

START_TEST(test_rules_are_refused_in_words)
{
    saltus_projection_spec p = plastic("stdp");
    p.plasticity.rule = "stpd";
    refuse(&p, "plasticity.rule: no plasticity rule named 'stpd'");
    p = plastic("stdp");
    ck_assert_int_eq(saltus_plasticity_set(&p.plasticity, "w_min", 2, &error), SALTUS_OK);
    refuse(&p, "plasticity: w_min must lie between 0 and w_max");
    const double shares[] = {-0.1, 1.1, NOT_A_NUMBER};
    for (size_t i = 0; i < COUNT(shares); i++) {
        p = plastic("stdp");
        p.plasticity.dendritic_share = shares[i];
        refuse(&p, "plasticity.dendritic: ");
    }
    p = plastic("stdp");
    p.plasticity.dendritic_share = 1;
    hash_of(&p);
}
END_TEST

START_TEST(test_a_modulator_is_there_exactly_for_rules_that_need_one)
{
    for (size_t i = 0; i < saltus_plasticity_count(); i++) {
        const char *name = saltus_plasticity_get(i)->name;
        saltus_projection_spec p = plastic(name);
        if (sl_plastic_rule(name)->modulated) {
            p.plasticity.modulator = UINT32_MAX;
            refuse(&p, "plasticity.modulator: the rule");
            p.plasticity.modulator = 1;
            refuse(&p, "there is no modulator 1");
        } else {
            p.plasticity.modulator = 0;
            refuse(&p, "has no modulator; leave it out");
        }
    }
}
END_TEST

/* ---- Initial weights ------------------------------------------------------------------ */

static saltus_value truncated(saltus_value value, double low, double high)
{
    value.low = low;
    value.high = high;
    return value;
}

START_TEST(test_initial_weights_lie_within_the_bounds_of_the_rule)
{
    saltus_projection_spec p = plastic("stdp");
    saltus_plasticity_set(&p.plasticity, "w_min", 0.1, &error);
    const saltus_value right[] = {saltus_constant(0.1),
                                  saltus_constant(1),
                                  saltus_uniform(0.1, 1),
                                  saltus_normal(0.5, 0.01),
                                  truncated(saltus_normal(0.5, 1), 0.1, 1),
                                  truncated(saltus_lognormal(0.5, 1), 0.1, 1)};
    const saltus_value wrong[] = {saltus_constant(0),
                                  saltus_constant(-0.5),
                                  saltus_constant(1.0000000000000002),
                                  saltus_uniform(0, 0.5),
                                  saltus_uniform(0.5, 1.5),
                                  saltus_normal(0.5, 0.1),
                                  saltus_lognormal(0.5, 0.1),
                                  truncated(saltus_normal(0.5, 1), 0.09, 1),
                                  truncated(saltus_normal(0.5, 1), 0.1, 1.1)};
    for (size_t i = 0; i < COUNT(right); i++) {
        p.weight_mV = right[i];
        hash_of(&p);
    }
    for (size_t i = 0; i < COUNT(wrong); i++) {
        p.weight_mV = wrong[i];
        refuse(&p, "weight: ");
        refuse(&p, "between 0.1 mV and 1 mV (w_min, w_max)");
    }
    p.weight_mV = saltus_normal(0.5, 0.1);
    refuse(&p, "give a min and a max");
}
END_TEST

START_TEST(test_initial_weights_have_the_sign_of_w_max)
{
    saltus_projection_spec p = plastic("stdp");
    saltus_plasticity_set(&p.plasticity, "w_max", -1, &error);
    refuse(&p, "found 0.3 mV; the rule keeps weights between -1 mV and");
    p.weight_mV = saltus_constant(-0.3);
    hash_of(&p);
    p.weight_mV = saltus_constant(0);
    hash_of(&p);
    p.weight_mV = saltus_constant(-1.5);
    refuse(&p, "found -1.5 mV");
}
END_TEST

START_TEST(test_listed_weights_lie_within_the_bounds_of_the_rule)
{
    const uint32_t ends[] = {0, 1, 2};
    const double weights[] = {0, 1, 1.5};
    saltus_projection_spec p = plastic("stdp");
    p.rule = SALTUS_RULE_LIST;
    p.list_sources = ends;
    p.list_targets = ends;
    p.list_count = 2;
    p.weight_mV = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = weights, .list_length = 2};
    hash_of(&p);
    p.list_count = 3;
    p.weight_mV.list_length = 3;
    refuse(&p, "weight 2 (counting from 0) is 1.5 mV");
}
END_TEST

/* ---- Release --------------------------------------------------------------------------- */

/* The field of a parameter of release. */
static double *release_field(saltus_release_spec *r, const char *name)
{
    const struct {
        const char *name;
        double *field;
    } fields[] = {
        {"u", &r->u},       {"tau_rec", &r->tau_rec_ms},       {"tau_fac", &r->tau_fac_ms},
        {"u_sd", &r->u_sd}, {"tau_rec_sd", &r->tau_rec_sd_ms}, {"tau_fac_sd", &r->tau_fac_sd_ms}};
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (strcmp(fields[i].name, name) == 0) {
            return fields[i].field;
        }
    }
    ck_assert_str_eq(name, "sites");
    return NULL;
}

START_TEST(test_each_parameter_of_release_has_its_default_its_range_and_counts)
{
    for (size_t i = 0; i < saltus_release_count(); i++) {
        const saltus_release_info *info = saltus_release_get(i);
        saltus_projection_spec usual = synapses();
        usual.release.model = info->model;
        const uint64_t hash = hash_of(&usual);
        for (const saltus_rule_parameter *p = info->parameters; p->name != NULL; p++) {
            saltus_projection_spec changed = usual;
            double *field = release_field(&changed.release, p->name);
            char name[64];
            snprintf(name, sizeof name, "release.%s: ", p->name);
            if (field == NULL) {
                ck_assert_uint_eq(changed.release.sites, (uint32_t)p->default_value);
                changed.release.sites = (uint32_t)p->high + 1;
                refuse(&changed, name);
                changed.release.sites = 0;
                refuse(&changed, name);
                changed.release.sites = 7;
            } else {
                ck_assert(*field == p->default_value);
                const double wrong[] = {p->low - 0.5, p->high * 2, NOT_A_NUMBER, UNBOUNDED};
                for (size_t k = 0; k < COUNT(wrong); k++) {
                    *field = wrong[k];
                    refuse(&changed, name);
                }
                *field = 0.25;
            }
            ck_assert_msg(hash_of(&changed) != hash, "%s %s", info->name, p->name);
        }
    }
}
END_TEST

START_TEST(test_parameters_of_other_models_of_release_do_not_count)
{
    saltus_projection_spec p = synapses();
    p.release.model = SALTUS_RELEASE_UNRELIABLE;
    const uint64_t hash = hash_of(&p);
    p.release.tau_rec_ms = -1;
    p.release.sites = 0;
    ck_assert_uint_eq(hash_of(&p), hash);
    p = synapses();
    const uint64_t sure = hash_of(&p);
    p.release.u = 7;
    ck_assert_uint_eq(hash_of(&p), sure);
    p.release.model = (saltus_release)9;
    refuse(&p, "unknown model of release 9");
}
END_TEST

START_TEST(test_spreads_leave_something_to_draw)
{
    saltus_projection_spec p = synapses();
    p.release.model = SALTUS_RELEASE_STOCHASTIC;
    p.release.u_sd = 1e6;
    refuse(&p, "release.u_sd: found 1000000; fewer than one draw in 1000");
    p.release.u_sd = 0.5;
    p.release.tau_rec_ms = 1e-12;
    refuse(&p, "release.tau_rec: found 1e-12 ms; 0 ms or at least 1e-11 ms");
}
END_TEST

/* ---- Homeostasis ------------------------------------------------------------------------ */

/* A field of a projection, a value of it that is allowed, and some that are not. */
typedef struct field_case {
    size_t offset;
    const char *name;
    double right, wrong[4];
} field_case;

#define FIELD(member) offsetof(saltus_projection_spec, member)

static double *at(saltus_projection_spec *p, size_t offset)
{
    return (double *)(void *)((char *)p + offset);
}

static void check_fields(const saltus_projection_spec *usual, const field_case *cases, size_t count)
{
    const uint64_t hash = hash_of(usual);
    for (size_t i = 0; i < count; i++) {
        saltus_projection_spec p = *usual;
        *at(&p, cases[i].offset) = cases[i].right;
        ck_assert_msg(hash_of(&p) != hash, "%s", cases[i].name);
        for (size_t k = 0; k < 4; k++) {
            *at(&p, cases[i].offset) = cases[i].wrong[k];
            refuse(&p, cases[i].name);
        }
    }
}

START_TEST(test_each_field_of_scaling_is_checked_and_counts)
{
    const field_case cases[] = {
        {FIELD(scaling.rate_Hz), "scaling.rate: ", 6, {-1, 2e7, UNBOUNDED, NOT_A_NUMBER}},
        {FIELD(scaling.tau_ms), "scaling.tau: ", 6, {-1, 0, 1e-12, NOT_A_NUMBER}},
        {FIELD(scaling.gain_Hz), "scaling.gain: ", 6, {-1, 0, UNBOUNDED, NOT_A_NUMBER}},
        {FIELD(scaling.low), "scaling.low: ", 0.5, {-1, 1.1, UNBOUNDED, NOT_A_NUMBER}},
        {FIELD(scaling.high), "scaling.high: ", 2, {-1, 0.9, -UNBOUNDED, NOT_A_NUMBER}},
    };
    saltus_projection_spec p = synapses();
    const uint64_t none = hash_of(&p);
    p.scaling.rate_Hz = 5;
    ck_assert_uint_ne(hash_of(&p), none);
    check_fields(&p, cases, COUNT(cases));
}
END_TEST

START_TEST(test_each_field_of_normalisation_is_checked_and_counts)
{
    const field_case cases[] = {
        {FIELD(normalisation.total_mV),
         "normalise.total: ",
         6,
         {-1, 2e12, UNBOUNDED, NOT_A_NUMBER}},
        {FIELD(normalisation.interval_ms), "normalise.every: ", 6, {-1, 0, 1e-12, NOT_A_NUMBER}},
        {FIELD(normalisation.start_ms), "normalise.start: ", 6, {-1, 0, 1e-12, 1e9}},
    };
    saltus_projection_spec p = plastic("stdp");
    const uint64_t none = hash_of(&p);
    p.normalisation.total_mV = 2;
    p.normalisation.interval_ms = 100;
    ck_assert_uint_ne(hash_of(&p), none);
    check_fields(&p, cases, COUNT(cases));
    /* without a start it is one interval */
    const uint64_t unsaid = hash_of(&p);
    p.normalisation.start_ms = 100;
    ck_assert_uint_eq(hash_of(&p), unsaid);
    p.plasticity.dendritic_share = 0.5;
    refuse(&p, "normalise: normalise needs synapses without dendritic delay");
    p.plasticity.rule = NULL;
    refuse(&p, "normalise: weights that do not change are not normalised");
}
END_TEST

/* ---- The hash of rules ------------------------------------------------------------------ */

START_TEST(test_hash_sees_each_parameter_of_each_rule)
{
    saltus_projection_spec none = synapses();
    for (size_t i = 0; i < saltus_plasticity_count(); i++) {
        const saltus_plasticity_info *rule = saltus_plasticity_get(i);
        const saltus_projection_spec usual = plastic(rule->name);
        const uint64_t hash = hash_of(&usual);
        ck_assert_uint_ne(hash, hash_of(&none));
        for (size_t k = 0; rule->parameters[k].name != NULL; k++) {
            const saltus_rule_parameter *parameter = &rule->parameters[k];
            saltus_projection_spec p = usual;
            p.plasticity.value[k] = parameter->default_value;
            if (!isnan(parameter->default_value)) {
                ck_assert_uint_eq(hash_of(&p), hash);
            }
            const bool word = parameter->kind == SALTUS_PARAMETER_WORD;
            const double other = parameter->default_value == 0.3 ? 0.4 : 0.3;
            p.plasticity.value[k] = word ? parameter->high : other;
            ck_assert_msg(hash_of(&p) != hash, "%s %s", rule->name, parameter->name);
        }
        saltus_projection_spec p = usual;
        p.plasticity.single = true;
        ck_assert_uint_ne(hash_of(&p), hash);
        p = usual;
        p.plasticity.dendritic_share = 0.25;
        ck_assert_uint_ne(hash_of(&p), hash);
    }
}
END_TEST

START_TEST(test_hash_of_an_experiment_without_plasticity_stays)
{
    saltus_experiment *e = NULL;
    ck_assert_int_eq(
        saltus_experiment_load(SALTUS_SOURCE_ROOT "/data/experiments/first.yaml", NULL, &e, NULL),
        SALTUS_OK);
    ck_assert_uint_eq(saltus_experiment_hash(e), UINT64_C(0x9bbd29de445febc0));
    saltus_experiment_destroy(e);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plasticity_spec");
    TCase *cases = tcase_create("plasticity_spec");
    tcase_add_test(cases, test_each_rule_is_taken_and_read_back);
    tcase_add_test(cases, test_each_parameter_of_each_rule_is_checked);
    tcase_add_test(cases, test_rules_are_refused_in_words);
    tcase_add_test(cases, test_a_modulator_is_there_exactly_for_rules_that_need_one);
    tcase_add_test(cases, test_initial_weights_lie_within_the_bounds_of_the_rule);
    tcase_add_test(cases, test_initial_weights_have_the_sign_of_w_max);
    tcase_add_test(cases, test_listed_weights_lie_within_the_bounds_of_the_rule);
    tcase_add_test(cases, test_each_parameter_of_release_has_its_default_its_range_and_counts);
    tcase_add_test(cases, test_parameters_of_other_models_of_release_do_not_count);
    tcase_add_test(cases, test_spreads_leave_something_to_draw);
    tcase_add_test(cases, test_each_field_of_scaling_is_checked_and_counts);
    tcase_add_test(cases, test_each_field_of_normalisation_is_checked_and_counts);
    tcase_add_test(cases, test_hash_sees_each_parameter_of_each_rule);
    tcase_add_test(cases, test_hash_of_an_experiment_without_plasticity_stays);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

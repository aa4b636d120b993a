/* test_catalog_agreement - `saltus models` and the reader of files name the same things. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "saltus/catalog.h"
#include "saltus/experiment.h"

/* The first finding that contains `part`; "" when there is none. The file is `text`. */
static void finding(const char *text, const char *part, char *out, size_t size)
{
    saltus_experiment *experiment = NULL;
    saltus_diagnostics *found = NULL;
    saltus_experiment_load_text(text, strlen(text), "e", "", NULL, &experiment, &found);
    out[0] = '\0';
    for (size_t i = saltus_diagnostics_count(found); i > 0; i--) {
        const saltus_diagnostic d = saltus_diagnostics_get(found, i - 1);
        if (strstr(d.message, part) != NULL) {
            snprintf(out, size, "%s", d.message);
        }
    }
    saltus_experiment_destroy(experiment);
    saltus_diagnostics_destroy(found);
}

static size_t comma_count(const char *text)
{
    size_t commas = 0;
    for (; *text != '\0'; text++) {
        commas += *text == ',';
    }
    return commas;
}

/* Whether `word` stands alone in `text`. */
static bool has_word(const char *text, const char *word)
{
    char spaced[512];
    char wanted[64];
    snprintf(spaced, sizeof spaced, " %s,", text);
    for (char *p = spaced; *p != '\0'; p++) {
        *p = *p == ';' ? ',' : *p;
    }
    snprintf(wanted, sizeof wanted, " %s,", word);
    return strstr(spaced, wanted) != NULL;
}

START_TEST(test_catalog_models_are_read_with_the_same_parameters)
{
    for (size_t i = 0; i < saltus_model_count(); i++) {
        const saltus_model_info *model = saltus_model_get(i);
        char text[512];
        char message[512];
        snprintf(text, sizeof text,
                 "saltus: 1\nduration: 1 s\npopulations: {X: {size: 1, model: %s, params: {zzz: "
                 "1}}}\n",
                 model->name);
        finding(text, "unknown key 'zzz'", message, sizeof message);
        ck_assert_msg(message[0] != '\0', "%s", model->name);
        const size_t commas = comma_count(message);
        size_t parameters = 0;
        for (const saltus_parameter *p = model->parameters; p->name != NULL; p++) {
            ck_assert_msg(has_word(strstr(message, "keys are") + 8, p->name), "%s in: %s", p->name,
                          message);
            parameters++;
        }
        ck_assert_uint_eq(parameters, commas + 1);
    }
}
END_TEST

/* Without which the defaults of other parameters are not looked at. */
static const char *must_be_given(saltus_model model)
{
    return model == SALTUS_MODEL_CORRELATED_SOURCE ? "rate: 1 Hz, correlation: 0.5, " : "";
}

START_TEST(test_catalog_defaults_are_values_that_are_read)
{
    for (size_t i = 0; i < saltus_model_count(); i++) {
        const saltus_model_info *model = saltus_model_get(i);
        for (const saltus_parameter *p = model->parameters; p->name != NULL; p++) {
            char text[512];
            char message[512];
            if (p->default_value[0] < '0' || p->default_value[0] > '9') {
                continue; /* in words: there is none, or it depends on another */
            }
            snprintf(
                text, sizeof text,
                "saltus: 1\nduration: 1 s\npopulations: {X: {size: 1, model: %s, params: {%s%s: "
                "%s}}}\n",
                model->name, must_be_given(model->model), p->name, p->default_value);
            finding(text, "", message, sizeof message);
            ck_assert_str_eq(message, "");
        }
    }
}
END_TEST

START_TEST(test_catalog_rules_are_the_rules_that_are_read)
{
    char message[512];
    finding("saltus: 1\nduration: 1 s\npopulations: {E: {size: 1, model: lif_delta}}\n"
            "projections: [{from: E, to: E, rule: zzz, weight: 1 mV, delay: 1 ms}]\n",
            "unknown rule", message, sizeof message);
    for (size_t i = 0; i < saltus_rule_count(); i++) {
        const char *name = saltus_rule_name((saltus_rule)i);
        ck_assert_msg(has_word(strstr(message, "one of") + 6, name), "%s in: %s", name, message);
    }
}
END_TEST

START_TEST(test_catalog_rules_are_written_as_their_example_says)
{
    for (size_t i = 0; i < saltus_rule_count(); i++) {
        const saltus_rule_info *rule = saltus_rule_get(i);
        ck_assert_ptr_eq(saltus_rule_find(rule->name), rule);
        ck_assert_uint_eq((size_t)rule->rule, i);
        char text[512];
        char message[512];
        snprintf(text, sizeof text,
                 "saltus: 1\nduration: 1 s\npopulations: {E: {size: 100, model: lif_delta, "
                 "positions: {grid: [10, 10], spacing: 1 um, periodic: true}}, F: {size: 25, like: "
                 "E, positions: {grid: [5, 5], spacing: 2 um, periodic: true}}}\n"
                 "projections: [{from: E, to: %s, %s, weight: 1 mV, delay: 1 ms}]\n",
                 rule->rule == SALTUS_RULE_CONVOLUTION ? "F" : "E", rule->example);
        finding(text, "", message, sizeof message);
        if (rule->rule == SALTUS_RULE_LIST) { /* whose file is not there */
            ck_assert_ptr_nonnull(strstr(message, "synapses.csv"));
        } else {
            ck_assert_str_eq(message, "");
        }
    }
    ck_assert_ptr_null(saltus_rule_find("zzz"));
    ck_assert_ptr_null(saltus_rule_get(saltus_rule_count()));
}
END_TEST

START_TEST(test_catalog_rules_have_the_keys_that_are_read)
{
    for (size_t i = 0; i < saltus_rule_count(); i++) {
        const saltus_rule_info *rule = saltus_rule_get(i);
        const saltus_parameter *first = &rule->parameters[0];
        if (first->name == NULL || strncmp(first->meaning, "the argument", 12) == 0) {
            continue; /* no keys */
        }
        char text[512];
        char message[512];
        snprintf(text, sizeof text,
                 "saltus: 1\nduration: 1 s\npopulations: {E: {size: 1, model: lif_delta}}\n"
                 "projections: [{from: E, to: E, rule: {%s: {zzz: 1}}, weight: 1 mV, delay: 1 "
                 "ms}]\n",
                 rule->name);
        finding(text, "unknown key 'zzz'", message, sizeof message);
        const char *list = strstr(message, "keys are");
        ck_assert_msg(list != NULL, "%s: %s", rule->name, message);
        const size_t commas = comma_count(list);
        size_t count = 0;
        for (const saltus_parameter *p = rule->parameters; p->name != NULL; p++, count++) {
            ck_assert_msg(has_word(list + 8, p->name), "%s in: %s", p->name, message);
        }
        ck_assert_uint_eq(count, commas + 1);
    }
}
END_TEST

/* What the finding about an unknown key of a projection's section lists. */
static void listed_keys(const char *section, char *message, size_t size)
{
    char text[512];
    snprintf(text, sizeof text,
             "saltus: 1\nduration: 1 s\npopulations: {E: {size: 1, model: lif_delta}}\n"
             "projections: [{from: E, to: E, rule: all_to_all, weight: 1 mV, delay: 1 ms, %s}]\n",
             section);
    finding(text, "unknown key 'zzz'", message, size);
}

static void check_listed(const char *message, const saltus_rule_parameter *parameters,
                         const char *const *others, size_t count)
{
    const char *list = strstr(message, "keys are");
    ck_assert_ptr_nonnull(list);
    const size_t commas = comma_count(list);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(has_word(list + 8, others[i]), "%s in: %s", others[i], message);
    }
    for (const saltus_rule_parameter *p = parameters; p->name != NULL; p++, count++) {
        ck_assert_msg(has_word(list + 8, p->name), "%s in: %s", p->name, message);
    }
    ck_assert_uint_eq(count, commas + 1);
}

START_TEST(test_catalog_plasticity_rules_are_read_with_the_same_parameters)
{
    static const char *const others[] = {"rule", "dendritic", "precision", "modulator"};
    for (size_t i = 0; i < saltus_plasticity_count(); i++) {
        const saltus_plasticity_info *rule = saltus_plasticity_get(i);
        char section[128];
        char message[1024];
        snprintf(section, sizeof section, "plasticity: {rule: %s, zzz: 1}", rule->name);
        listed_keys(section, message, sizeof message);
        check_listed(message, rule->parameters, others, 4);
        ck_assert_ptr_eq(saltus_plasticity_find(rule->name), rule);
    }
    ck_assert_ptr_null(saltus_plasticity_find("zzz"));
    ck_assert_ptr_null(saltus_plasticity_get(saltus_plasticity_count()));
}
END_TEST

START_TEST(test_catalog_models_of_release_are_read_with_the_same_parameters)
{
    static const char *const others[] = {"model"};
    for (size_t i = 0; i < saltus_release_count(); i++) {
        const saltus_release_info *model = saltus_release_get(i);
        char section[128];
        char message[1024];
        snprintf(section, sizeof section, "release: {model: %s, zzz: 1}", model->name);
        listed_keys(section, message, sizeof message);
        check_listed(message, model->parameters, others, 1);
        ck_assert_ptr_eq(saltus_release_find(model->name), model);
    }
    ck_assert_ptr_null(saltus_release_find("zzz"));
    ck_assert_ptr_null(saltus_release_get(saltus_release_count()));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("catalog_agreement");
    TCase *cases = tcase_create("catalog_agreement");
    tcase_add_test(cases, test_catalog_models_are_read_with_the_same_parameters);
    tcase_add_test(cases, test_catalog_defaults_are_values_that_are_read);
    tcase_add_test(cases, test_catalog_rules_are_the_rules_that_are_read);
    tcase_add_test(cases, test_catalog_rules_are_written_as_their_example_says);
    tcase_add_test(cases, test_catalog_rules_have_the_keys_that_are_read);
    tcase_add_test(cases, test_catalog_plasticity_rules_are_read_with_the_same_parameters);
    tcase_add_test(cases, test_catalog_models_of_release_are_read_with_the_same_parameters);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

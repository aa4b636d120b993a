/* cmd_models - `saltus models [NAME]`: the models, rules, codes and schedulers of this build. */
#include <saltus/saltus.h>
#include <stdio.h>
#include <string.h>

#include "describe/rule_text.h"
#include "shared/command.h"
#include "shared/options.h"

#define MOST_NAMES 64

static const option_row rows[] = {{NULL, NULL, NULL}};

static void print_help(void)
{
    printf(
        "usage: saltus models [NAME]\n\n"
        "Lists neuron and source models, connection rules, plasticity rules, models of release,\n"
        "codes, engines and schedulers; with NAME, one model, rule or code in full: equations,\n"
        "parameters with unit, default and range, arithmetic of its operations, exactness,\n"
        "source.\n\n");
    options_print(rows);
    printf("\n  saltus models lif_delta\n  saltus models distance\n  saltus models stdp\n");
}

/* Neurons and sources stand apart: the catalog has them in the order in which they came. */
static void print_models(bool sources)
{
    for (size_t i = 0; i < saltus_model_count(); i++) {
        const saltus_model_info *model = saltus_model_get(i);
        if (saltus_model_is_source(model->model) == sources) {
            printf("  %-20s  %s\n", model->name, model->summary);
        }
    }
}

static void print_list(void)
{
    printf("saltus models NAME shows one of these in full\n\n"
           "models of neurons (model: NAME of a population)\n");
    print_models(false);
    printf("\nsources of spikes (model: NAME of a population)\n");
    print_models(true);
    printf("\nconnection rules (rule: NAME of a projection)\n");
    for (size_t i = 0; i < saltus_rule_count(); i++) {
        const saltus_rule_info *rule = saltus_rule_get(i);
        printf("  %-20s  %s\n", rule->name, rule->summary);
    }
    rule_text_list();
    printf("\nengines (--engine NAME, clocks with @STEP)\n");
    for (size_t i = 0; i < saltus_engine_count(); i++) {
        printf("  %-20s  %s%s\n", saltus_engine_name((saltus_engine)i),
               saltus_engine_summary((saltus_engine)i), i == 0 ? " (default)" : "");
    }
    printf("\nschedulers (same results, different speed)\n");
    for (size_t i = 0; i < saltus_scheduler_count(); i++) {
        printf("  %-20s  %s%s\n", saltus_scheduler_name(i), saltus_scheduler_summary(i),
               i == 0 ? " (default)" : "");
    }
}

/* Arithmetic of each operation; sources have none. */
static void print_operations(const saltus_model_info *model)
{
    if (model->operations[0].name == NULL) {
        return;
    }
    printf("\noperations%16s %6s %6s %6s %6s %6s %6s %6s  counted as\n", "", "adds", "mult.",
           "div.", "comp.", "exp", "log", "bytes");
    for (const saltus_model_operation *o = model->operations; o->name != NULL; o++) {
        const saltus_arithmetic *a = &o->each;
        printf("  %-24s %6g %6g %6g %6g %6g %6g %6g  %s\n", o->name, a->adds, a->multiplies,
               a->divides, a->compares, a->exps, a->logs, a->state_bytes, o->counted_as);
    }
    printf("  NeuroBench counts %u operations a membrane update\n", model->neurobench_operations);
}

static void print_parameters(const saltus_parameter *p)
{
    printf("\nparameters\n");
    for (; p->name != NULL; p++) {
        printf("  %-12s %-5s  %s\n", p->name, p->unit, p->meaning);
        printf("  %-12s %-5s  default: %s; allowed: %s\n", "", "", p->default_value, p->range);
    }
}

static void print_model(const saltus_model_info *model)
{
    printf("%s - %s\n\n", model->name, model->summary);
    rule_text_indented(model->equation);
    print_parameters(model->parameters);
    print_operations(model);
    printf("\nexactness\n");
    rule_text_indented(model->exactness);
    printf("\nsource\n");
    rule_text_indented(model->source);
}

static void print_connection_rule(const saltus_rule_info *rule)
{
    printf("%s - %s\n\n", rule->name, rule->summary);
    rule_text_indented(rule->law);
    printf("\nwritten\n  %s\n", rule->example);
    if (rule->parameters[0].name != NULL) {
        print_parameters(rule->parameters);
    }
    printf("\nsource\n");
    rule_text_indented(rule->source);
}

/* Print what is called `name` among all that is shown in full; false when nothing is. */
static bool print_known(const char *name)
{
    const saltus_model_info *model = saltus_model_find(name);
    const saltus_rule_info *connection = saltus_rule_find(name);
    const saltus_plasticity_info *rule = saltus_plasticity_find(name);
    const saltus_release_info *release = saltus_release_find(name);
    const saltus_code_info *code = saltus_code_find(name);
    if (model != NULL) {
        print_model(model);
    } else if (connection != NULL) {
        print_connection_rule(connection);
    } else if (rule != NULL) {
        rule_text_print_rule(rule);
    } else if (release != NULL) {
        rule_text_print_release(release);
    } else if (code != NULL) {
        rule_text_print_code(code);
    } else {
        return false;
    }
    return true;
}

/* Engines and schedulers have one line, which the list shows. */
static bool has_one_line(const char *name)
{
    bool found = false;
    for (size_t i = 0; i < saltus_engine_count(); i++) {
        found |= strcmp(saltus_engine_name((saltus_engine)i), name) == 0;
    }
    for (size_t i = 0; i < saltus_scheduler_count(); i++) {
        found |= strcmp(saltus_scheduler_name(i), name) == 0;
    }
    return found;
}

static void complain_about(const char *name)
{
    const char *names[MOST_NAMES];
    size_t count = 0;
    for (size_t i = 0; i < saltus_model_count() && count < MOST_NAMES; i++) {
        names[count++] = saltus_model_get(i)->name;
    }
    for (size_t i = 0; i < saltus_rule_count() && count < MOST_NAMES; i++) {
        names[count++] = saltus_rule_get(i)->name;
    }
    for (size_t i = 0; i < saltus_plasticity_count() && count < MOST_NAMES; i++) {
        names[count++] = saltus_plasticity_get(i)->name;
    }
    for (size_t i = 0; i < saltus_release_count() && count < MOST_NAMES; i++) {
        names[count++] = saltus_release_get(i)->name;
    }
    for (size_t i = 0; i < saltus_code_count() && count < MOST_NAMES; i++) {
        names[count++] = saltus_code_get(i)->name;
    }
    const char *nearest = nearest_name(name, names, count);
    complain("models: there is no model or rule %s; %s%s%s", name,
             nearest != NULL ? "did you mean " : "saltus models lists them",
             nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
}

static int print_named(const char *name)
{
    if (print_known(name)) {
        return EXIT_CODE_OK;
    }
    if (has_one_line(name)) {
        complain("models: %s is an engine or a scheduler, of which saltus models says a line; "
                 "docs/clock.md and docs/architecture.md say more",
                 name);
    } else {
        complain_about(name);
    }
    return EXIT_CODE_USAGE;
}

int cmd_models(int argc, char **argv)
{
    option_reader o;
    options_begin(&o, "models", rows, argc, argv);
    const int row = options_next(&o);
    if (row == OPTIONS_HELP) {
        print_help();
        return EXIT_CODE_OK;
    }
    if (row == OPTIONS_WRONG) {
        return EXIT_CODE_USAGE;
    }
    if (argc - o.next > 1) {
        complain("models: more than one name is given; usage: saltus models [NAME]");
        return EXIT_CODE_USAGE;
    }
    if (argc == o.next) {
        print_list();
        return EXIT_CODE_OK;
    }
    return print_named(argv[o.next]);
}

/* cmd_models - `saltus models [NAME]`: the models, rules and schedulers of this build. */
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
        "codes, engines and schedulers; with NAME, one model or rule in full: equations, "
        "parameters\n"
        "with unit, default and range, arithmetic of its operations, exactness, source.\n\n");
    options_print(rows);
    printf("\n  saltus models lif_delta\n  saltus models stdp\n");
}

static void print_list(void)
{
    printf("models (saltus models NAME shows one in full)\n");
    for (size_t i = 0; i < saltus_model_count(); i++) {
        const saltus_model_info *model = saltus_model_get(i);
        printf("  %-20s  %s\n", model->name, model->summary);
    }
    printf("\nconnection rules\n");
    for (size_t i = 0; i < saltus_rule_count(); i++) {
        printf("  %s\n", saltus_rule_name((saltus_rule)i));
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

static void print_model(const saltus_model_info *model)
{
    printf("%s - %s\n\n", model->name, model->summary);
    rule_text_indented(model->equation);
    printf("\nparameters\n");
    for (const saltus_parameter *p = model->parameters; p->name != NULL; p++) {
        printf("  %-12s %-5s  %s\n", p->name, p->unit, p->meaning);
        printf("  %-12s %-5s  default: %s; allowed: %s\n", "", "", p->default_value, p->range);
    }
    print_operations(model);
    printf("\nexactness\n");
    rule_text_indented(model->exactness);
    printf("\nsource\n");
    rule_text_indented(model->source);
}

static int print_named(const char *name)
{
    const saltus_model_info *model = saltus_model_find(name);
    if (model != NULL) {
        print_model(model);
        return EXIT_CODE_OK;
    }
    const saltus_plasticity_info *rule = saltus_plasticity_find(name);
    if (rule != NULL) {
        rule_text_print_rule(rule);
        return EXIT_CODE_OK;
    }
    const saltus_release_info *release = saltus_release_find(name);
    if (release != NULL) {
        rule_text_print_release(release);
        return EXIT_CODE_OK;
    }
    const saltus_code_info *code = saltus_code_find(name);
    if (code != NULL) {
        rule_text_print_code(code);
        return EXIT_CODE_OK;
    }
    const char *names[MOST_NAMES];
    size_t count = 0;
    for (size_t i = 0; i < saltus_model_count() && count < MOST_NAMES; i++) {
        names[count++] = saltus_model_get(i)->name;
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

/* rule_text - learning rules, models of release and codes, as `saltus models` prints them. */
#include "describe/rule_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "shared/command.h"

void rule_text_indented(const char *text)
{
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");
        printf("  %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

void rule_text_list(void)
{
    printf("\nplasticity rules (plasticity: {rule: NAME} of a projection)\n");
    for (size_t i = 0; i < saltus_plasticity_count(); i++) {
        const saltus_plasticity_info *rule = saltus_plasticity_get(i);
        printf("  %-20s  %s\n", rule->name, rule->summary);
    }
    printf("\nmodels of release (release: {model: NAME} of a projection)\n");
    for (size_t i = 0; i < saltus_release_count(); i++) {
        const saltus_release_info *model = saltus_release_get(i);
        printf("  %-20s  %s\n", model->name, model->summary);
    }
    printf("\ncodes (saltus encode --code NAME, from: {code: NAME} of a spike_list)\n");
    for (size_t i = 0; i < saltus_code_count(); i++) {
        const saltus_code_info *code = saltus_code_get(i);
        printf("  %-20s  %s\n", code->name, code->summary);
    }
}

/* ---- Parameters ------------------------------------------------------------------------ */

static const char *unit_text(saltus_parameter_kind kind)
{
    static const char *const units[] = {[SALTUS_PARAMETER_TIME] = "ms",
                                        [SALTUS_PARAMETER_VOLTAGE] = "mV",
                                        [SALTUS_PARAMETER_RATE] = "Hz",
                                        [SALTUS_PARAMETER_NUMBER] = "",
                                        [SALTUS_PARAMETER_WORD] = "word"};
    return units[kind];
}

static void print_parameter(const saltus_rule_parameter *p)
{
    const char *unit = unit_text(p->kind);
    printf("  %-12s %-5s  %s\n  %-12s %-5s  default: ", p->name, unit, p->meaning, "", "");
    if (p->kind == SALTUS_PARAMETER_WORD) {
        printf("%s; allowed: ", p->words[(size_t)p->default_value]);
        for (size_t i = 0; p->words[i] != NULL; i++) {
            printf("%s%s", i > 0 ? ", " : "", p->words[i]);
        }
        printf("\n");
        return;
    }
    const char *space = unit[0] != '\0' ? " " : "";
    if (isnan(p->default_value)) {
        printf("none, it must be given");
    } else {
        printf("%s%s%s", number_text(p->default_value), space, unit);
    }
    printf("; allowed: %g%s%s to %g%s%s\n", p->low, space, unit, p->high, space, unit);
}

static void print_parameters(const saltus_rule_parameter *p)
{
    printf("\nparameters\n");
    for (; p->name != NULL; p++) {
        print_parameter(p);
    }
}

/* ---- In full --------------------------------------------------------------------------- */

void rule_text_print_rule(const saltus_plasticity_info *rule)
{
    printf("%s - %s\n\n", rule->name, rule->summary);
    rule_text_indented(rule->equation);
    print_parameters(rule->parameters);
    printf("  (mV: pA where the target has synaptic currents, as lif_exp and lif_alpha)\n");
    printf("\nwith every rule\n");
    printf("  %-12s %-5s  share of the delay that lies in the dendrite\n", "dendritic", "");
    printf("  %-12s %-5s  default: 0; allowed: 0 to 1\n", "", "");
    printf("  %-12s %-5s  how weights are kept\n", "precision", "word");
    printf("  %-12s %-5s  default: double; allowed: double, float\n", "", "");
    printf("\nmemory\n  a synapse beside its target: 8 bytes for its weight (4 with precision: "
           "float)\n");
    if (rule->synapse_bytes > 0) {
        printf("  and %u bytes for the rule\n", rule->synapse_bytes);
    }
    printf("\nsource\n");
    rule_text_indented(rule->source);
}

void rule_text_print_release(const saltus_release_info *model)
{
    printf("%s - %s\n\n", model->name, model->summary);
    rule_text_indented(model->equation);
    print_parameters(model->parameters);
    printf("\nsource\n");
    rule_text_indented(model->source);
}

void rule_text_print_code(const saltus_code_info *code)
{
    printf("%s - %s\n\n", code->name, code->summary);
    rule_text_indented(code->equation);
    printf("\ndecoding\n");
    rule_text_indented(code->decoding);
    print_parameters(code->parameters);
    printf("\nsource\n");
    rule_text_indented(code->source);
}

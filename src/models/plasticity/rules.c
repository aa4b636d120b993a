/* rules - the registry of learning rules (rule_list.h), and specs filled in by name. */
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "models/plasticity/rule.h"
#include "models/plasticity/rule_list.h"

#define RULE_ENTRY(name) &sl_plastic_##name,
static const plastic_rule *const rules[] = {PLASTIC_RULES(RULE_ENTRY)
                                                PLASTIC_RULES_ADDED(RULE_ENTRY)};
#define RULES (sizeof rules / sizeof rules[0])

size_t saltus_plasticity_count(void)
{
    return RULES;
}

const saltus_plasticity_info *saltus_plasticity_get(size_t index)
{
    return index < RULES ? &rules[index]->info : NULL;
}

const plastic_rule *sl_plastic_rule(const char *name)
{
    for (size_t i = 0; name != NULL && i < RULES; i++) {
        if (strcmp(rules[i]->info.name, name) == 0) {
            return rules[i];
        }
    }
    return NULL;
}

const saltus_plasticity_info *saltus_plasticity_find(const char *name)
{
    const plastic_rule *rule = sl_plastic_rule(name);
    return rule != NULL ? &rule->info : NULL;
}

/* ---- Specs ------------------------------------------------------------------------------ */

saltus_plasticity_spec saltus_plasticity_spec_default(void)
{
    saltus_plasticity_spec spec = {.modulator = UINT32_MAX};
    for (size_t i = 0; i < SALTUS_PLASTICITY_VALUES; i++) {
        spec.value[i] = (double)NAN;
    }
    return spec;
}

saltus_release_spec saltus_release_spec_default(void)
{
    return (saltus_release_spec){.u = 0.5, .tau_rec_ms = 800, .sites = 1};
}

saltus_scaling_spec saltus_scaling_spec_default(void)
{
    return (saltus_scaling_spec){.tau_ms = 1000, .gain_Hz = 0.1, .high = (double)INFINITY};
}

saltus_normalisation_spec saltus_normalisation_spec_default(void)
{
    return (saltus_normalisation_spec){.start_ms = (double)NAN};
}

saltus_modulator_spec saltus_modulator_spec_default(void)
{
    return (saltus_modulator_spec){.struct_size = sizeof(saltus_modulator_spec),
                                   .tau_ms = 200,
                                   .population = UINT32_MAX,
                                   .pre_population = UINT32_MAX,
                                   .post_population = UINT32_MAX};
}

/* Place of a parameter among those of the spec's rule; SALTUS_PLASTICITY_VALUES and an error when
 * there is none. */
static size_t find_parameter(const saltus_plasticity_spec *spec, const char *name,
                             saltus_error *error)
{
    const plastic_rule *rule = sl_plastic_rule(spec->rule);
    if (rule == NULL) {
        sl_fail(error, SALTUS_E_ARGUMENT,
                "no plasticity rule named '%s'; `saltus models` lists them",
                spec->rule != NULL ? spec->rule : "");
        return SALTUS_PLASTICITY_VALUES;
    }
    for (size_t i = 0; rule->info.parameters[i].name != NULL; i++) {
        if (strcmp(rule->info.parameters[i].name, name) == 0) {
            return i;
        }
    }
    sl_fail(error, SALTUS_E_ARGUMENT,
            "the rule %s has no parameter '%s'; `saltus models %s` lists "
            "them",
            rule->info.name, name, rule->info.name);
    return SALTUS_PLASTICITY_VALUES;
}

saltus_status saltus_plasticity_set(saltus_plasticity_spec *spec, const char *parameter,
                                    double value, saltus_error *error)
{
    const size_t index = find_parameter(spec, parameter, error);
    if (index == SALTUS_PLASTICITY_VALUES) {
        return SALTUS_E_ARGUMENT;
    }
    const saltus_rule_parameter *found = &sl_plastic_rule(spec->rule)->info.parameters[index];
    if (!(value >= found->low && value <= found->high)) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "%s of the rule %s is %g, allowed are %g to %g",
                       parameter, spec->rule, value, found->low, found->high);
    }
    spec->value[index] = value;
    return SALTUS_OK;
}

saltus_status saltus_plasticity_set_word(saltus_plasticity_spec *spec, const char *parameter,
                                         const char *word, saltus_error *error)
{
    const size_t index = find_parameter(spec, parameter, error);
    if (index == SALTUS_PLASTICITY_VALUES) {
        return SALTUS_E_ARGUMENT;
    }
    const char *const *words = sl_plastic_rule(spec->rule)->info.parameters[index].words;
    for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
        if (strcmp(words[i], word) == 0) {
            spec->value[index] = (double)i;
            return SALTUS_OK;
        }
    }
    return sl_fail(error, SALTUS_E_ARGUMENT,
                   "%s of the rule %s cannot be '%s'; `saltus models %s` "
                   "lists what it can be",
                   parameter, spec->rule, word, spec->rule);
}

void sl_plastic_values(const saltus_plasticity_spec *spec, double *value)
{
    const plastic_rule *rule = sl_plastic_rule(spec->rule);
    for (size_t i = 0; i < SALTUS_PLASTICITY_VALUES; i++) {
        value[i] = spec->value[i];
    }
    for (size_t i = 0; rule->info.parameters[i].name != NULL; i++) {
        if (isnan(value[i])) {
            value[i] = rule->info.parameters[i].default_value;
        }
    }
}

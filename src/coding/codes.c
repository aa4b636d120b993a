/* codes - the registry of codes, and specs filled in by name. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "coding/code.h"

static const neural_code *const codes[] = {&sl_code_rate, &sl_code_phase, &sl_code_population,
                                           &sl_code_latency, &sl_code_level_crossing};
#define CODES (sizeof codes / sizeof codes[0])

size_t saltus_code_count(void)
{
    return CODES;
}

const saltus_code_info *saltus_code_get(size_t index)
{
    return index < CODES ? &codes[index]->info : NULL;
}

const neural_code *sl_code_named(const char *name)
{
    for (size_t i = 0; name != NULL && i < CODES; i++) {
        if (strcmp(codes[i]->info.name, name) == 0) {
            return codes[i];
        }
    }
    return NULL;
}

const saltus_code_info *saltus_code_find(const char *name)
{
    const neural_code *code = sl_code_named(name);
    return code != NULL ? &code->info : NULL;
}

/* ---- Specs ------------------------------------------------------------------------------ */

saltus_code_spec saltus_code_spec_default(const char *code)
{
    saltus_code_spec spec = {.code = code, .seed = 1};
    for (size_t i = 0; i < SALTUS_CODE_VALUES; i++) {
        spec.value[i] = (double)NAN;
    }
    return spec;
}

/* "a, b, c" */
static void list_names(char *out, size_t size, const char *name, bool last)
{
    const size_t used = strlen(out);
    snprintf(out + used, size - used, "%s%s", name, last ? "" : ", ");
}

static const neural_code *find_code(const saltus_code_spec *spec, saltus_error *error)
{
    const neural_code *code = spec != NULL ? sl_code_named(spec->code) : NULL;
    if (code == NULL) {
        char list[200] = "";
        for (size_t i = 0; i < CODES; i++) {
            list_names(list, sizeof list, codes[i]->info.name, i + 1 == CODES);
        }
        sl_fail(error, SALTUS_E_ARGUMENT, "there is no code '%.60s'; the codes are %s",
                spec != NULL && spec->code != NULL ? spec->code : "", list);
    }
    return code;
}

/* Place of a parameter; SALTUS_CODE_VALUES and an error when there is none. */
static size_t find_parameter(const neural_code *code, const char *name, saltus_error *error)
{
    const saltus_rule_parameter *parameters = code->info.parameters;
    char list[300] = "";
    for (size_t i = 0; parameters[i].name != NULL; i++) {
        if (strcmp(parameters[i].name, name) == 0) {
            return i;
        }
        list_names(list, sizeof list, parameters[i].name, parameters[i + 1].name == NULL);
    }
    sl_fail(error, SALTUS_E_ARGUMENT, "the code %s has no parameter '%.60s'; it has %s",
            code->info.name, name, list);
    return SALTUS_CODE_VALUES;
}

saltus_status saltus_code_set(saltus_code_spec *spec, const char *parameter, double value,
                              saltus_error *error)
{
    const neural_code *code = find_code(spec, error);
    const size_t index = code != NULL ? find_parameter(code, parameter, error) : SALTUS_CODE_VALUES;
    if (index == SALTUS_CODE_VALUES) {
        return SALTUS_E_ARGUMENT;
    }
    const saltus_rule_parameter *found = &code->info.parameters[index];
    if (!(value >= found->low && value <= found->high)) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "%s of the code %s is %g; %g to %g is allowed",
                       parameter, code->info.name, value, found->low, found->high);
    }
    spec->value[index] = value;
    return SALTUS_OK;
}

saltus_status saltus_code_set_word(saltus_code_spec *spec, const char *parameter, const char *word,
                                   saltus_error *error)
{
    const neural_code *code = find_code(spec, error);
    const size_t index = code != NULL ? find_parameter(code, parameter, error) : SALTUS_CODE_VALUES;
    if (index == SALTUS_CODE_VALUES) {
        return SALTUS_E_ARGUMENT;
    }
    const char *const *words = code->info.parameters[index].words;
    char list[100] = "a number";
    for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
        if (strcmp(words[i], word) == 0) {
            spec->value[index] = (double)i;
            return SALTUS_OK;
        }
        list[0] = i == 0 ? '\0' : list[0];
        list_names(list, sizeof list, words[i], words[i + 1] == NULL);
    }
    return sl_fail(error, SALTUS_E_ARGUMENT, "%s of the code %s is '%.60s'; allowed is %s",
                   parameter, code->info.name, word, list);
}

static double value_at(const saltus_code_spec *spec, const neural_code *code, size_t i)
{
    return isnan(spec->value[i]) ? code->info.parameters[i].default_value : spec->value[i];
}

double saltus_code_value(const saltus_code_spec *spec, const char *parameter)
{
    const neural_code *code = find_code(spec, NULL);
    const size_t index = code != NULL ? find_parameter(code, parameter, NULL) : SALTUS_CODE_VALUES;
    return index == SALTUS_CODE_VALUES ? (double)NAN : value_at(spec, code, index);
}

saltus_status sl_code_open(const saltus_code_spec *spec, const neural_code **code,
                           double p[SALTUS_CODE_VALUES], saltus_error *error)
{
    *code = find_code(spec, error);
    if (*code == NULL) {
        return SALTUS_E_ARGUMENT;
    }
    const saltus_rule_parameter *row = (*code)->info.parameters;
    for (size_t i = 0; row[i].name != NULL; i++) {
        p[i] = value_at(spec, *code, i);
        if (!(p[i] >= row[i].low && p[i] <= row[i].high)) {
            return sl_fail(error, SALTUS_E_ARGUMENT, "%s of the code %s is %g; %g to %g is allowed",
                           row[i].name, (*code)->info.name, p[i], row[i].low, row[i].high);
        }
    }
    if (!(*code)->info.signal && !(p[CODE_LOW] < p[CODE_HIGH])) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "values of the code %s go from low = %g to high = %g; high must be above",
                       (*code)->info.name, p[CODE_LOW], p[CODE_HIGH]);
    }
    return (*code)->check != NULL ? (*code)->check(p, error) : SALTUS_OK;
}

saltus_status saltus_code_check(const saltus_code_spec *spec, saltus_error *error)
{
    const neural_code *code = NULL;
    double p[SALTUS_CODE_VALUES];
    return sl_code_open(spec, &code, p, error);
}

uint32_t saltus_code_units(const saltus_code_spec *spec)
{
    const neural_code *code = NULL;
    double p[SALTUS_CODE_VALUES];
    if (sl_code_open(spec, &code, p, NULL) != SALTUS_OK) {
        return 0;
    }
    return code->units != NULL ? code->units(p) : 1;
}

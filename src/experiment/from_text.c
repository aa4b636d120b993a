/* from_text - quantities from text: times, and parameters of a code by its table. */
#include <string.h>

#include "base/status.h"
#include "experiment/experiment_reader.h"
#include "saltus/encode.h"

saltus_status saltus_code_set_text(saltus_code_spec *spec, const char *parameter, const char *text,
                                   saltus_error *error)
{
    const saltus_code_info *code = spec != NULL ? saltus_code_find(spec->code) : NULL;
    const saltus_rule_parameter *p = code != NULL ? code->parameters : NULL;
    while (p != NULL && p->name != NULL && strcmp(p->name, parameter) != 0) {
        p++;
    }
    if (p == NULL || p->name == NULL || p->kind == SALTUS_PARAMETER_WORD) {
        return saltus_code_set_word(spec, parameter, text, error);
    }
    char problem[200];
    double value = 0;
    if (!sl_quantity_parse(text, sl_quantity_kind_of(p->kind), &value, problem, sizeof problem)) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "%s of the code %s: %s", parameter, code->name,
                       problem);
    }
    return saltus_code_set(spec, parameter, value, error);
}

saltus_status saltus_time_from_text(const char *text, double *ms, saltus_error *error)
{
    char problem[200];
    if (!sl_quantity_parse(text, QUANTITY_TIME, ms, problem, sizeof problem)) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "%s", problem);
    }
    return SALTUS_OK;
}

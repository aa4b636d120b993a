/* quantity - a number with its unit, as it stands in an experiment file.
 *
 * A unit is a small integer times a power of ten of the base unit, applied to the decimal
 * digits before rounding, so that 1500 us and 1.5 ms are the same double.
 */
#include "experiment/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiment/decimal.h"
#include "experiment/suggest.h"
#include "experiment/text_excerpt.h"

typedef struct unit {
    const char *name;
    quantity_kind kind;
    unsigned multiplier;
    int shift;  /* power of ten */
    bool alias; /* another spelling, left out of messages */
} unit;

static const unit units[] = {
    {"s", QUANTITY_TIME, 1, 3, false},
    {"ms", QUANTITY_TIME, 1, 0, false},
    {"us", QUANTITY_TIME, 1, -3, false},
    {"\xc2\xb5s", QUANTITY_TIME, 1, -3, true},
    {"\xce\xbcs", QUANTITY_TIME, 1, -3, true},
    {"ns", QUANTITY_TIME, 1, -6, false},
    {"min", QUANTITY_TIME, 6, 4, false},
    {"V", QUANTITY_VOLTAGE, 1, 3, false},
    {"mV", QUANTITY_VOLTAGE, 1, 0, false},
    {"uV", QUANTITY_VOLTAGE, 1, -3, false},
    {"\xc2\xb5V", QUANTITY_VOLTAGE, 1, -3, true},
    {"\xce\xbcV", QUANTITY_VOLTAGE, 1, -3, true},
    {"A", QUANTITY_CURRENT, 1, 12, false},
    {"mA", QUANTITY_CURRENT, 1, 9, false},
    {"uA", QUANTITY_CURRENT, 1, 6, false},
    {"\xc2\xb5"
     "A",
     QUANTITY_CURRENT, 1, 6, true},
    {"\xce\xbc"
     "A",
     QUANTITY_CURRENT, 1, 6, true},
    {"nA", QUANTITY_CURRENT, 1, 3, false},
    {"pA", QUANTITY_CURRENT, 1, 0, false},
    {"F", QUANTITY_CAPACITANCE, 1, 12, false},
    {"uF", QUANTITY_CAPACITANCE, 1, 6, false},
    {"\xc2\xb5"
     "F",
     QUANTITY_CAPACITANCE, 1, 6, true},
    {"\xce\xbc"
     "F",
     QUANTITY_CAPACITANCE, 1, 6, true},
    {"nF", QUANTITY_CAPACITANCE, 1, 3, false},
    {"pF", QUANTITY_CAPACITANCE, 1, 0, false},
    {"S", QUANTITY_CONDUCTANCE, 1, 9, false},
    {"mS", QUANTITY_CONDUCTANCE, 1, 6, false},
    {"uS", QUANTITY_CONDUCTANCE, 1, 3, false},
    {"\xc2\xb5S", QUANTITY_CONDUCTANCE, 1, 3, true},
    {"\xce\xbcS", QUANTITY_CONDUCTANCE, 1, 3, true},
    {"nS", QUANTITY_CONDUCTANCE, 1, 0, false},
    {"pS", QUANTITY_CONDUCTANCE, 1, -3, false},
    {"Hz", QUANTITY_RATE, 1, 0, false},
    {"kHz", QUANTITY_RATE, 1, 3, false},
    {"MHz", QUANTITY_RATE, 1, 6, false},
    {"J", QUANTITY_ENERGY, 1, 0, false},
    {"mJ", QUANTITY_ENERGY, 1, -3, false},
    {"uJ", QUANTITY_ENERGY, 1, -6, false},
    {"\xc2\xb5J", QUANTITY_ENERGY, 1, -6, true},
    {"\xce\xbcJ", QUANTITY_ENERGY, 1, -6, true},
    {"nJ", QUANTITY_ENERGY, 1, -9, false},
    {"pJ", QUANTITY_ENERGY, 1, -12, false},
    {"fJ", QUANTITY_ENERGY, 1, -15, false},
    {"kW", QUANTITY_POWER, 1, 3, false},
    {"W", QUANTITY_POWER, 1, 0, false},
    {"mW", QUANTITY_POWER, 1, -3, false},
    {"uW", QUANTITY_POWER, 1, -6, false},
    {"\xc2\xb5W", QUANTITY_POWER, 1, -6, true},
    {"\xce\xbcW", QUANTITY_POWER, 1, -6, true},
    {"um", QUANTITY_LENGTH, 1, 3, false},
    {"nm", QUANTITY_LENGTH, 1, 0, false},
    {"um", QUANTITY_DISTANCE, 1, 0, false},
    {"\xc2\xb5m", QUANTITY_DISTANCE, 1, 0, true},
    {"\xce\xbcm", QUANTITY_DISTANCE, 1, 0, true},
    {"mm", QUANTITY_DISTANCE, 1, 3, false},
    {"cm", QUANTITY_DISTANCE, 1, 4, false},
    {"nm", QUANTITY_DISTANCE, 1, -3, false},
    {"m/s", QUANTITY_SPEED, 1, 0, false},
    {"mm/s", QUANTITY_SPEED, 1, -3, false},
    {"um/ms", QUANTITY_SPEED, 1, -3, false},
};
#define UNIT_COUNT (sizeof units / sizeof units[0])

typedef struct kind_text {
    const char *name, *example;
} kind_text;

static const kind_text kind_texts[] = {
    [QUANTITY_TIME] = {"a time", "ms"},
    [QUANTITY_VOLTAGE] = {"a voltage", "mV"},
    [QUANTITY_CURRENT] = {"a current", "pA"},
    [QUANTITY_CAPACITANCE] = {"a capacitance", "pF"},
    [QUANTITY_CONDUCTANCE] = {"a conductance", "nS"},
    [QUANTITY_ENERGY] = {"an energy", "pJ"},
    [QUANTITY_POWER] = {"a power", "W"},
    [QUANTITY_LENGTH] = {"a length", "nm"},
    [QUANTITY_DISTANCE] = {"a distance", "um"},
    [QUANTITY_SPEED] = {"a speed", "m/s"},
    [QUANTITY_RATE] = {"a rate", "Hz"},
    [QUANTITY_NUMBER] = {"a number without unit", ""},
};

/* The unit of this name: that of the kind if there is one, else of another. */
static const unit *find_unit(const char *name, quantity_kind kind)
{
    const unit *found = NULL;
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        if (strcmp(units[i].name, name) == 0 && (found == NULL || units[i].kind == kind)) {
            found = &units[i];
        }
    }
    return found;
}

/* Names of the units of one kind; returns how many. */
static size_t unit_names(quantity_kind kind, const char *names[UNIT_COUNT])
{
    size_t count = 0;
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        if (units[i].kind == kind && !units[i].alias) {
            names[count++] = units[i].name;
        }
    }
    return count;
}

/* The number is fine, the unit is missing, unknown or of another kind. */
static void unit_problem(const char *text, const char *unit_text, quantity_kind kind, char *problem,
                         size_t problem_size)
{
    const char *names[UNIT_COUNT];
    const size_t count = unit_names(kind, names);
    char allowed[96];
    char near[96];
    sl_suggest_list(names, count, allowed, sizeof allowed);
    const text_excerpt found = sl_text_excerpt(text);
    const text_excerpt found_unit = sl_text_excerpt(unit_text);
    if (unit_text[0] == '\0') {
        snprintf(problem, problem_size,
                 "found '%s' without a unit; %s needs one of %s, for example '%s %s'", found.text,
                 kind_texts[kind].name, allowed, found.text, kind_texts[kind].example);
        return;
    }
    const unit *other = find_unit(unit_text, kind);
    if (other != NULL) {
        snprintf(problem, problem_size, "found '%s', %s; %s is needed, in %s", found.text,
                 kind_texts[other->kind].name, kind_texts[kind].name, allowed);
        return;
    }
    sl_suggest_text(unit_text, names, count, near, sizeof near);
    snprintf(problem, problem_size, "unknown unit '%s' in '%s'; %s is given in %s%s",
             found_unit.text, found.text, kind_texts[kind].name, allowed, near);
}

bool sl_quantity_parse(const char *text, quantity_kind kind, double *value, char *problem,
                       size_t problem_size)
{
    const text_excerpt found = sl_text_excerpt(text);
    const char *end = text + strlen(text);
    double parsed = 0;
    const char *rest = sl_decimal_scan(text, end, 1, 0, &parsed);
    if (rest == NULL) {
        snprintf(problem, problem_size, "found '%s'; %s is needed, for example '%s%s'", found.text,
                 kind_texts[kind].name, kind == QUANTITY_NUMBER ? "0.5" : "1.5 ",
                 kind_texts[kind].example);
        return false;
    }
    rest += strspn(rest, " \t");
    if (kind == QUANTITY_NUMBER && rest[0] != '\0') {
        snprintf(problem, problem_size, "found '%s'; %s is needed", found.text,
                 kind_texts[kind].name);
        return false;
    }
    if (kind != QUANTITY_NUMBER) {
        const unit *u = find_unit(rest, kind);
        if (u == NULL || u->kind != kind) {
            unit_problem(text, rest, kind, problem, problem_size);
            return false;
        }
        sl_decimal_scan(text, end, u->multiplier, u->shift, &parsed);
    }
    if (!isfinite(parsed)) {
        snprintf(problem, problem_size, "found '%s', which is too large for a number", found.text);
        return false;
    }
    *value = parsed;
    return true;
}

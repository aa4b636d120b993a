/* value_check - names, numbers, times, constants, distributions and lists: what is allowed. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/sim_time.h"
#include "experiment/decimal.h"
#include "experiment/experiment_check.h"
#include "experiment/text_excerpt.h"
#include "experiment/values.h"

/* Leaves 140 decades for the factors that scaled coordinates bring. */
#define LARGEST_NUMBER 1e12
/* Below this, drawing again until a draw fits takes too long. */
#define SMALLEST_ACCEPTANCE 0.001

void sl_problem(problem_sink *sink, const char *field, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    sink->count++;
    sink->report(sink->user, field, message);
}

static bool is_word_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* `slash`: input names may join a name and a population. */
bool sl_check_name(problem_sink *sink, const char *field, const char *name, bool slash)
{
    if (name == NULL || name[0] == '\0') {
        sl_problem(sink, field, "the name is missing");
        return false;
    }
    for (const char *p = name; *p != '\0'; p++) {
        if (!is_word_character(*p) && !(slash && *p == '/')) {
            sl_problem(sink, field, "found the name '%s'; letters, digits and '_' are allowed",
                       sl_text_excerpt(name).text);
            return false;
        }
    }
    return true;
}

bool sl_check_number(problem_sink *sink, const char *field, double value, const char *unit)
{
    if (isnan(value)) {
        sl_problem(sink, field, "no value is given (or it is not a number)");
        return false;
    }
    if (!(fabs(value) <= LARGEST_NUMBER)) {
        sl_problem(sink, field, "found %s %s; at most 1e12 %s is allowed",
                   sl_decimal_text(value).text, unit, unit);
        return false;
    }
    return true;
}

bool sl_check_time(problem_sink *sink, const char *field, double time_ms)
{
    if (isnan(time_ms)) {
        sl_problem(sink, field, "no time is given (or it is not a number)");
        return false;
    }
    if (time_ms < 0 || time_ms > SIM_TIME_MAX_MS) {
        sl_problem(sink, field, "found %s ms; times from 0 to 4.5e7 ms (12.5 hours) are allowed",
                   sl_decimal_text(time_ms).text);
        return false;
    }
    return true;
}

bool sl_check_span(problem_sink *sink, const char *field, double span_ms)
{
    if (isnan(span_ms)) {
        sl_problem(sink, field, "no time is given (or it is not a number)");
        return false;
    }
    if (span_ms > SIM_TIME_MAX_MS || span_ms <= 0 || sl_sim_time_from_ms(span_ms) < 1) {
        sl_problem(sink, field,
                   "found %s ms; a time above 0 is needed (at least 1e-11 ms, at most 4.5e7 ms)",
                   sl_decimal_text(span_ms).text);
        return false;
    }
    return true;
}

void sl_check_stop(problem_sink *sink, const char *field, double stop_ms, double start_ms)
{
    if (isinf(stop_ms) && stop_ms > 0) {
        return;
    }
    if (sl_check_time(sink, field, stop_ms) && stop_ms < start_ms) {
        sl_problem(sink, field, "found %s ms, which is before the start at %s ms",
                   sl_decimal_text(stop_ms).text, sl_decimal_text(start_ms).text);
    }
}

bool sl_check_times(problem_sink *sink, const char *field, const double *times, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!(times[i] >= 0 && times[i] <= SIM_TIME_MAX_MS)) {
            sl_problem(sink, field,
                       "time %zu (counting from 0) is %s ms; times from 0 to 4.5e7 ms are allowed",
                       i, sl_decimal_text(times[i]).text);
            return false;
        }
        if (i > 0 && times[i] < times[i - 1]) {
            sl_problem(sink, field,
                       "time %zu (counting from 0) is %s ms, before the one ahead of it at %s ms; "
                       "sort by time",
                       i, sl_decimal_text(times[i]).text, sl_decimal_text(times[i - 1]).text);
            return false;
        }
    }
    return true;
}

static bool check_list(problem_sink *sink, const char *field, const saltus_value *value,
                       size_t length, const char *what)
{
    if (length == SIZE_MAX) {
        sl_problem(sink, field, "a list of values is not allowed here");
        return false;
    }
    if (value->list == NULL && length > 0) {
        sl_problem(sink, field, "a list of values without values (NULL)");
        return false;
    }
    if (value->list_length != length) {
        sl_problem(sink, field, "found %zu values; %zu are needed, one for each %s",
                   value->list_length, length, what);
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (!(fabs(value->list[i]) <= LARGEST_NUMBER)) {
            sl_problem(sink, field,
                       "value %zu (counting from 0) is %s; a number of at most %g is needed", i,
                       sl_decimal_text(value->list[i]).text, LARGEST_NUMBER);
            return false;
        }
    }
    return true;
}

/* Parameters of a distribution, without its truncation. */
static bool check_shape(problem_sink *sink, const char *field, const saltus_value *value,
                        const char *unit)
{
    if (!sl_check_number(sink, field, value->a, unit) ||
        !sl_check_number(sink, field, value->b, unit)) {
        return false;
    }
    if (value->kind == SALTUS_VALUE_UNIFORM && value->a >= value->b) {
        sl_problem(sink, field, "found uniform from %s to %s; the first must be below the second",
                   sl_decimal_text(value->a).text, sl_decimal_text(value->b).text);
        return false;
    }
    if (value->kind != SALTUS_VALUE_UNIFORM && value->b < 0) {
        sl_problem(sink, field, "found a spread of %s; at least 0 is needed",
                   sl_decimal_text(value->b).text);
        return false;
    }
    if (value->kind == SALTUS_VALUE_LOGNORMAL && value->a <= 0) {
        sl_problem(sink, field, "found a median of %s; a lognormal distribution needs one above 0",
                   sl_decimal_text(value->a).text);
        return false;
    }
    return true;
}

bool sl_check_value(problem_sink *sink, const char *field, const saltus_value *value,
                    const char *unit, size_t length, const char *what)
{
    switch (value->kind) {
    case SALTUS_VALUE_CONSTANT:
        return sl_check_number(sink, field, value->a, unit);
    case SALTUS_VALUE_LIST:
        return check_list(sink, field, value, length, what);
    case SALTUS_VALUE_UNIFORM:
    case SALTUS_VALUE_NORMAL:
    case SALTUS_VALUE_LOGNORMAL:
        break;
    default:
        sl_problem(sink, field, "unknown kind of value %d", (int)value->kind);
        return false;
    }
    if (!check_shape(sink, field, value, unit)) {
        return false;
    }
    if (!(value->low < value->high)) {
        sl_problem(sink, field, "found a minimum of %s and a maximum of %s; it must be below",
                   sl_decimal_text(value->low).text, sl_decimal_text(value->high).text);
        return false;
    }
    if (!(value->step >= 0 && value->step <= LARGEST_NUMBER)) {
        sl_problem(sink, field, "found a step of %s; a number above 0 is needed, or none",
                   sl_decimal_text(value->step).text);
        return false;
    }
    if (!(sl_value_acceptance(value) >= SMALLEST_ACCEPTANCE)) {
        sl_problem(sink, field,
                   "fewer than one draw in 1000 is between the minimum and the maximum; choose "
                   "them nearer to the middle of the distribution");
        return false;
    }
    return sl_check_number(sink, field, sl_value_lowest(value), unit) &&
           sl_check_number(sink, field, sl_value_highest(value), unit);
}

/* vary_range - see the header. The units are those of experiment files; of a unit only its kind and
 * its power of ten matter here, since the text goes to the reader of experiments unchanged. */
#include "sweep/vary_range.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOG_DIGITS 4
#define LIN_DIGITS 6
#define MAX_DIGITS 15

typedef enum unit_kind { KIND_NONE, KIND_TIME, KIND_V, KIND_A, KIND_F, KIND_RATE } unit_kind;

typedef struct unit {
    const char *name;
    unit_kind kind;
    double factor; /* of the kind's base unit, an exact power of ten but for minutes */
} unit;

static const unit units[] = {
    {"", KIND_NONE, 1},     {"s", KIND_TIME, 1e9},   {"ms", KIND_TIME, 1e6},
    {"us", KIND_TIME, 1e3}, {"ns", KIND_TIME, 1},    {"min", KIND_TIME, 6e10},
    {"V", KIND_V, 1e6},     {"mV", KIND_V, 1e3},     {"uV", KIND_V, 1},
    {"A", KIND_A, 1e12},    {"mA", KIND_A, 1e9},     {"uA", KIND_A, 1e6},
    {"nA", KIND_A, 1e3},    {"pA", KIND_A, 1},       {"F", KIND_F, 1e12},
    {"uF", KIND_F, 1e6},    {"nF", KIND_F, 1e3},     {"pF", KIND_F, 1},
    {"Hz", KIND_RATE, 1},   {"kHz", KIND_RATE, 1e3}, {"MHz", KIND_RATE, 1e6},
};

static const char *const kind_names[] = {
    [KIND_NONE] = "a number without a unit",
    [KIND_TIME] = "a time",
    [KIND_V] = "a voltage",
    [KIND_A] = "a current",
    [KIND_F] = "a capacitance",
    [KIND_RATE] = "a rate",
};

/* One value as it was written. */
typedef struct written {
    char digits[VARY_TEXT_MAX - 8]; /* without its unit */
    const unit *unit;
    double number; /* in its unit */
} written;

/* What is wrong, and false. */
__attribute__((format(printf, 3, 4))) static bool refuse(char *problem, size_t size,
                                                         const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem, size, format, arguments);
    va_end(arguments);
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Length of the decimal number (sign, digits, point, exponent) that `length` bytes begin with; 0:
 * none is there. */
static size_t number_length(const char *text, size_t length)
{
    size_t at = length > 0 && (text[0] == '-' || text[0] == '+');
    size_t digits = 0;
    for (bool point = false; at < length; at++) {
        if (text[at] == '.' && !point) {
            point = true;
        } else if (is_digit(text[at])) {
            digits++;
        } else {
            break;
        }
    }
    if (digits > 0 && at < length && (text[at] == 'e' || text[at] == 'E')) {
        size_t e = at + 1 + (at + 1 < length && (text[at + 1] == '-' || text[at + 1] == '+'));
        for (; e < length && is_digit(text[e]); e++) {
            at = e + 1;
        }
    }
    return digits > 0 ? at : 0;
}

/* The unit named by `length` bytes; NULL when there is none such. */
static const unit *find_unit(const char *name, size_t length)
{
    static const char *const micro[] = {"\xc2\xb5", "\xce\xbc"};
    char plain[8] = "";
    for (size_t i = 0; i < 2; i++) {
        if (length > 2 && length < 6 && strncmp(name, micro[i], 2) == 0) {
            plain[0] = 'u';
            memcpy(plain + 1, name + 2, length - 2);
        }
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        const bool same = plain[0] != '\0' ? strcmp(units[i].name, plain) == 0
                                           : strlen(units[i].name) == length &&
                                                 strncmp(units[i].name, name, length) == 0;
        if (same) {
            return &units[i];
        }
    }
    return NULL;
}

/* `length` bytes as one value with or without unit. */
static bool read_value(const char *text, size_t length, written *out, char *problem, size_t size)
{
    while (length > 0 && (text[0] == ' ' || text[0] == '\t')) {
        text++;
        length--;
    }
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) {
        length--;
    }
    const int shown = length < 60 ? (int)length : 60;
    if (length == 0) {
        return refuse(problem, size, "a value is missing");
    }
    const size_t digits = number_length(text, length);
    if (digits == 0 || digits >= sizeof out->digits) {
        return refuse(problem, size,
                      "found '%.*s'; a number with or without a unit is needed, such as 400, 0.1mV "
                      "or 20kHz",
                      shown, text);
    }
    snprintf(out->digits, sizeof out->digits, "%.*s", (int)digits, text);
    out->number = strtod(out->digits, NULL);
    const char *name = text + digits;
    size_t name_length = length - digits;
    while (name_length > 0 && (*name == ' ' || *name == '\t')) {
        name++;
        name_length--;
    }
    out->unit = find_unit(name, name_length);
    if (out->unit == NULL) {
        return refuse(
            problem, size,
            "unknown unit '%.*s' in '%.*s'; there are s ms us ns min, V mV uV, A mA uA nA "
            "pA, F uF nF pF, Hz kHz MHz, and none",
            (int)name_length, name, shown, text);
    }
    return isfinite(out->number) ||
           refuse(problem, size, "found '%.*s', which is too large for a number", shown, text);
}

/* ---- Decimal text ---------------------------------------------------------------------- */

/* `value` with `digits` significant digits, without an exponent or ending zeros. */
static void write_decimal(char *out, size_t size, double value, int digits)
{
    char scientific[40];
    snprintf(scientific, sizeof scientific, "%.*e", digits - 1, value);
    const int exponent = atoi(strchr(scientific, 'e') + 1);
    if (exponent < -8 || exponent > 15) {
        snprintf(out, size, "%.*g", digits, value);
        return;
    }
    const int places = digits - 1 - exponent;
    /* what the rounding has left, so that no digit beyond it shows */
    snprintf(out, size, "%.*f", places > 0 ? places : 0, strtod(scientific, NULL));
    if (strchr(out, '.') != NULL) {
        size_t length = strlen(out);
        while (out[length - 1] == '0') {
            out[--length] = '\0';
        }
        if (out[length - 1] == '.') {
            out[length - 1] = '\0';
        }
    }
}

static void write_value(vary_value *value, const char *digits, const char *unit_name)
{
    snprintf(value->text, sizeof value->text, "%s%s%s", digits, unit_name[0] != '\0' ? " " : "",
             unit_name);
}

/* ---- Ranges ---------------------------------------------------------------------------- */

/* "LOW..HIGH:SPACING:COUNT", taken apart. */
typedef struct range_parts {
    written low, high;
    double high_number; /* in low's unit */
    bool log, whole;
    size_t count;
} range_parts;

static bool is_whole(const written *value)
{
    return value->unit->kind == KIND_NONE &&
           strspn(value->digits, "+-0123456789") == strlen(value->digits);
}

/* ":log:8" */
static bool read_spacing(const char *text, range_parts *parts, char *problem, size_t size)
{
    const char *count = NULL;
    if (strncmp(text, ":log:", 5) == 0) {
        parts->log = true;
        count = text + 5;
    } else if (strncmp(text, ":lin:", 5) == 0) {
        count = text + 5;
    } else {
        return refuse(
            problem, size,
            "found '%s' after the ends of a range; ':log:COUNT' or ':lin:COUNT' is needed", text);
    }
    char *end = NULL;
    const unsigned long number = is_digit(*count) ? strtoul(count, &end, 10) : 0;
    if (number < 2 || number > VARY_VALUES_MAX || *end != '\0') {
        return refuse(problem, size, "found '%s' as the number of values; it may be 2 to %d", count,
                      VARY_VALUES_MAX);
    }
    parts->count = number;
    return true;
}

/* Can all values between the ends be computed? */
static bool is_computable(const range_parts *p)
{
    const double a = p->low.number;
    const double b = p->high_number;
    const double last = (double)(p->count - 1);
    return p->log ? isfinite(b / a) && b / a > 0.0 : isfinite(a * last) && isfinite(b * last);
}

static bool read_parts(const char *text, range_parts *parts, char *problem, size_t size)
{
    const char *dots = strstr(text, "..");
    const char *high = dots + 2;
    const size_t high_length = strcspn(high, ":");
    if (!read_value(text, (size_t)(dots - text), &parts->low, problem, size) ||
        !read_value(high, high_length, &parts->high, problem, size) ||
        !read_spacing(high + high_length, parts, problem, size)) {
        return false;
    }
    const unit *low_unit = parts->low.unit;
    const unit *high_unit = parts->high.unit;
    if (low_unit->kind != high_unit->kind) {
        return refuse(problem, size, "the range begins with %s, '%s%s', and ends with %s, '%s%s'",
                      kind_names[low_unit->kind], parts->low.digits, low_unit->name,
                      kind_names[high_unit->kind], parts->high.digits, high_unit->name);
    }
    parts->high_number = parts->high.number * high_unit->factor / low_unit->factor;
    if (parts->log && !(parts->low.number > 0.0 && parts->high_number > 0.0)) {
        return refuse(problem, size,
                      "a range with log has both ends above 0; found %s and %s; lin goes through 0",
                      parts->low.digits, parts->high.digits);
    }
    if (!is_computable(parts)) {
        return refuse(problem, size, "the range from %s%s to %s%s is too wide", parts->low.digits,
                      low_unit->name, parts->high.digits, high_unit->name);
    }
    parts->whole = is_whole(&parts->low) && is_whole(&parts->high);
    return parts->low.number != parts->high_number ||
           refuse(problem, size, "both ends of the range are %s %s", parts->low.digits,
                  low_unit->name);
}

static double value_between(const range_parts *p, size_t i)
{
    const double last = (double)(p->count - 1);
    const double a = p->low.number;
    const double b = p->high_number;
    if (p->log) {
        return a * pow(b / a, (double)i / last);
    }
    const double value = (a * (double)(p->count - 1 - i) + b * (double)i) / last;
    /* where the range passes 0, rounding leaves a crumb that has digits of its own */
    return fabs(value) < 1e-12 * fmax(fabs(a), fabs(b)) ? 0.0 : value;
}

/* All values with `digits` digits between the ends; whole: without decimals. */
static void write_values(const range_parts *p, int digits, bool whole, vary_range *out)
{
    write_value(&out->values[0], p->low.digits, p->low.unit->name);
    out->values[0].number = p->low.number;
    for (size_t i = 1; i + 1 < p->count; i++) {
        char text[VARY_TEXT_MAX - 8];
        if (whole) {
            snprintf(text, sizeof text, "%.0f", value_between(p, i));
        } else {
            write_decimal(text, sizeof text, value_between(p, i), digits);
        }
        write_value(&out->values[i], text, p->low.unit->name);
        out->values[i].number = strtod(text, NULL);
    }
    write_value(&out->values[p->count - 1], p->high.digits, p->high.unit->name);
    out->values[p->count - 1].number = p->high_number;
}

/* Every step goes the same way. */
static bool in_order(const vary_range *range)
{
    const bool up = range->values[range->count - 1].number > range->values[0].number;
    for (size_t i = 1; i < range->count; i++) {
        const double step = range->values[i].number - range->values[i - 1].number;
        if (!(up ? step > 0.0 : step < 0.0)) {
            return false;
        }
    }
    return true;
}

static bool make_range(const char *text, vary_range *out, char *problem, size_t size)
{
    range_parts parts = {.count = 0};
    if (!read_parts(text, &parts, problem, size)) {
        return false;
    }
    out->values = calloc(parts.count, sizeof *out->values);
    if (out->values == NULL) {
        return refuse(problem, size, "out of memory");
    }
    out->count = parts.count;
    out->log = parts.log;
    snprintf(out->unit, sizeof out->unit, "%s", parts.low.unit->name);
    if (parts.whole) {
        write_values(&parts, 0, true, out);
        if (in_order(out)) {
            return true;
        }
    }
    for (int digits = parts.log ? LOG_DIGITS : LIN_DIGITS; digits <= MAX_DIGITS; digits++) {
        write_values(&parts, digits, false, out);
        if (in_order(out)) {
            return true;
        }
    }
    return refuse(problem, size, "the range is too narrow for %zu different values", parts.count);
}

/* ---- Lists ----------------------------------------------------------------------------- */

static bool add_to_list(const written *value, vary_range *out, char *problem, size_t size)
{
    const unit *first = find_unit(out->unit, strlen(out->unit));
    if (out->count > 0 && value->unit->kind != first->kind) {
        return refuse(problem, size, "the list begins with %s, and '%s%s' is %s",
                      kind_names[first->kind], value->digits, value->unit->name,
                      kind_names[value->unit->kind]);
    }
    if (out->count == 0) {
        snprintf(out->unit, sizeof out->unit, "%s", value->unit->name);
        first = value->unit;
    }
    const double number = value->number * value->unit->factor / first->factor;
    for (size_t i = 0; i < out->count; i++) {
        if (out->values[i].number == number) {
            return refuse(problem, size, "the list has '%s%s' twice", value->digits,
                          value->unit->name);
        }
    }
    write_value(&out->values[out->count], value->digits, value->unit->name);
    out->values[out->count].number = number;
    out->count++;
    return true;
}

static bool make_list(const char *text, vary_range *out, char *problem, size_t size)
{
    size_t count = 1;
    for (const char *c = text; *c != '\0'; c++) {
        count += *c == ',';
    }
    if (count > VARY_VALUES_MAX) {
        return refuse(problem, size, "the list has %zu values; %d are allowed", count,
                      VARY_VALUES_MAX);
    }
    out->values = calloc(count, sizeof *out->values);
    if (out->values == NULL) {
        return refuse(problem, size, "out of memory");
    }
    for (const char *c = text;; c++) {
        const size_t length = strcspn(c, ",");
        written value;
        if (!read_value(c, length, &value, problem, size) ||
            !add_to_list(&value, out, problem, size)) {
            return false;
        }
        c += length;
        if (*c == '\0') {
            return true;
        }
    }
}

bool vary_range_read(const char *text, vary_range *out, char *problem, size_t problem_size)
{
    *out = (vary_range){.count = 0};
    const bool made = strstr(text, "..") != NULL ? make_range(text, out, problem, problem_size)
                                                 : make_list(text, out, problem, problem_size);
    if (!made) {
        vary_range_clear(out);
    }
    return made;
}

void vary_range_clear(vary_range *range)
{
    free(range->values);
    *range = (vary_range){.count = 0};
}

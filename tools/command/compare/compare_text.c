/* compare_text - short texts of figures for the tables of `saltus compare`. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compare/compare.h"

#define ROOMS 16

static char *next_room(size_t *size)
{
    static char rooms[ROOMS][96];
    static unsigned turn;
    turn = (turn + 1) % ROOMS;
    *size = sizeof rooms[turn];
    return rooms[turn];
}

typedef struct prefix {
    double factor;
    const char *name;
} prefix;

/* The largest prefix that leaves at least 1 of it. */
static const prefix *choose_prefix(double value, bool below_one)
{
    static const prefix prefixes[] = {{1e18, "E"}, {1e15, "P"}, {1e12, "T"},  {1e9, "G"},
                                      {1e6, "M"},  {1e3, "k"},  {1.0, ""},    {1e-3, "m"},
                                      {1e-6, "u"}, {1e-9, "n"}, {1e-12, "p"}, {1e-15, "f"}};
    const size_t last = below_one ? sizeof prefixes / sizeof prefixes[0] - 1 : 6;
    size_t i = 0;
    /* 999.6 would be printed as 1000 */
    while (i < last && fabs(value) < prefixes[i].factor * (i > 0 ? 0.9995 : 1.0)) {
        i++;
    }
    return &prefixes[i];
}

/* Three digits. */
static int digits_after(double value)
{
    return fabs(value) < 9.995 ? 2 : fabs(value) < 99.95 ? 1 : 0;
}

const char *compare_si(double value)
{
    size_t size = 0;
    char *text = next_room(&size);
    if (!isfinite(value)) {
        snprintf(text, size, "-");
    } else if (fabs(value) < 9999.5 && floor(value) >= value) {
        snprintf(text, size, "%.0f", value);
    } else {
        const prefix *p = choose_prefix(value, false);
        const double scaled = value / p->factor;
        snprintf(text, size, "%.*f%s%s", digits_after(scaled), scaled, p->name[0] ? " " : "",
                 p->name);
    }
    return text;
}

const char *compare_seconds(double seconds)
{
    size_t size = 0;
    char *text = next_room(&size);
    if (!isfinite(seconds)) {
        snprintf(text, size, "-");
    } else if (!(seconds > 0.0)) {
        snprintf(text, size, "0 s");
    } else if (seconds >= 0.9995) {
        snprintf(text, size, "%.*f s", digits_after(seconds), seconds);
    } else {
        const prefix *p = choose_prefix(seconds, true);
        const double scaled = seconds / p->factor;
        snprintf(text, size, "%.*f %ss", digits_after(scaled), scaled, p->name);
    }
    return text;
}

const char *compare_energy_text(const saltus_energy_estimate *e)
{
    size_t size = 0;
    char *text = next_room(&size);
    if (!e->has_total || !isfinite(e->total.high_J)) {
        snprintf(text, size, "-");
        return text;
    }
    const char *bound = e->lower_bound ? ">= " : "";
    const prefix *p = choose_prefix(e->total.high_J, true);
    const double low = e->total.low_J / p->factor;
    const double high = e->total.high_J / p->factor;
    char low_text[32];
    char high_text[32];
    snprintf(low_text, sizeof low_text, "%.*f", digits_after(low), low);
    snprintf(high_text, sizeof high_text, "%.*f", digits_after(high), high);
    if (strcmp(low_text, high_text) == 0) {
        snprintf(text, size, "%s%s %sJ", bound, high_text, p->name);
    } else {
        snprintf(text, size, "%s%s-%s %sJ", bound, low_text, high_text, p->name);
    }
    return text;
}

const char *compare_cell(double value, const char *format)
{
    size_t size = 0;
    char *text = next_room(&size);
    if (isnan(value)) {
        snprintf(text, size, "-");
    } else if (isinf(value)) {
        snprintf(text, size, value > 0.0 ? "inf" : "-inf");
    } else {
        /* the format is a literal of the callers */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(text, size, format, value);
#pragma GCC diagnostic pop
    }
    return text;
}

void compare_heading(const char *title, const char *line1, const char *line2)
{
    printf("\n%s\n", title);
    if (line1[0] != '\0') {
        printf("%s\n", line1);
    }
    printf("%s\n", line2);
    for (size_t i = strlen(line2); i > 0; i--) {
        putchar('-');
    }
    putchar('\n');
}

/* vary_range - the values that a sweep gives one key: "1Hz..20kHz:log:8", "100,200,400".
 *
 * Values are decimal text, as --set takes them, and short: the ends as they were written, those
 * between rounded to 4 digits (log) or 6 (lin), more where neighbours would be equal, and to whole
 * numbers when both ends are whole numbers without a unit. What is run is the text, so the
 * rounding moves points along the range and nothing else.
 */
#ifndef SALTUS_TOOLS_VARY_RANGE_H
#define SALTUS_TOOLS_VARY_RANGE_H

#include <stdbool.h>
#include <stddef.h>

#define VARY_TEXT_MAX   40
#define VARY_VALUES_MAX 1000

typedef struct vary_value {
    char text[VARY_TEXT_MAX]; /* "1.179 kHz" */
    double number;            /* in the unit of the range */
} vary_value;

typedef struct vary_range {
    char unit[8]; /* of the first value; "" for plain numbers */
    bool log;     /* spaced as logarithms */
    size_t count;
    vary_value *values; /* owned */
} vary_range;

/* Read a range. False, with a sentence in `problem`: what was found and what is allowed. */
bool vary_range_read(const char *text, vary_range *out, char *problem, size_t problem_size);
void vary_range_clear(vary_range *range);

#endif /* SALTUS_TOOLS_VARY_RANGE_H */

/* decimal - decimal text to the nearest double and back, whatever the locale. */
#ifndef SALTUS_DECIMAL_H
#define SALTUS_DECIMAL_H

/* A double as text, short enough to read and long enough to be unique. */
typedef struct decimal_text {
    char text[32];
} decimal_text;

/* Read [+-]digits[.digits][e[+-]digits] at [text, end). *value becomes the double nearest to
 * number * multiplier * 10^shift (infinite when too large). Returns the character after the
 * number; NULL when no number stands at `text`. */
const char *sl_decimal_scan(const char *text, const char *end, unsigned multiplier, int shift,
                            double *value);

/* Shortest of 15 to 17 digits that reads back as the same double. */
decimal_text sl_decimal_text(double value);

#endif /* SALTUS_DECIMAL_H */

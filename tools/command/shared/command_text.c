/* command_text - messages, suggestions and numbers in words for the command. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/command.h"

#define WORD_MAX 63

/* Room for sixteen answers at once, so that one printf can use several. */
static char *next_room(size_t *size)
{
    static char rooms[16][48];
    static unsigned turn;
    turn = (turn + 1) % 16;
    *size = sizeof rooms[turn];
    return rooms[turn];
}

void complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("saltus: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

/* Edit distance with exchanged neighbours counted as one (optimal string alignment). */
static unsigned distance(const char *a, const char *b)
{
    const size_t n = strlen(a);
    const size_t m = strlen(b);
    unsigned rows[3][WORD_MAX + 1] = {{0}};
    if (n > WORD_MAX || m > WORD_MAX) {
        return WORD_MAX;
    }
    for (size_t j = 0; j <= m; j++) {
        rows[0][j] = (unsigned)j;
    }
    for (size_t i = 1; i <= n; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *above = rows[(i + 2) % 3];
        const unsigned *above2 = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            unsigned best = above[j - 1] + (a[i - 1] != b[j - 1]);
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                best = above2[j - 2] + 1 < best ? above2[j - 2] + 1 : best;
            }
            row[j] = best;
        }
    }
    return rows[n % 3][m];
}

const char *nearest_name(const char *word, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    unsigned smallest = 2 + (unsigned)strlen(word) / 4;
    for (size_t i = 0; i < count; i++) {
        const unsigned d = distance(word, names[i]);
        if (d < smallest && d < strlen(names[i])) {
            smallest = d;
            nearest = names[i];
        }
    }
    return nearest;
}

const char *bytes_text(uint64_t bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    size_t size = 0;
    char *text = next_room(&size);
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= 999.5 && unit + 1 < sizeof units / sizeof units[0]) {
        value /= 1000.0;
        unit++;
    }
    const int digits = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    snprintf(text, size, "%.*f %s", digits, value, units[unit]);
    return text;
}

const char *count_text(uint64_t count)
{
    size_t size = 0;
    char *text = next_room(&size);
    char digits[24];
    const int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
    char *out = text;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            *out++ = ',';
        }
        *out++ = digits[i];
    }
    *out = '\0';
    return text;
}

const char *number_text(double value)
{
    size_t size = 0;
    char *text = next_room(&size);
    if (isnan(value)) {
        return "nan"; /* whatever its sign */
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        if (!isfinite(value) || !(strtod(text, NULL) != value)) {
            break;
        }
    }
    return text;
}

/* suggest - "did you mean": the known word nearest to a misspelt one.
 *
 * Distance: optimal string alignment (Damerau 1964, Levenshtein 1966: insertions, deletions,
 * substitutions and swaps of neighbours count 1), with letters of either case equal.
 */
#include "experiment/suggest.h"

#include <stdio.h>
#include <string.h>

#define LONGEST_WORD 64

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    int rows[3][LONGEST_WORD + 1];
    for (size_t j = 0; j <= b_length; j++) {
        rows[0][j] = (int)j;
    }
    for (size_t i = 1; i <= a_length; i++) {
        int *row = rows[i % 3];
        const int *above = rows[(i + 2) % 3];
        const int *above2 = rows[(i + 1) % 3];
        row[0] = (int)i;
        for (size_t j = 1; j <= b_length; j++) {
            const int change = lower(a[i - 1]) != lower(b[j - 1]);
            row[j] = smaller(above[j - 1] + change, 1 + smaller(above[j], row[j - 1]));
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1])) {
                row[j] = smaller(row[j], above2[j - 2] + 1);
            }
        }
    }
    return rows[a_length % 3][b_length];
}

const char *sl_suggest(const char *word, const char *const *candidates, size_t count)
{
    const size_t length = strlen(word);
    if (length == 0 || length > LONGEST_WORD) {
        return NULL;
    }
    const char *best = NULL;
    int best_distance = LONGEST_WORD;
    for (size_t i = 0; i < count; i++) {
        const size_t other = strlen(candidates[i]);
        if (other > LONGEST_WORD || other == 0) {
            continue;
        }
        /* Near means: at most a third of the letters differ, or one word begins the other. */
        const int d = distance(word, length, candidates[i], other);
        const size_t longer = length > other ? length : other;
        const size_t shorter = length > other ? other : length;
        const int begins = shorter >= 3 && strncmp(word, candidates[i], shorter) == 0;
        if (d < best_distance && ((size_t)d * 3 <= longer || begins)) {
            best = candidates[i];
            best_distance = d;
        }
    }
    return best;
}

void sl_suggest_text(const char *word, const char *const *candidates, size_t count, char *out,
                     size_t size)
{
    const char *near = sl_suggest(word, candidates, count);
    out[0] = '\0';
    if (near != NULL) {
        snprintf(out, size, "; did you mean '%s'?", near);
    }
}

void sl_suggest_list(const char *const *candidates, size_t count, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        const char *separator = i == 0 ? "" : ", ";
        if (used + strlen(separator) + strlen(candidates[i]) + 6 > size) {
            snprintf(out + used, size - used, "%s...", separator);
            return;
        }
        used += (size_t)snprintf(out + used, size - used, "%s%s", separator, candidates[i]);
    }
}

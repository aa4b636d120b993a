/* suggest - "did you mean": the known word nearest to a misspelt one, or the one that says what a
 * word of another simulator says.
 *
 * Distance: optimal string alignment (Damerau 1964, Levenshtein 1966: insertions, deletions,
 * substitutions and swaps of neighbours count 1), with letters of either case equal.
 */
#include "experiment/suggest.h"

#include <stdio.h>
#include <string.h>

#define LONGEST_WORD 64

/* Words of NEST and Brian that no distance leads to ours. One of theirs may stand for several of
 * ours: what counts is the first that is a candidate. */
static const struct {
    const char *theirs;
    const char *ours;
} translations[] = {
    {"iaf_psc_delta", "lif_delta"},
    {"iaf_psc_exp", "lif_exp"},
    {"iaf_psc_alpha", "lif_alpha"},
    {"aeif_psc_delta", "adex"},
    {"aeif_psc_exp", "adex_exp"},
    {"mat2_psc_exp", "mat2"},
    {"glif_psc", "glif4"},
    {"poisson_generator", "poisson_source"},
    {"poisson_generator", "poisson"},
    {"PoissonGroup", "poisson_source"},
    {"PoissonInput", "poisson"},
    {"spike_generator", "spike_list"},
    {"spike_generator", "arrivals"},
    {"SpikeGeneratorGroup", "spike_list"},
    {"mip_generator", "correlated_source"},
    {"dc", "current"},
    {"dc_generator", "current"},
    {"step_current_generator", "current"},
    {"E_L", "v_rest"},
    {"V_m", "v"},
    {"V_m", "potential"},
    {"v", "potential"},
    {"tau_syn_ex", "receptors"},
    {"tau_syn_in", "receptors"},
    {"n", "size"},
    {"pre", "from"},
    {"source", "from"},
    {"post", "to"},
    {"target", "to"},
    {"sigma", "width"},
};

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

static int same_word(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

/* The candidate that `word` is in another simulator; NULL when there is none. */
static const char *translation(const char *word, const char *const *candidates, size_t count)
{
    for (size_t i = 0; i < sizeof translations / sizeof translations[0]; i++) {
        for (size_t j = 0; j < count && same_word(word, translations[i].theirs); j++) {
            if (strcmp(candidates[j], translations[i].ours) == 0) {
                return candidates[j];
            }
        }
    }
    return NULL;
}

const char *sl_suggest(const char *word, const char *const *candidates, size_t count)
{
    const size_t length = strlen(word);
    if (length == 0 || length > LONGEST_WORD) {
        return NULL;
    }
    const char *best = translation(word, candidates, count);
    int best_distance = best != NULL ? 0 : LONGEST_WORD;
    for (size_t i = 0; i < count && best_distance > 0; i++) {
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

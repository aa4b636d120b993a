/* spike_match - the best one-to-one assignment of two trains' spikes within a window.
 *
 * Among all assignments in the order of time with |shift| <= window: most pairs, then the smallest
 * sum of |shift|. (An assignment that crosses can be uncrossed: the pairs stay within the window
 * and the sum does not grow; so nothing better is left out.)
 *
 * The merged trains fall apart where neighbours are farther apart than the window, usually into
 * single pairs. Within such a part the score of prefixes is a dynamic programme whose row i needs
 * work only for the spikes within the window of reference spike i. The assignment itself is found
 * by halving the reference (Hirschberg 1975, Comm ACM 18:341), so memory is O(spikes) and work
 * about twice that of the score alone. Sums of ticks are exact below 2^53; beyond, two assignments
 * that differ in the 16th digit count as equal.
 */
#include "measure/accuracy/spike_match.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

bool sl_match_room_init(match_room *room, size_t capacity)
{
    room->forward = sl_memory_array(capacity + 1, sizeof *room->forward);
    room->backward = sl_memory_array(capacity + 1, sizeof *room->backward);
    if (room->forward == NULL || room->backward == NULL) {
        sl_match_room_clear(room);
        return false;
    }
    return true;
}

void sl_match_room_clear(match_room *room)
{
    free(room->forward);
    free(room->backward);
    *room = (match_room){NULL, NULL};
}

static bool is_better(match_score a, match_score b)
{
    return a.pairs > b.pairs || (a.pairs == b.pairs && a.ticks < b.ticks);
}

/* A train, or the same seen from its end. */
typedef struct view {
    spike_train train;
    bool from_end;
} view;

/* Spike i of the view on an axis that runs the view's way. */
static sim_time at(const view *v, size_t i)
{
    return v->from_end ? -v->train.ticks[v->train.count - 1 - i] : v->train.ticks[i];
}

/* row[k]: best score of all of `reference` with the first k spikes of `test`. */
static void score_prefixes(const view *reference, const view *test, sim_time window,
                           match_score *row)
{
    const size_t count = test->train.count;
    size_t low = 0, high = 0; /* test spikes within the window of the current reference spike */
    row[0] = (match_score){0, 0.0};
    for (size_t i = 0; i < reference->train.count; i++) {
        const sim_time t = at(reference, i);
        while (low < count && at(test, low) - t < -window) {
            low++;
        }
        while (high < count && at(test, high) - t <= window) {
            row[high + 1] = row[high]; /* out of reach of the reference spikes before this one */
            high++;
        }
        match_score diagonal = row[low];
        for (size_t k = low; k < high; k++) {
            match_score best = row[k + 1];
            const match_score paired = {diagonal.pairs + 1,
                                        diagonal.ticks + fabs((double)(at(test, k) - t))};
            diagonal = best;
            if (is_better(row[k], best)) {
                best = row[k];
            }
            row[k + 1] = is_better(paired, best) ? paired : best;
        }
    }
    for (size_t k = high; k < count; k++) {
        row[k + 1] = row[k];
    }
}

/* The spike nearest to t, the first of equals; SPIKE_UNMATCHED when none is within the window. */
static size_t nearest(spike_train test, sim_time t, sim_time window)
{
    size_t best = SPIKE_UNMATCHED;
    sim_time best_distance = window;
    for (size_t k = 0; k < test.count; k++) {
        const sim_time distance = llabs(test.ticks[k] - t);
        if (distance < best_distance || (distance == best_distance && best == SPIKE_UNMATCHED)) {
            best = k;
            best_distance = distance;
        }
    }
    return best;
}

static spike_train part(spike_train train, size_t from, size_t to)
{
    return (spike_train){train.ticks + from, to - from};
}

/* Partners in one part; `offset` is the index of test.ticks[0] in the whole train. */
static void assign(spike_train reference, spike_train test, sim_time window, match_room *room,
                   size_t offset, size_t *partner)
{
    if (reference.count == 0) {
        return;
    }
    if (reference.count == 1 || test.count == 0) {
        const size_t best =
            test.count == 0 ? SPIKE_UNMATCHED : nearest(test, reference.ticks[0], window);
        partner[0] = best == SPIKE_UNMATCHED ? best : offset + best;
        for (size_t i = 1; i < reference.count; i++) {
            partner[i] = SPIKE_UNMATCHED;
        }
        return;
    }
    const size_t half = reference.count / 2;
    const view early = {part(reference, 0, half), false}, early_test = {test, false};
    const view late = {part(reference, half, reference.count), true}, late_test = {test, true};
    score_prefixes(&early, &early_test, window, room->forward);
    score_prefixes(&late, &late_test, window, room->backward);
    size_t split = 0;
    match_score best = {0, (double)INFINITY};
    for (size_t k = 0; k <= test.count; k++) {
        const match_score a = room->forward[k], b = room->backward[test.count - k];
        const match_score sum = {a.pairs + b.pairs, a.ticks + b.ticks};
        if (is_better(sum, best)) {
            best = sum;
            split = k;
        }
    }
    assign(early.train, part(test, 0, split), window, room, offset, partner);
    assign(late.train, part(test, split, test.count), window, room, offset + split, partner + half);
}

void sl_spike_match(spike_train reference, spike_train test, sim_time window, match_room *room,
                    size_t *partner)
{
    size_t i = 0, k = 0;
    while (i < reference.count || k < test.count) {
        /* a part: spikes of either train, each at most a window after the one before */
        const size_t first = i, first_test = k;
        bool joined = true;
        sim_time last = 0;
        while (joined && (i < reference.count || k < test.count)) {
            const bool takes_test =
                i == reference.count || (k < test.count && test.ticks[k] < reference.ticks[i]);
            const sim_time next = takes_test ? test.ticks[k] : reference.ticks[i];
            joined = (i == first && k == first_test) || next - last <= window;
            if (joined) {
                last = next;
                k += takes_test;
                i += !takes_test;
            }
        }
        if (i - first == 1 && k - first_test == 1) {
            partner[first] = first_test;
        } else {
            assign(part(reference, first, i), part(test, first_test, k), window, room, first_test,
                   partner + first);
        }
    }
}

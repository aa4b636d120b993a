/* accuracy_matching - matched, missed and extra spikes of two runs, and by how much they moved.
 *
 * One assignment for each neuron (spike_match), kept as one list in order of population, neuron and
 * time. Summaries are made once. Sums run over shifts in that order, so they are the same
 * whatever population is asked for.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "measure/accuracy/accuracy_options.h"
#include "measure/accuracy/spike_match.h"
#include "measure/accuracy/tick_sort.h"

struct saltus_matching {
    uint32_t population_count;
    size_t pair_count;
    saltus_match *pairs;
    size_t *pair_first;              /* [population_count + 1] */
    saltus_match_summary *summaries; /* [population_count + 1], the last one for all */
    uint64_t *simultaneous[2];       /* [population_count + 1] of reference and test */
};

/* What a matching is made with. */
typedef struct job {
    const saltus_trains *reference, *test;
    saltus_accuracy_options options;
    match_room room;
    size_t *partner; /* of one neuron's reference spikes */
    bool *taken;     /* one neuron's test spikes that have a partner */
} job;

/* ---- One neuron --------------------------------------------------------------------- */

static sim_time window_of(const saltus_accuracy_options *options, spike_train reference)
{
    if (options->window_ms != SALTUS_WINDOW_BY_INTERVAL) {
        return sl_length_from_ms(options->window_ms);
    }
    const sim_time limit = sl_length_from_ms(options->window_limit_ms);
    sim_time window = limit;
    for (size_t i = 1; i < reference.count; i++) {
        const sim_time interval = reference.ticks[i] - reference.ticks[i - 1];
        if (interval > 0 && interval / 2 < window) {
            window = interval / 2;
        }
    }
    return window;
}

/* May the partner of an unmatched spike lie outside the interval? A run begins at 0. */
static bool is_at_edge(const saltus_trains *trains, sim_time t, sim_time window)
{
    return trains->to - t < window || (trains->from > 0 && t - trains->from < window);
}

static void match_neuron(job *work, saltus_matching *matching, uint32_t population, uint32_t neuron,
                         saltus_match_summary *summary)
{
    const uint64_t at = work->reference->population_first[population] + neuron;
    const spike_train reference = trains_get(work->reference, at);
    const spike_train test = trains_get(work->test, at);
    if (reference.count == 0 && test.count == 0) {
        return;
    }
    const double *reference_ms = work->reference->times_ms + work->reference->first[at];
    const double *test_ms = work->test->times_ms + work->test->first[at];
    const sim_time window = window_of(&work->options, reference);
    summary->smallest_window_ms = fmin(summary->smallest_window_ms, ticks_to_ms(window));
    summary->largest_window_ms = fmax(summary->largest_window_ms, ticks_to_ms(window));

    sl_spike_match(reference, test, window, &work->room, work->partner);
    for (size_t k = 0; k < test.count; k++) {
        work->taken[k] = false;
    }
    for (size_t i = 0; i < reference.count; i++) {
        const size_t k = work->partner[i];
        if (k == SPIKE_UNMATCHED) {
            summary->missed++;
            summary->at_edge += is_at_edge(work->reference, reference.ticks[i], window);
            continue;
        }
        work->taken[k] = true;
        matching->pairs[matching->pair_count++] =
            (saltus_match){.reference_ms = reference_ms[i],
                           .test_ms = test_ms[k],
                           .shift_ms = ticks_to_ms(test.ticks[k] - reference.ticks[i]),
                           .population = population,
                           .neuron = neuron};
    }
    for (size_t k = 0; k < test.count; k++) {
        summary->extra += !work->taken[k];
        summary->at_edge += !work->taken[k] && is_at_edge(work->reference, test.ticks[k], window);
    }
}

/* ---- Summaries ------------------------------------------------------------------------ */

/* Shifts of pairs; `magnitudes` is room for as many. */
static void summarize_shifts(const saltus_match *pairs, size_t count, double *magnitudes,
                             saltus_match_summary *summary)
{
    double sum = 0.0, magnitude_sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < count; i++) {
        const double shift = pairs[i].shift_ms;
        magnitudes[i] = fabs(shift);
        sum += shift;
        magnitude_sum += magnitudes[i];
        squares += shift * shift;
    }
    summary->matched = count;
    if (count == 0) {
        return;
    }
    sl_sort_doubles(magnitudes, count);
    summary->mean_shift_ms = sum / (double)count;
    summary->mean_abs_shift_ms = magnitude_sum / (double)count;
    summary->rms_shift_ms = sqrt(squares / (double)count);
    summary->median_abs_shift_ms = (magnitudes[(count - 1) / 2] + magnitudes[count / 2]) / 2;
    summary->max_abs_shift_ms = magnitudes[count - 1];
}

static saltus_match_summary empty_summary(void)
{
    return (saltus_match_summary){.matched_fraction = (double)NAN,
                                  .rate_error = (double)NAN,
                                  .mean_shift_ms = (double)NAN,
                                  .mean_abs_shift_ms = (double)NAN,
                                  .median_abs_shift_ms = (double)NAN,
                                  .rms_shift_ms = (double)NAN,
                                  .max_abs_shift_ms = (double)NAN,
                                  .smallest_window_ms = (double)NAN,
                                  .largest_window_ms = (double)NAN};
}

static void add_counts(saltus_match_summary *total, const saltus_match_summary *part)
{
    total->missed += part->missed;
    total->extra += part->extra;
    total->at_edge += part->at_edge;
    total->smallest_window_ms = fmin(total->smallest_window_ms, part->smallest_window_ms);
    total->largest_window_ms = fmax(total->largest_window_ms, part->largest_window_ms);
}

static void finish_summary(const job *work, uint32_t population, saltus_match_summary *summary)
{
    summary->reference_spikes = saltus_trains_spikes(work->reference, population);
    summary->test_spikes = saltus_trains_spikes(work->test, population);
    const double spikes = (double)summary->reference_spikes;
    if (spikes > 0.0) {
        summary->matched_fraction = (double)summary->matched / spikes;
    }
    summary->rate_error = ((double)summary->test_spikes - spikes) / spikes;
}

static void match_all(job *work, saltus_matching *matching, double *magnitudes)
{
    const uint32_t all = matching->population_count;
    matching->summaries[all] = empty_summary();
    for (uint32_t p = 0; p < all; p++) {
        saltus_match_summary *summary = &matching->summaries[p];
        *summary = empty_summary();
        matching->pair_first[p] = matching->pair_count;
        const uint64_t neurons = saltus_trains_neurons(work->reference, p);
        for (uint32_t n = 0; n < neurons; n++) {
            match_neuron(work, matching, p, n, summary);
        }
        summarize_shifts(matching->pairs + matching->pair_first[p],
                         matching->pair_count - matching->pair_first[p], magnitudes, summary);
        finish_summary(work, p, summary);
        add_counts(&matching->summaries[all], summary);
    }
    matching->pair_first[all] = matching->pair_count;
    summarize_shifts(matching->pairs, matching->pair_count, magnitudes, &matching->summaries[all]);
    finish_summary(work, SALTUS_ALL_POPULATIONS, &matching->summaries[all]);
}

/* ---- The object ------------------------------------------------------------------------- */

static size_t longest_train(const saltus_trains *trains)
{
    size_t longest = 0;
    for (uint64_t i = 0; i < trains_neuron_count(trains); i++) {
        const size_t count = trains_get(trains, i).count;
        longest = count > longest ? count : longest;
    }
    return longest;
}

static bool make_room(job *work, saltus_matching *matching, double **magnitudes)
{
    const uint64_t spikes[2] = {saltus_trains_spikes(work->reference, SALTUS_ALL_POPULATIONS),
                                saltus_trains_spikes(work->test, SALTUS_ALL_POPULATIONS)};
    const size_t most = spikes[0] < spikes[1] ? spikes[0] : spikes[1];
    const size_t groups = (size_t)matching->population_count + 1;
    const size_t longest = longest_train(work->test);
    matching->pairs = sl_memory_array(most, sizeof *matching->pairs);
    matching->pair_first = sl_memory_zeroed(groups, sizeof *matching->pair_first);
    matching->summaries = sl_memory_zeroed(groups, sizeof *matching->summaries);
    matching->simultaneous[0] =
        sl_memory_copy(work->reference->simultaneous, groups, sizeof(uint64_t));
    matching->simultaneous[1] = sl_memory_copy(work->test->simultaneous, groups, sizeof(uint64_t));
    *magnitudes = sl_memory_array(most, sizeof **magnitudes);
    work->partner = sl_memory_array(longest_train(work->reference), sizeof *work->partner);
    work->taken = sl_memory_array(longest, sizeof *work->taken);
    return sl_match_room_init(&work->room, longest) && matching->pairs != NULL &&
           matching->pair_first != NULL && matching->summaries != NULL &&
           matching->simultaneous[0] != NULL && matching->simultaneous[1] != NULL &&
           *magnitudes != NULL && work->partner != NULL && work->taken != NULL;
}

saltus_status saltus_matching_create(const saltus_trains *reference, const saltus_trains *test,
                                     const saltus_accuracy_options *options, saltus_matching **out,
                                     saltus_error *error)
{
    *out = NULL;
    job work = {.reference = reference, .test = test};
    saltus_status status = sl_trains_check_pair(reference, test, SALTUS_ALL_POPULATIONS, error);
    if (!status) {
        status = sl_accuracy_options_read(options, &work.options, error);
    }
    if (status) {
        return status;
    }
    saltus_matching *matching = calloc(1, sizeof *matching);
    if (matching == NULL) {
        return sl_fail_memory(error);
    }
    matching->population_count = reference->population_count;
    double *magnitudes = NULL;
    if (make_room(&work, matching, &magnitudes)) {
        match_all(&work, matching, magnitudes);
        *out = matching;
    } else {
        saltus_matching_destroy(matching);
        status = sl_fail_memory(error);
    }
    sl_match_room_clear(&work.room);
    free(magnitudes);
    free(work.partner);
    free(work.taken);
    return status;
}

void saltus_matching_destroy(saltus_matching *matching)
{
    if (matching == NULL) {
        return;
    }
    free(matching->pairs);
    free(matching->pair_first);
    free(matching->summaries);
    free(matching->simultaneous[0]);
    free(matching->simultaneous[1]);
    free(matching);
}

saltus_match_summary saltus_matching_summary(const saltus_matching *matching, uint32_t population)
{
    if (population == SALTUS_ALL_POPULATIONS) {
        return matching->summaries[matching->population_count];
    }
    return population < matching->population_count ? matching->summaries[population]
                                                   : empty_summary();
}

const saltus_match *saltus_matching_pairs(const saltus_matching *matching, size_t *count)
{
    *count = matching->pair_count;
    return matching->pairs;
}

/* ---- Order --------------------------------------------------------------------------------- */

static uint64_t pairs_among(uint64_t n)
{
    return n < 2 ? 0 : n * (n - 1) / 2;
}

static void swap_keys(tick_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pairs[i] = (tick_pair){pairs[i].other, pairs[i].key};
    }
}

/* Pairs of equal keys; *distinct: those of them whose companions differ. Sorted by (key, other). */
static uint64_t count_equal(const tick_pair *pairs, size_t count, uint64_t *distinct)
{
    uint64_t equal = 0, same = 0, run = 0, same_run = 0;
    for (size_t i = 0; i < count; i++) {
        const bool joins = i > 0 && pairs[i].key == pairs[i - 1].key;
        const bool joins_both = joins && pairs[i].other == pairs[i - 1].other;
        if (!joins_both) {
            same += pairs_among(same_run);
            same_run = 0;
        }
        if (!joins) {
            equal += pairs_among(run);
            run = 0;
        }
        run++;
        same_run++;
    }
    equal += pairs_among(run);
    same += pairs_among(same_run);
    *distinct = equal - same;
    return equal;
}

saltus_status saltus_matching_order(const saltus_matching *matching, uint32_t population,
                                    saltus_order *out, saltus_error *error)
{
    const uint32_t all = matching->population_count;
    if (population != SALTUS_ALL_POPULATIONS && population >= all) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "there is no population %u in a matching of %u",
                       population, all);
    }
    const uint32_t group = population == SALTUS_ALL_POPULATIONS ? all : population;
    const size_t first = group == all ? 0 : matching->pair_first[group];
    const size_t count =
        group == all ? matching->pair_count : matching->pair_first[group + 1] - first;
    tick_pair *pairs = sl_memory_array(count, sizeof *pairs);
    tick_pair *scratch = sl_memory_array(count, sizeof *scratch);
    if (pairs == NULL || scratch == NULL) {
        free(pairs);
        free(scratch);
        return sl_fail_memory(error);
    }
    *out = (saltus_order){.reference_simultaneous = matching->simultaneous[0][group],
                          .test_simultaneous = matching->simultaneous[1][group]};
    for (size_t i = 0; i < count; i++) {
        const saltus_match *match = &matching->pairs[first + i];
        pairs[i] = (tick_pair){.key = sl_sim_time_from_ms(match->test_ms),
                               .other = sl_sim_time_from_ms(match->reference_ms)};
    }
    /* by (reference, test), so that equal times of the reference are no inversions of the test */
    sl_tick_sort(pairs, scratch, count);
    swap_keys(pairs, count);
    sl_tick_sort(pairs, scratch, count);
    count_equal(pairs, count, &out->lost);
    swap_keys(pairs, count);
    out->swapped = sl_tick_sort(pairs, scratch, count);
    count_equal(pairs, count, &out->created);
    free(pairs);
    free(scratch);
    return SALTUS_OK;
}

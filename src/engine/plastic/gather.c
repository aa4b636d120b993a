/* gather - see gather.h.
 *
 * Nearly all synapses saw none or one of their target's spikes since the last arrival; both cases
 * take the same way without a branch. Schemes that pair spikes by what lies between them, and rules
 * with a state of their own, take a second look (`pair`). */
#include "engine/plastic/gather.h"

#include <stdlib.h>

#include "base/exact_math.h"

/* ---- Scratch --------------------------------------------------------------------------------- */

/* One array anew, `size` bytes an entry. */
static bool enlarge(void *array, uint32_t capacity, size_t size)
{
    void **place = array;
    void *larger = realloc(*place, capacity * size);
    if (larger != NULL) {
        *place = larger;
    }
    return larger != NULL;
}

static bool grow(struct plastic_posts *posts, uint32_t needed)
{
    if (needed <= posts->capacity) {
        return true;
    }
    uint32_t capacity = posts->capacity > 0 ? posts->capacity : 4 * PLASTIC_CHUNK;
    while (capacity < needed) {
        capacity *= 2;
    }
    const bool done = enlarge(&posts->time, capacity, sizeof *posts->time) &&
                      enlarge(&posts->elapsed, capacity, sizeof *posts->elapsed) &&
                      enlarge(&posts->x[0], capacity, sizeof(double)) &&
                      enlarge(&posts->x[1], capacity, sizeof(double)) &&
                      enlarge(&posts->y_then[0], capacity, sizeof(double)) &&
                      enlarge(&posts->y_then[1], capacity, sizeof(double)) &&
                      enlarge(&posts->decay, capacity, sizeof *posts->decay) &&
                      enlarge(&posts->owner, capacity, sizeof *posts->owner) &&
                      enlarge(&posts->round, capacity, sizeof *posts->round) &&
                      enlarge(&posts->left, capacity, sizeof *posts->left);
    posts->capacity = done ? capacity : posts->capacity;
    return done;
}

plastic_scratch *sl_plastic_scratch_create(void)
{
    plastic_scratch *scratch = calloc(1, sizeof *scratch);
    if (scratch == NULL) {
        return NULL;
    }
    scratch->kernel = sl_vector_kernel_best();
    for (uint32_t i = 0; i <= PLASTIC_CHUNK; i++) {
        scratch->each[i] = i;
    }
    if (!grow(&scratch->posts, 1)) {
        sl_plastic_scratch_destroy(scratch);
        return NULL;
    }
    return scratch;
}

void sl_plastic_scratch_destroy(plastic_scratch *scratch)
{
    if (scratch == NULL) {
        return;
    }
    free(scratch->posts.time);
    free(scratch->posts.elapsed);
    free(scratch->posts.x[0]);
    free(scratch->posts.x[1]);
    free(scratch->posts.y_then[0]);
    free(scratch->posts.y_then[1]);
    free(scratch->posts.decay);
    free(scratch->posts.owner);
    free(scratch->posts.round);
    free(scratch->posts.left);
    free(scratch);
}

/* ---- Spikes of the targets ------------------------------------------------------------------- */

/* Targets ahead whose line is asked for. */
#define LINES_AHEAD 12
/* Room that one more synapse takes at most without growing. */
#define LINE_SPIKES (2 + SPIKE_LOG_FURTHER)

/* All spikes of the span, of which `newest` is the last, oldest first, from place k on. Returns the
 * place after them; UINT32_MAX: out of memory. */
static __attribute__((noinline)) uint32_t gather_all(const spike_log *log, plastic_scratch *scratch,
                                                     const plastic_span *span, uint32_t i,
                                                     uint32_t k, const logged_spike *newest)
{
    struct plastic_posts *posts = &scratch->posts;
    uint32_t end = k;
    for (const logged_spike *spike = newest; spike->time >= span->from;
         spike = spike_log_before(log, spike)) {
        end++;
    }
    if (end - k > UINT16_MAX || !grow(posts, end + PLASTIC_CHUNK * LINE_SPIKES)) {
        return UINT32_MAX;
    }
    uint32_t at = end;
    for (const logged_spike *spike = newest; at > k; spike = spike_log_before(log, spike)) {
        at--;
        posts->time[at] = spike->time;
        posts->owner[at] = (uint16_t)i;
        posts->round[at] = (uint16_t)(at - k);
        for (uint32_t b = 0; b < log->trace_count; b++) {
            posts->y_then[b][at] = spike->trace[b];
        }
    }
    return end;
}

/* Put a spike at place k if it is one of the span; returns the next place. */
static inline uint32_t put(struct plastic_posts *posts, sim_time time, sim_time from, uint32_t i,
                           uint32_t first, uint32_t k)
{
    posts->time[k] = time;
    posts->owner[k] = (uint16_t)i;
    posts->round[k] = (uint16_t)(k - first);
    return k + (time >= from);
}

/* Lists the spikes and the traces at the end of the span. */
static bool gather_posts(const plastic_projection *projection, const plastic_synapses *synapses,
                         plastic_scratch *scratch, const plastic_span *span, const uint32_t *target,
                         uint32_t count)
{
    const spike_log *log = &synapses->posts;
    const spike_line *lines = log->line;
    struct plastic_posts *posts = &scratch->posts;
    const bool then = projection->traces.reads_y_then;
    const bool second = log->trace_count > 1;
    const sim_time until = span->until;
    const sim_time from = span->from;
    uint32_t k = 0;
    if (!grow(posts, PLASTIC_CHUNK * LINE_SPIKES)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const spike_line *line = &lines[target[i] - synapses->first_target];
        __builtin_prefetch(
            &lines[target[i + LINES_AHEAD < count ? i + LINES_AHEAD : i] - synapses->first_target]);
        const logged_spike *newest = &line->newest;
        const bool late = newest->time >= until;
        if (__builtin_expect(late, 0)) {
            newest = spike_log_find(log, target[i] - synapses->first_target, until);
        }
        scratch->post[i] = k;
        scratch->y_elapsed[i] = (double)(until - newest->time);
        scratch->y[0][i] = spike_log_after(log, newest, 0);
        if (second) {
            scratch->y[1][i] = spike_log_after(log, newest, 1);
        }
        const bool many = line->further[SPIKE_LOG_NEAR - 1] >= from &&
                          line->further[SPIKE_LOG_FURTHER - 1] >= from;
        if (__builtin_expect(late || then || many, 0)) {
            k = gather_all(log, scratch, span, i, k, newest);
            if (k == UINT32_MAX) {
                return false;
            }
            continue;
        }
        const uint32_t first = k;
        if (line->further[0] >= from) {
            const bool near = line->further[SPIKE_LOG_NEAR - 1] < from;
            for (uint32_t left = near ? SPIKE_LOG_NEAR : SPIKE_LOG_FURTHER; left > 0; left--) {
                k = put(posts, line->further[left - 1], from, i, first, k);
            }
        }
        k = put(posts, newest->earlier, from, i, first, k);
        k = put(posts, newest->time, from, i, first, k);
    }
    scratch->post[count] = k;
    return true;
}

/* Traces of the source at the target's spikes, before they decay: x just after the source's last
 * spike; at the same time, x just before it. */
static void set_x(const plastic_projection *projection, plastic_scratch *scratch,
                  const plastic_span *span, uint32_t posts)
{
    const logged_spike *last = span->last;
    const sim_time *restrict time = scratch->posts.time;
    double *restrict elapsed = scratch->posts.elapsed;
    bool ties = false;
    for (uint32_t k = 0; k < posts; k++) {
        elapsed[k] = (double)(time[k] - span->last_time);
        ties |= time[k] == span->last_time;
    }
    for (uint32_t a = 0; a < projection->traces.pre_count; a++) {
        const double after = spike_log_after(&projection->pres, last, a);
        double *restrict x = scratch->posts.x[a];
        for (uint32_t k = 0; k < posts; k++) {
            x[k] = after;
        }
        for (uint32_t k = 0; ties && k < posts; k++) {
            x[k] = time[k] == span->last_time ? last->trace[a] : after;
        }
    }
}

/* ---- Pairs by what lies between them --------------------------------------------------------- */

/* The target's spike before the one at place k of synapse i, whose newest is given. */
static sim_time time_before(const plastic_scratch *scratch, uint32_t i, uint32_t k,
                            sim_time before_all)
{
    return k > scratch->post[i] ? scratch->posts.time[k - 1] : before_all;
}

/* Only pairs with nothing between them: a target spike meets the source's last one if it is the
 * first after it. */
static void restrict_x(plastic_scratch *scratch, const plastic_span *span, uint32_t i,
                       sim_time before_all)
{
    for (uint32_t k = scratch->post[i]; k < scratch->post[i + 1]; k++) {
        const sim_time since =
            scratch->posts.time[k] == span->last_time ? span->before_time : span->last_time;
        if (time_before(scratch, i, k, before_all) > since) {
            scratch->posts.x[0][k] = 0;
        }
    }
}

/* Each presynaptic spike with the next target spike: those since the target's last one count. */
static void centre_x(plastic_scratch *scratch, const plastic_span *span, uint32_t i,
                     sim_time before_all, double accumulated)
{
    for (uint32_t k = scratch->post[i]; k < scratch->post[i + 1]; k++) {
        const sim_time before = time_before(scratch, i, k, before_all);
        if (scratch->posts.time[k] == span->last_time) {
            scratch->posts.x[0][k] = accumulated;
        } else if (before > span->last_time) {
            scratch->posts.x[0][k] = 0;
        } else {
            scratch->posts.x[0][k] =
                (before == span->last_time ? 0 : accumulated) + span->last->count;
        }
    }
}

/* x since the target's last spike just before the presynaptic spike that arrives. */
static double accumulate(const plastic_projection *projection, const plastic_span *span,
                         sim_time newest, double accumulated)
{
    if (span->last->count == 0 || newest > span->last_time) {
        return 0;
    }
    const double after = (newest == span->last_time ? 0 : accumulated) + span->last->count;
    const double ticks = (double)(span->until - span->last_time);
    return after * sl_exp(-(ticks * projection->pres.inverse_tau[0]));
}

/* Time of the target's spike before the last `listed` ones, of which `newest` is the last. */
static sim_time before_listed(const plastic_synapses *synapses, const logged_spike *newest,
                              uint32_t listed)
{
    if (listed == 0) {
        return newest->time;
    }
    while (--listed > 0) {
        newest = spike_log_before(&synapses->posts, newest);
    }
    return newest->earlier;
}

/* Synapse by synapse: the pairs that count, and since when a state of its own is. */
static void pair(const plastic_projection *projection, const plastic_synapses *synapses,
                 plastic_scratch *scratch, const plastic_span *span, const plastic_view *view,
                 uint32_t begin, uint32_t count)
{
    const plastic_pairing pairing = projection->traces.pairing;
    const uint32_t *target = view->target + begin;
    for (uint32_t i = 0; i < count; i++) {
        const logged_spike *newest =
            spike_log_find(&synapses->posts, target[i] - synapses->first_target, span->until);
        const sim_time before_all =
            before_listed(synapses, newest, scratch->post[i + 1] - scratch->post[i]);
        scratch->since[i] = span->repeated                 ? span->until
                            : before_all > span->last_time ? before_all
                                                           : span->last_time;
        if (pairing == PAIRING_RESTRICTED) {
            restrict_x(scratch, span, i, before_all);
            scratch->y[0][i] = newest->time < span->last_time ? 0 : scratch->y[0][i];
        } else if (pairing == PAIRING_PRE_CENTRED) {
            double *accumulated = &view->accumulated[begin + i];
            centre_x(scratch, span, i, before_all, *accumulated);
            if (span->arrives && !span->repeated) {
                *accumulated = accumulate(projection, span, newest->time, *accumulated);
            }
        }
    }
}

bool sl_plastic_gather(const plastic_projection *projection, const plastic_synapses *synapses,
                       plastic_scratch *scratch, const plastic_span *span, const plastic_view *view,
                       uint32_t begin, uint32_t count)
{
    if (!gather_posts(projection, synapses, scratch, span, view->target + begin, count)) {
        return false;
    }
    set_x(projection, scratch, span, scratch->post[count]);
    if (view->state != NULL || projection->traces.pairing >= PAIRING_PRE_CENTRED) {
        pair(projection, synapses, scratch, span, view, begin, count);
    }
    return true;
}

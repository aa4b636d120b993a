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
                      enlarge(&posts->tag, capacity, sizeof *posts->tag) &&
                      enlarge(&posts->left, capacity, sizeof *posts->left);
    posts->capacity = done ? capacity : posts->capacity;
    return done;
}

_Static_assert(sizeof(plastic_scratch) + 4 * PLASTIC_CHUNK * 64 == PLASTIC_SCRATCH_BYTES,
               "the estimate of memory (network/simulation_bytes.h) knows what a block takes");

bool sl_plastic_room(plastic_scratch *scratch, uint32_t count)
{
    return grow(&scratch->posts, count);
}

plastic_scratch *sl_plastic_scratch_create(void)
{
    plastic_scratch *scratch = calloc(1, sizeof *scratch);
    if (scratch == NULL) {
        return NULL;
    }
    scratch->kernel = sl_vector_kernel_best();
    scratch->rule_kernel = sl_rule_kernel_best();
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
    free(scratch->posts.tag);
    free(scratch->posts.left);
    free(scratch);
}

/* ---- Spikes of the targets ------------------------------------------------------------------- */

/* Targets ahead whose glance is asked for. */
#define GLANCES_AHEAD 16
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
    if (end - k >= 1u << 24 || !grow(posts, end + PLASTIC_CHUNK * LINE_SPIKES)) {
        return UINT32_MAX;
    }
    uint32_t at = end;
    for (const logged_spike *spike = newest; at > k; spike = spike_log_before(log, spike)) {
        at--;
        posts->time[at] = spike->time;
        posts->tag[at] = POST_TAG(i, at - k);
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
    posts->tag[k] = POST_TAG(i, k - first);
    return k + (time >= from);
}

/* Three spikes of the span or more, or what the glance does not tell. Returns the place after them;
 * UINT32_MAX: out of memory. */
static uint32_t gather_more(const spike_log *log, plastic_scratch *scratch,
                            const plastic_span *span, uint32_t i, uint32_t k, uint32_t target,
                            bool then)
{
    const spike_line *line = &log->line[target];
    const logged_spike *newest = &line->newest;
    if (newest->time >= span->until) {
        newest = spike_log_find(log, target, span->until);
        scratch->y_elapsed[i] = (double)(span->until - newest->time);
        scratch->y[0][i] = spike_log_after(log, newest, 0);
        then = true;
    }
    if (log->trace_count > 1) {
        scratch->y[1][i] = spike_log_after(log, newest, 1);
    }
    const bool near = line->further[SPIKE_LOG_NEAR - 1] < span->from;
    if (then || (!near && line->further[SPIKE_LOG_FURTHER - 1] >= span->from)) {
        return gather_all(log, scratch, span, i, k, newest);
    }
    const uint32_t first = k;
    for (uint32_t left = near ? SPIKE_LOG_NEAR : SPIKE_LOG_FURTHER; left > 0; left--) {
        k = put(&scratch->posts, line->further[left - 1], span->from, i, first, k);
    }
    k = put(&scratch->posts, newest->earlier, span->from, i, first, k);
    return put(&scratch->posts, newest->time, span->from, i, first, k);
}

/* The spikes that glances tell, at most two a target, and the traces at the end of the span; lists
 * the targets with more. Not one branch depends on what the spikes are. */
static uint32_t glance_over(const plastic_synapses *synapses, plastic_scratch *scratch,
                            const plastic_span *span, const uint32_t *target, uint32_t count,
                            bool always, uint32_t *more_count)
{
    const spike_log *log = &synapses->posts;
    const uint32_t first_target = synapses->first_target;
    const spike_glance *glance = log->glance;
    struct plastic_posts *posts = &scratch->posts;
    const sim_time until = span->until;
    const sim_time from = span->from;
    uint32_t k = 0;
    uint32_t listed = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t ahead = i + GLANCES_AHEAD < count ? i + GLANCES_AHEAD : i;
        __builtin_prefetch(&glance[target[ahead] - first_target]);
        const uint32_t j = target[i] - first_target;
        const spike_glance *seen = &glance[j];
        const uint32_t more = always | (seen->time >= until) | (seen->third >= from);
        scratch->more[listed] = i;
        listed += more;
        __builtin_prefetch(more ? (const void *)&log->line[j] : (const void *)seen);
        scratch->y_elapsed[i] = (double)(until - seen->time);
        scratch->y[0][i] = seen->after;
        scratch->first[i] = k;
        posts->time[k] = seen->earlier;
        posts->tag[k] = POST_TAG(i, 0u);
        const uint32_t second = (seen->earlier >= from) & !more;
        k += second;
        posts->time[k] = seen->time;
        posts->tag[k] = POST_TAG(i, second);
        k += (seen->time >= from) & !more;
        scratch->end[i] = k;
    }
    *more_count = listed;
    return k;
}

/* Lists all spikes of the span and the traces at its end. False: out of memory. */
static bool gather_posts(const plastic_projection *projection, const plastic_synapses *synapses,
                         plastic_scratch *scratch, const plastic_span *span, const uint32_t *target,
                         uint32_t count, uint32_t *posts)
{
    const spike_log *log = &synapses->posts;
    const bool then = projection->traces.reads_y_then;
    if (!grow(&scratch->posts, PLASTIC_CHUNK * LINE_SPIKES)) {
        return false;
    }
    uint32_t more = 0;
    uint32_t k =
        glance_over(synapses, scratch, span, target, count, then || log->trace_count > 1, &more);
    for (uint32_t m = 0; m < more; m++) {
        const uint32_t i = scratch->more[m];
        scratch->first[i] = k;
        k = gather_more(log, scratch, span, i, k, target[i] - synapses->first_target, then);
        if (k == UINT32_MAX) {
            return false;
        }
        scratch->end[i] = k;
    }
    *posts = k;
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
    return k > scratch->first[i] ? scratch->posts.time[k - 1] : before_all;
}

/* Only pairs with nothing between them: a target spike meets the source's last one if it is the
 * first after it. */
static void restrict_x(plastic_scratch *scratch, const plastic_span *span, uint32_t i,
                       sim_time before_all)
{
    for (uint32_t k = scratch->first[i]; k < scratch->end[i]; k++) {
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
    for (uint32_t k = scratch->first[i]; k < scratch->end[i]; k++) {
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
            before_listed(synapses, newest, scratch->end[i] - scratch->first[i]);
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
                       uint32_t begin, uint32_t count, uint32_t *posts)
{
    if (!gather_posts(projection, synapses, scratch, span, view->target + begin, count, posts)) {
        return false;
    }
    set_x(projection, scratch, span, *posts);
    if (view->state != NULL || projection->traces.pairing >= PAIRING_PRE_CENTRED) {
        pair(projection, synapses, scratch, span, view, begin, count);
    }
    return true;
}

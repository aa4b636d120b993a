/* row - see row.h.
 *
 * A chunk of a row is worked on in three passes: what happened is gathered from the logs, all its
 * exponentials are computed in vectors, the rule changes the weights. Each exponent is a difference
 * of two times, so nothing is lost over silences of any length. */
#include "engine/plastic/row.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/vector_kernel.h"
#include "engine/simulation.h"

struct plastic_scratch {
    const vector_kernel *kernel;
    double weight[PLASTIC_CHUNK];
    double state[PLASTIC_CHUNK];
    double y_elapsed[PLASTIC_CHUNK]; /* ticks since the target's last spike */
    double y[2][PLASTIC_CHUNK];      /* traces just after it, then at the arrival */
    sim_time since[PLASTIC_CHUNK];
    uint32_t post[PLASTIC_CHUNK + 1];
    /* of the target's spikes */
    double *elapsed; /* ticks since the source's last spike */
    double *x[2], *y_then[2];
    sim_time *time;
    double *decay; /* scratch for exponentials; at least PLASTIC_CHUNK */
    uint32_t capacity;
};

/* ---- Scratch --------------------------------------------------------------------------------- */

static bool grow(plastic_scratch *scratch, uint32_t needed)
{
    if (needed <= scratch->capacity) {
        return true;
    }
    uint32_t capacity = scratch->capacity > 0 ? scratch->capacity : 2 * PLASTIC_CHUNK;
    while (capacity < needed) {
        capacity *= 2;
    }
    void **arrays[] = {(void **)&scratch->elapsed,   (void **)&scratch->x[0],
                       (void **)&scratch->x[1],      (void **)&scratch->y_then[0],
                       (void **)&scratch->y_then[1], (void **)&scratch->time,
                       (void **)&scratch->decay};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        void *larger = realloc(*arrays[i], capacity * sizeof(double));
        if (larger == NULL) {
            return false;
        }
        *arrays[i] = larger;
    }
    scratch->capacity = capacity;
    return true;
}

plastic_scratch *sl_plastic_scratch_create(void)
{
    plastic_scratch *scratch = calloc(1, sizeof *scratch);
    if (scratch == NULL) {
        return NULL;
    }
    scratch->kernel = sl_vector_kernel_best();
    if (!grow(scratch, 1)) {
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
    free(scratch->elapsed);
    free(scratch->x[0]);
    free(scratch->x[1]);
    free(scratch->y_then[0]);
    free(scratch->y_then[1]);
    free(scratch->time);
    free(scratch->decay);
    free(scratch);
}

/* ---- What happened at a synapse ----------------------------------------------------------------
 */

/* Traces of the source at one of the target's spikes, before they decay: x just after the source's
 * last spike; at the same time, x just before it. */
static void set_x(const plastic_projection *projection, const plastic_span *span,
                  plastic_scratch *scratch, uint32_t k, sim_time t)
{
    const bool same_time = t == span->last_time;
    scratch->elapsed[k] = same_time ? 0 : (double)(t - span->last_time);
    for (uint32_t i = 0; i < projection->traces.pre_count; i++) {
        scratch->x[i][k] =
            same_time ? span->last->trace[i] : spike_log_after(&projection->pres, span->last, i);
    }
}

/* Only pairs with nothing between them: a target spike meets the source's last one if it is the
 * first after it. */
static void restrict_x(const plastic_synapses *synapses, const plastic_span *span,
                       plastic_scratch *scratch, uint32_t k, const logged_spike *spike)
{
    const sim_time before = spike_log_before(&synapses->posts, spike)->time;
    const sim_time since = spike->time == span->last_time ? span->before_time : span->last_time;
    if (before > since) {
        scratch->x[0][k] = 0;
    }
}

/* Each presynaptic spike with the next target spike: those since the target's last one count. */
static void centre_x(const plastic_synapses *synapses, const plastic_span *span,
                     plastic_scratch *scratch, uint32_t k, const logged_spike *spike,
                     double accumulated)
{
    const sim_time before = spike_log_before(&synapses->posts, spike)->time;
    if (spike->time == span->last_time) {
        scratch->x[0][k] = accumulated;
    } else if (before > span->last_time) {
        scratch->x[0][k] = 0;
    } else {
        scratch->x[0][k] = (before == span->last_time ? 0 : accumulated) + span->last->count;
    }
}

/* x since the target's last spike just before the presynaptic spike that arrives. */
static double accumulate(const plastic_projection *projection, const plastic_span *span,
                         const logged_spike *newest, double accumulated)
{
    if (span->last->time == SPIKE_LOG_NONE || newest->time > span->last_time) {
        return 0;
    }
    const double after = (newest->time == span->last_time ? 0 : accumulated) + span->last->count;
    const double ticks = (double)(span->until - span->last_time);
    return after * sl_exp(-(ticks * projection->pres.inverse_tau[0]));
}

/* The target's spikes of the span at synapse i, oldest first. False: out of memory. */
static bool gather_posts(const plastic_projection *projection, const plastic_synapses *synapses,
                         plastic_scratch *scratch, const plastic_span *span, uint32_t i,
                         const logged_spike *newest, double accumulated)
{
    const spike_log *posts = &synapses->posts;
    const plastic_pairing pairing = projection->traces.pairing;
    uint32_t k = scratch->post[i];
    for (const logged_spike *spike = newest; spike->time >= span->from;
         spike = spike_log_before(posts, spike)) {
        k++;
    }
    if (!grow(scratch, k)) {
        return false;
    }
    scratch->post[i + 1] = k;
    const logged_spike *spike = newest;
    for (; spike->time >= span->from; spike = spike_log_before(posts, spike)) {
        k--;
        set_x(projection, span, scratch, k, spike->time);
        if (pairing == PAIRING_RESTRICTED) {
            restrict_x(synapses, span, scratch, k, spike);
        } else if (pairing == PAIRING_PRE_CENTRED) {
            centre_x(synapses, span, scratch, k, spike, accumulated);
        }
        for (uint32_t b = 0; b < projection->traces.post_count; b++) {
            scratch->y_then[b][k] = spike->trace[b];
        }
        scratch->time[k] = spike->time;
    }
    scratch->since[i] = spike->time > span->last_time ? spike->time : span->last_time;
    if (span->repeated) {
        scratch->since[i] = span->until;
    }
    return true;
}

/* All that happened at synapses begin .. begin + count - 1 of the view. */
static bool gather(const plastic_projection *projection, const plastic_synapses *synapses,
                   plastic_scratch *scratch, const plastic_span *span, const plastic_view *view,
                   uint32_t begin, uint32_t count)
{
    const spike_log *posts = &synapses->posts;
    const uint32_t *target = view->target + begin;
    const bool restricted = projection->traces.pairing == PAIRING_RESTRICTED;
    scratch->post[0] = 0;
    for (uint32_t i = 0; i < count; i++) {
        const logged_spike *newest =
            spike_log_find(posts, target[i] - synapses->first_target, span->until);
        scratch->y_elapsed[i] = (double)(span->until - newest->time);
        const bool used = restricted && newest->time < span->last_time;
        for (uint32_t b = 0; b < projection->traces.post_count; b++) {
            scratch->y[b][i] = used ? 0 : spike_log_after(posts, newest, b);
        }
        double *accumulated = view->accumulated != NULL ? &view->accumulated[begin + i] : NULL;
        const double before = accumulated != NULL ? *accumulated : 0;
        if (newest->time >= span->from || view->state != NULL) {
            if (!gather_posts(projection, synapses, scratch, span, i, newest, before)) {
                return false;
            }
        } else {
            scratch->post[i + 1] = scratch->post[i];
        }
        if (accumulated != NULL && span->arrives && !span->repeated) {
            *accumulated = accumulate(projection, span, newest, before);
        }
    }
    return true;
}

/* ---- Exponentials, rule, weights
 * ----------------------------------------------------------------- */

/* value *= exp(-elapsed / tau) */
static void decay(plastic_scratch *scratch, const double *elapsed, double inverse_tau,
                  double *restrict value, uint32_t count)
{
    double *restrict factor = scratch->decay;
    scratch->kernel->decays(elapsed, inverse_tau, factor, count);
    for (uint32_t i = 0; i < count; i++) {
        value[i] *= factor[i];
    }
}

static void load(const plastic_view *view, uint32_t begin, uint32_t count, double sign,
                 double *restrict weight)
{
    if (view->weight_f != NULL) {
        for (uint32_t i = 0; i < count; i++) {
            weight[i] = sign * (double)view->weight_f[begin + i];
        }
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        weight[i] = sign * view->weight_d[begin + i];
    }
}

static void store(const plastic_view *view, uint32_t begin, uint32_t count, double sign,
                  const double *restrict weight)
{
    if (view->weight_f != NULL) {
        for (uint32_t i = 0; i < count; i++) {
            view->weight_f[begin + i] = (float)(sign * weight[i]);
        }
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        view->weight_d[begin + i] = sign * weight[i];
    }
}

static bool advance_chunk(const plastic_projection *projection, const plastic_synapses *synapses,
                          plastic_scratch *scratch, const plastic_span *span,
                          const plastic_view *view, uint32_t begin, uint32_t count)
{
    if (!gather(projection, synapses, scratch, span, view, begin, count)) {
        return false;
    }
    const uint32_t posts = scratch->post[count];
    if (!span->arrives && posts == 0 && span->settle_to <= synapses->settled) {
        return true;
    }
    const plastic_traces *traces = &projection->traces;
    for (uint32_t a = 0; a < traces->pre_count && posts > 0; a++) {
        decay(scratch, scratch->elapsed, projection->pres.inverse_tau[a], scratch->x[a], posts);
    }
    for (uint32_t b = 0; b < traces->post_count && span->arrives; b++) {
        decay(scratch, scratch->y_elapsed, synapses->posts.inverse_tau[b], scratch->y[b], count);
    }
    const plastic_chunk chunk = {
        .count = count,
        .post = scratch->post,
        .x = {scratch->x[0], scratch->x[1]},
        .y_then = {scratch->y_then[0], scratch->y_then[1]},
        .arrives = span->arrives,
        .y = {scratch->y[0], scratch->y[1]},
        .x_own = {span->x_own[0], span->x_own[1]},
        .bounds = projection->bounds,
        .post_time = scratch->time,
        .since = scratch->since,
        .now = span->until,
        .state = view->state != NULL ? view->state + begin : NULL,
        .modulator = projection->modulator,
        .dendritic = span->dendritic,
        .settled = synapses->settled,
        .settle_to = span->settle_to,
    };
    load(view, begin, count, projection->sign, scratch->weight);
    projection->rule->apply(projection->value, &chunk, scratch->weight);
    if (!projection->frozen) {
        store(view, begin, count, projection->sign, scratch->weight);
    }
    return true;
}

bool sl_plastic_advance(const plastic_projection *projection, const plastic_synapses *synapses,
                        plastic_scratch *scratch, const plastic_span *span,
                        const plastic_view *view)
{
    for (uint32_t begin = 0; begin < view->count; begin += PLASTIC_CHUNK) {
        const uint32_t left = view->count - begin;
        const uint32_t count = left < PLASTIC_CHUNK ? left : PLASTIC_CHUNK;
        if (!advance_chunk(projection, synapses, scratch, span, view, begin, count)) {
            return false;
        }
    }
    return true;
}

/* ---- Spans
 * ---------------------------------------------------------------------------------------- */

static sim_time shifted(sim_time t, sim_time shift)
{
    return t == SPIKE_LOG_NONE ? t : t + shift;
}

plastic_span sl_plastic_span(const plastic_projection *projection, const logged_spike *last,
                             sim_time shift, sim_time dendritic, sim_time swept, sim_time until)
{
    const logged_spike *before = spike_log_before(&projection->pres, last);
    plastic_span span = {.last = last,
                         .last_time = shifted(last->time, shift),
                         .before_time = shifted(before->time, shift),
                         .until = until,
                         .dendritic = dendritic,
                         .settle_to = SPIKE_LOG_NONE};
    span.from = span.last_time > swept ? span.last_time : swept;
    return span;
}

void sl_plastic_arrive(block_state *block, uint32_t index, uint32_t first, uint32_t count,
                       const arrival *arrival)
{
    const saltus_simulation *simulation = block->simulation;
    const plastic_projection *projection = simulation->plastic[index];
    plastic_synapses *synapses = block->plastic[index];
    const struct projection *from = &block->network->projections[index];
    const sim_time delay = arrival->time - arrival->emitted;
    const sim_time dendritic = sl_plastic_dendritic(simulation, projection, delay);
    const uint32_t source = arrival->source - block->network->populations[from->source].first;
    const logged_spike *own = spike_log_find(&projection->pres, source, arrival->emitted + 1);
    plastic_span span =
        sl_plastic_span(projection, spike_log_before(&projection->pres, own), delay - 2 * dendritic,
                        dendritic, synapses->swept, arrival->time - 2 * dendritic);
    span.arrives = true;
    span.x_own[0] = own->trace[0];
    span.x_own[1] = own->trace[1];
    span.repeated = synapses->last_time == arrival->time && synapses->last_first == first &&
                    synapses->last_source == arrival->source;
    if (span.repeated) {
        span.from = span.until;
    }
    synapses->last_time = arrival->time;
    synapses->last_first = first;
    synapses->last_source = arrival->source;
    synapses->updates += count;
    if (projection->frozen && synapses->state == NULL) {
        return;
    }
    const plastic_view view = {
        .target = from->blocks[block->index].target + first,
        .weight_d = synapses->weight_d != NULL ? synapses->weight_d + first : NULL,
        .weight_f = synapses->weight_f != NULL ? synapses->weight_f + first : NULL,
        .state = synapses->state != NULL ? synapses->state + first : NULL,
        .accumulated = synapses->accumulated != NULL ? synapses->accumulated + first : NULL,
        .count = count};
    if (!sl_plastic_advance(projection, synapses, block->plastic_scratch, &span, &view)) {
        block->out_of_memory = true;
    }
}

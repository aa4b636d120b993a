/* row - see row.h.
 *
 * A chunk of a row is worked on in three passes: what happened is gathered from the logs, all its
 * exponentials are computed in vectors, the rule changes the weights. Each exponent is a difference
 * of two times, so nothing is lost over silences of any length. */
#include "engine/plastic/row.h"

#include "engine/plastic/gather.h"
#include "engine/plastic/quick.h"
#include "engine/simulation.h"

/* ---- Exponentials, rule, weights ------------------------------------------------------------ */

/* value *= exp(-elapsed / tau) */
static void decay(plastic_scratch *scratch, const double *elapsed, double inverse_tau,
                  double *restrict value, uint32_t count)
{
    double *restrict factor = scratch->posts.decay;
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

/* Returns how many weights are 0. */
static uint32_t store(const plastic_view *view, uint32_t begin, uint32_t count, double sign,
                      const double *restrict weight)
{
    uint32_t zeros = 0;
    if (view->weight_f != NULL) {
        for (uint32_t i = 0; i < count; i++) {
            view->weight_f[begin + i] = (float)(sign * weight[i]);
            zeros += weight[i] == 0;
        }
        return zeros;
    }
    for (uint32_t i = 0; i < count; i++) {
        view->weight_d[begin + i] = sign * weight[i];
        zeros += weight[i] == 0;
    }
    return zeros;
}

/* The targets' spikes that are the next of their synapse, at most one each: list[0 .. count - 1].
 * `common`: what all chunks of the span share. */
static void apply_round(const plastic_projection *projection, plastic_scratch *scratch,
                        const plastic_chunk *common, double *state, const uint32_t *list,
                        uint32_t count)
{
    const struct plastic_posts *posts = &scratch->posts;
    struct plastic_round *round = &scratch->round;
    const plastic_traces *traces = &projection->traces;
    for (uint32_t j = 0; j < count; j++) {
        const uint32_t k = list[j];
        round->weight[j] = scratch->weight[POST_OWNER(posts->tag[k])];
        round->x[0][j] = posts->x[0][k];
    }
    for (uint32_t j = 0; j < count && traces->pre_count > 1; j++) {
        round->x[1][j] = posts->x[1][list[j]];
    }
    for (uint32_t b = 0; b < traces->post_count && traces->reads_y_then; b++) {
        for (uint32_t j = 0; j < count; j++) {
            round->y_then[b][j] = posts->y_then[b][list[j]];
        }
    }
    for (uint32_t j = 0; j < count && state != NULL; j++) {
        const uint32_t i = POST_OWNER(posts->tag[list[j]]);
        round->state[j] = state[i];
        round->since[j] = scratch->since[i];
        round->time[j] = posts->time[list[j]];
        scratch->since[i] = posts->time[list[j]];
    }
    plastic_chunk chunk = *common;
    chunk.count = count;
    chunk.post = scratch->each;
    chunk.one_each = true;
    for (uint32_t n = 0; n < 2; n++) {
        chunk.x[n] = round->x[n];
        chunk.y_then[n] = round->y_then[n];
    }
    chunk.post_time = round->time;
    chunk.since = round->since;
    chunk.state = state != NULL ? round->state : NULL;
    projection->rule->apply(projection->value, &chunk, round->weight);
    for (uint32_t j = 0; j < count; j++) {
        scratch->weight[POST_OWNER(posts->tag[list[j]])] = round->weight[j];
    }
    for (uint32_t j = 0; j < count && state != NULL; j++) {
        state[POST_OWNER(posts->tag[list[j]])] = round->state[j];
    }
}

/* Rounds that look through the list of all that is left; few synapses have more spikes. */
#define LISTED_ROUNDS 4

/* The targets' spikes round by round: first the first of every synapse, then the second ... so that
 * many weights go through the same. After some rounds each synapse goes from place to place, so
 * that thousands of spikes of one target take no longer than as many of many. */
static void apply_posts(const plastic_projection *projection, plastic_scratch *scratch,
                        const plastic_chunk *common, double *state, uint32_t count)
{
    struct plastic_posts *posts = &scratch->posts;
    uint32_t *left = posts->left;
    uint32_t now[PLASTIC_CHUNK + 1]; /* one is written before it is known to belong */
    for (uint32_t k = 0; k < count; k++) {
        left[k] = k;
    }
    uint32_t here = 0;
    for (uint32_t round = 0; count > 0 && round <= LISTED_ROUNDS; round++) {
        uint32_t later = 0;
        here = 0;
        for (uint32_t k = 0; k < count; k++) {
            const uint32_t place = left[k];
            const bool is_now = POST_ROUND(posts->tag[place]) == round;
            now[here] = place;
            left[later] = place;
            here += is_now;
            later += !is_now;
        }
        apply_round(projection, scratch, common, state, now, here);
        count = later;
    }
    while (count > 0) {
        uint32_t go_on = 0;
        for (uint32_t j = 0; j < here; j++) {
            const uint32_t place = now[j];
            now[go_on] = place + 1;
            go_on += place + 1 < scratch->end[POST_OWNER(posts->tag[place])];
        }
        here = go_on;
        apply_round(projection, scratch, common, state, now, here);
        count -= here;
    }
}

static bool advance_chunk(const plastic_projection *projection, const plastic_synapses *synapses,
                          plastic_scratch *scratch, const plastic_span *span,
                          const plastic_view *view, uint32_t begin, uint32_t count, uint32_t *zeros)
{
    uint32_t posts = 0;
    if (!sl_plastic_gather(projection, synapses, scratch, span, view, begin, count, &posts)) {
        return false;
    }
    const bool settles = span->settle_to > synapses->settled;
    if (!span->arrives && posts == 0 && !settles) {
        return true;
    }
    const plastic_traces *traces = &projection->traces;
    double *state = view->state != NULL ? view->state + begin : NULL;
    load(view, begin, count, projection->sign, scratch->weight);
    for (uint32_t a = 0; a < traces->pre_count && posts > 0; a++) {
        decay(scratch, scratch->posts.elapsed, projection->pres.inverse_tau[a], scratch->posts.x[a],
              posts);
    }
    plastic_chunk chunk = {.bounds = projection->bounds,
                           .modulator = projection->modulator,
                           .dendritic = span->dendritic,
                           .settled = synapses->settled,
                           .settle_to = SPIKE_LOG_NONE};
    apply_posts(projection, scratch, &chunk, state, posts);
    for (uint32_t b = 0; b < traces->post_count && span->arrives; b++) {
        decay(scratch, scratch->y_elapsed, synapses->posts.inverse_tau[b], scratch->y[b], count);
    }
    if (span->arrives || settles) {
        chunk.count = count;
        chunk.post = scratch->none;
        chunk.arrives = span->arrives;
        for (uint32_t n = 0; n < 2; n++) {
            chunk.y[n] = scratch->y[n];
            chunk.x_own[n] = span->x_own[n];
        }
        chunk.since = scratch->since;
        chunk.now = span->until;
        chunk.state = state;
        chunk.settle_to = span->settle_to;
        projection->rule->apply(projection->value, &chunk, scratch->weight);
    }
    if (!projection->frozen) {
        *zeros += store(view, begin, count, projection->sign, scratch->weight);
    }
    return true;
}

bool sl_plastic_advance(const plastic_projection *projection, const plastic_synapses *synapses,
                        plastic_scratch *scratch, const plastic_span *span,
                        const plastic_view *view, uint32_t *zeros)
{
    uint32_t ignored = 0;
    if (projection->quick) {
        return sl_plastic_quick(projection, synapses, scratch, span, view,
                                zeros != NULL ? zeros : &ignored);
    }
    for (uint32_t begin = 0; begin < view->count; begin += PLASTIC_CHUNK) {
        const uint32_t left = view->count - begin;
        const uint32_t count = left < PLASTIC_CHUNK ? left : PLASTIC_CHUNK;
        if (!advance_chunk(projection, synapses, scratch, span, view, begin, count,
                           zeros != NULL ? zeros : &ignored)) {
            return false;
        }
    }
    return true;
}

/* ---- Spans
 * ---------------------------------------------------------------------------------------- */

void sl_plastic_arrives(plastic_span *span, const spike_log *pres, const logged_spike *own)
{
    span->arrives = true;
    for (uint32_t a = 0; a < pres->trace_count; a++) {
        span->x_own[a] = own->trace[a];
    }
}

static sim_time shifted(sim_time t, sim_time shift)
{
    return t == SPIKE_LOG_NONE ? t : t + shift;
}

plastic_span sl_plastic_span(const logged_spike *last, sim_time shift, sim_time dendritic,
                             sim_time swept, sim_time until)
{
    plastic_span span = {.last = last,
                         .last_time = shifted(last->time, shift),
                         .before_time = shifted(last->earlier, shift),
                         .until = until,
                         .dendritic = dendritic,
                         .settle_to = SPIKE_LOG_NONE};
    span.from = span.last_time > swept ? span.last_time : swept;
    return span;
}

static uint32_t count_zeros(const plastic_view *view)
{
    uint32_t zeros = 0;
    for (uint32_t i = 0; i < view->count; i++) {
        zeros += view->weight_f != NULL ? view->weight_f[i] == 0 : view->weight_d[i] == 0;
    }
    return zeros;
}

uint32_t sl_plastic_arrive(block_state *block, uint32_t index, uint32_t first, uint32_t count,
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
        sl_plastic_span(spike_log_before(&projection->pres, own), delay - 2 * dendritic, dendritic,
                        synapses->swept, arrival->time - 2 * dendritic);
    sl_plastic_arrives(&span, &projection->pres, own);
    span.repeated = synapses->last_time == arrival->time && synapses->last_first == first &&
                    synapses->last_source == arrival->source;
    if (span.repeated) {
        span.from = span.until;
    }
    synapses->last_time = arrival->time;
    synapses->last_first = first;
    synapses->last_source = arrival->source;
    const plastic_view view = {
        .target = from->blocks[block->index].target + first,
        .weight_d = synapses->weight_d != NULL ? synapses->weight_d + first : NULL,
        .weight_f = synapses->weight_f != NULL ? synapses->weight_f + first : NULL,
        .state = synapses->state != NULL ? synapses->state + first : NULL,
        .accumulated = synapses->accumulated != NULL ? synapses->accumulated + first : NULL,
        .count = count};
    if (projection->frozen && synapses->state == NULL && synapses->accumulated == NULL) {
        return count_zeros(&view);
    }
    synapses->updates += projection->frozen ? 0 : count;
    uint32_t zeros = 0;
    if (!sl_plastic_advance(projection, synapses, block->plastic_scratch, &span, &view, &zeros)) {
        block->status = SALTUS_E_MEMORY;
    }
    return projection->frozen ? count_zeros(&view) : zeros;
}

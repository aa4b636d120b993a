/* quick - see quick.h: the row's side of scaled traces, and the synapses that need the log.
 *
 * A presynaptic trace at a target's spike is a number of the source times one of the spike, a
 * postsynaptic trace at the arrival one of the spike times one of the arrival (rule_kernel.h): two
 * exponentials a row. Each depends on its own time alone, never on when or in which chunk it is
 * used, so arrivals, sweeps and reads do the same operations on the same numbers. */
#include "engine/plastic/quick.h"

#include "engine/plastic/gather.h"

/* x just after the source's last spike and just before it, in the epoch of that spike. */
static void set_source(const plastic_projection *projection, const recent_spikes *recent,
                       const plastic_span *span, rule_row *row)
{
    row->tie = span->last_time;
    row->x_limit = SPIKE_LOG_NONE;
    if (span->last->count == 0) {
        return;
    }
    time_base base = recent->x;
    recent_seek(&base, span->last_time);
    const double scale = time_base_scale(&base, span->last_time);
    row->x_after = spike_log_after(&projection->pres, span->last, 0) * scale;
    row->x_tie = span->last->trace[0] * scale;
    row->x_octaves = recent_octaves(&base);
    row->x_limit = span->last_time + recent->x_reach;
}

/* What takes y to the arrival. */
static void set_arrival(const recent_spikes *recent, const plastic_span *span, rule_row *row)
{
    row->y_limit = SIM_TIME_NEVER;
    if (!span->arrives || span->until <= 0) {
        return; /* no spike of a target is before it */
    }
    time_base base = recent->y;
    recent_seek(&base, span->until);
    row->y_decay = sl_exp(-(time_base_offset(&base, span->until) * base.inverse_tau));
    row->y_octaves = recent_octaves(&base);
    row->y_limit = span->until - recent->y_reach;
}

static rule_row row_of(const plastic_projection *projection, const plastic_synapses *synapses,
                       const plastic_span *span, const plastic_view *view)
{
    rule_row row = {
        .target = view->target,
        .count = view->count,
        .first_target = synapses->first_target,
        .recent = synapses->recent.word,
        .stride = synapses->recent.stride,
        .weight_d = view->weight_d,
        .weight_f = view->weight_f,
        .negative = projection->sign < 0,
        .bounds = projection->bounds,
        .form = projection->rule->form(projection->value, &projection->bounds, span->x_own),
        .arrives = span->arrives,
        .from = span->from,
        .until = span->until,
    };
    set_source(projection, &synapses->recent, span, &row);
    set_arrival(&synapses->recent, span, &row);
    return row;
}

/* ---- Synapses whose targets' recent spikes do not tell all ------------------------------------
 */

static double scaled(double value, uint64_t bits)
{
    double factor;
    __builtin_memcpy(&factor, &bits, sizeof factor);
    return value * factor;
}

/* x just before a target's spike, which is the `age`-th before the newest. */
static double x_at(const recent_spikes *recent, const rule_row *row, const uint64_t *word,
                   uint32_t age, sim_time t)
{
    if (t >= row->x_limit) {
        return 0;
    }
    time_base base = recent->x;
    const uint64_t decay =
        age < RECENT_SPIKES ? word[recent_decay_at(age)] : recent_decay(&base, t);
    return scaled(t == row->tie ? row->x_tie : row->x_after, decay + row->x_octaves);
}

/* The spikes of the span, oldest first, to places 0 .. count - 1; `newest` is the last of them, the
 * `age`-th before the target's newest. False: out of memory. */
static bool list_posts(const plastic_synapses *synapses, plastic_scratch *scratch,
                       const rule_row *row, const uint64_t *word, const logged_spike *newest,
                       uint32_t age, uint32_t *count)
{
    const spike_log *log = &synapses->posts;
    uint32_t end = 0;
    for (const logged_spike *spike = newest; spike->time >= row->from;
         spike = spike_log_before(log, spike)) {
        end++;
    }
    if (!sl_plastic_room(scratch, end)) {
        return false;
    }
    *count = end;
    for (const logged_spike *spike = newest; end > 0; spike = spike_log_before(log, spike), age++) {
        end--;
        scratch->posts.x[0][end] = x_at(&synapses->recent, row, word, age, spike->time);
        for (uint32_t b = 0; b < log->trace_count; b++) {
            scratch->posts.y_then[b][end] = spike->trace[b];
        }
    }
    return true;
}

/* y just before the arrival. */
static double y_at(const plastic_synapses *synapses, const rule_row *row,
                   const logged_spike *newest)
{
    if (newest->time < row->y_limit) {
        return 0;
    }
    time_base base = synapses->recent.y;
    return scaled(row->y_decay, recent_y(&base, &synapses->posts, newest) - row->y_octaves);
}

/* One synapse by the rule itself. False: out of memory. */
static bool advance_one(const plastic_projection *projection, const plastic_synapses *synapses,
                        plastic_scratch *scratch, const plastic_span *span, const rule_row *row,
                        uint32_t i, uint32_t *zeros)
{
    const uint32_t target = row->target[i] - row->first_target;
    const uint64_t *word = row->recent + (size_t)target * row->stride;
    const logged_spike *newest = &synapses->posts.line[target].newest;
    uint32_t age = 0, posts = 0;
    for (; newest->time >= row->until; age++) {
        newest = spike_log_before(&synapses->posts, newest);
    }
    if (!list_posts(synapses, scratch, row, word, newest, age, &posts)) {
        return false;
    }
    const uint32_t post[2] = {0, posts};
    const double y = row->arrives ? y_at(synapses, row, newest) : 0;
    plastic_chunk chunk = {.count = 1,
                           .post = post,
                           .x = {scratch->posts.x[0]},
                           .y_then = {scratch->posts.y_then[0], scratch->posts.y_then[1]},
                           .arrives = row->arrives,
                           .y = {&y},
                           .x_own = {span->x_own[0], span->x_own[1]},
                           .bounds = row->bounds};
    double weight =
        projection->sign * (row->weight_f != NULL ? (double)row->weight_f[i] : row->weight_d[i]);
    projection->rule->apply(projection->value, &chunk, &weight);
    if (row->weight_f != NULL) {
        row->weight_f[i] = (float)(projection->sign * weight);
    } else {
        row->weight_d[i] = projection->sign * weight;
    }
    *zeros += weight == 0;
    return true;
}

bool sl_plastic_quick(const plastic_projection *projection, const plastic_synapses *synapses,
                      plastic_scratch *scratch, const plastic_span *span, const plastic_view *view,
                      uint32_t *zeros)
{
    if (!span->arrives && span->from >= span->until) {
        return true;
    }
    const rule_row row = row_of(projection, synapses, span, view);
    const rule_kernel *kernel =
        view->count < scratch->rule_kernel->lanes ? &sl_rule_kernel_plain : scratch->rule_kernel;
    rule_advance *advance = kernel->advance[row.form.kind][view->weight_f != NULL];
    uint32_t left[PLASTIC_CHUNK];
    uint32_t left_count;
    for (uint32_t begin = 0; begin < view->count; begin += PLASTIC_CHUNK) {
        const uint32_t rest = view->count - begin;
        *zeros +=
            advance(&row, begin, rest < PLASTIC_CHUNK ? rest : PLASTIC_CHUNK, left, &left_count);
        for (uint32_t k = 0; k < left_count; k++) {
            if (!advance_one(projection, synapses, scratch, span, &row, left[k], zeros)) {
                return false;
            }
        }
    }
    return true;
}

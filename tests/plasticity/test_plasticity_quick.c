/* test_plasticity_quick - the vector loop of learning does what the rules say.
 *
 * Spikes of targets are drawn into a log and rows are worked on four ways: by the kernel of every
 * width, synapse by synapse by the rule's own `apply`, in several spans instead of one, and by the
 * general path with an exponential for each pair. The first three must agree to the last bit, the
 * last one to rounding: none and dozens of spikes, silences of hours, time constants from 0.1 us to
 * days, coincidences, every rule that has a form, floats, inhibitory weights. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "engine/plastic/gather.h"
#include "engine/plastic/quick.h"
#include "made_chunk.h"
#include "support/suite.h"
#include "support/trial.h"

#define TARGETS 300
#define MS      ((sim_time)SIM_TIME_TICKS_PER_MS)

/* ---- A scene --------------------------------------------------------------------------------- */

typedef struct scene {
    plastic_projection projection;
    plastic_synapses synapses;
    uint32_t target[TARGETS];
    double weight[TARGETS];
    logged_spike last;
    plastic_span span;
} scene;

/* How time is laid out: unit of distances, time constants in ms, how far from time 0. */
typedef struct layout {
    sim_time unit;
    double tau_ms;
    sim_time start;
} layout;

static const layout layouts[] = {
    {10 * MS, 20, 0},
    {10 * MS, 20, 40000000 * MS},      /* after eleven hours */
    {3600000 * MS, 20, 0},             /* silences of hours */
    {3600000 * MS, 100000, 0},         /* the same, and nearly as long a trace */
    {10 * MS, 1e-4, 5000 * MS},        /* nothing is left of anything */
    {MS / 10000, 1e-4, 20000000 * MS}, /* the same, but spikes as close */
    {50 * MS, 4.5e7, 100 * MS},        /* nothing decays */
    {600 * MS, 1, 0},                  /* at the edge of what is left: 600 tau */
};
#define LAYOUTS (sizeof layouts / sizeof layouts[0])

static sim_time between(random_stream *stream, sim_time low, sim_time high)
{
    return low + (sim_time)(sl_random_uniform(stream) * (double)(high - low));
}

/* Spikes of one target: up to `most` before the span's beginning and as many as `most` within. */
static void draw_target(random_stream *stream, scene *s, uint32_t target, uint32_t most)
{
    const plastic_span *span = &s->span;
    sim_time t = span->last_time - (span->until - span->last_time);
    t = t < 0 ? 0 : t;
    const uint32_t count = (uint32_t)sl_random_below(stream, most + 1);
    const sim_time gap = (span->until - t) / (count + 1) + 1;
    for (uint32_t k = 0; k < count; k++) {
        t += 1 + between(stream, 0, 2 * gap);
        if (sl_random_below(stream, 8) == 0 && t < span->last_time) {
            t = span->last_time; /* a tie */
        }
        ck_assert(sl_spike_log_add(&s->synapses.posts, target, t));
        sl_recent_add(&s->synapses.recent, &s->synapses.posts, target);
    }
}

static void scene_make(random_stream *stream, scene *s, const char *rule, const layout *layout,
                       uint32_t synapses, uint32_t most)
{
    memset(s, 0, sizeof *s);
    plastic_projection *p = &s->projection;
    const bool negative = sl_random_below(stream, 3) == 0;
    made_rule made = made_rule_of(rule, negative ? -2 : 2);
    const saltus_rule_parameter *parameters = made.rule->info.parameters;
    for (size_t i = 0; parameters[i].name != NULL; i++) {
        if (parameters[i].kind == SALTUS_PARAMETER_TIME) {
            made.value[i] = layout->tau_ms * (1 + sl_random_uniform(stream));
            made.value[i] = fmin(made.value[i], parameters[i].high);
        } else if (parameters[i].kind == SALTUS_PARAMETER_WORD) {
            const double words = strcmp(parameters[i].name, "pairing") == 0 ? 2 : 4;
            made.value[i] = floor(sl_random_uniform(stream) * words);
        } else if (parameters[i].kind == SALTUS_PARAMETER_RATE) {
            made.value[i] = 0.1 / layout->tau_ms; /* alpha of a size that leaves weights inside */
        }
    }
    p->rule = made.rule;
    memcpy(p->value, made.value, sizeof p->value);
    p->rule->traces(p->value, &p->traces);
    p->bounds = made.bounds;
    p->bounds.single = sl_random_below(stream, 4) == 0;
    p->sign = negative ? -1 : 1;
    ck_assert(rule_has_kernel(p->rule, &p->traces));
    const bool nearest = p->traces.pairing == PAIRING_NEAREST;
    ck_assert(sl_spike_log_init(&p->pres, 1, p->traces.pre_count, p->traces.tau_pre_ms, nearest));
    ck_assert(sl_spike_log_init(&s->synapses.posts, TARGETS, p->traces.post_count,
                                p->traces.tau_post_ms, nearest));
    ck_assert(sl_recent_init(&s->synapses.recent, &p->traces, TARGETS));
    s->synapses.first_target = 77;
    s->last = sl_spike_log_nothing;
    plastic_span *span = &s->span;
    const sim_time since = layout->start + between(stream, 0, 3 * layout->unit);
    span->until = since + between(stream, 0, 4 * layout->unit);
    span->last_time = since;
    if (sl_random_below(stream, 6) > 0) {
        s->last = (logged_spike){.time = since, .count = 1, .trace = {0.7, 0.4}};
    }
    for (uint32_t n = 0; n < TARGETS; n++) {
        draw_target(stream, s, n, most);
    }
    span->last_time = s->last.count > 0 ? since : SPIKE_LOG_NONE;
    span->last = &s->last;
    span->from = span->last_time > 0 ? span->last_time : 0;
    span->arrives = sl_random_below(stream, 4) > 0;
    span->x_own[0] = 0.3, span->x_own[1] = 0.9;
    span->settle_to = SPIKE_LOG_NONE;
    for (uint32_t i = 0; i < synapses; i++) {
        s->target[i] = 77 + (uint32_t)sl_random_below(stream, TARGETS);
        s->weight[i] = p->sign * plastic_bounded(&p->bounds, 0.4 + sl_random_uniform(stream));
    }
}

static void scene_clear(scene *s)
{
    sl_spike_log_clear(&s->projection.pres);
    sl_spike_log_clear(&s->synapses.posts);
    sl_recent_clear(&s->synapses.recent);
}

/* ---- Ways to work on it ---------------------------------------------------------------------- */

/* A kernel that leaves all synapses to the rule. */
static uint32_t leave_all(const rule_row *row, uint32_t begin, uint32_t count, uint32_t *left,
                          uint32_t *left_count)
{
    (void)row;
    for (uint32_t i = 0; i < count; i++) {
        left[i] = begin + i;
    }
    *left_count = count;
    return 0;
}

/* The weights after the span, worked on by `kernel` (NULL: by the general path) in the row's order;
 * returns how many are 0. */
static uint32_t work(const scene *s, const rule_kernel *kernel, const plastic_span *span,
                     uint32_t count, const double *weight, double *result)
{
    float floats[TARGETS];
    plastic_scratch *scratch = sl_plastic_scratch_create();
    ck_assert_ptr_nonnull(scratch);
    plastic_projection projection = s->projection;
    projection.quick = kernel != NULL;
    scratch->rule_kernel = kernel;
    const bool single = projection.bounds.single;
    plastic_view view = {.target = s->target, .count = count};
    for (uint32_t i = 0; i < count; i++) {
        result[i] = weight[i];
        floats[i] = (float)weight[i];
    }
    view.weight_f = single ? floats : NULL;
    view.weight_d = single ? NULL : result;
    uint32_t zeros = 0;
    ck_assert(sl_plastic_advance(&projection, &s->synapses, scratch, span, &view, &zeros));
    for (uint32_t i = 0; single && i < count; i++) {
        result[i] = (double)floats[i];
    }
    sl_plastic_scratch_destroy(scratch);
    return zeros;
}

static const uint32_t lengths[] = {1, 3, 8, 17, 64, 127, 128, 129, 300};
#define LENGTHS (sizeof lengths / sizeof lengths[0])

typedef void scene_check(const scene *scene, uint32_t count);

/* Every rule that has a form, layout and length of a row. */
static void for_all_scenes(uint32_t trials, scene_check *check)
{
    random_stream stream = random_stream_at(21, RANDOM_CONNECT, 0, 0);
    static const uint32_t most[] = {1, 4, 8, 40};
    const uint64_t share = 1 + trials * trial_environment("SALTUS_PLASTICITY_TRIALS", 90) / 90;
    uint32_t rules = 0;
    for (size_t r = 0; r < saltus_plasticity_count(); r++) {
        const char *name = saltus_plasticity_get(r)->name;
        if (sl_plastic_rule(name)->form == NULL) {
            continue;
        }
        rules++;
        for (uint32_t k = 0; k < share * LAYOUTS; k++) {
            scene s;
            const uint32_t count = lengths[sl_random_below(&stream, LENGTHS)];
            scene_make(&stream, &s, name, &layouts[k % LAYOUTS], count,
                       most[sl_random_below(&stream, 4)]);
            check(&s, count);
            scene_clear(&s);
        }
    }
    ck_assert_uint_ge(rules, 5);
}

static void same_bits(const char *what, const scene *s, const double *a, const double *b,
                      uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        ck_assert_msg(memcmp(&a[i], &b[i], sizeof a[i]) == 0,
                      "%s, %s: weight %u is %.17g, not %.17g", s->projection.rule->info.name, what,
                      i, a[i], b[i]);
    }
}

static void check_widths(const scene *s, uint32_t count)
{
    rule_kernel rule_itself = {.name = "apply", .lanes = 1};
    for (uint32_t form = 0; form < PLASTIC_FORMS; form++) {
        rule_itself.advance[form][0] = rule_itself.advance[form][1] = leave_all;
    }
    double wanted[TARGETS], got[TARGETS];
    const uint32_t zeros = work(s, &rule_itself, &s->span, count, s->weight, wanted);
    const rule_kernel *kernels[4];
    const size_t kernel_count = sl_rule_kernel_all(kernels);
    for (size_t k = 0; k < kernel_count; k++) {
        ck_assert_uint_eq(work(s, kernels[k], &s->span, count, s->weight, got), zeros);
        same_bits(kernels[k]->name, s, got, wanted, count);
    }
}

START_TEST(every_width_gives_the_bits_of_the_rule)
{
    for_all_scenes(40, check_widths);
}
END_TEST

static uint64_t changed, seen;

static void check_general(const scene *s, uint32_t count)
{
    double wanted[TARGETS], got[TARGETS];
    work(s, NULL, &s->span, count, s->weight, wanted);
    work(s, sl_rule_kernel_best(), &s->span, count, s->weight, got);
    const double allowed = s->projection.bounds.single ? 1e-6 : 1e-12;
    seen += count;
    for (uint32_t i = 0; i < count; i++) {
        ck_assert_msg(fabs(got[i] - wanted[i]) <= allowed, "%s: weight %u is %.17g, not %.17g",
                      s->projection.rule->info.name, i, got[i], wanted[i]);
        changed += wanted[i] != s->weight[i];
    }
}

START_TEST(products_of_factors_are_the_exponentials_of_differences)
{
    changed = 0;
    seen = 0;
    for_all_scenes(40, check_general);
    ck_assert_uint_gt(seen, 5000);
    ck_assert_uint_gt(changed, seen / 10);
}
END_TEST

static void check_cut(const scene *s, uint32_t count)
{
    double wanted[TARGETS], got[TARGETS], between_them[TARGETS];
    const rule_kernel *kernel = sl_rule_kernel_best();
    work(s, kernel, &s->span, count, s->weight, wanted);
    for (int part = 1; part < 4; part++) {
        const sim_time cut = s->span.from + (s->span.until - s->span.from) / 4 * part;
        plastic_span first = s->span, second = s->span;
        first.until = cut;
        first.arrives = false;
        second.from = cut;
        work(s, kernel, &first, count, s->weight, between_them);
        work(s, kernel, &second, count, between_them, got);
        same_bits("in two spans", s, got, wanted, count);
    }
}

START_TEST(what_is_brought_in_earlier_changes_no_bit)
{
    for_all_scenes(40, check_cut);
}
END_TEST

static void check_renewed(const scene *s, uint32_t count)
{
    (void)count;
    recent_spikes again;
    ck_assert(sl_recent_init(&again, &s->projection.traces, TARGETS));
    sl_recent_renew(&again, &s->synapses.posts);
    ck_assert_uint_eq(again.stride, s->synapses.recent.stride);
    ck_assert_mem_eq(again.word, s->synapses.recent.word,
                     (size_t)TARGETS * again.stride * sizeof *again.word);
    sl_recent_clear(&again);
}

START_TEST(recent_spikes_are_what_the_log_says)
{
    for_all_scenes(2, check_renewed);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {every_width_gives_the_bits_of_the_rule,
                                  products_of_factors_are_the_exponentials_of_differences,
                                  what_is_brought_in_earlier_changes_no_bit,
                                  recent_spikes_are_what_the_log_says};
    return SUITE_RUN("plasticity_quick", tests);
}

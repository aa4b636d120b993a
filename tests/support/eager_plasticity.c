/* eager_plasticity - see eager_plasticity.h.
 *
 * At one time at the synapse: all changes are made with the traces just before it, those of the
 * presynaptic spikes first, then that of the postsynaptic one, the weight bounded (and rounded)
 * after each; then the traces are reset where the pairing says so; then each side's own spikes are
 * added to its traces.
 */
#include "eager_plasticity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Relative errors put into the shadows: above those of a few operations in double precision. */
#define SHADOW_ERROR 2e-15L
/* Part of w_max by which it makes no difference whether a trace has decayed to nothing. */
#define SHADOW_LEAST 1e-300L
/* Weights are compared to this part of themselves, or of 0.01 w_max. */
#define TOLERANCE 1e-12L

/* ---- The rules ------------------------------------------------------------------------- */

static eager_real no_change(const eager_values *v, const eager_traces *t, eager_real w)
{
    (void)v;
    (void)t;
    (void)w;
    return 0;
}

static eager_real power(eager_real base, eager_real exponent)
{
    return powl(base > 0 ? base : 0, exponent);
}

/* Pair-based: post w += F+(w) x, pre w -= F-(w) y. */
static void stdp_constants(const eager_values *v, eager_real tau_x[2], eager_real tau_y[2])
{
    tau_x[0] = v->tau_plus;
    tau_y[0] = v->tau_minus;
}

static eager_real stdp_pre(const eager_values *v, const eager_traces *t, eager_real w)
{
    if (strcmp(v->dependence, "additive") == 0) {
        return -v->a_minus * v->w_max * t->y[0];
    }
    if (strcmp(v->dependence, "gutig") == 0) {
        return -v->a_minus * v->w_max * power(w / v->w_max, v->mu_minus) * t->y[0];
    }
    return -v->a_minus * w * t->y[0]; /* multiplicative, power_law */
}

static eager_real stdp_post(const eager_values *v, const eager_traces *t, eager_real w)
{
    if (strcmp(v->dependence, "additive") == 0) {
        return v->a_plus * v->w_max * t->x[0];
    }
    if (strcmp(v->dependence, "gutig") == 0) {
        return v->a_plus * v->w_max * power(1 - w / v->w_max, v->mu_plus) * t->x[0];
    }
    if (strcmp(v->dependence, "multiplicative") == 0) {
        return v->a_plus * (v->w_max - w) * t->x[0];
    }
    return v->a_plus * v->w_0 * power(w / v->w_0, v->mu_plus) * t->x[0]; /* power_law */
}

/* Pfister & Gerstner (2006): r1, r2, o1, o2 of the paper are x[0], x[1], y[0], y[1]. */
static void triplet_constants(const eager_values *v, eager_real tau_x[2], eager_real tau_y[2])
{
    tau_x[0] = v->tau_plus;
    tau_x[1] = v->tau_x;
    tau_y[0] = v->tau_minus;
    tau_y[1] = v->tau_y;
}

static eager_real triplet_pre(const eager_values *v, const eager_traces *t, eager_real w)
{
    (void)w;
    return -v->w_max * t->y[0] * (v->a2_minus + v->a3_minus * t->x[1]);
}

static eager_real triplet_post(const eager_values *v, const eager_traces *t, eager_real w)
{
    (void)w;
    return v->w_max * t->x[0] * (v->a2_plus + v->a3_plus * t->y[1]);
}

/* Vogels et al. (2011): inhibition that drives its target to `rate`. */
static void vogels_constants(const eager_values *v, eager_real tau_x[2], eager_real tau_y[2])
{
    tau_x[0] = v->tau;
    tau_y[0] = v->tau;
}

static eager_real vogels_pre(const eager_values *v, const eager_traces *t, eager_real w)
{
    (void)w;
    const eager_real alpha = 2 * v->rate_Hz * v->tau / 1000;
    return v->eta * v->w_max * (t->y[0] - alpha);
}

static eager_real vogels_post(const eager_values *v, const eager_traces *t, eager_real w)
{
    (void)w;
    return v->eta * v->w_max * t->x[0];
}

/* Hebb with Oja's stabilisation. */
static eager_real oja_post(const eager_values *v, const eager_traces *t, eager_real w)
{
    return v->eta * (v->w_max * t->x[0] - v->beta * t->y[0] * w);
}

/* Diehl & Cook (2015). */
static void post_triggered_constants(const eager_values *v, eager_real tau_x[2],
                                     eager_real tau_y[2])
{
    (void)tau_y;
    tau_x[0] = v->tau_plus;
}

static eager_real post_triggered_post(const eager_values *v, const eager_traces *t, eager_real w)
{
    return v->eta * v->w_max * (t->x[0] - v->x_target) * power(1 - w / v->w_max, v->mu);
}

/* Izhikevich (2007): the changes are those of the eligibility. */
static eager_real reward_pre(const eager_values *v, const eager_traces *t, eager_real w)
{
    (void)w;
    return -v->a_minus * v->w_max * t->y[0];
}

static eager_real reward_post(const eager_values *v, const eager_traces *t, eager_real w)
{
    (void)w;
    return v->a_plus * v->w_max * t->x[0];
}

static const eager_rule rules[] = {
    {"stdp", stdp_constants, stdp_pre, stdp_post, false},
    {"triplet", triplet_constants, triplet_pre, triplet_post, false},
    {"vogels", vogels_constants, vogels_pre, vogels_post, false},
    {"oja", stdp_constants, no_change, oja_post, false},
    {"post_triggered", post_triggered_constants, no_change, post_triggered_post, false},
    {"reward_stdp", stdp_constants, reward_pre, reward_post, true},
};

const eager_rule *eager_find(const char *name)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (strcmp(rules[i].name, name) == 0) {
            return &rules[i];
        }
    }
    return NULL;
}

/* ---- Parameters ------------------------------------------------------------------------ */

/* The parameter's place in the catalog; -1 when the rule has none of this name. */
static int place_of(const saltus_plasticity_info *info, const char *name)
{
    for (int i = 0; info->parameters[i].name != NULL; i++) {
        if (strcmp(info->parameters[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

static double value_of(const saltus_plasticity_spec *spec, const char *name)
{
    const saltus_plasticity_info *info = saltus_plasticity_find(spec->rule);
    const int place = place_of(info, name);
    if (place < 0) {
        return 0;
    }
    return isnan(spec->value[place]) ? info->parameters[place].default_value : spec->value[place];
}

static const char *word_of(const saltus_plasticity_spec *spec, const char *name)
{
    const saltus_plasticity_info *info = saltus_plasticity_find(spec->rule);
    const int place = place_of(info, name);
    return place < 0 ? "" : info->parameters[place].words[(int)value_of(spec, name)];
}

static eager_pairing pairing_of(const char *word)
{
    static const char *const words[] = {"all_to_all", "nearest", "pre_centred", "restricted"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(word, words[i]) == 0) {
            return (eager_pairing)i;
        }
    }
    return EAGER_ALL_TO_ALL;
}

eager_law eager_law_of(const saltus_plasticity_spec *spec)
{
    eager_law law = {.rule = eager_find(spec->rule), .single = spec->single};
    law.pairing = pairing_of(word_of(spec, "pairing"));
    law.values = (eager_values){.tau_plus = value_of(spec, "tau_plus"),
                                .tau_minus = value_of(spec, "tau_minus"),
                                .tau_x = value_of(spec, "tau_x"),
                                .tau_y = value_of(spec, "tau_y"),
                                .tau = value_of(spec, "tau"),
                                .a_plus = value_of(spec, "a_plus"),
                                .a_minus = value_of(spec, "a_minus"),
                                .mu_plus = value_of(spec, "mu_plus"),
                                .mu_minus = value_of(spec, "mu_minus"),
                                .w_0 = value_of(spec, "w_0"),
                                .a2_plus = value_of(spec, "a2_plus"),
                                .a3_plus = value_of(spec, "a3_plus"),
                                .a2_minus = value_of(spec, "a2_minus"),
                                .a3_minus = value_of(spec, "a3_minus"),
                                .eta = value_of(spec, "eta"),
                                .rate_Hz = value_of(spec, "rate"),
                                .beta = value_of(spec, "beta"),
                                .x_target = value_of(spec, "x_target"),
                                .mu = value_of(spec, "mu"),
                                .w_max = fabs(value_of(spec, "w_max")),
                                .w_min = fabs(value_of(spec, "w_min")),
                                .sign = value_of(spec, "w_max") < 0 ? -1 : 1,
                                .dependence = word_of(spec, "dependence")};
    law.values.tau_c = value_of(spec, "tau_c");
    law.rule->constants(&law.values, law.tau_x, law.tau_y);
    for (int i = 0; i < 2; i++) {
        law.tau_x[i] *= (eager_real)EAGER_TICKS_PER_MS;
        law.tau_y[i] *= (eager_real)EAGER_TICKS_PER_MS;
    }
    return law;
}

/* ---- One synapse ----------------------------------------------------------------------- */

int64_t eager_dendritic(int64_t delay, double share)
{
    return llrint((double)delay * share);
}

static void *must(void *memory)
{
    if (memory == NULL) {
        abort();
    }
    return memory;
}

eager_synapse eager_synapse_create(const eager_law *law, double weight_mV, int64_t delay,
                                   double share, eager_train pre, eager_train post)
{
    const int64_t dendritic = eager_dendritic(delay, share);
    eager_synapse s = {.law = law,
                       .pre = pre,
                       .post = post,
                       .axonal = delay - dendritic,
                       .dendritic = dendritic,
                       .weight = law != NULL ? fabs(weight_mV) : weight_mV,
                       .jumps = must(calloc(pre.count + 1, sizeof *s.jumps))};
    if (law != NULL && law->single) {
        s.weight = (eager_real)(float)s.weight;
    }
    s.shadow[0] = s.shadow[1] = s.weight;
    return s;
}

void eager_synapse_clear(eager_synapse *synapse)
{
    free(synapse->jumps);
    synapse->jumps = NULL;
}

static eager_real bounded(const eager_law *law, eager_real weight)
{
    if (weight < law->values.w_min) {
        return law->values.w_min;
    }
    return weight > law->values.w_max ? law->values.w_max : weight;
}

/* Would an error as of double precision round `weight` to another float? */
static bool rounds_either_way(const eager_law *law, eager_real weight, eager_real change)
{
    const eager_real error = 100 * SHADOW_ERROR * (fabsl(weight) + fabsl(change));
    return (float)bounded(law, weight - error) != (float)bounded(law, weight + error);
}

/* Differences up to here are none. */
static eager_real tolerance(const eager_synapse *s)
{
    return TOLERANCE * fmaxl(fabsl(s->weight), 0.01L * s->law->values.w_max);
}

eager_real eager_synapse_doubt(const eager_synapse *s)
{
    return fmaxl(fabsl(s->shadow[0] - s->weight), fabsl(s->shadow[1] - s->weight));
}

/* A modulated weight without any event for some time, in which it goes one way. */
static void flow_one_way(eager_synapse *s, eager_real seconds)
{
    const eager_law *law = s->law;
    const eager_real tau = law->modulator->tau_ms / 1000;
    const eager_real tau_c = law->values.tau_c / 1000;
    const eager_real both = tau * tau_c / (tau + tau_c);
    const eager_real up = -both * expm1l(-seconds / both);
    const eager_real down = -law->modulator->baseline * tau_c * expm1l(-seconds / tau_c);
    const eager_real by = s->eligibility * (s->level * up - down);
    const eager_real size = s->rough * (s->rough_level * up + fabsl(down));
    s->weight = bounded(law, s->weight + by);
    for (int i = 0; i < 2; i++) {
        s->shadow[i] = bounded(law, s->shadow[i] + by + (i == 0 ? 1 : -1) * SHADOW_ERROR * size);
    }
    s->eligibility *= expl(-seconds / tau_c);
    s->rough *= expl(-seconds / tau_c);
    s->level *= expl(-seconds / tau);
    s->rough_level *= expl(-seconds / tau);
}

/* The same until `tick`, first until D has come down to its baseline. */
static void flow(eager_synapse *s, int64_t tick)
{
    const eager_modulator *m = s->law->modulator;
    eager_real seconds = (eager_real)(tick - s->at) / EAGER_TICKS_PER_MS / 1000;
    if (m->baseline != 0 && s->level / m->baseline > 1) {
        const eager_real turn = logl(s->level / m->baseline) * m->tau_ms / 1000;
        if (turn < seconds) {
            flow_one_way(s, turn);
            seconds -= turn;
        }
    }
    flow_one_way(s, seconds);
    s->doubted = s->doubted || eager_synapse_doubt(s) > tolerance(s) / 10;
}

/* One event: `rule` is its `pre` or `post`. */
static void change(eager_synapse *s,
                   eager_real (*rule)(const eager_values *, const eager_traces *, eager_real))
{
    const eager_law *law = s->law;
    const eager_real by = rule(&law->values, &s->traces, s->weight);
    const eager_real weight = bounded(law, s->weight + by);
    s->changes++;
    if (law->rule->modulated) {
        s->eligibility += by;
        s->rough += fabsl(by);
        return;
    }
    if (law->single) {
        s->undecided = s->undecided || (by != 0 && rounds_either_way(law, s->weight + by, by));
        s->weight = (eager_real)(float)weight;
        s->doubted = s->doubted || s->undecided;
        return;
    }
    s->weight = weight;
    for (int i = 0; i < 2; i++) {
        const eager_real error = (s->changes + (unsigned)i) % 2 == 0 ? SHADOW_ERROR : -SHADOW_ERROR;
        const eager_real shadow_by =
            rule(&law->values, &s->traces, s->shadow[i]) * (1 + (i == 0 ? error : -error));
        /* a root of it may be anything but nothing */
        const eager_real least = s->changes > 1 && i == 0 ? SHADOW_LEAST * law->values.w_max : 0;
        const eager_real moved = bounded(law, s->shadow[i] + shadow_by + least);
        const bool at_bound = moved == law->values.w_min || moved == law->values.w_max;
        s->shadow[i] = at_bound || by == 0 ? moved : bounded(law, moved * (1 + error));
    }
    s->doubted = s->doubted || eager_synapse_doubt(s) > tolerance(s) / 10;
}

/* Let the traces decay until `tick`. */
static void decay(eager_synapse *s, int64_t tick)
{
    const eager_real elapsed = (eager_real)(tick - s->at);
    if (s->law->rule->modulated) {
        flow(s, tick);
    }
    for (int i = 0; i < 2; i++) {
        if (s->law->tau_x[i] > 0) {
            s->traces.x[i] *= expl(-elapsed / s->law->tau_x[i]);
        }
        if (s->law->tau_y[i] > 0) {
            s->traces.y[i] *= expl(-elapsed / s->law->tau_y[i]);
        }
    }
    s->at = tick;
}

/* The traces go on after `pres` presynaptic and `posts` postsynaptic spikes at one time. */
static void go_on(eager_synapse *s, size_t pres, size_t posts)
{
    const eager_pairing pairing = s->law->pairing;
    const bool set_x = pairing == EAGER_NEAREST || pairing == EAGER_RESTRICTED;
    const bool set_y = pairing != EAGER_ALL_TO_ALL;
    for (int i = 0; i < 2; i++) {
        eager_real *x = &s->traces.x[i], *y = &s->traces.y[i];
        if (posts > 0 && (pairing == EAGER_PRE_CENTRED || pairing == EAGER_RESTRICTED)) {
            *x = 0;
        }
        if (pres > 0 && pairing == EAGER_RESTRICTED) {
            *y = 0;
        }
        if (pres > 0) {
            *x = set_x ? 1 : *x + (eager_real)pres;
        }
        if (posts > 0) {
            *y = set_y ? 1 : *y + (eager_real)posts;
        }
    }
}

/* Time at the synapse of the next spike of a train; INT64_MAX: there is none. */
static int64_t next_of(const eager_train *train, size_t next, int64_t way)
{
    return next < train->count ? train->ticks[next] + way : INT64_MAX;
}

/* Tick of the next reward; INT64_MAX: there is none. */
static int64_t next_reward(const eager_synapse *s)
{
    const bool rewarded = s->law != NULL && s->law->rule->modulated;
    return rewarded && s->next_reward < s->law->modulator->count
               ? s->law->modulator->ticks[s->next_reward]
               : INT64_MAX;
}

void eager_synapse_run(eager_synapse *s, int64_t until)
{
    for (;;) {
        const int64_t pre = next_of(&s->pre, s->next_pre, s->axonal);
        const int64_t post = next_of(&s->post, s->next_post, s->dendritic);
        const int64_t event = pre < post ? pre : post;
        const int64_t reward = next_reward(s);
        const int64_t tick = event < reward ? event : reward;
        if (tick >= until || tick == INT64_MAX) {
            break;
        }
        size_t pres = 0, posts = 0;
        if (s->law != NULL) {
            decay(s, tick);
        }
        for (; next_of(&s->pre, s->next_pre, s->axonal) == tick; pres++) {
            if (s->law != NULL) {
                change(s, s->law->rule->pre);
            }
            s->jumps[s->next_pre++] = eager_synapse_weight(s);
        }
        for (; next_of(&s->post, s->next_post, s->dendritic) == tick; posts++, s->next_post++) {
            if (s->law != NULL) {
                change(s, s->law->rule->post);
            }
        }
        if (s->law != NULL) {
            go_on(s, pres, posts);
        }
        for (; next_reward(s) == tick; s->next_reward++) {
            s->level += s->law->modulator->amounts[s->next_reward];
            s->rough_level += fabs(s->law->modulator->amounts[s->next_reward]);
        }
    }
    if (s->law != NULL && s->law->rule->modulated && until != INT64_MAX) {
        decay(s, until);
    }
}

eager_real eager_synapse_weight(const eager_synapse *synapse)
{
    return synapse->law != NULL ? synapse->law->values.sign * synapse->weight : synapse->weight;
}

eager_verdict eager_compare(const eager_synapse *s, double weight_mV)
{
    const eager_real wanted = eager_synapse_weight(s);
    if (weight_mV == (double)wanted) {
        return EAGER_SAME;
    }
    const bool outside = s->law != NULL && !(s->law->values.sign * weight_mV >= 0 &&
                                             fabs(weight_mV) <= 1.000001L * s->law->values.w_max);
    if (s->law == NULL || outside) {
        return EAGER_DIFFERENT;
    }
    if (s->law->single) {
        return s->undecided ? EAGER_UNDECIDED : EAGER_DIFFERENT;
    }
    if (fabsl(weight_mV - wanted) <= tolerance(s)) {
        return EAGER_SAME;
    }
    return eager_synapse_doubt(s) > tolerance(s) / 10 ? EAGER_UNDECIDED : EAGER_DIFFERENT;
}

/* plastic_draw - see plastic_draw.h. */
#include "plastic_draw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/trial.h"

/* Beyond this, times are multiples of 1e-8 ms, which a double in ms can say. */
#define FINE_TICKS  (9000 * PLASTIC_MS)
#define COARSE_GRID 1000

/* What a network is drawn with. */
typedef struct drawing {
    plastic_net net;
    uint64_t state;
    plastic_pattern pattern;
    int64_t length; /* of the patterns */
    int64_t grid;   /* all times are multiples of it */
    bool coarse;    /* all delays too, and the parts of them */
} drawing;

static uint32_t below(drawing *d, uint32_t n)
{
    return trial_random_below(&d->state, n);
}

static bool chance(drawing *d, double probability)
{
    return trial_random(&d->state) < probability;
}

/* 10^[low, high) */
static double magnitude(uint64_t *state, double low, double high)
{
    return pow(10, trial_random_in(state, low, high));
}

/* ---- Parameters -------------------------------------------------------------------------- */

static double draw_number(uint64_t *state, const saltus_rule_parameter *p)
{
    static const double exponents[] = {0, 0.02, 0.4, 1, 1.7};
    if (strncmp(p->name, "mu", 2) == 0) {
        return exponents[trial_random_below(state, 5)];
    }
    const double wide = trial_random_below(state, 4) == 0 ? 2.5 : 1;
    const double value = p->default_value * magnitude(state, -1, wide);
    return trial_random_below(state, 12) == 0 ? -value : value;
}

static double draw_value(uint64_t *state, const saltus_rule_parameter *p)
{
    if (trial_random_below(state, 4) == 0 && !isnan(p->default_value)) {
        return p->default_value;
    }
    switch (p->kind) {
    case SALTUS_PARAMETER_TIME:
        return magnitude(state, trial_random_below(state, 6) == 0 ? -4 : 0.5, 2.7);
    case SALTUS_PARAMETER_RATE:
        return magnitude(state, -0.5, 2.5);
    case SALTUS_PARAMETER_VOLTAGE:
        return magnitude(state, -6, 1);
    case SALTUS_PARAMETER_NUMBER:
        return draw_number(state, p);
    case SALTUS_PARAMETER_WORD:
        break;
    case SALTUS_PARAMETER_CURRENT: /* of neurons; no rule has them */
    case SALTUS_PARAMETER_CAPACITANCE:
    case SALTUS_PARAMETER_CONDUCTANCE:
        abort();
    }
    uint32_t words = 0;
    while (p->words[words] != NULL) {
        words++;
    }
    return trial_random_below(state, words);
}

static void set(saltus_plasticity_spec *spec, const saltus_rule_parameter *p, double value)
{
    saltus_error error = {0};
    value = fmin(fmax(value, p->low), p->high);
    if (saltus_plasticity_set(spec, p->name, value, &error) != SALTUS_OK) {
        fprintf(stderr, "%s\n", error.message);
        abort();
    }
}

saltus_plasticity_spec plastic_draw_spec(uint64_t *state, const char *rule)
{
    saltus_plasticity_spec spec = saltus_plasticity_spec_default();
    spec.rule = rule;
    const double w_max = magnitude(state, -6, 1) * (trial_random_below(state, 4) == 0 ? -1 : 1);
    const saltus_rule_parameter *p = saltus_plasticity_find(rule)->parameters;
    for (; p->name != NULL; p++) {
        double value = draw_value(state, p);
        if (strcmp(p->name, "w_max") == 0) {
            value = w_max;
        } else if (strcmp(p->name, "w_min") == 0) {
            value = trial_random_below(state, 3) == 0 ? w_max * trial_random(state) * 0.9 : 0;
        } else if (strcmp(p->name, "w_0") == 0) {
            value = fabs(w_max) * magnitude(state, -1, 1);
        }
        set(&spec, p, value);
    }
    static const double shares[] = {0, 0.3, 0.5, 1};
    spec.dendritic_share = shares[trial_random_below(state, 4)];
    spec.single = trial_random_below(state, 4) == 0;
    if (eager_find(rule) != NULL && eager_find(rule)->modulated) {
        spec.modulator = 0;
        spec.single = false;
    }
    return spec;
}

static double parameter_of(const saltus_plasticity_spec *spec, const char *name)
{
    const saltus_rule_parameter *p = saltus_plasticity_find(spec->rule)->parameters;
    for (size_t i = 0; p[i].name != NULL; i++) {
        if (strcmp(p[i].name, name) == 0) {
            return spec->value[i];
        }
    }
    return 0;
}

/* ---- Spikes ------------------------------------------------------------------------------ */

static int64_t on_grid(const drawing *d, double tick)
{
    const int64_t whole = llround(tick / (double)d->grid) * d->grid;
    return whole < 0 ? 0 : whole;
}

static void add_burst(drawing *d, uint32_t p, uint32_t n, double start, uint32_t spikes,
                      double interval_ms)
{
    for (uint32_t i = 0; i < spikes; i++) {
        plastic_net_add_spike(&d->net, p, n, on_grid(d, start));
        start += 1e11 * interval_ms * trial_random_in(&d->state, 0.7, 1.3);
    }
}

static void draw_train(drawing *d, uint32_t p, uint32_t n)
{
    const double length = (double)d->length;
    const uint32_t few = 1 + below(d, d->pattern == PLASTIC_WIDE ? 4 : 14);
    if (chance(d, 0.1)) {
        return; /* never fires */
    }
    switch (d->pattern) {
    case PLASTIC_BURSTS:
        for (uint32_t i = 0; i < few / 3 + 1; i++) {
            add_burst(d, p, n, trial_random(&d->state) * length, 2 + below(d, 20), 1000. / 300);
        }
        break;
    case PLASTIC_SILENCES:
        for (uint32_t i = 0; i < few / 2 + 1; i++) {
            /* near few points in time, minutes apart */
            const double point = 60000e11 * (1 + below(d, 12));
            add_burst(d, p, n, point + 100e11 * trial_random(&d->state), 1 + below(d, 3), 30);
        }
        break;
    case PLASTIC_BUSY:
        add_burst(d, p, n, 0, 1000 + below(d, 3000), length / 1e11 / 3000);
        break;
    default:
        for (uint32_t i = 0; i < few; i++) {
            plastic_net_add_spike(&d->net, p, n, on_grid(d, trial_random(&d->state) * length));
        }
        break;
    }
    const plastic_train *train = &d->net.populations[p].trains[n];
    if (d->net.populations[p].source && chance(d, 0.3)) {
        /* some are listed twice */
        for (uint32_t i = 0; i < few; i++) {
            plastic_net_add_spike(&d->net, p, n, train->ticks[below(d, (uint32_t)train->count)]);
        }
    }
}

/* Target spikes that reach a synapse with a presynaptic spike or next to it. */
static void draw_meetings(drawing *d)
{
    for (uint32_t i = 0; i < d->net.projection_count; i++) {
        const saltus_projection_spec *spec = &d->net.projections[i];
        const plastic_population *from = &d->net.populations[spec->source];
        const uint32_t size = d->net.populations[spec->target].size;
        for (uint32_t k = 0; k < 12; k++) {
            const plastic_train *train = &from->trains[below(d, from->size)];
            const double delay_ms = spec->delay_ms.kind == SALTUS_VALUE_LIST
                                        ? spec->delay_ms.list[below(d, (uint32_t)spec->list_count)]
                                        : spec->delay_ms.a;
            const int64_t delay = llround(delay_ms * 1e11);
            if (train->count > 0) {
                int64_t tick = train->ticks[below(d, (uint32_t)train->count)] + delay -
                               2 * eager_dendritic(delay, spec->plasticity.dendritic_share);
                if (!d->coarse && d->grid == 1) {
                    tick += (int64_t)below(d, 3) - 1;
                }
                if (tick >= 0 && tick % d->grid == 0) {
                    plastic_net_add_spike(&d->net, spec->target, below(d, size), tick);
                }
            }
        }
    }
}

/* ---- Projections --------------------------------------------------------------------------- */

static double draw_delay(drawing *d)
{
    if (d->coarse) {
        /* so that every share of it is on the grid */
        return plastic_ms(10 * d->grid * (1 + below(d, 5)));
    }
    if (chance(d, 0.05)) {
        return chance(d, 0.5) ? plastic_ms(1 + below(d, 3)) : rint(magnitude(&d->state, 2, 5));
    }
    const double delay_ms = magnitude(&d->state, -1, 1.3);
    return chance(d, 0.5) ? rint(delay_ms * 10) / 10 : rint(delay_ms * 1e8) / 1e8;
}

static double draw_weight(drawing *d, double w_min, double w_max)
{
    switch (below(d, 5)) {
    case 0:
        return w_max;
    case 1:
        return w_min;
    default:
        return w_min + trial_random(&d->state) * (w_max - w_min);
    }
}

/* A list of synapses, some pairs more than once. */
static void draw_list(drawing *d, saltus_projection_spec *spec, double w_min, double w_max)
{
    uint32_t sources[64], targets[64];
    double weights_mV[64], delays_ms[64];
    const uint32_t count = 1 + below(d, 24);
    for (uint32_t i = 0; i < count; i++) {
        const bool again = i > 0 && chance(d, 0.2);
        sources[i] = again ? sources[i - 1] : below(d, d->net.populations[spec->source].size);
        targets[i] = again ? targets[i - 1] : below(d, d->net.populations[spec->target].size);
        weights_mV[i] = draw_weight(d, w_min, w_max);
        delays_ms[i] = i > 0 && chance(d, 0.4) ? delays_ms[below(d, i)] : draw_delay(d);
    }
    spec->rule = SALTUS_RULE_LIST;
    spec->list_sources = sources;
    spec->list_targets = targets;
    spec->list_count = count;
    spec->weight_mV =
        (saltus_value){.kind = SALTUS_VALUE_LIST, .list = weights_mV, .list_length = count};
    if (chance(d, 0.7)) {
        spec->delay_ms =
            (saltus_value){.kind = SALTUS_VALUE_LIST, .list = delays_ms, .list_length = count};
    }
    plastic_net_add_projection(&d->net, spec);
}

static void draw_projection(drawing *d, const saltus_plasticity_spec *plasticity)
{
    double w_max = 0.01, w_min = -0.01;
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = below(d, d->net.population_count);
    do {
        spec.target = below(d, d->net.population_count);
    } while (d->net.populations[spec.target].source);
    if (plasticity != NULL) {
        spec.plasticity = *plasticity;
        w_max = parameter_of(plasticity, "w_max");
        w_min = parameter_of(plasticity, "w_min");
    }
    spec.delay_ms = saltus_constant(draw_delay(d));
    if (d->pattern != PLASTIC_WIDE && chance(d, 0.6)) {
        draw_list(d, &spec, w_min, w_max);
        return;
    }
    spec.weight_mV = chance(d, 0.5) ? saltus_constant(draw_weight(d, w_min, w_max))
                                    : saltus_uniform(fmin(w_min, w_max), fmax(w_min, w_max));
    if (!d->coarse && chance(d, 0.4)) {
        spec.delay_ms = saltus_uniform(0.1, 20);
    }
    static const saltus_rule rules[] = {SALTUS_RULE_ALL_TO_ALL, SALTUS_RULE_FIXED_INDEGREE,
                                        SALTUS_RULE_PAIRWISE_BERNOULLI,
                                        SALTUS_RULE_FIXED_TOTAL_NUMBER};
    spec.rule = rules[d->pattern == PLASTIC_WIDE ? 0 : below(d, 4)];
    spec.count = 1 + below(d, 4);
    spec.probability = 0.6;
    plastic_net_add_projection(&d->net, &spec);
}

/* ---- Networks -------------------------------------------------------------------------------- */

static void draw_populations(drawing *d)
{
    const uint32_t populations = 2 + below(d, 2);
    for (uint32_t p = 0; p < populations; p++) {
        const bool source = p == 0 || (p == 2 && chance(d, 0.5));
        uint32_t size = 1 + below(d, 4);
        if (d->pattern == PLASTIC_WIDE && !source) {
            size = 100 + below(d, 200);
        }
        plastic_net_add_population(&d->net, source, size);
        d->net.populations[p].tau_m_ms = magnitude(&d->state, 0, 1.5);
        for (uint32_t n = 0; n < size; n++) {
            draw_train(d, p, n);
        }
    }
}

/* Any time, often one at which something happens at a synapse. */
static int64_t draw_read(drawing *d)
{
    const int64_t end = d->net.end;
    const uint32_t p = below(d, d->net.population_count);
    const plastic_population *from = &d->net.populations[p];
    const plastic_train *train = &from->trains[below(d, from->size)];
    int64_t tick = on_grid(d, trial_random(&d->state) * (double)end);
    if (chance(d, 0.6) && train->count > 0) {
        tick = train->ticks[below(d, (uint32_t)train->count)];
        const saltus_projection_spec *spec = &d->net.projections[below(d, d->net.projection_count)];
        if (spec->delay_ms.kind == SALTUS_VALUE_CONSTANT && chance(d, 0.7)) {
            const int64_t delay = llround(spec->delay_ms.a * 1e11);
            const int64_t part = eager_dendritic(delay, spec->plasticity.dendritic_share);
            tick += from->source ? delay - part : part;
        }
        tick += (int64_t)below(d, 2) * d->grid;
    }
    tick -= tick % d->grid;
    return tick < end ? tick : end;
}

static int by_tick(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void draw_reads(drawing *d)
{
    d->net.read_count = below(d, 5);
    for (uint32_t i = 0; i < d->net.read_count; i++) {
        d->net.reads[i] = draw_read(d);
    }
    qsort(d->net.reads, d->net.read_count, sizeof d->net.reads[0], by_tick);
}

/* Rewards of either sign, some at one time or at a read, around a baseline of either sign. */
static void draw_rewards(drawing *d)
{
    plastic_net *net = &d->net;
    net->tau_d_ms = magnitude(&d->state, 0, 4);
    net->baseline = chance(d, 0.5) ? 0 : trial_random_in(&d->state, -2, 2);
    net->reward_count = below(d, PLASTIC_MOST_REWARDS);
    for (size_t i = 0; i < net->reward_count; i++) {
        net->rewards[i] = i > 0 && chance(d, 0.1) ? net->rewards[i - 1] : draw_read(d);
        net->amounts[i] = magnitude(&d->state, -1, 2) * (chance(d, 0.3) ? -1 : 1);
    }
    qsort(net->rewards, net->reward_count, sizeof net->rewards[0], by_tick);
}

static void draw_projections(drawing *d, const char *rule)
{
    const uint32_t count = 1 + below(d, d->pattern == PLASTIC_BUSY ? 2 : 4);
    for (uint32_t i = 0; i < count; i++) {
        const size_t any = below(d, (uint32_t)saltus_plasticity_count());
        const char *own = i == 0 ? rule : saltus_plasticity_get(any)->name;
        if (eager_find(own) == NULL || (i > 0 && chance(d, 0.2))) {
            draw_projection(d, NULL);
            continue;
        }
        const saltus_plasticity_spec spec = plastic_draw_spec(&d->state, own);
        draw_projection(d, &spec);
    }
}

static drawing start(uint64_t seed, plastic_pattern pattern)
{
    drawing d = {.state = seed * 977 + (uint64_t)pattern, .pattern = pattern, .grid = 1};
    d.net.seed = seed;
    d.length = llround(1e11 * magnitude(&d.state, 2, 3.5));
    switch (pattern) {
    case PLASTIC_SILENCES:
        d.length = 13 * 60000 * PLASTIC_MS;
        break;
    case PLASTIC_BUSY:
        d.length = llround(1e11 * magnitude(&d.state, 3.8, 4.4));
        break;
    case PLASTIC_LATTICE:
        /* 0.1 or 1 ms; some 20 to 100 places */
        d.grid = chance(&d, 0.5) ? PLASTIC_MS / 10 : PLASTIC_MS;
        d.coarse = true;
        d.length = d.grid * (20 + below(&d, 80));
        break;
    case PLASTIC_ADJACENT:
        d.length = llround(1e11 * magnitude(&d.state, 1.5, 2.5));
        break;
    default:
        break;
    }
    if (pattern == PLASTIC_BUSY && chance(&d, 0.5)) {
        d.grid = chance(&d, 0.5) ? PLASTIC_MS / 10 : PLASTIC_MS;
        d.coarse = true;
    } else if (d.length > FINE_TICKS) {
        d.grid = COARSE_GRID;
    }
    return d;
}

plastic_net plastic_draw(uint64_t seed, plastic_pattern pattern, const char *rule)
{
    drawing d = start(seed, pattern);
    draw_populations(&d);
    draw_projections(&d, rule);
    if (pattern == PLASTIC_ADJACENT || chance(&d, 0.3)) {
        draw_meetings(&d);
    }
    plastic_net_sort(&d.net);
    /* some runs end before everything has arrived */
    d.net.end = on_grid(&d, (double)d.length * trial_random_in(&d.state, 0.7, 1.4)) + d.grid;
    draw_reads(&d);
    draw_rewards(&d);
    return d.net;
}

plastic_net plastic_draw_clock(uint64_t seed, const char *name, const char *rule)
{
    static const int64_t steps[] = {PLASTIC_MS / 10, PLASTIC_MS / 2, PLASTIC_MS};
    static char engine[64];
    drawing d = start(seed, PLASTIC_LATTICE);
    const int64_t step = steps[below(&d, 3)];
    d.grid = 2 * step;
    d.length = d.grid * (20 + below(&d, 80));
    draw_populations(&d);
    draw_projections(&d, rule);
    draw_meetings(&d);
    plastic_net_sort(&d.net);
    d.net.end = on_grid(&d, (double)d.length * trial_random_in(&d.state, 0.7, 1.4)) + step;
    draw_reads(&d);
    draw_rewards(&d);
    for (uint32_t i = 0; i < d.net.read_count; i++) {
        d.net.reads[i] += d.net.reads[i] % d.grid == 0 ? step : 0;
    }
    snprintf(engine, sizeof engine, "%s@%.15gms", name, plastic_ms(step));
    d.net.engine = engine;
    return d.net;
}

/* reward_net - see reward_net.h. */
#include "reward_net.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/simulation.h"
#include "support/suite.h"
#include "support/trial.h"

#define TICKS    100000000000LL
#define DRIVE_MS 7.0

/* ---- The network -----------------------------------------------------------------------------
 */

reward_net reward_net_default(const char *pairing)
{
    reward_net net = {.duration_ms = 4000,
                      .plasticity = saltus_plasticity_spec_default(),
                      .weight_mV = 0.5,
                      .delay_low_ms = 0.5,
                      .delay_high_ms = 4,
                      .modulator = saltus_modulator_spec_default(),
                      .critic_rate_Hz = 2,
                      .seed = 7};
    net.plasticity.rule = "reward_stdp";
    net.plasticity.modulator = 0;
    net.plasticity.dendritic_share = 0.25;
    ck_assert(saltus_plasticity_set(&net.plasticity, "w_max", 1, NULL) == SALTUS_OK &&
              saltus_plasticity_set(&net.plasticity, "w_min", 0.1, NULL) == SALTUS_OK &&
              saltus_plasticity_set_word(&net.plasticity, "pairing", pairing, NULL) == SALTUS_OK);
    return net;
}

static void check(saltus_status status, const saltus_error *error)
{
    ck_assert_msg(status == SALTUS_OK, "%s", error->message);
}

static int by_time(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Times on a grid of 0.1 ms. */
static size_t draw_times(const reward_net *net, double mean_ms, uint64_t seed, double **times)
{
    const size_t count = (size_t)(net->duration_ms / mean_ms);
    *times = malloc((count + 1) * sizeof **times);
    ck_assert_ptr_nonnull(*times);
    uint64_t state = net->seed * 1000 + seed;
    for (size_t i = 0; i < count; i++) {
        (*times)[i] = floor(trial_random_in(&state, 0, net->duration_ms * 10)) / 10;
    }
    qsort(*times, count, sizeof **times, by_time);
    return count;
}

static uint32_t *draw_neurons(size_t count, uint32_t below, uint64_t seed)
{
    uint32_t *neurons = malloc((count + 1) * sizeof *neurons);
    ck_assert_ptr_nonnull(neurons);
    for (size_t i = 0; i < count; i++) {
        neurons[i] = trial_random_below(&seed, below);
    }
    return neurons;
}

static void add_populations(const reward_net *net, saltus_experiment *experiment)
{
    saltus_error error = {0};
    double *times;
    const size_t count = draw_times(net, DRIVE_MS, 1, &times);
    uint32_t *neurons = draw_neurons(count, NET_SOURCE_COUNT, net->seed);
    saltus_population_spec sources = saltus_population_spec_default();
    sources.name = "sources";
    sources.size = NET_SOURCE_COUNT;
    sources.model = SALTUS_MODEL_SPIKE_LIST;
    sources.spike_times_ms = times;
    sources.spike_neurons = neurons;
    sources.spike_count = count;
    saltus_population_spec targets = saltus_population_spec_default();
    targets.name = "targets";
    targets.size = NET_TARGET_COUNT;
    targets.v_th_mV = saltus_constant(3);
    targets.t_ref_ms = 1;
    saltus_population_spec critic = saltus_population_spec_default();
    critic.name = "critic";
    critic.size = NET_CRITIC_COUNT;
    critic.model = SALTUS_MODEL_POISSON_SOURCE;
    critic.rate_Hz = net->critic_rate_Hz;
    check(saltus_experiment_add_population(experiment, &sources, NULL, &error), &error);
    check(saltus_experiment_add_population(experiment, &targets, NULL, &error), &error);
    check(saltus_experiment_add_population(experiment, &critic, NULL, &error), &error);
    free(times);
    free(neurons);
}

static void add_drive(const reward_net *net, saltus_experiment *experiment)
{
    saltus_error error = {0};
    double *times;
    const size_t count = draw_times(net, DRIVE_MS, 2, &times);
    uint32_t *neurons = draw_neurons(count, NET_TARGET_COUNT, net->seed + 1);
    double *weights = malloc((count + 1) * sizeof *weights);
    ck_assert_ptr_nonnull(weights);
    for (size_t i = 0; i < count; i++) {
        weights[i] = 2.9;
    }
    saltus_input_spec input = saltus_input_spec_default();
    input.name = "drive";
    input.type = SALTUS_INPUT_ARRIVALS;
    input.population = NET_TARGETS;
    input.arrival_times_ms = times;
    input.arrival_targets = neurons;
    input.arrival_weights_mV = weights;
    input.arrival_count = count;
    check(saltus_experiment_add_input(experiment, &input, NULL, &error), &error);
    free(times);
    free(neurons);
    free(weights);
}

static void describe(const reward_net *net, saltus_experiment *experiment)
{
    saltus_error error = {0};
    add_populations(net, experiment);
    add_drive(net, experiment);
    saltus_modulator_spec modulator = net->modulator;
    modulator.name = "dopamine";
    check(saltus_experiment_add_modulator(experiment, &modulator, NULL, &error), &error);
    saltus_projection_spec projection = saltus_projection_spec_default();
    projection.source = NET_SOURCES;
    projection.target = NET_TARGETS;
    projection.rule = SALTUS_RULE_ALL_TO_ALL;
    projection.weight_mV = saltus_constant(net->weight_mV);
    projection.delay_ms = net->delay_low_ms == net->delay_high_ms
                              ? saltus_constant(net->delay_low_ms)
                              : saltus_uniform(net->delay_low_ms, net->delay_high_ms);
    projection.plasticity = net->plasticity;
    check(saltus_experiment_add_projection(experiment, &projection, NULL, &error), &error);
    for (uint32_t p = 0; p < 3; p++) {
        check(saltus_experiment_record_spikes(experiment, p), &error);
    }
    check(saltus_experiment_set_duration(experiment, net->duration_ms, &error), &error);
    check(saltus_experiment_set_seed(experiment, net->seed), &error);
}

/* ---- By the engine -----------------------------------------------------------------------------
 */

static saltus_status take_spikes(void *user, const saltus_spike *spikes, size_t count)
{
    reward_run *run = user;
    while (run->spike_count + count > run->spike_capacity) {
        run->spike_capacity = 2 * run->spike_capacity + 1000;
        run->spikes = realloc(run->spikes, run->spike_capacity * sizeof *spikes);
        ck_assert_ptr_nonnull(run->spikes);
    }
    memcpy(run->spikes + run->spike_count, spikes, count * sizeof *spikes);
    run->spike_count += count;
    return SALTUS_OK;
}

static void read_weights(const saltus_network *network, const saltus_simulation *simulation,
                         reward_run *run)
{
    saltus_synapse synapses[NET_TARGET_COUNT];
    uint32_t targets[NET_TARGET_COUNT];
    double weights[NET_TARGET_COUNT];
    run->weight_count = 0;
    for (uint32_t s = 0; s < NET_SOURCE_COUNT; s++) {
        ck_assert_uint_eq(saltus_simulation_row_length(simulation, 0, s), NET_TARGET_COUNT);
        ck_assert_uint_eq(saltus_simulation_read_row(simulation, 0, s, targets, weights),
                          SALTUS_OK);
        ck_assert_uint_eq(saltus_network_read_synapses(network, 0, s, synapses, NET_TARGET_COUNT),
                          NET_TARGET_COUNT);
        for (uint32_t i = 0; i < NET_TARGET_COUNT; i++) {
            const size_t at = run->weight_count++;
            run->source[at] = s;
            run->target[at] = targets[i];
            run->weight_mV[at] = weights[i];
            for (uint32_t k = 0; k < NET_TARGET_COUNT; k++) {
                if (synapses[k].target == targets[i]) {
                    run->delay_ms[at] = synapses[k].delay_ms;
                }
            }
        }
    }
}

static void at_cut(const reward_net *net, saltus_simulation *simulation, double cut_ms,
                   reward_run *run)
{
    saltus_error error = {0};
    if (net->reads) {
        read_weights(saltus_simulation_network(simulation), simulation, run);
    }
    for (uint32_t b = 0; net->sweeps && b < simulation->network->block_count; b++) {
        sl_plastic_sweep(&simulation->blocks[b], 0, simulation->now);
    }
    if (net->given != 0) {
        const double before = saltus_simulation_modulator(simulation, 0);
        check(saltus_simulation_reward(simulation, 0, net->given, &error), &error);
        const double after = saltus_simulation_modulator(simulation, 0);
        ck_assert_double_eq_tol(after, before + net->given, 1e-15 * (1 + fabs(before)));
    }
    if (net->normalise_ms == cut_ms) {
        check(saltus_simulation_normalise(simulation, 0, net->total_mV, &error), &error);
    }
    if (net->frozen_ms[0] < net->frozen_ms[1]) {
        const bool frozen = cut_ms >= net->frozen_ms[0] && cut_ms < net->frozen_ms[1];
        check(saltus_simulation_set_plastic(simulation, 0, !frozen, &error), &error);
    }
}

reward_run reward_net_run(const reward_net *net)
{
    saltus_error error = {0};
    saltus_experiment *experiment = NULL;
    saltus_network *network = NULL;
    saltus_simulation *simulation = NULL;
    const size_t most = (size_t)NET_SOURCE_COUNT * NET_TARGET_COUNT;
    reward_run run = {.source = malloc(most * sizeof(uint32_t)),
                      .target = malloc(most * sizeof(uint32_t)),
                      .weight_mV = malloc(most * sizeof(double)),
                      .delay_ms = malloc(most * sizeof(double))};
    check(saltus_experiment_create("rewards", &experiment), &error);
    describe(net, experiment);
    saltus_network_options options = saltus_network_options_default();
    options.block_neurons = net->block_neurons;
    check(saltus_network_build(experiment, &options, &network, &error), &error);
    saltus_simulation_options how = saltus_simulation_options_default();
    how.threads = net->threads > 0 ? net->threads : 1;
    how.scheduler = net->scheduler;
    if (net->engine != NULL) {
        check(saltus_engine_parse(net->engine, &how, &error), &error);
    }
    check(saltus_simulation_create(network, &how, &simulation, &error), &error);
    check(saltus_simulation_add_spike_recorder(simulation, take_spikes, &run), &error);
    for (size_t i = 0; i < net->cut_count; i++) {
        check(saltus_simulation_run_until(simulation, net->cuts_ms[i], &error), &error);
        at_cut(net, simulation, net->cuts_ms[i], &run);
    }
    check(saltus_simulation_run_until(simulation, net->duration_ms, &error), &error);
    read_weights(network, simulation, &run);
    run.fingerprint = saltus_simulation_fingerprint(simulation);
    run.rewards = saltus_simulation_rewards(simulation, 0);
    run.level = saltus_simulation_modulator(simulation, 0);
    run.kept = simulation->modulators.signal[0].signal.count;
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
    return run;
}

void reward_run_clear(reward_run *run)
{
    free(run->source);
    free(run->target);
    free(run->weight_mV);
    free(run->delay_ms);
    free(run->spikes);
    *run = (reward_run){0};
}

/* ---- By brute force ----------------------------------------------------------------------------
 */

typedef enum kind { REWARD, PRE, POST, FREEZE, THAW, END } kind;

/* What happens at a synapse. */
typedef struct event {
    int64_t tick;
    kind kind;
    double amount;
} event;

/* At one time: rewards in any order, then the presynaptic spike, then the target's. */
static int by_tick(const void *a, const void *b)
{
    const event *x = a;
    const event *y = b;
    if (x->tick != y->tick) {
        return x->tick < y->tick ? -1 : 1;
    }
    return (int)x->kind - (int)y->kind;
}

typedef struct eager {
    long double w, c, d, x, y; /* as of `tick` */
    int64_t tick;
    long double low, high, size;
    long double a_plus, a_minus, tau_plus, tau_minus, tau_c, tau, baseline; /* ms */
    const char *pairing;
    bool frozen;
} eager;

static double value_of(const saltus_plasticity_spec *spec, const char *name)
{
    const saltus_plasticity_info *info = saltus_plasticity_find(spec->rule);
    int i = 0;
    while (strcmp(info->parameters[i].name, name) != 0) {
        i++;
    }
    return isnan(spec->value[i]) ? info->parameters[i].default_value : spec->value[i];
}

static const char *pairing_of(const saltus_plasticity_spec *spec)
{
    const saltus_plasticity_info *info = saltus_plasticity_find(spec->rule);
    int i = 0;
    while (strcmp(info->parameters[i].name, "pairing") != 0) {
        i++;
    }
    return info->parameters[i].words[(int)value_of(spec, "pairing")];
}

/* Everything goes on for some time in which nothing happens. */
static void go_on(eager *s, long double ms)
{
    const long double both = s->tau * s->tau_c / (s->tau + s->tau_c);
    const long double up = -s->c * s->d * both * expm1l(-ms / both) / 1000;
    const long double down = -s->c * s->baseline * s->tau_c * expm1l(-ms / s->tau_c) / 1000;
    if (!s->frozen) {
        s->w = fminl(s->high, fmaxl(s->low, s->w + up - down));
        s->size += fabsl(up) + fabsl(down);
    }
    s->c *= expl(-ms / s->tau_c);
    s->d *= expl(-ms / s->tau);
    s->x *= expl(-ms / s->tau_plus);
    s->y *= expl(-ms / s->tau_minus);
}

/* Until a tick: first until D has come down to its baseline, so that w goes one way in each part.
 */
static void advance(eager *s, int64_t tick)
{
    long double ms = (long double)(tick - s->tick) / TICKS;
    if (s->baseline != 0 && s->d / s->baseline > 1) {
        const long double turn = logl(s->d / s->baseline) * s->tau;
        if (turn < ms) {
            go_on(s, turn);
            ms -= turn;
        }
    }
    go_on(s, ms);
    s->tick = tick;
}

/* All spikes of one time: `pres` presynaptic ones and `posts` of the target. */
static void meet(eager *s, int pres, int posts)
{
    s->c -= pres * s->a_minus * s->high * s->y;
    s->c += posts * s->a_plus * s->high * s->x;
    const bool restricted = strcmp(s->pairing, "restricted") == 0;
    const bool centred = strcmp(s->pairing, "pre_centred") == 0;
    const bool all = strcmp(s->pairing, "all_to_all") == 0;
    if (posts > 0 && (restricted || centred)) {
        s->x = 0;
    }
    if (pres > 0 && restricted) {
        s->y = 0;
    }
    if (pres > 0) {
        s->x = all || centred ? s->x + pres : 1;
    }
    if (posts > 0) {
        s->y = all ? s->y + posts : 1;
    }
}

static int64_t tick_of(double ms)
{
    return llround(ms * TICKS);
}

/* When plasticity sees a target's spike: interpolated engines find it when its step ends. */
static int64_t seen(const reward_net *net, int64_t tick)
{
    const int64_t step = TICKS / 10;
    const bool late = net->engine != NULL && strncmp(net->engine, "interpolated", 12) == 0;
    return late ? (tick / step + 1) * step : tick;
}

static void push(event *events, size_t *count, int64_t tick, kind kind, double amount)
{
    events[(*count)++] = (event){.tick = tick, .kind = kind, .amount = amount};
}

/* What the spikes of the run and the spec make happen, in order. */
static event *list_events(const reward_net *net, const reward_run *run, size_t index, size_t *count)
{
    const saltus_modulator_spec *m = &net->modulator;
    event *events = malloc((3 * run->spike_count + m->count + net->cut_count + 8) * sizeof *events);
    ck_assert_ptr_nonnull(events);
    const int64_t delay = tick_of(run->delay_ms[index]);
    const int64_t dendritic = llrint((double)delay * net->plasticity.dendritic_share);
    double pre_ms = -INFINITY;
    for (size_t i = 0; i < run->spike_count; i++) {
        const saltus_spike *spike = &run->spikes[i];
        const int64_t tick = tick_of(spike->time_ms);
        if (spike->population == NET_SOURCES && spike->neuron == run->source[index]) {
            push(events, count, tick + delay - dendritic, PRE, 0);
        }
        if (spike->population == NET_TARGETS && spike->neuron == run->target[index]) {
            push(events, count, seen(net, tick) + dendritic, POST, 0);
        }
        if (spike->population == m->population) {
            push(events, count, tick + tick_of(m->population_delay_ms), REWARD,
                 m->population_amount);
        }
        if (spike->population == m->post_population && spike->neuron == m->post_neuron &&
            spike->time_ms - pre_ms <= m->pair_window_ms) {
            ck_assert(m->pair_delay_low_ms == m->pair_delay_high_ms);
            push(events, count, tick + tick_of(m->pair_delay_low_ms), REWARD, m->pair_amount);
        }
        if (spike->population == m->pre_population && spike->neuron == m->pre_neuron) {
            pre_ms = spike->time_ms;
        }
    }
    for (size_t i = 0; i < m->count; i++) {
        push(events, count, tick_of(m->times_ms[i]), REWARD, m->amounts[i]);
    }
    for (size_t i = 0; i < net->cut_count && net->given != 0; i++) {
        push(events, count, tick_of(net->cuts_ms[i]), REWARD, net->given);
    }
    if (net->frozen_ms[0] < net->frozen_ms[1]) {
        push(events, count, tick_of(net->frozen_ms[0]), FREEZE, 0);
        push(events, count, tick_of(net->frozen_ms[1]), THAW, 0);
    }
    push(events, count, tick_of(net->duration_ms), END, 0);
    qsort(events, *count, sizeof *events, by_tick);
    return events;
}

long double reward_net_eager(const reward_net *net, const reward_run *run, size_t index,
                             long double *size)
{
    const saltus_plasticity_spec *spec = &net->plasticity;
    eager s = {.w = net->weight_mV,
               .low = value_of(spec, "w_min"),
               .high = value_of(spec, "w_max"),
               .a_plus = value_of(spec, "a_plus"),
               .a_minus = value_of(spec, "a_minus"),
               .tau_plus = value_of(spec, "tau_plus"),
               .tau_minus = value_of(spec, "tau_minus"),
               .tau_c = value_of(spec, "tau_c"),
               .tau = net->modulator.tau_ms,
               .baseline = net->modulator.baseline,
               .pairing = pairing_of(spec)};
    size_t count = 0;
    event *events = list_events(net, run, index, &count);
    for (size_t i = 0; i < count && events[i].kind != END;) {
        int pres = 0, posts = 0;
        const int64_t tick = events[i].tick;
        advance(&s, tick);
        for (; i < count && events[i].tick == tick && events[i].kind != END; i++) {
            s.d += events[i].kind == REWARD ? events[i].amount : 0;
            pres += events[i].kind == PRE;
            posts += events[i].kind == POST;
            s.frozen = (s.frozen || events[i].kind == FREEZE) && events[i].kind != THAW;
        }
        meet(&s, pres, posts);
    }
    advance(&s, tick_of(net->duration_ms));
    free(events);
    *size = s.size;
    return s.w;
}

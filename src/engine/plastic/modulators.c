/* modulators - see modulators.h. */
#include "engine/plastic/modulators.h"

#include <math.h>
#include <stdlib.h>

#include "base/exact_math.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/status.h"
#include "engine/simulation.h"

/* Rewards that a signal keeps before looking for those not needed. */
#define LEAST_REWARDS 4096
#define KIND_SHIFT    60
#define MOST_AMOUNT   1e12

/* ---- Life cycle ------------------------------------------------------------------------------ */

/* The delay as used; windows end before a reward can come from them. */
static sim_time take_delay(saltus_simulation *simulation, sim_time delay)
{
    clock_state *clock = &simulation->clock;
    if (clock->interpolates) {
        delay = sl_clock_least_delay(delay, clock->step);
    }
    if (delay < simulation->min_delay) {
        simulation->min_delay = delay;
    }
    if (clock->on_grid) {
        /* the window's last step is a step less than so many after its first spike */
        const int64_t steps = delay / clock->step + (delay % clock->step > 0);
        clock->longest = steps < clock->longest ? steps : clock->longest;
    }
    return delay;
}

bool sl_modulators_init(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    modulators *set = &simulation->modulators;
    if (network->modulator_count == 0) {
        return true;
    }
    set->state = sl_memory_zeroed(network->modulator_count, sizeof *set->state);
    set->signal = sl_memory_zeroed(network->projection_count, sizeof *set->signal);
    set->limit = LEAST_REWARDS;
    if (set->state == NULL || set->signal == NULL) {
        return false;
    }
    set->count = network->modulator_count;
    for (uint32_t i = 0; i < set->count; i++) {
        const network_modulator *from = &network->modulators[i];
        modulator_state *state = &set->state[i];
        *state = (modulator_state){
            .from = from, .pre_last = SPIKE_LOG_NONE, .pre_before = SPIKE_LOG_NONE};
        if (from->population != UINT32_MAX) {
            state->population_delay = take_delay(simulation, from->population_delay);
        }
        if (from->pre != UINT32_MAX) {
            state->pair_delay_low = take_delay(simulation, from->pair_delay_low);
            state->pair_delay_high = from->pair_delay_high > state->pair_delay_low
                                         ? from->pair_delay_high
                                         : state->pair_delay_low;
        }
    }
    return true;
}

void sl_modulators_clear(saltus_simulation *simulation)
{
    modulators *set = &simulation->modulators;
    for (uint32_t i = 0; i < set->count; i++) {
        free(set->state[i].coming);
    }
    for (uint32_t i = 0; i < set->signal_count; i++) {
        sl_modulator_clear(&set->signal[i].signal);
    }
    free(set->state);
    free(set->signal);
}

const modulator_signal *sl_modulators_signal(saltus_simulation *simulation, uint32_t modulator,
                                             double tau_c_ms)
{
    modulators *set = &simulation->modulators;
    for (uint32_t i = 0; i < set->signal_count; i++) {
        if (set->signal[i].modulator == modulator && set->signal[i].tau_c_ms == tau_c_ms) {
            return &set->signal[i].signal;
        }
    }
    const network_modulator *from = &simulation->network->modulators[modulator];
    modulated_signal *new = &set->signal[set->signal_count++];
    new->modulator = modulator;
    new->tau_c_ms = tau_c_ms;
    return sl_modulator_init(&new->signal, from->tau_ms, from->baseline, tau_c_ms) ? &new->signal
                                                                                   : NULL;
}

/* ---- Rewards to come ------------------------------------------------------------------------- */

static bool comes_before(const coming_reward *a, const coming_reward *b)
{
    return a->time != b->time ? a->time < b->time : a->order < b->order;
}

bool sl_modulators_come(modulator_state *state, coming_reward reward)
{
    void *coming = state->coming;
    if (!sl_memory_grow(&coming, &state->capacity, state->count, sizeof reward)) {
        return false;
    }
    state->coming = coming;
    size_t at = state->count++;
    while (at > 0 && comes_before(&reward, &state->coming[(at - 1) / 2])) {
        state->coming[at] = state->coming[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    state->coming[at] = reward;
    return true;
}

static coming_reward pop(modulator_state *state)
{
    const coming_reward first = state->coming[0];
    const coming_reward moved = state->coming[--state->count];
    size_t at = 0;
    for (size_t child = 1; child < state->count; child = 2 * at + 1) {
        if (child + 1 < state->count &&
            comes_before(&state->coming[child + 1], &state->coming[child])) {
            child++;
        }
        if (!comes_before(&state->coming[child], &moved)) {
            break;
        }
        state->coming[at] = state->coming[child];
        at = child;
    }
    state->coming[at] = moved;
    return first;
}

static bool announce(modulator_state *state, reward_kind kind, uint64_t number, sim_time t,
                     double amount)
{
    return sl_modulators_come(state, (coming_reward){.time = t,
                                                     .order = (uint64_t)kind << KIND_SHIFT | number,
                                                     .amount = amount});
}

/* ---- Spikes ---------------------------------------------------------------------------------- */

/* A delay for the coincidence of this number. */
static sim_time pair_delay(const saltus_simulation *simulation, uint32_t index, uint64_t number)
{
    const modulator_state *state = &simulation->modulators.state[index];
    const uint64_t span = (uint64_t)(state->pair_delay_high - state->pair_delay_low);
    if (span == 0) {
        return state->pair_delay_low;
    }
    random_stream stream =
        random_stream_at(simulation->network->seed, RANDOM_REWARD, index, (uint32_t)number);
    stream.count = number >> 32 << 16; /* far more words than a draw takes */
    return state->pair_delay_low + (sim_time)sl_random_below(&stream, span);
}

/* Spikes of one time do not see each other, whichever comes first in the order of neurons. */
static bool coincides(const modulator_state *state, sim_time t)
{
    const sim_time pre = state->pre_last < t ? state->pre_last : state->pre_before;
    return t - pre <= state->from->pair_window;
}

bool sl_modulators_sent(saltus_simulation *simulation, uint32_t population, uint32_t neuron,
                        sim_time t)
{
    modulators *set = &simulation->modulators;
    for (uint32_t i = 0; i < set->count; i++) {
        modulator_state *state = &set->state[i];
        const network_modulator *from = state->from;
        if (from->population == population &&
            !announce(state, REWARD_POPULATION, state->from_population++,
                      t + state->population_delay, from->population_amount)) {
            return false;
        }
        if (from->post == neuron && coincides(state, t)) {
            const uint64_t number = state->from_pair++;
            if (!announce(state, REWARD_PAIR, number, t + pair_delay(simulation, i, number),
                          from->pair_amount)) {
                return false;
            }
        }
        if (from->pre == neuron && state->pre_last != t) {
            state->pre_before = state->pre_last;
            state->pre_last = t;
        }
    }
    return true;
}

/* ---- Entering -------------------------------------------------------------------------------- */

static double decayed(const modulator_state *state, sim_time t)
{
    const double ticks = (double)(t - state->time);
    return state->level * sl_exp(-(ticks / (state->from->tau_ms * SIM_TIME_TICKS_PER_MS)));
}

static bool enter(saltus_simulation *simulation, uint32_t index, sim_time t, double amount)
{
    modulators *set = &simulation->modulators;
    modulator_state *state = &set->state[index];
    state->level = decayed(state, t) + amount;
    state->time = t;
    state->rewards++;
    for (uint32_t i = 0; i < set->signal_count; i++) {
        if (set->signal[i].modulator == index &&
            !sl_modulator_add(&set->signal[i].signal, t, amount)) {
            return false;
        }
    }
    return true;
}

sim_time sl_modulators_settled(const saltus_simulation *simulation, const modulator_signal *signal,
                               sim_time end)
{
    sim_time least = end;
    for (uint32_t p = 0; p < simulation->network->projection_count; p++) {
        const plastic_projection *projection = simulation->plastic[p];
        if (projection == NULL || projection->modulator != signal) {
            continue;
        }
        for (uint32_t b = 0; b < simulation->network->block_count; b++) {
            const plastic_synapses *synapses = simulation->blocks[b].plastic[p];
            if (synapses != NULL && synapses->settled < least) {
                least = synapses->settled;
            }
        }
    }
    return least;
}

static void forget(saltus_simulation *simulation, sim_time end)
{
    modulators *set = &simulation->modulators;
    size_t most = 0;
    for (uint32_t i = 0; i < set->signal_count; i++) {
        modulator_signal *signal = &set->signal[i].signal;
        if (signal->count > set->limit) {
            sl_modulator_forget(signal, sl_modulators_settled(simulation, signal, end));
        }
        most = signal->count > most ? signal->count : most;
    }
    if (most > set->limit || 4 * most < set->limit) {
        set->limit = 2 * most > LEAST_REWARDS ? 2 * most : LEAST_REWARDS;
    }
}

bool sl_modulators_enter(saltus_simulation *simulation, sim_time end)
{
    modulators *set = &simulation->modulators;
    if (set->count == 0) {
        return true;
    }
    for (uint32_t i = 0; i < set->count; i++) {
        modulator_state *state = &set->state[i];
        const network_modulator *from = state->from;
        for (;;) {
            const sim_time listed =
                state->listed < from->count ? from->time[state->listed] : SIM_TIME_NEVER;
            const sim_time coming = state->count > 0 ? state->coming[0].time : SIM_TIME_NEVER;
            if (listed >= end && coming >= end) {
                break;
            }
            const double amount =
                listed <= coming ? from->amount[state->listed++] : pop(state).amount;
            if (!enter(simulation, i, listed <= coming ? listed : coming, amount)) {
                return false;
            }
        }
    }
    forget(simulation, end);
    return true;
}

/* ---- For callers ----------------------------------------------------------------------------- */

/* The coming reward of `now` that follows the one of this order; NULL: there is none. */
static const coming_reward *next_of(const modulator_state *state, sim_time now, uint64_t order)
{
    const coming_reward *next = NULL;
    for (size_t i = 0; i < state->count; i++) {
        const coming_reward *reward = &state->coming[i];
        if (reward->time == now && reward->order > order &&
            (next == NULL || reward->order < next->order)) {
            next = reward;
        }
    }
    return next;
}

/* D and the number of rewards with those of this very time, which have not entered yet. */
static double read(const saltus_simulation *simulation, uint32_t index, uint64_t *rewards)
{
    const modulator_state *state = &simulation->modulators.state[index];
    const network_modulator *from = state->from;
    const sim_time now = simulation->now;
    double level = decayed(state, now);
    *rewards = state->rewards;
    for (size_t i = state->listed; i < from->count && from->time[i] == now; i++) {
        level += from->amount[i];
        ++*rewards;
    }
    const coming_reward *reward = next_of(state, now, 0);
    for (; reward != NULL; reward = next_of(state, now, reward->order)) {
        level += reward->amount;
        ++*rewards;
    }
    return level;
}

double saltus_simulation_modulator(const saltus_simulation *simulation, uint32_t modulator)
{
    uint64_t rewards;
    return modulator < simulation->modulators.count ? read(simulation, modulator, &rewards)
                                                    : (double)NAN;
}

uint64_t saltus_simulation_rewards(const saltus_simulation *simulation, uint32_t modulator)
{
    uint64_t rewards = 0;
    if (modulator < simulation->modulators.count) {
        read(simulation, modulator, &rewards);
    }
    return rewards;
}

saltus_status saltus_simulation_reward(saltus_simulation *simulation, uint32_t modulator,
                                       double amount, saltus_error *error)
{
    if (modulator >= simulation->modulators.count) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "there is no modulator %u; the network has %u",
                       modulator, simulation->modulators.count);
    }
    if (!(fabs(amount) <= MOST_AMOUNT)) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "a reward of %g is given; allowed is -1e12 to 1e12", amount);
    }
    if (simulation->running || simulation->broken) {
        return sl_fail(error, SALTUS_E_STATE, "rewards can be given between two runs only");
    }
    modulator_state *state = &simulation->modulators.state[modulator];
    if (!announce(state, REWARD_GIVEN, state->given, simulation->now, amount)) {
        return sl_fail_memory(error);
    }
    state->given++;
    return SALTUS_OK;
}

/* keep_modulators - rewards, and the signals that synapses read. Of the modulators, in order:
 *
 *   modulator.level    D just after the last reward
 *   modulator.facts    time of the last reward (ticks); rewards so far, those of the list among
 *                      them; rewards announced by the population, by the pair, by the caller; the
 *                      last two times of the pair's first neuron
 *   modulator.coming   how many rewards are announced
 *   reward.time, .order, .amount   of all, modulator after modulator, each a binary heap
 *
 * Of the signals, one a modulator and time constant of eligibility, in the order of projections:
 *
 *   signal.first       number of the first reward that is kept: some weight does not know of all
 *                      after it
 *   signal.count       rewards that are kept
 *   signal.time, .level            of all, signal after signal: when, and D just after it
 *
 * Projections have brought in the rewards that they can before (keep_plastic.c), so that what is
 * kept depends on no block. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/checkpoint/keep.h"
#include "engine/plastic/modulators.h"

/* Far beyond any signal. */
#define LARGEST 1e300
/* More rewards than any run has. */
#define MOST_REWARDS ((uint64_t)1 << 60)

enum {
    FACT_TIME,
    FACT_REWARDS,
    FACT_LISTED,
    FACT_POPULATION,
    FACT_PAIR,
    FACT_GIVEN,
    FACT_PRE_LAST,
    FACT_PRE_BEFORE,
    FACTS
};

typedef enum column {
    LEVEL,
    STATE_FACTS,
    COMING,
    REWARD_TIME,
    REWARD_ORDER,
    REWARD_AMOUNT,
    SIGNAL_FIRST,
    SIGNAL_COUNT,
    SIGNAL_TIME,
    SIGNAL_LEVEL,
    COLUMNS
} column;

static const struct {
    const char *name;
    section_type type;
} columns[COLUMNS] = {
    [LEVEL] = {"modulator.level", SECTION_F64},
    [STATE_FACTS] = {"modulator.facts", SECTION_I64},
    [COMING] = {"modulator.coming", SECTION_U64},
    [REWARD_TIME] = {"reward.time", SECTION_I64},
    [REWARD_ORDER] = {"reward.order", SECTION_U64},
    [REWARD_AMOUNT] = {"reward.amount", SECTION_F64},
    [SIGNAL_FIRST] = {"signal.first", SECTION_U64},
    [SIGNAL_COUNT] = {"signal.count", SECTION_U64},
    [SIGNAL_TIME] = {"signal.time", SECTION_I64},
    [SIGNAL_LEVEL] = {"signal.level", SECTION_F64},
};

/* ---- Writing ------------------------------------------------------------------------------- */

static void put_state(saltus_checkpoint_writer *writer, const modulator_state *state, column which)
{
    const uint64_t count = state->count;
    const int64_t facts[FACTS] = {[FACT_TIME] = state->time,
                                  [FACT_REWARDS] = (int64_t)state->rewards,
                                  [FACT_LISTED] = (int64_t)state->listed,
                                  [FACT_POPULATION] = (int64_t)state->from_population,
                                  [FACT_PAIR] = (int64_t)state->from_pair,
                                  [FACT_GIVEN] = (int64_t)state->given,
                                  [FACT_PRE_LAST] = state->pre_last,
                                  [FACT_PRE_BEFORE] = state->pre_before};
    switch (which) {
    case LEVEL:
        sl_section_append(writer, &state->level, 1);
        return;
    case STATE_FACTS:
        sl_section_append(writer, facts, FACTS);
        return;
    case COMING:
        sl_section_append(writer, &count, 1);
        return;
    default:
        for (size_t i = 0; i < state->count; i++) {
            const coming_reward *reward = &state->coming[i];
            sl_section_append(writer,
                              which == REWARD_TIME    ? (const void *)&reward->time
                              : which == REWARD_ORDER ? (const void *)&reward->order
                                                      : (const void *)&reward->amount,
                              1);
        }
        return;
    }
}

static void put_signal(saltus_checkpoint_writer *writer, const modulator_signal *signal,
                       column which)
{
    const uint64_t count = signal->count;
    switch (which) {
    case SIGNAL_FIRST:
        sl_section_append(writer, &signal->first, 1);
        return;
    case SIGNAL_COUNT:
        sl_section_append(writer, &count, 1);
        return;
    default:
        for (size_t i = 0; i < signal->count; i++) {
            const modulator_jump *jump = &signal->jump[i];
            sl_section_append(
                writer,
                which == SIGNAL_TIME ? (const void *)&jump->time : (const void *)&jump->level, 1);
        }
        return;
    }
}

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    const modulators *set = &simulation->modulators;
    if (set->count == 0) {
        return;
    }
    for (uint32_t i = 0; i < set->signal_count; i++) {
        modulator_signal *signal = &set->signal[i].signal;
        sl_modulator_forget(signal, sl_modulators_settled(simulation, signal, simulation->now));
    }
    for (column which = 0; which < COLUMNS; which++) {
        sl_section_begin(writer, columns[which].name, columns[which].type);
        for (uint32_t i = 0; which < SIGNAL_FIRST && i < set->count; i++) {
            put_state(writer, &set->state[i], which);
        }
        for (uint32_t i = 0; which >= SIGNAL_FIRST && i < set->signal_count; i++) {
            put_signal(writer, &set->signal[i].signal, which);
        }
    }
}

/* ---- Reading ------------------------------------------------------------------------------- */

static saltus_status damaged(const section *section, uint32_t index, saltus_error *error)
{
    return sl_section_damaged(section->checkpoint, section->name, error,
                              "what is written of number %u makes no sense", index);
}

static bool state_makes_sense(const modulator_state *state, const int64_t *facts, sim_time now)
{
    const network_modulator *from = state->from;
    const uint64_t listed = (uint64_t)facts[FACT_LISTED];
    return fabs(state->level) <= LARGEST && facts[FACT_TIME] >= 0 && facts[FACT_TIME] <= now &&
           listed <= from->count && (listed == from->count || from->time[listed] >= now) &&
           facts[FACT_PRE_LAST] <= now && facts[FACT_PRE_BEFORE] <= facts[FACT_PRE_LAST] &&
           facts[FACT_PRE_BEFORE] >= SPIKE_LOG_NONE;
}

static saltus_status restore_coming(section *section, const saltus_simulation *simulation,
                                    uint32_t index, saltus_error *error)
{
    modulator_state *state = &simulation->modulators.state[index];
    uint64_t count = 0;
    saltus_status status = sl_section_read(&section[COMING], &count, 1, error);
    for (uint64_t i = 0; status == SALTUS_OK && i < count; i++) {
        coming_reward reward = {0};
        status = sl_section_read(&section[REWARD_TIME], &reward.time, 1, error);
        if (status == SALTUS_OK) {
            status = sl_section_read(&section[REWARD_ORDER], &reward.order, 1, error);
        }
        if (status == SALTUS_OK) {
            status = sl_section_read(&section[REWARD_AMOUNT], &reward.amount, 1, error);
        }
        if (status != SALTUS_OK) {
            return status;
        }
        if (reward.time < simulation->now || !(fabs(reward.amount) <= LARGEST)) {
            return damaged(&section[REWARD_TIME], index, error);
        }
        if (!sl_modulators_come(state, reward)) {
            return sl_fail_memory(error);
        }
    }
    return status;
}

static saltus_status restore_state(section *section, const saltus_simulation *simulation,
                                   uint32_t index, saltus_error *error)
{
    modulator_state *state = &simulation->modulators.state[index];
    int64_t facts[FACTS];
    saltus_status status = sl_section_read(&section[LEVEL], &state->level, 1, error);
    if (status == SALTUS_OK) {
        status = sl_section_read(&section[STATE_FACTS], facts, FACTS, error);
    }
    if (status != SALTUS_OK) {
        return status;
    }
    if (!state_makes_sense(state, facts, simulation->now)) {
        return damaged(&section[STATE_FACTS], index, error);
    }
    state->time = facts[FACT_TIME];
    state->rewards = (uint64_t)facts[FACT_REWARDS];
    state->listed = (size_t)facts[FACT_LISTED];
    state->from_population = (uint64_t)facts[FACT_POPULATION];
    state->from_pair = (uint64_t)facts[FACT_PAIR];
    state->given = (uint64_t)facts[FACT_GIVEN];
    state->pre_last = facts[FACT_PRE_LAST];
    state->pre_before = facts[FACT_PRE_BEFORE];
    return restore_coming(section, simulation, index, error);
}

/* In time order, from one that all weights know of on, and nothing from the future. */
static bool jumps_make_sense(const saltus_simulation *simulation, const modulator_signal *signal,
                             const modulator_jump *jump, size_t count)
{
    const sim_time now = simulation->now;
    if (jump[0].time < 0 || jump[0].time > sl_modulators_settled(simulation, signal, now)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!(fabs(jump[i].level) <= LARGEST) || jump[i].time > now ||
            (i > 0 && jump[i].time <= jump[i - 1].time)) {
            return false;
        }
    }
    return true;
}

static saltus_status restore_signal(section *section, saltus_simulation *simulation, uint32_t index,
                                    saltus_error *error)
{
    modulator_signal *signal = &simulation->modulators.signal[index].signal;
    uint64_t first = 0;
    uint64_t count = 0;
    saltus_status status = sl_section_read(&section[SIGNAL_FIRST], &first, 1, error);
    if (status == SALTUS_OK) {
        status = sl_section_read(&section[SIGNAL_COUNT], &count, 1, error);
    }
    if (status != SALTUS_OK) {
        return status;
    }
    if (count == 0 || count > section[SIGNAL_TIME].count || first > MOST_REWARDS) {
        return damaged(&section[SIGNAL_COUNT], index, error);
    }
    modulator_jump *jump = sl_memory_array((size_t)count, sizeof *jump);
    if (jump == NULL) {
        return sl_fail_memory(error);
    }
    for (uint64_t i = 0; status == SALTUS_OK && i < count; i++) {
        status = sl_section_read(&section[SIGNAL_TIME], &jump[i].time, 1, error);
        if (status == SALTUS_OK) {
            status = sl_section_read(&section[SIGNAL_LEVEL], &jump[i].level, 1, error);
        }
    }
    if (status == SALTUS_OK && !jumps_make_sense(simulation, signal, jump, (size_t)count)) {
        status = damaged(&section[SIGNAL_TIME], index, error);
    } else if (status == SALTUS_OK && !sl_modulator_resume(signal, first, jump, (size_t)count)) {
        status = sl_fail_memory(error);
    }
    free(jump);
    return status;
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    const modulators *set = &simulation->modulators;
    section section[COLUMNS];
    saltus_status status = SALTUS_OK;
    if (set->count == 0) {
        return SALTUS_OK;
    }
    for (column which = 0; status == SALTUS_OK && which < COLUMNS; which++) {
        status = sl_section_find(checkpoint, columns[which].name, columns[which].type,
                                 &section[which], error);
    }
    for (uint32_t i = 0; status == SALTUS_OK && i < set->count; i++) {
        status = restore_state(section, simulation, i, error);
    }
    for (uint32_t i = 0; status == SALTUS_OK && i < set->signal_count; i++) {
        status = restore_signal(section, simulation, i, error);
    }
    for (column which = 0; status == SALTUS_OK && which < COLUMNS; which++) {
        if (section[which].count > 0) {
            status = sl_section_damaged(checkpoint, columns[which].name, error,
                                        "it has more numbers than the network");
        }
    }
    return status;
}

const state_kind sl_keep_modulators = {.put = put, .restore = restore};

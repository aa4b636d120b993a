/* keep_rates - rates that were set while the run went on, and what older rates still owe.
 *
 * Only networks with a rate_source have these sections, in the order of its groups:
 *
 *   rates.sums          sums of the rates of each group's sources in order, Hz
 *   rates.segment       how often the rates were set
 *   rates.draws         random words used before the chunk at hand
 *   rates.held          events before the last setting that are still to come
 *   rates.held_time, rates.held_member
 *
 * Where the chunk at hand begins is in keep_trains.c, which restores it from these. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/checkpoint/keep.h"
#include "engine/source_rates.h"

/* More held events than any run leaves: a chunk a group for each of its steps. */
#define MOST_HELD (UINT64_C(1) << 32)

static train *train_of(const saltus_simulation *simulation, uint32_t group)
{
    group_state *state = sl_keep_group(simulation, group);
    return state->population->model == SALTUS_MODEL_RATE_SOURCE ? &state->trains[0] : NULL;
}

static bool any(const saltus_simulation *simulation)
{
    for (uint32_t i = 0; i < simulation->network->population_count; i++) {
        if (simulation->network->populations[i].model == SALTUS_MODEL_RATE_SOURCE) {
            return true;
        }
    }
    return false;
}

/* ---- Writing ------------------------------------------------------------------------------- */

static void put_numbers(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    static const char *const names[] = {"rates.segment", "rates.draws", "rates.held"};
    for (int column = 0; column < 3; column++) {
        sl_section_begin(writer, names[column], SECTION_U64);
        for (uint32_t i = 0; i < simulation->network->group_count; i++) {
            const train *train = train_of(simulation, i);
            if (train != NULL) {
                const source_rates *rates = train->rates;
                /* restoring draws the chunk at hand again */
                const bool drawn = !rates->chunk_held && train->block != train->chunk_block;
                const uint64_t chunk = drawn ? 2 * VECTOR_CHUNK : 0;
                const uint64_t values[] = {rates->segment, train->draws - chunk,
                                           sl_source_rates_owed(train)};
                sl_section_append(writer, &values[column], 1);
            }
        }
    }
}

static void put_held(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    for (int column = 0; column < 2; column++) {
        sl_section_begin(writer, column == 0 ? "rates.held_time" : "rates.held_member",
                         column == 0 ? SECTION_I64 : SECTION_U16);
        for (uint32_t i = 0; i < simulation->network->group_count; i++) {
            const train *train = train_of(simulation, i);
            const size_t owed = train != NULL ? sl_source_rates_owed(train) : 0;
            for (size_t k = 0; k < owed; k++) {
                const held_event event = sl_source_rates_owed_event(train, k);
                const void *const values[] = {&event.time, &event.member};
                sl_section_append(writer, values[column], 1);
            }
        }
    }
}

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    if (!any(simulation)) {
        return;
    }
    sl_section_begin(writer, "rates.sums", SECTION_F64);
    for (uint32_t i = 0; i < simulation->network->group_count; i++) {
        const train *train = train_of(simulation, i);
        if (train != NULL) {
            sl_section_append(writer, train->rates->cumulative, train->group_count);
        }
    }
    put_numbers(writer, simulation);
    put_held(writer, simulation);
}

/* ---- Reading ------------------------------------------------------------------------------- */

enum { SUMS, SEGMENT, DRAWS, HELD, HELD_TIME, HELD_MEMBER, COLUMNS };

static const struct {
    const char *name;
    section_type type;
} columns_of[COLUMNS] = {{"rates.sums", SECTION_F64},      {"rates.segment", SECTION_U64},
                         {"rates.draws", SECTION_U64},     {"rates.held", SECTION_U64},
                         {"rates.held_time", SECTION_I64}, {"rates.held_member", SECTION_U16}};

static bool make_sense(const double *sums, uint32_t count)
{
    double before = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!(sums[i] >= before && sums[i] <= before + SOURCE_RATE_MOST_HZ * 1.000001)) {
            return false;
        }
        before = sums[i];
    }
    return true;
}

static saltus_status read_held(section columns[COLUMNS], train *train, uint64_t count,
                               saltus_error *error)
{
    saltus_checkpoint *checkpoint = columns[HELD].checkpoint;
    sim_time last = 0;
    if (count > MOST_HELD || count > columns[HELD_TIME].count ||
        count > columns[HELD_MEMBER].count) {
        return sl_section_damaged(checkpoint, "rates.held", error, "it has too many events");
    }
    held_event *held = sl_memory_zeroed((size_t)count, sizeof *held);
    if (held == NULL) {
        return sl_fail_memory(error);
    }
    saltus_status status = SALTUS_OK;
    for (size_t i = 0; status == SALTUS_OK && i < count; i++) {
        status = sl_section_read(&columns[HELD_TIME], &held[i].time, 1, error);
        if (status == SALTUS_OK) {
            status = sl_section_read(&columns[HELD_MEMBER], &held[i].member, 1, error);
        }
        if (status == SALTUS_OK && (held[i].time < last || held[i].member >= train->group_count)) {
            status = sl_section_damaged(checkpoint, "rates.held_time", error,
                                        "event %zu makes no sense", i);
        }
        last = held[i].time;
    }
    free(train->rates->held);
    train->rates->held = held;
    train->rates->held_position = 0;
    train->rates->held_count = status == SALTUS_OK ? (size_t)count : 0;
    return status;
}

static saltus_status restore_train(section columns[COLUMNS], saltus_simulation *simulation,
                                   train *train, uint32_t population, saltus_error *error)
{
    uint64_t values[3] = {0};
    source_rates *rates = train->rates;
    saltus_status status =
        sl_section_read(&columns[SUMS], rates->cumulative, train->group_count, error);
    for (int i = 0; status == SALTUS_OK && i < 3; i++) {
        status = sl_section_read(&columns[SEGMENT + i], &values[i], 1, error);
    }
    if (status == SALTUS_OK && (!make_sense(rates->cumulative, train->group_count) ||
                                values[0] > SOURCE_RATE_SEGMENTS || values[1] > UINT64_MAX / 2)) {
        status = sl_section_damaged(columns[SUMS].checkpoint, "rates.sums", error,
                                    "the rates of population %s make no sense",
                                    simulation->network->populations[population].name);
    }
    if (status != SALTUS_OK) {
        return status;
    }
    rates->segment = values[0];
    train->draws = values[1];
    simulation->rate_settings[population] = (uint32_t)values[0];
    return read_held(columns, train, values[2], error);
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    section columns[COLUMNS];
    saltus_status status = SALTUS_OK;
    if (!any(simulation)) {
        return SALTUS_OK;
    }
    for (int i = 0; status == SALTUS_OK && i < COLUMNS; i++) {
        status =
            sl_section_find(checkpoint, columns_of[i].name, columns_of[i].type, &columns[i], error);
    }
    for (uint32_t i = 0; status == SALTUS_OK && i < simulation->network->group_count; i++) {
        train *train = train_of(simulation, i);
        if (train != NULL) {
            status = restore_train(columns, simulation, train,
                                   simulation->network->groups[i].population, error);
        }
    }
    for (int i = 0; status == SALTUS_OK && i < COLUMNS; i++) {
        if (columns[i].count > 0) {
            status = sl_section_damaged(checkpoint, columns_of[i].name, error,
                                        "it has more numbers than the network");
        }
    }
    return status;
}

const state_kind sl_keep_rates = {.put = put, .restore = restore};

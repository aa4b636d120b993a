/* keep_trains - how far every external train has come.
 *
 * A train is a function of the seed, of what it is for and of its group (stimulus.h). It is worked
 * on in chunks of 256; its position is where its chunk begins and how many events of that are done,
 * and the chunk is made again from it:
 *
 *                  train.time              train.counter                   train.taken
 *   Poisson        time before the chunk   random counter of its first     events that are done
 *                                          block
 *   periodic       its first event         member of that                  the same
 *   list           0                       index of its first event        the same
 *                                          in the list
 *   correlated     number of the stretch   index of its first event  the same
 *                                          in the stretch
 *   rates          as Poisson; 0 taken while older rates owe events (keep_rates.c)
 *
 * Chunks belong to trains, not to windows or blocks. Where they begin is kept because scale factors
 * are computed a chunk at a time, relative to its first event, and random words are counted by
 * chunks. A periodic train that has ended has INT64_MAX for its event. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/checkpoint/keep.h"
#include "engine/correlated_train.h"
#include "engine/source_rates.h"

/* No train has an event after this; as in stimulus.c. */
#define LATEST ((sim_time)4600000000000000000)
/* Random blocks of a chunk: two words each. */
#define CHUNK_BLOCKS (VECTOR_CHUNK / 2)

typedef struct train_position {
    sim_time time;
    uint64_t counter;
    uint32_t taken;
} train_position;

uint64_t sl_keep_train_count(const saltus_simulation *simulation)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < simulation->network->group_count; i++) {
        total += sl_keep_group(simulation, i)->train_count;
    }
    return total;
}

/* ---- Writing ------------------------------------------------------------------------------- */

static train_position position_of(const train *train)
{
    switch (train->kind) {
    case TRAIN_POISSON:
        return (train_position){
            .time = train->chunk_last, .counter = train->chunk_block, .taken = train->position};
    case TRAIN_PERIODIC:
        return (train_position){.time = train->time[0],
                                .counter = train->count > 0 ? train->member[0] : 0,
                                .taken = train->position};
    case TRAIN_LIST:
        return (train_position){.counter = train->list_position - train->count,
                                .taken = train->position};
    case TRAIN_CORRELATED:
        return (train_position){.time = train->correlated->number,
                                .counter = train->correlated->chunk_first,
                                .taken = train->position};
    case TRAIN_RATES:
        return train->rates->chunk_held
                   ? (train_position){.time = train->last, .counter = train->block}
                   : (train_position){.time = train->chunk_last,
                                      .counter = train->chunk_block,
                                      .taken = train->position};
    }
    return (train_position){0};
}

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    static const char *const names[] = {"train.time", "train.counter", "train.taken"};
    static const section_type types[] = {SECTION_I64, SECTION_U64, SECTION_U32};
    for (int column = 0; column < 3; column++) {
        sl_section_begin(writer, names[column], types[column]);
        for (uint32_t i = 0; i < simulation->network->group_count; i++) {
            const group_state *group = sl_keep_group(simulation, i);
            for (uint32_t k = 0; k < group->train_count; k++) {
                const train_position position = position_of(&group->trains[k]);
                const void *const values[] = {&position.time, &position.counter, &position.taken};
                sl_section_append(writer, values[column], 1);
            }
        }
    }
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* First event of a member of a periodic train; `input` -1: of a source. */
static sim_time first_of(const saltus_network *network, const group *group, int64_t input,
                         uint32_t member)
{
    const population *population = &network->populations[group->population];
    return input < 0 ? population->start_of[group->first - population->first + member]
                     : network->inputs[input].start;
}

/* The first event of a member that is not before (time, of member `counter`). */
static sim_time due_from(const train *train, sim_time first, const train_position *position,
                         uint32_t member)
{
    if (position->time == SIM_TIME_NEVER) {
        return SIM_TIME_NEVER;
    }
    const sim_time from = position->time + (member < position->counter ? 1 : 0);
    if (first >= from) {
        return first;
    }
    const sim_time intervals = (from - first - 1) / train->interval + 1;
    sim_time due = 0;
    return __builtin_mul_overflow(intervals, train->interval, &due) ||
                   __builtin_add_overflow(due, first, &due)
               ? SIM_TIME_NEVER
               : due;
}

typedef struct due_member {
    sim_time due;
    uint16_t member;
} due_member;

static int compare(const void *a, const void *b)
{
    const due_member *x = a;
    const due_member *y = b;
    if (x->due != y->due) {
        return x->due < y->due ? -1 : 1;
    }
    return (x->member > y->member) - (x->member < y->member);
}

/* Sorted, the members are the heap that the train wants. */
static bool set_periodic(train *train, const saltus_network *network, const group *group,
                         int64_t input, const train_position *position)
{
    due_member order[NETWORK_GROUP_NEURONS];
    if (position->time < 0 || position->counter >= train->group_count) {
        return false;
    }
    for (uint32_t i = 0; i < train->group_count; i++) {
        const sim_time first = first_of(network, group, input, i);
        order[i] = (due_member){due_from(train, first, position, i), (uint16_t)i};
    }
    qsort(order, train->group_count, sizeof order[0], compare);
    for (uint32_t i = 0; i < train->group_count; i++) {
        train->due[i] = order[i].due;
        train->due_of[i] = order[i].member;
    }
    return true;
}

static bool set_poisson(train *train, const train_position *position)
{
    if (position->time < 0 || position->time > LATEST || position->counter % CHUNK_BLOCKS != 0 ||
        position->counter > UINT64_MAX / 4) {
        return false;
    }
    train->last = position->time;
    train->block = position->counter;
    train->draws = position->counter * 2;
    return true;
}

static bool set_list(train *train, const saltus_network *network, const group *group, int64_t input,
                     const train_position *position)
{
    const event_list *list =
        input < 0 ? &network->populations[group->population].list : &network->inputs[input].list;
    if (position->time != 0 || position->counter < list->group_start[group->index] ||
        position->counter > train->list_end) {
        return false;
    }
    train->list_position = position->counter;
    return true;
}

/* The chunk anew. Its scale factors begin where they were begun: with the chunk, or with the epoch
 * (for a clock the step) when the chunk is older. */
static bool refill(train *train, train_context *context, uint32_t taken)
{
    double *scale = train->scale;
    train->scale = NULL;
    sl_train_refill(train, context);
    train->scale = scale;
    if (taken > train->count || (taken == train->count && taken > 0)) {
        return false;
    }
    if (scale != NULL) {
        while (train->position < train->count &&
               train->time[train->position] < context->base->start) {
            train->position++;
        }
        sl_train_rescale(train, context);
    }
    train->position = taken;
    train->next = train->time[taken];
    return true;
}

/* One train to its position; no event of it may lie before `earliest`. */
static bool set_train(train *train, const saltus_network *network, const group *group,
                      int64_t input, train_context *context, const train_position *position,
                      sim_time earliest)
{
    bool makes_sense = false;
    switch (train->kind) {
    case TRAIN_POISSON:
        makes_sense = set_poisson(train, position);
        break;
    case TRAIN_PERIODIC:
        makes_sense = set_periodic(train, network, group, input, position);
        break;
    case TRAIN_LIST:
        makes_sense = set_list(train, network, group, input, position);
        break;
    case TRAIN_CORRELATED:
        makes_sense = sl_correlated_train_seek(train, context, position->time, position->counter);
        break;
    case TRAIN_RATES:
        makes_sense = sl_source_rates_resume(train, position->counter, position->time);
        break;
    }
    return makes_sense && refill(train, context, position->taken) && train->next >= earliest;
}

/* Events that the engine may still have to do: on the grid those after the last step done. */
static sim_time earliest_event(const saltus_simulation *simulation)
{
    const clock_state *clock = &simulation->clock;
    if (clock->on_grid) {
        return clock->steps > 0 ? (clock->steps - 1) * clock->step + 1 : 0;
    }
    return simulation->now;
}

/* The input that a group's train `wanted` is of; -1 for sources. */
static int64_t input_of(const saltus_network *network, const group_state *group, uint32_t wanted)
{
    if (group->base == NULL) {
        return -1;
    }
    uint32_t input = 0;
    for (uint32_t seen = 0; input < network->input_count; input++) {
        const network_input *from = &network->inputs[input];
        if (from->population == group->group->population && network_input_arrives(from) &&
            seen++ == wanted) {
            break;
        }
    }
    return input;
}

static saltus_status restore_block(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                   block_state *block, section columns[3], saltus_error *error)
{
    const sim_time earliest = earliest_event(simulation);
    for (uint32_t g = 0; g < block->block->group_count; g++) {
        group_state *group = &block->groups[g];
        block->context.base = group->base;
        for (uint32_t i = 0; i < group->train_count; i++) {
            train_position position;
            saltus_status status = sl_section_read(&columns[0], &position.time, 1, error);
            if (status == SALTUS_OK) {
                status = sl_section_read(&columns[1], &position.counter, 1, error);
            }
            if (status == SALTUS_OK) {
                status = sl_section_read(&columns[2], &position.taken, 1, error);
            }
            if (status != SALTUS_OK) {
                return status;
            }
            if (!set_train(&group->trains[i], simulation->network, group->group,
                           input_of(simulation->network, group, i), &block->context, &position,
                           earliest)) {
                return block->context.out_of_memory
                           ? sl_fail_memory(error)
                           : sl_section_damaged(checkpoint, "train.time", error,
                                                "train %u of group %u makes no sense", i,
                                                block->block->first_group + g);
            }
        }
    }
    return SALTUS_OK;
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    section columns[3];
    const uint64_t count = sl_keep_train_count(simulation);
    saltus_status status =
        sl_section_find(checkpoint, "train.time", SECTION_I64, &columns[0], error);
    if (status == SALTUS_OK) {
        status = sl_section_find(checkpoint, "train.counter", SECTION_U64, &columns[1], error);
    }
    if (status == SALTUS_OK) {
        status = sl_section_find(checkpoint, "train.taken", SECTION_U32, &columns[2], error);
    }
    for (int i = 0; status == SALTUS_OK && i < 3; i++) {
        if (columns[i].count != count) {
            status = sl_section_damaged(checkpoint, columns[i].name, error,
                                        "it has a number that is not that of the trains");
        }
    }
    for (uint32_t b = 0; status == SALTUS_OK && b < simulation->network->block_count; b++) {
        status = restore_block(checkpoint, simulation, &simulation->blocks[b], columns, error);
    }
    return status;
}

const state_kind sl_keep_trains = {.put = put, .restore = restore};

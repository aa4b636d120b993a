/* keep_plastic - weights that learn.
 *
 * Only networks with plastic synapses have these sections, in the order of their projections:
 *
 *   plastic.facts         of each projection: whether its weights stay, when they are next
 *                         normalised (ticks), updates so far
 *   plastic.weight        of each synapse, in the order (source, target, delay, order of drawing)
 *   plastic.state         of synapses whose rule has a state, in the same order
 *   plastic.accumulated   of synapses with centred pairing
 *
 * Before anything is written all target spikes so far are brought into the weights, which changes
 * no bit (plastic/sweep.c); then blocks, which did so at times of their own, are all alike. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/checkpoint/keep.h"
#include "engine/plastic/plastic.h"

#define FACTS        3
#define LARGEST      1e12
#define MOST_UPDATES (UINT64_C(1) << 62)

/* ---- Synapses in an order that no block changes ---------------------------------------------- */

typedef struct synapse_place {
    uint32_t target, block, place;
} synapse_place;

static int compare(const void *a, const void *b)
{
    const synapse_place *x = a;
    const synapse_place *y = b;
    if (x->target != y->target) {
        return x->target < y->target ? -1 : 1;
    }
    return x->place < y->place ? -1 : x->place > y->place;
}

/* The synapses of one source; `places` has room for them. */
static uint32_t list_row(const saltus_simulation *simulation, uint32_t index, uint32_t source,
                         synapse_place *places)
{
    const projection *projection = &simulation->network->projections[index];
    uint32_t count = 0;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const fan_out *rows = &projection->blocks[b];
        for (uint32_t i = rows->row != NULL ? rows->row[source] : 0;
             rows->row != NULL && i < rows->row[source + 1]; i++) {
            places[count++] = (synapse_place){.target = rows->target[i], .block = b, .place = i};
        }
    }
    if (projection->own_delay) {
        qsort(places, count, sizeof *places, compare);
    }
    return count;
}

/* Room for the longest row of a projection; NULL: out of memory. */
static synapse_place *room_for_rows(const saltus_simulation *simulation, uint32_t index)
{
    const projection *projection = &simulation->network->projections[index];
    uint32_t longest = 1;
    for (uint32_t s = 0; s < simulation->network->populations[projection->source].size; s++) {
        const uint32_t length = saltus_simulation_row_length(simulation, index, s);
        longest = length > longest ? length : longest;
    }
    return sl_memory_array(longest, sizeof(synapse_place));
}

/* The kinds of numbers a synapse has. */
enum { WEIGHT, STATE, ACCUMULATED, KINDS };
static const char *const names[KINDS] = {"plastic.weight", "plastic.state", "plastic.accumulated"};

/* Does a synapse of this block have such a number? */
static bool has(const plastic_synapses *synapses, int kind)
{
    return kind == WEIGHT || (kind == STATE ? synapses->state : synapses->accumulated) != NULL;
}

static double get(const plastic_synapses *synapses, int kind, uint32_t place)
{
    if (kind == WEIGHT) {
        return synapses->weight_d != NULL ? synapses->weight_d[place]
                                          : (double)synapses->weight_f[place];
    }
    return (kind == STATE ? synapses->state : synapses->accumulated)[place];
}

static void set(plastic_synapses *synapses, int kind, uint32_t place, double value)
{
    if (kind != WEIGHT) {
        (kind == STATE ? synapses->state : synapses->accumulated)[place] = value;
    } else if (synapses->weight_d != NULL) {
        synapses->weight_d[place] = value;
    } else {
        synapses->weight_f[place] = (float)value;
    }
}

/* ---- Writing ------------------------------------------------------------------------------- */

static bool sweep(saltus_simulation *simulation)
{
    bool good = true;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        block_state *block = &simulation->blocks[b];
        for (uint32_t i = 0; i < simulation->network->projection_count; i++) {
            if (block->plastic != NULL && block->plastic[i] != NULL) {
                sl_plastic_sweep(block, i, simulation->now);
            }
        }
        good = good && !block->out_of_memory;
    }
    return good;
}

static void put_facts(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    sl_section_begin(writer, "plastic.facts", SECTION_I64);
    for (uint32_t i = 0; i < simulation->network->projection_count; i++) {
        const plastic_projection *projection = simulation->plastic[i];
        if (projection == NULL) {
            continue;
        }
        int64_t facts[FACTS] = {projection->frozen, projection->normalise_next, 0};
        for (uint32_t b = 0; b < simulation->network->block_count; b++) {
            const plastic_synapses *synapses = simulation->blocks[b].plastic[i];
            facts[2] += synapses != NULL ? (int64_t)synapses->updates : 0;
        }
        sl_section_append(writer, facts, FACTS);
    }
}

static void put_kind(saltus_checkpoint_writer *writer, const saltus_simulation *simulation,
                     uint32_t index, int kind)
{
    const uint32_t population = simulation->network->projections[index].source;
    synapse_place *places = room_for_rows(simulation, index);
    if (places == NULL) {
        sl_container_out_of_memory(writer);
        return;
    }
    for (uint32_t s = 0; s < simulation->network->populations[population].size; s++) {
        const uint32_t count = list_row(simulation, index, s, places);
        for (uint32_t i = 0; i < count; i++) {
            const plastic_synapses *synapses = simulation->blocks[places[i].block].plastic[index];
            if (has(synapses, kind)) {
                const double value = get(synapses, kind, places[i].place);
                sl_section_append(writer, &value, 1);
            }
        }
    }
    free(places);
}

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    if (simulation->plastic == NULL) {
        return;
    }
    /* what a sweep does would be done later: to its users the simulation is the same */
    if (!sweep((saltus_simulation *)(uintptr_t)simulation)) {
        sl_container_out_of_memory(writer);
        return;
    }
    put_facts(writer, simulation);
    for (int kind = 0; kind < KINDS; kind++) {
        sl_section_begin(writer, names[kind], SECTION_F64);
        for (uint32_t i = 0; i < simulation->network->projection_count; i++) {
            if (simulation->plastic[i] != NULL) {
                put_kind(writer, simulation, i, kind);
            }
        }
    }
}

/* ---- Reading ------------------------------------------------------------------------------- */

static saltus_status restore_facts(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                   saltus_error *error)
{
    section section;
    saltus_status status =
        sl_section_find(checkpoint, "plastic.facts", SECTION_I64, &section, error);
    for (uint32_t i = 0; status == SALTUS_OK && i < simulation->network->projection_count; i++) {
        plastic_projection *projection = simulation->plastic[i];
        int64_t facts[FACTS] = {0};
        if (projection == NULL) {
            continue;
        }
        status = sl_section_read(&section, facts, FACTS, error);
        if (status == SALTUS_OK &&
            ((facts[0] != 0 && facts[0] != 1) || facts[1] < simulation->now || facts[2] < 0 ||
             (uint64_t)facts[2] > MOST_UPDATES ||
             (facts[1] == SIM_TIME_NEVER) != (projection->normalise_next == SIM_TIME_NEVER))) {
            status = sl_section_damaged(checkpoint, "plastic.facts", error,
                                        "those of projection %u make no sense", i);
        }
        projection->frozen = facts[0] == 1;
        projection->normalise_next = facts[1];
        bool first = true;
        for (uint32_t b = 0; b < simulation->network->block_count; b++) {
            plastic_synapses *synapses = simulation->blocks[b].plastic[i];
            if (synapses != NULL) {
                const sim_time swept = simulation->now - 2 * projection->most_dendritic;
                synapses->updates = first ? (uint64_t)facts[2] : 0;
                synapses->swept = swept > synapses->swept ? swept : synapses->swept;
                first = false;
            }
        }
    }
    if (status == SALTUS_OK && section.count > 0) {
        status = sl_section_damaged(checkpoint, "plastic.facts", error,
                                    "it has more projections than the network");
    }
    return status;
}

static saltus_status restore_row(section *section, saltus_simulation *simulation, uint32_t index,
                                 int kind, const synapse_place *places, uint32_t count,
                                 saltus_error *error)
{
    for (uint32_t i = 0; i < count; i++) {
        plastic_synapses *synapses = simulation->blocks[places[i].block].plastic[index];
        if (!has(synapses, kind)) {
            continue;
        }
        double value = 0;
        const saltus_status status = sl_section_read(section, &value, 1, error);
        if (status != SALTUS_OK) {
            return status;
        }
        if (!(fabs(value) <= LARGEST)) {
            return sl_section_damaged(section->checkpoint, names[kind], error,
                                      "a synapse of projection %u has %g", index, value);
        }
        set(synapses, kind, places[i].place, value);
    }
    return SALTUS_OK;
}

static saltus_status restore_kind(section *section, saltus_simulation *simulation, uint32_t index,
                                  int kind, saltus_error *error)
{
    const uint32_t population = simulation->network->projections[index].source;
    synapse_place *places = room_for_rows(simulation, index);
    saltus_status status = places != NULL ? SALTUS_OK : sl_fail_memory(error);
    for (uint32_t s = 0;
         status == SALTUS_OK && s < simulation->network->populations[population].size; s++) {
        const uint32_t count = list_row(simulation, index, s, places);
        status = restore_row(section, simulation, index, kind, places, count, error);
    }
    free(places);
    return status;
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    if (simulation->plastic == NULL) {
        return SALTUS_OK;
    }
    saltus_status status = restore_facts(checkpoint, simulation, error);
    for (int kind = 0; status == SALTUS_OK && kind < KINDS; kind++) {
        section section;
        status = sl_section_find(checkpoint, names[kind], SECTION_F64, &section, error);
        for (uint32_t i = 0; status == SALTUS_OK && i < simulation->network->projection_count;
             i++) {
            if (simulation->plastic[i] != NULL) {
                status = restore_kind(&section, simulation, i, kind, error);
            }
        }
        if (status == SALTUS_OK && section.count > 0) {
            status = sl_section_damaged(checkpoint, names[kind], error,
                                        "it has more synapses than the network");
        }
    }
    return status;
}

const state_kind sl_keep_plastic = {.put = put, .restore = restore};

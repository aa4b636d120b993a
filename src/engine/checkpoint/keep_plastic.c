/* keep_plastic - synapses that learn, for the projection with number N:
 *
 *   plastic.N.facts        when the next normalisation is due, until when target spikes are in the
 *                          weights (ticks); updates of weights; 1 if the weights were told to stay
 *   plastic.N.weight       mV, one a synapse, signed; 4 bytes each where weights are floats
 *   plastic.N.state        eligibility, one a synapse, of rules that have one
 *   plastic.N.sum          pre_centred: x since the target's last spike, one a synapse
 *   plastic.N.pre.count    logged spikes of each source
 *   plastic.N.pre.time     of all, source after source, oldest first: time, and time of the one
 *                          before it (ticks)
 *   plastic.N.pre.trace    the two traces just before each
 *   plastic.N.pre.times    spikes at this one time
 *   plastic.N.post.*       the same of the targets
 *
 * Synapses are in the order of sources and then of saltus_simulation_read_row, which no block
 * changes. Before writing, the spikes of targets are brought into all weights, so that logs do not
 * depend on blocks either; that changes no bit of the run (engine/plastic/sweep.c). What is on its
 * way on a grid through plastic synapses with own delays follows from the spikes of the sources. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/checkpoint/keep.h"
#include "engine/checkpoint/keep_log.h"
#include "engine/plastic/late.h"

#define LARGEST 1e300

enum { FACT_NORMALISE, FACT_SWEPT, FACT_UPDATES, FACT_FROZEN, FACTS };

static void name_section(char *name, uint32_t index, const char *part)
{
    snprintf(name, KEEP_NAME, "plastic.%u.%s", index, part);
}

/* ---- Synapses ----------------------------------------------------------------------------------
 */

/* What a synapse has of its own. */
typedef enum synapse_column { COLUMN_WEIGHT, COLUMN_STATE, COLUMN_SUM, COLUMNS } synapse_column;

static const char *const column_names[COLUMNS] = {"weight", "state", "sum"};

static double *column_of(const plastic_synapses *synapses, synapse_column column)
{
    return column == COLUMN_WEIGHT  ? synapses->weight_d
           : column == COLUMN_STATE ? synapses->state
                                    : synapses->accumulated;
}

static bool has_column(const plastic_projection *projection, synapse_column column)
{
    return column == COLUMN_WEIGHT  ? true
           : column == COLUMN_STATE ? projection->rule->states > 0
                                    : projection->traces.pairing == PAIRING_PRE_CENTRED;
}

/* Where a synapse of a row is. */
typedef struct synapse_place {
    uint32_t target, order; /* order: of the row through all blocks */
    uint32_t block, index;
} synapse_place;

static int compare(const void *a, const void *b)
{
    const synapse_place *x = a;
    const synapse_place *y = b;
    if (x->target != y->target) {
        return x->target < y->target ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

/* The synapses of one row in the order of saltus_simulation_read_row; `place` has room for all. */
static uint32_t places_of_row(const saltus_simulation *simulation, uint32_t index, uint32_t source,
                              synapse_place *place)
{
    const projection *from = &simulation->network->projections[index];
    uint32_t count = 0;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const fan_out *rows = &from->blocks[b];
        for (uint32_t i = rows->row != NULL ? rows->row[source] : 0;
             rows->row != NULL && i < rows->row[source + 1]; i++) {
            place[count] =
                (synapse_place){.target = rows->target[i], .order = count, .block = b, .index = i};
            count++;
        }
    }
    if (from->own_delay) {
        qsort(place, count, sizeof *place, compare);
    }
    return count;
}

static uint32_t longest_row(const saltus_simulation *simulation, uint32_t index)
{
    uint32_t longest = 0;
    for (uint32_t s = 0; s < simulation->plastic[index]->pres.neurons; s++) {
        const uint32_t length = saltus_simulation_row_length(simulation, index, s);
        longest = length > longest ? length : longest;
    }
    return longest;
}

static void put_column(saltus_checkpoint_writer *writer, const saltus_simulation *simulation,
                       uint32_t index, synapse_column column, synapse_place *place)
{
    const plastic_projection *projection = simulation->plastic[index];
    const bool single = column == COLUMN_WEIGHT && projection->bounds.single;
    char name[KEEP_NAME];
    name_section(name, index, column_names[column]);
    sl_section_begin(writer, name, single ? SECTION_F32 : SECTION_F64);
    for (uint32_t s = 0; s < projection->pres.neurons; s++) {
        const uint32_t count = places_of_row(simulation, index, s, place);
        for (uint32_t i = 0; i < count; i++) {
            const plastic_synapses *synapses = simulation->blocks[place[i].block].plastic[index];
            if (single) {
                sl_section_append(writer, &synapses->weight_f[place[i].index], 1);
            } else {
                sl_section_append(writer, &column_of(synapses, column)[place[i].index], 1);
            }
        }
    }
}

/* Values that the engine cannot bear are refused. */
static bool is_good(const plastic_projection *projection, synapse_column column, double value)
{
    const double magnitude = projection->sign * value;
    return column != COLUMN_WEIGHT
               ? fabs(value) <= LARGEST
               : magnitude >= projection->bounds.low && magnitude <= projection->bounds.high;
}

static saltus_status read_row(section *section, const saltus_simulation *simulation, uint32_t index,
                              synapse_column column, const synapse_place *place, uint32_t count,
                              saltus_error *error)
{
    const plastic_projection *projection = simulation->plastic[index];
    for (uint32_t i = 0; i < count; i++) {
        plastic_synapses *synapses = simulation->blocks[place[i].block].plastic[index];
        float single = 0;
        double value = 0;
        const bool floats = section->type == SECTION_F32;
        const saltus_status status = floats ? sl_section_read(section, &single, 1, error)
                                            : sl_section_read(section, &value, 1, error);
        if (status != SALTUS_OK) {
            return status;
        }
        if (!is_good(projection, column, floats ? (double)single : value)) {
            return sl_section_damaged(section->checkpoint, section->name, error,
                                      "a synapse has the value %g",
                                      floats ? (double)single : value);
        }
        if (floats) {
            synapses->weight_f[place[i].index] = single;
        } else {
            column_of(synapses, column)[place[i].index] = value;
        }
    }
    return SALTUS_OK;
}

static saltus_status restore_column(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                    uint32_t index, synapse_column column, synapse_place *place,
                                    saltus_error *error)
{
    const plastic_projection *projection = simulation->plastic[index];
    const bool single = column == COLUMN_WEIGHT && projection->bounds.single;
    char name[KEEP_NAME];
    name_section(name, index, column_names[column]);
    section section;
    saltus_status status =
        sl_section_find(checkpoint, name, single ? SECTION_F32 : SECTION_F64, &section, error);
    if (status == SALTUS_OK && section.count != simulation->network->projections[index].synapses) {
        status = sl_section_damaged(checkpoint, name, error, "it has a wrong size");
    }
    for (uint32_t s = 0; status == SALTUS_OK && s < projection->pres.neurons; s++) {
        const uint32_t count = places_of_row(simulation, index, s, place);
        status = read_row(&section, simulation, index, column, place, count, error);
    }
    return status;
}

/* ---- Spikes of targets ------------------------------------------------------------------------
 */

static void put_posts(saltus_checkpoint_writer *writer, const saltus_simulation *simulation,
                      uint32_t index)
{
    for (keep_log_column column = 0; column < KEEP_LOG_COLUMNS; column++) {
        char name[KEEP_NAME];
        snprintf(name, sizeof name, "plastic.%u.post.%s", index, sl_keep_log_name(column));
        sl_section_begin(writer, name, sl_keep_log_type(column));
        for (uint32_t b = 0; b < simulation->network->block_count; b++) {
            const plastic_synapses *synapses = simulation->blocks[b].plastic[index];
            if (synapses != NULL) {
                sl_keep_log_put(writer, &synapses->posts, column);
            }
        }
    }
}

static saltus_status restore_posts(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                   uint32_t index, saltus_error *error)
{
    char prefix[KEEP_NAME];
    name_section(prefix, index, "post");
    keep_log_reader reader;
    saltus_status status = sl_keep_log_open(checkpoint, prefix, &reader, error);
    for (uint32_t b = 0; status == SALTUS_OK && b < simulation->network->block_count; b++) {
        plastic_synapses *synapses = simulation->blocks[b].plastic[index];
        if (synapses != NULL) {
            status = sl_keep_log_read(&reader, &synapses->posts,
                                      simulation->now + simulation->clock.step, error);
        }
    }
    return status == SALTUS_OK ? sl_keep_log_done(&reader, error) : status;
}

/* ---- Projections
 * --------------------------------------------------------------------------------- */

/* Bring the blocks' logs to the same state; no bit of the run changes. */
static bool sweep(const saltus_simulation *simulation, uint32_t index)
{
    bool done = true;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        block_state *block = &simulation->blocks[b];
        if (block->plastic[index] != NULL) {
            sl_plastic_sweep(block, index, simulation->now);
            done &= !block->out_of_memory;
        }
    }
    return done;
}

static void put_facts(saltus_checkpoint_writer *writer, const saltus_simulation *simulation,
                      uint32_t index)
{
    const plastic_projection *projection = simulation->plastic[index];
    int64_t facts[FACTS] = {
        [FACT_NORMALISE] = projection->normalise_next, [FACT_FROZEN] = projection->frozen};
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const plastic_synapses *synapses = simulation->blocks[b].plastic[index];
        if (synapses != NULL) {
            facts[FACT_SWEPT] = synapses->swept;
            facts[FACT_UPDATES] += (int64_t)synapses->updates;
        }
    }
    char name[KEEP_NAME];
    name_section(name, index, "facts");
    sl_section_put(writer, name, SECTION_I64, facts, FACTS);
}

static void put_projection(saltus_checkpoint_writer *writer, const saltus_simulation *simulation,
                           uint32_t index)
{
    const plastic_projection *projection = simulation->plastic[index];
    synapse_place *place = sl_memory_array(longest_row(simulation, index), sizeof *place);
    if (place == NULL || !sweep(simulation, index)) {
        sl_container_out_of_memory(writer);
        free(place);
        return;
    }
    put_facts(writer, simulation, index);
    for (synapse_column column = 0; column < COLUMNS; column++) {
        if (has_column(projection, column)) {
            put_column(writer, simulation, index, column, place);
        }
    }
    for (keep_log_column column = 0; column < KEEP_LOG_COLUMNS; column++) {
        char name[KEEP_NAME];
        snprintf(name, sizeof name, "plastic.%u.pre.%s", index, sl_keep_log_name(column));
        sl_section_begin(writer, name, sl_keep_log_type(column));
        sl_keep_log_put(writer, &projection->pres, column);
    }
    put_posts(writer, simulation, index);
    free(place);
}

static saltus_status restore_facts(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                   uint32_t index, saltus_error *error)
{
    plastic_projection *projection = simulation->plastic[index];
    char name[KEEP_NAME];
    name_section(name, index, "facts");
    int64_t facts[FACTS];
    const saltus_status status = sl_section_get(checkpoint, name, SECTION_I64, facts, FACTS, error);
    if (status != SALTUS_OK) {
        return status;
    }
    if (facts[FACT_NORMALISE] < simulation->now || facts[FACT_SWEPT] > simulation->now ||
        (projection->total == 0 && facts[FACT_NORMALISE] != SIM_TIME_NEVER)) {
        return sl_section_damaged(checkpoint, name, error, "its times make no sense");
    }
    projection->normalise_next = facts[FACT_NORMALISE];
    projection->frozen = facts[FACT_FROZEN] != 0;
    bool first = true;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        plastic_synapses *synapses = simulation->blocks[b].plastic[index];
        if (synapses != NULL) {
            synapses->swept = facts[FACT_SWEPT];
            synapses->updates = first ? (uint64_t)facts[FACT_UPDATES] : 0;
            first = false;
        }
    }
    return SALTUS_OK;
}

static saltus_status restore_pres(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                  uint32_t index, saltus_error *error)
{
    char prefix[KEEP_NAME];
    name_section(prefix, index, "pre");
    keep_log_reader reader;
    saltus_status status = sl_keep_log_open(checkpoint, prefix, &reader, error);
    if (status == SALTUS_OK) {
        status = sl_keep_log_read(&reader, &simulation->plastic[index]->pres,
                                  simulation->now + simulation->clock.step, error);
    }
    return status == SALTUS_OK ? sl_keep_log_done(&reader, error) : status;
}

static saltus_status restore_projection(saltus_checkpoint *checkpoint,
                                        saltus_simulation *simulation, uint32_t index,
                                        saltus_error *error)
{
    synapse_place *place = sl_memory_array(longest_row(simulation, index), sizeof *place);
    if (place == NULL) {
        return sl_fail_memory(error);
    }
    saltus_status status = restore_facts(checkpoint, simulation, index, error);
    for (synapse_column column = 0; status == SALTUS_OK && column < COLUMNS; column++) {
        if (has_column(simulation->plastic[index], column)) {
            status = restore_column(checkpoint, simulation, index, column, place, error);
        }
    }
    free(place);
    if (status == SALTUS_OK) {
        status = restore_pres(checkpoint, simulation, index, error);
    }
    if (status == SALTUS_OK) {
        status = restore_posts(checkpoint, simulation, index, error);
    }
    if (status == SALTUS_OK && !sl_plastic_restore_late(simulation, index)) {
        status = sl_fail_memory(error);
    }
    return status;
}

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    for (uint32_t i = 0; simulation->plastic != NULL && i < simulation->network->projection_count;
         i++) {
        if (simulation->plastic[i] != NULL) {
            put_projection(writer, simulation, i);
        }
    }
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    saltus_status status = SALTUS_OK;
    for (uint32_t i = 0; status == SALTUS_OK && simulation->plastic != NULL &&
                         i < simulation->network->projection_count;
         i++) {
        if (simulation->plastic[i] != NULL) {
            status = restore_projection(checkpoint, simulation, i, error);
        }
    }
    return status;
}

const state_kind sl_keep_plastic = {.put = put, .restore = restore};

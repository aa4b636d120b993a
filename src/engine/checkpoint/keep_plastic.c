/* keep_plastic - synapses that learn, for the projection with number N:
 *
 *   plastic.N.facts        when the next normalisation is due, until when target spikes are in the
 *                          weights (ticks); updates of weights; 1 if the weights were told to stay;
 *                          until when rewards are in the weights
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
 * Synapses are in the order of keep_synapses.h. Before writing, the spikes of targets are brought
 * into all weights, so that logs do not depend on blocks either; that changes no bit of the run
 * (engine/plastic/sweep.c). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/status.h"
#include "engine/checkpoint/keep.h"
#include "engine/checkpoint/keep_log.h"
#include "engine/checkpoint/keep_synapses.h"

#define LARGEST 1e300

enum { FACT_NORMALISE, FACT_SWEPT, FACT_UPDATES, FACT_FROZEN, FACT_SETTLED, FACTS };

static void name_section(char *name, uint32_t index, const char *part)
{
    snprintf(name, KEEP_NAME, "plastic.%u.%s", index, part);
}

/* ---- Synapses ----------------------------------------------------------------------------------
 */

/* What a synapse has of its own. */
typedef enum plastic_column { COLUMN_WEIGHT, COLUMN_STATE, COLUMN_SUM, COLUMNS } plastic_column;

static const char *const column_names[COLUMNS] = {"weight", "state", "sum"};

static void *weights(const block_state *block, uint32_t index)
{
    const plastic_synapses *synapses = block->plastic[index];
    return synapses->weight_f != NULL ? (void *)synapses->weight_f : (void *)synapses->weight_d;
}

static void *states(const block_state *block, uint32_t index)
{
    return block->plastic[index]->state;
}

static void *sums(const block_state *block, uint32_t index)
{
    return block->plastic[index]->accumulated;
}

static bool is_weight(const saltus_simulation *simulation, uint32_t index, double value)
{
    const plastic_projection *projection = simulation->plastic[index];
    const plastic_bounds *bounds = &projection->bounds;
    const double magnitude = projection->sign * value;
    return magnitude == plastic_bounded(bounds, magnitude);
}

static bool is_finite(const saltus_simulation *simulation, uint32_t index, double value)
{
    (void)simulation;
    (void)index;
    return fabs(value) <= LARGEST;
}

/* False: the projection has none. */
static bool find_column(const plastic_projection *projection, plastic_column which,
                        synapse_column *column)
{
    switch (which) {
    case COLUMN_WEIGHT:
        *column = (synapse_column){.type = projection->bounds.single ? SECTION_F32 : SECTION_F64,
                                   .values = weights,
                                   .is_good = is_weight};
        return true;
    case COLUMN_STATE:
        *column = (synapse_column){.type = SECTION_F64, .values = states, .is_good = is_finite};
        return projection->rule->states > 0;
    default:
        *column = (synapse_column){.type = SECTION_F64, .values = sums, .is_good = is_finite};
        return projection->traces.pairing == PAIRING_PRE_CENTRED;
    }
}

static void put_columns(saltus_checkpoint_writer *writer, const saltus_simulation *simulation,
                        uint32_t index, synapse_place *place)
{
    for (plastic_column which = 0; which < COLUMNS; which++) {
        synapse_column column;
        char name[KEEP_NAME];
        name_section(name, index, column_names[which]);
        if (find_column(simulation->plastic[index], which, &column)) {
            sl_keep_synapses_put(writer, simulation, index, name, &column, place);
        }
    }
}

static saltus_status restore_columns(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                     uint32_t index, synapse_place *place, saltus_error *error)
{
    saltus_status status = SALTUS_OK;
    for (plastic_column which = 0; status == SALTUS_OK && which < COLUMNS; which++) {
        synapse_column column;
        char name[KEEP_NAME];
        name_section(name, index, column_names[which]);
        if (find_column(simulation->plastic[index], which, &column)) {
            status = sl_keep_synapses_restore(checkpoint, simulation, index, name, &column, place,
                                              error);
        }
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
        if (status == SALTUS_OK && synapses != NULL && synapses->recent.word != NULL) {
            sl_recent_renew(&synapses->recent, &synapses->posts);
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
            done &= block->status == SALTUS_OK;
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
            facts[FACT_SETTLED] = synapses->settled;
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
    synapse_place *place = sl_keep_synapses_room(simulation, index);
    if (place == NULL || !sweep(simulation, index)) {
        sl_container_out_of_memory(writer);
        free(place);
        return;
    }
    put_facts(writer, simulation, index);
    put_columns(writer, simulation, index, place);
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
        facts[FACT_SETTLED] < 0 || facts[FACT_SETTLED] > simulation->now ||
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
            synapses->settled = facts[FACT_SETTLED];
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
    synapse_place *place = sl_keep_synapses_room(simulation, index);
    if (place == NULL) {
        return sl_fail_memory(error);
    }
    saltus_status status = restore_facts(checkpoint, simulation, index, error);
    if (status == SALTUS_OK) {
        status = restore_columns(checkpoint, simulation, index, place, error);
    }
    free(place);
    if (status == SALTUS_OK) {
        status = restore_pres(checkpoint, simulation, index, error);
    }
    if (status == SALTUS_OK) {
        status = restore_posts(checkpoint, simulation, index, error);
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

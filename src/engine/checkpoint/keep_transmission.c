/* keep_transmission - release and scaling of synapses, for the projection with number N:
 *
 *   transmit.N.draws       random words that releases have taken
 *   transmit.N.spikes      spikes kept of each source: the newest, and those that may be in flight
 *   transmit.N.time        of all, source after source, oldest first: time (ticks)
 *   transmit.N.number      which spike of its source it is, and which of those of this time
 *   transmit.N.found       ticks since the spike before (-1: the first), u and x of shared
 *                          parameters
 *   transmit.N.full        stochastic: full sites, one a synapse
 *   transmit.N.u, .x       parameters of their own: as the last spike found them, one a synapse
 *   transmit.N.fired       scaled: last spike of each target (ticks)
 *   transmit.N.scale       ln S and r / rate of each target just after it
 *
 * Synapses are in the order of keep_synapses.h. Which spike arrived last is not kept: what belongs
 * with it has arrived at the same time. */
#include <stdio.h>
#include <stdlib.h>

#include "base/status.h"
#include "engine/checkpoint/keep.h"
#include "engine/checkpoint/keep_log.h"
#include "engine/checkpoint/keep_synapses.h"
#include "engine/transmission/transmission.h"

/* More than any run has, and far from where sums leave the range of numbers. */
#define MOST_TICKS 1e19
#define MOST_Q     1e200
/* ln S may pass a bound by rounding. */
#define ROUNDING 1e-6

static void name_section(char *name, uint32_t index, const char *part)
{
    snprintf(name, KEEP_NAME, "transmit.%u.%s", index, part);
}

/* The first block with synapses of the projection. */
static transmission_part *first_part(const saltus_simulation *simulation, uint32_t index)
{
    transmission_part *part = NULL;
    for (uint32_t b = 0; part == NULL && b < simulation->network->block_count; b++) {
        part = simulation->blocks[b].transmission[index];
    }
    return part;
}

/* ---- Spikes of sources ---------------------------------------------------------------------- */

typedef enum spike_column {
    SPIKE_COUNT,
    SPIKE_TIME,
    SPIKE_NUMBER,
    SPIKE_FOUND,
    SPIKE_COLUMNS
} spike_column;

static const char *const spike_names[] = {"spikes", "time", "number", "found"};
static const section_type spike_types[] = {SECTION_U32, SECTION_I64, SECTION_U32, SECTION_F64};

/* Spikes before it have arrived. */
static sim_time horizon_of(const saltus_simulation *simulation, uint32_t index)
{
    return simulation->now - simulation->release[index]->longest_delay;
}

/* How many of a source are kept. */
static uint32_t kept_of(const saltus_simulation *simulation, uint32_t index, uint32_t source)
{
    const release_projection *release = simulation->release[index];
    const sim_time horizon = horizon_of(simulation, index);
    const sent_spike *spike = &release->newest[source];
    uint32_t count = 0;
    if (spike->time == SIM_TIME_NEVER) {
        return 0;
    }
    do {
        count++;
        spike = sl_sent_before(release, spike);
    } while (spike != NULL && spike->time >= horizon);
    return count;
}

static void put_spike(saltus_checkpoint_writer *writer, const sent_spike *spike,
                      spike_column column)
{
    const uint32_t number[2] = {spike->number, spike->twin};
    const double found[3] = {spike->since, spike->u, spike->x};
    switch (column) {
    case SPIKE_TIME:
        sl_section_append(writer, &spike->time, 1);
        return;
    case SPIKE_NUMBER:
        sl_section_append(writer, number, 2);
        return;
    default:
        sl_section_append(writer, found, 3);
        return;
    }
}

/* The spikes of one source, the oldest first; they are few. */
static void put_source(saltus_checkpoint_writer *writer, const saltus_simulation *simulation,
                       uint32_t index, uint32_t source, spike_column column)
{
    const release_projection *release = simulation->release[index];
    const uint32_t count = kept_of(simulation, index, source);
    if (column == SPIKE_COUNT) {
        sl_section_append(writer, &count, 1);
        return;
    }
    for (uint32_t left = count; left > 0; left--) {
        const sent_spike *spike = &release->newest[source];
        for (uint32_t i = 1; i < left; i++) {
            spike = sl_sent_before(release, spike);
        }
        put_spike(writer, spike, column);
    }
}

static void put_spikes(saltus_checkpoint_writer *writer, const saltus_simulation *simulation,
                       uint32_t index)
{
    const saltus_network *network = simulation->network;
    const uint32_t sources = network->populations[network->projections[index].source].size;
    for (spike_column column = 0; column < SPIKE_COLUMNS; column++) {
        char name[KEEP_NAME];
        name_section(name, index, spike_names[column]);
        sl_section_begin(writer, name, spike_types[column]);
        for (uint32_t source = 0; source < sources; source++) {
            put_source(writer, simulation, index, source, column);
        }
    }
}

static bool is_share(double value)
{
    return value >= 0 && value <= 1;
}

/* `before`: the source's spike before this one, if it is kept. */
static bool makes_sense(const sent_spike *spike, const sent_spike *before, sim_time now)
{
    if (before != NULL) {
        const uint32_t twin = spike->time == before->time ? before->twin + 1 : 0;
        if (spike->time < before->time || spike->number != before->number + 1 ||
            spike->twin != twin) {
            return false;
        }
    }
    return spike->time >= 0 && spike->time < now && is_share(spike->u) && is_share(spike->x) &&
           (spike->since == -1 || (spike->since >= 0 && spike->since <= MOST_TICKS));
}

static saltus_status read_source(section column[SPIKE_COLUMNS], saltus_simulation *simulation,
                                 uint32_t index, uint32_t source, saltus_error *error)
{
    release_projection *release = simulation->release[index];
    uint32_t count = 0;
    saltus_status status = sl_section_read(&column[SPIKE_COUNT], &count, 1, error);
    for (uint32_t i = 0; status == SALTUS_OK && i < count; i++) {
        sent_spike spike = {0};
        uint32_t number[2] = {0};
        double found[3] = {0};
        status = sl_section_read(&column[SPIKE_TIME], &spike.time, 1, error);
        if (status == SALTUS_OK) {
            status = sl_section_read(&column[SPIKE_NUMBER], number, 2, error);
        }
        if (status == SALTUS_OK) {
            status = sl_section_read(&column[SPIKE_FOUND], found, 3, error);
        }
        if (status != SALTUS_OK) {
            return status;
        }
        spike.number = number[0];
        spike.twin = number[1];
        spike.since = found[0];
        spike.u = found[1];
        spike.x = found[2];
        if (!makes_sense(&spike, i > 0 ? &release->newest[source] : NULL, simulation->now)) {
            return sl_section_damaged(column[SPIKE_TIME].checkpoint, column[SPIKE_TIME].name, error,
                                      "spike %u of source %u makes no sense", i, source);
        }
        if (!sl_sent_restore(release, source, &spike)) {
            return sl_fail_memory(error);
        }
    }
    return status;
}

static saltus_status restore_spikes(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                    uint32_t index, saltus_error *error)
{
    const saltus_network *network = simulation->network;
    const uint32_t sources = network->populations[network->projections[index].source].size;
    section column[SPIKE_COLUMNS];
    char name[SPIKE_COLUMNS][KEEP_NAME];
    saltus_status status = SALTUS_OK;
    for (spike_column c = 0; status == SALTUS_OK && c < SPIKE_COLUMNS; c++) {
        name_section(name[c], index, spike_names[c]);
        status = sl_section_find(checkpoint, name[c], spike_types[c], &column[c], error);
    }
    for (uint32_t source = 0; status == SALTUS_OK && source < sources; source++) {
        status = read_source(column, simulation, index, source, error);
    }
    for (spike_column c = 0; status == SALTUS_OK && c < SPIKE_COLUMNS; c++) {
        if (column[c].count > 0) {
            status = sl_section_damaged(checkpoint, name[c], error,
                                        "it has more values than there are spikes");
        }
    }
    return status;
}

/* ---- Synapses -------------------------------------------------------------------------------- */

static void *fulls(const block_state *block, uint32_t index)
{
    return block->transmission[index]->full;
}

static void *us(const block_state *block, uint32_t index)
{
    return block->transmission[index]->u;
}

static void *xs(const block_state *block, uint32_t index)
{
    return block->transmission[index]->x;
}

static bool is_full(const saltus_simulation *simulation, uint32_t index, double value)
{
    return value <= simulation->release[index]->spec.sites;
}

static bool is_good_share(const saltus_simulation *simulation, uint32_t index, double value)
{
    (void)simulation;
    (void)index;
    return is_share(value);
}

static const struct {
    const char *name;
    synapse_column column;
} columns[] = {
    {"full", {.type = SECTION_U16, .values = fulls, .is_good = is_full}},
    {"u", {.type = SECTION_F64, .values = us, .is_good = is_good_share}},
    {"x", {.type = SECTION_F64, .values = xs, .is_good = is_good_share}},
};
#define COLUMNS (sizeof columns / sizeof columns[0])

/* Does the projection have this column? All its blocks do. */
static bool has_column(const saltus_simulation *simulation, uint32_t index, size_t which)
{
    const release_projection *release = simulation->release[index];
    const saltus_release model = release->spec.model;
    if (which == 0) {
        return model == SALTUS_RELEASE_STOCHASTIC;
    }
    return release->own && (model == SALTUS_RELEASE_TSODYKS_MARKRAM ||
                            (which == 1 && model == SALTUS_RELEASE_STOCHASTIC));
}

static void put_synapses(saltus_checkpoint_writer *writer, const saltus_simulation *simulation,
                         uint32_t index)
{
    synapse_place *place = sl_keep_synapses_room(simulation, index);
    if (place == NULL) {
        sl_container_out_of_memory(writer);
        return;
    }
    for (size_t i = 0; i < COLUMNS; i++) {
        char name[KEEP_NAME];
        name_section(name, index, columns[i].name);
        if (has_column(simulation, index, i)) {
            sl_keep_synapses_put(writer, simulation, index, name, &columns[i].column, place);
        }
    }
    free(place);
}

static saltus_status restore_synapses(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                      uint32_t index, saltus_error *error)
{
    synapse_place *place = sl_keep_synapses_room(simulation, index);
    saltus_status status = place == NULL ? sl_fail_memory(error) : SALTUS_OK;
    for (size_t i = 0; status == SALTUS_OK && i < COLUMNS; i++) {
        char name[KEEP_NAME];
        name_section(name, index, columns[i].name);
        if (has_column(simulation, index, i)) {
            status = sl_keep_synapses_restore(checkpoint, simulation, index, name,
                                              &columns[i].column, place, error);
        }
    }
    free(place);
    return status;
}

/* ---- Release ----------------------------------------------------------------------------------
 */

static void put_release(saltus_checkpoint_writer *writer, const saltus_simulation *simulation,
                        uint32_t index)
{
    uint64_t draws = 0;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const transmission_part *part = simulation->blocks[b].transmission[index];
        draws += part != NULL ? part->draws : 0;
    }
    char name[KEEP_NAME];
    name_section(name, index, "draws");
    sl_section_put(writer, name, SECTION_U64, &draws, 1);
    put_spikes(writer, simulation, index);
    put_synapses(writer, simulation, index);
}

static saltus_status restore_release(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                     uint32_t index, saltus_error *error)
{
    char name[KEEP_NAME];
    name_section(name, index, "draws");
    uint64_t draws = 0;
    saltus_status status = sl_section_get(checkpoint, name, SECTION_U64, &draws, 1, error);
    transmission_part *part = first_part(simulation, index);
    if (part != NULL) {
        part->draws = draws;
    }
    if (status == SALTUS_OK) {
        status = restore_spikes(checkpoint, simulation, index, error);
    }
    return status == SALTUS_OK ? restore_synapses(checkpoint, simulation, index, error) : status;
}

/* ---- Scaling --------------------------------------------------------------------------------- */

static const population *target_of(const saltus_simulation *simulation, uint32_t index)
{
    const saltus_network *network = simulation->network;
    return &network->populations[network->projections[index].target];
}

/* Of target `neuron`, in whatever block it is. */
static scaling_state *state_of(const saltus_simulation *simulation, uint32_t index, uint32_t neuron,
                               transmission_part **part)
{
    const uint32_t id = target_of(simulation, index)->first + neuron;
    *part = simulation->blocks[sl_network_block_of(simulation->network, id)].transmission[index];
    return &(*part)->states[id - (*part)->first_target];
}

static void put_scaling(saltus_checkpoint_writer *writer, const saltus_simulation *simulation,
                        uint32_t index)
{
    const uint32_t targets = target_of(simulation, index)->size;
    transmission_part *part;
    char name[KEEP_NAME];
    name_section(name, index, "fired");
    sl_section_begin(writer, name, SECTION_I64);
    for (uint32_t i = 0; i < targets; i++) {
        sl_section_append(writer, &state_of(simulation, index, i, &part)->since, 1);
    }
    name_section(name, index, "scale");
    sl_section_begin(writer, name, SECTION_F64);
    for (uint32_t i = 0; i < targets; i++) {
        const scaling_state *state = state_of(simulation, index, i, &part);
        const double scale[2] = {state->level, state->q};
        sl_section_append(writer, scale, 2);
    }
}

static saltus_status restore_scaling(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                     uint32_t index, saltus_error *error)
{
    const uint32_t targets = target_of(simulation, index)->size;
    char fired_name[KEEP_NAME];
    char scale_name[KEEP_NAME];
    section fired;
    section scale;
    name_section(fired_name, index, "fired");
    name_section(scale_name, index, "scale");
    saltus_status status = sl_section_find(checkpoint, fired_name, SECTION_I64, &fired, error);
    if (status == SALTUS_OK) {
        status = sl_section_find(checkpoint, scale_name, SECTION_F64, &scale, error);
    }
    if (status == SALTUS_OK && (fired.count != targets || scale.count != 2 * (uint64_t)targets)) {
        status = sl_section_damaged(checkpoint, fired_name, error, "it has a wrong size");
    }
    for (uint32_t i = 0; status == SALTUS_OK && i < targets; i++) {
        transmission_part *part;
        scaling_state *state = state_of(simulation, index, i, &part);
        sim_time since;
        double value[2];
        status = sl_section_read(&fired, &since, 1, error);
        if (status == SALTUS_OK) {
            status = sl_section_read(&scale, value, 2, error);
        }
        if (status != SALTUS_OK) {
            return status;
        }
        if (since < 0 || since > simulation->now || !(value[0] <= part->law.log_high + ROUNDING) ||
            !(value[0] >= part->law.log_low - ROUNDING) || !(value[1] >= 0 && value[1] <= MOST_Q)) {
            return sl_section_damaged(checkpoint, scale_name, error,
                                      "the scaling of target %u makes no sense", i);
        }
        *state = sl_scaling_resume(&part->law, since, value[0], value[1]);
    }
    return status;
}

/* ---- Projections ------------------------------------------------------------------------------
 */

static bool is_scaled(const saltus_simulation *simulation, uint32_t index)
{
    const transmission_part *part = first_part(simulation, index);
    return part != NULL && part->scaled;
}

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    for (uint32_t i = 0; simulation->release != NULL && i < simulation->network->projection_count;
         i++) {
        if (simulation->release[i] != NULL) {
            put_release(writer, simulation, i);
        }
        if (is_scaled(simulation, i)) {
            put_scaling(writer, simulation, i);
        }
    }
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    saltus_status status = SALTUS_OK;
    for (uint32_t i = 0; status == SALTUS_OK && simulation->release != NULL &&
                         i < simulation->network->projection_count;
         i++) {
        if (simulation->release[i] != NULL) {
            status = restore_release(checkpoint, simulation, i, error);
        }
        if (status == SALTUS_OK && is_scaled(simulation, i)) {
            status = restore_scaling(checkpoint, simulation, i, error);
        }
    }
    return status;
}

const state_kind sl_keep_transmission = {.put = put, .restore = restore};

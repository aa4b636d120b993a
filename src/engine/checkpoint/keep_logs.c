/* keep_logs - the spikes that plastic synapses remember, with the traces just before them.
 *
 * For each plastic projection the spikes of its sources, then those of its targets, neuron by
 * neuron, the oldest first:
 *
 *   log.spikes   how many each neuron has
 *   log.earlier  time of the spike before these, which is forgotten; far before 0: there was none
 *   log.time     of each, in ticks
 *   log.count    how many it stands for (sources may fire several times at once)
 *   log.trace    two traces of each; 0 where a rule has fewer
 *
 * Behind keep_plastic.c, whose sweep has forgotten what no synapse needs. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/checkpoint/keep.h"
#include "engine/plastic/plastic.h"

#define LARGEST_TRACE 1e15

/* The log of target `id` of a projection, and its place there; NULL: no synapse leads near it. */
static spike_log *log_of_target(const saltus_simulation *simulation, uint32_t index, uint32_t id,
                                uint32_t *place)
{
    plastic_synapses *synapses =
        simulation->blocks[sl_network_block_of(simulation->network, id)].plastic[index];
    *place = synapses != NULL ? id - synapses->first_target : 0;
    return synapses != NULL ? &synapses->posts : NULL;
}

/* Neuron k of the logs of a projection: first its sources, then its targets. */
static spike_log *log_at(const saltus_simulation *simulation, uint32_t index, uint32_t k,
                         uint32_t *place)
{
    const projection *projection = &simulation->network->projections[index];
    const uint32_t sources = simulation->network->populations[projection->source].size;
    if (k < sources) {
        *place = k;
        return &simulation->plastic[index]->pres;
    }
    const uint32_t first = simulation->network->populations[projection->target].first;
    return log_of_target(simulation, index, first + (k - sources), place);
}

static uint32_t neurons_of(const saltus_simulation *simulation, uint32_t index)
{
    const projection *projection = &simulation->network->projections[index];
    return simulation->network->populations[projection->source].size +
           simulation->network->populations[projection->target].size;
}

/* ---- Writing ------------------------------------------------------------------------------- */

/* Spikes of one neuron, the newest first. */
static uint32_t count_spikes(const spike_log *log, uint32_t place)
{
    uint32_t count = 0;
    if (log != NULL) {
        for (const logged_spike *s = &log->line[place].newest; s->time != SPIKE_LOG_NONE;
             s = spike_log_before(log, s)) {
            count++;
        }
    }
    return count;
}

static const logged_spike *spike_at(const spike_log *log, uint32_t place, uint32_t back)
{
    const logged_spike *spike = &log->line[place].newest;
    for (; back > 0; back--) {
        spike = spike_log_before(log, spike);
    }
    return spike;
}

enum { SPIKES, EARLIER, TIME, COUNT, TRACE, COLUMNS };

static const struct {
    const char *name;
    section_type type;
} columns_of[COLUMNS] = {{"log.spikes", SECTION_U32},
                         {"log.earlier", SECTION_I64},
                         {"log.time", SECTION_I64},
                         {"log.count", SECTION_U32},
                         {"log.trace", SECTION_F64}};

static void put_neuron(saltus_checkpoint_writer *writer, const spike_log *log, uint32_t place,
                       int column)
{
    const uint32_t count = count_spikes(log, place);
    if (column == SPIKES) {
        sl_section_append(writer, &count, 1);
        return;
    }
    if (column == EARLIER) {
        const sim_time earlier =
            count > 0 ? spike_at(log, place, count - 1)->earlier : SPIKE_LOG_NONE;
        sl_section_append(writer, &earlier, 1);
        return;
    }
    for (uint32_t back = count; back-- > 0;) {
        const logged_spike *spike = spike_at(log, place, back);
        if (column == TIME) {
            sl_section_append(writer, &spike->time, 1);
        } else if (column == COUNT) {
            sl_section_append(writer, &spike->count, 1);
        } else {
            sl_section_append(writer, spike->trace, 2);
        }
    }
}

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    if (simulation->plastic == NULL) {
        return;
    }
    for (int column = 0; column < COLUMNS; column++) {
        sl_section_begin(writer, columns_of[column].name, columns_of[column].type);
        for (uint32_t i = 0; i < simulation->network->projection_count; i++) {
            for (uint32_t k = 0; simulation->plastic[i] != NULL && k < neurons_of(simulation, i);
                 k++) {
                uint32_t place = 0;
                const spike_log *log = log_at(simulation, i, k, &place);
                put_neuron(writer, log, place, column);
            }
        }
    }
}

/* ---- Reading ------------------------------------------------------------------------------- */

static bool makes_sense(const logged_spike *spike, sim_time after, sim_time latest)
{
    return (after == SPIKE_LOG_NONE || after >= 0) && spike->time > after && spike->time >= 0 &&
           spike->time <= latest && spike->count > 0 && spike->trace[0] >= 0 &&
           spike->trace[0] <= LARGEST_TRACE && spike->trace[1] >= 0 &&
           spike->trace[1] <= LARGEST_TRACE;
}

static saltus_status restore_neuron(section columns[COLUMNS], const saltus_simulation *simulation,
                                    spike_log *log, uint32_t place, saltus_error *error)
{
    uint32_t count = 0;
    sim_time last = SPIKE_LOG_NONE;
    /* a clock may note a spike at the end of the step that has begun */
    const sim_time latest = simulation->now + simulation->clock.step;
    saltus_status status = sl_section_read(&columns[SPIKES], &count, 1, error);
    if (status == SALTUS_OK) {
        status = sl_section_read(&columns[EARLIER], &last, 1, error);
    }
    for (uint32_t k = 0; status == SALTUS_OK && k < count; k++) {
        logged_spike spike = {.earlier = last, .before = UINT32_MAX};
        status = sl_section_read(&columns[TIME], &spike.time, 1, error);
        if (status == SALTUS_OK) {
            status = sl_section_read(&columns[COUNT], &spike.count, 1, error);
        }
        if (status == SALTUS_OK) {
            status = sl_section_read(&columns[TRACE], spike.trace, 2, error);
        }
        if (status == SALTUS_OK && !makes_sense(&spike, last, latest)) {
            status = sl_section_damaged(columns[TIME].checkpoint, "log.time", error,
                                        "a spike makes no sense");
        }
        if (status == SALTUS_OK && log != NULL && !sl_spike_log_append(log, place, &spike)) {
            status = sl_fail_memory(error);
        }
        last = spike.time;
    }
    return status;
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    section columns[COLUMNS];
    saltus_status status = SALTUS_OK;
    if (simulation->plastic == NULL) {
        return SALTUS_OK;
    }
    for (int i = 0; status == SALTUS_OK && i < COLUMNS; i++) {
        status =
            sl_section_find(checkpoint, columns_of[i].name, columns_of[i].type, &columns[i], error);
    }
    for (uint32_t i = 0; status == SALTUS_OK && i < simulation->network->projection_count; i++) {
        const uint32_t neurons = simulation->plastic[i] != NULL ? neurons_of(simulation, i) : 0;
        for (uint32_t k = 0; status == SALTUS_OK && k < neurons; k++) {
            uint32_t place = 0;
            spike_log *log = log_at(simulation, i, k, &place);
            status = restore_neuron(columns, simulation, log, place, error);
        }
    }
    for (int i = 0; status == SALTUS_OK && i < COLUMNS; i++) {
        if (columns[i].count > 0) {
            status = sl_section_damaged(checkpoint, columns_of[i].name, error,
                                        "it has more spikes than neurons tell of");
        }
    }
    return status;
}

const state_kind sl_keep_logs = {.put = put, .restore = restore};

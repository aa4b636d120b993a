/* keep_groups - what each group has in order of time: releases, predictions, the horizon.
 *
 *   group.releases       refractory neurons of each group
 *   release.due, .member      of all groups one after the other, in order of release
 *   group.predictions    predictions of each group
 *   prediction.time, .state, .member     of all groups one after the other, in heap order
 *   group.horizon, .horizon_scale        of each group
 *   group.counts         external events, crossing searches, resets of each group
 *
 * A member is an index within the group. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/checkpoint/keep.h"
#include "engine/event/currents.h"
#include "engine/event/own_spikes.h"
#include "models/neuron/lif_delta.h"

#define GROUP_COUNTS 3

/* ---- Writing ------------------------------------------------------------------------------- */

static void put_releases(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    const uint32_t groups = simulation->network->group_count;
    sl_section_begin(writer, "group.releases", SECTION_U32);
    for (uint32_t i = 0; i < groups; i++) {
        sl_section_append(writer, &sl_keep_group(simulation, i)->releases.count, 1);
    }
    for (int column = 0; column < 2; column++) {
        sl_section_begin(writer, column == 0 ? "release.due" : "release.member",
                         column == 0 ? SECTION_I64 : SECTION_U16);
        for (uint32_t i = 0; i < groups; i++) {
            const release_queue *queue = &sl_keep_group(simulation, i)->releases;
            for (uint32_t k = 0; k < queue->count; k++) {
                const uint32_t at = (queue->first + k) & (queue->size - 1);
                if (column == 0) {
                    sl_section_append(writer, &queue->due[at], 1);
                } else {
                    sl_section_append(writer, &queue->member[at], 1);
                }
            }
        }
    }
}

/* Of neurons with currents only those are written that stand: what they were made for is the state
 * that is written too. */
static bool stands(const group_state *group, const prediction *entry)
{
    return group->currents.of == NULL || sl_currents_as_predicted(group, entry);
}

static uint32_t standing(const group_state *group)
{
    uint32_t count = 0;
    for (size_t k = 0; k < group->predictions.count; k++) {
        count += stands(group, &group->predictions.entry[k]);
    }
    return count;
}

static void put_predictions(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    static const char *const names[] = {"prediction.time", "prediction.state", "prediction.member"};
    static const section_type types[] = {SECTION_I64, SECTION_F64, SECTION_U32};
    const uint32_t groups = simulation->network->group_count;
    sl_section_begin(writer, "group.predictions", SECTION_U32);
    for (uint32_t i = 0; i < groups; i++) {
        const uint32_t count = standing(sl_keep_group(simulation, i));
        sl_section_append(writer, &count, 1);
    }
    for (int column = 0; column < 3; column++) {
        sl_section_begin(writer, names[column], types[column]);
        for (uint32_t i = 0; i < groups; i++) {
            const group_state *group = sl_keep_group(simulation, i);
            for (size_t k = 0; k < group->predictions.count; k++) {
                const prediction *entry = &group->predictions.entry[k];
                if (!stands(group, entry)) {
                    continue;
                }
                const void *const values[] = {&entry->time, &entry->scaled, &entry->member};
                sl_section_append(writer, values[column], 1);
            }
        }
    }
}

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    const uint32_t groups = simulation->network->group_count;
    put_releases(writer, simulation);
    put_predictions(writer, simulation);
    sl_section_begin(writer, "group.horizon", SECTION_I64);
    for (uint32_t i = 0; i < groups; i++) {
        sl_section_append(writer, &sl_keep_group(simulation, i)->horizon, 1);
    }
    sl_section_begin(writer, "group.horizon_scale", SECTION_F64);
    for (uint32_t i = 0; i < groups; i++) {
        sl_section_append(writer, &sl_keep_group(simulation, i)->horizon_scale, 1);
    }
    sl_section_begin(writer, "group.counts", SECTION_U64);
    for (uint32_t i = 0; i < groups; i++) {
        const group_counts *counts = &sl_keep_group(simulation, i)->counts;
        const uint64_t values[GROUP_COUNTS] = {counts->external_events, counts->crossing_searches,
                                               counts->resets};
        sl_section_append(writer, values, GROUP_COUNTS);
    }
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* Numbers of entries of each group and columns of all of them. */
typedef struct column_set {
    uint32_t *counts; /* [groups] */
    sim_time *time;
    double *state;
    uint16_t *member16;
    uint32_t *member32;
    size_t total;
} column_set;

static void clear(column_set *set)
{
    free(set->counts);
    free(set->time);
    free(set->state);
    free(set->member16);
    free(set->member32);
}

/* The counts, of at most `most` each, and the first column, which has as many as they say. */
static saltus_status read_counts(saltus_checkpoint *checkpoint, uint32_t groups, const char *counts,
                                 const char *time, column_set *set, saltus_error *error)
{
    set->counts = sl_memory_array(groups, sizeof *set->counts);
    if (set->counts == NULL) {
        return sl_fail_memory(error);
    }
    saltus_status status =
        sl_section_get(checkpoint, counts, SECTION_U32, set->counts, groups, error);
    uint64_t total = 0;
    for (uint32_t i = 0; status == SALTUS_OK && i < groups; i++) {
        total += set->counts[i];
    }
    void *times = NULL;
    if (status == SALTUS_OK) {
        status =
            sl_section_get_new(checkpoint, time, SECTION_I64, total, &times, &set->total, error);
        set->time = times;
    }
    if (status == SALTUS_OK && set->total != total) {
        status = sl_section_damaged(checkpoint, time, error, "it has fewer values than groups say");
    }
    return status;
}

/* Where V goes on through refractoriness a word says so (models/neuron/own_spike.h). The dead wait
 * for nothing. */
static bool is_refractory(const saltus_simulation *simulation, const group_state *group,
                          uint32_t member)
{
    return (group->scaled[member] == LIF_REFRACTORY || group_forbids_spike(group, member)) &&
           !sl_faults_is_dead(simulation, group->group->first + member);
}

/* Refractory neurons of one group: each once, all that are refractory, none due before it could be
 * acted on. */
static bool releases_make_sense(const saltus_simulation *simulation, const group_state *group,
                                const sim_time *due, const uint16_t *member, uint32_t count)
{
    const clock_state *clock = &simulation->clock;
    const sim_time t_ref =
        clock->step > 0 ? clock->t_ref[group->group->population] : group->population->t_ref;
    /* interpolated: a spike found at a step's end may be over before it */
    const sim_time earliest = simulation->now - (clock->interpolates ? clock->step : 0);
    const sim_time latest = simulation->now + t_ref + clock->step + 1;
    bool seen[NETWORK_GROUP_NEURONS] = {false};
    uint32_t refractory = 0;
    for (uint32_t i = 0; i < group->group->count; i++) {
        refractory += is_refractory(simulation, group, i);
    }
    for (uint32_t k = 0; k < count; k++) {
        if (member[k] >= group->group->count || seen[member[k]] ||
            !is_refractory(simulation, group, member[k]) || due[k] < earliest || due[k] > latest ||
            (k > 0 && due[k] < due[k - 1])) {
            return false;
        }
        seen[member[k]] = true;
    }
    return count == refractory;
}

static saltus_status restore_releases(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                      saltus_error *error)
{
    column_set set = {0};
    const uint32_t groups = simulation->network->group_count;
    saltus_status status =
        read_counts(checkpoint, groups, "group.releases", "release.due", &set, error);
    if (status == SALTUS_OK) {
        set.member16 = sl_memory_array(set.total, sizeof *set.member16);
        status = set.member16 == NULL ? sl_fail_memory(error)
                                      : sl_section_get(checkpoint, "release.member", SECTION_U16,
                                                       set.member16, set.total, error);
    }
    size_t from = 0;
    for (uint32_t i = 0; status == SALTUS_OK && i < groups; i++) {
        group_state *group = sl_keep_group(simulation, i);
        const uint32_t count = set.counts[i];
        const bool allowed = group->base != NULL ? count <= group->group->count : count == 0;
        if (!allowed || (count > 0 && !releases_make_sense(simulation, group, set.time + from,
                                                           set.member16 + from, count))) {
            status = sl_section_damaged(checkpoint, "release.due", error,
                                        "the refractory neurons of group %u make no sense", i);
            break;
        }
        if (count > 0) {
            memcpy(group->releases.due, set.time + from, count * sizeof *set.time);
            memcpy(group->releases.member, set.member16 + from, count * sizeof *set.member16);
        }
        group->releases.first = 0;
        group->releases.count = count;
        from += count;
    }
    clear(&set);
    return status;
}

static bool prediction_is_before(const prediction *a, const prediction *b)
{
    return a->time < b->time || (a->time == b->time && a->member < b->member);
}

/* A heap of crossings to come, in a group that has such. */
static bool predictions_make_sense(const saltus_simulation *simulation, const group_state *group,
                                   const prediction *entry, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        const bool predicts = group->test.drift || group->currents.of != NULL;
        if (!predicts || entry[k].member >= group->group->count ||
            entry[k].time < simulation->now || entry[k].time > group->horizon ||
            !isfinite(entry[k].scaled) ||
            (k > 0 && group->currents.of == NULL &&
             prediction_is_before(&entry[k], &entry[(k - 1) / 2]))) {
            return false;
        }
    }
    return true;
}

static saltus_status restore_group(const saltus_checkpoint *checkpoint,
                                   const saltus_simulation *simulation, uint32_t index,
                                   const column_set *set, size_t from, saltus_error *error)
{
    group_state *group = sl_keep_group(simulation, index);
    const size_t count = set->counts[index];
    prediction *entry = NULL;
    if (count > 0) {
        entry = sl_memory_array(count, sizeof *entry);
        if (entry == NULL) {
            return sl_fail_memory(error);
        }
    }
    for (size_t k = 0; k < count; k++) {
        entry[k] = (prediction){.time = set->time[from + k],
                                .scaled = set->state[from + k],
                                .member = set->member32[from + k]};
    }
    free(group->predictions.entry);
    group->predictions = (prediction_heap){.entry = entry, .count = count, .capacity = count};
    if (!predictions_make_sense(simulation, group, entry, count)) {
        return sl_section_damaged(checkpoint, "prediction.time", error,
                                  "the crossings of group %u make no sense", index);
    }
    return sl_currents_restore_predictions(group) ? SALTUS_OK : sl_fail_memory(error);
}

static saltus_status restore_predictions(saltus_checkpoint *checkpoint,
                                         saltus_simulation *simulation, saltus_error *error)
{
    column_set set = {0};
    const uint32_t groups = simulation->network->group_count;
    saltus_status status =
        read_counts(checkpoint, groups, "group.predictions", "prediction.time", &set, error);
    if (status == SALTUS_OK) {
        set.state = sl_memory_array(set.total, sizeof *set.state);
        set.member32 = sl_memory_array(set.total, sizeof *set.member32);
        status = set.state == NULL || set.member32 == NULL
                     ? sl_fail_memory(error)
                     : sl_section_get(checkpoint, "prediction.state", SECTION_F64, set.state,
                                      set.total, error);
    }
    if (status == SALTUS_OK) {
        status = sl_section_get(checkpoint, "prediction.member", SECTION_U32, set.member32,
                                set.total, error);
    }
    size_t from = 0;
    for (uint32_t i = 0; status == SALTUS_OK && i < groups; i++) {
        status = restore_group(checkpoint, simulation, i, &set, from, error);
        from += set.counts[i];
    }
    clear(&set);
    return status;
}

/* None where nothing fires by itself; a group with currents may sleep. */
static bool horizon_makes_sense(const saltus_simulation *simulation, const group_state *group,
                                sim_time horizon, double scale)
{
    const bool currents = group->currents.of != NULL && simulation->clock.step == 0;
    if (horizon == SIM_TIME_NEVER) {
        return !group->test.drift || currents;
    }
    return (group->test.drift || currents) && horizon >= simulation->now &&
           horizon <= group->base->end && scale >= 0 && isfinite(scale);
}

/* Horizon, its scale and counts of every group. */
static saltus_status restore_rest(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                  saltus_error *error)
{
    const uint32_t groups = simulation->network->group_count;
    sim_time *horizon = sl_memory_array(groups, sizeof *horizon);
    double *scale = sl_memory_array(groups, sizeof *scale);
    uint64_t(*counts)[GROUP_COUNTS] = sl_memory_array(groups, sizeof *counts);
    saltus_status status = SALTUS_OK;
    if (horizon == NULL || scale == NULL || counts == NULL) {
        status = sl_fail_memory(error);
        goto done;
    }
    status = sl_section_get(checkpoint, "group.horizon", SECTION_I64, horizon, groups, error);
    if (status == SALTUS_OK) {
        status =
            sl_section_get(checkpoint, "group.horizon_scale", SECTION_F64, scale, groups, error);
    }
    if (status == SALTUS_OK) {
        status = sl_section_get(checkpoint, "group.counts", SECTION_U64, counts,
                                (size_t)groups * GROUP_COUNTS, error);
    }
    for (uint32_t i = 0; status == SALTUS_OK && i < groups; i++) {
        group_state *group = sl_keep_group(simulation, i);
        if (!horizon_makes_sense(simulation, group, horizon[i], scale[i])) {
            status = sl_section_damaged(checkpoint, "group.horizon", error,
                                        "that of group %u makes no sense", i);
            break;
        }
        group->horizon = horizon[i];
        group->horizon_scale = scale[i];
        sl_currents_count_asleep(simulation, i);
        group->counts = (group_counts){.external_events = counts[i][0],
                                       .crossing_searches = counts[i][1],
                                       .resets = counts[i][2]};
    }

done:
    free(horizon);
    free(scale);
    free(counts);
    return status;
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    saltus_status status = restore_releases(checkpoint, simulation, error);
    if (status == SALTUS_OK) {
        status = restore_rest(checkpoint, simulation, error);
    }
    return status != SALTUS_OK ? status : restore_predictions(checkpoint, simulation, error);
}

const state_kind sl_keep_groups = {.put = put, .restore = restore};

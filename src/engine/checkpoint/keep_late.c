/* keep_late - on the grid: spikes that are on their way through synapses with delays of their own
 * whose weights are known only when they arrive, or whose targets have currents.
 *
 *   late.emitted, .neuron   time and neuron of each that has synapses in the rings, in the order of
 *                           (neuron, time); spikes of one time are there as often as they are
 *
 * Which synapses of theirs are in the rings follows from the time (engine/clock/late_runs.h). */
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/checkpoint/keep.h"
#include "engine/clock/late_runs.h"

/* More entries than any memory holds. */
#define MOST_SPIKES ((uint64_t)1 << 40)

/* Can there be any? */
static bool are_possible(const saltus_simulation *simulation)
{
    return simulation->clock.on_grid && simulation->clock.reach > 0 &&
           (simulation->plastic != NULL || simulation->release != NULL ||
            simulation->faults != NULL || simulation->network->coordinate_count > 0);
}

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    late_spikes spikes;
    if (!are_possible(simulation)) {
        return;
    }
    if (!sl_late_runs_find(simulation, &spikes)) {
        sl_container_out_of_memory(writer);
        return;
    }
    sl_section_begin(writer, "late.emitted", SECTION_I64);
    for (size_t i = 0; i < spikes.count; i++) {
        sl_section_append(writer, &spikes.spike[i].emitted, 1);
    }
    sl_section_begin(writer, "late.neuron", SECTION_U32);
    for (size_t i = 0; i < spikes.count; i++) {
        sl_section_append(writer, &spikes.spike[i].neuron, 1);
    }
    free(spikes.spike);
}

static saltus_status restore_spikes(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                    const sim_time *emitted, const uint32_t *neuron, size_t count,
                                    saltus_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (neuron[i] >= simulation->network->neuron_count || emitted[i] < 0 ||
            emitted[i] >= simulation->now) {
            return sl_section_damaged(checkpoint, "late.emitted", error, "entry %zu makes no sense",
                                      i);
        }
        if (!sl_late_runs_restore(simulation, neuron[i], emitted[i])) {
            return sl_fail_memory(error);
        }
    }
    return SALTUS_OK;
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    void *emitted = NULL;
    size_t count = 0;
    if (!are_possible(simulation)) {
        return SALTUS_OK;
    }
    saltus_status status = sl_section_get_new(checkpoint, "late.emitted", SECTION_I64, MOST_SPIKES,
                                              &emitted, &count, error);
    if (status != SALTUS_OK) {
        return status;
    }
    uint32_t *neuron = sl_memory_array(count, sizeof *neuron);
    status = neuron == NULL
                 ? sl_fail_memory(error)
                 : sl_section_get(checkpoint, "late.neuron", SECTION_U32, neuron, count, error);
    if (status == SALTUS_OK) {
        status = restore_spikes(checkpoint, simulation, emitted, neuron, count, error);
    }
    free(emitted);
    free(neuron);
    return status;
}

const state_kind sl_keep_late = {.put = put, .restore = restore};

/* keep_queue - spikes that are under way.
 *
 *   flight.next, .emitted, .source   entries of the scheduler: when the next arrival is, when the
 *                                    spike was, its neuron; the highest bit of the source is set in
 *                                    entries for synapses with delays of their own (transit.c)
 *   flight.habits                    what else the scheduler goes by (scheduler.h)
 *   spread.end                       event: when the stretch ends in which the time is; empty: none
 *   spread.emitted, .source          spikes that were taken out of the queue in it, or put back for
 *                                    a later one, because of synapses with delays of their own:
 *                                    some of their arrivals may be to come (event/own_delays.h)
 *   waiting.time, .neuron            spikes found but not sent: those of time 0 before the first
 *                                    window, and within a step of the interpolated engine
 *
 * Entries are in an order in which the same scheduler, refilled, is the same queue down to its
 * comparisons; another one gets them sorted. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/checkpoint/keep.h"
#include "engine/event/own_delays.h"

/* As in transit.c. */
#define OWN_DELAY_FLAG 0x80000000u
/* More entries than any memory holds. */
#define MOST_SPIKES ((uint64_t)1 << 40)

/* ---- Writing ------------------------------------------------------------------------------- */

static void put_flight(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    const size_t count = simulation->scheduler->size(simulation->queue);
    flying_spike *spike = sl_memory_array(count, sizeof *spike);
    if (spike == NULL) {
        sl_container_out_of_memory(writer);
        return;
    }
    simulation->scheduler->copy(simulation->queue, spike);
    sl_section_begin(writer, "flight.next", SECTION_I64);
    for (size_t i = 0; i < count; i++) {
        sl_section_append(writer, &spike[i].next, 1);
    }
    sl_section_begin(writer, "flight.emitted", SECTION_I64);
    for (size_t i = 0; i < count; i++) {
        sl_section_append(writer, &spike[i].emitted, 1);
    }
    sl_section_begin(writer, "flight.source", SECTION_U32);
    for (size_t i = 0; i < count; i++) {
        sl_section_append(writer, &spike[i].source, 1);
    }
    free(spike);
    int64_t habits[SCHEDULER_HABITS];
    const size_t known = simulation->scheduler->habits != NULL
                             ? simulation->scheduler->habits(simulation->queue, habits)
                             : 0;
    sl_section_put(writer, "flight.habits", SECTION_I64, habits, known);
}

/* Of all blocks, in (time, neuron) order: block by block would tell of the blocks. */
static void put_waiting(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    spike_buffer all = {0};
    spike_buffer scratch = {0};
    bool room = true;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const spike_buffer *spikes = &simulation->blocks[b].spikes;
        for (size_t i = 0; room && i < spikes->count; i++) {
            room = sl_spike_buffer_push(&all, spikes->spike[i]);
        }
    }
    if (!room || (all.count > 0 && !sl_spike_sort(&all, &scratch))) {
        sl_container_out_of_memory(writer);
        all.count = 0;
    }
    sl_section_begin(writer, "waiting.time", SECTION_I64);
    for (size_t i = 0; i < all.count; i++) {
        sl_section_append(writer, &all.spike[i].time, 1);
    }
    sl_section_begin(writer, "waiting.neuron", SECTION_U32);
    for (size_t i = 0; i < all.count; i++) {
        sl_section_append(writer, &all.spike[i].neuron, 1);
    }
    free(all.spike);
    free(scratch.spike);
}

/* A stretch that is over has nothing to come; a clock's end with its windows. */
static void put_spread(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    const bool begun = simulation->spread_end > simulation->now;
    const size_t count = begun ? simulation->spread_count : 0;
    sl_section_put(writer, "spread.end", SECTION_I64, &simulation->spread_end, begun);
    sl_section_begin(writer, "spread.emitted", SECTION_I64);
    for (size_t i = 0; i < count; i++) {
        sl_section_append(writer, &simulation->spread[i].emitted, 1);
    }
    sl_section_begin(writer, "spread.source", SECTION_U32);
    for (size_t i = 0; i < count; i++) {
        sl_section_append(writer, &simulation->spread[i].source, 1);
    }
}

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    put_flight(writer, simulation);
    put_spread(writer, simulation);
    put_waiting(writer, simulation);
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* An entry that the engine could have made: its next arrival is to come, by a delay that leaves its
 * population. */
static bool spike_makes_sense(const saltus_simulation *simulation, const flying_spike *spike)
{
    const saltus_network *network = simulation->network;
    const bool own = (spike->source & OWN_DELAY_FLAG) != 0;
    const uint32_t source = spike->source & ~OWN_DELAY_FLAG;
    if (source >= network->neuron_count || spike->emitted < 0 ||
        spike->emitted >= simulation->now || spike->next < simulation->now ||
        spike->next == SIM_TIME_NEVER) {
        return false;
    }
    const outgoing *outgoing = &simulation->outgoing[sl_network_population_of(network, source)];
    const sim_time delay = spike->next - spike->emitted;
    if (own) {
        const sim_time least = simulation->least_delay;
        const sim_time most = outgoing->max_delay > least ? outgoing->max_delay : least;
        return outgoing->own_delay_count > 0 && delay <= most;
    }
    for (uint32_t i = 0; i < outgoing->class_count; i++) {
        if (outgoing->classes[i].delay == delay) {
            return true;
        }
    }
    return false;
}

static int compare(const void *a, const void *b)
{
    return flying_spike_before(a, b) ? -1 : flying_spike_before(b, a);
}

/* Fill the empty queue. */
static saltus_status refill(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                            flying_spike *spike, size_t count, saltus_error *error)
{
    const scheduler *scheduler = simulation->scheduler;
    int64_t habits[SCHEDULER_HABITS];
    void *written = NULL;
    size_t known = 0;
    saltus_status status = sl_section_get_new(checkpoint, "flight.habits", SECTION_I64,
                                              SCHEDULER_HABITS, &written, &known, error);
    if (status != SALTUS_OK) {
        return status;
    }
    memcpy(habits, written, known * sizeof *habits);
    free(written);
    saltus_checkpoint_info info;
    status = sl_keep_info(checkpoint, &info, error);
    if (status != SALTUS_OK) {
        return status;
    }
    if (info.scheduler != scheduler->name) {
        qsort(spike, count, sizeof *spike, compare);
    } else if (scheduler->take_habits != NULL) {
        scheduler->take_habits(simulation->queue, habits, known);
    }
    for (size_t i = 0; i < count; i++) {
        if (!spike_makes_sense(simulation, &spike[i])) {
            return sl_section_damaged(checkpoint, "flight.next", error, "entry %zu makes no sense",
                                      i);
        }
        if (!scheduler->push(simulation->queue, spike[i])) {
            return sl_fail_memory(error);
        }
    }
    /* refilling took comparisons that the run did not make */
    simulation->compares_before -= scheduler->compares(simulation->queue);
    return SALTUS_OK;
}

static saltus_status restore_flight(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                    saltus_error *error)
{
    void *next = NULL;
    size_t count = 0;
    saltus_status status = sl_section_get_new(checkpoint, "flight.next", SECTION_I64, MOST_SPIKES,
                                              &next, &count, error);
    if (status != SALTUS_OK) {
        return status;
    }
    sim_time *emitted = sl_memory_array(count, sizeof *emitted);
    uint32_t *source = sl_memory_array(count, sizeof *source);
    flying_spike *spike = sl_memory_array(count, sizeof *spike);
    if (emitted == NULL || source == NULL || spike == NULL) {
        status = sl_fail_memory(error);
        goto done;
    }
    status = sl_section_get(checkpoint, "flight.emitted", SECTION_I64, emitted, count, error);
    if (status == SALTUS_OK) {
        status = sl_section_get(checkpoint, "flight.source", SECTION_U32, source, count, error);
    }
    if (status != SALTUS_OK) {
        goto done;
    }
    for (size_t i = 0; i < count; i++) {
        spike[i] = (flying_spike){
            .next = ((const sim_time *)next)[i], .emitted = emitted[i], .source = source[i]};
    }
    status = refill(checkpoint, simulation, spike, count, error);

done:
    free(next);
    free(emitted);
    free(source);
    free(spike);
    return status;
}

/* A spike that waits is of time 0, before anything was done, or of the step that has begun. */
static bool waits(const saltus_simulation *simulation, sim_time time)
{
    const clock_state *clock = &simulation->clock;
    if (!simulation->started) {
        return false;
    }
    if (simulation->now == 0) {
        return time == 0;
    }
    return clock->interpolates && time >= clock->steps * clock->step && time < simulation->now;
}

static saltus_status restore_waiting(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                     saltus_error *error)
{
    const saltus_network *network = simulation->network;
    void *times = NULL;
    size_t count = 0;
    saltus_status status = sl_section_get_new(checkpoint, "waiting.time", SECTION_I64, MOST_SPIKES,
                                              &times, &count, error);
    if (status != SALTUS_OK) {
        return status;
    }
    const sim_time *time = times;
    uint32_t *neuron = sl_memory_array(count, sizeof *neuron);
    status = neuron == NULL
                 ? sl_fail_memory(error)
                 : sl_section_get(checkpoint, "waiting.neuron", SECTION_U32, neuron, count, error);
    for (size_t i = 0; status == SALTUS_OK && i < count; i++) {
        if (neuron[i] >= network->neuron_count || !waits(simulation, time[i])) {
            status = sl_section_damaged(checkpoint, "waiting.time", error,
                                        "entry %zu makes no sense", i);
            break;
        }
        block_state *block = &simulation->blocks[sl_network_block_of(network, neuron[i])];
        const emitted_spike spike = {.time = time[i], .neuron = neuron[i]};
        if (!sl_spike_buffer_push(&block->spikes, spike)) {
            status = sl_fail_memory(error);
        }
    }
    free(times);
    free(neuron);
    return status;
}

/* The spikes of the stretch, and what is to come of them in every block. */
static saltus_status spread_again(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                  const sim_time *emitted, const uint32_t *source, size_t count,
                                  saltus_error *error)
{
    const saltus_network *network = simulation->network;
    simulation->spread = sl_memory_array(count, sizeof *simulation->spread);
    if (simulation->spread == NULL) {
        return sl_fail_memory(error);
    }
    simulation->spread_capacity = count;
    for (size_t i = 0; i < count; i++) {
        if (source[i] >= network->neuron_count || emitted[i] < 0 || emitted[i] >= simulation->now) {
            return sl_section_damaged(checkpoint, "spread.emitted", error,
                                      "entry %zu makes no sense", i);
        }
        simulation->spread[i] = (spread_spike){.emitted = emitted[i], .source = source[i]};
    }
    simulation->spread_count = count;
    for (uint32_t b = 0; b < network->block_count; b++) {
        if (!sl_own_delays_spread(&simulation->blocks[b], simulation->now)) {
            return sl_fail_memory(error);
        }
    }
    return SALTUS_OK;
}

/* A checkpoint of a library without stretches has none of these sections. */
static saltus_status restore_spread(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                    saltus_error *error)
{
    if (!sl_section_exists(checkpoint, "spread.end")) {
        return SALTUS_OK;
    }
    void *end = NULL;
    void *emitted = NULL;
    uint32_t *source = NULL;
    size_t ends = 0;
    size_t count = 0;
    saltus_status status =
        sl_section_get_new(checkpoint, "spread.end", SECTION_I64, 1, &end, &ends, error);
    if (status == SALTUS_OK) {
        status = sl_section_get_new(checkpoint, "spread.emitted", SECTION_I64, MOST_SPIKES,
                                    &emitted, &count, error);
    }
    if (status != SALTUS_OK) {
        goto done;
    }
    source = sl_memory_array(count, sizeof *source);
    status = source == NULL
                 ? sl_fail_memory(error)
                 : sl_section_get(checkpoint, "spread.source", SECTION_U32, source, count, error);
    if (status != SALTUS_OK || ends == 0) {
        goto done;
    }
    simulation->spread_end = *(const sim_time *)end;
    simulation->stretch_end = simulation->spread_end;
    if (simulation->spread_end <= simulation->now ||
        simulation->spread_end - simulation->now > OWN_DELAYS_LONGEST) {
        status = sl_section_damaged(checkpoint, "spread.end", error, "it makes no sense");
    } else if (count > 0) {
        status = spread_again(checkpoint, simulation, emitted, source, count, error);
    }

done:
    free(end);
    free(emitted);
    free(source);
    return status;
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    saltus_status status = restore_flight(checkpoint, simulation, error);
    if (status == SALTUS_OK) {
        status = restore_spread(checkpoint, simulation, error);
    }
    return status != SALTUS_OK ? status : restore_waiting(checkpoint, simulation, error);
}

const state_kind sl_keep_queue = {.put = put, .restore = restore};

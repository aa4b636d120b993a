/* read - weights as of a time, without changing anything.
 *
 * What the next arrival or sweep would do is done on copies, and, where part of a delay lies in the
 * dendrite, what the spikes that have reached the synapse but not yet the soma will do. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/plastic/row.h"
#include "engine/simulation.h"

/* Copies of a run of synapses. */
typedef struct run_copy {
    plastic_view view;
    plastic_scratch *scratch;
} run_copy;

/* One spike of the source, and as many more as there are at its time. */
static bool advance_spike(const plastic_projection *projection, const plastic_synapses *synapses,
                          run_copy *copy, const logged_spike *spike, sim_time shift,
                          sim_time dendritic)
{
    const logged_spike *before = spike_log_before(&projection->pres, spike);
    plastic_span span =
        sl_plastic_span(before, shift, dendritic, synapses->swept, spike->time + shift);
    sl_plastic_arrives(&span, &projection->pres, spike);
    for (uint32_t k = 0; k < spike->count; k++) {
        if (!sl_plastic_advance(projection, synapses, copy->scratch, &span, &copy->view, NULL)) {
            return false;
        }
        span.repeated = true;
        span.from = span.until;
    }
    return true;
}

/* Spikes of the source after `last`, which has arrived, up to `newest`, oldest first. The log leads
 * from each to the one before, and a long delay holds very many. */
static bool advance_flying(const plastic_projection *projection, const plastic_synapses *synapses,
                           run_copy *copy, const logged_spike *newest, const logged_spike *last,
                           sim_time shift, sim_time dendritic)
{
    size_t count = 0, capacity = 0;
    void *room = NULL;
    bool done = true;
    for (const logged_spike *spike = newest; spike != last && spike->time != SPIKE_LOG_NONE;
         spike = spike_log_before(&projection->pres, spike)) {
        done = sl_memory_grow(&room, &capacity, count, sizeof spike);
        if (!done) {
            break;
        }
        ((const logged_spike **)room)[count++] = spike;
    }
    while (done && count > 0) {
        const logged_spike *spike = ((const logged_spike **)room)[--count];
        done = advance_spike(projection, synapses, copy, spike, shift, dendritic);
    }
    free(room);
    return done;
}

static bool advance_run(const block_state *block, uint32_t index, uint32_t source, sim_time delay,
                        sim_time now, run_copy *copy)
{
    const saltus_simulation *simulation = block->simulation;
    const plastic_projection *projection = simulation->plastic[index];
    const plastic_synapses *synapses = block->plastic[index];
    if (projection->frozen) {
        return true;
    }
    const sim_time dendritic = sl_plastic_dendritic(simulation, projection, delay);
    const sim_time shift = delay - 2 * dendritic;
    const sim_time until = now - dendritic;
    const spike_log *pres = &projection->pres;
    const logged_spike *arrived = spike_log_find(pres, source, now - delay);
    const logged_spike *reached = spike_log_find(pres, source, until - shift);
    /* spikes of a source lie in its array and then in the log: compare by time */
    if (reached->time > arrived->time &&
        !advance_flying(projection, synapses, copy, reached, arrived, shift, dendritic)) {
        return false;
    }
    plastic_span span = sl_plastic_span(reached, shift, dendritic, synapses->swept, until);
    span.settle_to = projection->modulator != NULL ? now : SPIKE_LOG_NONE;
    return (span.from >= span.until && projection->modulator == NULL) ||
           sl_plastic_advance(projection, synapses, copy->scratch, &span, &copy->view, NULL);
}

static bool copy_run(const plastic_synapses *synapses, uint32_t first, uint32_t count,
                     run_copy *copy)
{
    plastic_view *view = &copy->view;
    view->count = count;
    const size_t size = count;
    if (synapses->weight_f != NULL) {
        view->weight_f = sl_memory_copy(synapses->weight_f + first, size, sizeof(float));
    } else {
        view->weight_d = sl_memory_copy(synapses->weight_d + first, size, sizeof(double));
    }
    if (synapses->state != NULL) {
        view->state = sl_memory_copy(synapses->state + first, size, sizeof(double));
    }
    if (synapses->accumulated != NULL) {
        view->accumulated = sl_memory_copy(synapses->accumulated + first, size, sizeof(double));
    }
    return (view->weight_f != NULL || view->weight_d != NULL) &&
           (synapses->state == NULL || view->state != NULL) &&
           (synapses->accumulated == NULL || view->accumulated != NULL);
}

static void free_run(run_copy *copy)
{
    free(copy->view.weight_f);
    free(copy->view.weight_d);
    free(copy->view.state);
    free(copy->view.accumulated);
}

/* Synapses first .. first + count - 1, of one delay. */
static bool read_run(const block_state *block, uint32_t index, uint32_t source, uint32_t first,
                     uint32_t count, sim_time now, plastic_scratch *scratch, double *weight)
{
    const projection *from = &block->network->projections[index];
    const fan_out *rows = &from->blocks[block->index];
    const sim_time delay =
        sl_plastic_delay(block->simulation, rows->delay != NULL ? rows->delay[first] : from->delay);
    run_copy copy = {.view = {.target = rows->target + first}, .scratch = scratch};
    const bool done = copy_run(block->plastic[index], first, count, &copy) &&
                      advance_run(block, index, source, delay, now, &copy);
    for (uint32_t i = 0; done && i < count; i++) {
        weight[i] =
            copy.view.weight_f != NULL ? (double)copy.view.weight_f[i] : copy.view.weight_d[i];
    }
    free_run(&copy);
    return done;
}

bool sl_plastic_read(const block_state *block, uint32_t index, uint32_t source, sim_time now,
                     double *weight)
{
    const fan_out *rows = &block->network->projections[index].blocks[block->index];
    const uint32_t begin = rows->row[source];
    const uint32_t end = rows->row[source + 1];
    plastic_scratch *scratch = sl_plastic_scratch_create();
    bool done = scratch != NULL;
    for (uint32_t i = begin; done && i < end;) {
        const uint32_t first = i;
        if (rows->delay == NULL) {
            i = end;
        } else {
            for (i++; i < end && rows->delay[i] == rows->delay[first]; i++) {
            }
        }
        done = read_run(block, index, source, first, i - first, now, scratch,
                        weight + (first - begin));
    }
    sl_plastic_scratch_destroy(scratch);
    return done;
}

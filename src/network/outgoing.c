/* outgoing - the delays at which spikes of a population arrive somewhere.
 *
 * Projections without synapses are left out: they would only wake the scheduler for nothing.
 */
#include "network/outgoing.h"

#include <stdlib.h>

#include "base/memory.h"
#include "network/network_build.h"

/* How constant delays are rounded; `function` NULL: not at all. */
typedef struct rounding {
    sim_time (*function)(sim_time delay, sim_time step);
    sim_time step;
} rounding;

static sim_time as_used(const rounding *rounding, sim_time delay)
{
    return rounding->function != NULL ? rounding->function(delay, rounding->step) : delay;
}

static bool leaves(const projection *p, uint32_t source)
{
    return p->source == source && p->synapses > 0;
}

/* The class of this delay, made at its place in ascending order when it is not there. */
static delay_class *class_of(outgoing *out, sim_time delay)
{
    uint32_t at = 0;
    while (at < out->class_count && out->classes[at].delay < delay) {
        at++;
    }
    if (at == out->class_count || out->classes[at].delay != delay) {
        for (uint32_t i = out->class_count++; i > at; i--) {
            out->classes[i] = out->classes[i - 1];
        }
        out->classes[at] = (delay_class){.delay = delay};
    }
    return &out->classes[at];
}

/* Note the projections in their places; `members` has room for all of this source. */
static void collect(const saltus_network *network, uint32_t source, const rounding *rounding,
                    outgoing *out, uint32_t *members)
{
    /* How many each class has. */
    for (uint32_t i = 0; i < network->projection_count; i++) {
        const projection *p = &network->projections[i];
        if (leaves(p, source) && !p->own_delay) {
            class_of(out, as_used(rounding, p->delay))->count++;
        }
    }
    for (uint32_t c = 0; c < out->class_count; c++) {
        out->classes[c].projections = members;
        members += out->classes[c].count;
        out->classes[c].count = 0;
    }
    /* Which they are. */
    for (uint32_t i = 0; i < network->projection_count; i++) {
        const projection *p = &network->projections[i];
        if (!leaves(p, source)) {
            continue;
        }
        if (p->own_delay) {
            out->own_delay[out->own_delay_count++] = i;
        } else {
            delay_class *class = class_of(out, as_used(rounding, p->delay));
            class->projections[class->count++] = i;
        }
        const sim_time longest = as_used(rounding, p->max_delay);
        out->max_delay = longest > out->max_delay ? longest : out->max_delay;
    }
}

bool sl_outgoing_init(outgoing *out, const saltus_network *network, uint32_t source,
                      sim_time (*rounded)(sim_time delay, sim_time step), sim_time step)
{
    *out = (outgoing){.max_delay = -1};
    const rounding rounding = {.function = rounded, .step = step};
    uint32_t shared = 0;
    uint32_t own = 0;
    for (uint32_t i = 0; i < network->projection_count; i++) {
        const projection *p = &network->projections[i];
        shared += leaves(p, source) && !p->own_delay;
        own += leaves(p, source) && p->own_delay;
    }
    if (shared + own == 0) {
        return true;
    }
    /* classes[0].projections is the array of all classes' members. */
    out->classes = sl_memory_zeroed(shared, sizeof *out->classes);
    out->own_delay = sl_memory_array(own, sizeof *out->own_delay);
    uint32_t *members = sl_memory_array(shared, sizeof *members);
    if (out->classes == NULL || out->own_delay == NULL || members == NULL) {
        free(members);
        return false;
    }
    collect(network, source, &rounding, out, members);
    if (out->class_count == 0) {
        free(members);
    }
    return true;
}

/* The first class owns the members of all. */
void sl_outgoing_clear(outgoing *out)
{
    if (out->class_count > 0) {
        free(out->classes[0].projections);
    }
    free(out->classes);
    free(out->own_delay);
    *out = (outgoing){.max_delay = -1};
}

saltus_status sl_network_add_outgoing(saltus_network *network, saltus_error *error)
{
    network->outgoing = sl_memory_zeroed(network->population_count, sizeof *network->outgoing);
    if (network->outgoing == NULL) {
        return sl_fail_memory(error);
    }
    for (uint32_t i = 0; i < network->population_count; i++) {
        if (!sl_outgoing_init(&network->outgoing[i], network, i, NULL, 0)) {
            return sl_fail_memory(error);
        }
    }
    network->min_delay = SIM_TIME_NEVER;
    for (uint32_t i = 0; i < network->projection_count; i++) {
        const projection *p = &network->projections[i];
        if (p->synapses > 0 && p->delay < network->min_delay) {
            network->min_delay = p->delay;
        }
    }
    return SALTUS_OK;
}

/* Smallest delay >= from in one row, at most `best`. */
static sim_time next_in_row(const fan_out *rows, uint32_t source, sim_time from, sim_time best)
{
    uint32_t low = rows->row[source];
    const uint32_t end = rows->row[source + 1];
    uint32_t high = end;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (rows->delay[middle] < from) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < end && rows->delay[low] < best ? rows->delay[low] : best;
}

sim_time sl_network_next_delay(const saltus_network *network, uint32_t id, sim_time from)
{
    const uint32_t source = sl_network_population_of(network, id);
    const outgoing *out = &network->outgoing[source];
    sim_time best = SIM_TIME_NEVER;
    for (uint32_t c = 0; c < out->class_count; c++) {
        if (out->classes[c].delay >= from) {
            best = out->classes[c].delay;
            break;
        }
    }
    for (uint32_t i = 0; i < out->own_delay_count; i++) {
        const projection *p = &network->projections[out->own_delay[i]];
        if (p->max_delay < from || p->delay >= best) {
            continue;
        }
        for (uint32_t b = 0; b < network->block_count; b++) {
            if (p->blocks[b].row != NULL) {
                best =
                    next_in_row(&p->blocks[b], id - network->populations[source].first, from, best);
            }
        }
    }
    return best;
}

/* From so many synapses a neuron on there is one for nearly every stretch of time. */
#define MANY_SYNAPSES 256

sim_time sl_network_next_visit(const saltus_network *network, uint32_t id, sim_time from)
{
    const uint32_t source = sl_network_population_of(network, id);
    const outgoing *out = &network->outgoing[source];
    uint64_t synapses = 0;
    sim_time least = SIM_TIME_NEVER;
    sim_time most = -1;
    for (uint32_t i = 0; i < out->own_delay_count; i++) {
        const projection *p = &network->projections[out->own_delay[i]];
        synapses += p->synapses;
        least = p->delay < least ? p->delay : least;
        most = p->max_delay > most ? p->max_delay : most;
    }
    if (synapses / network->populations[source].size < MANY_SYNAPSES) {
        return sl_network_next_delay(network, id, from);
    }
    const sim_time next = from > least ? from : least;
    return next <= most ? next : SIM_TIME_NEVER;
}

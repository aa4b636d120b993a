/* sent - spikes that may be in flight, with what shared parameters of release make of each.
 *
 * The state of release changes when a spike is sent and not when it arrives: all synapses of a
 * source with shared parameters go through the same, only at other times, so it is worked out once
 * and each spike keeps what it found. Spikes of one time follow each other with h = 0.
 *
 * The newest spike of a source lies in an array; when the next one comes while it may still be in
 * flight it goes into a log that all sources share. There entries are in the order in which they
 * were followed, so what has arrived is at the front. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/simulation.h"

#define LEAST_SENT 4096

/* Drop from the front of the log what was sent before `horizon`. */
static void forget(release_projection *release, sim_time horizon)
{
    size_t gone = 0;
    while (gone < release->count && release->sent[gone].time < horizon) {
        gone++;
    }
    release->count -= gone;
    release->first_place += gone;
    memmove(release->sent, release->sent + gone, release->count * sizeof *release->sent);
    release->limit = LEAST_SENT + 2 * release->count;
}

/* `spike` into the log; its place there. False: out of memory. */
static bool keep(release_projection *release, const sent_spike *spike, sim_time horizon,
                 uint64_t *place)
{
    if (release->count > release->limit) {
        forget(release, horizon);
    }
    void *sent = release->sent;
    if (!sl_memory_grow(&sent, &release->capacity, release->count, sizeof *release->sent)) {
        return false;
    }
    release->sent = sent;
    *place = release->first_place + release->count;
    release->sent[release->count++] = *spike;
    return true;
}

/* What shared parameters make of a spike that follows `last`. */
static void follow(const release_projection *release, const sent_spike *last, sent_spike *spike)
{
    const double rest = release->spec.u;
    const bool sites = release->spec.model == SALTUS_RELEASE_STOCHASTIC;
    spike->u = rest;
    spike->x = 1;
    if (spike->since < 0 || release->own || release->spec.model == SALTUS_RELEASE_UNRELIABLE ||
        release->spec.model == SALTUS_RELEASE_SURE) {
        return;
    }
    const double kept = release_kept(spike->since, release->inverse_rec);
    spike->x = sites ? 1 - kept : release_recovered(last->x, last->u, kept);
    spike->u = release_facilitated(last->u, rest, release_kept(spike->since, release->inverse_fac));
}

static bool send(release_projection *release, uint32_t source, sim_time t, sim_time horizon)
{
    sent_spike *newest = &release->newest[source];
    sent_spike spike = {.time = t, .since = -1, .before = UINT64_MAX};
    if (newest->time != SIM_TIME_NEVER) {
        spike.since = (double)(t - newest->time);
        spike.number = newest->number + 1;
        spike.twin = newest->time == t ? newest->twin + 1 : 0;
        if (newest->time >= horizon && !keep(release, newest, horizon, &spike.before)) {
            return false;
        }
    }
    follow(release, newest, &spike);
    *newest = spike;
    return true;
}

bool sl_transmission_sent(saltus_simulation *simulation, uint32_t population, uint32_t neuron,
                          sim_time t)
{
    const projection_index *from = &simulation->release_from;
    const uint32_t source = neuron - simulation->network->populations[population].first;
    for (uint32_t i = from->start[population]; i < from->start[population + 1]; i++) {
        release_projection *release = simulation->release[from->projection[i]];
        /* the window's arrivals are done: those of spikes before this one */
        const sim_time horizon = simulation->window_start - release->longest_delay;
        if (!send(release, source, t, horizon)) {
            return false;
        }
    }
    return true;
}

const sent_spike *sl_sent_before(const release_projection *release, const sent_spike *spike)
{
    const uint64_t place = spike->before - release->first_place;
    return spike->before != UINT64_MAX && place < release->count ? &release->sent[place] : NULL;
}

/* What is in flight is there; a checkpoint of nonsense may ask for more. */
const sent_spike *sl_sent_find(const release_projection *release, uint32_t source, sim_time t,
                               uint32_t twin)
{
    const sent_spike *spike = &release->newest[source];
    while (spike->time != t || spike->twin != twin) {
        const sent_spike *before = sl_sent_before(release, spike);
        if (before == NULL) {
            break;
        }
        spike = before;
    }
    return spike;
}

bool sl_sent_restore(release_projection *release, uint32_t source, const sent_spike *spike)
{
    sent_spike *newest = &release->newest[source];
    uint64_t before = UINT64_MAX;
    /* source after source, so nothing here is old: no horizon */
    if (newest->time != SIM_TIME_NEVER && !keep(release, newest, 0, &before)) {
        return false;
    }
    *newest = *spike;
    newest->before = before;
    return true;
}

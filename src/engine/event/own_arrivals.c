/* own_arrivals - events of own delays for groups that do not stand apart: arrivals among those of
 * shared delays (own_delays.h). */
#include "engine/event/own_delays.h"
#include "engine/simulation.h"

/* Events ahead of which synapses are fetched into the cache: the rows of a large network are in
 * memory, and each event is of another one. */
#define EVENTS_AHEAD 12

static void prefetch(const block_state *block, const own_event *event)
{
    const own_kind *kind = &block->own->kind[block->own->row[event->row].projection];
    __builtin_prefetch(kind->rows->target + event->synapse);
    if (kind->rows->weight_f != NULL) {
        __builtin_prefetch(kind->rows->weight_f + event->synapse);
    }
}

bool sl_own_delays_take(block_state *block, sim_time t)
{
    own_delays *own = block->own;
    own_calendar *calendar = &own->others;
    if (!sl_own_delays_open(block, calendar)) {
        return false;
    }
    const own_events *open = &calendar->open;
    const own_event *event = open->event + open->first;
    const size_t left = open->count - open->first;
    size_t taken = 0;
    for (; taken < left && own_event_time(calendar, &event[taken]) == t; taken++) {
        if (taken + EVENTS_AHEAD < left) {
            prefetch(block, &event[taken + EVENTS_AHEAD]);
        }
        const own_row *row = &own->row[event[taken].row];
        const projection *projection = &block->network->projections[row->projection];
        const uint32_t source = row->source - block->network->populations[projection->source].first;
        const uint32_t count = (uint32_t)event[taken].key & OWN_MOST;
        const uint32_t first = event[taken].synapse;
        const arrival arrival = {.time = t,
                                 .emitted = row->emitted,
                                 .source = row->source,
                                 .row = count > 1 ? source
                                                  : own->kind[row->projection].rows->target[first],
                                 .projection = row->projection,
                                 .first = first,
                                 .count = count};
        if (!sl_arrival_list_push(&block->due, arrival)) {
            return false;
        }
    }
    sl_own_delays_done(calendar, taken);
    return true;
}

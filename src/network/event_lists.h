/* event_lists - listed spikes and arrivals, bucketed by group. */
#ifndef SALTUS_EVENT_LISTS_H
#define SALTUS_EVENT_LISTS_H

#include "base/status.h"
#include "network/network.h"

/* A list as an experiment gives it: in time order, neurons by index in the population. */
typedef struct listed_events {
    const char *name; /* what it belongs to, for messages */
    const double *time_ms;
    const uint32_t *neuron;
    const double *weight; /* NULL for spikes */
    size_t count;
} listed_events;

/* Fill `list` for population `target`. On failure what was allocated hangs on `list`. */
saltus_status sl_event_list_build(const population *target, const listed_events *events,
                                  event_list *list, saltus_error *error);
void sl_event_list_clear(event_list *list);

#endif /* SALTUS_EVENT_LISTS_H */

/* current_adder - single arrivals at neurons of one group whose currents are exponential and none
 * joined to the membrane (current_scale.h): for loops over events of many times. */
#ifndef SALTUS_CURRENT_ADDER_H
#define SALTUS_CURRENT_ADDER_H

#include "engine/event/current_screen.h"
#include "engine/event/current_terms.h"
#include "engine/event/group.h"

/* What such a loop keeps at hand. */
typedef struct current_adder {
    double *scaled, *coordinate;    /* of the group's first neuron */
    const double *th_of, *reset_of; /* likewise; NULL: shared */
    double th, reset, level;        /* shared; current_screen_level of them */
    double inverse_tau;             /* of the membrane, a tick */
    sim_time horizon;               /* of the group: changes when anything but additions is done */
    const network_receptor *receptors;
    double rate[LIF_CURRENTS], c[LIF_CURRENTS];
} current_adder;

static inline __attribute__((always_inline)) current_adder
current_adder_of(const group_state *group, uint32_t currents)
{
    const network_currents *of = group->currents.of;
    current_adder adder = {.scaled = group->scaled,
                           .coordinate = group->currents.coordinate,
                           .th_of = group->test.th_of,
                           .reset_of = group->reset_of,
                           .th = group->test.th,
                           .reset = group->reset,
                           .level = current_screen_level(group->test.th, group->reset),
                           .inverse_tau = group->base->inverse_tau,
                           .horizon = group->horizon,
                           .receptors = of->receptors};
    for (uint32_t k = 0; k < currents; k++) {
        adder.rate[k] = of->model.rate[k];
        adder.c[k] = of->c[k];
    }
    return adder;
}

static inline double current_adder_level(const current_adder *adder, uint32_t member)
{
    if (adder->th_of == NULL && adder->reset_of == NULL) {
        return adder->level;
    }
    return current_screen_level(adder->th_of != NULL ? adder->th_of[member] : adder->th,
                                adder->reset_of != NULL ? adder->reset_of[member] : adder->reset);
}

/* s(t) of one time: of the membrane at scale[0], of current k at scale[(k + 1) * stride]. */
static inline __attribute__((always_inline)) currents_readout
current_adder_read(const current_adder *adder, const double *scale, size_t stride,
                   uint32_t currents)
{
    current_scales scales = {.membrane = scale[0]};
    for (uint32_t k = 0; k < currents; k++) {
        scales.of[k] = scale[(k + 1) * stride];
    }
    currents_readout readout;
    currents_read_exponential(adder->c, currents, &scales, &readout);
    return readout;
}

/* Add an arrival of weight pA to a member, to which its group has been brought: what a row adds, to
 * the last bit. `currents` is known where this is inlined. */
static inline __attribute__((always_inline)) void
current_adder_put(const current_adder *adder, uint32_t receptor, uint32_t member, double weight,
                  const double *scale, size_t stride, uint32_t currents)
{
    const network_receptor *at = &adder->receptors[receptor];
    double *x = adder->coordinate + (size_t)member * currents;
    double put_a = 0;
    for (uint32_t i = 0; i < (currents == 1 ? 1 : at->count); i++) {
        const uint32_t k = currents == 1 ? 0 : at->current[i];
        current_readout put;
        current_read_exponential(adder->c[k], scale[(k + 1) * stride], scale[0], &put);
        put_a += at->factor[i] * put.put_a;
        x[k] += weight * (at->factor[i] * put.put_b);
    }
    adder->scaled[member] += weight * put_a;
}

/* May a member, to which something was added at t, cross? */
static inline __attribute__((always_inline)) bool
current_adder_may_cross(const current_adder *adder, uint32_t member, const double *scale,
                        size_t stride, sim_time t, uint32_t currents)
{
    const currents_readout readout = current_adder_read(adder, scale, stride, currents);
    return current_screen_one(adder->rate, &readout, currents, current_adder_level(adder, member),
                              adder->horizon == SIM_TIME_NEVER,
                              (double)(adder->horizon - t) * adder->inverse_tau,
                              adder->scaled[member], adder->coordinate + (size_t)member * currents);
}

/* Do the terms of the time (current_terms.h) let the member through, to which something was added
 * then? Of neurons that have none all pass, and of a group that sleeps. */
static inline __attribute__((always_inline)) bool
current_adder_passes(const current_adder *adder, uint32_t member, const double *term, size_t stride,
                     uint32_t currents)
{
    if (currents > CURRENT_TERMS_CURRENTS || adder->horizon == SIM_TIME_NEVER) {
        return true;
    }
    const double *x = adder->coordinate + (size_t)member * currents;
    double sum = adder->scaled[member] * term[0];
    for (uint32_t k = 0; k < currents; k++) {
        sum += x[k] * term[(1 + 2 * k) * stride];
        sum += (x[k] + __builtin_fabs(x[k])) * term[(2 + 2 * k) * stride];
    }
    return sum >= current_adder_level(adder, member);
}

/* External event number `event` of a train, from what the train keeps; may its neuron cross? */
static inline __attribute__((always_inline)) bool current_adder_external(const current_adder *adder,
                                                                         const train *train,
                                                                         uint32_t event,
                                                                         uint32_t currents)
{
    const double weight = train->weight_of != NULL ? train->weight_of[event] : train->weight;
    const uint32_t member = train->member[event];
    const double *scale = train->scale + event;
    current_adder_put(adder, train->receptor, member, weight, scale, TRAIN_ROOM, currents);
    return current_adder_passes(adder, member, scale + (1 + currents) * TRAIN_ROOM, TRAIN_ROOM,
                                currents) &&
           current_adder_may_cross(adder, member, scale, TRAIN_ROOM, train->time[event], currents);
}

#endif /* SALTUS_CURRENT_ADDER_H */

/* modulators - rewards: where they come from, and when they enter the signals that rules read.
 *
 * Rewards are listed, come with spikes, after coincidences of two neurons, or from the caller. They
 * enter in the order of (time, kind, number), all those of a window before blocks work on it: a
 * spike brings its reward after a delay, and no window is longer than the smallest of these. On
 * grids too a reward keeps its own time, between steps; what a step of `interpolated` finds at its
 * end brings a reward after a step at least, as its arrivals do.
 */
#ifndef SALTUS_MODULATORS_H
#define SALTUS_MODULATORS_H

#include <stdbool.h>

#include "models/plasticity/modulator.h"
#include "network/network.h"

struct saltus_simulation;

/* Kinds in the order of entry at one time; listed ones come first and do not wait here. */
typedef enum reward_kind { REWARD_POPULATION = 1, REWARD_PAIR, REWARD_GIVEN } reward_kind;

/* A reward that has yet to come. */
typedef struct coming_reward {
    sim_time time;
    uint64_t order; /* kind << 60 | number within the kind */
    double amount;
} coming_reward;

/* One modulator. All but `from` and the delays is kept in a checkpoint. */
typedef struct modulator_state {
    const network_modulator *from;
    sim_time population_delay, pair_delay_low, pair_delay_high; /* as used */
    double level;          /* D just after the last reward that has entered, */
    sim_time time;         /* which was then */
    uint64_t rewards;      /* entered */
    size_t listed;         /* of these, from the list */
    coming_reward *coming; /* heap by (time, order) */
    size_t count, capacity;
    uint64_t from_population, from_pair, given; /* rewards so far, entered or coming */
    sim_time pre_last, pre_before;              /* the last two times at which `pre` fired; NONE */
} modulator_state;

/* What the rules of one modulator and one tau_c read. */
typedef struct modulated_signal {
    uint32_t modulator;
    double tau_c_ms;
    modulator_signal signal;
} modulated_signal;

typedef struct modulators {
    modulator_state *state; /* [count]; NULL: none */
    uint32_t count;
    modulated_signal *signal; /* [projections]; the first signal_count are in use */
    uint32_t signal_count;
    size_t limit; /* forget when a signal keeps more rewards */
} modulators;

/* The network, engine and clock are set; windows are made short enough. False: out of memory. */
bool sl_modulators_init(struct saltus_simulation *simulation);
void sl_modulators_clear(struct saltus_simulation *simulation);
/* The signal of a modulator for a rule's tau_c, made when there is none; NULL: out of memory. */
const modulator_signal *sl_modulators_signal(struct saltus_simulation *simulation,
                                             uint32_t modulator, double tau_c_ms);

/* A source or neuron fired, in the order (time, neuron); between windows. False: out of memory. */
bool sl_modulators_sent(struct saltus_simulation *simulation, uint32_t population, uint32_t neuron,
                        sim_time t);
/* Every reward before `end` enters. False: out of memory. */
bool sl_modulators_enter(struct saltus_simulation *simulation, sim_time end);
/* One more is to come. False: out of memory. */
bool sl_modulators_come(modulator_state *state, coming_reward reward);
/* All weights that read the signal know of everything before this time, at most `end`. */
sim_time sl_modulators_settled(const struct saltus_simulation *simulation,
                               const modulator_signal *signal, sim_time end);

#endif /* SALTUS_MODULATORS_H */

/* plastic_net - small networks whose spikes are all dictated: run, and compared with the reference.
 *
 * Sources follow lists. Neurons have a threshold that no synapse reaches and fire exactly when an
 * arrival of a huge weight says so. So a synapse cannot change any spike, whatever it learns, and
 * what it should have learnt follows from the lists alone (support/eager_plasticity.h), as do the
 * potentials.
 */
#ifndef SALTUS_TEST_PLASTIC_NET_H
#define SALTUS_TEST_PLASTIC_NET_H

#include "saltus/saltus.h"
#include "support/eager_plasticity.h"

#define PLASTIC_MS               ((int64_t)100000000000)
#define PLASTIC_MOST_POPULATIONS 4
#define PLASTIC_MOST_PROJECTIONS 6
#define PLASTIC_MOST_READS       8
#define PLASTIC_MOST_REWARDS     64

/* Spikes of one neuron: ticks, grown as needed. */
typedef struct plastic_train {
    int64_t *ticks;
    size_t count, capacity;
} plastic_train;

typedef struct plastic_population {
    bool source; /* else lif_delta */
    uint32_t size;
    double tau_m_ms;
    plastic_train *trains; /* [size] non-decreasing; of neurons: without repeats */
} plastic_population;

typedef struct plastic_net {
    plastic_population populations[PLASTIC_MOST_POPULATIONS];
    uint32_t population_count;
    /* Lists in the specs belong to the net. */
    saltus_projection_spec projections[PLASTIC_MOST_PROJECTIONS];
    uint32_t projection_count;
    /* One modulator, of all projections whose rules have one. */
    double tau_d_ms, baseline;
    int64_t rewards[PLASTIC_MOST_REWARDS]; /* ticks, non-decreasing */
    double amounts[PLASTIC_MOST_REWARDS];
    size_t reward_count;
    uint64_t seed;
    int64_t reads[PLASTIC_MOST_READS]; /* weights are compared then; ascending */
    uint32_t read_count;
    int64_t end;        /* and then */
    const char *engine; /* NULL: event */
} plastic_net;

uint32_t plastic_net_add_population(plastic_net *net, bool source, uint32_t size);
void plastic_net_add_spike(plastic_net *net, uint32_t population, uint32_t neuron, int64_t tick);
/* Put all trains in order; drop what a neuron cannot do twice. */
void plastic_net_sort(plastic_net *net);
/* Copies the lists of the spec. Returns the projection's index. */
uint32_t plastic_net_add_projection(plastic_net *net, const saltus_projection_spec *spec);
/* One synapse from each source to each target, all with this weight and delay. */
uint32_t plastic_net_connect(plastic_net *net, uint32_t from, uint32_t to, saltus_rule rule,
                             double weight_mV, double delay_ms,
                             const saltus_plasticity_spec *plasticity);
void plastic_net_clear(plastic_net *net);

/* The double that the library reads as this tick. */
double plastic_ms(int64_t tick);
saltus_experiment *plastic_net_experiment(const plastic_net *net);

/* What comparing found. */
typedef struct plastic_tally {
    uint64_t nets, weights, undecided, changes, spikes;
    uint64_t potentials;
    double worst;  /* largest difference of a decided weight, relative to w_max */
    char why[512]; /* of the first difference */
} plastic_tally;

/* Run it twice, once with reads and once without, in different ways; both runs must be the same
 * bits, and all weights and potentials those of the reference. False: `tally->why`. */
bool plastic_net_check(const plastic_net *net, plastic_tally *tally);

/* Weights of projection 0 at the end as read from the library, [synapses] in the order (source,
 * target, delay, drawing). Free the result. */
double *plastic_net_weights(const plastic_net *net, size_t *count);

#endif /* SALTUS_TEST_PLASTIC_NET_H */

/* own_groups - groups that stand apart (own_delays.h): what arrives at them within a while, dealt
 * out. */
#ifndef SALTUS_OWN_GROUPS_H
#define SALTUS_OWN_GROUPS_H

#include "engine/event/current_terms.h"
#include "engine/event/own_delays.h"

/* One synapse's arrival. */
typedef struct own_arrival {
    uint32_t moment; /* index of its time */
    uint16_t member; /* of its group */
    uint16_t projection;
    float weight; /* where the projection's synapses have weights of their own */
} own_arrival;

/* Of one group, in order. */
typedef struct own_list {
    own_arrival *arrival; /* [capacity] */
    size_t count, capacity;
} own_list;

/* Screens of neurons whose scale factors are the same. */
typedef struct own_screen {
    const group_state *any; /* a group of them */
    double *term;           /* [CURRENT_TERMS * room] current_terms.h */
} own_screen;

/* Arrivals that are dealt out together, at least. */
#define OWN_DEALT CURRENT_TERMS_TIMES

struct own_groups {
    uint32_t group_count;
    own_list *list;   /* [group_count] */
    uint64_t *dealt;  /* [projections] synapses, not counted yet */
    size_t moments;   /* times at which something arrives */
    size_t room;      /* for them, and for a vector beyond */
    sim_time *time;   /* [room] */
    double *scale;    /* [base_count * room] s(time) */
    uint32_t *base;   /* [base_count] time bases, indices of the network's */
    uint32_t *row_of; /* [time bases of the network] rows of `scale` */
    uint32_t base_count;
    own_screen *screen; /* [populations], only of the first of those alike (network_currents) */
    double *terms;      /* of all of them */
};

static inline const double *own_scale(const own_groups *groups, uint32_t base)
{
    return groups->scale + groups->row_of[base] * groups->room;
}

/* Scale factors and screens of all moments. */
void sl_own_groups_prepare(const block_state *block, own_groups *groups);

#endif /* SALTUS_OWN_GROUPS_H */

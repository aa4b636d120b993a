/* current_scale - neurons with decaying currents in scaled coordinates: numbers that stay the same
 * between events.
 *
 * With s(t) of time_base.h for the membrane and for each current, and c = 1 / (1 - rate):
 *
 *   exponential   b = J s_k                              v s_m = a + c J s_m
 *   alpha         g = H s_k, b = (J - H x) s_k           v s_m = a + (c J - c^2 rate H) s_m
 *   threshold     b = h s_k                              z s_m = a - h s_m
 *
 * where x is the time since the beginning of the current's epoch in units of its tau. A current
 * whose tau is close to tau_m (lif_current_joins) would make c large; it has the membrane's epochs
 * instead of its own, and with G(x) = s_m(x) times the gains of lif_current.h
 *
 *   exponential   v s_m = a + b G(x)
 *   alpha         v s_m = a + b G(x) + g G_alpha(x)
 *
 * So an arrival is two or three additions, and V and every J are sums of products with numbers that
 * are the same for a whole population: `currents_readout`, computed once a time.
 *
 * Coordinates of a neuron: those of current 0, 1, ..., one if it is exponential or of the
 * threshold, two (b, g) if alpha; a stands by itself, minus infinity while V is held. */
#ifndef SALTUS_CURRENT_SCALE_H
#define SALTUS_CURRENT_SCALE_H

#include "models/neuron/lif_current.h"
#include "models/neuron/time_base.h"

#define LIF_COORDINATES (2 * LIF_CURRENTS)

/* Of one current at one time. */
typedef struct current_readout {
    double put_a, put_b, put_g; /* for 1 mV: added to each coordinate */
    double j_b, j_g, h_g;       /* J = b j_b + g j_g, H = g h_g */
    double v_b, v_g;            /* what it is of v, or of z */
} current_readout;

typedef struct currents_readout {
    sim_time time;
    double scale, inverse; /* s_m; v = a inverse + what the currents add */
    current_readout of[LIF_CURRENTS];
} currents_readout;

/* Where the scaled coordinates of a population begin. */
typedef struct current_bases {
    const time_base *membrane;
    const time_base *of[LIF_CURRENTS];
} current_bases;

/* s at one time: of the membrane, and of each current that is not joined to it. */
typedef struct current_scales {
    double membrane, of[LIF_CURRENTS];
} current_scales;

/* c of a current that is not joined. */
static inline double lif_current_c(double rate)
{
    return 1 / (1 - rate);
}

/* The readout of a current that is exponential and not joined. */
static inline void current_read_exponential(double c, double scale, double scale_m,
                                            current_readout *out)
{
    const double inverse = 1 / scale;
    out->j_b = inverse;
    out->v_b = c * inverse;
    out->put_b = scale;
    out->put_a = -c * scale_m;
}

/* The same of a neuron whose currents are all of this kind, all that is of use; `count` is known
 * where this is inlined. */
static inline __attribute__((always_inline)) void
currents_read_exponential(const double *c, uint32_t count, const current_scales *scales,
                          currents_readout *readout)
{
    readout->scale = scales->membrane;
    readout->inverse = 1 / scales->membrane;
    for (uint32_t k = 0; k < count; k++) {
        current_read_exponential(c[k], scales->of[k], scales->membrane, &readout->of[k]);
    }
}

/* Are all currents of this kind? */
static inline bool lif_currents_are_exponential(const lif_currents *currents)
{
    bool all = true;
    for (uint32_t k = 0; k < currents->count; k++) {
        all &=
            !currents->alpha[k] && !currents->threshold[k] && !lif_current_joins(currents->rate[k]);
    }
    return all;
}

/* Coordinates a neuron has; those of current k begin at first[k]. */
uint32_t sl_current_coordinates(const lif_currents *currents, uint32_t *first);

/* All epochs hold t. */
void sl_currents_readout(const lif_currents *currents, const current_bases *bases, sim_time t,
                         currents_readout *readout);

/* v (z with a moving threshold) and the currents of a neuron, as lif_current.h wants them. */
void sl_currents_state(const lif_currents *currents, const currents_readout *readout, double a,
                       const double *coordinate, lif_current_state *state);

/* What is in v of the currents alone; never of the threshold. */
double sl_currents_share(const lif_currents *currents, const currents_readout *readout,
                         const double *coordinate);

/* By how much the threshold is above th: the sum of its components. */
double sl_currents_theta(const lif_currents *currents, const currents_readout *readout,
                         const double *coordinate);

/* Take a neuron's coordinates `epochs` further: those of the current k; `a` too where `membrane`.
 * Epoch by epoch, so that it does not matter when it is done. */
void sl_current_rebase(const lif_currents *currents, uint32_t k, uint64_t epochs, double *b);
void sl_membrane_rebase(const lif_currents *currents, uint64_t epochs, double *a,
                        double *coordinate);

#endif /* SALTUS_CURRENT_SCALE_H */

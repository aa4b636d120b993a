/* current_scene - single neurons with synaptic currents: a neuron in closed form (book), and one in
 * the library (scene), for tests that compare them. */
#ifndef SALTUS_TEST_CURRENT_SCENE_H
#define SALTUS_TEST_CURRENT_SCENE_H

#include "saltus/saltus.h"

__extension__ typedef __float128 quad;

#define TICK_MS 1e-11

/* ---- Closed forms ------------------------------------------------------------------------------
 */

/* A neuron at one time; V absolute, currents in pA, H of alpha currents only. */
typedef struct book {
    double tau_m, c_m, v_inf;
    quad v;
    uint32_t count;
    double tau[3];
    quad j[3], h[3];
} book;

/* Of a neuron at rest, or at v_init. */
book book_of_spec(const saltus_population_spec *spec);
/* V of 1 pA of J after t ms. */
quad book_share_of_j(const book *b, double tau, quad t);
quad book_v_after(const book *b, quad t);
void book_go_on(book *b, quad t);
/* V reaches th within `length`, where it does so once. */
quad book_reaches(const book *b, double th, quad length);

/* ---- The same in the library -------------------------------------------------------------------
 */

typedef struct pulse {
    double ms, weight_pA;
    uint32_t receptor;
} pulse;

enum { PULSES = 8, SPIKES = 6000 };

typedef struct scene {
    saltus_experiment *experiment;
    saltus_network *network;
    saltus_simulation *simulation;
    saltus_spike spike[SPIKES];
    size_t spikes;
} scene;

void scene_must(saltus_status status, const saltus_error *error);
void scene_begin(scene *s);
uint32_t scene_population(scene *s, const saltus_population_spec *spec);
/* Onto neuron 0. */
void scene_arrivals(scene *s, uint32_t target, const pulse *pulses, size_t count);
void scene_start(scene *s);
/* V of a neuron at t, no earlier than before. */
double scene_v(scene *s, uint32_t population, uint32_t neuron, double ms);
void scene_end(scene *s);
/* tau_m 10 ms, C 250 pF, at rest at 0, a threshold far away. */
saltus_population_spec scene_cell(saltus_model model, double tau_ms);
/* One neuron of these parameters that gets these pulses; started. */
void scene_alone(scene *s, saltus_population_spec spec, const pulse *pulses, size_t count);

#endif /* SALTUS_TEST_CURRENT_SCENE_H */

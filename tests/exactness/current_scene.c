/* current_scene - see current_scene.h. */
#include "current_scene.h"

#include <math.h>
#include <quadmath.h>
#include <stdio.h>

#include "support/suite.h"

/* ---- Closed forms ------------------------------------------------------------------------------
 */

/* V of 1 pA of J, or of H, after t ms (Rotter & Diesmann 1999, equations 15 and 16). */
quad book_share_of_j(const book *b, double tau, quad t)
{
    if (tau == b->tau_m) {
        return t / b->c_m * expq(-t / tau);
    }
    const quad a = 1 / (quad)tau, m = 1 / (quad)b->tau_m;
    return (expq(-m * t) - expq(-a * t)) / ((a - m) * b->c_m);
}

static quad share_of_h(const book *b, double tau, quad t)
{
    if (tau == b->tau_m) {
        return t * t / 2 / tau / b->c_m * expq(-t / tau);
    }
    const quad a = 1 / (quad)tau, d = a - 1 / (quad)b->tau_m;
    return a * (book_share_of_j(b, tau, t) - t * expq(-a * t) / b->c_m) / d;
}

quad book_v_after(const book *b, quad t)
{
    quad v = b->v_inf + (b->v - b->v_inf) * expq(-t / b->tau_m);
    for (uint32_t k = 0; k < b->count; k++) {
        v += b->j[k] * book_share_of_j(b, b->tau[k], t) + b->h[k] * share_of_h(b, b->tau[k], t);
    }
    return v;
}

void book_go_on(book *b, quad t)
{
    b->v = book_v_after(b, t);
    for (uint32_t k = 0; k < b->count; k++) {
        const quad decay = expq(-t / b->tau[k]);
        b->j[k] = (b->j[k] + b->h[k] * t / b->tau[k]) * decay;
        b->h[k] *= decay;
    }
}

/* V reaches th within `length`, where it does so once. */
quad book_reaches(const book *b, double th, quad length)
{
    ck_assert(book_v_after(b, 0) < th && book_v_after(b, length) >= th);
    quad low = 0, high = length;
    for (int i = 0; i < 100; i++) {
        const quad middle = (low + high) / 2;
        *(book_v_after(b, middle) < th ? &low : &high) = middle;
    }
    return high;
}

/* ---- The same in the library -------------------------------------------------------------------
 */

void scene_must(saltus_status status, const saltus_error *error)
{
    ck_assert_msg(status == SALTUS_OK, "%s", error->message);
}

void scene_begin(scene *s)
{
    saltus_error error = {0};
    *s = (scene){0};
    scene_must(saltus_experiment_create("neurons", &s->experiment), &error);
    scene_must(saltus_experiment_set_duration(s->experiment, 10000, &error), &error);
}

uint32_t scene_population(scene *s, const saltus_population_spec *spec)
{
    saltus_error error = {0};
    uint32_t index = 0;
    scene_must(saltus_experiment_add_population(s->experiment, spec, &index, &error), &error);
    scene_must(saltus_experiment_record_spikes(s->experiment, index), &error);
    return index;
}

/* Onto neuron 0. */
void scene_arrivals(scene *s, uint32_t target, const pulse *pulses, size_t count)
{
    static const uint32_t first[PULSES];
    for (size_t i = 0; i < count; i++) {
        char name[24];
        snprintf(name, sizeof name, "in%zu", i);
        saltus_input_spec spec = saltus_input_spec_default();
        spec.name = name;
        spec.type = SALTUS_INPUT_ARRIVALS;
        spec.population = target;
        spec.receptor = pulses[i].receptor;
        spec.arrival_times_ms = &pulses[i].ms;
        spec.arrival_targets = first;
        spec.arrival_weights_pA = &pulses[i].weight_pA;
        spec.arrival_count = 1;
        saltus_error error = {0};
        scene_must(saltus_experiment_add_input(s->experiment, &spec, NULL, &error), &error);
    }
}

static saltus_status keep(void *to, const saltus_spike *spikes, size_t count)
{
    scene *s = to;
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_lt(s->spikes, SPIKES);
        s->spike[s->spikes++] = spikes[i];
    }
    return SALTUS_OK;
}

void scene_start(scene *s)
{
    saltus_error error = {0};
    scene_must(saltus_network_build(s->experiment, NULL, &s->network, &error), &error);
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = 1;
    scene_must(saltus_simulation_create(s->network, &options, &s->simulation, &error), &error);
    scene_must(saltus_simulation_add_spike_recorder(s->simulation, keep, s), &error);
}

/* V of a neuron at t, no earlier than before. */
double scene_v(scene *s, uint32_t population, uint32_t neuron, double ms)
{
    saltus_error error = {0};
    scene_must(saltus_simulation_run_until(s->simulation, ms, &error), &error);
    return saltus_simulation_potential_mV(s->simulation, population, neuron);
}

void scene_end(scene *s)
{
    saltus_simulation_destroy(s->simulation);
    saltus_network_destroy(s->network);
    saltus_experiment_destroy(s->experiment);
}

/* One neuron of these parameters that gets these pulses; started. */
void scene_alone(scene *s, saltus_population_spec spec, const pulse *pulses, size_t count)
{
    scene_begin(s);
    spec.name = "N";
    spec.size = spec.size > 0 ? spec.size : 1;
    scene_population(s, &spec);
    scene_arrivals(s, 0, pulses, count);
    scene_start(s);
}

/* tau_m 10 ms, C 250 pF, at rest at 0, a threshold far away. */
saltus_population_spec scene_cell(saltus_model model, double tau_ms)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.model = model;
    spec.tau_m_ms = 10;
    spec.v_th_mV = saltus_constant(2000);
    spec.receptors[0] = (saltus_receptor){.name = "syn", .tau_ms = tau_ms};
    return spec;
}

book book_of_spec(const saltus_population_spec *spec)
{
    book b = {.tau_m = spec->tau_m_ms,
              .c_m = spec->c_m_pF,
              .v_inf = spec->v_rest_mV + spec->i_e_pA.a * spec->tau_m_ms / spec->c_m_pF,
              .count = spec->receptor_count};
    b.v = isnan(spec->v_init_mV.a) ? spec->v_rest_mV : spec->v_init_mV.a;
    for (uint32_t k = 0; k < b.count; k++) {
        b.tau[k] = spec->receptors[k].tau_ms;
    }
    return b;
}

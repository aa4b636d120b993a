/* transmission_scene - see transmission_scene.h. The eager calculation sums over all pairs and all
 * spikes anew for every arrival; of the library it uses nothing. */
#include "transmission_scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/suite.h"
#include "support/trial.h"

typedef long double real;

/* ---- Random scenes -----------------------------------------------------------------------------
 */

static int by_time(const void *a, const void *b)
{
    const scene_spike *p = a, *q = b;
    return (p->at > q->at) - (p->at < q->at);
}

/* Bursts, silences, twins. */
static void add_spikes(scene *scene, uint64_t *seed)
{
    for (uint32_t source = 0; source < scene->sources; source++) {
        uint32_t at = 2 * trial_random_below(seed, 50);
        for (uint32_t i = 0; i < 30; i++) {
            scene->spikes[scene->spike_count++] = (scene_spike){.at = at, .neuron = source};
            const uint32_t kind = trial_random_below(seed, 6);
            at += kind == 0   ? 0
                  : kind == 1 ? 2 * trial_random_below(seed, 500)
                              : 2 * trial_random_below(seed, 20);
        }
    }
    qsort(scene->spikes, scene->spike_count, sizeof scene->spikes[0], by_time);
}

static void add_firing(scene *scene, uint64_t *seed)
{
    for (uint32_t target = 0; target < scene->targets; target++) {
        uint32_t at = 1 + 2 * trial_random_below(seed, 100);
        for (uint32_t i = 0; i < 12; i++) {
            scene->firing[scene->firing_count++] = (scene_spike){.at = at, .neuron = target};
            at += 4 + 2 * trial_random_below(seed, 120);
        }
    }
    qsort(scene->firing, scene->firing_count, sizeof scene->firing[0], by_time);
}

scene scene_random(uint64_t *seed, double unit_ms, bool own_delays, bool fires)
{
    scene scene = {.unit_ms = unit_ms,
                   .sources = 3,
                   .targets = 4,
                   .own_delays = own_delays,
                   .release = saltus_release_spec_default(),
                   .scaling = saltus_scaling_spec_default(),
                   .plasticity = saltus_plasticity_spec_default(),
                   .length = 3000};
    const uint32_t delay = 2 + 2 * trial_random_below(seed, 40);
    scene.synapse_count = 30;
    for (uint32_t i = 0; i < scene.synapse_count; i++) {
        scene.synapses[i] =
            (scene_synapse){.source = trial_random_below(seed, scene.sources),
                            .target = trial_random_below(seed, scene.targets),
                            .delay = own_delays ? 2 + 2 * trial_random_below(seed, 40) : delay,
                            .weight_mV = trial_random_in(seed, 0.1, 1)};
    }
    add_spikes(&scene, seed);
    if (fires) {
        add_firing(&scene, seed);
    }
    return scene;
}

/* ---- Through the engine ------------------------------------------------------------------------
 */

static void add_populations(const scene *scene, saltus_experiment *experiment)
{
    double times[SCENE_SPIKES];
    uint32_t neurons[SCENE_SPIKES];
    saltus_population_spec source = saltus_population_spec_default();
    source.name = "sources";
    source.size = scene->sources;
    source.model = SALTUS_MODEL_SPIKE_LIST;
    for (uint32_t i = 0; i < scene->spike_count; i++) {
        times[i] = scene->spikes[i].at * scene->unit_ms;
        neurons[i] = scene->spikes[i].neuron;
    }
    source.spike_times_ms = times;
    source.spike_neurons = neurons;
    source.spike_count = scene->spike_count;
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &source, NULL, NULL), SALTUS_OK);
    saltus_population_spec target = saltus_population_spec_default();
    target.name = "targets";
    target.size = scene->targets;
    target.tau_m_ms = SCENE_TAU_MS;
    target.v_th_mV = saltus_constant(1e6);
    target.t_ref_ms = 0;
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &target, NULL, NULL), SALTUS_OK);
}

static void add_input(const scene *scene, saltus_experiment *experiment)
{
    double times[SCENE_SPIKES], weights[SCENE_SPIKES];
    uint32_t neurons[SCENE_SPIKES];
    for (uint32_t i = 0; i < scene->firing_count; i++) {
        times[i] = scene->firing[i].at * scene->unit_ms;
        neurons[i] = scene->firing[i].neuron;
        weights[i] = 2e6;
    }
    saltus_input_spec input = saltus_input_spec_default();
    input.name = "drive";
    input.type = SALTUS_INPUT_ARRIVALS;
    input.population = 1;
    input.arrival_times_ms = times;
    input.arrival_targets = neurons;
    input.arrival_weights_mV = weights;
    input.arrival_count = scene->firing_count;
    ck_assert_int_eq(saltus_experiment_add_input(experiment, &input, NULL, NULL), SALTUS_OK);
}

static void add_projection(const scene *scene, saltus_experiment *experiment)
{
    uint32_t sources[SCENE_SYNAPSES], targets[SCENE_SYNAPSES];
    double weights[SCENE_SYNAPSES], delays[SCENE_SYNAPSES];
    for (uint32_t i = 0; i < scene->synapse_count; i++) {
        sources[i] = scene->synapses[i].source;
        targets[i] = scene->synapses[i].target;
        weights[i] = scene->synapses[i].weight_mV;
        delays[i] = scene->synapses[i].delay * scene->unit_ms;
    }
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = 0;
    spec.target = 1;
    spec.rule = SALTUS_RULE_LIST;
    spec.list_sources = sources;
    spec.list_targets = targets;
    spec.list_count = scene->synapse_count;
    spec.weight_mV = (saltus_value){
        .kind = SALTUS_VALUE_LIST, .list = weights, .list_length = scene->synapse_count};
    spec.delay_ms = saltus_constant(delays[0]);
    if (scene->own_delays) {
        spec.delay_ms = (saltus_value){
            .kind = SALTUS_VALUE_LIST, .list = delays, .list_length = scene->synapse_count};
    }
    spec.release = scene->release;
    spec.scaling = scene->scaling;
    spec.plasticity = scene->plasticity;
    saltus_error error = {0};
    ck_assert_msg(saltus_experiment_add_projection(experiment, &spec, NULL, &error) == SALTUS_OK,
                  "%s", error.message);
}

scene_run scene_begin(const scene *scene, const char *engine)
{
    scene_run run = {.engine = engine};
    saltus_error error = {0};
    saltus_simulation_options options = saltus_simulation_options_default();
    ck_assert_int_eq(saltus_engine_parse(engine, &options, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_create("scene", &run.experiment), SALTUS_OK);
    add_populations(scene, run.experiment);
    add_input(scene, run.experiment);
    add_projection(scene, run.experiment);
    ck_assert_msg(saltus_network_build(run.experiment, NULL, &run.network, &error) == SALTUS_OK &&
                      saltus_simulation_create(run.network, &options, &run.simulation, &error) ==
                          SALTUS_OK,
                  "%s", error.message);
    return run;
}

void scene_end(scene_run *run)
{
    saltus_simulation_destroy(run->simulation);
    saltus_network_destroy(run->network);
    saltus_experiment_destroy(run->experiment);
}

/* Place of synapse i among those of its source, in the order (target, delay, drawing). */
static uint32_t place_of(const scene *scene, uint32_t i)
{
    const scene_synapse *mine = &scene->synapses[i];
    uint32_t place = 0;
    for (uint32_t k = 0; k < scene->synapse_count; k++) {
        const scene_synapse *other = &scene->synapses[k];
        if (other->source != mine->source || other->target > mine->target) {
            continue;
        }
        place += other->target < mine->target || other->delay < mine->delay ||
                 (other->delay == mine->delay && k < i);
    }
    return place;
}

void scene_take_rest(scene *scene, const scene_run *run)
{
    for (uint32_t i = 0; i < scene->synapse_count; i++) {
        double u[SCENE_SYNAPSES], x[SCENE_SYNAPSES];
        ck_assert_int_eq(
            saltus_simulation_read_release(run->simulation, 0, scene->synapses[i].source, u, x),
            SALTUS_OK);
        scene->synapses[i].rest = u[place_of(scene, i)];
    }
}

/* ---- Eagerly
 * ------------------------------------------------------------------------------------- */

/* When spikes of targets are seen: interpolated finds them at the step's end, a unit later. */
static uint32_t seen(const scene_run *run, uint32_t at)
{
    return strncmp(run->engine, "interpolated", 12) == 0 ? at + 1 : at;
}

/* u x at the n-th spike of the scene's list, which is of this source. */
static real released(const scene *scene, const scene_synapse *synapse, uint32_t n)
{
    const saltus_release_spec *spec = &scene->release;
    const real rest = synapse->rest;
    real x = 1, u = rest;
    bool first = true;
    uint32_t last = 0;
    for (uint32_t i = 0; i <= n; i++) {
        if (scene->spikes[i].neuron != synapse->source) {
            continue;
        }
        const real h = ((real)scene->spikes[i].at - last) * scene->unit_ms;
        const real rec = spec->tau_rec_ms > 0 ? expl(-h / spec->tau_rec_ms) : 0;
        const real fac = spec->tau_fac_ms > 0 ? expl(-h / spec->tau_fac_ms) : 0;
        if (!first) {
            x = 1 - (1 - x * (1 - u)) * rec;
            u = rest + u * (1 - rest) * fac;
        }
        first = false;
        last = scene->spikes[i].at;
    }
    return spec->model == SALTUS_RELEASE_SURE ? 1 : u * x;
}

/* S of a target at a time, bounds left out. */
static real scaled(const scene *scene, const scene_run *run, uint32_t target, uint32_t at)
{
    const saltus_scaling_spec *spec = &scene->scaling;
    if (!(spec->rate_Hz > 0)) {
        return 1;
    }
    real sum = (real)at * scene->unit_ms / 1000;
    for (uint32_t i = 0; i < scene->firing_count; i++) {
        const uint32_t fired = seen(run, scene->firing[i].at);
        if (scene->firing[i].neuron == target && fired < at) {
            const real z = ((real)at - fired) * scene->unit_ms / spec->tau_ms;
            sum += expm1l(-z) / spec->rate_Hz; /* the integral of r is 1 - exp(-z) */
        }
    }
    return expl(sum * spec->gain_Hz);
}

/* Weight with which the n-th spike arrives: all pairs before it, each event bounded in turn. */
static real learnt(const scene *scene, const scene_run *run, const scene_synapse *synapse,
                   uint32_t n)
{
    const real w_max = scene->plasticity.value[0];
    real w = synapse->weight_mV;
    uint32_t next = 0; /* of firing */
    for (uint32_t i = 0; i <= n && scene->plasticity.rule != NULL; i++) {
        if (scene->spikes[i].neuron != synapse->source) {
            continue;
        }
        const uint32_t at = scene->spikes[i].at + synapse->delay;
        for (; next < scene->firing_count && seen(run, scene->firing[next].at) < at; next++) {
            const uint32_t fired = seen(run, scene->firing[next].at);
            real x = 0;
            for (uint32_t k = 0; k < scene->spike_count; k++) {
                const uint32_t pre = scene->spikes[k].at + synapse->delay;
                if (scene->spikes[k].neuron == synapse->source && pre < fired) {
                    x += expl(-((real)fired - pre) * scene->unit_ms / 20);
                }
            }
            if (scene->firing[next].neuron == synapse->target) {
                w = fminl(w + 0.005L * w_max * x, w_max);
            }
        }
        real y = 0;
        for (uint32_t k = 0; k < scene->firing_count; k++) {
            const uint32_t fired = seen(run, scene->firing[k].at);
            if (scene->firing[k].neuron == synapse->target && fired < at) {
                y += expl(-((real)at - fired) * scene->unit_ms / 20);
            }
        }
        w = fmaxl(w - 0.00525L * w_max * y, 0);
    }
    return w;
}

/* What is left of V after so many units. */
static real decay(const scene *scene, const scene_run *run, uint32_t units)
{
    const real h = scene->unit_ms / SCENE_TAU_MS;
    return strncmp(run->engine, "euler", 5) == 0 ? powl(1 - h, units) : expl(-h * units);
}

static real potential(const scene *scene, const scene_run *run, uint32_t target, uint32_t at)
{
    uint32_t reset = 0;
    for (uint32_t i = 0; i < scene->firing_count; i++) {
        if (scene->firing[i].neuron == target && scene->firing[i].at < at) {
            reset = scene->firing[i].at;
        }
    }
    real v = 0;
    for (uint32_t i = 0; i < scene->synapse_count; i++) {
        const scene_synapse *synapse = &scene->synapses[i];
        for (uint32_t n = 0; n < scene->spike_count && synapse->target == target; n++) {
            const uint32_t arrival = scene->spikes[n].at + synapse->delay;
            if (scene->spikes[n].neuron == synapse->source && arrival < at && arrival >= reset) {
                v += learnt(scene, run, synapse, n) * released(scene, synapse, n) *
                     scaled(scene, run, target, arrival) * decay(scene, run, at - arrival);
            }
        }
    }
    return v;
}

void scene_check(const scene *scene, const scene_run *run, uint32_t at)
{
    saltus_error error = {0};
    ck_assert_msg(saltus_simulation_run_until(run->simulation, at * scene->unit_ms, &error) ==
                      SALTUS_OK,
                  "%s", error.message);
    for (uint32_t target = 0; target < scene->targets; target++) {
        const double v = saltus_simulation_potential_mV(run->simulation, 1, target);
        const double wanted = (double)potential(scene, run, target, at);
        ck_assert_msg(fabs(v - wanted) < 1e-11 * (1 + fabs(wanted)),
                      "%s, %s delays, target %u at unit %u: V %.15g, eager %.15g", run->engine,
                      scene->own_delays ? "own" : "shared", target, at, v, wanted);
        const double s = saltus_simulation_scaling(run->simulation, 0, target);
        const double wanted_s = (double)scaled(scene, run, target, at);
        ck_assert_msg(fabs(s / wanted_s - 1) < 1e-12,
                      "%s, target %u at unit %u: S %.15g, eager "
                      "%.15g",
                      run->engine, target, at, s, wanted_s);
    }
}

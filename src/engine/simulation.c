/* simulation - the public face of a run: create, observe, run, read. */
#include "engine/simulation.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "models/neuron/lif_delta.h"
#include "saltus/catalog.h"

#define MOST_THREADS 1024

/* Spikes of the neurons of a block in one window, at most 10 ms, with which it may be given up: as
 * many, and for each neuron of the block so many more. Of both, the first number is reached by a
 * single neuron that fires without end, the second by no network whose neurons fire at 1.6 (26)
 * kHz. */
#define PATIENCE            (UINT64_C(1) << 16)
#define PATIENCE_A_NEURON   16
#define MOST_FIRED          (UINT64_C(1) << 24)
#define MOST_FIRED_A_NEURON 256

saltus_simulation_options saltus_simulation_options_default(void)
{
    return (saltus_simulation_options){.struct_size = sizeof(saltus_simulation_options)};
}

/* ---- Life cycle ------------------------------------------------------------------------ */

static double external_per_ms(const saltus_network *network)
{
    double rate = 0;
    for (uint32_t i = 0; i < network->input_count; i++) {
        const network_input *input = &network->inputs[i];
        const double size = network->populations[input->population].size;
        if (input->type == SALTUS_INPUT_POISSON) {
            rate += size * input->rate_Hz / 1000;
        } else if (input->type == SALTUS_INPUT_PERIODIC) {
            rate += size * SIM_TIME_TICKS_PER_MS / (double)input->interval;
        }
    }
    return rate;
}

static bool init_blocks(saltus_simulation *simulation)
{
    const uint32_t count = simulation->network->block_count;
    simulation->blocks = sl_memory_zeroed(count, sizeof *simulation->blocks);
    if (simulation->blocks == NULL) {
        return false;
    }
    /* each block by the thread that will work on it: its memory lies near */
    bool ok = true;
    const int threads = (int)simulation->threads;
#pragma omp parallel for schedule(static, 1) num_threads(threads) reduction(&& : ok)
    for (uint32_t b = 0; b < count; b++) {
        ok = sl_block_state_init(&simulation->blocks[b], simulation, b) && ok;
    }
    for (uint32_t b = 0; b < count; b++) {
        block_state *block = &simulation->blocks[b];
        const uint64_t neurons = block->block->neuron_count;
        block->patience = PATIENCE + neurons * PATIENCE_A_NEURON;
        block->most_fired = MOST_FIRED + neurons * MOST_FIRED_A_NEURON;
        block->given_up = &simulation->given_up;
    }
    return ok;
}

/* What arrivals are tested against: their population's thresholds, or nothing until a step ends. */
static bool init_tests(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    const bool none = simulation->clock.on_grid || simulation->clock.interpolates;
    simulation->tests = sl_memory_array(network->population_count, sizeof *simulation->tests);
    for (uint32_t i = 0; simulation->tests != NULL && i < network->population_count; i++) {
        const population *from = &network->populations[i];
        simulation->tests[i] = none ? (arrival_test){.none = true, .th = LIF_NO_THRESHOLD}
                                    : (arrival_test){.drift = from->drift,
                                                     .th = from->th,
                                                     .th_of = simulation->drives[i].th_of};
    }
    return simulation->tests != NULL;
}

static bool init_thetas(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    bool moves = false;
    for (uint32_t i = 0; i < network->population_count; i++) {
        moves |= network->populations[i].theta_plus > 0;
    }
    if (moves) {
        simulation->theta = sl_memory_zeroed(network->neuron_count, sizeof *simulation->theta);
    }
    return !moves || simulation->theta != NULL;
}

static bool has_own_delays(const saltus_network *network)
{
    for (uint32_t i = 0; i < network->population_count; i++) {
        if (network->outgoing[i].own_delay_count > 0) {
            return true;
        }
    }
    return false;
}

static bool init(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    simulation->own_delays = has_own_delays(network);
    simulation->bases = sl_memory_array(network->time_base_count, sizeof *simulation->bases);
    simulation->scaled = sl_memory_array(network->neuron_count, sizeof *simulation->scaled);
    simulation->coordinates =
        sl_memory_zeroed(network->coordinate_count, sizeof *simulation->coordinates);
    simulation->flow_at = sl_memory_zeroed(network->flow_count, sizeof *simulation->flow_at);
    simulation->flow_u = sl_memory_zeroed(network->flow_count, sizeof *simulation->flow_u);
    simulation->rate_settings =
        sl_memory_zeroed(network->population_count, sizeof *simulation->rate_settings);
    simulation->queue = simulation->scheduler->create();
    if (simulation->rate_settings == NULL || simulation->bases == NULL ||
        simulation->scaled == NULL || simulation->coordinates == NULL ||
        simulation->flow_at == NULL || simulation->flow_u == NULL || simulation->queue == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < network->time_base_count; i++) {
        simulation->bases[i] = sl_time_base_create(network->tau_ms[i]);
        if (simulation->clock.step > 0) {
            time_base_at(&simulation->bases[i], 0, simulation->clock.step);
        }
    }
    simulation->external_per_ms = external_per_ms(network);
    simulation->crew_ready =
        sl_crew_init(&simulation->crew, sl_simulation_work, simulation, network->block_count);
    return simulation->crew_ready && sl_drive_init(simulation) && init_tests(simulation) &&
           init_thetas(simulation) && sl_modulators_init(simulation) &&
           sl_plastic_init(simulation) && sl_transmission_init(simulation) &&
           sl_faults_init(simulation) && init_blocks(simulation) && sl_observe_init(simulation);
}

static saltus_status check_options(const saltus_simulation_options *options, saltus_error *error)
{
    if (options->struct_size != sizeof *options) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "simulation options were not made by saltus_simulation_options_default()");
    }
    if (options->threads > MOST_THREADS) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "%u threads asked for, at most %d are allowed",
                       options->threads, MOST_THREADS);
    }
    if ((size_t)options->engine >= saltus_engine_count()) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "there is no engine number %d",
                       (int)options->engine);
    }
    if (options->scheduler != NULL && sl_scheduler_find(options->scheduler) == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "no scheduler named '%s'; `saltus models` lists them", options->scheduler);
    }
    return SALTUS_OK;
}

static saltus_status check_models(const saltus_network *network, saltus_engine engine,
                                  saltus_error *error)
{
    saltus_status status = SALTUS_OK;
    for (uint32_t i = 0; i < network->population_count && status == SALTUS_OK; i++) {
        const population *p = &network->populations[i];
        status = sl_engine_check_model(engine, p->name, p->model, error);
    }
    return status;
}

saltus_status saltus_simulation_create(const saltus_network *network,
                                       const saltus_simulation_options *options,
                                       saltus_simulation **out, saltus_error *error)
{
    if (out == NULL || network == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a network and a place for the result are needed");
    }
    *out = NULL;
    const saltus_simulation_options defaults = saltus_simulation_options_default();
    options = options != NULL ? options : &defaults;
    saltus_status status = check_options(options, error);
    if (status == SALTUS_OK) {
        status = check_models(network, options->engine, error);
    }
    if (status != SALTUS_OK) {
        return status;
    }
    saltus_simulation *simulation = calloc(1, sizeof *simulation);
    if (simulation == NULL) {
        return sl_fail_memory(error);
    }
    simulation->network = network;
    simulation->threads = options->threads > 0 ? options->threads : (uint32_t)omp_get_max_threads();
    simulation->engine = sl_engines[options->engine];
    simulation->scheduler = sl_scheduler_find(
        options->scheduler != NULL ? options->scheduler : simulation->engine->scheduler);
    status = sl_clock_init(simulation, options->engine, options->step_ms, error);
    if (status == SALTUS_OK && !init(simulation)) {
        status = sl_fail_memory(error);
    }
    if (status != SALTUS_OK) {
        saltus_simulation_destroy(simulation);
        return status;
    }
    *out = simulation;
    return SALTUS_OK;
}

void saltus_simulation_destroy(saltus_simulation *simulation)
{
    if (simulation == NULL) {
        return;
    }
    for (uint32_t b = 0; simulation->blocks != NULL && b < simulation->network->block_count; b++) {
        sl_block_state_clear(&simulation->blocks[b]);
    }
    sl_plastic_clear(simulation);
    sl_transmission_clear(simulation);
    sl_modulators_clear(simulation);
    sl_faults_clear(simulation);
    sl_observe_clear(simulation);
    sl_clock_clear(simulation);
    sl_drive_clear(simulation);
    if (simulation->crew_ready) {
        sl_crew_clear(&simulation->crew);
    }
    simulation->scheduler->destroy(simulation->queue);
    free(simulation->blocks);
    free(simulation->bases);
    free(simulation->tests);
    free(simulation->rate_settings);
    free(simulation->scaled);
    free(simulation->coordinates);
    free(simulation->flow_at);
    free(simulation->flow_u);
    free(simulation->theta);
    free(simulation->arrivals.entry);
    free(simulation->spread);
    free(simulation->merged.spike);
    free(simulation->scratch.spike);
    free(simulation);
}

saltus_status saltus_simulation_add_spike_recorder(saltus_simulation *simulation,
                                                   saltus_spike_callback callback, void *user)
{
    if (simulation == NULL || callback == NULL) {
        return SALTUS_E_ARGUMENT;
    }
    if (simulation->started || simulation->spike_observer_count == OBSERVERS) {
        return SALTUS_E_STATE;
    }
    simulation->spike_observers[simulation->spike_observer_count++] =
        (spike_observer){.callback = callback, .user = user};
    return SALTUS_OK;
}

saltus_status saltus_simulation_add_sample_recorder(saltus_simulation *simulation,
                                                    saltus_sample_callback callback, void *user)
{
    if (simulation == NULL || callback == NULL) {
        return SALTUS_E_ARGUMENT;
    }
    if (simulation->started || simulation->sample_observer_count == OBSERVERS) {
        return SALTUS_E_STATE;
    }
    simulation->sample_observers[simulation->sample_observer_count++] =
        (sample_observer){.callback = callback, .user = user};
    return SALTUS_OK;
}

/* ---- Running --------------------------------------------------------------------------- */

saltus_status saltus_simulation_run_until(saltus_simulation *simulation, double end_ms,
                                          saltus_error *error)
{
    if (simulation == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "no simulation is given");
    }
    if (simulation->broken || simulation->running) {
        return sl_fail(error, SALTUS_E_STATE, "%s",
                       simulation->running ? "a recorder cannot run its own simulation"
                                           : "this simulation failed and can only be destroyed");
    }
    if (!(end_ms >= 0 && end_ms <= SIM_TIME_MAX_MS)) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "cannot run until %g ms: allowed are 0 to %g ms",
                       end_ms, SIM_TIME_MAX_MS);
    }
    /* now may be a tick that no double names: running until the time that was read is no step back
     */
    sim_time end = sl_sim_time_from_ms(end_ms);
    if (end < simulation->now && end_ms == sim_time_to_ms(simulation->now)) {
        end = simulation->now;
    }
    if (end < simulation->now) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "cannot run back to %g ms: the time is %g ms",
                       end_ms, sim_time_to_ms(simulation->now));
    }
    simulation->running = true;
    const saltus_status status = sl_simulation_run(simulation, end, error);
    simulation->running = false;
    return status;
}

void saltus_simulation_request_stop(saltus_simulation *simulation)
{
    atomic_store(&simulation->stop_requested, true);
}

/* ---- Reading --------------------------------------------------------------------------- */

double saltus_simulation_time_ms(const saltus_simulation *simulation)
{
    return sim_time_to_ms(simulation->now);
}

uint64_t saltus_simulation_fingerprint(const saltus_simulation *simulation)
{
    return simulation->fingerprint;
}

double saltus_simulation_potential_mV(const saltus_simulation *simulation, uint32_t population,
                                      uint32_t neuron)
{
    const saltus_network *network = simulation->network;
    if (population >= network->population_count ||
        neuron >= network->populations[population].size) {
        return (double)NAN;
    }
    return sl_observe_potential(simulation, population, neuron, simulation->now);
}

double saltus_simulation_theta_mV(const saltus_simulation *simulation, uint32_t population,
                                  uint32_t neuron)
{
    const saltus_network *network = simulation->network;
    if (population >= network->population_count ||
        neuron >= network->populations[population].size) {
        return 0;
    }
    const uint32_t id = network->populations[population].first + neuron;
    if (network_own_spike(network->populations[population].currents) != NULL) {
        return simulation->engine->theta(simulation, id, simulation->now);
    }
    if (network->populations[population].theta_plus == 0) {
        return 0;
    }
    moving_threshold moving =
        simulation->blocks[sl_network_block_of(network, id)].moving[population];
    return simulation->theta[id] * moving_threshold_inverse(&moving, simulation->now);
}

saltus_status saltus_simulation_set_adaptation(saltus_simulation *simulation, uint32_t population,
                                               bool adapts, saltus_error *error)
{
    const saltus_network *network = simulation->network;
    if (population >= network->population_count) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "there is no population number %u", population);
    }
    if (network->populations[population].theta_plus == 0) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "population %s has no adaptive threshold: its theta_plus is 0 mV",
                       network->populations[population].name);
    }
    if (simulation->running || simulation->broken) {
        return sl_fail(error, SALTUS_E_STATE, "adaptation can be switched between two runs only");
    }
    for (uint32_t b = 0; b < network->block_count; b++) {
        moving_threshold_stay(&simulation->blocks[b].moving[population], !adapts, simulation->now);
    }
    return SALTUS_OK;
}

saltus_engine saltus_simulation_engine(const saltus_simulation *simulation)
{
    saltus_engine engine = SALTUS_ENGINE_EVENT;
    while (sl_engines[engine] != simulation->engine) {
        engine++;
    }
    return engine;
}

const char *saltus_simulation_scheduler(const saltus_simulation *simulation)
{
    return simulation->scheduler->name;
}

double saltus_simulation_step_ms(const saltus_simulation *simulation)
{
    return sim_time_to_ms(simulation->clock.step);
}

size_t saltus_simulation_rounding_count(const saltus_simulation *simulation)
{
    return simulation->clock.rounding_count;
}

saltus_rounding saltus_simulation_rounding(const saltus_simulation *simulation, size_t index)
{
    return index < simulation->clock.rounding_count ? simulation->clock.roundings[index]
                                                    : (saltus_rounding){.name = ""};
}

const saltus_network *saltus_simulation_network(const saltus_simulation *simulation)
{
    return simulation->network;
}

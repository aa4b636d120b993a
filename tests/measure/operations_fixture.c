/* operations_fixture - see operations_fixture.h. */
#include "operations_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/sim_time.h"
#include "network/network.h"
#include "support/suite.h"

/* ---- Experiments ------------------------------------------------------------------------- */

saltus_experiment *ops_experiment(void)
{
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("operations", &e), SALTUS_OK);
    return e;
}

uint32_t ops_population(saltus_experiment *e, const saltus_population_spec *spec)
{
    saltus_error error = {0};
    uint32_t index = 0;
    ck_assert_msg(!saltus_experiment_add_population(e, spec, &index, &error), "%s", error.message);
    ck_assert_int_eq(saltus_experiment_record_spikes(e, index), SALTUS_OK);
    return index;
}

uint32_t ops_neurons(saltus_experiment *e, const char *name, uint32_t size)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = size;
    return ops_population(e, &spec);
}

uint32_t ops_sources(saltus_experiment *e, const char *name, uint32_t size)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = size;
    spec.model = SALTUS_MODEL_PERIODIC_SOURCE;
    spec.interval_ms = 1;
    spec.start_ms = saltus_constant(0.5);
    return ops_population(e, &spec);
}

saltus_projection_spec ops_projection(uint32_t source, uint32_t target, saltus_rule rule)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = source;
    spec.target = target;
    spec.rule = rule;
    spec.weight_mV = saltus_constant(0.5);
    spec.delay_ms = saltus_constant(0.25);
    return spec;
}

void ops_connect(saltus_experiment *e, const saltus_projection_spec *spec)
{
    saltus_error error = {0};
    ck_assert_msg(!saltus_experiment_add_projection(e, spec, NULL, &error), "%s", error.message);
}

void ops_connect_all(saltus_experiment *e, uint32_t source, uint32_t target)
{
    const saltus_projection_spec spec = ops_projection(source, target, SALTUS_RULE_ALL_TO_ALL);
    ops_connect(e, &spec);
}

void ops_drive(saltus_experiment *e, uint32_t population, double weight_mV)
{
    saltus_input_spec spec = saltus_input_spec_default();
    saltus_error error = {0};
    spec.name = "drive";
    spec.type = SALTUS_INPUT_PERIODIC;
    spec.population = population;
    spec.weight_mV = weight_mV;
    spec.interval_ms = 1;
    spec.start_ms = 0.7;
    ck_assert_msg(!saltus_experiment_add_input(e, &spec, NULL, &error), "%s", error.message);
}

saltus_network *ops_build(saltus_experiment *e, uint32_t threads, uint32_t block_neurons)
{
    saltus_network_options options = saltus_network_options_default();
    options.threads = threads;
    options.block_neurons = block_neurons;
    saltus_network *network = NULL;
    saltus_error error = {0};
    ck_assert_msg(!saltus_network_build(e, &options, &network, &error), "%s", error.message);
    saltus_experiment_destroy(e);
    return network;
}

saltus_network *ops_chain(const uint32_t *sizes, size_t count)
{
    saltus_experiment *e = ops_experiment();
    for (size_t i = 0; i < count; i++) {
        char name[24];
        snprintf(name, sizeof name, "P%zu", i);
        const uint32_t p = i == 0 ? ops_sources(e, name, sizes[i]) : ops_neurons(e, name, sizes[i]);
        if (i > 0) {
            ops_connect_all(e, p - 1, p);
        }
    }
    return ops_build(e, 1, 0);
}

/* ---- Runs ----------------------------------------------------------------------------------- */

/* Count what one spike brings about before `end`. */
static void count_spike(ops_run *run, const saltus_spike *spike, sim_time end)
{
    const saltus_network *network = run->network;
    const sim_time emitted = sl_sim_time_from_ms(spike->time_ms);
    saltus_population_counts *of = &run->populations[spike->population];
    of->spikes++;
    const population *p = &network->populations[spike->population];
    if (p->model == SALTUS_MODEL_LIF_DELTA) {
        const sim_time wait = p->t_ref > 0 ? p->t_ref : 1;
        of->neuron_updates += emitted + wait < end ? 2u : 1u; /* fires, is released */
    }
    for (uint32_t i = 0; i < saltus_network_projection_count(network); i++) {
        if (saltus_network_projection_source(network, i) != spike->population) {
            continue;
        }
        const projection *way = &network->projections[i];
        run->flying += way->synapses > 0 && !way->own_delay && emitted + way->delay >= end;
        const size_t count = saltus_network_read_synapses(network, i, spike->neuron, NULL, 0);
        saltus_synapse *synapses = calloc(count + 1, sizeof *synapses);
        saltus_network_read_synapses(network, i, spike->neuron, synapses, count);
        saltus_population_counts *to =
            &run->populations[saltus_network_projection_target(network, i)];
        for (size_t k = 0; k < count; k++) {
            if (emitted + sl_sim_time_from_ms(synapses[k].delay_ms) < end) {
                run->projections[i].synaptic_events++;
                run->projections[i].zero_weight_events += synapses[k].weight_mV == 0;
                to->synaptic_events++;
                to->neuron_updates++;
            }
        }
        free(synapses);
    }
}

typedef struct counting {
    ops_run *run;
    sim_time end;
} counting;

static saltus_status on_spikes(void *user, const saltus_spike *spikes, size_t count)
{
    const counting *c = user;
    for (size_t i = 0; i < count; i++) {
        count_spike(c->run, &spikes[i], c->end);
    }
    return SALTUS_OK;
}

static void take_external(ops_run *run)
{
    const saltus_network *network = run->network;
    const uint64_t events = run->activity.counts.external_events;
    for (uint32_t i = 0; i < network->input_count; i++) {
        ck_assert_uint_eq(network->inputs[i].population, network->inputs[0].population);
    }
    if (network->input_count > 0) {
        saltus_population_counts *of = &run->populations[network->inputs[0].population];
        of->external_events = events;
        of->neuron_updates += events;
    }
}

ops_run ops_run_experiment(saltus_experiment *e, double end_ms)
{
    ops_run run = {.network = ops_build(e, 1, 0)};
    saltus_error error = {0};
    ck_assert_msg(!saltus_simulation_create(run.network, NULL, &run.simulation, &error), "%s",
                  error.message);
    counting c = {.run = &run, .end = sl_sim_time_from_ms(end_ms)};
    ck_assert_int_eq(saltus_simulation_add_spike_recorder(run.simulation, on_spikes, &c),
                     SALTUS_OK);
    ck_assert_msg(!saltus_simulation_run_until(run.simulation, end_ms, &error), "%s",
                  error.message);
    run.activity = (saltus_operations_run){.duration_ms = end_ms,
                                           .counts = saltus_simulation_counts(run.simulation)};
    take_external(&run);
    return run;
}

void ops_run_clear(ops_run *run)
{
    saltus_simulation_destroy(run->simulation);
    saltus_network_destroy(run->network);
}

saltus_operations *ops_report(const ops_run *run, double dt_ms)
{
    saltus_operations_run activity = run->activity;
    activity.populations = run->populations;
    activity.projections = run->projections;
    saltus_operations *report = NULL;
    saltus_error error = {0};
    ck_assert_msg(!saltus_operations_create(run->network, &activity, dt_ms, &report, &error), "%s",
                  error.message);
    return report;
}

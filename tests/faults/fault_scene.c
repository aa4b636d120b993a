/* fault_scene - see fault_scene.h. */
#include "fault_scene.h"

#include <stdlib.h>

#include "support/suite.h"

saltus_experiment *scene_create(uint64_t seed, double duration_ms)
{
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("scene", &e), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_set_seed(e, seed), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_set_duration(e, duration_ms, NULL), SALTUS_OK);
    return e;
}

uint32_t scene_population(saltus_experiment *e, const saltus_population_spec *spec)
{
    uint32_t index = 0;
    saltus_error error = {0};
    ck_assert_msg(!saltus_experiment_add_population(e, spec, &index, &error), "%s", error.message);
    ck_assert_int_eq(saltus_experiment_record_spikes(e, index), SALTUS_OK);
    return index;
}

uint32_t scene_cells(saltus_experiment *e, const char *name, uint32_t size)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = size;
    return scene_population(e, &spec);
}

uint32_t scene_source(saltus_experiment *e, const char *name, uint32_t size, const double *times_ms,
                      const uint32_t *neurons, size_t count)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = size;
    spec.model = SALTUS_MODEL_SPIKE_LIST;
    spec.spike_times_ms = times_ms;
    spec.spike_neurons = neurons;
    spec.spike_count = count;
    return scene_population(e, &spec);
}

uint32_t scene_project(saltus_experiment *e, const saltus_projection_spec *spec)
{
    uint32_t index = 0;
    saltus_error error = {0};
    ck_assert_msg(!saltus_experiment_add_projection(e, spec, &index, &error), "%s", error.message);
    return index;
}

uint32_t scene_connect(saltus_experiment *e, uint32_t from, uint32_t to, saltus_rule rule,
                       uint64_t count, double weight_mV, double delay_ms)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = from;
    spec.target = to;
    spec.rule = rule;
    spec.count = count;
    spec.weight_mV = saltus_constant(weight_mV);
    spec.delay_ms = saltus_constant(delay_ms);
    return scene_project(e, &spec);
}

void scene_fault(saltus_experiment *e, const saltus_fault_spec *spec)
{
    saltus_error error = {0};
    ck_assert_msg(!saltus_experiment_add_fault(e, spec, NULL, &error), "%s", error.message);
}

void scene_lesion(saltus_experiment *e, uint32_t population, double share, double at_ms)
{
    saltus_fault_spec spec = saltus_fault_spec_default();
    spec.type = SALTUS_FAULT_NEURON_LESION;
    spec.population = population;
    spec.share = share;
    spec.at_ms = at_ms;
    scene_fault(e, &spec);
}

void scene_synapse_lesion(saltus_experiment *e, uint32_t projection, double share, double at_ms)
{
    saltus_fault_spec spec = saltus_fault_spec_default();
    spec.type = SALTUS_FAULT_SYNAPSE_LESION;
    spec.projection = projection;
    spec.share = share;
    spec.at_ms = at_ms;
    scene_fault(e, &spec);
}

static saltus_status take_spikes(void *user, const saltus_spike *spikes, size_t count)
{
    scene_run *run = user;
    for (size_t i = 0; i < count; i++) {
        if (run->spike_count == run->spike_capacity) {
            run->spike_capacity = 2 * run->spike_capacity + 64;
            run->spikes = realloc(run->spikes, run->spike_capacity * sizeof *run->spikes);
            ck_assert_ptr_nonnull(run->spikes);
        }
        run->spikes[run->spike_count++] = spikes[i];
    }
    return SALTUS_OK;
}

scene_run *scene_run_until(const saltus_experiment *e, const char *engine, double end_ms)
{
    scene_run *run = calloc(1, sizeof *run);
    ck_assert_ptr_nonnull(run);
    saltus_error error = {0};
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = 1;
    if (engine != NULL) {
        ck_assert_int_eq(saltus_engine_parse(engine, &options, NULL), SALTUS_OK);
    }
    ck_assert_msg(!saltus_network_build(e, NULL, &run->network, &error), "%s", error.message);
    ck_assert_msg(!saltus_simulation_create(run->network, &options, &run->simulation, &error), "%s",
                  error.message);
    ck_assert_int_eq(saltus_simulation_add_spike_recorder(run->simulation, take_spikes, run),
                     SALTUS_OK);
    ck_assert_msg(!saltus_simulation_run_until(run->simulation, end_ms, &error), "%s",
                  error.message);
    return run;
}

void scene_clear(scene_run *run)
{
    saltus_simulation_destroy(run->simulation);
    saltus_network_destroy(run->network);
    free(run->spikes);
    free(run);
}

size_t scene_spikes_of(const scene_run *run, uint32_t population, uint32_t neuron)
{
    size_t count = 0;
    for (size_t i = 0; i < run->spike_count; i++) {
        count += run->spikes[i].population == population && run->spikes[i].neuron == neuron;
    }
    return count;
}

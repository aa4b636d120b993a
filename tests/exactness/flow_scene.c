/* flow_scene - see flow_scene.h. */
#include <math.h>
#include <stdio.h>

#include "exactness/flow_scene.h"
#include "support/suite.h"

void flow_must(saltus_status status, const saltus_error *error)
{
    ck_assert_msg(status == SALTUS_OK, "%s", error->message);
}

saltus_network *flow_build(const saltus_experiment *e)
{
    saltus_error error = {0};
    saltus_network *network = NULL;
    flow_must(saltus_network_build(e, NULL, &network, &error), &error);
    return network;
}

trial_result flow_run_with(const saltus_experiment *e, trial_setup setup)
{
    trial_result result;
    setup.spikes = true;
    ck_assert(trial_run(e, &setup, &result));
    return result;
}

trial_result flow_run(const saltus_experiment *e, const char *engine)
{
    return flow_run_with(e, (trial_setup){.engine = engine});
}

saltus_population_spec flow_spec(const char *name, saltus_model model)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = 1;
    spec.model = model;
    return spec;
}

void flow_set(saltus_population_spec *spec, const char *name, double value)
{
    saltus_error error = {0};
    flow_must(saltus_population_set(spec, name, value, &error), &error);
}

saltus_experiment *flow_begin(double duration_ms)
{
    saltus_error error = {0};
    saltus_experiment *e = NULL;
    flow_must(saltus_experiment_create("flows", &e), &error);
    flow_must(saltus_experiment_set_duration(e, duration_ms, &error), &error);
    return e;
}

uint32_t flow_add(saltus_experiment *e, const saltus_population_spec *spec)
{
    saltus_error error = {0};
    uint32_t index = 0;
    flow_must(saltus_experiment_add_population(e, spec, &index, &error), &error);
    flow_must(saltus_experiment_record_spikes(e, index), &error);
    return index;
}

/* Spikes of a pattern in [from, to). */
size_t flow_spikes_in(const trial_result *result, uint32_t population, double from, double to)
{
    size_t count = 0;
    for (size_t i = 0; i < result->spike_count; i++) {
        const saltus_spike *s = &result->spikes[i];
        count += s->population == population && s->time_ms >= from && s->time_ms < to;
    }
    return count;
}

const adex_pattern flow_adex_patterns[ADEX_PATTERNS] = {
    {"tonic", 200, 10, -70, -50, 2, 2, 30, 0, -58, 500, 400},
    {"adapting", 200, 12, -70, -50, 2, 2, 300, 60, -58, 500, 400},
    {"initial_burst", 130, 18, -58, -50, 2, 4, 150, 120, -50, 400, 400},
    {"bursting", 200, 10, -58, -50, 2, 2, 120, 100, -46, 210, 400},
    {"accelerating", 200, 12, -70, -50, 2, -10, 300, 0, -58, 300, 400},
    {"delayed_bursting", 100, 10, -65, -50, 2, -10, 90, 30, -47, 110, 400},
    {"transient", 100, 10, -65, -50, 2, 10, 90, 100, -47, 180, 400},
    {"irregular", 100, 12, -60, -50, 2, -11, 130, 30, -48, 160, 400},
};

uint32_t flow_add_adex(saltus_experiment *e, const adex_pattern *p)
{
    saltus_population_spec spec = flow_spec(p->name, SALTUS_MODEL_ADEX);
    flow_set(&spec, "c_m", p->c_m);
    flow_set(&spec, "g_l", p->g_l);
    flow_set(&spec, "v_rest", p->v_rest);
    flow_set(&spec, "v_t", p->v_t);
    flow_set(&spec, "delta_t", p->delta_t);
    flow_set(&spec, "a", p->a);
    flow_set(&spec, "tau_w", p->tau_w);
    flow_set(&spec, "b", p->b);
    flow_set(&spec, "v_reset", p->v_reset);
    spec.i_e_pA = saltus_constant(p->i_e);
    return flow_add(e, &spec);
}

/* Arrivals of weight 0 cut every leg anew: spikes move by no more than rounding. */
void flow_add_looks(saltus_experiment *e, uint32_t population, double interval_ms)
{
    saltus_error error = {0};
    char name[32];
    snprintf(name, sizeof name, "looks_%u", population);
    saltus_input_spec input = saltus_input_spec_default();
    input.name = name;
    input.type = SALTUS_INPUT_PERIODIC;
    input.population = population;
    input.weight_mV = 0;
    input.interval_ms = interval_ms;
    flow_must(saltus_experiment_add_input(e, &input, NULL, &error), &error);
}

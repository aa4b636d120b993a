/* clock_fixture - see clock_fixture.h. */
#include "clock_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/suite.h"

static void must(saltus_status status, const saltus_error *error)
{
    ck_assert_msg(status == SALTUS_OK, "%s: %s", saltus_status_text(status), error->message);
}

saltus_experiment *fixture_experiment(double duration_ms)
{
    saltus_experiment *e = NULL;
    saltus_error error = {0};
    must(saltus_experiment_create("clock", &e), &error);
    saltus_experiment_set_seed(e, 7);
    must(saltus_experiment_set_duration(e, duration_ms, &error), &error);
    return e;
}

uint32_t fixture_population(saltus_experiment *e, const saltus_population_spec *spec)
{
    saltus_error error = {0};
    uint32_t index = 0;
    must(saltus_experiment_add_population(e, spec, &index, &error), &error);
    must(saltus_experiment_record_spikes(e, index), &error);
    return index;
}

uint32_t fixture_neurons(saltus_experiment *e, const char *name, uint32_t size)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = size;
    return fixture_population(e, &spec);
}

uint32_t fixture_spike_list(saltus_experiment *e, const char *name, uint32_t size,
                            const double *times_ms, const uint32_t *neurons, size_t count)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = size;
    spec.model = SALTUS_MODEL_SPIKE_LIST;
    spec.spike_times_ms = times_ms;
    spec.spike_neurons = neurons;
    spec.spike_count = count;
    return fixture_population(e, &spec);
}

void fixture_connect(saltus_experiment *e, uint32_t from, uint32_t to, saltus_rule rule,
                     uint64_t count, saltus_value weight_mV, saltus_value delay_ms)
{
    saltus_error error = {0};
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = from;
    spec.target = to;
    spec.rule = rule;
    spec.count = count;
    spec.weight_mV = weight_mV;
    spec.delay_ms = delay_ms;
    must(saltus_experiment_add_projection(e, &spec, NULL, &error), &error);
}

static int by_time(const void *a, const void *b)
{
    const fixture_arrival *x = a, *y = b;
    return (x->time_ms > y->time_ms) - (x->time_ms < y->time_ms);
}

void fixture_arrivals(saltus_experiment *e, uint32_t population, fixture_arrival *arrivals,
                      size_t count)
{
    qsort(arrivals, count, sizeof *arrivals, by_time);
    double *times_ms = calloc(count, sizeof *times_ms);
    double *weights_mV = calloc(count, sizeof *weights_mV);
    uint32_t *targets = calloc(count, sizeof *targets);
    ck_assert(times_ms && weights_mV && targets);
    for (size_t i = 0; i < count; i++) {
        times_ms[i] = arrivals[i].time_ms;
        weights_mV[i] = arrivals[i].weight_mV;
        targets[i] = arrivals[i].target;
    }
    char name[32];
    snprintf(name, sizeof name, "arrivals%u", saltus_experiment_input_count(e));
    saltus_error error = {0};
    saltus_input_spec spec = saltus_input_spec_default();
    spec.name = name;
    spec.type = SALTUS_INPUT_ARRIVALS;
    spec.population = population;
    spec.arrival_times_ms = times_ms;
    spec.arrival_targets = targets;
    spec.arrival_weights_mV = weights_mV;
    spec.arrival_count = count;
    must(saltus_experiment_add_input(e, &spec, NULL, &error), &error);
    free(times_ms);
    free(weights_mV);
    free(targets);
}

void fixture_poisson(saltus_experiment *e, const char *name, uint32_t population, double rate_Hz,
                     double weight_mV)
{
    saltus_error error = {0};
    saltus_input_spec spec = saltus_input_spec_default();
    spec.name = name;
    spec.type = SALTUS_INPUT_POISSON;
    spec.population = population;
    spec.rate_Hz = rate_Hz;
    spec.weight_mV = weight_mV;
    must(saltus_experiment_add_input(e, &spec, NULL, &error), &error);
}

void fixture_periodic(saltus_experiment *e, const char *name, uint32_t population,
                      double interval_ms, double weight_mV)
{
    saltus_error error = {0};
    saltus_input_spec spec = saltus_input_spec_default();
    spec.name = name;
    spec.type = SALTUS_INPUT_PERIODIC;
    spec.population = population;
    spec.interval_ms = interval_ms;
    spec.start_ms = interval_ms;
    spec.weight_mV = weight_mV;
    must(saltus_experiment_add_input(e, &spec, NULL, &error), &error);
}

trial_result fixture_run(const saltus_experiment *e, const char *engine)
{
    const trial_setup setup = {.engine = engine, .spikes = true, .samples = true};
    trial_result result;
    ck_assert_msg(trial_run(e, &setup, &result), "%s", engine);
    ck_assert_msg(!result.out_of_order, "%s: spikes are out of order", engine);
    return result;
}

const char *fixture_engine(const char *name, double step_ms)
{
    static char engine[64];
    snprintf(engine, sizeof engine, "%s@%.15gms", name, step_ms);
    return engine;
}

saltus_network *fixture_network(const saltus_experiment *e)
{
    saltus_error error = {0};
    saltus_network *network = NULL;
    must(saltus_network_build(e, NULL, &network, &error), &error);
    return network;
}

saltus_simulation *fixture_simulation(const saltus_network *network, const char *engine)
{
    saltus_error error = {0};
    saltus_simulation *simulation = NULL;
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = 1;
    must(saltus_engine_parse(engine, &options, &error), &error);
    must(saltus_simulation_create(network, &options, &simulation, &error), &error);
    return simulation;
}

static saltus_trains *trains_of(const saltus_experiment *e, const trial_result *result)
{
    saltus_error error = {0};
    saltus_trains *trains = NULL;
    uint32_t sizes[16];
    const uint32_t populations = saltus_experiment_population_count(e);
    ck_assert_uint_le(populations, 16);
    for (uint32_t i = 0; i < populations; i++) {
        sizes[i] = saltus_experiment_population_size(e, i);
    }
    must(saltus_trains_create(result->spikes, result->spike_count, sizes, populations, 0,
                              saltus_experiment_duration_ms(e), &trains, &error),
         &error);
    return trains;
}

saltus_match_summary fixture_match(const saltus_experiment *e, const trial_result *reference,
                                   const trial_result *test, double window_ms)
{
    saltus_error error = {0};
    saltus_trains *one = trains_of(e, reference), *other = trains_of(e, test);
    saltus_accuracy_options options = saltus_accuracy_options_default();
    options.window_ms = window_ms;
    saltus_matching *matching = NULL;
    must(saltus_matching_create(one, other, &options, &matching, &error), &error);
    const saltus_match_summary summary = saltus_matching_summary(matching, SALTUS_ALL_POPULATIONS);
    saltus_matching_destroy(matching);
    saltus_trains_destroy(one);
    saltus_trains_destroy(other);
    return summary;
}

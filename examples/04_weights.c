/* 04_weights - run an experiment file and print the weights that it has learnt, as CSV.
 *
 *     04_weights EXPERIMENT.yaml PROJECTION [PATH=VALUE...]
 *
 * PROJECTION is a name as `saltus check` shows it, such as "E->E"; PATH=VALUE changes a key of the
 * file, as `saltus run --set` does. A line a synapse: source,target,weight_mV, by source, then by
 * target. How often each population has fired goes to standard error.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <saltus/saltus.h>

#define OVERRIDES_MAX 32

/* Load the file with its overrides; say what is wrong, all of it. */
static saltus_status load(const char *file, char **settings, size_t count, saltus_experiment **out)
{
    saltus_override overrides[OVERRIDES_MAX];
    for (size_t i = 0; i < count; i++) {
        char *equals = strchr(settings[i], '=');
        if (equals == NULL) {
            fprintf(stderr, "%s: found no '='; PATH=VALUE is needed\n", settings[i]);
            return SALTUS_E_ARGUMENT;
        }
        *equals = '\0';
        overrides[i] = (saltus_override){.path = settings[i], .value = equals + 1};
    }
    const saltus_load_options options = {.overrides = overrides, .override_count = count};
    saltus_diagnostics *findings = NULL;
    const saltus_status status = saltus_experiment_load(file, &options, out, &findings);
    for (size_t i = 0; i < saltus_diagnostics_count(findings); i++) {
        const saltus_diagnostic d = saltus_diagnostics_get(findings, i);
        fprintf(stderr, "%s:%" PRIu32 ":%" PRIu32 ": %s: %s\n", d.file, d.line, d.column, d.path,
                d.message);
    }
    saltus_diagnostics_destroy(findings);
    return status;
}

/* The synapses of one source after those of the other. */
static saltus_status print_weights(const saltus_simulation *simulation, uint32_t projection)
{
    const saltus_network *network = saltus_simulation_network(simulation);
    const uint32_t population = saltus_network_projection_source(network, projection);
    const uint32_t sources = saltus_network_population_size(network, population);
    saltus_status status = SALTUS_OK;
    printf("source,target,weight_mV\n");
    for (uint32_t source = 0; source < sources && status == SALTUS_OK; source++) {
        const uint32_t length = saltus_simulation_row_length(simulation, projection, source);
        uint32_t *targets = calloc((size_t)length + 1, sizeof *targets);
        double *weights = calloc((size_t)length + 1, sizeof *weights);
        status = targets == NULL || weights == NULL
                     ? SALTUS_E_MEMORY
                     : saltus_simulation_read_row(simulation, projection, source, targets, weights);
        for (uint32_t i = 0; i < length && status == SALTUS_OK; i++) {
            printf("%" PRIu32 ",%" PRIu32 ",%.17g\n", source, targets[i], weights[i]);
        }
        free(targets);
        free(weights);
    }
    return status;
}

static void print_rates(const saltus_simulation *simulation)
{
    const saltus_network *network = saltus_simulation_network(simulation);
    const double seconds = saltus_simulation_time_ms(simulation) / 1000;
    for (uint32_t p = 0; p < saltus_network_population_count(network); p++) {
        const uint64_t spikes = saltus_simulation_population_spikes(simulation, p);
        fprintf(stderr, "%s: %" PRIu64 " spikes, %.2f Hz\n",
                saltus_network_population_name(network, p), spikes,
                (double)spikes / seconds / saltus_network_population_size(network, p));
    }
}

static uint32_t find_projection(const saltus_network *network, const char *name)
{
    const uint32_t count = saltus_network_projection_count(network);
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(saltus_network_projection_name(network, i), name) == 0) {
            return i;
        }
    }
    return UINT32_MAX;
}

/* Build, run to the end, print. */
static saltus_status run(const saltus_experiment *experiment, const char *name, saltus_error *error)
{
    saltus_network *network = NULL;
    saltus_simulation *simulation = NULL;
    saltus_status status = saltus_network_build(experiment, NULL, &network, error);
    const uint32_t projection = status == SALTUS_OK ? find_projection(network, name) : 0;
    if (projection == UINT32_MAX) {
        snprintf(error->message, sizeof error->message, "there is no projection '%s'", name);
        status = SALTUS_E_ARGUMENT;
    }
    if (status == SALTUS_OK) {
        status = saltus_simulation_create(network, NULL, &simulation, error);
    }
    if (status == SALTUS_OK) {
        status = saltus_simulation_run_until(simulation, saltus_experiment_duration_ms(experiment),
                                             error);
    }
    if (status == SALTUS_OK) {
        print_rates(simulation);
        status = print_weights(simulation, projection);
    }
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    return status;
}

int main(int argc, char **argv)
{
    if (argc < 3 || argc > 3 + OVERRIDES_MAX) {
        fprintf(stderr, "usage: 04_weights EXPERIMENT.yaml PROJECTION [PATH=VALUE...]\n");
        return 2;
    }
    saltus_experiment *experiment = NULL;
    saltus_status status = load(argv[1], argv + 3, (size_t)argc - 3, &experiment);
    if (status != SALTUS_OK) {
        fprintf(stderr, "%s: %s\n", argv[1], saltus_status_text(status));
        return 1;
    }
    saltus_error error = {0};
    status = run(experiment, argv[2], &error);
    saltus_experiment_destroy(experiment);
    if (status != SALTUS_OK) {
        fprintf(stderr, "%s: %s\n", saltus_status_text(status), error.message);
        return 1;
    }
    return 0;
}

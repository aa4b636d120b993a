/* 03_from_file - run an experiment file, print its statistics, keep its spikes.
 *
 *     03_from_file [EXPERIMENT.yaml [RESULT_DIRECTORY]]
 *
 * The default is data/experiments/first.yaml, run from the project's root. Spikes go to
 * spikes.csv in the result directory (default: results/03_from_file), which appears only when it is
 * whole.
 */
#include <inttypes.h>
#include <stdio.h>

#include <saltus/saltus.h>

/* Say what is wrong with the file, all of it. */
static void print_diagnostics(const saltus_diagnostics *diagnostics)
{
    for (size_t i = 0; i < saltus_diagnostics_count(diagnostics); i++) {
        const saltus_diagnostic d = saltus_diagnostics_get(diagnostics, i);
        fprintf(stderr, "%s:%" PRIu32 ":%" PRIu32 ": %s: %s\n", d.file, d.line, d.column, d.path,
                d.message);
    }
}

static void print_statistics(const saltus_experiment *experiment,
                             const saltus_statistics *statistics, double end_ms)
{
    printf("%-12s %8s %8s %9s %6s\n", "population", "neurons", "spikes", "rate_Hz", "cv");
    for (uint32_t p = 0; p < saltus_experiment_population_count(experiment); p++) {
        if (!saltus_experiment_records_spikes(experiment, p)) {
            continue;
        }
        const saltus_spike_statistics s = saltus_statistics_get(statistics, p, end_ms);
        printf("%-12s %8" PRIu32 " %8" PRIu64 " %9.2f %6.2f\n",
               saltus_experiment_population_name(experiment, p),
               saltus_experiment_population_size(experiment, p), s.spikes, s.mean_rate_Hz,
               s.mean_cv);
    }
}

/* Run to the experiment's end with spikes.csv and statistics attached. */
static saltus_status run(const saltus_experiment *experiment, saltus_simulation *simulation,
                         saltus_result *result, saltus_error *error)
{
    const double end_ms = saltus_experiment_duration_ms(experiment);
    saltus_csv_spikes *csv = NULL;
    saltus_statistics *statistics = NULL;
    saltus_status status = saltus_csv_spikes_create(result, simulation, &csv, error);
    if (status == SALTUS_OK) {
        status = saltus_statistics_create(simulation, 0.0, &statistics, error);
    }
    if (status == SALTUS_OK) {
        status = saltus_simulation_run_until(simulation, end_ms, error);
    }
    /* The file is complete only when closing it succeeds too. */
    if (status == SALTUS_OK) {
        status = saltus_csv_spikes_close(csv, error);
    } else {
        saltus_csv_spikes_close(csv, NULL);
    }
    if (status == SALTUS_OK) {
        print_statistics(experiment, statistics, end_ms);
    }
    saltus_statistics_destroy(statistics);
    return status;
}

/* Build the network and simulate it into `directory`. */
static saltus_status simulate(const saltus_experiment *experiment, const char *directory,
                              saltus_error *error)
{
    saltus_network *network = NULL;
    saltus_simulation *simulation = NULL;
    saltus_result *result = NULL;
    saltus_status status = saltus_network_build(experiment, NULL, &network, error);
    if (status == SALTUS_OK) {
        status = saltus_simulation_create(network, NULL, &simulation, error);
    }
    if (status == SALTUS_OK) {
        status = saltus_result_create(directory, &result, error);
    }
    if (status == SALTUS_OK) {
        status = run(experiment, simulation, result, error);
    }
    if (status == SALTUS_OK) {
        status = saltus_result_commit(result, error);
        result = status == SALTUS_OK ? NULL : result;
    }
    saltus_result_discard(result);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    return status;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "data/experiments/first.yaml";
    const char *directory = argc > 2 ? argv[2] : "results/03_from_file";

    saltus_experiment *experiment = NULL;
    saltus_diagnostics *diagnostics = NULL;
    saltus_status status = saltus_experiment_load(path, NULL, &experiment, &diagnostics);
    print_diagnostics(diagnostics);
    saltus_diagnostics_destroy(diagnostics);
    if (status != SALTUS_OK) {
        fprintf(stderr, "%s: %s\n", path, saltus_status_text(status));
        return 1;
    }

    saltus_error error = {0};
    status = simulate(experiment, directory, &error);
    saltus_experiment_destroy(experiment);
    if (status != SALTUS_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    printf("spikes: %s/spikes.csv\n", directory);
    return 0;
}

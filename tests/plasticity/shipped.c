#include "shipped.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static saltus_status keep(void *user, const saltus_spike *spikes, size_t count)
{
    shipped *run = user;
    if (run->spike_count + count > run->spike_room) {
        run->spike_room = 2 * (run->spike_count + count);
        run->spikes = realloc(run->spikes, run->spike_room * sizeof *run->spikes);
        if (run->spikes == NULL) {
            return SALTUS_E_MEMORY;
        }
    }
    for (size_t i = 0; i < count; i++) {
        run->spikes[run->spike_count++] =
            (shipped_spike){spikes[i].time_ms, spikes[i].population, spikes[i].neuron};
    }
    return SALTUS_OK;
}

void shipped_open(shipped *run, const char *name, const saltus_override *overrides, size_t count)
{
    *run = (shipped){0};
    char path[512];
    snprintf(path, sizeof path, "%s/data/experiments/%s.yaml", SALTUS_SOURCE_ROOT, name);
    const saltus_load_options options = {.overrides = overrides, .override_count = count};
    saltus_diagnostics *findings = NULL;
    const saltus_status status =
        saltus_experiment_load(path, &options, &run->experiment, &findings);
    for (size_t i = 0; i < saltus_diagnostics_count(findings); i++) {
        const saltus_diagnostic d = saltus_diagnostics_get(findings, i);
        fprintf(stderr, "%s:%u: %s: %s\n", d.file, d.line, d.path, d.message);
    }
    saltus_diagnostics_destroy(findings);
    ck_assert_int_eq(status, SALTUS_OK);
    saltus_error error = {0};
    saltus_simulation_options how = saltus_simulation_options_default();
    how.threads = 1;
    ck_assert_msg(saltus_network_build(run->experiment, NULL, &run->network, &error) == SALTUS_OK,
                  "%s", error.message);
    ck_assert_msg(saltus_simulation_create(run->network, &how, &run->simulation, &error) ==
                      SALTUS_OK,
                  "%s", error.message);
    ck_assert_int_eq(saltus_simulation_add_spike_recorder(run->simulation, keep, run), SALTUS_OK);
}

void shipped_run(shipped *run, double end_ms)
{
    const double end = end_ms > 0 ? end_ms : saltus_experiment_duration_ms(run->experiment);
    saltus_error error = {0};
    ck_assert_msg(saltus_simulation_run_until(run->simulation, end, &error) == SALTUS_OK, "%s",
                  error.message);
}

void shipped_close(shipped *run)
{
    saltus_simulation_destroy(run->simulation);
    saltus_network_destroy(run->network);
    saltus_experiment_destroy(run->experiment);
    free(run->spikes);
}

static uint32_t projection_named(const saltus_network *network, const char *name)
{
    uint32_t index = 0;
    while (index < saltus_network_projection_count(network) &&
           strcmp(saltus_network_projection_name(network, index), name) != 0) {
        index++;
    }
    ck_assert_uint_lt(index, saltus_network_projection_count(network));
    return index;
}

double *shipped_weights(const shipped *run, const char *projection, size_t *count)
{
    const uint32_t p = projection_named(run->network, projection);
    const size_t all = saltus_network_projection_synapses(run->network, p);
    double *weights = calloc(all, sizeof *weights);
    uint32_t *targets = calloc(all, sizeof *targets);
    ck_assert(weights != NULL && targets != NULL);
    const uint32_t sources = saltus_network_population_size(
        run->network, saltus_network_projection_source(run->network, p));
    *count = 0;
    for (uint32_t source = 0; source < sources; source++) {
        ck_assert_int_eq(
            saltus_simulation_read_row(run->simulation, p, source, targets, weights + *count),
            SALTUS_OK);
        *count += saltus_simulation_row_length(run->simulation, p, source);
    }
    ck_assert_uint_eq(*count, all);
    free(targets);
    return weights;
}

double *shipped_rates_Hz(const shipped *run, const char *population, double from_ms, double to_ms)
{
    const uint32_t p = saltus_network_find_population(run->network, population);
    double *rates = calloc(saltus_network_population_size(run->network, p), sizeof *rates);
    ck_assert_ptr_nonnull(rates);
    for (size_t i = 0; i < run->spike_count; i++) {
        const shipped_spike *spike = &run->spikes[i];
        if (spike->population == p && spike->time_ms >= from_ms && spike->time_ms < to_ms) {
            rates[spike->neuron] += 1000 / (to_ms - from_ms);
        }
    }
    return rates;
}

double shipped_rate_Hz(const shipped *run, const char *population, double from_ms, double to_ms)
{
    double *rates = shipped_rates_Hz(run, population, from_ms, to_ms);
    const uint32_t p = saltus_network_find_population(run->network, population);
    const double mean =
        shipped_moments_of(rates, saltus_network_population_size(run->network, p)).mean;
    free(rates);
    return mean;
}

double shipped_cv(const shipped *run, const char *population, uint32_t neuron, double from_ms,
                  double to_ms)
{
    const uint32_t p = saltus_network_find_population(run->network, population);
    double *intervals = calloc(run->spike_count + 1, sizeof *intervals);
    ck_assert_ptr_nonnull(intervals);
    size_t count = 0;
    double last = -1;
    for (size_t i = 0; i < run->spike_count; i++) {
        const shipped_spike *spike = &run->spikes[i];
        if (spike->population == p && spike->neuron == neuron && spike->time_ms >= from_ms &&
            spike->time_ms < to_ms) {
            if (last >= 0) {
                intervals[count++] = spike->time_ms - last;
            }
            last = spike->time_ms;
        }
    }
    ck_assert_uint_gt(count, 2);
    const shipped_moments moments = shipped_moments_of(intervals, count);
    free(intervals);
    return moments.sd / moments.mean;
}

shipped_moments shipped_moments_of(const double *values, size_t count)
{
    shipped_moments moments = {0, 0};
    for (size_t i = 0; i < count; i++) {
        moments.mean += values[i] / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        moments.sd += (values[i] - moments.mean) * (values[i] - moments.mean) / (double)count;
    }
    moments.sd = sqrt(moments.sd);
    return moments;
}

/* trial - build, run, collect, compare; uses the public interface only.
 *
 * A test has no use for running on without memory, so allocation failures abort.
 */
#include "trial.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef SALTUS_SOURCE_ROOT
#define SALTUS_SOURCE_ROOT "."
#endif

static void *room_for(void *array, size_t *capacity, size_t needed, size_t size)
{
    if (needed <= *capacity && array) {
        return array;
    }
    *capacity = 2 * needed + 16;
    void *bigger = realloc(array, *capacity * size);
    if (!bigger) {
        abort();
    }
    return bigger;
}

/* Order of output: time, then neuron; neurons of earlier populations come first. */
static bool spike_after(const saltus_spike *a, const saltus_spike *b)
{
    if (a->time_ms != b->time_ms) {
        return a->time_ms > b->time_ms;
    }
    if (a->population != b->population) {
        return a->population > b->population;
    }
    return a->neuron > b->neuron;
}

static saltus_status keep_spikes(void *user, const saltus_spike *spikes, size_t count)
{
    trial_result *r = user;
    r->batches++;
    r->out_of_order = r->out_of_order || count == 0;
    r->spikes = room_for(r->spikes, &r->spike_capacity, r->spike_count + count, sizeof *r->spikes);
    for (size_t i = 0; i < count; i++) {
        if (r->spike_count > 0 && spike_after(&r->spikes[r->spike_count - 1], &spikes[i])) {
            r->out_of_order = true;
        }
        r->spikes[r->spike_count++] = spikes[i];
    }
    return SALTUS_OK;
}

static saltus_status keep_sample(void *user, const saltus_sample *sample)
{
    trial_result *r = user;
    r->samples = room_for(r->samples, &r->sample_capacity, r->sample_count + sample->count,
                          sizeof *r->samples);
    for (uint32_t i = 0; i < sample->count; i++) {
        r->samples[r->sample_count++] = (trial_sample){.time_ms = sample->time_ms,
                                                       .potential_mV = sample->potential_mV[i],
                                                       .record = sample->record,
                                                       .population = sample->population,
                                                       .neuron = sample->first + i};
    }
    return SALTUS_OK;
}

/* Counts, fingerprint and every potential at the end. */
static void read_end(const saltus_simulation *sim, trial_result *result)
{
    const saltus_network *net = saltus_simulation_network(sim);
    result->counts = saltus_simulation_counts(sim);
    result->fingerprint = saltus_simulation_fingerprint(sim);
    result->population_count = saltus_network_population_count(net);
    result->projection_count = saltus_network_projection_count(net);
    size_t capacity = 0, populations = 0, projections = 0;
    result->populations =
        room_for(NULL, &populations, result->population_count, sizeof *result->populations);
    result->projections =
        room_for(NULL, &projections, result->projection_count, sizeof *result->projections);
    for (uint32_t i = 0; i < result->projection_count; i++) {
        result->projections[i] = saltus_simulation_projection_counts(sim, i);
    }
    for (uint32_t p = 0; p < result->population_count; p++) {
        result->populations[p] = saltus_simulation_population_counts(sim, p);
        const uint32_t size = saltus_network_population_size(net, p);
        result->potentials_mV =
            room_for(result->potentials_mV, &capacity, result->neuron_count + size, sizeof(double));
        for (uint32_t i = 0; i < size; i++) {
            result->potentials_mV[result->neuron_count++] =
                saltus_simulation_potential_mV(sim, p, i);
        }
    }
}

bool trial_run_network(const saltus_network *network, const trial_setup *setup,
                       trial_result *result)
{
    *result = (trial_result){.has_spikes = setup->spikes, .has_samples = setup->samples};
    saltus_error error = {0};
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = setup->threads ? setup->threads : 1;
    options.scheduler = setup->scheduler;
    saltus_simulation *sim = NULL;
    saltus_status status =
        setup->engine != NULL ? saltus_engine_parse(setup->engine, &options, &error) : SALTUS_OK;
    if (!status) {
        status = saltus_simulation_create(network, &options, &sim, &error);
    }
    if (!status && setup->spikes) {
        status = saltus_simulation_add_spike_recorder(sim, keep_spikes, result);
    }
    if (!status && setup->samples) {
        status = saltus_simulation_add_sample_recorder(sim, keep_sample, result);
    }
    for (size_t i = 0; !status && i < setup->cut_count; i++) {
        status = saltus_simulation_run_until(sim, setup->cuts_ms[i], &error);
    }
    if (!status) {
        status = saltus_simulation_run_until(sim, setup->end_ms, &error);
    }
    if (!status) {
        read_end(sim, result);
    } else {
        fprintf(stderr, "trial: %s: %s\n", saltus_status_text(status), error.message);
        trial_clear(result);
    }
    saltus_simulation_destroy(sim);
    return status == SALTUS_OK;
}

bool trial_run(const saltus_experiment *experiment, const trial_setup *setup, trial_result *result)
{
    memset(result, 0, sizeof *result);
    saltus_error error = {0};
    saltus_network_options options = saltus_network_options_default();
    options.threads = setup->threads ? setup->threads : 1;
    options.block_neurons = setup->block_neurons;
    saltus_network *net = NULL;
    if (saltus_network_build(experiment, &options, &net, &error)) {
        fprintf(stderr, "trial: %s\n", error.message);
        return false;
    }
    trial_setup whole = *setup;
    if (whole.end_ms == 0) {
        whole.end_ms = saltus_experiment_duration_ms(experiment);
    }
    const bool done = trial_run_network(net, &whole, result);
    saltus_network_destroy(net);
    return done;
}

/* Runner number `leg` from where the one before wrote the file (NULL: from the beginning). */
static saltus_status run_leg(const saltus_experiment *experiment, const trial_setup *setup,
                             size_t leg, const char *path, trial_result *result,
                             saltus_error *error)
{
    static const uint32_t blocks[] = {0, 1024, 4096, 2048};
    const bool last = leg == setup->cut_count;
    saltus_network_options build = saltus_network_options_default();
    build.threads = 1 + (uint32_t)leg % 3;
    build.block_neurons = blocks[leg % 4];
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = build.threads;
    saltus_network *net = NULL;
    saltus_simulation *sim = NULL;
    saltus_status status =
        setup->engine != NULL ? saltus_engine_parse(setup->engine, &options, error) : SALTUS_OK;
    /* the same twice in a row, then another */
    options.scheduler = saltus_scheduler_name(leg / 2 % saltus_scheduler_count());
    if (!status) {
        status = saltus_network_build(experiment, &build, &net, error);
    }
    if (!status) {
        status = saltus_simulation_create(net, &options, &sim, error);
    }
    if (!status && setup->spikes) {
        status = saltus_simulation_add_spike_recorder(sim, keep_spikes, result);
    }
    if (!status && setup->samples) {
        status = saltus_simulation_add_sample_recorder(sim, keep_sample, result);
    }
    if (!status && leg > 0) {
        status = saltus_checkpoint_restore(sim, path, error);
    }
    if (!status) {
        const double duration_ms = saltus_experiment_duration_ms(experiment);
        const double end_ms = setup->end_ms > 0 ? setup->end_ms : duration_ms;
        status = saltus_simulation_run_until(sim, last ? end_ms : setup->cuts_ms[leg], error);
    }
    if (!status && last) {
        read_end(sim, result);
    } else if (!status) {
        status = saltus_checkpoint_write(sim, path, error);
    }
    saltus_simulation_destroy(sim);
    saltus_network_destroy(net);
    return status;
}

bool trial_run_relay(const saltus_experiment *experiment, const trial_setup *setup,
                     const char *path, trial_result *result)
{
    *result = (trial_result){.has_spikes = setup->spikes, .has_samples = setup->samples};
    saltus_error error = {0};
    saltus_status status = SALTUS_OK;
    for (size_t leg = 0; !status && leg <= setup->cut_count; leg++) {
        status = run_leg(experiment, setup, leg, path, result, &error);
    }
    if (status) {
        fprintf(stderr, "trial: %s: %s\n", saltus_status_text(status), error.message);
        trial_clear(result);
    }
    return status == SALTUS_OK;
}

void trial_clear(trial_result *result)
{
    free(result->spikes);
    free(result->samples);
    free(result->potentials_mV);
    free(result->populations);
    free(result->projections);
    memset(result, 0, sizeof *result);
}

/* ---- Comparing --------------------------------------------------------------------- */

static bool same_spikes(const trial_result *a, const trial_result *b, char *why, size_t why_size)
{
    const size_t common = a->spike_count < b->spike_count ? a->spike_count : b->spike_count;
    for (size_t i = 0; i < common; i++) {
        const saltus_spike *s = &a->spikes[i], *t = &b->spikes[i];
        if (s->time_ms != t->time_ms || s->population != t->population || s->neuron != t->neuron) {
            snprintf(why, why_size, "spike %zu: %.17g ms %u.%u against %.17g ms %u.%u", i,
                     s->time_ms, s->population, s->neuron, t->time_ms, t->population, t->neuron);
            return false;
        }
    }
    if (a->spike_count != b->spike_count) {
        snprintf(why, why_size, "%zu spikes against %zu", a->spike_count, b->spike_count);
        return false;
    }
    return true;
}

static bool same_samples(const trial_result *a, const trial_result *b, char *why, size_t why_size)
{
    if (a->sample_count != b->sample_count) {
        snprintf(why, why_size, "%zu samples against %zu", a->sample_count, b->sample_count);
        return false;
    }
    for (size_t i = 0; i < a->sample_count; i++) {
        const trial_sample *s = &a->samples[i], *t = &b->samples[i];
        if (memcmp(&s->potential_mV, &t->potential_mV, sizeof(double)) != 0 ||
            s->time_ms != t->time_ms || s->record != t->record || s->neuron != t->neuron) {
            snprintf(why, why_size,
                     "sample %zu: %.17g ms, record %u, neuron %u: %.17g mV against %.17g ms, "
                     "record %u, neuron %u: %.17g mV",
                     i, s->time_ms, s->record, s->neuron, s->potential_mV, t->time_ms, t->record,
                     t->neuron, t->potential_mV);
            return false;
        }
    }
    return true;
}

bool trial_same_bits(const trial_result *a, const trial_result *b, char *why, size_t why_size)
{
    if (a->has_spikes && b->has_spikes && !same_spikes(a, b, why, why_size)) {
        return false;
    }
    if (a->has_samples && b->has_samples && !same_samples(a, b, why, why_size)) {
        return false;
    }
    if (a->fingerprint != b->fingerprint) {
        snprintf(why, why_size, "fingerprint %016" PRIx64 " against %016" PRIx64, a->fingerprint,
                 b->fingerprint);
        return false;
    }
    for (size_t i = 0; i < a->neuron_count; i++) {
        const double v = a->potentials_mV[i], w = b->potentials_mV[i];
        if (memcmp(&v, &w, sizeof v) != 0 && !(isnan(v) && isnan(w))) {
            snprintf(why, why_size, "V at the end of neuron %zu: %.17g against %.17g mV", i, v, w);
            return false;
        }
    }
    return true;
}

/* One number in two results. */
typedef struct pair {
    const char *name;
    uint64_t one, other;
} pair;

static bool same_pairs(const pair *pairs, size_t count, const char *of, size_t index, char *why,
                       size_t why_size)
{
    for (size_t i = 0; i < count; i++) {
        if (pairs[i].one != pairs[i].other) {
            snprintf(why, why_size, "%s %zu: count %s: %" PRIu64 " against %" PRIu64, of, index,
                     pairs[i].name, pairs[i].one, pairs[i].other);
            return false;
        }
    }
    return true;
}

#define PAIR(field)                                                                                \
    {                                                                                              \
#field, c->field, d->field                                                                 \
    }
#define SAME(pairs, of, index)                                                                     \
    same_pairs(pairs, sizeof(pairs) / sizeof((pairs)[0]), of, index, why, why_size)

static bool same_population(const saltus_population_counts *c, const saltus_population_counts *d,
                            size_t index, char *why, size_t why_size)
{
    const pair pairs[] = {PAIR(spikes),           PAIR(synaptic_events), PAIR(external_events),
                          PAIR(neuron_updates),   PAIR(step_updates),    PAIR(threshold_tests),
                          PAIR(crossing_searches)};
    return SAME(pairs, "population", index);
}

static bool same_projection(const saltus_projection_counts *c, const saltus_projection_counts *d,
                            size_t index, char *why, size_t why_size)
{
    const pair pairs[] = {PAIR(synaptic_events), PAIR(zero_weight_events), PAIR(synapse_bytes)};
    return SAME(pairs, "projection", index);
}

bool trial_same_counts(const trial_result *a, const trial_result *b, bool windows, char *why,
                       size_t why_size)
{
    const saltus_counts *c = &a->counts, *d = &b->counts;
    const pair pairs[] = {PAIR(spikes),
                          PAIR(source_spikes),
                          PAIR(synaptic_events),
                          PAIR(zero_weight_events),
                          PAIR(external_events),
                          PAIR(neuron_updates),
                          PAIR(step_updates),
                          PAIR(threshold_tests),
                          PAIR(crossing_searches),
                          PAIR(scheduler_pushes),
                          PAIR(scheduler_pops),
                          PAIR(steps),
                          PAIR(state_bytes),
                          PAIR(synapse_bytes),
                          PAIR(queue_bytes),
                          PAIR(random_draws),
                          PAIR(exp_evaluations),
                          {"windows", c->windows, windows ? d->windows : c->windows}};
    bool same = SAME(pairs, "run", 0);
    for (size_t i = 0; same && i < a->population_count; i++) {
        same = same_population(&a->populations[i], &b->populations[i], i, why, why_size);
    }
    for (size_t i = 0; same && i < a->projection_count; i++) {
        same = same_projection(&a->projections[i], &b->projections[i], i, why, why_size);
    }
    return same;
}

bool trial_counts_add_up(const trial_result *result, char *why, size_t why_size)
{
    const saltus_counts *c = &result->counts;
    saltus_counts sum = {0}, *d = &sum;
    for (size_t i = 0; i < result->population_count; i++) {
        const saltus_population_counts *part = &result->populations[i];
        sum.spikes += part->spikes;
        sum.synaptic_events += part->synaptic_events;
        sum.external_events += part->external_events;
        sum.neuron_updates += part->neuron_updates;
        sum.step_updates += part->step_updates;
        sum.threshold_tests += part->threshold_tests;
        sum.crossing_searches += part->crossing_searches;
    }
    uint64_t deliveries = 0;
    for (size_t i = 0; i < result->projection_count; i++) {
        const saltus_projection_counts *part = &result->projections[i];
        deliveries += part->synaptic_events;
        sum.zero_weight_events += part->zero_weight_events;
        sum.synapse_bytes += part->synapse_bytes;
    }
    const pair pairs[] = {{"all spikes", c->spikes + c->source_spikes, sum.spikes},
                          {"deliveries by projection", c->synaptic_events, deliveries},
                          PAIR(synaptic_events),
                          PAIR(external_events),
                          PAIR(neuron_updates),
                          PAIR(step_updates),
                          PAIR(threshold_tests),
                          PAIR(crossing_searches),
                          PAIR(zero_weight_events),
                          PAIR(synapse_bytes)};
    return SAME(pairs, "sum of parts", 0);
}

/* ---- Numbers for tests ------------------------------------------------------------- */

uint64_t trial_random_word(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double trial_random(uint64_t *state)
{
    return (double)(trial_random_word(state) >> 11) * 0x1p-53;
}

double trial_random_in(uint64_t *state, double low, double high)
{
    return low + (high - low) * trial_random(state);
}

uint32_t trial_random_below(uint64_t *state, uint32_t n)
{
    return (uint32_t)(trial_random(state) * n);
}

const char *trial_shared_data(const char *needed_file)
{
    static char folder[1024];
    const char *given = getenv("SALTUS_SHARED_DATA");
    snprintf(folder, sizeof folder, "%s", given ? given : SALTUS_SOURCE_ROOT "/../shared/data");
    char path[2048];
    snprintf(path, sizeof path, "%s/%s", folder, needed_file);
    if (access(path, R_OK) == 0) {
        return folder;
    }
    fprintf(stderr, "SKIPPED: no shared data (%s)\n", path);
    return NULL;
}

uint64_t trial_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

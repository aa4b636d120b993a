/* test_plasticity_same_bits - spikes, weights and counts of a network that learns do not depend on
 * how it is run.
 *
 * A recurrent network of three populations and several blocks with plastic projections of every
 * rule and pairing, strong enough that what is learnt moves spikes. Threads, block sizes,
 * schedulers, recorders, cuts of the run and reads in between are compared with the plain run, to
 * the last bit; on the clocks too.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "support/suite.h"
#include "support/trial.h"

#define DURATION_MS 80

static void must(saltus_status status, const saltus_error *error)
{
    ck_assert_msg(status == SALTUS_OK, "%s: %s", saltus_status_text(status), error->message);
}

/* ---- The network --------------------------------------------------------------------------- */

enum { EXCITATORY, INHIBITORY, SOURCES };

static void add_populations(saltus_experiment *e)
{
    saltus_error error = {0};
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "E";
    p.size = 1400;
    p.v_init_mV = saltus_uniform(0, 20);
    must(saltus_experiment_add_population(e, &p, NULL, &error), &error);
    p.name = "I";
    p.size = 1100;
    p.tau_m_ms = 10;
    p.t_ref_ms = 0.5;
    must(saltus_experiment_add_population(e, &p, NULL, &error), &error);
    saltus_population_spec s = saltus_population_spec_default();
    s.name = "S";
    s.size = 300;
    s.model = SALTUS_MODEL_POISSON_SOURCE;
    s.rate_Hz = 30;
    must(saltus_experiment_add_population(e, &s, NULL, &error), &error);
    for (uint32_t to = EXCITATORY; to <= INHIBITORY; to++) {
        saltus_input_spec input = saltus_input_spec_default();
        input.name = to == EXCITATORY ? "to_E" : "to_I";
        input.type = SALTUS_INPUT_POISSON;
        input.population = to;
        input.rate_Hz = 4000;
        input.weight_mV = to == EXCITATORY ? 0.26 : 0.5;
        must(saltus_experiment_add_input(e, &input, NULL, &error), &error);
    }
}

/* Rewards at given times and with every spike of the sources. */
static void add_modulator(saltus_experiment *e)
{
    static const double times_ms[] = {0, 12.5, 50}, amounts[] = {100, -300, 400};
    saltus_error error = {0};
    saltus_modulator_spec spec = saltus_modulator_spec_default();
    spec.name = "D";
    spec.tau_ms = 20;
    spec.baseline = 5;
    spec.times_ms = times_ms;
    spec.amounts = amounts;
    spec.count = 3;
    spec.population = SOURCES;
    spec.population_amount = 0.5;
    spec.population_delay_ms = 0.7;
    must(saltus_experiment_add_modulator(e, &spec, NULL, &error), &error);
}

/* Rule and pairing of the i-th projection: NULL after the last. */
static const char *rule_of(size_t i, const char **pairing)
{
    static const char *const words[] = {"nearest", "pre_centred", "restricted"};
    const size_t rules = saltus_plasticity_count();
    *pairing = NULL;
    if (i < 2 * rules) {
        return saltus_plasticity_get(i % rules)->name;
    }
    if (i < 2 * rules + 3) {
        *pairing = words[i - 2 * rules];
        return "stdp";
    }
    return NULL;
}

static void add_projection(saltus_experiment *e, size_t i, const char *rule, const char *pairing)
{
    static const double shares[] = {0, 0.3, 1, 0.5};
    saltus_error error = {0};
    saltus_projection_spec spec = saltus_projection_spec_default();
    const bool inhibits = strcmp(rule, "vogels") == 0;
    spec.source = inhibits ? INHIBITORY : (i % 3 == 0 ? SOURCES : EXCITATORY);
    spec.target = i % 4 == 1 ? INHIBITORY : EXCITATORY;
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = 9;
    const double w_max = inhibits ? -1.5 : 0.6;
    spec.weight_mV = saltus_uniform(w_max < 0 ? w_max : 0, w_max < 0 ? 0 : w_max);
    spec.delay_ms =
        i % 2 == 0 ? saltus_constant(0.5 + 0.7 * (double)(i % 5)) : saltus_uniform(0.3, 6);
    spec.plasticity.rule = rule;
    spec.plasticity.dendritic_share = shares[i % 4];
    spec.plasticity.single = i % 3 == 1;
    if (strcmp(rule, "reward_stdp") == 0) {
        spec.plasticity.modulator = 0;
    }
    must(saltus_plasticity_set(&spec.plasticity, "w_max", w_max, &error), &error);
    if (pairing != NULL) {
        must(saltus_plasticity_set_word(&spec.plasticity, "pairing", pairing, &error), &error);
    }
    must(saltus_experiment_add_projection(e, &spec, NULL, &error), &error);
}

static saltus_experiment *experiment(void)
{
    saltus_error error = {0};
    saltus_experiment *e = NULL;
    must(saltus_experiment_create("learning", &e), &error);
    saltus_experiment_set_seed(e, 31);
    must(saltus_experiment_set_duration(e, DURATION_MS, &error), &error);
    add_populations(e);
    add_modulator(e);
    const char *pairing;
    for (size_t i = 0; rule_of(i, &pairing) != NULL; i++) {
        add_projection(e, i, rule_of(i, &pairing), pairing);
    }
    for (uint32_t p = 0; p < 3; p++) {
        must(saltus_experiment_record_spikes(e, p), &error);
    }
    return e;
}

/* ---- Runs ---------------------------------------------------------------------------------- */

/* A way to run it. */
typedef struct way {
    uint32_t threads, block_neurons;
    const char *scheduler, *engine;
    uint32_t cuts;            /* run_until that many odd times before the end */
    bool reads, not_recorded; /* read all weights at each cut; without a recorder */
} way;

/* What came of it. */
typedef struct outcome {
    double *weights;
    size_t count;
    uint64_t fingerprint, moved; /* moved: weights that are not what they were at first */
    saltus_counts counts;
} outcome;

static saltus_status ignore_spikes(void *user, const saltus_spike *spikes, size_t count)
{
    (void)spikes;
    *(uint64_t *)user += count;
    return SALTUS_OK;
}

/* All weights in the order of projection, source, row. */
static size_t read_all(const saltus_simulation *sim, double **weights)
{
    const saltus_network *net = saltus_simulation_network(sim);
    size_t total = 0, at = 0;
    for (uint32_t p = 0; p < saltus_network_projection_count(net); p++) {
        total += saltus_network_projection_synapses(net, p);
    }
    *weights = calloc(total + 1, sizeof **weights);
    uint32_t *targets = calloc(total + 1, sizeof *targets);
    ck_assert(*weights != NULL && targets != NULL);
    for (uint32_t p = 0; p < saltus_network_projection_count(net); p++) {
        const uint32_t from = saltus_network_projection_source(net, p);
        for (uint32_t s = 0; s < saltus_network_population_size(net, from); s++) {
            const uint32_t length = saltus_simulation_row_length(sim, p, s);
            ck_assert_uint_le(at + length, total);
            ck_assert_int_eq(saltus_simulation_read_row(sim, p, s, targets, *weights + at),
                             SALTUS_OK);
            at += length;
        }
    }
    free(targets);
    ck_assert_uint_eq(at, total);
    return total;
}

static outcome run(const way *way)
{
    saltus_error error = {0};
    saltus_experiment *e = experiment();
    saltus_network_options build = saltus_network_options_default();
    build.threads = way->threads;
    build.block_neurons = way->block_neurons;
    saltus_network *net = NULL;
    must(saltus_network_build(e, &build, &net, &error), &error);
    saltus_experiment_destroy(e);
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = way->threads;
    options.scheduler = way->scheduler;
    if (way->engine != NULL) {
        must(saltus_engine_parse(way->engine, &options, &error), &error);
    }
    saltus_simulation *sim = NULL;
    must(saltus_simulation_create(net, &options, &sim, &error), &error);
    uint64_t recorded = 0;
    if (!way->not_recorded) {
        must(saltus_simulation_add_spike_recorder(sim, ignore_spikes, &recorded), &error);
    }
    double *first = NULL, *between = NULL;
    read_all(sim, &first);
    for (uint32_t i = 0; i < way->cuts; i++) {
        const double until_ms = DURATION_MS * (i + 0.618034) / (way->cuts + 0.1);
        must(saltus_simulation_run_until(sim, until_ms, &error), &error);
        if (way->reads) {
            read_all(sim, &between);
            free(between);
        }
    }
    must(saltus_simulation_run_until(sim, DURATION_MS, &error), &error);
    outcome result = {.counts = saltus_simulation_counts(sim),
                      .fingerprint = saltus_simulation_fingerprint(sim)};
    result.count = read_all(sim, &result.weights);
    for (size_t i = 0; i < result.count; i++) {
        result.moved += result.weights[i] != first[i];
    }
    free(first);
    saltus_simulation_destroy(sim);
    saltus_network_destroy(net);
    return result;
}

/* Does a count depend on the scheduler, or on where a run is cut? */
static bool is_own(const char *name)
{
    return strcmp(name, "scheduler_compares") == 0 || strcmp(name, "windows") == 0;
}

static void check_same(const outcome *wanted, const way *way)
{
    outcome got = run(way);
    char what[128];
    snprintf(what, sizeof what, "threads %u, block %u, scheduler %s, engine %s, %u cuts%s",
             way->threads, way->block_neurons, way->scheduler ? way->scheduler : "default",
             way->engine ? way->engine : "event", way->cuts, way->reads ? " with reads" : "");
    ck_assert_uint_eq(got.count, wanted->count);
    for (size_t i = 0; i < got.count; i++) {
        ck_assert_msg(memcmp(&got.weights[i], &wanted->weights[i], sizeof(double)) == 0,
                      "%s: weight %zu is %.17g against %.17g", what, i, got.weights[i],
                      wanted->weights[i]);
    }
    ck_assert_msg(got.fingerprint == wanted->fingerprint, "%s: other spikes", what);
    saltus_counts all = wanted->counts;
    for (size_t i = 0; i < saltus_count_total(); i++) {
        const uint64_t one = *saltus_count_at(&got.counts, i), other = *saltus_count_at(&all, i);
        ck_assert_msg(one == other || is_own(saltus_count_name(i)),
                      "%s: count %s is %" PRIu64 " against %" PRIu64, what, saltus_count_name(i),
                      one, other);
    }
    free(got.weights);
}

static outcome plain(const char *engine)
{
    const way way = {.threads = 1, .engine = engine};
    return run(&way);
}

START_TEST(network_is_busy_and_learns)
{
    outcome result = plain(NULL);
    if (trial_environment("SALTUS_TEST_VERBOSE", 0)) {
        printf("%" PRIu64 " + %" PRIu64 " spikes, %" PRIu64 " of %zu weights moved\n",
               result.counts.spikes, result.counts.source_spikes, result.moved, result.count);
    }
    ck_assert_uint_gt(result.counts.spikes, 3000);
    ck_assert_uint_lt(result.counts.spikes, 100000);
    ck_assert_uint_gt(2 * result.moved, result.count);
    free(result.weights);
}
END_TEST

START_TEST(threads_and_blocks_do_not_matter)
{
    static const way ways[] = {{.threads = 2, .block_neurons = 1024},
                               {.threads = 3, .block_neurons = 1024},
                               {.threads = 7, .block_neurons = 2048},
                               {.threads = 1, .block_neurons = 1024},
                               {.threads = 2}};
    outcome wanted = plain(NULL);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        check_same(&wanted, &ways[i]);
    }
    free(wanted.weights);
}
END_TEST

START_TEST(schedulers_do_not_matter)
{
    outcome wanted = plain(NULL);
    for (size_t i = 0; i < saltus_scheduler_count(); i++) {
        const way way = {.threads = 1 + (uint32_t)(i % 2),
                         .block_neurons = 1024,
                         .scheduler = saltus_scheduler_name(i)};
        check_same(&wanted, &way);
    }
    free(wanted.weights);
}
END_TEST

START_TEST(cuts_reads_and_recorders_do_not_matter)
{
    static const way ways[] = {{.threads = 1, .cuts = 7},
                               {.threads = 1, .cuts = 7, .reads = true},
                               {.threads = 2, .block_neurons = 1024, .cuts = 40, .reads = true},
                               {.threads = 2, .cuts = 150},
                               {.threads = 1, .not_recorded = true}};
    outcome wanted = plain(NULL);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        check_same(&wanted, &ways[i]);
    }
    free(wanted.weights);
}
END_TEST

START_TEST(none_of_it_matters_to_a_clock)
{
    static const char *const engines[] = {"grid@0.1ms", "euler@0.25ms", "interpolated@0.1ms",
                                          "offgrid@0.3ms"};
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        outcome wanted = plain(engines[i]);
        ck_assert_uint_gt(2 * wanted.moved, wanted.count);
        const way ways[] = {{.threads = 3, .block_neurons = 1024, .engine = engines[i]},
                            {.threads = 2,
                             .scheduler = saltus_scheduler_name(i % saltus_scheduler_count()),
                             .engine = engines[i],
                             .cuts = 9,
                             .reads = true}};
        for (size_t k = 0; k < sizeof ways / sizeof ways[0]; k++) {
            check_same(&wanted, &ways[k]);
        }
        free(wanted.weights);
    }
}
END_TEST

int main(int argument_count, char **arguments)
{
    (void)argument_count;
    suite_wait_without_spinning(arguments);
    const TTest *const tests[] = {network_is_busy_and_learns, threads_and_blocks_do_not_matter,
                                  schedulers_do_not_matter, cuts_reads_and_recorders_do_not_matter,
                                  none_of_it_matters_to_a_clock};
    return SUITE_RUN("plasticity_same_bits", tests);
}

/* test_weight_records - weights reach recorders at their times and at the end, recording changes no
 * bit of a run, and a run that starts from recorded weights has exactly these.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "saltus/saltus.h"
#include "support/suite.h"

#define E 300u
#define I 60u

static saltus_error error;

/* ---- A network that learns ------------------------------------------------------------- */

/* What a projection's weights begin with; NULL: as the file would draw them. */
typedef struct start_weights {
    const uint32_t *sources, *targets;
    const double *weights;
    size_t count;
} start_weights;

static void connect(saltus_experiment *e, saltus_projection_spec spec, const start_weights *start)
{
    if (start != NULL) {
        spec.weight_mV.kind = SALTUS_VALUE_LIST;
        spec.weight_mV.list = start->weights;
        spec.weight_mV.list_length = start->count;
        spec.weight_sources = start->sources;
        spec.weight_targets = start->targets;
    }
    ck_assert_msg(!saltus_experiment_add_projection(e, &spec, NULL, &error), "%s", error.message);
}

/* E learns onto itself (dendritic delays, own delays), I inhibits. */
static saltus_experiment *learning(bool single, const start_weights *starts)
{
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("learning", &e), SALTUS_OK);
    saltus_population_spec p = saltus_population_spec_default();
    p.v_init_mV = saltus_uniform(0, 20);
    p.name = "E";
    p.size = E;
    ck_assert(!saltus_experiment_add_population(e, &p, NULL, &error));
    p.name = "I";
    p.size = I;
    ck_assert(!saltus_experiment_add_population(e, &p, NULL, &error));
    saltus_input_spec input = saltus_input_spec_default();
    input.rate_Hz = 2000;
    input.weight_mV = 0.7;
    for (uint32_t i = 0; i < 2; i++) {
        input.name = i == 0 ? "noise/E" : "noise/I";
        input.population = i;
        ck_assert(!saltus_experiment_add_input(e, &input, NULL, &error));
    }
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = spec.target = 0;
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = 30;
    spec.weight_mV = saltus_uniform(0, 0.6);
    spec.delay_ms = saltus_uniform(0.5, 3);
    spec.plasticity.rule = "stdp";
    spec.plasticity.dendritic_share = 0.6;
    spec.plasticity.single = single;
    ck_assert(!saltus_plasticity_set(&spec.plasticity, "w_max", 0.6, &error));
    connect(e, spec, starts);
    spec = saltus_projection_spec_default();
    spec.source = 1;
    spec.target = 0;
    spec.rule = SALTUS_RULE_PAIRWISE_BERNOULLI;
    spec.probability = 0.2;
    spec.weight_mV = saltus_normal(-1, 0.1);
    spec.delay_ms = saltus_constant(1.5);
    connect(e, spec, starts != NULL ? starts + 1 : NULL);
    ck_assert(!saltus_experiment_set_duration(e, 2000, &error));
    return e;
}

static void record(saltus_experiment *e, uint32_t projection, double start_ms, double interval_ms,
                   double stop_ms, bool at_end)
{
    ck_assert_msg(!saltus_experiment_record_weights(e, projection, start_ms, interval_ms, stop_ms,
                                                    at_end, &error),
                  "%s", error.message);
}

/* ---- What a recorder gets ------------------------------------------------------------------ */

typedef struct recorded {
    double time_ms;
    uint32_t projection;
    uint32_t *sources, *targets;
    double *weights;
    size_t count;
} recorded;

typedef struct records {
    recorded of[64];
    size_t count;
    bool refuse;
} records;

static saltus_status keep(void *user, const saltus_simulation *simulation, uint32_t projection,
                          double time_ms)
{
    records *all = user;
    recorded *r = &all->of[all->count++];
    const saltus_network *network = saltus_simulation_network(simulation);
    const size_t synapses = saltus_network_projection_synapses(network, projection);
    *r = (recorded){.time_ms = time_ms,
                    .projection = projection,
                    .sources = calloc(synapses, sizeof(uint32_t)),
                    .targets = calloc(synapses, sizeof(uint32_t)),
                    .weights = calloc(synapses, sizeof(double))};
    for (uint32_t source = 0; r->count < synapses; source++) {
        ck_assert_int_eq(saltus_simulation_read_row(simulation, projection, source,
                                                    r->targets + r->count, r->weights + r->count),
                         SALTUS_OK);
        for (uint32_t i = saltus_simulation_row_length(simulation, projection, source); i > 0;
             i--) {
            r->sources[r->count++] = source;
        }
    }
    return all->refuse ? SALTUS_E_FILE : SALTUS_OK;
}

static void forget(records *all)
{
    for (size_t i = 0; i < all->count; i++) {
        free(all->of[i].sources);
        free(all->of[i].targets);
        free(all->of[i].weights);
    }
    *all = (records){.count = 0};
}

/* How to run, and what came out. */
typedef struct run {
    const char *engine;
    uint32_t threads, block;
    double end_ms;
    bool end;      /* the run is over then */
    records *into; /* NULL: no recorder */
    uint64_t fingerprint;
    saltus_counts counts;
} run;

static void execute(const saltus_experiment *e, run *r)
{
    saltus_network *network = NULL;
    saltus_simulation *simulation = NULL;
    saltus_network_options options = saltus_network_options_default();
    options.threads = r->threads > 0 ? r->threads : 1;
    options.block_neurons = r->block;
    saltus_simulation_options how = saltus_simulation_options_default();
    how.threads = options.threads;
    if (r->engine != NULL) {
        ck_assert(!saltus_engine_parse(r->engine, &how, &error));
    }
    ck_assert_msg(!saltus_network_build(e, &options, &network, &error), "%s", error.message);
    ck_assert(!saltus_simulation_create(network, &how, &simulation, &error));
    if (r->into != NULL) {
        ck_assert(!saltus_simulation_add_weight_recorder(simulation, keep, r->into));
    }
    ck_assert(!saltus_simulation_run_until(simulation, r->end_ms, &error));
    if (r->end) {
        ck_assert(!saltus_simulation_record_end(simulation, &error));
    }
    r->fingerprint = saltus_simulation_fingerprint(simulation);
    r->counts = saltus_simulation_counts(simulation);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
}

static bool same_weights(const recorded *a, const recorded *b)
{
    return a->count == b->count && memcmp(a->sources, b->sources, a->count * 4) == 0 &&
           memcmp(a->targets, b->targets, a->count * 4) == 0 &&
           memcmp(a->weights, b->weights, a->count * 8) == 0;
}

/* ---- Tests ----------------------------------------------------------------------------------- */

START_TEST(records_come_at_their_times_once_each_and_at_the_end)
{
    saltus_experiment *e = learning(false, NULL);
    record(e, 0, 0, 50, 200, true);
    record(e, 0, 100, 0, (double)INFINITY, false); /* the same time again */
    record(e, 0, 30, 0, (double)INFINITY, false);
    record(e, 1, (double)NAN, 0, (double)INFINITY, true);
    record(e, 1, 500, 10, (double)INFINITY, false); /* behind the end of the run */
    static const struct {
        double time_ms;
        uint32_t projection;
    } wanted[] = {{0, 0}, {30, 0}, {50, 0}, {100, 0}, {150, 0}, {300, 0}, {300, 1}};
    records all = {.count = 0};
    run r = {.end_ms = 300, .end = true, .into = &all};
    execute(e, &r);
    ck_assert_uint_eq(all.count, sizeof wanted / sizeof wanted[0]);
    for (size_t i = 0; i < all.count; i++) {
        ck_assert(all.of[i].time_ms == wanted[i].time_ms);
        ck_assert_uint_eq(all.of[i].projection, wanted[i].projection);
        ck_assert_uint_gt(all.of[i].count, 1000);
    }
    ck_assert(!same_weights(&all.of[1], &all.of[2])); /* it learns */
    forget(&all);
    r = (run){.end_ms = 300, .into = &all};
    execute(e, &r);
    ck_assert_uint_eq(all.count, 5); /* nobody said that the run is over */
    forget(&all);
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(a_record_has_all_events_of_its_time_and_those_at_the_end_only_what_is_before)
{
    /* one pair of spikes: presynaptic at 1 ms, target's at 4 ms; delay 2 ms, all in the axon */
    static const double pre_ms[] = {1};
    static const double kick_ms[] = {4};
    static const uint32_t first[] = {0};
    static const double kick_mV[] = {30};
    saltus_experiment *e = NULL;
    ck_assert(!saltus_experiment_create("pair", &e));
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "S";
    p.size = 1;
    p.model = SALTUS_MODEL_SPIKE_LIST;
    p.spike_times_ms = pre_ms;
    p.spike_neurons = first;
    p.spike_count = 1;
    ck_assert(!saltus_experiment_add_population(e, &p, NULL, &error));
    p = saltus_population_spec_default();
    p.name = "T";
    p.size = 1;
    ck_assert(!saltus_experiment_add_population(e, &p, NULL, &error));
    saltus_input_spec input = saltus_input_spec_default();
    input.name = "kick";
    input.type = SALTUS_INPUT_ARRIVALS;
    input.population = 1;
    input.arrival_times_ms = kick_ms;
    input.arrival_targets = first;
    input.arrival_weights_mV = kick_mV;
    input.arrival_count = 1;
    ck_assert(!saltus_experiment_add_input(e, &input, NULL, &error));
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = 0;
    spec.target = 1;
    spec.rule = SALTUS_RULE_ALL_TO_ALL;
    spec.weight_mV = saltus_constant(0.5);
    spec.delay_ms = saltus_constant(2);
    spec.plasticity.rule = "stdp";
    ck_assert(!saltus_plasticity_set(&spec.plasticity, "w_max", 1, &error));
    connect(e, spec, NULL);
    record(e, 0, 4, 0, (double)INFINITY, true);
    record(e, 0, 3.999, 0, (double)INFINITY, false);
    const double grown = 0.5 + 0.005 * exp(-1.0 / 20);
    records all = {.count = 0};
    run r = {.end_ms = 4, .end = true, .into = &all};
    execute(e, &r);
    ck_assert_uint_eq(all.count, 2);
    ck_assert(all.of[0].weights[0] == 0.5 && all.of[0].time_ms == 3.999);
    ck_assert(all.of[1].weights[0] == 0.5 && all.of[1].time_ms == 4); /* before its events */
    forget(&all);
    r = (run){.end_ms = 5, .end = true, .into = &all};
    execute(e, &r);
    ck_assert_uint_eq(all.count, 3);
    ck_assert(all.of[1].time_ms == 4 && fabs(all.of[1].weights[0] - grown) < 1e-15);
    ck_assert(all.of[2].time_ms == 5 && all.of[2].weights[0] == all.of[1].weights[0]);
    forget(&all);
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(recording_changes_no_bit_of_a_run)
{
    static const char *const engines[] = {NULL, "grid@0.1ms", "offgrid@0.1ms", "euler@0.5ms"};
    saltus_experiment *plain = learning(false, NULL);
    saltus_experiment *busy = learning(false, NULL);
    record(busy, 0, 0.037, 7.3, (double)INFINITY, true);
    record(busy, 1, 20, 20, (double)INFINITY, true);
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        records all = {.count = 0};
        run without = {.engine = engines[i], .end_ms = 200};
        run with = {.engine = engines[i], .end_ms = 200, .end = true, .into = &all, .threads = 2};
        execute(plain, &without);
        execute(busy, &with);
        ck_assert_uint_eq(with.fingerprint, without.fingerprint);
        with.counts.windows = without.counts.windows; /* these end at records */
        with.counts.scheduler_compares = without.counts.scheduler_compares;
        ck_assert_mem_eq(&with.counts, &without.counts, sizeof with.counts);
        ck_assert_uint_gt(with.counts.spikes, 100);
        ck_assert_uint_eq(all.count, 28 + 9 + 2);
        forget(&all);
    }
    saltus_experiment_destroy(plain);
    saltus_experiment_destroy(busy);
}
END_TEST

START_TEST(records_are_the_same_for_all_threads_and_blocks)
{
    saltus_experiment *e = learning(true, NULL);
    record(e, 0, 50, 50, (double)INFINITY, true);
    records wanted = {.count = 0};
    run r = {.end_ms = 120, .end = true, .into = &wanted};
    execute(e, &r);
    for (uint32_t threads = 1; threads <= 3; threads += 2) {
        records all = {.count = 0};
        r = (run){.end_ms = 120, .end = true, .into = &all, .threads = threads, .block = 1024};
        execute(e, &r);
        ck_assert_uint_eq(all.count, wanted.count);
        for (size_t i = 0; i < all.count; i++) {
            ck_assert(same_weights(&all.of[i], &wanted.of[i]));
        }
        forget(&all);
    }
    forget(&wanted);
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(a_run_from_recorded_weights_starts_with_exactly_these)
{
    for (int single = 0; single < 2; single++) {
        saltus_experiment *e = learning(single == 1, NULL);
        record(e, 0, (double)NAN, 0, (double)INFINITY, true);
        record(e, 1, (double)NAN, 0, (double)INFINITY, true);
        records learnt = {.count = 0};
        run r = {.end_ms = 2000, .end = true, .into = &learnt};
        execute(e, &r);
        saltus_experiment_destroy(e);
        ck_assert_uint_eq(learnt.count, 2);
        start_weights starts[2];
        for (size_t i = 0; i < 2; i++) {
            const recorded *from = &learnt.of[i];
            starts[i] = (start_weights){from->sources, from->targets, from->weights, from->count};
        }
        e = learning(single == 1, starts);
        record(e, 0, 0, 0, (double)INFINITY, true);
        record(e, 1, 0, 0, (double)INFINITY, false);
        records again = {.count = 0};
        r = (run){.end_ms = 100, .end = true, .into = &again, .threads = 2, .block = 1024};
        execute(e, &r);
        ck_assert_uint_eq(again.count, 3);
        ck_assert(again.of[0].time_ms == 0 && same_weights(&again.of[0], &learnt.of[0]));
        ck_assert(again.of[1].time_ms == 0 && same_weights(&again.of[1], &learnt.of[1]));
        ck_assert(!same_weights(&again.of[2], &learnt.of[0])); /* and goes on learning */
        forget(&again);
        forget(&learnt);
        saltus_experiment_destroy(e);
    }
}
END_TEST

static saltus_status run_from_within(void *user, const saltus_simulation *simulation,
                                     uint32_t projection, double time_ms)
{
    (void)simulation;
    (void)projection;
    (void)time_ms;
    saltus_simulation *own = *(saltus_simulation **)user;
    ck_assert_int_eq(saltus_simulation_run_until(own, 1000, NULL), SALTUS_E_STATE);
    ck_assert_int_eq(saltus_simulation_record_end(own, NULL), SALTUS_E_STATE);
    return SALTUS_OK;
}

START_TEST(a_recorder_that_fails_ends_the_run_and_none_runs_its_own_simulation)
{
    saltus_experiment *e = learning(false, NULL);
    record(e, 0, 10, 10, (double)INFINITY, true);
    saltus_network *network = NULL;
    saltus_simulation *simulation = NULL;
    ck_assert(!saltus_network_build(e, NULL, &network, &error));
    ck_assert(!saltus_simulation_create(network, NULL, &simulation, &error));
    ck_assert_int_eq(saltus_simulation_add_weight_recorder(simulation, NULL, NULL),
                     SALTUS_E_ARGUMENT);
    ck_assert(!saltus_simulation_add_weight_recorder(simulation, run_from_within, &simulation));
    ck_assert(!saltus_simulation_run_until(simulation, 15, &error));
    ck_assert(!saltus_simulation_record_end(simulation, &error));
    ck_assert_int_eq(saltus_simulation_add_weight_recorder(simulation, run_from_within, NULL),
                     SALTUS_E_STATE);
    saltus_simulation_destroy(simulation);

    records all = {.refuse = true};
    ck_assert(!saltus_simulation_create(network, NULL, &simulation, &error));
    ck_assert(!saltus_simulation_add_weight_recorder(simulation, keep, &all));
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 15, &error), SALTUS_E_RECORDER);
    ck_assert(strstr(error.message, "weight recorder") != NULL);
    ck_assert_int_eq(saltus_simulation_record_end(simulation, &error), SALTUS_E_STATE);
    saltus_simulation_destroy(simulation);
    forget(&all);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        records_come_at_their_times_once_each_and_at_the_end,
        a_record_has_all_events_of_its_time_and_those_at_the_end_only_what_is_before,
        recording_changes_no_bit_of_a_run,
        records_are_the_same_for_all_threads_and_blocks,
        a_run_from_recorded_weights_starts_with_exactly_these,
        a_recorder_that_fails_ends_the_run_and_none_runs_its_own_simulation};
    return SUITE_RUN("weight_records", tests);
}

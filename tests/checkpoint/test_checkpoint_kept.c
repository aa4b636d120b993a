/* test_checkpoint_kept - all that can be read of a run is the same after a checkpoint, and later.
 *
 * Two runs of one network, at every cut of which rewards are given and learning, thresholds and
 * weights are switched and normalised: one in one piece, one that is handed over to a fresh
 * simulation on other blocks. At every cut weights, what synapses have to release, scaling,
 * thresholds, D, rewards and counts are compared to the last bit, and so is the file that a
 * restored simulation writes with the one that it was restored from.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "determinism/networks.h"
#include "support/suite.h"
#include "support/trial.h"

#define MOST_PARTS  64
#define MOST_IN_ROW 4096
#define ROW_STRIDE  23 /* of the sources whose rows are read; files are compared whole */

static char path[64], again[64];

/* ---- All that can be read ------------------------------------------------------------------ */

/* Where the values of one kind, of one population, projection or modulator, begin. */
typedef struct part {
    const char *what;
    uint32_t index;
    size_t first;
} part;

typedef struct reading {
    double *value;
    size_t count, capacity;
    part parts[MOST_PARTS];
    size_t part_count;
} reading;

static double *room(reading *r, size_t count)
{
    if (r->count + count > r->capacity) {
        r->capacity = 2 * (r->count + count);
        r->value = realloc(r->value, r->capacity * sizeof *r->value);
        ck_assert_ptr_nonnull(r->value);
    }
    r->count += count;
    return r->value + r->count - count;
}

static void begin(reading *r, const char *what, uint32_t index)
{
    ck_assert_uint_lt(r->part_count, MOST_PARTS);
    r->parts[r->part_count++] = (part){.what = what, .index = index, .first = r->count};
}

static void read_projection(reading *r, const saltus_simulation *sim, uint32_t p)
{
    static uint32_t target[MOST_IN_ROW];
    const saltus_network *network = saltus_simulation_network(sim);
    const uint32_t sources =
        saltus_network_population_size(network, saltus_network_projection_source(network, p));
    const uint32_t targets =
        saltus_network_population_size(network, saltus_network_projection_target(network, p));
    begin(r, "weights", p);
    for (uint32_t i = 0; i < sources; i += ROW_STRIDE) {
        const uint32_t length = saltus_simulation_row_length(sim, p, i);
        ck_assert_uint_le(length, MOST_IN_ROW);
        ck_assert_int_eq(saltus_simulation_read_row(sim, p, i, target, room(r, length)), SALTUS_OK);
    }
    begin(r, "release", p);
    for (uint32_t i = 0; i < sources; i += ROW_STRIDE) {
        const uint32_t length = saltus_simulation_row_length(sim, p, i);
        double *u = room(r, 2 * (size_t)length);
        ck_assert_int_eq(saltus_simulation_read_release(sim, p, i, u, u + length), SALTUS_OK);
    }
    begin(r, "scaling", p);
    for (uint32_t i = 0; i < targets; i++) {
        *room(r, 1) = saltus_simulation_scaling(sim, p, i);
    }
}

static void read_counts(reading *r, const saltus_simulation *sim)
{
    const saltus_network *network = saltus_simulation_network(sim);
    saltus_counts counts = saltus_simulation_counts(sim);
    begin(r, "counts", 0);
    for (size_t k = 0; k < saltus_count_total(); k++) {
        const bool of_queue = strcmp(saltus_count_name(k), "scheduler_compares") == 0;
        *room(r, 1) = of_queue ? 0 : (double)*saltus_count_at(&counts, k);
    }
    for (uint32_t p = 0; p < saltus_network_projection_count(network); p++) {
        const saltus_projection_counts of = saltus_simulation_projection_counts(sim, p);
        begin(r, "counts of projection", p);
        *room(r, 1) = (double)of.synaptic_events;
        *room(r, 1) = (double)of.zero_weight_events;
    }
}

static reading read_all(const saltus_simulation *sim, uint32_t modulators)
{
    reading r = {0};
    const saltus_network *network = saltus_simulation_network(sim);
    for (uint32_t p = 0; p < saltus_network_population_count(network); p++) {
        begin(&r, "thresholds and potentials", p);
        for (uint32_t i = 0; i < saltus_network_population_size(network, p); i++) {
            *room(&r, 1) = saltus_simulation_theta_mV(sim, p, i);
            *room(&r, 1) = saltus_simulation_potential_mV(sim, p, i);
        }
    }
    for (uint32_t p = 0; p < saltus_network_projection_count(network); p++) {
        read_projection(&r, sim, p);
    }
    for (uint32_t m = 0; m < modulators; m++) {
        begin(&r, "modulator", m);
        *room(&r, 1) = saltus_simulation_modulator(sim, m);
        *room(&r, 1) = (double)saltus_simulation_rewards(sim, m);
    }
    read_counts(&r, sim);
    return r;
}

/* ---- Two runs ------------------------------------------------------------------------------ */

/* A network, on different blocks, and how it is run. */
typedef struct scene {
    const test_network *from;
    saltus_experiment *experiment;
    saltus_network *networks[2];
    const char *engine;
    uint32_t modulators;
    bool switches; /* learning, thresholds and weights at cuts */
} scene;

static saltus_simulation *create(const scene *s, size_t network, uint32_t threads)
{
    saltus_simulation_options options = saltus_simulation_options_default();
    saltus_simulation *sim = NULL;
    ck_assert_int_eq(saltus_engine_parse(s->engine, &options, NULL), SALTUS_OK);
    options.threads = threads;
    ck_assert_int_eq(saltus_simulation_create(s->networks[network], &options, &sim, NULL),
                     SALTUS_OK);
    return sim;
}

static void check_same(const scene *s, const saltus_simulation *a, const saltus_simulation *b,
                       const char *when)
{
    reading one = read_all(a, s->modulators);
    reading other = read_all(b, s->modulators);
    ck_assert_uint_eq(one.count, other.count);
    for (size_t i = 0; i < one.count; i++) {
        size_t in = one.part_count - 1;
        while (one.parts[in].first > i) {
            in--;
        }
        const double x = one.value[i], y = other.value[i];
        ck_assert_msg(memcmp(&x, &y, sizeof x) == 0 || (x != x && y != y),
                      "%s, %s, %s, %g ms: %s %u, number %zu: %.17g against %.17g", s->from->name,
                      s->engine, when, saltus_simulation_time_ms(a), one.parts[in].what,
                      one.parts[in].index, i - one.parts[in].first, x, y);
    }
    ck_assert_msg(saltus_simulation_fingerprint(a) == saltus_simulation_fingerprint(b), "%s, %s",
                  s->from->name, s->engine);
    free(one.value);
    free(other.value);
}

static void check_same_files(const scene *s, double time_ms)
{
    FILE *files[2] = {fopen(path, "rb"), fopen(again, "rb")};
    ck_assert_ptr_nonnull(files[0]);
    ck_assert_ptr_nonnull(files[1]);
    for (size_t at = 0, got = 1; got > 0; at += got) {
        static char bytes[2][4096];
        got = fread(bytes[0], 1, sizeof bytes[0], files[0]);
        ck_assert_uint_eq(fread(bytes[1], 1, sizeof bytes[1], files[1]), got);
        ck_assert_msg(memcmp(bytes[0], bytes[1], got) == 0,
                      "%s, %s, %g ms: written anew, the file differs behind byte %zu",
                      s->from->name, s->engine, time_ms, at);
    }
    fclose(files[0]);
    fclose(files[1]);
}

/* To a fresh simulation, which would write the same file. */
static saltus_simulation *hand_over(const scene *s, saltus_simulation *from, size_t cut)
{
    saltus_error error = {0};
    ck_assert_int_eq(saltus_checkpoint_write(from, path, &error), SALTUS_OK);
    saltus_simulation *to = create(s, cut % 2, 1 + (uint32_t)cut % 2);
    ck_assert_msg(saltus_checkpoint_restore(to, path, &error) == SALTUS_OK, "%s, %s: %s",
                  s->from->name, s->engine, error.message);
    check_same(s, from, to, "restored");
    ck_assert_int_eq(saltus_checkpoint_write(to, again, &error), SALTUS_OK);
    check_same_files(s, saltus_simulation_time_ms(to));
    saltus_simulation_destroy(from);
    return to;
}

/* ---- What a caller does at cuts ------------------------------------------------------------ */

static void reward(const scene *s, saltus_simulation *sim, double amount)
{
    for (uint32_t m = 0; m < s->modulators; m++) {
        ck_assert_int_eq(saltus_simulation_reward(sim, m, amount, NULL), SALTUS_OK);
    }
}

/* Before the checkpoint of this cut. The order of rewards at one time shows in the last digit. */
static void act_before(const scene *s, saltus_simulation *sim, size_t cut)
{
    reward(s, sim, 1e3 / 7);
    reward(s, sim, 1.1 * (double)cut);
    const bool first = cut == 2;
    if (!s->switches || (cut != 2 && cut != 4)) {
        return;
    }
    for (uint32_t p = 0; p < saltus_network_projection_count(saltus_simulation_network(sim)); p++) {
        /* SALTUS_E_ARGUMENT: does not learn */
        saltus_simulation_set_plastic(sim, p, !first, NULL);
    }
    for (uint32_t p = 0; p < saltus_network_population_count(saltus_simulation_network(sim)); p++) {
        saltus_simulation_set_adaptation(sim, p, !first, NULL);
    }
}

/* And after it. */
static void act_after(const scene *s, saltus_simulation *sim, size_t cut)
{
    reward(s, sim, -1e3 / 7);
    reward(s, sim, 0.3);
    if (s->switches && cut == 3) {
        ck_assert_int_eq(saltus_simulation_normalise(sim, 0, 11, NULL), SALTUS_OK);
    }
}

static void check_scene(const test_network *network, const char *engine, bool switches)
{
    static const double parts[] = {0, 0.031, 0.25, 0.4, 0.56, 0.81, 1};
    enum { CUTS = sizeof parts / sizeof parts[0] };
    scene s = {.from = network, .engine = engine, .switches = switches};
    s.experiment = test_network_create(s.from, false);
    s.modulators = saltus_experiment_modulator_count(s.experiment);
    for (int i = 0; i < 2; i++) {
        saltus_network_options build = saltus_network_options_default();
        build.block_neurons = i == 0 ? 0 : 1024;
        ck_assert_int_eq(saltus_network_build(s.experiment, &build, &s.networks[i], NULL),
                         SALTUS_OK);
    }
    saltus_simulation *whole = create(&s, 0, 1);
    saltus_simulation *relay = create(&s, 0, 1);
    for (size_t cut = 0; cut < CUTS; cut++) {
        const double time_ms = parts[cut] * s.from->duration_ms;
        saltus_simulation *both[2] = {whole, relay};
        for (int i = 0; i < 2; i++) {
            ck_assert_int_eq(saltus_simulation_run_until(both[i], time_ms, NULL), SALTUS_OK);
        }
        check_same(&s, whole, relay, "run on");
        act_before(&s, whole, cut);
        act_before(&s, relay, cut);
        relay = hand_over(&s, relay, cut);
        act_after(&s, whole, cut);
        act_after(&s, relay, cut);
        check_same(&s, whole, relay, "rewarded");
    }
    for (uint32_t m = 0; m < s.modulators; m++) {
        ck_assert_uint_gt(saltus_simulation_rewards(whole, m), 4 * CUTS);
        ck_assert_double_ne(saltus_simulation_modulator(whole, m), 0);
    }
    saltus_simulation_destroy(whole);
    saltus_simulation_destroy(relay);
    saltus_network_destroy(s.networks[0]);
    saltus_network_destroy(s.networks[1]);
    saltus_experiment_destroy(s.experiment);
}

static const test_network *network_named(const char *name)
{
    for (size_t n = 0; n < test_network_count; n++) {
        if (strcmp(test_networks[n].name, name) == 0) {
            return &test_networks[n];
        }
    }
    ck_abort_msg("there is no network %s", name);
    return NULL;
}

static const char *const engines[] = {"event", "grid@0.5ms", "interpolated@0.5ms"};
#define ENGINES (sizeof engines / sizeof engines[0])

START_TEST(rewards_and_their_modulators_go_on)
{
    for (size_t i = 0; i < ENGINES; i++) {
        check_scene(network_named("rewarded"), engines[i], false);
    }
}
END_TEST

START_TEST(weights_and_thresholds_go_on)
{
    for (size_t i = 0; i < ENGINES; i++) {
        check_scene(network_named("learning"), engines[i], true);
    }
}
END_TEST

START_TEST(release_and_scaling_go_on)
{
    for (size_t i = 0; i < ENGINES; i++) {
        check_scene(network_named("transmission"), engines[i], false);
    }
}
END_TEST

/* Through weights of zero, with delays of their own: nothing but counts. */
static void build_silent(saltus_experiment *e)
{
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "source";
    p.size = 1100;
    p.model = SALTUS_MODEL_POISSON_SOURCE;
    p.rate_Hz = 50;
    ck_assert_int_eq(saltus_experiment_add_population(e, &p, NULL, NULL), SALTUS_OK);
    p = saltus_population_spec_default();
    p.name = "cells";
    p.size = 1100;
    ck_assert_int_eq(saltus_experiment_add_population(e, &p, NULL, NULL), SALTUS_OK);
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = 0;
    spec.target = 1;
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = 3;
    spec.weight_mV = saltus_constant(0);
    spec.delay_ms = saltus_uniform(0.5, 9);
    ck_assert_int_eq(saltus_experiment_add_projection(e, &spec, NULL, NULL), SALTUS_OK);
}

START_TEST(counts_of_what_is_under_way_go_on)
{
    static const test_network silent = {"silent", build_silent, 40, false};
    for (size_t i = 0; i < ENGINES; i++) {
        check_scene(&silent, engines[i], false);
    }
}
END_TEST

int main(int argument_count, char **arguments)
{
    (void)argument_count;
    suite_wait_without_spinning(arguments);
    snprintf(path, sizeof path, "/tmp/saltus_kept_%d.checkpoint", (int)getpid());
    snprintf(again, sizeof again, "/tmp/saltus_kept_%d.again", (int)getpid());
    const TTest *const tests[] = {rewards_and_their_modulators_go_on, weights_and_thresholds_go_on,
                                  release_and_scaling_go_on, counts_of_what_is_under_way_go_on};
    const int code = SUITE_RUN("checkpoint_kept", tests);
    unlink(path);
    unlink(again);
    return code;
}

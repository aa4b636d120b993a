/* test_clock_oracle - random networks on a clock fire as the brute-force clock does.
 *
 * Steps that divide all times and steps that divide none; a network in which some test is nearer
 * to the threshold than double precision can decide is passed over, and few may be.
 *
 * SALTUS_CLOCK_SEED sets the first seed (1), SALTUS_CLOCK_NETWORKS how many (1,000).
 */
#include <inttypes.h>
#include <math.h>

#include "support/clock_oracle.h"
#include "support/random_twin.h"
#include "support/suite.h"

/* Sums of a few hundred rounded terms of some ten mV. */
#define UNDECIDABLE_MV 1e-11

static const char *name_of(clock_oracle_kind kind)
{
    static const char *const names[] = {"grid", "euler", "interpolated"};
    return names[kind];
}

/* The nearest tick of a spike's time. */
static int64_t tick_of(double time_ms)
{
    return llround(time_ms * 1e11);
}

/* First difference of the spikes; false when there is none. */
static bool differ(const twin *t, const trial_result *got, const clock_oracle_result *wanted,
                   int64_t tolerance, char *why, size_t size)
{
    for (size_t i = 0; i < got->spike_count && i < wanted->spike_count; i++) {
        const saltus_spike *s = &got->spikes[i];
        const uint32_t neuron = t->populations[s->population].first + s->neuron;
        const oracle_spike *o = &wanted->spikes[i];
        if (neuron != o->neuron || llabs(tick_of(s->time_ms) - o->tick) > tolerance) {
            snprintf(why, size, "spike %zu: neuron %u at tick %" PRId64 ", oracle %u at %" PRId64,
                     i, neuron, tick_of(s->time_ms), o->neuron, o->tick);
            return true;
        }
    }
    if (got->spike_count != wanted->spike_count) {
        snprintf(why, size, "%zu spikes, oracle %zu", got->spike_count, wanted->spike_count);
        return true;
    }
    return false;
}

static bool counts_differ(const trial_result *got, const clock_oracle_result *wanted,
                          uint32_t neurons, char *why, size_t size)
{
    const struct {
        const char *name;
        uint64_t got, wanted;
    } rows[] = {
        {"steps", got->counts.steps, wanted->steps},
        {"step_updates", got->counts.step_updates, wanted->steps * neurons},
        {"threshold_tests", got->counts.threshold_tests, wanted->steps * neurons},
        {"synaptic_events", got->counts.synaptic_events, wanted->deliveries},
        {"external_events", got->counts.external_events, wanted->arrivals},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].got != rows[i].wanted) {
            snprintf(why, size, "%s: %" PRIu64 ", oracle %" PRIu64, rows[i].name, rows[i].got,
                     rows[i].wanted);
            return true;
        }
    }
    return false;
}

typedef struct tally {
    size_t networks, undecided, spikes;
    int failed;
} tally;

static void check_one(uint64_t seed, clock_oracle_kind kind, double step_ms, tally *tally)
{
    twin t = random_twin(seed, &random_twin_tiny);
    /* whole steps: what arrives in a part of one is counted, but finds no step's end */
    t.end = (t.end / TWIN_TICKS(step_ms) + 1) * TWIN_TICKS(step_ms);
    saltus_error error = {0};
    saltus_experiment *e = twin_experiment(&t, &error);
    ck_assert_msg(e != NULL, "%s", error.message);
    char engine[64];
    char why[256] = "";
    snprintf(engine, sizeof engine, "%s@%.15gms", name_of(kind), step_ms);
    const trial_setup setup = {.engine = engine, .spikes = true};
    trial_result got;
    ck_assert_msg(trial_run(e, &setup, &got), "seed %" PRIu64 ", %s", seed, engine);
    twin_oracle o = twin_oracle_create(&t);
    clock_oracle_result wanted = clock_oracle_run(&o.network, kind, TWIN_TICKS(step_ms), t.end);
    uint32_t neurons = 0;
    for (uint32_t i = 0; i < t.neuron_count; i++) {
        neurons += !o.neurons[i].source;
    }
    /* the share of a step is a quotient of doubles */
    const int64_t tolerance = kind == CLOCK_ORACLE_INTERPOLATED ? 10000 : 0;
    tally->networks++;
    tally->spikes += wanted.spike_count;
    if (wanted.closest_mV < UNDECIDABLE_MV) {
        tally->undecided++;
    } else if (differ(&t, &got, &wanted, tolerance, why, sizeof why) ||
               counts_differ(&got, &wanted, neurons, why, sizeof why)) {
        fprintf(stderr, "seed %" PRIu64 ", %s: %s\n", seed, engine, why);
        tally->failed++;
    }
    free(wanted.spikes);
    twin_oracle_destroy(&o);
    trial_clear(&got);
    saltus_experiment_destroy(e);
    twin_clear(&t);
}

/* A step that euler takes, for the network's shortest time constant. */
static double step_for(uint64_t seed, clock_oracle_kind kind, double step_ms)
{
    twin t = random_twin(seed, &random_twin_tiny);
    double shortest = HUGE_VAL;
    for (uint32_t p = 0; p < t.population_count; p++) {
        if (t.populations[p].model == SALTUS_MODEL_LIF_DELTA) {
            shortest = fmin(shortest, t.populations[p].tau_m_ms);
        }
    }
    twin_clear(&t);
    const double most = kind == CLOCK_ORACLE_EULER ? shortest : 25 * shortest;
    while (kind != CLOCK_ORACLE_GRID && step_ms > most) {
        step_ms /= 2;
    }
    return step_ms;
}

static void check_kind(clock_oracle_kind kind)
{
    static const double steps_ms[] = {0.1, 0.5, 1, 0.25, 0.3, 0.07, 2.5, 0.123456789};
    const uint64_t first = trial_environment("SALTUS_CLOCK_SEED", 1);
    const uint64_t networks = trial_environment("SALTUS_CLOCK_NETWORKS", 1000);
    tally tally = {0};
    for (uint64_t seed = first; seed < first + networks && tally.failed < 3; seed++) {
        const double step_ms = steps_ms[seed % (sizeof steps_ms / sizeof steps_ms[0])];
        check_one(seed, kind, step_for(seed, kind, step_ms), &tally);
    }
    ck_assert_int_eq(tally.failed, 0);
    ck_assert_msg(networks < 100 || tally.spikes > 2 * networks, "only %zu spikes", tally.spikes);
    ck_assert_msg(tally.undecided * 10 <= tally.networks, "%zu of %zu undecided", tally.undecided,
                  tally.networks);
}

START_TEST(grid_fires_as_the_brute_force_grid_does)
{
    check_kind(CLOCK_ORACLE_GRID);
}
END_TEST

START_TEST(euler_fires_as_the_brute_force_euler_does)
{
    check_kind(CLOCK_ORACLE_EULER);
}
END_TEST

START_TEST(interpolated_fires_as_the_brute_force_interpolation_does)
{
    check_kind(CLOCK_ORACLE_INTERPOLATED);
}
END_TEST

/* Against the oracle of the exact engine: the grid is nothing but bookkeeping. */
START_TEST(offgrid_fires_as_the_exact_oracle_does)
{
    static const double steps_ms[] = {0.1, 1, 0.3, 5, 0.123456789, 0.01};
    const uint64_t first = trial_environment("SALTUS_CLOCK_SEED", 1);
    const uint64_t networks = trial_environment("SALTUS_CLOCK_NETWORKS", 1000);
    int failed = 0;
    for (uint64_t seed = first; seed < first + networks && failed < 3; seed++) {
        const double wish_ms = steps_ms[seed % (sizeof steps_ms / sizeof steps_ms[0])];
        const double step_ms = step_for(seed, CLOCK_ORACLE_INTERPOLATED, wish_ms);
        char engine[64];
        snprintf(engine, sizeof engine, "offgrid@%.15gms", step_ms);
        twin t = random_twin(seed, &random_twin_tiny);
        const trial_setup setup = {.threads = 1, .engine = engine};
        if (!twin_check(&t, engine, &setup, NULL)) {
            failed++;
        }
        twin_clear(&t);
    }
    ck_assert_int_eq(failed, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {grid_fires_as_the_brute_force_grid_does,
                                  euler_fires_as_the_brute_force_euler_does,
                                  interpolated_fires_as_the_brute_force_interpolation_does,
                                  offgrid_fires_as_the_exact_oracle_does};
    return SUITE_RUN("clock_oracle", tests);
}

/* test_modulated_poisson - Poisson processes whose rate changes with time: exact in law, the same
 * trains however a run is run.
 *
 * The law is tested by what it implies: counts in bins are Poisson with the integral of the rate,
 * and intervals that are measured in integrals of the rate are exponential with mean 1 (Brown,
 * Barbieri, Ventura, Kass & Frank 2002). Seeds are fixed; limits are those that 1 in 10^5 seeds
 * would miss. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/suite.h"
#include "support/trial.h"

#define TWO_PI 6.283185307179586

static void must(saltus_status status, const saltus_error *error)
{
    ck_assert_msg(status == SALTUS_OK, "%s", error->message);
}

/* ---- Rates ---------------------------------------------------------------------------------- */

static const double step_ms[] = {5, 20, 20.25, 20.25, 140, 333.3},
                    step_Hz[] = {300, 0, 999, 4000, 40, 900};

static saltus_rate_course steps(void)
{
    return (saltus_rate_course){
        .kind = SALTUS_RATE_STEPS, .times_ms = step_ms, .rates_Hz = step_Hz, .count = 6};
}

static saltus_rate_course sine(double mean_Hz, double amplitude_Hz, double frequency_Hz,
                               double phase_degrees)
{
    return (saltus_rate_course){.kind = SALTUS_RATE_SINE,
                                .mean_Hz = mean_Hz,
                                .amplitude_Hz = amplitude_Hz,
                                .frequency_Hz = frequency_Hz,
                                .phase_degrees = phase_degrees};
}

static double rate_at(const saltus_rate_course *c, double ms)
{
    if (c->kind == SALTUS_RATE_SINE) {
        const double angle = TWO_PI * c->frequency_Hz * ms / 1000 + c->phase_degrees * TWO_PI / 360;
        return fmax(0, c->mean_Hz + c->amplitude_Hz * sin(angle));
    }
    double rate = 0;
    for (size_t i = 0; i < c->count; i++) {
        rate = c->times_ms[i] <= ms ? c->rates_Hz[i] : rate;
    }
    return rate;
}

/* Its integral at every 1/200 ms, by midpoints: steps end at none of these. */
enum { PER_MS = 200, MOST_MS = 2000 };

static double integral[PER_MS * MOST_MS + 1];

static void integrate(const saltus_rate_course *c)
{
    for (int i = 0; i < PER_MS * MOST_MS; i++) {
        integral[i + 1] = integral[i] + rate_at(c, (i + 0.5) / PER_MS) / 1000 / PER_MS;
    }
}

static double integral_at(double ms)
{
    const double place = ms * PER_MS;
    const int i = (int)place;
    return integral[i] + (place - i) * (integral[i + 1] - integral[i]);
}

/* ---- Trains --------------------------------------------------------------------------------- */

static saltus_experiment *sources(uint32_t size, const saltus_rate_course *rate, double end_ms,
                                  uint64_t seed)
{
    saltus_experiment *e = NULL;
    saltus_error error = {0};
    must(saltus_experiment_create("rates", &e), &error);
    must(saltus_experiment_set_seed(e, seed), &error);
    must(saltus_experiment_set_duration(e, end_ms, &error), &error);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "S";
    spec.size = size;
    spec.model = SALTUS_MODEL_POISSON_SOURCE;
    spec.rate_course = *rate;
    must(saltus_experiment_add_population(e, &spec, NULL, &error), &error);
    must(saltus_experiment_record_spikes(e, 0), &error);
    return e;
}

static trial_result run(const saltus_experiment *e, const char *engine)
{
    const trial_setup setup = {.engine = engine, .spikes = true};
    trial_result result;
    ck_assert(trial_run(e, &setup, &result));
    return result;
}

/* Squared deviations of counts in bins of `bin_ms` from their means, as a standard normal. */
static double bin_deviation(const trial_result *got, double sources, double bin_ms, double end_ms)
{
    const int bins = (int)(end_ms / bin_ms);
    double *count = calloc((size_t)bins, sizeof *count);
    for (size_t i = 0; i < got->spike_count; i++) {
        count[(int)(got->spikes[i].time_ms / bin_ms)]++;
    }
    double sum = 0, used = 0, variance = 0;
    for (int i = 0; i < bins; i++) {
        const double mean = sources * (integral_at((i + 1) * bin_ms) - integral_at(i * bin_ms));
        if (mean == 0) {
            ck_assert_msg(count[i] == 0, "%g spikes in bin %d of rate 0", count[i], i);
            continue;
        }
        sum += (count[i] - mean) * (count[i] - mean) / mean;
        variance += 2 + 1 / mean;
        used++;
    }
    free(count);
    return (sum - used) / sqrt(variance);
}

/* Kolmogorov's distance of all sources' rescaled intervals from the exponential, times root n. */
static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double interval_distance(const trial_result *got, uint32_t size)
{
    double *before = calloc(size, sizeof *before);
    double *gap = calloc(got->spike_count + 1, sizeof *gap);
    for (size_t i = 0; i < got->spike_count; i++) {
        const saltus_spike *s = &got->spikes[i];
        const double now = integral_at(s->time_ms);
        gap[i] = now - before[s->neuron];
        before[s->neuron] = now;
    }
    /* the interval that the end cuts off is left out, which matters little where there are many */
    qsort(gap, got->spike_count, sizeof *gap, by_size);
    double worst = 0;
    const double n = (double)got->spike_count;
    for (size_t i = 0; i < got->spike_count; i++) {
        const double law = 1 - exp(-gap[i]);
        worst = fmax(worst, fmax(fabs(law - (double)i / n), fabs(law - (double)(i + 1) / n)));
    }
    free(before);
    free(gap);
    return worst * sqrt(n);
}

/* ---- The law -------------------------------------------------------------------------------- */

typedef struct rate_case {
    const char *name;
    saltus_rate_course course;
} rate_case;

static const double zero_ms = 0, constant_Hz = 77;

static size_t cases(rate_case out[6])
{
    out[0] = (rate_case){"steps", steps()};
    out[1] = (rate_case){"sine", sine(200, 150, 7, 30)};
    out[2] = (rate_case){"clipped sine", sine(50, 400, 31, -200)};
    out[3] = (rate_case){"fast sine", sine(100, 100, 400, 0)};
    out[4] = (rate_case){"slow sine", sine(90, 90, 0.3, 90)};
    out[5] = (rate_case){
        "one step",
        {.kind = SALTUS_RATE_STEPS, .times_ms = &zero_ms, .rates_Hz = &constant_Hz, .count = 1}};
    return 6;
}

START_TEST(counts_are_poisson_with_the_integral_of_the_rate)
{
    rate_case all[6];
    for (size_t k = 0, count = cases(all); k < count; k++) {
        integrate(&all[k].course);
        saltus_experiment *e = sources(300, &all[k].course, 1000, 5 + k);
        trial_result got = run(e, NULL);
        const double expected = 300 * integral_at(1000);
        ck_assert_msg(fabs((double)got.spike_count - expected) < 4.5 * sqrt(expected),
                      "%s: %zu spikes, expected %g", all[k].name, got.spike_count, expected);
        for (int bin = 0; bin < 2; bin++) {
            const double deviation = bin_deviation(&got, 300, bin == 0 ? 0.5 : 5, 1000);
            ck_assert_msg(fabs(deviation) < 4.5, "%s: counts deviate by %g standard deviations",
                          all[k].name, deviation);
        }
        trial_clear(&got);
        saltus_experiment_destroy(e);
    }
}
END_TEST

/* Single sources and groups of no power of two. */
START_TEST(rescaled_intervals_are_exponential)
{
    static const uint32_t sizes[] = {40, 64, 130};
    rate_case all[6];
    for (size_t k = 0, count = cases(all); k < count; k++) {
        integrate(&all[k].course);
        const uint32_t size = sizes[k % 3];
        saltus_experiment *e = sources(size, &all[k].course, 1900, 11 + k);
        trial_result got = run(e, NULL);
        const double distance = interval_distance(&got, size);
        ck_assert_msg(distance < 2.4, "%s: %g", all[k].name, distance);
        trial_clear(&got);
        saltus_experiment_destroy(e);
    }
}
END_TEST

/* The first Fourier coefficient of many spikes is half the amplitude, at the phase. */
START_TEST(a_sine_has_its_amplitude_and_phase)
{
    static const double phases[] = {0, 45, -90, 180, 300};
    for (int k = 0; k < 5; k++) {
        const saltus_rate_course course = sine(80, 60, 8, phases[k]);
        saltus_experiment *e = sources(500, &course, 1000, 3 + (uint64_t)k);
        trial_result got = run(e, NULL);
        double c = 0, s = 0;
        for (size_t i = 0; i < got.spike_count; i++) {
            c += cos(TWO_PI * 8 * got.spikes[i].time_ms / 1000);
            s += sin(TWO_PI * 8 * got.spikes[i].time_ms / 1000);
        }
        const double n = 500, sd = sqrt(80 / n / 2); /* of each, per source and second */
        const double angle = phases[k] * TWO_PI / 360;
        ck_assert_double_eq_tol(s / n, 30 * cos(angle), 4.5 * sd);
        ck_assert_double_eq_tol(c / n, 30 * sin(angle), 4.5 * sd);
        trial_clear(&got);
        saltus_experiment_destroy(e);
    }
}
END_TEST

/* Sources are independent: the variance of their total is its mean. */
START_TEST(sources_are_independent)
{
    const saltus_rate_course course = sine(100, 100, 20, 0);
    double sum = 0, squares = 0;
    const int runs = 200;
    for (int k = 0; k < runs; k++) {
        saltus_experiment *e = sources(20, &course, 50, 100 + (uint64_t)k);
        trial_result got = run(e, NULL);
        sum += (double)got.spike_count;
        squares += (double)got.spike_count * (double)got.spike_count;
        trial_clear(&got);
        saltus_experiment_destroy(e);
    }
    const double mean = sum / runs, variance = squares / runs - mean * mean;
    ck_assert_double_eq_tol(mean, 100, 4.5 * sqrt(100.0 / runs));
    ck_assert_double_eq_tol(variance / mean, 1, 4.5 * sqrt(2.0 / runs));
}
END_TEST

/* ---- The same trains ------------------------------------------------------------------------ */

START_TEST(a_step_at_0_is_a_constant_rate)
{
    trial_result got[2];
    for (int way = 0; way < 2; way++) {
        const saltus_rate_course one = {
            .kind = SALTUS_RATE_STEPS, .times_ms = &zero_ms, .rates_Hz = &constant_Hz, .count = 1};
        const saltus_rate_course none = {.kind = SALTUS_RATE_CONSTANT};
        saltus_experiment *e = NULL;
        saltus_error error = {0};
        must(saltus_experiment_create("rates", &e), &error);
        saltus_population_spec spec = saltus_population_spec_default();
        spec.name = "S";
        spec.size = 50;
        spec.model = SALTUS_MODEL_POISSON_SOURCE;
        spec.rate_Hz = constant_Hz;
        spec.rate_course = way == 0 ? none : one;
        must(saltus_experiment_add_population(e, &spec, NULL, &error), &error);
        must(saltus_experiment_record_spikes(e, 0), &error);
        got[way] = run(e, NULL);
        saltus_experiment_destroy(e);
    }
    char why[256] = "";
    ck_assert_uint_gt(got[0].spike_count, 3000);
    ck_assert_msg(trial_same_bits(&got[0], &got[1], why, sizeof why), "%s", why);
    trial_clear(&got[0]);
    trial_clear(&got[1]);
}
END_TEST

/* Neurons with input of both kinds and sources onto them. */
static saltus_experiment *network(void)
{
    const saltus_rate_course wave = sine(600, 900, 9, 10), stair = steps();
    saltus_error error = {0};
    saltus_experiment *e = sources(1100, &wave, 400, 8);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "E";
    spec.size = 1300;
    must(saltus_experiment_add_population(e, &spec, NULL, &error), &error);
    must(saltus_experiment_record_spikes(e, 1), &error);
    for (int k = 0; k < 2; k++) {
        saltus_input_spec input = saltus_input_spec_default();
        input.name = k == 0 ? "wave" : "stair";
        input.population = 1;
        input.rate_course = k == 0 ? wave : stair;
        input.weight_mV = 1.5;
        input.start_ms = k == 0 ? 3 : 10;
        input.stop_ms = k == 0 ? 390 : (double)INFINITY;
        must(saltus_experiment_add_input(e, &input, NULL, &error), &error);
    }
    saltus_projection_spec projection = saltus_projection_spec_default();
    projection.target = 1;
    projection.rule = SALTUS_RULE_FIXED_INDEGREE;
    projection.count = 2;
    projection.weight_mV = saltus_constant(0.5);
    projection.delay_ms = saltus_constant(1.5);
    must(saltus_experiment_add_projection(e, &projection, NULL, &error), &error);
    return e;
}

START_TEST(how_it_is_run_does_not_matter)
{
    static const double cuts_ms[] = {3, 20.25, 20.26, 140, 140.00000000001, 333.3, 399};
    static const char *const engines[] = {"event", "grid@0.5ms", "offgrid@0.5ms"};
    saltus_experiment *e = network();
    uint64_t events[3];
    for (int k = 0; k < 3; k++) {
        trial_result wanted = run(e, engines[k]), got;
        events[k] = wanted.counts.external_events;
        char why[256] = "";
        trial_setup setup = {.threads = 3,
                             .block_neurons = 1024,
                             .engine = engines[k],
                             .cuts_ms = cuts_ms,
                             .cut_count = 7,
                             .spikes = true};
        ck_assert(trial_run(e, &setup, &got));
        ck_assert_msg(trial_same_bits(&wanted, &got, why, sizeof why), "%s: %s", engines[k], why);
        trial_clear(&got);
        char path[64];
        snprintf(path, sizeof path, "/tmp/saltus-rates-%ld.checkpoint", (long)getpid());
        ck_assert(trial_run_relay(e, &setup, path, &got));
        ck_assert_msg(trial_same_bits(&wanted, &got, why, sizeof why), "%s: relay: %s", engines[k],
                      why);
        ck_assert_msg(trial_same_counts(&wanted, &got, false, why, sizeof why), "%s: relay: %s",
                      engines[k], why);
        remove(path);
        trial_clear(&got);
        trial_clear(&wanted);
    }
    ck_assert_uint_gt(events[0], 100000);
    ck_assert_uint_eq(events[0], events[2]);
    saltus_experiment_destroy(e);
}
END_TEST

int main(int count, char **arguments)
{
    (void)count;
    suite_wait_without_spinning(arguments);
    const TTest *const tests[] = {counts_are_poisson_with_the_integral_of_the_rate,
                                  rescaled_intervals_are_exponential,
                                  a_sine_has_its_amplitude_and_phase,
                                  sources_are_independent,
                                  a_step_at_0_is_a_constant_rate,
                                  how_it_is_run_does_not_matter};
    return SUITE_RUN("modulated_poisson", tests);
}

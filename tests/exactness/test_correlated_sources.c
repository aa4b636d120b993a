/* test_correlated_sources - trains that share spikes: rates, the correlation of any two, how many
 * share a spike, jitter, and the same trains however a run is run.
 *
 * Seeds are fixed; limits are those that about 1 in 10^5 seeds would miss. Theory: Kuhn, Aertsen &
 * Rotter (2003). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/suite.h"
#include "support/trial.h"

static void must(saltus_status status, const saltus_error *error)
{
    ck_assert_msg(status == SALTUS_OK, "%s", error->message);
}

typedef struct source_case {
    uint32_t size;
    double rate_Hz, correlation, jitter_ms;
    saltus_correlation_kind kind;
    uint64_t seed;
} source_case;

static saltus_experiment *sources(const source_case *c, double end_ms)
{
    saltus_experiment *e = NULL;
    saltus_error error = {0};
    must(saltus_experiment_create("correlated", &e), &error);
    must(saltus_experiment_set_seed(e, c->seed), &error);
    must(saltus_experiment_set_duration(e, end_ms, &error), &error);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "S";
    spec.size = c->size;
    spec.model = SALTUS_MODEL_CORRELATED_SOURCE;
    spec.rate_Hz = c->rate_Hz;
    spec.correlation = c->correlation;
    spec.correlation_kind = c->kind;
    spec.jitter_ms = c->jitter_ms;
    must(saltus_experiment_add_population(e, &spec, NULL, &error), &error);
    must(saltus_experiment_record_spikes(e, 0), &error);
    return e;
}

static trial_result trains(const source_case *c, double end_ms)
{
    saltus_experiment *e = sources(c, end_ms);
    const trial_setup setup = {.spikes = true};
    trial_result result;
    ck_assert(trial_run(e, &setup, &result));
    ck_assert(!result.out_of_order);
    saltus_experiment_destroy(e);
    return result;
}

/* Mean correlation of the counts in bins of sources that are `apart` from each other in the
 * population, from their covariance and the variance that theory gives, rate times bin. */
static double correlation(const trial_result *got, const source_case *c, double end_ms,
                          double bin_ms, uint32_t apart)
{
    const size_t bins = (size_t)(end_ms / bin_ms);
    float *count = calloc(bins * c->size, sizeof *count);
    const double mean = c->rate_Hz * bin_ms / 1000;
    for (size_t i = 0; i < got->spike_count; i++) {
        const size_t bin = (size_t)(got->spikes[i].time_ms / bin_ms);
        if (bin < bins) {
            count[bin * c->size + got->spikes[i].neuron] += 1;
        }
    }
    double sum = 0;
    for (size_t b = 0; b < bins; b++) {
        for (uint32_t i = 0; i < c->size; i++) {
            const double x = (double)count[b * c->size + i] - mean;
            sum += x * ((double)count[b * c->size + (i + apart) % c->size] - mean);
        }
    }
    free(count);
    return sum / ((double)bins * c->size) / mean;
}

/* ---- Rates and correlations ----------------------------------------------------------------- */

static const source_case all[] = {
    {.size = 60, .rate_Hz = 20, .correlation = 0.2, .kind = SALTUS_CORRELATION_MIP, .seed = 1},
    {.size = 60, .rate_Hz = 20, .correlation = 0.2, .kind = SALTUS_CORRELATION_SIP, .seed = 2},
    {.size = 40, .rate_Hz = 100, .correlation = 0.9, .kind = SALTUS_CORRELATION_MIP, .seed = 3},
    {.size = 40, .rate_Hz = 100, .correlation = 0.5, .kind = SALTUS_CORRELATION_SIP, .seed = 4},
    {.size = 50, .rate_Hz = 30, .correlation = 0.05, .kind = SALTUS_CORRELATION_MIP, .seed = 5},
    {.size = 50, .rate_Hz = 30, .correlation = 0, .kind = SALTUS_CORRELATION_MIP, .seed = 6},
    {.size = 50, .rate_Hz = 30, .correlation = 0, .kind = SALTUS_CORRELATION_SIP, .seed = 7},
    {.size = 30, .rate_Hz = 50, .correlation = 1, .kind = SALTUS_CORRELATION_MIP, .seed = 8},
    {.size = 60,
     .rate_Hz = 20,
     .correlation = 0.3,
     .jitter_ms = 0.7,
     .kind = SALTUS_CORRELATION_MIP,
     .seed = 9},
    {.size = 60,
     .rate_Hz = 20,
     .correlation = 0.3,
     .jitter_ms = 0.7,
     .kind = SALTUS_CORRELATION_SIP,
     .seed = 10},
};

enum { CASES = sizeof all / sizeof all[0] };

/* The number of spikes of all has the variance that correlations give it. */
START_TEST(rates_and_correlations_are_those_asked_for)
{
    const double end_ms = 20000, bin_ms = 100;
    for (int k = 0; k < CASES; k++) {
        const source_case *c = &all[k];
        trial_result got = trains(c, end_ms);
        const double mean = c->rate_Hz * end_ms / 1000 * c->size;
        const double sd = sqrt(mean * (1 + (c->size - 1) * c->correlation));
        ck_assert_msg(fabs((double)got.spike_count - mean) < 4.5 * sd, "case %d: %zu, not %g", k,
                      got.spike_count, mean);
        /* a jitter moves spikes over ends of bins: a share of jitter / (3 bin) is lost */
        const double wanted = c->correlation * (1 - c->jitter_ms / 3 / bin_ms);
        for (uint32_t apart = 0; apart < 3; apart++) {
            const double found = correlation(&got, c, end_ms, bin_ms, apart);
            const double allowed = 4.5 * (1 + 2 * c->correlation) * sqrt(2 * bin_ms / end_ms);
            const double expected = apart == 0 ? 1 : wanted;
            ck_assert_msg(fabs(found - expected) < allowed / (apart == 0 ? 1 : 2),
                          "case %d: correlation %g of sources %u apart, not %g", k, found, apart,
                          expected);
        }
        trial_clear(&got);
    }
}
END_TEST

/* ---- How many share a spike ------------------------------------------------------------------ */

/* Binomial in a mip: of 30 sources m have a spike at one time. Chi-square over m >= 1. */
START_TEST(the_multiplicity_of_a_mip_is_binomial)
{
    const source_case c = {
        .size = 30, .rate_Hz = 20, .correlation = 0.15, .kind = SALTUS_CORRELATION_MIP, .seed = 21};
    const double end_ms = 60000;
    trial_result got = trains(&c, end_ms);
    double seen[31] = {0}, chi = 0;
    for (size_t i = 0; i < got.spike_count;) {
        size_t k = i + 1;
        while (k < got.spike_count && got.spikes[k].time_ms == got.spikes[i].time_ms) {
            ck_assert_uint_ne(got.spikes[k].neuron, got.spikes[k - 1].neuron);
            k++;
        }
        seen[k - i]++;
        i = k;
    }
    const double mothers = c.rate_Hz / c.correlation * end_ms / 1000;
    int used = 0;
    double p = pow(1 - c.correlation, 30), rest = mothers, rest_seen = 0;
    for (int m = 0; m <= 30; m++) {
        const double expected = mothers * p;
        if (m > 0 && expected > 20) {
            chi += (seen[m] - expected) * (seen[m] - expected) / expected;
            used++;
        } else if (m > 0) {
            rest_seen += seen[m];
        }
        rest -= m == 0 || expected > 20 ? expected : 0;
        p *= (double)(30 - m) / (m + 1) * c.correlation / (1 - c.correlation);
    }
    chi += (rest_seen - rest) * (rest_seen - rest) / fmax(rest, 1);
    used++;
    ck_assert_int_gt(used, 9);
    ck_assert_msg((chi - used) / sqrt(2.0 * used) < 5, "chi-square %g of %d", chi, used);
    trial_clear(&got);
}
END_TEST

/* In a sip a spike is one source's or all sources'. */
START_TEST(all_or_one_share_a_spike_in_a_sip)
{
    const source_case c = {
        .size = 25, .rate_Hz = 40, .correlation = 0.3, .kind = SALTUS_CORRELATION_SIP, .seed = 22};
    trial_result got = trains(&c, 20000);
    double together = 0;
    for (size_t i = 0; i < got.spike_count;) {
        size_t k = i + 1;
        while (k < got.spike_count && got.spikes[k].time_ms == got.spikes[i].time_ms) {
            k++;
        }
        ck_assert(k - i == 1 || k - i == 25);
        together += k - i == 25;
        i = k;
    }
    const double expected = 40 * 0.3 * 20;
    ck_assert_double_eq_tol(together, expected, 4.5 * sqrt(expected));
    trial_clear(&got);
}
END_TEST

/* All sources of a population share, whatever groups of 1,024 they are in; jitter is uniform. */
START_TEST(groups_share_and_jitter_is_uniform)
{
    const source_case c = {.size = 2100,
                           .rate_Hz = 5,
                           .correlation = 1,
                           .jitter_ms = 4,
                           .kind = SALTUS_CORRELATION_SIP,
                           .seed = 23};
    trial_result got = trains(&c, 4000);
    /* mothers are some 200 ms apart: clusters of 2,100 spikes within 4 ms, or twice that */
    size_t clusters = 0;
    double mean = 0, square = 0;
    for (size_t i = 0; i < got.spike_count;) {
        size_t k = i + 1;
        while (k < got.spike_count && got.spikes[k].time_ms - got.spikes[k - 1].time_ms < 1) {
            k++;
        }
        const bool whole = got.spikes[k - 1].time_ms < 3990 && got.spikes[i].time_ms > 10;
        ck_assert_msg(!whole || (k - i) % 2100 == 0, "%zu spikes together", k - i);
        if (whole && k - i == 2100) {
            double m = 0, s = 0;
            for (size_t n = i; n < k; n++) {
                m += (got.spikes[n].time_ms - got.spikes[i].time_ms) / 2100;
                s += pow(got.spikes[n].time_ms - got.spikes[i].time_ms, 2) / 2100;
            }
            mean += m;
            square += s;
            clusters++;
        }
        i = k;
    }
    ck_assert_uint_gt(clusters, 8);
    const double n = (double)clusters;
    ck_assert_double_eq_tol(mean / n, 2, 4.5 * sqrt(16.0 / 12 / 2100 / n) + 0.01);
    ck_assert_double_eq_tol(square / n, 16.0 / 3, 0.15);
    trial_clear(&got);
}
END_TEST

/* Rates are the same from time 0 on, although copies come late. */
START_TEST(jitter_leaves_no_gap_at_the_beginning)
{
    double early = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        const source_case c = {.size = 200,
                               .rate_Hz = 50,
                               .correlation = 0.01,
                               .jitter_ms = 20,
                               .kind = SALTUS_CORRELATION_MIP,
                               .seed = seed};
        trial_result got = trains(&c, 10);
        early += (double)got.spike_count;
        trial_clear(&got);
    }
    const double expected = 40 * 200 * 50 * 0.01;
    ck_assert_double_eq_tol(early, expected, 4.5 * sqrt(expected * 3));
}
END_TEST

/* ---- The same trains ------------------------------------------------------------------------- */

static saltus_experiment *network(saltus_correlation_kind kind)
{
    const source_case c = {
        .size = 2500, .rate_Hz = 15, .correlation = 0.02, .jitter_ms = 3, .kind = kind, .seed = 31};
    saltus_error error = {0};
    saltus_experiment *e = sources(&c, 600);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "E";
    spec.size = 1200;
    must(saltus_experiment_add_population(e, &spec, NULL, &error), &error);
    must(saltus_experiment_record_spikes(e, 1), &error);
    saltus_projection_spec projection = saltus_projection_spec_default();
    projection.target = 1;
    projection.rule = SALTUS_RULE_FIXED_INDEGREE;
    projection.count = 20;
    projection.weight_mV = saltus_constant(5);
    projection.delay_ms = saltus_constant(1);
    must(saltus_experiment_add_projection(e, &projection, NULL, &error), &error);
    return e;
}

START_TEST(how_it_is_run_does_not_matter)
{
    static const double cuts_ms[] = {3, 100, 100.00000000001, 350.5, 599};
    static const char *const engines[] = {"event", "grid@0.5ms", "offgrid@0.5ms"};
    for (int k = 0; k < 6; k++) {
        saltus_experiment *e = network(k % 2 ? SALTUS_CORRELATION_SIP : SALTUS_CORRELATION_MIP);
        const trial_setup plain = {.engine = engines[k / 2], .spikes = true};
        const trial_setup setup = {.threads = 3,
                                   .block_neurons = 1024,
                                   .engine = engines[k / 2],
                                   .cuts_ms = cuts_ms,
                                   .cut_count = 5,
                                   .spikes = true};
        trial_result wanted, got;
        char why[256] = "", path[64];
        ck_assert(trial_run(e, &plain, &wanted));
        ck_assert_uint_gt(wanted.counts.spikes, 500);
        ck_assert(trial_run(e, &setup, &got));
        ck_assert_msg(trial_same_bits(&wanted, &got, why, sizeof why), "%s: %s", engines[k / 2],
                      why);
        trial_clear(&got);
        snprintf(path, sizeof path, "/tmp/saltus-correlated-%ld.checkpoint", (long)getpid());
        ck_assert(trial_run_relay(e, &setup, path, &got));
        ck_assert_msg(trial_same_bits(&wanted, &got, why, sizeof why), "%s: relay: %s",
                      engines[k / 2], why);
        remove(path);
        trial_clear(&got);
        trial_clear(&wanted);
        saltus_experiment_destroy(e);
    }
}
END_TEST

int main(int count, char **arguments)
{
    (void)count;
    suite_wait_without_spinning(arguments);
    const TTest *const tests[] = {
        rates_and_correlations_are_those_asked_for, the_multiplicity_of_a_mip_is_binomial,
        all_or_one_share_a_spike_in_a_sip,          groups_share_and_jitter_is_uniform,
        jitter_leaves_no_gap_at_the_beginning,      how_it_is_run_does_not_matter};
    return SUITE_RUN("correlated_sources", tests);
}

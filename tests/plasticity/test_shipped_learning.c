/* What data/experiments promises of learning, at reduced size: the window of STDP, weights that
 * part into two groups, inhibition that balances, weights and rates that stay where they are, a
 * synapse that earns rewards.
 * docs/learning-experiments.md has the values at full size. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "shipped.h"
#include "support/suite.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

START_TEST(stdp_window_is_the_formula)
{
    shipped run;
    shipped_open(&run, "stdp_window", NULL, 0);
    shipped_run(&run, 0);
    size_t count = 0;
    double *weights = shipped_weights(&run, "pre->post", &count);
    ck_assert_uint_eq(count, 121);
    ck_assert_uint_eq(run.spike_count, 121);
    for (size_t i = 0; i < count; i++) {
        const double dt = (double)i - 60;
        const double change = dt > 0 ? 10 * exp(-dt / 16.8) : dt < 0 ? -5 * exp(dt / 33.7) : 0;
        ck_assert_msg(fabs(weights[i] - 500 - change) < 1e-12, "dt = %g: %.15g instead of %.15g",
                      dt, weights[i] - 500, change);
    }
    free(weights);
    shipped_close(&run);
}
END_TEST

/* Under way: after 600 s of 2,000 s the middle of the uniform start has half emptied. */
START_TEST(song_2000_parts_weights_into_two_groups)
{
    shipped run;
    shipped_open(&run, "song_2000", NULL, 0);
    shipped_run(&run, 600e3);
    size_t count = 0, low = 0, middle = 0, high = 0;
    double *weights = shipped_weights(&run, "excitation->neuron", &count);
    ck_assert_uint_eq(count, 1000);
    for (size_t i = 0; i < count; i++) {
        ck_assert(weights[i] >= 0 && weights[i] <= 0.25);
        low += weights[i] < 0.05;
        high += weights[i] > 0.2;
        middle += weights[i] > 0.1 && weights[i] < 0.15;
    }
    ck_assert_msg(low > 250 && high > 300 && middle < 130, "%zu low, %zu middle, %zu high", low,
                  middle, high);
    const double rate = shipped_rate_Hz(&run, "neuron", 300e3, 600e3);
    const double cv = shipped_cv(&run, "neuron", 0, 300e3, 600e3);
    ck_assert_msg(rate > 5 && rate < 11, "%g Hz", rate);
    ck_assert_msg(cv > 0.75 && cv < 1.1, "CV %g", cv);
    free(weights);
    shipped_close(&run);
}
END_TEST

/* A fifth of the neurons, each with as many synapses as in the whole network. */
static void balance(const char *target_rate, double rate_Hz)
{
    const saltus_override smaller[] = {{"populations.E.size", "400"},
                                       {"populations.I.size", "100"},
                                       {"projections.0.rule", "{pairwise_bernoulli: 0.5}"},
                                       {"projections.1.rule", "{pairwise_bernoulli: 0.5}"},
                                       {"projections.2.rule", "{pairwise_bernoulli: 0.5}"},
                                       {"projections.2.plasticity.rate", target_rate},
                                       {"duration", "15 s"}};
    shipped run;
    shipped_open(&run, "vogels_2011", smaller, COUNT(smaller));
    shipped_run(&run, 0);
    ck_assert(shipped_rate_Hz(&run, "E", 0, 500) > 20);
    double *rates = shipped_rates_Hz(&run, "E", 5e3, 15e3);
    const shipped_moments over_neurons = shipped_moments_of(rates, 400);
    ck_assert_msg(fabs(over_neurons.mean - rate_Hz) < 0.15 * rate_Hz, "%g Hz", over_neurons.mean);
    ck_assert_msg(over_neurons.sd < 0.5, "SD over neurons %g Hz", over_neurons.sd);
    free(rates);
    shipped_close(&run);
}

START_TEST(vogels_2011_brings_every_neuron_to_the_rate_that_is_asked_for)
{
    balance("5 Hz", 5);
    balance("8 Hz", 8);
}
END_TEST

/* A fifth of the neurons, each with as many synapses as in the whole network. */
START_TEST(hpc_benchmark_keeps_its_rate_and_its_weights)
{
    const saltus_override smaller[] = {
        {"populations.E.size", "1800"}, {"populations.I.size", "450"}, {"duration", "600 ms"}};
    shipped run;
    shipped_open(&run, "hpc_benchmark", smaller, COUNT(smaller));
    shipped_run(&run, 0);
    for (double from = 0; from < 600; from += 200) {
        const double rate = shipped_rate_Hz(&run, "E", from, from + 200);
        ck_assert_msg(rate > 8 && rate < 12, "%g Hz from %g ms", rate, from);
    }
    size_t count = 0;
    double *weights = shipped_weights(&run, "E->E", &count);
    const shipped_moments moments = shipped_moments_of(weights, count);
    ck_assert_msg(fabs(moments.mean / 0.1616 - 1) < 0.0015, "mean %.6g mV", moments.mean);
    ck_assert_msg(fabs(moments.sd / 0.0123 - 1) < 0.02, "SD %g mV", moments.sd);
    free(weights);
    shipped_close(&run);
}
END_TEST

/* Half of the hour. Rows come in the order of sources and targets: the first is that of 0 and 16.
 */
START_TEST(distal_reward_finds_the_synapse_that_earned_it)
{
    shipped run;
    uint32_t targets[20];
    double row_mV[20];
    shipped_open(&run, "distal_reward", NULL, 0);
    shipped_run(&run, 1800e3);
    ck_assert_uint_eq(saltus_simulation_row_length(run.simulation, 0, 0), 20);
    ck_assert_int_eq(saltus_simulation_read_row(run.simulation, 0, 0, targets, row_mV), SALTUS_OK);
    ck_assert_uint_eq(targets[0], 16);
    size_t count = 0;
    double *weights = shipped_weights(&run, "E->E", &count);
    ck_assert_uint_eq(count, 4000);
    ck_assert(weights[0] == row_mV[0]);
    ck_assert_msg(weights[0] > 3.5, "rewarded: %g mV", weights[0]);
    for (size_t i = 1; i < count; i++) {
        ck_assert_msg(weights[i] < 3.2, "synapse %zu: %g mV", i, weights[i]);
    }
    const shipped_moments others = shipped_moments_of(weights + 1, count - 1);
    ck_assert_msg(others.mean < 0.7, "others: %g mV", others.mean);
    free(weights);
    shipped_close(&run);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        stdp_window_is_the_formula,
        song_2000_parts_weights_into_two_groups,
        vogels_2011_brings_every_neuron_to_the_rate_that_is_asked_for,
        hpc_benchmark_keeps_its_rate_and_its_weights,
        distal_reward_finds_the_synapse_that_earned_it,
    };
    return SUITE_RUN("shipped_learning", tests);
}

/* test_reward_stdp - the rule reward_stdp in the engine, against brute force and against itself. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "reward_net.h"
#include "support/suite.h"

static void set(reward_net *net, const char *name, double value)
{
    ck_assert_int_eq(saltus_plasticity_set(&net->plasticity, name, value, NULL), SALTUS_OK);
}

/* A reward in between, of both signs. */
static const double times_ms[] = {0, 100, 100, 900.05, 1500, 2222.22, 3999.95, 4000, 5000};
static const double amounts[] = {1, 3, 2, -4, 2.5, 6, 1, 7, 1};

static void add_rewards(reward_net *net)
{
    net->modulator.times_ms = times_ms;
    net->modulator.amounts = amounts;
    net->modulator.count = sizeof times_ms / sizeof times_ms[0];
    net->modulator.population = NET_CRITIC;
    net->modulator.population_amount = -0.7;
    net->modulator.population_delay_ms = 0.3;
    net->modulator.pre_population = NET_SOURCES;
    net->modulator.pre_neuron = 3;
    net->modulator.post_population = NET_TARGETS;
    net->modulator.post_neuron = 4;
    net->modulator.pair_window_ms = 20;
    net->modulator.pair_amount = 5;
    net->modulator.pair_delay_low_ms = net->modulator.pair_delay_high_ms = 300;
}

/* Every weight is that of brute force; returns how many are at a bound. */
static int compare(const reward_net *net)
{
    reward_run run = reward_net_run(net);
    int at_bound = 0, moved = 0;
    for (size_t i = 0; i < run.weight_count; i++) {
        long double size = 0;
        const long double wanted = reward_net_eager(net, &run, i, &size);
        ck_assert_msg(fabsl(run.weight_mV[i] - wanted) <= 1e-13L * (1 + size),
                      "engine %s, synapse %zu (%u to %u): %.17g instead of %.17Lg",
                      net->engine != NULL ? net->engine : "event", i, run.source[i], run.target[i],
                      run.weight_mV[i], wanted);
        at_bound += wanted == 1 || wanted == 0.1L || run.weight_mV[i] == 0.1;
        moved += wanted != net->weight_mV;
    }
    ck_assert_int_gt(moved, 50);
    reward_run_clear(&run);
    return at_bound;
}

START_TEST(weights_are_those_of_brute_force)
{
    static const char *const pairings[] = {"all_to_all", "nearest", "pre_centred", "restricted"};
    static const double shares[] = {0, 0.25, 1};
    static const double baselines[] = {0, 0.4, -0.2};
    int at_bound = 0;
    for (uint32_t p = 0; p < 4; p++) {
        for (uint32_t k = 0; k < 3; k++) {
            reward_net net = reward_net_default(pairings[p]);
            net.seed = 10 * p + k;
            net.plasticity.dendritic_share = shares[k];
            net.modulator.baseline = baselines[(k + p) % 3];
            add_rewards(&net);
            set(&net, "tau_c", k == 2 ? 50 : 1000);
            compare(&net);
            set(&net, "a_plus", 3);
            set(&net, "a_minus", 5);
            at_bound += compare(&net);
        }
    }
    ck_assert_int_gt(at_bound, 100);
}
END_TEST

START_TEST(weights_are_those_of_brute_force_in_all_engines)
{
    static const char *const engines[] = {"event", "grid@0.1ms", "euler@0.1ms", "offgrid@0.1ms",
                                          "interpolated@0.1ms"};
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        reward_net net = reward_net_default("all_to_all");
        net.engine = engines[i];
        /* on a grid all parts of delays are steps */
        net.delay_low_ms = net.delay_high_ms = 2;
        net.plasticity.dendritic_share = 0.5;
        add_rewards(&net);
        compare(&net);
        /* rewards come between steps, and sooner than spikes arrive */
        net.modulator.population_delay_ms = 0.13;
        compare(&net);
    }
}
END_TEST

START_TEST(rewards_that_are_forgotten_have_been_brought_in)
{
    /* a short tau_c, so that silent synapses are brought up to date every 30 ms, and 20,000 rewards
     */
    reward_net net = reward_net_default("all_to_all");
    net.critic_rate_Hz = 1000;
    net.modulator.population = NET_CRITIC;
    net.modulator.population_amount = 0.2;
    net.modulator.population_delay_ms = 1;
    net.modulator.baseline = 150;
    set(&net, "tau_c", 3);
    set(&net, "a_plus", 2);
    compare(&net);
    reward_run run = reward_net_run(&net);
    ck_assert_uint_gt(run.rewards, 19000);
    ck_assert_uint_lt(run.kept, 9000);
    reward_run_clear(&run);
}
END_TEST

START_TEST(weights_stay_between_two_switches_and_eligibilities_go_on)
{
    static const double cuts[] = {900, 2200.5};
    reward_net net = reward_net_default("pre_centred");
    net.plasticity.dendritic_share = 0;
    net.cuts_ms = cuts;
    net.cut_count = 2;
    net.frozen_ms[0] = cuts[0];
    net.frozen_ms[1] = cuts[1];
    add_rewards(&net);
    compare(&net);
}
END_TEST

START_TEST(normalisation_begins_with_what_rewards_have_done)
{
    static const double cut = 2000;
    reward_net net = reward_net_default("all_to_all");
    add_rewards(&net);
    set(&net, "a_plus", 3);
    net.plasticity.dendritic_share = 0;
    net.duration_ms = cut;
    reward_run before = reward_net_run(&net);
    net.cuts_ms = &cut;
    net.cut_count = 1;
    net.normalise_ms = cut;
    net.total_mV = 4;
    reward_run after = reward_net_run(&net);
    double sum[NET_TARGET_COUNT] = {0};
    for (size_t i = 0; i < before.weight_count; i++) {
        sum[before.target[i]] += before.weight_mV[i];
    }
    for (size_t i = 0; i < before.weight_count; i++) {
        const double scaled = before.weight_mV[i] * 4 / sum[before.target[i]];
        const double wanted = fmin(1, fmax(0.1, scaled));
        ck_assert_double_eq_tol(after.weight_mV[i], wanted, 1e-14);
    }
    reward_run_clear(&before);
    reward_run_clear(&after);
}
END_TEST

static void same(const reward_run *a, const reward_run *b)
{
    ck_assert_uint_eq(a->fingerprint, b->fingerprint);
    ck_assert_uint_eq(a->rewards, b->rewards);
    ck_assert_int_eq(memcmp(&a->level, &b->level, sizeof a->level), 0);
    ck_assert_int_eq(memcmp(a->weight_mV, b->weight_mV, a->weight_count * sizeof *a->weight_mV), 0);
}

START_TEST(bits_depend_on_nothing_else)
{
    static const char *const engines[] = {"event", "grid@0.1ms", "offgrid@0.1ms",
                                          "interpolated@0.1ms"};
    double cuts[97];
    for (size_t i = 0; i < 97; i++) {
        cuts[i] = 41.234567 * (double)(i + 1);
    }
    for (size_t e = 0; e < 4; e++) {
        reward_net net = reward_net_default("nearest");
        net.engine = engines[e];
        net.plasticity.single = e % 2 > 0;
        net.critic_rate_Hz = 1000;
        add_rewards(&net);
        net.modulator.population_amount = 0.01;
        net.modulator.pair_delay_low_ms = 5;
        net.modulator.pair_delay_high_ms = 700;
        set(&net, "tau_c", 20);
        set(&net, "a_plus", 5);
        reward_run once = reward_net_run(&net);
        ck_assert_uint_gt(once.rewards, 19000);
        for (uint32_t k = 0; k < 6; k++) {
            reward_net other = net;
            other.threads = k == 0 ? 3 : 1;
            other.block_neurons = k % 2 == 0 ? 4 : 0;
            other.scheduler = k == 2 ? "heap" : k == 3 ? "delay_lines" : NULL;
            other.cuts_ms = cuts;
            other.cut_count = k >= 3 ? 97 : 0;
            other.reads = k == 4;
            other.sweeps = k == 5;
            reward_run again = reward_net_run(&other);
            same(&once, &again);
            reward_run_clear(&again);
        }
        reward_run_clear(&once);
    }
}
END_TEST

START_TEST(given_rewards_act_as_listed_ones)
{
    double cuts[40], gifts[40];
    for (size_t i = 0; i < 40; i++) {
        cuts[i] = 97.3 * (double)(i + 1);
        gifts[i] = 1.5;
    }
    reward_net net = reward_net_default("all_to_all");
    net.cuts_ms = cuts;
    net.cut_count = 40;
    net.given = 1.5;
    compare(&net);
    reward_run given = reward_net_run(&net);
    net.given = 0;
    net.modulator.times_ms = cuts;
    net.modulator.amounts = gifts;
    net.modulator.count = 40;
    reward_run listed = reward_net_run(&net);
    ck_assert_uint_eq(given.rewards, 40);
    same(&given, &listed);
    reward_run_clear(&given);
    reward_run_clear(&listed);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {weights_are_those_of_brute_force,
                                  weights_are_those_of_brute_force_in_all_engines,
                                  rewards_that_are_forgotten_have_been_brought_in,
                                  weights_stay_between_two_switches_and_eligibilities_go_on,
                                  normalisation_begins_with_what_rewards_have_done,
                                  bits_depend_on_nothing_else,
                                  given_rewards_act_as_listed_ones};
    return SUITE_RUN("reward_stdp", tests);
}

/* test_plasticity_history - what a simulation keeps of past spikes does not grow with time.
 *
 * A target that fires for a minute while its sources are silent, and sources that fire for a minute
 * at targets that are silent: a run needs no more memory at the end than at the beginning, and
 * weights are still those of the reference, which forgets nothing. Both at once, most spikes at one
 * time with others: what is forgotten is not needed any more.
 */
#include <malloc.h>
#include <stdio.h>

#include "plastic_net.h"
#include "support/suite.h"
#include "support/trial.h"

#define FAST_MS 2 /* 500 Hz */
#define LONG_MS 60000
#define STEPS   30
#define ALLOWED (1 << 18) /* bytes; all spikes would be 2 MB */

/* Bytes in use; 0 where the allocator does not say. */
static size_t in_use(void)
{
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* Most bytes in use after the first third of a run, beyond those then. */
static size_t growth(const plastic_net *net)
{
    saltus_error error = {0};
    saltus_experiment *e = plastic_net_experiment(net);
    saltus_network *network = NULL;
    saltus_simulation *sim = NULL;
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = 1;
    ck_assert_msg(!saltus_network_build(e, NULL, &network, &error), "%s", error.message);
    ck_assert_msg(!saltus_simulation_create(network, &options, &sim, &error), "%s", error.message);
    size_t first = 0, most = 0;
    for (int i = 1; i <= STEPS; i++) {
        const double until_ms = plastic_ms(net->end / STEPS * i);
        ck_assert_msg(!saltus_simulation_run_until(sim, until_ms, &error), "%s", error.message);
        const size_t now = in_use();
        first = i == STEPS / 3 ? now : first;
        most = now > most ? now : most;
    }
    saltus_simulation_destroy(sim);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
    return most - first;
}

static void fire_fast(plastic_net *net, uint32_t population, uint32_t neuron)
{
    for (int64_t t = 1; t < LONG_MS / FAST_MS; t++) {
        plastic_net_add_spike(net, population, neuron, t * FAST_MS * PLASTIC_MS);
    }
}

/* A few at the beginning, one far on, one close to the end. */
static void fire_rarely(plastic_net *net, uint32_t population, uint32_t neuron)
{
    for (int64_t t = 0; t < 3; t++) {
        plastic_net_add_spike(net, population, neuron, (41 + 17 * t) * PLASTIC_MS);
    }
    plastic_net_add_spike(net, population, neuron, (LONG_MS / 2 + 1) * PLASTIC_MS);
    plastic_net_add_spike(net, population, neuron, (LONG_MS - 200 - neuron) * PLASTIC_MS);
}

/* Every source to every target three times, with delays of their own. Weights stay off their
 * bounds, where nothing would be seen. */
static void connect(plastic_net *net, const char *rule, const char *pairing, double share,
                    const double delays_ms[3])
{
    for (size_t i = 0; i < 3; i++) {
        saltus_error error = {0};
        saltus_plasticity_spec spec = saltus_plasticity_spec_default();
        spec.rule = rule;
        spec.dendritic_share = share;
        saltus_status status = saltus_plasticity_set(&spec, "w_max", 1, &error);
        if (!status && pairing != NULL) {
            status = saltus_plasticity_set_word(&spec, "pairing", pairing, &error);
        }
        ck_assert_msg(!status, "%s", error.message);
        plastic_net_connect(net, 0, 1, SALTUS_RULE_ALL_TO_ALL, 0.4, delays_ms[i], &spec);
    }
}

/* Three sources (the last one never fires) and two targets; one side is fast. */
static plastic_net net_of(bool fast_targets, const char *rule, const char *pairing, double share)
{
    static const double delays_ms[] = {1, 20.5, 137};
    plastic_net net = {.end = LONG_MS * PLASTIC_MS};
    const uint32_t from = plastic_net_add_population(&net, true, 3);
    const uint32_t to = plastic_net_add_population(&net, false, 2);
    for (uint32_t n = 0; n < 2; n++) {
        (fast_targets ? fire_rarely : fire_fast)(&net, from, n);
    }
    (fast_targets ? fire_fast : fire_rarely)(&net, to, 0);
    connect(&net, rule, pairing, share, delays_ms);
    net.reads[net.read_count++] = net.end / 3;
    return net;
}

static void check(bool fast_targets)
{
    static const struct {
        const char *rule, *pairing;
    } rows[] = {{"stdp", "all_to_all"}, {"stdp", "nearest"}, {"stdp", "pre_centred"},
                {"stdp", "restricted"}, {"triplet", NULL},   {"vogels", NULL}};
    static const double shares[] = {0, 1, 0.3};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const double share = shares[i % 3];
        plastic_net net = net_of(fast_targets, rows[i].rule, rows[i].pairing, share);
        const size_t grown = growth(&net);
        if (trial_environment("SALTUS_TEST_VERBOSE", 0)) {
            printf("%s, share %g: %zu bytes more\n", rows[i].rule, share, grown);
        }
        ck_assert_msg(grown <= ALLOWED, "%s, share %g: %zu bytes more", rows[i].rule, share, grown);
        plastic_tally tally = {0};
        ck_assert_msg(plastic_net_check(&net, &tally), "%s: %s", rows[i].rule, tally.why);
        plastic_net_clear(&net);
    }
}

START_TEST(spikes_of_targets_are_forgotten_while_sources_are_silent)
{
    check(true);
}
END_TEST

START_TEST(spikes_of_sources_are_forgotten_while_targets_are_silent)
{
    check(false);
}
END_TEST

/* Sources every 2, 3 and 5 ms, targets every 3 and 7 ms, at one time at the synapse in many ways.
 */
START_TEST(what_is_forgotten_is_not_needed_by_coincidences)
{
    static const char *const pairings[] = {"all_to_all", "nearest", "pre_centred", "restricted"};
    static const double shares[] = {0, 0.5, 1}, delays_ms[] = {2, 6, 10};
    static const int64_t every_ms[] = {2, 3, 5, 3, 7};
    for (size_t i = 0; i < 12; i++) {
        plastic_net net = {.end = 20001 * PLASTIC_MS};
        plastic_net_add_population(&net, true, 3);
        plastic_net_add_population(&net, false, 2);
        for (uint32_t k = 0; k < 5; k++) {
            for (int64_t t = 0; t < 20000; t += every_ms[k]) {
                plastic_net_add_spike(&net, k / 3, k % 3, t * PLASTIC_MS);
            }
        }
        connect(&net, "stdp", pairings[i % 4], shares[i / 4], delays_ms);
        for (int64_t k = 0; k < PLASTIC_MOST_READS; k++) {
            net.reads[net.read_count++] = (5003 + 2003 * k) * PLASTIC_MS;
        }
        plastic_tally tally = {0};
        ck_assert_msg(plastic_net_check(&net, &tally), "%s: %s", pairings[i % 4], tally.why);
        plastic_net_clear(&net);
    }
}
END_TEST

/* Hundreds of thousands of spikes that have reached the synapse and not the soma. */
START_TEST(weights_can_be_read_with_any_number_of_spikes_under_way)
{
    saltus_plasticity_spec spec = saltus_plasticity_spec_default();
    spec.rule = "stdp";
    spec.dendritic_share = 1;
    ck_assert_int_eq(saltus_plasticity_set(&spec, "w_max", 1, NULL), SALTUS_OK);
    plastic_net net = {.end = 620000 * PLASTIC_MS};
    plastic_net_add_population(&net, true, 1);
    plastic_net_add_population(&net, false, 1);
    for (int64_t t = 1; t < 300000; t++) {
        plastic_net_add_spike(&net, 0, 0, FAST_MS * t * PLASTIC_MS);
    }
    plastic_net_add_spike(&net, 1, 0, 5 * PLASTIC_MS);
    plastic_net_connect(&net, 0, 1, SALTUS_RULE_ALL_TO_ALL, 0.5, 650000, &spec);
    net.reads[net.read_count++] = 600000 * PLASTIC_MS;
    plastic_tally tally = {0};
    ck_assert_msg(plastic_net_check(&net, &tally), "%s", tally.why);
    plastic_net_clear(&net);
}
END_TEST

int main(int argument_count, char **arguments)
{
    (void)argument_count;
    suite_wait_without_spinning(arguments);
    const TTest *const tests[] = {spikes_of_targets_are_forgotten_while_sources_are_silent,
                                  spikes_of_sources_are_forgotten_while_targets_are_silent,
                                  what_is_forgotten_is_not_needed_by_coincidences,
                                  weights_can_be_read_with_any_number_of_spikes_under_way};
    return SUITE_RUN("plasticity_history", tests);
}

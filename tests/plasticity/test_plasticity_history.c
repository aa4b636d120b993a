/* test_plasticity_history - what a simulation keeps of past spikes does not grow with time.
 *
 * A target that fires for minutes while its sources are silent, and sources that fire for minutes
 * at targets that are silent: a run needs no more memory at the end than at the beginning, and
 * weights are still those of the reference, which forgets nothing.
 */
#include <malloc.h>
#include <stdio.h>

#include "plastic_net.h"
#include "support/suite.h"
#include "support/trial.h"

#define FAST_MS 2      /* 500 Hz */
#define LONG_MS 300000 /* 5 minutes */
#define STEPS   30
#define ALLOWED (1 << 20) /* bytes; all spikes would be some 7 MB */

/* Bytes in use; 0 where the allocator does not say. */
static size_t in_use(void)
{
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* Most bytes in use after the first tenth of a run, beyond those then. */
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
        first = i == STEPS / 10 ? now : first;
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

/* Three sources (the last one never fires) and two targets; one side is fast. Weights stay off
 * their bounds, where nothing would be seen. */
static plastic_net net_of(bool fast_targets, const char *rule, const char *pairing, double share)
{
    plastic_net net = {.end = LONG_MS * PLASTIC_MS};
    const uint32_t from = plastic_net_add_population(&net, true, 3);
    const uint32_t to = plastic_net_add_population(&net, false, 2);
    for (uint32_t n = 0; n < 2; n++) {
        (fast_targets ? fire_rarely : fire_fast)(&net, from, n);
    }
    (fast_targets ? fire_fast : fire_rarely)(&net, to, 0);
    static const double delays_ms[] = {1, 20.5, 137};
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
        plastic_net_connect(&net, from, to, SALTUS_RULE_ALL_TO_ALL, 0.4, delays_ms[i], &spec);
    }
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

int main(void)
{
    const TTest *const tests[] = {spikes_of_targets_are_forgotten_while_sources_are_silent,
                                  spikes_of_sources_are_forgotten_while_targets_are_silent};
    return SUITE_RUN("plasticity_history", tests);
}

/* When pairs of spikes meet at a synapse: the parts of the delay, equal times, the spike that an
 * arrival itself causes. Each number has a closed form; docs/plasticity.md tells the same. */
#include <check.h>
#include <math.h>

#include "one_synapse.h"
#include "support/suite.h"

/* stdp, additive, w_max 1000 mV: a pair at dt changes w by 10 exp(-dt / 20) or -5 exp(dt / 40). */
static one_synapse stdp(double weight_mV, double share)
{
    one_synapse synapse = {.weight_mV = weight_mV, .delay_ms = 2, .end_ms = 1000};
    synapse.plasticity = saltus_plasticity_spec_default();
    synapse.plasticity.rule = "stdp";
    synapse.plasticity.dendritic_share = share;
    ck_assert(saltus_plasticity_set(&synapse.plasticity, "w_max", 1000, NULL) == SALTUS_OK &&
              saltus_plasticity_set(&synapse.plasticity, "a_plus", 0.01, NULL) == SALTUS_OK &&
              saltus_plasticity_set(&synapse.plasticity, "a_minus", 0.005, NULL) == SALTUS_OK &&
              saltus_plasticity_set(&synapse.plasticity, "tau_minus", 40, NULL) == SALTUS_OK);
    return synapse;
}

static double run(one_synapse *synapse, double pre_ms, double post_ms)
{
    synapse->pres_ms = &pre_ms;
    synapse->pre_count = 1;
    synapse->posts_ms = &post_ms;
    synapse->post_count = post_ms >= 0;
    return one_synapse_run(synapse);
}

static double of_pair(double dt)
{
    return dt > 0 ? 10 * exp(-dt / 20) : dt < 0 ? -5 * exp(dt / 40) : 0;
}

START_TEST(the_share_of_the_dendrite_shifts_the_pair)
{
    const double shares[] = {0, 0.25, 0.5, 1};
    const double posts[] = {5, 11, 18, 19, 20, 21, 22, 30};
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        for (size_t k = 0; k < sizeof posts / sizeof posts[0]; k++) {
            one_synapse synapse = stdp(10, shares[i]);
            const double found = run(&synapse, 20, posts[k]);
            /* at the synapse: pre at 20 + (1 - f) 2, post at posts + f 2 */
            const double dt = posts[k] - 20 - 2 + 4 * shares[i];
            ck_assert_uint_eq(synapse.spikes, 1);
            ck_assert_msg(fabs(found - (10 + of_pair(dt))) < 1e-12,
                          "f = %g, post at %g: %.15g instead of %.15g", shares[i], posts[k], found,
                          10 + of_pair(dt));
        }
    }
}
END_TEST

/* The spike that an arrival itself causes comes at the arrival's time: back at the synapse it is
 * 2 f d behind it, and with f = 0 at the same time, where pairs do not count. */
START_TEST(an_arrival_is_credited_with_its_own_spike_only_through_the_dendrite)
{
    const double shares[] = {0, 0.25, 0.5, 1};
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        one_synapse synapse = stdp(30, shares[i]);
        const double found = run(&synapse, 20, -1);
        ck_assert_uint_eq(synapse.spikes, 1);
        ck_assert(fabs(found - (30 + of_pair(4 * shares[i]))) < 1e-12);
    }
}
END_TEST

/* An arrival makes V jump by the weight with its own change: 20 mV would fire the target, 20 mV
 * less what the target's spike 10 ms before takes does not. */
START_TEST(an_arrival_carries_its_own_change)
{
    one_synapse synapse = stdp(22, 0);
    ck_assert(fabs(run(&synapse, 20, 12) - (22 + of_pair(-10))) < 1e-12);
    ck_assert_uint_eq(synapse.spikes, 1);
    synapse = stdp(22 - of_pair(-10), 0);
    ck_assert(fabs(run(&synapse, 20, 12) - 22) < 1e-12);
    ck_assert_uint_eq(synapse.spikes, 2);
}
END_TEST

/* At equal times each side uses the traces of before, and both go on from there. */
START_TEST(at_equal_times_only_earlier_spikes_count)
{
    const double pres[] = {10, 20}, posts[] = {12, 22}; /* f = 0: both pairs coincide */
    one_synapse synapse = stdp(10, 0);
    synapse.pres_ms = pres;
    synapse.posts_ms = posts;
    synapse.pre_count = synapse.post_count = 2;
    const double expected = 10 + of_pair(10) + of_pair(-10);
    ck_assert(fabs(one_synapse_run(&synapse) - expected) < 1e-12);
}
END_TEST

/* The presynaptic change comes first: at the upper bound its depression is made before the
 * potentiation of the same time is cut, and at the lower one the other way round. */
START_TEST(at_equal_times_the_presynaptic_change_comes_first)
{
    const double pres[] = {10, 20}, posts[] = {12, 22};
    one_synapse synapse = stdp(10, 0);
    ck_assert_int_eq(saltus_plasticity_set(&synapse.plasticity, "w_max", -1000, NULL), SALTUS_OK);
    synapse.pres_ms = pres;
    synapse.posts_ms = posts;
    synapse.pre_count = synapse.post_count = 2;
    synapse.weight_mV = 0; /* inhibitory: the target stays silent but for its drive */
    /* 0 - 3.9 is cut to 0, then 6.07 is added; the other order would give 2.17 */
    ck_assert(fabs(one_synapse_run(&synapse) + of_pair(10)) < 1e-12);
    ck_assert_uint_eq(synapse.spikes, 2);
    synapse.weight_mV = -1000;
    /* -1000 + 3.9, then - 6.07 is cut to -1000; the other order would give -996.1 */
    ck_assert(one_synapse_run(&synapse) == -1000);
}
END_TEST

/* The figure of docs/plasticity.md: p1 p2 P3 P4 p5, and the pairs that each scheme counts. */
START_TEST(each_pairing_counts_the_pairs_of_the_figure)
{
    const double t[] = {10, 13, 17, 22, 31}; /* at the synapse; f = 0.5 and d = 2 shift all by 1 */
    const double pres[] = {t[0], t[1], t[4]}, posts[] = {t[2], t[3]};
    const double p13 = of_pair(t[2] - t[0]), p23 = of_pair(t[2] - t[1]), p14 = of_pair(t[3] - t[0]),
                 p24 = of_pair(t[3] - t[1]), p35 = of_pair(t[2] - t[4]), p45 = of_pair(t[3] - t[4]);
    const struct {
        const char *pairing;
        double change;
    } schemes[] = {{"all_to_all", p13 + p23 + p14 + p24 + p35 + p45},
                   {"nearest", p23 + p24 + p45},
                   {"pre_centred", p13 + p23 + p45},
                   {"restricted", p23 + p45}};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        one_synapse synapse = stdp(10, 0.5);
        ck_assert_int_eq(
            saltus_plasticity_set_word(&synapse.plasticity, "pairing", schemes[i].pairing, NULL),
            SALTUS_OK);
        synapse.pres_ms = pres;
        synapse.pre_count = 3;
        synapse.posts_ms = posts;
        synapse.post_count = 2;
        ck_assert_int_eq(saltus_plasticity_set(&synapse.plasticity, "w_max", -1000, NULL),
                         SALTUS_OK); /* inhibitory: the target fires by its drive only */
        synapse.weight_mV = -100;
        const double found = one_synapse_run(&synapse);
        ck_assert_uint_eq(synapse.spikes, 2);
        ck_assert_msg(fabs(found + 100 + schemes[i].change) < 1e-12, "%s: %.15g instead of %.15g",
                      schemes[i].pairing, found, -100 - schemes[i].change);
    }
}
END_TEST

/* p1 p2 P3 P4 p5 as above, while the weight stays for a time: events of that time change no weight,
 * and their traces are there for those behind it. */
START_TEST(traces_go_on_while_the_weight_stays)
{
    const double t[] = {10, 13, 17, 22, 31};
    const double pres[] = {t[0], t[1], t[4]}, posts[] = {t[2], t[3]};
    const double p13 = of_pair(t[2] - t[0]), p23 = of_pair(t[2] - t[1]), p14 = of_pair(t[3] - t[0]),
                 p24 = of_pair(t[3] - t[1]), p35 = of_pair(t[2] - t[4]), p45 = of_pair(t[3] - t[4]);
    const struct {
        const char *pairing;
        double frozen_ms[2], change;
        uint64_t updates;
    } cases[] = {/* while p2 arrives, at 15 */
                 {"all_to_all", {12.5, 16.5}, p13 + p23 + p14 + p24 + p35 + p45, 4},
                 {"nearest", {12.5, 16.5}, p23 + p24 + p45, 4},
                 {"pre_centred", {12.5, 16.5}, p13 + p23 + p45, 4},
                 {"restricted", {12.5, 16.5}, p23 + p45, 4},
                 /* with P3 */
                 {"all_to_all", {12.5, 20}, p14 + p24 + p35 + p45, 3},
                 {"nearest", {12.5, 20}, p24 + p45, 3},
                 {"pre_centred", {12.5, 20}, p45, 3},
                 {"restricted", {12.5, 20}, p45, 3},
                 /* P4 and p5 */
                 {"all_to_all", {20, 40}, p13 + p23, 3},
                 {"nearest", {20, 40}, p23, 3},
                 {"pre_centred", {20, 40}, p13 + p23, 3},
                 {"restricted", {20, 40}, p23, 3}};
    static const char *const engines[] = {"event", "grid@0.5ms", "offgrid@0.3ms"};
    for (size_t i = 0; i < 3 * (sizeof cases / sizeof cases[0]); i++) {
        one_synapse synapse = stdp(10, 0.5);
        const size_t k = i / 3;
        synapse.engine = engines[i % 3];
        ck_assert(saltus_plasticity_set_word(&synapse.plasticity, "pairing", cases[k].pairing,
                                             NULL) == SALTUS_OK &&
                  saltus_plasticity_set(&synapse.plasticity, "w_max", -1000, NULL) == SALTUS_OK);
        synapse.weight_mV = -100;
        synapse.pres_ms = pres;
        synapse.pre_count = 3;
        synapse.posts_ms = posts;
        synapse.post_count = 2;
        synapse.frozen_ms[0] = cases[k].frozen_ms[0];
        synapse.frozen_ms[1] = cases[k].frozen_ms[1];
        const double found = one_synapse_run(&synapse);
        ck_assert_uint_eq(synapse.spikes, 2);
        ck_assert_msg(fabs(found + 100 + cases[k].change) < 1e-12,
                      "%s, %s, from %g ms: %.15g instead of %.15g", cases[k].pairing,
                      synapse.engine, synapse.frozen_ms[0], found, -100 - cases[k].change);
        ck_assert_uint_eq(synapse.updates, cases[k].updates);
    }
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        the_share_of_the_dendrite_shifts_the_pair,
        an_arrival_is_credited_with_its_own_spike_only_through_the_dendrite,
        an_arrival_carries_its_own_change,
        at_equal_times_only_earlier_spikes_count,
        at_equal_times_the_presynaptic_change_comes_first,
        each_pairing_counts_the_pairs_of_the_figure,
        traces_go_on_while_the_weight_stays,
    };
    return SUITE_RUN("pair_times", tests);
}

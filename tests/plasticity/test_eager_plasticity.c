/* test_eager_plasticity - the brute-force reference of the learning rules, by closed forms.
 *
 * What is right by hand here is what the library is compared with elsewhere, so nothing here runs
 * the library: of it only the catalog of parameters is used.
 */
#include <math.h>
#include <string.h>

#include "support/eager_plasticity.h"
#include "support/suite.h"

#define MS   ((int64_t)100000000000)
#define TINY 1e-15

static saltus_plasticity_spec spec_of(const char *rule, double w_max)
{
    saltus_plasticity_spec spec = saltus_plasticity_spec_default();
    spec.rule = rule;
    ck_assert_int_eq(saltus_plasticity_set(&spec, "w_max", w_max, NULL), SALTUS_OK);
    return spec;
}

static void set(saltus_plasticity_spec *spec, const char *name, double value)
{
    ck_assert_int_eq(saltus_plasticity_set(spec, name, value, NULL), SALTUS_OK);
}

static void set_word(saltus_plasticity_spec *spec, const char *name, const char *word)
{
    ck_assert_int_eq(saltus_plasticity_set_word(spec, name, word, NULL), SALTUS_OK);
}

/* Weight after all of these spikes, in ms, with the delay in the axon. */
static double after(const saltus_plasticity_spec *spec, double weight, double delay_ms,
                    double share, const double *pre_ms, size_t pre_count, const double *post_ms,
                    size_t post_count)
{
    int64_t pre[64], post[64];
    for (size_t i = 0; i < pre_count; i++) {
        pre[i] = llround(pre_ms[i] * 1e11);
    }
    for (size_t i = 0; i < post_count; i++) {
        post[i] = llround(post_ms[i] * 1e11);
    }
    const eager_law law = eager_law_of(spec);
    eager_synapse s =
        eager_synapse_create(&law, weight, llround(delay_ms * 1e11), share,
                             (eager_train){pre, pre_count}, (eager_train){post, post_count});
    eager_synapse_run(&s, INT64_MAX);
    const double result = (double)eager_synapse_weight(&s);
    eager_synapse_clear(&s);
    return result;
}

#define AFTER(spec, weight, pre, post)                                                             \
    after(spec, weight, 1, 0, pre, sizeof(pre) / sizeof((pre)[0]), post,                           \
          sizeof(post) / sizeof((post)[0]))

START_TEST(one_pair_gives_the_window_of_stdp)
{
    const saltus_plasticity_spec spec = spec_of("stdp", 2);
    for (double dt = -60; dt <= 60; dt += 7.3) {
        const double pre[] = {100}, post[] = {101 + dt};
        const double change = dt > 0 ? 0.005 * 2 * exp(-dt / 20) : -0.00525 * 2 * exp(dt / 20);
        ck_assert_double_eq_tol(AFTER(&spec, 1, pre, post), 1 + change, TINY);
    }
}
END_TEST

START_TEST(delay_shifts_the_window_by_its_axonal_less_its_dendritic_part)
{
    const saltus_plasticity_spec spec = spec_of("stdp", 2);
    static const double shares[] = {0, 0.3, 0.5, 1};
    for (size_t i = 0; i < 4; i++) {
        /* dt at the synapse is 3 ms in every case */
        const double pre[] = {100}, post[] = {103 + 10 * (1 - 2 * shares[i])};
        ck_assert_double_eq_tol(after(&spec, 1, 10, shares[i], pre, 1, post, 1),
                                1 + 0.01 * exp(-3.0 / 20), TINY);
    }
}
END_TEST

START_TEST(spikes_at_equal_times_do_not_see_each_other)
{
    saltus_plasticity_spec spec = spec_of("stdp", 2);
    const double pre[] = {100}, post[] = {101};
    ck_assert_double_eq(AFTER(&spec, 1, pre, post), 1);
    /* a spike of either side that comes later sees both */
    const double pres[] = {100, 110};
    ck_assert_double_eq_tol(AFTER(&spec, 1, pres, post), 1 - 0.0105 * exp(-0.5), TINY);
    const double posts[] = {101, 111};
    ck_assert_double_eq_tol(AFTER(&spec, 1, pre, posts), 1 + 0.01 * exp(-0.5), TINY);
    /* the presynaptic one acts first: depression by half, then potentiation by half */
    set_word(&spec, "dependence", "multiplicative");
    set(&spec, "a_plus", 0.5);
    set(&spec, "a_minus", 0.5);
    const double both_pre[] = {100, 120}, both_post[] = {101, 121};
    const double e = exp(-1.0), down = 1 - 0.5 * e;
    ck_assert_double_eq_tol(AFTER(&spec, 1, both_pre, both_post), down + 0.5 * (2 - down) * e,
                            TINY);
}
END_TEST

START_TEST(pairings_choose_the_pairs)
{
    /* presynaptic at 0, 10, 30; postsynaptic at 12, 20 (at the synapse) */
    const double pre[] = {0, 10, 30}, post[] = {13, 21};
    const double p2 = exp(-0.1), p12 = exp(-0.6), p10 = exp(-0.5), p20 = exp(-1), p18 = exp(-0.9);
    const struct {
        const char *pairing;
        double ups, downs;
    } rows[] = {
        {"all_to_all", p2 + p12 + p10 + p20, p10 + p18},
        {"nearest", p2 + p10, p10},
        {"pre_centred", p2 + p12, p10},
        {"restricted", p2, p10},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        saltus_plasticity_spec spec = spec_of("stdp", 2);
        set_word(&spec, "pairing", rows[i].pairing);
        ck_assert_double_eq_tol(AFTER(&spec, 1, pre, post),
                                1 + 0.01 * rows[i].ups - 0.0105 * rows[i].downs, TINY);
    }
}
END_TEST

START_TEST(after_a_coincidence_both_traces_are_one)
{
    /* 0 and 0.5 ms, then both sides at 10, then one of either side at 20 */
    static const char *const pairings[] = {"nearest", "pre_centred", "restricted"};
    const double base_pre[] = {0, 9}, base_post[] = {0.5, 10}, late_pre[] = {0, 9, 19},
                 late_post[] = {0.5, 10, 20};
    for (size_t i = 0; i < 3; i++) {
        saltus_plasticity_spec spec = spec_of("stdp", 2);
        set_word(&spec, "pairing", pairings[i]);
        const double base = AFTER(&spec, 1, base_pre, base_post);
        ck_assert_double_eq_tol(AFTER(&spec, 1, late_pre, base_post) - base, -0.0105 * exp(-0.5),
                                TINY);
        ck_assert_double_eq_tol(AFTER(&spec, 1, base_pre, late_post) - base, 0.01 * exp(-0.5),
                                TINY);
    }
    /* pre_centred: as many as came at that time */
    saltus_plasticity_spec spec = spec_of("stdp", 2);
    set_word(&spec, "pairing", "pre_centred");
    const double twice[] = {9, 9}, then[] = {10, 20};
    ck_assert_double_eq_tol(AFTER(&spec, 1, twice, then), 1 + 2 * 0.01 * exp(-0.5), TINY);
}
END_TEST

START_TEST(dependences_scale_the_change)
{
    const double pre[] = {0}, post[] = {11}, before[] = {0.5};
    const double up = exp(-0.5), down = exp(-0.025);
    const struct {
        const char *dependence;
        double plus, minus;
    } rows[] = {
        {"additive", 0.005 * 2, 0.00525 * 2},
        {"multiplicative", 0.005 * 1.7, 0.00525 * 0.3},
        {"gutig", 0.005 * 2 * pow(0.85, 0.4), 0.00525 * 2 * pow(0.15, 0.3)},
        {"power_law", 0.005 * 0.8 * pow(0.3 / 0.8, 0.4), 0.00525 * 0.3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            saltus_plasticity_spec spec = spec_of("stdp", 2 * sign);
            set_word(&spec, "dependence", rows[i].dependence);
            set(&spec, "mu_minus", 0.3);
            set(&spec, "w_0", 0.8);
            ck_assert_double_eq_tol(AFTER(&spec, 0.3 * sign, pre, post),
                                    sign * (0.3 + rows[i].plus * up), TINY);
            ck_assert_double_eq_tol(AFTER(&spec, 0.3 * sign, pre, before),
                                    sign * (0.3 - rows[i].minus * down), TINY);
        }
    }
}
END_TEST

START_TEST(weights_stay_within_their_bounds_after_every_event)
{
    saltus_plasticity_spec spec = spec_of("stdp", 2);
    set(&spec, "a_plus", 10);
    set(&spec, "a_minus", 0.1);
    set(&spec, "w_min", 0.5);
    /* far up, cut, then down by one pair */
    const double pre[] = {0, 21}, post[] = {2};
    ck_assert_double_eq_tol(AFTER(&spec, 1, pre, post), 2 - 0.2 * exp(-1), TINY);
    /* far down, cut, then up by one pair */
    set(&spec, "a_plus", 0.1);
    set(&spec, "a_minus", 10);
    const double first[] = {2}, posts[] = {1, 23};
    ck_assert_double_eq_tol(AFTER(&spec, 1, first, posts), 0.5 + 0.2 * exp(-1), TINY);
}
END_TEST

START_TEST(single_rounds_after_every_event)
{
    saltus_plasticity_spec spec = spec_of("stdp", 2);
    spec.single = true;
    const double pre[] = {0, 10}, post[] = {6, 30};
    float w = 0.1f;
    w = (float)(w + 0.01 * exp(-5 / 20.));
    w = (float)(w - 0.0105 * exp(-5 / 20.));
    w = (float)(w + 0.01 * (exp(-29 / 20.) + exp(-19 / 20.)));
    ck_assert_double_eq(AFTER(&spec, 0.1, pre, post), (double)w);
}
END_TEST

START_TEST(triplets_change_weights_as_pfister_and_gerstner_say)
{
    saltus_plasticity_spec spec = spec_of("triplet", 1);
    /* post-pre-post: the second postsynaptic spike sees the first */
    const double pre[] = {9}, posts[] = {5, 15};
    const double down = -exp(-5 / 33.7) * 7e-3;
    ck_assert_double_eq_tol(AFTER(&spec, 0.5, pre, posts) - 0.5,
                            down + exp(-5 / 16.8) * (5e-10 + 6.2e-3 * exp(-10 / 125.)), TINY);
    /* pre-post-pre: the second presynaptic spike sees the first */
    const double pres[] = {4, 14}, post[] = {10};
    ck_assert_double_eq_tol(
        AFTER(&spec, 0.5, pres, post) - 0.5,
        exp(-5 / 16.8) * 5e-10 - exp(-5 / 33.7) * (7e-3 + 2.3e-4 * exp(-10 / 101.)), TINY);
    /* nearest: the earlier of two presynaptic spikes is forgotten by both of their traces */
    set_word(&spec, "pairing", "nearest");
    const double two[] = {0, 4, 14};
    ck_assert_double_eq_tol(AFTER(&spec, 0.5, two, post), AFTER(&spec, 0.5, pres, post), TINY);
}
END_TEST

START_TEST(vogels_drifts_to_its_rate)
{
    saltus_plasticity_spec spec = spec_of("vogels", -2);
    const double pre[] = {0, 10, 21}, silent[] = {1e6}, post[] = {5};
    const double alpha = 2 * 5 * 0.02;
    ck_assert_double_eq_tol(AFTER(&spec, -1, pre, silent), -1 - 0.01 * (-3 * alpha), 1e-14);
    const double change = exp(-4 / 20.) + (exp(-6 / 20.) - alpha) + (exp(-17 / 20.) - alpha);
    ck_assert_double_eq_tol(AFTER(&spec, -1, pre, post), -1 - 0.01 * (change - alpha), TINY);
}
END_TEST

START_TEST(oja_and_post_triggered_change_at_target_spikes_only)
{
    saltus_plasticity_spec spec = spec_of("oja", 2);
    const double pre[] = {0, 29}, posts[] = {11, 21};
    const double first = 1 + 0.005 * 2 * exp(-0.5);
    ck_assert_double_eq_tol(AFTER(&spec, 1, pre, posts),
                            first + 0.005 * (2 * exp(-1) - exp(-0.5) * first), TINY);
    spec = spec_of("post_triggered", 2);
    const double one = 1 + 0.01 * 2 * (exp(-0.5) - 0.4) * pow(0.5, 0.2);
    ck_assert_double_eq_tol(AFTER(&spec, 1, pre, posts),
                            one + 0.02 * (exp(-1) - 0.4) * pow(1 - one / 2, 0.2), TINY);
    set(&spec, "mu", 0);
    ck_assert_double_eq_tol(AFTER(&spec, 1, pre, posts), 1 + 0.02 * (exp(-0.5) + exp(-1) - 2 * 0.4),
                            TINY);
}
END_TEST

START_TEST(weights_are_those_of_the_time_asked_for)
{
    const saltus_plasticity_spec spec = spec_of("stdp", 2);
    const eager_law law = eager_law_of(&spec);
    const int64_t pre[] = {0}, post[] = {3 * MS};
    /* half of 2 ms back from the soma: the postsynaptic spike comes to the synapse at 4 ms */
    eager_synapse s =
        eager_synapse_create(&law, 1, 2 * MS, 0.5, (eager_train){pre, 1}, (eager_train){post, 1});
    eager_synapse_run(&s, 4 * MS);
    ck_assert_double_eq((double)eager_synapse_weight(&s), 1);
    eager_synapse_run(&s, 4 * MS + 1);
    ck_assert_double_eq_tol((double)eager_synapse_weight(&s), 1 + 0.01 * exp(-3 / 20.), TINY);
    ck_assert_double_eq((double)s.jumps[0], 1);
    eager_synapse_clear(&s);
}
END_TEST

START_TEST(verdicts_part_right_from_wrong_and_from_undecidable)
{
    saltus_plasticity_spec spec = spec_of("stdp", 2);
    set(&spec, "a_minus", 0.5);
    const int64_t pre[] = {2 * MS, 30 * MS}, post[] = {0, 40 * MS};
    eager_law law = eager_law_of(&spec);
    eager_synapse s =
        eager_synapse_create(&law, 1.9, MS, 0, (eager_train){pre, 2}, (eager_train){post, 2});
    eager_synapse_run(&s, INT64_MAX);
    const double w = (double)eager_synapse_weight(&s);
    ck_assert_int_eq(eager_compare(&s, w), EAGER_SAME);
    ck_assert_int_eq(eager_compare(&s, w * (1 + 5e-13)), EAGER_SAME);
    ck_assert_int_eq(eager_compare(&s, w * (1 + 5e-12)), EAGER_DIFFERENT);
    ck_assert_int_eq(eager_compare(&s, NAN), EAGER_DIFFERENT);
    eager_synapse_clear(&s);
    /* a change that leaves nothing or next to nothing, and then a root of it */
    set_word(&spec, "dependence", "gutig");
    set(&spec, "mu_minus", 0);
    set(&spec, "a_minus", 1);
    set(&spec, "mu_plus", 0.01);
    law = eager_law_of(&spec);
    const int64_t spikes[] = {0, 0}, target[] = {MS, 500 * MS};
    s = eager_synapse_create(&law, 2 * exp(-1.0 / 20), 2 * MS, 0, (eager_train){spikes, 1},
                             (eager_train){target, 1});
    eager_synapse_run(&s, INT64_MAX);
    ck_assert_int_eq(eager_compare(&s, (double)eager_synapse_weight(&s)), EAGER_SAME);
    ck_assert_int_eq(eager_compare(&s, 1e-10), EAGER_DIFFERENT);
    eager_synapse_clear(&s);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {one_pair_gives_the_window_of_stdp,
                                  delay_shifts_the_window_by_its_axonal_less_its_dendritic_part,
                                  spikes_at_equal_times_do_not_see_each_other,
                                  pairings_choose_the_pairs,
                                  after_a_coincidence_both_traces_are_one,
                                  dependences_scale_the_change,
                                  weights_stay_within_their_bounds_after_every_event,
                                  single_rounds_after_every_event,
                                  triplets_change_weights_as_pfister_and_gerstner_say,
                                  vogels_drifts_to_its_rate,
                                  oja_and_post_triggered_change_at_target_spikes_only,
                                  weights_are_those_of_the_time_asked_for,
                                  verdicts_part_right_from_wrong_and_from_undecidable};
    return SUITE_RUN("eager_plasticity", tests);
}

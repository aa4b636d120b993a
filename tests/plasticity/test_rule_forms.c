/* Each learning rule against its equation (docs/plasticity.md), one event at a time, on chunks made
 * by hand; reference values in quadruple precision. */
#include <check.h>
#include <math.h>
#include <quadmath.h>
#include <stdio.h>
#include <string.h>

#include "made_chunk.h"
#include "support/suite.h"

/* A few operations in double precision. */
static void assert_close(double found, __float128 expected)
{
    const double error = fabs((double)((__float128)found - expected));
    ck_assert_msg(error <= 1e-15 * fabs((double)expected), "%.17g instead of %.17g", found,
                  (double)expected);
}

static double word(const char *rule, const char *parameter, const char *name)
{
    const saltus_rule_parameter *p = saltus_plasticity_find(rule)->parameters;
    while (strcmp(p->name, parameter) != 0) {
        p++;
    }
    for (int i = 0; p->words[i] != NULL; i++) {
        if (strcmp(p->words[i], name) == 0) {
            return i;
        }
    }
    ck_abort_msg("%s of %s cannot be %s", parameter, rule, name);
    return 0;
}

static plastic_traces traces_of(const made_rule *made)
{
    plastic_traces traces;
    made->rule->traces(made->value, &traces);
    return traces;
}

static made_rule stdp_with(const char *dependence)
{
    made_rule stdp = made_rule_of("stdp", 2);
    made_rule_set(&stdp, "dependence", word("stdp", "dependence", dependence));
    made_rule_set(&stdp, "a_plus", 0.01);
    made_rule_set(&stdp, "a_minus", 0.02);
    made_rule_set(&stdp, "mu_plus", 0.3);
    made_rule_set(&stdp, "mu_minus", 0.6);
    made_rule_set(&stdp, "w_0", 0.5);
    return stdp;
}

START_TEST(stdp_depends_on_the_weight_as_it_says)
{
    const double w = 0.75;
    const __float128 x = 0.625, y = 1.25, a_plus = 0.01, a_minus = 0.02, mu = 0.3;
    made_rule stdp = stdp_with("additive");
    assert_close(made_after_post(&stdp, w, (double)x, 9, 9, 9), w + a_plus * 2 * x);
    assert_close(made_after_pre(&stdp, w, 9, 9, (double)y, 9), w - a_minus * 2 * y);
    stdp = stdp_with("multiplicative");
    assert_close(made_after_post(&stdp, w, (double)x, 9, 9, 9), w + a_plus * (2 - w) * x);
    assert_close(made_after_pre(&stdp, w, 9, 9, (double)y, 9), w - a_minus * w * y);
    stdp = stdp_with("gutig");
    assert_close(made_after_post(&stdp, w, (double)x, 9, 9, 9),
                 w + a_plus * 2 * powq(1 - (__float128)w / 2, mu) * x);
    assert_close(made_after_pre(&stdp, w, 9, 9, (double)y, 9),
                 w - a_minus * 2 * powq((__float128)w / 2, (__float128)0.6) * y);
    stdp = stdp_with("power_law");
    assert_close(made_after_post(&stdp, w, (double)x, 9, 9, 9),
                 w + a_plus * (__float128)0.5 * powq((__float128)w / (__float128)0.5, mu) * x);
    assert_close(made_after_pre(&stdp, w, 9, 9, (double)y, 9), w - a_minus * w * y);
}
END_TEST

START_TEST(an_exponent_of_zero_is_additive)
{
    made_rule gutig = stdp_with("gutig");
    made_rule_set(&gutig, "mu_plus", 0);
    made_rule_set(&gutig, "mu_minus", 0);
    const made_rule additive = stdp_with("additive");
    /* at the bounds too, where the power would be 0^0 */
    const double weights[] = {0, 0.3, 1, 1.99, 2};
    for (size_t i = 0; i < sizeof weights / sizeof weights[0]; i++) {
        const double w = weights[i];
        ck_assert(made_after_post(&gutig, w, 0.5, 0, 0, 0) ==
                  made_after_post(&additive, w, 0.5, 0, 0, 0));
        ck_assert(made_after_pre(&gutig, w, 0, 0, 0.5, 0) ==
                  made_after_pre(&additive, w, 0, 0, 0.5, 0));
    }
}
END_TEST

START_TEST(triplet_counts_pairs_and_triplets)
{
    made_rule triplet = made_rule_of("triplet", 2);
    made_rule_set(&triplet, "a2_plus", 0.004); /* by default nearly 0 */
    const plastic_traces traces = traces_of(&triplet);
    ck_assert(traces.tau_pre_ms[0] == 16.8 && traces.tau_pre_ms[1] == 101);
    ck_assert(traces.tau_post_ms[0] == 33.7 && traces.tau_post_ms[1] == 125);
    const __float128 w = 0.75, x1 = 0.625, x2 = 1.75, y1 = 1.25, y2 = 3.5;
    const __float128 a2_plus = 0.004, a3_plus = 6.2e-3, a2_minus = 7e-3, a3_minus = 2.3e-4;
    const double left[] = {(double)x1, (double)x2, (double)y1, (double)y2};
    assert_close(made_after_post(&triplet, (double)w, left[0], left[1], left[2], left[3]),
                 w + 2 * x1 * (a2_plus + a3_plus * y2));
    assert_close(made_after_pre(&triplet, (double)w, left[0], left[1], left[2], left[3]),
                 w - 2 * y1 * (a2_minus + a3_minus * x2));
}
END_TEST

START_TEST(vogels_is_at_rest_at_its_rate)
{
    made_rule vogels = made_rule_of("vogels", -2);
    ck_assert(vogels.negative);
    const __float128 w = 0.75, x = 0.625, y = 1.25, eta = 0.005,
                     alpha = 2 * 5 * (__float128)20 / 1000;
    assert_close(made_after_post(&vogels, (double)w, (double)x, 9, 9, 9), w + eta * 2 * x);
    assert_close(made_after_pre(&vogels, (double)w, 9, 9, (double)y, 9), w + eta * 2 * (y - alpha));
    /* uncorrelated trains: mean traces are rate tau, and both events come at equal rates */
    const double mean = 0.1;
    const double grown = made_after_post(&vogels, 1, mean, 0, 0, 0) - 1;
    const double shrunk = made_after_pre(&vogels, 1, 0, 0, mean, 0) - 1;
    ck_assert(grown > 0 && fabs(grown + shrunk) < 1e-15);
}
END_TEST

START_TEST(oja_settles_where_growth_and_decay_meet)
{
    made_rule oja = made_rule_of("oja", 2);
    made_rule_set(&oja, "beta", 1.5);
    const __float128 w = 0.75, x = 0.625, y = 1.25, eta = 0.005;
    const double left[] = {(double)x, (double)y};
    assert_close(made_after_post(&oja, (double)w, left[0], 9, left[1], 9),
                 w + eta * (2 * x - (__float128)1.5 * y * w));
    ck_assert(made_after_pre(&oja, 0.75, 1, 1, 1, 1) == 0.75);
    const double rest = 2 * left[0] / (1.5 * left[1]);
    ck_assert(fabs(made_after_post(&oja, rest, left[0], 0, left[1], 0) - rest) < 1e-15);
}
END_TEST

START_TEST(post_triggered_grows_above_its_target_only)
{
    made_rule rule = made_rule_of("post_triggered", 2);
    const plastic_traces traces = traces_of(&rule);
    ck_assert(traces.pre_count == 1 && traces.post_count == 0);
    const __float128 w = 0.75, x = 0.625, eta = 0.01, x_target = 0.4, mu = 0.2;
    assert_close(made_after_post(&rule, (double)w, (double)x, 9, 9, 9),
                 w + eta * 2 * (x - x_target) * powq(1 - w / 2, mu));
    assert_close(made_after_post(&rule, (double)w, 0, 9, 9, 9),
                 w - eta * 2 * x_target * powq(1 - w / 2, mu));
    ck_assert(made_after_pre(&rule, 0.75, 1, 1, 1, 1) == 0.75);
    ck_assert(made_after_post(&rule, 0.75, 0.4, 0, 0, 0) == 0.75);
    /* at w_max a power of 0 holds the weight, and no dependence lets it go */
    ck_assert(made_after_post(&rule, 2, 0, 9, 9, 9) == 2);
    made_rule_set(&rule, "mu", 0);
    assert_close(made_after_post(&rule, (double)w, (double)x, 9, 9, 9),
                 w + eta * 2 * (x - x_target));
    assert_close(made_after_post(&rule, 2, 0, 9, 9, 9), 2 - eta * 2 * x_target);
}
END_TEST

START_TEST(pairing_words_mean_what_the_engine_does)
{
    const char *all[] = {"all_to_all", "nearest", "pre_centred", "restricted"};
    made_rule stdp = made_rule_of("stdp", 1);
    for (int i = 0; i < 4; i++) {
        made_rule_set(&stdp, "pairing", word("stdp", "pairing", all[i]));
        ck_assert_int_eq((int)traces_of(&stdp).pairing, i);
    }
    const char *rules[] = {"triplet", "post_triggered"};
    for (int i = 0; i < 2; i++) {
        made_rule made = made_rule_of(rules[i], 1);
        ck_assert_int_eq(traces_of(&made).pairing, PAIRING_ALL_TO_ALL);
        made_rule_set(&made, "pairing", word(rules[i], "pairing", "nearest"));
        ck_assert_int_eq(traces_of(&made).pairing, PAIRING_NEAREST);
    }
}
END_TEST

/* A float is rounded after every pair, not once at the end. */
START_TEST(floats_are_rounded_after_every_pair)
{
    made_rule stdp = made_rule_of("stdp", 1);
    made_rule_set(&stdp, "a_plus", 2e-8); /* less than half the spacing of floats at 0.75 */
    made_chunk chunk;
    for (int single = 0; single < 2; single++) {
        stdp.bounds.single = single != 0;
        made_chunk_start(&chunk, &stdp.bounds);
        made_chunk_synapse(&chunk, 0, 0);
        for (int k = 0; k < 10; k++) {
            made_chunk_post(&chunk, 1, 0, 0, 0);
        }
        double w = 0.75;
        stdp.rule->apply(stdp.value, &chunk.chunk, &w);
        ck_assert_msg(single ? w == 0.75 : fabs(w - 0.7500002) < 1e-15, "%.17g", w);
    }
}
END_TEST

/* Bounds hold after each pair: what lies beyond is lost, and the next pair starts at the bound. */
START_TEST(bounds_hold_after_every_pair)
{
    made_rule stdp = made_rule_of("stdp", 1);
    made_rule_set(&stdp, "a_plus", 0.5);
    made_rule_set(&stdp, "a_minus", 0.5);
    made_rule_set(&stdp, "w_min", 0.25);
    made_chunk chunk;
    made_chunk_start(&chunk, &stdp.bounds);
    made_chunk_synapse(&chunk, 0.5, 0);
    made_chunk_post(&chunk, 1, 0, 0, 0);
    made_chunk_post(&chunk, 1, 0, 0, 0);
    made_chunk_synapse(&chunk, 100, 0);
    made_chunk_arrive(&chunk, 0, 0);
    double weight[] = {0.75, 0.75};
    stdp.rule->apply(stdp.value, &chunk.chunk, weight);
    ck_assert(weight[0] == 0.75); /* 1, 1, then 1 - 0.25 */
    ck_assert(weight[1] == 0.25);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        stdp_depends_on_the_weight_as_it_says,
        an_exponent_of_zero_is_additive,
        triplet_counts_pairs_and_triplets,
        vogels_is_at_rest_at_its_rate,
        oja_settles_where_growth_and_decay_meet,
        post_triggered_grows_above_its_target_only,
        pairing_words_mean_what_the_engine_does,
        floats_are_rounded_after_every_pair,
        bounds_hold_after_every_pair,
    };
    return SUITE_RUN("rule_forms", tests);
}

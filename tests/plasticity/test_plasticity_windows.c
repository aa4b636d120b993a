/* test_plasticity_windows - closed forms: what a pair, many pairs and a long run do to a weight.
 *
 * The library alone, against formulas written out here.
 */
#include <math.h>
#include <string.h>

#include "plastic_net.h"
#include "support/suite.h"
#include "support/trial.h"

/* Differences of sums of a few hundred terms in double precision. */
#define NEAR 1e-13

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

/* ---- One pair ------------------------------------------------------------------------------ */

/* Change of a weight of 0.7 by one pair, w_max = 2; dt = t_post - t_pre at the synapse, not 0. */
typedef double (*window)(double dt);

static double up(double dt, double tau)
{
    return dt > 0 ? exp(-dt / tau) : 0;
}

static double down(double dt, double tau)
{
    return dt < 0 ? exp(dt / tau) : 0;
}

static double additive(double dt)
{
    return 0.01 * up(dt, 20) - 0.0105 * down(dt, 20);
}

static double multiplicative(double dt)
{
    return 0.005 * 1.3 * up(dt, 20) - 0.00525 * 0.7 * down(dt, 20);
}

static double gutig(double dt)
{
    return 0.01 * pow(0.65, 0.4) * up(dt, 20) - 0.0105 * pow(0.35, 0.4) * down(dt, 20);
}

static double power_law(double dt)
{
    return 0.005 * pow(0.7, 0.4) * up(dt, 20) - 0.00525 * 0.7 * down(dt, 20);
}

static double triplet(double dt)
{
    return 2 * 5e-10 * up(dt, 16.8) - 2 * 7e-3 * down(dt, 33.7);
}

static double vogels(double dt)
{
    return 0.01 * (exp(-fabs(dt) / 20) - 2 * 5 * 0.02);
}

static double oja(double dt)
{
    return 0.01 * up(dt, 20);
}

static double post_triggered(double dt)
{
    return 0.02 * (up(dt, 20) - 0.4) * pow(0.65, 0.2);
}

static const struct {
    const char *rule, *word, *value;
    window window;
} windows[] = {
    {"stdp", "dependence", "additive", additive},
    {"stdp", "dependence", "multiplicative", multiplicative},
    {"stdp", "dependence", "gutig", gutig},
    {"stdp", "dependence", "power_law", power_law},
    {"stdp", "pairing", "nearest", additive},
    {"stdp", "pairing", "pre_centred", additive},
    {"stdp", "pairing", "restricted", additive},
    {"triplet", NULL, NULL, triplet},
    {"triplet", "pairing", "nearest", triplet},
    {"vogels", NULL, NULL, vogels},
    {"oja", NULL, NULL, oja},
    {"post_triggered", NULL, NULL, post_triggered},
    {"post_triggered", "pairing", "nearest", post_triggered},
};

/* Source i and target i fire once, dt[i] apart at the synapse. */
static double *pairs(const saltus_plasticity_spec *spec, double weight_mV, double delay_ms,
                     const double *dt_ms, uint32_t count)
{
    plastic_net net = {.end = 500 * PLASTIC_MS};
    const uint32_t from = plastic_net_add_population(&net, true, count);
    const uint32_t to = plastic_net_add_population(&net, false, count);
    const double shift_ms = delay_ms * (1 - 2 * spec->dendritic_share);
    for (uint32_t i = 0; i < count; i++) {
        plastic_net_add_spike(&net, from, i, 200 * PLASTIC_MS);
        plastic_net_add_spike(&net, to, i, llround((200 + shift_ms + dt_ms[i]) * 1e11));
    }
    plastic_net_connect(&net, from, to, SALTUS_RULE_ONE_TO_ONE, weight_mV, delay_ms, spec);
    size_t read;
    double *weights_mV = plastic_net_weights(&net, &read);
    ck_assert_uint_eq(read, count);
    plastic_net_clear(&net);
    return weights_mV;
}

START_TEST(one_pair_changes_the_weight_by_the_window)
{
    enum { PAIRS = 201 };
    static const double shares[] = {0, 0.3, 0.5, 1};
    double dt_ms[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
        dt_ms[i] = rint((i - 100 + 0.123456789) * 1e8) / 1e8;
    }
    for (size_t k = 0; k < sizeof windows / sizeof windows[0]; k++) {
        for (size_t s = 0; s < 4; s++) {
            const double sign = s % 2 == 0 ? 1 : -1;
            saltus_plasticity_spec spec = spec_of(windows[k].rule, 2 * sign);
            spec.dendritic_share = shares[s];
            if (windows[k].word != NULL) {
                set_word(&spec, windows[k].word, windows[k].value);
            }
            double *weights_mV = pairs(&spec, 0.7 * sign, 1.5, dt_ms, PAIRS);
            for (int i = 0; i < PAIRS; i++) {
                const double wanted = sign * (0.7 + windows[k].window(dt_ms[i]));
                ck_assert_msg(fabs(weights_mV[i] - wanted) <= NEAR,
                              "%s %s, share %g, dt %.9g ms: %.17g mV, the window gives %.17g",
                              windows[k].rule, windows[k].word ? windows[k].value : "", shares[s],
                              dt_ms[i], weights_mV[i], wanted);
            }
            free(weights_mV);
        }
    }
}
END_TEST

START_TEST(every_rule_has_a_window)
{
    for (size_t i = 0; i < saltus_plasticity_count(); i++) {
        const char *name = saltus_plasticity_get(i)->name;
        /* rewards decide what a pair brings: test_reward_stdp.c */
        bool has = eager_find(name) != NULL && eager_find(name)->modulated;
        for (size_t k = 0; k < sizeof windows / sizeof windows[0]; k++) {
            has = has || strcmp(windows[k].rule, name) == 0;
        }
        ck_assert_msg(has, "rule %s has no window in this test", name);
    }
}
END_TEST

START_TEST(change_turns_its_sign_when_a_spike_moves_by_a_millisecond)
{
    static const double shares[] = {0, 0.3, 0.5, 1};
    const double dt_ms[] = {-0.5, 0.5, 0};
    for (size_t s = 0; s < 4; s++) {
        saltus_plasticity_spec spec = spec_of("stdp", 2);
        spec.dendritic_share = shares[s];
        double *weights_mV = pairs(&spec, 1, 2, dt_ms, 3);
        ck_assert_double_lt(weights_mV[0], 1 - 0.009);
        ck_assert_double_gt(weights_mV[1], 1 + 0.009);
        ck_assert_double_eq(weights_mV[2], 1);
        free(weights_mV);
    }
}
END_TEST

/* ---- Many pairs ------------------------------------------------------------------------------ */

/* `count` pairs, a period apart, one source and one target; dt at the synapse. */
static double protocol(const saltus_plasticity_spec *spec, double weight_mV, uint32_t count,
                       double period_ms, double dt_ms)
{
    plastic_net net = {.end = llround((count * period_ms + 1000) * 1e11)};
    const uint32_t from = plastic_net_add_population(&net, true, 1);
    const uint32_t to = plastic_net_add_population(&net, false, 1);
    const double shift_ms = 1 - 2 * spec->dendritic_share;
    for (uint32_t i = 0; i < count; i++) {
        const double pre_ms = 100 + i * period_ms;
        plastic_net_add_spike(&net, from, 0, llround(pre_ms * 1e11));
        plastic_net_add_spike(&net, to, 0, llround((pre_ms + shift_ms + dt_ms) * 1e11));
    }
    plastic_net_connect(&net, from, to, SALTUS_RULE_ONE_TO_ONE, weight_mV, 1, spec);
    size_t read;
    double *weights_mV = plastic_net_weights(&net, &read);
    const double weight = weights_mV[0];
    free(weights_mV);
    plastic_net_clear(&net);
    return weight;
}

START_TEST(pairs_far_apart_add_up)
{
    saltus_plasticity_spec spec = spec_of("stdp", 2);
    for (uint32_t n = 1; n <= 40; n += 13) {
        ck_assert_double_eq_tol(protocol(&spec, 1, n, 4000, 7.5), 1 + n * additive(7.5), NEAR);
        ck_assert_double_eq_tol(protocol(&spec, 1, n, 4000, -7.5), 1 + n * additive(-7.5), NEAR);
    }
    /* until there is no more: 2 - 1 = 1 takes 146 of them */
    ck_assert_double_eq(protocol(&spec, 1, 150, 4000, 7.5), 2);
    ck_assert_double_eq(protocol(&spec, 1, 150, 4000, -7.5), 0);
    spec.single = true;
    float weight = 1;
    for (int i = 0; i < 60; i++) {
        weight = (float)((double)weight + additive(7.5));
    }
    ck_assert_double_eq(protocol(&spec, 1, 60, 4000, 7.5), (double)weight);
}
END_TEST

START_TEST(multiplicative_pairs_approach_the_bound_geometrically)
{
    saltus_plasticity_spec spec = spec_of("stdp", 2);
    set_word(&spec, "dependence", "multiplicative");
    set(&spec, "a_plus", 0.3);
    const double kept = 1 - 0.3 * exp(-7.5 / 20);
    ck_assert_double_eq_tol(protocol(&spec, 0.5, 12, 4000, 7.5), 2 - 1.5 * pow(kept, 12), NEAR);
}
END_TEST

/* 1 + q + ... + q^(n - 1) */
static double geometric(double q, double n)
{
    return (1 - pow(q, n)) / (1 - q);
}

/* Every spike with every other: traces are geometric sums. */
START_TEST(pairs_near_each_other_meet_all_others)
{
    saltus_plasticity_spec spec = spec_of("stdp", 1);
    set(&spec, "tau_minus", 35);
    const double period = 10.5, dt = 4, q_plus = exp(-period / 20), q_minus = exp(-period / 35);
    double wanted = 0.5;
    for (int k = 0; k < 30; k++) {
        const double y = k > 0 ? exp(-(period - dt) / 35) * geometric(q_minus, k) : 0;
        const double x = exp(-dt / 20) * geometric(q_plus, k + 1);
        wanted += 0.005 * x - 0.00525 * y;
    }
    ck_assert_double_eq_tol(protocol(&spec, 0.5, 30, period, dt), wanted, NEAR);
}
END_TEST

/* Pairings of Pfister & Gerstner (2006): 60 pairs at a rate, 10 ms apart. */
static double triplet_pairs(double period, double dt, int count)
{
    double change = 0;
    for (int k = 0; k < count; k++) {
        /* at presynaptic spike k: target spikes so far, and presynaptic ones before it */
        const double posts = dt > 0 ? k : k + 1;
        const double last = dt > 0 ? period - dt : -dt;
        const double y1 = exp(-last / 33.7) * geometric(exp(-period / 33.7), posts);
        const double x2 = exp(-period / 101) * geometric(exp(-period / 101), k);
        change -= (posts > 0 ? y1 : 0) * (7e-3 + 2.3e-4 * x2);
        /* at target spike k */
        const double pres = dt > 0 ? k + 1 : k;
        const double x1 =
            exp(-(dt > 0 ? dt : period + dt) / 16.8) * geometric(exp(-period / 16.8), pres);
        const double y2 = exp(-period / 125) * geometric(exp(-period / 125), k);
        change += (pres > 0 ? x1 : 0) * (5e-10 + 6.2e-3 * y2);
    }
    return change;
}

START_TEST(triplets_follow_the_pairing_protocol)
{
    static const double rates_Hz[] = {0.1, 10, 20, 40, 50};
    const saltus_plasticity_spec spec = spec_of("triplet", 1);
    double last = -1;
    for (size_t i = 0; i < sizeof rates_Hz / sizeof rates_Hz[0]; i++) {
        const double period = 1000 / rates_Hz[i];
        for (double dt = -10; dt <= 10; dt += 20) {
            const double wanted = 0.5 + triplet_pairs(period, dt, 15);
            ck_assert_double_eq_tol(protocol(&spec, 0.5, 15, period, dt), wanted, NEAR);
        }
        /* what pairs alone cannot do: pre before post strengthens more the faster they come */
        const double now = protocol(&spec, 0.5, 15, period, 10) - 0.5;
        ck_assert_double_gt(now, last);
        last = now;
    }
    ck_assert_double_gt(last, 0.05);
}
END_TEST

/* ---- Long runs ------------------------------------------------------------------------------- */

/* Change by each presynaptic spike, all phases of the target's period taken in turn. */
static double vogels_drift(double rate_Hz)
{
    enum { PRES = 4001 };
    saltus_plasticity_spec spec = spec_of("vogels", -1);
    set(&spec, "eta", 1e-5);
    plastic_net net = {.end = llround(PRES * 37.0 * 1e11)};
    const uint32_t from = plastic_net_add_population(&net, true, 1);
    const uint32_t to = plastic_net_add_population(&net, false, 1);
    for (int i = 0; i < PRES - 1; i++) {
        plastic_net_add_spike(&net, from, 0, 37 * PLASTIC_MS * i);
    }
    const double period_ms = rint(1e9 / rate_Hz * 1.000618034) / 1e6;
    for (double t_ms = 0.25; t_ms < PRES * 37.0; t_ms += period_ms) {
        plastic_net_add_spike(&net, to, 0, llround(t_ms * 1e8) * 1000);
    }
    plastic_net_connect(&net, from, to, SALTUS_RULE_ONE_TO_ONE, -0.5, 1, &spec);
    size_t read;
    double *weights_mV = plastic_net_weights(&net, &read);
    const double drift = (weights_mV[0] + 0.5) / (PRES - 1);
    free(weights_mV);
    plastic_net_clear(&net);
    return drift / 1e-5;
}

START_TEST(vogels_drives_its_target_to_the_rate)
{
    /* mean change of the magnitude by a presynaptic spike: eta (2 r tau - alpha) */
    ck_assert_double_eq_tol(vogels_drift(5), 0, 0.002);
    ck_assert_double_eq_tol(vogels_drift(10), -(2 * 10 * 0.02 - 0.2), 0.004);
    ck_assert_double_eq_tol(vogels_drift(2), -(2 * 2 * 0.02 - 0.2), 0.004);
}
END_TEST

START_TEST(oja_settles_where_growth_and_decay_are_equal)
{
    saltus_plasticity_spec spec = spec_of("oja", 2);
    set(&spec, "eta", 0.2);
    /* with all traces in their steady state: w = w_max x / (beta y) */
    const double period = 20, dt = 5;
    const double x = exp(-dt / 20) / (1 - exp(-period / 20));
    const double y = exp(-period / 20) / (1 - exp(-period / 20));
    set(&spec, "beta", 3);
    ck_assert_double_eq_tol(protocol(&spec, 0.1, 600, period, dt), 2 * x / (3 * y), 1e-12);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {one_pair_changes_the_weight_by_the_window,
                                  every_rule_has_a_window,
                                  change_turns_its_sign_when_a_spike_moves_by_a_millisecond,
                                  pairs_far_apart_add_up,
                                  multiplicative_pairs_approach_the_bound_geometrically,
                                  pairs_near_each_other_meet_all_others,
                                  triplets_follow_the_pairing_protocol,
                                  vogels_drives_its_target_to_the_rate,
                                  oja_settles_where_growth_and_decay_are_equal};
    return SUITE_RUN("plasticity_windows", tests);
}

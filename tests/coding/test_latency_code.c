/* test_latency_code - latencies of the three curves against quadruple precision and against the
 * neuron that `rc` is about; their inverses. */
#include <math.h>
#include <quadmath.h>
#include <stdlib.h>
#include <string.h>

#include "base/sim_time.h"
#include "code_fixture.h"
#include "support/suite.h"
#include "support/trial.h"

#define TICKS ((__float128)1e11)

/* Ticks from the start of the only spike of a value; -1 when there is none. */
static int64_t ticks_of(const saltus_code_spec *spec, double value)
{
    saltus_spikes spikes = fixture_encode(spec, &value, 1, 0, 0);
    ck_assert_uint_le(spikes.count, 1);
    const int64_t ticks = spikes.count > 0 ? sl_sim_time_from_ms(spikes.times_ms[0]) : -1;
    saltus_spikes_clear(&spikes);
    return ticks;
}

START_TEST(rc_is_the_logarithm_to_a_tick)
{
    static const double taus[] = {0.01, 1, 20, 333.25, 1e4};
    uint64_t state = 5;
    for (size_t t = 0; t < sizeof taus / sizeof taus[0]; t++) {
        for (int i = 0; i < 2000; i++) {
            const double threshold = trial_random_in(&state, 0.01, 0.9);
            /* down to one part in 1e12 above the threshold */
            const double above = pow(10, trial_random_in(&state, -12, 0));
            const double x = threshold + (1 - threshold) * above;
            saltus_code_spec spec = fixture_code("latency curve=rc window=1e6");
            ck_assert_int_eq(saltus_code_set(&spec, "tau", taus[t], NULL), SALTUS_OK);
            ck_assert_int_eq(saltus_code_set(&spec, "threshold", threshold, NULL), SALTUS_OK);
            const __float128 exact =
                (__float128)taus[t] * logq((__float128)x / ((__float128)x - threshold)) * TICKS;
            const __float128 miss = fabsq((__float128)ticks_of(&spec, x) - exact);
            /* half a tick, a few roundings of the product, one of a quotient that is nearly 1 */
            const double allowed = 0.5 + (double)exact * 5e-16 + taus[t] * 1e11 * 2e-16;
            ck_assert_msg((double)miss <= allowed, "tau %g x %.17g: off by %g ticks", taus[t], x,
                          (double)miss);
        }
    }
}
END_TEST

/* First spike of a neuron at rest with this drive above a threshold of 20 mV; ticks. */
static int64_t neuron_ticks(double v_inf_mV, double tau_ms)
{
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("neuron", &e), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_set_duration(e, 1000, NULL), SALTUS_OK);
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "neuron";
    p.size = 1;
    p.tau_m_ms = tau_ms;
    p.c_m_pF = tau_ms; /* v_inf = i_e tau / c */
    p.i_e_pA = saltus_constant(v_inf_mV);
    p.t_ref_ms = 1000;
    ck_assert_int_eq(saltus_experiment_add_population(e, &p, NULL, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_record_spikes(e, 0), SALTUS_OK);
    const trial_setup setup = {.spikes = true};
    trial_result result;
    ck_assert(trial_run(e, &setup, &result));
    ck_assert_uint_eq(result.spike_count, 1);
    const int64_t ticks = sl_sim_time_from_ms(result.spikes[0].time_ms);
    trial_clear(&result);
    saltus_experiment_destroy(e);
    return ticks;
}

START_TEST(rc_is_when_a_leaky_neuron_fires)
{
    /* threshold 1/8 of the range and 20 mV: the value x drives the neuron to 160 x mV */
    static const double xs[] = {0.13, 0.15625, 0.25, 0.3, 0.5, 0.8125, 1};
    for (size_t i = 0; i < sizeof xs / sizeof xs[0]; i++) {
        const saltus_code_spec spec =
            fixture_code("latency curve=rc tau=10 threshold=0.125 window=1000");
        const int64_t coded = ticks_of(&spec, xs[i]);
        const int64_t fired = neuron_ticks(160 * xs[i], 10);
        ck_assert_msg(llabs(coded - fired) <= 1, "x %g: %lld and %lld ticks", xs[i],
                      (long long)coded, (long long)fired);
    }
}
END_TEST

START_TEST(linear_and_logarithmic_times_are_those_of_the_formula)
{
    const saltus_code_spec linear =
        fixture_code("latency curve=linear t_first=2 t_last=50 threshold=0.25");
    ck_assert_int_eq(ticks_of(&linear, 1), 200000000000);
    ck_assert_int_eq(ticks_of(&linear, 0.75), 1400000000000);
    ck_assert_int_eq(ticks_of(&linear, 0.25), 3800000000000);
    ck_assert_int_eq(ticks_of(&linear, 0.2499), -1);
    const saltus_code_spec logarithmic =
        fixture_code("latency curve=logarithmic t_first=2 t_last=50 threshold=0.01");
    ck_assert_int_eq(ticks_of(&logarithmic, 1), 200000000000);
    ck_assert_int_eq(ticks_of(&logarithmic, 0.1), 2600000000000); /* half of the logarithm */
    ck_assert_int_eq(ticks_of(&logarithmic, 0.01), 5000000000000);
    ck_assert_int_eq(ticks_of(&logarithmic, 0.0099), -1);
    uint64_t state = 9;
    for (int i = 0; i < 2000; i++) {
        const double x = trial_random_in(&state, 0.01, 1);
        const __float128 exact = (2 + 48 * logq(x) / logq(0.01)) * TICKS;
        ck_assert_double_le((double)fabsq((__float128)ticks_of(&logarithmic, x) - exact), 0.6);
    }
}
END_TEST

START_TEST(every_curve_comes_back)
{
    static const char *const curves[] = {"linear", "logarithmic", "rc"};
    for (int c = 0; c < 3; c++) {
        saltus_code_spec spec = fixture_code("latency low=-1 high=1 window=1000 threshold=0.1");
        ck_assert_int_eq(saltus_code_set_word(&spec, "curve", curves[c], NULL), SALTUS_OK);
        for (int i = 0; i <= 1000; i++) {
            const double x = 0.1001 + 0.8999 * i / 1000;
            const double value = -1 + 2 * x;
            ck_assert_double_eq_tol(fixture_round_trip(&spec, value, 0), value, 1e-11);
        }
        ck_assert_double_eq(fixture_round_trip(&spec, -1 + 2 * 0.0999, 0), -1);
    }
}
END_TEST

START_TEST(spikes_out_of_the_curves_range_are_the_ends_of_the_values)
{
    saltus_spikes spikes = {0};
    double time_ms = 95;
    uint32_t source = 0;
    spikes.times_ms = &time_ms;
    spikes.sources = &source;
    spikes.count = 1;
    static const char *const codes[] = {"latency curve=linear t_first=10",
                                        "latency curve=logarithmic t_first=10", "latency curve=rc"};
    for (int c = 0; c < 3; c++) {
        const saltus_code_spec spec = fixture_code(codes[c]);
        ck_assert_double_eq(fixture_decode(&spec, &spikes, 99, 5), 1); /* before the onset */
        ck_assert_double_le(fixture_decode(&spec, &spikes, 0, 0), 0.11);
    }
}
END_TEST

START_TEST(what_comes_after_the_window_is_not_encoded)
{
    const saltus_code_spec spec = fixture_code("latency curve=rc tau=20 threshold=0.5 window=20");
    /* t < tau: x / (x - 1/2) < e, x > e / (2 (e - 1)) = 0.79099 */
    ck_assert_int_eq(ticks_of(&spec, 0.7909), -1);
    ck_assert_int_gt(ticks_of(&spec, 0.7911), 0);
    ck_assert_int_eq(ticks_of(&spec, 0.5), -1); /* never */
}
END_TEST

START_TEST(curves_that_cannot_be_are_refused)
{
    saltus_code_spec spec = fixture_code("latency curve=rc threshold=0");
    CK_REFUSED(
        saltus_code_check(&spec, &error),
        "threshold of the code latency is 0; the curve rc needs one of at least 1e-09 and below 1");
    spec = fixture_code("latency t_last=100 window=100");
    CK_REFUSED(saltus_code_check(&spec, &error), "below the window of 100 ms");
    spec = fixture_code("latency t_first=50 t_last=50");
    CK_REFUSED(saltus_code_check(&spec, &error), "from 50 to 50 ms; t_last must be above t_first");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        rc_is_the_logarithm_to_a_tick,
        rc_is_when_a_leaky_neuron_fires,
        linear_and_logarithmic_times_are_those_of_the_formula,
        every_curve_comes_back,
        spikes_out_of_the_curves_range_are_the_ends_of_the_values,
        what_comes_after_the_window_is_not_encoded,
        curves_that_cannot_be_are_refused,
    };
    return SUITE_RUN("latency_code", tests);
}

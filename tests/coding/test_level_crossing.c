/* test_level_crossing - crossings of a ramp in closed form, and signals that come back to less than
 * a step. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/sim_time.h"
#include "code_fixture.h"
#include "support/suite.h"
#include "support/trial.h"

static saltus_spikes encode(const saltus_code_spec *spec, const saltus_signal *signal,
                            double start_ms)
{
    saltus_spikes spikes = {0};
    saltus_error error = {0};
    const saltus_status status = saltus_encode_signal(spec, signal, start_ms, &spikes, &error);
    ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    return spikes;
}

START_TEST(a_ramp_crosses_its_levels_at_equal_times)
{
    /* up by 1 in a second, back in half of one; levels 0.25, 0.5, 0.75 and the top itself */
    const double samples[] = {0, 0.5, 1, 0};
    const saltus_signal signal = {samples, 4, 1, 2};
    const saltus_code_spec spec = fixture_code("level_crossing step=0.25");
    saltus_spikes spikes = encode(&spec, &signal, 10);
    const double times_ms[] = {260, 510, 760, 1010, 1135, 1260, 1385, 1510};
    const uint32_t sources[] = {0, 0, 0, 0, 1, 1, 1, 1};
    ck_assert_uint_eq(spikes.count, 8);
    for (size_t i = 0; i < 8; i++) {
        ck_assert_double_eq(spikes.times_ms[i], times_ms[i]);
        ck_assert_uint_eq(spikes.sources[i], sources[i]);
    }
    saltus_spikes_clear(&spikes);
}
END_TEST

START_TEST(a_signal_that_stays_within_a_step_is_silent)
{
    const double samples[] = {0.5, 0.74, 0.26, 0.5, 0.5};
    const saltus_signal signal = {samples, 5, 1, 1000};
    const saltus_code_spec spec = fixture_code("level_crossing step=0.25");
    saltus_spikes spikes = encode(&spec, &signal, 0);
    ck_assert_uint_eq(spikes.count, 0);
    saltus_spikes_clear(&spikes);
}
END_TEST

START_TEST(what_spikes_say_is_never_a_step_away)
{
    enum { COUNT = 4000, CHANNELS = 3 };
    static double samples[COUNT * CHANNELS], back[COUNT * CHANNELS];
    static const double steps[] = {0.01, 0.1, 0.37};
    static const uint32_t rates[] = {8000, 44100, 1};
    uint64_t state = 11;
    for (size_t i = 0; i < COUNT * CHANNELS; i++) {
        const double before = i < CHANNELS ? 0 : samples[i - CHANNELS];
        /* a walk, with stretches that rest and values that lie on levels */
        const double move = trial_random_in(&state, -0.2, 0.2);
        samples[i] = trial_random(&state) < 0.2   ? before
                     : trial_random(&state) < 0.1 ? rint(before * 10) / 10
                                                  : before + move;
    }
    for (int k = 0; k < 3; k++) {
        const saltus_signal signal = {samples, COUNT, CHANNELS, rates[k]};
        saltus_code_spec spec = fixture_code("level_crossing");
        ck_assert_int_eq(saltus_code_set(&spec, "step", steps[k], NULL), SALTUS_OK);
        saltus_spikes spikes = encode(&spec, &signal, 7);
        ck_assert_uint_gt(spikes.count, COUNT / 10);
        ck_assert_int_eq(saltus_decode_signal(&spec, &signal, 7, &spikes, back, NULL), SALTUS_OK);
        for (size_t i = 0; i < COUNT * CHANNELS; i++) {
            ck_assert_double_lt(fabs(back[i] - samples[i]), steps[k] * (1 + 1e-9));
        }
        saltus_spikes_clear(&spikes);
    }
}
END_TEST

START_TEST(sample_times_are_rounded_once_however_late)
{
    /* one step up at the very end of the last segment, at 44,100 samples a second */
    enum { COUNT = 44100 * 60 + 2 };
    double *samples = calloc(COUNT, sizeof *samples);
    ck_assert_ptr_nonnull(samples);
    samples[COUNT - 1] = 1;
    const saltus_signal signal = {samples, COUNT, 1, 44100};
    const saltus_code_spec spec = fixture_code("level_crossing step=1");
    saltus_spikes spikes = encode(&spec, &signal, 0);
    ck_assert_uint_eq(spikes.count, 1);
    /* 60 s and 1/44,100 s: 60,000.02267573696... ms */
    ck_assert_int_eq(sl_sim_time_from_ms(spikes.times_ms[0]), 6000002267573696);
    saltus_spikes_clear(&spikes);
    free(samples);
}
END_TEST

START_TEST(signals_that_cannot_be_are_refused)
{
    const double samples[] = {0, (double)NAN};
    saltus_signal signal = {samples, 2, 1, 1000};
    saltus_spikes spikes = {0};
    saltus_code_spec spec = fixture_code("level_crossing");
    CK_REFUSED(saltus_encode_signal(&spec, &signal, 0, &spikes, &error),
               "sample 1 of channel 0 is nan");
    const double fine[] = {0, 0.5, 0};
    const saltus_signal crossed = {fine, 3, 1, 1000};
    saltus_code_spec slip = fixture_code("level_crossing step=1e-9");
    CK_REFUSED(saltus_encode_signal(&slip, &crossed, 0, &spikes, &error),
               "the signal crosses 1e+09 levels with a step of 1e-09; at most 268435456");
    signal.rate_Hz = 0;
    CK_REFUSED(saltus_encode_signal(&spec, &signal, 0, &spikes, &error), "0 samples a second");
    signal.rate_Hz = 1000;
    CK_REFUSED(saltus_encode_signal(&spec, &signal, -1, &spikes, &error), "goes from -1 ms");
    spec = fixture_code("rate");
    CK_REFUSED(saltus_encode_signal(&spec, &signal, 0, &spikes, &error),
               "the code rate encodes items of values");
    ck_assert_uint_eq(spikes.count, 0);
    saltus_spikes_clear(&spikes);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_ramp_crosses_its_levels_at_equal_times, a_signal_that_stays_within_a_step_is_silent,
        what_spikes_say_is_never_a_step_away,     sample_times_are_rounded_once_however_late,
        signals_that_cannot_be_are_refused,
    };
    return SUITE_RUN("level_crossing", tests);
}

/* test_clock_misses - spikes that exist and that a coarse clock does not see.
 *
 * data/experiments/missed_by_the_clock.yaml: ten neurons, each pushed over the threshold and pulled
 * back 0.3 ms later. A neuron with a push at the phase p of a step of h is seen by a clock exactly
 * when a step ends within [p, p + 0.3 ms). Pushes are at 0.05, 0.15, ... 0.95 ms after a
 * millisecond, ten volleys of them. */
#include <check.h>
#include <math.h>

#include "clock_fixture.h"
#include "support/suite.h"

#define FILE_NAME SALTUS_SOURCE_ROOT "/data/experiments/missed_by_the_clock.yaml"

enum { VOLLEYS = 10, PAIRS = 10 };

static saltus_experiment *experiment;
static trial_result exact;
static uint32_t detector, control, reader;

static void load(void)
{
    ck_assert_int_eq(saltus_experiment_load(FILE_NAME, NULL, &experiment, NULL), SALTUS_OK);
    detector = saltus_experiment_find_population(experiment, "detector");
    control = saltus_experiment_find_population(experiment, "control");
    reader = saltus_experiment_find_population(experiment, "reader");
    exact = fixture_run(experiment, "event");
}

static void unload(void)
{
    trial_clear(&exact);
    saltus_experiment_destroy(experiment);
}

/* Pairs of a volley with a step's end between push and pull, in units of 0.01 ms. */
static uint64_t seen_by_a_clock(int step)
{
    uint64_t seen = 0;
    for (int push = 5; push < 100; push += 10) {
        const int end = (push + step - 1) / step * step;
        seen += end < push + 30;
    }
    return seen;
}

/* Time of the k-th spike that a detector has in truth. */
static double push_ms(size_t volley, uint32_t neuron)
{
    return (double)(volley * 5000 + 1005 + 10 * neuron) / 100;
}

START_TEST(the_event_engine_sees_every_spike_at_its_time)
{
    load();
    ck_assert_uint_eq(exact.populations[detector].spikes, VOLLEYS * PAIRS);
    ck_assert_uint_eq(exact.populations[control].spikes, 0);
    ck_assert_uint_eq(exact.populations[reader].spikes, VOLLEYS);
    size_t k = 0;
    for (size_t i = 0; i < exact.spike_count; i++) {
        const saltus_spike *s = &exact.spikes[i];
        if (s->population == detector) {
            ck_assert_uint_eq(s->neuron, k % PAIRS);
            ck_assert_double_eq(s->time_ms, push_ms(k / PAIRS, s->neuron));
            k++;
        } else if (s->population == reader) { /* with the seventh, 1 ms later */
            ck_assert_double_eq_tol(s->time_ms, push_ms(k / PAIRS - 1, 6) + 1, 1e-11);
        }
    }
    unload();
}
END_TEST

START_TEST(a_clock_sees_the_pairs_that_a_step_parts)
{
    load();
    static const struct {
        int step;       /* 0.01 ms */
        uint64_t pairs; /* of ten, by hand */
        bool read;      /* are they enough for the reader? */
    } rows[] = {{100, 3, false}, {50, 6, false}, {25, 10, true},
                {20, 10, true},  {10, 10, true}, {1, 10, true}};
    static const char *const clocks[] = {"grid", "euler", "interpolated"};
    for (size_t c = 0; c < 3; c++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            trial_result got =
                fixture_run(experiment, fixture_engine(clocks[c], rows[i].step / 100.0));
            ck_assert_uint_eq(seen_by_a_clock(rows[i].step), rows[i].pairs);
            ck_assert_uint_eq(got.populations[detector].spikes, VOLLEYS * rows[i].pairs);
            ck_assert_uint_eq(got.populations[control].spikes, 0);
            ck_assert_uint_eq(got.populations[reader].spikes, rows[i].read ? VOLLEYS : 0);
            ck_assert_uint_eq(got.counts.synaptic_events,
                              exact.counts.synaptic_events - VOLLEYS * (PAIRS - rows[i].pairs));
            trial_clear(&got);
        }
    }
    unload();
}
END_TEST

START_TEST(offgrid_misses_none_and_is_never_late)
{
    load();
    static const double steps_ms[] = {10, 1, 0.5, 0.25, 0.1, 0.01};
    for (size_t i = 0; i < sizeof steps_ms / sizeof steps_ms[0]; i++) {
        trial_result got = fixture_run(experiment, fixture_engine("offgrid", steps_ms[i]));
        ck_assert_uint_eq(got.fingerprint, exact.fingerprint);
        trial_clear(&got);
    }
    unload();
}
END_TEST

START_TEST(what_the_grid_sees_is_late_and_together)
{
    load();
    trial_result coarse = fixture_run(experiment, "grid@1ms");
    size_t together = 0;
    for (size_t i = 0; i < coarse.spike_count; i++) {
        const saltus_spike *s = &coarse.spikes[i];
        if (s->population == detector) {
            ck_assert_double_eq(s->time_ms, floor(s->time_ms));
            ck_assert_uint_ge(s->neuron, 7);
            together++;
        }
    }
    ck_assert_uint_eq(together, 3 * VOLLEYS);
    trial_clear(&coarse);
    trial_result fine = fixture_run(experiment, "grid@0.1ms");
    const saltus_match_summary match = fixture_match(experiment, &exact, &fine, 1);
    ck_assert_uint_eq(match.missed + match.extra, 0);
    ck_assert_double_eq_tol(match.mean_shift_ms, 0.05, 1e-9);
    ck_assert_double_eq_tol(match.max_abs_shift_ms, 0.05, 1e-9);
    trial_clear(&fine);
    trial_result same = fixture_run(experiment, "grid@0.01ms");
    ck_assert_uint_eq(same.fingerprint, exact.fingerprint);
    trial_clear(&same);
    unload();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_event_engine_sees_every_spike_at_its_time, a_clock_sees_the_pairs_that_a_step_parts,
        offgrid_misses_none_and_is_never_late, what_the_grid_sees_is_late_and_together};
    return SUITE_RUN("clock_misses", tests);
}

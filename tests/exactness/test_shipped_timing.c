/* test_shipped_timing - experiments in which microseconds matter do what their comments say: the
 * row of coincidence detectors, the synfire chain. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plasticity/shipped.h"
#include "support/suite.h"

static uint32_t population(const shipped *run, const char *name)
{
    const uint32_t index = saltus_experiment_find_population(run->experiment, name);
    ck_assert_uint_ne(index, UINT32_MAX);
    return index;
}

static size_t spikes_of(const shipped *run, const char *name)
{
    const uint32_t index = population(run, name);
    size_t count = 0;
    for (size_t i = 0; i < run->spike_count; i++) {
        count += run->spikes[i].population == index;
    }
    return count;
}

/* ---- Where a sound comes from ---------------------------------------------------------------- */

/* Spikes of each detector; returns how many of them fire. */
static size_t listen(shipped *run, double delay_ms, uint32_t *fired)
{
    char value[40];
    snprintf(value, sizeof value, "%.2f ms", delay_ms);
    const saltus_override overrides[] = {{"projections.1.delay", value}};
    shipped_open(run, "localisation", overrides, 1);
    shipped_run(run, 0);
    const uint32_t detector = population(run, "detector");
    memset(fired, 0, 41 * sizeof *fired);
    for (size_t i = 0; i < run->spike_count; i++) {
        if (run->spikes[i].population == detector) {
            fired[run->spikes[i].neuron]++;
        }
    }
    size_t firing = 0;
    for (size_t i = 0; i < 41; i++) {
        firing += fired[i] > 0;
    }
    return firing;
}

START_TEST(the_place_of_the_detector_tells_ten_microseconds)
{
    for (int delay = -20; delay <= 20; delay++) {
        shipped run;
        uint32_t fired[41];
        const size_t firing = listen(&run, 1 + 0.01 * delay, fired);
        ck_assert_msg(firing == 1 && fired[20 + delay] > 0, "%d us: %zu detectors", 10 * delay,
                      firing);
        /* with every sound that both ears hear */
        ck_assert_uint_eq(fired[20 + delay], spikes_of(&run, "left"));
        ck_assert_uint_eq(fired[20 + delay], spikes_of(&run, "right"));
        ck_assert_uint_gt(fired[20 + delay], 100);
        shipped_close(&run);
    }
}
END_TEST

/* Detectors that fire with a sound, on a clock: all that do fire with each. */
static uint64_t on_a_clock(const char *engine, const char *delay)
{
    const saltus_override overrides[] = {{"projections.1.delay", delay}};
    shipped run;
    shipped_open(&run, "localisation", overrides, 1);
    saltus_simulation_options how = saltus_simulation_options_default();
    saltus_simulation *clock = NULL;
    ck_assert_int_eq(saltus_engine_parse(engine, &how, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_create(run.network, &how, &clock, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(clock, 1000, NULL), SALTUS_OK);
    const uint64_t firing =
        saltus_simulation_population_spikes(clock, population(&run, "detector")) /
        saltus_simulation_population_spikes(clock, population(&run, "left"));
    saltus_simulation_destroy(clock);
    shipped_close(&run);
    return firing;
}

START_TEST(a_clock_of_a_tenth_of_a_millisecond_cannot_tell)
{
    ck_assert_uint_eq(on_a_clock("grid@0.1ms", "1 ms"), 19);
    ck_assert_uint_eq(on_a_clock("grid@0.1ms", "0.97 ms"), 19);
    ck_assert_uint_eq(on_a_clock("grid@0.1ms", "1.07 ms"), 1);
    ck_assert_uint_eq(on_a_clock("grid@0.005ms", "1.07 ms"), 1);
}
END_TEST

/* ---- Synfire chain --------------------------------------------------------------------------- */

/* Spikes of the fourth pool while the volley is there, which comes 30 ms earlier than in the file
 * so that less of the background has to be gone through; the pools behind have none. */
static size_t fourth_pool(const char *size, const char *sd)
{
    const saltus_override overrides[] = {{"populations.volley.size", size},
                                         {"populations.volley.params.start.normal.mean", "20 ms"},
                                         {"populations.volley.params.start.normal.sd", sd},
                                         {"inputs.excitation.to", "[P1, P2, P3, P4]"},
                                         {"inputs.inhibition.to", "[P1, P2, P3, P4]"},
                                         {"duration", "48 ms"}};
    shipped run;
    shipped_open(&run, "synfire_chain", overrides, sizeof overrides / sizeof overrides[0]);
    shipped_run(&run, 0);
    const uint32_t pool = population(&run, "P4");
    size_t count = 0;
    for (size_t i = 0; i < run.spike_count; i++) {
        const shipped_spike *spike = &run.spikes[i];
        count += spike->population == pool && spike->time_ms >= 38;
    }
    shipped_close(&run);
    return count;
}

START_TEST(a_volley_goes_through_or_dies_out)
{
    const size_t strong = fourth_pool("85", "1 ms");
    const size_t weak = fourth_pool("40", "1 ms");
    ck_assert_msg(strong >= 97 && strong <= 108, "%zu", strong);
    ck_assert_msg(weak <= 20, "%zu", weak);
    /* as many spikes, closer together */
    const size_t sharp = fourth_pool("50", "0.01 ms");
    const size_t wide = fourth_pool("50", "2 ms");
    ck_assert_msg(sharp >= 75, "%zu", sharp);
    ck_assert_msg(wide <= 50, "%zu", wide);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {the_place_of_the_detector_tells_ten_microseconds,
                                  a_clock_of_a_tenth_of_a_millisecond_cannot_tell,
                                  a_volley_goes_through_or_dies_out};
    return SUITE_RUN("shipped_timing", tests);
}

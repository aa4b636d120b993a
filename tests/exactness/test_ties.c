/* test_ties - simultaneous events and edges, each with the spikes that the contract asks for.
 *
 * Every case states its spikes; the oracle must give them, and the library must agree with the
 * oracle. Voltages and weights are small whole numbers from rest, so sums are exact.
 */
#include <math.h>

#include "support/suite.h"
#include "support/twin.h"

#define MS(x) TWIN_TICKS((double)(x))

typedef struct wanted_spike {
    int64_t tick;
    uint32_t neuron;
} wanted_spike;

/* The oracle gives exactly `wanted`, the library the same. */
static void expect(twin *t, const char *name, const wanted_spike *wanted, size_t count)
{
    twin_oracle o = twin_oracle_create(t);
    oracle_run(o.oracle, t->end, SIZE_MAX);
    size_t got = 0;
    const oracle_spike *spikes = oracle_spikes(o.oracle, &got);
    for (size_t k = 0; k < got && k < count; k++) {
        ck_assert_msg(spikes[k].tick == wanted[k].tick && spikes[k].neuron == wanted[k].neuron,
                      "%s: oracle's spike %zu: neuron %u at tick %lld", name, k, spikes[k].neuron,
                      (long long)spikes[k].tick);
    }
    ck_assert_msg(got == count, "%s: oracle gives %zu spikes", name, got);
    twin_oracle_destroy(&o);
    ck_assert_msg(twin_check(t, name, NULL, NULL), "%s", name);
    twin_clear(t);
}

#define EXPECT(t, name, ...)                                                                       \
    do {                                                                                           \
        const wanted_spike wanted_[] = {__VA_ARGS__};                                              \
        expect(t, name, wanted_, sizeof wanted_ / sizeof wanted_[0]);                              \
    } while (0)
#define EXPECT_NONE(t, name) expect(t, name, NULL, 0)

/* `neurons` default neurons (rest 0, threshold 20, tau 20, t_ref 2 ms), 100 ms. */
static twin plain(uint32_t neurons)
{
    twin t = {.seed = 1, .end = MS(100)};
    twin_add_population(&t, SALTUS_MODEL_LIF_DELTA, neurons);
    return t;
}

/* ---- Sums -------------------------------------------------------------------------- */

START_TEST(excitation_and_inhibition_at_one_time_have_no_order)
{
    for (int order = 0; order < 2; order++) {
        twin t = plain(2);
        for (int k = 0; k < 2; k++) {
            const bool excite = k == order;
            twin_add_arrival(&t, MS(3), 0, excite ? 25 : -10);
            twin_add_arrival(&t, MS(3), 1, excite ? 25 : -4);
        }
        EXPECT(&t, "arrivals", {MS(3), 1});
    }
    /* The same through synapses of two sources, in both orders of sources. */
    for (int order = 0; order < 2; order++) {
        twin t = plain(2);
        twin_add_population(&t, SALTUS_MODEL_SPIKE_LIST, 2);
        const uint32_t exciting = order ? 3 : 2, inhibiting = order ? 2 : 3;
        twin_add_synapse(&t, exciting, 0, 25, MS(2), 0);
        twin_add_synapse(&t, exciting, 1, 25, MS(2), 0);
        twin_add_synapse(&t, inhibiting, 0, -10, MS(1), 1);
        twin_add_synapse(&t, inhibiting, 1, -4, MS(1), 1);
        twin_add_source_spike(&t, MS(5), exciting);
        twin_add_source_spike(&t, MS(6), inhibiting);
        if (order) {
            EXPECT(&t, "synapses", {MS(5), 3}, {MS(6), 2}, {MS(7), 1});
        } else {
            EXPECT(&t, "synapses", {MS(5), 2}, {MS(6), 3}, {MS(7), 1});
        }
    }
}
END_TEST

START_TEST(input_and_synapse_at_one_time_are_one_sum)
{
    twin t = plain(2);
    twin_add_population(&t, SALTUS_MODEL_SPIKE_LIST, 1);
    twin_add_synapse(&t, 2, 0, 12, MS(4), 0);
    twin_add_synapse(&t, 2, 1, 30, MS(4), 0);
    twin_add_source_spike(&t, MS(1), 2);
    t.periodics[t.periodic_count++] =
        (twin_periodic){.weight_mV = -3, .start = MS(5), .interval = MS(50), .stop = MS(50)};
    twin_add_arrival(&t, MS(5), 0, 12);
    twin_add_arrival(&t, MS(5), 1, -8);
    EXPECT(&t, "mixed", {MS(1), 2}, {MS(5), 0});
}
END_TEST

/* From rest (0 or -65 mV), at odd times, whole numbers that add up to the threshold. */
START_TEST(sum_exactly_at_threshold_fires_and_just_below_does_not)
{
    static const double rest_mV[] = {0, -65, -64, 100};
    static const double parts_mV[][3] = {{20, 0, 0},  {5, 15, 0}, {7, 13, 0},   {3, 6, 11},
                                         {25, -5, 0}, {1, 1, 18}, {-40, 50, 10}};
    for (size_t r = 0; r < 4; r++) {
        for (size_t k = 0; k < sizeof parts_mV / sizeof parts_mV[0]; k++) {
            for (int when = 1; when < 60; when += 7) {
                twin t = {.seed = 1, .end = MS(100)};
                twin_population *p = twin_add_population(&t, SALTUS_MODEL_LIF_DELTA, 2);
                p->v_rest_mV = rest_mV[r];
                p->v_reset_mV = rest_mV[r] - 1;
                for (uint32_t i = 0; i < 2; i++) {
                    t.neurons[i].v_th_mV = rest_mV[r] + 20;
                    t.neurons[i].v_init_mV = rest_mV[r];
                    for (int j = 0; j < 3; j++) {
                        twin_add_arrival(&t, MS(when) + 12345, i, parts_mV[k][j]);
                    }
                }
                twin_add_arrival(&t, MS(when) + 12345, 1, -1e-12);
                EXPECT(&t, "at threshold", {MS(when) + 12345, 0});
            }
        }
    }
}
END_TEST

START_TEST(sum_exactly_at_threshold_fires_through_synapses)
{
    for (int when = 1; when < 90; when += 3) {
        twin t = plain(2);
        twin_add_population(&t, SALTUS_MODEL_SPIKE_LIST, 1);
        static const double parts_mV[] = {3, 6, 11};
        for (uint32_t j = 0; j < 3; j++) {
            twin_add_synapse(&t, 2, 0, parts_mV[j], MS(2) + 77, j);
            twin_add_synapse(&t, 2, 1, parts_mV[j], MS(2) + 77, j);
        }
        twin_add_synapse(&t, 2, 1, -1e-12, MS(2) + 77, 3);
        twin_add_source_spike(&t, MS(when), 2);
        EXPECT(&t, "synapses", {MS(when), 2}, {MS(when) + MS(2) + 77, 0});
    }
}
END_TEST

START_TEST(neuron_fires_at_most_once_at_one_time)
{
    twin t = plain(1);
    t.populations[0].t_ref = 0;
    for (int k = 0; k < 5; k++) {
        twin_add_arrival(&t, MS(3), 0, 25);
    }
    twin_add_arrival(&t, MS(3) + 1, 0, 25);
    twin_add_arrival(&t, MS(3) + 2, 0, 19);
    EXPECT(&t, "once", {MS(3), 0}, {MS(3) + 1, 0});
}
END_TEST

START_TEST(same_source_by_two_delays_adds_up_at_one_time)
{
    twin t = plain(1);
    twin_add_population(&t, SALTUS_MODEL_SPIKE_LIST, 1);
    twin_add_synapse(&t, 1, 0, 12, MS(3), 0);
    twin_add_synapse(&t, 1, 0, 9, MS(1), 0);
    twin_add_source_spike(&t, MS(1), 1);
    twin_add_source_spike(&t, MS(3), 1);
    /* 9 mV at 2 ms, then 12 + 9 mV at 4 ms. */
    EXPECT(&t, "two delays", {MS(1), 1}, {MS(3), 1}, {MS(4), 0});
}
END_TEST

START_TEST(spikes_of_one_source_within_one_delay_all_arrive)
{
    twin t = plain(2);
    twin_add_population(&t, SALTUS_MODEL_SPIKE_LIST, 1);
    twin_add_synapse(&t, 2, 0, 25, MS(50), 0);
    twin_add_synapse(&t, 2, 1, 25, MS(50), 0);
    twin_add_synapse(&t, 2, 1, 25, MS(53.5), 0);
    for (int k = 0; k < 3; k++) {
        twin_add_source_spike(&t, MS(1 + 3 * k), 2);
    }
    EXPECT(&t, "in flight", {MS(1), 2}, {MS(4), 2}, {MS(7), 2}, {MS(51), 0}, {MS(51), 1},
           {MS(54), 0}, {MS(54), 1}, {MS(57), 0}, {MS(57), 1}, {MS(60.5), 1});
}
END_TEST

START_TEST(multapses_and_repeated_source_spikes_count_each)
{
    twin t = plain(2);
    twin_add_population(&t, SALTUS_MODEL_SPIKE_LIST, 1);
    for (int k = 0; k < 3; k++) {
        twin_add_synapse(&t, 2, 0, 7, MS(1), 0);
        twin_add_synapse(&t, 2, 1, 4, MS(1), 0);
    }
    twin_add_source_spike(&t, MS(9), 2);
    twin_add_source_spike(&t, MS(40), 2);
    twin_add_source_spike(&t, MS(40), 2);
    EXPECT(&t, "multapses", {MS(9), 2}, {MS(10), 0}, {MS(40), 2}, {MS(40), 2}, {MS(41), 0},
           {MS(41), 1});
}
END_TEST

/* ---- Refractoriness ---------------------------------------------------------------- */

START_TEST(arrival_at_the_end_of_refractoriness_counts_and_a_tick_before_is_lost)
{
    twin t = plain(3);
    for (uint32_t i = 0; i < 3; i++) {
        twin_add_arrival(&t, MS(10), i, 25);
        twin_add_arrival(&t, MS(12) - 1 + i, i, 21);
    }
    EXPECT(&t, "end", {MS(10), 0}, {MS(10), 1}, {MS(10), 2}, {MS(12), 1}, {MS(12) + 1, 2});
}
END_TEST

START_TEST(refractory_neuron_restarts_from_reset_when_released)
{
    twin t = plain(2);
    for (uint32_t i = 0; i < 2; i++) {
        twin_add_arrival(&t, MS(10), i, 25);
        twin_add_arrival(&t, MS(11), i, i == 0 ? 1000 : -1000);
        twin_add_arrival(&t, MS(11.5), i, i == 0 ? -2000 : 500);
        twin_add_arrival(&t, MS(12), i, 20);
    }
    EXPECT(&t, "restart", {MS(10), 0}, {MS(10), 1}, {MS(12), 0}, {MS(12), 1});
}
END_TEST

START_TEST(without_refractoriness_only_the_tick_of_the_spike_is_lost)
{
    twin t = plain(2);
    t.populations[0].t_ref = 0;
    twin_add_arrival(&t, MS(10), 0, 25);
    twin_add_arrival(&t, MS(10), 0, 19);
    twin_add_arrival(&t, MS(10) + 1, 0, 19);
    twin_add_arrival(&t, MS(10) + 1, 1, 25);
    twin_add_arrival(&t, MS(10) + 2, 0, 1.5);
    EXPECT(&t, "no t_ref", {MS(10), 0}, {MS(10) + 1, 1}, {MS(10) + 2, 0});
}
END_TEST

START_TEST(autapse_of_one_tick_fires_at_every_release)
{
    twin t = plain(1);
    t.end = MS(10) + 8;
    t.populations[0].t_ref = 2;
    twin_add_synapse(&t, 0, 0, 25, 1, 0);
    twin_add_synapse(&t, 0, 0, 25, 3, 1);
    twin_add_arrival(&t, MS(10), 0, 25);
    /* The 1-tick arrival is lost, the 3-tick one comes after the release at 2. */
    EXPECT(&t, "autapse", {MS(10), 0}, {MS(10) + 3, 0}, {MS(10) + 6, 0});
}
END_TEST

/* ---- Beginning and end ------------------------------------------------------------- */

START_TEST(arrivals_and_source_spikes_at_time_zero_count)
{
    twin t = plain(2);
    twin_add_population(&t, SALTUS_MODEL_SPIKE_LIST, 1);
    twin_add_population(&t, SALTUS_MODEL_PERIODIC_SOURCE, 1)->stop = MS(20);
    t.neurons[3].start = 0;
    twin_add_synapse(&t, 2, 1, 11, MS(1), 0);
    twin_add_synapse(&t, 3, 1, 11, MS(1), 0);
    twin_add_arrival(&t, 0, 0, 25);
    twin_add_source_spike(&t, 0, 2);
    EXPECT(&t, "zero", {0, 0}, {0, 2}, {0, 3}, {MS(1), 1}, {MS(10), 3});
}
END_TEST

START_TEST(neuron_that_starts_at_threshold_fires_before_the_arrivals_of_time_zero)
{
    twin t = plain(4);
    t.neurons[0].v_init_mV = 20;
    t.neurons[1].v_init_mV = 50;
    t.neurons[2].v_init_mV = nextafter(20, 0);
    for (uint32_t i = 0; i < 3; i++) {
        twin_add_arrival(&t, 0, i, -30);
    }
    /* Lost where the neuron has fired: 20 mV at the release fire again, at -30 mV they do not. */
    for (uint32_t i = 0; i < 4; i++) {
        twin_add_arrival(&t, MS(2), i, 20);
    }
    EXPECT(&t, "start", {0, 0}, {0, 1}, {MS(2), 0}, {MS(2), 1}, {MS(2), 3});
}
END_TEST

START_TEST(driven_neuron_that_starts_above_threshold_fires_at_time_zero)
{
    twin t = plain(2);
    t.end = MS(3);
    t.populations[0].t_ref = 0;
    for (uint32_t i = 0; i < 2; i++) {
        t.neurons[i].i_e_pA = 500; /* V_inf 40 mV: fires each 20 ln 2 = 13.9 ms */
    }
    t.neurons[0].v_init_mV = 30;
    t.neurons[1].v_init_mV = 45;
    twin_add_arrival(&t, 0, 0, 19);
    twin_add_arrival(&t, 1, 1, 19.5);
    /* Neuron 1: V - 40 mV is 19.5 - 40 e^(-1 tick) one tick after time 0. */
    const long double v = 40 * expl(-1 / 20e11L) - 19.5L;
    EXPECT(&t, "driven start", {0, 0}, {0, 1}, {1 + (int64_t)ceill(20e11L * logl(v / 20)), 1});
}
END_TEST

START_TEST(events_exactly_at_the_end_are_not_included)
{
    twin t = plain(1);
    twin_add_population(&t, SALTUS_MODEL_SPIKE_LIST, 1);
    twin_add_population(&t, SALTUS_MODEL_PERIODIC_SOURCE, 1);
    t.end = MS(50);
    twin_add_arrival(&t, MS(50), 0, 25);
    twin_add_source_spike(&t, MS(50), 1);
    EXPECT(&t, "end", {MS(10), 2}, {MS(20), 2}, {MS(30), 2}, {MS(40), 2});
}
END_TEST

START_TEST(event_at_a_cut_happens_once)
{
    twin t = plain(1);
    twin_add_population(&t, SALTUS_MODEL_SPIKE_LIST, 1);
    twin_add_synapse(&t, 1, 0, 25, MS(5), 0);
    for (int k = 0; k < 9; k++) {
        twin_add_source_spike(&t, MS(10 * k), 1);
    }
    t.neurons[0].v_init_mV = 21;
    static const double cuts_ms[] = {0, 0, 5, 5, 10, 15, 20, 25, 27, 30, 35, 35, 85, 90};
    const trial_setup cut = {.cuts_ms = cuts_ms, .cut_count = sizeof cuts_ms / sizeof cuts_ms[0]};
    size_t spikes = 0;
    ck_assert(twin_check(&t, "cuts", &cut, &spikes));
    ck_assert_uint_eq(spikes, 19);
    twin_clear(&t);
}
END_TEST

START_TEST(source_stops_before_its_stop_time)
{
    twin t = plain(1);
    twin_population *p = twin_add_population(&t, SALTUS_MODEL_PERIODIC_SOURCE, 2);
    p->stop = MS(30);
    t.neurons[2].start = MS(30);
    t.periodics[t.periodic_count++] =
        (twin_periodic){.weight_mV = 25, .start = MS(3), .interval = MS(7), .stop = MS(17)};
    EXPECT(&t, "stop", {MS(3), 0}, {MS(10), 0}, {MS(10), 1}, {MS(20), 1});
}
END_TEST

/* ---- Crossings by drift and arrivals ----------------------------------------------- */

/* First crossing of a neuron driven to 40 mV from 0: 20 ln 2 ms, on the next tick. */
static int64_t first_crossing(void)
{
    return (int64_t)ceill(20e11L * logl(2));
}

static twin driven(uint32_t neurons, int64_t t_ref)
{
    twin t = plain(neurons);
    t.populations[0].t_ref = t_ref;
    t.populations[0].v_rest_mV = 40;
    t.end = MS(16);
    return t;
}

START_TEST(drift_crossing_comes_before_the_arrivals_of_its_tick)
{
    const int64_t at = first_crossing();
    for (int k = 0; k < 2; k++) {
        twin t = driven(3, k == 0 ? MS(2) : 0);
        twin_add_arrival(&t, at, 0, -100);
        twin_add_arrival(&t, at, 1, 100);
        EXPECT(&t, "tick of the crossing", {at, 0}, {at, 1}, {at, 2});
    }
}
END_TEST

START_TEST(drift_crossing_comes_after_the_arrivals_of_the_tick_before)
{
    const int64_t at = first_crossing();
    twin t = driven(3, MS(2));
    twin_add_arrival(&t, at - 1, 0, -30);
    twin_add_arrival(&t, at - 1, 1, 1);
    EXPECT(&t, "tick before", {at - 1, 1}, {at, 2});
}
END_TEST

START_TEST(drift_crossing_and_synapse_at_one_tick_keep_their_order)
{
    const int64_t at = first_crossing();
    twin t = driven(1, 0);
    twin_add_population(&t, SALTUS_MODEL_SPIKE_LIST, 1);
    twin_add_synapse(&t, 1, 0, 25, MS(1), 0);
    twin_add_source_spike(&t, at - MS(1), 1);
    twin_add_source_spike(&t, at - MS(1) + 1, 1);
    EXPECT(&t, "synapse", {at - MS(1), 1}, {at - MS(1) + 1, 1}, {at, 0}, {at + 1, 0});
}
END_TEST

START_TEST(inhibition_postpones_a_crossing_and_excitation_advances_it)
{
    twin t = driven(2, MS(2));
    t.end = MS(30);
    twin_add_arrival(&t, MS(10), 0, -20);
    twin_add_arrival(&t, MS(10), 1, 2);
    /* V - 40 = -40 e^(-1/2) -+ ... at 10 ms; crossing at ln((40 - V) / 20) tau later. */
    const long double v = 40 * expl(-0.5L);
    EXPECT(&t, "shift", {MS(10) + (int64_t)ceill(20e11L * logl((v - 2) / 20)), 1},
           {MS(10) + (int64_t)ceill(20e11L * logl((v + 20) / 20)), 0},
           {MS(10) + (int64_t)ceill(20e11L * logl((v - 2) / 20)) + MS(2) + first_crossing(), 1});
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        excitation_and_inhibition_at_one_time_have_no_order,
        input_and_synapse_at_one_time_are_one_sum,
        sum_exactly_at_threshold_fires_and_just_below_does_not,
        sum_exactly_at_threshold_fires_through_synapses,
        neuron_fires_at_most_once_at_one_time,
        same_source_by_two_delays_adds_up_at_one_time,
        spikes_of_one_source_within_one_delay_all_arrive,
        multapses_and_repeated_source_spikes_count_each,
        arrival_at_the_end_of_refractoriness_counts_and_a_tick_before_is_lost,
        refractory_neuron_restarts_from_reset_when_released,
        without_refractoriness_only_the_tick_of_the_spike_is_lost,
        autapse_of_one_tick_fires_at_every_release,
        arrivals_and_source_spikes_at_time_zero_count,
        neuron_that_starts_at_threshold_fires_before_the_arrivals_of_time_zero,
        driven_neuron_that_starts_above_threshold_fires_at_time_zero,
        events_exactly_at_the_end_are_not_included,
        event_at_a_cut_happens_once,
        source_stops_before_its_stop_time,
        drift_crossing_comes_before_the_arrivals_of_its_tick,
        drift_crossing_comes_after_the_arrivals_of_the_tick_before,
        drift_crossing_and_synapse_at_one_tick_keep_their_order,
        inhibition_postpones_a_crossing_and_excitation_advances_it};
    return SUITE_RUN("ties", tests);
}

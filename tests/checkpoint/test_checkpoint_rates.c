/* test_checkpoint_rates - a run whose sources get new rates goes on from a checkpoint as if it had
 * never been cut: the same spikes, weights and counts, in every engine.
 *
 * The network learns and has adaptive thresholds, as one that is shown images. Rates are set at
 * times that fit no step, so that on a grid the old ones still owe events when the state is kept.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "saltus/saltus.h"
#include "support/suite.h"
#include "support/trial.h"

enum { SOURCES = 1100, PHASES = 6 };

static char path[64];

static const char text[] =
    "saltus: 1\n"
    "seed: 3\n"
    "duration: 1 s\n"
    "populations:\n"
    "  Q: {size: 30, model: rate_source, params: {rate: 200 Hz}}\n"
    "  X: {size: 1100, model: rate_source, params: {rate: {uniform: [0 Hz, 10 Hz]}}}\n"
    "  E: {size: 40, model: lif_delta, params: {v_th: 13 mV, theta_plus: 0.3 mV, tau_theta: 1 s}}\n"
    "projections:\n"
    "  - {from: X, to: E, rule: all_to_all, weight: {uniform: [0 mV, 0.2 mV]}, delay: 0.5 ms,\n"
    "     plasticity: {rule: post_triggered, tau_plus: 40 ms, eta: 0.004, x_target: 0, mu: 0,\n"
    "     w_max: 4 mV, pairing: nearest}}\n"
    "  - {from: Q, to: E, rule: all_to_all, weight: 0.1 mV, delay: 0.7 ms}\n"
    "  - {from: E, to: E, rule: all_to_all, autapses: false, weight: -20 mV, delay: 0.5 ms}\n";

static const double ends_ms[PHASES] = {20.013, 40.00001, 40.00003, 63.7, 80, 100.05};

static saltus_simulation *create(const saltus_network *network, const char *engine,
                                 uint32_t threads)
{
    saltus_simulation_options options = saltus_simulation_options_default();
    saltus_simulation *s = NULL;
    ck_assert_int_eq(saltus_engine_parse(engine, &options, NULL), SALTUS_OK);
    options.threads = threads;
    ck_assert_int_eq(saltus_simulation_create(network, &options, &s, NULL), SALTUS_OK);
    return s;
}

/* The rates of phase `k`, weights that stay from phase 4 on. */
static void set_phase(saltus_simulation *s, uint64_t k)
{
    static double rates_Hz[SOURCES];
    saltus_error error = {0};
    for (uint32_t i = 0; i < SOURCES; i++) {
        rates_Hz[i] = k == 3 ? 0 : (i * 7 + k) % 11 < 3 ? 600 : 0;
    }
    if (k == 0) {
        return; /* those of the experiment */
    }
    ck_assert_int_eq(saltus_simulation_set_rates(s, 1, rates_Hz, SOURCES, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_normalise(s, 0, 250, &error), SALTUS_OK);
    if (k == 4) {
        ck_assert_int_eq(saltus_simulation_set_plastic(s, 0, false, &error), SALTUS_OK);
        ck_assert_int_eq(saltus_simulation_set_adaptation(s, 2, false, &error), SALTUS_OK);
    }
}

/* To another simulation, on another network of the same experiment. */
static saltus_simulation *hand_over(saltus_simulation *from, const saltus_network *network,
                                    const char *engine, uint32_t threads)
{
    saltus_error error = {0};
    ck_assert_int_eq(saltus_checkpoint_write(from, path, &error), SALTUS_OK);
    saltus_simulation *to = create(network, engine, threads);
    ck_assert_msg(saltus_checkpoint_restore(to, path, &error) == SALTUS_OK, "%s: %s", engine,
                  error.message);
    saltus_simulation_destroy(from);
    return to;
}

static void check_same(const saltus_simulation *a, const saltus_simulation *b, const char *engine)
{
    ck_assert_msg(saltus_simulation_fingerprint(a) == saltus_simulation_fingerprint(b), "%s",
                  engine);
    saltus_counts x = saltus_simulation_counts(a), y = saltus_simulation_counts(b);
    for (size_t k = 0; k < saltus_count_total(); k++) {
        const char *name = saltus_count_name(k);
        /* the queue's own, and what depends on where windows are cut */
        const bool own = strcmp(name, "scheduler_compares") == 0 || strcmp(name, "windows") == 0;
        ck_assert_msg(own || *saltus_count_at(&x, k) == *saltus_count_at(&y, k), "%s: %s", engine,
                      name);
    }
    ck_assert_uint_gt(x.spikes, 100);
    for (uint32_t source = 0; source < SOURCES; source++) {
        uint32_t targets[2][40];
        double weights_mV[2][40];
        ck_assert_uint_eq(saltus_simulation_row_length(a, 0, source), 40);
        saltus_simulation_read_row(a, 0, source, targets[0], weights_mV[0]);
        saltus_simulation_read_row(b, 0, source, targets[1], weights_mV[1]);
        ck_assert_int_eq(memcmp(weights_mV[0], weights_mV[1], sizeof weights_mV[0]), 0);
    }
    for (uint32_t i = 0; i < 40; i++) {
        ck_assert_double_eq(saltus_simulation_theta_mV(a, 2, i),
                            saltus_simulation_theta_mV(b, 2, i));
    }
}

START_TEST(rates_go_on_from_a_checkpoint)
{
    static const char *const engines[] = {"event", "grid@0.1ms", "euler@0.1ms",
                                          "interpolated@0.1ms", "offgrid@0.3ms"};
    saltus_experiment *e = NULL;
    saltus_network *networks[2];
    ck_assert_int_eq(saltus_experiment_load_text(text, strlen(text), "text", "", NULL, &e, NULL),
                     SALTUS_OK);
    for (int i = 0; i < 2; i++) {
        saltus_network_options build = saltus_network_options_default();
        build.block_neurons = i == 0 ? 0 : 1024;
        ck_assert_int_eq(saltus_network_build(e, &build, &networks[i], NULL), SALTUS_OK);
    }
    for (size_t n = 0; n < sizeof engines / sizeof engines[0]; n++) {
        saltus_simulation *whole = create(networks[0], engines[n], 1);
        saltus_simulation *relay = create(networks[0], engines[n], 1);
        for (uint64_t k = 0; k < PHASES; k++) {
            /* before and after a setting, and in the middle of a phase */
            const double begun_ms = saltus_simulation_time_ms(whole);
            const double middle_ms = begun_ms + (ends_ms[k] - begun_ms) * 0.37;
            set_phase(whole, k);
            ck_assert_int_eq(saltus_simulation_run_until(whole, middle_ms, NULL), SALTUS_OK);
            ck_assert_int_eq(saltus_simulation_run_until(whole, ends_ms[k], NULL), SALTUS_OK);
            set_phase(relay, k);
            relay = hand_over(relay, networks[1], engines[n], 2);
            ck_assert_int_eq(saltus_simulation_run_until(relay, middle_ms, NULL), SALTUS_OK);
            relay = hand_over(relay, networks[0], engines[n], 1);
            ck_assert_int_eq(saltus_simulation_run_until(relay, ends_ms[k], NULL), SALTUS_OK);
        }
        check_same(whole, relay, engines[n]);
        saltus_simulation_destroy(whole);
        saltus_simulation_destroy(relay);
    }
    saltus_network_destroy(networks[0]);
    saltus_network_destroy(networks[1]);
    saltus_experiment_destroy(e);
}
END_TEST

int main(void)
{
    snprintf(path, sizeof path, "test-rates-%d.checkpoint", (int)getpid());
    const TTest *const tests[] = {rates_go_on_from_a_checkpoint};
    const int code = SUITE_RUN("checkpoint_rates", tests);
    unlink(path);
    return code;
}

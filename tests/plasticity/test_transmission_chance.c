/* What is left to chance in transmission: laws of release and of parameters, with fixed seeds;
 * whose numbers they are. Bounds are five standard deviations of the statistic. */
#include <math.h>
#include <string.h>

#include "saltus/saltus.h"
#include "support/suite.h"

#define TARGETS 4000u
#define SPIKES  6u
#define TAU_MS  20.0

static const double spike_ms[SPIKES] = {0, 10, 12, 12, 60, 61};

/* One source to many targets that never fire, from the spikes above after 2 ms. */
typedef struct fan {
    saltus_experiment *experiment;
    saltus_network *network;
    saltus_simulation *simulation;
} fan;

static saltus_projection_spec projection_of(saltus_release release)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = 0;
    spec.target = 1;
    spec.rule = SALTUS_RULE_ALL_TO_ALL;
    spec.weight_mV = saltus_constant(1);
    spec.delay_ms = saltus_constant(2);
    spec.release.model = release;
    return spec;
}

static fan fan_begin(const saltus_projection_spec *spec, const char *engine, uint32_t block_neurons)
{
    fan fan = {0};
    saltus_error error = {0};
    const uint32_t zeros[SPIKES] = {0};
    ck_assert_int_eq(saltus_experiment_create("fan", &fan.experiment), SALTUS_OK);
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "source";
    p.size = 1;
    p.model = SALTUS_MODEL_SPIKE_LIST;
    p.spike_times_ms = spike_ms;
    p.spike_neurons = zeros;
    p.spike_count = SPIKES;
    ck_assert_int_eq(saltus_experiment_add_population(fan.experiment, &p, NULL, NULL), SALTUS_OK);
    p = saltus_population_spec_default();
    p.name = "targets";
    p.size = TARGETS;
    p.tau_m_ms = TAU_MS;
    p.v_th_mV = saltus_constant(1e6);
    ck_assert_int_eq(saltus_experiment_add_population(fan.experiment, &p, NULL, NULL), SALTUS_OK);
    saltus_simulation_options options = saltus_simulation_options_default();
    saltus_network_options blocks = saltus_network_options_default();
    blocks.block_neurons = block_neurons;
    ck_assert_int_eq(saltus_engine_parse(engine, &options, NULL), SALTUS_OK);
    ck_assert_msg(
        saltus_experiment_add_projection(fan.experiment, spec, NULL, &error) == SALTUS_OK &&
            saltus_network_build(fan.experiment, &blocks, &fan.network, &error) == SALTUS_OK &&
            saltus_simulation_create(fan.network, &options, &fan.simulation, &error) == SALTUS_OK,
        "%s", error.message);
    return fan;
}

static void fan_end(fan *fan)
{
    saltus_simulation_destroy(fan->simulation);
    saltus_network_destroy(fan->network);
    saltus_experiment_destroy(fan->experiment);
}

static void run_until(fan *fan, double t_ms)
{
    ck_assert_int_eq(saltus_simulation_run_until(fan->simulation, t_ms, NULL), SALTUS_OK);
}

/* Run over the arrivals of a time; what they added to each target. */
static void take_jumps(fan *fan, double arrival_ms, double *jump)
{
    run_until(fan, arrival_ms);
    for (uint32_t i = 0; i < TARGETS; i++) {
        jump[i] = saltus_simulation_potential_mV(fan->simulation, 1, i);
    }
    run_until(fan, arrival_ms + 0.5);
    for (uint32_t i = 0; i < TARGETS; i++) {
        const double v = saltus_simulation_potential_mV(fan->simulation, 1, i);
        jump[i] = v * exp(0.5 / TAU_MS) - jump[i];
    }
}

static double mean_of(const double *value)
{
    double sum = 0;
    for (uint32_t i = 0; i < TARGETS; i++) {
        sum += value[i];
    }
    return sum / TARGETS;
}

static double covariance(const double *a, const double *b)
{
    const double mean_a = mean_of(a), mean_b = mean_of(b);
    double sum = 0;
    for (uint32_t i = 0; i < TARGETS; i++) {
        sum += (a[i] - mean_a) * (b[i] - mean_b);
    }
    return sum / (TARGETS - 1);
}

/* ---- Laws
 * ---------------------------------------------------------------------------------------- */

START_TEST(unreliable_synapses_give_all_or_nothing_each_for_itself)
{
    static double jump[2][TARGETS];
    saltus_projection_spec spec = projection_of(SALTUS_RELEASE_UNRELIABLE);
    spec.release.u = 0.3;
    fan fan = fan_begin(&spec, "event", 0);
    for (uint32_t n = 0; n < 2; n++) {
        take_jumps(&fan, spike_ms[n] + 2, jump[n]);
        for (uint32_t i = 0; i < TARGETS; i++) {
            ck_assert(fabs(jump[n][i]) < 1e-12 || fabs(jump[n][i] - 1) < 1e-12);
        }
        ck_assert_double_lt(fabs(mean_of(jump[n]) - 0.3), 5 * sqrt(0.21 / TARGETS));
    }
    /* neither of the synapse, nor of its neighbour, has the other spike a share */
    ck_assert_double_lt(fabs(covariance(jump[0], jump[1])), 5 * 0.21 / sqrt(TARGETS));
    double neighbours = 0;
    for (uint32_t i = 1; i < TARGETS; i++) {
        neighbours += (jump[0][i] - 0.3) * (jump[0][i - 1] - 0.3);
    }
    ck_assert_double_lt(fabs(neighbours / TARGETS), 5 * 0.21 / sqrt(TARGETS));
    ck_assert_uint_eq(saltus_simulation_counts(fan.simulation).random_draws, 2 * TARGETS);
    fan_end(&fan);
}
END_TEST

/* Sites are independent: at each spike each is full and releases with probability u x, so the
 * number that do is binomial. */
START_TEST(sites_release_as_many_as_the_mean_model_with_binomial_spread)
{
    static double jump[TARGETS];
    const uint32_t sites[] = {1, 5, 100};
    for (size_t s = 0; s < 3; s++) {
        saltus_projection_spec spec = projection_of(SALTUS_RELEASE_STOCHASTIC);
        spec.release.u = 0.4;
        spec.release.tau_rec_ms = 30;
        spec.release.tau_fac_ms = 50;
        spec.release.sites = sites[s];
        fan fan = fan_begin(&spec, "event", 0);
        double x = 1, u = 0.4;
        for (uint32_t n = 0; n < SPIKES; n++) {
            const double h = n > 0 ? spike_ms[n] - spike_ms[n - 1] : 0;
            const double before = u * x;
            x = n > 0 ? 1 - (1 - x * (1 - u)) * exp(-h / 30) : 1;
            u = n > 0 ? 0.4 + u * 0.6 * exp(-h / 50) : 0.4;
            if (n + 1 < SPIKES && spike_ms[n + 1] == spike_ms[n]) {
                continue; /* with its twin */
            }
            take_jumps(&fan, spike_ms[n] + 2, jump);
            /* twins: what the first of them releases is lost to the second */
            const double p = h > 0 || n == 0 ? u * x : before + u * x;
            const double variance = p * (1 - p) / sites[s];
            ck_assert_double_lt(fabs(mean_of(jump) - p), 5 * sqrt(variance / TARGETS));
            ck_assert_double_lt(fabs(covariance(jump, jump) / variance - 1),
                                5 * sqrt((3.0 + 1 / (variance * sites[s])) / TARGETS));
            for (uint32_t i = 0; i < TARGETS; i++) {
                const double released = jump[i] * sites[s];
                ck_assert(fabs(released - round(released)) < 1e-10 && released < sites[s] + 0.5);
            }
        }
        fan_end(&fan);
    }
}
END_TEST

START_TEST(a_probability_of_1_leaves_nothing_to_chance_and_of_0_nothing)
{
    static double jump[TARGETS];
    for (int all = 0; all <= 1; all++) {
        for (int sites = 0; sites <= 1; sites++) {
            saltus_projection_spec spec =
                projection_of(sites ? SALTUS_RELEASE_STOCHASTIC : SALTUS_RELEASE_UNRELIABLE);
            spec.release.u = all;
            spec.release.sites = 7;
            spec.release.tau_rec_ms = 0;
            fan fan = fan_begin(&spec, "event", 0);
            for (uint32_t n = 0; n < 2; n++) {
                take_jumps(&fan, spike_ms[n] + 2, jump);
                for (uint32_t i = 0; i < TARGETS; i++) {
                    ck_assert_double_eq_tol(jump[i], all, 1e-12);
                }
            }
            fan_end(&fan);
        }
    }
}
END_TEST

/* ---- Parameters
 * ---------------------------------------------------------------------------------- */

/* Density of a standard normal and its integral. */
static double phi(double z)
{
    return exp(-z * z / 2) / sqrt(2 * acos(-1));
}

static double Phi(double z)
{
    return erfc(-z / sqrt(2)) / 2;
}

/* Mean of a normal cut to [low, high]. */
static double cut_mean(double mean, double sd, double low, double high)
{
    const double a = (low - mean) / sd, b = (high - mean) / sd;
    return mean + sd * (phi(a) - phi(b)) / (Phi(b) - Phi(a));
}

START_TEST(probabilities_are_drawn_from_the_normal_that_is_left)
{
    static double u[TARGETS], x[TARGETS], jump[TARGETS];
    saltus_projection_spec spec = projection_of(SALTUS_RELEASE_TSODYKS_MARKRAM);
    spec.release.u = 0.3;
    spec.release.u_sd = 0.25;
    fan fan = fan_begin(&spec, "event", 0);
    ck_assert_int_eq(saltus_simulation_read_release(fan.simulation, 0, 0, u, x), SALTUS_OK);
    for (uint32_t i = 0; i < TARGETS; i++) {
        ck_assert(u[i] >= 0 && u[i] <= 1 && x[i] == 1);
    }
    ck_assert_double_lt(fabs(mean_of(u) - cut_mean(0.3, 0.25, 0, 1)), 5 * 0.25 / sqrt(TARGETS));
    ck_assert_double_gt(sqrt(covariance(u, u)), 0.15);
    ck_assert_double_lt(sqrt(covariance(u, u)), 0.25);
    take_jumps(&fan, 2, jump);
    for (uint32_t i = 0; i < TARGETS; i++) {
        ck_assert_double_eq_tol(jump[i], u[i], 1e-12);
    }
    fan_end(&fan);
}
END_TEST

/* What the second spike finds tells the time constant; the third must agree. */
START_TEST(time_constants_are_drawn_and_kept)
{
    static double jump[3][TARGETS], tau[TARGETS];
    for (int fac = 0; fac <= 1; fac++) {
        saltus_projection_spec spec = projection_of(SALTUS_RELEASE_TSODYKS_MARKRAM);
        spec.release.u = 0.5;
        spec.release.tau_rec_ms = fac ? 0 : 40;
        spec.release.tau_fac_ms = fac ? 40 : 0;
        *(fac ? &spec.release.tau_fac_sd_ms : &spec.release.tau_rec_sd_ms) = 10;
        fan fan = fan_begin(&spec, "event", 0);
        take_jumps(&fan, 2, jump[0]);
        take_jumps(&fan, 12, jump[1]);
        take_jumps(&fan, 14, jump[2]); /* the twins at 12 together */
        for (uint32_t i = 0; i < TARGETS; i++) {
            ck_assert_double_eq_tol(jump[0][i], 0.5, 1e-12);
            if (fac) { /* u2 = 0.5 + 0.25 e */
                tau[i] = -10 / log((jump[1][i] - 0.5) / 0.25);
                double u = 0.5 + 0.5 * jump[1][i] * exp(-2 / tau[i]);
                u += 0.5 + 0.5 * u;
                ck_assert_double_eq_tol(jump[2][i], u, 1e-9);
            } else { /* x2 = 1 - 0.5 e */
                tau[i] = -10 / log((1 - 2 * jump[1][i]) / 0.5);
                const double x = 1 - (1 - jump[1][i]) * exp(-2 / tau[i]);
                ck_assert_double_eq_tol(jump[2][i], 0.5 * x + 0.25 * x, 1e-9);
            }
        }
        ck_assert_double_lt(fabs(mean_of(tau) - 40), 5 * 10 / sqrt(TARGETS));
        ck_assert_double_lt(fabs(covariance(tau, tau) / 100 - 1), 5 * sqrt(2.0 / TARGETS));
        fan_end(&fan);
    }
}
END_TEST

/* ---- Whose numbers
 * ------------------------------------------------------------------------------- */

/* Two synapses of every pair, of 1 and 100 mV, drawn for themselves in both orders of delays. */
START_TEST(synapses_of_one_pair_have_numbers_of_their_own)
{
    static uint32_t sources[2 * TARGETS], targets[2 * TARGETS];
    static double weights[2 * TARGETS], delays[2 * TARGETS], one[TARGETS], other[TARGETS];
    for (uint32_t i = 0; i < 2 * TARGETS; i++) {
        targets[i] = i / 2;
        weights[i] = i % 2 == 0 ? 1 : 100;
        delays[i] = i % 2 == (i / 2) % 2 ? 1.9 : 2;
    }
    for (int own = 0; own <= 1; own++) {
        saltus_projection_spec spec = projection_of(SALTUS_RELEASE_UNRELIABLE);
        spec.rule = SALTUS_RULE_LIST;
        spec.list_sources = sources;
        spec.list_targets = targets;
        spec.list_count = 2 * TARGETS;
        spec.weight_mV =
            (saltus_value){.kind = SALTUS_VALUE_LIST, .list = weights, .list_length = 2 * TARGETS};
        if (own) {
            spec.delay_ms = (saltus_value){
                .kind = SALTUS_VALUE_LIST, .list = delays, .list_length = 2 * TARGETS};
        }
        fan fan = fan_begin(&spec, "event", 0);
        run_until(&fan, 2.05);
        for (uint32_t i = 0; i < TARGETS; i++) {
            const double v = saltus_simulation_potential_mV(fan.simulation, 1, i);
            other[i] = v > 50;
            one[i] = v - 99 * other[i] > 0.9;
        }
        ck_assert_double_lt(fabs(mean_of(one) - 0.5), 5 * sqrt(0.25 / TARGETS));
        ck_assert_double_lt(fabs(mean_of(other) - 0.5), 5 * sqrt(0.25 / TARGETS));
        ck_assert_double_lt(fabs(covariance(one, other)), 5 * 0.25 / sqrt(TARGETS));
        fan_end(&fan);
    }
}
END_TEST

/* The same draws in every engine and block size, also where delays differ and pairs repeat. */
START_TEST(engines_and_blocks_draw_the_same)
{
    static const char *const engines[] = {"event", "grid@0.1ms", "interpolated@0.1ms",
                                          "offgrid@0.1ms"};
    static double wanted[TARGETS];
    for (int own = 0; own <= 1; own++) {
        for (int model = SALTUS_RELEASE_UNRELIABLE; model <= SALTUS_RELEASE_STOCHASTIC; model++) {
            saltus_projection_spec spec = projection_of((saltus_release)model);
            spec.rule = SALTUS_RULE_FIXED_TOTAL_NUMBER;
            spec.count = 3 * TARGETS;
            spec.release.sites = 70;
            spec.release.u_sd = 0.2;
            spec.release.tau_rec_sd_ms = 100;
            spec.release.tau_fac_sd_ms = 5;
            if (own) {
                spec.delay_ms = saltus_uniform(1, 5);
            }
            for (size_t e = 0; e < 8; e++) {
                fan fan = fan_begin(&spec, engines[e / 2], e % 2 == 0 ? 0 : 1024);
                run_until(&fan, 80);
                const saltus_counts counts = saltus_simulation_counts(fan.simulation);
                ck_assert_uint_eq(counts.synaptic_events, 3 * TARGETS * SPIKES);
                /* the grid rounds delays: V differs a little, not by a release */
                const double tolerance = own && e / 2 == 1 ? 0.05 : 1e-11;
                for (uint32_t i = 0; i < TARGETS; i++) {
                    const double v = saltus_simulation_potential_mV(fan.simulation, 1, i);
                    wanted[i] = e == 0 ? v : wanted[i];
                    ck_assert_msg(fabs(v - wanted[i]) <= tolerance * (0.1 + wanted[i]),
                                  "%s, own %d, model %d, target %u: V %.15g, not %.15g",
                                  engines[e / 2], own, model, i, v, wanted[i]);
                }
                fan_end(&fan);
            }
        }
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {unreliable_synapses_give_all_or_nothing_each_for_itself,
                                  sites_release_as_many_as_the_mean_model_with_binomial_spread,
                                  a_probability_of_1_leaves_nothing_to_chance_and_of_0_nothing,
                                  probabilities_are_drawn_from_the_normal_that_is_left,
                                  time_constants_are_drawn_and_kept,
                                  synapses_of_one_pair_have_numbers_of_their_own,
                                  engines_and_blocks_draw_the_same};
    return SUITE_RUN("transmission_chance", tests);
}

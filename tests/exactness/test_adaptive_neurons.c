/* test_adaptive_neurons - single neurons whose spikes change their threshold and their currents:
 * every spike against an integration by Taylor series in quadruple precision, intervals against a
 * closed form, and spikes that another simulator's suite holds. */
#include <math.h>
#include <stdio.h>

#include "current_scene.h"
#include "support/suite.h"
#include "support/trial.h"
#include "taylor_neuron.h"

/* ---- Every spike -------------------------------------------------------------------------------
 */

static saltus_population_spec cell(saltus_model model)
{
    saltus_population_spec spec = scene_cell(model, 3);
    spec.v_rest_mV = -70;
    spec.v_reset_mV = -72;
    spec.v_th_mV = saltus_constant(-50);
    spec.t_ref_ms = 2.5;
    spec.theta_plus_mV = 1.7;
    spec.tau_theta_ms = 80;
    spec.reset_fraction = 0.2;
    spec.reset_add_mV = 3;
    spec.after_spike_count = 2;
    spec.after_spike[0] =
        (saltus_after_spike_current){.tau_ms = 300, .amplitude_pA = -9, .fraction = 1};
    spec.after_spike[1] =
        (saltus_after_spike_current){.tau_ms = 10, .amplitude_pA = -180, .fraction = 0.4};
    return spec;
}

enum { CELLS = 13 };

/* Each model, and what is special in it. */
static saltus_population_spec draw_cell(int i)
{
    static const saltus_model models[] = {
        SALTUS_MODEL_GLIF1, SALTUS_MODEL_GLIF2, SALTUS_MODEL_GLIF3, SALTUS_MODEL_GLIF4,
        SALTUS_MODEL_ALIF,  SALTUS_MODEL_ALIF,  SALTUS_MODEL_MAT2};
    saltus_population_spec spec = cell(i < 7 ? models[i] : SALTUS_MODEL_MAT2);
    switch (i) {
    case 5:
        spec.reset_by_subtraction = true;
        break;
    case 7: /* NEST's membrane: faster than all of the threshold */
        spec.tau_m_ms = 5;
        spec.c_m_pF = 100;
        break;
    case 8: /* parts faster than the membrane, and one that lowers the threshold */
        spec.alpha[0] = (saltus_threshold_component){.tau_ms = 1.3, .jump_mV = 30};
        spec.alpha[1] = (saltus_threshold_component){.tau_ms = 40, .jump_mV = -0.5};
        break;
    case 9: /* the membrane's own time constant, and a long one */
        spec.alpha[0] = (saltus_threshold_component){.tau_ms = 10, .jump_mV = 15};
        spec.alpha[1] = (saltus_threshold_component){.tau_ms = 5000, .jump_mV = 0.5};
        break;
    case 10: /* V is above its threshold when refractoriness ends: fires at once */
        spec.model = SALTUS_MODEL_GLIF2;
        spec.reset_fraction = 0.9;
        spec.reset_add_mV = 8;
        break;
    case 11: /* an excitatory after-spike current next to the membrane's time constant */
        spec.model = SALTUS_MODEL_GLIF3;
        spec.t_ref_ms = 0;
        spec.after_spike[0] =
            (saltus_after_spike_current){.tau_ms = 10.01, .amplitude_pA = 30, .fraction = 0};
        break;
    case 12: /* fires at time 0, from far above; V goes on */
        spec.v_init_mV = saltus_constant(20);
        break;
    default:
        break;
    }
    return spec;
}

static double follow(const saltus_population_spec *spec, size_t *spikes)
{
    static const pulse pulses[] = {{.ms = 20, .weight_pA = 900},
                                   {.ms = 33.3, .weight_pA = -700},
                                   {.ms = 60.04, .weight_pA = 2500},
                                   {.ms = 150, .weight_pA = 4000}};
    enum { COUNT = sizeof pulses / sizeof pulses[0] };
    taylor_pulse same[COUNT];
    for (int i = 0; i < COUNT; i++) {
        same[i] = (taylor_pulse){.ms = pulses[i].ms, .weight_pA = pulses[i].weight_pA};
    }
    static taylor_result expected;
    taylor_neuron(&(taylor_run){spec, same, COUNT, 301.7}, &expected);
    scene s;
    scene_alone(&s, *spec, pulses, COUNT);
    ck_assert_double_eq_tol(scene_v(&s, 0, 0, 301.7), expected.v_mV, 1e-9);
    ck_assert_double_eq_tol(saltus_simulation_theta_mV(s.simulation, 0, 0), expected.theta_mV,
                            1e-9);
    ck_assert_msg(s.spikes == expected.spikes, "%s: %zu spikes, %zu expected",
                  saltus_model_get(spec->model)->name, s.spikes, expected.spikes);
    double worst = 0;
    for (size_t i = 0; i < s.spikes; i++) {
        worst = fmax(worst, fabs(s.spike[i].time_ms - expected.spike_ms[i]));
    }
    *spikes += s.spikes;
    scene_end(&s);
    return worst;
}

START_TEST(every_spike_is_that_of_an_independent_integration)
{
    static const double currents_pA[] = {0, 480, 700, 1400};
    size_t spikes = 0;
    double worst = 0;
    for (int i = 0; i < CELLS; i++) {
        for (int c = 0; c < 4; c++) {
            saltus_population_spec spec = draw_cell(i);
            spec.i_e_pA = saltus_constant(currents_pA[c] * spec.c_m_pF / spec.tau_m_ms / 25);
            worst = fmax(worst, follow(&spec, &spikes));
        }
    }
    printf("%zu spikes, worst %.2g ms\n", spikes, worst);
    ck_assert_uint_gt(spikes, 1000);
    ck_assert_double_lt(worst, 1e-9);
}
END_TEST

/* ---- Frequency adaptation ----------------------------------------------------------------------
 */

/* In the end intervals T repeat: V goes from its reset to v_th + theta, and theta is then what
 * spikes T apart sum to, a geometric series. */
START_TEST(intervals_of_an_adapted_neuron_are_those_of_the_closed_form)
{
    for (double current_pA = 550; current_pA < 1500; current_pA *= 1.2) {
        saltus_population_spec spec = cell(SALTUS_MODEL_ALIF);
        spec.i_e_pA = saltus_constant(current_pA);
        scene s;
        scene_alone(&s, spec, NULL, 0);
        scene_v(&s, 0, 0, 4000);
        const double first = s.spike[1].time_ms - s.spike[0].time_ms;
        const double last = s.spike[s.spikes - 1].time_ms - s.spike[s.spikes - 2].time_ms;
        const double v_inf = -70 + current_pA * 10 / 250;
        const double decay = exp(-last / 80);
        const double v = v_inf + (-72 - v_inf) * exp(-(last - 2.5) / 10);
        ck_assert_double_eq_tol(v, -50 + 1.7 * decay / (1 - decay), 1e-8);
        ck_assert_double_gt(last, 1.15 * first);
        scene_end(&s);
    }
}
END_TEST

/* ---- Values of another suite -------------------------------------------------------------------
 */

/* A pulse that makes the neuron fire within some microseconds. */
#define FORCE_pA 1e6

typedef struct published {
    saltus_model model;
    double before_ms[4];    /* earlier spikes of the list, brought about by pulses */
    double expected_ms[10]; /* between 600 and 700 ms */
    size_t count;
} published;

/* NEST, test_glif_psc: glif_psc with its default parameters, 300 pA from 601 ms on, in steps of
 * 0.01 ms, which a spike comes late by. What the spikes before 600 ms, of noise, have left is made
 * by spikes at the same times. */
static const published nest[] = {
    {SALTUS_MODEL_GLIF1, {0}, {612.99, 628.73, 644.47, 660.21, 675.95, 691.69}, 6},
    {SALTUS_MODEL_GLIF2,
     {394.67, 400.67, 424.51, 484.48},
     {613.4, 621.31, 629.67, 638.47, 647.7, 657.36, 667.42, 677.87, 688.67, 699.8},
     10},
    {SALTUS_MODEL_GLIF3, {394.67, 484.81}, {614.85, 648.28, 685.18}, 3},
    {SALTUS_MODEL_GLIF4, {394.67, 485.07}, {615.16, 649.52, 689.1}, 3},
};

static saltus_population_spec nest_cell(saltus_model model)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.model = model;
    spec.c_m_pF = 58.72;
    spec.tau_m_ms = 58.72 / 9.43;
    spec.v_rest_mV = spec.v_reset_mV = -78.85;
    spec.v_th_mV = saltus_constant(-51.68);
    spec.t_ref_ms = 3.75;
    spec.theta_plus_mV = 0.37;
    spec.tau_theta_ms = 1 / 0.009;
    spec.reset_fraction = 0.2;
    spec.reset_add_mV = 18.51;
    spec.after_spike_count = 2;
    spec.after_spike[0] = (saltus_after_spike_current){1 / 0.003, -9.18, 1};
    spec.after_spike[1] = (saltus_after_spike_current){1 / 0.1, -198.94, 1};
    spec.receptor_count = 2;
    spec.receptors[0] = (saltus_receptor){.name = "force", .tau_ms = 0.01};
    spec.receptors[1] = (saltus_receptor){.name = "step", .tau_ms = 4e7};
    return spec;
}

START_TEST(published_spikes_of_glif_neurons)
{
    for (size_t m = 0; m < sizeof nest / sizeof nest[0]; m++) {
        const published *p = &nest[m];
        pulse pulses[5] = {{.ms = 601, .weight_pA = 300, .receptor = 1}};
        size_t forced = 0;
        for (; forced < 4 && p->before_ms[forced] > 0; forced++) {
            pulses[forced + 1] = (pulse){.ms = p->before_ms[forced], .weight_pA = FORCE_pA};
        }
        scene s;
        scene_alone(&s, nest_cell(p->model), pulses, forced + 1);
        scene_v(&s, 0, 0, 700.5);
        ck_assert_uint_eq(s.spikes, forced + p->count);
        for (size_t i = 0; i < p->count; i++) {
            /* each spike of the steps is up to a step late, and the next one starts from it */
            const double by = p->expected_ms[i] - s.spike[forced + i].time_ms;
            ck_assert_msg(fabs(by) < 0.01 * (double)(i + 2), "%s, spike %zu: %.4f, published %.2f",
                          saltus_model_get(p->model)->name, i, s.spike[forced + i].time_ms,
                          p->expected_ms[i]);
        }
        scene_end(&s);
    }
}
END_TEST

/* ---- The shipped experiment --------------------------------------------------------------------
 */

#define SHIPPED SALTUS_SOURCE_ROOT "/data/experiments/adaptation.yaml"

static void is_rate(double interval_ms, double rate_Hz)
{
    ck_assert_double_eq_tol(1000 / interval_ms, rate_Hz, 0.05);
}

/* Its comment: first and last rate under 275 and 650 pA, and how many spikes. */
START_TEST(the_shipped_experiment_is_what_its_comment_says)
{
    static const double rates_Hz[6][4] = {{20.0, 20.0, 85.4, 85.4}, {13.6, 7.2, 77.4, 40.6},
                                          {16.6, 11.8, 99.8, 58.2}, {15.3, 8.8, 72.1, 50.9},
                                          {12.0, 6.5, 81.9, 41.3},  {22.1, 7.2, 167.5, 60.5}};
    static const uint64_t spikes[6] = {444, 217, 309, 263, 212, 294};
    saltus_experiment *e = NULL;
    saltus_diagnostics *found = NULL;
    ck_assert_int_eq(saltus_experiment_load(SHIPPED, NULL, &e, &found), SALTUS_OK);
    const trial_setup setup = {.threads = 1, .spikes = true};
    trial_result got;
    ck_assert(trial_run(e, &setup, &got));
    for (uint32_t p = 0; p < 6; p++) {
        uint64_t all = 0;
        for (uint32_t n = 0; n < 5; n++) {
            double times_ms[400] = {0};
            size_t count = 0;
            for (size_t i = 0; i < got.spike_count; i++) {
                if (got.spikes[i].population == p && got.spikes[i].neuron == n) {
                    ck_assert_uint_lt(count, 400);
                    times_ms[count++] = got.spikes[i].time_ms;
                }
            }
            all += count;
            ck_assert_uint_gt(count, 3);
            if (n % 4 == 0) {
                is_rate(times_ms[1] - times_ms[0], rates_Hz[p][n / 2]);
                is_rate(times_ms[count - 1] - times_ms[count - 2], rates_Hz[p][n / 2 + 1]);
            }
        }
        ck_assert_uint_eq(all, spikes[p]);
    }
    trial_clear(&got);
    saltus_experiment_destroy(e);
    saltus_diagnostics_destroy(found);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {every_spike_is_that_of_an_independent_integration,
                                  intervals_of_an_adapted_neuron_are_those_of_the_closed_form,
                                  published_spikes_of_glif_neurons,
                                  the_shipped_experiment_is_what_its_comment_says};
    return SUITE_RUN("adaptive_neurons", tests);
}

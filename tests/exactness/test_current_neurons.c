/* test_current_neurons - neurons with synaptic currents through the public interface, against
 * closed forms: values that other simulators' suites hold, refractoriness, events at one time, and
 * corners of the model. */
#include <math.h>
#include <quadmath.h>

#include "current_scene.h"
#include "support/suite.h"

#define near(got, exact, by) ck_assert_double_eq_tol((got), (double)(exact), (by))

/* A spike is at the first tick at or after the crossing. */
static void is_spike(const saltus_spike *spike, quad exact)
{
    near(spike->time_ms, exact, 2.1 * TICK_MS);
}

/* ---- Values of other suites --------------------------------------------------------------------
 */

/* NEST, test_lossless_spike_detection: V goes over the threshold and back within a step. */
START_TEST(a_short_visit_above_threshold_is_a_spike)
{
    static const double weights[] = {55, 70, 90}, times[] = {-1, 0.014415460, 0.006586386};
    for (int i = 0; i < 3; i++) {
        saltus_population_spec spec = scene_cell(SALTUS_MODEL_LIF_EXP, 1);
        spec.tau_m_ms = 100;
        spec.v_rest_mV = spec.v_reset_mV = -70;
        spec.v_th_mV = saltus_constant(-49);
        spec.v_init_mV = saltus_constant(-49 - 0.001 * exp(-0.02));
        scene s;
        scene_alone(&s, spec, &(pulse){.ms = 0, .weight_pA = weights[i]}, 1);
        scene_v(&s, 0, 0, 50);
        ck_assert_uint_eq(s.spikes, i > 0);
        if (i > 0) {
            book b = book_of_spec(&spec);
            b.j[0] = weights[i];
            near(s.spike[0].time_ms, times[i], 1e-9);
            is_spike(&s.spike[0], book_reaches(&b, -49, 0.05));
            if (weights[i] == 70) {
                ck_assert(book_v_after(&b, 1) < -49); /* a 1 ms clock does not see it */
            }
        }
        scene_end(&s);
    }
}
END_TEST

/* NEST, test_iaf_ps_psp_accuracy: one alpha PSP of a spike off the grid. */
START_TEST(an_alpha_psp_is_that_of_the_closed_form)
{
    scene s;
    scene_begin(&s);
    saltus_population_spec spec = scene_cell(SALTUS_MODEL_LIF_ALPHA, 0.3);
    spec.name = "N";
    spec.size = 1;
    scene_population(&s, &spec);
    const double at = 1.132123512;
    const uint32_t zero = 0;
    saltus_population_spec source = saltus_population_spec_default();
    source.name = "S";
    source.size = 1;
    source.model = SALTUS_MODEL_SPIKE_LIST;
    source.spike_times_ms = &at;
    source.spike_neurons = &zero;
    source.spike_count = 1;
    saltus_projection_spec synapse = saltus_projection_spec_default();
    synapse.source = scene_population(&s, &source);
    synapse.rule = SALTUS_RULE_ALL_TO_ALL;
    synapse.weight_pA = saltus_constant(500);
    synapse.delay_ms = saltus_constant(1);
    saltus_error error = {0};
    scene_must(saltus_experiment_add_projection(s.experiment, &synapse, NULL, &error), &error);
    scene_start(&s);
    book b = book_of_spec(&spec);
    b.h[0] = 500 * expq(1);
    near(scene_v(&s, 0, 0, 3), book_v_after(&b, 3 - (quad)2.132123512), 1e-13);
    near(scene_v(&s, 0, 0, 6), book_v_after(&b, 6 - (quad)2.132123512), 1e-13);
    scene_end(&s);
}
END_TEST

/* NEST, test_iaf_ps_dc_accuracy. */
START_TEST(a_constant_current_charges_the_membrane)
{
    for (int alpha = 0; alpha < 2; alpha++) {
        saltus_population_spec spec =
            scene_cell(alpha ? SALTUS_MODEL_LIF_ALPHA : SALTUS_MODEL_LIF_EXP, 2);
        spec.i_e_pA = saltus_constant(1000);
        scene s;
        scene_alone(&s, spec, NULL, 0);
        near(scene_v(&s, 0, 0, 5), 40 * (1 - expq(-(quad)0.5)), 1e-13);
        near(scene_v(&s, 0, 0, 500), 40 * (1 - expq(-(quad)50)), 1e-13);
        scene_end(&s);
    }
}
END_TEST

/* NEST, test_iaf_psp_peak and test_iaf_psp_normalized: V is largest where theory says, and 1 mV
 * there with the weight that theory says. */
START_TEST(psps_peak_where_and_as_high_as_they_should)
{
    static const double taus[] = {0.05, 0.5, 2, 9.9, 10.1, 40};
    for (size_t i = 0; i < sizeof taus / sizeof taus[0]; i++) {
        saltus_population_spec spec = scene_cell(SALTUS_MODEL_LIF_EXP, taus[i]);
        const quad tau = taus[i];
        const quad peak = logq(10 / tau) / (1 / tau - (quad)0.1);
        const book b = book_of_spec(&spec);
        const double weight = (double)(1 / book_share_of_j(&b, taus[i], peak));
        scene s;
        scene_alone(&s, spec, &(pulse){.ms = 1, .weight_pA = weight}, 1);
        const double before = scene_v(&s, 0, 0, 1 + (double)peak * 0.99);
        const double top = scene_v(&s, 0, 0, 1 + (double)peak);
        const double after = scene_v(&s, 0, 0, 1 + (double)peak * 1.01);
        near(top, 1, 1e-12);
        ck_assert(before < top && after < top);
        scene_end(&s);
    }
}
END_TEST

/* NEST, test_iaf_singularity: tau_syn is that of the membrane, or next to it. */
START_TEST(equal_time_constants_are_no_singularity)
{
    static const double taus[] = {10, 10 * (1 + 1e-15), 10 * (1 - 1e-12), 10 + 1e-9, 10 - 1e-6};
    for (size_t i = 0; i < sizeof taus / sizeof taus[0]; i++) {
        for (int alpha = 0; alpha < 2; alpha++) {
            const saltus_model model = alpha ? SALTUS_MODEL_LIF_ALPHA : SALTUS_MODEL_LIF_EXP;
            scene s;
            scene_alone(&s, scene_cell(model, taus[i]), &(pulse){.ms = 0.5, .weight_pA = 250}, 1);
            for (double t = 0.5; t < 400; t *= 1.7) {
                const quad x = ((quad)t - (quad)0.5) / 10;
                const quad exact =
                    alpha ? 10 * expq(1 - x) * x * x / 2 : 10 * x * expq(-x); /* equal ones */
                near(scene_v(&s, 0, 0, t), exact, 1e-13 * 10 + fabs(taus[i] - 10) * 10);
            }
            scene_end(&s);
        }
    }
}
END_TEST

/* PyNN, scenario 2: regular firing, T = tau ln(I tau / (I tau - V_th C)) and refractoriness. */
START_TEST(regular_firing_has_the_period_of_the_formula)
{
    enum { CELLS = 83 };
    double i_e[CELLS];
    for (int i = 0; i < CELLS; i++) {
        i_e[i] = 380 + 12.5 * i;
    }
    for (int refractory = 0; refractory < 2; refractory++) {
        saltus_population_spec spec = scene_cell(SALTUS_MODEL_LIF_EXP, 2);
        spec.size = CELLS;
        spec.v_th_mV = saltus_constant(15);
        spec.t_ref_ms = 2 * refractory;
        spec.i_e_pA = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = i_e, .list_length = CELLS};
        scene s;
        scene_alone(&s, spec, NULL, 0);
        scene_v(&s, 0, 0, 200);
        uint32_t fired[CELLS] = {0};
        for (size_t i = 0; i < s.spikes; i++) {
            const uint32_t n = s.spike[i].neuron;
            const quad drive = (quad)i_e[n] * 10;
            const quad period = 10 * logq(drive / (drive - 15 * 250));
            const uint32_t k = fired[n]++;
            const quad exact = (k + 1) * period + k * spec.t_ref_ms;
            near(s.spike[i].time_ms, exact, (2.1 + (double)k) * TICK_MS);
            ck_assert_double_gt(s.spike[i].time_ms, (double)exact - TICK_MS);
        }
        for (int i = 0; i < CELLS; i++) {
            const double period = 10 * log(i_e[i] / (i_e[i] - 375));
            ck_assert_uint_eq(fired[i],
                              (uint32_t)((200 + spec.t_ref_ms) / (period + spec.t_ref_ms)));
        }
        scene_end(&s);
    }
}
END_TEST

/* ---- Refractoriness ----------------------------------------------------------------------------
 */

static saltus_population_spec firing(saltus_model model, double t_ref_ms)
{
    saltus_population_spec spec = scene_cell(model, 5);
    spec.v_rest_mV = -70;
    spec.v_reset_mV = -65;
    spec.v_th_mV = saltus_constant(-50);
    spec.t_ref_ms = t_ref_ms;
    return spec;
}

static void put(book *b, saltus_model model, double weight)
{
    if (model == SALTUS_MODEL_LIF_ALPHA) {
        b->h[0] += weight * expq(1);
    } else {
        b->j[0] += weight;
    }
}

/* One strong current fires a neuron several times: it goes on while V is held at its reset. */
static void fire_often(saltus_model model, double t_ref_ms)
{
    const saltus_population_spec spec = firing(model, t_ref_ms);
    scene s;
    scene_alone(&s, spec, &(pulse){.ms = 1, .weight_pA = 20000}, 1);
    book b = book_of_spec(&spec);
    put(&b, model, 20000);
    quad t = 1;
    scene_v(&s, 0, 0, 1);
    for (int k = 0; k < 4; k++) {
        const quad wait = book_reaches(&b, -50, 2);
        t += wait;
        scene_v(&s, 0, 0, (double)t + 1e-9);
        ck_assert_uint_eq(s.spikes, (size_t)k + 1);
        near(s.spike[k].time_ms, t, (2.1 + k) * 3 * TICK_MS);
        if (t_ref_ms > 0) {
            near(scene_v(&s, 0, 0, (double)t + 0.5 * t_ref_ms), -65, 1e-13);
            near(scene_v(&s, 0, 0, (double)t + 0.999 * t_ref_ms), -65, 1e-13);
        }
        book_go_on(&b, wait + t_ref_ms);
        b.v = -65;
        t += t_ref_ms;
        near(scene_v(&s, 0, 0, (double)t + 0.05), book_v_after(&b, (quad)0.05), 1e-7);
    }
    scene_end(&s);
}

START_TEST(currents_go_on_through_refractoriness)
{
    fire_often(SALTUS_MODEL_LIF_EXP, 1);
    fire_often(SALTUS_MODEL_LIF_ALPHA, 1);
}
END_TEST

START_TEST(without_refractoriness_v_goes_on_from_its_reset)
{
    fire_often(SALTUS_MODEL_LIF_EXP, 0);
    fire_often(SALTUS_MODEL_LIF_ALPHA, 0);
}
END_TEST

/* A second arrival at the tick of release, one before and one after it: all of it counts. The
 * neuron fires at 0, so release is at t_ref. */
START_TEST(arrivals_around_the_end_of_refractoriness_count)
{
    for (int by = -1; by <= 1; by++) {
        for (int alpha = 0; alpha < 2; alpha++) {
            const saltus_model model = alpha ? SALTUS_MODEL_LIF_ALPHA : SALTUS_MODEL_LIF_EXP;
            saltus_population_spec spec = firing(model, 3);
            spec.v_init_mV = saltus_constant(-50);
            scene s;
            const pulse pulses[] = {{.ms = 1, .weight_pA = 20},
                                    {.ms = 3 + by * TICK_MS, .weight_pA = 9000}};
            scene_alone(&s, spec, pulses, 2);
            book b = book_of_spec(&spec);
            put(&b, model, 20);
            book_go_on(&b, 2);
            b.v = -65;
            put(&b, model, 9000);
            scene_v(&s, 0, 0, 5);
            ck_assert_uint_ge(s.spikes, 2);
            ck_assert_double_eq(s.spike[0].time_ms, 0);
            is_spike(&s.spike[1], 3 + (by > 0 ? by : 0) * (quad)TICK_MS + book_reaches(&b, -50, 2));
            scene_end(&s);
        }
    }
}
END_TEST

/* ---- Events at one time ------------------------------------------------------------------------
 */

START_TEST(excitation_and_inhibition_at_one_time_are_one_event)
{
    saltus_population_spec spec = firing(SALTUS_MODEL_LIF_EXP, 2);
    spec.receptor_count = 2;
    spec.receptors[0] = (saltus_receptor){.name = "ex", .tau_ms = 5};
    spec.receptors[1] = (saltus_receptor){.name = "in", .tau_ms = 5};
    for (int order = 0; order < 2; order++) {
        const pulse both[] = {{.ms = 1, .weight_pA = 1e5},
                              {.ms = 1, .weight_pA = -1e5, .receptor = 1}};
        const pulse swapped[] = {both[1], both[0]};
        scene s;
        scene_alone(&s, spec, order ? swapped : both, 2);
        near(scene_v(&s, 0, 0, 1.5), -70, 1e-10);
        near(scene_v(&s, 0, 0, 30), -70, 1e-10);
        ck_assert_uint_eq(s.spikes, 0);
        scene_end(&s);
    }
    /* of two time constants, excitation being the faster: a spike, or none */
    spec.receptors[1].tau_ms = 10;
    for (int strong = 0; strong < 2; strong++) {
        const double weights[] = {strong ? 4000 : 1500, strong ? -400 : -1000};
        const pulse both[] = {{.ms = 1, .weight_pA = weights[0]},
                              {.ms = 1, .weight_pA = weights[1], .receptor = 1}};
        scene s;
        scene_alone(&s, spec, both, 2);
        book b = book_of_spec(&spec);
        b.j[0] = weights[0];
        b.j[1] = weights[1];
        if (strong) {
            scene_v(&s, 0, 0, 3);
            ck_assert_uint_ge(s.spikes, 1);
            is_spike(&s.spike[0], 1 + book_reaches(&b, -50, 2));
        } else {
            near(scene_v(&s, 0, 0, 3), book_v_after(&b, 2), 1e-12);
            near(scene_v(&s, 0, 0, 40), book_v_after(&b, 39), 1e-12);
            ck_assert_uint_eq(s.spikes, 0);
        }
        scene_end(&s);
    }
}
END_TEST

/* Another arrival at the very tick of a spike comes too late for it; one that comes at the tick
 * before is strong enough to prevent it. */
START_TEST(an_arrival_on_the_tick_of_a_crossing_does_not_change_it)
{
    const saltus_population_spec spec = firing(SALTUS_MODEL_LIF_EXP, 2);
    const pulse first = {.ms = 1, .weight_pA = 4000};
    scene s;
    scene_alone(&s, spec, &first, 1);
    scene_v(&s, 0, 0, 3);
    const double at = s.spike[0].time_ms;
    scene_end(&s);
    for (int by = -1; by <= 0; by++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            const pulse pulses[] = {first, {.ms = at + by * TICK_MS, .weight_pA = sign * 1e6}};
            scene_alone(&s, spec, pulses, 2);
            scene_v(&s, 0, 0, at + 1);
            if (by < 0 && sign < 0) {
                ck_assert_uint_eq(s.spikes, 0);
            } else {
                ck_assert_uint_eq(s.spikes, 1);
                ck_assert_double_eq(s.spike[0].time_ms, at);
            }
            scene_end(&s);
        }
    }
}
END_TEST

/* ---- Corners -----------------------------------------------------------------------------------
 */

START_TEST(a_neuron_at_or_above_threshold_fires_at_time_0)
{
    static const double v_init[] = {-50, -49, 1000};
    for (int i = 0; i < 3; i++) {
        for (int refractory = 0; refractory < 2; refractory++) {
            saltus_population_spec spec = firing(SALTUS_MODEL_LIF_ALPHA, 2 * refractory);
            spec.v_init_mV = saltus_constant(v_init[i]);
            scene s;
            scene_alone(&s, spec, NULL, 0);
            const double t = 5 - 2 * refractory;
            near(scene_v(&s, 0, 0, 5), -70 + 5 * exp(-t / 10), 1e-12);
            ck_assert_uint_eq(s.spikes, 1);
            ck_assert_double_eq(s.spike[0].time_ms, 0);
            scene_end(&s);
        }
    }
}
END_TEST

START_TEST(weight_0_is_nothing)
{
    saltus_population_spec spec = firing(SALTUS_MODEL_LIF_EXP, 2);
    spec.v_init_mV = saltus_constant(-60);
    const pulse pulses[] = {{.ms = 1, .weight_pA = 0}, {.ms = 2, .weight_pA = 0}};
    scene s;
    scene_alone(&s, spec, pulses, 2);
    near(scene_v(&s, 0, 0, 1), -70 + 10 * exp(-0.1), 1e-13);
    near(scene_v(&s, 0, 0, 7), -70 + 10 * exp(-0.7), 1e-13);
    ck_assert_uint_eq(s.spikes, 0);
    scene_end(&s);
}
END_TEST

/* V after inhibition comes back to rest from below, without a spike, for any drive under
 * threshold. */
START_TEST(inhibition_alone_makes_no_spike_and_no_rebound)
{
    for (int alpha = 0; alpha < 2; alpha++) {
        const saltus_model model = alpha ? SALTUS_MODEL_LIF_ALPHA : SALTUS_MODEL_LIF_EXP;
        saltus_population_spec spec = firing(model, 2);
        spec.i_e_pA = saltus_constant(499.999); /* v_inf just under -50 mV */
        spec.v_init_mV = saltus_constant(-50.00004);
        scene s;
        scene_alone(&s, spec, &(pulse){.ms = 1, .weight_pA = -3000}, 1);
        book b = book_of_spec(&spec);
        book_go_on(&b, 1);
        put(&b, model, -3000);
        for (double t = 1; t < 1500; t *= 1.5) {
            near(scene_v(&s, 0, 0, t), book_v_after(&b, (quad)t - 1), 1e-11);
        }
        ck_assert_uint_eq(s.spikes, 0);
        scene_end(&s);
    }
}
END_TEST

/* Drive above threshold, held down by inhibition until it has decayed. */
START_TEST(inhibition_delays_a_spike_of_the_drive)
{
    saltus_population_spec spec = firing(SALTUS_MODEL_LIF_EXP, 2);
    spec.receptors[0].tau_ms = 30;
    spec.i_e_pA = saltus_constant(600);
    scene s;
    scene_alone(&s, spec, &(pulse){.ms = 1, .weight_pA = -3000}, 1);
    book b = book_of_spec(&spec);
    book_go_on(&b, 1);
    b.j[0] = -3000;
    scene_v(&s, 0, 0, 170);
    ck_assert_uint_ge(s.spikes, 1);
    is_spike(&s.spike[0], 1 + book_reaches(&b, -50, 160));
    ck_assert_double_gt(s.spike[0].time_ms, 80);
    scene_end(&s);
}
END_TEST

/* ---- Networks of both kinds --------------------------------------------------------------------
 */

static void connect(scene *s, uint32_t from, uint32_t to, double weight, double delay_ms)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = from;
    spec.target = to;
    spec.rule = SALTUS_RULE_ALL_TO_ALL;
    spec.delay_ms = saltus_constant(delay_ms);
    if (to == 1) {
        spec.weight_mV = saltus_constant(weight);
    } else {
        spec.weight_pA = saltus_constant(weight);
    }
    saltus_error error = {0};
    scene_must(saltus_experiment_add_projection(s->experiment, &spec, NULL, &error), &error);
}

/* A neuron with currents makes one whose V jumps fire, which sends a current back. */
START_TEST(neurons_that_jump_and_neurons_with_currents_drive_each_other)
{
    scene s;
    scene_begin(&s);
    saltus_population_spec spec = firing(SALTUS_MODEL_LIF_EXP, 2);
    spec.name = "X";
    spec.size = 1;
    scene_population(&s, &spec);
    saltus_population_spec jumps = saltus_population_spec_default();
    jumps.name = "D";
    jumps.size = 1;
    scene_population(&s, &jumps);
    connect(&s, 0, 1, 25, 0.7);
    connect(&s, 1, 0, 5000, 4.1);
    scene_arrivals(&s, 0, &(pulse){.ms = 1, .weight_pA = 2300}, 1);
    scene_start(&s);
    book b = book_of_spec(&spec);
    b.j[0] = 2300;
    const quad first = 1 + book_reaches(&b, -50, 5);
    scene_v(&s, 0, 0, (double)first + 4.79);
    ck_assert_uint_ge(s.spikes, 2);
    is_spike(&s.spike[0], first);
    ck_assert_uint_eq(s.spike[1].population, 1);
    near(s.spike[1].time_ms - s.spike[0].time_ms, 0.7, 1.1 * TICK_MS);
    /* X has been released after 2 ms, and gets D's current 2.8 ms later */
    book_go_on(&b, first + 2 - 1);
    b.v = -65;
    ck_assert_uint_eq(s.spikes, 2);
    book_go_on(&b, (quad)0.7 + (quad)4.1 - 2);
    b.j[0] += 5000;
    scene_v(&s, 0, 0, (double)first + 6);
    ck_assert_uint_eq(s.spikes, 3);
    near(s.spike[2].time_ms, first + (quad)4.8 + book_reaches(&b, -50, 2), 6 * TICK_MS);
    scene_end(&s);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_short_visit_above_threshold_is_a_spike,
                                  an_alpha_psp_is_that_of_the_closed_form,
                                  a_constant_current_charges_the_membrane,
                                  psps_peak_where_and_as_high_as_they_should,
                                  equal_time_constants_are_no_singularity,
                                  regular_firing_has_the_period_of_the_formula,
                                  currents_go_on_through_refractoriness,
                                  without_refractoriness_v_goes_on_from_its_reset,
                                  arrivals_around_the_end_of_refractoriness_count,
                                  excitation_and_inhibition_at_one_time_are_one_event,
                                  an_arrival_on_the_tick_of_a_crossing_does_not_change_it,
                                  a_neuron_at_or_above_threshold_fires_at_time_0,
                                  weight_0_is_nothing,
                                  inhibition_alone_makes_no_spike_and_no_rebound,
                                  inhibition_delays_a_spike_of_the_drive,
                                  neurons_that_jump_and_neurons_with_currents_drive_each_other};
    return SUITE_RUN("current_neurons", tests);
}

/* taylor_neuron - see taylor_neuron.h. */
#include "taylor_neuron.h"

#include <math.h>
#include <quadmath.h>

#include "support/suite.h"

#define TICKS_PER_MS 1e11
enum { ORDER = 28, LOOKS = 32, SYNAPTIC = 1, AFTER = 2, THETA = 6, PARTS = 8 };
static const double step_ms = 0.5;

/* x[0]: V; x[SYNAPTIC], x[AFTER..]: currents, pA; x[THETA..]: parts of the threshold, mV. */
typedef struct neuron {
    const saltus_population_spec *spec;
    double tau[PARTS]; /* 0: not there */
    double jump[PARTS], fraction[PARTS];
    quad x[PARTS];
    quad held; /* V while refractory */
    bool late, share, goes_on, refractory;
    int64_t now, release;
} neuron;

static neuron make(const saltus_population_spec *s)
{
    neuron n = {.spec = s, .x = {isnan(s->v_init_mV.a) ? s->v_rest_mV : s->v_init_mV.a}};
    n.tau[SYNAPTIC] = s->receptors[0].tau_ms;
    n.late = s->model >= SALTUS_MODEL_GLIF1 && s->model <= SALTUS_MODEL_GLIF4;
    n.share = s->model == SALTUS_MODEL_GLIF2 || s->model == SALTUS_MODEL_GLIF4;
    n.goes_on =
        s->model == SALTUS_MODEL_MAT2 || (s->model == SALTUS_MODEL_ALIF && s->reset_by_subtraction);
    if (s->model == SALTUS_MODEL_GLIF3 || s->model == SALTUS_MODEL_GLIF4) {
        for (uint32_t i = 0; i < s->after_spike_count; i++) {
            n.tau[AFTER + i] = s->after_spike[i].tau_ms;
            n.jump[AFTER + i] = s->after_spike[i].amplitude_pA;
            n.fraction[AFTER + i] = s->after_spike[i].fraction;
        }
    }
    for (int i = 0; i < 2; i++) {
        n.fraction[THETA + i] = 1;
        if (s->model == SALTUS_MODEL_MAT2) {
            n.tau[THETA + i] = s->alpha[i].tau_ms;
            n.jump[THETA + i] = s->alpha[i].jump_mV;
        } else if (i == 0 && (s->model == SALTUS_MODEL_ALIF || n.share)) {
            n.tau[THETA] = s->tau_theta_ms;
            n.jump[THETA] = s->theta_plus_mV;
        }
    }
    return n;
}

/* x^(n + 1) / (n + 1)! from x^(n) / n!. */
static void expand(const neuron *n, quad c[PARTS][ORDER + 1])
{
    const saltus_population_spec *s = n->spec;
    const quad tau = s->tau_m_ms, resistance = tau / s->c_m_pF;
    for (int k = 0; k < PARTS; k++) {
        c[k][0] = n->x[k];
    }
    for (int i = 0; i < ORDER; i++) {
        quad drive = i == 0 ? s->v_rest_mV + resistance * s->i_e_pA.a : 0;
        for (int k = SYNAPTIC; k < THETA; k++) {
            drive += resistance * c[k][i];
        }
        const bool held = n->refractory && !n->goes_on;
        c[0][i + 1] = held ? 0 : (drive - c[0][i]) / tau / (i + 1);
        for (int k = 1; k < PARTS; k++) {
            c[k][i + 1] = n->tau[k] > 0 ? -c[k][i] / n->tau[k] / (i + 1) : 0;
        }
    }
}

static quad at(const quad *c, quad t)
{
    quad sum = 0;
    for (int i = ORDER; i >= 0; i--) {
        sum = sum * t + c[i];
    }
    return sum;
}

/* V - threshold after t. */
static quad above(const neuron *n, quad c[PARTS][ORDER + 1], quad t)
{
    return at(c[0], t) - n->spec->v_th_mV.a - at(c[THETA], t) - at(c[THETA + 1], t);
}

/* The same in double precision, to look at many times: its coefficients. */
static void near(const neuron *n, quad c[PARTS][ORDER + 1], double out[ORDER + 1])
{
    for (int i = 0; i <= ORDER; i++) {
        out[i] = (double)(c[0][i] - c[THETA][i] - c[THETA + 1][i]);
    }
    out[0] -= n->spec->v_th_mV.a;
}

/* False where that is too close to say. */
static bool is_below(const double c[ORDER + 1], double t)
{
    double sum = 0;
    for (int i = ORDER; i >= 0; i--) {
        sum = sum * t + c[i];
    }
    return sum < -1e-9;
}

static void jump(neuron *n)
{
    for (int k = AFTER; k < PARTS; k++) {
        n->x[k] += n->jump[k];
    }
}

static void fire(neuron *n, taylor_result *out)
{
    const saltus_population_spec *s = n->spec;
    ck_assert_uint_lt(out->spikes, 2000);
    out->spike_ms[out->spikes++] = (double)((quad)n->now / (quad)TICKS_PER_MS);
    for (int k = AFTER; k < PARTS; k++) {
        n->x[k] *= n->fraction[k];
    }
    if (!n->late) {
        jump(n);
    }
    if (n->share) {
        n->x[0] = s->v_rest_mV + s->reset_fraction * (n->x[0] - s->v_rest_mV) + s->reset_add_mV;
    } else if (s->model == SALTUS_MODEL_ALIF && n->goes_on) {
        n->x[0] -= (quad)s->v_th_mV.a - s->v_reset_mV;
    } else if (!n->goes_on) {
        n->x[0] = s->v_reset_mV;
    }
    n->release = n->now + llround(s->t_ref_ms * TICKS_PER_MS);
    n->refractory = true;
}

static void release_if_due(neuron *n, taylor_result *out)
{
    while (n->refractory && n->release == n->now) {
        quad c[PARTS][ORDER + 1];
        n->refractory = false;
        if (n->late) {
            jump(n);
        }
        expand(n, c);
        if (above(n, c, 0) >= 0) {
            fire(n, out);
        }
    }
}

/* Over `ticks` or to the first tick at which it has crossed, and fires. */
static void move(neuron *n, int64_t ticks, taylor_result *out)
{
    quad c[PARTS][ORDER + 1];
    const quad length = (quad)ticks / (quad)TICKS_PER_MS;
    bool crossed = false;
    double quick[ORDER + 1];
    expand(n, c);
    near(n, c, quick);
    for (int i = 1; i <= LOOKS && !n->refractory && !crossed; i++) {
        quad low = length * (i - 1) / LOOKS, high = length * i / LOOKS;
        crossed = !is_below(quick, (double)high) && above(n, c, high) >= 0;
        for (int b = 0; b < 80 && crossed; b++) {
            const quad middle = (low + high) / 2;
            *(above(n, c, middle) < 0 ? &low : &high) = middle;
        }
        if (crossed) {
            const int64_t tick = (int64_t)ceilq(high * (quad)TICKS_PER_MS);
            ticks = tick < ticks ? tick : ticks;
        }
    }
    for (int k = 0; k < PARTS; k++) {
        n->x[k] = at(c[k], (quad)ticks / (quad)TICKS_PER_MS);
    }
    n->now += ticks;
    if (crossed) {
        fire(n, out);
    }
}

void taylor_neuron(const taylor_run *run, taylor_result *out)
{
    const int64_t end = llround(run->end_ms * TICKS_PER_MS);
    neuron n = make(run->spec);
    size_t next = 0;
    out->spikes = 0;
    if (n.x[0] >= n.spec->v_th_mV.a) {
        fire(&n, out);
    }
    while (n.now < end) {
        int64_t to = n.now + llround(step_ms * TICKS_PER_MS);
        const int64_t pulse =
            next < run->pulse_count ? llround(run->pulses[next].ms * TICKS_PER_MS) : INT64_MAX;
        to = pulse < to ? pulse : to;
        to = n.refractory && n.release < to ? n.release : to;
        to = end < to ? end : to;
        move(&n, to - n.now, out);
        release_if_due(&n, out);
        if (pulse == n.now) {
            n.x[SYNAPTIC] += run->pulses[next++].weight_pA;
        }
    }
    out->v_mV = (double)n.x[0];
    out->theta_mV = (double)(n.x[THETA] + n.x[THETA + 1]);
}

/* flow_reference - see flow_reference.h. */
#include "exactness/flow_reference.h"

#include <math.h>
#include <quadmath.h>

#define ORDER 26
#define TICKS ((quad)1e11)

typedef struct terms {
    quad v[ORDER + 1], u[ORDER + 1], y[ORDER + 1];
} terms;

typedef struct current {
    quad value, slope;
    quad term[ORDER + 1]; /* of all of it */
    int64_t until;
} current;

static double parameter(const flow_reference *r, const char *name)
{
    const flow_model *model = r->of->flow->model;
    uint32_t i = 0;
    while (__builtin_strcmp(model->parameters[i].name, name) != 0) {
        i++;
    }
    return r->of->flow->value[i];
}

/* With currents or without. */
static bool is(const flow_reference *r, saltus_model model)
{
    const saltus_model of = r->of->model;
    return of == model || (of == SALTUS_MODEL_IZHIKEVICH_EXP && model == SALTUS_MODEL_IZHIKEVICH) ||
           (of == SALTUS_MODEL_ADEX_EXP && model == SALTUS_MODEL_ADEX);
}

static double peak_of(const flow_reference *r)
{
    return parameter(r, is(r, SALTUS_MODEL_QIF) ? "v_th" : "v_peak");
}

static current current_of(const flow_reference *r)
{
    const network_flow *flow = r->of->flow;
    current now = {.value = flow->i_e_of != NULL ? flow->i_e_of[r->neuron] : flow->i_e_pA,
                   .until = INT64_MAX};
    const current_course *course = r->of->course;
    for (size_t i = 0; course != NULL && i < course->count; i++) {
        const current_change *change = &course->change[i];
        if (change->time > r->at) {
            now.until = change->time;
            break;
        }
        now.slope = change->slope_pA_per_ms;
        now.value = (flow->i_e_of != NULL ? flow->i_e_of[r->neuron] : flow->i_e_pA) +
                    change->value_pA + now.slope * (r->ms - change->time / TICKS);
    }
    return now;
}

/* Currents `ms` later. */
static void decay(flow_reference *r, quad ms)
{
    for (uint32_t k = 0; k < r->current_count; k++) {
        r->current[k].now *= expq(-ms / r->current[k].tau_ms);
    }
}

static void add_terms(const flow_reference *r, current *in)
{
    in->term[0] = in->value;
    in->term[1] = in->slope;
    for (uint32_t k = 0; k < r->current_count; k++) {
        quad term = r->current[k].now;
        for (int n = 0; n <= ORDER; n++) {
            in->term[n] += term;
            term /= -(quad)r->current[k].tau_ms * (n + 1);
        }
    }
}

static terms izhikevich(const flow_reference *r, const current *i)
{
    terms s = {.v = {r->v}, .u = {r->u}};
    const quad a = parameter(r, "a");
    const quad b = parameter(r, "b");
    const quad square = parameter(r, "square");
    const quad linear = parameter(r, "linear");
    for (int k = 0; k < ORDER; k++) {
        quad dv = linear * s.v[k] - s.u[k];
        for (int j = 0; j <= k; j++) {
            dv += square * s.v[j] * s.v[k - j];
        }
        dv += i->term[k] + (k == 0 ? parameter(r, "constant") : 0);
        const quad v = k == 0 ? s.v[0] - parameter(r, "v_b") : s.v[k];
        s.v[k + 1] = dv / (k + 1);
        s.u[k + 1] = a * (b * v - parameter(r, "leak") * s.u[k]) / (k + 1);
    }
    return s;
}

static terms adex(const flow_reference *r, const current *i)
{
    terms s = {.v = {r->v}, .u = {r->u}};
    const quad slope = parameter(r, "delta_t");
    const quad leak = parameter(r, "g_l");
    s.y[0] = expq((r->v - parameter(r, "v_t")) / slope);
    for (int k = 0; k < ORDER; k++) {
        const quad v = k == 0 ? s.v[0] - parameter(r, "v_rest") : s.v[k];
        s.v[k + 1] =
            (leak * (slope * s.y[k] - v) - s.u[k] + i->term[k]) / parameter(r, "c_m") / (k + 1);
        s.u[k + 1] = (parameter(r, "a") * v - s.u[k]) / parameter(r, "tau_w") / (k + 1);
        for (int j = 0; j <= k; j++) {
            s.y[k + 1] += (j + 1) * s.v[j + 1] * s.y[k - j];
        }
        s.y[k + 1] /= slope * (k + 1);
    }
    return s;
}

static quad sum(const quad *c, quad t)
{
    quad total = 0;
    for (int k = ORDER; k >= 0; k--) {
        total = total * t + c[k];
    }
    return total;
}

/* A current is gone over by no more than three of its time constants in a step. */
static quad step_of(const flow_reference *r, const terms *s)
{
    double h = 1000;
    for (uint32_t k = 0; k < r->current_count; k++) {
        const bool flows = fabsq(r->current[k].now) > (quad)1e-30;
        h = flows ? fmin(h, 3 * r->current[k].tau_ms) : h;
    }
    for (int k = ORDER - 1; k <= ORDER; k++) {
        const double v = (double)fabsq(s->v[k]);
        const double u = (double)fabsq(s->u[k]);
        h = v > 0 ? fmin(h, pow(1e-24 / v, 1.0 / k)) : h;
        h = u > 0 ? fmin(h, pow(1e-24 / u, 1.0 / k)) : h;
    }
    return h;
}

/* First time at which V is at its peak, within the step; -1: none. */
static quad crossing_of(const terms *s, quad peak, quad h)
{
    quad low = 0;
    for (int i = 1; i <= 40; i++) {
        quad high = h * i / 40;
        if (sum(s->v, high) >= peak) {
            for (int k = 0; k < 90; k++) {
                const quad middle = (low + high) / 2;
                *(sum(s->v, middle) >= peak ? &high : &low) = middle;
            }
            return high;
        }
        low = high;
    }
    return -1;
}

static quad qif_crossing(const flow_reference *r, quad in, quad peak)
{
    if (in > 0) {
        const quad w = sqrtq(in);
        return ((isinfq(peak) ? 2 * atanq(1) : atanq(peak / w)) - atanq(r->v / w)) / w;
    }
    const quad k = sqrtq(-in);
    if (!(r->v > k || peak < -k)) {
        return -1;
    }
    if (k == 0) {
        return 1 / r->v - (isinfq(peak) ? 0 : 1 / peak);
    }
    const quad end = isinfq(peak) ? 1 : (peak - k) / (peak + k);
    return logq(end * (r->v + k) / (r->v - k)) / (2 * k);
}

static quad qif_after(const flow_reference *r, quad in, quad x)
{
    if (in > 0) {
        const quad w = sqrtq(in);
        return w * tanq(w * x + atanq(r->v / w));
    }
    const quad k = sqrtq(-in);
    if (k == 0) {
        return r->v / (1 - r->v * x);
    }
    const quad q = (r->v - k) / (r->v + k) * expq(2 * k * x);
    return r->v == -k ? r->v : k * (1 + q) / (1 - q);
}

static void fire(flow_reference *r)
{
    const bool simple = is(r, SALTUS_MODEL_IZHIKEVICH);
    r->v = parameter(r, simple ? "c" : "v_reset");
    r->u += is(r, SALTUS_MODEL_QIF) ? 0 : parameter(r, simple ? "d" : "b");
    r->release = r->of->t_ref > 0 ? r->at + r->of->t_ref : -1;
}

static int64_t fires_at(flow_reference *r, quad ms)
{
    const quad before = r->ms;
    r->at = (int64_t)ceilq(ms * TICKS);
    r->ms = r->at / TICKS;
    decay(r, r->ms - before);
    fire(r);
    return r->at;
}

/* While V is held. */
static void hold(flow_reference *r, int64_t end)
{
    const int64_t to = r->release < end ? r->release : end;
    const quad ms = (to - r->at) / TICKS;
    if (is(r, SALTUS_MODEL_IZHIKEVICH)) {
        const quad rate = (quad)parameter(r, "a") * parameter(r, "leak");
        const quad goal = parameter(r, "b") * (r->v - parameter(r, "v_b")) / parameter(r, "leak");
        r->u = goal + (r->u - goal) * expq(-rate * ms);
    } else if (is(r, SALTUS_MODEL_ADEX)) {
        const quad goal = parameter(r, "a") * (r->v - parameter(r, "v_rest"));
        r->u = goal + (r->u - goal) * expq(-ms / parameter(r, "tau_w"));
    }
    decay(r, ms);
    r->at = to;
    r->ms = to / TICKS;
    r->release = to == r->release ? -1 : r->release;
}

flow_reference reference_begin(const population *of, uint32_t neuron)
{
    const network_flow *flow = of->flow;
    return (flow_reference){.of = of,
                            .neuron = neuron,
                            .v = of->v_init_of != NULL ? of->v_init_of[neuron] : of->v_init,
                            .u = flow->u_init_of != NULL ? flow->u_init_of[neuron] : flow->u_init,
                            .release = -1};
}

static void add_current(flow_reference *r, uint32_t receptor, double tau_ms, quad share)
{
    r->current[r->current_count++] =
        (reference_exponential){.receptor = receptor, .tau_ms = tau_ms, .share = share};
}

void reference_receptors(flow_reference *r, const saltus_population_spec *spec)
{
    for (uint32_t i = 0; i < spec->receptor_count; i++) {
        const quad tau = spec->receptors[i].tau_ms;
        const quad rise = spec->receptors[i].tau_rise_ms;
        quad share = 1;
        if (rise > 0) {
            const quad top = tau * rise / (tau - rise) * logq(tau / rise);
            share /= expq(-top / tau) - expq(-top / rise);
            add_current(r, i, (double)rise, -share);
        }
        add_current(r, i, (double)tau, share);
    }
}

void reference_receive(flow_reference *r, uint32_t receptor, double weight)
{
    for (uint32_t k = 0; k < r->current_count; k++) {
        if (r->current[k].receptor == receptor) {
            r->current[k].now += (quad)weight * r->current[k].share;
        }
    }
}

/* One step, no further than `end`; the tick of a spike, or -1. */
static int64_t step(flow_reference *r, int64_t end)
{
    const quad peak = peak_of(r);
    current in = current_of(r);
    const int64_t limit = in.until < end ? in.until : end;
    const quad most = limit / TICKS - r->ms;
    quad h = most;
    if (is(r, SALTUS_MODEL_QIF)) {
        const quad tau = parameter(r, "tau_m");
        const quad x = qif_crossing(r, in.value, peak) * tau;
        if (x >= 0 && x <= most) {
            return fires_at(r, r->ms + x);
        }
        r->v = qif_after(r, in.value, most / tau);
    } else {
        add_terms(r, &in);
        const terms s = is(r, SALTUS_MODEL_ADEX) ? adex(r, &in) : izhikevich(r, &in);
        h = step_of(r, &s) < most ? step_of(r, &s) : most;
        const quad x = crossing_of(&s, peak, h);
        r->u = sum(s.u, x >= 0 ? x : h);
        if (x >= 0) {
            return fires_at(r, r->ms + x);
        }
        r->v = sum(s.v, h);
        decay(r, h);
    }
    r->ms = h < most ? r->ms + h : limit / TICKS;
    r->at = h < most ? (int64_t)floorq(r->ms * TICKS) : limit;
    return -1;
}

int64_t reference_go(flow_reference *r, int64_t end)
{
    while (r->at < end) {
        if (r->release >= 0) {
            hold(r, end);
            continue;
        }
        const int64_t spike = step(r, end);
        if (spike >= 0) {
            return spike;
        }
    }
    return -1;
}

bool reference_arrival(flow_reference *r, double weight)
{
    if (r->release > r->at) {
        return false;
    }
    r->v += weight;
    if (r->v < peak_of(r)) {
        return false;
    }
    fire(r);
    return true;
}

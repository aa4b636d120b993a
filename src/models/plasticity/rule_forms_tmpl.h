/* rule_forms_tmpl - what one spike does to the weights of LANES synapses, for each form of law.
 *
 * Included by rule_kernel_tmpl.h. `form->kind` is known where these are inlined. Each operation is
 * that of the rule's `apply`, in its order: the bits are the same. */

/* rule_power, lane by lane. */
static inline vdouble power(vdouble x, double mu)
{
    if (mu == 0) {
        return all_lanes(1);
    }
    const vdouble exponent = mu * vector_log(x);
    const vdouble held = smaller(all_lanes(700), larger(all_lanes(-700), exponent));
    vdouble value =
        choose(above(exponent, all_lanes(700)), all_lanes(__builtin_inf()), vector_exp(held));
    value = choose(above(all_lanes(-700), exponent), all_lanes(0), value);
    return only(above(x, all_lanes(0)), value);
}

/* A spike of the target: presynaptic trace x, postsynaptic trace `then`, both just before it. */
static inline __attribute__((always_inline)) vdouble after_post(plastic_form_kind kind,
                                                                const plastic_form *form,
                                                                double high, vdouble w, vdouble x,
                                                                vdouble then)
{
    const double *c = form->c;
    switch (kind) {
    case FORM_ADDITIVE:
    case FORM_VOGELS:
        return w + c[0] * x;
    case FORM_MULTIPLICATIVE:
        return w + c[0] * (high - w) * x;
    case FORM_GUTIG:
        return w + c[0] * power(1 - w / high, c[2]) * x;
    case FORM_POWER_LAW:
        return w + c[0] * power(w / c[3], c[2]) * x;
    case FORM_TRIPLET:
        return w + (c[0] + c[1] * then) * x;
    case FORM_OJA:
        return w + c[0] * (high * x - c[1] * then * w);
    default: /* FORM_POST_TRIGGERED */
        return w + c[0] * (x - c[1]) * power(1 - w / high, c[2]);
    }
}

/* A presynaptic spike: postsynaptic trace y just before it. */
static inline __attribute__((always_inline)) vdouble
after_pre(plastic_form_kind kind, const plastic_form *form, double high, vdouble w, vdouble y)
{
    const double *c = form->c;
    switch (kind) {
    case FORM_ADDITIVE:
        return w - c[1] * y;
    case FORM_GUTIG:
        return w - c[1] * power(w / high, c[3]) * y;
    case FORM_TRIPLET:
        return w - c[2] * y;
    case FORM_VOGELS:
        return w + c[0] * (y - c[1]);
    default: /* FORM_MULTIPLICATIVE, FORM_POWER_LAW */
        return w - c[1] * w * y;
    }
}

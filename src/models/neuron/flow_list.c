/* flow_list - the registry, and what a clock does with any of them. */
#include "models/neuron/flow_list.h"

#include <math.h>

#include "base/exact_math.h"

/* In the order of saltus_model. */
const flow_model *const sl_flow_models[] = {&sl_flow_qif, &sl_flow_izhikevich, &sl_flow_adex,
                                            &sl_flow_izhikevich_exp, &sl_flow_adex_exp};
const uint32_t sl_flow_model_count = sizeof sl_flow_models / sizeof sl_flow_models[0];

const flow_model *sl_flow_model(saltus_model model)
{
    const size_t index = (size_t)model - SALTUS_MODEL_QIF;
    return model >= SALTUS_MODEL_QIF && index < sl_flow_model_count ? sl_flow_models[index] : NULL;
}

void sl_flow_values(const flow_model *model, const double *given, double *value)
{
    for (size_t i = 0; model->parameters[i].name != NULL; i++) {
        value[i] = isnan(given[i]) ? model->parameters[i].default_value : given[i];
    }
}

double sl_flow_held(double x, double drift, double rate, double ms)
{
    const double decay = rate * ms;
    if (decay == 0) {
        return x + drift * ms;
    }
    if (decay < 0) { /* x runs away from where it would stay, perhaps beyond all numbers */
        const double stays = drift / rate;
        return x == stays ? x : stays + (x - stays) * sl_exp(-decay);
    }
    return x * sl_exp(-decay) + drift / rate * -sl_expm1(-decay);
}

void sl_flow_decay(const flow_drive *drive, double ms, double *state)
{
    for (uint32_t k = 0; k < drive->count; k++) {
        double *current = &state[FLOW_VARIABLES + k];
        if (*current != 0) {
            *current *= sl_exp(-ms / drive->tau_ms[k]);
            *current = fabs(*current) < FLOW_NO_CURRENT ? 0 : *current;
        }
    }
}

void sl_flow_hold(const flow_model *model, const double *value, const flow_drive *drive, double ms,
                  double *state)
{
    model->hold(value, ms, state);
    sl_flow_decay(drive, ms, state);
}

/* Legs are of some 1e-9 ms at least on the average (FLOW_BOUND); a step that would need more of
 * them than this ends early. */
#define MOST_LEGS 10000000

void sl_flow_over(const flow_model *model, const double *value, flow_drive drive, double ms,
                  double *state)
{
    for (int i = 0; i < MOST_LEGS && ms > 0; i++) {
        const flow_leg leg = model->leg(value, state, drive, ms);
        model->advance(value, drive, leg.length_ms, state);
        ms -= leg.length_ms;
        if (leg.crosses) {
            state[0] = value[model->peak];
            sl_flow_decay(&drive, fmax(ms, 0), state);
            return;
        }
        drive.current += drive.slope * leg.length_ms;
    }
}

void sl_flow_euler(const flow_model *model, const double *value, flow_drive drive, double ms,
                   double *state)
{
    /* of an infinite peak every V falls short: the bound of numbers stands for it */
    const double peak = fmin(value[model->peak], FLOW_BOUND);
    double slope[FLOW_VARIABLES];
    for (uint32_t k = 0; k < drive.count; k++) {
        double *current = &state[FLOW_VARIABLES + k];
        drive.current += *current;
        *current = flow_bounded(*current * (1 - ms / drive.tau_ms[k]));
        *current = fabs(*current) < FLOW_NO_CURRENT ? 0 : *current;
    }
    if (state[0] >= peak) {
        return;
    }
    model->slopes(value, state, drive, slope);
    state[0] = flow_bounded(state[0] + ms * slope[0]);
    state[1] = flow_bounded(state[1] + ms * slope[1]);
    state[0] = state[0] < peak ? state[0] : value[model->peak];
}

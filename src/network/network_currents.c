/* network_currents - from receptors and adaptation to currents: which decay with what, and what an
 * arrival, or a spike of the neuron itself, adds to them. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "experiment/adaptation.h"
#include "models/neuron/current_scale.h"
#include "network/network_build.h"
#include "saltus/catalog.h"

uint32_t sl_network_coordinates(const saltus_population_spec *spec)
{
    uint32_t count = 0;
    for (uint32_t i = 0; saltus_model_has_currents(spec->model) && i < spec->receptor_count; i++) {
        const bool two =
            spec->model == SALTUS_MODEL_LIF_ALPHA || spec->receptors[i].tau_rise_ms > 0;
        count += two ? 2 : 1;
    }
    return count + (uint32_t)sl_adaptation_coordinates(spec);
}

typedef enum current_kind { EXPONENTIAL, ALPHA, THRESHOLD } current_kind;

static uint32_t add_current(saltus_network *network, population *p, double tau_ms,
                            current_kind kind)
{
    network_currents *currents = p->currents;
    lif_currents *model = &currents->model;
    const uint32_t k = model->count++;
    model->rate[k] = p->tau_m_ms / tau_ms;
    model->alpha[k] = kind == ALPHA;
    model->threshold[k] = kind == THRESHOLD;
    currents->tau_ms[k] = tau_ms;
    currents->time_base[k] =
        lif_current_is_joined(model, k) ? p->time_base : sl_network_time_base(network, tau_ms);
    return k;
}

/* The longer the stretch between two horizons, the more neurons may cross within it and have to be
 * looked at closely; the shorter, the more often all are looked at. A stretch over which the
 * fastest current is nearly the same is a good measure (benchmarks: currents, cur_ext, cuba). */
static sim_time look_ahead(const network_currents *currents, double tau_m_ms)
{
    double ms = tau_m_ms / 16;
    for (uint32_t k = 0; k < currents->model.count; k++) {
        ms = fmin(ms, currents->tau_ms[k] / 4);
    }
    return ms < SIM_TIME_MAX_MS ? sl_sim_time_from_ms(fmax(ms, 1e-9)) : SIM_TIME_NEVER / 4;
}

static void add_receptors(saltus_network *network, const saltus_population_spec *spec,
                          population *p)
{
    network_currents *currents = p->currents;
    const bool alpha = spec->model == SALTUS_MODEL_LIF_ALPHA;
    const double resistance = spec->tau_m_ms / spec->c_m_pF; /* mV for 1 pA */
    double tau_ms[LIF_CURRENTS];
    const uint32_t count = sl_network_receptors(spec, alpha ? resistance * M_E : resistance,
                                                currents->receptors, tau_ms);
    currents->receptor_count = spec->receptor_count;
    for (uint32_t k = 0; k < count; k++) {
        add_current(network, p, tau_ms[k], alpha ? ALPHA : EXPONENTIAL);
    }
}

/* ---- Own spikes ---------------------------------------------------------------------------- */

static void add_after_spike(saltus_network *network, const saltus_population_spec *spec,
                            population *p)
{
    own_spike *own = &p->currents->own;
    const double resistance = spec->tau_m_ms / spec->c_m_pF;
    for (uint32_t i = 0; i < sl_after_spike_currents(spec); i++) {
        const saltus_after_spike_current *from = &spec->after_spike[i];
        const uint32_t k = add_current(network, p, from->tau_ms, EXPONENTIAL);
        own->keep[k] = from->fraction;
        own->jump[k] = resistance * from->amplitude_pA;
    }
}

static void add_threshold(saltus_network *network, const saltus_population_spec *spec,
                          population *p)
{
    own_spike *own = &p->currents->own;
    saltus_threshold_component component[SALTUS_THRESHOLD_COMPONENTS];
    const uint32_t count = sl_threshold_components(spec, component);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t k = add_current(network, p, component[i].tau_ms, THRESHOLD);
        own->keep[k] = 1;
        own->jump[k] = component[i].jump_mV;
    }
}

static void add_own_spike(saltus_network *network, const saltus_population_spec *spec,
                          population *p)
{
    network_currents *currents = p->currents;
    own_spike *own = &currents->own;
    own->first = currents->model.count;
    add_after_spike(network, spec, p);
    add_threshold(network, spec, p);
    own->count = currents->model.count - own->first;
    own->late = sl_adapts_late(spec->model);
    if (sl_resets_to_share(spec->model)) {
        own->reset = RESET_TO_SHARE;
        own->share = spec->reset_fraction;
        own->add = spec->reset_add_mV;
    } else if (spec->model == SALTUS_MODEL_MAT2) {
        own->reset = RESET_NONE;
    } else if (spec->model == SALTUS_MODEL_ALIF && spec->reset_by_subtraction) {
        own->reset = RESET_BY_SUBTRACTION;
    }
    currents->adapts = own->count > 0 || own_spike_has_word(own);
}

/* ---- Alike ----------------------------------------------------------------------------------- */

/* Time constants in the same order. */
static bool are_alike(const population *a, const population *b)
{
    const lif_currents *model = &a->currents->model;
    const lif_currents *other = &b->currents->model;
    bool alike = a->time_base == b->time_base && model->count == other->count;
    for (uint32_t k = 0; alike && k < model->count; k++) {
        alike = model->rate[k] == other->rate[k] && model->alpha[k] == other->alpha[k] &&
                model->threshold[k] == other->threshold[k] &&
                a->currents->time_base[k] == b->currents->time_base[k];
    }
    return alike;
}

static uint32_t first_alike(const saltus_network *network, const population *p)
{
    uint32_t i = 0;
    while (&network->populations[i] != p &&
           (network->populations[i].currents == NULL || !are_alike(&network->populations[i], p))) {
        i++;
    }
    return i;
}

/* For which ways through the engine. */
static void set_kind(network_currents *currents)
{
    const lif_currents *model = &currents->model;
    currents->exponential = lif_currents_are_exponential(model) && !currents->adapts;
    currents->screened = currents->coordinates == model->count;
    for (uint32_t k = 0; k < model->count; k++) {
        currents->c[k] = lif_current_c(model->rate[k]);
        currents->screened &= !model->alpha[k] && !model->threshold[k];
    }
}

saltus_status sl_network_add_currents(saltus_network *network, const saltus_population_spec *spec,
                                      population *p, saltus_error *error)
{
    network_currents *currents = sl_memory_zeroed(1, sizeof *currents);
    p->currents = currents;
    if (currents == NULL) {
        return sl_fail_memory(error);
    }
    add_receptors(network, spec, p);
    add_own_spike(network, spec, p);
    currents->coordinates = sl_current_coordinates(&currents->model, currents->first);
    if (own_spike_has_word(&currents->own)) {
        currents->word = currents->coordinates++;
    }
    set_kind(currents);
    currents->alike = first_alike(network, p);
    currents->look_ahead = look_ahead(currents, spec->tau_m_ms);
    currents->place = network->coordinate_count;
    network->coordinate_count += (size_t)p->size * currents->coordinates;
    return SALTUS_OK;
}

/* flow_scene - experiments with neurons that have a flow: put together, built, run. */
#ifndef SALTUS_TEST_FLOW_SCENE_H
#define SALTUS_TEST_FLOW_SCENE_H

#include "saltus/saltus.h"
#include "support/trial.h"

#define TICK_MS       1e-11
#define ADEX_PATTERNS 8u

/* C, g_L, E_L, V_T, Delta_T, a, tau_w, b, V_r, I of Naud et al. (2008), table 1. */
typedef struct adex_pattern {
    const char *name;
    double c_m, g_l, v_rest, v_t, delta_t, a, tau_w, b, v_reset, i_e;
    double until_ms; /* irregular spiking is chaotic: errors grow */
} adex_pattern;

extern const adex_pattern flow_adex_patterns[ADEX_PATTERNS];

void flow_must(saltus_status status, const saltus_error *error);
saltus_network *flow_build(const saltus_experiment *e);
trial_result flow_run_with(const saltus_experiment *e, trial_setup setup);
trial_result flow_run(const saltus_experiment *e, const char *engine);
saltus_population_spec flow_spec(const char *name, saltus_model model);
void flow_set(saltus_population_spec *spec, const char *name, double value);
saltus_experiment *flow_begin(double duration_ms);
uint32_t flow_add(saltus_experiment *e, const saltus_population_spec *spec);
size_t flow_spikes_in(const trial_result *result, uint32_t population, double from, double to);
uint32_t flow_add_adex(saltus_experiment *e, const adex_pattern *p);
void flow_add_looks(saltus_experiment *e, uint32_t population, double interval_ms);

#endif /* SALTUS_TEST_FLOW_SCENE_H */

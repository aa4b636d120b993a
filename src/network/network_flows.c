/* network_flows - populations of neurons with a flow: parameters and initial state. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "network/network_build.h"

/* A value that each neuron has for itself; NULL for a constant, which is *shared. */
static saltus_status own_values(const neuron_quantity *quantity, uint64_t seed, uint32_t index,
                                const population *p, double *shared, double **own,
                                saltus_error *error)
{
    if (quantity->value->kind == SALTUS_VALUE_CONSTANT) {
        *shared = quantity->value->a;
        return SALTUS_OK;
    }
    *own = sl_memory_array(p->size, sizeof **own);
    if (*own == NULL) {
        return sl_fail_memory(error);
    }
    return sl_network_draw_values(quantity, seed, index, p, *own, error);
}

/* u of neurons that begin at V, where nothing else is said. */
static saltus_status rest(const population *p, saltus_error *error)
{
    network_flow *flow = p->flow;
    flow->u_init = flow->model->rest_of(flow->value, p->v_init);
    if (p->v_init_of == NULL) {
        return SALTUS_OK;
    }
    flow->u_init_of = sl_memory_array(p->size, sizeof *flow->u_init_of);
    if (flow->u_init_of == NULL) {
        return sl_fail_memory(error);
    }
    for (uint32_t i = 0; i < p->size; i++) {
        flow->u_init_of[i] = flow->model->rest_of(flow->value, p->v_init_of[i]);
    }
    return SALTUS_OK;
}

static saltus_status set_state(const saltus_network *network, const saltus_population_spec *spec,
                               uint32_t index, population *p, saltus_error *error)
{
    network_flow *flow = p->flow;
    const neuron_quantity i_e = {"i_e", &spec->i_e_pA, RANDOM_I_E, -DBL_MAX};
    const neuron_quantity v_init = {"v_init", &spec->v_init_mV, RANDOM_V_INIT, -DBL_MAX};
    const neuron_quantity u_init = {"u_init", &spec->u_init_pA, RANDOM_U_INIT, -DBL_MAX};
    saltus_status status =
        own_values(&i_e, network->seed, index, p, &flow->i_e_pA, &flow->i_e_of, error);
    if (status == SALTUS_OK) {
        status = own_values(&v_init, network->seed, index, p, &p->v_init, &p->v_init_of, error);
    }
    if (status != SALTUS_OK) {
        return status;
    }
    const saltus_value *u = &spec->u_init_pA;
    if (flow->model->second == NULL || (u->kind == SALTUS_VALUE_CONSTANT && isnan(u->a))) {
        return rest(p, error);
    }
    return own_values(&u_init, network->seed, index, p, &flow->u_init, &flow->u_init_of, error);
}

static void add_receptors(saltus_network *network, const saltus_population_spec *spec,
                          const population *p)
{
    network_flow *flow = p->flow;
    flow->current_count = sl_network_receptors(spec, 1, flow->receptors, flow->current_tau_ms);
    flow->current_place = network->coordinate_count;
    network->coordinate_count += (size_t)p->size * flow->current_count;
}

saltus_status sl_network_add_flow(saltus_network *network, const saltus_population_spec *spec,
                                  uint32_t index, population *p, saltus_error *error)
{
    network_flow *flow = sl_memory_zeroed(1, sizeof *flow);
    p->flow = flow;
    if (flow == NULL) {
        return sl_fail_memory(error);
    }
    flow->model = sl_flow_model(spec->model);
    sl_flow_values(flow->model, spec->flow_value, flow->value);
    flow->place = network->flow_count;
    network->flow_count += p->size;
    if (flow->model->receptors) {
        add_receptors(network, spec, p);
    }
    /* nothing of it is kept in scaled coordinates: a time base of which no run sees the end */
    p->tau_m_ms = SIM_TIME_MAX_MS;
    p->time_base = sl_network_time_base(network, p->tau_m_ms);
    p->t_ref = sl_sim_time_from_ms(flow->value[flow->model->t_ref]);
    p->v_reset_mV = flow->value[flow->model->reset];
    p->reset = p->v_reset_mV;
    p->th = flow->value[flow->model->peak];
    return set_state(network, spec, index, p, error);
}

void sl_network_clear_flow(network_flow *flow)
{
    if (flow != NULL) {
        free(flow->i_e_of);
        free(flow->u_init_of);
    }
    free(flow);
}

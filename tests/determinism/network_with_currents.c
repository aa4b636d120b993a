/* network_with_currents - see network_with_currents.h. */
#include "network_with_currents.h"

#include <check.h>

#include "networks.h"

static uint32_t add_current_cells(saltus_experiment *e, const char *name, uint32_t size,
                                  saltus_model model, double tau_m_ms, saltus_receptor first,
                                  saltus_receptor second, saltus_value i_e_pA)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = size;
    spec.model = model;
    spec.tau_m_ms = tau_m_ms;
    spec.v_rest_mV = -65;
    spec.v_reset_mV = -66;
    spec.v_th_mV = saltus_constant(-50);
    spec.i_e_pA = i_e_pA;
    spec.receptor_count = second.name != NULL ? 2 : 1;
    spec.receptors[0] = first;
    spec.receptors[1] = second;
    return test_network_population(e, &spec);
}

static void connect_current(saltus_experiment *e, uint32_t from, uint32_t to, uint32_t receptor,
                            uint64_t count, saltus_value weight_pA, saltus_value delay_ms)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = from;
    spec.target = to;
    spec.receptor = receptor;
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = count;
    spec.weight_pA = weight_pA;
    spec.delay_ms = delay_ms;
    test_network_projection(e, &spec);
}

static void add_current_poisson(saltus_experiment *e, const char *name, uint32_t population,
                                uint32_t receptor, double rate_Hz, double weight_pA)
{
    saltus_input_spec spec = saltus_input_spec_default();
    spec.name = name;
    spec.type = SALTUS_INPUT_POISSON;
    spec.population = population;
    spec.receptor = receptor;
    spec.rate_Hz = rate_Hz;
    spec.weight_pA = weight_pA;
    spec.stop_ms = 60;
    test_network_input(e, &spec);
}

void test_network_currents(saltus_experiment *e)
{
    const saltus_receptor none = {0};
    const saltus_receptor fast = {.name = "fast", .tau_ms = 0.3};
    const saltus_receptor rising = {.name = "rising", .tau_ms = 5, .tau_rise_ms = 0.4};
    const saltus_receptor near = {.name = "near", .tau_ms = 10.05};
    const saltus_receptor same = {.name = "same", .tau_ms = 8};
    const saltus_receptor slow = {.name = "slow", .tau_ms = 20};
    const uint32_t a =
        add_current_cells(e, "A", 2100, SALTUS_MODEL_LIF_EXP, 10, fast, none, saltus_constant(0));
    const uint32_t b = add_current_cells(e, "B", 500, SALTUS_MODEL_LIF_EXP, 10, rising, near,
                                         saltus_normal(100, 80));
    const uint32_t c =
        add_current_cells(e, "C", 1100, SALTUS_MODEL_LIF_ALPHA, 8, same, slow, saltus_constant(0));
    const uint32_t d =
        add_current_cells(e, "D", 300, SALTUS_MODEL_LIF_EXP, 12, fast, slow, saltus_constant(330));
    saltus_population_spec jumps = saltus_population_spec_default();
    jumps.name = "J";
    jumps.size = 200;
    const uint32_t j = test_network_population(e, &jumps);

    add_current_poisson(e, "to_a", a, 0, 9000, 120);
    add_current_poisson(e, "to_b", b, 0, 2000, 20);
    add_current_poisson(e, "to_c", c, 0, 3000, 12);
    const saltus_value delays = saltus_uniform(0.5, 6);
    connect_current(e, a, a, 0, 40, saltus_normal(60, 15), saltus_constant(1.5));
    connect_current(e, b, a, 0, 10, saltus_constant(-300), saltus_constant(0.7));
    connect_current(e, a, b, 0, 20, saltus_constant(15), delays);
    connect_current(e, c, b, 1, 10, saltus_constant(-10), saltus_constant(2));
    connect_current(e, a, c, 1, 20, saltus_constant(8), saltus_constant(1.5));
    connect_current(e, d, c, 0, 10, saltus_normal(-20, 4), delays);
    connect_current(e, d, d, 1, 10, saltus_constant(-12), saltus_constant(1));
    saltus_projection_spec jump = saltus_projection_spec_default();
    jump.source = d;
    jump.target = j;
    jump.rule = SALTUS_RULE_FIXED_INDEGREE;
    jump.count = 8;
    jump.weight_mV = saltus_constant(3);
    jump.delay_ms = saltus_constant(1.5);
    test_network_projection(e, &jump);
    connect_current(e, j, d, 0, 5, saltus_constant(50), saltus_constant(0.3));

    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = c;
    spec.target = a;
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = 15;
    spec.weight_pA = saltus_constant(30);
    spec.delay_ms = saltus_constant(2);
    spec.plasticity.rule = "stdp";
    ck_assert_int_eq(saltus_plasticity_set(&spec.plasticity, "w_max", 80, NULL), SALTUS_OK);
    test_network_projection(e, &spec);
}

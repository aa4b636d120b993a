/* network_that_adapts - see network_that_adapts.h. */
#include "network_that_adapts.h"

#include "networks.h"

static saltus_population_spec cells(const char *name, uint32_t size, saltus_model model)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = size;
    spec.model = model;
    spec.tau_m_ms = 10;
    spec.v_rest_mV = -65;
    spec.v_reset_mV = -67;
    spec.v_th_mV = saltus_constant(-50);
    spec.v_init_mV = saltus_uniform(-65, -50);
    spec.theta_plus_mV = 3;
    spec.tau_theta_ms = 25;
    spec.receptor_count = 2;
    spec.receptors[0] = (saltus_receptor){.name = "ex", .tau_ms = 2};
    spec.receptors[1] = (saltus_receptor){.name = "in", .tau_ms = 6};
    return spec;
}

static void connect(saltus_experiment *e, uint32_t from, uint32_t to, uint32_t receptor,
                    double weight_pA, saltus_value delay_ms)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = from;
    spec.target = to;
    spec.receptor = receptor;
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = 12;
    spec.weight_pA = saltus_constant(weight_pA);
    spec.delay_ms = delay_ms;
    test_network_projection(e, &spec);
}

static void drive(saltus_experiment *e, const char *name, uint32_t population)
{
    saltus_input_spec spec = saltus_input_spec_default();
    spec.name = name;
    spec.type = SALTUS_INPUT_POISSON;
    spec.population = population;
    spec.rate_Hz = 4000;
    spec.weight_pA = 60;
    spec.stop_ms = 40;
    test_network_input(e, &spec);
}

void test_network_adapts(saltus_experiment *e)
{
    saltus_population_spec spec = cells("A", 1100, SALTUS_MODEL_ALIF);
    spec.receptor_count = 1; /* with theta two numbers: the quick loop */
    const uint32_t a = test_network_population(e, &spec);
    spec = cells("G4", 200, SALTUS_MODEL_GLIF4);
    spec.i_e_pA = saltus_normal(420, 60);
    spec.reset_fraction = 0.3;
    spec.after_spike_count = 2;
    spec.after_spike[0] = (saltus_after_spike_current){30, -60, 1};
    spec.after_spike[1] = (saltus_after_spike_current){10.02, 40, 0.5};
    const uint32_t g4 = test_network_population(e, &spec);
    spec = cells("M", 150, SALTUS_MODEL_MAT2);
    spec.i_e_pA = saltus_constant(500);
    spec.alpha[0] = (saltus_threshold_component){10, 12};
    const uint32_t m = test_network_population(e, &spec);
    spec = cells("B", 150, SALTUS_MODEL_ALIF);
    spec.reset_by_subtraction = true;
    spec.v_th_mV = saltus_uniform(-52, -48);
    const uint32_t b = test_network_population(e, &spec);
    spec = cells("G2", 150, SALTUS_MODEL_GLIF2);
    spec.reset_fraction = 0.8;
    spec.reset_add_mV = 4;
    spec.tau_theta_ms = 3;
    const uint32_t g2 = test_network_population(e, &spec);
    spec = cells("G3", 150, SALTUS_MODEL_GLIF3);
    spec.t_ref_ms = 0;
    spec.after_spike_count = 1;
    spec.after_spike[0] = (saltus_after_spike_current){20, -80, 0.7};
    const uint32_t g3 = test_network_population(e, &spec);

    drive(e, "to_a", a);
    drive(e, "to_g4", g4);
    drive(e, "to_m", m);
    drive(e, "to_b", b);
    drive(e, "to_g2", g2);
    drive(e, "to_g3", g3);
    const saltus_value drawn = saltus_uniform(0.5, 4), same = saltus_constant(1.5);
    connect(e, a, a, 0, 12, same);
    connect(e, m, a, 0, -30, drawn);
    connect(e, a, g4, 0, 25, drawn);
    connect(e, g4, m, 0, 20, same);
    connect(e, g2, m, 1, -15, drawn);
    connect(e, g4, b, 0, 25, same);
    connect(e, b, g2, 0, 20, drawn);
    connect(e, g3, g2, 1, -20, same);
    connect(e, a, g3, 0, 20, same);
    connect(e, b, g3, 1, -12, drawn);
}

/* damaged_networks - see damaged_networks.h. */
#include "damaged_networks.h"

#include <check.h>

static void add(saltus_experiment *e, const saltus_fault_spec *spec)
{
    saltus_error error = {0};
    const saltus_status status = saltus_experiment_add_fault(e, spec, NULL, &error);
    ck_assert_msg(status == SALTUS_OK, "fault: %s", error.message);
}

/* Each population loses neurons twice, in another order each time, and spikes. */
static void damage_population(saltus_experiment *e, uint32_t population)
{
    static const saltus_lesion_order orders[] = {SALTUS_LESION_RANDOM, SALTUS_LESION_DEGREE,
                                                 SALTUS_LESION_OUT_DEGREE, SALTUS_LESION_IN_DEGREE};
    static const uint32_t list[] = {0, 1};
    saltus_fault_spec spec = saltus_fault_spec_default();
    spec.type = SALTUS_FAULT_NEURON_LESION;
    spec.population = population;
    spec.order = orders[population % 4];
    spec.share = 0.1;
    spec.at_ms = population % 2 == 0 ? 0 : 7.3;
    add(e, &spec);
    spec.order = orders[(population + 1) % 4];
    spec.at_ms = 21 + population;
    add(e, &spec);
    spec.order = SALTUS_LESION_LIST;
    spec.neurons = list;
    spec.neuron_count = 2;
    spec.at_ms = 11.05;
    add(e, &spec);
    spec = saltus_fault_spec_default();
    spec.type = SALTUS_FAULT_SPIKE_DROPOUT;
    spec.population = population;
    spec.probability = 0.1;
    spec.start_ms = 3;
    spec.stop_ms = 40;
    add(e, &spec);
}

/* Each projection loses synapses by chance and by weight, is disturbed and drops arrivals. Noise
 * and losses come in turn, so that what comes later depends on what came before. */
static void damage_projection(saltus_experiment *e, uint32_t projection)
{
    saltus_fault_spec spec = saltus_fault_spec_default();
    spec.projection = projection;
    spec.type = SALTUS_FAULT_SYNAPSE_LESION;
    spec.share = 0.05;
    spec.at_ms = projection % 3 == 0 ? 0 : 5;
    add(e, &spec);
    spec.order = SALTUS_LESION_WEIGHT;
    spec.at_ms = 25;
    add(e, &spec);
    spec.order = SALTUS_LESION_RANDOM;
    spec.at_ms = 33.21;
    add(e, &spec);
    spec.type = SALTUS_FAULT_WEIGHT_NOISE;
    spec.sd = 0.3;
    spec.lognormal = projection % 2 == 0;
    spec.at_ms = 17.77;
    add(e, &spec);
    if (projection % 2 == 1) {
        spec = saltus_fault_spec_default();
        spec.projection = projection;
        spec.type = SALTUS_FAULT_SYNAPSE_DROPOUT;
        spec.probability = 0.1;
        spec.start_ms = 2;
        spec.stop_ms = 60;
        add(e, &spec);
    }
}

void test_network_damage(saltus_experiment *e)
{
    for (uint32_t i = 0; i < saltus_experiment_population_count(e); i++) {
        damage_population(e, i);
    }
    for (uint32_t i = 0; i < saltus_experiment_projection_count(e); i++) {
        damage_projection(e, i);
    }
}

/* networks - the experiments of the determinism tests, one function each.
 *
 * golden.csv holds their fingerprints; a change here that changes spikes needs new ones.
 */
#include "networks.h"

#include "damaged_networks.h"
#include "network_that_adapts.h"
#include "network_with_currents.h"

#include <check.h>
#include <math.h>
#include <string.h>

uint32_t test_network_population(saltus_experiment *e, const saltus_population_spec *spec)
{
    uint32_t index = 0;
    saltus_error error = {0};
    const saltus_status status = saltus_experiment_add_population(e, spec, &index, &error);
    ck_assert_msg(status == SALTUS_OK, "%s: %s", spec->name, error.message);
    return index;
}

void test_network_input(saltus_experiment *e, const saltus_input_spec *spec)
{
    saltus_error error = {0};
    const saltus_status status = saltus_experiment_add_input(e, spec, NULL, &error);
    ck_assert_msg(status == SALTUS_OK, "%s: %s", spec->name, error.message);
}

void test_network_projection(saltus_experiment *e, const saltus_projection_spec *spec)
{
    saltus_error error = {0};
    const saltus_status status = saltus_experiment_add_projection(e, spec, NULL, &error);
    ck_assert_msg(status == SALTUS_OK, "%u to %u: %s", spec->source, spec->target, error.message);
}

static void add_poisson(saltus_experiment *e, const char *name, uint32_t population, double rate_Hz,
                        double weight_mV)
{
    saltus_input_spec spec = saltus_input_spec_default();
    spec.name = name;
    spec.type = SALTUS_INPUT_POISSON;
    spec.population = population;
    spec.rate_Hz = rate_Hz;
    spec.weight_mV = weight_mV;
    test_network_input(e, &spec);
}

static saltus_value truncated(saltus_value value, double low, double high)
{
    value.low = low;
    value.high = high;
    return value;
}

/* Constant weight and delay. */
static void connect(saltus_experiment *e, uint32_t from, uint32_t to, saltus_rule rule,
                    uint64_t count, double weight_mV, double delay_ms)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = from;
    spec.target = to;
    spec.rule = rule;
    spec.count = count;
    spec.weight_mV = saltus_constant(weight_mV);
    spec.delay_ms = saltus_constant(delay_ms);
    test_network_projection(e, &spec);
}

/* Excitation and inhibition in balance, Poisson input to every neuron, one delay. */
static void build_balanced(saltus_experiment *e)
{
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "E";
    p.size = 2500;
    p.v_reset_mV = 10;
    p.v_init_mV = saltus_uniform(0, 20);
    const uint32_t exc = test_network_population(e, &p);
    p.name = "I";
    p.size = 625;
    const uint32_t inh = test_network_population(e, &p);
    add_poisson(e, "to_E", exc, 5000, 0.4);
    add_poisson(e, "to_I", inh, 5000, 0.4);
    for (uint32_t to = exc; to <= inh; to++) {
        connect(e, exc, to, SALTUS_RULE_FIXED_INDEGREE, 100, 0.4, 1.5);
        connect(e, inh, to, SALTUS_RULE_FIXED_INDEGREE, 25, -2, 1.5);
    }
}

/* Three time constants, drawn weights and delays, shared Poisson sources. */
static void build_drawn(saltus_experiment *e)
{
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "A";
    p.size = 1500;
    p.tau_m_ms = 10;
    p.v_th_mV = truncated(saltus_normal(20, 2), 12, 30);
    p.v_reset_mV = 5;
    p.t_ref_ms = 1;
    test_network_population(e, &p);
    p.name = "B";
    p.size = 1025;
    p.tau_m_ms = 33.3;
    p.t_ref_ms = 0;
    p.v_init_mV = saltus_uniform(-5, 25);
    test_network_population(e, &p);
    p.name = "C";
    p.size = 700;
    p.tau_m_ms = 2;
    p.t_ref_ms = 5;
    test_network_population(e, &p);
    saltus_population_spec s = saltus_population_spec_default();
    s.name = "S";
    s.size = 1100;
    s.model = SALTUS_MODEL_POISSON_SOURCE;
    s.rate_Hz = 40;
    test_network_population(e, &s);

    saltus_projection_spec c = saltus_projection_spec_default();
    c.rule = SALTUS_RULE_PAIRWISE_BERNOULLI;
    c.probability = 0.05;
    c.weight_mV = truncated(saltus_normal(1.5, 0.5), 0, HUGE_VAL);
    c.delay_ms = saltus_uniform(0.3, 20);
    c.source = 3;
    for (c.target = 0; c.target < 3; c.target++) {
        test_network_projection(e, &c);
    }
    c.rule = SALTUS_RULE_FIXED_TOTAL_NUMBER;
    c.count = 60000;
    c.source = 0;
    c.target = 1;
    c.weight_mV = saltus_lognormal(0.3, 0.8);
    test_network_projection(e, &c);
    c.rule = SALTUS_RULE_FIXED_OUTDEGREE;
    c.count = 60;
    c.source = 1;
    c.target = 0;
    c.weight_mV = saltus_constant(-0.7);
    c.delay_ms = truncated(saltus_normal(2, 1), 0.1, 10);
    test_network_projection(e, &c);
    connect(e, 2, 2, SALTUS_RULE_ALL_TO_ALL, 0, -0.01, 0.7);
    connect(e, 2, 0, SALTUS_RULE_FIXED_INDEGREE, 20, 0.2, 3);
}

/* Neurons that fire by themselves and inhibit each other; no random numbers while running. */
static void build_driven(saltus_experiment *e)
{
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "fast";
    p.size = 1100;
    p.tau_m_ms = 5;
    p.i_e_pA = truncated(saltus_normal(1100, 150), 0, 2000);
    p.v_init_mV = saltus_uniform(0, 19);
    p.t_ref_ms = 0;
    const uint32_t fast = test_network_population(e, &p);
    p.name = "slow";
    p.size = 2100;
    p.tau_m_ms = 50;
    p.i_e_pA = saltus_constant(130);
    p.v_rest_mV = -60;
    p.v_reset_mV = -65;
    p.v_th_mV = saltus_uniform(-42, -36);
    p.v_init_mV = saltus_uniform(-65, -35);
    p.t_ref_ms = 3;
    const uint32_t slow = test_network_population(e, &p);
    saltus_input_spec beat = saltus_input_spec_default();
    beat.name = "beat";
    beat.type = SALTUS_INPUT_PERIODIC;
    beat.population = slow;
    beat.weight_mV = 2;
    beat.interval_ms = 7.7;
    beat.start_ms = 0;
    test_network_input(e, &beat);
    connect(e, fast, fast, SALTUS_RULE_FIXED_INDEGREE, 30, -0.2, 0.9);
    connect(e, fast, slow, SALTUS_RULE_FIXED_INDEGREE, 50, -0.1, 2.5);
    connect(e, slow, fast, SALTUS_RULE_FIXED_OUTDEGREE, 40, 0.3, 1.1);
    connect(e, slow, slow, SALTUS_RULE_FIXED_TOTAL_NUMBER, 50000, -0.4, 25);
}

/* Lists: arrivals, spike lists, periodic sources, one to one; long silences between volleys. */
static void build_lists(saltus_experiment *e)
{
    enum { SIZE = 2200, EVENTS = 6000 };
    static double times_ms[EVENTS], weights_mV[EVENTS];
    static uint32_t targets[EVENTS];
    for (uint32_t k = 0; k < EVENTS; k++) {
        /* Volleys of 1,000 within 5 ms, a second apart, many of them at the same time. */
        times_ms[k] = 1000.0 * (k / 1000) + 0.005 * (k % 1000 / 10 * 10);
        targets[k] = (k * 769) % SIZE;
        weights_mV[k] = k % 3 == 0 ? 23.5 : (k % 3 == 1 ? 11.25 : -4.5);
    }
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "cells";
    p.size = SIZE;
    const uint32_t cells = test_network_population(e, &p);
    p.name = "relays";
    p.tau_m_ms = 80;
    const uint32_t relays = test_network_population(e, &p);
    saltus_population_spec s = saltus_population_spec_default();
    s.name = "list";
    s.size = SIZE;
    s.model = SALTUS_MODEL_SPIKE_LIST;
    s.spike_times_ms = times_ms;
    s.spike_neurons = targets;
    s.spike_count = EVENTS;
    const uint32_t list = test_network_population(e, &s);
    s = saltus_population_spec_default();
    s.name = "clock";
    s.size = 1030;
    s.model = SALTUS_MODEL_PERIODIC_SOURCE;
    s.interval_ms = 900;
    s.start_ms = saltus_uniform(0, 900);
    s.stop_ms = 4000;
    const uint32_t clocks = test_network_population(e, &s);
    saltus_input_spec a = saltus_input_spec_default();
    a.name = "arrivals";
    a.type = SALTUS_INPUT_ARRIVALS;
    a.population = cells;
    a.arrival_times_ms = times_ms;
    a.arrival_targets = targets;
    a.arrival_weights_mV = weights_mV;
    a.arrival_count = EVENTS;
    test_network_input(e, &a);
    connect(e, list, relays, SALTUS_RULE_ONE_TO_ONE, 0, 12, 500);
    connect(e, cells, relays, SALTUS_RULE_ONE_TO_ONE, 0, 12, 500);
    connect(e, relays, cells, SALTUS_RULE_FIXED_OUTDEGREE, 20, 3, 0.05);
    connect(e, clocks, cells, SALTUS_RULE_FIXED_OUTDEGREE, 30, 5, 2);
    connect(e, cells, cells, SALTUS_RULE_FIXED_OUTDEGREE, 10, -3, 1);
}

/* A smallest delay of a few ticks: every window holds one event. */
static void build_short_delays(saltus_experiment *e)
{
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "cells";
    p.size = 1300;
    p.v_init_mV = saltus_uniform(0, 20.5);
    const uint32_t cells = test_network_population(e, &p);
    p.name = "others";
    p.size = 1100;
    p.tau_m_ms = 7;
    p.i_e_pA = saltus_constant(750);
    p.v_init_mV = saltus_uniform(0, 20);
    const uint32_t others = test_network_population(e, &p);
    add_poisson(e, "noise", cells, 400, 3);
    connect(e, cells, others, SALTUS_RULE_FIXED_OUTDEGREE, 10, -2, 3e-11);
    connect(e, others, cells, SALTUS_RULE_FIXED_OUTDEGREE, 10, 0.5, 0.002);
    connect(e, cells, cells, SALTUS_RULE_FIXED_OUTDEGREE, 10, 1, 5);
}

/* One source and 1,025 targets, next to nothing happens. */
static void build_sparse(saltus_experiment *e)
{
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "cells";
    p.size = 1025;
    p.tau_m_ms = 3;
    const uint32_t cells = test_network_population(e, &p);
    saltus_population_spec s = saltus_population_spec_default();
    s.name = "source";
    s.model = SALTUS_MODEL_POISSON_SOURCE;
    s.rate_Hz = 2;
    s.size = 1;
    const uint32_t source = test_network_population(e, &s);
    add_poisson(e, "rare", cells, 0.5, 19);
    connect(e, source, cells, SALTUS_RULE_ALL_TO_ALL, 0, 19.5, 0.1);
    connect(e, cells, cells, SALTUS_RULE_FIXED_INDEGREE, 3, 6, 1);
}

/* A projection of `transmission`: constant weight, delays of its own or not. */
static saltus_projection_spec transmitting(uint32_t from, uint32_t to, double weight_mV, bool own)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = from;
    spec.target = to;
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = 30;
    spec.weight_mV = saltus_constant(weight_mV);
    spec.delay_ms = own ? saltus_uniform(0.4, 4) : saltus_constant(0.7);
    return spec;
}

/* Every way of releasing and scaling, with and without learning, own delays, own parameters. */
static void build_transmission(saltus_experiment *e)
{
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "E";
    p.size = 1500;
    p.v_init_mV = saltus_uniform(0, 20);
    const uint32_t exc = test_network_population(e, &p);
    p.name = "I";
    p.size = 600;
    p.v_th_mV = truncated(saltus_normal(20, 1), 15, 25);
    const uint32_t inh = test_network_population(e, &p);
    add_poisson(e, "to_E", exc, 2500, 0.5);
    add_poisson(e, "to_I", inh, 2500, 0.5);
    saltus_projection_spec spec = transmitting(exc, exc, 1, false);
    spec.release.model = SALTUS_RELEASE_TSODYKS_MARKRAM;
    spec.release.tau_rec_ms = 100;
    spec.scaling.rate_Hz = 20;
    spec.scaling.tau_ms = 50;
    spec.scaling.gain_Hz = 5;
    spec.scaling.low = 0.9;
    spec.scaling.high = 1.05;
    spec.plasticity.rule = "stdp";
    ck_assert_int_eq(saltus_plasticity_set(&spec.plasticity, "w_max", 2, NULL), SALTUS_OK);
    test_network_projection(e, &spec);
    spec = transmitting(exc, inh, 1, true);
    spec.release.model = SALTUS_RELEASE_STOCHASTIC;
    spec.release.sites = 6;
    spec.release.tau_rec_ms = 60;
    spec.release.tau_fac_ms = 20;
    spec.release.tau_fac_sd_ms = 5;
    test_network_projection(e, &spec);
    spec = transmitting(inh, exc, -4, true);
    spec.release.model = SALTUS_RELEASE_TSODYKS_MARKRAM;
    spec.release.u_sd = 0.2;
    spec.release.tau_fac_ms = 30;
    spec.scaling.rate_Hz = 10;
    test_network_projection(e, &spec);
    spec = transmitting(inh, inh, -4, false);
    spec.release.model = SALTUS_RELEASE_UNRELIABLE;
    test_network_projection(e, &spec);
}

/* What learns, by name of its rule; w_max as given, NULL words keep their defaults. */
static void teach(saltus_experiment *e, saltus_projection_spec *spec, const char *rule,
                  double w_max_mV, const char *pairing)
{
    spec->plasticity.rule = rule;
    ck_assert_int_eq(saltus_plasticity_set(&spec->plasticity, "w_max", w_max_mV, NULL), SALTUS_OK);
    if (pairing != NULL) {
        ck_assert_int_eq(saltus_plasticity_set_word(&spec->plasticity, "pairing", pairing, NULL),
                         SALTUS_OK);
    }
    test_network_projection(e, spec);
}

/* Every kind of plastic state: all pairings, traces, delays before and behind the synapse, floats,
 * normalisation, moving thresholds. Weights are large enough that what is learnt shows in spikes.
 */
static void build_learning(saltus_experiment *e)
{
    saltus_population_spec s = saltus_population_spec_default();
    s.name = "cells";
    s.size = 1400;
    s.v_init_mV = saltus_uniform(0, 20);
    s.theta_plus_mV = 0.5;
    s.tau_theta_ms = 60;
    const uint32_t cells = test_network_population(e, &s);
    s = saltus_population_spec_default();
    s.name = "inhibitory";
    s.size = 300;
    const uint32_t inhibitory = test_network_population(e, &s);
    s.name = "source";
    s.size = 400;
    s.model = SALTUS_MODEL_POISSON_SOURCE;
    s.rate_Hz = 40;
    const uint32_t source = test_network_population(e, &s);
    add_poisson(e, "cells", cells, 900, 1);
    add_poisson(e, "inhibitory", inhibitory, 900, 1);

    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = source;
    spec.target = cells;
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = 20;
    spec.weight_mV = truncated(saltus_uniform(0.1, 1), 0.1, 1);
    spec.delay_ms = saltus_constant(1.5);
    spec.normalisation.total_mV = 10;
    spec.normalisation.interval_ms = 17.3;
    teach(e, &spec, "stdp", 1.2, NULL);

    spec.normalisation = saltus_normalisation_spec_default();
    spec.source = cells;
    spec.count = 10;
    spec.delay_ms = saltus_uniform(0.7, 9);
    teach(e, &spec, "stdp", 1.2, "pre_centred");
    spec.plasticity = saltus_plasticity_spec_default();
    spec.plasticity.dendritic_share = 0.4;
    teach(e, &spec, "stdp", 1.2, "restricted");
    spec.target = inhibitory;
    spec.delay_ms = saltus_constant(3);
    spec.plasticity = saltus_plasticity_spec_default();
    spec.plasticity.dendritic_share = 1;
    spec.plasticity.single = true;
    teach(e, &spec, "triplet", 1.2, "nearest");
    spec.source = inhibitory;
    spec.target = cells;
    spec.weight_mV = truncated(saltus_uniform(-2, -0.5), -2, -0.5);
    spec.plasticity = saltus_plasticity_spec_default();
    teach(e, &spec, "vogels", -3, NULL);
}

static void add_modulator(saltus_experiment *e, const saltus_modulator_spec *spec)
{
    saltus_error error = {0};
    const saltus_status status = saltus_experiment_add_modulator(e, spec, NULL, &error);
    ck_assert_msg(status == SALTUS_OK, "%s: %s", spec->name, error.message);
}

/* Rewards of every kind: listed, of a population, after coincidences. */
static void add_modulators(saltus_experiment *e, uint32_t cells, uint32_t teacher)
{
    static const double times_ms[] = {3, 3, 17.4, 40, 52.05, 80, 110};
    static const double amounts[] = {20, -5, 15, 30, -40, 25, 10};
    saltus_modulator_spec m = saltus_modulator_spec_default();
    m.name = "listed";
    m.tau_ms = 12;
    m.baseline = 2;
    m.times_ms = times_ms;
    m.amounts = amounts;
    m.count = sizeof times_ms / sizeof times_ms[0];
    m.pre_population = m.post_population = cells;
    m.pre_neuron = 7;
    m.post_neuron = 1100;
    m.pair_window_ms = 25;
    m.pair_amount = 20;
    m.pair_delay_low_ms = 3;
    m.pair_delay_high_ms = 40;
    add_modulator(e, &m);
    m = saltus_modulator_spec_default();
    m.name = "taught";
    m.tau_ms = 30;
    m.population = teacher;
    m.population_amount = 4;
    m.population_delay_ms = 3.3;
    add_modulator(e, &m);
}

/* Rewards, and a fast source, several of whose spikes are in one step of a coarse clock, through
 * synapses whose weights come late for other reasons than learning. */
static void build_rewarded(saltus_experiment *e)
{
    saltus_population_spec s = saltus_population_spec_default();
    s.name = "cells";
    s.size = 1300;
    s.v_init_mV = saltus_uniform(0, 20);
    const uint32_t cells = test_network_population(e, &s);
    s = saltus_population_spec_default();
    s.name = "source";
    s.size = 150;
    s.model = SALTUS_MODEL_POISSON_SOURCE;
    s.rate_Hz = 150;
    const uint32_t source = test_network_population(e, &s);
    s.name = "teacher";
    s.size = 3;
    const uint32_t teacher = test_network_population(e, &s);
    add_modulators(e, cells, teacher);
    add_poisson(e, "cells", cells, 900, 1);

    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = source;
    spec.target = cells;
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = 10;
    spec.weight_mV = truncated(saltus_uniform(0.1, 1), 0.1, 1);
    spec.delay_ms = saltus_uniform(0.7, 9);
    spec.plasticity.modulator = 0;
    spec.plasticity.dendritic_share = 0.3;
    spec.plasticity.rule = "reward_stdp";
    ck_assert_int_eq(saltus_plasticity_set(&spec.plasticity, "tau_c", 3, NULL), SALTUS_OK);
    teach(e, &spec, "reward_stdp", 1.2, "all_to_all");
    spec.source = cells;
    spec.delay_ms = saltus_constant(1.5);
    spec.plasticity = saltus_plasticity_spec_default();
    spec.plasticity.modulator = 1;
    spec.plasticity.single = true;
    teach(e, &spec, "reward_stdp", 1.2, NULL);

    spec = transmitting(source, cells, 0.7, true);
    spec.scaling.rate_Hz = 20;
    spec.scaling.tau_ms = 50;
    spec.scaling.gain_Hz = 5;
    test_network_projection(e, &spec);
    spec = transmitting(source, cells, 0.5, true);
    spec.release.model = SALTUS_RELEASE_TSODYKS_MARKRAM;
    spec.release.tau_rec_ms = 100;
    spec.release.tau_fac_ms = 40;
    test_network_projection(e, &spec);
}

static void build_damaged(saltus_experiment *e)
{
    build_learning(e);
    test_network_damage(e);
}

static void build_damaged_transmission(saltus_experiment *e)
{
    build_transmission(e);
    test_network_damage(e);
}

static void build_damaged_currents(saltus_experiment *e)
{
    test_network_currents(e);
    test_network_damage(e);
}

bool test_network_runs_on(const test_network *network, const char *engine)
{
    return !network->currents || engine == NULL || strncmp(engine, "event", 5) == 0 ||
           strncmp(engine, "grid", 4) == 0 || strncmp(engine, "euler", 5) == 0;
}

const test_network test_networks[] = {
    {"balanced", build_balanced, 60, false},
    {"drawn", build_drawn, 60, false},
    {"driven", build_driven, 80, false},
    {"learning", build_learning, 150, false},
    {"lists", build_lists, 3100, false},
    {"rewarded", build_rewarded, 120, false},
    {"short_delays", build_short_delays, 8, false},
    {"sparse", build_sparse, 5000, false},
    {"transmission", build_transmission, 80, false},
    {"currents", test_network_currents, 90, true},
    {"adapts", test_network_adapts, 60, true},
    {"damaged", build_damaged, 70, false},
    {"damaged_transmission", build_damaged_transmission, 50, false},
    {"damaged_currents", build_damaged_currents, 50, true}};
const size_t test_network_count = sizeof test_networks / sizeof test_networks[0];

saltus_experiment *test_network_create(const test_network *network, bool records)
{
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create(network->name, &e), SALTUS_OK);
    saltus_experiment_set_seed(e, 20240607);
    ck_assert_int_eq(saltus_experiment_set_duration(e, network->duration_ms, NULL), SALTUS_OK);
    network->build(e);
    for (uint32_t p = 0; records && p < saltus_experiment_population_count(e); p++) {
        ck_assert_int_eq(saltus_experiment_record_spikes(e, p), SALTUS_OK);
    }
    /* Potentials of both populations that every network has, across a group's end. */
    if (records) {
        const double odd_ms = network->duration_ms / 41.7;
        ck_assert_int_eq(saltus_experiment_record_potential(e, 0, 1000, 25, odd_ms / 3, odd_ms,
                                                            network->duration_ms, NULL),
                         SALTUS_OK);
        ck_assert_int_eq(
            saltus_experiment_record_potential(e, 0, 0, 7, odd_ms, 0, network->duration_ms, NULL),
            SALTUS_OK);
    }
    return e;
}

/* test_apart - a population that stands apart, whose arrivals are dealt out to its groups, fires as
 * it does where arrivals come among all others, time by time (engine/event/own_delays.h).
 *
 * Random networks are run twice. A silent source has one synapse onto each population, through
 * which nothing ever arrives: with a weight the population may stand apart, with weight 0 its
 * arrivals are not plain, and it may not. Spikes, potentials and counts are the same to the last
 * bit. */
#include <math.h>
#include <stdio.h>

#include "engine/event/own_delays.h"
#include "engine/simulation.h"
#include "networks.h"
#include "support/suite.h"
#include "support/trial.h"

/* Beside so many synapses a neuron those with delays of their own are fewer than an eighth. */
enum { TARGETS_MOST = 3, LISTED_MOST = 400, FEW_BESIDE = 260 };

#define DURATION_MS 48.0

/* What is drawn of a network. */
typedef struct draw {
    uint64_t state;
    double lattice_ms; /* of spikes of sources, arrivals and delays; 0: none */
    double least_ms;   /* of delays */
    uint32_t targets;  /* populations 1 .. targets; sources are population 0 */
    saltus_model model[TARGETS_MOST];
    uint32_t receptors[TARGETS_MOST], size[TARGETS_MOST];
    uint32_t inputs;
} draw;

static bool chance(draw *d, double p)
{
    return trial_random(&d->state) < p;
}

static double between(draw *d, double low, double high)
{
    return trial_random_in(&d->state, low, high);
}

static uint32_t below(draw *d, uint32_t n)
{
    return trial_random_below(&d->state, n);
}

static double on_lattice(const draw *d, double ms)
{
    return d->lattice_ms > 0 ? ceil(ms / d->lattice_ms) * d->lattice_ms : ms;
}

/* A neuron to which several arrivals come at one time is searched for a crossing once or several
 * times, as they lie in rows and blocks; then numbers of searches are not compared. */
static bool counts_searches(const draw *d)
{
    return d->lattice_ms == 0;
}

static draw draw_of(uint64_t seed)
{
    static const double lattices_ms[] = {0, 0, 0.1, 0.5, 1};
    static const double least_ms[] = {0.002, 0.01, 0.3, 1.5, 20};
    draw d = {.state = seed * 0x2545f4914f6cdd1du + 3};
    trial_random_word(&d.state);
    d.lattice_ms = lattices_ms[below(&d, 5)];
    d.least_ms = least_ms[below(&d, 5)];
    d.targets = 1 + below(&d, TARGETS_MOST);
    return d;
}

/* ---- Populations -------------------------------------------------------------------------------
 */

/* Sources that fire at random, or at times of the lattice, some of them several times at once. */
static void add_sources(draw *d, saltus_experiment *e)
{
    double times_ms[LISTED_MOST];
    uint32_t neurons[LISTED_MOST];
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "sources";
    p.size = 20 + below(d, 60);
    p.model = SALTUS_MODEL_POISSON_SOURCE;
    p.rate_Hz = between(d, 30, 120);
    if (d->lattice_ms > 0 || chance(d, 0.3)) {
        p.model = SALTUS_MODEL_SPIKE_LIST;
        p.spike_times_ms = times_ms;
        p.spike_neurons = neurons;
        p.spike_count = 100 + below(d, LISTED_MOST - 100);
        for (size_t i = 0; i < p.spike_count; i++) {
            const double at = DURATION_MS * (double)(i + 1) / (double)p.spike_count;
            times_ms[i] = on_lattice(d, at);
            neurons[i] = below(d, p.size);
        }
    }
    test_network_population(e, &p);
}

static void draw_receptors(draw *d, saltus_population_spec *p)
{
    static const char *const names[] = {"first", "second", "third"};
    p->receptor_count = 1 + below(d, 3);
    for (uint32_t r = 0; r < p->receptor_count; r++) {
        p->receptors[r] = (saltus_receptor){.name = names[r], .tau_ms = between(d, 0.5, 8)};
        if (chance(d, 0.3)) {
            p->receptors[r].tau_rise_ms = p->receptors[r].tau_ms * between(d, 0.1, 0.8);
        }
    }
}

static void add_target(draw *d, saltus_experiment *e, uint32_t target)
{
    static const char *const names[] = {"a", "b", "c"};
    static const double refractory_ms[] = {0, 2, 0.3};
    saltus_population_spec p = saltus_population_spec_default();
    p.name = names[target];
    p.size = chance(d, 0.15) ? 1025 + below(d, 600) : 20 + below(d, 150);
    p.model = chance(d, 0.5) ? SALTUS_MODEL_LIF_DELTA : SALTUS_MODEL_LIF_EXP;
    p.tau_m_ms = between(d, 9, 30);
    p.t_ref_ms = refractory_ms[below(d, 3)];
    p.v_reset_mV = between(d, -3, 8);
    p.v_init_mV = saltus_uniform(-3, 21);
    double drive = between(d, -0.2, 0.9); /* in currents that reach the threshold */
    if (p.model == SALTUS_MODEL_LIF_EXP) {
        draw_receptors(d, &p);
        p.v_th_mV = chance(d, 0.4) ? saltus_uniform(17, 23) : saltus_constant(20);
        drive += chance(d, 0.3) ? 0.6 : 0;
    } else if (chance(d, 0.1)) {
        drive = 1.3; /* who fires without arrivals cannot stand apart */
    }
    p.i_e_pA = saltus_constant(drive * 20 * p.c_m_pF / p.tau_m_ms);
    if (p.model == SALTUS_MODEL_LIF_EXP && chance(d, 0.3)) {
        p.i_e_pA = saltus_uniform(0.7 * p.i_e_pA.a - 1, 1.1 * fabs(p.i_e_pA.a) + 1);
    }
    d->model[target] = p.model;
    d->receptors[target] = p.receptor_count;
    d->size[target] = p.size;
    const uint32_t index = test_network_population(e, &p);
    ck_assert_int_eq(saltus_experiment_record_spikes(e, index), SALTUS_OK);
}

/* ---- Inputs ------------------------------------------------------------------------------------
 */

/* A weight in mV, or the current that brings about as much. */
static double weight_for(const draw *d, uint32_t target, double mV)
{
    return d->model[target] == SALTUS_MODEL_LIF_EXP ? 100 * mV : mV;
}

static saltus_input_spec input_to(draw *d, uint32_t target, saltus_input_type type, char *name)
{
    saltus_input_spec input = saltus_input_spec_default();
    sprintf(name, "input%u", d->inputs++);
    input.name = name;
    input.type = type;
    input.population = target + 1;
    if (type == SALTUS_INPUT_CURRENT) {
        return input;
    }
    const bool weighs = type != SALTUS_INPUT_ARRIVALS; /* which have weights of their own */
    const double weight = weight_for(d, target, between(d, -0.5, 2));
    if (d->model[target] == SALTUS_MODEL_LIF_EXP) {
        input.weight_pA = weighs ? weight : input.weight_pA;
        input.receptor = below(d, d->receptors[target]);
    } else {
        input.weight_mV = weighs ? weight : input.weight_mV;
    }
    return input;
}

static void add_poisson(draw *d, saltus_experiment *e, uint32_t target)
{
    char name[16];
    saltus_input_spec input = input_to(d, target, SALTUS_INPUT_POISSON, name);
    input.rate_Hz = between(d, 50, 2000);
    test_network_input(e, &input);
}

static void add_periodic(draw *d, saltus_experiment *e, uint32_t target)
{
    char name[16];
    saltus_input_spec input = input_to(d, target, SALTUS_INPUT_PERIODIC, name);
    input.interval_ms = on_lattice(d, between(d, 0.4, 6));
    test_network_input(e, &input);
}

/* Many of them at one time, some of them to one neuron. */
static void add_arrivals(draw *d, saltus_experiment *e, uint32_t target)
{
    char name[16];
    double times_ms[LISTED_MOST], weights[LISTED_MOST];
    uint32_t targets[LISTED_MOST];
    saltus_input_spec input = input_to(d, target, SALTUS_INPUT_ARRIVALS, name);
    for (size_t i = 0; i < LISTED_MOST; i++) {
        times_ms[i] = on_lattice(d, DURATION_MS * (double)(i / 3 + 1) / LISTED_MOST * 3);
        targets[i] = below(d, d->size[target]);
        weights[i] = weight_for(d, target, between(d, -3, 8));
    }
    input.arrival_times_ms = times_ms;
    input.arrival_targets = targets;
    if (d->model[target] == SALTUS_MODEL_LIF_EXP) {
        input.arrival_weights_pA = weights;
    } else {
        input.arrival_weights_mV = weights;
    }
    input.arrival_count = LISTED_MOST;
    test_network_input(e, &input);
}

/* Steps of a current, at times of the lattice. */
static void add_current(draw *d, saltus_experiment *e, uint32_t target)
{
    char name[16];
    double times_ms[5], values_pA[5];
    saltus_input_spec input = input_to(d, target, SALTUS_INPUT_CURRENT, name);
    for (size_t i = 0; i < 5; i++) {
        times_ms[i] = on_lattice(d, 8 * (double)i + between(d, 0, 7));
        values_pA[i] = between(d, -60, d->model[target] == SALTUS_MODEL_LIF_EXP ? 200 : 15);
    }
    input.current_times_ms = times_ms;
    input.current_values_pA = values_pA;
    input.current_count = 5;
    test_network_input(e, &input);
}

static void add_inputs(draw *d, saltus_experiment *e, uint32_t target)
{
    const uint32_t kind = below(d, 6);
    for (uint32_t i = 0; i < (kind == 2 ? 2 : 1); i++) {
        if (kind == 1 || kind == 2 || kind == 5) {
            add_poisson(d, e, target);
        }
    }
    if (kind == 3) {
        add_periodic(d, e, target);
    }
    if (kind == 4 || kind == 5) {
        add_arrivals(d, e, target);
    }
    if (chance(d, 0.3)) {
        add_current(d, e, target);
    }
}

/* ---- Projections -------------------------------------------------------------------------------
 */

static void set_weight(const draw *d, saltus_projection_spec *spec, uint32_t target, double mean_mV,
                       double sd_mV)
{
    const double mean = weight_for(d, target, mean_mV);
    const saltus_value value =
        sd_mV > 0 ? saltus_normal(mean, weight_for(d, target, sd_mV)) : saltus_constant(mean);
    *(d->model[target] == SALTUS_MODEL_LIF_EXP ? &spec->weight_pA : &spec->weight_mV) = value;
}

/* Delays of their own; of a coarse lattice there are but a few. */
static saltus_value drawn_delays(draw *d)
{
    saltus_value delays = saltus_uniform(d->least_ms, d->least_ms + between(d, 0.5, 18));
    if (d->lattice_ms > 0) {
        delays.step = d->lattice_ms;
        delays.low = on_lattice(d, d->least_ms);
        delays.b = delays.low + fmax(delays.b - delays.a, 3 * d->lattice_ms);
        delays.a = delays.low;
    }
    return delays;
}

static void connect(draw *d, saltus_experiment *e, uint32_t target, uint32_t source, uint32_t count,
                    bool own)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = source;
    spec.target = target + 1;
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = count;
    spec.multapses =
        !counts_searches(d) || d->model[target] != SALTUS_MODEL_LIF_EXP || count == FEW_BESIDE;
    const bool inhibits = chance(d, 0.3);
    /* who excites each other must not do so without end */
    const double most_mV = source == 0 ? 4 : 0.2;
    const double mean_mV = inhibits ? between(d, -2, -0.2) : between(d, 0.05, most_mV);
    const double sd_mV = chance(d, 0.5) ? between(d, 0.1, source == 0 ? 2 : 0.2) : 0;
    set_weight(d, &spec, target, mean_mV, sd_mV);
    spec.receptor = d->model[target] == SALTUS_MODEL_LIF_EXP ? below(d, d->receptors[target]) : 0;
    spec.delay_ms =
        own ? drawn_delays(d) : saltus_constant(on_lattice(d, d->least_ms + between(d, 0, 4)));
    test_network_projection(e, &spec);
}

static void add_projections(draw *d, saltus_experiment *e, uint32_t target)
{
    connect(d, e, target, 0, 4 + below(d, 16), true);
    if (chance(d, 0.5)) {
        connect(d, e, target, 1 + below(d, d->targets), 2 + below(d, 12), true);
    }
    for (uint32_t i = below(d, 3); i > 0; i--) {
        connect(d, e, target, below(d, 1 + d->targets), 2 + below(d, 8), false);
    }
    if (chance(d, 0.1)) {
        connect(d, e, target, 0, FEW_BESIDE, false);
    }
}

/* Nothing ever comes from here. */
static void add_silent(const draw *d, saltus_experiment *e, bool apart)
{
    const uint32_t zero = 0;
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "silent";
    p.size = 1;
    p.model = SALTUS_MODEL_PERIODIC_SOURCE;
    p.interval_ms = 1;
    p.stop_ms = 0;
    const uint32_t silent = test_network_population(e, &p);
    for (uint32_t target = 0; target < d->targets; target++) {
        saltus_projection_spec spec = saltus_projection_spec_default();
        spec.source = silent;
        spec.target = target + 1;
        spec.rule = SALTUS_RULE_LIST;
        spec.list_sources = &zero;
        spec.list_targets = &zero;
        spec.list_count = 1;
        set_weight(d, &spec, target, apart ? 0.1 : 0, 0);
        spec.delay_ms = saltus_constant(30);
        test_network_projection(e, &spec);
    }
}

static saltus_experiment *experiment_of(uint64_t seed, bool apart)
{
    draw d = draw_of(seed);
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("apart", &e), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_set_duration(e, DURATION_MS, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_set_seed(e, seed), SALTUS_OK);
    add_sources(&d, e);
    for (uint32_t target = 0; target < d.targets; target++) {
        add_target(&d, e, target);
    }
    for (uint32_t target = 0; target < d.targets; target++) {
        add_inputs(&d, e, target);
        add_projections(&d, e, target);
        if (chance(&d, 0.3)) {
            ck_assert_int_eq(saltus_experiment_record_potential(e, target + 1, 0, d.size[target],
                                                                on_lattice(&d, 0.3), 3.7,
                                                                DURATION_MS, NULL),
                             SALTUS_OK);
        }
    }
    add_silent(&d, e, apart);
    return e;
}

/* ---- Comparing ---------------------------------------------------------------------------------
 */

typedef struct tally {
    int networks, apart, mixed; /* that stand apart; shared delays among them */
    int currents, groups;       /* with currents; with more than one group */
    uint64_t spikes, events;
} tally;

static void tally_population(const saltus_network *network, const own_delays *own, uint32_t index,
                             tally *tally)
{
    const population *target = &network->populations[index];
    bool apart = false;
    bool shared = false;
    for (uint32_t i = 0; i < network->projection_count; i++) {
        const projection *projection = &network->projections[i];
        if (projection->target == index && own->kind[i].apart) {
            apart = true;
            shared |= !projection->own_delay && projection->synapses > 1;
        }
    }
    tally->apart += apart;
    tally->mixed += shared;
    tally->currents += apart && target->currents != NULL;
    tally->groups += apart && target->size > NETWORK_GROUP_NEURONS;
}

/* Which ways are taken? */
static void tally_ways(const saltus_experiment *e, tally *tally)
{
    saltus_network *network = NULL;
    saltus_simulation *simulation = NULL;
    ck_assert_int_eq(saltus_network_build(e, NULL, &network, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_create(network, NULL, &simulation, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 0.75 * DURATION_MS, NULL), SALTUS_OK);
    const own_delays *own = simulation->blocks[0].own;
    for (uint32_t i = 0; own != NULL && i < network->population_count; i++) {
        tally_population(network, own, i, tally);
    }
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
}

static trial_result run(const saltus_experiment *e, const trial_setup *setup)
{
    trial_result result;
    ck_assert(trial_run(e, setup, &result));
    return result;
}

static void check_same(uint64_t seed, const char *what, const trial_result *wanted,
                       trial_result *got, bool windows)
{
    char why[512] = "";
    const draw d = draw_of(seed);
    if (!counts_searches(&d)) {
        got->counts.crossing_searches = wanted->counts.crossing_searches;
        for (size_t i = 0; i < got->population_count; i++) {
            got->populations[i].crossing_searches = wanted->populations[i].crossing_searches;
        }
    }
    ck_assert_msg(trial_same_bits(wanted, got, why, sizeof why) &&
                      trial_same_counts(wanted, got, windows, why, sizeof why),
                  "network %d, %s: %s", (int)seed, what, why);
}

/* Cut anywhere, twice within a stretch, in blocks and threads; and with checkpoints between. */
static void check_parts(uint64_t seed, const saltus_experiment *e, const trial_result *wanted)
{
    draw d = {.state = seed};
    double cuts_ms[4];
    double cut_ms = 0;
    for (size_t i = 0; i < 4; i++) {
        cut_ms += between(&d, 0.5, 11);
        cuts_ms[i] = i == 2 ? ceil(cut_ms) : cut_ms;
        cut_ms = cuts_ms[i];
    }
    const trial_setup setup = {.threads = 1 + (uint32_t)seed % 3,
                               .block_neurons = 1024,
                               .scheduler = saltus_scheduler_name(seed % 2),
                               .cuts_ms = cuts_ms,
                               .cut_count = 4,
                               .spikes = true,
                               .samples = true};
    trial_result parts = run(e, &setup);
    check_same(seed, "in parts", wanted, &parts, false);
    trial_clear(&parts);
    if (seed % 4 == 0) {
        trial_result relay;
        ck_assert(trial_run_relay(e, &setup, "apart.checkpoint", &relay));
        check_same(seed, "resumed", wanted, &relay, false);
        remove("apart.checkpoint");
        trial_clear(&relay);
    }
}

static void check_network(uint64_t seed, tally *apart_tally, tally *other_tally)
{
    saltus_experiment *apart = experiment_of(seed, true);
    saltus_experiment *other = experiment_of(seed, false);
    const trial_setup plain = {.spikes = true, .samples = true};
    trial_result by_group = run(apart, &plain);
    trial_result by_time = run(other, &plain);
    check_same(seed, "apart", &by_time, &by_group, true);
    check_parts(seed, apart, &by_time);
    tally_ways(apart, apart_tally);
    tally_ways(other, other_tally);
    apart_tally->networks++;
    apart_tally->spikes += by_group.counts.spikes;
    apart_tally->events += by_group.counts.synaptic_events;
    trial_clear(&by_group);
    trial_clear(&by_time);
    saltus_experiment_destroy(apart);
    saltus_experiment_destroy(other);
}

START_TEST(who_stands_apart_fires_alike)
{
    tally apart = {0};
    tally other = {0};
    const uint64_t first = trial_environment("SALTUS_APART_FIRST", 1);
    const uint64_t trials = trial_environment("SALTUS_APART_TRIALS", 60);
    for (uint64_t seed = first; seed < first + trials; seed++) {
        check_network(seed, &apart, &other);
    }
    printf("%d networks: %d populations apart, %d with shared delays, %d with currents, %d of "
           "several groups; %g spikes, %g arrivals\n",
           apart.networks, apart.apart, apart.mixed, apart.currents, apart.groups,
           (double)apart.spikes, (double)apart.events);
    ck_assert_int_eq(other.apart, 0);
    ck_assert_int_gt(apart.apart, apart.networks);
    ck_assert_int_gt(apart.currents, apart.networks / 4);
    ck_assert_int_gt(apart.mixed, apart.networks / 4);
    ck_assert_uint_gt(apart.spikes, 50 * (uint64_t)apart.networks);
}
END_TEST

/* Sources of few spikes, with delays of their own; and others that fire later, each twice at a
 * time, through two projections of one delay. */
static saltus_experiment *experiment_with_a_pause(void)
{
    double times_ms[LISTED_MOST];
    uint32_t neurons[LISTED_MOST];
    for (uint32_t i = 0; i < LISTED_MOST; i++) {
        times_ms[i] = 24 + 0.05 * (i / 4);
        neurons[i] = i / 2 % 5;
    }
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("pause", &e), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_set_duration(e, DURATION_MS, NULL), SALTUS_OK);
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "early";
    p.size = 5;
    p.model = SALTUS_MODEL_PERIODIC_SOURCE;
    p.interval_ms = 1;
    p.stop_ms = 3;
    const uint32_t early = test_network_population(e, &p);
    p.name = "late";
    p.model = SALTUS_MODEL_SPIKE_LIST;
    p.spike_times_ms = times_ms;
    p.spike_neurons = neurons;
    p.spike_count = LISTED_MOST;
    const uint32_t late = test_network_population(e, &p);
    p.name = "target";
    p.size = 100;
    p.model = SALTUS_MODEL_LIF_DELTA;
    const uint32_t target = test_network_population(e, &p);
    ck_assert_int_eq(saltus_experiment_record_spikes(e, target), SALTUS_OK);
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = early;
    spec.target = target;
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = 10;
    spec.weight_mV = saltus_normal(0.3, 0.5);
    spec.delay_ms = saltus_uniform(1, 6);
    test_network_projection(e, &spec);
    spec.source = late;
    spec.delay_ms = saltus_constant(2);
    test_network_projection(e, &spec);
    test_network_projection(e, &spec);
    return e;
}

/* Which way arrivals of shared delays take does not depend on whether a spike of the others has
 * been seen since. */
START_TEST(who_stands_apart_does_so_after_a_checkpoint)
{
    saltus_experiment *e = experiment_with_a_pause();
    const double cut_ms = 20;
    const trial_setup plain = {.spikes = true};
    const trial_setup setup = {.cuts_ms = &cut_ms, .cut_count = 1, .spikes = true};
    trial_result whole = run(e, &plain);
    trial_result relay;
    ck_assert(trial_run_relay(e, &setup, "pause.checkpoint", &relay));
    remove("pause.checkpoint");
    char why[512] = "";
    ck_assert_msg(trial_same_bits(&whole, &relay, why, sizeof why) &&
                      trial_same_counts(&whole, &relay, false, why, sizeof why),
                  "%s", why);
    ck_assert_uint_gt(whole.spike_count, 100);
    trial_clear(&whole);
    trial_clear(&relay);
    saltus_experiment_destroy(e);
}
END_TEST

int main(int argument_count, char **arguments)
{
    (void)argument_count;
    suite_wait_without_spinning(arguments);
    const TTest *const tests[] = {who_stands_apart_fires_alike,
                                  who_stands_apart_does_so_after_a_checkpoint};
    return SUITE_RUN("apart", tests);
}

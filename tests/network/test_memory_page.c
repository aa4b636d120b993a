/* test_memory_page - the tables of docs/memory.md are what the estimate says.
 *
 * Each line of a table is written anew from the estimate of a network that has what the line names;
 * the page must have exactly these lines and no others.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net_fixture.h"
#include "saltus/saltus.h"
#include "support/suite.h"

#define PAGE SALTUS_SOURCE_ROOT "/docs/memory.md"
#define MORE 65536u

static char page[MORE];

static void read_page(void)
{
    FILE *file = fopen(PAGE, "re");
    ck_assert_ptr_nonnull(file);
    const size_t length = fread(page, 1, sizeof page - 1, file);
    page[length] = '\0';
    fclose(file);
}

/* Lines of tables whose header is `header`. */
static size_t lines_under(const char *header)
{
    const char *at = strstr(page, header);
    ck_assert_msg(at != NULL, "the page has no table %s", header);
    size_t lines = 0;
    for (at = strchr(at, '\n'); at != NULL && at[1] == '|'; at = strchr(at + 1, '\n')) {
        lines++;
    }
    return lines - 1; /* the rule under the header */
}

static void must_have(const char *line)
{
    char whole[300];
    snprintf(whole, sizeof whole, "\n%s\n", line);
    ck_assert_msg(strstr(page, whole) != NULL, "the page has no line %s", line);
}

static saltus_network_size estimate(const saltus_experiment *experiment)
{
    saltus_network_options options = saltus_network_options_default();
    options.threads = 1;
    saltus_network_size size;
    ck_assert_int_eq(saltus_network_estimate(experiment, &options, &size, NULL), SALTUS_OK);
    return size;
}

/* ---- Neurons ------------------------------------------------------------------------------------
 */

#define GROUPS           8u
#define GROUP_BYTES      352u
#define TRAIN_BYTES      2896u
#define CORRELATED_BYTES 112u

/* Bytes of one neuron of this kind, without what belongs to groups. */
static unsigned neuron_bytes(saltus_population_spec spec)
{
    saltus_experiment *experiment = NULL;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_experiment_create("page", &experiment), SALTUS_OK);
    spec.name = "A";
    spec.size = GROUPS * 1024;
    ck_assert_msg(!saltus_experiment_add_population(experiment, &spec, NULL, &error), "%s",
                  error.message);
    const saltus_network_size size = estimate(experiment);
    saltus_experiment_destroy(experiment);
    uint64_t bytes = size.neuron_bytes + size.input_bytes - (uint64_t)GROUPS * GROUP_BYTES;
    if (saltus_model_is_source(spec.model)) {
        bytes -= (uint64_t)GROUPS * TRAIN_BYTES;
    }
    if (spec.model == SALTUS_MODEL_CORRELATED_SOURCE) {
        bytes -= (uint64_t)GROUPS * CORRELATED_BYTES;
        /* events at hand: of so long that a source and the 2 Hz that it copies have 16 */
        bytes -= (uint64_t)(1.5 * spec.size * spec.rate_Hz * (16 / 3.0)) * 16;
    }
    if (spec.model == SALTUS_MODEL_SPIKE_LIST) {
        bytes -= (GROUPS + 1) * sizeof(uint64_t); /* where each group's list begins */
    }
    ck_assert_uint_eq(bytes % spec.size, 0);
    return (unsigned)(bytes / spec.size);
}

/* Bytes of a population, which may get a current over time. */
static uint64_t population_bytes(saltus_population_spec spec, bool current)
{
    static const double ms = 5, pA = 100;
    saltus_experiment *experiment = NULL;
    ck_assert_int_eq(saltus_experiment_create("page", &experiment), SALTUS_OK);
    spec.name = "A";
    spec.size = 1000;
    ck_assert(!saltus_experiment_add_population(experiment, &spec, NULL, NULL));
    saltus_input_spec input = saltus_input_spec_default();
    input.name = "I";
    input.type = SALTUS_INPUT_CURRENT;
    input.current_times_ms = &ms;
    input.current_values_pA = &pA;
    input.current_count = 1;
    ck_assert(!current || !saltus_experiment_add_input(experiment, &input, NULL, NULL));
    const saltus_network_size size = estimate(experiment);
    saltus_experiment_destroy(experiment);
    return size.neuron_bytes + size.input_bytes;
}

/* Beside the list of changes, which neurons with thresholds in common need as well. */
static unsigned current_bytes(saltus_population_spec spec)
{
    const uint64_t list = population_bytes(spec, true) - population_bytes(spec, false);
    spec.v_th_mV = saltus_uniform(20, 30);
    const uint64_t more = population_bytes(spec, true) - population_bytes(spec, false) - list;
    ck_assert_uint_eq(more % 1000, 0);
    return (unsigned)(more / 1000);
}

static void check_neuron(const char *what, saltus_population_spec spec, unsigned less)
{
    char line[256];
    snprintf(line, sizeof line, "| %s | %u |", what, neuron_bytes(spec) - less);
    must_have(line);
}

static void check_adapting(saltus_population_spec plain)
{
    saltus_population_spec spec = plain;
    spec.model = SALTUS_MODEL_ALIF;
    const unsigned one = neuron_bytes(spec);
    spec.theta_plus_mV = 1;
    spec.tau_theta_ms = 50;
    check_neuron("models that adapt, as `lif_exp`: each after-spike current or part of the "
                 "threshold, more",
                 spec, one);
    spec.theta_plus_mV = 0;
    spec.reset_by_subtraction = true;
    check_neuron("`alif` reset by subtraction, `glif2`, `glif4`, `mat2`: more", spec, one);
    spec = plain;
    spec.model = SALTUS_MODEL_MAT2;
    ck_assert_uint_eq(neuron_bytes(spec), one + 3 * 16);
    spec.model = SALTUS_MODEL_GLIF4;
    spec.after_spike_count = 1;
    spec.after_spike[0] = (saltus_after_spike_current){.tau_ms = 9};
    ck_assert_uint_eq(neuron_bytes(spec), one + 2 * 16);
}

static void check_flows(const saltus_population_spec plain)
{
    saltus_population_spec spec = plain;
    spec.model = SALTUS_MODEL_QIF;
    check_neuron("`qif`, `izhikevich`, `adex`", spec, 0);
    spec.model = SALTUS_MODEL_ADEX;
    check_neuron("`qif`, `izhikevich`, `adex`", spec, 0);
    const unsigned one = neuron_bytes(spec);
    spec.i_e_pA = saltus_uniform(0, 1);
    check_neuron("the same, a current or an initial u of its own: more, an initial V twice that",
                 spec, one);
    spec.i_e_pA = saltus_constant(0);
    spec.v_init_mV = saltus_uniform(-70, -60);
    ck_assert_uint_eq(neuron_bytes(spec) - one, 2 * 8);
    spec.v_init_mV = plain.v_init_mV;
    spec.model = SALTUS_MODEL_ADEX_EXP;
    check_neuron("`izhikevich_exp`, `adex_exp`: each receptor, twice that with `tau_rise`, more",
                 spec, one);
    spec.receptor_count = 2;
    spec.receptors[1] = (saltus_receptor){.name = "other", .tau_ms = 5, .tau_rise_ms = 1};
    ck_assert_uint_eq(neuron_bytes(spec) - one, 3 * 8);
}

START_TEST(bytes_of_neurons_are_as_on_the_page)
{
    const saltus_population_spec plain = saltus_population_spec_default();
    saltus_population_spec spec = plain;
    read_page();
    check_neuron("`lif_delta`", spec, 0);
    spec.v_init_mV = saltus_uniform(0, 10);
    check_neuron("`lif_delta`, an initial potential of its own", spec, 0);
    spec = plain;
    spec.v_th_mV = saltus_uniform(20, 30);
    check_neuron("`lif_delta`, a threshold or current of its own", spec, 0);
    spec = plain;
    spec.i_e_pA = saltus_uniform(0, 1);
    check_neuron("`lif_delta`, a threshold or current of its own", spec, 0);
    spec = plain;
    spec.theta_plus_mV = 1;
    spec.tau_theta_ms = 1000;
    check_neuron("an adaptive threshold in some `lif_delta` population: of every neuron, more",
                 spec, neuron_bytes(plain));
    char line[128];
    snprintf(line, sizeof line,
             "| a current over time into a population with thresholds or currents of their own: "
             "more | %u |",
             current_bytes(plain));
    must_have(line);
    spec = plain;
    spec.model = SALTUS_MODEL_POISSON_SOURCE;
    spec.rate_Hz = 1;
    check_neuron("`poisson_source`", spec, 0);
    spec.model = SALTUS_MODEL_CORRELATED_SOURCE;
    spec.correlation = 0.5;
    check_neuron("`correlated_source`", spec, 0);
    spec.model = SALTUS_MODEL_PERIODIC_SOURCE;
    spec.interval_ms = 1;
    check_neuron("`periodic_source`", spec, 0);
    spec.model = SALTUS_MODEL_RATE_SOURCE;
    spec.rates_Hz = saltus_constant(1);
    check_neuron("`rate_source`", spec, 0);
    spec.model = SALTUS_MODEL_SPIKE_LIST;
    check_neuron("`spike_list`", spec, 0);
    spec = plain;
    spec.model = SALTUS_MODEL_LIF_EXP;
    check_neuron("`lif_exp`, one receptor", spec, 0);
    unsigned one = neuron_bytes(spec);
    spec.receptor_count = 2;
    spec.receptors[1] = (saltus_receptor){.name = "other", .tau_ms = 5};
    check_neuron("`lif_exp`, another receptor: more, twice that with `tau_rise`", spec, one);
    spec.receptors[1].tau_rise_ms = 1;
    ck_assert_uint_eq(neuron_bytes(spec) - one, 2 * 16);
    spec.receptor_count = 1;
    spec.model = SALTUS_MODEL_LIF_ALPHA;
    check_neuron("`lif_alpha`, one receptor", spec, 0);
    one = neuron_bytes(spec);
    spec.receptor_count = 2;
    spec.receptors[1].tau_rise_ms = 0;
    check_neuron("`lif_alpha`, another receptor: more", spec, one);
    check_adapting(plain);
    check_flows(plain);
    ck_assert_uint_eq(lines_under("| model | bytes |"), 19);
}
END_TEST

/* ---- Synapses -----------------------------------------------------------------------------------
 */

static saltus_projection_size projection_size(const saltus_projection_spec *spec)
{
    saltus_experiment *experiment = fixture_experiment(3, 3);
    saltus_modulator_spec modulator = saltus_modulator_spec_default();
    modulator.name = "reward";
    ck_assert_int_eq(saltus_experiment_add_modulator(experiment, &modulator, NULL, NULL),
                     SALTUS_OK);
    fixture_connect(experiment, spec);
    saltus_projection_size size;
    ck_assert_int_eq(saltus_network_estimate_projection(experiment, 0, &size), SALTUS_OK);
    saltus_experiment_destroy(experiment);
    return size;
}

static void check_stored(const char *what, const saltus_projection_spec *spec, unsigned less)
{
    char line[256];
    snprintf(line, sizeof line, "| %s | %u |", what, projection_size(spec).network_bytes - less);
    must_have(line);
}

START_TEST(bytes_of_synapses_in_the_network_are_as_on_the_page)
{
    static const double halves[] = {0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5};
    static const double tenths[] = {0.1, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5};
    const saltus_projection_spec plain = fixture_projection(0, 1, SALTUS_RULE_ALL_TO_ALL);
    saltus_projection_spec spec = plain;
    read_page();
    check_stored("target", &spec, 0);
    spec.weight_mV = saltus_uniform(0, 1);
    check_stored("a drawn weight, or a listed one that a float holds exactly, more", &spec, 4);
    const uint32_t ends[] = {0, 0, 0, 1, 1, 1, 2, 2, 2};
    const uint32_t others[] = {0, 1, 2, 0, 1, 2, 0, 1, 2};
    spec.rule = SALTUS_RULE_LIST;
    spec.list_sources = ends;
    spec.list_targets = others;
    spec.list_count = 9;
    spec.weight_mV = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = halves, .list_length = 9};
    check_stored("a drawn weight, or a listed one that a float holds exactly, more", &spec, 4);
    spec.weight_mV.list = tenths;
    check_stored("another listed weight, more", &spec, 4);
    spec = plain;
    spec.delay_ms = saltus_uniform(1, 2);
    check_stored("a delay of its own, more", &spec, 4);
    ck_assert_uint_eq(lines_under("| what | bytes |"), 4);
}
END_TEST

static void check_kept(const char *what, const saltus_projection_spec *spec)
{
    char line[256];
    const saltus_projection_size size = projection_size(spec);
    snprintf(line, sizeof line, "| %s | %u | %u | %u |", what, size.simulation_bytes,
             size.source_bytes, size.target_bytes);
    must_have(line);
}

static saltus_projection_spec learning(const char *rule, bool single)
{
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_ALL_TO_ALL);
    spec.plasticity.rule = rule;
    spec.plasticity.single = single;
    ck_assert_int_eq(saltus_plasticity_set(&spec.plasticity, "w_max", 1, NULL), SALTUS_OK);
    spec.plasticity.modulator = strcmp(rule, "reward_stdp") == 0 ? 0 : UINT32_MAX;
    return spec;
}

/* Every rule of the registry; returns how many lines. */
static size_t check_rules(void)
{
    static const char *const precisions[] = {"double", "float"};
    char what[128];
    size_t lines = 0;
    for (size_t i = 0; i < saltus_plasticity_count(); i++) {
        const char *name = saltus_plasticity_get(i)->name;
        for (size_t p = 0; p < 2; p++) {
            const saltus_projection_spec spec = learning(name, p == 1);
            snprintf(what, sizeof what, "`%s`, `precision: %s`", name, precisions[p]);
            check_kept(what, &spec);
            lines++;
        }
    }
    for (size_t p = 0; p < 2; p++) {
        saltus_projection_spec spec = learning("stdp", p == 1);
        ck_assert_int_eq(
            saltus_plasticity_set_word(&spec.plasticity, "pairing", "pre_centred", NULL),
            SALTUS_OK);
        snprintf(what, sizeof what, "`stdp`, `pairing: pre_centred`, `precision: %s`",
                 precisions[p]);
        check_kept(what, &spec);
        lines++;
    }
    return lines;
}

/* Every model of release of the registry. */
static size_t check_releases(void)
{
    char what[128];
    size_t lines = 0;
    for (size_t i = 0; i < saltus_release_count(); i++) {
        const saltus_release_info *model = saltus_release_get(i);
        saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_ALL_TO_ALL);
        spec.release.model = model->model;
        snprintf(what, sizeof what, "`%s`", model->name);
        check_kept(what, &spec);
        spec.release.u_sd = 0.1;
        snprintf(what, sizeof what, "`%s`, `u` of its own", model->name);
        check_kept(what, &spec);
        lines += 2;
        if (model->model != SALTUS_RELEASE_UNRELIABLE) {
            spec.release.tau_fac_ms = 50;
            spec.release.tau_rec_sd_ms = spec.release.tau_fac_sd_ms = 1;
            snprintf(what, sizeof what, "`%s`, all parameters of its own", model->name);
            check_kept(what, &spec);
            lines++;
        }
    }
    return lines;
}

START_TEST(bytes_of_learning_and_release_are_as_on_the_page)
{
    read_page();
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_ALL_TO_ALL);
    check_kept("weights stay, every arrival counts", &spec);
    spec.scaling.rate_Hz = 5;
    check_kept("synaptic scaling", &spec);
    spec = learning("stdp", false);
    spec.scaling.rate_Hz = 5;
    spec.release.model = SALTUS_RELEASE_TSODYKS_MARKRAM;
    spec.release.tau_fac_ms = 50;
    spec.release.u_sd = 0.1;
    spec.release.tau_rec_sd_ms = spec.release.tau_fac_sd_ms = 1;
    check_kept("`stdp`, `tsodyks_markram` with all parameters of its own, synaptic scaling", &spec);
    const size_t lines = 3 + check_rules() + check_releases();
    ck_assert_uint_eq(lines_under("| what | a synapse | a source | a target |"), lines);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {bytes_of_neurons_are_as_on_the_page,
                                  bytes_of_synapses_in_the_network_are_as_on_the_page,
                                  bytes_of_learning_and_release_are_as_on_the_page};
    return SUITE_RUN("memory_page", tests);
}

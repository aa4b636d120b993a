/* test_fault_file - the section faults of an experiment file: what it becomes, what is refused. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "saltus/saltus.h"
#include "support/suite.h"

static const char head[] =
    "saltus: 1\nduration: 1 s\npopulations:\n  E: {size: 100, model: lif_delta}\n"
    "  I: {size: 20, like: E}\n"
    "projections:\n  - {from: [E, I], to: [E, I], rule: {fixed_indegree: 5}, weight: 1 mV, "
    "delay: 1 ms}\n"
    "  - {name: twin, from: E, to: E, rule: {fixed_indegree: 5}, weight: 1 mV, delay: 1 ms}\n"
    "  - {name: twin, from: E, to: E, rule: {fixed_indegree: 5}, weight: 1 mV, delay: 2 ms}\n"
    "  - {name: I, from: E, to: E, rule: {fixed_indegree: 5}, weight: 1 mV, delay: 2 ms}\n"
    "faults:\n";

static saltus_experiment *load(const char *faults, saltus_diagnostics **found)
{
    char text[4096];
    saltus_experiment *e = NULL;
    snprintf(text, sizeof text, "%s%s", head, faults);
    saltus_experiment_load_text(text, strlen(text), "f.yaml", NULL, NULL, &e, found);
    return e;
}

/* Fault `index` of a text that is right. */
static saltus_fault_spec fault_of(const char *faults, uint32_t index, uint32_t count)
{
    saltus_diagnostics *found = NULL;
    saltus_experiment *e = load(faults, &found);
    ck_assert_msg(e != NULL, "%s: %s", faults,
                  found != NULL ? saltus_diagnostics_get(found, 0).message : "");
    ck_assert_uint_eq(saltus_experiment_fault_count(e), count);
    saltus_fault_spec spec = *saltus_experiment_fault(e, index);
    if (spec.order == SALTUS_LESION_LIST) {
        static uint32_t kept[100];
        memcpy(kept, spec.neurons, spec.neuron_count * sizeof *kept);
        spec.neurons = kept;
    }
    saltus_experiment_destroy(e);
    return spec;
}

START_TEST(each_kind_is_read)
{
    saltus_fault_spec f =
        fault_of("  - {lesion: E, share: 0.2, at: 500 ms, by: out_degree}\n", 0, 1);
    ck_assert(f.type == SALTUS_FAULT_NEURON_LESION && f.population == 0 && f.share == 0.2 &&
              f.at_ms == 500 && f.order == SALTUS_LESION_OUT_DEGREE);
    f = fault_of("  - {lesion: E, neurons: [0, 3..5, 99]}\n", 0, 1);
    ck_assert(f.order == SALTUS_LESION_LIST && f.neuron_count == 5 && f.at_ms == 0);
    ck_assert(f.neurons[0] == 0 && f.neurons[1] == 3 && f.neurons[3] == 5 && f.neurons[4] == 99);
    f = fault_of("  - {lesion: E->I, count: 17, by: weight, at: 1 s}\n", 0, 1);
    ck_assert(f.type == SALTUS_FAULT_SYNAPSE_LESION && f.projection == 1 && isnan(f.share) &&
              f.count == 17 && f.order == SALTUS_LESION_WEIGHT && f.at_ms == 1000);
    f = fault_of("  - {weight_noise: I->I, sd: 0.1, distribution: lognormal, at: 2 ms}\n", 0, 1);
    ck_assert(f.type == SALTUS_FAULT_WEIGHT_NOISE && f.projection == 3 && f.sd == 0.1 &&
              f.lognormal && f.at_ms == 2);
    f = fault_of("  - {dropout: E, probability: 0.5}\n", 0, 1);
    ck_assert(f.type == SALTUS_FAULT_SPIKE_DROPOUT && f.population == 0 && f.probability == 0.5 &&
              f.start_ms == 0 && isinf(f.stop_ms));
    f = fault_of("  - {dropout: E->E, probability: 1, start: 1 ms, stop: 3 ms}\n", 0, 1);
    ck_assert(f.type == SALTUS_FAULT_SYNAPSE_DROPOUT && f.projection == 0 && f.start_ms == 1 &&
              f.stop_ms == 3);
}
END_TEST

START_TEST(a_list_and_a_shared_name_are_several)
{
    ck_assert_uint_eq(
        fault_of("  - {lesion: [E->E, I->I], share: 1}\n  - {lesion: E, share: 1}\n", 1, 3)
            .projection,
        3);
    ck_assert_uint_eq(fault_of("  - {weight_noise: twin, sd: 1}\n", 1, 2).projection, 5);
    /* where only a projection can be meant, its name may be that of a population */
    ck_assert_uint_eq(fault_of("  - {weight_noise: I, sd: 1}\n", 0, 1).projection, 6);
}
END_TEST

static void refused(const char *fault, const char *path, const char *message)
{
    saltus_diagnostics *found = NULL;
    saltus_experiment *e = load(fault, &found);
    ck_assert_msg(e == NULL, "accepted: %s", fault);
    ck_assert_msg(saltus_diagnostics_count(found) == 1, "%s: %zu findings", fault,
                  saltus_diagnostics_count(found));
    const saltus_diagnostic first = saltus_diagnostics_get(found, 0);
    ck_assert_msg(strcmp(first.path, path) == 0, "%s: path %s", fault, first.path);
    ck_assert_msg(strstr(first.message, message) != NULL, "%s: %s", fault, first.message);
    saltus_diagnostics_destroy(found);
}

START_TEST(what_makes_no_sense_is_refused)
{
    refused("  - {lesion: X, share: 0.2}\n", "faults.0.lesion", "'X'");
    refused("  - {lesion: E->X, share: 0.2}\n", "faults.0.lesion", "no projection 'E->X'");
    refused("  - {lesion: E}\n", "faults.0", "'share'");
    refused("  - {lesion: E, share: 1.2}\n", "faults.0.share", "0 to 1");
    refused("  - {lesion: E, share: -0.1}\n", "faults.0.share", "0 to 1");
    refused("  - {lesion: E, share: 0.1, count: 3}\n", "faults.0", "'share' and 'count'");
    refused("  - {lesion: E, share: 0.1, by: weight}\n", "faults.0.by", "for synapses");
    refused("  - {lesion: E->E, share: 0.1, by: degree}\n", "faults.0.by", "for neurons");
    refused("  - {lesion: E, share: 0.1, by: size}\n", "faults.0.by", "in_degree");
    refused("  - {lesion: E, neurons: [3, 100]}\n", "faults.0.neurons", "0 to 99");
    refused("  - {lesion: E, neurons: 3, share: 0.1}\n", "faults.0", "'neurons' and 'share'");
    refused("  - {lesion: E->E, neurons: 3}\n", "faults.0", "lesion of synapses");
    refused("  - {lesion: E, share: 0.1, at: 5}\n", "faults.0.at", "unit");
    refused("  - {lesion: E, share: 0.1, at: -5 ms}\n", "faults.0.at", "-5");
    refused("  - {lesion: I, share: 0.1}\n", "faults.0", "a population and a projection");
    refused("  - {lesion: E, dropout: E, share: 0.1}\n", "faults.0", "'lesion' and 'dropout'");
    refused("  - {share: 0.1}\n", "faults.0", "lesion, weight_noise or dropout");
    refused("  - {weight_noise: E->E}\n", "faults.0", "'sd'");
    refused("  - {weight_noise: E->E, sd: 11}\n", "faults.0.sd", "0 to 10");
    refused("  - {weight_noise: E->E, sd: -1}\n", "faults.0.sd", "0 to 10");
    refused("  - {dropout: E, probability: 2}\n", "faults.0.probability", "0 to 1");
    refused("  - {dropout: E, probability: 0.1, start: 5 ms, stop: 1 ms}\n", "faults.0.stop", "1");
    refused("  - {dropout: E, probability: 0.1, at: 5 ms}\n", "faults.0.at", "unknown key 'at'");
    refused("  {lesion: E}\n", "faults", "a list");
}
END_TEST

START_TEST(specs_in_code_are_checked)
{
    saltus_experiment *e = load("", NULL);
    saltus_error error = {0};
    saltus_fault_spec spec = saltus_fault_spec_default();
    ck_assert_int_eq(saltus_experiment_add_fault(e, &spec, NULL, &error), SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, "population") != NULL, "%s", error.message);
    static const uint32_t twice[] = {3, 3};
    spec.population = 0;
    spec.order = SALTUS_LESION_LIST;
    spec.neurons = twice;
    spec.neuron_count = 2;
    ck_assert_int_eq(saltus_experiment_add_fault(e, &spec, NULL, &error), SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, "ascend") != NULL, "%s", error.message);
    spec.neuron_count = 1;
    uint32_t index = 7;
    ck_assert_int_eq(saltus_experiment_add_fault(e, &spec, &index, &error), SALTUS_OK);
    ck_assert_uint_eq(index, 0);
    spec.type = SALTUS_FAULT_SYNAPSE_LESION;
    spec.projection = 99;
    ck_assert_int_eq(saltus_experiment_add_fault(e, &spec, NULL, &error), SALTUS_E_EXPERIMENT);
    spec.struct_size = 3;
    ck_assert_int_eq(saltus_experiment_add_fault(e, &spec, NULL, &error), SALTUS_E_ARGUMENT);
    saltus_experiment_destroy(e);
}
END_TEST

/* Everything that a fault says is part of what determines the run; what its type ignores is not. */
START_TEST(faults_are_part_of_the_hash)
{
    static const char *const texts[] = {
        "",
        "  - {lesion: E, share: 0}\n",
        "  - {lesion: E, count: 0}\n",
        "  - {lesion: E, share: 0.5}\n",
        "  - {lesion: E, share: 0.5, at: 1 ms}\n",
        "  - {lesion: E, share: 0.5, by: degree}\n",
        "  - {lesion: E, neurons: 4}\n",
        "  - {lesion: E, neurons: 5}\n",
        "  - {lesion: E->E, share: 0.5}\n",
        "  - {weight_noise: E->E, sd: 0.5}\n",
        "  - {weight_noise: E->E, sd: 0.5, distribution: lognormal}\n",
        "  - {dropout: E->E, probability: 0.5}\n",
        "  - {dropout: E, probability: 0.5}\n",
        "  - {dropout: E, probability: 0.5, stop: 1 s}\n",
        "  - {dropout: E, probability: 0.5}\n  - {dropout: E, probability: 0.5}\n"};
    enum { TEXTS = sizeof texts / sizeof texts[0] };
    uint64_t hash[TEXTS];
    for (size_t i = 0; i < TEXTS; i++) {
        saltus_experiment *e = load(texts[i], NULL);
        ck_assert_ptr_nonnull(e);
        hash[i] = saltus_experiment_hash(e);
        saltus_experiment_destroy(e);
        for (size_t k = 0; k < i; k++) {
            ck_assert_msg(hash[i] != hash[k], "%s and %s", texts[i], texts[k]);
        }
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {each_kind_is_read, a_list_and_a_shared_name_are_several,
                                  what_makes_no_sense_is_refused, specs_in_code_are_checked,
                                  faults_are_part_of_the_hash};
    return SUITE_RUN("fault_file", tests);
}

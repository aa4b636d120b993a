/* test_plasticity_file - synapses that change, in experiment files: what is read, what is said.
 *
 * Rules and models of release are taken from their catalogs, so that each is tested as it comes. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/experiment.h"
#include "file_scene.h"
#include "models/plasticity/rule.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static saltus_status load(const char *text)
{
    tear_down();
    return load_from(SALTUS_SOURCE_ROOT "/tests", text, NULL);
}

static void load_good(const char *text)
{
    expect_good(load(text));
}

#define HEAD                                                                                       \
    "saltus: 1\n"                                                                                  \
    "duration: 1 s\n"                                                                              \
    "modulators: {dopamine: {tau: 100 ms}}\n"                                                      \
    "populations:\n"                                                                               \
    "  E: {size: 10, model: lif_delta}\n"                                                          \
    "  I: {size: 10, model: lif_delta}\n"

/* ---- Values ---------------------------------------------------------------------------- */

static double value_of(const saltus_plasticity_spec *spec, const char *name)
{
    const saltus_rule_parameter *parameter = saltus_plasticity_find(spec->rule)->parameters;
    size_t k = 0;
    while (strcmp(parameter[k].name, name) != 0) {
        k++;
    }
    return spec->value[k];
}

START_TEST(test_all_keys_are_read_in_base_units)
{
    load_good(
        "saltus: 1\nduration: 1 s\n"
        "populations:\n"
        "  E: {size: 10, model: lif_delta, params: {theta_plus: 50 uV, tau_theta: 10000 s}}\n"
        "  I: {size: 10, like: E, params: {tau_theta: never}}\n"
        "projections:\n"
        "  - {from: E, to: [E, I], rule: all_to_all, weight: 0.5 mV, delay: 1 ms,\n"
        "     plasticity: {rule: stdp, tau_plus: 0.0168 s, w_max: 1000 uV, pairing: nearest,\n"
        "       dendritic: 0.5, precision: float},\n"
        "     release: {model: stochastic, u: 0.25, tau_rec: 0.5 s, tau_fac: 20 ms, sites: 10,\n"
        "       u_sd: 0.1, tau_rec_sd: 100 ms, tau_fac_sd: 1 ms},\n"
        "     scaling: {rate: 5 Hz, tau: 2 s, gain: 0.2 Hz, low: 0.1, high: 10}}\n"
        "  - {from: I, to: E, rule: all_to_all, weight: -0.5 mV, delay: 1 ms,\n"
        "     plasticity: {rule: stdp, w_max: -1 mV, precision: double}, scaling: ~, release: "
        "null,\n"
        "     normalise: {total: 78 mV, every: 0.5 s}}\n"
        "modulators:\n"
        "  d1: {tau: 0.1 s, baseline: -0.5, rewards: [{at: 0.1 s, amount: 0.5}, {at: 100 ms,\n"
        "    amount: -1}], population: {of: I, amount: 0.1, delay: 1000 us},\n"
        "    pair: {pre: [E, 1], post: [I, 9], window: 10 ms, amount: 0.5, delay: [1 s, 3 s]}}\n"
        "  d2:\n"
        "  d3: {pair: {pre: [E, 1], post: [E, 2], window: 1 ms, amount: 1, delay: 2 s}}\n");
    const saltus_population_spec *e = experiment->populations;
    ck_assert(e[0].theta_plus_mV == 0.05 && e[0].tau_theta_ms == 1e7);
    ck_assert(e[1].theta_plus_mV == 0.05 && isinf(e[1].tau_theta_ms));
    const saltus_projection_spec *p = &experiment->projections[1];
    ck_assert_str_eq(p->plasticity.rule, "stdp");
    ck_assert(value_of(&p->plasticity, "tau_plus") == 16.8);
    ck_assert(isnan(value_of(&p->plasticity, "tau_minus")));
    ck_assert(p->plasticity.dendritic_share == 0.5 && p->plasticity.single);
    ck_assert_uint_eq(p->plasticity.modulator, UINT32_MAX);
    ck_assert_int_eq(p->release.model, SALTUS_RELEASE_STOCHASTIC);
    ck_assert(p->release.u == 0.25 && p->release.tau_rec_ms == 500 && p->release.tau_fac_ms == 20);
    ck_assert(p->release.u_sd == 0.1 && p->release.tau_rec_sd_ms == 100);
    ck_assert(p->release.tau_fac_sd_ms == 1 && p->release.sites == 10);
    ck_assert(p->scaling.rate_Hz == 5 && p->scaling.tau_ms == 2000 && p->scaling.gain_Hz == 0.2);
    ck_assert(p->scaling.low == 0.1 && p->scaling.high == 10);
    p = &experiment->projections[2];
    ck_assert(!p->plasticity.single && p->scaling.rate_Hz == 0);
    ck_assert_int_eq(p->release.model, SALTUS_RELEASE_SURE);
    ck_assert(p->normalisation.total_mV == 78 && p->normalisation.interval_ms == 500);
    ck_assert(p->normalisation.start_ms == 500); // one interval
    const saltus_modulator_spec *m = experiment->modulators;
    ck_assert(m[0].tau_ms == 100 && m[0].baseline == -0.5 && m[0].count == 2);
    ck_assert(m[0].times_ms[0] == 100 && m[0].amounts[1] == -1);
    ck_assert(m[0].population == 1 && m[0].population_amount == 0.1);
    ck_assert(m[0].population_delay_ms == 1 && m[0].pre_population == 0 && m[0].pre_neuron == 1);
    ck_assert(m[0].post_population == 1 && m[0].post_neuron == 9 && m[0].pair_window_ms == 10);
    ck_assert(m[0].pair_amount == 0.5 && m[0].pair_delay_low_ms == 1000);
    ck_assert(m[0].pair_delay_high_ms == 3000);
    ck_assert(m[1].tau_ms == 200 && m[1].count == 0 && m[1].population == UINT32_MAX);
    ck_assert(m[2].pair_delay_low_ms == 2000 && m[2].pair_delay_high_ms == 2000);
}
END_TEST

/* A projection with this plasticity, in the last line. */
static const char *around(const char *rule, const char *rest, char *text, size_t size)
{
    const plastic_rule *r = sl_plastic_rule(rule);
    char needed[256] = "";
    for (const saltus_rule_parameter *p = r->info.parameters; p->name != NULL; p++) {
        if (isnan(p->default_value) && strstr(rest, p->name) == NULL) {
            const size_t used = strlen(needed);
            snprintf(needed + used, sizeof needed - used, ", %s: 1 mV", p->name);
        }
    }
    snprintf(text, size,
             HEAD "projections:\n"
                  "  - from: E\n    to: I\n    rule: all_to_all\n    weight: 0.31 mV\n"
                  "    delay: 1 ms\n"
                  "    plasticity: {%s, rule: %s%s%s}\n",
             rest, rule, r->modulated ? ", modulator: dopamine" : "", needed);
    return text;
}

static const char *unit_of(saltus_parameter_kind kind)
{
    return kind == SALTUS_PARAMETER_TIME      ? " ms"
           : kind == SALTUS_PARAMETER_VOLTAGE ? " mV"
           : kind == SALTUS_PARAMETER_RATE    ? " Hz"
                                              : "";
}

START_TEST(test_each_parameter_of_each_rule_is_read_as_code_sets_it)
{
    for (size_t i = 0; i < saltus_plasticity_count(); i++) {
        const saltus_plasticity_info *rule = saltus_plasticity_get(i);
        for (size_t k = 0; rule->parameters[k].name != NULL; k++) {
            const saltus_rule_parameter *p = &rule->parameters[k];
            saltus_plasticity_spec spec = saltus_plasticity_spec_default();
            spec.rule = rule->name;
            const bool word = p->kind == SALTUS_PARAMETER_WORD;
            for (size_t n = 0; word ? p->words[n] != NULL : n < 1; n++) {
                char text[1024];
                char rest[128];
                if (word) {
                    snprintf(rest, sizeof rest, "%s: %s", p->name, p->words[n]);
                    saltus_plasticity_set_word(&spec, p->name, p->words[n], NULL);
                } else {
                    snprintf(rest, sizeof rest, "%s: 0.31%s", p->name, unit_of(p->kind));
                    ck_assert_int_eq(saltus_plasticity_set(&spec, p->name, 0.31, NULL), SALTUS_OK);
                }
                load_good(around(rule->name, rest, text, sizeof text));
                ck_assert_msg(experiment->projections[0].plasticity.value[k] == spec.value[k],
                              "%s %s", rule->name, rest);
            }
        }
    }
}
END_TEST

START_TEST(test_each_parameter_of_each_rule_has_its_unit)
{
    for (size_t i = 0; i < saltus_plasticity_count(); i++) {
        const saltus_plasticity_info *rule = saltus_plasticity_get(i);
        for (const saltus_rule_parameter *p = rule->parameters; p->name != NULL; p++) {
            char text[1024];
            char rest[128];
            char path[128];
            snprintf(rest, sizeof rest, "%s: 1 pF", p->name);
            snprintf(path, sizeof path, "projections.0.plasticity.%s", p->name);
            ck_assert_int_eq(load(around(rule->name, rest, text, sizeof text)),
                             SALTUS_E_EXPERIMENT);
            const saltus_diagnostic d = saltus_diagnostics_get(found, 0);
            ck_assert_uint_eq(saltus_diagnostics_count(found), 1);
            ck_assert_str_eq(d.path, path);
            ck_assert_uint_eq(d.line, 13);
            ck_assert_uint_eq(d.column, 20 + strlen(p->name));
        }
    }
}
END_TEST

/* ---- Findings --------------------------------------------------------------------------- */

typedef struct bad_line {
    const char *line, *path;
    uint32_t column;
    const char *contains;
} bad_line;

/* Lines after `- {from: E, to: I, rule: all_to_all, delay: 1 ms,`. */
static const bad_line bad_projections[] = {
    {"weight: 1 mV, plasticity: stdp}", "plasticity", 27, "plasticity is a mapping"},
    {"weight: 1 mV, plasticity: {w_max: 1 mV}}", "plasticity", 27, "the key 'rule' is missing"},
    {"weight: 1 mV, plasticity: {rule: sdtp}}", "plasticity.rule", 34,
     "unknown plasticity rule 'sdtp'; it is one of"},
    {"weight: 1 mV, plasticity: {rule: sdtp}, normalise: {total: 1 mV, every: 1 s}}",
     "plasticity.rule", 34, "unknown plasticity rule"},
    {"weight: 1 mV, plasticity: {rule: stdp}}", "plasticity", 27,
     "the key 'w_max' is missing; write it like w_max: 1 mV"},
    {"weight: 1 mV, plasticity: {rule: stdp, tau_pls: 1 ms, w_max: 1 mV}}", "plasticity.tau_pls",
     40, "unknown key 'tau_pls' of stdp; the keys are rule, dendritic, precision, modulator, w_"},
    {"weight: 1 mV, plasticity: {rule: stdp, tau_plus: 0 ms, w_max: 1 mV}}", "plasticity.tau_plus",
     50, "found 0 ms; 1e-06 ms to 45000000 ms is allowed"},
    {"weight: 1 mV, plasticity: {rule: stdp, pairing: nearst, w_max: 1 mV}}", "plasticity.pairing",
     49, "did you mean 'nearest'?"},
    {"weight: 1 mV, plasticity: {rule: stdp, w_max: 1 mV, w_min: 2 mV}}", "plasticity", 27,
     "w_min must lie between 0 and w_max"},
    {"weight: 1 mV, plasticity: {rule: stdp, w_max: 1 mV, dendritic: 2}}", "plasticity.dendritic",
     64, "found 2; a share of the delay from 0 to 1"},
    {"weight: 1 mV, plasticity: {rule: stdp, w_max: 1 mV, precision: single}}",
     "plasticity.precision", 64, "it is one of double, float"},
    {"weight: 1 mV, plasticity: {rule: stdp, w_max: 1 mV, modulator: dopamin}}",
     "plasticity.modulator", 64, "there is dopamine; did you mean 'dopamine'?"},
    {"weight: 1 mV, plasticity: {rule: stdp, w_max: 1 mV, modulator: dopamine}}",
     "plasticity.modulator", 64, "the rule stdp has no modulator"},
    {"weight: 2 mV, plasticity: {rule: stdp, w_max: 1 mV}}", "weight", 9,
     "found 2 mV; the rule keeps weights between 0 mV and 1 mV"},
    {"weight: {normal: [0.5 mV, 1 mV]}, plasticity: {rule: stdp, w_max: 1 mV}}", "weight", 9,
     "give a min and a max"},
    {"weight: 1 mV, release: {u: 1}}", "release", 24, "the key 'model' is missing"},
    {"weight: 1 mV, release: {model: stochastc}}", "release.model", 32,
     "did you mean 'stochastic'?"},
    {"weight: 1 mV, release: {model: unreliable, sites: 3}}", "release.sites", 44,
     "unknown key 'sites' of unreliable; the keys are model, u, u_sd"},
    {"weight: 1 mV, release: {model: stochastic, sites: 0}}", "release.sites", 51,
     "found 0; 1 to 65535 is allowed"},
    {"weight: 1 mV, release: {model: stochastic, u: 2}}", "release.u", 47, "found 2; 0 to 1"},
    {"weight: 1 mV, release: {model: stochastic, tau_rec: 2}}", "release.tau_rec", 53,
     "without a unit"},
    {"weight: 1 mV, scaling: {tau: 1 s}}", "scaling", 24, "the key 'rate' is missing"},
    {"weight: 1 mV, scaling: {rate: 0 Hz}}", "scaling.rate", 31, "a value above 0 is needed"},
    {"weight: 1 mV, scaling: {rate: 1 Hz, low: 2}}", "scaling.low", 42, "found 2"},
    {"weight: 1 mV, normalise: {total: 1 mV, every: 1 s}}", "normalise", 26,
     "give the projection a plasticity"},
    {"weight: 1 mV, plasticity: {rule: stdp, w_max: 1 mV}, normalise: {total: 1 mV}}", "normalise",
     65, "the key 'every' is missing"},
    {"weight: 1 mV, plasticity: {rule: stdp, w_max: 1 mV}, normalise: {total: 1 mV, every: 0 s}}",
     "normalise.every", 86, "a value above 0 is needed"},
    {"weight: 1 mV, plasticity: {rule: stdp, w_max: 1 mV, dendritic: 1}, normalise: {total: 1 mV,"
     " every: 1 s}}",
     "normalise", 79, "without dendritic delay"},
};

static void check_finding(const char *text, const char *path, uint32_t line, uint32_t column,
                          const char *contains)
{
    ck_assert_int_eq(load(text), SALTUS_E_EXPERIMENT);
    const saltus_diagnostic d = saltus_diagnostics_get(found, 0);
    ck_assert_msg(saltus_diagnostics_count(found) == 1, "%s",
                  saltus_diagnostics_get(found, 1).path);
    ck_assert_str_eq(d.path, path);
    ck_assert_msg(strstr(d.message, contains) != NULL, "%s", d.message);
    ck_assert_uint_eq(d.line, line);
    ck_assert_uint_eq(d.column, column);
}

START_TEST(test_what_is_wrong_with_a_projection_is_found_once_and_there)
{
    const bad_line *b = &bad_projections[_i];
    char text[1024];
    char path[128];
    snprintf(text, sizeof text,
             HEAD "projections:\n- {from: E, to: I, rule: all_to_all, delay: 1 ms,\n %s\n",
             b->line);
    snprintf(path, sizeof path, "projections.0.%s", b->path);
    check_finding(text, path, 9, b->column + 1, b->contains);
}
END_TEST

/* The seventh line, after two populations E and I of 10. */
static const bad_line bad_sections[] = {
    {"modulators: [d]", "modulators", 13, "modulators is a mapping"},
    {"modulators: {a-b: {}}", "modulators.a-b", 14, "letters, digits and '_'"},
    {"modulators: {d: 3}", "modulators.d", 17, "a modulator is a mapping"},
    {"modulators: {d: {tua: 1 ms}}", "modulators.d.tua", 18, "did you mean 'tau'?"},
    {"modulators: {d: {tau: 0 ms}}", "modulators.d.tau", 23, "found 0 ms"},
    {"modulators: {d: {baseline: 1 mV}}", "modulators.d.baseline", 28, "a number without unit"},
    {"modulators: {d: {rewards: 1}}", "modulators.d.rewards", 27, "rewards is a list"},
    {"modulators: {d: {rewards: [{at: 1 ms}]}}", "modulators.d.rewards.0", 28,
     "the key 'amount' is missing"},
    {"modulators: {d: {rewards: [{at: 2 ms, amount: 1}, {at: 1 ms, amount: 1}]}}",
     "modulators.d.rewards", 27, "sort by time"},
    {"modulators: {d: {rewards: {csv: nothere.csv}}}", "modulators.d.rewards.csv", 33,
     "nothere.csv"},
    {"modulators: {d: {population: {of: X, amount: 1, delay: 1 ms}}}", "modulators.d.population.of",
     35, "there is no population 'X'"},
    {"modulators: {d: {population: {of: E, amount: 1}}}", "modulators.d.population", 30,
     "the key 'delay' is missing"},
    {"modulators: {d: {population: {of: E, amount: 1, delay: 0 ms}}}",
     "modulators.d.population.delay", 56, "a time above 0 is needed"},
    {"modulators: {d: {pair: {pre: [E, 10], post: [E, 0], window: 1 ms, amount: 1, delay: 1 s}}}",
     "modulators.d.pair.pre", 30, "found neuron 10; 'E' has neurons 0 to 9"},
    {"modulators: {d: {pair: {pre: E, post: [E, 0], window: 1 ms, amount: 1, delay: 1 s}}}",
     "modulators.d.pair.pre", 30, "like [E, 12]"},
    {"modulators: {d: {pair: {post: [E, 0], window: 1 ms, amount: 1, delay: 1 s}}}",
     "modulators.d.pair", 24, "the key 'pre' is missing"},
    {"modulators: {d: {pair: {pre: [E, 1], post: [E, 0], window: 1 ms, amount: 1, delay: [2 s, 1 "
     "s]}}}",
     "modulators.d.pair.delay", 84, "the first must not be above the second"},
    {"modulators: {d: {pair: {pre: [E, 1], post: [E, 0], window: 1 ms, amount: 1, delay: [2 s]}}}",
     "modulators.d.pair.delay", 84, "two like [1 s, 3 s]"},
    {"record: {weights: E->X}", "record.weights", 19, "there is no projection 'E->X'"},
    {"record: {weights: [{every: 1 s}]}", "record.weights.0", 20, "the key 'of' is missing"},
    {"record: {weights: [{of: E->E, evry: 1 s}]}", "record.weights.0.evry", 31, "'every'?"},
    {"record: {weights: [{of: E->E, every: 0 s}]}", "record.weights.0.every", 38, "found 0"},
    {"record: {weights: [{of: E->E, start: 1 s}]}", "record.weights.0", 31, "without 'every'"},
    {"record: {weights: [{of: E->E, end: false}]}", "record.weights.0", 20, "no time is given"},
    {"record: {weights: [{of: E->E, at: [1 s, -1 s]}]}", "record.weights.0.at.1", 41,
     "found -1000 ms"},
    {"record: {weights: [{of: [], every: 1 s}]}", "record.weights.0.of", 25, "an empty list"},
};

START_TEST(test_what_is_wrong_with_a_section_is_found_once_and_there)
{
    const bad_line *b = &bad_sections[_i];
    char text[1024];
    snprintf(text, sizeof text,
             "saltus: 1\nduration: 1 s\npopulations:\n  E: {size: 10, model: lif_delta}\n"
             "  I: {size: 10, model: lif_delta}\n\n%s\n"
             "projections: [{from: E, to: [E, I], rule: all_to_all, weight: 1 mV, delay: 1 ms}]\n",
             b->line);
    check_finding(text, b->path, 7, b->column, b->contains);
}
END_TEST

START_TEST(test_a_wrong_modulator_is_reported_once)
{
    check_finding("saltus: 1\nduration: 1 s\npopulations: {E: {size: 2, model: lif_delta}}\n"
                  "modulators: {d: {tau: 0 ms}}\n"
                  "projections: [{from: E, to: E, rule: all_to_all, weight: 1 mV, delay: 1 ms}]\n"
                  "record: {weights: nothing}\n",
                  "modulators.d.tau", 4, 23, "found 0 ms");
}
END_TEST

START_TEST(test_listed_weights_of_a_file_are_compared_with_the_bounds)
{
    check_finding(HEAD
                  "projections:\n"
                  "- {from: E, to: I, rule: {list: {csv: experiment/weights.csv}}, delay: 1 ms, "
                  "plasticity: {rule: stdp, w_max: 1 mV}}\n",
                  "projections.0.weight", 8, 3,
                  "weight 1 (counting from 0) is 1.25 mV; the rule keeps weights between");
}
END_TEST

/* ---- Rewards of a file, records --------------------------------------------------------- */

START_TEST(test_rewards_come_from_a_file)
{
    load_good("saltus: 1\nduration: 1 s\npopulations: {E: {size: 2, model: lif_delta}}\n"
              "modulators: {d: {rewards: {csv: experiment/rewards.csv}}}\n");
    const saltus_modulator_spec *m = experiment->modulators;
    ck_assert_uint_eq(m->count, 2);
    ck_assert(m->times_ms[0] == 10 && m->times_ms[1] == 20.5);
    ck_assert(m->amounts[0] == 0.5 && m->amounts[1] == -1);
}
END_TEST

START_TEST(test_records_of_weights_are_read)
{
    load_good(HEAD "record: {weights: [{of: [E->E, E->I], every: 1 s, start: 5 ms, stop: 10 s,\n"
                   "  at: [1 s, 5 s], end: true}, E->I, {of: E->E, at: 3 ms}, [E->E, x]]}\n"
                   "projections:\n"
                   "  - {from: E, to: [E, I], rule: all_to_all, weight: 1 mV, delay: 1 ms}\n"
                   "  - {from: E, to: I, rule: all_to_all, weight: 1 mV, delay: 1 ms, name: x}\n"
                   "  - {from: I, to: I, rule: all_to_all, weight: 1 mV, delay: 1 ms, name: x}\n");
    const struct {
        uint32_t projection;
        double start_ms, interval_ms, stop_ms;
        bool at_end;
    } expected[] = {
        {0, 5, 1000, 10000, false},          {1, 5, 1000, 10000, false},
        {0, 1000, 0, INFINITY, false},       {1, 1000, 0, INFINITY, false},
        {0, 5000, 0, INFINITY, false},       {1, 5000, 0, INFINITY, false},
        {0, (double)NAN, 0, INFINITY, true}, {1, (double)NAN, 0, INFINITY, true},
        {1, (double)NAN, 0, INFINITY, true}, {0, 3, 0, INFINITY, false},
        {0, (double)NAN, 0, INFINITY, true}, {2, (double)NAN, 0, INFINITY, true},
        {3, (double)NAN, 0, INFINITY, true},
    };
    ck_assert_uint_eq(experiment->weight_count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        const weight_record *w = &experiment->weights[i];
        ck_assert_uint_eq(w->projection, expected[i].projection);
        ck_assert(w->start_ms == expected[i].start_ms ||
                  (isnan(w->start_ms) && isnan(expected[i].start_ms)));
        ck_assert(w->interval_ms == expected[i].interval_ms);
        ck_assert(w->stop_ms == expected[i].stop_ms);
        ck_assert(w->at_end == expected[i].at_end);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plasticity_file");
    TCase *cases = tcase_create("plasticity_file");
    tcase_add_checked_fixture(cases, NULL, tear_down);
    tcase_add_test(cases, test_all_keys_are_read_in_base_units);
    tcase_add_test(cases, test_each_parameter_of_each_rule_is_read_as_code_sets_it);
    tcase_add_test(cases, test_each_parameter_of_each_rule_has_its_unit);
    tcase_add_loop_test(cases, test_what_is_wrong_with_a_projection_is_found_once_and_there, 0,
                        (int)COUNT(bad_projections));
    tcase_add_loop_test(cases, test_what_is_wrong_with_a_section_is_found_once_and_there, 0,
                        (int)COUNT(bad_sections));
    tcase_add_test(cases, test_a_wrong_modulator_is_reported_once);
    tcase_add_test(cases, test_listed_weights_of_a_file_are_compared_with_the_bounds);
    tcase_add_test(cases, test_rewards_come_from_a_file);
    tcase_add_test(cases, test_records_of_weights_are_read);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

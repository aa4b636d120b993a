/* test_load_findings - what is said about files that are wrong, and where. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file_scene.h"
#include "saltus/experiment.h"

#define DATA SALTUS_SOURCE_ROOT "/data/experiments"

static saltus_status load(const char *text)
{
    return load_from(DATA, text, NULL);
}

/* ---- What is wrong: the text as YAML ----------------------------------------------- */

typedef struct bad_text {
    const char *text;
    uint32_t line, column;
    const char *contains;
} bad_text;

static const bad_text bad_texts[] = {
    {"", 1, 1, "the file is empty"},
    {"# only a comment\n", 1, 1, "the file is empty"},
    {"saltus: 1\n\tduration: 1 s\n", 2, 1, "found a tab"},
    {"saltus: [1\n", 2, 1, "YAML syntax"},
    {"saltus: 1\n---\nsaltus: 1\n", 2, 1, "a second document"},
    {"saltus: 1\nti\xfftle: x\n", 2, 3, "not UTF-8"},
    {"saltus: \x01\n", 1, 9, "control characters"},
    {"saltus: \"a\\0b\"\n", 1, 9, "a character of code 0"},
    {"saltus: &a [*a]\n", 1, 13, "inside its own anchor"},
    {"saltus: *b\n", 1, 9, "no anchor '&b'"},
    {"? [a]\n: 1\n", 1, 3, "a key is a word"},
    {"- saltus\n", 1, 1, "found a list; an experiment is a mapping"},
    {"text\n", 1, 1, "found text; an experiment is a mapping"},
    {"saltus: 1\nsaltus: 1\n", 2, 1,
     "the key 'saltus' stands here a second time (first in line 1)"},
    {"saltus: !x 1\n", 1, 9, "tags are not used"},
    {"a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
     "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
     "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n",
     5, 29, "stand for more than can be read"},
};

START_TEST(test_load_answers_broken_yaml_with_its_place)
{
    const bad_text *b = &bad_texts[_i];
    ck_assert_int_eq(load(b->text), SALTUS_E_EXPERIMENT);
    bool matched = false;
    for (size_t i = 0; i < saltus_diagnostics_count(found); i++) {
        const saltus_diagnostic d = saltus_diagnostics_get(found, i);
        matched = matched || (strstr(d.message, b->contains) != NULL && d.line == b->line &&
                              d.column == b->column && strcmp(d.file, "e.yaml") == 0);
    }
    if (!matched) {
        print_findings();
    }
    ck_assert(matched);
}
END_TEST

START_TEST(test_load_answers_deep_nesting)
{
    char text[5001];
    memset(text, '[', 5000);
    text[5000] = '\0';
    ck_assert_int_eq(load(text), SALTUS_E_EXPERIMENT);
    ck_assert(strstr(saltus_diagnostics_get(found, 0).message, "64 levels") != NULL);
}
END_TEST

/* ---- What is wrong: the experiment ------------------------------------------------- */

/* A file that is right but for one line, `bad`, its fifth. */
static const char *around(const char *bad, char *text, size_t size)
{
    snprintf(text, size,
             "saltus: 1\n"
             "duration: 1 s\n"
             "populations:\n"
             "  E: {size: 3, model: lif_delta}\n"
             "%s\n"
             "  S: {size: 2, model: poisson_source, params: {rate: 1 kHz}}\n",
             bad);
    return text;
}

typedef struct bad_line {
    const char *line, *path;
    uint32_t column;
    const char *contains;
} bad_line;

static const bad_line bad_populations[] = {
    {"  X: {size: 4, like: E, positions: {grid: [2, 3], spacing: 1 um}}",
     "populations.X.positions.grid", 43, "the grid has 6 cells"},
    {"  X: {size: 4, like: E, positions: {grid: [2, 2]}}", "populations.X.positions", 36,
     "the key 'spacing' is missing"},
    {"  X: {size: 4, like: E, positions: {grid: [2, 2], spacing: [1 um]}}",
     "populations.X.positions.spacing", 60, "one for each of the 2 dimensions"},
    {"  X: {size: 4, like: E, positions: {grid: 4, spacing: 1 um}}", "populations.X.positions.grid",
     43, "a list of one to three"},
    {"  X: {size: 4, like: E, positions: {uniform: [1 mV, 1 mm]}}",
     "populations.X.positions.uniform.0", 47, "a distance is needed, in um, mm, cm, nm"},
    {"  X: {size: 4, like: E, positions: {uniform: [1 mm], spacing: 1 um}}",
     "populations.X.positions", 54, "found 'spacing', which goes with grid"},
    {"  X: {size: 4, like: E, positions: {uniform: [1 mm], csv: x}}", "populations.X.positions", 36,
     "positions are one of"},
    {"  X: {size: 4, like: E, positions: {csv: x, box: 1 mm}}", "populations.X.positions", 45,
     "found 'box', which goes with periodic: true"},
    {"  X: {size: 4, like: E, positions: {csv: from_csv/synapses.csv}}",
     "populations.X.positions.csv", 1, "x_um"},
    {"  X: {size: 3}", "populations.X", 6, "the key 'model' is missing"},
    {"  X: {model: lif_delta}", "populations.X", 6, "the key 'size' is missing"},
    {"  X: {size: 0, model: lif_delta}", "populations.X.size", 13, "at least 1 neuron"},
    {"  X: {size: -3, model: lif_delta}", "populations.X.size", 13, "a whole number"},
    {"  X: {size: 2147483648, model: lif_delta}", "populations.X.size", 13, "at most 2147483647"},
    {"  X: {size: [3], model: lif_delta}", "populations.X.size", 13, "found a list"},
    {"  X: {size: 3, model: lif_dleta}", "populations.X.model", 23, "did you mean 'lif_delta'?"},
    {"  X: {size: 3, modle: lif_delta, like: E}", "populations.X.modle", 16, "'model'?"},
    {"  X: {size: 3, model: lif_delta, params: {taum: 5 ms}}", "populations.X.params.taum", 43,
     "unknown key 'taum' of lif_delta; the keys are tau_m, c_m, v_th, v_reset, v_rest, t_ref, i_e, "
     "theta_plus, tau_theta; did you mean 'tau_m'?"},
    {"  X: {size: 3, model: lif_delta, params: {tau_m: 0 ms}}", "populations.X.params.tau_m", 50,
     "found 0 ms; 1e-6 ms to 4.5e7 ms is allowed"},
    {"  X: {size: 3, model: lif_delta, params: {tau_m: {uniform: [1 ms, 2 ms]}}}",
     "populations.X.params.tau_m", 50, "found a mapping; a time is needed"},
    {"  X: {size: 3, model: lif_delta, params: {v_th: 0 mV}}", "populations.X.params.v_th", 49,
     "the threshold is 0 mV and v_reset is 0 mV"},
    {"  X: {size: 3, model: lif_delta, params: {v_reset: 20 mV}}", "populations.X.params.v_th", 42,
     "the threshold is 20 mV and v_reset is 20 mV"},
    {"  X: {size: 3, model: lif_delta, params: {i_e: [1 pA, 2 pA]}}", "populations.X.params.i_e",
     48, "found 2 values; 3 are needed"},
    {"  X: {size: 3, model: lif_delta, params: {i_e: [1 pA, 2, 3 pA]}}",
     "populations.X.params.i_e.1", 55, "without a unit"},
    {"  X: {size: 3, model: lif_delta, init: {v: {unifrom: [0 mV, 1 mV]}}}",
     "populations.X.init.v.unifrom", 45, "did you mean 'uniform'?"},
    {"  X: {size: 3, model: lif_delta, init: {v: {uniform: [0 mV]}}}",
     "populations.X.init.v.uniform", 54, "[low, high] is needed"},
    {"  X: {size: 3, model: lif_delta, init: {v: {normal: {mean: 1 mV}}}}",
     "populations.X.init.v.normal", 53, "the key 'sd' is missing"},
    {"  X: {size: 3, model: lif_delta, init: {v: {lognormal: [1 mV, 1 mV]}}}",
     "populations.X.init.v.lognormal", 63, "a number without unit is needed"},
    {"  X: {size: 4, model: lif_delta, init: {v: {csv: from_csv/v.csv, column: v}}}",
     "populations.X.init.v.csv", 1, "the column 'v' is missing"},
    {"  X: {size: 3, model: lif_delta, init: {v: {csv: from_csv/v.csv, column: v_mV}}}",
     "populations.X.init.v", 44, "found 4 values; 3 are needed"},
    {"  X: {size: 3, like: S, init: {v: 0 mV}}", "populations.X.init", 25,
     "has no state to begin with"},
    {"  X: {size: 3, model: poisson_source}", "populations.X.params.rate", 6, "no rate is given"},
    {"  X: {size: 3, like: Y}", "populations.X.like", 22, "there is no population 'Y'"},
    {"  X: {size: 3, like: X}", "populations.X.like", 22, "leads back to 'X'"},
    {"  X: {size: 3, like: S, params: {rate: 1}}", "populations.X.params.rate", 40,
     "without a unit"},
    {"  X: {size: 3, like: E, model: lif_delta}", "populations.X", 25, "found model and like"},
    {"  X-1: {size: 3, like: E}", "populations.X-1", 3, "letters, digits and '_'"},
    {"  X: [3]", "populations.X", 6, "found a list; a population is a mapping"},
    {"  X:", "populations.X", 5, "found nothing; a population is a mapping"},
    {"  X: {size: 3, model: spike_list, params: {csv: none.csv}}", "populations.X.params.csv", 49,
     "there is no such file"},
    {"  X: {size: 2, model: spike_list, params: {csv: from_csv/spikes.csv}}",
     "populations.X.params.csv", 5, "has neurons 0 to 1"},
};

START_TEST(test_load_finds_what_is_wrong_with_a_population)
{
    const bad_line *b = &bad_populations[_i];
    char text[2048];
    ck_assert_int_eq(load(around(b->line, text, sizeof text)), SALTUS_E_EXPERIMENT);
    const saltus_diagnostic d = saltus_diagnostics_get(found, 0);
    ck_assert_uint_eq(saltus_diagnostics_count(found), 1);
    ck_assert_str_eq(d.path, b->path);
    ck_assert_msg(strstr(d.message, b->contains) != NULL, "%s", d.message);
    ck_assert_uint_eq(d.column, b->column);
}
END_TEST

/* Sections after the populations E (3), S (2 sources) and F (3). */
static const bad_line bad_sections[] = {
    {"duration2: 1", "duration2", 1, "did you mean 'duration'?"},
    {"inputs: {x: {type: poison, to: E}}", "inputs.x.type", 20, "did you mean 'poisson'?"},
    {"inputs: {x: {to: E}}", "inputs.x", 13, "the key 'type' is missing"},
    {"inputs: {x: {type: poisson, to: S, rate: 1 Hz, weight: 1 mV}}", "inputs.x.to", 33,
     "'S' is a source"},
    {"inputs: {x: {type: poisson, to: E, rate: 1e8 Hz, weight: 1 mV}}", "inputs.x.rate", 42,
     "0 to 1e7 Hz"},
    {"inputs: {x: {type: poisson, to: E, interval: 1 ms, rate: 1 Hz, weight: 1 mV}}",
     "inputs.x.interval", 36, "unknown key 'interval' of a poisson input"},
    {"inputs: {x: {type: poisson, to: [], rate: 1 Hz, weight: 1 mV}}", "inputs.x.to", 33,
     "found an empty list"},
    {"inputs: {x: {type: poisson, to: [E, E], rate: 1 Hz, weight: 1 mV}}", "inputs.x.to", 37,
     "'E' stands in this list twice"},
    {"inputs: {x: {type: arrivals, to: E}}", "inputs.x", 13, "the key 'csv' is missing"},
    {"inputs: {x: {type: arrivals, to: E, csv: from_csv/arrivals.csv}}", "inputs.x.csv", 4,
     "has neurons 0 to 2"},
    {"inputs: [x]", "inputs", 9, "inputs is a mapping"},
    {"projections: {a: 1}", "projections", 14, "projections is a list"},
    {"projections: [{from: E, to: X, rule: all_to_all, weight: 1 mV, delay: 1 ms}]",
     "projections.0.to", 29, "there is no population 'X'; there are E, S, F"},
    {"projections: [{from: E, to: S, rule: all_to_all, weight: 1 mV, delay: 1 ms}]",
     "projections.0.to", 29, "'S' is a source"},
    {"projections: [{from: E, to: F, rule: all_to_all, weight: 1 mV, delay: {normal: {mean: 1 ms, "
     "sd: "
     "1 ms, min: 0.1 ms, step: -1 ms}}}]",
     "projections.0.delay", 71, "found a step of -1"},
    {"projections: [{from: E, to: F, rule: all_to_all, weight: 1 mV, delay: {normal: {mean: 1 ms, "
     "sd: "
     "1 ms, min: 0.2 ms, max: 0.4 ms, step: 1 ms}}}]",
     "projections.0.delay", 71, "fewer than one draw in 1000"},
    {"projections: [{from: E, to: F, rule: al_to_all, weight: 1 mV, delay: 1 ms}]",
     "projections.0.rule", 38, "did you mean 'all_to_all'?"},
    {"projections: [{from: E, to: F, rule: fixed_indegree, weight: 1 mV, delay: 1 ms}]",
     "projections.0.rule", 38, "write it like rule: {fixed_indegree: 100}"},
    {"projections: [{from: E, to: F, rule: {all_to_all: 3}, weight: 1 mV, delay: 1 ms}]",
     "projections.0.rule.all_to_all", 51, "takes no argument"},
    {"projections: [{from: E, to: F, rule: {fixed_indegree: 1.5}, weight: 1 mV, delay: 1 ms}]",
     "projections.0.rule.fixed_indegree", 55, "a whole number"},
    {"projections: [{from: E, to: E, rule: small_world, weight: 1 mV, delay: 1 ms}]",
     "projections.0.rule", 38, "write it like rule: {small_world: {k: 10, p: 0.1}}"},
    {"projections: [{from: E, to: E, rule: {small_world: {k: 2}}, weight: 1 mV, delay: 1 ms}]",
     "projections.0.rule.small_world", 52, "the key 'p' is missing"},
    {"projections: [{from: E, to: E, rule: {small_world: {k: 4, p: 0}}, weight: 1 mV, delay: 1 "
     "ms}]",
     "projections.0.rule", 38, "found k: 4"},
    {"projections: [{from: E, to: E, rule: {scale_free: {m: 1, max: 4}}, weight: 1 mV, delay: 1 "
     "ms}]",
     "projections.0.rule.scale_free", 58, "limits of degrees go with an exponent"},
    {"projections: [{from: E, to: E, rule: {scale_free: {exponent: 2, degrees: up}}, weight: 1 mV, "
     "delay: 1 ms}]",
     "projections.0.rule.scale_free.degrees", 74, "one of both, in, out"},
    {"projections: [{from: E, to: E, rule: {block_model: {sizes: [1, 2], p: [[1, 1]]}}, weight: 1 "
     "mV, delay: 1 ms}]",
     "projections.0.rule.block_model.p", 71, "a row for each of the 2 blocks"},
    {"projections: [{from: E, to: E, rule: {block_model: {sizes: [1, 2], p: [[1, 1], 0]}}, weight: "
     "1 mV, delay: 1 ms}]",
     "projections.0.rule.block_model.p.1", 80, "a row of the matrix is a list"},
    {"projections: [{from: E, to: E, rule: {block_model: {sizes: [], p: []}}, weight: 1 mV, delay: "
     "1 ms}]",
     "projections.0.rule.block_model.sizes", 60, "found an empty list"},
    {"projections: [{from: E, to: E, rule: {distance: {p: 1, profile: round, width: 1 um}}, "
     "weight: "
     "1 mV, delay: 1 ms}]",
     "projections.0.rule.distance.profile", 65, "one of constant, linear, exponential, gaussian"},
    {"projections: [{from: E, to: E, rule: {distance: {p: 1, profile: linear}}, weight: 1 mV, "
     "delay: 1 ms}]",
     "projections.0.rule.distance", 49, "the key 'width' is missing"},
    {"projections: [{from: E, to: E, rule: all_to_all, velocity: 1 m, weight: 1 mV, delay: 1 ms}]",
     "projections.0.velocity", 60, "a speed is given in m/s, mm/s, um/ms"},
    {"projections: [{from: E, to: E, rule: all_to_all, velocity: 1 m/s, weight: 1 mV, delay: 1 "
     "ms}]",
     "projections.0.velocity", 60, "a distance needs positions of both populations"},
    {"projections: [{from: E, to: E, rule: {convolution: {kernel: 3}}, weight: 1 mV, delay: 1 ms}]",
     "projections.0.rule.convolution", 61, "a kernel is a list"},
    {"projections: [{from: S, to: E, rule: one_to_one, weight: 1 mV, delay: 1 ms}]",
     "projections.0.rule", 38, "found 2 and 3"},
    {"projections: [{from: E, to: F, rule: all_to_all, weight: 1 mV, delay: 0 ms}]",
     "projections.0.delay", 71, "a delay above 0 is needed"},
    {"projections: [{from: E, to: F, rule: all_to_all, weight: 1 mV, delay: {normal: [1 ms, 1 "
     "ms]}}]",
     "projections.0.delay", 71, "needs a min above 0 ms"},
    {"projections: [{from: E, to: F, rule: all_to_all, weight: [1 mV], delay: 1 ms}]",
     "projections.0.weight", 58, "found a list"},
    {"projections: [{from: E, to: F, rule: all_to_all, delay: 1 ms}]", "projections.0.weight", 15,
     "no value is given"},
    {"projections: [{from: E, to: F, rule: all_to_all, weight: 1 mV, delay: 1 ms, autapses: yes}]",
     "projections.0.autapses", 87, "one of false, true"},
    {"projections: [{from: E, to: F, rule: {list: {csv: from_csv/synapses.csv}}, weight: 1 mV}]",
     "projections.0.rule.list.csv", 3, "has neurons 0 to 2"},
    {"projections: [{from: E, to: F, rule: all_to_all, weight: 1 mV}]", "projections.0", 15,
     "the key 'delay' is missing"},
    {"projections: [{from: E, to: F, rule: {pairwise_bernoulli: {p: 1}}, weight: 1 mV, delay: 1 "
     "ms}]",
     "projections.0.rule.pairwise_bernoulli", 59, "for example '0.5'"},
    /* words of other simulators */
    {"projections: [{from: E, to: F, post: F, rule: all_to_all, weight: 1 mV, delay: 1 ms}]",
     "projections.0.post", 32, "did you mean 'to'?"},
    {"record: {v_m: [E]}", "record.v_m", 10, "did you mean 'potential'?"},
    {"inputs: {a: {type: dc_generator, to: E, amplitude: 1 pA}}", "inputs.a.type", 20,
     "did you mean 'current'?"},
    {"inputs: {a: {type: poisson_generator, to: E, rate: 1 Hz, weight: 1 mV}}", "inputs.a.type", 20,
     "did you mean 'poisson'?"},
    {"record: {spike: all}", "record.spike", 10, "did you mean 'spikes'?"},
    {"record: {spikes: [X]}", "record.spikes", 19, "there is no population 'X'"},
    {"record: {potential: {of: E}}", "record.potential", 21, "potential is a list"},
    {"record: {potential: [{of: E}]}", "record.potential.0", 22, "the key 'every' is missing"},
    {"record: {potential: [{of: E, every: 0 ms}]}", "record.potential.0", 37, "found 0"},
    {"record: {potential: [{of: S, every: 1 ms}]}", "record.potential.0.of", 27, "is a source"},
    {"record: {potential: [{of: E, every: 1 ms, neurons: 0..3}]}", "record.potential.0.neurons", 52,
     "has neurons 0 to 2"},
    {"record: {potential: [{of: E, every: 1 ms, neurons: 2..1}]}", "record.potential.0.neurons", 52,
     "a range ascends"},
    {"record: {potential: [{of: E, every: 1 ms, neurons: [1, 0]}]}", "record.potential.0.neurons",
     56, "must ascend"},
    {"record: {potential: [{of: E, every: 1 ms, neurons: a}]}", "record.potential.0.neurons", 52,
     "a neuron like 7 or a range like 0..9"},
    {"record: {potential: [{of: E, every: 1 ms, at: 1 ms}]}", "record.potential.0", 30,
     "found 'at' and 'every'"},
    {"record: {potential: [{of: E, at: [1 ms, -1 ms]}]}", "record.potential.0.at.1", 41,
     "found -1 ms"},
};

START_TEST(test_load_finds_what_is_wrong_with_a_section)
{
    const bad_line *b = &bad_sections[_i];
    char text[2048];
    char whole[4096];
    snprintf(whole, sizeof whole, "%s  F: {size: 3, like: E}\n%s\n", around("", text, sizeof text),
             b->line);
    ck_assert_int_eq(load(whole), SALTUS_E_EXPERIMENT);
    const saltus_diagnostic d = saltus_diagnostics_get(found, 0);
    ck_assert_uint_eq(saltus_diagnostics_count(found), 1);
    ck_assert_str_eq(d.path, b->path);
    ck_assert_msg(strstr(d.message, b->contains) != NULL, "%s", d.message);
    ck_assert_uint_eq(d.column, b->column);
}
END_TEST

START_TEST(test_load_lists_all_findings_in_file_order)
{
    ck_assert_int_eq(load("saltus: 2\n"
                          "duration: 5\n"
                          "record: {spikes: [A]}\n"
                          "inputs: {x: {type: poisson, to: E, rate: 1, weight: 1}}\n"
                          "populations:\n"
                          "  E: {size: 1, model: lif_delta, params: {tau_m: 1, t_ref: -1 ms}}\n"),
                     SALTUS_E_EXPERIMENT);
    ck_assert_uint_eq(saltus_diagnostics_count(found), 7);
    const uint32_t lines[] = {1, 2, 3, 4, 4, 6, 6};
    for (size_t i = 0; i < 7; i++) {
        ck_assert_uint_eq(saltus_diagnostics_get(found, i).line, lines[i]);
    }
    ck_assert_str_eq(saltus_diagnostics_get(found, 6).path, "populations.E.params.t_ref");
    ck_assert_str_eq(saltus_diagnostics_get(found, 7).message, "");
}
END_TEST

START_TEST(test_load_of_a_like_of_a_wrong_population_is_reported_once)
{
    ck_assert_int_eq(load("saltus: 1\nduration: 5 ms\npopulations:\n"
                          "  I: {size: 2, like: E}\n"
                          "  E: {size: 1, model: lif_delta, params: {tau_m: 1}}\n"),
                     SALTUS_E_EXPERIMENT);
    ck_assert_uint_eq(saltus_diagnostics_count(found), 1);
    ck_assert_uint_eq(saltus_diagnostics_get(found, 0).line, 5);
}
END_TEST

#define CASES(array) ((int)(sizeof(array) / sizeof((array)[0])))

int main(void)
{
    Suite *suite = suite_create("load_findings");
    TCase *cases = tcase_create("load_findings");
    tcase_add_checked_fixture(cases, NULL, tear_down);
    tcase_add_loop_test(cases, test_load_answers_broken_yaml_with_its_place, 0, CASES(bad_texts));
    tcase_add_test(cases, test_load_answers_deep_nesting);
    tcase_add_loop_test(cases, test_load_finds_what_is_wrong_with_a_population, 0,
                        CASES(bad_populations));
    tcase_add_loop_test(cases, test_load_finds_what_is_wrong_with_a_section, 0,
                        CASES(bad_sections));
    tcase_add_test(cases, test_load_lists_all_findings_in_file_order);
    tcase_add_test(cases, test_load_of_a_like_of_a_wrong_population_is_reported_once);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

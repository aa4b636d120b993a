/* test_energy_findings - what is said about cost tables and manifests that are wrong, and where. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "saltus/saltus.h"

static saltus_energy_table *table;
static saltus_diagnostics *found;

static saltus_status load(const char *text)
{
    return saltus_energy_table_load_text(text, strlen(text), "t.yaml", &table, &found);
}

static void tear_down(void)
{
    saltus_energy_table_destroy(table);
    saltus_diagnostics_destroy(found);
    table = NULL;
    found = NULL;
}

/* Five lines that are right; what follows begins in line 6. */
#define HEAD(scope)                                                                                \
    "saltus_energy: 1\ntitle: T\nscope: " scope "\nsources:\n  s: {text: S, year: 2000}\n"
#define PER_TERM HEAD("per-term")
/* A price that is right, in one line. */
#define GOOD "prices: {spike: {value: 1 pJ, source: s, evidence: measured}}\n"

typedef struct bad_text {
    const char *text;
    uint32_t line, column;
    const char *path, *contains;
} bad_text;

static const bad_text bad_texts[] = {
    /* the text as a whole */
    {"", 1, 1, "", "the file is empty; a cost table begins with 'saltus_energy: 1'"},
    {"- a\n", 1, 1, "", "found a list; a cost table is a mapping"},
    {"a: [1\n", 2, 1, "", "YAML syntax"},
    /* head */
    {"title: T\n", 1, 1, "", "the key 'saltus_energy' is missing"},
    {"saltus_energy: 2\n", 1, 16, "saltus_energy", "found version 2 of the format"},
    {"saltus_energy: one\n", 1, 16, "saltus_energy", "a whole number from 0"},
    {"saltus_energy: 1\n", 1, 1, "", "the key 'title' is missing"},
    {"saltus_energy: 1\n", 1, 1, "", "the key 'scope' is missing"},
    {"saltus_energy: 1\n", 1, 1, "", "the key 'sources' is missing"},
    {"saltus_energy: 1\n", 1, 1, "", "the key 'prices' is missing"},
    {"saltus_energy: 1\ntitle: [a]\n", 2, 8, "title", "found a list; text is needed"},
    {"saltus_energy: 1\nscope: per_term\n", 2, 8, "scope",
     "unknown scope 'per_term'; it is one of per-term, all-in, reference; did you mean 'per-term'"},
    {PER_TERM GOOD "prcies: {}\n", 7, 1, "prcies", "unknown key 'prcies' of a cost table"},
    {PER_TERM GOOD "prcies: {}\n", 7, 1, "prcies", "did you mean 'prices'?"},
    {PER_TERM GOOD "clocked: perhaps\n", 7, 10, "clocked", "one of false, true"},
    {PER_TERM GOOD "process: 45\n", 7, 10, "process", "without a unit; a length needs one"},
    {PER_TERM GOOD "process: 45 mV\n", 7, 10, "process", "a voltage; a length is needed"},
    {PER_TERM GOOD "process: 0 nm\n", 7, 10, "process", "a value above 0 is needed"},
    {PER_TERM GOOD "process: -1 nm\n", 7, 10, "process", "a value from 0 is needed"},
    {PER_TERM GOOD "voltage: -1 V\n", 7, 10, "voltage", "a value from 0 is needed"},
    {PER_TERM GOOD "note: {}\n", 7, 7, "note", "found a mapping; text is needed"},
    /* sources */
    {"sources: 1\n", 1, 10, "sources", "'sources' is a mapping"},
    {"sources: {s: 1}\n", 1, 14, "sources.s", "a source is a mapping"},
    {"sources: {s: {year: 2000}}\n", 1, 14, "sources.s", "the key 'text' is missing"},
    {"sources: {s: {text: a}}\n", 1, 14, "sources.s", "the key 'year' is missing"},
    {"sources: {s: {text: '', year: 2000}}\n", 1, 21, "sources.s.text", "found an empty text"},
    {"sources: {s: {text: a, year: 1899}}\n", 1, 30, "sources.s.year", "a year from 1900"},
    {"sources: {s: {text: a, year: 2101}}\n", 1, 30, "sources.s.year", "at most 2100"},
    {"sources: {s: {txet: a, year: 2000}}\n", 1, 15, "sources.s.txet", "did you mean 'text'?"},
    /* figures */
    {PER_TERM "prices: 1\n", 6, 9, "prices", "a section of figures is a mapping"},
    {PER_TERM "prices: {}\n", 6, 9, "", "found no figure; at least one is needed"},
    {PER_TERM "prices: {spikes: {value: 1 pJ, source: s, evidence: measured}}\n", 6, 10,
     "prices.spikes", "unknown term 'spikes'"},
    {PER_TERM "prices: {spikes: {value: 1 pJ, source: s, evidence: measured}}\n", 6, 10,
     "prices.spikes", "did you mean 'spike'?"},
    {PER_TERM "prices: {spike: 1 pJ}\n", 6, 17, "prices.spike", "a figure is a mapping"},
    {PER_TERM "prices: {spike: {source: s, evidence: measured}}\n", 6, 17, "prices.spike",
     "the key 'value' is missing; write it like value: 23.6 pJ"},
    {PER_TERM "prices: {spike: {value: 1 pJ, evidence: measured}}\n", 6, 17, "prices.spike",
     "the key 'source' is missing"},
    {PER_TERM "prices: {spike: {value: 1 pJ, source: s}}\n", 6, 17, "prices.spike",
     "the key 'evidence' is missing"},
    {PER_TERM "prices: {spike: {value: 1 pJ, source: t, evidence: measured}}\n", 6, 39,
     "prices.spike.source", "there is no source 't'; there are s"},
    {PER_TERM "prices: {spike: {value: 1 pJ, source: [s, t], evidence: measured}}\n", 6, 43,
     "prices.spike.source", "there is no source 't'; there are s"},
    {PER_TERM "prices: {spike: {value: 1 pJ, source: [], evidence: measured}}\n", 6, 39,
     "prices.spike.source", "found an empty list; at least one source"},
    {PER_TERM "prices: {spike: {value: 1 pJ, source: {}, evidence: measured}}\n", 6, 39,
     "prices.spike.source", "found a mapping; text is needed"},
    {PER_TERM "prices: {spike: {value: 1 pJ, source: s, evidence: mesured}}\n", 6, 52,
     "prices.spike.evidence", "did you mean 'measured'?"},
    {PER_TERM "prices: {spike: {value: -1 pJ, source: s, evidence: measured}}\n", 6, 25,
     "prices.spike.value", "found '-1 pJ'; a value from 0 is needed"},
    {PER_TERM "prices: {spike: {value: 1, source: s, evidence: measured}}\n", 6, 25,
     "prices.spike.value",
     "found '1' without a unit; an energy needs one of J, mJ, uJ, nJ, pJ, fJ"},
    {PER_TERM "prices: {spike: {value: 1 pj, source: s, evidence: measured}}\n", 6, 25,
     "prices.spike.value", "unknown unit 'pj'"},
    {PER_TERM "prices: {spike: {value: 1 mV, source: s, evidence: measured}}\n", 6, 25,
     "prices.spike.value", "a voltage; an energy is needed"},
    {PER_TERM "prices: {spike: {value: 1 W, source: s, evidence: measured}}\n", 6, 25,
     "prices.spike.value", "a power; an energy is needed"},
    {PER_TERM "prices: {spike: {value: 1e999 pJ, source: s, evidence: measured}}\n", 6, 25,
     "prices.spike.value", "too large for a number"},
    {PER_TERM "prices: {spike: {value: [2 pJ, 1 pJ], source: s, evidence: measured}}\n", 6, 25,
     "prices.spike.value", "found [2 pJ, 1 pJ]; a range is [low, high] with low <= high"},
    {PER_TERM "prices: {spike: {value: [2 pJ], source: s, evidence: measured}}\n", 6, 25,
     "prices.spike.value", "found a list of 1; a range is [low, high]"},
    {PER_TERM "prices: {spike: {value: [1 pJ, -2 pJ], source: s, evidence: measured}}\n", 6, 32,
     "prices.spike.value", "a value from 0 is needed"},
    {PER_TERM "prices: {spike: {value: {}, source: s, evidence: measured}}\n", 6, 25,
     "prices.spike.value", "found a mapping; an energy is needed"},
    {PER_TERM "prices: {spike: {vlaue: 1 pJ, value: 1 pJ, source: s, evidence: measured}}\n", 6, 18,
     "prices.spike.vlaue", "unknown key 'vlaue' of a price"},
    {PER_TERM "prices: {spike: {value: 1 pJ, source: s, evidence: measured, note: []}}\n", 6, 68,
     "prices.spike.note", "found a list; text is needed"},
    {PER_TERM "prices: {spike: {value: 1 pJ, over: wall, source: s, evidence: measured}}\n", 6, 31,
     "prices.spike.over", "only static_power has a time"},
    {PER_TERM "prices: {static_power: {value: 1 W, source: s, evidence: measured}}\n", 6, 24,
     "prices.static_power", "the key 'over' is missing; write it like over: simulated"},
    {PER_TERM "prices: {static_power: {value: 1 J, over: wall, source: s, evidence: measured}}\n",
     6, 32, "prices.static_power.value", "an energy; a power is needed"},
    {PER_TERM "prices: {static_power: {value: 1 W, over: all, source: s, evidence: measured}}\n", 6,
     43, "prices.static_power.over", "it is one of simulated, wall"},
    /* sums */
    {PER_TERM "operations: {add: {value: 1 pJ, source: s, evidence: measured}}\n"
              "prices: {spike: {sum: {adds: 1}}}\n",
     7, 24, "prices.spike.sum.adds", "there is no operation 'adds'; there are add; did you mean"},
    {PER_TERM "prices: {spike: {sum: {add: 1}}}\n", 6, 24, "prices.spike.sum.add",
     "there is no operation 'add'; there are none"},
    {PER_TERM "prices: {spike: {sum: {}}}\n", 6, 23, "prices.spike.sum", "found an empty sum"},
    {PER_TERM "prices: {spike: {sum: 1}}\n", 6, 23, "prices.spike.sum",
     "a sum of operations is a mapping"},
    {PER_TERM "operations: {add: {value: 1 pJ, source: s, evidence: measured}}\n"
              "prices: {spike: {sum: {add: -1}}}\n",
     7, 29, "prices.spike.sum.add", "a value from 0 is needed"},
    {PER_TERM "operations: {add: {value: 1 pJ, source: s, evidence: measured}}\n"
              "prices: {spike: {sum: {add: 1 pJ}}}\n",
     7, 29, "prices.spike.sum.add", "a number without unit is needed"},
    {PER_TERM "operations: {add: {value: 1 pJ, source: s, evidence: measured}}\n"
              "prices: {spike: {sum: {add: 1}, value: 1 pJ}}\n",
     7, 33, "prices.spike", "the key 'value' cannot stand beside 'sum'"},
    {PER_TERM "operations: {add: {value: 1 pJ, source: s, evidence: measured}}\n"
              "prices: {static_power: {sum: {add: 1}, over: wall}}\n",
     7, 25, "prices.static_power", "static_power is a power, no sum"},
    {PER_TERM "operations: {add: {sum: {}, value: 1 pJ, source: s, evidence: measured}}\n" GOOD, 6,
     20, "operations.add.sum", "unknown key 'sum' of an operation"},
    /* lines and figures on record */
    {HEAD("reference") "lines: {a: {value: 1 pJ, source: s, evidence: measured, scope: all-in}}\n",
     6, 12, "lines.a", "the key 'prices' is missing"},
    {HEAD("reference") "lines: {a: {value: 1 pJ, source: s, evidence: measured, prices: spike}}\n",
     6, 12, "lines.a", "the key 'scope' is missing"},
    {HEAD("reference") "lines: {a: {prices: spyke, scope: all-in, value: 1 pJ, source: s,"
                       " evidence: measured}}\n",
     6, 21, "lines.a.prices", "unknown term 'spyke'"},
    {HEAD("reference") "lines: {a: {prices: spike, scope: reference, value: 1 pJ, source: s,"
                       " evidence: measured}}\n",
     6, 35, "lines.a.scope", "it is one of per-term, all-in"},
    {PER_TERM GOOD "on_record: {a: {prices: spike, scope: all-in, value: 1 pJ, source: s}}\n", 7,
     16, "on_record.a", "the key 'evidence' is missing"},
    /* reasons */
    {PER_TERM GOOD "included: 1\n", 7, 11, "included", "a section of reasons is a mapping"},
    {PER_TERM GOOD "included: {spike: why}\n", 7, 12, "included.spike",
     "this term has a price; it is 'included' or priced, not both"},
    {PER_TERM GOOD "absent: {mac: }\n", 7, 15, "absent.mac", "found nothing; text is needed"},
    {PER_TERM GOOD "absent: {mca: x}\n", 7, 10, "absent.mca", "unknown term 'mca'"},
    {PER_TERM GOOD "included: {mac: x}\nabsent: {mac: y}\n", 8, 10, "",
     "'mac' is 'included' too; it is one of both"},
    /* what a scope allows */
    {HEAD("all-in") "prices:\n  spike: {value: 1 pJ, source: s, evidence: measured}\n"
                    "  mac: {value: 1 pJ, source: s, evidence: measured}\n",
     7, 3, "", "found 2 prices; an all-in table has one, since nothing may be added to it"},
    {HEAD("all-in") "prices: {static_power: {value: 1 W, over: wall, source: s,"
                    " evidence: measured}}\n",
     6, 9, "", "an all-in price is by a count"},
    {HEAD("all-in") GOOD "included: {mac: x}\n", 7, 1, "included",
     "the key 'included' has no place in a table of scope all-in: its one price covers everything"},
    {HEAD("all-in") GOOD "absent: {mac: x}\n", 7, 1, "absent", "has no place"},
    {HEAD("all-in") GOOD "operations: {}\n", 7, 1, "operations", "has no place"},
    {HEAD("all-in") GOOD "clocked: true\n", 7, 1, "clocked", "has no place"},
    {PER_TERM GOOD "lines: {}\n", 7, 1, "lines",
     "the key 'lines' has no place in a table of scope per-term: it has 'prices'"},
    {HEAD("reference") GOOD, 6, 1, "prices",
     "the key 'prices' has no place in a table of scope reference: it has 'lines'"},
    {HEAD("reference") GOOD, 1, 1, "", "the key 'lines' is missing"},
    {HEAD("reference") "on_record: {}\n", 6, 1, "on_record", "every figure is a line"},
};

START_TEST(test_a_wrong_table_is_answered_with_place_key_and_reason)
{
    const bad_text *b = &bad_texts[_i];
    ck_assert_int_eq(load(b->text), SALTUS_E_ARGUMENT);
    ck_assert_ptr_null(table);
    bool matched = false;
    for (size_t i = 0; i < saltus_diagnostics_count(found); i++) {
        const saltus_diagnostic d = saltus_diagnostics_get(found, i);
        matched = matched || (strstr(d.message, b->contains) != NULL && d.line == b->line &&
                              d.column == b->column && strcmp(d.path, b->path) == 0 &&
                              strcmp(d.file, "t.yaml") == 0);
    }
    for (size_t i = 0; i < saltus_diagnostics_count(found) && !matched; i++) {
        const saltus_diagnostic d = saltus_diagnostics_get(found, i);
        fprintf(stderr, "%s:%u:%u: %s: %s\n", d.file, d.line, d.column, d.path, d.message);
    }
    ck_assert_msg(matched, "%s\nis not answered at %u:%u with: %s", b->text, b->line, b->column,
                  b->contains);
    tear_down();
}
END_TEST

START_TEST(test_all_findings_of_a_table_come_in_one_look)
{
    ck_assert_int_eq(load(PER_TERM "prices:\n  spike: {value: -1 pJ, source: t, evidence: x}\n"
                                   "  mca: {}\n"),
                     SALTUS_E_ARGUMENT);
    ck_assert_uint_eq(saltus_diagnostics_count(found), 4);
    tear_down();
}
END_TEST

START_TEST(test_more_lines_than_an_estimate_holds_are_refused)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    fprintf(out, "%slines:\n", HEAD("reference"));
    for (int i = 0; i <= SALTUS_ENERGY_ENTRIES_MAX; i++) {
        fprintf(out,
                "  l%d: {prices: spike, scope: all-in, value: 1 pJ, source: s, "
                "evidence: measured}\n",
                i);
    }
    fclose(out);
    ck_assert_int_eq(load(text), SALTUS_E_ARGUMENT);
    ck_assert_uint_eq(saltus_diagnostics_count(found), 1);
    ck_assert_str_eq(saltus_diagnostics_get(found, 0).message,
                     "found 65 figures; at most 64 are allowed");
    free(text);
    tear_down();
}
END_TEST

START_TEST(test_calls_with_nothing_are_refused)
{
    ck_assert_int_eq(saltus_energy_table_load_text(GOOD, 1, NULL, &table, &found),
                     SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_energy_table_load_text(GOOD, 1, "t", NULL, &found), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_energy_table_load_text(NULL, 1, "t", &table, &found),
                     SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_energy_table_load(NULL, &table, &found), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_energy_table_load("/", NULL, &found), SALTUS_E_ARGUMENT);
    ck_assert_ptr_null(found);
    ck_assert_int_eq(saltus_energy_table_load_text(NULL, 0, "t", &table, NULL), SALTUS_E_ARGUMENT);
    saltus_energy_table_destroy(NULL);
}
END_TEST

START_TEST(test_a_file_that_cannot_be_read_is_named)
{
    ck_assert_int_eq(saltus_energy_table_load("/nowhere/x.yaml", &table, &found), SALTUS_E_FILE);
    ck_assert_str_eq(saltus_diagnostics_get(found, 0).file, "/nowhere/x.yaml");
    ck_assert_str_eq(saltus_diagnostics_get(found, 0).message,
                     "the file cannot be read: there is no such file");
    tear_down();
    ck_assert_int_eq(saltus_energy_table_load("/tmp", &table, &found), SALTUS_E_FILE);
    ck_assert_str_eq(saltus_diagnostics_get(found, 0).message,
                     "the file cannot be read: it is a folder");
    tear_down();
    ck_assert_int_eq(saltus_energy_table_load("/dev/zero", &table, &found), SALTUS_E_FILE);
    ck_assert_str_eq(saltus_diagnostics_get(found, 0).message,
                     "the file cannot be read: it is larger than 1 MiB");
    tear_down();
}
END_TEST

/* ---- Manifests --------------------------------------------------------------------- */

static saltus_status read_manifest(const char *text, saltus_energy_work *work, saltus_error *error)
{
    char path[] = "/tmp/saltus-manifest-XXXXXX";
    const int descriptor = mkstemp(path);
    ck_assert_int_ge(descriptor, 0);
    ck_assert_int_eq(write(descriptor, text, strlen(text)), (ssize_t)strlen(text));
    close(descriptor);
    const saltus_status status = saltus_energy_work_read_manifest(path, work, error);
    unlink(path);
    return status;
}

static const bad_text bad_manifests[] = {
    {"", 1, 1, "", "the file is empty"},
    {"[]", 1, 1, "", "a manifest is a mapping"},
    {"{\"counts\": ", 2, 1, "", "YAML syntax"},
    {"{\"simulated_ms\": 1}", 1, 1, "", "the key 'counts' is missing"},
    {"{\"counts\": 1, \"simulated_ms\": 1}", 1, 12, "",
     "counts: found text; 'counts' is a mapping"},
    {"{\"counts\": {\"spikes\": 1}, \"simulated_ms\": 1}", 1, 12, "",
     "the key 'synaptic_events' is missing"},
    {"{\"counts\": {\"spikes\": 1, \"synaptic_events\": 2}}", 1, 1, "",
     "the key 'simulated_ms' is missing"},
    {"{\"counts\": {\"spikes\": -1, \"synaptic_events\": 2}, \"simulated_ms\": 1}", 1, 23, "",
     "counts.spikes: found '-1'; a whole number"},
    {"{\"counts\": {\"spikes\": 18446744073709551616, \"synaptic_events\": 2},"
     " \"simulated_ms\": 1}",
     1, 23, "", "at most 18446744073709551615"},
    {"{\"counts\": {\"spikes\": 1, \"synaptic_events\": 2}, \"simulated_ms\": -1}", 1, 65, "",
     "a time from 0 is needed"},
    {"{\"counts\": {\"spikes\": 1, \"synaptic_events\": 2}, \"simulated_ms\": \"x\"}", 1, 65, "",
     "a number without unit is needed"},
};

START_TEST(test_a_wrong_manifest_is_answered_with_its_place)
{
    const bad_text *b = &bad_manifests[_i];
    saltus_energy_work work = saltus_energy_work_default();
    saltus_error error = {0};
    work.counts.spikes = 77;
    ck_assert_int_eq(read_manifest(b->text, &work, &error), SALTUS_E_ARGUMENT);
    ck_assert_msg(strstr(error.message, b->contains) != NULL && error.line == b->line &&
                      error.column == b->column,
                  "%s\nis answered at %u:%u with: %s", b->text, error.line, error.column,
                  error.message);
    ck_assert_uint_eq(work.counts.spikes, 77); /* on failure nothing is changed */
}
END_TEST

START_TEST(test_a_manifest_gives_counts_times_and_neurons)
{
    saltus_energy_work work = saltus_energy_work_default();
    saltus_error error = {0};
    work.counts.queue_bytes = 5;
    const saltus_status status = read_manifest(
        "{\"title\":\"\\u00e9 \\\"x\\\" \\/\",\"counts\":{\"spikes\":18446744073709551615,"
        "\"synaptic_events\": 7, \"zero_weight_events\": 3, \"a_new_count\": null},"
        "\"simulated_ms\":2.5,\"run_wall_s\":1e-3,\"size\":{\"neurons\":12}}",
        &work, &error);
    ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    ck_assert_uint_eq(work.counts.spikes, UINT64_MAX);
    ck_assert_uint_eq(work.counts.synaptic_events, 7);
    ck_assert_uint_eq(work.counts.zero_weight_events, 3);
    ck_assert_uint_eq(work.counts.queue_bytes, 5); /* not in the manifest */
    ck_assert_double_eq(work.simulated_s, 2.5e-3);
    ck_assert_double_eq(work.wall_s, 1e-3);
    ck_assert_double_eq(work.neurons, 12);
    ck_assert_int_eq(read_manifest("{\"counts\":{\"spikes\":1,\"synaptic_events\":2},"
                                   "\"simulated_ms\":1,\"run_wall_s\":null}",
                                   &work, &error),
                     SALTUS_OK);
    ck_assert_double_eq(work.wall_s, 1e-3);
}
END_TEST

START_TEST(test_a_manifest_that_is_not_there_is_named)
{
    saltus_energy_work work = saltus_energy_work_default();
    saltus_error error = {0};
    ck_assert_int_eq(saltus_energy_work_read_manifest("/nowhere/m.json", &work, &error),
                     SALTUS_E_FILE);
    ck_assert_str_eq(error.file, "/nowhere/m.json");
    ck_assert_int_eq(saltus_energy_work_read_manifest(NULL, &work, &error), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_energy_work_read_manifest("x", NULL, NULL), SALTUS_E_ARGUMENT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("energy_findings");
    TCase *cases = tcase_create("energy_findings");
    tcase_add_loop_test(cases, test_a_wrong_table_is_answered_with_place_key_and_reason, 0,
                        (int)(sizeof bad_texts / sizeof bad_texts[0]));
    tcase_add_test(cases, test_all_findings_of_a_table_come_in_one_look);
    tcase_add_test(cases, test_more_lines_than_an_estimate_holds_are_refused);
    tcase_add_test(cases, test_calls_with_nothing_are_refused);
    tcase_add_test(cases, test_a_file_that_cannot_be_read_is_named);
    tcase_add_loop_test(cases, test_a_wrong_manifest_is_answered_with_its_place, 0,
                        (int)(sizeof bad_manifests / sizeof bad_manifests[0]));
    tcase_add_test(cases, test_a_manifest_gives_counts_times_and_neurons);
    tcase_add_test(cases, test_a_manifest_that_is_not_there_is_named);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

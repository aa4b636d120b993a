/* test_codes - what holds for every code in the table; specs; jitter. */
#include <math.h>
#include <string.h>

#include "base/sim_time.h"
#include "code_fixture.h"
#include "support/suite.h"
#include "support/trial.h"

START_TEST(every_code_is_described_and_right_by_default)
{
    ck_assert_uint_ge(saltus_code_count(), 5);
    ck_assert_ptr_null(saltus_code_get(saltus_code_count()));
    for (size_t c = 0; c < saltus_code_count(); c++) {
        const saltus_code_info *code = saltus_code_get(c);
        ck_assert_ptr_eq(saltus_code_find(code->name), code);
        ck_assert(code->summary[0] && code->equation[0] && code->decoding[0] && code->source[0]);
        size_t count = 0;
        for (const saltus_rule_parameter *p = code->parameters; p->name != NULL; p++, count++) {
            ck_assert_double_ge(p->default_value, p->low);
            ck_assert_double_le(p->default_value, p->high);
            ck_assert(p->meaning[0] != '\0');
            ck_assert((p->kind == SALTUS_PARAMETER_WORD) == (p->words != NULL));
            const saltus_code_spec spec = saltus_code_spec_default(code->name);
            ck_assert_double_eq(saltus_code_value(&spec, p->name), p->default_value);
        }
        ck_assert_uint_le(count, SALTUS_CODE_VALUES);
        const saltus_code_spec spec = saltus_code_spec_default(code->name);
        ck_assert_int_eq(saltus_code_check(&spec, NULL), SALTUS_OK);
        ck_assert_uint_ge(saltus_code_units(&spec), 1);
    }
}
END_TEST

START_TEST(an_item_has_the_same_spikes_whenever_and_beside_whatever_it_is_shown)
{
    enum { VALUES = 40 };
    double values[VALUES];
    uint64_t state = 2;
    for (int i = 0; i < VALUES; i++) {
        values[i] = trial_random(&state);
    }
    for (size_t c = 0; c < saltus_code_count(); c++) {
        const saltus_code_spec spec = saltus_code_spec_default(saltus_code_get(c)->name);
        if (saltus_code_get(c)->signal) {
            continue;
        }
        saltus_spikes early = fixture_encode(&spec, values, VALUES, 7, 0);
        saltus_spikes late = fixture_encode(&spec, values, VALUES, 7, 812.34567891234);
        saltus_spikes part = fixture_encode(&spec, values, VALUES / 2, 7, 0);
        ck_assert_uint_gt(early.count, VALUES / 2);
        ck_assert_uint_eq(early.count, late.count);
        const int64_t shift = sl_sim_time_from_ms(812.34567891234);
        size_t k = 0;
        for (size_t i = 0; i < early.count; i++) {
            ck_assert_uint_eq(early.sources[i], late.sources[i]);
            ck_assert_int_eq(sl_sim_time_from_ms(late.times_ms[i]),
                             sl_sim_time_from_ms(early.times_ms[i]) + shift);
            if (early.sources[i] < VALUES / 2 * saltus_code_units(&spec)) {
                ck_assert_uint_lt(k, part.count);
                ck_assert_double_eq(part.times_ms[k], early.times_ms[i]);
                ck_assert_uint_eq(part.sources[k++], early.sources[i]);
            }
        }
        ck_assert_uint_eq(k, part.count);
        saltus_spikes_clear(&early);
        saltus_spikes_clear(&late);
        saltus_spikes_clear(&part);
    }
}
END_TEST

START_TEST(draws_belong_to_seed_item_and_source)
{
    saltus_code_spec spec = fixture_code("rate rate_max=1000");
    const double values[] = {1, 1};
    saltus_spikes first = fixture_encode(&spec, values, 2, 0, 0);
    saltus_spikes item = fixture_encode(&spec, values, 2, 1, 0);
    spec.seed = 2;
    saltus_spikes seed = fixture_encode(&spec, values, 2, 0, 0);
    ck_assert_double_ne(first.times_ms[0], item.times_ms[0]);
    ck_assert_double_ne(first.times_ms[0], seed.times_ms[0]);
    for (size_t i = 1; i < first.count; i++) {
        ck_assert_double_ne(first.times_ms[i], first.times_ms[i - 1]);
    }
    saltus_spikes_clear(&first);
    saltus_spikes_clear(&item);
    saltus_spikes_clear(&seed);
}
END_TEST

START_TEST(spikes_of_other_items_and_sources_are_passed_over)
{
    for (size_t c = 0; c < saltus_code_count(); c++) {
        const saltus_code_spec spec = saltus_code_spec_default(saltus_code_get(c)->name);
        if (saltus_code_get(c)->signal) {
            continue;
        }
        const double items[3][4] = {{0.9, 0.8, 0.7, 0.6}, {0.3, 0.5, 0.65, 0.2}, {1, 1, 1, 1}};
        saltus_spikes all = {0};
        saltus_spikes one = fixture_encode(&spec, items[1], 3, 1, 100);
        for (uint32_t i = 0; i < 3; i++) {
            ck_assert_int_eq(saltus_encode(&spec, items[i], 4, i, 100 * i, &all, NULL), SALTUS_OK);
        }
        double together[3];
        double alone[3];
        ck_assert_int_eq(saltus_decode(&spec, &all, 100, 0, together, 3, NULL), SALTUS_OK);
        ck_assert_int_eq(saltus_decode(&spec, &one, 100, 0, alone, 3, NULL), SALTUS_OK);
        ck_assert_mem_eq(together, alone, sizeof alone);
        /* each value from its own spikes; those of times are exact */
        const bool timed = strcmp(spec.code, "phase") == 0 || strcmp(spec.code, "latency") == 0;
        for (int i = 0; i < 3 && timed; i++) {
            ck_assert_double_eq_tol(together[i], items[1][i], 1e-9);
        }
        saltus_spikes_clear(&all);
        saltus_spikes_clear(&one);
    }
}
END_TEST

START_TEST(jitter_is_normal_and_belongs_to_the_spike)
{
    enum { COUNT = 20000 };
    saltus_spikes spikes[2] = {{0}, {0}};
    const saltus_code_spec spec = fixture_code("rate train=regular rate_max=1e4 window=2000");
    const double value = 1;
    for (int k = 0; k < 2; k++) {
        spikes[k] = fixture_encode(&spec, &value, 1, 0, 1000);
        ck_assert_uint_eq(spikes[k].count, COUNT);
        ck_assert_int_eq(saltus_spikes_jitter(&spikes[k], 0, 0.02, 3, 5, NULL), SALTUS_OK);
    }
    ck_assert_mem_eq(spikes[0].times_ms, spikes[1].times_ms, COUNT * sizeof(double));
    double sum = 0;
    double squares = 0;
    double fourths = 0;
    /* moved by a fifth of an interval, few change places; sums of squares do not mind those */
    for (size_t i = 0; i < COUNT; i++) {
        const double moved = (spikes[0].times_ms[i] - (1000.05 + 0.1 * (double)i)) / 0.02;
        sum += moved;
        squares += moved * moved;
        fourths += pow(moved, 4);
        ck_assert(i == 0 || spikes[0].times_ms[i] >= spikes[0].times_ms[i - 1]);
    }
    ck_assert_double_le(fabs(sum / COUNT), 5 / sqrt(COUNT));
    ck_assert_double_eq_tol(squares / COUNT, 1, 5 * sqrt(2.0 / COUNT));
    ck_assert_double_eq_tol(fourths / COUNT, 3, 5 * sqrt(96.0 / COUNT));
    ck_assert_int_eq(saltus_spikes_jitter(&spikes[0], 0, 1e5, 3, 5, NULL), SALTUS_OK);
    ck_assert_double_eq(spikes[0].times_ms[0], 0);
    CK_REFUSED(saltus_spikes_jitter(&spikes[0], 0, -1, 3, 5, &error), "a jitter of -1 ms");
    saltus_spikes_clear(&spikes[0]);
    saltus_spikes_clear(&spikes[1]);
}
END_TEST

START_TEST(wrong_specs_say_what_is_allowed)
{
    saltus_code_spec spec = saltus_code_spec_default("rat");
    CK_REFUSED(saltus_code_check(&spec, &error), "there is no code 'rat'; the codes are rate, "
                                                 "phase, population, latency, level_crossing");
    spec = saltus_code_spec_default("rate");
    CK_REFUSED(saltus_code_set(&spec, "tau", 1, &error),
               "the code rate has no parameter 'tau'; it has low, high, window, rate_max");
    CK_REFUSED(saltus_code_set(&spec, "window", 0, &error),
               "window of the code rate is 0; 1e-06 to 1e+06 is allowed");
    CK_REFUSED(saltus_code_set(&spec, "window", (double)NAN, &error), "window of the code rate");
    CK_REFUSED(saltus_code_set_word(&spec, "train", "odd", &error),
               "train of the code rate is 'odd'; allowed is poisson, regular");
    CK_REFUSED(saltus_code_set_word(&spec, "window", "odd", &error), "allowed is a number");
    ck_assert_int_eq(saltus_code_set(&spec, "low", 1, NULL), SALTUS_OK);
    CK_REFUSED(saltus_code_check(&spec, &error), "from low = 1 to high = 1; high must be above");
    spec.value[2] = -3; /* past the functions that check */
    CK_REFUSED(saltus_code_check(&spec, &error), "window of the code rate is -3");
}
END_TEST

START_TEST(text_sets_quantities_numbers_and_words)
{
    saltus_code_spec spec = saltus_code_spec_default("latency");
    ck_assert_int_eq(saltus_code_set_text(&spec, "window", "0.2 s", NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_code_set_text(&spec, "tau", "500us", NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_code_set_text(&spec, "threshold", "0.25", NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_code_set_text(&spec, "curve", "rc", NULL), SALTUS_OK);
    ck_assert_double_eq(saltus_code_value(&spec, "window"), 200);
    ck_assert_double_eq(saltus_code_value(&spec, "tau"), 0.5);
    ck_assert_double_eq(saltus_code_value(&spec, "threshold"), 0.25);
    ck_assert_double_eq(saltus_code_value(&spec, "curve"), 2);
    CK_REFUSED(saltus_code_set_text(&spec, "tau", "5", &error), "tau of the code latency: ");
    CK_REFUSED(saltus_code_set_text(&spec, "tau", "5 mV", &error), "a time is needed");
    CK_REFUSED(saltus_code_set_text(&spec, "curve", "5", &error), "allowed is linear");
    CK_REFUSED(saltus_code_set_text(&spec, "taux", "5 ms", &error), "has no parameter 'taux'");
}
END_TEST

START_TEST(values_out_of_range_are_refused_and_nothing_is_appended)
{
    const saltus_code_spec spec = fixture_code("rate low=-1 high=2 rate_max=1000");
    const double values[] = {0, 2.5, (double)NAN, -1, 2};
    saltus_spikes spikes = {0};
    CK_REFUSED(saltus_encode(&spec, values, 2, 4, 0, &spikes, &error),
               "value 1 of item 4 is 2.5; low to high, -1 to 2, is allowed");
    CK_REFUSED(saltus_encode(&spec, values + 2, 1, 4, 0, &spikes, &error), "value 0 of item 4 is");
    CK_REFUSED(saltus_encode(&spec, values, 1, SALTUS_CODE_ITEMS, 0, &spikes, &error),
               "item below");
    CK_REFUSED(saltus_encode(&spec, values, 1, 0, -1, &spikes, &error), "starts at -1 ms");
    ck_assert_uint_eq(spikes.count, 0);
    ck_assert_int_eq(saltus_encode(&spec, values + 3, 2, 0, 0, &spikes, NULL), SALTUS_OK);
    static const char *const slips[] = {"phase low=-1 high=2 window=1e6 period=1e-6",
                                        "rate low=-1 high=2 window=1e6 rate_max=1e4",
                                        "population low=-1 high=2 window=1e6 rate_max=1e4"};
    static const double many[64];
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        const saltus_code_spec slip = fixture_code(slips[i]);
        CK_REFUSED(saltus_encode(&slip, many, 64, 3, 0, &spikes, &error),
                   "at most 268435456 are allowed");
    }
    const saltus_code_spec signal = fixture_code("level_crossing");
    CK_REFUSED(saltus_encode(&signal, values, 1, 0, 0, &spikes, &error), "encodes signals");
    saltus_spikes_clear(&spikes);
    saltus_spikes_clear(NULL);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_code_is_described_and_right_by_default,
        an_item_has_the_same_spikes_whenever_and_beside_whatever_it_is_shown,
        draws_belong_to_seed_item_and_source,
        spikes_of_other_items_and_sources_are_passed_over,
        jitter_is_normal_and_belongs_to_the_spike,
        wrong_specs_say_what_is_allowed,
        text_sets_quantities_numbers_and_words,
        values_out_of_range_are_refused_and_nothing_is_appended,
    };
    return SUITE_RUN("codes", tests);
}

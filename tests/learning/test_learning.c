/* test_learning - the section `learning` of an experiment, and the arithmetic of recognition. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "saltus/saltus.h"
#include "support/suite.h"

/* ---- Arithmetic ---------------------------------------------------------------------------- */

START_TEST(neurons_get_the_class_they_answer_most_on_average)
{
    /* neuron 0: 10 spikes to 10 images of class 0, 4 to 2 of class 1; neuron 1 is silent; neuron 2
     * answers 0 and 2 alike; no image of class 3 was shown */
    static const uint64_t responses[3 * 4] = {10, 4, 0, 0, 0, 0, 0, 0, 20, 0, 10, 7};
    static const uint64_t shown[4] = {10, 2, 5, 0};
    uint32_t class_of[3] = {0};
    saltus_learning_assign(responses, shown, 3, 4, class_of);
    ck_assert_uint_eq(class_of[0], 1);
    ck_assert_uint_eq(class_of[1], SALTUS_NO_CLASS);
    ck_assert_uint_eq(class_of[2], 0);
}
END_TEST

START_TEST(an_image_gets_the_class_whose_neurons_answer_most_on_average)
{
    static const uint32_t class_of[5] = {0, 0, 1, SALTUS_NO_CLASS, 2};
    static const uint32_t sums[5] = {3, 3, 4, 100, 2}, ties[5] = {2, 4, 3, 0, 3};
    static const uint32_t none[5] = {0, 0, 0, 100, 0};
    ck_assert_uint_eq(saltus_learning_vote(sums, class_of, 5, 3), 1);
    ck_assert_uint_eq(saltus_learning_vote(ties, class_of, 5, 3), 0);
    ck_assert_uint_eq(saltus_learning_vote(none, class_of, 5, 3), SALTUS_NO_CLASS);
}
END_TEST

START_TEST(orders_are_permutations_and_belong_to_seed_and_epoch)
{
    enum { COUNT = 1000 };
    static uint32_t order[4][COUNT];
    static uint8_t seen[COUNT];
    saltus_learning_shuffle(5, 0, order[0], COUNT);
    saltus_learning_shuffle(5, 0, order[1], COUNT);
    saltus_learning_shuffle(5, 1, order[2], COUNT);
    saltus_learning_shuffle(6, 0, order[3], COUNT);
    ck_assert_int_eq(memcmp(order[0], order[1], sizeof order[0]), 0);
    size_t moved = 0, with_epoch = 0, with_seed = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        ck_assert_uint_lt(order[0][i], COUNT);
        ck_assert_uint_eq(seen[order[0][i]]++, 0);
        moved += order[0][i] != i;
        with_epoch += order[0][i] != order[2][i];
        with_seed += order[0][i] != order[3][i];
    }
    /* a random permutation has about one fixed point */
    ck_assert_uint_gt(moved, COUNT - 10);
    ck_assert_uint_gt(with_epoch, COUNT - 10);
    ck_assert_uint_gt(with_seed, COUNT - 10);
}
END_TEST

START_TEST(every_order_of_three_is_as_likely)
{
    static uint32_t counts[27];
    for (uint32_t epoch = 0; epoch < 6000; epoch++) {
        uint32_t order[3];
        saltus_learning_shuffle(1, epoch, order, 3);
        counts[9 * order[0] + 3 * order[1] + order[2]]++;
    }
    for (uint32_t i = 0; i < 27; i++) {
        const uint32_t a = i / 9, b = i / 3 % 3, c = i % 3;
        const bool permutation = a != b && b != c && a != c;
        ck_assert_double_eq_tol(counts[i], permutation ? 1000 : 0, permutation ? 150 : 0.5);
    }
}
END_TEST

START_TEST(rates_follow_brightness_or_share_one_sum)
{
    static const uint8_t pixels[4] = {0, 255, 51, 0}, black[4] = {0};
    double rates_Hz[4];
    saltus_learning_rates(pixels, 4, 60, 0, rates_Hz);
    ck_assert_double_eq_tol(rates_Hz[1], 60, 1e-12);
    ck_assert_double_eq_tol(rates_Hz[2], 12, 1e-12);
    ck_assert_double_eq(rates_Hz[0], 0);
    saltus_learning_rates(pixels, 4, 60, 300, rates_Hz);
    ck_assert_double_eq_tol(rates_Hz[1], 250, 1e-12);
    ck_assert_double_eq_tol(rates_Hz[2], 50, 1e-12);
    saltus_learning_rates(black, 4, 60, 300, rates_Hz);
    ck_assert_double_eq(rates_Hz[1], 0);
}
END_TEST

/* ---- The section ---------------------------------------------------------------------------- */

#define HEAD                                                                                       \
    "saltus: 1\n"                                                                                  \
    "populations:\n"                                                                               \
    "  X: {size: 4, model: rate_source}\n"                                                         \
    "  E: {size: 3, model: lif_delta}\n"                                                           \
    "projections:\n"                                                                               \
    "  - {from: X, to: E, rule: all_to_all, weight: 1 mV, delay: 1 ms,\n"                          \
    "     plasticity: {rule: post_triggered, w_max: 4 mV}}\n"
#define FILES                                                                                      \
    "  train: {images: ti, labels: /tl, count: 7}\n"                                               \
    "  test: {images: si, labels: sl, first: 2}\n"

static saltus_status load(const char *section, saltus_experiment **e, saltus_diagnostics **found)
{
    char text[2000];
    snprintf(text, sizeof text, "%s%s", HEAD, section);
    return saltus_experiment_load_text(text, strlen(text), "e", "folder", NULL, e, found);
}

START_TEST(the_section_is_read_with_its_defaults)
{
    saltus_experiment *e = NULL;
    ck_assert_int_eq(load("learning:\n  input: X\n  output: E\n" FILES, &e, NULL), SALTUS_OK);
    const saltus_learning_spec *spec = saltus_experiment_learning(e);
    ck_assert_ptr_nonnull(spec);
    ck_assert_uint_eq(spec->input, 0);
    ck_assert_uint_eq(spec->output, 1);
    ck_assert_str_eq(spec->train.images, "folder/ti");
    ck_assert_str_eq(spec->train.labels, "/tl");
    ck_assert_uint_eq(spec->train.count, 7);
    ck_assert_str_eq(spec->label.images, "folder/ti"); /* those of the training */
    ck_assert_uint_eq(spec->label.count, 0);
    ck_assert_uint_eq(spec->test.first, 2);
    ck_assert_uint_eq(spec->epochs, 1);
    ck_assert_double_eq(spec->rate_Hz, 63.75);
    ck_assert_double_eq(spec->presentation_ms, 350);
    ck_assert_double_eq(spec->normalise_mV, 0);
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(every_value_of_the_section_counts_in_the_hash)
{
    static const char *const changes[] = {
        "",
        "  epochs: 3\n",
        "  order: file\n",
        "  presentation: 100 ms\n",
        "  rest: 1 s\n",
        "  rate: 20 Hz\n",
        "  total_rate: 20 Hz\n",
        "  again: {below: 5}\n",
        "  again: {below: 5, rate_step: 1 Hz}\n",
        "  again: {below: 5, at_most: 2}\n",
        "  normalise: 5 mV\n",
        "  window: 10\n",
        "  label: {first: 1}\n",
        "  label: {count: 1}\n",
    };
    enum { CHANGES = sizeof changes / sizeof changes[0] };
    uint64_t hash[CHANGES];
    for (size_t i = 0; i < CHANGES; i++) {
        char section[600];
        saltus_experiment *e = NULL;
        snprintf(section, sizeof section, "learning:\n  input: X\n  output: E\n" FILES "%s",
                 changes[i]);
        ck_assert_msg(load(section, &e, NULL) == SALTUS_OK, "%s", changes[i]);
        hash[i] = saltus_experiment_hash(e);
        for (size_t k = 0; k < i; k++) {
            ck_assert_msg(hash[k] != hash[i], "%s and %s", changes[k], changes[i]);
        }
        saltus_experiment_destroy(e);
    }
}
END_TEST

START_TEST(what_is_wrong_is_found_where_it_stands)
{
    static const struct {
        const char *section, *path, *message;
    } cases[] = {
        {"learning:\n  output: E\n" FILES, "learning", "'input' is missing"},
        {"learning:\n  input: E\n  output: E\n" FILES, "learning.input", "'E' is no rate_source"},
        {"learning:\n  input: X\n  output: X\n" FILES, "learning.output", "'X' is a source"},
        {"learning:\n  input: Y\n  output: E\n" FILES, "learning.input", "Y"},
        {"learning:\n  input: X\n  output: E\n  train: {images: a, labels: b}\n", "learning",
         "'test' is missing"},
        {"learning:\n  input: X\n  output: E\n  train: {images: a}\n  test: {images: a, labels: "
         "b}\n",
         "learning.train", "labels are not given"},
        {"learning:\n  input: X\n  output: E\n  epoch: 2\n" FILES, "learning.epoch",
         "did you mean 'epochs'"},
        {"learning:\n  input: X\n  output: E\n  epochs: 0\n" FILES, "learning.epochs", "1 to"},
        {"learning:\n  input: X\n  output: E\n  rate: 0 Hz\n" FILES, "learning.rate", "above 0"},
        {"learning:\n  input: X\n  output: E\n  rate: 20 kHz\n" FILES, "learning.rate", "1e4 Hz"},
        {"learning:\n  input: X\n  output: E\n  presentation: 0 ms\n" FILES,
         "learning.presentation", "0 ms"},
        {"learning:\n  input: X\n  output: E\n  order: random\n" FILES, "learning.order",
         "shuffled"},
        {"learning:\n  input: X\n  output: E\n  normalise: -1 mV\n" FILES, "learning.normalise",
         "above 0"},
        {"learning:\n  input: X\n  output: E\n  window: 0\n" FILES, "learning.window", "at least"},
        {"learning:\n  input: X\n  output: E\n  again: {rate_step: 1 Hz}\n" FILES, "learning.again",
         "'below' is missing"},
        {"learning:\n  input: X\n  output: E\n  again: {below: 1, rate_step: 5 kHz}\n" FILES,
         "learning.again", "more than 1e4 Hz"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        saltus_experiment *e = NULL;
        saltus_diagnostics *found = NULL;
        ck_assert_msg(load(cases[i].section, &e, &found) == SALTUS_E_EXPERIMENT, "%s",
                      cases[i].section);
        const saltus_diagnostic d = saltus_diagnostics_get(found, 0);
        ck_assert_msg(strcmp(d.path, cases[i].path) == 0 &&
                          strstr(d.message, cases[i].message) != NULL,
                      "%s: %s, %s", cases[i].section, d.path, d.message);
        ck_assert_uint_gt(d.line, 7);
        saltus_diagnostics_destroy(found);
    }
}
END_TEST

START_TEST(a_duration_is_needed_without_the_section_only)
{
    saltus_experiment *e = NULL;
    ck_assert_int_eq(load("", &e, NULL), SALTUS_E_EXPERIMENT);
    ck_assert_int_eq(load("duration: 5 ms\n", &e, NULL), SALTUS_OK);
    ck_assert_ptr_null(saltus_experiment_learning(e));
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(code_is_checked_like_files)
{
    saltus_experiment *e = NULL;
    saltus_error error = {0};
    ck_assert_int_eq(load("duration: 5 ms\n", &e, NULL), SALTUS_OK);
    saltus_learning_spec spec = saltus_learning_spec_default();
    ck_assert_int_eq(saltus_experiment_set_learning(e, &spec, &error), SALTUS_E_EXPERIMENT);
    spec.input = 0;
    spec.output = 1;
    spec.train = (saltus_image_set){.images = "a", .labels = "b"};
    spec.test = spec.train;
    ck_assert_int_eq(saltus_experiment_set_learning(e, &spec, &error), SALTUS_OK);
    /* again, from its own copy */
    spec = *saltus_experiment_learning(e);
    spec.epochs = 2;
    ck_assert_int_eq(saltus_experiment_set_learning(e, &spec, &error), SALTUS_OK);
    ck_assert_uint_eq(saltus_experiment_learning(e)->epochs, 2);
    ck_assert_str_eq(saltus_experiment_learning(e)->label.labels, "b");
    spec.struct_size = 0;
    ck_assert_int_eq(saltus_experiment_set_learning(e, &spec, &error), SALTUS_E_ARGUMENT);
    saltus_experiment_destroy(e);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {neurons_get_the_class_they_answer_most_on_average,
                                  an_image_gets_the_class_whose_neurons_answer_most_on_average,
                                  orders_are_permutations_and_belong_to_seed_and_epoch,
                                  every_order_of_three_is_as_likely,
                                  rates_follow_brightness_or_share_one_sum,
                                  the_section_is_read_with_its_defaults,
                                  every_value_of_the_section_counts_in_the_hash,
                                  what_is_wrong_is_found_where_it_stands,
                                  a_duration_is_needed_without_the_section_only,
                                  code_is_checked_like_files};
    return SUITE_RUN("learning", tests);
}

/* test_engine_names - engines by number and by the text that commands take. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "saltus/saltus.h"
#include "support/suite.h"

static saltus_error error;

START_TEST(every_engine_has_a_name_and_a_summary)
{
    static const char *const names[] = {"event", "grid", "euler", "interpolated", "offgrid"};
    ck_assert_uint_eq(saltus_engine_count(), 5);
    for (int i = 0; i < 5; i++) {
        ck_assert_str_eq(saltus_engine_name((saltus_engine)i), names[i]);
        ck_assert_uint_gt(strlen(saltus_engine_summary((saltus_engine)i)), 10);
    }
    ck_assert_ptr_null(saltus_engine_name((saltus_engine)5));
    ck_assert_ptr_null(saltus_engine_name((saltus_engine)-1));
    ck_assert_ptr_null(saltus_engine_summary((saltus_engine)5));
}
END_TEST

START_TEST(every_form_is_read_with_its_decimal_step)
{
    static const struct {
        const char *text;
        saltus_engine engine;
        double step_ms;
    } forms[] = {{"event", SALTUS_ENGINE_EVENT, 0},
                 {"grid@0.1ms", SALTUS_ENGINE_GRID, 0.1},
                 {"clock@0.1ms", SALTUS_ENGINE_GRID, 0.1},
                 {"grid@0.1 ms", SALTUS_ENGINE_GRID, 0.1},
                 {"grid@100us", SALTUS_ENGINE_GRID, 0.1},
                 {"grid@1e-4s", SALTUS_ENGINE_GRID, 0.1},
                 {"grid@100000ns", SALTUS_ENGINE_GRID, 0.1},
                 {"grid@.3ms", SALTUS_ENGINE_GRID, 0.3},
                 {"euler@1ms", SALTUS_ENGINE_EULER, 1},
                 {"interpolated@0.25ms", SALTUS_ENGINE_INTERPOLATED, 0.25},
                 {"offgrid@50us", SALTUS_ENGINE_OFFGRID, 0.05},
                 {"offgrid@1s", SALTUS_ENGINE_OFFGRID, 1000},
                 {"grid@1e-11ms", SALTUS_ENGINE_GRID, 1e-11},
                 {"grid@0.12345678901ms", SALTUS_ENGINE_GRID, 0.12345678901},
                 {"grid@4.5e7ms", SALTUS_ENGINE_GRID, 4.5e7}};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        saltus_simulation_options options = saltus_simulation_options_default();
        options.threads = 3;
        options.scheduler = "heap";
        options.engine = SALTUS_ENGINE_EULER;
        options.step_ms = 7;
        const saltus_simulation_options given = options;
        ck_assert_msg(saltus_engine_parse(forms[i].text, &options, &error) == SALTUS_OK, "%s: %s",
                      forms[i].text, error.message);
        ck_assert_int_eq(options.engine, forms[i].engine);
        ck_assert_double_eq(options.step_ms, forms[i].step_ms);
        ck_assert_uint_eq(options.struct_size, given.struct_size);
        ck_assert_uint_eq(options.threads, 3);
        ck_assert_str_eq(options.scheduler, "heap");
    }
}
END_TEST

static void must_refuse(const char *text, const char *word)
{
    saltus_simulation_options options = saltus_simulation_options_default();
    options.engine = SALTUS_ENGINE_EULER;
    options.step_ms = 7;
    error.message[0] = '\0';
    ck_assert_msg(saltus_engine_parse(text, &options, &error) == SALTUS_E_ARGUMENT, "'%.40s'",
                  text);
    ck_assert_msg(strstr(error.message, word) != NULL, "'%.40s': \"%s\" does not speak of \"%s\"",
                  text, error.message, word);
    ck_assert_int_eq(options.engine, SALTUS_ENGINE_EULER);
    ck_assert_double_eq(options.step_ms, 7);
    ck_assert_int_eq(saltus_engine_parse(text, &options, NULL), SALTUS_E_ARGUMENT);
}

START_TEST(what_is_no_engine_is_refused_with_what_is_allowed)
{
    must_refuse("grdi@1ms", "did you mean 'grid'");
    must_refuse("ofgrid@1ms", "did you mean 'offgrid'");
    must_refuse("interpolate@1ms", "did you mean 'interpolated'");
    must_refuse("evnt", "did you mean 'event'");
    must_refuse("clok@1ms", "did you mean 'clock'");
    must_refuse("nonsense", "allowed are event, and grid");
    must_refuse("", "no engine");
    must_refuse("@1ms", "no engine");
    must_refuse("@", "no engine");
    must_refuse("Grid@1ms", "no engine");
    must_refuse(" grid@1ms", "no engine");
    must_refuse("grid @1ms", "no engine");
    must_refuse("\xff\xfe@1ms", "no engine");
}
END_TEST

START_TEST(steps_that_no_clock_takes_are_refused)
{
    must_refuse("grid", "needs a step");
    must_refuse("offgrid", "offgrid@0.1ms");
    must_refuse("clock", "needs a step");
    must_refuse("event@1ms", "no step");
    must_refuse("event@", "no step");
    must_refuse("grid@", "the step");
    must_refuse("grid@0.1", "without a unit");
    must_refuse("grid@ms", "the step");
    must_refuse("grid@1mV", "the step");
    must_refuse("grid@1ms@2ms", "the step");
    must_refuse("grid@1msx", "the step");
    must_refuse("grid@nanms", "the step");
    must_refuse("grid@infms", "the step");
    must_refuse("grid@1e999ms", "the step");
    must_refuse("grid@0ms", "0");
    must_refuse("grid@-0.1ms", "-0.1");
    must_refuse("grid@1e-12ms", "whole number of ticks");
    must_refuse("grid@1.5e-11ms", "whole number of ticks");
    must_refuse("grid@0.1234567890123ms", "whole number of ticks");
    must_refuse("grid@46000001ms", "4.5e+07");
}
END_TEST

START_TEST(endless_text_is_refused)
{
    enum { LENGTH = 100000 };
    char *text = malloc(LENGTH + 1);
    ck_assert_ptr_nonnull(text);
    memset(text, 'g', LENGTH);
    text[LENGTH] = '\0';
    must_refuse(text, "no engine");
    memcpy(text, "grid@", 5);
    must_refuse(text, "the step");
    memset(text + 5, '9', LENGTH - 5);
    must_refuse(text, "the step");
    memset(text, '@', LENGTH);
    must_refuse(text, "no engine");
    free(text);
}
END_TEST

START_TEST(nothing_to_read_or_to_write_is_refused)
{
    saltus_simulation_options options = saltus_simulation_options_default();
    ck_assert_int_eq(saltus_engine_parse(NULL, &options, &error), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_engine_parse("event", NULL, &error), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_engine_parse(NULL, NULL, NULL), SALTUS_E_ARGUMENT);
}
END_TEST

/* What a simulation refuses is told before a network is built, and nothing else. */
START_TEST(models_that_an_engine_does_not_have_are_told_beforehand)
{
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("models", &e), SALTUS_OK);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "D";
    spec.size = 1;
    ck_assert_int_eq(saltus_experiment_add_population(e, &spec, NULL, NULL), SALTUS_OK);
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(saltus_engine_check(e, (saltus_engine)i, NULL), SALTUS_OK);
    }
    spec.name = "Q";
    spec.model = SALTUS_MODEL_QIF;
    ck_assert_int_eq(saltus_experiment_add_population(e, &spec, NULL, NULL), SALTUS_OK);
    saltus_network *network = NULL;
    ck_assert_int_eq(saltus_network_build(e, NULL, &network, NULL), SALTUS_OK);
    for (int i = 0; i < 5; i++) {
        saltus_simulation_options how = saltus_simulation_options_default();
        how.engine = (saltus_engine)i;
        how.step_ms = i > 0 ? 0.1 : 0;
        saltus_simulation *simulation = NULL;
        const saltus_status made = saltus_simulation_create(network, &how, &simulation, NULL);
        ck_assert_int_eq(saltus_engine_check(e, how.engine, &error), made);
        ck_assert_int_eq(made, i < 3 ? SALTUS_OK : SALTUS_E_ARGUMENT);
        saltus_simulation_destroy(simulation);
    }
    ck_assert_ptr_nonnull(
        strstr(error.message, "population Q is of model qif, which engine offgrid"));
    ck_assert_int_eq(saltus_engine_check(e, (saltus_engine)5, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_engine_check(NULL, SALTUS_ENGINE_EVENT, NULL), SALTUS_E_ARGUMENT);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_engine_has_a_name_and_a_summary,
        every_form_is_read_with_its_decimal_step,
        what_is_no_engine_is_refused_with_what_is_allowed,
        steps_that_no_clock_takes_are_refused,
        endless_text_is_refused,
        nothing_to_read_or_to_write_is_refused,
        models_that_an_engine_does_not_have_are_told_beforehand,
    };
    return SUITE_RUN("engine_names", tests);
}

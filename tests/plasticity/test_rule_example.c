/* The learning rule that CONTRIBUTING.md shows, built into the registry as it tells. */
#include <check.h>
#include <math.h>

#include "made_chunk.h"
#include "one_synapse.h"
#include "support/suite.h"

START_TEST(the_registry_has_one_rule_more)
{
    const size_t count = saltus_plasticity_count();
    ck_assert_uint_ge(count, 2);
    ck_assert_str_eq(saltus_plasticity_get(count - 1)->name, "anti_hebbian");
    ck_assert_ptr_nonnull(saltus_plasticity_find("stdp"));
}
END_TEST

START_TEST(its_parameters_are_set_by_name)
{
    saltus_error error = {0};
    saltus_plasticity_spec spec = saltus_plasticity_spec_default();
    spec.rule = "anti_hebbian";
    ck_assert_int_eq(saltus_plasticity_set(&spec, "w_max", 2, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_plasticity_set(&spec, "gain", 0.5, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_plasticity_set(&spec, "tau", 0, &error), SALTUS_E_ARGUMENT);
}
END_TEST

START_TEST(it_does_what_its_equation_says)
{
    made_rule rule = made_rule_of("anti_hebbian", 2);
    ck_assert(fabs(made_after_post(&rule, 1, 0.5, 0, 0, 0) - (1 - 0.005 * 2 * 0.5)) < 1e-15);
    ck_assert(fabs(made_after_pre(&rule, 1, 0, 0, 0, 0) - (1 + 0.005 * 2 * 0.1)) < 1e-15);
    ck_assert(made_after_post(&rule, 0, 1, 0, 0, 0) == 0);
    ck_assert(made_after_pre(&rule, 2, 0, 0, 0, 0) == 2);
}
END_TEST

/* Nothing but the registry has been told of it, and it runs: delays and all. */
START_TEST(the_engine_knows_how_to_run_it)
{
    const double pre_ms = 10, post_ms = 30;
    one_synapse synapse = {.weight_mV = 1,
                           .delay_ms = 1.5,
                           .pres_ms = &pre_ms,
                           .posts_ms = &post_ms,
                           .pre_count = 1,
                           .post_count = 1,
                           .end_ms = 100};
    synapse.plasticity = saltus_plasticity_spec_default();
    synapse.plasticity.rule = "anti_hebbian";
    synapse.plasticity.dendritic_share = 1;
    ck_assert_int_eq(saltus_plasticity_set(&synapse.plasticity, "w_max", 2, NULL), SALTUS_OK);
    const double expected = 1 + 0.005 * 2 * 0.1 - 0.005 * 2 * exp(-21.5 / 20);
    ck_assert(fabs(one_synapse_run(&synapse) - expected) < 1e-15);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        the_registry_has_one_rule_more,
        its_parameters_are_set_by_name,
        it_does_what_its_equation_says,
        the_engine_knows_how_to_run_it,
    };
    return SUITE_RUN("rule_example", tests);
}

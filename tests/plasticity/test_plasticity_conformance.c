/* test_plasticity_conformance - every rule changes weights as the brute-force reference does.
 *
 * Random networks with all spikes dictated (plastic_net.h): every rule of the registry with every
 * pairing and dependence, sparse spikes, bursts, silences of minutes, coincidences, thousands of
 * spikes; weights and potentials are compared at random times and at the end, to 1e-12, and
 * reading must change no bit. Where double precision cannot decide an outcome the weight is passed
 * over, and few may be.
 *
 * SALTUS_PLASTICITY_SEED sets the first seed (1), SALTUS_PLASTICITY_TRIALS how many for each rule
 * and pattern (90; of thousands of spikes a fifteenth).
 */
#include <inttypes.h>
#include <stdio.h>

#include "plastic_draw.h"
#include "support/suite.h"
#include "support/trial.h"

/* The rule of this index; NULL: a network of it is skipped because it has no reference, which
 * every_rule_has_a_reference tells. */
static const char *rule_at(size_t index)
{
    const char *name = saltus_plasticity_get(index)->name;
    return eager_find(name) != NULL ? name : NULL;
}

static void report(const char *what, const plastic_tally *tally)
{
    if (trial_environment("SALTUS_TEST_VERBOSE", 0)) {
        printf("%-10s %" PRIu64 " networks, %" PRIu64 " spikes, %" PRIu64 " events at synapses, "
               "%" PRIu64 " weights (%" PRIu64 " undecided), %" PRIu64 " potentials, worst %.2g\n",
               what, tally->nets, tally->spikes, tally->changes, tally->weights, tally->undecided,
               tally->potentials, tally->worst);
    }
}

static void check_net(plastic_net *net, const char *rule, plastic_tally *tally, int *failed)
{
    if (!plastic_net_check(net, tally)) {
        fprintf(stderr, "%s: %s\n", rule, tally->why);
        ++*failed;
    }
    plastic_net_clear(net);
}

static void check_pattern(plastic_pattern pattern, const char *what, uint64_t trials)
{
    const uint64_t first = trial_environment("SALTUS_PLASTICITY_SEED", 1);
    plastic_tally tally = {0};
    int failed = 0;
    for (size_t i = 0; i < saltus_plasticity_count(); i++) {
        const char *rule = rule_at(i);
        for (uint64_t seed = first; rule != NULL && seed < first + trials && failed < 5; seed++) {
            plastic_net net = plastic_draw(seed * 64 + i, pattern, rule);
            check_net(&net, rule, &tally, &failed);
        }
    }
    report(what, &tally);
    ck_assert_int_eq(failed, 0);
    ck_assert_msg(trials < 50 || tally.changes > 20 * tally.nets, "only %" PRIu64 " events",
                  tally.changes);
    ck_assert_msg(tally.undecided * 50 <= tally.weights, "%" PRIu64 " of %" PRIu64 " undecided",
                  tally.undecided, tally.weights);
}

static uint64_t trials(void)
{
    return trial_environment("SALTUS_PLASTICITY_TRIALS", 90);
}

START_TEST(every_rule_has_a_reference)
{
    ck_assert_uint_gt(saltus_plasticity_count(), 0);
    for (size_t i = 0; i < saltus_plasticity_count(); i++) {
        const char *name = saltus_plasticity_get(i)->name;
        ck_assert_msg(eager_find(name) != NULL, "rule %s has no eager reference", name);
    }
}
END_TEST

START_TEST(sparse_spikes_change_weights_as_the_reference_says)
{
    check_pattern(PLASTIC_SPARSE, "sparse", trials());
}
END_TEST

START_TEST(bursts_change_weights_as_the_reference_says)
{
    check_pattern(PLASTIC_BURSTS, "bursts", trials());
}
END_TEST

START_TEST(silences_of_minutes_change_weights_as_the_reference_says)
{
    check_pattern(PLASTIC_SILENCES, "silences", trials());
}
END_TEST

START_TEST(coincidences_change_weights_as_the_reference_says)
{
    check_pattern(PLASTIC_LATTICE, "lattice", 4 * trials());
}
END_TEST

START_TEST(spikes_a_tick_from_an_arrival_change_weights_as_the_reference_says)
{
    check_pattern(PLASTIC_ADJACENT, "adjacent", 2 * trials());
}
END_TEST

START_TEST(wide_rows_change_weights_as_the_reference_says)
{
    check_pattern(PLASTIC_WIDE, "wide", (trials() + 14) / 15);
}
END_TEST

START_TEST(thousands_of_spikes_change_weights_as_the_reference_says)
{
    check_pattern(PLASTIC_BUSY, "busy", (trials() + 14) / 15);
}
END_TEST

/* On a clock whose steps divide all times nothing is rounded. */
static void check_clock(const char *name)
{
    const uint64_t first = trial_environment("SALTUS_PLASTICITY_SEED", 1);
    plastic_tally tally = {0};
    int failed = 0;
    for (size_t i = 0; i < saltus_plasticity_count(); i++) {
        const char *rule = rule_at(i);
        for (uint64_t seed = first; rule != NULL && seed < first + trials() && failed < 5; seed++) {
            plastic_net net = plastic_draw_clock(seed * 64 + i, name, rule);
            check_net(&net, rule, &tally, &failed);
        }
    }
    report(name, &tally);
    ck_assert_int_eq(failed, 0);
}

START_TEST(grid_changes_weights_as_the_reference_says)
{
    check_clock("grid");
}
END_TEST

START_TEST(euler_changes_weights_as_the_reference_says)
{
    check_clock("euler");
}
END_TEST

START_TEST(offgrid_changes_weights_as_the_reference_says)
{
    check_clock("offgrid");
}
END_TEST

int main(int argument_count, char **arguments)
{
    (void)argument_count;
    suite_wait_without_spinning(arguments);
    const TTest *const tests[] = {
        every_rule_has_a_reference,
        sparse_spikes_change_weights_as_the_reference_says,
        bursts_change_weights_as_the_reference_says,
        silences_of_minutes_change_weights_as_the_reference_says,
        coincidences_change_weights_as_the_reference_says,
        spikes_a_tick_from_an_arrival_change_weights_as_the_reference_says,
        wide_rows_change_weights_as_the_reference_says,
        thousands_of_spikes_change_weights_as_the_reference_says,
        grid_changes_weights_as_the_reference_says,
        euler_changes_weights_as_the_reference_says,
        offgrid_changes_weights_as_the_reference_says};
    return SUITE_RUN("plasticity_conformance", tests);
}

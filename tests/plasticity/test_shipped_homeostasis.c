/* What data/experiments promises of scaling and of release, at reduced size.
 * docs/learning-experiments.md has the values at full size. */
#include <check.h>
#include <math.h>

#include "shipped.h"
#include "support/suite.h"

/* Fewer neurons; the input doubles after 30 s instead of 100 s. */
START_TEST(homeostasis_holds_the_rate_when_input_doubles)
{
    const saltus_override smaller[] = {
        {"populations.neuron.size", "20"}, {"inputs.more.start", "30 s"}, {"duration", "60 s"}};
    shipped run;
    shipped_open(&run, "homeostasis", smaller, 3);
    shipped_run(&run, 0);
    const double before = shipped_rate_Hz(&run, "neuron", 10e3, 30e3);
    const double at_once = shipped_rate_Hz(&run, "neuron", 30e3, 31e3);
    const double recovered = shipped_rate_Hz(&run, "neuron", 45e3, 60e3);
    ck_assert_msg(fabs(before - 5) < 0.5, "before %g Hz", before);
    ck_assert_msg(at_once > 30, "at once %g Hz", at_once);
    ck_assert_msg(fabs(recovered - 5) < 0.5, "recovered %g Hz", recovered);
    shipped_close(&run);
}
END_TEST

enum { SPIKES = 11 };

typedef struct jumps {
    double mV[3][SPIKES]; /* plain, depressing, facilitating */
    size_t count[3];
    uint32_t plain; /* index of the first of these populations */
} jumps;

static saltus_status sample(void *user, const saltus_sample *found)
{
    jumps *seen = user;
    const uint32_t which = found->population - seen->plain;
    ck_assert_uint_lt(which, 3);
    ck_assert_uint_lt(seen->count[which], SPIKES);
    seen->mV[which][seen->count[which]++] = found->potential_mV[0];
    return SALTUS_OK;
}

static void follow(const double *found_mV, double U, double tau_rec, double tau_fac)
{
    double x = 1, u = U;
    for (int n = 0; n < SPIKES; n++) {
        if (n > 0) {
            const double h = n < SPIKES - 1 ? 20 : 500;
            x = 1 - (1 - x * (1 - u)) * exp(-h / tau_rec);
            u = U + (tau_fac > 0 ? u * (1 - U) * exp(-h / tau_fac) : 0);
        }
        ck_assert_msg(fabs(found_mV[n] - 10 * u * x) < 1e-12, "spike %d: %.15g instead of %.15g", n,
                      found_mV[n], 10 * u * x);
    }
}

START_TEST(tm_synapse_is_the_closed_form)
{
    shipped run;
    jumps seen = {0};
    shipped_open(&run, "tm_synapse", NULL, 0);
    seen.plain = saltus_network_find_population(run.network, "plain");
    ck_assert_int_eq(saltus_simulation_add_sample_recorder(run.simulation, sample, &seen),
                     SALTUS_OK);
    shipped_run(&run, 0);
    for (int which = 0; which < 3; which++) {
        ck_assert_uint_eq(seen.count[which], SPIKES);
    }
    for (int n = 0; n < SPIKES; n++) {
        ck_assert(fabs(seen.mV[0][n] - 10) < 1e-12);
    }
    follow(seen.mV[1], 0.5, 800, 0);
    follow(seen.mV[2], 0.1, 100, 1000);
    shipped_close(&run);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        homeostasis_holds_the_rate_when_input_doubles,
        tm_synapse_is_the_closed_form,
    };
    return SUITE_RUN("shipped_homeostasis", tests);
}

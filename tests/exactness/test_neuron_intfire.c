/* test_neuron_intfire - the spikes that NEURON's IntFire1 gives for a list of 600 inputs.
 *
 * IntFire1: dm/dt = -m / tau, an event adds its weight, the cell fires when m > 1 and m then
 * stays 0 for `refrac`. "m > 1" is V >= v_th with v_th the number next above 1; a unit of m is
 * taken as 1 mV. NEURON's times are doubles, Saltus' are ticks of 1e-11 ms: equal to 1e-9 ms.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/suite.h"
#include "support/trial.h"

enum { ROOM = 1000 };

/* Two columns, or one; lines of '#' are skipped. */
static size_t read_columns(const char *folder, const char *name, double *first, double *second)
{
    char path[1100], line[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "cannot read %s", path);
    size_t count = 0;
    while (count < ROOM && fgets(line, sizeof line, file)) {
        if (line[0] == '#' || line[0] == '\n') {
            continue;
        }
        char *rest = NULL;
        first[count] = strtod(line, &rest);
        if (second) {
            second[count] = strtod(rest + 1, NULL);
        }
        count++;
    }
    fclose(file);
    return count;
}

START_TEST(all_spikes_of_neuron_are_reproduced)
{
    const char *shared = trial_shared_data("neuron_intfire/IntFire1_inputs.csv");
    if (!shared) {
        return;
    }
    char folder[1050];
    snprintf(folder, sizeof folder, "%s/neuron_intfire", shared);
    static double times_ms[ROOM], weights_mV[ROOM], wanted_ms[ROOM];
    static uint32_t targets[ROOM];
    const size_t inputs = read_columns(folder, "IntFire1_inputs.csv", times_ms, weights_mV);
    const size_t wanted = read_columns(folder, "IntFire1_spikes.csv", wanted_ms, NULL);
    ck_assert_uint_eq(inputs, 600);
    ck_assert_uint_eq(wanted, 66);

    saltus_error error = {0};
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("IntFire1", &e), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_set_duration(e, 2000, &error), SALTUS_OK);
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "cell";
    p.size = 1;
    p.tau_m_ms = 10;
    p.t_ref_ms = 5;
    p.v_th_mV = saltus_constant(1 + 0x1p-47);
    ck_assert_int_eq(saltus_experiment_add_population(e, &p, NULL, &error), SALTUS_OK);
    saltus_input_spec a = saltus_input_spec_default();
    a.name = "events";
    a.type = SALTUS_INPUT_ARRIVALS;
    a.arrival_times_ms = times_ms;
    a.arrival_targets = targets;
    a.arrival_weights_mV = weights_mV;
    a.arrival_count = inputs;
    ck_assert_msg(saltus_experiment_add_input(e, &a, NULL, &error) == SALTUS_OK, "%s",
                  error.message);
    ck_assert_int_eq(saltus_experiment_record_spikes(e, 0), SALTUS_OK);
    const trial_setup setup = {.spikes = true};
    trial_result got;
    ck_assert(trial_run(e, &setup, &got));
    ck_assert_uint_eq(got.spike_count, wanted);
    for (size_t k = 0; k < wanted; k++) {
        ck_assert_double_eq_tol(got.spikes[k].time_ms, wanted_ms[k], 1e-9);
    }
    ck_assert_uint_eq(got.counts.external_events, 600);
    trial_clear(&got);
    saltus_experiment_destroy(e);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {all_spikes_of_neuron_are_reproduced};
    return SUITE_RUN("neuron_intfire", tests);
}

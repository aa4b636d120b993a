/* modulator_check - what is allowed in neuromodulators and in records of weights. */
#include <math.h>
#include <string.h>

#include "base/sim_time.h"
#include "experiment/decimal.h"
#include "experiment/experiment.h"
#include "experiment/experiment_check.h"
#include "experiment/text_excerpt.h"

#define SMALLEST_TAU_MS 1e-6
#define MAX_MODULATORS  (UINT64_C(1) << 24) /* index of a random stream */

static void check_rewards(const saltus_modulator_spec *spec, problem_sink *sink)
{
    if (spec->count == 0) {
        return;
    }
    if (spec->times_ms == NULL || spec->amounts == NULL) {
        sl_problem(sink, "rewards", "the times or amounts of the rewards are missing");
        return;
    }
    sl_check_times(sink, "rewards", spec->times_ms, spec->count);
    for (size_t i = 0; i < spec->count; i++) {
        if (!(fabs(spec->amounts[i]) <= 1e12)) {
            sl_problem(sink, "rewards",
                       "amount %zu (counting from 0) is %s; a finite number is needed", i,
                       sl_decimal_text(spec->amounts[i]).text);
            return;
        }
    }
}

/* One neuron of a population. */
static void check_neuron(const saltus_experiment *experiment, uint32_t population, uint32_t neuron,
                         const char *field, problem_sink *sink)
{
    if (population >= experiment->population_count) {
        sl_problem(sink, field, "there is no population %u", population);
    } else if (neuron >= experiment->populations[population].size) {
        sl_problem(sink, field, "found neuron %u; '%s' has neurons 0 to %u", neuron,
                   experiment->populations[population].name,
                   experiment->populations[population].size - 1);
    }
}

static void check_pair(const saltus_experiment *experiment, const saltus_modulator_spec *spec,
                       problem_sink *sink)
{
    if (spec->pre_population == UINT32_MAX || spec->post_population == UINT32_MAX) {
        sl_problem(sink, "pair", "a pair needs two neurons, pre and post; one of them is missing");
        return;
    }
    check_neuron(experiment, spec->pre_population, spec->pre_neuron, "pair.pre", sink);
    check_neuron(experiment, spec->post_population, spec->post_neuron, "pair.post", sink);
    sl_check_span(sink, "pair.window", spec->pair_window_ms);
    sl_check_number(sink, "pair.amount", spec->pair_amount, "");
    if (sl_check_span(sink, "pair.delay", spec->pair_delay_low_ms) &&
        sl_check_span(sink, "pair.delay", spec->pair_delay_high_ms) &&
        spec->pair_delay_high_ms < spec->pair_delay_low_ms) {
        sl_problem(sink, "pair.delay",
                   "found %s ms to %s ms; the first must not be above the second",
                   sl_decimal_text(spec->pair_delay_low_ms).text,
                   sl_decimal_text(spec->pair_delay_high_ms).text);
    }
}

void sl_check_modulator(const saltus_experiment *experiment, const saltus_modulator_spec *spec,
                        problem_sink *sink)
{
    sl_check_name(sink, "name", spec->name, false);
    if (spec->name != NULL &&
        saltus_experiment_find_modulator(experiment, spec->name) != UINT32_MAX) {
        sl_problem(sink, "name", "there is a modulator '%s' already",
                   sl_text_excerpt(spec->name).text);
    }
    if (experiment->modulator_count + 1 >= MAX_MODULATORS) {
        sl_problem(sink, "", "there are too many modulators; at most 16777215 are allowed");
    }
    if (!(spec->tau_ms >= SMALLEST_TAU_MS && spec->tau_ms <= SIM_TIME_MAX_MS)) {
        sl_problem(sink, "tau", "found %s ms; 1e-6 ms to 4.5e7 ms is allowed",
                   sl_decimal_text(spec->tau_ms).text);
    }
    sl_check_number(sink, "baseline", spec->baseline, "");
    check_rewards(spec, sink);
    if (spec->population != UINT32_MAX) {
        check_neuron(experiment, spec->population, 0, "population.of", sink);
        sl_check_number(sink, "population.amount", spec->population_amount, "");
        sl_check_span(sink, "population.delay", spec->population_delay_ms);
    }
    if (spec->pre_population != UINT32_MAX || spec->post_population != UINT32_MAX) {
        check_pair(experiment, spec, sink);
    }
}

void sl_check_weight_record(const saltus_experiment *experiment, const weight_record *record,
                            problem_sink *sink)
{
    if (record->projection >= experiment->projection_count) {
        sl_problem(sink, "of", "there is no projection %u", record->projection);
        return;
    }
    if (isnan(record->start_ms)) {
        if (!record->at_end) {
            sl_problem(sink, "", "no time is given at which the weights are kept");
        }
        return;
    }
    const bool start = sl_check_time(sink, "start", record->start_ms);
    if (record->interval_ms == 0) {
        return;
    }
    sl_check_span(sink, "every", record->interval_ms);
    sl_check_stop(sink, "stop", record->stop_ms, start ? record->start_ms : 0);
}

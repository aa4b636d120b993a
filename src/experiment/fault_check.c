/* fault_check - what is allowed in faults. */
#include <math.h>

#include "experiment/decimal.h"
#include "experiment/experiment.h"
#include "experiment/experiment_check.h"

#define MAX_FAULTS (UINT64_C(1) << 24) /* index of a random stream */
/* Factors 1 + sd z that are above 0 are then more than half of all. */
#define LARGEST_SD 10.0

saltus_fault_spec saltus_fault_spec_default(void)
{
    return (saltus_fault_spec){.struct_size = sizeof(saltus_fault_spec),
                               .population = UINT32_MAX,
                               .projection = UINT32_MAX,
                               .share = (double)NAN,
                               .stop_ms = (double)INFINITY};
}

/* ---- Parts ------------------------------------------------------------------------------- */

/* A number of [0, 1]. */
static void check_share(problem_sink *sink, const char *field, double share)
{
    if (!(share >= 0 && share <= 1)) {
        sl_problem(sink, field, "found %s; 0 to 1 is allowed", sl_decimal_text(share).text);
    }
}

/* Neurons by name, each once. */
static void check_list(const saltus_fault_spec *spec, const saltus_population_spec *population,
                       problem_sink *sink)
{
    if (spec->neurons == NULL || spec->neuron_count == 0) {
        sl_problem(sink, "neurons", "no neuron is given; at least one is needed");
        return;
    }
    for (size_t i = 0; i < spec->neuron_count; i++) {
        if (spec->neurons[i] >= population->size) {
            sl_problem(sink, "neurons", "found neuron %u; '%s' has neurons 0 to %u",
                       spec->neurons[i], population->name, population->size - 1);
            return;
        }
        if (i > 0 && spec->neurons[i] <= spec->neurons[i - 1]) {
            sl_problem(sink, "neurons", "found neuron %u after %u; the neurons must ascend",
                       spec->neurons[i], spec->neurons[i - 1]);
            return;
        }
    }
}

static void check_amount(const saltus_fault_spec *spec, problem_sink *sink)
{
    if (!isnan(spec->share)) {
        check_share(sink, "share", spec->share);
    }
}

static void check_neuron_lesion(const saltus_fault_spec *spec,
                                const saltus_population_spec *population, problem_sink *sink)
{
    switch (spec->order) {
    case SALTUS_LESION_LIST:
        check_list(spec, population, sink);
        return;
    case SALTUS_LESION_RANDOM:
    case SALTUS_LESION_DEGREE:
    case SALTUS_LESION_IN_DEGREE:
    case SALTUS_LESION_OUT_DEGREE:
        check_amount(spec, sink);
        return;
    case SALTUS_LESION_WEIGHT:
        break;
    }
    sl_problem(sink, "by",
               "neurons are lost by 'random', 'degree', 'in_degree' or 'out_degree'; 'weight' is "
               "for synapses");
}

static void check_synapse_lesion(const saltus_fault_spec *spec, problem_sink *sink)
{
    if (spec->order != SALTUS_LESION_RANDOM && spec->order != SALTUS_LESION_WEIGHT) {
        sl_problem(sink, "by",
                   "synapses are lost by 'random' or 'weight'; degrees and lists are "
                   "for neurons");
        return;
    }
    check_amount(spec, sink);
}

static void check_noise(const saltus_fault_spec *spec, problem_sink *sink)
{
    if (!(spec->sd >= 0 && spec->sd <= LARGEST_SD)) {
        sl_problem(sink, "sd", "found %s; 0 to 10 is allowed, a share of the weight",
                   sl_decimal_text(spec->sd).text);
    }
}

static void check_dropout(const saltus_fault_spec *spec, problem_sink *sink)
{
    check_share(sink, "probability", spec->probability);
    const bool start = sl_check_time(sink, "start", spec->start_ms);
    sl_check_stop(sink, "stop", spec->stop_ms, start ? spec->start_ms : 0);
}

/* ---- All of it --------------------------------------------------------------------------- */

void sl_check_fault(const saltus_experiment *experiment, const saltus_fault_spec *spec,
                    problem_sink *sink)
{
    const bool neurons =
        spec->type == SALTUS_FAULT_NEURON_LESION || spec->type == SALTUS_FAULT_SPIKE_DROPOUT;
    if (experiment->fault_count + 1 >= MAX_FAULTS) {
        sl_problem(sink, "", "there are too many faults; at most 16777215 are allowed");
    }
    if (neurons && spec->population >= experiment->population_count) {
        sl_problem(sink, "", "there is no population %u", spec->population);
        return;
    }
    if (!neurons && spec->projection >= experiment->projection_count) {
        sl_problem(sink, "", "there is no projection %u", spec->projection);
        return;
    }
    switch (spec->type) {
    case SALTUS_FAULT_NEURON_LESION:
        check_neuron_lesion(spec, &experiment->populations[spec->population], sink);
        sl_check_time(sink, "at", spec->at_ms);
        return;
    case SALTUS_FAULT_SYNAPSE_LESION:
        check_synapse_lesion(spec, sink);
        sl_check_time(sink, "at", spec->at_ms);
        return;
    case SALTUS_FAULT_WEIGHT_NOISE:
        check_noise(spec, sink);
        sl_check_time(sink, "at", spec->at_ms);
        return;
    case SALTUS_FAULT_SPIKE_DROPOUT:
    case SALTUS_FAULT_SYNAPSE_DROPOUT:
        check_dropout(spec, sink);
        return;
    }
    sl_problem(sink, "", "there is no type of fault number %d", (int)spec->type);
}

/* experiment - put together a description in code, and read it back.
 *
 * Each add function checks first (experiment_check.c) and then appends a deep copy
 * (experiment_copy.c), so that a refused spec leaves no trace.
 */
#include "experiment/experiment.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "experiment/experiment_check.h"
#include "experiment/text_excerpt.h"
#include "experiment/values.h"

/* ---- Defaults ---------------------------------------------------------------------- */

#define FLOW_VALUES_NOT_SET                                                                        \
    NOT_SET, NOT_SET, NOT_SET, NOT_SET, NOT_SET, NOT_SET, NOT_SET, NOT_SET, NOT_SET, NOT_SET,      \
        NOT_SET, NOT_SET
_Static_assert(SALTUS_FLOW_VALUES == 12, "each begins as not set");

saltus_population_spec saltus_population_spec_default(void)
{
    /* What has no default is NaN or 0, which the checks answer with "not set". */
    return (saltus_population_spec){
        .struct_size = sizeof(saltus_population_spec),
        .model = SALTUS_MODEL_LIF_DELTA,
        .tau_m_ms = 20,
        .c_m_pF = 250,
        .v_rest_mV = 0,
        .v_th_mV = saltus_constant(20),
        .v_reset_mV = 0,
        .t_ref_ms = 2,
        .i_e_pA = saltus_constant(0),
        .v_init_mV = saltus_constant(NOT_SET),
        .tau_theta_ms = ENDLESS,
        .receptor_count = 1,
        .receptors = {{.name = "syn", .tau_ms = 2}},
        .alpha = {{.tau_ms = 10, .jump_mV = 37}, {.tau_ms = 200, .jump_mV = 2}},
        .flow_value = {FLOW_VALUES_NOT_SET},
        .u_init_pA = saltus_constant(NOT_SET),
        .rate_Hz = NOT_SET,
        .correlation = NOT_SET,
        .interval_ms = NOT_SET,
        .start_ms = saltus_constant(NOT_SET),
        .stop_ms = ENDLESS,
        .rates_Hz = saltus_constant(0)};
}

saltus_input_spec saltus_input_spec_default(void)
{
    return (saltus_input_spec){.struct_size = sizeof(saltus_input_spec),
                               .type = SALTUS_INPUT_POISSON,
                               .weight_mV = NOT_SET,
                               .weight_pA = NOT_SET,
                               .rate_Hz = NOT_SET,
                               .start_ms = NOT_SET,
                               .stop_ms = ENDLESS,
                               .interval_ms = NOT_SET};
}

saltus_projection_spec saltus_projection_spec_default(void)
{
    return (saltus_projection_spec){.struct_size = sizeof(saltus_projection_spec),
                                    .rule = SALTUS_RULE_ALL_TO_ALL,
                                    .autapses = true,
                                    .multapses = true,
                                    .weight_mV = saltus_constant(NOT_SET),
                                    .weight_pA = saltus_constant(NOT_SET),
                                    .delay_ms = saltus_constant(NOT_SET),
                                    .small_world = {.rewiring = NOT_SET},
                                    .connection_profile = {.cutoff_um = ENDLESS},
                                    .weight_profile = {.cutoff_um = ENDLESS},
                                    .velocity_m_s = saltus_constant(ENDLESS),
                                    .convolution = {.stride = {1, 1, 1}},
                                    .scale_free = {.exponent = NOT_SET, .least = 1},
                                    .plasticity = saltus_plasticity_spec_default(),
                                    .release = saltus_release_spec_default(),
                                    .scaling = saltus_scaling_spec_default(),
                                    .normalisation = saltus_normalisation_spec_default()};
}

/* ---- Errors ------------------------------------------------------------------------ */

/* Keeps the first problem of one object in an error record. */
typedef struct first_problem {
    const char *what, *name; /* "population", "E" */
    saltus_error *error;
    bool filled;
} first_problem;

static void keep_first(void *user, const char *field, const char *message)
{
    first_problem *first = user;
    if (first->filled) {
        return;
    }
    first->filled = true;
    const bool named = first->name != NULL && first->name[0] != '\0';
    const text_excerpt name = sl_text_excerpt(named ? first->name : "");
    sl_fail(first->error, SALTUS_E_EXPERIMENT, "%s%s%s%s%s%s: %s", first->what, named ? " '" : "",
            name.text, named ? "'" : "", field[0] == '\0' ? "" : ", ", field, message);
}

static saltus_status refuse_argument(saltus_error *error, const char *what)
{
    return sl_fail(error, SALTUS_E_ARGUMENT,
                   "%s is NULL, or was not made by its default function of this version", what);
}

/* ---- Life cycle -------------------------------------------------------------------- */

saltus_status saltus_experiment_create(const char *title, saltus_experiment **out)
{
    if (out == NULL) {
        return SALTUS_E_ARGUMENT;
    }
    *out = NULL;
    if (title == NULL) {
        return SALTUS_E_ARGUMENT;
    }
    saltus_experiment *experiment = sl_memory_zeroed(1, sizeof *experiment);
    char *copy = sl_memory_string(title);
    if (experiment == NULL || copy == NULL) {
        free(experiment);
        free(copy);
        return SALTUS_E_MEMORY;
    }
    experiment->title = copy;
    experiment->seed = 1;
    experiment->duration_ms = 1000;
    *out = experiment;
    return SALTUS_OK;
}

/* ---- Adding ------------------------------------------------------------------------ */

static void give_index(uint32_t *index, size_t count)
{
    if (index != NULL) {
        *index = (uint32_t)(count - 1);
    }
}

saltus_status saltus_experiment_add_population(saltus_experiment *experiment,
                                               const saltus_population_spec *spec, uint32_t *index,
                                               saltus_error *error)
{
    if (experiment == NULL || spec == NULL || spec->struct_size != sizeof *spec) {
        return refuse_argument(error, "the experiment or the population");
    }
    first_problem first = {.what = "population", .name = spec->name, .error = error};
    problem_sink sink = {.report = keep_first, .user = &first};
    sl_check_population(experiment, spec, &sink);
    if (sink.count > 0) {
        return SALTUS_E_EXPERIMENT;
    }
    if (!sl_experiment_append_population(experiment, spec)) {
        return sl_fail_memory(error);
    }
    give_index(index, experiment->population_count);
    return SALTUS_OK;
}

saltus_status saltus_experiment_add_input(saltus_experiment *experiment,
                                          const saltus_input_spec *spec, uint32_t *index,
                                          saltus_error *error)
{
    if (experiment == NULL || spec == NULL || spec->struct_size != sizeof *spec) {
        return refuse_argument(error, "the experiment or the input");
    }
    first_problem first = {.what = "input", .name = spec->name, .error = error};
    problem_sink sink = {.report = keep_first, .user = &first};
    sl_check_input(experiment, spec, &sink);
    if (sink.count > 0) {
        return SALTUS_E_EXPERIMENT;
    }
    if (!sl_experiment_append_input(experiment, spec)) {
        return sl_fail_memory(error);
    }
    give_index(index, experiment->input_count);
    return SALTUS_OK;
}

saltus_status saltus_experiment_add_projection(saltus_experiment *experiment,
                                               const saltus_projection_spec *spec, uint32_t *index,
                                               saltus_error *error)
{
    if (experiment == NULL || spec == NULL || spec->struct_size != sizeof *spec) {
        return refuse_argument(error, "the experiment or the projection");
    }
    first_problem first = {.what = "projection", .name = spec->name, .error = error};
    problem_sink sink = {.report = keep_first, .user = &first};
    sl_check_projection(experiment, spec, &sink);
    if (sink.count > 0) {
        return SALTUS_E_EXPERIMENT;
    }
    if (!sl_experiment_append_projection(experiment, spec)) {
        return sl_fail_memory(error);
    }
    give_index(index, experiment->projection_count);
    return SALTUS_OK;
}

saltus_status saltus_experiment_set_learning(saltus_experiment *experiment,
                                             const saltus_learning_spec *spec, saltus_error *error)
{
    if (experiment == NULL || spec == NULL || spec->struct_size != sizeof *spec) {
        return refuse_argument(error, "the experiment or the description of learning");
    }
    first_problem first = {.what = "learning", .error = error};
    problem_sink sink = {.report = keep_first, .user = &first};
    sl_check_learning(experiment, spec, &sink);
    if (sink.count > 0) {
        return SALTUS_E_EXPERIMENT;
    }
    return sl_experiment_put_learning(experiment, spec) ? SALTUS_OK : sl_fail_memory(error);
}

saltus_status saltus_experiment_add_modulator(saltus_experiment *experiment,
                                              const saltus_modulator_spec *spec, uint32_t *index,
                                              saltus_error *error)
{
    if (experiment == NULL || spec == NULL || spec->struct_size != sizeof *spec) {
        return refuse_argument(error, "the experiment or the modulator");
    }
    first_problem first = {.what = "modulator", .name = spec->name, .error = error};
    problem_sink sink = {.report = keep_first, .user = &first};
    sl_check_modulator(experiment, spec, &sink);
    if (sink.count > 0) {
        return SALTUS_E_EXPERIMENT;
    }
    if (!sl_experiment_append_modulator(experiment, spec)) {
        return sl_fail_memory(error);
    }
    give_index(index, experiment->modulator_count);
    return SALTUS_OK;
}

saltus_status saltus_experiment_add_fault(saltus_experiment *experiment,
                                          const saltus_fault_spec *spec, uint32_t *index,
                                          saltus_error *error)
{
    if (experiment == NULL || spec == NULL || spec->struct_size != sizeof *spec) {
        return refuse_argument(error, "the experiment or the fault");
    }
    first_problem first = {.what = "fault", .error = error};
    problem_sink sink = {.report = keep_first, .user = &first};
    sl_check_fault(experiment, spec, &sink);
    if (sink.count > 0) {
        return SALTUS_E_EXPERIMENT;
    }
    if (!sl_experiment_append_fault(experiment, spec)) {
        return sl_fail_memory(error);
    }
    give_index(index, experiment->fault_count);
    return SALTUS_OK;
}

saltus_status saltus_experiment_record_spikes(saltus_experiment *experiment, uint32_t population)
{
    if (experiment == NULL || population >= experiment->population_count) {
        return SALTUS_E_ARGUMENT;
    }
    experiment->record_spikes[population] = true;
    return SALTUS_OK;
}

saltus_status saltus_experiment_record_potential(saltus_experiment *experiment, uint32_t population,
                                                 uint32_t first, uint32_t count, double start_ms,
                                                 double interval_ms, double stop_ms,
                                                 saltus_error *error)
{
    if (experiment == NULL) {
        return refuse_argument(error, "the experiment");
    }
    const potential_record record = {population, first, count, start_ms, interval_ms, stop_ms};
    first_problem problem = {.what = "potential record", .error = error};
    problem_sink sink = {.report = keep_first, .user = &problem};
    sl_check_potential(experiment, &record, &sink);
    if (sink.count > 0) {
        return SALTUS_E_EXPERIMENT;
    }
    if (!sl_experiment_append_potential(experiment, &record)) {
        return sl_fail_memory(error);
    }
    return SALTUS_OK;
}

saltus_status saltus_experiment_record_weights(saltus_experiment *experiment, uint32_t projection,
                                               double start_ms, double interval_ms, double stop_ms,
                                               bool at_end, saltus_error *error)
{
    if (experiment == NULL) {
        return refuse_argument(error, "the experiment");
    }
    const weight_record record = {projection, start_ms, interval_ms, stop_ms, at_end};
    first_problem problem = {.what = "weight record", .error = error};
    problem_sink sink = {.report = keep_first, .user = &problem};
    sl_check_weight_record(experiment, &record, &sink);
    if (sink.count > 0) {
        return SALTUS_E_EXPERIMENT;
    }
    if (!sl_experiment_append_weights(experiment, &record)) {
        return sl_fail_memory(error);
    }
    return SALTUS_OK;
}

saltus_status saltus_experiment_set_seed(saltus_experiment *experiment, uint64_t seed)
{
    if (experiment == NULL) {
        return SALTUS_E_ARGUMENT;
    }
    experiment->seed = seed;
    return SALTUS_OK;
}

saltus_status saltus_experiment_set_duration(saltus_experiment *experiment, double duration_ms,
                                             saltus_error *error)
{
    if (experiment == NULL) {
        return refuse_argument(error, "the experiment");
    }
    first_problem problem = {.what = "duration", .error = error};
    problem_sink sink = {.report = keep_first, .user = &problem};
    sl_check_duration(duration_ms, &sink);
    if (sink.count > 0) {
        return SALTUS_E_EXPERIMENT;
    }
    experiment->duration_ms = duration_ms;
    experiment->duration_open = false;
    return SALTUS_OK;
}

/* ---- Reading back ------------------------------------------------------------------ */

const char *saltus_experiment_title(const saltus_experiment *experiment)
{
    return experiment->title;
}

uint64_t saltus_experiment_seed(const saltus_experiment *experiment)
{
    return experiment->seed;
}

bool saltus_experiment_has_duration(const saltus_experiment *experiment)
{
    return !experiment->duration_open;
}

double saltus_experiment_duration_ms(const saltus_experiment *experiment)
{
    return experiment->duration_ms;
}

uint32_t saltus_experiment_population_count(const saltus_experiment *experiment)
{
    return (uint32_t)experiment->population_count;
}

uint32_t saltus_experiment_find_population(const saltus_experiment *experiment, const char *name)
{
    for (size_t i = 0; name != NULL && i < experiment->population_count; i++) {
        if (strcmp(experiment->populations[i].name, name) == 0) {
            return (uint32_t)i;
        }
    }
    return UINT32_MAX;
}

const char *saltus_experiment_population_name(const saltus_experiment *experiment,
                                              uint32_t population)
{
    return population < experiment->population_count ? experiment->populations[population].name
                                                     : NULL;
}

uint32_t saltus_experiment_population_size(const saltus_experiment *experiment, uint32_t population)
{
    return population < experiment->population_count ? experiment->populations[population].size : 0;
}

const saltus_positions_spec *
saltus_experiment_population_positions(const saltus_experiment *experiment, uint32_t population)
{
    return population < experiment->population_count
               ? &experiment->populations[population].positions
               : NULL;
}

bool saltus_experiment_records_positions(const saltus_experiment *experiment)
{
    return experiment->record_positions;
}

saltus_status saltus_experiment_record_positions(saltus_experiment *experiment, bool record)
{
    if (experiment == NULL) {
        return SALTUS_E_ARGUMENT;
    }
    experiment->record_positions = record;
    return SALTUS_OK;
}

bool saltus_experiment_records_spikes(const saltus_experiment *experiment, uint32_t population)
{
    return population < experiment->population_count && experiment->record_spikes[population];
}

bool saltus_experiment_records_potential(const saltus_experiment *experiment, uint32_t population)
{
    bool records = false;
    for (size_t i = 0; i < experiment->potential_count; i++) {
        records |= experiment->potentials[i].population == population;
    }
    return records;
}

bool saltus_experiment_records_weights(const saltus_experiment *experiment, uint32_t projection)
{
    bool records = false;
    for (size_t i = 0; i < experiment->weight_count; i++) {
        records |= experiment->weights[i].projection == projection;
    }
    return records;
}

saltus_model saltus_experiment_population_model(const saltus_experiment *experiment,
                                                uint32_t population)
{
    return population < experiment->population_count ? experiment->populations[population].model
                                                     : SALTUS_MODEL_LIF_DELTA;
}

bool saltus_experiment_population_adapts(const saltus_experiment *experiment, uint32_t population)
{
    return population < experiment->population_count &&
           experiment->populations[population].model == SALTUS_MODEL_LIF_DELTA &&
           experiment->populations[population].theta_plus_mV > 0;
}

uint32_t saltus_experiment_input_count(const saltus_experiment *experiment)
{
    return (uint32_t)experiment->input_count;
}

uint32_t saltus_experiment_projection_count(const saltus_experiment *experiment)
{
    return (uint32_t)experiment->projection_count;
}

saltus_input_info saltus_experiment_input(const saltus_experiment *experiment, uint32_t index)
{
    const saltus_input_spec *input = &experiment->inputs[index];
    const bool poisson =
        input->type == SALTUS_INPUT_POISSON && input->rate_course.kind == SALTUS_RATE_CONSTANT;
    const bool arrivals = input->type == SALTUS_INPUT_ARRIVALS;
    const bool current = input->type == SALTUS_INPUT_CURRENT;
    return (saltus_input_info){.name = input->name,
                               .type = input->type,
                               .population = input->population,
                               .rate_Hz = poisson ? input->rate_Hz : NOT_SET,
                               .arrival_count = arrivals ? input->arrival_count : 0,
                               .current_count = current ? input->current_count : 0};
}

/* Is it left to chance how many synapses there are? */
static bool has_random_synapses(const saltus_projection_spec *projection)
{
    switch (projection->rule) {
    case SALTUS_RULE_PAIRWISE_BERNOULLI:
    case SALTUS_RULE_BLOCK_MODEL:
    case SALTUS_RULE_DISTANCE:
        return true;
    case SALTUS_RULE_SCALE_FREE:
        return projection->scale_free.attachment == 0;
    default:
        return false;
    }
}

saltus_projection_info saltus_experiment_projection(const saltus_experiment *experiment,
                                                    uint32_t index)
{
    const saltus_projection_spec *projection = &experiment->projections[index];
    return (saltus_projection_info){.name = projection->name,
                                    .source = projection->source,
                                    .target = projection->target,
                                    .rule = projection->rule,
                                    .random_synapses = has_random_synapses(projection),
                                    .plasticity = projection->plasticity.rule,
                                    .release = projection->release.model};
}

uint32_t saltus_experiment_modulator_count(const saltus_experiment *experiment)
{
    return (uint32_t)experiment->modulator_count;
}

uint32_t saltus_experiment_find_modulator(const saltus_experiment *experiment, const char *name)
{
    for (size_t i = 0; name != NULL && i < experiment->modulator_count; i++) {
        if (strcmp(experiment->modulators[i].name, name) == 0) {
            return (uint32_t)i;
        }
    }
    return UINT32_MAX;
}

saltus_modulator_info saltus_experiment_modulator(const saltus_experiment *experiment,
                                                  uint32_t index)
{
    const saltus_modulator_spec *modulator = &experiment->modulators[index];
    return (saltus_modulator_info){.name = modulator->name,
                                   .tau_ms = modulator->tau_ms,
                                   .baseline = modulator->baseline,
                                   .listed_rewards = modulator->count,
                                   .population = modulator->population,
                                   .pair = modulator->pre_population != UINT32_MAX};
}

uint32_t saltus_experiment_fault_count(const saltus_experiment *experiment)
{
    return (uint32_t)experiment->fault_count;
}

const saltus_fault_spec *saltus_experiment_fault(const saltus_experiment *experiment,
                                                 uint32_t index)
{
    return &experiment->faults[index];
}

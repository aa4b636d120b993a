/* engine_names - the engines by name, and how a command line names one with its step. */
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "engine/simulation.h"
#include "experiment/quantity.h"
#include "experiment/suggest.h"
#include "experiment/text_excerpt.h"

extern const engine sl_engine_event;
extern const engine sl_engine_grid;
extern const engine sl_engine_euler;
extern const engine sl_engine_interpolated;
extern const engine sl_engine_offgrid;

const engine *const sl_engines[] = {
    [SALTUS_ENGINE_EVENT] = &sl_engine_event,
    [SALTUS_ENGINE_GRID] = &sl_engine_grid,
    [SALTUS_ENGINE_EULER] = &sl_engine_euler,
    [SALTUS_ENGINE_INTERPOLATED] = &sl_engine_interpolated,
    [SALTUS_ENGINE_OFFGRID] = &sl_engine_offgrid,
};
#define ENGINES (sizeof sl_engines / sizeof sl_engines[0])

size_t saltus_engine_count(void)
{
    return ENGINES;
}

const char *saltus_engine_name(saltus_engine engine)
{
    return (size_t)engine < ENGINES ? sl_engines[engine]->name : NULL;
}

const char *saltus_engine_summary(saltus_engine engine)
{
    return (size_t)engine < ENGINES ? sl_engines[engine]->summary : NULL;
}

/* ---- Models ---------------------------------------------------------------------------- */

saltus_status sl_engine_check_model(saltus_engine engine, const char *population,
                                    saltus_model model, saltus_error *error)
{
    if (engine != SALTUS_ENGINE_INTERPOLATED && engine != SALTUS_ENGINE_OFFGRID) {
        return SALTUS_OK;
    }
    if (saltus_model_has_currents(model)) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "population %s has synaptic currents, which engine %s does not have; "
                       "event, grid and euler do",
                       population, sl_engines[engine]->name);
    }
    if (saltus_model_has_flow(model)) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "population %s is of model %s, which engine %s does not have; event, "
                       "grid and euler do",
                       population, saltus_model_get(model)->name, sl_engines[engine]->name);
    }
    return SALTUS_OK;
}

saltus_status saltus_engine_check(const saltus_experiment *experiment, saltus_engine engine,
                                  saltus_error *error)
{
    if (experiment == NULL || (size_t)engine >= ENGINES) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "an experiment and an engine are needed");
    }
    saltus_status status = SALTUS_OK;
    const uint32_t count = saltus_experiment_population_count(experiment);
    for (uint32_t i = 0; i < count && status == SALTUS_OK; i++) {
        status = sl_engine_check_model(engine, saltus_experiment_population_name(experiment, i),
                                       saltus_experiment_population_model(experiment, i), error);
    }
    return status;
}

/* ---- From text ------------------------------------------------------------------------- */

static saltus_status refuse_name(const char *name, saltus_error *error)
{
    const char *names[ENGINES + 1];
    for (size_t i = 0; i < ENGINES; i++) {
        names[i] = sl_engines[i]->name;
    }
    names[ENGINES] = "clock";
    char near[64];
    sl_suggest_text(name, names, ENGINES + 1, near, sizeof near);
    return sl_fail(error, SALTUS_E_ARGUMENT,
                   "there is no engine '%s'%s; allowed are event, and grid (or clock), euler, "
                   "interpolated and offgrid with a step, such as grid@0.1ms",
                   sl_text_excerpt(name).text, near);
}

/* By name; "clock" is the grid. */
static bool find(const char *name, saltus_engine *engine)
{
    if (strcmp(name, "clock") == 0) {
        *engine = SALTUS_ENGINE_GRID;
        return true;
    }
    for (size_t i = 0; i < ENGINES; i++) {
        if (strcmp(name, sl_engines[i]->name) == 0) {
            *engine = (saltus_engine)i;
            return true;
        }
    }
    return false;
}

saltus_status sl_engine_check_step(double step_ms, saltus_error *error)
{
    if (!(step_ms > 0 && step_ms <= SIM_TIME_MAX_MS)) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "the step is %g ms; allowed is a time > 0 of at most %g ms", step_ms,
                       SIM_TIME_MAX_MS);
    }
    if (sl_sim_time_from_ms(step_ms) < 1 ||
        sim_time_to_ms(sl_sim_time_from_ms(step_ms)) != step_ms) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "the step is %.17g ms; allowed is a whole number of ticks of 1e-11 ms",
                       step_ms);
    }
    return SALTUS_OK;
}

saltus_status saltus_engine_parse(const char *text, saltus_simulation_options *options,
                                  saltus_error *error)
{
    if (text == NULL || options == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "an engine and a place for it are needed");
    }
    const char *at = strchr(text, '@');
    const size_t length = at != NULL ? (size_t)(at - text) : strlen(text);
    char name[32];
    snprintf(name, sizeof name, "%.*s", (int)(length < 31 ? length : 31), text);
    saltus_engine engine = SALTUS_ENGINE_EVENT;
    if (!find(name, &engine)) {
        return refuse_name(name, error);
    }
    if (engine == SALTUS_ENGINE_EVENT) {
        if (at != NULL) {
            return sl_fail(error, SALTUS_E_ARGUMENT, "'%s': the event engine has no step",
                           sl_text_excerpt(text).text);
        }
        options->engine = engine;
        options->step_ms = 0;
        return SALTUS_OK;
    }
    if (at == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "'%s' needs a step, such as %s@0.1ms", name, name);
    }
    double step_ms = 0;
    char problem[256];
    if (!sl_quantity_parse(at + 1, QUANTITY_TIME, &step_ms, problem, sizeof problem)) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "'%s': the step %s", sl_text_excerpt(text).text,
                       problem);
    }
    const saltus_status status = sl_engine_check_step(step_ms, error);
    if (status == SALTUS_OK) {
        options->engine = engine;
        options->step_ms = step_ms;
    }
    return status;
}

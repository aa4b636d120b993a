/* keep_facts - whose state it is and how far it has come: identity, engine, time, counts, epochs.
 *
 *   run.engine, run.scheduler, run.library   texts
 *   run.facts                                the numbers of `fact`, in that order
 *   run.populations                          spikes of each population
 *   run.projections                          events, tests, zero_weight of each projection
 *
 * The epochs of scaled coordinates follow from one time, that of the last window: every time base
 * is in the epoch that holds it. Blocks that stayed behind are brought there (keep_membranes.c). */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/checkpoint/keep.h"

/* In the order of the file. */
typedef enum fact {
    FACT_IDENTITY,
    FACT_NEURONS,
    FACT_GROUPS,
    FACT_TRAINS,
    FACT_POPULATIONS,
    FACT_PROJECTIONS,
    FACT_STEP,
    FACT_NOW,
    FACT_STARTED,
    FACT_STEPS,
    FACT_RESTS,
    FACT_EPOCH_TIME,
    FACT_FINGERPRINT,
    FACT_PUSHES,
    FACT_POPS,
    FACT_COMPARES,
    FACT_WINDOWS,
    FACT_ARRIVAL_SCALES,
    FACT_EXP_EVALUATIONS,
    FACT_COUNT
} fact;

#define NAME_ROOM 33 /* of an engine, a scheduler or a version, with its ending zero */

/* ---- Writing ------------------------------------------------------------------------------- */

static void put_text(saltus_checkpoint_writer *writer, const char *name, const char *text)
{
    sl_section_put(writer, name, SECTION_BYTES, text, strlen(text));
}

static void put_facts(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    uint64_t facts[FACT_COUNT] = {[FACT_IDENTITY] = network->identity,
                                  [FACT_NEURONS] = network->neuron_count,
                                  [FACT_GROUPS] = network->group_count,
                                  [FACT_TRAINS] = sl_keep_train_count(simulation),
                                  [FACT_POPULATIONS] = network->population_count,
                                  [FACT_PROJECTIONS] = network->projection_count,
                                  [FACT_STEP] = (uint64_t)simulation->clock.step,
                                  [FACT_NOW] = (uint64_t)simulation->now,
                                  [FACT_STARTED] = simulation->started,
                                  [FACT_STEPS] = (uint64_t)simulation->clock.steps,
                                  [FACT_RESTS] = simulation->clock.rests,
                                  [FACT_EPOCH_TIME] = (uint64_t)simulation->window_start,
                                  [FACT_FINGERPRINT] = simulation->fingerprint,
                                  [FACT_PUSHES] = simulation->pushes,
                                  [FACT_POPS] = simulation->pops,
                                  [FACT_COMPARES] =
                                      simulation->compares_before +
                                      simulation->scheduler->compares(simulation->queue),
                                  [FACT_WINDOWS] = simulation->windows,
                                  [FACT_ARRIVAL_SCALES] = simulation->arrival_scales};
    for (uint32_t b = 0; b < network->block_count; b++) {
        facts[FACT_EXP_EVALUATIONS] += simulation->blocks[b].exp_evaluations;
    }
    sl_section_put(writer, "run.facts", SECTION_U64, facts, FACT_COUNT);
}

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    put_text(writer, "run.library", saltus_version());
    put_text(writer, "run.engine", simulation->engine->name);
    put_text(writer, "run.scheduler", simulation->scheduler->name);
    put_facts(writer, simulation);
    sl_section_put(writer, "run.populations", SECTION_U64, simulation->population_spikes,
                   network->population_count);
    sl_section_begin(writer, "run.projections", SECTION_U64);
    for (uint32_t i = 0; i < network->projection_count; i++) {
        uint64_t sums[3] = {0};
        for (uint32_t b = 0; b < network->block_count; b++) {
            const projection_counts *counts = &simulation->blocks[b].deliveries[i];
            sums[0] += counts->events;
            sums[1] += counts->tests;
            sums[2] += counts->zero_weight;
        }
        sl_section_append(writer, sums, 3);
    }
}

/* ---- Reading ------------------------------------------------------------------------------- */

static saltus_status read_text(saltus_checkpoint *checkpoint, const char *name,
                               char text[NAME_ROOM], saltus_error *error)
{
    section section;
    memset(text, 0, NAME_ROOM);
    saltus_status status = sl_section_find(checkpoint, name, SECTION_BYTES, &section, error);
    if (status == SALTUS_OK && section.count >= NAME_ROOM) {
        status = sl_section_damaged(checkpoint, name, error, "it is too long");
    }
    return status != SALTUS_OK ? status
                               : sl_section_read(&section, text, (size_t)section.count, error);
}

static saltus_status wrong(const saltus_checkpoint *checkpoint, saltus_error *error,
                           const char *what)
{
    return sl_section_damaged(checkpoint, "run.facts", error, "%s", what);
}

/* Is it of this network, engine and step? */
static saltus_status check_whose(saltus_checkpoint *checkpoint, const saltus_simulation *simulation,
                                 const uint64_t *facts, saltus_error *error)
{
    const saltus_network *network = simulation->network;
    const char *path = sl_container_path(checkpoint);
    char engine[NAME_ROOM];
    const saltus_status status = read_text(checkpoint, "run.engine", engine, error);
    if (status != SALTUS_OK) {
        return status;
    }
    if (facts[FACT_IDENTITY] != network->identity) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "%s is of another experiment (hash %016llx without its duration) than the "
                       "network (%016llx)",
                       path, (unsigned long long)facts[FACT_IDENTITY],
                       (unsigned long long)network->identity);
    }
    const uint64_t step = (uint64_t)simulation->clock.step;
    if (strcmp(engine, simulation->engine->name) != 0 || facts[FACT_STEP] != step) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "%s is of engine %s with a step of %g ms, the simulation has engine %s with "
                       "a step of %g ms",
                       path, engine, sim_time_to_ms((sim_time)(facts[FACT_STEP] & INT64_MAX)),
                       simulation->engine->name, sim_time_to_ms(simulation->clock.step));
    }
    if (facts[FACT_NEURONS] != network->neuron_count ||
        facts[FACT_GROUPS] != network->group_count ||
        facts[FACT_TRAINS] != sl_keep_train_count(simulation) ||
        facts[FACT_POPULATIONS] != network->population_count ||
        facts[FACT_PROJECTIONS] != network->projection_count) {
        return wrong(checkpoint, error, "the sizes are not those of the network");
    }
    return SALTUS_OK;
}

/* Steps done follow from the time. */
static int64_t steps_at(const clock_state *clock, sim_time now)
{
    if (clock->step == 0) {
        return 0;
    }
    if (clock->on_grid) {
        return now > 0 ? (now - 1) / clock->step + 1 : 0;
    }
    return now / clock->step;
}

static saltus_status check_facts(const saltus_checkpoint *checkpoint,
                                 const saltus_simulation *simulation, const uint64_t *facts,
                                 saltus_error *error)
{
    const uint64_t latest = (uint64_t)(SIM_TIME_MAX_MS * SIM_TIME_TICKS_PER_MS) + 1;
    if (facts[FACT_NOW] > latest || facts[FACT_EPOCH_TIME] > facts[FACT_NOW] ||
        facts[FACT_STARTED] > 1 || facts[FACT_RESTS] > 1 ||
        (facts[FACT_STARTED] == 0 && facts[FACT_NOW] > 0) ||
        facts[FACT_STEPS] != (uint64_t)steps_at(&simulation->clock, (sim_time)facts[FACT_NOW])) {
        return wrong(checkpoint, error, "its times make no sense");
    }
    return SALTUS_OK;
}

/* Where scaled coordinates begin: of events in the epoch of the last window, of a clock with the
 * step. On the grid there are none. */
static void set_bases(saltus_simulation *simulation)
{
    const clock_state *clock = &simulation->clock;
    const saltus_network *network = simulation->network;
    for (uint32_t i = 0; clock->step == 0 && i < network->time_base_count; i++) {
        sl_time_base_seek(&simulation->bases[i], simulation->window_start);
    }
    for (uint32_t b = 0; b < network->block_count; b++) {
        time_base *bases = simulation->blocks[b].bases;
        for (uint32_t i = 0; i < network->time_base_count; i++) {
            if (clock->step == 0) {
                bases[i] = simulation->bases[i];
            } else if (!clock->on_grid) {
                const sim_time begun = clock->steps * clock->step;
                time_base_at(&bases[i], begun, begun + clock->step);
            }
        }
    }
}

static void set_facts(saltus_simulation *simulation, const uint64_t *facts)
{
    simulation->now = (sim_time)facts[FACT_NOW];
    simulation->started = facts[FACT_STARTED] != 0;
    simulation->clock.steps = (int64_t)facts[FACT_STEPS];
    simulation->clock.rests = facts[FACT_RESTS] != 0;
    simulation->window_start = (sim_time)facts[FACT_EPOCH_TIME];
    simulation->window_end = simulation->now;
    simulation->fingerprint = facts[FACT_FINGERPRINT];
    simulation->pushes = facts[FACT_PUSHES];
    simulation->pops = facts[FACT_POPS];
    simulation->compares_before = facts[FACT_COMPARES];
    simulation->windows = facts[FACT_WINDOWS];
    simulation->arrival_scales = facts[FACT_ARRIVAL_SCALES];
    simulation->blocks[0].exp_evaluations = facts[FACT_EXP_EVALUATIONS];
    set_bases(simulation);
}

static saltus_status restore_projections(saltus_checkpoint *checkpoint,
                                         saltus_simulation *simulation, saltus_error *error)
{
    section section;
    saltus_status status =
        sl_section_find(checkpoint, "run.projections", SECTION_U64, &section, error);
    const uint32_t count = simulation->network->projection_count;
    if (status == SALTUS_OK && section.count != 3 * (uint64_t)count) {
        status = sl_section_damaged(checkpoint, "run.projections", error, "it has a wrong size");
    }
    for (uint32_t i = 0; status == SALTUS_OK && i < count; i++) {
        uint64_t sums[3];
        status = sl_section_read(&section, sums, 3, error);
        if (status == SALTUS_OK) {
            simulation->blocks[0].deliveries[i] =
                (projection_counts){.events = sums[0], .tests = sums[1], .zero_weight = sums[2]};
        }
    }
    return status;
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    uint64_t facts[FACT_COUNT];
    char text[NAME_ROOM];
    saltus_status status =
        sl_section_get(checkpoint, "run.facts", SECTION_U64, facts, FACT_COUNT, error);
    if (status == SALTUS_OK) {
        status = check_whose(checkpoint, simulation, facts, error);
    }
    if (status == SALTUS_OK) {
        status = check_facts(checkpoint, simulation, facts, error);
    }
    if (status == SALTUS_OK) {
        status = read_text(checkpoint, "run.library", text, error);
    }
    if (status == SALTUS_OK) {
        set_facts(simulation, facts);
        sl_drive_resume(simulation);
        status = sl_section_get(checkpoint, "run.populations", SECTION_U64,
                                simulation->population_spikes,
                                simulation->network->population_count, error);
    }
    return status != SALTUS_OK ? status : restore_projections(checkpoint, simulation, error);
}

const state_kind sl_keep_facts = {.put = put, .restore = restore};

/* ---- For whoever asks ---------------------------------------------------------------------- */

/* The names that the library itself has; a caller's strings must outlive the call. */
static const char *engine_named(const char *name)
{
    for (size_t i = 0; i < saltus_engine_count(); i++) {
        if (strcmp(saltus_engine_name((saltus_engine)i), name) == 0) {
            return saltus_engine_name((saltus_engine)i);
        }
    }
    return NULL;
}

saltus_status sl_keep_info(saltus_checkpoint *checkpoint, saltus_checkpoint_info *info,
                           saltus_error *error)
{
    uint64_t facts[FACT_COUNT];
    char engine[NAME_ROOM];
    char scheduler[NAME_ROOM];
    saltus_status status =
        sl_section_get(checkpoint, "run.facts", SECTION_U64, facts, FACT_COUNT, error);
    if (status == SALTUS_OK) {
        status = read_text(checkpoint, "run.engine", engine, error);
    }
    if (status == SALTUS_OK) {
        status = read_text(checkpoint, "run.scheduler", scheduler, error);
    }
    if (status != SALTUS_OK) {
        return status;
    }
    const struct scheduler *known = sl_scheduler_find(scheduler);
    *info = (saltus_checkpoint_info){
        .engine = engine_named(engine),
        .scheduler = known != NULL ? known->name : NULL,
        .step_ms = sim_time_to_ms((sim_time)(facts[FACT_STEP] & INT64_MAX)),
        .time_ms = sim_time_to_ms((sim_time)(facts[FACT_NOW] & INT64_MAX)),
        .fingerprint = facts[FACT_FINGERPRINT],
        .file_bytes = sl_container_bytes(checkpoint)};
    return SALTUS_OK;
}

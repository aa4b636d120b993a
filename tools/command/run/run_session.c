/* run_session - the stages that running and resuming share: network, results, the run, the commit.
 *
 * The directory is DIR.partial until the manifest is written. Whatever fails before the first
 * event leaves nothing; whatever fails later leaves DIR.partial and says so.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/run.h"
#include "shared/command.h"
#include "shared/machine.h"

/* Network and simulation. */
static int build(run_session *s)
{
    saltus_network_options options = saltus_network_options_default();
    options.threads = s->request->threads;
    options.memory_limit = machine_memory_limit();
    int code = source_check_memory(&s->source, &options, &s->estimate);
    if (code == EXIT_CODE_OK) {
        code = source_check_engine(&s->source, s->command, s->request->how.engine);
    }
    if (code != EXIT_CODE_OK) {
        return code;
    }
    saltus_error error = {0};
    const double start_s = machine_seconds();
    saltus_status status =
        saltus_network_build(s->source.experiment, &options, &s->network, &error);
    if (status == SALTUS_OK) {
        saltus_simulation_options how = s->request->how;
        how.threads = s->request->threads;
        how.scheduler = s->request->scheduler;
        status = saltus_simulation_create(s->network, &how, &s->simulation, &error);
    }
    s->build_wall_s = machine_seconds() - start_s;
    if (status) {
        complain_error(s->command, &error, status);
        return status == SALTUS_E_EXPERIMENT || status == SALTUS_E_ARGUMENT ? EXIT_CODE_USAGE
                                                                            : EXIT_CODE_FAILED;
    }
    warn_of_rounding(s->command, s->simulation);
    return EXIT_CODE_OK;
}

/* The directory; a default name that another run took meanwhile is chosen anew. */
static saltus_status create_directory(run_session *s, saltus_error *error)
{
    saltus_status status = saltus_result_create(s->directory, &s->result, error);
    for (int tries = 0; status == SALTUS_E_EXISTS && s->request->out == NULL && tries < 100;
         tries++) {
        char *next = result_name("", saltus_experiment_title(s->source.experiment), &s->started);
        if (next == NULL) {
            return SALTUS_E_MEMORY;
        }
        free(s->directory);
        s->directory = next;
        status = saltus_result_create(s->directory, &s->result, error);
    }
    return status;
}

#ifdef SALTUS_HAVE_SONATA
/* weights.h5, through its spool where there are checkpoints. */
static saltus_status open_weights(run_session *s, saltus_error *error)
{
    const char *spool = s->checkpoint.path != NULL ? s->checkpoint.weights : NULL;
    if (!source_records_weights(&s->source)) {
        return SALTUS_OK;
    }
    return s->from != NULL ? saltus_sonata_weights_resume(s->result, s->simulation, spool, s->from,
                                                          &s->weights, error)
                           : saltus_sonata_weights_create_spooled(s->result, s->simulation, spool,
                                                                  &s->weights, error);
}
#endif

/* Recorders from the beginning, or from where the checkpoint has them. */
static saltus_status open_recorders(run_session *s, saltus_error *error)
{
    saltus_checkpoint *from = s->from;
    saltus_status status =
        from != NULL ? saltus_statistics_resume(s->simulation, from, &s->statistics, error)
                     : saltus_statistics_create(s->simulation, 0.0, &s->statistics, error);
    if (status == SALTUS_OK && s->request->csv) {
        status = from != NULL
                     ? saltus_csv_spikes_resume(s->result, s->simulation, from, &s->csv, error)
                     : saltus_csv_spikes_create(s->result, s->simulation, &s->csv, error);
    }
#ifdef SALTUS_HAVE_SONATA
    if (status == SALTUS_OK && s->request->sonata && from != NULL) {
        status = saltus_sonata_spikes_resume(s->result, s->simulation, s->source.map,
                                             s->checkpoint.spool, from, &s->sonata, error);
    } else if (status == SALTUS_OK && s->request->sonata && s->checkpoint.path != NULL) {
        status = saltus_sonata_spikes_create_spooled(s->result, s->simulation, s->source.map,
                                                     s->checkpoint.spool, &s->sonata, error);
    } else if (status == SALTUS_OK && s->request->sonata) {
        status = saltus_sonata_spikes_create_mapped(s->result, s->simulation, s->source.map,
                                                    &s->sonata, error);
    }
    if (status == SALTUS_OK) {
        status = open_weights(s, error);
    }
#endif
    if (status != SALTUS_OK) {
        return status;
    }
    return from != NULL
               ? saltus_csv_potential_resume(s->result, s->simulation, from, &s->potential, error)
               : saltus_csv_potential_create(s->result, s->simulation, &s->potential, error);
}

/* Directory, copy of the experiment, recorders. */
static int open_results(run_session *s)
{
    saltus_error error = {0};
    saltus_status status = s->from != NULL ? saltus_result_reopen(s->directory, &s->result, &error)
                                           : create_directory(s, &error);
    if (status == SALTUS_OK && run_checkpoint_wanted(s->request)) {
        const int code = run_checkpoint_begin(s);
        if (code != EXIT_CODE_OK) {
            return code;
        }
    }
    if (status == SALTUS_OK && s->source.text != NULL) {
        status = saltus_result_write_text(s->result, "experiment.yaml", s->source.text, &error);
    }
    if (status == SALTUS_OK && saltus_experiment_records_positions(s->source.experiment)) {
        status = saltus_csv_positions_write(s->result, s->network, &error);
    }
    if (status == SALTUS_OK) {
        status = open_recorders(s, &error);
    }
    if (status == SALTUS_OK && s->from != NULL) {
        status = saltus_checkpoint_get_simulation(s->from, s->simulation, &error);
    }
    if (status == SALTUS_OK) {
        return EXIT_CODE_OK;
    }
    complain_error(s->command, &error, status);
    const bool refused = s->from != NULL && status != SALTUS_E_MEMORY;
    return status == SALTUS_E_EXISTS || refused ? EXIT_CODE_USAGE : EXIT_CODE_FAILED;
}

/* Close every writer; the first that fails says why. */
static saltus_status close_writers(run_session *s, saltus_error *error)
{
    saltus_status first = saltus_csv_spikes_close(s->csv, error);
    s->csv = NULL;
    saltus_status status = saltus_csv_potential_close(s->potential, first ? NULL : error);
    s->potential = NULL;
    first = first ? first : status;
#ifdef SALTUS_HAVE_SONATA
    status = saltus_sonata_spikes_close(s->sonata, first ? NULL : error);
    s->sonata = NULL;
    first = first ? first : status;
    status = saltus_sonata_weights_close(s->weights, first ? NULL : error);
    s->weights = NULL;
    first = first ? first : status;
#endif
    return first;
}

/* manifest.json, then the final name. */
static saltus_status commit(run_session *s, saltus_error *error)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL) {
        return SALTUS_E_MEMORY;
    }
    manifest_write(stream, s);
    const bool whole = ferror(stream) == 0;
    if (fclose(stream) != 0 || !whole) {
        free(text);
        return SALTUS_E_MEMORY;
    }
    saltus_status status = saltus_result_write_text(s->result, "manifest.json", text, error);
    free(text);
    if (status == SALTUS_OK) {
        status = saltus_result_commit(s->result, error);
    }
    if (status == SALTUS_OK) {
        s->result = NULL;
    }
    return status;
}

/* Stopped by a signal: a last checkpoint, and the directory stays as it is. */
static int leave_for_later(run_session *s)
{
    saltus_error error = {0};
    saltus_status status = run_checkpoint_write(s, &error);
    const saltus_status closed = close_writers(s, status != SALTUS_OK ? NULL : &error);
    status = status != SALTUS_OK ? status : closed;
    if (status != SALTUS_OK) {
        complain_error(s->command, &error, status);
        complain("%s: the run may still go on from an earlier checkpoint: saltus resume %s",
                 s->command, s->checkpoint.path);
        return EXIT_CODE_FAILED;
    }
    complain("%s: stopped at %s ms; to go on: saltus resume %s", s->command,
             number_text(saltus_simulation_time_ms(s->simulation)), s->checkpoint.path);
    return EXIT_CODE_INTERRUPTED;
}

/* Run and put away the results. DIR.partial stays when this fails. */
static int simulate(run_session *s)
{
    saltus_error error = {0};
    saltus_error close_error = {0};
    run_catch_signals(s->simulation);
    saltus_status status = run_advance(s, &error);
    run_release_signals();
    if (status == SALTUS_INTERRUPTED && s->checkpoint.path != NULL) {
        return leave_for_later(s);
    }
    if (status == SALTUS_OK || status == SALTUS_INTERRUPTED) {
        const saltus_status ended = saltus_simulation_record_end(s->simulation, &error);
        status = ended ? ended : status;
    }
    const bool interrupted = status == SALTUS_INTERRUPTED;
    s->complete = status == SALTUS_OK;

    /* a writer knows better than the engine why it stopped the run */
    const saltus_status closed = close_writers(s, &close_error);
    if (closed != SALTUS_OK && (s->complete || interrupted || status == SALTUS_E_RECORDER)) {
        status = closed;
        error = close_error;
    } else if (s->complete || interrupted) {
        status = commit(s, &error);
    }
    if (status != SALTUS_OK) {
        complain_error(s->command, &error, status);
        complain("%s: the results are not complete; what was written is in %s.partial", s->command,
                 s->directory);
        /* neurons that fire without end by themselves would only do so again */
        if (status != SALTUS_E_RUNAWAY || run_stop_asked()) {
            result_say_way_on(s->command, s->directory);
        }
        return EXIT_CODE_FAILED;
    }
    run_checkpoint_end(s);
    return interrupted ? EXIT_CODE_INTERRUPTED : EXIT_CODE_OK;
}

int run_stages(run_session *s)
{
    int code = build(s);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    code = open_results(s);
    if (code != EXIT_CODE_OK) {
        close_writers(s, NULL);
        if (s->from == NULL) {
            saltus_result_discard(s->result);
            s->result = NULL;
            run_checkpoint_end(s);
        }
        return code;
    }
    saltus_checkpoint_close(s->from);
    s->from = NULL;
    code = simulate(s);
    const bool finished = s->result == NULL;
    if (finished && s->request->json) {
        manifest_write(stdout, s);
    } else if (finished) {
        summary_print(s);
    }
    return code;
}

void run_session_clear(run_session *s)
{
    s->request = NULL;
    saltus_checkpoint_close(s->from);
    saltus_statistics_destroy(s->statistics);
    saltus_simulation_destroy(s->simulation);
    saltus_network_destroy(s->network);
    saltus_result_leave(s->result);
    source_clear(&s->source);
    run_checkpoint_clear(s);
    free(s->directory);
}

saltus_spike_statistics run_statistics(const run_session *s, uint32_t population)
{
    const double time_ms = saltus_simulation_time_ms(s->simulation);
    if (saltus_experiment_records_spikes(s->source.experiment, population)) {
        return saltus_statistics_get(s->statistics, population, time_ms);
    }
    const double neurons = (double)saltus_network_population_size(s->network, population);
    saltus_spike_statistics only = {
        .mean_cv = (double)NAN, .fraction_silent = (double)NAN, .synchrony = (double)NAN};
    only.spikes = saltus_simulation_population_spikes(s->simulation, population);
    only.mean_rate_Hz = (double)only.spikes / (neurons * time_ms * 1e-3);
    return only;
}

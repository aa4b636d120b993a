/* run_loop - advances a simulation in slices, so that progress is seen and Ctrl-C is heard.
 *
 * A slice is measured by the work it holds, not by the clock: its end follows from counts alone.
 * Cuts are therefore the same in every run of an experiment, on every machine, with or without a
 * terminal, and so is every count of the manifest. At some nanoseconds a delivery SLICE_WORK is
 * 0.1 to 0.2 s.
 */
#include <signal.h>

#include "run/run.h"
#include "shared/machine.h"

#ifdef SALTUS_PROFILER
#include <gperftools/profiler.h>
#endif

#define SLICE_WORK     1.5e7
#define SLICE_FIRST_MS 1.0
#define SLICE_LEAST_MS 0.05

/* What the handler needs; handlers have no arguments of their own. */
static saltus_simulation *volatile running;
static volatile sig_atomic_t stop_asked;

static void on_signal(int number)
{
    (void)number;
    /* the next signal of either kind ends the program */
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    stop_asked = 1;
    if (running != NULL) {
        saltus_simulation_request_stop(running);
    }
}

/* A signal that the parent has ignored (nohup, background jobs) stays ignored. */
static void catch_signal(int number)
{
    struct sigaction old;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGINT);
    sigaddset(&action.sa_mask, SIGTERM);
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
        sigaction(number, &action, NULL);
    }
}

void run_catch_signals(saltus_simulation *simulation)
{
    stop_asked = 0;
    running = simulation;
    catch_signal(SIGINT);
    catch_signal(SIGTERM);
}

void run_release_signals(void)
{
    running = NULL;
}

bool run_stop_asked(void)
{
    return stop_asked != 0;
}

/* Everything whose cost is about that of a delivery. */
static double work_of(const saltus_counts *c)
{
    return (double)c->synaptic_events + 0.25 * (double)c->step_updates +
           (double)c->external_events + 4.0 * (double)c->spikes + 4.0 * (double)c->source_spikes +
           10.0 * (double)c->crossing_searches + 20.0 * (double)c->windows;
}

/* The next slice from the work of the last one: a factor of at most 2 up and 8 down. */
static double next_slice_ms(double slice_ms, double work)
{
    const double factor = work * 2.0 < SLICE_WORK ? 2.0 : SLICE_WORK / work;
    const double next_ms = slice_ms * (factor < 0.125 ? 0.125 : factor);
    return next_ms < SLICE_LEAST_MS ? SLICE_LEAST_MS : next_ms;
}

/* The end of the next slice; no sliver is left at the end of all. */
static double end_of_slice(const run_position *p, double duration_ms)
{
    const double end_ms = p->time_ms + p->slice_ms;
    return end_ms + 0.1 * p->slice_ms > duration_ms ? duration_ms : end_ms;
}

static saltus_status advance_in_slices(run_session *s, progress *shown, saltus_error *error)
{
    const double duration_ms = saltus_experiment_duration_ms(s->source.experiment);
    run_position *p = &s->position;
    p->slice_ms = p->slice_ms > 0.0 ? p->slice_ms : SLICE_FIRST_MS;
    while (p->time_ms < duration_ms) {
        if (stop_asked) {
            return SALTUS_INTERRUPTED;
        }
        /* a slice that was begun before a checkpoint has its end already */
        p->end_ms = p->end_ms > p->time_ms ? p->end_ms : end_of_slice(p, duration_ms);
        const saltus_status status = saltus_simulation_run_until(s->simulation, p->end_ms, error);
        if (status) {
            return status;
        }
        p->time_ms = p->end_ms;

        const saltus_counts counts = saltus_simulation_counts(s->simulation);
        const double work = work_of(&counts);
        p->slice_ms = next_slice_ms(p->slice_ms, work - p->work);
        p->work = work;
        progress_update(shown, s->simulation);
        if (p->time_ms < duration_ms) {
            run_checkpoint_step(s);
        }
    }
    return SALTUS_OK;
}

saltus_status run_advance(run_session *s, saltus_error *error)
{
    progress shown;
    progress_begin(&shown, saltus_experiment_duration_ms(s->source.experiment), s->request->quiet);
#ifdef SALTUS_PROFILER
    if (s->request->cpuprofile != NULL) {
        ProfilerStart(s->request->cpuprofile);
    }
#endif
    s->run_start_s = machine_seconds();
    run_checkpoint_step(s);
    const saltus_status status = advance_in_slices(s, &shown, error);
    s->run_wall_s = s->position.wall_before_s + machine_seconds() - s->run_start_s;
#ifdef SALTUS_PROFILER
    if (s->request->cpuprofile != NULL) {
        ProfilerStop();
    }
#endif
    progress_end(&shown);
    return status;
}

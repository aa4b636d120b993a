/* progress - one line on a terminal while a run goes on: simulated time, share, real-time factor,
 * spikes per second of wall time, time left. Nothing is written when stderr is no terminal. */
#include <stdio.h>
#include <unistd.h>

#include "run/run.h"
#include "shared/command.h"
#include "shared/machine.h"

#define REFRESH_S 0.2

void progress_begin(progress *p, double duration_ms, bool quiet)
{
    const double now_s = machine_seconds();
    *p = (progress){.shown = !quiet && isatty(STDERR_FILENO) == 1,
                    .duration_ms = duration_ms,
                    .start_s = now_s,
                    .last_s = now_s};
}

/* "12 s", "3:05 min", "2:10 h" */
static void format_wall(char *text, size_t size, double wall_s)
{
    const unsigned long s = (unsigned long)(wall_s + 0.5);
    if (s < 60) {
        snprintf(text, size, "%lu s", s);
    } else if (s < 3600) {
        snprintf(text, size, "%lu:%02lu min", s / 60, s % 60);
    } else {
        snprintf(text, size, "%lu:%02lu h", s / 3600, s / 60 % 60);
    }
}

void progress_update(progress *p, const saltus_simulation *simulation)
{
    const double now_s = machine_seconds();
    if (!p->shown || now_s - p->last_s < REFRESH_S) {
        return;
    }
    const double time_ms = saltus_simulation_time_ms(simulation);
    const saltus_counts counts = saltus_simulation_counts(simulation);
    const uint64_t spikes = counts.spikes + counts.source_spikes;
    const double share = time_ms / p->duration_ms;
    const double wall_s = now_s - p->start_s;
    const double per_s = (double)(spikes - p->last_spikes) / (now_s - p->last_s);
    char left[32] = "?";
    if (share > 0.0 && wall_s * (1.0 - share) / share < 1e8) {
        format_wall(left, sizeof left, wall_s * (1.0 - share) / share);
    }
    fprintf(stderr,
            "\r%.1f of %g ms  %3.0f %%  real-time factor %.3g  %.3g spikes/s  %s left\033[K",
            time_ms, p->duration_ms, 100.0 * share, time_ms > 0.0 ? wall_s * 1e3 / time_ms : 0.0,
            per_s, left);
    fflush(stderr);
    p->last_s = now_s;
    p->last_spikes = spikes;
}

void progress_end(progress *p)
{
    if (p->shown) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
}

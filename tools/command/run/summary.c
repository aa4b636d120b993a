/* summary - what a run came to, for people: a line a population, then the whole. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "run/run.h"
#include "shared/command.h"
#include "shared/fault_text.h"

/* Text of a figure that may not be known. */
static void format_figure(char text[32], double value, int digits, const char *unit)
{
    if (isfinite(value)) {
        snprintf(text, 32, "%.*f%s", digits, value, unit);
    } else {
        snprintf(text, 32, "-");
    }
}

static void print_populations(const run_session *s)
{
    /* the name column is as wide as the longest name */
    const uint32_t count = saltus_network_population_count(s->network);
    int width = (int)strlen("population");
    for (uint32_t i = 0; i < count; i++) {
        const int length = (int)strlen(saltus_network_population_name(s->network, i));
        width = length > width ? length : width;
    }

    printf("%-*s  %12s  %14s  %10s  %7s  %8s  %9s\n", width, "population", "neurons", "spikes",
           "rate (Hz)", "CV", "silent", "synchrony");
    for (uint32_t i = 0; i < count; i++) {
        const saltus_spike_statistics statistics = run_statistics(s, i);
        char rate[32];
        char cv[32];
        char silent[32];
        char synchrony[32];
        format_figure(rate, statistics.mean_rate_Hz, 3, "");
        format_figure(cv, statistics.mean_cv, 3, "");
        format_figure(silent, 100.0 * statistics.fraction_silent, 1, " %");
        format_figure(synchrony, statistics.synchrony, 3, "");
        printf("%-*s  %12s  %14s  %10s  %7s  %8s  %9s\n", width,
               saltus_network_population_name(s->network, i),
               count_text(saltus_network_population_size(s->network, i)),
               count_text(statistics.spikes), rate, cv, silent, synchrony);
    }
}

void summary_print(const run_session *s)
{
    print_populations(s);
    const saltus_counts c = saltus_simulation_counts(s->simulation);
    const saltus_network_size size = saltus_network_get_size(s->network);
    const double time_ms = saltus_simulation_time_ms(s->simulation);
    printf("\nnetwork          %s neurons, %s synapses, %s\n", count_text(size.neurons),
           count_text(size.synapses), bytes_text(size.total_bytes));
    printf("events           %s synaptic, %s external, %s spikes of sources\n",
           count_text(c.synaptic_events), count_text(c.external_events),
           count_text(c.source_spikes));
    fault_print_effects(s->source.experiment, s->simulation, (int)strlen("network          "));
    if (c.plastic_updates > 0) {
        printf("learning         %s weight updates\n", count_text(c.plastic_updates));
    }
    printf("wall time        %.3g s to build, %.3g s to run %s ms on %u thread%s\n",
           s->build_wall_s, s->run_wall_s, number_text(time_ms), s->request->threads,
           s->request->threads == 1 ? "" : "s");
    if (time_ms > 0.0) {
        printf("real-time factor %.3g (wall time / simulated time)\n",
               s->run_wall_s * 1e3 / time_ms);
    }
    /* with few events it would be the cost of starting */
    if (c.synaptic_events >= 10000) {
        printf("per event        %.3g ns of wall time a synaptic event\n",
               s->run_wall_s * 1e9 / (double)c.synaptic_events);
    }
    printf("results          %s%s\n", s->directory,
           s->complete ? "" : " (stopped early: the manifest says \"complete\": false)");
}

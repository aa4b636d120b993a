/* compare_spikes - the tables of spikes: how far each engine's are from the event-driven ones, and
 * population statistics beside their spread over seeds. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compare/compare.h"
#include "shared/command.h"

#define NAME_WIDTH 20

/* "+1.2 %" */
static const char *percent(double share)
{
    return isnan(share) || isinf(share) ? "-" : compare_cell(100.0 * share, "%+.2f %%");
}

static void print_matches(const compare_session *s)
{
    compare_heading(
        "SPIKES against the event-driven run (shift = clock - event, of matched spikes)",
        "                                 rate                              mean    largest"
        "        first",
        "engine                 spikes   error    matched   missed    extra  |shift|    |shift|"
        "   divergence");
    for (size_t i = 0; i < s->rows_done; i++) {
        const compare_row *row = &s->rows[i];
        const saltus_match_summary *m = &row->accuracy.match;
        if (!row->has_accuracy) {
            printf("%-*s %8s %7s %10s %8s %8s %8s %10s %12s\n", NAME_WIDTH, row->engine,
                   compare_si((double)row->run.counts.spikes), "-", "-", "-", "-", "-", "-", "-");
            continue;
        }
        const double divergence = row->accuracy.divergence.time_ms;
        printf("%-*s %8s %7s %10s %8s %8s %8s %10s %12s\n", NAME_WIDTH, row->engine,
               compare_si((double)m->test_spikes), percent(m->rate_error),
               compare_cell(100.0 * m->matched_fraction, "%.2f %%"), compare_si((double)m->missed),
               compare_si((double)m->extra), compare_seconds(1e-3 * m->mean_abs_shift_ms),
               compare_seconds(1e-3 * m->max_abs_shift_ms),
               isinf(divergence) ? "never" : compare_cell(divergence, "%.4g ms"));
    }
}

static void print_order(const compare_session *s)
{
    compare_heading("ORDER of spikes (pairs) and DISTANCES of spike trains (means over neurons)",
                    "                     simul- made by                       van Victor-"
                    "               ISI   SPIKE",
                    "engine               taneous clock     lost  swapped   Rossum Purpura"
                    "   Gamma  distance distance");
    for (size_t i = 0; i < s->rows_done; i++) {
        const compare_row *row = &s->rows[i];
        if (!row->has_accuracy) {
            continue;
        }
        const saltus_order *o = &row->accuracy.order;
        const saltus_distances *d = &row->accuracy.distances;
        printf("%-*s %7s %7s %6s %8s %8s %7s %8s %9s %8s\n", NAME_WIDTH, row->engine,
               compare_si((double)o->test_simultaneous), compare_si((double)o->created),
               compare_si((double)o->lost), compare_si((double)o->swapped),
               compare_cell(d->van_rossum, "%.3g"), compare_cell(d->victor_purpura, "%.3g"),
               compare_cell(d->coincidence_factor, "%.4f"), compare_cell(d->isi_distance, "%.3g"),
               compare_cell(d->spike_distance, "%.3g"));
    }
}

/* Value and, beside seeds, how many of their standard deviations it lies out. */
static const char *with_deviation(const compare_row *row, uint32_t population, double value,
                                  const char *format, saltus_statistic statistic)
{
    static char rooms[4][48];
    static unsigned turn;
    char *text = rooms[turn = (turn + 1) % 4];
    const double z =
        row->deviations != NULL ? row->deviations[population][statistic].deviation : (double)NAN;
    snprintf(text, sizeof rooms[0], "%s %7s", compare_cell(value, format),
             isnan(z) ? "" : compare_cell(z, "(%+.1f)"));
    return text;
}

static void print_population(const compare_session *s, uint32_t p)
{
    char title[256];
    const uint32_t population = s->neurons_of[p];
    snprintf(title, sizeof title, "STATISTICS of %s%s",
             saltus_experiment_population_name(s->source.experiment, population),
             s->seed_count > 0 ? " (in brackets: distance from the seeds' mean in their SD)" : "");
    compare_heading(
        title, "",
        "engine                         rate (Hz)                CV        correlation  "
        "        synchrony");
    for (size_t i = 0; i < s->rows_done; i++) {
        const compare_row *row = &s->rows[i];
        const saltus_activity *a = row->activities[p];
        printf("%-*s %19s %17s %18s %18s\n", NAME_WIDTH, row->engine,
               with_deviation(row, p, saltus_activity_distribution(a, SALTUS_MEASURE_RATE).mean,
                              "%.4g", SALTUS_STATISTIC_RATE_MEAN),
               with_deviation(row, p, saltus_activity_distribution(a, SALTUS_MEASURE_CV).mean,
                              "%.3f", SALTUS_STATISTIC_CV_MEAN),
               with_deviation(row, p,
                              saltus_activity_distribution(a, SALTUS_MEASURE_CORRELATION).mean,
                              "%.4f", SALTUS_STATISTIC_CORRELATION_MEAN),
               with_deviation(row, p, saltus_activity_synchrony(a), "%.3g",
                              SALTUS_STATISTIC_SYNCHRONY));
    }
    if (s->seed_count > 0) {
        const saltus_deviation *d = s->rows[0].deviations[p];
        printf("%zu seeds: mean +- SD  %s +- %s Hz, CV %s +- %s, corr. %s +- %s, sync. %s +- %s\n",
               s->seed_count + 1, compare_cell(d[SALTUS_STATISTIC_RATE_MEAN].seeds_mean, "%.4g"),
               compare_cell(d[SALTUS_STATISTIC_RATE_MEAN].seeds_sd, "%.2g"),
               compare_cell(d[SALTUS_STATISTIC_CV_MEAN].seeds_mean, "%.3f"),
               compare_cell(d[SALTUS_STATISTIC_CV_MEAN].seeds_sd, "%.2g"),
               compare_cell(d[SALTUS_STATISTIC_CORRELATION_MEAN].seeds_mean, "%.4f"),
               compare_cell(d[SALTUS_STATISTIC_CORRELATION_MEAN].seeds_sd, "%.2g"),
               compare_cell(d[SALTUS_STATISTIC_SYNCHRONY].seeds_mean, "%.3g"),
               compare_cell(d[SALTUS_STATISTIC_SYNCHRONY].seeds_sd, "%.2g"));
    }
}

void compare_print_spikes(const compare_session *s)
{
    print_matches(s);
    if (s->rows_done > 1 && s->neuron_populations > 0) {
        print_order(s);
    }
    for (uint32_t p = 0; p < s->neuron_populations; p++) {
        print_population(s, p);
    }
    if (s->seed_count > 0) {
        printf("A recurrent network is chaotic: any two runs part. There the statistics count, and "
               "beyond\n3 SD or so the clock changes more than another seed does.\n");
    }
}

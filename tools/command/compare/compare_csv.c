/* compare_csv - compare.csv: one line an engine, the figures of the tables as plain numbers. Empty
 * where there is none. */
#include <math.h>
#include <string.h>

#include "compare/compare.h"
#include "shared/command.h"

static void put(FILE *stream, double value)
{
    fprintf(stream, ",%s", isfinite(value) ? number_text(value) : "");
}

static void put_count(FILE *stream, uint64_t count)
{
    fprintf(stream, ",%llu", (unsigned long long)count);
}

static void put_head(FILE *stream, const compare_session *s)
{
    fputs("engine,variant,step_ms,wall_median_s,wall_low_s,wall_high_s,ratio_to_event,peak_bytes,"
          "spikes,source_spikes,synaptic_events,external_events,neuron_updates,step_updates,"
          "threshold_tests,crossing_searches,plastic_updates,scheduler_pushes,scheduler_pops,exp_"
          "evaluations,steps,"
          "rate_error,matched,missed,extra,mean_shift_ms,mean_abs_shift_ms,max_abs_shift_ms,"
          "divergence_ms,simultaneous_created,simultaneous_lost,swapped,van_rossum,victor_purpura,"
          "coincidence_factor,isi_distance,spike_distance",
          stream);
    for (size_t t = 0; t < s->table_count; t++) {
        const char *name = s->tables[t].name;
        fprintf(stream, ",%s_low_J,%s_high_J,%s_lower_bound", name, name, name);
    }
    fputc('\n', stream);
}

static void put_accuracy(FILE *stream, const compare_row *row)
{
    const saltus_accuracy *a = &row->accuracy;
    if (!row->has_accuracy) {
        fputs(",,,,,,,,,,,,,,,,", stream);
        return;
    }
    put(stream, a->match.rate_error);
    put_count(stream, a->match.matched);
    put_count(stream, a->match.missed);
    put_count(stream, a->match.extra);
    put(stream, a->match.mean_shift_ms);
    put(stream, a->match.mean_abs_shift_ms);
    put(stream, a->match.max_abs_shift_ms);
    put(stream, a->divergence.time_ms);
    put_count(stream, a->order.created);
    put_count(stream, a->order.lost);
    put_count(stream, a->order.swapped);
    put(stream, a->distances.van_rossum);
    put(stream, a->distances.victor_purpura);
    put(stream, a->distances.coincidence_factor);
    put(stream, a->distances.isi_distance);
    put(stream, a->distances.spike_distance);
}

static void put_row(FILE *stream, const compare_session *s, const compare_row *row)
{
    const saltus_counts *c = &row->run.counts;
    const uint64_t counts[] = {c->spikes,
                               c->source_spikes,
                               c->synaptic_events,
                               c->external_events,
                               c->neuron_updates,
                               c->step_updates,
                               c->threshold_tests,
                               c->crossing_searches,
                               c->plastic_updates,
                               c->scheduler_pushes,
                               c->scheduler_pops,
                               c->exp_evaluations,
                               c->steps};
    fprintf(stream, "%s,%s", row->engine, saltus_engine_name(row->how.engine));
    put(stream, row->how.step_ms);
    put(stream, row->wall_median_s);
    put(stream, row->wall_low_s);
    put(stream, row->wall_high_s);
    put(stream, row->wall_median_s / s->rows[0].wall_median_s);
    put_count(stream, row->peak_high_bytes);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        put_count(stream, counts[i]);
    }
    put_accuracy(stream, row);
    for (size_t t = 0; t < s->table_count; t++) {
        const saltus_energy_estimate *e = &row->energy[t];
        put(stream, e->has_total ? e->total.low_J : (double)NAN);
        put(stream, e->has_total ? e->total.high_J : (double)NAN);
        fprintf(stream, ",%d", e->has_total && e->lower_bound ? 1 : 0);
    }
    fputc('\n', stream);
}

void compare_write_csv(FILE *stream, const compare_session *s)
{
    put_head(stream, s);
    for (size_t i = 0; i < s->rows_done; i++) {
        put_row(stream, s, &s->rows[i]);
    }
}

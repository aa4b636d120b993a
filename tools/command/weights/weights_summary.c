/* weights_summary - how weights are distributed, as a few figures and a histogram of text. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "shared/command.h"
#include "weights/weights.h"

#define BINS      20
#define BAR_WIDTH 40
/* Kept as a float, a bound is rounded. */
#define FLOAT_ROUNDING 6e-8

typedef struct weight_moments {
    double mean, sd, low, high;
} weight_moments;

static weight_moments moments_of(const weight_table *table)
{
    const size_t count = table->info.synapses;
    weight_moments m = {.low = (double)INFINITY, .high = -(double)INFINITY};
    for (size_t i = 0; i < count; i++) {
        const double w = table->weights[i];
        m.mean += w / (double)count;
        m.low = fmin(m.low, w);
        m.high = fmax(m.high, w);
    }
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        const double from_mean = table->weights[i] - m.mean;
        squares += from_mean * from_mean;
    }
    m.sd = sqrt(squares / (double)count);
    if (m.low == m.high) {
        m.mean = m.low; /* without the rounding of sums */
        m.sd = 0;
    }
    return m;
}

static void print_share(const weight_table *table, const char *name, double bound)
{
    size_t at_bound = 0;
    for (size_t i = 0; i < table->info.synapses; i++) {
        at_bound += fabs(table->weights[i] - bound) <= FLOAT_ROUNDING * fabs(bound);
    }
    printf("  at %s         %.2f %% (%s %s)\n", name,
           100.0 * (double)at_bound / (double)table->info.synapses, number_text(bound),
           table->info.unit);
}

/* Equal bins from low to high, the last with its upper end. */
static void print_histogram(const weight_table *table, double low, double high)
{
    size_t bin[BINS] = {0};
    size_t most = 0;
    for (size_t i = 0; i < table->info.synapses; i++) {
        double place = floor((table->weights[i] - low) / (high - low) * BINS);
        place = fmin(fmax(place, 0), BINS - 1);
        const size_t count = ++bin[(int)place];
        most = count > most ? count : most;
    }
    printf("\n");
    for (int i = 0; i < BINS; i++) {
        const double from = low + (high - low) * i / BINS;
        const double to = low + (high - low) * (i + 1) / BINS;
        const int bar = (int)ceil((double)bin[i] * BAR_WIDTH / (double)most);
        printf("  %10.4g to %10.4g %s %14s  %.*s\n", from, to, table->info.unit, count_text(bin[i]),
               bar, "########################################");
    }
}

void weights_print_summary(const weight_table *table)
{
    const saltus_sonata_weight_info *info = &table->info;
    printf("%s\n", info->name);
    printf("  rule             %s\n", info->rule);
    printf("  from, to         %s (%s), %s (%s)\n", info->source, count_text(info->source_size),
           info->target, count_text(info->target_size));
    printf("  synapses         %s\n", count_text(info->synapses));
    if (info->time_count > 1) {
        printf("  recorded         %s times, %s to %s ms\n", count_text(info->time_count),
               number_text(info->times_ms[0]), number_text(info->times_ms[info->time_count - 1]));
    }
    printf("  shown            %s ms\n", number_text(table->time_ms));
    if (info->synapses == 0) {
        return;
    }
    const weight_moments m = moments_of(table);
    printf("  mean, sd         %.6g, %.6g %s\n", m.mean, m.sd, info->unit);
    printf("  least, most      %s, %s %s\n", number_text(m.low), number_text(m.high), info->unit);
    const bool bounded = isfinite(info->w_min) && isfinite(info->w_max);
    if (bounded) {
        print_share(table, "w_min", info->w_min);
        print_share(table, "w_max", info->w_max);
    }
    const double low = bounded ? fmin(info->w_min, info->w_max) : m.low;
    const double high = bounded ? fmax(info->w_min, info->w_max) : m.high;
    if (high > low) {
        print_histogram(table, low, high);
    }
}

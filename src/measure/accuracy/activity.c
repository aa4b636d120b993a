/* activity - rates, irregularity, correlation and synchrony of one run's population.
 *
 * Rate and CV of each neuron, Pearson correlation of the spike counts of each pair of a sample,
 * and the Fano factor of the population's count, each over bins of one width. Where chaos parts
 * any two runs, these distributions are what can be compared (van Albada et al. 2018, Front
 * Neurosci 12:291).
 *
 * Counts are kept sparse, one entry for each bin that holds a spike: memory is O(spikes), however
 * fine the bins. The sample is spread evenly over the neurons, so that it is the same in every
 * run and draws no random numbers.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "base/wide.h"
#include "measure/accuracy/accuracy_options.h"
#include "measure/accuracy/tick_sort.h"
#include "measure/accuracy/trains.h"

struct saltus_activity {
    double *values[SALTUS_MEASURE_COUNT]; /* ascending */
    size_t counts[SALTUS_MEASURE_COUNT];
    saltus_distribution distributions[SALTUS_MEASURE_COUNT];
    double synchrony;
};

/* Whole bins of the interval. */
typedef struct binning {
    sim_time from, width;
    sim_time bins;
} binning;

/* Spikes of one neuron in one bin. */
typedef struct bin_count {
    sim_time bin;
    double spikes;
} bin_count;

static binning binning_of(const saltus_trains *trains, double bin_ms)
{
    const sim_time width = sl_length_from_ms(bin_ms);
    return (binning){trains->from, width, (trains->to - trains->from) / width};
}

/* ---- Rate and CV ------------------------------------------------------------------------ */

/* NaN when undefined. */
static double cv_of(spike_train train)
{
    if (train.count < 3 || train.ticks[train.count - 1] == train.ticks[0]) {
        return (double)NAN;
    }
    const double intervals = (double)(train.count - 1);
    const double mean = (double)(train.ticks[train.count - 1] - train.ticks[0]) / intervals;
    double squares = 0.0;
    for (size_t i = 1; i < train.count; i++) {
        const double deviation = (double)(train.ticks[i] - train.ticks[i - 1]) - mean;
        squares += deviation * deviation;
    }
    return sqrt(squares / (intervals - 1.0)) / mean;
}

static bool measure_trains(saltus_activity *activity, const saltus_trains *trains, uint64_t first,
                           uint64_t end)
{
    double *rates = sl_memory_array(end - first, sizeof *rates);
    double *cvs = sl_memory_array(end - first, sizeof *cvs);
    activity->values[SALTUS_MEASURE_RATE] = rates;
    activity->values[SALTUS_MEASURE_CV] = cvs;
    if (rates == NULL || cvs == NULL) {
        return false;
    }
    const double span_s = ticks_to_ms(trains->to - trains->from) / 1000.0;
    for (uint64_t i = first; i < end; i++) {
        const spike_train train = trains_get(trains, i);
        rates[activity->counts[SALTUS_MEASURE_RATE]++] = (double)train.count / span_s;
        const double cv = cv_of(train);
        if (!isnan(cv)) {
            cvs[activity->counts[SALTUS_MEASURE_CV]++] = cv;
        }
    }
    return true;
}

/* ---- Correlation ------------------------------------------------------------------------- */

/* Counts of the sampled neurons, one after the other. */
typedef struct sample {
    uint64_t neurons;
    bin_count *entries;
    size_t *first;              /* [neurons + 1] */
    double *sums, *square_sums; /* over the bins of each neuron */
} sample;

static void sample_clear(sample *s)
{
    free(s->entries);
    free(s->first);
    free(s->sums);
    free(s->square_sums);
}

static uint64_t sampled_neuron(uint64_t first, uint64_t end, uint64_t n, uint64_t i)
{
    return first + (uint64_t)((uint128)i * (end - first) / n);
}

static void count_train(sample *s, const binning *bins, spike_train train, uint64_t i)
{
    size_t at = s->first[i];
    for (size_t k = 0; k < train.count; k++) {
        const sim_time bin = (train.ticks[k] - bins->from) / bins->width;
        if (bin >= bins->bins) {
            break;
        }
        if (at > s->first[i] && s->entries[at - 1].bin == bin) {
            s->entries[at - 1].spikes += 1.0;
        } else {
            s->entries[at++] = (bin_count){bin, 1.0};
        }
    }
    s->first[i + 1] = at;
    for (size_t k = s->first[i]; k < at; k++) {
        s->sums[i] += s->entries[k].spikes;
        s->square_sums[i] += s->entries[k].spikes * s->entries[k].spikes;
    }
}

static bool sample_init(sample *s, const saltus_trains *trains, uint64_t first, uint64_t end,
                        uint64_t neurons, const binning *bins)
{
    *s = (sample){.neurons = neurons};
    size_t spikes = 0;
    for (uint64_t i = 0; i < neurons; i++) {
        spikes += trains_get(trains, sampled_neuron(first, end, neurons, i)).count;
    }
    s->entries = sl_memory_array(spikes, sizeof *s->entries);
    s->first = sl_memory_zeroed(neurons + 1, sizeof *s->first);
    s->sums = sl_memory_zeroed(neurons, sizeof *s->sums);
    s->square_sums = sl_memory_zeroed(neurons, sizeof *s->square_sums);
    if (s->entries == NULL || s->first == NULL || s->sums == NULL || s->square_sums == NULL) {
        return false;
    }
    for (uint64_t i = 0; i < neurons; i++) {
        count_train(s, bins, trains_get(trains, sampled_neuron(first, end, neurons, i)), i);
    }
    return true;
}

/* Sum over bins of the product of two neurons' counts. */
static double product_sum(const sample *s, uint64_t i, uint64_t k)
{
    double sum = 0.0;
    size_t a = s->first[i], b = s->first[k];
    while (a < s->first[i + 1] && b < s->first[k + 1]) {
        const bin_count x = s->entries[a], y = s->entries[b];
        sum += x.bin == y.bin ? x.spikes * y.spikes : 0.0;
        a += x.bin <= y.bin;
        b += y.bin <= x.bin;
    }
    return sum;
}

static size_t correlate(const sample *s, double bins, double *values)
{
    size_t count = 0;
    for (uint64_t i = 0; i < s->neurons; i++) {
        /* bins^2 times the variance; whole numbers, so 0 is exact */
        const double variance = bins * s->square_sums[i] - s->sums[i] * s->sums[i];
        for (uint64_t k = 0; k < i && variance > 0.0; k++) {
            const double other = bins * s->square_sums[k] - s->sums[k] * s->sums[k];
            if (other > 0.0) {
                const double covariance = bins * product_sum(s, i, k) - s->sums[i] * s->sums[k];
                values[count++] = covariance / (sqrt(variance) * sqrt(other));
            }
        }
    }
    return count;
}

static bool measure_correlation(saltus_activity *activity, const saltus_trains *trains,
                                uint64_t first, uint64_t end, const binning *bins, uint64_t wanted)
{
    const uint64_t neurons = wanted < end - first ? wanted : end - first;
    const size_t pairs = neurons < 2 ? 0 : neurons * (neurons - 1) / 2;
    double *values = sl_memory_array(pairs, sizeof *values);
    activity->values[SALTUS_MEASURE_CORRELATION] = values;
    sample s = {0};
    const bool complete = values != NULL && sample_init(&s, trains, first, end, neurons, bins);
    if (complete) {
        activity->counts[SALTUS_MEASURE_CORRELATION] = correlate(&s, (double)bins->bins, values);
    }
    sample_clear(&s);
    return complete;
}

/* ---- Synchrony ----------------------------------------------------------------------------- */

static bool measure_synchrony(saltus_activity *activity, const saltus_trains *trains,
                              uint64_t first, uint64_t end, const binning *bins)
{
    const uint64_t begin = trains->first[first];
    const size_t spikes = trains->first[end] - begin;
    tick_pair *in_bin = sl_memory_array(spikes, sizeof *in_bin);
    tick_pair *scratch = sl_memory_array(spikes, sizeof *scratch);
    if (in_bin == NULL || scratch == NULL) {
        free(in_bin);
        free(scratch);
        return false;
    }
    for (size_t i = 0; i < spikes; i++) {
        in_bin[i] = (tick_pair){(trains->ticks[begin + i] - bins->from) / bins->width, 0};
    }
    sl_tick_sort(in_bin, scratch, spikes);
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < spikes && in_bin[i].key < bins->bins;) {
        const size_t start = i;
        while (i < spikes && in_bin[i].key == in_bin[start].key) {
            i++;
        }
        const double count = (double)(i - start);
        sum += count;
        squares += count * count;
    }
    const double n = (double)bins->bins;
    activity->synchrony =
        n < 2.0 || sum == 0.0 ? (double)NAN : (squares - sum * sum / n) / (n - 1.0) / (sum / n);
    free(in_bin);
    free(scratch);
    return true;
}

/* ---- Samples in brief -------------------------------------------------------------------- */

static double quantile(const double *values, size_t count, double p)
{
    const double at = p * (double)(count - 1);
    const size_t below = (size_t)at;
    const size_t above = below + 1 < count ? below + 1 : below;
    return values[below] + (at - (double)below) * (values[above] - values[below]);
}

static saltus_distribution distribution_of(const double *values, size_t count)
{
    saltus_distribution d = {.count = count,
                             .mean = (double)NAN,
                             .sd = (double)NAN,
                             .minimum = (double)NAN,
                             .quantile_5 = (double)NAN,
                             .quartile_1 = (double)NAN,
                             .median = (double)NAN,
                             .quartile_3 = (double)NAN,
                             .quantile_95 = (double)NAN,
                             .maximum = (double)NAN};
    if (count == 0) {
        return d;
    }
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
    }
    d.mean = sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        squares += (values[i] - d.mean) * (values[i] - d.mean);
    }
    d.sd = count > 1 ? sqrt(squares / (double)(count - 1)) : (double)NAN;
    d.minimum = values[0];
    d.quantile_5 = quantile(values, count, 0.05);
    d.quartile_1 = quantile(values, count, 0.25);
    d.median = quantile(values, count, 0.5);
    d.quartile_3 = quantile(values, count, 0.75);
    d.quantile_95 = quantile(values, count, 0.95);
    d.maximum = values[count - 1];
    return d;
}

/* ---- The object ---------------------------------------------------------------------------- */

saltus_status saltus_activity_create(const saltus_trains *trains, uint32_t population,
                                     const saltus_accuracy_options *options, saltus_activity **out,
                                     saltus_error *error)
{
    *out = NULL;
    saltus_accuracy_options chosen;
    saltus_status status = sl_trains_check_population(trains, population, error);
    if (!status) {
        status = sl_accuracy_options_read(options, &chosen, error);
    }
    if (status) {
        return status;
    }
    saltus_activity *activity = calloc(1, sizeof *activity);
    if (activity == NULL) {
        return sl_fail_memory(error);
    }
    uint64_t first = 0, end = 0;
    sl_trains_range(trains, population, &first, &end);
    const binning bins = binning_of(trains, chosen.bin_ms);
    if (!measure_trains(activity, trains, first, end) ||
        !measure_correlation(activity, trains, first, end, &bins, chosen.correlation_sample) ||
        !measure_synchrony(activity, trains, first, end, &bins)) {
        saltus_activity_destroy(activity);
        return sl_fail_memory(error);
    }
    for (int m = 0; m < SALTUS_MEASURE_COUNT; m++) {
        sl_sort_doubles(activity->values[m], activity->counts[m]);
        activity->distributions[m] = distribution_of(activity->values[m], activity->counts[m]);
    }
    *out = activity;
    return SALTUS_OK;
}

void saltus_activity_destroy(saltus_activity *activity)
{
    if (activity == NULL) {
        return;
    }
    for (int m = 0; m < SALTUS_MEASURE_COUNT; m++) {
        free(activity->values[m]);
    }
    free(activity);
}

saltus_distribution saltus_activity_distribution(const saltus_activity *activity,
                                                 saltus_measure measure)
{
    return (unsigned)measure < SALTUS_MEASURE_COUNT ? activity->distributions[measure]
                                                    : distribution_of(NULL, 0);
}

const double *saltus_activity_values(const saltus_activity *activity, saltus_measure measure,
                                     size_t *count)
{
    const bool exists = (unsigned)measure < SALTUS_MEASURE_COUNT;
    *count = exists ? activity->counts[measure] : 0;
    return exists ? activity->values[measure] : NULL;
}

double saltus_activity_synchrony(const saltus_activity *activity)
{
    return activity->synchrony;
}

const char *saltus_measure_name(saltus_measure measure)
{
    static const char *const names[SALTUS_MEASURE_COUNT] = {"rate", "cv", "correlation"};
    return (unsigned)measure < SALTUS_MEASURE_COUNT ? names[measure] : NULL;
}

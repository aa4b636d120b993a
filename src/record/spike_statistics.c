/* spike_statistics - rates, irregularity and synchrony of populations, collected while they fire.
 *
 * Each neuron holds its last spike, its number of spikes, and mean and sum of squared deviations
 * of its interspike intervals in Welford's (1962, Technometrics 4:419) update, which does not
 * cancel however long the run is. CV = SD / mean with n - 1 in the SD's denominator. Sums over
 * neurons are taken in order of index, so a result does not depend on the order of spikes of
 * different neurons.
 *
 * Synchrony is that of the histogram of a population's spikes. Spikes come in the order of time, so
 * one bin is open at a time; what is kept of those before are sums of whole numbers, which are
 * exact.
 *
 * Columns of populations whose spikes are not recorded are never touched: the system hands out
 * zeroed pages only when they are.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "checkpoint/container.h"
#include "saltus/record.h"

typedef struct neuron_statistics {
    double last_ms;
    uint64_t spikes;
    double mean_isi_ms, squares; /* of the spikes - 1 intervals so far */
} neuron_statistics;

/* A population's spikes in bins: the open one, and sums over those before it. */
typedef struct bin_statistics {
    uint64_t bin, spikes;
    double sum, squares;
} bin_statistics;

struct saltus_statistics {
    double from_ms;
    uint32_t population_count;
    uint64_t *first; /* [population_count + 1] into neurons */
    neuron_statistics *neurons;
    bin_statistics *bins; /* [population_count] */
};

static double bin_end_ms(const saltus_statistics *statistics, uint64_t bin)
{
    return statistics->from_ms + ((double)bin + 1) * SALTUS_SYNCHRONY_BIN_MS;
}

/* Bins that end at `to_ms` or before. */
static uint64_t whole_bins(const saltus_statistics *statistics, double to_ms)
{
    const double span_ms = to_ms - statistics->from_ms;
    uint64_t bins = span_ms > 0 ? (uint64_t)(span_ms / SALTUS_SYNCHRONY_BIN_MS) : 0;
    /* the division may round over an end, on either side */
    bins += bin_end_ms(statistics, bins) <= to_ms;
    return bins - (bins > 0 && bin_end_ms(statistics, bins - 1) > to_ms);
}

static void close_bin(bin_statistics *bins)
{
    const double spikes = (double)bins->spikes;
    bins->sum += spikes;
    bins->squares += spikes * spikes;
    bins->spikes = 0;
}

static void count_in_bin(const saltus_statistics *statistics, bin_statistics *bins, double time_ms)
{
    if (time_ms >= bin_end_ms(statistics, bins->bin)) {
        close_bin(bins);
        bins->bin = whole_bins(statistics, time_ms);
    }
    bins->spikes++;
}

static saltus_status collect(void *user, const saltus_spike *spikes, size_t count)
{
    saltus_statistics *statistics = user;
    for (size_t i = 0; i < count; i++) {
        const double time_ms = spikes[i].time_ms;
        if (time_ms < statistics->from_ms) {
            continue;
        }
        neuron_statistics *neuron =
            &statistics->neurons[statistics->first[spikes[i].population] + spikes[i].neuron];
        if (neuron->spikes > 0) {
            /* this is interval number `spikes` */
            const double isi_ms = time_ms - neuron->last_ms;
            const double deviation = isi_ms - neuron->mean_isi_ms;
            neuron->mean_isi_ms += deviation / (double)neuron->spikes;
            neuron->squares += deviation * (isi_ms - neuron->mean_isi_ms);
        }
        neuron->last_ms = time_ms;
        neuron->spikes++;
        count_in_bin(statistics, &statistics->bins[spikes[i].population], time_ms);
    }
    return SALTUS_OK;
}

saltus_status saltus_statistics_create(saltus_simulation *simulation, double from_ms,
                                       saltus_statistics **out, saltus_error *error)
{
    *out = NULL;
    if (simulation == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "no simulation is given");
    }
    const saltus_network *network = saltus_simulation_network(simulation);
    saltus_statistics *statistics = calloc(1, sizeof *statistics);
    if (statistics == NULL) {
        return sl_fail_memory(error);
    }
    statistics->from_ms = from_ms;
    statistics->population_count = saltus_network_population_count(network);
    saltus_status status = SALTUS_E_MEMORY;

    /* one column after the other */
    statistics->first =
        sl_memory_zeroed((size_t)statistics->population_count + 1, sizeof *statistics->first);
    if (statistics->first == NULL) {
        sl_fail_memory(error);
        goto fail;
    }
    for (uint32_t i = 0; i < statistics->population_count; i++) {
        statistics->first[i + 1] =
            statistics->first[i] + saltus_network_population_size(network, i);
    }
    statistics->neurons = sl_memory_zeroed(statistics->first[statistics->population_count],
                                           sizeof *statistics->neurons);
    statistics->bins = sl_memory_zeroed(statistics->population_count, sizeof *statistics->bins);
    if (statistics->neurons == NULL || statistics->bins == NULL) {
        sl_fail_memory(error);
        goto fail;
    }

    status = saltus_simulation_add_spike_recorder(simulation, collect, statistics);
    if (status) {
        sl_fail(error, status, "statistics: the simulation takes no further spike recorder");
        goto fail;
    }
    *out = statistics;
    return SALTUS_OK;

fail:
    saltus_statistics_destroy(statistics);
    return status;
}

/* ---- Checkpoints --------------------------------------------------------------------------- */

static const char from_name[] = "record/statistics.from";
static const char neurons_name[] = "record/statistics";
static const char bins_name[] = "record/statistics.bins";
_Static_assert(sizeof(neuron_statistics) == 32, "a neuron's statistics have no holes");
_Static_assert(sizeof(bin_statistics) == 32, "a population's bins have no holes");

static size_t bytes_of(const saltus_statistics *statistics)
{
    return statistics->first[statistics->population_count] * sizeof *statistics->neurons;
}

saltus_status saltus_statistics_save(const saltus_statistics *statistics,
                                     saltus_checkpoint_writer *checkpoint, saltus_error *error)
{
    if (statistics == NULL) {
        return SALTUS_OK;
    }
    sl_section_put(checkpoint, from_name, SECTION_F64, &statistics->from_ms, 1);
    sl_section_put(checkpoint, neurons_name, SECTION_BYTES, statistics->neurons,
                   bytes_of(statistics));
    sl_section_put(checkpoint, bins_name, SECTION_BYTES, statistics->bins,
                   statistics->population_count * sizeof *statistics->bins);
    return sl_container_status(checkpoint, error);
}

saltus_status saltus_statistics_resume(saltus_simulation *simulation, saltus_checkpoint *checkpoint,
                                       saltus_statistics **out, saltus_error *error)
{
    *out = NULL;
    double from_ms = 0;
    saltus_statistics *statistics = NULL;
    saltus_status status = sl_section_get(checkpoint, from_name, SECTION_F64, &from_ms, 1, error);
    if (!status) {
        status = saltus_statistics_create(simulation, from_ms, &statistics, error);
    }
    if (!status) {
        status = sl_section_get(checkpoint, neurons_name, SECTION_BYTES, statistics->neurons,
                                bytes_of(statistics), error);
    }
    if (!status) {
        status = sl_section_get(checkpoint, bins_name, SECTION_BYTES, statistics->bins,
                                statistics->population_count * sizeof *statistics->bins, error);
    }
    if (status) {
        saltus_statistics_destroy(statistics);
        return status;
    }
    *out = statistics;
    return SALTUS_OK;
}

/* ---- Results ------------------------------------------------------------------------------- */

/* The open bin counts where it is over; those without a spike count as bins. */
static double synchrony(const saltus_statistics *statistics, uint32_t population, double to_ms)
{
    bin_statistics bins = statistics->bins[population];
    const uint64_t whole = whole_bins(statistics, to_ms);
    if (bins.bin < whole) {
        close_bin(&bins);
    }
    const double n = (double)whole;
    return whole < 2 || !(bins.sum > 0)
               ? (double)NAN
               : (bins.squares - bins.sum * bins.sum / n) / (n - 1) / (bins.sum / n);
}

saltus_spike_statistics saltus_statistics_get(const saltus_statistics *statistics,
                                              uint32_t population, double to_ms)
{
    saltus_spike_statistics result = {.mean_rate_Hz = (double)NAN,
                                      .mean_cv = (double)NAN,
                                      .fraction_silent = (double)NAN,
                                      .synchrony = (double)NAN};
    if (population >= statistics->population_count) {
        return result;
    }
    const uint64_t first = statistics->first[population];
    const uint64_t end = statistics->first[population + 1];
    uint64_t silent = 0;
    double cv_sum = 0.0;
    for (uint64_t i = first; i < end; i++) {
        const neuron_statistics *neuron = &statistics->neurons[i];
        result.spikes += neuron->spikes;
        silent += neuron->spikes == 0;
        if (neuron->spikes >= 3 && neuron->mean_isi_ms > 0.0) {
            const double variance = neuron->squares / (double)(neuron->spikes - 2);
            cv_sum += sqrt(variance) / neuron->mean_isi_ms;
            result.cv_neurons++;
        }
    }

    const double neurons = (double)(end - first);
    const double span_s = (to_ms - statistics->from_ms) * 1e-3;
    result.mean_rate_Hz = span_s > 0.0 ? (double)result.spikes / (neurons * span_s) : (double)NAN;
    result.mean_cv = result.cv_neurons > 0 ? cv_sum / (double)result.cv_neurons : (double)NAN;
    result.fraction_silent = (double)silent / neurons;
    result.synchrony = synchrony(statistics, population, to_ms);
    return result;
}

void saltus_statistics_destroy(saltus_statistics *statistics)
{
    if (statistics == NULL) {
        return;
    }
    free(statistics->first);
    free(statistics->neurons);
    free(statistics->bins);
    free(statistics);
}

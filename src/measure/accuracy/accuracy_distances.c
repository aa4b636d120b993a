/* accuracy_distances - distances of spike trains by neuron and their means over neurons.
 *
 * Neurons that are silent in both runs are left out of means: they are equal in any measure, and
 * would make sparse networks look accurate. Sums run over neurons in order.
 */
#include "measure/accuracy/accuracy_distances.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "measure/accuracy/accuracy_options.h"
#include "measure/accuracy/spike_distance.h"

static saltus_distances of_trains(const saltus_trains *run, spike_train reference, spike_train test,
                                  const saltus_accuracy_options *options, double *row)
{
    saltus_distances d = {.neurons = reference.count + test.count > 0 ? 1 : 0};
    d.van_rossum = sl_van_rossum(reference, test, options->tau_r_ms);
    d.victor_purpura = sl_victor_purpura(reference, test, options->shift_cost_per_ms, row);
    d.coincidence_factor = sl_coincidence_factor(
        reference, test, sl_length_from_ms(options->coincidence_ms), run->to - run->from);
    d.coincidence_neurons = isnan(d.coincidence_factor) ? 0u : 1u;
    sl_profile_distances(reference, test, run->from, run->to, &d.isi_distance, &d.spike_distance);
    return d;
}

saltus_status sl_distances_sum(const saltus_trains *reference, const saltus_trains *test,
                               uint64_t first, uint64_t end, const saltus_accuracy_options *options,
                               saltus_distances *sum, saltus_error *error)
{
    size_t longest = 0;
    for (uint64_t i = first; i < end; i++) {
        const size_t count = trains_get(test, i).count;
        longest = count > longest ? count : longest;
    }
    double *row = sl_memory_array(longest + 1, sizeof *row);
    if (row == NULL) {
        return sl_fail_memory(error);
    }
    for (uint64_t i = first; i < end; i++) {
        const spike_train a = trains_get(reference, i), b = trains_get(test, i);
        if (a.count + b.count == 0) {
            continue;
        }
        const saltus_distances d = of_trains(reference, a, b, options, row);
        sum->neurons++;
        sum->van_rossum += d.van_rossum;
        sum->victor_purpura += d.victor_purpura;
        sum->isi_distance += d.isi_distance;
        sum->spike_distance += d.spike_distance;
        if (d.coincidence_neurons > 0) {
            sum->coincidence_factor += d.coincidence_factor;
            sum->coincidence_neurons++;
        }
    }
    free(row);
    return SALTUS_OK;
}

saltus_distances sl_distances_mean_of(saltus_distances sum)
{
    /* 0 / 0: the mean over no neurons is NaN */
    const double n = (double)sum.neurons;
    sum.van_rossum /= n;
    sum.victor_purpura /= n;
    sum.isi_distance /= n;
    sum.spike_distance /= n;
    sum.coincidence_factor /= (double)sum.coincidence_neurons;
    return sum;
}

saltus_status saltus_distances_of_neuron(const saltus_trains *reference, const saltus_trains *test,
                                         uint32_t population, uint32_t neuron,
                                         const saltus_accuracy_options *options,
                                         saltus_distances *out, saltus_error *error)
{
    saltus_accuracy_options chosen;
    saltus_status status = sl_trains_check_pair(reference, test, population, error);
    if (!status) {
        status = sl_accuracy_options_read(options, &chosen, error);
    }
    if (status) {
        return status;
    }
    if (population == SALTUS_ALL_POPULATIONS ||
        neuron >= saltus_trains_neurons(reference, population)) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "there is no neuron %u in population %u", neuron,
                       population);
    }
    const uint64_t at = reference->population_first[population] + neuron;
    const spike_train a = trains_get(reference, at), b = trains_get(test, at);
    double *row = sl_memory_array(b.count + 1, sizeof *row);
    if (row == NULL) {
        return sl_fail_memory(error);
    }
    *out = of_trains(reference, a, b, &chosen, row);
    free(row);
    return SALTUS_OK;
}

saltus_status saltus_distances_mean(const saltus_trains *reference, const saltus_trains *test,
                                    uint32_t population, const saltus_accuracy_options *options,
                                    saltus_distances *out, saltus_error *error)
{
    saltus_accuracy_options chosen;
    saltus_status status = sl_trains_check_pair(reference, test, population, error);
    if (!status) {
        status = sl_accuracy_options_read(options, &chosen, error);
    }
    if (status) {
        return status;
    }
    uint64_t first = 0, end = 0;
    sl_trains_range(reference, population, &first, &end);
    saltus_distances sum = {0};
    status = sl_distances_sum(reference, test, first, end, &chosen, &sum, error);
    if (status) {
        return status;
    }
    *out = sl_distances_mean_of(sum);
    return SALTUS_OK;
}

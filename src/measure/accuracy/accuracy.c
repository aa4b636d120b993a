/* accuracy - all headline numbers of a pair of runs, of each population and of all together.
 *
 * The matching is made once and the distances of each neuron are taken once; totals are made of
 * the populations' sums.
 */
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "measure/accuracy/accuracy_distances.h"
#include "measure/accuracy/accuracy_options.h"

/* Distributions and synchrony of one population or all. */
static saltus_status compare_activity(const saltus_trains *reference, const saltus_trains *test,
                                      uint32_t population, const saltus_accuracy_options *options,
                                      saltus_accuracy *out, saltus_error *error)
{
    saltus_activity *a = NULL, *b = NULL;
    saltus_status status = saltus_activity_create(reference, population, options, &a, error);
    if (!status) {
        status = saltus_activity_create(test, population, options, &b, error);
    }
    if (!status) {
        for (int m = 0; m < SALTUS_MEASURE_COUNT; m++) {
            const saltus_measure measure = (saltus_measure)m;
            saltus_distribution_pair *pair = &out->distributions[m];
            size_t a_count = 0, b_count = 0;
            const double *x = saltus_activity_values(a, measure, &a_count);
            const double *y = saltus_activity_values(b, measure, &b_count);
            pair->reference = saltus_activity_distribution(a, measure);
            pair->test = saltus_activity_distribution(b, measure);
            pair->kolmogorov_smirnov = saltus_kolmogorov_smirnov(x, a_count, y, b_count);
            pair->wasserstein = saltus_wasserstein(x, a_count, y, b_count);
        }
        out->reference_synchrony = saltus_activity_synchrony(a);
        out->test_synchrony = saltus_activity_synchrony(b);
    }
    saltus_activity_destroy(a);
    saltus_activity_destroy(b);
    return status;
}

/* Everything but the distances. */
static saltus_status measure_group(const saltus_matching *matching, const saltus_trains *reference,
                                   const saltus_trains *test, uint32_t population,
                                   const saltus_accuracy_options *options, saltus_accuracy *out,
                                   saltus_error *error)
{
    out->match = saltus_matching_summary(matching, population);
    saltus_status status = saltus_matching_order(matching, population, &out->order, error);
    if (!status) {
        status = saltus_divergence_find(reference, test, population, options->tolerance_ms,
                                        &out->divergence, error);
    }
    if (!status) {
        status = compare_activity(reference, test, population, options, out, error);
    }
    return status;
}

static void add_distances(saltus_distances *sum, const saltus_distances *part)
{
    sum->neurons += part->neurons;
    sum->van_rossum += part->van_rossum;
    sum->victor_purpura += part->victor_purpura;
    sum->coincidence_factor += part->coincidence_factor;
    sum->coincidence_neurons += part->coincidence_neurons;
    sum->isi_distance += part->isi_distance;
    sum->spike_distance += part->spike_distance;
}

saltus_status saltus_accuracy_measure(const saltus_trains *reference, const saltus_trains *test,
                                      const saltus_accuracy_options *options,
                                      saltus_accuracy *total, saltus_accuracy *populations,
                                      saltus_error *error)
{
    saltus_accuracy_options chosen;
    saltus_status status = sl_accuracy_options_read(options, &chosen, error);
    if (status) {
        return status;
    }
    saltus_matching *matching = NULL;
    status = saltus_matching_create(reference, test, &chosen, &matching, error);
    if (status) {
        return status;
    }
    saltus_distances all = {0};
    for (uint32_t p = 0; !status && p < reference->population_count; p++) {
        saltus_distances sum = {0};
        status = sl_distances_sum(reference, test, reference->population_first[p],
                                  reference->population_first[p + 1], &chosen, &sum, error);
        add_distances(&all, &sum);
        if (!status && populations != NULL) {
            status = measure_group(matching, reference, test, p, &chosen, &populations[p], error);
            populations[p].distances = sl_distances_mean_of(sum);
        }
    }
    if (!status && total != NULL) {
        status =
            measure_group(matching, reference, test, SALTUS_ALL_POPULATIONS, &chosen, total, error);
        total->distances = sl_distances_mean_of(all);
    }
    saltus_matching_destroy(matching);
    return status;
}

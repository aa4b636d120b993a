/* accuracy_distances - sums of distances over neurons. */
#ifndef SALTUS_ACCURACY_DISTANCES_H
#define SALTUS_ACCURACY_DISTANCES_H

#include "measure/accuracy/trains.h"

/* Add the distances of neurons [first, end) to `sum`, unchanged on failure; options are checked. */
saltus_status sl_distances_sum(const saltus_trains *reference, const saltus_trains *test,
                               uint64_t first, uint64_t end, const saltus_accuracy_options *options,
                               saltus_distances *sum, saltus_error *error);
/* Means from sums. */
saltus_distances sl_distances_mean_of(saltus_distances sum);

#endif /* SALTUS_ACCURACY_DISTANCES_H */

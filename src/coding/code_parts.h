/* code_parts - what neural codes share: rows of their parameter tables, trains of a rate. */
#ifndef SALTUS_CODE_PARTS_H
#define SALTUS_CODE_PARTS_H

#include <math.h>

#include "coding/code.h"

/* Longest window and shortest that is more than rounding, in ms. */
#define CODE_LONGEST_MS  1e6
#define CODE_SHORTEST_MS 1e-6
/* As for a rate_source. */
#define CODE_FASTEST_HZ 1e4

/* The first rows of every table of a code of values. */
#define CODE_COMMON                                                                                \
    {"low", SALTUS_PARAMETER_NUMBER, 0, -1e12, 1e12, NULL, "value that is encoded as nothing"},    \
        {"high", SALTUS_PARAMETER_NUMBER, 1, -1e12, 1e12, NULL, "value that is encoded as most"},  \
    {                                                                                              \
        "window", SALTUS_PARAMETER_TIME, 100, CODE_SHORTEST_MS, CODE_LONGEST_MS, NULL,             \
            "how long an item is shown"                                                            \
    }
#define CODE_END                                                                                   \
    {                                                                                              \
        NULL, 0, 0, 0, 0, NULL, NULL                                                               \
    }

/* Words of `train`, in the order of code_train. */
typedef enum code_train { CODE_TRAIN_POISSON, CODE_TRAIN_REGULAR } code_train;
extern const char *const sl_code_trains[];

/* x in [0, 1]. */
static inline double code_clamped(double x)
{
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

bool sl_code_add(code_spikes *spikes, sim_time time, uint32_t source);
/* A train of this rate over the window: Poisson, or one spike in the middle of each interval. */
bool sl_code_add_train(const code_item *item, code_train train, double rate_Hz, uint32_t source,
                       code_spikes *out);

#endif /* SALTUS_CODE_PARTS_H */

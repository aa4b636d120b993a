/* code - the contract of a neural code: one value to the spikes of its units, and back.
 *
 * A code sees x in [0, 1] and times relative to the start of the window. It knows neither items nor
 * their schedule, and no source beyond its own units.
 */
#ifndef SALTUS_CODE_H
#define SALTUS_CODE_H

#include "base/sim_time.h"
#include "saltus/encode.h"

/* Places of the parameters that all codes of values have; a code's own ones follow. */
enum { CODE_LOW, CODE_HIGH, CODE_WINDOW, CODE_OWN };

/* A spike, relative to the start of the window. */
typedef struct code_spike {
    sim_time time;
    uint32_t source; /* while decoding: unit within the value */
} code_spike;

/* A growing list. All zero: empty. */
typedef struct code_spikes {
    code_spike *list;
    size_t count, capacity;
} code_spikes;

/* What an item is encoded with. */
typedef struct code_item {
    const double *p; /* values of the parameters */
    uint64_t seed;
    uint32_t item;
} code_item;

/* The most spikes that an item or a signal may come to: what a slip in a period or a step makes
 * fits no memory. */
#define CODE_MOST_SPIKES ((double)(1 << 28))

typedef struct neural_code {
    saltus_code_info info;
    /* Number of sources of a value; NULL: 1. */
    uint32_t (*units)(const double *p);
    /* NULL, or the parameters together: SALTUS_E_ARGUMENT with what is wrong. */
    saltus_status (*check)(const double *p, saltus_error *error);
    /* Spikes of a value, at most or on average; NULL: 1. */
    double (*most)(const double *p);
    /* Add the spikes of a value whose first source is `source`. False: memory ran out. */
    bool (*encode)(const code_item *item, double x, uint32_t source, code_spikes *out);
    /* x from the spikes of a value, in the order (unit, time). NaN: they say nothing. */
    double (*decode)(const double *p, const code_spike *spikes, size_t count);
} neural_code;

extern const neural_code sl_code_rate, sl_code_phase, sl_code_population, sl_code_latency,
    sl_code_level_crossing;

/* NULL when there is none of this name. */
const neural_code *sl_code_named(const char *name);
/* The code of a spec with its parameters, defaults filled in and checked. */
saltus_status sl_code_open(const saltus_code_spec *spec, const neural_code **code,
                           double p[SALTUS_CODE_VALUES], saltus_error *error);
/* Room for `more` spikes behind those that are there. */
bool sl_spikes_reserve(saltus_spikes *spikes, size_t more);

#endif /* SALTUS_CODE_H */

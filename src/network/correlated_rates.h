/* correlated_rates - what a correlated_source is made of: the rates of its processes, and the
 * stretches of time that it is worked on in (engine/correlated_train.h). */
#ifndef SALTUS_CORRELATED_RATES_H
#define SALTUS_CORRELATED_RATES_H

#include <math.h>
#include <stdbool.h>

#include "experiment/experiment_check.h"
#include "saltus/experiment.h"

/* Events of the shared process and of one source together in a stretch, on average, unless the
 * jitter makes it longer or it would be longer than a stretch may be. */
#define CORRELATED_STRETCH_EVENTS 16

typedef struct correlated_rates {
    bool mip;          /* sources choose what they copy; else all copy all */
    double shared_Hz;  /* of the process that is copied */
    double alone_Hz;   /* of each source by itself */
    double stretch_ms; /* 0: there is no event at all */
} correlated_rates;

static inline correlated_rates correlated_rates_of(saltus_correlation_kind kind, double rate_Hz,
                                                   double correlation, double jitter_ms)
{
    const bool mip = kind == SALTUS_CORRELATION_MIP && correlation > 0;
    correlated_rates rates = {.mip = mip,
                              .shared_Hz = mip ? rate_Hz / correlation : rate_Hz * correlation,
                              .alone_Hz = mip ? 0 : rate_Hz * (1 - correlation)};
    if (rate_Hz > 0) {
        const double events_ms = (rates.shared_Hz + rate_Hz) / 1000;
        rates.stretch_ms = fmin(fmax(CORRELATED_STRETCH_EVENTS / events_ms, jitter_ms),
                                CHECK_CORRELATED_LONGEST_MS);
    }
    return rates;
}

#endif /* SALTUS_CORRELATED_RATES_H */

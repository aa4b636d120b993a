/* rate_check - rates of Poisson processes: what is allowed, at all times. */
#include <math.h>

#include "experiment/decimal.h"
#include "experiment/experiment_check.h"

#define LARGEST_RATE_HZ      1e7
#define LARGEST_FREQUENCY_HZ 1e6

static void check_constant(problem_sink *sink, const char *field, double rate_Hz)
{
    if (isnan(rate_Hz)) {
        sl_problem(sink, field, "no rate is given (or it is not a number)");
    } else if (rate_Hz < 0 || rate_Hz > LARGEST_RATE_HZ) {
        sl_problem(sink, field, "found %s Hz; 0 to 1e7 Hz is allowed",
                   sl_decimal_text(rate_Hz).text);
    }
}

static void check_steps(problem_sink *sink, const char *field, const saltus_rate_course *course)
{
    if (course->count == 0) {
        sl_problem(sink, field, "the rate has no value; at least one is needed");
        return;
    }
    if (course->times_ms == NULL || course->rates_Hz == NULL) {
        sl_problem(sink, field, "the times or the values of the rate are missing");
        return;
    }
    if (!sl_check_times(sink, field, course->times_ms, course->count)) {
        return;
    }
    for (size_t i = 0; i < course->count; i++) {
        if (!(course->rates_Hz[i] >= 0 && course->rates_Hz[i] <= LARGEST_RATE_HZ)) {
            sl_problem(sink, field, "rate %zu (counting from 0) is %s Hz; 0 to 1e7 Hz is allowed",
                       i, sl_decimal_text(course->rates_Hz[i]).text);
            return;
        }
    }
}

static void check_sine(problem_sink *sink, const char *field, const saltus_rate_course *course)
{
    if (!(course->mean_Hz >= 0 && course->amplitude_Hz >= 0 &&
          course->mean_Hz + course->amplitude_Hz <= LARGEST_RATE_HZ)) {
        sl_problem(sink, field,
                   "found a mean of %s Hz and an amplitude of %s Hz; both are at least 0 Hz and "
                   "together at most 1e7 Hz",
                   sl_decimal_text(course->mean_Hz).text,
                   sl_decimal_text(course->amplitude_Hz).text);
    } else if (!(course->frequency_Hz >= 0 && course->frequency_Hz <= LARGEST_FREQUENCY_HZ)) {
        sl_problem(sink, field, "found a frequency of %s Hz; 0 to 1e6 Hz is allowed",
                   sl_decimal_text(course->frequency_Hz).text);
    } else if (!(fabs(course->phase_degrees) <= 360)) {
        sl_problem(sink, field, "found a phase of %s degrees; -360 to 360 is allowed",
                   sl_decimal_text(course->phase_degrees).text);
    }
}

void sl_check_rate(problem_sink *sink, const char *field, double rate_Hz,
                   const saltus_rate_course *course)
{
    switch (course->kind) {
    case SALTUS_RATE_CONSTANT:
        check_constant(sink, field, rate_Hz);
        return;
    case SALTUS_RATE_STEPS:
        check_steps(sink, field, course);
        return;
    case SALTUS_RATE_SINE:
        check_sine(sink, field, course);
        return;
    }
    sl_problem(sink, field, "unknown kind of rate %d", (int)course->kind);
}

/* ---- Correlated sources ------------------------------------------------------------- */

/* Shared spikes, and those of one source, within the jitter: what is worked on at a time. */
#define MOST_IN_JITTER 1e4

void sl_check_correlated_source(const saltus_population_spec *spec, problem_sink *sink)
{
    const size_t before = sink->count;
    const double c = spec->correlation;
    check_constant(sink, "params.rate", spec->rate_Hz);
    if (isnan(c)) {
        sl_problem(sink, "params.correlation", "no correlation is given (or it is not a number)");
    } else if (c < 0 || c > 1) {
        sl_problem(sink, "params.correlation", "found %s; 0 to 1 is allowed",
                   sl_decimal_text(c).text);
    }
    if (spec->correlation_kind != SALTUS_CORRELATION_MIP &&
        spec->correlation_kind != SALTUS_CORRELATION_SIP) {
        sl_problem(sink, "params.kind", "unknown kind of correlation %d",
                   (int)spec->correlation_kind);
    }
    if (!sl_check_time(sink, "params.jitter", spec->jitter_ms) || sink->count > before) {
        return;
    }
    if (spec->jitter_ms > CHECK_CORRELATED_LONGEST_MS) {
        sl_problem(sink, "params.jitter",
                   "found %s ms; a jitter of 0 to 2.88e6 ms (48 minutes) is allowed",
                   sl_decimal_text(spec->jitter_ms).text);
        return;
    }
    const bool mip = spec->correlation_kind == SALTUS_CORRELATION_MIP && c > 0;
    const double mother_Hz = mip ? spec->rate_Hz / c : spec->rate_Hz * c;
    const double together = (mother_Hz + spec->rate_Hz) * spec->jitter_ms / 1000;
    if (mother_Hz > LARGEST_RATE_HZ) {
        sl_problem(
            sink, "params.correlation",
            "found %s: the mother process of a mip has the rate / correlation, here %.3g Hz; "
            "at most 1e7 Hz is allowed",
            sl_decimal_text(c).text, mother_Hz);
    } else if (together > MOST_IN_JITTER) {
        sl_problem(
            sink, "params.jitter",
            "found %s ms, in which a source and what it copies from have %.3g spikes; at most "
            "1e4 is allowed",
            sl_decimal_text(spec->jitter_ms).text, together);
    }
}

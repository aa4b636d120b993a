/* level_crossing - a signal as up and down spikes, one for each level that it crosses.
 *
 * A reference begins at the first sample. Where the signal, straight between samples, has come a
 * step away from it, a spike says so and the reference follows. Levels are first + m step with a
 * whole m, so no rounding adds up; what the spikes say is never a step or more away from the
 * signal (tests/coding/test_level_crossing.c). This is how a pixel of an event camera sees
 * brightness. Inose, Aoki & Watanabe (1966) Electron. Lett. 2:95; Lichtsteiner, Posch & Delbruck
 * (2008) IEEE J. Solid-State Circuits 43:566. */
#include "base/status.h"
#include "coding/code_parts.h"

/* More levels than this from the first sample: the step is no step for this signal. */
#define MOST_LEVELS 1e9

enum { STEP };

static const saltus_rule_parameter parameters[] = {
    {"step", SALTUS_PARAMETER_NUMBER, 0.05, 1e-12, 1e12, NULL, "distance of two levels"},
    CODE_END,
};

static uint32_t units(const double *p)
{
    (void)p;
    return 2;
}

const neural_code sl_code_level_crossing = {
    .info = {.name = "level_crossing",
             .summary = "a signal is its crossings of levels, upwards and downwards",
             .equation = "levels first sample + m step; at a crossing of the next level up the\n"
                         "first unit fires, at one of the next level down the second",
             .decoding = "first sample + step (ups - downs): never a step away from the signal",
             .source = "Inose, Aoki & Watanabe (1966) Electron. Lett. 2:95",
             .parameters = parameters,
             .signal = true},
    .units = units,
};

/* ---- Signals --------------------------------------------------------------------------- */

static saltus_status open_signal(const saltus_code_spec *spec, const saltus_signal *signal,
                                 double start_ms, double *step, saltus_error *error)
{
    const neural_code *code = NULL;
    double p[SALTUS_CODE_VALUES];
    if (signal == NULL || (signal->samples == NULL && signal->count > 0)) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a signal is needed");
    }
    const saltus_status status = sl_code_open(spec, &code, p, error);
    if (status != SALTUS_OK) {
        return status;
    }
    if (!code->info.signal) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "the code %s encodes items of values; level_crossing encodes signals",
                       code->info.name);
    }
    if (signal->channels == 0 || signal->channels > UINT32_MAX / 2 || signal->rate_Hz == 0) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "the signal has %u channels and %u samples a second; at least 1 is needed",
                       signal->channels, signal->rate_Hz);
    }
    if (!(start_ms >= 0 && start_ms <= 4e7) ||
        (double)signal->count / signal->rate_Hz * 1000 > 4e7 - start_ms) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "the signal goes from %g ms to %g ms; 0 to 4e7 ms is allowed", start_ms,
                       start_ms + (double)signal->count / signal->rate_Hz * 1000);
    }
    *step = p[STEP];
    return SALTUS_OK;
}

/* ---- Encoding -------------------------------------------------------------------------- */

typedef struct channel_job {
    const saltus_signal *signal;
    uint32_t channel;
    double step;
    sim_time start;
    saltus_spikes *out;
} channel_job;

static double sample(const channel_job *job, size_t k)
{
    return job->signal->samples[k * job->signal->channels + job->channel];
}

static bool add(const channel_job *job, sim_time time, uint32_t source)
{
    saltus_spikes *out = job->out;
    if (!sl_spikes_reserve(out, 1)) {
        return false;
    }
    out->times_ms[out->count] = sim_time_to_ms(job->start + time);
    out->sources[out->count++] = source;
    return true;
}

/* The crossings between samples k and k + 1; *level is the reference, in steps. */
static bool cross(const channel_job *job, size_t k, int64_t *level)
{
    const double first = sample(job, 0);
    const double from = sample(job, k);
    const double to = sample(job, k + 1);
    const int way = to > from ? 1 : -1;
    const sim_time begin = sl_sim_time_of_sample(k, job->signal->rate_Hz);
    const sim_time length = sl_sim_time_of_sample(k + 1, job->signal->rate_Hz) - begin;
    for (;;) {
        const double next = first + (double)(*level + way) * job->step;
        if (way > 0 ? next > to : next < to) {
            return true;
        }
        const double share = (next - from) / (to - from);
        const sim_time after = (sim_time)llrint(code_clamped(share) * (double)length);
        if (!add(job, begin + after, 2 * job->channel + (way < 0))) {
            return false;
        }
        *level += way;
    }
}

static saltus_status check_samples(const channel_job *job, saltus_error *error)
{
    for (size_t k = 0; k < job->signal->count; k++) {
        const double distance = fabs(sample(job, k) - sample(job, 0)) / job->step;
        if (!(distance < MOST_LEVELS)) {
            return sl_fail(error, SALTUS_E_ARGUMENT,
                           "sample %zu of channel %u is %g, %g steps of %g from the first one; "
                           "fewer than %g are allowed",
                           k, job->channel, sample(job, k), distance, job->step, MOST_LEVELS);
        }
    }
    return SALTUS_OK;
}

/* How many levels all channels cross. */
static saltus_status check_crossings(channel_job job, saltus_error *error)
{
    double crossings = 0;
    for (job.channel = 0; job.channel < job.signal->channels; job.channel++) {
        for (size_t k = 0; k + 1 < job.signal->count; k++) {
            crossings += fabs(sample(&job, k + 1) - sample(&job, k)) / job.step;
        }
    }
    return crossings > CODE_MOST_SPIKES
               ? sl_fail(error, SALTUS_E_ARGUMENT,
                         "the signal crosses %.4g levels with a step of %g; at most %.0f are "
                         "allowed, so the step must be larger",
                         crossings, job.step, CODE_MOST_SPIKES)
               : SALTUS_OK;
}

saltus_status saltus_encode_signal(const saltus_code_spec *spec, const saltus_signal *signal,
                                   double start_ms, saltus_spikes *spikes, saltus_error *error)
{
    channel_job job = {.signal = signal, .out = spikes};
    saltus_status status = open_signal(spec, signal, start_ms, &job.step, error);
    if (status != SALTUS_OK) {
        return status;
    }
    job.start = sl_sim_time_from_ms(start_ms);
    const size_t before = spikes->count;
    for (job.channel = 0; job.channel < signal->channels && status == SALTUS_OK; job.channel++) {
        status = check_samples(&job, error);
    }
    status = status == SALTUS_OK ? check_crossings(job, error) : status;
    for (job.channel = 0; job.channel < signal->channels && status == SALTUS_OK; job.channel++) {
        int64_t level = 0;
        for (size_t k = 0; k + 1 < signal->count && status == SALTUS_OK; k++) {
            status = cross(&job, k, &level) ? SALTUS_OK : sl_fail_memory(error);
        }
    }
    if (status != SALTUS_OK) {
        spikes->count = before;
        return status;
    }
    return saltus_spikes_sort(spikes, error);
}

/* ---- Decoding -------------------------------------------------------------------------- */

saltus_status saltus_decode_signal(const saltus_code_spec *spec, const saltus_signal *signal,
                                   double start_ms, const saltus_spikes *spikes, double *samples,
                                   saltus_error *error)
{
    double step = 0;
    const saltus_status status = open_signal(spec, signal, start_ms, &step, error);
    if (status != SALTUS_OK) {
        return status;
    }
    const sim_time start = sl_sim_time_from_ms(start_ms);
    for (uint32_t channel = 0; channel < signal->channels && signal->count > 0; channel++) {
        const double first = signal->samples[channel];
        int64_t level = 0;
        size_t i = 0;
        for (size_t k = 0; k < signal->count; k++) {
            const double now_ms = sim_time_to_ms(start + sl_sim_time_of_sample(k, signal->rate_Hz));
            for (; i < spikes->count && spikes->times_ms[i] <= now_ms; i++) {
                const bool own = spikes->sources[i] / 2 == channel;
                level += !own ? 0 : spikes->sources[i] % 2 == 0 ? 1 : -1;
            }
            samples[k * signal->channels + channel] = first + (double)level * step;
        }
    }
    return SALTUS_OK;
}

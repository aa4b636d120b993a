/* encode - items of values through a code: scaled, sorted and placed in time; and back.
 *
 * An item is encoded relative to its own start, which is added in ticks: shown later, it has the
 * same spikes to the tick.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "coding/code.h"

#define LATEST_START_MS 4e7

/* What encoding and decoding begin with. */
typedef struct code_job {
    const neural_code *code;
    double p[SALTUS_CODE_VALUES];
    uint32_t units;
    sim_time start;
} code_job;

static saltus_status open_job(code_job *job, const saltus_code_spec *spec, uint32_t count,
                              double start_ms, saltus_error *error)
{
    const saltus_status status = sl_code_open(spec, &job->code, job->p, error);
    if (status != SALTUS_OK) {
        return status;
    }
    if (job->code->info.signal) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "the code %s encodes signals; items of values need another one",
                       job->code->info.name);
    }
    if (!(start_ms >= 0 && start_ms <= LATEST_START_MS)) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "an item starts at %g ms; 0 to %g ms is allowed",
                       start_ms, LATEST_START_MS);
    }
    job->units = job->code->units != NULL ? job->code->units(job->p) : 1;
    if (count > UINT32_MAX / job->units) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "%u values of %u sources each are more sources than can be numbered", count,
                       job->units);
    }
    job->start = sl_sim_time_from_ms(start_ms);
    return SALTUS_OK;
}

/* ---- Encoding -------------------------------------------------------------------------- */

static int in_order(const void *left, const void *right)
{
    const code_spike *a = left;
    const code_spike *b = right;
    if (a->time != b->time) {
        return a->time < b->time ? -1 : 1;
    }
    return a->source < b->source ? -1 : a->source > b->source;
}

static saltus_status encode_values(const code_job *job, const code_item *item, const double *values,
                                   uint32_t count, code_spikes *out, saltus_error *error)
{
    const double low = job->p[CODE_LOW];
    const double high = job->p[CODE_HIGH];
    for (uint32_t i = 0; i < count; i++) {
        if (!(values[i] >= low && values[i] <= high)) {
            return sl_fail(error, SALTUS_E_ARGUMENT,
                           "value %u of item %u is %g; low to high, %g to %g, is allowed", i,
                           item->item, values[i], low, high);
        }
        const double x = (values[i] - low) / (high - low);
        if (!job->code->encode(item, x, i * job->units, out)) {
            return sl_fail_memory(error);
        }
    }
    return SALTUS_OK;
}

static saltus_status check_spikes(const code_job *job, uint32_t count, saltus_error *error)
{
    const double most = count * (job->code->most != NULL ? job->code->most(job->p) : 1);
    if (most <= CODE_MOST_SPIKES) {
        return SALTUS_OK;
    }
    return sl_fail(error, SALTUS_E_ARGUMENT,
                   "an item of %u values may have %.4g spikes in the code %s; at most %.0f are "
                   "allowed, so the window must be shorter or its spikes further apart",
                   count, most, job->code->info.name, CODE_MOST_SPIKES);
}

saltus_status saltus_encode(const saltus_code_spec *spec, const double *values, uint32_t count,
                            uint32_t item, double start_ms, saltus_spikes *spikes,
                            saltus_error *error)
{
    code_job job;
    code_spikes made = {0};
    if (spikes == NULL || (values == NULL && count > 0) || item >= SALTUS_CODE_ITEMS) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "values, a list for the spikes and an item below %u are needed",
                       SALTUS_CODE_ITEMS);
    }
    saltus_status status = open_job(&job, spec, count, start_ms, error);
    if (status == SALTUS_OK) {
        status = check_spikes(&job, count, error);
    }
    if (status != SALTUS_OK) {
        return status;
    }
    const code_item what = {.p = job.p, .seed = spec->seed, .item = item};
    status = encode_values(&job, &what, values, count, &made, error);
    if (status == SALTUS_OK && !sl_spikes_reserve(spikes, made.count)) {
        status = sl_fail_memory(error);
    }
    if (status == SALTUS_OK && made.count > 0) {
        qsort(made.list, made.count, sizeof(code_spike), in_order);
        for (size_t i = 0; i < made.count; i++) {
            spikes->times_ms[spikes->count] = sim_time_to_ms(job.start + made.list[i].time);
            spikes->sources[spikes->count++] = made.list[i].source;
        }
    }
    free(made.list);
    return status;
}

/* ---- Decoding -------------------------------------------------------------------------- */

static int by_source(const void *left, const void *right)
{
    const code_spike *a = left;
    const code_spike *b = right;
    if (a->source != b->source) {
        return a->source < b->source ? -1 : 1;
    }
    return a->time < b->time ? -1 : a->time > b->time;
}

/* The spikes of the item, relative to its start, in the order (source, time); malloc'ed. */
static code_spike *take_spikes(const code_job *job, const saltus_spikes *spikes, sim_time slack,
                               uint32_t sources, size_t *count)
{
    const sim_time end = sl_sim_time_from_ms(job->p[CODE_WINDOW]) + slack;
    code_spike *list = sl_memory_array(spikes->count, sizeof(code_spike));
    *count = 0;
    for (size_t i = 0; i < spikes->count && list != NULL; i++) {
        const double ms = spikes->times_ms[i];
        const bool sensible = ms >= 0 && ms <= SIM_TIME_MAX_MS;
        const sim_time time = sensible ? sl_sim_time_from_ms(ms) - job->start : end;
        if (time >= -slack && time < end && spikes->sources[i] < sources) {
            list[(*count)++] = (code_spike){time, spikes->sources[i]};
        }
    }
    if (list != NULL) {
        qsort(list, *count, sizeof(code_spike), by_source);
    }
    return list;
}

saltus_status saltus_decode(const saltus_code_spec *spec, const saltus_spikes *spikes,
                            double start_ms, double slack_ms, double *values, uint32_t count,
                            saltus_error *error)
{
    code_job job;
    if (spikes == NULL || (values == NULL && count > 0) || !(slack_ms >= 0 && slack_ms <= 1e6)) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "spikes, room for the values and a slack of 0 to 1e6 ms are needed");
    }
    const saltus_status status = open_job(&job, spec, count, start_ms, error);
    if (status != SALTUS_OK) {
        return status;
    }
    size_t taken = 0;
    code_spike *list =
        take_spikes(&job, spikes, sl_sim_time_from_ms(slack_ms), count * job.units, &taken);
    if (list == NULL) {
        return sl_fail_memory(error);
    }
    const double low = job.p[CODE_LOW];
    const double high = job.p[CODE_HIGH];
    size_t first = 0;
    for (uint32_t i = 0; i < count; i++) {
        size_t last = first;
        for (; last < taken && list[last].source / job.units == i; last++) {
            list[last].source %= job.units;
        }
        values[i] = low + job.code->decode(job.p, list + first, last - first) * (high - low);
        first = last;
    }
    free(list);
    return SALTUS_OK;
}

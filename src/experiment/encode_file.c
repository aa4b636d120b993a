/* encode_file - a file to the spikes of an input population: items one after the other, a sound as
 * a signal, events as they are.
 *
 * Windows lie on ticks: their starts are sums of whole ticks, so the thousandth item is as exact as
 * the first.
 */
#include <math.h>

#include "base/sim_time.h"
#include "base/status.h"
#include "coding/code.h"
#include "saltus/recordings.h"

#define LATEST_MS  4e7
#define LONGEST_MS 1e6 /* window, pause */

saltus_encoding saltus_encoding_default(saltus_source_kind kind, const char *path, const char *code)
{
    return (saltus_encoding){.struct_size = sizeof(saltus_encoding),
                             .kind = kind,
                             .path = path,
                             .code = saltus_code_spec_default(code)};
}

saltus_code_spec saltus_encoding_code(const saltus_encoding *encoding)
{
    saltus_code_spec spec = encoding->code;
    const saltus_code_info *code = saltus_code_find(spec.code);
    if (encoding->kind == SALTUS_SOURCE_IMAGES && code != NULL && !code->signal &&
        isnan(spec.value[CODE_LOW]) && isnan(spec.value[CODE_HIGH])) {
        spec.value[CODE_LOW] = 0;
        spec.value[CODE_HIGH] = 255;
    }
    return spec;
}

static bool times_are_sensible(const saltus_encoding *encoding)
{
    return encoding->start_ms >= 0 && encoding->start_ms <= LATEST_MS && encoding->pause_ms >= 0 &&
           encoding->pause_ms <= LONGEST_MS;
}

double saltus_encoding_start_ms(const saltus_encoding *encoding, uint32_t index)
{
    const double window_ms = saltus_code_value(&encoding->code, "window");
    if (!times_are_sensible(encoding) || !(window_ms > 0 && window_ms <= LONGEST_MS)) {
        return (double)INFINITY;
    }
    sim_time start = sl_sim_time_from_ms(window_ms) + sl_sim_time_from_ms(encoding->pause_ms);
    if (__builtin_mul_overflow(start, index, &start) ||
        __builtin_add_overflow(start, sl_sim_time_from_ms(encoding->start_ms), &start)) {
        return (double)INFINITY;
    }
    return sim_time_to_ms(start);
}

void saltus_encoded_clear(saltus_encoded *encoded)
{
    if (encoded != NULL) {
        saltus_spikes_clear(&encoded->spikes);
        *encoded = (saltus_encoded){0};
    }
}

/* ---- Kinds ----------------------------------------------------------------------------- */

static saltus_status encode_items(const saltus_encoding *encoding, saltus_encoded *out,
                                  saltus_error *error)
{
    const saltus_code_spec spec = saltus_encoding_code(encoding);
    const double each_ms = saltus_code_value(&spec, "window") + encoding->pause_ms;
    saltus_values values;
    saltus_status status = saltus_values_read(encoding, &values, error);
    if (status != SALTUS_OK) {
        return status;
    }
    if (encoding->start_ms + values.items * each_ms > LATEST_MS) {
        status = sl_fail_at(error, SALTUS_E_ARGUMENT, encoding->path, 0, 0,
                            "%u items of %g ms each end after %g ms; show fewer (first, count)",
                            values.items, each_ms, LATEST_MS);
    }
    for (uint32_t i = 0; i < values.items && status == SALTUS_OK; i++) {
        status = saltus_encode(&spec, values.values + (size_t)i * values.width, values.width,
                               values.first + i, saltus_encoding_start_ms(encoding, i),
                               &out->spikes, error);
    }
    out->items = values.items;
    out->sources = values.width * saltus_code_units(&spec);
    out->end_ms = saltus_encoding_start_ms(encoding, values.items);
    saltus_values_clear(&values);
    return status;
}

/* Keys that choose items, where there are none. */
static saltus_status refuse_choice(const saltus_encoding *encoding, saltus_error *error)
{
    if (encoding->first == 0 && encoding->count == 0 && encoding->pause_ms == 0) {
        return SALTUS_OK;
    }
    return sl_fail_at(error, SALTUS_E_ARGUMENT, encoding->path, 0, 0,
                      "found first, count or pause; a %s is encoded as a whole",
                      encoding->kind == SALTUS_SOURCE_EVENTS ? "recording of events" : "signal");
}

static saltus_status encode_sound(const saltus_encoding *encoding, saltus_encoded *out,
                                  saltus_error *error)
{
    saltus_sound sound;
    saltus_status status = refuse_choice(encoding, error);
    if (status == SALTUS_OK) {
        status = saltus_sound_read(encoding->path, &sound, error);
    }
    if (status != SALTUS_OK) {
        return status;
    }
    const saltus_signal signal = {sound.samples, sound.count, sound.channels, sound.rate_Hz};
    status =
        saltus_encode_signal(&encoding->code, &signal, encoding->start_ms, &out->spikes, error);
    out->sources = sound.channels * saltus_code_units(&encoding->code);
    out->end_ms = sim_time_to_ms(sl_sim_time_from_ms(encoding->start_ms) +
                                 sl_sim_time_of_sample(sound.count, sound.rate_Hz));
    saltus_sound_clear(&sound);
    return status;
}

static saltus_status take_events(const saltus_encoding *encoding, const saltus_events *events,
                                 saltus_encoded *out, saltus_error *error)
{
    const int64_t zero_us = encoding->from_first && events->count > 0 ? events->times_us[0] : 0;
    const sim_time start = sl_sim_time_from_ms(encoding->start_ms);
    const sim_time tick_us = sl_sim_time_from_ms(0.001);
    saltus_spikes *spikes = &out->spikes;
    if (!sl_spikes_reserve(spikes, events->count)) {
        return sl_fail_memory(error);
    }
    for (size_t i = 0; i < events->count; i++) {
        const int64_t us = events->times_us[i] - zero_us;
        const double ms = encoding->start_ms + (double)us / 1000;
        if (!(ms >= 0 && ms <= LATEST_MS)) {
            return sl_fail_at(error, SALTUS_E_ARGUMENT, encoding->path, 0, 0,
                              "event %zu comes at %g ms; 0 to %g ms is allowed (from the first "
                              "event on: origin first)",
                              i, ms, LATEST_MS);
        }
        spikes->times_ms[i] = sim_time_to_ms(start + us * tick_us);
        spikes->sources[i] =
            2 * (events->y[i] * events->width + events->x[i]) + (events->on[i] ? 1 : 0);
        out->end_ms = spikes->times_ms[i];
    }
    spikes->count = events->count;
    return saltus_spikes_sort(spikes, error);
}

static saltus_status encode_events(const saltus_encoding *encoding, saltus_encoded *out,
                                   saltus_error *error)
{
    saltus_events events;
    saltus_status status = refuse_choice(encoding, error);
    if (status == SALTUS_OK && encoding->code.code != NULL) {
        status = sl_fail_at(error, SALTUS_E_ARGUMENT, encoding->path, 0, 0,
                            "found the code '%.60s'; events of a camera are spikes already",
                            encoding->code.code);
    }
    if (status == SALTUS_OK) {
        status = saltus_events_read(encoding->path, encoding->sensor_width, encoding->sensor_height,
                                    &events, error);
    }
    if (status != SALTUS_OK) {
        return status;
    }
    out->sources = 2 * events.width * events.height;
    status = take_events(encoding, &events, out, error);
    saltus_events_clear(&events);
    return status;
}

/* ---- Entry ----------------------------------------------------------------------------- */

static saltus_status check_encoding(const saltus_encoding *encoding, saltus_error *error)
{
    if (!times_are_sensible(encoding)) {
        return sl_fail_at(error, SALTUS_E_ARGUMENT, encoding->path, 0, 0,
                          "start is %g ms and pause %g ms; 0 to %g ms and 0 to 1e6 ms is allowed",
                          encoding->start_ms, encoding->pause_ms, LATEST_MS);
    }
    if (encoding->kind == SALTUS_SOURCE_EVENTS) {
        return SALTUS_OK;
    }
    const saltus_code_spec spec = saltus_encoding_code(encoding);
    const saltus_status status = saltus_code_check(&spec, error);
    if (status == SALTUS_OK && saltus_code_find(spec.code)->signal &&
        encoding->kind != SALTUS_SOURCE_SOUND) {
        return sl_fail_at(error, SALTUS_E_ARGUMENT, encoding->path, 0, 0,
                          "the code %s encodes signals; %s need another one", spec.code,
                          saltus_source_kind_name(encoding->kind));
    }
    return status;
}

saltus_status saltus_encode_file(const saltus_encoding *encoding, saltus_encoded *out,
                                 saltus_error *error)
{
    if (encoding == NULL || encoding->path == NULL || out == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a file and a place for the spikes are needed");
    }
    *out = (saltus_encoded){0};
    saltus_status status = check_encoding(encoding, error);
    if (status != SALTUS_OK) {
        return status;
    }
    if (encoding->kind == SALTUS_SOURCE_EVENTS) {
        status = encode_events(encoding, out, error);
    } else if (saltus_code_find(encoding->code.code)->signal) {
        status = encode_sound(encoding, out, error);
    } else {
        status = encode_items(encoding, out, error);
    }
    if (status != SALTUS_OK) {
        saltus_encoded_clear(out);
    }
    return status;
}

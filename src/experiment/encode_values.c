/* encode_values - the items of a file: images, rows, stretches of a sound. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/sim_time.h"
#include "base/status.h"
#include "experiment/value_rows.h"
#include "saltus/encode.h"
#include "saltus/idx.h"
#include "saltus/recordings.h"

/* Names of the kinds, in their order; what their items are called. */
static const struct {
    const char *name, *items;
} kinds[] = {{"images", "images"}, {"csv", "rows"}, {"sound", "windows"}, {"events", NULL}};
#define KINDS (sizeof kinds / sizeof kinds[0])

const char *saltus_source_kind_name(saltus_source_kind kind)
{
    return (size_t)kind < KINDS ? kinds[kind].name : NULL;
}

void saltus_values_clear(saltus_values *values)
{
    if (values != NULL) {
        free(values->values);
        *values = (saltus_values){0};
    }
}

/* Choose [first, first + count) of the items that are there, and make room for them. */
static saltus_status choose(const saltus_encoding *encoding, uint64_t there, size_t width,
                            saltus_values *out, saltus_error *error)
{
    const uint64_t first = encoding->first;
    const uint64_t count = encoding->count;
    if (first >= there || count > there - first) {
        char asked[48] = "those";
        if (count > 0) {
            snprintf(asked, sizeof asked, "%llu", (unsigned long long)count);
        }
        return sl_fail_at(error, SALTUS_E_ARGUMENT, encoding->path, 0, 0,
                          "the file has %llu %s; %s from number %llu on are asked for",
                          (unsigned long long)there, kinds[encoding->kind].items, asked,
                          (unsigned long long)first);
    }
    const uint64_t items = count > 0 ? count : there - first;
    if (first + items > SALTUS_CODE_ITEMS || width > UINT32_MAX) {
        return sl_fail_at(error, SALTUS_E_ARGUMENT, encoding->path, 0, 0,
                          "items are numbered below %u and have fewer than 2^32 values; found "
                          "number %llu and %zu values",
                          SALTUS_CODE_ITEMS, (unsigned long long)(first + items - 1), width);
    }
    out->first = encoding->first;
    out->items = (uint32_t)items;
    out->width = (uint32_t)width;
    size_t size = 0;
    if (__builtin_mul_overflow((size_t)items, width, &size)) {
        return sl_fail_memory(error);
    }
    out->values = sl_memory_zeroed(size, sizeof(double));
    return out->values != NULL ? SALTUS_OK : sl_fail_memory(error);
}

static saltus_status read_images(const saltus_encoding *encoding, saltus_values *out,
                                 saltus_error *error)
{
    saltus_idx *idx = NULL;
    saltus_status status = saltus_idx_read(encoding->path, &idx, error);
    if (status == SALTUS_OK) {
        status = choose(encoding, saltus_idx_count(idx), saltus_idx_item_size(idx), out, error);
    }
    for (uint32_t i = 0; status == SALTUS_OK && i < out->items; i++) {
        const uint8_t *pixels = saltus_idx_item(idx, out->first + i);
        for (uint32_t k = 0; k < out->width; k++) {
            out->values[(size_t)i * out->width + k] = pixels[k];
        }
    }
    saltus_idx_destroy(idx);
    return status;
}

static saltus_status read_rows(const saltus_encoding *encoding, saltus_values *out,
                               saltus_error *error)
{
    value_rows rows;
    saltus_status status = sl_value_rows_read(encoding->path, &rows, error);
    if (status != SALTUS_OK) {
        return status;
    }
    status = choose(encoding, rows.rows, rows.columns, out, error);
    const size_t count = (size_t)out->items * out->width;
    for (size_t i = 0; status == SALTUS_OK && i < count; i++) {
        out->values[i] = rows.values[(size_t)out->first * out->width + i];
    }
    free(rows.values);
    return status;
}

/* Root of the mean square of each channel over each window. */
static void take_envelope(const saltus_sound *sound, sim_time window, saltus_values *out)
{
    size_t k = 0;
    for (uint32_t i = 0; i < out->items; i++) {
        const sim_time begin = (sim_time)(out->first + i) * window;
        double *item = out->values + (size_t)i * out->width;
        while (k < sound->count && sl_sim_time_of_sample(k, sound->rate_Hz) < begin) {
            k++;
        }
        size_t samples = 0;
        for (; k < sound->count && sl_sim_time_of_sample(k, sound->rate_Hz) < begin + window; k++) {
            for (uint32_t c = 0; c < out->width; c++) {
                const double sample = sound->samples[k * out->width + c];
                item[c] += sample * sample;
            }
            samples++;
        }
        for (uint32_t c = 0; c < out->width && samples > 0; c++) {
            item[c] = sqrt(item[c] / (double)samples);
        }
    }
}

static saltus_status read_sound(const saltus_encoding *encoding, saltus_values *out,
                                saltus_error *error)
{
    const sim_time window = sl_sim_time_from_ms(saltus_code_value(&encoding->code, "window"));
    saltus_sound sound;
    saltus_status status = saltus_sound_read(encoding->path, &sound, error);
    if (status != SALTUS_OK) {
        return status;
    }
    const sim_time last =
        sound.count > 0 ? sl_sim_time_of_sample(sound.count - 1, sound.rate_Hz) : -window;
    status = choose(encoding, (uint64_t)(last / window + 1), sound.channels, out, error);
    if (status == SALTUS_OK) {
        take_envelope(&sound, window, out);
    }
    saltus_sound_clear(&sound);
    return status;
}

saltus_status saltus_values_read(const saltus_encoding *encoding, saltus_values *out,
                                 saltus_error *error)
{
    if (encoding == NULL || encoding->path == NULL || out == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a file and a place for the values are needed");
    }
    *out = (saltus_values){0};
    saltus_status status = saltus_code_check(&encoding->code, error);
    if (status != SALTUS_OK) {
        return status;
    }
    const saltus_code_info *code = saltus_code_find(encoding->code.code);
    if (encoding->kind == SALTUS_SOURCE_EVENTS || code->signal) {
        return sl_fail_at(error, SALTUS_E_ARGUMENT, encoding->path, 0, 0,
                          "%s has no items of values; those are images, rows of csv and the "
                          "windows of a sound in a code of values",
                          code->signal ? "a signal" : "a recording of events");
    }
    switch (encoding->kind) {
    case SALTUS_SOURCE_IMAGES:
        status = read_images(encoding, out, error);
        break;
    case SALTUS_SOURCE_CSV:
        status = read_rows(encoding, out, error);
        break;
    default:
        status = read_sound(encoding, out, error);
    }
    if (status != SALTUS_OK) {
        saltus_values_clear(out);
    }
    return status;
}

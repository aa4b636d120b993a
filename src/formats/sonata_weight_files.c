/* sonata_weight_files - reading weights.h5 with everything checked before it is believed.
 *
 * What the writer makes is in sonata_weight_writer.c and docs/weights.md. A group that lacks
 * something, or whose datasets do not fit together, makes the whole file a damaged one.
 */
#include "formats/sonata_weight_files.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/sonata_attributes.h"
#include "formats/sonata_hdf5.h"
#include "saltus/sonata.h"

/* Times that a message names at most. */
#define TIMES_NAMED 8
/* Times are whole ticks of 1e-11 ms; a double near 4.5e7 ms has fewer digits. */
#define SAME_TIME(a, b) (fabs((a) - (b)) <= 1e-11 + 1e-15 * fabs(b))

/* One projection. The texts of `info` are owned. */
typedef struct weight_entry {
    saltus_sonata_weight_info info;
    char *group;
} weight_entry;

struct saltus_sonata_weight_file {
    sonata_file file;
    char *path;
    weight_entry *entries;
    size_t count;
};

char *sl_sonata_weight_group(const char *projection, size_t number)
{
    static const char *const prefix = "/weights/";
    const size_t length = strlen(projection);
    char *group = sl_sonata_array(strlen(prefix) + 3 * length + 32, 1);
    if (group == NULL) {
        return NULL;
    }
    char *at = group + sprintf(group, "%s", prefix);
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)projection[i];
        const bool plain =
            c >= ' ' && c != 127 && c != '/' && c != '%' && c != '#' && !(c == '.' && i == 0);
        at += plain ? sprintf(at, "%c", c) : sprintf(at, "%%%02X", c);
    }
    if (number > 1) {
        sprintf(at, "#%zu", number);
    }
    return group;
}

/* ---- Opening ----------------------------------------------------------------------------- */

static saltus_status fail_group(const saltus_sonata_weight_file *f, const weight_entry *entry,
                                const char *what, saltus_error *error)
{
    return sl_sonata_fail(error, SALTUS_E_FILE, f->path, 0,
                          "%s %s; the file is damaged, or was not written by saltus", entry->group,
                          what);
}

static saltus_status read_text(const saltus_sonata_weight_file *f, const weight_entry *entry,
                               const char *attribute, const char **out, saltus_error *error)
{
    char *text = NULL;
    const saltus_status status =
        sl_sonata_file_text(&f->file, entry->group, attribute, &text, error);
    *out = text;
    if (!status && text == NULL) {
        char what[64];
        snprintf(what, sizeof what, "has no text %s", attribute);
        return fail_group(f, entry, what, error);
    }
    return status;
}

static saltus_status read_size(const saltus_sonata_weight_file *f, const weight_entry *entry,
                               const char *attribute, uint32_t *out, saltus_error *error)
{
    double value = 0;
    if (!sl_sonata_read_number(&f->file, entry->group, attribute, &value) ||
        !(value >= 1 && value <= UINT32_MAX && value == floor(value))) {
        char what[64];
        snprintf(what, sizeof what, "has no size of a population as %s", attribute);
        return fail_group(f, entry, what, error);
    }
    *out = (uint32_t)value;
    return SALTUS_OK;
}

/* "#2" of the group's name, behind the name of the projection. */
static saltus_status add_number(weight_entry *entry, saltus_error *error)
{
    const char *number = strrchr(entry->group, '#');
    if (number == NULL) {
        return SALTUS_OK;
    }
    char *name = sl_sonata_format("%s%s", entry->info.name, number);
    if (name == NULL) {
        return sl_sonata_fail_memory(error);
    }
    free((char *)(uintptr_t)entry->info.name);
    entry->info.name = name;
    return SALTUS_OK;
}

static saltus_status read_attributes(const saltus_sonata_weight_file *f, weight_entry *entry,
                                     saltus_error *error)
{
    saltus_sonata_weight_info *info = &entry->info;
    const struct {
        const char *name;
        const char **text;
    } texts[] = {{"name", &info->name},
                 {"source_population", &info->source},
                 {"target_population", &info->target},
                 {"rule", &info->rule}};
    saltus_status status = SALTUS_OK;
    for (size_t i = 0; !status && i < sizeof texts / sizeof *texts; i++) {
        status = read_text(f, entry, texts[i].name, texts[i].text, error);
    }
    status = status ? status : add_number(entry, error);
    status = status ? status : read_size(f, entry, "source_size", &info->source_size, error);
    status = status ? status : read_size(f, entry, "target_size", &info->target_size, error);
    info->w_min = info->w_max = (double)NAN;
    if (!status) {
        sl_sonata_read_number(&f->file, entry->group, "w_min", &info->w_min);
        sl_sonata_read_number(&f->file, entry->group, "w_max", &info->w_max);
    }
    return status;
}

/* "mV" or "pA". */
static saltus_status read_unit(const saltus_sonata_weight_file *f, weight_entry *entry,
                               saltus_error *error)
{
    static const char *const units[] = {"mV", "pA"};
    char *path = sl_sonata_format("%s/weights", entry->group);
    char *text = NULL;
    if (path == NULL) {
        return sl_sonata_fail_memory(error);
    }
    const bool there = sl_sonata_file_has(&f->file, path, H5O_TYPE_DATASET);
    entry->info.unit = there ? NULL : units[0]; /* what is missing is said by who reads it */
    saltus_status status =
        there ? sl_sonata_file_text(&f->file, path, "units", &text, error) : SALTUS_OK;
    for (size_t i = 0; text != NULL && i < 2; i++) {
        entry->info.unit = strcmp(text, units[i]) == 0 ? units[i] : entry->info.unit;
    }
    if (!status && entry->info.unit == NULL) {
        status = fail_group(f, entry, "has no weights in mV or pA (units)", error);
    }
    free(text);
    free(path);
    return status;
}

static saltus_status read_times(const saltus_sonata_weight_file *f, weight_entry *entry,
                                saltus_error *error)
{
    saltus_sonata_weight_info *info = &entry->info;
    char *path = sl_sonata_format("%s/times_ms", entry->group);
    double *times = NULL;
    if (path == NULL) {
        return sl_sonata_fail_memory(error);
    }
    saltus_status status = sl_sonata_file_length(&f->file, path, &info->time_count, error);
    if (!status) {
        status = sl_sonata_file_read_double(&f->file, path, info->time_count, &times, error);
    }
    free(path);
    info->times_ms = times;
    for (size_t i = 1; !status && i < info->time_count; i++) {
        if (times[i] < times[i - 1]) {
            status = fail_group(f, entry, "has times that decrease", error);
        }
    }
    return status;
}

static saltus_status read_entry(const saltus_sonata_weight_file *f, weight_entry *entry,
                                saltus_error *error)
{
    saltus_status status = read_attributes(f, entry, error);
    status = status ? status : read_unit(f, entry, error);
    status = status ? status : read_times(f, entry, error);
    if (!status) {
        char *path = sl_sonata_format("%s/source", entry->group);
        status = path == NULL ? sl_sonata_fail_memory(error)
                              : sl_sonata_file_length(&f->file, path, &entry->info.synapses, error);
        free(path);
    }
    return status;
}

static saltus_status read_entries(saltus_sonata_weight_file *f, saltus_error *error)
{
    char *format = NULL;
    sonata_names names = {0};
    saltus_status status = sl_sonata_file_text(&f->file, "/", "format", &format, error);
    if (!status && (format == NULL || strcmp(format, WEIGHT_FILE_FORMAT) != 0)) {
        status = sl_sonata_fail(error, SALTUS_E_FILE, f->path, 0,
                                "is no file of weights that saltus recorded: the attribute format "
                                "is %s%s%s, \"" WEIGHT_FILE_FORMAT "\" is needed",
                                format != NULL ? "\"" : "", format != NULL ? format : "missing",
                                format != NULL ? "\"" : "");
    }
    free(format);
    status = status ? status : sl_sonata_file_groups(&f->file, "/weights", &names, error);
    if (!status) {
        f->entries = sl_sonata_array(names.count, sizeof *f->entries);
        status = f->entries != NULL ? SALTUS_OK : sl_sonata_fail_memory(error);
    }
    for (size_t i = 0; !status && i < names.count; i++) {
        weight_entry *entry = &f->entries[f->count++];
        entry->group = sl_sonata_format("/weights/%s", names.items[i]);
        status = entry->group != NULL ? read_entry(f, entry, error) : sl_sonata_fail_memory(error);
    }
    sl_sonata_names_clear(&names);
    return status;
}

saltus_status saltus_sonata_weight_file_open(const char *path, saltus_sonata_weight_file **out,
                                             saltus_error *error)
{
    *out = NULL;
    saltus_sonata_weight_file *f = sl_sonata_array(1, sizeof *f);
    if (f == NULL) {
        return sl_sonata_fail_memory(error);
    }
    f->file.id = H5I_INVALID_HID;
    f->path = sl_sonata_format("%s", path);
    const sonata_quiet quiet = sl_sonata_quiet_begin();
    saltus_status status = f->path == NULL ? sl_sonata_fail_memory(error)
                                           : sl_sonata_file_open(&f->file, f->path, error);
    status = status ? status : read_entries(f, error);
    sl_sonata_quiet_end(quiet);
    if (status) {
        saltus_sonata_weight_file_close(f);
        return status;
    }
    *out = f;
    return SALTUS_OK;
}

static void release(const void *owned)
{
    free((void *)(uintptr_t)owned);
}

void saltus_sonata_weight_file_close(saltus_sonata_weight_file *f)
{
    if (f == NULL) {
        return;
    }
    for (size_t i = 0; i < f->count; i++) {
        const weight_entry *entry = &f->entries[i];
        release(entry->info.name);
        release(entry->info.source);
        release(entry->info.target);
        release(entry->info.rule);
        release(entry->info.times_ms);
        free(entry->group);
    }
    const sonata_quiet quiet = sl_sonata_quiet_begin();
    sl_sonata_file_close(&f->file);
    sl_sonata_quiet_end(quiet);
    free(f->entries);
    free(f->path);
    free(f);
}

/* ---- Finding ----------------------------------------------------------------------------- */

size_t saltus_sonata_weight_file_count(const saltus_sonata_weight_file *f)
{
    return f->count;
}

saltus_sonata_weight_info saltus_sonata_weight_file_get(const saltus_sonata_weight_file *f,
                                                        size_t index)
{
    return f->entries[index].info;
}

static saltus_status fail_name(const saltus_sonata_weight_file *f, const char *projection,
                               saltus_error *error)
{
    char *names = sl_sonata_format("%s", f->count > 0 ? f->entries[0].info.name : "none");
    for (size_t i = 1; names != NULL && i < f->count; i++) {
        char *longer = sl_sonata_format("%s, %s", names, f->entries[i].info.name);
        free(names);
        names = longer;
    }
    const saltus_status status = sl_sonata_fail(
        error, SALTUS_E_FILE, f->path, 0, "has weights of these projections: %s; %s%s",
        names != NULL ? names : "(out of memory)",
        projection != NULL ? "there is none named " : "name one of them",
        projection != NULL ? projection : "");
    free(names);
    return status;
}

static saltus_status fail_time(const saltus_sonata_weight_file *f,
                               const saltus_sonata_weight_info *info, double time_ms,
                               saltus_error *error)
{
    char times[TIMES_NAMED * 32] = "none";
    size_t length = 0;
    for (size_t i = 0; i < info->time_count && i < TIMES_NAMED; i++) {
        /* the last one always */
        const size_t shown =
            i == TIMES_NAMED - 1 && info->time_count > TIMES_NAMED ? info->time_count - 1 : i;
        length +=
            (size_t)snprintf(times + length, sizeof times - length, "%s%s%.15g", i > 0 ? ", " : "",
                             shown != i ? "... " : "", info->times_ms[shown]);
    }
    if (isnan(time_ms)) {
        return sl_sonata_fail(error, SALTUS_E_FILE, f->path, 0, "has no weights of %s yet",
                              info->name);
    }
    return sl_sonata_fail(error, SALTUS_E_FILE, f->path, 0,
                          "has no weights of %s at %.15g ms; there are some at these times (ms): "
                          "%s",
                          info->name, time_ms, times);
}

saltus_status saltus_sonata_weight_file_find(const saltus_sonata_weight_file *f,
                                             const char *projection, double time_ms, size_t *index,
                                             size_t *time, saltus_error *error)
{
    size_t found = projection == NULL && f->count == 1 ? 0 : f->count;
    for (size_t i = 0; projection != NULL && i < f->count; i++) {
        if (strcmp(f->entries[i].info.name, projection) == 0) {
            found = i;
        }
    }
    if (found == f->count) {
        return fail_name(f, projection, error);
    }
    const saltus_sonata_weight_info *info = &f->entries[found].info;
    size_t at = info->time_count;
    while (at > 0 && !isnan(time_ms) && !SAME_TIME(info->times_ms[at - 1], time_ms)) {
        at--;
    }
    if (at == 0) {
        return fail_time(f, info, time_ms, error);
    }
    *index = found;
    *time = at - 1;
    return SALTUS_OK;
}

/* ---- Reading ----------------------------------------------------------------------------- */

/* Row `time` of a dataset [at least time + 1, synapses]. */
static bool read_row(hid_t set, size_t time, size_t synapses, double *weights)
{
    const hsize_t start[] = {time, 0};
    const hsize_t count[] = {1, synapses};
    hsize_t size[2] = {0};
    const hid_t space = H5Dget_space(set);
    const hid_t memory = H5Screate_simple(2, count, NULL);
    const bool fits = space >= 0 && memory >= 0 && H5Sget_simple_extent_ndims(space) == 2 &&
                      H5Sget_simple_extent_dims(space, size, NULL) == 2 && size[0] > time &&
                      size[1] == synapses;
    const bool read =
        fits && (synapses == 0 ||
                 (H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
                  H5Dread(set, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, weights) >= 0));
    if (memory >= 0) {
        H5Sclose(memory);
    }
    if (space >= 0) {
        H5Sclose(space);
    }
    return read;
}

static saltus_status read_weights(const saltus_sonata_weight_file *f, const weight_entry *entry,
                                  size_t time, double *weights, saltus_error *error)
{
    char *path = sl_sonata_format("%s/weights", entry->group);
    if (path == NULL) {
        return sl_sonata_fail_memory(error);
    }
    const bool there = sl_sonata_file_has(&f->file, path, H5O_TYPE_DATASET);
    const hid_t set = there ? H5Dopen2(f->file.id, path, H5P_DEFAULT) : H5I_INVALID_HID;
    free(path);
    const bool read = set >= 0 && read_row(set, time, entry->info.synapses, weights);
    if (set >= 0) {
        H5Dclose(set);
    }
    if (!read) {
        return fail_group(f, entry, "has no row of weights for each of its times", error);
    }
    for (size_t i = 0; i < entry->info.synapses; i++) {
        if (!isfinite(weights[i])) {
            return fail_group(f, entry, "has weights that are no numbers", error);
        }
    }
    return SALTUS_OK;
}

static saltus_status read_ends(const saltus_sonata_weight_file *f, const weight_entry *entry,
                               const char *which, uint32_t size, uint32_t **out,
                               saltus_error *error)
{
    char *path = sl_sonata_format("%s/%s", entry->group, which);
    const saltus_status status =
        path == NULL
            ? sl_sonata_fail_memory(error)
            : sl_sonata_file_read_u32(&f->file, path, entry->info.synapses, size - 1, out, error);
    free(path);
    return status;
}

saltus_status saltus_sonata_weight_file_read(const saltus_sonata_weight_file *f, size_t index,
                                             size_t time, uint32_t **sources, uint32_t **targets,
                                             double **weights, saltus_error *error)
{
    *sources = *targets = NULL;
    *weights = NULL;
    if (index >= f->count || time >= f->entries[index].info.time_count) {
        return sl_sonata_fail(error, SALTUS_E_ARGUMENT, f->path, 0, "has no such weights");
    }
    const weight_entry *entry = &f->entries[index];
    const sonata_quiet quiet = sl_sonata_quiet_begin();
    saltus_status status = read_ends(f, entry, "source", entry->info.source_size, sources, error);
    if (!status) {
        status = read_ends(f, entry, "target", entry->info.target_size, targets, error);
    }
    if (!status) {
        *weights = sl_sonata_array(entry->info.synapses, sizeof **weights);
        status = *weights != NULL ? read_weights(f, entry, time, *weights, error)
                                  : sl_sonata_fail_memory(error);
    }
    sl_sonata_quiet_end(quiet);
    if (status) {
        free(*sources);
        free(*targets);
        free(*weights);
        *sources = *targets = NULL;
        *weights = NULL;
    }
    return status;
}

saltus_status saltus_sonata_read_weights(const char *path, const char *projection, double time_ms,
                                         const char *unit, uint32_t **sources, uint32_t **targets,
                                         double **weights, size_t *count, saltus_error *error)
{
    saltus_sonata_weight_file *f = NULL;
    size_t index = 0;
    size_t time = 0;
    *sources = *targets = NULL;
    *weights = NULL;
    *count = 0;
    saltus_status status = saltus_sonata_weight_file_open(path, &f, error);
    if (!status) {
        status = saltus_sonata_weight_file_find(f, projection, time_ms, &index, &time, error);
    }
    if (!status && strcmp(f->entries[index].info.unit, unit) != 0) {
        const saltus_sonata_weight_info *info = &f->entries[index].info;
        status = sl_sonata_fail(error, SALTUS_E_FILE, path, 0,
                                "has weights of %s in %s; weights in %s are needed", info->name,
                                info->unit, unit);
    }
    if (!status) {
        *count = f->entries[index].info.synapses;
        status = saltus_sonata_weight_file_read(f, index, time, sources, targets, weights, error);
    }
    saltus_sonata_weight_file_close(f);
    return status;
}

/* sonata_hdf5 - reading HDF5 with every value checked. */
#include "formats/sonata_hdf5.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Elements converted at a time. */
#define BLOCK 65536
/* Deflate packs at most 1,032 to 1; above this (and above SMALL_BYTES) a size is a lie. */
#define MAX_PACKING 4096
#define SMALL_BYTES (16u << 20)
/* An object with a longer path counts as missing. */
#define MAX_OBJECT_PATH 1024

sonata_quiet sl_sonata_quiet_begin(void)
{
    sonata_quiet quiet = {0};
    H5Eget_auto2(H5E_DEFAULT, &quiet.function, &quiet.data);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return quiet;
}

void sl_sonata_quiet_end(sonata_quiet quiet)
{
    H5Eclear2(H5E_DEFAULT);
    H5Eset_auto2(H5E_DEFAULT, quiet.function, quiet.data);
}

saltus_status sl_sonata_file_open(sonata_file *file, const char *path, saltus_error *error)
{
    *file = (sonata_file){.id = H5I_INVALID_HID, .path = path};
    /* HDF5 does not tell why it cannot open a file; the system does. */
    FILE *probe = fopen(path, "rb");
    if (probe == NULL) {
        return sl_sonata_fail(error, SALTUS_E_FILE, path, 0, "cannot be opened: %s",
                              strerror(errno));
    }
    fclose(probe);
    file->id = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file->id < 0) {
        return sl_sonata_fail(error, SALTUS_E_FILE, path, 0,
                              "is not an HDF5 file, or is cut short or damaged");
    }
    return SALTUS_OK;
}

void sl_sonata_file_close(sonata_file *file)
{
    if (file->id >= 0) {
        H5Fclose(file->id);
    }
    file->id = H5I_INVALID_HID;
}

bool sl_sonata_file_has(const sonata_file *file, const char *object, H5O_type_t type)
{
    char path[MAX_OBJECT_PATH];
    const size_t length = strlen(object);
    if (length >= sizeof path) {
        return false;
    }
    /* HDF5 wants every link on the way to be there before it is asked about the next. */
    for (size_t end = 1; end <= length; end++) {
        if (object[end] != '/' && object[end] != '\0') {
            continue;
        }
        memcpy(path, object, end);
        path[end] = '\0';
        if (H5Lexists(file->id, path, H5P_DEFAULT) <= 0) {
            return false;
        }
    }
    H5O_info_t info;
    return H5Oget_info_by_name2(file->id, object, &info, H5O_INFO_BASIC, H5P_DEFAULT) >= 0 &&
           info.type == type;
}

bool sl_sonata_file_has_members(const sonata_file *file, const char *group)
{
    H5G_info_t info;
    return sl_sonata_file_has(file, group, H5O_TYPE_GROUP) &&
           H5Gget_info_by_name(file->id, group, &info, H5P_DEFAULT) >= 0 && info.nlinks > 0;
}

/* ---- Names and texts --------------------------------------------------------------- */

typedef struct group_listing {
    sonata_names *names;
    bool out_of_memory;
} group_listing;

static herr_t add_group_name(hid_t group, const char *name, const H5L_info_t *link, void *user)
{
    (void)link;
    group_listing *listing = user;
    H5O_info_t info;
    if (H5Oget_info_by_name2(group, name, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0 ||
        info.type != H5O_TYPE_GROUP) {
        return 0;
    }
    listing->out_of_memory = !sl_sonata_names_add(listing->names, name);
    return listing->out_of_memory ? 1 : 0;
}

saltus_status sl_sonata_file_groups(const sonata_file *file, const char *group, sonata_names *names,
                                    saltus_error *error)
{
    group_listing listing = {.names = names};
    if (!sl_sonata_file_has(file, group, H5O_TYPE_GROUP)) {
        return sl_sonata_fail(error, SALTUS_E_FILE, file->path, 0, "has no group %s", group);
    }
    const herr_t result = H5Literate_by_name(file->id, group, H5_INDEX_NAME, H5_ITER_INC, NULL,
                                             add_group_name, &listing, H5P_DEFAULT);
    if (listing.out_of_memory) {
        return sl_sonata_fail_memory(error);
    }
    if (result < 0) {
        return sl_sonata_fail(error, SALTUS_E_FILE, file->path, 0,
                              "group %s cannot be read; the file is damaged", group);
    }
    return SALTUS_OK;
}

/* The text in an open attribute; *out_of_memory tells why NULL was returned. */
static char *read_text(hid_t attribute, bool *out_of_memory)
{
    char *text = NULL;
    const hid_t type = H5Aget_type(attribute);
    const hid_t space = H5Aget_space(attribute);
    const bool is_text = type >= 0 && space >= 0 && H5Tget_class(type) == H5T_STRING &&
                         H5Sget_simple_extent_npoints(space) == 1;
    if (is_text && H5Tis_variable_str(type) > 0) {
        char *stored = NULL;
        if (H5Aread(attribute, type, &stored) >= 0 && stored != NULL) {
            text = sl_sonata_format("%s", stored);
            *out_of_memory = text == NULL;
            H5free_memory(stored);
        }
    } else if (is_text && H5Tget_size(type) < SMALL_BYTES) {
        const size_t size = H5Tget_size(type);
        text = sl_sonata_array(size + 1, 1);
        *out_of_memory = text == NULL;
        if (text != NULL && H5Aread(attribute, type, text) < 0) {
            free(text);
            text = NULL;
        }
        for (size_t end = text != NULL ? strlen(text) : 0; end > 0 && text[end - 1] == ' ';) {
            text[--end] = '\0';
        }
    }
    H5Sclose(space);
    H5Tclose(type);
    return text;
}

saltus_status sl_sonata_file_text(const sonata_file *file, const char *object,
                                  const char *attribute, char **text, saltus_error *error)
{
    *text = NULL;
    if (H5Aexists_by_name(file->id, object, attribute, H5P_DEFAULT) <= 0) {
        return SALTUS_OK;
    }
    const hid_t id = H5Aopen_by_name(file->id, object, attribute, H5P_DEFAULT, H5P_DEFAULT);
    if (id < 0) {
        return sl_sonata_fail(error, SALTUS_E_FILE, file->path, 0,
                              "attribute %s of %s cannot be read; the file is damaged", attribute,
                              object);
    }
    bool out_of_memory = false;
    *text = read_text(id, &out_of_memory);
    H5Aclose(id);
    return out_of_memory ? sl_sonata_fail_memory(error) : SALTUS_OK;
}

/* ---- Datasets ---------------------------------------------------------------------- */

/* An open one-dimensional dataset of numbers. */
typedef struct column {
    hid_t set, space;
    hid_t memory_type; /* what its elements are read as; static */
    hsize_t length;
} column;

static void close_column(column *c)
{
    if (c->space >= 0) {
        H5Sclose(c->space);
    }
    if (c->set >= 0) {
        H5Dclose(c->set);
    }
    c->space = c->set = H5I_INVALID_HID;
}

/* Find out whether its elements are numbers, and of which kind. */
static bool find_kind(column *c, size_t *element_size)
{
    const hid_t type = H5Dget_type(c->set);
    if (type < 0) {
        return false;
    }
    const H5T_class_t class = H5Tget_class(type);
    *element_size = H5Tget_size(type);
    if (class == H5T_INTEGER) {
        c->memory_type = H5Tget_sign(type) == H5T_SGN_NONE ? H5T_NATIVE_UINT64 : H5T_NATIVE_INT64;
    } else {
        c->memory_type = H5T_NATIVE_DOUBLE;
    }
    H5Tclose(type);
    return class == H5T_INTEGER || class == H5T_FLOAT;
}

/* Could the stored bytes hold what is declared? */
static bool is_credible(const column *c, size_t element_size)
{
    const double declared = (double)c->length * (double)element_size;
    const double stored = (double)H5Dget_storage_size(c->set);
    return declared <= SMALL_BYTES || declared <= stored * MAX_PACKING;
}

static saltus_status open_column(column *c, const sonata_file *file, const char *dataset,
                                 saltus_error *error)
{
    *c = (column){.set = H5I_INVALID_HID, .space = H5I_INVALID_HID};
    if (!sl_sonata_file_has(file, dataset, H5O_TYPE_DATASET)) {
        return sl_sonata_fail(error, SALTUS_E_FILE, file->path, 0, "has no dataset %s", dataset);
    }
    size_t element_size = 0;
    c->set = H5Dopen2(file->id, dataset, H5P_DEFAULT);
    if (c->set < 0) {
        return sl_sonata_fail(error, SALTUS_E_FILE, file->path, 0,
                              "%s cannot be read; the file is damaged", dataset);
    }
    c->space = H5Dget_space(c->set);
    saltus_status status = SALTUS_OK;
    if (c->space < 0 || H5Sget_simple_extent_ndims(c->space) != 1 ||
        H5Sget_simple_extent_dims(c->space, &c->length, NULL) != 1) {
        status = sl_sonata_fail(error, SALTUS_E_FILE, file->path, 0, "%s must have one dimension",
                                dataset);
    } else if (!find_kind(c, &element_size)) {
        status =
            sl_sonata_fail(error, SALTUS_E_FILE, file->path, 0, "%s must hold numbers", dataset);
    } else if (c->length > UINT32_MAX || !is_credible(c, element_size)) {
        status = sl_sonata_fail(
            error, SALTUS_E_FILE, file->path, 0,
            "%s declares %llu elements, but stores %llu bytes; at most 4294967295 elements are "
            "supported, and the file may be damaged",
            dataset, (unsigned long long)c->length,
            (unsigned long long)H5Dget_storage_size(c->set));
    }
    if (status) {
        close_column(c);
    }
    return status;
}

/* Open a dataset that must have `length` elements. */
static saltus_status open_sized(column *c, const sonata_file *file, const char *dataset,
                                size_t length, saltus_error *error)
{
    saltus_status status = open_column(c, file, dataset, error);
    if (!status && c->length != length) {
        status = sl_sonata_fail(error, SALTUS_E_FILE, file->path, 0,
                                "%s has %llu elements; %zu are needed, as many as the datasets "
                                "beside it have",
                                dataset, (unsigned long long)c->length, length);
        close_column(c);
    }
    return status;
}

saltus_status sl_sonata_file_length(const sonata_file *file, const char *dataset, size_t *length,
                                    saltus_error *error)
{
    column c;
    *length = 0;
    const saltus_status status = open_column(&c, file, dataset, error);
    if (!status) {
        *length = (size_t)c.length;
        close_column(&c);
    }
    return status;
}

/* Read elements [first, first + count) into `out` as `memory_type`. */
static bool read_block(const column *c, size_t first, size_t count, hid_t memory_type, void *out)
{
    const hsize_t start = first;
    const hsize_t extent = count;
    const hid_t memory = H5Screate_simple(1, &extent, NULL);
    bool read = memory >= 0 &&
                H5Sselect_hyperslab(c->space, H5S_SELECT_SET, &start, NULL, &extent, NULL) >= 0;
    read = read && H5Dread(c->set, memory_type, memory, c->space, H5P_DEFAULT, out) >= 0;
    if (memory >= 0) {
        H5Sclose(memory);
    }
    return read;
}

static saltus_status fail_damaged(const sonata_file *file, const char *dataset, saltus_error *error)
{
    return sl_sonata_fail(error, SALTUS_E_FILE, file->path, 0,
                          "%s cannot be read; the file is damaged, or packed with a filter that "
                          "this HDF5 library does not have",
                          dataset);
}

/* One element of a block as a whole number; false when it is not one or exceeds `limit`. The
 * value as it was found goes to *found. */
static bool whole_number(const column *c, const void *block, size_t i, uint32_t limit,
                         uint32_t *out, double *found)
{
    bool fits = false;
    if (c->memory_type == H5T_NATIVE_UINT64) {
        const uint64_t value = ((const uint64_t *)block)[i];
        *found = (double)value;
        fits = value <= limit;
    } else if (c->memory_type == H5T_NATIVE_INT64) {
        const int64_t value = ((const int64_t *)block)[i];
        *found = (double)value;
        fits = value >= 0 && value <= (int64_t)limit;
    } else {
        const double value = ((const double *)block)[i];
        *found = value;
        fits = value >= 0.0 && value <= (double)limit && value == floor(value);
    }
    if (fits) {
        *out = (uint32_t)*found;
    }
    return fits;
}

/* Read elements [first, first + count), through `block`, into out[0 ...]. */
static saltus_status read_whole_numbers(const sonata_file *file, const char *dataset,
                                        const column *c, size_t first, size_t count, uint32_t limit,
                                        void *block, uint32_t *out, saltus_error *error)
{
    if (!read_block(c, first, count, c->memory_type, block)) {
        return fail_damaged(file, dataset, error);
    }
    for (size_t i = 0; i < count; i++) {
        double found = 0.0;
        if (!whole_number(c, block, i, limit, &out[i], &found)) {
            return sl_sonata_fail(error, SALTUS_E_FILE, file->path, 0,
                                  "%s[%zu] is %.17g; a whole number from 0 to %u is needed",
                                  dataset, first + i, found, limit);
        }
    }
    return SALTUS_OK;
}

saltus_status sl_sonata_file_read_u32(const sonata_file *file, const char *dataset, size_t length,
                                      uint32_t limit, uint32_t **out, saltus_error *error)
{
    column c;
    *out = NULL;
    saltus_status status = open_sized(&c, file, dataset, length, error);
    if (status) {
        return status;
    }
    uint32_t *values = sl_sonata_array(length, sizeof *values);
    void *block = sl_sonata_array(BLOCK, sizeof(uint64_t));
    if (values == NULL || block == NULL) {
        status = sl_sonata_fail_memory(error);
    }
    for (size_t first = 0; !status && first < length; first += BLOCK) {
        const size_t count = length - first < BLOCK ? length - first : BLOCK;
        status = read_whole_numbers(file, dataset, &c, first, count, limit, block, values + first,
                                    error);
    }
    free(block);
    close_column(&c);
    if (status) {
        free(values);
        return status;
    }
    *out = values;
    return SALTUS_OK;
}

saltus_status sl_sonata_file_read_double(const sonata_file *file, const char *dataset,
                                         size_t length, double **out, saltus_error *error)
{
    column c;
    *out = NULL;
    saltus_status status = open_sized(&c, file, dataset, length, error);
    if (status) {
        return status;
    }
    double *values = sl_sonata_array(length, sizeof *values);
    if (values == NULL) {
        status = sl_sonata_fail_memory(error);
    } else if (length > 0 && !read_block(&c, 0, length, H5T_NATIVE_DOUBLE, values)) {
        status = fail_damaged(file, dataset, error);
    }
    close_column(&c);
    for (size_t i = 0; !status && i < length; i++) {
        if (!isfinite(values[i])) {
            status =
                sl_sonata_fail(error, SALTUS_E_FILE, file->path, 0,
                               "%s[%zu] is %g; a finite number is needed", dataset, i, values[i]);
        }
    }
    if (status) {
        free(values);
        return status;
    }
    *out = values;
    return SALTUS_OK;
}

/* sonata_weight_writer - weights.h5, written while the simulation runs.
 *
 * /weights/PROJECTION/{source u4, target u4, times_ms f8 [T], weights f8 [T, synapses]} with
 * attributes that say whose they are (docs/weights.md). Sources and targets are written with the
 * first record. Rows are read one after the other into a buffer of some 65,536 synapses; nothing
 * grows with the network but by its longest row. The file is written through sonata_disk.h, so that
 * a full disk is a message and nothing worse.
 *
 * All that has to be known to go on with a file that was cut off at some time is in it: a record is
 * whole when its time is in times_ms, which comes last. So a checkpoint keeps the length of
 * times_ms of each projection, and what is longer is cut.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "formats/sonata_attributes.h"
#include "formats/sonata_disk.h"
#include "formats/sonata_weight_files.h"
#include "saltus/sonata.h"

#define BUFFER      65536
#define CHUNK       32768
#define TIMES_CHUNK 512

/* What is written of one projection; the datasets are invalid before its first record. */
typedef struct weight_group {
    hid_t sources, targets, times, weights;
    hsize_t synapses;
    hsize_t records; /* times that are written */
} weight_group;

struct saltus_sonata_weights {
    sonata_disk disk;
    char *path;
    weight_group *groups; /* [count] by projection */
    uint32_t count;
    /* rows on their way to the file */
    uint32_t *sources, *targets;
    double *weights;
    size_t filled, capacity;
    saltus_status failure; /* the first */
};

static saltus_status fail_write(saltus_sonata_weights *writer, saltus_status status)
{
    writer->failure = writer->failure ? writer->failure : status;
    return writer->failure;
}

/* ---- Making a group ---------------------------------------------------------------------- */

/* A dataset of `rank` dimensions; with chunks, both may grow. Invalid on failure. */
static hid_t make_dataset(hid_t group, const char *name, hid_t type, int rank, const hsize_t *size,
                          const hsize_t *chunk)
{
    static const hsize_t unlimited[] = {H5S_UNLIMITED, H5S_UNLIMITED};
    const hid_t space = H5Screate_simple(rank, size, chunk != NULL ? unlimited : NULL);
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    hid_t set = H5I_INVALID_HID;
    if (space >= 0 && properties >= 0 &&
        (chunk == NULL || H5Pset_chunk(properties, rank, chunk) >= 0) &&
        H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER) >= 0) {
        set = H5Dcreate2(group, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    }
    if (properties >= 0) {
        H5Pclose(properties);
    }
    if (space >= 0) {
        H5Sclose(space);
    }
    return set;
}

static bool make_datasets(weight_group *group, hid_t at)
{
    const hsize_t synapses = group->synapses;
    const hsize_t none[] = {0, synapses};
    const hsize_t times_chunk = TIMES_CHUNK;
    const hsize_t chunk[] = {1, synapses < CHUNK ? (synapses > 0 ? synapses : 1) : CHUNK};
    group->sources = make_dataset(at, "source", H5T_STD_U32LE, 1, &synapses, NULL);
    group->targets = make_dataset(at, "target", H5T_STD_U32LE, 1, &synapses, NULL);
    group->times = make_dataset(at, "times_ms", H5T_IEEE_F64LE, 1, none, &times_chunk);
    group->weights = make_dataset(at, "weights", H5T_IEEE_F64LE, 2, none, chunk);
    return group->sources >= 0 && group->targets >= 0 && group->times >= 0 && group->weights >= 0;
}

static bool write_number(hid_t at, const char *name, double value)
{
    return sl_sonata_write_attribute(at, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 0, &value);
}

static bool write_size(hid_t at, const char *name, uint32_t value)
{
    return sl_sonata_write_attribute(at, name, H5T_STD_U32LE, H5T_NATIVE_UINT32, 0, &value);
}

/* The bounds of a rule, which all rules call w_min and w_max. */
static bool write_rule(hid_t at, const saltus_plasticity_spec *spec)
{
    if (spec->rule == NULL) {
        return sl_sonata_write_text(at, "rule", "static");
    }
    bool written = sl_sonata_write_text(at, "rule", spec->rule);
    const saltus_rule_parameter *p = saltus_plasticity_find(spec->rule)->parameters;
    for (size_t i = 0; written && p[i].name != NULL; i++) {
        if (strcmp(p[i].name, "w_min") == 0 || strcmp(p[i].name, "w_max") == 0) {
            written = write_number(at, p[i].name,
                                   isnan(spec->value[i]) ? p[i].default_value : spec->value[i]);
        }
    }
    return written;
}

static bool write_attributes(hid_t at, const saltus_network *network, uint32_t projection)
{
    const uint32_t source = saltus_network_projection_source(network, projection);
    const uint32_t target = saltus_network_projection_target(network, projection);
    return sl_sonata_write_text(at, "name", saltus_network_projection_name(network, projection)) &&
           sl_sonata_write_text(at, "source_population",
                                saltus_network_population_name(network, source)) &&
           sl_sonata_write_text(at, "target_population",
                                saltus_network_population_name(network, target)) &&
           write_size(at, "source_size", saltus_network_population_size(network, source)) &&
           write_size(at, "target_size", saltus_network_population_size(network, target)) &&
           write_rule(at, saltus_network_projection_plasticity(network, projection));
}

/* Which of the projections of its name it is, counted from 1. */
static size_t number_of(const saltus_network *network, uint32_t projection)
{
    const char *name = saltus_network_projection_name(network, projection);
    size_t number = 1;
    for (uint32_t i = 0; i < projection; i++) {
        number += strcmp(saltus_network_projection_name(network, i), name) == 0;
    }
    return number;
}

static saltus_status make_group(saltus_sonata_weights *writer, const saltus_network *network,
                                uint32_t projection)
{
    weight_group *group = &writer->groups[projection];
    char *path = sl_sonata_weight_group(saltus_network_projection_name(network, projection),
                                        number_of(network, projection));
    if (path == NULL) {
        return fail_write(writer, SALTUS_E_MEMORY);
    }
    const hid_t at = H5Gcreate2(writer->disk.file, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    free(path);
    if (at < 0) {
        return fail_write(writer, SALTUS_E_FILE);
    }
    group->synapses = saltus_network_projection_synapses(network, projection);
    const bool made = write_attributes(at, network, projection) && make_datasets(group, at) &&
                      sl_sonata_write_text(group->times, "units", "ms") &&
                      sl_sonata_write_text(group->weights, "units", "mV");
    return H5Gclose(at) >= 0 && made ? SALTUS_OK : fail_write(writer, SALTUS_E_FILE);
}

/* ---- Writing a record -------------------------------------------------------------------- */

/* Write `count` elements at `start` (both of `rank` dimensions). */
static bool write_slab(hid_t set, int rank, const hsize_t *start, const hsize_t *count, hid_t type,
                       const void *data)
{
    const hid_t space = H5Dget_space(set);
    const hid_t memory = H5Screate_simple(rank, count, NULL);
    const bool done = space >= 0 && memory >= 0 &&
                      H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
                      H5Dwrite(set, type, memory, space, H5P_DEFAULT, data) >= 0;
    if (memory >= 0) {
        H5Sclose(memory);
    }
    if (space >= 0) {
        H5Sclose(space);
    }
    return done;
}

/* Write the buffer as synapses `at` and following of the record that is being written. */
static saltus_status flush(saltus_sonata_weights *writer, weight_group *group, hsize_t at)
{
    const hsize_t filled = writer->filled;
    const hsize_t start[] = {group->records, at};
    const hsize_t count[] = {1, filled};
    writer->filled = 0;
    if (filled == 0) {
        return SALTUS_OK;
    }
    bool done = write_slab(group->weights, 2, start, count, H5T_NATIVE_DOUBLE, writer->weights);
    if (done && group->records == 0) {
        done = write_slab(group->sources, 1, &at, &filled, H5T_NATIVE_UINT32, writer->sources) &&
               write_slab(group->targets, 1, &at, &filled, H5T_NATIVE_UINT32, writer->targets);
    }
    return done && writer->disk.error == 0 ? SALTUS_OK : fail_write(writer, SALTUS_E_FILE);
}

/* Room for a row of `length` more. */
static saltus_status reserve(saltus_sonata_weights *writer, size_t length)
{
    if (length <= writer->capacity) {
        return SALTUS_OK;
    }
    const size_t capacity = length > BUFFER ? length : BUFFER;
    free(writer->sources);
    free(writer->targets);
    free(writer->weights);
    writer->sources = sl_sonata_array(capacity, sizeof *writer->sources);
    writer->targets = sl_sonata_array(capacity, sizeof *writer->targets);
    writer->weights = sl_sonata_array(capacity, sizeof *writer->weights);
    writer->capacity = capacity;
    if (writer->sources == NULL || writer->targets == NULL || writer->weights == NULL) {
        writer->capacity = 0;
        return fail_write(writer, SALTUS_E_MEMORY);
    }
    return SALTUS_OK;
}

static saltus_status write_rows(saltus_sonata_weights *writer, const saltus_simulation *simulation,
                                uint32_t projection)
{
    weight_group *group = &writer->groups[projection];
    const saltus_network *network = saltus_simulation_network(simulation);
    const uint32_t sources = saltus_network_population_size(
        network, saltus_network_projection_source(network, projection));
    hsize_t at = 0;
    saltus_status status = SALTUS_OK;
    writer->filled = 0;
    for (uint32_t source = 0; source < sources && !status; source++) {
        const size_t length = saltus_simulation_row_length(simulation, projection, source);
        if (length > writer->capacity - writer->filled) {
            const hsize_t written = writer->filled;
            status = flush(writer, group, at);
            at += written;
            status = status ? status : reserve(writer, length);
        }
        if (!status) {
            status = saltus_simulation_read_row(simulation, projection, source,
                                                writer->targets + writer->filled,
                                                writer->weights + writer->filled);
        }
        for (size_t i = 0; !status && i < length; i++) {
            writer->sources[writer->filled++] = source;
        }
    }
    status = status ? fail_write(writer, status) : flush(writer, group, at);
    return status;
}

static saltus_status write_record(saltus_sonata_weights *writer,
                                  const saltus_simulation *simulation, uint32_t projection,
                                  double time_ms)
{
    weight_group *group = &writer->groups[projection];
    if (group->times < 0) {
        const saltus_status status =
            make_group(writer, saltus_simulation_network(simulation), projection);
        if (status) {
            return status;
        }
    }
    const hsize_t size[] = {group->records + 1, group->synapses};
    const hsize_t one = 1;
    if (H5Dset_extent(group->weights, size) < 0) {
        return fail_write(writer, SALTUS_E_FILE);
    }
    const saltus_status status = write_rows(writer, simulation, projection);
    if (status) {
        return status;
    }
    if (H5Dset_extent(group->times, size) < 0 ||
        !write_slab(group->times, 1, &group->records, &one, H5T_NATIVE_DOUBLE, &time_ms)) {
        return fail_write(writer, SALTUS_E_FILE);
    }
    group->records++;
    return SALTUS_OK;
}

static saltus_status take_weights(void *user, const saltus_simulation *simulation,
                                  uint32_t projection, double time_ms)
{
    saltus_sonata_weights *writer = user;
    if (writer->failure) {
        return writer->failure;
    }
    const sonata_quiet quiet = sl_sonata_quiet_begin();
    const saltus_status status = write_record(writer, simulation, projection, time_ms);
    sl_sonata_quiet_end(quiet);
    return status;
}

/* ---- Life cycle -------------------------------------------------------------------------- */

static bool write_root(hid_t file)
{
    const hid_t group = H5Gcreate2(file, "/weights", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    return group >= 0 && H5Gclose(group) >= 0 &&
           sl_sonata_write_text(file, "format", WEIGHT_FILE_FORMAT);
}

static saltus_status open_file(saltus_sonata_weights *writer, const char *path,
                               const saltus_network *network)
{
    const uint32_t count = saltus_network_projection_count(network);
    writer->path = sl_sonata_format("%s", path);
    writer->groups = sl_sonata_array(count, sizeof *writer->groups);
    if (writer->path == NULL || writer->groups == NULL) {
        return fail_write(writer, SALTUS_E_MEMORY);
    }
    writer->count = count;
    for (uint32_t i = 0; i < count; i++) {
        weight_group *group = &writer->groups[i];
        group->sources = group->targets = group->times = group->weights = H5I_INVALID_HID;
    }
    return sl_sonata_disk_create(&writer->disk, path) && write_root(writer->disk.file)
               ? SALTUS_OK
               : fail_write(writer, SALTUS_E_FILE);
}

saltus_status saltus_sonata_weights_create(saltus_result *result, saltus_simulation *simulation,
                                           saltus_sonata_weights **out, saltus_error *error)
{
    *out = NULL;
    saltus_sonata_weights *writer = sl_sonata_array(1, sizeof *writer);
    const char *path = saltus_result_path(result, "weights.h5");
    if (writer == NULL || path == NULL) {
        free(writer);
        return sl_sonata_fail_memory(error);
    }
    writer->disk = (sonata_disk){.fd = -1, .driver = H5I_INVALID_HID, .file = H5I_INVALID_HID};
    const sonata_quiet quiet = sl_sonata_quiet_begin();
    saltus_status status = open_file(writer, path, saltus_simulation_network(simulation));
    sl_sonata_quiet_end(quiet);
    if (status) {
        return saltus_sonata_weights_close(writer, error);
    }
    status = saltus_simulation_add_weight_recorder(simulation, take_weights, writer);
    if (status) {
        saltus_sonata_weights_close(writer, NULL);
        return sl_sonata_fail(error, status, NULL, 0,
                              "weights.h5: the simulation takes no further weight recorder");
    }
    *out = writer;
    return SALTUS_OK;
}

static void close_dataset(saltus_sonata_weights *writer, hid_t set)
{
    if (set >= 0 && H5Dclose(set) < 0) {
        fail_write(writer, SALTUS_E_FILE);
    }
}

saltus_status saltus_sonata_weights_close(saltus_sonata_weights *writer, saltus_error *error)
{
    if (writer == NULL) {
        return SALTUS_OK;
    }
    const sonata_quiet quiet = sl_sonata_quiet_begin();
    for (uint32_t i = 0; i < writer->count; i++) {
        const weight_group *group = &writer->groups[i];
        close_dataset(writer, group->sources);
        close_dataset(writer, group->targets);
        close_dataset(writer, group->times);
        close_dataset(writer, group->weights);
    }
    const int reason = sl_sonata_disk_close(&writer->disk);
    sl_sonata_quiet_end(quiet);
    if (reason != 0) {
        fail_write(writer, SALTUS_E_FILE);
    }
    const saltus_status status = writer->failure;
    if (status == SALTUS_E_MEMORY) {
        sl_sonata_fail_memory(error);
    } else if (status) {
        sl_sonata_fail(error, status, writer->path, 0, "cannot be written: %s",
                       reason != 0 ? strerror(reason) : "the HDF5 library failed");
    }
    free(writer->groups);
    free(writer->path);
    free(writer->sources);
    free(writer->targets);
    free(writer->weights);
    free(writer);
    return status;
}

/* sonata_weight_writer - weights.h5, record by record.
 *
 * /weights/PROJECTION/{source u4, target u4, times_ms f8 [T], weights f8 [T, synapses]} with
 * attributes that say whose they are (docs/weights.md). Sources and targets are written with the
 * first record; the time of a record comes last. The file is written through sonata_disk.h, so that
 * a full disk is a message and nothing worse.
 */
#include "formats/sonata_weight_writer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "formats/sonata_attributes.h"
#include "formats/sonata_disk.h"
#include "formats/sonata_weight_files.h"
#include "saltus/catalog.h"
#include "saltus/sonata.h"

#define CHUNK       32768
#define TIMES_CHUNK 512

/* What is written of one projection; the datasets are invalid before its first record. */
typedef struct weight_group {
    hid_t sources, targets, times, weights;
    hsize_t synapses;
    hsize_t records; /* times that are written */
} weight_group;

struct sonata_weight_writer {
    sonata_disk disk;
    char *path;
    const saltus_network *network;
    weight_group *groups; /* [count] by projection */
    uint32_t count;
    uint32_t projection;   /* of the record that is being written, */
    hsize_t at;            /* and how many of its synapses are */
    saltus_status failure; /* the first */
};

static saltus_status fail_write(sonata_weight_writer *writer, saltus_status status)
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
        H5Pset_obj_track_times(properties, false) >= 0 && /* the same run, the same bytes */
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

/* Of weights, and of the bounds of the rule. */
static const char *unit_of(const saltus_network *network, uint32_t projection)
{
    const uint32_t target = saltus_network_projection_target(network, projection);
    return saltus_model_has_currents(saltus_network_population_model(network, target)) ? "pA"
                                                                                       : "mV";
}

static saltus_status make_group(sonata_weight_writer *writer, uint32_t projection)
{
    const saltus_network *network = writer->network;
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
                      sl_sonata_write_text(group->weights, "units", unit_of(network, projection));
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

bool sl_sonata_weight_writer_wants_ends(const sonata_weight_writer *writer, uint32_t projection)
{
    return writer->groups[projection].records == 0;
}

saltus_status sl_sonata_weight_writer_begin(sonata_weight_writer *writer, uint32_t projection)
{
    weight_group *group = &writer->groups[projection];
    if (writer->failure) {
        return writer->failure;
    }
    writer->projection = projection;
    writer->at = 0;
    if (group->times < 0 && make_group(writer, projection)) {
        return writer->failure;
    }
    const hsize_t size[] = {group->records + 1, group->synapses};
    return H5Dset_extent(group->weights, size) >= 0 ? SALTUS_OK : fail_write(writer, SALTUS_E_FILE);
}

saltus_status sl_sonata_weight_writer_put(sonata_weight_writer *writer, const uint32_t *sources,
                                          const uint32_t *targets, const double *weights,
                                          size_t count)
{
    const weight_group *group = &writer->groups[writer->projection];
    const hsize_t put = count;
    const hsize_t start[] = {group->records, writer->at};
    const hsize_t size[] = {1, put};
    if (writer->failure || count == 0) {
        return writer->failure;
    }
    bool done = write_slab(group->weights, 2, start, size, H5T_NATIVE_DOUBLE, weights);
    if (done && group->records == 0) {
        done = write_slab(group->sources, 1, &writer->at, &put, H5T_NATIVE_UINT32, sources) &&
               write_slab(group->targets, 1, &writer->at, &put, H5T_NATIVE_UINT32, targets);
    }
    writer->at += put;
    return done && writer->disk.error == 0 ? SALTUS_OK : fail_write(writer, SALTUS_E_FILE);
}

saltus_status sl_sonata_weight_writer_end(sonata_weight_writer *writer, double time_ms)
{
    weight_group *group = &writer->groups[writer->projection];
    const hsize_t size = group->records + 1;
    const hsize_t one = 1;
    if (writer->failure) {
        return writer->failure;
    }
    if (H5Dset_extent(group->times, &size) < 0 ||
        !write_slab(group->times, 1, &group->records, &one, H5T_NATIVE_DOUBLE, &time_ms)) {
        return fail_write(writer, SALTUS_E_FILE);
    }
    group->records++;
    return SALTUS_OK;
}

/* ---- Life cycle -------------------------------------------------------------------------- */

static bool write_root(hid_t file)
{
    const hid_t group = H5Gcreate2(file, "/weights", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    return group >= 0 && H5Gclose(group) >= 0 &&
           sl_sonata_write_text(file, "format", WEIGHT_FILE_FORMAT);
}

saltus_status sl_sonata_weight_writer_open(const char *path, const saltus_network *network,
                                           sonata_weight_writer **out, saltus_error *error)
{
    *out = NULL;
    sonata_weight_writer *writer = sl_sonata_array(1, sizeof *writer);
    if (writer == NULL) {
        return sl_sonata_fail_memory(error);
    }
    const uint32_t count = saltus_network_projection_count(network);
    writer->disk = (sonata_disk){.fd = -1, .driver = H5I_INVALID_HID, .file = H5I_INVALID_HID};
    writer->network = network;
    writer->path = sl_sonata_format("%s", path);
    writer->groups = sl_sonata_array(count, sizeof *writer->groups);
    if (writer->path == NULL || writer->groups == NULL) {
        fail_write(writer, SALTUS_E_MEMORY);
        return sl_sonata_weight_writer_close(writer, error);
    }
    writer->count = count;
    for (uint32_t i = 0; i < count; i++) {
        weight_group *group = &writer->groups[i];
        group->sources = group->targets = group->times = group->weights = H5I_INVALID_HID;
    }
    if (!sl_sonata_disk_create(&writer->disk, path) || !write_root(writer->disk.file)) {
        fail_write(writer, SALTUS_E_FILE);
        return sl_sonata_weight_writer_close(writer, error);
    }
    *out = writer;
    return SALTUS_OK;
}

static void close_dataset(sonata_weight_writer *writer, hid_t set)
{
    if (set >= 0 && H5Dclose(set) < 0) {
        fail_write(writer, SALTUS_E_FILE);
    }
}

saltus_status sl_sonata_weight_writer_close(sonata_weight_writer *writer, saltus_error *error)
{
    for (uint32_t i = 0; i < writer->count; i++) {
        const weight_group *group = &writer->groups[i];
        close_dataset(writer, group->sources);
        close_dataset(writer, group->targets);
        close_dataset(writer, group->times);
        close_dataset(writer, group->weights);
    }
    const int reason = sl_sonata_disk_close(&writer->disk);
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
    free(writer);
    return status;
}

/* sonata_spike_writer - spikes.h5 in SONATA's new layout.
 *
 * /spikes/POPULATION/{timestamps f8 [units "ms"], node_ids u8}, attribute `sorting` of the group
 * as an enum {none 0, by_id 1, by_time 2}: so the developer guide and libsonata have it (BMTK
 * writes a text and takes either). Root attributes magic and version. The file is written through
 * sonata_disk.h, so that a full disk is a message and nothing worse.
 */
#include "formats/sonata_spike_writer.h"

#include <stdlib.h>
#include <string.h>

#include "formats/sonata_attributes.h"
#include "formats/sonata_disk.h"

#define CHUNK          8192
#define BUFFER         16384
#define DEFLATE_LEVEL  1
#define SONATA_MAGIC   0x0A7Au
#define SORTED_BY_TIME 2

typedef struct output_population {
    char *name;
    hid_t times, nodes; /* datasets; invalid before the first write */
    double *time_ms;    /* [capacity] */
    uint64_t *node;     /* [capacity] */
    size_t count, capacity;
    hsize_t written;
} output_population;

struct sonata_spike_writer {
    sonata_disk disk;
    char *path;
    output_population *populations;
    size_t count;
    saltus_status failure; /* the first */
};

/* ---- Failures ---------------------------------------------------------------------- */

static saltus_status fail_write(sonata_spike_writer *writer)
{
    writer->failure = writer->failure ? writer->failure : SALTUS_E_FILE;
    return writer->failure;
}

/* ---- Making the file --------------------------------------------------------------- */

static bool write_sorting(hid_t group)
{
    static const char *const names[] = {"none", "by_id", "by_time"};
    const uint8_t value = SORTED_BY_TIME;
    const hid_t type = H5Tenum_create(H5T_STD_U8LE);
    bool written = type >= 0;
    for (uint8_t i = 0; written && i < sizeof names / sizeof *names; i++) {
        written = H5Tenum_insert(type, names[i], &i) >= 0;
    }
    written = written && sl_sonata_write_attribute(group, "sorting", type, type, 0, &value);
    if (type >= 0) {
        H5Tclose(type);
    }
    return written;
}

static bool write_root(hid_t file)
{
    const uint32_t magic = SONATA_MAGIC;
    const uint32_t version[] = {0, 1};
    const hid_t spikes = H5Gcreate2(file, "/spikes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    return spikes >= 0 && H5Gclose(spikes) >= 0 &&
           sl_sonata_write_attribute(file, "magic", H5T_STD_U32LE, H5T_NATIVE_UINT32, 0, &magic) &&
           sl_sonata_write_attribute(file, "version", H5T_STD_U32LE, H5T_NATIVE_UINT32, 2, version);
}

/* An empty dataset that can grow; invalid on failure. */
static hid_t make_dataset(hid_t group, const char *name, hid_t type)
{
    const hsize_t none = 0;
    const hsize_t unlimited = H5S_UNLIMITED;
    const hsize_t chunk = CHUNK;
    const hid_t space = H5Screate_simple(1, &none, &unlimited);
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    /* no time of making: the same spikes are the same file */
    bool ready = space >= 0 && properties >= 0 && H5Pset_chunk(properties, 1, &chunk) >= 0 &&
                 H5Pset_obj_track_times(properties, 0) >= 0;
    /* A library that was built without deflate still writes, unpacked. */
    if (ready && H5Zfilter_avail(H5Z_FILTER_DEFLATE) > 0) {
        ready = H5Pset_shuffle(properties) >= 0 && H5Pset_deflate(properties, DEFLATE_LEVEL) >= 0;
    }
    hid_t set = H5I_INVALID_HID;
    if (ready) {
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

static bool make_population(const sonata_spike_writer *writer, output_population *population)
{
    char *path = sl_sonata_format("/spikes/%s", population->name);
    if (path == NULL) {
        return false;
    }
    const hid_t group = H5Gcreate2(writer->disk.file, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    free(path);
    if (group < 0) {
        return false;
    }
    population->times = make_dataset(group, "timestamps", H5T_IEEE_F64LE);
    population->nodes = make_dataset(group, "node_ids", H5T_STD_U64LE);
    const bool made = population->times >= 0 && population->nodes >= 0 && write_sorting(group) &&
                      sl_sonata_write_text(population->times, "units", "ms");
    return H5Gclose(group) >= 0 && made;
}

/* ---- Writing ----------------------------------------------------------------------- */

static int compare_u64(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Order the first `count` spikes by node id within each time. */
static void order_nodes(output_population *p, size_t count)
{
    for (size_t first = 0, end = 0; first < count; first = end) {
        bool is_ordered = true;
        for (end = first + 1; end < count && p->time_ms[end] == p->time_ms[first]; end++) {
            is_ordered = is_ordered && p->node[end - 1] <= p->node[end];
        }
        if (!is_ordered) {
            qsort(p->node + first, end - first, sizeof *p->node, compare_u64);
        }
    }
}

static bool extend(hid_t set, hsize_t written, hsize_t count, hid_t type, const void *data)
{
    const hsize_t total = written + count;
    if (H5Dset_extent(set, &total) < 0) {
        return false;
    }
    const hid_t space = H5Dget_space(set);
    const hid_t memory = H5Screate_simple(1, &count, NULL);
    const bool ready =
        space >= 0 && memory >= 0 &&
        H5Sselect_hyperslab(space, H5S_SELECT_SET, &written, NULL, &count, NULL) >= 0;
    const bool done = (ready && H5Dwrite(set, type, memory, space, H5P_DEFAULT, data) >= 0);
    if (memory >= 0) {
        H5Sclose(memory);
    }
    if (space >= 0) {
        H5Sclose(space);
    }
    return done;
}

/* Write the first `count` buffered spikes and move the others to the front. */
static saltus_status flush(sonata_spike_writer *writer, output_population *p, size_t count)
{
    if (count == 0) {
        return SALTUS_OK;
    }
    order_nodes(p, count);
    if (p->times < 0 && !make_population(writer, p)) {
        return fail_write(writer);
    }
    if (!extend(p->times, p->written, count, H5T_NATIVE_DOUBLE, p->time_ms) ||
        !extend(p->nodes, p->written, count, H5T_NATIVE_UINT64, p->node)) {
        return fail_write(writer);
    }
    if (writer->disk.error != 0) {
        return fail_write(writer);
    }
    p->written += count;
    p->count -= count;
    memmove(p->time_ms, p->time_ms + count, p->count * sizeof *p->time_ms);
    memmove(p->node, p->node + count, p->count * sizeof *p->node);
    return SALTUS_OK;
}

/* Spikes before the last time in the buffer: only they are known to be complete. */
static size_t count_complete(const output_population *p)
{
    size_t count = p->count;
    const double last_ms = p->time_ms[p->count - 1];
    while (count > 0 && p->time_ms[count - 1] == last_ms) {
        count--;
    }
    return count;
}

/* Make room for one more spike. */
static saltus_status make_room(sonata_spike_writer *writer, output_population *p)
{
    if (p->count > 0) {
        const saltus_status status = flush(writer, p, count_complete(p));
        if (status || p->count <= p->capacity / 2) {
            return status;
        }
    }
    const size_t wanted = p->capacity == 0 ? BUFFER : p->capacity * 2;
    double *times = realloc(p->time_ms, wanted * sizeof *times);
    if (times != NULL) {
        p->time_ms = times;
    }
    uint64_t *nodes = realloc(p->node, wanted * sizeof *nodes);
    if (nodes != NULL) {
        p->node = nodes;
    }
    if (times == NULL || nodes == NULL) {
        writer->failure = SALTUS_E_MEMORY;
        return SALTUS_E_MEMORY;
    }
    p->capacity = wanted;
    return SALTUS_OK;
}

saltus_status sl_sonata_writer_append(sonata_spike_writer *writer, size_t population,
                                      double time_ms, uint64_t node)
{
    output_population *p = &writer->populations[population];
    if (writer->failure) {
        return writer->failure;
    }
    if (p->count == p->capacity) {
        const saltus_status status = make_room(writer, p);
        if (status) {
            return status;
        }
    }
    p->time_ms[p->count] = time_ms;
    p->node[p->count] = node;
    p->count++;
    return SALTUS_OK;
}

/* ---- Life cycle -------------------------------------------------------------------- */

saltus_status sl_sonata_writer_open(const char *path, const char *const *names, size_t count,
                                    sonata_spike_writer **out, saltus_error *error)
{
    *out = NULL;
    sonata_spike_writer *writer = sl_sonata_array(1, sizeof *writer);
    if (writer == NULL) {
        return sl_sonata_fail_memory(error);
    }
    writer->disk = (sonata_disk){.fd = -1, .driver = H5I_INVALID_HID, .file = H5I_INVALID_HID};
    writer->path = sl_sonata_format("%s", path);
    writer->populations = sl_sonata_array(count, sizeof *writer->populations);
    bool has_memory = writer->path != NULL && writer->populations != NULL;
    for (size_t i = 0; has_memory && i < count; i++) {
        output_population *p = &writer->populations[writer->count++];
        p->times = p->nodes = H5I_INVALID_HID;
        p->name = sl_sonata_format("%s", names[i]);
        has_memory = p->name != NULL;
    }
    if (!has_memory) {
        writer->failure = SALTUS_E_MEMORY;
    } else if (!sl_sonata_disk_create(&writer->disk, path) || !write_root(writer->disk.file)) {
        fail_write(writer);
    }
    if (writer->failure) {
        return sl_sonata_writer_close(writer, error);
    }
    *out = writer;
    return SALTUS_OK;
}

static void close_dataset(sonata_spike_writer *writer, hid_t set)
{
    if (set >= 0 && H5Dclose(set) < 0) {
        fail_write(writer);
    }
}

saltus_status sl_sonata_writer_close(sonata_spike_writer *writer, saltus_error *error)
{
    for (size_t i = 0; i < writer->count; i++) {
        output_population *p = &writer->populations[i];
        if (!writer->failure) {
            flush(writer, p, p->count);
        }
        close_dataset(writer, p->times);
        close_dataset(writer, p->nodes);
        free(p->name);
        free(p->time_ms);
        free(p->node);
    }
    const int reason = sl_sonata_disk_close(&writer->disk);
    if (reason != 0) {
        fail_write(writer);
    }
    const saltus_status status = writer->failure;
    if (status == SALTUS_E_MEMORY) {
        sl_sonata_fail_memory(error);
    } else if (status) {
        sl_sonata_fail(error, status, writer->path, 0, "cannot be written: %s",
                       reason != 0 ? strerror(reason) : "the HDF5 library failed");
    }
    free(writer->populations);
    free(writer->path);
    free(writer);
    return status;
}

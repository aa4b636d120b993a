/* sonata_weight_recorder - a recorder that writes the weights of a simulation to weights.h5.
 *
 * Rows are read one after the other into a buffer of some 65,536 synapses and go to the file from
 * there, so nothing grows with the network but with its longest row. In a run with checkpoints the
 * file is first a spool (sonata_weight_spool.h): the same pieces then come from there.
 *
 * What a checkpoint keeps: the bytes of the spool. A record is in it with its time and all its
 * weights or, cut off, not at all.
 */
#include <stdlib.h>
#include <string.h>

#include "formats/sonata_hdf5.h"
#include "formats/sonata_weight_spool.h"
#include "formats/sonata_weight_writer.h"
#include "saltus/sonata.h"

#define BUFFER 65536

/* of a checkpoint: bytes of the spool */
static const char section_name[] = "sonata-weights";

struct saltus_sonata_weights {
    const saltus_simulation *simulation;
    sonata_weight_writer *writer; /* NULL: weights go to the spool */
    sonata_weight_spool spool;
    char *path; /* of weights.h5, made of the spool when it is closed */
    /* rows on their way */
    uint32_t *sources, *targets;
    double *weights;
    size_t filled, capacity;
    saltus_error error; /* why the spool could not be written */
};

/* A record on its way from the simulation or, at the end, from the spool. */
typedef struct record_way {
    uint32_t projection;
    bool rows;    /* read them: the weights, or sources and targets, are needed */
    bool spooled; /* weights are taken from the spool, */
    uint64_t at;  /* from this byte on */
} record_way;

/* ---- One record ---------------------------------------------------------------------------- */

static saltus_status flush(saltus_sonata_weights *recorder, record_way *way, saltus_error *error)
{
    const size_t bytes = recorder->filled * sizeof *recorder->weights;
    const size_t filled = recorder->filled;
    recorder->filled = 0;
    if (way->spooled) {
        const saltus_status status =
            sl_sonata_weight_spool_read(&recorder->spool, way->at, recorder->weights, bytes, error);
        if (status) {
            return status;
        }
        way->at += bytes;
    }
    if (recorder->writer != NULL) {
        return sl_sonata_weight_writer_put(recorder->writer, recorder->sources, recorder->targets,
                                           recorder->weights, filled);
    }
    return sl_sonata_weight_spool_append(&recorder->spool, recorder->weights, bytes, error);
}

static void free_buffer(saltus_sonata_weights *recorder)
{
    free(recorder->sources);
    free(recorder->targets);
    free(recorder->weights);
    recorder->sources = recorder->targets = NULL;
    recorder->weights = NULL;
    recorder->capacity = 0;
}

/* Room for a row of `length`, in an empty buffer. */
static saltus_status reserve(saltus_sonata_weights *recorder, size_t length, saltus_error *error)
{
    if (length <= recorder->capacity) {
        return SALTUS_OK;
    }
    free_buffer(recorder);
    const size_t capacity = length > BUFFER ? length : BUFFER;
    recorder->sources = sl_sonata_array(capacity, sizeof *recorder->sources);
    recorder->targets = sl_sonata_array(capacity, sizeof *recorder->targets);
    recorder->weights = sl_sonata_array(capacity, sizeof *recorder->weights);
    if (recorder->sources == NULL || recorder->targets == NULL || recorder->weights == NULL) {
        return sl_sonata_fail_memory(error);
    }
    recorder->capacity = capacity;
    return SALTUS_OK;
}

/* Add a row to the buffer. */
static saltus_status take_row(saltus_sonata_weights *recorder, record_way *way, uint32_t source,
                              saltus_error *error)
{
    const size_t length =
        saltus_simulation_row_length(recorder->simulation, way->projection, source);
    saltus_status status = SALTUS_OK;
    if (length > recorder->capacity - recorder->filled) {
        status = flush(recorder, way, error);
        status = status ? status : reserve(recorder, length, error);
    }
    const size_t at = recorder->filled;
    if (!status && way->rows) {
        status = saltus_simulation_read_row(recorder->simulation, way->projection, source,
                                            recorder->targets + at, recorder->weights + at);
        if (status) {
            return sl_sonata_fail_memory(error);
        }
        for (size_t i = 0; i < length; i++) {
            recorder->sources[at + i] = source;
        }
    }
    recorder->filled += status ? 0 : length;
    return status;
}

static saltus_status take_rows(saltus_sonata_weights *recorder, record_way *way,
                               saltus_error *error)
{
    const saltus_network *network = saltus_simulation_network(recorder->simulation);
    const uint32_t sources = saltus_network_population_size(
        network, saltus_network_projection_source(network, way->projection));
    saltus_status status = SALTUS_OK;
    recorder->filled = 0;
    for (uint32_t source = 0; source < sources && !status; source++) {
        status = take_row(recorder, way, source, error);
    }
    return status ? status : flush(recorder, way, error);
}

static saltus_status write_record(saltus_sonata_weights *recorder, record_way *way, double time_ms,
                                  saltus_error *error)
{
    saltus_status status = sl_sonata_weight_writer_begin(recorder->writer, way->projection);
    status = status ? status : take_rows(recorder, way, error);
    return status ? status : sl_sonata_weight_writer_end(recorder->writer, time_ms);
}

static saltus_status spool_record(saltus_sonata_weights *recorder, record_way *way, double time_ms)
{
    const saltus_network *network = saltus_simulation_network(recorder->simulation);
    const sonata_weight_head head = {
        .time_ms = time_ms,
        .synapses = saltus_network_projection_synapses(network, way->projection),
        .projection = way->projection};
    saltus_status status = recorder->error.status;
    if (!status) {
        status =
            sl_sonata_weight_spool_append(&recorder->spool, &head, sizeof head, &recorder->error);
    }
    return status ? status : take_rows(recorder, way, &recorder->error);
}

static saltus_status take_weights(void *user, const saltus_simulation *simulation,
                                  uint32_t projection, double time_ms)
{
    (void)simulation;
    saltus_sonata_weights *recorder = user;
    record_way way = {.projection = projection, .rows = true};
    if (recorder->writer == NULL) {
        return spool_record(recorder, &way, time_ms);
    }
    const sonata_quiet quiet = sl_sonata_quiet_begin();
    const saltus_status status = write_record(recorder, &way, time_ms, &recorder->error);
    sl_sonata_quiet_end(quiet);
    return status;
}

/* ---- From the spool to the file ------------------------------------------------------------ */

/* Every record of the spool; its failures go to `error`, those of the file to its close. */
static saltus_status replay(saltus_sonata_weights *recorder, saltus_error *error)
{
    const saltus_network *network = saltus_simulation_network(recorder->simulation);
    saltus_status status = SALTUS_OK;
    for (uint64_t at = 0; !status && at < recorder->spool.size;) {
        sonata_weight_head head = {0};
        status = sl_sonata_weight_spool_read(&recorder->spool, at, &head, sizeof head, error);
        at += sizeof head;
        if (status) {
            break;
        }
        if (head.projection >= saltus_network_projection_count(network) ||
            head.synapses != saltus_network_projection_synapses(network, head.projection)) {
            return sl_sonata_fail(error, SALTUS_E_FILE, recorder->spool.path, 0,
                                  "is damaged: the record before byte %llu is of no projection",
                                  (unsigned long long)at);
        }
        record_way way = {.projection = head.projection,
                          .rows =
                              sl_sonata_weight_writer_wants_ends(recorder->writer, head.projection),
                          .spooled = true,
                          .at = at};
        status = write_record(recorder, &way, head.time_ms, error);
        at += head.synapses * sizeof(double);
    }
    return status;
}

static saltus_status write_spooled(saltus_sonata_weights *recorder, saltus_error *error)
{
    if (recorder->error.status) {
        if (error != NULL) {
            *error = recorder->error;
        }
        return recorder->error.status;
    }
    free_buffer(recorder);
    saltus_status status = sl_sonata_weight_writer_open(
        recorder->path, saltus_simulation_network(recorder->simulation), &recorder->writer, error);
    if (status) {
        return status;
    }
    saltus_error reason = {0};
    status = replay(recorder, &reason);
    const saltus_status closed = sl_sonata_weight_writer_close(recorder->writer, error);
    recorder->writer = NULL;
    if (closed || !status) {
        return closed;
    }
    if (error != NULL) {
        *error = reason;
    }
    return status;
}

/* ---- Life cycle ---------------------------------------------------------------------------- */

/* Begin the spool, or go on with it. */
static saltus_status open_spool(saltus_sonata_weights *recorder, const char *spool,
                                saltus_checkpoint *checkpoint, saltus_error *error)
{
    uint64_t size = 0;
    if (checkpoint != NULL) {
        void *bytes = NULL;
        size_t length = 0;
        const saltus_status status =
            saltus_checkpoint_get_bytes(checkpoint, section_name, &bytes, &length, error);
        const bool whole = length == sizeof size;
        if (whole) {
            memcpy(&size, bytes, sizeof size);
        }
        free(bytes);
        if (status || !whole) {
            return status ? status
                          : sl_sonata_fail(error, SALTUS_E_FILE, NULL, 0,
                                           "the checkpoint's section %s is damaged", section_name);
        }
    }
    return sl_sonata_weight_spool_open(&recorder->spool, spool, checkpoint != NULL, size, error);
}

static saltus_status create(saltus_result *result, saltus_simulation *simulation, const char *spool,
                            saltus_checkpoint *checkpoint, saltus_sonata_weights **out,
                            saltus_error *error)
{
    *out = NULL;
    saltus_sonata_weights *recorder = sl_sonata_array(1, sizeof *recorder);
    const char *path = saltus_result_path(result, "weights.h5");
    if (recorder == NULL || path == NULL) {
        free(recorder);
        return sl_sonata_fail_memory(error);
    }
    recorder->simulation = simulation;
    saltus_status status = SALTUS_OK;
    if (spool != NULL) {
        recorder->path = sl_sonata_format("%s", path);
        status = recorder->path != NULL ? open_spool(recorder, spool, checkpoint, error)
                                        : sl_sonata_fail_memory(error);
    } else {
        const sonata_quiet quiet = sl_sonata_quiet_begin();
        status = sl_sonata_weight_writer_open(path, saltus_simulation_network(simulation),
                                              &recorder->writer, error);
        sl_sonata_quiet_end(quiet);
    }
    if (!status) {
        status = saltus_simulation_add_weight_recorder(simulation, take_weights, recorder);
        if (status) {
            sl_sonata_fail(error, status, NULL, 0,
                           "weights.h5: the simulation takes no further weight recorder");
        }
    }
    if (status) {
        free(recorder->path);
        recorder->path = NULL; /* nothing to make of the spool */
        saltus_sonata_weights_close(recorder, NULL);
        return status;
    }
    *out = recorder;
    return SALTUS_OK;
}

saltus_status saltus_sonata_weights_create(saltus_result *result, saltus_simulation *simulation,
                                           saltus_sonata_weights **out, saltus_error *error)
{
    return create(result, simulation, NULL, NULL, out, error);
}

saltus_status saltus_sonata_weights_create_spooled(saltus_result *result,
                                                   saltus_simulation *simulation, const char *spool,
                                                   saltus_sonata_weights **out, saltus_error *error)
{
    return create(result, simulation, spool, NULL, out, error);
}

saltus_status saltus_sonata_weights_resume(saltus_result *result, saltus_simulation *simulation,
                                           const char *spool, saltus_checkpoint *checkpoint,
                                           saltus_sonata_weights **out, saltus_error *error)
{
    return create(result, simulation, spool, checkpoint, out, error);
}

saltus_status saltus_sonata_weights_save(saltus_sonata_weights *recorder,
                                         saltus_checkpoint_writer *checkpoint, saltus_error *error)
{
    if (recorder == NULL) {
        return SALTUS_OK;
    }
    if (recorder->writer != NULL) {
        return sl_sonata_fail(error, SALTUS_E_STATE, NULL, 0,
                              "weights.h5: only a spooled writer can be part of a checkpoint");
    }
    const saltus_status status = sl_sonata_weight_spool_settle(&recorder->spool, error);
    return status ? status
                  : saltus_checkpoint_put_bytes(checkpoint, section_name, &recorder->spool.size,
                                                sizeof recorder->spool.size, error);
}

saltus_status saltus_sonata_weights_close(saltus_sonata_weights *recorder, saltus_error *error)
{
    if (recorder == NULL) {
        return SALTUS_OK;
    }
    saltus_status status = SALTUS_OK;
    const sonata_quiet quiet = sl_sonata_quiet_begin();
    if (recorder->writer != NULL) {
        status = sl_sonata_weight_writer_close(recorder->writer, error);
        if (!status && recorder->error.status) { /* memory ran out before a write */
            status = sl_sonata_fail_memory(error);
        }
    } else if (recorder->path != NULL) {
        status = write_spooled(recorder, error);
    }
    sl_sonata_quiet_end(quiet);
    sl_sonata_weight_spool_close(&recorder->spool);
    free_buffer(recorder);
    free(recorder->path);
    free(recorder);
    return status;
}

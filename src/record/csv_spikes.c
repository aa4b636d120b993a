/* csv_spikes - writes spikes.csv: time_ms,population,neuron, one line a spike.
 *
 * Times are %.17g, so that reading them back gives the same double. Spikes that share a time (all
 * that one arrival causes) share its text.
 */
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "checkpoint/container.h"
#include "record/csv_names.h"
#include "record/format_number.h"
#include "record/text_file.h"
#include "saltus/record.h"

static const char header[] = "time_ms,population,neuron\n";
/* of a checkpoint: bytes of the file */
static const char section_name[] = "record/spikes.csv";

struct saltus_csv_spikes {
    text_file file;
    csv_names names;
    double last_time_ms; /* -1 before the first spike */
    size_t last_length;
    char last_text[FORMAT_NUMBER_MAX];
};

static saltus_status write_spikes(void *user, const saltus_spike *spikes, size_t count)
{
    saltus_csv_spikes *writer = user;
    const size_t line_max = 2 * FORMAT_NUMBER_MAX + writer->names.longest + 1;
    for (size_t i = 0; i < count; i++) {
        if (!(spikes[i].time_ms == writer->last_time_ms)) {
            const char *end = sl_format_double(writer->last_text, spikes[i].time_ms);
            writer->last_length = (size_t)(end - writer->last_text);
            writer->last_time_ms = spikes[i].time_ms;
        }
        char *out = sl_text_file_room(&writer->file, line_max);
        if (out == NULL) {
            return SALTUS_E_FILE;
        }
        const csv_name *name = &writer->names.of[spikes[i].population];
        memcpy(out, writer->last_text, writer->last_length);
        out += writer->last_length;
        memcpy(out, name->text, name->length);
        out = sl_format_u32(out + name->length, spikes[i].neuron);
        *out++ = '\n';
        sl_text_file_advance(&writer->file, out);
    }
    return SALTUS_OK;
}

/* Begin the file, or go on with it from where the checkpoint has it. */
static saltus_status open_file(saltus_csv_spikes *writer, const char *path,
                               saltus_checkpoint *checkpoint, saltus_error *error)
{
    if (checkpoint != NULL) {
        uint64_t position = 0;
        const saltus_status status =
            sl_section_get(checkpoint, section_name, SECTION_U64, &position, 1, error);
        return status ? status : sl_text_file_reopen(&writer->file, path, position, error);
    }
    const saltus_status status = sl_text_file_open(&writer->file, path, error);
    if (!status) {
        sl_text_file_write(&writer->file, header, sizeof header - 1);
    }
    return status;
}

static saltus_status create(saltus_result *result, saltus_simulation *simulation,
                            saltus_checkpoint *checkpoint, saltus_csv_spikes **out,
                            saltus_error *error)
{
    *out = NULL;
    saltus_csv_spikes *writer = calloc(1, sizeof *writer);
    if (writer == NULL) {
        return sl_fail_memory(error);
    }
    writer->last_time_ms = -1.0;
    saltus_status status =
        sl_csv_names_init(&writer->names, saltus_simulation_network(simulation), error);
    if (status) {
        goto fail;
    }
    const char *path = saltus_result_path(result, "spikes.csv");
    status = path == NULL ? sl_fail_memory(error) : open_file(writer, path, checkpoint, error);
    if (status) {
        goto fail;
    }
    status = saltus_simulation_add_spike_recorder(simulation, write_spikes, writer);
    if (status) {
        sl_fail(error, status, "spikes.csv: the simulation takes no further spike recorder");
        goto fail;
    }
    *out = writer;
    return SALTUS_OK;

fail:
    saltus_csv_spikes_close(writer, NULL);
    return status;
}

saltus_status saltus_csv_spikes_create(saltus_result *result, saltus_simulation *simulation,
                                       saltus_csv_spikes **out, saltus_error *error)
{
    return create(result, simulation, NULL, out, error);
}

saltus_status saltus_csv_spikes_resume(saltus_result *result, saltus_simulation *simulation,
                                       saltus_checkpoint *checkpoint, saltus_csv_spikes **out,
                                       saltus_error *error)
{
    return create(result, simulation, checkpoint, out, error);
}

saltus_status saltus_csv_spikes_save(saltus_csv_spikes *writer,
                                     saltus_checkpoint_writer *checkpoint, saltus_error *error)
{
    if (writer == NULL) {
        return SALTUS_OK;
    }
    uint64_t position = 0;
    const saltus_status status = sl_text_file_settle(&writer->file, &position, error);
    if (!status) {
        sl_section_put(checkpoint, section_name, SECTION_U64, &position, 1);
    }
    return status ? status : sl_container_status(checkpoint, error);
}

saltus_status saltus_csv_spikes_close(saltus_csv_spikes *writer, saltus_error *error)
{
    if (writer == NULL) {
        return SALTUS_OK;
    }
    const saltus_status status = sl_text_file_close(&writer->file, error);
    sl_csv_names_clear(&writer->names);
    free(writer);
    return status;
}

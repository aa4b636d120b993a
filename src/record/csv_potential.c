/* csv_potential - writes potential.csv: time_ms,population,neuron,v_mV, one line a neuron and
 * time, in (time, record, neuron) order.
 *
 * An experiment without potential records gets no file: the writer then does nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "checkpoint/container.h"
#include "network/network.h"
#include "record/csv_names.h"
#include "record/format_number.h"
#include "record/text_file.h"
#include "saltus/record.h"

static const char header[] = "time_ms,population,neuron,v_mV\n";
/* of a checkpoint: bytes of the file */
static const char section_name[] = "record/potential.csv";

struct saltus_csv_potential {
    text_file file;
    csv_names names;
};

static saltus_status write_sample(void *user, const saltus_sample *sample)
{
    saltus_csv_potential *writer = user;
    const csv_name *name = &writer->names.of[sample->population];
    const size_t line_max = 3 * FORMAT_NUMBER_MAX + name->length + 2;
    char time_text[FORMAT_NUMBER_MAX];
    const char *time_end = sl_format_double(time_text, sample->time_ms);
    const size_t time_length = (size_t)(time_end - time_text);

    for (uint32_t i = 0; i < sample->count; i++) {
        char *out = sl_text_file_room(&writer->file, line_max);
        if (out == NULL) {
            return SALTUS_E_FILE;
        }
        memcpy(out, time_text, time_length);
        out += time_length;
        memcpy(out, name->text, name->length);
        out = sl_format_u32(out + name->length, sample->first + i);
        *out++ = ',';
        out = sl_format_double(out, sample->potential_mV[i]);
        *out++ = '\n';
        sl_text_file_advance(&writer->file, out);
    }
    return SALTUS_OK;
}

/* Begin the file, or go on with it from where the checkpoint has it. */
static saltus_status open_file(saltus_csv_potential *writer, const char *path,
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
                            saltus_checkpoint *checkpoint, saltus_csv_potential **out,
                            saltus_error *error)
{
    *out = NULL;
    saltus_csv_potential *writer = calloc(1, sizeof *writer);
    if (writer == NULL) {
        return sl_fail_memory(error);
    }
    const saltus_network *network = saltus_simulation_network(simulation);
    if (network->potential_count == 0) {
        *out = writer;
        return SALTUS_OK;
    }
    saltus_status status = sl_csv_names_init(&writer->names, network, error);
    if (status) {
        goto fail;
    }
    const char *path = saltus_result_path(result, "potential.csv");
    status = path == NULL ? sl_fail_memory(error) : open_file(writer, path, checkpoint, error);
    if (status) {
        goto fail;
    }
    status = saltus_simulation_add_sample_recorder(simulation, write_sample, writer);
    if (status) {
        sl_fail(error, status, "potential.csv: the simulation takes no further sample recorder");
        goto fail;
    }
    *out = writer;
    return SALTUS_OK;

fail:
    saltus_csv_potential_close(writer, NULL);
    return status;
}

saltus_status saltus_csv_potential_create(saltus_result *result, saltus_simulation *simulation,
                                          saltus_csv_potential **out, saltus_error *error)
{
    return create(result, simulation, NULL, out, error);
}

saltus_status saltus_csv_potential_resume(saltus_result *result, saltus_simulation *simulation,
                                          saltus_checkpoint *checkpoint, saltus_csv_potential **out,
                                          saltus_error *error)
{
    return create(result, simulation, checkpoint, out, error);
}

saltus_status saltus_csv_potential_save(saltus_csv_potential *writer,
                                        saltus_checkpoint_writer *checkpoint, saltus_error *error)
{
    if (writer == NULL || writer->file.buffer == NULL) {
        return SALTUS_OK;
    }
    uint64_t position = 0;
    const saltus_status status = sl_text_file_settle(&writer->file, &position, error);
    if (!status) {
        sl_section_put(checkpoint, section_name, SECTION_U64, &position, 1);
    }
    return status ? status : sl_container_status(checkpoint, error);
}

saltus_status saltus_csv_potential_close(saltus_csv_potential *writer, saltus_error *error)
{
    if (writer == NULL) {
        return SALTUS_OK;
    }
    const saltus_status status = sl_text_file_close(&writer->file, error);
    sl_csv_names_clear(&writer->names);
    free(writer);
    return status;
}

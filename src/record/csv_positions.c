/* csv_positions - writes positions.csv: population,neuron,x_um,y_um,z_um, one line a neuron that
 * has a position; coordinates that a population has not are empty. */
#include <string.h>

#include "base/status.h"
#include "network/network.h"
#include "record/csv_names.h"
#include "record/format_number.h"
#include "record/text_file.h"
#include "saltus/record.h"

static const char header[] = "population,neuron,x_um,y_um,z_um\n";

static void write_population(text_file *file, const csv_name *name, const population *p)
{
    for (uint32_t i = 0; i < p->size; i++) {
        char *out = sl_text_file_room(file, name->length + 4 * FORMAT_NUMBER_MAX + 8);
        if (out == NULL) {
            return; /* the close tells why */
        }
        /* a name is kept between two commas */
        memcpy(out, name->text + 1, name->length - 1);
        out = sl_format_u32(out + name->length - 1, i);
        for (uint32_t axis = 0; axis < 3; axis++) {
            *out++ = ',';
            if (axis < p->dimensions) {
                out = sl_format_double(out, p->position_um[3 * (size_t)i + axis]);
            }
        }
        *out++ = '\n';
        sl_text_file_advance(file, out);
    }
}

saltus_status saltus_csv_positions_write(saltus_result *result, const saltus_network *network,
                                         saltus_error *error)
{
    csv_names names;
    text_file file;
    saltus_status status = sl_csv_names_init(&names, network, error);
    if (status) {
        return status;
    }
    const char *path = saltus_result_path(result, "positions.csv");
    status = path == NULL ? sl_fail_memory(error) : sl_text_file_open(&file, path, error);
    if (!status) {
        sl_text_file_write(&file, header, sizeof header - 1);
        for (uint32_t i = 0; i < network->population_count; i++) {
            if (network->populations[i].position_um != NULL) {
                write_population(&file, &names.of[i], &network->populations[i]);
            }
        }
        status = sl_text_file_close(&file, error);
    }
    sl_csv_names_clear(&names);
    return status;
}

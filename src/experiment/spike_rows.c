/* spike_rows - spikes from a CSV file, as spike lists and runs have them. */
#include "base/status.h"
#include "experiment/csv_table.h"
#include "saltus/encode.h"

saltus_status saltus_spikes_read(const char *path, const char *population, saltus_spikes *out,
                                 saltus_error *error)
{
    if (path == NULL || out == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a path and a place for the spikes are needed");
    }
    csv_column columns[] = {
        {.name = "time_ms", .type = CSV_REAL, .low = 0, .high = 4.5e7, .ascending = true},
        {.name = "neuron", .type = CSV_INDEX, .limit = UINT32_MAX, .limit_of = "a population"}};
    const csv_request request = {.columns = columns,
                                 .count = 2,
                                 .where = population != NULL ? "population" : NULL,
                                 .is = population};
    *out = (saltus_spikes){0};
    const saltus_status status = sl_csv_read_file(path, &request, &out->count, error);
    if (status != SALTUS_OK) {
        return status;
    }
    out->times_ms = columns[0].reals;
    out->sources = columns[1].indices;
    out->capacity = out->count;
    return SALTUS_OK;
}

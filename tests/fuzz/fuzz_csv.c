/* fuzz_csv - any bytes as a table of numbers: columns within their limits or one error.
 *
 * Build with clang -fsanitize=fuzzer,address,undefined; seeds are in corpus/csv.
 */
#include <math.h>
#include <stdlib.h>

#include "experiment/csv_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    csv_column columns[] = {
        {.name = "time_ms", .type = CSV_REAL, .low = 0, .high = 4.5e7, .ascending = true},
        {.name = "neuron", .type = CSV_INDEX, .limit = 100, .limit_of = "the population"},
        {.name = "weight_mV", .type = CSV_REAL, .optional = true, .low = -1e12, .high = 1e12}};
    const csv_request request = {.columns = columns, .count = 3, .others = size % 2 == 1};
    size_t rows = 0;
    saltus_error error = {0};
    const saltus_status status =
        sl_csv_read_text((const char *)data, size, "fuzz.csv", &request, &rows, &error);
    if ((status == SALTUS_OK) != (error.message[0] == '\0')) {
        abort();
    }
    for (size_t i = 0; i < rows; i++) {
        const double time = columns[0].reals[i];
        if (!(time >= 0 && time <= 4.5e7) || (i > 0 && time < columns[0].reals[i - 1]) ||
            columns[1].indices[i] >= 100 ||
            (columns[2].present && !isfinite(columns[2].reals[i]))) {
            abort();
        }
    }
    for (size_t i = 0; i < 3; i++) {
        free(columns[i].reals);
        free(columns[i].indices);
    }
    return 0;
}

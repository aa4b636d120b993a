/* fuzz_energy - any bytes as a cost table: a table that can be priced, or findings, never a crash.
 *
 * Build with clang -fsanitize=fuzzer,address,undefined; seeds are in corpus/energy.
 */
#include <stdint.h>
#include <stdlib.h>

#include "saltus/energy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    saltus_energy_table *table = NULL;
    saltus_diagnostics *found = NULL;
    const saltus_status status =
        saltus_energy_table_load_text((const char *)data, size, "fuzz.yaml", &table, &found);

    // Either a table or findings, and both can be read.
    if ((status == SALTUS_OK) != (table != NULL) ||
        (status == SALTUS_E_ARGUMENT) != (saltus_diagnostics_count(found) > 0)) {
        abort();
    }
    if (table != NULL) {
        saltus_energy_work work = saltus_energy_work_default();
        saltus_energy_estimate estimate;
        work.counts.synaptic_events = work.counts.spikes = work.counts.threshold_tests = 3;
        work.simulated_s = 1;
        saltus_energy_price(table, &work, &estimate);
        if (estimate.has_total &&
            !(estimate.total.low_J >= 0 && estimate.total.low_J <= estimate.total.high_J)) {
            abort();
        }
    }
    saltus_diagnostics_destroy(found);
    saltus_energy_table_destroy(table);
    return 0;
}

/* fuzz_experiment - any bytes as an experiment file: an experiment or findings, never a crash.
 *
 * Build with clang -fsanitize=fuzzer,address,undefined; seeds are in corpus/experiment.
 */
#include <stdint.h>
#include <stdlib.h>

#include "saltus/experiment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const saltus_override override = {"populations.E.params.tau_m", "5 ms"};
    const saltus_load_options options = {.overrides = &override, .override_count = size % 2};
    saltus_experiment *experiment = NULL;
    saltus_diagnostics *found = NULL;
    const saltus_status status = saltus_experiment_load_text((const char *)data, size, "fuzz.yaml",
                                                             "", &options, &experiment, &found);

    // Either an experiment or findings, and both can be read.
    if ((status == SALTUS_OK) != (experiment != NULL) ||
        (status == SALTUS_E_EXPERIMENT) != (saltus_diagnostics_count(found) > 0)) {
        abort();
    }
    for (size_t i = 0; i < saltus_diagnostics_count(found); i++) {
        if (saltus_diagnostics_get(found, i).message[0] == '\0') {
            abort();
        }
    }
    if (experiment != NULL) {
        (void)saltus_experiment_hash(experiment);
    }
    saltus_experiment_destroy(experiment);
    saltus_diagnostics_destroy(found);
    return 0;
}

/* fuzz_values - any bytes as a table of values, encoded and decoded: estimates of what spikes say
 * something about are within the range, or there is one error.
 *
 * Build with clang -fsanitize=fuzzer,address,undefined; seeds are in corpus/values.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "saltus/encode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void round_trip(const saltus_code_spec *spec, const saltus_values *values)
{
    saltus_spikes spikes = {0};
    double *back = calloc(values->width, sizeof(double));
    if (back == NULL ||
        saltus_encode(spec, values->values, values->width, 0, 5, &spikes, NULL) != SALTUS_OK) {
        abort();
    }
    if (saltus_decode(spec, &spikes, 5, 0, back, values->width, NULL) != SALTUS_OK) {
        abort();
    }
    for (uint32_t i = 0; i < values->width; i++) {
        if (back[i] < -1e12 - 1 || back[i] > 1e12 + 1) {
            abort();
        }
    }
    free(back);
    saltus_spikes_clear(&spikes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const codes[] = {"phase", "population", "latency"};
    char path[64];
    const int file = memfd_create("fuzz.csv", MFD_CLOEXEC);
    if (file < 0 || write(file, data, size) != (ssize_t)size) {
        abort();
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    for (int i = 0; i < 3; i++) {
        saltus_encoding encoding = saltus_encoding_default(SALTUS_SOURCE_CSV, path, codes[i]);
        saltus_values values;
        saltus_error error = {0};
        const saltus_status status = saltus_values_read(&encoding, &values, &error);
        if ((status == SALTUS_OK) != (error.message[0] == '\0')) {
            abort();
        }
        if (saltus_code_set(&encoding.code, "low", -1e12, NULL) != SALTUS_OK ||
            saltus_code_set(&encoding.code, "high", 1e12, NULL) != SALTUS_OK) {
            abort();
        }
        int within = status == SALTUS_OK;
        for (uint32_t k = 0; within && k < values.width; k++) {
            within = fabs(values.values[k]) <= 1e12;
        }
        if (within) {
            round_trip(&encoding.code, &values);
        }
        saltus_values_clear(&values);
    }
    close(file);
    return 0;
}

/* fuzz_idx - any bytes as an IDX file, plain or compressed: all its items, or one error.
 *
 * Build with clang -fsanitize=fuzzer,address,undefined; seeds are in corpus/idx.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "saltus/idx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    const int file = memfd_create("fuzz.idx", MFD_CLOEXEC);
    if (file < 0 || write(file, data, size) != (ssize_t)size) {
        abort();
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    saltus_idx *idx = NULL;
    saltus_error error = {0};
    const saltus_status status = saltus_idx_read(path, &idx, &error);
    if ((status == SALTUS_OK) != (error.message[0] == '\0') ||
        (status == SALTUS_OK) != (idx != NULL)) {
        abort();
    }
    unsigned sum = 0;
    for (uint32_t i = 0; idx != NULL && i < saltus_idx_count(idx); i++) {
        const uint8_t *item = saltus_idx_item(idx, i);
        sum += (unsigned)item[0] + item[saltus_idx_item_size(idx) - 1];
    }
    if (idx != NULL && sum > 510 * (uint64_t)saltus_idx_count(idx)) {
        abort();
    }
    saltus_idx_destroy(idx);
    close(file);
    return 0;
}

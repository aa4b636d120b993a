/* fuzz_checkpoint - checkpoints with any bytes changed: refused with a reason, or run on from.
 *
 * The input is a list of changes, three bytes each (where, and the new byte), of a whole checkpoint
 * of a small network; an odd first byte has the sums made right afterwards, so that what is behind
 * them is reached. The second byte chooses the engine, and whether the network learns.
 *
 * Build with clang -fsanitize=fuzzer,address,undefined; seeds are in corpus/checkpoint.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#include "../checkpoint/every_state.h"
#include "checkpoint/container_layout.h"
#include "saltus/saltus.h"

static const char *const engines[] = {"event", "grid@0.1ms", "interpolated@0.5ms", "offgrid@0.3ms"};
#define ENGINES (sizeof engines / sizeof engines[0])
/* The last one has synaptic currents, which the first two engines have. */
static const char *const texts[] = {every_fixed_state, every_learnt_state, every_current_state};
#define NETWORKS (sizeof texts / sizeof texts[0])
#define WAYS     (NETWORKS * ENGINES - 2)

static saltus_network *networks[NETWORKS];
static unsigned char *whole[WAYS]; /* checkpoints to change */
static size_t sizes[WAYS];

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static saltus_simulation *simulation_of(size_t way)
{
    saltus_simulation_options options = saltus_simulation_options_default();
    saltus_simulation *sim = NULL;
    options.threads = 1;
    must(saltus_engine_parse(engines[way % ENGINES], &options, NULL) == SALTUS_OK);
    must(saltus_simulation_create(networks[way / ENGINES], &options, &sim, NULL) == SALTUS_OK);
    return sim;
}

static void make_checkpoint(size_t way)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/saltus_fuzz_%d.checkpoint", (int)getpid());
    saltus_simulation *sim = simulation_of(way);
    must(saltus_simulation_run_until(sim, 12.34, NULL) == SALTUS_OK);
    must(saltus_checkpoint_write(sim, path, NULL) == SALTUS_OK);
    saltus_simulation_destroy(sim);
    FILE *file = fopen(path, "rb");
    must(file != NULL && fseek(file, 0, SEEK_END) == 0);
    sizes[way] = (size_t)ftell(file);
    rewind(file);
    whole[way] = malloc(sizes[way]);
    must(whole[way] != NULL && fread(whole[way], 1, sizes[way], file) == sizes[way]);
    fclose(file);
    unlink(path);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    for (size_t i = 0; i < NETWORKS; i++) {
        saltus_experiment *experiment = NULL;
        must(saltus_experiment_load_text(texts[i], strlen(texts[i]), "text", "", NULL, &experiment,
                                         NULL) == SALTUS_OK);
        must(saltus_network_build(experiment, NULL, &networks[i], NULL) == SALTUS_OK);
        saltus_experiment_destroy(experiment);
    }
    for (size_t i = 0; i < WAYS; i++) {
        make_checkpoint(i);
    }
    return 0;
}

/* Sums that are right, as far as header and table let themselves be followed. */
static void sign(unsigned char *bytes, size_t size)
{
    container_header header;
    memcpy(&header, bytes, sizeof header);
    const uint64_t count = header.section_count;
    if (header.table_offset > size || count > CONTAINER_SECTIONS_MAX ||
        size - header.table_offset < count * sizeof(container_entry)) {
        return;
    }
    for (uint64_t i = 0; i < count; i++) {
        unsigned char *at = bytes + header.table_offset + i * sizeof(container_entry);
        container_entry entry;
        memcpy(&entry, at, sizeof entry);
        if (entry.size > 0 && entry.offset <= size &&
            entry.count <= (size - entry.offset) / entry.size) {
            entry.sum = XXH3_64bits(bytes + entry.offset, entry.count * entry.size);
            memcpy(at, &entry, sizeof entry);
        }
    }
    header.table_sum = XXH3_64bits(bytes + header.table_offset, count * sizeof(container_entry));
    header.header_sum = XXH3_64bits(&header, offsetof(container_header, header_sum));
    memcpy(bytes, &header, sizeof header);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }
    const size_t way = data[1] % WAYS;
    const size_t length = sizes[way];
    unsigned char *bytes = malloc(length);
    must(bytes != NULL);
    memcpy(bytes, whole[way], length);
    for (size_t i = 2; i + 3 <= size; i += 3) {
        bytes[(size_t)(data[i] | data[i + 1] << 8) % length] = data[i + 2];
    }
    if (data[0] % 2 == 1) {
        sign(bytes, length);
    }
    char path[64];
    const int descriptor = memfd_create("checkpoint", MFD_CLOEXEC);
    must(descriptor >= 0 && write(descriptor, bytes, length) == (ssize_t)length);
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);

    saltus_error error = {0};
    saltus_simulation *sim = simulation_of(way);
    const saltus_status status = saltus_checkpoint_restore(sim, path, &error);
    must((status == SALTUS_OK) == (error.message[0] == '\0'));
    if (status == SALTUS_OK) {
        saltus_simulation_run_until(sim, saltus_simulation_time_ms(sim) + 1, NULL);
    }
    saltus_simulation_destroy(sim);
    close(descriptor);
    free(bytes);
    return 0;
}

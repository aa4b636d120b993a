/* checkpoint_speed - how fast a checkpoint is written and read, beside a plain file of its size.
 *
 *   saltus-bench-checkpoint [NEURONS [DIRECTORY]]     default 1000000, the working directory
 *
 * Both files are written front to back and made durable (fsync). Times are the medians of several
 * turns, taken in turn so that the disk's moods hit both. Two states: a network of events, and one
 * on a grid with delays of its own, whose rings are most of the file.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "saltus/saltus.h"

#define TURNS 7
#define PIECE ((size_t)1 << 20)

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void must(saltus_status status, const saltus_error *error)
{
    if (status != SALTUS_OK) {
        fprintf(stderr, "checkpoint_speed: %s: %s\n", saltus_status_text(status), error->message);
        exit(1);
    }
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *times_s)
{
    qsort(times_s, TURNS, sizeof *times_s, compare);
    return times_s[TURNS / 2];
}

/* As many bytes, without meaning. */
static double write_plain(const char *path, size_t size)
{
    static char piece[PIECE];
    memset(piece, 0x5a, sizeof piece);
    const double start_s = seconds();
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    bool done = descriptor >= 0;
    for (size_t left = size; done && left > 0;) {
        const ssize_t written = write(descriptor, piece, left < PIECE ? left : PIECE);
        done = written > 0;
        left -= done ? (size_t)written : 0;
    }
    done = done && fsync(descriptor) == 0;
    if (descriptor >= 0) {
        close(descriptor);
    }
    if (!done) {
        perror(path);
        exit(1);
    }
    return seconds() - start_s;
}

static saltus_simulation *simulation_of(const saltus_network *network, const char *engine)
{
    saltus_error error = {0};
    saltus_simulation_options options = saltus_simulation_options_default();
    saltus_simulation *sim = NULL;
    must(saltus_engine_parse(engine, &options, &error), &error);
    must(saltus_simulation_create(network, &options, &sim, &error), &error);
    return sim;
}

static void measure(uint32_t neurons, const char *engine, const char *delay, const char *path)
{
    char text[1024];
    char plain[4200];
    const int length = snprintf(
        text, sizeof text,
        "saltus: 1\nduration: 20 ms\npopulations:\n  E: {size: %u, model: lif_delta}\n"
        "inputs:\n  noise: {type: poisson, rate: 2 kHz, weight: 2 mV, to: E}\nprojections:\n"
        "  - {from: E, to: E, rule: {fixed_outdegree: 10}, weight: 0.1 mV, delay: %s}\n",
        neurons, delay);
    saltus_error error = {0};
    saltus_experiment *experiment = NULL;
    saltus_network *network = NULL;
    must(saltus_experiment_load_text(text, (size_t)length, "text", "", NULL, &experiment, NULL),
         &error);
    must(saltus_network_build(experiment, NULL, &network, &error), &error);
    saltus_simulation *sim = simulation_of(network, engine);
    must(saltus_simulation_run_until(sim, 20, &error), &error);

    double checkpoint_s[TURNS];
    double plain_s[TURNS];
    double restore_s[TURNS];
    uint64_t bytes = 0;
    snprintf(plain, sizeof plain, "%s.plain", path);
    for (int i = 0; i < TURNS; i++) {
        double start_s = seconds();
        must(saltus_checkpoint_write(sim, path, &error), &error);
        checkpoint_s[i] = seconds() - start_s;
        saltus_checkpoint *checkpoint = NULL;
        saltus_checkpoint_info info;
        must(saltus_checkpoint_open(path, &checkpoint, &error), &error);
        must(saltus_checkpoint_get_info(checkpoint, &info, &error), &error);
        saltus_checkpoint_close(checkpoint);
        bytes = info.file_bytes;
        plain_s[i] = write_plain(plain, (size_t)bytes);
        saltus_simulation *fresh = simulation_of(network, engine);
        start_s = seconds();
        must(saltus_checkpoint_restore(fresh, path, &error), &error);
        restore_s[i] = seconds() - start_s;
        saltus_simulation_destroy(fresh);
    }
    unlink(path);
    unlink(plain);
    const double megabytes = (double)bytes / 1e6;
    printf("%-12s  %9u  %9.1f  %10.0f  %10.0f  %10.0f\n", engine, neurons, megabytes,
           megabytes / median(checkpoint_s), megabytes / median(plain_s),
           megabytes / median(restore_s));
    saltus_simulation_destroy(sim);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}

int main(int argc, char **argv)
{
    const uint32_t neurons = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000;
    char path[4096];
    snprintf(path, sizeof path, "%s/speed.checkpoint", argc > 2 ? argv[2] : ".");
    printf("%-12s  %9s  %9s  %10s  %10s  %10s\n", "engine", "neurons", "MB", "written",
           "plain file", "restored");
    printf("%-12s  %9s  %9s  %10s  %10s  %10s\n", "", "", "", "MB/s", "MB/s", "MB/s");
    measure(neurons, "event", "1.5 ms", path);
    measure(neurons, "grid@0.1ms", "{uniform: [0.1 ms, 3 ms]}", path);
    return 0;
}

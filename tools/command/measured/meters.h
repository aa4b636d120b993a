/* meters - energy and hardware events that the machine itself measures, between two moments.
 *
 * Energy: RAPL through the kernel's powercap folders, package and DRAM zones of all sockets; of
 * the whole machine, so other programs are in it. Events: perf_event_open, user mode, on the
 * calling thread and the threads started after meters_begin. What the machine does not have, or
 * does not let this user read, is NaN with the reason in words; it is never an error.
 *
 *     meters m;
 *     meters_reading reading;
 *     meters_begin(&m, NULL);
 *     ... work ...
 *     meters_end(&m, &reading);
 */
#ifndef SALTUS_TOOLS_METERS_H
#define SALTUS_TOOLS_METERS_H

#include <stdbool.h>
#include <stdint.h>

#define METERS_RAPL_ROOT "/sys/class/powercap"
#define METERS_ZONES_MAX 64
#define METERS_WHY_SIZE  400

/* A RAPL zone: a package, or the DRAM of one. */
typedef struct meters_zone {
    char path[320]; /* .../energy_uj */
    bool dram;
    uint64_t range_uJ; /* the counter goes back to 0 after this; 0: not known */
    uint64_t start_uJ;
} meters_zone;

enum { METERS_INSTRUCTIONS, METERS_CYCLES, METERS_CACHE_MISSES, METERS_COUNTERS };

/* What is being measured. */
typedef struct meters {
    meters_zone zones[METERS_ZONES_MAX];
    int zone_count;
    int counters[METERS_COUNTERS];     /* descriptors; -1: none */
    char package_why[METERS_WHY_SIZE]; /* "" while it can be read */
    char dram_why[METERS_WHY_SIZE];
    char perf_why[METERS_WHY_SIZE];
} meters;

/* What was measured. Each `why` is "" exactly when the figures it is about are there; else it
 * begins with "not available: ". */
typedef struct meters_reading {
    double package_J; /* sum over sockets; NaN: not available */
    double dram_J;
    double instructions, cycles, cache_misses;
    char package_why[METERS_WHY_SIZE];
    char dram_why[METERS_WHY_SIZE];
    char perf_why[METERS_WHY_SIZE];
} meters_reading;

/* Start. `rapl_root` is the folder that has the zones intel-rapl:*; NULL: METERS_RAPL_ROOT. */
void meters_begin(meters *m, const char *rapl_root);
/* Read and close. A RAPL counter that has gone round once since meters_begin is read rightly; it
 * goes round after max_energy_range_uj, for a package typically 65 to 262 kJ. */
void meters_end(meters *m, meters_reading *reading);

#endif /* SALTUS_TOOLS_METERS_H */

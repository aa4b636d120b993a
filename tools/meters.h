/* meters - energy and hardware events that the machine itself measures, between two moments.
 *
 * Energy: RAPL through the kernel's powercap folders (package and DRAM domains). Events:
 * perf_event_open on this process and the threads it starts after meters_begin. What the machine
 * does not have, or does not let this user read, is NaN with the reason in words; it is never
 * an error.
 *
 *     meters m;
 *     meters_begin(&m, NULL);
 *     ... work ...
 *     meters_end(&m, &reading);
 */
#ifndef SALTUS_TOOLS_METERS_H
#define SALTUS_TOOLS_METERS_H

#include <stdint.h>

#define METERS_RAPL_ROOT "/sys/class/powercap"
#define METERS_ZONES_MAX 32

/* One RAPL zone: a package, or the DRAM of one. */
typedef struct meters_zone {
    char energy_path[288]; /* .../energy_uj */
    int is_dram;
    uint64_t range_uJ; /* the counter goes back to 0 after this; 0: not known */
    uint64_t start_uJ;
} meters_zone;

typedef struct meters {
    meters_zone zones[METERS_ZONES_MAX];
    int zone_count;
    int counter[3];     /* descriptors of instructions, cycles, cache misses; -1: none */
    char rapl_why[256]; /* "" when package zones are read */
    char dram_why[256];
    char perf_why[256];
} meters;

typedef struct meters_reading {
    double package_J, dram_J;                  /* NaN: not available */
    double instructions, cycles, cache_misses; /* NaN: not available */
    char package_why[256];                     /* why package_J is NaN; "" else */
    char dram_why[256];
    char perf_why[256]; /* why a counter is NaN; "" when all three are there */
} meters_reading;

/* Start. `rapl_root` is the folder with the intel-rapl* zones; NULL: METERS_RAPL_ROOT. */
void meters_begin(meters *m, const char *rapl_root);
/* Read and close. A counter that has gone round once since meters_begin is read rightly; the
 * machine's ranges allow some minutes at full load (package: typically 262 kJ). */
void meters_end(meters *m, meters_reading *reading);

#endif /* SALTUS_TOOLS_METERS_H */

/* meters - energy and hardware events that the machine itself measures, between two moments.
 *
 * RAPL: Linux, Documentation/power/powercap/powercap.rst. Only zones intel-rapl:* are read (AMD's
 * have the same name); those of intel-rapl-mmio are the same packages once more. A sum lacks
 * nothing: when one package cannot be read, there is no figure for any.
 *
 * Counters that share the processor's few registers run part of the time; their values are scaled
 * by enabled / running time, as perf_event_open(2) advises.
 */
#include "measured/meters.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ZONE_PREFIX "intel-rapl:"

/* The first reason stays. */
static void set_why(char why[METERS_WHY_SIZE], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void set_why(char why[METERS_WHY_SIZE], const char *format, ...)
{
    static const char start[] = "not available: ";
    if (why[0] != '\0') {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    memcpy(why, start, sizeof start);
    vsnprintf(why + sizeof start - 1, METERS_WHY_SIZE - sizeof start + 1, format, arguments);
    va_end(arguments);
}

/* ---- RAPL ------------------------------------------------------------------------------ */

/* The first line of a file; false with errno set. */
static bool read_line(const char *path, char *line, int size)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    errno = 0;
    const bool got = fgets(line, size, file) != NULL;
    const int problem = errno != 0 ? errno : EINVAL;
    fclose(file);
    if (!got) {
        errno = problem;
        return false;
    }
    line[strcspn(line, "\n")] = '\0';
    return true;
}

static bool read_count(const char *path, uint64_t *count)
{
    char line[32];
    char *end = NULL;
    if (!read_line(path, line, sizeof line)) {
        return false;
    }
    errno = 0;
    *count = strtoull(line, &end, 10);
    if (line[0] < '0' || line[0] > '9' || *end != '\0' || errno != 0) {
        errno = EINVAL;
        return false;
    }
    return true;
}

static void explain_unread(char why[METERS_WHY_SIZE], const char *path, int problem)
{
    if (problem == EACCES || problem == EPERM) {
        set_why(why,
                "%s may be read by root only (run as root, or allow it with chmod a+r on that "
                "file)",
                path);
    } else if (problem == EINVAL) {
        set_why(why, "%s does not hold a whole number", path);
    } else {
        set_why(why, "%s cannot be read: %s", path, strerror(problem));
    }
}

/* Take a zone in when it is a package or DRAM. */
static void add_zone(meters *m, const char *root, const char *folder)
{
    char path[320];
    char name[64];
    meters_zone zone = {.dram = false};
    if (strlen(root) + strlen(folder) + sizeof "//max_energy_range_uj" > sizeof path ||
        m->zone_count == METERS_ZONES_MAX) {
        set_why(m->package_why, "there are more RAPL zones in %.100s than can be kept", root);
        return;
    }
    snprintf(path, sizeof path, "%s/%s/name", root, folder);
    if (!read_line(path, name, sizeof name)) {
        explain_unread(m->package_why, path, errno);
        return;
    }
    zone.dram = strcmp(name, "dram") == 0;
    if (!zone.dram && strncmp(name, "package", 7) != 0) {
        return; /* core and uncore are parts of a package; psys is another view of it */
    }
    snprintf(path, sizeof path, "%s/%s/max_energy_range_uj", root, folder);
    if (!read_count(path, &zone.range_uJ)) {
        zone.range_uJ = 0;
    }
    snprintf(zone.path, sizeof zone.path, "%s/%s/energy_uj", root, folder);
    if (!read_count(zone.path, &zone.start_uJ)) {
        explain_unread(zone.dram ? m->dram_why : m->package_why, zone.path, errno);
    }
    m->zones[m->zone_count++] = zone;
}

static void begin_rapl(meters *m, const char *root)
{
    DIR *folder = opendir(root);
    if (folder == NULL) {
        set_why(m->package_why, "no RAPL: %s cannot be opened: %s", root, strerror(errno));
        set_why(m->dram_why, "no RAPL: %s cannot be opened: %s", root, strerror(errno));
        return;
    }
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strncmp(entry->d_name, ZONE_PREFIX, strlen(ZONE_PREFIX)) == 0) {
            add_zone(m, root, entry->d_name);
        }
    }
    closedir(folder);
    int packages = 0;
    for (int i = 0; i < m->zone_count; i++) {
        packages += !m->zones[i].dram;
    }
    if (packages == 0) {
        set_why(m->package_why,
                "no RAPL: %s has no package zone (a virtual machine, a processor without it, or "
                "the kernel module intel_rapl_common is not loaded)",
                root);
    }
    if (packages == m->zone_count) {
        set_why(m->dram_why, "RAPL has no DRAM zone here");
    }
}

/* Joules since the start, of all packages or of all DRAM; NaN with the reason. */
static double end_rapl(const meters *m, bool dram, char why[METERS_WHY_SIZE])
{
    double joules = 0;
    for (int i = 0; i < m->zone_count && why[0] == '\0'; i++) {
        const meters_zone *zone = &m->zones[i];
        uint64_t now_uJ = 0;
        if (zone->dram != dram) {
            continue;
        }
        if (!read_count(zone->path, &now_uJ)) {
            explain_unread(why, zone->path, errno);
        } else if (now_uJ >= zone->start_uJ) {
            joules += 1e-6 * (double)(now_uJ - zone->start_uJ);
        } else if (zone->range_uJ >= zone->start_uJ) {
            joules += 1e-6 * (double)(zone->range_uJ - zone->start_uJ + now_uJ);
        } else {
            set_why(why, "%s went back and its range is not known", zone->path);
        }
    }
    return why[0] == '\0' ? joules : (double)NAN;
}

/* ---- Hardware counters ----------------------------------------------------------------- */

static int open_counter(uint64_t config)
{
    struct perf_event_attr attributes = {
        .type = PERF_TYPE_HARDWARE,
        .size = sizeof attributes,
        .config = config,
        .inherit = 1,
        .exclude_kernel = 1, /* all that an ordinary user may count */
        .exclude_hv = 1,
        .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING};
    return (int)syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static void explain_unopened(char why[METERS_WHY_SIZE], int problem)
{
    char paranoid[16] = "?";
    switch (problem) {
    case EACCES:
    case EPERM:
        read_line("/proc/sys/kernel/perf_event_paranoid", paranoid, sizeof paranoid);
        set_why(
            why,
            "perf_event_open is not permitted (kernel.perf_event_paranoid is %s; up to 2 it is, "
            "unless a container forbids it)",
            paranoid);
        break;
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
        set_why(why, "this machine shows no hardware counters (a virtual machine?)");
        break;
    case ENOSYS:
        set_why(why, "the kernel has no perf_event_open, or a container hides it");
        break;
    default:
        set_why(why, "perf_event_open: %s", strerror(problem));
        break;
    }
}

static void begin_counters(meters *m)
{
    static const uint64_t configs[METERS_COUNTERS] = {
        PERF_COUNT_HW_INSTRUCTIONS, PERF_COUNT_HW_CPU_CYCLES, PERF_COUNT_HW_CACHE_MISSES};
    for (int i = 0; i < METERS_COUNTERS; i++) {
        m->counters[i] = open_counter(configs[i]);
        if (m->counters[i] < 0) {
            explain_unopened(m->perf_why, errno);
        }
    }
}

/* The count so far; NaN when the counter is not there or never ran. */
static double end_counter(int descriptor, char why[METERS_WHY_SIZE])
{
    uint64_t values[3] = {0}; /* count, time enabled, time running */
    if (descriptor < 0) {
        return (double)NAN;
    }
    const bool whole = read(descriptor, values, sizeof values) == (ssize_t)sizeof values;
    close(descriptor);
    if (!whole || values[2] == 0) {
        set_why(why, "a hardware counter never ran (others use all registers)");
        return (double)NAN;
    }
    return (double)values[0] * ((double)values[1] / (double)values[2]);
}

/* ---- Both ------------------------------------------------------------------------------ */

void meters_begin(meters *m, const char *rapl_root)
{
    memset(m, 0, sizeof *m);
    begin_counters(m);
    begin_rapl(m, rapl_root != NULL ? rapl_root : METERS_RAPL_ROOT);
}

void meters_end(meters *m, meters_reading *reading)
{
    memset(reading, 0, sizeof *reading);
    memcpy(reading->package_why, m->package_why, sizeof reading->package_why);
    memcpy(reading->dram_why, m->dram_why, sizeof reading->dram_why);
    reading->package_J = end_rapl(m, false, reading->package_why);
    reading->dram_J = end_rapl(m, true, reading->dram_why);
    reading->instructions = end_counter(m->counters[METERS_INSTRUCTIONS], m->perf_why);
    reading->cycles = end_counter(m->counters[METERS_CYCLES], m->perf_why);
    reading->cache_misses = end_counter(m->counters[METERS_CACHE_MISSES], m->perf_why);
    memcpy(reading->perf_why, m->perf_why, sizeof reading->perf_why);
}

/* machine - what the command wants to know of the computer it runs on.
 *
 * Memory: MemAvailable of /proc/meminfo, capped by the limits of control groups (versions 1 and
 * 2) on the way from this process's group to the root. Page cache that a group can give back
 * (inactive_file) does not count as used.
 */
#include "shared/machine.h"

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1024

/* The number after `key` at the start of a line of a file, or of its first line for key "". */
static bool read_number(const char *path, const char *key, uint64_t *number)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    char line[LINE_MAX_BYTES];
    bool found = false;
    while (!found && fgets(line, sizeof line, file) != NULL) {
        const size_t length = strlen(key);
        unsigned long long value = 0;
        if (strncmp(line, key, length) == 0 && sscanf(line + length, "%llu", &value) == 1) {
            *number = value;
            found = true;
        }
    }
    fclose(file);
    return found;
}

/* Lower `available` to what the group in `folder` may still take. */
static void cap_by_group(const char *folder, bool version2, uint64_t *available)
{
    char path[LINE_MAX_BYTES + 64];
    uint64_t limit = 0;
    uint64_t used = 0;
    uint64_t cache = 0;
    snprintf(path, sizeof path, "%s/%s", folder, version2 ? "memory.max" : "memory.limit_in_bytes");
    if (!read_number(path, "", &limit)) {
        return;
    }
    snprintf(path, sizeof path, "%s/%s", folder,
             version2 ? "memory.current" : "memory.usage_in_bytes");
    if (!read_number(path, "", &used)) {
        return;
    }
    snprintf(path, sizeof path, "%s/memory.stat", folder);
    if (!read_number(path, version2 ? "inactive_file " : "total_inactive_file ", &cache)) {
        cache = 0;
    }
    used = used > cache ? used - cache : 0;
    const uint64_t left = limit > used ? limit - used : 0;
    if (left < *available) {
        *available = left;
    }
}

/* Every group from `name` up to the root below `mount`. */
static void cap_by_groups(const char *mount, const char *name, bool version2, uint64_t *available)
{
    char folder[LINE_MAX_BYTES];
    const int length = snprintf(folder, sizeof folder, "%s%s", mount, name);
    if (length < 0 || (size_t)length >= sizeof folder) {
        return;
    }
    const size_t root = strlen(mount);
    for (;;) {
        cap_by_group(folder, version2, available);
        char *slash = strrchr(folder, '/');
        if (strlen(folder) <= root || slash == NULL || (size_t)(slash - folder) < root) {
            return;
        }
        *slash = '\0';
    }
}

/* "0::/a/b" is version 2, "4:memory:/a/b" version 1. */
static void cap_by_control_groups(uint64_t *available)
{
    FILE *file = fopen("/proc/self/cgroup", "r");
    if (file == NULL) {
        return;
    }
    char line[LINE_MAX_BYTES / 2];
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *kinds = strchr(line, ':');
        char *name = kinds != NULL ? strchr(kinds + 1, ':') : NULL;
        if (name == NULL) {
            continue;
        }
        *name++ = '\0';
        kinds++;
        if (strcmp(kinds, "") == 0) {
            cap_by_groups("/sys/fs/cgroup", name, true, available);
        } else if (strcmp(kinds, "memory") == 0) {
            cap_by_groups("/sys/fs/cgroup/memory", name, false, available);
        }
    }
    fclose(file);
}

uint64_t machine_available_memory(void)
{
    uint64_t kilobytes = 0;
    uint64_t available = UINT64_MAX;
    if (read_number("/proc/meminfo", "MemAvailable:", &kilobytes)) {
        available = kilobytes * 1024;
    }
    cap_by_control_groups(&available);
    return available == UINT64_MAX ? 0 : available;
}

uint64_t machine_memory_limit(void)
{
    const uint64_t available = machine_available_memory();
    /* a machine that is full already still has a limit; 0 would mean none */
    return available == 0 ? 0 : available / 10 * 9 + 1;
}

uint32_t machine_cpu_count(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) {
        return (uint32_t)CPU_COUNT(&set);
    }
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (uint32_t)online : 1;
}

uint32_t machine_default_threads(void)
{
    const char *text = getenv("OMP_NUM_THREADS");
    const long asked = text != NULL ? strtol(text, NULL, 10) : 0;
    return asked > 0 && asked <= 1024 ? (uint32_t)asked : machine_cpu_count();
}

const char *machine_cpu_model(void)
{
    static char model[256];
    FILE *file = model[0] == '\0' ? fopen("/proc/cpuinfo", "r") : NULL;
    char line[sizeof model];
    while (file != NULL && model[0] == '\0' && fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && colon != NULL) {
            line[strcspn(line, "\n")] = '\0';
            snprintf(model, sizeof model, "%s", colon + 1 + strspn(colon + 1, " "));
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return model[0] != '\0' ? model : "unknown";
}

double machine_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

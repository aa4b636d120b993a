/* codes - a comparison of codes on the same values: what was asked for, what came of it. */
#ifndef SALTUS_TOOLS_CODES_H
#define SALTUS_TOOLS_CODES_H

#include "encode/encode.h"

#define CODES_MAX   16
#define JITTERS_MAX 16

/* A code under comparison and its results. */
typedef struct compared_code {
    char *label; /* as given, "latency:curve=rc"; owned */
    saltus_encoding encoding;
    saltus_code_spec spec; /* with the range of the source */

    uint32_t sources;
    uint64_t spikes;
    uint64_t synaptic_operations; /* deliveries of these spikes to all targets, counted by a run */
    double error[JITTERS_MAX];    /* root mean square, as a share of the range */
    uint64_t undecided[JITTERS_MAX]; /* values of which spikes say nothing */
} compared_code;

typedef struct comparison {
    const char *path, *csv;
    saltus_source_kind kind;
    compared_code codes[CODES_MAX];
    size_t code_count;
    double jitter_ms[JITTERS_MAX];
    size_t jitter_count;
    uint64_t seed, first, count, targets;
    uint32_t items, width; /* of the values; with codes of other windows a sound has others */
} comparison;

/* Fill in the results of one code; an exit code. */
int codes_measure(comparison *c, compared_code *code);
void codes_print(const comparison *c);
/* A row for each code and jitter; an exit code. */
int codes_write_csv(const comparison *c);

#endif /* SALTUS_TOOLS_CODES_H */

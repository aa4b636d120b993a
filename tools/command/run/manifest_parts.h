/* manifest_parts - members that several kinds of results have in their JSON (manifest.c). */
#ifndef SALTUS_TOOLS_MANIFEST_PARTS_H
#define SALTUS_TOOLS_MANIFEST_PARTS_H

#include <saltus/saltus.h>
#include <time.h>

#include "shared/experiment_source.h"
#include "shared/json_writer.h"

/* "started": local time with offset. */
void manifest_started(json_writer *w, const struct timespec *when);
/* "machine": system, processor. */
void manifest_machine(json_writer *w);
/* "experiment": title, file, hash, seed, duration, overrides. */
void manifest_experiment(json_writer *w, const experiment_source *source,
                         const source_overrides *overrides);
/* "counts": all of them. */
void manifest_counts(json_writer *w, const saltus_counts *c);

#endif /* SALTUS_TOOLS_MANIFEST_PARTS_H */

/* fault_text - faults for people and for JSON: what each is, of whom, what it has done. */
#ifndef SALTUS_TOOLS_FAULT_TEXT_H
#define SALTUS_TOOLS_FAULT_TEXT_H

#include "saltus/saltus.h"
#include "shared/json_writer.h"

/* Name of the population or projection that the fault is of. */
const char *fault_of(const saltus_experiment *experiment, uint32_t index);
/* "lesion of neurons", ... */
const char *fault_kind(const saltus_fault_spec *spec);
/* The faults of an experiment as a table whose first column has this width; nothing without any. */
void fault_print_specs(const saltus_experiment *experiment, int width);
/* What they have done, a line each behind a column of this width. */
void fault_print_effects(const saltus_experiment *experiment, const saltus_simulation *simulation,
                         int width);
/* An array "faults"; `simulation` NULL: without effects. */
void fault_json(json_writer *w, const saltus_experiment *experiment,
                const saltus_simulation *simulation);

#endif /* SALTUS_TOOLS_FAULT_TEXT_H */

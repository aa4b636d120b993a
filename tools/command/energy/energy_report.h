/* energy_report - energies, cost tables and estimates as text and as JSON. */
#ifndef SALTUS_TOOLS_ENERGY_REPORT_H
#define SALTUS_TOOLS_ENERGY_REPORT_H

#include <saltus/saltus.h>

#include "shared/json_writer.h"

/* Texts that are valid until the sixteenth call after it. */
/* "23.6 pJ"; "-" for NaN. */
const char *joules_text(double joules);
/* "8 to 26.6 nJ", "23.6 pJ", "-" for NaN. */
const char *energy_range_text(double low_J, double high_J);

/* The least certain grade among a table's prices. */
saltus_energy_evidence energy_weakest_evidence(const saltus_energy_info *info);

/* A table for people: each price with source and grade, what is not priced, what may not be
 * added. */
void energy_print_table(const saltus_energy_info *info);
/* The same as an object; its name, scope and title alone when `brief`. */
void energy_write_table(json_writer *w, const char *key, const saltus_energy_info *info,
                        bool brief);

/* An estimate for people: a line a term, the total and what it is by event, spike, second. */
void energy_print_estimate(const saltus_energy_info *info, const saltus_energy_estimate *estimate);
/* "loihi   1.2 to 1.4 mJ   ..." in one line of a table over several cost tables. */
void energy_print_estimate_line(const saltus_energy_info *info,
                                const saltus_energy_estimate *estimate);
/* The lines of a reference table. */
void energy_print_reference(const saltus_energy_estimate *estimate);
/* An estimate as an object. */
void energy_write_estimate(json_writer *w, const char *key, const saltus_energy_info *info,
                           const saltus_energy_estimate *estimate);

#endif /* SALTUS_TOOLS_ENERGY_REPORT_H */

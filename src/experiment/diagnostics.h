/* diagnostics - all findings of one load, kept in file order. */
#ifndef SALTUS_DIAGNOSTICS_H
#define SALTUS_DIAGNOSTICS_H

#include <stdbool.h>

#include "saltus/experiment.h"

/* Where a finding is shown, and where it stands in the order of the experiment file. A finding
 * inside a CSV file is shown there and ordered by the key that names the file. */
typedef struct finding_place {
    const char *file;
    uint32_t line, column;             /* shown; 0: no position */
    uint32_t order_line, order_column; /* in the experiment file; overrides come after it */
} finding_place;

/* NULL when memory ran out. */
saltus_diagnostics *sl_diagnostics_create(void);
/* Add a finding; one that is there already, at the same place in the same words, is passed over.
 * False when memory ran out. */
bool sl_diagnostics_add(saltus_diagnostics *diagnostics, const finding_place *place,
                        const char *path, const char *message);
/* Bring into file order. */
void sl_diagnostics_sort(saltus_diagnostics *diagnostics);

#endif /* SALTUS_DIAGNOSTICS_H */

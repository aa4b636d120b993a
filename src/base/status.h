/* status - filling in error records. */
#ifndef SALTUS_STATUS_H
#define SALTUS_STATUS_H

#include <stdarg.h>

#include "saltus/base.h"

/* Fill `error` (may be NULL) without a position and return `status`. */
saltus_status sl_fail(saltus_error *error, saltus_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with a position. */
saltus_status sl_fail_at(saltus_error *error, saltus_status status, const char *file, uint32_t line,
                         uint32_t column, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* "out of memory", SALTUS_E_MEMORY. */
saltus_status sl_fail_memory(saltus_error *error);

#endif /* SALTUS_STATUS_H */

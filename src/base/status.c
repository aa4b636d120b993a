/* status - error records and the texts of status codes. */
#include "base/status.h"

#include <stdio.h>
#include <string.h>

const char *saltus_status_text(saltus_status status)
{
    switch (status) {
    case SALTUS_OK:
        return "ok";
    case SALTUS_E_ARGUMENT:
        return "argument out of range";
    case SALTUS_E_EXPERIMENT:
        return "error in the experiment";
    case SALTUS_E_MEMORY:
        return "out of memory";
    case SALTUS_E_FILE:
        return "file error";
    case SALTUS_E_EXISTS:
        return "exists already";
    case SALTUS_E_RECORDER:
        return "a recorder failed";
    case SALTUS_E_STATE:
        return "not possible in this state";
    case SALTUS_E_UNSUPPORTED:
        return "not supported";
    case SALTUS_E_INTERNAL:
        return "internal error";
    case SALTUS_INTERRUPTED:
        return "interrupted";
    case SALTUS_E_RUNAWAY:
        return "neurons fire without end";
    }
    return "unknown status";
}

const char *saltus_version(void)
{
    return SALTUS_VERSION;
}

static void fill(saltus_error *error, saltus_status status, const char *format, va_list arguments)
{
    error->status = status;
    vsnprintf(error->message, sizeof error->message, format, arguments);
}

saltus_status sl_fail(saltus_error *error, saltus_status status, const char *format, ...)
{
    if (error != NULL) {
        memset(error, 0, sizeof *error);
        va_list arguments;
        va_start(arguments, format);
        fill(error, status, format, arguments);
        va_end(arguments);
    }
    return status;
}

saltus_status sl_fail_at(saltus_error *error, saltus_status status, const char *file, uint32_t line,
                         uint32_t column, const char *format, ...)
{
    if (error != NULL) {
        memset(error, 0, sizeof *error);
        va_list arguments;
        va_start(arguments, format);
        fill(error, status, format, arguments);
        va_end(arguments);
        error->line = line;
        error->column = column;
        snprintf(error->file, sizeof error->file, "%s", file);
    }
    return status;
}

saltus_status sl_fail_memory(saltus_error *error)
{
    return sl_fail(error, SALTUS_E_MEMORY, "out of memory");
}

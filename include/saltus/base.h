/* saltus/base.h - status codes, error record, version; included by every other header.
 *
 * Functions that can fail return a saltus_status and, where the reason needs words, fill a
 * caller's saltus_error (NULL is allowed). Nothing in the library prints, exits, reads the
 * clock or keeps global state.
 *
 * Units everywhere: time ms, voltage mV, current pA, capacitance pF, rate Hz. A quantity's
 * name ends in its unit.
 */
#ifndef SALTUS_BASE_H
#define SALTUS_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SALTUS_API __attribute__((visibility("default")))
#else
#define SALTUS_API
#endif

#define SALTUS_VERSION_MAJOR 0
#define SALTUS_VERSION_MINOR 1
#define SALTUS_VERSION_PATCH 0
#define SALTUS_VERSION       "0.1.0"

/** Outcome of a function that can fail. SALTUS_OK is 0. */
typedef enum saltus_status {
    SALTUS_OK = 0,
    SALTUS_E_ARGUMENT,    /**< an argument is out of range or NULL where it may not be */
    SALTUS_E_EXPERIMENT,  /**< the experiment description is wrong; see the error or diagnostics */
    SALTUS_E_MEMORY,      /**< memory ran out, or the network would not fit the limit given */
    SALTUS_E_FILE,        /**< a file could not be opened, read, written or renamed */
    SALTUS_E_EXISTS,      /**< the result directory exists already */
    SALTUS_E_RECORDER,    /**< a recorder callback asked to stop with an error */
    SALTUS_E_STATE,       /**< the object is not in a state in which this can be done */
    SALTUS_E_UNSUPPORTED, /**< well formed, but this build or version cannot do it */
    SALTUS_E_INTERNAL,    /**< an invariant of the library does not hold: a defect, please report */
    SALTUS_INTERRUPTED,   /**< stopped early on request; everything up to `now` is complete */
    SALTUS_E_RUNAWAY /**< neurons fire without end, and a window of at most 10 ms was given up */
} saltus_status;

/** What went wrong, in words for the user. Plain value, no ownership. */
typedef struct saltus_error {
    saltus_status status;
    uint32_t line;     /**< 1-based line in `file`; 0 when there is no position */
    uint32_t column;   /**< 1-based column; 0 when unknown */
    char file[256];    /**< file the error is in; "" when none */
    char message[768]; /**< one sentence or two: what was found, what is allowed */
} saltus_error;

/** Name of a status code, e.g. "out of memory". Never NULL; static. */
SALTUS_API const char *saltus_status_text(saltus_status status);

/** Version of the library that is linked, e.g. "0.1.0". Static. */
SALTUS_API const char *saltus_version(void);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_BASE_H */

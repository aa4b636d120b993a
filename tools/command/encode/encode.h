/* encode - what the subcommands of neural codes share: the file, the code and their options. */
#ifndef SALTUS_TOOLS_ENCODE_H
#define SALTUS_TOOLS_ENCODE_H

#include <saltus/saltus.h>
#include <stdbool.h>
#include <stdio.h>

#include "shared/options.h"

/* Rows that encode and decode have in common, at the beginning of their tables. */
enum { ENCODE_CODE, ENCODE_SET, ENCODE_START, ENCODE_PAUSE, ENCODE_COUNT, ENCODE_OUT, ENCODE_OWN };
#define ENCODE_ROWS(code, out)                                                                     \
    {"code", "NAME", code}, {"set", "KEY=VALUE", "parameter of the code, e.g. tau='20 ms'"},       \
        {"start", "TIME", "start of the first window (0 ms)"},                                     \
        {"pause", "TIME", "from the end of a window to the next one (0 ms)"},                      \
        {"count", "N", "number of items (all)"},                                                   \
    {                                                                                              \
        "out", "FILE", out                                                                         \
    }

#define ENCODE_SETTINGS 32

typedef struct encode_request {
    const char *command; /* for messages */
    const char *code, *out;
    const char *settings[ENCODE_SETTINGS]; /* KEY=VALUE */
    size_t setting_count;
    uint64_t seed, count;
    double start_ms, pause_ms;
} encode_request;

/* One of the rows above; false: said what is wrong. */
bool encode_take_option(encode_request *q, const option_reader *o, int row);
/* A time from the last option's argument; false: said what is wrong. */
bool encode_take_time(const option_reader *o, int row, double *ms);
/* The code of the request with its settings; false: said what is wrong. */
bool encode_open_code(const encode_request *q, const char *code, const char *const *settings,
                      size_t count, saltus_code_spec *spec);
/* What a file holds by its name; `word` (NULL: none) says it instead. False: said what is wrong. */
bool encode_find_kind(const char *command, const char *path, const char *word,
                      saltus_source_kind *kind);

/* Say an error; an exit code. */
int encode_fail(const char *command, const saltus_error *error, saltus_status status);

#endif /* SALTUS_TOOLS_ENCODE_H */

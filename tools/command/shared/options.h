/* options - the command line of one subcommand, from one table: parsing, help, suggestions. */
#ifndef SALTUS_TOOLS_OPTIONS_H
#define SALTUS_TOOLS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "saltus/simulation.h"

/* One option "--name" or "--name ARGUMENT". */
typedef struct option_row {
    const char *name;     /* without dashes; NULL ends the table */
    const char *argument; /* what stands for it in the help; NULL: takes none */
    const char *help;     /* lines after the first are indented by the printer */
} option_row;

#define OPTIONS_HELP  (-2) /* --help or -h was given */
#define OPTIONS_WRONG (-3) /* said on stderr what is wrong */
#define OPTIONS_END   (-1) /* no more options: operands start at argv[options.next] */
#define OPTIONS_MAX   24

typedef struct option_reader {
    const char *command; /* "run" */
    const option_row *rows;
    int argc;
    char **argv;
    int next;          /* index of the first operand, at the end */
    const char *value; /* the last option's argument */
} option_reader;

void options_begin(option_reader *o, const char *command, const option_row *rows, int argc,
                   char **argv);
/* Row number of the next option, or one of the codes above. Operands may stand before options. */
int options_next(option_reader *o);
/* "  --name ARGUMENT   help" for every row. */
void options_print(const option_row *rows);
/* A whole number in [low, high] from the last option's argument; false: said what is wrong. */
bool options_number(const option_reader *o, int row, uint64_t low, uint64_t high, uint64_t *number);
bool options_number32(const option_reader *o, int row, uint32_t low, uint32_t high,
                      uint32_t *number);
bool options_threads(const option_reader *o, int row, uint32_t *threads);
/* A time above 0, or a bare 0 if `zero`, as engines read their steps; in ms. */
bool options_time(const option_reader *o, int row, bool zero, double *time_ms);
bool options_engine(const option_reader *o, int row, saltus_simulation_options *how);
/* The name of a directory. */
bool options_directory(const option_reader *o, int row, const char **directory);
/* The only operand, an experiment file; `usage` is what stands behind the command's name. NULL:
 * said what is wrong. */
const char *options_file(const option_reader *o, const char *usage);

#endif /* SALTUS_TOOLS_OPTIONS_H */

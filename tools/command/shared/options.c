/* options - the command line of one subcommand, on getopt_long with our own messages. */
#include "shared/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/command.h"

#define MOST_THREADS 1024

void options_begin(option_reader *o, const char *command, const option_row *rows, int argc,
                   char **argv)
{
    *o = (option_reader){.command = command, .rows = rows, .argc = argc, .argv = argv};
    optind = 0;
    opterr = 0;
}

/* Say what is wrong with an argument that is no option of ours. */
static void complain_unknown(const option_reader *o, const char *found)
{
    const char *names[OPTIONS_MAX + 1];
    size_t count = 0;
    for (; o->rows[count].name != NULL && count < OPTIONS_MAX; count++) {
        names[count] = o->rows[count].name;
    }
    names[count++] = "help";

    const char *word = found;
    while (*word == '-') {
        word++;
    }
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    const char *nearest = nearest_name(name, names, count);
    if (nearest != NULL && strcmp(nearest, name) == 0) {
        complain("%s: option --%s takes no argument", o->command, name);
    } else if (nearest != NULL) {
        complain("%s: unknown option %s; did you mean --%s?", o->command, found, nearest);
    } else {
        complain("%s: unknown option %s; see saltus %s --help", o->command, found, o->command);
    }
}

int options_next(option_reader *o)
{
    /* the table in getopt_long's form */
    struct option rows[OPTIONS_MAX + 2] = {{0}};
    int count = 0;
    for (; o->rows[count].name != NULL && count < OPTIONS_MAX; count++) {
        rows[count].name = o->rows[count].name;
        rows[count].has_arg = o->rows[count].argument != NULL ? required_argument : no_argument;
    }
    rows[count].name = "help";

    int row = 0;
    const int found = getopt_long(o->argc, o->argv, ":h", rows, &row);
    if (found == -1) {
        o->next = optind;
        return OPTIONS_END;
    }
    if (found == 'h' || (found == 0 && row == count)) {
        return OPTIONS_HELP;
    }
    if (found == 0) {
        o->value = optarg;
        return row;
    }
    const char *given = o->argv[optind - 1];
    if (found == ':') {
        complain("%s: option %s needs an argument; see saltus %s --help", o->command, given,
                 o->command);
    } else {
        complain_unknown(o, given);
    }
    return OPTIONS_WRONG;
}

void options_print(const option_row *rows)
{
    for (; rows->name != NULL; rows++) {
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", rows->name, rows->argument != NULL ? " " : "",
                 rows->argument != NULL ? rows->argument : "");
        const char *line = rows->help;
        printf("  %-20s  ", left);
        for (size_t length = 0; *line != '\0'; line += length + (line[length] == '\n')) {
            length = strcspn(line, "\n");
            printf("%s%.*s\n", line == rows->help ? "" : "                        ", (int)length,
                   line);
        }
    }
    printf("  %-20s  this help\n", "--help");
}

bool options_number(const option_reader *o, int row, uint64_t low, uint64_t high, uint64_t *number)
{
    char *end = NULL;
    errno = 0;
    const unsigned long long value = strtoull(o->value, &end, 10);
    const bool digits = o->value[0] >= '0' && o->value[0] <= '9' && *end == '\0';
    if (!digits || errno != 0 || value < low || value > high) {
        complain("%s: --%s is %s; allowed is a whole number from %llu to %llu", o->command,
                 o->rows[row].name, o->value, (unsigned long long)low, (unsigned long long)high);
        return false;
    }
    *number = value;
    return true;
}

bool options_number32(const option_reader *o, int row, uint32_t low, uint32_t high,
                      uint32_t *number)
{
    uint64_t wide = 0;
    if (!options_number(o, row, low, high, &wide)) {
        return false;
    }
    *number = (uint32_t)wide;
    return true;
}

bool options_threads(const option_reader *o, int row, uint32_t *threads)
{
    return options_number32(o, row, 1, MOST_THREADS, threads);
}

bool options_time(const option_reader *o, int row, bool zero, double *time_ms)
{
    char text[96];
    saltus_simulation_options how = saltus_simulation_options_default();
    if (zero && strcmp(o->value, "0") == 0) {
        *time_ms = 0;
        return true;
    }
    const int length = snprintf(text, sizeof text, "grid@%s", o->value);
    if (length >= (int)sizeof text || saltus_engine_parse(text, &how, NULL) != SALTUS_OK) {
        complain("%s: --%s is %s; allowed is a time above 0 with its unit, such as 2ms or "
                 "50us%s",
                 o->command, o->rows[row].name, o->value, zero ? ", or 0" : "");
        return false;
    }
    *time_ms = how.step_ms;
    return true;
}

bool options_engine(const option_reader *o, int row, saltus_simulation_options *how)
{
    saltus_error error = {0};
    if (saltus_engine_parse(o->value, how, &error) != SALTUS_OK) {
        complain("%s: --%s: %s", o->command, o->rows[row].name, error.message);
        return false;
    }
    return true;
}

bool options_directory(const option_reader *o, int row, const char **directory)
{
    *directory = o->value;
    if (o->value[0] == '\0') {
        complain("%s: --%s is empty; it takes the name of a directory", o->command,
                 o->rows[row].name);
    }
    return o->value[0] != '\0';
}

const char *options_file(const option_reader *o, const char *usage)
{
    if (o->argc - o->next == 1) {
        return o->argv[o->next];
    }
    complain("%s: %s; usage: saltus %s %s, see saltus %s --help", o->command,
             o->argc == o->next ? "no experiment file is given" : "more than one file is given",
             o->command, usage, o->command);
    return NULL;
}

/* command - what the subcommands of `saltus` share: exit codes, messages, numbers in words. */
#ifndef SALTUS_TOOLS_COMMAND_H
#define SALTUS_TOOLS_COMMAND_H

#include <stddef.h>
#include <stdint.h>

/* Exit codes, as `saltus --help` lists them. */
enum {
    EXIT_CODE_OK = 0,
    EXIT_CODE_FAILED = 1,       /* the run failed, or output could not be written */
    EXIT_CODE_USAGE = 2,        /* command line or experiment is wrong, or does not fit */
    EXIT_CODE_INTERRUPTED = 130 /* ended by Ctrl-C or SIGTERM; what was recorded is kept */
};

/* One subcommand: argv[0] is its name. Returns an exit code. */
int cmd_run(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_codes(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_decode(int argc, char **argv);
int cmd_encode(int argc, char **argv);
int cmd_energy(int argc, char **argv);
int cmd_learn(int argc, char **argv);
int cmd_models(int argc, char **argv);
int cmd_operations(int argc, char **argv);
int cmd_resume(int argc, char **argv);
int cmd_sweep(int argc, char **argv);
int cmd_weights(int argc, char **argv);

/* The nearest of `count` names within a few typing errors of `word`; NULL when none is near. */
const char *nearest_name(const char *word, const char *const *names, size_t count);

/* "saltus: ..." and a line end on stderr. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A text that is valid until the sixteenth call after it. */
/* Bytes: "4.2 GB" (powers of 1000). */
const char *bytes_text(uint64_t bytes);
/* Integer with thin groups: "12,500". */
const char *count_text(uint64_t count);
/* A double that reads back the same, shortest of 15 to 17 digits. */
const char *number_text(double value);

#endif /* SALTUS_TOOLS_COMMAND_H */

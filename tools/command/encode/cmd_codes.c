/* cmd_codes - `saltus codes FILE`: the same values in several codes, side by side. */
#include <stdlib.h>
#include <string.h>

#include "encode/codes.h"
#include "shared/command.h"
#include "shared/experiment_source.h"

enum { ROW_CODE, ROW_JITTER, ROW_TARGETS, ROW_FIRST, ROW_COUNT, ROW_SEED, ROW_KIND, ROW_CSV };

static const option_row rows[] = {
    {"code", "SPEC",
     "NAME or NAME:KEY=VALUE,KEY=VALUE...; may be given several times\n"
     "(without: rate, phase, population, latency)"},
    {"jitter", "TIMES", "standard deviations of the spikes' times (0ms,0.1ms,1ms,5ms)"},
    {"targets", "N", "neurons that every source has a synapse to (100)"},
    {"first", "N", "number of the first item (0)"},
    {"count", "N", "number of items (all)"},
    {"seed", "N", "seed of the codes and of the jitter (1)"},
    {"kind", "KIND", "what FILE holds: images, csv or sound; without it its name says so"},
    {"csv", "FILE", "write the figures: a row for each code and jitter"},
    {NULL, NULL, NULL}};

static const char *const default_codes[] = {"rate", "phase", "population", "latency"};

static void print_help(void)
{
    printf("usage: saltus codes FILE [options]\n\n"
           "Encodes the same values in several codes and decodes them: sources and spikes, the\n"
           "synaptic operations that a run onto a layer of targets counts, the error of decoding,\n"
           "and how it grows when the spikes' times are jittered. Errors are root mean squares as\n"
           "shares of the range of values.\n\n");
    options_print(rows);
    printf("\n  saltus codes t10k-images-idx3-ubyte.gz --count 20\n"
           "  saltus codes v.csv --code rate:window='1 s' --code latency:curve=rc,tau='20 ms'\n");
}

/* ---- Codes and jitters ----------------------------------------------------------------- */

/* NAME:KEY=VALUE,KEY=VALUE... */
static bool add_code(comparison *c, const char *text)
{
    const encode_request request = {.command = "codes", .seed = c->seed};
    const char *settings[ENCODE_SETTINGS];
    size_t count = 0;
    compared_code *code = &c->codes[c->code_count];
    char *words = strdup(text);
    code->label = strdup(text);
    if (words == NULL || code->label == NULL) {
        complain("codes: out of memory");
        free(words);
        free(code->label);
        code->label = NULL;
        return false;
    }
    c->code_count++;
    char *colon = strchr(words, ':');
    char *rest = NULL;
    if (colon != NULL) {
        *colon = '\0';
        for (char *word = strtok_r(colon + 1, ",", &rest); word != NULL && count < ENCODE_SETTINGS;
             word = strtok_r(NULL, ",", &rest)) {
            settings[count++] = word;
        }
    }
    code->encoding = saltus_encoding_default(c->kind, c->path, NULL);
    code->encoding.first = (uint32_t)c->first;
    code->encoding.count = (uint32_t)c->count;
    bool good = encode_open_code(&request, words, settings, count, &code->encoding.code);
    if (good && saltus_code_find(code->encoding.code.code)->signal) {
        complain("codes: %s encodes a signal; codes of values are compared", words);
        good = false;
    }
    free(words);
    return good;
}

static bool take_jitters(comparison *c, const char *text)
{
    char *words = strdup(text);
    char *rest = NULL;
    saltus_error error = {0};
    bool good = words != NULL;
    c->jitter_count = 0;
    for (char *word = good ? strtok_r(words, ",", &rest) : NULL; word != NULL && good;
         word = strtok_r(NULL, ",", &rest)) {
        double ms = 0;
        good = saltus_time_from_text(word, &ms, &error) == SALTUS_OK && ms >= 0 && ms <= 1e5 &&
               c->jitter_count < JITTERS_MAX;
        if (good) {
            c->jitter_ms[c->jitter_count++] = ms;
        }
    }
    if (!good || c->jitter_count == 0) {
        complain("codes: --jitter is %s%s%s; 1 to %d times from 0 to 1e5 ms are needed, e.g. "
                 "0ms,1ms",
                 text, error.message[0] != '\0' ? ": " : "", error.message, JITTERS_MAX);
        good = false;
    }
    free(words);
    return good;
}

/* ---- Command line ---------------------------------------------------------------------- */

/* What is taken after all options are known: codes need the seed and the file. */
typedef struct codes_words {
    const char *codes[CODES_MAX];
    size_t code_count;
    const char *kind;
} codes_words;

static bool take_option(comparison *c, codes_words *words, const option_reader *o, int row)
{
    switch (row) {
    case ROW_CODE:
        if (words->code_count == CODES_MAX) {
            complain("codes: there are more than %d codes", CODES_MAX);
            return false;
        }
        words->codes[words->code_count++] = o->value;
        return true;
    case ROW_JITTER:
        return take_jitters(c, o->value);
    case ROW_TARGETS:
        return options_number(o, row, 1, 1000000, &c->targets);
    case ROW_FIRST:
        return options_number(o, row, 0, SALTUS_CODE_ITEMS, &c->first);
    case ROW_COUNT:
        return options_number(o, row, 1, SALTUS_CODE_ITEMS, &c->count);
    case ROW_SEED:
        return options_number(o, row, 0, UINT64_MAX, &c->seed);
    case ROW_KIND:
        words->kind = o->value;
        return true;
    default:
        c->csv = o->value;
        return true;
    }
}

static bool open_codes(comparison *c, const codes_words *words)
{
    if (!encode_find_kind("codes", c->path, words->kind, &c->kind)) {
        return false;
    }
    const char *const *names = words->code_count > 0 ? words->codes : default_codes;
    const size_t count = words->code_count > 0 ? words->code_count : 4;
    for (size_t i = 0; i < count; i++) {
        if (!add_code(c, names[i])) {
            return false;
        }
    }
    return true;
}

/* An exit code; -1: go on. */
static int read_command_line(comparison *c, int argc, char **argv)
{
    option_reader o;
    codes_words words = {.code_count = 0};
    options_begin(&o, "codes", rows, argc, argv);
    for (int row = options_next(&o); row != OPTIONS_END; row = options_next(&o)) {
        if (row == OPTIONS_HELP) {
            print_help();
            return EXIT_CODE_OK;
        }
        if (row == OPTIONS_WRONG || !take_option(c, &words, &o, row)) {
            return EXIT_CODE_USAGE;
        }
    }
    if (argc - o.next != 1) {
        complain("codes: %s; usage: saltus codes FILE [options], see saltus codes --help",
                 argc == o.next ? "no file is given" : "more than one file is given");
        return EXIT_CODE_USAGE;
    }
    c->path = argv[o.next];
    return open_codes(c, &words) ? -1 : EXIT_CODE_USAGE;
}

int cmd_codes(int argc, char **argv)
{
    comparison c = {.jitter_ms = {0, 0.1, 1, 5}, .jitter_count = 4, .seed = 1, .targets = 100};
    int code = read_command_line(&c, argc, argv);
    if (code < 0) {
        code = EXIT_CODE_OK;
        for (size_t i = 0; i < c.code_count && code == EXIT_CODE_OK; i++) {
            code = codes_measure(&c, &c.codes[i]);
        }
        if (code == EXIT_CODE_OK && c.csv != NULL) {
            code = codes_write_csv(&c);
        }
        if (code == EXIT_CODE_OK) {
            codes_print(&c);
        }
    }
    for (size_t i = 0; i < c.code_count; i++) {
        free(c.codes[i].label);
    }
    return code;
}

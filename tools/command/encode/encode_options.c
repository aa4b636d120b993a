/* encode_options - what the subcommands of neural codes read from the command line and write. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "encode/encode.h"
#include "shared/command.h"
#include "shared/experiment_source.h"

int encode_fail(const char *command, const saltus_error *error, saltus_status status)
{
    complain_error(command, error, status);
    return status == SALTUS_E_MEMORY ? EXIT_CODE_FAILED : EXIT_CODE_USAGE;
}

bool encode_take_time(const option_reader *o, int row, double *ms)
{
    saltus_error error = {0};
    if (saltus_time_from_text(o->value, ms, &error) != SALTUS_OK || !(*ms >= 0)) {
        complain("%s: --%s: %s", o->command, o->rows[row].name,
                 error.message[0] != '\0' ? error.message : "a time of at least 0 is needed");
        return false;
    }
    return true;
}

bool encode_take_option(encode_request *q, const option_reader *o, int row)
{
    switch (row) {
    case ENCODE_CODE:
        q->code = o->value;
        return true;
    case ENCODE_SET:
        if (q->setting_count == ENCODE_SETTINGS) {
            complain("%s: there are more than %d options --set", q->command, ENCODE_SETTINGS);
            return false;
        }
        q->settings[q->setting_count++] = o->value;
        return true;
    case ENCODE_START:
        return encode_take_time(o, row, &q->start_ms);
    case ENCODE_PAUSE:
        return encode_take_time(o, row, &q->pause_ms);
    case ENCODE_COUNT:
        return options_number(o, row, 1, SALTUS_CODE_ITEMS, &q->count);
    default:
        q->out = o->value;
        return true;
    }
}

static bool set_one(const encode_request *q, const char *setting, saltus_code_spec *spec)
{
    const char *equals = strchr(setting, '=');
    char key[64];
    saltus_error error = {0};
    if (equals == NULL || equals == setting || (size_t)(equals - setting) >= sizeof key) {
        complain("%s: found the setting '%s'; KEY=VALUE is needed, e.g. window='50 ms'", q->command,
                 setting);
        return false;
    }
    memcpy(key, setting, (size_t)(equals - setting));
    key[equals - setting] = '\0';
    if (saltus_code_set_text(spec, key, equals + 1, &error) != SALTUS_OK) {
        complain("%s: %s", q->command, error.message);
        return false;
    }
    return true;
}

bool encode_open_code(const encode_request *q, const char *code, const char *const *settings,
                      size_t count, saltus_code_spec *spec)
{
    const char *names[16];
    size_t known = 0;
    for (; known < saltus_code_count() && known < 16; known++) {
        names[known] = saltus_code_get(known)->name;
    }
    if (saltus_code_find(code) == NULL) {
        const char *nearest = nearest_name(code, names, known);
        complain("%s: there is no code %s; %s%s%s", q->command, code,
                 nearest != NULL ? "did you mean " : "saltus models lists them",
                 nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
        return false;
    }
    *spec = saltus_code_spec_default(saltus_code_find(code)->name);
    spec->seed = q->seed;
    for (size_t i = 0; i < count; i++) {
        if (!set_one(q, settings[i], spec)) {
            return false;
        }
    }
    return true;
}

/* ---- Kinds of files -------------------------------------------------------------------- */

static bool ends_with(const char *path, const char *end)
{
    const size_t length = strlen(path);
    const size_t wanted = strlen(end);
    return length >= wanted && strcmp(path + length - wanted, end) == 0;
}

bool encode_find_kind(const char *command, const char *path, const char *word,
                      saltus_source_kind *kind)
{
    static const struct {
        const char *end;
        saltus_source_kind kind;
    } ends[] = {{".csv", SALTUS_SOURCE_CSV},       {".wav", SALTUS_SOURCE_SOUND},
                {".bin", SALTUS_SOURCE_EVENTS},    {".aedat", SALTUS_SOURCE_EVENTS},
                {"-ubyte", SALTUS_SOURCE_IMAGES},  {"-ubyte.gz", SALTUS_SOURCE_IMAGES},
                {".idx", SALTUS_SOURCE_IMAGES},    {".idx.gz", SALTUS_SOURCE_IMAGES},
                {".bin.gz", SALTUS_SOURCE_EVENTS}, {".wav.gz", SALTUS_SOURCE_SOUND}};
    for (int i = 0; word != NULL && saltus_source_kind_name((saltus_source_kind)i) != NULL; i++) {
        if (strcmp(word, saltus_source_kind_name((saltus_source_kind)i)) == 0) {
            *kind = (saltus_source_kind)i;
            return true;
        }
    }
    for (size_t i = 0; word == NULL && i < sizeof ends / sizeof ends[0]; i++) {
        if (ends_with(path, ends[i].end)) {
            *kind = ends[i].kind;
            return true;
        }
    }
    if (word != NULL) {
        complain("%s: --kind is %s; images, csv, sound or events is allowed", command, word);
    } else {
        complain("%s: the name %s does not say what the file holds; give --kind images (IDX), csv, "
                 "sound (WAV) or events (N-MNIST, AEDAT 2.0)",
                 command, path);
    }
    return false;
}

/* ---- Files that are written ------------------------------------------------------------ */

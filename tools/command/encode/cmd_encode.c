/* cmd_encode - `saltus encode FILE`: images, tables, sounds and recordings as spikes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "encode/encode.h"
#include "shared/command.h"
#include "shared/whole_output.h"

enum { ROW_FIRST = ENCODE_OWN, ROW_SEED, ROW_KIND, ROW_SENSOR, ROW_ORIGIN };

static const option_row rows[] = {
    ENCODE_ROWS("a code; saltus models lists them (events need none)",
                "write the spikes: time_ms,neuron, as a spike_list reads them"),
    {"first", "N", "number of the first item (0)"},
    {"seed", "N", "seed of the codes that draw (1)"},
    {"kind", "KIND",
     "what FILE holds: images (IDX), csv, sound (WAV) or events (N-MNIST,\n"
     "AEDAT 2.0); without it the name's ending says so"},
    {"sensor", "WxH", "events: pixels of the sensor (34x34; AEDAT: 128x128)"},
    {"origin", "first", "events: count times from the first one, not from the camera's 0"},
    {NULL, NULL, NULL}};

typedef struct encode_job {
    encode_request request;
    const char *path, *kind;
    uint64_t first;
    saltus_encoding encoding;
} encode_job;

static void print_help(void)
{
    printf("usage: saltus encode FILE --code NAME [options]\n\n"
           "Turns numbers into spikes: images, rows of a table or windows of a sound by a code of\n"
           "values, a sound by its crossings of levels (level_crossing); events of a camera are\n"
           "spikes already. Prints a summary and writes the spikes with --out.\n\n");
    options_print(rows);
    printf(
        "\n  saltus encode digits-idx3-ubyte --code latency --set curve=rc --count 10 --out s.csv\n"
        "  saltus encode word.wav --code level_crossing --set step=0.02 --out s.csv\n"
        "  saltus encode 00002.bin --out s.csv\n");
}

/* ---- Command line ---------------------------------------------------------------------- */

static bool take_sensor(saltus_encoding *encoding, const char *text)
{
    char *end = NULL;
    const unsigned long width = strtoul(text, &end, 10);
    const unsigned long height = *end == 'x' ? strtoul(end + 1, &end, 10) : 0;
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || width < 1 || width > 256 || height < 1 ||
        height > 256) {
        complain("encode: --sensor is %s; 1x1 to 256x256 is allowed, e.g. 34x34", text);
        return false;
    }
    encoding->sensor_width = (uint32_t)width;
    encoding->sensor_height = (uint32_t)height;
    return true;
}

static bool take_option(encode_job *job, const option_reader *o, int row)
{
    switch (row) {
    case ROW_FIRST:
        return options_number(o, row, 0, SALTUS_CODE_ITEMS, &job->first);
    case ROW_SEED:
        return options_number(o, row, 0, UINT64_MAX, &job->request.seed);
    case ROW_KIND:
        job->kind = o->value;
        return true;
    case ROW_SENSOR:
        return take_sensor(&job->encoding, o->value);
    case ROW_ORIGIN:
        if (strcmp(o->value, "first") != 0 && strcmp(o->value, "file") != 0) {
            complain("encode: --origin is %s; first or file is allowed", o->value);
            return false;
        }
        job->encoding.from_first = strcmp(o->value, "first") == 0;
        return true;
    default:
        return encode_take_option(&job->request, o, row);
    }
}

static bool open_encoding(encode_job *job)
{
    const encode_request *q = &job->request;
    saltus_encoding *encoding = &job->encoding;
    if (!encode_find_kind("encode", job->path, job->kind, &encoding->kind)) {
        return false;
    }
    if (q->code == NULL && encoding->kind != SALTUS_SOURCE_EVENTS) {
        complain("encode: no code is given; --code NAME is needed, saltus models lists them");
        return false;
    }
    if (q->code != NULL &&
        !encode_open_code(q, q->code, q->settings, q->setting_count, &encoding->code)) {
        return false;
    }
    encoding->path = job->path;
    encoding->first = (uint32_t)job->first;
    encoding->count = (uint32_t)q->count;
    encoding->start_ms = q->start_ms;
    encoding->pause_ms = q->pause_ms;
    return true;
}

/* An exit code; -1: go on. */
static int read_command_line(encode_job *job, int argc, char **argv)
{
    option_reader o;
    options_begin(&o, "encode", rows, argc, argv);
    for (int row = options_next(&o); row != OPTIONS_END; row = options_next(&o)) {
        if (row == OPTIONS_HELP) {
            print_help();
            return EXIT_CODE_OK;
        }
        if (row == OPTIONS_WRONG || !take_option(job, &o, row)) {
            return EXIT_CODE_USAGE;
        }
    }
    if (argc - o.next != 1) {
        complain("encode: %s; usage: saltus encode FILE --code NAME, see saltus encode --help",
                 argc == o.next ? "no file is given" : "more than one file is given");
        return EXIT_CODE_USAGE;
    }
    job->path = argv[o.next];
    return open_encoding(job) ? -1 : EXIT_CODE_USAGE;
}

/* ---- Result ---------------------------------------------------------------------------- */

static void put_spikes(FILE *stream, const void *what)
{
    const saltus_spikes *spikes = what;
    fprintf(stream, "time_ms,neuron\n");
    for (size_t i = 0; i < spikes->count; i++) {
        fprintf(stream, "%s,%u\n", number_text(spikes->times_ms[i]), spikes->sources[i]);
    }
}

static size_t count_silent(const saltus_encoded *made)
{
    size_t silent = made->sources;
    bool *fired = calloc(made->sources > 0 ? made->sources : 1, sizeof(bool));
    for (size_t i = 0; fired != NULL && i < made->spikes.count; i++) {
        silent -= !fired[made->spikes.sources[i]];
        fired[made->spikes.sources[i]] = true;
    }
    free(fired);
    return silent;
}

static void print_summary(const encode_job *job, const saltus_encoded *made)
{
    const saltus_spikes *spikes = &made->spikes;
    const double items = made->items > 0 ? made->items : 1;
    const size_t silent = count_silent(made);
    printf("file             %s (%s)\n", job->path, saltus_source_kind_name(job->encoding.kind));
    printf("code             %s\n", job->request.code != NULL ? job->request.code : "none");
    if (made->items > 0) {
        printf("items            %s\n", count_text(made->items));
    }
    printf("sources          %s, %s of them silent\n", count_text(made->sources),
           count_text(silent));
    printf("spikes           %s", count_text(spikes->count));
    if (made->items > 0) {
        printf(", %.5g an item, %.4g a source and item", (double)spikes->count / items,
               (double)spikes->count / items / made->sources);
    }
    printf("\n");
    if (spikes->count > 0) {
        printf("times            %s to %s ms\n", number_text(spikes->times_ms[0]),
               number_text(spikes->times_ms[spikes->count - 1]));
    }
    printf("end              %s ms\n", number_text(made->end_ms));
    if (job->request.out != NULL) {
        printf("written          %s\n", job->request.out);
    }
}

int cmd_encode(int argc, char **argv)
{
    encode_job job = {.request = {.command = "encode", .seed = 1},
                      .encoding = saltus_encoding_default(SALTUS_SOURCE_IMAGES, NULL, NULL)};
    int code = read_command_line(&job, argc, argv);
    if (code >= 0) {
        return code;
    }
    saltus_error error = {0};
    saltus_encoded made;
    const saltus_status status = saltus_encode_file(&job.encoding, &made, &error);
    if (status != SALTUS_OK) {
        return encode_fail("encode", &error, status);
    }
    code = job.request.out == NULL
               ? EXIT_CODE_OK
               : whole_output_write("encode", job.request.out, &made.spikes, put_spikes);
    if (code == EXIT_CODE_OK) {
        print_summary(&job, &made);
    }
    saltus_encoded_clear(&made);
    return code;
}

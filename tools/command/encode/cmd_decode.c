/* cmd_decode - `saltus decode SPIKES.csv`: the values that spikes stand for in a code. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "encode/encode.h"
#include "shared/command.h"
#include "shared/whole_output.h"

enum { ROW_VALUES = ENCODE_OWN, ROW_POPULATION };

static const option_row rows[] = {
    ENCODE_ROWS("the code, with the same settings as the values were encoded with",
                "write the values: a row an item, nan where spikes say nothing"),
    {"values", "N", "values of an item (required)"},
    {"population", "NAME", "of a run's spikes.csv: the population whose spikes are decoded"},
    {NULL, NULL, NULL}};

/* No more than this: an item without any spike is an item too, and needs room. */
#define MOST_VALUES (UINT64_C(1) << 28)

typedef struct decode_job {
    encode_request request;
    const char *path, *population;
    uint64_t width;
    saltus_encoding timing; /* where the windows lie */
    saltus_spikes spikes;
    double *values; /* [items * width] */
    uint32_t items;
} decode_job;

static void print_help(void)
{
    printf(
        "usage: saltus decode SPIKES.csv --code NAME --values N [options]\n\n"
        "Estimates the values of items from spikes (time_ms,neuron, or the spikes.csv of a run\n"
        "with --population). Codes count spikes, take their phase or first time, or weigh the\n"
        "units of a population; saltus models NAME says how. Without --count there are as many\n"
        "items as it takes to hold the last spike. Spikes up to half a pause outside of a window\n"
        "count as its own. The values of images need --set low=0 --set high=255.\n\n");
    options_print(rows);
    printf("\n  saltus decode s.csv --code latency --set curve=rc --values 784 --out values.csv\n");
}

static bool take_option(decode_job *job, const option_reader *o, int row)
{
    switch (row) {
    case ROW_VALUES:
        return options_number(o, row, 1, UINT32_MAX, &job->width);
    case ROW_POPULATION:
        job->population = o->value;
        return true;
    default:
        return encode_take_option(&job->request, o, row);
    }
}

/* Settings that belong together; an exit code, -1: go on. */
static int check_request(decode_job *job)
{
    const encode_request *q = &job->request;
    saltus_error error = {0};
    if (q->code == NULL || job->width == 0) {
        complain("decode: --code NAME and --values N are needed, see saltus decode --help");
        return EXIT_CODE_USAGE;
    }
    if (!encode_open_code(q, q->code, q->settings, q->setting_count, &job->timing.code)) {
        return EXIT_CODE_USAGE;
    }
    if (saltus_code_find(q->code)->signal) {
        complain("decode: %s encodes a signal; codes of values are decoded", q->code);
        return EXIT_CODE_USAGE;
    }
    const saltus_status status = saltus_code_check(&job->timing.code, &error);
    if (status != SALTUS_OK) {
        return encode_fail("decode", &error, status);
    }
    job->timing.start_ms = q->start_ms;
    job->timing.pause_ms = q->pause_ms;
    if (!isfinite(saltus_encoding_start_ms(&job->timing, 0))) {
        complain("decode: start is %g ms and pause %g ms; 0 to 4e7 ms and 0 to 1e6 ms is allowed",
                 q->start_ms, q->pause_ms);
        return EXIT_CODE_USAGE;
    }
    return -1;
}

/* An exit code; -1: go on. */
static int read_command_line(decode_job *job, int argc, char **argv)
{
    option_reader o;
    options_begin(&o, "decode", rows, argc, argv);
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
        complain("decode: %s; usage: saltus decode SPIKES.csv --code NAME --values N",
                 argc == o.next ? "no file of spikes is given" : "more than one file is given");
        return EXIT_CODE_USAGE;
    }
    job->path = argv[o.next];
    return check_request(job);
}

/* ---- Work ------------------------------------------------------------------------------ */

/* As many as asked for, or as hold the last spike; false: too many. */
static bool count_items(decode_job *job)
{
    const saltus_spikes *spikes = &job->spikes;
    double items = (double)job->request.count;
    if (job->request.count == 0 && spikes->count > 0) {
        const double each_ms = saltus_encoding_start_ms(&job->timing, 1) - job->timing.start_ms;
        const double last_ms = spikes->times_ms[spikes->count - 1] - job->timing.start_ms;
        items = fmax(floor(last_ms / each_ms) + 1, 0);
    }
    if (items * (double)job->width > (double)MOST_VALUES) {
        complain("decode: %g items of %s values are more than can be decoded at once; give --count",
                 items, count_text(job->width));
        return false;
    }
    job->items = (uint32_t)items;
    return true;
}

static int decode(decode_job *job)
{
    const uint32_t width = (uint32_t)job->width;
    saltus_error error = {0};
    job->values = calloc((size_t)job->items * width + 1, sizeof(double));
    if (job->values == NULL) {
        complain("decode: out of memory");
        return EXIT_CODE_FAILED;
    }
    size_t first = 0;
    for (uint32_t i = 0; i < job->items; i++) {
        const double slack_ms = job->timing.pause_ms / 2;
        const double start_ms = saltus_encoding_start_ms(&job->timing, i);
        const double end_ms = saltus_encoding_start_ms(&job->timing, i + 1);
        size_t last = first;
        while (first < job->spikes.count && job->spikes.times_ms[first] < start_ms - slack_ms) {
            first++;
        }
        for (last = first; last < job->spikes.count && job->spikes.times_ms[last] < end_ms;
             last++) {
        }
        saltus_spikes own = {.count = last - first};
        if (own.count > 0) {
            own.times_ms = job->spikes.times_ms + first;
            own.sources = job->spikes.sources + first;
        }
        const saltus_status status = saltus_decode(&job->timing.code, &own, start_ms, slack_ms,
                                                   job->values + (size_t)i * width, width, &error);
        if (status != SALTUS_OK) {
            return encode_fail("decode", &error, status);
        }
    }
    return EXIT_CODE_OK;
}

static void put_values(FILE *stream, const void *what)
{
    const decode_job *job = what;
    for (uint64_t k = 0; k < job->width; k++) {
        fprintf(stream, "%sv%llu", k > 0 ? "," : "", (unsigned long long)k);
    }
    fprintf(stream, "\n");
    for (size_t i = 0; i < (size_t)job->items * job->width; i++) {
        const bool last = (i + 1) % job->width == 0;
        const double value = job->values[i];
        fprintf(stream, "%s%c", isnan(value) ? "nan" : number_text(value), last ? '\n' : ',');
    }
}

/* Spikes of sources beyond those that the values have: decoding passes them over. */
static size_t foreign_spikes(const decode_job *job)
{
    const uint64_t sources = job->width * saltus_code_units(&job->timing.code);
    size_t foreign = 0;
    for (size_t i = 0; i < job->spikes.count; i++) {
        foreign += job->spikes.sources[i] >= sources ? 1 : 0;
    }
    return foreign;
}

static void print_summary(const decode_job *job)
{
    const size_t foreign = foreign_spikes(job);
    double sum = 0;
    size_t known = 0;
    const size_t count = (size_t)job->items * job->width;
    for (size_t i = 0; i < count; i++) {
        known += isnan(job->values[i]) ? 0 : 1;
        sum += isnan(job->values[i]) ? 0 : job->values[i];
    }
    printf("spikes           %s of %s\n", count_text(job->spikes.count), job->path);
    if (foreign > 0) {
        printf("passed over      %s spikes of sources that no value has\n", count_text(foreign));
    }
    printf("items            %s of %s values\n", count_text(job->items), count_text(job->width));
    printf("unknown          %s values, of which spikes say nothing\n", count_text(count - known));
    if (known > 0) {
        printf("mean             %.6g\n", sum / (double)known);
    }
    if (job->request.out != NULL) {
        printf("written          %s\n", job->request.out);
    }
}

int cmd_decode(int argc, char **argv)
{
    decode_job job = {.request = {.command = "decode", .seed = 1},
                      .timing = saltus_encoding_default(SALTUS_SOURCE_CSV, NULL, NULL)};
    int code = read_command_line(&job, argc, argv);
    if (code >= 0) {
        return code;
    }
    saltus_error error = {0};
    const saltus_status status = saltus_spikes_read(job.path, job.population, &job.spikes, &error);
    if (status != SALTUS_OK) {
        return encode_fail("decode", &error, status);
    }
    code = count_items(&job) ? decode(&job) : EXIT_CODE_USAGE;
    if (code == EXIT_CODE_OK && job.request.out != NULL) {
        code = whole_output_write("decode", job.request.out, &job, put_values);
    }
    if (code == EXIT_CODE_OK) {
        print_summary(&job);
    }
    saltus_spikes_clear(&job.spikes);
    free(job.values);
    return code;
}

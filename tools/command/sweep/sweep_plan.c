/* sweep_plan - the points of a sweep: which values, which experiment, does each of them fit?
 *
 * Every point is read and estimated before the first one runs, so that a mistake in the last value
 * does not show after a night. The hash over all of them is the identity of the sweep.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/command.h"
#include "shared/machine.h"
#include "sweep/sweep.h"

size_t sweep_value_index(const sweep_request *r, size_t point, size_t axis)
{
    const size_t first = r->axes[0].ranges[0].count;
    return axis == 0 ? point % first : point / first;
}

const vary_value *sweep_value(const sweep_request *r, size_t point, size_t axis)
{
    return &r->axes[axis].ranges[0].values[sweep_value_index(r, point, axis)];
}

size_t sweep_run_index(const sweep *s, size_t point, size_t engine, size_t repeat)
{
    return (repeat * s->point_count + point) * s->request->engine_count + engine;
}

void sweep_overrides(const sweep_request *r, size_t point, source_overrides *out)
{
    *out = r->overrides;
    for (size_t a = 0; a < r->axis_count; a++) {
        const size_t index = sweep_value_index(r, point, a);
        for (size_t i = 0; i < r->axes[a].path_count; i++) {
            out->of[out->count++] = (saltus_override){
                .path = r->axes[a].paths[i], .value = r->axes[a].ranges[i].values[index].text};
        }
    }
}

/* FNV-1a over the bytes of a word. */
static uint64_t hash_word(uint64_t hash, uint64_t word)
{
    for (int i = 0; i < 8; i++) {
        hash = (hash ^ (word >> 8 * i & 0xffu)) * UINT64_C(0x100000001b3);
    }
    return hash;
}

/* "at inputs.external.rate = 20 kHz", after what was said of it. */
static void complain_point(const sweep_request *r, size_t point)
{
    char where[512] = "";
    for (size_t a = 0; a < r->axis_count; a++) {
        const size_t length = strlen(where);
        snprintf(where + length, sizeof where - length, "%s%s = %s", a > 0 ? ", " : "",
                 r->axes[a].paths[0], sweep_value(r, point, a)->text);
    }
    complain("sweep: this is the point %s; nothing was run", where);
}

/* Read one point, see that it fits, add it to the hash. */
static int check_point(sweep *s, size_t point)
{
    const sweep_request *r = s->request;
    source_overrides overrides;
    sweep_overrides(r, point, &overrides);
    experiment_source source;
    int code = source_load_to_run(&source, "sweep", r->file, &overrides);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (r->seed_given) {
        saltus_experiment_set_seed(source.experiment, r->seed);
    }
    s->point_hash[point] = saltus_experiment_hash(source.experiment);
    s->hash = hash_word(s->hash, s->point_hash[point]);
    if (point == 0) {
        s->title = strdup(saltus_experiment_title(source.experiment));
        s->seed = saltus_experiment_seed(source.experiment);
    }
    saltus_network_options options = saltus_network_options_default();
    options.threads = r->threads;
    options.memory_limit = machine_memory_limit();
    saltus_network_size size;
    code = source_check_memory(&source, &options, &size);
    for (size_t i = 0; i < r->engine_count && code == EXIT_CODE_OK; i++) {
        code = source_check_engine(&source, "sweep", r->engines[i].kind);
    }
    source_clear(&source);
    return code;
}

int sweep_prepare(sweep *s)
{
    const sweep_request *r = s->request;
    s->point_count = 1;
    for (size_t a = 0; a < r->axis_count; a++) {
        s->point_count *= r->axes[a].ranges[0].count;
    }
    s->run_count = s->point_count * r->engine_count * r->repeats;
    if (s->run_count > SWEEP_RUNS_MAX) {
        complain("sweep: %zu points on %zu engines, %u times each, are %s runs; %s are allowed",
                 s->point_count, r->engine_count, r->repeats, count_text(s->run_count),
                 count_text(SWEEP_RUNS_MAX));
        return EXIT_CODE_USAGE;
    }
    s->point_hash = calloc(s->point_count, sizeof *s->point_hash);
    if (s->point_hash == NULL) {
        complain("sweep: out of memory");
        return EXIT_CODE_FAILED;
    }
    s->hash = UINT64_C(0xcbf29ce484222325);
    for (size_t point = 0; point < s->point_count; point++) {
        const int code = check_point(s, point);
        if (code != EXIT_CODE_OK) {
            complain_point(r, point);
            return code;
        }
    }
    s->runs = calloc(s->run_count, sizeof *s->runs);
    if (s->runs == NULL || s->title == NULL) {
        complain("sweep: out of memory");
        return EXIT_CODE_FAILED;
    }
    return EXIT_CODE_OK;
}

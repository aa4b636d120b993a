/* cmd_operations - `saltus operations FILE`: run, and say what was done and what an artificial
 * network of the same shape would have done. No result directory.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "operations/operations_report.h"
#include "run/run.h"
#include "shared/command.h"
#include "shared/machine.h"
#include "shared/options.h"

/* Steps of machine-learning frameworks; the event engine has none of its own. */
#define NOMINAL_DT_MS 1.0

enum {
    ROW_INFERENCE,
    ROW_DT,
    ROW_ENGINE,
    ROW_UNROLL,
    ROW_CHANNELS,
    ROW_AC,
    ROW_MAC,
    ROW_THREADS,
    ROW_SEED,
    ROW_SET,
    ROW_QUIET,
    ROW_JSON
};

static const option_row rows[] = {
    [ROW_INFERENCE] = {"inference", "TIME",
                       "simulated time of one inference, such as 50ms (default:\n"
                       "the whole run is one)"},
    [ROW_DT] = {"dt", "TIME",
                "step of activation sparsity and dense figures (default: the\n"
                "clock's own; events: 1 ms)"},
    [ROW_ENGINE] = {"engine", "E", "event (default), or grid@0.1ms, euler@1ms, ..."},
    [ROW_UNROLL] = {"unroll", "N",
                    "steps over which an artificial network with cycles is\n"
                    "unrolled (default: 1)"},
    [ROW_CHANNELS] = {"channels", "N",
                      "count external input as one layer more, of N channels\n"
                      "(default: count it on neither side)"},
    [ROW_AC] = {"ac-pJ", "PJ", "energy of an accumulate (default: 0.9, float32 in 45 nm)"},
    [ROW_MAC] = {"mac-pJ", "PJ", "energy of a multiply-accumulate (default: 4.6)"},
    [ROW_THREADS] = {"threads", "N", "threads; results do not depend on it"},
    [ROW_SEED] = {"seed", "N", "seed of all random numbers, instead of the file's"},
    [ROW_SET] = {"set", "PATH=VALUE", "change a value of the file first; may be repeated"},
    [ROW_QUIET] = {"quiet", NULL, "no progress line"},
    [ROW_JSON] = {"json", NULL, "print JSON"},
    {NULL, NULL, NULL},
};

typedef struct operations_request {
    run_request run;
    saltus_simulation_options how;
    saltus_ann_options ann;
    double dt_ms; /* 0: not given */
} operations_request;

static void print_help(void)
{
    printf("usage: saltus operations FILE [options]\n\n"
           "Runs the experiment FILE and prints NeuroBench's metrics of the run (footprint,\n"
           "sparsities, effective and dense synaptic operations, membrane updates), the\n"
           "arithmetic behind them, and what an artificial network of the same shape would\n"
           "need for an inference, with the activity at which both break even. Nothing is\n"
           "written. Definitions: docs/operations.md.\n\n");
    options_print(rows);
    printf("\nExit codes: 0 done; 1 the run failed; 2 command line or experiment is wrong, or the\n"
           "network does not fit the memory; 130 ended by Ctrl-C.\n\n"
           "  saltus operations data/experiments/brunel_ai.yaml --set duration='200 ms' "
           "--inference 50ms\n");
}

/* ---- Command line --------------------------------------------------------------------------- */

static bool take_energy(const option_reader *o, int row, double *energy_pJ)
{
    char *end = NULL;
    const double value = strtod(o->value, &end);
    if (end == o->value || *end != '\0' || !(value > 0) || !isfinite(value)) {
        complain("operations: --%s is %s; allowed is a number of picojoules above 0",
                 rows[row].name, o->value);
        return false;
    }
    *energy_pJ = value;
    return true;
}

static bool take_option(operations_request *r, const option_reader *o, int row)
{
    switch (row) {
    case ROW_INFERENCE:
        return options_time(o, row, false, &r->ann.inference_ms);
    case ROW_DT:
        return options_time(o, row, false, &r->dt_ms);
    case ROW_ENGINE:
        return options_engine(o, row, &r->how);
    case ROW_UNROLL:
        return options_number32(o, row, 1, UINT32_MAX, &r->ann.unroll_steps);
    case ROW_CHANNELS:
        return options_number32(o, row, 1, UINT32_MAX, &r->ann.input_channels);
    case ROW_AC:
        return take_energy(o, row, &r->ann.ac_pJ);
    case ROW_MAC:
        return take_energy(o, row, &r->ann.mac_pJ);
    case ROW_THREADS:
        return options_threads(o, row, &r->run.threads);
    case ROW_SEED:
        r->run.seed_given = true;
        return options_number(o, row, 0, UINT64_MAX, &r->run.seed);
    case ROW_SET:
        return source_add_override(&r->run.overrides, "operations", o->value);
    case ROW_QUIET:
        r->run.quiet = true;
        return true;
    default:
        r->run.json = true;
        return true;
    }
}

/* An exit code; -1: go on. */
static int read_command_line(operations_request *r, int argc, char **argv)
{
    option_reader o;
    options_begin(&o, "operations", rows, argc, argv);
    for (int row = options_next(&o); row != OPTIONS_END; row = options_next(&o)) {
        if (row == OPTIONS_HELP) {
            print_help();
            return EXIT_CODE_OK;
        }
        if (row == OPTIONS_WRONG || !take_option(r, &o, row)) {
            return EXIT_CODE_USAGE;
        }
    }
    r->run.file = options_file(&o, "FILE [options]");
    return r->run.file != NULL ? -1 : EXIT_CODE_USAGE;
}

/* ---- Run --------------------------------------------------------------------------------------
 */

static int build(run_session *s, const operations_request *r)
{
    saltus_network_options options = saltus_network_options_default();
    options.threads = r->run.threads;
    options.memory_limit = machine_memory_limit();
    int code = source_check_memory(&s->source, &options, &s->estimate);
    if (code == EXIT_CODE_OK) {
        code = source_check_engine(&s->source, "operations", r->how.engine);
    }
    if (code != EXIT_CODE_OK) {
        return code;
    }
    saltus_error error = {0};
    saltus_status status =
        saltus_network_build(s->source.experiment, &options, &s->network, &error);
    if (!status) {
        saltus_simulation_options how = r->how;
        how.threads = r->run.threads;
        status = saltus_simulation_create(s->network, &how, &s->simulation, &error);
    }
    if (status) {
        complain_error("operations", &error, status);
        return status == SALTUS_E_EXPERIMENT ? EXIT_CODE_USAGE : EXIT_CODE_FAILED;
    }
    return EXIT_CODE_OK;
}

/* "event", or "grid, step 0.1 ms" */
static void print_heading(const run_session *s)
{
    const double step_ms = saltus_simulation_step_ms(s->simulation);
    printf("%s: %s\n%s engine", s->source.path, saltus_experiment_title(s->source.experiment),
           saltus_engine_name(saltus_simulation_engine(s->simulation)));
    if (step_ms > 0) {
        printf(", step %s ms", number_text(step_ms));
    }
    printf(", %s ms simulated%s\n\n", number_text(saltus_simulation_time_ms(s->simulation)),
           s->complete ? "" : " (stopped early)");
}

static void print_json(const run_session *s, const operations_figures *figures)
{
    json_writer w;
    json_begin(&w, stdout);
    json_open_object(&w, NULL);
    json_string(&w, "saltus", saltus_version());
    json_string(&w, "file", s->source.path);
    json_string(&w, "title", saltus_experiment_title(s->source.experiment));
    json_hex(&w, "hash", saltus_experiment_hash(s->source.experiment));
    json_integer(&w, "seed", saltus_experiment_seed(s->source.experiment));
    json_string(&w, "engine", saltus_engine_name(saltus_simulation_engine(s->simulation)));
    json_double(&w, "step_ms", saltus_simulation_step_ms(s->simulation));
    json_bool(&w, "complete", s->complete);
    operations_json_neurobench(&w, figures);
    operations_json_ann(&w, figures);
    json_close(&w);
}

static int report(const run_session *s, const operations_request *r)
{
    const bool clocked = saltus_simulation_step_ms(s->simulation) > 0;
    const double dt_ms = r->dt_ms > 0 || clocked ? r->dt_ms : NOMINAL_DT_MS;
    operations_figures figures;
    saltus_error error = {0};
    const saltus_status status =
        operations_figures_take(&figures, s->simulation, dt_ms, &r->ann, &error);
    if (status) {
        complain_error("operations", &error, status);
    } else if (r->run.json) {
        print_json(s, &figures);
    } else {
        print_heading(s);
        operations_print_neurobench(stdout, &figures);
        printf("\nThe same network as an artificial one\n\n");
        operations_print_ann(stdout, &figures);
    }
    operations_figures_clear(&figures);
    return status ? EXIT_CODE_FAILED : EXIT_CODE_OK;
}

static int run(run_session *s, const operations_request *r)
{
    int code = source_load_to_run(&s->source, "operations", r->run.file, &r->run.overrides);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (r->run.seed_given) {
        saltus_experiment_set_seed(s->source.experiment, r->run.seed);
    }
    code = build(s, r);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    saltus_error error = {0};
    run_catch_signals(s->simulation);
    const saltus_status status = run_advance(s, &error);
    run_release_signals();
    s->complete = status == SALTUS_OK;
    if (status != SALTUS_OK && status != SALTUS_INTERRUPTED) {
        complain_error("operations", &error, status);
        return EXIT_CODE_FAILED;
    }
    if (!(saltus_simulation_time_ms(s->simulation) > 0)) {
        complain("operations: stopped before anything was done");
        return EXIT_CODE_INTERRUPTED;
    }
    code = report(s, r);
    return code == EXIT_CODE_OK && !s->complete ? EXIT_CODE_INTERRUPTED : code;
}

int cmd_operations(int argc, char **argv)
{
    operations_request request = {.run = {.argc = argc, .threads = machine_default_threads()},
                                  .how = saltus_simulation_options_default(),
                                  .ann = saltus_ann_options_default()};
    request.run.argv = argv;
    run_session session = {.request = &request.run};
    int code = read_command_line(&request, argc, argv);
    if (code == -1) {
        code = run(&session, &request);
        saltus_simulation_destroy(session.simulation);
        saltus_network_destroy(session.network);
        source_clear(&session.source);
    }
    source_clear_overrides(&request.run.overrides);
    return code;
}

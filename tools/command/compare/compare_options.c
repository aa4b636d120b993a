/* compare_options - the command line of `saltus compare`. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/compare.h"
#include "shared/command.h"
#include "shared/options.h"

enum {
    ROW_STEPS,
    ROW_VARIANTS,
    ROW_ENGINES,
    ROW_ENERGY,
    ROW_REPEAT,
    ROW_SEEDS,
    ROW_THREADS,
    ROW_SEED,
    ROW_SET,
    ROW_OUT,
    ROW_JSON,
    ROW_QUIET,
    ROW_FROM,
    ROW_WINDOW,
    ROW_WINDOW_LIMIT,
    ROW_TOLERANCE,
    ROW_TAU_ROSSUM,
    ROW_SHIFT_COST,
    ROW_COINCIDENCE,
    ROW_BIN,
    ROW_NOMINAL_STEP,
    ROW_INFERENCE
};

static const option_row rows[] = {
    [ROW_STEPS] = {"steps", "LIST", "steps of the clocks (default: " COMPARE_STEPS_USUAL ")"},
    [ROW_VARIANTS] = {"variants", "LIST",
                      "clocks: any of " COMPARE_VARIANTS_USUAL "\n(default: all four)"},
    [ROW_ENGINES] = {"engines", "LIST",
                     "instead of steps and variants: grid@0.1ms,euler@1ms,...; the\n"
                     "event-driven run is always there"},
    [ROW_ENERGY] = {"energy", "LIST",
                    "cost tables, as saltus energy lists them, or their files; or\n"
                    "none (default: " COMPARE_ENERGY_USUAL ")"},
    [ROW_REPEAT] = {"repeat", "N",
                    "runs of each engine, in turn; the time is the median (default: 1)"},
    [ROW_SEEDS] = {"seeds", "K",
                   "further event-driven runs that differ by the seed, as yardstick\n"
                   "of the statistics (default: 4 for recurrent networks, else 0)"},
    [ROW_THREADS] = {"threads", "N", "threads (default: OMP_NUM_THREADS, else one a processor)"},
    [ROW_SEED] = {"seed", "N", "seed of all random numbers, instead of the file's"},
    [ROW_SET] = {"set", "PATH=VALUE", "change a value of the file; may be repeated"},
    [ROW_OUT] = {"out", "DIR",
                 "result directory (default: results/compare-TITLE-DATE); must\n"
                 "not exist"},
    [ROW_JSON] = {"json", NULL, "print compare.json instead of the tables"},
    [ROW_QUIET] = {"quiet", NULL, "no progress line"},
    [ROW_FROM] = {"from", "TIME", "statistics of populations begin here (default: 0)"},
    [ROW_WINDOW] = {"window", "TIME",
                    "spikes match within it (default: half the neuron's shortest\n"
                    "interval, at most --window-limit)"},
    [ROW_WINDOW_LIMIT] = {"window-limit", "TIME", "largest window (default: 3 ms)"},
    [ROW_TOLERANCE] = {"tolerance", "TIME", "larger shifts are a divergence (default: 1 ms)"},
    [ROW_TAU_ROSSUM] = {"tau-rossum", "TIME",
                        "time constant of the van Rossum distance (default: 10 ms)"},
    [ROW_SHIFT_COST] = {"shift-cost", "NUMBER",
                        "Victor and Purpura's cost of a shift, per ms (default: 0.1)"},
    [ROW_COINCIDENCE] = {"coincidence", "TIME", "precision of Gamma (default: 2 ms)"},
    [ROW_BIN] = {"bin", "TIME", "bins of correlation and synchrony (default: 2 ms)"},
    [ROW_NOMINAL_STEP] = {"nominal-step", "TIME",
                          "step of the dense figures of the event-driven run, and of\n"
                          "clocked devices that it is priced for (default: 1 ms)"},
    [ROW_INFERENCE] = {"inference", "TIME",
                       "simulated time of one inference, for the artificial twin\n"
                       "(default: the whole run)"},
    {NULL, NULL, NULL},
};

static void print_help(void)
{
    printf("usage: saltus compare FILE [options]\n\n"
           "Runs the experiment FILE event-driven, which is exact, and on clocks with several\n"
           "steps; each run in a process of its own. Tells what each one costs in time, memory,\n"
           "operations and energy, and how far its spikes are from the exact ones. Results go\n"
           "into a directory of their own: compare.json with everything, compare.csv, and figures\n"
           "with their data. Ctrl-C keeps the runs that are finished in DIR.partial.\n\n");
    options_print(rows);
    printf("\nExit codes: 0 done; 1 a run failed; 2 command line or experiment is wrong, or the\n"
           "network does not fit the memory; 130 ended by Ctrl-C or SIGTERM.\n\n"
           "  saltus compare data/experiments/brunel_ai.yaml --steps 1ms,0.1ms --repeat 3\n"
           "  saltus compare net.yaml --engines grid@0.1ms,offgrid@0.1ms --energy loihi\n\n"
           "docs/compare.md says what every column means and what is fair.\n");
}

/* ---- Command line ---------------------------------------------------------------------- */

static bool read_cost(const option_reader *o, double *out)
{
    char *end = NULL;
    const double value = strtod(o->value, &end);
    if (end == o->value || *end != '\0' || !isfinite(value) || value < 0.0) {
        complain("compare: --shift-cost is %s; allowed is a number from 0 on", o->value);
        return false;
    }
    *out = value;
    return true;
}

/* Options that are times or numbers of the measures. */
static bool take_measure(compare_request *r, const option_reader *o, int row)
{
    switch (row) {
    case ROW_FROM:
        return options_time(o, row, true, &r->from_ms);
    case ROW_WINDOW:
        return options_time(o, row, true, &r->accuracy.window_ms);
    case ROW_WINDOW_LIMIT:
        return options_time(o, row, false, &r->accuracy.window_limit_ms);
    case ROW_TOLERANCE:
        return options_time(o, row, true, &r->accuracy.tolerance_ms);
    case ROW_TAU_ROSSUM:
        return options_time(o, row, false, &r->accuracy.tau_r_ms);
    case ROW_SHIFT_COST:
        return read_cost(o, &r->accuracy.shift_cost_per_ms);
    case ROW_COINCIDENCE:
        return options_time(o, row, true, &r->accuracy.coincidence_ms);
    case ROW_BIN:
        return options_time(o, row, false, &r->accuracy.bin_ms);
    case ROW_NOMINAL_STEP:
        return options_time(o, row, false, &r->nominal_step_ms);
    default:
        return options_time(o, row, false, &r->inference_ms);
    }
}

static bool take_list(const option_reader *o, int row, const char **out)
{
    *out = o->value;
    for (const char *word = o->value;; word++) {
        const size_t length = strcspn(word, ",");
        if (length > COMPARE_WORD_MAX) {
            complain("compare: --%s has a word of %zu bytes; at most %d are allowed",
                     rows[row].name, length, COMPARE_WORD_MAX);
            return false;
        }
        word += length;
        if (*word == '\0') {
            return true;
        }
    }
}

static bool take_option(compare_request *r, const option_reader *o, int row)
{
    uint32_t seeds = 0;
    switch (row) {
    case ROW_STEPS:
        return take_list(o, row, &r->steps);
    case ROW_VARIANTS:
        return take_list(o, row, &r->variants);
    case ROW_ENGINES:
        return take_list(o, row, &r->engines);
    case ROW_ENERGY:
        return take_list(o, row, &r->energy);
    case ROW_REPEAT:
        return options_number32(o, row, 1, COMPARE_REPEATS_MAX, &r->repeat);
    case ROW_SEEDS:
        if (!options_number32(o, row, 0, COMPARE_SEEDS_MAX, &seeds)) {
            return false;
        }
        r->seeds = (int)seeds;
        return true;
    case ROW_THREADS:
        return options_threads(o, row, &r->threads);
    case ROW_SEED:
        r->seed_given = true;
        return options_number(o, row, 0, UINT64_MAX, &r->seed);
    case ROW_SET:
        return source_add_override(&r->overrides, "compare", o->value);
    case ROW_OUT:
        return options_directory(o, row, &r->out);
    case ROW_JSON:
        r->json = true;
        return true;
    case ROW_QUIET:
        r->quiet = true;
        return true;
    default:
        return take_measure(r, o, row);
    }
}

int compare_read_options(compare_request *r, int argc, char **argv)
{
    option_reader o;
    options_begin(&o, "compare", rows, argc, argv);
    for (int row = options_next(&o); row != OPTIONS_END; row = options_next(&o)) {
        if (row == OPTIONS_HELP) {
            print_help();
            return EXIT_CODE_OK;
        }
        if (row == OPTIONS_WRONG || !take_option(r, &o, row)) {
            return EXIT_CODE_USAGE;
        }
    }
    r->file = options_file(&o, "FILE [options]");
    if (r->file == NULL) {
        return EXIT_CODE_USAGE;
    }
    if (r->engines != NULL && (r->steps != NULL || r->variants != NULL)) {
        complain("compare: --engines stands instead of --steps and --variants, not beside them");
        return EXIT_CODE_USAGE;
    }
    return -1;
}

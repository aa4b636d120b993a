/* learn_options - the command line of `saltus learn`. */
#include <stdio.h>

#include "learn/learn.h"
#include "shared/command.h"
#include "shared/options.h"

enum {
    ROW_OUT,
    ROW_RESUME,
    ROW_TRAIN,
    ROW_LABEL,
    ROW_TEST,
    ROW_EPOCHS,
    ROW_THREADS,
    ROW_SEED,
    ROW_SET,
    ROW_ENGINE,
    ROW_CHECKPOINT,
    ROW_ENERGY,
    ROW_TABLES,
    ROW_NO_FIGURES,
    ROW_QUIET,
    ROW_JSON
};

static const option_row rows[] = {
    [ROW_OUT] = {"out", "DIR", "result directory (default: results/learn-TITLE-DATE)"},
    [ROW_RESUME] = {"resume", "DIR",
                    "go on with the course whose results go to DIR, from its last\n"
                    "checkpoint, as its own command line says; of the other options\n"
                    "only --threads, --quiet and --json may be given"},
    [ROW_TRAIN] = {"train", "N", "training images, instead of the file's number"},
    [ROW_LABEL] = {"label", "N", "images by which neurons get their classes"},
    [ROW_TEST] = {"test", "N", "test images"},
    [ROW_EPOCHS] = {"epochs", "N", "how often the training images are shown"},
    [ROW_THREADS] = {"threads", "N",
                     "threads (default: OMP_NUM_THREADS, else one a processor);\n"
                     "results do not depend on it"},
    [ROW_SEED] = {"seed", "N", "seed of all random numbers, instead of the file's"},
    [ROW_SET] = {"set", "PATH=VALUE",
                 "change a value of the file, e.g. --set learning.rest='1 s';\n"
                 "may be repeated"},
    [ROW_ENGINE] = {"engine", "ENGINE", "event (default, exact), or a clock: grid@0.1ms ..."},
    [ROW_CHECKPOINT] = {"checkpoint", "N",
                        "write one every N images (default: 500; 0: only when\n"
                        "the course is stopped)"},
    [ROW_ENERGY] = {"energy", "TABLE",
                    "cost table for the energy of an image (default: loihi; saltus\n"
                    "energy lists them; none: no energy)"},
    [ROW_TABLES] = {"tables", "DIR", "folder to look for cost tables first"},
    [ROW_NO_FIGURES] = {"no-figures", NULL, "data and scripts of the pictures only"},
    [ROW_QUIET] = {"quiet", NULL, "no progress"},
    [ROW_JSON] = {"json", NULL, "print the manifest as JSON instead of the tables"},
    {NULL, NULL, NULL},
};

static void print_help(void)
{
    printf("usage: saltus learn FILE [options]\n"
           "       saltus learn --resume DIR [options]\n\n"
           "Teaches the network of the experiment FILE to tell images apart, without labels, as\n"
           "its section `learning` says: shows the training images while synapses learn, gives\n"
           "each output neuron the class of images that it answers most, and tests what it has\n"
           "learnt. Results: images.csv (a line an image: answer, spikes, synaptic events,\n"
           "energy), accuracy.csv (while it trains), confusion.csv, labels.csv, receptive fields\n"
           "and confusion matrix as pictures, weights.h5 (if `record` asks for weights),\n"
           "experiment.yaml (a copy) and manifest.json.\n"
           "While the course goes on the directory is called DIR.partial. Ctrl-C ends it after\n"
           "the image that is being shown; --resume DIR goes on, to the same bits.\n\n");
    options_print(rows);
    printf(
        "\nExit codes: 0 done; 1 it failed; 2 command line or experiment is wrong; 130 ended by\n"
        "Ctrl-C or SIGTERM, to be resumed.\n\n"
        "  saltus learn data/experiments/fashion_100.yaml --train 2000 --test 1000 --out "
        "fashion\n");
}

static bool take_count(const option_reader *o, int row, uint64_t *number, bool *given)
{
    *given = true;
    return options_number(o, row, 1, UINT32_MAX - 1, number);
}

static bool take_option(learn_request *r, const option_reader *o, int row)
{
    switch (row) {
    case ROW_OUT:
        return options_directory(o, row, &r->out);
    case ROW_RESUME:
        return options_directory(o, row, &r->resume);
    case ROW_TRAIN:
        return take_count(o, row, &r->train, &r->train_given);
    case ROW_LABEL:
        return take_count(o, row, &r->label, &r->label_given);
    case ROW_TEST:
        return take_count(o, row, &r->test, &r->test_given);
    case ROW_EPOCHS:
        return take_count(o, row, &r->epochs, &r->epochs_given);
    case ROW_THREADS:
        return options_threads(o, row, &r->threads);
    case ROW_SEED:
        r->seed_given = true;
        return options_number(o, row, 0, UINT64_MAX, &r->seed);
    case ROW_SET:
        return source_add_override(&r->overrides, "learn", o->value);
    case ROW_ENGINE:
        return options_engine(o, row, &r->how);
    case ROW_CHECKPOINT:
        return options_number(o, row, 0, UINT32_MAX, &r->every);
    case ROW_ENERGY:
        r->energy = o->value;
        return true;
    case ROW_TABLES:
        r->tables = o->value;
        return true;
    case ROW_NO_FIGURES:
        r->no_figures = true;
        return true;
    case ROW_QUIET:
        r->quiet = true;
        return true;
    default:
        r->json = true;
        return true;
    }
}

int learn_read_options(learn_request *r, int argc, char **argv, bool *only)
{
    option_reader o;
    *only = true;
    options_begin(&o, "learn", rows, argc, argv);
    for (int row = options_next(&o); row != OPTIONS_END; row = options_next(&o)) {
        if (row == OPTIONS_HELP) {
            print_help();
            return EXIT_CODE_OK;
        }
        if (row == OPTIONS_WRONG || !take_option(r, &o, row)) {
            return EXIT_CODE_USAGE;
        }
        *only = *only &&
                (row == ROW_RESUME || row == ROW_THREADS || row == ROW_QUIET || row == ROW_JSON);
    }
    if (r->resume != NULL) {
        *only = *only && argc == o.next;
        return -1;
    }
    r->file = options_file(&o, "FILE [options]");
    return r->file != NULL ? -1 : EXIT_CODE_USAGE;
}

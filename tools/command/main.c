/* main - the `saltus` command: a table of subcommands, --version, --help.
 *
 * A subcommand returns an exit code; output that could not be written turns 0 into 1.
 */
#include <errno.h>
#include <fcntl.h>
#include <saltus/saltus.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measured/measured_run.h"
#include "shared/command.h"

typedef struct subcommand {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} subcommand;

static const subcommand subcommands[] = {
    {"run", cmd_run, "run an experiment and keep its results in a directory"},
    {"resume", cmd_resume, "go on with a run from its checkpoint, also after a kill"},
    {"check", cmd_check, "check an experiment: errors, size, memory; nothing is built"},
    {"compare", cmd_compare, "run it event-driven and on clocks: time, work, energy, error"},
    {"sweep", cmd_sweep, "run over a range of values on several engines: cost, crossover, model"},
    {"energy", cmd_energy, "list and explain cost tables, price the counts of a run in joules"},
    {"operations", cmd_operations,
     "run, and count operations as NeuroBench does and beside an artificial network"},
    {"learn", cmd_learn, "teach a network to tell images apart, test it; resumable"},
    {"encode", cmd_encode, "turn images, tables, sounds or camera events into spikes by a code"},
    {"decode", cmd_decode, "estimate the values that spikes stand for in a code"},
    {"codes", cmd_codes, "compare codes on the same values: spikes, operations, error, jitter"},
    {"weights", cmd_weights, "show the weights that a run recorded, export them to NumPy or CSV"},
    {"models", cmd_models, "list models, rules, codes and schedulers, or show one of them"},
};

#define SUBCOMMAND_COUNT (sizeof subcommands / sizeof subcommands[0])

static void print_help(void)
{
    printf("saltus %s - exact, event-driven simulation of spiking neural networks\n\n"
           "usage: saltus COMMAND [...]        saltus COMMAND --help for the details\n\n",
           saltus_version());
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        printf("  %-10s %s\n", subcommands[i].name, subcommands[i].summary);
    }
    printf(
        "\n"
        "A first run\n\n"
        "  cat > pair.yaml <<EOF\n"
        "  saltus: 1\n"
        "  duration: 100 ms\n"
        "  populations:\n"
        "    A: {size: 1, model: lif_delta, params: {v_th: 15 mV}}\n"
        "    B: {size: 10, like: A}\n"
        "  inputs:\n"
        "    drive: {type: periodic, interval: 10 ms, weight: 20 mV, to: A}\n"
        "  projections:\n"
        "    - {from: A, to: B, rule: all_to_all, weight: 16 mV, delay: 1.5 ms}\n"
        "  EOF\n"
        "  saltus check pair.yaml              is it right, how large is it?\n"
        "  saltus run pair.yaml --out pair     run it\n"
        "  head pair/spikes.csv                time_ms,population,neuron\n\n"
        "More\n\n"
        "  saltus run FILE --threads 2 --seed 7 --set projections.0.weight='17 mV'\n"
        "  saltus run FILE --json | jq .counts\n"
        "  saltus compare FILE --steps 1ms,0.1ms    what does a clock cost, and how wrong is it?\n"
        "  saltus models lif_delta             equations and parameters of a model\n\n"
        "Exit codes\n\n"
        "  0    done\n"
        "  1    the run failed, or output could not be written\n"
        "  2    the command line, the experiment or the checkpoint is wrong, or the network does\n"
        "       not fit the memory\n"
        "  130  ended by Ctrl-C or SIGTERM; what was recorded is kept\n\n"
        "Where to go next: docs/experiment-files.md (how to write experiments), docs/command.md\n"
        "(options and result files), docs/exactness.md (what \"exact\" means), data/experiments\n"
        "(examples to run).\n");
}

/* Descriptors 0 to 2 must be taken, or a result file would receive what is meant for stdout. */
static void hold_standard_descriptors(void)
{
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) {
            /* the wrong direction on purpose: writing to what was closed fails */
            (void)!open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
        }
    }
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_help();
        return EXIT_CODE_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, MEASURED_RUN_WORD) == 0) {
        return measured_run_child(argc, argv);
    }
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        printf("saltus %s\n", saltus_version());
        return EXIT_CODE_OK;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        print_help();
        return EXIT_CODE_OK;
    }
    const char *names[SUBCOMMAND_COUNT + 3] = {"help", "--help", "--version"};
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        if (strcmp(word, subcommands[i].name) == 0) {
            return subcommands[i].run(argc - 1, argv + 1);
        }
        names[i + 3] = subcommands[i].name;
    }
    const char *nearest = nearest_name(word, names, SUBCOMMAND_COUNT + 3);
    if (nearest != NULL) {
        complain("there is no command %s; did you mean %s?", word, nearest);
    } else {
        complain("there is no command %s; see saltus --help", word);
    }
    return EXIT_CODE_USAGE;
}

int main(int argc, char **argv)
{
    hold_standard_descriptors();
    /* a reader that goes away and a file that may not grow show as failed writes, told in words */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    const int code = dispatch(argc, argv);
    const bool failed = ferror(stdout) != 0;
    errno = 0;
    if (fflush(stdout) != 0 || failed) {
        complain("cannot write to standard output: %s",
                 errno != 0 ? strerror(errno) : "a part of it is lost");
        return code == EXIT_CODE_OK ? EXIT_CODE_FAILED : code;
    }
    return code;
}

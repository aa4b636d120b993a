/* measured_run - the asking side: start the process, wait, take its measurements.
 *
 * Why a new program and not a fork alone: libgomp's threads do not survive a fork, and a forked
 * child counts the parent's resident pages as its own. The largest resident set is read by the
 * child itself from VmHWM, which belongs to the new address space; ru_maxrss of wait4 does not:
 * exec carries the old one over.
 *
 * Signals: a terminal sends Ctrl-C to both processes. The child ignores SIGINT, and the parent
 * ends it with SIGTERM, whoever the signal came from and whomever it was meant for. If the parent
 * dies, the kernel kills the child.
 */
#include "measured/measured_run.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measured/measured_wire.h"
#include "shared/command.h"

/* ---- Signals --------------------------------------------------------------------------- */

static volatile sig_atomic_t stop_asked;
static volatile pid_t running_child;

static void on_signal(int number)
{
    const int kept = errno;
    /* the next signal of either kind ends the program */
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    stop_asked = number;
    if (running_child > 0) {
        kill(running_child, SIGTERM);
    }
    errno = kept;
}

/* A signal that whoever started us has ignored (nohup, background jobs) stays ignored. */
static void catch_signal(int number)
{
    struct sigaction old;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGINT);
    sigaddset(&action.sa_mask, SIGTERM);
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
        sigaction(number, &action, NULL);
    }
}

void measured_catch_signals(void)
{
    catch_signal(SIGINT);
    catch_signal(SIGTERM);
}

bool measured_stop_asked(void)
{
    return stop_asked != 0;
}

/* ---- Starting -------------------------------------------------------------------------- */

/* The child's arguments: an array that the caller frees, its first strings in `texts`. */
static char **make_arguments(const measured_request *r, int descriptor, char texts[5][32])
{
    const size_t overrides = r->overrides != NULL ? r->overrides->count : 0;
    char **arguments = calloc(WIRE_ARGUMENTS + 2 * overrides + 1, sizeof *arguments);
    if (arguments == NULL) {
        return NULL;
    }
    snprintf(texts[0], sizeof texts[0], "%d", descriptor);
    snprintf(texts[1], sizeof texts[1], "%" PRIu64, r->seed);
    snprintf(texts[2], sizeof texts[2], "%" PRIu32, r->threads);
    snprintf(texts[3], sizeof texts[3], "%.17g", r->nominal_step_ms);
    snprintf(texts[4], sizeof texts[4], "%.17g", r->inference_ms);
    const char *const fixed[WIRE_ARGUMENTS] = {
        [0] = "saltus",
        [WIRE_WORD] = MEASURED_RUN_WORD,
        [WIRE_DESCRIPTOR] = texts[0],
        [WIRE_COMMAND] = r->command,
        [WIRE_FILE] = r->file,
        [WIRE_SEED] = r->seed_given ? texts[1] : "",
        [WIRE_THREADS] = texts[2],
        [WIRE_ENGINE] = r->engine,
        [WIRE_SPIKE_PATH] = r->spike_path != NULL ? r->spike_path : "",
        [WIRE_NOMINAL_STEP] = texts[3],
        [WIRE_INFERENCE] = texts[4],
    };
    for (size_t i = 0; i < WIRE_ARGUMENTS; i++) {
        arguments[i] = (char *)(uintptr_t)fixed[i];
    }
    for (size_t i = 0; i < overrides; i++) {
        arguments[WIRE_ARGUMENTS + 2 * i] = (char *)(uintptr_t)r->overrides->of[i].path;
        arguments[WIRE_ARGUMENTS + 2 * i + 1] = (char *)(uintptr_t)r->overrides->of[i].value;
    }
    return arguments;
}

/* In the child, between fork and exec: async-signal-safe calls only. */
static void become_run(char **arguments, int write_end, pid_t parent, const sigset_t *mask)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(EXIT_CODE_FAILED);
    }
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    fcntl(write_end, F_SETFD, 0);
    execv("/proc/self/exe", arguments);
    _exit(WIRE_EXIT_NO_EXEC);
}

/* Starts the child; *read_end is the pipe its measurements come through. */
static int start_child(const measured_request *r, pid_t *child, int *read_end)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        complain("%s: cannot make a pipe: %s", r->command, strerror(errno));
        return EXIT_CODE_FAILED;
    }
    char texts[5][32];
    char **arguments = make_arguments(r, ends[1], texts);
    if (arguments == NULL) {
        complain("%s: out of memory", r->command);
        close(ends[0]);
        close(ends[1]);
        return EXIT_CODE_FAILED;
    }
    /* a signal must find the child known, or wait until it is */
    sigset_t both;
    sigset_t old;
    sigemptyset(&both);
    sigaddset(&both, SIGINT);
    sigaddset(&both, SIGTERM);
    sigprocmask(SIG_BLOCK, &both, &old);
    fflush(NULL);
    const pid_t parent = getpid();
    *child = stop_asked ? 0 : fork();
    if (*child == 0 && !stop_asked) {
        become_run(arguments, ends[1], parent, &old);
    }
    const int reason = errno;
    running_child = *child;
    sigprocmask(SIG_SETMASK, &old, NULL);
    free(arguments);
    close(ends[1]);
    if (*child > 0) {
        *read_end = ends[0];
        return EXIT_CODE_OK;
    }
    close(ends[0]);
    if (*child == 0) {
        return EXIT_CODE_INTERRUPTED;
    }
    complain("%s: cannot start a process for the run: %s", r->command, strerror(reason));
    return EXIT_CODE_FAILED;
}

/* ---- Taking the measurements ------------------------------------------------------------- */

/* Exactly `size` bytes. */
static bool receive(int descriptor, void *out, size_t size)
{
    char *bytes = out;
    while (size > 0) {
        const ssize_t got = read(descriptor, bytes, size);
        if (got > 0) {
            bytes += got;
            size -= (size_t)got;
        } else if (got == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

/* An array of `count` elements; *array is NULL for none. */
static bool receive_array(int descriptor, void **array, size_t count, size_t size)
{
    *array = NULL;
    if (count == 0) {
        return true;
    }
    *array = calloc(count, size);
    return *array != NULL && receive(descriptor, *array, count * size);
}

static bool receive_run(int descriptor, measured_run *out)
{
    if (!receive(descriptor, out, sizeof *out)) {
        *out = (measured_run){0};
        return false;
    }
    void *arrays[4] = {NULL};
    const bool whole =
        receive_array(descriptor, &arrays[0], out->population_count, sizeof *out->populations) &&
        receive_array(descriptor, &arrays[1], out->projection_count, sizeof *out->projections) &&
        receive_array(descriptor, &arrays[2], out->rounding_count, sizeof *out->roundings) &&
        receive_array(descriptor, &arrays[3], out->name_bytes, sizeof *out->names);
    out->populations = arrays[0];
    out->projections = arrays[1];
    out->roundings = arrays[2];
    out->names = arrays[3];
    return whole;
}

/* What a child's end means, said on stderr where the child could not say it. */
static int judge_end(const measured_request *r, int status, bool whole)
{
    if (stop_asked) {
        return EXIT_CODE_INTERRUPTED;
    }
    if (WIFSIGNALED(status)) {
        const int number = WTERMSIG(status);
        complain("%s: the run on %s was ended by signal %d (%s)%s", r->command, r->engine, number,
                 strsignal(number),
                 number == SIGKILL ? "; the system does that when memory runs out" : "");
        return EXIT_CODE_FAILED;
    }
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_CODE_FAILED;
    if (code == WIRE_EXIT_NO_EXEC) {
        complain("%s: cannot start this program anew from /proc/self/exe", r->command);
        return EXIT_CODE_FAILED;
    }
    if (code != EXIT_CODE_OK) {
        complain("%s: the run on %s failed", r->command, r->engine);
    }
    if (code == EXIT_CODE_OK && !whole) {
        complain("%s: the run on %s ended without its measurements", r->command, r->engine);
        return EXIT_CODE_FAILED;
    }
    return code;
}

int measured_run_do(const measured_request *request, measured_run *out)
{
    *out = (measured_run){0};
    pid_t child = 0;
    int read_end = -1;
    int code = start_child(request, &child, &read_end);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    const bool whole = receive_run(read_end, out);
    close(read_end);
    int status = 0;
    pid_t ended = 0;
    do {
        ended = waitpid(child, &status, 0);
    } while (ended < 0 && errno == EINTR);
    running_child = 0;
    if (whole && out->refusal[0] != '\0' && !stop_asked) {
        return EXIT_CODE_FAILED;
    }
    code = judge_end(request, status, whole);
    if (code == EXIT_CODE_OK && out->experiment_hash != request->experiment_hash) {
        complain("%s: %s, or a file that it names, was changed since the command began; the run on "
                 "%s is of another experiment and does not count",
                 request->command, request->file, request->engine);
        code = EXIT_CODE_USAGE;
    }
    if (code != EXIT_CODE_OK) {
        measured_run_clear(out);
    }
    return code;
}

void measured_run_clear(measured_run *run)
{
    free(run->populations);
    free(run->projections);
    free(run->roundings);
    free(run->names);
    *run = (measured_run){0};
}

/* ---- Spike files ------------------------------------------------------------------------- */

int measured_spikes_map(const char *command, const char *path, measured_spikes *out)
{
    *out = (measured_spikes){0};
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    struct stat file;
    if (descriptor < 0 || fstat(descriptor, &file) != 0) {
        complain("%s: cannot read %s: %s", command, path, strerror(errno));
        if (descriptor >= 0) {
            close(descriptor);
        }
        return EXIT_CODE_FAILED;
    }
    const size_t bytes = (size_t)file.st_size;
    if (bytes > 0) {
        void *mapped = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, descriptor, 0);
        if (mapped == MAP_FAILED) {
            complain("%s: cannot map %s: %s", command, path, strerror(errno));
            close(descriptor);
            return EXIT_CODE_FAILED;
        }
        out->spikes = mapped;
        out->count = bytes / sizeof *out->spikes;
    }
    close(descriptor);
    return EXIT_CODE_OK;
}

void measured_spikes_unmap(measured_spikes *spikes)
{
    if (spikes->spikes != NULL) {
        munmap((void *)(uintptr_t)spikes->spikes, spikes->count * sizeof *spikes->spikes);
    }
    *spikes = (measured_spikes){0};
}

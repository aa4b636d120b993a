/* learn_checkpoint - a course on disk, to go on from after any step, bit for bit.
 *
 * Beside the simulation there are two sections: `learn.arguments`, the command line that began the
 * course (strings, each ended by a zero byte, the experiment's file as an absolute path), and
 * `learn.state`, 64-bit little-endian words: a header by which other experiments and images are
 * told, then learn_state field by field.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "learn/learn.h"
#include "shared/command.h"

#define STATE     "learn.state"
#define ARGUMENTS "learn.arguments"
#define VERSION   1
/* Where a step that no course reaches would be. */
#define MOST_STEPS (UINT64_C(1) << 40)

/* ---- Words ------------------------------------------------------------------------------- */

/* Goes over all words of the state in one order, writing or reading: one list, no drift. */
typedef struct word_tape {
    uint64_t *word; /* [room], little-endian */
    size_t count, room;
    bool reads;
    bool wrong; /* read beyond the end, or something that cannot be */
} word_tape;

static void tape_word(word_tape *tape, uint64_t *value)
{
    if (tape->count == tape->room) {
        tape->wrong = true;
    } else if (tape->reads) {
        *value = le64toh(tape->word[tape->count++]);
    } else {
        tape->word[tape->count++] = htole64(*value);
    }
}

static void tape_u32(word_tape *tape, uint32_t *value)
{
    uint64_t word = *value;
    tape_word(tape, &word);
    tape->wrong = tape->wrong || word > UINT32_MAX;
    *value = (uint32_t)word;
}

static void tape_double(word_tape *tape, double *value)
{
    uint64_t word = 0;
    memcpy(&word, value, sizeof word);
    tape_word(tape, &word);
    memcpy(value, &word, sizeof word);
}

static void tape_words(word_tape *tape, uint64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tape_word(tape, &values[i]);
    }
}

static void tape_u32s(word_tape *tape, uint32_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tape_u32(tape, &values[i]);
    }
}

/* ---- State ------------------------------------------------------------------------------- */

static void tape_totals(word_tape *tape, learn_totals *t)
{
    tape_word(tape, &t->images);
    tape_word(tape, &t->right);
    tape_word(tape, &t->unanswered);
    tape_word(tape, &t->presentations);
    tape_word(tape, &t->output_spikes);
    tape_double(tape, &t->wall_s);
    for (size_t i = 0; i < saltus_count_total(); i++) {
        tape_word(tape, saltus_count_at(&t->counts, i));
    }
}

/* What the state belongs to; the first word that differs from what is expected is returned, 0 when
 * none does. */
static size_t tape_header(word_tape *tape, const learn_session *s)
{
    uint64_t header[8 + 2 * LEARN_PHASES] = {VERSION,
                                             saltus_experiment_hash(s->source.experiment),
                                             s->state.neurons,
                                             s->state.classes,
                                             s->phase_end[LEARN_TRAIN],
                                             s->phase_end[LEARN_LABEL],
                                             s->phase_end[LEARN_TEST],
                                             saltus_count_total()};
    const size_t count = sizeof header / sizeof header[0];
    for (size_t i = 0; i < 2 * LEARN_PHASES; i++) {
        header[8 + i] = s->checksums[i];
    }
    for (size_t i = 0; i < count; i++) {
        const uint64_t expected = header[i];
        tape_word(tape, &header[i]);
        if (tape->wrong || header[i] != expected) {
            return i + 1;
        }
    }
    return 0;
}

static void tape_state(word_tape *tape, learn_state *state)
{
    uint64_t labelled = state->labelled;
    uint64_t windows = state->windows;
    tape_word(tape, &state->step);
    tape_word(tape, &state->presentations);
    tape_word(tape, &state->images_bytes);
    tape_word(tape, &labelled);
    tape_u32(tape, &state->window_count);
    tape_u32(tape, &state->window_right);
    tape_word(tape, &windows);
    if (windows > state->window_room || labelled > 1 || state->step > MOST_STEPS) {
        tape->wrong = true;
        return;
    }
    state->labelled = labelled == 1;
    state->windows = (size_t)windows;
    tape_words(tape, state->responses, (size_t)state->neurons * state->classes);
    tape_words(tape, state->shown, state->classes);
    tape_u32s(tape, state->class_of, state->neurons);
    tape_words(tape, state->confusion, (size_t)state->classes * (state->classes + 1));
    tape_u32s(tape, state->history, 3 * state->windows);
    for (int i = 0; i < LEARN_PHASES; i++) {
        tape_totals(tape, &state->totals[i]);
    }
}

/* More words than a state has. */
static size_t words_of(const learn_state *state)
{
    return 64 + (size_t)state->neurons * (state->classes + 1) +
           (size_t)state->classes * (state->classes + 2) + 3 * state->window_room +
           LEARN_PHASES * (8 + saltus_count_total());
}

/* ---- Arguments --------------------------------------------------------------------------- */

/* The command line with the file's absolute path; malloc'ed. */
static char *pack_arguments(const learn_request *r, size_t *size)
{
    char *file = realpath(r->file, NULL);
    char *text = NULL;
    FILE *stream = file != NULL ? open_memstream(&text, size) : NULL;
    if (stream == NULL) {
        free(file);
        return NULL;
    }
    for (int i = 0; i < r->argc; i++) {
        const bool is_file = r->argv[i] == r->file; /* the very string */
        const char *argument = is_file ? file : r->argv[i];
        fwrite(argument, 1, strlen(argument) + 1, stream);
    }
    free(file);
    const bool good = ferror(stream) == 0;
    if (fclose(stream) != 0 || !good) {
        free(text);
        return NULL;
    }
    return text;
}

int learn_read_arguments(const char *partial, int *argc, char ***argv)
{
    char *path = NULL;
    saltus_error error = {0};
    saltus_checkpoint *checkpoint = NULL;
    void *text = NULL;
    size_t size = 0;
    *argv = NULL;
    if (asprintf(&path, "%s/" LEARN_CHECKPOINT, partial) < 0) {
        complain("learn: out of memory");
        return EXIT_CODE_FAILED;
    }
    saltus_status status = saltus_checkpoint_open(path, &checkpoint, &error);
    if (status == SALTUS_OK) {
        status = saltus_checkpoint_get_bytes(checkpoint, ARGUMENTS, &text, &size, &error);
    }
    saltus_checkpoint_close(checkpoint);
    free(path);
    if (status != SALTUS_OK) {
        complain_error("learn", &error, status);
        return EXIT_CODE_FAILED;
    }
    *argc = 0;
    for (size_t i = 0; i < size; i++) {
        *argc += ((const char *)text)[i] == '\0';
    }
    *argv = calloc((size_t)*argc + 1, sizeof **argv);
    if (*argv == NULL || *argc == 0) {
        complain("learn: %s", *argc == 0 ? "the checkpoint has no command line" : "out of memory");
        free(text);
        free(*argv);
        *argv = NULL;
        return EXIT_CODE_FAILED;
    }
    char *argument = text;
    for (int i = 0; i < *argc; i++) {
        (*argv)[i] = argument;
        argument += strlen(argument) + 1;
    }
    return EXIT_CODE_OK;
}

/* ---- Saving ------------------------------------------------------------------------------ */

static saltus_status write_parts(learn_session *s, const char *path, word_tape *tape,
                                 saltus_error *error)
{
    size_t size = 0;
    char *arguments = pack_arguments(s->request, &size);
    saltus_checkpoint_writer *writer = NULL;
    saltus_status status =
        arguments != NULL ? saltus_checkpoint_create(path, &writer, error) : SALTUS_E_MEMORY;
    if (status == SALTUS_OK) {
        status = saltus_checkpoint_put_bytes(writer, ARGUMENTS, arguments, size, error);
    }
    if (status == SALTUS_OK) {
        status = saltus_checkpoint_put_bytes(writer, STATE, tape->word,
                                             tape->count * sizeof *tape->word, error);
    }
    if (status == SALTUS_OK) {
        status = saltus_checkpoint_put_simulation(writer, s->simulation, error);
    }
    if (status == SALTUS_OK) {
        status = learn_put_weights(s, writer, error);
    }
    free(arguments);
    if (status != SALTUS_OK) {
        saltus_checkpoint_discard(writer);
        return status;
    }
    return saltus_checkpoint_commit(writer, error);
}

int learn_save(learn_session *s)
{
    const int flushed = learn_flush_images(s);
    if (flushed != EXIT_CODE_OK) {
        return flushed;
    }
    word_tape tape = {.room = words_of(&s->state)};
    char *path = learn_path(s, LEARN_CHECKPOINT);
    tape.word = malloc(tape.room * sizeof *tape.word);
    saltus_error error = {0};
    saltus_status status = SALTUS_E_MEMORY;
    if (path != NULL && tape.word != NULL) {
        (void)tape_header(&tape, s);
        tape_state(&tape, &s->state);
        status = tape.wrong ? SALTUS_E_INTERNAL : write_parts(s, path, &tape, &error);
    }
    free(tape.word);
    free(path);
    if (status != SALTUS_OK) {
        complain_error("learn", &error, status);
        return EXIT_CODE_FAILED;
    }
    return EXIT_CODE_OK;
}

/* ---- Going on ---------------------------------------------------------------------------- */

/* Which part of the header is another one. */
static void say_other(const learn_session *s, size_t word)
{
    static const char *const names[] = {"training images",  "training labels", "labelling images",
                                        "labelling labels", "test images",     "test labels"};
    if (word == 1 || word == 8) {
        complain("learn: the checkpoint in %s is of another version of saltus", s->partial);
    } else if (word > 8) {
        complain("learn: the %s are others than those that the course was begun with",
                 names[word - 9]);
    } else {
        complain("learn: %s was changed since the course in %s was begun; go on with the file as "
                 "it was (a copy is %s/experiment.yaml), or begin a new course",
                 s->request->file, s->partial, s->partial);
    }
}

static int read_state(learn_session *s, void *bytes, size_t size)
{
    word_tape tape = {.word = bytes, .room = size / sizeof(uint64_t), .reads = true};
    const size_t other = tape_header(&tape, s);
    if (other > 0) {
        say_other(s, other);
        return EXIT_CODE_USAGE;
    }
    tape_state(&tape, &s->state);
    if (tape.wrong || tape.count != tape.room || s->state.step > s->phase_end[LEARN_TEST]) {
        complain("learn: the state of the course in %s cannot be read", s->partial);
        return EXIT_CODE_FAILED;
    }
    return EXIT_CODE_OK;
}

int learn_restore(learn_session *s)
{
    char *path = learn_path(s, LEARN_CHECKPOINT);
    if (path == NULL) {
        return EXIT_CODE_FAILED;
    }
    saltus_error error = {0};
    saltus_checkpoint *checkpoint = NULL;
    void *bytes = NULL;
    size_t size = 0;
    int code = EXIT_CODE_OK;
    saltus_status status = saltus_checkpoint_open(path, &checkpoint, &error);
    if (status == SALTUS_OK) {
        status = saltus_checkpoint_get_bytes(checkpoint, STATE, &bytes, &size, &error);
    }
    if (status == SALTUS_OK) {
        code = read_state(s, bytes, size);
    }
    /* recorders are added before the simulation has a past */
    if (status == SALTUS_OK && code == EXIT_CODE_OK) {
        code = learn_open_weights(s, checkpoint);
    }
    if (status == SALTUS_OK && code == EXIT_CODE_OK) {
        status = saltus_checkpoint_get_simulation(checkpoint, s->simulation, &error);
    }
    if (status == SALTUS_OK && code == EXIT_CODE_OK && s->state.step > s->phase_end[LEARN_TRAIN]) {
        status = learn_freeze(s, &error);
    }
    if (status != SALTUS_OK) {
        complain_error("learn", &error, status);
        code = EXIT_CODE_FAILED;
    }
    saltus_checkpoint_close(checkpoint);
    free(bytes);
    free(path);
    return code;
}

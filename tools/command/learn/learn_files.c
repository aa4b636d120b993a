/* learn_files - the files of a course: a line an image while it goes on, tables at its end.
 *
 * images.csv grows with the course; a checkpoint knows its length, and what is behind that is cut
 * off when the course goes on. All other files are written whole, when the course is done.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "learn/learn.h"
#include "shared/command.h"

static const char *const phase_words[LEARN_PHASES] = {"train", "label", "test"};

char *learn_path(const learn_session *s, const char *name)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s", s->partial, name) < 0) {
        complain("learn: out of memory");
        return NULL;
    }
    return path;
}

static int fail_file(const learn_session *s, const char *action, const char *name)
{
    complain("learn: cannot %s %s/%s: %s", action, s->partial, name,
             strerror(errno != 0 ? errno : EIO));
    return EXIT_CODE_FAILED;
}

double learn_accuracy(const learn_totals *t)
{
    return t->images > 0 ? (double)t->right / (double)t->images : (double)NAN;
}

saltus_energy_range learn_energy(const learn_session *s, const saltus_counts *counts, double images)
{
    saltus_energy_range none = {(double)NAN, (double)NAN};
    if (s->table == NULL || !(images > 0)) {
        return none;
    }
    saltus_energy_work work = saltus_energy_work_default();
    work.counts = *counts;
    work.inferences = images;
    saltus_energy_estimate estimate;
    saltus_energy_price(s->table, &work, &estimate);
    return estimate.has_total ? estimate.per_inference : none;
}

/* ---- A line an image --------------------------------------------------------------------- */

int learn_open_images(learn_session *s)
{
    char *path = learn_path(s, LEARN_IMAGES);
    if (path == NULL) {
        return EXIT_CODE_FAILED;
    }
    errno = 0;
    s->images = fopen(path, s->resumed ? "r+e" : "we");
    free(path);
    if (s->images == NULL) {
        return fail_file(s, "open", LEARN_IMAGES);
    }
    if (!s->resumed) {
        fputs("phase,image,label,answer,presentations,output_spikes,spikes,source_spikes,"
              "synaptic_events,plastic_updates,energy_low_J,energy_high_J\n",
              s->images);
        return EXIT_CODE_OK;
    }
    const off_t length = (off_t)s->state.images_bytes;
    if (fseeko(s->images, 0, SEEK_END) != 0 || ftello(s->images) < length) {
        complain("learn: %s/%s is shorter than when the checkpoint was written", s->partial,
                 LEARN_IMAGES);
        return EXIT_CODE_FAILED;
    }
    if (ftruncate(fileno(s->images), length) != 0 || fseeko(s->images, 0, SEEK_END) != 0) {
        return fail_file(s, "cut", LEARN_IMAGES);
    }
    return EXIT_CODE_OK;
}

static void put_joules(FILE *stream, double joules)
{
    fprintf(stream, ",%s", isfinite(joules) ? number_text(joules) : "");
}

void learn_put_image(learn_session *s, const learn_image *image)
{
    char answer[16] = "";
    if (image->answer != SALTUS_NO_CLASS) {
        snprintf(answer, sizeof answer, "%u", image->answer);
    }
    const saltus_counts *c = &image->counts;
    fprintf(s->images, "%s,%u,%u,%s,%u,%u,%llu,%llu,%llu,%llu", phase_words[image->phase],
            image->index, image->label, answer, image->repeats + 1, image->output_spikes,
            (unsigned long long)c->spikes, (unsigned long long)c->source_spikes,
            (unsigned long long)c->synaptic_events, (unsigned long long)c->plastic_updates);
    const saltus_energy_range energy = learn_energy(s, c, 1);
    put_joules(s->images, energy.low_J);
    put_joules(s->images, energy.high_J);
    fputc('\n', s->images);
    if (ferror(s->images) != 0 && s->images_errno == 0) {
        s->images_errno = errno; /* the reason is gone when it is time to say it */
    }
}

int learn_flush_images(learn_session *s)
{
    errno = s->images_errno;
    if (ferror(s->images) != 0 || fflush(s->images) != 0 || fsync(fileno(s->images)) != 0) {
        return fail_file(s, "write", LEARN_IMAGES);
    }
    const off_t length = ftello(s->images);
    if (length < 0) {
        return fail_file(s, "write", LEARN_IMAGES);
    }
    s->state.images_bytes = (uint64_t)length;
    return EXIT_CODE_OK;
}

/* ---- Tables -------------------------------------------------------------------------------- */

int learn_write_file(const learn_session *s, const char *name, learn_writer *put)
{
    char *path = learn_path(s, name);
    if (path == NULL) {
        return EXIT_CODE_FAILED;
    }
    errno = 0;
    FILE *stream = fopen(path, "we");
    free(path);
    bool good = stream != NULL;
    if (good) {
        put(stream, s);
        good = ferror(stream) == 0 && fflush(stream) == 0 && fsync(fileno(stream)) == 0;
        good = fclose(stream) == 0 && good;
    }
    return good ? EXIT_CODE_OK : fail_file(s, "write", name);
}

/* Running accuracy: of the answers in one window by the classes of the window before. */
static void put_accuracy(FILE *stream, const learn_session *s)
{
    fputs("images,answered,right,accuracy\n", stream);
    for (size_t i = 0; i < s->state.windows; i++) {
        const uint32_t *entry = s->state.history + 3 * i;
        if (entry[2] > 0) {
            fprintf(stream, "%u,%u,%u,%s\n", entry[0], entry[2], entry[1],
                    number_text((double)entry[1] / entry[2]));
        }
    }
}

static void put_confusion(FILE *stream, const learn_session *s)
{
    const uint32_t classes = s->state.classes;
    fputs("label", stream);
    for (uint32_t c = 0; c < classes; c++) {
        fprintf(stream, ",answer_%u", c);
    }
    fputs(",no_answer\n", stream);
    for (uint32_t label = 0; label < classes; label++) {
        fprintf(stream, "%u", label);
        for (uint32_t c = 0; c <= classes; c++) {
            fprintf(stream, ",%llu",
                    (unsigned long long)s->state.confusion[(size_t)label * (classes + 1) + c]);
        }
        fputc('\n', stream);
    }
}

static void put_labels(FILE *stream, const learn_session *s)
{
    fputs("neuron,class,theta_mV\n", stream);
    for (uint32_t i = 0; i < s->state.neurons; i++) {
        fprintf(stream, "%u,", i);
        if (s->state.class_of[i] != SALTUS_NO_CLASS) {
            fprintf(stream, "%u", s->state.class_of[i]);
        }
        fprintf(stream, ",%s\n",
                number_text(saltus_simulation_theta_mV(s->simulation, s->spec.output, i)));
    }
}

int learn_write_files(learn_session *s)
{
    static const struct {
        const char *name;
        learn_writer *put;
    } files[] = {{"accuracy.csv", put_accuracy},
                 {"confusion.csv", put_confusion},
                 {"labels.csv", put_labels}};
    int code = learn_flush_images(s);
    for (size_t i = 0; code == EXIT_CODE_OK && i < sizeof files / sizeof files[0]; i++) {
        code = learn_write_file(s, files[i].name, files[i].put);
    }
    return code;
}

/* learn_data - the files of images and labels, cut to the sets that were asked for. */
#include <stdlib.h>
#include <string.h>

#include "learn/learn.h"
#include "shared/command.h"

const char *const learn_phase_names[LEARN_PHASES] = {"training", "labelling", "test"};

static const char *const keys[LEARN_PHASES] = {"train", "label", "test"};

/* The phase before `phase` that reads the same two files; `phase` itself when there is none. */
static int reader_of(const saltus_image_set *const asked[LEARN_PHASES], int phase)
{
    int first = 0;
    while (strcmp(asked[first]->images, asked[phase]->images) != 0 ||
           strcmp(asked[first]->labels, asked[phase]->labels) != 0) {
        first++;
    }
    return first;
}

static int read_pair(learn_set *set, const saltus_image_set *asked)
{
    saltus_error error = {0};
    saltus_status status = saltus_idx_read(asked->images, &set->images, &error);
    if (status == SALTUS_OK) {
        status = saltus_idx_read(asked->labels, &set->labels, &error);
    }
    if (status == SALTUS_OK) {
        status = saltus_idx_match(set->images, set->labels, &error);
    }
    if (status == SALTUS_OK) {
        return EXIT_CODE_OK;
    }
    complain_error("learn", &error, status);
    return status == SALTUS_E_MEMORY ? EXIT_CODE_FAILED : EXIT_CODE_USAGE;
}

static int cut(learn_set *set, const saltus_image_set *asked, const char *key)
{
    const uint32_t there = saltus_idx_count(set->images);
    set->first = asked->first;
    if (asked->first >= there || asked->count > there - asked->first) {
        complain("learn: learning.%s: images from %u on%s%s are asked for; %s has %s", key,
                 asked->first, asked->count > 0 ? ", in number " : "",
                 asked->count > 0 ? count_text(asked->count) : "", asked->images,
                 count_text(there));
        return EXIT_CODE_USAGE;
    }
    set->count = asked->count > 0 ? asked->count : there - asked->first;
    return EXIT_CODE_OK;
}

/* All sets have images of one size, a pixel for each source. */
static int check_pixels(learn_session *s)
{
    const char *input = saltus_experiment_population_name(s->source.experiment, s->spec.input);
    const uint32_t sources = saltus_experiment_population_size(s->source.experiment, s->spec.input);
    for (int i = 0; i < LEARN_PHASES; i++) {
        const saltus_idx *images = s->sets[i].images;
        if (saltus_idx_item_size(images) != sources) {
            complain("learn: %s: images of %u x %u = %s pixels found; the input %s has %s sources, "
                     "one a pixel is needed",
                     saltus_idx_path(images), saltus_idx_dimension(images, 1),
                     saltus_idx_dimension(images, 2), count_text(saltus_idx_item_size(images)),
                     input, count_text(sources));
            return EXIT_CODE_USAGE;
        }
    }
    s->pixels = sources;
    s->rows = saltus_idx_dimension(s->sets[0].images, 1);
    s->columns = saltus_idx_dimension(s->sets[0].images, 2);
    return EXIT_CODE_OK;
}

/* Labels are the classes 0, 1, ...; those of no image at all count too. */
static uint32_t find_classes(const learn_session *s)
{
    uint32_t classes = 1;
    for (int i = 0; i < LEARN_PHASES; i++) {
        const learn_set *set = &s->sets[i];
        for (uint32_t k = 0; k < set->count; k++) {
            const uint32_t label = saltus_idx_item(set->labels, set->first + k)[0];
            classes = label + 1 > classes ? label + 1 : classes;
        }
    }
    return classes;
}

int learn_open_data(learn_session *s)
{
    const saltus_image_set *const asked[LEARN_PHASES] = {&s->spec.train, &s->spec.label,
                                                         &s->spec.test};
    for (int i = 0; i < LEARN_PHASES; i++) {
        const int reader = reader_of(asked, i);
        int code = EXIT_CODE_OK;
        if (reader == i) {
            code = read_pair(&s->sets[i], asked[i]);
        } else {
            s->sets[i] = s->sets[reader]; /* shared: closed once, by the first */
        }
        if (code == EXIT_CODE_OK) {
            code = cut(&s->sets[i], asked[i], keys[i]);
        }
        if (code != EXIT_CODE_OK) {
            return code;
        }
        s->checksums[2 * i] = saltus_idx_checksum(s->sets[i].images);
        s->checksums[2 * i + 1] = saltus_idx_checksum(s->sets[i].labels);
    }
    s->state.classes = find_classes(s);
    return check_pixels(s);
}

void learn_close_data(learn_session *s)
{
    for (int i = LEARN_PHASES; i-- > 0;) {
        bool shared = false;
        for (int k = 0; k < i; k++) {
            shared = shared || s->sets[k].images == s->sets[i].images;
        }
        if (!shared) {
            saltus_idx_destroy(s->sets[i].images);
            saltus_idx_destroy(s->sets[i].labels);
        }
        s->sets[i] = (learn_set){0};
    }
}

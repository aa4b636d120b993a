/* learning - the description of how a network is taught: defaults, checks, the experiment's copy.
 */
#include "saltus/learning.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/sim_time.h"
#include "base/status.h"
#include "experiment/decimal.h"
#include "experiment/experiment.h"
#include "experiment/experiment_check.h"
#include "experiment/target_weight.h"
#include "experiment/values.h"
#include "saltus/catalog.h"

/* Of a rate_source. */
#define LARGEST_RATE_HZ 1e4
/* So that no count of presentations leaves 32 bits. */
#define MOST_EPOCHS  10000
#define MOST_REPEATS 1000

saltus_learning_spec saltus_learning_spec_default(void)
{
    return (saltus_learning_spec){.struct_size = sizeof(saltus_learning_spec),
                                  .input = UINT32_MAX,
                                  .output = UINT32_MAX,
                                  .epochs = 1,
                                  .order = SALTUS_IMAGE_ORDER_SHUFFLED,
                                  .presentation_ms = 350,
                                  .rest_ms = 150,
                                  .rate_Hz = 63.75,
                                  .rate_step_Hz = 32,
                                  .most_repeats = 7,
                                  .window = 1000};
}

/* ---- Checks ---------------------------------------------------------------------------- */

static void check_rate(problem_sink *sink, const char *field, double rate_Hz, bool zero)
{
    if (!(rate_Hz >= 0 && rate_Hz <= LARGEST_RATE_HZ) || (!zero && rate_Hz == 0)) {
        sl_problem(sink, field, "found %s Hz; %s1e4 Hz is allowed", sl_decimal_text(rate_Hz).text,
                   zero ? "0 to " : "above 0 and at most ");
    }
}

static void check_set(problem_sink *sink, const char *field, const saltus_image_set *set)
{
    if (set->images == NULL || set->labels == NULL) {
        sl_problem(sink, field,
                   "the %s are not given; write it like %s: {images: "
                   "train-images-idx3-ubyte, labels: train-labels-idx1-ubyte}",
                   set->images == NULL ? "images" : "labels", field);
    }
}

/* Rates stay allowed however often an image is shown again. */
static void check_repeats(const saltus_learning_spec *spec, problem_sink *sink)
{
    if (spec->most_repeats > MOST_REPEATS) {
        sl_problem(sink, "again.at_most", "found %u; at most %d is allowed", spec->most_repeats,
                   MOST_REPEATS);
    } else if (spec->least_spikes > 0) {
        const double factor = 1 + spec->most_repeats * spec->rate_step_Hz / spec->rate_Hz;
        if (fmax(spec->rate_Hz, spec->total_rate_Hz) * factor > LARGEST_RATE_HZ) {
            sl_problem(sink, "again",
                       "after %u repeats a pixel could have more than 1e4 Hz; lower rate_step or "
                       "at_most",
                       spec->most_repeats);
        }
    }
}

static void check_ends(const saltus_experiment *experiment, const saltus_learning_spec *spec,
                       problem_sink *sink)
{
    const saltus_population_spec *input =
        spec->input < experiment->population_count ? &experiment->populations[spec->input] : NULL;
    const saltus_population_spec *output =
        spec->output < experiment->population_count ? &experiment->populations[spec->output] : NULL;
    if (input == NULL) {
        sl_problem(sink, "input", "there is no population that shows the images");
    } else if (input->model != SALTUS_MODEL_RATE_SOURCE) {
        sl_problem(sink, "input", "'%s' is no rate_source; images are shown by the rates of one",
                   input->name);
    }
    if (output == NULL) {
        sl_problem(sink, "output", "there is no population whose spikes answer the images");
    } else if (saltus_model_is_source(output->model)) {
        sl_problem(sink, "output", "'%s' is a source; neurons are needed to answer the images",
                   output->name);
    }
}

static void check_normalise(const saltus_experiment *experiment, const saltus_learning_spec *spec,
                            problem_sink *sink)
{
    if (spec->normalise_mV == 0) {
        return;
    }
    if (!(spec->normalise_mV > 0 && spec->normalise_mV <= 1e12)) {
        sl_problem(sink, "normalise", "found %s %s; a sum of weights above 0 is needed",
                   sl_decimal_text(spec->normalise_mV).text,
                   sl_target_unit(sl_target_of(experiment, spec->output)));
        return;
    }
    for (size_t i = 0; i < experiment->projection_count; i++) {
        const saltus_projection_spec *p = &experiment->projections[i];
        if (p->target == spec->output && p->plasticity.rule != NULL) {
            return;
        }
    }
    sl_problem(sink, "normalise",
               "no plastic projection leads to the output; there are no weights "
               "to normalise");
}

void sl_check_learning(const saltus_experiment *experiment, const saltus_learning_spec *spec,
                       problem_sink *sink)
{
    check_ends(experiment, spec, sink);
    check_set(sink, "train", &spec->train);
    check_set(sink, "test", &spec->test);
    if ((spec->label.images == NULL) != (spec->label.labels == NULL)) {
        check_set(sink, "label", &spec->label);
    }
    sl_check_span(sink, "presentation", spec->presentation_ms);
    sl_check_time(sink, "rest", spec->rest_ms);
    check_rate(sink, "rate", spec->rate_Hz, false);
    if (spec->total_rate_Hz != 0) {
        check_rate(sink, "total_rate", spec->total_rate_Hz, false);
    }
    check_rate(sink, "again.rate_step", spec->rate_step_Hz, true);
    check_repeats(spec, sink);
    if (spec->epochs < 1 || spec->epochs > MOST_EPOCHS) {
        sl_problem(sink, "epochs", "found %u; 1 to %d is allowed", spec->epochs, MOST_EPOCHS);
    }
    if (spec->window < 1) {
        sl_problem(sink, "window", "found 0; at least 1 image is needed");
    }
    if (spec->order > SALTUS_IMAGE_ORDER_FILE) {
        sl_problem(sink, "order", "there is no order %d", (int)spec->order);
    }
    check_normalise(experiment, spec, sink);
}

/* ---- The experiment's copy --------------------------------------------------------------- */

static void release_set(const saltus_image_set *set)
{
    free((void *)(uintptr_t)set->images);
    free((void *)(uintptr_t)set->labels);
}

void sl_learning_destroy(saltus_learning_spec *spec)
{
    if (spec != NULL) {
        release_set(&spec->train);
        release_set(&spec->label);
        release_set(&spec->test);
        free(spec);
    }
}

static bool own_set(saltus_image_set *to, const char *images, const char *labels)
{
    to->images = sl_memory_string(images);
    to->labels = sl_memory_string(labels);
    return to->images != NULL && to->labels != NULL;
}

bool sl_experiment_put_learning(saltus_experiment *experiment, const saltus_learning_spec *spec)
{
    saltus_learning_spec *copy = sl_memory_copy(spec, 1, sizeof *spec);
    if (copy == NULL) {
        return false;
    }
    const bool own_files = spec->label.images != NULL;
    bool done = own_set(&copy->train, spec->train.images, spec->train.labels);
    done &= own_set(&copy->label, own_files ? spec->label.images : spec->train.images,
                    own_files ? spec->label.labels : spec->train.labels);
    done &= own_set(&copy->test, spec->test.images, spec->test.labels);
    if (!done) {
        sl_learning_destroy(copy);
        return false;
    }
    sl_learning_destroy(experiment->learning);
    experiment->learning = copy;
    return true;
}

const saltus_learning_spec *saltus_experiment_learning(const saltus_experiment *experiment)
{
    return experiment != NULL ? experiment->learning : NULL;
}

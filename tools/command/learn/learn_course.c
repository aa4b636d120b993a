/* learn_course - the steps of a course: which image, shown how, and what its answer is taken for.
 *
 * While it trains, neurons get classes from the images of each window, and the answers to the
 * images of the next one are counted with them: this is the running accuracy. The classes of the
 * test come from the labelling set alone, shown when nothing learns any more.
 */
#include <stdlib.h>
#include <string.h>

#include "learn/learn.h"
#include "shared/machine.h"

/* ---- State ------------------------------------------------------------------------------- */

bool learn_state_init(learn_state *state, uint32_t neurons, uint32_t classes, size_t windows)
{
    *state = (learn_state){.neurons = neurons, .classes = classes, .window_room = windows};
    state->responses = calloc((size_t)neurons * classes, sizeof *state->responses);
    state->shown = calloc(classes, sizeof *state->shown);
    state->class_of = calloc(neurons, sizeof *state->class_of);
    state->confusion = calloc((size_t)classes * (classes + 1), sizeof *state->confusion);
    state->history = calloc(3 * windows + 1, sizeof *state->history);
    for (uint32_t i = 0; state->class_of != NULL && i < neurons; i++) {
        state->class_of[i] = SALTUS_NO_CLASS;
    }
    return state->responses != NULL && state->shown != NULL && state->class_of != NULL &&
           state->confusion != NULL && state->history != NULL;
}

void learn_state_clear(learn_state *state)
{
    free(state->responses);
    free(state->shown);
    free(state->class_of);
    free(state->confusion);
    free(state->history);
    *state = (learn_state){0};
}

static void forget_responses(learn_state *state)
{
    memset(state->responses, 0, (size_t)state->neurons * state->classes * sizeof *state->responses);
    memset(state->shown, 0, state->classes * sizeof *state->shown);
}

static void label_neurons(learn_state *state)
{
    saltus_learning_assign(state->responses, state->shown, state->neurons, state->classes,
                           state->class_of);
    state->labelled = true;
    forget_responses(state);
}

/* ---- Phases ------------------------------------------------------------------------------ */

learn_phase learn_phase_of(const learn_session *s, uint64_t step)
{
    learn_phase phase = LEARN_TRAIN;
    while (phase < LEARN_TEST && step >= s->phase_end[phase]) {
        phase++;
    }
    return phase;
}

/* A plastic projection onto the output, whose weights are normalised. */
static bool is_normalised(const learn_session *s, uint32_t projection)
{
    const saltus_projection_info info =
        saltus_experiment_projection(s->source.experiment, projection);
    return info.plasticity != NULL && info.target == s->spec.output;
}

static saltus_status normalise(learn_session *s, saltus_error *error)
{
    saltus_status status = SALTUS_OK;
    const uint32_t count = saltus_experiment_projection_count(s->source.experiment);
    for (uint32_t i = 0; status == SALTUS_OK && s->spec.normalise_mV > 0 && i < count; i++) {
        if (is_normalised(s, i)) {
            status = saltus_simulation_normalise(s->simulation, i, s->spec.normalise_mV, error);
        }
    }
    return status;
}

saltus_status learn_begin(learn_session *s, saltus_error *error)
{
    return normalise(s, error);
}

saltus_status learn_freeze(learn_session *s, saltus_error *error)
{
    const saltus_experiment *e = s->source.experiment;
    saltus_status status = SALTUS_OK;
    for (uint32_t i = 0; !status && i < saltus_experiment_projection_count(e); i++) {
        if (saltus_experiment_projection(e, i).plasticity != NULL) {
            status = saltus_simulation_set_plastic(s->simulation, i, false, error);
        }
    }
    for (uint32_t i = 0; !status && i < saltus_experiment_population_count(e); i++) {
        if (saltus_experiment_population_adapts(e, i)) {
            status = saltus_simulation_set_adaptation(s->simulation, i, false, error);
        }
    }
    return status;
}

saltus_status learn_enter_phase(learn_session *s, saltus_error *error)
{
    if (s->state.step == s->phase_end[LEARN_TRAIN]) {
        forget_responses(&s->state);
        s->state.labelled = false;
        return learn_freeze(s, error);
    }
    if (s->state.step == s->phase_end[LEARN_LABEL]) {
        label_neurons(&s->state);
    }
    return SALTUS_OK;
}

/* ---- One image ----------------------------------------------------------------------------- */

/* Which image the next step shows. */
static uint32_t next_image(learn_session *s, learn_phase phase)
{
    const learn_set *set = &s->sets[phase];
    const uint64_t step = s->state.step - (phase > 0 ? s->phase_end[phase - 1] : 0);
    const uint32_t place = (uint32_t)(step % set->count);
    if (phase != LEARN_TRAIN || s->spec.order == SALTUS_IMAGE_ORDER_FILE) {
        return set->first + place;
    }
    const uint32_t epoch = (uint32_t)(step / set->count);
    if (s->order_epoch != epoch) {
        saltus_learning_shuffle(saltus_experiment_seed(s->source.experiment), epoch, s->order,
                                set->count);
        s->order_epoch = epoch;
    }
    return set->first + s->order[place];
}

/* One presentation and the rest after it; their times follow from the number of presentations
 * alone. */
static saltus_status present(learn_session *s, const uint8_t *pixels, double rate_Hz,
                             double total_rate_Hz, saltus_error *error)
{
    const double period_ms = s->spec.presentation_ms + s->spec.rest_ms;
    const double begun_ms = (double)s->state.presentations * period_ms;
    memset(s->spikes, 0, s->state.neurons * sizeof *s->spikes);
    saltus_learning_rates(pixels, s->pixels, rate_Hz, total_rate_Hz, s->rates_Hz);
    saltus_status status =
        saltus_simulation_set_rates(s->simulation, s->spec.input, s->rates_Hz, s->pixels, error);
    if (status == SALTUS_OK) {
        status =
            saltus_simulation_run_until(s->simulation, begun_ms + s->spec.presentation_ms, error);
    }
    memset(s->rates_Hz, 0, s->pixels * sizeof *s->rates_Hz);
    if (status == SALTUS_OK) {
        status = saltus_simulation_set_rates(s->simulation, s->spec.input, s->rates_Hz, s->pixels,
                                             error);
    }
    s->state.presentations++;
    if (status == SALTUS_OK) {
        status = saltus_simulation_run_until(s->simulation,
                                             (double)s->state.presentations * period_ms, error);
    }
    return status;
}

static uint32_t sum_of(const uint32_t *values, uint32_t count)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += values[i];
    }
    return sum;
}

/* As often as it takes to be answered. */
static saltus_status show(learn_session *s, const uint8_t *pixels, learn_image *image,
                          saltus_error *error)
{
    for (image->repeats = 0;; image->repeats++) {
        const double more_Hz = image->repeats * s->spec.rate_step_Hz;
        /* a fixed sum of rates grows by the same share */
        const double total_Hz = s->spec.total_rate_Hz * (1 + more_Hz / s->spec.rate_Hz);
        const saltus_status status = present(s, pixels, s->spec.rate_Hz + more_Hz, total_Hz, error);
        image->output_spikes = sum_of(s->spikes, s->state.neurons);
        if (status != SALTUS_OK || image->output_spikes >= s->spec.least_spikes ||
            image->repeats == s->spec.most_repeats) {
            return status;
        }
    }
}

static saltus_counts counts_since(const saltus_simulation *simulation, saltus_counts before)
{
    saltus_counts counts = saltus_simulation_counts(simulation);
    for (size_t i = 0; i < saltus_count_total(); i++) {
        *saltus_count_at(&counts, i) -= *saltus_count_at(&before, i);
    }
    return counts;
}

/* ---- What it is taken for -------------------------------------------------------------------- */

static void add_to_totals(learn_totals *t, const learn_image *image, bool answers)
{
    saltus_counts counts = image->counts;
    t->images++;
    t->presentations += image->repeats + 1;
    t->output_spikes += image->output_spikes;
    t->right += answers && image->answer == image->label;
    t->unanswered += answers && image->answer == SALTUS_NO_CLASS;
    t->wall_s += image->wall_s;
    for (size_t i = 0; i < saltus_count_total(); i++) {
        *saltus_count_at(&t->counts, i) += *saltus_count_at(&counts, i);
    }
}

/* The end of a window, or of the training: its accuracy, and new classes from its answers. */
static void end_window(learn_state *state)
{
    if (state->windows < state->window_room) {
        uint32_t *entry = state->history + 3 * state->windows++;
        entry[0] = (uint32_t)state->step;
        entry[1] = state->window_right;
        entry[2] = state->labelled ? state->window_count : 0;
    }
    label_neurons(state);
    state->window_count = 0;
    state->window_right = 0;
}

static void take_image(learn_session *s, const learn_image *image)
{
    learn_state *state = &s->state;
    add_to_totals(&state->totals[image->phase], image, state->labelled);
    state->step++;
    if (image->phase == LEARN_TEST) {
        const uint32_t answer = image->answer == SALTUS_NO_CLASS ? state->classes : image->answer;
        state->confusion[(size_t)image->label * (state->classes + 1) + answer]++;
        return;
    }
    for (uint32_t i = 0; i < state->neurons; i++) {
        state->responses[(size_t)i * state->classes + image->label] += s->spikes[i];
    }
    state->shown[image->label]++;
    if (image->phase == LEARN_TRAIN) {
        state->window_count++;
        state->window_right += state->labelled && image->answer == image->label;
        if (state->window_count == s->spec.window || state->step == s->phase_end[LEARN_TRAIN]) {
            end_window(state);
        }
    }
}

saltus_status learn_step(learn_session *s, learn_image *image, saltus_error *error)
{
    const double start_s = machine_seconds();
    const saltus_counts before = saltus_simulation_counts(s->simulation);
    *image = (learn_image){.phase = learn_phase_of(s, s->state.step)};
    const learn_set *set = &s->sets[image->phase];
    image->index = next_image(s, image->phase);
    image->label = saltus_idx_item(set->labels, image->index)[0];
    saltus_status status = show(s, saltus_idx_item(set->images, image->index), image, error);
    if (status == SALTUS_OK && image->phase == LEARN_TRAIN) {
        status = normalise(s, error);
    }
    if (status != SALTUS_OK) {
        return status;
    }
    image->answer = s->state.labelled ? saltus_learning_vote(s->spikes, s->state.class_of,
                                                             s->state.neurons, s->state.classes)
                                      : SALTUS_NO_CLASS;
    image->counts = counts_since(s->simulation, before);
    image->wall_s = machine_seconds() - start_s;
    take_image(s, image);
    return SALTUS_OK;
}

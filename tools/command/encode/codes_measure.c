/* codes_measure - one code on all items: spikes, synaptic operations, what decoding misses.
 *
 * Every item is encoded by itself, far enough from time 0 that jitter meets no edge, and all its
 * spikes are decoded as its own: what is measured is the code, not how densely items are shown.
 * Synaptic operations are counted by a run of the items one after the other onto a layer of
 * targets.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "encode/codes.h"
#include "shared/command.h"

/* Further than a normal number goes in 1e23 draws. */
#define SLACK_SD 10
#define DELAY_MS 1

static double largest_jitter_ms(const comparison *c)
{
    double largest = 0;
    for (size_t j = 0; j < c->jitter_count; j++) {
        largest = fmax(largest, c->jitter_ms[j]);
    }
    return largest;
}

/* ---- Decoding error -------------------------------------------------------------------- */

/* Room for one item. */
typedef struct item_room {
    saltus_spikes spikes, moved;
    double *back;
} item_room;

static saltus_status copy_spikes(const saltus_spikes *from, saltus_spikes *to)
{
    to->count = 0;
    if (to->capacity < from->count) {
        saltus_spikes_clear(to);
        to->times_ms = malloc(from->count * sizeof(double));
        to->sources = malloc(from->count * sizeof(uint32_t));
        if (to->times_ms == NULL || to->sources == NULL) {
            return SALTUS_E_MEMORY;
        }
        to->capacity = from->count;
    }
    if (from->count > 0) {
        memcpy(to->times_ms, from->times_ms, from->count * sizeof(double));
        memcpy(to->sources, from->sources, from->count * sizeof(uint32_t));
    }
    to->count = from->count;
    return SALTUS_OK;
}

/* Sum of the squared errors of an item, as shares of the range. All codes are judged alike: an
 * estimate out of the range is taken for its end, none at all for its middle. */
static double squares(const compared_code *code, const double *values, const double *back,
                      uint32_t count, uint64_t *undecided)
{
    const double low = saltus_code_value(&code->spec, "low");
    const double high = saltus_code_value(&code->spec, "high");
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        const double guess = isnan(back[i]) ? (low + high) / 2 : fmin(fmax(back[i], low), high);
        const double miss = (guess - values[i]) / (high - low);
        *undecided += isnan(back[i]) ? 1 : 0;
        sum += miss * miss;
    }
    return sum;
}

static saltus_status measure_item(const comparison *c, compared_code *code,
                                  const saltus_values *values, uint32_t i, item_room *room,
                                  saltus_error *error)
{
    const double slack_ms = fmin(SLACK_SD * largest_jitter_ms(c), 1e6);
    const double *item = values->values + (size_t)i * values->width;
    const uint32_t number = values->first + i;
    room->spikes.count = 0;
    saltus_status status =
        saltus_encode(&code->spec, item, values->width, number, slack_ms, &room->spikes, error);
    code->spikes += room->spikes.count;
    for (size_t j = 0; j < c->jitter_count && status == SALTUS_OK; j++) {
        status = copy_spikes(&room->spikes, &room->moved);
        if (status == SALTUS_OK) {
            status = saltus_spikes_jitter(&room->moved, 0, c->jitter_ms[j], c->seed, number, error);
        }
        if (status == SALTUS_OK) {
            status = saltus_decode(&code->spec, &room->moved, slack_ms, slack_ms, room->back,
                                   values->width, error);
        }
        if (status == SALTUS_OK) {
            code->error[j] += squares(code, item, room->back, values->width, &code->undecided[j]);
        }
    }
    return status;
}

static saltus_status measure_error(const comparison *c, compared_code *code,
                                   const saltus_values *values, saltus_error *error)
{
    item_room room = {.back = malloc(((size_t)values->width + 1) * sizeof(double))};
    saltus_status status = room.back != NULL ? SALTUS_OK : SALTUS_E_MEMORY;
    for (uint32_t i = 0; i < values->items && status == SALTUS_OK; i++) {
        status = measure_item(c, code, values, i, &room, error);
    }
    for (size_t j = 0; j < c->jitter_count; j++) {
        code->error[j] = sqrt(code->error[j] / ((double)values->items * values->width));
    }
    saltus_spikes_clear(&room.spikes);
    saltus_spikes_clear(&room.moved);
    free(room.back);
    return status;
}

/* ---- Synaptic operations --------------------------------------------------------------- */

/* All sources onto all targets. */
static saltus_status describe(saltus_experiment *e, const saltus_encoded *made, uint32_t targets,
                              saltus_error *error)
{
    saltus_population_spec sources = saltus_population_spec_default();
    sources.name = "sources";
    sources.size = made->sources;
    sources.model = SALTUS_MODEL_SPIKE_LIST;
    sources.spike_times_ms = made->spikes.times_ms;
    sources.spike_neurons = made->spikes.sources;
    sources.spike_count = made->spikes.count;
    saltus_population_spec layer = saltus_population_spec_default();
    layer.name = "targets";
    layer.size = targets;
    saltus_projection_spec synapses = saltus_projection_spec_default();
    saltus_status status = saltus_experiment_add_population(e, &sources, &synapses.source, error);
    if (status == SALTUS_OK) {
        status = saltus_experiment_add_population(e, &layer, &synapses.target, error);
    }
    synapses.rule = SALTUS_RULE_ALL_TO_ALL;
    synapses.weight_mV = saltus_constant(0.1);
    synapses.delay_ms = saltus_constant(DELAY_MS);
    if (status == SALTUS_OK) {
        status = saltus_experiment_add_projection(e, &synapses, NULL, error);
    }
    return status != SALTUS_OK
               ? status
               : saltus_experiment_set_duration(e, made->end_ms + 2 * DELAY_MS, error);
}

static saltus_status run(const saltus_experiment *e, double end_ms, uint64_t *deliveries,
                         saltus_error *error)
{
    saltus_network *network = NULL;
    saltus_simulation *simulation = NULL;
    saltus_status status = saltus_network_build(e, NULL, &network, error);
    if (status == SALTUS_OK) {
        status = saltus_simulation_create(network, NULL, &simulation, error);
    }
    if (status == SALTUS_OK) {
        status = saltus_simulation_run_until(simulation, end_ms, error);
    }
    if (status == SALTUS_OK) {
        *deliveries = saltus_simulation_counts(simulation).synaptic_events;
    }
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    return status;
}

static saltus_status count_operations(const comparison *c, compared_code *code, saltus_error *error)
{
    saltus_encoded made;
    saltus_experiment *e = NULL;
    saltus_status status = saltus_encode_file(&code->encoding, &made, error);
    if (status != SALTUS_OK) {
        return status;
    }
    code->sources = made.sources;
    status = saltus_experiment_create("codes", &e);
    if (status == SALTUS_OK) {
        status = describe(e, &made, (uint32_t)c->targets, error);
    }
    if (status == SALTUS_OK) {
        status = run(e, made.end_ms + 2 * DELAY_MS, &code->synaptic_operations, error);
    }
    saltus_experiment_destroy(e);
    saltus_encoded_clear(&made);
    return status;
}

int codes_measure(comparison *c, compared_code *code)
{
    saltus_error error = {0};
    saltus_values values = {0};
    code->spec = saltus_encoding_code(&code->encoding);
    saltus_status status = saltus_values_read(&code->encoding, &values, &error);
    if (status == SALTUS_OK) {
        c->items = values.items;
        c->width = values.width;
        status = measure_error(c, code, &values, &error);
    }
    if (status == SALTUS_OK) {
        status = count_operations(c, code, &error);
    }
    saltus_values_clear(&values);
    return status == SALTUS_OK ? EXIT_CODE_OK : encode_fail("codes", &error, status);
}

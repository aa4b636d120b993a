/* keep_thresholds - adaptive thresholds.
 *
 * Only networks that have some have these sections, in the order of populations:
 *
 *   theta.facts   of each such population: whether theta stays as it is, and the epoch of its
 * Thetas theta.state   Theta of each neuron in that epoch; theta itself where it stays
 *
 * Blocks take their Thetas on at different times. The epoch written is the last of them: the way
 * there is an exact power of two (models/neuron/moving_threshold.h), so that a neuron that is
 * brought there early has the same bits later on. */
#include <math.h>

#include "base/exact_math.h"
#include "base/status.h"
#include "engine/checkpoint/keep.h"

#define LARGEST 1e300

static bool moves(const saltus_simulation *simulation, uint32_t population)
{
    return simulation->theta != NULL && simulation->network->populations[population].theta_plus > 0;
}

static int64_t last_epoch(const saltus_simulation *simulation, uint32_t population)
{
    int64_t epoch = INT64_MIN;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const moving_threshold *moving = &simulation->blocks[b].moving[population];
        if (moving->count > 0 && moving->epoch > epoch) {
            epoch = moving->epoch;
        }
    }
    return epoch;
}

/* ---- Writing ------------------------------------------------------------------------------- */

static void put_thetas(saltus_checkpoint_writer *writer, const moving_threshold *moving,
                       int64_t epoch)
{
    const int64_t epochs = epoch - moving->epoch;
    const bool there = moving->stays || moving->endless || epochs == 0;
    const double factor =
        there ? 1 : (epochs > 22 ? 0 : sl_scale2(1.0, (int)-epochs * TIME_BASE_OCTAVES));
    for (uint32_t i = 0; i < moving->count; i++) {
        const double theta =
            there ? moving->scaled[i] : time_base_rescaled(moving->scaled[i], factor);
        sl_section_append(writer, &theta, 1);
    }
}

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    if (simulation->theta == NULL) {
        return;
    }
    sl_section_begin(writer, "theta.facts", SECTION_I64);
    for (uint32_t i = 0; i < network->population_count; i++) {
        if (moves(simulation, i)) {
            const uint32_t block = sl_network_block_of(network, network->populations[i].first);
            const int64_t facts[] = {simulation->blocks[block].moving[i].stays,
                                     last_epoch(simulation, i)};
            sl_section_append(writer, facts, 2);
        }
    }
    sl_section_begin(writer, "theta.state", SECTION_F64);
    for (uint32_t i = 0; i < network->population_count; i++) {
        for (uint32_t b = 0; moves(simulation, i) && b < network->block_count; b++) {
            put_thetas(writer, &simulation->blocks[b].moving[i], last_epoch(simulation, i));
        }
    }
}

/* ---- Reading ------------------------------------------------------------------------------- */

static saltus_status restore_population(section *facts, section *state,
                                        saltus_simulation *simulation, uint32_t index,
                                        saltus_error *error)
{
    const population *population = &simulation->network->populations[index];
    double *theta = simulation->theta + population->first;
    int64_t fact[2];
    saltus_status status = sl_section_read(facts, fact, 2, error);
    if (status == SALTUS_OK) {
        status = sl_section_read(state, theta, population->size, error);
    }
    if (status != SALTUS_OK) {
        return status;
    }
    bool good = (fact[0] == 0 || fact[0] == 1) && fact[1] >= 0 && fact[1] <= INT64_MAX / 2;
    for (uint32_t i = 0; good && i < population->size; i++) {
        good = theta[i] >= 0 && theta[i] <= LARGEST;
    }
    if (!good) {
        return sl_section_damaged(facts->checkpoint, "theta.state", error,
                                  "the thresholds of population %s make no sense",
                                  population->name);
    }
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        simulation->blocks[b].moving[index].stays = fact[0] == 1;
        simulation->blocks[b].moving[index].epoch = fact[1];
    }
    return SALTUS_OK;
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    if (simulation->theta == NULL) {
        return SALTUS_OK;
    }
    section facts;
    section state;
    saltus_status status = sl_section_find(checkpoint, "theta.facts", SECTION_I64, &facts, error);
    if (status == SALTUS_OK) {
        status = sl_section_find(checkpoint, "theta.state", SECTION_F64, &state, error);
    }
    for (uint32_t i = 0; status == SALTUS_OK && i < simulation->network->population_count; i++) {
        if (moves(simulation, i)) {
            status = restore_population(&facts, &state, simulation, i, error);
        }
    }
    if (status == SALTUS_OK && (facts.count > 0 || state.count > 0)) {
        status = sl_section_damaged(checkpoint, "theta.state", error,
                                    "it has more thresholds than the network");
    }
    return status;
}

const state_kind sl_keep_thresholds = {.put = put, .restore = restore};

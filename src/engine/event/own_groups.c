/* own_groups - which populations stand apart, and what all arrivals of a moment share there. */
#include "engine/event/own_groups.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/deliver.h"
#include "engine/event/group.h"
#include "engine/simulation.h"

/* ---- Kinds ------------------------------------------------------------------------------------
 */

/* Populations stand apart if at least one of so many of their synapses has a delay of its own: rows
 * of shared delays take longer that way. */
#define MIXED 8

/* Are arrivals nothing but an addition and a test against one level? */
static bool is_plain(const block_state *block, uint32_t index)
{
    const projection *projection = &block->network->projections[index];
    const population *target = &block->network->populations[projection->target];
    const arrival_test *test = &block->simulation->tests[projection->target];
    const network_currents *currents = target->currents;
    const bool one_level = currents != NULL ? currents->exponential && !test->none
                                            : test->none || (test->th_of == NULL && !test->drift &&
                                                             target->theta_plus == 0);
    return one_level && target->flow == NULL && index <= UINT16_MAX &&
           projection->blocks[block->index].weight_d == NULL && projection->zero_weights == 0 &&
           !weighs_late(block, index);
}

static bool stands_apart(const block_state *block, uint32_t population)
{
    const saltus_network *network = block->network;
    bool plain = block->block->group_count <= OWN_MOST / NETWORK_GROUP_NEURONS;
    double all = 0;
    double own = 0;
    for (uint32_t i = 0; i < network->projection_count; i++) {
        const projection *projection = &network->projections[i];
        if (projection->target == population && projection->synapses > 0) {
            plain = plain && is_plain(block, i);
            all += (double)projection->synapses;
            own += projection->own_delay ? (double)projection->synapses : 0;
        }
    }
    return plain && own > 0 && own * MIXED >= all;
}

static own_kind kind_of(const block_state *block, uint32_t index)
{
    const projection *projection = &block->network->projections[index];
    const fan_out *rows = &projection->blocks[block->index];
    const population *target = &block->network->populations[projection->target];
    const arrival_test *test = &block->simulation->tests[projection->target];
    const bool weighs = rows->weight_f != NULL;
    return (own_kind){.rows = rows,
                      .delay = projection->own_delay ? 0 : projection->delay,
                      .tested = !test->none &&
                                (target->currents != NULL || weighs || projection->weight > 0),
                      .weighs = weighs,
                      .weight = projection->weight,
                      .first_target = target->first,
                      .first_group = target->first_group - block->block->first_group,
                      .receptor = projection->receptor};
}

/* ---- Tables of moments -------------------------------------------------------------------------
 */

static void need_base(own_groups *groups, uint32_t base)
{
    if (groups->row_of[base] == UINT32_MAX) {
        groups->row_of[base] = groups->base_count;
        groups->base[groups->base_count++] = base;
    }
}

static void need_bases(own_groups *groups, const population *target)
{
    need_base(groups, target->time_base);
    for (uint32_t k = 0; target->currents != NULL && k < target->currents->model.count; k++) {
        need_base(groups, target->currents->time_base[k]);
    }
}

/* A group of the population in the block, if there is one. */
static const group_state *group_in_block(const block_state *block, uint32_t population)
{
    for (uint32_t g = 0; g < block->block->group_count; g++) {
        if (block->groups[g].group->population == population) {
            return &block->groups[g];
        }
    }
    return NULL;
}

/* Screens of the populations that stand apart. */
static bool make_screens(const block_state *block, own_groups *groups, const bool *apart)
{
    const saltus_network *network = block->network;
    size_t count = 0;
    for (uint32_t i = 0; i < network->population_count; i++) {
        const network_currents *currents = network->populations[i].currents;
        if (apart[i] && currents != NULL && current_terms_of(currents) > 0 &&
            group_in_block(block, i) != NULL) {
            own_screen *screen = &groups->screen[currents->alike];
            count += screen->any == NULL;
            screen->any = group_in_block(block, i);
        }
    }
    groups->terms = sl_memory_zeroed(CURRENT_TERMS * count * groups->room, sizeof(double));
    double *terms = groups->terms;
    for (uint32_t i = 0; i < network->population_count && terms != NULL; i++) {
        if (groups->screen[i].any != NULL) {
            groups->screen[i].term = terms;
            terms += CURRENT_TERMS * groups->room;
        }
    }
    return groups->terms != NULL;
}

static bool make_tables(const block_state *block, own_groups *groups, const bool *apart)
{
    const saltus_network *network = block->network;
    groups->group_count = block->block->group_count;
    groups->room = OWN_DEALT + VECTOR_LANES;
    groups->list = sl_memory_zeroed(groups->group_count, sizeof *groups->list);
    groups->dealt = sl_memory_zeroed(network->projection_count, sizeof *groups->dealt);
    groups->time = sl_memory_zeroed(groups->room, sizeof *groups->time);
    groups->base = sl_memory_array(network->time_base_count, sizeof *groups->base);
    groups->row_of = sl_memory_array(network->time_base_count, sizeof *groups->row_of);
    groups->screen = sl_memory_zeroed(network->population_count, sizeof *groups->screen);
    if (groups->list == NULL || groups->dealt == NULL || groups->time == NULL ||
        groups->base == NULL || groups->row_of == NULL || groups->screen == NULL) {
        return false;
    }
    for (uint32_t base = 0; base < network->time_base_count; base++) {
        groups->row_of[base] = UINT32_MAX;
    }
    for (uint32_t i = 0; i < network->population_count; i++) {
        if (apart[i]) {
            need_bases(groups, &network->populations[i]);
        }
    }
    groups->scale = sl_memory_zeroed(groups->base_count * groups->room, sizeof *groups->scale);
    return groups->scale != NULL && make_screens(block, groups, apart);
}

bool sl_own_groups_init(const block_state *block, own_delays *own)
{
    const saltus_network *network = block->network;
    own->kind = sl_memory_zeroed(network->projection_count, sizeof *own->kind);
    bool *apart = sl_memory_zeroed(network->population_count, sizeof *apart);
    bool any = false;
    if (own->kind == NULL || apart == NULL) {
        free(apart);
        return false;
    }
    for (uint32_t i = 0; i < network->population_count; i++) {
        apart[i] = stands_apart(block, i);
        any |= apart[i];
    }
    for (uint32_t i = 0; i < network->projection_count; i++) {
        own->kind[i] = kind_of(block, i);
        own->kind[i].apart = apart[network->projections[i].target];
    }
    own->groups = any ? sl_memory_zeroed(1, sizeof *own->groups) : NULL;
    const bool done = !any || (own->groups != NULL && make_tables(block, own->groups, apart));
    free(apart);
    return done;
}

void sl_own_groups_destroy(own_groups *groups)
{
    if (groups == NULL) {
        return;
    }
    for (uint32_t g = 0; groups->list != NULL && g < groups->group_count; g++) {
        free(groups->list[g].arrival);
    }
    free(groups->list);
    free(groups->dealt);
    free(groups->time);
    free(groups->scale);
    free(groups->base);
    free(groups->row_of);
    free(groups->screen);
    free(groups->terms);
    free(groups);
}

/* ---- Moments -----------------------------------------------------------------------------------
 */

static void fill_screen(const block_state *block, const own_groups *groups,
                        const own_screen *screen)
{
    const network_currents *currents = screen->any->currents.of;
    const double *scale[1 + CURRENT_TERMS_CURRENTS];
    scale[0] = own_scale(groups, screen->any->population->time_base);
    for (uint32_t k = 0; k < currents->model.count; k++) {
        scale[k + 1] = own_scale(groups, currents->time_base[k]);
    }
    sl_current_terms(block->context.kernel, currents, screen->any->base, groups->time,
                     groups->moments, scale, screen->term, groups->room);
}

void sl_own_groups_prepare(const block_state *block, own_groups *groups)
{
    const size_t moments = groups->moments;
    for (size_t i = moments; i % VECTOR_LANES != 0; i++) {
        groups->time[i] = groups->time[moments - 1];
    }
    for (uint32_t b = 0; b < groups->base_count; b++) {
        const time_base *base = &block->bases[groups->base[b]];
        block->context.kernel->scales(groups->time, base->start, base->fraction, base->inverse_tau,
                                      groups->scale + b * groups->room, moments);
    }
    for (uint32_t i = 0; i < block->network->population_count; i++) {
        if (groups->screen[i].any != NULL) {
            fill_screen(block, groups, &groups->screen[i]);
        }
    }
}

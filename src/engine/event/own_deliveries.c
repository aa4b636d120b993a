/* own_deliveries - groups that stand apart, one after the other: arrivals, which are dealt out to
 * them, in turn with their external events and with what is due of themselves (own_delays.h). */
#include "base/memory.h"
#include "engine/event/current_adder.h"
#include "engine/event/currents.h"
#include "engine/event/group.h"
#include "engine/event/own_groups.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

/* ---- A group's way through its arrivals --------------------------------------------------------
 */

typedef struct own_course {
    block_state *block;
    uint32_t g;
    group_state *group;
    const own_kind *kind; /* of all projections */
    train *train;         /* its only one, worked on here; NULL: by sl_group_advance */
    sim_time due;         /* what is due of itself, and of other trains */
} own_course;

static void look_what_is_due(own_course *course)
{
    course->due =
        course->train != NULL ? group_inner(course->group) : course->block->group_next[course->g];
}

static own_course begin_course(block_state *block, uint32_t g, bool takes_train)
{
    group_state *group = &block->groups[g];
    own_course course = {.block = block, .g = g, .group = group, .kind = block->own->kind};
    if (takes_train) {
        course.train = &group->trains[0];
    }
    look_what_is_due(&course);
    return course;
}

static void advance(own_course *course, sim_time t)
{
    sl_group_advance(course->block, course->g, t, t);
    look_what_is_due(course);
}

static inline void list_candidate(const own_course *course, uint32_t member)
{
    block_state *block = course->block;
    if (sl_group_reserve_candidates(block, 1)) {
        block->candidates[block->candidate_count++] = course->group->group->first + member;
    }
}

/* Is anything left to do after arrivals at t? */
static inline bool is_to_finish(const own_course *course, sim_time t)
{
    return course->block->candidate_count > 0 || course->due <= t ||
           (course->train != NULL && course->train->next == t);
}

/* All arrivals of t are added: add the external events of the time, then test who may have reached
 * threshold. */
static void finish(own_course *course, sim_time t)
{
    sl_group_external_at(course->block, course->g, t);
    sl_group_test_candidates(course->block, t);
    look_what_is_due(course);
}

/* External events came and went in the loop, so the time that the block knows of is old. */
static void end_course(const own_course *course)
{
    if (course->train != NULL) {
        const sim_time external = course->train->next;
        course->block->group_next[course->g] = course->due < external ? course->due : external;
    }
}

static inline double weight_of(const own_kind *kind, const own_arrival *arrival)
{
    return kind->weighs ? (double)arrival->weight : kind->weight;
}

/* ---- Neurons whose V arrivals add to -----------------------------------------------------------
 */

/* External events before t and before what is due. */
static inline void run_train(own_course *course, double level, sim_time t)
{
    train *train = course->train;
    double *scaled = course->group->scaled;
    while (train->next < t && train->next < course->due) {
        const uint32_t event = train->position;
        const uint32_t member = train->member[event];
        const double sum = scaled[member] + train->weight * train->scale[event];
        scaled[member] = sum;
        course->group->counts.external_events++;
        if (sum >= level * train->scale[event]) {
            sl_group_reached(course->block, course->g, train);
            look_what_is_due(course);
        } else {
            group_step_train(course->block, course->group, train);
        }
    }
}

static void run_plain(block_state *block, uint32_t g)
{
    const own_groups *groups = block->own->groups;
    const group_state *group = &block->groups[g];
    const own_list *list = &groups->list[g];
    const double *scale_at = own_scale(groups, group->population->time_base);
    const double level = lif_delta_test_level(group->test.th, 1.0);
    double *scaled = group->scaled;
    own_course course =
        begin_course(block, g, group->train_count == 1 && group->trains[0].weight_of == NULL);
    for (size_t i = 0; i < list->count && block->status == SALTUS_OK; i++) {
        const own_arrival *arrival = &list->arrival[i];
        const own_kind *kind = &course.kind[arrival->projection];
        const sim_time t = groups->time[arrival->moment];
        const double scale = scale_at[arrival->moment];
        if (course.train != NULL) {
            run_train(&course, level, t);
        }
        if (course.due <= t) {
            advance(&course, t);
        }
        const double sum = scaled[arrival->member] + weight_of(kind, arrival) * scale;
        scaled[arrival->member] = sum;
        if (kind->tested && sum >= level * scale) {
            list_candidate(&course, arrival->member);
        }
        if (is_to_finish(&course, t) &&
            (i + 1 == list->count || arrival[1].moment != arrival->moment)) {
            finish(&course, t);
        }
    }
    end_course(&course);
}

/* ---- Neurons with currents ---------------------------------------------------------------------
 */

/* As above; a neuron's crossing is predicted at once. `currents` is known where this is inlined. */
static inline __attribute__((always_inline)) void
run_train_currents(own_course *course, current_adder *adder, sim_time t, uint32_t currents)
{
    train *train = course->train;
    group_state *group = course->group;
    while (train->next < t && train->next < course->due) {
        const uint32_t event = train->position;
        const uint32_t member = train->member[event];
        const sim_time at = train->next;
        const bool passes = current_adder_external(adder, train, event, currents);
        group->counts.external_events++;
        currents_count_scales(course->block, group);
        if (passes) {
            sl_currents_predict(course->block, course->g, member, at);
            look_what_is_due(course);
            adder->horizon = group->horizon;
        }
        group_step_train(course->block, group, train);
    }
}

static inline __attribute__((always_inline)) void run_currents(block_state *block, uint32_t g,
                                                               uint32_t currents)
{
    const own_groups *groups = block->own->groups;
    group_state *group = &block->groups[g];
    const network_currents *of = group->currents.of;
    const own_list *list = &groups->list[g];
    const double *term = groups->screen[of->alike].term;
    own_course course =
        begin_course(block, g, group->train_count == 1 && group->trains[0].scale != NULL);
    current_adder adder = current_adder_of(group, currents);
    const double *scale_at[1 + LIF_CURRENTS];
    scale_at[0] = own_scale(groups, group->population->time_base);
    for (uint32_t k = 0; k < currents; k++) {
        scale_at[k + 1] = own_scale(groups, of->time_base[k]);
    }
    for (size_t i = 0; i < list->count && block->status == SALTUS_OK; i++) {
        const own_arrival *arrival = &list->arrival[i];
        const own_kind *kind = &course.kind[arrival->projection];
        const sim_time t = groups->time[arrival->moment];
        double scale[1 + LIF_CURRENTS];
        for (uint32_t k = 0; k <= currents; k++) {
            scale[k] = scale_at[k][arrival->moment];
        }
        if (course.train != NULL) {
            run_train_currents(&course, &adder, t, currents);
        }
        if (course.due <= t) {
            advance(&course, t);
            adder.horizon = group->horizon;
        }
        current_adder_put(&adder, kind->receptor, arrival->member, weight_of(kind, arrival), scale,
                          1, currents);
        if (current_adder_passes(&adder, arrival->member, term + arrival->moment, groups->room,
                                 currents) &&
            current_adder_may_cross(&adder, arrival->member, scale, 1, t, currents)) {
            list_candidate(&course, arrival->member);
        }
        if (is_to_finish(&course, t) &&
            (i + 1 == list->count || arrival[1].moment != arrival->moment)) {
            finish(&course, t);
            adder.horizon = group->horizon;
        }
    }
    end_course(&course);
}

static void run(block_state *block, uint32_t g)
{
    const network_currents *currents = block->groups[g].currents.of;
    if (currents == NULL) {
        run_plain(block, g);
    } else if (currents->model.count == 1) {
        run_currents(block, g, 1);
    } else if (currents->model.count == 2) {
        run_currents(block, g, 2);
    } else {
        run_currents(block, g, currents->model.count);
    }
}

/* ---- Dealing -----------------------------------------------------------------------------------
 */

/* To a group of the block. */
static inline bool deal(own_groups *groups, uint32_t g, own_arrival arrival)
{
    own_list *list = &groups->list[g];
    if (list->count == list->capacity) {
        void *grown = list->arrival;
        if (!sl_memory_grow(&grown, &list->capacity, list->count, sizeof *list->arrival)) {
            return false;
        }
        list->arrival = grown;
    }
    list->arrival[list->count++] = arrival;
    return true;
}

/* Synapses [event->synapse, ... + count) at the last moment there is. */
static bool deal_run(const own_delays *own, const own_event *event, uint32_t projection,
                     uint32_t count)
{
    own_groups *groups = own->groups;
    const own_kind *kind = &own->kind[projection];
    const uint32_t *target = kind->rows->target + event->synapse;
    const float *weight = kind->weighs ? kind->rows->weight_f + event->synapse : NULL;
    own_arrival arrival = {.moment = (uint32_t)(groups->moments - 1),
                           .projection = (uint16_t)projection};
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t place = target[i] - kind->first_target;
        arrival.member = place % NETWORK_GROUP_NEURONS;
        arrival.weight = weight != NULL ? weight[i] : 0;
        if (!deal(groups, kind->first_group + place / NETWORK_GROUP_NEURONS, arrival)) {
            return false;
        }
    }
    return true;
}

/* One event, of so many synapses. */
static inline bool deal_event(const own_delays *own, const own_event *event, uint32_t *count)
{
    own_groups *groups = own->groups;
    const uint32_t projection = own->row[event->row].projection;
    const uint32_t low = (uint32_t)event->key & (OWN_RUN | OWN_MOST);
    if (low & OWN_RUN) {
        *count = low & OWN_MOST;
        groups->dealt[projection] += *count;
        return deal_run(own, event, projection, *count);
    }
    *count = 1;
    groups->dealt[projection]++;
    return deal(groups, low / NETWORK_GROUP_NEURONS,
                (own_arrival){.moment = (uint32_t)(groups->moments - 1),
                              .member = low % NETWORK_GROUP_NEURONS,
                              .projection = (uint16_t)projection,
                              .weight = event->weight});
}

/* What has been dealt out is counted; scale factors of shared delays are where they are sent. */
static void count_dealt(block_state *block)
{
    const own_delays *own = block->own;
    for (uint32_t i = 0; i < block->network->projection_count; i++) {
        const uint64_t count = own->groups->dealt[i];
        own->groups->dealt[i] = 0;
        block->deliveries[i].events += count;
        block->deliveries[i].tests += own->kind[i].tested ? count : 0;
        block->exp_evaluations += own->kind[i].rows->delay != NULL ? count : 0;
    }
}

/* Events ahead of which runs are fetched into the cache. */
#define EVENTS_AHEAD 24

static void prefetch(const own_delays *own, const own_event *event)
{
    if (event->key & OWN_RUN) {
        const fan_out *rows = own->kind[own->row[event->row].projection].rows;
        const uint32_t last = event->synapse + ((uint32_t)event->key & OWN_MOST) - 1;
        __builtin_prefetch(rows->target + event->synapse);
        __builtin_prefetch(rows->target + last);
        if (rows->weight_f != NULL) {
            __builtin_prefetch(rows->weight_f + event->synapse);
            __builtin_prefetch(rows->weight_f + last);
        }
    }
}

/* Open events before `limit`, or fewer if they are many; all of one time. */
static bool deal_out(block_state *block, sim_time limit)
{
    own_delays *own = block->own;
    own_groups *groups = own->groups;
    own_calendar *calendar = &own->apart;
    const own_events *open = &calendar->open;
    const own_event *event = open->event + open->first;
    const size_t left = open->count - open->first;
    uint64_t all = 0;
    sim_time last = -1;
    size_t i = 0;
    for (groups->moments = 0; i < left; i++) {
        const sim_time t = own_event_time(calendar, &event[i]);
        if (t != last) {
            if (t >= limit || all >= OWN_DEALT) {
                break;
            }
            groups->time[groups->moments++] = t;
            last = t;
        }
        if (i + EVENTS_AHEAD < left) {
            prefetch(own, &event[i + EVENTS_AHEAD]);
        }
        uint32_t count = 0;
        if (!deal_event(own, &event[i], &count)) {
            return false;
        }
        all += count;
    }
    count_dealt(block);
    sl_own_delays_done(calendar, i);
    return true;
}

void sl_own_delays_deliver(block_state *block, sim_time limit)
{
    own_delays *own = block->own;
    while (own != NULL && own->apart.next < limit && block->status == SALTUS_OK) {
        if (!sl_own_delays_open(block, &own->apart) || !deal_out(block, limit)) {
            block->status = SALTUS_E_MEMORY;
            return;
        }
        own_groups *groups = own->groups;
        sl_own_groups_prepare(block, groups);
        for (uint32_t g = 0; g < groups->group_count; g++) {
            if (groups->list[g].count > 0) {
                run(block, g);
                groups->list[g].count = 0;
            }
        }
    }
}

/* flows - see flows.h. The times at which legs end are in an indexed heap, one entry a neuron. */
#include "engine/event/flows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

/* Marks of a neuron. */
#define MOVED   1u /* something has arrived since its leg began */
#define CROSSES 2u /* its leg ends with a crossing */

#define NOWHERE UINT16_MAX
/* No leg is longer: far beyond every run. */
#define LONGEST_LEG ((sim_time)1 << 60)

/* ---- When legs end --------------------------------------------------------------------------- */

static bool is_before(const group_flows *flows, uint16_t a, uint16_t b)
{
    return flows->due[a] < flows->due[b] || (flows->due[a] == flows->due[b] && a < b);
}

static void put(group_flows *flows, uint32_t at, uint16_t member)
{
    flows->heap[at] = member;
    flows->place[member] = (uint16_t)at;
}

/* A member into the heap where `hole` is, or above or below it. */
static void settle(group_flows *flows, uint32_t hole, uint16_t member)
{
    while (hole > 0 && is_before(flows, member, flows->heap[(hole - 1) / 2])) {
        put(flows, hole, flows->heap[(hole - 1) / 2]);
        hole = (hole - 1) / 2;
    }
    for (uint32_t child = 2 * hole + 1; child < flows->count; child = 2 * hole + 1) {
        if (child + 1 < flows->count &&
            is_before(flows, flows->heap[child + 1], flows->heap[child])) {
            child++;
        }
        if (!is_before(flows, flows->heap[child], member)) {
            break;
        }
        put(flows, hole, flows->heap[child]);
        hole = child;
    }
    put(flows, hole, member);
}

static void leave(group_flows *flows, uint32_t member)
{
    const uint32_t hole = flows->place[member];
    if (hole == NOWHERE) {
        return;
    }
    flows->place[member] = NOWHERE;
    const uint16_t last = flows->heap[--flows->count];
    if (last != member) {
        settle(flows, hole, last);
    }
}

static void set_due(group_flows *flows, uint32_t member, sim_time due)
{
    flows->due[member] = due;
    if (due == SIM_TIME_NEVER) {
        leave(flows, member);
    } else {
        const uint32_t place = flows->place[member];
        settle(flows, place == NOWHERE ? flows->count++ : place, (uint16_t)member);
    }
}

/* ---- States and legs ---------------------------------------------------------------------------
 */

static double ms_between(sim_time from, sim_time to)
{
    return (double)(to - from) / SIM_TIME_TICKS_PER_MS;
}

flow_drive sl_flows_drive(const group_state *group, uint32_t member, sim_time t, sim_time *until)
{
    const network_flow *of = group->flows.of;
    const uint32_t index = group->group->first - group->population->first + member;
    const current_course *course = group->population->course;
    flow_drive drive = {.current = of->i_e_of != NULL ? of->i_e_of[index] : of->i_e_pA,
                        .count = of->current_count,
                        .tau_ms = of->current_tau_ms};
    *until = SIM_TIME_NEVER;
    if (course != NULL) {
        const size_t last = sl_current_course_at(course, t);
        const current_change *change = &course->change[last];
        drive.slope = change->slope_pA_per_ms;
        drive.current += change->value_pA + drive.slope * ms_between(change->time, t);
        *until = last + 1 < course->count ? course->change[last + 1].time : SIM_TIME_NEVER;
    }
    return drive;
}

static double *currents_of(const group_state *group, uint32_t member)
{
    return group->flows.current + (size_t)member * group->flows.of->current_count;
}

void sl_flows_get(const group_state *group, uint32_t member, double *state)
{
    state[0] = group->scaled[member];
    state[1] = group->flows.u[member];
    memcpy(state + FLOW_VARIABLES, currents_of(group, member),
           group->flows.of->current_count * sizeof *state);
}

void sl_flows_set(const group_state *group, uint32_t member, const double *state)
{
    group->scaled[member] = state[0];
    group->flows.u[member] = state[1];
    memcpy(currents_of(group, member), state + FLOW_VARIABLES,
           group->flows.of->current_count * sizeof *state);
}

static flow_leg leg_of(const group_state *group, uint32_t member, flow_drive *drive,
                       sim_time *until)
{
    const network_flow *of = group->flows.of;
    const sim_time at = group->flows.at[member];
    double state[FLOW_STATE];
    sl_flows_get(group, member, state);
    *drive = sl_flows_drive(group, member, at, until);
    const double longest = *until == SIM_TIME_NEVER ? (double)INFINITY : ms_between(at, *until);
    return of->model->leg(of->value, state, *drive, longest);
}

/* Begin a leg from the member's state. A crossing is at the first tick at or after it; another end
 * is a tick before or at what the model says. */
static void look(group_state *group, uint32_t member)
{
    group_flows *flows = &group->flows;
    flow_drive drive;
    sim_time until = 0;
    const flow_leg leg = leg_of(group, member, &drive, &until);
    const double ticks = leg.length_ms * SIM_TIME_TICKS_PER_MS;
    const sim_time at = flows->at[member];
    sim_time due = SIM_TIME_NEVER;
    if (ticks < (double)LONGEST_LEG) {
        const sim_time whole = (sim_time)(leg.crosses ? ceil(ticks) : floor(ticks));
        due = at + (leg.crosses || whole > 0 ? whole : 1);
    }
    due = !leg.crosses && until < due ? until : due;
    flows->mark[member] = leg.crosses ? CROSSES : 0;
    group->counts.crossing_searches++;
    set_due(flows, member, due);
}

static void begin_leg(block_state *block, uint32_t g, uint32_t member)
{
    group_state *group = &block->groups[g];
    look(group, member);
    if (group->flows.due[member] < SIM_TIME_NEVER) {
        group_due(block, g, group->flows.due[member]);
    }
}

/* A member's state at t, which is within its leg, or not after the end of its refractoriness. */
static void bring(group_state *group, uint32_t member, sim_time t)
{
    const network_flow *of = group->flows.of;
    const sim_time at = group->flows.at[member];
    if (t > at) {
        double state[FLOW_STATE];
        sim_time until = 0;
        const flow_drive drive = sl_flows_drive(group, member, at, &until);
        sl_flows_get(group, member, state);
        if (state[0] == LIF_REFRACTORY) {
            sl_flow_hold(of->model, of->value, &drive, ms_between(at, t), state);
        } else {
            of->model->advance(of->value, drive, ms_between(at, t), state);
        }
        sl_flows_set(group, member, state);
        group->flows.at[member] = t;
    }
}

/* ---- Allocation ------------------------------------------------------------------------------ */

static void begin_all(group_state *group)
{
    group->flows.count = 0;
    memset(group->flows.place, 0xff, group->group->count * sizeof *group->flows.place);
    for (uint32_t i = 0; i < group->group->count; i++) {
        group->flows.due[i] = SIM_TIME_NEVER;
        if (group->scaled[i] != LIF_REFRACTORY && group->scaled[i] < group->population->th) {
            look(group, i);
        }
    }
}

bool sl_flows_init(const block_state *block, group_state *group)
{
    const saltus_simulation *simulation = block->simulation;
    const population *from = group->population;
    const network_flow *of = from->flow;
    group_flows *flows = &group->flows;
    const uint32_t offset = group->group->first - from->first;
    const size_t count = group->group->count;
    flows->of = of;
    flows->at = simulation->flow_at + of->place + offset;
    flows->u = simulation->flow_u + of->place + offset;
    flows->current =
        simulation->coordinates + of->current_place + (size_t)offset * of->current_count;
    for (uint32_t i = 0; i < count; i++) {
        flows->u[i] = of->u_init_of != NULL ? of->u_init_of[offset + i] : of->u_init;
    }
    if (simulation->clock.step > 0) {
        return true;
    }
    flows->due = sl_memory_array(count, sizeof *flows->due);
    flows->heap = sl_memory_array(count, sizeof *flows->heap);
    flows->place = sl_memory_array(count, sizeof *flows->place);
    flows->mark = sl_memory_zeroed(count, sizeof *flows->mark);
    if (flows->due == NULL || flows->heap == NULL || flows->place == NULL || flows->mark == NULL) {
        return false;
    }
    begin_all(group);
    return true;
}

void sl_flows_clear(group_state *group)
{
    free(group->flows.due);
    free(group->flows.heap);
    free(group->flows.place);
    free(group->flows.mark);
}

bool sl_flows_restore(group_state *group, sim_time now)
{
    const size_t currents = (size_t)group->group->count * group->flows.of->current_count;
    for (uint32_t i = 0; i < group->group->count; i++) {
        if (!isfinite(group->flows.u[i]) || group->flows.at[i] < 0 || group->flows.at[i] > now) {
            return false;
        }
    }
    for (size_t i = 0; i < currents; i++) {
        if (!(fabs(group->flows.current[i]) <= FLOW_BOUND)) {
            return false;
        }
    }
    if (group->flows.due == NULL) {
        return true; /* a clock */
    }
    begin_all(group);
    return group->flows.count == 0 || group->flows.due[group->flows.heap[0]] >= now;
}

/* ---- Arrivals -------------------------------------------------------------------------------- */

void sl_flows_receive(const group_state *group, uint32_t receptor, uint32_t member, double weight)
{
    const network_receptor *to = &group->flows.of->receptors[receptor];
    double *current = currents_of(group, member);
    for (uint32_t i = 0; i < to->count; i++) {
        double *sum = &current[to->current[i]];
        *sum = flow_bounded(*sum + weight * to->factor[i]);
    }
}

/* An arrival at t. False: it is lost, or whatever comes of it waits until V is not held any more.
 */
static bool add(group_state *group, uint32_t receptor, uint32_t member, double weight, sim_time t)
{
    const bool held = group->scaled[member] == LIF_REFRACTORY;
    if (group->flows.of->current_count > 0) {
        bring(group, member, t);
        sl_flows_receive(group, receptor, member, weight);
    } else if (!held) {
        bring(group, member, t);
        group->scaled[member] = fmax(group->scaled[member] + weight, -FLOW_BOUND);
    }
    if (!held) {
        group->flows.mark[member] |= MOVED;
    }
    return !held;
}

/* A clock: added to what there is at the step's end. */
static void deliver_untested(block_state *block, const projection *projection,
                             const delivery_row *row, size_t count)
{
    const population *target = &block->network->populations[projection->target];
    for (size_t i = 0; i < count; i++) {
        const group_state *group = &block->groups[group_of(block, target, row->target[i])];
        sl_flows_receive(group, projection->receptor, row->target[i] - group->group->first,
                         delivery_weight(row, i) * row->gain);
    }
}

void sl_flows_deliver(block_state *block, const projection *projection, const delivery_row *row,
                      size_t count, sim_time t)
{
    const population *target = &block->network->populations[projection->target];
    if (block->simulation->clock.on_grid) {
        deliver_untested(block, projection, row, count);
        return;
    }
    if (!sl_group_reserve_candidates(block, count)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const uint32_t neuron = row->target[i];
        group_state *group = &block->groups[group_of(block, target, neuron)];
        const uint32_t member = neuron - group->group->first;
        if (add(group, projection->receptor, member, delivery_weight(row, i) * row->gain, t)) {
            block->candidates[block->candidate_count++] = neuron;
        }
    }
}

bool sl_flows_external(block_state *block, uint32_t g, const train *train)
{
    group_state *group = &block->groups[g];
    const uint32_t k = train->position;
    const uint32_t member = train->member[k];
    const double weight = train->weight_of != NULL ? train->weight_of[k] : train->weight;
    if (!add(group, train->receptor, member, weight, train->time[k])) {
        return false;
    }
    if (group->scaled[member] >= group->population->th) {
        return true;
    }
    begin_leg(block, g, member);
    return false;
}

void sl_flows_test(block_state *block, uint32_t g, uint32_t member, sim_time t)
{
    const group_state *group = &block->groups[g];
    if (group->scaled[member] == LIF_REFRACTORY) {
        return; /* it was a candidate twice */
    }
    if (group->scaled[member] >= group->population->th) {
        sl_group_fire(block, g, member, t);
    } else if (group->flows.mark[member] & MOVED) {
        begin_leg(block, g, member);
    }
}

/* ---- By themselves --------------------------------------------------------------------------- */

void sl_flows_due(block_state *block, uint32_t g)
{
    group_state *group = &block->groups[g];
    const uint32_t member = group->flows.heap[0];
    const sim_time t = group->flows.due[member];
    if (group->flows.mark[member] & CROSSES) {
        sl_group_fire(block, g, member, t);
        return;
    }
    bring(group, member, t);
    begin_leg(block, g, member);
}

/* By drift, u is that of the crossing itself, at most a tick before t; currents know of no spike
 * and are those of t. */
void sl_flows_spike(group_state *group, uint32_t member, sim_time t)
{
    const network_flow *of = group->flows.of;
    double state[FLOW_STATE];
    sl_flows_get(group, member, state);
    if (group->flows.mark[member] == CROSSES) {
        flow_drive drive;
        sim_time until = 0;
        double then[FLOW_STATE];
        const flow_leg leg = leg_of(group, member, &drive, &until);
        memcpy(then, state, sizeof then);
        of->model->advance(of->value, drive, leg.length_ms, then);
        memcpy(state, then, FLOW_VARIABLES * sizeof state[0]);
        sl_flow_decay(&drive, ms_between(group->flows.at[member], t), state);
    }
    of->model->spike(of->value, state);
    sl_flows_set(group, member, state);
    group->flows.at[member] = t;
    group->flows.mark[member] = 0;
    set_due(&group->flows, member, SIM_TIME_NEVER);
}

void sl_flows_silence(group_state *group, uint32_t member)
{
    if (group->flows.due != NULL) { /* not a clock */
        group->flows.mark[member] = 0;
        set_due(&group->flows, member, SIM_TIME_NEVER);
    }
}

void sl_flows_release(block_state *block, uint32_t g, uint32_t member, sim_time t)
{
    group_state *group = &block->groups[g];
    bring(group, member, t);
    group->scaled[member] = group->population->reset;
    begin_leg(block, g, member);
}

double sl_flows_potential(const saltus_simulation *simulation, const population *population,
                          uint32_t id, sim_time t)
{
    const network_flow *of = population->flow;
    const block_state *block = &simulation->blocks[sl_network_block_of(simulation->network, id)];
    const group_state *group = &block->groups[group_of(block, population, id)];
    const uint32_t member = id - group->group->first;
    const sim_time at = group->flows.at[member];
    double state[FLOW_STATE];
    sim_time until = 0;
    sl_flows_get(group, member, state);
    if (t > at) {
        const flow_drive drive = sl_flows_drive(group, member, at, &until);
        of->model->advance(of->value, drive, ms_between(at, t), state);
    }
    return state[0];
}

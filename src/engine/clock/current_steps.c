/* current_steps - see current_steps.h.
 *
 *   grid    the exact propagator of lif_current.h over a step (Rotter & Diesmann 1999)
 *   euler   v += h/tau_m (sum of J - v), J += h/tau (H - J), H -= h/tau H  (alpha; else without H)
 *
 * Components of a threshold decay as currents do and add to th; v is V's own (own_spike.h). A
 * neuron whose V is held has v at minus infinity, which absorbs everything; its currents go on. */
#include "engine/clock/current_steps.h"

#include <math.h>
#include <string.h>

#include "base/exact_math.h"
#include "engine/event/currents.h"
#include "engine/event/own_spikes.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

/* A step of one current. */
typedef struct current_step {
    double j, h, j_h; /* factors of J and H; of H in J */
    double v_j, v_h;  /* what they add to v */
} current_step;

typedef struct step {
    double v;
    current_step of[LIF_CURRENTS];
} step;

static step step_of(const clock_state *clock, const lif_currents *model, double x)
{
    step step = {.v = clock->euler ? 1 - x : sl_exp(-x)};
    if (fabs(step.v) < TIME_BASE_TINY) {
        step.v = TIME_BASE_TINY; /* minus infinity times 0 would be no number */
    }
    for (uint32_t k = 0; k < model->count; k++) {
        const double rate = model->rate[k];
        current_step *of = &step.of[k];
        of->j = clock->euler ? 1 - rate * x : sl_exp(-rate * x);
        of->h = of->j;
        of->j_h = clock->euler ? rate * x : rate * x * of->j;
        of->v_j = model->threshold[k] ? 0 : clock->euler ? x : sl_lif_current_gain(rate, x);
        of->v_h = clock->euler ? 0 : sl_lif_current_alpha_gain(rate, x);
    }
    return step;
}

static void move(const lif_currents *model, const step *step, double *v, double *coordinate)
{
    double next = *v * step->v;
    for (uint32_t k = 0; k < model->count; k++) {
        const current_step *of = &step->of[k];
        double *j = coordinate++;
        next += *j * of->v_j;
        *j *= of->j;
        if (model->alpha[k]) {
            double *h = coordinate++;
            next += *h * of->v_h;
            *j += *h * of->j_h;
            *h *= of->h;
        }
    }
    *v = next;
}

static double step_length(const block_state *block, const group_state *group)
{
    const uint32_t base = group->population->time_base;
    return (double)block->simulation->clock.step * block->simulation->bases[base].inverse_tau;
}

/* ---- Neurons that adapt ---------------------------------------------------------------------- */

static double theta_of(const network_currents *of, const double *coordinate)
{
    double theta = 0;
    for (uint32_t k = of->own.first; k < of->own.first + of->own.count; k++) {
        theta += of->model.threshold[k] ? coordinate[of->first[k]] : 0;
    }
    return theta;
}

static void jump(const group_state *group, uint32_t member, bool late)
{
    const network_currents *of = group->currents.of;
    double *coordinate = currents_of_member(group, member);
    for (uint32_t k = of->own.first; k < of->own.first + of->own.count; k++) {
        double *j = coordinate + of->first[k];
        *j += late ? own_spike_late_change(&of->own, k) : own_spike_change(&of->own, k, *j);
    }
}

/* What a spike changes beside what is held afterwards (clock_grid.c). */
static void fire(const group_state *group, uint32_t member)
{
    const network_currents *of = group->currents.of;
    double *word = currents_of_member(group, member) + of->word;
    const double reset = group_reset(group, member);
    jump(group, member, false);
    if (own_spike_goes_on(&of->own)) {
        group->scaled[member] -=
            own_spike_drop(&of->own, group_own_threshold(group, member, 0), reset);
        *word = 1;
    } else if (of->own.reset == RESET_TO_SHARE) {
        *word = own_spike_held(&of->own, group->scaled[member] - reset);
    } else if (group->population->t_ref == 0) {
        sl_current_steps_release(group, member);
    }
}

void sl_current_steps_release(const group_state *group, uint32_t member)
{
    const network_currents *of = group->currents.of;
    double reset = group_reset(group, member);
    jump(group, member, true);
    if (own_spike_has_word(&of->own)) {
        double *word = currents_of_member(group, member) + of->word;
        reset += *word;
        *word = 0;
    }
    if (!own_spike_goes_on(&of->own)) {
        group->scaled[member] = reset;
    }
}

static size_t test_adapting(const group_state *group, uint16_t *reached)
{
    size_t count = 0;
    for (uint32_t i = 0; i < group->group->count; i++) {
        const double theta = theta_of(group->currents.of, currents_of_member(group, i));
        reached[count] = (uint16_t)i;
        count += group->scaled[i] >= group_own_threshold(group, i, 0) + theta &&
                 !group_forbids_spike(group, i);
    }
    for (size_t i = 0; i < count; i++) {
        fire(group, reached[i]);
    }
    return count;
}

/* ---- Steps ----------------------------------------------------------------------------------- */

static size_t test(const group_state *group, uint16_t *reached)
{
    size_t count = 0;
    for (uint32_t i = 0; i < group->group->count; i++) {
        reached[count] = (uint16_t)i;
        count += group->scaled[i] >= group_own_threshold(group, i, 0);
    }
    for (size_t i = 0; i < count && group->population->t_ref == 0; i++) {
        const uint32_t member = reached[i];
        group->scaled[member] = group_reset(group, member);
    }
    return count;
}

size_t sl_current_steps_test(const block_state *block, const group_state *group, bool moves,
                             uint16_t *reached)
{
    const size_t count =
        group_own_spike(group) != NULL ? test_adapting(group, reached) : test(group, reached);
    if (moves) {
        sl_current_steps_move(block, group);
    }
    return count;
}

void sl_current_steps_move(const block_state *block, const group_state *group)
{
    const network_currents *of = group->currents.of;
    const step step = step_of(&block->simulation->clock, &of->model, step_length(block, group));
    double *coordinate = group->currents.coordinate;
    for (uint32_t i = 0; i < group->group->count; i++) {
        move(&of->model, &step, &group->scaled[i], coordinate);
        coordinate += of->coordinates;
    }
}

void sl_current_steps_scrub(const group_state *group)
{
    const size_t count = (size_t)group->group->count * group->currents.of->coordinates;
    for (size_t i = 0; i < count; i++) {
        if (fabs(group->currents.coordinate[i]) < TIME_BASE_TINY) {
            group->currents.coordinate[i] = 0;
        }
    }
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* v and coordinates of a neuron `since` after the last step. */
static void read_at(const saltus_simulation *simulation, const population *population, uint32_t id,
                    sim_time since, bool ahead, double *v, double *state)
{
    const network_currents *of = population->currents;
    const clock_state *clock = &simulation->clock;
    const double inverse_tau = simulation->bases[population->time_base].inverse_tau;
    memcpy(state, currents_of_neuron(simulation->coordinates, population, id),
           of->coordinates * sizeof *state);
    *v = simulation->scaled[id];
    if (ahead) { /* back by a step, current by current */
        const step whole = step_of(clock, &of->model, (double)clock->step * inverse_tau);
        for (uint32_t k = 0; k < of->model.count; k++) {
            const current_step *step = &whole.of[k];
            double *at = state + of->first[k];
            if (of->model.alpha[k]) {
                at[1] /= step->h;
                at[0] -= at[1] * step->j_h;
                *v -= at[1] * step->v_h;
            }
            at[0] /= step->j;
            *v -= at[0] * step->v_j;
        }
        *v /= whole.v;
    }
    const step part = step_of(clock, &of->model, (double)since * inverse_tau);
    move(&of->model, &part, v, state);
}

double sl_current_steps_potential(const saltus_simulation *simulation, const population *population,
                                  uint32_t id, sim_time since, bool ahead)
{
    double v = 0;
    double state[LIF_COORDINATES];
    read_at(simulation, population, id, since, ahead, &v, state);
    return v;
}

double sl_current_steps_theta(const saltus_simulation *simulation, const population *population,
                              uint32_t id, sim_time since, bool ahead)
{
    double v = 0;
    double state[LIF_COORDINATES];
    read_at(simulation, population, id, since, ahead, &v, state);
    return theta_of(population->currents, state);
}

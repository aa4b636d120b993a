/* membranes - what every clock does to the V of one group at the end of a step. */
#include <math.h>

#include "engine/event/group.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

/* Test levels of a group whose thresholds move. */
static void moving_levels(const group_state *group, sim_time t, double *restrict level)
{
    const double inverse = moving_threshold_inverse(group->moving, t);
    const double *th_of = group->drive->th_of;
    const double *theta = group->theta;
    if (th_of != NULL) {
        th_of += group->group->first - group->population->first;
    }
    for (uint32_t i = 0; i < group->group->count; i++) {
        const double th = th_of != NULL ? th_of[i] : group->drive->th;
        level[i] = lif_delta_test_level(th + theta[i] * inverse, 1.0);
    }
}

size_t sl_clock_test_and_decay(const block_state *block, group_state *group, double factor,
                               sim_time t, uint16_t *reached)
{
    double moving[NETWORK_GROUP_NEURONS];
    const double *level_of = block->simulation->clock.level_of[group->group->population];
    if (group->moving != NULL) {
        moving_levels(group, t, moving);
        level_of = moving;
    } else if (level_of != NULL) {
        level_of += group->group->first - group->population->first;
    }
    const double level = lif_delta_test_level(group->drive->th, 1.0);
    return block->context.kernel->step(group->scaled, factor, level, level_of, group->group->count,
                                       reached);
}

void sl_clock_scrub(group_state *group)
{
    for (uint32_t i = 0; i < group->group->count; i++) {
        if (fabs(group->scaled[i]) < TIME_BASE_TINY) {
            group->scaled[i] = 0;
        }
    }
}

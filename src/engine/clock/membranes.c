/* membranes - what every clock does to the V of one group at the end of a step. */
#include <math.h>

#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

size_t sl_clock_test_and_decay(const block_state *block, group_state *group, double factor,
                               uint16_t *reached)
{
    const double *level_of = block->simulation->clock.level_of[group->group->population];
    if (level_of != NULL) {
        level_of += group->group->first - group->population->first;
    }
    const double level = lif_delta_test_level(group->population->th, 1.0);
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

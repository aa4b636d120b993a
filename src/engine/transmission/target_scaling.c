/* target_scaling - S of the targets of a row, a chunk at a time so that its exponentials are done
 * in vectors. Nothing is stored: S at a time is a function of the target's last spike alone, so it
 * does not matter which arrivals ask for it. */
#include "base/vector_kernel.h"
#include "engine/transmission/transmission.h"

/* A multiple of the most lanes. */
#define CHUNK 64u

static void scale_chunk(const transmission_part *part, const vector_kernel *kernel,
                        const uint32_t *restrict target, uint32_t count, sim_time t,
                        double *restrict factor)
{
    double z[CHUNK] = {0};
    double kept[CHUNK];
    double level[CHUNK] = {0};
    for (uint32_t i = 0; i < count; i++) {
        const scaling_state *state = &part->states[target[i] - part->first_target];
        z[i] = (double)(t - state->since) * part->law.inverse_tau;
    }
    kernel->decays(z, 1.0, kept, count);
    for (uint32_t i = 0; i < count; i++) {
        const scaling_state *state = &part->states[target[i] - part->first_target];
        level[i] = -scaling_level(&part->law, state, z[i], kept[i]);
    }
    kernel->decays(level, 1.0, kept, count);
    for (uint32_t i = 0; i < count; i++) {
        factor[i] *= level[i] < SCALING_NOTHING ? kept[i] : 0.0;
    }
}

void sl_target_scaling(const transmission_part *part, const vector_kernel *kernel,
                       const uint32_t *target, uint32_t count, sim_time t, double *factor)
{
    for (uint32_t begin = 0; begin < count; begin += CHUNK) {
        const uint32_t left = count - begin;
        scale_chunk(part, kernel, target + begin, left < CHUNK ? left : CHUNK, t, factor + begin);
    }
}

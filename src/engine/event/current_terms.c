/* current_terms - see current_terms.h. */
#include "engine/event/current_terms.h"

/* From each time to the horizon after it, in tau_m. */
static void find_lengths(const time_base *membrane, sim_time step, const sim_time *time,
                         size_t count, double *length)
{
    sim_time horizon = 0;
    for (size_t i = 0; i < count; i++) {
        if (time[i] >= horizon) {
            horizon = current_horizon_after(membrane, step, time[i]);
        }
        length[i] = (double)(horizon - time[i]) * membrane->inverse_tau;
    }
    for (size_t i = count; i % VECTOR_LANES != 0; i++) {
        length[i] = 0;
    }
}

void sl_current_terms(const vector_kernel *kernel, const network_currents *currents,
                      const time_base *membrane, const sim_time *time, size_t count,
                      const double *const *scale, double *term, size_t stride)
{
    double length[CURRENT_TERMS_TIMES + VECTOR_LANES];
    find_lengths(membrane, currents->look_ahead, time, count, length);
    for (uint32_t k = 0; k < currents->model.count; k++) {
        kernel->screen_terms(length, scale[0], scale[k + 1], currents->model.rate[k],
                             currents->c[k], term, term + (1 + 2 * k) * stride,
                             term + (2 + 2 * k) * stride, count);
    }
}

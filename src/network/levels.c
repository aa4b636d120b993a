/* levels - see levels.h. */
#include "network/levels.h"

#include "base/wide.h"

double sl_level_current_pA(const population *p, size_t change)
{
    return p->course != NULL ? p->course->change[change].value_pA : 0;
}

/* What currents add to the resting potential. */
static wide_float drive_mV(const population *p, wide_float current_pA)
{
    return current_pA * (wide_float)p->tau_m_ms / (wide_float)p->given.c_m_pF;
}

double sl_level_relative(const population *p, double absolute_mV, double i_e_pA, double current_pA)
{
    const wide_float drive = drive_mV(p, (wide_float)i_e_pA + (wide_float)current_pA);
    return (double)((wide_float)absolute_mV - (wide_float)p->given.v_rest_mV - drive);
}

double sl_level_v_inf(const population *p, double i_e_pA, double current_pA)
{
    const wide_float drive = drive_mV(p, (wide_float)i_e_pA + (wide_float)current_pA);
    return (double)((wide_float)p->given.v_rest_mV + drive);
}

static double i_e_of(const population *p, uint32_t i)
{
    return p->given.i_e_of != NULL ? p->given.i_e_of[i] : p->given.i_e_pA;
}

double sl_level_threshold_of(const population *p, uint32_t i, size_t change)
{
    const double v_th_mV = p->given.v_th_of != NULL ? p->given.v_th_of[i] : p->given.v_th_mV;
    return sl_level_relative(p, v_th_mV, i_e_of(p, i), sl_level_current_pA(p, change));
}

double sl_level_reset_of(const population *p, uint32_t i, size_t change)
{
    return sl_level_relative(p, p->v_reset_mV, i_e_of(p, i), sl_level_current_pA(p, change));
}

double sl_level_v_inf_of(const population *p, uint32_t i, size_t change)
{
    return sl_level_v_inf(p, i_e_of(p, i), sl_level_current_pA(p, change));
}

double sl_level_shift(const population *p, size_t from, size_t to)
{
    return (double)drive_mV(p, (wide_float)sl_level_current_pA(p, to) -
                                   (wide_float)sl_level_current_pA(p, from));
}

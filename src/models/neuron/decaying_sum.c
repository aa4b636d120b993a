/* decaying_sum - see decaying_sum.h. The sums are short (a neuron's currents and its threshold) and
 * asked for rarely, so clarity comes before speed. */
#include "models/neuron/decaying_sum.h"

#include <math.h>
#include <stdbool.h>

#include "base/exact_math.h"

void sl_decaying_sum_add(decaying_sum *sum, double rate, double level, double slope)
{
    for (uint32_t i = 0; i < sum->count; i++) {
        if (sum->rate[i] == rate) {
            sum->level[i] += level;
            sum->slope[i] += slope;
            return;
        }
    }
    if (level != 0 || slope != 0) {
        sum->rate[sum->count] = rate;
        sum->level[sum->count] = level;
        sum->slope[sum->count++] = slope;
    }
}

/* The slowest term: relative to it nothing grows, however long the stretch. */
static uint32_t slowest(const decaying_sum *sum)
{
    uint32_t slowest = 0;
    for (uint32_t i = 1; i < sum->count; i++) {
        slowest = sum->rate[i] < sum->rate[slowest] ? i : slowest;
    }
    return slowest;
}

/* f exp(r x), r not above the slowest rate. */
static double raised(const decaying_sum *sum, double r, double x)
{
    double total = 0;
    for (uint32_t i = 0; i < sum->count; i++) {
        total += (sum->level[i] + sum->slope[i] * x) * sl_exp((r - sum->rate[i]) * x);
    }
    return total;
}

double sl_decaying_sum_at(const decaying_sum *sum, double x)
{
    return raised(sum, 0, x);
}

/* The derivative of f exp(r x), r that of the slowest term, which loses its constant. */
static decaying_sum derivative(const decaying_sum *sum, double r)
{
    decaying_sum result = {0};
    for (uint32_t i = 0; i < sum->count; i++) {
        const double rate = sum->rate[i] - r;
        const double level = sum->slope[i] - rate * sum->level[i];
        const double slope = -rate * sum->slope[i];
        if (level != 0 || slope != 0) {
            result.rate[result.count] = rate;
            result.level[result.count] = level;
            result.slope[result.count++] = slope;
        }
    }
    return result;
}

/* The zero in [low, high], at whose ends f has different signs; by bisection of the bracket with
 * the secant's help (the Illinois variant of regula falsi; Dahlquist & Bjoerck 1974), to the last
 * bit. */
static double zero_between(const decaying_sum *sum, double r, double low, double high, double f_low,
                           double f_high)
{
    int side = 0;
    for (int i = 0; i < 200; i++) {
        double x = (low * f_high - high * f_low) / (f_high - f_low);
        if (i % 8 == 7 || !(x > low && x < high)) {
            x = low + (high - low) / 2;
        }
        if (x <= low || x >= high) {
            break;
        }
        const double f = raised(sum, r, x);
        if (f == 0) {
            return x;
        }
        if ((f < 0) == (f_low < 0)) {
            low = x;
            f_low = f;
            f_high = side < 0 ? f_high / 2 : f_high;
            side = -1;
        } else {
            high = x;
            f_high = f;
            f_low = side > 0 ? f_low / 2 : f_low;
            side = 1;
        }
    }
    return low + (high - low) / 2;
}

uint32_t sl_decaying_sum_zeros(const decaying_sum *sum, double length, double *zero)
{
    if (sum->count == 0 || (sum->count == 1 && sum->slope[0] == 0)) {
        return 0;
    }
    const double r = sum->rate[slowest(sum)];
    const decaying_sum shorter = derivative(sum, r);
    double part[DECAYING_TERMS + 2];
    part[0] = 0;
    const uint32_t inner = sl_decaying_sum_zeros(&shorter, length, part + 1);
    part[inner + 1] = length;
    uint32_t count = 0;
    double f_low = raised(sum, r, 0);
    for (uint32_t i = 0; i <= inner; i++) {
        const double f_high = raised(sum, r, part[i + 1]);
        if (f_low != 0 && f_high != 0 && (f_low < 0) != (f_high < 0)) {
            zero[count++] = zero_between(sum, r, part[i], part[i + 1], f_low, f_high);
        } else if (f_high == 0 && i < inner && f_low != 0) {
            zero[count++] = part[i + 1];
        }
        f_low = f_high;
    }
    return count;
}

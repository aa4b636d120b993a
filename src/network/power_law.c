/* power_law - see power_law.h. */
#include "network/power_law.h"

#include "base/exact_math.h"

power_law sl_power_law(double exponent, uint32_t least, uint32_t most, uint32_t count)
{
    return (power_law){.exponent = exponent,
                       .log_least = sl_log(least),
                       .least = least,
                       .most = most,
                       .listed = most - least < count ? most : least + count - 1};
}

/* (k / least)^-exponent */
static double share(const power_law *law, double k)
{
    return sl_exp(-law->exponent * (sl_log(k) - law->log_least));
}

/* (exp(z) - 1) / z */
static double mean_growth(double z)
{
    if (z == 0) {
        return 1;
    }
    return z < 0 ? sl_expm1(z) / z : sl_exp(z) * (-sl_expm1(-z) / z);
}

/* Sum of k^power times the share of k, over listed < k <= last. */
static double sum_behind(const power_law *law, uint32_t last, uint32_t power)
{
    if (last <= law->listed) {
        return 0;
    }
    const double begin = law->listed + 0.5;
    const double end = last + 0.5;
    const double decay = law->exponent - power; /* f(t) is as t^-decay */
    double first = share(law, begin);
    double final = share(law, end);
    for (uint32_t i = 0; i < power; i++) {
        first *= begin;
        final *= end;
    }
    const double span = sl_log(end / begin);
    const double integral = first * begin * span * mean_growth((1 - decay) * span);
    return integral + decay / 24 * (final / end - first / begin);
}

void sl_power_law_moments(const power_law *law, double moment[3])
{
    moment[0] = moment[1] = moment[2] = 0;
    for (uint64_t k = law->least; k <= law->listed; k++) {
        const double weight = share(law, (double)k);
        moment[0] += weight;
        moment[1] += weight * (double)k;
        moment[2] += weight * (double)k * (double)k;
    }
    for (uint32_t power = 0; power < 3; power++) {
        moment[power] += sum_behind(law, law->most, power);
    }
}

/* Sums of shares up to each listed degree, then of all. */
void sl_power_law_table(const power_law *law, double *table)
{
    const uint32_t count = power_law_room(law) - 1;
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += share(law, law->least + i);
        table[i] = sum;
    }
    table[count] = sum + sum_behind(law, law->most, 0);
}

uint32_t sl_power_law_degree(const power_law *law, const double *table, double u)
{
    const double listed = table[power_law_room(law) - 2];
    const double wanted = u * table[power_law_room(law) - 1];
    const bool behind = law->most > law->listed && wanted >= listed;
    uint32_t low = behind ? law->listed + 1 : law->least;
    uint32_t high = behind ? law->most : law->listed;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const double sum =
            behind ? listed + sum_behind(law, middle, 0) : table[middle - law->least];
        if (sum <= wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

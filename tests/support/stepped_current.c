/* stepped_current - see stepped_current.h. */
#include "support/stepped_current.h"

long double stepped_current_at(const stepped_current *currents, size_t count, uint32_t neuron,
                               int64_t tick)
{
    long double sum = 0;
    for (size_t i = 0; i < count; i++) {
        const stepped_current *c = &currents[i];
        double value = 0;
        for (uint32_t k = 0; k < c->points; k++) {
            value = c->tick[k] <= tick ? c->value_pA[k] : value;
        }
        if (neuron >= c->first && neuron - c->first < c->count && tick < c->stop) {
            sum += (long double)value;
        }
    }
    return sum;
}

int64_t stepped_current_next(const stepped_current *currents, size_t count, int64_t after)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k <= currents[i].points; k++) {
            const int64_t tick = k < currents[i].points ? currents[i].tick[k] : currents[i].stop;
            next = tick > after && tick < next ? tick : next;
        }
    }
    return next;
}

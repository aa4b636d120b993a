/* The spikes of a window come out in (time, neuron) order, whatever their number and spread. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "engine/simulation.h"
#include "support/suite.h"

static int compare(const void *a, const void *b)
{
    const emitted_spike *x = a;
    const emitted_spike *y = b;
    if (x->time != y->time) {
        return x->time < y->time ? -1 : 1;
    }
    return (x->neuron > y->neuron) - (x->neuron < y->neuron);
}

START_TEST(equals_the_library_sort)
{
    spike_buffer spikes = {0};
    spike_buffer scratch = {0};
    emitted_spike *expected = NULL;
    random_stream stream = random_stream_at(1, RANDOM_CONNECT, 0, 0);
    const uint64_t spreads[] = {1, 3, 255, 256, 70000, 1ull << 40, 1ull << 61};
    for (int round = 0; round < 700; round++) {
        const uint64_t spread = spreads[round % 7];
        const size_t count = sl_random_below(&stream, round % 3 == 0 ? 30 : 3000);
        const sim_time origin = (sim_time)sl_random_below(&stream, 1ull << 61);
        spikes.count = 0;
        for (size_t i = 0; i < count; i++) {
            const emitted_spike spike = {.time =
                                             origin + (sim_time)sl_random_below(&stream, spread),
                                         .neuron = (uint32_t)sl_random_below(&stream, 1000)};
            ck_assert(sl_spike_buffer_push(&spikes, spike));
        }
        expected = realloc(expected, (count + 1) * sizeof *expected);
        for (size_t i = 0; i < count; i++) {
            expected[i] = spikes.spike[i];
        }
        qsort(expected, count, sizeof *expected, compare);
        ck_assert(sl_spike_sort(&spikes, &scratch));
        ck_assert_uint_eq(spikes.count, count);
        for (size_t i = 0; i < count; i++) {
            ck_assert_int_eq(compare(&spikes.spike[i], &expected[i]), 0);
        }
    }
    free(expected);
    free(spikes.spike);
    free(scratch.spike);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {equals_the_library_sort};
    return SUITE_RUN("spike_sort", tests);
}

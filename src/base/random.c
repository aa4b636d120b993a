/* random - scalar streams over Philox4x32-10; uniform, bounded, normal and exponential draws. */
#include "base/random.h"

#include <math.h>

#include <Random123/philox.h>

#include "base/exact_math.h"
#include "base/wide.h"

uint64_t sl_random_word(random_stream *stream)
{
    if (stream->count++ & 1) {
        return stream->spare;
    }
    const uint64_t block = (stream->count - 1) / 2;
    const philox4x32_ctr_t counter = {
        {(uint32_t)block, (uint32_t)(block >> 32), stream->object, stream->tag}};
    const philox4x32_key_t key = {{(uint32_t)stream->seed, (uint32_t)(stream->seed >> 32)}};
    const philox4x32_ctr_t out = philox4x32(counter, key);
    stream->spare = (uint64_t)out.v[3] << 32 | out.v[2];
    return (uint64_t)out.v[1] << 32 | out.v[0];
}

double sl_random_uniform(random_stream *stream)
{
    return ((double)(sl_random_word(stream) >> 11) + 0.5) * 0x1p-53;
}

uint64_t sl_random_below(random_stream *stream, uint64_t n)
{
    uint128 product = (uint128)sl_random_word(stream) * n;
    if ((uint64_t)product < n) {
        /* Reject the words that would make some values likelier. */
        const uint64_t threshold = (0 - n) % n;
        while ((uint64_t)product < threshold) {
            product = (uint128)sl_random_word(stream) * n;
        }
    }
    return (uint64_t)(product >> 64);
}

double sl_random_normal(random_stream *stream)
{
    for (;;) {
        const double x = 2 * sl_random_uniform(stream) - 1;
        const double y = 2 * sl_random_uniform(stream) - 1;
        const double r = x * x + y * y;
        if (r < 1 && r > 0) {
            return x * sqrt(-2 * sl_log(r) / r);
        }
    }
}

double sl_random_exponential(random_stream *stream)
{
    return -sl_log(sl_random_uniform(stream));
}

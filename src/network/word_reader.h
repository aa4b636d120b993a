/* word_reader - the words of one random stream, made in batches.
 *
 * The same words in the same order as sl_random_word gives, several times faster: connecting a
 * large network draws hundreds of millions of them.
 */
#ifndef SALTUS_WORD_READER_H
#define SALTUS_WORD_READER_H

#include "base/random.h"
#include "base/vector_kernel.h"
#include "base/wide.h"

#define WORD_BATCH 256u

typedef struct word_reader {
    const vector_kernel *kernel;
    uint64_t seed, next_evaluation;
    uint64_t expected; /* words that will probably be asked for */
    uint32_t object, tag;
    uint32_t at, end; /* words left: word[at] to word[end - 1] */
    uint64_t word[WORD_BATCH + 2 * VECTOR_LANES];
} word_reader;

/* Start at the beginning of a stream; `expected` words are likely to be read (a hint). */
void sl_word_reader_start(word_reader *reader, const random_stream *stream, uint64_t expected);

/* Make the next batch; only for word_reader_next. */
void sl_word_reader_refill(word_reader *reader);

static inline uint64_t word_reader_next(word_reader *reader)
{
    if (reader->at == reader->end) {
        sl_word_reader_refill(reader);
    }
    return reader->word[reader->at++];
}

/* As sl_random_below, for n < 2^32. */
static inline uint32_t word_reader_below(word_reader *reader, uint32_t n)
{
    uint128 product = (uint128)word_reader_next(reader) * n;
    if (__builtin_expect((uint64_t)product < n, 0)) {
        const uint64_t threshold = (0 - (uint64_t)n) % n;
        while ((uint64_t)product < threshold) {
            product = (uint128)word_reader_next(reader) * n;
        }
    }
    return (uint32_t)(product >> 64);
}

/* As sl_random_uniform. */
static inline double word_reader_uniform(word_reader *reader)
{
    return ((double)(word_reader_next(reader) >> 11) + 0.5) * 0x1p-53;
}

#endif /* SALTUS_WORD_READER_H */

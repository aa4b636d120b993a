/* word_reader - batches of Philox words for the connection rules, from the widest kernel. */
#include "network/word_reader.h"

void sl_word_reader_start(word_reader *reader, const random_stream *stream, uint64_t expected)
{
    reader->kernel = sl_vector_kernel_best();
    reader->seed = stream->seed;
    reader->object = stream->object;
    reader->tag = stream->tag;
    reader->next_evaluation = 0;
    reader->expected = expected;
    reader->at = 0;
    reader->end = 0;
}

void sl_word_reader_refill(word_reader *reader)
{
    /* A full batch while many words are to come, a small one for the rest. */
    const uint64_t wanted = reader->expected > WORD_BATCH ? WORD_BATCH : reader->expected;
    reader->expected -= wanted;
    const uint32_t lanes = VECTOR_LANES;
    const uint32_t evaluations = ((uint32_t)(wanted + 1) / 2 + lanes) / lanes * lanes;
    reader->kernel->words(reader->seed, reader->next_evaluation, reader->object, reader->tag,
                          evaluations, reader->word);
    reader->next_evaluation += evaluations;
    reader->at = 0;
    reader->end = 2 * evaluations;
}

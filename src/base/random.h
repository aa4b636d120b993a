/* random - counter-based random numbers: a pure function of (seed, purpose, object, count).
 *
 * Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, SC11; Random123). Nothing is drawn "in order
 * of use", so results depend on neither threads nor blocks nor engines.
 *
 *   key     = seed (64 bits)
 *   counter = (count / 2 (64 bits), object (32 bits), purpose << 24 | index (32 bits))
 *
 * Each evaluation gives two 64-bit words; `count` numbers the words of one stream.
 */
#ifndef SALTUS_RANDOM_H
#define SALTUS_RANDOM_H

#include <stdint.h>

/* What a stream is for. Part of the results: never renumber. `index` below 2^24. */
typedef enum random_purpose {
    RANDOM_CONNECT = 1,   /* index: projection, object: unit of the rule (target, source, chunk) */
    RANDOM_WEIGHT = 2,    /* index: projection, object: the same unit */
    RANDOM_DELAY = 3,     /* index: projection, object: the same unit */
    RANDOM_V_TH = 4,      /* index: population, object: neuron */
    RANDOM_I_E = 5,       /* index: population, object: neuron */
    RANDOM_V_INIT = 6,    /* index: population, object: neuron */
    RANDOM_START = 7,     /* index: population, object: neuron */
    RANDOM_INPUT = 8,     /* index: input, object: group of 1,024 neurons */
    RANDOM_SOURCE = 9,    /* index: population, object: group of 1,024 sources */
    RANDOM_U_INIT = 10,   /* index: population, object: neuron */
    RANDOM_RATE = 16,     /* index: population, object: source */
    RANDOM_MARK = 17,     /* index: population, object: group of 1,024 sources: which one fires */
    RANDOM_IMAGE = 18,    /* index: 0, object: epoch: in which order images are shown */
    RANDOM_SYNAPSE = 20,  /* index: projection, object: source, count: target and parameter */
    RANDOM_RELEASE = 21,  /* index: projection, object: source, count: target and spike */
    RANDOM_REWARD = 24,   /* index: modulator, object: number of the coincidence */
    RANDOM_POSITION = 32, /* index: population, object: neuron */
    RANDOM_LESION = 36,   /* index: fault, object: neuron, or source with count: target */
    RANDOM_NOISE = 37,    /* index: fault, object: source, count: target */
    RANDOM_DROPOUT = 38, /* index: fault, object: neuron, count: spike; or source, count: target and
                            spike */
    RANDOM_ENCODE = 40,  /* index: item, object: source: trains of a code */
    RANDOM_JITTER = 41,  /* index: item, object: number of the spike */
    RANDOM_INPUT_THINNING = 48,  /* index: input, object: group of 1,024 neurons */
    RANDOM_SOURCE_THINNING = 49, /* index: population, object: group of 1,024 sources */
    RANDOM_MOTHER = 50,          /* index: population, object: 0, count: stretch of time */
    RANDOM_COPY = 51,            /* index: population, object: group, count: stretch of time */
    RANDOM_ALONE = 52            /* index: population, object: group, count: stretch of time */
} random_purpose;

/* A position in one stream. Plain value. */
typedef struct random_stream {
    uint64_t seed;
    uint32_t object, tag; /* tag: purpose << 24 | index */
    uint64_t count;       /* words used */
    uint64_t spare;       /* second word of the last evaluation; valid while count is odd */
} random_stream;

/* Stream at its start. */
static inline random_stream random_stream_at(uint64_t seed, random_purpose purpose, uint32_t index,
                                             uint32_t object)
{
    return (random_stream){
        .seed = seed, .object = object, .tag = (uint32_t)purpose << 24 | (index & 0xffffffu)};
}

/* Next 64-bit word. */
uint64_t sl_random_word(random_stream *stream);
/* Uniform in (0, 1): (top 53 bits + 1/2) / 2^53. */
double sl_random_uniform(random_stream *stream);
/* Uniform integer in [0, n), n >= 1, without bias (Lemire 2019). */
uint64_t sl_random_below(random_stream *stream, uint64_t n);
/* Standard normal (Marsaglia's polar method, first of the pair). */
double sl_random_normal(random_stream *stream);
/* Exponential with mean 1. */
double sl_random_exponential(random_stream *stream);

#endif /* SALTUS_RANDOM_H */

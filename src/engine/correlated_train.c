/* correlated_train - see correlated_train.h. */
#include "engine/correlated_train.h"

#include <math.h>
#include <stdlib.h>

#include "base/exact_math.h"
#include "base/memory.h"
#include "base/random.h"
#include "network/correlated_rates.h"

/* No gap of a process is longer, and no stretch half as long. */
#define LONGEST_GAP 0x1p59

_Static_assert((int64_t)CHECK_CORRELATED_LONGEST_MS <
                   (int64_t)LONGEST_GAP / 2 / (int64_t)SIM_TIME_TICKS_PER_MS,
               "a gap that is cut is beyond its stretch");

_Static_assert(sizeof(correlated_train) == CORRELATED_TRAIN_BYTES &&
                   sizeof(correlated_event) == CORRELATED_EVENT_BYTES,
               "the estimate of memory (network/simulation_bytes.h) knows what a train takes");

/* Mean gap in ticks. */
static double gap_of(double rate_Hz)
{
    return 1000 * SIM_TIME_TICKS_PER_MS / rate_Hz;
}

bool sl_correlated_train_init(train *train, const saltus_network *network, const group *group)
{
    const population *from = &network->populations[group->population];
    correlated_train *c = sl_memory_zeroed(1, sizeof *c);
    train->correlated = c;
    if (c == NULL) {
        return false;
    }
    const double jitter_ms = sim_time_to_ms(from->jitter);
    const correlated_rates rates =
        correlated_rates_of(from->correlation_kind, from->rate_Hz, from->correlation, jitter_ms);
    c->population = from;
    c->seed = network->seed;
    c->index = group->population;
    c->group = group->index;
    c->number = -1;
    c->shared_gap = gap_of(rates.shared_Hz);
    c->alone_gap = gap_of(rates.alone_Hz * group->count);
    c->skipped = rates.mip && from->correlation < 1 ? sl_log(1 - from->correlation) : 0;
    c->stretch = (sim_time)ceil(rates.stretch_ms * SIM_TIME_TICKS_PER_MS);
    /* words of a stretch: no stream has four times as many copies as it has on average */
    const double events = ceil((double)c->stretch / gap_of(rates.shared_Hz + from->rate_Hz));
    c->words = 4;
    while ((double)c->words < 8 * (events + 100) * NETWORK_GROUP_NEURONS) {
        c->words *= 2;
    }
    return true;
}

void sl_correlated_train_destroy(correlated_train *correlated)
{
    if (correlated != NULL) {
        free(correlated->event);
        free(correlated);
    }
}

/* ---- A stretch ------------------------------------------------------------------------------- */

/* Where a stream's numbers for a stretch begin; -1 is the first. */
static random_stream stream_of(const correlated_train *c, random_purpose purpose, uint32_t object,
                               sim_time number)
{
    random_stream stream = random_stream_at(c->seed, purpose, c->index, object);
    stream.count = (uint64_t)(number + 1) * c->words;
    return stream;
}

/* A gap of a Poisson process; beyond all stretches where that is too long. */
static sim_time gap(random_stream *stream, double mean)
{
    return (sim_time)fmin(rint(sl_random_exponential(stream) * mean), LONGEST_GAP);
}

static bool put(correlated_train *c, sim_time time, uint32_t member)
{
    void *events = c->event;
    if (!sl_memory_grow(&events, &c->capacity, c->count, sizeof *c->event)) {
        return false;
    }
    c->event = events;
    c->event[c->count++] = (correlated_event){.time = time, .member = member};
    return true;
}

/* The next member after `member` that copies; at or beyond the group's size: none. */
static uint32_t next_copy(const correlated_train *c, random_stream *stream, uint32_t member)
{
    if (c->skipped == 0) {
        return member + 1;
    }
    const double missed = floor(sl_log(sl_random_uniform(stream)) / c->skipped);
    return missed < NETWORK_GROUP_NEURONS ? member + 1 + (uint32_t)missed : NETWORK_GROUP_NEURONS;
}

/* Copies of the shared events of a stretch that come within [from, to). */
static bool add_copies(correlated_train *c, uint32_t members, sim_time number, sim_time from,
                       sim_time to)
{
    random_stream mother = stream_of(c, RANDOM_MOTHER, 0, number);
    random_stream copies = stream_of(c, RANDOM_COPY, c->group, number);
    const sim_time jitter = c->population->jitter;
    const sim_time end = (number + 1) * c->stretch;
    for (sim_time t = number * c->stretch + gap(&mother, c->shared_gap); t < end;
         t += gap(&mother, c->shared_gap)) {
        for (uint32_t i = next_copy(c, &copies, UINT32_MAX); i < members;
             i = next_copy(c, &copies, i)) {
            const double late = jitter > 0 ? sl_random_uniform(&copies) * (double)jitter : 0;
            const sim_time time = t + (sim_time)late;
            if (time >= from && time < to && !put(c, time, i)) {
                return false;
            }
        }
    }
    return true;
}

/* What sources have by themselves. */
static bool add_alone(correlated_train *c, uint32_t members, sim_time from, sim_time to)
{
    random_stream stream = stream_of(c, RANDOM_ALONE, c->group, c->number);
    for (sim_time t = from + gap(&stream, c->alone_gap); t < to; t += gap(&stream, c->alone_gap)) {
        if (!put(c, t, (uint32_t)sl_random_below(&stream, members))) {
            return false;
        }
    }
    return true;
}

static int compare(const void *a, const void *b)
{
    const correlated_event *x = a;
    const correlated_event *y = b;
    if (x->time != y->time) {
        return x->time < y->time ? -1 : 1;
    }
    return (x->member > y->member) - (x->member < y->member);
}

static bool make_stretch(correlated_train *c, uint32_t members, sim_time number)
{
    const sim_time from = number * c->stretch;
    const sim_time to = from + c->stretch;
    c->number = number;
    c->count = 0;
    c->next = 0;
    const bool early = c->population->jitter == 0 || add_copies(c, members, number - 1, from, to);
    const bool done =
        early && add_copies(c, members, number, from, to) && add_alone(c, members, from, to);
    if (c->count > 1) {
        qsort(c->event, c->count, sizeof *c->event, compare);
    }
    return done;
}

/* ---- The train ------------------------------------------------------------------------------- */

uint32_t sl_correlated_train_fill(train *train, train_context *context)
{
    correlated_train *c = train->correlated;
    while (c->next == c->count) {
        const bool over =
            c->stretch == 0 || (c->number + 1) * c->stretch > TRAIN_LATEST - 2 * c->stretch;
        if (over || !make_stretch(c, train->group_count, c->number + 1)) {
            context->out_of_memory = context->out_of_memory || !over;
            c->chunk_first = c->next = c->count;
            return 0;
        }
    }
    uint32_t count = 0;
    c->chunk_first = c->next;
    while (count < VECTOR_CHUNK && c->next < c->count) {
        train->time[count] = c->event[c->next].time;
        train->member[count++] = (uint16_t)c->event[c->next++].member;
    }
    return count;
}

bool sl_correlated_train_seek(train *train, train_context *context, sim_time number, uint64_t first)
{
    correlated_train *c = train->correlated;
    if (c->stretch == 0) {
        return number == -1 && first == 0;
    }
    if (number < 0 || number > (TRAIN_LATEST - 2 * c->stretch) / c->stretch) {
        return false;
    }
    context->out_of_memory = !make_stretch(c, train->group_count, number);
    c->next = first;
    return first <= c->count && !context->out_of_memory;
}

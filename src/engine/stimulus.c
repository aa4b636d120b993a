/* stimulus - filling the chunks of external trains. */
#include "engine/stimulus.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "engine/correlated_train.h"
#include "engine/event/current_terms.h"
#include "engine/source_rates.h"

/* Gaps of this mean are at most 37 * 2^48: a chunk of them stays below 2^63 - TRAIN_LATEST. */
#define SHORT_MEAN 0x1p48

_Static_assert(sizeof(train) + TRAIN_ROOM * (sizeof(sim_time) + sizeof(uint16_t)) ==
                       SOURCE_TRAIN_BYTES &&
                   TRAIN_ROOM * sizeof(double) == TRAIN_SCALE_BYTES &&
                   CURRENT_TERMS_CURRENTS == TRAIN_TERMS_CURRENTS,
               "the estimate of memory (network/simulation_bytes.h) knows what a train takes");

/* Rows of scale factors and of terms. */
static size_t rows_kept(const network_currents *currents)
{
    return currents != NULL ? 1 + currents->model.count + current_terms_of(currents) : 1;
}

static bool init(train *train, train_kind kind, const group *group, const train_scales *scales)
{
    *train = (struct train){.kind = kind,
                            .group_count = group->count,
                            .first_neuron = group->first,
                            .currents = scales->currents,
                            .bases = scales->bases,
                            .stop = SIM_TIME_NEVER};
    train->time = sl_memory_array(TRAIN_ROOM, sizeof *train->time);
    train->member = sl_memory_zeroed(TRAIN_ROOM, sizeof *train->member);
    const size_t rows = scales->kept ? rows_kept(scales->currents) : 0;
    train->scale = rows > 0 ? sl_memory_zeroed(rows * TRAIN_ROOM, sizeof *train->scale) : NULL;
    return train->time != NULL && train->member != NULL && (rows == 0 || train->scale != NULL);
}

/* Smallest power of two >= n. */
static uint32_t power_of_two(uint32_t n)
{
    uint32_t power = 1;
    while (power < n) {
        power *= 2;
    }
    return power;
}

/* Mean gap in ticks of the group's process, members rounded up to a power of two. */
static double mean_gap_of(const train *train, double rate_Hz)
{
    const double rate_per_ms = rate_Hz / 1000 * power_of_two(train->group_count);
    return SIM_TIME_TICKS_PER_MS / rate_per_ms;
}

static void init_poisson(train *train, uint64_t seed, random_purpose purpose, uint32_t index,
                         uint32_t group, double rate_Hz)
{
    const random_stream stream = random_stream_at(seed, purpose, index, group);
    const bool input = purpose == RANDOM_INPUT;
    train->seed = stream.seed;
    train->object = stream.object;
    train->tag = stream.tag;
    train->thinning_tag =
        random_stream_at(seed, input ? RANDOM_INPUT_THINNING : RANDOM_SOURCE_THINNING, index, group)
            .tag;
    train->mean_gap = mean_gap_of(train, rate_Hz);
    if (!(rate_Hz > 0)) {
        train->stop = 0;
    } else if (train->stop > TRAIN_LATEST) {
        train->stop = TRAIN_LATEST;
    }
}

static void heap_sink(train *train, uint32_t hole)
{
    const sim_time due = train->due[hole];
    const uint16_t member = train->due_of[hole];
    for (uint32_t child = 2 * hole + 1; child < train->group_count; child = 2 * hole + 1) {
        const uint32_t right = child + 1;
        if (right < train->group_count && (train->due[right] < train->due[child] ||
                                           (train->due[right] == train->due[child] &&
                                            train->due_of[right] < train->due_of[child]))) {
            child = right;
        }
        if (due < train->due[child] ||
            (due == train->due[child] && member < train->due_of[child])) {
            break;
        }
        train->due[hole] = train->due[child];
        train->due_of[hole] = train->due_of[child];
        hole = child;
    }
    train->due[hole] = due;
    train->due_of[hole] = member;
}

/* `start_of` gives each member's first event, or NULL with all at `start`. */
static bool init_periodic(train *train, sim_time interval, const sim_time *start_of, sim_time start)
{
    train->interval = interval;
    train->due = sl_memory_array(train->group_count, sizeof *train->due);
    train->due_of = sl_memory_array(train->group_count, sizeof *train->due_of);
    if (train->due == NULL || train->due_of == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < train->group_count; i++) {
        train->due[i] = start_of != NULL ? start_of[i] : start;
        train->due_of[i] = (uint16_t)i;
    }
    for (uint32_t i = train->group_count / 2; i-- > 0;) {
        heap_sink(train, i);
    }
    return true;
}

static bool init_list(train *train, const event_list *list, const group *group)
{
    train->list_time = list->time;
    train->list_neuron = list->neuron;
    train->list_weight = list->weight;
    train->list_position = list->group_start[group->index];
    train->list_end = list->group_start[group->index + 1];
    if (list->weight != NULL) {
        train->weight_of = sl_memory_zeroed(TRAIN_ROOM, sizeof *train->weight_of);
        return train->weight_of != NULL;
    }
    return true;
}

bool sl_train_init_input(train *train, const saltus_network *network, uint32_t input,
                         const group *group, const train_scales *scales)
{
    const network_input *from = &network->inputs[input];
    static const train_kind kinds[] = {[SALTUS_INPUT_POISSON] = TRAIN_POISSON,
                                       [SALTUS_INPUT_ARRIVALS] = TRAIN_LIST,
                                       [SALTUS_INPUT_PERIODIC] = TRAIN_PERIODIC};
    if (!init(train, kinds[from->type], group, scales)) {
        return false;
    }
    train->weight = from->weight;
    train->receptor = from->receptor;
    switch (from->type) {
    case SALTUS_INPUT_POISSON:
        train->last = from->start;
        train->stop = from->stop;
        train->course = from->rates;
        init_poisson(train, network->seed, RANDOM_INPUT, input, group->index, from->rate_Hz);
        return true;
    case SALTUS_INPUT_PERIODIC:
        train->stop = from->stop;
        return init_periodic(train, from->interval, NULL, from->start);
    case SALTUS_INPUT_ARRIVALS:
        return init_list(train, &from->list, group);
    case SALTUS_INPUT_CURRENT:
        break; /* has no events */
    }
    return false;
}

bool sl_train_init_source(train *train, const saltus_network *network, const group *group)
{
    const population *from = &network->populations[group->population];
    const uint32_t offset = group->first - from->first;
    const train_scales unscaled = {0};
    switch (from->model) {
    case SALTUS_MODEL_POISSON_SOURCE:
        if (!init(train, TRAIN_POISSON, group, &unscaled)) {
            return false;
        }
        train->course = from->rates;
        init_poisson(train, network->seed, RANDOM_SOURCE, group->population, group->index,
                     from->rate_Hz);
        return true;
    case SALTUS_MODEL_PERIODIC_SOURCE:
        if (!init(train, TRAIN_PERIODIC, group, &unscaled)) {
            return false;
        }
        train->stop = from->stop;
        return init_periodic(train, from->interval, from->start_of + offset, 0);
    case SALTUS_MODEL_SPIKE_LIST:
        return init(train, TRAIN_LIST, group, &unscaled) && init_list(train, &from->list, group);
    case SALTUS_MODEL_RATE_SOURCE:
        return init(train, TRAIN_RATES, group, &unscaled) &&
               sl_source_rates_init(train, network, group);
    case SALTUS_MODEL_CORRELATED_SOURCE:
        return init(train, TRAIN_CORRELATED, group, &unscaled) &&
               sl_correlated_train_init(train, network, group);
    default: /* a model of neurons */
        break;
    }
    *train = (struct train){0};
    return false;
}

void sl_train_clear(train *train)
{
    free(train->time);
    free(train->member);
    free(train->scale);
    free(train->weight_of);
    free(train->due);
    free(train->due_of);
    sl_source_rates_destroy(train->rates);
    sl_correlated_train_destroy(train->correlated);
    *train = (struct train){0};
}

/* Keep the events of members that are there, before `stop`; returns how many. */
static uint32_t thin(train *train, const uint64_t *word, uint64_t mask)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < VECTOR_CHUNK && train->time[i] < train->stop; i++) {
        const uint64_t member = word[i] & mask;
        train->time[count] = train->time[i];
        train->member[count] = (uint16_t)member;
        count += member < train->group_count;
    }
    return count;
}

/* Times from gaps; the last one. Behind the end of all trains nothing is added any more, so that
 * no sum overflows; gaps of a short mean can't get there within a chunk. */
static sim_time sum_gaps(train *train, const sim_time *gap)
{
    sim_time t = train->last;
    if (train->mean_gap < SHORT_MEAN) {
        for (size_t i = 0; i < VECTOR_CHUNK; i++) {
            t += gap[i];
            train->time[i] = t;
        }
        return t;
    }
    for (size_t i = 0; i < VECTOR_CHUNK; i++) {
        t = t < TRAIN_LATEST ? t + gap[i] : t;
        train->time[i] = t;
    }
    return t;
}

static uint32_t fill_poisson(train *train, train_context *context)
{
    sim_time gap[VECTOR_CHUNK];
    uint64_t word[VECTOR_CHUNK];
    const uint64_t mask = power_of_two(train->group_count) - 1;
    uint32_t count = 0;
    train->chunk_block = train->block;
    train->chunk_last = train->last;
    while (count == 0 && train->last < train->stop) {
        train->chunk_block = train->block;
        train->chunk_last = train->last;
        context->kernel->gaps(train->seed, train->block, train->object, train->tag, train->mean_gap,
                              gap, word);
        train->block += VECTOR_CHUNK / 2;
        train->draws += VECTOR_CHUNK;

        train->last = sum_gaps(train, gap);
        if (train->last < train->stop && mask + 1 == train->group_count) {
            for (size_t i = 0; i < VECTOR_CHUNK; i++) {
                train->member[i] = (uint16_t)(word[i] & mask);
            }
            return VECTOR_CHUNK;
        }
        count = thin(train, word, mask);
    }
    return count;
}

/* How long the rate at `last` holds, and the gaps of it; a sine is thinned from its highest. */
static sim_time enter_rate(train *train)
{
    const rate_course *course = train->course;
    if (course->kind != SALTUS_RATE_STEPS) {
        return train->stop;
    }
    const size_t step = sl_rate_course_step(course, train->last);
    const sim_time end = step + 1 < course->count ? course->time[step + 1] : SIM_TIME_NEVER;
    train->mean_gap = mean_gap_of(train, course->rate_Hz[step]);
    return end < train->stop ? end : train->stop;
}

/* Keep the events of members that are there, before `end`, and of a sine those that its rate
 * leaves; returns how many. */
static uint32_t thin_by_rate(train *train, train_context *context, const uint64_t *word,
                             sim_time end)
{
    uint64_t chance[VECTOR_CHUNK];
    const rate_course *course = train->course;
    const bool sine = course->kind == SALTUS_RATE_SINE;
    const uint64_t mask = power_of_two(train->group_count) - 1;
    uint32_t count = 0;
    if (sine) {
        context->kernel->words(train->seed, train->chunk_block, train->object, train->thinning_tag,
                               VECTOR_CHUNK / 2, chance);
    }
    for (uint32_t i = 0; i < VECTOR_CHUNK && train->time[i] < end; i++) {
        const uint64_t member = word[i] & mask;
        const sim_time time = train->time[i];
        bool stays = member < train->group_count;
        if (stays && sine) {
            const double uniform = ((double)(chance[i] >> 11) + 0.5) * 0x1p-53;
            stays = uniform * course->most_Hz < sl_rate_course_sine_Hz(course, time);
        }
        train->time[count] = time;
        train->member[count] = (uint16_t)member;
        count += stays;
    }
    return count;
}

/* The same where the rate changes with time. What was drawn beyond the end of a step is not used:
 * the next one begins with numbers of its own. */
static uint32_t fill_by_rate(train *train, train_context *context)
{
    sim_time gap[VECTOR_CHUNK];
    uint64_t word[VECTOR_CHUNK];
    uint32_t count = 0;
    train->chunk_block = train->block;
    train->chunk_last = train->last;
    while (count == 0 && train->last < train->stop) {
        train->chunk_block = train->block;
        train->chunk_last = train->last;
        const sim_time end = enter_rate(train);
        if (isinf(train->mean_gap)) {
            train->last = end;
            continue;
        }
        context->kernel->gaps(train->seed, train->block, train->object, train->tag, train->mean_gap,
                              gap, word);
        train->block += VECTOR_CHUNK / 2;
        train->draws += VECTOR_CHUNK;
        train->last = sum_gaps(train, gap);
        count = thin_by_rate(train, context, word, end);
        train->last = train->last < end ? train->last : end;
    }
    return count;
}

static uint32_t fill_periodic(train *train)
{
    uint32_t count = 0;
    while (count < VECTOR_CHUNK && train->due[0] < train->stop) {
        train->time[count] = train->due[0];
        train->member[count++] = train->due_of[0];
        /* the next one may lie beyond all times there are */
        if (__builtin_add_overflow(train->due[0], train->interval, &train->due[0])) {
            train->due[0] = SIM_TIME_NEVER;
        }
        heap_sink(train, 0);
    }
    return count;
}

static uint32_t fill_list(train *train)
{
    uint32_t count = 0;
    double *weight_of = train->weight_of;
    while (count < VECTOR_CHUNK && train->list_position < train->list_end) {
        const uint64_t i = train->list_position++;
        train->time[count] = train->list_time[i];
        train->member[count] = (uint16_t)(train->list_neuron[i] - train->first_neuron);
        if (weight_of != NULL) {
            weight_of[count] = train->list_weight[i];
        }
        count++;
    }
    return count;
}

/* Of the events from `from` on, how many are before `end`. */
static uint32_t count_before(const train *train, uint32_t from, sim_time end)
{
    const sim_time *time = train->time + from;
    uint32_t count = train->count - from;
    if (count > 0 && time[count - 1] >= end) {
        uint32_t low = 0; /* first at or after the end; all before `low` are before it */
        while (low < count) {
            const uint32_t middle = low + (count - low) / 2;
            if (time[middle] < end) {
                low = middle + 1;
            } else {
                count = middle;
            }
        }
    }
    return count;
}

/* s(time) for [from, count). Events beyond an epoch are computed again when it is theirs. */
static void fill_scale(train *train, train_context *context, uint32_t from)
{
    const vector_kernel *kernel = context->kernel;
    const time_base *base = context->base;
    const sim_time *time = train->time + from;
    if (train->currents == NULL) {
        kernel->exponentials(time, base->start, base->fraction, base->inverse_tau,
                             train->scale + from, count_before(train, from, base->end));
        return;
    }
    const network_currents *currents = train->currents;
    const double *scale[1 + LIF_CURRENTS];
    uint32_t known = train->count - from;
    for (uint32_t k = 0; k <= currents->model.count; k++) {
        double *row = train->scale + (size_t)k * TRAIN_ROOM + from;
        base = k == 0 ? train->bases->membrane : train->bases->of[k - 1];
        const uint32_t count = count_before(train, from, base->end);
        kernel->scales(time, base->start, base->fraction, base->inverse_tau, row, count);
        known = count < known ? count : known;
        scale[k] = row;
    }
    if (current_terms_of(currents) > 0) {
        sl_current_terms(kernel, currents, train->bases->membrane, time, known, scale,
                         train->scale + (1 + currents->model.count) * TRAIN_ROOM + from,
                         TRAIN_ROOM);
    }
}

void sl_train_refill(train *train, train_context *context)
{
    train->position = 0;
    switch (train->kind) {
    case TRAIN_POISSON:
        train->count =
            train->course == NULL ? fill_poisson(train, context) : fill_by_rate(train, context);
        break;
    case TRAIN_PERIODIC:
        train->count = fill_periodic(train);
        break;
    case TRAIN_LIST:
        train->count = fill_list(train);
        break;
    case TRAIN_RATES:
        train->count = sl_source_rates_fill(train, context);
        break;
    case TRAIN_CORRELATED:
        train->count = sl_correlated_train_fill(train, context);
        break;
    }
    train->time[train->count] = SIM_TIME_NEVER;
    train->next = train->time[0];
    if (train->scale != NULL) {
        fill_scale(train, context, 0);
    }
}

void sl_train_rescale(train *train, train_context *context)
{
    if (train->scale != NULL) {
        fill_scale(train, context, train->position);
    }
}

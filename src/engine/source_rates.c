/* source_rates - sources with rates of their own: their trains, and the call that sets rates. */
#include "engine/source_rates.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/status.h"
#include "engine/simulation.h"

/* Evaluations of a segment, as a power of two. */
#define SEGMENT_SHIFT 38
/* A longer mean gap than any run, which no product with a draw makes infinite. */
#define LONGEST_MEAN_GAP 1e300

/* ---- One train ------------------------------------------------------------------------- */

/* How the whole fires. */
static void set_mean_gap(train *train)
{
    const double sum = train->rates->cumulative[train->group_count - 1];
    train->stop = sum > 0 ? TRAIN_LATEST : 0;
    train->mean_gap = sum > 0 ? fmin(SIM_TIME_TICKS_PER_MS * 1000.0 / sum, LONGEST_MEAN_GAP) : 0;
}

/* Sums of the rates, and where the segment's numbers and times begin. */
static void begin_segment(train *train, const double *rate_Hz, sim_time now)
{
    source_rates *rates = train->rates;
    double sum = 0;
    for (uint32_t i = 0; i < train->group_count; i++) {
        sum += rate_Hz[i];
        rates->cumulative[i] = sum;
    }
    train->block = rates->segment << SEGMENT_SHIFT;
    train->last = now;
    set_mean_gap(train);
}

bool sl_source_rates_init(train *train, const saltus_network *network, const group *group)
{
    const population *from = &network->populations[group->population];
    const random_stream stream =
        random_stream_at(network->seed, RANDOM_SOURCE, group->population, group->index);
    train->seed = stream.seed;
    train->object = stream.object;
    train->tag = stream.tag;
    train->rates = sl_memory_zeroed(1, sizeof *train->rates);
    if (train->rates == NULL) {
        return false;
    }
    train->rates->cumulative =
        sl_memory_array(train->group_count, sizeof *train->rates->cumulative);
    if (train->rates->cumulative == NULL) {
        return false;
    }
    begin_segment(train, from->rate_of_Hz + (group->first - from->first), 0);
    return true;
}

void sl_source_rates_destroy(source_rates *rates)
{
    if (rates != NULL) {
        free(rates->cumulative);
        free(rates->held);
        free(rates);
    }
}

/* The source whose share of the sum holds `word`'s place in it: the first i with
 * cumulative[i] > u sum for u in [0, 1), so one of rate 0 is never taken. u has 53 bits, and
 * (1 - 2^-53) sum rounds to below the sum. */
static uint16_t member_of(const double *cumulative, uint32_t count, uint64_t word)
{
    const double place = (double)(word >> 11) * 0x1p-53 * cumulative[count - 1];
    uint32_t low = 0;
    uint32_t high = count - 1;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (cumulative[middle] > place) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return (uint16_t)low;
}

/* Events that were held back, at most a chunk. */
static uint32_t fill_held(train *train)
{
    source_rates *rates = train->rates;
    uint32_t count = 0;
    rates->chunk_held = true;
    while (count < VECTOR_CHUNK && rates->held_position < rates->held_count) {
        train->time[count] = rates->held[rates->held_position].time;
        train->member[count++] = rates->held[rates->held_position++].member;
    }
    return count;
}

uint32_t sl_source_rates_fill(train *train, train_context *context)
{
    source_rates *rates = train->rates;
    if (rates->held_position < rates->held_count) {
        return fill_held(train);
    }
    rates->chunk_held = false;
    train->chunk_block = train->block;
    train->chunk_last = train->last;
    if (train->last >= train->stop) {
        return 0;
    }
    sim_time gap[VECTOR_CHUNK];
    uint64_t word[VECTOR_CHUNK];
    const uint32_t tag = (train->tag & 0xffffffu) | (uint32_t)RANDOM_MARK << 24;
    context->kernel->gaps(train->seed, train->block, train->object, train->tag, train->mean_gap,
                          gap, word);
    context->kernel->words(train->seed, train->block, train->object, tag, VECTOR_CHUNK / 2, word);
    train->block += VECTOR_CHUNK / 2;
    train->draws += 2 * (uint64_t)VECTOR_CHUNK;

    sim_time t = train->last;
    uint32_t count = 0;
    for (uint32_t i = 0; i < VECTOR_CHUNK; i++) {
        t = t < TRAIN_LATEST ? t + gap[i] : t;
        train->time[count] = t;
        train->member[count] = member_of(rates->cumulative, train->group_count, word[i]);
        count += t < train->stop;
    }
    train->last = t;
    return count;
}

size_t sl_source_rates_owed(const train *train)
{
    const source_rates *rates = train->rates;
    const size_t at_hand = rates->chunk_held ? train->count - train->position : 0;
    return at_hand + rates->held_count - rates->held_position;
}

held_event sl_source_rates_owed_event(const train *train, size_t k)
{
    const source_rates *rates = train->rates;
    const size_t at_hand = rates->chunk_held ? train->count - train->position : 0;
    if (k >= at_hand) {
        return rates->held[rates->held_position + k - at_hand];
    }
    return (held_event){.time = train->time[train->position + k],
                        .member = train->member[train->position + k]};
}

bool sl_source_rates_resume(train *train, uint64_t block, sim_time last)
{
    if (block >> SEGMENT_SHIFT != train->rates->segment || block % (VECTOR_CHUNK / 2) != 0 ||
        last < 0) {
        return false;
    }
    train->block = block;
    train->last = last;
    set_mean_gap(train);
    return true;
}

bool sl_source_rates_set(train *train, train_context *context, const double *rate_Hz, sim_time now)
{
    source_rates *rates = train->rates;
    held_event *held = NULL;
    size_t count = 0;
    size_t capacity = 0;
    while (train->next < now) {
        void *grown = held;
        if (!sl_memory_grow(&grown, &capacity, count, sizeof *held)) {
            free(held);
            return false;
        }
        held = grown;
        held[count++] = (held_event){.time = train->next, .member = train->member[train->position]};
        if (++train->position == train->count) {
            sl_train_refill(train, context);
        } else {
            train->next = train->time[train->position];
        }
    }
    free(rates->held);
    rates->held = held;
    rates->held_position = 0;
    rates->held_count = count;
    rates->segment++;
    begin_segment(train, rate_Hz, now);
    sl_train_refill(train, context);
    return true;
}

/* ---- All trains of a population -------------------------------------------------------- */

static saltus_status check_rates(const population *p, const double *rates_Hz, size_t count,
                                 saltus_error *error)
{
    if (p->model != SALTUS_MODEL_RATE_SOURCE) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "population %s is no rate_source; only these have rates to set", p->name);
    }
    if (rates_Hz == NULL || count != p->size) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "population %s: %zu rates are given, it has %u sources", p->name,
                       rates_Hz == NULL ? 0 : count, p->size);
    }
    for (size_t i = 0; i < count; i++) {
        if (!(rates_Hz[i] >= 0 && rates_Hz[i] <= SOURCE_RATE_MOST_HZ)) {
            return sl_fail(error, SALTUS_E_ARGUMENT,
                           "population %s: source %zu is given a rate of %g Hz; 0 to 1e4 Hz is "
                           "allowed",
                           p->name, i, rates_Hz[i]);
        }
    }
    return SALTUS_OK;
}

static saltus_status check_state(const saltus_simulation *simulation, uint32_t index,
                                 saltus_error *error)
{
    if (simulation->broken || simulation->running) {
        return sl_fail(error, SALTUS_E_STATE, "%s",
                       simulation->running ? "a recorder cannot set rates of its own simulation"
                                           : "this simulation failed and can only be destroyed");
    }
    if (simulation->rate_settings[index] == SOURCE_RATE_SEGMENTS) {
        return sl_fail(error, SALTUS_E_STATE,
                       "the rates of population %s were set %llu times; more is not possible",
                       simulation->network->populations[index].name,
                       (unsigned long long)SOURCE_RATE_SEGMENTS);
    }
    return SALTUS_OK;
}

/* The sources of one block. False: out of memory. */
static bool set_in_block(block_state *block, uint32_t index, const double *rates_Hz, sim_time now)
{
    const uint32_t first = block->network->populations[index].first;
    block->next = SIM_TIME_NEVER;
    for (uint32_t g = 0; g < block->block->group_count; g++) {
        group_state *group = &block->groups[g];
        if (group->group->population == index) {
            block->context.base = NULL;
            if (!sl_source_rates_set(&group->trains[0], &block->context,
                                     rates_Hz + (group->group->first - first), now)) {
                return false;
            }
            block->group_next[g] = group->trains[0].next;
        }
        if (block->group_next[g] < block->next) {
            block->next = block->group_next[g];
        }
    }
    /* spikes of a step that a clock has begun wait for its end */
    for (size_t i = 0; i < block->spikes.count; i++) {
        const sim_time waiting = block->spikes.spike[i].time;
        block->next = waiting < block->next ? waiting : block->next;
    }
    return true;
}

saltus_status saltus_simulation_set_rates(saltus_simulation *simulation, uint32_t population,
                                          const double *rates_Hz, size_t count, saltus_error *error)
{
    if (simulation == NULL || population >= simulation->network->population_count) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "there is no such simulation or population");
    }
    const saltus_network *network = simulation->network;
    saltus_status status = check_rates(&network->populations[population], rates_Hz, count, error);
    if (status == SALTUS_OK) {
        status = check_state(simulation, population, error);
    }
    if (status != SALTUS_OK) {
        return status;
    }
    simulation->rate_settings[population]++;
    for (uint32_t b = 0; b < network->block_count; b++) {
        if (!set_in_block(&simulation->blocks[b], population, rates_Hz, simulation->now)) {
            simulation->broken = true;
            return sl_fail_memory(error);
        }
    }
    return SALTUS_OK;
}

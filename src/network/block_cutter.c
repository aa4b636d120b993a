/* block_cutter - blocks as large as the cache, as many as the threads.
 *
 * State of 131,072 doubles is half of a level-2 cache of 2 MiB: so many neurons without currents,
 * half as many with one exponential current, and so on. Where blocks are chosen,
 * their number is a multiple of the threads, and membranes are shared among them evenly; sources
 * have no state that deliveries touch.
 */
#include "network/block_cutter.h"

#include <omp.h>

#include "models/neuron/current_scale.h"
#include "network/network_build.h"
#include "saltus/catalog.h"

#define CACHE_DOUBLES 131072u
#define MOST_DOUBLES  (1 + LIF_COORDINATES)
#define MAX_THREADS   1024u

uint32_t sl_network_threads(const saltus_network_options *options)
{
    const int given = omp_get_max_threads();
    uint32_t threads = given > 0 ? (uint32_t)given : 1;
    if (options->threads > 0) {
        threads = options->threads;
    }
    return threads < MAX_THREADS ? threads : MAX_THREADS;
}

uint32_t sl_group_count(uint32_t size)
{
    return size / NETWORK_GROUP_NEURONS + (size % NETWORK_GROUP_NEURONS > 0);
}

uint32_t sl_group_neurons(uint32_t size, uint32_t index)
{
    const uint32_t left = size - index * NETWORK_GROUP_NEURONS;
    return left < NETWORK_GROUP_NEURONS ? left : NETWORK_GROUP_NEURONS;
}

/* Doubles of state that deliveries touch, a neuron; with a flow V, u and their time,
 * too. */
static uint32_t doubles_of(const saltus_population_spec *spec)
{
    return (saltus_model_has_flow(spec->model) ? 3 : 1) + sl_network_coordinates(spec);
}

/* Blocks that share the membranes, at most one a group. */
static uint64_t wanted_blocks(uint64_t membranes, uint64_t groups, uint64_t largest,
                              uint32_t threads)
{
    /* One group less than the limit, because blocks end with groups. */
    const uint64_t share = CACHE_DOUBLES - largest;
    uint64_t wanted = membranes <= CACHE_DOUBLES ? 1 : (membranes - 1) / share + 1;
    wanted = (wanted + threads - 1) / threads * threads;
    if (wanted > groups) {
        wanted = groups;
    }
    return wanted > 0 ? wanted : 1;
}

_Static_assert(CACHE_DOUBLES > 2 * MOST_DOUBLES * NETWORK_GROUP_NEURONS,
               "the largest group is a small part of a block");

block_cutter sl_block_cutter(const saltus_experiment *experiment,
                             const saltus_network_options *options)
{
    block_cutter cutter = {
        .limit = CACHE_DOUBLES, .neurons = options->block_neurons > 0, .wanted = 1};
    uint64_t groups = 0;
    uint64_t largest = 0;
    for (size_t i = 0; i < experiment->population_count; i++) {
        const saltus_population_spec *spec = &experiment->populations[i];
        if (!saltus_model_is_source(spec->model)) {
            const uint64_t doubles = doubles_of(spec);
            const uint64_t group = doubles * NETWORK_GROUP_NEURONS;
            cutter.membranes += doubles * spec->size;
            groups += sl_group_count(spec->size);
            largest = group > largest ? group : largest;
        }
    }
    if (options->block_neurons > 0) {
        /* Rounded up to whole groups; the largest sizes would not fit 32 bits. */
        const uint32_t whole = sl_group_count(options->block_neurons);
        const uint32_t most = UINT32_MAX / NETWORK_GROUP_NEURONS;
        cutter.limit = (uint64_t)(whole < most ? whole : most) * NETWORK_GROUP_NEURONS;
    } else {
        cutter.wanted =
            wanted_blocks(cutter.membranes, groups, largest, sl_network_threads(options));
    }
    return cutter;
}

/* Has the current block its share, rounded to whole groups, before one of this weight? */
static bool has_share(const block_cutter *cutter, uint64_t weight)
{
    if (cutter->blocks >= cutter->wanted) {
        return false;
    }
    /* The share of the blocks so far: membranes * blocks / wanted, without overflow. */
    const uint64_t quotient = cutter->membranes / cutter->wanted;
    const uint64_t rest = cutter->membranes % cutter->wanted;
    const uint64_t share = quotient * cutter->blocks + rest * cutter->blocks / cutter->wanted;
    return cutter->membranes_done + weight / 2 >= share && cutter->membranes_done > 0;
}

bool sl_block_cutter_next(block_cutter *cutter, const saltus_population_spec *spec,
                          uint32_t neurons)
{
    const bool has_membranes = !saltus_model_is_source(spec->model);
    const uint64_t weight =
        cutter->neurons || !has_membranes ? neurons : (uint64_t)neurons * doubles_of(spec);
    const bool begins = cutter->blocks == 0 || cutter->weight + weight > cutter->limit ||
                        (has_membranes && has_share(cutter, weight));
    if (begins) {
        cutter->blocks++;
        cutter->weight = 0;
    }
    cutter->weight += weight;
    cutter->membranes_done += has_membranes ? weight : 0;
    return begins;
}

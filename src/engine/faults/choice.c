/* choice - which neurons and synapses a lesion takes.
 *
 * Each has a key of two words, the second of them random; those with the smallest keys are lost.
 * The first word is what the lesion goes by: degree or weight, turned so that the largest comes
 * first, or nothing. Keys belong to neurons and synapses, so no block or thread changes the choice.
 *
 * Keys of synapses are too many to be kept. The largest that is lost is found digit by digit, by
 * counting how many keys have each value of the next 16 bits behind the digits known so far (radix
 * selection). Two equal keys of 128 bits at this very place would be lost together. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/faults/faults.h"
#include "engine/simulation.h"

/* How many of `total`: a share to the nearest whole number, halves up. */
static uint64_t amount(const network_fault *fault, uint64_t total)
{
    const uint64_t count =
        isnan(fault->share) ? fault->count : (uint64_t)floor(fault->share * (double)total + 0.5);
    return count < total ? count : total;
}

/* ---- Neurons ------------------------------------------------------------------------------- */

typedef struct neuron_key {
    uint64_t first, second;
    uint32_t neuron;
} neuron_key;

static int compare(const void *a, const void *b)
{
    const neuron_key *x = a;
    const neuron_key *y = b;
    if (x->first != y->first) {
        return x->first < y->first ? -1 : 1;
    }
    if (x->second != y->second) {
        return x->second < y->second ? -1 : 1;
    }
    return x->neuron < y->neuron ? -1 : x->neuron > y->neuron;
}

/* Adds the degrees of a population's neurons to `degree`. */
static void add_degrees(const saltus_network *network, uint32_t population, bool in, bool out,
                        uint64_t *degree)
{
    const struct population *of = &network->populations[population];
    for (uint32_t i = 0; i < network->projection_count; i++) {
        const projection *projection = &network->projections[i];
        const uint32_t sources = network->populations[projection->source].size;
        for (uint32_t b = 0; b < network->block_count; b++) {
            const fan_out *rows = &projection->blocks[b];
            if (rows->row == NULL) {
                continue;
            }
            for (uint32_t s = 0; out && projection->source == population && s < sources; s++) {
                degree[s] += rows->row[s + 1] - rows->row[s];
            }
            for (uint32_t k = 0; in && projection->target == population && k < rows->row[sources];
                 k++) {
                degree[rows->target[k] - of->first]++;
            }
        }
    }
}

static void take(faults *faults, uint32_t index, const network_fault *fault, uint32_t neuron)
{
    if (faults->dies[neuron] > fault->at) {
        faults->dies[neuron] = fault->at;
        faults->effect[index].neurons++;
    }
}

/* Keys of the neurons that are still there at the time of the fault; returns how many. */
static uint32_t make_keys(const saltus_simulation *simulation, uint32_t index,
                          const uint64_t *degree, neuron_key *key)
{
    const saltus_network *network = simulation->network;
    const network_fault *fault = &network->faults[index];
    const population *of = &network->populations[fault->index];
    uint32_t count = 0;
    for (uint32_t i = 0; i < of->size; i++) {
        if (simulation->faults->dies[of->first + i] <= fault->at) {
            continue;
        }
        random_stream stream = random_stream_at(network->seed, RANDOM_LESION, index, i);
        key[count++] = (neuron_key){
            .first = ~degree[i], .second = sl_random_word(&stream), .neuron = of->first + i};
    }
    return count;
}

static bool choose_neurons(saltus_simulation *simulation, uint32_t index)
{
    const saltus_network *network = simulation->network;
    const network_fault *fault = &network->faults[index];
    const population *of = &network->populations[fault->index];
    if (fault->order == SALTUS_LESION_LIST) {
        for (size_t i = 0; i < fault->neuron_count; i++) {
            take(simulation->faults, index, fault, of->first + fault->neurons[i]);
        }
        return true;
    }
    uint64_t *degree = sl_memory_zeroed(of->size, sizeof *degree);
    neuron_key *key = sl_memory_array(of->size, sizeof *key);
    const bool done = degree != NULL && key != NULL;
    if (done) {
        const bool both = fault->order == SALTUS_LESION_DEGREE;
        add_degrees(network, fault->index, both || fault->order == SALTUS_LESION_IN_DEGREE,
                    both || fault->order == SALTUS_LESION_OUT_DEGREE, degree);
        const uint32_t count = make_keys(simulation, index, degree, key);
        qsort(key, count, sizeof *key, compare);
        for (uint64_t i = 0; i < amount(fault, of->size) && i < count; i++) {
            take(simulation->faults, index, fault, key[i].neuron);
        }
    }
    free(degree);
    free(key);
    return done;
}

bool sl_faults_choose_neurons(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    faults *faults = simulation->faults;
    for (uint32_t i = 0; i < faults->timed_count; i++) {
        const uint32_t index = faults->timed[i];
        if (network->faults[index].type != SALTUS_FAULT_NEURON_LESION) {
            continue;
        }
        if (faults->dies == NULL) {
            faults->dies = sl_memory_array(network->neuron_count, sizeof *faults->dies);
            for (uint32_t n = 0; faults->dies != NULL && n < network->neuron_count; n++) {
                faults->dies[n] = SIM_TIME_NEVER;
            }
        }
        if (faults->dies == NULL || !choose_neurons(simulation, index)) {
            return false;
        }
    }
    return true;
}

/* ---- Synapses ------------------------------------------------------------------------------ */

#define DIGITS     4u /* of a word */
#define DIGIT_BITS 16u
#define VALUES     (UINT32_C(1) << DIGIT_BITS)

/* Going through all synapses of a projection that are still there. */
typedef struct synapse_walk {
    saltus_simulation *simulation;
    uint32_t fault;
    uint64_t cut[2];     /* what is known of the largest key that is lost: words, */
    uint32_t known;      /* and how many digits of them; the rest is 0 */
    uint64_t *frequency; /* [VALUES] of the next digit; NULL: mark what is lost */
    uint64_t count;      /* synapses seen */
} synapse_walk;

/* Magnitudes of doubles are in the order of their bits. */
static uint64_t weight_key(const block_state *block, uint32_t index, uint32_t synapse)
{
    const double magnitude = fabs(sl_faults_weight(block, index, synapse));
    uint64_t bits = 0;
    memcpy(&bits, &magnitude, sizeof bits);
    return ~bits;
}

static uint64_t digit_of(uint64_t word, uint32_t digit)
{
    return word >> (64 - DIGIT_BITS * (digit + 1)) & (VALUES - 1);
}

/* One synapse: it is counted if the digits of its key that are known are those of the cut, or lost
 * if its key is not above the cut. */
static void visit(void *user, const synapse_run *run, uint32_t synapse, uint32_t ordinal, bool lost)
{
    synapse_walk *walk = user;
    if (lost) {
        return;
    }
    const saltus_network *network = walk->simulation->network;
    const bool by_weight = network->faults[walk->fault].order == SALTUS_LESION_WEIGHT;
    const block_state *block = &walk->simulation->blocks[run->block];
    const uint64_t first = by_weight ? weight_key(block, run->index, synapse) : 0;
    const bool counts = walk->frequency != NULL;
    walk->count++;
    if (counts && walk->known < DIGITS) {
        const uint64_t mask = walk->known > 0 ? ~UINT64_C(0) << (64 - DIGIT_BITS * walk->known) : 0;
        if ((first & mask) == walk->cut[0]) {
            walk->frequency[digit_of(first, walk->known)]++;
        }
        return;
    }
    if (first != walk->cut[0]) {
        if (!counts && first < walk->cut[0]) {
            sl_faults_lose(walk->simulation, walk->fault, run->index, run->block, synapse);
        }
        return;
    }
    random_stream stream =
        synapse_stream(run, RANDOM_LESION, walk->fault, run->target[synapse], ordinal, 0);
    const uint64_t second = sl_random_word(&stream);
    if (!counts) {
        if (second <= walk->cut[1]) {
            sl_faults_lose(walk->simulation, walk->fault, run->index, run->block, synapse);
        }
        return;
    }
    const uint32_t known = walk->known - DIGITS;
    const uint64_t mask = known > 0 ? ~UINT64_C(0) << (64 - DIGIT_BITS * known) : 0;
    if ((second & mask) == walk->cut[1]) {
        walk->frequency[digit_of(second, known)]++;
    }
}

static void walk_all(synapse_walk *walk)
{
    const uint32_t index = walk->simulation->network->faults[walk->fault].index;
    walk->count = 0;
    for (uint32_t b = 0; b < walk->simulation->network->block_count; b++) {
        sl_faults_walk(walk->simulation, index, b, visit, walk);
    }
}

/* The next digit of the key below which, itself included, `*left` of the keys with the known digits
 * lie; `*left` becomes how many of those with this digit as well. */
static void find_digit(synapse_walk *walk, uint64_t *left)
{
    memset(walk->frequency, 0, VALUES * sizeof *walk->frequency);
    walk_all(walk);
    uint64_t digit = 0;
    for (; digit + 1 < VALUES && walk->frequency[digit] < *left; digit++) {
        *left -= walk->frequency[digit];
    }
    const uint32_t place = walk->known % DIGITS;
    walk->cut[walk->known / DIGITS] |= digit << (64 - DIGIT_BITS * (place + 1));
    walk->known++;
}

bool sl_faults_choose_synapses(saltus_simulation *simulation, uint32_t index)
{
    const network_fault *fault = &simulation->network->faults[index];
    const uint64_t total = simulation->network->projections[fault->index].synapses;
    uint64_t left = amount(fault, total);
    synapse_walk walk = {.simulation = simulation,
                         .fault = index,
                         .known = fault->order == SALTUS_LESION_WEIGHT ? 0 : DIGITS};
    walk.frequency = sl_memory_array(VALUES, sizeof *walk.frequency);
    if (walk.frequency == NULL) {
        return false;
    }
    while (left > 0 && walk.known < 2 * DIGITS) {
        find_digit(&walk, &left);
        if (walk.count < amount(fault, total)) {
            /* fewer are left than are to be lost: all of them */
            walk.cut[0] = walk.cut[1] = UINT64_MAX;
            walk.known = 2 * DIGITS;
        }
    }
    free(walk.frequency);
    walk.frequency = NULL;
    if (amount(fault, total) > 0) {
        walk_all(&walk);
    }
    return true;
}

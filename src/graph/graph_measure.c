/* graph_measure - a network as a graph of igraph (Csardi & Nepusz 2006), and its measures.
 *
 * Degrees count synapses; all other measures are those of the graph in which several synapses of
 * one pair are one edge and autapses none. Shortest ways from one neuron cost as many steps as
 * there are edges, neighbours of the neighbours of all neurons the sum of the squares of their
 * numbers: where that is more than the options allow, neurons are sampled, one from each of as many
 * equal parts of them.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "graph/graph_parts.h"

/* Edges and their two indices in igraph, twice while edges of a pair are joined. */
#define BYTES_A_SYNAPSE UINT64_C(120)
#define BYTES_A_NEURON  UINT64_C(200)

saltus_graph_options saltus_graph_options_default(void)
{
    return (saltus_graph_options){
        .struct_size = sizeof(saltus_graph_options), .sample = 16, .seed = 1, .work = 1e8};
}

uint64_t saltus_graph_bytes(uint64_t neurons, uint64_t synapses)
{
    return neurons * BYTES_A_NEURON + synapses * BYTES_A_SYNAPSE;
}

static saltus_status fail(saltus_error *error, saltus_status status, const char *message)
{
    if (error != NULL) {
        *error = (saltus_error){.status = status};
        snprintf(error->message, sizeof error->message, "%s", message);
    }
    return status;
}

/* ---- The graph --------------------------------------------------------------------- */

/* The populations of a projection stand one after the other, source first. */
uint64_t sl_graph_first(const graph_frame *frame, uint32_t population)
{
    const saltus_network *network = frame->network;
    uint64_t first = 0;
    if (frame->projection != SALTUS_GRAPH_NETWORK) {
        const uint32_t source = saltus_network_projection_source(network, frame->projection);
        return population == source ? 0 : saltus_network_population_size(network, source);
    }
    for (uint32_t p = 0; p < population; p++) {
        first += saltus_network_population_size(network, p);
    }
    return first;
}

static graph_frame frame_of(const saltus_network *network, uint32_t projection)
{
    graph_frame frame = {.network = network, .projection = projection, .one_population = true};
    if (projection != SALTUS_GRAPH_NETWORK) {
        const uint32_t source = saltus_network_projection_source(network, projection);
        const uint32_t target = saltus_network_projection_target(network, projection);
        frame.one_population = source == target;
        frame.synapses = saltus_network_projection_synapses(network, projection);
        frame.neurons =
            saltus_network_population_size(network, source) +
            (frame.one_population ? 0 : (uint64_t)saltus_network_population_size(network, target));
        return frame;
    }
    frame.neurons = saltus_network_get_size(network).neurons;
    for (uint32_t i = 0; i < saltus_network_projection_count(network); i++) {
        frame.synapses += saltus_network_projection_synapses(network, i);
    }
    return frame;
}

/* Append the synapses of one projection as pairs of vertices. */
static igraph_error_t list_projection(const graph_frame *frame, uint32_t projection,
                                      igraph_vector_int_t *ends)
{
    const saltus_network *network = frame->network;
    const uint32_t source = saltus_network_projection_source(network, projection);
    const uint32_t target = saltus_network_projection_target(network, projection);
    const uint64_t first_source = sl_graph_first(frame, source);
    const uint64_t first_target = sl_graph_first(frame, target);
    saltus_synapse *room = NULL;
    size_t capacity = 0;
    igraph_error_t failed = IGRAPH_SUCCESS;
    for (uint32_t s = 0; s < saltus_network_population_size(network, source) && !failed; s++) {
        const size_t count = saltus_network_read_synapses(network, projection, s, NULL, 0);
        if (count > capacity) {
            free(room);
            capacity = 2 * count;
            room = malloc(capacity * sizeof *room);
            if (room == NULL) {
                return IGRAPH_ENOMEM;
            }
        }
        saltus_network_read_synapses(network, projection, s, room, capacity);
        for (size_t i = 0; i < count && !failed; i++) {
            failed = igraph_vector_int_push_back(ends, (igraph_integer_t)(first_source + s));
            failed = failed ? failed
                            : igraph_vector_int_push_back(
                                  ends, (igraph_integer_t)(first_target + room[i].target));
        }
    }
    free(room);
    return failed;
}

static igraph_error_t make_graph(const graph_frame *frame, igraph_t *graph)
{
    igraph_vector_int_t ends;
    igraph_error_t failed = igraph_vector_int_init(&ends, 0);
    if (failed) {
        return failed;
    }
    failed = igraph_vector_int_reserve(&ends, (igraph_integer_t)(2 * frame->synapses));
    const uint32_t count = saltus_network_projection_count(frame->network);
    for (uint32_t i = 0; i < count && !failed; i++) {
        if (frame->projection == SALTUS_GRAPH_NETWORK || frame->projection == i) {
            failed = list_projection(frame, i, &ends);
        }
    }
    if (!failed) {
        failed = igraph_create(graph, &ends, (igraph_integer_t)frame->neurons, IGRAPH_DIRECTED);
    }
    igraph_vector_int_destroy(&ends);
    return failed;
}

/* ---- Measures ---------------------------------------------------------------------- */

uint64_t sl_graph_sampled(uint64_t seed, uint64_t k, uint64_t count, uint64_t n)
{
    /* SplitMix64 (Steele, Lea & Flood 2014) of the seed and the place. */
    uint64_t z = seed + (k + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    const double at = ((double)k + (double)(z >> 11) * 0x1p-53) * ((double)n / (double)count);
    const uint64_t neuron = (uint64_t)at;
    return neuron < n ? neuron : n - 1;
}

static igraph_error_t measure_degrees(const graph_frame *frame, const igraph_t *graph,
                                      saltus_graph_measures *out)
{
    igraph_vector_int_t degree;
    igraph_error_t failed = igraph_vector_int_init(&degree, 0);
    if (failed) {
        return failed;
    }
    failed = igraph_degree(graph, &degree, igraph_vss_all(), IGRAPH_IN, IGRAPH_LOOPS);
    failed = failed ? failed : sl_graph_degrees(frame, &degree, true, &out->in);
    failed =
        failed ? failed : igraph_degree(graph, &degree, igraph_vss_all(), IGRAPH_OUT, IGRAPH_LOOPS);
    failed = failed ? failed : sl_graph_degrees(frame, &degree, false, &out->out);
    igraph_vector_int_destroy(&degree);
    return failed;
}

static uint64_t count_autapses(const igraph_t *graph)
{
    uint64_t autapses = 0;
    for (igraph_integer_t e = 0; e < igraph_ecount(graph); e++) {
        autapses += IGRAPH_FROM(graph, e) == IGRAPH_TO(graph, e);
    }
    return autapses;
}

/* Of how many neurons a measure is taken that takes so many steps for all n of them. */
static uint64_t sample_size(const saltus_graph_options *options, uint64_t n, double steps)
{
    const double allowed = floor((double)n * (options->work / steps));
    const double wanted = fmax(allowed, options->sample);
    return steps <= options->work || wanted >= (double)n ? n : (uint64_t)wanted;
}

/* Mean and its standard error of what single neurons gave. */
typedef struct sample_sum {
    double sum, squares, count;
} sample_sum;

static void sample_add(sample_sum *s, double x)
{
    s->sum += x;
    s->squares += x * x;
    s->count++;
}

static double sample_error(const sample_sum *s)
{
    const double mean = s->sum / s->count;
    return sqrt(fmax(s->squares / s->count - mean * mean, 0) / fmax(s->count - 1, 1));
}

/* Steps to look at the neighbours of all neighbours of every neuron. */
static double neighbour_work(const igraph_t *graph)
{
    double work = 0;
    igraph_vector_int_t degree;
    if (igraph_vector_int_init(&degree, 0)) {
        return (double)INFINITY;
    }
    if (igraph_degree(graph, &degree, igraph_vss_all(), IGRAPH_ALL, IGRAPH_LOOPS)) {
        work = (double)INFINITY;
    }
    for (igraph_integer_t i = 0; i < igraph_vector_int_size(&degree); i++) {
        work += (double)VECTOR(degree)[i] * (double)VECTOR(degree)[i];
    }
    igraph_vector_int_destroy(&degree);
    return work;
}

/* Add the shares of connected pairs of neighbours of all neurons, which igraph counts edge by edge.
 */
static igraph_error_t add_all_shares(const igraph_t *graph, sample_sum *sum)
{
    igraph_vector_t shares;
    igraph_error_t failed = igraph_vector_init(&shares, 0);
    if (failed) {
        return failed;
    }
    failed = igraph_transitivity_local_undirected(graph, &shares, igraph_vss_all(),
                                                  IGRAPH_TRANSITIVITY_ZERO);
    for (igraph_integer_t k = 0; !failed && k < igraph_vector_size(&shares); k++) {
        sample_add(sum, VECTOR(shares)[k]);
    }
    igraph_vector_destroy(&shares);
    return failed;
}

/* Add that of one neuron. For a hundred and more at once igraph would look at the whole graph. */
static igraph_error_t add_share(const igraph_t *graph, uint64_t neuron, sample_sum *sum)
{
    igraph_vector_t share;
    igraph_error_t failed = igraph_vector_init(&share, 0);
    if (failed) {
        return failed;
    }
    failed = igraph_transitivity_local_undirected(
        graph, &share, igraph_vss_1((igraph_integer_t)neuron), IGRAPH_TRANSITIVITY_ZERO);
    if (!failed) {
        sample_add(sum, VECTOR(share)[0]);
    }
    igraph_vector_destroy(&share);
    return failed;
}

static igraph_error_t measure_clustering(const igraph_t *graph, const saltus_graph_options *options,
                                         saltus_graph_measures *out)
{
    const uint64_t n = out->neurons;
    const uint64_t count = sample_size(options, n, neighbour_work(graph));
    sample_sum sum = {0, 0, 0};
    igraph_error_t failed = IGRAPH_SUCCESS;
    if (count == n) {
        failed = add_all_shares(graph, &sum);
    }
    for (uint64_t k = 0; k < count && count < n && !failed; k++) {
        failed = add_share(graph, sl_graph_sampled(options->seed, k, count, n), &sum);
    }
    if (!failed) {
        out->clustering = sum.sum / sum.count;
        out->clustering_error = count == n ? 0 : sample_error(&sum);
        out->clustering_neurons = count;
    }
    return failed;
}

static igraph_error_t measure_paths(const igraph_t *graph, const saltus_graph_options *options,
                                    saltus_graph_measures *out)
{
    const uint64_t n = out->neurons;
    const uint64_t count = sample_size(options, n, (double)n * (double)(out->pairs + n));
    const bool all = count == n;
    igraph_matrix_t ways;
    igraph_error_t failed = igraph_matrix_init(&ways, 0, 0);
    if (failed) {
        return failed;
    }
    double total = 0;
    double found = 0;
    sample_sum means = {0, 0, 0};
    for (uint64_t k = 0; k < count && !failed; k++) {
        const uint64_t from = all ? k : sl_graph_sampled(options->seed, k, count, n);
        failed = igraph_distances(graph, &ways, igraph_vss_1((igraph_integer_t)from),
                                  igraph_vss_all(), IGRAPH_OUT);
        double own = 0;
        double reached = 0;
        for (uint64_t to = 0; to < n && !failed; to++) {
            const double length = MATRIX(ways, 0, (igraph_integer_t)to);
            if (to != from && isfinite(length)) {
                own += length;
                reached++;
                out->path_longest =
                    length > (double)out->path_longest ? (uint64_t)length : out->path_longest;
            }
        }
        total += own;
        found += reached;
        if (reached > 0) {
            sample_add(&means, own / reached);
        }
    }
    if (!failed) {
        out->path_length = found > 0 ? total / found : (double)NAN;
        out->path_error = all ? 0 : sample_error(&means);
        out->path_reachable = n > 1 ? found / ((double)count * (double)(n - 1)) : (double)NAN;
        out->path_sources = count;
    }
    igraph_matrix_destroy(&ways);
    return failed;
}

/* What pairs say rather than synapses. Joins the edges of each pair. */
static igraph_error_t measure_pairs(const graph_frame *frame, igraph_t *graph,
                                    const saltus_graph_options *options, saltus_graph_measures *out)
{
    out->autapses = count_autapses(graph);
    igraph_error_t failed = igraph_simplify(graph, true, true, NULL);
    if (failed) {
        return failed;
    }
    out->pairs = (uint64_t)igraph_ecount(graph);
    out->multapses = out->synapses - out->autapses - out->pairs;
    if (!frame->one_population) {
        return IGRAPH_SUCCESS;
    }
    const double n = (double)out->neurons;
    out->density = n > 1 ? (double)out->pairs / (n * (n - 1)) : (double)NAN;
    out->clustering_random = 1 - (1 - out->density) * (1 - out->density);
    out->path_random = log(n) / log((double)out->pairs / n);
    if (out->pairs > 0) {
        failed = igraph_reciprocity(graph, &out->reciprocity, true, IGRAPH_RECIPROCITY_DEFAULT);
    }
    failed = failed ? failed : measure_clustering(graph, options, out);
    return failed ? failed : measure_paths(graph, options, out);
}

/* ---- All together ------------------------------------------------------------------ */

static igraph_error_t measure(const graph_frame *frame, const saltus_graph_options *options,
                              saltus_graph_measures *out)
{
    igraph_t graph;
    igraph_error_t failed = make_graph(frame, &graph);
    if (failed) {
        return failed;
    }
    failed = measure_degrees(frame, &graph, out);
    failed = failed ? failed : measure_pairs(frame, &graph, options, out);
    igraph_destroy(&graph);
    return failed;
}

saltus_status saltus_graph_measure(const saltus_network *network, uint32_t projection,
                                   const saltus_graph_options *options, saltus_graph_measures *out,
                                   saltus_error *error)
{
    if (network == NULL || out == NULL ||
        (projection != SALTUS_GRAPH_NETWORK &&
         projection >= saltus_network_projection_count(network))) {
        return fail(error, SALTUS_E_ARGUMENT,
                    "a network, one of its projections and room for its measures are needed");
    }
    const saltus_graph_options own = options != NULL ? *options : saltus_graph_options_default();
    if (own.struct_size != sizeof own || own.sample < 2 || !(own.work >= 0)) {
        return fail(
            error, SALTUS_E_ARGUMENT,
            "graph options need the struct_size of saltus_graph_options_default(), a sample "
            "of at least 2 and work of at least 0");
    }
    const graph_frame frame = frame_of(network, projection);
    const double none = (double)NAN;
    *out = (saltus_graph_measures){.neurons = frame.neurons,
                                   .synapses = frame.synapses,
                                   .density = none,
                                   .reciprocity = none,
                                   .clustering = none,
                                   .clustering_random = none,
                                   .path_length = none,
                                   .path_random = none,
                                   .path_reachable = none};
    /* Failures are for the caller to tell, not for igraph to print and end the program. */
    igraph_error_handler_t *const before = igraph_set_error_handler(igraph_error_handler_ignore);
    igraph_warning_handler_t *const warned =
        igraph_set_warning_handler(igraph_warning_handler_ignore);
    const igraph_error_t failed = measure(&frame, &own, out);
    igraph_set_warning_handler(warned);
    igraph_set_error_handler(before);
    if (failed == IGRAPH_ENOMEM) {
        return fail(error, SALTUS_E_MEMORY, "out of memory");
    }
    return failed ? fail(error, SALTUS_E_ARGUMENT, igraph_strerror(failed)) : SALTUS_OK;
}

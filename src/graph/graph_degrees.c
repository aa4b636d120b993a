/* graph_degrees - moments, histogram and fitted power law of the degrees of one side. */
#include <math.h>

#include "graph/graph_parts.h"
#include "saltus/catalog.h"

#define FEWEST_FITTED 50

/* Does a neuron of this population stand on that side? */
static bool takes_part(const graph_frame *frame, uint32_t population, bool receiving)
{
    if (frame->projection == SALTUS_GRAPH_NETWORK) {
        /* sources receive nothing by their nature */
        return !receiving ||
               !saltus_model_is_source(saltus_network_population_model(frame->network, population));
    }
    return population ==
           (receiving ? saltus_network_projection_target(frame->network, frame->projection)
                      : saltus_network_projection_source(frame->network, frame->projection));
}

static int bin_of(uint64_t degree)
{
    const int bin = degree == 0 ? 0 : 64 - __builtin_clzll(degree);
    return bin < SALTUS_DEGREE_BINS ? bin : SALTUS_DEGREE_BINS - 1;
}

/* The fit; igraph objects to data that have no law to find, which then is none. */
static igraph_error_t fit(const igraph_vector_t *degrees, saltus_degrees *out)
{
    igraph_plfit_result_t law;
    out->exponent = out->exponent_from = out->exponent_distance = (double)NAN;
    if (igraph_vector_size(degrees) < FEWEST_FITTED || out->least == out->most) {
        return IGRAPH_SUCCESS;
    }
    const igraph_error_t failed = igraph_power_law_fit(degrees, &law, -1, false);
    if (failed == IGRAPH_ENOMEM) {
        return failed;
    }
    if (failed == IGRAPH_SUCCESS) {
        out->exponent = law.alpha;
        out->exponent_from = law.xmin;
        out->exponent_distance = law.D;
    }
    return IGRAPH_SUCCESS;
}

igraph_error_t sl_graph_degrees(const graph_frame *frame, const igraph_vector_int_t *degree,
                                bool receiving, saltus_degrees *out)
{
    const saltus_network *network = frame->network;
    igraph_vector_t positive;
    igraph_error_t failed = igraph_vector_init(&positive, 0);
    if (failed) {
        return failed;
    }
    double sum = 0;
    double squares = 0;
    *out = (saltus_degrees){.least = UINT64_MAX};
    for (uint32_t p = 0; p < saltus_network_population_count(network) && !failed; p++) {
        const uint64_t first = sl_graph_first(frame, p);
        const uint64_t size = saltus_network_population_size(network, p);
        for (uint64_t i = 0; takes_part(frame, p, receiving) && i < size && !failed; i++) {
            const uint64_t k = (uint64_t)VECTOR(*degree)[first + i];
            out->neurons++;
            out->histogram[bin_of(k)]++;
            out->least = k < out->least ? k : out->least;
            out->most = k > out->most ? k : out->most;
            sum += (double)k;
            squares += (double)k * (double)k;
            if (k > 0) {
                failed = igraph_vector_push_back(&positive, (double)k);
            }
        }
    }
    if (!failed) {
        const double n = (double)out->neurons;
        out->least = out->neurons > 0 ? out->least : 0;
        out->mean = sum / n;
        out->sd = sqrt(fmax(squares / n - out->mean * out->mean, 0));
        failed = fit(&positive, out);
    }
    igraph_vector_destroy(&positive);
    return failed;
}

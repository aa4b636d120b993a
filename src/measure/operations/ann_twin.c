/* ann_twin - the same topology as an artificial network, per inference.
 *
 * Forward: every projection is a matrix times a vector, N_pre x N_post MACs dense and one MAC a
 * synapse sparse. Backward: the gradient of the weights (an outer product) costs the same again,
 * and the gradient of the inputs (the transposed matrix times a vector) once more, unless the
 * inputs come from an input layer: what nothing is learnt behind needs no gradient. A network with
 * a cycle is unrolled over T steps (backpropagation through time, Werbos 1990, Proc IEEE 78:1550),
 * T times all of it; the first and last step, where frameworks may save a product, count whole.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "measure/operations/operations_parts.h"

/* float32, 45 nm, 0.9 V: add 0.9 pJ, multiply 3.7 pJ. Horowitz (2014) ISSCC, table 1.1.9. */
#define ADD_PJ 0.9
#define MAC_PJ 4.6

saltus_ann_options saltus_ann_options_default(void)
{
    return (saltus_ann_options){.struct_size = sizeof(saltus_ann_options),
                                .unroll_steps = 1,
                                .ac_pJ = ADD_PJ,
                                .mac_pJ = MAC_PJ};
}

saltus_status sl_ann_take_options(const saltus_ann_options *given, saltus_ann_options *options,
                                  saltus_error *error)
{
    *options = given != NULL ? *given : saltus_ann_options_default();
    if (options->struct_size != sizeof *options) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "ann options were not made by saltus_ann_options_default()");
    }
    if (options->unroll_steps < 1) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "a network is unrolled over 0 steps; allowed is 1 or more");
    }
    if (!(options->inference_ms >= 0 && isfinite(options->inference_ms))) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "one inference takes %g ms; allowed is a time above 0, or 0 for the run",
                       options->inference_ms);
    }
    if (!(options->ac_pJ > 0 && isfinite(options->ac_pJ) && options->mac_pJ > 0 &&
          isfinite(options->mac_pJ))) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "an AC takes %g pJ and a MAC %g pJ; allowed are energies above 0",
                       options->ac_pJ, options->mac_pJ);
    }
    return SALTUS_OK;
}

/* ---- One projection ------------------------------------------------------------------------- */

static saltus_ann_projection twin_of(const saltus_network *network, const projection *p,
                                     double steps, bool from_input)
{
    saltus_ann_projection out = {
        .dense_macs = steps * network->populations[p->source].size *
                      (double)network->populations[p->target].size,
        .sparse_macs = steps * (double)p->synapses,
    };
    out.dense_weight_macs = out.dense_macs;
    out.sparse_weight_macs = out.sparse_macs;
    out.dense_input_macs = from_input ? 0 : out.dense_macs;
    out.sparse_input_macs = from_input ? 0 : out.sparse_macs;
    return out;
}

/* ---- All of them ------------------------------------------------------------------------------
 */

typedef struct twin_graph {
    saltus_graph_population *populations;
    saltus_graph_summary summary;
    double steps;
} twin_graph;

static bool graph_of(const saltus_network *network, const saltus_ann_options *options,
                     twin_graph *graph)
{
    graph->populations = sl_memory_array(network->population_count, sizeof *graph->populations);
    if (graph->populations == NULL || !sl_operations_graph(network, options->input_channels > 0,
                                                           graph->populations, &graph->summary)) {
        free(graph->populations);
        return false;
    }
    graph->steps = graph->summary.feed_forward ? 1 : options->unroll_steps;
    return true;
}

static void add_projection(const saltus_ann_projection *p, saltus_ann_twin *out)
{
    out->dense_macs += p->dense_macs;
    out->sparse_macs += p->sparse_macs;
    out->dense_backward_macs += p->dense_weight_macs + p->dense_input_macs;
    out->sparse_backward_macs += p->sparse_weight_macs + p->sparse_input_macs;
}

/* Channels into every population with an input: an input layer, so no gradient of its inputs. */
static void add_external(const saltus_network *network, uint32_t channels, double steps,
                         saltus_ann_twin *out)
{
    for (uint32_t i = 0; channels > 0 && i < network->population_count; i++) {
        if (sl_operations_inputs(network, i) > 0) {
            const double macs = steps * channels * network->populations[i].size;
            const saltus_ann_projection layer = {.dense_macs = macs,
                                                 .sparse_macs = macs,
                                                 .dense_weight_macs = macs,
                                                 .sparse_weight_macs = macs};
            add_projection(&layer, out);
            out->external_macs += macs;
        }
    }
}

saltus_status saltus_ann_twin_of(const saltus_network *network, const saltus_ann_options *options,
                                 saltus_ann_twin *out, saltus_error *error)
{
    if (network == NULL || out == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a network and a place for its twin are needed");
    }
    saltus_ann_options own;
    const saltus_status status = sl_ann_take_options(options, &own, error);
    if (status) {
        return status;
    }
    twin_graph graph = {0};
    if (!graph_of(network, &own, &graph)) {
        return sl_fail_memory(error);
    }
    *out = (saltus_ann_twin){.feed_forward = graph.summary.feed_forward,
                             .depth = graph.summary.depth,
                             .steps = graph.steps};
    for (uint32_t i = 0; i < network->projection_count; i++) {
        const projection *p = &network->projections[i];
        const saltus_ann_projection twin =
            twin_of(network, p, graph.steps, graph.populations[p->source].input);
        add_projection(&twin, out);
    }
    add_external(network, own.input_channels, graph.steps, out);
    for (uint32_t i = 0; i < network->population_count; i++) {
        out->activations +=
            graph.populations[i].input ? 0 : graph.steps * network->populations[i].size;
    }
    out->bias_adds = out->activations;
    free(graph.populations);
    return SALTUS_OK;
}

saltus_status saltus_ann_twin_projection(const saltus_network *network,
                                         const saltus_ann_options *options, uint32_t index,
                                         saltus_ann_projection *out, saltus_error *error)
{
    if (network == NULL || out == NULL || index >= network->projection_count) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "a projection of a network and a place for its twin are needed");
    }
    saltus_ann_options own;
    const saltus_status status = sl_ann_take_options(options, &own, error);
    if (status) {
        return status;
    }
    twin_graph graph = {0};
    if (!graph_of(network, &own, &graph)) {
        return sl_fail_memory(error);
    }
    const projection *p = &network->projections[index];
    *out = twin_of(network, p, graph.steps, graph.populations[p->source].input);
    free(graph.populations);
    return SALTUS_OK;
}

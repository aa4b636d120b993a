/* operations_graph - strongly connected components of the graph of populations, and depths.
 *
 * Tarjan's algorithm without recursion, since a chain of populations may be long. It finishes
 * components in reverse order of the edges, so numbering them from the last one down gives an
 * order in which every projection goes forward; longest paths are then one pass in that order.
 *
 * Source: Tarjan (1972) SIAM J Comput 1:146.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "measure/operations/operations_parts.h"

/* Edges out of population p: target[first[p]] to target[first[p + 1] - 1]. */
typedef struct edges {
    uint32_t *first, *target;
} edges;

/* The search; 0 in `index` means not yet met. */
typedef struct search {
    edges edges;
    uint32_t *index, *low; /* order of meeting, from 1; lowest index reached */
    uint32_t *next;        /* next edge to follow */
    uint32_t *path;        /* populations being searched */
    uint32_t *open;        /* met, but in no component yet */
    uint32_t *component;   /* as finished, from 0; UINT32_MAX: open or not met */
    uint32_t path_count, open_count, met, components;
} search;

static bool has_edge(const projection *p)
{
    return p->synapses > 0;
}

static bool collect_edges(const saltus_network *network, edges *e)
{
    e->first = sl_memory_zeroed((size_t)network->population_count + 2, sizeof *e->first);
    e->target = sl_memory_array(network->projection_count, sizeof *e->target);
    if (e->first == NULL || e->target == NULL) {
        return false;
    }
    /* counts two places on, so that after filling each place is the beginning of its own */
    for (uint32_t i = 0; i < network->projection_count; i++) {
        e->first[network->projections[i].source + 2] += has_edge(&network->projections[i]);
    }
    for (uint32_t p = 0; p < network->population_count; p++) {
        e->first[p + 2] += e->first[p + 1];
    }
    for (uint32_t i = 0; i < network->projection_count; i++) {
        const projection *p = &network->projections[i];
        if (has_edge(p)) {
            e->target[e->first[p->source + 1]++] = p->target;
        }
    }
    return true;
}

static bool begin(const saltus_network *network, search *s)
{
    const uint32_t count = network->population_count;
    s->index = sl_memory_zeroed(count, sizeof *s->index);
    s->low = sl_memory_zeroed(count, sizeof *s->low);
    s->next = sl_memory_zeroed(count, sizeof *s->next);
    s->path = sl_memory_array(count, sizeof *s->path);
    s->open = sl_memory_array(count, sizeof *s->open);
    s->component = sl_memory_array(count, sizeof *s->component);
    if (s->index == NULL || s->low == NULL || s->next == NULL || s->path == NULL ||
        s->open == NULL || s->component == NULL) {
        return false;
    }
    for (uint32_t p = 0; p < count; p++) {
        s->component[p] = UINT32_MAX;
    }
    return collect_edges(network, &s->edges);
}

static void end(search *s)
{
    free(s->edges.first);
    free(s->edges.target);
    free(s->index);
    free(s->low);
    free(s->next);
    free(s->path);
    free(s->open);
    free(s->component);
}

static void meet(search *s, uint32_t p)
{
    s->index[p] = s->low[p] = ++s->met;
    s->next[p] = s->edges.first[p];
    s->path[s->path_count++] = p;
    s->open[s->open_count++] = p;
}

/* All edges of the last of the path are followed: close its component when it is the root. */
static void leave(search *s)
{
    const uint32_t p = s->path[--s->path_count];
    if (s->low[p] == s->index[p]) {
        uint32_t member = UINT32_MAX;
        do {
            member = s->open[--s->open_count];
            s->component[member] = s->components;
        } while (member != p);
        s->components++;
    }
    if (s->path_count > 0) {
        const uint32_t parent = s->path[s->path_count - 1];
        s->low[parent] = s->low[p] < s->low[parent] ? s->low[p] : s->low[parent];
    }
}

static void search_from(search *s, uint32_t root)
{
    meet(s, root);
    while (s->path_count > 0) {
        const uint32_t p = s->path[s->path_count - 1];
        if (s->next[p] == s->edges.first[p + 1]) {
            leave(s);
            continue;
        }
        const uint32_t q = s->edges.target[s->next[p]++];
        if (s->index[q] == 0) {
            meet(s, q);
        } else if (s->component[q] == UINT32_MAX && s->index[q] < s->low[p]) {
            s->low[p] = s->index[q];
        }
    }
}

/* Populations in the order of their components: counted, then placed. */
static bool order_populations(const saltus_network *network, const saltus_graph_population *out,
                              uint32_t components, uint32_t *order)
{
    uint32_t *start = sl_memory_zeroed((size_t)components + 1, sizeof *start);
    if (start == NULL) {
        return false;
    }
    for (uint32_t p = 0; p < network->population_count; p++) {
        start[out[p].component + 1]++;
    }
    for (uint32_t c = 0; c < components; c++) {
        start[c + 1] += start[c];
    }
    for (uint32_t p = 0; p < network->population_count; p++) {
        order[start[out[p].component]++] = p;
    }
    free(start);
    return true;
}

/* Depths in one pass over components: all members of a component share the largest. */
static void find_depths(const search *s, const uint32_t *order, uint32_t count,
                        saltus_graph_population *out)
{
    for (uint32_t from = 0; from < count;) {
        uint32_t to = from;
        uint32_t depth = 0;
        for (; to < count && out[order[to]].component == out[order[from]].component; to++) {
            depth = out[order[to]].depth > depth ? out[order[to]].depth : depth;
        }
        for (; from < to; from++) {
            const uint32_t p = order[from];
            out[p].depth = depth;
            for (uint32_t e = s->edges.first[p]; e < s->edges.first[p + 1]; e++) {
                saltus_graph_population *target = &out[s->edges.target[e]];
                if (target->component != out[p].component && target->depth < depth + 1) {
                    target->depth = depth + 1;
                }
            }
        }
    }
}

/* With external input as a layer, what has an input lies behind it. */
static void begin_populations(const saltus_network *network, const search *s, bool external,
                              saltus_graph_population *out)
{
    for (uint32_t p = 0; p < network->population_count; p++) {
        const bool behind = external && sl_operations_inputs(network, p) > 0;
        out[p] = (saltus_graph_population){
            .component = s->components - 1 - s->component[p], .depth = behind, .input = !behind};
    }
}

static bool classify(const saltus_network *network, search *s, bool external,
                     saltus_graph_population *out, saltus_graph_summary *summary)
{
    const uint32_t count = network->population_count;
    for (uint32_t p = 0; p < count; p++) {
        if (s->index[p] == 0) {
            search_from(s, p);
        }
    }
    begin_populations(network, s, external, out);
    for (uint32_t p = 0; p < count; p++) {
        for (uint32_t e = s->edges.first[p]; e < s->edges.first[p + 1]; e++) {
            const uint32_t q = s->edges.target[e];
            out[q].input = false;
            /* an edge within a component lies on a cycle, and so do its ends */
            if (out[p].component == out[q].component) {
                out[p].recurrent = out[q].recurrent = true;
            }
        }
    }
    uint32_t *order = sl_memory_array(count, sizeof *order);
    const bool ok = order != NULL && order_populations(network, out, s->components, order);
    if (ok) {
        find_depths(s, order, count, out);
    }
    free(order);
    *summary = (saltus_graph_summary){.components = s->components};
    for (uint32_t p = 0; p < count; p++) {
        summary->recurrent_populations += out[p].recurrent;
        summary->depth = out[p].depth > summary->depth ? out[p].depth : summary->depth;
    }
    summary->feed_forward = summary->recurrent_populations == 0;
    return ok;
}

bool sl_operations_graph(const saltus_network *network, bool external,
                         saltus_graph_population *populations, saltus_graph_summary *summary)
{
    search s = {0};
    const bool ok = begin(network, &s) && classify(network, &s, external, populations, summary);
    end(&s);
    return ok;
}

saltus_status saltus_network_graph(const saltus_network *network,
                                   saltus_graph_population *populations,
                                   saltus_graph_summary *summary, saltus_error *error)
{
    if (network == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a network is needed");
    }
    saltus_graph_population *own = NULL;
    if (populations == NULL) {
        own = sl_memory_array(network->population_count, sizeof *own);
        populations = own;
    }
    saltus_graph_summary found = {0};
    const bool ok = populations != NULL && sl_operations_graph(network, false, populations, &found);
    free(own);
    if (!ok) {
        return sl_fail_memory(error);
    }
    if (summary != NULL) {
        *summary = found;
    }
    return SALTUS_OK;
}

/* plastic_check - runs a plastic_net and compares it with the reference; see plastic_net.h. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plastic_net.h"

static void *must(void *memory)
{
    if (memory == NULL) {
        abort();
    }
    return memory;
}

/* ---- The reference ------------------------------------------------------------------------- */

/* A synapse with where it lies. */
typedef struct listed {
    eager_synapse synapse;
    uint32_t projection, source, target; /* target: index within its population */
    int64_t delay;
    size_t place; /* as the network lists it */
} listed;

typedef struct reference {
    eager_law laws[PLASTIC_MOST_PROJECTIONS];
    eager_modulator modulator;
    listed *all; /* by projection, source, target, delay, place */
    size_t count;
} reference;

static int in_order(const void *a, const void *b)
{
    const listed *x = a, *y = b;
    if (x->target != y->target) {
        return x->target > y->target ? 1 : -1;
    }
    if (x->delay != y->delay) {
        return x->delay > y->delay ? 1 : -1;
    }
    return (x->place > y->place) - (x->place < y->place);
}

static eager_train train_of(const plastic_net *net, uint32_t population, uint32_t neuron)
{
    const plastic_train *train = &net->populations[population].trains[neuron];
    return (eager_train){train->ticks, train->count};
}

/* The synapses of one source, as the network says they are at the beginning. */
static void add_row(const plastic_net *net, const saltus_network *network, uint32_t projection,
                    uint32_t source, reference *r)
{
    const saltus_projection_spec *spec = &net->projections[projection];
    const size_t count = saltus_network_read_synapses(network, projection, source, NULL, 0);
    saltus_synapse *given = must(calloc(count + 1, sizeof *given));
    saltus_network_read_synapses(network, projection, source, given, count);
    r->all = must(realloc(r->all, (r->count + count + 1) * sizeof *r->all));
    for (size_t i = 0; i < count; i++) {
        const int64_t delay = llround(given[i].delay_ms * 1e11);
        r->all[r->count + i] = (listed){
            .synapse = eager_synapse_create(
                spec->plasticity.rule != NULL ? &r->laws[projection] : NULL, given[i].weight_mV,
                delay, spec->plasticity.dendritic_share, train_of(net, spec->source, source),
                train_of(net, spec->target, given[i].target)),
            .projection = projection,
            .source = source,
            .target = given[i].target,
            .delay = delay,
            .place = i};
    }
    qsort(r->all + r->count, count, sizeof *r->all, in_order);
    r->count += count;
    free(given);
}

static void reference_init(const plastic_net *net, const saltus_network *network, reference *r)
{
    *r = (reference){.modulator = {.tau_ms = net->tau_d_ms,
                                   .baseline = net->baseline,
                                   .ticks = net->rewards,
                                   .amounts = net->amounts,
                                   .count = net->reward_count}};
    for (uint32_t p = 0; p < net->projection_count; p++) {
        if (net->projections[p].plasticity.rule != NULL) {
            r->laws[p] = eager_law_of(&net->projections[p].plasticity);
            r->laws[p].modulator = &r->modulator;
        }
        const uint32_t sources = net->populations[net->projections[p].source].size;
        for (uint32_t s = 0; s < sources; s++) {
            add_row(net, network, p, s, r);
        }
    }
}

static void reference_clear(reference *r)
{
    for (size_t i = 0; i < r->count; i++) {
        eager_synapse_clear(&r->all[i].synapse);
    }
    free(r->all);
}

/* V of a neuron at `now`: what has arrived since its last spike; `size` is the sum of magnitudes.
 * False: some of it is not decided. */
static bool potential(const plastic_net *net, const reference *r, uint32_t population,
                      uint32_t neuron, int64_t now, eager_real *v, eager_real *size)
{
    const plastic_population *p = &net->populations[population];
    const plastic_train *own = &p->trains[neuron];
    int64_t fired = INT64_MIN;
    for (size_t i = 0; i < own->count && own->ticks[i] < now; i++) {
        fired = own->ticks[i];
    }
    bool decided = true;
    *v = *size = 0;
    for (size_t i = 0; i < r->count; i++) {
        const listed *l = &r->all[i];
        if (net->projections[l->projection].target != population || l->target != neuron) {
            continue;
        }
        decided = decided && !l->synapse.doubted;
        for (size_t k = l->synapse.next_pre; k-- > 0;) {
            const int64_t arrival = l->synapse.pre.ticks[k] + l->delay;
            if (arrival <= fired) {
                break;
            }
            if (arrival < now) {
                const eager_real elapsed_ms = (eager_real)(now - arrival) / 1e11L;
                const eager_real part = l->synapse.jumps[k] * expl(-elapsed_ms / p->tau_m_ms);
                *v += part;
                *size += fabsl(part);
            }
        }
    }
    return decided;
}

/* ---- Runs ------------------------------------------------------------------------------------ */

/* Weights of all synapses in the reference's order, and what else tells runs apart. */
typedef struct outcome {
    double *weights;
    uint64_t fingerprint;
} outcome;

static bool fail(plastic_tally *tally, const plastic_net *net, const char *what)
{
    snprintf(tally->why, sizeof tally->why, "seed %" PRIu64 ", %s: %.400s", net->seed,
             net->engine != NULL ? net->engine : "event", what);
    return false;
}

/* All weights as of the simulation's time. False: a row is not the network's. */
static bool read_all(const plastic_net *net, const saltus_simulation *sim, const reference *r,
                     double *weights)
{
    size_t at = 0;
    for (uint32_t p = 0; p < net->projection_count; p++) {
        const uint32_t sources = net->populations[net->projections[p].source].size;
        for (uint32_t s = 0; s < sources; s++) {
            const uint32_t length = saltus_simulation_row_length(sim, p, s);
            uint32_t *targets = must(calloc(length + 1, sizeof *targets));
            bool same = at + length <= r->count &&
                        saltus_simulation_read_row(sim, p, s, targets, weights + at) == SALTUS_OK;
            for (uint32_t i = 0; same && i < length; i++) {
                const listed *l = &r->all[at + i];
                same = l->projection == p && l->source == s && l->target == targets[i];
            }
            free(targets);
            if (!same) {
                return false;
            }
            at += length;
        }
    }
    return at == r->count;
}

static bool compare_weights(const plastic_net *net, const reference *r, const double *weights,
                            int64_t now, plastic_tally *tally)
{
    for (size_t i = 0; i < r->count; i++) {
        const listed *l = &r->all[i];
        const eager_verdict verdict = eager_compare(&l->synapse, weights[i]);
        const double wanted = (double)eager_synapse_weight(&l->synapse);
        tally->weights++;
        tally->undecided += verdict == EAGER_UNDECIDED;
        if (verdict == EAGER_DIFFERENT) {
            const saltus_plasticity_spec *spec = &net->projections[l->projection].plasticity;
            char what[300];
            snprintf(what, sizeof what,
                     "at %.14g ms projection %u (%s%s, share %g), %u -> %u, delay %.14g ms: "
                     "%.17g mV, reference %.17g, off by %.3g, after %" PRIu64 " events",
                     plastic_ms(now), l->projection, spec->rule != NULL ? spec->rule : "static",
                     spec->single ? ", single" : "", spec->dendritic_share, l->source, l->target,
                     plastic_ms(l->delay), weights[i], wanted, weights[i] - wanted,
                     l->synapse.changes);
            return fail(tally, net, what);
        }
        if (verdict == EAGER_SAME && l->synapse.law != NULL) {
            const double w_max = (double)l->synapse.law->values.w_max;
            tally->worst = fmax(tally->worst, fabs(weights[i] - wanted) / w_max);
        }
    }
    return true;
}

static bool compare_potentials(const plastic_net *net, const saltus_simulation *sim,
                               const reference *r, int64_t now, plastic_tally *tally)
{
    for (uint32_t p = 0; p < net->population_count; p++) {
        /* a neuron of each is enough where there are many */
        const uint32_t size = net->populations[p].size;
        for (uint32_t n = size > 8 ? size - 1 : 0; n < size && !net->populations[p].source; n++) {
            eager_real wanted, scale;
            if (!potential(net, r, p, n, now, &wanted, &scale)) {
                continue;
            }
            const double got = saltus_simulation_potential_mV(sim, p, n);
            tally->potentials += scale > 0;
            if (!(fabsl(got - wanted) <= 1e-11L * scale + 1e-100L)) {
                char what[200];
                snprintf(what, sizeof what,
                         "at %.14g ms V of neuron %u of P%u: %.17g mV, reference %.17g",
                         plastic_ms(now), n, p, got, (double)wanted);
                return fail(tally, net, what);
            }
        }
    }
    return true;
}

/* Bring run and reference to `now` and compare. */
static bool compare_at(const plastic_net *net, saltus_simulation *sim, reference *r, int64_t now,
                       double *weights, plastic_tally *tally)
{
    saltus_error error = {0};
    if (saltus_simulation_run_until(sim, plastic_ms(now), &error) != SALTUS_OK) {
        return fail(tally, net, error.message);
    }
    for (size_t i = 0; i < r->count; i++) {
        eager_synapse_run(&r->all[i].synapse, now);
    }
    if (!read_all(net, sim, r, weights)) {
        return fail(tally, net, "a row does not list the network's synapses");
    }
    return compare_weights(net, r, weights, now, tally) &&
           (net->engine != NULL || compare_potentials(net, sim, r, now, tally));
}

static saltus_simulation *simulation_of(const plastic_net *net, const saltus_network *network,
                                        uint32_t way)
{
    saltus_error error = {0};
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = 1 + way;
    options.scheduler =
        way > 0 ? saltus_scheduler_name(net->seed % saltus_scheduler_count()) : NULL;
    saltus_simulation *sim = NULL;
    if ((net->engine != NULL && saltus_engine_parse(net->engine, &options, &error) != SALTUS_OK) ||
        saltus_simulation_create(network, &options, &sim, &error) != SALTUS_OK) {
        fprintf(stderr, "%s\n", error.message);
        abort();
    }
    return sim;
}

/* With every read. */
static bool run_reading(const plastic_net *net, const saltus_network *network, reference *r,
                        outcome *result, plastic_tally *tally)
{
    saltus_simulation *sim = simulation_of(net, network, 0);
    bool good = true;
    for (uint32_t i = 0; good && i < net->read_count; i++) {
        good = compare_at(net, sim, r, net->reads[i], result->weights, tally);
    }
    good = good && compare_at(net, sim, r, net->end, result->weights, tally);
    for (uint32_t p = 0; good && p < net->population_count; p++) {
        uint64_t wanted = 0;
        for (uint32_t n = 0; n < net->populations[p].size; n++) {
            for (size_t i = 0; i < net->populations[p].trains[n].count; i++) {
                wanted += net->populations[p].trains[n].ticks[i] < net->end;
            }
        }
        tally->spikes += wanted;
        if (saltus_simulation_population_spikes(sim, p) != wanted) {
            good = fail(tally, net, "the neurons did not fire as dictated");
        }
    }
    result->fingerprint = saltus_simulation_fingerprint(sim);
    saltus_simulation_destroy(sim);
    return good;
}

/* In one go; the same bits are wanted. */
static bool run_straight(const plastic_net *net, const saltus_network *network, const reference *r,
                         const outcome *wanted, plastic_tally *tally)
{
    saltus_error error = {0};
    saltus_simulation *sim = simulation_of(net, network, 1);
    double *weights = must(calloc(r->count + 1, sizeof *weights));
    bool good = saltus_simulation_run_until(sim, plastic_ms(net->end), &error) == SALTUS_OK;
    if (!good) {
        fail(tally, net, error.message);
    } else if (!read_all(net, sim, r, weights)) {
        good = fail(tally, net, "a row does not list the network's synapses");
    } else if (saltus_simulation_fingerprint(sim) != wanted->fingerprint) {
        good = fail(tally, net, "another fingerprint without reads");
    }
    for (size_t i = 0; good && i < r->count; i++) {
        if (memcmp(&weights[i], &wanted->weights[i], sizeof weights[i]) != 0) {
            char what[200];
            snprintf(what, sizeof what,
                     "projection %u, %u -> %u: %.17g mV without reads, %.17g with",
                     r->all[i].projection, r->all[i].source, r->all[i].target, weights[i],
                     wanted->weights[i]);
            good = fail(tally, net, what);
        }
    }
    free(weights);
    saltus_simulation_destroy(sim);
    return good;
}

static saltus_network *network_of(const plastic_net *net)
{
    saltus_error error = {0};
    saltus_experiment *e = plastic_net_experiment(net);
    saltus_network_options options = saltus_network_options_default();
    options.threads = 1;
    saltus_network *network = NULL;
    if (saltus_network_build(e, &options, &network, &error) != SALTUS_OK) {
        fprintf(stderr, "%s\n", error.message);
        abort();
    }
    saltus_experiment_destroy(e);
    return network;
}

bool plastic_net_check(const plastic_net *net, plastic_tally *tally)
{
    saltus_network *network = network_of(net);
    reference r;
    reference_init(net, network, &r);
    outcome result = {.weights = must(calloc(r.count + 1, sizeof *result.weights))};
    const bool good = run_reading(net, network, &r, &result, tally) &&
                      run_straight(net, network, &r, &result, tally);
    tally->nets++;
    for (size_t i = 0; i < r.count; i++) {
        tally->changes += r.all[i].synapse.changes;
    }
    free(result.weights);
    reference_clear(&r);
    saltus_network_destroy(network);
    return good;
}

double *plastic_net_weights(const plastic_net *net, size_t *count)
{
    saltus_network *network = network_of(net);
    reference r;
    plastic_net first = *net;
    first.projection_count = 1;
    reference_init(&first, network, &r);
    saltus_error error = {0};
    saltus_simulation *sim = simulation_of(net, network, 0);
    double *weights = must(calloc(r.count + 1, sizeof *weights));
    if (saltus_simulation_run_until(sim, plastic_ms(net->end), &error) != SALTUS_OK ||
        !read_all(&first, sim, &r, weights)) {
        fprintf(stderr, "run: %s\n", error.message);
        abort();
    }
    *count = r.count;
    saltus_simulation_destroy(sim);
    reference_clear(&r);
    saltus_network_destroy(network);
    return weights;
}

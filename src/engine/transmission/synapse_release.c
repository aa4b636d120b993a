/* synapse_release - what single synapses release: random numbers, parameters and states of their
 * own.
 *
 * A synapse's random numbers are those of one stream: the key holds its ordinal among the synapses
 * of its pair, the counter projection, source, target and, in the low bits, the number of the
 * source's spike (or which parameter is drawn). One evaluation of Philox gives the two words that a
 * spike may need: the first refills sites, the second releases. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/vector_kernel.h"
#include "engine/simulation.h"
#include "engine/synapse_key.h"
#include "models/synapse/binomial.h"
#include "network/value_draw.h"

/* A multiple of the most lanes; arrays that are read in vectors are longer by this. */
#define CHUNK 64u
#define ROOM  8u
/* Low bits of a key that number the words of one parameter. */
#define PARAMETER_BITS 24
/* ---- Release ------------------------------------------------------------------------------- */

/* u[i] and, where there is one, x[i] of synapses begin .. begin + count - 1 go on to this spike. */
static void follow(transmission_part *part, const vector_kernel *kernel, const sent_spike *spike,
                   uint32_t begin, uint32_t count)
{
    const release_projection *release = part->release;
    double kept_rec[CHUNK], kept_fac[CHUNK];
    for (uint32_t i = 0; i < count; i++) {
        kept_rec[i] = release_kept(spike->since, release->inverse_rec);
        kept_fac[i] = release_kept(spike->since, release->inverse_fac);
    }
    if (part->x != NULL && part->inverse_rec != NULL) {
        kernel->decays(part->inverse_rec + begin, spike->since, kept_rec, count);
    }
    if (part->inverse_fac != NULL) {
        kernel->decays(part->inverse_fac + begin, spike->since, kept_fac, count);
    }
    for (uint32_t i = 0; i < count; i++) {
        const double rest = part->rest != NULL ? part->rest[begin + i] : release->spec.u;
        double *u = &part->u[begin + i];
        if (part->x != NULL) {
            part->x[begin + i] = release_recovered(part->x[begin + i], *u, kept_rec[i]);
        }
        *u = release_facilitated(*u, rest, kept_fac[i]);
    }
}

static void follow_run(transmission_part *part, const vector_kernel *kernel,
                       const sent_spike *spike, uint32_t first, uint32_t count)
{
    /* the first spike finds x = 1, u = U */
    for (uint32_t i = 0; i < count && spike->since >= 0; i += CHUNK) {
        follow(part, kernel, spike, first + i, count - i < CHUNK ? count - i : CHUNK);
    }
}

/* Depression and facilitation by parameters of its own. */
static void release_amounts(transmission_part *part, uint32_t first, uint32_t count, double *factor)
{
    for (uint32_t i = 0; i < count; i++) {
        factor[i] = part->u[first + i] * part->x[first + i];
    }
}

/* All or nothing. */
static void release_or_fail(transmission_part *part, const synapse_run *run, bool sorted,
                            const sent_spike *spike, double *factor)
{
    uint32_t ordinal = 0;
    for (uint32_t i = run->first; i < run->first + run->count; i++) {
        ordinal = synapse_ordinal(part->ordinal, run, sorted, i, ordinal);
        random_stream stream =
            synapse_stream(run, RANDOM_RELEASE, run->index, run->target[i], ordinal, spike->number);
        const double u = part->rest != NULL ? part->rest[i] : spike->u;
        factor[i - run->first] = sl_random_uniform(&stream) < u;
    }
    part->draws += run->count;
}

/* Sites of one synapse; returns how many release. */
static uint32_t release_sites(transmission_part *part, const sent_spike *spike, uint32_t i,
                              random_stream *stream)
{
    const release_projection *release = part->release;
    const uint64_t refilling = sl_random_word(stream);
    const uint64_t releasing = sl_random_word(stream);
    if (spike->since >= 0) {
        const double refill = part->inverse_rec != NULL
                                  ? 1 - release_kept(spike->since, part->inverse_rec[i])
                                  : 1 - release_kept(spike->since, release->inverse_rec);
        const uint32_t empty = release->spec.sites - part->full[i];
        part->full[i] += (uint16_t)sl_binomial(refilling, empty, refill, &part->draws);
    }
    const double u = part->u != NULL ? part->u[i] : spike->u;
    const uint32_t released = sl_binomial(releasing, part->full[i], u, &part->draws);
    part->full[i] -= (uint16_t)released;
    part->draws += 2;
    return released;
}

static void release_at_random(transmission_part *part, const synapse_run *run, bool sorted,
                              const sent_spike *spike, double *factor)
{
    const double sites = part->release->spec.sites;
    uint32_t ordinal = 0;
    for (uint32_t i = run->first; i < run->first + run->count; i++) {
        ordinal = synapse_ordinal(part->ordinal, run, sorted, i, ordinal);
        random_stream stream =
            synapse_stream(run, RANDOM_RELEASE, run->index, run->target[i], ordinal, spike->number);
        factor[i - run->first] = (double)release_sites(part, spike, i, &stream) / sites;
    }
}

void sl_synapse_release(transmission_part *part, const vector_kernel *kernel,
                        const saltus_network *network, uint32_t index, uint32_t block,
                        uint32_t first, uint32_t count, uint32_t source, const sent_spike *spike,
                        double *factor)
{
    const bool sorted = !network->projections[index].own_delay;
    const synapse_run run = sl_synapse_run(network, index, block, first, count, source);
    if (part->u != NULL) {
        follow_run(part, kernel, spike, first, count);
    }
    switch (part->release->spec.model) {
    case SALTUS_RELEASE_UNRELIABLE:
        release_or_fail(part, &run, sorted, spike, factor);
        return;
    case SALTUS_RELEASE_STOCHASTIC:
        release_at_random(part, &run, sorted, spike, factor);
        return;
    case SALTUS_RELEASE_TSODYKS_MARKRAM:
        release_amounts(part, first, count, factor);
        return;
    case SALTUS_RELEASE_SURE:
        return;
    }
}

/* ---- The beginning -----------------------------------------------------------------------------
 */

/* Values of one parameter for all synapses, drawn from its normal distribution. */
static double *draw_values(const transmission_part *part, synapse_run run, const fan_out *rows,
                           uint32_t sources, const saltus_value *value, uint32_t parameter)
{
    const bool sorted = !run.network->projections[run.index].own_delay;
    double *values = sl_memory_zeroed((size_t)rows->row[sources] + ROOM, sizeof *values);
    for (run.source = 0; values != NULL && run.source < sources; run.source++) {
        uint32_t ordinal = 0;
        run.first = rows->row[run.source];
        for (uint32_t i = run.first; i < rows->row[run.source + 1]; i++) {
            ordinal = synapse_ordinal(part->ordinal, &run, sorted, i, ordinal);
            random_stream stream = synapse_stream(&run, RANDOM_SYNAPSE, run.index, run.target[i],
                                                  ordinal, parameter << PARAMETER_BITS);
            /* a distribution that leaves next to nothing of what is allowed is refused earlier */
            if (!sl_value_draw(value, &stream, &values[i])) {
                values[i] = value->a;
            }
        }
    }
    return values;
}

static double *draw_inverse(const transmission_part *part, synapse_run run, const fan_out *rows,
                            uint32_t sources, double tau_ms, double sd_ms, uint32_t parameter)
{
    saltus_value value = saltus_normal(tau_ms, sd_ms);
    value.low = 0;
    value.high = SIM_TIME_MAX_MS;
    double *inverse = draw_values(part, run, rows, sources, &value, parameter);
    for (uint32_t i = 0; inverse != NULL && i < rows->row[sources]; i++) {
        inverse[i] = fmin(release_inverse(inverse[i]), RELEASE_FASTEST);
    }
    return inverse;
}

/* Parameters of its own for every synapse. */
static bool init_parameters(transmission_part *part, synapse_run run, const fan_out *rows,
                            uint32_t sources)
{
    const saltus_release_spec *spec = &part->release->spec;
    bool ok = true;
    if (spec->u_sd > 0) {
        saltus_value value = saltus_normal(spec->u, spec->u_sd);
        value.low = 0;
        value.high = 1;
        part->rest = draw_values(part, run, rows, sources, &value, 0);
        ok &= part->rest != NULL;
    }
    if (spec->tau_rec_sd_ms > 0) {
        part->inverse_rec =
            draw_inverse(part, run, rows, sources, spec->tau_rec_ms, spec->tau_rec_sd_ms, 1);
        ok &= part->inverse_rec != NULL;
    }
    if (spec->tau_fac_sd_ms > 0) {
        part->inverse_fac =
            draw_inverse(part, run, rows, sources, spec->tau_fac_ms, spec->tau_fac_sd_ms, 2);
        ok &= part->inverse_fac != NULL;
    }
    return ok;
}

static double *filled(size_t count, const double *from, double value)
{
    double *to = sl_memory_array(count, sizeof *to);
    for (size_t i = 0; to != NULL && i < count; i++) {
        to[i] = from != NULL ? from[i] : value;
    }
    return to;
}

/* As the first spike finds it: all is there. */
static bool init_states(transmission_part *part, uint32_t synapses)
{
    const saltus_release_spec *spec = &part->release->spec;
    bool ok = true;
    if (spec->model == SALTUS_RELEASE_STOCHASTIC) {
        part->full = sl_memory_array(synapses, sizeof *part->full);
        for (uint32_t i = 0; part->full != NULL && i < synapses; i++) {
            part->full[i] = (uint16_t)spec->sites;
        }
        ok &= part->full != NULL;
    }
    if (part->release->own && spec->model != SALTUS_RELEASE_UNRELIABLE) {
        part->u = filled(synapses, part->rest, spec->u);
        ok &= part->u != NULL;
    }
    if (part->release->own && spec->model == SALTUS_RELEASE_TSODYKS_MARKRAM) {
        part->x = filled(synapses, NULL, 1);
        ok &= part->x != NULL;
    }
    return ok;
}

bool sl_synapse_release_init(transmission_part *part, const saltus_network *network, uint32_t index,
                             uint32_t block)
{
    const projection *projection = &network->projections[index];
    const fan_out *rows = &projection->blocks[block];
    const uint32_t sources = network->populations[projection->source].size;
    const synapse_run whole = sl_synapse_run(network, index, block, 0, rows->row[sources], 0);
    return sl_synapse_ordinals(&whole, &part->ordinal) &&
           init_parameters(part, whole, rows, sources) && init_states(part, whole.count);
}

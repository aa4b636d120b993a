/* twin_compare - the library against the oracle on one twin; shrinking and printing of a failure.
 *
 * Without drift every event has a tick that is a sum of given ticks, so the library must agree to
 * the tick. With drift, rounding of a crossing may move it by a tick.
 */
#include "twin.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool spikes_agree(const twin *t, const trial_result *got, oracle *o, int64_t tolerance,
                         char *why, size_t why_size)
{
    size_t count = 0;
    const oracle_spike *wanted = oracle_spikes(o, &count);
    const double slack_ms = (double)tolerance / ORACLE_TICKS_PER_MS;
    for (size_t k = 0; k < count || k < got->spike_count; k++) {
        if (k >= got->spike_count) {
            snprintf(why, why_size, "spike %zu: nothing, expected neuron %u at tick %" PRId64, k,
                     wanted[k].neuron, wanted[k].tick);
            return false;
        }
        const saltus_spike *s = &got->spikes[k];
        const uint32_t neuron = t->populations[s->population].first + s->neuron;
        if (k >= count) {
            snprintf(why, why_size, "spike %zu: neuron %u at %.17g ms, expected none", k, neuron,
                     s->time_ms);
            return false;
        }
        const double wanted_ms = twin_ms(wanted[k].tick);
        if (neuron != wanted[k].neuron || fabs(s->time_ms - wanted_ms) > slack_ms) {
            snprintf(why, why_size,
                     "spike %zu: neuron %u at %.17g ms (tick %" PRId64
                     "), expected neuron %u at %.17g ms (tick %" PRId64 ")",
                     k, neuron, s->time_ms, (int64_t)llround(s->time_ms * ORACLE_TICKS_PER_MS),
                     wanted[k].neuron, wanted_ms, wanted[k].tick);
            return false;
        }
    }
    return true;
}

/* What one tick of drift or decay changes V by: without refractoriness the library may show the
 * reset value for a tick. */
static double one_tick_mV(const twin *t, uint32_t neuron, double v_mV)
{
    const twin_population *p = &t->populations[twin_population_of(t, neuron)];
    if (p->t_ref > 0) {
        return 0;
    }
    return fabs(twin_highest_v_inf_mV(t, neuron) - v_mV) / (p->tau_m_ms * ORACLE_TICKS_PER_MS);
}

static bool potential_agrees(const twin *t, oracle *o, uint32_t neuron, int64_t tick, double got,
                             double tolerance, char *why, size_t why_size)
{
    const uint32_t p = twin_population_of(t, neuron);
    if (t->populations[p].model != SALTUS_MODEL_LIF_DELTA) {
        return true;
    }
    const double wanted = oracle_potential_mV(o, neuron, tick);
    if (fabs(got - wanted) <=
        tolerance * fmax(1.0, fabs(wanted)) + 1.001 * one_tick_mV(t, neuron, wanted)) {
        return true;
    }
    snprintf(why, why_size, "V of neuron %u at tick %" PRId64 ": %.17g, expected %.17g mV", neuron,
             tick, got, wanted);
    return false;
}

/* Run the oracle from sample to sample; a sample is the state after all events of its tick. */
static bool samples_agree(const twin *t, const trial_result *got, oracle *o, double tolerance,
                          char *why, size_t why_size)
{
    size_t next = 0;
    for (int64_t tick = t->sample_start; t->sample_interval > 0 && tick < t->end;
         tick += t->sample_interval) {
        oracle_run(o, tick + 1, SIZE_MAX);
        for (uint32_t i = 0; i < t->neuron_count; i++) {
            const uint32_t p = twin_population_of(t, i);
            if (t->populations[p].model != SALTUS_MODEL_LIF_DELTA) {
                continue;
            }
            const trial_sample *s = &got->samples[next++];
            if (next > got->sample_count || s->time_ms != twin_ms(tick) || s->population != p ||
                t->populations[p].first + s->neuron != i) {
                snprintf(why, why_size, "no sample of neuron %u at tick %" PRId64, i, tick);
                return false;
            }
            if (!potential_agrees(t, o, i, tick, s->potential_mV, tolerance, why, why_size)) {
                return false;
            }
        }
    }
    if (next != got->sample_count) {
        snprintf(why, why_size, "%zu samples, expected %zu", got->sample_count, next);
        return false;
    }
    return true;
}

bool twin_agrees_with(const twin *t, const trial_result *got, twin_tolerance tolerance,
                      size_t *spikes, char *why, size_t why_size)
{
    twin_oracle o = twin_oracle_create(t);
    bool agree = samples_agree(t, got, o.oracle, tolerance.potential_mV, why, why_size);
    oracle_run(o.oracle, t->end, SIZE_MAX);
    /* A missing spike says more than the potential it leaves behind. */
    agree = spikes_agree(t, got, o.oracle, tolerance.ticks, why, why_size) && agree;
    for (uint32_t i = 0; agree && i < t->neuron_count; i++) {
        agree = potential_agrees(t, o.oracle, i, t->end, got->potentials_mV[i],
                                 tolerance.potential_mV, why, why_size);
    }
    if (agree && got->out_of_order) {
        snprintf(why, why_size, "spikes are not in (time, neuron) order");
        agree = false;
    }
    if (spikes) {
        oracle_spikes(o.oracle, spikes);
    }
    twin_oracle_destroy(&o);
    return agree;
}

bool twin_agree(const twin *t, const trial_setup *setup, twin_tolerance tolerance, size_t *spikes,
                char *why, size_t why_size)
{
    saltus_error error = {0};
    saltus_experiment *e = twin_experiment(t, &error);
    if (!e) {
        snprintf(why, why_size, "experiment refused: %s", error.message);
        return false;
    }
    trial_setup how = setup ? *setup : (trial_setup){.threads = 1};
    how.spikes = true;
    how.samples = true;
    trial_result got;
    const bool ran = trial_run(e, &how, &got);
    saltus_experiment_destroy(e);
    if (!ran) {
        snprintf(why, why_size, "the library failed");
        return false;
    }
    const bool agree = twin_agrees_with(t, &got, tolerance, spikes, why, why_size);
    trial_clear(&got);
    return agree;
}

/* ---- When they differ -------------------------------------------------------------- */

static bool still_differs(const twin *t, const trial_setup *setup, twin_tolerance tolerance)
{
    char why[256];
    return !twin_agree(t, setup, tolerance, NULL, why, sizeof why);
}

/* Drop what can be dropped from one array, in pieces that become smaller. */
static bool shrink_array(twin *t, void *array, size_t *count, size_t size, const trial_setup *setup,
                         twin_tolerance tolerance)
{
    bool smaller = false;
    char *saved = malloc(*count * size + 1);
    if (!saved) {
        abort();
    }
    for (size_t piece = *count / 2 + 1; *count > 0; piece /= 2) {
        for (size_t at = 0; at < *count && piece > 0;) {
            const size_t gone = piece < *count - at ? piece : *count - at, before = *count;
            char *bytes = array;
            memcpy(saved, bytes, before * size);
            memmove(bytes + at * size, bytes + (at + gone) * size, (before - at - gone) * size);
            *count = before - gone;
            if (still_differs(t, setup, tolerance)) {
                smaller = true;
            } else {
                memcpy(bytes, saved, before * size);
                *count = before;
                at += gone;
            }
        }
        if (piece <= 1) {
            break;
        }
    }
    free(saved);
    return smaller;
}

void twin_shrink(twin *t, const trial_setup *setup, twin_tolerance tolerance)
{
    bool smaller = still_differs(t, setup, tolerance);
    while (smaller) {
        smaller =
            shrink_array(t, t->arrivals, &t->arrival_count, sizeof *t->arrivals, setup, tolerance);
        smaller = shrink_array(t, t->source_spikes, &t->source_spike_count,
                               sizeof *t->source_spikes, setup, tolerance) ||
                  smaller;
        smaller = shrink_array(t, t->synapses, &t->synapse_count, sizeof *t->synapses, setup,
                               tolerance) ||
                  smaller;
        smaller = shrink_array(t, t->periodics, &t->periodic_count, sizeof *t->periodics, setup,
                               tolerance) ||
                  smaller;
        smaller = shrink_array(t, t->currents, &t->current_count, sizeof *t->currents, setup,
                               tolerance) ||
                  smaller;
        const int64_t end = t->end;
        t->end = end / 2 + 1;
        if (t->end < end && t->end > t->sample_start && still_differs(t, setup, tolerance)) {
            smaller = true;
        } else {
            t->end = end;
        }
    }
}

static void print_population(const twin *t, const twin_population *p, FILE *to)
{
    if (p->model == SALTUS_MODEL_SPIKE_LIST) {
        fprintf(to, "  neurons %u..%u: spike list\n", p->first, p->first + p->size - 1);
        return;
    }
    if (p->model == SALTUS_MODEL_PERIODIC_SOURCE) {
        fprintf(to, "  neurons %u..%u: every %" PRId64 " ticks, stop %" PRId64 ", start", p->first,
                p->first + p->size - 1, p->interval, p->stop);
        for (uint32_t i = 0; i < p->size; i++) {
            fprintf(to, " %" PRId64, t->neurons[p->first + i].start);
        }
        fprintf(to, "\n");
        return;
    }
    fprintf(to,
            "  neurons %u..%u: tau_m %.17g ms, c_m %.17g pF, v_rest %.17g, v_reset %.17g mV, "
            "t_ref %" PRId64 " ticks\n",
            p->first, p->first + p->size - 1, p->tau_m_ms, p->c_m_pF, p->v_rest_mV, p->v_reset_mV,
            p->t_ref);
    for (uint32_t i = p->first; i < p->first + p->size; i++) {
        fprintf(to, "    neuron %u: v_th %.17g mV, i_e %.17g pA, V(0) %.17g mV\n", i,
                t->neurons[i].v_th_mV, t->neurons[i].i_e_pA, t->neurons[i].v_init_mV);
    }
}

void twin_print(const twin *t, FILE *to)
{
    fprintf(to, "network of seed %" PRIu64 " to tick %" PRId64 " (1 tick = 1e-11 ms)\n", t->seed,
            t->end);
    for (uint32_t p = 0; p < t->population_count; p++) {
        print_population(t, &t->populations[p], to);
    }
    for (size_t k = 0; k < t->synapse_count; k++) {
        const oracle_synapse *y = &t->synapses[k].synapse;
        fprintf(to, "  synapse %u -> %u: %.17g mV, delay %" PRId64 " ticks, bundle %u\n", y->source,
                y->target, y->weight_mV, y->delay, t->synapses[k].bundle);
    }
    for (size_t k = 0; k < t->periodic_count; k++) {
        const twin_periodic *q = &t->periodics[k];
        fprintf(to, "  population %u: %.17g mV at %" PRId64 " + k %" PRId64 " < %" PRId64 "\n",
                q->population, q->weight_mV, q->start, q->interval, q->stop);
    }
    for (size_t k = 0; k < t->current_count; k++) {
        const stepped_current *c = &t->currents[k].current;
        fprintf(to, "  current into population %u:", t->currents[k].population);
        for (uint32_t i = 0; i < c->points; i++) {
            fprintf(to, " %.17g pA from %" PRId64 ",", c->value_pA[i], c->tick[i]);
        }
        fprintf(to, " until %" PRId64 "\n", c->stop);
    }
    for (size_t k = 0; k < t->source_spike_count; k++) {
        fprintf(to, "  source %u: tick %" PRId64 "\n", t->source_spikes[k].neuron,
                t->source_spikes[k].tick);
    }
    for (size_t k = 0; k < t->arrival_count; k++) {
        fprintf(to, "  arrival at neuron %u: tick %" PRId64 ", %.17g mV\n", t->arrivals[k].neuron,
                t->arrivals[k].tick, t->arrivals[k].weight_mV);
    }
    if (t->sample_interval > 0) {
        fprintf(to, "  samples at %" PRId64 " + k %" PRId64 "\n", t->sample_start,
                t->sample_interval);
    }
}

twin_tolerance twin_usual_tolerance(const twin *t)
{
    if (twin_has_drift(t)) {
        return (twin_tolerance){.ticks = 100, .potential_mV = 1e-7};
    }
    return (twin_tolerance){.ticks = 0, .potential_mV = 1e-11};
}

bool twin_check(twin *t, const char *name, const trial_setup *setup, size_t *spikes)
{
    const twin_tolerance tolerance = twin_usual_tolerance(t);
    char why[512];
    if (twin_agree(t, setup, tolerance, spikes, why, sizeof why)) {
        return true;
    }
    fprintf(stderr, "%s: seed %" PRIu64 ": %s\n", name, t->seed, why);
    if (getenv("SALTUS_NO_SHRINK") == NULL) {
        twin_shrink(t, setup, tolerance);
        why[0] = '\0';
        twin_agree(t, setup, tolerance, NULL, why, sizeof why);
        fprintf(stderr, "shrunk to: %s\n", why);
    }
    twin_print(t, stderr);
    return false;
}

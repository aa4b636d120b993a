/* rejection_shares - how many arrivals pass each rejection of neurons with currents, and how many
 * of them are crossings: counted neuron by neuron, outside of the engine, whose loops count
 * nothing.
 *
 *     build/tests/rejection_shares            the table in docs/benchmarks.md
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/exact_math.h"
#include "base/random.h"
#include "models/neuron/lif_current.h"

/* A neuron that gets excitation and inhibition as two Poisson processes; times in tau_m. */
typedef struct regime {
    const char *name;
    double tau_m_ms, tau_ms[2], th, reset, t_ref_ms;
    double rate_per_ms[2], weight[2]; /* weights in mV of J */
} regime;

static const regime regimes[] = {
    {"column: tau 10, tau_s 0.5, th 15", 10, {0.5, 0.5}, 15, 0, 2, {22.9, 4.8}, {3.512, -14.05}},
    {"tau 20, tau_E 5, tau_I 10, th 11", 20, {5, 10}, 11, 1, 5, {1.8, 0.3}, {1.62, -2.2}},
    {"tau 20, tau_E 5, tau_I 2, th 11", 20, {5, 2}, 11, 1, 5, {1.8, 0.3}, {1.62, -11}},
    {"CUBA: tau 20, tau_E 5, tau_I 10, th -1", 20, {5, 10}, -1, -11, 5, {0.35, 0.09}, {1.62, -9}},
    {"tau 20, tau_E 5, tau_I 2.5, th -1", 20, {5, 2.5}, -1, -11, 5, {0.35, 0.09}, {1.62, -36}},
};

enum { LOOKS = 3 };
static const double looks_ms[LOOKS] = {0.1, 0.5, 1.5};

typedef struct tally {
    uint64_t arrivals, strong, charged, spikes;
    uint64_t excited[LOOKS], timed[LOOKS], crossings[LOOKS];
} tally;

/* T4 as it would be if nothing of what inhibits counted. */
static bool excited_within(const lif_currents *model, const lif_current_state *at, double th,
                           double length)
{
    lif_current_state excitation = *at;
    for (uint32_t k = 0; k < model->count; k++) {
        excitation.j[k] = fmax(excitation.j[k], 0);
    }
    return sl_lif_current_rejects(model, &excitation, th, length) == LIF_MAY_CROSS;
}

static void look(const lif_currents *model, const lif_current_state *at, const regime *regime,
                 tally *tally)
{
    const lif_rejection ever = sl_lif_current_rejects(model, at, regime->th, 1e6);
    tally->arrivals++;
    tally->strong += ever != LIF_WEAK;
    tally->charged += ever != LIF_WEAK && ever != LIF_SPENT;
    for (int i = 0; i < LOOKS; i++) {
        const double length = looks_ms[i] / regime->tau_m_ms;
        if (!excited_within(model, at, regime->th, length)) {
            continue;
        }
        tally->excited[i]++;
        if (sl_lif_current_rejects(model, at, regime->th, length) != LIF_MAY_CROSS) {
            continue;
        }
        tally->timed[i]++;
        tally->crossings[i] += sl_lif_current_crossing(model, at, regime->th, length) >= 0;
    }
}

static void wait(const lif_currents *model, lif_current_state *at, double x)
{
    at->v = sl_lif_current_potential(model, at, x);
    for (uint32_t k = 0; k < model->count; k++) {
        at->j[k] *= sl_exp(-model->rate[k] * x);
    }
}

/* Go on by x. Where v reaches the threshold the neuron fires and stands at its reset for a while,
 * which may last beyond x: `held` is what is left of it. */
static void go_on(const lif_currents *model, const regime *regime, lif_current_state *at, double x,
                  double *held, tally *tally)
{
    while (x > 0) {
        if (*held > 0) {
            const double pause = fmin(*held, x);
            wait(model, at, pause);
            at->v = regime->reset;
            *held -= pause;
            x -= pause;
            continue;
        }
        const double fires = sl_lif_current_crossing(model, at, regime->th, x);
        const double until = fires >= 0 ? fires : x;
        wait(model, at, until);
        x -= until;
        if (fires >= 0) {
            at->v = regime->reset;
            *held = regime->t_ref_ms / regime->tau_m_ms;
            tally->spikes++;
        }
    }
}

static tally count_regime(const regime *regime, uint32_t index, uint64_t arrivals)
{
    const lif_currents model = {
        .count = regime->tau_ms[0] == regime->tau_ms[1] ? 1 : 2, /* one current of both signs */
        .rate = {regime->tau_m_ms / regime->tau_ms[0], regime->tau_m_ms / regime->tau_ms[1]}};
    const double rate = (regime->rate_per_ms[0] + regime->rate_per_ms[1]) * regime->tau_m_ms;
    const double excited = regime->rate_per_ms[0] * regime->tau_m_ms / rate;
    random_stream stream = random_stream_at(1, RANDOM_INPUT, index, 0);
    lif_current_state at = {.v = regime->reset};
    tally tally = {0};
    double held = 0;
    double time_ms = 0;
    for (uint64_t i = 0; i < arrivals; i++) {
        const double gap = -sl_log(sl_random_uniform(&stream)) / rate;
        time_ms += gap * regime->tau_m_ms;
        go_on(&model, regime, &at, gap, &held, &tally);
        const uint32_t k = sl_random_uniform(&stream) >= excited;
        at.j[model.count == 1 ? 0 : k] += regime->weight[k];
        if (held <= 0) {
            look(&model, &at, regime, &tally);
        }
    }
    printf("| %s | %.1f |", regime->name, 1000 * (double)tally.spikes / time_ms);
    return tally;
}

static double percent(uint64_t part, uint64_t whole)
{
    return 100 * (double)part / (double)whole;
}

int main(void)
{
    printf("| regime | Hz | T1 | T1, T3 | D, ms | + T4, what excites | + T4 | crossing |\n"
           "|---|---|---|---|---|---|---|---|\n");
    for (uint32_t r = 0; r < sizeof regimes / sizeof regimes[0]; r++) {
        const tally tally = count_regime(&regimes[r], r, 1000000);
        for (int i = 0; i < LOOKS; i++) {
            if (i == 0 && regimes[r].th > 0) {
                printf(" %.3g %% | %.3g %%", percent(tally.strong, tally.arrivals),
                       percent(tally.charged, tally.arrivals));
            } else {
                printf(i == 0 ? " - | -" : "| | | |");
            }
            printf(" | %g | %.3g %% | %.3g %% | %.3g %% |\n", looks_ms[i],
                   percent(tally.excited[i], tally.arrivals),
                   percent(tally.timed[i], tally.arrivals),
                   percent(tally.crossings[i], tally.arrivals));
        }
    }
    return 0;
}

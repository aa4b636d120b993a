/* test_clock_counts - what was done, in closed form, in every engine.
 *
 * Three small networks driven by a beat, whose every event can be counted by hand, and one with
 * random input, where counts follow from the spikes. The same whatever the threads, blocks,
 * schedulers and cuts. */
#include <check.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "clock_fixture.h"
#include "schedule/scheduler.h"
#include "support/suite.h"

/* All times of the small networks are whole steps of these. */
static const struct {
    const char *name;
    double step_ms;
} engines[] = {{"event", 0},          {"grid@0.1ms", 0.1},  {"grid@0.5ms", 0.5},
               {"euler@0.1ms", 0.1},  {"euler@0.5ms", 0.5}, {"offgrid@0.1ms", 0.1},
               {"offgrid@0.5ms", 0.5}};
#define ENGINES (sizeof engines / sizeof engines[0])

enum { STATE_BYTES = 16, ENTRY_BYTES = 24 };

/* What is the same in all engines; the rest follows. */
typedef struct wanted {
    double duration_ms;
    uint64_t neurons; /* that have a potential */
    uint64_t spikes, source_spikes, deliveries, zeros, external, resets, pushes, pops;
    uint64_t event_tests; /* after arrivals */
    uint64_t synapse_bytes;
} wanted;

static void check(const trial_result *got, const wanted *w, double step_ms, const char *name)
{
    char why[256];
    const uint64_t steps = step_ms > 0 ? (uint64_t)llround(w->duration_ms / step_ms) : 0;
    const bool tests_steps = strncmp(name, "grid", 4) == 0 || strncmp(name, "euler", 5) == 0;
    const uint64_t updates = w->deliveries + w->external + w->resets;
    const trial_result all = {
        .counts = {.spikes = w->spikes,
                   .source_spikes = w->source_spikes,
                   .synaptic_events = w->deliveries,
                   .zero_weight_events = w->zeros,
                   .external_events = w->external,
                   .neuron_updates = updates,
                   .step_updates = steps * w->neurons,
                   .threshold_tests = tests_steps ? steps * w->neurons : w->event_tests,
                   .scheduler_pushes = w->pushes,
                   .scheduler_pops = w->pops,
                   .steps = steps,
                   .state_bytes = (updates + steps * w->neurons) * STATE_BYTES,
                   .synapse_bytes = w->synapse_bytes,
                   .queue_bytes = (w->pushes + w->pops) * ENTRY_BYTES,
                   .exp_evaluations = got->counts.exp_evaluations}};
    ck_assert_msg(trial_same_counts(&all, got, false, why, sizeof why), "%s: wanted %s", name, why);
    ck_assert_msg(trial_counts_add_up(got, why, sizeof why), "%s: %s", name, why);
    if (tests_steps) {
        ck_assert_uint_eq(got->counts.exp_evaluations, 0);
    }
}

/* ---- Networks ------------------------------------------------------------------------------ */

enum { RING = 7 };

static void connect_list(saltus_experiment *e, uint32_t from, uint32_t to, const uint32_t *sources,
                         const uint32_t *targets, size_t count, saltus_value weight_mV,
                         saltus_value delay_ms)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = from;
    spec.target = to;
    spec.rule = SALTUS_RULE_LIST;
    spec.list_sources = sources;
    spec.list_targets = targets;
    spec.list_count = count;
    spec.weight_mV = weight_mV;
    spec.delay_ms = delay_ms;
    saltus_error error = {0};
    ck_assert_msg(saltus_experiment_add_projection(e, &spec, NULL, &error) == SALTUS_OK, "%s",
                  error.message);
}

/* A spike goes round, from 1 ms on, 2 ms a neuron: 50 spikes before 101 ms. The last of them
 * arrives and ends its refractoriness at 101 ms, after the run. */
static saltus_experiment *ring(wanted *w)
{
    saltus_experiment *e = fixture_experiment(101);
    fixture_neurons(e, "ring", RING);
    uint32_t sources[RING], targets[RING];
    for (uint32_t i = 0; i < RING; i++) {
        sources[i] = i;
        targets[i] = (i + 1) % RING;
    }
    connect_list(e, 0, 0, sources, targets, RING, saltus_constant(25), saltus_constant(2));
    fixture_arrival first = {.time_ms = 1, .target = 3, .weight_mV = 20};
    fixture_arrivals(e, 0, &first, 1);
    *w = (wanted){.duration_ms = 101,
                  .neurons = RING,
                  .spikes = 50,
                  .deliveries = 49,
                  .external = 1,
                  .resets = 50 + 49,
                  .pushes = 50,
                  .pops = 49,
                  .event_tests = 49 + 1,
                  .synapse_bytes = 49 * 4};
    return e;
}

enum { CLUB = 5 };

/* A beat at 10, 20, ... 90 ms fires all, who then kick each other and themselves in vain, through
 * two projections with one delay; one of them weighs nothing, and is not tested by events. */
static saltus_experiment *club(wanted *w)
{
    saltus_experiment *e = fixture_experiment(100);
    fixture_neurons(e, "club", CLUB);
    fixture_periodic(e, "beat", 0, 10, 30);
    fixture_connect(e, 0, 0, SALTUS_RULE_ALL_TO_ALL, 0, saltus_constant(0.1), saltus_constant(1.5));
    fixture_connect(e, 0, 0, SALTUS_RULE_ALL_TO_ALL, 0, saltus_constant(0), saltus_constant(1.5));
    *w = (wanted){.duration_ms = 100,
                  .neurons = CLUB,
                  .spikes = 9 * CLUB,
                  .deliveries = 9 * 2 * CLUB * CLUB,
                  .zeros = 9 * CLUB * CLUB,
                  .external = 9 * CLUB,
                  .resets = 9 * 2 * CLUB,
                  .pushes = 9 * CLUB,
                  .pops = 9 * CLUB,
                  .event_tests = 9 * CLUB * CLUB + 9 * CLUB,
                  .synapse_bytes = 9 * 2 * CLUB * CLUB * 4};
    return e;
}

/* Three sources at 5, 10, ... 45 ms, together over the threshold of four neurons, which lead to
 * two that never fire: through a list with own weights and delays (one weight is 0), through drawn
 * weights, and through inhibition, which events do not test. All of it arrives before the end. */
static saltus_experiment *cascade(wanted *w)
{
    saltus_experiment *e = fixture_experiment(50);
    saltus_population_spec source = saltus_population_spec_default();
    source.name = "source";
    source.size = 3;
    source.model = SALTUS_MODEL_PERIODIC_SOURCE;
    source.interval_ms = 5;
    fixture_population(e, &source);
    fixture_neurons(e, "middle", 4);
    saltus_population_spec last = saltus_population_spec_default();
    last.name = "last";
    last.size = 2;
    last.v_th_mV = saltus_constant(1000);
    fixture_population(e, &last);
    static const uint32_t sources[] = {0, 0, 1, 2, 3, 3}, targets[] = {0, 1, 1, 0, 0, 1};
    static const double weights_mV[] = {1, 2, 0, -1, 0.1, 1}; /* 0.1 takes 8 bytes */
    static const double delays_ms[] = {0.5, 3, 1, 2, 2, 0.5};
    fixture_connect(e, 0, 1, SALTUS_RULE_ALL_TO_ALL, 0, saltus_constant(12), saltus_constant(1));
    saltus_value weights = {.kind = SALTUS_VALUE_LIST, .list = weights_mV, .list_length = 6};
    saltus_value delays = {.kind = SALTUS_VALUE_LIST, .list = delays_ms, .list_length = 6};
    connect_list(e, 1, 2, sources, targets, 6, weights, delays);
    fixture_connect(e, 1, 2, SALTUS_RULE_ALL_TO_ALL, 0, saltus_uniform(1, 2), saltus_constant(1));
    fixture_connect(e, 1, 2, SALTUS_RULE_ALL_TO_ALL, 0, saltus_constant(-1), saltus_constant(2));
    *w = (wanted){.duration_ms = 50,
                  .neurons = 6,
                  .spikes = 9 * 4,
                  .source_spikes = 9 * 3,
                  .deliveries = 9 * (12 + 6 + 8 + 8),
                  .zeros = 9,
                  .resets = 9 * 4 * 2,
                  .pushes = 9 * (3 + 4 * 3), /* two constant delays, and those of their own */
                  .pops = 9 * (3 + 4 * 3),
                  .event_tests = 9 * (12 + 6 + 8),
                  .synapse_bytes = 9 * (12 * 4 + 6 * (4 + 8 + 8) + 8 * (4 + 4) + 8 * 4)};
    return e;
}

static saltus_experiment *(*const networks[])(wanted *) = {ring, club, cascade};
#define NETWORKS (sizeof networks / sizeof networks[0])

/* ---- Closed forms -------------------------------------------------------------------------- */

START_TEST(counts_of_a_ring_are_those_by_hand)
{
    wanted w;
    saltus_experiment *e = ring(&w);
    for (size_t i = 0; i < ENGINES; i++) {
        trial_result got = fixture_run(e, engines[i].name);
        check(&got, &w, engines[i].step_ms, engines[i].name);
        trial_clear(&got);
    }
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(counts_of_all_to_all_are_those_by_hand)
{
    wanted w;
    saltus_experiment *e = club(&w);
    for (size_t i = 0; i < ENGINES; i++) {
        trial_result got = fixture_run(e, engines[i].name);
        check(&got, &w, engines[i].step_ms, engines[i].name);
        ck_assert_uint_eq(got.projections[0].zero_weight_events, 0);
        ck_assert_uint_eq(got.projections[1].zero_weight_events, 9 * CLUB * CLUB);
        trial_clear(&got);
    }
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(counts_of_feed_forward_are_those_by_hand_for_each_part)
{
    wanted w;
    saltus_experiment *e = cascade(&w);
    for (size_t i = 0; i < ENGINES; i++) {
        trial_result got = fixture_run(e, engines[i].name);
        check(&got, &w, engines[i].step_ms, engines[i].name);
        const uint64_t steps = got.counts.steps;
        const saltus_population_counts *part = got.populations;
        ck_assert_uint_eq(part[0].spikes, 27);
        ck_assert_uint_eq(part[0].neuron_updates + part[0].step_updates + part[0].threshold_tests,
                          0);
        ck_assert_uint_eq(part[1].spikes, 36);
        ck_assert_uint_eq(part[1].synaptic_events, 108);
        ck_assert_uint_eq(part[1].neuron_updates, 108 + 72);
        ck_assert_uint_eq(part[1].step_updates, 4 * steps);
        ck_assert_uint_eq(part[2].spikes, 0);
        ck_assert_uint_eq(part[2].synaptic_events, 9 * (6 + 8 + 8));
        ck_assert_uint_eq(part[2].neuron_updates, 9 * (6 + 8 + 8));
        ck_assert_uint_eq(part[2].step_updates, 2 * steps);
        static const saltus_projection_counts projections[] = {
            {108, 0, 0, 108 * 4}, {54, 9, 0, 54 * 20}, {72, 0, 0, 72 * 8}, {72, 0, 0, 72 * 4}};
        for (uint32_t k = 0; k < 4; k++) {
            ck_assert_uint_eq(got.projections[k].synaptic_events, projections[k].synaptic_events);
            ck_assert_uint_eq(got.projections[k].zero_weight_events,
                              projections[k].zero_weight_events);
            ck_assert_uint_eq(got.projections[k].synapse_bytes, projections[k].synapse_bytes);
        }
        trial_clear(&got);
    }
    saltus_experiment_destroy(e);
}
END_TEST

/* The line puts spikes elsewhere within their step, so these networks' other counts are as above,
 * as long as no spike's consequence goes beyond the end. */
START_TEST(counts_of_interpolation_are_those_by_hand)
{
    static const double steps_ms[] = {0.1, 0.5};
    for (size_t n = 1; n < NETWORKS; n++) {
        for (size_t i = 0; i < 2; i++) {
            wanted w;
            saltus_experiment *e = networks[n](&w);
            w.event_tests = (uint64_t)llround(w.duration_ms / steps_ms[i]) * w.neurons;
            const char *engine = fixture_engine("interpolated", steps_ms[i]);
            trial_result got = fixture_run(e, engine);
            check(&got, &w, steps_ms[i], engine);
            trial_clear(&got);
            saltus_experiment_destroy(e);
        }
    }
}
END_TEST

START_TEST(counts_do_not_depend_on_how_a_run_is_run)
{
    static const char *const names[] = {"event",         "grid@0.1ms",         "grid@0.3ms",
                                        "euler@0.1ms",   "interpolated@0.1ms", "interpolated@0.3ms",
                                        "offgrid@0.1ms", "offgrid@7ms"};
    static const double cuts_ms[] = {0, 0.05, 0.1, 0.1, 5, 6.000001, 11.5, 11.55, 30.3, 47};
    for (size_t n = 0; n < NETWORKS; n++) {
        wanted w;
        saltus_experiment *e = networks[n](&w);
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            trial_result one = fixture_run(e, names[i]);
            for (uint32_t way = 0; way < 6; way++) {
                const trial_setup setup = {.threads = 1 + way % 3,
                                           .block_neurons = 1024,
                                           .scheduler = saltus_scheduler_name(way % 2),
                                           .engine = names[i],
                                           .cuts_ms = cuts_ms,
                                           .cut_count = way > 2 ? 10 : 0,
                                           .spikes = true};
                trial_result other;
                char why[256];
                ck_assert(trial_run(e, &setup, &other));
                ck_assert_msg(trial_same_bits(&one, &other, why, sizeof why) &&
                                  trial_same_counts(&one, &other, false, why, sizeof why),
                              "network %zu, %s, way %u: %s", n, names[i], way, why);
                trial_clear(&other);
            }
            trial_clear(&one);
        }
        saltus_experiment_destroy(e);
    }
}
END_TEST

/* ---- Counts that follow from the spikes ----------------------------------------------------- */

/* Excitation and inhibition with random input, drift, drawn weights and delays, no refractoriness
 * in one population. Delays of at least a step; one in four weights is nothing. */
static saltus_experiment *noisy(void)
{
    saltus_experiment *e = fixture_experiment(60);
    fixture_neurons(e, "E", 40);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "I";
    spec.size = 10;
    spec.tau_m_ms = 10;
    spec.t_ref_ms = 0.5;
    spec.i_e_pA = saltus_constant(550);
    fixture_population(e, &spec);
    fixture_poisson(e, "noise", 0, 2000, 2);
    fixture_periodic(e, "beat", 1, 7, -1);
    saltus_value delays = saltus_normal(2, 1);
    delays.low = 0.5;
    fixture_connect(e, 0, 1, SALTUS_RULE_FIXED_INDEGREE, 8, saltus_uniform(0, 1), delays);
    fixture_connect(e, 1, 0, SALTUS_RULE_FIXED_OUTDEGREE, 9, saltus_constant(-1),
                    saltus_constant(1.5));
    static double weights_mV[40];
    static uint32_t index[40];
    for (uint32_t i = 0; i < 40; i++) {
        weights_mV[i] = i % 4;
        index[i] = i;
    }
    const saltus_value list = {.kind = SALTUS_VALUE_LIST, .list = weights_mV, .list_length = 40};
    connect_list(e, 0, 0, index, index, 40, list, saltus_constant(3));
    return e;
}

static double used_delay(const char *engine, double delay_ms, double step_ms)
{
    const bool on_grid = strncmp(engine, "grid", 4) == 0 || strncmp(engine, "euler", 5) == 0;
    return on_grid ? step_ms * fmax(1, floor(delay_ms / step_ms + 0.5)) : delay_ms;
}

/* Deliveries before the end, and those of weight 0, from the recorded spikes. */
static void count_deliveries(const saltus_network *network, const trial_result *got,
                             const char *engine, double step_ms, uint64_t *all, uint64_t *zeros)
{
    static saltus_synapse row[4096];
    *all = *zeros = 0;
    for (size_t i = 0; i < got->spike_count; i++) {
        const saltus_spike *s = &got->spikes[i];
        for (uint32_t p = 0; p < saltus_network_projection_count(network); p++) {
            if (saltus_network_projection_source(network, p) != s->population) {
                continue;
            }
            const size_t count = saltus_network_read_synapses(network, p, s->neuron, row, 4096);
            for (size_t k = 0; k < count; k++) {
                const double delay_ms = used_delay(engine, row[k].delay_ms, step_ms);
                const bool arrives = s->time_ms + delay_ms < 60 - 1e-10;
                *all += arrives;
                *zeros += arrives && row[k].weight_mV == 0;
            }
        }
    }
}

/* The grid's last step before the end takes what has come until then. */
static uint64_t external_events(const saltus_experiment *e, const char *engine, double step_ms)
{
    const bool on_grid = strcmp(engine, "grid") == 0 || strcmp(engine, "euler") == 0;
    const trial_setup setup = {.end_ms = on_grid ? 60 - step_ms + 1e-11 : 60};
    trial_result exact;
    ck_assert(trial_run(e, &setup, &exact));
    const uint64_t count = exact.counts.external_events;
    trial_clear(&exact);
    return count;
}

START_TEST(counts_of_a_noisy_network_follow_from_its_spikes)
{
    static const char *const names[] = {"event", "grid", "euler", "interpolated", "offgrid"};
    static const double steps_ms[] = {0.1, 0.3};
    saltus_experiment *e = noisy();
    saltus_network *network = fixture_network(e);
    trial_result exact = fixture_run(e, "event");
    for (size_t i = 0; i < 10; i++) {
        const char *name = names[i / 2];
        const double h = steps_ms[i % 2];
        trial_result got = fixture_run(e, i < 2 ? "event" : fixture_engine(name, h));
        uint64_t deliveries, zeros, resets = got.counts.spikes;
        count_deliveries(network, &got, name, h, &deliveries, &zeros);
        for (size_t k = 0; k < got.spike_count; k++) {
            const double t_ref_ms = got.spikes[k].population == 0 ? 2 : 0.5;
            resets += got.spikes[k].time_ms + used_delay(name, t_ref_ms, h) < 60 - 1e-10;
        }
        ck_assert_uint_gt(got.counts.spikes, 100);
        ck_assert_uint_gt(zeros, 10);
        ck_assert_uint_eq(got.counts.synaptic_events, deliveries);
        ck_assert_uint_eq(got.counts.zero_weight_events, zeros);
        ck_assert_uint_eq(got.counts.external_events, external_events(e, name, h));
        ck_assert_uint_eq(got.counts.random_draws, exact.counts.random_draws);
        ck_assert_uint_eq(got.counts.neuron_updates,
                          deliveries + got.counts.external_events + resets);
        ck_assert_uint_eq(got.counts.steps, i < 2 ? 0 : (uint64_t)llround(60 / h));
        ck_assert_uint_eq(got.counts.step_updates, 50 * got.counts.steps);
        char why[256];
        ck_assert_msg(trial_counts_add_up(&got, why, sizeof why), "%s: %s", name, why);
        trial_clear(&got);
    }
    trial_clear(&exact);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
}
END_TEST

/* ---- The heap's comparisons ----------------------------------------------------------------- */

/* A binary heap as textbooks have it, with swaps, that counts. */
typedef struct textbook_heap {
    flying_spike entry[512];
    size_t count;
    uint64_t compares;
} textbook_heap;

static bool before(textbook_heap *heap, size_t a, size_t b)
{
    const flying_spike *x = &heap->entry[a], *y = &heap->entry[b];
    heap->compares++;
    return x->next != y->next       ? x->next < y->next
           : x->source != y->source ? x->source < y->source
                                    : x->emitted < y->emitted;
}

static void swap(textbook_heap *heap, size_t a, size_t b)
{
    const flying_spike entry = heap->entry[a];
    heap->entry[a] = heap->entry[b];
    heap->entry[b] = entry;
}

static void textbook_push(textbook_heap *heap, flying_spike spike)
{
    size_t at = heap->count++;
    heap->entry[at] = spike;
    while (at > 0 && before(heap, at, (at - 1) / 2)) {
        swap(heap, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

static void textbook_pop(textbook_heap *heap)
{
    swap(heap, 0, --heap->count);
    for (size_t at = 0; 2 * at + 1 < heap->count;) {
        size_t child = 2 * at + 1;
        if (child + 1 < heap->count && before(heap, child + 1, child)) {
            child++;
        }
        if (!before(heap, child, at)) {
            return;
        }
        swap(heap, child, at);
        at = child;
    }
}

START_TEST(the_heap_compares_as_often_as_a_counting_heap)
{
    const scheduler *heap = sl_scheduler_find("heap");
    void *queue = heap->create();
    static textbook_heap book;
    uint64_t state = 1;
    sim_time now = 0;
    for (int i = 0; i < 4000; i++) {
        if (book.count < 500 && (book.count == 0 || trial_random_below(&state, 5) < 3)) {
            const flying_spike spike = {.next = now + 1 + trial_random_below(&state, 30),
                                        .emitted = now,
                                        .source = trial_random_below(&state, 100)};
            ck_assert(heap->push(queue, spike));
            textbook_push(&book, spike);
        } else {
            flying_spike spike;
            ck_assert(heap->pop_before(queue, SIM_TIME_NEVER, &spike));
            ck_assert_int_eq(spike.next, book.entry[0].next);
            ck_assert_uint_eq(spike.source, book.entry[0].source);
            now = spike.next;
            textbook_pop(&book);
        }
        ck_assert_uint_eq(heap->compares(queue), book.compares);
    }
    heap->destroy(queue);
}
END_TEST

/* Nine volleys of spikes of neurons 0 to 4 in order, all of which arrive before the next. */
START_TEST(comparisons_of_a_run_are_those_of_its_pushes_and_pops)
{
    static textbook_heap book;
    for (sim_time volley = 1; volley <= 9; volley++) {
        for (uint32_t i = 0; i < CLUB; i++) {
            textbook_push(&book, (flying_spike){.next = volley, .source = i});
        }
        while (book.count > 0) {
            textbook_pop(&book);
        }
    }
    wanted w;
    saltus_experiment *e = club(&w);
    static const char *const names[] = {"event", "grid@0.1ms", "euler@0.5ms", "offgrid@0.1ms"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const trial_setup setup = {.engine = names[i], .scheduler = "heap"};
        trial_result got;
        ck_assert(trial_run(e, &setup, &got));
        ck_assert_uint_eq(got.counts.scheduler_compares, book.compares);
        trial_clear(&got);
    }
    saltus_experiment_destroy(e);
}
END_TEST

/* Two neurons of each kind, with so many numbers beside V, hear a beat of 1 ms for 10 ms. */
START_TEST(bytes_of_state_are_those_of_every_current)
{
    static const struct {
        saltus_model model;
        uint32_t receptors;
        double rise_ms; /* of the last */
        uint64_t numbers;
    } kinds[] = {{SALTUS_MODEL_LIF_DELTA, 1, 0, 0},
                 {SALTUS_MODEL_LIF_EXP, 1, 0, 1},
                 {SALTUS_MODEL_LIF_EXP, 2, 1, 3}, /* a rise takes a second current */
                 {SALTUS_MODEL_LIF_ALPHA, 1, 0, 2},
                 {SALTUS_MODEL_LIF_ALPHA, 2, 0, 4}};
    enum { BEATS = 2 * 9, STEPS = 2 * 20 };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        saltus_experiment *e = NULL;
        uint32_t index = 0;
        ck_assert_int_eq(saltus_experiment_create("state", &e), SALTUS_OK);
        saltus_population_spec p = saltus_population_spec_default();
        p.name = "A";
        p.size = 2;
        p.model = kinds[i].model;
        p.receptor_count = kinds[i].receptors;
        p.receptors[0] = (saltus_receptor){.name = "a", .tau_ms = 3};
        p.receptors[1] = (saltus_receptor){.name = "b", .tau_ms = 5};
        p.receptors[p.receptor_count - 1].tau_rise_ms = kinds[i].rise_ms;
        ck_assert_int_eq(saltus_experiment_add_population(e, &p, &index, NULL), SALTUS_OK);
        saltus_input_spec in = saltus_input_spec_default();
        in.name = "beat";
        in.type = SALTUS_INPUT_PERIODIC;
        in.interval_ms = 1;
        in.population = index;
        *(kinds[i].numbers > 0 ? &in.weight_pA : &in.weight_mV) = 0.001;
        ck_assert_int_eq(saltus_experiment_add_input(e, &in, &index, NULL), SALTUS_OK);
        ck_assert_int_eq(saltus_experiment_set_duration(e, 10, NULL), SALTUS_OK);
        for (int clock = 0; clock < 2; clock++) {
            const trial_setup setup = {.engine = clock ? "grid@0.5ms" : "event"};
            trial_result got;
            ck_assert(trial_run(e, &setup, &got));
            ck_assert_uint_eq(got.counts.neuron_updates, BEATS);
            const uint64_t whole = STATE_BYTES * (1 + kinds[i].numbers);
            ck_assert_uint_eq(got.counts.state_bytes,
                              clock ? BEATS * STATE_BYTES + STEPS * whole : BEATS * whole);
            trial_clear(&got);
        }
        saltus_experiment_destroy(e);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {counts_of_a_ring_are_those_by_hand,
                                  counts_of_all_to_all_are_those_by_hand,
                                  counts_of_feed_forward_are_those_by_hand_for_each_part,
                                  counts_of_interpolation_are_those_by_hand,
                                  counts_do_not_depend_on_how_a_run_is_run,
                                  counts_of_a_noisy_network_follow_from_its_spikes,
                                  the_heap_compares_as_often_as_a_counting_heap,
                                  comparisons_of_a_run_are_those_of_its_pushes_and_pops,
                                  bytes_of_state_are_those_of_every_current};
    return SUITE_RUN("clock_counts", tests);
}

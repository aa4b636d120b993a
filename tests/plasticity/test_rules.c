/* What every learning rule of the registry keeps, shown on chunks made by hand: the engine relies
 * on it when it gives the same events in other batches. Built twice, with a rule added to the
 * registry as well. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "made_chunk.h"
#include "support/suite.h"

/* Rules with a state in the synapse or a modulator have tests of their own. */
static bool is_plain(const plastic_rule *rule)
{
    return rule->states == 0 && !rule->modulated;
}

static const plastic_rule *rule_at(size_t i)
{
    return sl_plastic_rule(saltus_plasticity_get(i)->name);
}

/* Some trace: mostly of ordinary size, at times none or large. */
static double some_trace(random_stream *stream)
{
    const uint64_t kind = sl_random_below(stream, 8);
    return kind == 0 ? 0 : sl_random_uniform(stream) * (kind == 1 ? 1000 : 2);
}

/* Values of a rule: numbers anywhere in a range that matters, words in turn. */
static made_rule some_rule(random_stream *stream, const plastic_rule *rule, bool single)
{
    made_rule made = made_rule_of(rule->info.name, sl_random_below(stream, 2) == 0 ? 3.3 : -0.7);
    const saltus_rule_parameter *parameters = rule->info.parameters;
    for (size_t i = 0; parameters[i].name != NULL; i++) {
        if (parameters[i].kind == SALTUS_PARAMETER_NUMBER && sl_random_below(stream, 2) == 0) {
            const double value = sl_random_uniform(stream) * 2 - 0.5;
            made_rule_set(&made, parameters[i].name, fmax(value, parameters[i].low));
        } else if (parameters[i].kind == SALTUS_PARAMETER_WORD) {
            const double last = parameters[i].high;
            made.value[i] = (double)sl_random_below(stream, (uint64_t)last + 1);
        }
    }
    made_rule_set(&made, "w_min", made.negative ? -0.1 : 0.1);
    made.bounds.single = single;
    ck_assert(made.rule->check == NULL || made.rule->check(made.value) == NULL);
    return made;
}

static double some_weight(random_stream *stream, const plastic_bounds *bounds)
{
    const double share = (double)sl_random_below(stream, 5) / 4;
    return plastic_bounded(bounds, bounds->low + share * (bounds->high - bounds->low));
}

/* A chunk of several synapses; weights to go with it. */
static void some_chunk(random_stream *stream, const plastic_bounds *bounds, made_chunk *made,
                       double *weight)
{
    made_chunk_start(made, bounds);
    const uint32_t synapses = (uint32_t)sl_random_below(stream, 6);
    for (uint32_t i = 0; i < synapses; i++) {
        made_chunk_synapse(made, some_trace(stream), some_trace(stream));
        for (uint64_t k = sl_random_below(stream, 6); k > 0; k--) {
            made_chunk_post(made, some_trace(stream), some_trace(stream), some_trace(stream),
                            some_trace(stream));
        }
        weight[i] = some_weight(stream, bounds);
    }
    if (sl_random_below(stream, 4) > 0) {
        made_chunk_arrive(made, some_trace(stream), some_trace(stream));
    }
}

START_TEST(each_rule_describes_itself)
{
    ck_assert_uint_gt(saltus_plasticity_count(), 0);
    ck_assert_ptr_null(saltus_plasticity_get(saltus_plasticity_count()));
    for (size_t r = 0; r < saltus_plasticity_count(); r++) {
        const saltus_plasticity_info *info = saltus_plasticity_get(r);
        ck_assert_ptr_eq(saltus_plasticity_find(info->name), info); /* so names are unique */
        ck_assert(info->summary[0] != 0 && info->equation[0] != 0 && info->source[0] != 0);
        size_t count = 0;
        for (const saltus_rule_parameter *p = info->parameters; p->name != NULL; p++, count++) {
            ck_assert(p->meaning[0] != 0 && p->low < p->high);
            ck_assert(isnan(p->default_value) ||
                      (p->default_value >= p->low && p->default_value <= p->high));
            size_t words = 0;
            while (p->words != NULL && p->words[words] != NULL) {
                words++;
            }
            ck_assert_uint_eq(words, p->kind == SALTUS_PARAMETER_WORD ? (size_t)p->high + 1 : 0);
        }
        ck_assert_uint_le(count, SALTUS_PLASTICITY_VALUES);
        const made_rule made = made_rule_of(info->name, 1);
        plastic_traces traces;
        made.rule->traces(made.value, &traces);
        ck_assert(traces.pre_count <= 2 && traces.post_count <= 2);
        for (uint32_t i = 0; i < 2; i++) {
            ck_assert(i < traces.pre_count ? traces.tau_pre_ms[i] > 0 : traces.tau_pre_ms[i] == 0);
            ck_assert(i < traces.post_count ? traces.tau_post_ms[i] > 0
                                            : traces.tau_post_ms[i] == 0);
        }
    }
}
END_TEST

START_TEST(bounds_are_magnitudes_and_must_fit_together)
{
    for (size_t r = 0; r < saltus_plasticity_count(); r++) {
        made_rule made = made_rule_of(saltus_plasticity_get(r)->name, -3);
        made_rule_set(&made, "w_min", -0.5);
        ck_assert(made.negative && made.bounds.low == 0.5 && made.bounds.high == 3);
        ck_assert_ptr_null(made.rule->check(made.value));
        made_rule_set(&made, "w_max", 3);
        ck_assert(!made.negative && made.bounds.high == 3);
        ck_assert_ptr_nonnull(made.rule->check(made.value)); /* of the other sign */
        made_rule_set(&made, "w_min", 3);
        ck_assert_ptr_nonnull(made.rule->check(made.value)); /* no room */
        made_rule_set(&made, "w_min", 0);
        ck_assert_ptr_null(made.rule->check(made.value));
        made_rule_set(&made, "w_max", 0);
        ck_assert_ptr_nonnull(made.rule->check(made.value));
    }
}
END_TEST

/* A chunk does what its events do one after the other, each synapse by itself. */
START_TEST(batches_change_no_bit)
{
    random_stream stream = random_stream_at(11, RANDOM_CONNECT, 0, 0);
    bool changed[2] = {false, false};
    for (int trial = 0; trial < 20000; trial++) {
        const plastic_rule *rule = rule_at((size_t)trial % saltus_plasticity_count());
        if (!is_plain(rule)) {
            continue;
        }
        const made_rule made = some_rule(&stream, rule, trial % 3 == 0);
        made_chunk all;
        double weight[MADE_SYNAPSES], alone[MADE_SYNAPSES];
        some_chunk(&stream, &made.bounds, &all, weight);
        memcpy(alone, weight, sizeof weight);
        rule->apply(made.value, &all.chunk, weight);
        for (uint32_t i = 0; i < all.chunk.count; i++) {
            const double before = alone[i];
            for (uint32_t k = all.post[i]; k < all.post[i + 1]; k++) {
                alone[i] = made_after_post(&made, alone[i], all.x[0][k], all.x[1][k],
                                           all.y_then[0][k], all.y_then[1][k]);
            }
            if (all.chunk.arrives) {
                alone[i] = made_after_pre(&made, alone[i], all.chunk.x_own[0], all.chunk.x_own[1],
                                          all.y[0][i], all.y[1][i]);
            }
            ck_assert_msg(weight[i] == alone[i], "%s: %.17g in a batch, %.17g alone",
                          rule->info.name, weight[i], alone[i]);
            changed[made.bounds.single] |= weight[i] != before;
        }
    }
    ck_assert(changed[false] && changed[true]);
}
END_TEST

/* Whatever the parameters and traces, a weight stays within its bounds, and a float a float. */
START_TEST(weights_stay_within_bounds)
{
    random_stream stream = random_stream_at(12, RANDOM_CONNECT, 0, 0);
    size_t at_bound = 0;
    for (int trial = 0; trial < 20000; trial++) {
        const plastic_rule *rule = rule_at((size_t)trial % saltus_plasticity_count());
        if (!is_plain(rule)) {
            continue;
        }
        const made_rule made = some_rule(&stream, rule, trial % 3 == 0);
        made_chunk chunk;
        double weight[MADE_SYNAPSES];
        some_chunk(&stream, &made.bounds, &chunk, weight);
        rule->apply(made.value, &chunk.chunk, weight);
        const double low = made.bounds.single ? (double)(float)made.bounds.low : made.bounds.low;
        const double high = made.bounds.single ? (double)(float)made.bounds.high : made.bounds.high;
        for (uint32_t i = 0; i < chunk.chunk.count; i++) {
            ck_assert_msg(weight[i] >= low && weight[i] <= high,
                          "%s: %.17g is outside %.17g..%.17g", rule->info.name, weight[i], low,
                          high);
            ck_assert(!made.bounds.single || weight[i] == (double)(float)weight[i]);
            at_bound += weight[i] == low || weight[i] == high;
        }
    }
    ck_assert_uint_gt(at_bound, 1000);
}
END_TEST

/* Where nothing happens a weight keeps its bits, even one that bounds or rounding would change;
 * without an arrival nothing of it is read (y is NULL). */
START_TEST(nothing_happens_without_events)
{
    for (size_t r = 0; r < saltus_plasticity_count(); r++) {
        made_rule made = made_rule_of(saltus_plasticity_get(r)->name, 1);
        if (!is_plain(made.rule)) {
            continue;
        }
        made.bounds.single = true;
        made_chunk chunk;
        made_chunk_start(&chunk, &made.bounds);
        chunk.chunk.y[0] = chunk.chunk.y[1] = NULL;
        double weight[3] = {0.1, 0.7, 0.25};
        made.rule->apply(made.value, &chunk.chunk, weight); /* no synapse at all */
        made_chunk_synapse(&chunk, 0, 0);
        made_chunk_synapse(&chunk, 0, 0);
        made_chunk_synapse(&chunk, 0, 0);
        made_chunk_post(&chunk, 1, 1, 1, 1);
        made.rule->apply(made.value, &chunk.chunk, weight);
        ck_assert(weight[0] == 0.1 && weight[1] == 0.7);
        ck_assert_msg(weight[2] != 0.25, "%s: a target spike does nothing", made.rule->info.name);
    }
}
END_TEST

START_TEST(parameters_are_set_by_name)
{
    saltus_error error = {0};
    saltus_plasticity_spec spec = saltus_plasticity_spec_default();
    ck_assert_int_eq(saltus_plasticity_set(&spec, "w_max", 1, &error), SALTUS_E_ARGUMENT);
    spec.rule = "hebb";
    ck_assert_int_eq(saltus_plasticity_set(&spec, "w_max", 1, &error), SALTUS_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "no plasticity rule named 'hebb'"));
    for (size_t r = 0; r < saltus_plasticity_count(); r++) {
        const saltus_plasticity_info *info = saltus_plasticity_get(r);
        spec = saltus_plasticity_spec_default();
        spec.rule = info->name;
        ck_assert_int_eq(saltus_plasticity_set(&spec, "size", 1, &error), SALTUS_E_ARGUMENT);
        double value[SALTUS_PLASTICITY_VALUES];
        for (size_t i = 0; info->parameters[i].name != NULL; i++) {
            const saltus_rule_parameter *p = &info->parameters[i];
            ck_assert_int_eq(saltus_plasticity_set(&spec, p->name, p->high, &error), SALTUS_OK);
            ck_assert_int_eq(
                saltus_plasticity_set(&spec, p->name, nextafter(p->high, (double)INFINITY), &error),
                SALTUS_E_ARGUMENT);
            ck_assert_int_eq(saltus_plasticity_set(&spec, p->name, (double)NAN, &error),
                             SALTUS_E_ARGUMENT);
            sl_plastic_values(&spec, value);
            ck_assert(value[i] == p->high);
            ck_assert_int_eq(saltus_plasticity_set_word(&spec, p->name, "never", &error),
                             SALTUS_E_ARGUMENT);
            for (size_t k = 0; p->words != NULL && p->words[k] != NULL; k++) {
                ck_assert_int_eq(saltus_plasticity_set_word(&spec, p->name, p->words[k], &error),
                                 SALTUS_OK);
                ck_assert(spec.value[i] == (double)k);
            }
        }
    }
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        each_rule_describes_itself,     bounds_are_magnitudes_and_must_fit_together,
        batches_change_no_bit,          weights_stay_within_bounds,
        nothing_happens_without_events, parameters_are_set_by_name,
    };
    return SUITE_RUN("rules", tests);
}

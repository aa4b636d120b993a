/* rule_convolution - convolution: a kernel that slides over a grid of sources.
 *
 * Nothing is drawn. A unit is a target; tap k of its kernel, counted as grids are, reaches the
 * source at target * stride + k - padding along each axis, if there is one: a periodic grid goes on
 * at its other side.
 */
#include "network/convolution.h"

#include "network/connection_rule.h"

typedef struct window {
    const saltus_convolution_spec *spec;
    const uint32_t *sources, *targets; /* shapes */
    uint32_t dimensions;
    bool periodic;
} window;

static window window_of(const rule_plan *plan)
{
    const saltus_positions_spec *from = plan->source_place.spec;
    return (window){.spec = &plan->spec->convolution,
                    .sources = from->shape,
                    .targets = plan->target_place.spec->shape,
                    .dimensions = from->dimensions,
                    .periodic = from->periodic};
}

/* Source of tap `k` of target `t` along an axis; UINT32_MAX: there is none. */
static uint32_t source_of(const window *w, uint32_t axis, uint32_t t, uint32_t k)
{
    const int64_t size = w->sources[axis];
    const int64_t at = (int64_t)t * w->spec->stride[axis] + k - w->spec->padding[axis];
    if (w->periodic) {
        return (uint32_t)(((at % size) + size) % size);
    }
    return at >= 0 && at < size ? (uint32_t)at : UINT32_MAX;
}

/* Pairs of a tap and its source along an axis; `self`: only those where both have one place. */
static uint64_t pairs_along(const window *w, uint32_t axis, bool self)
{
    uint64_t pairs = 0;
    for (uint32_t t = 0; t < w->targets[axis]; t++) {
        for (uint32_t k = 0; k < w->spec->kernel[axis]; k++) {
            const uint32_t source = source_of(w, axis, t, k);
            pairs += self ? source == t : source != UINT32_MAX;
        }
    }
    return pairs;
}

static uint64_t synapses(const rule_plan *plan, double deviations)
{
    (void)deviations;
    const window w = window_of(plan);
    uint64_t all = 1;
    uint64_t self = 1;
    for (uint32_t i = 0; i < w.dimensions; i++) {
        all = saturating_product(all, pairs_along(&w, i, false));
        self = saturating_product(self, pairs_along(&w, i, true));
    }
    return all - (plan->skip_self ? self : 0);
}

static void draw(const rule_plan *plan, uint32_t unit, void *scratch, pair_sink *sink)
{
    (void)scratch;
    const window w = window_of(plan);
    uint32_t target[3] = {0, 0, 0};
    uint32_t taps[3] = {1, 1, 1};
    uint32_t left = unit;
    for (uint32_t i = 0; i < w.dimensions; i++) {
        target[i] = left % w.targets[i];
        left /= w.targets[i];
        taps[i] = w.spec->kernel[i];
    }
    uint32_t k[3];
    for (k[2] = 0; k[2] < taps[2]; k[2]++) {
        for (k[1] = 0; k[1] < taps[1]; k[1]++) {
            for (k[0] = 0; k[0] < taps[0]; k[0]++) {
                uint32_t source = 0;
                bool there = true;
                for (uint32_t i = w.dimensions; i-- > 0;) {
                    const uint32_t at = source_of(&w, i, target[i], k[i]);
                    there = there && at != UINT32_MAX;
                    source = source * w.sources[i] + at;
                }
                if (there && !(plan->skip_self && source == unit)) {
                    pair_sink_put(sink, source, unit);
                }
            }
        }
    }
}

uint32_t sl_convolution_tap(const rule_plan *plan, uint32_t source, uint32_t target)
{
    const window w = window_of(plan);
    uint32_t tap = 0;
    uint32_t scale = 1;
    for (uint32_t i = 0; i < w.dimensions; i++) {
        const int64_t size = w.sources[i];
        const int64_t t = target % w.targets[i];
        int64_t k = (int64_t)(source % w.sources[i]) - t * w.spec->stride[i] + w.spec->padding[i];
        k = w.periodic ? ((k % size) + size) % size : k;
        tap += scale * (uint32_t)k;
        scale *= w.spec->kernel[i];
        source /= w.sources[i];
        target /= w.targets[i];
    }
    return tap;
}

const connection_rule sl_rule_convolution = {
    .unit = RULE_UNIT_TARGET, .synapses = synapses, .draw = draw};

/* rule_kernel_tmpl - the loop of rule_kernel.h for LANES lanes; KERNEL names the struct it defines.
 * Included once by each rule_kernel_<width>.c.
 *
 * Nearly all synapses saw at most three of their target's spikes since the last arrival. These are
 * in the first line of what is kept of a target and are worked on in the order of the row, all
 * lanes alike; lanes in which a spike does not count keep their weight. Synapses that saw more,
 * and the last ones of a row that fill no vector, are listed and worked on in vectors of their
 * own. */
#include "base/vector_lanes.h"
#include "models/plasticity/rule_forms_tmpl.h"
#include "models/plasticity/rule_kernel.h"

#define INLINE static inline __attribute__((always_inline))

/* Targets ahead whose first line is asked for. */
#define LINES_AHEAD 24
/* Synapses ahead whose weight is asked for, possibly of another row. */
#define WEIGHTS_AHEAD 128

static inline bool reads_then(plastic_form_kind kind)
{
    return kind == FORM_TRIPLET || kind == FORM_OJA;
}

static inline bool acts_on_arrival(plastic_form_kind kind)
{
    return kind != FORM_OJA && kind != FORM_POST_TRIGGERED;
}

INLINE vdouble bounded(const rule_row *row, bool single, vdouble w)
{
    w = smaller(all_lanes(row->bounds.high), larger(all_lanes(row->bounds.low), w));
    return single ? rounded_to_float(w) : w;
}

/* One spike of each target, if it counts. */
INLINE vdouble advance_post(const rule_row *row, plastic_form_kind kind, bool single, vdouble w,
                            vword time, vword decay, vdouble then)
{
    const vmask counts = at_least(time, row->from);
    const vdouble scaled =
        choose(equal_to(time, row->tie), all_lanes(row->x_tie), all_lanes(row->x_after));
    vdouble x = scaled * from_bits(decay + row->x_octaves);
    if (row->x_limit < row->until) {
        x = only(not(at_least(time, row->x_limit)), x);
    }
    const vdouble after = after_post(kind, &row->form, row->bounds.high, w, x, then);
    return choose(counts, bounded(row, single, after), w);
}

/* The presynaptic spike, after all of the targets'. */
INLINE vdouble advance_pre(const rule_row *row, plastic_form_kind kind, bool single, vdouble w,
                           vword newest, vword y)
{
    const vdouble then = only(at_least(newest, row->y_limit),
                              from_bits(y - row->y_octaves) * all_lanes(row->y_decay));
    return bounded(row, single, after_pre(kind, &row->form, row->bounds.high, w, then));
}

/* What the first line tells: the newest three spikes, the oldest first, and the arrival. `then`:
 * trace just before each, if it is read. */
INLINE vdouble advance_line(const rule_row *row, plastic_form_kind kind, bool single, vdouble w,
                            const vword line[8], const vword then[8])
{
    const vword *time = line + RECENT_TIME;
    const vword *decay = line + RECENT_DECAY;
    if (lane_bits(at_least(time[1], row->from)) != 0) {
        w = advance_post(row, kind, single, w, time[2], decay[2], from_bits(then[2]));
        w = advance_post(row, kind, single, w, time[1], decay[1], from_bits(then[1]));
    }
    if (lane_bits(at_least(time[0], row->from)) != 0) {
        w = advance_post(row, kind, single, w, time[0], decay[0], from_bits(then[0]));
    }
    if (row->arrives && acts_on_arrival(kind)) {
        w = advance_pre(row, kind, single, w, time[0], line[RECENT_Y]);
    }
    return w;
}

/* ---- In the order of the row ------------------------------------------------------------------
 */

/* Where the first lines of a chunk's targets are, and of those LINES_AHEAD. */
typedef struct chunk_lines {
    const uint64_t *of[PLASTIC_CHUNK + LINES_AHEAD];
} chunk_lines;

INLINE void find_lines(const rule_row *row, plastic_form_kind kind, uint32_t begin, uint32_t count,
                       chunk_lines *lines)
{
    const size_t stride = reads_then(kind) ? RECENT_WORDS_THEN : RECENT_WORDS;
    const uint32_t *target = row->target + begin;
    const uint32_t rest = row->count - begin;
    const uint32_t known = rest < count + LINES_AHEAD ? rest : count + LINES_AHEAD;
    for (uint32_t i = 0; i < known; i++) {
        lines->of[i] = row->recent + (size_t)(target[i] - row->first_target) * stride;
    }
    for (uint32_t i = known; i < count + LINES_AHEAD; i++) {
        lines->of[i] = lines->of[known - 1];
    }
}

/* What is needed some vectors after synapse begin + i. */
INLINE void ask_ahead(const rule_row *row, plastic_form_kind kind, bool single, uint32_t begin,
                      uint32_t i, const chunk_lines *lines)
{
    if (single) {
        __builtin_prefetch(row->weight_f + begin + i + WEIGHTS_AHEAD, 1);
    } else {
        __builtin_prefetch(row->weight_d + begin + i + WEIGHTS_AHEAD, 1);
    }
    for (uint32_t lane = 0; lane < LANES; lane++) {
        const uint64_t *line = lines->of[i + LINES_AHEAD + lane];
        __builtin_prefetch(line);
        if (reads_then(kind)) {
            __builtin_prefetch(line + RECENT_THEN);
        }
    }
}

INLINE vdouble load_weights(const rule_row *row, bool single, uint32_t i)
{
    const vdouble w = single ? load_floats(row->weight_f + i) : load_doubles(row->weight_d + i);
    return row->negative ? -w : w;
}

INLINE void store_weights(const rule_row *row, bool single, uint32_t i, vdouble w)
{
    w = row->negative ? -w : w;
    if (single) {
        store_floats(row->weight_f + i, w);
    } else {
        store_doubles(row->weight_d + i, w);
    }
}

INLINE uint32_t count_zeros(vdouble w, uint32_t of)
{
    return (uint32_t)__builtin_popcount(of & lane_bits(equal_number(w, 0)));
}

/* Where the lines of LANES targets go on at `word`. */
INLINE void load_further(const uint64_t *const lines[LANES], uint32_t word, vword to[8])
{
    const uint64_t *moved[LANES];
    for (uint32_t lane = 0; lane < LANES; lane++) {
        moved[lane] = lines[lane] + word;
    }
    load_lines(moved, to);
}

/* One vector; the lanes that are left alone. */
INLINE uint32_t advance_next(const rule_row *row, plastic_form_kind kind, bool single, uint32_t i,
                             const uint64_t *const lines[LANES], uint32_t *zeros)
{
    vword line[8], then[8];
    memset(then, 0, sizeof then);
    load_lines(lines, line);
    if (reads_then(kind)) {
        load_further(lines, RECENT_THEN, then);
    }
    const vmask alone = not(at_least(line[RECENT_TIME + 3], row->from));
    const vmask known = not(at_least(line[RECENT_TIME], row->until));
    const vmask told = (vmask)(alone & known);
    const vdouble before = load_weights(row, single, i);
    const vdouble w = choose(told, advance_line(row, kind, single, before, line, then), before);
    store_weights(row, single, i, w);
    const uint32_t bits = lane_bits(told);
    *zeros += count_zeros(w, bits);
    return bits ^ ((1u << LANES) - 1);
}

/* ---- Listed synapses --------------------------------------------------------------------------
 */

/* What lines from spike RECENT_NEAR on tell: of eight spikes, the oldest first; `part` 1 begins
 * with the eighth after those of part 0. */
INLINE vdouble advance_further(const rule_row *row, plastic_form_kind kind, bool single, vdouble w,
                               const uint64_t *const lines[LANES], uint32_t part,
                               const vword time[8])
{
    vword decay[8], then[8];
    memset(then, 0, sizeof then);
    load_further(lines, RECENT_DECAY_FURTHER + 8 * part, decay);
    if (reads_then(kind)) {
        load_further(lines, RECENT_THEN_FURTHER + 8 * part, then);
    }
    for (uint32_t k = 8; k-- > 0;) {
        if (lane_bits(at_least(time[k], row->from)) != 0) {
            w = advance_post(row, kind, single, w, time[k], decay[k], from_bits(then[k]));
        }
    }
    return w;
}

/* Synapses list[0] .. list[count - 1] after `begin`, at most LANES; returns those that are left
 * alone, by their place in the list. */
INLINE uint32_t advance_listed(const rule_row *row, plastic_form_kind kind, bool single,
                               uint32_t begin, const chunk_lines *chunk, const uint8_t *list,
                               uint32_t count, uint32_t *zeros)
{
    double *weight_d = single ? NULL : row->weight_d + begin;
    float *weight_f = single ? row->weight_f + begin : NULL;
    const uint64_t *lines[LANES];
    double weight[LANES];
    for (uint32_t lane = 0; lane < LANES; lane++) {
        const uint32_t i = list[lane < count ? lane : count - 1];
        lines[lane] = chunk->of[i];
        weight[lane] = single ? (double)weight_f[i] : weight_d[i];
    }
    vword time[8], line[8], then[8];
    memset(then, 0, sizeof then);
    vdouble w = load_doubles(weight);
    w = row->negative ? -w : w;
    uint32_t alone = 0;
    load_further(lines, RECENT_TIME_FURTHER, time);
    if (lane_bits(at_least(time[7], row->from)) != 0) {
        vword older[8];
        load_further(lines, RECENT_TIME_FURTHER + 8, older);
        alone = lane_bits(at_least(older[7], row->from));
        w = advance_further(row, kind, single, w, lines, 1, older);
    }
    w = advance_further(row, kind, single, w, lines, 0, time);
    load_lines(lines, line);
    if (reads_then(kind)) {
        load_further(lines, RECENT_THEN, then);
    }
    w = advance_line(row, kind, single, w, line, then);
    alone |= lane_bits(at_least(line[RECENT_TIME], row->until));
    const uint32_t told = ((1u << count) - 1) & ~alone;
    store_doubles(weight, row->negative ? -w : w);
    *zeros += count_zeros(w, told);
    for (uint32_t lane = 0; lane < count; lane++) {
        if ((told >> lane & 1) == 0) {
            continue;
        }
        if (single) {
            weight_f[list[lane]] = (float)weight[lane];
        } else {
            weight_d[list[lane]] = weight[lane];
        }
    }
    return ((1u << count) - 1) & alone;
}

/* Those whose bit is set, and from `end` to count - 1 those that fill no vector. */
static inline uint32_t list_alone(const uint64_t *alone, uint32_t end, uint32_t count,
                                  const chunk_lines *lines, uint8_t *list)
{
    uint32_t listed = 0;
    for (uint32_t k = 0; k < end; k += 64) {
        for (uint64_t bits = alone[k / 64]; bits != 0; bits &= bits - 1) {
            const uint32_t i = k + (uint32_t)__builtin_ctzll(bits);
            __builtin_prefetch(lines->of[i] + RECENT_TIME_FURTHER);
            __builtin_prefetch(lines->of[i] + RECENT_DECAY_FURTHER);
            list[listed++] = (uint8_t)i;
        }
    }
    for (uint32_t i = end; i < count; i++) {
        list[listed++] = (uint8_t)i;
    }
    return listed;
}

INLINE uint32_t advance(const rule_row *given, plastic_form_kind kind, bool single, uint32_t begin,
                        uint32_t count, uint32_t *left, uint32_t *left_count)
{
    const rule_row copy = *given; /* which no weight that is stored can be part of */
    const rule_row *row = &copy;
    chunk_lines lines;
    find_lines(row, kind, begin, count, &lines);
    uint32_t zeros = 0;
    uint64_t alone[PLASTIC_CHUNK / 64] = {0};
    uint32_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        ask_ahead(row, kind, single, begin, i, &lines);
        alone[i / 64] |= (uint64_t)advance_next(row, kind, single, begin + i, lines.of + i, &zeros)
                         << i % 64;
    }
    uint8_t list[PLASTIC_CHUNK];
    const uint32_t listed = list_alone(alone, i, count, &lines, list);
    *left_count = 0;
    for (uint32_t k = 0; k < listed; k += LANES) {
        const uint32_t some = listed - k < LANES ? listed - k : LANES;
        uint32_t bits = advance_listed(row, kind, single, begin, &lines, list + k, some, &zeros);
        for (; bits != 0; bits &= bits - 1) {
            left[(*left_count)++] = begin + list[k + (uint32_t)__builtin_ctz(bits)];
        }
    }
    return zeros;
}

/* ---- One function a form ------------------------------------------------------------------- */

#define ADVANCE(name, kind)                                                                        \
    static uint32_t name##_d(const rule_row *row, uint32_t begin, uint32_t count, uint32_t *left,  \
                             uint32_t *left_count)                                                 \
    {                                                                                              \
        return advance(row, kind, false, begin, count, left, left_count);                          \
    }                                                                                              \
    static uint32_t name##_f(const rule_row *row, uint32_t begin, uint32_t count, uint32_t *left,  \
                             uint32_t *left_count)                                                 \
    {                                                                                              \
        return advance(row, kind, true, begin, count, left, left_count);                           \
    }

ADVANCE(additive, FORM_ADDITIVE)
ADVANCE(multiplicative, FORM_MULTIPLICATIVE)
ADVANCE(gutig, FORM_GUTIG)
ADVANCE(power_law, FORM_POWER_LAW)
ADVANCE(triplet, FORM_TRIPLET)
ADVANCE(vogels, FORM_VOGELS)
ADVANCE(oja, FORM_OJA)
ADVANCE(post_triggered, FORM_POST_TRIGGERED)

const rule_kernel KERNEL = {
    .name = KERNEL_NAME,
    .lanes = LANES,
    .advance = {[FORM_ADDITIVE] = {additive_d, additive_f},
                [FORM_MULTIPLICATIVE] = {multiplicative_d, multiplicative_f},
                [FORM_GUTIG] = {gutig_d, gutig_f},
                [FORM_POWER_LAW] = {power_law_d, power_law_f},
                [FORM_TRIPLET] = {triplet_d, triplet_f},
                [FORM_VOGELS] = {vogels_d, vogels_f},
                [FORM_OJA] = {oja_d, oja_f},
                [FORM_POST_TRIGGERED] = {post_triggered_d, post_triggered_f}}};

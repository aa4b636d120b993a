/* modulator - see modulator.h. Accuracy and costs: tests/plasticity/test_modulator.c. */
#include "models/plasticity/modulator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/exact_math.h"
#include "base/memory.h"

/* Weights are bounded every so many tau_c. */
#define STRIDE_TAUS 10
/* After so many tau_c nothing is left of an eligibility: 1.6e-28. */
#define LASTING_TAUS   64
#define LONGEST_STRIDE ((sim_time)1 << 61)
#define SECONDS_PER_MS 1e-3

/* ---- Life cycle ------------------------------------------------------------------------------ */

static bool push_jump(modulator_signal *signal, modulator_jump jump)
{
    void *jumps = signal->jump;
    if (!sl_memory_grow(&jumps, &signal->capacity, signal->count, sizeof jump)) {
        return false;
    }
    signal->jump = jumps;
    signal->jump[signal->count++] = jump;
    return true;
}

bool sl_modulator_init(modulator_signal *signal, double tau_ms, double baseline, double tau_c_ms)
{
    const double both_ms = tau_ms * tau_c_ms / (tau_ms + tau_c_ms);
    const double stride = STRIDE_TAUS * tau_c_ms * SIM_TIME_TICKS_PER_MS;
    *signal = (modulator_signal){.inverse_tau = 1 / (tau_ms * SIM_TIME_TICKS_PER_MS),
                                 .inverse_tau_c = 1 / (tau_c_ms * SIM_TIME_TICKS_PER_MS),
                                 .inverse_both = 1 / (both_ms * SIM_TIME_TICKS_PER_MS),
                                 .tau_c_s = tau_c_ms * SECONDS_PER_MS,
                                 .both_s = both_ms * SECONDS_PER_MS,
                                 .baseline = baseline,
                                 .stride = LONGEST_STRIDE};
    if (stride < (double)LONGEST_STRIDE) {
        signal->stride = (sim_time)ceil(stride);
    }
    return push_jump(signal, (modulator_jump){.time = 0});
}

void sl_modulator_clear(modulator_signal *signal)
{
    for (int i = 0; i < MODULATOR_LEVELS; i++) {
        free(signal->row[i].piece);
    }
    free(signal->jump);
    *signal = (modulator_signal){0};
}

/* ---- Pieces ---------------------------------------------------------------------------------- */

/* 1 - exp(-x) for x >= 0, to a few units in the last place (x (1 - x/2 (1 - x/3 (...)))). */
static double share(double x)
{
    if (x > 0.5) {
        return 1 - sl_exp(-x);
    }
    static const double inverse[] = {1. / 16, 1. / 15, 1. / 14, 1. / 13, 1. / 12,
                                     1. / 11, 1. / 10, 1. / 9,  1. / 8,  1. / 7,
                                     1. / 6,  1. / 5,  1. / 4,  1. / 3,  1. / 2};
    double sum = 1;
    for (size_t i = 0; i < sizeof inverse / sizeof inverse[0]; i++) {
        sum = 1 - x * inverse[i] * sum;
    }
    return x * sum;
}

static double decayed(double inverse_tau, double ticks)
{
    return sl_exp(-(ticks * inverse_tau));
}

/* I over a time without rewards that begins with D = level. */
static double integral(const modulator_signal *signal, double level, double ticks)
{
    double sum = 0;
    if (level != 0) {
        sum = level * signal->both_s * share(ticks * signal->inverse_both);
    }
    if (signal->baseline != 0) {
        sum -= signal->baseline * signal->tau_c_s * share(ticks * signal->inverse_tau_c);
    }
    return sum;
}

/* Ticks after which D, without rewards, has come down to the baseline; at least `ticks`: not
 * before. */
static double turn(const modulator_signal *signal, double level, double ticks)
{
    if (signal->baseline == 0 || !(level / signal->baseline > 1)) {
        return ticks;
    }
    return sl_log(level / signal->baseline) / signal->inverse_tau;
}

/* The same time as a piece, without its factor. */
static modulator_piece piece_of(const modulator_signal *signal, double level, double ticks)
{
    const double total = integral(signal, level, ticks);
    const double at = turn(signal, level, ticks);
    const double extreme = at < ticks ? integral(signal, level, at) : total;
    return (modulator_piece){.total = total,
                             .low = fmin(0, fmin(total, extreme)),
                             .high = fmax(0, fmax(total, extreme))};
}

static modulator_piece join(const modulator_piece *left, const modulator_piece *right,
                            double factor)
{
    return (modulator_piece){.total = left->total + left->factor * right->total,
                             .low = fmin(left->low, left->total + left->factor * right->low),
                             .high = fmax(left->high, left->total + left->factor * right->high),
                             .factor = factor};
}

/* ---- Rewards --------------------------------------------------------------------------------- */

static const modulator_jump *jump_at(const modulator_signal *signal, uint64_t number)
{
    return &signal->jump[number - signal->first];
}

/* Number of the last jump at or before t; there is one. */
static uint64_t find_jump(const modulator_signal *signal, sim_time t)
{
    size_t low = 0;
    size_t high = signal->count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (signal->jump[middle].time <= t) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return signal->first + low;
}

static bool push_piece(modulator_row *row, modulator_piece piece)
{
    void *pieces = row->piece;
    if (!sl_memory_grow(&pieces, &row->capacity, row->count, sizeof piece)) {
        return false;
    }
    row->piece = pieces;
    row->piece[row->count++] = piece;
    return true;
}

/* Interval `number` is over: its piece, and the nodes that it completes. Those that begin before
 * the first jump that is kept are left out. */
static bool close_interval(modulator_signal *signal, uint64_t number)
{
    const sim_time end = jump_at(signal, number + 1)->time;
    const modulator_jump *begin = jump_at(signal, number);
    const double ticks = (double)(end - begin->time);
    modulator_piece piece = piece_of(signal, begin->level, ticks);
    piece.factor = decayed(signal->inverse_tau_c, ticks);
    uint64_t m = number;
    for (int level = 0;; level++) {
        modulator_row *row = &signal->row[level];
        if (!push_piece(row, piece)) {
            return false;
        }
        if (m % 2 == 0 || m - 1 < row->first || level + 1 == MODULATOR_LEVELS) {
            return true;
        }
        const double whole = (double)(end - jump_at(signal, (m - 1) << level)->time);
        piece =
            join(&row->piece[m - 1 - row->first], &piece, decayed(signal->inverse_tau_c, whole));
        m /= 2;
    }
}

bool sl_modulator_add(modulator_signal *signal, sim_time t, double amount)
{
    modulator_jump *last = &signal->jump[signal->count - 1];
    if (t == last->time) {
        last->level += amount;
        return true;
    }
    const double before = last->level * decayed(signal->inverse_tau, (double)(t - last->time));
    const uint64_t number = signal->first + signal->count - 1;
    return push_jump(signal, (modulator_jump){.time = t, .level = before + amount}) &&
           close_interval(signal, number);
}

/* The first node of this level that begins with the first jump that is kept, or later. */
static uint64_t first_node(const modulator_signal *signal, int level)
{
    const uint64_t size = UINT64_C(1) << level;
    return signal->first / size + (signal->first % size > 0);
}

bool sl_modulator_resume(modulator_signal *signal, uint64_t first, const modulator_jump *jump,
                         size_t count)
{
    signal->first = first;
    signal->count = 0;
    for (int level = 0; level < MODULATOR_LEVELS; level++) {
        signal->row[level].first = first_node(signal, level);
    }
    for (size_t i = 0; i < count; i++) {
        if (!push_jump(signal, jump[i]) || (i > 0 && !close_interval(signal, first + i - 1))) {
            return false;
        }
    }
    return true;
}

void sl_modulator_forget(modulator_signal *signal, sim_time t)
{
    const uint64_t first = find_jump(signal, t);
    const size_t dropped = (size_t)(first - signal->first);
    if (dropped == 0) {
        return;
    }
    signal->count -= dropped;
    memmove(signal->jump, signal->jump + dropped, signal->count * sizeof *signal->jump);
    signal->first = first;
    for (int level = 0; level < MODULATOR_LEVELS; level++) {
        modulator_row *row = &signal->row[level];
        const uint64_t kept = first_node(signal, level);
        const uint64_t gone = kept - row->first;
        row->first = kept;
        if (gone >= row->count) {
            row->count = 0;
            continue;
        }
        row->count -= (size_t)gone;
        memmove(row->piece, row->piece + gone, row->count * sizeof *row->piece);
    }
}

double sl_modulator_level(const modulator_signal *signal, sim_time t)
{
    const modulator_jump *jump = jump_at(signal, find_jump(signal, t));
    return jump->level * decayed(signal->inverse_tau, (double)(t - jump->time));
}

sim_time sl_modulator_cut(const modulator_signal *signal, sim_time t)
{
    return t / signal->stride * signal->stride;
}

/* ---- Weights --------------------------------------------------------------------------------- */

/* A weight on its way. */
typedef struct walk {
    const modulator_signal *signal;
    double low, high; /* bounds */
    double weight;
    double eligibility; /* c now */
    uint64_t pieces;
} walk;

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

/* Let the weight go through a piece, if what its bounds do follows from the piece's range.
 *
 * The weight follows p = c I, but stays at a bound as long as p pushes it outwards. Where only the
 * upper one is ever met, it has lost the most by which p went over it: it ends at high - (max p -
 * p_end); likewise for the lower one. Both can be met only if p covers as much as lies between
 * them. Even then all is known if p ends at its largest value: coming from its smallest one, the
 * weight then ends at p_end, counted from the lower bound if it was met, or at the upper bound;
 * likewise for the smallest. */
static bool clamp(walk *walk, const modulator_piece *piece)
{
    const double c = walk->eligibility;
    const double up = c * (c > 0 ? piece->high : piece->low);
    const double down = c * (c > 0 ? piece->low : piece->high);
    const double by = c * piece->total;
    const double w = walk->weight;
    if (up - down < walk->high - walk->low) {
        if (w + up > walk->high) {
            walk->weight = walk->high - (up - by);
        } else if (w + down < walk->low) {
            walk->weight = walk->low + (by - down);
        } else {
            walk->weight = w + by;
        }
        return true;
    }
    if (by == up) {
        walk->weight = smaller(walk->high, larger(w + by, walk->low + (by - down)));
    } else if (by == down) {
        walk->weight = larger(walk->low, smaller(w + by, walk->high - (up - by)));
    }
    return by == up || by == down;
}

/* A time without rewards that begins with D = level. */
static void go_interval(walk *walk, double level, double ticks)
{
    const modulator_signal *signal = walk->signal;
    const modulator_piece piece = piece_of(signal, level, ticks);
    walk->pieces++;
    if (clamp(walk, &piece)) {
        return;
    }
    /* in two parts that each go one way: until D has come down to its baseline, and after */
    const double c = walk->eligibility;
    const double at = turn(signal, level, ticks);
    const double before = c * integral(signal, level, at);
    const double after =
        c * decayed(signal->inverse_tau_c, at) * integral(signal, signal->baseline, ticks - at);
    const double w = larger(walk->low, smaller(walk->high, walk->weight + before));
    walk->weight = larger(walk->low, smaller(walk->high, w + after));
    walk->pieces++;
}

/* Node m of 2^level intervals; c is what it was at its start when done. */
static void go_node(walk *walk, int level, uint64_t m)
{
    const modulator_signal *signal = walk->signal;
    const modulator_row *row = &signal->row[level];
    walk->pieces++;
    if (clamp(walk, &row->piece[m - row->first])) {
        return;
    }
    if (level == 0) {
        const modulator_jump *jump = jump_at(signal, m);
        go_interval(walk, jump->level, (double)(jump_at(signal, m + 1)->time - jump->time));
        return;
    }
    const modulator_row *half = &signal->row[level - 1];
    const double c = walk->eligibility;
    go_node(walk, level - 1, 2 * m);
    walk->eligibility = c * half->piece[2 * m - half->first].factor;
    go_node(walk, level - 1, 2 * m + 1);
    walk->eligibility = c;
}

/* Largest size of a node that begins with interval `from` and ends before interval `end`. */
static int level_of(uint64_t from, uint64_t end)
{
    int level = 0;
    while (level + 1 < MODULATOR_LEVELS && from % (UINT64_C(2) << level) == 0 &&
           end - from >= UINT64_C(2) << level) {
        level++;
    }
    return level;
}

/* From `begin` to `end`, bounded on the way. */
static void go(walk *walk, sim_time begin, sim_time end)
{
    const modulator_signal *signal = walk->signal;
    const uint64_t first = find_jump(signal, begin);
    const uint64_t last = find_jump(signal, end - 1);
    const modulator_jump *jump = jump_at(signal, first);
    double level = jump->level;
    if (level != 0) {
        level *= decayed(signal->inverse_tau, (double)(begin - jump->time));
    }
    if (first < last) {
        const double ticks = (double)(jump_at(signal, first + 1)->time - begin);
        go_interval(walk, level, ticks);
        walk->eligibility *= decayed(signal->inverse_tau_c, ticks);
        for (uint64_t at = first + 1; at < last;) {
            const int size = level_of(at, last);
            const uint64_t m = at >> size;
            go_node(walk, size, m);
            walk->eligibility *= signal->row[size].piece[m - signal->row[size].first].factor;
            at += UINT64_C(1) << size;
        }
        begin = jump_at(signal, last)->time;
        level = jump_at(signal, last)->level;
    }
    go_interval(walk, level, (double)(end - begin));
}

double sl_modulator_move(const modulator_signal *signal, const plastic_bounds *bounds,
                         const modulator_stretch *stretch, double weight, uint64_t *pieces)
{
    if (stretch->eligibility == 0) {
        return weight;
    }
    walk walk = {
        .signal = signal, .low = bounds->low, .high = bounds->high, .weight = weight, .pieces = 0};
    sim_time at = stretch->since > stretch->settled ? stretch->since : stretch->settled;
    while (at < stretch->until) {
        const double ticks = (double)(at - stretch->since);
        if (ticks * signal->inverse_tau_c > LASTING_TAUS) {
            break;
        }
        const sim_time cut = sl_modulator_cut(signal, at) + signal->stride;
        const sim_time end = cut < stretch->until ? cut : stretch->until;
        walk.eligibility = stretch->eligibility * decayed(signal->inverse_tau_c, ticks);
        go(&walk, at, end);
        walk.weight = plastic_bounded(bounds, walk.weight);
        at = end;
    }
    if (pieces != NULL) {
        *pieces += walk.pieces;
    }
    return walk.weight;
}

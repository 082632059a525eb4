// The output layer in two planes: the upper 4 bits of each weight of 8, read for every row, and the lower 4, read only for
// rows that may be among the best (docs/decisions/0047). What is exact is so to the bit, since it is computed by the products
// of FORM_Q8 out of the joined planes.
//
// FORM_SPLIT holds what FORM_Q8 holds, w = d (q - 128), in two runs of panels: first of each panel its d and the upper halves of its
// quants (as there, group_place_at), then of each the lower halves. 64 bytes of either are 8 columns of 16 rows, as in 4 bits.
//
// The first pass takes activations in bytes, and each lower half for 7.5 but in the few columns where the token's activations
// are largest: these are read, since they hold half of the energy and more. The error of a row's sum is then made of many small
// ones: each lower half's distance from 7.5, equally often each of 16 values, times an activation, and each activation's
// rounding times a weight. Its standard deviation is computed for each row and token; a sum is taken to lie within SURE of it.
// Then the panels that look best are computed exactly, and all others that may hold a row as good as the last of the best.
#pragma once
#include <stdatomic.h>
#include "products.h"

enum { MOST_BEST = 256, CHUNK_PANELS = 32 };
enum { OCTET = 8, OCTETS = 4 };  // columns, and how many times so many are read whole
enum { UPPER_PANELS = 16 };       // of the first pass, multiplied one after the other
enum { FIRST_ROWS = 128, LATE_ROWS = 2048, MOST_SHARE = 3, TRIED_AFTER = 64 };  // see pays
#define SURE 8.0f
#define HALF_VARIANCE 21.25f                        // of a number of 0..15, all equally likely
#define ROUNDED_VARIANCE (127.0f * 127.0f / 36.0f)  // a weight squared times the rounding's: 127^2 / 3 and 1 / 12
#define MOST_BIAS 4.0f                              // of 32 lower halves' mean from 7.5: five times its deviation

INLINE int64_t half_bytes(const matrix *m) { return (int64_t)m->columns * LANES / 2; }
INLINE int64_t upper_bytes(const matrix *m) { return scale_bytes(m) + half_bytes(m); }
INLINE const uint8_t *upper_of(const matrix *m, int panel) { return m->data + panel * upper_bytes(m); }
INLINE group_place upper_group_at(const matrix *m, const uint8_t *panel, int index) {
    return group_place_at(panel, index, (int64_t)m->group * LANES / 2, HALVES);
}
INLINE const uint8_t *lower_of(const matrix *m, int panel) {
    return m->data + panels_of(m) * upper_bytes(m) + panel * half_bytes(m);
}
// Two streams are read at once, and both a little ahead: into the second-level cache, as the first one has few places for what is
// under way.
enum { AHEAD_BYTES = 1024 };
INLINE void fetch_ahead(const uint8_t *at) { fetch_far(at + AHEAD_BYTES); }

INLINE int64_t joined_bytes(const matrix *m) { return scale_bytes(m) + (int64_t)m->columns * LANES; }

// `count` panels from `index` on as a matrix of FORM_Q8 in `room`, which holds as many times joined_bytes.
static matrix joined(const matrix *m, int index, int count, uint8_t *room) {
    const matrix made = {room, NULL, FORM_Q8, count * LANES, m->columns, m->group};
    const vi low = vi_set8(15), high = vi_set8((int8_t)0xf0);
    const int bytes = m->group * LANES / 2;
    for (int i = 0; i < count; i++) {
        const uint8_t *upper = upper_of(m, index + i), *lower = lower_of(m, index + i);
        for (int g = 0; g < m->columns / m->group; g++, lower += bytes) {
            const group_place from = upper_group_at(m, upper, g);
            const group_room to = group_room_at(room + i * joined_bytes(m), g, 2 * bytes, HALVES);
            uint8_t *out = to.quants;
            memcpy(to.scales, from.scales, HALVES);
            for (int at = 0; at < bytes; at += 64) {
                vi u = vi_load(from.quants + at), l = vi_load(lower + at);
                fetch_ahead(from.quants + at), fetch_ahead(lower + at);
                vi_store(out + 2 * at, vi_or(vi_sll16(vi_and(u, low), 4), vi_and(l, low)));
                vi_store(out + 2 * at + 64, vi_or(vi_and(u, high), vi_and(vi_srl16(l, 4), low)));
            }
        }
    }
    return made;
}

// One row as floats (a token's embedding, where that is the output layer).
static void unpack_split_row(const matrix *m, int row, float *out) {
    const int panel = row / LANES, lane = row % LANES;
    const uint8_t *lower = lower_of(m, panel);
    for (int c = 0; c < m->columns; c++) {
        const group_place upper = upper_group_at(m, upper_of(m, panel), c / m->group);
        const int upper_half = nibble_at(upper.quants, lane, c % m->group);
        out[c] = half_of_lane(&upper, lane) * ((float)(upper_half << 4 | nibble_at(lower, lane, c)) - 128.0f);
    }
}

// ---- all rows -------------------------------------------------------------------------------------------------------

// A panel, or with many tokens a pair of them, times all tokens, to where `logits` (T) begin.
static void whole_item(const matrix *m, const activations *a, int item, const pair_room *room, uint8_t *buffer, float **logits) {
    const int at_once = a->wide ? PAIR : 1, index = item * at_once, left = panels_of(m) - index;
    const matrix part = joined(m, index, left < at_once ? left : at_once, buffer);
    if (!a->wide) {
        EACH_SLICE(a, {
            vf sums[FEW];
            few_panel(&part, 0, a, first, now, sums);
            for (int t = 0; t < now; t++) vf_store(logits[first + t] + index * LANES, sums[t]);
        });
        return;
    }
    const int both = left > 1;
    const panel_ref pair[PAIR] = {{&part, 0}, {&part, both}};
    EACH_PAIR_SUM(pair, a, room, {
        vf_store(logits[t] + index * LANES, first);
        if (both) vf_store(logits[t] + (index + 1) * LANES, second);
    });
}

// ---- the best rows --------------------------------------------------------------------------------------------------

// What the first pass leaves: between what each panel's rows lie at most, for each of T tokens.
typedef struct {
    float *spreads;       // (T, columns / 32): the variance of a block's error where d is 1
    int32_t *octets;      // (T, OCTETS): those whose lower halves are read, too
    float *sums, *highs;  // (T, panels): the largest of its sums, and what any of its rows comes to at most
    float *first, *least; // (T): panels whose sums reach it look best; a row below the other one is not among the best
    uint8_t *joined;      // for each thread, a pair of panels
    int left_out;         // how often it did not pay
    _Atomic int64_t steps, exact_panels;  // since the beginning (long has 32 bits on Windows)
    _Atomic int64_t rows, rows_panels;    // of late: rows of activations, and the panels that each of them needed exactly
} head_room;

// After round_row: the spread of each block of a row, and its octets with the largest activations. x (columns) are the numbers
// that were rounded, `energies` (columns / 8) is room.
static void round_spreads(const head_room *h, const float *x, const activations *a, int row, float *energies) {
    const int blocks = a->columns / BLOCK, octets = a->columns / OCTET;
    float *spreads = h->spreads + (int64_t)row * blocks;
    for (int i = 0; i < octets; i++) {
        energies[i] = 0.0f;
        for (int c = 0; c < OCTET; c++) energies[i] += x[i * OCTET + c] * x[i * OCTET + c];
    }
    for (int i = 0; i < OCTETS; i++) {
        int most = 0;
        for (int k = 1; k < octets; k++) most = energies[k] > energies[most] ? k : most;
        h->octets[row * OCTETS + i] = most;
        energies[most] = -1.0f;  // not again, even if all others are 0
    }
    for (int b = 0; b < blocks; b++) {
        const float step = a->byte_scales[(int64_t)row * blocks + b];
        spreads[b] = BLOCK * ROUNDED_VARIANCE * step * step;
        for (const float *of = energies + b * BLOCK / OCTET; of < energies + (b + 1) * BLOCK / OCTET; of++)
            if (!(*of < 0.0f)) spreads[b] += HALF_VARIANCE * *of;
    }
}

// The upper plane of a panel times `count` (a constant, at most PLANES) rows of bytes from `first` on, and by the spreads
// (T, columns / 32) of their activations how far off these sums may be.
INLINE void upper_sums(const matrix *m, const uint8_t *panel, const activations *a, const float *spreads, int first, const int count,
                       vf *out, vf *margins) {
    const int blocks = m->columns / BLOCK, per_group = m->group / BLOCK;
    const int64_t quant_bytes = (int64_t)m->group * LANES / 2;
    vf variance[PLANES];
    plane rows[PLANES];
    UNROLLED for (int p = 0; p < count; p++) rows[p] = high_plane(a, first + p), out[p] = variance[p] = vf_zero();
    for (int block = 0, group = 0; block < blocks; group++) {
        const group_place at = group_place_at(panel, group, quant_bytes, HALVES);
        const vf d = group_halves(&at), square = vf_mul(d, d);
        const uint8_t *quants = at.quants;
        float spread[PLANES];
        UNROLLED for (int p = 0; p < count; p++) spread[p] = 0.0f;
        for (int end = block + per_group; block < end; block++, quants += BLOCK * LANES / 2) {
            vi part[PLANES];
            nibble_parts(&quants, 1, rows, block, count, part);
            fetch_page_after(quants);
            UNROLLED for (int p = 0; p < count; p++) {
                const vf offset = vf_set((7.5f - 128.0f) * rows[p].sums[block]);
                const vf sum = vf_fma(vi_float(vi_part_sum(part[p])), vf_set(16.0f * rows[p].scales[block]), offset);
                out[p] = vf_fma(d, sum, out[p]);
                spread[p] += spreads[(int64_t)(first + p) * blocks + block];
            }
        }
        UNROLLED for (int p = 0; p < count; p++) variance[p] = vf_fma(square, vf_set(spread[p]), variance[p]);
    }
    UNROLLED for (int p = 0; p < count; p++) margins[p] = vf_mul(vf_set(SURE), vf_sqrt(variance[p]));
}

#define UPPER_CASE(n) case n: upper_sums(m, panel, a, spreads, first, n, out, margins); break;
static __attribute__((noinline)) void upper_rows(const matrix *m, const uint8_t *panel, const activations *a, const float *spreads,
                                                  int first, int tokens, vf *out, vf *margins) {
    switch (tokens) {
        UPPER_CASE(1) UPPER_CASE(2) UPPER_CASE(3) UPPER_CASE(4)
        IF_EIGHT_PLANES(UPPER_CASE(5) UPPER_CASE(6) UPPER_CASE(7) UPPER_CASE(8))
    }
}

// What the lower halves of a row's octets add to a panel's sums.
static vf octet_sums(const head_room *h, const matrix *m, int panel, const activations *a, int row) {
    const uint8_t *lower = lower_of(m, panel);
    const int blocks = m->columns / BLOCK;
    const int32_t *octets = h->octets + row * OCTETS;
    const vi nibble = vi_set8(15), ones = vi_set8(1);
    vf sum = vf_zero();
    for (int i = 0; i < OCTETS; i++) {
        const int column = octets[i] * OCTET, block = column / BLOCK;
        const int8_t *x = a->bytes + (int64_t)row * m->columns + column;
        const vi all = vi_load(lower + octets[i] * 64);
        vi part = vi_dot_part(vi_set(0), vi_and(all, nibble), in_all_lanes(x));
        part = vi_dot_part(part, vi_and(vi_srl16(all, 4), nibble), in_all_lanes(x + 4));
        vi both = vi_dot_part(vi_dot_part(vi_set(0), ones, in_all_lanes(x)), ones, in_all_lanes(x + 4));
        vf centred = vf_fma(vi_float(vi_part_sum(both)), vf_set(-7.5f), vi_float(vi_part_sum(part)));
        const group_place upper = upper_group_at(m, upper_of(m, panel), column / m->group);
        const vf d = vf_mul(group_halves(&upper), vf_set(a->byte_scales[(int64_t)row * blocks + block]));
        sum = vf_fma(d, centred, sum);
    }
    return sum;
}

// A panel's sums of a row out of the upper plane to where its logits begin, and what its rows may come to.
static void note_upper(const head_room *h, const matrix *m, const activations *a, int panel, int row, vf sum, vf margin, float *logits) {
    const int64_t at = (int64_t)row * panels_of(m) + panel;
    const int missing = (panel + 1) * LANES - m->rows;
    sum = vf_add(sum, octet_sums(h, m, panel, a, row));
    vf high = vf_add(sum, margin);
    vf_store(logits + panel * LANES, sum);
    if (missing > 0) sum = vf_without_last(sum, missing), high = vf_without_last(high, missing);
    h->sums[at] = vf_hmax(sum), h->highs[at] = vf_hmax(high);
}

// UPPER_PANELS panels times all tokens, or one at a time if the tokens are multiplied in more than one turn, so that they find it near.
// What is read of the lower plane is fetched before and added afterwards: between the panels it would end the processor's own fetching (0085).
static int upper_items(const matrix *m) { return (panels_of(m) + UPPER_PANELS - 1) / UPPER_PANELS; }
static void upper_panels(const head_room *h, const matrix *m, const activations *a, int begin, int count, float **logits) {
    for (int first = 0, now; first < a->tokens; first += now) {
        vf sums[UPPER_PANELS][PLANES], margins[UPPER_PANELS][PLANES];
        now = a->tokens - first < PLANES ? a->tokens - first : PLANES;
        for (int k = 0; k < count; k++)
            for (int i = first * OCTETS; i < (first + now) * OCTETS; i++) fetch_far(lower_of(m, begin + k) + h->octets[i] * 64);
        for (int k = 0; k < count; k++)
            upper_rows(m, upper_of(m, begin + k), a, h->spreads, first, now, sums[k], margins[k]);
        for (int k = 0; k < count; k++)
            for (int p = 0; p < now; p++)
                note_upper(h, m, a, begin + k, first + p, sums[k][p], margins[k][p], logits[first + p]);
    }
}

static void upper_item(const head_room *h, const matrix *m, const activations *a, int item, float **logits) {
    const int begin = item * UPPER_PANELS, left = panels_of(m) - begin, count = left < UPPER_PANELS ? left : UPPER_PANELS;
    const int at_once = a->tokens > PLANES ? 1 : count;
    for (int k = 0; k < count; k += at_once) upper_panels(h, m, a, begin + k, at_once, logits);
}

// The `best` largest of some numbers, ascending.
typedef struct { float of[MOST_BEST]; int count, best; } largest_numbers;
static void add_number(largest_numbers *n, float x) {
    int at = 0;
    if (n->count < n->best) {
        for (at = n->count++; at > 0 && n->of[at - 1] > x; at--) n->of[at] = n->of[at - 1];
    } else {
        if (!(x > n->of[0])) return;
        for (; at + 1 < n->best && n->of[at + 1] < x; at++) n->of[at] = n->of[at + 1];
    }
    n->of[at] = x;
}
static float least_number(const largest_numbers *n) { return n->count < n->best ? -INFINITY : n->of[0]; }

INLINE int looks_best(const head_room *h, int row, int panels, int panel) {
    const float sum = h->sums[(int64_t)row * panels + panel];
    return sum >= h->first[row] && sum > -INFINITY;
}

// Which panels look best: as many as rows are wanted. Those are left out that hold rows which the caller lowers afterwards
// (penalties): what is lowered is among the best only if it was before.
static void find_first(const head_room *h, int row, int panels, int best, const int32_t *lowered, int lowered_count) {
    float *sums = h->sums + (int64_t)row * panels;
    largest_numbers largest = {.best = best};
    for (int i = 0; i < lowered_count; i++) sums[lowered[i] / LANES] = -INFINITY;
    for (int i = 0; i < panels; i++) add_number(&largest, sums[i]);
    h->first[row] = least_number(&largest);
}

// What the best rows reach at least: those of the panels that look best, whose logits are right by now.
static void find_least(const head_room *h, const matrix *m, int row, int best, const float *logits) {
    const int panels = panels_of(m);
    largest_numbers largest = {.best = best};
    for (int panel = 0; panel < panels; panel++)
        for (int i = panel * LANES; looks_best(h, row, panels, panel) && i < (panel + 1) * LANES && i < m->rows; i++)
            add_number(&largest, logits[i]);
    h->least[row] = least_number(&largest);
}

// The rows of some panels by both planes: of those that look best, or of all others that may hold one of the best. Of what is
// no number nothing is left out.
static void exact_item(head_room *h, const matrix *m, const activations *a, int chunk, int first_ones, uint8_t *buffer, float **logits) {
    const int panels = panels_of(m), end = (chunk + 1) * CHUNK_PANELS;
    int joins = 0, needed = 0;
    for (int panel = chunk * CHUNK_PANELS; panel < end && panel < panels; panel++) {
        matrix part = {NULL};
        for (int t = 0; t < a->tokens; t++) {
            const int first = looks_best(h, t, panels, panel);
            if (first_ones ? !first : first || h->highs[(int64_t)t * panels + panel] < h->least[t]) continue;
            if (!part.data) part = joined(m, panel, 1, buffer), joins++;
            vf sum;
            needed++;
            few_panel(&part, 0, a, t, 1, &sum);
            vf_store(logits[t] + panel * LANES, sum);
        }
    }
    if (!needed) return;
    atomic_fetch_add_explicit(&h->exact_panels, joins, memory_order_relaxed);
    atomic_fetch_add_explicit(&h->rows_panels, needed, memory_order_relaxed);
}

// Whether it pays to look for the best rows of so many tokens: together they may need most panels. Now and then it is tried.
static int pays(head_room *h, int panels, int tokens) {
    const int64_t rows = atomic_load(&h->rows), needed = atomic_load(&h->rows_panels);
    if (rows > LATE_ROWS) atomic_store(&h->rows, rows / 2), atomic_store(&h->rows_panels, needed / 2);
    if (rows >= FIRST_ROWS && needed * tokens > rows * panels / MOST_SHARE && ++h->left_out % TRIED_AFTER) return 0;
    atomic_fetch_add(&h->rows, tokens), atomic_fetch_add(&h->steps, 1);
    return 1;
}

// ---- from FORM_Q8 ---------------------------------------------------------------------------------------------------

// 32 columns of a panel; returns of how many of its first `rows` rows the lower halves are not as good as random.
static int split_block(const uint8_t *q, int rows, uint8_t *upper, uint8_t *lower) {
    int sums[LANES] = {0}, wide[LANES] = {0}, biased = 0;
    for (int at = 0; at < BLOCK * LANES / 2; at += 64, q += 128)
        for (int i = 0; i < 64; i++) {
            upper[at + i] = (uint8_t)(q[i] >> 4 | (q[i + 64] & 0xf0));
            lower[at + i] = (uint8_t)((q[i] & 15) | (q[i + 64] & 15) << 4);
            sums[i / 4] += (q[i] & 15) + (q[i + 64] & 15);
            wide[i / 4] |= (uint8_t)(q[i] - 112) > 31 || (uint8_t)(q[i + 64] - 112) > 31;  // not within -16..15
        }
    for (int lane = 0; lane < LANES && lane < rows; lane++)
        biased += !wide[lane] || fabsf((float)sums[lane] / BLOCK - 7.5f) > MOST_BIAS;
    return biased;
}

// The same matrix, of FORM_Q8 in `from`, in two planes. Returns of how many groups of 32 the lower halves are not as good as
// random, as of weights that had fewer bits before: they lie to one side, or hold all there is but the sign. For these the
// first pass would be off by more than it says.
int64_t fused_split_q8(const uint8_t *from, int rows, int columns, int group, uint8_t *out) {
    const matrix q8 = {from, NULL, FORM_Q8, rows, columns, group}, m = {out, NULL, FORM_SPLIT, rows, columns, group};
    int64_t biased = 0;
    for (int panel = 0; panel < panels_of(&m); panel++) {
        const int left = rows - panel * LANES;
        uint8_t *lower = out + (lower_of(&m, panel) - m.data);
        for (int g = 0; g < columns / group; g++) {
            const group_place whole = q8_group_at(&q8, panel_at(&q8, panel), g);
            const group_room to = group_room_at(out + panel * upper_bytes(&m), g, (int64_t)group * LANES / 2, HALVES);
            uint8_t *upper = to.quants;
            memcpy(to.scales, whole.scales, HALVES);
            for (int block = 0; block < group / BLOCK; block++, upper += BLOCK * LANES / 2, lower += BLOCK * LANES / 2)
                biased += split_block(whole.quants + block * BLOCK * LANES, left, upper, lower);
        }
    }
    return biased;
}

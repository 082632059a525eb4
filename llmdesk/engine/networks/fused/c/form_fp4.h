// MXFP4, 4 bits that are a tiny float each (E2M1): w = d v with v one of 16 values (here twice their size, so that they are whole)
// and d a power of 2 for 32 columns. A panel: of each block of columns the exponent bytes of 16 d, padded to 64 bytes in all; then
// the quants as in nibbles.h, which are numbers in VALUES. Multiplied as v + 12, which is not negative, less 12 times the sums.
#pragma once
#include "nibbles.h"

enum { FP4_MOST = 12 };
static const int8_t FP4_VALUES[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
static const uint8_t FP4_RAISED[16] = {12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0};

INLINE int64_t fp4_head_bytes(const matrix *m) { return ((int64_t)m->columns / BLOCK * LANES + 63) & ~(int64_t)63; }
static int64_t fp4_panel_bytes(const matrix *m) { return fp4_head_bytes(m) + (int64_t)m->columns * LANES / 2; }

// 8 columns, raised, as bytes: of those in the low nibbles, and of those in the high ones.
INLINE void fp4_bytes(const uint8_t *quants, vi *low, vi *high) {
    const vi all = vi_load(quants), nibble = vi_set8(15);
    *low = vi_look_up(FP4_RAISED, vi_and(all, nibble)), *high = vi_look_up(FP4_RAISED, vi_and(vi_srl16(all, 4), nibble));
}

// One panel times `tokens` (a constant, at most FEW) rows from `first` on, in 16 bits.
INLINE void few_fp4_words(const matrix *m, const uint8_t *panel, const activations *a, int first, const int tokens, vf *out) {
    const int blocks = m->columns / BLOCK;
    const uint8_t *quants = panel + fp4_head_bytes(m);
    const int16_t *rows = a->quants + (int64_t)first * m->columns;
    const float *row_scales = a->scales + first * blocks, *row_sums = a->scaled_sums + first * blocks;
    for (int t = 0; t < tokens; t++) out[t] = vf_zero();
    for (int block = 0; block < blocks; block++) {
        const vf d = vf_power(panel + block * LANES), low_end = vf_mul(d, vf_set(-FP4_MOST));
        vi dot[FEW];
        for (int t = 0; t < tokens; t++) dot[t] = vi_set(0);
        for (int j = 0; j < 4; j++, quants += 64) {
            const int16_t *x = rows + block * BLOCK + 8 * j;
            vi low, high, w[4];
            fp4_bytes(quants, &low, &high);
            byte_pairs(low, w), byte_pairs(high, w + 2);
            fetch_ahead(quants);
            for (int t = 0; t < tokens; t++)
                for (int k = 0; k < 4; k++) dot[t] = vi_dot16(dot[t], w[k], in_all_lanes(x + (int64_t)t * m->columns + 2 * k));
        }
        for (int t = 0; t < tokens; t++) {
            const vf sum = vf_mul(vi_float(dot[t]), vf_set(row_scales[t * blocks + block]));
            out[t] = vf_fma(low_end, vf_set(row_sums[t * blocks + block]), vf_fma(d, sum, out[t]));
        }
    }
}
FEW_FUNCTION(few_rows_fp4, few_fp4_words)

// sums[p] += a block, whose quants and d these are, times those of `count` (a constant) planes. Parts are added up every 16
// columns, since 16 bits hold 4 times two products of 24 and 128.
INLINE void fp4_block(const uint8_t *quants, vf d, const plane *planes, int block, const int count, vf *sums) {
    const vf low_end = vf_mul(d, vf_set(-FP4_MOST));
    vi halves[2][PLANES];
    UNROLLED for (int half = 0; half < 2; half++) {
        UNROLLED for (int p = 0; p < count; p++) halves[half][p] = vi_set(0);
        UNROLLED for (int j = 2 * half; j < 2 * half + 2; j++) {
            vi low, high;
            fp4_bytes(quants + 64 * j, &low, &high);
            fetch_ahead(quants + 64 * j);
            UNROLLED for (int p = 0; p < count; p++) {
                const int8_t *x = planes[p].bytes + block * BLOCK + 8 * j;
                halves[half][p] = vi_dot_part(halves[half][p], low, in_all_lanes(x));
                halves[half][p] = vi_dot_part(halves[half][p], high, in_all_lanes(x + 4));
            }
        }
    }
    UNROLLED for (int p = 0; p < count; p++) {
        const vi part = vi_add32(vi_part_sum(halves[0][p]), vi_part_sum(halves[1][p]));
        const vf sum = vf_mul(vi_float(part), vf_set(planes[p].scales[block]));
        sums[p] = vf_fma(low_end, vf_set(planes[p].sums[block]), vf_fma(d, sum, sums[p]));
    }
}

INLINE void fp4_all_blocks(const matrix *m, const uint8_t *panel, const plane *planes, const int count, vf *sums) {
    const int blocks = m->columns / BLOCK;
    const uint8_t *quants = panel + fp4_head_bytes(m);
    UNROLLED for (int p = 0; p < count; p++) sums[p] = vf_zero();
    for (int block = 0; block < blocks; block++, quants += BLOCK * LANES / 2)
        fp4_block(quants, vf_power(panel + block * LANES), planes, block, count, sums);
}
PLANES_FUNCTION(fp4_times_planes, fp4_all_blocks)

// The second plane of a row, where it has one.
static vf fp4_low_blocks(const matrix *m, const uint8_t *panel, const activations *a, int row) {
    const int32_t *blocks = a->low_blocks + (int64_t)row * (a->columns / BLOCK);
    const uint8_t *quants = panel + fp4_head_bytes(m);
    const plane low = low_plane(a, row);
    vf sum = vf_zero();
    for (int i = 0; i < a->low_counts[row]; i++)
        fp4_block(quants + (int64_t)blocks[i] * BLOCK * LANES / 2, vf_power(panel + blocks[i] * LANES), &low, blocks[i], 1, &sum);
    return sum;
}

static void few_fp4(const matrix *m, const uint8_t *panel, const activations *a, int first, int tokens, vf *out) {
    if (a->has_low) few_in_planes(m, panel, a, first, tokens, out, fp4_times_planes, fp4_low_blocks);
    else few_rows_fp4(m, panel, a, first, tokens, out);
}

// With a step of 341 in the blocks of the largest d, so of half as much in those of half the d, and so on: what is rounded are
// those of an eighth and less, by a part of their own step.
enum { FP4_STEP = 341, FP4_SHIFT = 11 };
static vf widen_fp4(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    (void)in_bytes;
    const uint8_t *head = panel + first_column / BLOCK * LANES, *quants = panel + fp4_head_bytes(m) + first_column * LANES / 2;
    vf most = vf_set(1e-30f);
    for (int b = 0; b < wide / BLOCK; b++) most = vf_max(most, vf_power(head + b * LANES));
    const vf inverse = vf_div(vf_set(FP4_STEP * (1 << (15 - FP4_SHIFT))), most);
    const vi middle = vi_set16(FP4_MOST);
    for (int b = 0; b < wide / BLOCK; b++) {
        const vi factor = vi_pair16(vf_int(vf_mul(vf_power(head + b * LANES), inverse)));
        for (int j = 0; j < 4; j++, quants += 64) {
            vi low, high, w[4];
            fp4_bytes(quants, &low, &high);
            byte_pairs(low, w), byte_pairs(high, w + 2);
            for (int k = 0; k < 4; k++, out += 64)
                vi_store(out, vi_mul16_high(vi_sll16(vi_sub16(w[k], middle), FP4_SHIFT), factor));
        }
    }
    return vf_div(most, vf_set(FP4_STEP));
}

static void unpack_fp4(const matrix *m, const uint8_t *panel, int lane, float *out) {
    const uint8_t *quants = panel + fp4_head_bytes(m);
    for (int c = 0; c < m->columns; c++) {
        const uint32_t bits = (uint32_t)panel[c / BLOCK * LANES + lane] << 23;
        float d;
        memcpy(&d, &bits, 4);
        out[c] = d * (float)FP4_VALUES[nibble_at(quants, lane, c)];
    }
}

static uint8_t fp4_of(int value) {
    for (uint8_t i = 0; i < 16; i++)
        if (FP4_VALUES[i] == value) return i;
    return 0;
}

// Out of whole values (rows, columns) in bytes, and of d (rows, columns / 32) as floats: Fp4Matrix.
static void pack_fp4(const matrix *m, const void *const *parts, int row, uint8_t *panel) {
    const int8_t *values = (const int8_t *)parts[0] + (int64_t)row * m->columns;
    const float *d = (const float *)parts[1] + (int64_t)row * (m->columns / BLOCK);
    uint8_t *quants = panel + fp4_head_bytes(m);
    for (int b = 0; b < m->columns / BLOCK; b++, values += BLOCK, quants += BLOCK * LANES / 2) {
        uint8_t pairs[BLOCK / 2];
        uint32_t bits;
        memcpy(&bits, &d[b], 4);
        panel[b * LANES + row % LANES] = (uint8_t)(bits >> 23);
        for (int i = 0; i < BLOCK / 2; i++) pairs[i] = (uint8_t)(fp4_of(values[2 * i]) | fp4_of(values[2 * i + 1]) << 4);
        put_nibbles(quants, row % LANES, pairs, BLOCK);
    }
}

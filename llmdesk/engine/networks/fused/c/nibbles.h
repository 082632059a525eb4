// Quants of 4 bits, whatever their scales are: of a byte the high nibble is the column 4 after that of the low one, so a vector
// of 64 bytes holds 8 columns of 16 rows.
#pragma once
#include "activations.h"

// 8 columns as pairs of 16 bits.
INLINE void nibble_pairs(vi quants, vi *w) {
    const vi nibble = vi_set16(15);
    w[0] = vi_and(quants, nibble), w[1] = vi_and(vi_srl16(quants, 8), nibble);
    w[2] = vi_and(vi_srl16(quants, 4), nibble), w[3] = vi_srl16(quants, 12);
}

INLINE void nibble_pair_of_chains(const uint8_t *const *quants, const int panels, const int16_t *x, int64_t columns, const int count,
                                  vi *dot) {
    const vi low = vi_set16(0x0f), high = vi_set16(0xf0);
    vi high_dot[FEW];
    EACH_SUM(panels, count, dot[at] = high_dot[at] = vi_set(0));
    for (int j = 0; j < 4; j++, x += 8) {
        UNROLLED for (int k = 0; k < panels; k++) {
            // The high nibbles stay where they are in their bytes: their sums are 16 times too large.
            const vi even = vi_load(quants[k] + 64 * j), odd = vi_srl16(even, 8);
            const vi w[4] = {vi_and(even, low), vi_and(odd, low), vi_and(even, high), vi_and(odd, high)};
            for (int p = 0; p < count; p++) {
                const int16_t *row = x + p * columns;
                const int at = k * count + p;
                dot[at] = vi_dot16(dot[at], w[0], in_all_lanes(row));
                high_dot[at] = vi_dot16(high_dot[at], w[2], in_all_lanes(row + 4));
                dot[at] = vi_dot16(dot[at], w[1], in_all_lanes(row + 2));
                high_dot[at] = vi_dot16(high_dot[at], w[3], in_all_lanes(row + 6));
            }
        }
    }
    EACH_SUM(panels, count, dot[at] = vi_add32(dot[at], vi_sra32(high_dot[at], 4)));
}

INLINE void nibble_one_chain(const uint8_t *const *quants, const int panels, const int16_t *x, int64_t columns, const int count,
                             vi *dot) {
    const vi low = vi_set16(0x0f);
    EACH_SUM(panels, count, dot[at] = vi_set(0));
    for (int j = 0; j < 4; j++, x += 8)
        UNROLLED for (int k = 0; k < panels; k++) {
            const vi all = vi_load(quants[k] + 64 * j);
            UNROLLED for (int i = 0; i < 4; i++) {
                const int shift = (i & 1) * 8 + (i >> 1) * 4;  // what lies in the bits: columns 0, 1, 4, 5 and their pairs
                const vi w = i == 3 ? vi_srl16(all, shift) : vi_and(i ? vi_srl16(all, shift) : all, low);
                UNROLLED for (int p = 0; p < count; p++)
                    dot[k * count + p] = vi_dot16(dot[k * count + p], w, in_all_lanes(x + p * columns + 2 * i));
            }
        }
}

// dot[at] = a block of 32 columns of each panel times `count` (at most FEW) rows in 16 bits.
INLINE void nibble_words(const uint8_t *const *quants, const int panels, const int16_t *x, int64_t columns, const int count, vi *dot) {
    if (CHAINS(panels * count) == 2) nibble_pair_of_chains(quants, panels, x, columns, count, dot);
    else nibble_one_chain(quants, panels, x, columns, count, dot);
}

// A plane of one of few rows: bytes (columns), and of each block their scale, scale * sum, and see `activations`. Of a second
// plane `bits` say which blocks it has.
typedef struct { const int8_t *bytes; const float *scales, *sums; const int32_t *middles; const uint8_t *bits; } plane;
INLINE plane high_plane(const activations *a, int row) {
    const int64_t at = (int64_t)row * (a->columns / BLOCK);
    return (plane){a->bytes + at * BLOCK, a->byte_scales + at, a->byte_sums + at, a->byte_middles + 2 * at, NULL};
}
INLINE plane low_plane(const activations *a, int row) {
    const int64_t at = (int64_t)row * (a->columns / BLOCK);
    return (plane){a->low + at * BLOCK, a->low_scales + at, a->low_sums + at, a->low_middles + 2 * at, a->low_bits + row * low_bit_bytes(a->columns)};
}

// part[at] = a block of 32 columns of each panel times those of the planes.
INLINE void nibble_parts(const uint8_t *const *quants, const int panels, const plane *planes, int block, const int count, vi *part) {
    const vi nibble = vi_set8(15);
    EACH_SUM(panels, count, part[at] = vi_set(0));
    ROLLED for (int j = 0; j < 4; j++)
        UNROLLED for (int k = 0; k < panels; k++) {
            const vi all = vi_load(quants[k] + 64 * j), first = vi_and(all, nibble), second = vi_and(vi_srl16(all, 4), nibble);
            UNROLLED for (int p = 0; p < count; p++) {
                const int8_t *x = planes[p].bytes + block * BLOCK + 8 * j;
                vi *sum = part + k * count + p;
                *sum = vi_dot_part(vi_dot_part(*sum, first, in_all_lanes(x)), second, in_all_lanes(x + 4));
            }
        }
}

// Functions of their own for each number of planes, by a switch outside of all loops, and for two panels.
#define PLANES_CASE(all_blocks, n) case n: all_blocks(m, &panel, 1, high, low, n, sums); break;
#define PLANES_FUNCTION(name, all_blocks)                                                                                     \
    static __attribute__((noinline)) void name(const matrix *m, const uint8_t *panel, const plane *high, const plane *low,    \
                                               int count, vf *sums) {                                                         \
        switch (count) {                                                                                                      \
            PLANES_CASE(all_blocks, 1) PLANES_CASE(all_blocks, 2) PLANES_CASE(all_blocks, 3) PLANES_CASE(all_blocks, 4)       \
            IF_EIGHT_PLANES(PLANES_CASE(all_blocks, 5) PLANES_CASE(all_blocks, 6))                                            \
            IF_EIGHT_PLANES(PLANES_CASE(all_blocks, 7) PLANES_CASE(all_blocks, 8))                                            \
        }                                                                                                                     \
    }                                                                                                                         \
    static __attribute__((noinline)) void name##_of_two(const matrix *m, const uint8_t *const *panels, const activations *a,  \
                                                        int row, vf *sums) {                                                  \
        const plane high = high_plane(a, row), low = low_plane(a, row);                                                       \
        all_blocks(m, panels, PAIR, &high, &low, 1, sums);                                                                    \
    }

// One panel times `count` rows: both planes of each. What the second ones hold is multiplied while the weights are at hand, and
// added at the end.
typedef void (*times_planes)(const matrix *m, const uint8_t *panel, const plane *high, const plane *low, int count, vf *sums);

// One panel times rows from `first` on, in bytes. A row's numbers do not depend on which rows are multiplied with it.
INLINE void few_in_planes(const matrix *m, const uint8_t *panel, const activations *a, int first, int tokens, vf *out,
                          times_planes all_blocks) {
    for (int t = 0, now; t < tokens; t += now) {
        plane high[PLANES], low[PLANES];
        now = tokens - t < PLANES ? tokens - t : PLANES;
        for (int i = 0; i < now; i++) high[i] = high_plane(a, first + t + i), low[i] = low_plane(a, first + t + i);
        all_blocks(m, panel, high, low, now, out + t);
    }
}

// What a form does with few rows: in planes where they have them and it can, else in 16 bits.
#define FEW_AND_TWO(form, can)                                                                                                \
    static void few_##form(const matrix *m, const uint8_t *panel, const activations *a, int first, int tokens, vf *out) {     \
        if (a->has_low && (can)) few_in_planes(m, panel, a, first, tokens, out, form##_times_planes);                         \
        else few_rows_##form(m, panel, a, first, tokens, out);                                                                \
    }                                                                                                                         \
    static void two_##form(const matrix *m, const uint8_t *const *panels, const activations *a, int row, vf *out) {           \
        if (a->has_low && (can)) form##_times_planes_of_two(m, panels, a, row, out);                                          \
        else few_rows_##form##_of_two(m, panels, a, row, out);                                                                \
    }

// A block of 32 columns as pairs of 16 bits, step q + low_end: quants are shifted up and multiplied by a fraction of 15 bits.
enum { NIBBLE_SHIFT = 11 };
INLINE void widen_nibbles(const uint8_t *quants, vf step, vf low_end, uint8_t *out) {
    const vi factor = vi_pair16(vf_int(vf_mul(step, vf_set(1 << (15 - NIBBLE_SHIFT))))), start = vi_pair16(vf_int(low_end));
    for (int j = 0; j < 4; j++, quants += 64) {
        vi w[4];
        nibble_pairs(vi_load(quants), w);
        for (int k = 0; k < 4; k++, out += 64)
            vi_store(out, vi_add16(vi_mul16_high(vi_sll16(w[k], NIBBLE_SHIFT), factor), start));
    }
}

// The same as bytes, as they are.
INLINE void nibble_bytes(const uint8_t *quants, uint8_t *out) {
    for (int j = 0; j < 4; j++, quants += 64, out += 128) {
        const vi both = vi_load(quants);
        vi_store(out, vi_and(both, vi_set8(15))), vi_store(out + 64, vi_and(vi_srl16(both, 4), vi_set8(15)));
    }
}

// The same as bytes from 1 to 255 around BYTE_MIDDLE, step q + low_end of at most BYTE_LIMIT: 256 times that, as 16 bits without a
// sign, is rounded by what is added for it.
INLINE void narrow_nibbles(const uint8_t *quants, vf step, vf low_end, uint8_t *out) {
    const vi factor = vi_pair16(vf_int(vf_mul(step, vf_set(256.0f)))), upper = vi_set16(-256);
    const vi start = vi_pair16(vf_int(vf_fma(low_end, vf_set(256.0f), vf_set(256.0f * BYTE_MIDDLE + 128.0f))));
    for (int j = 0; j < 4; j++, quants += 64) {
        vi w[4];
        nibble_pairs(vi_load(quants), w);
        for (int k = 0; k < 4; k++) w[k] = vi_add16(vi_mul16(w[k], factor), start);
        for (int k = 0; k < 4; k += 2, out += 64) vi_store(out, vi_or(vi_srl16(w[k], 8), vi_and(w[k + 1], upper)));
    }
}

// A wide block of lines with quants up to `top`, of at most `limit`, in 32 columns times `bytes` a row; returns their scales.
INLINE vf brought_lines(const matrix *m, const uint8_t *panel, int first_column, int wide, uint8_t *out,
                        quant_line (*line_of)(const matrix *m, const uint8_t *panel, int column), const int top,
                        void (*bring)(const uint8_t *quants, vf step, vf low_end, uint8_t *out), const float limit, const int bytes) {
    quant_line lines[GROUPS];
    vf most = vf_set(1e-30f);
    const int groups = wide / BLOCK;
    for (int g = 0; g < groups; g++) {
        lines[g] = line_of(m, panel, first_column + g * BLOCK);
        most = vf_max(most, vf_max(vf_abs(lines[g].low_end), vf_abs(vf_fma(lines[g].step, vf_set((float)top), lines[g].low_end))));
    }
    const vf inverse = vf_div(vf_set(limit), most);
    for (int g = 0; g < groups; g++, out += BLOCK * LANES * bytes)
        bring(lines[g].quants, vf_mul(lines[g].step, inverse), vf_mul(lines[g].low_end, inverse), out);
    return vf_div(vf_set(1.0f), inverse);
}

// As pairs of 16 bits.
INLINE vf widen_lines(const matrix *m, const uint8_t *panel, int first_column, int wide, uint8_t *out,
                      quant_line (*line_of)(const matrix *m, const uint8_t *panel, int column), const int top,
                      void (*widen)(const uint8_t *quants, vf step, vf low_end, uint8_t *out)) {
    return brought_lines(m, panel, first_column, wide, out, line_of, top, widen, WIDE_LIMIT - 1.0f, 2);
}
// Of 4 bits: so, or as bytes.
INLINE vf widen_nibble_lines(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out,
                             quant_line (*line_of)(const matrix *m, const uint8_t *panel, int column)) {
    if (in_bytes) return brought_lines(m, panel, first_column, wide, out, line_of, 15, narrow_nibbles, BYTE_LIMIT, 1);
    return widen_lines(m, panel, first_column, wide, out, line_of, 15, widen_nibbles);
}

// One quant, and a row of them out of pairs with the even column in the low nibble.
INLINE int nibble_at(const uint8_t *quants, int lane, int column) {
    uint8_t both = quants[column / 8 * 64 + lane * 4 + column % 4];
    return column % 8 < 4 ? both & 15 : both >> 4;
}
static void put_nibbles(uint8_t *quants, int lane, const uint8_t *pairs, int columns) {
    for (int c = 0; c < columns; c += 8, pairs += 4) {
        uint8_t *bytes = quants + c * 8 + lane * 4;
        for (int i = 0; i < 2; i++) {
            bytes[2 * i] = (uint8_t)((pairs[i] & 15) | (pairs[i + 2] & 15) << 4);
            bytes[2 * i + 1] = (uint8_t)(pairs[i] >> 4 | (pairs[i + 2] >> 4) << 4);
        }
    }
}

// 5 bits as GGUF's Q5_K has them: w = d s q - e n, q in 0..31 (k_blocks.h): 5.5 bits a weight.
//
// The quants of 32 columns are five vectors. 20 columns are the low five bits of their bytes, 4 in each vector; in the high three
// bits of all five together are the other 12:
//   columns 20 to 23: the three of the first vector, then the lower two of the second one's
//   columns 24 to 27: the three of the third one, then the lower two of the fourth one's
//   columns 28 to 31: the three of the fifth one, then the highest of the second one and that of the fourth
#pragma once
#include "k_blocks.h"

enum { Q5K_VECTORS = 5, Q5K_BYTES = Q5K_VECTORS * 64, Q5K_HALF = BLOCK / 2 };

// 16 of the columns, 4 in the bytes of each vector; `half` is a constant.
INLINE void five_bits(const uint8_t *quants, const int half, vi *q) {
    const vi five = vi_set8(31), three = vi_set8(7), two = vi_set8(24);
    if (half == 0) {
        UNROLLED for (int k = 0; k < 4; k++) q[k] = vi_and(vi_load(quants + 64 * k), five);
        return;
    }
    const vi first = vi_load(quants), second = vi_load(quants + 64), third = vi_load(quants + 128);
    const vi fourth = vi_load(quants + 192), fifth = vi_load(quants + 256);
    q[0] = vi_and(fifth, five);
    q[1] = vi_or(vi_and(vi_srl16(first, 5), three), vi_and(vi_srl16(second, 2), two));
    q[2] = vi_or(vi_and(vi_srl16(third, 5), three), vi_and(vi_srl16(fourth, 2), two));
    q[3] = vi_or(vi_and(vi_srl16(fifth, 5), three), vi_or(vi_and(vi_srl16(second, 4), vi_set8(8)), vi_and(vi_srl16(fourth, 3), vi_set8(16))));
}

INLINE int five_bits_at(const uint8_t *quants, int lane, int column) {
    const int vector = column / 4;
    quants += lane * 4 + column % 4;
    if (vector < Q5K_VECTORS) return quants[64 * vector] & 31;
    if (vector == 7) return quants[256] >> 5 | quants[64] >> 7 << 3 | quants[192] >> 7 << 4;
    quants += 128 * (vector - Q5K_VECTORS);
    return quants[0] >> 5 | (quants[64] >> 5 & 3) << 3;
}

// A row's 32 quants into a block of zeros.
static void put_five_bits(uint8_t *quants, int lane, const uint8_t *q) {
    for (int i = 0; i < 4; i++) {
        uint8_t *at = quants + lane * 4 + i;
        const int a = q[20 + i], b = q[24 + i], c = q[28 + i];
        const int high[Q5K_VECTORS] = {a & 7, a >> 3 | (c >> 3 & 1) << 2, b & 7, b >> 3 | c >> 4 << 2, c & 7};
        for (int k = 0; k < Q5K_VECTORS; k++) at[64 * k] = (uint8_t)(q[4 * k + i] | high[k] << 5);
    }
}

// Sums of 32 columns of at most 31 times signed bytes, times a byte of each lane (at most 63), 16 columns after the other; exact.
// Where one instruction adds up four products the byte's turn is at the end, elsewhere that of each 16 columns, which 16 bits hold.
#if defined(__AVX512VNNI__) || defined(__AVXVNNI__)
INLINE vi vi_dot4_steps(vi sum, const vi *q, const vi *x, vi steps, int which) {
    (void)steps, (void)which;
    return vi_dot(vi_dot(vi_dot(vi_dot(sum, q[0], x[0]), q[1], x[1]), q[2], x[2]), q[3], x[3]);
}
INLINE vf vi_steps_sum(vi sum, vi steps, int which) { return vi_part_times(sum, steps, which); }
#else
INLINE vi vi_dot4_steps(vi sum, const vi *q, const vi *x, vi steps, int which) {
    const vi first = vi_dot_part(vi_dot_part(vi_set(0), q[0], x[0]), q[1], x[1]);
    const vi all = vi_dot_part(vi_dot_part(first, q[2], x[2]), q[3], x[3]);
    return vi_dot16(sum, all, vi_take(steps, TAKE_TWICE[which]));
}
INLINE vf vi_steps_sum(vi sum, vi steps, int which) {
    (void)steps, (void)which;
    return vi_float(sum);
}
#endif

// dot[at] = 32 columns of each panel times `count` (at most FEW) rows in 16 bits.
INLINE void five_words(const uint8_t *const *quants, const int panels, const int16_t *x, int64_t columns, const int count, vi *dot) {
    const int chains = panels * count > 2 ? 1 : 2;  // more find no room in registers
    vi second[FEW];
    EACH_SUM(panels, count, dot[at] = second[at] = vi_set(0));
    ROLLED for (int half = 0; half < 2; half++, x += Q5K_HALF)
        UNROLLED for (int k = 0; k < panels; k++) {
            vi q[4];
            five_bits(quants[k], half, q);
            UNROLLED for (int j = 0; j < 4; j++) {
                vi w[2];
                byte_pairs(q[j], w);
                UNROLLED for (int i = 0; i < 2; i++)
                    UNROLLED for (int p = 0; p < count; p++) {
                        vi *sum = (i && chains == 2 ? second : dot) + k * count + p;
                        *sum = vi_dot16(*sum, w[i], in_all_lanes(x + p * columns + 4 * j + 2 * i));
                    }
            }
        }
    EACH_SUM(panels, count, dot[at] = vi_add32(dot[at], second[at]));
}

INLINE void q5k_products(const uint8_t *const *quants, const int panels, const vi *scales, int which, const plane *planes, int block,
                         const int count, vf *products) {
    vi dot[PLANES];
    EACH_SUM(panels, count, dot[at] = vi_set(0));
    UNROLLED for (int half = 0; half < 2; half++)
        UNROLLED for (int k = 0; k < panels; k++) {
            vi q[4];
            five_bits(quants[k], half, q);
            UNROLLED for (int p = 0; p < count; p++) {
                const int8_t *x = planes[p].bytes + block * BLOCK + half * Q5K_HALF;
                const vi columns[4] = {in_all_lanes(x), in_all_lanes(x + 4), in_all_lanes(x + 8), in_all_lanes(x + 12)};
                dot[k * count + p] = vi_dot4_steps(dot[k * count + p], q, columns, scales[k], which);
            }
        }
    EACH_SUM(panels, count, products[at] = vi_steps_sum(dot[at], scales[k], which));
}

K_FORM(q5k, Q5K_BYTES, five_words, q5k_products)

// A block as pairs of 16 bits, step q + low_end: quants are shifted up and multiplied by a fraction of 15 bits.
enum { FIVE_SHIFT = 10 };
INLINE void widen_five(const uint8_t *quants, vf step, vf low_end, uint8_t *out) {
    const vi factor = vi_pair16(vf_int(vf_mul(step, vf_set(1 << (15 - FIVE_SHIFT))))), start = vi_pair16(vf_int(low_end));
    UNROLLED for (int half = 0; half < 2; half++) {
        vi q[4];
        five_bits(quants, half, q);
        for (int k = 0; k < 4; k++) {
            vi w[2];
            byte_pairs(q[k], w);
            for (int i = 0; i < 2; i++, out += 64)
                vi_store(out, vi_add16(vi_mul16_high(vi_sll16(w[i], FIVE_SHIFT), factor), start));
        }
    }
}

static vf widen_q5k(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    (void)in_bytes;
    return widen_lines(m, panel, first_column, wide, out, q5k_line, 31, widen_five);
}

static void unpack_q5k(const matrix *m, const uint8_t *panel, int lane, float *out) {
    k_unpack(m, panel, lane, out, Q5K_BYTES, five_bits_at);
}

// Out of q (rows, columns), and see k_pack_heads: MinimaMatrix.
static void pack_q5k(const matrix *m, const void *const *parts, int row, uint8_t *panel) {
    const uint8_t *q = (const uint8_t *)parts[0] + (int64_t)row * m->columns;
    k_pack_heads(m, parts + 1, row, panel, Q5K_BYTES);
    for (int c = 0; c < m->columns; c += BLOCK, q += BLOCK) {
        uint8_t *super = panel + c / SUPER * k_super_bytes(Q5K_BYTES);
        put_five_bits(super + SUPER_HEAD + c % SUPER / BLOCK * Q5K_BYTES, row % LANES, q);
    }
}

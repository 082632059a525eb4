// 4 bits as GGUF's Q4_K has them: w = d s q - e n, q in 0..15, s and n in 0..63 for 32 columns, halves d and e for 256.
//
// 256 columns of a panel are 16 halves d, 16 halves e, the 8 s and then the 8 n of each row (six_bits.h), and the quants: 4.5
// bits a weight.
#pragma once
#include "nibbles.h"
#include "six_bits.h"

enum { SUPER_HEAD = 4 * LANES + 3 * 4 * LANES, SUPER_BYTES = SUPER_HEAD + SUPER * LANES / 2 };

static int64_t q4k_panel_bytes(const matrix *m) { return m->columns / SUPER * SUPER_BYTES; }

// `numbers` are s and then n, four blocks of them in the bytes of each lane.
typedef struct { vf d, minus_e; vi numbers[4]; } q4k_factors;
INLINE q4k_factors q4k_factors_of(const uint8_t *super) {
    q4k_factors f = {vf_half((const uint16_t *)super), vf_sub(vf_zero(), vf_half((const uint16_t *)super + LANES)), {}};
    six_bits(super + 4 * LANES, f.numbers);
    return f;
}
INLINE vf q4k_scale(const q4k_factors *f, int block) { return vi_float(vi_take(f->numbers[block / 4], TAKE_BYTE[block % 4])); }
INLINE vf q4k_minimum(const q4k_factors *f, int block) {
    return vi_float(vi_take(f->numbers[2 + block / 4], TAKE_BYTE[block % 4]));
}

// A super-block of each panel, and its factors.
INLINE void q4k_supers(const uint8_t *const *panel, const int panels, int index, const uint8_t **super, q4k_factors *f) {
    UNROLLED for (int k = 0; k < panels; k++) {
        super[k] = panel[k] + (int64_t)index * SUPER_BYTES;
        f[k] = q4k_factors_of(super[k]);
        fetch_page_after(super[k]);
    }
}
INLINE void q4k_quants(const uint8_t *const *super, const int panels, int i, const uint8_t **quants) {
    UNROLLED for (int k = 0; k < panels; k++) quants[k] = super[k] + SUPER_HEAD + i * BLOCK * LANES / 2;
}

// Panels times `count` rows from `first` on, in 16 bits: see EACH_SUM.
INLINE void few_q4k_words(const matrix *m, const uint8_t *const *panel, const int panels, const activations *a, int first,
                          const int count, vf *out) {
    const int blocks = m->columns / BLOCK;
    const int16_t *rows = a->quants + (int64_t)first * m->columns;
    const float *row_scales = a->scales + first * blocks, *row_sums = a->scaled_sums + first * blocks;
    EACH_SUM(panels, count, out[at] = vf_zero());
    for (int block = 0, index = 0; block < blocks; index++) {
        const uint8_t *super[PAIR], *quants[PAIR];
        q4k_factors f[PAIR];
        vf scaled[FEW], minima[FEW];
        q4k_supers(panel, panels, index, super, f);
        EACH_SUM(panels, count, scaled[at] = minima[at] = vf_zero());
        ROLLED for (int i = 0; i < SUPER_BLOCKS; i++, block++) {
            vi dot[FEW];
            q4k_quants(super, panels, i, quants);
            nibble_words(quants, panels, rows + block * BLOCK, m->columns, count, dot);
            EACH_SUM(panels, count, {
                const vf sum = vf_mul(vi_float(dot[at]), q4k_scale(&f[k], i));
                scaled[at] = vf_fma(sum, vf_set(row_scales[p * blocks + block]), scaled[at]);
                minima[at] = vf_fma(q4k_minimum(&f[k], i), vf_set(row_sums[p * blocks + block]), minima[at]);
            });
        }
        EACH_SUM(panels, count, out[at] = vf_fma(f[k].minus_e, minima[at], vf_fma(f[k].d, scaled[at], out[at])));
    }
}

FEW_FUNCTION(few_rows_q4k, few_q4k_words)

// Block `i` of a super-block of each panel times those of the planes, as if d and e were 1.
INLINE void q4k_block(const uint8_t *const *super, const q4k_factors *f, const int panels, int i, const plane *planes, int block,
                      const int count, vf *scaled, vf *minima) {
    const uint8_t *quants[PAIR];
    vi part[PLANES];
    q4k_quants(super, panels, i, quants);
    nibble_parts(quants, panels, planes, block, count, part);
    EACH_SUM(panels, count, {
        scaled[at] = vf_fma(vi_part_times(part[at], f[k].numbers[i / 4], i % 4), vf_set(planes[p].scales[block]), scaled[at]);
        minima[at] = vf_fma(q4k_minimum(&f[k], i), vf_set(planes[p].sums[block]), minima[at]);
    });
}

// Panels times rows in planes: see EACH_SUM.
INLINE void q4k_all_blocks(const matrix *m, const uint8_t *const *panel, const int panels, const plane *high, const plane *low,
                           const int count, vf *sums) {
    vf low_sums[PLANES];
    EACH_SUM(panels, count, sums[at] = low_sums[at] = vf_zero());
    for (int index = 0; index < m->columns / SUPER; index++) {
        const uint8_t *super[PAIR];
        q4k_factors f[PAIR];
        q4k_supers(panel, panels, index, super, f);
        const int block = index * SUPER_BLOCKS;
        vf scaled[PLANES], minima[PLANES];
        EACH_SUM(panels, count, scaled[at] = minima[at] = vf_zero());
        ROLLED for (int i = 0; i < SUPER_BLOCKS; i++) q4k_block(super, f, panels, i, high, block + i, count, scaled, minima);
        EACH_SUM(panels, count, sums[at] = vf_fma(f[k].minus_e, minima[at], vf_fma(f[k].d, scaled[at], sums[at])));
        for (int p = 0; p < count; p++)
            for (unsigned left = low[p].bits[index]; left; left &= left - 1) {
                const int i = __builtin_ctz(left);
                vf low_scaled[PAIR] = {vf_zero(), vf_zero()}, low_minimum[PAIR] = {vf_zero(), vf_zero()};
                q4k_block(super, f, panels, i, low + p, block + i, 1, low_scaled, low_minimum);
                UNROLLED for (int k = 0; k < panels; k++) {
                    vf *sum = low_sums + k * count + p;
                    *sum = vf_fma(f[k].minus_e, low_minimum[k], vf_fma(f[k].d, low_scaled[k], *sum));
                }
            }
    }
    EACH_SUM(panels, count, sums[at] = vf_add(sums[at], low_sums[at]));
}

PLANES_FUNCTION(q4k_times_planes, q4k_all_blocks)

static void few_q4k(const matrix *m, const uint8_t *panel, const activations *a, int first, int tokens, vf *out) {
    if (a->has_low) few_in_planes(m, panel, a, first, tokens, out, q4k_times_planes);
    else few_rows_q4k(m, panel, a, first, tokens, out);
}
static void two_q4k(const matrix *m, const uint8_t *const *panels, const activations *a, int row, vf *out) {
    if (a->has_low) q4k_times_planes_of_two(m, panels, a, row, out);
    else few_rows_q4k_of_two(m, panels, a, row, out);
}

static nibble_line q4k_line(const matrix *m, const uint8_t *panel, int column) {
    const uint8_t *super = panel + (int64_t)(column / SUPER) * SUPER_BYTES;
    const int block = column % SUPER / BLOCK;
    const q4k_factors f = q4k_factors_of(super);
    (void)m;
    return (nibble_line){vf_mul(f.d, q4k_scale(&f, block)), vf_mul(f.minus_e, q4k_minimum(&f, block)),
                         super + SUPER_HEAD + block * BLOCK * LANES / 2};
}

static vf widen_q4k(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    (void)in_bytes;
    return widen_lines(m, panel, first_column, wide, out, q4k_line);
}

static void unpack_q4k(const matrix *m, const uint8_t *panel, int lane, float *out) {
    for (int c = 0; c < m->columns; c++) {
        const uint8_t *super = panel + c / SUPER * SUPER_BYTES;
        const int block = c % SUPER / BLOCK;
        const int s = six_bits_at(super + 4 * LANES, lane, block), n = six_bits_at(super + 4 * LANES, lane, 8 + block);
        const float d = float_of_half(((const uint16_t *)super)[lane]), e = float_of_half(((const uint16_t *)super)[LANES + lane]);
        out[c] = d * (float)(s * nibble_at(super + SUPER_HEAD, lane, c % SUPER)) - e * (float)n;
    }
}

// Out of q (rows, columns / 2) with the even column in the low nibble, scales and minima (rows, columns / 32) of 6 bits, and
// halves d and e (rows, columns / 256): SuperMatrix.
static void pack_q4k(const matrix *m, const void *const *parts, int row, uint8_t *panel) {
    const int64_t blocks = m->columns / BLOCK, supers = m->columns / SUPER;
    const uint8_t *q = (const uint8_t *)parts[0] + (int64_t)row * m->columns / 2;
    const uint8_t *scales = (const uint8_t *)parts[1] + row * blocks, *minima = (const uint8_t *)parts[2] + row * blocks;
    const uint16_t *d = (const uint16_t *)parts[3] + row * supers, *e = (const uint16_t *)parts[4] + row * supers;
    const int lane = row % LANES;
    for (int s = 0; s < supers; s++, panel += SUPER_BYTES, q += SUPER / 2, scales += SUPER_BLOCKS, minima += SUPER_BLOCKS) {
        uint8_t numbers[2 * SUPER_BLOCKS];
        ((uint16_t *)panel)[lane] = d[s], ((uint16_t *)panel)[LANES + lane] = e[s];
        memcpy(numbers, scales, SUPER_BLOCKS), memcpy(numbers + SUPER_BLOCKS, minima, SUPER_BLOCKS);
        put_six_bits(panel + 4 * LANES, lane, numbers);
        put_nibbles(panel + SUPER_HEAD, lane, q, SUPER);
    }
}

// What GGUF's Q4_K and Q5_K share: w = d s q - e n, s and n in 0..63 for 32 columns, halves d and e for 256.
//
// 256 columns of a panel are 16 halves d, 16 halves e, the 8 s and then the 8 n of each row (six_bits.h), and 8 times the quants of
// 32 columns, `block_bytes` of them: a constant below, as is what works on one block.
#pragma once
#include "nibbles.h"
#include "six_bits.h"

enum { SUPER_HEAD = 4 * LANES + 3 * 4 * LANES };

INLINE int64_t k_super_bytes(const int block_bytes) { return SUPER_HEAD + SUPER_BLOCKS * block_bytes; }
INLINE int64_t k_panel_bytes(const matrix *m, const int block_bytes) { return m->columns / SUPER * k_super_bytes(block_bytes); }

// `numbers` are s and then n, four blocks of them in the bytes of each lane.
typedef struct { vf d, minus_e; vi numbers[4]; } k_factors;
INLINE k_factors k_factors_of(const uint8_t *super) {
    k_factors f = {vf_half((const uint16_t *)super), vf_sub(vf_zero(), vf_half((const uint16_t *)super + LANES)), {}};
    six_bits(super + 4 * LANES, f.numbers);
    return f;
}
INLINE vf k_scale(const k_factors *f, int block) { return vi_float(vi_take(f->numbers[block / 4], TAKE_BYTE[block % 4])); }
INLINE vf k_minimum(const k_factors *f, int block) { return vi_float(vi_take(f->numbers[2 + block / 4], TAKE_BYTE[block % 4])); }

// n times the sums of 8 blocks of activations. Apart from the products, whose sums have the registers to themselves.
INLINE vf k_minima(const k_factors *f, const float *sums) {
    vf minima = vf_zero();
    UNROLLED for (int i = 0; i < SUPER_BLOCKS; i++) minima = vf_fma(k_minimum(f, i), vf_set(sums[i]), minima);
    return minima;
}

// A super-block of each panel: its factors, and where its quants are.
INLINE void k_supers(const uint8_t *const *panel, const int panels, int index, const int block_bytes, k_factors *f, const uint8_t **quants) {
    UNROLLED for (int k = 0; k < panels; k++) {
        const uint8_t *super = panel[k] + index * k_super_bytes(block_bytes);
        f[k] = k_factors_of(super);
        quants[k] = super + SUPER_HEAD;
        fetch_page_after(super);
    }
}
INLINE void k_block_at(const uint8_t *const *quants, const int panels, int i, const int block_bytes, const uint8_t **at) {
    UNROLLED for (int k = 0; k < panels; k++) at[k] = quants[k] + i * block_bytes;
}

// dot[at] = a block of each panel's quants times `count` rows in 16 bits.
typedef void (*k_words)(const uint8_t *const *quants, const int panels, const int16_t *x, int64_t columns, const int count, vi *dot);

// Panels times `count` rows from `first` on, in 16 bits: see EACH_SUM.
INLINE void few_k_words(const matrix *m, const uint8_t *const *panel, const int panels, const activations *a, int first,
                        const int count, vf *out, const int block_bytes, k_words words) {
    const int blocks = m->columns / BLOCK;
    const int16_t *rows = a->quants + (int64_t)first * m->columns;
    const float *row_scales = a->scales + first * blocks, *row_sums = a->scaled_sums + first * blocks;
    EACH_SUM(panels, count, out[at] = vf_zero());
    for (int block = 0; block < blocks; block += SUPER_BLOCKS) {
        const uint8_t *quants[PAIR], *of_block[PAIR];
        k_factors f[PAIR];
        vf scaled[FEW];
        k_supers(panel, panels, block / SUPER_BLOCKS, block_bytes, f, quants);
        EACH_SUM(panels, count, scaled[at] = vf_zero());
        ROLLED for (int i = 0; i < SUPER_BLOCKS; i++) {
            vi dot[FEW];
            k_block_at(quants, panels, i, block_bytes, of_block);
            words(of_block, panels, rows + (block + i) * BLOCK, m->columns, count, dot);
            EACH_SUM(panels, count, {
                const vf sum = vf_mul(vi_float(dot[at]), k_scale(&f[k], i));
                scaled[at] = vf_fma(sum, vf_set(row_scales[p * blocks + block + i]), scaled[at]);
            });
        }
        EACH_SUM(panels, count, {
            const vf minima = k_minima(&f[k], row_sums + p * blocks + block);
            out[at] = vf_fma(f[k].minus_e, minima, vf_fma(f[k].d, scaled[at], out[at]));
        });
    }
}

// products[at] = a block of each panel's quants times block `block` of each of the planes, times byte `which` of each lane of its
// `scales`.
typedef void (*k_products)(const uint8_t *const *quants, const int panels, const vi *scales, int which, const plane *planes, int block,
                           const int count, vf *products);

// Panels times rows in planes: see EACH_SUM.
INLINE void k_all_blocks(const matrix *m, const uint8_t *const *panel, const int panels, const plane *high, const plane *low,
                         const int count, vf *sums, const int block_bytes, k_products products_of) {
    vf low_sums[PLANES];
    EACH_SUM(panels, count, sums[at] = low_sums[at] = vf_zero());
    for (int index = 0; index < m->columns / SUPER; index++) {
        const uint8_t *quants[PAIR], *of_block[PAIR];
        k_factors f[PAIR];
        vi scales[PAIR];
        vf scaled[PLANES], products[PLANES];
        const int block = index * SUPER_BLOCKS;
        k_supers(panel, panels, index, block_bytes, f, quants);
        EACH_SUM(panels, count, scaled[at] = vf_zero());
        ROLLED for (int i = 0; i < SUPER_BLOCKS; i++) {
            k_block_at(quants, panels, i, block_bytes, of_block);
            UNROLLED for (int k = 0; k < panels; k++) scales[k] = f[k].numbers[i / 4];
            products_of(of_block, panels, scales, i % 4, high, block + i, count, products);
            EACH_SUM(panels, count, scaled[at] = vf_fma(products[at], vf_set(high[p].scales[block + i]), scaled[at]));
        }
        EACH_SUM(panels, count, {
            const vf minima = k_minima(&f[k], high[p].sums + block);
            sums[at] = vf_fma(f[k].minus_e, minima, vf_fma(f[k].d, scaled[at], sums[at]));
        });
        for (int p = 0; p < count; p++)
            for (unsigned left = low[p].bits[index]; left; left &= left - 1) {
                const int i = __builtin_ctz(left);
                k_block_at(quants, panels, i, block_bytes, of_block);
                UNROLLED for (int k = 0; k < panels; k++) scales[k] = f[k].numbers[i / 4];
                products_of(of_block, panels, scales, i % 4, low + p, block + i, 1, products);
                UNROLLED for (int k = 0; k < panels; k++) {
                    const vf minimum = vf_mul(k_minimum(&f[k], i), vf_set(low[p].sums[block + i]));
                    const vf product = vf_mul(products[k], vf_set(low[p].scales[block + i]));
                    vf *sum = low_sums + k * count + p;
                    *sum = vf_fma(f[k].minus_e, minimum, vf_fma(f[k].d, product, *sum));
                }
            }
    }
    EACH_SUM(panels, count, sums[at] = vf_add(sums[at], low_sums[at]));
}

INLINE quant_line k_line(const uint8_t *panel, int column, const int block_bytes) {
    const uint8_t *super = panel + (int64_t)(column / SUPER) * k_super_bytes(block_bytes);
    const int block = column % SUPER / BLOCK;
    const k_factors f = k_factors_of(super);
    return (quant_line){vf_mul(f.d, k_scale(&f, block)), vf_mul(f.minus_e, k_minimum(&f, block)), super + SUPER_HEAD + block * block_bytes};
}

// One of 16 rows as floats; `number` is the quant in a block of one of its columns.
INLINE void k_unpack(const matrix *m, const uint8_t *panel, int lane, float *out, const int block_bytes,
                     int (*number)(const uint8_t *quants, int lane, int column)) {
    for (int c = 0; c < m->columns; c++) {
        const uint8_t *super = panel + c / SUPER * k_super_bytes(block_bytes);
        const int block = c % SUPER / BLOCK;
        const int s = six_bits_at(super + 4 * LANES, lane, block), n = six_bits_at(super + 4 * LANES, lane, 8 + block);
        const float d = float_of_half(((const uint16_t *)super)[lane]), e = float_of_half(((const uint16_t *)super)[LANES + lane]);
        out[c] = d * (float)(s * number(super + SUPER_HEAD + block * block_bytes, lane, c % BLOCK)) - e * (float)n;
    }
}

// All of a row but quants, out of scales and minima (rows, columns / 32) of 6 bits, and halves d and e (rows, columns / 256).
static void k_pack_heads(const matrix *m, const void *const *parts, int row, uint8_t *panel, const int block_bytes) {
    const int64_t blocks = m->columns / BLOCK, supers = m->columns / SUPER;
    const uint8_t *scales = (const uint8_t *)parts[0] + row * blocks, *minima = (const uint8_t *)parts[1] + row * blocks;
    const uint16_t *d = (const uint16_t *)parts[2] + row * supers, *e = (const uint16_t *)parts[3] + row * supers;
    const int lane = row % LANES;
    for (int s = 0; s < supers; s++, panel += k_super_bytes(block_bytes), scales += SUPER_BLOCKS, minima += SUPER_BLOCKS) {
        uint8_t numbers[2 * SUPER_BLOCKS];
        ((uint16_t *)panel)[lane] = d[s], ((uint16_t *)panel)[LANES + lane] = e[s];
        memcpy(numbers, scales, SUPER_BLOCKS), memcpy(numbers + SUPER_BLOCKS, minima, SUPER_BLOCKS);
        put_six_bits(panel + 4 * LANES, lane, numbers);
    }
}

// What a form is but for its quants: few rows by `words` and `products`, and its lines.
#define K_FORM(form, block_bytes, words, products)                                                                            \
    static int64_t form##_panel_bytes(const matrix *m) { return k_panel_bytes(m, block_bytes); }                              \
    INLINE void few_##form##_words(const matrix *m, const uint8_t *const *panel, const int panels, const activations *a,      \
                                   int first, const int count, vf *out) {                                                     \
        few_k_words(m, panel, panels, a, first, count, out, block_bytes, words);                                              \
    }                                                                                                                         \
    FEW_FUNCTION(few_rows_##form, few_##form##_words)                                                                         \
    INLINE void form##_all_blocks(const matrix *m, const uint8_t *const *panel, const int panels, const plane *high,          \
                                  const plane *low, const int count, vf *sums) {                                              \
        k_all_blocks(m, panel, panels, high, low, count, sums, block_bytes, products);                                        \
    }                                                                                                                         \
    PLANES_FUNCTION(form##_times_planes, form##_all_blocks)                                                                   \
    FEW_AND_TWO(form, 1)                                                                                                      \
    static quant_line form##_line(const matrix *m, const uint8_t *panel, int column) {                                        \
        (void)m;                                                                                                              \
        return k_line(panel, column, block_bytes);                                                                            \
    }

// 6 bits as GGUF's Q6_K has them: w = d s (q - 32), q in 0..63, s a signed byte for 16 columns, a half d for 256.
//
// A panel is all of its d (16 halves per 256 columns, padded to 64 bytes), then for each 256 columns the s, 4 bytes a row for
// the first 64 columns, and so on, and 16 times the quants of 16 columns (six_bits.h): 6.5625 bits a weight.
#pragma once
#include "nibbles.h"
#include "six_bits.h"

enum { SIX_GROUP = 16, SIX_GROUPS = SUPER / SIX_GROUP, SIX_GROUP_BYTES = SIX_GROUP * LANES * 6 / 8 };
enum { SIX_HEAD = SIX_GROUPS * LANES, SIX_BYTES = SIX_HEAD + SIX_GROUPS * SIX_GROUP_BYTES };

static int64_t q6k_panel_bytes(const matrix *m) { return scale_bytes(m) + (int64_t)(m->columns / SUPER) * SIX_BYTES; }
INLINE const uint8_t *q6k_super_at(const matrix *m, const uint8_t *panel, int index) {
    return panel + scale_bytes(m) + (int64_t)index * SIX_BYTES;
}
INLINE vf q6k_d(const uint8_t *panel, int index) { return vf_half((const uint16_t *)panel + index * LANES); }

// 16 columns, 4 in the bytes of each vector.
INLINE void q6k_quants(const uint8_t *super, int group, vi *q) {
    const uint8_t *at = super + SIX_HEAD + group * SIX_GROUP_BYTES;
    six_bits(at, q);
}

// s of a group, twice as 16 bits; and as a float.
INLINE vi q6k_factor(const uint8_t *super, int group) {
    return vi_sra16(vi_take(vi_load(super + group / 4 * 64), TAKE_HIGH[group % 4]), 8);
}
INLINE vf q6k_scale(const uint8_t *super, int group) { return vi_float(vi_sra32(q6k_factor(super, group), 16)); }

// What lies before quants and is read between them is touched at once, in its order.
INLINE void fetch_head(const uint8_t *at, int64_t bytes) {
    for (int64_t i = 0; i < bytes; i += 64) fetch(at + i);
}

// A super-block of each panel, whose s are fetched.
INLINE void q6k_supers(const matrix *m, const uint8_t *const *panel, const int panels, int index, const uint8_t **super) {
    UNROLLED for (int k = 0; k < panels; k++) {
        super[k] = q6k_super_at(m, panel[k], index);
        fetch_head(super[k], SIX_HEAD);
        fetch_page_after(super[k]);
    }
}

// dot[at] = 16 columns times `count` rows (columns apart) in 16 bits.
INLINE void q6k_words(const uint8_t *const *super, const int panels, int group, const int16_t *x, int64_t columns, const int count,
                      vi *dot) {
    EACH_SUM(panels, count, dot[at] = vi_set(0));
    UNROLLED for (int k = 0; k < panels; k++) {
        vi q[4];
        q6k_quants(super[k], group, q);
        UNROLLED for (int j = 0; j < 4; j++) {
            vi w[2];
            byte_pairs(q[j], w);
            UNROLLED for (int i = 0; i < 2; i++)
                UNROLLED for (int p = 0; p < count; p++) {
                    vi *sum = dot + k * count + p;
                    *sum = vi_dot16(*sum, vi_sub16(w[i], vi_set16(32)), in_all_lanes(x + p * columns + 4 * j + 2 * i));
                }
        }
    }
}

// Panels times `count` rows from `first` on, in 16 bits: see EACH_SUM.
INLINE void few_q6k_words(const matrix *m, const uint8_t *const *panel, const int panels, const activations *a, int first,
                          const int count, vf *out) {
    const int blocks = m->columns / BLOCK;
    const int16_t *rows = a->quants + (int64_t)first * m->columns;
    const float *row_scales = a->scales + first * blocks;
    UNROLLED for (int k = 0; k < panels; k++) fetch_head(panel[k], scale_bytes(m));
    EACH_SUM(panels, count, out[at] = vf_zero());
    for (int index = 0; index < m->columns / SUPER; index++) {
        const uint8_t *super[PAIR];
        vf scaled[FEW];
        q6k_supers(m, panel, panels, index, super);
        EACH_SUM(panels, count, scaled[at] = vf_zero());
        ROLLED for (int group = 0; group < SIX_GROUPS; group++) {
            const int column = index * SUPER + group * SIX_GROUP;
            vi dot[FEW];
            q6k_words(super, panels, group, rows + column, m->columns, count, dot);
            EACH_SUM(panels, count, {
                const vf sum = vf_mul(vi_float(dot[at]), q6k_scale(super[k], group));
                scaled[at] = vf_fma(sum, vf_set(row_scales[p * blocks + column / BLOCK]), scaled[at]);
            });
        }
        EACH_SUM(panels, count, out[at] = vf_fma(q6k_d(panel[k], index), scaled[at], out[at]));
    }
}
FEW_FUNCTION(few_rows_q6k, few_q6k_words)

// Block `i` of a super-block of each panel times those of the planes, as if d were 1. Whole numbers below 2^24.
INLINE void q6k_block(const uint8_t *const *super, const int panels, int i, const plane *planes, int block, const int count, vf *scaled) {
    vi dot[PLANES];
    EACH_SUM(panels, count, dot[at] = vi_set(0));
    UNROLLED for (int half = 0; half < 2; half++)
        UNROLLED for (int k = 0; k < panels; k++) {
            const vi factor = q6k_factor(super[k], 2 * i + half);
            vi q[4];
            q6k_quants(super[k], 2 * i + half, q);
            UNROLLED for (int p = 0; p < count; p++) {
                const int8_t *x = planes[p].bytes + block * BLOCK + half * SIX_GROUP;
                const vi columns[4] = {in_all_lanes(x), in_all_lanes(x + 4), in_all_lanes(x + 8), in_all_lanes(x + 12)};
                vi *sum = dot + k * count + p;
                *sum = vi_dot4_times(*sum, q, columns, factor);
                *sum = vi_dot16(*sum, factor, vi_set(planes[p].middles[2 * block + half]));
            }
        }
    EACH_SUM(panels, count, scaled[at] = vf_fma(vi_float(dot[at]), vf_set(planes[p].scales[block]), scaled[at]));
}

// Panels times rows in planes: see EACH_SUM.
INLINE void q6k_all_blocks(const matrix *m, const uint8_t *const *panel, const int panels, const plane *high, const plane *low,
                           const int count, vf *sums) {
    vf low_sums[PLANES];
    UNROLLED for (int k = 0; k < panels; k++) fetch_head(panel[k], scale_bytes(m));
    EACH_SUM(panels, count, sums[at] = low_sums[at] = vf_zero());
    for (int index = 0; index < m->columns / SUPER; index++) {
        const int block = index * SUPER_BLOCKS;
        const uint8_t *super[PAIR];
        vf d[PAIR], scaled[PLANES];
        UNROLLED for (int k = 0; k < panels; k++) d[k] = q6k_d(panel[k], index);
        q6k_supers(m, panel, panels, index, super);
        EACH_SUM(panels, count, scaled[at] = vf_zero());
        ROLLED for (int i = 0; i < SUPER_BLOCKS; i++) q6k_block(super, panels, i, high, block + i, count, scaled);
        EACH_SUM(panels, count, sums[at] = vf_fma(d[k], scaled[at], sums[at]));
        for (int p = 0; p < count; p++)
            for (unsigned left = low[p].bits[index]; left; left &= left - 1) {
                const int i = __builtin_ctz(left);
                vf low_scaled[PAIR] = {vf_zero(), vf_zero()};
                q6k_block(super, panels, i, low + p, block + i, 1, low_scaled);
                UNROLLED for (int k = 0; k < panels; k++)
                    low_sums[k * count + p] = vf_fma(d[k], low_scaled[k], low_sums[k * count + p]);
            }
    }
    EACH_SUM(panels, count, sums[at] = vf_add(sums[at], low_sums[at]));
}
PLANES_FUNCTION(q6k_times_planes, q6k_all_blocks)

FEW_AND_TWO(q6k, 1)

enum { SIX_SHIFT = 7 };
// Quants are shifted up and multiplied by a fraction of 15 bits.
static vf widen_q6k(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    vf most = vf_set(1e-30f);
    (void)in_bytes;
    for (int c = first_column; c < first_column + wide; c += SIX_GROUP) {
        const vf scale = q6k_scale(q6k_super_at(m, panel, c / SUPER), c % SUPER / SIX_GROUP);
        most = vf_max(most, vf_abs(vf_mul(q6k_d(panel, c / SUPER), scale)));
    }
    const vf inverse = vf_div(vf_set(32767.0f), most);
    for (int c = first_column; c < first_column + wide; c += SIX_GROUP) {
        const uint8_t *super = q6k_super_at(m, panel, c / SUPER);
        const vf step = vf_mul(q6k_d(panel, c / SUPER), q6k_scale(super, c % SUPER / SIX_GROUP));
        const vi factor = vi_pair16(vf_int(vf_mul(step, inverse)));
        vi q[4];
        q6k_quants(super, c % SUPER / SIX_GROUP, q);
        for (int k = 0; k < 4; k++) {
            vi w[2];
            byte_pairs(q[k], w);
            for (int i = 0; i < 2; i++, out += 64)
                vi_store(out, vi_mul16_high(vi_sll16(vi_sub16(w[i], vi_set16(32)), SIX_SHIFT), factor));
        }
    }
    return vf_div(vf_set(32768.0f / (1 << SIX_SHIFT)), inverse);
}

static void unpack_q6k(const matrix *m, const uint8_t *panel, int lane, float *out) {
    for (int c = 0; c < m->columns; c++) {
        const uint8_t *super = q6k_super_at(m, panel, c / SUPER);
        const int group = c % SUPER / SIX_GROUP;
        const int q = six_bits_at(super + SIX_HEAD + group * SIX_GROUP_BYTES, lane, c % SIX_GROUP);
        const int s = (int8_t)super[group / 4 * 64 + lane * 4 + group % 4];
        out[c] = float_of_half(((const uint16_t *)panel)[c / SUPER * LANES + lane]) * (float)(s * (q - 32));
    }
}

// Out of q (rows, columns) in -32..31, s (rows, columns / 16) signed, halves d (rows, columns / 256): SixBitMatrix.
static void pack_q6k(const matrix *m, const void *const *parts, int row, uint8_t *panel) {
    const int8_t *q = (const int8_t *)parts[0] + (int64_t)row * m->columns;
    const uint8_t *s = (const uint8_t *)parts[1] + (int64_t)row * (m->columns / SIX_GROUP);
    const uint16_t *d = (const uint16_t *)parts[2] + (int64_t)row * (m->columns / SUPER);
    const int lane = row % LANES;
    for (int index = 0; index < m->columns / SUPER; index++) {
        uint8_t *super = panel + scale_bytes(m) + (int64_t)index * SIX_BYTES;
        ((uint16_t *)panel)[index * LANES + lane] = d[index];
        for (int group = 0; group < SIX_GROUPS; group++, s++, q += SIX_GROUP) {
            uint8_t numbers[SIX_GROUP];
            super[group / 4 * 64 + lane * 4 + group % 4] = *s;
            for (int c = 0; c < SIX_GROUP; c++) numbers[c] = (uint8_t)(q[c] + 32);
            put_six_bits(super + SIX_HEAD + group * SIX_GROUP_BYTES, lane, numbers);
        }
    }
}

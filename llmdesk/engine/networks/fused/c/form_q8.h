// 8 bits: w = d (q - 128), q in 1..255. A panel is all of its d (16 halves per group, padded to 64 bytes), then its quants.
#pragma once
#include "activations.h"

static int64_t q8_panel_bytes(const matrix *m) { return scale_bytes(m) + (int64_t)m->columns * LANES; }

// dot[at] = a block of 32 columns times `count` rows (columns apart) in 16 bits.
INLINE void q8_words(const uint8_t *const *quants, const int panels, const int16_t *x, int64_t columns, const int count, vi *dot) {
    const int chains = CHAINS(panels * count);
    vi second[FEW];
    EACH_SUM(panels, count, dot[at] = second[at] = vi_set(0));
    ROLLED for (int j = 0; j < 8; j++)
        UNROLLED for (int k = 0; k < panels; k++) {
            vi w[2];
            byte_pairs(vi_load(quants[k] + 64 * j), w);
            UNROLLED for (int i = 0; i < 2; i++)
                UNROLLED for (int p = 0; p < count; p++) {
                    vi *sum = (i && chains == 2 ? second : dot) + k * count + p;
                    *sum = vi_dot16(*sum, w[i], in_all_lanes(x + p * columns + 4 * j + 2 * i));
                }
        }
    EACH_SUM(panels, count, dot[at] = vi_add32(dot[at], second[at]));
}

// Panels of 8 bits times `count` rows from `first` on: see EACH_SUM.
INLINE void few_q8(const matrix *m, const uint8_t *const *panel, const int panels, const activations *a, int first, const int count,
                   vf *out) {
    const uint8_t *quants[PAIR];
    const int blocks = m->columns / BLOCK, per_group = m->group / BLOCK;
    const int16_t *rows = a->quants + (int64_t)first * m->columns;
    const float *row_scales = a->scales + first * blocks, *row_sums = a->scaled_sums + first * blocks;
    UNROLLED for (int k = 0; k < panels; k++) {
        quants[k] = panel[k] + scale_bytes(m);
        fetch_head(panel[k], scale_bytes(m));
    }
    EACH_SUM(panels, count, out[at] = vf_zero());
    for (int block = 0, group = 0; block < blocks; group++) {
        vf sum[FEW];
        float offset[FEW];
        EACH_SUM(panels, count, sum[at] = vf_zero(), offset[p] = 0.0f);
        for (int end = block + per_group; block < end; block++) {
            vi dot[FEW];
            q8_words(quants, panels, rows + block * BLOCK, m->columns, count, dot);
            EACH_SUM(panels, count, sum[at] = vf_fma(vi_float(dot[at]), vf_set(row_scales[p * blocks + block]), sum[at]));
            for (int p = 0; p < count; p++) offset[p] += row_sums[p * blocks + block];
            UNROLLED for (int k = 0; k < panels; k++) fetch_page_after(quants[k]), quants[k] += BLOCK * LANES;
        }
        EACH_SUM(panels, count, {
            const vf d = vf_half((const uint16_t *)panel[k] + group * LANES);
            out[at] = vf_fma(d, vf_sub(sum[at], vf_set(128.0f * offset[p])), out[at]);
        });
    }
}

FEW_FUNCTION(few_rows_q8, few_q8)

enum { Q8_SHIFT = 5 };
// Quants are shifted up and multiplied by a fraction of 15 bits.
static vf widen_q8(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    const uint16_t *scales = (const uint16_t *)panel;
    const uint8_t *quants = panel + scale_bytes(m) + (int64_t)first_column * LANES;
    vf most = vf_set(1e-30f);
    (void)in_bytes;
    for (int c = first_column; c < first_column + wide; c += BLOCK)
        most = vf_max(most, vf_abs(vf_half(scales + c / m->group * LANES)));
    vf inverse = vf_div(vf_set(32767.0f), most);
    for (int c = first_column; c < first_column + wide; c += BLOCK) {
        vi factor = vi_pair16(vf_int(vf_mul(vf_half(scales + c / m->group * LANES), inverse)));
        for (int j = 0; j < 8; j++, quants += 64) {
            vi w[2];
            byte_pairs(vi_load(quants), w);
            for (int k = 0; k < 2; k++, out += 64)
                vi_store(out, vi_mul16_high(vi_sll16(vi_sub16(w[k], vi_set16(128)), Q8_SHIFT), factor));
        }
    }
    return vf_div(vf_set(32768.0f / (1 << Q8_SHIFT)), inverse);
}

static void unpack_q8(const matrix *m, const uint8_t *panel, int lane, float *out) {
    const uint8_t *quants = panel + scale_bytes(m) + lane * 4;
    const uint16_t *scales = (const uint16_t *)panel + lane;
    for (int c = 0; c < m->columns; c++)
        out[c] = float_of_half(scales[c / m->group * LANES]) * ((float)quants[c / 4 * 64 + c % 4] - 128.0f);
}

// Out of q (rows, columns) signed, scales (rows, columns / group): Int8Matrix.
static void pack_q8(const matrix *m, const void *const *parts, int row, uint8_t *panel) {
    const int64_t groups = m->columns / m->group;
    const int8_t *q = (const int8_t *)parts[0] + (int64_t)row * m->columns;
    const float *scales = (const float *)parts[1] + row * groups;
    uint8_t *quants = panel + scale_bytes(m) + row % LANES * 4;
    for (int g = 0; g < groups; g++) ((uint16_t *)panel)[g * LANES + row % LANES] = half_of_float(scales[g]);
    for (int c = 0; c < m->columns; c++) quants[c / 4 * 64 + c % 4] = (uint8_t)(q[c] + 128);
}

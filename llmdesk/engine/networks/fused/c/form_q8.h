// 8 bits: w = d (q - 128), q in 1..255. A panel is the d of two groups, then their quants, and so on (group_place_at).
#pragma once
#include "activations.h"

static int64_t q8_panel_bytes(const matrix *m) { return scale_bytes(m) + (int64_t)m->columns * LANES; }
INLINE group_place q8_group_at(const matrix *m, const uint8_t *panel, int index) {
    return group_place_at(panel, index, (int64_t)m->group * LANES, HALVES);
}

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
    const int blocks = m->columns / BLOCK, per_group = m->group / BLOCK;
    const int64_t quant_bytes = (int64_t)m->group * LANES;
    const int16_t *rows = a->quants + (int64_t)first * m->columns;
    const float *row_scales = a->scales + first * blocks, *row_sums = a->scaled_sums + first * blocks;
    EACH_SUM(panels, count, out[at] = vf_zero());
    for (int block = 0, group = 0; block < blocks; group++) {
        const uint8_t *quants[PAIR];
        vf sum[FEW], d[PAIR];
        float offset[FEW];
        UNROLLED for (int k = 0; k < panels; k++) {
            const group_place at = group_place_at(panel[k], group, quant_bytes, HALVES);
            d[k] = group_halves(&at), quants[k] = at.quants;
        }
        EACH_SUM(panels, count, sum[at] = vf_zero(), offset[p] = 0.0f);
        for (int end = block + per_group; block < end; block++) {
            vi dot[FEW];
            q8_words(quants, panels, rows + block * BLOCK, m->columns, count, dot);
            EACH_SUM(panels, count, sum[at] = vf_fma(vi_float(dot[at]), vf_set(row_scales[p * blocks + block]), sum[at]));
            for (int p = 0; p < count; p++) offset[p] += row_sums[p * blocks + block];
            UNROLLED for (int k = 0; k < panels; k++) fetch_page_after(quants[k]), quants[k] += BLOCK * LANES;
        }
        EACH_SUM(panels, count, out[at] = vf_fma(d[k], vf_sub(sum[at], vf_set(128.0f * offset[p])), out[at]));
    }
}

FEW_FUNCTION(few_rows_q8, few_q8)

enum { Q8_SHIFT = 5 };
// Quants are shifted up and multiplied by a fraction of 15 bits.
static vf widen_q8(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    vf most = vf_set(1e-30f);
    (void)in_bytes;
    for (int c = first_column; c < first_column + wide; c += BLOCK) {
        const group_place at = q8_group_at(m, panel, c / m->group);
        most = vf_max(most, vf_abs(group_halves(&at)));
    }
    vf inverse = vf_div(vf_set(32767.0f), most);
    for (int c = first_column; c < first_column + wide; c += BLOCK) {
        const group_place at = q8_group_at(m, panel, c / m->group);
        const uint8_t *quants = at.quants + c % m->group * LANES;
        vi factor = vi_pair16(vf_int(vf_mul(group_halves(&at), inverse)));
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
    for (int c = 0; c < m->columns; c++) {
        const group_place at = q8_group_at(m, panel, c / m->group);
        out[c] = half_of_lane(&at, lane) * ((float)at.quants[c % m->group / 4 * 64 + lane * 4 + c % 4] - 128.0f);
    }
}

// Out of q (rows, columns) signed, scales (rows, columns / group): Int8Matrix.
static void pack_q8(const matrix *m, const void *const *parts, int row, uint8_t *panel) {
    const int64_t groups = m->columns / m->group;
    const int8_t *q = (const int8_t *)parts[0] + (int64_t)row * m->columns;
    for (int g = 0; g < groups; g++, q += m->group) {
        const group_room to = group_room_at(panel, g, (int64_t)m->group * LANES, HALVES);
        uint8_t *quants = to.quants + row % LANES * 4;
        put_half(&to, row % LANES, ((const float *)parts[1])[row * groups + g]);
        for (int c = 0; c < m->group; c++) quants[c / 4 * 64 + c % 4] = (uint8_t)(q[c] + 128);
    }
}

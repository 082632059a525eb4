// 2 bits as GGUF's Q2_K has them: w = d s q - e n, q in 0..3, s and n in 0..15 for 16 columns, halves d and e for 256.
//
// 256 columns of a panel are 16 halves d, 16 halves e, a byte for each 16 columns of each row (s in its low half and n in the
// other; 4 bytes a row for the first 64 columns, and so on), and 16 times a vector with the quants of 16 columns: 4 of them are
// the lowest two bits of its bytes, the next 4 the two above. 2.625 bits a weight.
#pragma once
#include "nibbles.h"

enum { Q2K_GROUP = 16, Q2K_GROUPS = SUPER / Q2K_GROUP, Q2K_HEAD = 4 * LANES + Q2K_GROUPS * LANES, Q2K_BYTES = Q2K_HEAD + Q2K_GROUPS * 64 };

static int64_t q2k_panel_bytes(const matrix *m) { return m->columns / SUPER * Q2K_BYTES; }
INLINE vf q2k_d(const uint8_t *super) { return vf_half((const uint16_t *)super); }
INLINE vf q2k_e(const uint8_t *super) { return vf_half((const uint16_t *)super + LANES); }

// s and n of a group, each twice as 16 bits.
typedef struct { vi s, n; } q2k_factors;
INLINE q2k_factors q2k_factors_of(const uint8_t *super, int group) {
    const vi both = vi_take(vi_load(super + 4 * LANES + group / 4 * 64), TAKE_TWICE[group % 4]);
    return (q2k_factors){vi_and(both, vi_set16(15)), vi_srl16(both, 4)};
}
INLINE vf q2k_float(vi twice) { return vi_float(vi_sra32(twice, 16)); }

// 16 columns, 4 in the bytes of each vector.
INLINE void q2k_quants(const uint8_t *super, int group, vi *q) {
    const vi two = vi_set8(3), all = vi_load(super + Q2K_HEAD + group * 64);
    q[0] = vi_and(all, two);
    UNROLLED for (int k = 1; k < 4; k++) q[k] = vi_and(vi_srl16(all, 2 * k), two);
}

// A super-block of each panel.
INLINE void q2k_supers(const uint8_t *const *panel, const int panels, int index, const uint8_t **super) {
    UNROLLED for (int k = 0; k < panels; k++) {
        super[k] = panel[k] + (int64_t)index * Q2K_BYTES;
        fetch_page_after(super[k]);
    }
}

// dot[at] = 16 columns times `count` rows (columns apart) in 16 bits, and of each row their sum.
INLINE void q2k_words(const uint8_t *const *super, const int panels, int group, const int16_t *x, int64_t columns, const int count,
                      vi *dot, vi *sum) {
    EACH_SUM(panels, count, dot[at] = sum[p] = vi_set(0));
    UNROLLED for (int k = 0; k < panels; k++) {
        vi q[4];
        q2k_quants(super[k], group, q);
        UNROLLED for (int j = 0; j < 4; j++) {
            vi w[2];
            byte_pairs(q[j], w);
            UNROLLED for (int i = 0; i < 2; i++)
                UNROLLED for (int p = 0; p < count; p++) {
                    const vi of_row = in_all_lanes(x + p * columns + 4 * j + 2 * i);
                    dot[k * count + p] = vi_dot16(dot[k * count + p], w[i], of_row);
                    if (k == 0) sum[p] = vi_dot16(sum[p], vi_set16(1), of_row);
                }
        }
    }
}

// Panels times `count` rows from `first` on, in 16 bits: see EACH_SUM.
INLINE void few_q2k_words(const matrix *m, const uint8_t *const *panel, const int panels, const activations *a, int first,
                          const int count, vf *out) {
    const int blocks = m->columns / BLOCK;
    const int16_t *rows = a->quants + (int64_t)first * m->columns;
    const float *row_scales = a->scales + first * blocks;
    EACH_SUM(panels, count, out[at] = vf_zero());
    for (int index = 0; index < m->columns / SUPER; index++) {
        const uint8_t *super[PAIR];
        vf scaled[FEW], minima[FEW];
        q2k_supers(panel, panels, index, super);
        EACH_SUM(panels, count, scaled[at] = minima[at] = vf_zero());
        ROLLED for (int group = 0; group < Q2K_GROUPS; group++) {
            const int column = index * SUPER + group * Q2K_GROUP;
            vi dot[FEW], sum[FEW];
            q2k_words(super, panels, group, rows + column, m->columns, count, dot, sum);
            EACH_SUM(panels, count, {
                const q2k_factors f = q2k_factors_of(super[k], group);
                const vf scale = vf_set(row_scales[p * blocks + column / BLOCK]);
                scaled[at] = vf_fma(vf_mul(vi_float(dot[at]), q2k_float(f.s)), scale, scaled[at]);
                minima[at] = vf_fma(vf_mul(vi_float(sum[p]), q2k_float(f.n)), scale, minima[at]);
            });
        }
        EACH_SUM(panels, count, {
            const vf minus_e = vf_sub(vf_zero(), q2k_e(super[k]));
            out[at] = vf_fma(minus_e, minima[at], vf_fma(q2k_d(super[k]), scaled[at], out[at]));
        });
    }
}
FEW_FUNCTION(few_rows_q2k, few_q2k_words)

// Block `i` of a super-block of each panel times those of the planes: as if d were 1, and -32 times as if e were 1, since the
// sums of 16 quants are kept so. Whole numbers below 2^24.
INLINE void q2k_block(const uint8_t *const *super, const int panels, int i, const plane *planes, int block, const int count, vf *scaled,
                      vf *minima) {
    vi dot[PLANES], middle[PLANES];
    EACH_SUM(panels, count, dot[at] = middle[at] = vi_set(0));
    UNROLLED for (int half = 0; half < 2; half++)
        UNROLLED for (int k = 0; k < panels; k++) {
            const q2k_factors f = q2k_factors_of(super[k], 2 * i + half);
            vi q[4];
            q2k_quants(super[k], 2 * i + half, q);
            UNROLLED for (int p = 0; p < count; p++) {
                const int8_t *x = planes[p].bytes + block * BLOCK + half * Q2K_GROUP;
                const vi columns[4] = {in_all_lanes(x), in_all_lanes(x + 4), in_all_lanes(x + 8), in_all_lanes(x + 12)};
                const int at = k * count + p;
                dot[at] = vi_dot4_times(dot[at], q, columns, f.s);
                middle[at] = vi_dot16(middle[at], f.n, vi_set(planes[p].middles[2 * block + half]));
            }
        }
    EACH_SUM(panels, count, {
        const vf scale = vf_set(planes[p].scales[block]);
        scaled[at] = vf_fma(vi_float(dot[at]), scale, scaled[at]), minima[at] = vf_fma(vi_float(middle[at]), scale, minima[at]);
    });
}

// Panels times rows in planes: see EACH_SUM.
INLINE void q2k_all_blocks(const matrix *m, const uint8_t *const *panel, const int panels, const plane *high, const plane *low,
                           const int count, vf *sums) {
    vf low_sums[PLANES];
    EACH_SUM(panels, count, sums[at] = low_sums[at] = vf_zero());
    for (int index = 0; index < m->columns / SUPER; index++) {
        const int block = index * SUPER_BLOCKS;
        const uint8_t *super[PAIR];
        vf d[PAIR], e[PAIR], scaled[PLANES], minima[PLANES];
        q2k_supers(panel, panels, index, super);
        UNROLLED for (int k = 0; k < panels; k++) d[k] = q2k_d(super[k]), e[k] = vf_mul(q2k_e(super[k]), vf_set(1.0f / 32.0f));
        EACH_SUM(panels, count, scaled[at] = minima[at] = vf_zero());
        ROLLED for (int i = 0; i < SUPER_BLOCKS; i++) q2k_block(super, panels, i, high, block + i, count, scaled, minima);
        EACH_SUM(panels, count, sums[at] = vf_fma(e[k], minima[at], vf_fma(d[k], scaled[at], sums[at])));
        for (int p = 0; p < count; p++)
            for (unsigned left = low[p].bits[index]; left; left &= left - 1) {
                const int i = __builtin_ctz(left);
                vf low_scaled[PAIR] = {vf_zero(), vf_zero()}, low_minimum[PAIR] = {vf_zero(), vf_zero()};
                q2k_block(super, panels, i, low + p, block + i, 1, low_scaled, low_minimum);
                UNROLLED for (int k = 0; k < panels; k++) {
                    vf *sum = low_sums + k * count + p;
                    *sum = vf_fma(e[k], low_minimum[k], vf_fma(d[k], low_scaled[k], *sum));
                }
            }
    }
    EACH_SUM(panels, count, sums[at] = vf_add(sums[at], low_sums[at]));
}
PLANES_FUNCTION(q2k_times_planes, q2k_all_blocks)

FEW_AND_TWO(q2k, 1)

typedef struct { vf step, low_end; } q2k_line;
INLINE q2k_line q2k_line_at(const uint8_t *panel, int column) {
    const uint8_t *super = panel + (int64_t)(column / SUPER) * Q2K_BYTES;
    const q2k_factors f = q2k_factors_of(super, column % SUPER / Q2K_GROUP);
    return (q2k_line){vf_mul(q2k_d(super), q2k_float(f.s)), vf_sub(vf_zero(), vf_mul(q2k_e(super), q2k_float(f.n)))};
}

enum { TWO_SHIFT = 13 };
// Quants are shifted up and multiplied by a fraction of 15 bits.
static vf widen_q2k(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    vf most = vf_set(1e-30f);
    (void)m, (void)in_bytes;
    for (int c = first_column; c < first_column + wide; c += Q2K_GROUP) {
        const q2k_line line = q2k_line_at(panel, c);
        most = vf_max(most, vf_max(vf_abs(line.low_end), vf_abs(vf_fma(line.step, vf_set(3.0f), line.low_end))));
    }
    const vf inverse = vf_div(vf_set(WIDE_LIMIT - 1.0f), most);
    for (int c = first_column; c < first_column + wide; c += Q2K_GROUP) {
        const q2k_line line = q2k_line_at(panel, c);
        const vi factor = vi_pair16(vf_int(vf_mul(line.step, vf_mul(inverse, vf_set(1 << (15 - TWO_SHIFT))))));
        const vi start = vi_pair16(vf_int(vf_mul(line.low_end, inverse)));
        vi q[4];
        q2k_quants(panel + (int64_t)(c / SUPER) * Q2K_BYTES, c % SUPER / Q2K_GROUP, q);
        for (int k = 0; k < 4; k++) {
            vi w[2];
            byte_pairs(q[k], w);
            for (int i = 0; i < 2; i++, out += 64) vi_store(out, vi_add16(vi_mul16_high(vi_sll16(w[i], TWO_SHIFT), factor), start));
        }
    }
    return vf_div(vf_set(1.0f), inverse);
}

static void unpack_q2k(const matrix *m, const uint8_t *panel, int lane, float *out) {
    for (int c = 0; c < m->columns; c++) {
        const uint8_t *super = panel + c / SUPER * Q2K_BYTES;
        const int group = c % SUPER / Q2K_GROUP, both = super[4 * LANES + group / 4 * 64 + lane * 4 + group % 4];
        const int q = super[Q2K_HEAD + group * 64 + lane * 4 + c % 4] >> c % Q2K_GROUP / 4 * 2 & 3;
        const float d = float_of_half(((const uint16_t *)super)[lane]), e = float_of_half(((const uint16_t *)super)[LANES + lane]);
        out[c] = d * (float)((both & 15) * q) - e * (float)(both >> 4);
    }
}

// Out of q (rows, columns), s and n (rows, columns / 16) of 4 bits, and halves d and e (rows, columns / 256): MinimaMatrix.
static void pack_q2k(const matrix *m, const void *const *parts, int row, uint8_t *panel) {
    const int64_t groups = m->columns / Q2K_GROUP, supers = m->columns / SUPER;
    const uint8_t *q = (const uint8_t *)parts[0] + (int64_t)row * m->columns;
    const uint8_t *s = (const uint8_t *)parts[1] + row * groups, *n = (const uint8_t *)parts[2] + row * groups;
    const uint16_t *d = (const uint16_t *)parts[3] + row * supers, *e = (const uint16_t *)parts[4] + row * supers;
    const int lane = row % LANES;
    for (int index = 0; index < supers; index++, panel += Q2K_BYTES) {
        ((uint16_t *)panel)[lane] = d[index], ((uint16_t *)panel)[LANES + lane] = e[index];
        for (int group = 0; group < Q2K_GROUPS; group++, s++, n++, q += Q2K_GROUP) {
            uint8_t *bytes = panel + Q2K_HEAD + group * 64 + lane * 4;
            panel[4 * LANES + group / 4 * 64 + lane * 4 + group % 4] = (uint8_t)(*s | *n << 4);
            for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(q[i] | q[4 + i] << 2 | q[8 + i] << 4 | q[12 + i] << 6);
        }
    }
}

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

// One panel times `tokens` (a constant, at most FEW) rows from `first` on, in 16 bits.
INLINE void few_q2k_words(const matrix *m, const uint8_t *panel, const activations *a, int first, const int tokens, vf *out) {
    const int blocks = m->columns / BLOCK;
    const int16_t *rows = a->quants + (int64_t)first * m->columns;
    const float *row_scales = a->scales + first * blocks;
    for (int t = 0; t < tokens; t++) out[t] = vf_zero();
    for (int column = 0; column < m->columns; column += SUPER, panel += Q2K_BYTES) {
        vf scaled[FEW], minima[FEW];
        for (int t = 0; t < tokens; t++) scaled[t] = minima[t] = vf_zero();
        ROLLED for (int group = 0; group < Q2K_GROUPS; group++) {
            const q2k_factors f = q2k_factors_of(panel, group);
            const int at = column + group * Q2K_GROUP;
            vi q[4], dot[FEW], sum[FEW];
            q2k_quants(panel, group, q);
            for (int t = 0; t < tokens; t++) dot[t] = sum[t] = vi_set(0);
            UNROLLED for (int k = 0; k < 4; k++) {
                vi w[2];
                byte_pairs(q[k], w);
                UNROLLED for (int i = 0; i < 2; i++)
                    for (int t = 0; t < tokens; t++) {
                        const vi x = in_all_lanes(rows + (int64_t)t * m->columns + at + 4 * k + 2 * i);
                        dot[t] = vi_dot16(dot[t], w[i], x), sum[t] = vi_dot16(sum[t], vi_set16(1), x);
                    }
            }
            const vf s = q2k_float(f.s), n = q2k_float(f.n);
            for (int t = 0; t < tokens; t++) {
                const vf scale = vf_set(row_scales[t * blocks + at / BLOCK]);
                scaled[t] = vf_fma(vf_mul(vi_float(dot[t]), s), scale, scaled[t]);
                minima[t] = vf_fma(vf_mul(vi_float(sum[t]), n), scale, minima[t]);
            }
        }
        const vf d = q2k_d(panel), minus_e = vf_sub(vf_zero(), q2k_e(panel));
        for (int t = 0; t < tokens; t++) out[t] = vf_fma(minus_e, minima[t], vf_fma(d, scaled[t], out[t]));
    }
}
FEW_FUNCTION(few_rows_q2k, few_q2k_words)

// Block `i` of a super-block times those of `count` (a constant) planes: as if d were 1, and -32 times as if e were 1, since the
// sums of 16 quants are kept so. Whole numbers below 2^24.
INLINE void q2k_block(const uint8_t *super, int i, const plane *planes, int block, const int count, vf *scaled, vf *minima) {
    vi dot[PLANES], middle[PLANES];
    UNROLLED for (int p = 0; p < count; p++) dot[p] = middle[p] = vi_set(0);
    UNROLLED for (int half = 0; half < 2; half++) {
        const q2k_factors f = q2k_factors_of(super, 2 * i + half);
        vi q[4];
        q2k_quants(super, 2 * i + half, q);
        UNROLLED for (int p = 0; p < count; p++) {
            const int8_t *x = planes[p].bytes + block * BLOCK + half * Q2K_GROUP;
            const vi columns[4] = {in_all_lanes(x), in_all_lanes(x + 4), in_all_lanes(x + 8), in_all_lanes(x + 12)};
            dot[p] = vi_dot4_times(dot[p], q, columns, f.s);
            middle[p] = vi_dot16(middle[p], f.n, vi_set(planes[p].middles[2 * block + half]));
        }
    }
    UNROLLED for (int p = 0; p < count; p++) {
        const vf scale = vf_set(planes[p].scales[block]);
        scaled[p] = vf_fma(vi_float(dot[p]), scale, scaled[p]), minima[p] = vf_fma(vi_float(middle[p]), scale, minima[p]);
    }
}

// One panel times `count` (a constant) rows in planes.
INLINE void q2k_all_blocks(const matrix *m, const uint8_t *panel, const plane *high, const plane *low, const int count, vf *sums) {
    vf low_sums[PLANES];
    UNROLLED for (int p = 0; p < count; p++) sums[p] = low_sums[p] = vf_zero();
    for (int index = 0; index < m->columns / SUPER; index++, panel += Q2K_BYTES) {
        const int block = index * SUPER_BLOCKS;
        const vf d = q2k_d(panel), e = vf_mul(q2k_e(panel), vf_set(1.0f / 32.0f));
        vf scaled[PLANES], minima[PLANES];
        UNROLLED for (int p = 0; p < count; p++) scaled[p] = minima[p] = vf_zero();
        ROLLED for (int i = 0; i < SUPER_BLOCKS; i++) q2k_block(panel, i, high, block + i, count, scaled, minima);
        UNROLLED for (int p = 0; p < count; p++) sums[p] = vf_fma(e, minima[p], vf_fma(d, scaled[p], sums[p]));
        for (int p = 0; p < count; p++)
            for (unsigned left = low[p].bits[index]; left; left &= left - 1) {
                const int i = __builtin_ctz(left);
                vf low_scaled = vf_zero(), low_minimum = vf_zero();
                q2k_block(panel, i, low + p, block + i, 1, &low_scaled, &low_minimum);
                low_sums[p] = vf_fma(e, low_minimum, vf_fma(d, low_scaled, low_sums[p]));
            }
    }
    UNROLLED for (int p = 0; p < count; p++) sums[p] = vf_add(sums[p], low_sums[p]);
}
PLANES_FUNCTION(q2k_times_planes, q2k_all_blocks)

static void few_q2k(const matrix *m, const uint8_t *panel, const activations *a, int first, int tokens, vf *out) {
    if (a->has_low) few_in_planes(m, panel, a, first, tokens, out, q2k_times_planes);
    else few_rows_q2k(m, panel, a, first, tokens, out);
}

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

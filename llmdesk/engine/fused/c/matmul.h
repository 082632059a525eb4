// Products of packed matrices of 4 or 8 bits with rows of activations rounded to 8 bits.
//
// A matrix lies in panels of 16 rows. A vector of 64 bytes of quants holds 4 neighbouring columns of each of the 16 rows, 4
// bytes a row (4 bits: the columns after them in the high nibbles). So one dot instruction takes 4 columns of 16 rows times
// 4 activations, which are the same for all lanes, and no sum across lanes is ever needed.
//   4 bits: w = d q + m, q in 0..15. Each group of columns is 16 halves d, 16 halves m, then its quants: one stream.
//   8 bits: w = d (q - 128), q in 1..255. All of a panel's d (16 halves per group, padded to 64 bytes), then its quants.
//
// Few rows of activations (a step of decoding): blocks of 32 columns have a scale of their own for the activations, and
// the 4-bit quants are multiplied as they are. Many rows (a prompt): 4-bit weights are brought to 8 bits with one scale per
// row and up to 128 columns on the way into the first-level cache, so that nearly all instructions are dot products. Wider
// blocks are faster still (256: by 4 %) but cost quality: outliers among the activations share their scale with more.
#pragma once
#include "simd.h"

enum { FORM_NONE = 0, FORM_Q4 = 4, FORM_Q8 = 8 };
enum { BLOCK = 32, FEW = 8, WIDE_BLOCK = 128 };
#if defined(__AVX512VNNI__)
enum { TILE = 12, PANELS = 2 };  // rows of activations and panels of weights whose sums fit into the registers
#else
enum { TILE = 6, PANELS = 1 };
#endif
#ifdef NO_VNNI
#define WEIGHT_LIMIT 63  // |w| in a wide block: twice 127 * 127 fits into 16 bits, twice 255 * 127 does not
#define WEIGHT_BIAS 64
#else
#define WEIGHT_LIMIT 127
#define WEIGHT_BIAS 128
#endif

typedef struct {
    const uint8_t *data;
    const float *bias;  // (rows), or NULL
    int32_t form, rows, columns, group;
} matrix;

// T rows of activations in 8 bits. Few: quants (T, columns), scales and sums (T, columns / 32).
// Many: tiles of TILE rows; within a tile quants (columns / 4, TILE, 4), scales and sums (blocks, TILE).
typedef struct {
    int8_t *quants;
    float *scales;
    float *scaled_sums;  // few: scale * sum of the block's quants
    int32_t *offsets;    // many: -WEIGHT_BIAS * sum of the block's quants
    int tokens, columns, wide;  // wide: columns of a wide block, 0 for few rows
} activations;

INLINE int panels_of(const matrix *m) { return (m->rows + LANES - 1) / LANES; }
INLINE int64_t q4_group_bytes(const matrix *m) { return 4 * LANES + (int64_t)m->group * LANES / 2; }
INLINE int64_t q8_scale_bytes(const matrix *m) { return (m->columns / m->group * LANES * 2 + 63) & ~(int64_t)63; }
INLINE int64_t panel_bytes(const matrix *m) {
    if (m->form == FORM_Q4) return m->columns / m->group * q4_group_bytes(m);
    return q8_scale_bytes(m) + (int64_t)m->columns * LANES;
}

// The processor's own prefetching stops at each page of 4 KB and is not far enough ahead: 30 % of the speed.
enum { AHEAD_BYTES = 4096 };
INLINE void fetch_ahead(const uint8_t *at) { _mm_prefetch((const char *)at + AHEAD_BYTES, _MM_HINT_T0); }

// The widest block of columns that divides them all. 8-bit weights keep their own groups and are not rounded again.
static int wide_block(int columns, int has_q8) {
    for (int wide = WIDE_BLOCK; wide > BLOCK && !has_q8; wide -= BLOCK)
        if (columns % wide == 0) return wide;
    return BLOCK;
}

// ---- activations ----------------------------------------------------------------------------------------------------

INLINE float largest(const float *x, int n) {
    vf most = vf_zero();
    for (int i = 0; i < n; i += LANES) most = vf_max(most, vf_abs(vf_load(x + i)));
    return vf_hmax(most);
}

// 16 or more values to 8 bits; returns the sum of the quants.
INLINE int round_block(const float *x, int n, float inverse, int8_t *quants) {
    vi sum = vi_set(0);
    for (int i = 0; i < n; i += LANES) {
        vi q = vf_int(vf_mul(vf_load(x + i), vf_set(inverse)));
        vi_store8(quants + i, q);
        sum = vi_add32(sum, q);
    }
    return vi_sum(sum);
}

// One row of activations into `a`. per_row: one scale for all columns, as BitNet was trained.
static void round_row(const float *x, activations *a, int row, int per_row) {
    int n = a->columns, wide = a->wide ? a->wide : BLOCK;
    int8_t quants[WIDE_BLOCK];
    float row_scale = per_row ? largest(x, n) / 127.0f : 0.0f;
    int tile = row / TILE, in_tile = row % TILE, blocks = n / wide;
    for (int b = 0; b < blocks; b++) {
        float scale = per_row ? row_scale : largest(x + b * wide, wide) / 127.0f;
        float inverse = scale > 0.0f ? 1.0f / scale : 0.0f;
        if (!a->wide) {
            int sum = round_block(x + b * BLOCK, BLOCK, inverse, a->quants + (int64_t)row * n + b * BLOCK);
            a->scales[row * blocks + b] = scale;
            a->scaled_sums[row * blocks + b] = scale * (float)sum;
            continue;
        }
        int sum = round_block(x + b * wide, wide, inverse, quants);
        int64_t at = ((int64_t)tile * blocks + b) * TILE + in_tile;
        a->scales[at] = scale;
        a->offsets[at] = -WEIGHT_BIAS * sum;
        int32_t *out = (int32_t *)a->quants + ((int64_t)tile * n / 4 + b * wide / 4) * TILE + in_tile;
        for (int i = 0; i < wide / 4; i++) memcpy(out + i * TILE, quants + 4 * i, 4);
    }
}

// ---- few rows -------------------------------------------------------------------------------------------------------

INLINE vi four(const int8_t *quants) {
    int32_t bytes;
    memcpy(&bytes, quants, 4);
    return vi_set(bytes);
}

// One panel of 4 bits times `tokens` (a constant, at most FEW) rows: out[t] are the 16 sums.
INLINE void few_q4(const matrix *m, const uint8_t *panel, const activations *a, const int tokens, vf *out) {
    const uint8_t *quants = panel;
    int blocks = m->columns / BLOCK, per_group = m->group / BLOCK;
    const vi low = vi_set8(15);
    for (int t = 0; t < tokens; t++) out[t] = vf_zero();
    for (int block = 0; block < blocks;) {
        const uint16_t *scales = (const uint16_t *)quants;
        fetch_ahead(quants);
        quants += 4 * LANES;
        vf sum[FEW];
        float offset[FEW];
        for (int t = 0; t < tokens; t++) sum[t] = vf_zero(), offset[t] = 0.0f;
        for (int end = block + per_group; block < end; block++, quants += BLOCK * LANES / 2) {
            vi w[8];
            for (int j = 0; j < 4; j++) {
                vi both = vi_load(quants + 64 * j);
                fetch_ahead(quants + 64 * j);
                w[2 * j] = vi_and(both, low);
                w[2 * j + 1] = vi_and(vi_srl16(both, 4), low);
            }
            for (int t = 0; t < tokens; t++) {
                const int8_t *x = a->quants + (int64_t)t * m->columns + block * BLOCK;
                vi dot = vi_set(0), dot2 = vi_set(0);
                for (int j = 0; j < 8; j += 2) {
                    dot = vi_dot(dot, w[j], four(x + 4 * j));
                    dot2 = vi_dot(dot2, w[j + 1], four(x + 4 * j + 4));
                }
                sum[t] = vf_fma(vi_float(vi_add32(dot, dot2)), vf_set(a->scales[t * blocks + block]), sum[t]);
                offset[t] += a->scaled_sums[t * blocks + block];
            }
        }
        vf d = vf_half(scales), low_end = vf_half(scales + LANES);
        for (int t = 0; t < tokens; t++) out[t] = vf_fma(low_end, vf_set(offset[t]), vf_fma(d, sum[t], out[t]));
    }
}

INLINE void few_q8(const matrix *m, const uint8_t *panel, const activations *a, const int tokens, vf *out) {
    const uint16_t *scales = (const uint16_t *)panel;
    const uint8_t *quants = panel + q8_scale_bytes(m);
    int blocks = m->columns / BLOCK, per_group = m->group / BLOCK;
    for (int t = 0; t < tokens; t++) out[t] = vf_zero();
    for (int block = 0; block < blocks; scales += LANES) {
        vf sum[FEW];
        float offset[FEW];
        for (int t = 0; t < tokens; t++) sum[t] = vf_zero(), offset[t] = 0.0f;
        for (int end = block + per_group; block < end; block++, quants += BLOCK * LANES) {
            for (int j = 0; j < 8; j++) fetch_ahead(quants + 64 * j);
            for (int t = 0; t < tokens; t++) {
                const int8_t *x = a->quants + (int64_t)t * m->columns + block * BLOCK;
                vi dot = vi_set(0), dot2 = vi_set(0);
                for (int j = 0; j < 8; j += 2) {
                    dot = vi_dot8(dot, vi_load(quants + 64 * j), four(x + 4 * j));
                    dot2 = vi_dot8(dot2, vi_load(quants + 64 * j + 64), four(x + 4 * j + 4));
                }
                sum[t] = vf_fma(vi_float(vi_add32(dot, dot2)), vf_set(a->scales[t * blocks + block]), sum[t]);
                offset[t] += a->scaled_sums[t * blocks + block];
            }
        }
        vf d = vf_half(scales);
        for (int t = 0; t < tokens; t++) out[t] = vf_fma(d, vf_sub(sum[t], vf_set(128.0f * offset[t])), out[t]);
    }
}

#define FEW_CASE(n) case n: if (m->form == FORM_Q4) few_q4(m, panel, a, n, out); else few_q8(m, panel, a, n, out); break;
// Panel `index` times all of the few rows; y is (tokens, stride).
static void few_panel(const matrix *m, int index, const activations *a, float *y, int stride) {
    vf out[FEW];
    const uint8_t *panel = m->data + index * panel_bytes(m);
    switch (a->tokens) { FEW_CASE(1) FEW_CASE(2) FEW_CASE(3) FEW_CASE(4) FEW_CASE(5) FEW_CASE(6) FEW_CASE(7) FEW_CASE(8) }
    for (int t = 0; t < a->tokens; t++) {
        if (m->bias) out[t] = vf_add(out[t], vf_load(m->bias + index * LANES));
        vf_store(y + (int64_t)t * stride + index * LANES, out[t]);
    }
}

// ---- many rows ------------------------------------------------------------------------------------------------------

// Two vectors of 32 quants each (in 16 bits: even and odd bytes) to biased 8 bits: (q * factor + start) >> 8.
INLINE vi rescale(vi even, vi odd, vi factor, vi start) {
    even = vi_srl16(vi_add16(vi_mul16(even, factor), start), 8);
    odd = vi_and(vi_add16(vi_mul16(odd, factor), start), vi_set16((int16_t)0xff00));
    return vi_or(even, odd);
}

// A wide block of a panel in biased 8 bits with one scale a row; `out` holds wide / 4 vectors. Returns the scales.
INLINE vf widen_q4(const matrix *m, const uint8_t *panel, int first_column, int wide, uint8_t *out) {
    vf most = vf_set(1e-30f);
    for (int c = first_column; c < first_column + wide; c += BLOCK) {
        const uint16_t *s = (const uint16_t *)(panel + c / m->group * q4_group_bytes(m));
        vf low_end = vf_half(s + LANES);
        most = vf_max(most, vf_max(vf_abs(low_end), vf_abs(vf_fma(vf_half(s), vf_set(15.0f), low_end))));
    }
    vf inverse = vf_div(vf_set(256.0f * WEIGHT_LIMIT), most);
    for (int c = first_column; c < first_column + wide; c += BLOCK) {
        const uint8_t *group = panel + c / m->group * q4_group_bytes(m);
        const uint16_t *s = (const uint16_t *)group;
        const uint8_t *quants = group + 4 * LANES + c % m->group * LANES / 2;
        vi factor = vi_pair16(vf_int(vf_mul(vf_half(s), inverse)));
        vi start = vi_pair16(vf_int(vf_fma(vf_half(s + LANES), inverse, vf_set(256.0f * WEIGHT_BIAS + 128.0f))));
        const vi nibble = vi_set16(15);
        // The next wide block: it has all the products of this one to arrive.
        for (int64_t i = 0; i < q4_group_bytes(m) * BLOCK / m->group; i += 64)
            _mm_prefetch((const char *)quants + i + (int64_t)wide / m->group * q4_group_bytes(m), _MM_HINT_T0);
        for (int j = 0; j < 4; j++, quants += 64, out += 128) {
            vi both = vi_load(quants);
            vi_store(out, rescale(vi_and(both, nibble), vi_and(vi_srl16(both, 8), nibble), factor, start));
            vi_store(out + 64, rescale(vi_and(vi_srl16(both, 4), nibble), vi_srl16(both, 12), factor, start));
        }
    }
    return vf_mul(most, vf_set(1.0f / WEIGHT_LIMIT));
}

INLINE vf widen_q8(const matrix *m, const uint8_t *panel, int first_column, int wide, uint8_t *out) {
    const uint16_t *scales = (const uint16_t *)panel;
    const uint8_t *quants = panel + q8_scale_bytes(m) + (int64_t)first_column * LANES;
    vf most = vf_set(1e-30f);
    for (int c = first_column; c < first_column + wide; c += BLOCK)
        most = vf_max(most, vf_abs(vf_half(scales + c / m->group * LANES)));
    vf inverse = vf_div(vf_set(256.0f * WEIGHT_LIMIT / 127.0f), most);
    for (int c = first_column; c < first_column + wide; c += BLOCK) {
        vi factor = vi_pair16(vf_int(vf_mul(vf_half(scales + c / m->group * LANES), inverse)));
        const vi start = vi_set16((int16_t)(256 * WEIGHT_BIAS + 128));
        for (int j = 0; j < 8; j++, quants += 64, out += 64) {
            vi centred = vi_sub8(vi_load(quants), vi_set8((int8_t)-128));
            vi_store(out, rescale(vi_sra16(vi_sll16(centred, 8), 8), vi_sra16(centred, 8), factor, start));
        }
    }
    return vf_mul(most, vf_set(127.0f / WEIGHT_LIMIT));
}

// sums (TILE, PANELS * 16) += a wide block of PANELS panels times a tile of activations. A function of its own, unrolled by
// order: within a larger one the compiler keeps the sums in memory, which costs a quarter of the speed.
#define UNROLLED _Pragma("GCC unroll 16")
static __attribute__((noinline)) void tile_product(const uint8_t *w, int64_t w_stride, const vf *w_scale, int wide,
                                                   const int32_t *x, const float *x_scales, const int32_t *offsets,
                                                   float *sums) {
    vi dot[TILE][PANELS];
    UNROLLED for (int t = 0; t < TILE; t++)
        UNROLLED for (int p = 0; p < PANELS; p++) dot[t][p] = vi_set(offsets[t]);
    for (int i = 0; i < wide / 4; i++, x += TILE) {
        vi weights[PANELS];
        UNROLLED for (int p = 0; p < PANELS; p++) weights[p] = vi_load(w + p * w_stride + 64 * i);
        UNROLLED for (int t = 0; t < TILE; t++) {
            vi four_columns = vi_set(x[t]);
            UNROLLED for (int p = 0; p < PANELS; p++) dot[t][p] = vi_dot(dot[t][p], weights[p], four_columns);
        }
    }
    UNROLLED for (int t = 0; t < TILE; t++)
        UNROLLED for (int p = 0; p < PANELS; p++) {
            float *sum = sums + (t * PANELS + p) * LANES;
            vf_store(sum, vf_fma(vf_mul(vi_float(dot[t][p]), vf_set(x_scales[t])), w_scale[p], vf_load(sum)));
        }
}

// `scratch` per thread: sums for all tiles of rows and PANELS wide blocks of weights.
INLINE int64_t many_scratch_bytes(int tokens) {
    return (int64_t)(tokens + TILE) * PANELS * LANES * 4 + PANELS * WIDE_BLOCK * LANES;
}

// PANELS panels from `index` on times all rows; y is (tokens, stride), with room for whole panels.
static void many_panels(const matrix *m, int index, const activations *a, float *y, int stride, uint8_t *scratch) {
    int tiles = (a->tokens + TILE - 1) / TILE, blocks = a->columns / a->wide, count = panels_of(m) - index;
    if (count > PANELS) count = PANELS;
    float *sums = (float *)(scratch + PANELS * WIDE_BLOCK * LANES);
    memset(sums, 0, (size_t)tiles * TILE * PANELS * LANES * 4);
    for (int b = 0; b < blocks; b++) {
        vf w_scale[PANELS];
        for (int p = 0; p < PANELS; p++) {
            const uint8_t *panel = m->data + (index + (p < count ? p : 0)) * panel_bytes(m);
            uint8_t *out = scratch + p * WIDE_BLOCK * LANES;
            w_scale[p] = m->form == FORM_Q4 ? widen_q4(m, panel, b * a->wide, a->wide, out)
                                            : widen_q8(m, panel, b * a->wide, a->wide, out);
        }
        for (int tile = 0; tile < tiles; tile++) {
            int64_t at = ((int64_t)tile * blocks + b) * TILE;
            tile_product(scratch, WIDE_BLOCK * LANES, w_scale, a->wide,
                         (const int32_t *)a->quants + at * a->wide / 4, a->scales + at, a->offsets + at,
                         sums + tile * TILE * PANELS * LANES);
        }
    }
    for (int t = 0; t < a->tokens; t++)
        for (int p = 0; p < count; p++) {
            vf sum = vf_load(sums + (t * PANELS + p) * LANES);
            if (m->bias) sum = vf_add(sum, vf_load(m->bias + (index + p) * LANES));
            vf_store(y + (int64_t)t * stride + (index + p) * LANES, sum);
        }
}

// One row of a packed matrix as floats (a token's embedding).
static void unpack_row(const matrix *m, int row, float *out) {
    const uint8_t *panel = m->data + row / LANES * panel_bytes(m);
    int lane = row % LANES;
    for (int c = 0; c < m->columns; c++) {
        if (m->form == FORM_Q4) {
            const uint8_t *group = panel + c / m->group * q4_group_bytes(m);
            const uint16_t *s = (const uint16_t *)group + lane;
            uint8_t both = group[4 * LANES + c % m->group / 8 * 64 + lane * 4 + c % 4];
            out[c] = _cvtsh_ss(s[0]) * (float)(c % 8 < 4 ? both & 15 : both >> 4) + _cvtsh_ss(s[LANES]);
        } else {
            const uint16_t *s = (const uint16_t *)panel + c / m->group * LANES + lane;
            const uint8_t *quants = panel + q8_scale_bytes(m);
            out[c] = _cvtsh_ss(*s) * ((float)quants[c / 4 * 64 + lane * 4 + c % 4] - 128.0f);
        }
    }
}

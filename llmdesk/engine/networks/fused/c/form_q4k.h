// 4 bits as GGUF's Q4_K has them: w = d s q - e n, q in 0..15 (k_blocks.h): 4.5 bits a weight.
#pragma once
#include "k_blocks.h"

enum { Q4K_BYTES = BLOCK * LANES / 2 };

static int64_t q4k_panel_bytes(const matrix *m) { return k_panel_bytes(m, Q4K_BYTES); }

INLINE void few_q4k_words(const matrix *m, const uint8_t *const *panel, const int panels, const activations *a, int first,
                          const int count, vf *out) {
    few_k_words(m, panel, panels, a, first, count, out, Q4K_BYTES, nibble_words);
}
FEW_FUNCTION(few_rows_q4k, few_q4k_words)

INLINE void q4k_products(const uint8_t *const *quants, const int panels, const vi *scales, int which, const plane *planes, int block,
                         const int count, vf *products) {
    vi part[PLANES];
    nibble_parts(quants, panels, planes, block, count, part);
    EACH_SUM(panels, count, products[at] = vi_part_times(part[at], scales[k], which));
}

INLINE void q4k_all_blocks(const matrix *m, const uint8_t *const *panel, const int panels, const plane *high, const plane *low,
                           const int count, vf *sums) {
    k_all_blocks(m, panel, panels, high, low, count, sums, Q4K_BYTES, q4k_products);
}
PLANES_FUNCTION(q4k_times_planes, q4k_all_blocks)

FEW_AND_TWO(q4k, 1)

static quant_line q4k_line(const matrix *m, const uint8_t *panel, int column) {
    (void)m;
    return k_line(panel, column, Q4K_BYTES);
}

static vf widen_q4k(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    (void)in_bytes;
    return widen_lines(m, panel, first_column, wide, out, q4k_line, 15, widen_nibbles);
}

static void unpack_q4k(const matrix *m, const uint8_t *panel, int lane, float *out) {
    k_unpack(m, panel, lane, out, Q4K_BYTES, nibble_at);
}

// Out of q (rows, columns / 2) with the even column in the low nibble, and see k_pack_heads: SuperMatrix.
static void pack_q4k(const matrix *m, const void *const *parts, int row, uint8_t *panel) {
    const uint8_t *q = (const uint8_t *)parts[0] + (int64_t)row * m->columns / 2;
    k_pack_heads(m, parts + 1, row, panel, Q4K_BYTES);
    for (int c = 0; c < m->columns; c += SUPER, panel += k_super_bytes(Q4K_BYTES), q += SUPER / 2)
        put_nibbles(panel + SUPER_HEAD, row % LANES, q, SUPER);
}

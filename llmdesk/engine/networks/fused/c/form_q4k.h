// 4 bits as GGUF's Q4_K has them: w = d s q - e n, q in 0..15 (k_blocks.h): 4.5 bits a weight.
#pragma once
#include "k_blocks.h"

enum { Q4K_BYTES = BLOCK * LANES / 2 };

INLINE void q4k_products(const uint8_t *const *quants, const int panels, const vi *scales, int which, const plane *planes, int block,
                         const int count, vf *products) {
    vi part[PLANES];
    nibble_parts(quants, panels, planes, block, count, part);
    EACH_SUM(panels, count, products[at] = vi_part_times(part[at], scales[k], which));
}

K_FORM(q4k, Q4K_BYTES, nibble_words, q4k_products)

static vf widen_q4k(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    return widen_nibble_lines(m, panel, first_column, wide, in_bytes, out, q4k_line);
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

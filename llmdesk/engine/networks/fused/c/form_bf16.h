// bfloat16, as trained: a panel is pairs of columns of its 16 rows, one after the other.
//
// Few rows are multiplied in floats, so that nothing is rounded: products wait for memory, which each number takes 2 bytes of. Many
// rows in 13 bits, in large networks too, whose other forms are content with bytes.
#pragma once
#include "activations.h"

static int64_t bf16_panel_bytes(const matrix *m) { return (int64_t)m->columns * LANES * 2; }

// Panels of bfloat16 times `count` rows from `first` on: see EACH_SUM. A sum has one order, however many rows there are.
INLINE void few_bf16(const matrix *m, const uint8_t *const *panel, const int panels, const activations *a, int first, const int count,
                     vf *out) {
    const float *rows = a->floats + (int64_t)first * m->columns;
    const uint8_t *pairs[PAIR];
    vf sum[FEW];
    UNROLLED for (int k = 0; k < panels; k++) pairs[k] = panel[k];
    EACH_SUM(panels, count, sum[at] = vf_zero());
    for (int block = 0; block < m->columns; block += BLOCK) {
        UNROLLED for (int k = 0; k < panels; k++) fetch_page_after(pairs[k]);
        for (int c = block; c < block + BLOCK; c += 2)
            UNROLLED for (int k = 0; k < panels; k++) {
                const vi w = vi_load(pairs[k]);
                const vf even = vf_of_lower(w), odd = vf_of_upper(w);
                pairs[k] += 64;
                UNROLLED for (int p = 0; p < count; p++) {
                    vf *to = sum + k * count + p;
                    *to = vf_fma(even, vf_set(rows[(int64_t)p * m->columns + c]), *to);
                    *to = vf_fma(odd, vf_set(rows[(int64_t)p * m->columns + c + 1]), *to);
                }
            }
    }
    EACH_SUM(panels, count, out[at] = sum[at]);
}

FEW_FUNCTION(few_rows_bf16, few_bf16)

static vf widen_bf16(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    const uint8_t *pairs = panel + (int64_t)first_column * LANES * 2;
    vf most = vf_set(1e-30f);
    (void)m, (void)in_bytes;
    for (int i = 0; i < wide / 2; i++) {
        const vi w = vi_load(pairs + 64 * i);
        most = vf_max(most, vf_max(vf_abs(vf_of_lower(w)), vf_abs(vf_of_upper(w))));
    }
    const vf inverse = vf_div(vf_set(WIDE_LIMIT), most);
    for (int i = 0; i < wide / 4; i++, pairs += 128, out += 128) {
        const vi first = vi_load(pairs), second = vi_load(pairs + 64);
        const vi even = vi_pair_of(vf_int(vf_mul(vf_of_lower(first), inverse)), vf_int(vf_mul(vf_of_lower(second), inverse)));
        const vi odd = vi_pair_of(vf_int(vf_mul(vf_of_upper(first), inverse)), vf_int(vf_mul(vf_of_upper(second), inverse)));
        vi_store(out, even), vi_store(out + 64, odd);
    }
    return vf_div(vf_set(1.0f), inverse);
}

static void unpack_bf16(const matrix *m, const uint8_t *panel, int lane, float *out) {
    for (int c = 0; c < m->columns; c++) {
        uint16_t upper;
        memcpy(&upper, panel + c / 2 * 64 + lane * 4 + c % 2 * 2, 2);
        const uint32_t bits = (uint32_t)upper << 16;
        memcpy(out + c, &bits, 4);
    }
}

// Out of numbers (rows, columns) as they are.
static void pack_bf16(const matrix *m, const void *const *parts, int row, uint8_t *panel) {
    const uint16_t *numbers = (const uint16_t *)parts[0] + (int64_t)row * m->columns;
    for (int c = 0; c < m->columns; c += 2) memcpy(panel + c / 2 * 64 + row % LANES * 4, numbers + c, 4);
}

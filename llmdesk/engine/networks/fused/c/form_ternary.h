// 2 bits (BitNet): w = d (q - 1), q in 0..2, for activations with one scale per row. A panel is 16 floats d, then the quants,
// 16 columns to a vector: four, and the columns after them in the next higher bits.
#pragma once
#include "activations.h"

static int64_t ternary_panel_bytes(const matrix *m) { return 4 * LANES + (int64_t)m->columns * LANES / 4; }

enum { PART_COLUMNS = 64 };  // whose sums fit into 16 bits: 16 products of a byte and 2, or four times that

// Panels of 2 bits times `count` rows from `first` on, each with one scale: see EACH_SUM; at most 4 sums together.
// Of each four bits the lower two have sums of their own and the upper two, which are not shifted and make sums 4 times too
// large. Sums are whole numbers to the end, so their order does not matter; a single one (of the panel in the
// middle) has two sets of them where there are registers for that, as each takes as long as five dot products.
INLINE void few_ternary(const matrix *m, const uint8_t *const *panel, const int panels, const activations *a, int first,
                        const int count, vf *out) {
    const int sets = panels * count == 1 ? SETS : 1;
    int64_t quants = 4 * LANES;
    vi sums[4][2];
    EACH_SUM(panels, count, sums[at][0] = sums[at][1] = vi_set(0));
    for (int from = 0, end; from < m->columns; from = end) {
        vi part[4][2][2];
        end = from + PART_COLUMNS < m->columns ? from + PART_COLUMNS : m->columns;
        EACH_SUM(panels, count, {
            UNROLLED for (int s = 0; s < sets; s++) part[at][s][0] = part[at][s][1] = vi_set(0);
        });
        UNROLLED for (int k = 0; k < panels; k++) fetch_page_after(panel[k] + quants);
        ROLLED for (int c = from; c < end; c += 16 * sets)
            UNROLLED for (int s = 0; s < sets; s++, quants += 64)
                UNROLLED for (int k = 0; k < panels; k++) {
                    const vi all = vi_load(panel[k] + quants), upper = vi_srl16(all, 4);
                    UNROLLED for (int i = 0; i < 4; i++) {
                        const vi w = vi_and(i < 2 ? all : upper, vi_set8(3 << 2 * (i % 2)));
                        UNROLLED for (int p = 0; p < count; p++) {
                            const int8_t *x = a->bytes + (int64_t)(first + p) * m->columns + c + 16 * s + 4 * i;
                            vi *sum = &part[k * count + p][s][i % 2];
                            *sum = vi_dot_part(*sum, w, in_all_lanes(x));
                        }
                    }
                }
        EACH_SUM(panels, count, {
            UNROLLED for (int s = 0; s < sets; s++)
                UNROLLED for (int i = 0; i < 2; i++) sums[at][i] = vi_add32(sums[at][i], vi_part_sum(part[at][s][i]));
        });
    }
    EACH_SUM(panels, count, {
        const vi sum = vi_add32(vi_set(a->offsets[first + p]), vi_add32(sums[at][0], vi_sra32(sums[at][1], 2)));
        const vf scale = vf_set(a->byte_scales[(first + p) * (m->columns / BLOCK)]);
        out[at] = vf_mul(vf_load((const float *)panel[k]), vf_mul(vi_float(sum), scale));
    });
}

INLINE void few_ternary_halves(const matrix *m, const uint8_t *const *panel, const int panels, const activations *a, int first,
                               const int count, vf *out) {
    few_ternary(m, panel, panels, a, first, count < 4 ? count : 4, out);
    if (count > 4) few_ternary(m, panel, panels, a, first + 4, count - 4, out + 4);
}

FEW_FUNCTION(few_rows_ternary, few_ternary_halves)

// 0, 1 and 2 as they are: as bytes, which are multiplied as if they were not too large by 1 (`offsets` mends that), or,
// beside a matrix of another form, as pairs of 16 bits.
static vf widen_ternary(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    const uint8_t *quants = panel + 4 * LANES + (int64_t)first_column * LANES / 4;
    (void)m;
    for (int c = 0; c < wide; c += 16, quants += 64)
        for (int k = 0; k < 4; k++) {
            vi w[2], all = vi_and(vi_srl16(vi_load(quants), 2 * k), vi_set8(3));
            byte_pairs(all, w);
            if (in_bytes) vi_store(out, all), out += 64;
            else for (int i = 0; i < 2; i++, out += 64) vi_store(out, vi_sub16(w[i], vi_set16(1)));
        }
    return vf_load((const float *)panel);
}

static void unpack_ternary(const matrix *m, const uint8_t *panel, int lane, float *out) {
    float d = ((const float *)panel)[lane];
    for (int c = 0; c < m->columns; c++) {
        uint8_t four_columns = panel[4 * LANES + c / 16 * 64 + lane * 4 + c % 4];
        out[c] = d * (float)((four_columns >> c % 16 / 4 * 2 & 3) - 1);
    }
}

// Out of q (rows, columns / 2) in 0..2 with the even column in the low nibble, scales (rows).
static void pack_ternary(const matrix *m, const void *const *parts, int row, uint8_t *panel) {
    const uint8_t *q = (const uint8_t *)parts[0] + (int64_t)row * m->columns / 2;
    uint8_t *quants = panel + 4 * LANES + row % LANES * 4;
    ((float *)panel)[row % LANES] = ((const float *)parts[1])[row];
    for (int c = 0; c < m->columns; c++)
        quants[c / 16 * 64 + c % 4] |= (uint8_t)((q[c / 2] >> c % 2 * 4 & 3) << c % 16 / 4 * 2);
}

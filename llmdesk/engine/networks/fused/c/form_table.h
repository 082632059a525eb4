// 4 bits that are a place in a table of 16 values: w = d v, with a d for 32 columns. A panel is the d of two blocks of columns (of
// bytes: of four), then their quants as in nibbles.h, which are places in the table, and so on (group_place_at). Values are multiplied raised by as
// much as makes none of them negative, less that times the activations' sums.
// MXFP4 (E2M1): tiny floats, here twice their size, so that they are whole; d is a power of 2 and stored as its exponent.
// IQ4 (GGUF's IQ4_NL and IQ4_XS): values that lie closer around 0; d is a half.
#pragma once
#include "nibbles.h"

enum { FP4 = 0, IQ4 = 1 };
static const int8_t TABLE_VALUES[2][16] = {{0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12},
                                           {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113}};
static const uint8_t TABLE_RAISED[2][16] = {{12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0},
                                            {0, 23, 44, 62, 78, 92, 105, 117, 128, 140, 152, 165, 180, 196, 216, 240}};
static const int TABLE_RAISE[2] = {12, 127};
// Of a prompt's weights: how much one is at most, in 13 bits, and by how many bits values are shifted up for a fraction of 15.
static const int TABLE_STEP[2] = {341, 32}, TABLE_SHIFT[2] = {11, 8};
// Without VNNI 16 bits hold sums of products with MXFP4's values, and not with those of IQ4.
#if defined(__AVX512VNNI__) || defined(__AVXVNNI__)
enum { IQ4_ACTIVATIONS = IN_WORDS | IN_PLANES };
#else
enum { IQ4_ACTIVATIONS = IN_WORDS };
#endif

INLINE int table_scale_bytes(const int which) { return which == FP4 ? LANES : HALVES; }  // of a block
INLINE int64_t table_panel_bytes(const matrix *m, const int which) {
    const int64_t scales = (int64_t)m->columns / BLOCK * table_scale_bytes(which);
    return ((scales + STRETCH_SCALES - 1) & -STRETCH_SCALES) + (int64_t)m->columns * LANES / 2;
}
static int64_t fp4_panel_bytes(const matrix *m) { return table_panel_bytes(m, FP4); }
static int64_t iq4_panel_bytes(const matrix *m) { return table_panel_bytes(m, IQ4); }
INLINE group_place table_block_at(const uint8_t *panel, int block, const int which) {
    return group_place_at(panel, block, BLOCK * LANES / 2, table_scale_bytes(which));
}
INLINE vf table_d(const group_place *at, const int which) { return which == FP4 ? vf_power(at->scales) : group_halves(at); }
// A block of each panel.
INLINE void table_blocks_at(const uint8_t *const *panel, const int panels, int block, const int which, const uint8_t **quants, vf *d) {
    UNROLLED for (int k = 0; k < panels; k++) {
        const group_place at = table_block_at(panel[k], block, which);
        quants[k] = at.quants, d[k] = table_d(&at, which);
        fetch_page_after(at.quants);
    }
}

// 8 columns, raised, as bytes: of those in the low nibbles, and of those in the high ones.
INLINE void table_bytes(const uint8_t *quants, const int which, vi *low, vi *high) {
    const vi all = vi_load(quants), nibble = vi_set8(15);
    *low = vi_look_up(TABLE_RAISED[which], vi_and(all, nibble));
    *high = vi_look_up(TABLE_RAISED[which], vi_and(vi_srl16(all, 4), nibble));
}

// Panels times `count` rows from `first` on, in 16 bits: see EACH_SUM.
INLINE void table_words(const matrix *m, const uint8_t *const *panel, const int panels, const activations *a, int first,
                        const int count, vf *out, const int which) {
    const int blocks = m->columns / BLOCK;
    const int16_t *rows = a->quants + (int64_t)first * m->columns;
    const float *row_scales = a->scales + first * blocks, *row_sums = a->scaled_sums + first * blocks;
    EACH_SUM(panels, count, out[at] = vf_zero());
    for (int block = 0; block < blocks; block++) {
        const uint8_t *quants[PAIR];
        vf d[PAIR];
        vi dot[FEW];
        table_blocks_at(panel, panels, block, which, quants, d);
        EACH_SUM(panels, count, dot[at] = vi_set(0));
        for (int j = 0; j < 4; j++)
            UNROLLED for (int k = 0; k < panels; k++) {
                const int16_t *x = rows + block * BLOCK + 8 * j;
                vi low, high, w[4];
                table_bytes(quants[k] + 64 * j, which, &low, &high);
                byte_pairs(low, w), byte_pairs(high, w + 2);
                for (int p = 0; p < count; p++)
                    for (int i = 0; i < 4; i++)
                        dot[k * count + p] = vi_dot16(dot[k * count + p], w[i], in_all_lanes(x + (int64_t)p * m->columns + 2 * i));
            }
        EACH_SUM(panels, count, {
            const vf low_end = vf_mul(d[k], vf_set((float)-TABLE_RAISE[which]));
            const vf sum = vf_mul(vi_float(dot[at]), vf_set(row_scales[p * blocks + block]));
            out[at] = vf_fma(low_end, vf_set(row_sums[p * blocks + block]), vf_fma(d[k], sum, out[at]));
        });
    }
}
INLINE void few_fp4_words(const matrix *m, const uint8_t *const *panel, const int panels, const activations *a, int first,
                          const int count, vf *out) {
    table_words(m, panel, panels, a, first, count, out, FP4);
}
INLINE void few_iq4_words(const matrix *m, const uint8_t *const *panel, const int panels, const activations *a, int first,
                          const int count, vf *out) {
    table_words(m, panel, panels, a, first, count, out, IQ4);
}
FEW_FUNCTION(few_rows_fp4, few_fp4_words)
FEW_FUNCTION(few_rows_iq4, few_iq4_words)

// sums[at] += a block, of whose panels these are the quants and d, times those of the planes. Parts are added up every 16
// columns, since 16 bits hold 4 times two products of 24 and 128.
INLINE void table_block(const uint8_t *const *quants, const vf *d, const int panels, const plane *planes, int block, const int count,
                        vf *sums, const int which) {
    vi halves[2][PLANES];
    UNROLLED for (int half = 0; half < 2; half++) {
        EACH_SUM(panels, count, halves[half][at] = vi_set(0));
        UNROLLED for (int j = 2 * half; j < 2 * half + 2; j++)
            UNROLLED for (int k = 0; k < panels; k++) {
                vi low, high;
                table_bytes(quants[k] + 64 * j, which, &low, &high);
                UNROLLED for (int p = 0; p < count; p++) {
                    const int8_t *x = planes[p].bytes + block * BLOCK + 8 * j;
                    vi *sum = halves[half] + k * count + p;
                    *sum = vi_dot_part(vi_dot_part(*sum, low, in_all_lanes(x)), high, in_all_lanes(x + 4));
                }
            }
    }
    EACH_SUM(panels, count, {
        const vi part = vi_add32(vi_part_sum(halves[0][at]), vi_part_sum(halves[1][at]));
        const vf sum = vf_mul(vi_float(part), vf_set(planes[p].scales[block])), low_end = vf_mul(d[k], vf_set((float)-TABLE_RAISE[which]));
        sums[at] = vf_fma(low_end, vf_set(planes[p].sums[block]), vf_fma(d[k], sum, sums[at]));
    });
}

// Panels times rows in planes: see EACH_SUM.
INLINE void table_blocks(const matrix *m, const uint8_t *const *panel, const int panels, const plane *high, const plane *low,
                         const int count, vf *sums, const int which) {
    const int blocks = m->columns / BLOCK;
    vf low_sums[PLANES];
    EACH_SUM(panels, count, sums[at] = low_sums[at] = vf_zero());
    for (int block = 0; block < blocks; block++) {
        const uint8_t *quants[PAIR];
        vf d[PAIR];
        table_blocks_at(panel, panels, block, which, quants, d);
        table_block(quants, d, panels, high, block, count, sums, which);
        for (int p = 0; p < count; p++)
            if (has_block(low[p].bits, block)) table_block(quants, d, panels, low + p, block, 1, low_sums + p, which);
    }
    EACH_SUM(panels, count, sums[at] = vf_add(sums[at], low_sums[at]));
}
INLINE void fp4_all_blocks(const matrix *m, const uint8_t *const *panel, const int panels, const plane *high, const plane *low,
                           const int count, vf *sums) {
    table_blocks(m, panel, panels, high, low, count, sums, FP4);
}
INLINE void iq4_all_blocks(const matrix *m, const uint8_t *const *panel, const int panels, const plane *high, const plane *low,
                           const int count, vf *sums) {
    table_blocks(m, panel, panels, high, low, count, sums, IQ4);
}
PLANES_FUNCTION(fp4_times_planes, fp4_all_blocks)
PLANES_FUNCTION(iq4_times_planes, iq4_all_blocks)

FEW_AND_TWO(fp4, 1)
FEW_AND_TWO(iq4, (IQ4_ACTIVATIONS & IN_PLANES) != 0)

// MXFP4: blocks of half the largest d have half its step, and so on; so only those of an eighth and less are rounded.
INLINE vf widen_table(const matrix *m, const uint8_t *panel, int first_column, int wide, uint8_t *out, const int which) {
    const int first = first_column / BLOCK, shift = TABLE_SHIFT[which];
    (void)m;
    vf most = vf_set(1e-30f);
    for (int b = 0; b < wide / BLOCK; b++) {
        const group_place at = table_block_at(panel, first + b, which);
        most = vf_max(most, vf_abs(table_d(&at, which)));
    }
    const vf inverse = vf_div(vf_set((float)(TABLE_STEP[which] * (1 << (15 - shift)))), most);
    const vi raise = vi_set16((int16_t)TABLE_RAISE[which]);
    for (int b = 0; b < wide / BLOCK; b++) {
        const group_place at = table_block_at(panel, first + b, which);
        const vi factor = vi_pair16(vf_int(vf_mul(table_d(&at, which), inverse)));
        for (int j = 0; j < 4; j++) {
            vi low, high, w[4];
            table_bytes(at.quants + 64 * j, which, &low, &high);
            byte_pairs(low, w), byte_pairs(high, w + 2);
            for (int k = 0; k < 4; k++, out += 64) vi_store(out, vi_mul16_high(vi_sll16(vi_sub16(w[k], raise), shift), factor));
        }
    }
    return vf_div(most, vf_set((float)TABLE_STEP[which]));
}
static vf widen_fp4(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    (void)in_bytes;
    return widen_table(m, panel, first_column, wide, out, FP4);
}
static vf widen_iq4(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out) {
    (void)in_bytes;
    return widen_table(m, panel, first_column, wide, out, IQ4);
}

INLINE void unpack_table(const matrix *m, const uint8_t *panel, int lane, float *out, const int which) {
    float d[LANES];
    for (int c = 0; c < m->columns; c++) {
        const group_place at = table_block_at(panel, c / BLOCK, which);
        if (c % BLOCK == 0) vf_store(d, table_d(&at, which));
        out[c] = d[lane] * (float)TABLE_VALUES[which][nibble_at(at.quants, lane, c % BLOCK)];
    }
}
static void unpack_fp4(const matrix *m, const uint8_t *panel, int lane, float *out) { unpack_table(m, panel, lane, out, FP4); }
static void unpack_iq4(const matrix *m, const uint8_t *panel, int lane, float *out) { unpack_table(m, panel, lane, out, IQ4); }

// Out of the table's values (rows, columns) in bytes, and of d (rows, columns / 32) as floats: TableMatrix.
INLINE void pack_table(const matrix *m, const void *const *parts, int row, uint8_t *panel, const int which) {
    const int8_t *values = (const int8_t *)parts[0] + (int64_t)row * m->columns;
    const float *d = (const float *)parts[1] + (int64_t)row * (m->columns / BLOCK);
    uint8_t place_of[256] = {0};
    for (int i = 15; i >= 0; i--) place_of[(uint8_t)TABLE_VALUES[which][i]] = (uint8_t)i;
    for (int b = 0; b < m->columns / BLOCK; b++, values += BLOCK) {
        const group_room to = group_room_at(panel, b, BLOCK * LANES / 2, table_scale_bytes(which));
        uint8_t pairs[BLOCK / 2];
        uint32_t bits;
        memcpy(&bits, &d[b], 4);
        if (which == FP4) to.scales[row % LANES] = (uint8_t)(bits >> 23);
        else put_half(&to, row % LANES, d[b]);
        for (int i = 0; i < BLOCK / 2; i++)
            pairs[i] = (uint8_t)(place_of[(uint8_t)values[2 * i]] | place_of[(uint8_t)values[2 * i + 1]] << 4);
        put_nibbles(to.quants, row % LANES, pairs, BLOCK);
    }
}
static void pack_fp4(const matrix *m, const void *const *parts, int row, uint8_t *panel) { pack_table(m, parts, row, panel, FP4); }
static void pack_iq4(const matrix *m, const void *const *parts, int row, uint8_t *panel) { pack_table(m, parts, row, panel, IQ4); }

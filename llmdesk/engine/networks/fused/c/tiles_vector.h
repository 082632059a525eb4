// Tiles of many rows of activations, and their products with panels of weights, by dot products of vectors.
//
// Of a tile 2 columns (of bytes: 4) of all rows lie side by side, so that a vector of weights is multiplied with one row after
// the other while both are near.
#pragma once
#include "matrix.h"

// A row's place in a tile of a wide block: of `count` times 4 bytes, every TILE-th.
INLINE void put_in_tile(void *tile, int row, const void *values, int count) {
    for (int i = 0; i < count; i++) memcpy((int32_t *)tile + row % TILE + i * TILE, (const int32_t *)values + i, 4);
}
INLINE void put_words(int16_t *tile, int row, const int16_t *quants, int wide) { put_in_tile(tile, row, quants, wide / 2); }
INLINE void put_bytes(int8_t *tile, int row, const int8_t *quants, int wide) { put_in_tile(tile, row, quants, wide / 4); }

// Widened weights are multiplied as they are.
INLINE void arrange_words(uint8_t *weights, int wide) { (void)weights, (void)wide; }

// Around all products of blocks of that width.
INLINE void begin_tiles(int wide) { (void)wide; }
INLINE void end_tiles(void) {}

// sums (TILE, PANELS * 16) += `steps` vectors of each of PANELS panels times a tile of activations, in bytes or in 16 bits
// (a constant). `offsets` are what sums in bytes begin with.
INLINE void tile_sums(const uint8_t *w, int64_t w_stride, const vf *w_scale, int steps, const int in_bytes, const int32_t *x,
                      const float *x_scales, const int32_t *offsets, float *sums) {
    vi dot[TILE][PANELS];
    UNROLLED for (int t = 0; t < TILE; t++)
        UNROLLED for (int p = 0; p < PANELS; p++) dot[t][p] = vi_set(in_bytes ? offsets[t] : 0);
    for (int i = 0; i < steps; i++, x += TILE) {
        vi weights[PANELS];
        fetch(x + steps * TILE);  // the next tile
        UNROLLED for (int p = 0; p < PANELS; p++) weights[p] = vi_load(w + p * w_stride + 64 * i);
        UNROLLED for (int t = 0; t < TILE; t++) {
            vi few_columns = vi_set(x[t]);
            UNROLLED for (int p = 0; p < PANELS; p++)
                dot[t][p] = in_bytes ? vi_dot(dot[t][p], weights[p], few_columns) : vi_dot16(dot[t][p], weights[p], few_columns);
        }
    }
    vf scale[PANELS];  // once, and not again after each store that the compiler cannot tell from a change of it
    UNROLLED for (int p = 0; p < PANELS; p++) scale[p] = w_scale[p];
    UNROLLED for (int t = 0; t < TILE; t++) {
        vf x_scale = vf_set(x_scales[t]);
        UNROLLED for (int p = 0; p < PANELS; p++) {
            float *sum = sums + (t * PANELS + p) * LANES;
            vf_store(sum, vf_fma(vf_mul(vi_float(dot[t][p]), x_scale), scale[p], vf_load(sum)));
        }
    }
}

// Functions of their own, unrolled by order: within a larger one the compiler keeps the sums in memory, which costs a quarter
// of the speed.
static __attribute__((noinline)) void tile_in_bytes(const uint8_t *w, int64_t w_stride, const vf *w_scale, int wide,
                                                    const int32_t *x, const float *x_scales, const int32_t *offsets,
                                                    float *sums) {
    tile_sums(w, w_stride, w_scale, wide / 4, 1, x, x_scales, offsets, sums);
}
static __attribute__((noinline)) void tile_in_16_bits(const uint8_t *w, int64_t w_stride, const vf *w_scale, int wide,
                                                      const int32_t *x, const float *x_scales, const int32_t *offsets,
                                                      float *sums) {
    tile_sums(w, w_stride, w_scale, wide / 2, 0, x, x_scales, offsets, sums);
}

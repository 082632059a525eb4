// The same as tiles_vector.h by AMX: a product of 16 rows of activations, 16 rows of weights and 64 columns is one instruction.
//
// AMX multiplies bytes. Numbers of 13 bits are two of them, 128 high + low with low in -64..63, and a product of two numbers is
// four products of bytes, each with a tile of sums of its own. They are whole numbers, put together modulo 2^32 as the
// dot products of vectors are: the same bits. Four sums and four factors are all eight tiles, and each sum waits for itself no
// longer than the other three take.
//
// Not verified on hardware: it was written and tested where there is no AMX, on the instructions as Intel describes them.
#pragma once
#include "matrix.h"

enum { PART_BITS = 7, TILES = 8, SUM_TILES = 4 };
// Sums, in the order of `dot` below, and what is multiplied.
#define HIGH_HIGH 0
#define HIGH_LOW 1
#define LOW_HIGH 2
#define LOW_LOW 3
#define ROWS_HIGH 4
#define ROWS_LOW 5
#define WEIGHTS_HIGH 6
#define WEIGHTS_LOW 7

// The instructions. Not by <immintrin.h>: gcc 12 does not know what those read, and leaves out what was written there.
#define NAMED(text) #text
#define TMM(tile) "%%tmm" NAMED(tile)
#define TILE_CONFIG(at) __asm__ volatile("ldtilecfg %0" : : "m"(*(at)))
#define TILE_RELEASE() __asm__ volatile("tilerelease" : : : "memory")
#define TILE_ZERO(tile) __asm__ volatile("tilezero " TMM(tile) : :)
#define TILE_LOAD(tile, at, stride) \
    __asm__ volatile("tileloadd (%0,%1,1), " TMM(tile) : : "r"(at), "r"((int64_t)(stride)) : "memory")
#define TILE_STORE(tile, at) __asm__ volatile("tilestored " TMM(tile) ", (%0,%1,1)" : : "r"(at), "r"((int64_t)64) : "memory")
// Weights that are signed, and bytes that are not.
#define TILE_DOT(sums, rows, weights) __asm__ volatile("tdpbssd " TMM(weights) ", " TMM(rows) ", " TMM(sums) : :)
#define TILE_DOT_BYTES(sums, rows, weights) __asm__ volatile("tdpbsud " TMM(weights) ", " TMM(rows) ", " TMM(sums) : :)

// Columns that are multiplied at once: equal parts of a wide block.
INLINE int tile_columns(int wide) { return wide > 64 ? wide / 2 : wide; }

// How long rows of tiles are, as the instruction wants it.
typedef struct {
    uint8_t palette, start_row, unused[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
} tile_shapes;

// Around all products of blocks of that width: between them no thread has tiles that the system must keep for it.
INLINE void begin_tiles(int wide) {
    const int columns = tile_columns(wide);
    tile_shapes shapes = {.palette = 1};
    for (int i = 0; i < TILES; i++) shapes.row_bytes[i] = 64, shapes.rows[i] = TILE;
    shapes.row_bytes[ROWS_HIGH] = shapes.row_bytes[ROWS_LOW] = (uint16_t)columns;
    shapes.rows[WEIGHTS_HIGH] = shapes.rows[WEIGHTS_LOW] = (uint8_t)(columns / 4);
    TILE_CONFIG(&shapes);
}
INLINE void end_tiles(void) { TILE_RELEASE(); }

INLINE vi high_part(vi words) { return vi_sra16(vi_add16(words, vi_set16(1 << (PART_BITS - 1))), PART_BITS); }
INLINE vi low_part(vi words, vi high) { return vi_sub16(words, vi_sll16(high, PART_BITS)); }

// A row's place in a tile: TILE rows of their high parts, then TILE rows of their low ones. The columns of quants lie in the order
// 0, 2, 1, 3.
INLINE void put_words(int16_t *tile, int row, const int16_t *quants, int wide) {
    const __m256i order = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15));
    int8_t *high_row = (int8_t *)tile + row % TILE * wide, *low_row = high_row + TILE * wide;
    for (int c = 0; c < wide; c += 32) {
        const vi words = vi_load(quants + c), high = high_part(words), low = low_part(words, high);
        _mm256_storeu_si256((__m256i *)(high_row + c), _mm256_shuffle_epi8(_mm512_cvtepi16_epi8(high), order));
        _mm256_storeu_si256((__m256i *)(low_row + c), _mm256_shuffle_epi8(_mm512_cvtepi16_epi8(low), order));
    }
}
INLINE void put_bytes(int8_t *tile, int row, const int8_t *quants, int wide) {
    memcpy(tile + row % TILE * wide, quants, (size_t)wide);
}

// Columns 0, 2 and 1, 3 in pairs of 16 bits become their high parts and then their low ones.
INLINE vi bytes_of_pairs(vi even, vi odd) { return vi_or(vi_and(even, vi_set16(255)), vi_sll16(odd, 8)); }
INLINE void arrange_words(uint8_t *weights, int wide) {
    for (int c = 0; c < wide; c += 4, weights += 128) {
        const vi even = vi_load(weights), odd = vi_load(weights + 64), even_high = high_part(even), odd_high = high_part(odd);
        vi_store(weights, bytes_of_pairs(even_high, odd_high));
        vi_store(weights + 64, bytes_of_pairs(low_part(even, even_high), low_part(odd, odd_high)));
    }
}

typedef int32_t tile_numbers[TILE][LANES] __attribute__((aligned(64)));

INLINE void add_scaled(vi dot, float x_scale, vf w_scale, float *sum) {
    vf_store(sum, vf_fma(vf_mul(vi_float(dot), vf_set(x_scale)), w_scale, vf_load(sum)));
}

// sums (TILE, 16) += a panel times a tile of activations, in bytes. `offsets` are what the sums begin with.
static __attribute__((noinline)) void tile_in_bytes(const uint8_t *w, int64_t w_stride, const vf *w_scale, int wide,
                                                    const int32_t *x, const float *x_scales, const int32_t *offsets,
                                                    float *sums) {
    tile_numbers dot;
    (void)w_stride;
    TILE_ZERO(LOW_LOW);
    for (int c = 0; c < wide; c += tile_columns(wide)) {
        TILE_LOAD(WEIGHTS_LOW, w + c * LANES, 64);
        TILE_LOAD(ROWS_LOW, (const int8_t *)x + c, wide);
        TILE_DOT_BYTES(LOW_LOW, ROWS_LOW, WEIGHTS_LOW);
    }
    TILE_STORE(LOW_LOW, dot);
    const vf scale = *w_scale;
    for (int t = 0; t < TILE; t++) add_scaled(vi_add32(vi_load(dot[t]), vi_set(offsets[t])), x_scales[t], scale, sums + t * LANES);
}

// The same in 13 bits.
static __attribute__((noinline)) void tile_in_16_bits(const uint8_t *w, int64_t w_stride, const vf *w_scale, int wide,
                                                      const int32_t *x, const float *x_scales, const int32_t *offsets,
                                                      float *sums) {
    tile_numbers dot[SUM_TILES];
    const int8_t *high = (const int8_t *)x, *low = high + TILE * wide;
    (void)w_stride, (void)offsets;
    TILE_ZERO(HIGH_HIGH);
    TILE_ZERO(HIGH_LOW);
    TILE_ZERO(LOW_HIGH);
    TILE_ZERO(LOW_LOW);
    for (int c = 0; c < wide; c += tile_columns(wide)) {
        TILE_LOAD(ROWS_HIGH, high + c, wide);
        TILE_LOAD(WEIGHTS_HIGH, w + c * LANES * 2, 128);
        TILE_LOAD(ROWS_LOW, low + c, wide);
        TILE_LOAD(WEIGHTS_LOW, w + c * LANES * 2 + 64, 128);
        TILE_DOT(HIGH_HIGH, ROWS_HIGH, WEIGHTS_HIGH);
        TILE_DOT(LOW_HIGH, ROWS_LOW, WEIGHTS_HIGH);
        TILE_DOT(HIGH_LOW, ROWS_HIGH, WEIGHTS_LOW);
        TILE_DOT(LOW_LOW, ROWS_LOW, WEIGHTS_LOW);
    }
    TILE_STORE(HIGH_HIGH, dot[HIGH_HIGH]);
    TILE_STORE(HIGH_LOW, dot[HIGH_LOW]);
    TILE_STORE(LOW_HIGH, dot[LOW_HIGH]);
    TILE_STORE(LOW_LOW, dot[LOW_LOW]);
    const vf scale = *w_scale;
    for (int t = 0; t < TILE; t++) {
        const vi mixed = vi_add32(vi_load(dot[HIGH_LOW][t]), vi_load(dot[LOW_HIGH][t]));
        const vi upper = vi_add32(_mm512_slli_epi32(vi_load(dot[HIGH_HIGH][t]), PART_BITS), mixed);
        const vi all = vi_add32(_mm512_slli_epi32(upper, PART_BITS), vi_load(dot[LOW_LOW][t]));
        add_scaled(all, x_scales[t], scale, sums + t * LANES);
    }
}

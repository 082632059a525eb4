// Packed matrices, rows of activations, and what a form of weights has to be able to do.
//
// A matrix lies in panels of 16 rows. A vector of 64 bytes of quants holds 4 neighbouring columns of each of the 16 rows, 4
// bytes a row. So one dot instruction takes 2 columns (of bytes: 4) of 16 rows times as many activations, which are the same
// for all lanes, and no sum across lanes is ever needed. How the forms lie in a panel: form_*.h; all of them: forms.h.
#pragma once
#include "simd.h"

enum { FORM_NONE = 0, FORM_TERNARY = 2, FORM_Q4 = 4, FORM_Q4S = 5, FORM_Q6K = 6, FORM_Q8 = 8, FORM_Q4K = 16, FORM_SPLIT = 24 };
enum { FORM_FP4 = 12, FORM_IQ4 = 13, FORM_Q5K = 17, FORM_Q2K = 18, FORM_BF16 = 32 };
enum { BLOCK = 32, WIDE_BLOCK = 128, GROUPS = WIDE_BLOCK / BLOCK };
enum { SUPER = 256, SUPER_BLOCKS = SUPER / BLOCK };  // columns that share a half in GGUF's K forms
#define WIDE_LIMIT 4095.0f   // |w| and |x| in a wide block
#define FEW_LIMIT 32767.0f   // |x| of few rows; 32 times 255 times that fits into 32 bits
#define BYTE_LIMIT 127.0f    // |x| in bytes
enum { BYTE_MIDDLE = 128 };  // what is added to a weight in bytes, so that it has no sign
#define LOW_STEPS 256.0f     // of the second plane in one of the first
// Blocks have a second plane where scale^2 is more than that of the sum of the row's squares (docs/decisions/0091).
#define FEW_LOW_ABOVE 5e-7f
#define MANY_LOW_ABOVE 1.5e-6f

typedef struct {
    const uint8_t *data;
    const float *bias;  // (rows), or NULL
    int32_t form, rows, columns, group;
} matrix;

// T rows of activations. Few: quants (T, columns) with scales and sums (T, columns / 32), and planes of bytes with theirs.
// Many: tiles of TILE rows, all tiles of a wide block together: quants (blocks, tiles, wide / 2, TILE, 2) or bytes (blocks,
// tiles, wide / 4, TILE, 4), scales and offsets (blocks, tiles, TILE). Within a tile AMX wants another order: tiles_amx.h.
typedef struct {
    float *floats;         // few (T, columns): as they are
    int16_t *quants;
    int8_t *bytes, *low;   // the first plane and the second; of many rows the second one is (blocks, tiles, TILE, wide)
    float *scales;
    float *scaled_sums;    // few: scale * sum of the block's quants
    float *byte_scales, *byte_sums, *low_scales, *low_sums;  // the same of the planes; of many rows their scales, as scales lie,
                           // and as byte_sums the sums of the squares of what was rounded
    // few (T, columns / 16): of the planes, -16 * sum of the quants, twice as 16 bits; many: see sum_pairs_at
    int32_t *byte_middles, *low_middles;
    uint8_t *low_bits;     // few (T, columns / 256, rounded up): a bit for each block, 1 where it has a second plane;
                           // many: see low_marks_at
    int32_t *offsets, *low_offsets;  // many: what sums of the block's bytes begin with; few (T): -sum of the row's bytes
    int tokens, columns, wide;  // wide: columns of a wide block, 0 for few rows
    int per_row;           // one scale for all columns of a row and 8 bits, as BitNet was trained
    int in_floats, in_words, in_bytes;  // which of them the weights are multiplied with
    int has_low;           // the second plane
    int is_alone;          // few rows of a step that has only one: two panels are multiplied with it at once
} activations;

INLINE int64_t low_bit_bytes(int columns) { return ((uint32_t)columns / BLOCK + 7) / 8; }  // unsigned: gcc bounds it
INLINE int has_block(const uint8_t *bits, int block) { return bits[block / 8] >> block % 8 & 1; }

// Activations that a form is multiplied with: 16 bits (a prompt: 13); in a large network bytes in two planes instead; or bytes with
// one scale a row; or, few of them, floats (many: 13 bits).
enum { IN_WORDS = 1, IN_PLANES = 2, IN_ROW_BYTES = 4, AS_FLOATS = 8 };

// A block of 32 columns: step q + low_end.
typedef struct { vf step, low_end; const uint8_t *quants; } quant_line;

// One form of weights. A panel's place is given by its first byte.
typedef struct {
    int activations;
    int64_t (*panel_bytes)(const matrix *m);
    // `tokens` (at most SLICE) of the few rows from `first` on: out[t] are the 16 sums, the same however rows are sliced.
    void (*few)(const matrix *m, const uint8_t *panel, const activations *a, int first, int tokens, vf *out);
    // Two panels times one row: out[k] are a panel's 16 sums. Two streams out of memory are faster than one (0085).
    void (*two)(const matrix *m, const uint8_t *const *panels, const activations *a, int row, vf *out);
    // A wide block as pairs of 16 bits, at most WIDE_LIMIT, with one scale a row, which is returned; `out` holds wide / 2 vectors.
    // `in_bytes`: ternary weights as bytes, those of `line` as bytes around BYTE_MIDDLE, wide / 4 vectors.
    vf (*widen)(const matrix *m, const uint8_t *panel, int first_column, int wide, int in_bytes, uint8_t *out);
    // One of the 16 rows as floats.
    void (*unpack)(const matrix *m, const uint8_t *panel, int lane, float *out);
    // Row `row` out of what panels.py gives, into a panel of zeros.
    void (*pack)(const matrix *m, const void *const *parts, int row, uint8_t *panel);
    // The block that begins at a column, of forms that are blocks of 4 bits (nibbles.h); or NULL.
    quant_line (*line)(const matrix *m, const uint8_t *panel, int column);
} weight_form;

// Of the halves of all groups of a panel.
INLINE int64_t scale_bytes(const matrix *m) { return (m->columns / m->group * LANES * 2 + 63) & ~(int64_t)63; }

// Where a group's scales are and its quants begin, in forms whose panels are one stream: 64 bytes of scales (a half of 16 rows for each of
// two groups, or a byte for each of four), then these groups' quants, and so on (docs/decisions/0085). `bytes` are a group's scales.
enum { HALVES = 2 * LANES, STRETCH_SCALES = 64 };
typedef struct { const uint8_t *scales, *quants; } group_place;
INLINE group_place group_place_at(const uint8_t *panel, int index, int64_t quant_bytes, const int bytes) {
    const int each = STRETCH_SCALES / bytes;
    const uint8_t *stretch = panel + index / each * (STRETCH_SCALES + each * quant_bytes);
    return (group_place){stretch + index % each * bytes, stretch + STRETCH_SCALES + index % each * quant_bytes};
}
INLINE vf group_halves(const group_place *at) { return vf_half((const uint16_t *)at->scales); }
// The same of a panel that is made.
typedef struct { uint8_t *scales, *quants; } group_room;
INLINE group_room group_room_at(uint8_t *panel, int index, int64_t quant_bytes, const int bytes) {
    const group_place at = group_place_at(panel, index, quant_bytes, bytes);
    return (group_room){panel + (at.scales - panel), panel + (at.quants - panel)};
}
INLINE void put_half(const group_room *to, int lane, float x) { ((uint16_t *)to->scales)[lane] = half_of_float(x); }
INLINE float half_of_lane(const group_place *at, int lane) { return float_of_half(((const uint16_t *)at->scales)[lane]); }

INLINE int panels_of(const matrix *m) { return (m->rows + LANES - 1) / LANES; }

// Weights are read from beginning to end, and the processor fetches what follows by itself, as long as lines are first touched one
// after the other (docs/decisions/0078) and until a page ends, whatever its size is in the system. With the next page's first line it
// goes on there (0085).
enum { FETCHED_PAGE = 4096 };
INLINE void fetch_page_after(const uint8_t *at) {
    fetch_far((const uint8_t *)(((uintptr_t)at + FETCHED_PAGE) & ~(uintptr_t)(FETCHED_PAGE - 1)));
}

// Four bytes, or a pair of 16 bits, in each lane.
INLINE vi in_all_lanes(const void *values) {
    int32_t bits;
    memcpy(&bits, values, 4);
    return vi_set(bits);
}

// 4 columns of bytes as pairs of 16 bits.
INLINE void byte_pairs(vi quants, vi *w) { w[0] = vi_and(quants, vi_set16(255)), w[1] = vi_srl16(quants, 8); }

// Two panels are multiplied together: two of a matrix, or one each of two matrices with the same input.
enum { PAIR = 2 };
typedef struct { const matrix *m; int index; } panel_ref;

// Products of few rows take one panel times `count` of them, or two panels times one: what belongs to panel k and row p is at
// k * count + p; `panels` and `count` are constants, one of them 1, so that what belongs to p alone begins at p.
#define EACH_SUM(panels, count, ...)                        \
    UNROLLED for (int k = 0; k < (panels); k++)             \
        UNROLLED for (int p = 0; p < (count); p++) {        \
            const int at = k * (count) + p;                 \
            __VA_ARGS__;                                    \
        }

// Functions of their own, with a switch outside of all loops: in a larger one the compiler keeps sums in memory; and one for two
// panels.
#define FEW_CASE(few, n) case n: few(m, &panel, 1, a, first, n, out); break;
#define FEW_FUNCTION(name, few)                                                                                             \
    static __attribute__((noinline)) void name(const matrix *m, const uint8_t *panel, const activations *a, int first,      \
                                               int tokens, vf *out) {                                                       \
        switch (tokens) {                                                                                                   \
            FEW_CASE(few, 1) FEW_CASE(few, 2) FEW_CASE(few, 3) FEW_CASE(few, 4)                                             \
            FEW_CASE(few, 5) FEW_CASE(few, 6) FEW_CASE(few, 7) FEW_CASE(few, 8)                                             \
        }                                                                                                                   \
    }                                                                                                                       \
    static __attribute__((noinline)) void name##_of_two(const matrix *m, const uint8_t *const *panels, const activations *a,  \
                                                        int row, vf *out) {                                                   \
        few(m, panels, PAIR, a, row, 1, out);                                                                                 \
    }

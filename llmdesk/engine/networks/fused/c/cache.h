// Keys and values of a sequence, in pages of 256 tokens that several sequences may share.
//
// In a page a layer's keys lie before its values; each key/value head's keys are 16 groups of 16 tokens, and so are its values. In halves a group of
// keys has a row per dimension (one vector holds one dimension of 16 keys), a group of values a row per token. In bytes a
// token's key has one scale, in half precision, and so has its value; a step of few rows multiplies them with whole numbers of
// 16 bits, two products at a time. So what is added up lies side by side: a group of keys has a row per two dimensions, a group
// of values a row per two tokens, and after 16 times head_dim bytes come the 16 scales.
#pragma once
#include "simd.h"

enum { PAGE = 256, MAX_HEAD_DIM = 512 };
#define MOST_HALF 65504.0f  // beyond it half precision has infinity only, and 0 times that is not a number
#define MOST_BYTE 127.0f

typedef enum { IN_HALVES, IN_BYTES, IN_FLOATS } number_form;  // floats: parts of a page, brought to them for a prompt

// Some groups of keys or values.
typedef struct { const uint8_t *data; number_form form; } numbers;

// One layer's in a sequence's pages.
typedef struct {
    uint8_t *const *pages;
    int64_t begin;  // of the layer's (2: keys and values, kv_heads, groups) in each page
    int32_t kv_heads, head_dim;
    number_form form;
} layer_cache;

INLINE int64_t group_bytes(number_form form, int head_dim) {
    return form == IN_BYTES ? LANES * (head_dim + 2) : LANES * head_dim * (form == IN_HALVES ? 2 : 4);
}
// What a layer takes of a page.
INLINE int64_t layer_bytes(const layer_cache *c) {
    return 2 * (int64_t)c->kv_heads * (PAGE / LANES) * group_bytes(c->form, c->head_dim);
}

INLINE uint8_t *keys_of(const layer_cache *c, int page, int head) {
    return c->pages[page] + c->begin + (int64_t)head * (PAGE / LANES) * group_bytes(c->form, c->head_dim);
}
INLINE uint8_t *values_of(const layer_cache *c, int page, int head) { return keys_of(c, page, c->kv_heads + head); }
INLINE const uint16_t *scales_in(const uint8_t *group, int head_dim) { return (const uint16_t *)(group + LANES * head_dim); }

INLINE vf clamped(vf x) { return vf_max(vf_min(x, vf_set(MOST_HALF)), vf_set(-MOST_HALF)); }

// Of a key that is kept in bytes a few numbers may be much larger than all others, which then would have few steps left. So they
// are mixed with each other before, as those of the queries are, by a transform that keeps every product of the two: Hadamard's,
// over the largest power of 2 that divides head_dim. Each pass takes sums and differences of neighbours.
static void mix(float *x, int head_dim) {
    const int size = head_dim & -head_dim;
    const float factor = 1.0f / sqrtf((float)size);
    float sums[MAX_HEAD_DIM], *from = x, *to = sums;
    for (float *end = x + head_dim; x < end; x += size, from = x, to = sums) {
        for (int pass = 1; pass < size; pass *= 2) {
            for (int i = 0; i < size / 2; i++) to[i] = from[2 * i] + from[2 * i + 1], to[size / 2 + i] = from[2 * i] - from[2 * i + 1];
            float *swapped = from;
            from = to, to = swapped;
        }
        for (int i = 0; i < size; i++) x[i] = from[i] * factor;
    }
}

// One token's key or value in bytes, in their order; returns their scale.
static uint16_t to_bytes(const float *x, int head_dim, int8_t *out) {
    vf most = vf_zero();
    for (int d = 0; d < head_dim; d += LANES) most = vf_max(most, vf_abs(clamped(vf_load(x + d))));
    const uint16_t half = half_of_float(vf_hmax(most) / MOST_BYTE);
    const float scale = float_of_half(half);
    const vf inverse = vf_set(scale > 0.0f ? 1.0f / scale : 0.0f);
    for (int d = 0; d < head_dim; d += LANES) {
        vf q = vf_mul(clamped(vf_load(x + d)), inverse);  // the scale may have been rounded down, and a tiny one by much
        vi_store8(out + d, vf_int(vf_max(vf_min(q, vf_set(MOST_BYTE)), vf_set(-MOST_BYTE))));
    }
    return half;
}

static void store_key(const layer_cache *c, int head, int position, const float *key) {
    const int d = c->head_dim, at = position % LANES;
    uint8_t *group = keys_of(c, position / PAGE, head) + position % PAGE / LANES * group_bytes(c->form, d);
    if (c->form == IN_BYTES) {
        int8_t bytes[MAX_HEAD_DIM];
        ((uint16_t *)scales_in(group, d))[at] = to_bytes(key, d, bytes);
        for (int i = 0; i < d; i += 2) memcpy(group + i * LANES + at * 2, bytes + i, 2);
        return;
    }
    for (int i = 0; i < d; i += LANES) {
        uint16_t halves[LANES];
        vf_store_half(halves, clamped(vf_load(key + i)));
        for (int k = 0; k < LANES; k++) ((uint16_t *)group)[(i + k) * LANES + at] = halves[k];
    }
}

static void store_value(const layer_cache *c, int head, int position, const float *value) {
    const int d = c->head_dim, at = position % LANES;
    uint8_t *group = values_of(c, position / PAGE, head) + position % PAGE / LANES * group_bytes(c->form, d);
    if (c->form == IN_BYTES) {
        int8_t bytes[MAX_HEAD_DIM];
        ((uint16_t *)scales_in(group, d))[at] = to_bytes(value, d, bytes);
        for (int i = 0; i < d; i++) group[at / 2 * 2 * d + i * 2 + at % 2] = (uint8_t)bytes[i];
        return;
    }
    for (int i = 0; i < d; i += LANES) vf_store_half((uint16_t *)group + at * d + i, clamped(vf_load(value + i)));
}

// ---- brought to floats, `tokens` (a multiple of 16) of them, in `room` ------------------------------------------------

// Of two numbers side by side the first, and the second.
INLINE vf first_of(vi words) { return vi_float(vi_dot16(vi_set(0), words, vi_set(1))); }
INLINE vf second_of(vi words) { return vi_float(vi_sra32(words, 16)); }

static numbers halves_in_floats(numbers n, int tokens, int head_dim, float *room) {
    for (int i = 0; i < tokens * head_dim; i += LANES) vf_store(room + i, vf_half((const uint16_t *)n.data + i));
    return (numbers){(const uint8_t *)room, IN_FLOATS};
}

static numbers keys_in_floats(numbers keys, int tokens, int head_dim, float *room) {
    if (keys.form == IN_HALVES) return halves_in_floats(keys, tokens, head_dim, room);
    for (int t = 0; t < tokens; t += LANES) {
        const uint8_t *group = keys.data + t / LANES * group_bytes(IN_BYTES, head_dim);
        const vf scale = vf_half(scales_in(group, head_dim));
        for (int d = 0; d < head_dim; d += 2) {
            const vi words = vi_words(group + d * LANES);
            vf_store(room + (t * head_dim + d * LANES), vf_mul(first_of(words), scale));
            vf_store(room + (t * head_dim + (d + 1) * LANES), vf_mul(second_of(words), scale));
        }
    }
    return (numbers){(const uint8_t *)room, IN_FLOATS};
}

static numbers values_in_floats(numbers values, int tokens, int head_dim, float *room) {
    if (values.form == IN_HALVES) return halves_in_floats(values, tokens, head_dim, room);
    for (int t = 0; t < tokens; t += 2) {
        const uint8_t *group = values.data + t / LANES * group_bytes(IN_BYTES, head_dim);
        const uint16_t *scales = scales_in(group, head_dim) + t % LANES;
        const vf first = vf_set(float_of_half(scales[0])), second = vf_set(float_of_half(scales[1]));
        for (int d = 0; d < head_dim; d += LANES) {
            const vi words = vi_words(group + t % LANES * head_dim + d * 2);
            vf_store(room + t * head_dim + d, vf_mul(first_of(words), first));
            vf_store(room + (t + 1) * head_dim + d, vf_mul(second_of(words), second));
        }
    }
    return (numbers){(const uint8_t *)room, IN_FLOATS};
}

// Attention of one chunk of tokens over its sequence's cache, in float32 over keys and values kept in half precision.
//
// The cache is made of pages of 256 tokens. Within a page, a layer and a key/value head, keys lie in groups of 16
// tokens, a row per dimension (so that one vector holds one dimension of 16 keys), values a row per token. The query
// heads that share a key/value head, and several tokens, are rows of one small product. The softmax is computed page by
// page with a running maximum (Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018).
// A step of decoding takes the halves as they lie in the cache; for a prompt's many rows a part of a page is brought to floats
// once.
#pragma once
#include <math.h>
#include "simd.h"

enum { PAGE = 256, PART = 128, ROWS = 6, SPLIT_PAGES = 2, MAX_HEAD_DIM = 256 };
#define MOST_HALF 65504.0f  // beyond it half precision has infinity only, and 0 times that is not a number

typedef struct {
    uint16_t *const *pages;  // each (2: keys and values, layers, kv_heads, PAGE * head_dim); several sequences may share one
    int32_t layers, kv_heads, head_dim;
} cache_layout;

INLINE uint16_t *keys_of(const cache_layout *c, int layer, int page, int head) {
    return c->pages[page] + ((int64_t)layer * c->kv_heads + head) * PAGE * c->head_dim;
}
INLINE uint16_t *values_of(const cache_layout *c, int layer, int page, int head) {
    return keys_of(c, c->layers + layer, page, head);
}

INLINE vf clamped(vf x) { return vf_max(vf_min(x, vf_set(MOST_HALF)), vf_set(-MOST_HALF)); }
static void store_key(const cache_layout *c, int layer, int head, int position, const float *key) {
    int in_page = position % PAGE;
    uint16_t *out = keys_of(c, layer, position / PAGE, head) + in_page / LANES * LANES * c->head_dim + in_page % LANES;
    for (int d = 0; d < c->head_dim; d += LANES) {
        uint16_t halves[LANES];
        vf_store_half(halves, clamped(vf_load(key + d)));
        for (int i = 0; i < LANES; i++) out[(d + i) * LANES] = halves[i];
    }
}
static void store_value(const cache_layout *c, int layer, int head, int position, const float *value) {
    uint16_t *out = values_of(c, layer, position / PAGE, head) + position % PAGE * c->head_dim;
    for (int d = 0; d < c->head_dim; d += LANES)
        vf_store_half(out + d, clamped(vf_load(value + d)));
}

// Rows of one softmax: largest score so far, sum of the weights, weighted sum of the values.
typedef struct {
    float most[ROWS], total[ROWS];
    float sums[ROWS][MAX_HEAD_DIM];
} partial;

static void partial_reset(partial *p, int rows, int head_dim) {
    for (int r = 0; r < rows; r++) {
        p->most[r] = -INFINITY, p->total[r] = 0.0f;
        memset(p->sums[r], 0, (size_t)head_dim * 4);
    }
}

// Keys or values as they lie in the cache, or brought to floats.
typedef struct { const void *data; int is_half; } numbers;
INLINE numbers skip(numbers n, int64_t count) {
    return (numbers){(const char *)n.data + count * (n.is_half ? 2 : 4), n.is_half};
}
INLINE vf number_load(numbers n, int64_t at) {
    return n.is_half ? vf_half((const uint16_t *)n.data + at) : vf_load((const float *)n.data + at);
}

// Halves brought to floats in `room`; `count` is a multiple of 16.
static numbers in_floats(numbers halves, int count, float *room) {
    for (int i = 0; i < count; i += LANES) vf_store(room + i, number_load(halves, i));
    return (numbers){room, 0};
}

// scores[r] = query rows (head_dim, ROWS) times `groups` groups of 16 keys: several groups at once, so that enough sums are
// under way to hide the latency of a multiplication.
INLINE void scores_of(const float *query, const numbers keys, int head_dim, const int rows, const int groups,
                      float (*scores)[PAGE]) {
    vf sum[SUMS];
    for (int i = 0; i < rows * groups; i++) sum[i] = vf_zero();
    for (int d = 0; d < head_dim; d++)
        for (int g = 0; g < groups; g++) {
            vf key = number_load(keys, (int64_t)(g * head_dim + d) * LANES);
            for (int r = 0; r < rows; r++)
                sum[g * rows + r] = vf_fma(key, vf_set(query[d * ROWS + r]), sum[g * rows + r]);
        }
    for (int g = 0; g < groups; g++)
        for (int r = 0; r < rows; r++) vf_store(scores[r] + g * LANES, sum[g * rows + r]);
}

INLINE int groups_at_once(const int rows) { return 8 * rows <= SUMS ? 8 : 4 * rows <= SUMS ? 4 : 2 * rows <= SUMS ? 2 : 1; }

// Scores of the keys from .. to (multiples of 16) of a page. One token reads its past from memory, once: then (`with_next`) the
// values of the same tokens are fetched meanwhile, and the next page's keys while the values are added.
INLINE void scores_between(const float *query, const numbers keys, const numbers values, int head_dim, const int rows,
                           int from, int to, int with_next, float (*scores)[PAGE]) {
    const int groups = groups_at_once(rows);
    int t = from;
    for (; t + groups * LANES <= to; t += groups * LANES) {
        const numbers at = skip(keys, (int64_t)t * head_dim);
        if (with_next)
            for (int i = 0; i < groups * LANES * head_dim; i += 32)
                fetch(skip(values, (int64_t)t * head_dim + i).data);
        scores_of(query, at, head_dim, rows, groups, (float(*)[PAGE])(&scores[0][t]));
    }
    for (; t < to; t += LANES)
        scores_of(query, skip(keys, (int64_t)t * head_dim), head_dim, rows, 1, (float(*)[PAGE])(&scores[0][t]));
}

// sums[r] += weights[r][t] * values[t], for some rows and vectors of dimensions at a time
INLINE void add_values(float (*sums)[MAX_HEAD_DIM], float (*weights)[PAGE], const numbers values, int head_dim,
                       int first, int end, const uint16_t *next_keys, const int rows, const int vectors) {
    vf sum[ROWS][4];
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) sum[r][v] = vf_load(sums[r] + v * LANES);
    for (int t = first; t < end; t++) {
        for (int i = 0; next_keys && i < head_dim; i += 32)
            fetch(next_keys + (int64_t)t * head_dim + i);
        vf value[4];
        for (int v = 0; v < vectors; v++) value[v] = number_load(values, (int64_t)t * head_dim + v * LANES);
        for (int r = 0; r < rows; r++) {
            vf weight = vf_set(weights[r][t]);
            for (int v = 0; v < vectors; v++) sum[r][v] = vf_fma(weight, value[v], sum[r][v]);
        }
    }
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) vf_store(sums[r] + v * LANES, sum[r][v]);
}

#define VALUES_CASE(rows_, vectors_) \
    case rows_ * 8 + vectors_: add_values(sums, weights, at, head_dim, first, end, next, rows_, vectors_); break;
// As many vectors of dimensions as have room for their sums: each is brought from halves to floats once for all rows.
INLINE void add_all_values(partial *p, float (*weights)[PAGE], const numbers values, int head_dim, int first, int end,
                           const uint16_t *next_keys, int rows) {
    for (int v = 0, vectors; v < head_dim / LANES; v += vectors) {
        int left = head_dim / LANES - v;
        vectors = left >= 4 && rows * 4 <= SUMS ? 4 : left >= 2 && rows * 2 <= SUMS ? 2 : 1;
        float(*sums)[MAX_HEAD_DIM] = (float(*)[MAX_HEAD_DIM])(&p->sums[0][v * LANES]);
        const numbers at = skip(values, v * LANES);
        const uint16_t *next = v ? NULL : next_keys;
        switch (rows * 8 + vectors) {
            VALUES_CASE(1, 4) VALUES_CASE(2, 4) VALUES_CASE(3, 4) VALUES_CASE(4, 4)
            VALUES_CASE(5, 4) VALUES_CASE(6, 4)
            VALUES_CASE(1, 2) VALUES_CASE(2, 2) VALUES_CASE(3, 2) VALUES_CASE(4, 2)
            VALUES_CASE(5, 2) VALUES_CASE(6, 2)
            VALUES_CASE(1, 1) VALUES_CASE(2, 1) VALUES_CASE(3, 1) VALUES_CASE(4, 1)
            VALUES_CASE(5, 1) VALUES_CASE(6, 1)
        }
    }
}

#define SCORES_CASE(n) case n: scores_between(query, keys, values, head_dim, n, from, padded, next_keys != NULL, scores); break;
// Scores of a page or a part of it for all rows, and from them weights: row r sees the positions first[r] <= t < end[r] there.
INLINE void add_numbers(partial *p, const float *query, const numbers keys, const numbers values, int head_dim, int rows,
                        const int *first, const int *end, float softcap, const uint16_t *next_keys) {
    float scores[ROWS][PAGE];
    int from = PAGE, to = 0;
    for (int r = 0; r < rows; r++) {
        from = first[r] < from ? first[r] : from;
        to = end[r] > to ? end[r] : to;
    }
    from = from / LANES * LANES;
    int padded = (to + LANES - 1) / LANES * LANES;
    switch (rows) {
        SCORES_CASE(1) SCORES_CASE(2) SCORES_CASE(3) SCORES_CASE(4) SCORES_CASE(5) SCORES_CASE(6)
    }
    for (int r = 0; r < rows; r++) {
        float *s = scores[r], most = p->most[r];
        if (softcap > 0.0f)
            for (int t = from; t < padded; t += LANES)
                vf_store(s + t, vf_mul(vf_set(softcap), vf_tanh(vf_div(vf_load(s + t), vf_set(softcap)))));
        for (int t = from; t < first[r]; t++) s[t] = -INFINITY;
        for (int t = end[r] > from ? end[r] : from; t < padded; t++) s[t] = -INFINITY;
        if (end[r] <= first[r]) {  // sees nothing here
            for (int t = from; t < padded; t++) s[t] = 0.0f;
            continue;
        }
        vf high = vf_set(most);
        for (int t = from; t < padded; t += LANES) high = vf_max(high, vf_load(s + t));
        float now = vf_hmax(high), shrink = most == -INFINITY ? 0.0f : vf_first(vf_exp_negative(vf_set(most - now)));
        vf total = vf_zero();
        for (int t = from; t < padded; t += LANES) {
            vf weight = vf_exp_negative(vf_sub(vf_load(s + t), vf_set(now)));
            vf_store(s + t, weight);
            total = vf_add(total, weight);
        }
        // The least is e^-87, not 0: what is hidden must weigh nothing.
        for (int t = from; t < first[r]; t++) s[t] = 0.0f;
        for (int t = end[r]; t < padded; t++) s[t] = 0.0f;
        p->most[r] = now;
        p->total[r] = p->total[r] * shrink + vf_sum(total);
        for (int d = 0; d < head_dim; d += LANES)
            vf_store(p->sums[r] + d, vf_mul(vf_load(p->sums[r] + d), vf_set(shrink)));
    }
    add_all_values(p, scores, values, head_dim, from, to, next_keys, rows);
}

// The two forms as two functions, so that no step of a loop asks which it is. next_keys: fetch these meanwhile, or NULL.
static void add_part(partial *p, const float *query, numbers keys, numbers values, int head_dim, int rows, const int *first,
                     const int *end, float softcap, const uint16_t *next_keys) {
    const numbers key_halves = {keys.data, 1}, value_halves = {values.data, 1};
    const numbers key_floats = {keys.data, 0}, value_floats = {values.data, 0};
    if (keys.is_half) add_numbers(p, query, key_halves, value_halves, head_dim, rows, first, end, softcap, next_keys);
    else add_numbers(p, query, key_floats, value_floats, head_dim, rows, first, end, softcap, NULL);
}

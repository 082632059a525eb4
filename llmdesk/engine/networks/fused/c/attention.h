// Attention of one chunk of tokens over its sequence's cache (cache.h).
//
// The query heads that share a key/value head, and several tokens, are rows of one small product. The softmax is computed page
// by page with a running maximum (Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018), in float32.
// A step of decoding takes halves or bytes as they lie in the cache; for a prompt's many rows a part of a page is brought to
// floats once. Beside bytes, queries and weights are rounded to 16 bits (a row's scale; a row's in a page), and sums are whole
// numbers: at most 512 times 127 times 32767, so they fit, and no order of adding matters.
#pragma once
#include <math.h>
#include "cache.h"

enum { PART = 128, ROWS = 6, SPLIT_PAGES = 2 };
#define MOST_WORD 32767.0f

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

// The queries of some rows, as halves and floats want them or as bytes do.
typedef struct {
    float x[MAX_HEAD_DIM * ROWS];         // (head_dim, ROWS)
    int16_t words[MAX_HEAD_DIM * ROWS];   // (head_dim / 2, ROWS, 2)
    float scales[ROWS];                   // of the words
} queries;

static void put_query(queries *q, int row, const float *x, int head_dim, int in_words) {
    if (!in_words) {
        for (int d = 0; d < head_dim; d++) q->x[d * ROWS + row] = x[d];
        return;
    }
    int16_t words[MAX_HEAD_DIM];
    vf most = vf_zero();
    for (int d = 0; d < head_dim; d += LANES) most = vf_max(most, vf_abs(vf_load(x + d)));
    q->scales[row] = vf_hmax(most) / MOST_WORD;
    const vf inverse = vf_set(q->scales[row] > 0.0f ? 1.0f / q->scales[row] : 0.0f);
    for (int d = 0; d < head_dim; d += LANES) vi_store16(words + d, vf_int(vf_mul(vf_load(x + d), inverse)));
    for (int d = 0; d < head_dim; d += 2) memcpy(q->words + d * ROWS + row * 2, words + d, 4);
}

INLINE numbers groups_from(numbers n, int tokens, int head_dim) {
    return (numbers){n.data + tokens / LANES * group_bytes(n.form, head_dim), n.form};
}

// One token reads its past from memory, once. So the keys of the page that comes next are fetched while those of this one are
// multiplied, and its values meanwhile those of this one are: evenly, since bursts would wait for each other. NULL: nothing.
typedef struct { const uint8_t *keys, *values; } next_page;

INLINE void fetch_bytes(const uint8_t *from, int64_t bytes) {
    for (int64_t i = 0; i < bytes; i += 64) fetch_far(from + i);
}
INLINE vf number_load(numbers n, int64_t at) {
    return n.form == IN_HALVES ? vf_half((const uint16_t *)n.data + at) : vf_load((const float *)n.data + at);
}
INLINE vi pair_of_words(const int16_t *words) {
    int32_t both;
    memcpy(&both, words, 4);
    return vi_set(both);
}

// scores[r] = query rows times `groups` groups of 16 keys: several groups at once, so that enough sums are under way to hide
// the latency of a multiplication.
INLINE void scores_of(const queries *query, const numbers keys, int head_dim, const int rows, const int groups,
                      float (*scores)[PAGE]) {
    vf sum[SUMS];
    for (int i = 0; i < rows * groups; i++) sum[i] = vf_zero();
    for (int d = 0; d < head_dim; d++)
        for (int g = 0; g < groups; g++) {
            vf key = number_load(keys, (int64_t)(g * head_dim + d) * LANES);
            for (int r = 0; r < rows; r++)
                sum[g * rows + r] = vf_fma(key, vf_set(query->x[d * ROWS + r]), sum[g * rows + r]);
        }
    for (int g = 0; g < groups; g++)
        for (int r = 0; r < rows; r++) vf_store(scores[r] + g * LANES, sum[g * rows + r]);
}

INLINE void byte_scores_of(const queries *query, const numbers keys, int head_dim, const int rows, const int groups,
                           float (*scores)[PAGE]) {
    const int64_t step = group_bytes(IN_BYTES, head_dim);
    vi sum[SUMS];
    for (int i = 0; i < rows * groups; i++) sum[i] = vi_set(0);
    for (int d = 0; d < head_dim; d += 2)
        for (int g = 0; g < groups; g++) {
            const vi key = vi_words(keys.data + g * step + d * LANES);
            for (int r = 0; r < rows; r++)
                sum[g * rows + r] = vi_dot16(sum[g * rows + r], key, pair_of_words(query->words + d * ROWS + r * 2));
        }
    for (int g = 0; g < groups; g++) {
        const vf scale = vf_half(scales_in(keys.data + g * step, head_dim));
        for (int r = 0; r < rows; r++)
            vf_store(scores[r] + g * LANES, vf_mul(vf_mul(vi_float(sum[g * rows + r]), scale), vf_set(query->scales[r])));
    }
}

INLINE int groups_at_once(const int rows) { return 8 * rows <= SUMS ? 8 : 4 * rows <= SUMS ? 4 : 2 * rows <= SUMS ? 2 : 1; }

// Scores of the keys from .. to (multiples of 16) of a page.
INLINE void scores_between(const queries *query, const numbers keys, int head_dim, const int rows, int from, int to,
                           const uint8_t *next_keys, float (*scores)[PAGE]) {
    const int most = groups_at_once(rows);
    for (int t = from, groups; t < to; t += groups * LANES) {
        const numbers at = groups_from(keys, t, head_dim);
        float(*to_here)[PAGE] = (float(*)[PAGE])(&scores[0][t]);
        groups = t + most * LANES <= to ? most : 1;
        const int64_t group = group_bytes(keys.form, head_dim);
        if (next_keys) fetch_bytes(next_keys + t / LANES * group, groups * group);
        if (keys.form == IN_BYTES && groups == most) byte_scores_of(query, at, head_dim, rows, most, to_here);
        else if (keys.form == IN_BYTES) byte_scores_of(query, at, head_dim, rows, 1, to_here);
        else if (groups == most) scores_of(query, at, head_dim, rows, most, to_here);
        else scores_of(query, at, head_dim, rows, 1, to_here);
    }
}

// Weights of a page's values, as floats, or in words with their rows' scales.
typedef struct {
    float x[ROWS][PAGE];
    int16_t words[ROWS][PAGE];
    float scales[ROWS];
} page_weights;

// Of the weights that are to be multiplied with values in bytes: times their scales, in words. Hidden ones are 0 again, whatever
// scale stands beside them.
INLINE void weights_in_words(page_weights *w, int row, const numbers values, int head_dim, int from, int first, int end, int to) {
    float *x = w->x[row];
    vf most = vf_zero();
    for (int t = from; t < to; t += LANES)
        vf_store(x + t, vf_mul(vf_load(x + t), vf_half(scales_in(groups_from(values, t, head_dim).data, head_dim))));
    for (int t = from; t < first; t++) x[t] = 0.0f;
    for (int t = end; t < to; t++) x[t] = 0.0f;
    for (int t = from; t < to; t += LANES) most = vf_max(most, vf_load(x + t));
    w->scales[row] = vf_hmax(most) / MOST_WORD;
    const vf inverse = vf_set(w->scales[row] > 0.0f ? 1.0f / w->scales[row] : 0.0f);
    for (int t = from; t < to; t += LANES) vi_store16(w->words[row] + t, vf_int(vf_mul(vf_load(x + t), inverse)));
}

// sums[r] += weights[r][t] * values[t], for some rows and vectors of dimensions at a time
INLINE void add_values(float (*sums)[MAX_HEAD_DIM], const page_weights *w, const numbers values, int head_dim, int dim,
                       int first, int end, const uint8_t *next_values, const int rows, const int vectors) {
    vf sum[ROWS][4];
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) sum[r][v] = vf_load(sums[r] + v * LANES);
    for (int t = first; t < end; t++) {
        if (next_values) fetch_bytes(next_values + ((int64_t)t * head_dim + dim) * 2, vectors * LANES * 2);
        vf value[4];
        for (int v = 0; v < vectors; v++) value[v] = number_load(values, (int64_t)t * head_dim + dim + v * LANES);
        for (int r = 0; r < rows; r++) {
            vf weight = vf_set(w->x[r][t]);
            for (int v = 0; v < vectors; v++) sum[r][v] = vf_fma(weight, value[v], sum[r][v]);
        }
    }
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) vf_store(sums[r] + v * LANES, sum[r][v]);
}

INLINE void add_byte_values(float (*sums)[MAX_HEAD_DIM], const page_weights *w, const numbers values, int head_dim, int dim,
                            int first, int end, const uint8_t *next_values, const int rows, const int vectors) {
    const int64_t step = group_bytes(IN_BYTES, head_dim);
    vi sum[ROWS][4];
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) sum[r][v] = vi_set(0);
    for (int group = first / LANES; group * LANES < end; group++) {
        if (next_values) fetch_bytes(next_values + group * step + step * dim / head_dim, step * vectors * LANES / head_dim);
        for (int t = 0; t < LANES; t += 2) {
            vi value[4];
            for (int v = 0; v < vectors; v++) value[v] = vi_words(values.data + group * step + t * head_dim + (dim + v * LANES) * 2);
            for (int r = 0; r < rows; r++) {
                const vi weight = pair_of_words(w->words[r] + group * LANES + t);
                for (int v = 0; v < vectors; v++) sum[r][v] = vi_dot16(sum[r][v], value[v], weight);
            }
        }
    }
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) {
            float *to = sums[r] + v * LANES;
            vf_store(to, vf_fma(vi_float(sum[r][v]), vf_set(w->scales[r]), vf_load(to)));
        }
}

#define VALUES_CASE(rows_, vectors_)                                                                                  \
    case rows_ * 8 + vectors_:                                                                                        \
        if (values.form == IN_BYTES) add_byte_values(sums, w, values, head_dim, dim, first, end, next_values, rows_, vectors_); \
        else add_values(sums, w, values, head_dim, dim, first, end, next_values, rows_, vectors_);                    \
        break;
// As many vectors of dimensions as have room for their sums: each is brought to wider numbers once for all rows.
INLINE void add_all_values(partial *p, const page_weights *w, const numbers values, int head_dim, int first, int end,
                           const uint8_t *next_values, int rows) {
    for (int dim = 0, vectors; dim < head_dim; dim += vectors * LANES) {
        int left = (head_dim - dim) / LANES;
        vectors = left >= 4 && rows * 4 <= SUMS ? 4 : left >= 2 && rows * 2 <= SUMS ? 2 : 1;
        float(*sums)[MAX_HEAD_DIM] = (float(*)[MAX_HEAD_DIM])(&p->sums[0][dim]);
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

#define SCORES_CASE(n) case n: scores_between(query, keys, head_dim, n, from, padded, next.keys, w.x); break;
// Scores of a page or a part of it for all rows, and from them weights: row r sees the positions first[r] <= t < end[r] there.
INLINE void add_numbers(partial *p, const queries *query, const numbers keys, const numbers values, int head_dim, int rows,
                        const int *first, const int *end, float softcap, const next_page next) {
    page_weights w;
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
        float *s = w.x[r], most = p->most[r];
        if (softcap > 0.0f)
            for (int t = from; t < padded; t += LANES)
                vf_store(s + t, vf_mul(vf_set(softcap), vf_tanh(vf_div(vf_load(s + t), vf_set(softcap)))));
        for (int t = from; t < first[r]; t++) s[t] = -INFINITY;
        for (int t = end[r] > from ? end[r] : from; t < padded; t++) s[t] = -INFINITY;
        if (end[r] <= first[r]) {  // sees nothing here
            for (int t = from; t < padded; t++) s[t] = 0.0f;
            if (values.form == IN_BYTES) weights_in_words(&w, r, values, head_dim, from, padded, padded, padded);
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
        if (values.form == IN_BYTES) weights_in_words(&w, r, values, head_dim, from, first[r], end[r], padded);
        p->most[r] = now;
        p->total[r] = p->total[r] * shrink + vf_sum(total);
        for (int d = 0; d < head_dim; d += LANES)
            vf_store(p->sums[r] + d, vf_mul(vf_load(p->sums[r] + d), vf_set(shrink)));
    }
    add_all_values(p, &w, values, head_dim, from, to, next.values, rows);
}

// A function for each form, so that no step of a loop asks which it is.
static void add_part(partial *p, const queries *query, numbers keys, numbers values, int head_dim, int rows, const int *first,
                     const int *end, float softcap, next_page next) {
#define PART_CASE(form_, next_)                                                                                        \
    case form_:                                                                                                        \
        add_numbers(p, query, (numbers){keys.data, form_}, (numbers){values.data, form_}, head_dim, rows, first, end, softcap, next_); \
        break;
    switch (keys.form) {
        PART_CASE(IN_HALVES, next)
        PART_CASE(IN_BYTES, next)
        PART_CASE(IN_FLOATS, ((next_page){NULL, NULL}))
    }
}

// The gated delta net, and Mamba-2: a matrix S (key_dim, value_dim) for each value head, which each token writes to and reads.
// A delta net writes what S does not know of the token's values yet, Mamba-2 the values as they are.
//
// 16 columns of S do not know of the others, so they are an item of work and go through all tokens while they are in the
// first-level cache. Token after token, in a prompt too: so a token's numbers do not depend on how a prompt was cut. The way in
// chunks, which needs a third of the operations, would save a few hundredths of a prompt's time.
//
// A sequence's state is S before the rows of its last step, if that was one of an answer, and those rows in a log, so that
// the step's last rows can be forgotten again. The next step writes to S what is left of them, and then reads on.
#pragma once
#include "simd.h"

enum { MOST_KEY_DIM = 256 };

typedef struct { int key_heads, value_heads, key_dim, value_dim, is_tiled, is_mamba; } delta_shape;

INLINE int delta_keys(const delta_shape *d) { return d->key_heads * d->key_dim; }
INLINE int delta_values(const delta_shape *d) { return d->value_heads * d->value_dim; }
INLINE int delta_columns(const delta_shape *d) { return 2 * delta_keys(d) + delta_values(d); }
// Of a row in the log: keys, values, and gates (how much is written, how much is kept) of each value head.
INLINE int delta_log_row(const delta_shape *d) { return delta_keys(d) + delta_values(d) + 2 * d->value_heads; }
INLINE int delta_groups(const delta_shape *d) { return d->value_dim / LANES; }
INLINE int64_t delta_state(const delta_shape *d) { return (int64_t)d->value_heads * d->key_dim * d->value_dim; }

INLINE int key_head_of(const delta_shape *d, int head) {
    return d->is_tiled ? head % d->key_heads : head / (d->value_heads / d->key_heads);
}

// What a token brings: its keys, values and gates; queries, or NULL if nothing is read. `skip`: of each value head how much of its
// values is read with S, or NULL.
typedef struct { const float *queries, *keys, *values, *gates, *skip; } delta_row;

INLINE const float *delta_key_of(const delta_shape *d, const delta_row *row, int head) { return row->keys + key_head_of(d, head) * d->key_dim; }

// What 16 columns of one head's S (key_dim, 16) know of a key's values. Always added up in the same order.
INLINE vf delta_known(const float *s, int key_dim, const float *k) {
    vf sums[2] = {vf_zero(), vf_zero()};
    for (int i = 0; i < key_dim; i += 2)
        UNROLLED for (int c = 0; c < 2; c++) sums[c] = vf_fma(vf_load(s + (i + c) * LANES), vf_set(k[i + c]), sums[c]);
    return vf_add(sums[0], sums[1]);
}

// One token on 16 columns of one head's S, which knows `known` of its values. Returns what S then knows of the next token's values:
// so S is gone through once a token.
INLINE vf delta_write(float *s, const delta_shape *d, const delta_row *row, const float *next_k, int head, int group, vf known,
                      const int is_mamba, float *out) {
    const float *k = delta_key_of(d, row, head), *q = row->queries ? row->queries + key_head_of(d, head) * d->key_dim : k;
    const vf kept = vf_set(row->gates[d->value_heads + head]), value = vf_load(row->values + head * d->value_dim + group * LANES);
    const vf news = vf_mul(is_mamba ? value : vf_sub(value, vf_mul(known, kept)), vf_set(row->gates[head]));
    vf read[2] = {vf_zero(), vf_zero()}, next[2] = {vf_zero(), vf_zero()};
    for (int i = 0; i < d->key_dim; i += 4)
        UNROLLED for (int c = 0; c < 4; c++) {
            const vf now = vf_fma(vf_set(k[i + c]), news, vf_mul(vf_load(s + (i + c) * LANES), kept));
            vf_store(s + (i + c) * LANES, now);
            read[c % 2] = vf_fma(now, vf_set(q[i + c]), read[c % 2]);
            if (!is_mamba) next[c % 2] = vf_fma(now, vf_set(next_k[i + c]), next[c % 2]);
        }
    const vf sum = vf_add(read[0], read[1]);
    if (row->queries) vf_store(out, row->skip ? vf_fma(vf_set(row->skip[head]), value, sum) : sum);
    return vf_add(next[0], next[1]);
}

// x / |x|, times a factor.
static void unit_row(float *x, int n, float factor) {
    vf squares = vf_zero();
    for (int i = 0; i < n; i += LANES) squares = vf_fma(vf_load(x + i), vf_load(x + i), squares);
    const vf by = vf_set(factor / sqrtf(vf_sum(squares) + 1e-6f));
    for (int i = 0; i < n; i += LANES) vf_store(x + i, vf_mul(vf_load(x + i), by));
}

// log(1 + e^x) to about 2e-7: what is above 0 and log(1 + y), y = e^-|x|, as 2 artanh(y / (2 + y)). No function of the system's
// library, so that all systems get the same bits.
INLINE vf vf_softplus(vf x) {
    const vf y = vf_exp(vf_sub(vf_zero(), vf_abs(x))), s = vf_div(y, vf_add(y, vf_set(2.0f))), square = vf_mul(s, s);
    vf series = vf_set(2.0f / 15.0f);
    for (int n = 13; n > 0; n -= 2) series = vf_fma(series, square, vf_set(2.0f / (float)n));
    return vf_fma(series, s, vf_max(x, vf_zero()));
}

// Products of b and a with a row to what a token writes and keeps, in place.
static void open_gates(float *gates, const float *decay_rates, const float *decay_bias, int heads) {
    for (int first = 0; first < heads; first += LANES) {
        const size_t bytes = (size_t)(heads - first < LANES ? heads - first : LANES) * 4;
        float write[LANES] = {0}, keep[LANES] = {0}, rates[LANES] = {0}, bias[LANES] = {0};
        memcpy(write, gates + first, bytes), memcpy(keep, gates + heads + first, bytes);
        memcpy(rates, decay_rates + first, bytes), memcpy(bias, decay_bias + first, bytes);
        const vf closing = vf_add(vf_set(1.0f), vf_exp(vf_sub(vf_zero(), vf_load(write))));
        const vf decay = vf_mul(vf_load(rates), vf_softplus(vf_add(vf_load(keep), vf_load(bias))));
        vf_store(write, vf_div(vf_set(1.0f), closing)), vf_store(keep, vf_exp(vf_sub(vf_zero(), decay)));
        memcpy(gates + first, write, bytes), memcpy(gates + heads + first, keep, bytes);
    }
}

// Mamba-2's: a product with a row says how much is written, and by that how much is kept.
static void open_steps(float *gates, const float *decay_rates, const float *decay_bias, int heads) {
    for (int first = 0; first < heads; first += LANES) {
        const size_t bytes = (size_t)(heads - first < LANES ? heads - first : LANES) * 4;
        float step[LANES] = {0}, keep[LANES], rates[LANES] = {0}, bias[LANES] = {0};
        memcpy(step, gates + first, bytes), memcpy(rates, decay_rates + first, bytes), memcpy(bias, decay_bias + first, bytes);
        const vf written = vf_softplus(vf_add(vf_load(step), vf_load(bias)));
        vf_store(step, written), vf_store(keep, vf_exp(vf_sub(vf_zero(), vf_mul(vf_load(rates), written))));
        memcpy(gates + first, step, bytes), memcpy(gates + heads + first, keep, bytes);
    }
}

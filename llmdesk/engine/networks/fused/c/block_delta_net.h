// The first half of a layer with a gated delta net, or with Mamba-2 (see delta_net.h).
#pragma once
#include "block_convolution.h"

static delta_shape delta_of(const network *n) {
    return (delta_shape){n->key_heads, n->value_heads, n->key_dim, n->value_dim, n->has_tiled_heads, n->is_mamba};
}

// A sequence's state in a layer: the ring, the log by positions, S by value heads and groups of columns.
static float *delta_log(const engine *e, const span *s, const layer *l, int position) {
    const delta_shape d = delta_of(&e->net);
    const int64_t ring = (int64_t)ring_rows(e->net.taps) * delta_columns(&d);
    return state_of(s, l) + ring + (int64_t)(position % FEW) * delta_log_row(&d);
}
static float *delta_matrix(const engine *e, const span *s, const layer *l, int item) {
    const delta_shape d = delta_of(&e->net);
    return delta_log(e, s, l, 0) + (int64_t)FEW * delta_log_row(&d) + (int64_t)item * d.key_dim * LANES;
}

// Queries, keys, values and gates of one row, out of products, to where the delta net reads them.
static void delta_inputs(engine *e, const batch *b, const layer *l, int t) {
    const delta_shape d = delta_of(&e->net);
    const int columns = delta_columns(&d), taps = e->net.taps;
    const seen_rows seen = seen_by(e, b, l, t, e->q, NULL, columns);
    float *row = e->v + (int64_t)t * columns;
    for (int i = 0; i < columns; i += LANES)
        vf_store(row + i, activated(convolved(&seen, l->taps, l->tap_bias, taps, columns, i), SILU));
    float *gates = e->gates + (int64_t)t * 2 * d.value_heads;
    if (d.is_mamba) {
        open_steps(gates, l->decay_rates, l->decay_bias, d.value_heads);
        return;
    }
    for (int head = 0; head < 2 * d.key_heads; head++)
        unit_row(row + head * d.key_dim, d.key_dim, head < d.key_heads ? 1.0f / sqrtf((float)d.key_dim) : 1.0f);
    open_gates(gates, l->decay_rates, l->decay_bias, d.value_heads);
}

static int span_of_prompt(const span *s) { return s->of->is_prompt || s->of->tokens > FEW; }

// What the token at a position brings: out of the log if it is none of the batch's.
static delta_row delta_row_at(const engine *e, const layer *l, const span *s, int position, int reads) {
    const delta_shape d = delta_of(&e->net);
    const int keys = delta_keys(&d), t = s->first + position - s->past;
    if (position < s->past) {
        const float *logged = delta_log(e, s, l, position);
        return (delta_row){NULL, logged, logged + keys, logged + keys + delta_values(&d), NULL};
    }
    const float *x = e->v + (int64_t)t * delta_columns(&d);
    return (delta_row){reads ? x : NULL, x + keys, x + 2 * keys, e->gates + (int64_t)t * 2 * d.value_heads, l->skip};
}

// 16 columns of one value head of one sequence: first the rows of the last step that were not forgotten, then the new ones.
INLINE void delta_columns_item(engine *e, const batch *b, const layer *l, int item, int reads, const int is_mamba) {
    const delta_shape d = delta_of(&e->net);
    const int each = d.value_heads * delta_groups(&d);
    const span *s = &b->spans[item / each];
    const int head = item % each / delta_groups(&d), group = item % delta_groups(&d);
    const int is_first = s->past == s->of->past, is_prompt = span_of_prompt(s), writes_log = is_first && !is_prompt && s->of->logged;
    const int from = is_first ? s->past - s->of->logged : is_prompt ? s->past : s->of->past;
    const int end = reads || is_prompt ? s->past + s->tokens : s->past;
    float now[MOST_KEY_DIM * LANES], *kept = delta_matrix(e, s, l, item % each);
    const size_t bytes = (size_t)d.key_dim * LANES * 4;
    memcpy(now, kept, bytes);
    delta_row row = delta_row_at(e, l, s, from, reads);
    vf known = is_mamba ? vf_zero() : delta_known(now, d.key_dim, delta_key_of(&d, &row, head));
    for (int position = from; position < end; position++) {
        if (writes_log && position == s->past) memcpy(kept, now, bytes);
        const delta_row next = delta_row_at(e, l, s, position + 1 < end ? position + 1 : position, reads);
        const int t = position < s->past ? 0 : s->first + position - s->past;
        float *out = e->attended + (int64_t)t * delta_values(&d) + head * d.value_dim + group * LANES;
        known = delta_write(now, &d, &row, delta_key_of(&d, &next, head), head, group, known, is_mamba, out);
        row = next;
    }
    if (is_prompt || (writes_log && end == s->past)) memcpy(kept, now, bytes);
}
static void delta_item(engine *e, const batch *b, const layer *l, int item, int reads) {
    if (e->net.is_mamba) delta_columns_item(e, b, l, item, reads, 1);
    else delta_columns_item(e, b, l, item, reads, 0);
}

// After all have read them: what a row leaves for later ones.
static void delta_traces(engine *e, const batch *b, const layer *l, int t) {
    const delta_shape d = delta_of(&e->net);
    const span *s = span_of(b, t);
    const int columns = delta_columns(&d), keys = delta_keys(&d), values = delta_values(&d);
    put_in_ring(e, b, l, t, e->q, NULL, columns);
    if (span_of_prompt(s)) return;
    float *log = delta_log(e, s, l, s->past + t - s->first);
    memcpy(log, e->v + (int64_t)t * columns + keys, (size_t)(keys + values) * 4);
    memcpy(log + keys + values, e->gates + (int64_t)t * 2 * d.value_heads, (size_t)d.value_heads * 8);
}

// x *= silu(z)
static void open_by_silu(float *x, const float *z, int n) {
    for (int i = 0; i < n; i += LANES) vf_store(x + i, vf_mul(vf_load(x + i), activated(vf_load(z + i), SILU)));
}

// norm(o) * silu(z) of each value head, in place; of Mamba-2 norm(o * silu(z)) of all that have one key head.
static void delta_output(engine *e, const layer *l, int t) {
    const delta_shape d = delta_of(&e->net);
    float *x = e->attended + (int64_t)t * delta_values(&d);
    const float *z = e->k + (int64_t)t * delta_values(&d);
    if (d.is_mamba) {
        const int width = delta_values(&d) / d.key_heads;
        open_by_silu(x, z, delta_values(&d));
        for (int i = 0; i < delta_values(&d); i += width) rms_norm(x + i, l->mixer_norm + i, e->net.mixer_eps, width, x + i);
        return;
    }
    for (int head = 0; head < d.value_heads; head++, x += d.value_dim, z += d.value_dim) {
        rms_norm(x, l->mixer_norm, e->net.mixer_eps, d.value_dim, x);
        open_by_silu(x, z, d.value_dim);
    }
}

// Products with the input: queries, keys and values together, z, and gates, which keep their precision.
static void delta_products(walk *w, const rows *in, int layer_index, int with_z) {
    engine *e = w->e;
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    const delta_shape d = delta_of(n);
    const matrix *inputs[] = {&l->q, &l->k};
    const int h = n->hidden, gates = d.is_mamba ? d.value_heads : 2 * d.value_heads;
    float *row = e->row[w->thread];
    activations a = shape_of(e->rounded, in->b->tokens, in->b->is_few, inputs, 2, n->per_row_activations, n->activations_in_planes);
    ROW_PHASE(w, a, {
        const float *x = residual(e, in, layer_index, t, row);
        float *seen = e->normed + (int64_t)t * h;
        if (normed(x, l->input_norm, n->eps, h, seen) != seen) memcpy(seen, x, (size_t)h * 4);
        round_row(seen, &a, t);
    });
    const sheet qkv = {e->q, delta_columns(&d), LANES, NULL}, z = {e->k, delta_values(&d), LANES, NULL};
    const product to_inputs = {&a, {&l->q, &l->k}, {qkv, z}, with_z ? 2 : 1};
    const scoring to_gates = {e->normed, l->delta_gates, NULL, in->b->tokens, h, gates, e->gates, 2 * d.value_heads};
    const int products = product_items(&to_inputs);
    PHASE(w, products + score_items(&to_gates), {
        if (item < products) product_item(&to_inputs, item, &e->pairs[w->thread]);
        else score_item(&to_gates, item - products);
    });
    PHASE(w, in->b->tokens, delta_inputs(e, in->b, l, item));
}

// Without y: rows that only leave their traces in the state.
static void delta_block(walk *w, const rows *in, int layer_index, const sheet *y) {
    engine *e = w->e;
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    const delta_shape d = delta_of(n);
    const matrix *output[] = {&l->output};
    delta_products(w, in, layer_index, y != NULL);
    PHASE(w, in->b->count * d.value_heads * delta_groups(&d), delta_item(e, in->b, l, item, y != NULL));
    if (!y) {
        PHASE(w, in->b->tokens, delta_traces(e, in->b, l, item));
        return;
    }
    activations mixed = shape_of(e->rounded, in->b->tokens, in->b->is_few, output, 1, n->per_row_activations, n->activations_in_planes);
    ROW_PHASE(w, mixed, {
        delta_traces(e, in->b, l, t);
        delta_output(e, l, t);
        round_row(e->attended + (int64_t)t * delta_values(&d), &mixed, t);
    });
    const product to_y = {&mixed, {&l->output}, {*y}, 1};
    PHASE(w, product_items(&to_y), product_item(&to_y, item, &e->pairs[w->thread]));
}

// The first half of a layer with attention.
#pragma once
#include "attend.h"

// Queries, keys and values to where attention finds them. Without the queries, in the way of many: keys and values only.
// Many tokens' heads are placed while they are near, unless a norm needs all heads of a row first.
static void read_inputs(walk *w, const rows *in, int layer_index, int with_queries) {
    engine *e = w->e;
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    const int h = n->hidden, q_rows = n->heads * l->head_dim, kv_rows = l->kv_heads * l->head_dim;
    const int own_keys = has_keys(n, layer_index);
    const matrix *inputs[4] = {&l->q};
    int count = 1;
    if (own_keys) inputs[count++] = &l->k, inputs[count++] = &l->v;
    if (l->attention_gate.data) inputs[count++] = &l->attention_gate;
    float *row = e->row[w->thread];
    activations a = shape_of(e->rounded, in->b->tokens, in->b->is_few, inputs, count, n->per_row_activations, n->activations_in_planes);
    ROW_PHASE(w, a, {
        const float *x = residual(e, in, layer_index, t, row);
        round_row(normed(x, l->input_norm, n->eps, h, row), &a, t);
    });
    const pair_room *room = &e->pairs[w->thread];
    if (a.wide && !n->norms_whole_width) {
        const int skipped = with_queries ? 0 : n->heads, heads = n->heads + (own_keys ? 2 * l->kv_heads : 0) - skipped;
        const sheet opened = {e->opened, q_rows, LANES, NULL};
        const product to_gate = {&a, {&l->attention_gate}, {opened}, 1};
        const int gates = with_queries && l->attention_gate.data ? product_items(&to_gate) : 0;
        PHASE(w, heads + gates, {
            if (item < heads) head_item(e, in->b, layer_index, &a, skipped + item, room, e->block[w->thread]);
            else product_item(&to_gate, item - heads, room);
        });
        return;
    }
    if (l->attention_gate.data && (with_queries || !a.wide)) {
        const sheet to = {e->opened, q_rows, LANES, NULL};
        const product to_gate = {&a, {&l->attention_gate}, {to}, 1};
        PHASE(w, product_items(&to_gate), product_item(&to_gate, item, room));
    }
    const int all = with_queries || !a.wide;
    const sheet q = {e->q, q_rows, LANES, NULL}, k = {e->k, kv_rows, LANES, NULL}, v = {e->v, kv_rows, LANES, NULL};
    product to_qkv = all ? (product){&a, {&l->q, &l->k, &l->v}, {q, k, v}, 3} : (product){&a, {&l->k, &l->v}, {k, v}, 2};
    if (!own_keys) to_qkv.count = 1;
    PHASE(w, product_items(&to_qkv), product_item(&to_qkv, item, room));
    PHASE(w, in->b->tokens, place_row(e, in->b, layer_index, item, all));
}

// x *= sigmoid(gate)
static void open_row(float *x, const float *gate, int n) {
    for (int i = 0; i < n; i += LANES) {
        const vf closing = vf_add(vf_set(1.0f), vf_exp(vf_sub(vf_zero(), vf_load(gate + i))));
        vf_store(x + i, vf_mul(vf_load(x + i), vf_inverse(closing)));
    }
}

// What each query head makes of a row, by its gate. The stream is still as the layer finds it.
static void open_heads(const engine *e, const batch *b, const layer *l, int t, float *x, float *row) {
    const network *n = &e->net;
    const float *seen = normed(stream_row(e, b, t), l->input_norm, n->eps, n->hidden, row);
    for (int first = 0; first < n->heads; first += SCORES_PER_ITEM) {
        const int heads = n->heads - first < SCORES_PER_ITEM ? n->heads - first : SCORES_PER_ITEM;
        float scores[SCORES_PER_ITEM];
        const scoring to_gates = {seen, l->head_gate + (int64_t)first * n->hidden, NULL, 1, n->hidden, heads, scores, heads};
        score_item(&to_gates, 0);
        for (int i = 0; i < heads; i++, x += l->head_dim) {
            const vf open = vf_inverse(vf_add(vf_set(1.0f), vf_exp(vf_set(-scores[i]))));
            for (int d = 0; d < l->head_dim; d += LANES) vf_store(x + d, vf_mul(vf_load(x + d), open));
        }
    }
}

static void attention_block(walk *w, const rows *in, int layer_index, const sheet *y) {
    engine *e = w->e;
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    const int attended = n->heads * l->head_dim;
    const matrix *output[] = {&l->output};
    float *row = e->row[w->thread];
    PHASE(w, batch_items(e, in->b, l), attend(e, in->b, layer_index, item, w->thread));
    activations a = shape_of(e->rounded, in->b->tokens, in->b->is_few, output, 1, n->per_row_activations, n->activations_in_planes);
    ROW_PHASE(w, a, {
        if (in->b->is_few) merge_splits(e, in->b, l, t);
        const float *x = e->attended + (int64_t)t * attended;
        if (l->attention_gate.data) open_row(e->attended + (int64_t)t * attended, e->opened + (int64_t)t * attended, attended);
        if (l->head_gate) open_heads(e, in->b, l, t, e->attended + (int64_t)t * attended, row);
        if (l->attention_sub_norm) rms_norm(x, l->attention_sub_norm, n->eps, attended, row), x = row;
        round_row(x, &a, t);
    });
    const product to_y = {&a, {&l->output}, {*y}, 1};
    PHASE(w, product_items(&to_y), product_item(&to_y, item, &e->pairs[w->thread]));
}

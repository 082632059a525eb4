// What comes after a layer's two halves, where tokens have inputs of their own for each layer (see per_layer.h).
#pragma once
#include "rows.h"

// Of all layers what the step's tokens bring, as the projection makes it of their embeddings: (T, layers * P).
static sheet own_inputs_of(const walk *w) {
    const engine *e = w->e;
    const batch *all = &e->jobs[w->r - e->pool.rounds].all;
    return sheet_of(e->own_inputs, all->tokens, all->is_few, e->net.layers * e->net.per_layer);
}

static void project_own_inputs(walk *w, const batch *all) {
    engine *e = w->e;
    const network *n = &e->net;
    const matrix *projection[] = {&n->per_layer_projection};
    activations a = shape_of(e->rounded, all->tokens, all->is_few, projection, 1, n->per_row_activations, n->activations_in_planes);
    ROW_PHASE(w, a, round_row(stream_row(e, all, t), &a, t));
    const product to_inputs = {&a, {projection[0]}, {own_inputs_of(w)}, 1};
    PHASE(w, product_items(&to_inputs), product_item(&to_inputs, item, &e->pairs[w->thread]));
}

// What a layer makes of its own inputs, after its feed-forward.
static void own_inputs_block(walk *w, const rows *in, int layer_index, const sheet *y) {
    engine *e = w->e;
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    const int h = n->hidden, width = n->per_layer;
    const matrix *gate[] = {&l->own.gate}, *output[] = {&l->own.output};
    const pair_room *room = &e->pairs[w->thread];
    float *row = e->row[w->thread], *own = e->block[w->thread];
    activations a = shape_of(e->rounded, in->b->tokens, in->b->is_few, gate, 1, n->per_row_activations, n->activations_in_planes);
    ROW_PHASE(w, a, {
        float *x = stream_row(e, in->b, t);
        add_residual(x, row_of(y, t, h, row), l->post_mlp_norm, n->eps, h, row);
        round_row(x, &a, t);
    });
    const sheet gated = sheet_of(e->own_gate, in->b->tokens, in->b->is_few, width), made = own_inputs_of(w);
    const product to_gate = {&a, {gate[0]}, {gated}, 1};
    PHASE(w, product_items(&to_gate), product_item(&to_gate, item, room));
    activations b = shape_of(e->gated_rounded, in->b->tokens, in->b->is_few, output, 1, n->per_row_activations, n->activations_in_planes);
    ROW_PHASE(w, b, {
        const span *s = span_of(in->b, t);
        const int64_t token = s->past + t - s->first - s->of->past, at = (int64_t)layer_index * width;
        take_panels(&made, s->source + t - s->first, (int)(at / LANES), width, own);
        scale_row(own, 1.0f / sqrtf((float)h), width);
        rms_norm(own, n->per_layer_norm, n->eps, width, own);
        take_panels(&gated, t, 0, width, row);
        gate_inputs(row, own, s->of->own_rows + token * n->layers * width + at, width, n->activation);
        round_row(row, &b, t);
    });
    const product to_y = {&b, {output[0]}, {*y}, 1};
    PHASE(w, product_items(&to_y), product_item(&to_y, item, room));
}

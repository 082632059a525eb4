// The second half of a layer: a dense feed-forward.
#pragma once
#include "rows.h"

static void feed_forward_block(walk *w, const rows *in, int layer_index, const sheet *y) {
    engine *e = w->e;
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    const int h = n->hidden, f = l->intermediate, per_row = n->per_row_activations;
    const matrix *gate_up[] = {&l->gate, &l->up}, *down[] = {&l->down};
    const pair_room *room = &e->pairs[w->thread];
    float *row = e->row[w->thread];
    activations a = shape_of(e->rounded, in->b->tokens, in->b->is_few, gate_up, 2, per_row, n->activations_in_planes);
    ROW_PHASE(w, a, {
        float *x = stream_row(e, in->b, t);
        add_residual(x, row_of(y, t, h, row), l->post_attention_norm, n->eps, h, row);
        round_row(normed(x, l->mlp_norm, n->eps, h, row), &a, t);
    });
    activations b = shape_of(e->gated_rounded, in->b->tokens, in->b->is_few, down, 1, per_row, n->activations_in_planes);
    const int at_once = b.wide && !b.per_row && !l->mlp_sub_norm;
    const gated_product to_gated = {&a, l->gate, l->up, n->activation, e->gated, at_once ? &b : NULL, b.wide ? b.wide : LANES};
    PHASE(w, gated_items(&to_gated), gated_item(&to_gated, item, room, e->block[w->thread]));
    if (at_once && b.has_low) PHASE(w, tiles_of(&b), mark_low(&b, item));
    if (!at_once)
        ROW_PHASE(w, b, {
            const float *x = e->gated + (int64_t)t * f;
            if (l->mlp_sub_norm) rms_norm(x, l->mlp_sub_norm, n->eps, f, row), x = row;
            round_row(x, &b, t);
        });
    const product to_y = {&b, {&l->down}, {*y}, 1};
    PHASE(w, product_items(&to_y), product_item(&to_y, item, room));
}

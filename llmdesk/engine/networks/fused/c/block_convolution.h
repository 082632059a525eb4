// The first half of a layer that keeps a state: what all of them look back with, and LFM's short convolution.
#pragma once
#include "convolution.h"
#include "rows.h"

static float *state_of(const span *s, const layer *l) { return (float *)(s->of->state + l->state_at); }

// What row `t` of a batch sees of itself and the rows before it: rows of this step at x (T, width), times y, older ones in the ring.
static seen_rows seen_by(const engine *e, const batch *b, const layer *l, int t, const float *x, const float *y, int width) {
    const span *s = span_of(b, t);
    const int taps = e->net.taps;
    seen_rows seen = {{NULL}, {NULL}};
    for (int tap = 0; tap < taps; tap++) {
        const int row = t - (taps - 1) + tap, position = s->past + row - s->first;
        if (position < 0) continue;
        if (row < s->first) seen.rows[tap] = ring_row(state_of(s, l), taps, width, position);
        else seen.rows[tap] = x + (int64_t)row * width, seen.times[tap] = y ? y + (int64_t)row * width : NULL;
    }
    return seen;
}

// After all rows have seen what they see: row `t` into the ring, if none of the step's writes over it.
static void put_in_ring(const engine *e, const batch *b, const layer *l, int t, const float *x, const float *y, int width) {
    const span *s = span_of(b, t);
    if (t < s->first + s->tokens - ring_rows(e->net.taps)) return;
    float *to = ring_row(state_of(s, l), e->net.taps, width, s->past + t - s->first);
    x += (int64_t)t * width, y = y ? y + (int64_t)t * width : NULL;
    for (int i = 0; i < width; i += LANES) vf_store(to + i, y ? vf_mul(vf_load(x + i), vf_load(y + i)) : vf_load(x + i));
}

static void convolve_row(engine *e, const batch *b, const layer *l, int t) {
    const int h = e->net.hidden;
    const seen_rows seen = seen_by(e, b, l, t, e->q, e->v, h);
    const float *c = e->k + (int64_t)t * h;
    float *out = e->attended + (int64_t)t * h;
    for (int i = 0; i < h; i += LANES)
        vf_store(out + i, vf_mul(vf_load(c + i), convolved(&seen, l->taps, l->tap_bias, e->net.taps, h, i)));
}

// LFM's short convolution: q, k and v are its B, C and z. Without y: rows that only leave their traces in the state.
static void convolution_block(walk *w, const rows *in, int layer_index, const sheet *y) {
    engine *e = w->e;
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    const matrix *inputs[] = {&l->q, &l->k, &l->v}, *output[] = {&l->output};
    const int h = n->hidden;
    float *row = e->row[w->thread];
    activations a = shape_of(e->rounded, in->b->tokens, in->b->is_few, inputs, 3, n->per_row_activations, n->activations_in_planes);
    ROW_PHASE(w, a, {
        const float *x = residual(e, in, layer_index, t, row);
        round_row(normed(x, l->input_norm, n->eps, h, row), &a, t);
    });
    const sheet b = {e->q, h, LANES, NULL}, c = {e->k, h, LANES, NULL}, z = {e->v, h, LANES, NULL};
    const product to_inputs = {&a, {&l->q, &l->k, &l->v}, {b, c, z}, 3};
    PHASE(w, product_items(&to_inputs), product_item(&to_inputs, item, &e->pairs[w->thread]));
    if (!y) {
        PHASE(w, in->b->tokens, put_in_ring(e, in->b, l, item, e->q, e->v, h));
        return;
    }
    PHASE(w, in->b->tokens, convolve_row(e, in->b, l, item));
    activations mixed = shape_of(e->rounded, in->b->tokens, in->b->is_few, output, 1, n->per_row_activations, n->activations_in_planes);
    ROW_PHASE(w, mixed, {
        put_in_ring(e, in->b, l, t, e->q, e->v, h);
        round_row(e->attended + (int64_t)t * h, &mixed, t);
    });
    const product to_y = {&mixed, {&l->output}, {*y}, 1};
    PHASE(w, product_items(&to_y), product_item(&to_y, item, &e->pairs[w->thread]));
}

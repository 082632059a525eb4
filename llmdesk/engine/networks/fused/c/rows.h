// What is done with single rows, and where a batch's rows are in the residual stream.
#pragma once
#include "engine.h"

static void rms_norm(const float *x, const float *weight, float eps, int n, float *out) {
    vf squares = vf_zero();
    for (int i = 0; i < n; i += LANES) squares = vf_fma(vf_load(x + i), vf_load(x + i), squares);
    vf factor = vf_set(1.0f / sqrtf(vf_sum(squares) / (float)n + eps));
    for (int i = 0; i < n; i += LANES) vf_store(out + i, vf_mul(vf_mul(vf_load(x + i), factor), vf_load(weight + i)));
}

// x as a block sees it: normed into `buffer` where there is a norm before the block.
static const float *normed(const float *x, const float *norm, float eps, int n, float *buffer) {
    if (!norm) return x;
    rms_norm(x, norm, eps, n, buffer);
    return buffer;
}

// x += y, or x += norm(y)
static void add_residual(float *x, const float *y, const float *norm, float eps, int n, float *buffer) {
    if (norm) rms_norm(y, norm, eps, n, buffer), y = buffer;
    for (int i = 0; i < n; i += LANES) vf_store(x + i, vf_add(vf_load(x + i), vf_load(y + i)));
}

static void scale_row(float *x, float scale, int n) {
    for (int i = 0; i < n; i += LANES) vf_store(x + i, vf_mul(vf_load(x + i), vf_set(scale)));
}

static void rotate(float *restrict low, const float *restrict angles, int dims) {
    int half = dims / 2;
    float *restrict high = low + half;
    const float *restrict sines = angles, *restrict cosines = angles + half;
    for (int i = 0; i < half; i++) {
        float a = low[i], b = high[i];
        low[i] = a * cosines[i] - b * sines[i];
        high[i] = b * cosines[i] + a * sines[i];
    }
}

static void embed(const engine *e, int id, float *out) {
    const network *n = &e->net;
    if (n->embedding_bf16)
        for (int i = 0; i < n->hidden; i++) {
            uint32_t bits = (uint32_t)n->embedding_bf16[(int64_t)id * n->hidden + i] << 16;
            memcpy(out + i, &bits, 4);
        }
    else if (n->embedding.form == FORM_SPLIT)
        unpack_split_row(&n->embedding, id, out);
    else
        unpack_row(&n->embedding, id, out);
    for (int i = 0; i < n->hidden; i++) out[i] *= n->embedding_scale;
}

static const span *span_of(const batch *b, int row) {
    const span *s = b->spans;
    while (row >= s->first + s->tokens) s++;
    return s;
}

// Items of a phase that makes rows: single rows, or whole tiles of them where tiles are what is stored.
#define ROW_PHASE(w, a, ...)                                                        \
    PHASE(w, a.wide ? tiles_of(&a) : a.tokens, {                                       \
        int from_ = a.wide ? item * TILE : item, to_ = a.wide ? from_ + TILE : from_ + 1; \
        for (int t = from_; t < to_ && t < a.tokens; t++) { __VA_ARGS__; }          \
        for (int row_ = a.tokens; row_ < to_; row_++)                               \
            for (int block_ = 0; block_ < a.columns / a.wide; block_++) clear_block(&a, row_, block_); \
        if (a.wide && a.has_low) mark_low(&a, item);                                \
    })

// A batch on its way: what the layer before adds to its rows is in y, in the batch's order or still in the step's.
typedef struct {
    const batch *b;
    sheet y;
    int in_batch_order;
} rows;

static float *stream_row(const engine *e, const batch *b, int t) {
    const span *s = span_of(b, t);
    return e->x + (int64_t)(s->source + t - s->first) * e->net.hidden;
}

// x (H) with what the layer before adds.
static const float *residual(const engine *e, const rows *in, int layer_index, int t, float *buffer) {
    const network *n = &e->net;
    const span *s = span_of(in->b, t);
    float *x = stream_row(e, in->b, t);
    if (layer_index) {
        const float *y = row_of(&in->y, in->in_batch_order ? t : s->source + t - s->first, n->hidden, buffer);
        const layer *before = &n->layer[layer_index - 1];
        add_residual(x, y, n->per_layer ? before->own.post_norm : before->post_mlp_norm, n->eps, n->hidden, buffer);
        if (before->scale != 1.0f) scale_row(x, before->scale, n->hidden);
    }
    return x;
}

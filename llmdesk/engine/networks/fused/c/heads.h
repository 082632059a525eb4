// Queries, keys and values of each head to where attention finds them.
#pragma once
#include "rows.h"

enum { QUERY = 0, KEY = 1, VALUE = 2 };

static float late_query_scale(const network *n, int position) {
    if (n->late_queries_growth == 0.0f || position < n->late_queries_from) return 1.0f;
    return 1.0f + n->late_queries_growth * logf(1.0f + (float)(position / n->late_queries_from));
}

static layer_cache cache_of(const engine *e, const span *s, int layer_index) {
    const layer *l = &e->net.layer[layer_index];
    return (layer_cache){s->of->pages, e->cache_begin[layer_index], l->kv_heads, l->head_dim, form_of_cache(&e->net)};
}

// Whether a layer makes keys and values, or reads another's.
static int has_keys(const network *n, int layer_index) { return n->layer[layer_index].keys_from == layer_index; }

// One head of one row's queries, keys or values (D) to where attention finds it; x is changed.
static void place_head(engine *e, const batch *b, int layer_index, int kind, int head, int row, float *x) {
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    const span *s = span_of(b, row);
    const layer_cache cache = cache_of(e, s, layer_index);
    const int d = l->head_dim, position = s->past + row - s->first;
    const float *norm = kind == QUERY ? l->q_norm : kind == KEY ? l->k_norm : l->v_norm;
    if (norm && !n->norms_whole_width) rms_norm(x, norm, n->eps, d, x);
    if (kind == VALUE) {
        store_value(&cache, head, position, x);
        return;
    }
    const float *angles = s->of->angles && l->rotary ? s->of->angles + (int64_t)(position - s->of->past) * l->rotary_dims
                          : l->rotary                ? l->rotary + (int64_t)position * l->rotary_dims : NULL;
    if (angles) rotate(x, angles, l->rotary_dims);
    if (cache.form == IN_BYTES) mix(x, d);
    if (kind == KEY) {
        store_key(&cache, head, position, x);
        return;
    }
    float *q = e->attended + ((int64_t)row * n->heads + head) * d;
    const float scale = n->attention_scale * late_query_scale(n, position);
    for (int i = 0; i < d; i += LANES) vf_store(q + i, vf_mul(vf_load(x + i), vf_set(scale)));
}

static void place_row(engine *e, const batch *b, int layer_index, int row, int with_queries) {
    const layer *l = &e->net.layer[layer_index];
    const int heads[] = {e->net.heads, l->kv_heads, l->kv_heads}, d = l->head_dim;
    const int last = has_keys(&e->net, layer_index) ? VALUE : QUERY;
    const float *const norms[] = {l->q_norm, l->k_norm};
    float *const x[] = {e->q, e->k, e->v};
    for (int kind = with_queries ? QUERY : KEY; kind < VALUE && kind <= last && e->net.norms_whole_width; kind++) {
        float *whole = x[kind] + (int64_t)row * heads[kind] * d;
        rms_norm(whole, norms[kind], e->net.eps, heads[kind] * d, whole);
    }
    for (int kind = with_queries ? QUERY : KEY; kind <= last; kind++)
        for (int head = 0; head < heads[kind]; head++)
            place_head(e, b, layer_index, kind, head, row, x[kind] + ((int64_t)row * heads[kind] + head) * d);
}

// One head of many tokens: multiplied, and placed while it is near.
static void head_item(engine *e, const batch *b, int layer_index, const activations *a, int item, const pair_room *room,
                      float *block) {
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    const int d = l->head_dim, panels = d / LANES;
    int kind = item < n->heads ? QUERY : item < n->heads + l->kv_heads ? KEY : VALUE;
    int head = item - (kind == QUERY ? 0 : kind == KEY ? n->heads : n->heads + l->kv_heads);
    const matrix *m = kind == QUERY ? &l->q : kind == KEY ? &l->k : &l->v;
    for (int i = 0; i < panels; i += PAIR) {
        const int index = head * panels + i, both = i + 1 < panels;
        const panel_ref pair[PAIR] = {{m, index}, {m, index + both}};
        EACH_PAIR_SUM(pair, a, room, {
            vf_store(block + (int64_t)t * d + i * LANES, first);
            if (both) vf_store(block + (int64_t)t * d + (i + 1) * LANES, second);
        });
    }
    for (int t = 0; t < a->tokens; t++) place_head(e, b, layer_index, kind, head, t, block + (int64_t)t * d);
}

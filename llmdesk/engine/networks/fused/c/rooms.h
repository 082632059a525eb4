// The engine's memory.
#pragma once
#include "plan.h"

// Memory that goes with the engine. The kernels fetch ahead and load whole vectors, so there is a little more.
static void *room(engine *e, int64_t bytes) {
    const size_t size = (size_t)bytes + 64;
    void *base = e->owned_count < MAX_OWNED ? system_memory(size) : NULL;
    if (base) e->owned[e->owned_count++] = (mapping){base, size};
    return base;
}

static int make_activations(engine *e, activations *a, int64_t values) {
    a->quants = room(e, 2 * values), a->bytes = room(e, values), a->scales = room(e, values / BLOCK * 4);
    a->scaled_sums = room(e, values / BLOCK * 4), a->offsets = room(e, values / BLOCK * 4);
    a->low = room(e, values), a->byte_scales = room(e, values / BLOCK * 4), a->byte_sums = room(e, values / BLOCK * 4);
    a->low_scales = room(e, values / BLOCK * 4), a->low_sums = room(e, values / BLOCK * 4);
    a->byte_middles = room(e, values / BLOCK * 8), a->low_middles = room(e, values / BLOCK * 8);
    a->low_bits = room(e, values / BLOCK), a->low_offsets = room(e, values / BLOCK * 4), a->floats = room(e, values * 4);
    return a->floats && a->quants && a->bytes && a->scales && a->scaled_sums && a->offsets && a->low && a->byte_scales && a->byte_sums &&
           a->low_scales && a->low_sums && a->byte_middles && a->low_middles && a->low_bits && a->low_offsets;
}

static int make_pair_room(engine *e, pair_room *pair, int64_t columns) {
    pair->weights = room(e, 2 * columns * PAIR * LANES), pair->scales = room(e, columns / BLOCK * PAIR * LANES * 4);
    pair->factors = room(e, columns / BLOCK * PAIR * (int64_t)sizeof(group_factors)), pair->sums = room(e, TILES_AT_ONCE * TILE * PAIR * LANES * 4);
    return pair->weights && pair->scales && pair->factors && pair->sums;
}

// For the rows of all sequences in the way of few tokens; memory comes as it is written to.
static int make_head_room(engine *e, int threads) {
    const matrix *m = &e->net.head;
    const int64_t most_rows = MAX_SEQUENCES * FEW, panels = panels_of(m);
    head_room *h = &e->head;
    if (m->form != FORM_SPLIT) return 1;
    h->spreads = room(e, most_rows * m->columns / BLOCK * 4), h->octets = room(e, most_rows * OCTETS * 4);
    h->sums = room(e, most_rows * panels * 4), h->highs = room(e, most_rows * panels * 4);
    h->first = room(e, most_rows * 4), h->least = room(e, most_rows * 4), h->joined = room(e, threads * PAIR * joined_bytes(m));
    return h->spreads && h->octets && h->sums && h->highs && h->first && h->least && h->joined;
}

// For layers of experts, if there are any; memory comes as it is written to.
static int make_expert_room(engine *e, int64_t tokens) {
    const network *n = &e->net;
    expert_room *x = &e->experts;
    if (!n->experts) return 1;
    const int64_t k = n->chosen_experts, h = n->hidden, f = n->expert_width, places = most_places(tokens, n->experts, n->chosen_experts);
    x->normed = room(e, tokens * h * 4), x->scores = room(e, tokens * padded_experts(n->experts) * 4);
    x->chosen = room(e, tokens * k * 4), x->places = room(e, tokens * k * 4), x->shares = room(e, tokens * k * 4);
    x->rows = room(e, places * 4), x->parts = room(e, n->experts * (int64_t)sizeof(expert_part));
    x->part_of = room(e, n->experts * 4), x->part_counts = room(e, 2 * 2 * (int64_t)n->layers * 4);
    x->routed = room(e, tokens * h * 4), x->dense = room(e, tokens * h * 4);
    x->gated = room(e, places * f * 4), x->made = room(e, places * h * 4);
    return x->normed && x->routed && x->dense && x->scores && x->chosen && x->places && x->shares && x->rows && x->parts && x->part_of && x->part_counts &&
           x->gated && x->made && make_activations(e, &x->rounded, places * h) && make_activations(e, &x->gated_rounded, places * f);
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

static int make_rooms(engine *e, int threads, int64_t tokens) {
    const network *n = &e->net;
    int64_t attended = 0, kv = 0, f = n->per_layer, head_dim = 0;
    for (const layer *l = n->layer; l < n->layer + n->layers; l++) {
        attended = larger(attended, n->heads * l->head_dim), kv = larger(kv, l->kv_heads * l->head_dim);
        f = larger(f, l->intermediate), head_dim = larger(head_dim, l->head_dim);
    }
    attended = larger(attended, n->mixer_width), kv = larger(kv, n->mixer_width);
    int64_t input = n->hidden > attended ? n->hidden : attended, widest = input > f ? input : f;
    if (n->experts && n->expert_width > widest) widest = n->expert_width;
    int64_t block = larger(larger(head_dim, WIDE_BLOCK), n->per_layer);
    e->x = room(e, tokens * n->hidden * 4), e->y = room(e, tokens * n->hidden * 4), e->final_y = room(e, tokens * n->hidden * 4);
    e->q = room(e, tokens * attended * 4), e->k = room(e, tokens * kv * 4), e->v = room(e, tokens * kv * 4);
    e->attended = room(e, tokens * attended * 4), e->gated = room(e, tokens * f * 4);
    if (n->has_attention_gate) e->opened = room(e, tokens * attended * 4);
    if (n->value_heads) e->normed = room(e, tokens * n->hidden * 4), e->gates = room(e, tokens * 2 * n->value_heads * 4);
    if ((n->has_attention_gate && !e->opened) || (n->value_heads && !(e->normed && e->gates))) return 0;
    e->cache_begin = room(e, n->layers * (int64_t)sizeof(int64_t));
    e->own_inputs = room(e, tokens * n->layers * n->per_layer * 4), e->own_gate = room(e, tokens * n->per_layer * 4);
    int made = e->x && e->y && e->final_y && e->q && e->k && e->v && e->attended && e->gated && e->cache_begin &&
               e->own_inputs && e->own_gate &&
               make_activations(e, &e->rounded, (tokens + TILE) * input) &&
               make_activations(e, &e->gated_rounded, (tokens + TILE) * f);
    for (int i = 0; i < 4 && made; i++)
        made = !!(e->logit_rows[i / 2][i % 2] = room(e, tokens * (int64_t)sizeof(float *)));
    for (int i = 0; i < threads && made; i++) {
        e->block[i] = room(e, tokens * block * 4), e->row[i] = room(e, widest * 4);
        e->partials[i] = room(e, ROW_TILES * (int64_t)sizeof(partial));
        e->queries[i] = room(e, ROW_TILES * (int64_t)sizeof(queries)), e->parts[i] = room(e, 2 * PART * MAX_HEAD_DIM * 4);
        made = e->block[i] && e->row[i] && e->partials[i] && e->queries[i] && e->parts[i] &&
               make_pair_room(e, &e->pairs[i], widest);
    }
    return made;
}

// Room for the splits of a step; it grows with what is asked for.
static int make_splits(engine *e, int count) {
    if (count <= e->split_count) return 1;
    partial *more = room(e, 2 * (int64_t)count * (int64_t)sizeof(partial));
    if (more) e->splits = more, e->split_count = 2 * count;
    return more != NULL;
}

// For both rounds of a step, before the first one leaves anything in a state. Rows that go in the way of few are those of
// plan; of an answer's step the ones that want logits split no more than all of them.
static int make_step_splits(engine *e, const sequence *s, int count) {
    for (int with_many = 0; with_many < 2; with_many++) {
        batch few = {.is_few = 1};
        for (int i = 0; i < count; i++) {
            const int rows = with_many ? s[i].last : s[i].tokens;
            if (goes_with_many(&s[i]) == with_many && rows <= FEW) add_span(&few, &s[i], s[i].tokens - rows, rows, 0);
        }
        if (!make_splits(e, most_partials(e, &few))) return 0;
    }
    return 1;
}

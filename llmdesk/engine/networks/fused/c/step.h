// A step's way through the layers to the logits, which each thread goes from its beginning to its end.
#pragma once
#include "block_attention.h"
#include "block_convolution.h"
#include "block_delta_net.h"
#include "block_experts.h"
#include "block_feed_forward.h"
#include "block_own_inputs.h"

// One layer; afterwards `in` says where the next one finds what this one adds.
static void run_layer(walk *w, rows *in, int layer_index, float *out) {
    const sheet y = sheet_of(out, in->b->tokens, in->b->is_few, w->e->net.hidden);
    const layer *l = &w->e->net.layer[layer_index];
    if (l->mixer == CONVOLUTION) convolution_block(w, in, layer_index, &y);
    else if (l->mixer == DELTA_NET) delta_block(w, in, layer_index, &y);
    else {
        read_inputs(w, in, layer_index, 1);
        attention_block(w, in, layer_index, &y);
    }
    if (!l->router || l->beside.gate.data) feed_forward_block(w, in, layer_index, &y);
    if (l->router) experts_block(w, in, layer_index, &y);
    if (w->e->net.per_layer) own_inputs_block(w, in, layer_index, &y);
    in->y = y, in->in_batch_order = 1;
}

// The logits out of an output layer in two planes.
static void make_split_logits(walk *w, const batch *b, const activations *a, int only_best) {
    engine *e = w->e;
    const matrix *m = &e->net.head;
    head_room *h = &e->head;
    const int panels = panels_of(m);
    uint8_t *buffer = h->joined + w->thread * PAIR * joined_bytes(m);
    if (!only_best) {
        const int items = a->wide ? (panels + PAIR - 1) / PAIR : panels;
        PHASE(w, items, whole_item(m, a, item, &e->pairs[w->thread], buffer, b->logits));
        return;
    }
    PHASE(w, upper_items(m), upper_item(h, m, a, item, b->logits));
    PHASE(w, a->tokens, {
        const sequence *s = span_of(b, item)->of;
        find_first(h, item, panels, b->best, s->lowered, s->lowered_count);
    });
    const int chunks = (panels + CHUNK_PANELS - 1) / CHUNK_PANELS;
    PHASE(w, chunks, exact_item(h, m, a, item, 1, buffer, b->logits));
    PHASE(w, a->tokens, find_least(h, m, item, b->best, b->logits[item]));
    PHASE(w, chunks, exact_item(h, m, a, item, 0, buffer, b->logits));
}

static void make_logits(walk *w, const rows *in) {
    engine *e = w->e;
    const network *n = &e->net;
    const matrix *head[] = {&n->head};
    const int is_split = n->head.form == FORM_SPLIT, only_best = in->b->is_few && in->b->best;
    float *row = e->row[w->thread];
    activations a = shape_of(e->rounded, in->b->tokens, in->b->is_few, head, 1, 0, n->activations_in_planes);
    a.in_bytes |= only_best;
    ROW_PHASE(w, a, {
        rms_norm(residual(e, in, n->layers, t, row), n->final_norm, n->eps, n->hidden, row);
        round_row(row, &a, t);
        if (only_best) round_spreads(&e->head, row, &a, t, e->block[w->thread]);
    });
    if (is_split) {
        make_split_logits(w, in->b, &a, only_best);
        return;
    }
    const product to_logits = {&a, {&n->head}, {{.panel_step = LANES, .rows = in->b->logits}}, 1};
    PHASE(w, product_items(&to_logits), product_item(&to_logits, item, &e->pairs[w->thread]));
}

static void embed_row(engine *e, const job *j, int row) {
    const span *s = span_of(&j->all, row);
    const int hidden = e->net.hidden, id = j->ids[s - j->all.spans][row - s->first], given = id - e->net.vocabulary;
    float *out = e->x + (int64_t)row * hidden;
    if (given < 0)
        embed(e, id, out);
    else
        memcpy(out, s->of->given + (int64_t)given * hidden, (size_t)hidden * sizeof(float));
}

// Of rows of the last layer whose logits nobody wants: what later ones see of them.
static void leave_traces(walk *w, const rows *in, int layer_index) {
    const int mixer = w->e->net.layer[layer_index].mixer;
    if (mixer == CONVOLUTION) convolution_block(w, in, layer_index, NULL);
    else if (mixer == DELTA_NET) delta_block(w, in, layer_index, NULL);
    else read_inputs(w, in, layer_index, 0);
}

static void work(pool *p, round_state *r, int thread) {
    walk w = {(engine *)p, r, thread, 0};
    engine *e = w.e;
    const job *j = &e->jobs[r - p->rounds];
    const int final = last_with_keys(&e->net);
    rows in = {&j->all, {0}, 1};
    PHASE(&w, j->all.tokens, embed_row(e, j, item));
    if (e->net.per_layer) project_own_inputs(&w, &j->all);
    for (int i = 0; i < final; i++) run_layer(&w, &in, i, e->y);
    const rows unwanted = {&j->unwanted, in.y, 0};
    if (unwanted.b->tokens) leave_traces(&w, &unwanted, final);
    for (int i = 0; i < 2; i++) {
        rows wanted = {&j->wanted[i], in.y, 0};
        if (!wanted.b->tokens) continue;
        for (int index = final; index < e->net.layers; index++) run_layer(&w, &wanted, index, e->final_y);
        make_logits(&w, &wanted);
    }
    if (!thread) e->phases = w.phase;
}

// Those after the last layer with keys run once for each way in which logits are wanted.
static int phases_of(const network *n) {
    const int beside = n->has_experts_beside ? PHASES_PER_LAYER + PHASES_OF_EXPERTS_BESIDE - PHASES_WITH_EXPERTS : 0;
    const int each = (n->experts ? PHASES_WITH_EXPERTS + beside : PHASES_PER_LAYER) + (n->per_layer ? PHASES_OF_OWN_INPUTS : 0) + n->has_attention_gate;
    const int twice = n->layers - 1 - last_with_keys(n), others = OTHER_PHASES + beside + (n->per_layer ? PHASES_OF_OWN_INPUTS + 2 : 0);
    return (n->layers + twice) * each + others;
}

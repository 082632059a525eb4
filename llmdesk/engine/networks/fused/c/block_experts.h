// The second half of a layer: experts (see experts.h).
#pragma once
#include "rows.h"

// How many parts the rows of a layer make (see expert_room).
static int32_t *part_count(const walk *w, const batch *b, int layer_index) {
    const engine *e = w->e;
    const int64_t round = w->r - e->pool.rounds;
    return &e->experts.part_counts[(2 * round + (b == &e->jobs[round].wanted[1])) * e->net.layers + layer_index];
}

// What the dense feed-forward beside experts makes of a row, until theirs is added to it.
static void keep_dense(const experts_beside *beside, const float *made, const float *seen, float eps, int hidden, float *dense) {
    if (beside->dense_norm) {
        rms_norm(made, beside->dense_norm, eps, hidden, dense);
        return;
    }
    vf open = vf_set(1.0f);
    if (beside->dense_gate) {
        float score;
        const scoring to_gate = {seen, beside->dense_gate, NULL, 1, hidden, 1, &score, 1};
        score_item(&to_gate, 0);
        open = vf_inverse(vf_add(open, vf_exp(vf_set(-score))));
    }
    for (int i = 0; i < hidden; i += LANES) vf_store(dense + i, vf_mul(vf_load(made + i), open));
}

// The rows to their experts: what these see, who is chosen, and each one's part. Returns the number of parts.
static int choose_parts(walk *w, const rows *in, int layer_index, const sheet *y) {
    engine *e = w->e;
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    expert_room *x = &e->experts;
    const int h = n->hidden, tokens = in->b->tokens, padded = padded_experts(n->experts), k = n->chosen_experts;
    float *row = e->row[w->thread];
    const experts_beside *beside = l->beside.gate.data ? &l->beside : NULL;
    const float *routed = l->beside.router_norm ? x->routed : x->normed;
    PHASE(w, tokens, {
        float *stream = stream_row(e, in->b, item);
        float *seen = x->normed + (int64_t)item * h;
        // Beside a dense feed-forward the stream has what attention adds, and y is what that makes of it.
        if (!beside) add_residual(stream, row_of(y, item, h, row), l->post_attention_norm, n->eps, h, row);
        if (l->beside.router_norm) {
            rms_norm(stream, beside->router_norm, n->eps, h, x->routed + (int64_t)item * h);
            rms_norm(stream, beside->input_norm, n->eps, h, seen);
        } else if (normed(stream, l->mlp_norm, n->eps, h, seen) != seen) memcpy(seen, stream, (size_t)h * 4);
        if (beside) keep_dense(beside, row_of(y, item, h, row), seen, n->eps, h, x->dense + (int64_t)item * h);
    });
    const scoring to_scores = {routed, l->router, l->router_bias, tokens, h, n->experts, x->scores, padded};
    PHASE(w, score_items(&to_scores), score_item(&to_scores, item));
    int32_t *count = part_count(w, in->b, layer_index);
    PHASE(w, 1, {
        for (int t = 0; t < tokens; t++) {
            float *scores = x->scores + (int64_t)t * padded;
            if (n->chooses_by_sigmoids)
                choose_by_sigmoids(scores, l->choice_bias, n->experts, k, n->normalizes_shares, n->share_factor, x->chosen + t * k,
                                   x->shares + t * k);
            else choose_experts(scores, n->experts, k, n->normalizes_shares, x->chosen + t * k, x->shares + t * k);
        }
        for (int i = 0; beside && beside->expert_scales && i < tokens * k; i++) x->shares[i] *= beside->expert_scales[x->chosen[i]];
        *count = plan_parts(x, tokens, in->b->is_few, n->experts, k);
    });
    return *count;
}

static void experts_block(walk *w, const rows *in, int layer_index, const sheet *y) {
    engine *e = w->e;
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    expert_room *x = &e->experts;
    const int h = n->hidden, f = n->expert_width, is_few = in->b->is_few, tokens = in->b->tokens;
    const int is_beside = l->beside.gate.data != NULL;
    const matrix *gate = is_beside ? &l->beside.gate : &l->gate, *up = is_beside ? &l->beside.up : &l->up;
    const matrix *gate_up[] = {gate, up}, *down[] = {is_beside ? &l->beside.down : &l->down};
    const pair_room *room = &e->pairs[w->thread];
    const int parts = choose_parts(w, in, layer_index, y);
    activations a = shape_of(x->rounded, 0, is_few, gate_up, 2, n->per_row_activations, n->activations_in_planes);
    activations b = shape_of(x->gated_rounded, 0, is_few, down, 1, n->per_row_activations, n->activations_in_planes);
    a.is_alone = b.is_alone = is_few && tokens == 1;  // so that all parts have as many items
    const int at_once = b.wide && !b.per_row, columns = b.wide ? b.wide : LANES, gated_each = f / columns;
    PHASE(w, parts, round_part(x, &x->parts[item], a, h));
    PHASE(w, parts * gated_each, {
        const expert_part *part = &x->parts[item / gated_each];
        activations from = part_of(a, part), to = part_of(b, part);
        const gated_product p = {&from, expert_matrix(gate, part->expert, f), expert_matrix(up, part->expert, f),
                                 n->activation, x->gated + (int64_t)part->first * f, at_once ? &to : NULL, columns};
        gated_item(&p, item % gated_each, room, e->block[w->thread]);
    });
    if (at_once && b.has_low) PHASE(w, parts, mark_gated_part(&x->parts[item], b));
    if (!at_once) PHASE(w, parts, round_gated_part(x, &x->parts[item], b));
    const int panels = h / LANES, down_each = items_of_panels(panels, &b);
    PHASE(w, parts * down_each, {
        const expert_part *part = &x->parts[item / down_each];
        const activations from = part_of(b, part);
        const matrix m = expert_matrix(down[0], part->expert, h);
        const product p = {&from, {&m}, {part_sheet(x, part, is_few, h)}, 1};
        product_item(&p, item % down_each, room);
    });
    const int sums = (panels + PANELS_PER_SUM - 1) / PANELS_PER_SUM;
    PHASE(w, tokens * sums, sum_experts(x, item / sums, item % sums, is_few, h, n->chosen_experts, y));
    if (is_beside) {
        float *row = e->row[w->thread];
        PHASE(w, tokens, {
            const float *made = normed(row_of(y, item, h, row), l->beside.output_norm, n->eps, h, row);
            const float *dense = x->dense + (int64_t)item * h;
            for (int panel = 0; panel < panels; panel++)
                vf_store(sheet_at(y, item, panel), vf_add(vf_load(made + panel * LANES), vf_load(dense + panel * LANES)));
        });
    }
}

// Layers of experts: which of them each row goes to, and each expert's rows side by side.
//
// The rows that chose an expert are its part: `tokens` places from `first` on, in the order of the rows. A part is rounded and
// multiplied as if it were all there is (part_of), so an expert's products are those of any matrix, and a row's numbers depend
// neither on its neighbours in the part nor on how many there are. In the way of many a part begins at a whole tile.
#pragma once
#include "products.h"

enum { MAX_EXPERTS = 1024, MAX_CHOSEN = 64, SCORES_PER_ITEM = 8, SCORES_AT_ONCE = 4, PANELS_PER_SUM = 16 };

typedef struct { int32_t expert, first, tokens; } expert_part;

// Experts beside a dense feed-forward, whose results are added up; no data in gate: the layer has none. With norms (Gemma 4) each
// of the two has one behind it, and then both together have one; without, router and experts see what the dense part sees.
typedef struct {
    const float *dense_gate;     // (H), or NULL: the dense part's result times the sigmoid of its product with the input
    const float *router_norm;    // (H): what the router sees of the stream; NULL: there are no norms
    const float *expert_scales;  // (experts), or NULL: shares are multiplied by them
    const float *dense_norm, *input_norm, *output_norm;  // (H), or NULL
    matrix gate, up, down;
} experts_beside;

typedef struct {
    float *normed;         // (T, H), what experts see
    float *routed, *dense;  // (T, H), beside a dense feed-forward: what the router sees, and what the dense one makes, normed
    float *scores;         // (T, padded_experts)
    int32_t *chosen, *places;  // (T, chosen): experts of a row, and the row's place in each one's part
    float *shares;         // (T, chosen)
    int32_t *rows;         // of each place: the row
    expert_part *parts;    // by expert
    int32_t *part_of;      // (experts): its part
    float *gated;          // (places, F), in the way of a few tokens
    float *made;           // (places, H): see part_sheet
    activations rounded, gated_rounded;
    int32_t *part_counts;  // of each round, layer and way: a late thread still asks when another layer has parts of its own
} expert_room;

static int padded_experts(int experts) { return (experts + LANES - 1) / LANES * LANES; }

// Places that rows may take at most: in the way of many each part's last tile may be filled up.
static int64_t most_places(int64_t tokens, int experts, int chosen) {
    const int64_t all = tokens * chosen;
    return all + (all < experts ? all : experts) * (TILE - 1);
}

// Rows times a few rows of weights in floats, as they are: an expert's score, or how far a gate is open. (rows, count), each row
// `out_step` apart.
typedef struct {
    const float *x;        // (rows, columns)
    const float *weights;  // (count, columns)
    const float *bias;     // (count), or NULL
    int rows, columns, count;
    float *out;
    int64_t out_step;
} scoring;

static int score_groups(const scoring *s) { return (s->count + SCORES_PER_ITEM - 1) / SCORES_PER_ITEM; }
static int score_items(const scoring *s) { return (s->rows + SCORE_ROWS - 1) / SCORE_ROWS * score_groups(s); }

// SCORES_PER_ITEM of `rows` rows (a constant); each is summed in the same order, whatever else is in the step.
INLINE void score_rows(const scoring *s, int row, const int rows, int first) {
    const float *x = s->x + (int64_t)row * s->columns;
    for (int i = first; i < first + SCORES_PER_ITEM && i < s->count; i += SCORES_AT_ONCE) {
        vf sums[SCORE_ROWS][SCORES_AT_ONCE];
        const float *weights[SCORES_AT_ONCE];
        UNROLLED for (int k = 0; k < SCORES_AT_ONCE; k++) {
            weights[k] = s->weights + (int64_t)(i + k < s->count ? i + k : s->count - 1) * s->columns;
            UNROLLED for (int r = 0; r < rows; r++) sums[r][k] = vf_zero();
        }
        for (int c = 0; c < s->columns; c += LANES)
            UNROLLED for (int k = 0; k < SCORES_AT_ONCE; k++) {
                const vf weight = vf_load(weights[k] + c);
                UNROLLED for (int r = 0; r < rows; r++)
                    sums[r][k] = vf_fma(vf_load(x + (int64_t)r * s->columns + c), weight, sums[r][k]);
            }
        for (int k = 0; k < SCORES_AT_ONCE && i + k < s->count; k++)
            for (int r = 0; r < rows; r++)
                s->out[(row + r) * s->out_step + i + k] = vf_sum(sums[r][k]) + (s->bias ? s->bias[i + k] : 0.0f);
    }
}

static void score_item(const scoring *s, int item) {
    const int first = item % score_groups(s) * SCORES_PER_ITEM;
    int row = item / score_groups(s) * SCORE_ROWS;
    if (s->rows - row >= SCORE_ROWS) score_rows(s, row, SCORE_ROWS, first);
    else for (; row < s->rows; row++) score_rows(s, row, 1, first);
}

// The experts with the largest scores, the largest first, and the share of each: softmax over all, or over these.
static void choose_experts(float *scores, int experts, int chosen, int is_normalized, int32_t *ids, float *shares) {
    uint8_t is_taken[MAX_EXPERTS] = {0};
    const int padded = padded_experts(experts);
    for (int i = experts; i < padded; i++) scores[i] = -INFINITY;
    for (int j = 0; j < chosen; j++) {
        int best = -1;  // whatever the scores are, no expert twice
        for (int i = 0; i < experts; i++)
            if (!is_taken[i] && (best < 0 || scores[i] > scores[best])) best = i;
        ids[j] = best, is_taken[best] = 1;
    }
    const float most = scores[ids[0]];
    vf sums = vf_zero();
    for (int i = 0; i < padded; i += LANES) sums = vf_add(sums, vf_exp_negative(vf_sub(vf_load(scores + i), vf_set(most))));
    float total = is_normalized ? 0.0f : vf_sum(sums);
    for (int j = 0; j < chosen; j++) {
        shares[j] = vf_first(vf_exp_negative(vf_set(scores[ids[j]] - most)));
        if (is_normalized) total += shares[j];
    }
    for (int j = 0; j < chosen; j++) shares[j] /= total;
}

// The same by sigmoids: those with the largest sigmoid and bias (NULL: none), and the share of each, times a factor.
static void choose_by_sigmoids(float *scores, const float *bias, int experts, int chosen, int is_normalized, float factor,
                               int32_t *ids, float *shares) {
    uint8_t is_taken[MAX_EXPERTS] = {0};
    float total = is_normalized ? 1e-6f : 1.0f;
    for (int i = 0; i < experts; i += LANES) {
        const vf closing = vf_add(vf_set(1.0f), vf_exp(vf_sub(vf_zero(), vf_load(scores + i))));
        vf_store(scores + i, vf_div(vf_set(1.0f), closing));
    }
    for (int j = 0; j < chosen; j++) {
        int best = -1;
        for (int i = 0; i < experts; i++)
            if (!is_taken[i] && (best < 0 || scores[i] + (bias ? bias[i] : 0) > scores[best] + (bias ? bias[best] : 0))) best = i;
        ids[j] = best, is_taken[best] = 1, shares[j] = scores[best];
        if (is_normalized) total += shares[j];
    }
    for (int j = 0; j < chosen; j++) shares[j] = shares[j] / total * factor;
}

// Which rows each expert gets; returns the number of parts.
static int plan_parts(expert_room *room, int tokens, int is_few, int experts, int chosen) {
    int32_t counts[MAX_EXPERTS] = {0};
    int parts = 0, place = 0;
    for (int i = 0; i < tokens * chosen; i++) counts[room->chosen[i]]++;
    for (int i = 0; i < experts; i++) {
        if (!counts[i]) continue;
        room->part_of[i] = parts;
        room->parts[parts++] = (expert_part){i, place, 0};
        place += is_few ? counts[i] : (counts[i] + TILE - 1) / TILE * TILE;
    }
    for (int i = 0; i < tokens * chosen; i++) {
        expert_part *part = &room->parts[room->part_of[room->chosen[i]]];
        room->places[i] = part->first + part->tokens++;
        room->rows[room->places[i]] = i / chosen;
    }
    return parts;
}

// A part's rows as activations of their own.
static activations part_of(activations a, const expert_part *part) {
    const int64_t values = (int64_t)part->first * a.columns, blocks = values / BLOCK;
    a.floats += values, a.quants += values, a.bytes += values, a.low += values;
    a.scales += blocks, a.scaled_sums += blocks, a.offsets += blocks, a.low_offsets += blocks;
    a.byte_scales += blocks, a.byte_sums += blocks, a.low_scales += blocks, a.low_sums += blocks;
    a.byte_middles += 2 * blocks, a.low_middles += 2 * blocks;
    a.low_bits += blocks;
    a.tokens = part->tokens;
    return a;
}

// One expert's matrix of `rows` rows (a multiple of 16), with its bias, of all of them one after the other.
static matrix expert_matrix(const matrix *all, int expert, int rows) {
    matrix m = *all;
    m.data += (int64_t)expert * (rows / LANES) * panel_bytes(all);
    if (m.bias) m.bias += (int64_t)expert * rows;
    m.rows = rows;
    return m;
}

// Where an expert puts what it makes of its part.
static sheet part_sheet(const expert_room *room, const expert_part *part, int is_few, int hidden) {
    return sheet_of(room->made + (int64_t)part->first * hidden, part->tokens, is_few, hidden);
}

static void round_part(const expert_room *room, const expert_part *part, activations a, int hidden) {
    a = part_of(a, part);
    for (int t = 0; t < part->tokens; t++) round_row(room->normed + (int64_t)room->rows[part->first + t] * hidden, &a, t);
    for (int row = part->tokens; a.wide && row < tiles_of(&a) * TILE; row++)
        for (int block = 0; block < a.columns / a.wide; block++) clear_block(&a, row, block);
    if (a.wide) mark_rows(&a);
}

static void mark_gated_part(const expert_part *part, activations b) {
    b = part_of(b, part);
    mark_rows(&b);
}

static void round_gated_part(const expert_room *room, const expert_part *part, activations b) {
    const float *gated = room->gated + (int64_t)part->first * b.columns;
    b = part_of(b, part);
    for (int t = 0; t < part->tokens; t++) round_row(gated + (int64_t)t * b.columns, &b, t);
}

// PANELS_PER_SUM panels of what one row's experts make, by their shares, always in the order in which it chose them.
static void sum_experts(const expert_room *room, int row, int item, int is_few, int hidden, int chosen, const sheet *y) {
    const int panels = hidden / LANES, first = item * PANELS_PER_SUM;
    const int end = first + PANELS_PER_SUM < panels ? first + PANELS_PER_SUM : panels;
    for (int panel = first; panel < end; panel++) {
        vf sum = vf_zero();
        for (int i = row * chosen; i < (row + 1) * chosen; i++) {
            const expert_part *part = &room->parts[room->part_of[room->chosen[i]]];
            const sheet made = part_sheet(room, part, is_few, hidden);
            sum = vf_fma(vf_set(room->shares[i]), vf_load(sheet_at(&made, room->places[i] - part->first, panel)), sum);
        }
        vf_store(sheet_at(y, row, panel), sum);
    }
}

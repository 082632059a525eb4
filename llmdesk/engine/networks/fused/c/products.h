// Items of work of a step's products: which panels are multiplied together, and what becomes of their sums.
#pragma once
#include "matmul.h"

enum { SILU = 0, GELU_TANH = 1, RELU2 = 2, CLAMPED_SWIGLU = 3 };

INLINE vf activated(vf gate, int kind) {
    if (kind == SILU) return vf_mul(gate, vf_inverse(vf_add(vf_set(1.0f), vf_exp(vf_sub(vf_zero(), gate)))));
    if (kind == GELU_TANH) {  // x / (1 + e^(-2 u)) with u = sqrt(2 / pi) (x + 0.044715 x^3)
        vf cube = vf_mul(vf_mul(gate, gate), gate);
        vf twice = vf_mul(vf_set(-1.5957691216f), vf_fma(cube, vf_set(0.044715f), gate));
        return vf_mul(gate, vf_inverse(vf_add(vf_set(1.0f), vf_exp(twice))));
    }
    vf positive = vf_max(gate, vf_zero());
    return vf_mul(positive, positive);
}

// gpt-oss: of values that are held within limits (up + 1) gate / (1 + e^(-1.702 gate)); of all others activation(gate) * up.
INLINE vf gated_of(vf gate, vf up, int kind) {
    if (kind != CLAMPED_SWIGLU) return vf_mul(activated(gate, kind), up);
    gate = vf_min(gate, vf_set(7.0f)), up = vf_max(vf_min(up, vf_set(7.0f)), vf_set(-7.0f));
    vf share = vf_inverse(vf_add(vf_set(1.0f), vf_exp(vf_mul(gate, vf_set(-1.702f)))));
    return vf_mul(vf_mul(gate, share), vf_add(up, vf_set(1.0f)));
}

// Where products put their results (T, rows). Few tokens: row by row. Many: all tokens of a panel's 16 rows together, so that
// a pair of panels is written from beginning to end and not line by line to a page of its own each.
typedef struct {
    float *data;
    int64_t token_step, panel_step;
    float *const *rows;  // or NULL: each row has a place of its own
} sheet;

static sheet sheet_of(float *data, int tokens, int is_few, int rows) {
    return is_few ? (sheet){data, rows, LANES, NULL} : (sheet){data, LANES, (int64_t)tokens * LANES, NULL};
}

INLINE float *sheet_at(const sheet *s, int token, int panel) {
    return (s->rows ? s->rows[token] : s->data + token * s->token_step) + panel * s->panel_step;
}

// One token's results side by side: where they are, or in `buffer`.
static const float *row_of(const sheet *s, int token, int rows, float *buffer) {
    if (s->panel_step == LANES) return sheet_at(s, token, 0);
    for (int panel = 0; panel < rows / LANES; panel++) vf_store(buffer + panel * LANES, vf_load(sheet_at(s, token, panel)));
    return buffer;
}

// Up to three matrices times the same activations.
typedef struct {
    const activations *a;
    const matrix *m[3];
    sheet y[3];
    int count;
} product;

// Items of work: pairs of panels of a matrix, which lie side by side, or of one token half the matrix apart, so that they are two
// streams out of memory; single panels of a few tokens.
static int panels_per_item(const activations *a) { return a->wide || a->is_alone ? PAIR : 1; }
static int items_of_panels(int panels, const activations *a) { return (panels + panels_per_item(a) - 1) / panels_per_item(a); }
static int items_of_matrix(const matrix *m, const activations *a) { return items_of_panels(panels_of(m), a); }
static int items_of(const product *p, int which) { return items_of_matrix(p->m[which], p->a); }
static int product_items(const product *p) {
    int items = 0;
    for (int i = 0; i < p->count; i++) items += items_of(p, i);
    return p->a->tokens ? items : 0;
}

INLINE vf with_bias(vf sum, const panel_ref *at) {
    return at->m->bias ? vf_add(sum, vf_load(at->m->bias + at->index * LANES)) : sum;
}

// Rows in the way of a few tokens, `now` from `first` on at a time.
#define EACH_SLICE(a, ...)                                                      \
    for (int first = 0, now; first < (a)->tokens; first += now) {               \
        now = slice_of((a)->tokens, first);                                     \
        __VA_ARGS__;                                                            \
    }

// The sums of a pair for all tokens, a share that stays in the first-level cache at a time: `t` is the token.
#define EACH_PAIR_SUM(pair, a, room, ...)                                                               \
    do {                                                                                                \
        widen_pair(pair, a, room);                                                                      \
        for (int tile_ = 0, now_; tile_ < tiles_of(a); tile_ += now_) {                                 \
            now_ = tiles_of(a) - tile_ < TILES_AT_ONCE ? tiles_of(a) - tile_ : TILES_AT_ONCE;           \
            multiply_tiles(pair, a, tile_, now_, room);                                                 \
            for (int row_ = 0, t = tile_ * TILE; row_ < now_ * TILE && t < (a)->tokens; row_++, t++) {  \
                vf first = with_bias(vf_load(pair_sum(room, row_, 0)), pair);                           \
                vf second = with_bias(vf_load(pair_sum(room, row_, 1)), (pair) + 1);                    \
                __VA_ARGS__;                                                                            \
            }                                                                                           \
        }                                                                                               \
    } while (0)

// One token's panels: two, or the one in the middle.
static void token_item(const matrix *m, const sheet *y, int item, const activations *a) {
    const int half = items_of_matrix(m, a), count = item + half < panels_of(m) ? PAIR : 1;
    const panel_ref pair[PAIR] = {{m, item}, {m, item + half}};
    vf sums[PAIR];
    if (count == PAIR) two_panels(pair, a, 0, sums);
    else few_panel(m, item, a, 0, 1, sums);
    for (int k = 0; k < count; k++) vf_store(sheet_at(y, 0, pair[k].index), with_bias(sums[k], &pair[k]));
}

static void product_item(const product *p, int item, const pair_room *room) {
    const activations *a = p->a;
    int which = 0;
    for (; item >= items_of(p, which); which++) item -= items_of(p, which);
    const sheet *y = &p->y[which];
    if (a->is_alone) {
        token_item(p->m[which], y, item, a);
        return;
    }
    int index = item * panels_per_item(a), both = index + 1 < panels_of(p->m[which]);
    const panel_ref pair[PAIR] = {{p->m[which], index}, {p->m[which], both ? index + 1 : index}};
    if (!a->wide) {
        EACH_SLICE(a, {
            vf sums[FEW];
            few_panel(pair->m, index, a, first, now, sums);
            for (int t = 0; t < now; t++) vf_store(sheet_at(y, first + t, index), with_bias(sums[t], pair));
        });
        return;
    }
    EACH_PAIR_SUM(pair, a, room, {
        vf_store(sheet_at(y, t, index), first);
        if (both) vf_store(sheet_at(y, t, index + 1), second);
    });
}

// gate and up of all tokens, as one (`gated_of`). Many tokens: an item makes as many columns as share a scale afterwards, so that
// they are rounded while they are near, which is faster by 5 % than to write them all as floats and to read them again.
typedef struct {
    const activations *a;
    matrix gate, up;
    int activation;
    float *gated;         // (T, F): few tokens, or if their scales are not known yet
    activations *rounded; // or NULL
    int columns;          // of an item
} gated_product;

static int gated_items(const gated_product *p) { return p->gate.rows / p->columns; }

static void gated_item(const gated_product *p, int item, const pair_room *room, float *block) {
    const activations *a = p->a;
    const int f = p->gate.rows, panels = p->columns / LANES;
    for (int i = 0; i < panels; i++) {
        const panel_ref pair[PAIR] = {{&p->gate, item * panels + i}, {&p->up, item * panels + i}};
        if (a->wide) {
            EACH_PAIR_SUM(pair, a, room, vf_store(block + (int64_t)t * p->columns + i * LANES,
                                                  gated_of(first, second, p->activation)));
            continue;
        }
        if (a->is_alone) {
            vf sums[PAIR];
            two_panels(pair, a, 0, sums);
            vf_store(p->gated + pair->index * LANES, gated_of(with_bias(sums[0], pair), with_bias(sums[1], pair + 1), p->activation));
            continue;
        }
        EACH_SLICE(a, {
            vf sums[PAIR][FEW];
            for (int m = 0; m < PAIR; m++) few_panel(pair[m].m, pair[m].index, a, first, now, sums[m]);
            for (int t = 0; t < now; t++)
                vf_store(p->gated + (int64_t)(first + t) * f + pair->index * LANES,
                         gated_of(with_bias(sums[0][t], pair), with_bias(sums[1][t], pair + 1), p->activation));
        });
    }
    for (int t = 0; t < a->tokens && a->wide; t++) {
        const float *x = block + (int64_t)t * p->columns;
        if (p->rounded) round_wide(x, p->rounded, t, item, largest(x, p->columns));
        else memcpy(p->gated + (int64_t)t * f + item * p->columns, x, (size_t)p->columns * 4);
    }
    for (int row = a->tokens; p->rounded && row < tiles_of(a) * TILE; row++) clear_block(p->rounded, row, item);
}

// How the rows of the next product are rounded: the same for every thread, a late one too. Matrices of 2 bits are multiplied
// with rows of one scale, whether the model asks for that or not. `in_planes`: of a large network, in bytes beside weights of 4 to 6 bits.
static activations shape_of(activations room, int tokens, int is_few, const matrix *const *m, int count, int per_row,
                            int in_planes) {
    int wanted = 0, always = 0, lines = 0;  // by some, by some that take nothing else, and how many are of 4 bits
    for (int i = 0; i < count; i++) {
        const int some = form_of(m[i])->activations;
        wanted |= some, always |= some & IN_PLANES ? 0 : some, lines += form_of(m[i])->line != NULL;
    }
    const int many_in_nibbles = MANY_IN_NIBBLES && lines;
    room.per_row = per_row || wanted & IN_ROW_BYTES;
    room.has_low = in_planes && !room.per_row && (is_few ? wanted & IN_PLANES : (MANY_IN_BYTES && !always) || many_in_nibbles);
    room.in_bytes = wanted & IN_ROW_BYTES || room.has_low;
    room.in_floats = is_few && wanted & AS_FLOATS;
    if (room.has_low && !is_few) room.in_words = many_in_nibbles && lines < count;
    else room.in_words = (room.has_low ? always : wanted) & (is_few ? IN_WORDS : IN_WORDS | AS_FLOATS);
    room.tokens = tokens;
    room.is_alone = is_few && tokens == 1;
    room.columns = m[0]->columns;
    room.wide = is_few ? 0 : wide_block(room.columns);
    return room;
}

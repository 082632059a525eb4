// Attention of a step: which rows see which part of the past, in which order, and the parts merged.
#pragma once
#include "heads.h"

// The rows (token, query head of the group) `row` .. of a sequence's key/value head, with what they see.
typedef struct { int rows, first[ROWS], end[ROWS]; } row_tile;

static int group_of(const engine *e, const layer *l) { return e->net.heads / l->kv_heads; }

static row_tile tile_of(const engine *e, const span *s, const layer *l, int head, int row, queries *query, int in_words) {
    const network *n = &e->net;
    int group = group_of(e, l), all = s->tokens * group, d = l->head_dim;
    row_tile tile = {all - row < ROWS ? all - row : ROWS, {0}, {0}};
    for (int i = 0; i < tile.rows; i++) {
        int t = (row + i) / group, h = head * group + (row + i) % group;
        const float *q = e->attended + ((int64_t)(s->first + t) * n->heads + h) * d;
        put_query(query, i, q, d, in_words);
        tile.end[i] = s->past + t + 1;
        tile.first[i] = l->window && tile.end[i] > l->window ? tile.end[i] - l->window : 0;
    }
    return tile;
}

// What a tile sees of the `size` tokens from `base` on, which lie in one page and whose keys and values these are.
static void tile_part(engine *e, int d, numbers keys, numbers values, int base, int size, const row_tile *tile,
                      const queries *query, next_page next, partial *p) {
    int first[ROWS], end[ROWS], seen = 0;
    for (int i = 0; i < tile->rows; i++) {
        first[i] = tile->first[i] - base < 0 ? 0 : tile->first[i] - base < size ? tile->first[i] - base : size;
        end[i] = tile->end[i] - base < size ? tile->end[i] - base : size;
        seen |= end[i] > first[i];
    }
    if (seen)
        add_part(p, query, keys, values, d, tile->rows, first, end, e->net.attention_softcap, next);
}

// A row's values over its weights' sum, to which the head's sink adds its own, where there is one.
static float row_factor(float most, float total, const float *sinks, int head) {
    if (!sinks) return 1.0f / total;
    const float all = most > sinks[head] ? most : sinks[head], keep = exp_negative(most - all);
    return keep / (total * keep + exp_negative(sinks[head] - all));
}

static void write_row(engine *e, const span *s, const layer *l, int head, int row, const partial *p) {
    int group = group_of(e, l), t = s->first + row / group, h = head * group + row % group;
    float *out = e->attended + ((int64_t)t * e->net.heads + h) * l->head_dim;
    vf inverse = vf_set(row_factor(p->most[row % ROWS], p->total[row % ROWS], l->sinks, h));
    for (int d = 0; d < l->head_dim; d += LANES) vf_store(out + d, vf_mul(vf_load(p->sums[row % ROWS] + d), inverse));
}

static int row_tiles(const engine *e, const span *s, const layer *l) { return (s->tokens * group_of(e, l) + ROWS - 1) / ROWS; }
static int tile_blocks(const engine *e, const span *s, const layer *l) { return (row_tiles(e, s, l) + ROW_TILES - 1) / ROW_TILES; }
// Tiles of a block: the same for all, so that threads that share them end together.
static int block_tiles(const engine *e, const span *s, const layer *l) {
    return (row_tiles(e, s, l) + tile_blocks(e, s, l) - 1) / tile_blocks(e, s, l);
}

// A few tokens over a long past leave threads idle unless the past is split too. Up to FEW tokens in the way of a single
// one, so that drafts that are verified together get to the last bit what they would get one by one.
static int pages_of(const span *s) { return (s->past + s->tokens - 1) / PAGE + 1; }

// The first page of a split. The same for every length, so that a token gets the same numbers whatever comes after it:
// EVEN_SPLITS of SPLIT_PAGES each, then twice as many pages in each GROWING_SPLITS more; the last one takes the rest.
static int split_start(int split) {
    int pages = SPLIT_PAGES, at = 0;
    if (split <= EVEN_SPLITS) return split * pages;
    at = EVEN_SPLITS * pages, split -= EVEN_SPLITS;
    for (pages *= 2; split > GROWING_SPLITS; pages *= 2) at += GROWING_SPLITS * pages, split -= GROWING_SPLITS;
    return at + split * pages;
}
static int splits_of(const span *s) {
    int splits = 1;
    while (splits < MAX_SPLITS && split_start(splits) < pages_of(s)) splits++;
    return splits;
}
// Items of attention of a sequence, and of all; partial results likewise.
static int span_items(const engine *e, const span *s, const layer *l) { return l->kv_heads * tile_blocks(e, s, l) * s->splits; }
static int batch_items(const engine *e, const batch *b, const layer *l) {
    int items = 0;
    for (const span *s = b->spans; s < b->spans + b->count; s++) items += span_items(e, s, l);
    return items;
}
static int partials_before(const engine *e, const batch *b, const span *end, const layer *l) {
    int partials = 0;
    for (const span *s = b->spans; s < end; s++) partials += l->kv_heads * row_tiles(e, s, l) * s->splits;
    return partials;
}
// The most that a layer has.
static int most_partials(const engine *e, const batch *b) {
    int most = 0;
    for (const layer *l = e->net.layer; b->is_few && l < e->net.layer + e->net.layers; l++) {
        if (l > e->net.layer && l->kv_heads == l[-1].kv_heads) continue;
        const int partials = partials_before(e, b, b->spans + b->count, l);
        most = partials > most ? partials : most;
    }
    return most;
}
// The splits of a tile of a sequence, whose first partial result this is.
static partial *splits_at(const engine *e, const span *s, const layer *l, partial *first, int head, int tile) {
    return first + (head * row_tiles(e, s, l) + tile) * s->splits;
}

// What this thread most likely reads after a page.
static next_page page_after(const span *s, const layer_cache *c, int page, int head) {
    const int is_last = page + 1 >= pages_of(s), next = is_last ? 0 : page + 1;
    head += is_last && head + 1 < c->kv_heads;
    return (next_page){keys_of(c, next, head), values_of(c, next, head)};
}

// ROW_TILES tiles of rows of one head, part by part of the past, so that a part is brought to floats and near once for all.
static void attend(engine *e, const batch *b, int layer_index, int item, int thread) {
    const layer *l = &e->net.layer[layer_index];
    const span *s = b->spans;
    for (int items; item >= (items = span_items(e, s, l)); s++) item -= items;
    const layer_cache c = cache_of(e, s, layer_index);
    const int blocks = tile_blocks(e, s, l), each = block_tiles(e, s, l);
    int split = item % s->splits, block = item / s->splits % blocks;
    int head = item / s->splits / blocks, first_tile = block * each, left = row_tiles(e, s, l) - first_tile;
    int count = left < each ? left : each;
    const int in_words = b->is_few && c.form == IN_BYTES, d = l->head_dim;
    partial *first = e->splits + (b->is_few ? partials_before(e, b, s, l) : 0);
    row_tile tile[ROW_TILES];
    partial *p[ROW_TILES];
    for (int i = 0; i < count; i++) {
        tile[i] = tile_of(e, s, l, head, (first_tile + i) * ROWS, e->queries[thread] + i, in_words);
        p[i] = b->is_few ? splits_at(e, s, l, first, head, first_tile + i) + split : e->partials[thread] + i;
        partial_reset(p[i], tile[i].rows, d);
    }
    int from = tile[0].first[0], to = tile[count - 1].end[tile[count - 1].rows - 1], size = b->is_few ? PAGE : PART;
    int split_from = split_start(split) * PAGE, split_to = split + 1 < s->splits ? split_start(split + 1) * PAGE : to;
    for (int base = (from > split_from ? from : split_from) / size * size; base < to && base < split_to; base += size) {
        numbers keys = groups_from((numbers){keys_of(&c, base / PAGE, head), c.form}, base % PAGE, d);
        numbers values = groups_from((numbers){values_of(&c, base / PAGE, head), c.form}, base % PAGE, d);
        if (!b->is_few) {
            keys = keys_in_floats(keys, size, d, e->parts[thread]);
            values = values_in_floats(values, size, d, e->parts[thread] + PART * MAX_HEAD_DIM);
        }
        for (int i = 0; i < count; i++)
            tile_part(e, d, keys, values, base, size, &tile[i], e->queries[thread] + i,
                      b->is_few && s->tokens == 1 ? page_after(s, &c, base / PAGE, head) : (next_page){NULL, NULL}, p[i]);
    }
    if (b->is_few) return;
    for (int i = 0; i < count; i++)
        for (int r = 0; r < tile[i].rows; r++) write_row(e, s, l, head, (first_tile + i) * ROWS + r, p[i]);
}

// Add a row of `from`, which another split made, to the same row of `into`.
static void merge_row(partial *into, const partial *from, int i, int head_dim) {
    if (from->total[i] == 0.0f) return;  // it sees nothing there
    float most = into->most[i] > from->most[i] ? into->most[i] : from->most[i];
    float keep = exp_negative(into->most[i] - most), add = exp_negative(from->most[i] - most);
    into->most[i] = most;
    into->total[i] = into->total[i] * keep + from->total[i] * add;
    for (int d = 0; d < head_dim; d += LANES)
        vf_store(into->sums[i] + d, vf_fma(vf_load(from->sums[i] + d), vf_set(add),
                                           vf_mul(vf_load(into->sums[i] + d), vf_set(keep))));
}

static void merge_splits(engine *e, const batch *b, const layer *l, int t) {
    const span *s = span_of(b, t);
    int group = group_of(e, l), token = t - s->first;
    partial *first = e->splits + partials_before(e, b, s, l);
    for (int head = 0; head < l->kv_heads; head++)
        for (int row = token * group; row < (token + 1) * group; row++) {
            partial *into = splits_at(e, s, l, first, head, row / ROWS);
            for (int i = 1; i < s->splits; i++) merge_row(into, into + i, row % ROWS, l->head_dim);
            write_row(e, s, l, head, row, into);
        }
}

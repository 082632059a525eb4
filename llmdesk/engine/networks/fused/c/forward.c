// One step of a Llama-like network: token ids in, logits out, all layers in one call without Python in between.
//
// The step is a fixed series of phases (pool.h); each thread runs `work` from its beginning to its end and takes items
// of each phase. A step takes rows of several sequences: products run over all of them together, attention over each with
// its own cache. A row's numbers never depend on the other sequences (docs/decisions/0024).
// Shapes: T new tokens of all, H hidden, N query heads, K key/value heads, D head size, F feed-forward size.
#include "attention.h"
#include "convolution.h"
#include "delta_net.h"
#include "experts.h"
#include "head.h"
#include "per_layer.h"
#include "pool.h"

enum { PHASES_PER_LAYER = 10, PHASES_WITH_EXPERTS = 14, PHASES_OF_EXPERTS_BESIDE = 9, PHASES_OF_OWN_INPUTS = 4, OTHER_PHASES = 28, ROW_TILES = 12, MAX_SEQUENCES = 16 };
enum { EVEN_SPLITS = 48, GROWING_SPLITS = 8, MAX_SPLITS = 96 };  // half a million tokens before the last one grows

typedef struct {
    const float *input_norm, *q_norm, *k_norm, *attention_sub_norm, *post_attention_norm;
    const float *mlp_norm, *mlp_sub_norm, *post_mlp_norm;  // NULL where the architecture has none
    const float *rotary;  // (positions, rotary_dims): sines, then cosines; NULL: no position
    const float *router;  // (experts, H); NULL: the feed-forward is dense. Experts' gate, up and down: see expert_matrix
    const float *v_norm;  // of each head's values, as q_norm and k_norm
    const float *router_bias;  // (experts), or NULL
    const float *sinks;   // (N), or NULL: a score of each query head that takes its share of attention and gives nothing
    matrix q, k, v, output, gate, up, down;
    matrix attention_gate;         // (heads * head_dim, H); no data: what attention makes is as it is
    const float *taps, *tap_bias;  // of a convolution: (taps, width), and (width) or NULL
    const float *choice_bias;      // (experts) or NULL: see choose_by_sigmoids
    const float *delta_gates;      // of a delta net: b, then a (2 value heads, H)
    const float *decay_rates, *decay_bias, *mixer_norm;  // and (value heads), (value heads), (value_dim)
    layer_input own;
    experts_beside beside;
    int64_t state_at;  // bytes into a sequence's state, of a mixer that has one
    int32_t window;    // tokens that a token sees, itself among them; 0: all
    int32_t mixer;
    int32_t head_dim, kv_heads, rotary_dims, intermediate;  // the last one of a dense feed-forward
    int32_t keys_from;  // the layer whose keys and values it reads: its own, or one before; of other mixers its own
    float scale;        // what the stream is multiplied by afterwards
} layer;

enum { ATTENTION = 0, CONVOLUTION = 1, DELTA_NET = 2 };

typedef struct {
    int32_t layers, hidden, heads, vocabulary;
    int32_t activation, per_row_activations, activations_in_planes, cache_in_bytes;
    int32_t norms_whole_width;  // q_norm and k_norm are of all heads of a row together
    int32_t experts, chosen_experts, expert_width, normalizes_shares;  // experts: 0 if no layer has any
    int32_t taps, mixer_width;     // of convolutions, 0 if no layer has any; the most numbers that a row's mixer has side by side
    int32_t key_heads, value_heads, key_dim, value_dim, has_tiled_heads;  // of delta nets, 0 if no layer is one
    int32_t has_attention_gate, chooses_by_sigmoids;
    int32_t per_layer;  // P of per_layer.h, 0: no layer has inputs of its own
    float eps, attention_scale, attention_softcap, embedding_scale, share_factor;
    float late_queries_growth;  // queries at p times (1 + growth log(1 + floor(p / late_queries_from))); 0: they are not
    int32_t late_queries_from;
    matrix embedding, head;
    const uint16_t *embedding_bf16;  // (vocabulary, hidden), or NULL: `embedding` is used
    const float *final_norm;
    matrix per_layer_projection;  // (layers * P, H)
    const float *per_layer_norm;  // (P)
    const layer *layer;
} network;

// What a step does for one sequence.
typedef struct {
    const int32_t *ids;
    uint8_t *const *pages;  // its cache: see layer_cache
    float *logits;           // (last, stride)
    int32_t tokens, past, last;  // new tokens, those in the cache, and how many of the new ones want logits
    int32_t page_count;
    int32_t is_prompt;  // its products are those of many rows, however few there are
    int32_t best;       // of the last tokens' logits only the so many largest need be right (at most MOST_BEST), 0: all
    int32_t lowered_count, given_count;
    int32_t logged;          // how many of the rows in a delta net's log are the sequence's last ones
    const int32_t *lowered;  // tokens whose logits the caller lowers before it looks for the largest
    const float *given;      // (given_count, hidden): what ids from the vocabulary's end on stand for (of pictures)
    uint8_t *state;          // of its mixers that have one: see fused_state_bytes
    const float *own_rows;   // (tokens, layers * P): what the new tokens bring for each layer
} sequence;

// Rows of one sequence within a batch.
typedef struct {
    int tokens, past;  // its rows, and the position of the first one
    int first;         // the first one's place in the batch
    int source;        // and in the step
    int splits;
    const sequence *of;
} span;

// Rows that go through layers together, all in the way of a few tokens or all in the way of many.
typedef struct {
    span spans[MAX_SEQUENCES];
    int count, tokens, is_few;
    float **logits;       // of each row, or NULL
    int best;             // see sequence; the most of all
} batch;

// All rows go through all layers before the last one that has keys or a state; there, of those without logits only keys and values are
// wanted, and after it nothing.
typedef struct {
    const int32_t *ids[MAX_SEQUENCES];
    batch all, unwanted, wanted[2];  // in the way of many, of a few
} job;

typedef struct { void *base; size_t bytes; } mapping;  // memory of the engine's own

typedef struct {
    pool pool;
    mapping owned[MAX_THREADS * 8 + 128];
    int owned_count;
    job jobs[2];
    int phases;  // that the last round went through
    network net;
    int32_t max_tokens;
    float *x;                     // (T, H), the residual stream
    float *y, *final_y;           // what products make, and what those of the last layer make: see sheet
    float *q, *k, *v;             // (T, N or K, D), in the way of a few tokens
    float *gated;                 // (T, F)
    float *attended;              // (T, N, D): queries, then in their place what attention makes of them
    float *opened;                // (T, N, D): what attention's gate is made of
    float *normed, *gates;        // of delta nets: (T, H), and what a row writes and keeps (T, 2 value heads)
    int64_t *cache_begin;         // (layers): of each layer's keys and values in a page
    float *own_inputs, *own_gate;  // see own_inputs_of
    activations rounded, gated_rounded;
    partial *splits;              // of each span (K, tiles of rows, splits), in the way of a few tokens
    int split_count;              // that there is room for
    float **logit_rows[2][2];     // for each round and way (T)
    head_room head;
    expert_room experts;
    // for each thread
    pair_room pairs[MAX_THREADS];
    float *block[MAX_THREADS];    // (T, WIDE_BLOCK or D)
    float *row[MAX_THREADS];
    partial *partials[MAX_THREADS];
    queries *queries[MAX_THREADS];
    float *parts[MAX_THREADS];    // keys and values of a part in floats
} engine;

// A thread on its way through the phases of a round.
typedef struct {
    engine *e;
    round_state *r;
    int thread, phase;
} walk;

#define PHASE(w, count, ...)                                                              \
    do {                                                                                  \
        const int count_ = (count);                                                       \
        for (int start_, end_; take((w)->r, (w)->phase, count_, (w)->thread, &start_, &end_);) { \
            for (int item = start_; item < end_; item++) { __VA_ARGS__; }                 \
            give((w)->r, (w)->phase, end_ - start_);                                      \
        }                                                                                 \
        await_phase((w)->r, (w)->phase, count_);                                          \
        (w)->phase++;                                                                     \
    } while (0)

// ---- layers ---------------------------------------------------------------------------------------------------------

static number_form form_of_cache(const network *n) { return n->cache_in_bytes ? IN_BYTES : IN_HALVES; }

// Where each layer's keys and values begin in a page, into `begins` if it is given; returns a page's bytes.
static int64_t cache_begins(const network *n, int64_t *begins) {
    int64_t bytes = 0;
    for (int i = 0; i < n->layers; i++) {
        const layer *l = &n->layer[i];
        if (begins) begins[i] = l->keys_from < i ? begins[l->keys_from] : bytes;
        if (l->keys_from < i || l->mixer != ATTENTION) continue;
        const layer_cache c = {NULL, 0, l->kv_heads, l->head_dim, form_of_cache(n)};
        bytes += layer_bytes(&c);
    }
    return bytes;
}

// Or with a state: the last one that leaves something for later tokens.
static int last_with_keys(const network *n) {
    int index = n->layers - 1;
    while (index > 0 && n->layer[index].keys_from < index) index--;
    return index;
}

// ---- rows -----------------------------------------------------------------------------------------------------------

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

// ---- attention ------------------------------------------------------------------------------------------------------

enum { QUERY = 0, KEY = 1, VALUE = 2 };

static const span *span_of(const batch *b, int row) {
    const span *s = b->spans;
    while (row >= s->first + s->tokens) s++;
    return s;
}

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
    if (l->rotary) rotate(x, l->rotary + (int64_t)position * l->rotary_dims, l->rotary_dims);
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

// ---- the step -------------------------------------------------------------------------------------------------------

// Items of a phase that makes rows: single rows, or whole tiles of them where tiles are what is stored.
#define ROW_PHASE(w, a, ...)                                                        \
    PHASE(w, a.wide ? tiles_of(&a) : a.tokens, {                                       \
        int from_ = a.wide ? item * TILE : item, to_ = a.wide ? from_ + TILE : from_ + 1; \
        for (int t = from_; t < to_ && t < a.tokens; t++) { __VA_ARGS__; }          \
        for (int row_ = a.tokens; row_ < to_; row_++)                               \
            for (int block_ = 0; block_ < a.columns / a.wide; block_++) clear_block(&a, row_, block_); \
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

// Queries, keys and values to where attention finds them. Without the queries, in the way of many: keys and values only.
// Many tokens' heads are placed while they are near, unless a norm needs all heads of a row first.
static void read_inputs(walk *w, const rows *in, int layer_index, int with_queries) {
    engine *e = w->e;
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    const matrix *qkv[] = {&l->q, &l->k, &l->v};
    const int h = n->hidden, q_rows = n->heads * l->head_dim, kv_rows = l->kv_heads * l->head_dim;
    const int own_keys = has_keys(n, layer_index);
    float *row = e->row[w->thread];
    activations a = shape_of(e->rounded, in->b->tokens, in->b->is_few, qkv, own_keys ? 3 : 1, n->per_row_activations, n->activations_in_planes);
    ROW_PHASE(w, a, {
        const float *x = residual(e, in, layer_index, t, row);
        round_row(normed(x, l->input_norm, n->eps, h, row), &a, t);
    });
    const pair_room *room = &e->pairs[w->thread];
    if (a.wide && !n->norms_whole_width) {
        const int skipped = with_queries ? 0 : n->heads, heads = n->heads + (own_keys ? 2 * l->kv_heads : 0) - skipped;
        const sheet opened = {e->opened, q_rows, LANES, NULL};
        const product to_gate = {&a, {&l->attention_gate}, {opened}, 1};
        const int gates = with_queries && l->attention_gate.data ? product_items(&to_gate) : 0;
        PHASE(w, heads + gates, {
            if (item < heads) head_item(e, in->b, layer_index, &a, skipped + item, room, e->block[w->thread]);
            else product_item(&to_gate, item - heads, room);
        });
        return;
    }
    if (l->attention_gate.data && (with_queries || !a.wide)) {
        const sheet to = {e->opened, q_rows, LANES, NULL};
        const product to_gate = {&a, {&l->attention_gate}, {to}, 1};
        PHASE(w, product_items(&to_gate), product_item(&to_gate, item, room));
    }
    const int all = with_queries || !a.wide;
    const sheet q = {e->q, q_rows, LANES, NULL}, k = {e->k, kv_rows, LANES, NULL}, v = {e->v, kv_rows, LANES, NULL};
    product to_qkv = all ? (product){&a, {&l->q, &l->k, &l->v}, {q, k, v}, 3} : (product){&a, {&l->k, &l->v}, {k, v}, 2};
    if (!own_keys) to_qkv.count = 1;
    PHASE(w, product_items(&to_qkv), product_item(&to_qkv, item, room));
    PHASE(w, in->b->tokens, place_row(e, in->b, layer_index, item, all));
}

// x *= sigmoid(gate)
static void open_row(float *x, const float *gate, int n) {
    for (int i = 0; i < n; i += LANES) {
        const vf closing = vf_add(vf_set(1.0f), vf_exp(vf_sub(vf_zero(), vf_load(gate + i))));
        vf_store(x + i, vf_mul(vf_load(x + i), vf_inverse(closing)));
    }
}

static void attention_block(walk *w, const rows *in, int layer_index, const sheet *y) {
    engine *e = w->e;
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    const int attended = n->heads * l->head_dim;
    const matrix *output[] = {&l->output};
    float *row = e->row[w->thread];
    PHASE(w, batch_items(e, in->b, l), attend(e, in->b, layer_index, item, w->thread));
    activations a = shape_of(e->rounded, in->b->tokens, in->b->is_few, output, 1, n->per_row_activations, n->activations_in_planes);
    ROW_PHASE(w, a, {
        if (in->b->is_few) merge_splits(e, in->b, l, t);
        const float *x = e->attended + (int64_t)t * attended;
        if (l->attention_gate.data) open_row(e->attended + (int64_t)t * attended, e->opened + (int64_t)t * attended, attended);
        if (l->attention_sub_norm) rms_norm(x, l->attention_sub_norm, n->eps, attended, row), x = row;
        round_row(x, &a, t);
    });
    const product to_y = {&a, {&l->output}, {*y}, 1};
    PHASE(w, product_items(&to_y), product_item(&to_y, item, &e->pairs[w->thread]));
}

// ---- mixers with a state --------------------------------------------------------------------------------------------

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

static delta_shape delta_of(const network *n) {
    return (delta_shape){n->key_heads, n->value_heads, n->key_dim, n->value_dim, n->has_tiled_heads};
}

// A sequence's state in a layer: the ring, the log by positions, S by value heads and groups of columns.
static float *delta_log(const engine *e, const span *s, const layer *l, int position) {
    const delta_shape d = delta_of(&e->net);
    const int64_t ring = (int64_t)ring_rows(e->net.taps) * delta_columns(&d);
    return state_of(s, l) + ring + (int64_t)(position % FEW) * delta_log_row(&d);
}
static float *delta_matrix(const engine *e, const span *s, const layer *l, int item) {
    const delta_shape d = delta_of(&e->net);
    return delta_log(e, s, l, 0) + (int64_t)FEW * delta_log_row(&d) + (int64_t)item * d.key_dim * LANES;
}

// Queries, keys, values and gates of one row, out of products, to where the delta net reads them.
static void delta_inputs(engine *e, const batch *b, const layer *l, int t) {
    const delta_shape d = delta_of(&e->net);
    const int columns = delta_columns(&d), taps = e->net.taps;
    const seen_rows seen = seen_by(e, b, l, t, e->q, NULL, columns);
    float *row = e->v + (int64_t)t * columns;
    for (int i = 0; i < columns; i += LANES)
        vf_store(row + i, activated(convolved(&seen, l->taps, l->tap_bias, taps, columns, i), SILU));
    for (int head = 0; head < 2 * d.key_heads; head++)
        unit_row(row + head * d.key_dim, d.key_dim, head < d.key_heads ? 1.0f / sqrtf((float)d.key_dim) : 1.0f);
    open_gates(e->gates + (int64_t)t * 2 * d.value_heads, l->decay_rates, l->decay_bias, d.value_heads);
}

static int span_of_prompt(const span *s) { return s->of->is_prompt || s->of->tokens > FEW; }

// 16 columns of one value head of one sequence: first the rows of the last step that were not forgotten, then the new ones.
static void delta_item(engine *e, const batch *b, const layer *l, int item, int reads) {
    const delta_shape d = delta_of(&e->net);
    const int each = d.value_heads * delta_groups(&d), columns = delta_columns(&d), keys = delta_keys(&d);
    const span *s = &b->spans[item / each];
    const int head = item % each / delta_groups(&d), group = item % delta_groups(&d);
    const int is_first = s->past == s->of->past, from = is_first ? s->past - s->of->logged : s->of->past;
    float now[MOST_KEY_DIM * LANES], *kept = delta_matrix(e, s, l, item % each);
    const size_t bytes = (size_t)d.key_dim * LANES * 4;
    memcpy(now, kept, bytes);
    for (int position = from; position < s->past && !(span_of_prompt(s) && !is_first); position++) {
        const float *logged = delta_log(e, s, l, position);
        const delta_row row = {NULL, logged, logged + keys, logged + keys + delta_values(&d)};
        delta_token(now, &d, &row, head, group, NULL);
    }
    if (!span_of_prompt(s) && is_first && s->of->logged) memcpy(kept, now, bytes);
    for (int t = s->first; t < s->first + s->tokens && (reads || span_of_prompt(s)); t++) {
        const float *x = e->v + (int64_t)t * columns;
        const delta_row row = {reads ? x : NULL, x + keys, x + 2 * keys, e->gates + (int64_t)t * 2 * d.value_heads};
        delta_token(now, &d, &row, head, group, e->attended + (int64_t)t * delta_values(&d) + head * d.value_dim + group * LANES);
    }
    if (span_of_prompt(s)) memcpy(kept, now, bytes);
}

// After all have read them: what a row leaves for later ones.
static void delta_traces(engine *e, const batch *b, const layer *l, int t) {
    const delta_shape d = delta_of(&e->net);
    const span *s = span_of(b, t);
    const int columns = delta_columns(&d), keys = delta_keys(&d), values = delta_values(&d);
    put_in_ring(e, b, l, t, e->q, NULL, columns);
    if (span_of_prompt(s)) return;
    float *log = delta_log(e, s, l, s->past + t - s->first);
    memcpy(log, e->v + (int64_t)t * columns + keys, (size_t)(keys + values) * 4);
    memcpy(log + keys + values, e->gates + (int64_t)t * 2 * d.value_heads, (size_t)d.value_heads * 8);
}

// norm(o) * silu(z) of each value head, in place.
static void delta_output(engine *e, const layer *l, int t) {
    const delta_shape d = delta_of(&e->net);
    float *x = e->attended + (int64_t)t * delta_values(&d);
    const float *z = e->k + (int64_t)t * delta_values(&d);
    for (int head = 0; head < d.value_heads; head++, x += d.value_dim, z += d.value_dim) {
        rms_norm(x, l->mixer_norm, e->net.eps, d.value_dim, x);
        for (int i = 0; i < d.value_dim; i += LANES) vf_store(x + i, vf_mul(vf_load(x + i), activated(vf_load(z + i), SILU)));
    }
}

// Products with the input: queries, keys and values together, z, and gates, which keep their precision.
static void delta_products(walk *w, const rows *in, int layer_index, int with_z) {
    engine *e = w->e;
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    const delta_shape d = delta_of(n);
    const matrix *inputs[] = {&l->q, &l->k};
    const int h = n->hidden, gates = 2 * d.value_heads, groups = (gates + SCORES_PER_ITEM - 1) / SCORES_PER_ITEM;
    float *row = e->row[w->thread];
    activations a = shape_of(e->rounded, in->b->tokens, in->b->is_few, inputs, 2, n->per_row_activations, n->activations_in_planes);
    ROW_PHASE(w, a, {
        const float *x = residual(e, in, layer_index, t, row);
        float *seen = e->normed + (int64_t)t * h;
        if (normed(x, l->input_norm, n->eps, h, seen) != seen) memcpy(seen, x, (size_t)h * 4);
        round_row(seen, &a, t);
    });
    const sheet qkv = {e->q, delta_columns(&d), LANES, NULL}, z = {e->k, delta_values(&d), LANES, NULL};
    const product to_inputs = {&a, {&l->q, &l->k}, {qkv, z}, with_z ? 2 : 1};
    const int products = product_items(&to_inputs);
    PHASE(w, products + in->b->tokens * groups, {
        const int part = item - products;
        if (part < 0) product_item(&to_inputs, item, &e->pairs[w->thread]);
        else score_experts(e->normed + (int64_t)(part / groups) * h, l->delta_gates, NULL, h, gates, part % groups * SCORES_PER_ITEM,
                           e->gates + (int64_t)(part / groups) * gates);
    });
    PHASE(w, in->b->tokens, delta_inputs(e, in->b, l, item));
}

// Without y: rows that only leave their traces in the state.
static void delta_block(walk *w, const rows *in, int layer_index, const sheet *y) {
    engine *e = w->e;
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    const delta_shape d = delta_of(n);
    const matrix *output[] = {&l->output};
    delta_products(w, in, layer_index, y != NULL);
    PHASE(w, in->b->count * d.value_heads * delta_groups(&d), delta_item(e, in->b, l, item, y != NULL));
    if (!y) {
        PHASE(w, in->b->tokens, delta_traces(e, in->b, l, item));
        return;
    }
    activations mixed = shape_of(e->rounded, in->b->tokens, in->b->is_few, output, 1, n->per_row_activations, n->activations_in_planes);
    ROW_PHASE(w, mixed, {
        delta_traces(e, in->b, l, t);
        delta_output(e, l, t);
        round_row(e->attended + (int64_t)t * delta_values(&d), &mixed, t);
    });
    const product to_y = {&mixed, {&l->output}, {*y}, 1};
    PHASE(w, product_items(&to_y), product_item(&to_y, item, &e->pairs[w->thread]));
}

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
    if (!at_once)
        ROW_PHASE(w, b, {
            const float *x = e->gated + (int64_t)t * f;
            if (l->mlp_sub_norm) rms_norm(x, l->mlp_sub_norm, n->eps, f, row), x = row;
            round_row(x, &b, t);
        });
    const product to_y = {&b, {&l->down}, {*y}, 1};
    PHASE(w, product_items(&to_y), product_item(&to_y, item, room));
}

// How many parts the rows of a layer make (see expert_room).
static int32_t *part_count(const walk *w, const batch *b, int layer_index) {
    const engine *e = w->e;
    const int64_t round = w->r - e->pool.rounds;
    return &e->experts.part_counts[(2 * round + (b == &e->jobs[round].wanted[1])) * e->net.layers + layer_index];
}

// The rows to their experts: what these see, who is chosen, and each one's part. Returns the number of parts.
static int choose_parts(walk *w, const rows *in, int layer_index, const sheet *y) {
    engine *e = w->e;
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    expert_room *x = &e->experts;
    const int h = n->hidden, tokens = in->b->tokens, padded = padded_experts(n->experts), k = n->chosen_experts;
    float *row = e->row[w->thread];
    const experts_beside *beside = l->beside.router_norm ? &l->beside : NULL;
    const float *routed = beside ? x->routed : x->normed;
    PHASE(w, tokens, {
        float *stream = stream_row(e, in->b, item);
        float *seen = x->normed + (int64_t)item * h;
        if (beside) {  // the stream has what attention adds; y is what the dense feed-forward makes of it
            rms_norm(row_of(y, item, h, row), beside->dense_norm, n->eps, h, x->dense + (int64_t)item * h);
            rms_norm(stream, beside->router_norm, n->eps, h, x->routed + (int64_t)item * h);
            rms_norm(stream, beside->input_norm, n->eps, h, seen);
        } else {
            add_residual(stream, row_of(y, item, h, row), l->post_attention_norm, n->eps, h, row);
            if (normed(stream, l->mlp_norm, n->eps, h, seen) != seen) memcpy(seen, stream, (size_t)h * 4);
        }
    });
    const int groups = (n->experts + SCORES_PER_ITEM - 1) / SCORES_PER_ITEM;
    PHASE(w, tokens * groups, score_experts(routed + (int64_t)(item / groups) * h, l->router, l->router_bias, h, n->experts,
                                            item % groups * SCORES_PER_ITEM, x->scores + (int64_t)(item / groups) * padded));
    int32_t *count = part_count(w, in->b, layer_index);
    PHASE(w, 1, {
        for (int t = 0; t < tokens; t++) {
            float *scores = x->scores + (int64_t)t * padded;
            if (n->chooses_by_sigmoids)
                choose_by_sigmoids(scores, l->choice_bias, n->experts, k, n->normalizes_shares, n->share_factor, x->chosen + t * k,
                                   x->shares + t * k);
            else choose_experts(scores, n->experts, k, n->normalizes_shares, x->chosen + t * k, x->shares + t * k);
        }
        for (int i = 0; beside && i < tokens * k; i++) x->shares[i] *= beside->expert_scales[x->chosen[i]];
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
    const int is_beside = l->beside.router_norm != NULL;
    const matrix *gate = is_beside ? &l->beside.gate : &l->gate, *up = is_beside ? &l->beside.up : &l->up;
    const matrix *gate_up[] = {gate, up}, *down[] = {is_beside ? &l->beside.down : &l->down};
    const pair_room *room = &e->pairs[w->thread];
    const int parts = choose_parts(w, in, layer_index, y);
    const activations a = shape_of(x->rounded, 0, is_few, gate_up, 2, n->per_row_activations, n->activations_in_planes);
    const activations b = shape_of(x->gated_rounded, 0, is_few, down, 1, n->per_row_activations, n->activations_in_planes);
    const int at_once = b.wide && !b.per_row, columns = b.wide ? b.wide : LANES, gated_each = f / columns;
    PHASE(w, parts, round_part(x, &x->parts[item], a, h));
    PHASE(w, parts * gated_each, {
        const expert_part *part = &x->parts[item / gated_each];
        activations from = part_of(a, part), to = part_of(b, part);
        const gated_product p = {&from, expert_matrix(gate, part->expert, f), expert_matrix(up, part->expert, f),
                                 n->activation, x->gated + (int64_t)part->first * f, at_once ? &to : NULL, columns};
        gated_item(&p, item % gated_each, room, e->block[w->thread]);
    });
    if (!at_once) PHASE(w, parts, round_gated_part(x, &x->parts[item], b));
    const int panels = h / LANES, down_each = b.wide ? (panels + PAIR - 1) / PAIR : panels;
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
            rms_norm(row_of(y, item, h, row), l->beside.output_norm, n->eps, h, row);
            const float *dense = x->dense + (int64_t)item * h;
            for (int panel = 0; panel < panels; panel++)
                vf_store(sheet_at(y, item, panel), vf_add(vf_load(row + panel * LANES), vf_load(dense + panel * LANES)));
        });
    }
}

// Of all layers what the step's tokens bring, as the projection makes it of their embeddings: (T, layers * P).
static sheet own_inputs_of(const walk *w) {
    const engine *e = w->e;
    const batch *all = &e->jobs[w->r - e->pool.rounds].all;
    return sheet_of(e->own_inputs, all->tokens, all->is_few, e->net.layers * e->net.per_layer);
}

static void project_own_inputs(walk *w, const batch *all) {
    engine *e = w->e;
    const network *n = &e->net;
    const matrix *projection[] = {&n->per_layer_projection};
    activations a = shape_of(e->rounded, all->tokens, all->is_few, projection, 1, n->per_row_activations, n->activations_in_planes);
    ROW_PHASE(w, a, round_row(stream_row(e, all, t), &a, t));
    const product to_inputs = {&a, {projection[0]}, {own_inputs_of(w)}, 1};
    PHASE(w, product_items(&to_inputs), product_item(&to_inputs, item, &e->pairs[w->thread]));
}

// What a layer makes of its own inputs, after its feed-forward.
static void own_inputs_block(walk *w, const rows *in, int layer_index, const sheet *y) {
    engine *e = w->e;
    const network *n = &e->net;
    const layer *l = &n->layer[layer_index];
    const int h = n->hidden, width = n->per_layer;
    const matrix *gate[] = {&l->own.gate}, *output[] = {&l->own.output};
    const pair_room *room = &e->pairs[w->thread];
    float *row = e->row[w->thread], *own = e->block[w->thread];
    activations a = shape_of(e->rounded, in->b->tokens, in->b->is_few, gate, 1, n->per_row_activations, n->activations_in_planes);
    ROW_PHASE(w, a, {
        float *x = stream_row(e, in->b, t);
        add_residual(x, row_of(y, t, h, row), l->post_mlp_norm, n->eps, h, row);
        round_row(x, &a, t);
    });
    const sheet gated = sheet_of(e->own_gate, in->b->tokens, in->b->is_few, width), made = own_inputs_of(w);
    const product to_gate = {&a, {gate[0]}, {gated}, 1};
    PHASE(w, product_items(&to_gate), product_item(&to_gate, item, room));
    activations b = shape_of(e->gated_rounded, in->b->tokens, in->b->is_few, output, 1, n->per_row_activations, n->activations_in_planes);
    ROW_PHASE(w, b, {
        const span *s = span_of(in->b, t);
        const int64_t token = s->past + t - s->first - s->of->past, at = (int64_t)layer_index * width;
        take_panels(&made, s->source + t - s->first, (int)(at / LANES), width, own);
        scale_row(own, 1.0f / sqrtf((float)h), width);
        rms_norm(own, n->per_layer_norm, n->eps, width, own);
        take_panels(&gated, t, 0, width, row);
        gate_inputs(row, own, s->of->own_rows + token * n->layers * width + at, width, n->activation);
        round_row(row, &b, t);
    });
    const product to_y = {&b, {output[0]}, {*y}, 1};
    PHASE(w, product_items(&to_y), product_item(&to_y, item, room));
}

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
    if (!l->router || l->beside.router_norm) feed_forward_block(w, in, layer_index, &y);
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
    PHASE(w, panels, upper_item(h, m, a, item, b->logits));
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

// ---- which rows -----------------------------------------------------------------------------------------------------

static void add_span(batch *b, const sequence *s, int from, int tokens, int source) {
    if (!tokens) return;
    span *to = &b->spans[b->count++];
    *to = (span){tokens, s->past + from, b->tokens, source, 1, s};
    if (b->is_few) to->splits = splits_of(to);
    b->tokens += tokens;
}

static int goes_with_many(const sequence *s) { return s->is_prompt != 0 || s->tokens > FEW; }

// How many of a batch's logits need be right, with a sequence more: all if one of its sequences wants all.
static int most_of(const batch *b, int best) {
    if (!b->tokens) return best;
    return !b->best || !best ? 0 : best > b->best ? best : b->best;
}

// What of these sequences goes in one of the two ways. Which one depends on the sequence alone, and so do its numbers.
static void plan(engine *e, job *j, float **logit_rows[2], const sequence *s, int count, int64_t stride, int with_many) {
    j->all = j->unwanted = (batch){.is_few = !with_many};
    j->wanted[0] = (batch){.logits = logit_rows[0]}, j->wanted[1] = (batch){.is_few = 1, .logits = logit_rows[1]};
    for (int i = 0; i < count; i++) {
        if (goes_with_many(&s[i]) != with_many) continue;
        const int source = j->all.tokens, before = s[i].tokens - s[i].last;
        batch *wanted = &j->wanted[!with_many || s[i].last <= FEW];
        for (int row = 0; row < s[i].last; row++) wanted->logits[wanted->tokens + row] = s[i].logits + row * stride;
        j->ids[j->all.count] = s[i].ids;
        add_span(&j->all, &s[i], 0, s[i].tokens, source);
        add_span(&j->unwanted, &s[i], 0, before, source);
        if (s[i].last) wanted->best = most_of(wanted, s[i].best);
        add_span(wanted, &s[i], before, s[i].last, source + before);
    }
    batch *few = &j->wanted[1];
    if (e->net.head.form != FORM_SPLIT || (few->best && !pays(&e->head, panels_of(&e->net.head), few->tokens))) few->best = 0;
}

static int is_possible(const engine *e, const sequence *s) {
    if (s->tokens < 1 || s->tokens > e->max_tokens || s->last < 0 || s->last > s->tokens || s->past < 0) return 0;
    if ((int64_t)s->past + s->tokens > (int64_t)s->page_count * PAGE) return 0;
    for (int i = 0; i < s->tokens; i++)
        if (s->ids[i] < 0 || s->ids[i] >= e->net.vocabulary + s->given_count) return 0;
    if ((e->net.mixer_width && !s->state) || s->logged < 0 || s->logged > FEW || s->logged > s->past) return 0;
    for (int i = 0; i < s->lowered_count; i++)
        if (s->lowered[i] < 0 || s->lowered[i] >= e->net.head.rows) return 0;
    return s->best >= 0 && s->best <= MOST_BEST && (s->own_rows || !e->net.per_layer);
}

// ---- for Python -----------------------------------------------------------------------------------------------------

// Memory that goes with the engine. The kernels fetch ahead and load whole vectors, so there is a little more.
static void *room(engine *e, int64_t bytes) {
    const size_t size = (size_t)bytes + 64;
    void *base = system_memory(size);
    if (base) e->owned[e->owned_count++] = (mapping){base, size};
    return base;
}

static int make_activations(engine *e, activations *a, int64_t values) {
    a->quants = room(e, 2 * values), a->bytes = room(e, values), a->scales = room(e, values / BLOCK * 4);
    a->scaled_sums = room(e, values / BLOCK * 4), a->offsets = room(e, values / BLOCK * 4);
    a->low = room(e, values), a->byte_scales = room(e, values / BLOCK * 4), a->byte_sums = room(e, values / BLOCK * 4);
    a->low_scales = room(e, values / BLOCK * 4), a->low_sums = room(e, values / BLOCK * 4);
    a->byte_middles = room(e, values / BLOCK * 8), a->low_middles = room(e, values / BLOCK * 8);
    a->low_bits = room(e, values / BLOCK);
    return a->quants && a->bytes && a->scales && a->scaled_sums && a->offsets && a->low && a->byte_scales && a->byte_sums &&
           a->low_scales && a->low_sums && a->byte_middles && a->low_middles && a->low_bits;
}

static int make_pair_room(engine *e, pair_room *pair, int64_t columns) {
    pair->weights = room(e, 2 * columns * PAIR * LANES), pair->scales = room(e, columns / BLOCK * PAIR * LANES * 4);
    pair->sums = room(e, TILES_AT_ONCE * TILE * PAIR * LANES * 4);
    return pair->weights && pair->scales && pair->sums;
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

const char *fused_isa(void) { return ISA_NAME; }

// What Python mirrors (decoder.py) must be as large as it is here.
int fused_sizes_are(int matrix_bytes, int layer_bytes, int network_bytes, int sequence_bytes) {
    return matrix_bytes == sizeof(matrix) && layer_bytes == sizeof(layer) && network_bytes == sizeof(network) &&
           sequence_bytes == sizeof(sequence);
}

// Of a page of keys and values, 256 tokens of all layers.
int64_t fused_page_bytes(const network *n) { return cache_begins(n, NULL); }

// Of a sequence's state in the first so many layers.
int64_t fused_state_bytes(const network *n, int layers) {
    const delta_shape d = delta_of(n);
    int64_t bytes = 0;
    for (int i = 0; i < layers; i++)
        if (n->layer[i].mixer == CONVOLUTION) bytes += (int64_t)ring_rows(n->taps) * n->hidden * 4;
        else if (n->layer[i].mixer == DELTA_NET)
            bytes += 4 * (ring_rows(n->taps) * (int64_t)delta_columns(&d) + FEW * (int64_t)delta_log_row(&d) + delta_state(&d));
    return bytes;
}

int64_t fused_packed_bytes(int form, int rows, int columns, int group) {
    matrix m = {NULL, NULL, form, rows, columns, group};
    return panel_bytes(&m) * panels_of(&m);
}

void fused_destroy(engine *e) {
    if (!e) return;
    if (e->pool.work) pool_end(&e->pool);
    for (int i = 0; i < e->owned_count; i++) give_back(e->owned[i].base, e->owned[i].bytes);
    give_back(e, sizeof *e);
}

// Those after the last layer with keys run once for each way in which logits are wanted.
static int phases_of(const network *n) {
    const int beside = n->layer->beside.router_norm ? PHASES_PER_LAYER + PHASES_OF_EXPERTS_BESIDE - PHASES_WITH_EXPERTS : 0;
    const int each = (n->experts ? PHASES_WITH_EXPERTS + beside : PHASES_PER_LAYER) + (n->per_layer ? PHASES_OF_OWN_INPUTS : 0) + n->has_attention_gate;
    const int twice = n->layers - 1 - last_with_keys(n), others = OTHER_PHASES + beside + (n->per_layer ? PHASES_OF_OWN_INPUTS + 2 : 0);
    return (n->layers + twice) * each + others;
}

// NULL if there is no memory or no threads. `net` and all that it points to must live as long as the engine.
engine *fused_create(const network *net, int threads, int max_tokens) {
    if (phases_of(net) > MAX_PHASES || net->taps > MOST_TAPS || net->key_dim > MOST_KEY_DIM || net->experts > MAX_EXPERTS || net->chosen_experts > MAX_CHOSEN) return NULL;
    engine *e = system_memory(sizeof *e);
    if (!e) return NULL;
    e->net = *net;
    e->max_tokens = max_tokens;
    if (threads > MAX_THREADS) threads = MAX_THREADS;
    if (!make_rooms(e, threads, max_tokens) || !make_head_room(e, threads) || !make_expert_room(e, max_tokens) ||
        pool_start(&e->pool, threads, work)) { fused_destroy(e); return NULL; }
    cache_begins(&e->net, e->cache_begin);
    return e;
}

// One step of up to MAX_SEQUENCES sequences, at most max_tokens new tokens together. 0; or, with nothing done, -1 for
// arguments out of range and -2 where there is no memory. -3: it took more phases than phases_of says, so its numbers are
// wrong.
int fused_forward(engine *e, const sequence *sequences, int count, int threads, int64_t logits_stride) {
    if (count < 1 || count > MAX_SEQUENCES) return -1;
    int tokens = 0;
    for (int i = 0; i < count; i++, tokens += sequences[i - 1].tokens)
        if (!is_possible(e, &sequences[i]) || tokens + sequences[i].tokens > e->max_tokens) return -1;
    if (!make_step_splits(e, sequences, count)) return -2;
    for (int with_many = 0; with_many < 2; with_many++) {
        int going = 0;
        for (int i = 0; i < count; i++) going |= goes_with_many(&sequences[i]) == with_many;
        if (!going) continue;
        round_state *r = pool_next(&e->pool, phases_of(&e->net));
        const int64_t round = r - e->pool.rounds;
        job *j = &e->jobs[round];
        plan(e, j, e->logit_rows[round], sequences, count, logits_stride, with_many);
        pool_run(&e->pool, r, threads);
        if (e->phases > phases_of(&e->net)) return -3;
    }
    return 0;
}

// Since the beginning: steps that read only the best of the output layer's lower plane, and of how many panels.
void fused_head_counts(engine *e, int64_t *steps, int64_t *exact_panels) {
    *steps = atomic_load(&e->head.steps), *exact_panels = atomic_load(&e->head.exact_panels);
}

// A matrix into panels, out of what panels.py says for its form.
void fused_pack(int form, const void *const *parts, int rows, int columns, int group, uint8_t *out) {
    const matrix m = {out, NULL, form, rows, columns, group};
    memset(out, 0, (size_t)(panel_bytes(&m) * panels_of(&m)));
    for (int row = 0; row < rows; row++) form_of(&m)->pack(&m, parts, row, out + row / LANES * panel_bytes(&m));
}

// Reads `bytes` (a multiple of 256) as the products read their weights, and does nothing else with them: the probe of the
// memory's speed. The sum keeps the compiler from leaving it out.
int64_t fused_read(const uint8_t *from, int64_t bytes) {
    vi sums[4] = {vi_set(0), vi_set(0), vi_set(0), vi_set(0)};
    for (int64_t at = 0; at < bytes; at += 256)
        for (int i = 0; i < 4; i++) sums[i] = vi_add32(sums[i], vi_load(from + at + 64 * i));
    return vi_sum(vi_add32(vi_add32(sums[0], sums[1]), vi_add32(sums[2], sums[3])));
}

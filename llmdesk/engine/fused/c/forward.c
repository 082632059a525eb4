// One step of a Llama-like network: token ids in, logits out, all layers in one call without Python in between.
//
// The step is a fixed series of phases (pool.h); each thread runs `work` from its beginning to its end and takes items
// of each phase. Shapes: T new tokens, H hidden, N query heads, K key/value heads, D head size, F feed-forward size.
#include "attention.h"
#include "matmul.h"
#include "pool.h"

enum { SILU = 0, GELU_TANH = 1, RELU2 = 2 };
enum { PHASES_PER_LAYER = 10, OTHER_PHASES = 3, TILES_AT_ONCE = 8, MAX_SPLITS = 64 };

typedef struct {
    const float *input_norm, *q_norm, *k_norm, *attention_sub_norm, *post_attention_norm;
    const float *mlp_norm, *mlp_sub_norm, *post_mlp_norm;  // NULL where the architecture has none
    const float *rotary;  // (positions, rotary_dims): sines, then cosines; NULL: no position
    matrix q, k, v, output, gate, up, down;
    int32_t window;  // tokens that a token sees, itself among them; 0: all
    int32_t padding;
} layer;

typedef struct {
    int32_t layers, hidden, heads, kv_heads, head_dim, rotary_dims, intermediate, vocabulary;
    int32_t activation, per_row_activations;
    float eps, attention_scale, attention_softcap, embedding_scale;
    matrix embedding, head;
    const uint16_t *embedding_bf16;  // (vocabulary, hidden), or NULL: `embedding` is used
    const float *final_norm;
    const layer *layer;
} network;

typedef struct {
    const int32_t *ids;
    int32_t tokens, past, last;
    cache_layout cache;
    float *logits;  // (last, logits_stride)
    int64_t logits_stride;
} job;

typedef struct {
    pool pool;
    job jobs[2];
    network net;
    int32_t max_tokens;
    float *x, *y, *q, *k, *v, *attended, *gate, *up;  // (T, ...) each
    activations rounded;
    partial *splits;       // (kv_heads, tiles of rows, MAX_SPLITS), for a few tokens
    uint8_t *scratch[MAX_THREADS];
    float *row[MAX_THREADS];
    partial *partials[MAX_THREADS];
    float *queries[MAX_THREADS];
} engine;

#define PHASE(count, ...)                                                     \
    do {                                                                      \
        const int count_ = (count);                                           \
        for (int start_, end_; take(r, phase_index, count_, r->threads, &start_, &end_);) { \
            for (int item = start_; item < end_; item++) { __VA_ARGS__; }     \
            give(r, phase_index, end_ - start_);                              \
        }                                                                     \
        await_phase(r, phase_index, count_);                                  \
        phase_index++;                                                        \
    } while (0)

// ---- rows -----------------------------------------------------------------------------------------------------------

static void rms_norm(const float *x, const float *weight, float eps, int n, float *out) {
    vf squares = vf_zero();
    for (int i = 0; i < n; i += LANES) squares = vf_fma(vf_load(x + i), vf_load(x + i), squares);
    vf factor = vf_set(1.0f / sqrtf(vf_sum(squares) / (float)n + eps));
    for (int i = 0; i < n; i += LANES) vf_store(out + i, vf_mul(vf_mul(vf_load(x + i), factor), vf_load(weight + i)));
}

// x += y, or x += norm(y)
static void add_residual(float *x, const float *y, const float *norm, float eps, int n, float *buffer) {
    if (norm) rms_norm(y, norm, eps, n, buffer), y = buffer;
    for (int i = 0; i < n; i += LANES) vf_store(x + i, vf_add(vf_load(x + i), vf_load(y + i)));
}

static void activate(const float *gate, const float *up, int kind, int n, float *out) {
    for (int i = 0; i < n; i += LANES) {
        vf g = vf_load(gate + i), a;
        if (kind == SILU) {
            a = vf_div(g, vf_add(vf_set(1.0f), vf_exp(vf_sub(vf_zero(), g))));
        } else if (kind == GELU_TANH) {  // x / (1 + e^(-2 u)) with u = sqrt(2 / pi) (x + 0.044715 x^3)
            vf cube = vf_mul(vf_mul(g, g), g);
            vf twice = vf_mul(vf_set(-1.5957691216f), vf_fma(cube, vf_set(0.044715f), g));
            a = vf_div(g, vf_add(vf_set(1.0f), vf_exp(twice)));
        } else {
            vf positive = vf_max(g, vf_zero());
            a = vf_mul(positive, positive);
        }
        vf_store(out + i, vf_mul(a, vf_load(up + i)));
    }
}

static void rotate(float *x, const float *angles, int dims) {
    int half = dims / 2;
    for (int i = 0; i < half; i++) {
        float a = x[i], b = x[i + half], sine = angles[i], cosine = angles[i + half];
        x[i] = a * cosine - b * sine;
        x[i + half] = b * cosine + a * sine;
    }
}

static void embed(const engine *e, int id, float *out) {
    const network *n = &e->net;
    if (n->embedding_bf16)
        for (int i = 0; i < n->hidden; i++) {
            uint32_t bits = (uint32_t)n->embedding_bf16[(int64_t)id * n->hidden + i] << 16;
            memcpy(out + i, &bits, 4);
        }
    else
        unpack_row(&n->embedding, id, out);
    for (int i = 0; i < n->hidden; i++) out[i] *= n->embedding_scale;
}

// ---- products -------------------------------------------------------------------------------------------------------

// Items of a product with several matrices of the same input.
static int product_items(const activations *a, const matrix *const *m, int count) {
    int items = 0, at_once = a->wide ? PANELS : 1;
    for (int i = 0; i < count; i++) items += (panels_of(m[i]) + at_once - 1) / at_once;
    return items;
}

static void product_item(engine *e, const activations *a, const matrix *const *m, float *const *y, const int64_t *strides,
                         int item, int thread) {
    int at_once = a->wide ? PANELS : 1, which = 0;
    for (;; which++) {
        int items = (panels_of(m[which]) + at_once - 1) / at_once;
        if (item < items) break;
        item -= items;
    }
    if (a->wide) many_panels(m[which], item * at_once, a, y[which], (int)strides[which], e->scratch[thread]);
    else few_panel(m[which], item, a, y[which], (int)strides[which]);
}

// How the rows of the next product are rounded: the same for every thread, a late one too.
static activations shape_of(const engine *e, int tokens, const matrix *const *m, int count) {
    activations a = e->rounded;
    int has_q8 = 0;
    for (int i = 0; i < count; i++) has_q8 |= m[i]->form == FORM_Q8;
    a.tokens = tokens;
    a.columns = m[0]->columns;
    a.wide = tokens > FEW ? wide_block(a.columns, has_q8) : 0;
    return a;
}

// ---- attention ------------------------------------------------------------------------------------------------------

// Norms, rotation and storing of one token's queries, keys and values.
static void place_token(engine *e, const job *j, const layer *l, int layer_index, int t) {
    const network *n = &e->net;
    int d = n->head_dim, position = j->past + t;
    const float *angles = l->rotary ? l->rotary + (int64_t)position * n->rotary_dims : NULL;
    for (int h = 0; h < n->heads; h++) {
        float *q = e->q + ((int64_t)t * n->heads + h) * d;
        if (l->q_norm) rms_norm(q, l->q_norm, n->eps, d, q);
        if (angles) rotate(q, angles, n->rotary_dims);
        for (int i = 0; i < d; i += LANES) vf_store(q + i, vf_mul(vf_load(q + i), vf_set(n->attention_scale)));
    }
    for (int h = 0; h < n->kv_heads; h++) {
        float *k = e->k + ((int64_t)t * n->kv_heads + h) * d;
        if (l->k_norm) rms_norm(k, l->k_norm, n->eps, d, k);
        if (angles) rotate(k, angles, n->rotary_dims);
        store_key(&j->cache, layer_index, h, position, k);
        store_value(&j->cache, layer_index, h, position, e->v + ((int64_t)t * n->kv_heads + h) * d);
    }
}

// The rows (token, query head of the group) `row` .. of a key/value head, with what they see.
typedef struct { int rows, first[ROWS], end[ROWS]; } row_tile;

static row_tile tile_of(const engine *e, const job *j, const layer *l, int head, int row, float *query) {
    const network *n = &e->net;
    int group = n->heads / n->kv_heads, all = j->tokens * group, d = n->head_dim;
    row_tile tile = {all - row < ROWS ? all - row : ROWS, {0}, {0}};
    for (int i = 0; i < tile.rows; i++) {
        int t = (row + i) / group, h = head * group + (row + i) % group;
        const float *q = e->q + ((int64_t)t * n->heads + h) * d;
        for (int k = 0; k < d; k++) query[k * ROWS + i] = q[k];
        tile.end[i] = j->past + t + 1;
        tile.first[i] = l->window && tile.end[i] > l->window ? tile.end[i] - l->window : 0;
    }
    return tile;
}

static void tile_page(engine *e, const job *j, int layer_index, int head, int page, const row_tile *tile,
                      const float *query, partial *p) {
    int first[ROWS], end[ROWS], seen = 0, base = page * PAGE;
    for (int i = 0; i < tile->rows; i++) {
        first[i] = tile->first[i] - base < 0 ? 0 : tile->first[i] - base < PAGE ? tile->first[i] - base : PAGE;
        end[i] = tile->end[i] - base < PAGE ? tile->end[i] - base : PAGE;
        seen |= end[i] > first[i];
    }
    if (seen)
        add_page(p, query, keys_of(&j->cache, layer_index, page, head), values_of(&j->cache, layer_index, page, head),
                 e->net.head_dim, tile->rows, first, end, e->net.attention_softcap, j->tokens == 1);
}

static void write_row(engine *e, int head, int row, const partial *p) {
    const network *n = &e->net;
    int group = n->heads / n->kv_heads, t = row / group, h = head * group + row % group;
    float *out = e->attended + ((int64_t)t * n->heads + h) * n->head_dim;
    vf inverse = vf_set(1.0f / p->total[row % ROWS]);
    for (int d = 0; d < n->head_dim; d += LANES) vf_store(out + d, vf_mul(vf_load(p->sums[row % ROWS] + d), inverse));
}

static int row_tiles(const engine *e, const job *j) {
    return (j->tokens * (e->net.heads / e->net.kv_heads) + ROWS - 1) / ROWS;
}
static int tile_blocks(const engine *e, const job *j) { return (row_tiles(e, j) + TILES_AT_ONCE - 1) / TILES_AT_ONCE; }

// A few tokens over a long past leave threads idle unless the past is split too. Up to FEW tokens in the way of a single
// one, so that drafts that are verified together get to the last bit what they would get one by one.
static int is_split(const job *j) { return j->tokens <= FEW; }
static int pages_of(const job *j) { return (j->past + j->tokens - 1) / PAGE + 1; }
static int split_pages(const job *j) {
    int pages = pages_of(j), most = (pages + MAX_SPLITS - 1) / MAX_SPLITS;
    return !is_split(j) ? pages : most > SPLIT_PAGES ? most : SPLIT_PAGES;
}
static int splits_of(const job *j) { return (pages_of(j) + split_pages(j) - 1) / split_pages(j); }
static partial *split_at(const engine *e, const job *j, int head, int tile, int split) {
    return &e->splits[(head * row_tiles(e, j) + tile) * splits_of(j) + split];
}

static int attention_items(const engine *e, const job *j) { return e->net.kv_heads * tile_blocks(e, j) * splits_of(j); }

// TILES_AT_ONCE tiles of rows of one head, page by page, so that a page is read once for all of them.
static void attend(engine *e, const job *j, int layer_index, int item, int thread) {
    int split = item % splits_of(j), block = item / splits_of(j) % tile_blocks(e, j);
    int head = item / splits_of(j) / tile_blocks(e, j), first_tile = block * TILES_AT_ONCE, left = row_tiles(e, j) - first_tile;
    int count = left < TILES_AT_ONCE ? left : TILES_AT_ONCE;
    row_tile tile[TILES_AT_ONCE];
    partial *p[TILES_AT_ONCE];
    for (int i = 0; i < count; i++) {
        float *query = e->queries[thread] + i * ROWS * MAX_HEAD_DIM;
        tile[i] = tile_of(e, j, &e->net.layer[layer_index], head, (first_tile + i) * ROWS, query);
        p[i] = is_split(j) ? split_at(e, j, head, first_tile + i, split) : e->partials[thread] + i;
        partial_reset(p[i], tile[i].rows, e->net.head_dim);
    }
    int from = tile[0].first[0] / PAGE, to = (tile[count - 1].end[tile[count - 1].rows - 1] + PAGE - 1) / PAGE;
    int split_from = split * split_pages(j), split_to = split_from + split_pages(j);
    for (int page = from > split_from ? from : split_from; page < to && page < split_to; page++)
        for (int i = 0; i < count; i++)
            tile_page(e, j, layer_index, head, page, &tile[i], e->queries[thread] + i * ROWS * MAX_HEAD_DIM, p[i]);
    if (is_split(j)) return;
    for (int i = 0; i < count; i++)
        for (int r = 0; r < tile[i].rows; r++) write_row(e, head, (first_tile + i) * ROWS + r, p[i]);
}

// Add a row of `from`, which another split made, to the same row of `into`.
static void merge_row(partial *into, const partial *from, int i, int head_dim) {
    if (from->total[i] == 0.0f) return;  // it sees nothing there
    float most = into->most[i] > from->most[i] ? into->most[i] : from->most[i];
    float keep = expf(into->most[i] - most), add = expf(from->most[i] - most);
    into->most[i] = most;
    into->total[i] = into->total[i] * keep + from->total[i] * add;
    for (int d = 0; d < head_dim; d += LANES)
        vf_store(into->sums[i] + d, vf_fma(vf_load(from->sums[i] + d), vf_set(add),
                                           vf_mul(vf_load(into->sums[i] + d), vf_set(keep))));
}

static void merge_splits(engine *e, const job *j, int token) {
    int group = e->net.heads / e->net.kv_heads;
    for (int head = 0; head < e->net.kv_heads; head++)
        for (int row = token * group; row < (token + 1) * group; row++) {
            partial *into = split_at(e, j, head, row / ROWS, 0);
            for (int s = 1; s < splits_of(j); s++) merge_row(into, into + s, row % ROWS, e->net.head_dim);
            write_row(e, head, row, into);
        }
}

// ---- the step -------------------------------------------------------------------------------------------------------

// Items of a phase that makes rows: single rows, or whole tiles of them where tiles are what is stored.
#define ROW_PHASE(tokens_, ...)                                                         \
    PHASE(a.wide ? ((tokens_) + TILE - 1) / TILE : (tokens_), {                         \
        int from_ = a.wide ? item * TILE : item, to_ = a.wide ? from_ + TILE : from_ + 1; \
        for (int t = from_; t < to_ && t < (tokens_); t++) { __VA_ARGS__; }             \
        for (int t = (tokens_); t < to_; t++) clear_row(&a, t);                         \
    })

// A row of a tile that stands for no token.
static void clear_row(activations *a, int row) {
    int blocks = a->columns / a->wide, tile = row / TILE, in_tile = row % TILE;
    for (int b = 0; b < blocks; b++) {
        a->scales[((int64_t)tile * blocks + b) * TILE + in_tile] = 0.0f;
        a->offsets[((int64_t)tile * blocks + b) * TILE + in_tile] = 0;
    }
    int32_t *out = (int32_t *)a->quants + (int64_t)tile * a->columns / 4 * TILE + in_tile;
    for (int i = 0; i < a->columns / 4; i++) out[i * TILE] = 0;
}

static void work(pool *p, round_state *r, int thread) {
    engine *e = (engine *)p;
    const job *j = &e->jobs[r - p->rounds];
    const network *n = &e->net;
    const int tokens = j->tokens, h = n->hidden, f = n->intermediate, per_row = n->per_row_activations;
    const int attended = n->heads * n->head_dim;
    float *row = e->row[thread];
    int phase_index = 0;
    activations a;
    PHASE(tokens, embed(e, j->ids[item], e->x + (int64_t)item * h));
    for (int i = 0; i < n->layers; i++) {
        const layer *l = &n->layer[i];
        const float *residual_norm = i ? n->layer[i - 1].post_mlp_norm : NULL;
        const matrix *qkv[] = {&l->q, &l->k, &l->v};
        a = shape_of(e, tokens, qkv, 3);
        ROW_PHASE(tokens, {
            float *x = e->x + (int64_t)t * h;
            if (i) add_residual(x, e->y + (int64_t)t * h, residual_norm, n->eps, h, row);
            rms_norm(x, l->input_norm, n->eps, h, row);
            round_row(row, &a, t, per_row);
        });
        float *to_qkv[] = {e->q, e->k, e->v};
        const int64_t qkv_strides[] = {attended, n->kv_heads * n->head_dim, n->kv_heads * n->head_dim};
        PHASE(product_items(&a, qkv, 3), product_item(e, &a, qkv, to_qkv, qkv_strides, item, thread));
        PHASE(tokens, place_token(e, j, l, i, item));
        PHASE(attention_items(e, j), attend(e, j, i, item, thread));
        const matrix *output[] = {&l->output};
        a = shape_of(e, tokens, output, 1);
        ROW_PHASE(tokens, {
            if (is_split(j)) merge_splits(e, j, t);
            const float *x = e->attended + (int64_t)t * attended;
            if (l->attention_sub_norm) rms_norm(x, l->attention_sub_norm, n->eps, attended, row), x = row;
            round_row(x, &a, t, per_row);
        });
        float *to_y[] = {e->y};
        const int64_t y_strides[] = {h};
        PHASE(product_items(&a, output, 1), product_item(e, &a, output, to_y, y_strides, item, thread));
        const matrix *gate_up[] = {&l->gate, &l->up};
        a = shape_of(e, tokens, gate_up, 2);
        ROW_PHASE(tokens, {
            float *x = e->x + (int64_t)t * h;
            add_residual(x, e->y + (int64_t)t * h, l->post_attention_norm, n->eps, h, row);
            rms_norm(x, l->mlp_norm, n->eps, h, row);
            round_row(row, &a, t, per_row);
        });
        float *to_gate_up[] = {e->gate, e->up};
        const int64_t gate_up_strides[] = {f, f};
        PHASE(product_items(&a, gate_up, 2), product_item(e, &a, gate_up, to_gate_up, gate_up_strides, item, thread));
        const matrix *down[] = {&l->down};
        a = shape_of(e, tokens, down, 1);
        ROW_PHASE(tokens, {
            activate(e->gate + (int64_t)t * f, e->up + (int64_t)t * f, n->activation, f, row);
            if (l->mlp_sub_norm) rms_norm(row, l->mlp_sub_norm, n->eps, f, row);
            round_row(row, &a, t, per_row);
        });
        PHASE(product_items(&a, down, 1), product_item(e, &a, down, to_y, y_strides, item, thread));
    }
    int before = tokens - j->last;
    const matrix *head[] = {&n->head};
    a = shape_of(e, j->last, head, 1);
    ROW_PHASE(j->last, {
        float *x = e->x + (int64_t)(before + t) * h;
        add_residual(x, e->y + (int64_t)(before + t) * h, n->layer[n->layers - 1].post_mlp_norm, n->eps, h, row);
        rms_norm(x, n->final_norm, n->eps, h, row);
        round_row(row, &a, t, 0);
    });
    float *to_logits[] = {j->logits};
    PHASE(product_items(&a, head, 1), product_item(e, &a, head, to_logits, &j->logits_stride, item, thread));
}

// ---- for Python -----------------------------------------------------------------------------------------------------

static void *aligned(int64_t bytes) { return aligned_alloc(64, (size_t)((bytes + 127) / 64 * 64)); }

const char *fused_isa(void) { return ISA_NAME; }

int64_t fused_packed_bytes(int form, int rows, int columns, int group) {
    matrix m = {NULL, NULL, form, rows, columns, group};
    return panel_bytes(&m) * panels_of(&m);
}

void fused_destroy(engine *e) {
    if (!e) return;
    if (e->pool.work) pool_end(&e->pool);
    void *owned[] = {e->x, e->y, e->q, e->k, e->v, e->attended, e->gate, e->up, e->splits,
                     e->rounded.quants, e->rounded.scales, e->rounded.scaled_sums, e->rounded.offsets};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) free(owned[i]);
    for (int i = 0; i < MAX_THREADS; i++) free(e->scratch[i]), free(e->row[i]), free(e->partials[i]), free(e->queries[i]);
    free(e);
}

// NULL if there is no memory or no threads. `net` and all that it points to must live as long as the engine.
engine *fused_create(const network *net, int threads, int max_tokens) {
    if (net->layers * PHASES_PER_LAYER + OTHER_PHASES > MAX_PHASES) return NULL;
    engine *e = aligned(sizeof *e);
    if (!e) return NULL;
    memset(e, 0, sizeof *e);
    e->net = *net;
    e->max_tokens = max_tokens;
    int64_t tokens = max_tokens, attended = net->heads * net->head_dim, kv = net->kv_heads * net->head_dim;
    int64_t widest = net->hidden > net->intermediate ? net->hidden : net->intermediate;
    if (attended > widest) widest = attended;
    int64_t rounded = (tokens + TILE) * widest;
    e->x = aligned(tokens * net->hidden * 4), e->y = aligned(tokens * net->hidden * 4);
    e->q = aligned(tokens * attended * 4), e->attended = aligned(tokens * attended * 4);
    e->k = aligned(tokens * kv * 4), e->v = aligned(tokens * kv * 4);
    e->gate = aligned(tokens * net->intermediate * 4), e->up = aligned(tokens * net->intermediate * 4);
    e->rounded.quants = aligned(rounded), e->rounded.scales = aligned(rounded / BLOCK * 4);
    e->rounded.scaled_sums = aligned(rounded / BLOCK * 4), e->rounded.offsets = aligned(rounded / BLOCK * 4);
    int tiles = (FEW * (net->heads / net->kv_heads) + ROWS - 1) / ROWS;
    e->splits = aligned((int64_t)net->kv_heads * tiles * MAX_SPLITS * sizeof(partial));
    int failed = !e->x || !e->y || !e->q || !e->attended || !e->k || !e->v || !e->gate || !e->up || !e->splits ||
                 !e->rounded.quants || !e->rounded.scales || !e->rounded.scaled_sums || !e->rounded.offsets;
    if (threads > MAX_THREADS) threads = MAX_THREADS;
    for (int i = 0; i < threads; i++) {
        e->scratch[i] = aligned(many_scratch_bytes(max_tokens)), e->row[i] = aligned(widest * 4);
        e->partials[i] = aligned(TILES_AT_ONCE * sizeof(partial));
        e->queries[i] = aligned(TILES_AT_ONCE * ROWS * MAX_HEAD_DIM * 4);
        failed |= !e->scratch[i] || !e->row[i] || !e->partials[i] || !e->queries[i];
    }
    if (failed || pool_start(&e->pool, threads, work)) { fused_destroy(e); return NULL; }
    return e;
}

// Process `tokens` new tokens (at most max_tokens) after `past` ones in the cache; 0, or -1 for arguments out of range.
int fused_forward(engine *e, const int32_t *ids, int tokens, int past, int last, int threads, uint16_t *keys,
                  uint16_t *values, float *logits, int64_t logits_stride) {
    if (tokens < 1 || tokens > e->max_tokens || last < 1 || last > tokens || past < 0) return -1;
    for (int i = 0; i < tokens; i++)
        if (ids[i] < 0 || ids[i] >= e->net.vocabulary) return -1;
    round_state *r = pool_next(&e->pool, e->net.layers * PHASES_PER_LAYER + OTHER_PHASES);
    cache_layout cache = {keys, values, e->net.layers, e->net.kv_heads, e->net.head_dim};
    e->jobs[r - e->pool.rounds] = (job){ids, tokens, past, last, cache, logits, logits_stride};
    pool_run(&e->pool, r, threads);
    return 0;
}

typedef struct { uint8_t *to; const uint8_t *from; size_t bytes; } piece;

static void *copy_piece(void *argument) {
    const piece *p = argument;
    memcpy(p->to, p->from, p->bytes);
    return NULL;
}

// memcpy on several threads: most of its time the system makes pages for what is written, which it can do side by side.
void fused_copy(uint8_t *to, const uint8_t *from, int64_t bytes, int threads) {
    pthread_t handles[MAX_THREADS];
    piece pieces[MAX_THREADS];
    if (threads > MAX_THREADS) threads = MAX_THREADS;
    int64_t share = (bytes / threads + 4095) / 4096 * 4096, done = 0;
    int started = 0;
    while (done + share < bytes && started < threads - 1) {
        pieces[started] = (piece){to + done, from + done, (size_t)share};
        if (pthread_create(&handles[started], NULL, copy_piece, &pieces[started])) break;
        started++, done += share;
    }
    memcpy(to + done, from + done, (size_t)(bytes - done));
    for (int i = 0; i < started; i++) pthread_join(handles[i], NULL);
}

// q (rows, columns / 2) with the even column in the low nibble, scales and zeros (rows, columns / group): see Int4Matrix.
void fused_pack_q4(const uint8_t *q, const float *scales, const float *zeros, int rows, int columns, int group, uint8_t *out) {
    matrix m = {out, NULL, FORM_Q4, rows, columns, group};
    memset(out, 0, (size_t)(panel_bytes(&m) * panels_of(&m)));
    for (int r = 0; r < rows; r++) {
        for (int g = 0; g < columns / group; g++) {
            uint8_t *into = out + r / LANES * panel_bytes(&m) + g * q4_group_bytes(&m);
            uint16_t *s = (uint16_t *)into + r % LANES;
            float d = scales[(int64_t)r * (columns / group) + g];
            s[0] = _cvtss_sh(d, 0);
            s[LANES] = _cvtss_sh(-d * zeros[(int64_t)r * (columns / group) + g], 0);
            const uint8_t *row = q + ((int64_t)r * columns + g * group) / 2;
            for (int c = 0; c < group / 2; c += 4) {
                uint8_t *bytes = into + 4 * LANES + c * LANES + r % LANES * 4;
                bytes[0] = (uint8_t)((row[c] & 15) | (row[c + 2] & 15) << 4);
                bytes[1] = (uint8_t)(row[c] >> 4 | (row[c + 2] >> 4) << 4);
                bytes[2] = (uint8_t)((row[c + 1] & 15) | (row[c + 3] & 15) << 4);
                bytes[3] = (uint8_t)(row[c + 1] >> 4 | (row[c + 3] >> 4) << 4);
            }
        }
    }
}

// q (rows, columns) signed, scales (rows, columns / group): see Int8Matrix.
void fused_pack_q8(const int8_t *q, const float *scales, int rows, int columns, int group, uint8_t *out) {
    matrix m = {out, NULL, FORM_Q8, rows, columns, group};
    int groups = columns / group;
    memset(out, 0, (size_t)(panel_bytes(&m) * panels_of(&m)));
    for (int r = 0; r < rows; r++) {
        uint8_t *panel = out + r / LANES * panel_bytes(&m), *quants = panel + q8_scale_bytes(&m);
        uint16_t *s = (uint16_t *)panel + r % LANES;
        for (int g = 0; g < groups; g++) s[g * LANES] = _cvtss_sh(scales[(int64_t)r * groups + g], 0);
        for (int c = 0; c < columns; c++)
            quants[c / 4 * 64 + r % LANES * 4 + c % 4] = (uint8_t)(q[(int64_t)r * columns + c] + 128);
    }
}

// Rows first .. first + count of a packed matrix as floats (count, columns).
void fused_unpack(const uint8_t *packed, int form, int rows, int columns, int group, int first, int count, float *out) {
    matrix m = {packed, NULL, form, rows, columns, group};
    for (int r = 0; r < count; r++) unpack_row(&m, first + r, out + (int64_t)r * columns);
}

// A network, the sequences of a step and the engine that takes them through it.
// Shapes: T new tokens of all, H hidden, N query heads, K key/value heads, D head size, F feed-forward size.
#pragma once
#include "attention.h"
#include "delta_net.h"
#include "experts.h"
#include "head.h"
#include "per_layer.h"
#include "pool.h"

enum { PHASES_PER_LAYER = 10, PHASES_WITH_EXPERTS = 14, PHASES_OF_EXPERTS_BESIDE = 9, PHASES_OF_OWN_INPUTS = 4, OTHER_PHASES = 28, ROW_TILES = 12, MAX_SEQUENCES = 16 };
enum { MAX_OWNED = 9 * MAX_THREADS + 160 };  // pieces of memory: of each thread, and of all
enum { EVEN_SPLITS = 48, GROWING_SPLITS = 8, MAX_SPLITS = 96 };  // half a million tokens before the last one grows

typedef struct {
    const float *input_norm, *q_norm, *k_norm, *attention_sub_norm, *post_attention_norm;
    const float *mlp_norm, *mlp_sub_norm, *post_mlp_norm;  // NULL where the architecture has none
    const float *rotary;  // (positions, rotary_dims): sines, then cosines; NULL: no position
    const float *router;  // (experts, H); NULL: the feed-forward is dense. Experts' gate, up and down: see expert_matrix
    const float *v_norm;  // of each head's values, as q_norm and k_norm
    const float *router_bias;  // (experts), or NULL
    const float *sinks;   // (N), or NULL: a score of each query head that takes its share of attention and gives nothing
    const float *head_gate;  // (N, H), or NULL: what each query head makes times the sigmoid of its product with the input
    matrix q, k, v, output, gate, up, down;
    matrix attention_gate;         // (heads * head_dim, H); no data: what attention makes is as it is
    const float *taps, *tap_bias;  // of a convolution: (taps, width), and (width) or NULL
    const float *choice_bias;      // (experts) or NULL: see choose_by_sigmoids
    const float *delta_gates;      // of a delta net: b, then a (2 value heads, H)
    const float *decay_rates, *decay_bias, *mixer_norm;  // and (value heads), (value heads), (value_dim)
    const float *skip;             // of Mamba-2, whose gates are (value heads, H) and norm is (all values): (value heads)
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
    int32_t key_heads, value_heads, key_dim, value_dim, has_tiled_heads;  // of delta nets and Mamba-2, 0 if no layer is one
    int32_t is_mamba;
    int32_t has_attention_gate, chooses_by_sigmoids, has_experts_beside;
    int32_t per_layer;  // P of per_layer.h, 0: no layer has inputs of its own
    float eps, mixer_eps, attention_scale, attention_softcap, embedding_scale, share_factor;
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
    const float *angles;     // (tokens, rotary_dims) instead of the layers' own; NULL: the tokens stand one after the other
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
    mapping owned[MAX_OWNED];
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

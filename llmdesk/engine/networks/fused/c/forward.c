// One step of a Llama-like network: token ids in, logits out, all layers in one call without Python in between.
//
// The step is a fixed series of phases (pool.h); each thread runs `work` from its beginning to its end and takes items
// of each phase. A step takes rows of several sequences: products run over all of them together, attention over each with
// its own cache. A row's numbers never depend on the other sequences (docs/decisions/0024).
// Shapes: T new tokens of all, H hidden, N query heads, K key/value heads, D head size, F feed-forward size.
#include "plan.h"
#include "rooms.h"
#include "step.h"

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

// Why a network is none that the kernels were made for: 0, it is one; 1, too many layers; 2, too many experts; 3, its sizes.
// Its matrices and vectors need not be there yet.
int fused_obstacle(const network *n) {
    if (phases_of(n) > MAX_PHASES) return 1;
    if (n->experts > MAX_EXPERTS || n->chosen_experts > MAX_CHOSEN) return 2;
    return n->taps > MOST_TAPS || n->key_dim > MOST_KEY_DIM ? 3 : 0;
}

// NULL if there is no memory or no threads. `net` and all that it points to must live as long as the engine.
engine *fused_create(const network *net, int threads, int max_tokens) {
    if (fused_obstacle(net)) return NULL;
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

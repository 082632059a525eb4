// The kernels under sanitizers: random networks of every form and many shapes, for scripts/sanitize.sh. No Python, no torch.
//
// The engine's own rooms come from the C library here, so that AddressSanitizer knows where they end. It checks memory and
// arithmetic, and that numbers do not depend on threads or on how many tokens come at once; whether they are right is
// tests/engine/networks/test_fused.py.
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include "../../llmdesk/engine/networks/fused/c/platform.h"

static void *guarded(size_t bytes) {
    void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (memory) __builtin_memset(memory, 0, bytes);
    return memory;
}
#define system_memory(bytes) guarded(bytes)
#define give_back(memory, bytes) free(memory)
#include "../../llmdesk/engine/networks/fused/c/forward.c"

enum { VOCABULARY = 70, CONTEXT = 1100, MOST_TOKENS = 264 };

static uint64_t state = 1;
static uint32_t drawn(void) { return (uint32_t)((state = state * 6364136223846793005ull + 1442695040888963407ull) >> 33); }
static float number(float spread) { return ((float)(drawn() % 2001) / 1000.0f - 1.0f) * spread; }

static void *kept[4096];
static int kept_count;
static void *room_of(size_t bytes) { return kept[kept_count++] = guarded(bytes); }
static void forget(void) { while (kept_count) free(kept[--kept_count]); }

static float *floats(int count, float around, float spread) {
    float *made = room_of((size_t)count * 4);
    for (int i = 0; i < count; i++) made[i] = around + number(spread);
    return made;
}

static matrix matrix_of(int form, int rows, int columns, int with_bias) {
    const int in_supers = form == FORM_Q6K || form == FORM_Q2K, is_two = form == FORM_Q2K;
    int group = form == FORM_TERNARY ? columns : in_supers ? 256 : 32, groups = columns / group, supers = columns / 256;
    uint8_t *out = room_of((size_t)fused_packed_bytes(form, rows, columns, group)), *q = malloc((size_t)rows * columns);
    float *scales = malloc((size_t)rows * groups * 4), *zeros = malloc((size_t)rows * groups * 4);
    uint8_t *small = malloc((size_t)rows * columns / 16), *few_bits = malloc((size_t)rows * columns);
    int8_t *signed_q = malloc((size_t)rows * columns);
    uint16_t *halves = malloc((size_t)rows * (supers + 1) * 2);
    for (int i = 0; i < rows * columns; i++) q[i] = (uint8_t)drawn();
    for (int i = 0; i < rows * groups; i++) scales[i] = form == FORM_Q8 ? 0.0005f : 0.01f, zeros[i] = 7.5f;
    for (int i = 0; form == FORM_FP4 && i < rows * groups; i++) scales[i] = 1.0f / 128;  // powers of 2 only
    for (int i = 0; form == FORM_IQ4 && i < rows * groups; i++) scales[i] = 0.0005f;
    for (int i = 0; i < rows * columns / 16; i++) small[i] = drawn() % (is_two ? 16 : 64);
    for (int i = 0; i < rows * columns; i++) signed_q[i] = (int8_t)(drawn() % 64 - 32);
    for (int i = 0; form == FORM_FP4 && i < rows * columns; i++) signed_q[i] = TABLE_VALUES[FP4][drawn() % 16];
    for (int i = 0; form == FORM_IQ4 && i < rows * columns; i++) signed_q[i] = TABLE_VALUES[IQ4][drawn() % 16];
    for (int i = 0; i < rows * columns; i++) few_bits[i] = drawn() % (is_two ? 4 : 32);
    for (int i = 0; i < rows * supers; i++) halves[i] = half_of_float(is_two ? 0.002f : 0.0003f);
    for (int i = 0; form == FORM_TERNARY && i < rows * columns / 2; i++) q[i] = (uint8_t)(drawn() % 3 | drawn() % 3 << 4);
    const void *parts[] = {q, scales, zeros, NULL, NULL};
    if (form == FORM_Q4K || form == FORM_Q5K || is_two)
        parts[0] = form == FORM_Q4K ? q : few_bits, parts[1] = parts[2] = small, parts[3] = parts[4] = halves;
    if (form == FORM_Q6K) parts[0] = signed_q, parts[1] = small, parts[2] = halves;
    if (form == FORM_FP4 || form == FORM_IQ4) parts[0] = signed_q;
    uint16_t *numbers = malloc((size_t)rows * columns * 2);
    for (int i = 0; i < rows * columns; i++) numbers[i] = (uint16_t)(0x3c00 + drawn() % 0x100 + (drawn() & 1) * 0x8000);  // 0.008 to 0.06
    if (form == FORM_BF16) parts[0] = numbers;
    fused_pack(form, parts, rows, columns, group, out);
    free(q), free(scales), free(zeros), free(small), free(few_bits), free(signed_q), free(halves), free(numbers);
    int filled = (rows + LANES - 1) / LANES * LANES;
    return (matrix){out, with_bias ? floats(filled, 0, 0.1f) : NULL, form, rows, columns, group};
}

// The same in two planes.
static matrix split_of(matrix m) {
    uint8_t *out = room_of((size_t)(panel_bytes(&m) * panels_of(&m)));
    fused_split_q8(m.data, m.rows, m.columns, m.group, out);
    return (matrix){out, NULL, FORM_SPLIT, m.rows, m.columns, m.group};
}

typedef struct { int form, heads, kv_heads, head_dim, rotary_dims, hidden, intermediate, window, extra_norms, activation; float softcap; int in_planes;
    int experts, chosen, is_olmo, own, is_beside; } shape;  // experts in the last layer; is_olmo: norms after, of all heads together
    // own: inputs of each layer's own, and the last layer reads the first one's keys; is_beside: experts beside dense ones

static network network_of(const shape *s) {
    enum { LAYERS = 2 };
    int q = s->heads * s->head_dim, kv = s->kv_heads * s->head_dim, h = s->hidden, f = s->intermediate;
    layer *layers = room_of(sizeof(layer) * LAYERS);
    for (int i = 0; i < LAYERS; i++) {
        layer *l = layers + i;
        *l = (layer){.window = i ? s->window : 0, .head_dim = s->head_dim, .kv_heads = s->kv_heads, .rotary_dims = s->rotary_dims,
                     .intermediate = f, .keys_from = i, .scale = 1.0f};
        if (s->is_olmo) l->q_norm = floats(q, 1, 0.1f), l->k_norm = floats(kv, 1, 0.1f);
        else l->input_norm = floats(h, 1, 0.1f), l->mlp_norm = floats(h, 1, 0.1f);
        if (s->is_olmo) l->post_attention_norm = floats(h, 1, 0.1f), l->post_mlp_norm = floats(h, 1, 0.1f);
        l->rotary = floats(CONTEXT * s->rotary_dims, 0, 1);
        if (s->extra_norms) {
            l->q_norm = floats(s->head_dim, 1, 0.1f), l->k_norm = floats(s->head_dim, 1, 0.1f);
            l->attention_sub_norm = floats(q, 1, 0.1f), l->mlp_sub_norm = floats(f, 1, 0.1f);
            l->post_attention_norm = floats(h, 1, 0.1f), l->post_mlp_norm = floats(h, 1, 0.1f);
        }
        l->q = matrix_of(s->form, q, h, 1), l->k = matrix_of(s->form, kv, h, 1), l->v = matrix_of(s->form, kv, h, 0);
        const int count = s->experts && i == LAYERS - 1 && !s->is_beside ? s->experts : 1;
        if (count > 1) l->router = floats(count * h, 0, 0.1f);
        if (s->is_beside) {
            l->router = floats(s->experts * h, 0, 0.1f);
            l->beside = (experts_beside){NULL, floats(h, 1, 0.1f), floats(s->experts, 1, 0.1f), floats(h, 1, 0.1f), floats(h, 1, 0.1f), floats(h, 1, 0.1f),
                                         matrix_of(s->form, s->experts * f, h, 0), matrix_of(s->form, s->experts * f, h, 0),
                                         matrix_of(s->form, s->experts * h, f, 0)};
        }
        if (s->own) {
            l->v_norm = floats(s->head_dim, 1, 0.1f), l->scale = 0.9f, l->keys_from = 0;
            l->own = (layer_input){matrix_of(s->form, s->own, h, 0), matrix_of(s->form, h, s->own, 0), floats(h, 1, 0.1f)};
        }
        l->output = matrix_of(s->form, h, q, 0), l->down = matrix_of(s->form, count * h, f, 0);
        l->gate = matrix_of(s->form, count * f, h, 0), l->up = matrix_of(s->form, count * f, h, 0);
    }
    network n = {LAYERS, h, s->heads, VOCABULARY, s->activation, s->form == FORM_TERNARY};
    n.activations_in_planes = s->in_planes, n.norms_whole_width = s->is_olmo;
    n.has_experts_beside = s->is_beside;
    n.experts = s->experts, n.chosen_experts = s->chosen, n.expert_width = f, n.normalizes_shares = s->chosen % 2;
    n.eps = 1e-6f, n.attention_scale = 0.2f, n.attention_softcap = s->softcap, n.embedding_scale = 1;
    n.per_layer = s->own;
    if (s->own) n.per_layer_projection = matrix_of(s->form, LAYERS * s->own, h, 0), n.per_layer_norm = floats(s->own, 1, 0.1f);
    n.embedding = n.head = matrix_of(FORM_Q8, VOCABULARY, h, 0);
    n.final_norm = floats(h, 1, 0.1f), n.layer = layers;
    return n;
}

enum { STRIDE = (VOCABULARY + LANES - 1) / LANES * LANES, PAGES = (CONTEXT + PAGE - 1) / PAGE };

// A sequence with pages of its own, and where its logits go.
typedef struct { uint8_t *pages[PAGES]; float *logits; int32_t ids[MOST_TOKENS + 1]; int done, start; } text;

static text *text_of(const network *n, int count, int start) {
    text *t = guarded(sizeof *t);
    for (int i = 0; i < PAGES; i++) t->pages[i] = guarded((size_t)fused_page_bytes(n));
    t->logits = guarded((size_t)count * STRIDE * 4), t->start = start;
    return t;
}
static float *logits_of(text *t) {
    float *logits = t->logits;
    for (int i = 0; i < PAGES; i++) free(t->pages[i]);
    free(t);
    return logits;
}
// What a step does for it, if that is its next `tokens`; of a prompt only the last one of all has logits.
static sequence next_of(text *t, int tokens, int is_prompt, int count) {
    int last = !is_prompt ? tokens : t->done + tokens == count;
    for (int i = 0; i < tokens; i++) t->ids[i] = (t->start + t->done + i) * 37 % VOCABULARY;
    static float own_rows[MOST_TOKENS * 2 * 64];  // what each token brings for two layers
    for (int i = 0; i < MOST_TOKENS * 2 * 64; i++) own_rows[i] = (float)(i % 64) / 64.0f;  // the same for all tokens
    sequence s = {t->ids, t->pages, t->logits + (size_t)(t->done + tokens - last) * STRIDE, tokens, t->done, last, PAGES, is_prompt, .best = 0, .own_rows = own_rows};
    t->done += tokens;
    return s;
}

// Whether the best logits of each of `count` tokens, taken `step` at a time, are those of the same output layer in one plane;
// of several tokens at once with some that the caller lowers.
static void check_best(const network *n, const network *split, int count, int step, int best) {
    static const int32_t lowered[] = {1, 20, VOCABULARY - 1};
    engine *e = fused_create(n, 1, MOST_TOKENS), *s = fused_create(split, 3, MOST_TOKENS);
    text *expected = text_of(n, count, 0), *found = text_of(n, count, 0);
    if (!e || !s) exit(2);
    while (expected->done < count) {
        int now = count - expected->done < step ? count - expected->done : step;
        sequence all = next_of(expected, now, 0, count), some = next_of(found, now, 0, count);
        some.best = best, some.lowered = lowered, some.lowered_count = step > 1 ? 3 : 0;
        if (fused_forward(e, &all, 1, 1, STRIDE) || fused_forward(s, &some, 1, 3, STRIDE)) exit(10);
    }
    float *right = logits_of(expected), *got = logits_of(found);
    for (float *a = right, *b = got; a < right + (size_t)count * STRIDE; a += STRIDE, b += STRIDE)
        for (int i = 0; i < VOCABULARY; i++) {
            int above = 0;
            for (int k = 0; k < VOCABULARY; k++) above += a[k] > a[i];
            if (above < best && a[i] != b[i]) printf("one of the best %d differs\n", best), exit(11);
        }
    free(right), free(got), fused_destroy(e), fused_destroy(s);
}

// Logits of `count` tokens taken `step` at a time.
static float *run(const network *n, int threads, int count, int step) {
    engine *e = fused_create(n, threads, MOST_TOKENS);
    text *t = text_of(n, count, 0);
    if (!e) exit(2);
    while (t->done < count) {
        sequence s = next_of(t, count - t->done < step ? count - t->done : step, 0, count);
        if (fused_forward(e, &s, 1, threads, STRIDE)) exit(3);
    }
    sequence wrong = next_of(t, 1, 0, count);
    t->ids[0] = VOCABULARY;
    if (fused_forward(e, &wrong, 1, threads, STRIDE) != -1) exit(4);
    t->ids[0] = 0, wrong.past = PAGES * PAGE;
    if (fused_forward(e, &wrong, 1, threads, STRIDE) != -1) exit(4);
    fused_destroy(e);
    return logits_of(t);
}

// Several sequences in each step, one token each, while the last one is read as a prompt in parts of `part`; all of them
// must get what they get alone.
static void check_together(const network *n, int count, int length, int part) {
    engine *e = fused_create(n, 3, MOST_TOKENS), *alone = fused_create(n, 1, MOST_TOKENS);
    text *texts[MAX_SEQUENCES];
    sequence s[MAX_SEQUENCES];
    if (!e || !alone) exit(2);
    for (int i = 0; i < count; i++) texts[i] = text_of(n, length, i);
    for (int going = 1; going;) {
        going = 0;
        for (int i = 0; i < count; i++) {  // the first ones begin with more, so that lengths differ
            int left = length - texts[i]->done, most = i == count - 1 ? part : texts[i]->done ? 1 : 1 + i % 8;
            if (left) s[going++] = next_of(texts[i], left < most ? left : most, i == count - 1, length);
        }
        if (going && fused_forward(e, s, going, 3, STRIDE)) exit(8);
    }
    for (int i = 0; i < count; i++) {
        text *t = text_of(n, length, i);
        for (int left; (left = length - t->done);) {
            int most = i == count - 1 ? MOST_TOKENS : 1;
            sequence one = next_of(t, left < most ? left : most, i == count - 1, length);
            if (fused_forward(alone, &one, 1, 1, STRIDE)) exit(8);
        }
        float *expected = logits_of(t), *found = logits_of(texts[i]);
        if (memcmp(expected, found, (size_t)length * STRIDE * 4)) printf("sequence %d of %d differs\n", i, count), exit(9);
        free(expected), free(found);
    }
    fused_destroy(e), fused_destroy(alone);
}

static void check(const shape *s, int length, int cache_in_bytes) {
    network n = network_of(s);
    n.cache_in_bytes = cache_in_bytes;
    float *one = run(&n, 1, length, 1);
    for (int i = 0; i < VOCABULARY; i++)
        if (!isfinite(one[i])) printf("not a number\n"), exit(5);
    for (int step = 3; step <= 8; step += 5) {
        float *few = run(&n, 2, length, step);
        if (memcmp(one, few, (size_t)length * STRIDE * 4)) printf("%d tokens at once differ\n", step), exit(6);
        free(few);
    }
    float *wide = run(&n, 1, length, MOST_TOKENS), *wide2 = run(&n, 3, length, MOST_TOKENS);
    if (memcmp(wide, wide2, (size_t)length * STRIDE * 4)) printf("threads differ\n"), exit(7);
    free(one), free(wide), free(wide2), free(run(&n, 4, length, 61));
    network split = n;
    split.head = split.embedding = split_of(n.head);
    for (int step = 1; step < 9; step += 7) check_best(&n, &split, length, step, 1), check_best(&n, &split, length, step, 40);
    check_together(&split, 3, length, 5);
    check_together(&n, 3, length, 13), check_together(&n, MAX_SEQUENCES, length, 5);
    forget();
}

#if defined(__AMX_INT8__)
int amx_begin(void);  // ../kernels/amx_emulator.c
#else
static int amx_begin(void) { return 0; }
#endif

int main(int count, char **arguments) {
    if (amx_begin()) return 2;
    const int length = count > 1 ? atoi(arguments[1]) : 40;
    const shape shapes[] = {
        {FORM_Q4, 4, 2, 16, 16, 64, 128, 0, 0, 0, 0, 0},
        {FORM_Q8, 6, 3, 32, 16, 192, 320, 7, 0, 1, 0, 0},
        {FORM_TERNARY, 4, 1, 16, 16, 64, 96, 0, 1, 2, 0, 0},
        {FORM_Q4, 3, 3, 64, 62, 96, 160, 5, 1, 1, 30, 0},
        {FORM_Q8, 9, 3, 64, 64, 576, 1536, 0, 0, 0, 0, 0},
        {FORM_Q4, 2, 1, 256, 256, 512, 32, 300, 1, 0, 0, 0},
        {FORM_Q4, 4, 2, 16, 16, 64, 128, 0, 0, 0, 0, 1},
        {FORM_Q4, 9, 3, 64, 64, 576, 1536, 5, 1, 1, 30, 1},
        {FORM_Q4K, 4, 2, 64, 64, 256, 512, 0, 0, 0, 0, 0},
        {FORM_Q6K, 4, 2, 64, 64, 256, 512, 5, 0, 0, 0, 1},
        {FORM_Q5K, 4, 2, 64, 64, 256, 512, 5, 0, 0, 0, 1},
        {FORM_Q5K, 4, 2, 64, 64, 256, 256, 0, 0, 0, 0, 0},
        {FORM_Q4S, 3, 3, 64, 62, 96, 160, 5, 1, 1, 30, 1},
        {FORM_Q4K, 4, 2, 64, 64, 256, 768, 5, 1, 1, 30, 1},
        {FORM_Q4, 4, 2, 16, 16, 64, 96, 0, 0, 0, 0, 0, 9, 2, 0},
        {FORM_Q4K, 4, 2, 64, 64, 256, 256, 5, 0, 0, 0, 1, 21, 5, 0},
        {FORM_Q8, 4, 4, 16, 16, 64, 96, 0, 0, 0, 0, 0, 8, 8, 1},
        {FORM_Q4, 4, 2, 16, 16, 64, 128, 7, 0, 0, 0, 1, 0, 0, 1},
        {FORM_Q4, 4, 1, 512, 512, 64, 128, 7, 1, 1, 0, 1, 0, 0, 0, 32, 0},
        {FORM_Q8, 4, 2, 32, 32, 64, 96, 7, 1, 1, 0, 0, 9, 2, 0, 0, 1},
        {FORM_Q4, 4, 2, 32, 32, 64, 96, 0, 0, 1, 0, 0, 8, 3, 0, 64, 1},
        {FORM_FP4, 3, 3, 32, 32, 96, 160, 5, 0, 0, 0, 0},
        {FORM_IQ4, 3, 3, 32, 32, 96, 160, 0, 0, 0, 0, 1},
        {FORM_FP4, 6, 3, 16, 16, 96, 96, 0, 0, 0, 0, 1, 7, 2, 0},
        {FORM_Q2K, 4, 2, 64, 64, 256, 768, 5, 0, 0, 0, 0},
        {FORM_Q2K, 4, 2, 64, 64, 256, 768, 0, 0, 0, 0, 1},
        {FORM_BF16, 3, 3, 64, 62, 96, 160, 5, 1, 1, 30, 1},
        {FORM_BF16, 4, 2, 16, 16, 64, 96, 0, 0, 0, 0, 0, 9, 2, 0},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        check(shapes + i, length, 0), check(shapes + i, length, 1), printf("shape %zu: well\n", i);
    return 0;
}

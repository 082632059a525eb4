// Attention of some rows over a cache of their own, for test_cache_forms.py.
#include <stdlib.h>
#include "../../../llmdesk/engine/networks/fused/c/attention.h"

static uint8_t *page_room(int64_t bytes) {
    uint8_t *made = aligned_alloc(64, (size_t)(bytes + 63) / 64 * 64);
    memset(made, 0xff, (size_t)bytes);  // what nobody wrote is no number
    return made;
}

// out (rows, head_dim) of queries (rows, head_dim) over keys and values (positions, head_dim), as head 1 of 2 in layer 1 of 2:
// row r sees first[r] <= t < end[r]. In parts of PAGE tokens as they lie there, or of PART in floats.
void attend_rows(int in_bytes, int in_floats, int head_dim, int rows, int positions, const float *queries_in, const float *keys,
                 const float *values, const int *first, const int *end, float softcap, float *out) {
    uint8_t *pages[64];
    layer_cache c = {pages, 0, 2, head_dim, in_bytes ? IN_BYTES : IN_HALVES};
    c.begin = layer_bytes(&c);
    for (int i = 0; i <= positions / PAGE; i++) pages[i] = page_room(2 * layer_bytes(&c));
    for (int t = 0; t < positions; t++)
        store_key(&c, 1, t, keys + (int64_t)t * head_dim), store_value(&c, 1, t, values + (int64_t)t * head_dim);
    queries *q = aligned_alloc(64, (sizeof *q + 63) / 64 * 64);
    partial *p = aligned_alloc(64, (sizeof *p + 63) / 64 * 64);
    float *room = aligned_alloc(64, 2 * PART * MAX_HEAD_DIM * 4);
    for (int r = 0; r < rows; r++) put_query(q, r, queries_in + r * head_dim, head_dim, in_bytes && !in_floats);
    partial_reset(p, rows, head_dim);
    for (int base = 0, size = in_floats ? PART : PAGE; base < positions; base += size) {
        numbers k = groups_from((numbers){keys_of(&c, base / PAGE, 1), c.form}, base % PAGE, head_dim);
        numbers v = groups_from((numbers){values_of(&c, base / PAGE, 1), c.form}, base % PAGE, head_dim);
        if (in_floats)
            k = keys_in_floats(k, size, head_dim, room), v = values_in_floats(v, size, head_dim, room + PART * MAX_HEAD_DIM);
        int from[ROWS], to[ROWS], seen = 0;
        for (int r = 0; r < rows; r++) {
            from[r] = first[r] < base ? 0 : first[r] - base < size ? first[r] - base : size;
            to[r] = end[r] - base < size ? end[r] - base : size;
            seen |= to[r] > from[r];
        }
        if (seen) add_part(p, q, k, v, head_dim, rows, from, to, softcap, (next_page){rows == 1 ? k.data : NULL, rows == 1 ? v.data : NULL});
    }
    for (int r = 0; r < rows; r++)
        for (int d = 0; d < head_dim; d++) out[r * head_dim + d] = p->sums[r][d] / p->total[r];
    for (int i = 0; i <= positions / PAGE; i++) free(pages[i]);
    free(q), free(p), free(room);
}

void mix_row(float *x, int head_dim) { mix(x, head_dim); }

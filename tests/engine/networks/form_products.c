// Single products of every form of weights, for test_forms.py.
#include <math.h>
#include "../../../llmdesk/engine/networks/fused/c/products.h"

static void *room(int64_t bytes) {
    void *made = aligned_alloc(64, (size_t)(bytes + 127) / 64 * 64);
    memset(made, 0, (size_t)bytes);
    return made;
}

static activations rooms(int64_t values) {
    return (activations){
        .quants = room(2 * values), .bytes = room(values), .low = room(values), .scales = room(values), .scaled_sums = room(values),
        .byte_scales = room(values), .byte_sums = room(values), .low_scales = room(values), .low_sums = room(values),
        .byte_middles = room(values), .low_middles = room(values), .low_bits = room(values), .offsets = room(values), .low_offsets = room(values), .floats = room(4 * values)};
}

static void forget(activations *a) {
    void *all[] = {a->quants, a->bytes, a->low, a->scales, a->scaled_sums, a->byte_scales, a->byte_sums, a->low_scales, a->low_sums,
                   a->byte_middles, a->low_middles, a->low_bits, a->offsets, a->low_offsets, a->floats};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

int64_t bytes_of(int form, int rows, int columns, int group) {
    matrix m = {NULL, NULL, form, rows, columns, group};
    return panel_bytes(&m) * panels_of(&m);
}

int takes_planes(int form) { return FORMS[form].activations & IN_PLANES; }

void pack(int form, const void *const *parts, int rows, int columns, int group, uint8_t *out) {
    matrix m = {out, NULL, form, rows, columns, group};
    for (int row = 0; row < rows; row++) form_of(&m)->pack(&m, parts, row, out + row / LANES * panel_bytes(&m));
}

// out (rows, columns)
void unpack(int form, const uint8_t *data, int rows, int columns, int group, float *out) {
    matrix m = {data, NULL, form, rows, columns, group};
    for (int row = 0; row < rows; row++) unpack_row(&m, row, out + (int64_t)row * columns);
}

int are_bytes(void) { return MANY_IN_BYTES; }

// Whether many rows are multiplied in planes.
int has_many_planes(int form) {
    return (MANY_IN_BYTES && FORMS[form].activations & IN_PLANES) || (MANY_IN_NIBBLES && FORMS[form].line);
}

// y (tokens, rows filled up to 16) = x (tokens, columns) times the matrix, in the way of few rows or of many.
void multiply(int form, const uint8_t *data, int rows, int columns, int group, const float *x, int tokens, int is_few, int in_planes,
              float *y) {
    matrix m = {data, NULL, form, rows, columns, group};
    const matrix *only[] = {&m};
    activations a = shape_of(rooms((int64_t)(tokens + TILE) * columns), tokens, is_few, only, 1, form == FORM_TERNARY, in_planes);
    for (int t = 0; t < tokens; t++) round_row(x + (int64_t)t * columns, &a, t);
    for (int t = tokens; a.wide && t < tiles_of(&a) * TILE; t++)
        for (int b = 0; b < columns / a.wide; b++) clear_block(&a, t, b);
    if (a.wide) mark_rows(&a);
    int filled = panels_of(&m) * LANES;
    pair_room pair = {room((int64_t)2 * PAIR * LANES * columns), room((int64_t)columns / BLOCK * PAIR * LANES * 4),
                      room((int64_t)columns / BLOCK * PAIR * (int64_t)sizeof(group_factors)), room(TILES_AT_ONCE * TILE * PAIR * LANES * 4)};
    product p = {&a, {&m}, {{y, filled, LANES, NULL}}, 1};
    for (int item = 0; item < product_items(&p); item++) product_item(&p, item, &pair);
    free(pair.weights), free(pair.scales), free(pair.factors), free(pair.sums), forget(&a);
}

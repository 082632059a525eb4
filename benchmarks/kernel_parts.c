// Times the parts of our products on one thread; compiled and run by kernel_parts.py.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "products.h"

enum { ROWS_OF_WEIGHTS = 8192, COLUMNS = 2048, TOKENS = 264, REPETITIONS = 7 };

// This thread's own time: other programs that have the core meanwhile do not count.
static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// The best of some repetitions, in seconds.
#define BEST(variable, ...)                                         \
    double variable = 1e9;                                          \
    for (int repetition = 0; repetition < REPETITIONS; repetition++) { \
        double start = now();                                       \
        __VA_ARGS__;                                                \
        double took = now() - start;                                \
        variable = took < variable ? took : variable;               \
    }

#define EACH_PAIR(...)                                                       \
    for (int index = 0; index < panels_of(&m); index += PAIR) {              \
        panel_ref pair[PAIR] = {{&m, index}, {&m, index + 1}};               \
        __VA_ARGS__;                                                         \
    }
#define EACH_SHARE(...)                                                      \
    for (int first = 0; first < tiles_of(&a); first += TILES_AT_ONCE) {      \
        int left = tiles_of(&a) - first, count = left < TILES_AT_ONCE ? left : TILES_AT_ONCE; \
        __VA_ARGS__;                                                         \
    }

// Nothing but dot products of 16 bits: what the processor can do at best. As many sums as a tile has, which stay in registers;
// what they are multiplied with comes from memory, as the compiler multiplies once what is the same. Returns the
// multiplications.
int32_t factors[TILE + PANELS * LANES];
static double bare_dots(int64_t turns) {
    vi sums[TILE][PANELS], weights[PANELS];
    UNROLLED for (int t = 0; t < TILE; t++)
        UNROLLED for (int p = 0; p < PANELS; p++) sums[t][p] = vi_set(t);
    UNROLLED for (int p = 0; p < PANELS; p++) weights[p] = vi_load(factors + TILE + p * LANES);
    for (int64_t turn = 0; turn < turns; turn++) {
        UNROLLED for (int t = 0; t < TILE; t++) {
            const vi factor = vi_set(factors[t]);
            UNROLLED for (int p = 0; p < PANELS; p++) sums[t][p] = vi_dot16(sums[t][p], weights[p], factor);
        }
        __asm__ volatile("" : : : "memory");
    }
    vi total = vi_set(0);
    UNROLLED for (int t = 0; t < TILE; t++)
        UNROLLED for (int p = 0; p < PANELS; p++) total = vi_add32(total, sums[t][p]);
    volatile int kept = vi_sum(total);
    (void)kept;
    return (double)turns * TILE * PANELS * 32;
}

// Of a matrix times TOKENS rows x (TOKENS, COLUMNS), into y.
static void measure(matrix m, activations rooms, const pair_room room, const float *x, float *y, int in_planes, double ceiling) {
    const matrix *only[] = {&m};
    activations a = shape_of(rooms, TOKENS, 0, only, 1, 0, in_planes);
    BEST(round_s, for (int t = 0; t < TOKENS; t++) round_row(x + (int64_t)t * COLUMNS, &a, t); mark_rows(&a))
    BEST(widen_s, EACH_PAIR(widen_pair(pair, &a, &room)))
    BEST(multiply_s, EACH_PAIR(EACH_SHARE(multiply_tiles(pair, &a, first, count, &room))))
    BEST(product_s, EACH_PAIR(EACH_PAIR_SUM(pair, &a, &room, {
        vf_store(y + ((int64_t)index * TOKENS + t) * LANES, first);
        vf_store(y + ((int64_t)(index + 1) * TOKENS + t) * LANES, second);
    })))
    const double products = (double)ROWS_OF_WEIGHTS * COLUMNS * TOKENS;
    printf("whole product, %-9s        %7.1f G/s, %.0f %% of the ceiling\n", in_planes ? "in planes" : "13 bits", products / product_s / 1e9,
           100 * products / product_s / ceiling);
    printf("  multiplying alone               %7.1f %%\n", 100 * multiply_s / product_s);
    printf("  widening the weights alone      %7.1f %%\n", 100 * widen_s / product_s);
    printf("  rounding the activations        %7.1f %% on top\n", 100 * round_s / product_s);
}

int main(void) {
    double dots = 0;
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) factors[i] = rand();
    BEST(bare_s, dots = bare_dots(2000000))
    matrix m = {NULL, NULL, FORM_Q4, ROWS_OF_WEIGHTS, COLUMNS, BLOCK};
    int64_t bytes = panel_bytes(&m) * panels_of(&m);
    uint8_t *data = aligned_alloc(64, (size_t)bytes);
    for (int64_t i = 0; i < bytes; i++) data[i] = (uint8_t)rand();
    for (int64_t g = 0; g < bytes; g += q4_group_bytes(&m))
        for (int i = 0; i < LANES; i++) {
            ((uint16_t *)(data + g))[i] = half_of_float(0.01f);
            ((uint16_t *)(data + g))[LANES + i] = half_of_float(-0.08f);
        }
    m.data = data;
    float *x = aligned_alloc(64, (size_t)TOKENS * COLUMNS * 4), *y = aligned_alloc(64, (size_t)TOKENS * ROWS_OF_WEIGHTS * 4);
    for (int i = 0; i < TOKENS * COLUMNS; i++) x[i] = (float)(rand() % 2001 - 1000) / 1000.0f;
    int64_t values = (TOKENS + TILE) * COLUMNS;
    const activations rooms = {
        .quants = malloc(2 * values), .bytes = malloc(values), .low = malloc(values), .scales = malloc(values), .byte_scales = malloc(values),
        .byte_sums = malloc(values),
        .low_scales = malloc(values), .byte_middles = malloc(values), .low_middles = malloc(values), .low_bits = malloc(values),
        .offsets = malloc(values), .low_offsets = malloc(values), .floats = NULL};
    pair_room room = {aligned_alloc(64, 2 * PAIR * LANES * COLUMNS), aligned_alloc(64, COLUMNS / BLOCK * PAIR * LANES * 4),
                      aligned_alloc(64, COLUMNS / BLOCK * PAIR * sizeof(group_factors)),
                      aligned_alloc(64, TILES_AT_ONCE * TILE * PAIR * LANES * 4)};
    printf("%s, one thread, best of %d, %d x %d weights of 4 bits, %d tokens\n", ISA_NAME, REPETITIONS, ROWS_OF_WEIGHTS,
           COLUMNS, TOKENS);
    printf("dot products on registers alone   %7.1f G multiplications/s (the ceiling of 13 bits)\n", dots / bare_s / 1e9);
    measure(m, rooms, room, x, y, 0, dots / bare_s);
    measure(m, rooms, room, x, y, 1, dots / bare_s);
}

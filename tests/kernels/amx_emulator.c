// AMX's tile instructions for processors without them: each ends as SIGILL here, and the handler does what it would have done.
//
// So the tests run the very library that processors with AMX get. After Intel's manual (volume 2, "Intel AMX instruction set
// reference"), of which it has the instructions that the kernels use; what the manual forbids of tiles, their shapes and operands ends
// the process.
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

enum { TILES = 8, MOST_ROWS = 16, ROW_BYTES = 64 };

typedef struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[TILES], reserved_bytes[8];
    uint8_t rows[TILES], reserved_rows[8];
} configuration;

static __thread configuration shape;  // of this thread's tiles; palette 0: there are none
static __thread uint8_t tile[TILES][MOST_ROWS][ROW_BYTES];
static struct sigaction before;
static long emulated;

long amx_emulated(void) { return __atomic_load_n(&emulated, __ATOMIC_RELAXED); }

static void forbidden(const char *what) {
    (void)!write(2, "AMX: ", 5);
    (void)!write(2, what, strlen(what));
    (void)!write(2, "\n", 1);
    abort();
}
static void demand(int is_met, const char *what) { if (!is_met) forbidden(what); }

static int is_zero(const void *bytes, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (((const uint8_t *)bytes)[i]) return 0;
    return 1;
}

static void load_configuration(const configuration *from) {
    demand(from->palette == 1 && !from->start_row, "a palette that is not 1, or a start row");
    demand(is_zero(from->reserved, 14) && is_zero(from->reserved_bytes, 16) && is_zero(from->reserved_rows, 8), "reserved bytes");
    for (int t = 0; t < TILES; t++)
        demand(from->row_bytes[t] <= ROW_BYTES && from->rows[t] <= MOST_ROWS && !from->row_bytes[t] == !from->rows[t],
               "a tile that is too large");
    shape = *from;
    memset(tile, 0, sizeof tile);
}

static void use(int t) { demand(t < TILES && shape.palette == 1 && shape.rows[t], "a tile that is not configured"); }

static void load_tile(int t, const uint8_t *at, int64_t stride) {
    use(t);
    memset(tile[t], 0, sizeof tile[t]);
    for (int row = 0; row < shape.rows[t]; row++) memcpy(tile[t][row], at + row * stride, shape.row_bytes[t]);
}
static void store_tile(int t, uint8_t *at, int64_t stride) {
    use(t);
    for (int row = 0; row < shape.rows[t]; row++) memcpy(at + row * stride, tile[t][row], shape.row_bytes[t]);
}

// sums (M, N) += a (M, 4 K) times b (K, 4 N), signed bytes; those of b may have no sign. Sanitizers look at memory outside of tiles (scripts/sanitize.sh).
static __attribute__((no_sanitize("address", "undefined"))) void dot(int sums, int a, int b, int is_unsigned) {
    use(sums), use(a), use(b);
    demand(sums != a && sums != b && a != b, "the same tile twice");
    demand(shape.row_bytes[sums] % 4 == 0 && shape.row_bytes[a] % 4 == 0 && shape.row_bytes[b] % 4 == 0, "a part of four bytes");
    demand(shape.rows[sums] == shape.rows[a] && shape.row_bytes[sums] == shape.row_bytes[b] && shape.row_bytes[a] / 4 == shape.rows[b],
           "shapes that do not fit");
    for (int m = 0; m < shape.rows[sums]; m++)
        for (int n = 0; n < shape.row_bytes[sums] / 4; n++) {
            uint32_t sum;
            memcpy(&sum, tile[sums][m] + 4 * n, 4);
            for (int k = 0; k < shape.rows[b]; k++)
                for (int i = 0; i < 4; i++) {
                    const uint8_t byte = tile[b][k][4 * n + i];
                    sum += (uint32_t)((int8_t)tile[a][m][4 * k + i] * (is_unsigned ? (int)byte : (int)(int8_t)byte));
                }
            memcpy(tile[sums][m] + 4 * n, &sum, 4);
        }
}

// ---- instructions ---------------------------------------------------------------------------------------------------

static uint64_t value_of(const ucontext_t *context, int number) {
    static const int registers[] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                    REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
    return (uint64_t)context->uc_mcontext.gregs[registers[number]];
}

// A VEX instruction of map 0F38: its prefix (0: none, 1: 66, 2: F3, 3: F2), operation and operands.
typedef struct {
    int prefix, operation, mode, reg, rm, vvvv, bytes;
    uint64_t base;   // of memory
    int64_t stride;  // the index times its scale
} instruction;

// Memory's base and index after ModRM; returns the bytes that they take.
static int read_memory(const ucontext_t *context, const uint8_t *at, int extended_index, int extended_base, instruction *i) {
    int bytes = 0, base = i->rm, has_base = 1;
    if (i->rm == 4) {
        const int index = (at[0] >> 3 & 7) | extended_index << 3;
        base = at[0] & 7;
        if (index != 4) i->stride = (int64_t)(value_of(context, index) << (at[0] >> 6));
        bytes = 1;
    }
    if (i->mode == 0 && base == 5) {
        has_base = 0;
        if (i->rm == 5) i->base = (uint64_t)context->uc_mcontext.gregs[REG_RIP] + 5 + 4;  // from the next instruction on
    }
    if (has_base) i->base = value_of(context, base | extended_base << 3);
    int8_t small;
    int32_t large;
    memcpy(&small, at + bytes, 1), memcpy(&large, at + bytes, 4);
    if (i->mode == 1) i->base += (uint64_t)(int64_t)small, bytes += 1;
    if (i->mode == 2 || !has_base) i->base += (uint64_t)(int64_t)large, bytes += 4;
    return bytes;
}

static int read_instruction(const ucontext_t *context, instruction *i) {
    const uint8_t *at = (const uint8_t *)context->uc_mcontext.gregs[REG_RIP];
    if (at[0] != 0xc4 || (at[1] & 31) != 2 || at[2] & 0x84) return 0;  // 0F38, W0, 128 bits
    const int r = !(at[1] & 128), x = !(at[1] & 64), b = !(at[1] & 32);
    *i = (instruction){at[2] & 3, at[3], at[4] >> 6, at[4] >> 3 & 7, at[4] & 7, ~(at[2] >> 3) & 15, 5, 0, 0};
    demand(!r && (i->mode != 3 || !b), "a tile above 7");
    if (i->mode != 3) i->bytes += read_memory(context, at + 5, x, b, i);
    return 1;
}

static int carry_out(const instruction *i) {
    const int is_memory = i->mode != 3, is_move = i->operation == 0x4b;
    demand((i->operation != 0x49 && !is_move) || i->vvvv == 0, "an operand that is not used");
    demand(!is_move || !is_memory || i->rm == 4, "memory of a tile without a stride");
    if (i->operation == 0x49 && i->prefix == 0 && is_memory) load_configuration((const configuration *)i->base);
    else if (i->operation == 0x49 && i->prefix == 0 && i->reg == 0 && i->rm == 0) memset(&shape, 0, sizeof shape);
    else if (i->operation == 0x49 && i->prefix == 3 && !is_memory) use(i->reg), memset(tile[i->reg], 0, sizeof tile[i->reg]);
    else if (i->operation == 0x4b && i->prefix == 3 && is_memory) load_tile(i->reg, (const uint8_t *)i->base, i->stride);
    else if (i->operation == 0x4b && i->prefix == 2 && is_memory) store_tile(i->reg, (uint8_t *)i->base, i->stride);
    else if (i->operation == 0x5e && (i->prefix == 3 || i->prefix == 2) && !is_memory) dot(i->reg, i->rm, i->vvvv, i->prefix == 2);
    else return 0;
    return 1;
}

static void on_illegal(int number, siginfo_t *info, void *context_) {
    ucontext_t *context = context_;
    instruction i;
    (void)number, (void)info;
    if (!read_instruction(context, &i) || !carry_out(&i)) {
        sigaction(SIGILL, &before, NULL);  // it comes again
        return;
    }
    __atomic_add_fetch(&emulated, 1, __ATOMIC_RELAXED);
    context->uc_mcontext.gregs[REG_RIP] += i.bytes;
}

int amx_begin(void) {
    struct sigaction action = {.sa_sigaction = on_illegal, .sa_flags = SA_SIGINFO | SA_NODEFER};
    return sigaction(SIGILL, &action, &before);
}
int amx_end(void) { return sigaction(SIGILL, &before, NULL); }

// Carries out a recording of calls into the compiled kernels (recording.py) and compares every bit that they write.
// Usage: replay LIBRARY RECORDING...; on any system, without Python. Exit code 0: all is as it was recorded.
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../../llmdesk/engine/networks/fused/c/platform.h"
#if defined(_WIN32)
static void *library_open(const char *path) { return LoadLibraryA(path); }
static void *library_find(void *library, const char *name) { return (void *)GetProcAddress(library, name); }
#else
#include <dlfcn.h>
static void *library_open(const char *path) { return dlopen(path, RTLD_NOW); }
static void *library_find(void *library, const char *name) { return dlsym(library, name); }
#endif

enum { END, BLOCK, POINTER, CALL, EXPECT };                 // records
enum { NUMBER, ADDRESS, ENGINE };                           // arguments
enum { NOTHING, RESULT_32, RESULT_64, NEW_ENGINE };         // results
enum { MOST_BLOCKS = 1 << 16, MOST_ARGUMENTS = 7, NAME_BYTES = 32, SPARE_BYTES = 64 };

typedef struct { char *memory; uint64_t bytes; } block;
typedef int64_t (*function)(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t);

static block blocks[MOST_BLOCKS];
static FILE *file;
static const char *file_name;
static void *library, *engine;
static int calls;
static uint64_t compared;

static void fail(const char *why) { fprintf(stderr, "%s, call %d: %s\n", file_name, calls, why), exit(1); }
static void get(void *to, uint64_t bytes) {
    if (bytes && fread(to, (size_t)bytes, 1, file) != 1) fail("the recording ends too early");
}
static uint64_t number(void) {
    uint64_t read;
    get(&read, sizeof read);
    return read;
}
static char *place(uint64_t id, uint64_t at, uint64_t bytes) {
    if (id >= MOST_BLOCKS || at + bytes > blocks[id].bytes) fail("a place outside of all blocks");
    return blocks[id].memory + at;
}

static void read_block(void) {
    const uint64_t id = number(), bytes = number();
    if (id >= MOST_BLOCKS) fail("too many blocks");
    if (blocks[id].bytes != bytes) {
        if (blocks[id].memory) give_back(blocks[id].memory, blocks[id].bytes + SPARE_BYTES);
        blocks[id] = (block){system_memory(bytes + SPARE_BYTES), bytes};
        if (!blocks[id].memory) fail("no memory");
    }
    get(blocks[id].memory, bytes);
}

static void read_pointer(void) {
    const uint64_t id = number(), at = number(), target = number(), target_at = number();
    const char *address = place(target, target_at, 0);
    memcpy(place(id, at, sizeof address), &address, sizeof address);
}

static int64_t read_argument(void) {
    const uint64_t kind = number(), first = number(), second = number();
    if (kind == ENGINE) return (int64_t)(intptr_t)engine;
    return kind == ADDRESS ? (int64_t)(intptr_t)place(first, second, 0) : (int64_t)first;
}

// All arguments are whole numbers or addresses; in the calling conventions of x86-64 a function does not see those too many.
static void call(void) {
    char name[NAME_BYTES];
    int64_t a[MOST_ARGUMENTS] = {0};
    get(name, sizeof name);
    const uint64_t count = number();
    for (uint64_t i = 0; i < count && i < MOST_ARGUMENTS; i++) a[i] = read_argument();
    const uint64_t kind = number();
    const int64_t expected = (int64_t)number();
    calls++;
    const function f = (function)library_find(library, name);
    if (!f) fail(name);
    const int64_t found = f(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
    if (kind == RESULT_32 ? (int32_t)found != (int32_t)expected : kind == RESULT_64 && found != expected) fail("another result");
    if (kind != NEW_ENGINE) return;
    engine = (void *)(intptr_t)found;
    if (!engine) fail("no engine");
}

static void expect(void) {
    const uint64_t id = number(), at = number(), bytes = number();
    const char *found = place(id, at, bytes);
    for (uint64_t done = 0, now; done < bytes; done += now) {
        char expected[4096];
        now = bytes - done < sizeof expected ? bytes - done : sizeof expected;
        get(expected, now);
        for (uint64_t i = 0; i < now; i++)
            if (expected[i] != found[done + i]) {
                fprintf(stderr, "byte %" PRIu64 " of block %" PRIu64 "\n", at + done + i, id);
                fail("other bits");
            }
    }
    compared += bytes;
}

static void replay(const char *name) {
    file_name = name, calls = 0, compared = 0;
    file = fopen(name, "rb");
    if (!file) fail("cannot be opened");
    for (uint64_t kind; (kind = number()) != END;) {
        if (kind == BLOCK) read_block();
        else if (kind == POINTER) read_pointer();
        else if (kind == CALL) call();
        else if (kind == EXPECT) expect();
        else fail("no such record");
    }
    fclose(file);
    printf("%s: %d calls, %" PRIu64 " bytes equal\n", name, calls, compared);
}

int main(int count, char **arguments) {
    if (count < 3) return fprintf(stderr, "usage: replay LIBRARY RECORDING...\n"), 2;
    library = library_open(arguments[1]);
    if (!library) return fprintf(stderr, "%s cannot be loaded\n", arguments[1]), 2;
    for (int i = 2; i < count; i++) replay(arguments[i]);
    return 0;
}

// Runs machine code that is meant for Windows, with Windows' calling convention, on any x86-64.
// Usage: windows_call CODE LEAF SUBLEAF; prints the four registers. CODE is a file: void code(uint32, uint32, uint32[4]).
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

typedef void(__attribute__((ms_abi)) * function)(uint32_t, uint32_t, uint32_t *);

int main(int count, char **arguments) {
    char *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    FILE *file = count == 4 ? fopen(arguments[1], "rb") : NULL;
    uint32_t found[4] = {0};
    if (!file || memory == MAP_FAILED || !fread(memory, 1, 4096, file)) return 2;
    ((function)(void *)memory)((uint32_t)strtoul(arguments[2], NULL, 0), (uint32_t)strtoul(arguments[3], NULL, 0), found);
    return printf("%u %u %u %u\n", found[0], found[1], found[2], found[3]) < 0;
}

// One product of four bytes by four bytes, worked out by hand, and what the emulator must refuse: see test_amx_emulator.py.
#include <stdint.h>
#include <string.h>

int amx_begin(void);

int main(int count, char **arguments) {
    const char *wrong = count > 1 ? arguments[1] : "nothing";
    static struct { uint8_t bytes[64]; } shapes;
    static const int8_t row[4] = {1, -2, 3, -128}, column[4] = {5, 6, -7, -128};
    int32_t sum = -1;
    if (amx_begin()) return 2;
    shapes.bytes[0] = strcmp(wrong, "palette") ? 1 : 2;
    for (int tile = 0; tile < 3; tile++) shapes.bytes[16 + 2 * tile] = 4, shapes.bytes[48 + tile] = 1;
    if (!strcmp(wrong, "shape")) shapes.bytes[16] = 8;
    if (strcmp(wrong, "configuration")) __asm__ volatile("ldtilecfg %0" : : "m"(shapes));
    __asm__ volatile("tilezero %%tmm0" : :);
    __asm__ volatile("tileloadd (%0,%1,1), %%tmm1" : : "r"(row), "r"((int64_t)4) : "memory");
    __asm__ volatile("tileloadd (%0,%1,1), %%tmm2" : : "r"(column), "r"((int64_t)4) : "memory");
    __asm__ volatile("tdpbssd %%tmm2, %%tmm1, %%tmm0" : :);
    __asm__ volatile("tdpbssd %%tmm2, %%tmm1, %%tmm0" : :);
    __asm__ volatile("tdpbsud %%tmm2, %%tmm1, %%tmm0" : :);
    __asm__ volatile("tilestored %%tmm0, (%0,%1,1)" : : "r"(&sum), "r"((int64_t)4) : "memory");
    __asm__ volatile("tilerelease" : :);
    if (!strcmp(wrong, "release")) __asm__ volatile("tilezero %%tmm0" : :);
    // Of tdpbssd, tilezero and tileloadd, as no assembler writes them.
    if (!strcmp(wrong, "above")) __asm__ volatile(".byte 0xc4, 0xc2, 0x6b, 0x5e, 0xc1" : :);
    if (!strcmp(wrong, "operand")) __asm__ volatile(".byte 0xc4, 0xe2, 0x73, 0x49, 0xc0" : :);
    if (!strcmp(wrong, "stride")) __asm__ volatile(".byte 0xc4, 0xe2, 0x7b, 0x4b, 0x00" : : "a"(row));
    if (!strcmp(wrong, "instruction")) __asm__ volatile("ud2" : :);
    return sum == 2 * (5 - 12 - 21 + 128 * 128) + (5 - 12 + 3 * 249 - 128 * 128) ? 0 : 1;
}

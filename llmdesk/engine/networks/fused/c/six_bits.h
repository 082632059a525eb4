// 16 numbers of 6 bits a row: in the low six bits of the bytes of three vectors the first 12, four in each; in the high two
// bits of all three together the others.
#pragma once
#include "matrix.h"

// Four numbers of each of 16 rows in the bytes of each of four vectors.
INLINE void six_bits(const uint8_t *at, vi *numbers) {
    const vi six = vi_set8(63), first = vi_load(at), second = vi_load(at + 64), third = vi_load(at + 128);
    numbers[0] = vi_and(first, six), numbers[1] = vi_and(second, six), numbers[2] = vi_and(third, six);
    numbers[3] = vi_or(vi_or(vi_and(vi_srl16(first, 6), vi_set8(3)), vi_and(vi_srl16(second, 4), vi_set8(12))),
                       vi_and(vi_srl16(third, 2), vi_set8(48)));
}

INLINE int six_bits_at(const uint8_t *at, int lane, int index) {
    at += lane * 4 + index % 4;
    return index < 12 ? at[index / 4 * 64] & 63 : at[0] >> 6 | at[64] >> 6 << 2 | at[128] >> 6 << 4;
}

static void put_six_bits(uint8_t *at, int lane, const uint8_t *numbers) {
    for (int k = 0; k < 3; k++)
        for (int i = 0; i < 4; i++)
            at[k * 64 + lane * 4 + i] = (uint8_t)(numbers[4 * k + i] | (numbers[12 + i] >> 2 * k & 3) << 6);
}

// A vector of 16 lanes, on whatever the processor has: AVX-512 with VNNI, or pairs of AVX2 registers with or without VNNI.
#pragma once
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define LANES 16
#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("GCC unroll 16")
#if defined(__clang__)
#define ROLLED _Pragma("clang loop unroll(disable)")  // unrolled, it keeps sums in memory
#else
#define ROLLED _Pragma("GCC unroll 1")
#endif

// For memory that is read soon: into the first-level cache, or (`fetch_far`) into the second.
INLINE void fetch(const void *at) { _mm_prefetch((const char *)at, _MM_HINT_T0); }
INLINE void fetch_far(const void *at) { _mm_prefetch((const char *)at, _MM_HINT_T1); }
INLINE void pause_briefly(void) { _mm_pause(); }  // of a thread that looks at a flag again and again
INLINE float float_of_half(uint16_t half) { return _cvtsh_ss(half); }
INLINE uint16_t half_of_float(float x) { return _cvtss_sh(x, 0); }

// Masks for vi_take: a byte of each lane of 4, alone or twice as 16 bits.
#define LANE_BYTES(first, second)                                                                       \
    {first, 128, second, 128, first + 4, 128, second + 4, 128, first + 8, 128, second + 8, 128, first + 12, 128, second + 12, 128}
#define TWICE_HIGH(b) \
    {128, b, 128, b, 128, b + 4, 128, b + 4, 128, b + 8, 128, b + 8, 128, b + 12, 128, b + 12}
static const uint8_t TAKE_BYTE[4][16] = {LANE_BYTES(0, 128), LANE_BYTES(1, 128), LANE_BYTES(2, 128), LANE_BYTES(3, 128)};
static const uint8_t TAKE_TWICE[4][16] = {LANE_BYTES(0, 0), LANE_BYTES(1, 1), LANE_BYTES(2, 2), LANE_BYTES(3, 3)};
static const uint8_t TAKE_HIGH[4][16] = {TWICE_HIGH(0), TWICE_HIGH(1), TWICE_HIGH(2), TWICE_HIGH(3)};  // twice as 16 bits, 256 times

enum { FEW = 8 };  // rows of activations that are multiplied one by one at most

#if defined(__AVX512VNNI__)
#include "simd_avx512.h"
#elif defined(__AVX2__)
#include "simd_avx2.h"
#else
#error "needs AVX2"
#endif

// Minus infinity in the last `count` lanes.
INLINE vf vf_without_last(vf x, int count) {
    float lanes[LANES];
    vf_store(lanes, x);
    for (int i = LANES - count; i < LANES; i++) lanes[i] = -INFINITY;
    return vf_load(lanes);
}

// e^x to about 2e-7 relative, x <= 88; below -87 it stays e^-87, so what must weigh nothing is set to 0 by the
// caller. Cephes' reduction with a polynomial of degree 6.
INLINE vf vf_exp(vf x) {
    x = vf_max(vf_min(x, vf_set(88.0f)), vf_set(-87.0f));
    vf n = vf_round(vf_mul(x, vf_set(1.44269504f)));
    vf r = vf_fma(n, vf_set(-0.693359375f), x);
    r = vf_fma(n, vf_set(2.12194440e-4f), r);
    vf p = vf_set(1.9875691500e-4f);
    p = vf_fma(p, r, vf_set(1.3981999507e-3f));
    p = vf_fma(p, r, vf_set(8.3334519073e-3f));
    p = vf_fma(p, r, vf_set(4.1665795894e-2f));
    p = vf_fma(p, r, vf_set(1.6666665459e-1f));
    p = vf_fma(p, r, vf_set(5.0000001201e-1f));
    p = vf_fma(vf_mul(p, r), r, vf_add(r, vf_set(1.0f)));
    return vf_scale(p, n);
}

// e^x to about 1e-7 |x| relative, x <= 0; below -87 it stays e^-87. For the weights of attention, of which there are many:
// two thirds of vf_exp's instructions. 2^r, |r| <= 1/2, is a polynomial of degree 5 with an error of 7.5e-8 (least maximum,
// found by Lawson's method).
INLINE vf vf_exp_negative(vf x) {
    x = vf_max(vf_mul(x, vf_set(1.44269504f)), vf_set(-125.0f));
    vf n = vf_round(x);
    vf r = vf_sub(x, n);
    vf p = vf_set(1.327647129e-3f);
    p = vf_fma(p, r, vf_set(9.675540961e-3f));
    p = vf_fma(p, r, vf_set(5.550713092e-2f));
    p = vf_fma(p, r, vf_set(2.402212024e-1f));
    p = vf_fma(p, r, vf_set(6.93146944e-1f));
    p = vf_fma(p, r, vf_set(1.000000119f));
    return vf_scale(p, n);
}
INLINE float exp_negative(float x) { return vf_first(vf_exp_negative(vf_set(x))); }

// Within 2e-7 of the hyperbolic tangent: 1 - 2 / (e^(2 x) + 1).
INLINE vf vf_tanh(vf x) {
    return vf_sub(vf_set(1.0f), vf_div(vf_set(2.0f), vf_add(vf_exp(vf_add(x, x)), vf_set(1.0f))));
}

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
// How much fits into the registers: of many rows of activations, and panels of weights beside them.
#if defined(__AMX_INT8__)
#define ISA_NAME "AMX"
enum { TILE = 16, PANELS = 1 };
#else
#define ISA_NAME "AVX512-VNNI"
enum { TILE = 12, PANELS = 2 };
#endif
enum { SETS = 2 };               // of the sums of few_ternary
enum { SLICE = FEW };            // of the few rows, that are multiplied at once
enum { PLANES = 8 };             // of them, in bytes
#define IF_EIGHT_PLANES(...) __VA_ARGS__
enum { SUMS = 24 };              // of attention
// Rows of a prompt, of large networks: in bytes, or beside weights of 4 bits only (matmul.h).
enum { MANY_IN_BYTES = 1, MANY_IN_NIBBLES = 0 };
// Two chains of sums a row hide how long a dot product takes; where registers are few, more rows do the same with one each.
#define CHAINS(tokens) 2

typedef __m512 vf;   // 16 floats
typedef __m512i vi;  // 16 int32, or 64 bytes

INLINE vf vf_zero(void) { return _mm512_setzero_ps(); }
INLINE vf vf_set(float x) { return _mm512_set1_ps(x); }
INLINE vf vf_load(const float *p) { return _mm512_loadu_ps(p); }
INLINE void vf_store(float *p, vf x) { _mm512_storeu_ps(p, x); }
INLINE vf vf_add(vf a, vf b) { return _mm512_add_ps(a, b); }
INLINE vf vf_sub(vf a, vf b) { return _mm512_sub_ps(a, b); }
INLINE vf vf_mul(vf a, vf b) { return _mm512_mul_ps(a, b); }
INLINE vf vf_div(vf a, vf b) { return _mm512_div_ps(a, b); }
// 1 / a to the last bit but one (a step of Newton's), twice as fast as a division
INLINE vf vf_inverse(vf a) {
    vf guess = _mm512_rcp14_ps(a);
    return _mm512_fmadd_ps(guess, _mm512_fnmadd_ps(a, guess, _mm512_set1_ps(1.0f)), guess);
}
INLINE vf vf_max(vf a, vf b) { return _mm512_max_ps(a, b); }
INLINE vf vf_min(vf a, vf b) { return _mm512_min_ps(a, b); }
INLINE vf vf_abs(vf a) { return _mm512_abs_ps(a); }
INLINE vf vf_sqrt(vf a) { return _mm512_sqrt_ps(a); }
INLINE vf vf_fma(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
INLINE vf vf_half(const uint16_t *p) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p)); }
INLINE void vf_store_half(uint16_t *p, vf x) { _mm256_storeu_si256((__m256i *)p, _mm512_cvtps_ph(x, 0)); }
INLINE vf vf_round(vf a) { return _mm512_roundscale_ps(a, 0); }
INLINE vf vf_scale(vf a, vf n) { return _mm512_scalef_ps(a, n); }  // a 2^n, n whole
INLINE float vf_first(vf a) { return _mm512_cvtss_f32(a); }
INLINE float vf_sum(vf a) { return _mm512_reduce_add_ps(a); }
INLINE float vf_hmax(vf a) { return _mm512_reduce_max_ps(a); }
INLINE vf vi_float(vi a) { return _mm512_cvtepi32_ps(a); }
INLINE vi vf_int(vf a) { return _mm512_cvtps_epi32(a); }
INLINE int vi_sum(vi a) { return _mm512_reduce_add_epi32(a); }
// of each of four
INLINE void vi_sums4(const vi *of, int32_t *sums) {
    const vi low = _mm512_add_epi32(_mm512_unpacklo_epi32(of[0], of[1]), _mm512_unpackhi_epi32(of[0], of[1]));
    const vi high = _mm512_add_epi32(_mm512_unpacklo_epi32(of[2], of[3]), _mm512_unpackhi_epi32(of[2], of[3]));
    const vi all = _mm512_add_epi32(_mm512_unpacklo_epi64(low, high), _mm512_unpackhi_epi64(low, high));
    const __m256i half = _mm256_add_epi32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1));
    _mm_storeu_si128((__m128i *)sums, _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1)));
}
INLINE vi vi_set(int32_t x) { return _mm512_set1_epi32(x); }
// 16 pairs of bfloat16: the first ones, and the second ones
INLINE vf vf_of_lower(vi a) { return _mm512_castsi512_ps(_mm512_slli_epi32(a, 16)); }
INLINE vf vf_of_upper(vi a) { return _mm512_castsi512_ps(_mm512_and_si512(a, _mm512_set1_epi32(-0x10000))); }
// pairs of 16 bits
INLINE vi vi_pair_of(vi first, vi second) {
    return _mm512_or_si512(_mm512_and_si512(first, _mm512_set1_epi32(0xffff)), _mm512_slli_epi32(second, 16));
}
INLINE vi vi_set16(int16_t x) { return _mm512_set1_epi16(x); }
INLINE vi vi_load(const void *p) { return _mm512_loadu_si512(p); }
INLINE vi vi_words(const uint8_t *p) { return _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)p)); }  // of 32 signed bytes
INLINE void vi_store(void *p, vi x) { _mm512_storeu_si512(p, x); }
INLINE vi vi_and(vi a, vi b) { return _mm512_and_si512(a, b); }
INLINE vi vi_or(vi a, vi b) { return _mm512_or_si512(a, b); }
INLINE vi vi_srl16(vi a, int n) { return _mm512_srli_epi16(a, n); }
INLINE vi vi_sll16(vi a, int n) { return _mm512_slli_epi16(a, n); }
INLINE vi vi_sra32(vi a, int n) { return _mm512_srai_epi32(a, n); }
INLINE vi vi_sra16(vi a, int n) { return _mm512_srai_epi16(a, n); }
INLINE vi vi_add16(vi a, vi b) { return _mm512_add_epi16(a, b); }
INLINE vi vi_mul16_high(vi a, vi b) { return _mm512_mulhrs_epi16(a, b); }  // a b / 2^15, rounded
INLINE vi vi_sub16(vi a, vi b) { return _mm512_sub_epi16(a, b); }
INLINE vi vi_add32(vi a, vi b) { return _mm512_add_epi32(a, b); }
INLINE vi vi_set8(int8_t x) { return _mm512_set1_epi8(x); }
INLINE vi vi_pair16(vi a) { return vi_pair_of(a, a); }
// of each four int32 the two in the middle change places
INLINE vi vi_swap_middle(vi a) { return _mm512_shuffle_epi32(a, _MM_PERM_DBCA); }
// 16 int32 narrowed to bytes, or to 16 bits
INLINE void vi_store8(int8_t *p, vi x) { _mm_storeu_si128((__m128i *)p, _mm512_cvtsepi32_epi8(x)); }
INLINE void vi_store16(int16_t *p, vi x) { _mm256_storeu_si256((__m256i *)p, _mm512_cvtsepi32_epi16(x)); }
// sum of four products of unsigned by signed bytes, added to each lane
INLINE vi vi_dot(vi sum, vi unsigned_bytes, vi signed_bytes) { return _mm512_dpbusd_epi32(sum, unsigned_bytes, signed_bytes); }
// The same for up to 32 columns of at most 15, before vi_part_sum: the parts of a sum may lie apart until then.
INLINE vi vi_dot_part(vi part, vi unsigned_bytes, vi signed_bytes) { return vi_dot(part, unsigned_bytes, signed_bytes); }
INLINE vi vi_part_sum(vi part) { return part; }
INLINE vi vi_take(vi x, const uint8_t *mask) {
    return _mm512_shuffle_epi8(x, _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)mask)));
}
// Of 64 numbers below 16, each one's byte in a table.
INLINE vi vi_look_up(const uint8_t *table, vi numbers) {
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)table)), numbers);
}
// 16 powers of 2 by the exponents that floats have; 0 stands for 0.
INLINE vf vf_power(const uint8_t *exponents) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)exponents)), 23));
}
// The part's sum times a byte of each lane; exact.
INLINE vf vi_part_times(vi part, vi bytes, int which) {
    return vf_mul(vi_float(part), vi_float(vi_take(bytes, TAKE_BYTE[which])));
}
// sum of two products of signed 16 bits, added to each lane
INLINE vi vi_dot16(vi sum, vi a, vi b) { return _mm512_dpwssd_epi32(sum, a, b); }
// sum + 16 columns of at most 63 times signed bytes, times a factor, which both halves of a lane hold; exact.
INLINE vi vi_dot4_times(vi sum, const vi *q, const vi *x, vi factor) {
    vi part = vi_dot(vi_dot(vi_dot(vi_dot(vi_set(0), q[0], x[0]), q[1], x[1]), q[2], x[2]), q[3], x[3]);
    return vi_add32(sum, _mm512_mullo_epi32(part, vi_sra32(factor, 16)));
}

#elif defined(__AVX2__)

// How much fits into the registers: see above.
enum { TILE = 6, PANELS = 1 };
enum { SLICE = 4, PLANES = 4 };  // with the weights
#define IF_EIGHT_PLANES(...)
enum { SETS = 1, SUMS = 6 };
#if defined(__AVXVNNI__)
enum { MANY_IN_BYTES = 1, MANY_IN_NIBBLES = 0 };
#else
enum { MANY_IN_BYTES = 0, MANY_IN_NIBBLES = 1 };
#endif
#define CHAINS(tokens) ((tokens) > 2 ? 1 : 2)

typedef struct { __m256 a, b; } vf;
typedef struct { __m256i a, b; } vi;

#define F1(name, op) INLINE vf name(vf x) { return (vf){op(x.a), op(x.b)}; }
#define F2(name, op) INLINE vf name(vf x, vf y) { return (vf){op(x.a, y.a), op(x.b, y.b)}; }
#define I2(name, op) INLINE vi name(vi x, vi y) { return (vi){op(x.a, y.a), op(x.b, y.b)}; }
#define SHIFT(name, op) INLINE vi name(vi x, int n) { return (vi){op(x.a, n), op(x.b, n)}; }
INLINE vf vf_set(float x) { return (vf){_mm256_set1_ps(x), _mm256_set1_ps(x)}; }
INLINE vf vf_zero(void) { return vf_set(0.0f); }
INLINE vf vf_load(const float *p) { return (vf){_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; }
INLINE void vf_store(float *p, vf x) { _mm256_storeu_ps(p, x.a); _mm256_storeu_ps(p + 8, x.b); }
F2(vf_add, _mm256_add_ps)
F2(vf_sub, _mm256_sub_ps)
F2(vf_mul, _mm256_mul_ps)
F2(vf_div, _mm256_div_ps)
INLINE vf vf_inverse(vf x) { return vf_div(vf_set(1.0f), x); }
F2(vf_max, _mm256_max_ps)
F2(vf_min, _mm256_min_ps)
INLINE __m256 abs256(__m256 x) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x); }
INLINE __m256 round256(__m256 x) { return _mm256_round_ps(x, 0); }
F1(vf_abs, abs256)
F1(vf_sqrt, _mm256_sqrt_ps)
F1(vf_round, round256)
INLINE vf vf_fma(vf x, vf y, vf z) { return (vf){_mm256_fmadd_ps(x.a, y.a, z.a), _mm256_fmadd_ps(x.b, y.b, z.b)}; }
INLINE vf vf_half(const uint16_t *p) {
    return (vf){_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p)), _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p + 8)))};
}
INLINE void vf_store_half(uint16_t *p, vf x) {
    _mm_storeu_si128((__m128i *)p, _mm256_cvtps_ph(x.a, 0));
    _mm_storeu_si128((__m128i *)(p + 8), _mm256_cvtps_ph(x.b, 0));
}
INLINE __m256 exp2_int256(__m256 n) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23));
}
INLINE vf vf_scale(vf x, vf n) { return (vf){_mm256_mul_ps(x.a, exp2_int256(n.a)), _mm256_mul_ps(x.b, exp2_int256(n.b))}; }
INLINE float vf_first(vf x) { return _mm256_cvtss_f32(x.a); }
INLINE float sum256(__m256 x) {
    __m128 y = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    y = _mm_add_ps(y, _mm_movehl_ps(y, y));
    return _mm_cvtss_f32(_mm_add_ss(y, _mm_movehdup_ps(y)));
}
INLINE float vf_sum(vf x) { return sum256(_mm256_add_ps(x.a, x.b)); }
INLINE float vf_hmax(vf x) {
    __m256 z = _mm256_max_ps(x.a, x.b);
    __m128 y = _mm_max_ps(_mm256_castps256_ps128(z), _mm256_extractf128_ps(z, 1));
    y = _mm_max_ps(y, _mm_movehl_ps(y, y));
    return _mm_cvtss_f32(_mm_max_ss(y, _mm_movehdup_ps(y)));
}
INLINE vf vi_float(vi x) { return (vf){_mm256_cvtepi32_ps(x.a), _mm256_cvtepi32_ps(x.b)}; }
INLINE vi vf_int(vf x) { return (vi){_mm256_cvtps_epi32(x.a), _mm256_cvtps_epi32(x.b)}; }
INLINE int vi_sum(vi x) {
    __m256i z = _mm256_add_epi32(x.a, x.b);
    __m128i y = _mm_add_epi32(_mm256_castsi256_si128(z), _mm256_extracti128_si256(z, 1));
    y = _mm_add_epi32(y, _mm_shuffle_epi32(y, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(y, _mm_shuffle_epi32(y, 0xb1)));
}
INLINE __m256i both256(vi x) { return _mm256_add_epi32(x.a, x.b); }
INLINE void vi_sums4(const vi *of, int32_t *sums) {
    const __m256i low = _mm256_hadd_epi32(both256(of[0]), both256(of[1])), high = _mm256_hadd_epi32(both256(of[2]), both256(of[3]));
    const __m256i all = _mm256_hadd_epi32(low, high);
    _mm_storeu_si128((__m128i *)sums, _mm_add_epi32(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1)));
}
INLINE vi vi_set(int32_t x) { return (vi){_mm256_set1_epi32(x), _mm256_set1_epi32(x)}; }
INLINE vi vi_set16(int16_t x) { return (vi){_mm256_set1_epi16(x), _mm256_set1_epi16(x)}; }
INLINE vi vi_set8(int8_t x) { return (vi){_mm256_set1_epi8(x), _mm256_set1_epi8(x)}; }
INLINE vi vi_load(const void *p) {
    return (vi){_mm256_loadu_si256((const __m256i *)p), _mm256_loadu_si256((const __m256i *)p + 1)};
}
INLINE vi vi_words(const uint8_t *p) {
    return (vi){_mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)p)), _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)p + 1))};
}
INLINE void vi_store(void *p, vi x) { _mm256_storeu_si256((__m256i *)p, x.a); _mm256_storeu_si256((__m256i *)p + 1, x.b); }
I2(vi_and, _mm256_and_si256)
I2(vi_or, _mm256_or_si256)
I2(vi_add16, _mm256_add_epi16)
I2(vi_sub16, _mm256_sub_epi16)
I2(vi_mul16_high, _mm256_mulhrs_epi16)
I2(vi_add32, _mm256_add_epi32)
SHIFT(vi_srl16, _mm256_srli_epi16)
SHIFT(vi_sll16, _mm256_slli_epi16)
SHIFT(vi_sra32, _mm256_srai_epi32)
SHIFT(vi_sra16, _mm256_srai_epi16)
INLINE __m256i pair256(__m256i x, __m256i y) { return _mm256_or_si256(_mm256_and_si256(x, _mm256_set1_epi32(0xffff)), _mm256_slli_epi32(y, 16)); }
INLINE vi vi_pair_of(vi x, vi y) { return (vi){pair256(x.a, y.a), pair256(x.b, y.b)}; }
INLINE vi vi_pair16(vi x) { return vi_pair_of(x, x); }
INLINE __m256 upper256(__m256i x) { return _mm256_castsi256_ps(_mm256_and_si256(x, _mm256_set1_epi32(-0x10000))); }
INLINE vf vf_of_lower(vi x) { return (vf){_mm256_castsi256_ps(_mm256_slli_epi32(x.a, 16)), _mm256_castsi256_ps(_mm256_slli_epi32(x.b, 16))}; }
INLINE vf vf_of_upper(vi x) { return (vf){upper256(x.a), upper256(x.b)}; }
INLINE vi vi_swap_middle(vi x) { return (vi){_mm256_shuffle_epi32(x.a, 0xd8), _mm256_shuffle_epi32(x.b, 0xd8)}; }
INLINE __m128i pack256(__m256i x) { return _mm_packs_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1)); }
INLINE void vi_store8(int8_t *p, vi x) { _mm_storeu_si128((__m128i *)p, _mm_packs_epi16(pack256(x.a), pack256(x.b))); }
INLINE void vi_store16(int16_t *p, vi x) {
    _mm_storeu_si128((__m128i *)p, pack256(x.a));
    _mm_storeu_si128((__m128i *)(p + 8), pack256(x.b));
}
INLINE vi vi_take(vi x, const uint8_t *mask) {
    const __m256i both = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)mask));
    return (vi){_mm256_shuffle_epi8(x.a, both), _mm256_shuffle_epi8(x.b, both)};
}
INLINE vi vi_look_up(const uint8_t *table, vi numbers) {
    const __m256i both = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)table));
    return (vi){_mm256_shuffle_epi8(both, numbers.a), _mm256_shuffle_epi8(both, numbers.b)};
}
INLINE __m256 power256(const uint8_t *exponents) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)exponents)), 23));
}
INLINE vf vf_power(const uint8_t *exponents) { return (vf){power256(exponents), power256(exponents + 8)}; }
#if defined(__AVXVNNI__)
#define ISA_NAME "AVX-VNNI"
INLINE __m256i dot256(__m256i sum, __m256i u, __m256i s) { return _mm256_dpbusd_avx_epi32(sum, u, s); }
INLINE __m256i dot256_16(__m256i sum, __m256i a, __m256i b) { return _mm256_dpwssd_avx_epi32(sum, a, b); }
INLINE __m256i part256(__m256i part, __m256i u, __m256i s) { return dot256(part, u, s); }
INLINE __m256i part_sum256(__m256i part) { return part; }
INLINE vf vi_part_times(vi part, vi bytes, int which) {
    return vf_mul(vi_float(part), vi_float(vi_take(bytes, TAKE_BYTE[which])));
}
#else
#define ISA_NAME "AVX2"
// Pairs are summed in 16 bits, which saturate unless unsigned * signed fits twice: 2-bit weights do.
INLINE __m256i dot256(__m256i sum, __m256i u, __m256i s) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(u, s), _mm256_set1_epi16(1)));
}
INLINE __m256i dot256_16(__m256i sum, __m256i a, __m256i b) { return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b)); }
// 16 bits hold 8 times two products of 15 and 128.
INLINE __m256i part256(__m256i part, __m256i u, __m256i s) { return _mm256_add_epi16(part, _mm256_maddubs_epi16(u, s)); }
INLINE __m256i part_sum256(__m256i part) { return _mm256_madd_epi16(part, _mm256_set1_epi16(1)); }
// What adds up a part multiplies it as well.
INLINE vf vi_part_times(vi part, vi bytes, int which) {
    const vi factors = vi_take(bytes, TAKE_TWICE[which]);
    return vi_float((vi){_mm256_madd_epi16(part.a, factors.a), _mm256_madd_epi16(part.b, factors.b)});
}
#endif
INLINE vi vi_dot(vi sum, vi u, vi s) { return (vi){dot256(sum.a, u.a, s.a), dot256(sum.b, u.b, s.b)}; }
INLINE vi vi_dot_part(vi part, vi u, vi s) { return (vi){part256(part.a, u.a, s.a), part256(part.b, u.b, s.b)}; }
INLINE vi vi_part_sum(vi part) { return (vi){part_sum256(part.a), part_sum256(part.b)}; }
INLINE vi vi_dot16(vi sum, vi a, vi b) { return (vi){dot256_16(sum.a, a.a, b.a), dot256_16(sum.b, a.b, b.b)}; }
#if defined(__AVXVNNI__)
INLINE __m256i dot4_times256(__m256i sum, __m256i part, __m256i factor) {
    return _mm256_add_epi32(sum, _mm256_mullo_epi32(part, _mm256_srai_epi32(factor, 16)));
}
INLINE vi vi_dot4_times(vi sum, const vi *q, const vi *x, vi factor) {
    vi part = vi_dot(vi_dot(vi_dot(vi_dot(vi_set(0), q[0], x[0]), q[1], x[1]), q[2], x[2]), q[3], x[3]);
    return (vi){dot4_times256(sum.a, part.a, factor.a), dot4_times256(sum.b, part.b, factor.b)};
}
#else
// 16 bits hold four times 63 and 127.
INLINE vi vi_dot4_times(vi sum, const vi *q, const vi *x, vi factor) {
    const vi first = vi_dot_part(vi_dot_part(vi_set(0), q[0], x[0]), q[1], x[1]);
    const vi second = vi_dot_part(vi_dot_part(vi_set(0), q[2], x[2]), q[3], x[3]);
    return vi_dot16(vi_dot16(sum, first, factor), second, factor);
}
#endif
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

// Vectors of AVX-512 with VNNI; see simd.h.
#pragma once

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
enum { SCORE_ROWS = 4 };         // of rows in floats
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
INLINE vi vi_mul16(vi a, vi b) { return _mm512_mullo_epi16(a, b); }  // the lower 16 bits
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

// Vectors of AVX2, with AVX-VNNI or without, two registers each; see simd.h.
#pragma once

// How much fits into the registers; what each is stands in simd_avx512.h.
enum { TILE = 6, PANELS = 1 };
enum { SLICE = 4, PLANES = 4 };  // with the weights
#define IF_EIGHT_PLANES(...)
enum { SETS = 1, SUMS = 6, SCORE_ROWS = 1 };
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
I2(vi_mul16, _mm256_mullo_epi16)
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

// Products of blocks in vectors of AVX2: 32 products and their sums by fours in two instructions. One thread should
// turn over more bytes than memory delivers: 0.56 for a weight of Q4_0, so nearly twenty weights in a nanosecond. Four
// rows of w go side by side, so that what is to be done for x is done once for four.
#include "15-inference/dot_avx2.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,fma,f16c")))
enum { GROUP = 4 };  // rows side by side

bool dot_avx2_runs(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");  // then it converts halves, too
}

// Eight times the scale of a block.
TARGET static inline __m256 scale_8(uint16_t half) {
    return _mm256_cvtph_ps(_mm_set1_epi16((short)half));
}

// a holds bytes 0..255, b bytes -127..127: neighbours' products in pairs. At most 2 * 128 * 127: they fit in 16 bits.
TARGET static inline __m256i pairs(__m256i a, __m256i b) {
    return _mm256_maddubs_epi16(a, b);
}

// sum += scale * (the pairs, added in pairs again)
TARGET static inline __m256 add_block(__m256 sum, __m256 scale, __m256i pair) {
    return _mm256_fmadd_ps(scale, _mm256_cvtepi32_ps(_mm256_madd_epi16(pair, _mm256_set1_epi16(1))), sum);
}

TARGET static inline float total(__m256 sum) {
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(sum), _mm256_extractf128_ps(sum, 1));
    four = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
}

// `rows` rows, at most GROUP. Always inlined with a constant number of rows, so that `sum` stays in registers.
TARGET static inline __attribute__((always_inline)) void group_q8_0(float *out, const struct block_q8_0 *w, size_t step,
                                                                    const struct block_q8_0 *x, size_t blocks,
                                                                    int rows) {
    __m256 sum[GROUP] = {{0}};
    for (size_t b = 0; b < blocks; b++) {
        const __m256 x_scale = scale_8(x[b].scale);
        const __m256i x_b = _mm256_loadu_si256((const __m256i *)x[b].q);
#pragma GCC unroll 4
        for (int r = 0; r < rows; r++) {
            const struct block_q8_0 *w_b = w + (size_t)r * step + b;
            const __m256i q = _mm256_loadu_si256((const __m256i *)w_b->q);
            // the instruction wants one side without a sign: |w| * (x with the sign of w)
            const __m256i pair = pairs(_mm256_abs_epi8(q), _mm256_sign_epi8(x_b, q));
            sum[r] = add_block(sum[r], _mm256_mul_ps(scale_8(w_b->scale), x_scale), pair);
        }
    }
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++) out[r] = total(sum[r]);
}

TARGET static inline __attribute__((always_inline)) void group_q4_0(float *out, const struct block_q4_0 *w, size_t step,
                                                                    const struct block_q8_0 *x, size_t blocks,
                                                                    int rows) {
    const __m256i low_high = _mm256_set_epi32(4, 4, 4, 4, 0, 0, 0, 0), nibble = _mm256_set1_epi8(15);
    __m256 sum[GROUP] = {{0}};
    for (size_t b = 0; b < blocks; b++) {
        const __m256 x_scale = scale_8(x[b].scale);
        const __m256i x_b = _mm256_loadu_si256((const __m256i *)x[b].q);
        const __m256i x_8 = pairs(_mm256_set1_epi8(8), x_b);  // nibbles are 8 too large: this is taken off
#pragma GCC unroll 4
        for (int r = 0; r < rows; r++) {
            const struct block_q4_0 *w_b = w + (size_t)r * step + b;
            __m256i q = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)w_b->q));
            q = _mm256_and_si256(_mm256_srlv_epi32(q, low_high), nibble);  // 16 low ones, then 16 high ones
            sum[r] =
                add_block(sum[r], _mm256_mul_ps(scale_8(w_b->scale), x_scale), _mm256_sub_epi16(pairs(q, x_b), x_8));
        }
    }
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++) out[r] = total(sum[r]);
}

TARGET void dot_avx2_q8_0(float *out, const struct block_q8_0 *w, size_t step, const struct block_q8_0 *x, size_t n,
                          int rows) {
    const size_t blocks = n / QUANT_BLOCK;
    int r = 0;
    for (; r + GROUP <= rows; r += GROUP) group_q8_0(out + r, w + (size_t)r * step, step, x, blocks, GROUP);
    for (; r < rows; r++) group_q8_0(out + r, w + (size_t)r * step, step, x, blocks, 1);
}

TARGET void dot_avx2_q4_0(float *out, const struct block_q4_0 *w, size_t step, const struct block_q8_0 *x, size_t n,
                          int rows) {
    const size_t blocks = n / QUANT_BLOCK;
    int r = 0;
    for (; r + GROUP <= rows; r += GROUP) group_q4_0(out + r, w + (size_t)r * step, step, x, blocks, GROUP);
    for (; r < rows; r++) group_q4_0(out + r, w + (size_t)r * step, step, x, blocks, 1);
}

#else

bool dot_avx2_runs(void) {
    return false;
}

void dot_avx2_q8_0(float *out, const struct block_q8_0 *w, size_t step, const struct block_q8_0 *x, size_t n,
                   int rows) {
    (void)out, (void)w, (void)step, (void)x, (void)n, (void)rows;
}

void dot_avx2_q4_0(float *out, const struct block_q4_0 *w, size_t step, const struct block_q8_0 *x, size_t n,
                   int rows) {
    (void)out, (void)w, (void)step, (void)x, (void)n, (void)rows;
}

#endif

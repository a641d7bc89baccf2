// Graded tests of chapter 15: numbers in blocks. Against their definition in double, against the bytes of llama.cpp's
// own package (tests/golden/15-quantize.py), and against products of what the blocks stand for. This file has what
// several of the tests use.
#pragma once
#include <stdlib.h>

#include "15-inference/half.h"
#include "15-inference/inference.h"
#include "golden/15-quantize.h"
#include "grade/grade.h"

enum { MOST_BLOCKS = 24, MOST = MOST_BLOCKS * QUANT_BLOCK };

// The text's block, and the same with the signs turned.
static const float example[QUANT_BLOCK] = {-12.7f, 1, -3.14f, 0.04f, 0.06f, 12.6f};

static const float turned[QUANT_BLOCK] = {12.7f, -1, 3.14f, -0.04f, -0.06f, -12.6f};

static inline float draw(float low, float high) {
    return low + (high - low) * rng_uniform(grade_rng());
}

// n / 32 blocks whose largest |x| is `levels` steps of a scale (drawn, far from the middle between two halves), and
// whose numbers are far from where rounding changes its mind. The second block is zeros.
static inline float *block_numbers(int n, int levels) {
    static float x[MOST];
    memset(x, 0, sizeof x);
    for (int b = 0; b < n / QUANT_BLOCK; b++) {
        if (b == 1) continue;
        const float scale = ldexpf(1 + ((float)grade_int(1, 1022) + draw(-0.4f, 0.4f)) / 1024, grade_int(-6, 3));
        for (int i = 0; i < QUANT_BLOCK; i++)
            x[b * QUANT_BLOCK + i] = scale * ((float)grade_int(1 - levels, levels - 1) + draw(-0.47f, 0.47f));
        x[b * QUANT_BLOCK + grade_int(0, QUANT_BLOCK - 1)] = scale * (float)(grade_int(0, 1) ? levels : -levels);
    }
    return grade_copy(x, n);
}

enum habit8 { RIGHT8, CUT, EVEN, UPWARD, SIGNED, BY_128, ROUNDED_SCALE, ONE_SCALE, HABITS8 };

static inline double rounded(double x, enum habit8 habit) {
    if (habit == CUT) return trunc(x * (1 + 1e-6));  // the largest is 127 in floats, too
    if (habit == EVEN) return rint(x);
    if (habit == UPWARD) return floor(x + 0.5);
    return round(x);
}

// By definition, or with a habit: scales (n/32) and integers (n).
static inline void defined8(double *scales, double *q, const float *x, int n, enum habit8 habit) {
    double all = 0;
    for (int i = 0; i < n; i++) all = fmax(all, fabs((double)x[i]));
    for (int b = 0; b < n / QUANT_BLOCK; b++) {
        double largest = 0;
        for (int i = b * QUANT_BLOCK; i < (b + 1) * QUANT_BLOCK; i++)
            largest = fmax(largest, habit == SIGNED ? (double)x[i] : fabs((double)x[i]));
        if (habit == ONE_SCALE) largest = all;
        const double scale = largest / (habit == BY_128 ? 128 : 127);
        scales[b] = (double)half_to_float(float_to_half((float)scale));
        const double divisor = habit == ROUNDED_SCALE ? scales[b] : (double)(float)scale;
        for (int i = b * QUANT_BLOCK; i < (b + 1) * QUANT_BLOCK; i++) {
            const double whole = divisor > 0 ? rounded(x[i] / divisor, habit) : 0;
            q[i] = (double)(int8_t)(int)fmax(-1e6, fmin(1e6, whole));
        }
    }
}

// A random block; integers of -128 too, which others' files may have.
static inline void random_q8_0(struct block_q8_0 *block, int lowest) {
    block->scale = float_to_half(draw(0.01f, 0.02f));
    for (int i = 0; i < QUANT_BLOCK; i++) block->q[i] = (int8_t)grade_int(lowest, 127);
}

static inline void random_q4_0(struct block_q4_0 *block) {
    block->scale = float_to_half(draw(0.1f, 0.2f) * (grade_int(0, 1) ? 1 : -1));
    for (int i = 0; i < QUANT_BLOCK / 2; i++) block->q[i] = (uint8_t)grade_int(0, 255);
}

enum habit4 {
    RIGHT4,
    WITHOUT_SIGN,
    PLUS_8,
    BY_7,
    LAST,
    CUT_4,
    NO_CLAMP,
    NEIGHBOURS,
    TURNED,
    SIGNED_MOST,
    AWAY,
    ZERO_0,
    HABITS4
};

// Numbers i and i + 16 of 32, packed and taken apart again with a habit.
static inline void pack(double *out, const int *nibble, enum habit4 habit) {
    for (int i = 0; i < 16; i++) {
        int low = habit == NEIGHBOURS ? nibble[2 * i] : nibble[i];
        int high = habit == NEIGHBOURS ? nibble[2 * i + 1] : nibble[i + 16];
        const uint8_t byte = (uint8_t)(habit == TURNED ? high | low << 4 : low | high << 4);
        out[i] = byte & 15;
        out[i + 16] = byte >> 4;
    }
}

static inline void defined4(double *scales, double *q, const float *x, int n, enum habit4 habit) {
    for (int b = 0; b < n / QUANT_BLOCK; b++) {
        const float *x_b = x + b * QUANT_BLOCK;
        int nibble[QUANT_BLOCK];
        double m = 0;
        for (int i = 0; i < QUANT_BLOCK; i++) {
            const double x_i = (double)x_b[i];
            if ((habit == SIGNED_MOST ? x_i > m : fabs(x_i) > fabs(m)) || (habit == LAST && fabs(x_i) == fabs(m)))
                m = x_i;
        }
        const double scale = (double)(float)(habit == WITHOUT_SIGN ? fabs(m) / 8
                                             : habit == PLUS_8     ? m / 8
                                             : habit == BY_7       ? fabs(m) / 7
                                                                   : m / -8);
        for (int i = 0; i < QUANT_BLOCK; i++) {
            double level = scale != 0 ? floor(x_b[i] / scale + (habit == CUT_4 ? 8 : 8.5)) : habit == ZERO_0 ? 0 : 8;
            if (scale != 0 && habit == AWAY) level = round(x_b[i] / scale) + 8;
            nibble[i] = (int)(habit == NO_CLAMP ? level : fmin(level, 15));
        }
        scales[b] = (double)half_to_float(float_to_half((float)scale));
        pack(q + b * QUANT_BLOCK, nibble, habit);
    }
}

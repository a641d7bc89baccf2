// Graded tests of chapter 15: numbers in blocks. Against their definition in double, against the bytes of llama.cpp's own package
// (tests/golden/15-quantize.py), and against products of what the blocks stand for.
#include "15-inference/inference.h"

#include <stdlib.h>

#include "15-inference/half.h"
#include "golden/15-quantize.h"
#include "grade/grade.h"

enum { MOST_BLOCKS = 24, MOST = MOST_BLOCKS * QUANT_BLOCK };

// The text's block, and the same with the signs turned.
static const float example[QUANT_BLOCK] = {-12.7f, 1, -3.14f, 0.04f, 0.06f, 12.6f};
static const float turned[QUANT_BLOCK] = {12.7f, -1, 3.14f, -0.04f, -0.06f, -12.6f};

static float draw(float low, float high) {
    return low + (high - low) * rng_uniform(grade_rng());
}

// n / 32 blocks whose largest |x| is `levels` steps of a scale (drawn, far from the middle between two halves), and whose numbers are
// far from where rounding changes its mind. The second block is zeros.
static float *block_numbers(int n, int levels) {
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

// Memory for n / 32 blocks, and one behind them that must stay as it is.
static void *guarded(int n, size_t block) {
    unsigned char *p = malloc((size_t)(n / QUANT_BLOCK + 1) * block);
    memset(p, 0xA5, (size_t)(n / QUANT_BLOCK + 1) * block);
    return p;
}

static void check_guard(const char *name, const void *blocks, int n, size_t block) {
    const unsigned char *p = (const unsigned char *)blocks + (size_t)(n / QUANT_BLOCK) * block;
    for (size_t i = 0; i < block; i++)
        grade_true(p[i] == 0xA5, "%s wrote behind the last of %d blocks", name, n / QUANT_BLOCK);
}

// ---- Q8_0 -----------------------------------------------------------------------------------------------------------
enum habit8 { RIGHT8, CUT, EVEN, UPWARD, SIGNED, BY_128, ROUNDED_SCALE, ONE_SCALE, HABITS8 };
static const char *const habit8_name[HABITS8] = {
    [CUT] = "cut off, where rounded to the nearest is asked for",
    [EVEN] = "halves are rounded to the even number; away from 0 is asked for (roundf)",
    [UPWARD] = "halves are rounded upwards, -2.5 to -2; away from 0 is asked for (roundf)",
    [SIGNED] = "the largest x, where the largest |x| is asked for",
    [BY_128] = "divided by 128: the largest number should become 127",
    [ROUNDED_SCALE] = "computed with the scale after it is rounded to F16; before is asked for",
    [ONE_SCALE] = "one scale for all blocks: each has its own",
};

static double rounded(double x, enum habit8 habit) {
    if (habit == CUT) return trunc(x * (1 + 1e-6));  // the largest is 127 in floats, too
    if (habit == EVEN) return rint(x);
    if (habit == UPWARD) return floor(x + 0.5);
    return round(x);
}

// By definition, or with a habit: scales (n/32) and integers (n).
static void defined8(double *scales, double *q, const float *x, int n, enum habit8 habit) {
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

static void check_q8_0(const char *what, const float *x, int n) {
    static double scales[HABITS8][MOST_BLOCKS], q[HABITS8][MOST];
    static float got_scale[MOST_BLOCKS], got_q[MOST];
    struct block_q8_0 *got = guarded(n, sizeof *got);
    char text[96];
    q8_0_quantize(got, x, (size_t)n);
    check_guard("q8_0_quantize", got, n, sizeof *got);
    for (int habit = 0; habit < HABITS8; habit++) defined8(scales[habit], q[habit], x, n, (enum habit8)habit);
    for (int i = 0; i < n; i++) got_q[i] = got[i / QUANT_BLOCK].q[i % QUANT_BLOCK];
    for (int b = 0; b < n / QUANT_BLOCK; b++) got_scale[b] = half_to_float(got[b].scale);
    for (int habit = SIGNED; habit < HABITS8; habit++) suspect(habit8_name[habit], scales[habit]);
    snprintf(text, sizeof text, "%s: the scales", what);
    grade_array(text, got_scale, scales[RIGHT8], AXES("b", n / QUANT_BLOCK), 0);
    for (int habit = CUT; habit < HABITS8; habit++) suspect(habit8_name[habit], q[habit]);
    snprintf(text, sizeof text, "%s: the integers q", what);
    grade_array(text, got_q, q[RIGHT8], AXES("bi", n / QUANT_BLOCK, QUANT_BLOCK), 0);
    free(got);
}

EXERCISE(q8_0_quantize, .number = "15.2", .points = 3) {
    // The text's block: scale 0.1, which is 0.09998 in F16; -127, 10, -31, 0, 1, 126.
    float *x = grade_copy(example, QUANT_BLOCK);
    struct block_q8_0 got;
    check_q8_0("the text's block", x, QUANT_BLOCK);
    q8_0_quantize(&got, x, QUANT_BLOCK);
    grade_scalar("the text's block: its scale", half_to_float(got.scale), 0.0999755859375, 0);
    grade_ints_equal("the text's block", (int[]){got.q[0], got.q[1], got.q[2], got.q[3], got.q[4], got.q[5]},
                     (int[]){-127, 10, -31, 0, 1, 126}, AXES("i", 6));
    float halves[QUANT_BLOCK] = {127, 2.5f, -2.5f, 3.5f, -3.5f, 0.5f, -0.5f, 1.75f, -1.75f, 126.5f, -126.5f, 64.25f};
    check_q8_0("numbers and a half", grade_copy(halves, QUANT_BLOCK), QUANT_BLOCK);
    // a scale as far as can be from its F16, and numbers that are near enough to a half to show it
    float between[QUANT_BLOCK] = {0};
    for (int i = 0; i < QUANT_BLOCK; i++)
        between[i] = (1 + 20.48f / 1024) * (i == 3 ? -127 : (float)(95 + i) + (i % 2 ? 0.475f : -0.475f));
    check_q8_0("a scale that F16 does not have", grade_copy(between, QUANT_BLOCK), QUANT_BLOCK);
    const int n = QUANT_BLOCK * grade_int(5, MOST_BLOCKS);
    x = block_numbers(n, 127);
    check_q8_0("random blocks, of which one is zeros", x, n);
    grade_unchanged("x", x);
    q8_0_quantize(NULL, x, 0);

    struct block_q8_0 *golden = guarded(GOLDEN_BLOCKS * QUANT_BLOCK, sizeof *golden);
    q8_0_quantize(golden, golden_x, GOLDEN_BLOCKS * QUANT_BLOCK);
    for (int i = 0; i < GOLDEN_BLOCKS * (int)sizeof *golden; i++)
        grade_true(((uint8_t *)golden)[i] == golden_q8_0[i],
                   "against llama.cpp's package: byte %d of block %d is %d, expected %d", i % (int)sizeof *golden,
                   i / (int)sizeof *golden, ((uint8_t *)golden)[i], golden_q8_0[i]);
    free(golden);
}

// A random block; integers of -128 too, which others' files may have.
static void random_q8_0(struct block_q8_0 *block, int lowest) {
    block->scale = float_to_half(draw(0.01f, 0.02f));
    for (int i = 0; i < QUANT_BLOCK; i++) block->q[i] = (int8_t)grade_int(lowest, 127);
}

static void random_q4_0(struct block_q4_0 *block) {
    block->scale = float_to_half(draw(0.1f, 0.2f) * (grade_int(0, 1) ? 1 : -1));
    for (int i = 0; i < QUANT_BLOCK / 2; i++) block->q[i] = (uint8_t)grade_int(0, 255);
}

static float *check_q8_0_back(const char *what, const struct block_q8_0 *block, int blocks) {
    static double want[MOST], bits[MOST], no_sign[MOST], first[MOST];
    for (int i = 0; i < blocks * QUANT_BLOCK; i++) {
        const struct block_q8_0 *b = &block[i / QUANT_BLOCK];
        const double scale = (double)half_to_float(b->scale);
        const int q = b->q[i % QUANT_BLOCK];
        want[i] = scale * q;
        bits[i] = b->scale * q;
        no_sign[i] = scale * (uint8_t)q;
        first[i] = (double)half_to_float(block[0].scale) * q;
    }
    float *got = grade_output(blocks * QUANT_BLOCK);
    q8_0_dequantize(got, block, (size_t)blocks * QUANT_BLOCK);
    suspect("the scale's 16 bits are read as an integer: half_to_float makes a number of them", bits);
    suspect("the integers lost their sign", no_sign);
    if (blocks > 1) suspect("every block is turned back with the first one's scale", first);
    grade_array(what, got, want, AXES("bi", blocks, QUANT_BLOCK), 1e-6);
    return got;
}

EXERCISE(q8_0_dequantize, .number = "15.2", .points = 2) {
    struct block_q8_0 block[MOST_BLOCKS] = {{float_to_half(0.1f), {-127, 10, -31, 0, 1, 126}}};
    float *got = check_q8_0_back("the text's block", block, 1);
    grade_array("the text's block", got, (double[]){-12.6969, 0.999756, -3.099243, 0, 0.0999756, 12.59692},
                AXES("i", 6), 1e-5);
    const int blocks = grade_int(3, MOST_BLOCKS);
    for (int b = 0; b < blocks; b++) random_q8_0(&block[b], -128);
    check_q8_0_back("random blocks", block, blocks);

    got = grade_output(GOLDEN_BLOCKS * QUANT_BLOCK);
    struct block_q8_0 golden[GOLDEN_BLOCKS];
    memcpy(golden, golden_q8_0, sizeof golden);
    q8_0_dequantize(got, golden, GOLDEN_BLOCKS * QUANT_BLOCK);
    for (int i = 0; i < GOLDEN_BLOCKS * QUANT_BLOCK; i++)
        grade_true(got[i] == golden_q8_0_back[i],
                   "against llama.cpp's package: number %d of block %d is %.9g, expected %.9g", i % QUANT_BLOCK,
                   i / QUANT_BLOCK, (double)got[i], (double)golden_q8_0_back[i]);
}

// ---- Q4_0 -----------------------------------------------------------------------------------------------------------
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
static const char *const habit4_name[HABITS4] = {
    [WITHOUT_SIGN] = "the scale is made of |m|: m keeps its sign, so that m itself becomes -8",
    [PLUS_8] = "the scale is m / 8, where m / -8 is asked for: m then wants +8, which four bits do not have",
    [BY_7] = "the scale is the largest |x| / 7: the level -8 is given away",
    [LAST] = "of equally large numbers the last one makes the scale; the first one should",
    [SIGNED_MOST] = "m is the largest x, where the x with the largest |x| is asked for",
    [AWAY] = "halves are rounded away from 0; floor(x / scale + 8.5) rounds them upwards, -2.5 to -2",
    [ZERO_0] = "where the scale is 0 the nibble is 0: it should be 8, which stands for 0",
    [CUT_4] = "cut off, where rounded is asked for: floor(x / scale + 8.5)",
    [NO_CLAMP] = "the nibble 16 does not fit into four bits: 15 is the largest",
    [NEIGHBOURS] = "a byte holds neighbours, 2i and 2i + 1; it should hold numbers i and i + 16",
    [TURNED] = "the low and the high nibble have changed places",
};

// Numbers i and i + 16 of 32, packed and taken apart again with a habit.
static void pack(double *out, const int *nibble, enum habit4 habit) {
    for (int i = 0; i < 16; i++) {
        int low = habit == NEIGHBOURS ? nibble[2 * i] : nibble[i];
        int high = habit == NEIGHBOURS ? nibble[2 * i + 1] : nibble[i + 16];
        const uint8_t byte = (uint8_t)(habit == TURNED ? high | low << 4 : low | high << 4);
        out[i] = byte & 15;
        out[i + 16] = byte >> 4;
    }
}

static void defined4(double *scales, double *q, const float *x, int n, enum habit4 habit) {
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

static void check_q4_0(const char *what, const float *x, int n) {
    static double scales[HABITS4][MOST_BLOCKS], q[HABITS4][MOST];
    static float got_scale[MOST_BLOCKS], got_q[MOST];
    struct block_q4_0 *got = guarded(n, sizeof *got);
    char text[96];
    q4_0_quantize(got, x, (size_t)n);
    check_guard("q4_0_quantize", got, n, sizeof *got);
    for (int habit = 0; habit < HABITS4; habit++) defined4(scales[habit], q[habit], x, n, (enum habit4)habit);
    for (int i = 0; i < n; i++) {
        const uint8_t byte = got[i / QUANT_BLOCK].q[i % 16];
        got_q[i] = i % QUANT_BLOCK < 16 ? byte & 15 : byte >> 4;
    }
    for (int b = 0; b < n / QUANT_BLOCK; b++) got_scale[b] = half_to_float(got[b].scale);
    // where two of them give the same, the first is named
    const enum habit4 of_scales[] = {LAST, WITHOUT_SIGN, PLUS_8, BY_7, SIGNED_MOST};
    for (int i = 0; i < COUNT(of_scales); i++) suspect(habit4_name[of_scales[i]], scales[of_scales[i]]);
    snprintf(text, sizeof text, "%s: the scales", what);
    grade_array(text, got_scale, scales[RIGHT4], AXES("b", n / QUANT_BLOCK), 0);
    for (int habit = WITHOUT_SIGN; habit < HABITS4; habit++) suspect(habit4_name[habit], q[habit]);
    snprintf(text, sizeof text, "%s: the nibbles", what);
    grade_array(text, got_q, q[RIGHT4], AXES("bi", n / QUANT_BLOCK, QUANT_BLOCK), 0);
    free(got);
}

EXERCISE(q4_0_quantize, .number = "15.2", .points = 4) {
    // The text's block: scale -12.7 / -8 = 1.5875; levels -8, 1, -2, 0, 0 and, for 12.6, 7, as there is no 8. Nibbles are 8 more.
    struct block_q4_0 got;
    float *x = grade_copy(example, QUANT_BLOCK);
    check_q4_0("the text's block", x, QUANT_BLOCK);
    q4_0_quantize(&got, x, QUANT_BLOCK);
    grade_scalar("the text's block: its scale", half_to_float(got.scale), 1.587890625, 0);
    grade_ints_equal("the text's block: its bytes", (int[]){got.q[0], got.q[1], got.q[2], got.q[3], got.q[4], got.q[5]},
                     (int[]){0x80, 0x89, 0x86, 0x88, 0x88, 0x8F}, AXES("i", 6));
    check_q4_0("the same with the signs turned", grade_copy(turned, QUANT_BLOCK), QUANT_BLOCK);
    float equal[QUANT_BLOCK] = {1, -5, 5, 4.9f, 2.2f, -2.4f};
    check_q4_0("a block with -5 and then 5", grade_copy(equal, QUANT_BLOCK), QUANT_BLOCK);
    float halves[QUANT_BLOCK] = {-8, 2.5f, -2.5f, 3.5f, -3.5f, 0.5f, -0.5f, 6.5f, -7.5f, 7.5f, 1.75f, -1.75f};
    check_q4_0("numbers and a half", grade_copy(halves, QUANT_BLOCK), QUANT_BLOCK);
    const int n = QUANT_BLOCK * grade_int(5, MOST_BLOCKS);
    x = block_numbers(n, 8);
    check_q4_0("random blocks, of which one is zeros", x, n);
    grade_unchanged("x", x);
    q4_0_quantize(NULL, x, 0);

    struct block_q4_0 *golden = guarded(GOLDEN_BLOCKS * QUANT_BLOCK, sizeof *golden);
    q4_0_quantize(golden, golden_x, GOLDEN_BLOCKS * QUANT_BLOCK);
    for (int i = 0; i < GOLDEN_BLOCKS * (int)sizeof *golden; i++) {
        // a scale of 0 may be -0
        if (i % (int)sizeof *golden < 2 && (golden[i / (int)sizeof *golden].scale & 0x7FFF) == 0) continue;
        grade_true(((uint8_t *)golden)[i] == golden_q4_0[i],
                   "against llama.cpp's package: byte %d of block %d is %d, expected %d", i % (int)sizeof *golden,
                   i / (int)sizeof *golden, ((uint8_t *)golden)[i], golden_q4_0[i]);
    }
    free(golden);
}

static float *check_q4_0_back(const char *what, const struct block_q4_0 *block, int blocks) {
    static double want[MOST], others[4][MOST];
    for (int i = 0; i < blocks * QUANT_BLOCK; i++) {
        const struct block_q4_0 *b = &block[i / QUANT_BLOCK];
        const int at = i % QUANT_BLOCK, low = b->q[at % 16] & 15, high = b->q[at % 16] >> 4, pair = b->q[at / 2];
        const double scale = (double)half_to_float(b->scale);
        want[i] = scale * ((at < 16 ? low : high) - 8);
        others[0][i] = scale * (at < 16 ? low : high);
        others[1][i] = scale * ((at < 16 ? high : low) - 8);
        others[2][i] = scale * ((at % 2 ? pair >> 4 : pair & 15) - 8);
        others[3][i] = (double)half_to_float(block[0].scale) * ((at < 16 ? low : high) - 8);
    }
    float *got = grade_output(blocks * QUANT_BLOCK);
    q4_0_dequantize(got, block, (size_t)blocks * QUANT_BLOCK);
    suspect("8 is not taken off the nibble", others[0]);
    suspect(habit4_name[TURNED], others[1]);
    suspect(habit4_name[NEIGHBOURS], others[2]);
    if (blocks > 1) suspect("every block is turned back with the first one's scale", others[3]);
    grade_array(what, got, want, AXES("bi", blocks, QUANT_BLOCK), 1e-6);
    return got;
}

EXERCISE(q4_0_dequantize, .number = "15.2", .points = 2) {
    struct block_q4_0 block[MOST_BLOCKS] = {{float_to_half(1.5875f), {0x80, 0x89, 0x86, 0x88, 0x88, 0x8F}}};
    for (int i = 6; i < QUANT_BLOCK / 2; i++) block[0].q[i] = 0x88;
    float *got = check_q4_0_back("the text's block", block, 1);
    grade_array("the text's block", got, (double[]){-12.70312, 1.587891, -3.175781, 0, 0, 11.11523}, AXES("i", 6),
                1e-5);
    const int blocks = grade_int(3, MOST_BLOCKS);
    for (int b = 0; b < blocks; b++) random_q4_0(&block[b]);
    check_q4_0_back("random blocks", block, blocks);

    got = grade_output(GOLDEN_BLOCKS * QUANT_BLOCK);
    struct block_q4_0 golden[GOLDEN_BLOCKS];
    memcpy(golden, golden_q4_0, sizeof golden);
    q4_0_dequantize(got, golden, GOLDEN_BLOCKS * QUANT_BLOCK);
    for (int i = 0; i < GOLDEN_BLOCKS * QUANT_BLOCK; i++)
        grade_true(got[i] == golden_q4_0_back[i],
                   "against llama.cpp's package: number %d of block %d is %.9g, expected %.9g", i % QUANT_BLOCK,
                   i / QUANT_BLOCK, (double)got[i], (double)golden_q4_0_back[i]);
}

// ---- dot.c ------------------------------------------------------------------------------------------------------------
enum habit_dot { RIGHT_DOT, NO_W, NO_X, FIRST_W, BITS_16, BITS_8, WITH_8, PAIRED, HIGH_FIRST, HABITS_DOT };
static const char *const habit_dot_name[HABITS_DOT] = {
    [NO_W] = "the scales of w are not used",
    [NO_X] = "the scales of x are not used",
    [FIRST_W] = "every block is multiplied with the scales of the first ones",
    [BITS_16] = "the integers' sum does not fit into 16 bits: up to 32 * 127 * 127",
    [BITS_8] = "products of two int8_t do not fit into 8 bits",
    [WITH_8] = "8 is not taken off the nibbles of w",
    [PAIRED] = "a byte of w is taken for neighbours, 2i and 2i + 1; it holds numbers i and i + 16",
    [HIGH_FIRST] = "the low nibble of w is number i, the high one number i + 16: they have changed places",
};

// Number i of a block of w.
static int whole_q4_0(const struct block_q4_0 *w, int i, enum habit_dot habit) {
    const int low = w->q[i % 16] & 15, high = w->q[i % 16] >> 4, pair = w->q[i / 2], off = habit == WITH_8 ? 0 : 8;
    if (habit == PAIRED) return (i % 2 ? pair >> 4 : pair & 15) - off;
    return ((i < 16) == (habit != HIGH_FIRST) ? low : high) - off;
}

static double defined_dot(const struct block_q8_0 *w8, const struct block_q4_0 *w4, const struct block_q8_0 *x,
                          int blocks, enum habit_dot habit) {
    double sum = 0;
    for (int b = 0; b < blocks; b++) {
        const int from = habit == FIRST_W ? 0 : b;
        long whole = 0;
        for (int i = 0; i < QUANT_BLOCK; i++) {
            const int product = (w8 ? w8[b].q[i] : whole_q4_0(&w4[b], i, habit)) * x[b].q[i];
            whole += habit == BITS_8 ? (int8_t)product : product;
        }
        if (habit == BITS_16) whole = (int16_t)whole;
        const double w_scale = habit == NO_W ? 1 : (double)half_to_float(w8 ? w8[from].scale : w4[from].scale);
        const double x_scale = habit == NO_X ? 1 : (double)half_to_float(x[from].scale);
        sum += w_scale * x_scale * (double)whole;
    }
    return sum;
}

static void suspect_dots(const struct block_q8_0 *w8, const struct block_q4_0 *w4, const struct block_q8_0 *x,
                         int blocks) {
    for (int habit = 1; habit < (w8 ? WITH_8 : HABITS_DOT); habit++) {
        const double other = defined_dot(w8, w4, x, blocks, (enum habit_dot)habit);
        if (other != defined_dot(w8, w4, x, blocks, RIGHT_DOT)) suspect_scalar(habit_dot_name[habit], other);
    }
}

enum { MOST_ROWS = 11 };

EXERCISE(dot_q8_0, .number = "15.3", .points = 3) {
    // By hand: (3 * 10 - 2 * 5) * 0.5 * 0.25 = 2.5, and 127 * 127 * 32 in a block makes 516128 * 0.125.
    struct block_q8_0 x[MOST_BLOCKS] = {{float_to_half(0.25f), {10, 5}}};
    struct block_q8_0 w[MOST_ROWS * MOST_BLOCKS] = {{float_to_half(0.5f), {3, -2}}};
    suspect_dots(w, NULL, x, 1);
    grade_scalar("(3 * 10 - 2 * 5) * 0.5 * 0.25", dot_q8_0(w, x, QUANT_BLOCK), 2.5, 1e-6);
    memset(w[0].q, 127, sizeof w[0].q);
    memset(x[0].q, 127, sizeof x[0].q);
    suspect_dots(w, NULL, x, 1);
    grade_scalar("a block with 127 everywhere", dot_q8_0(w, x, QUANT_BLOCK), 516128 * 0.125, 1e-6);
    const int blocks = grade_int(3, MOST_BLOCKS), rows = grade_int(5, MOST_ROWS);
    for (int b = 0; b < rows * blocks; b++) random_q8_0(&w[b], -128);
    for (int b = 0; b < blocks; b++) random_q8_0(&x[b], -127);
    suspect_dots(w, NULL, x, blocks);
    grade_scalar("random blocks", dot_q8_0(w, x, (size_t)blocks * QUANT_BLOCK),
                 defined_dot(w, NULL, x, blocks, RIGHT_DOT), 1e-4);
    grade_scalar("no blocks", dot_q8_0(w, x, 0), 0, 0);
    float *out = grade_output(rows);  // given: the vector version
    dot_rows_q8_0(out, w, (size_t)blocks, x, (size_t)blocks * QUANT_BLOCK, rows);
    for (int r = 0; r < rows; r++)
        grade_scalar("dot_rows_q8_0 (given)", out[r], defined_dot(w + r * blocks, NULL, x, blocks, RIGHT_DOT), 1e-4);
}

EXERCISE(dot_q4_0, .number = "15.3", .points = 3) {
    // By hand: numbers 0 and 16 are nibbles 11 and 6, levels 3 and -2; the others 8, level 0: (3 * 10 - 2 * 5) * 0.5 * 0.25
    struct block_q8_0 x[MOST_BLOCKS] = {{.scale = float_to_half(0.25f)}};
    struct block_q4_0 w[MOST_ROWS * MOST_BLOCKS] = {{float_to_half(0.5f), {6 << 4 | 11}}};
    for (int i = 1; i < QUANT_BLOCK / 2; i++) w[0].q[i] = 0x88;
    for (int i = 0; i < QUANT_BLOCK; i++) x[0].q[i] = (int8_t)(i == 0 ? 10 : i == 16 ? 5 : 20 + i);
    suspect_dots(NULL, w, x, 1);
    grade_scalar("(3 * 10 - 2 * 5) * 0.5 * 0.25", dot_q4_0(w, x, QUANT_BLOCK), 2.5, 1e-6);
    const int blocks = grade_int(3, MOST_BLOCKS), rows = grade_int(5, MOST_ROWS);
    for (int b = 0; b < rows * blocks; b++) random_q4_0(&w[b]);
    for (int b = 0; b < blocks; b++) random_q8_0(&x[b], -127);
    suspect_dots(NULL, w, x, blocks);
    grade_scalar("random blocks", dot_q4_0(w, x, (size_t)blocks * QUANT_BLOCK),
                 defined_dot(NULL, w, x, blocks, RIGHT_DOT), 1e-4);
    grade_scalar("no blocks", dot_q4_0(w, x, 0), 0, 0);
    float *out = grade_output(rows);
    dot_rows_q4_0(out, w, (size_t)blocks, x, (size_t)blocks * QUANT_BLOCK, rows);
    for (int r = 0; r < rows; r++)
        grade_scalar("dot_rows_q4_0 (given)", out[r], defined_dot(NULL, w + r * blocks, x, blocks, RIGHT_DOT), 1e-4);
}

// ---- qat.c ------------------------------------------------------------------------------------------------------------
static void fake8(double *out, const float *x, int n) {
    static double scales[MOST_BLOCKS], q[MOST];
    defined8(scales, q, x, n, RIGHT8);
    for (int i = 0; i < n; i++) out[i] = scales[i / QUANT_BLOCK] * q[i];
}

static void fake4(double *out, const float *x, int n) {
    static double scales[MOST_BLOCKS], q[MOST];
    defined4(scales, q, x, n, RIGHT4);
    for (int i = 0; i < n; i++) out[i] = scales[i / QUANT_BLOCK] * (q[i] - 8);
}

EXERCISE(fake_quantize_forward, .number = "15.9", .points = 2,
         .needs = "q8_0_quantize q8_0_dequantize q4_0_quantize q4_0_dequantize") {
    static double eight[MOST], four[MOST], same[MOST], first[MOST];
    float *x = grade_copy(example, QUANT_BLOCK), *got = grade_output(QUANT_BLOCK);
    fake_quantize_forward(got, x, TYPE_Q4_0, QUANT_BLOCK);
    for (int i = 0; i < QUANT_BLOCK; i++) same[i] = (double)x[i];
    suspect("nothing is rounded: out is x", same);
    grade_array("the text's block, as Q4_0", got, (double[]){-12.70312, 1.587891, -3.175781, 0, 0, 11.11523},
                AXES("i", 6), 1e-5);
    const int n = QUANT_BLOCK * grade_int(3, MOST_BLOCKS);
    for (int round = 0; round < 2; round++) {
        const enum number_type type = round ? TYPE_Q8_0 : TYPE_Q4_0;
        x = block_numbers(n, round ? 127 : 8);
        for (int i = 0; i < n; i++) same[i] = (double)x[i];
        fake8(eight, x, n);
        fake4(four, x, n);
        for (int i = 0; i < n; i++) first[i] = (round ? eight : four)[i % QUANT_BLOCK];
        got = grade_output(n);
        fake_quantize_forward(got, x, type, (size_t)n);
        suspect("nothing is rounded: out is x", same);
        suspect("every block is the first one of x again", first);
        suspect(round ? "Q4_0, where type is Q8_0" : "Q8_0, where type is Q4_0", round ? four : eight);
        grade_array(round ? "as Q8_0" : "as Q4_0", got, round ? eight : four, AXES("bi", n / QUANT_BLOCK, QUANT_BLOCK),
                    1e-6);
        grade_unchanged("x", x);
    }
}

EXERCISE(fake_quantize_backward, .number = "15.9", .points = 2) {
    const int n = QUANT_BLOCK * grade_int(2, 9);
    double *want = grade_doubles(n), *zero = grade_doubles(n), *rounded = grade_doubles(n);
    float *dout = grade_floats(n), *dx = grade_grad(n);
    for (int i = 0; i < n; i++) want[i] = (double)dout[i];
    fake4(rounded, dout, n);
    fake_quantize_backward(dx, dout, (size_t)n);
    suspect("no gradient: rounding has slope 0, and that is why the gradient is sent straight through", zero);
    suspect("the gradient is rounded, too; it should pass unchanged", rounded);
    grade_gradient("dx", dx, want, AXES("i", n), 1e-6);
    grade_unchanged("dout", dout);
}

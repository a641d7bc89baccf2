// Tests of dot.c.
#include "15-inference/bits.h"

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
    // By hand: numbers 0 and 16 are nibbles 11 and 6, levels 3 and -2; the others 8, level 0: (3 * 10 - 2 * 5) * 0.5 *
    // 0.25
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

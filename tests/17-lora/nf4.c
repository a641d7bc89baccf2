// Tests of nf4.c: the levels against the published table, blocks against definitions in double and against what the
// authors' own package makes of them (tests/golden/17-nf4.py).
#include "17-lora/four_bits.h"
#include "golden/17-nf4.h"

// The quantile function by bisection: the x below which a share p of a standard normal distribution lies.
static double quantile(double p) {
    double low = -9, high = 9;
    for (int i = 0; i < 80; i++) {
        const double middle = (low + high) / 2;
        if (0.5 * (1 + erf(middle / sqrt(2))) < p) low = middle;
        else high = middle;
    }
    return low;
}

// `below` levels of the 16 are negative, the steps of either side are that side's share of 0.5 / steps.
static double *levels_with(double offset, int below, int below_steps, int above_steps, bool divided) {
    double *level = grade_doubles(16);
    for (int i = 0; i < below; i++) level[i] = -quantile(offset - (offset - 0.5) * i / below_steps);
    for (int i = 0; i < 15 - below; i++) level[15 - i] = quantile(offset - (offset - 0.5) * i / above_steps);
    const double largest = divided ? level[15] : 1;
    for (int i = 0; i < 16; i++) level[i] /= largest;
    return level;
}

EXERCISE(nf4_levels, .number = "17.3", .points = 6) {
    // q(0.9677083) = 1.848131 is the largest; the text's middle ones are 0.0796 and -0.0911.
    float *level = grade_output(16);
    nf4_levels(level);
    suspect("not divided by the largest quantile, so that the last level is 1", levels_with(0.9677083, 7, 7, 8, false));
    suspect("eight levels below 0 and seven above; it is seven below and eight above",
            levels_with(0.9677083, 8, 8, 7, true));
    suspect("both sides have seven steps: the eight above 0 want steps of (offset - 0.5) / 8",
            levels_with(0.9677083, 7, 7, 7, true));
    suspect("both sides have eight steps: the seven below 0 want steps of (offset - 0.5) / 7",
            levels_with(0.9677083, 7, 8, 8, true));
    suspect("one step too few: 0.5 itself is among the values that stay; it is the one that is left out",
            levels_with(0.9677083, 7, 6, 7, true));
    suspect("offset is the middle of the outermost of 16 pieces, 1 - 1/32: it is 0.9677083",
            levels_with(1 - 1.0 / 32, 7, 7, 8, true));
    suspect("offset is the middle of the outermost of 15 pieces, 1 - 1/30: it is 0.9677083",
            levels_with(1 - 1.0 / 30, 7, 7, 8, true));
    double *even = grade_doubles(16), *downward = grade_doubles(16);
    for (int i = 0; i < 16; i++) even[i] = i < 7 ? (i - 7) / 7.0 : (i - 7) / 8.0;
    suspect("the levels are equally far from each other: it is the shares of the distribution that are equal", even);
    for (int i = 0; i < 16; i++) {
        const double *right = nf4_published;
        downward[i] = i < 7 ? right[6 - i] : i == 7 ? 0 : right[23 - i];
    }
    suspect("each side is the wrong way round: levels ascend from -1 to 1", downward);
    grade_array("levels", level, nf4_published, AXES("i", 16), 1e-6);
}

enum { MOST_BLOCKS = 7, MOST = MOST_BLOCKS * NF4_BLOCK };
enum habit { RIGHT, SIGNED, ONE_SCALE, CUT, EVEN_STEPS, ZERO_0, LARGER, HALVES, TURNED, HABITS };
static const char *const habit_name[HABITS] = {
    [SIGNED] = "the scale is the largest x; it is the largest |x|",
    [ONE_SCALE] = "one scale for all blocks: each has its own",
    [CUT] = "the last level below x / scale, where the nearest is asked for",
    [EVEN_STEPS] = "rounded as if the levels were equally far from each other",
    [ZERO_0] = "in a block of zeros the half bytes are 0, which stands for -1; level 0 is number 7",
    [LARGER] = "of two equally near levels the larger; the smaller is asked for",
    [HALVES] = "a byte holds numbers i and i + 32; it should hold the neighbours 2i and 2i + 1",
    [TURNED] = "the low and the high half of a byte have changed places: the low one is the even number",
};

static int level_of(double at, enum habit habit) {
    int nearest = 0;
    if (habit == EVEN_STEPS) return at < 0 ? 7 + (int)round(at * 7) : 7 + (int)round(at * 8);
    for (int k = 1; k < 16; k++) {
        const double closer = fabs(at - nf4_published[nearest]) - fabs(at - nf4_published[k]);
        if (habit == CUT ? nf4_published[k] <= at : closer > (habit == LARGER ? -1e-6 : 1e-6)) nearest = k;
    }
    return nearest;
}

// The half bytes as they stand in memory, low and high of each byte, after a habit.
static void defined(double *scale, double *q, const float *x, int n, enum habit habit) {
    double first = 0;
    for (int b = 0; b < n / NF4_BLOCK; b++) {
        const float *x_b = x + b * NF4_BLOCK;
        int level[NF4_BLOCK];
        scale[b] = 0;
        for (int i = 0; i < NF4_BLOCK; i++) scale[b] = fmax(scale[b], habit == SIGNED ? x_b[i] : fabsf(x_b[i]));
        if (b == 0) first = scale[0];
        if (habit == ONE_SCALE) scale[b] = first;
        const double scaled = scale[b];
        for (int i = 0; i < NF4_BLOCK; i++) {
            level[i] = level_of(scaled > 0 ? x_b[i] / scaled : 0, habit);
            if (scaled == 0 && habit == ZERO_0) level[i] = 0;
        }
        for (int i = 0; i < NF4_BLOCK; i++) {
            const int from = habit == HALVES ? i / 2 + i % 2 * (NF4_BLOCK / 2) : habit == TURNED ? i ^ 1 : i;
            q[b * NF4_BLOCK + i] = level[from];
        }
    }
}

static void check_quantize(const char *what, const float *x, int n, bool ties) {
    static double scales[HABITS][MOST_BLOCKS], q[HABITS][MOST];
    static float got_scale[MOST_BLOCKS], got_q[MOST];
    struct nf4 got[MOST_BLOCKS + 1];
    char text[96];
    memset(got, 0xA5, sizeof got);
    nf4_quantize(got, x, (size_t)n);
    for (size_t i = 0; i < sizeof *got; i++)
        grade_true(((unsigned char *)&got[n / NF4_BLOCK])[i] == 0xA5, "nf4_quantize wrote behind the last of %d blocks",
                   n / NF4_BLOCK);
    for (int habit = 0; habit < HABITS; habit++) defined(scales[habit], q[habit], x, n, (enum habit)habit);
    for (int b = 0; b < n / NF4_BLOCK; b++) got_scale[b] = got[b].scale;
    for (int i = 0; i < n; i++) got_q[i] = (float)nf4_nibble(&got[i / NF4_BLOCK], i % NF4_BLOCK);
    suspect(habit_name[SIGNED], scales[SIGNED]);
    suspect(habit_name[ONE_SCALE], scales[ONE_SCALE]);
    snprintf(text, sizeof text, "%s: the scales", what);
    grade_array(text, got_scale, scales[RIGHT], AXES("b", n / NF4_BLOCK), 1e-7);
    for (int habit = SIGNED; habit < HABITS; habit++)
        if (habit != LARGER || ties) suspect(habit_name[habit], q[habit]);
    snprintf(text, sizeof text, "%s: the half bytes", what);
    grade_array(text, got_q, q[RIGHT], AXES("bi", n / NF4_BLOCK, NF4_BLOCK), 0);
}

// Random numbers in blocks, of which the second is zeros. None is so near to the middle of two levels that rounding
// decides.
static float *block_numbers(int n) {
    float *x = grade_floats(n);
    for (int i = 0; i < n; i++) x[i] *= 0.1f * (float)(1 + i / NF4_BLOCK);
    for (int i = NF4_BLOCK; i < 2 * NF4_BLOCK; i++) x[i] = 0;
    for (int b = 0; b < n / NF4_BLOCK; b++) {
        float *x_b = x + b * NF4_BLOCK, largest = 0;
        for (int i = 0; i < NF4_BLOCK; i++) largest = fmaxf(largest, fabsf(x_b[i]));
        for (int i = 0; i < NF4_BLOCK && largest > 0; i++)
            for (int k = 0; k < 15; k++) {
                const double middle = (nf4_published[k] + nf4_published[k + 1]) / 2;
                if (fabs(x_b[i] / largest - middle) < 1e-4) x_b[i] = largest * (float)(middle + 3e-4);
            }
    }
    return grade_copy(x, n);
}

EXERCISE(nf4_quantize, .number = "17.3", .points = 6, .needs = "nf4_levels") {
    // The text's block: scale 2; 0.25, -1, 0.75 and 0.05 are nearest to levels 10, 0, 14 and 8, the zeros to 7.
    float *x = grade_copy((float[NF4_BLOCK]){0.5f, -2, 1.5f, 0.1f}, NF4_BLOCK), levels[16];
    check_quantize("the text's block", x, NF4_BLOCK, false);
    nf4_levels(levels);
    float middle[NF4_BLOCK] = {1, levels[8] / 2, levels[6] / 2, -1, 0.3f, -0.3f};
    check_quantize("a block with numbers between two levels", grade_copy(middle, NF4_BLOCK), NF4_BLOCK, true);
    const int n = NF4_BLOCK * grade_int(4, MOST_BLOCKS);
    x = block_numbers(n);
    check_quantize("random blocks, of which one is zeros", x, n, false);
    grade_unchanged("x", x);
    float tiny[NF4_BLOCK] = {2e-41f, -2e-41f, 0, 1e-41f};
    check_quantize("numbers so small that 1 / scale is infinite", grade_copy(tiny, NF4_BLOCK), NF4_BLOCK, false);
    nf4_quantize(NULL, x, 0);

    struct nf4 golden[GOLDEN_BLOCKS];
    nf4_quantize(golden, golden_x, GOLDEN_BLOCKS * NF4_BLOCK);
    for (int i = 0; i < GOLDEN_BLOCKS * NF4_BLOCK; i++) {
        const int b = i / NF4_BLOCK, at = i % NF4_BLOCK, got = nf4_nibble(&golden[b], at);
        grade_true(got == golden_level[i], "against bitsandbytes: number %d of block %d has level %d, expected %d", at,
                   b, got, golden_level[i]);
        grade_true(golden[b].scale == golden_scale[b], "against bitsandbytes: the scale of block %d is %.9g, not %.9g",
                   b, (double)golden[b].scale, (double)golden_scale[b]);
    }
}

static void check_dequantize(const char *what, const struct nf4 *block, int blocks) {
    const int n = blocks * NF4_BLOCK;
    double *want = nf4_numbers_of(block, blocks), *plain = grade_doubles(n), *turned = grade_doubles(n);
    double *halves = grade_doubles(n), *first = grade_doubles(n), *even = grade_doubles(n);
    for (int i = 0; i < n; i++) {
        const struct nf4 *b = &block[i / NF4_BLOCK];
        const int at = i % NF4_BLOCK, q = nf4_nibble(b, at);
        plain[i] = nf4_published[q];
        turned[i] = nf4_published[nf4_nibble(b, at ^ 1)] * b->scale;
        halves[i] = nf4_published[nf4_nibble(b, at % 32 * 2 + at / 32)] * b->scale;
        first[i] = nf4_published[q] * block[0].scale;
        even[i] = (q - 8) / 8.0 * b->scale;
    }
    float *got = grade_output(n);
    nf4_dequantize(got, block, (size_t)n);
    suspect("not multiplied by the block's scale", plain);
    suspect(habit_name[TURNED], turned);
    suspect(habit_name[HALVES], halves);
    if (blocks > 1) suspect("every block is turned back with the first one's scale", first);
    suspect("the half bytes are read as Q4_0's: they name one of NF4's levels", even);
    grade_array(what, got, want, AXES("bi", blocks, NF4_BLOCK), 1e-6);
}

EXERCISE(nf4_dequantize, .number = "17.3", .points = 4, .needs = "nf4_levels") {
    // The text's block back: 0.492, -2, 1.446, 0.159 and zeros.
    struct nf4 block[MOST_BLOCKS] = {{2, {0x0A, 0x8E}}};
    for (int i = 2; i < NF4_BLOCK / 2; i++) block[0].q[i] = 0x77;
    check_dequantize("the text's block", block, 1);
    float back[NF4_BLOCK];
    nf4_dequantize(back, block, NF4_BLOCK);
    grade_array("the text's block", back, (double[]){0.492225, -2, 1.445914, 0.159161, 0, 0}, AXES("i", 6), 1e-5);
    const int blocks = grade_int(3, MOST_BLOCKS);
    random_nf4(block, blocks);
    check_dequantize("random blocks", block, blocks);

    struct nf4 golden[GOLDEN_BLOCKS];
    double want[GOLDEN_BLOCKS * NF4_BLOCK];
    float got[GOLDEN_BLOCKS * NF4_BLOCK];
    for (int b = 0; b < GOLDEN_BLOCKS; b++) golden[b].scale = golden_scale[b];
    for (int i = 0; i < GOLDEN_BLOCKS * NF4_BLOCK / 2; i++)
        golden[2 * i / NF4_BLOCK].q[i % (NF4_BLOCK / 2)] =
            (uint8_t)(golden_level[2 * i] | golden_level[2 * i + 1] << 4);
    for (int i = 0; i < GOLDEN_BLOCKS * NF4_BLOCK; i++) want[i] = golden_back[i];
    nf4_dequantize(got, golden, GOLDEN_BLOCKS * NF4_BLOCK);
    grade_array("against bitsandbytes", got, want, AXES("bi", GOLDEN_BLOCKS, NF4_BLOCK), 1e-6);
}

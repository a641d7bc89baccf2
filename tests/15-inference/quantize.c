// Tests of quantize.c.
#include "15-inference/bits.h"

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

static const char *const habit8_name[HABITS8] = {
    [CUT] = "cut off, where rounded to the nearest is asked for",
    [EVEN] = "halves are rounded to the even number; away from 0 is asked for (roundf)",
    [UPWARD] = "halves are rounded upwards, -2.5 to -2; away from 0 is asked for (roundf)",
    [SIGNED] = "the largest x, where the largest |x| is asked for",
    [BY_128] = "divided by 128: the largest number should become 127",
    [ROUNDED_SCALE] = "computed with the scale after it is rounded to F16; before is asked for",
    [ONE_SCALE] = "one scale for all blocks: each has its own",
};

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
    // The text's block: scale -12.7 / -8 = 1.5875; levels -8, 1, -2, 0, 0 and, for 12.6, 7, as there is no 8. Nibbles
    // are 8 more.
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

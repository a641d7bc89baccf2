// Tests of frozen.c: products of matrices in floats and in NF4, against definitions in double.
#include "17-lora/four_bits.h"

struct frozen_case {
    int N, I, O;
    struct nf4 *block;
    struct frozen f;
    double *w;  // (O,I), what f stands for
    float *x, *dout, *bias;
};

// The last strip is not full, or (FULL) is. In NF4 the rows are whole blocks, or (RUN_ON) end within one.
enum shape { FLOATS, WHOLE, RUN_ON, FULL };
static struct frozen_case random_case(enum shape shape) {
    const bool nf4 = shape != FLOATS;
    struct frozen_case k = {.N = grade_int(3, 7), .I = nf4 ? NF4_BLOCK * grade_int(1, 2) : grade_int(9, 23)};
    k.O = FROZEN_STRIP + 2 * grade_int(1, 13) - 1 + grade_int(0, 1) * FROZEN_STRIP;
    if (shape == FULL) k.O = FROZEN_STRIP * grade_int(1, 2);
    if (shape == RUN_ON) {
        k.I = NF4_BLOCK + 4 * (2 * grade_int(1, 5) + 1);
        k.O = FROZEN_STRIP * grade_int(1, 2) + 16;
    }
    k.f = (struct frozen){.O = k.O, .I = k.I};
    const int n = k.O * k.I;
    if (nf4) {
        // strips behind the end are there to be read, so that who reads them is told so and does not crash
        k.block = calloc((size_t)(n / NF4_BLOCK) * 2, sizeof *k.block);
        random_nf4(k.block, n / NF4_BLOCK * 2);
        k.w = nf4_numbers_of(k.block, n / NF4_BLOCK);
        k.f.q = k.block;
    } else {
        float *w = grade_floats(n);
        k.f.w = w;
        k.w = grade_doubles(n);
        for (int i = 0; i < n; i++) k.w[i] = w[i];
    }
    k.x = grade_floats(k.N * k.I);
    k.dout = grade_floats(k.N * k.O);
    k.bias = grade_floats(k.O);
    return k;
}

static const char *const whole_blocks =
    "a row does not begin with a block here: multiply first * I, then divide by 64, and not the other way round";
static const char *const last_missing = "the last rows are missing, those that do not fill a strip",
                         *const full_missing =
                             "the last strip is missing where it is full: O % 128 is 0 there, its rows 128";

// How many numbers too early a strip is read if it begins at block first * (I / 64).
static int lost(const struct frozen_case *k, int first) {
    return first * (k->I % NF4_BLOCK);
}

// before (N,O): what stood in out.
enum forward_habit { RIGHT, NO_BIAS, FIRST_STRIP, NO_LAST, DENSE_STRIPS, WHOLE_BLOCKS };
static double *define_forward(const struct frozen_case *k, const float *before, bool biased, enum forward_habit habit) {
    double *out = grade_doubles(k->N * k->O);
    for (int n = 0; n < k->N; n++)
        for (int o = 0; o < k->O; o++) {
            const int first = o / FROZEN_STRIP * FROZEN_STRIP, rows = (int)fmin(FROZEN_STRIP, k->O - first);
            double *sum = &out[habit == DENSE_STRIPS ? k->N * first + n * rows + o - first : n * k->O + o];
            const int row = habit == FIRST_STRIP ? o % FROZEN_STRIP : o;
            const int less = habit == WHOLE_BLOCKS ? lost(k, first) : 0;
            if (biased && habit != NO_BIAS) out[n * k->O + o] += k->bias[o];
            if (habit == NO_LAST && first + rows == k->O) {
                if (!biased) *sum = before[n * k->O + o];
                continue;
            }
            for (int i = 0; i < k->I; i++) *sum += k->x[n * k->I + i] * k->w[row * k->I - less + i];
        }
    return out;
}

static void check_forward(const char *what, const struct frozen_case *k) {
    for (int biased = 1; biased >= 0; biased--) {
        char text[96];
        snprintf(text, sizeof text, "%s, %s", what, biased ? "out with a bias" : "out without a bias");
        // what stands in out must not matter
        float *before = grade_floats(k->N * k->O), *out = grade_copy(before, k->N * k->O);
        double *want = define_forward(k, before, biased, RIGHT), *added = grade_doubles(k->N * k->O);
        for (int i = 0; i < k->N * k->O; i++) added[i] = want[i] + before[i] - (biased ? k->bias[i % k->O] : 0);
        frozen_forward(out, k->x, &k->f, biased ? k->bias : NULL, k->N);
        suspect("what stood in out before is still there: without a bias out is written", added);
        if (biased) suspect("the bias is missing", define_forward(k, before, biased, NO_BIAS));
        suspect("every strip is the first one: the blocks of row `first` begin at first * I / 64",
                define_forward(k, before, biased, FIRST_STRIP));
        if (k->f.q && k->I % NF4_BLOCK) suspect(whole_blocks, define_forward(k, before, biased, WHOLE_BLOCKS));
        suspect(k->O % FROZEN_STRIP ? last_missing : full_missing, define_forward(k, before, biased, NO_LAST));
        suspect("the strips stand one behind the other: in out a row is O numbers, of which a strip fills some",
                define_forward(k, before, biased, DENSE_STRIPS));
        grade_array(text, out, want, AXES("no", k->N, k->O), 1e-4);
    }
    grade_unchanged("x", k->x);
    grade_unchanged("the bias", k->bias);
}

// Two rows of 64 weights: the text's block of 17.3, and one that begins with 0, 1.
static struct nf4 *text_blocks(void) {
    struct nf4 *block = calloc(FROZEN_STRIP, sizeof *block);  // the others are not the matrix's
    block[0] = (struct nf4){2, {0x0A, 0x8E}};
    block[1] = (struct nf4){1, {0xF7, 0x77}};
    for (int i = 2; i < NF4_BLOCK / 2; i++) block[0].q[i] = block[1].q[i] = 0x77;
    return block;
}

EXERCISE(frozen_forward, .number = "17.4", .points = 7, .needs = "nf4_levels nf4_dequantize") {
    // x = (10, 1, 0, ...) meets 0.492, -2, ... and 0, 1, ...: 4.922 - 2 = 2.922, and 1.
    const struct frozen f = {.O = 2, .I = NF4_BLOCK, .q = text_blocks()};
    float before[2 + FROZEN_STRIP] = {5, 6};
    for (int i = 2; i < COUNT(before); i++) before[i] = 7;
    float *out = grade_copy(before, COUNT(before));
    frozen_forward(out, grade_copy((float[NF4_BLOCK]){10, 1}, NF4_BLOCK), &f, NULL, 1);
    for (int i = 2; i < COUNT(before); i++)
        grade_true(out[i] == 7, "a matrix of two rows, and number %d of out is written: the last strip is not full", i);
    suspect("what stood in out before is still there: without a bias out is written", (double[]){7.922246, 7});
    suspect(last_missing, (double[]){5, 6});
    grade_array("the text's two rows", out, (double[]){2.922246, 1}, AXES("o", 2), 1e-5);
    struct frozen_case k = random_case(WHOLE);
    check_forward("NF4", &k);
    k = random_case(FULL);
    check_forward("NF4, full strips", &k);
    k = random_case(RUN_ON);
    check_forward("NF4, blocks that go on into the next row", &k);
    k = random_case(FLOATS);
    check_forward("floats", &k);
}

enum backward_habit { B_RIGHT, LAST_STRIP, FIRST_COLUMNS, B_FIRST_STRIP, B_NO_LAST, DENSE_ROWS, B_WHOLE_BLOCKS };
static double *define_backward(const struct frozen_case *k, enum backward_habit habit) {
    double *dx = grade_doubles(k->N * k->I);
    const int last = (k->O - 1) / FROZEN_STRIP * FROZEN_STRIP;
    for (int n = 0; n < k->N; n++)
        for (int o = habit == LAST_STRIP ? last : 0; o < (habit == B_NO_LAST ? last : k->O); o++) {
            const int strip = o / FROZEN_STRIP * FROZEN_STRIP, rows = o < last ? FROZEN_STRIP : k->O - last;
            int from = n * k->O + (habit == FIRST_COLUMNS ? o - strip : o);
            if (habit == DENSE_ROWS) from = strip + n * rows + o - strip;
            const int row = habit == B_FIRST_STRIP ? o - strip : o;
            const int less = habit == B_WHOLE_BLOCKS ? lost(k, strip) : 0;
            for (int i = 0; i < k->I; i++) dx[n * k->I + i] += k->dout[from] * k->w[row * k->I - less + i];
        }
    return dx;
}

static void check_backward(const char *what, const struct frozen_case *k) {
    const int n = k->N * k->I;
    float *before = grade_floats(n), *dx = grade_copy(before, n);
    double *want = define_backward(k, B_RIGHT), *added = grade_doubles(n);
    for (int i = 0; i < n; i++) added[i] = want[i] + before[i];
    frozen_backward(dx, k->dout, &k->f, k->N);
    suspect("added to what stood in dx: it is to be written", added);
    if (k->f.q) {
        suspect("only the last strip counts: the others are written over, where dx is their sum",
                define_backward(k, LAST_STRIP));
        suspect("every strip meets the first columns of dout: strip `first` belongs to columns first, first + 1, ...",
                define_backward(k, FIRST_COLUMNS));
        suspect("every strip is the first one: the blocks of row `first` begin at first * I / 64",
                define_backward(k, B_FIRST_STRIP));
        if (k->I % NF4_BLOCK) suspect(whole_blocks, define_backward(k, B_WHOLE_BLOCKS));
        suspect(k->O % FROZEN_STRIP ? last_missing : full_missing, define_backward(k, B_NO_LAST));
        suspect("the rows of dout are O numbers apart, not as many as a strip has rows",
                define_backward(k, DENSE_ROWS));
    } else if (k->I < k->O) {
        // w's memory read as (I,O)
        double *misread = grade_doubles(n);
        for (int i = 0; i < n; i++)
            for (int o = 0; o < k->O; o++) misread[i] += k->dout[i / k->I * k->O + o] * k->w[i % k->I * k->O + o];
        suspect("the product is dout w, not dout w^T", misread);
    }
    grade_array(what, dx, want, AXES("ni", k->N, k->I), 1e-4);
    grade_unchanged("dout", k->dout);
}

EXERCISE(frozen_backward, .number = "17.4", .points = 7, .needs = "nf4_levels nf4_dequantize") {
    // dout = (1, 3) for the same two rows: 0.492 + 0, -2 + 3 = 1, and 1.446, 0.159 from the first row alone.
    const struct frozen f = {.O = 2, .I = NF4_BLOCK, .q = text_blocks()};
    double want[NF4_BLOCK] = {0.492225, 1, 1.445914, 0.159161}, added[NF4_BLOCK];
    float before[NF4_BLOCK];
    for (int i = 0; i < NF4_BLOCK; i++) before[i] = 5, added[i] = want[i] + 5;
    float *dx = grade_copy(before, NF4_BLOCK);
    frozen_backward(dx, grade_copy((float[]){1, 3}, 2), &f, 1);
    suspect("added to what stood in dx: it is to be written", added);
    suspect(last_missing, grade_doubles(NF4_BLOCK));
    grade_array("the text's two rows", dx, want, AXES("i", NF4_BLOCK), 1e-5);
    struct frozen_case k = random_case(WHOLE);
    check_backward("dx, NF4", &k);
    k = random_case(FULL);
    check_backward("dx, NF4, full strips", &k);
    k = random_case(RUN_ON);
    check_backward("dx, NF4, blocks that go on into the next row", &k);
    k = random_case(FLOATS);
    check_backward("dx, floats", &k);
}

// Tests of matvec.c.
#include "15-inference/decode.h"

// A matrix and rows of x whose product is known exactly. x is quarter[n,i] times a power of two, and quantized it is
// whole[n,i] times that: in every block the largest is 127, and the others lie a quarter beside a whole number.
struct product_case {
    int O, I, N;
    struct matrix w;
    double *numbers;          // (O,I) of w
    double *whole, *quarter;  // (N,I), with the power of two
    float *x, *bias;
};

static void fill_blocks(struct product_case *k) {
    struct block_q8_0 *q8 = k->w.data;
    struct block_q4_0 *q4 = k->w.data;
    for (int b = 0; b < k->O * k->I / QUANT_BLOCK; b++) {
        const uint16_t half = float_to_half(0.01f * (float)grade_int(-90, 90));
        const double scale = half_to_float(half);
        if (k->w.type == TYPE_Q8_0) q8[b].scale = half;
        else q4[b].scale = half;
        for (int i = 0; i < QUANT_BLOCK; i++) {
            const int q = k->w.type == TYPE_Q8_0 ? grade_int(-127, 127) : grade_int(0, 15);
            if (k->w.type == TYPE_Q8_0) q8[b].q[i] = (int8_t)q;
            else q4[b].q[i % 16] = (uint8_t)(i < 16 ? q : q4[b].q[i % 16] | q << 4);
            k->numbers[b * QUANT_BLOCK + i] = scale * (k->w.type == TYPE_Q8_0 ? q : q - 8);
        }
    }
}

static void fill_x(struct product_case *k) {
    for (int i = 0; i < k->N * k->I; i++) {
        const double unit = ldexp(1, -5 - i / QUANT_BLOCK % 3);
        const int q = i % QUANT_BLOCK == 7 ? 127 : grade_int(-120, 120);
        k->whole[i] = q * unit;
        k->quarter[i] = (i % QUANT_BLOCK == 7 ? q : q + 0.25) * unit;
    }
    k->x = grade_copy_doubles(k->quarter, k->N * k->I);
}

static struct product_case product_case(enum number_type type, int O, int I, int N) {
    struct product_case k = {.O = O, .I = I, .N = N, .numbers = grade_doubles(O * I)};
    k.whole = grade_doubles(N * I), k.quarter = grade_doubles(N * I), k.bias = grade_floats(O);
    k.w = (struct matrix){.type = type, .rows = O, .cols = I};
    if (type == TYPE_F32) k.w.data = grade_floats(O * I);
    else k.w.data = alloc_zeroed((size_t)(O * I), sizeof(struct block_q8_0));  // a wrong step stays inside
    for (int i = 0; type == TYPE_F32 && i < O * I; i++) k.numbers[i] = ((float *)k.w.data)[i];
    if (type != TYPE_F32) fill_blocks(&k);
    fill_x(&k);
    return k;
}

enum product_habit { AS_DEFINED, FIRST_FOR_ALL, ONLY_FIRST, FIRST_BIAS };

// out (N,O), from x (N,I).
static double *define_product(const struct product_case *k, const double *x, enum product_habit habit) {
    double *out = grade_doubles(k->N * k->O);
    for (int n = 0; n < k->N; n++)
        for (int o = 0; o < k->O; o++) {
            double sum = 0;
            for (int i = 0; i < k->I; i++)
                sum += x[(habit == FIRST_FOR_ALL ? 0 : n) * k->I + i] * k->numbers[o * k->I + i];
            const int bias = habit == FIRST_BIAS ? o % ((k->O + 3) / 4) : o;
            out[n * k->O + o] = (habit == ONLY_FIRST && n > 0 ? 0 : sum) + (double)k->bias[bias];
        }
    return out;
}

static void check_product(const char *name, enum number_type type, int O, int I, int N) {
    struct product_case k = product_case(type, O, I, N);
    const bool f32 = type == TYPE_F32;
    const double *x = f32 ? k.quarter : k.whole;
    double *want = define_product(&k, x, AS_DEFINED);
    char what[160];
    if (!f32) suspect("x is used as it is: rows of x become Q8_0 first", define_product(&k, k.quarter, AS_DEFINED));
    float *out = grade_output(N * O);
    matvec(out, k.x, &k.w, k.bias, N);
    suspect("all rows of a turn get the bias of the first row", define_product(&k, x, FIRST_BIAS));
    snprintf(what, sizeof what, "%s: out for the first row of x%s", name,
             f32 ? "" : " (every row of w has its own blocks: start and step are counted in blocks)");
    grade_array(what, out, want, AXES("o", O), 1e-4);
    if (N > 1) suspect("every row of out is made from the first row of x", define_product(&k, x, FIRST_FOR_ALL));
    if (N > 1) suspect("only the first row of x is turned into blocks", define_product(&k, x, ONLY_FIRST));
    snprintf(what, sizeof what, "%s: out for all rows of x%s", name,
             f32 ? "" : ", which lie x_row bytes apart (the first is right)");
    grade_array(what, out, want, AXES("no", N, O), 1e-4);
    grade_unchanged("x", k.x);
    for (int i = 0; i < N * O; i++) want[i] -= (double)k.bias[i % O];
    out = grade_output(N * O);
    matvec(out, k.x, &k.w, NULL, N);
    grade_array("out without a bias", out, want, AXES("no", N, O), 1e-4);
}

static void check_threads(void) {
    struct product_case k = product_case(TYPE_F32, 211, 160, 3);
    float *out[2] = {grade_output(3 * 211), grade_output(3 * 211)};
    for (int i = 0; i < 2; i++) {
        omp_set_num_threads(i + 1);
        matvec(out[i], k.x, &k.w, k.bias, 3);
    }
    grade_true(memcmp(out[0], out[1], 3 * 211 * sizeof(float)) == 0,
               "2 threads give other bits than 1: no sum may depend on how rows are shared out");
}

EXERCISE(matvec, .number = "15.4", .points = 6, .needs = "q8_0_quantize") {
    float w[] = {1, 2, 3, 4, 5, 6}, *x = grade_copy((float[]){10, 1}, 2), *out = grade_output(3);
    struct matrix example = {.type = TYPE_F32, .rows = 3, .cols = 2, .data = w};
    matvec(out, x, &example, (float[]){0.5f, 0, 0}, 1);
    suspect("all rows of a turn get the bias of the first row", (double[]){12.5, 34.5, 56.5});
    grade_array("the text's example", out, (double[]){12.5, 34, 56}, AXES("o", 3), 1e-6);
    check_product("F32", TYPE_F32, grade_int(20, 40), grade_int(33, 90), 1);
    check_product("F32", TYPE_F32, grade_int(20, 40), grade_int(33, 90), grade_int(2, 5));
    check_product("F32", TYPE_F32, grade_int(100, 150), grade_int(170, 230), grade_int(2, 5));
    check_product("Q8_0", TYPE_Q8_0, grade_int(20, 40), 32 * grade_int(2, 4), 1);
    check_product("Q8_0", TYPE_Q8_0, grade_int(3, 40), 32 * grade_int(2, 4), grade_int(2, 5));
    check_product("Q4_0", TYPE_Q4_0, grade_int(20, 40), 32 * grade_int(2, 4), 1);
    check_product("Q4_0", TYPE_Q4_0, grade_int(200, 300), 32 * grade_int(3, 4), grade_int(2, 5));
    check_threads();
}

// Tests of qat.c.
#include "15-inference/bits.h"

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

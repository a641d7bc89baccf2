// Tests of linear.c.
#include "03-backprop/definitions.h"

// One affine map in double, for any strides of weight; bias may be NULL.
static double *affine(const float *x, const float *weight, const float *bias, int B, int I, int O, int w_o, int w_i) {
    double *out = grade_doubles(B * O);
    for (int b = 0; b < B; b++)
        for (int o = 0; o < O; o++) {
            double sum = bias ? (double)bias[o] : 0;
            for (int i = 0; i < I; i++) sum += (double)x[b * I + i] * (double)weight[o * w_o + i * w_i];
            out[b * O + o] = sum;
        }
    return out;
}

EXERCISE(linear_forward, .number = "03.7", .points = 6) {
    // the chapter's example
    const float x2[2] = {1, 2}, w22[4] = {0.5f, 0.25f, -1, 0.5f}, b2[2] = {0.5f, -0.5f};
    float *out = grade_output(2);
    linear_forward(out, x2, w22, b2, 1, 2, 2);
    suspect("the bias is not added", (const double[]){1, 0});
    suspect("the bias is added once per input; it is added once per output", (const double[]){2, -1});
    suspect("weight is read as (I,O): its rows belong to the outputs, weight[o * I + i]", (const double[]){-1, 0.75});
    grade_array("the example x = (1, 2)", out, (const double[]){1.5, -0.5}, AXES("o", 2), 1e-6);

    for (int trial = 0; trial < 4; trial++) {
        bool large = trial == 3;
        int B = large ? 101 : grade_int(2, 7), I = large ? 103 : grade_int(8, 13), O = large ? 97 : grade_int(3, 7);
        float *x = grade_floats(B * I), *weight = grade_floats(O * I), *bias = trial == 1 ? NULL : grade_floats(O);
        out = grade_output(B * O);
        linear_forward(out, x, weight, bias, B, I, O);
        suspect("weight is read as (I,O): its rows belong to the outputs, weight[o * I + i]",
                affine(x, weight, bias, B, I, O, 1, O));
        suspect("the bias is not added", affine(x, weight, NULL, B, I, O, I, 1));
        char what[64];
        snprintf(what, sizeof what, "out for B=%d, I=%d, O=%d%s", B, I, O, bias ? "" : ", no bias");
        grade_array(what, out, affine(x, weight, bias, B, I, O, I, 1), AXES("bo", B, O), 2e-5);
        grade_unchanged("x", x);
        grade_unchanged("weight", weight);
    }
}

static void check_linear_backward(int B, int I, int O) {
    float *x = grade_floats(B * I), *weight = grade_floats(O * I), *dout = grade_floats(B * O), one[128];
    float *dx = grade_grad(B * I), *dweight = grade_grad(O * I), *dbias = grade_grad(O);
    for (int b = 0; b < B; b++) one[b] = 1;
    linear_backward(dx, dweight, dbias, dout, x, weight, B, I, O);
    char size[64];
    snprintf(size, sizeof size, "for B=%d, I=%d, O=%d", B, I, O);
    char what[80];

    snprintf(what, sizeof what, "dx %s", size);
    suspect("weight is read as (I,O) where it is (O,I)", product(dout, O, 1, weight, 1, O, B, O, I));
    grade_gradient(what, dx, product(dout, O, 1, weight, I, 1, B, O, I), AXES("bi", B, I), 2e-5);

    snprintf(what, sizeof what, "dweight %s", size);
    double *last = product(dout + (B - 1) * O, 1, O, x + (B - 1) * I, I, 1, O, 1, I);
    suspect("only the last row of the batch counts: = where += is needed", last);
    suspect_factor("divided by B: the loss has done that already", 1.0 / B);
    suspect("dweight is stored as (I,O) where it is (O,I)", product(x, 1, I, dout, O, 1, I, B, O));
    grade_gradient(what, dweight, product(dout, 1, O, x, I, 1, O, B, I), AXES("oi", O, I), 2e-5);

    snprintf(what, sizeof what, "dbias %s", size);
    suspect_factor("divided by B: the loss has done that already", 1.0 / B);
    suspect("only one row of dout counts: dbias sums over the batch", doubles_of(dout, O));
    suspect("only one row of dout counts: dbias sums over the batch", doubles_of(dout + (B - 1) * O, O));
    grade_gradient(what, dbias, product(one, 0, 1, dout, O, 1, 1, B, O), AXES("o", O), 2e-5);
    grade_unchanged("x", x);
    grade_unchanged("weight", weight);
    grade_unchanged("dout", dout);
}

EXERCISE(linear_backward, .number = "03.8", .points = 8) {
    // the chapter's example: the first layer of the 2-2-1 network
    const float x2[2] = {1, 2}, w22[4] = {0.5f, 0.25f, -1, 0.5f}, dz[2] = {-2, 0};
    float *dx = grade_grad(2), *dweight = grade_grad(4), *dbias = grade_grad(2);
    linear_backward(dx, dweight, dbias, dz, x2, w22, 1, 2, 2);
    grade_gradient("dweight of the example", dweight, (const double[]){-2, -4, 0, 0}, AXES("oi", 2, 2), 1e-5);
    grade_gradient("dbias of the example", dbias, (const double[]){-2, 0}, AXES("o", 2), 1e-5);
    suspect("weight is read as (I,O) where it is (O,I)", (const double[]){-1, 2});
    grade_gradient("dx of the example", dx, (const double[]){-1, -0.5}, AXES("i", 2), 1e-5);

    check_linear_backward(grade_int(2, 4), grade_int(8, 13), grade_int(5, 7));
    check_linear_backward(101, 103, 97);

    const float x3[3] = {1, 2, 3}, w3[3] = {4, 5, 6}, d1 = 2;  // each gradient alone; the others are not wanted
    float *alone = grade_grad(3);
    linear_backward(alone, NULL, NULL, &d1, x3, w3, 1, 3, 1);
    grade_gradient("dx alone", alone, (const double[]){8, 10, 12}, AXES("i", 3), 1e-5);
    alone = grade_grad(3);
    linear_backward(NULL, alone, NULL, &d1, x3, w3, 1, 3, 1);
    grade_gradient("dweight alone", alone, (const double[]){2, 4, 6}, AXES("i", 3), 1e-5);
    alone = grade_grad(1);
    linear_backward(NULL, NULL, alone, &d1, x3, w3, 1, 3, 1);
    grade_gradient("dbias alone", alone, (const double[]){2}, AXES("o", 1), 1e-5);
}

// Tests of softmax.c.
#include "03-backprop/definitions.h"

EXERCISE(softmax_forward, .number = "03.5", .points = 5) {
    const float three[3] = {1, 2, 3};
    float *out = grade_output(3);
    softmax_forward(out, three, 1, 3);
    suspect("the division by the row's sum is missing", (const double[]){0.1353353, 0.3678794, 1});
    grade_array("softmax of 1, 2, 3", out, (const double[]){0.0900306, 0.2447285, 0.6652410}, AXES("c", 3), 1e-6);

    int B = grade_int(3, 8), C = grade_int(9, 14);
    float *x = grade_floats(B * C);
    double *want = softmax_of(x, B, C), *raw = grade_doubles(B * C), *shifted = grade_doubles(B * C);
    double *over_all = grade_doubles(B * C), *over_columns = grade_doubles(B * C), total = 0;
    for (int b = 0; b < B; b++) {
        double max = -INFINITY;
        for (int c = 0; c < C; c++) max = fmax(max, (double)x[b * C + c]);
        for (int c = 0; c < C; c++) {
            raw[b * C + c] = exp((double)x[b * C + c]);
            shifted[b * C + c] = exp((double)x[b * C + c] - max);
            total += raw[b * C + c];
        }
    }
    for (int i = 0; i < B * C; i++) {
        double column = 0;
        for (int b = 0; b < B; b++) column += raw[b * C + i % C];
        over_all[i] = raw[i] / total;
        over_columns[i] = raw[i] / column;
    }
    out = grade_output(B * C);
    softmax_forward(out, x, B, C);
    suspect("the division by the row's sum is missing", shifted);
    suspect("the division by the row's sum is missing", raw);
    suspect("divided by the sum over the whole batch, not over the row", over_all);
    suspect("divided by the sum over a column, not over the row", over_columns);
    grade_array("out", out, want, AXES("bc", B, C), 1e-5);
    grade_unchanged("x", x);

    x = large_scores(B, C);
    softmax_forward(out, x, B, C);
    require_finite("scores of thousands", out, B, C);
    want = softmax_of(x, B, C);
    grade_array("scores of thousands", out, want, AXES("bc", B, C), 1e-5);
    softmax_forward(x, x, B, C);
    grade_array("out, where it is x itself", x, want, AXES("bc", B, C), 1e-5);
}

static double softmax_loss(const double *x, void *context) {
    const struct batch *k = context;
    double *out = alloc_doubles((size_t)k->B * k->C), sum = 0;
    softmax(out, x, k->B, k->C);
    for (int i = 0; i < k->B * k->C; i++) sum += (double)k->dout[i] * out[i];
    free(out);
    return sum;
}

EXERCISE(softmax_backward, .number = "03.5", .points = 5) {
    int B = grade_int(3, 6), C = grade_int(7, 11), n = B * C;
    float *x = grade_floats(n), *dout = grade_floats(n), *dx = grade_grad(n);
    double *p = softmax_of(x, B, C);
    float *out = grade_copy_doubles(p, n);
    softmax_backward(dx, dout, out, B, C);
    double *no_sum = grade_doubles(n), *diagonal = grade_doubles(n), *flat_sum = grade_doubles(n);
    double *running = grade_doubles(n), so_far = 0;
    for (int b = 0; b < B; b++) {
        double plain = 0;
        for (int c = 0; c < C; c++) plain += (double)dout[b * C + c], so_far += (double)dout[b * C + c] * p[b * C + c];
        for (int i = b * C; i < (b + 1) * C; i++) {
            no_sum[i] = p[i] * (double)dout[i];
            diagonal[i] = p[i] * (1 - p[i]) * (double)dout[i];
            flat_sum[i] = p[i] * ((double)dout[i] - plain);
            running[i] = p[i] * ((double)dout[i] - so_far);
        }
    }
    suspect("the sum term is missing: raising one score lowers all the other probabilities", no_sum);
    suspect("only the diagonal out (1 - out): every output of a row depends on every score of it", diagonal);
    suspect("the sum over the row takes dout alone, not dout times out", flat_sum);
    suspect("the sum goes on from row to row: it starts at 0 in each", running);
    struct batch k = {.B = B, .C = C, .dout = dout};
    grade_gradient_check("dx", dx, x, AXES("bc", B, C), softmax_loss, &k, 2e-5);
    grade_unchanged("dout", dout);
    grade_unchanged("out", out);
}

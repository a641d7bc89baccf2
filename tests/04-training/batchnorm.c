// Tests of batchnorm.c.
#include "04-training/definitions.h"

EXERCISE(batchnorm_forward, .number = "04.7", .points = 6) {
    // The text's example: two channels of three rows. 1, 2, 6 has mean 3 and variance 14/3; 10, 10, 40 is 10, 20 times.
    const float x3[] = {1, 10, 2, 10, 6, 40}, ones[] = {1, 1}, zeros[] = {0, 0};
    float *out3 = grade_output(6), *mean3 = grade_output(2), *rstd3 = grade_output(2);
    float *rm3 = grade_copy(zeros, 2), *rv3 = grade_copy(ones, 2);
    batchnorm_forward(out3, mean3, rstd3, rm3, rv3, grade_copy(x3, 6), grade_copy(ones, 2), grade_copy(zeros, 2), 0.1f,
                      0, 3, 2);
    suspect("the mean is taken along the row: batch norm goes down the column, over the batch",
            (double[]){-1, 1, -1, 1, -1, 1});
    suspect_factor("the variance is divided by n - 1; what normalizes is divided by n", sqrt(2.0 / 3));
    grade_array("out of the text's example", out3,
                (double[]){-0.925820, -0.707107, -0.462910, -0.707107, 1.388730, 1.414214}, AXES("bc", 3, 2), 1e-5);

    struct norm_case k = random_norm(PER_CHANNEL, grade_int(5, 9), grade_int(10, 17), 1, 1);
    float *old_mean = grade_floats(k.C), *old_var = grade_floats(k.C);
    float *running_mean = grade_copy(old_mean, k.C), *running_var = grade_copy(old_var, k.C);
    const float momentum = 0.2f + 0.2f * rng_uniform(grade_rng());
    const struct norm_outputs o = {grade_output(k.B * k.C), grade_output(k.C), grade_output(k.C)};
    batchnorm_forward(o.out, o.mean, o.rstd, running_mean, running_var, k.x, k.weight, k.bias, momentum, (float)k.eps,
                      k.B, k.C);
    suspect_all_forward(&k);
    struct norm_case wrong = k;
    wrong.sharing = PER_ROW;
    suspect_forward("the mean is taken along the row: batch norm goes down the column, over the batch", wrong);
    check_forward(&k, &o);

    double *want_mean = grade_doubles(k.C), *want_var = grade_doubles(k.C);
    double *swapped = grade_doubles(k.C), *biased = grade_doubles(k.C), *swapped_mean = grade_doubles(k.C);
    double *kept = grade_doubles(k.C);
    for (int c = 0; c < k.C; c++) {
        const double var = 1 / (k.rstd[c] * k.rstd[c]) - k.eps, unbiased = var * k.B / (k.B - 1), mu = momentum;
        want_mean[c] = (1 - mu) * old_mean[c] + mu * k.mean[c];
        kept[c] = old_mean[c] + mu * k.mean[c];
        swapped_mean[c] = mu * old_mean[c] + (1 - mu) * k.mean[c];
        want_var[c] = (1 - mu) * old_var[c] + mu * unbiased;
        biased[c] = (1 - mu) * old_var[c] + mu * var;
        swapped[c] = mu * old_var[c] + (1 - mu) * unbiased;
    }
    suspect("momentum and 1 - momentum are swapped: PyTorch's momentum is the share of the new", swapped_mean);
    suspect("the old value is kept whole: 1 - momentum is missing", kept);
    suspect("running_mean was not updated", in_double(old_mean, k.C));
    grade_array("running_mean", running_mean, want_mean, AXES("c", k.C), 1e-4);
    suspect("the running variance is the biased one; divide by B - 1 here", biased);
    suspect("momentum and 1 - momentum are swapped", swapped);
    grade_array("running_var", running_var, want_var, AXES("c", k.C), 1e-4);

    struct norm_case g = golden_norm(PER_CHANNEL, 4, 6, 1, 1);
    float *rm = grade_copy_doubles(grade_doubles(6), 6), *rv = grade_copy((float[]){1, 1, 1, 1, 1, 1}, 6);
    float *out_g = grade_output(24);
    batchnorm_forward(out_g, grade_output(6), grade_output(6), rm, rv, g.x, g.weight, g.bias, 0.1f, 1e-5f, 4, 6);
    grade_array("out of PyTorch's example", out_g, golden_batchnorm_out, AXES("bc", 4, 6), 1e-4);
    grade_array("running_mean of PyTorch's example", rm, golden_batchnorm_running_mean, AXES("c", 6), 1e-5);
    grade_array("running_var of PyTorch's example", rv, golden_batchnorm_running_var, AXES("c", 6), 1e-5);
}

EXERCISE(batchnorm_eval, .number = "04.7", .points = 3) {
    struct norm_case k = random_norm(PER_CHANNEL, grade_int(3, 7), grade_int(8, 13), 1, 1);
    float *mean = grade_floats(k.C), *noise = grade_floats(k.C), *var = grade_output(k.C);
    double *want = grade_doubles(k.B * k.C), *outside = grade_doubles(k.B * k.C), *no_root = grade_doubles(k.B * k.C);
    double *plain = grade_doubles(k.B * k.C);
    for (int c = 0; c < k.C; c++) var[c] = 0.5f + noise[c] * noise[c];
    for (int e = 0; e < k.B * k.C; e++) {
        const int c = e % k.C;
        const double off = k.x[e] - mean[c];
        plain[e] = off / sqrt(var[c] + k.eps);
        want[e] = plain[e] * k.weight[c] + k.bias[c];
        outside[e] = off / (sqrt(var[c]) + k.eps) * k.weight[c] + k.bias[c];
        no_root[e] = off / (var[c] + k.eps) * k.weight[c] + k.bias[c];
    }
    float *out = grade_output(k.B * k.C), *fixed_var = grade_copy(var, k.C);
    batchnorm_eval(out, k.x, mean, fixed_var, k.weight, k.bias, (float)k.eps, k.B, k.C);
    suspect("the batch's own statistics: in use, the running ones stand in their place", k.out);
    suspect("eps is added to the standard deviation; it belongs under the root", outside);
    suspect("divided by the variance, not by its root", no_root);
    suspect("weight and bias are left out", plain);
    grade_array("out", out, want, AXES("bc", k.B, k.C), 1e-4);
    grade_unchanged("running_mean", mean);
    grade_unchanged("running_var", fixed_var);

    float *out_g = grade_output(24);
    batchnorm_eval(out_g, grade_copy_doubles(golden_x, 24), grade_copy_doubles(golden_batchnorm_running_mean, 6),
                   grade_copy_doubles(golden_batchnorm_running_var, 6), grade_copy_doubles(golden_weight, 6),
                   grade_copy_doubles(golden_bias, 6), 1e-5f, 4, 6);
    grade_array("out of PyTorch's example", out_g, golden_batchnorm_eval, AXES("bc", 4, 6), 1e-4);
}

static void call_batchnorm_backward(const struct norm_grads *g, const struct norm_case *k) {
    batchnorm_backward(g->dx, g->dweight, g->dbias, k->dout, k->x, g->mean, g->rstd, k->weight, k->B, k->C);
}

EXERCISE(batchnorm_backward, .number = "04.7", .points = 6) {
    struct norm_case k = random_norm(PER_CHANNEL, grade_int(5, 9), grade_int(4, 7), 1, 1);
    check_backward(call_batchnorm_backward, &k);
    check_golden_backward(call_batchnorm_backward, golden_norm(PER_CHANNEL, 4, 6, 1, 1), golden_batchnorm_dx,
                          golden_batchnorm_dweight);
}

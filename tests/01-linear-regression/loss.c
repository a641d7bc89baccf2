// Tests of loss.c.
#include "01-linear-regression/definitions.h"

EXERCISE(mse_forward, .number = "01.1", .points = 4) {
    float *zeros = grade_copy((float[]){0, 0}, 2), *targets = grade_copy(EXAMPLE_Y, 2);
    suspect_scalar("the sum is not divided by n", 34);
    suspect_scalar("the errors are not squared", -4);
    suspect_scalar("the errors' sizes are averaged, not their squares", 4);
    grade_scalar("loss of {0, 0} against {3, 5}", mse_forward(zeros, targets, 2), 17, 1e-6);

    int n = grade_int(5, 40);
    float *pred = grade_floats(n), *target = grade_floats(n);
    double sum = 0;
    for (int i = 0; i < n; i++) sum += ((double)pred[i] - target[i]) * ((double)pred[i] - target[i]);
    suspect_scalar("the sum is not divided by n", sum);
    suspect_scalar("the sum is divided by n - 1", sum / (n - 1));
    suspect_scalar("a square root is taken", sqrt(sum / n));
    suspect_factor("a factor 1/2 that this loss does not have", 0.5);
    grade_scalar("loss", mse_forward(pred, target, n), sum / n, 1e-5);
    grade_unchanged("pred", pred);
    grade_unchanged("target", target);
}

static double squares_loss(const double *pred, void *context) {
    const struct squares *s = context;
    double sum = 0;
    for (int i = 0; i < s->n; i++) sum += (pred[i] - s->target[i]) * (pred[i] - s->target[i]);
    return s->dloss * sum / s->n;
}

EXERCISE(mse_backward, .number = "01.2", .points = 6) {
    float *zeros = grade_copy((float[]){0, 0}, 2), *targets = grade_copy(EXAMPLE_Y, 2), *dzeros = grade_grad(2);
    mse_backward(dzeros, 1, zeros, targets, 2);
    suspect_factor("the 1/n is missing", 2);
    suspect_factor("the 2 of the square's slope is missing", 0.5);
    suspect_factor("target - pred, where pred - target is needed", -1);
    suspect("the slope of the squares, not the squares, is needed", (double[]){9, 25});
    grade_gradient("dpred of {0, 0} against {3, 5}", dzeros, (double[]){-3, -5}, AXES("i", 2), 1e-5);

    int n = grade_int(3, 17);
    float dloss = 0.3f + rng_uniform(grade_rng());
    float *pred = grade_floats(n), *target = grade_floats(n), *dpred = grade_grad(n);
    mse_backward(dpred, dloss, pred, target, n);
    struct squares s = {target, n, dloss};
    suspect_factor("the 1/n is missing", n);
    suspect_factor("the 2 of the square's slope is missing", 0.5);
    suspect_factor("target - pred, where pred - target is needed", -1);
    suspect_factor("dloss is not multiplied in", 1 / (double)dloss);
    suspect_factor("divided by n - 1 instead of n", (double)n / (n - 1));
    grade_gradient_check("dpred", dpred, pred, AXES("i", n), squares_loss, &s, 1e-4);
}

EXERCISE(r_squared, .number = "01.8", .points = 3) {
    float *after = grade_copy((float[]){2.1f, 3.4f}, 2), *points = grade_copy(EXAMPLE_Y, 2);
    suspect_scalar("the part that is not explained; subtract it from 1", 1.685);
    suspect_scalar("the squared correlation, which forgives every wrong scale; R^2 does not", 1);
    grade_scalar("R^2 of {2.1, 3.4} against {3, 5}", r_squared(after, points, 2), -0.685, 1e-5);

    int n = grade_int(5, 29);
    float *target = grade_floats(n), *pred = grade_floats(n);
    double mean = 0, pred_mean = 0, residual = 0, total = 0, squares = 0, pred_total = 0;
    for (int i = 0; i < n; i++) pred[i] = 0.7f * target[i] + 0.2f * pred[i] + 0.1f;
    for (int i = 0; i < n; i++) mean += (double)target[i] / n, pred_mean += (double)pred[i] / n;
    for (int i = 0; i < n; i++) {
        residual += pow((double)target[i] - pred[i], 2);
        total += pow(target[i] - mean, 2);
        squares += pow(target[i], 2);
        pred_total += pow(target[i] - pred_mean, 2);
    }
    suspect_scalar("the part that is not explained; subtract it from 1", residual / total);
    suspect_scalar("the targets' mean is not subtracted in the total", 1 - residual / squares);
    suspect_scalar("the mean of pred is used; it must be the mean of target", 1 - residual / pred_total);
    suspect_scalar("total / residual: the fraction stands on its head", 1 - total / residual);
    grade_scalar("R^2", r_squared(pred, target, n), 1 - residual / total, 1e-5);
}

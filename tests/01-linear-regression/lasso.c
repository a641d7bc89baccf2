// Tests of lasso.c.
#include "01-linear-regression/definitions.h"

EXERCISE(soft_threshold, .number = "01.12", .points = 2) {
    suspect_scalar("a hard threshold: large values are kept whole; they lose t too", 3);
    grade_scalar("3 towards 0 by 1", soft_threshold(3, 1), 2, 1e-6);
    suspect_scalar("negative numbers move away from 0", -4);
    suspect_scalar("negative numbers become 0", 0);
    suspect_scalar("the sign is lost", 2);
    grade_scalar("-3 towards 0 by 1", soft_threshold(-3, 1), -2, 1e-6);
    suspect_scalar("it goes past 0", -0.5);
    grade_scalar("0.5 towards 0 by 1", soft_threshold(0.5f, 1), 0, 1e-6);
    suspect_scalar("it goes past 0", 0.5);
    grade_scalar("-0.5 towards 0 by 1", soft_threshold(-0.5f, 1), 0, 1e-6);
    for (int i = 0; i < 20; i++) {
        float z = 2 * rng_normal(grade_rng()), t = fabsf(rng_normal(grade_rng()));
        double size = fabs((double)z) - t, want = size > 0 ? copysign(size, z) : 0;
        grade_true(fabs(soft_threshold(z, t) - want) < 1e-5, "%g towards 0 by %g: got %g, expected %g", z, t,
                   soft_threshold(z, t), want);
    }
}

// One sweep in double. What a mistake would do instead: threshold t, weights that see the old residual, the own part of
// the weight forgotten.
struct sweep {
    double threshold;
    bool stale, forgetful, divide_first;
};

static double soft(double z, double t) {
    return fabs(z) > t ? copysign(fabs(z) - t, z) : 0;
}

static double *sweep_weights(const float *start, const float *residual, const float *x, int n, int d,
                             struct sweep how) {
    double *w = copy_doubles(start, d, 1), *r = copy_doubles(residual, n, 1);
    for (int j = 0; j < d; j++) {
        double square = 0, vote = 0;
        for (int i = 0; i < n; i++) {
            square += (double)x[i * d + j] * x[i * d + j] / n;
            vote += x[i * d + j] * (how.stale ? residual[i] : r[i]) / n;
        }
        double z = vote + (how.forgetful ? 0 : square * w[j]);
        double new = how.divide_first ? soft(z / square, how.threshold) : soft(z, how.threshold) / square;
        for (int i = 0; i < n; i++) r[i] -= (new - w[j]) * x[i * d + j];
        w[j] = new;
    }
    return w;
}

EXERCISE(lasso_sweep, .number = "01.12", .points = 7, .needs = "soft_threshold") {
    float *wb = grade_copy((float[]){0, 0}, 2), *left = grade_copy(EXAMPLE_Y, 2), *xs = grade_copy(EXAMPLE_X, 2);
    float moved = lasso_sweep(wb, wb + 1, left, xs, 2, 1, 2);
    suspect("the threshold is lambda / 2: the slope of the square brings a 2", (double[]){1.8, 1.3});
    suspect("divided first: the threshold is for the sum, before it is divided by the square", (double[]){1.6, 1.6});
    suspect("the residual is not updated after w moves", (double[]){2.2, 4});
    suspect("the residual must lose what w explains now: residual -= change * x", (double[]){2.2, 7.3});
    grade_array("w, b after one sweep of (1, 3), (2, 5) with lambda 2", wb, (double[]){2.2, 0.7}, AXES("j", 2), 1e-5);
    suspect("the residual is not updated after w moves", (double[]){3, 5});
    grade_array("residual", left, (double[]){0.1, -0.1}, AXES("i", 2), 1e-5);
    suspect_scalar("the largest change is never noted", 0);
    grade_scalar("largest change", moved, 2.2, 1e-5);
    float *mirrored = grade_copy((float[]){-3, -5}, 2);
    wb[0] = wb[1] = 0;
    moved = lasso_sweep(wb, wb + 1, mirrored, xs, 2, 1, 2);
    suspect_scalar("a change downwards is a change as well: take its size", 0);
    suspect_scalar("the change with its sign; its size is asked for", -2.2);
    grade_scalar("largest change for (1, -3), (2, -5), where w falls from 0 to -2.2", moved, 2.2, 1e-5);

    int n = grade_int(9, 19), d = grade_int(3, 5);
    float lambda = 0.3f + 0.3f * rng_uniform(grade_rng()), b = rng_normal(grade_rng());
    float *x = grade_floats(n * d), *y = grade_floats(n), *start = grade_floats(d), *w = grade_copy(start, d);
    float *residual = grade_floats(n);
    double *ws = copy_doubles(start, d, 1);
    for (int i = 0; i < n; i++) residual[i] = (float)(y[i] - predict(x + i * d, ws, b, d));
    float *before = grade_copy(residual, n);
    float b_before = b, largest = lasso_sweep(w, &b, residual, x, n, d, lambda);
    double *want = sweep_weights(start, before, x, n, d, (struct sweep){lambda / 2, false, false, false});
    suspect("the threshold is lambda / 2: the slope of the square brings a 2",
            sweep_weights(start, before, x, n, d, (struct sweep){lambda, false, false, false}));
    suspect("the residual is not updated after w[j] moves, so w[j+1] does not know",
            sweep_weights(start, before, x, n, d, (struct sweep){lambda / 2, true, false, false}));
    suspect("square * w[j] is missing: the residual is without w[j]'s own part",
            sweep_weights(start, before, x, n, d, (struct sweep){lambda / 2, false, true, false}));
    suspect("divided first: the threshold is for the sum, before it is divided by the square",
            sweep_weights(start, before, x, n, d, (struct sweep){lambda / 2, false, false, true}));
    grade_array("w after one sweep", w, want, AXES("j", d), 1e-4);
    double change = 0, mean = 0, last = fabs(want[d - 1] - start[d - 1]);
    for (int j = 0; j < d; j++) change = fmax(change, fabs(want[j] - start[j]));
    for (int i = 0; i < n; i++) mean += (y[i] - predict(x + i * d, want, b_before, d)) / n;
    suspect_scalar("the last change, not the largest", last);
    suspect_scalar("the largest change is never noted", 0);
    grade_scalar("largest change", largest, change, 1e-4);
    grade_scalar("b after one sweep", b, b_before + mean, 1e-4);
    double *rest = grade_doubles(n);
    for (int i = 0; i < n; i++) rest[i] = y[i] - predict(x + i * d, want, b_before + mean, d);
    grade_array("residual after one sweep", residual, rest, AXES("i", n), 1e-4);

    // at the minimum the slope of the MSE is -lambda * sign(w[j]), or, where w[j] is 0, at most lambda in size
    lasso_fit(w, &b, x, y, n, d, lambda, 1e-6f, 5000);
    double *done = copy_doubles(w, d, 1);
    for (int j = 0; j < d; j++) {
        double slope = 0;
        for (int i = 0; i < n; i++) slope += 2.0 / n * x[i * d + j] * (predict(x + i * d, done, b, d) - y[i]);
        bool still = w[j] == 0 ? fabs(slope) <= lambda + 1e-3 : fabs(slope + copysign(lambda, w[j])) < 1e-3;
        grade_true(still,
                   "after many sweeps w[%d] = %g, where the slope of the MSE is %g: that is no minimum for lambda %g",
                   j, w[j], slope, lambda);
    }
}

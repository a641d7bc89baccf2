// Tests of gradcheck.c.
#include "03-backprop/definitions.h"

static double cubic_slope(const struct cubic *k, const double *x, int i) {
    double other = i == 0 ? x[1] : i == 1 ? x[0] : 0;
    return k->scale * (3 * k->weight[i] * x[i] * x[i] + other);
}

static void random_cubic(struct cubic *k, double *x, double scale) {
    k->scale = scale;
    for (int i = 0; i < CUBIC; i++) {
        k->weight[i] = 1 + (double)rng_uniform(grade_rng());
        x[i] = 0.5 + (double)rng_uniform(grade_rng());
    }
}

EXERCISE(numeric_gradient, .number = "03.11", .points = 3) {
    struct cubic k;
    double x[CUBIC], grad[CUBIC], want[CUBIC], one_sided[CUBIC], half[CUBIC], kept[CUBIC];
    double not_back[CUBIC], left[CUBIC];  // left: x as it is when nothing is put back
    random_cubic(&k, x, 1);
    memcpy(kept, x, sizeof x);
    memcpy(left, x, sizeof x);
    const double step = 0.125;  // coarse on purpose: it tells the formulas apart
    for (int i = 0; i < CUBIC; i++) {
        double at = x[i], here = cubic(x, &k);
        x[i] = at + step;
        double up = cubic(x, &k);
        x[i] = at - step;
        want[i] = (up - cubic(x, &k)) / (2 * step);
        one_sided[i] = (up - here) / step;
        x[i] = at + step / 2;
        up = cubic(x, &k);
        x[i] = at - step / 2;
        half[i] = (up - cubic(x, &k)) / step;
        x[i] = at;
        left[i] = at + step;
        up = cubic(left, &k);
        left[i] = at - step;
        not_back[i] = (up - cubic(left, &k)) / (2 * step);
    }
    for (int i = 0; i < CUBIC; i++) grad[i] = NAN;
    numeric_gradient(grad, cubic, &k, x, CUBIC, step);
    suspect("a one-sided difference: nudge up and down, and divide by 2 step", one_sided);
    suspect("half a step up and half a step down: it is a whole step each way", half);
    suspect("a nudged number is not put back: later slopes are taken somewhere else", not_back);
    suspect_factor("divided by step, not by 2 step", 2);
    suspect_factor("x / 2 * step multiplies by step: write x / (2 * step)", step * step);
    grade_array("grad with step 1/8", grade_copy_doubles(grad, CUBIC), want, AXES("i", CUBIC), 1e-6);
    grade_true(memcmp(kept, x, sizeof x) == 0, "x is an input, and was changed: nudge the copy");

    numeric_gradient(grad, cubic, &k, x, CUBIC, 1e-5);
    for (int i = 0; i < CUBIC; i++) {
        double error = fabs(grad[i] - cubic_slope(&k, x, i));
        const char *float_somewhere = error > 1e-4 ? "\nlooks like: a float somewhere; all of this is in double" : "";
        bool close = error < 1e-7;
        grade_true(close, "with step 1e-5, grad[%d] is off by %.1e, and should be by less than 1e-7%s", i, error,
                   float_somewhere);
    }
}

EXERCISE(gradcheck, .number = "03.11", .points = 4, .needs = "numeric_gradient") {
    struct cubic k;
    double x[CUBIC], analytic[CUBIC];
    for (int trial = 0; trial < 3; trial++) {
        double scale = trial == 2 ? 0.01 : 3;  // slopes well above 1, and well below: there the error is absolute
        random_cubic(&k, x, scale);
        for (int i = 0; i < CUBIC; i++) analytic[i] = cubic_slope(&k, x, i);
        struct gradcheck right = gradcheck(analytic, cubic, &k, x, CUBIC, 1e-5);
        grade_true(right.error < 1e-7, "a right gradient gets the error %g; less than 1e-7 is expected", right.error);
        grade_true(right.error >= 0, "an error of %g\nlooks like: the size (fabs) of the difference is not taken",
                   right.error);
        int bad = grade_int(0, CUBIC - 1);
        double slope = analytic[bad];
        analytic[bad] = trial == 0 ? 1.5 * slope : 0.25 * slope;
        struct gradcheck wrong = gradcheck(analytic, cubic, &k, x, CUBIC, 1e-5);
        grade_equal("the worst coordinate", wrong.worst, bad);
        double distance = fabs(slope - analytic[bad]), larger = fmax(fabs(slope), fabs(analytic[bad]));
        suspect_scalar("the distance alone: divide it by the larger of the two, if that is above 1", distance);
        suspect_scalar("divided by the sum of the two sizes, not by the larger",
                       distance / (fabs(slope) + fabs(analytic[bad])));
        suspect_scalar("slopes below 1 are compared absolutely: divide by max(1, ...)", distance / larger);
        suspect_scalar("divided by 1 plus the larger slope; it is the larger of 1 and the slopes",
                       distance / (1 + larger));
        suspect_scalar("only the numeric slope's size counts; the larger of the two does",
                       distance / fmax(1, fabs(slope)));
        suspect_scalar("only the analytic slope's size counts; the larger of the two does",
                       distance / fmax(1, fabs(analytic[bad])));
        suspect_scalar("the sign got lost: the size is taken of each slope, not of their difference",
                       (fabs(slope) + fabs(analytic[bad])) / fmax(1, larger));
        grade_scalar(scale < 1 ? "the error where slopes are small" : "the error where slopes are large", wrong.error,
                     distance / fmax(1, larger), 1e-6);
    }
    random_cubic(&k, x, 3);
    for (int i = 0; i < CUBIC; i++) analytic[i] = -cubic_slope(&k, x, i);
    struct gradcheck flipped = gradcheck(analytic, cubic, &k, x, CUBIC, 1e-5);
    suspect_scalar("sizes are compared, signs are lost: take the difference first, then its size", 0);
    grade_scalar("the error of a gradient with the wrong sign", flipped.error, 2, 1e-6);
}

// Checks of gradients: what the learner's backward added, against known values or against central differences in
// double.
#include <stdlib.h>

#include "grade/internal.h"

// Fails if dx was overwritten: dx itself, not its change, is the expected gradient.
static void check_added(const char *what, const float *dx, const float *before, const double *want, int n,
                        double tolerance) {
    bool stored = true, added = true;
    for (int i = 0; i < n; i++) {
        stored = stored && close_to((double)dx[i], want[i], tolerance);
        added = added && close_to((double)dx[i] - (double)before[i], want[i], tolerance);
    }
    if (stored && !added)
        fail_test(
            "%s: the values are right, but they replaced what the array held\nlooks like: = where += is needed "
            "(gradients are added)",
            what);
}

static float *change(const char *what, const float *dx, int n) {
    const float *before = values_before(dx);
    if (!before) fail_test("the test itself is wrong: %s is not from grade_grad", what);
    float *added = alloc_floats((size_t)n);
    for (int i = 0; i < n; i++) added[i] = (float)((double)dx[i] - (double)before[i]);
    return added;
}

void grade_gradient(const char *what, const float *dx, const double *want, struct axes axes, double tolerance) {
    int n = axes_count(axes);
    check_guards();
    float *added = change(what, dx, n);
    check_added(what, dx, values_before(dx), want, n, tolerance);
    grade_array(what, added, want, axes, tolerance);
    free(added);
}

// Central differences: (f(x + h e_i) - f(x - h e_i)) / 2h, error O(h^2) plus rounding about 1e-16/h.
static void numerical_gradient(double *slope, double *at, int n, grade_loss loss, void *context) {
    for (int i = 0; i < n; i++) {
        double kept = at[i], h = 1e-5 * (1 + fabs(kept));
        at[i] = kept + h;
        double above = loss(at, context);
        at[i] = kept - h;
        double below = loss(at, context);
        at[i] = kept;
        slope[i] = (above - below) / (2 * h);
    }
}

// |f(x + h u) - f(x) - h <g, u>| falls as h^2 when g is the gradient and as h^1 when it is not: returns the exponent
// between h = 1e-2 and h = 1e-3, along the direction u in which g is most wrong.
static double remainder_exponent(const double *at, const float *gradient, const double *slope, int n, grade_loss loss,
                                 void *context) {
    double *moved = alloc_doubles((size_t)n), remainder[2], here = loss(at, context), length = 0;
    for (int i = 0; i < n; i++) length += ((double)gradient[i] - slope[i]) * ((double)gradient[i] - slope[i]);
    length = sqrt(length);
    for (int k = 0; k < 2; k++) {
        double h = k ? 1e-3 : 1e-2, linear = 0;
        for (int i = 0; i < n; i++) {
            double u = ((double)gradient[i] - slope[i]) / length;
            moved[i] = at[i] + h * u;
            linear += (double)gradient[i] * h * u;
        }
        remainder[k] = fabs(loss(moved, context) - here - linear);
    }
    free(moved);
    return log10(remainder[0] / remainder[1]);
}

void grade_gradient_check(const char *what, const float *dx, const float *x, struct axes axes, grade_loss loss,
                          void *context, double tolerance) {
    int n = axes_count(axes);
    check_guards();
    double *at = alloc_doubles((size_t)n), *slope = alloc_doubles((size_t)n);
    for (int i = 0; i < n; i++) at[i] = (double)x[i];
    numerical_gradient(slope, at, n, loss, context);
    check_added(what, dx, values_before(dx), slope, n, tolerance);

    float *added = change(what, dx, n);
    int worst = -1;
    double error = 0;
    for (int i = 0; i < n; i++) {
        if (close_to((double)added[i], slope[i], tolerance)) continue;
        double off = fabs((double)added[i] - slope[i]) / (1e-12 + fabs((double)added[i]) + fabs(slope[i]));
        if (worst < 0 || off > error || isnan(off)) worst = i, error = off;
    }
    if (worst >= 0) {
        char message[MESSAGE] = "";
        say(message, "%s: the gradient check fails, worst at ", what);
        say_coordinate(message, axes, worst);
        say(message, ": yours is %.6g, the measured slope is %.6g (relative error %.1g, ratio %.4g)",
            (double)added[worst], slope[worst], error, (double)added[worst] / slope[worst]);
        double exponent = remainder_exponent(at, added, slope, n, loss, context);
        if (isfinite(exponent))
            say(message,
                "\nwith a 10 times smaller step the linear prediction's error falls by 10^%.1f (10^2 is right, 10^1 "
                "wrong)",
                exponent);
        const char *mistake = name_mistake(added, slope, axes, tolerance);
        if (mistake) say(message, "\nlooks like: %s", mistake);
        fail_test("%s", message);
    }
    forget_suspicions();
    free(added);
    free(slope);
    free(at);
}

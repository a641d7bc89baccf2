// A chapter whose answers go wrong in every way, for tests/grader.sh: what must the grader say of each?
#include <signal.h>
#include <stdlib.h>

#include "grade/grade.h"

static void expected(double *want, const float *x, int n, double factor) {
    for (int i = 0; i < n; i++) want[i] = factor * (double)x[i];
}

EXERCISE(right, .number = "99.1", .points = 20) {
    int n = grade_int(3, 9);
    float *x = grade_floats(n);
    double *want = grade_doubles(n);
    expected(want, x, n, 1);
    grade_array("x", x, want, AXES("i", n), 1e-6);
    grade_unchanged("x", x);
}

EXERCISE(half, .number = "99.2", .points = 5) {
    float *x = grade_floats(6);
    double *want = grade_doubles(6);
    expected(want, x, 6, 2);
    grade_array("x", x, want, AXES("rc", 2, 3), 1e-6);
}

EXERCISE(swapped, .number = "99.3", .points = 5) {
    double want[6] = {1, 2, 3, 4, 5, 6};
    float *got = grade_copy((float[]){1, 4, 2, 5, 3, 6}, 6);
    grade_array("table", got, want, AXES("rc", 2, 3), 1e-6);
}

EXERCISE(suspected, .number = "99.4", .points = 5) {
    double want[3] = {1, 2, 3}, mistake[3] = {2, 2, 2};
    float *got = grade_copy((float[]){2, 2, 2}, 3);
    suspect("all are twos", mistake);
    grade_array("got", got, want, AXES("i", 3), 1e-6);
}

EXERCISE(unwritten, .number = "99.5", .points = 5) {
    double want[3] = {1, 2, 3};
    float *got = grade_output(3);
    got[0] = 1;
    grade_array("got", got, want, AXES("i", 3), 1e-6);
}

EXERCISE(outside, .number = "99.6", .points = 5) {
    float *x = grade_floats(4);
    x[4] = 1;
}

EXERCISE(before, .number = "99.7", .points = 5) {
    float *x = grade_floats(4);
    x[-1] = 1;
    grade_scalar("fine", 1, 1, 0);
}

EXERCISE(changed, .number = "99.8", .points = 5) {
    float *x = grade_floats(4);
    x[2] += 1;
    grade_unchanged("x", x);
}

static double half_square(const double *x, void *context) {
    (void)context;
    return 0.5 * (x[0] * x[0] + 3 * x[1] * x[1]);
}

EXERCISE(stored, .number = "99.9", .points = 5) {
    float *x = grade_floats(2), *dx = grade_grad(2);
    dx[0] = x[0];
    dx[1] = 3 * x[1];
    grade_gradient_check("dx", dx, x, AXES("i", 2), half_square, NULL, 1e-4);
}

EXERCISE(slope, .number = "99.10", .points = 5) {
    float *x = grade_copy((float[]){1, 2}, 2), *dx = grade_grad(2);
    dx[0] += x[0];
    dx[1] += x[1];
    grade_gradient_check("dx", dx, x, AXES("i", 2), half_square, NULL, 1e-4);
}

EXERCISE(gradient, .number = "99.11", .points = 5) {
    float *x = grade_floats(2), *dx = grade_grad(2);
    dx[0] += x[0];
    dx[1] += 3 * x[1];
    grade_gradient_check("dx", dx, x, AXES("i", 2), half_square, NULL, 1e-4);
}

EXERCISE(nan, .number = "99.12", .points = 5) {
    float *x = grade_floats(3);
    double sum = 0;
    for (int i = 0; i <= 3; i++) sum += (double)(x[i] * x[i]);
    grade_scalar("loss", sum, 1, 1e-6);
}
EXERCISE(gap, .number = "99.13", .points = 5) {
    todo("99.13 gap");
}
EXERCISE(crash, .number = "99.14", .points = 5) {
    raise(SIGSEGV);
}
EXERCISE(leaves, .number = "99.15", .points = 5) {
    exit(0);
}

EXERCISE(hangs, .number = "99.16", .points = 5, .seconds = 0.3) {
    for (volatile bool forever = true; forever;) continue;
}

EXERCISE(waits, .number = "99.17", .points = 5, .needs = "right half") {
    grade_equal("answer", 41, 42);
}

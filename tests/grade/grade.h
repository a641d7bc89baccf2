// What a graded test is written with. The tests of a chapter, tests/NN-name.c or tests/NN-name/*.c, give 100 points:
//
//     #include "grade/grade.h"
//     #include "01-linear-regression/linreg.h"
//
//     EXERCISE(mse_forward, .number = "01.1", .points = 8) {
//         int n = grade_int(5, 40);
//         float *pred = grade_floats(n), *target = grade_floats(n);
//         double sum = 0;
//         for (int i = 0; i < n; i++) sum += ((double)pred[i] - target[i]) * ((double)pred[i] - target[i]);
//         suspect_scalar("the sum is not divided by n", sum);
//         grade_scalar("loss", mse_forward(pred, target, n), sum / n, 1e-5);
//     }
//
// Every test runs in a process of its own (Criterion), so a crash or a hang fails that test alone. The first check that
// fails ends the test, with a message that the runner (grade.c) prints and stores. Full points or none.
#pragma once
#include <criterion/criterion.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/common.h"

struct exercise {
    const char *number;  // "01.1", as in the stub's TODO
    double points;       // the chapter's sum is 100
    const char *needs;   // tests to fix first where both fail: "mse_forward" or "mse_forward linear_forward"
    double seconds;      // time limit on a 2020 laptop, scaled to the machine; 0 means 5
    void (*body)(void);
};

// The test's name is what the learner types after TEST=: the function it asks for.
#define EXERCISE(name, ...)                                                      \
    static void name##_body(void);                                               \
    static struct exercise name##_exercise = {__VA_ARGS__, .body = name##_body}; \
    Test(lab, name, .data = &name##_exercise) {                                  \
        grade_run(name##_body, #name);                                           \
    }                                                                            \
    static void name##_body(void)

void grade_run(void (*body)(void), const char *name);  // what EXERCISE calls: the body, then the guard zones

// ---- random inputs, fresh in every run; `SEED=n make grade-01` replays
// -----------------------------------------------
struct rng *grade_rng(void);       // this test's own generator: from the run's seed and the test's name
int grade_int(int low, int high);  // uniform in low..high, both included: use odd, unequal sizes

// ---- arrays with guard zones: writing before or past the end fails the test, by index -------------------------------
// Freed at the test's end. Reading outside gives NaN.
float *grade_floats(int n);                     // N(0,1)
float *grade_copy(const float *values, int n);  // the given values
float *grade_copy_doubles(const double *values, int n);
float *grade_output(int n);  // poisoned with NaN: for arrays that the function must write
float *grade_grad(int n);    // random numbers, remembered: for gradients, which are ADDED (grade_gradient)
int *grade_ints(int n, int low, int high);  // uniform in low..high, both included
double *grade_doubles(int n);               // zeros, for expected values

// ---- names of a wrong answer ----------------------------------------------------------------------------------------
// A suspicion holds for the next check only. If that check fails and got equals what the mistake would give, the
// message ends "looks like: MISTAKE". Up to 16 at a time. values must live until the check, and have its number of
// elements.
void suspect(const char *mistake, const double *values);
void suspect_scalar(const char *mistake, double value);
void suspect_factor(const char *mistake, double factor);  // got = factor * expected, everywhere

// ---- checks ---------------------------------------------------------------------------------------------------------
// The axes of an array name its indices, one letter each: AXES("btc", B, T, C) reports "at (b=1,t=3,c=0)".
struct axes {
    const char *names;
    int size[4];
};
#define AXES(names, ...) ((struct axes){names, {__VA_ARGS__}})

// |got - want| <= tolerance * (1 + |want|) for every element, NaN fails; otherwise names the worst element, how many
// are wrong, and what it looks like: a suspicion, all elements off by one factor (2, 1/2, -1, 0), rows and columns
// swapped, elements never written.
void grade_array(const char *what, const float *got, const double *want, struct axes axes, double tolerance);
void grade_ints_equal(const char *what, const int *got, const int *want, struct axes axes);
void grade_scalar(const char *what, double got, double want, double tolerance);
void grade_equal(const char *what, long got, long want);
// Fails with the message unless ok. The message says what was got and what was expected.
void grade_true(bool ok, const char *format, ...) __attribute__((format(printf, 2, 3)));
// The function must not change this array (one from grade_floats or grade_copy).
void grade_unchanged(const char *what, const float *array);

// ---- gradients ------------------------------------------------------------------------------------------------------
// dx is from grade_grad(n), and the learner's x_backward has added its gradient to it. Compared with expected values
// that the test knows: as grade_array, and a gradient that was stored with = where += is asked for is named.
void grade_gradient(const char *what, const float *dx, const double *want, struct axes axes, double tolerance);
// The same, compared with central differences in double of loss(x, context), the test's own definition, at x (n
// values). On failure also says how fast the error of the linear prediction shrinks with the step (2 is right, 1 is
// wrong). Choose x away from kinks.
typedef double (*grade_loss)(const double *x, void *context);
void grade_gradient_check(const char *what, const float *dx, const float *x, struct axes axes, grade_loss loss,
                          void *context, double tolerance);

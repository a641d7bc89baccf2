// The checks that a test makes, and what they say when they fail.
#include <stdarg.h>
#include <stdlib.h>

#include "grade/internal.h"

bool grade_in_process;

_Noreturn void fail_test(const char *format, ...) {
    char message[MESSAGE] = "";
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
#pragma omp critical(fail_test)  // a gap may be met by several threads at once: the first one speaks
    {
        if (!grade_in_process) cr_assert_fail("%s", message);
        fprintf(stderr, "failed: %s\n", message);
        exit(1);
    }
}

_Noreturn void todo(const char *exercise) {
    fail_test("not written yet: %s", exercise);
}

void say(char *message, const char *format, ...) {
    size_t used = strlen(message);
    va_list args;
    va_start(args, format);
    vsnprintf(message + used, MESSAGE - used, format, args);
    va_end(args);
}

int axes_count(struct axes axes) {
    int count = 1;
    for (size_t a = 0; axes.names[a]; a++) count *= axes.size[a];
    return count;
}

void say_coordinate(char *message, struct axes axes, int index) {
    int rest = axes_count(axes);
    say(message, "(");
    for (size_t a = 0; axes.names[a]; a++) {
        rest /= axes.size[a];
        say(message, "%s%c=%d", a ? "," : "", axes.names[a], index / rest);
        index %= rest;
    }
    say(message, ")");
}

bool close_to(double got, double want, double tolerance) {
    if (isinf(want) || isinf(got)) return got == want;
    return fabs(got - want) <= tolerance * (1 + fabs(want));  // false for NaN
}

// The element that is furthest off, relative to what is allowed; NaN before all. Counts the wrong ones.
static int worst_element(const float *got, const double *want, int n, double tolerance, int *wrong) {
    int worst = -1;
    double worst_error = -1;
    *wrong = 0;
    for (int i = 0; i < n; i++) {
        if (close_to((double)got[i], want[i], tolerance)) continue;
        double error = fabs((double)got[i] - want[i]) / (1 + fabs(want[i]));
        if (isnan(error)) error = INFINITY;
        if (error > worst_error) {
            worst_error = error;
            worst = i;
        }
        (*wrong)++;
    }
    return worst;
}

static void say_array(char *message, const char *what, const float *got, const double *want, struct axes axes,
                      double tolerance, int worst, int wrong) {
    int n = axes_count(axes);
    say(message, "%s: the worst element is at ", what);
    say_coordinate(message, axes, worst);
    say(message, ": got %.7g, expected %.7g (tolerance %.1g)", (double)got[worst], want[worst],
        tolerance * (1 + fabs(want[worst])));
    if (n > 1) say(message, "; %d of %d elements are wrong", wrong, n);
    const char *mistake = name_mistake(got, want, axes, tolerance);
    if (mistake) say(message, "\nlooks like: %s", mistake);
}

void grade_array(const char *what, const float *got, const double *want, struct axes axes, double tolerance) {
    check_guards();
    int wrong, worst = worst_element(got, want, axes_count(axes), tolerance, &wrong);
    if (worst >= 0) {
        char message[MESSAGE] = "";
        say_array(message, what, got, want, axes, tolerance, worst, wrong);
        fail_test("%s", message);
    }
    forget_suspicions();
}

void grade_ints_equal(const char *what, const int *got, const int *want, struct axes axes) {
    check_guards();
    for (int i = 0; i < axes_count(axes); i++) {
        if (got[i] == want[i]) continue;
        char where[MESSAGE] = "";
        say_coordinate(where, axes, i);
        fail_test("%s: the first wrong element is at %s: got %d, expected %d", what, where, got[i], want[i]);
    }
    forget_suspicions();
}

void grade_scalar(const char *what, double got, double want, double tolerance) {
    check_guards();
    if (!close_to(got, want, tolerance)) {
        const char *mistake = name_scalar_mistake(got, want, tolerance);
        fail_test("%s: got %.9g, expected %.9g (tolerance %.1g)%s%s", what, got, want, tolerance * (1 + fabs(want)),
                  mistake ? "\nlooks like: " : "", mistake ? mistake : "");
    }
    forget_suspicions();
}

void grade_equal(const char *what, long got, long want) {
    check_guards();
    if (got != want) {
        const char *mistake = name_scalar_mistake((double)got, (double)want, 0);
        fail_test("%s: got %ld, expected %ld%s%s", what, got, want, mistake ? "\nlooks like: " : "",
                  mistake ? mistake : "");
    }
    forget_suspicions();
}

void grade_true(bool ok, const char *format, ...) {
    check_guards();
    if (ok) return;
    char message[MESSAGE];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    fail_test("%s", message);
}

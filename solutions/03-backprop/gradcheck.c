// The gradient check: nudge one number, watch the loss, and compare with what the backward pass claims. Slow, in
// double, and right; the test of everything that is fast.
#include "03-backprop/backprop.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Nudges a copy of x, one coordinate at a time, and puts each back before the next.
void numeric_gradient(double *grad, gradcheck_function f, void *context, const double *x, int n, double step) {
    double *nudged = alloc_doubles(n);
    memcpy(nudged, x, (size_t)n * sizeof(double));
    for (int i = 0; i < n; i++) {
        // BEGIN SOLUTION 03.11 numeric_gradient: nudge x[i] up and down, take the slope between, put x[i] back
        nudged[i] = x[i] + step;
        double up = f(nudged, context);
        nudged[i] = x[i] - step;
        double down = f(nudged, context);
        nudged[i] = x[i];
        grad[i] = (up - down) / (2.0 * step);
        // END SOLUTION
    }
    free(nudged);
}

struct gradcheck gradcheck(const double *analytic, gradcheck_function f, void *context, const double *x, int n,
                           double step) {
    double *numeric = alloc_doubles(n);
    numeric_gradient(numeric, f, context, x, n, step);
    struct gradcheck result = {.error = -1.0};
    for (int i = 0; i < n; i++) {
        double error = 0.0;
        // BEGIN SOLUTION 03.11 gradcheck: the relative error of analytic[i], as the header defines it
        double size = fmax(1.0, fmax(fabs(analytic[i]), fabs(numeric[i])));
        error = fabs(analytic[i] - numeric[i]) / size;
        // END SOLUTION
        if (isnan(error)) error = INFINITY;
        if (error > result.error) result = (struct gradcheck){error, i, analytic[i], numeric[i]};
    }
    free(numeric);
    return result;
}

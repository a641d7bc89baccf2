// Tests of descent.c.
#include "01-linear-regression/definitions.h"

// One step on the m examples that rows names, their slopes divided by divisor. wb (d + 1) holds w, then b.
static void step_on(double *wb, const float *x, const float *y, const int *rows, int m, double divisor, int d,
                    double lr) {
    double *slope = grade_doubles(d + 1);
    for (int i = 0; i < m; i++) {
        const float *x_i = x + rows[i] * d;
        double error = predict(x_i, wb, wb[d], d) - y[rows[i]];
        for (int j = 0; j < d; j++) slope[j] += 2 / divisor * error * x_i[j];
        slope[d] += 2 / divisor * error;
    }
    for (int j = 0; j <= d; j++) wb[j] -= lr * slope[j];
}

EXERCISE(descent_batch_step, .number = "01.5", .points = 8,
         .needs = "mse_forward mse_backward linreg_forward linreg_backward") {
    float *xs = grade_copy(EXAMPLE_X, 2), *ys = grade_copy(EXAMPLE_Y, 2);
    float *wb = grade_copy((float[]){0, 0}, 2);
    float before = descent_batch_step(wb, wb + 1, xs, ys, 2, 1, 0.1f);
    suspect("a step uphill: the slopes are added, not subtracted", (double[]){-1.3, -0.8});
    suspect("the learning rate is not multiplied in", (double[]){13, 8});
    suspect("b is left where it was", (double[]){1.3, 0});
    suspect("the 1/n is missing", (double[]){2.6, 1.6});
    grade_array("w, b after one step from 0, 0", wb, (double[]){1.3, 0.8}, AXES("j", 2), 1e-5);
    suspect_scalar("the loss after the step; the one before is asked for", 1.685);
    grade_scalar("loss before the step", before, 17, 1e-5);

    int n = grade_int(5, 13), d = grade_int(2, 4);
    float lr = 0.02f + 0.05f * rng_uniform(grade_rng());
    float *x = grade_floats(n * d), *y = grade_floats(n), *start = grade_floats(d + 1), *got = grade_copy(start, d + 1);
    double *want = copy_doubles(start, d + 1, 1), *uphill = copy_doubles(start, d + 1, 1);
    double *steep = copy_doubles(start, d + 1, 1), *rash = copy_doubles(start, d + 1, 1);
    double loss = mse_of(want, want[d], x, y, in_order(n), n, d);
    step_on(want, x, y, in_order(n), n, n, d, lr);
    step_on(uphill, x, y, in_order(n), n, n, d, -lr);
    step_on(steep, x, y, in_order(n), n, 1, d, lr);
    step_on(rash, x, y, in_order(n), n, n, d, 1);
    float loss_got = descent_batch_step(got, got + d, x, y, n, d, lr);
    suspect("a step uphill: the slopes are added, not subtracted", uphill);
    suspect("the 1/n is missing", steep);
    suspect("the learning rate is not multiplied in", rash);
    grade_array("w, then b, after one step", got, want, AXES("j", d + 1), 1e-4);
    grade_scalar("loss before the step", loss_got, loss, 1e-5);
    grade_unchanged("x", x);
    grade_unchanged("y", y);
}

EXERCISE(descent_stochastic_epoch, .number = "01.6", .points = 6, .needs = "descent_batch_step") {
    float *xs = grade_copy(EXAMPLE_X, 2), *ys = grade_copy(EXAMPLE_Y, 2), *wb = grade_copy((float[]){0, 0}, 2);
    descent_stochastic_epoch(wb, wb + 1, xs, ys, in_order(2), 2, 1, 0.1f);
    suspect("one batch step; here every example steps by itself", (double[]){1.3, 0.8});
    suspect("both slopes are taken at the old w and b; the second must see the first step", (double[]){2.6, 1.6});
    grade_array("w, b after the examples (1, 3) and (2, 5)", wb, (double[]){1.88, 1.24}, AXES("j", 2), 1e-5);

    int n = grade_int(5, 13), d = grade_int(2, 4), *order = in_disorder(n), *sorted = in_order(n);
    if (order[0] == 0) order[0] = order[n - 1], order[n - 1] = 0;  // never the natural order
    float lr = 0.01f + 0.02f * rng_uniform(grade_rng());
    float *x = grade_floats(n * d), *y = grade_floats(n), *start = grade_floats(d + 1), *got = grade_copy(start, d + 1);
    double *want = copy_doubles(start, d + 1, 1), *natural = copy_doubles(start, d + 1, 1);
    double *stale = copy_doubles(start, d + 1, 1), *timid = copy_doubles(start, d + 1, 1);
    double *whole = copy_doubles(start, d + 1, 1), *parted = copy_doubles(start, d + 1, 1);
    float *y_of_rows = grade_floats(n);  // row order[k] with the target of row k
    for (int k = 0; k < n; k++) y_of_rows[order[k]] = y[k];
    for (int k = 0; k < n; k++) {
        step_on(parted, x, y_of_rows, order + k, 1, 1, d, lr);
        step_on(want, x, y, order + k, 1, 1, d, lr);
        step_on(natural, x, y, sorted + k, 1, 1, d, lr);
        step_on(timid, x, y, order + k, 1, n, d, lr);
    }
    step_on(stale, x, y, order, n, 1, d, lr);
    step_on(whole, x, y, order, n, n, d, lr);
    descent_stochastic_epoch(got, got + d, x, y, order, n, d, lr);
    suspect("order is ignored: the examples are used as 0, 1, 2, ...", natural);
    suspect("x is taken by order, and y is not: example order[k] has the target y[order[k]]", parted);
    suspect("all slopes are taken at the old w and b", stale);
    suspect("one batch step; here every example steps by itself", whole);
    suspect("each step is divided by n; a single example's mean is itself", timid);
    grade_array("w, then b, after one epoch", got, want, AXES("j", d + 1), 1e-4);
}

EXERCISE(descent_minibatch_epoch, .number = "01.7", .points = 8, .needs = "descent_batch_step") {
    float *xs = grade_copy(EXAMPLE_X, 2), *ys = grade_copy(EXAMPLE_Y, 2), *wb = grade_copy((float[]){0, 0}, 2);
    descent_minibatch_epoch(wb, wb + 1, xs, ys, in_order(2), 2, 1, 2, 0.1f);
    grade_array("w, b after one batch of both points", wb, (double[]){1.3, 0.8}, AXES("j", 2), 1e-5);

    int batch = grade_int(3, 5), rest = grade_int(1, batch - 1), n = grade_int(2, 3) * batch + rest,
        d = grade_int(2, 4);
    int *order = in_disorder(n), *sorted = in_order(n);
    float lr = 0.02f + 0.04f * rng_uniform(grade_rng());
    float *x = grade_floats(n * d), *y = grade_floats(n), *start = grade_floats(d + 1), *got = grade_copy(start, d + 1);
    double *want = copy_doubles(start, d + 1, 1), *natural = copy_doubles(start, d + 1, 1);
    double *dropped = copy_doubles(start, d + 1, 1), *diluted = copy_doubles(start, d + 1, 1);
    double *single = copy_doubles(start, d + 1, 1), *first = copy_doubles(start, d + 1, 1);
    for (int k = 0; k < n; k += batch) {
        int size = n - k < batch ? n - k : batch;
        step_on(want, x, y, order + k, size, size, d, lr);
        step_on(natural, x, y, sorted + k, size, size, d, lr);
        step_on(diluted, x, y, order + k, size, batch, d, lr);
        step_on(first, x, y, order, size, size, d, lr);
        if (size == batch) step_on(dropped, x, y, order + k, size, size, d, lr);
    }
    for (int k = 0; k < n; k++) step_on(single, x, y, order + k, 1, 1, d, lr);
    descent_minibatch_epoch(got, got + d, x, y, order, n, d, batch, lr);
    suspect("the last, shorter batch is left out", dropped);
    suspect("the last, shorter batch is averaged over batch examples, not over its own", diluted);
    suspect("order is ignored: the examples are used as 0, 1, 2, ...", natural);
    suspect("every step uses the first batch", first);
    suspect("a step per example, as stochastic descent does", single);
    grade_array("w, then b, after one epoch", got, want, AXES("j", d + 1), 1e-4);
}

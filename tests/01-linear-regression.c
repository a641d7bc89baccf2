// Graded tests of chapter 01. Every test begins with the chapter's worked example, checked by hand in the text, and goes on
// with random data against a definition in double precision. n is the number of examples, d of features.
#include "01-linear-regression/linreg.h"

#include "grade/grade.h"

// ---- definitions in double ------------------------------------------------------------------------------------------

static double predict(const float *x_i, const double *w, double b, int d) {
    double sum = b;
    for (int j = 0; j < d; j++) sum += x_i[j] * w[j];
    return sum;
}

// MSE of w, b on the first m of the examples that rows names.
static double mse_of(const double *w, double b, const float *x, const float *y, const int *rows, int m, int d) {
    double sum = 0;
    for (int i = 0; i < m; i++) {
        double error = predict(x + rows[i] * d, w, b, d) - y[rows[i]];
        sum += error * error;
    }
    return sum / m;
}

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

static double *copy_doubles(const float *values, int n, double factor) {
    double *copy = grade_doubles(n);
    for (int i = 0; i < n; i++) copy[i] = factor * values[i];
    return copy;
}

static int *in_order(int n) {
    int *order = grade_ints(n, 0, 0);
    for (int i = 0; i < n; i++) order[i] = i;
    return order;
}

static int *in_disorder(int n) {
    int *order = in_order(n);
    rng_shuffle(grade_rng(), order, n);
    return order;
}

// Solves a (m, m) z = c by elimination with row exchanges: no Cholesky.
static void eliminate(double *z, const double *a, const double *c, int m) {
    double *work = grade_doubles(m * (m + 1));
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++) work[i * (m + 1) + j] = a[i * m + j];
        work[i * (m + 1) + m] = c[i];
    }
    for (int k = 0; k < m; k++) {
        int pivot = k;
        for (int i = k + 1; i < m; i++)
            if (fabs(work[i * (m + 1) + k]) > fabs(work[pivot * (m + 1) + k])) pivot = i;
        for (int j = 0; j <= m; j++) {
            double kept = work[k * (m + 1) + j];
            work[k * (m + 1) + j] = work[pivot * (m + 1) + j];
            work[pivot * (m + 1) + j] = kept;
        }
        for (int i = k + 1; i < m; i++) {
            double factor = work[i * (m + 1) + k] / work[k * (m + 1) + k];
            for (int j = k; j <= m; j++) work[i * (m + 1) + j] -= factor * work[k * (m + 1) + j];
        }
    }
    for (int i = m - 1; i >= 0; i--) {
        z[i] = work[i * (m + 1) + m];
        for (int j = i + 1; j < m; j++) z[i] -= work[i * (m + 1) + j] * z[j];
        z[i] /= work[i * (m + 1) + i];
    }
}

// wb (d + 1): the minimum of MSE + weight_price |w|^2 + bias_price b^2 on the m examples that rows names.
static double *least_squares(const float *x, const float *y, const int *rows, int m, int d, double weight_price,
                             double bias_price) {
    int u = d + 1;
    double *a = grade_doubles(u * u), *c = grade_doubles(u), *wb = grade_doubles(u);
    for (int t = 0; t < m; t++)
        for (int i = 0; i < u; i++) {
            double x_ti = i < d ? x[rows[t] * d + i] : 1;
            for (int j = 0; j < u; j++) a[i * u + j] += x_ti * (j < d ? x[rows[t] * d + j] : 1) / m;
            c[i] += x_ti * y[rows[t]] / m;
        }
    for (int i = 0; i < d; i++) a[i * u + i] += weight_price;
    a[d * u + d] += bias_price;
    eliminate(wb, a, c, u);
    return wb;
}

// The two points of the text.
static const float EXAMPLE_X[] = {1, 2}, EXAMPLE_Y[] = {3, 5};

// ---- loss.c ---------------------------------------------------------------------------------------------------------

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

struct squares {
    const float *target;
    int n;
    double dloss;
};

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

// ---- model.c --------------------------------------------------------------------------------------------------------

EXERCISE(linreg_forward, .number = "01.3", .points = 5) {
    float *xs = grade_copy(EXAMPLE_X, 2), *slope = grade_copy((float[]){1.3f}, 1), *line = grade_output(2);
    linreg_forward(line, xs, slope, 0.8f, 2, 1);
    suspect("the bias is missing", (double[]){1.3, 2.6});
    grade_array("pred of x = 1 and 2 with w = 1.3, b = 0.8", line, (double[]){2.1, 3.4}, AXES("i", 2), 1e-5);

    int n = grade_int(5, 13), d = grade_int(2, 4);
    float *x = grade_floats(n * d), *w = grade_floats(d), *pred = grade_output(n), b = rng_normal(grade_rng());
    double *want = grade_doubles(n), *biasless = grade_doubles(n), *columns = grade_doubles(n),
           *many = grade_doubles(n);
    for (int i = 0; i < n; i++) {
        columns[i] = b;
        for (int j = 0; j < d; j++) {
            biasless[i] += (double)x[i * d + j] * w[j];
            columns[i] += (double)x[j * n + i] * w[j];
        }
        want[i] = biasless[i] + b;
        many[i] = biasless[i] + d * (double)b;
    }
    linreg_forward(pred, x, w, b, n, d);
    suspect("the bias is missing", biasless);
    suspect("the bias is added once per feature", many);
    suspect("x is read column by column; feature j of example i is x[i * features + j]", columns);
    grade_array("pred", pred, want, AXES("i", n), 1e-5);
    grade_unchanged("x", x);
    grade_unchanged("w", w);
}

struct weighted {
    const float *x, *dpred;
    int n, d;
};

// sum_i dpred[i] * pred[i] as a function of w: its gradient is what linreg_backward owes.
static double weighted_sum(const double *w, void *context) {
    const struct weighted *s = context;
    double sum = 0;
    for (int i = 0; i < s->n; i++) sum += s->dpred[i] * predict(s->x + i * s->d, w, 0, s->d);
    return sum;
}

EXERCISE(linreg_backward, .number = "01.4", .points = 8) {
    float *xs = grade_copy(EXAMPLE_X, 2), *slopes = grade_copy((float[]){-3, -5}, 2);
    float *dw1 = grade_grad(1), *db1 = grade_grad(1);
    linreg_backward(dw1, db1, slopes, xs, 2, 1);
    suspect_factor("divided by n; the 1/n is in dpred already", 0.5);
    suspect("the slopes are not multiplied with x", (double[]){-8});
    grade_gradient("dw of dpred {-3, -5} and x {1, 2}", dw1, (double[]){-13}, AXES("j", 1), 1e-5);
    suspect_factor("divided by n; the 1/n is in dpred already", 0.5);
    suspect("the bias's slope has no x in it", (double[]){-13});
    grade_gradient("db of dpred {-3, -5}", db1, (double[]){-8}, AXES("j", 1), 1e-5);

    int n = grade_int(5, 13), d = grade_int(2, 4);
    float *x = grade_floats(n * d), *w = grade_floats(d), *dpred = grade_floats(n);
    float *dw = grade_grad(d), *db = grade_grad(1);
    double *columns = grade_doubles(d), *last = grade_doubles(d), sum = 0;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < d; j++) {
            columns[j] += (double)dpred[i] * x[j * n + i];
            last[j] = (double)dpred[i] * x[i * d + j];
        }
        sum += dpred[i];
    }
    linreg_backward(dw, db, dpred, x, n, d);
    struct weighted s = {x, dpred, n, d};
    suspect_factor("divided by n; the 1/n is in dpred already", 1.0 / n);
    suspect("x is read column by column; feature j of example i is x[i * features + j]", columns);
    suspect("only the last example votes", last);
    grade_gradient_check("dw", dw, w, AXES("j", d), weighted_sum, &s, 1e-4);
    suspect_factor("divided by n; the 1/n is in dpred already", 1.0 / n);
    suspect_factor("db is added to once per feature", d);
    grade_gradient("db", db, &sum, AXES("j", 1), 1e-5);
    grade_unchanged("dpred", dpred);
    grade_unchanged("x", x);
}

// ---- descent.c ------------------------------------------------------------------------------------------------------

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

// ---- r_squared, and standardise.c -----------------------------------------------------------------------------------

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

EXERCISE(standardise_fit, .number = "01.8", .points = 4) {
    float *ages = grade_copy((float[]){50, 60, 70}, 3), *m1 = grade_output(1), *s1 = grade_output(1);
    standardise_fit(m1, s1, ages, 3, 1);
    grade_array("mean of 50, 60, 70", m1, (double[]){60}, AXES("j", 1), 1e-6);
    suspect("divided by n - 1 instead of n", (double[]){10});
    suspect("the variance: its square root is missing", (double[]){200.0 / 3});
    grade_array("std of 50, 60, 70", s1, (double[]){sqrt(200.0 / 3)}, AXES("j", 1), 1e-6);

    int n = grade_int(7, 23), d = grade_int(3, 6);
    float *x = grade_floats(n * d), *mean = grade_output(d), *std = grade_output(d);
    double *want_mean = grade_doubles(d), *want_std = grade_doubles(d), *unbiased = grade_doubles(d);
    double *square = grade_doubles(d);
    for (int i = 0; i < n; i++) x[i * d] = 0.5f * x[i * d] + 1000;  // far from 0, and narrow
    for (int i = 0; i < n; i++) x[i * d + 1] = 7.25f;               // all equal
    for (int j = 0; j < d; j++) {
        double squares = 0;
        for (int i = 0; i < n; i++) want_mean[j] += (double)x[i * d + j] / n;
        for (int i = 0; i < n; i++) squares += pow(x[i * d + j] - want_mean[j], 2);
        bool constant = j == 1;
        want_std[j] = constant ? 1 : sqrt(squares / n);
        unbiased[j] = constant ? 1 : sqrt(squares / (n - 1));
        square[j] = constant ? 1 : squares / n;
    }
    standardise_fit(mean, std, x, n, d);
    grade_array("mean", mean, want_mean, AXES("j", d), 1e-5);
    grade_true(std[1] == 1,
               "std of a column of equal values: got %g, expected 1\nlooks like: a constant column's 0 "
               "is kept, and dividing by it will give NaN",
               std[1]);
    grade_true(
        fabs(std[0] / want_std[0] - 1) < 1e-3 || fabs(std[0] / unbiased[0] - 1) < 1e-3 ||
            fabs(std[0] / square[0] - 1) < 1e-3,
        "std of a column around 1000: got %g, expected %g\nlooks like: mean of squares minus square of mean, two "
        "large numbers whose difference is lost in rounding",
        std[0], want_std[0]);
    suspect("divided by n - 1 instead of n", unbiased);
    suspect("the variance: its square root is missing", square);
    grade_array("std", std, want_std, AXES("j", d), 1e-4);
}

EXERCISE(standardise_apply, .number = "01.8", .points = 2) {
    int n = grade_int(5, 11), d = grade_int(2, 4);
    float *x = grade_floats(n * d), *got = grade_copy(x, n * d), *mean = grade_floats(d), *std = grade_floats(d);
    double *want = grade_doubles(n * d), *wide = grade_doubles(n * d), *anew = grade_doubles(n * d);
    for (int j = 0; j < d; j++) std[j] = 0.5f + fabsf(std[j]);
    for (int j = 0; j < d; j++) {
        double own = 0, squares = 0;
        for (int i = 0; i < n; i++) own += (double)x[i * d + j] / n;
        for (int i = 0; i < n; i++) squares += pow(x[i * d + j] - own, 2) / n;
        for (int i = 0; i < n; i++) {
            want[i * d + j] = ((double)x[i * d + j] - mean[j]) / std[j];
            wide[i * d + j] = x[i * d + j] - (double)mean[j] / std[j];
            anew[i * d + j] = (x[i * d + j] - own) / sqrt(squares);
        }
    }
    standardise_apply(got, mean, std, n, d);
    suspect("x - mean / std, where (x - mean) / std is needed", wide);
    suspect("these rows' own mean and std are used, not the given ones", anew);
    grade_array("x", got, want, AXES("ij", n, d), 1e-5);
}

// ---- norms.c --------------------------------------------------------------------------------------------------------

EXERCISE(norm_l1, .number = "01.9", .points = 1) {
    float *v = grade_copy((float[]){3, -4}, 2);
    suspect_scalar("the signs are kept; take sizes", -1);
    grade_scalar("L1 norm of {3, -4}", norm_l1(v, 2), 7, 1e-6);
    int n = grade_int(5, 33);
    float *u = grade_floats(n);
    double sizes = 0, sum = 0;
    for (int i = 0; i < n; i++) sizes += fabs((double)u[i]), sum += u[i];
    suspect_scalar("the signs are kept; take sizes", sum);
    suspect_scalar("the size of the sum; the sum of the sizes is needed", fabs(sum));
    suspect_scalar("a mean; a norm is not divided by n", sizes / n);
    grade_scalar("L1 norm", norm_l1(u, n), sizes, 1e-5);
}

EXERCISE(norm_l2, .number = "01.9", .points = 2) {
    float *v = grade_copy((float[]){3, -4}, 2), *large = grade_copy((float[]){3e25f, -4e25f}, 2);
    suspect_scalar("the square root is missing", 25);
    grade_scalar("L2 norm of {3, -4}", norm_l2(v, 2), 5, 1e-6);
    int n = grade_int(5, 33);
    float *u = grade_floats(n);
    double squares = 0;
    for (int i = 0; i < n; i++) squares += (double)u[i] * u[i];
    suspect_scalar("the square root is missing", squares);
    suspect_scalar("a mean; a norm is not divided by n", sqrt(squares / n));
    grade_scalar("L2 norm", norm_l2(u, n), sqrt(squares), 1e-5);
    float got = norm_l2(large, 2);
    grade_true(isfinite(got),
               "L2 norm of {3e25, -4e25}: got %g, expected 5e25\nlooks like: the squares are floats, which "
               "end at 3e38; sum them in double",
               got);
    grade_scalar("L2 norm of {3e25, -4e25}", got, 5e25, 1e-6);
}

EXERCISE(norm_linf, .number = "01.9", .points = 1) {
    float *v = grade_copy((float[]){3, -4}, 2);
    suspect_scalar("the largest entry; the largest size is needed", 3);
    grade_scalar("L-infinity norm of {3, -4}", norm_linf(v, 2), 4, 1e-6);
    int n = grade_int(5, 33), place = grade_int(1, n - 1);
    float *u = grade_floats(n);
    u[place] = -7 - rng_uniform(grade_rng());
    suspect_scalar("the entry with its sign; its size is needed", u[place]);
    suspect_scalar("the first entry", fabs((double)u[0]));
    grade_scalar("L-infinity norm", norm_linf(u, n), fabs((double)u[place]), 1e-6);
}

EXERCISE(norm_frobenius, .number = "01.9", .points = 1, .needs = "norm_l2") {
    float *a1 = grade_copy((float[]){1, 2, 2, 4}, 4);
    grade_scalar("Frobenius norm of [1 2; 2 4]", norm_frobenius(a1, 2, 2), 5, 1e-6);
    int rows = grade_int(2, 6), columns = rows + grade_int(1, 5);
    float *a = grade_floats(rows * columns);
    double squares = 0, block = 0;
    for (int i = 0; i < rows * columns; i++) squares += (double)a[i] * a[i];
    for (int i = 0; i < rows * rows; i++) block += (double)a[i] * a[i];
    suspect_scalar("only rows * rows entries are summed", sqrt(block));
    suspect_scalar("the square root is missing", squares);
    grade_scalar("Frobenius norm", norm_frobenius(a, rows, columns), sqrt(squares), 1e-5);
}

// ---- cholesky.c -----------------------------------------------------------------------------------------------------

// A random lower triangle with a positive diagonal, and a = l l^T.
static void make_positive(double *l, double *a, int n) {
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) l[i * n + j] = i == j ? 1 + rng_uniform(grade_rng()) : rng_normal(grade_rng());
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            a[i * n + j] = 0;
            for (int k = 0; k < n; k++) a[i * n + j] += l[i * n + k] * l[j * n + k];
        }
}

EXERCISE(cholesky_factor, .number = "01.10", .points = 8) {
    double *l2 = grade_doubles(4);
    grade_equal("columns factored of [4 2; 2 5]", cholesky_factor(l2, (double[]){4, 2, 2, 5}, 2), 2);
    suspect("a square root is missing on the diagonal", (double[]){4, 0, 0.5, 4});
    suspect("l^T: the factor is a lower triangle", (double[]){2, 1, 0, 2});
    suspect("earlier columns are not subtracted from the diagonal", (double[]){2, 0, 1, sqrt(5)});
    grade_array("l of [4 2; 2 5]", grade_copy_doubles(l2, 4), (double[]){2, 0, 1, 2}, AXES("ij", 2, 2), 1e-6);

    int n = grade_int(4, 8);
    double *want = grade_doubles(n * n), *a = grade_doubles(n * n), *l = grade_doubles(n * n);
    make_positive(want, a, n);
    for (int i = 0; i < n * n; i++) l[i] = NAN;
    suspect_scalar("columns are counted from 0: n is success", n - 1);
    grade_equal("columns factored of a positive definite matrix", cholesky_factor(l, a, n), n);
    double *upper = grade_doubles(n * n), *plain = grade_doubles(n * n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) upper[i * n + j] = want[j * n + i];
    for (int j = 0; j < n; j++)  // the factor without the sums below the diagonal
        for (int i = j; i < n; i++) {
            double pivot = a[j * n + j];
            for (int k = 0; k < j; k++) pivot -= plain[j * n + k] * plain[j * n + k];
            plain[i * n + j] = i == j ? sqrt(pivot) : a[i * n + j] / plain[j * n + j];
        }
    suspect("l^T: the factor is a lower triangle", upper);
    suspect("earlier columns are not subtracted below the diagonal", plain);
    grade_array("l", grade_copy_doubles(l, n * n), want, AXES("ij", n, n), 1e-5);

    for (int i = 0; i < n; i++)
        for (int j = i + 1; j < n; j++) a[i * n + j] = rng_normal(grade_rng());
    cholesky_factor(l, a, n);
    for (int i = 0; i < n * n; i++)
        grade_true(fabs(l[i] - want[i]) < 1e-6,
                   "l changes with what stands above a's diagonal: read a[i * n + j] only where "
                   "i >= j");

    int copy = grade_int(1, n - 2), source = grade_int(0, copy - 1);  // feature `copy` repeats feature `source`
    make_positive(want, a, n);
    for (int i = 0; i < n; i++) a[copy * n + i] = a[source * n + i];
    for (int i = 0; i < n; i++) a[i * n + copy] = a[i * n + source];
    suspect_scalar("the failing column is counted as factored", copy + 1);
    suspect_scalar("a pivot that is zero, but for rounding, is accepted", n);
    grade_equal("columns factored where one column repeats an earlier one", cholesky_factor(l, a, n), copy);
    suspect_scalar("a negative pivot is accepted", 2);
    grade_equal("columns factored of [1 2; 2 1]", cholesky_factor(l, (double[]){1, 2, 2, 1}, 2), 1);
}

EXERCISE(cholesky_solve, .number = "01.10", .points = 6) {
    double x2[2] = {NAN, NAN}, l2[] = {2, 0, 1, 2}, c2[] = {8, 12};
    cholesky_solve(x2, l2, c2, 2);
    suspect("only l z = c is solved; l^T x = z is to follow", (double[]){4, 4});
    suspect("l is used in both substitutions; the second needs l^T, that is l[k * n + i]", (double[]){2, 2});
    suspect("the second substitution does not divide by the diagonal", (double[]){0, 4});
    grade_array("x of [4 2; 2 5] x = {8, 12}", grade_copy_doubles(x2, 2), (double[]){1, 2}, AXES("i", 2), 1e-6);

    int n = grade_int(4, 8);
    double *l = grade_doubles(n * n), *a = grade_doubles(n * n), *want = grade_doubles(n), *c = grade_doubles(n);
    double *x = grade_doubles(n), *forward = grade_doubles(n), *twice = grade_doubles(n);
    make_positive(l, a, n);
    for (int i = 0; i < n; i++) want[i] = rng_normal(grade_rng());
    for (int i = 0; i < n; i++) {
        x[i] = NAN;
        for (int j = 0; j < n; j++) c[i] += a[i * n + j] * want[j];
    }
    eliminate(forward, l, c, n);
    eliminate(twice, l, forward, n);
    cholesky_solve(x, l, c, n);
    suspect("only l z = c is solved; l^T x = z is to follow", forward);
    suspect("l is used in both substitutions; the second needs l^T, that is l[k * n + i]", twice);
    grade_array("x", grade_copy_doubles(x, n), want, AXES("i", n), 1e-4);
}

// ---- normal_equation.c, ridge.c -------------------------------------------------------------------------------------

EXERCISE(normal_equation_sums, .number = "01.11", .points = 5) {
    double a2[4], c2[2];
    normal_equation_sums(a2, c2, EXAMPLE_X, EXAMPLE_Y, 2, 1);
    suspect_factor("the 1/n is missing", 2);
    suspect("the bias's column of ones is missing", (double[]){2.5, 0, 0, 0});
    suspect("the ones of the bias come first; they are the last feature", (double[]){1, 1.5, 1.5, 2.5});
    grade_array("a of (1, 3), (2, 5)", grade_copy_doubles(a2, 4), (double[]){2.5, 1.5, 1.5, 1}, AXES("ij", 2, 2), 1e-6);
    suspect_factor("the 1/n is missing", 2);
    suspect("the bias's entry, the mean of y, is missing", (double[]){6.5, 0});
    grade_array("c of (1, 3), (2, 5)", grade_copy_doubles(c2, 2), (double[]){6.5, 4}, AXES("i", 2), 1e-6);

    int n = grade_int(5, 13), d = grade_int(2, 5), m = d + 1;
    float *x = grade_floats(n * d), *y = grade_floats(n);
    double *a = grade_doubles(m * m), *c = grade_doubles(m), *want_a = grade_doubles(m * m), *want_c = grade_doubles(m);
    double *lower = grade_doubles(m * m), *biasless = grade_doubles(m * m);
    for (int i = 0; i < m; i++)
        for (int j = 0; j < m; j++)
            for (int t = 0; t < n; t++) {
                double product = (i < d ? x[t * d + i] : 1.0) * (j < d ? x[t * d + j] : 1.0) / n;
                want_a[i * m + j] += product;
                if (j <= i) lower[i * m + j] += product;
                if (i < d && j < d) biasless[i * m + j] += product;
            }
    for (int i = 0; i < m; i++)
        for (int t = 0; t < n; t++) want_c[i] += (i < d ? x[t * d + i] : 1.0) * y[t] / n;
    normal_equation_sums(a, c, x, y, n, d);
    suspect_factor("the 1/n is missing", n);
    suspect("only the lower triangle is filled", lower);
    suspect("the bias's row and column are missing", biasless);
    grade_array("a", grade_copy_doubles(a, m * m), want_a, AXES("ij", m, m), 1e-5);
    suspect_factor("the 1/n is missing", n);
    grade_array("c", grade_copy_doubles(c, m), want_c, AXES("i", m), 1e-5);
    grade_unchanged("x", x);
}

EXERCISE(ridge_fit, .number = "01.11", .points = 5, .needs = "cholesky_factor cholesky_solve normal_equation_sums") {
    float wb2[] = {0, 0};
    grade_true(ridge_fit(wb2, wb2 + 1, EXAMPLE_X, EXAMPLE_Y, 2, 1, 0),
               "ridge with lambda 0 on the two points: got false");
    grade_array("w, b of (1, 3), (2, 5) with lambda 0", wb2, (double[]){2, 1}, AXES("j", 2), 1e-5);
    ridge_fit(wb2, wb2 + 1, EXAMPLE_X, EXAMPLE_Y, 2, 1, 0.25);
    suspect("lambda is not used", (double[]){2, 1});
    suspect("lambda is added at the bias too, which is to cost nothing", (double[]){2.125 / 1.1875, 1.25 / 1.1875});
    grade_array("w, b of (1, 3), (2, 5) with lambda 0.25", wb2, (double[]){1, 2.5}, AXES("j", 2), 1e-5);

    int n = grade_int(7, 19), d = grade_int(2, 5), *all = in_order(n);
    float *x = grade_floats(n * d), *y = grade_floats(n), *got = grade_output(d + 1);
    double lambda = 0.1 + rng_uniform(grade_rng());
    for (int i = 0; i < n; i++) y[i] += 2;  // a bias worth pulling at
    bool ok = ridge_fit(got, got + d, x, y, n, d, lambda);
    grade_true(ok, "%d examples, %d features, lambda %g: got false, expected true", n, d, lambda);
    suspect("lambda is not used", least_squares(x, y, all, n, d, 0, 0));
    suspect("lambda is added at the bias too, which is to cost nothing",
            least_squares(x, y, all, n, d, lambda, lambda));
    suspect("lambda is divided by n; the sums have their 1/n already", least_squares(x, y, all, n, d, lambda / n, 0));
    suspect("lambda * n; the sums have their 1/n already", least_squares(x, y, all, n, d, lambda * n, 0));
    suspect("lambda / 2; both parts of the slope have a 2, and it cancels",
            least_squares(x, y, all, n, d, lambda / 2, 0));
    grade_array("w, then b", got, least_squares(x, y, all, n, d, lambda, 0), AXES("j", d + 1), 1e-4);

    float *kept = grade_copy((float[]){1, 2, 3, 4, 5, 6}, 6);
    ok = ridge_fit(kept, kept + d, x, y, d, d, 0);  // d examples for d + 1 unknowns
    grade_true(!ok, "%d examples for %d unknowns, lambda 0: got true, expected false: there is no unique answer", d,
               d + 1);
    grade_unchanged("w, b where there is no answer", kept);
}

// ---- lasso.c --------------------------------------------------------------------------------------------------------

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

// ---- early_stopping.c, folds.c, learning_curve.c --------------------------------------------------------------------

static void watch(const float *losses, int count, int patience) {
    struct early_stopping stop;
    early_stopping_start(&stop, patience);
    int best = -1, stale = 0, worse = 0, ties = 0;
    for (int e = 0; e < count; e++) {
        bool better = best < 0 || losses[e] < losses[best];
        if (best >= 0 && losses[e] == losses[best]) ties++;
        worse += !better;
        stale = better ? 0 : stale + 1;
        if (better) best = e;
        bool said = early_stopping_update(&stop, e, losses[e]);
        const char *mistake = "";
        if (stop.best_epoch == e && isnan(losses[e])) mistake = "\nlooks like: a loss that is NaN counts as a new best";
        else if (ties && stop.best_epoch > best) mistake = "\nlooks like: an equal loss counts as a new best";
        grade_true(stop.best_epoch == best, "epoch %d, loss %g: best_epoch is %d, expected %d%s", e, losses[e],
                   stop.best_epoch, best, mistake);
        grade_true(
            stop.best_loss == losses[best], "epoch %d: best_loss is %g, expected %g%s", e, stop.best_loss, losses[best],
            stop.best_loss == losses[e] ? "\nlooks like: the last loss is kept, where the best one is asked for" : "");
        grade_true(
            stop.stale == stale, "epoch %d: stale is %d, expected %d%s", e, stop.stale, stale,
            stop.stale == worse && worse != stale ? "\nlooks like: stale does not go back to 0 at a new best" : "");
        grade_true(said == (stale >= patience), "epoch %d, %d stale of patience %d: returned %s, expected %s%s", e,
                   stale, patience, said ? "true" : "false", said ? "false" : "true",
                   stale == patience ? "\nlooks like: > where >= is needed" : "");
        if (said) return;
    }
}

EXERCISE(early_stopping_update, .number = "01.13", .points = 3) {
    watch((float[]){5, 4, 4.5f, 3, 3.5f, 3, 3.2f}, 7, 3);  // the example of the text: best at 3, stops at 6
    watch((float[]){5, 4, NAN, 4.5f, 4, NAN}, 6, 4);       // a run that overflowed now and then
    for (int repeat = 0; repeat < 5; repeat++) {
        int count = grade_int(20, 40);
        float *losses = grade_floats(count);
        for (int e = 0; e < count; e++) losses[e] = roundf(4 * losses[e] - 0.2f * e) + 20;  // falls, with ties
        watch(losses, count, grade_int(2, 5));
    }
}

EXERCISE(folds_split, .number = "01.13", .points = 3) {
    int k = grade_int(3, 6), n = grade_int(3, 6) * k + grade_int(1, k - 1);
    int *order = in_disorder(n), *train = grade_ints(n, -1, -1), *validation = grade_ints(n, -1, -1);
    int *judged = grade_ints(n, 0, 0);
    for (int fold = 0; fold < k; fold++) {
        int start = fold * n / k, end = (fold + 1) * n / k, *rest = grade_ints(n, 0, 0), m = 0;
        for (int i = 0; i < n; i++)
            if (i < start || i >= end) rest[m++] = order[i];
        int held = folds_split(train, validation, order, n, k, fold);
        suspect_scalar("the number for training; the number for validation is asked for", n - (end - start));
        suspect_scalar("every fold has n / k; then n % k examples never judge. The borders are fold * n / k", n / k);
        grade_equal("number for validation", held, end - start);
        grade_ints_equal("validation", validation, order + start, AXES("i", held));
        grade_ints_equal("train", train, rest, AXES("i", n - held));
        for (int i = 0; i < held; i++) judged[validation[i]]++;
    }
    for (int i = 0; i < n; i++)
        grade_true(judged[i] == 1, "n %d, k %d: example %d is for validation %d times in all folds, expected once", n,
                   k, i, judged[i]);
}

EXERCISE(learning_curve, .number = "01.13", .points = 2, .needs = "folds_split ridge_fit linreg_forward mse_forward") {
    int k = grade_int(3, 4), d = grade_int(2, 3), n = 6 * k + grade_int(1, k - 1), sizes[] = {d + 2, 9, n - n / k - 1};
    int *order = in_disorder(n), *train = grade_ints(n, 0, 0);
    float *x = grade_floats(n * d), *y = grade_floats(n), *train_mse = grade_output(3),
          *validation_mse = grade_output(3);
    double want_train[3] = {0}, want_validation[3] = {0}, all_train[3] = {0}, one[3] = {0}, seen[3] = {0},
           lambda = 0.05;
    for (int i = 0; i < n; i++) y[i] += 3 * x[i * d] + 1;
    for (int s = 0; s < 3; s++)
        for (int fold = 0; fold < k; fold++) {
            int start = fold * n / k, end = (fold + 1) * n / k, m = 0;
            for (int i = 0; i < n; i++)
                if (i < start || i >= end) train[m++] = order[i];
            double *wb = least_squares(x, y, train, sizes[s], d, lambda, 0);
            want_train[s] += mse_of(wb, wb[d], x, y, train, sizes[s], d) / k;
            all_train[s] += mse_of(wb, wb[d], x, y, train, m, d) / k;
            one[s] = mse_of(wb, wb[d], x, y, order + start, end - start, d);
            want_validation[s] += one[s] / k;
            wb = least_squares(x, y, order, sizes[s], d, lambda, 0);
            seen[s] += mse_of(wb, wb[d], x, y, train, sizes[s], d) / k;
        }
    learning_curve(train_mse, validation_mse, sizes, 3, x, y, order, n, d, k, lambda);
    suspect("judged on all training examples; only those that were fitted count", all_train);
    suspect("fitted on the first rows of order, those of the fold among them; fit on the first of train", seen);
    suspect_factor("summed over the folds, not averaged", k);
    grade_array("train_mse", train_mse, want_train, AXES("s", 3), 1e-4);
    suspect("only the last fold counts", one);
    suspect_factor("summed over the folds, not averaged", k);
    suspect("the training loss, where the validation loss belongs", want_train);
    grade_array("validation_mse", validation_mse, want_validation, AXES("s", 3), 1e-4);
}

// Tests of model.c.
#include "01-linear-regression/definitions.h"

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

// Tests of gelu_mlp.c.
#include "13-transformer/definitions.h"

static double gelu_exact(double x) {
    return 0.5 * x * (1 + erf(x / sqrt(2)));
}

static double gelu_no_cube(double x) {
    return 0.5 * x * (1 + tanh(sqrt(2 / acos(-1.0)) * x));
}

static double gelu_half_u(double x) {
    double u = sqrt(2 / acos(-1.0)) * (x + 0.044715 * x * x * x);
    return x / (1 + exp(-u));
}

static double gelu_share(double x) {
    return x == 0 ? 0.5 : gelu(x) / x;
}

static double slope_of(double (*f)(double), double x) {
    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5;
}

EXERCISE(gelu_rows_forward, .number = "13.4", .points = 2) {
    const int n = grade_int(37, 90);
    float *x = bend_inputs(n), *out = grade_output(n);
    gelu_rows_forward(out, x, (size_t)n);
    suspect("the exact form, with erf: GPT-2 uses the tanh form", each(gelu_exact, x, n));
    suspect("the cubic term is missing", each(gelu_no_cube, x, n));
    suspect("SiLU, not GELU", each(silu, x, n));
    suspect("u where 2u is needed: (1 + tanh u)/2 = 1/(1 + e^-2u)", each(gelu_half_u, x, n));
    suspect("the share alone: it multiplies x", each(gelu_share, x, n));
    grade_array("out", out, each(gelu, x, n), AXES("i", n), 2e-6);
}

// What the slope of x s(x) becomes if parts of it are left out.
static double *gelu_slopes(const float *x, const float *dout, int n, bool s, bool x_ds, bool du) {
    double *d = grade_doubles(n);
    for (int i = 0; i < n; i++) {
        double slope = sqrt(2 / acos(-1.0)) * (1 + 3 * 0.044715 * (double)x[i] * x[i]);  // of u
        double second = x[i] * slope_of(gelu_share, x[i]) / (du ? 1 : slope);
        d[i] = (dout ? dout[i] : 1) * ((s ? gelu_share(x[i]) : 0) + (x_ds ? second : 0));
    }
    return d;
}

EXERCISE(gelu_rows_backward, .number = "13.4", .points = 2, .needs = "gelu_rows_forward") {
    const int n = grade_int(37, 90);
    float *x = bend_inputs(n), *dout = grade_floats(n), *dx = grade_output(n);
    double *want = gelu_slopes(x, dout, n, true, true, true);
    gelu_rows_backward(dx, dout, x, (size_t)n);
    suspect("only s(x): x also moves s", gelu_slopes(x, dout, n, true, false, true));
    suspect("only x s'(x): x is a factor, too", gelu_slopes(x, dout, n, false, true, true));
    suspect("the slope of u is missing: s' = 2 s (1 - s) u'", gelu_slopes(x, dout, n, true, true, false));
    suspect("dout is missing", gelu_slopes(x, NULL, n, true, true, true));
    grade_array("dx", dx, want, AXES("i", n), 1e-5);
    float *in_place = grade_copy(dout, n);
    gelu_rows_backward(in_place, in_place, x, (size_t)n);
    grade_array("dx, which may be dout", in_place, want, AXES("i", n), 1e-5);
}

// Tests of swiglu.c.
#include "13-transformer/definitions.h"

static double *define_swiglu(const float *x, int N, int F, double (*bend)(double), int gates) {
    double *out = grade_doubles(N * F);
    for (int i = 0; i < N * F; i++) {
        const float *row = x + i / F * 2 * F;
        out[i] = bend(row[i % F + gates * F]) * row[i % F + (1 - gates) * F];
    }
    return out;
}

static double sigmoid(double x) {
    return 1 / (1 + exp(-x));
}

EXERCISE(swiglu_forward, .number = "13.5", .points = 2) {
    const int N = grade_int(3, 6), F = grade_int(9, 21);
    float *x = bend_inputs(N * 2 * F), *out = grade_output(N * F);
    swiglu_forward(out, x, N, F);
    suspect("the halves are swapped: the gates come first", define_swiglu(x, N, F, silu, 1));
    suspect("the gate is not multiplied in: silu(gate) = gate * sigmoid(gate)", define_swiglu(x, N, F, sigmoid, 0));
    suspect("the gate has no bend", define_swiglu(x, N, F, itself, 0));
    suspect("the bend is GELU", define_swiglu(x, N, F, gelu, 0));
    grade_array("out", out, define_swiglu(x, N, F, silu, 0), AXES("nf", N, F), 1e-5);
}

enum swiglu_mistake { SWIGLU_RIGHT, SWIGLU_SWAPPED, SWIGLU_NO_VALUE, SWIGLU_SIGMOID_ONLY, SWIGLU_NO_GATE };

static double *define_swiglu_backward(const float *x, const float *dout, int N, int F, enum swiglu_mistake mistake) {
    double *dx = grade_doubles(N * 2 * F);
    for (int i = 0; i < N * F; i++) {
        const int at = i / F * 2 * F + i % F, to_gate = mistake == SWIGLU_SWAPPED ? F : 0;
        const double gate = x[at], value = x[at + F], s = sigmoid(gate);
        const double slope = mistake == SWIGLU_SIGMOID_ONLY ? s : s + gate * s * (1 - s);
        dx[at + to_gate] = dout[i] * slope * (mistake == SWIGLU_NO_VALUE ? 1 : value);
        dx[at + F - to_gate] = dout[i] * (mistake == SWIGLU_NO_GATE ? s : silu(gate));
    }
    return dx;
}

EXERCISE(swiglu_backward, .number = "13.5", .points = 2, .needs = "swiglu_forward") {
    const int N = grade_int(3, 6), F = grade_int(9, 21);
    float *x = bend_inputs(N * 2 * F), *dout = grade_floats(N * F), *dx = grade_output(N * 2 * F);
    swiglu_backward(dx, dout, x, N, F);
    suspect("the halves are swapped: the gates come first", define_swiglu_backward(x, dout, N, F, SWIGLU_SWAPPED));
    suspect("the gate's gradient does not see the value", define_swiglu_backward(x, dout, N, F, SWIGLU_NO_VALUE));
    suspect("the gate's slope lacks gate * s * (1 - s): the gate also moves the sigmoid",
            define_swiglu_backward(x, dout, N, F, SWIGLU_SIGMOID_ONLY));
    suspect("the value's gradient is silu(gate), not sigmoid(gate)",
            define_swiglu_backward(x, dout, N, F, SWIGLU_NO_GATE));
    grade_array("dx", dx, define_swiglu_backward(x, dout, N, F, SWIGLU_RIGHT), AXES("nf", N, 2 * F), 1e-5);
}

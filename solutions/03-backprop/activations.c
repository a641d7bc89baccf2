// Activations: one number in, one number out. Without one between them, two linear layers are one linear layer.
#include "03-backprop/backprop.h"

#include <math.h>

void sigmoid_forward(float *out, const float *x, int n) {
    // BEGIN SOLUTION 03.2 sigmoid_forward: 1 / (1 + e^-x)
    for (int i = 0; i < n; i++) out[i] = 1.0f / (1.0f + expf(-x[i]));
    // END SOLUTION
}

// Nowhere steeper than 1/4: a gradient that passes through ten of these has shrunk a million times.
void sigmoid_backward(float *dx, const float *dout, const float *x, int n) {
    // BEGIN SOLUTION 03.2 sigmoid_backward: dout times the slope of the sigmoid at x, added to dx
    for (int i = 0; i < n; i++) {
        float s = 1.0f / (1.0f + expf(-x[i]));
        dx[i] += dout[i] * s * (1.0f - s);
    }
    // END SOLUTION
}

void tanh_forward(float *out, const float *x, int n) {
    // BEGIN SOLUTION 03.2 tanh_forward: tanh(x)
    for (int i = 0; i < n; i++) out[i] = tanhf(x[i]);
    // END SOLUTION
}

void tanh_backward(float *dx, const float *dout, const float *x, int n) {
    // BEGIN SOLUTION 03.2 tanh_backward: dout times the slope of tanh at x, added to dx
    for (int i = 0; i < n; i++) {
        float t = tanhf(x[i]);
        dx[i] += dout[i] * (1.0f - t * t);
    }
    // END SOLUTION
}

void relu_forward(float *out, const float *x, int n) {
    // BEGIN SOLUTION 03.3 relu_forward: x where it is positive, else 0
    for (int i = 0; i < n; i++) out[i] = x[i] > 0.0f ? x[i] : 0.0f;
    // END SOLUTION
}

// ReLU has a corner at 0 and no slope there. Any value between 0 and 1 would do; everybody takes 0.
void relu_backward(float *dx, const float *dout, const float *x, int n) {
    // BEGIN SOLUTION 03.3 relu_backward: dout times the slope of ReLU at x, added to dx
    for (int i = 0; i < n; i++) dx[i] += x[i] > 0.0f ? dout[i] : 0.0f;
    // END SOLUTION
}

void leaky_relu_forward(float *out, const float *x, float alpha, int n) {
    // BEGIN SOLUTION 03.3 leaky_relu_forward: x where it is positive, else alpha x
    for (int i = 0; i < n; i++) out[i] = x[i] > 0.0f ? x[i] : alpha * x[i];
    // END SOLUTION
}

void leaky_relu_backward(float *dx, const float *dout, const float *x, float alpha, int n) {
    // BEGIN SOLUTION 03.3 leaky_relu_backward: dout times the slope at x, added to dx
    for (int i = 0; i < n; i++) dx[i] += x[i] > 0.0f ? dout[i] : alpha * dout[i];
    // END SOLUTION
}

// expm1f(x) is e^x - 1 without the loss of digits near 0.
void elu_forward(float *out, const float *x, float alpha, int n) {
    // BEGIN SOLUTION 03.3 elu_forward: x where it is positive, else alpha (e^x - 1)
    for (int i = 0; i < n; i++) out[i] = x[i] > 0.0f ? x[i] : alpha * expm1f(x[i]);
    // END SOLUTION
}

void elu_backward(float *dx, const float *dout, const float *x, float alpha, int n) {
    // BEGIN SOLUTION 03.3 elu_backward: dout times the slope at x, added to dx
    for (int i = 0; i < n; i++) dx[i] += x[i] > 0.0f ? dout[i] : dout[i] * alpha * expf(x[i]);
    // END SOLUTION
}

void silu_forward(float *out, const float *x, int n) {
    // BEGIN SOLUTION 03.4 silu_forward: x sigmoid(x)
    for (int i = 0; i < n; i++) out[i] = x[i] / (1.0f + expf(-x[i]));
    // END SOLUTION
}

// A product of two functions of x: the product rule gives two terms.
void silu_backward(float *dx, const float *dout, const float *x, int n) {
    // BEGIN SOLUTION 03.4 silu_backward: dout times the slope of x sigmoid(x), added to dx
    for (int i = 0; i < n; i++) {
        float s = 1.0f / (1.0f + expf(-x[i]));
        dx[i] += dout[i] * (s + x[i] * s * (1.0f - s));
    }
    // END SOLUTION
}

// BEGIN SOLUTION 03.4 -
static const float gelu_scale = 0.7978845608f;  // sqrt(2/pi)
static const float gelu_cubic = 0.044715f;
// END SOLUTION
void gelu_forward(float *out, const float *x, int n) {
    // BEGIN SOLUTION 03.4 gelu_forward: 0.5 x (1 + tanh(u)), with u = sqrt(2/pi) (x + 0.044715 x^3)
    for (int i = 0; i < n; i++) {
        float u = gelu_scale * (x[i] + gelu_cubic * x[i] * x[i] * x[i]);
        out[i] = 0.5f * x[i] * (1.0f + tanhf(u));
    }
    // END SOLUTION
}

// A product again, and inside it a chain: tanh of a polynomial.
void gelu_backward(float *dx, const float *dout, const float *x, int n) {
    // BEGIN SOLUTION 03.4 gelu_backward: dout times the slope of 0.5 x (1 + tanh(u(x))), added to dx
    for (int i = 0; i < n; i++) {
        float u = gelu_scale * (x[i] + gelu_cubic * x[i] * x[i] * x[i]);
        float du = gelu_scale * (1.0f + 3.0f * gelu_cubic * x[i] * x[i]);
        float t = tanhf(u);
        dx[i] += dout[i] * (0.5f * (1.0f + t) + 0.5f * x[i] * (1.0f - t * t) * du);
    }
    // END SOLUTION
}

// Activations: one number in, one number out. Without one between them, two linear layers are one linear layer.
#include "03-backprop/backprop.h"

#include <math.h>

void sigmoid_forward(float *out, const float *x, int n) {
    // TODO 03.2 sigmoid_forward: 1 / (1 + e^-x)
    todo("03.2 sigmoid_forward");
}

// Nowhere steeper than 1/4: a gradient that passes through ten of these has shrunk a million times.
void sigmoid_backward(float *dx, const float *dout, const float *x, int n) {
    // TODO 03.2 sigmoid_backward: dout times the slope of the sigmoid at x, added to dx
    todo("03.2 sigmoid_backward");
}

void tanh_forward(float *out, const float *x, int n) {
    // TODO 03.2 tanh_forward: tanh(x)
    todo("03.2 tanh_forward");
}

void tanh_backward(float *dx, const float *dout, const float *x, int n) {
    // TODO 03.2 tanh_backward: dout times the slope of tanh at x, added to dx
    todo("03.2 tanh_backward");
}

void relu_forward(float *out, const float *x, int n) {
    // TODO 03.3 relu_forward: x where it is positive, else 0
    todo("03.3 relu_forward");
}

// ReLU has a corner at 0 and no slope there. Any value between 0 and 1 would do; everybody takes 0.
void relu_backward(float *dx, const float *dout, const float *x, int n) {
    // TODO 03.3 relu_backward: dout times the slope of ReLU at x, added to dx
    todo("03.3 relu_backward");
}

void leaky_relu_forward(float *out, const float *x, float alpha, int n) {
    // TODO 03.3 leaky_relu_forward: x where it is positive, else alpha x
    todo("03.3 leaky_relu_forward");
}

void leaky_relu_backward(float *dx, const float *dout, const float *x, float alpha, int n) {
    // TODO 03.3 leaky_relu_backward: dout times the slope at x, added to dx
    todo("03.3 leaky_relu_backward");
}

// expm1f(x) is e^x - 1 without the loss of digits near 0.
void elu_forward(float *out, const float *x, float alpha, int n) {
    // TODO 03.3 elu_forward: x where it is positive, else alpha (e^x - 1)
    todo("03.3 elu_forward");
}

void elu_backward(float *dx, const float *dout, const float *x, float alpha, int n) {
    // TODO 03.3 elu_backward: dout times the slope at x, added to dx
    todo("03.3 elu_backward");
}

void silu_forward(float *out, const float *x, int n) {
    // TODO 03.4 silu_forward: x sigmoid(x)
    todo("03.4 silu_forward");
}

// A product of two functions of x: the product rule gives two terms.
void silu_backward(float *dx, const float *dout, const float *x, int n) {
    // TODO 03.4 silu_backward: dout times the slope of x sigmoid(x), added to dx
    todo("03.4 silu_backward");
}

void gelu_forward(float *out, const float *x, int n) {
    // TODO 03.4 gelu_forward: 0.5 x (1 + tanh(u)), with u = sqrt(2/pi) (x + 0.044715 x^3)
    todo("03.4 gelu_forward");
}

// A product again, and inside it a chain: tanh of a polynomial.
void gelu_backward(float *dx, const float *dout, const float *x, int n) {
    // TODO 03.4 gelu_backward: dout times the slope of 0.5 x (1 + tanh(u(x))), added to dx
    todo("03.4 gelu_backward");
}

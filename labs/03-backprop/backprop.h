// Chapter 03: neurons, activations, linear layers and losses, each with its backward pass; an MLP made of them; a
// gradient check; and a tape that differentiates by itself. Sections follow the files of this folder.
//
// Sizes: B rows of a batch, I inputs and O outputs of a layer, C classes, n plain elements. Every backward function
// gets the gradient of the loss with respect to its layer's output (dout), multiplies it by the layer's own derivative,
// and ADDS the product to the gradient of the input (dx) or of a parameter (dweight).
#pragma once
#include <stddef.h>

#include "common/common.h"

// ---- neuron.c: the threshold unit (McCulloch and Pitts 1943) --------------------------------------------------------

// 1 if sum_i weight[i] * x[i] + bias >= 0, else 0: the unit "fires". x (n), weight (n); n >= 0.
int threshold_unit(const float *x, const float *weight, float bias, int n);

// A unit with two inputs.
struct gate {
    float weight[2], bias;
};
struct gate gate_and(void);  // fires if both inputs are 1
struct gate gate_or(void);   // fires if at least one input is 1
struct gate gate_not(void);  // fires if the first input is 0; ignores the second
// 1 if exactly one of a, b (each 0 or 1) is 1. No single unit can do this: combines several in two layers.
int gate_xor(int a, int b);

// ---- activations.c: one number in, one number out, n times ----------------------------------------------------------

// x_forward writes out[i] = f(x[i]); x_backward adds dout[i] * f'(x[i]) to dx[i]. x is the INPUT of the forward pass,
// in all of them. All arrays (n); out may be x itself.
void sigmoid_forward(float *out, const float *x, int n);  // 1 / (1 + e^-x)
void sigmoid_backward(float *dx, const float *dout, const float *x, int n);
void tanh_forward(float *out, const float *x, int n);
void tanh_backward(float *dx, const float *dout, const float *x, int n);
void relu_forward(float *out, const float *x, int n);  // max(0, x); the slope at exactly 0 is taken as 0
void relu_backward(float *dx, const float *dout, const float *x, int n);
void leaky_relu_forward(float *out, const float *x, float alpha, int n);  // x where x > 0, else alpha * x
void leaky_relu_backward(float *dx, const float *dout, const float *x, float alpha, int n);
void elu_forward(float *out, const float *x, float alpha, int n);  // x where x > 0, else alpha * (e^x - 1)
void elu_backward(float *dx, const float *dout, const float *x, float alpha, int n);
void silu_forward(float *out, const float *x, int n);  // x * sigmoid(x), also called Swish
void silu_backward(float *dx, const float *dout, const float *x, int n);
// GELU in its tanh form, 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), as GPT-2 uses it (Hendrycks and Gimpel 2016).
// PyTorch's default is the exact form x * Phi(x); the two differ by less than 5e-4 everywhere.
void gelu_forward(float *out, const float *x, int n);
void gelu_backward(float *dx, const float *dout, const float *x, int n);

// ---- softmax.c: scores to probabilities -----------------------------------------------------------------------------

// Each row of x (B,C) becomes probabilities: out[b,c] = e^x[b,c] / sum_k e^x[b,k]. Finite for scores of any size. out
// may be x itself.
void softmax_forward(float *out, const float *x, int B, int C);
// dx (B,C) += what dout (B,C) makes of it; out (B,C) is the forward pass's RESULT.
void softmax_backward(float *dx, const float *dout, const float *out, int B, int C);

// ---- loss.c: cross-entropy from logits ------------------------------------------------------------------------------

// logits (B,C), targets (B) in 0..C-1 ->  probs (B,C) = softmax(logits), kept for backward; returns the mean over B of
// -log probs[b,targets[b]]. Finite for finite logits of any size: the loss comes from the logits, never from log(0).
float cross_entropy_forward(float *probs, const float *logits, const int *targets, int B, int C);
// dlogits (B,C) += dloss * (probs - onehot(targets)) / B
void cross_entropy_backward(float *dlogits, float dloss, const float *probs, const int *targets, int B, int C);

// ---- linear.c: the fully connected layer ----------------------------------------------------------------------------

// out (B,O) = x (B,I) weight^T + bias. weight (O,I), one row per output, as in PyTorch; bias (O), may be NULL.
void linear_forward(float *out, const float *x, const float *weight, const float *bias, int B, int I, int O);
// dx (B,I) += dout weight;  dweight (O,I) += dout^T x;  dbias (O) += sum of dout over the rows.
// Each of dx, dweight and dbias may be NULL: that gradient is not wanted.
void linear_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x, const float *weight,
                     int B, int I, int O);

// ---- mlp.c: a multi-layer perceptron --------------------------------------------------------------------------------

// An activation without parameters, by name; activation_find dies with the list of names if there is no such one.
struct activation {
    const char *name;  // sigmoid, tanh, relu, silu, gelu
    void (*forward)(float *out, const float *x, int n);
    void (*backward)(float *dx, const float *dout, const float *x, int n);
};
struct activation activation_find(const char *name);

#define MLP_MAX_LAYERS 8
// Layer l maps sizes[l] numbers to sizes[l+1]; the activation stands between layers, not after the last.
//     x -> linear 0 -> z[0] -> activation -> a[1] -> linear 1 -> z[1] -> ... -> z[layers-1] = logits
// Parameters lie in one flat array, layer after layer, weight (O,I) then bias (O); grads has the same layout.
struct mlp {
    int layers, sizes[MLP_MAX_LAYERS + 1], max_batch;
    struct activation activation;
    size_t num_params;
    float *params, *grads;
    float *weight[MLP_MAX_LAYERS], *bias[MLP_MAX_LAYERS];    // into params
    float *dweight[MLP_MAX_LAYERS], *dbias[MLP_MAX_LAYERS];  // into grads
    float *z[MLP_MAX_LAYERS];                                // z[l] (B, sizes[l+1]): what layer l gives
    float *a[MLP_MAX_LAYERS];  // a[l] (B, sizes[l]): what layer l got, for l >= 1; a[0] is NULL, its place is x's
    float *dz[MLP_MAX_LAYERS], *da[MLP_MAX_LAYERS];  // their gradients, scratch of mlp_backward
};
// Weights are drawn from N(0, gain^2 / I), biases are 0. gain sqrt(2) suits ReLU (chapter 04 says why). Free with
// mlp_free.
void mlp_init(struct mlp *m, const int *sizes, int layers, const char *activation, float gain, int max_batch,
              struct rng *r);
void mlp_free(struct mlp *m);
// x (B, sizes[0]) -> logits (B, sizes[layers]), which stay valid until the next call.  1 <= B <= max_batch.
const float *mlp_forward(struct mlp *m, const float *x, int B);
// Adds to m->grads what dlogits (B, sizes[layers]) makes of it. x and B as in the mlp_forward just before.
void mlp_backward(struct mlp *m, const float *dlogits, const float *x, int B);
void mlp_zero_grads(struct mlp *m);
void mlp_step(struct mlp *m, float lr);  // params -= lr * grads, plain gradient descent

// ---- gradcheck.c: is this gradient right? ---------------------------------------------------------------------------
typedef double (*gradcheck_function)(const double *x, void *context);
// grad (n) = central differences of f at x (n): grad[i] = (f(x + step e_i) - f(x - step e_i)) / (2 step). Written, not
// added.
void numeric_gradient(double *grad, gradcheck_function f, void *context, const double *x, int n, double step);

struct gradcheck {
    double error;              // the largest relative error, |analytic - numeric| / max(1, |analytic|, |numeric|)
    int worst;                 // its index; the first one if several are equal
    double analytic, numeric;  // the two slopes there
};
// Compares analytic (n), a gradient made by some backward pass, with the numeric gradient of f at x (n). n >= 1. A NaN
// in either counts as an infinite error.
struct gradcheck gradcheck(const double *analytic, gradcheck_function f, void *context, const double *x, int n,
                           double step);

// ---- tape.c: reverse-mode automatic differentiation -----------------------------------------------------------------

// Every operation appends a node with its value and the nodes it came from; tape_backward walks the list back. A node
// is named by its index. Values are double.
enum tape_op { TAPE_LEAF, TAPE_ADD, TAPE_MUL, TAPE_POW, TAPE_EXP, TAPE_LOG, TAPE_TANH, TAPE_RELU };
struct tape_node {
    enum tape_op op;
    int a, b;         // the parents' indices; -1 where there is none
    double exponent;  // of TAPE_POW
    double value, grad;
};
struct tape {
    struct tape_node *nodes;
    int count, capacity;
};
void tape_init(struct tape *t);  // empty
void tape_free(struct tape *t);
int tape_push(struct tape *t, enum tape_op op, int a, int b, double value);  // appends a node; grows as needed
void tape_truncate(struct tape *t, int count);  // forgets all nodes from index count on: keeps the parameters, say
double tape_value(const struct tape *t, int node);
double tape_grad(const struct tape *t, int node);

int tape_leaf(struct tape *t, double value);  // an input, a parameter or a constant
int tape_add(struct tape *t, int a, int b);
int tape_mul(struct tape *t, int a, int b);
int tape_pow(struct tape *t, int a, double exponent);
int tape_exp(struct tape *t, int a);
int tape_log(struct tape *t, int a);
int tape_tanh(struct tape *t, int a);
int tape_relu(struct tape *t, int a);
int tape_sub(struct tape *t, int a, int b);            // a + (-1) b: made of the ones above
int tape_div(struct tape *t, int a, int b);            // a * b^-1: likewise
int tape_scale(struct tape *t, int a, double factor);  // factor * a: likewise
// Adds to the grad of node's parents what node's own grad makes of it: the chain rule, one step.
void tape_pay_parents(struct tape *t, int node);
// Sets the grad of every node to d(output)/d(node). Starts from zeros: nothing is left over from an earlier call.
void tape_backward(struct tape *t, int output);

// The experiments that the program of chapter 03 runs on the learner's functions. Given code: nothing to fill in here.
#pragma once
#include <math.h>
#include <stdbool.h>

#include "03-backprop/backprop.h"
#include "datasets/fashion_mnist.h"

struct options {
    const char *out;         // where the CSV files go
    const char *activation;  // of the MLP on Fashion-MNIST
    float lr, gain;          // of that MLP
    int hidden, epochs, batch;
    bool naive_softmax;  // the softmax without its max-subtraction, to see it fail
    int steps, points;   // of the tape on the two moons
    float moons_lr;
    int breaking_steps;  // per run of show_breaking
    int seed;
};

// For printing: a nan without the sign that it may carry, which means nothing.
static inline double plain_nan(double value) {
    return isnan(value) ? (double)NAN : value;
}

enum stream { STREAM_WEIGHTS, STREAM_ORDER, STREAM_MOONS, STREAM_CHECK };  // each user of random numbers has its own

// ---- trainer.c: mini-batch descent of an MLP on images --------------------------------------------------------------
struct trainer {
    struct mlp mlp;
    const struct images *data;
    struct rng order_rng;
    int batch, at, *order;           // order (data->n) is shuffled anew whenever it has been gone through
    float lr, *x, *probs, *dlogits;  // x (batch, pixels), probs and dlogits (batch, classes)
    int *targets;
    bool naive_softmax;
};
// One hidden layer. data must outlive the trainer; free with trainer_free.
void trainer_init(struct trainer *t, const struct options *o, const struct images *data);
void trainer_free(struct trainer *t);
int trainer_steps_per_epoch(const struct trainer *t);  // the last batch of an epoch may be smaller
float trainer_step(struct trainer *t);                 // one batch, one step; returns the batch's loss before it

struct evaluation {
    float loss, accuracy;
};
// On the first n of data. predicted (n) and confidence (n) may be NULL.
struct evaluation evaluate(struct mlp *m, const struct images *data, int n, int *predicted, float *confidence);

// Cross-entropy by its definition: e^x over the sum, then a logarithm. What the course's own avoids.
float naive_cross_entropy(float *probs, const float *logits, const int *targets, int B, int C);

// ---- expressions.c: this chapter's functions written as tape expressions --------------------------------------------
int express_sigmoid(struct tape *t, int x);
int express_leaky_relu(struct tape *t, int x, double alpha);
int express_elu(struct tape *t, int x, double alpha);
int express_silu(struct tape *t, int x);
int express_gelu(struct tape *t, int x);
// out (C) and x (C) are nodes.
void express_softmax(struct tape *t, int *out, const int *x, int C);
int express_cross_entropy(struct tape *t, const int *logits, int target, int C);
// out (O) = weight (O,I) x (I) + bias (O); weight + k is the node of the k-th weight, and so on.
void express_linear(struct tape *t, int *out, const int *x, int weight, int bias, int I, int O);
// sum_i weight[i] * x[i], with constant weights: makes one number of n nodes
int express_weighted_sum(struct tape *t, const int *x, const float *weight, int n);
// Mean cross-entropy of a network with tanh between its layers on xy (n, sizes[0]). The network's parameters are the
// nodes 0, 1, ... of the tape, in the order of struct mlp.
int express_mlp_loss(struct tape *t, const int *sizes, int layers, const float *xy, const int *labels, int n);

// ---- one experiment per file ----------------------------------------------------------------------------------------
void show_neuron(void);                          // gates
void show_activations(const struct options *o);  // the curves and their slopes
void show_softmax(void);                         // 1, 2, 3; and scores of 1000
void show_example(void);                         // the 2-2-1 network of the text
void show_fashion(const struct options *o, const struct images *train, const struct images *test);
void show_breaking(const struct options *o, const struct images *train, const struct images *test);
// Every backward pass against the tape and against differences; and which step to nudge by.
void show_gradients(const struct options *o);
void show_moons(const struct options *o);  // the tape trains

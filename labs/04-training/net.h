// Given code: a stack of linear -> norm -> activation -> dropout, with a plain linear layer at its end. It calls what
// you write in this chapter, and chapter 03's layers.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "common/common.h"

enum norm { NORM_NONE, NORM_BATCH, NORM_LAYER, NORM_INSTANCE, NORM_GROUP, NORM_RMS, NORM_WEIGHT, NORM_COUNT };
enum init { INIT_NORMAL, INIT_XAVIER, INIT_KAIMING, INIT_ORTHOGONAL };
enum nonlinearity { NONLINEARITY_TANH, NONLINEARITY_RELU };
extern const char *const norm_names[NORM_COUNT];

// A row of hidden features has no pixels; instance and group norm read it as channels of this many positions each.
enum { NET_POSITIONS = 8, NET_GROUPS = 4, NET_MAX_LAYERS = 32 };

struct net_config {
    int sizes[NET_MAX_LAYERS + 1];  // inputs, hidden widths (multiples of NET_POSITIONS * NET_GROUPS), outputs
    int layers;                     // linear layers; sizes has layers + 1 entries
    enum nonlinearity nonlinearity;
    enum norm norm;
    enum init init;
    float gain;     // INIT_NORMAL: the standard deviation; else a factor on the weights, usually 1
    float dropout;  // the probability, after every hidden layer
};

// One layer. Arrays of weights and gradients point into the net's flat params and grads.
struct layer {
    int I, O, C;                             // C: channels of the norm
    float *weight, *dweight, *bias, *dbias;  // (O,I), (O)
    float *scale, *dscale, *shift, *dshift;  // (C); the norm's weight and bias. Weight norm: scale (O) is its g
    float *mean, *rstd;                      // as the norm needs them, at most (B,C)
    float *running_mean, *running_var;       // (C), batch norm
    float *unit, *dunit, *length;            // weight norm: the weight that is used, (O,I), and |v| (O)
    float *z, *y, *a, *mask, *h;             // (B,O): linear, norm, activation, dropout's mask and output
    float *dz, *dy, *da, *dh;                // (B,O)
};

struct net {
    struct net_config config;
    struct layer layer[NET_MAX_LAYERS];
    int max_batch, decayed, count;  // params: first `decayed` weights of linear layers, then biases and norms
    float *params, *grads;          // (count)
    float *probs;                   // (B, outputs)
    struct rng dropout;
};

void net_create(struct net *net, const struct net_config *config, int max_batch, uint64_t seed);
void net_free(struct net *net);

// x (B,inputs), B <= max_batch. Returns the logits (B,outputs), which belong to the net.
const float *net_forward(struct net *net, const float *x, int B, bool training);

// After net_forward in training: the mean cross-entropy. net_backward then sets grads to its gradient.
float net_loss(struct net *net, const int *targets, int B);
void net_backward(struct net *net, const float *x, const int *targets, int B);

// A GPT-2 whose parts can be switched off or moved: which of them learns? (Given.) The weights are those
// of struct gpt; with all switches on and the norms before, so are the results.
#pragma once
#include "13-transformer/transformer.h"

enum norm_place { NORM_BEFORE, NORM_AFTER, NORM_NOWHERE };
struct switches {
    bool attention, mlp, residual, positions;
    enum norm_place norms;
};

// One side road: what came in, what the part reads (its norm, or x itself), and what the road ends with.
struct switched_road {
    float *x, *in, *mean, *rstd;  // (N,C), (N,C), (N), (N)
    float *sum;                   // (N,C) before a norm that stands after
};
struct switched_layer {
    struct switched_road attention, mlp;
    float *qkv, *heads, *lse;  // (N,3C), (N,C), (B,H,T)
    float *up, *act;           // (N,F), (N,F)
};
struct switched {
    struct gpt gpt;  // configuration, weights, gradients, scratch, logits; not its blocks
    struct switches on;
    struct switched_layer *layer;  // (L)
    float *slope;                  // (L): length of the gradient of layer l's weights
    float *spread;  // (L+1): how much of the rows that layer l reads, and of the last, differs from text's mean row
    float *memory;
};

// For batches of B x T. Random weights as gpt_init makes them.
void switched_init(struct switched *m, const struct gpt_config *c, struct switches on, float std, int B, int T,
                   struct rng *r);
void switched_free(struct switched *m);
const float *switched_forward(struct switched *m, const int *tokens, const int *length);
// After switched_forward: adds the gradients to m->gpt.grads, sets m->slope and m->spread and returns the loss.
float switched_backward(struct switched *m, const int *tokens, const int *targets, const int *length);

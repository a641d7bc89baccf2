// Given code: one training run with all of this chapter's choices as fields, and what it measured.
#pragma once
#include "04-training/net.h"
#include "datasets/fashion_mnist.h"

// Images ready for a net: (n,784), mean 0 and variance 1 over the training set; labels (n).
struct examples {
    int n;
    const float *x;
    const int *labels;
};

enum optimizer {
    OPTIMIZER_SGD,
    OPTIMIZER_MOMENTUM,
    OPTIMIZER_ADAGRAD,
    OPTIMIZER_RMSPROP,
    OPTIMIZER_ADAM,
    OPTIMIZER_ADAM_L2,
    OPTIMIZER_ADAMW,
    OPTIMIZER_COUNT
};
extern const char *const optimizer_names[OPTIMIZER_COUNT];

// One step of an optimizer over w (n), with the usual constants: mu 0.9, alpha 0.99, beta 0.9 and 0.999. decay serves
// Adam with L2 (as lambda) and AdamW, and no other. state1 and state2 (n) start at zero; step counts from 1.
void optimizer_step(enum optimizer kind, float *w, float *state1, float *state2, const float *dw, float lr, float decay,
                    int step, int n);

struct training {
    struct net_config net;
    enum optimizer optimizer;
    float lr, decay;
    float clip;   // the longest gradient; 0: no clipping
    int warmup;   // steps
    bool cosine;  // else the rate stays at lr after the warm-up
    int batch, steps;
    int eval_every;  // steps between tests; 0: only at the end
    uint64_t seed;
    const char *label;       // for the progress line (10 columns) and the live plot's curve
    struct live_plot *live;  // where the loss is drawn while it falls; NULL: nowhere
};

struct record {
    int steps, evals;
    float *loss, *length;  // (steps): training loss of the step's batch, length of its gradient before clipping
    float *accuracy;       // (evals): on the test images
    float final_loss, final_accuracy;  // the mean loss of the last tenth of the steps; the last test
};

// Trains a fresh net. The result is the caller's, to be freed with record_free.
struct record train_run(const struct training *t, const struct examples *train, const struct examples *test);
void record_free(struct record *r);

float net_accuracy(struct net *net, const struct examples *e);  // share of e that net classifies rightly, in evaluation

// Cross-entropy over those positions that count: padding has no right answer, and neither have the tokens of a question
// (chapter 16) or the words that a masked language model was shown.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "13-transformer/transformer.h"
#include "common/exp_float.h"

static int count_targets(const int *targets, int N) {
    int count = 0;
    for (int n = 0; n < N; n++) count += targets[n] >= 0;
    return count;
}

// The mean over those that count, summed in order, so that it is the same with any number of threads.
static float mean_loss(const float *losses, const int *targets, int N) {
    double sum = 0;
    for (int n = 0; n < N; n++) sum += losses[n];
    int count = count_targets(targets, N);
    return count ? (float)(sum / count) : 0.0f;
}

// The loss of one row of logits x (V): log of the sum of e^x, less the target's x.
static float row_loss(const float *x, int target, int V) {
    // TODO 13.6 masked_loss_forward: the log-sum-exp of x (subtract the largest first), less the target's logit
    todo("13.6 masked_loss_forward");
}

// Turns x (V) into scale * (probability - 1 for the target, 0 for the others), and returns the loss as row_loss does.
static float row_gradient(float *x, int target, float scale, int V) {
    // TODO 13.6 masked_loss_backward: the loss first, because x is about to be overwritten; then every x[v]
    todo("13.6 masked_loss_backward");
}

float masked_loss_forward(float *losses, const float *logits, const int *targets, int N, int V) {
    float *own = losses ? NULL : alloc_floats((size_t)N);
    if (own) losses = own;
#pragma omp parallel for schedule(static) if ((size_t)N * V >= WORTH_THREADS)
    for (int n = 0; n < N; n++) losses[n] = targets[n] < 0 ? 0.0f : row_loss(logits + (size_t)n * V, targets[n], V);
    float loss = mean_loss(losses, targets, N);
    free(own);
    return loss;
}

float masked_loss_backward(float *logits, float dloss, const int *targets, int N, int V) {
    float *losses = alloc_floats((size_t)N);
    int count = count_targets(targets, N);
#pragma omp parallel for schedule(static) if ((size_t)N * V >= WORTH_THREADS)
    for (int n = 0; n < N; n++) {
        float *row = logits + (size_t)n * V;
        if (targets[n] < 0) memset(row, 0, (size_t)V * sizeof(float));
        else losses[n] = row_gradient(row, targets[n], dloss / (float)count, V);
    }
    float loss = mean_loss(losses, targets, N);
    free(losses);
    return loss;
}

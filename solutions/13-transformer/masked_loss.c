// Cross-entropy over those positions that count: padding has no right answer, and neither have the tokens of a question
// (chapter 16) or the words that a masked language model was shown.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "13-transformer/transformer.h"
#include "common/exp_float.h"

// BEGIN SOLUTION 13.6 -
// The largest of x (V). Eight running maxima, because a loop that waits for one is eight times as slow.
static float row_max(const float *x, int V) {
    enum { LANES = 8 };
    float max[LANES];
    for (int i = 0; i < LANES; i++) max[i] = x[0];
    for (int v = 0; v < V - V % LANES; v += LANES)
        for (int i = 0; i < LANES; i++) max[i] = x[v + i] > max[i] ? x[v + i] : max[i];
    for (int v = V - V % LANES; v < V; v++) max[0] = x[v] > max[0] ? x[v] : max[0];
    for (int i = 1; i < LANES; i++) max[0] = max[i] > max[0] ? max[i] : max[0];
    return max[0];
}

static float row_sum_exp(const float *x, float max, int V) {
    float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
    for (int v = 0; v < V; v++) sum += exp_float(x[v] - max);
    return sum;
}
// END SOLUTION

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
    // BEGIN SOLUTION 13.6 masked_loss_forward: the log-sum-exp of x (subtract the largest first), less the target's logit
    float max = row_max(x, V);
    return max + logf(row_sum_exp(x, max, V)) - x[target];
    // END SOLUTION
}

// Turns x (V) into scale * (probability - 1 for the target, 0 for the others), and returns the loss as row_loss does.
static float row_gradient(float *x, int target, float scale, int V) {
    // BEGIN SOLUTION 13.6 masked_loss_backward: the loss first, because x is about to be overwritten; then every x[v]
    float max = row_max(x, V), sum = row_sum_exp(x, max, V), loss = max + logf(sum) - x[target];
#pragma omp simd
    for (int v = 0; v < V; v++) x[v] = scale * (exp_float(x[v] - max) / sum);
    x[target] -= scale;
    return loss;
    // END SOLUTION
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

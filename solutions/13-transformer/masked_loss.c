// Cross-entropy over those positions that count: padding has no right answer, and neither have the tokens of a question
// (chapter 16) or the words that a masked language model was shown.
#include <math.h>
#include <stdlib.h>

#include "13-transformer/transformer.h"
#include "common/exp_float.h"

// The largest of x (V). Eight running maxima, because a loop that waits for one is eight times as slow.
static float row_max(const float *x, int V) {
    float max = x[0];
#pragma omp simd reduction(max : max)
    for (int v = 0; v < V; v++) max = x[v] > max ? x[v] : max;
    return max;
}

static float row_sum_exp(const float *x, float max, int V) {
    float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
    for (int v = 0; v < V; v++) sum += exp_float(x[v] - max);
    return sum;
}

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

float masked_loss_forward(float *losses, const float *logits, const int *targets, int N, int V) {
    float *own = losses ? NULL : alloc_floats((size_t)N);
    if (own) losses = own;
#pragma omp parallel for schedule(static)
    for (int n = 0; n < N; n++) {
        // BEGIN SOLUTION 13.6 masked_loss_forward: losses[n] = log of the sum of e^logit, less the target's logit; or 0
        const float *x = logits + (size_t)n * V;
        losses[n] = 0.0f;
        if (targets[n] < 0) continue;
        float max = row_max(x, V);
        losses[n] = max + logf(row_sum_exp(x, max, V)) - x[targets[n]];
        // END SOLUTION
    }
    float loss = mean_loss(losses, targets, N);
    free(own);
    return loss;
}

float masked_loss_backward(float *logits, float dloss, const int *targets, int N, int V) {
    float *losses = alloc_floats((size_t)N);
    int count = count_targets(targets, N);
    float scale = count ? dloss / (float)count : 0.0f;
#pragma omp parallel for schedule(static)
    for (int n = 0; n < N; n++) {
        float *x = logits + (size_t)n * V;
        // BEGIN SOLUTION 13.6 masked_loss_backward: losses[n] as above, then x[v] = scale * (probability - is it the target)
        if (targets[n] < 0) {
            for (int v = 0; v < V; v++) x[v] = 0.0f;
            continue;
        }
        float max = row_max(x, V), sum = row_sum_exp(x, max, V), factor = scale / sum;
        losses[n] = max + logf(sum) - x[targets[n]];
#pragma omp simd
        for (int v = 0; v < V; v++) x[v] = factor * exp_float(x[v] - max);
        x[targets[n]] -= scale;
        // END SOLUTION
    }
    float loss = mean_loss(losses, targets, N);
    free(losses);
    return loss;
}

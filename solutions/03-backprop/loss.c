// Cross-entropy from logits: how surprised the model is by the right answer. Softmax and logarithm are taken together,
// because apart they lose the answer: a probability of e^-1000 is 0 in a float, and its logarithm is minus infinity.
#include "03-backprop/backprop.h"

#include <math.h>

// The loss of a row is log(sum_c e^logits[c]) - logits[target], computed so that nothing overflows.
float cross_entropy_forward(float *probs, const float *logits, const int *targets, int B, int C) {
    // BEGIN SOLUTION 03.6 cross_entropy_forward: fill probs; return the mean of -log of each row's right probability
    // with m the row's maximum, log sum_c e^x[c] = m + log sum_c e^(x[c] - m)
    double total = 0.0;
    for (int b = 0; b < B; b++) {
        const float *x = logits + (size_t)b * C;
        float *p = probs + (size_t)b * C;
        float max = x[0];
        for (int c = 1; c < C; c++) max = fmaxf(max, x[c]);
        float sum = 0.0f;
        for (int c = 0; c < C; c++) {
            p[c] = expf(x[c] - max);
            sum += p[c];
        }
        for (int c = 0; c < C; c++) p[c] /= sum;
        total += logf(sum) + max - x[targets[b]];
    }
    return (float)(total / B);
    // END SOLUTION
}

// The softmax's matrix and the logarithm's 1/p cancel: what is left is very short.
void cross_entropy_backward(float *dlogits, float dloss, const float *probs, const int *targets, int B, int C) {
    // BEGIN SOLUTION 03.6 cross_entropy_backward: dloss times the slope of the mean loss, added to dlogits
    // prediction minus truth
    float scale = dloss / (float)B;
    for (int b = 0; b < B; b++) {
        for (int c = 0; c < C; c++) {
            size_t i = (size_t)b * C + c;
            dlogits[i] += scale * (probs[i] - (c == targets[b] ? 1.0f : 0.0f));
        }
    }
    // END SOLUTION
}

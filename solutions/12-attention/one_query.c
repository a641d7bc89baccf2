// One question, a few candidates: the whole of attention, once.
#include <math.h>

#include "12-attention/attention.h"

void one_query_attention(float *out, float *probs, const float *q, const float *keys, const float *values, int n,
                         int D) {
    // BEGIN SOLUTION 12.1 one_query_attention: a score for every key; the softmax of the scores; the mean of the values
    float max = -INFINITY, sum = 0;
    for (int s = 0; s < n; s++) {
        float score = 0;
        for (int d = 0; d < D; d++) score += q[d] * keys[s * D + d];
        probs[s] = score / sqrtf((float)D);
        max = fmaxf(max, probs[s]);
    }
    for (int s = 0; s < n; s++) {
        probs[s] = expf(probs[s] - max);
        sum += probs[s];
    }
    for (int d = 0; d < D; d++) out[d] = 0;
    for (int s = 0; s < n; s++) {
        probs[s] /= sum;
        for (int d = 0; d < D; d++) out[d] += probs[s] * values[s * D + d];
    }
    // END SOLUTION
}

// Elastic weight consolidation: a weight that mattered for the old task is held where it was.
#include "16-sft/sft.h"

float ewc_penalty(const float *w, const float *anchor, const float *fisher, float lambda, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        // BEGIN SOLUTION 16.9 ewc_penalty: one weight's part, without lambda/2
        const double away = (double)w[i] - anchor[i];
        sum += fisher[i] * away * away;
        // END SOLUTION
    }
    return (float)(0.5 * (double)lambda * sum);
}

void ewc_backward(float *dw, const float *w, const float *anchor, const float *fisher, float lambda, size_t n) {
    for (size_t i = 0; i < n; i++) {
        // BEGIN SOLUTION 16.9 ewc_backward: the slope of one weight's part, added
        dw[i] += lambda * fisher[i] * (w[i] - anchor[i]);
        // END SOLUTION
    }
}

// Adam, Adam with an L2 penalty, and AdamW. The last two differ in one line's place, and in what they do.
#include "04-training/training.h"

#include <math.h>

// m (n) averages the slope, v (n) its square. Both start at 0 and hold only 1 - beta^step of their due, which is
// what they are divided by. step is 1 in the first call.
void adam_step(float *w, float *m, float *v, const float *dw, float lr, float beta1, float beta2, float eps, int step,
               int n) {
    // BEGIN SOLUTION 04.4 adam_step: both averages, both corrected, then the step
    const float correct1 = (float)(1 - pow(beta1, step)), correct2 = (float)(1 - pow(beta2, step));
    // No weight needs another, so threads cannot change a bit of the result.
#pragma omp parallel for
    for (int i = 0; i < n; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * dw[i];
        v[i] = beta2 * v[i] + (1 - beta2) * dw[i] * dw[i];
        w[i] -= lr * (m[i] / correct1) / (sqrtf(v[i] / correct2) + eps);
    }
    // END SOLUTION
}

// The penalty (lambda/2) |w|^2 has the gradient lambda * w; here it is treated as part of the slope.
void adam_l2_step(float *w, float *m, float *v, const float *dw, float lr, float beta1, float beta2, float eps,
                  float lambda, int step, int n) {
    // BEGIN SOLUTION 04.5 adam_l2_step: Adam's lines, with dw + lambda * w for dw
    const float correct1 = (float)(1 - pow(beta1, step)), correct2 = (float)(1 - pow(beta2, step));
#pragma omp parallel for
    for (int i = 0; i < n; i++) {
        const float g = dw[i] + lambda * w[i];
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        w[i] -= lr * (m[i] / correct1) / (sqrtf(v[i] / correct2) + eps);
    }
    // END SOLUTION
}

// The decay acts on the weights themselves; m and v never hear of it.
void adamw_step(float *w, float *m, float *v, const float *dw, float lr, float beta1, float beta2, float eps,
                float weight_decay, int step, int n) {
    // BEGIN SOLUTION 04.5 adamw_step: shrink the weights by 1 - lr * weight_decay, then Adam
    for (int i = 0; i < n; i++) w[i] *= 1 - lr * weight_decay;
    adam_step(w, m, v, dw, lr, beta1, beta2, eps, step, n);
    // END SOLUTION
}

// Adam, Adam with an L2 penalty, and AdamW. The last two differ in one line's place, and in what they do.
#include "04-training/training.h"

#include <math.h>

// m (n) averages the slope, v (n) its square. Both start at 0 and hold only 1 - beta^step of their due, which is
// what they are divided by. step is 1 in the first call.
void adam_step(float *w, float *m, float *v, const float *dw, float lr, float beta1, float beta2, float eps, int step,
               int n) {
    // TODO 04.4 adam_step: both averages, both corrected, then the step
    todo("04.4 adam_step");
}

// The penalty (lambda/2) |w|^2 has the gradient lambda * w; here it is treated as part of the slope.
void adam_l2_step(float *w, float *m, float *v, const float *dw, float lr, float beta1, float beta2, float eps,
                  float lambda, int step, int n) {
    // TODO 04.5 adam_l2_step: Adam's lines, with dw + lambda * w for dw
    todo("04.5 adam_l2_step");
}

// The decay acts on the weights themselves; m and v never hear of it.
void adamw_step(float *w, float *m, float *v, const float *dw, float lr, float beta1, float beta2, float eps,
                float weight_decay, int step, int n) {
    // TODO 04.5 adamw_step: shrink the weights by 1 - lr * weight_decay, then Adam
    todo("04.5 adamw_step");
}

// Gradient descent with mini-batches, plain and with momentum: one number of memory per weight, or none.
#include "04-training/training.h"

// w (n) -= lr * dw (n)
void sgd_step(float *w, const float *dw, float lr, int n) {
    // TODO 04.1 sgd_step: every weight goes lr times its slope downhill
    todo("04.1 sgd_step");
}

// buf (n) remembers: buf = mu * buf + dw. The weights follow buf, not dw.
void momentum_step(float *w, float *buf, const float *dw, float lr, float mu, int n) {
    // TODO 04.1 momentum_step: update buf first, then move w by lr times the new buf
    todo("04.1 momentum_step");
}

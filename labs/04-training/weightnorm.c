// Weight norm: not the signal but the weights are normalized. A row's length g and its direction v are learned apart.
#include "04-training/training.h"

#include <math.h>

// weight, v (O,I); norm, g (O).
void weightnorm_forward(float *weight, float *norm, const float *v, const float *g, int O, int I) {
    // TODO 04.11 weightnorm_forward: the length of each row of v, then the row of weight
    todo("04.11 weightnorm_forward");
}

// dv, dweight, v (O,I); dg, g, norm (O). ADDS to dv and dg.
void weightnorm_backward(float *dv, float *dg, const float *dweight, const float *v, const float *g, const float *norm,
                         int O, int I) {
    // TODO 04.11 weightnorm_backward: dg is dweight along v's direction; dv is what is left, across it
    todo("04.11 weightnorm_backward");
}

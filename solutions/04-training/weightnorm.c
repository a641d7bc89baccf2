// Weight norm: not the signal but the weights are normalized. A row's length g and its direction v are learned apart.
#include "04-training/training.h"

#include <math.h>

// weight, v (O,I); norm, g (O).
void weightnorm_forward(float *weight, float *norm, const float *v, const float *g, int O, int I) {
    // BEGIN SOLUTION 04.11 weightnorm_forward: the length of each row of v, then the row of weight
    for (int o = 0; o < O; o++) {
        double square = 0;
        for (int i = 0; i < I; i++) square += (double)v[o * I + i] * v[o * I + i];
        norm[o] = (float)sqrt(square);
        for (int i = 0; i < I; i++) weight[o * I + i] = g[o] / norm[o] * v[o * I + i];
    }
    // END SOLUTION
}

// dv, dweight, v (O,I); dg, g, norm (O). ADDS to dv and dg.
void weightnorm_backward(float *dv, float *dg, const float *dweight, const float *v, const float *g, const float *norm,
                         int O, int I) {
    // BEGIN SOLUTION 04.11 weightnorm_backward: dg is dweight along v's direction; dv is what is left, across it
    for (int o = 0; o < O; o++) {
        const float *v_o = v + (size_t)o * I, *dweight_o = dweight + (size_t)o * I;
        double dot = 0;
        for (int i = 0; i < I; i++) dot += (double)dweight_o[i] * v_o[i];
        const float along = (float)(dot / norm[o]);
        dg[o] += along;
        for (int i = 0; i < I; i++) dv[o * I + i] += g[o] / norm[o] * (dweight_o[i] - along * v_o[i] / norm[o]);
    }
    // END SOLUTION
}

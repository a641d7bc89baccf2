// Where training starts: random weights, scaled so that signals neither fade nor blow up on their way through the
// layers.
#include "04-training/training.h"

#include <math.h>
#include <stdlib.h>

// weight (O,I): uniform in [-a, a], a = sqrt(6 / (I + O)). rng_uniform gives numbers in [0, 1).
void xavier_init(float *weight, int O, int I, struct rng *r) {
    // BEGIN SOLUTION 04.6 xavier_init: the bound a, then O * I uniform numbers in [-a, a]
    const float bound = sqrtf(6.0f / (I + O));
    for (int i = 0; i < O * I; i++) weight[i] = bound * (2 * rng_uniform(r) - 1);
    // END SOLUTION
}

// weight (O,I): normal, variance 2 / I. rng_normal gives variance 1.
void kaiming_init(float *weight, int O, int I, struct rng *r) {
    // BEGIN SOLUTION 04.6 kaiming_init: the standard deviation, then O * I normal numbers
    const float std = sqrtf(2.0f / I);
    for (int i = 0; i < O * I; i++) weight[i] = std * rng_normal(r);
    // END SOLUTION
}

// BEGIN SOLUTION 04.6 -
// Gram and Schmidt: from each of the R vectors (R,N) the part along the earlier ones is taken away, then it is scaled
// to length 1. Twice over: once leaves rounding errors that grow with R, twice is enough (Parlett, after Kahan).
static void orthonormalize(double *vectors, int R, int N) {
    for (int r = 0; r < R; r++) {
        double *v = vectors + (size_t)r * N;
        for (int pass = 0; pass < 2; pass++) {
            for (int q = 0; q < r; q++) {
                const double *u = vectors + (size_t)q * N;
                double dot = 0;
                for (int i = 0; i < N; i++) dot += u[i] * v[i];
                for (int i = 0; i < N; i++) v[i] -= dot * u[i];
            }
        }
        double square = 0;
        for (int i = 0; i < N; i++) square += v[i] * v[i];
        for (int i = 0; i < N; i++) v[i] /= sqrt(square);
    }
}
// END SOLUTION
// weight (O,I): gain times orthonormal rows, or columns if O > I. Start from normal numbers and make them orthonormal
// one row (or column) after the other: take from each its part along the earlier ones, then scale it to length 1.
void orthogonal_init(float *weight, int O, int I, float gain, struct rng *r) {
    // BEGIN SOLUTION 04.6 orthogonal_init: random rows (columns if O > I), made orthonormal by Gram-Schmidt, times gain
    const int R = O < I ? O : I, N = O < I ? I : O;
    double *vectors = alloc_doubles((size_t)R * N);
    for (int i = 0; i < R * N; i++) vectors[i] = rng_normal(r);
    orthonormalize(vectors, R, N);
    for (int o = 0; o < O; o++) {
        for (int i = 0; i < I; i++)
            weight[o * I + i] = (float)(gain * (O < I ? vectors[o * N + i] : vectors[i * N + o]));
    }
    free(vectors);
    // END SOLUTION
}

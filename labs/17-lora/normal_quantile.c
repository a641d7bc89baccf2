// The normal distribution backwards: below which x lies a given share of it?
#include <math.h>

#include "17-lora/lora.h"

// Newton's method on the share below x, from x = 0. Left of 0 that share is a convex function of x: each tangent meets
// p between the answer and where it was drawn, so x walks down and never past the answer. (Right of 0: by symmetry.)
double normal_quantile(double p) {
    if (p > 0.5) return -normal_quantile(1 - p);
    const double root2 = 1.4142135623730951, root2pi = 2.5066282746310002;
    double x = 0, step;
    do {
        const double below = 0.5 * erfc(-x / root2), density = exp(-x * x / 2) / root2pi;
        step = (below - p) / density;
        x -= step;
    } while (step > 1e-14);
    return x;
}

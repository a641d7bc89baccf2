// Where training starts: random weights, scaled so that signals neither fade nor blow up on their way through the
// layers.
#include "04-training/training.h"

#include <math.h>
#include <stdlib.h>

// weight (O,I): uniform in [-a, a], a = sqrt(6 / (I + O)). rng_uniform gives numbers in [0, 1).
void xavier_init(float *weight, int O, int I, struct rng *r) {
    // TODO 04.6 xavier_init: the bound a, then O * I uniform numbers in [-a, a]
    todo("04.6 xavier_init");
}

// weight (O,I): normal, variance 2 / I. rng_normal gives variance 1.
void kaiming_init(float *weight, int O, int I, struct rng *r) {
    // TODO 04.6 kaiming_init: the standard deviation, then O * I normal numbers
    todo("04.6 kaiming_init");
}

// weight (O,I): gain times orthonormal rows, or columns if O > I. Start from normal numbers and make them orthonormal
// one row (or column) after the other: take from each its part along the earlier ones, then scale it to length 1.
void orthogonal_init(float *weight, int O, int I, float gain, struct rng *r) {
    // TODO 04.6 orthogonal_init: random rows (columns if O > I), made orthonormal by Gram-Schmidt, times gain
    todo("04.6 orthogonal_init");
}

// A price on distance, another for each head.
#include <math.h>

#include "12-attention/attention.h"

void alibi_slopes(float *slopes, int H) {
    // BEGIN SOLUTION 12.7 alibi_slopes: P slopes, P the largest power of two up to H; then every other one of 2P
    int P = 1;
    while (2 * P <= H) P *= 2;
    for (int h = 0; h < P; h++) slopes[h] = (float)exp2(-8.0 * (h + 1) / P);
    for (int h = P; h < H; h++) slopes[h] = (float)exp2(-8.0 * (2 * (h - P) + 1) / (2 * P));
    // END SOLUTION
}

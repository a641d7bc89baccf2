// A price on distance, another for each head.
#include <math.h>

#include "12-attention/attention.h"

void alibi_slopes(float *slopes, int H) {
    // TODO 12.7 alibi_slopes: P slopes, P the largest power of two up to H; then every other one of 2P
    todo("12.7 alibi_slopes");
}

// Positions that are added to what a token is.
#include <math.h>

#include "12-attention/attention.h"
#include "12-attention/rows.h"

void sinusoidal_positions(float *table, int T, int C) {
    // TODO 12.5 sinusoidal_positions: sine and cosine of t / 10000^(2i/C), side by side
    todo("12.5 sinusoidal_positions");
}

void positions_forward(float *x, const float *table, int B, int T, int C) {
    // TODO 12.5 positions_forward: row t of the table onto position t of every sequence
    todo("12.5 positions_forward");
}

void positions_backward(float *dtable, const float *dx, int B, int T, int C) {
    // TODO 12.5 positions_backward: what was used B times gathers B gradients
    todo("12.5 positions_backward");
}

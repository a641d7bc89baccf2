// Positions that are added to what a token is.
#include <math.h>

#include "12-attention/attention.h"
#include "12-attention/rows.h"

void sinusoidal_positions(float *table, int T, int C) {
    // BEGIN SOLUTION 12.5 sinusoidal_positions: sine and cosine of t / 10000^(2i/C), side by side
    for (int t = 0; t < T; t++) {
        for (int i = 0; i < C / 2; i++) {
            const double angle = t / pow(10000, 2.0 * i / C);
            table[(size_t)t * C + 2 * i] = (float)sin(angle);
            table[(size_t)t * C + 2 * i + 1] = (float)cos(angle);
        }
    }
    // END SOLUTION
}

void positions_forward(float *x, const float *table, int B, int T, int C) {
    // BEGIN SOLUTION 12.5 positions_forward: row t of the table onto position t of every sequence
    for (int b = 0; b < B; b++)
        for (int t = 0; t < T; t++) row_add(x + ((size_t)b * T + t) * C, 1, table + (size_t)t * C, C);
    // END SOLUTION
}

void positions_backward(float *dtable, const float *dx, int B, int T, int C) {
    // BEGIN SOLUTION 12.5 positions_backward: what was used B times gathers B gradients
    for (int b = 0; b < B; b++)
        for (int t = 0; t < T; t++) row_add(dtable + (size_t)t * C, 1, dx + ((size_t)b * T + t) * C, C);
    // END SOLUTION
}

// Rotary positions: queries and keys are turned, so that their inner product knows the distance between them.
#include <math.h>

#include "12-attention/attention.h"

void rope_table(float *cos_table, float *sin_table, int T, int D, float base) {
    // BEGIN SOLUTION 12.6 rope_table: pair i of position t turns by the angle t * base^(-2i/D)
    for (int t = 0; t < T; t++) {
        for (int i = 0; i < D / 2; i++) {
            const double angle = t * pow(base, -2.0 * i / D);
            cos_table[(size_t)t * (D / 2) + i] = (float)cos(angle);
            sin_table[(size_t)t * (D / 2) + i] = (float)sin(angle);
        }
    }
    // END SOLUTION
}

// One head at one position: x (D), cos and sin (D/2) of that position.
static void turn(float *x, const float *cos, const float *sin, int D) {
    // BEGIN SOLUTION 12.6 rope_forward: the pair (x[i], x[i + D/2]) = (a,b) becomes (a cos - b sin, a sin + b cos)
    for (int i = 0; i < D / 2; i++) {
        const float a = x[i], b = x[i + D / 2];
        x[i] = a * cos[i] - b * sin[i];
        x[i + D / 2] = a * sin[i] + b * cos[i];
    }
    // END SOLUTION
}

void rope_forward(float *x, size_t row, const float *cos, const float *sin, int first, int B, int T, int H, int D) {
#pragma omp parallel for collapse(2) if ((double)B * T * H * D > 1e5)
    for (int b = 0; b < B; b++) {
        for (int t = 0; t < T; t++) {
            const size_t angles = (size_t)(first + t) * (D / 2);
            for (int h = 0; h < H; h++)
                turn(x + ((size_t)b * T + t) * row + (size_t)h * D, cos + angles, sin + angles, D);
        }
    }
}

// The gradient of one head at one position.
static void turn_back(float *dx, const float *cos, const float *sin, int D) {
    // BEGIN SOLUTION 12.6 rope_backward: turned by the same angle the other way round
    for (int i = 0; i < D / 2; i++) {
        const float a = dx[i], b = dx[i + D / 2];
        dx[i] = a * cos[i] + b * sin[i];
        dx[i + D / 2] = b * cos[i] - a * sin[i];
    }
    // END SOLUTION
}

void rope_backward(float *dx, size_t row, const float *cos, const float *sin, int first, int B, int T, int H, int D) {
#pragma omp parallel for collapse(2) if ((double)B * T * H * D > 1e5)
    for (int b = 0; b < B; b++) {
        for (int t = 0; t < T; t++) {
            const size_t angles = (size_t)(first + t) * (D / 2);
            for (int h = 0; h < H; h++)
                turn_back(dx + ((size_t)b * T + t) * row + (size_t)h * D, cos + angles, sin + angles, D);
        }
    }
}

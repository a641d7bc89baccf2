// Rotary positions: queries and keys are turned, so that their inner product knows the distance between them.
#include <math.h>

#include "12-attention/attention.h"

void rope_table(float *cos_table, float *sin_table, int T, int D, float base) {
    // TODO 12.6 rope_table: pair i of position t turns by the angle t * base^(-2i/D)
    todo("12.6 rope_table");
}

// One head at one position: x (D), cos and sin (D/2) of that position.
static void turn(float *x, const float *cos, const float *sin, int D) {
    // TODO 12.6 rope_forward: the pair (x[i], x[i + D/2]) = (a,b) becomes (a cos - b sin, a sin + b cos)
    todo("12.6 rope_forward");
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
    // TODO 12.6 rope_backward: turned by the same angle the other way round
    todo("12.6 rope_backward");
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

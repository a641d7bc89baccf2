// Layer norm and its leaner heir, RMS norm: every row is scaled by what it says about itself.
#include "04-training/training.h"

#include <math.h>

// BEGIN SOLUTION 04.8 -
// How many numbers must be there for a second thread to be worth waking, and how many channels it then takes at a time.
enum { WORTH_THREADS = 1 << 14, CHANNELS = 64 };
// END SOLUTION

// x, out (B,C); mean, rstd (B); weight, bias (C).
void layernorm_forward(float *out, float *mean, float *rstd, const float *x, const float *weight, const float *bias,
                       float eps, int B, int C) {
    // BEGIN SOLUTION 04.8 layernorm_forward: mean and variance along each row, then the output
#pragma omp parallel for if ((size_t)B * C >= WORTH_THREADS)
    for (int b = 0; b < B; b++) {
        const float *x_b = x + (size_t)b * C;
        double sum = 0, square = 0;
#pragma omp simd reduction(+ : sum)
        for (int c = 0; c < C; c++) sum += x_b[c];
        const float m = (float)(sum / C);
#pragma omp simd reduction(+ : square)
        for (int c = 0; c < C; c++) square += (double)(x_b[c] - m) * (x_b[c] - m);
        const float s = (float)(1 / sqrt(square / C + eps));
        for (int c = 0; c < C; c++) out[(size_t)b * C + c] = (x_b[c] - m) * s * weight[c] + bias[c];
        mean[b] = m;
        rstd[b] = s;
    }
    // END SOLUTION
}

// dx, dout, x (B,C); mean, rstd (B); dweight, dbias, weight (C). ADDS to dx, dweight and dbias.
void layernorm_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x, const float *mean,
                        const float *rstd, const float *weight, int B, int C) {
    // BEGIN SOLUTION 04.8 layernorm_backward: dweight and dbias gather over the rows; dx loses two means along its row
#pragma omp parallel for if ((size_t)B * C >= WORTH_THREADS)
    for (int b = 0; b < B; b++) {
        const float *x_b = x + (size_t)b * C, *dout_b = dout + (size_t)b * C;
        float *dx_b = dx + (size_t)b * C;
        double sum = 0, sum_normal = 0;  // of the normalized value's gradient, and of that times the value
#pragma omp simd reduction(+ : sum, sum_normal)
        for (int c = 0; c < C; c++) {
            const float normal = (x_b[c] - mean[b]) * rstd[b], dnormal = dout_b[c] * weight[c];
            sum += dnormal;
            sum_normal += dnormal * normal;
        }
        const float m = (float)(sum / C), m_normal = (float)(sum_normal / C);
        for (int c = 0; c < C; c++) {
            const float normal = (x_b[c] - mean[b]) * rstd[b];
            dx_b[c] += rstd[b] * (dout_b[c] * weight[c] - m - normal * m_normal);
        }
    }
    // A thread gathers for its own channels: so every sum runs down the rows in order, with any number of threads.
#pragma omp parallel for if ((size_t)B * C >= WORTH_THREADS)
    for (int first = 0; first < C; first += CHANNELS) {
        for (int b = 0; b < B; b++) {
            const float *x_b = x + (size_t)b * C, *dout_b = dout + (size_t)b * C;
            for (int c = first; c < C && c < first + CHANNELS; c++) {
                dbias[c] += dout_b[c];
                dweight[c] += dout_b[c] * (x_b[c] - mean[b]) * rstd[b];
            }
        }
    }
    // END SOLUTION
}

// x, out (B,C); rstd (B); weight (C).
void rmsnorm_forward(float *out, float *rstd, const float *x, const float *weight, float eps, int B, int C) {
    // BEGIN SOLUTION 04.9 rmsnorm_forward: the mean square of each row, then the output
#pragma omp parallel for if ((size_t)B * C >= WORTH_THREADS)
    for (int b = 0; b < B; b++) {
        const float *x_b = x + (size_t)b * C;
        double square = 0;
#pragma omp simd reduction(+ : square)
        for (int c = 0; c < C; c++) square += (double)x_b[c] * x_b[c];
        const float s = (float)(1 / sqrt(square / C + eps));
        for (int c = 0; c < C; c++) out[(size_t)b * C + c] = x_b[c] * s * weight[c];
        rstd[b] = s;
    }
    // END SOLUTION
}

// dx, dout, x (B,C); rstd (B); dweight, weight (C). ADDS to dx and dweight.
void rmsnorm_backward(float *dx, float *dweight, const float *dout, const float *x, const float *rstd,
                      const float *weight, int B, int C) {
    // BEGIN SOLUTION 04.9 rmsnorm_backward: as in layer norm, less the mean that was never taken away
#pragma omp parallel for if ((size_t)B * C >= WORTH_THREADS)
    for (int b = 0; b < B; b++) {
        const float *x_b = x + (size_t)b * C, *dout_b = dout + (size_t)b * C;
        float *dx_b = dx + (size_t)b * C;
        double sum_normal = 0;
#pragma omp simd reduction(+ : sum_normal)
        for (int c = 0; c < C; c++) sum_normal += dout_b[c] * weight[c] * (x_b[c] * rstd[b]);
        const float m_normal = (float)(sum_normal / C);
        for (int c = 0; c < C; c++) {
            dx_b[c] += rstd[b] * (dout_b[c] * weight[c] - x_b[c] * rstd[b] * m_normal);
        }
    }
#pragma omp parallel for if ((size_t)B * C >= WORTH_THREADS)
    for (int first = 0; first < C; first += CHANNELS) {
        for (int b = 0; b < B; b++) {
            const float *x_b = x + (size_t)b * C, *dout_b = dout + (size_t)b * C;
            for (int c = first; c < C && c < first + CHANNELS; c++) dweight[c] += dout_b[c] * (x_b[c] * rstd[b]);
        }
    }
    // END SOLUTION
}

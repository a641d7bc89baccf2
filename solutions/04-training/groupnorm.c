// Group norm: between layer norm (one group) and instance norm (every channel a group). C/G channels of S positions lie
// next to each other in memory, so group g of row b is a stretch of C/G * S numbers.
#include "04-training/training.h"

#include <math.h>

// x, out (B,C,S); mean, rstd (B,G); weight, bias (C). Channel c belongs to group c / (C/G).
void groupnorm_forward(float *out, float *mean, float *rstd, const float *x, const float *weight, const float *bias,
                       float eps, int B, int C, int S, int G) {
    // BEGIN SOLUTION 04.10 groupnorm_forward: mean and variance of each stretch; weight and bias by channel
    const int size = C / G * S;
#pragma omp parallel for
    for (int group = 0; group < B * G; group++) {
        const float *x_g = x + (size_t)group * size;
        float *out_g = out + (size_t)group * size;
        double sum = 0, square = 0;
        for (int i = 0; i < size; i++) sum += x_g[i];
        const float m = (float)(sum / size);
        for (int i = 0; i < size; i++) square += (double)(x_g[i] - m) * (x_g[i] - m);
        const float s = (float)(1 / sqrt(square / size + eps));
        for (int i = 0; i < size; i++) {
            const int c = group % G * (C / G) + i / S;
            out_g[i] = (x_g[i] - m) * s * weight[c] + bias[c];
        }
        mean[group] = m;
        rstd[group] = s;
    }
    // END SOLUTION
}

// dx, dout, x (B,C,S); mean, rstd (B,G); dweight, dbias, weight (C). ADDS to dx, dweight and dbias.
void groupnorm_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x, const float *mean,
                        const float *rstd, const float *weight, int B, int C, int S, int G) {
    // BEGIN SOLUTION 04.10 groupnorm_backward: layer norm's lines on each stretch, with the channel's weight
    const int size = C / G * S;
    for (int group = 0; group < B * G; group++) {
        const float *x_g = x + (size_t)group * size, *dout_g = dout + (size_t)group * size;
        float *dx_g = dx + (size_t)group * size;
        double sum = 0, sum_normal = 0;
        for (int i = 0; i < size; i++) {
            const int c = group % G * (C / G) + i / S;
            const float normal = (x_g[i] - mean[group]) * rstd[group], dnormal = dout_g[i] * weight[c];
            sum += dnormal;
            sum_normal += dnormal * normal;
            dbias[c] += dout_g[i];
            dweight[c] += dout_g[i] * normal;
        }
        const float m = (float)(sum / size), m_normal = (float)(sum_normal / size);
        for (int i = 0; i < size; i++) {
            const int c = group % G * (C / G) + i / S;
            const float normal = (x_g[i] - mean[group]) * rstd[group];
            dx_g[i] += rstd[group] * (dout_g[i] * weight[c] - m - normal * m_normal);
        }
    }
    // END SOLUTION
}

// As groupnorm_forward, with mean and rstd (B,C).
void instancenorm_forward(float *out, float *mean, float *rstd, const float *x, const float *weight, const float *bias,
                          float eps, int B, int C, int S) {
    // BEGIN SOLUTION 04.10 instancenorm_forward: one line, with what you have
    groupnorm_forward(out, mean, rstd, x, weight, bias, eps, B, C, S, C);
    // END SOLUTION
}

// As groupnorm_backward, with mean and rstd (B,C).
void instancenorm_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x,
                           const float *mean, const float *rstd, const float *weight, int B, int C, int S) {
    // BEGIN SOLUTION 04.10 instancenorm_backward: one line, with what you have
    groupnorm_backward(dx, dweight, dbias, dout, x, mean, rstd, weight, B, C, S, C);
    // END SOLUTION
}

// GRPO: PPO's clipped loss with one advantage for a whole answer, and the price of leaving the reference in it.
#include <math.h>

#include "20-dpo/dpo.h"

// BEGIN SOLUTION 20.6 -
// How many positions of text b count.
static int counted(const bool *mask, int b, int T) {
    int n = 0;
    for (int t = 0; t < T; t++) n += mask[(size_t)b * T + t];
    return n;
}

// The clipped side's ratio: a constant outside of 1-clip .. 1+clip.
static double squeezed(double ratio, float clip) {
    return fmin(fmax(ratio, 1 - (double)clip), 1 + (double)clip);
}
// END SOLUTION

float grpo_forward(const float *log_prob, const float *log_old, const float *log_ref, const float *advantage,
                   const bool *mask, float clip, float beta, int B, int T) {
    // BEGIN SOLUTION 20.6 grpo_forward: the mean over each text's tokens, then over texts
    double sum = 0;
    for (int b = 0; b < B; b++) {
        const int n = counted(mask, b, T);
        for (int t = 0; t < T; t++) {
            const size_t at = (size_t)b * T + t;
            if (!mask[at]) continue;
            const double ratio = exp((double)log_prob[at] - log_old[at]), A = advantage[b];
            const double held = squeezed(ratio, clip);
            sum += (fmax(-A * ratio, -A * held) + beta * kl_estimate(KL_3, log_prob[at], log_ref[at])) / n;
        }
    }
    return (float)(sum / B);
    // END SOLUTION
}

void grpo_backward(float *dlog_prob, float dloss, const float *log_prob, const float *log_old, const float *log_ref,
                   const float *advantage, const bool *mask, float clip, float beta, int B, int T) {
    // BEGIN SOLUTION 20.6 grpo_backward: the slope of each token's two parts, / tokens / B
    for (int b = 0; b < B; b++) {
        const int n = counted(mask, b, T);
        for (int t = 0; t < T; t++) {
            const size_t at = (size_t)b * T + t;
            if (!mask[at]) continue;
            const double ratio = exp((double)log_prob[at] - log_old[at]), A = advantage[b];
            const double held = squeezed(ratio, clip);
            const double policy = -A * ratio >= -A * held ? -A * ratio : 0;
            const double price = -beta * expm1((double)log_ref[at] - log_prob[at]);
            dlog_prob[at] += (float)(dloss * (policy + price) / n / B);
        }
    }
    // END SOLUTION
}

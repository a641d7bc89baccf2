// How high is the price? Too low, and the policy runs away from its reference; too high, and it learns nothing. The
// distance that is wanted is easier to name than the price (Ziegler et al. 2019).
#include "19-ppo/ppo.h"

float kl_control(float beta, double kl, double target, int n, double horizon) {
    double error = 0;
    // BEGIN SOLUTION 19.7 kl_control: how far from the target, in parts of it, and at most 0.2
    error = kl / target - 1;
    error = error > 0.2 ? 0.2 : error < -0.2 ? -0.2 : error;
    // END SOLUTION
    return (float)(beta * (1 + error * n / horizon));
}

double sequence_kl(const float *log_prob, const float *log_ref, const bool *mask, int B, int T) {
    // BEGIN SOLUTION 19.7 sequence_kl: by how much more likely is each token than the reference thinks, in logs? A
    //   mean over texts, not over tokens
    double sum = 0;
    for (int i = 0; i < B * T; i++)
        if (mask[i]) sum += (double)log_prob[i] - log_ref[i];
    return sum / B;
    // END SOLUTION
}

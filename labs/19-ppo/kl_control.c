// How high is the price? Too low, and the policy runs away from its reference; too high, and it learns nothing. The
// distance that is wanted is easier to name than the price (Ziegler et al. 2019).
#include "19-ppo/ppo.h"

float kl_control(float beta, double kl, double target, int n, double horizon) {
    double error = 0;
    // TODO 19.7 kl_control: how far from the target, in parts of it, and at most 0.2
    todo("19.7 kl_control");
    return (float)(beta * (1 + error * n / horizon));
}

double sequence_kl(const float *log_prob, const float *log_ref, const bool *mask, int B, int T) {
    // TODO 19.7 sequence_kl: by how much more likely is each token than the reference thinks, in logs? A
    //   mean over texts, not over tokens
    todo("19.7 sequence_kl");
}

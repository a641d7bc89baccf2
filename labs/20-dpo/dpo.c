// Direct preference optimisation: which of two answers did the policy move towards, seen from the reference?
#include <math.h>

#include "20-dpo/dpo.h"

float dpo_forward(const float *chosen, const float *rejected, const float *ref_chosen, const float *ref_rejected,
                  float beta, float smooth, int n) {
    // TODO 20.2 dpo_forward: the mean over pairs, without e^x of a large x
    todo("20.2 dpo_forward");
}

void dpo_backward(float *dchosen, float *drejected, float dloss, const float *chosen, const float *rejected,
                  const float *ref_chosen, const float *ref_rejected, float beta, float smooth, int n) {
    // TODO 20.2 dpo_backward: beta/n * (sigmoid(beta*h) - (1 - smooth)), and its negative
    todo("20.2 dpo_backward");
}

float implicit_reward(float log_prob, float log_ref, float beta) {
    // TODO 20.2 implicit_reward: how much likelier than for the reference, times beta
    todo("20.2 implicit_reward");
}

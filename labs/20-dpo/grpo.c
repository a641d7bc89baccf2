// GRPO: PPO's clipped loss with one advantage for a whole answer, and the price of leaving the reference in it.
#include <math.h>

#include "20-dpo/dpo.h"

float grpo_forward(const float *log_prob, const float *log_old, const float *log_ref, const float *advantage,
                   const bool *mask, float clip, float beta, int B, int T) {
    // TODO 20.6 grpo_forward: the mean over each text's tokens, then over texts
    todo("20.6 grpo_forward");
}

void grpo_backward(float *dlog_prob, float dloss, const float *log_prob, const float *log_old, const float *log_ref,
                   const float *advantage, const bool *mask, float clip, float beta, int B, int T) {
    // TODO 20.6 grpo_backward: the slope of each token's two parts, / tokens / B
    todo("20.6 grpo_backward");
}

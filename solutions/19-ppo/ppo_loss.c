// Not too far at once: the same rollouts serve for several steps, but only as long as the policy is still near the one
// that made them (Schulman et al. 2017).
#include <math.h>

#include "19-ppo/ppo.h"

// How many count; at least 1, so that a mean over none is 0.
static int count_of(const bool *mask, int N) {
    int count = 0;
    for (int n = 0; n < N; n++) count += mask[n];
    return count > 0 ? count : 1;
}

// One position, as it is and held back.
struct sides {
    double free, clipped;
};

// ---- the policy ----------------------------------------------------------------------------------------------------
// Its two losses.
static struct sides policy_sides(double log_prob, double log_old, double advantage, double clip) {
    // BEGIN SOLUTION 19.6 ppo_policy_forward: how many times as likely as at the rollout? Return both losses
    const double ratio = exp(log_prob - log_old);
    return (struct sides){-advantage * ratio, -advantage * fmin(fmax(ratio, 1 - clip), 1 + clip)};
    // END SOLUTION
}

// Its part of the mean over count.
static double policy_loss(struct sides s, int count) {
    // BEGIN SOLUTION 19.6 ppo_policy_forward: which of the two?
    return fmax(s.free, s.clipped) / count;
    // END SOLUTION
}

// The slope of that for log_prob.
static double policy_slope(struct sides s, int count) {
    // BEGIN SOLUTION 19.6 ppo_policy_backward: what is the slope of e^x? And of a side that is held?
    return s.free >= s.clipped ? s.free / count : 0;
    // END SOLUTION
}

float ppo_policy_forward(const float *log_prob, const float *log_old, const float *advantage, const bool *mask,
                         float clip, int N) {
    const int count = count_of(mask, N);
    double loss = 0;
    for (int n = 0; n < N; n++)
        if (mask[n]) loss += policy_loss(policy_sides(log_prob[n], log_old[n], advantage[n], clip), count);
    return (float)loss;
}

void ppo_policy_backward(float *dlog_prob, float dloss, const float *log_prob, const float *log_old,
                         const float *advantage, const bool *mask, float clip, int N) {
    const int count = count_of(mask, N);
    for (int n = 0; n < N; n++) {
        if (!mask[n]) continue;
        const struct sides s = policy_sides(log_prob[n], log_old[n], advantage[n], clip);
        dlog_prob[n] += (float)(dloss * policy_slope(s, count));
    }
}

// ---- the critic ----------------------------------------------------------------------------------------------------
// Its two errors: V - R and W - R.
static struct sides value_sides(double value, double old, double returns, double clip) {
    // BEGIN SOLUTION 19.6 ppo_value_forward: W is at most clip away from the old guess. Return both errors
    const double moved = value - old, held = fabs(moved) <= clip ? value : old + copysign(clip, moved);
    return (struct sides){value - returns, held - returns};
    // END SOLUTION
}

// Its part of the mean over count.
static double value_loss(struct sides s, int count) {
    // BEGIN SOLUTION 19.6 ppo_value_forward: half a square; of which of the two?
    return 0.5 * fmax(s.free * s.free, s.clipped * s.clipped) / count;
    // END SOLUTION
}

// The slope of that for the value.
static double value_slope(struct sides s, int count) {
    // BEGIN SOLUTION 19.6 ppo_value_backward: which of the two errors is in the loss, and does it move with the value?
    return fabs(s.free) >= fabs(s.clipped) ? s.free / count : 0;
    // END SOLUTION
}

float ppo_value_forward(const float *value, const float *old, const float *returns, const bool *mask, float clip,
                        int N) {
    const int count = count_of(mask, N);
    double loss = 0;
    for (int n = 0; n < N; n++)
        if (mask[n]) loss += value_loss(value_sides(value[n], old[n], returns[n], clip), count);
    return (float)loss;
}

void ppo_value_backward(float *dvalue, float dloss, const float *value, const float *old, const float *returns,
                        const bool *mask, float clip, int N) {
    const int count = count_of(mask, N);
    for (int n = 0; n < N; n++) {
        if (!mask[n]) continue;
        const struct sides s = value_sides(value[n], old[n], returns[n], clip);
        dvalue[n] += (float)(dloss * value_slope(s, count));
    }
}

// Direct preference optimisation: which of two answers did the policy move towards, seen from the reference?
#include <math.h>

#include "20-dpo/dpo.h"

// BEGIN SOLUTION 20.2 -
// log sigmoid(x), without e^x of a large x.
static double log_sigmoid(double x) {
    return x < 0 ? x - log1p(exp(x)) : -log1p(exp(-x));
}

static double sigmoid(double x) {
    return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x));
}

// How much farther the policy moved towards the chosen one.
static double shift(float chosen, float rejected, float ref_chosen, float ref_rejected) {
    return ((double)chosen - rejected) - ((double)ref_chosen - ref_rejected);
}
// END SOLUTION

float dpo_forward(const float *chosen, const float *rejected, const float *ref_chosen, const float *ref_rejected,
                  float beta, float smooth, int n) {
    // BEGIN SOLUTION 20.2 dpo_forward: the mean over pairs, without e^x of a large x
    double sum = 0;
    for (int i = 0; i < n; i++) {
        const double h = beta * shift(chosen[i], rejected[i], ref_chosen[i], ref_rejected[i]);
        sum -= (1 - (double)smooth) * log_sigmoid(h) + (double)smooth * log_sigmoid(-h);
    }
    return (float)(sum / n);
    // END SOLUTION
}

void dpo_backward(float *dchosen, float *drejected, float dloss, const float *chosen, const float *rejected,
                  const float *ref_chosen, const float *ref_rejected, float beta, float smooth, int n) {
    // BEGIN SOLUTION 20.2 dpo_backward: beta/n * (sigmoid(beta*h) - (1 - smooth)), and its negative
    for (int i = 0; i < n; i++) {
        const double h = beta * shift(chosen[i], rejected[i], ref_chosen[i], ref_rejected[i]);
        const double slope = dloss * beta * (sigmoid(h) - (1 - (double)smooth)) / n;
        dchosen[i] += (float)slope;
        drejected[i] -= (float)slope;
    }
    // END SOLUTION
}

float implicit_reward(float log_prob, float log_ref, float beta) {
    // BEGIN SOLUTION 20.2 implicit_reward: how much likelier than for the reference, times beta
    return beta * (log_prob - log_ref);
    // END SOLUTION
}

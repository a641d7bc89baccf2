// More of what was good: a step makes the chosen action more likely, in proportion to how much better it was than
// expected (Williams 1992, REINFORCE).
#include <math.h>

#include "19-ppo/ppo.h"

// log of the sum over the A actions of e^logits.
static double log_sum_exp(const float *logits, int A) {
    // BEGIN SOLUTION 19.1 log_policy: the largest logit is taken out first, so that no e^x is infinite
    double max = logits[0], sum = 0;
    for (int a = 1; a < A; a++) max = fmax(max, logits[a]);
    for (int a = 0; a < A; a++) sum += exp(logits[a] - max);
    return max + log(sum);
    // END SOLUTION
}

float log_policy(const float *logits, int action, int A) {
    // BEGIN SOLUTION 19.1 log_policy: of e^logits[action] / sum, without computing either
    return (float)(logits[action] - log_sum_exp(logits, A));
    // END SOLUTION
}

// The entropy of the policy: the mean of -log(probability).
static double entropy_of(const float *logits, double log_sum, int A) {
    // BEGIN SOLUTION 19.1 policy_gradient: each action's -log(probability), weighted with its probability
    double entropy = 0;
    for (int a = 0; a < A; a++) entropy -= exp(logits[a] - log_sum) * (logits[a] - log_sum);
    return entropy;
    // END SOLUTION
}

// The slope of -advantage * log p[action] - entropy * spread for the logit of an action with the log-probability log_p.
static double slope_of(double log_p, bool chosen, double advantage, double entropy, double spread) {
    // BEGIN SOLUTION 19.1 policy_gradient: the first part is chapter 03's cross-entropy, times advantage; in the
    //   second, how does the mean of -log p change with one logit?
    const double p = exp(log_p);
    return -advantage * (chosen - p) + entropy * p * (log_p + spread);
    // END SOLUTION
}

void policy_gradient(float *dlogits, const float *logits, int action, float advantage, float entropy, int A) {
    const double log_sum = log_sum_exp(logits, A), spread = entropy_of(logits, log_sum, A);
    for (int a = 0; a < A; a++)
        dlogits[a] += (float)slope_of(logits[a] - log_sum, a == action, advantage, entropy, spread);
}

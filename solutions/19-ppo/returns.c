// What came of it: rewards that come later, counted back to the steps that led to them.
#include "19-ppo/ppo.h"

void discounted_returns(float *returns, const float *reward, float gamma, int n) {
    // BEGIN SOLUTION 19.2 discounted_returns: from the end to the start: what comes next is worth gamma as much
    double next = 0;
    for (int t = n - 1; t >= 0; t--) {
        next = reward[t] + gamma * next;
        returns[t] = (float)next;
    }
    // END SOLUTION
}

void gae(float *advantage, float *returns, const float *reward, const float *value, float gamma, float lambda, int n) {
    // BEGIN SOLUTION 19.2 gae: from the end to the start: delta, by how much this step came out better than the critic
    //   thought; the advantage, in which later surprises count less and less; and what the critic should have said
    double next = 0, next_value = 0;
    for (int t = n - 1; t >= 0; t--) {
        const double delta = reward[t] + gamma * next_value - value[t];
        next = delta + (double)gamma * lambda * next;
        next_value = value[t];
        advantage[t] = (float)next;
        returns[t] = (float)(next + value[t]);
    }
    // END SOLUTION
}

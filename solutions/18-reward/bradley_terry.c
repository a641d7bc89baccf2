// Who wins? Two scores, and the probability that people prefer the one to the other.
#include <math.h>

#include "18-reward/reward.h"

double win_probability(float chosen, float rejected) {
    // BEGIN SOLUTION 18.3 win_probability: the sigmoid of the difference, all of it in double
    return 1 / (1 + exp((double)rejected - chosen));
    // END SOLUTION
}

// What one pair adds: -log sigmoid(difference - margin), which is log(1 + e^-x), and the pull to 0.
static double pair_loss(double chosen, double rejected, double margin, double center) {
    // BEGIN SOLUTION 18.3 bradley_terry_forward: without e to a large power: what is log(1 + e^-x), nearly, for x far
    //   below 0?
    const double x = chosen - rejected - margin, sum = chosen + rejected;
    return log1p(exp(-fabs(x))) + (x < 0 ? -x : 0) + center * sum * sum;
    // END SOLUTION
}

float bradley_terry_forward(const float *chosen, const float *rejected, float margin, float center, int n) {
    double loss = 0;
    for (int i = 0; i < n; i++) loss += pair_loss(chosen[i], rejected[i], margin, center);
    // BEGIN SOLUTION 18.3 bradley_terry_forward: the sum over the pairs becomes their mean
    loss /= n;
    // END SOLUTION
    return (float)loss;
}

void bradley_terry_backward(float *dchosen, float *drejected, float dloss, const float *chosen, const float *rejected,
                            float margin, float center, int n) {
    for (int i = 0; i < n; i++) {
        // BEGIN SOLUTION 18.3 bradley_terry_backward: with which probability do the scores say the wrong order? What
        //   pulls the sum to 0? Which signs have they for the one, which for the other?
        const double x = (double)chosen[i] - rejected[i] - margin, sum = (double)chosen[i] + rejected[i];
        const double wrong = 1 / (1 + exp(x)), pull = 2 * center * sum;
        dchosen[i] += (float)(dloss * (pull - wrong) / n);
        drejected[i] += (float)(dloss * (pull + wrong) / n);
        // END SOLUTION
    }
}

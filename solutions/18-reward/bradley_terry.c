// Who wins? Two scores, and the probability that people prefer the one to the other.
#include <math.h>

#include "18-reward/reward.h"

double win_probability(float chosen, float rejected) {
    // BEGIN SOLUTION 18.3 win_probability: the sigmoid of the difference, taken in double
    return 1 / (1 + exp((double)rejected - chosen));
    // END SOLUTION
}

// -log sigmoid(x), which is log(1 + e^-x), for any x.
static double surprise(double x) {
    // BEGIN SOLUTION 18.3 bradley_terry_forward: without e to a large power: what does log(1 + e^-x) come to for x far
    //   below 0?
    return log1p(exp(-fabs(x))) + (x < 0 ? -x : 0);
    // END SOLUTION
}

float bradley_terry_forward(const float *chosen, const float *rejected, float margin, float center, int n) {
    double loss = 0;
    for (int i = 0; i < n; i++) {
        const double difference = (double)chosen[i] - rejected[i], sum = (double)chosen[i] + rejected[i];
        // BEGIN SOLUTION 18.3 bradley_terry_forward: both parts of pair i
        loss += surprise(difference - margin) + center * sum * sum;
        // END SOLUTION
    }
    return (float)(loss / n);
}

void bradley_terry_backward(float *dchosen, float *drejected, float dloss, const float *chosen, const float *rejected,
                            float margin, float center, int n) {
    for (int i = 0; i < n; i++) {
        const double difference = (double)chosen[i] - rejected[i], sum = (double)chosen[i] + rejected[i];
        // BEGIN SOLUTION 18.3 bradley_terry_backward: how sure the scores are of the wrong order; what pulls the sum to
        //   0; then both scores, and which signs?
        const double wrong = 1 / (1 + exp(difference - margin)), pull = 2 * center * sum;
        dchosen[i] += (float)(dloss * (pull - wrong) / n);
        drejected[i] += (float)(dloss * (pull + wrong) / n);
        // END SOLUTION
    }
}

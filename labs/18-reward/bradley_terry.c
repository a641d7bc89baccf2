// Who wins? Two scores, and the probability that people prefer the one to the other.
#include <math.h>

#include "18-reward/reward.h"

double win_probability(float chosen, float rejected) {
    // TODO 18.3 win_probability: the sigmoid of the difference, taken in double
    todo("18.3 win_probability");
}

// -log sigmoid(x), which is log(1 + e^-x), for any x.
static double surprise(double x) {
    // TODO 18.3 bradley_terry_forward: without e to a large power: what does log(1 + e^-x) come to for x far
    //   below 0?
    todo("18.3 bradley_terry_forward");
}

float bradley_terry_forward(const float *chosen, const float *rejected, float margin, float center, int n) {
    double loss = 0;
    for (int i = 0; i < n; i++) {
        const double difference = (double)chosen[i] - rejected[i], sum = (double)chosen[i] + rejected[i];
        // TODO 18.3 bradley_terry_forward: both parts of pair i
        todo("18.3 bradley_terry_forward");
    }
    return (float)(loss / n);
}

void bradley_terry_backward(float *dchosen, float *drejected, float dloss, const float *chosen, const float *rejected,
                            float margin, float center, int n) {
    for (int i = 0; i < n; i++) {
        const double difference = (double)chosen[i] - rejected[i], sum = (double)chosen[i] + rejected[i];
        // TODO 18.3 bradley_terry_backward: how sure the scores are of the wrong order; what pulls the sum to
        //   0; then both scores, and which signs?
        todo("18.3 bradley_terry_backward");
    }
}

// Identity preference optimisation: a square well in place of an endless slope.
#include "20-dpo/dpo.h"

// BEGIN SOLUTION 20.3 -
// How far h is from where it should be.
static double miss(float chosen, float rejected, float ref_chosen, float ref_rejected, float beta) {
    return ((double)chosen - rejected) - ((double)ref_chosen - ref_rejected) - 1 / (2 * (double)beta);
}
// END SOLUTION

float ipo_forward(const float *chosen, const float *rejected, const float *ref_chosen, const float *ref_rejected,
                  float beta, int n) {
    // BEGIN SOLUTION 20.3 ipo_forward: the mean square of how far h is from 1/(2 beta)
    double sum = 0;
    for (int i = 0; i < n; i++) {
        const double off = miss(chosen[i], rejected[i], ref_chosen[i], ref_rejected[i], beta);
        sum += off * off;
    }
    return (float)(sum / n);
    // END SOLUTION
}

void ipo_backward(float *dchosen, float *drejected, float dloss, const float *chosen, const float *rejected,
                  const float *ref_chosen, const float *ref_rejected, float beta, int n) {
    // BEGIN SOLUTION 20.3 ipo_backward: the square's slope, for the chosen, and its negative for the other
    for (int i = 0; i < n; i++) {
        const double slope = 2 * dloss * miss(chosen[i], rejected[i], ref_chosen[i], ref_rejected[i], beta) / n;
        dchosen[i] += (float)slope;
        drejected[i] -= (float)slope;
    }
    // END SOLUTION
}

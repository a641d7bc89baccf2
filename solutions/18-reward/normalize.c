// Scores with a zero and a unit: pairs say which answer is better, but not what 3.7 means.
#include <math.h>

#include "18-reward/reward.h"

double head_normalize(float *w, float *bias, const float *score, int n, int C) {
    double mean = 0, deviation = 0;
    // BEGIN SOLUTION 18.4 head_normalize: the scores' mean, and the root of the mean square of their distances from it
    for (int i = 0; i < n; i++) mean += score[i];
    mean /= n;
    for (int i = 0; i < n; i++) deviation += (score[i] - mean) * (score[i] - mean);
    deviation = sqrt(deviation / n);
    // END SOLUTION
    const double unit = deviation > 0 ? deviation : 1;
    // BEGIN SOLUTION 18.4 head_normalize: which w and bias give (s - mean) / unit, where they gave s?
    for (int c = 0; c < C; c++) w[c] = (float)(w[c] / unit);
    *bias = (float)((*bias - mean) / unit);
    // END SOLUTION
    return deviation;
}

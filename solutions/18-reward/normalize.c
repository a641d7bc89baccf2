// Scores with a zero and a unit: pairs say which answer is better, but not what a score of 3.7 means.
#include <math.h>

#include "18-reward/reward.h"

// Returns the mean of n scores; *deviation is the root of the mean of their squared distances from it.
static double mean_of(double *deviation, const float *score, int n) {
    // BEGIN SOLUTION 18.4 head_normalize: first the mean, then the distances from it, in double
    double mean = 0, square = 0;
    for (int i = 0; i < n; i++) mean += score[i];
    mean /= n;
    for (int i = 0; i < n; i++) square += (score[i] - mean) * (score[i] - mean);
    *deviation = sqrt(square / n);
    return mean;
    // END SOLUTION
}

double head_normalize(float *w, float *bias, const float *score, int n, int C) {
    double deviation;
    const double mean = mean_of(&deviation, score, n);
    // BEGIN SOLUTION 18.4 head_normalize: which w and which bias give (s - mean) / deviation, where they gave s?
    const double unit = deviation > 0 ? deviation : 1;
    for (int c = 0; c < C; c++) w[c] = (float)(w[c] / unit);
    *bias = (float)((*bias - mean) / unit);
    return deviation;
    // END SOLUTION
}

// Scores with a zero and a unit: pairs say which answer is better, but not what a score of 3.7 means.
#include <math.h>

#include "18-reward/reward.h"

// Returns the mean of n scores; *deviation is the root of the mean of their squared distances from it.
static double mean_of(double *deviation, const float *score, int n) {
    // TODO 18.4 head_normalize: first the mean, then the distances from it, in double
    todo("18.4 head_normalize");
}

// Changes a head so that it gives (s - mean) / unit where it gave s.
static void rescale(float *w, float *bias, double mean, double unit, int C) {
    // TODO 18.4 head_normalize: s = row . w + bias: what becomes of w, and what of bias?
    todo("18.4 head_normalize");
}

double head_normalize(float *w, float *bias, const float *score, int n, int C) {
    double deviation;
    const double mean = mean_of(&deviation, score, n);
    rescale(w, bias, mean, deviation > 0 ? deviation : 1, C);
    return deviation;
}

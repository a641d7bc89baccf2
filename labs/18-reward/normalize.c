// Scores with a zero and a unit: pairs say which answer is better, but not what 3.7 means.
#include <math.h>

#include "18-reward/reward.h"

double head_normalize(float *w, float *bias, const float *score, int n, int C) {
    double mean = 0, deviation = 0;
    // TODO 18.4 head_normalize: the scores' mean, and the root of the mean square of their distances from it
    todo("18.4 head_normalize");
    const double unit = deviation > 0 ? deviation : 1;
    // TODO 18.4 head_normalize: which w and bias give (s - mean) / unit, where they gave s?
    todo("18.4 head_normalize");
    return deviation;
}

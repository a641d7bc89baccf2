// Features on one scale: mean 0 and standard deviation 1, by numbers that come from the training examples alone.
#include "01-linear-regression/linreg.h"

#include <math.h>

#include "common/common.h"

void standardise_fit(float *mean, float *std, const float *x, int n, int features) {
    // TODO 01.8 standardise_fit: first the mean of a column, then its mean squared distance from that mean
    todo("01.8 standardise_fit");
}

void standardise_apply(float *x, const float *mean, const float *std, int n, int features) {
    // TODO 01.8 standardise_apply: subtract the column's mean, divide by its standard deviation
    todo("01.8 standardise_apply");
}

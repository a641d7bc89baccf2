// Four answers to "how long is it?"
#include "01-linear-regression/linreg.h"

#include <math.h>

#include "common/common.h"

float norm_l1(const float *v, int n) {
    // BEGIN SOLUTION 01.9 norm_l1: the sum of the sizes
    double sum = 0;
    for (int i = 0; i < n; i++) sum += fabs((double)v[i]);
    return (float)sum;
    // END SOLUTION
}

float norm_l2(const float *v, int n) {
    // BEGIN SOLUTION 01.9 norm_l2: the square root of the sum of squares
    double sum = 0;  // 1e20f squared is no float, but it is a double
    for (int i = 0; i < n; i++) sum += (double)v[i] * v[i];
    return (float)sqrt(sum);
    // END SOLUTION
}

float norm_linf(const float *v, int n) {
    // BEGIN SOLUTION 01.9 norm_linf: the largest size
    float largest = 0;
    for (int i = 0; i < n; i++) largest = fmaxf(largest, fabsf(v[i]));
    return largest;
    // END SOLUTION
}

float norm_frobenius(const float *a, int rows, int columns) {
    // BEGIN SOLUTION 01.9 norm_frobenius: a matrix, taken for one long vector
    return norm_l2(a, rows * columns);
    // END SOLUTION
}

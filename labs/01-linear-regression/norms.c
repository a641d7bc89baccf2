// Four answers to "how long is it?"
#include "01-linear-regression/linreg.h"

#include <math.h>

#include "common/common.h"

float norm_l1(const float *v, int n) {
    // TODO 01.9 norm_l1: the sum of the sizes
    todo("01.9 norm_l1");
}

float norm_l2(const float *v, int n) {
    // TODO 01.9 norm_l2: the square root of the sum of squares
    todo("01.9 norm_l2");
}

float norm_linf(const float *v, int n) {
    // TODO 01.9 norm_linf: the largest size
    todo("01.9 norm_linf");
}

float norm_frobenius(const float *a, int rows, int columns) {
    // TODO 01.9 norm_frobenius: a matrix, taken for one long vector
    todo("01.9 norm_frobenius");
}

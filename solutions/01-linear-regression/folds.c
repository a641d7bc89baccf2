// k-fold cross-validation: the examples are dealt into k parts, and each part judges once what the others taught.
#include "01-linear-regression/linreg.h"
#include "common/common.h"

int folds_split(int *train, int *validation, const int *order, int n, int k, int fold) {
    // BEGIN SOLUTION 01.13 folds_split: one piece of order validates, what is around it trains
    int start = (int)((long)fold * n / k), end = (int)((long)(fold + 1) * n / k);
    for (int i = 0; i < start; i++) train[i] = order[i];
    for (int i = start; i < end; i++) validation[i - start] = order[i];
    for (int i = end; i < n; i++) train[i - (end - start)] = order[i];
    return end - start;
    // END SOLUTION
}

// k-fold cross-validation: the examples are dealt into k parts, and each part judges once what the others taught.
#include "01-linear-regression/linreg.h"
#include "common/common.h"

int folds_split(int *train, int *validation, const int *order, int n, int k, int fold) {
    // TODO 01.13 folds_split: one piece of order validates, what is around it trains
    todo("01.13 folds_split");
}

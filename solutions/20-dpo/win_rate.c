// Two models, the same questions: whose answers are better, and is that luck?
#include <math.h>

#include "20-dpo/dpo.h"

double win_rate(const double *a, const double *b, int n) {
    // BEGIN SOLUTION 20.7 win_rate: 1 for a win, one half for a tie
    double sum = 0;
    for (int i = 0; i < n; i++) sum += a[i] > b[i] ? 1 : a[i] == b[i] ? 0.5 : 0;
    return sum / n;
    // END SOLUTION
}

double win_rate_error(double p, int n) {
    // BEGIN SOLUTION 20.7 win_rate_error: 1.96 standard errors of a share
    return 1.96 * sqrt(p * (1 - p) / n);
    // END SOLUTION
}

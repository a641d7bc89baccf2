// Two models, the same questions: whose answers are better, and is that luck?
#include <math.h>

#include "20-dpo/dpo.h"

double win_rate(const double *a, const double *b, int n) {
    // TODO 20.7 win_rate: 1 for a win, one half for a tie
    todo("20.7 win_rate");
}

double win_rate_error(double p, int n) {
    // TODO 20.7 win_rate_error: 1.96 standard errors of a share
    todo("20.7 win_rate_error");
}

// Three ways to guess a KL divergence from single draws.
#include <math.h>

#include "20-dpo/dpo.h"

double kl_estimate(enum kl_estimator which, float log_prob, float log_ref) {
    // BEGIN SOLUTION 20.5 kl_estimate: k1, k2 = k1^2/2, k3 = e^(-k1) - 1 + k1
    const double k1 = (double)log_prob - log_ref;
    if (which == KL_1) return k1;
    if (which == KL_2) return k1 * k1 / 2;
    return expm1(-k1) + k1;
    // END SOLUTION
}

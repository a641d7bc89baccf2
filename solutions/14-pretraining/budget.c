// How long, how large: what a number of operations can buy.
#include <math.h>

#include "14-pretraining/pretraining.h"

double training_flops(double parameters, double tokens) {
    // BEGIN SOLUTION 14.15 training_flops: 2 operations per parameter and token forward, twice that backward
    return 6 * parameters * tokens;
    // END SOLUTION
}

double flops_utilisation(double tokens_per_second, double flops_per_token, double peak) {
    // BEGIN SOLUTION 14.15 flops_utilisation: operations done in a second over operations possible
    return tokens_per_second * flops_per_token / peak;
    // END SOLUTION
}

struct budget compute_optimal(double flops) {
    // BEGIN SOLUTION 14.15 compute_optimal: put D = 20 * N into flops = 6 * N * D and solve for N
    const double parameters = sqrt(flops / (6 * 20));
    return (struct budget){.parameters = parameters, .tokens = 20 * parameters};
    // END SOLUTION
}

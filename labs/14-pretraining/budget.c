// How long, how large: what a number of operations can buy.
#include <math.h>

#include "14-pretraining/pretraining.h"

double training_flops(double parameters, double tokens) {
    // TODO 14.15 training_flops: 2 operations per parameter and token forward, twice that backward
    todo("14.15 training_flops");
}

double flops_utilisation(double tokens_per_second, double flops_per_token, double peak) {
    // TODO 14.15 flops_utilisation: operations done in a second over operations possible
    todo("14.15 flops_utilisation");
}

struct budget compute_optimal(double flops) {
    // TODO 14.15 compute_optimal: put D = 20 * N into flops = 6 * N * D and solve for N
    todo("14.15 compute_optimal");
}

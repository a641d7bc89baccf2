// Does 80% mean 80%? Predictions are sorted into bins; in each, what was predicted stands beside what happened.
#include <math.h>

#include "18-reward/reward.h"

// The bin of a prediction.
static int bin_of(double p, int K) {
    // TODO 18.5 calibration: K bins of equal width; 1 belongs to the last one
    todo("18.5 calibration");
}

// Turns a bin's sums of p and of what held into their means, and returns what it adds to a mean over n predictions.
static double finish_bin(struct calibration_bin *bin, int n) {
    // TODO 18.5 calibration: its |predicted - observed| counts once for each prediction in it
    todo("18.5 calibration");
}

double calibration(struct calibration_bin *bins, const double *p, const bool *held, int n, int K) {
    double error = 0;
    for (int k = 0; k < K; k++) bins[k] = (struct calibration_bin){0};
    for (int i = 0; i < n; i++) {
        struct calibration_bin *bin = &bins[bin_of(p[i], K)];
        bin->count++;
        bin->predicted += p[i];
        bin->observed += held[i];
    }
    for (int k = 0; k < K; k++)
        if (bins[k].count > 0) error += finish_bin(&bins[k], n);
    return error;
}

void calibration_pairs(double *p, bool *held, const float *chosen, const float *rejected, const bool *swap, int n) {
    for (int i = 0; i < n; i++) {
        // TODO 18.5 calibration_pairs: "the first of the two wins": swap[i] says that the rejected one came
        //   first
        todo("18.5 calibration_pairs");
    }
}

// Is it learning, or breaking? Three numbers to look at while it runs.
#include <math.h>

#include "19-ppo/ppo.h"

// How many count; at least 1, so that a mean over none is 0.
static int count_of(const bool *mask, int N) {
    int count = 0;
    for (int n = 0; n < N; n++) count += mask[n];
    return count > 0 ? count : 1;
}

double approximate_kl(const float *log_prob, const float *log_old, const bool *mask, int N) {
    double sum = 0;
    for (int n = 0; n < N; n++) {
        if (!mask[n]) continue;
        // BEGIN SOLUTION 19.8 approximate_kl: half the square of what the log has moved since the rollout
        const double moved = (double)log_prob[n] - log_old[n];
        sum += moved * moved / 2;
        // END SOLUTION
    }
    return sum / count_of(mask, N);
}

double clip_share(const float *log_prob, const float *log_old, const bool *mask, float clip, int N) {
    int outside = 0;
    for (int n = 0; n < N; n++) {
        if (!mask[n]) continue;
        // BEGIN SOLUTION 19.8 clip_share: is the ratio farther than clip from 1, above or below?
        outside += fabs(exp((double)log_prob[n] - log_old[n]) - 1) > clip;
        // END SOLUTION
    }
    return (double)outside / count_of(mask, N);
}

// The variance of returns - factor * value over those that count.
static double variance_of(const float *returns, double factor, const float *value, const bool *mask, int N) {
    const int count = count_of(mask, N);
    double mean = 0, square = 0;
    for (int n = 0; n < N; n++)
        if (mask[n]) mean += returns[n] - factor * value[n];
    for (int n = 0; n < N; n++) {
        const double distance = returns[n] - factor * value[n] - mean / count;
        if (mask[n]) square += distance * distance / count;
    }
    return square;
}

double explained_variance(const float *value, const float *returns, const bool *mask, int N) {
    const double all = variance_of(returns, 0, value, mask, N);
    if (!(all > 0)) return 0;
    // BEGIN SOLUTION 19.8 explained_variance: which part of the returns' variance is left once the value is taken away?
    return 1 - variance_of(returns, 1, value, mask, N) / all;
    // END SOLUTION
}

// Advantages of a whole batch: text by text, then on one scale.
#include <math.h>
#include <string.h>

#include "19-ppo/ppo.h"

void batch_advantages(float *advantage, float *returns, const float *reward, const float *value, const bool *mask,
                      float gamma, float lambda, int B, int T) {
    memset(advantage, 0, (size_t)B * T * sizeof *advantage);
    memset(returns, 0, (size_t)B * T * sizeof *returns);
    for (int b = 0; b < B; b++) {
        // BEGIN SOLUTION 19.5 batch_advantages: the answer of text b is an episode: where does it begin, how many steps
        //   has it? The question before it and the padding behind it are none of its steps
        int first = 0, n = 0;
        while (first < T && !mask[b * T + first]) first++;
        while (first + n < T && mask[b * T + first + n]) n++;
        const size_t at = (size_t)b * T + first;
        gae(advantage + at, returns + at, reward + at, value + at, gamma, lambda, n);
        // END SOLUTION
    }
}

// Returns the mean of those that count; *variance is the mean of their squared distances from it.
static double mean_of(double *variance, const float *x, const bool *mask, int N) {
    double mean = 0, square = 0;
    int count = 0;
    for (int n = 0; n < N; n++) count += mask[n];
    if (count == 0) count = 1;
    // BEGIN SOLUTION 19.5 whiten: mean and square, over the `count` masked ones; first the mean, then the distances
    for (int n = 0; n < N; n++) mean += mask[n] ? x[n] : 0;
    mean /= count;
    for (int n = 0; n < N; n++) square += mask[n] ? (x[n] - mean) * (x[n] - mean) : 0;
    square /= count;
    // END SOLUTION
    *variance = square;
    return mean;
}

static double white_of(double x, bool counts, double mean, double variance, bool keep_mean) {
    // BEGIN SOLUTION 19.5 whiten: what becomes of x where it counts, and where not?
    return counts ? (x - mean) / sqrt(variance + 1e-8) + (keep_mean ? mean : 0) : 0;
    // END SOLUTION
}

void whiten(float *x, const bool *mask, bool keep_mean, int N) {
    double variance;
    const double mean = mean_of(&variance, x, mask, N);
    for (int n = 0; n < N; n++) x[n] = (float)white_of(x[n], mask[n], mean, variance, keep_mean);
}

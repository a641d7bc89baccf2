// Group-relative advantages: the other answers to the same question say what was to be expected.
#include <math.h>

#include "20-dpo/dpo.h"

void group_advantages(float *advantage, const float *score, bool divide, int K, int G) {
    // BEGIN SOLUTION 20.4 group_advantages: within each group of G: less the mean, over the deviation
    for (int k = 0; k < K; k++) {
        const float *of = score + (size_t)k * G;
        double mean = 0, squares = 0;
        for (int g = 0; g < G; g++) mean += of[g];
        mean /= G;
        for (int g = 0; g < G; g++) squares += (of[g] - mean) * (of[g] - mean);
        const double unit = divide ? sqrt(G > 1 ? squares / (G - 1) : 0) + 1e-4 : 1;
        for (int g = 0; g < G; g++) advantage[(size_t)k * G + g] = (float)((of[g] - mean) / unit);
    }
    // END SOLUTION
}

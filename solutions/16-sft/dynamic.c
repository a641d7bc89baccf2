// Several tasks at once: the one whose loss falls most slowly gets the largest weight.
#include <math.h>

#include "16-sft/sft.h"

void dynamic_weights(float *weight, const float *now, const float *before, float temperature, int K) {
    // BEGIN SOLUTION 16.10 dynamic_weights: the largest rate; e^((rate - largest) / temperature) and its sum; K shares
    double largest = -INFINITY, sum = 0;
    for (int k = 0; k < K; k++) largest = fmax(largest, (double)now[k] / before[k]);
    for (int k = 0; k < K; k++) {
        weight[k] = expf((float)(((double)now[k] / before[k] - largest) / temperature));
        sum += (double)weight[k];
    }
    for (int k = 0; k < K; k++) weight[k] = (float)(K * weight[k] / sum);
    // END SOLUTION
}

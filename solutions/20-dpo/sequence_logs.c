// The log-probability of a whole answer: the sum of its tokens'.
#include "20-dpo/dpo.h"

void sequence_logs(float *out, const float *log_prob, const bool *mask, int B, int T) {
    // BEGIN SOLUTION 20.1 sequence_logs: the sum over each text's masked positions
    for (int b = 0; b < B; b++) {
        double sum = 0;
        for (int t = 0; t < T; t++)
            if (mask[(size_t)b * T + t]) sum += log_prob[(size_t)b * T + t];
        out[b] = (float)sum;
    }
    // END SOLUTION
}

void sequence_logs_backward(float *dlog_prob, const float *dout, const bool *mask, int B, int T) {
    // BEGIN SOLUTION 20.1 sequence_logs_backward: every masked position's share of the sum is 1
    for (int b = 0; b < B; b++)
        for (int t = 0; t < T; t++)
            if (mask[(size_t)b * T + t]) dlog_prob[(size_t)b * T + t] += dout[b];
    // END SOLUTION
}

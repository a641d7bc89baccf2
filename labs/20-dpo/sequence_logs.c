// The log-probability of a whole answer: the sum of its tokens'.
#include "20-dpo/dpo.h"

void sequence_logs(float *out, const float *log_prob, const bool *mask, int B, int T) {
    // TODO 20.1 sequence_logs: the sum over each text's masked positions
    todo("20.1 sequence_logs");
}

void sequence_logs_backward(float *dlog_prob, const float *dout, const bool *mask, int B, int T) {
    // TODO 20.1 sequence_logs_backward: every masked position's share of the sum is 1
    todo("20.1 sequence_logs_backward");
}

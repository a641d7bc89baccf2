// How likely was what was said? A row of logits per position, of which one number is wanted: the log of the
// probability of the token that was chosen; and how undecided the model was.
#include <math.h>
#include <string.h>

#include "19-ppo/ppo.h"
#include "common/exp_float.h"

// What turns a logit x into its log-probability: (x - max) / temperature - log_sum, where log_sum makes the sum of all
// probabilities 1.
struct scale {
    float max, temperature, log_sum;
};

static float log_of(float x, struct scale s) {
    // TODO 19.3 token_logs: as the comment of struct scale says
    todo("19.3 token_logs");
}

static struct scale scale_of(const float *x, float temperature, int V) {
    struct scale s = {.max = x[0], .temperature = temperature};
    for (int v = 1; v < V; v++) s.max = x[v] > s.max ? x[v] : s.max;
    // TODO 19.3 token_logs: s.log_sum; exp_float is expf, but faster
    todo("19.3 token_logs");
    return s;
}

// The mean of -log(probability), each token weighted with its probability.
static float entropy_of(const float *x, struct scale s, int V) {
    float entropy = 0;
    // TODO 19.3 token_logs: add it up
    todo("19.3 token_logs");
    return entropy;
}

void token_logs(float *log_prob, float *entropy, const float *logits, const int *action, float temperature, int N,
                int V) {
#pragma omp parallel for schedule(static) if ((size_t)N * V >= WORTH_THREADS)
    for (int n = 0; n < N; n++) {
        const float *row = logits + (size_t)n * V;
        log_prob[n] = 0;
        if (entropy) entropy[n] = 0;
        if (action[n] < 0) continue;
        const struct scale s = scale_of(row, temperature, V);
        log_prob[n] = log_of(row[action[n]], s);
        if (entropy) entropy[n] = entropy_of(row, s, V);
    }
}

// A row of logits becomes its gradient. spread is its entropy.
static void row_gradient(float *row, int action, float dlog_prob, float dentropy, struct scale s, float spread, int V) {
    // TODO 19.3 token_logs_backward: every logit is in the sum; the chosen one's is in the log too.
    //   The entropy's slopes are exercise 19.1's. Where does the temperature come in?
    todo("19.3 token_logs_backward");
}

void token_logs_backward(float *logits, const float *dlog_prob, const float *dentropy, const int *action,
                         float temperature, int N, int V) {
#pragma omp parallel for schedule(static) if ((size_t)N * V >= WORTH_THREADS)
    for (int n = 0; n < N; n++) {
        float *row = logits + (size_t)n * V;
        if (action[n] < 0) {
            // TODO 19.3 token_logs_backward: what is the gradient of a row that does not count?
            todo("19.3 token_logs_backward");
            continue;
        }
        const struct scale s = scale_of(row, temperature, V);
        const float spread = dentropy ? entropy_of(row, s, V) : 0;
        row_gradient(row, action[n], dlog_prob[n], dentropy ? dentropy[n] : 0, s, spread, V);
    }
}

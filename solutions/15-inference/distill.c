// Distillation: the small model learns what the large one thinks of every token, not only which one came.
#include <math.h>

#include "15-inference/inference.h"
#include "common/exp_float.h"

// softmax(logits / tau)[v] is e^((logits[v] - max) / tau) / sum.
struct softmax {
    const float *logits;
    float max, sum;
};

static struct softmax softmax_of(const float *logits, float tau, int V) {
    struct softmax s = {logits, logits[0], 0};
    // BEGIN SOLUTION 15.11 distill_loss_forward: the largest logit, and the sum of the e^((logits[v] - max) / tau)
    for (int v = 1; v < V; v++) s.max = logits[v] > s.max ? logits[v] : s.max;
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int v = 0; v < V; v++) sum += exp_float((logits[v] - s.max) / tau);
    s.sum = sum;
    // END SOLUTION
    return s;
}

// KL(p || q) of one row: the sum over v of p * (log p - log q).
static double row_loss(const struct softmax *p, const struct softmax *q, float tau, int V) {
    // BEGIN SOLUTION 15.11 distill_loss_forward: log p is (logits[v] - max) / tau - log(sum), without an e^ that could
    //   be 0
    const double log_sum_p = log((double)p->sum), log_sum_q = log((double)q->sum);
    double loss = 0;
    for (int v = 0; v < V; v++) {
        const double log_p = (double)(p->logits[v] - p->max) / tau - log_sum_p;
        const double log_q = (double)(q->logits[v] - q->max) / tau - log_sum_q;
        loss += exp(log_p) * (log_p - log_q);
    }
    return loss;
    // END SOLUTION
}

// dstudent (V) += scale * (q - p).
static void row_gradient(float *dstudent, float scale, const struct softmax *p, const struct softmax *q, float tau,
                         int V) {
    // BEGIN SOLUTION 15.11 distill_loss_backward: p and q of every v, from logits, max and sum
#pragma omp simd
    for (int v = 0; v < V; v++) {
        const float share_p = exp_float((p->logits[v] - p->max) / tau) / p->sum;
        const float share_q = exp_float((q->logits[v] - q->max) / tau) / q->sum;
        dstudent[v] += scale * (share_q - share_p);
    }
    // END SOLUTION
}

float distill_loss_forward(const float *student, const float *teacher, float tau, int N, int V) {
    double loss = 0, scale = 1;
    for (size_t n = 0; n < (size_t)N; n++) {
        const struct softmax p = softmax_of(teacher + n * V, tau, V), q = softmax_of(student + n * V, tau, V);
        loss += row_loss(&p, &q, tau, V);
    }
    // BEGIN SOLUTION 15.11 distill_loss_forward: what makes a mean over the rows of this sum, times tau^2?
    scale = (double)tau * tau / N;
    // END SOLUTION
    return (float)(scale * loss);
}

void distill_loss_backward(float *dstudent, float dloss, const float *student, const float *teacher, float tau, int N,
                           int V) {
    float scale = dloss;
    // BEGIN SOLUTION 15.11 distill_loss_backward: the slope of KL is (q - p) / tau: what do tau^2 and the mean make of
    //   it?
    scale *= tau / (float)N;
    // END SOLUTION
#pragma omp parallel for schedule(static) if ((size_t)N * V >= WORTH_THREADS)
    for (int n = 0; n < N; n++) {
        const size_t at = (size_t)n * V;
        const struct softmax p = softmax_of(teacher + at, tau, V), q = softmax_of(student + at, tau, V);
        row_gradient(dstudent + at, scale, &p, &q, tau, V);
    }
}

// Distillation: the small model learns what the large one thinks of every token, not only which one came.
#include <math.h>

#include "15-inference/inference.h"
#include "common/exp_float.h"

// The log of the sum of e^(logits/tau) over V tokens: log softmax(logits/tau)[v] is logits[v]/tau less this.
static double log_sum(const float *logits, float tau, int V) {
    // BEGIN SOLUTION 15.11 distill_loss_forward: subtract the largest first, as in every softmax
    float max = logits[0], sum = 0;
    for (int v = 1; v < V; v++) max = logits[v] > max ? logits[v] : max;
#pragma omp simd reduction(+ : sum)
    for (int v = 0; v < V; v++) sum += exp_float((logits[v] - max) / tau);
    return (double)max / tau + log((double)sum);
    // END SOLUTION
}

// What a row's loss and gradient are made of: logits (V) of the student and the teacher, and log_sum of both.
struct pair {
    const float *student, *teacher;
    double log_student, log_teacher;
};

static struct pair row_pair(const float *student, const float *teacher, float tau, int V) {
    return (struct pair){student, teacher, log_sum(student, tau, V), log_sum(teacher, tau, V)};
}

// KL(p || q) of one row, p = softmax(teacher/tau), q = softmax(student/tau).
static double row_loss(const struct pair *r, float tau, int V) {
    // BEGIN SOLUTION 15.11 distill_loss_forward: the sum over v of p * (log p - log q)
    double loss = 0;
    for (int v = 0; v < V; v++) {
        const double log_p = (double)r->teacher[v] / tau - r->log_teacher;
        const double log_q = (double)r->student[v] / tau - r->log_student;
        loss += exp(log_p) * (log_p - log_q);
    }
    return loss;
    // END SOLUTION
}

// dstudent (V) += scale * (q - p).
static void row_gradient(float *dstudent, const struct pair *r, float scale, float tau, int V) {
    // BEGIN SOLUTION 15.11 distill_loss_backward: p and q of every v, from the logits and their log_sum
    const float log_s = (float)r->log_student, log_t = (float)r->log_teacher;
#pragma omp simd
    for (int v = 0; v < V; v++) {
        const float p = exp_float(r->teacher[v] / tau - log_t), q = exp_float(r->student[v] / tau - log_s);
        dstudent[v] += scale * (q - p);
    }
    // END SOLUTION
}

float distill_loss_forward(const float *student, const float *teacher, float tau, int N, int V) {
    double loss = 0, scale = 1;
    for (size_t n = 0; n < (size_t)N; n++) {
        const struct pair r = row_pair(student + n * V, teacher + n * V, tau, V);
        loss += row_loss(&r, tau, V);
    }
    // BEGIN SOLUTION 15.11 distill_loss_forward: what makes a mean over the rows of this sum, times tau^2?
    scale = (double)tau * tau / N;
    // END SOLUTION
    return (float)(scale * loss);
}

void distill_loss_backward(float *dstudent, float dloss, const float *student, const float *teacher, float tau, int N,
                           int V) {
    float scale = dloss;
    // BEGIN SOLUTION 15.11 distill_loss_backward: the slope of KL is (q - p) / tau: what do tau^2 and the mean make of it?
    scale *= tau / (float)N;
    // END SOLUTION
#pragma omp parallel for schedule(static) if ((size_t)N * V >= WORTH_THREADS)
    for (int n = 0; n < N; n++) {
        const size_t at = (size_t)n * V;
        const struct pair r = row_pair(student + at, teacher + at, tau, V);
        row_gradient(dstudent + at, &r, scale, tau, V);
    }
}

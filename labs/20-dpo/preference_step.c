// A step from pairs: both answers are read by the policy and by the reference, and four numbers of each pair decide.
#include <stdlib.h>
#include <string.h>

#include "20-dpo/alignment.h"

void preferences_init(struct preferences *b, int n) {
    const size_t rows = 2 * (size_t)n, most = rows * PAIR_T;
    *b = (struct preferences){.n = n};
    b->inputs = alloc_zeroed(most, sizeof(int));
    b->action = alloc_zeroed(most, sizeof(int));
    b->mask = alloc_zeroed(most, sizeof(bool));
    b->log_prob = alloc_floats(most);
    b->log_ref = alloc_floats(most);
    b->dlog_prob = alloc_floats(most);
    b->policy = alloc_floats(rows);
    b->reference = alloc_floats(rows);
    b->slope = alloc_floats(rows);
}

void preferences_free(struct preferences *b) {
    float *array[] = {b->log_prob, b->log_ref, b->dlog_prob, b->policy, b->reference, b->slope};
    free(b->inputs);
    free(b->action);
    free(b->mask);
    for (int k = 0; k < COUNT(array); k++) free(array[k]);
    *b = (struct preferences){0};
}

// The logs of the answers' tokens, and their sums.
static void read_logs(float *log_prob, float *sum, struct gpt *m, const struct preferences *b) {
    const int B = 2 * b->n;
    const float *logits = gpt_forward(m, b->inputs, NULL, B, b->T);
    token_logs(log_prob, NULL, logits, b->action, 1, B * b->T, m->config.V);
    sequence_logs(sum, log_prob, b->mask, B, b->T);
}

void preferences_fill(struct preferences *b, const struct reward_pairs *pairs, const int *which, int n,
                      struct gpt *reference) {
    int *conversation = alloc_zeroed(2 * (size_t)n, sizeof(int));
    for (int i = 0; i < n; i++) {
        conversation[i] = 2 * which[i];
        conversation[n + i] = 2 * which[i] + 1;
    }
    b->n = n;
    b->T = lessons_batch(b->inputs, b->action, &pairs->conversations, conversation, 2 * n);
    for (int k = 0; k < 2 * n * b->T; k++) b->mask[k] = b->action[k] >= 0;
    read_logs(b->log_ref, b->reference, reference, b);
    free(conversation);
}

float preferences_loss(struct preferences *b, struct policy *p, const struct alignment *how) {
    const int n = b->n;
    const float *l = b->policy, *ref = b->reference;
    read_logs(b->log_prob, b->policy, &p->gpt, b);
    return how->method == METHOD_IPO ? ipo_forward(l, l + n, ref, ref + n, how->beta, n)
                                     : dpo_forward(l, l + n, ref, ref + n, how->beta, how->smooth, n);
}

float preferences_gradient(struct preferences *b, struct policy *p, const struct alignment *how) {
    struct gpt *m = &p->gpt;
    const int n = b->n, N = 2 * n * b->T;
    const float loss = preferences_loss(b, p, how), *l = b->policy, *ref = b->reference;
    float *slope = b->slope;
    memset(slope, 0, 2 * (size_t)n * sizeof(float));
    memset(b->dlog_prob, 0, (size_t)N * sizeof(float));
    if (how->method == METHOD_IPO) ipo_backward(slope, slope + n, 1, l, l + n, ref, ref + n, how->beta, n);
    else dpo_backward(slope, slope + n, 1, l, l + n, ref, ref + n, how->beta, how->smooth, n);
    sequence_logs_backward(b->dlog_prob, slope, b->mask, 2 * n, b->T);
    token_logs_backward(m->logits, b->dlog_prob, NULL, b->action, 1, N, m->config.V);
    gpt_zero_grads(m);
    gpt_backward_logits(m, b->inputs, NULL, 2 * n, b->T);
    return loss;
}

float preferences_shift(const struct preferences *b, int i) {
    const int n = b->n;
    return (b->policy[i] - b->policy[n + i]) - (b->reference[i] - b->reference[n + i]);
}

// A step from groups: the same question several times, and every answer against the others to it.
#include <string.h>

#include "20-dpo/alignment.h"

void group_ask(struct answers *a, int G, bool held, uint64_t seed) {
    struct answers each;
    answers_init(&each, (a->count + G - 1) / G);
    answers_ask(&each, -1, held, seed);
    for (int i = 0; i < a->count; i++) a->question[i] = each.question[i / G];
    answers_free(&each);
}

void group_gradient(struct policy *p, const struct rollout *r, const float *advantage, int first, int B,
                    const struct alignment *how, float *log_prob, float *dlog_prob, struct group_health *h) {
    struct gpt *m = &p->gpt;
    const size_t at = (size_t)first * r->T;
    const int N = B * r->T, *inputs = r->inputs + at, *action = r->action + at;
    const bool *mask = r->mask + at;
    const float *log_old = r->log_prob + at, *log_ref = r->log_ref + at, *A = advantage + first;
    gpt_forward(m, inputs, NULL, B, r->T);
    token_logs(log_prob, NULL, m->logits, action, 1, N, m->config.V);
    h->loss += (double)grpo_forward(log_prob, log_old, log_ref, A, mask, how->clip, how->beta, B, r->T);
    h->clip_share += clip_share(log_prob, log_old, mask, how->clip, N);
    h->count++;
    memset(dlog_prob, 0, (size_t)N * sizeof(float));
    grpo_backward(dlog_prob, 1, log_prob, log_old, log_ref, A, mask, how->clip, how->beta, B, r->T);
    token_logs_backward(m->logits, dlog_prob, NULL, action, 1, N, m->config.V);
    gpt_zero_grads(m);
    gpt_backward_logits(m, inputs, NULL, B, r->T);
}

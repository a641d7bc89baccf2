// What is learned from a rollout: a few of its texts at a time, in random order, more than once.
#include <stdlib.h>
#include <string.h>

#include "19-ppo/policy.h"

enum { ARRAYS = 8 };
static void arrays_of(float ***array, struct minibatch *b) {
    float **all[ARRAYS] = {&b->log_old,  &b->value_old, &b->advantage, &b->returns,
                           &b->log_prob, &b->value,     &b->dlog_prob, &b->dvalue};
    memcpy(array, all, sizeof all);
}

void minibatch_init(struct minibatch *b, int B) {
    const size_t most = (size_t)B * PAIR_T;
    float **array[ARRAYS];
    *b = (struct minibatch){0};
    arrays_of(array, b);
    b->inputs = alloc_zeroed(most, sizeof(int));
    b->action = alloc_zeroed(most, sizeof(int));
    b->mask = alloc_zeroed(most, sizeof(bool));
    for (int k = 0; k < ARRAYS; k++) *array[k] = alloc_floats(most);
}

void minibatch_free(struct minibatch *b) {
    float **array[ARRAYS];
    arrays_of(array, b);
    free(b->inputs);
    free(b->action);
    free(b->mask);
    for (int k = 0; k < ARRAYS; k++) free(*array[k]);
    *b = (struct minibatch){0};
}

void minibatch_gather(struct minibatch *b, const struct rollout *r, const int *which, int B) {
    b->B = B, b->T = r->T;
    for (int i = 0; i < B; i++) {
        const size_t to = (size_t)i * r->T, from = (size_t)which[i] * r->T, n = (size_t)r->T;
        memcpy(b->inputs + to, r->inputs + from, n * sizeof(int));
        memcpy(b->action + to, r->action + from, n * sizeof(int));
        memcpy(b->mask + to, r->mask + from, n * sizeof(bool));
        memcpy(b->log_old + to, r->log_prob + from, n * sizeof(float));
        memcpy(b->value_old + to, r->value + from, n * sizeof(float));
        memcpy(b->advantage + to, r->advantage + from, n * sizeof(float));
        memcpy(b->returns + to, r->returns + from, n * sizeof(float));
    }
}

void minibatch_gradient(struct policy *p, struct minibatch *b, const struct ppo_training *how, struct ppo_health *h) {
    struct gpt *m = &p->gpt;
    const int N = b->B * b->T, V = m->config.V;
    gpt_forward(m, b->inputs, NULL, b->B, b->T);
    token_logs(b->log_prob, NULL, m->logits, b->action, 1, N, V);
    policy_values(b->value, p, N);
    h->policy_loss += (double)ppo_policy_forward(b->log_prob, b->log_old, b->advantage, b->mask, how->clip, N);
    h->value_loss += (double)ppo_value_forward(b->value, b->value_old, b->returns, b->mask, how->value_clip, N);
    h->approximate_kl += approximate_kl(b->log_prob, b->log_old, b->mask, N);
    h->clip_share += clip_share(b->log_prob, b->log_old, b->mask, how->clip, N);
    h->count++;
    memset(b->dlog_prob, 0, (size_t)N * sizeof(float));
    memset(b->dvalue, 0, (size_t)N * sizeof(float));
    ppo_policy_backward(b->dlog_prob, 1, b->log_prob, b->log_old, b->advantage, b->mask, how->clip, N);
    ppo_value_backward(b->dvalue, how->value_weight, b->value, b->value_old, b->returns, b->mask, how->value_clip, N);
    token_logs_backward(m->logits, b->dlog_prob, NULL, b->action, 1, N, V);
    policy_backward(p, b->dvalue, b->inputs, b->B, b->T);
}

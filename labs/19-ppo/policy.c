// A policy: chapter 13's model, and beside its head for words one for a single number.
#include "19-ppo/policy.h"

#include <stdlib.h>
#include <string.h>

void policy_init(struct policy *p, const struct gpt_config *c, const float *params, int B, int T) {
    *p = (struct policy){0};
    stage_copy(&p->gpt, c, params);
    gpt_reserve(&p->gpt, B > ROLLOUT_AT_ONCE ? B : ROLLOUT_AT_ONCE, T > PAIR_T ? T : PAIR_T, true);
    p->head = alloc_floats((size_t)c->C);
    p->dhead = alloc_floats((size_t)c->C);
}

void policy_free(struct policy *p) {
    gpt_free(&p->gpt);
    free(p->head);
    free(p->dhead);
    *p = (struct policy){0};
}

void policy_values(float *value, const struct policy *p, int N) {
    const int C = p->gpt.config.C;
    for (int n = 0; n < N; n++) {
        const float *row = p->gpt.norm + (size_t)n * C;
        value[n] = p->bias;
        for (int i = 0; i < C; i++) value[n] += p->head[i] * row[i];
    }
}

void policy_backward(struct policy *p, const float *dvalue, const int *inputs, int B, int T) {
    struct gpt *m = &p->gpt;
    const int C = m->config.C, N = B * T;
    float *drows = m->scratch.dnorm;
    gpt_zero_grads(m);
    memset(p->dhead, 0, (size_t)C * sizeof(float));
    p->dbias = 0;
    projection_backward(drows, m->dweights.head, NULL, m->logits, m->norm, m->weights.head, N, C, m->config.V);
    for (int n = 0; n < N; n++) {
        if (dvalue[n] == 0) continue;
        for (int i = 0; i < C; i++) {
            drows[(size_t)n * C + i] += dvalue[n] * p->head[i];
            p->dhead[i] += dvalue[n] * m->norm[(size_t)n * C + i];
        }
        p->dbias += dvalue[n];
    }
    gpt_backward_rows(m, drows, inputs, NULL, B, T);
}

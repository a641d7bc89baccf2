// The head's parameters, and room for what a batch leaves behind.
#include <stdlib.h>
#include <string.h>

#include "13-transformer/models.h"

void classifier_init(struct classifier *m, const struct gpt_config *c, int K, enum pooling pooling, float std,
                     struct rng *r) {
    if (K < 1) die("a classifier must have a class, not %d", K);
    *m = (struct classifier){.K = K, .pooling = pooling, .parameters = (size_t)K * c->C + (size_t)K};
    gpt_init(&m->encoder, c, std, r);
    m->encoder.causal = false;
    m->params = alloc_floats(m->parameters);
    m->weight = m->params;
    m->bias = m->params + (size_t)K * c->C;
    for (size_t i = 0; i < (size_t)K * c->C; i++) m->weight[i] = std * rng_normal(r);
}

void classifier_reserve(struct classifier *m, int B, int T, bool training) {
    size_t C = (size_t)m->encoder.config.C;
    gpt_reserve(&m->encoder, B, T, training);
    free(m->memory);
    m->memory = alloc_floats((size_t)B * (C + m->K) + (training ? (size_t)B * C * (T + 1) : 0));
    m->pooled = m->memory;
    m->logits = m->pooled + B * C;
    if (!training) return;
    m->dpooled = m->logits + (size_t)B * m->K;
    m->drows = m->dpooled + B * C;
    if (m->grads) return;
    m->grads = alloc_floats(m->parameters);
    m->dweight = m->grads;
    m->dbias = m->grads + (size_t)m->K * C;
}

void classifier_zero_grads(struct classifier *m) {
    memset(m->grads, 0, m->parameters * sizeof(float));
    memset(m->encoder.grads, 0, m->encoder.parameters * sizeof(float));
}

void classifier_free(struct classifier *m) {
    gpt_free(&m->encoder);
    free(m->params);
    free(m->grads);
    free(m->memory);
    *m = (struct classifier){0};
}

// Where a number that is no number first appears: in the weights, on the way up, or on the way down.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "14-pretraining/pretraining.h"

static bool all_finite(const float *x, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i])) return false;
    return true;
}

// True, and "KIND of NAME" in where, if x (n) has a number that is not finite.
static bool found(char *where, size_t size, const char *kind, const char *name, const float *x, size_t n) {
    if (all_finite(x, n)) return false;
    snprintf(where, size, "%s of %s", kind, name);
    return true;
}

// What block l gives, step by step, N positions of each.
static bool found_in_block(char *where, size_t size, const struct gpt *m, int l, size_t N) {
    const struct gpt_config *c = &m->config;
    const struct block_state *s = &m->block[l];
    size_t C = (size_t)c->C, F = (size_t)c->F, QKV = C + 2 * (size_t)c->G * (size_t)(c->C / c->H);
    const struct {
        const char *name;
        const float *x;
        size_t n;
    } step[] = {
        {"norm1", s->norm1, C},
        {"qkv", s->qkv, QKV},
        {"attention", s->att, C},
        {"proj", s->mid, C},
        {"norm2", s->norm2, C},
        {"up", s->up, c->shape == GPT2 ? F : 2 * F},
        {c->shape == GPT2 ? "gelu" : "swiglu", s->act, F},
        {"down", l + 1 < c->L ? m->block[l + 1].x : m->x, C},
    };
    for (int i = 0; i < COUNT(step); i++) {
        char name[48];
        snprintf(name, sizeof name, "block.%d.%s", l, step[i].name);
        if (found(where, size, "output", name, step[i].x, N * step[i].n)) return true;
    }
    return false;
}

static bool found_forward(char *where, size_t size, struct gpt *m, const int *tokens, int B, int T) {
    size_t N = (size_t)B * (size_t)T, C = (size_t)m->config.C;
    gpt_forward(m, tokens, NULL, B, T);
    if (found(where, size, "output", "token_table", m->block[0].x, N * C)) return true;
    for (int l = 0; l < m->config.L; l++)
        if (found_in_block(where, size, m, l, N)) return true;
    return found(where, size, "output", "norm", m->norm, N * C) ||
           found(where, size, "output", "head", m->logits, N * (size_t)m->config.V);
}

bool first_not_finite(char *where, size_t size, struct gpt *m, const int *tokens, int batches, int B, int T) {
    bool bad = false;
    int count;
    struct gpt_tensor *tensor = gpt_tensors(&m->config, &count);
    for (int i = 0; i < count && !bad; i++)
        bad = found(where, size, "weights", tensor[i].name, m->params + tensor[i].at, tensor[i].size);
    for (int k = 0; k < batches && !bad; k++)
        bad = found_forward(where, size, m, tokens + (size_t)k * (size_t)B * (size_t)T, B, T);
    for (int i = count - 1; i >= 0 && !bad; i--)
        bad = found(where, size, "gradient", tensor[i].name, m->grads + tensor[i].at, tensor[i].size);
    free(tensor);
    if (!bad && size > 0) where[0] = '\0';
    return bad;
}

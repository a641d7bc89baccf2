// A layer's parameters in one array, and room for what N rows leave behind.
#include <stdlib.h>

#include "13-transformer/models.h"

size_t moe_parameters(const struct moe_config *c) {
    return (size_t)c->E * c->C + 3 * (size_t)c->E * c->C * c->F;
}

size_t moe_active_parameters(const struct moe_config *c) {
    return (size_t)c->E * c->C + 3 * (size_t)c->K * c->C * c->F;
}

void moe_point(struct moe_weights *w, const struct moe_config *c, float *params) {
    w->gate = params;
    w->up = w->gate + (size_t)c->E * c->C;
    w->down = w->up + 2 * (size_t)c->E * c->F * c->C;
}

// The next n floats of a piece of memory; with no memory yet (NULL) it only counts.
static float *take(float *memory, size_t *used, size_t n) {
    float *p = memory ? memory + *used : NULL;
    *used += (n + 15) / 16 * 16;
    return p;
}

static size_t take_all(struct moe_state *s, float *memory, const struct moe_config *c, size_t N) {
    size_t used = 0, C = (size_t)c->C, F = (size_t)c->F, E = (size_t)c->E, pairs = N * (size_t)c->K;
    s->logits = take(memory, &used, N * E);
    s->probs = take(memory, &used, N * E);
    s->weight = take(memory, &used, pairs);
    s->rows = take(memory, &used, pairs * C);
    s->up = take(memory, &used, pairs * 2 * F);
    s->act = take(memory, &used, pairs * F);
    s->answer = take(memory, &used, pairs * C);
    s->dlogits = take(memory, &used, N * E);
    s->dweight = take(memory, &used, pairs);
    s->drows = take(memory, &used, pairs * C);
    s->dup = take(memory, &used, pairs * 2 * F);
    s->dact = take(memory, &used, pairs * F);
    s->danswer = take(memory, &used, pairs * C);
    s->dgate = take(memory, &used, N * C);
    return used;
}

void moe_reserve(struct moe_state *s, const struct moe_config *c, int N) {
    if (c->E < 1 || c->K < 1 || c->K > c->E) die("of %d experts each row cannot ask %d", c->E, c->K);
    moe_free(s);
    s->memory = alloc_floats(take_all(s, NULL, c, (size_t)N));
    take_all(s, s->memory, c, (size_t)N);
    s->chosen = alloc_zeroed((size_t)N * c->K, sizeof(int));
    s->order = alloc_zeroed((size_t)N * c->K, sizeof(int));
    s->start = alloc_zeroed((size_t)c->E + 1, sizeof(int));
}

void moe_free(struct moe_state *s) {
    free(s->memory);
    free(s->chosen);
    free(s->order);
    free(s->start);
    *s = (struct moe_state){0};
}

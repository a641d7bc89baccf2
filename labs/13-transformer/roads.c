// What a block's two roads need to know about the model's shape.
#include "13-transformer/transformer.h"

struct attention block_attention(const struct block_context *c) {
    const struct gpt_config *g = c->config;
    struct attention a = attention_self(c->B, c->T, g->H, g->G, g->C / g->H);
    a.causal = c->causal;
    a.length = c->length;
    return a;
}

void block_turn(float *qkv, const struct block_context *c, bool back) {
    const struct gpt_config *g = c->config;
    int D = g->C / g->H;
    if (g->shape != LLAMA) return;
    (back ? rope_backward : rope_forward)(qkv, (size_t)(g->H + 2 * g->G) * D, c->cos, c->sin, 0, c->B, c->T,
                                          g->H + g->G, D);
}

int gpt_up_rows(const struct gpt_config *c) {
    return c->shape == GPT2 ? c->F : 2 * c->F;
}

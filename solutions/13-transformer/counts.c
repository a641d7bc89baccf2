// What a model costs, before it exists: parameters, operations, bytes.
#include "13-transformer/transformer.h"

size_t gpt_parameters(const struct gpt_config *c) {
    // BEGIN SOLUTION 13.11 gpt_parameters: tables, L blocks, the last norm, the head unless it is tied
    size_t V = c->V, C = c->C, F = c->F, QKV = C + 2 * (size_t)c->G * (C / c->H);
    bool gpt2 = c->shape == GPT2;
    size_t matrices = QKV * C + C * C + (gpt2 ? 2 : 3) * F * C;
    size_t vectors = gpt2 ? 4 * C + QKV + C + F + C : 2 * C;
    size_t tables = V * C + (gpt2 ? c->T * C : 0) + (c->tied ? 0 : V * C);
    return tables + (size_t)c->L * (matrices + vectors) + (gpt2 ? 2 * C : C);
    // END SOLUTION
}

double gpt_flops_per_token(const struct gpt_config *c, int T) {
    // BEGIN SOLUTION 13.11 gpt_flops_per_token: 6 for every parameter that is multiplied by, and 12 L C T for the attention
    size_t looked_up = (c->shape == GPT2 ? (size_t)c->T * c->C : 0) + (c->tied ? 0 : (size_t)c->V * c->C);
    return 6.0 * (double)(gpt_parameters(c) - looked_up) + 12.0 * c->L * (double)c->C * T;
    // END SOLUTION
}

struct gpt_bytes gpt_training_bytes(const struct gpt_config *c, int B, int T) {
    struct gpt_bytes bytes = {0};
    bytes.params = 4.0 * (double)gpt_parameters(c);
    bytes.grads = bytes.params;
    // BEGIN SOLUTION 13.12 gpt_training_bytes: moments; activations of struct block_state times L, and x, norm, mean, rstd; logits; scratch and dx
    double N = (double)B * T, C = c->C, F = c->F, QKV = C + 2.0 * c->G * (C / c->H), U = c->shape == GPT2 ? F : 2 * F;
    bytes.moments = 2 * bytes.params;
    double block = N * (5 * C + QKV + U + F + 4 + c->H);  // x norm1 att mid norm2, qkv, up, act, means and rstds, lse
    bytes.activations = 4 * (c->L * block + N * (2 * C + 2));
    bytes.logits = 4 * N * c->V;
    bytes.scratch = 4 * N * (3 * C + QKV + F + U);  // dx dnorm datt, dqkv, dact, dup
    // END SOLUTION
    bytes.total = bytes.params + bytes.grads + bytes.moments + bytes.activations + bytes.logits + bytes.scratch;
    return bytes;
}

// What a model costs, before it exists: parameters, operations, bytes.
#include "13-transformer/transformer.h"

size_t gpt_parameters(const struct gpt_config *c) {
    // TODO 13.11 gpt_parameters: tables, L blocks, the last norm, the head unless it is tied
    todo("13.11 gpt_parameters");
}

double gpt_flops_per_token(const struct gpt_config *c, int T) {
    // TODO 13.11 gpt_flops_per_token: 6 for every parameter that is multiplied by, and 12 L C T for the attention
    todo("13.11 gpt_flops_per_token");
}

struct gpt_bytes gpt_training_bytes(const struct gpt_config *c, int B, int T) {
    struct gpt_bytes bytes = {0};
    bytes.params = 4.0 * (double)gpt_parameters(c);
    bytes.grads = bytes.params;
    // TODO 13.12 gpt_training_bytes: moments; activations of struct block_state times L, and x, norm, mean, rstd; logits; scratch and dx
    todo("13.12 gpt_training_bytes");
    bytes.total = bytes.params + bytes.grads + bytes.moments + bytes.activations + bytes.logits + bytes.scratch;
    return bytes;
}

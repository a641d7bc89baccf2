// Cross-attention: the text that is being written asks, the text that was read answers.
#include <string.h>

#include "13-transformer/models.h"

struct attention cross_attention(const struct cross_context *c) {
    // TODO 13.15 cross_forward: B, T, S, H, G = H, D; rows of q are C floats apart, of kv 2C; the sources' lengths
    todo("13.15 cross_forward");
}

void cross_forward(struct cross_state *s, const struct cross_weights *w, const struct cross_context *c) {
    // TODO 13.15 cross_forward: norm of x, q from it; kv from the memory; flash_forward; out = x + the answers through proj
    todo("13.15 cross_forward");
}

// The gradient parts here: by way of the queries it goes on down the decoder, by way of keys and values to the encoder.
void cross_backward(float *dx, float *dmemory, struct cross_weights *dw, struct cross_scratch *scratch,
                    const struct cross_state *s, const struct cross_weights *w, const struct cross_context *c) {
    // TODO 13.15 cross_backward: cross_forward's lines from the last to the first; dq and dkv start at zero
    todo("13.15 cross_backward");
}

// One block: a road straight through, and two side roads that read from it and add to it.
#include <string.h>

#include "13-transformer/transformer.h"

void block_attend(struct block_state *s, const struct block_weights *w, const struct block_context *c) {
    // TODO 13.7 block_attend: norm1, qkv, turn, flash_forward; mid = x + the heads' answers through proj
    todo("13.7 block_attend");
}

void block_mlp(float *out, struct block_state *s, const struct block_weights *w, const struct block_context *c) {
    // TODO 13.7 block_mlp: norm2, up, the bend of this shape; out = mid + the result through down
    todo("13.7 block_mlp");
}

void block_forward(float *out, struct block_state *s, const struct block_weights *w, const struct block_context *c) {
    block_attend(s, w, c);
    block_mlp(out, s, w, c);
}

// dx (N,C) is the gradient of out, which is also that of mid by the straight road; the side road's is added.
void block_mlp_backward(float *dx, struct block_weights *dw, struct block_scratch *scratch, const struct block_state *s,
                        const struct block_weights *w, const struct block_context *c) {
    // TODO 13.8 block_mlp_backward: block_mlp's lines from the last to the first
    todo("13.8 block_mlp_backward");
}

void block_attend_backward(float *dx, struct block_weights *dw, struct block_scratch *scratch,
                           const struct block_state *s, const struct block_weights *w, const struct block_context *c) {
    // TODO 13.8 block_attend_backward: block_attend's lines from the last to the first; dqkv starts at zero
    todo("13.8 block_attend_backward");
}

void block_backward(float *dx, struct block_weights *dw, struct block_scratch *scratch, const struct block_state *s,
                    const struct block_weights *w, const struct block_context *c) {
    block_mlp_backward(dx, dw, scratch, s, w, c);
    block_attend_backward(dx, dw, scratch, s, w, c);
}

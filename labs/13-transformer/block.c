// One block: a road straight through, and two side roads that read from it and add to it.
#include <string.h>

#include "13-transformer/transformer.h"

static void attention_road(float *mid, struct block_state *s, const struct block_weights *w,
                           const struct block_context *c) {
    // TODO 13.7 block_forward: norm1, qkv, turn, flash_forward; mid = x + the heads' answers through proj
    todo("13.7 block_forward");
}

static void mlp_road(float *out, struct block_state *s, const struct block_weights *w, const struct block_context *c) {
    // TODO 13.7 block_forward: norm2, up, the bend of this shape; out = mid + the result through down
    todo("13.7 block_forward");
}

void block_forward(float *out, struct block_state *s, const struct block_weights *w, const struct block_context *c) {
    attention_road(s->mid, s, w, c);
    mlp_road(out, s, w, c);
}

// dx (N,C) is the gradient of out, which is also that of mid by the straight road; the side road's is added.
static void mlp_road_backward(float *dx, struct block_weights *dw, struct block_scratch *d, const struct block_state *s,
                              const struct block_weights *w, const struct block_context *c) {
    // TODO 13.8 block_backward: mlp_road's lines from the last to the first
    todo("13.8 block_backward");
}

static void attention_road_backward(float *dx, struct block_weights *dw, struct block_scratch *d,
                                    const struct block_state *s, const struct block_weights *w,
                                    const struct block_context *c) {
    // TODO 13.8 block_backward: attention_road's lines from the last to the first; dqkv starts at zero
    todo("13.8 block_backward");
}

void block_backward(float *dx, struct block_weights *dw, struct block_scratch *scratch, const struct block_state *s,
                    const struct block_weights *w, const struct block_context *c) {
    mlp_road_backward(dx, dw, scratch, s, w, c);
    attention_road_backward(dx, dw, scratch, s, w, c);
}

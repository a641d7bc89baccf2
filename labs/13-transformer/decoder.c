// The decoder's block has three roads: to its own text so far, to the text that was read, through the small network.
#include "13-transformer/models.h"

void decoder_block_forward(float *out, struct seq2seq *m, int l, const struct block_context *c,
                           const struct cross_context *cross) {
    // TODO 13.16 decoder_block_forward: block_attend; cross_forward, its x the block's mid; block_mlp, its mid the memory's answer
    todo("13.16 decoder_block_forward");
}

void decoder_block_backward(float *dx, struct seq2seq *m, int l, const struct block_context *c,
                            const struct cross_context *cross) {
    // TODO 13.16 decoder_block_backward: the three roads' backward functions, from the last to the first
    todo("13.16 decoder_block_backward");
}

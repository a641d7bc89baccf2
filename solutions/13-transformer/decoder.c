// The decoder's block has three roads: to its own text so far, to the text that was read, through the small network.
#include "13-transformer/models.h"

void decoder_block_forward(float *out, struct seq2seq *m, int l, const struct block_context *c,
                           const struct cross_context *cross) {
    // BEGIN SOLUTION 13.16 decoder_block_forward: block_attend; cross_forward, its x the block's mid; block_mlp, its mid the memory's answer
    struct block_state *self = &m->decoder.block[l];
    const struct block_weights *w = &m->decoder.weights.block[l];
    block_attend(self, w, c);
    m->cross[l].x = self->mid;
    cross_forward(&m->cross[l], &m->weights[l], cross);
    struct block_state after = *self;
    after.mid = m->cross[l].out;
    block_mlp(out, &after, w, c);
    // END SOLUTION
}

void decoder_block_backward(float *dx, struct seq2seq *m, int l, const struct block_context *c,
                            const struct cross_context *cross) {
    // BEGIN SOLUTION 13.16 decoder_block_backward: the three roads' backward functions, from the last to the first
    struct gpt *d = &m->decoder;
    const struct block_weights *w = &d->weights.block[l];
    struct block_state after = d->block[l];
    after.mid = m->cross[l].out;
    block_mlp_backward(dx, &d->dweights.block[l], &d->scratch, &after, w, c);
    cross_backward(dx, m->dmemory, &m->dweights[l], &m->scratch, &m->cross[l], &m->weights[l], cross);
    block_attend_backward(dx, &d->dweights.block[l], &d->scratch, &d->block[l], w, c);
    // END SOLUTION
}

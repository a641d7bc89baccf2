// One text becomes another: the encoder reads all of it, the decoder writes word by word and asks the encoder's rows.
#include <string.h>

#include "13-transformer/models.h"

void teacher_forcing(int *input, const int *targets, int start, int B, int T) {
    for (int b = 0; b < B; b++) {
        for (int t = 0; t < T; t++) {
            // TODO 13.16 teacher_forcing: input[b,t] = targets[b,t-1]; `start` at t = 0 and after a -1
            todo("13.16 teacher_forcing");
        }
    }
}

const float *seq2seq_forward(struct seq2seq *m, const int *source, const int *length, const int *input, int B, int S,
                             int T) {
    gpt_check_batch(&m->decoder, input, B, T);
    // TODO 13.16 seq2seq_forward: the encoder's gpt_rows, every layer's memory; then as gpt_forward, with decoder_block_forward
    todo("13.16 seq2seq_forward");
    return m->decoder.logits;
}

float seq2seq_backward(struct seq2seq *m, float dloss, const int *source, const int *length, const int *input,
                       const int *targets, int B, int S, int T) {
    float loss = masked_loss_backward(m->decoder.logits, dloss, targets, B * T, m->decoder.config.V);
    // TODO 13.16 seq2seq_backward: as gpt_backward_logits; m->dmemory starts at zero, and with it gpt_backward_rows of the encoder
    todo("13.16 seq2seq_backward");
    return loss;
}

// A verdict about a text: an encoder reads it, a small head on one row decides.
#include "13-transformer/models.h"

const float *classifier_forward(struct classifier *m, const int *tokens, const int *length, int B, int T) {
    // TODO 13.14 classifier_forward: gpt_rows of the encoder, pool_forward, the head's projection_forward
    todo("13.14 classifier_forward");
    return m->logits;
}

float classifier_backward(struct classifier *m, float dloss, const int *tokens, const int *length, const int *labels,
                          int B, int T) {
    float loss = masked_loss_backward(m->logits, dloss, labels, B, m->K);
    // TODO 13.14 classifier_backward: m->logits hold their gradient now; the same three steps, backwards
    todo("13.14 classifier_backward");
    return loss;
}

// A verdict about a text: an encoder reads it, a small head on one row decides.
#include "13-transformer/models.h"

const float *classifier_forward(struct classifier *m, const int *tokens, const int *length, int B, int T) {
    // BEGIN SOLUTION 13.14 classifier_forward: gpt_rows of the encoder, pool_forward, the head's projection_forward
    int C = m->encoder.config.C;
    const float *rows = gpt_rows(&m->encoder, tokens, length, B, T);
    pool_forward(m->pooled, rows, m->pooling, length, B, T, C);
    projection_forward(m->logits, m->pooled, m->weight, m->bias, B, C, m->K);
    // END SOLUTION
    return m->logits;
}

float classifier_backward(struct classifier *m, float dloss, const int *tokens, const int *length, const int *labels,
                          int B, int T) {
    float loss = masked_loss_backward(m->logits, dloss, labels, B, m->K);
    // BEGIN SOLUTION 13.14 classifier_backward: m->logits hold their gradient now; the same three steps, backwards
    int C = m->encoder.config.C;
    projection_backward(m->dpooled, m->dweight, m->dbias, m->logits, m->pooled, m->weight, B, C, m->K);
    pool_backward(m->drows, m->dpooled, m->pooling, length, B, T, C);
    gpt_backward_rows(&m->encoder, m->drows, tokens, length, B, T);
    // END SOLUTION
    return loss;
}

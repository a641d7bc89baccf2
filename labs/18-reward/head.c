// One number from many rows: what the model thinks of a whole text, read at its last token, the only one whose row has
// seen all others.
#include <string.h>

#include "18-reward/reward.h"

void head_forward(float *score, const float *rows, const int *last, const float *w, float bias, int B, int T, int C) {
    for (int b = 0; b < B; b++) {
        // TODO 18.1 head_forward: which of the B*T rows is text b's last one? That row . w + bias
        todo("18.1 head_forward");
    }
}

void head_backward(float *drows, float *dw, float *dbias, const float *dscore, const float *rows, const int *last,
                   const float *w, int B, int T, int C) {
    memset(drows, 0, (size_t)B * T * C * sizeof *drows);  // what no score has read hears nothing
    for (int b = 0; b < B; b++) {
        // TODO 18.1 head_backward: what dscore[b] asks of its row, of w, and of the bias, if that is wanted
        todo("18.1 head_backward");
    }
}

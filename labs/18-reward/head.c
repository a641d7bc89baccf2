// One number from many rows: what the model thinks of a whole text, read at its last token, the only one whose row has
// seen all others.
#include <string.h>

#include "18-reward/reward.h"

// The row of text b at its last token.
static size_t last_row(const int *last, int b, int T) {
    // TODO 18.1 head_forward: which of the B*T rows is it?
    todo("18.1 head_forward");
}

void head_forward(float *score, const float *rows, const int *last, const float *w, float bias, int B, int T, int C) {
    for (int b = 0; b < B; b++) {
        const float *row = rows + last_row(last, b, T) * (size_t)C;
        // TODO 18.1 head_forward: row . w + bias
        todo("18.1 head_forward");
    }
}

void head_backward(float *drows, float *dw, float *dbias, const float *dscore, const float *rows, const int *last,
                   const float *w, int B, int T, int C) {
    memset(drows, 0, (size_t)B * (size_t)T * (size_t)C * sizeof *drows);
    for (int b = 0; b < B; b++) {
        const size_t at = last_row(last, b, T) * (size_t)C;
        const float *row = rows + at;
        float *drow = drows + at;
        // TODO 18.1 head_backward: what a change of dscore[b] asks of its row, of w, and of the bias if that
        //   is wanted
        todo("18.1 head_backward");
    }
}

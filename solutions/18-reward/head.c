// One number from many rows: what the model thinks of a whole text, read at its last token, the only one whose row has
// seen all others.
#include <string.h>

#include "18-reward/reward.h"

void head_forward(float *score, const float *rows, const int *last, const float *w, float bias, int B, int T, int C) {
    for (int b = 0; b < B; b++) {
        // BEGIN SOLUTION 18.1 head_forward: which of the B*T rows is text b's last one? That row . w + bias
        const float *row = rows + ((size_t)b * T + last[b]) * C;
        double sum = bias;
        for (int c = 0; c < C; c++) sum += (double)row[c] * w[c];
        score[b] = (float)sum;
        // END SOLUTION
    }
}

void head_backward(float *drows, float *dw, float *dbias, const float *dscore, const float *rows, const int *last,
                   const float *w, int B, int T, int C) {
    memset(drows, 0, (size_t)B * T * C * sizeof *drows);  // what no score has read hears nothing
    for (int b = 0; b < B; b++) {
        // BEGIN SOLUTION 18.1 head_backward: what dscore[b] asks of its row, of w, and of the bias, if that is wanted
        const size_t at = ((size_t)b * T + last[b]) * C;
        for (int c = 0; c < C; c++) {
            drows[at + c] = dscore[b] * w[c];
            dw[c] += dscore[b] * rows[at + c];
        }
        if (dbias) *dbias += dscore[b];
        // END SOLUTION
    }
}

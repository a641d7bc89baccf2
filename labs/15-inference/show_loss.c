// What a decoder loses by being smaller: the loss on documents it did not learn from.
#include <stdlib.h>

#include "15-inference/show.h"

enum { TEXTS = 8 };  // at a time

double show_loss(const struct decoder *d, const struct rows *rows, size_t first, size_t count) {
    const int T = rows->T, V = d->config.V;
    const int B = count < TEXTS ? (int)count : TEXTS;
    int *inputs = alloc_zeroed((size_t)B * T, sizeof(int)), *targets = alloc_zeroed((size_t)B * T, sizeof(int));
    float *losses = alloc_floats((size_t)B * T);
    double sum = 0, positions = 0;
    struct decode_state s = {0};
    for (size_t done = 0; done < count;) {
        const int batch = count - done < (size_t)B ? (int)(count - done) : B;
        if (s.B != batch) {
            decode_free(&s);
            decode_init(&s, d, batch, T, T);
        }
        for (int b = 0; b < batch; b++, done++)
            row_example(inputs + (size_t)b * T, targets + (size_t)b * T, rows->token + (first + done) * (size_t)(T + 1),
                        T);
        decode_rewind(&s, 0);
        masked_loss_forward(losses, decode_all(&s, inputs, T), targets, batch * T, V);
        for (int n = 0; n < batch * T; n++) sum += losses[n], positions += targets[n] >= 0;
    }
    decode_free(&s);
    free(inputs);
    free(targets);
    free(losses);
    return positions > 0 ? sum / positions : 0;
}

// What has it learned? The loss on rows that it did not learn from.
#include <math.h>
#include <stdlib.h>

#include "14-pretraining/pretraining.h"

// Adds one batch to the sums: its positions that count, their losses together, and the bytes of their targets.
static void add_batch(struct evaluation *e, double *nats, double *bytes, float mean_loss, const int *targets, size_t N,
                      const int *token_bytes) {
    // TODO 14.13 evaluate: mean_loss is the mean over those of the N positions that count
    todo("14.13 evaluate");
}

struct evaluation evaluate(struct gpt *m, const struct rows *rows, size_t first, size_t count, int B,
                           const int *token_bytes) {
    const int T = rows->T;
    int *inputs = alloc_zeroed((size_t)B * T, sizeof(int)), *targets = alloc_zeroed((size_t)B * T, sizeof(int));
    struct evaluation e = {0};
    double nats = 0, bytes = 0;
    for (size_t done = 0; done < count;) {
        const int batch = count - done < (size_t)B ? (int)(count - done) : B;
        for (int b = 0; b < batch; b++, done++)
            row_example(inputs + (size_t)b * T, targets + (size_t)b * T, rows->token + (first + done) * (size_t)(T + 1),
                        T);
        const float mean_loss = gpt_loss(m, inputs, targets, NULL, batch, T);
        add_batch(&e, &nats, &bytes, mean_loss, targets, (size_t)batch * T, token_bytes);
    }
    free(inputs);
    free(targets);
    // TODO 14.13 evaluate: e.loss, e.perplexity, e.bits_per_byte from the sums; a nat is 1 / log(2) bits
    todo("14.13 evaluate");
    return e;
}

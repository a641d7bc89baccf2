// What a tuner keeps: whose weights they are, where their gradients lie, and AdamW's moments of each.
#include <stdlib.h>

#include "16-sft/sft.h"

void tuner_init(struct tuner *t, float lr, int total) {
    *t = (struct tuner){.lr_max = lr,
                        .lr_min = lr / 10,
                        .warmup = total / 2 < 20 ? total / 2 : 20,
                        .total = total,
                        .beta1 = 0.9f,
                        .beta2 = 0.95f,
                        .eps = 1e-8f,
                        .weight_decay = 0.1f,
                        .clip = 1};
}

void tuner_add(struct tuner *t, float *w, const float *g, size_t n, bool decays, float lr_scale) {
    if (t->pieces == t->capacity) {
        t->capacity = t->capacity ? 2 * t->capacity : 32;
        t->piece = realloc(t->piece, (size_t)t->capacity * sizeof *t->piece);
        if (!t->piece) die("no memory for a list of %d arrays that learn", t->capacity);
    }
    t->piece[t->pieces++] = (struct tuned){w, g, n, alloc_floats(n), alloc_floats(n), decays, lr_scale};
}

void tuner_add_model(struct tuner *t, struct gpt *m, int layers) {
    int count;
    struct gpt_tensor *tensor = gpt_tensors(&m->config, &count);
    bool *moves = alloc_zeroed((size_t)count, sizeof *moves);
    freeze_below(moves, &m->config, tensor, count, layers);
    for (int i = 0; i < count; i++)
        if (moves[i])
            tuner_add(t, m->params + tensor[i].at, m->grads + tensor[i].at, tensor[i].size, tensor[i].decays, 1);
    free(moves);
    free(tensor);
}

void tuner_free(struct tuner *t) {
    for (int i = 0; i < t->pieces; i++) {
        free(t->piece[i].m);
        free(t->piece[i].v);
    }
    free(t->piece);
    *t = (struct tuner){0};
}

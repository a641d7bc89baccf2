// The model once more, for parts of the program that look inside it or change its weights, and how they train it on.
#include <string.h>

#include "15-inference/show.h"

void show_copy(struct gpt *m, const struct show *s) {
    struct rng r;
    rng_seed(&r, s->seed, 1);
    gpt_init(m, s->config, 0, &r);
    memcpy(m->params, s->params, m->parameters * sizeof(float));
}

struct hyperparameters show_hyperparameters(float lr_max, int warmup, int total) {
    return (struct hyperparameters){.lr_max = lr_max,
                                    .warmup = warmup,
                                    .total = total,
                                    .beta1 = 0.9f,
                                    .beta2 = 0.95f,
                                    .eps = 1e-8f,
                                    .weight_decay = 0.1f,
                                    .clip = 1,
                                    .accumulate = 1};
}

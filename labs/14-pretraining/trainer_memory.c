// What a trainer keeps beside the model: AdamW's moments and the batches of one step.
#include <stdlib.h>

#include "14-pretraining/pretraining.h"

void trainer_init(struct trainer *t, struct gpt *model, const struct hyperparameters *hyper, int B, int T) {
    if (hyper->accumulate < 1) die("a step needs at least one micro-batch; accumulate is %d", hyper->accumulate);
    if (hyper->warmup < 0 || hyper->warmup >= hyper->total)
        die("%d steps of warm-up do not fit into %d steps: choose fewer", hyper->warmup, hyper->total);
    gpt_reserve(model, B, T, true);
    size_t tokens = (size_t)hyper->accumulate * B * T;
    *t = (struct trainer){.model = model, .hyper = *hyper, .B = B, .T = T};
    t->m = alloc_floats(model->parameters);
    t->v = alloc_floats(model->parameters);
    t->tensor = gpt_tensors(&model->config, &t->tensors);
    t->inputs = alloc_zeroed(tokens, sizeof(int));
    t->targets = alloc_zeroed(tokens, sizeof(int));
}

void trainer_free(struct trainer *t) {
    free(t->m);
    free(t->v);
    free(t->tensor);
    free(t->inputs);
    free(t->targets);
    *t = (struct trainer){0};
}

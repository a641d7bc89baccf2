// The gradient of a batch that is too large for memory, micro-batch by micro-batch.
#include "14-pretraining/pretraining.h"

static long count_targets(const int *targets, size_t n) {
    long count = 0;
    for (size_t i = 0; i < n; i++) count += targets[i] >= 0;
    return count;
}

// One micro-batch, with `counted` of the `all` positions that count: adds its part of the gradient and returns its part
// of the loss.
static double add_micro_batch(struct trainer *t, const int *inputs, const int *targets, long counted, long all) {
    // TODO 14.11 trainer_gradient: gpt_forward; gpt_backward with this mean's share in the whole
    todo("14.11 trainer_gradient");
}

float trainer_gradient(struct trainer *t, struct loader *data) {
    const size_t N = (size_t)t->B * t->T, batches = (size_t)t->hyper.accumulate;
    for (size_t k = 0; k < batches; k++) loader_next(data, t->inputs + k * N, t->targets + k * N);
    // TODO 14.11 trainer_gradient: gradients are added to: what must come first?
    todo("14.11 trainer_gradient");
    const long all = count_targets(t->targets, batches * N);
    double loss = 0;
    for (size_t k = 0; k < batches; k++) {
        const int *targets = t->targets + k * N;
        const long counted = count_targets(targets, N);
        if (counted > 0) loss += add_micro_batch(t, t->inputs + k * N, targets, counted, all);
    }
    return (float)loss;
}

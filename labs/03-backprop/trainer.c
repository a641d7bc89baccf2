// Mini-batch descent (chapter 01) of an MLP on images.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "03-backprop/show.h"

void trainer_init(struct trainer *t, const struct options *o, const struct images *data) {
    int pixels = data->height * data->width, sizes[] = {pixels, o->hidden, data->classes};
    *t = (struct trainer){.data = data, .batch = o->batch, .lr = o->lr, .naive_softmax = o->naive_softmax};
    struct rng weights;
    rng_seed(&weights, (uint64_t)o->seed, STREAM_WEIGHTS);
    rng_seed(&t->order_rng, (uint64_t)o->seed, STREAM_ORDER);
    mlp_init(&t->mlp, sizes, 2, o->activation, o->gain, o->batch, &weights);
    t->x = alloc_floats((size_t)o->batch * pixels);
    t->probs = alloc_floats((size_t)o->batch * data->classes);
    t->dlogits = alloc_floats((size_t)o->batch * data->classes);
    t->targets = alloc_zeroed(o->batch, sizeof *t->targets);
    t->order = alloc_zeroed(data->n, sizeof *t->order);
    for (int i = 0; i < data->n; i++) t->order[i] = i;
    rng_shuffle(&t->order_rng, t->order, data->n);
}

void trainer_free(struct trainer *t) {
    mlp_free(&t->mlp);
    free(t->x);
    free(t->probs);
    free(t->dlogits);
    free(t->targets);
    free(t->order);
    *t = (struct trainer){0};
}

int trainer_steps_per_epoch(const struct trainer *t) {
    return (t->data->n + t->batch - 1) / t->batch;
}

// Copies the next batch to x and targets; returns its size.
static int next_batch(struct trainer *t) {
    if (t->at == t->data->n) {
        rng_shuffle(&t->order_rng, t->order, t->data->n);
        t->at = 0;
    }
    int pixels = t->mlp.sizes[0], left = t->data->n - t->at, B = left < t->batch ? left : t->batch;
    for (int b = 0; b < B; b++) {
        int image = t->order[t->at + b];
        memcpy(t->x + (size_t)b * pixels, t->data->pixels + (size_t)image * pixels, (size_t)pixels * sizeof(float));
        t->targets[b] = t->data->labels[image];
    }
    t->at += B;
    return B;
}

float trainer_step(struct trainer *t) {
    int B = next_batch(t), C = t->data->classes;
    const float *logits = mlp_forward(&t->mlp, t->x, B);
    float loss = t->naive_softmax ? naive_cross_entropy(t->probs, logits, t->targets, B, C)
                                  : cross_entropy_forward(t->probs, logits, t->targets, B, C);
    memset(t->dlogits, 0, (size_t)B * C * sizeof(float));
    cross_entropy_backward(t->dlogits, 1.0f, t->probs, t->targets, B, C);
    mlp_zero_grads(&t->mlp);
    mlp_backward(&t->mlp, t->dlogits, t->x, B);
    mlp_step(&t->mlp, t->lr);
    return loss;
}

static int largest(const float *values, int n) {
    int best = 0;
    for (int i = 1; i < n; i++) {
        if (values[i] > values[best]) best = i;
    }
    return best;
}

struct evaluation evaluate(struct mlp *m, const struct images *data, int n, int *predicted, float *confidence) {
    int C = data->classes, right = 0;
    float *probs = alloc_floats((size_t)m->max_batch * C);
    double loss = 0.0;
    for (int at = 0, B; at < n; at += B) {
        B = n - at < m->max_batch ? n - at : m->max_batch;
        const float *logits = mlp_forward(m, data->pixels + (size_t)at * m->sizes[0], B);
        loss += (double)cross_entropy_forward(probs, logits, data->labels + at, B, C) * B;
        for (int b = 0; b < B; b++) {
            int best = largest(probs + (size_t)b * C, C);
            right += best == data->labels[at + b];
            if (predicted) predicted[at + b] = best;
            if (confidence) confidence[at + b] = probs[(size_t)b * C + best];
        }
    }
    free(probs);
    return (struct evaluation){(float)(loss / n), (float)right / (float)n};
}

float naive_cross_entropy(float *probs, const float *logits, const int *targets, int B, int C) {
    float total = 0.0f;
    for (int b = 0; b < B; b++) {
        float sum = 0.0f;
        for (int c = 0; c < C; c++) sum += probs[b * C + c] = expf(logits[b * C + c]);
        for (int c = 0; c < C; c++) probs[b * C + c] /= sum;
        total -= logf(probs[b * C + targets[b]]);
    }
    return total / (float)B;
}

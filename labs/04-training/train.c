// See train.h.
#include "04-training/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "04-training/training.h"

const char *const optimizer_names[OPTIMIZER_COUNT] = {"sgd",  "momentum", "adagrad", "rmsprop",
                                                      "adam", "adam_l2",  "adamw"};

void optimizer_step(enum optimizer kind, float *w, float *state1, float *state2, const float *dw, float lr, float decay,
                    int step, int n) {
    const float mu = 0.9f, alpha = 0.99f, beta1 = 0.9f, beta2 = 0.999f, eps = 1e-8f;
    switch (kind) {
        case OPTIMIZER_SGD:
            sgd_step(w, dw, lr, n);
            break;
        case OPTIMIZER_MOMENTUM:
            momentum_step(w, state1, dw, lr, mu, n);
            break;
        case OPTIMIZER_ADAGRAD:
            adagrad_step(w, state1, dw, lr, 1e-10f, n);
            break;
        case OPTIMIZER_RMSPROP:
            rmsprop_step(w, state1, dw, lr, alpha, eps, n);
            break;
        case OPTIMIZER_ADAM:
            adam_step(w, state1, state2, dw, lr, beta1, beta2, eps, step, n);
            break;
        case OPTIMIZER_ADAM_L2:
            adam_l2_step(w, state1, state2, dw, lr, beta1, beta2, eps, decay, step, n);
            break;
        case OPTIMIZER_ADAMW:
            adamw_step(w, state1, state2, dw, lr, beta1, beta2, eps, decay, step, n);
            break;
        case OPTIMIZER_COUNT:
            break;
    }
}

// ---- batches --------------------------------------------------------------------------------------------------------
struct batches {
    const struct examples *from;
    int *order, at;
    struct rng rng;
    float *x;     // (batch, 784)
    int *labels;  // (batch)
};

static void batches_init(struct batches *b, const struct examples *from, int batch, uint64_t seed) {
    *b = (struct batches){.from = from, .at = from->n};
    b->order = alloc_zeroed(from->n, sizeof(int));
    b->x = alloc_floats((size_t)batch * 784);
    b->labels = alloc_zeroed(batch, sizeof(int));
    for (int i = 0; i < from->n; i++) b->order[i] = i;
    rng_seed(&b->rng, seed, 3);
}

static void batches_free(struct batches *b) {
    free(b->order);
    free(b->x);
    free(b->labels);
}

// The next batch; a new order whenever too few images are left.
static void batches_next(struct batches *b, int batch) {
    if (b->at + batch > b->from->n) {
        rng_shuffle(&b->rng, b->order, b->from->n);
        b->at = 0;
    }
    for (int i = 0; i < batch; i++) {
        const int image = b->order[b->at++];
        memcpy(b->x + (size_t)i * 784, b->from->x + (size_t)image * 784, 784 * sizeof(float));
        b->labels[i] = b->from->labels[image];
    }
}

// ---- the run --------------------------------------------------------------------------------------------------------
static int best_class(const float *logits, int classes) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
        if (logits[c] > logits[best]) best = c;
    }
    return best;
}

float net_accuracy(struct net *net, const struct examples *e) {
    const int classes = net->config.sizes[net->config.layers];
    int right = 0;
    for (int at = 0; at < e->n; at += net->max_batch) {
        const int B = e->n - at < net->max_batch ? e->n - at : net->max_batch;
        const float *logits = net_forward(net, e->x + (size_t)at * 784, B, false);
        for (int b = 0; b < B; b++) right += best_class(logits + b * classes, classes) == e->labels[at + b];
    }
    return (float)right / e->n;
}

// One clipped step. The penalty or decay is for the weights of the linear layers, not for biases and norms.
static float update(struct net *net, const struct training *t, float *state1, float *state2, int step) {
    float *parts[] = {net->grads};
    const float length = clip_grad_norm(parts, &net->count, 1, t->clip > 0 ? t->clip : INFINITY);
    float lr = t->lr;
    if (t->cosine || step < t->warmup) lr = schedule_lr(t->lr, 0, step, t->warmup, t->steps);
    const int n = net->decayed;
    optimizer_step(t->optimizer, net->params, state1, state2, net->grads, lr, t->decay, step + 1, n);
    optimizer_step(t->optimizer, net->params + n, state1 + n, state2 + n, net->grads + n, lr, 0, step + 1,
                   net->count - n);
    return length;
}

static float mean_of_last_tenth(const float *loss, int steps) {
    const int count = steps < 10 ? 1 : steps / 10;
    double sum = 0;
    for (int i = steps - count; i < steps; i++) sum += loss[i];
    return isfinite(sum) ? (float)(sum / count) : NAN;  // a NaN without a sign: printed as nan, never -nan
}

struct record train_run(const struct training *t, const struct examples *train, const struct examples *test) {
    struct net net;
    net_create(&net, &t->net, t->batch > 250 ? t->batch : 250, t->seed);
    struct batches batches;
    batches_init(&batches, train, t->batch, t->seed);
    float *state1 = alloc_floats(net.count), *state2 = alloc_floats(net.count);
    const int evals = t->eval_every > 0 ? t->steps / t->eval_every : 0;
    struct record r = {.steps = t->steps, .loss = alloc_floats(t->steps), .length = alloc_floats(t->steps)};
    r.accuracy = alloc_floats(evals + 1);

    struct progress progress;
    progress_start(&progress, t->label, (double)t->steps * t->batch, "images");
    for (int step = 0; step < t->steps; step++) {
        batches_next(&batches, t->batch);
        net_forward(&net, batches.x, t->batch, true);
        r.loss[step] = net_loss(&net, batches.labels, t->batch);
        net_backward(&net, batches.x, batches.labels, t->batch);
        r.length[step] = update(&net, t, state1, state2, step);
        const bool test_now = t->eval_every > 0 && (step + 1) % t->eval_every == 0;
        if (test_now && r.evals < evals) r.accuracy[r.evals++] = net_accuracy(&net, test);
        if (t->live) live_point(t->live, t->label, (float)step, r.loss[step]);
        progress_update(&progress, (double)(step + 1) * t->batch, "loss %.3f", r.loss[step]);
    }
    r.final_loss = mean_of_last_tenth(r.loss, t->steps);
    r.final_accuracy = net_accuracy(&net, test);
    progress_end(&progress, "loss %.3f  test accuracy %.2f%%", r.final_loss, 100 * r.final_accuracy);

    free(state1);
    free(state2);
    batches_free(&batches);
    net_free(&net);
    return r;
}

void record_free(struct record *r) {
    free(r->loss);
    free(r->length);
    free(r->accuracy);
    *r = (struct record){0};
}

// Training with rounding in mind: what few bits cost a model that knew of them, and one that did not.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "04-training/training.h"
#include "15-inference/rounding.h"
#include "15-inference/show.h"

enum { FLOATS, FOUR_BITS, TWO_BITS };  // what the forward pass of training sees

struct qat {
    const struct show *s;
    struct gpt model;
    struct trainer trainer;
    float *master;  // (parameters) the weights that learn, while the model holds rounded ones
    float *dmaster;
    size_t tests;
    struct progress bar;
    double done;
};

// As decoder_init does: the layers' matrices in four bits, the table, which is the head, in eight. Of two bits there is
// no format: these are rounded like Q4_0, with four levels where it has sixteen.
static void round_model(float *out, const float *params, const struct qat *q, int seen) {
    for (int i = 0; i < q->trainer.tensors; i++) {
        const struct gpt_tensor *t = &q->trainer.tensor[i];
        memcpy(out + t->at, params + t->at, t->size * sizeof(float));
        if (seen == FLOATS || !rounding_suits(t)) continue;
        if (t->layer < 0 || seen == FOUR_BITS) {
            fake_quantize_forward(out + t->at, params + t->at, t->layer < 0 ? TYPE_Q8_0 : TYPE_Q4_0, t->size);
            continue;
        }
        for (size_t at = 0; at < t->size; at += QUANT_BLOCK) round_together(out + t->at + at, QUANT_BLOCK, 2);
    }
}

// One step of chapter 14 whose gradient is that of the rounded weights, and whose weights are the whole ones.
static void step(struct qat *q, struct loader *data, int seen) {
    struct trainer *t = &q->trainer;
    struct gpt *m = &q->model;
    const size_t n = m->parameters;
    memcpy(q->master, m->params, n * sizeof(float));
    round_model(m->params, q->master, q, seen);
    trainer_gradient(t, data);
    memset(q->dmaster, 0, n * sizeof(float));
    fake_quantize_backward(q->dmaster, m->grads, n);
    memcpy(m->params, q->master, n * sizeof(float));
    const struct hyperparameters *h = &t->hyper;
    const float norm = (float)grad_norm(q->dmaster, n);
    struct adamw a = {.lr = schedule_lr(h->lr_max, h->lr_min, t->step, h->warmup, h->total),
                      .beta1 = h->beta1,
                      .beta2 = h->beta2,
                      .eps = h->eps,
                      .step = ++t->step,
                      .scale = norm > h->clip ? h->clip / norm : 1};
    for (int i = 0; i < t->tensors; i++) {
        const struct gpt_tensor *p = &t->tensor[i];
        a.weight_decay = p->decays ? h->weight_decay : 0;
        adamw_update(m->params + p->at, t->m + p->at, t->v + p->at, q->dmaster + p->at, &a, p->size);
    }
}

// Of the model, rounded.
static double loss_of(struct qat *q, int rounded, size_t tests) {
    struct gpt *m = &q->model;
    memcpy(q->master, m->params, m->parameters * sizeof(float));
    round_model(m->params, q->master, q, rounded);
    const double loss = evaluate(m, q->s->test, 0, tests, 16, NULL).loss;
    memcpy(m->params, q->master, m->parameters * sizeof(float));
    return loss;
}

// From the weights of chapter 14 on; the loss on the way, rounded to two bits, to curve (steps / every + 1), if it is
// not NULL.
static void train(struct qat *q, int seen, int steps, int every, double *curve) {
    struct hyperparameters h = show_hyperparameters(1e-3f, steps / 10, steps + 1);
    h.lr_min = 1e-5f;
    struct loader data;
    memcpy(q->model.params, q->s->params, q->model.parameters * sizeof(float));
    trainer_init(&q->trainer, &q->model, &h, 16, q->s->train->T);
    loader_init(&data, q->s->train, 16, q->s->seed);
    for (int i = 0; i <= steps; i++) {
        if (curve && i % every == 0) curve[i / every] = loss_of(q, TWO_BITS, q->tests < 60 ? q->tests : 60);
        if (i < steps) step(q, &data, seen);
        progress_update(&q->bar, ++q->done, "step %d", i);
    }
    loader_free(&data);
}

static void write_curves(const struct show *s, const double *plain, const double *aware, double whole, int steps,
                         int every) {
    struct csv_log log;
    csv_open(&log, s->out, "qat.csv", "step,trained_plain,trained_aware,whole");
    for (int i = 0; i <= steps; i += every)
        csv_row(&log, "%d,%.5f,%.5f,%.5f", i, plain[i / every], aware[i / every], whole);
    csv_close(&log);
}

void show_qat(const struct show *s) {
    const int steps = s->quick ? 4 : 80, every = s->quick ? 1 : 10;
    static const char *const key[] = {"before", "plain", "four_bits", "two_bits"};
    static const char *const name[] = {"as chapter 14 left it", "trained on, not told of rounding",
                                       "trained on, told of four bits", "trained on, told of two bits"};
    double loss[COUNT(name)][3], curve[3][16] = {{0}}, whole = 0;
    struct qat q = {.s = s, .tests = s->quick ? 8 : s->test->count < 200 ? s->test->count : 200};
    show_copy(&q.model, s);
    q.master = alloc_floats(q.model.parameters);
    q.dmaster = alloc_floats(q.model.parameters);
    progress_start(&q.bar, "training", 3 * (steps + 1) + 1, "steps");
    for (int row = 0; row < COUNT(name); row++) {
        const int seen = row == 2 ? FOUR_BITS : row == 3 ? TWO_BITS : FLOATS;
        train(&q, seen, row == 0 ? 0 : steps, every, row == 1 || row == 3 ? curve[seen] : NULL);
        for (int rounded = FLOATS; rounded <= TWO_BITS; rounded++) loss[row][rounded] = loss_of(&q, rounded, q.tests);
        if (row == 1) whole = loss_of(&q, FLOATS, q.tests < 60 ? q.tests : 60);
        trainer_free(&q.trainer);
    }
    progress_end(&q.bar, "three times %d steps", steps);
    write_curves(s, curve[FLOATS], curve[TWO_BITS], whole, steps, every);
    printf("\nPerplexity after %d steps of training, of the weights as they are and rounded, on %zu documents\n", steps,
           q.tests);
    printf("%-34s %10s %10s %10s\n", "", "floats", "Q4_0", "two bits");
    struct csv_log log;
    csv_open(&log, s->out, "qat_losses.csv", "model,floats,q4_0,two_bits");
    for (int row = 0; row < COUNT(name); row++) {
        printf("%-34s %10.4f %10.4f %10.4f\n", name[row], exp(loss[row][0]), exp(loss[row][1]), exp(loss[row][2]));
        csv_row(&log, "%s,%.6f,%.6f,%.6f", key[row], loss[row][0], loss[row][1], loss[row][2]);
    }
    csv_close(&log);
    gpt_free(&q.model);
    free(q.master);
    free(q.dmaster);
}

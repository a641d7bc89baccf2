// A small model learns twice, for as many steps and from the same rows: once the tokens that came, once what the large model thought of
// all of them. The second one is kept.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "04-training/training.h"
#include "15-inference/show.h"

enum { TEXTS = 32 };  // rows of a batch
static const float TAU = 2.0f;

struct lesson {
    const struct show *s;
    struct gpt teacher;
    struct hyperparameters hyper;
    int test_every;
    size_t test_rows;       // of these, so many while it learns
    float *gradient;        // (N,V) of the student's logits
    struct csv_log curve;
    struct progress bar;
    int done;               // steps of both students, for the bar
};

// The gradient of one step on soft labels, where the target counts. Returns the loss.
static float soft_gradient(struct lesson *l, struct trainer *t) {
    const struct gpt *m = t->model;
    const int N = t->B * t->T, V = m->config.V;
    gpt_zero_grads(t->model);
    gpt_forward(&l->teacher, t->inputs, NULL, t->B, t->T);
    gpt_forward(t->model, t->inputs, NULL, t->B, t->T);
    int counted = 0;
    for (int n = 0; n < N; n++) counted += t->targets[n] >= 0;
    memset(l->gradient, 0, (size_t)N * V * sizeof(float));
    distill_loss_backward(l->gradient, (float)N / (float)counted, m->logits, l->teacher.logits, TAU, N, V);
    for (int n = 0; n < N; n++)
        if (t->targets[n] < 0) memset(l->gradient + (size_t)n * V, 0, (size_t)V * sizeof(float));
    memcpy(m->logits, l->gradient, (size_t)N * V * sizeof(float));
    gpt_backward_logits(t->model, t->inputs, NULL, t->B, t->T);
    return 0;
}

void show_distill(const struct show *s, struct gpt *student) {
    (void)s;
    (void)student;
    (void)soft_gradient;
}

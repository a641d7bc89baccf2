// How many weights can go? The loss by sparsity: each matrix pruned alike, or all of them as one heap; two of every
// four; and what a few more steps of training bring back, in which the pruned weights stay 0.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/show.h"

enum heap { EACH, ALL, TWO_OF_FOUR };
enum { STEPS = 10, TUNED_FROM = 5 };  // sparsity 0, 10, ..., 90%; trained on from 50% on

struct pruning {
    const struct show *s;
    struct gpt model;
    bool *keep;  // (parameters)
    struct gpt_tensor *tensor;
    int tensors;
    size_t tests;  // documents of the test
    int tune;      // steps
    struct progress bar;
    double done;
};

// All matrices behind one another in out (their sizes' sum), or back into the model.
static size_t gather(float *out, const struct pruning *p) {
    size_t n = 0;
    for (int i = 0; i < p->tensors; i++) {
        const struct gpt_tensor *t = &p->tensor[i];
        if (!t->decays) continue;
        if (out) memcpy(out + n, p->model.params + t->at, t->size * sizeof(float));
        n += t->size;
    }
    return n;
}

static void prune_all(struct pruning *p, float share) {
    const size_t n = gather(NULL, p);
    float *w = alloc_floats(n);
    bool *keep = alloc_zeroed(n, sizeof *keep);
    gather(w, p);
    prune_magnitude(keep, w, share, n);
    for (int i = 0, at = 0; i < p->tensors; i++) {
        const struct gpt_tensor *t = &p->tensor[i];
        if (!t->decays) continue;
        memcpy(p->keep + t->at, keep + at, t->size * sizeof *keep);
        memcpy(p->model.params + t->at, w + at, t->size * sizeof(float));
        at += (int)t->size;
    }
    free(w);
    free(keep);
}

// The whole model as it was, and then pruned.
static void prune(struct pruning *p, enum heap heap, float share) {
    memcpy(p->model.params, p->s->params, p->model.parameters * sizeof(float));
    memset(p->keep, true, p->model.parameters);
    if (heap == ALL) {
        prune_all(p, share);
        return;
    }
    for (int i = 0; i < p->tensors; i++) {
        const struct gpt_tensor *t = &p->tensor[i];
        if (!t->decays) continue;
        if (heap == EACH) prune_magnitude(p->keep + t->at, p->model.params + t->at, share, t->size);
        else prune_2_4(p->keep + t->at, p->model.params + t->at, t->size / 4 * 4);
    }
}

static double loss_of(struct pruning *p) {
    const double loss = evaluate(&p->model, p->s->test, 0, p->tests, 16, NULL).loss;
    progress_update(&p->bar, ++p->done, "loss %.3f", loss);
    return loss;
}

// A few steps of chapter 14's training; after each, what was pruned becomes 0 again.
static double loss_after_tuning(struct pruning *p) {
    const int B = 16;
    const struct hyperparameters h = show_hyperparameters(2e-3f, 2, p->tune);
    struct trainer t;
    struct loader data;
    trainer_init(&t, &p->model, &h, B, p->s->train->T);
    loader_init(&data, p->s->train, B, p->s->seed);
    while (t.step < h.total) {
        trainer_step(&t, &data);
        for (size_t i = 0; i < p->model.parameters; i++)
            if (!p->keep[i]) p->model.params[i] = 0;
    }
    trainer_free(&t);
    loader_free(&data);
    return loss_of(p);
}

static void show_row(const char *name, const double loss[3]) {
    printf("  %-12s", name);
    for (int i = 0; i < 3; i++)
        if (isnan(loss[i])) printf(" %16s", "");
        else printf(" %16.4f", loss[i]);
    printf("\n");
}

void show_prune(const struct show *s) {
    struct pruning p = {.s = s, .tests = s->quick ? 16 : 256, .tune = s->quick ? 3 : 25};
    const int stride = s->quick ? 4 : 1;
    struct csv_log log;
    char name[16], steps[32];
    if (p.tests > s->test->count) p.tests = s->test->count;
    show_copy(&p.model, s);
    p.keep = alloc_zeroed(p.model.parameters, sizeof *p.keep);
    p.tensor = gpt_tensors(s->config, &p.tensors);
    gpt_reserve(&p.model, 16, s->test->T, true);
    progress_start(&p.bar, "prune", s->quick ? 9 : 27, "models");
    snprintf(steps, sizeof steps, "and %d steps", p.tune);
    printf("\nPruning: loss on %zu documents; of the %zu weights in matrices the smallest become 0\n", p.tests,
           gather(NULL, &p));
    printf("  %-12s %16s %16s %16s\n", "sparsity", "of each matrix", "of all together", steps);
    csv_open(&log, s->out, "prune.csv", "sparsity,each,all,tuned");
    for (int i = 0; i < STEPS; i += stride) {
        const float share = (float)i / STEPS;
        double loss[3] = {0, 0, NAN};
        for (int heap = EACH; heap <= ALL; heap++) {
            prune(&p, heap, share);
            loss[heap] = loss_of(&p);
        }
        if (i >= TUNED_FROM) loss[2] = loss_after_tuning(&p);
        snprintf(name, sizeof name, "%d%%", 100 * i / STEPS);
        show_row(name, loss);
        csv_row(&log, "%.2f,%.9g,%.9g,%.9g", (double)share, loss[0], loss[1], loss[2]);
    }
    csv_close(&log);
    prune(&p, TWO_OF_FOUR, 0.5f);
    double loss[3] = {loss_of(&p), NAN, NAN};
    loss[2] = loss_after_tuning(&p);
    show_row("2 of 4", loss);
    csv_open(&log, s->out, "prune_2_4.csv", "sparsity,loss,tuned");
    csv_row(&log, "0.5,%.9g,%.9g", loss[0], loss[2]);
    csv_close(&log);
    progress_end(&p.bar, "done");
    free(p.keep);
    free(p.tensor);
    gpt_free(&p.model);
}

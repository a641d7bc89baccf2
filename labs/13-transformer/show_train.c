// What the experiments share: an optimizer over pieces of a model, and a training on lists.
#include <stdlib.h>
#include <string.h>

#include "04-training/training.h"
#include "13-transformer/show.h"

void trainer_init(struct trainer *t, float lr, int warmup, int steps) {
    *t = (struct trainer){.lr = lr, .clip = 1, .warmup = warmup < steps ? warmup : steps - 1, .steps = steps};
}

void trainer_add(struct trainer *t, float *params, float *grads, size_t size) {
    if (t->arrays == TRAINER_MAX_ARRAYS) die("a trainer has room for %d arrays", TRAINER_MAX_ARRAYS);
    const int k = t->arrays++;
    t->params[k] = params;
    t->grads[k] = grads;
    t->sizes[k] = (int)size;
    t->m[k] = alloc_floats(size);
    t->v[k] = alloc_floats(size);
}

void trainer_step(struct trainer *t) {
    const float lr = schedule_lr(t->lr, 0.1f * t->lr, t->step++, t->warmup, t->steps);
    clip_grad_norm(t->grads, t->sizes, t->arrays, t->clip);
    for (int k = 0; k < t->arrays; k++) {
        adamw_step(t->params[k], t->m[k], t->v[k], t->grads[k], lr, 0.9f, 0.98f, 1e-8f, 0, t->step, t->sizes[k]);
        memset(t->grads[k], 0, (size_t)t->sizes[k] * sizeof(float));
    }
}

void trainer_free(struct trainer *t) {
    for (int k = 0; k < t->arrays; k++) {
        free(t->m[k]);
        free(t->v[k]);
    }
}

// The share of new lists that the model writes without a mistake.
static float test_lists(struct learner *learner, const struct list_training *t) {
    enum { BATCHES = 4 };
    struct rng r;
    rng_seed(&r, t->seed, 9);  // the same lists at every test
    struct list_batch batch = list_batch_new(&t->task, t->batch, t->apart);
    float right = 0;
    for (int i = 0; i < BATCHES; i++) {
        list_batch_draw(&batch, &t->task, &r);
        right += rows_right(learner->forward(learner->model, &batch), batch.targets, batch.B, batch.T, LIST_VOCABULARY);
    }
    list_batch_free(&batch);
    return right / BATCHES;
}

void learn_lists(struct learner *learner, const struct list_training *t, struct curve *curve) {
    struct rng r;
    rng_seed(&r, t->seed, 8);
    struct list_batch batch = list_batch_new(&t->task, t->batch, t->apart);
    struct progress progress;
    progress_start(&progress, t->label, learner->trainer.steps, "steps");
    double sum = 0;
    *curve = (struct curve){0};
    for (int step = 1; step <= learner->trainer.steps; step++) {
        list_batch_draw(&batch, &t->task, &r);
        learner->forward(learner->model, &batch);
        sum += learner->backward(learner->model, &batch);
        trainer_step(&learner->trainer);
        if (step % t->every != 0 || curve->count == CURVE_POINTS) continue;
        if (t->watch) t->watch(learner->model, step);
        const int k = curve->count++;
        curve->step[k] = (float)step;
        curve->loss[k] = (float)(sum / t->every);
        curve->accuracy[k] = test_lists(learner, t);
        sum = 0;
        if (t->live) live_point(t->live, t->label, curve->step[k], curve->accuracy[k]);
        progress_update(&progress, step, "loss %.3f  right %3.0f%%", (double)curve->loss[k],
                        100.0 * (double)curve->accuracy[k]);
    }
    const int last = curve->count - 1;
    progress_end(&progress, "loss %.3f  right %3.0f%%", (double)curve->loss[last],
                 100.0 * (double)curve->accuracy[last]);
    list_batch_free(&batch);
}

void write_curves(const struct options *o, const char *file, const char *const *names, const struct curve *curves,
                  int count) {
    char header[1024] = "step";
    for (int i = 0; i < count; i++) {
        const size_t used = strlen(header);
        snprintf(header + used, sizeof header - used, ",%s", names[i]);
    }
    struct csv_log log;
    csv_open(&log, o->out, file, header);
    for (int k = 0; k < curves[0].count; k++) {
        char row[1024];
        int used = snprintf(row, sizeof row, "%g", (double)curves[0].step[k]);
        for (int i = 0; i < count; i++)
            used += snprintf(row + used, sizeof row - (size_t)used, ",%.4f", (double)curves[i].accuracy[k]);
        csv_row(&log, "%s", row);
    }
    csv_close(&log);
}

int scaled(const struct options *o, int steps) {
    return o->quick ? (steps + 49) / 50 : steps;
}

// Chapter 16's fine-tuning of what a plan lets learn: the same lessons in the same order.
#include <math.h>
#include <stdlib.h>

#include "17-lora/show.h"

enum { TEST_BATCH = 32 };

// Old text has rows of 64 tokens: where a prompt stands before them, the last ones find no room.
static int old_length(const struct peft_model *m, const struct corpus *old) {
    const int room = m->config.T - m->plan.prompt;
    return old->train.T < room ? old->train.T : room;
}

// Rows of T tokens become rows of the first `keep`.
static void cut_rows(int *x, int B, int T, int keep) {
    for (int b = 0; b < B; b++)
        for (int t = 0; t < keep; t++) x[b * keep + t] = x[b * T + t];
}

void peft_run_init(struct peft_run *r, struct peft_model *m, const struct tuning *how, const struct corpus *old) {
    const int T = old_length(m, old) > VILLAGE_T ? old_length(m, old) : VILLAGE_T;
    const int most = how->batch > how->old_rows ? how->batch : how->old_rows;
    *r = (struct peft_run){.m = m, .how = *how, .old = old};
    peft_reserve(m, most, T, true);
    lessons_demonstrations(&r->lessons, how->demonstrations, how->seed);
    tuner_init(&r->tuner, how->lr, how->steps);
    peft_tune(m, &r->tuner);
    rng_seed(&r->rng, how->seed, 24);
    rng_seed(&r->dropout, how->seed, 25);
    const size_t tokens = (size_t)most * (old->train.T > VILLAGE_T ? old->train.T : VILLAGE_T);
    r->which = alloc_zeroed((size_t)how->batch, sizeof(int));
    r->inputs = alloc_zeroed(tokens, sizeof(int));
    r->targets = alloc_zeroed(tokens, sizeof(int));
}

void peft_run_free(struct peft_run *r) {
    documents_free(&r->lessons);
    tuner_free(&r->tuner);
    free(r->which);
    free(r->inputs);
    free(r->targets);
}

float peft_run_step(struct peft_run *r) {
    const struct tuning *h = &r->how;
    struct peft_model *m = r->m;
    for (int b = 0; b < h->batch; b++) r->which[b] = rng_below(&r->rng, (int)r->lessons.ends.count);
    const int T = lessons_batch(r->inputs, r->targets, &r->lessons, r->which, h->batch);
    peft_zero_grads(m);
    const float loss = peft_backward(m, 1, r->inputs, r->targets, &r->dropout, h->batch, T);
    if (h->mix > 0 && h->old_rows > 0) {
        const int whole = r->old->train.T, keep = old_length(m, r->old);
        lessons_old_text(r->inputs, r->targets, &r->old->train, h->old_rows, &r->rng);
        cut_rows(r->inputs, h->old_rows, whole, keep);
        cut_rows(r->targets, h->old_rows, whole, keep);
        peft_backward(m, h->mix, r->inputs, r->targets, &r->dropout, h->old_rows, keep);
    }
    if (!isfinite(tuner_step(&r->tuner)))
        die("step %d: the gradient is infinite. Try a learning rate below %g", r->tuner.step + 1, (double)h->lr);
    return loss;
}

double peft_old_loss(struct peft_model *m, const struct corpus *old) {
    const int whole = old->test.T, keep = old_length(m, old), V = m->config.V;
    int *inputs = alloc_zeroed((size_t)TEST_BATCH * whole, sizeof *inputs);
    int *targets = alloc_zeroed((size_t)TEST_BATCH * whole, sizeof *targets);
    double sum = 0, count = 0;
    peft_reserve(m, TEST_BATCH, keep, false);
    for (size_t first = 0; first < old->test.count; first += TEST_BATCH) {
        const size_t left = old->test.count - first;
        const int B = left < TEST_BATCH ? (int)left : TEST_BATCH;
        int here = 0;
        for (int b = 0; b < B; b++)
            row_example(inputs + b * whole, targets + b * whole, old->test.token + (first + b) * (whole + 1), whole);
        cut_rows(inputs, B, whole, keep);
        cut_rows(targets, B, whole, keep);
        for (int n = 0; n < B * keep; n++) here += targets[n] >= 0;
        const float *logits = peft_forward(m, inputs, NULL, B, keep);
        sum += here * (double)masked_loss_forward(NULL, logits, targets, B * keep, V);
        count += here;
    }
    free(inputs);
    free(targets);
    return sum / count;
}

struct exam peft_exam(struct peft_model *m, int count, uint64_t seed) {
    struct answers a;
    answers_init(&a, count);
    answers_ask(&a, -1, true, seed);
    if (peft_can_merge(&m->plan)) {
        float *merged = peft_merged(m);
        answers_draw(&a, &m->config, merged, 0, seed);
        free(merged);
    } else {
        peft_answer(&a, m, 0, seed);
    }
    const struct exam e = exam_grade(&a);
    answers_free(&a);
    return e;
}

struct peft_result peft_run_result(struct peft_run *r) {
    struct peft_model *m = r->m;
    return (struct peft_result){.share = (double)peft_trainable(m) / (double)gpt_parameters(&m->config),
                                .base_bytes = (double)peft_base_bytes(m),
                                .greedy = peft_exam(m, r->how.questions, r->how.seed + 2),
                                .old_loss = peft_old_loss(m, r->old)};
}

// Trainings do not know of each other: each is computed by one thread, and gives what it would give alone.
void peft_run_all(struct peft_run *r, int count, const char *label) {
    enum { CHUNK = 10 };
    struct progress bar;
    int steps = 0, most = 0;
    double total = 0;
    for (int k = 0; k < count; k++) {
        if (r[k].how.steps > most) most = r[k].how.steps;
        total += r[k].how.steps;
    }
    progress_start(&bar, label, total, "steps");
    for (int first = 0; first < most; first += CHUNK) {
#pragma omp parallel for schedule(dynamic, 1) reduction(+ : steps)
        for (int k = 0; k < count; k++)
            for (int i = 0; i < CHUNK && r[k].tuner.step < r[k].how.steps; i++) {
                peft_run_step(&r[k]);
                steps++;
            }
        progress_update(&bar, steps, "%d trainings", count);
    }
    progress_end(&bar, "%d trainings", count);
}

struct tuning small_tuning(const struct lora_show *s, float lr) {
    struct tuning how = *s->how;
    how.lr = lr;
    how.out = NULL;
    return how;
}

struct peft_result peft_tuning_run(struct peft_model *m, const struct tuning *how, const struct corpus *old) {
    struct peft_run r;
    struct progress bar;
    const double start = clock_seconds();
    float loss = 0;
    peft_run_init(&r, m, how, old);
    progress_start(&bar, how->label, how->steps, "steps");
    while (r.tuner.step < how->steps) {
        loss = peft_run_step(&r);
        progress_update(&bar, r.tuner.step, "loss %.3f", (double)loss);
    }
    progress_end(&bar, "loss %.3f", (double)loss);
    const double seconds = clock_seconds() - start;
    struct peft_result result = peft_run_result(&r);
    result.seconds = seconds;
    peft_run_free(&r);
    return result;
}

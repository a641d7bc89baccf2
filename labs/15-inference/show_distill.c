// A small model learns twice, from the same few rows, in the same order, for as many steps: once which tokens came,
// once what the large model thought of all tokens. The second student is kept.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "04-training/training.h"
#include "15-inference/show.h"

static const float TAU = 2.0f;

struct lesson {
    const struct show *s;
    struct gpt teacher;
    struct rows rows;       // the few
    float *labels;          // (rows,T,V) the teacher's logits
    float *teacher_logits;  // (B,T,V) those of a batch
    float *gradient;        // (B,T,V) of the student's logits
    struct hyperparameters hyper;
    int B, tests;  // texts of a batch, documents of a test
    struct csv_log curve;
    struct progress bar;
};

// ---- what the teacher says ------------------------------------------------------------------------------------------

// Rows evenly from all of them, and the teacher's logits for each, which are computed once.
static void make_labels(struct lesson *l, int count) {
    const struct rows *all = l->s->train;
    const int T = all->T, V = l->teacher.config.V;
    int *inputs = alloc_zeroed((size_t)T, sizeof *inputs), *targets = alloc_zeroed((size_t)T, sizeof *targets);
    rows_init(&l->rows, (size_t)count, T);
    l->labels = alloc_floats((size_t)count * T * V);
    for (int i = 0; i < count; i++) {
        int *row = l->rows.token + (size_t)i * (T + 1);
        memcpy(row, all->token + all->count * (size_t)i / (size_t)count * (size_t)(T + 1),
               (size_t)(T + 1) * sizeof(int));
        row_example(inputs, targets, row, T);
        memcpy(l->labels + (size_t)i * T * V, gpt_forward(&l->teacher, inputs, NULL, 1, T),
               (size_t)T * V * sizeof(float));
    }
    free(inputs);
    free(targets);
}

// The loader's next batch, with the teacher's logits for it. An epoch ends where a batch does.
static void next_batch(struct lesson *l, struct trainer *t, struct loader *data) {
    const size_t text = (size_t)t->T * l->teacher.config.V;
    loader_next(data, t->inputs, t->targets);
    const int *row = data->order + data->next - t->B;
    for (int b = 0; b < t->B; b++)
        memcpy(l->teacher_logits + (size_t)b * text, l->labels + (size_t)row[b] * text, text * sizeof(float));
}

// ---- one step -------------------------------------------------------------------------------------------------------

static void soft_gradient(struct lesson *l, struct trainer *t) {
    struct gpt *m = t->model;
    const int N = t->B * t->T, V = m->config.V;
    int counted = 0;
    for (int n = 0; n < N; n++) counted += t->targets[n] >= 0;
    gpt_zero_grads(m);
    gpt_forward(m, t->inputs, NULL, t->B, t->T);
    memset(l->gradient, 0, (size_t)N * V * sizeof(float));
    // the mean over the positions that count, not over all N
    distill_loss_backward(l->gradient, (float)N / (float)counted, m->logits, l->teacher_logits, TAU, N, V);
    for (int n = 0; n < N; n++)
        if (t->targets[n] < 0) memset(l->gradient + (size_t)n * V, 0, (size_t)V * sizeof(float));
    memcpy(m->logits, l->gradient, (size_t)N * V * sizeof(float));
    gpt_backward_logits(m, t->inputs, NULL, t->B, t->T);
}

// As trainer_step of chapter 14, but for where the gradient comes from.
static void soft_step(struct lesson *l, struct trainer *t, struct loader *data) {
    const struct hyperparameters *h = &t->hyper;
    struct gpt *m = t->model;
    next_batch(l, t, data);
    soft_gradient(l, t);
    const float norm = (float)grad_norm(m->grads, m->parameters);
    struct adamw a = {.beta1 = h->beta1, .beta2 = h->beta2, .eps = h->eps, .step = t->step + 1};
    a.lr = schedule_lr(h->lr_max, h->lr_min, t->step, h->warmup, h->total);
    a.scale = norm > h->clip ? h->clip / (norm + 1e-6f) : 1.0f;
    for (int i = 0; i < t->tensors; i++) {
        const struct gpt_tensor *p = &t->tensor[i];
        a.weight_decay = p->decays ? h->weight_decay : 0.0f;
        adamw_update(m->params + p->at, t->m + p->at, t->v + p->at, m->grads + p->at, &a, p->size);
    }
    t->step++;
}

// ---- two students ---------------------------------------------------------------------------------------------------

static double test_loss(const struct lesson *l, struct gpt *m) {
    return evaluate(m, l->s->test, 0, (size_t)l->tests, l->B, NULL).loss;
}

static void softmax_row(double *p, const float *logits, int V) {
    double max = logits[0], sum = 0;
    for (int v = 1; v < V; v++) max = fmax(max, logits[v]);
    for (int v = 0; v < V; v++) sum += p[v] = exp(logits[v] - max);
    for (int v = 0; v < V; v++) p[v] /= sum;
}

// How much two models agree: the mean over all positions of sum over v of min(p, q). It is the share of a student's
// tokens that speculative decoding would accept at temperature 1.
static double agreement(struct lesson *l, struct gpt *student) {
    const struct rows *rows = l->s->test;
    const int T = rows->T, V = student->config.V;
    int *inputs = alloc_zeroed((size_t)T, sizeof *inputs), *targets = alloc_zeroed((size_t)T, sizeof *targets);
    double *p = alloc_doubles((size_t)V), *q = alloc_doubles((size_t)V), sum = 0, positions = 0;
    for (int i = 0; i < l->tests; i++) {
        row_example(inputs, targets, rows->token + (size_t)i * (T + 1), T);
        const float *x = gpt_forward(&l->teacher, inputs, NULL, 1, T), *y = gpt_forward(student, inputs, NULL, 1, T);
        for (int t = 0; t < T; t++) {
            if (targets[t] < 0) continue;
            softmax_row(p, x + (size_t)t * V, V);
            softmax_row(q, y + (size_t)t * V, V);
            for (int v = 0; v < V; v++) sum += fmin(p[v], q[v]);
            positions++;
        }
    }
    free(inputs);
    free(targets);
    free(p);
    free(q);
    return positions > 0 ? sum / positions : 0;
}

// curve (CURVE + 1): the test loss as it learns.
enum { CURVE = 20 };
static void learn(struct lesson *l, struct gpt *student, bool soft, double *curve) {
    struct trainer t;
    struct loader data;
    const int total = l->hyper.total;
    trainer_init(&t, student, &l->hyper, l->B, l->rows.T);
    loader_init(&data, &l->rows, l->B, l->s->seed);
    for (int point = 0; point <= CURVE; point++) {
        curve[point] = test_loss(l, student);
        while (point < CURVE && t.step < total * (point + 1) / CURVE) {
            if (soft) soft_step(l, &t, &data);
            else trainer_step(&t, &data);
            progress_update(&l->bar, (soft ? total : 0) + t.step, "%s labels, loss %.3f", soft ? "soft" : "hard",
                            curve[point]);
        }
    }
    trainer_free(&t);
    loader_free(&data);
}

static struct gpt_config student_config(const struct show *s) {
    const struct gpt_config *c = s->config;
    struct gpt_config small = s->quick ? llama_config(c->V, c->T, 16, 1, 2, 2) : llama_config(c->V, c->T, 48, 1, 4, 4);
    small.rope_base = 100;
    return small;
}

static void show_line(const char *name, const struct gpt *m, double loss, double agrees) {
    printf("  %-24s %9zu %6.0f kB %8.4f %10.2f %9.1f%%\n", name, m->parameters, 4 * (double)m->parameters / 1e3, loss,
           exp(loss), 100 * agrees);
}

static void show_lesson(struct lesson *l, struct gpt *hard, struct gpt *soft) {
    double curve[2][CURVE + 1];
    struct csv_log log;
    const double best = test_loss(l, &l->teacher);
    progress_start(&l->bar, "distill", 2 * l->hyper.total, "steps");
    learn(l, hard, false, curve[0]);
    learn(l, soft, true, curve[1]);
    progress_end(&l->bar, "loss %.3f and %.3f", curve[0][CURVE], curve[1][CURVE]);
    csv_open(&log, l->s->out, "distill.csv", "step,hard,soft,teacher");
    for (int i = 0; i <= CURVE; i++)
        csv_row(&log, "%d,%.9g,%.9g,%.9g", l->hyper.total * i / CURVE, curve[0][i], curve[1][i], best);
    csv_close(&log);
    printf("\nDistillation: %d steps of %d rows, from %zu of the %zu rows; loss on %d documents\n", l->hyper.total,
           l->B, l->rows.count, l->s->train->count, l->tests);
    printf("  %-24s %9s %9s %8s %10s %10s\n", "", "weights", "size", "loss", "perplexity", "agreement");
    show_line("teacher", &l->teacher, best, 1);
    show_line("student, hard labels", hard, curve[0][CURVE], agreement(l, hard));
    show_line("student, soft labels", soft, curve[1][CURVE], agreement(l, soft));
}

// How many rows: no more than there are, and labels of at most 128 MB, where the vocabulary is large. Whole batches.
static int rows_of_lesson(const struct lesson *l) {
    const struct rows *all = l->s->train;
    const size_t room = (1u << 25) / ((size_t)all->T * (size_t)l->s->config->V);
    size_t count = l->s->quick ? 32 : 512;
    count = count < room ? count : room;
    count = count < all->count ? count : all->count;
    count -= count % (size_t)l->B;
    if (count == 0)
        die("distill: a batch of %d rows is more than there is: %zu rows, and room for the labels of %zu", l->B,
            all->count, room);
    return (int)count;
}

void show_distill(const struct show *s, struct gpt *student) {
    const int T = s->train->T, B = s->quick ? 4 : 16, steps = s->quick ? 20 : 800;
    struct lesson l = {.s = s, .B = B, .tests = s->quick ? 16 : 256};
    struct gpt hard;
    struct rng r;
    const struct gpt_config small = student_config(s);
    if ((size_t)l.tests > s->test->count) l.tests = (int)s->test->count;
    l.hyper = show_hyperparameters(2e-2f, steps / 20, steps);
    show_copy(&l.teacher, s);
    gpt_reserve(&l.teacher, B, T, false);
    make_labels(&l, rows_of_lesson(&l));
    l.teacher_logits = alloc_floats((size_t)B * T * small.V);
    l.gradient = alloc_floats((size_t)B * T * small.V);
    struct gpt *const both[] = {&hard, student};
    for (int i = 0; i < 2; i++) {  // the same beginning for both
        rng_seed(&r, s->seed, 5);
        gpt_init(both[i], &small, 0.08f, &r);
    }
    show_lesson(&l, &hard, student);
    gpt_free(&hard);
    gpt_free(&l.teacher);
    rows_free(&l.rows);
    free(l.labels);
    free(l.teacher_logits);
    free(l.gradient);
}

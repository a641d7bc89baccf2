// The second lesson: zog, which was never among the demonstrations. Four ways to keep the first one.
#include "16-sft/forgetting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { B = 32, LESSONS = 2000, ZOG_LESSONS = 1000, FISHER_LESSONS = 300 };
enum { OLD, NEW, PARTS };

struct run {
    const struct show *s;
    const struct second_task *how;
    const float *fisher;
    struct gpt m;
    struct tuner tuner;
    struct documents lessons;  // the first task's, then zog's
    struct rng rng;
    int inputs[B * VILLAGE_T], targets[B * VILLAGE_T];
    int old_inputs[B * VILLAGE_T], old_targets[B * VILLAGE_T];
    float weight[PARTS], now[PARTS], before[PARTS];  // losses: means of the last steps and of those before them
    double sum[PARTS];
    struct second_result result;
};

static void push_first(struct documents *out, const struct show *s) {
    lessons_demonstrations(out, LESSONS, s->seed);
}

// ---- springs --------------------------------------------------------------------------------------------------------
float *second_task_fisher(const struct show *s) {
    const int count = s->quick ? 8 : FISHER_LESSONS;
    struct documents lessons = {0};
    struct gpt m;
    int *which = alloc_zeroed((size_t)count, sizeof(int));
    int *rows = alloc_zeroed((size_t)count * (VILLAGE_T + 1), sizeof(int));
    push_first(&lessons, s);
    for (int i = 0; i < count; i++) which[i] = i;
    const int T = pad_batch(rows, &lessons, which, count, VILLAGE_T);
    stage_copy(&m, s->config, s->tuned);
    gpt_reserve(&m, 1, T, true);
    float *fisher = alloc_floats(m.parameters);
    fisher_diagonal(fisher, &m, rows, count, T);
    gpt_free(&m);
    documents_free(&lessons);
    free(which);
    free(rows);
    return fisher;
}

// ---- one step -------------------------------------------------------------------------------------------------------
// Old lessons and new ones in one batch.
static void mixed_batch(struct run *r) {
    int which[B];
    float loss;
    replay_batch(which, r->how->share, B, r->tuner.step, LESSONS, ZOG_LESSONS, &r->rng);
    const int T = lessons_batch(r->inputs, r->targets, &r->lessons, which, B);
    mixed_gradient(&r->m, &loss, &(struct part){r->inputs, r->targets, B, T, 1}, 1);
}

// Each in a batch of its own, so that each has a loss of its own.
static void two_batches(struct run *r) {
    int which[B];
    float losses[PARTS];
    for (int b = 0; b < B; b++)
        which[b] = b < B / 2 ? rng_below(&r->rng, LESSONS) : LESSONS + rng_below(&r->rng, ZOG_LESSONS);
    const int T_old = lessons_batch(r->old_inputs, r->old_targets, &r->lessons, which, B / 2);
    const int T_new = lessons_batch(r->inputs, r->targets, &r->lessons, which + B / 2, B / 2);
    const struct part part[PARTS] = {{r->old_inputs, r->old_targets, B / 2, T_old, r->weight[OLD] / 2},
                                     {r->inputs, r->targets, B / 2, T_new, r->weight[NEW] / 2}};
    mixed_gradient(&r->m, losses, part, PARTS);
    for (int k = 0; k < PARTS; k++) r->sum[k] += losses[k];
}

static void step(struct run *r) {
    if (r->how->two_parts) two_batches(r);
    else mixed_batch(r);
    if (r->how->lambda > 0)
        ewc_backward(r->m.grads, r->m.params, r->s->tuned, r->fisher, r->how->lambda, r->m.parameters);
    const float length = tuner_step(&r->tuner);
    if (!isfinite(length))
        die("the second task, %s: a gradient is no number at step %d", r->how->name, r->tuner.step + 1);
}

// ---- looking --------------------------------------------------------------------------------------------------------
// How much of each loss is left says how much it counts from here on.
static void balance(struct run *r) {
    struct balance *b = &r->result.balance[r->result.balances++];
    b->step = r->tuner.step;
    for (int k = 0; k < PARTS; k++) {
        r->before[k] = r->now[k];
        r->now[k] = b->loss[k] = (float)(r->sum[k] / BALANCE_EVERY);
        r->sum[k] = 0;
        b->weight[k] = r->weight[k];
    }
    if (r->how->dynamic && r->before[OLD] > 0) dynamic_weights(r->weight, r->now, r->before, 2, PARTS);
}

static struct second_point look(struct run *r) {
    const struct show *s = r->s;
    const int questions = s->quick ? 14 : 350, zog = s->quick ? 7 : 100;
    struct second_point p = {.step = r->tuner.step};
    p.first = exam_run(s->config, r->m.params, -1, questions, 0, s->seed + 5).right;
    p.second = exam_run(s->config, r->m.params, MW_TASK_ZOG, zog, 0, s->seed + 6).by_task[MW_TASK_ZOG];
    const size_t rows = s->quick ? 8 : 128;
    p.old_loss = evaluate(&r->m, &s->old->test, 0, rows, B, NULL).loss;
    return p;
}

struct second_result second_task_learn(const struct show *s, const struct second_task *how, const float *fisher) {
    const int total = s->quick ? 2 : SECOND_STEPS, each = s->quick || !how->curve ? total : total / SECOND_POINTS;
    struct run *r = alloc_zeroed(1, sizeof *r);
    struct second_result *x = &r->result;
    struct progress bar;
    *r = (struct run){.s = s, .how = how, .fisher = fisher, .weight = {1, 1}};
    stage_copy(&r->m, s->config, s->tuned);
    gpt_reserve(&r->m, B, s->old->test.T, true);
    push_first(&r->lessons, s);
    lessons_zog(&r->lessons, ZOG_LESSONS, false, s->seed);
    rng_seed(&r->rng, s->seed, 33);
    tuner_init(&r->tuner, 1.5e-3f, total);
    tuner_add_model(&r->tuner, &r->m, s->config->L);
    progress_start(&bar, how->name, total, "steps");
    if (how->curve) x->point[x->points++] = look(r);
    while (r->tuner.step < total) {
        step(r);
        if (r->tuner.step % each == 0) x->point[x->points++] = look(r);
        if (how->two_parts && r->tuner.step % BALANCE_EVERY == 0) balance(r);
        progress_update(&bar, r->tuner.step, "%s", "");
    }
    const struct second_point *last = &x->point[x->points - 1];
    progress_end(&bar, "first %.0f%%, zog %.0f%%", 100 * last->first, 100 * last->second);
    tuner_free(&r->tuner);
    gpt_free(&r->m);
    documents_free(&r->lessons);
    const struct second_result result = *x;
    free(r);
    return result;
}

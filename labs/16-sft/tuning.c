// Supervised fine-tuning of a model of the village: demonstrations to learn from, and a little old text in every step,
// so that what was learned from it is not lost.
#include "16-sft/tuning.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "04-training/training.h"

static const char checkpoint_name[] = "checkpoint.safetensors";

struct tuning tuning_defaults(const struct gpt_config *c) {
    return (struct tuning){.steps = 1500,
                           .batch = 32,
                           .lr = 1e-3f,
                           .mix = 0.25f,
                           .old_rows = 8,
                           .layers = c->L,
                           .demonstrations = 16000,
                           .seed = 1,
                           .label = "sft",
                           .checkpoint_every = 100,
                           .questions = 1400};
}

struct tuning tuning_quick(const struct gpt_config *c) {
    struct tuning how = tuning_defaults(c);
    how.steps = 10;
    how.batch = 4;
    how.old_rows = 2;
    how.demonstrations = 40;
    how.checkpoint_every = 4;
    how.questions = 28;
    return how;
}

// ---- what is noted down ---------------------------------------------------------------------------------------------
// A row for every step; what an examination gives is NAN in those without one.
enum { STEP, LOSS, OLD_LOSS, RATE, LENGTH, RIGHT, HONEST, TASKS, OLD_TEST = TASKS + MW_TASKS, COLUMNS };
enum { OLD_TEST_ROWS = 256, TEST_BATCH = 32 };

struct run {
    struct gpt *m;
    const struct tuning *how;
    const struct corpus *old;
    struct documents lessons;
    struct tuner tuner;
    struct rng rng;
    struct stage_log log;
    int *which;                                        // (batch)
    int *inputs, *targets, *old_inputs, *old_targets;  // of one step
    double tokens;                                     // read so far
    char settings[1024];
};

static double test_loss(struct gpt *m, const struct corpus *old, size_t most) {
    const size_t count = old->test.count < most ? old->test.count : most;
    const bool room = m->T >= old->test.T && (size_t)m->B * m->T >= (size_t)TEST_BATCH * old->test.T;
    if (!room) gpt_reserve(m, TEST_BATCH, old->test.T, m->grads != NULL);
    return evaluate(m, &old->test, 0, count, TEST_BATCH, NULL).loss;
}

double old_text_loss(struct gpt *m, const struct corpus *old) {
    return test_loss(m, old, old->test.count);
}

static void examine(struct run *r, float *row) {
    const struct exam e = exam_run(&r->m->config, r->m->params, -1, r->how->questions / 4, 0, r->how->seed + 1);
    row[RIGHT] = (float)e.right;
    row[HONEST] = (float)e.honest;
    for (int k = 0; k < MW_TASKS; k++) row[TASKS + k] = (float)e.by_task[k];
    row[OLD_TEST] = (float)test_loss(r->m, r->old, OLD_TEST_ROWS);
}

static void write_curves(const struct run *r) {
    struct csv_log steps, exams;
    const double floor = lessons_floor(&r->lessons);
    csv_open(&steps, r->how->out, "tuning.csv", "step,loss,old_loss,lr,gradient,floor");
    csv_open(&exams, r->how->out, "tuning_exam.csv",
             "step,right,honest,fact,sum,found,unknown,reverse,repeat,count,old_loss");
    for (int i = 0; i < r->log.count; i++) {
        const float *x = r->log.row + (size_t)i * COLUMNS;
        if (x[STEP] > 0)
            csv_row(&steps, "%.0f,%.9g,%.9g,%.9g,%.9g,%.5f", x[STEP], x[LOSS], x[OLD_LOSS], x[RATE], x[LENGTH], floor);
        if (!isnan(x[OLD_TEST]))
            csv_row(&exams, "%.0f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.9g", x[STEP], x[RIGHT], x[HONEST],
                    x[TASKS], x[TASKS + 1], x[TASKS + 2], x[TASKS + 3], x[TASKS + 4], x[TASKS + 5], x[TASKS + 6],
                    x[OLD_TEST]);
    }
    csv_close(&steps);
    csv_close(&exams);
}

// ---- setting up -----------------------------------------------------------------------------------------------------
static void describe(struct run *r) {
    const struct tuning *h = r->how;
    const int model = stage_describe(r->settings, sizeof r->settings, r->m);
    snprintf(r->settings + model, sizeof r->settings - (size_t)model,
             "%d demonstrations%s, seed %llu\n"
             "old text %016llx, %d rows, mix %g\nlast %d layers learn\nbatch %d\nsteps %d, lr %g\n",
             h->demonstrations, h->as_they_come ? " as they come" : "", (unsigned long long)h->seed,
             (unsigned long long)corpus_hash(r->old), h->old_rows, (double)h->mix, h->layers, h->batch, h->steps,
             (double)h->lr);
}

static void set_up(struct run *r, struct gpt *m, const struct tuning *how, const struct corpus *old) {
    const int T = old->train.T > VILLAGE_T ? old->train.T : VILLAGE_T;
    const size_t B = (size_t)how->batch, old_tokens = (size_t)how->old_rows * old->train.T;
    if (m->config.T < T) die("the model sees %d tokens at once, and the old text has rows of %d", m->config.T, T);
    *r = (struct run){.m = m, .how = how, .old = old, .log.width = COLUMNS};
    describe(r);
    const int most = how->batch > how->old_rows ? how->batch : how->old_rows;
    gpt_reserve(m, most > TEST_BATCH ? most : TEST_BATCH, T, true);
    (how->as_they_come ? lessons_as_they_come : lessons_demonstrations)(&r->lessons, how->demonstrations, how->seed);
    tuner_init(&r->tuner, how->lr, how->steps);
    tuner_add_model(&r->tuner, m, how->layers);
    rng_seed(&r->rng, how->seed, 24);
    r->which = alloc_zeroed(B, sizeof(int));
    r->inputs = alloc_zeroed(B * VILLAGE_T, sizeof(int));
    r->targets = alloc_zeroed(B * VILLAGE_T, sizeof(int));
    r->old_inputs = alloc_zeroed(old_tokens + 1, sizeof(int));
    r->old_targets = alloc_zeroed(old_tokens + 1, sizeof(int));
}

static void tear_down(struct run *r) {
    documents_free(&r->lessons);
    tuner_free(&r->tuner);
    free(r->log.row);
    free(r->which);
    free(r->inputs);
    free(r->targets);
    free(r->old_inputs);
    free(r->old_targets);
}

// ---- training -------------------------------------------------------------------------------------------------------
static void step(struct run *r, float *row) {
    const struct tuning *h = r->how;
    const bool mix = h->mix > 0 && h->old_rows > 0;
    float losses[2];
    for (int b = 0; b < h->batch; b++) r->which[b] = rng_below(&r->rng, h->demonstrations);
    const int T = lessons_batch(r->inputs, r->targets, &r->lessons, r->which, h->batch);
    if (mix) lessons_old_text(r->old_inputs, r->old_targets, &r->old->train, h->old_rows, &r->rng);
    const struct part part[] = {{r->inputs, r->targets, h->batch, T, 1},
                                {r->old_inputs, r->old_targets, h->old_rows, r->old->train.T, mix ? h->mix : 0}};
    mixed_gradient(r->m, losses, part, COUNT(part));
    row[RATE] = schedule_lr(r->tuner.lr_max, r->tuner.lr_min, r->tuner.step, r->tuner.warmup, r->tuner.total);
    row[LENGTH] = tuner_step(&r->tuner);
    row[LOSS] = losses[0];
    row[OLD_LOSS] = losses[1];
    r->tokens += (double)h->batch * T + (mix ? (double)h->old_rows * r->old->train.T : 0);
    if (!isfinite(row[LENGTH]))
        die("step %d: the loss is %g and the gradient's length %g. Try a learning rate below %g; the last checkpoint, "
            "if "
            "any, is as it was",
            r->tuner.step + 1, (double)fabsf(losses[0]), (double)fabsf(row[LENGTH]), (double)h->lr);
}

static void checkpoint(const struct run *r) {
    if (!r->how->out || r->how->checkpoint_every < 1) return;
    stage_checkpoint(r->how->out, checkpoint_name, &r->tuner, &r->rng, &r->log, r->settings);
}

static void stop(struct run *r, struct progress *bar) {
    checkpoint(r);
    progress_stop(bar, "stopped");
    printf("stopped after step %d; go on with --resume\n", r->tuner.step);
    tear_down(r);
    exit(130);
}

static void note(struct run *r, float *row, bool exam) {
    row[STEP] = (float)r->tuner.step;
    for (int k = RIGHT; k < COLUMNS; k++) row[k] = NAN;
    if (exam) examine(r, row);
    stage_log_push(&r->log, row);
}

static void train(struct run *r) {
    const struct tuning *h = r->how;
    const int tenth = h->steps / 10 > 0 ? h->steps / 10 : 1, begun = r->tuner.step;
    struct progress bar;
    progress_start(&bar, h->label, h->steps - begun, "steps");
    if (begun == 0) note(r, (float[COLUMNS]){0}, h->out != NULL);
    while (r->tuner.step < h->steps) {
        float row[COLUMNS];
        step(r, row);
        const bool last = r->tuner.step == h->steps;
        note(r, row, h->out && (r->tuner.step % tenth == 0 || last));
        progress_update(&bar, r->tuner.step - begun, "loss %.3f", (double)row[LOSS]);
        if (h->checkpoint_every > 0 && (r->tuner.step % h->checkpoint_every == 0 || last)) checkpoint(r);
        if (h->out && h->checkpoint_every > 0 && stage_interrupted() && !last) stop(r, &bar);
    }
    if (h->steps > begun) progress_end(&bar, "loss %.3f", (double)r->log.row[(r->log.count - 1) * COLUMNS + LOSS]);
}

struct tuning_result tuning_run(struct gpt *m, const struct tuning *how, const struct corpus *old) {
    struct run r;
    struct tuning_result result = {.old_before = old_text_loss(m, old)};
    const double start = clock_seconds();
    set_up(&r, m, how, old);
    if (how->out && how->checkpoint_every > 0 &&
        stage_begin(how->resume, &r.tuner, &r.rng, &r.log, r.settings, how->out, checkpoint_name))
        printf("resumed after step %d\n", r.tuner.step);
    train(&r);
    if (how->out) write_curves(&r);
    result.seconds = clock_seconds() - start;
    result.greedy = exam_run(&m->config, m->params, -1, how->questions, 0, how->seed + 2);
    result.drawn = exam_run(&m->config, m->params, -1, how->questions, 1, how->seed + 3);
    result.old_loss = old_text_loss(m, old);
    tear_down(&r);
    return result;
}

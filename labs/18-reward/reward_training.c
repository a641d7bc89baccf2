// The stage: preference pairs in, a model of what people prefer out.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "04-training/training.h"
#include "18-reward/reward_model.h"

enum { STREAM_POOLS = 1000 };  // of the seed: pool k has stream STREAM_POOLS + k
static const char checkpoint_name[] = "checkpoint.safetensors";

// Weight decay is five times chapter 14's: the same few facts are asked again and again, and nothing else of this stage
// speaks against learning them by heart.
struct reward_training reward_training_defaults(void) {
    return (struct reward_training){.steps = 2400,
                                    .batch = 32,
                                    .pairs = 76800,
                                    .lr = 7e-4f,
                                    .weight_decay = 0.5f,
                                    .center = 0.01f,
                                    .seed = 1,
                                    .label = "reward",
                                    .checkpoint_every = 200,
                                    .tests = 4000,
                                    .answers = 2000};
}

struct reward_training reward_training_quick(void) {
    struct reward_training how = reward_training_defaults();
    how.steps = 12;
    how.batch = 4;
    how.pairs = 64;
    how.checkpoint_every = 4;
    how.tests = 64;
    how.answers = 32;
    return how;
}

// ---- what is noted down ---------------------------------------------------------------------------------------------
// A row for every step; what an examination gives is NAN in those without one.
enum { STEP, LOSS, RATE, LENGTH, ALL, KINDS, HELD = KINDS + MW_PAIR_KINDS, COLUMNS };

struct run {
    const struct reward_training *how;
    struct reward_model *m;
    struct reward_pairs pairs;
    struct tuner tuner;
    struct rng rng;  // the checkpoint asks for one; no step draws from it
    struct stage_log log;
    int *pool;           // (POOL*batch) the pairs of some steps in a row
    int *inputs, *last;  // (2*batch,PAIR_T), (2*batch)
    char settings[512];
};

static void examine(const struct run *r, float *row) {
    const int pairs = r->how->tests / 10;
    const struct reward_exam fresh = reward_examine(r->m, false, false, pairs, r->how->seed + 1);
    row[ALL] = (float)fresh.all;
    for (int k = 0; k < MW_PAIR_KINDS; k++) row[KINDS + k] = (float)fresh.kind[k];
    row[HELD] = (float)reward_examine(r->m, true, false, pairs, r->how->seed + 1).all;
}

static void write_curves(const struct run *r) {
    struct csv_log steps, exams;
    csv_open(&steps, r->how->out, "reward.csv", "step,loss,lr,gradient");
    csv_open(&exams, r->how->out, "reward_exam.csv", "step,all,content,style,mixed,held");
    for (int i = 0; i < r->log.count; i++) {
        const float *x = r->log.row + (size_t)i * COLUMNS;
        if (x[STEP] > 0) csv_row(&steps, "%.0f,%.9g,%.9g,%.9g", x[STEP], x[LOSS], x[RATE], x[LENGTH]);
        if (!isnan(x[ALL]))
            csv_row(&exams, "%.0f,%.4f,%.4f,%.4f,%.4f,%.4f", x[STEP], x[ALL], x[KINDS + MW_PAIR_CONTENT],
                    x[KINDS + MW_PAIR_STYLE], x[KINDS + MW_PAIR_MIXED], x[HELD]);
    }
    csv_close(&steps);
    csv_close(&exams);
}

// ---- setting up -----------------------------------------------------------------------------------------------------
static void describe(struct run *r) {
    const struct reward_training *h = r->how;
    const int model = stage_describe(r->settings, sizeof r->settings, &r->m->gpt);
    snprintf(r->settings + model, sizeof r->settings - (size_t)model,
             "%d pairs%s, seed %llu\nbatch %d\n"
             "steps %d, lr %g, weight decay %g, center %g\n",
             h->pairs, h->only_near ? " of near misses" : "", (unsigned long long)h->seed, h->batch, h->steps,
             (double)h->lr, (double)h->weight_decay, (double)h->center);
}

// Batches of how many steps are made at once.
enum { POOL = 16 };

static void set_up(struct run *r, struct reward_model *m, const struct reward_training *how) {
    const size_t rows = 2 * (size_t)how->batch;
    *r = (struct run){.how = how, .m = m, .log.width = COLUMNS};
    describe(r);
    gpt_reserve(&m->gpt, 2 * (how->batch > 32 ? how->batch : 32), PAIR_T, true);
    reward_pairs_draw(&r->pairs, how->pairs, false, how->only_near, how->seed, PAIRS_TO_LEARN);
    r->pool = alloc_zeroed(POOL * (size_t)how->batch, sizeof(int));
    r->inputs = alloc_zeroed(rows * PAIR_T, sizeof(int));
    r->last = alloc_zeroed(rows, sizeof(int));
    tuner_init(&r->tuner, how->lr, how->steps);
    r->tuner.lr_min = 0;
    r->tuner.weight_decay = how->weight_decay;
    tuner_add_model(&r->tuner, &m->gpt, m->gpt.config.L);
    tuner_add(&r->tuner, m->head, m->dhead, (size_t)m->gpt.config.C, true, 1);
    tuner_add(&r->tuner, &m->bias, &m->dbias, 1, false, 1);
}

static void tear_down(struct run *r) {
    reward_pairs_free(&r->pairs);
    tuner_free(&r->tuner);
    free(r->log.row);
    free(r->pool);
    free(r->inputs);
    free(r->last);
}

// ---- training -------------------------------------------------------------------------------------------------------
// The pairs of a step. POOL batches of pairs, as they come, are sorted by length and cut into batches again, which are
// taken in random order. All of it follows from seed and step, so that a run which was stopped goes on.
static const int *batch_of(struct run *r, int step) {
    const int pool = step / POOL, batch = r->how->batch;
    int order[POOL];
    struct rng rng;
    const long first = (long)pool * POOL * batch % r->pairs.count;
    reward_pairs_by_length(r->pool, &r->pairs, (int)first, POOL * batch);
    for (int k = 0; k < POOL; k++) order[k] = k;
    rng_seed(&rng, r->how->seed, STREAM_POOLS + (uint64_t)pool);
    rng_shuffle(&rng, order, POOL);
    return r->pool + (size_t)order[step % POOL] * (size_t)batch;
}

static void step(struct run *r, float *row) {
    const struct reward_training *h = r->how;
    struct tuner *t = &r->tuner;
    const int T = pair_batch(r->inputs, r->last, &r->pairs.conversations, batch_of(r, t->step), h->batch, PAIR_T);
    row[LOSS] = reward_gradient(r->m, r->inputs, r->last, h->center, h->batch, T);
    row[RATE] = schedule_lr(t->lr_max, t->lr_min, t->step, t->warmup, t->total);
    row[LENGTH] = tuner_step(t);
    if (!isfinite(row[LENGTH]))
        die("step %d: the loss is %g and the gradient's length %g. Try a learning rate below %g; the last checkpoint, "
            "if any, is as it was",
            t->step + 1, (double)fabsf(row[LOSS]), (double)fabsf(row[LENGTH]), (double)h->lr);
}

static void note(struct run *r, float *row, bool exam) {
    row[STEP] = (float)r->tuner.step;
    for (int k = ALL; k < COLUMNS; k++) row[k] = NAN;
    if (exam) examine(r, row);
    stage_log_push(&r->log, row);
}

static bool saves(const struct run *r) {
    return r->how->out && r->how->checkpoint_every > 0;
}

static void checkpoint(const struct run *r) {
    if (saves(r)) stage_checkpoint(r->how->out, checkpoint_name, &r->tuner, &r->rng, &r->log, r->settings);
}

static void stop(struct run *r, struct progress *bar) {
    checkpoint(r);
    progress_stop(bar, "stopped");
    printf("stopped after step %d; go on with --resume\n", r->tuner.step);
    tear_down(r);
    exit(130);
}

static void train(struct run *r) {
    const struct reward_training *h = r->how;
    const int tenth = h->steps / 10 > 0 ? h->steps / 10 : 1, begun = r->tuner.step;
    struct progress bar;
    progress_start(&bar, h->label, (double)(h->steps - begun) * h->batch, "pairs");
    if (begun == 0) note(r, (float[COLUMNS]){0}, h->out != NULL);
    while (r->tuner.step < h->steps) {
        float row[COLUMNS];
        step(r, row);
        const bool last = r->tuner.step == h->steps;
        note(r, row, h->out && (r->tuner.step % tenth == 0 || last));
        progress_update(&bar, (double)(r->tuner.step - begun) * h->batch, "step %d  loss %.3f", r->tuner.step,
                        (double)row[LOSS]);
        if (h->checkpoint_every > 0 && (r->tuner.step % h->checkpoint_every == 0 || last)) checkpoint(r);
        if (saves(r) && stage_interrupted() && !last) stop(r, &bar);
    }
    if (h->steps > begun) progress_end(&bar, "loss %.3f", (double)r->log.row[(r->log.count - 1) * COLUMNS + LOSS]);
}

struct reward_exam reward_train(struct reward_model *m, const struct reward_training *how) {
    struct run r;
    set_up(&r, m, how);
    if (saves(&r) && stage_begin(how->resume, &r.tuner, &r.rng, &r.log, r.settings, how->out, checkpoint_name))
        printf("resumed after step %d\n", r.tuner.step);
    train(&r);
    if (how->out) write_curves(&r);
    tear_down(&r);
    return reward_examine(m, false, false, how->tests, how->seed);
}

double reward_normalize(struct reward_model *m, const struct gpt_config *c, const float *params, int count,
                        uint64_t seed) {
    struct answers a;
    float *score = alloc_floats((size_t)count);
    answers_init(&a, count);
    answers_ask(&a, -1, false, seed);
    answers_draw(&a, c, params, 1, seed);
    reward_answers(score, m, &a);
    const double deviation = head_normalize(m->head, &m->bias, score, count, c->C);
    answers_free(&a);
    free(score);
    return deviation;
}

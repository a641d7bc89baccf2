// PPO on a language model: speak, be judged, learn from it for a few passes, speak again.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "19-ppo/policy.h"

enum { STREAM_ORDER = 41 };  // of the seed
static const char checkpoint_name[] = "checkpoint.safetensors";

struct ppo_training ppo_training_defaults(void) {
    return (struct ppo_training){
        .iterations = 200,
        .rollouts = 128,
        .epochs = 1,
        .minibatch = 64,
        .lr = 3e-4f,
        .head_scale = 20,
        .warmup = 5,
        .clip = 0.2f,
        .value_clip = 0.2f,
        .value_weight = 0.5f,
        .rules = {.beta = 0.1f, .gamma = 1, .lambda = 0.95f, .missing = -2, .limit = 5},
        .horizon = 2000,
        .seed = 1,
        .label = "ppo",
        .checkpoint_every = 10,
        .questions = 2000,
    };
}

struct ppo_training ppo_training_quick(void) {
    struct ppo_training how = ppo_training_defaults();
    how.iterations = 3;
    how.rollouts = 16;
    how.minibatch = 8;
    how.checkpoint_every = 1;
    how.questions = 32;
    return how;
}

// ---- what is noted down ---------------------------------------------------------------------------------------------
// A row for each iteration. NEXT_BETA, which adaptive control made of it, is for going on, not for people.
#define COLUMN_NAMES                                                                                                  \
    "iteration,proxy,gold,kl,entropy,clip_share,ended,beta,rude,polite,right,honest,length,explained,approximate_kl," \
    "value_loss,gradient"
enum {
    ITERATION,
    PROXY,
    GOLD,
    KL,
    ENTROPY,
    CLIP_SHARE,
    ENDED,
    BETA,
    RUDE,
    POLITE,
    RIGHT,
    HONEST,
    LENGTH,
    EXPLAINED,
    APPROXIMATE_KL,
    VALUE_LOSS,
    GRADIENT,
    NEXT_BETA,
    COLUMNS
};

struct run {
    const struct ppo_training *how;
    struct policy *p;
    struct gpt *reference;
    struct reward_model *judge;
    struct rollout rollout;
    struct minibatch minibatch;
    struct tuner tuner;
    struct rng rng;
    struct rollout_rules rules;
    struct stage_log log;
    int *order;  // (rollouts)
    int iteration;
    char settings[1024];
};

static void note(struct run *r, const struct ppo_health *h, double gradient) {
    const struct rollout *o = &r->rollout;
    const struct exam e = exam_grade(&o->answers);
    float row[COLUMNS] = {[ITERATION] = (float)(r->iteration + 1)};
    row[PROXY] = (float)rollout_proxy(o);
    row[GOLD] = (float)e.gold;
    row[KL] = (float)sequence_kl(o->log_prob, o->log_ref, o->mask, o->B, o->T);
    row[ENTROPY] = (float)rollout_entropy(o);
    row[CLIP_SHARE] = (float)(h->clip_share / h->count);
    row[ENDED] = (float)e.ended;
    row[BETA] = row[NEXT_BETA] = r->rules.beta;
    row[RUDE] = (float)e.rude;
    row[POLITE] = (float)e.polite;
    row[RIGHT] = (float)e.right;
    row[HONEST] = (float)e.honest;
    row[LENGTH] = (float)e.length;
    row[EXPLAINED] = (float)explained_variance(o->value, o->returns, o->mask, o->B * o->T);
    row[APPROXIMATE_KL] = (float)(h->approximate_kl / h->count);
    row[VALUE_LOSS] = (float)(h->value_loss / h->count);
    row[GRADIENT] = (float)(gradient / h->count);
    if (r->how->target > 0)
        row[NEXT_BETA] = kl_control(r->rules.beta, (double)row[KL], r->how->target, o->B, r->how->horizon);
    stage_log_push(&r->log, row);
}

static void write_curve(const struct run *r) {
    char name[64], line[32 * COLUMNS];
    struct csv_log csv;
    snprintf(name, sizeof name, "%s.csv", r->how->label);
    csv_open(&csv, r->how->out, name, COLUMN_NAMES);
    for (int i = 0; i < r->log.count; i++) {
        const float *row = r->log.row + (size_t)i * COLUMNS;
        int n = 0;
        for (int k = 0; k < NEXT_BETA; k++)
            n += snprintf(line + n, sizeof line - (size_t)n, "%s%.6g", k > 0 ? "," : "", (double)row[k]);
        csv_row(&csv, "%s", line);
    }
    csv_close(&csv);
}

// ---- setting up -----------------------------------------------------------------------------------------------------
static void describe(struct run *r) {
    const struct ppo_training *h = r->how;
    uint64_t judge = stage_hash(STAGE_HASH, r->judge->gpt.params, r->judge->gpt.parameters);
    judge = stage_hash(judge, r->judge->head, (size_t)r->judge->gpt.config.C);
    judge = stage_hash(judge, &r->judge->bias, 1);
    const int model = stage_describe(r->settings, sizeof r->settings, &r->p->gpt);
    snprintf(r->settings + model, sizeof r->settings - (size_t)model,
             "reference %016llx\njudge %016llx\n"
             "iterations %d, rollouts %d, epochs %d, minibatch %d, seed %llu\nlr %g, head %g, warmup %d\n"
             "clip %g, value clip %g, value weight %g\nbeta %g, gamma %g, lambda %g, missing %g, limit %g\n"
             "target %g, horizon %g\n",
             (unsigned long long)stage_hash(STAGE_HASH, r->reference->params, r->reference->parameters),
             (unsigned long long)judge, h->iterations, h->rollouts, h->epochs, h->minibatch,
             (unsigned long long)h->seed, (double)h->lr, (double)h->head_scale, h->warmup, (double)h->clip,
             (double)h->value_clip, (double)h->value_weight, (double)h->rules.beta, (double)h->rules.gamma,
             (double)h->rules.lambda, (double)h->rules.missing, (double)h->rules.limit, h->target, h->horizon);
}

static int steps_of(const struct ppo_training *how) {  // of an iteration
    return (how->rollouts + how->minibatch - 1) / how->minibatch * how->epochs;
}

static void set_up(struct run *r, struct policy *p, struct gpt *reference, struct reward_model *judge,
                   const struct ppo_training *how) {
    *r = (struct run){.how = how, .p = p, .reference = reference, .judge = judge, .rules = how->rules};
    r->log.width = COLUMNS;
    describe(r);
    r->order = alloc_zeroed((size_t)how->rollouts, sizeof(int));
    rng_seed(&r->rng, how->seed, STREAM_ORDER);
    rollout_init(&r->rollout, how->rollouts);
    minibatch_init(&r->minibatch, how->minibatch);
    tuner_init(&r->tuner, how->lr, steps_of(how) * how->iterations);
    r->tuner.weight_decay = 0, r->tuner.eps = 1e-5f, r->tuner.warmup = 0;
    tuner_add_model(&r->tuner, &p->gpt, p->gpt.config.L);
    tuner_add(&r->tuner, p->head, p->dhead, (size_t)p->gpt.config.C, false, how->head_scale);
    tuner_add(&r->tuner, &p->bias, &p->dbias, 1, false, how->head_scale);
}

static void tear_down(struct run *r) {
    tuner_free(&r->tuner);
    minibatch_free(&r->minibatch);
    rollout_free(&r->rollout);
    free(r->log.row);
    free(r->order);
}

// ---- training -------------------------------------------------------------------------------------------------------
// Up in a few iterations, then down to 0 in a straight line.
static float rate_of(const struct ppo_training *how, int iteration) {
    const float up = how->warmup > 0 ? (float)(iteration + 1) / (float)how->warmup : 1;
    return how->lr * (up < 1 ? up : 1) * (1 - (float)iteration / (float)how->iterations);
}

// All epochs on the rollout as it lies there. Returns the sum of the gradients' lengths.
static double learn(struct run *r, struct ppo_health *h) {
    const struct ppo_training *how = r->how;
    double sum = 0;
    for (int i = 0; i < how->rollouts; i++) r->order[i] = i;
    for (int epoch = 0; epoch < how->epochs; epoch++) {
        rng_shuffle(&r->rng, r->order, how->rollouts);
        for (int first = 0; first < how->rollouts; first += how->minibatch) {
            const int left = how->rollouts - first, B = left < how->minibatch ? left : how->minibatch;
            minibatch_gather(&r->minibatch, &r->rollout, r->order + first, B);
            minibatch_gradient(r->p, &r->minibatch, how, h);
            const float length = tuner_step(&r->tuner);
            if (!isfinite(length))
                die("iteration %d: the gradient's length is %g. Try a learning rate below %g; the last checkpoint, if "
                    "any, is as it was",
                    r->iteration + 1, (double)fabsf(length), (double)how->lr);
            sum += (double)length;
        }
    }
    return sum;
}

static void iterate(struct run *r) {
    struct ppo_health h = {0};
    r->tuner.lr_max = r->tuner.lr_min = rate_of(r->how, r->iteration);
    rollout_draw(&r->rollout, r->p, r->reference, r->judge, &r->rules, false,
                 r->how->seed * 100003 + (uint64_t)r->iteration);
    const double gradient = learn(r, &h);
    note(r, &h, gradient);
    r->iteration++;
    r->rules.beta = r->log.row[(size_t)(r->log.count - 1) * COLUMNS + NEXT_BETA];
}

static bool saves(const struct run *r) {
    return r->how->out && r->how->checkpoint_every > 0;
}

static void checkpoint(const struct run *r) {
    stage_checkpoint(r->how->out, checkpoint_name, &r->tuner, &r->rng, &r->log, r->settings);
}

// Which iteration is next, and at which price: the curve knows.
static void begin(struct run *r) {
    if (!stage_begin(r->how->resume, &r->tuner, &r->rng, &r->log, r->settings, r->how->out, checkpoint_name)) return;
    r->iteration = r->log.count;
    if (r->tuner.step != r->iteration * steps_of(r->how))
        die("%s/%s is damaged: it has %d iterations and %d steps. Delete it or move it away to start anew", r->how->out,
            checkpoint_name, r->iteration, r->tuner.step);
    if (r->iteration > 0) r->rules.beta = r->log.row[(size_t)(r->iteration - 1) * COLUMNS + NEXT_BETA];
    printf("resumed after iteration %d\n", r->iteration);
}

static void stop(struct run *r, struct progress *bar) {
    checkpoint(r);
    progress_stop(bar, "stopped");
    printf("stopped after iteration %d; go on with --resume\n", r->iteration);
    tear_down(r);
    exit(130);
}

static void train(struct run *r) {
    const struct ppo_training *how = r->how;
    const int begun = r->iteration;
    struct progress bar;
    progress_start(&bar, how->label, (double)(how->iterations - begun) * how->rollouts, "answers");
    while (r->iteration < how->iterations) {
        iterate(r);
        const float *row = r->log.row + (size_t)(r->log.count - 1) * COLUMNS;
        const bool last = r->iteration == how->iterations;
        progress_update(&bar, (double)(r->iteration - begun) * how->rollouts, "%d  judge %.2f  gold %.2f  KL %.2f",
                        r->iteration, (double)row[PROXY], (double)row[GOLD], (double)row[KL]);
        if (saves(r) && (r->iteration % how->checkpoint_every == 0 || last)) checkpoint(r);
        if (saves(r) && stage_interrupted() && !last) stop(r, &bar);
    }
    if (how->iterations > begun) progress_end(&bar, "done");
}

void ppo_train(struct policy *p, struct gpt *reference, struct reward_model *judge, const struct ppo_training *how) {
    struct run r;
    set_up(&r, p, reference, judge, how);
    if (saves(&r)) begin(&r);
    if (how->out) write_curve(&r);  // a folder that cannot be written to is better found out before the training
    train(&r);
    if (how->out) write_curve(&r);
    tear_down(&r);
}

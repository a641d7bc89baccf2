// The stage: a model that answers, and what people prefer; three ways to bring the two together.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "04-training/training.h"
#include "20-dpo/alignment.h"

enum { STREAM_PAIRS = 61 };  // of the seed
enum { ON_THE_WAY = 300 };   // questions of an examination before the end
static const char checkpoint_name[] = "checkpoint.safetensors";

// ---- what is noted down ---------------------------------------------------------------------------------------------
// A row for each step. Then what the method saw, and, every tenth of the way, what the model is worth (NAN elsewhere).
enum { STEP, LOSS, RATE, GRADIENT, SEEN };
enum { ORDER = SEEN, CHOSEN, REJECTED, MARGIN };                                 // of pairs
enum { PROXY = SEEN, GOLD, KL, ENTROPY, CLIPPED, SPREAD, EQUAL, POLITE, RUDE };  // of groups
enum { EXAM = RUDE + 1, EXAM_GOLD = EXAM, EXAM_KL, EXAM_WON, EXAM_RIGHT, EXAM_HONEST, EXAM_RUDE, EXAM_POLITE, COLUMNS };
static const char *const seen_names[METHODS] = {"order,chosen,rejected,margin", "order,chosen,rejected,margin",
                                                "proxy,gold,kl,entropy,clipped,spread,equal,polite,rude"};
static const int seen_count[METHODS] = {MARGIN + 1 - SEEN, MARGIN + 1 - SEEN, EXAM - SEEN};

struct run {
    const struct alignment *how;
    struct policy *p;
    struct teachers *t;
    struct tuner tuner;
    struct rng rng;  // the pairs' order
    struct stage_log log;
    int step;
    char settings[1024];
    // pairs
    struct reward_pairs pairs;
    struct preferences batch;
    int *which;  // (batch)
    // groups
    struct rollout rollout;
    float *advantage;             // (groups * answers)
    float *log_prob, *dlog_prob;  // (minibatch * PAIR_T)
    // examinations on the way
    struct rollout exam;
    double *gold, *gold_before;  // (exam.B) of each question: now, and the reference's
};

static void write_row(struct csv_log *csv, const float *row, int first, int count) {
    char line[1024];
    int n = snprintf(line, sizeof line, "%.0f", (double)row[STEP]);
    for (int k = first; k < first + count; k++)
        n += snprintf(line + n, sizeof line - (size_t)n, ",%.6g", (double)row[k]);
    csv_row(csv, "%s", line);
}

static void write_curves(const struct run *r) {
    const struct alignment *how = r->how;
    char name[128], head[256];
    struct csv_log steps, exams;
    snprintf(name, sizeof name, "%s.csv", how->label);
    snprintf(head, sizeof head, "step,loss,lr,gradient,%s", seen_names[how->method]);
    csv_open(&steps, how->out, name, head);
    snprintf(name, sizeof name, "%s_exam.csv", how->label);
    csv_open(&exams, how->out, name, "step,gold,kl,won,right,honest,rude,polite");
    for (int i = 0; i < r->log.count; i++) {
        const float *row = r->log.row + (size_t)i * COLUMNS;
        if (row[STEP] > 0) write_row(&steps, row, LOSS, SEEN + seen_count[how->method] - LOSS);
        if (!isnan(row[EXAM])) write_row(&exams, row, EXAM, COLUMNS - EXAM);
    }
    csv_close(&steps);
    csv_close(&exams);
}

// The examinations on the way, for people.
static void print_way(const struct run *r) {
    printf("%s on the way: %d questions never asked in training\n", r->how->label, r->exam.B);
    printf("  %6s %7s %6s %7s %7s %7s %7s %7s\n", "step", "gold", "KL", "won, %", "right", "honest", "rude", "polite");
    for (int i = 0; i < r->log.count; i++) {
        const float *row = r->log.row + (size_t)i * COLUMNS;
        if (isnan(row[EXAM])) continue;
        printf("  %6.0f %7.2f %6.2f %7.1f", (double)row[STEP], (double)row[EXAM_GOLD], (double)row[EXAM_KL],
               100 * (double)row[EXAM_WON]);
        for (int k = EXAM_RIGHT; k < COLUMNS; k++) printf(" %7.1f", 100 * (double)row[k]);
        printf("\n");
    }
}

// What the policy is worth now, against the reference.
static void examine(struct run *r, float *row) {
    struct rollout *o = &r->exam;
    rollout_draw(o, r->p, &r->t->reference, &r->t->judge, &r->how->rules, true, r->how->seed + 100);
    answers_gold(r->gold, &o->answers);
    const struct exam e = exam_grade(&o->answers);
    row[EXAM_GOLD] = (float)e.gold;
    row[EXAM_KL] = (float)sequence_kl(o->log_prob, o->log_ref, o->mask, o->B, o->T);
    row[EXAM_WON] = (float)win_rate(r->gold, r->gold_before, o->B);
    row[EXAM_RIGHT] = (float)e.right;
    row[EXAM_HONEST] = (float)e.honest;
    row[EXAM_RUDE] = (float)e.rude;
    row[EXAM_POLITE] = (float)e.polite;
}

// ---- setting up -----------------------------------------------------------------------------------------------------
static void describe(struct run *r) {
    const struct alignment *h = r->how;
    const struct reward_model *judge = &r->t->judge;
    int used = snprintf(r->settings, sizeof r->settings, "method %s\n", method_name[h->method]);
    used += stage_describe(r->settings + used, sizeof r->settings - (size_t)used, &r->p->gpt);
    snprintf(r->settings + used, sizeof r->settings - (size_t)used,
             "judge %016llx\nsteps %d, seed %llu\n"
             "lr %g\nbeta %g\npairs %d%s, batch %d, smooth %g\ngroups %d of %d, passes %d, minibatch %d, clip %g%s\n",
             (unsigned long long)stage_hash(stage_hash(STAGE_HASH, judge->gpt.params, judge->gpt.parameters),
                                            judge->head, (size_t)judge->gpt.config.C),
             h->steps, (unsigned long long)h->seed, (double)h->lr, (double)h->beta, h->pairs,
             h->own ? " of its own" : "", h->batch, (double)h->smooth, h->groups, h->answers, h->passes, h->minibatch,
             (double)h->clip, h->divide ? "" : ", not divided");
}

static int tunings_of(const struct alignment *how) {  // in a step
    if (how->method != METHOD_GRPO) return 1;
    const int n = how->groups * how->answers;
    return (n + how->minibatch - 1) / how->minibatch * how->passes;
}

static void set_up_exam(struct run *r) {
    const int n = r->how->questions < ON_THE_WAY ? r->how->questions : ON_THE_WAY;
    const struct gpt *m = &r->t->reference;
    rollout_init(&r->exam, n);
    r->gold = alloc_doubles((size_t)n);
    r->gold_before = alloc_doubles((size_t)n);
    answers_ask(&r->exam.answers, -1, true, r->how->seed + 100);
    answers_draw(&r->exam.answers, &m->config, m->params, 1, r->how->seed + 100);
    answers_gold(r->gold_before, &r->exam.answers);
}

static void set_up(struct run *r, struct policy *p, struct teachers *t, const struct alignment *how) {
    *r = (struct run){.how = how, .p = p, .t = t, .log.width = COLUMNS};
    describe(r);
    rng_seed(&r->rng, how->seed, STREAM_PAIRS);
    tuner_init(&r->tuner, how->lr, how->steps * tunings_of(how));
    r->tuner.weight_decay = 0, r->tuner.lr_min = 0;
    tuner_add_model(&r->tuner, &p->gpt, p->gpt.config.L);
    if (how->method == METHOD_GRPO) {
        const size_t n = (size_t)how->groups * (size_t)how->answers, most = (size_t)how->minibatch * PAIR_T;
        rollout_init(&r->rollout, (int)n);
        r->advantage = alloc_floats(n);
        r->log_prob = alloc_floats(most);
        r->dlog_prob = alloc_floats(most);
    } else {
        const int rows = 2 * how->batch;
        gpt_reserve(&t->reference, rows > ROLLOUT_AT_ONCE ? rows : ROLLOUT_AT_ONCE, PAIR_T, false);
        if (how->own) own_pairs_draw(&r->pairs, how->pairs, t, how->seed);
        else reward_pairs_draw(&r->pairs, how->pairs, false, false, how->seed, PAIRS_TO_LEARN);
        preferences_init(&r->batch, how->batch);
        r->which = alloc_zeroed((size_t)how->batch, sizeof(int));
    }
    if (how->out) set_up_exam(r);
}

static void tear_down(struct run *r) {
    tuner_free(&r->tuner);
    if (r->how->method == METHOD_GRPO) {
        rollout_free(&r->rollout);
    } else {
        reward_pairs_free(&r->pairs);
        preferences_free(&r->batch);
    }
    if (r->how->out) rollout_free(&r->exam);
    float *array[] = {r->advantage, r->log_prob, r->dlog_prob, r->log.row};
    for (int k = 0; k < COUNT(array); k++) free(array[k]);
    free(r->which);
    free(r->gold);
    free(r->gold_before);
}

// ---- training -------------------------------------------------------------------------------------------------------
static float tune(struct run *r) {
    const float length = tuner_step(&r->tuner);
    if (!isfinite(length))
        die("step %d: the gradient's length is %g. Try a learning rate below %g; the last checkpoint, if any, is as it "
            "was",
            r->step + 1, (double)fabsf(length), (double)r->how->lr);
    return length;
}

static void learn_from_pairs(struct run *r, float *row) {
    const int n = r->how->batch;
    struct preferences *b = &r->batch;
    for (int i = 0; i < n; i++) r->which[i] = rng_below(&r->rng, r->how->pairs);
    preferences_fill(b, &r->pairs, r->which, n, &r->t->reference);
    row[LOSS] = preferences_gradient(b, r->p, r->how);
    for (int i = 0; i < n; i++) {
        const float shift = preferences_shift(b, i);
        row[ORDER] += (float)(shift > 0) / (float)n;
        row[CHOSEN] += (b->policy[i] - b->reference[i]) / (float)n;
        row[REJECTED] += (b->policy[n + i] - b->reference[n + i]) / (float)n;
        row[MARGIN] += shift / (float)n;
    }
    row[GRADIENT] = tune(r);
}

// Of groups: how far apart the scores of one question's answers lie, and in how many there is nothing to choose from.
static void note_groups(struct run *r, float *row) {
    const struct rollout *o = &r->rollout;
    const int K = r->how->groups, G = r->how->answers;
    for (int k = 0; k < K; k++) {
        const float *score = o->score + (size_t)k * G;
        double mean = 0, squares = 0;
        for (int g = 0; g < G; g++) mean += (double)score[g] / G;
        for (int g = 0; g < G; g++) squares += ((double)score[g] - mean) * ((double)score[g] - mean);
        row[SPREAD] += (float)(sqrt(squares / G) / K);
        row[EQUAL] += (float)(squares < 1e-8) / (float)K;
    }
    const struct exam e = exam_grade(&o->answers);
    row[PROXY] = (float)rollout_proxy(o);
    row[GOLD] = (float)e.gold;
    row[KL] = (float)sequence_kl(o->log_prob, o->log_ref, o->mask, o->B, o->T);
    row[ENTROPY] = (float)rollout_entropy(o);
    row[POLITE] = (float)e.polite;
    row[RUDE] = (float)e.rude;
}

static void learn_from_groups(struct run *r, float *row) {
    const struct alignment *how = r->how;
    const uint64_t seed = how->seed * 100003 + (uint64_t)r->step;
    struct rollout *o = &r->rollout;
    struct group_health h = {0};
    double lengths = 0;
    group_ask(&o->answers, how->answers, false, seed);
    rollout_answer(o, r->p, &r->t->reference, &r->t->judge, &how->rules, seed);
    group_advantages(r->advantage, o->score, how->divide, how->groups, how->answers);
    note_groups(r, row);
    for (int pass = 0; pass < how->passes; pass++)
        for (int first = 0; first < o->B; first += how->minibatch) {
            const int left = o->B - first, B = left < how->minibatch ? left : how->minibatch;
            group_gradient(r->p, o, r->advantage, first, B, how, r->log_prob, r->dlog_prob, &h);
            lengths += (double)tune(r);
        }
    row[LOSS] = (float)(h.loss / h.count);
    row[CLIPPED] = (float)(h.clip_share / h.count);
    row[GRADIENT] = (float)(lengths / h.count);
}

static void note(struct run *r, float *row, bool exam) {
    row[STEP] = (float)r->step;
    for (int k = EXAM; k < COLUMNS; k++) row[k] = NAN;
    if (exam) examine(r, row);
    stage_log_push(&r->log, row);
}

static void step(struct run *r) {
    const struct tuner *t = &r->tuner;
    const int tenth = r->how->steps >= 10 ? r->how->steps / 10 : 1;
    float row[COLUMNS] = {0};
    row[RATE] = schedule_lr(t->lr_max, t->lr_min, t->step, t->warmup, t->total);
    if (r->how->method == METHOD_GRPO) learn_from_groups(r, row);
    else learn_from_pairs(r, row);
    r->step++;
    note(r, row, r->how->out && (r->step % tenth == 0 || r->step == r->how->steps));
}

static bool saves(const struct run *r) {
    return r->how->out && r->how->checkpoint_every > 0;
}

static void checkpoint(const struct run *r) {
    stage_checkpoint(r->how->out, checkpoint_name, &r->tuner, &r->rng, &r->log, r->settings);
}

static void begin(struct run *r) {
    if (!stage_begin(r->how->resume, &r->tuner, &r->rng, &r->log, r->settings, r->how->out, checkpoint_name)) return;
    r->step = r->log.count - 1;  // the first row is of the model before
    if (r->tuner.step != r->step * tunings_of(r->how))
        die("%s/%s is damaged: it has %d rows and %d steps. Delete it or move it away to start anew", r->how->out,
            checkpoint_name, r->log.count, r->tuner.step);
    printf("resumed after step %d\n", r->step);
}

static void stop(struct run *r, struct progress *bar) {
    checkpoint(r);
    progress_stop(bar, "stopped");
    printf("stopped after step %d; go on with --resume\n", r->step);
    tear_down(r);
    exit(130);
}

static void train(struct run *r) {
    const struct alignment *how = r->how;
    const bool groups = how->method == METHOD_GRPO;
    const int begun = r->step, each = groups ? how->groups * how->answers : how->batch;
    struct progress bar;
    progress_start(&bar, how->label, (double)(how->steps - begun) * each, groups ? "answers" : "pairs");
    if (r->log.count == 0) note(r, (float[COLUMNS]){0}, how->out != NULL);
    while (r->step < how->steps) {
        step(r);
        const float *row = r->log.row + (size_t)(r->log.count - 1) * COLUMNS;
        const bool last = r->step == how->steps;
        if (groups)
            progress_update(&bar, (double)(r->step - begun) * each, "%d  judge %.2f  gold %.2f  KL %.2f", r->step,
                            (double)row[PROXY], (double)row[GOLD], (double)row[KL]);
        else
            progress_update(&bar, (double)(r->step - begun) * each, "%d  loss %.3f  in order %.2f", r->step,
                            (double)row[LOSS], (double)row[ORDER]);
        if (saves(r) && (r->step % how->checkpoint_every == 0 || last)) checkpoint(r);
        if (saves(r) && stage_interrupted() && !last) stop(r, &bar);
    }
    if (how->steps > begun) progress_end(&bar, "done");
}

void alignment_train(struct policy *p, struct teachers *t, const struct alignment *how) {
    struct run r;
    set_up(&r, p, t, how);
    if (saves(&r)) begin(&r);
    train(&r);
    if (how->out) write_curves(&r);
    if (how->out) print_way(&r);
    tear_down(&r);
}

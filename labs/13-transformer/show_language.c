// An encoder learns to fill gaps in reviews; then a few labelled reviews teach it to tell praise from blame.
#include <stdlib.h>
#include <string.h>

#include "13-transformer/models.h"
#include "13-transformer/show.h"

enum {
    BATCH = 64,
    TESTED = 256,
    CHANNELS = 32,
    LAYERS = 2,
    HEADS = 4,
    PRETRAINING = 3,
    TUNING = 3,
    SIZES = 4,
    MOST = 1024
};
static const int labelled[SIZES] = {16, 64, 256, 1024};
static const float language_std = 0.2f;

// Rows of reviews: tokens (n,LANGUAGE_T), padded.
struct reviews {
    int n;
    struct review review[MOST];
    int tokens[MOST * LANGUAGE_T], length[MOST], labels[MOST];
};

static void draw_reviews(struct reviews *s, int n, bool ending, struct rng *r) {
    s->n = n;
    for (int i = 0; i < n; i++) {
        review_draw(&s->review[i], ending, r);
        s->length[i] = s->review[i].n;
        s->labels[i] = s->review[i].praise;
        for (int t = 0; t < LANGUAGE_T; t++)
            s->tokens[i * LANGUAGE_T + t] = t < s->review[i].n ? s->review[i].tokens[t] : WORD_PAD;
    }
}

static void print_review(const struct review *r) {
    for (int t = 1; t < r->n; t++) printf("%s%s", t > 1 ? " " : "", word_name(r->tokens[t]));
    printf("\n");
}

// Hides one word of this kind in every review; the share of answers that fit there.
static float gaps_filled(struct gpt *m, const struct reviews *s, enum word_kind kind) {
    int input[BATCH * LANGUAGE_T], place[BATCH], right = 0, asked = 0;
    for (int first = 0; first + BATCH <= s->n; first += BATCH) {
        memcpy(input, s->tokens + first * LANGUAGE_T, sizeof input);
        for (int b = 0; b < BATCH; b++) {
            const struct review *r = &s->review[first + b];
            place[b] = -1;
            for (int t = 0; t < r->n; t++)
                if (r->kind[t] == kind && (place[b] < 0 || b % 2)) place[b] = t;  // the first, or the last
            if (place[b] >= 0) input[b * LANGUAGE_T + place[b]] = WORD_MASK;
        }
        const float *logits = gpt_forward(m, input, s->length + first, BATCH, LANGUAGE_T);
        for (int b = 0; b < BATCH; b++) {
            if (place[b] < 0) continue;
            const float *row = logits + (size_t)(b * LANGUAGE_T + place[b]) * LANGUAGE_V;
            int best = 0;
            for (int v = 1; v < LANGUAGE_V; v++)
                if (row[v] > row[best]) best = v;
            right += words_alike(best, s->review[first + b].tokens[place[b]]);
            asked++;
        }
    }
    return asked ? (float)right / (float)asked : 0;
}

static void pretrain(const struct options *o, struct gpt *m, struct reviews *test) {
    struct rng r;
    struct reviews *batch = alloc_zeroed(1, sizeof *batch);
    int input[BATCH * LANGUAGE_T], targets[BATCH * LANGUAGE_T];
    const int steps = PRETRAINING * o->steps, every = steps / 20 > 0 ? steps / 20 : 1;
    struct trainer trainer;
    struct progress progress;
    struct csv_log log;
    rng_seed(&r, (uint64_t)o->seed, 3);
    trainer_init(&trainer, 8e-3f, 50, steps);
    trainer_add(&trainer, m->params, m->grads, m->parameters);
    csv_open(&log, o->out, "masked.csv", "step,loss,noun,was/were,adjective,and/but,what we did");
    progress_start(&progress, "masked words", steps, "steps");
    double sum = 0;
    for (int step = 1; step <= steps; step++) {
        draw_reviews(batch, BATCH, true, &r);
        mlm_corrupt(input, targets, batch->tokens, BATCH * LANGUAGE_T, LANGUAGE_V, WORDS_SPECIAL, WORD_MASK, 0.15f, &r);
        gpt_forward(m, input, batch->length, BATCH, LANGUAGE_T);
        sum += gpt_backward(m, 1, input, targets, batch->length, BATCH, LANGUAGE_T);
        trainer_step(&trainer);
        if (step % every) continue;
        float right[KIND_OTHER];
        for (int kind = 0; kind < KIND_OTHER; kind++) right[kind] = gaps_filled(m, test, (enum word_kind)kind);
        csv_row(&log, "%d,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f", step, sum / every, (double)right[KIND_NOUN],
                (double)right[KIND_VERB], (double)right[KIND_ADJECTIVE], (double)right[KIND_JOIN],
                (double)right[KIND_ENDING]);
        progress_update(&progress, step, "loss %.3f", sum / every);
        sum = 0;
    }
    progress_end(&progress, "done");
    csv_close(&log);
    trainer_free(&trainer);
    free(batch);
}

static float share_right(struct classifier *m, const struct reviews *s) {
    int right = 0, asked = 0;
    for (int first = 0; first + BATCH <= s->n; first += BATCH, asked += BATCH) {
        const float *logits =
            classifier_forward(m, s->tokens + first * LANGUAGE_T, s->length + first, BATCH, LANGUAGE_T);
        for (int b = 0; b < BATCH; b++) right += (logits[2 * b + 1] > logits[2 * b]) == s->labels[first + b];
    }
    return (float)right / (float)asked;
}

// Trains a classifier on the first n labelled reviews. Its encoder starts from `pretrained`, or at random if that is
// NULL.
static float learn_labels(const struct options *o, const struct gpt *pretrained, const struct reviews *train, int n,
                          const struct reviews *test) {
    struct classifier m;
    struct rng r;
    rng_seed(&r, (uint64_t)o->seed, 4);
    const struct gpt_config c = gpt2_config(LANGUAGE_V, LANGUAGE_T, CHANNELS, LAYERS, HEADS);
    classifier_init(&m, &c, 2, POOL_FIRST, language_std, &r);
    classifier_reserve(&m, BATCH, LANGUAGE_T, true);
    if (pretrained) memcpy(m.encoder.params, pretrained->params, pretrained->parameters * sizeof(float));
    struct trainer trainer;
    const int steps = o->steps * TUNING / 8 > 0 ? o->steps * TUNING / 8 : 1;
    trainer_init(&trainer, 2e-3f, 10, steps);
    trainer_add(&trainer, m.encoder.params, m.encoder.grads, m.encoder.parameters);
    trainer_add(&trainer, m.params, m.grads, m.parameters);
    int tokens[BATCH * LANGUAGE_T], length[BATCH], labels[BATCH];
    for (int step = 0; step < steps; step++) {
        for (int b = 0; b < BATCH; b++) {
            const int pick = rng_below(&r, n);
            memcpy(tokens + b * LANGUAGE_T, train->tokens + pick * LANGUAGE_T, LANGUAGE_T * sizeof *tokens);
            length[b] = train->length[pick];
            labels[b] = train->labels[pick];
        }
        classifier_forward(&m, tokens, length, BATCH, LANGUAGE_T);
        classifier_backward(&m, 1, tokens, length, labels, BATCH, LANGUAGE_T);
        trainer_step(&trainer);
    }
    const float right = share_right(&m, test);
    trainer_free(&trainer);
    classifier_free(&m);
    return right;
}

static void show_labels(const struct options *o, const struct gpt *pretrained) {
    struct reviews *train = alloc_zeroed(1, sizeof *train), *test = alloc_zeroed(1, sizeof *test);
    struct rng r;
    struct csv_log log;
    rng_seed(&r, (uint64_t)o->seed, 5);
    draw_reviews(train, labelled[SIZES - 1], false, &r);
    draw_reviews(test, o->quick ? BATCH : 2 * TESTED, false, &r);
    csv_open(&log, o->out, "labels.csv", "labelled,random,pretrained");
    printf("\nPraise or blame, without the ending: reviews told apart, by the number of labelled ones\n");
    printf("  %-10s %14s %14s\n", "labelled", "random start", "pretrained");
    for (int i = 0; i < SIZES; i++) {
        const double random = 100 * (double)learn_labels(o, NULL, train, labelled[i], test);
        const double tuned = 100 * (double)learn_labels(o, pretrained, train, labelled[i], test);
        printf("  %-10d %13.1f%% %13.1f%%\n", labelled[i], random, tuned);
        csv_row(&log, "%d,%.1f,%.1f", labelled[i], random, tuned);
    }
    csv_close(&log);
    free(train);
    free(test);
}

void show_language(const struct options *o) {
    struct gpt m;
    struct rng r;
    struct reviews *test = alloc_zeroed(1, sizeof *test);
    rng_seed(&r, (uint64_t)o->seed, 2);
    draw_reviews(test, o->quick ? BATCH : TESTED, true, &r);
    printf("\nA small language, for example:\n");
    for (int i = 0; i < 3; i++) printf("  "), print_review(&test->review[i]);
    const struct gpt_config c = gpt2_config(LANGUAGE_V, LANGUAGE_T, CHANNELS, LAYERS, HEADS);
    gpt_init(&m, &c, language_std, &r);
    gpt_reserve(&m, BATCH, LANGUAGE_T, true);
    m.causal = false;
    pretrain(o, &m, test);
    printf("Words hidden from an encoder, %d steps: the share of gaps filled with a word that fits\n",
           PRETRAINING * o->steps);
    for (int kind = 0; kind < KIND_OTHER; kind++)
        printf("  %-12s %6.1f%%\n", word_kind_names[kind], 100 * (double)gaps_filled(&m, test, (enum word_kind)kind));
    show_labels(o, &m);
    gpt_free(&m);
    free(test);
}

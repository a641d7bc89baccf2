// Both shapes and an encoder-decoder learn to reverse and to sort.
#include <string.h>

#include "13-transformer/models.h"
#include "13-transformer/show.h"

const float list_std = 0.2f;

enum { MODELS = 3, RULES = 2 };
static const char *const model_names[MODELS] = {"GPT-2", "Llama", "encoder-decoder"};
static const char *const rule_names[RULES] = {"reverse", "sort"};

const float *gpt_lists_forward(void *model, const struct list_batch *b) {
    return gpt_forward(model, b->tokens, b->length, b->B, b->T);
}

float gpt_lists_backward(void *model, const struct list_batch *b) {
    return gpt_backward(model, 1, b->tokens, b->targets, b->length, b->B, b->T);
}

static const float *pair_forward(void *model, const struct list_batch *b) {
    return seq2seq_forward(model, b->source, b->source_length, b->tokens, b->B, b->S, b->T);
}

static float pair_backward(void *model, const struct list_batch *b) {
    return seq2seq_backward(model, 1, b->source, b->source_length, b->tokens, b->targets, b->B, b->S, b->T);
}

// What else is asked of a trained GPT: an example of its writing, and lists of each length, two of them longer than any
// that it learned from.
enum { LONGER = LIST_LONGEST + 2 };
struct outcome {
    size_t parameters;
    int list[LIST_LONGEST], answer[LIST_LONGEST], n;
    float right[LONGER + 1];  // [n]: lists of n letters, n >= LIST_SHORTEST
};

static void answer_one(struct outcome *outcome, struct gpt *m, const struct options *o, enum list_rule rule) {
    const struct list_task task = {rule, LIST_LONGEST, LIST_LONGEST};
    struct list_batch b = list_batch_new(&task, 1, false);
    struct rng r;
    rng_seed(&r, (uint64_t)o->seed, 7);
    list_batch_draw(&b, &task, &r);
    const float *logits = gpt_forward(m, b.tokens, b.length, 1, b.T);
    outcome->n = 0;
    for (int t = 0; t < b.T; t++) {
        if (b.targets[t] < 0) continue;
        const float *row = logits + (size_t)t * LIST_VOCABULARY;
        int best = 0;
        for (int v = 1; v < LIST_VOCABULARY; v++)
            if (row[v] > row[best]) best = v;
        outcome->answer[outcome->n++] = best;
    }
    memcpy(outcome->list, b.tokens, (size_t)outcome->n * sizeof *b.tokens);
    list_batch_free(&b);
}

static void ask_lengths(struct outcome *outcome, struct gpt *m, const struct options *o, enum list_rule rule,
                        struct rng *r) {
    enum { BATCHES = 8 };
    for (int n = LIST_SHORTEST; n <= LONGER; n++) {
        const struct list_task task = {rule, n, n};
        struct list_batch b = list_batch_new(&task, o->batch, false);
        outcome->right[n] = 0;
        for (int i = 0; i < BATCHES; i++) {
            list_batch_draw(&b, &task, r);
            const float *logits = gpt_forward(m, b.tokens, b.length, b.B, b.T);
            outcome->right[n] += rows_right(logits, b.targets, b.B, b.T, LIST_VOCABULARY) / BATCHES;
        }
        list_batch_free(&b);
    }
}

static void learn_gpt(struct outcome *outcome, const struct options *o, const struct list_training *t,
                      enum gpt_shape shape, struct curve *curve) {
    struct rng r;
    struct gpt m;
    rng_seed(&r, (uint64_t)o->seed, 1);
    const int T = 2 * LONGER;
    struct gpt_config c = shape == GPT2 ? gpt2_config(LIST_VOCABULARY, T, LIST_C, LIST_L, LIST_H)
                                        : llama_config(LIST_VOCABULARY, T, LIST_C, LIST_L, LIST_H, LIST_H / 2);
    c.rope_base = 100;  // 10,000 is for thousands of positions
    gpt_init(&m, &c, list_std, &r);
    gpt_reserve(&m, t->batch, T, true);
    struct learner learner = {.model = &m, .forward = gpt_lists_forward, .backward = gpt_lists_backward};
    trainer_init(&learner.trainer, o->lr, LIST_WARMUP, o->steps);
    trainer_add(&learner.trainer, m.params, m.grads, m.parameters);
    learn_lists(&learner, t, curve);
    outcome->parameters = m.parameters;
    answer_one(outcome, &m, o, t->task.rule);
    ask_lengths(outcome, &m, o, t->task.rule, &r);
    trainer_free(&learner.trainer);
    gpt_free(&m);
}

static void learn_pair(struct outcome *outcome, const struct options *o, const struct list_training *t,
                       struct curve *curve) {
    struct rng r;
    struct seq2seq m;
    rng_seed(&r, (uint64_t)o->seed, 1);
    struct gpt_config c = gpt2_config(LIST_VOCABULARY, LIST_LONGEST, LIST_C, 1, LIST_H);
    seq2seq_init(&m, &c, &c, list_std, &r);
    seq2seq_reserve(&m, t->batch, LIST_LONGEST, LIST_LONGEST, true);
    struct learner learner = {.model = &m, .forward = pair_forward, .backward = pair_backward};
    trainer_init(&learner.trainer, o->lr, LIST_WARMUP, o->steps);
    trainer_add(&learner.trainer, m.encoder.params, m.encoder.grads, m.encoder.parameters);
    trainer_add(&learner.trainer, m.decoder.params, m.decoder.grads, m.decoder.parameters);
    trainer_add(&learner.trainer, m.params, m.grads, m.parameters);
    learn_lists(&learner, t, curve);
    outcome->parameters = m.encoder.parameters + m.decoder.parameters + m.parameters;
    trainer_free(&learner.trainer);
    seq2seq_free(&m);
}

struct list_training list_training(const struct options *o, enum list_rule rule, const char *label) {
    return (struct list_training){.task = {rule, LIST_SHORTEST, LIST_LONGEST},
                                  .batch = o->batch,
                                  .every = o->steps / 20 > 0 ? o->steps / 20 : 1,
                                  .seed = (uint64_t)o->seed,
                                  .label = label};
}

// The GPTs of all four trainings, by the length of the lists.
static void show_lengths(const struct options *o, const struct outcome *outcome) {
    struct csv_log log;
    csv_open(&log, o->out, "longer.csv", "letters,reverse GPT-2,reverse Llama,sort GPT-2,sort Llama");
    printf("  lists right, by their letters%*s", 4, "");
    for (int n = LIST_SHORTEST; n <= LONGER; n++) printf(" %6d ", n);
    printf("\n");
    for (int i = 0; i < RULES * MODELS; i++) {
        if (i % MODELS == 2) continue;
        printf("  %-8s %-24s", rule_names[i / MODELS], model_names[i % MODELS]);
        for (int n = LIST_SHORTEST; n <= LONGER; n++) printf(" %6.1f%%", 100 * (double)outcome[i].right[n]);
        printf("\n");
    }
    for (int n = LIST_SHORTEST; n <= LONGER; n++)
        csv_row(&log, "%d,%.4f,%.4f,%.4f,%.4f", n, (double)outcome[0].right[n], (double)outcome[1].right[n],
                (double)outcome[MODELS].right[n], (double)outcome[MODELS + 1].right[n]);
    csv_close(&log);
}

static void show_answers(const struct outcome *outcome) {
    printf("  what the GPT-2 writes now:   ");
    for (int rule = 0; rule < RULES; rule++) {
        const struct outcome *one = &outcome[rule * MODELS];
        list_print(one->list, one->n);
        printf(" = ");
        list_print(one->answer, one->n);
        printf(rule + 1 < RULES ? "   and   " : "\n");
    }
}

void show_lists(const struct options *o) {
    struct options twice = *o;  // the slowest of the six should arrive, too
    twice.steps *= 2;
    o = &twice;
    struct curve curves[RULES * MODELS];
    struct outcome outcome[RULES * MODELS];
    char names[RULES * MODELS][32];
    const char *columns[RULES * MODELS];
    struct live_plot live;
    live_open(&live, "Lists to reverse and to sort", "step", "whole lists right");
    printf("\nLists of %d to %d letters, %d steps of %d lists\n", LIST_SHORTEST, LIST_LONGEST, o->steps, o->batch);
    printf("  %-8s %-16s %10s %8s %12s\n", "task", "model", "parameters", "loss", "lists right");
    for (int i = 0; i < RULES * MODELS; i++) {
        const int rule = i / MODELS, model = i % MODELS;
        snprintf(names[i], sizeof names[i], "%s %s", rule_names[rule], model_names[model]);
        columns[i] = names[i];
        struct list_training t = list_training(o, (enum list_rule)rule, names[i]);
        t.live = &live;
        t.apart = model == 2;
        if (t.apart) learn_pair(&outcome[i], o, &t, &curves[i]);
        else learn_gpt(&outcome[i], o, &t, model == 0 ? GPT2 : LLAMA, &curves[i]);
        const int last = curves[i].count - 1;
        printf("  %-8s %-16s %10zu %8.3f %11.1f%%\n", rule_names[rule], model_names[model], outcome[i].parameters,
               (double)curves[i].loss[last], 100 * (double)curves[i].accuracy[last]);
    }
    live_close(&live);
    show_answers(outcome);
    show_lengths(o, outcome);
    write_curves(o, "lists.csv", columns, curves, RULES * MODELS);
}

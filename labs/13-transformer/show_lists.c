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

// What a trained GPT answers to the first of its lists.
static void print_answer(struct gpt *m, struct list_batch *b) {
    const float *logits = gpt_forward(m, b->tokens, b->length, b->B, b->T);
    int n = 0, answer[LIST_LONGEST];
    for (int t = 0; t < b->T; t++) {
        if (b->targets[t] < 0) continue;
        const float *row = logits + (size_t)t * LIST_VOCABULARY;
        answer[n] = 0;
        for (int v = 1; v < LIST_VOCABULARY; v++)
            if (row[v] > row[answer[n]]) answer[n] = v;
        n++;
    }
    list_print(b->tokens, n);
    printf(" = ");
    list_print(answer, n);
    printf("\n");
}

static size_t learn_gpt(const struct options *o, const struct list_training *t, enum gpt_shape shape,
                        struct curve *curve) {
    struct rng r;
    struct gpt m;
    rng_seed(&r, (uint64_t)o->seed, 1);
    const int T = 2 * LIST_LONGEST;
    struct gpt_config c = shape == GPT2 ? gpt2_config(LIST_VOCABULARY, T, LIST_C, LIST_L, LIST_H)
                                        : llama_config(LIST_VOCABULARY, T, LIST_C, LIST_L, LIST_H, LIST_H / 2);
    c.rope_base = 100;  // 10,000 is for thousands of positions
    gpt_init(&m, &c, list_std, &r);
    gpt_reserve(&m, t->batch, T, true);
    struct learner learner = {.model = &m, .forward = gpt_lists_forward, .backward = gpt_lists_backward};
    trainer_init(&learner.trainer, o->lr, LIST_WARMUP, o->steps);
    trainer_add(&learner.trainer, m.params, m.grads, m.parameters);
    learn_lists(&learner, t, curve);
    if (shape == GPT2) {
        struct list_batch batch = list_batch_new(&t->task, t->batch, false);
        list_batch_draw(&batch, &t->task, &r);
        printf("  it now writes: ");
        print_answer(&m, &batch);
        list_batch_free(&batch);
    }
    const size_t parameters = m.parameters;
    trainer_free(&learner.trainer);
    gpt_free(&m);
    return parameters;
}

static size_t learn_pair(const struct options *o, const struct list_training *t, struct curve *curve) {
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
    const size_t parameters = m.encoder.parameters + m.decoder.parameters + m.parameters;
    trainer_free(&learner.trainer);
    seq2seq_free(&m);
    return parameters;
}

struct list_training list_training(const struct options *o, enum list_rule rule, const char *label) {
    return (struct list_training){.task = {rule, LIST_SHORTEST, LIST_LONGEST},
                                  .batch = o->batch,
                                  .every = o->steps / 20 > 0 ? o->steps / 20 : 1,
                                  .seed = (uint64_t)o->seed,
                                  .label = label};
}

void show_lists(const struct options *o) {
    struct curve curves[RULES * MODELS];
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
        size_t n = t.apart ? learn_pair(o, &t, &curves[i]) : learn_gpt(o, &t, model == 0 ? GPT2 : LLAMA, &curves[i]);
        const int last = curves[i].count - 1;
        printf("  %-8s %-16s %10zu %8.3f %11.1f%%\n", rule_names[rule], model_names[model], n,
               (double)curves[i].loss[last], 100 * (double)curves[i].accuracy[last]);
    }
    live_close(&live);
    write_curves(o, "lists.csv", columns, curves, RULES * MODELS);
}

// Which part learns? A GPT-2 with parts switched off, and one in which only some parts are trained.
#include <stdlib.h>
#include <string.h>

#include "13-transformer/show.h"
#include "13-transformer/show_switches.h"

static const float *switched_lists_forward(void *model, const struct list_batch *b) {
    return switched_forward(model, b->tokens, b->length);
}

static float switched_lists_backward(void *model, const struct list_batch *b) {
    return switched_backward(model, b->tokens, b->targets, b->length);
}

// ---- switched off ---------------------------------------------------------------------------------------------------
static const struct part_off {
    const char *name;
    struct switches on;
} offs[] = {
    {"everything on", {true, true, true, true, NORM_BEFORE}}, {"no attention", {false, true, true, true, NORM_BEFORE}},
    {"no MLP", {true, false, true, true, NORM_BEFORE}},       {"no residuals", {true, true, false, true, NORM_BEFORE}},
    {"no norms", {true, true, true, true, NORM_NOWHERE}},     {"no positions", {true, true, true, false, NORM_BEFORE}},
};

static void learn_switched(const struct options *o, enum list_rule rule, const struct part_off *off,
                           struct live_plot *live, struct curve *curve) {
    struct switched m;
    struct rng r;
    rng_seed(&r, (uint64_t)o->seed, 1);
    const struct gpt_config c = gpt2_config(LIST_VOCABULARY, 2 * LIST_LONGEST, LIST_C, LIST_L, LIST_H);
    switched_init(&m, &c, off->on, list_std, o->batch, 2 * LIST_LONGEST, &r);
    struct learner learner = {.model = &m, .forward = switched_lists_forward, .backward = switched_lists_backward};
    trainer_init(&learner.trainer, o->lr, LIST_WARMUP, o->steps);
    trainer_add(&learner.trainer, m.gpt.params, m.gpt.grads, m.gpt.parameters);
    struct list_training t = list_training(o, rule, off->name);
    t.live = live;
    learn_lists(&learner, &t, curve);
    trainer_free(&learner.trainer);
    switched_free(&m);
}

static void show_off(const struct options *o) {
    struct curve reverse[COUNT(offs)], sort[COUNT(offs)];
    const char *names[COUNT(offs)];
    struct live_plot live;
    live_open(&live, "Reversing, with parts switched off", "step", "whole lists right");
    printf("\nA GPT-2 of %d layers with parts switched off: whole lists right after %d steps\n", LIST_L, o->steps);
    printf("  %-16s %10s %10s\n", "", "reverse", "sort");
    for (int i = 0; i < COUNT(offs); i++) {
        names[i] = offs[i].name;
        learn_switched(o, REVERSE, &offs[i], &live, &reverse[i]);
        learn_switched(o, SORT, &offs[i], NULL, &sort[i]);
        printf("  %-16s %9.1f%% %9.1f%%\n", offs[i].name, 100 * (double)reverse[i].accuracy[reverse[i].count - 1],
               100 * (double)sort[i].accuracy[sort[i].count - 1]);
    }
    live_close(&live);
    write_curves(o, "off_reverse.csv", names, reverse, COUNT(offs));
    write_curves(o, "off_sort.csv", names, sort, COUNT(offs));
}

// ---- frozen ---------------------------------------------------------------------------------------------------------
// A tensor is trained if its name holds one of the words.
static const struct part_trained {
    const char *name, *words[4];
} trained[] = {
    {"embeddings only", {"token", "position"}},
    {"attention only", {"qkv", "proj"}},
    {"MLP only", {"up", "down"}},
    {"norms only", {"norm"}},
    {"all but attention", {"token", "position", "up", "down"}},
};

static bool is_trained(const struct part_trained *p, const char *tensor) {
    for (int i = 0; i < COUNT(p->words) && p->words[i]; i++)
        if (strstr(tensor, p->words[i])) return true;
    return false;
}

// Adds what is trained to the trainer; returns how many parameters that is.
static size_t add_trained(struct trainer *t, struct gpt *m, const struct part_trained *p) {
    int count;
    size_t sum = 0;
    struct gpt_tensor *tensors = gpt_tensors(&m->config, &count);
    for (int i = 0; i < count; i++) {
        if (!is_trained(p, tensors[i].name)) continue;
        trainer_add(t, m->params + tensors[i].at, m->grads + tensors[i].at, tensors[i].size);
        sum += tensors[i].size;
    }
    free(tensors);
    return sum;
}

static float learn_frozen(const struct options *o, enum list_rule rule, const struct part_trained *p, size_t *learns) {
    struct gpt m;
    struct rng r;
    struct curve curve;
    rng_seed(&r, (uint64_t)o->seed, 1);
    const struct gpt_config c = gpt2_config(LIST_VOCABULARY, 2 * LIST_LONGEST, LIST_C, LIST_L, LIST_H);
    gpt_init(&m, &c, list_std, &r);
    gpt_reserve(&m, o->batch, 2 * LIST_LONGEST, true);
    struct learner learner = {.model = &m, .forward = gpt_lists_forward, .backward = gpt_lists_backward};
    trainer_init(&learner.trainer, o->lr, LIST_WARMUP, o->steps);
    *learns = add_trained(&learner.trainer, &m, p);
    struct list_training t = list_training(o, rule, p->name);
    learn_lists(&learner, &t, &curve);
    trainer_free(&learner.trainer);
    gpt_free(&m);
    return curve.accuracy[curve.count - 1];
}

static void show_frozen(const struct options *o) {
    struct csv_log log;
    csv_open(&log, o->out, "frozen.csv", "trained,share,reverse,sort");
    const struct gpt_config c = gpt2_config(LIST_VOCABULARY, 2 * LIST_LONGEST, LIST_C, LIST_L, LIST_H);
    const double all = (double)gpt_parameters(&c);
    printf("\nThe same GPT-2, all parts on, but only some trained: the rest stays random\n");
    printf("  %-18s %12s %10s %10s\n", "trained", "parameters", "reverse", "sort");
    for (int i = 0; i < COUNT(trained); i++) {
        size_t learns;
        double reverse = 100 * (double)learn_frozen(o, REVERSE, &trained[i], &learns);
        double sort = 100 * (double)learn_frozen(o, SORT, &trained[i], &learns);
        printf("  %-18s %11.1f%% %9.1f%% %9.1f%%\n", trained[i].name, 100 * (double)learns / all, reverse, sort);
        csv_row(&log, "%s,%.1f,%.1f,%.1f", trained[i].name, 100 * (double)learns / all, reverse, sort);
    }
    csv_close(&log);
}

void show_parts(const struct options *o) {
    show_off(o);
    show_frozen(o);
}

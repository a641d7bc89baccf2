// Why residuals, and why norms before: the gradient that reaches each layer, and what training makes of it.
#include <string.h>

#include "13-transformer/show.h"
#include "13-transformer/show_switches.h"

enum { DEPTH = 24, ROWS = 16, CHANNELS = 32, TRAINED_DEPTH = 8, TRAINED = 4 };

static const struct road {
    const char *name;
    struct switches on;
} roads[] = {
    {"norms before", {true, true, true, true, NORM_BEFORE}}, {"norms after", {true, true, true, true, NORM_AFTER}},
    {"no norms", {true, true, true, true, NORM_NOWHERE}},    {"no residuals", {true, true, false, true, NORM_BEFORE}},
    {"neither", {true, true, false, true, NORM_NOWHERE}},
};

// One batch through a new model: slope (DEPTH) and spread (DEPTH + 1), as in show_switches.h.
static void first_batch(float *slope, float *spread, const struct options *o, struct switches on) {
    struct switched m;
    struct rng r;
    rng_seed(&r, (uint64_t)o->seed, 1);
    const struct list_task task = {REVERSE, LIST_LONGEST, LIST_LONGEST};
    const struct gpt_config c = gpt2_config(LIST_VOCABULARY, 2 * LIST_LONGEST, CHANNELS, DEPTH, LIST_H);
    switched_init(&m, &c, on, list_std, ROWS, 2 * LIST_LONGEST, &r);
    struct list_batch batch = list_batch_new(&task, ROWS, false);
    list_batch_draw(&batch, &task, &r);
    switched_forward(&m, batch.tokens, batch.length);
    switched_backward(&m, batch.tokens, batch.targets, batch.length);
    memcpy(slope, m.slope, DEPTH * sizeof *slope);
    memcpy(spread, m.spread, (DEPTH + 1) * sizeof *spread);
    list_batch_free(&batch);
    switched_free(&m);
}

static void show_new(const struct options *o) {
    float slope[COUNT(roads)][DEPTH], spread[COUNT(roads)][DEPTH + 1];
    struct csv_log slopes, spreads;
    const char header[] = "layer,norms before,norms after,no norms,no residuals,neither";
    csv_open(&slopes, o->out, "slopes.csv", header);
    csv_open(&spreads, o->out, "spreads.csv", header);
    for (int i = 0; i < COUNT(roads); i++) first_batch(slope[i], spread[i], o, roads[i].on);
    for (int l = 0; l < DEPTH; l++)
        csv_row(&slopes, "%d,%.4g,%.4g,%.4g,%.4g,%.4g", l + 1, (double)slope[0][l], (double)slope[1][l],
                (double)slope[2][l], (double)slope[3][l], (double)slope[4][l]);
    for (int l = 0; l <= DEPTH; l++)
        csv_row(&spreads, "%d,%.4g,%.4g,%.4g,%.4g,%.4g", l, (double)spread[0][l], (double)spread[1][l],
                (double)spread[2][l], (double)spread[3][l], (double)spread[4][l]);
    csv_close(&slopes);
    csv_close(&spreads);
    printf("\nA new model of %d layers: gradient of a layer's weights, and how much the tokens' rows differ\n", DEPTH);
    printf("  %-14s %12s %12s %14s %14s\n", "", "layer 1", "layer 24", "rows, first", "rows, last");
    for (int i = 0; i < COUNT(roads); i++)
        printf("  %-14s %12.2g %12.2g %13.1f%% %13.2g%%\n", roads[i].name, (double)slope[i][0],
               (double)slope[i][DEPTH - 1], 100 * (double)spread[i][0], 100 * (double)spread[i][DEPTH]);
}

static const float *forward(void *model, const struct list_batch *b) {
    return switched_forward(model, b->tokens, b->length);
}

static float backward(void *model, const struct list_batch *b) {
    return switched_backward(model, b->tokens, b->targets, b->length);
}

// A deep model, trained to reverse, without warm-up. Returns the share of lists that it gets right.
static float learn_deep(const struct options *o, const struct road *road, float lr) {
    struct switched m;
    struct rng r;
    struct curve curve;
    rng_seed(&r, (uint64_t)o->seed, 1);
    const struct gpt_config c = gpt2_config(LIST_VOCABULARY, 2 * LIST_LONGEST, CHANNELS, TRAINED_DEPTH, LIST_H);
    switched_init(&m, &c, road->on, list_std, o->batch, 2 * LIST_LONGEST, &r);
    struct learner learner = {.model = &m, .forward = forward, .backward = backward};
    trainer_init(&learner.trainer, lr, 0, o->steps / 2);
    trainer_add(&learner.trainer, m.gpt.params, m.gpt.grads, m.gpt.parameters);
    struct list_training t = list_training(o, REVERSE, road->name);
    t.every = o->steps / 2;
    learn_lists(&learner, &t, &curve);
    trainer_free(&learner.trainer);
    switched_free(&m);
    return curve.accuracy[curve.count - 1];
}

void show_depth(const struct options *o) {
    struct csv_log log;
    show_new(o);
    csv_open(&log, o->out, "rates.csv", "model,once,twice");
    printf("\nReversing with %d layers, %d steps without warm-up: lists right, by learning rate\n", TRAINED_DEPTH,
           o->steps / 2);
    printf("  %-14s %10g %10g\n", "", (double)o->lr, 2 * (double)o->lr);
    for (int i = 0; i < TRAINED; i++) {
        const double once = 100 * (double)learn_deep(o, &roads[i], o->lr);
        const double twice = 100 * (double)learn_deep(o, &roads[i], 2 * o->lr);
        printf("  %-14s %9.1f%% %9.1f%%\n", roads[i].name, once, twice);
        csv_row(&log, "%s,%.1f,%.1f", roads[i].name, once, twice);
    }
    csv_close(&log);
}

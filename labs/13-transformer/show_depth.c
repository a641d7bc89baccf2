// Why residuals, and why norms before: the gradient that reaches each layer, and what training makes of it.
#include "13-transformer/show.h"
#include "13-transformer/show_switches.h"

enum { DEPTH = 24, ROWS = 16, CHANNELS = 32, TRAINED_DEPTH = 8 };

static const struct road {
    const char *name;
    struct switches on;
} roads[] = {
    {"norms before", {true, true, true, true, NORM_BEFORE}}, {"norms after", {true, true, true, true, NORM_AFTER}},
    {"no norms", {true, true, true, true, NORM_NOWHERE}},    {"no residuals", {true, true, false, true, NORM_BEFORE}},
    {"neither", {true, true, false, true, NORM_NOWHERE}},
};

// The root mean square of the loss's gradient at every layer of a new model: slope (DEPTH + 1).
static void first_slopes(float *slope, const struct options *o, struct switches on) {
    struct switched m;
    struct rng r;
    rng_seed(&r, (uint64_t)o->seed, 1);
    const struct list_task task = {REVERSE, LIST_SHORTEST, LIST_LONGEST};
    const struct gpt_config c = gpt2_config(LIST_VOCABULARY, 2 * LIST_LONGEST, CHANNELS, DEPTH, LIST_H);
    switched_init(&m, &c, on, 0.1f, ROWS, 2 * LIST_LONGEST, &r);
    struct list_batch batch = list_batch_new(&task, ROWS, false);
    list_batch_draw(&batch, &task, &r);
    switched_forward(&m, batch.tokens, batch.length);
    switched_backward(&m, batch.tokens, batch.targets, batch.length);
    for (int l = 0; l <= DEPTH; l++) slope[l] = m.slope[l];
    list_batch_free(&batch);
    switched_free(&m);
}

static void show_slopes(const struct options *o) {
    float slope[COUNT(roads)][DEPTH + 1];
    struct csv_log log;
    csv_open(&log, o->out, "depth.csv", "layer,norms before,norms after,no norms,no residuals,neither");
    for (int i = 0; i < COUNT(roads); i++) first_slopes(slope[i], o, roads[i].on);
    for (int l = 0; l <= DEPTH; l++)
        csv_row(&log, "%d,%.4g,%.4g,%.4g,%.4g,%.4g", l, (double)slope[0][l], (double)slope[1][l], (double)slope[2][l],
                (double)slope[3][l], (double)slope[4][l]);
    csv_close(&log);
    printf("\nThe gradient at the first and the last of %d new layers (root mean square)\n", DEPTH);
    printf("  %-14s %12s %12s %12s\n", "", "first", "last", "first/last");
    for (int i = 0; i < COUNT(roads); i++)
        printf("  %-14s %12.2g %12.2g %12.2g\n", roads[i].name, (double)slope[i][0], (double)slope[i][DEPTH],
               (double)(slope[i][0] / slope[i][DEPTH]));
}

static const float *forward(void *model, const struct list_batch *b) {
    return switched_forward(model, b->tokens, b->length);
}

static float backward(void *model, const struct list_batch *b) {
    return switched_backward(model, b->tokens, b->targets, b->length);
}

// A deep model, trained to reverse. Returns the loss at the end.
static float learn_deep(const struct options *o, enum norm_place norms, int warmup, struct curve *curve) {
    struct switched m;
    struct rng r;
    rng_seed(&r, (uint64_t)o->seed, 1);
    const struct gpt_config c = gpt2_config(LIST_VOCABULARY, 2 * LIST_LONGEST, CHANNELS, TRAINED_DEPTH, LIST_H);
    switched_init(&m, &c, (struct switches){true, true, true, true, norms}, list_std, o->batch, 2 * LIST_LONGEST, &r);
    struct learner learner = {.model = &m, .forward = forward, .backward = backward};
    trainer_init(&learner.trainer, o->lr, warmup, o->steps / 2 > 0 ? o->steps / 2 : 1);
    trainer_add(&learner.trainer, m.gpt.params, m.gpt.grads, m.gpt.parameters);
    struct list_training t = list_training(o, REVERSE, norms == NORM_BEFORE ? "norms before" : "norms after");
    learn_lists(&learner, &t, curve);
    trainer_free(&learner.trainer);
    switched_free(&m);
    return curve->loss[curve->count - 1];
}

void show_depth(const struct options *o) {
    show_slopes(o);
    struct curve curve;
    printf("\nReversing with %d layers, %d steps: loss and lists right at the end\n", TRAINED_DEPTH, o->steps / 2);
    printf("  %-14s %20s %20s\n", "", "no warm-up", "warm-up of 50 steps");
    for (int k = 0; k < 2; k++) {
        const enum norm_place norms = k == 0 ? NORM_BEFORE : NORM_AFTER;
        printf("  %-14s", k == 0 ? "norms before" : "norms after");
        for (int warm = 0; warm < 2; warm++) {
            float loss = learn_deep(o, norms, warm ? 50 : 0, &curve);
            printf(" %11.3f %7.1f%%", (double)loss, 100 * (double)curve.accuracy[curve.count - 1]);
        }
        printf("\n");
    }
}

// Seven optimizers from one start, on the same batches in the same order. See experiments.h.
#include <stdlib.h>

#include "04-training/experiments.h"

enum { STEPS = 200, WIDTH = 8, RATES = 5 };

// A good rate for each: `--only rates` shows what a quarter to four times as much gives.
static const float good_rate[OPTIMIZER_COUNT] = {0.2f, 0.02f, 0.02f, 1e-3f, 2e-3f, 2e-3f, 2e-3f};

static struct training racer(const struct lab *lab, enum optimizer optimizer, float lr) {
    struct training t = small_training(lab, optimizer_names[optimizer], lab_steps(lab, STEPS));
    t.optimizer = optimizer;
    t.lr = lr;
    t.decay = optimizer == OPTIMIZER_ADAM_L2 || optimizer == OPTIMIZER_ADAMW ? 0.01f : 0;
    return t;
}

void rates_run(const struct lab *lab) {
    const struct examples some = first_examples(&lab->train, 10000), few = first_examples(&lab->test, 1000);
    printf("Training loss after %d steps, by the learning rate\n", lab_steps(lab, STEPS));
    printf("  %-10s %8s %10s %10s %10s %10s %10s\n", "optimizer", "lr", "lr / 4", "lr / 2", "lr", "2 lr", "4 lr");
    for (int o = 0; o < OPTIMIZER_COUNT; o++) {
        printf("  %-10s %8g", optimizer_names[o], good_rate[o]);
        for (int k = 0; k < RATES; k++) {
            const struct training t = racer(lab, o, good_rate[o] * (float)(1 << k) / 4);
            struct record r = train_run(&t, &some, &few);
            printf(" %10.3f", r.final_loss);
            record_free(&r);
        }
        printf("\n");
    }
}

void race_run(const struct lab *lab) {
    const struct examples some = first_examples(&lab->train, 10000);
    const int steps = lab_steps(lab, STEPS);
    float x[STEPS / WIDTH], *curves[OPTIMIZER_COUNT];
    struct live_plot live;
    live_open(&live, "Seven optimizers from one start", "step", "training loss");
    printf("Seven optimizers from one start: 784-128-64-10, %d steps of 128 images, the same for all\n", steps);
    printf("  %-10s %8s %8s %10s %10s\n", "optimizer", "lr", "decay", "loss", "accuracy");
    for (int k = 0; k < steps / WIDTH; k++) x[k] = (k + 0.5f) * WIDTH;
    for (int o = 0; o < OPTIMIZER_COUNT; o++) {
        struct training t = racer(lab, o, good_rate[o]);
        t.live = &live;
        struct record r = train_run(&t, &some, &lab->test);
        curves[o] = alloc_floats(STEPS / WIDTH);
        smooth(curves[o], r.loss, steps, WIDTH);
        printf("  %-10s %8g %8g %10.3f %9.2f%%\n", t.label, t.lr, t.decay, r.final_loss, 100 * r.final_accuracy);
        record_free(&r);
    }
    live_close(&live);
    write_curves(lab, "race.csv", "step", x, optimizer_names, curves, OPTIMIZER_COUNT, steps / WIDTH);
    for (int o = 0; o < OPTIMIZER_COUNT; o++) free(curves[o]);
}

// Seven optimizers from one start, on the same batches in the same order. See experiments.h.
#include <stdlib.h>

#include "04-training/experiments.h"

enum { STEPS = 200, WIDTH = 8 };

void race_run(const struct lab *lab) {
    // Each rate is the best of 1, 2 and 5 times a power of ten, by the loss after these steps: `--only rates` shows it.
    static const float lr[OPTIMIZER_COUNT] = {0.2f, 0.02f, 0.02f, 1e-3f, 2e-3f, 2e-3f, 2e-3f};
    const float decay = 0.01f;
    const struct examples some = first_examples(&lab->train, 10000);
    float x[STEPS / WIDTH], *curves[OPTIMIZER_COUNT];
    struct live_plot live;
    live_open(&live, "Seven optimizers from one start", "step", "training loss");
    printf("Seven optimizers from one start: 784-128-64-10, %d steps of 128 images, the same for all\n", STEPS);
    printf("  %-10s %8s %8s %10s %10s\n", "optimizer", "lr", "decay", "loss", "accuracy");
    for (int k = 0; k < STEPS / WIDTH; k++) x[k] = (k + 0.5f) * WIDTH;
    for (int o = 0; o < OPTIMIZER_COUNT; o++) {
        struct training t = small_training(lab, optimizer_names[o], STEPS);
        t.optimizer = o;
        t.lr = lr[o];
        t.decay = o == OPTIMIZER_ADAM_L2 || o == OPTIMIZER_ADAMW ? decay : 0;
        t.live = &live;
        struct record r = train_run(&t, &some, &lab->test);
        curves[o] = alloc_floats(STEPS / WIDTH);
        smooth(curves[o], r.loss, STEPS, WIDTH);
        printf("  %-10s %8g %8g %10.3f %9.2f%%\n", t.label, t.lr, t.decay, r.final_loss, 100 * r.final_accuracy);
        record_free(&r);
    }
    live_close(&live);
    write_curves(lab, "race.csv", "step", x, optimizer_names, curves, OPTIMIZER_COUNT, STEPS / WIDTH);
    for (int o = 0; o < OPTIMIZER_COUNT; o++) free(curves[o]);
}

// Six norms and none, in a net of six hidden layers: from a good start, from a bad one, and with tiny batches. See
// experiments.h.
#include <stdlib.h>

#include "04-training/experiments.h"

enum { HIDDEN = 6, WIDTH = 64, STEPS = 200, SMOOTH = 10, TINY = 4, TINY_STEPS = 500, TESTED = 4000 };

static struct training norm_training(const struct lab *lab, enum norm norm, float gain, int batch, int steps) {
    struct training t = small_training(lab, norm_names[norm], steps);
    t.net.layers = HIDDEN + 1;
    t.net.norm = norm;
    t.net.gain = gain;
    for (int k = 1; k <= HIDDEN; k++) t.net.sizes[k] = WIDTH;
    t.net.sizes[HIDDEN + 1] = 10;
    t.optimizer = OPTIMIZER_MOMENTUM;
    t.lr = 0.02f * batch / 64;
    t.batch = batch;
    return t;
}

void norms_run(const struct lab *lab) {
    const struct examples some = first_examples(&lab->train, 10000), tested = first_examples(&lab->test, TESTED);
    const int steps = lab_steps(lab, STEPS), tiny_steps = lab_steps(lab, TINY_STEPS);
    float x[STEPS / SMOOTH], *curves[NORM_COUNT];
    for (int k = 0; k < steps / SMOOTH; k++) x[k] = (k + 0.5f) * SMOOTH;
    struct live_plot live;
    live_open(&live, "Six norms and none, from a bad start", "step", "training loss");
    printf("Norms: %d hidden layers of %d, momentum; %d steps of 64 images, or %d of %d. Test accuracy\n", HIDDEN,
           WIDTH, steps, tiny_steps, TINY);
    printf("  %-10s %12s %18s %14s\n", "norm", "Kaiming", "Kaiming x 0.3", "batches of 4");
    for (int n = 0; n < NORM_COUNT; n++) {
        const struct training good = norm_training(lab, n, 1, 64, steps);
        struct training bad = norm_training(lab, n, 0.3f, 64, steps);
        const struct training tiny = norm_training(lab, n, 1, TINY, tiny_steps);
        bad.live = &live;
        struct record from_good = train_run(&good, &some, &tested), from_bad = train_run(&bad, &some, &tested);
        struct record with_tiny = train_run(&tiny, &some, &tested);
        printf("  %-10s %11.2f%% %17.2f%% %13.2f%%\n", norm_names[n], 100 * from_good.final_accuracy,
               100 * from_bad.final_accuracy, 100 * with_tiny.final_accuracy);
        curves[n] = alloc_floats(STEPS / SMOOTH);
        smooth(curves[n], from_bad.loss, steps, SMOOTH);
        record_free(&from_good);
        record_free(&from_bad);
        record_free(&with_tiny);
    }
    live_close(&live);
    write_curves(lab, "norms.csv", "step", x, norm_names, curves, NORM_COUNT, steps / SMOOTH);
    for (int n = 0; n < NORM_COUNT; n++) free(curves[n]);
}

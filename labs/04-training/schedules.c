// Learning rates that change, and gradients that may not be too long. See experiments.h.
#include <math.h>
#include <stdlib.h>

#include "04-training/experiments.h"
#include "04-training/training.h"

enum { STEPS = 240, SMOOTH = 8, WARMUP = 48 };

// ---- warm-up and cosine ---------------------------------------------------------------------------------------------
void schedule_run(const struct lab *lab) {
    static const struct {
        const char *name;
        int warmup;
        bool cosine;
    } plans[] = {{"constant", 0, false}, {"warmup", WARMUP, false}, {"cosine", 0, true}, {"both", WARMUP, true}};
    const int steps = lab_steps(lab, STEPS);
    const float lr = 0.02f;
    const struct examples some = first_examples(&lab->train, 10000);
    float step[STEPS], x[STEPS / SMOOTH], *rates[COUNT(plans)], *losses[COUNT(plans)];
    const char *names[COUNT(plans)];
    for (int k = 0; k < steps; k++) step[k] = (float)k;
    for (int k = 0; k < steps / SMOOTH; k++) x[k] = (k + 0.5f) * SMOOTH;
    struct live_plot live;
    live_open(&live, "Four schedules", "step", "training loss");
    printf("Schedules: AdamW with a bold lr of %g, %d steps, warm-up over %d\n", lr, steps, lab_steps(lab, WARMUP));
    printf("  %-16s %14s %10s %10s\n", "schedule", "largest loss", "loss", "accuracy");
    for (int p = 0; p < COUNT(plans); p++) {
        struct training t = small_training(lab, plans[p].name, steps);
        t.lr = lr;
        t.warmup = lab_steps(lab, plans[p].warmup);
        t.cosine = plans[p].cosine;
        t.live = &live;
        names[p] = plans[p].name;
        struct record r = train_run(&t, &some, &lab->test);
        rates[p] = alloc_floats(STEPS);
        losses[p] = alloc_floats(STEPS / SMOOTH);
        float largest = 0;
        for (int k = 0; k < steps; k++) {
            const bool planned = t.cosine || k < t.warmup;
            rates[p][k] = planned ? schedule_lr(lr, 0, k, t.warmup, steps) : lr;
            largest = fmaxf(largest, r.loss[k]);
        }
        smooth(losses[p], r.loss, steps, SMOOTH);
        printf("  %-16s %14.2f %10.3f %9.2f%%\n", names[p], largest, r.final_loss, 100 * r.final_accuracy);
        record_free(&r);
    }
    live_close(&live);
    write_curves(lab, "rates.csv", "step", step, names, rates, COUNT(plans), steps);
    write_curves(lab, "schedules.csv", "step", x, names, losses, COUNT(plans), steps / SMOOTH);
    for (int p = 0; p < COUNT(plans); p++) {
        free(rates[p]);
        free(losses[p]);
    }
}

// ---- clipping -------------------------------------------------------------------------------------------------------
void clipping_run(const struct lab *lab) {
    static const struct {
        const char *name;
        float max_norm;
    } plans[] = {{"unclipped", 0}, {"clipped", 1}};
    const struct examples some = first_examples(&lab->train, 10000);
    const int steps = lab_steps(lab, STEPS);
    float x[STEPS], *curves[4];
    const char *const names[] = {"unclipped_length", "clipped_length", "unclipped_loss", "clipped_loss"};
    struct record records[COUNT(plans)];
    for (int k = 0; k < steps; k++) x[k] = (float)k;
    printf("Clipping: a steep start (Kaiming x 3), momentum with lr 0.05, %d steps\n", steps);
    printf("  %-12s %16s %10s %10s\n", "", "longest gradient", "loss", "accuracy");
    for (int p = 0; p < COUNT(plans); p++) {
        struct training t = small_training(lab, plans[p].name, steps);
        t.net.gain = 3;
        t.optimizer = OPTIMIZER_MOMENTUM;
        t.lr = 0.05f;
        t.clip = plans[p].max_norm;
        struct record r = records[p] = train_run(&t, &some, &lab->test);
        curves[p] = r.length, curves[2 + p] = r.loss;
        float longest = 0;
        for (int k = 0; k < steps; k++) longest = fmaxf(longest, r.length[k]);
        printf("  %-12s %16.3g %10.3f %9.2f%%\n", t.label, longest, r.final_loss, 100 * r.final_accuracy);
    }
    write_curves(lab, "clipping.csv", "step", x, names, curves, COUNT(names), steps);
    for (int p = 0; p < COUNT(plans); p++) record_free(&records[p]);
}

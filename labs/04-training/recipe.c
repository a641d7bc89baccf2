// What each choice of this chapter adds, one after the other on a part of the data; then all of them on all of it. See
// experiments.h.
#include <stdlib.h>

#include "04-training/experiments.h"

enum { PART = 12000, PART_EPOCHS = 4 };

// One choice more than the row above; each row keeps what the rows before it have changed.
static void choose(struct training *t, int choice) {
    switch (choice) {
        case 0:  // the naive start
            t->net.init = INIT_NORMAL, t->net.gain = 0.01f;
            t->optimizer = OPTIMIZER_SGD, t->lr = 0.01f;
            break;
        case 1:
            t->net.init = INIT_KAIMING, t->net.gain = 1;
            break;
        case 2:
            t->optimizer = OPTIMIZER_ADAMW, t->lr = 1e-3f;
            break;
        case 3:
            t->net.norm = NORM_BATCH, t->lr = 6e-3f;
            break;
        case 4:
            t->warmup = t->steps / 20, t->cosine = true;
            break;
        case 5:
            t->net.dropout = 0.2f, t->decay = 0.1f, t->clip = 1;
            break;
    }
}
static const struct {
    const char *words, *label;  // in the table; in the progress line, which has little room
} choices[] = {{"naive", "naive"},         {"+ Kaiming", "Kaiming"},
               {"+ AdamW", "AdamW"},       {"+ batch norm", "batch norm"},
               {"+ schedule", "schedule"}, {"+ dropout, decay, clip", "all"}};

static void print_choices(const struct lab *lab) {
    const struct examples part = first_examples(&lab->train, PART);
    struct training t = small_training(lab, "", lab_steps(lab, PART_EPOCHS * PART / 128));
    printf("What each choice adds: 784-128-64-10, %d images, %d epochs\n", part.n, PART_EPOCHS);
    printf("  %-24s %8s %10s %10s\n", "", "lr", "loss", "accuracy");
    for (int c = 0; c < COUNT(choices); c++) {
        choose(&t, c);
        t.label = choices[c].label;
        struct record r = train_run(&t, &part, &lab->test);
        printf("  %-24s %8g %10.3f %9.2f%%\n", choices[c].words, t.lr, r.final_loss, 100 * r.final_accuracy);
        record_free(&r);
    }
}

void recipe_run(const struct lab *lab, int epochs, float lr, float dropout, int batch) {
    print_choices(lab);

    const int per_epoch = lab->train.n / batch;
    struct training t = small_training(lab, "recipe", epochs * per_epoch);
    for (int c = 0; c < COUNT(choices); c++) choose(&t, c);
    t.net.sizes[1] = 256;
    t.net.sizes[2] = 128;
    t.lr = lr;
    t.net.dropout = dropout;
    t.batch = batch;
    t.eval_every = per_epoch;
    struct live_plot live;
    live_open(&live, "The whole recipe", "step", "training loss");
    t.live = &live;
    struct record r = train_run(&t, &lab->train, &lab->test);
    live_close(&live);

    float *epoch = alloc_floats(epochs), *loss = alloc_floats(epochs);
    for (int e = 0; e < epochs; e++) epoch[e] = (float)(e + 1);
    smooth(loss, r.loss, r.steps, per_epoch);
    const char *const names[] = {"loss", "accuracy"};
    write_curves(lab, "recipe.csv", "epoch", epoch, names, (float *[]){loss, r.accuracy}, 2, epochs);
    printf("The whole recipe: 784-256-128-10, all %d images, %d epochs of batches of %d, lr %g\n", lab->train.n, epochs,
           batch, lr);
    printf("  test accuracy %.2f%%\n", 100 * r.final_accuracy);
    free(epoch);
    free(loss);
    record_free(&r);
}

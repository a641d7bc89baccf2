// The program of chapter 01. Its experiments come in the order of the exercises, so that a half-finished lab already
// shows the first of them.
#include <limits.h>

#include "01-linear-regression/linreg.h"
#include "01-linear-regression/show.h"
#include "common/common.h"

// The worked example of the text, in the order of the first exercises.
static void show_example(void) {
    const float x[] = {1, 2}, y[] = {3, 5};
    float w = 0, b = 0, pred[] = {0, 0}, dpred[] = {0, 0}, dw = 0, db = 0;
    printf("Two points, (1, 3) and (2, 5), and a model with w = 0, b = 0:\n");
    printf("  loss                    %g\n", mse_forward(pred, y, 2));
    mse_backward(dpred, 1, pred, y, 2);
    printf("  slopes of predictions   %g and %g\n", dpred[0], dpred[1]);
    linreg_forward(pred, x, &w, b, 2, 1);
    linreg_backward(&dw, &db, dpred, x, 2, 1);
    printf("  slopes of w and b       %g and %g\n", dw, db);
    descent_batch_step(&w, &b, x, y, 2, 1, 0.1f);
    linreg_forward(pred, x, &w, b, 2, 1);
    printf("  one step of 0.1         w = %g, b = %g: loss %.4g\n", w, b, mse_forward(pred, y, 2));
    const int order[] = {0, 1};
    w = b = 0;
    descent_stochastic_epoch(&w, &b, x, y, order, 2, 1, 0.1f);
    linreg_forward(pred, x, &w, b, 2, 1);
    printf("  a step for each point   w = %g, b = %g: loss %.4g\n", w, b, mse_forward(pred, y, 2));
}

int main(int argc, char **argv) {
    struct options o = {.out = "build/lab/01-linear-regression",
                        .lr = 0.1f,
                        .wide_lr = 0.02f,
                        .epochs = 60,
                        .batch = 10,
                        .steps = 10000,
                        .wide_epochs = 2000,
                        .patience = 20,
                        .folds = 5,
                        .seed = 1};
    bool quick = false, raw = false;
    struct flag flags[] = {
        flag_string("out", &o.out, "folder for the CSV files"),
        flag_float("lr", &o.lr, 1e-6, 1e6, "learning rate of the descents"),
        flag_int("epochs", &o.epochs, 1, 10000, "passes over the line's points"),
        flag_int("batch", &o.batch, 2, 99, "points in a mini-batch"),
        flag_int("steps", &o.steps, 1, 1000000, "steps of the descent on the patients"),
        flag_float("wide-lr", &o.wide_lr, 1e-6, 1e6, "learning rate with 65 features"),
        flag_int("wide-epochs", &o.wide_epochs, 1, 100000, "epochs with 65 features"),
        flag_int("patience", &o.patience, 1, 100000, "epochs without a better validation loss before stopping"),
        flag_int("folds", &o.folds, 2, 20, "folds of cross-validation"),
        flag_int("seed", &o.seed, 0, INT_MAX, "of all random numbers"),
        flag_switch("raw", &raw, "leave the patients' features in their own units"),
        flag_switch("quick", &quick, "a tenth of the run, every part of it"),
    };
    flags_parse(argc, argv, "Chapter 01: linear regression, from one step downhill to 442 patients.", NULL, flags,
                COUNT(flags));
    if (quick) o.epochs = (o.epochs + 9) / 10, o.steps = (o.steps + 9) / 10, o.wide_epochs = (o.wide_epochs + 9) / 10;
    show_example();
    show_line(&o);
    struct patients p;
    patients_load(&p, o.seed, raw);
    show_diabetes(&o, &p);
    show_shrinkage(&o, &p);
    show_stopping(&o, &p);
    show_learning_curve(&o, &p);
    patients_free(&p);
    return 0;
}

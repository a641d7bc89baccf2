// Tests of early_stopping.c.
#include "01-linear-regression/definitions.h"

static void watch(const float *losses, int count, int patience) {
    struct early_stopping stop;
    early_stopping_start(&stop, patience);
    int best = -1, stale = 0, worse = 0, ties = 0;
    for (int e = 0; e < count; e++) {
        bool better = best < 0 || losses[e] < losses[best];
        if (best >= 0 && losses[e] == losses[best]) ties++;
        worse += !better;
        stale = better ? 0 : stale + 1;
        if (better) best = e;
        bool said = early_stopping_update(&stop, e, losses[e]);
        const char *mistake = "";
        if (stop.best_epoch == e && isnan(losses[e])) mistake = "\nlooks like: a loss that is NaN counts as a new best";
        else if (ties && stop.best_epoch > best) mistake = "\nlooks like: an equal loss counts as a new best";
        grade_true(stop.best_epoch == best, "epoch %d, loss %g: best_epoch is %d, expected %d%s", e, losses[e],
                   stop.best_epoch, best, mistake);
        grade_true(
            stop.best_loss == losses[best], "epoch %d: best_loss is %g, expected %g%s", e, stop.best_loss, losses[best],
            stop.best_loss == losses[e] ? "\nlooks like: the last loss is kept, where the best one is asked for" : "");
        grade_true(
            stop.stale == stale, "epoch %d: stale is %d, expected %d%s", e, stop.stale, stale,
            stop.stale == worse && worse != stale ? "\nlooks like: stale does not go back to 0 at a new best" : "");
        grade_true(said == (stale >= patience), "epoch %d, %d stale of patience %d: returned %s, expected %s%s", e,
                   stale, patience, said ? "true" : "false", said ? "false" : "true",
                   stale == patience ? "\nlooks like: > where >= is needed" : "");
        if (said) return;
    }
}

EXERCISE(early_stopping_update, .number = "01.13", .points = 3) {
    watch((float[]){5, 4, 4.5f, 3, 3.5f, 3, 3.2f}, 7, 3);  // the example of the text: best at 3, stops at 6
    watch((float[]){5, 4, NAN, 4.5f, 4, NAN}, 6, 4);       // a run that overflowed now and then
    for (int repeat = 0; repeat < 5; repeat++) {
        int count = grade_int(20, 40);
        float *losses = grade_floats(count);
        for (int e = 0; e < count; e++) losses[e] = roundf(4 * losses[e] - 0.2f * e) + 20;  // falls, with ties
        watch(losses, count, grade_int(2, 5));
    }
}

// Too many features for too few patients, and a descent that knows when to stop.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "01-linear-regression/linreg.h"
#include "01-linear-regression/show.h"
#include "common/common.h"

// The features, and the product of every two of them, squares included: 10 become 65.
static struct samples with_products(const struct samples *from) {
    int d = from->features, wide = d + d * (d + 1) / 2;
    struct samples t = {from->n, wide, alloc_floats((size_t)from->n * wide), alloc_floats(from->n)};
    for (int i = 0; i < t.n; i++) {
        const float *x = from->x + i * d;
        float *out = t.x + i * wide;
        for (int j = 0; j < d; j++) *out++ = x[j];
        for (int j = 0; j < d; j++)
            for (int k = j; k < d; k++) *out++ = x[j] * x[k];
        t.y[i] = from->y[i];
    }
    return t;
}

static void solve_at_once(const struct samples *train, const struct samples *validation, const struct samples *held,
                          const struct patients *p) {
    int d = train->features, m = d + 1;
    double *a = alloc_doubles((size_t)m * m), *l = alloc_doubles((size_t)m * m), *c = alloc_doubles(m);
    float *w = alloc_floats(d), b = 0;
    normal_equation_sums(a, c, train->x, train->y, train->n, d);
    int factored = cholesky_factor(l, a, m);
    int base = p->raw.features, column = base;  // find the product's factors from its place
    for (int j = 0; j < base; j++)
        for (int k = j; k < base; k++)
            if (column++ == factored)
                printf(
                    "  normal equation: not positive definite: feature %d, %s times %s, is a combination of others\n",
                    factored, p->file.names[j], p->file.names[k]);
    if (!ridge_fit(w, &b, train->x, train->y, train->n, d, 1e-6)) die("ridge with lambda 1e-6 found no solution");
    printf("  %-34s %9.4f  %9.4f   %9.4f\n", "ridge, lambda 0.000001", score(train, w, b).r2,
           score(validation, w, b).r2, score(held, w, b).r2);
    free(a), free(l), free(c), free(w);
}

void show_stopping(const struct options *o, const struct patients *p) {
    int n = p->train.n / 2;
    struct samples all = with_products(&p->train), held = with_products(&p->held);
    struct samples train = {n, all.features, all.x, all.y};
    struct samples validation = {all.n - n, all.features, all.x + (size_t)n * all.features, all.y + n};
    // standardised anew, on the half that trains
    float *mean = alloc_floats(all.features), *std = alloc_floats(all.features);
    standardise_fit(mean, std, train.x, train.n, all.features);
    standardise_apply(all.x, mean, std, all.n, all.features);
    standardise_apply(held.x, mean, std, held.n, all.features);

    float *w = alloc_floats(all.features), *best = alloc_floats(all.features), b = 0, best_b = 0;
    struct early_stopping stop;
    early_stopping_start(&stop, o->patience);
    struct csv_log log;
    csv_open(&log, o->out, "stopping.csv", "epoch,train_mse,validation_mse,held_mse");
    int stopped = 0;
    for (int epoch = 0; epoch < o->wide_epochs; epoch++) {
        descent_batch_step(w, &b, train.x, train.y, train.n, train.features, o->wide_lr);
        float mse = score(&validation, w, b).mse;
        csv_row(&log, "%d,%g,%g,%g", epoch, score(&train, w, b).mse, mse, score(&held, w, b).mse);
        if (stopped) continue;  // the run goes on only to show what would have been
        if (early_stopping_update(&stop, epoch, mse)) stopped = epoch;
        if (stop.best_epoch == epoch) {
            memcpy(best, w, sizeof(float) * all.features);
            best_b = b;
        }
    }
    csv_close(&log);
    printf("\nEarly stopping: %d features, %d patients to train on, %d to validate, patience %d:\n", all.features,
           train.n, validation.n, o->patience);
    if (stopped) printf("  best epoch %d, stopped at %d of %d\n", stop.best_epoch, stopped, o->wide_epochs);
    else printf("  best epoch %d, never stopped in %d\n", stop.best_epoch, o->wide_epochs);
    printf("                                      R2 train    R2 valid.  R2 held out\n");
    printf("  %-34s %9.4f  %9.4f   %9.4f\n", "at the best epoch", score(&train, best, best_b).r2,
           score(&validation, best, best_b).r2, score(&held, best, best_b).r2);
    if (isfinite(w[0]))
        printf("  %-34s %9.4f  %9.4f   %9.4f\n", "at the last epoch", score(&train, w, b).r2,
               score(&validation, w, b).r2, score(&held, w, b).r2);
    else printf("  %-34s diverged: a smaller learning rate is needed (ARGS=\"--wide-lr 0.02\")\n", "at the last epoch");
    solve_at_once(&train, &validation, &held, p);
    free(mean), free(std), free(w), free(best);
    samples_free(&all), samples_free(&held);
}

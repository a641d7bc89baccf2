// Ridge and lasso for a whole range of lambdas, and the lambda that k folds of the training patients would choose.
#include <math.h>
#include <stdlib.h>

#include "01-linear-regression/linreg.h"
#include "01-linear-regression/show.h"
#include "common/common.h"

enum { LAMBDAS = 61 };

// From 1000 down to 0.001, ten to a power of ten. The lasso goes the same way, and starts each fit where the last
// ended.
static float lambda_at(int i) {
    return powf(10, 3 - 0.1f * (float)i);
}

typedef void (*fit_function)(float *w, float *b, const struct samples *t, float lambda);

static void fit_ridge(float *w, float *b, const struct samples *t, float lambda) {
    if (!ridge_fit(w, b, t->x, t->y, t->n, t->features, lambda)) die("ridge: no solution at lambda %g", lambda);
}

static void fit_lasso(float *w, float *b, const struct samples *t, float lambda) {
    lasso_fit(w, b, t->x, t->y, t->n, t->features, lambda, 1e-3f, 1000);
}

// Every weight at every lambda, a column each.
static void write_path(const struct options *o, const struct patients *p, const char *file, fit_function fit) {
    const struct samples *t = &p->train;
    char row[2048];
    size_t used = (size_t)snprintf(row, sizeof row, "lambda");
    for (int j = 0; j < t->features; j++)
        used += (size_t)snprintf(row + used, sizeof row - used, ",%s", p->file.names[j]);
    struct csv_log log;
    csv_open(&log, o->out, file, row);
    float *w = alloc_floats(t->features), b = 0;
    for (int i = 0; i < LAMBDAS; i++) {
        fit(w, &b, t, lambda_at(i));
        used = (size_t)snprintf(row, sizeof row, "%g", lambda_at(i));
        for (int j = 0; j < t->features; j++) used += (size_t)snprintf(row + used, sizeof row - used, ",%g", w[j]);
        csv_row(&log, "%s", row);
    }
    csv_close(&log);
    free(w);
}

// Adds, for every lambda, the MSE on the folds' validation patients to mse (LAMBDAS), over k. In each fold the features
// are standardised anew, on that fold's training patients.
static void validate(float *mse, const struct options *o, const struct patients *p, fit_function fit) {
    int n = p->train.n, k = o->folds;
    int *train = alloc_zeroed(n, sizeof *train), *validation = alloc_zeroed(n, sizeof *validation);
    for (int fold = 0; fold < k; fold++) {
        int held = folds_split(train, validation, p->order, n, k, fold);
        struct samples t = samples_pick(&p->raw, train, n - held), v = samples_pick(&p->raw, validation, held);
        standardise_both(&t, &v);
        float *w = alloc_floats(t.features), b = 0;
        for (int i = 0; i < LAMBDAS; i++) {
            fit(w, &b, &t, lambda_at(i));
            mse[i] += score(&v, w, b).mse / k;
        }
        free(w), samples_free(&t), samples_free(&v);
    }
    free(train), free(validation);
}

static void print_fit(const char *name, float lambda, const struct patients *p, fit_function fit) {
    int features = p->train.features;
    float *w = alloc_floats(features), b = 0;
    fit(w, &b, &p->train, lambda);
    printf("  %-6s %9.3f  %9.4f     %9.4f  %7.2f  %7.2f ", name, lambda, score(&p->train, w, b).r2,
           score(&p->held, w, b).r2, norm_l1(w, features), norm_l2(w, features));
    for (int j = 0; j < features; j++)
        if (w[j] == 0) printf(" %s", p->file.names[j]);
    printf("\n");
    free(w);
}

static float best_lambda(const float *mse) {
    int best = 0;
    for (int i = 1; i < LAMBDAS; i++)
        if (mse[i] < mse[best]) best = i;
    return lambda_at(best);
}

void show_shrinkage(const struct options *o, const struct patients *p) {
    write_path(o, p, "ridge.csv", fit_ridge);
    write_path(o, p, "lasso.csv", fit_lasso);
    float *ridge = alloc_floats(LAMBDAS), *lasso = alloc_floats(LAMBDAS);
    validate(ridge, o, p, fit_ridge);
    validate(lasso, o, p, fit_lasso);
    struct csv_log log;
    csv_open(&log, o->out, "validation.csv", "lambda,ridge,lasso");
    for (int i = 0; i < LAMBDAS; i++) csv_row(&log, "%g,%g,%g", lambda_at(i), ridge[i], lasso[i]);
    csv_close(&log);
    printf("\nShrinkage, with the lambda of the least validation MSE over %d folds:\n", o->folds);
    printf("            lambda   R2 train   R2 held out  L1 norm  L2 norm  weights that are 0\n");
    print_fit("none", 0, p, fit_ridge);
    print_fit("ridge", best_lambda(ridge), p, fit_ridge);
    print_fit("lasso", best_lambda(lasso), p, fit_lasso);
    free(ridge), free(lasso);
}

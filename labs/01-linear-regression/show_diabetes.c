// Gradient descent against the normal equation on real data: 442 patients, ten measurements, the disease a year later.
#include <math.h>
#include <stdlib.h>

#include "01-linear-regression/linreg.h"
#include "01-linear-regression/show.h"
#include "common/common.h"

// How far v is from u.
static float distance(const float *v, const float *u, int n) {
    float *difference = alloc_floats(n);
    for (int i = 0; i < n; i++) difference[i] = v[i] - u[i];
    float length = norm_l2(difference, n);
    free(difference);
    return length;
}

static void print_row(const char *name, const struct patients *p, const float *w, float b, const float *best_w) {
    struct score train = score(&p->train, w, b), held = score(&p->held, w, b);
    printf("  %-22s  %9.2f  %9.4f     %9.4f  %12.3f\n", name, train.mse, train.r2, held.r2,
           distance(w, best_w, p->train.features));
}

// Batch descent on the training patients, logged and, at powers of ten, printed, with its distance from the closed form.
// Returns false if it diverged.
static bool descend(float *w, float *b, const struct patients *p, const float *best_w, const struct options *o) {
    const struct samples *t = &p->train;
    struct csv_log log;
    csv_open(&log, o->out, "diabetes.csv", "step,train_mse,held_r2,distance");
    const float first = score(t, w, *b).mse;
    float mse = first;
    int step = 0;
    for (int print = 10; step < o->steps && !diverged(mse, first);) {
        descent_batch_step(w, b, t->x, t->y, t->n, t->features, o->lr);
        mse = score(t, w, *b).mse;
        step++;
        if (step < 100 || step % (step / 50) == 0)  // evenly enough for an axis in powers of ten
            csv_row(&log, "%d,%g,%g,%g", step, mse, score(&p->held, w, *b).r2, distance(w, best_w, t->features));
        if ((step == print || step == o->steps) && !diverged(mse, first)) {
            char name[64];
            snprintf(name, sizeof name, "descent, %d steps", step);
            print_row(name, p, w, *b, best_w);
            print *= 10;
        }
    }
    csv_close(&log);
    if (diverged(mse, first)) printf("  descent diverged at step %d: MSE %.3g, and growing\n", step, mse);
    return !diverged(mse, first);
}

// The largest second slope of the MSE in any direction: the largest eigenvalue of 2a, by power iteration.
static double largest_curvature(const struct samples *t) {
    int m = t->features + 1;
    double *a = alloc_doubles((size_t)m * m), *c = alloc_doubles(m), *v = alloc_doubles(m), *av = alloc_doubles(m);
    normal_equation_sums(a, c, t->x, t->y, t->n, t->features);
    double length = 1;
    for (int i = 0; i < m; i++) v[i] = 1 / sqrt(m);
    for (int repeat = 0; repeat < 1000; repeat++) {
        length = 0;
        for (int i = 0; i < m; i++) {
            av[i] = 0;
            for (int j = 0; j < m; j++) av[i] += 2 * a[i * m + j] * v[j];
            length += av[i] * av[i];
        }
        length = sqrt(length);
        for (int i = 0; i < m; i++) v[i] = av[i] / length;
    }
    free(a), free(c), free(v), free(av);
    return length;
}

// Is the closed form what it claims to be? Its slopes must vanish, and the factor must give back the matrix.
static void check_closed_form(const struct samples *t, const float *w, float b) {
    int m = t->features + 1;
    float *pred = alloc_floats(t->n), *dpred = alloc_floats(t->n), *slopes = alloc_floats(m);
    linreg_forward(pred, t->x, w, b, t->n, t->features);
    mse_backward(dpred, 1, pred, t->y, t->n);
    linreg_backward(slopes, slopes + t->features, dpred, t->x, t->n, t->features);

    double *a = alloc_doubles((size_t)m * m), *l = alloc_doubles((size_t)m * m), *c = alloc_doubles(m);
    float *given = alloc_floats((size_t)m * m), *error = alloc_floats((size_t)m * m);
    normal_equation_sums(a, c, t->x, t->y, t->n, t->features);
    cholesky_factor(l, a, m);
    for (int i = 0; i < m; i++)
        for (int j = 0; j < m; j++) {
            double product = 0;
            for (int k = 0; k < m; k++) product += l[i * m + k] * l[j * m + k];
            given[i * m + j] = (float)a[i * m + j];
            error[i * m + j] = (float)(product - a[i * m + j]);
        }
    printf("  largest slope at the closed form (L-infinity) %.1e; |L L^T - A| / |A| (Frobenius) %.1e\n",
           norm_linf(slopes, m), norm_frobenius(error, m, m) / norm_frobenius(given, m, m));
    free(pred), free(dpred), free(slopes), free(a), free(l), free(c), free(given), free(error);
}

void show_diabetes(const struct options *o, const struct patients *p) {
    const struct samples *t = &p->train;
    float *w = alloc_floats(t->features), *best = alloc_floats(t->features), b = 0, best_b = 0;
    double start = clock_seconds();
    if (!normal_equation(best, &best_b, t->x, t->y, t->n, t->features))
        die("the normal equation of the patients has no unique solution; check cholesky_factor: `make grade-01`");
    double solved = clock_seconds();

    printf("\nDiabetes: %d patients to train on, %d held out, %d features; learning rate %g:\n", t->n, p->held.n,
           t->features, o->lr);
    printf("                          MSE train   R2 train   R2 held out   distance of w\n");
    print_row("normal equation", p, best, best_b, best);
    bool ok = descend(w, &b, p, best, o);
    fprintf(stderr, "normal equation: %.2f ms; descent and its log: %.0f ms\n", 1e3 * (solved - start),
            1e3 * (clock_seconds() - solved));
    double limit = 2 / largest_curvature(t);
    printf("  Batch descent on these patients needs a learning rate below %.3g (2 / the largest curvature)", limit);
    if (!ok) printf(": try LR=%.1g", limit / 2);
    printf("\n");
    check_closed_form(t, best, best_b);
    printf("  weights         normal equation%s\n", ok ? "    descent" : "");
    for (int j = 0; j < t->features; j++) {
        printf("    %-10s  %15.2f", p->file.names[j], best[j]);
        if (ok) printf("  %9.2f", w[j]);
        printf("\n");
    }
    free(w), free(best);
}

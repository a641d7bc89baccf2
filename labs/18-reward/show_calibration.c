// Does 80% mean 80%? Before and after one number was fitted: the unit of the scores.
#include <math.h>
#include <stdlib.h>

#include "18-reward/reward_model.h"

enum { BINS = 10 };

// The mean loss of pairs if scores are multiplied by `unit`.
static double loss_at(const struct reward_pairs *p, double unit, float *chosen, float *rejected) {
    for (int i = 0; i < p->count; i++) {
        chosen[i] = (float)(unit * p->chosen[i]);
        rejected[i] = (float)(unit * p->rejected[i]);
    }
    return bradley_terry_forward(chosen, rejected, 0, 0, p->count);
}

// The unit with the smallest loss (temperature scaling: Guo et al. 2017). The loss has one valley: thirds of the
// interval, in logarithms, until it is found.
static double fit_unit(const struct reward_pairs *p) {
    float *chosen = alloc_floats((size_t)p->count), *rejected = alloc_floats((size_t)p->count);
    double low = log(0.02), high = log(50);
    for (int i = 0; i < 60; i++) {
        const double a = low + (high - low) / 3, b = high - (high - low) / 3;
        if (loss_at(p, exp(a), chosen, rejected) < loss_at(p, exp(b), chosen, rejected)) high = b;
        else low = a;
    }
    free(chosen);
    free(rejected);
    return exp((low + high) / 2);
}

static double bins_at(struct calibration_bin *bins, const struct reward_pairs *p, double unit, uint64_t seed) {
    double *predicted = alloc_doubles((size_t)p->count);
    bool *held = alloc_zeroed((size_t)p->count, sizeof *held);
    reward_pairs_predict(predicted, held, p, unit, seed);
    const double ece = calibration(bins, predicted, held, p->count, BINS);
    free(predicted);
    free(held);
    return ece;
}

static void show_bins(const struct reward_show *s, const char *name, const struct calibration_bin *a,
                      const struct calibration_bin *b) {
    struct csv_log log;
    csv_open(&log, s->out, name, "bin,count,predicted,observed,unit_count,unit_predicted,unit_observed");
    for (int k = 0; k < BINS; k++) {
        printf("  %3d%% to %3d%% %8d %9.1f%% %8.1f%% %9d %9.1f%% %8.1f%%\n", 100 * k / BINS, 100 * (k + 1) / BINS,
               a[k].count, 100 * a[k].predicted, 100 * a[k].observed, b[k].count, 100 * b[k].predicted,
               100 * b[k].observed);
        csv_row(&log, "%.2f,%d,%.5f,%.5f,%d,%.5f,%.5f", (k + 0.5) / BINS, a[k].count, a[k].predicted, a[k].observed,
                b[k].count, b[k].predicted, b[k].observed);
    }
    csv_close(&log);
}

// Pairs for the fit and pairs for the test are different ones.
void show_calibration(const struct reward_show *s) {
    const int count = s->quick ? 100 : 8000;
    struct calibration_bin as_it_is[BINS], fitted[BINS];
    for (int held = 0; held < 2; held++) {
        struct reward_pairs fit, test;
        reward_pairs_draw(&fit, count / 2, held, false, s->seed + 4, PAIRS_FOR_TESTING);
        reward_pairs_draw(&test, count, held, false, s->seed + 5, PAIRS_FOR_TESTING);
        reward_pairs_score(&fit, s->model);
        reward_pairs_score(&test, s->model);
        const double unit = fit_unit(&fit);
        const double before = bins_at(as_it_is, &test, 1, s->seed), after = bins_at(fitted, &test, unit, s->seed);
        printf("\n%s: \"the first of two answers is preferred\", %d pairs, scores as they are and times %.2f\n",
               held ? "Questions never asked" : "Questions as in training", count, unit);
        printf("  %-12s %8s %10s %9s %9s %10s %9s\n", "probability", "pairs", "predicted", "came", "pairs", "predicted",
               "came");
        show_bins(s, held ? "calibration_held.csv" : "calibration.csv", as_it_is, fitted);
        printf("  expected calibration error %26.3f %30.3f\n", before, after);
        reward_pairs_free(&fit);
        reward_pairs_free(&test);
    }
}

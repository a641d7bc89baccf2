// Tests of calibration.c.
#include "18-reward/definitions.h"

enum { MOST = 400 };
struct predictions {
    double p[MOST];
    bool held[MOST];
    int n, K;
};

enum sorting { RIGHT, ROUNDED, FROM_ABOVE, OF_K_LESS_1, BACKWARDS };

static int bin_of(double p, int K, enum sorting sorting) {
    const int k = sorting == ROUNDED       ? (int)lround(p * K)
                  : sorting == FROM_ABOVE  ? (int)ceil(p * K) - 1
                  : sorting == OF_K_LESS_1 ? (int)(p * (K - 1))
                  : sorting == BACKWARDS   ? K - 1 - (int)(p * K)
                                           : (int)(p * K);
    return k < 0 ? 0 : k < K ? k : K - 1;
}

// By definition: bin k looks for its own predictions.
static void define(double *count, double *predicted, double *observed, const struct predictions *x,
                   enum sorting sorting) {
    for (int k = 0; k < x->K; k++) {
        double c = 0, p = 0, o = 0;
        for (int i = 0; i < x->n; i++)
            if (bin_of(x->p[i], x->K, sorting) == k) c++, p += x->p[i], o += x->held[i];
        count[k] = c, predicted[k] = c > 0 ? p / c : 0, observed[k] = c > 0 ? o / c : 0;
    }
}

static double *counts_if(const struct predictions *x, enum sorting sorting) {
    double *count = grade_doubles(x->K), *p = grade_doubles(x->K), *o = grade_doubles(x->K);
    define(count, p, o, x, sorting);
    return count;
}

static double *over_all(const double *mean, const double *count, int n, int K) {
    double *x = grade_doubles(K);
    for (int k = 0; k < K; k++) x[k] = mean[k] * count[k] / n;
    return x;
}

static double *sums(const double *mean, const double *count, int K) {
    double *x = grade_doubles(K);
    for (int k = 0; k < K; k++) x[k] = mean[k] * count[k];
    return x;
}

static void check(const char *what, const struct predictions *x) {
    const int K = x->K;
    // One more than there are: that of a p = 1 which was sorted into bin K.
    struct calibration_bin *bins = alloc_zeroed((size_t)K + 1, sizeof *bins);
    for (int k = 0; k <= K; k++) bins[k] = (struct calibration_bin){-7, -7, -7};
    const double got = calibration(bins, x->p, x->held, x->n, K);
    grade_true(bins[K].count == -7,
               "%s: bin %d was written, and there are only bins 0 to %d\nlooks like: p = 1 is sorted into bin K: it "
               "belongs to the last one, K - 1",
               what, K, K - 1);
    double *count = grade_doubles(K), *predicted = grade_doubles(K), *observed = grade_doubles(K);
    float *c = grade_output(K), *p = grade_output(K), *o = grade_output(K);
    for (int k = 0; k < K; k++)
        c[k] = (float)bins[k].count, p[k] = (float)bins[k].predicted, o[k] = (float)bins[k].observed;
    free(bins);
    define(count, predicted, observed, x, RIGHT);
    char name[90];
    snprintf(name, sizeof name, "counts %s", what);
    suspect("p * K is rounded to the nearest: bin k begins at k/K", counts_if(x, ROUNDED));
    suspect("a p on the border of two bins belongs to the upper one", counts_if(x, FROM_ABOVE));
    suspect("p * (K - 1): the bins are too wide, and only p = 1 is in the last one", counts_if(x, OF_K_LESS_1));
    suspect("the bins are in reverse order", counts_if(x, BACKWARDS));
    grade_array(name, c, count, AXES("k", K), 1e-9);
    double each = 0, empty_too = 0, most = 0, square = 0, sign = 0, brier = 0, sum = 0;
    int full = 0;
    for (int k = 0; k < K; k++) {
        const double gap = predicted[k] - observed[k], share = count[k] / x->n;
        each += fabs(gap), empty_too += fabs(gap) / K, square += share * gap * gap, sign += share * gap;
        most = fmax(most, fabs(gap));
        sum += share * x->n * fabs(gap);
        full += count[k] > 0;
    }
    for (int i = 0; i < x->n; i++) brier += (x->p[i] - x->held[i]) * (x->p[i] - x->held[i]) / x->n;
    double right = 0;
    for (int k = 0; k < K; k++) right += count[k] / x->n * fabs(predicted[k] - observed[k]);
    snprintf(name, sizeof name, "predicted %s", what);
    suspect("the sum of a bin's p, not their mean", sums(predicted, count, K));
    suspect("divided by all n predictions, not by those of the bin", over_all(predicted, count, x->n, K));
    suspect("predicted and observed are swapped", observed);
    for (int k = 0; k < K; k++)
        grade_true(!isnan(p[k]) && !isnan(o[k]),
                   "%s: bin %d is NaN\nlooks like: an empty bin is divided by its count 0", what, k);
    grade_array(name, p, predicted, AXES("k", K), 1e-6);
    snprintf(name, sizeof name, "observed %s", what);
    suspect("how many held, not their share", sums(observed, count, K));
    suspect("divided by all n predictions, not by those of the bin", over_all(observed, count, x->n, K));
    grade_array(name, o, observed, AXES("k", K), 1e-6);
    snprintf(name, sizeof name, "calibration error %s", what);
    suspect_scalar("every bin counts the same: a bin counts as often as it has predictions", each / full);
    suspect_scalar("a mean over all K bins: a bin counts as often as it has predictions", empty_too);
    suspect_scalar("a sum over the bins, without their shares of the predictions", each);
    suspect_scalar("not divided by n", sum);
    suspect_scalar("without absolute values: bins that promise too much and too little cancel out", sign);
    suspect_scalar("without absolute values: bins that promise too much and too little cancel out", -sign);
    suspect_scalar("squares in place of absolute values", square);
    suspect_scalar("squares in place of absolute values", sqrt(square));
    suspect_scalar("the largest gap (maximum calibration error), not the mean one", most);
    suspect_scalar("the mean (p - held)^2 of single predictions, Brier's score: first the means of each bin", brier);
    grade_scalar(name, got, right, 1e-9);
}

EXERCISE(calibration, .number = "18.5", .points = 10) {
    // The text's example: four times 0.9, of which three held; twice 0.3, of which one did: 4/6 * 0.15 + 2/6 * 0.2.
    struct predictions x = {{0.9, 0.3, 0.9, 0.9, 0.3, 0.9}, {true, false, true, false, true, true}, 6, 5};
    check("of the text's example", &x);
    // Borders: 1/4 belongs to bin 1 of 4, 1 to the last one.
    x = (struct predictions){
        {0, 0.25, 0.5, 0.75, 1, 0.125, 0.25, 0.625}, {false, true, true, false, true, true, false, true}, 8, 4};
    check("at borders", &x);
    x.n = grade_int(100, MOST), x.K = grade_int(6, 12);
    for (int i = 0; i < x.n; i++) {
        const double u = rng_uniform(grade_rng());
        x.p[i] = 0.15 + 0.7 * u * u;  // nothing near 0 and 1: empty bins
        x.held[i] = (double)rng_uniform(grade_rng()) < 0.3 + 0.4 * x.p[i];
        const double at = x.p[i] * x.K;
        if (fabs(at - round(at)) < 1e-6) x.p[i] += 1e-4;
    }
    check("of random predictions", &x);
    x.K = 1;
    check("with a single bin", &x);
}

enum habit { ALWAYS_TRUE, P_STAYS, P_TURNED, HELD_TURNED, REJECTED_WINS, GUESSED, HABITS };

EXERCISE(calibration_pairs, .number = "18.5", .points = 6, .needs = "win_probability") {
    static const char *const mistake[HABITS] = {
        [ALWAYS_TRUE] = "held is true for pairs that are swapped too: then p is 1 - p, and it did not hold",
        [P_STAYS] = "p stays as it is for pairs that are swapped: the first of the two is the rejected one, so 1 - p",
        [P_TURNED] = "swap is read the wrong way round",
        [HELD_TURNED] = "held is turned round: where nothing is swapped, the chosen one is first, and wins",
        [GUESSED] = "held says what happened, and not whether p is above 1/2",
        [REJECTED_WINS] = "the probability that the rejected one wins",
    };
    enum { N = 40 };
    const int n = grade_int(20, N);
    float *chosen = grade_floats(n), *rejected = grade_floats(n);
    bool swap[N], held[N];
    double p[N];
    // The text's example: 2 against 1, once in this order and once swapped.
    chosen[0] = chosen[1] = 2, rejected[0] = rejected[1] = 1;
    for (int i = 0; i < n; i++) swap[i] = i < 2 ? i == 1 : grade_int(0, 1);
    for (int i = 0; i < n; i++) held[i] = swap[i], p[i] = -7;
    chosen = grade_copy(chosen, n), rejected = grade_copy(rejected, n);
    calibration_pairs(p, held, chosen, rejected, swap, n);
    float *got = grade_output(2 * n);
    double *want = grade_doubles(2 * n), *wrong[HABITS];
    for (int h = 0; h < HABITS; h++) wrong[h] = grade_doubles(2 * n);
    for (int i = 0; i < n; i++) {
        const double wins = 1 / (1 + exp((double)rejected[i] - chosen[i])), lost = 1 - wins;
        got[2 * i] = (float)p[i], got[2 * i + 1] = held[i];
        want[2 * i] = swap[i] ? lost : wins, want[2 * i + 1] = !swap[i];
        for (int h = 0; h < HABITS; h++) wrong[h][2 * i] = want[2 * i], wrong[h][2 * i + 1] = want[2 * i + 1];
        wrong[ALWAYS_TRUE][2 * i + 1] = 1;
        wrong[P_STAYS][2 * i] = wins;
        wrong[P_TURNED][2 * i] = swap[i] ? wins : lost, wrong[P_TURNED][2 * i + 1] = swap[i];
        wrong[HELD_TURNED][2 * i + 1] = swap[i];
        wrong[GUESSED][2 * i + 1] = want[2 * i] > 0.5;
        wrong[REJECTED_WINS][2 * i] = 1 - want[2 * i];
    }
    for (int h = 0; h < HABITS; h++) suspect(mistake[h], wrong[h]);
    grade_array("pairs: p (x=0), held (x=1)", got, want, AXES("ix", n, 2), 1e-6);
    grade_unchanged("chosen", chosen);
    grade_unchanged("rejected", rejected);
}

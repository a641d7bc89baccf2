// Tests of normalize.c.
#include "18-reward/definitions.h"

struct head {
    float *w, *bias, *score;
    int n, C;
    double mean, deviation;
};

static void measure(struct head *h, int divide_by) {
    h->mean = h->deviation = 0;
    for (int i = 0; i < h->n; i++) h->mean += (double)h->score[i] / h->n;
    for (int i = 0; i < h->n; i++) h->deviation += (h->score[i] - h->mean) * (h->score[i] - h->mean) / divide_by;
    h->deviation = sqrt(h->deviation);
}

static void check(const char *what, struct head *h, double tolerance) {
    measure(h, h->n - 1);
    const double bessel = h->deviation;
    measure(h, h->n);
    const double s = h->deviation, bias = *h->bias, *w = in_double(h->w, h->C);
    char name[90];
    const double got = head_normalize(h->w, h->bias, h->score, h->n, h->C);
    snprintf(name, sizeof name, "returned deviation %s", what);
    suspect_scalar("divided by n - 1: of the sample itself it is n", bessel);
    suspect_scalar("the variance: its square root is asked for", s * s);
    suspect_scalar("the deviation afterwards: what it was before is asked for", 1);
    suspect_scalar("the mean is not taken away before squaring", sqrt(s * s + h->mean * h->mean));
    suspect_scalar("the sum of the squared distances, not their mean", s * sqrt(h->n));
    grade_true(fabs(h->mean) < 1000 * s || fabs(got - s) < tolerance,
               "%s: got %g, expected %g\nlooks like: mean square minus squared mean, which loses all digits where the "
               "mean is large: take the distances from the mean",
               name, got, s);
    grade_scalar(name, got, s, tolerance);
    snprintf(name, sizeof name, "w %s", what);
    suspect("w is multiplied by the deviation: divide", times(w, s, h->C));
    suspect("w is not changed: scores have a unit only if w is divided by the deviation", w);
    suspect("w is divided by the variance", times(w, 1 / (s * s), h->C));
    double *shifted = grade_doubles(h->C);
    for (int c = 0; c < h->C; c++) shifted[c] = (w[c] - h->mean) / s;
    suspect("the mean is taken away from w too: it is a mean of scores, so the bias alone knows it", shifted);
    grade_array(name, h->w, times(w, 1 / s, h->C), AXES("c", h->C), tolerance);
    snprintf(name, sizeof name, "bias %s", what);
    suspect_scalar("the bias itself is not divided: bias/deviation - mean/deviation", bias - h->mean / s);
    suspect_scalar("the mean is not divided: (bias - mean) / deviation", bias / s - h->mean);
    suspect_scalar("bias - mean is not divided by the deviation", bias - h->mean);
    suspect_scalar("the mean is added", (bias + h->mean) / s);
    suspect_scalar("-mean / deviation: the old bias is still in every score", -h->mean / s);
    suspect_scalar("the bias is only divided: the mean is not taken away", bias / s);
    grade_scalar(name, *h->bias, (bias - h->mean) / s, tolerance);
    grade_unchanged("score", h->score);
}

// A head and the scores that it gives to n random rows.
static struct head random_head(float **rows, float mean, float scale) {
    struct head h = {.n = grade_int(5, 30), .C = grade_int(3, 12)};
    *rows = grade_floats(h.n * h.C);
    h.w = grade_floats(h.C);
    h.bias = grade_copy(&mean, 1);
    h.score = grade_output(h.n);
    for (int c = 0; c < h.C; c++) h.w[c] *= scale;
    for (int i = 0; i < h.n; i++) {
        h.score[i] = mean;
        for (int c = 0; c < h.C; c++) h.score[i] += h.w[c] * (*rows)[i * h.C + c];
    }
    h.score = grade_copy(h.score, h.n);
    return h;
}

EXERCISE(head_normalize, .number = "18.4", .points = 14) {
    // The text's example: scores 1 and 5 have mean 3 and deviation 2: w halves, and bias 1 becomes (1 - 3) / 2.
    struct head h = {.n = 2, .C = 2};
    h.w = grade_copy((float[]){4, -2}, 2), h.bias = grade_copy((float[]){1}, 1);
    h.score = grade_copy((float[]){1, 5}, 2);
    check("of the text's example", &h, 1e-6);
    float *rows;
    h = random_head(&rows, 2.5f, 3);
    check("of random scores", &h, 1e-5);
    // What it is for: scores of the new head.
    double sum = 0, square = 0;
    for (int i = 0; i < h.n; i++) {
        double s = *h.bias;
        for (int c = 0; c < h.C; c++) s += (double)h.w[c] * rows[i * h.C + c];
        sum += s / h.n, square += s * s / h.n;
    }
    grade_scalar("mean of the new head's scores", sum, 0, 1e-5);
    grade_scalar("mean square of the new head's scores", square, 1, 1e-5);
    h = random_head(&rows, 5000, 1);
    check("of scores around 5000", &h, 1e-3);
    // All the same: a deviation of 0 is no unit.
    h = (struct head){.n = 3, .C = 2};
    h.w = grade_copy((float[]){4, -2}, 2), h.bias = grade_copy((float[]){1}, 1);
    h.score = grade_copy((float[]){0.7f, 0.7f, 0.7f}, 3);
    grade_scalar("deviation of three equal scores", head_normalize(h.w, h.bias, h.score, 3, 2), 0, 1e-12);
    grade_true(isfinite(h.w[0]) && isfinite(h.w[1]) && isfinite(*h.bias),
               "three equal scores: w is {%g, %g}, bias %g\nlooks like: divided by a deviation of 0", (double)h.w[0],
               (double)h.w[1], (double)*h.bias);
    grade_array("w after three equal scores", h.w, (double[]){4, -2}, AXES("c", 2), 1e-6);
    grade_scalar("bias after three equal scores of 0.7", *h.bias, 1 - (double)0.7f, 1e-6);
}

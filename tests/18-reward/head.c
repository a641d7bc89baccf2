// Tests of head.c.
#include "18-reward/definitions.h"

struct texts {
    int B, T, C;
    float *rows, *w, *dscore;
    int *last;
    float bias;
};

// Texts of different lengths: one is a single token, one fills its row.
static struct texts random_texts(void) {
    struct texts x = {.B = grade_int(4, 9), .T = grade_int(5, 11), .C = grade_int(6, 20)};
    x.rows = grade_floats(x.B * x.T * x.C);
    x.w = grade_floats(x.C);
    x.dscore = grade_floats(x.B);
    x.last = grade_ints(x.B, 1, x.T - 2);
    x.last[0] = 2, x.last[1] = x.T - 1, x.last[2] = 0;
    x.bias = 1 + rng_uniform(grade_rng());
    return x;
}

// The text's example: two texts of up to three tokens, two channels; the second one ends at its second.
static struct texts example(void) {
    static const float rows[] = {5, 5, 9, 9, 1, 2, 7, 7, 3, 1, 8, 8};
    struct texts x = {.B = 2, .T = 3, .C = 2, .bias = 0.25f};
    x.rows = grade_copy(rows, 12);
    x.w = grade_copy((float[]){0.5f, -1}, 2);
    x.dscore = grade_copy((float[]){2, -1}, 2);
    x.last = grade_ints(2, 1, 1);
    x.last[0] = 2;
    return x;
}

enum place { LAST, END_OF_ROW, FIRST, BEFORE, WITHOUT_B, TURNED };

// Which row of all B*T is read for text b.
static int row_of(const struct texts *x, int b, enum place place) {
    const int t = x->last[b];
    switch (place) {
        case END_OF_ROW:
            return b * x->T + x->T - 1;
        case FIRST:
            return b * x->T;
        case BEFORE:
            return b * x->T + (t > 0 ? t - 1 : 0);
        case WITHOUT_B:
            return t;
        case TURNED:
            return t * x->B + b;
        default:
            return b * x->T + t;
    }
}

static double *scores(const struct texts *x, enum place place, double bias) {
    double *s = grade_doubles(x->B);
    for (int b = 0; b < x->B; b++) {
        s[b] = bias;
        for (int c = 0; c < x->C; c++) s[b] += (double)x->rows[row_of(x, b, place) * x->C + c] * x->w[c];
    }
    return s;
}

// The mean over all tokens of a text up to its end, or over all T.
static double *mean_scores(const struct texts *x, bool whole_row) {
    double *s = grade_doubles(x->B);
    for (int b = 0; b < x->B; b++) {
        const int count = whole_row ? x->T : x->last[b] + 1;
        for (int t = 0; t < count; t++)
            for (int c = 0; c < x->C; c++) s[b] += (double)x->rows[(b * x->T + t) * x->C + c] * x->w[c] / count;
        s[b] += x->bias;
    }
    return s;
}

static void check_forward(const char *what, const struct texts *x) {
    float *score = grade_output(x->B);
    suspect("the bias is not added", scores(x, LAST, 0));
    suspect("every text is read at the last place of its row, T - 1: behind the end of most there is only padding",
            scores(x, END_OF_ROW, x->bias));
    suspect("every text is read at its first token, which has seen nothing of the others", scores(x, FIRST, x->bias));
    suspect("one token too early: last[b] is the last token's place, not how many there are",
            scores(x, BEFORE, x->bias));
    suspect("all texts are read in the rows of text 0: b * T is missing", scores(x, WITHOUT_B, x->bias));
    suspect("rows are read as (T,B,C): they lie as (B,T,C)", scores(x, TURNED, x->bias));
    suspect("a mean over all tokens: the score is that of the last one", mean_scores(x, false));
    suspect("a mean over all places, padding too: the score is that of the last token", mean_scores(x, true));
    head_forward(score, x->rows, x->last, x->w, x->bias, x->B, x->T, x->C);
    grade_array(what, score, scores(x, LAST, x->bias), AXES("b", x->B), 1e-5);
    grade_unchanged("rows", x->rows);
    grade_unchanged("w", x->w);
}

EXERCISE(head_forward, .number = "18.1", .points = 8) {
    // 0.5 * 1 - 1 * 2 + 0.25 = -1.25, and 0.5 * 3 - 1 * 1 + 0.25 = 0.75.
    struct texts x = example();
    check_forward("scores of the text's example", &x);
    x = random_texts();
    check_forward("scores", &x);
    // What lies behind a text's end must not matter, whatever it is.
    for (int b = 0; b < x.B; b++)
        for (int i = (x.last[b] + 1) * x.C; i < x.T * x.C; i++) x.rows[b * x.T * x.C + i] = NAN;
    float *score = grade_output(x.B);
    head_forward(score, x.rows, x.last, x.w, x.bias, x.B, x.T, x.C);
    grade_array("scores where the padding's rows are NaN", score, scores(&x, LAST, x.bias), AXES("b", x.B), 1e-5);
}

// drows if row `place` of each text gets dscore times w (or, by mistake, times itself).
static double *row_gradients(const struct texts *x, enum place place, bool itself) {
    double *d = grade_doubles(x->B * x->T * x->C);
    for (int b = 0; b < x->B; b++)
        for (int c = 0; c < x->C; c++) {
            const int at = row_of(x, b, place) * x->C + c;
            d[at] = (double)x->dscore[b] * (itself ? x->rows[at] : x->w[c]);
        }
    return d;
}

static double *everywhere(const struct texts *x) {
    double *d = grade_doubles(x->B * x->T * x->C);
    for (int i = 0; i < x->B * x->T * x->C; i++) d[i] = (double)x->dscore[i / x->C / x->T] * x->w[i % x->C];
    return d;
}

enum weighting { DSCORE, ONE, MEAN };

static double *weight_gradient(const struct texts *x, enum place place, enum weighting weighting) {
    double *d = grade_doubles(x->C);
    for (int b = 0; b < x->B; b++)
        for (int c = 0; c < x->C; c++) {
            const double g = weighting == ONE ? 1 : x->dscore[b] / (weighting == MEAN ? (double)x->B : 1);
            d[c] += g * x->rows[row_of(x, b, place) * x->C + c];
        }
    return d;
}

static double *of_w(const struct texts *x) {
    double *d = grade_doubles(x->C);
    for (int b = 0; b < x->B; b++)
        for (int c = 0; c < x->C; c++) d[c] += (double)x->dscore[b] * x->w[c];
    return d;
}

static void check_backward(const char *what, const struct texts *x) {
    const int n = x->B * x->T * x->C;
    float *drows = grade_output(n), *dw = grade_grad(x->C), *dbias = grade_grad(1);
    char name[80];
    double sum = 0;
    for (int b = 0; b < x->B; b++) sum += x->dscore[b];
    head_backward(drows, dw, dbias, x->dscore, x->rows, x->last, x->w, x->B, x->T, x->C);
    snprintf(name, sizeof name, "drows %s", what);
    suspect("all tokens of a text get the gradient: the score has read only the last one", everywhere(x));
    suspect("the gradient goes to the last place of each row, T - 1, not to the text's last token",
            row_gradients(x, END_OF_ROW, false));
    suspect("all gradients go to the rows of text 0: b * T is missing", row_gradients(x, WITHOUT_B, false));
    suspect("drows gets dscore times the row itself; the row's factor in the score is w", row_gradients(x, LAST, true));
    grade_array(name, drows, row_gradients(x, LAST, false), AXES("btc", x->B, x->T, x->C), 1e-5);
    snprintf(name, sizeof name, "dw %s", what);
    suspect("dw gets dscore times w; the factor of w in the score is the row", of_w(x));
    suspect("dw gets the rows without dscore", weight_gradient(x, LAST, ONE));
    suspect("dw is divided by B: dscore has that in it already, where it is wanted", weight_gradient(x, LAST, MEAN));
    suspect("dw comes from the last place of each row, T - 1, not from the text's last token",
            weight_gradient(x, END_OF_ROW, DSCORE));
    suspect("dw comes from the rows of text 0 alone: b * T is missing", weight_gradient(x, WITHOUT_B, DSCORE));
    grade_gradient(name, dw, weight_gradient(x, LAST, DSCORE), AXES("c", x->C), 1e-5);
    snprintf(name, sizeof name, "dbias %s", what);
    suspect("dbias gets 1 for each text, not dscore", times((double[]){1}, x->B, 1));
    suspect("dbias gets the last text's dscore alone", times((double[]){x->dscore[x->B - 1]}, 1, 1));
    grade_gradient(name, dbias, &sum, AXES("o", 1), 1e-5);
    grade_unchanged("rows", x->rows);
    grade_unchanged("w", x->w);
    grade_unchanged("dscore", x->dscore);
}

EXERCISE(head_backward, .number = "18.1", .points = 10) {
    // drows: 2 * (0.5, -1) and -1 * (0.5, -1); dw = 2 * (1, 2) - (3, 1) = (-1, 3); dbias = 2 - 1.
    struct texts x = example();
    check_backward("of the text's example", &x);
    x = random_texts();
    check_backward("of random texts", &x);
    float *dw = grade_grad(x.C), *drows = grade_output(x.B * x.T * x.C);
    head_backward(drows, dw, NULL, x.dscore, x.rows, x.last, x.w, x.B, x.T, x.C);
    grade_gradient("dw where dbias is NULL", dw, weight_gradient(&x, LAST, DSCORE), AXES("c", x.C), 1e-5);
}

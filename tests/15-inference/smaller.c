// Graded tests of pruning (15.10), distillation (15.11), GPTQ (15.15) and AWQ (15.16). Expected values: pruning by taking the smallest
// out one by one; distillation by definition in double and by measured slopes; GPTQ by solving the least-squares problem of the
// columns that are left anew after every column, without U; AWQ by definition.
#include <stdlib.h>

#include "15-inference/half.h"
#include "15-inference/inference.h"
#include "grade/grade.h"

// ---- prune.c --------------------------------------------------------------------------------------------------------

enum order { SMALLEST, SMALLEST_SIGNED, LARGEST };

// keep (n): 0 for the `gone` numbers that go first, 1 for the others.
static void take_out(double *keep, const float *w, int n, long gone, enum order order, bool later_first) {
    for (int i = 0; i < n; i++) keep[i] = 1;
    for (; gone > 0; gone--) {
        int best = -1;
        double best_key = INFINITY;
        for (int k = 0; k < n; k++) {
            const int i = later_first ? n - 1 - k : k;
            const double key = order == SMALLEST_SIGNED ? w[i] : order == LARGEST ? -fabs(w[i]) : fabs(w[i]);
            if (keep[i] != 0 && key < best_key) best = i, best_key = key;
        }
        keep[best] = 0;
    }
}

// Numbers of which many have the same size: k/4, a few of them 0.
static float *quarters(int n) {
    float *w = grade_floats(n);
    for (int i = 0; i < n; i++) w[i] = roundf(w[i] * 4) / 4;
    return w;
}

// A learner's keep, full of what was there before, with a guard at its end.
static bool *keep_guarded(int n) {
    bool *keep = malloc((size_t)n + 1);
    for (int i = 0; i < n; i++) keep[i] = i % 3 == 1;
    ((unsigned char *)keep)[n] = 0x5A;
    return keep;
}

// keep and w as the function left them, before: w as it was. Frees keep.
static void check_pruned(const char *what, const double *want, bool *keep, const float *w, const float *before, int n) {
    float *stays = grade_floats(n);
    double *left = grade_doubles(n), *half_done = grade_doubles(n);
    grade_true(((unsigned char *)keep)[n] == 0x5A, "%s: keep is written past its end", what);
    for (int i = 0; i < n; i++) {
        stays[i] = keep[i];
        left[i] = want[i] != 0 ? before[i] : 0;
        half_done[i] = before[i];
    }
    grade_array(what, stays, want, AXES("i", n), 0);
    suspect("keep says what goes, but w is as it was: what goes becomes 0", half_done);
    grade_array("the weights that are left", w, left, AXES("i", n), 0);
    free(keep);
}

// What a keep that is written only where a weight goes, or only where one stays, would hold.
static double *half_written(const double *keep, int n, bool where_it_goes) {
    double *y = grade_doubles(n);
    for (int i = 0; i < n; i++) y[i] = (keep[i] == 0) == where_it_goes ? keep[i] : i % 3 == 1;
    return y;
}

static double *others(const double *keep, int n) {
    double *y = grade_doubles(n);
    for (int i = 0; i < n; i++) y[i] = 1 - keep[i];
    return y;
}

static void check_magnitude(const char *what, const float *values, float share, int n) {
    const double exact = (double)share * n;
    const long gone = lround(exact);
    float *w = grade_copy(values, n);
    bool *keep = keep_guarded(n);
    double *want = grade_doubles(n), *other[8];
    take_out(want, values, n, gone, SMALLEST, true);
    for (int i = 0; i < 8; i++) other[i] = grade_doubles(n);
    take_out(other[0], values, n, gone, SMALLEST_SIGNED, true);
    take_out(other[1], values, n, gone, LARGEST, true);
    take_out(other[2], values, n, gone, SMALLEST, false);
    take_out(other[3], values, n, (long)exact, SMALLEST, true);
    take_out(other[4], values, n, n - gone, SMALLEST, true);
    take_out(other[5], values, n, gone < n ? gone + 1 : n, SMALLEST, true);
    take_out(other[6], values, n, gone > 0 ? gone - 1 : 0, SMALLEST, true);
    for (int i = 0; i < n; i++) other[7][i] = i >= gone;
    prune_magnitude(keep, w, share, (size_t)n);
    suspect("the smallest numbers go, signs and all: large negative ones matter as much as large positive ones",
            other[0]);
    suspect("the largest go, and the smallest stay", other[1]);
    suspect("keep is the wrong way round: true is for those that stay", others(want, n));
    suspect("of equal sizes the earlier goes, where the later should", other[2]);
    if (gone != (long)exact) suspect("share * n is not rounded to the nearest (halves upwards)", other[3]);
    suspect("share is what should go, not what should stay", other[4]);
    suspect("one weight too many goes", other[5]);
    suspect("one weight too few goes", other[6]);
    suspect("the first weights go: what is number i in `order` is number order[i].at of w and keep", other[7]);
    suspect("keep is written only where a weight goes: it is true for the others", half_written(want, n, true));
    suspect("keep is written only where a weight stays: it is false for the others", half_written(want, n, false));
    check_pruned(what, want, keep, w, values, n);
}

EXERCISE(prune_magnitude, .number = "15.10", .points = 2) {
    // The text's example: of these six, -0.1, 0.1 and 0.2 are the smaller half.
    check_magnitude("which of 0.5 -0.1 0.3 -0.7 0.2 0.1 stay, half of them",
                    (float[]){0.5f, -0.1f, 0.3f, -0.7f, 0.2f, 0.1f}, 0.5f, 6);
    const int n = 4 * grade_int(5, 30) + 1;  // half of it is a half more than an even number
    check_magnitude("which weights stay", grade_floats(n), (float)grade_int(10, 54) / 64, n);
    check_magnitude("which of many equal weights stay", quarters(n), (float)grade_int(10, 54) / 64, n);
    check_magnitude("which of an odd number stay, half of them", grade_floats(n), 0.5f, n);
    check_magnitude("which stay with share 0", grade_floats(n), 0, n);
    check_magnitude("which stay with share 1", grade_floats(n), 1, n);
    check_magnitude("which of one weight stays", grade_floats(1), 0.25f, 1);
}

static void check_2_4(const char *what, const float *values, int n) {
    float *w = grade_copy(values, n);
    bool *keep = keep_guarded(n);
    double *want = grade_doubles(n), *other[6];
    for (int i = 0; i < 6; i++) other[i] = grade_doubles(n);
    for (int i = 0; i < n; i += 4) {
        take_out(other[4] + i, values + i, 4, 1, SMALLEST, true);
        take_out(other[5] + i, values + i, 4, 3, SMALLEST, true);
        take_out(want + i, values + i, 4, 2, SMALLEST, true);
        take_out(other[0] + i, values + i, 4, 2, SMALLEST_SIGNED, true);
        take_out(other[1] + i, values + i, 4, 2, LARGEST, true);
        take_out(other[2] + i, values + i, 4, 2, SMALLEST, false);
    }
    take_out(other[3], values, n, n / 2, SMALLEST, true);
    prune_2_4(keep, w, (size_t)n);
    suspect("the smallest numbers go, signs and all: large negative ones matter as much as large positive ones",
            other[0]);
    suspect("the larger two go, and the smaller stay", other[1]);
    suspect("keep is the wrong way round: true is for those that stay", others(want, n));
    suspect("of equal sizes the earlier goes, where the later should", other[2]);
    suspect("the smaller half of all goes: it should be two of every four neighbours", other[3]);
    suspect("only one of four goes: two should", other[4]);
    suspect("three of four go: two should", other[5]);
    suspect("keep is written only where a weight goes: it is true for the others", half_written(want, n, true));
    suspect("keep is written only where a weight stays: it is false for the others", half_written(want, n, false));
    check_pruned(what, want, keep, w, values, n);
    for (int i = 0; i < n; i += 4) {
        int zeros = 0;
        for (int k = i; k < i + 4; k++) zeros += w[k] == 0;
        grade_true(zeros >= 2, "%s: only %d of the four weights from %d on are 0", what, zeros, i);
    }
}

EXERCISE(prune_2_4, .number = "15.10", .points = 2) {
    check_2_4("which of 0.5 -0.1 0.3 -0.7 | 0.1 0.1 0.1 0.1 stay",
              (float[]){0.5f, -0.1f, 0.3f, -0.7f, 0.1f, 0.1f, 0.1f, 0.1f}, 8);
    const int n = 4 * grade_int(20, 50);
    check_2_4("which weights stay", grade_floats(n), n);
    check_2_4("which of many equal weights stay", quarters(n), n);
}

// ---- distill.c ------------------------------------------------------------------------------------------------------

// log softmax(x / tau) in double.
static void log_softmax(double *out, const double *x, double tau, int V) {
    double max = -INFINITY, sum = 0;
    for (int v = 0; v < V; v++) max = fmax(max, x[v] / tau);
    for (int v = 0; v < V; v++) sum += exp(x[v] / tau - max);
    for (int v = 0; v < V; v++) out[v] = x[v] / tau - max - log(sum);
}

struct distilling {
    const float *teacher;
    double tau;
    int N, V;
};

// The sum over all rows of KL(p || q), or of one of its parts.
enum part { KL, REVERSED, CROSS_ENTROPY };
static double sum_of_rows(const double *student, const struct distilling *d, double tau_student, double tau_teacher,
                          enum part part) {
    double *t = alloc_doubles((size_t)d->V), *log_p = alloc_doubles((size_t)d->V), *log_q = alloc_doubles((size_t)d->V),
           sum = 0;
    for (int n = 0; n < d->N; n++) {
        for (int v = 0; v < d->V; v++) t[v] = d->teacher[n * d->V + v];
        log_softmax(log_p, t, tau_teacher, d->V);
        log_softmax(log_q, student + (size_t)n * d->V, tau_student, d->V);
        for (int v = 0; v < d->V; v++)
            sum += part == KL         ? exp(log_p[v]) * (log_p[v] - log_q[v])
                   : part == REVERSED ? exp(log_q[v]) * (log_q[v] - log_p[v])
                                      : -exp(log_p[v]) * log_q[v];
    }
    free(t);
    free(log_p);
    free(log_q);
    return sum;
}

static double distill_definition(const double *student, void *context) {
    const struct distilling *d = context;
    return d->tau * d->tau * sum_of_rows(student, d, d->tau, d->tau, KL) / d->N;
}

static double *in_double(const float *x, int n) {
    double *y = grade_doubles(n);
    for (int i = 0; i < n; i++) y[i] = x[i];
    return y;
}

static void check_distill_loss(const char *what, const float *student, const float *teacher, float tau, int N, int V) {
    const struct distilling d = {teacher, tau, N, V};
    const double *s = in_double(student, N * V), mean = 1.0 / N, square = (double)tau * tau;
    suspect_scalar("KL(q || p): the teacher's p stands before the logarithms",
                   square * mean * sum_of_rows(s, &d, tau, tau, REVERSED));
    suspect_scalar("the cross-entropy: p * log p is missing",
                   square * mean * sum_of_rows(s, &d, tau, tau, CROSS_ENTROPY));
    if (tau != 1) {
        suspect_scalar("the factor tau^2 is missing", mean * sum_of_rows(s, &d, tau, tau, KL));
        suspect_scalar("times tau, where tau^2 is asked for", tau * mean * sum_of_rows(s, &d, tau, tau, KL));
        suspect_scalar("tau is not used within the softmax", square * mean * sum_of_rows(s, &d, 1, 1, KL));
        suspect_scalar("only the teacher's logits are divided by tau", square * mean * sum_of_rows(s, &d, 1, tau, KL));
        suspect_scalar("the logits are multiplied by tau, not divided",
                       square * mean * sum_of_rows(s, &d, 1 / tau, 1 / tau, KL));
    }
    if (N > 1) suspect_scalar("the sum over the rows, not their mean", square * sum_of_rows(s, &d, tau, tau, KL));
    suspect_scalar("the mean over all N * V numbers, not over the N rows",
                   square * mean / V * sum_of_rows(s, &d, tau, tau, KL));
    const float got = distill_loss_forward(student, teacher, tau, N, V);
    grade_true(
        isfinite(got),
        "%s: got %g\nlooks like: an e^x is infinite, or a probability became 0 and its logarithm infinite: subtract "
        "the largest logit first, and take log p from the logits, not from p",
        what, (double)got);
    grade_scalar(what, got, distill_definition(s, (void *)&d), 1e-5);
    grade_unchanged("student", student);
    grade_unchanged("teacher", teacher);
}

EXERCISE(distill_loss_forward, .number = "15.11", .points = 3) {
    // The text's example: the teacher says 1/4 and 3/4, the student knows nothing. 1/4 log(1/2) + 3/4 log(3/2) = 0.1308.
    float *teacher = grade_copy((float[]){0, logf(3)}, 2), *student = grade_copy((float[]){0, 0}, 2);
    check_distill_loss("loss of 1/2 1/2 where the teacher says 1/4 3/4", student, teacher, 1, 1, 2);
    check_distill_loss("the same with tau = 2", student, teacher, 2, 1, 2);
    const int N = grade_int(3, 9), V = grade_int(5, 40);
    const float tau = 1.5f + 0.25f * (float)grade_int(0, 8);
    student = grade_floats(N * V), teacher = grade_floats(N * V);
    check_distill_loss("loss", student, teacher, tau, N, V);
    check_distill_loss("loss with tau = 1", student, teacher, 1, N, V);
    check_distill_loss("loss of a student that agrees", teacher, teacher, tau, N, V);
    student = grade_copy((float[]){1000, 0, 997, -1000, 1000, 998}, 6),
    teacher = grade_copy((float[]){999, -5, 1000, -999, 998, 997}, 6);
    check_distill_loss("loss with logits around 1000, whose e^x is infinite", student, teacher, 2, 2, 3);
}

// scale * (q - p), with a softmax of student / tau_student and of teacher / tau_teacher.
static double *slopes(const float *student, const float *teacher, double tau_student, double tau_teacher, double scale,
                      int N, int V) {
    double *g = grade_doubles(N * V), *row = alloc_doubles((size_t)V), *p = alloc_doubles((size_t)V),
           *q = alloc_doubles((size_t)V);
    for (int n = 0; n < N; n++) {
        for (int v = 0; v < V; v++) row[v] = teacher[n * V + v];
        log_softmax(p, row, tau_teacher, V);
        for (int v = 0; v < V; v++) row[v] = student[n * V + v];
        log_softmax(q, row, tau_student, V);
        for (int v = 0; v < V; v++) g[n * V + v] = scale * (exp(q[v]) - exp(p[v]));
    }
    free(row);
    free(p);
    free(q);
    return g;
}

static void check_distill_slope(const char *what, const float *student, const float *teacher, float tau, float dloss,
                                int N, int V) {
    float *dstudent = grade_grad(N * V);
    const double right = (double)dloss * tau / N;
    distill_loss_backward(dstudent, dloss, student, teacher, tau, N, V);
    if (tau != 1) {
        suspect("times tau^2: each logit is divided by tau, so that one of the two goes",
                slopes(student, teacher, tau, tau, right * tau, N, V));
        suspect("the factor tau^2 of the loss is missing", slopes(student, teacher, tau, tau, right / tau / tau, N, V));
        suspect("the factor tau is missing", slopes(student, teacher, tau, tau, right / tau, N, V));
        suspect("tau is not used within the softmax", slopes(student, teacher, 1, 1, right, N, V));
        suspect("only the teacher's logits are divided by tau", slopes(student, teacher, 1, tau, right, N, V));
    }
    suspect("p - q: uphill, away from the teacher", slopes(student, teacher, tau, tau, -right, N, V));
    if (dloss != 1) suspect("dloss is not used", slopes(student, teacher, tau, tau, right / dloss, N, V));
    if (N > 1) suspect("not divided by the number of rows N", slopes(student, teacher, tau, tau, right * N, N, V));
    suspect("divided by N * V, not by N", slopes(student, teacher, tau, tau, right / V, N, V));
    grade_gradient(what, dstudent, slopes(student, teacher, tau, tau, right, N, V), AXES("nv", N, V), 3e-6);
    grade_unchanged("student", student);
    grade_unchanged("teacher", teacher);
}

static struct distilling measured;
static double scaled_definition(const double *student, void *context) {
    return *(double *)context * distill_definition(student, &measured);
}

EXERCISE(distill_loss_backward, .number = "15.11", .points = 3, .needs = "distill_loss_forward") {
    // The text's example: q - p = (1/2 - 1/4, 1/2 - 3/4).
    float *teacher = grade_copy((float[]){0, logf(3)}, 2), *student = grade_copy((float[]){0, 0}, 2);
    check_distill_slope("slope at 1/2 1/2 where the teacher says 1/4 3/4", student, teacher, 1, 1, 1, 2);
    const int N = grade_int(2, 5), V = grade_int(4, 12);
    const float tau = 1.5f + 0.25f * (float)grade_int(0, 8);
    double dloss = 3 + (double)grade_int(0, 7);
    student = grade_floats(N * V), teacher = grade_floats(N * V);
    check_distill_slope("gradient", student, teacher, tau, (float)dloss, N, V);
    measured = (struct distilling){teacher, tau, N, V};
    float *dstudent = grade_grad(N * V);
    distill_loss_backward(dstudent, (float)dloss, student, teacher, tau, N, V);
    grade_gradient_check("gradient", dstudent, student, AXES("nv", N, V), scaled_definition, &dloss, 3e-6);
    const int large_N = grade_int(60, 90), large_V = grade_int(400, 500);
    student = grade_floats(large_N * large_V), teacher = grade_floats(large_N * large_V);
    for (int i = 0; i < large_N * large_V; i++) student[i] *= 3, teacher[i] *= 3;
    check_distill_slope("gradient of many rows", grade_copy(student, large_N * large_V),
                        grade_copy(teacher, large_N * large_V), 2, 40, large_N, large_V);
    student = grade_copy((float[]){1000, 0, 997}, 3), teacher = grade_copy((float[]){999, -5, 1000}, 3);
    check_distill_slope("gradient with logits around 1000", student, teacher, 2, 1, 1, 3);
}

// ---- gptq.c ---------------------------------------------------------------------------------------------------------

// Where two ways to compute the same may round differently, a test proves nothing: such inputs are drawn anew.
enum { CLEAR_PARTS = 1000 };  // a number must be 1/1000 of a level away from where the rounding changes

// The scale of 32 numbers; false if it hangs by a thread.
static bool clear_scale(double *scale, const double *x) {
    double largest = 0, other = 0, half[2];
    for (int i = 0; i < QUANT_BLOCK; i++)
        if (fabs(x[i]) > fabs(largest)) largest = x[i];
    for (int i = 0; i < QUANT_BLOCK; i++)
        if (x[i] * largest < 0 && fabs(x[i]) > fabs(other)) other = x[i];
    for (int i = 0; i < 2; i++)
        half[i] = half_to_float(float_to_half((float)(largest / -8 * (1 + (i ? 1e-5 : -1e-5)))));
    *scale = half_to_float(float_to_half((float)(largest / -8)));
    return half[0] == half[1] && fabs(other) < 0.9999 * fabs(largest);
}

// x rounded to a level of a block; false if it is too close to two.
static bool clear_nearest(double *q, double x, double scale, double rounded_scale) {
    const double at = scale != 0 ? x / scale + 8.5 : 8;
    double level = fmin(fmax(floor(at), 0), 15);
    *q = rounded_scale * (level - 8);
    return scale == 0 || at < 0 || at > 15.9 || fabs(at - round(at)) > 1.0 / CLEAR_PARTS;
}

// Solves A (m,m) y = b (m) for `count` rows of b, in place, by Gauss's elimination; A symmetric and positive, used up.
static void solve(double *A, double *b, int m, int count) {
    for (int j = 0; j < m; j++)
        for (int i = j + 1; i < m; i++) {
            const double f = A[i * m + j] / A[j * m + j];
            for (int k = j; k < m; k++) A[i * m + k] -= f * A[j * m + k];
            for (int r = 0; r < count; r++) b[r * m + i] -= f * b[r * m + j];
        }
    for (int r = 0; r < count; r++)
        for (int i = m - 1; i >= 0; i--) {
            for (int k = i + 1; k < m; k++) b[r * m + i] -= A[i * m + k] * b[r * m + k];
            b[r * m + i] /= A[i * m + i];
        }
}

// What the columns from `first` on should be, now that those before it are q: the numbers that make d^T H d, with d what
// each row is off, the smallest. d_rest = -H_rest,rest^-1 H_rest,done d_done.
static void best_rest(double *now, const double *q, const float *w, const float *H, int first, int O, int I) {
    const int m = I - first;
    double *A = alloc_doubles((size_t)m * m + 1), *b = alloc_doubles((size_t)O * m + 1);
    for (int i = 0; i < m; i++)
        for (int k = 0; k < m; k++) A[i * m + k] = H[(first + i) * I + first + k];
    for (int o = 0; o < O; o++)
        for (int i = 0; i < m; i++)
            for (int k = 0; k < first; k++)
                b[o * m + i] += (double)H[(first + i) * I + k] * (w[o * I + k] - q[o * I + k]);
    solve(A, b, m, O);
    for (int o = 0; o < O; o++)
        for (int i = 0; i < m; i++) now[o * I + first + i] = w[o * I + first + i] + b[o * m + i];
    free(A);
    free(b);
}

// q (O,I) by definition. false: it hangs by a thread somewhere.
static bool gptq_definition(double *q, const float *w, const float *H, int O, int I) {
    double *now = alloc_doubles((size_t)O * I), *scale = alloc_doubles((size_t)O);
    bool clear = true;
    for (int i = 0; i < O * I; i++) now[i] = w[i];
    for (int j = 0; j < I; j++) {
        for (int o = 0; o < O; o++) {
            if (j % QUANT_BLOCK == 0) clear = clear_scale(&scale[o], now + o * I + j) && clear;
            clear = clear_nearest(&q[o * I + j], now[o * I + j], scale[o], scale[o]) && clear;
        }
        best_rest(now, q, w, H, j + 1, O, I);
    }
    free(now);
    free(scale);
    return clear;
}

// What mistakes give, with U as the learner has it.
enum slip {
    NOTHING_MOVES,
    NOT_DIVIDED,
    ADDED,
    OLD_SCALES,
    ONE_SCALE,
    WITHIN_BLOCK,
    OWN_DIAGONAL,
    DIVIDED_TWICE,
    SCALE_EACH,
    ROWS_START,
    NEXT_ONLY,
    SLIPS
};
static double *gptq_with(enum slip slip, const float *w, const float *U, int O, int I) {
    double *q = grade_doubles(O * I), *now = grade_doubles(I), *old = grade_doubles(I), scale = 0;
    for (int o = 0; o < O; o++) {
        for (int i = 0; i < I; i++) now[i] = old[i] = w[o * I + i];
        for (int j = 0; j < I; j++) {
            const int block_end = j - j % QUANT_BLOCK + QUANT_BLOCK;
            if (j == 0 || slip == SCALE_EACH || (j % QUANT_BLOCK == 0 && slip != ONE_SCALE))
                clear_scale(&scale,
                            (slip == OLD_SCALES ? old : now) + (slip == ROWS_START ? 0 : block_end - QUANT_BLOCK));
            clear_nearest(&q[o * I + j], now[j], scale, scale);
            // in floats, so that what hangs by a thread falls to the learner's side
            float e = (float)(now[j] - q[o * I + j]);
            if (slip != NOT_DIVIDED) e = e / U[j * I + j];
            if (slip == DIVIDED_TWICE) e = e / U[j * I + j];
            const float sign = slip == ADDED ? -1 : slip == NOTHING_MOVES ? 0 : 1;
            const int end = slip == WITHIN_BLOCK ? block_end : slip == NEXT_ONLY && j + 2 < I ? j + 2 : I;
            for (int k = j + 1; k < end; k++)
                now[k] = (float)now[k] - sign * (e * (slip == OWN_DIAGONAL ? U[k * I + k] : U[j * I + k]));
        }
    }
    return q;
}

static void check_gptq(const char *what, const float *values, const double *want, const float *U, int O, int I) {
    static const char *const name[SLIPS] = {
        [NOTHING_MOVES] =
            "rounded to the nearest, nothing more: the columns after j do not move (below its diagonal U is 0: it is "
            "U[j,k])",
        [NOT_DIVIDED] = "the error is not divided by U[j,j]",
        [ADDED] = "the sign is the wrong way round: w[k] -= e * U[j,k]",
        [OLD_SCALES] =
            "the scales are those of the weights as they were at the start: a block's scale is computed when its first "
            "column is reached",
        [ONE_SCALE] = "the first block's scale is used for the whole row: each 32 columns have their own",
        [WITHIN_BLOCK] = "only columns of the same block of 32 make up for the error: all columns after j should",
        [OWN_DIAGONAL] = "U[k,k] where U[j,k] is needed",
        [DIVIDED_TWICE] = "divided by U[j,j] twice",
        [SCALE_EACH] =
            "the scale is computed anew for every column: once for a block, when its first column is reached",
        [ROWS_START] = "every scale is that of the row's first 32 numbers: a block's are w + j, for its first column j",
        [NEXT_ONLY] = "only the next column makes up for the error: all columns after j should",
    };
    float *q = grade_output(O * I), *w = grade_copy(values, O * I);
    gptq_quantize(q, w, U, O, I);
    for (int s = 0; s < SLIPS; s++)
        if (I > QUANT_BLOCK || (s != OLD_SCALES && s != ONE_SCALE && s != WITHIN_BLOCK && s != ROWS_START))
            suspect(name[s], gptq_with(s, values, U, O, I));
    grade_array(what, q, want, AXES("oi", O, I), 1e-5);
    grade_unchanged("U", U);
}

// Inputs (n,I) that are mixtures of a few sources, some channels larger than others.
static float *mixed_inputs(int n, int I) {
    const int sources = I / 3;
    float *source = grade_floats(n * sources), *mix = grade_floats(sources * I), *x = grade_floats(n * I);
    for (int k = 0; k < n; k++)
        for (int i = 0; i < I; i++) {
            x[k * I + i] *= 0.5f;
            for (int s = 0; s < sources; s++) x[k * I + i] += 0.3f * mix[s * I + i] * source[k * sources + s];
            if (i % 7 == 3) x[k * I + i] *= 3;
        }
    return x;
}

EXERCISE(gptq_quantize, .number = "15.15", .points = 5, .needs = "q4_0_quantize") {
    // The text's example: inputs 0 and 1 go half together, and so do 2 and 3. The last weight, -8, makes the scale 1. 0.4 becomes 0;
    // half of what is missing goes to its neighbour: 0.4 + 0.2 = 0.6 becomes 1, and so does 0.6 + 0.2 = 0.8.
    enum { N = QUANT_BLOCK };
    float *H = alloc_floats(N * N), *U = grade_floats(N * N), w[N] = {0.4f, 0.4f, 0.4f, 0.6f};
    double *want = grade_doubles(N);
    for (int i = 0; i < N; i++) H[i * N + i] = 1;
    H[1] = H[N] = H[2 * N + 3] = H[3 * N + 2] = 0.5f;
    w[N - 1] = -8;
    hessian_factor(U, H, N);
    want[1] = want[3] = 1, want[N - 1] = -8;
    check_gptq("0.4 0.4 0.4 0.6 0 ... 0 -8, where inputs 0 and 1 go half together, and 2 and 3", w, want,
               grade_copy(U, N * N), 1, N);
    free(H);

    for (int blocks = 1; blocks <= 3; blocks++) {
        const int I = blocks * QUANT_BLOCK, O = grade_int(2, 5), n = grade_int(I / 2, 2 * I);
        float *x = mixed_inputs(n, I), *weights = grade_floats(O * I);
        H = grade_floats(I * I), U = grade_floats(I * I), want = grade_doubles(O * I);
        layer_hessian(H, x, 0.1f, n, I);
        hessian_factor(U, H, I);
        for (int o = 0; o < O; o++)  // row by row, for rows have nothing to do with each other
            while (!gptq_definition(want + o * I, weights + o * I, H, 1, I))
                for (int i = 0; i < I; i++) weights[o * I + i] = rng_normal(grade_rng());
        check_gptq(blocks == 1   ? "one block"
                   : blocks == 2 ? "two blocks"
                                 : "three blocks",
                   weights, want, grade_copy(U, I * I), O, I);
    }
    float *identity = alloc_floats(N * N);
    for (int i = 0; i < N; i++) identity[i * N + i] = 1, w[i] = 0;
    check_gptq("a row of zeros", w, grade_doubles(N), grade_copy(identity, N * N), 1, N);
    free(identity);
}

// ---- awq.c ----------------------------------------------------------------------------------------------------------

enum average { MEAN_SIZE, MEAN_SIGNED, ROOT_MEAN_SQUARE, LARGEST_SIZE, SUM_SIZE };

// scales by definition, or with another average; at least `least`; divided by the middle: its root or itself, or not.
static double *scales_of(const float *x, double alpha, double least, enum average average, double middle_power, int n,
                         int I) {
    double *s = grade_doubles(I), largest = 0, smallest = INFINITY;
    for (int i = 0; i < I; i++) {
        double sum = 0;
        for (int k = 0; k < n; k++) {
            const double value = x[k * I + i];
            sum = average == MEAN_SIGNED        ? sum + value
                  : average == ROOT_MEAN_SQUARE ? sum + value * value
                  : average == LARGEST_SIZE     ? fmax(sum, fabs(value))
                                                : sum + fabs(value);
        }
        double a = average == LARGEST_SIZE || average == SUM_SIZE ? sum : sum / n;
        if (average == ROOT_MEAN_SQUARE) a = sqrt(a);
        s[i] = pow(fmax(a, least), alpha);
        largest = fmax(largest, s[i]), smallest = fmin(smallest, s[i]);
    }
    for (int i = 0; i < I; i++) s[i] /= pow(largest * smallest, middle_power);
    return s;
}

static double *over_largest(const double *s, int I) {
    double *y = grade_doubles(I), largest = 0;
    for (int i = 0; i < I; i++) largest = fmax(largest, s[i]);
    for (int i = 0; i < I; i++) y[i] = s[i] / largest;
    return y;
}

// A mean of 0 by itself; at least 1e-4 only after the exponent.
static double *floor_of_power(const float *x, double alpha, int n, int I) {
    double *s = scales_of(x, alpha, 0, MEAN_SIZE, 0, n, I), largest = 0, smallest = INFINITY;
    for (int i = 0; i < I; i++) s[i] = fmax(s[i], 1e-4), largest = fmax(largest, s[i]), smallest = fmin(smallest, s[i]);
    for (int i = 0; i < I; i++) s[i] /= sqrt(largest * smallest);
    return s;
}

static void check_scales(const char *what, const float *x, float alpha, int n, int I) {
    float *scales = grade_output(I);
    double *want = scales_of(x, alpha, 1e-4, MEAN_SIZE, 0.5, n, I);
    awq_scales(scales, x, alpha, n, I);
    suspect("the mean of x, signs and all, where that of |x| is asked for",
            scales_of(x, alpha, 1e-4, MEAN_SIGNED, 0.5, n, I));
    suspect("the root of the mean square, where the mean of |x| is asked for",
            scales_of(x, alpha, 1e-4, ROOT_MEAN_SQUARE, 0.5, n, I));
    suspect("the largest |x|, where the mean is asked for", scales_of(x, alpha, 1e-4, LARGEST_SIZE, 0.5, n, I));
    suspect("the sum of |x|, not divided by n", scales_of(x, alpha, 1e-4, SUM_SIZE, 0.5, n, I));
    suspect("1e-4 is the least of a^alpha, where it should be that of a", floor_of_power(x, alpha, n, I));
    float *turned = grade_copy(x, n * I);
    for (int k = 0; k < n; k++)
        for (int i = 0; i < I; i++) turned[k * I + i] = x[i * n + k];
    suspect("x is read as (I,n): it is (n,I), and channel i is its column i",
            scales_of(turned, alpha, 1e-4, MEAN_SIZE, 0.5, n, I));
    suspect("not divided by the root of (largest * smallest)", scales_of(x, alpha, 1e-4, MEAN_SIZE, 0, n, I));
    suspect("divided by (largest * smallest): the root is missing", scales_of(x, alpha, 1e-4, MEAN_SIZE, 1, n, I));
    suspect("divided by the largest", over_largest(want, I));
    suspect("the exponent alpha is not used", scales_of(x, 1, 1e-4, MEAN_SIZE, 0.5, n, I));
    suspect("1/alpha where alpha is asked for", scales_of(x, alpha > 0 ? 1 / alpha : 0, 1e-4, MEAN_SIZE, 0.5, n, I));
    grade_array(what, scales, want, AXES("i", I), 1e-5);
    grade_unchanged("x", x);
}

EXERCISE(awq_scales, .number = "15.16", .points = 2) {
    // The text's example: means 16, 1, 4, 1; to the power 1/2 they are 4, 1, 2, 1; the middle of 4 and 1 is 2.
    check_scales("scales of mean inputs 16 1 4 1, alpha 1/2", grade_copy((float[]){-20, 1, 4, -1, 12, -1, -4, 1}, 8),
                 0.5f, 2, 4);
    const int n = grade_int(5, 30), I = grade_int(10, 70);
    float *x = mixed_inputs(n, I);
    for (int k = 0; k < n; k++) x[k * I + 2] += 3;
    check_scales("scales", grade_copy(x, n * I), 0.3f + 0.05f * (float)grade_int(0, 8), n, I);
    check_scales("scales with alpha 0: all 1", grade_copy(x, n * I), 0, n, I);
    for (int k = 0; k < n; k++) x[k * I + 1] = 0;
    float *zero = grade_output(I);
    awq_scales(zero, grade_copy(x, n * I), 0.5f, n, I);
    grade_true(isfinite(zero[0]) && isfinite(zero[1]),
               "scales where input 1 is always 0: %g and %g, the first two, should be finite\nlooks like: a mean below "
               "1e-4 is not raised to 1e-4",
               (double)zero[0], (double)zero[1]);
    check_scales("scales where input 1 is always 0", grade_copy(x, n * I), 0.5f, n, I);
}

// Q4_0 of w times before[i], times after[i], by definition. false: some number hangs by a thread.
static bool scaled_rounding(double *q, const float *w, const double *before, const double *after, int O, int I) {
    double scale = 0, largest = 0, *row = alloc_doubles((size_t)I);
    bool clear = true;
    for (int o = 0; o < O; o++) {
        for (int i = 0; i < I; i++) row[i] = w[o * I + i] * before[i];
        for (int i = 0; i < I; i++) {
            if (i % QUANT_BLOCK == 0) {
                clear = clear_scale(&scale, row + i) && clear;
                largest = 0;
                for (int k = i; k < i + QUANT_BLOCK; k++)
                    if (fabs(row[k]) > fabs(largest)) largest = row[k];
            }
            clear = clear_nearest(&q[o * I + i], row[i], largest / -8, scale) && clear;
            q[o * I + i] *= after[i];
        }
    }
    free(row);
    return clear;
}

static double *inverted(const double *x, int n) {
    double *y = grade_doubles(n);
    for (int i = 0; i < n; i++) y[i] = 1 / x[i];
    return y;
}

static void check_awq(const char *what, const float *w, const float *scales, const double *want, int O, int I) {
    double *s = in_double(scales, I), *one = grade_doubles(I), *other[4];
    for (int i = 0; i < I; i++) one[i] = 1;
    for (int i = 0; i < 4; i++) other[i] = grade_doubles(O * I);
    scaled_rounding(other[0], w, one, one, O, I);
    scaled_rounding(other[1], w, s, one, O, I);
    scaled_rounding(other[2], w, inverted(s, I), s, O, I);
    scaled_rounding(other[3], w, s, s, O, I);
    float *q = grade_output(O * I);
    awq_quantize(q, w, scales, O, I);
    suspect(
        "rounded as without scales: it is column i of w that is multiplied by scales[i] (a whole row times one number "
        "changes nothing)",
        other[0]);
    suspect("multiplied by the scales, but not divided by them afterwards", other[1]);
    suspect("divided first and multiplied afterwards: it is the other way round", other[2]);
    suspect("multiplied by the scales twice: after rounding they are divided out", other[3]);
    grade_array(what, q, want, AXES("oi", O, I), 1e-5);
    grade_unchanged("w", w);
    grade_unchanged("scales", scales);
}

EXERCISE(awq_quantize, .number = "15.16", .points = 2, .needs = "q4_0_quantize q4_0_dequantize") {
    // The text's example: 0.4 -8 3.3 with scales 2 1/2 1 are 0.8 -4 3.3, whose levels are 0.5 apart: 1 -4 3.5. Divided again:
    // 0.5 -8 3.5. Without scales the levels are 1 apart: 0 -8 3.
    enum { N = QUANT_BLOCK };
    float w[N] = {0.4f, -8, 3.3f}, s[N];
    double *want = grade_doubles(N);
    for (int i = 0; i < N; i++) s[i] = i == 0 ? 2 : i == 2 ? 1 : 0.5f;
    want[0] = 0.5, want[1] = -8, want[2] = 3.5;
    check_awq("0.4 -8 3.3 0 ... 0 with scales 2 1/2 1 1/2 ... 1/2", grade_copy(w, N), grade_copy(s, N), want, 1, N);
    const int O = grade_int(2, 7), I = QUANT_BLOCK * grade_int(2, 4);
    float *weights = grade_floats(O * I), *scales = grade_floats(I);
    want = grade_doubles(O * I);
    for (int i = 0; i < I; i++) scales[i] = 0.4f + fabsf(scales[i]);
    const double *columns = in_double(scales, I), *back = inverted(columns, I);
    for (int o = 0; o < O; o++)
        while (!scaled_rounding(want + o * I, weights + o * I, columns, back, 1, I))
            for (int i = 0; i < I; i++) weights[o * I + i] = rng_normal(grade_rng());
    check_awq("random weights and scales", grade_copy(weights, O * I), grade_copy(scales, I), want, O, I);
}

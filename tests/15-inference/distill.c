// Tests of distill.c.
#include "15-inference/smaller.h"

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
    // The text's example: the teacher says 1/4 and 3/4, the student knows nothing. 1/4 log(1/2) + 3/4 log(3/2) =
    // 0.1308.
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

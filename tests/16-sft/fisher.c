// Tests of fisher.c.
#include "16-sft/small.h"

enum mistake {
    AS_DEFINED,
    OF_MEANS,
    SQUARE_OF_MEAN,
    NOT_DIVIDED,
    NOT_SQUARED,
    ONE_BATCH,
    GRADS_KEPT,
    TIMES_T,
    MEAN_OF_MEAN,
    MISTAKES
};
static const char *const mistake_name[] = {
    "",
    "the gradient of the mean loss of an example; of the sum over its positions is asked for",
    "the square of the mean gradient: each example's gradient is squared by itself",
    "not divided by the number of examples",
    "the gradient's size, not its square",
    "the square of the sum of all gradients",
    "the gradients of the examples before are still in m->grads",
    "times all T positions of a row; only those that count are summed",
    "the mean loss divided by its positions once more: times them gives the sum"};

// By definition, from the gradient of each example's mean loss; was: what m->grads held before.
static double *plain_fisher(struct gpt *twin, const int *rows, int count, int T, const double *was,
                            enum mistake mistake) {
    const int n = (int)twin->parameters;
    double *fisher = grade_doubles(n), *sum = grade_doubles(n);
    int inputs[SMALL_T], targets[SMALL_T];
    if (mistake == GRADS_KEPT && was) memcpy(sum, was, (size_t)n * sizeof *sum);
    for (int k = 0; k < count; k++) {
        const int *row = rows + k * (T + 1);
        for (int t = 0; t < T; t++) {
            inputs[t] = row[t] < 0 ? 0 : row[t] & ~LEARN;
            targets[t] = row[t + 1] >= 0 && row[t + 1] & LEARN ? row[t + 1] & ~LEARN : -1;
        }
        gpt_zero_grads(twin);
        gpt_forward(twin, inputs, NULL, 1, T);
        gpt_backward(twin, 1, inputs, targets, NULL, 1, T);
        const int sum_of = counted(targets, T);
        const double positions = mistake == OF_MEANS       ? 1
                                 : mistake == TIMES_T      ? T
                                 : mistake == MEAN_OF_MEAN ? 1.0 / (sum_of > 0 ? sum_of : 1)
                                                           : sum_of;
        for (int i = 0; i < n; i++) {
            const double g = positions * (double)twin->grads[i];
            sum[i] += g;
            if (mistake == NOT_SQUARED) fisher[i] += fabs(g) / count;
            else if (mistake == GRADS_KEPT) fisher[i] += sum[i] * sum[i] / count;
            else fisher[i] += g * g / (mistake == NOT_DIVIDED ? 1 : count);
        }
    }
    if (mistake == SQUARE_OF_MEAN || mistake == ONE_BATCH)
        for (int i = 0; i < n; i++) fisher[i] = pow(sum[i] / (mistake == ONE_BATCH ? 1 : count), 2);
    return fisher;
}

// The text's example, a model of two words that knows nothing: all weights 0 but the final norm's bias, (2, 0), so
// that every row is (2, 0) and both words have probability 1/2. A position whose target is word 0 pulls its weight
// head[0][0] by (1/2 - 1) * 2 = -1, one whose target is word 1 by 1/2 * 2 = +1. The first answer is 0 0 0 0: gradient
// -4. The second is 1: gradient +1. The mean of the squares is (16 + 1) / 2 = 8.5.
static void check_example(void) {
    struct gpt m;
    struct gpt_config c = gpt2_config(2, 5, 2, 1, 1);
    c.tied = false;
    gpt_init(&m, &c, 0, grade_rng());
    gpt_reserve(&m, 1, 5, true);
    m.weights.norm_bias[0] = 2;
    const int rows[2][6] = {{1, 1, LEARN, LEARN, LEARN, LEARN}, {0, 1, 1 | LEARN, -1, -1, -1}};
    float *fisher = grade_output((int)m.parameters);
    fisher_diagonal(fisher, &m, rows[0], 2, 5);
    const size_t head = (size_t)(m.weights.head - m.params);
    suspect_scalar("the square of the mean gradient: each example's gradient is squared by itself", 2.25);
    suspect_scalar("the gradient of the mean loss of an example; of the sum over its positions is asked for", 1);
    suspect_scalar("not divided by the number of examples", 17);
    suspect_scalar("the gradient's size, not its square", 2.5);
    suspect_scalar("the square of the sum of all gradients", 9);
    suspect_scalar("the gradients of the examples before are still in m->grads", 12.5);
    suspect_scalar(mistake_name[TIMES_T], 25);
    suspect_scalar(mistake_name[MEAN_OF_MEAN], (1.0 / 16 + 1) / 2);
    grade_scalar("Fisher information of head[0][0] in the text's example: gradients -4 and +1", (double)fisher[head],
                 8.5, 1e-5);
    grade_scalar("of head[0][1], which is multiplied by 0", (double)fisher[head + 1], 0, 1e-7);
    gpt_free(&m);
}

static void check_random(bool llama) {
    enum { COUNT_MAX = 7 };
    struct gpt m, twin;
    int rows[COUNT_MAX * (SMALL_T + 1)];
    const int count = grade_int(4, COUNT_MAX), T = SMALL_T;
    small_model(&m, llama);
    twin_of(&twin, &m);
    gpt_reserve(&m, 1, T, true);  // no more than what is promised
    const int n = (int)m.parameters;
    for (int k = 0; k < count; k++) {
        const int real = grade_int(4, T + 1);
        random_row(rows + k * (T + 1), T, real, grade_int(2, real - 1));
    }
    random_row(rows, T, 3, 0);  // an example with nothing to learn
    double *was = grade_doubles(n), *want[MISTAKES];
    for (int i = 0; i < n; i++) was[i] = (double)(m.grads[i] = rng_normal(grade_rng()));
    float *params = grade_copy(m.params, n), *got = grade_floats(n);
    double *before = grade_doubles(n), *added = grade_doubles(n);
    for (int i = 0; i < n; i++) before[i] = (double)got[i];
    fisher_diagonal(got, &m, rows, count, T);
    for (int j = 0; j < MISTAKES; j++) want[j] = plain_fisher(&twin, rows, count, T, was, (enum mistake)j);
    for (int i = 0; i < n; i++) added[i] = before[i] + want[0][i];
    for (int j = 1; j < MISTAKES; j++) suspect(mistake_name[j], want[j]);
    suspect("the gradients of the examples before are still in m->grads",
            plain_fisher(&twin, rows, count, T, NULL, GRADS_KEPT));
    suspect("added to what was there before; it is to be written", added);
    grade_array("Fisher information", got, want[0], AXES("i", n), 1e-4);
    grade_true(memcmp(params, m.params, (size_t)n * sizeof *params) == 0, "the weights are not as they were before");
    gpt_free(&twin);
    gpt_free(&m);
}

// Beside PyTorch, on conversations as TRL makes them.
static void check_golden(void) {
    enum { ROWS = GOLDEN_ROWS, COLUMNS = GOLDEN_COLUMNS };
    struct gpt m;
    int rows[ROWS * COLUMNS];
    golden_model(&m, 1, COLUMNS - 1);
    for (int i = 0; i < ROWS * COLUMNS; i++) rows[i] = golden_learn[i] ? golden_rows[i] | LEARN : golden_rows[i];
    float *fisher = grade_output(GOLDEN_P);
    fisher_diagonal(fisher, &m, rows, ROWS, COLUMNS - 1);
    grade_array("Fisher information, beside PyTorch's", fisher, golden_fisher, AXES("i", GOLDEN_P), 1e-4);
    gpt_free(&m);
}

EXERCISE(fisher_diagonal, .number = "16.8", .points = 8, .seconds = 10, .needs = "sft_example") {
    check_example();
    check_random(false);
    check_random(true);
    check_golden();
}

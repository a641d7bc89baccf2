// Tests of token_logs.c.
#include "19-ppo/definitions.h"

enum { V_MOST = 40 };

struct said {
    float *logits;  // (N,V)
    int *action;
    float temperature;
    float *dlog_prob, *dentropy;
    int N, V;
};

static struct said random_said(float temperature) {
    struct said x = {.N = grade_int(4, 9), .V = grade_int(5, V_MOST), .temperature = temperature};
    x.logits = grade_floats(x.N * x.V);
    for (int i = 0; i < x.N * x.V; i++) x.logits[i] *= 2;
    x.logits = grade_copy(x.logits, x.N * x.V);
    x.action = grade_ints(x.N, 0, x.V - 1);
    x.action[1] = -1;
    x.dlog_prob = grade_floats(x.N), x.dentropy = grade_floats(x.N);
    return x;
}

// Logs of the probabilities of row n at a temperature, in double: logs (V).
static void logs_at(double *logs, const struct said *x, int n, double temperature) {
    double max = -INFINITY, sum = 0;
    for (int v = 0; v < x->V; v++) logs[v] = x->logits[n * x->V + v] / temperature, max = fmax(max, logs[v]);
    for (int v = 0; v < x->V; v++) sum += exp(logs[v] - max);
    for (int v = 0; v < x->V; v++) logs[v] -= max + log(sum);
}

static double entropy_at(const double *logs, int V) {
    double h = 0;
    for (int v = 0; v < V; v++) h -= exp(logs[v]) * logs[v];
    return h;
}

enum log_habit { LOG_RIGHT, NO_TEMPERATURE, TIMES, MAX_ONLY, AS_LOSS, PROBABILITY, FIRST_TOKEN, SUM_HOT, LOG_HABITS };
static const char *const log_mistake[LOG_HABITS] = {
    [NO_TEMPERATURE] = "the temperature is not used",
    [TIMES] = "logits are multiplied by the temperature: divide",
    [MAX_ONLY] = "log_sum is not taken away: the probabilities have no sum of 1",
    [AS_LOSS] = "-log of the probability, which is a loss",
    [PROBABILITY] = "the probability: its logarithm is asked for",
    [FIRST_TOKEN] = "of token 0, not of the one that was chosen",
    [SUM_HOT] = "the sum inside the logarithm is taken without the temperature",
};

static double *log_probs(const void *said, int habit) {
    const struct said *x = said;
    double *y = grade_doubles(x->N);
    for (int n = 0; n < x->N; n++) {
        if (x->action[n] < 0) continue;
        const double T = x->temperature;
        double logs[V_MOST];
        logs_at(logs, x, n, habit == NO_TEMPERATURE ? 1 : habit == TIMES ? 1 / T : T);
        const int a = habit == FIRST_TOKEN ? 0 : x->action[n];
        double max = -INFINITY, sum = 0, row = 0;
        for (int v = 0; v < x->V; v++) max = fmax(max, row = x->logits[n * x->V + v]);
        for (int v = 0; v < x->V; v++) sum += exp(x->logits[n * x->V + v] - max);
        const double free = (x->logits[n * x->V + a] - max) / T;
        y[n] = habit == MAX_ONLY      ? free
               : habit == SUM_HOT     ? free - log(sum)
               : habit == AS_LOSS     ? -logs[a]
               : habit == PROBABILITY ? exp(logs[a])
                                      : logs[a];
    }
    return y;
}

enum entropy_habit { ENTROPY_RIGHT, NEGATIVE, UNWEIGHTED, OF_THE_ACTION, WITHOUT_TEMPERATURE, ONLY_P, ENTROPY_HABITS };
static const char *const entropy_mistake[ENTROPY_HABITS] = {
    [NEGATIVE] = "the sum of p * log p: the entropy is -log p on average",
    [UNWEIGHTED] = "the sum of all -log p: each is weighted with its probability",
    [OF_THE_ACTION] = "-p * log p of the chosen token alone: the sum over all tokens is asked for",
    [WITHOUT_TEMPERATURE] = "the entropy at temperature 1: it is that of the same distribution",
    [ONLY_P] = "the sum of the probabilities, which is always 1",
};

static double *entropies(const void *said, int habit) {
    const struct said *x = said;
    double *y = grade_doubles(x->N);
    for (int n = 0; n < x->N; n++) {
        if (x->action[n] < 0) continue;
        double logs[V_MOST], all = 0;
        logs_at(logs, x, n, habit == WITHOUT_TEMPERATURE ? 1 : x->temperature);
        for (int v = 0; v < x->V; v++) all -= logs[v];
        y[n] = entropy_at(logs, x->V);
        if (habit == NEGATIVE) y[n] = -y[n];
        if (habit == UNWEIGHTED) y[n] = all;
        if (habit == OF_THE_ACTION) y[n] = -exp(logs[x->action[n]]) * logs[x->action[n]];
        if (habit == ONLY_P) y[n] = 1;
    }
    return y;
}

static void check(const char *what, const struct said *x) {
    float *log_prob = grade_output(x->N), *entropy = grade_output(x->N);
    char name[90];
    token_logs(log_prob, entropy, x->logits, x->action, x->temperature, x->N, x->V);
    snprintf(name, sizeof name, "log_prob %s", what);
    suspect_habits(log_mistake, LOG_HABITS, log_probs, x);
    grade_array(name, log_prob, log_probs(x, LOG_RIGHT), AXES("n", x->N), 1e-5);
    snprintf(name, sizeof name, "entropy %s", what);
    suspect_habits(entropy_mistake, ENTROPY_HABITS, entropies, x);
    grade_array(name, entropy, entropies(x, ENTROPY_RIGHT), AXES("n", x->N), 1e-5);
    grade_unchanged("logits", x->logits);
}

// The text's example: e^logits are 1 and 3, so the second token has probability 3/4; the second row does not count.
static struct said example(void) {
    struct said x = {.N = 2, .V = 2, .temperature = 1};
    x.logits = grade_copy((float[]){0, 1.0986123f, 5, -5}, 4);
    x.action = grade_ints(2, 1, 1);
    x.action[1] = -1;
    x.dlog_prob = grade_copy((float[]){1, 9}, 2), x.dentropy = grade_copy((float[]){0, 9}, 2);
    return x;
}

EXERCISE(token_logs, .number = "19.3", .points = 6) {
    struct said x = example();
    float *log_prob = grade_output(2), *entropy = grade_output(2);
    token_logs(log_prob, entropy, x.logits, x.action, 1, 2, 2);
    suspect_habits(log_mistake, LOG_HABITS, log_probs, &x);
    grade_array("log_prob of the text's example", log_prob, (double[]){-0.2876821, 0}, AXES("n", 2), 1e-6);
    suspect_habits(entropy_mistake, ENTROPY_HABITS, entropies, &x);
    grade_array("entropy of the text's example", entropy, (double[]){0.5623351, 0}, AXES("n", 2), 1e-6);
    x = random_said(1);
    check("of random rows", &x);
    x = random_said(0.5f + rng_uniform(grade_rng()) / 4);
    check("below temperature 1", &x);
    x = random_said(1.5f + rng_uniform(grade_rng()));
    check("above temperature 1", &x);
    log_prob = grade_output(x.N);
    token_logs(log_prob, NULL, x.logits, x.action, x.temperature, x.N, x.V);
    grade_array("log_prob where entropy is NULL", log_prob, log_probs(&x, LOG_RIGHT), AXES("n", x.N), 1e-5);
    for (int i = 0; i < x.N * x.V; i++) x.logits[i] = 100 * x.logits[i] + 3000;
    x.logits = grade_copy(x.logits, x.N * x.V);
    check("of logits around 3000", &x);
}

enum habit {
    RIGHT,
    OF_THE_LOSS,
    NO_TEMPERATURE_SLOPE,
    NO_ONE,
    BARE_ONE,
    NO_ENTROPY,
    ENTROPY_DOWN,
    WITHOUT_MEAN,
    PLUS_ONE,
    AT_ONE,
    MEAN,
    ADDED,
    LEFT,
    ENTROPY_HOT,
    HABITS
};
static const char *const mistake[HABITS] = {
    [OF_THE_LOSS] = "the signs are turned: this is the gradient of -log p, as in masked_loss_backward",
    [NO_TEMPERATURE_SLOPE] = "the slope of x / temperature is 1 / temperature: the factor is missing",
    [NO_ONE] = "the chosen token's own part is missing: its logit stands in the log itself, not only in the sum",
    [BARE_ONE] = "1 is added for the chosen token, not dlog_prob",
    [NO_ENTROPY] = "dentropy is not used",
    [ENTROPY_DOWN] = "the sign of the entropy's slope",
    [WITHOUT_MEAN] = "p * log p alone: a logit above changes the sum too, so the entropy stands beside log p",
    [PLUS_ONE] = "log p + 1, the slope of p log p for p: what is asked for is the slope for a logit",
    [AT_ONE] = "the probabilities at temperature 1",
    [MEAN] = "divided by how many count: dlog_prob has that in it already, where it is wanted",
    [ADDED] = "the gradient is added to the logits: they are to become it",
    [LEFT] = "the rows that do not count still hold their logits: their gradient is 0",
    [ENTROPY_HOT] = "the entropy's part lacks the factor 1 / temperature",
};

static double *slopes(const void *said, int habit) {
    const struct said *x = said;
    const int N = x->N, V = x->V;
    double *d = grade_doubles(N * V);
    int count = 0;
    for (int n = 0; n < N; n++) count += x->action[n] >= 0;
    for (int n = 0; n < N; n++) {
        const float *row = x->logits + n * V;
        for (int v = 0; habit == LEFT && x->action[n] < 0 && v < V; v++) d[n * V + v] = row[v];
        if (x->action[n] < 0) continue;
        double logs[V_MOST];
        logs_at(logs, x, n, habit == AT_ONE ? 1 : x->temperature);
        const double T = x->temperature, h = entropy_at(logs, V);
        for (int v = 0; v < V; v++) {
            const double p = exp(logs[v]), up = x->dlog_prob[n], more = x->dentropy ? x->dentropy[n] : 0;
            const double one = v == x->action[n] && habit != NO_ONE;
            double first = up * (one - p), second = -more * p * (logs[v] + h);
            if (habit == BARE_ONE) first = one - up * p;
            if (habit == NO_ENTROPY) second = 0;
            if (habit == ENTROPY_DOWN) second = -second;
            if (habit == WITHOUT_MEAN) second = -more * p * logs[v];
            if (habit == PLUS_ONE) second = -more * p * (logs[v] + 1);
            if (habit == ENTROPY_HOT) second *= T;
            d[n * V + v] = (first + second) / (habit == NO_TEMPERATURE_SLOPE ? 1 : T);
            if (habit == OF_THE_LOSS) d[n * V + v] *= -1;
            if (habit == MEAN) d[n * V + v] /= count;
            if (habit == ADDED) d[n * V + v] += row[v];
        }
    }
    return d;
}

static void check_slopes(const char *what, const struct said *x) {
    float *d = grade_copy(x->logits, x->N * x->V);
    token_logs_backward(d, x->dlog_prob, x->dentropy, x->action, x->temperature, x->N, x->V);
    for (int n = 0; n < x->N; n++)
        for (int v = 0; v < x->V && x->action[n] < 0; v++)
            grade_true(d[n * x->V + v] == 0, "%s: got %g at (n=%d,v=%d), expected exactly 0\nlooks like: %s", what,
                       (double)d[n * x->V + v], n, v,
                       d[n * x->V + v] == x->logits[n * x->V + v] ? mistake[LEFT]
                                                                  : "a row that does not count has a gradient");
    suspect_habits(mistake, HABITS, slopes, x);
    grade_array(what, d, slopes(x, RIGHT), AXES("nv", x->N, x->V), 1e-5);
    grade_unchanged("dlog_prob", x->dlog_prob);
}

static double weighted(const double *logits, void *context) {
    const struct said *x = context;
    double loss = 0;
    for (int n = 0; n < x->N; n++) {
        if (x->action[n] < 0) continue;
        double sum = 0, h = 0;
        const double *row = logits + n * x->V, T = x->temperature;
        for (int v = 0; v < x->V; v++) sum += exp(row[v] / T);
        for (int v = 0; v < x->V; v++) h -= exp(row[v] / T) / sum * (row[v] / T - log(sum));
        loss += x->dlog_prob[n] * (row[x->action[n]] / T - log(sum)) + x->dentropy[n] * h;
    }
    return loss;
}

EXERCISE(token_logs_backward, .number = "19.3", .points = 8, .needs = "token_logs") {
    // -1/4 for the first token, 1 - 3/4 for the second, which was chosen; exactly 0 in the row that does not count.
    struct said x = example();
    float *d = grade_copy(x.logits, 4);
    token_logs_backward(d, x.dlog_prob, NULL, x.action, 1, 2, 2);
    suspect_habits(mistake, HABITS, slopes, &x);
    grade_array("gradient of the text's example", d, (double[]){-0.25, 0.25, 0, 0}, AXES("nv", 2, 2), 1e-6);
    x = random_said(1);
    x.dentropy = NULL;
    check_slopes("gradient of log_prob alone", &x);
    x = random_said(1);
    check_slopes("gradient of log_prob and entropy", &x);
    x = random_said(0.6f + rng_uniform(grade_rng()) / 4);
    check_slopes("gradient below temperature 1", &x);
    x = random_said(1.5f + rng_uniform(grade_rng()));
    check_slopes("gradient above temperature 1", &x);
    float *slope = grade_grad(x.N * x.V);
    d = grade_copy(x.logits, x.N * x.V);
    token_logs_backward(d, x.dlog_prob, x.dentropy, x.action, x.temperature, x.N, x.V);
    for (int i = 0; i < x.N * x.V; i++) slope[i] += d[i];
    grade_gradient_check("gradient", slope, x.logits, AXES("nv", x.N, x.V), weighted, &x, 2e-5);
    for (int i = 0; i < x.N * x.V; i++) x.logits[i] = 100 * x.logits[i] - 3000;
    x.logits = grade_copy(x.logits, x.N * x.V);
    check_slopes("gradient of logits around -3000", &x);
}

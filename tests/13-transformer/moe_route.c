// Tests of moe_route.c.
#include "13-transformer/experts.h"

struct route_case {
    int N, E, K, *chosen;
    float *logits, *weight, *dweight;
    double *best, *softmax;  // the right choice (N,K); the probabilities of all E (N,E)
    bool over_all;           // a mistake: the probabilities are not divided by their sum over the chosen
};

// Scores in steps of a half, of which some are equal.
static void random_route(struct route_case *k) {
    *k = (struct route_case){.N = grade_int(6, 9), .E = grade_int(5, 7), .K = grade_int(2, 3)};
    k->logits = grade_floats(k->N * k->E);
    for (int i = 0; i < k->N * k->E; i++) k->logits[i] = (float)(round(2 * k->logits[i]) / 2);
    for (int e = 0; e < k->E; e++) k->logits[e] = e == 1 ? 0.5f : 1.5f;  // one row with many equal ones
    k->best = grade_doubles(k->N * k->K), k->softmax = grade_doubles(k->N * k->E);
    for (int n = 0; n < k->N; n++) {
        double sum = 0;
        for (int e = 0; e < k->E; e++) sum += exp((double)k->logits[n * k->E + e]);
        for (int e = 0; e < k->E; e++) {
            const float *row = k->logits + n * k->E;
            k->softmax[n * k->E + e] = exp((double)row[e]) / sum;
            int rank = 0;
            for (int f = 0; f < k->E; f++) rank += row[f] > row[e] || (row[f] == row[e] && f < e);
            if (rank < k->K) k->best[n * k->K + rank] = e;
        }
    }
    k->dweight = grade_floats(k->N * k->K);
}

// The weights of the right choice from logits (N,E).
static void define_weights(double *weight, const double *logits, const struct route_case *k) {
    for (int n = 0; n < k->N; n++) {
        double sum = 0;
        for (int e = 0; k->over_all && e < k->E; e++) sum += exp(logits[n * k->E + e]);
        for (int i = 0; i < k->K; i++) {
            weight[n * k->K + i] = exp(logits[n * k->E + (int)k->best[n * k->K + i]]);
            if (!k->over_all) sum += weight[n * k->K + i];
        }
        for (int i = 0; i < k->K; i++) weight[n * k->K + i] /= sum;
    }
}

static double *weights_of(struct route_case *k, bool over_all) {
    double *weight = grade_doubles(k->N * k->K);
    k->over_all = over_all;
    define_weights(weight, in_double(k->logits, k->N * k->E), k);
    k->over_all = false;
    return weight;
}

// The right experts, in the order of their numbers; and, of equal ones, the higher number first.
static double *in_order(const struct route_case *k) {
    double *chosen = grade_doubles(k->N * k->K);
    for (int n = 0; n < k->N; n++) {
        int count = 0;
        for (int e = 0; e < k->E; e++)
            for (int i = 0; i < k->K; i++)
                if (k->best[n * k->K + i] == e) chosen[n * k->K + count++] = e;
    }
    return chosen;
}

static double *ranked(const struct route_case *k, double sign, bool high_first) {
    double *chosen = grade_doubles(k->N * k->K);
    for (int i = 0; i < k->N * k->E; i++) {
        const float *row = k->logits + i / k->E * k->E;
        const int e = i % k->E;
        int rank = 0;
        for (int f = 0; f < k->E; f++)
            rank += sign * row[f] > sign * row[e] || (row[f] == row[e] && (high_first ? f > e : f < e));
        if (rank < k->K) chosen[i / k->E * k->K + rank] = e;
    }
    return chosen;
}

EXERCISE(moe_route_forward, .number = "13.17", .points = 2) {
    int *two = grade_ints(2, -1, -1);
    float *scores = grade_copy((float[]){0, 2, -1, 1}, 4), *shares = grade_output(2);
    moe_route_forward(two, shares, scores, 1, 4, 2);
    grade_array("the experts asked for scores 0, 2, -1, 1", as_floats(two, 2), (double[]){1, 3}, AXES("k", 2), 0);
    suspect("the probabilities among all four; the two are to share the whole", (double[]){0.643914, 0.236883});
    grade_array("their weights", shares, (double[]){0.731059, 0.268941}, AXES("k", 2), 1e-5);

    struct route_case k;
    random_route(&k);
    int *chosen = grade_ints(k.N * k.K, -1, -1);
    float *weight = grade_output(k.N * k.K);
    const struct axes axes = AXES("nk", k.N, k.K);
    moe_route_forward(chosen, weight, k.logits, k.N, k.E, k.K);
    suspect("the right experts, but in the order of their numbers: highest score first", in_order(&k));
    suspect("of equal scores the later expert: the lower number is to win", ranked(&k, 1, true));
    suspect("the lowest scores", ranked(&k, -1, false));
    grade_array("chosen", as_floats(chosen, k.N * k.K), k.best, axes, 0);
    double *even = grade_doubles(k.N * k.K);
    for (int i = 0; i < k.N * k.K; i++) even[i] = 1.0 / k.K;
    suspect("the probabilities among all experts: those of the chosen are to sum to 1", weights_of(&k, true));
    suspect("all weigh the same", even);
    grade_array("weight", weight, weights_of(&k, false), axes, 1e-5);
    for (int i = 0; i < k.N * k.E; i++) k.logits[i] += 500;
    moe_route_forward(chosen, weight, k.logits, k.N, k.E, k.K);
    grade_true(isfinite(weight[0]),
               "scores around 500 give a weight of %g\nlooks like: the highest score is not subtracted first",
               (double)weight[0]);
    grade_array("weight, with 500 added to all scores", weight, weights_of(&k, false), axes, 1e-4);
}

static double route_loss(const double *logits, void *context) {
    struct route_case *k = context;
    double weight[k->N * k->K];
    define_weights(weight, logits, k);
    return dot(weight, k->dweight, k->N * k->K);
}

EXERCISE(moe_route_backward, .number = "13.17", .points = 2) {
    struct route_case k;
    random_route(&k);
    double *weight = weights_of(&k, false), *alone = grade_doubles(k.N * k.E), *linear = grade_doubles(k.N * k.E);
    int *chosen = grade_ints(k.N * k.K, 0, 0);
    for (int i = 0; i < k.N * k.K; i++) {
        chosen[i] = (int)k.best[i];
        alone[i / k.K * k.E + chosen[i]] = k.dweight[i] * weight[i] * (1 - weight[i]);
        linear[i / k.K * k.E + chosen[i]] = k.dweight[i];
    }
    float *dlogits = grade_grad(k.N * k.E);
    moe_route_backward(dlogits, k.dweight, grade_copy_doubles(weight, k.N * k.K), chosen, k.N, k.E, k.K);
    k.over_all = true;
    suspect("without renormalisation: the slope of the softmax over all experts",
            slopes(route_loss, k.logits, &k, k.N * k.E));
    k.over_all = false;
    suspect("each weight is moved by its own score only: a score moves the weights of the others, too", alone);
    suspect("dweight is handed on as it is: the softmax has a slope", linear);
    grade_gradient_check("dlogits", dlogits, k.logits, AXES("ne", k.N, k.E), route_loss, &k, 2e-5);
}

EXERCISE(moe_dispatch, .number = "13.17", .points = 2) {
    const int N = grade_int(9, 14), E = grade_int(5, 7), K = grade_int(2, 3);
    struct dispatch d = random_dispatch(N, E, K);  // nobody asks the last expert
    int *order = grade_ints(N * K, -1, -1), *start = grade_ints(E + 1, -1, -1);
    moe_dispatch(order, start, d.chosen, N, E, K);
    double *counts = grade_doubles(E + 1), *ends = grade_doubles(E + 1), *rows = grade_doubles(N * K);
    double *backward = grade_doubles(N * K);
    for (int e = 0; e < E; e++) counts[e] = d.starts[e + 1] - d.starts[e], ends[e] = d.starts[e + 1];
    ends[E] = d.starts[E];
    suspect("how often each expert is asked, not where its pairs begin", counts);
    suspect("each start has moved to its end while the places were filled", ends);
    grade_array("start", as_floats(start, E + 1), d.starts, AXES("e", E + 1), 0);
    for (int i = 0; i < N * K; i++) {
        rows[i] = floor(d.order[i] / K);
        int e = d.chosen[(int)d.order[i]];
        backward[i] = d.order[(int)(d.starts[e] + d.starts[e + 1] - 1 - i)];
    }
    suspect("numbers of rows: order holds numbers of pairs, n*K + k", rows);
    suspect("each expert's pairs are in falling order", backward);
    grade_array("order", as_floats(order, N * K), d.order, AXES("i", N * K), 0);
}

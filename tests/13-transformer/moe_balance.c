// Tests of moe_balance.c.
#include "13-transformer/experts.h"

static struct balance_case random_balance(void) {
    struct balance_case k = {.N = grade_int(7, 12), .E = grade_int(5, 7), .K = 2, .dloss = 1.3};
    k.d = random_dispatch(k.N, k.E, k.K);
    k.logits = grade_floats(k.N * k.E);
    return k;
}

static double balance_loss(const double *logits, void *context) {
    struct balance_case *k = context;
    double probs[k->N * k->E], balance = 0;
    define_probs(probs, logits, k->N, k->E);
    for (int i = 0; i < k->N * k->E; i++) {
        const int e = i % k->E;
        balance += k->E * (k->d.starts[e + 1] - k->d.starts[e]) / (k->N * k->K) * probs[i] / k->N;
    }
    return k->dloss * balance;
}

EXERCISE(moe_balance_forward, .number = "13.18", .points = 2) {
    struct balance_case k = random_balance();
    float *probs = grade_output(k.N * k.E);
    double *want = grade_doubles(k.N * k.E), squares = 0;
    define_probs(want, in_double(k.logits, k.N * k.E), k.N, k.E);
    for (int e = 0; e < k.E; e++) {
        double mean = 0;
        for (int n = 0; n < k.N; n++) mean += want[n * k.E + e] / k.N;
        squares += k.E * mean * mean;
    }
    float got = moe_balance_forward(probs, k.logits, k.d.start, k.N, k.E, k.K);
    suspect("the logits themselves: probs is their softmax", in_double(k.logits, k.N * k.E));
    grade_array("probs", probs, want, AXES("ne", k.N, k.E), 1e-5);
    const double balance = balance_loss(in_double(k.logits, k.N * k.E), &k) / k.dloss;
    suspect_scalar("the factor E is missing: a perfect balance is to give 1", balance / k.E);
    suspect_scalar("the sum of the probabilities, not their mean", balance * k.N);
    suspect_scalar("the shares are counts: they are to be divided by N*K", balance * k.N * k.K);
    suspect_scalar("the shares are divided by N: there are N*K pairs", balance * k.K);
    suspect_scalar("the mean probability in place of the share that was really asked", squares);
    grade_scalar("the balance", got, balance, 1e-5);
    int *start = grade_ints(k.E + 1, 0, 0);
    for (int e = 0; e <= k.E; e++) start[e] = 2 * e;
    got = moe_balance_forward(probs, k.logits, start, k.E, k.E, 2);  // E rows, two choices each
    grade_scalar("the balance where all are asked alike", got, 1, 1e-5);
}

EXERCISE(moe_balance_backward, .number = "13.18", .points = 2) {
    struct balance_case k = random_balance();
    double *probs = grade_doubles(k.N * k.E), *straight = grade_doubles(k.N * k.E), *own = grade_doubles(k.N * k.E);
    define_probs(probs, in_double(k.logits, k.N * k.E), k.N, k.E);
    for (int i = 0; i < k.N * k.E; i++) {
        const int e = i % k.E;
        straight[i] = k.dloss * k.E * (k.d.starts[e + 1] - k.d.starts[e]) / (k.N * k.K) / k.N;
        own[i] = straight[i] * probs[i] * (1 - probs[i]);
    }
    float *dlogits = grade_grad(k.N * k.E);
    moe_balance_backward(dlogits, (float)k.dloss, grade_copy_doubles(probs, k.N * k.E), k.d.start, k.N, k.E, k.K);
    suspect_factor("the factor E is missing", 1.0 / k.E);
    suspect_factor("dloss is ignored", 1 / k.dloss);
    suspect_factor("not divided by N: P is a mean over the rows", k.N);
    suspect_factor("the shares are counts: they are to be divided by N*K", k.N * k.K);
    suspect_factor("the shares are divided by N: there are N*K pairs", k.K);
    suspect("the probabilities' gradient: it must still go through the softmax", straight);
    suspect("each probability is moved by its own score only: a score moves all of them", own);
    grade_gradient_check("dlogits", dlogits, k.logits, AXES("ne", k.N, k.E), balance_loss, &k, 1e-5);
}

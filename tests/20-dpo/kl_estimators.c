// Tests of kl_estimators.c.
#include "19-ppo/definitions.h"
#include "20-dpo/dpo.h"

static double guess(enum kl_estimator which, double k1) {
    return which == KL_1 ? k1 : which == KL_2 ? k1 * k1 / 2 : exp(-k1) - 1 + k1;
}

static void check(const char *what, enum kl_estimator which, float log_prob, float log_ref, double right) {
    static const char *const name[] = {[KL_1] = "k1", [KL_2] = "k2", [KL_3] = "k3"};
    const double k1 = (double)log_prob - log_ref;
    char full[90];
    snprintf(full, sizeof full, "%s %s", name[which], what);
    const double got = kl_estimate(which, log_prob, log_ref);
    if (which == KL_1) {
        suspect_scalar("the distance: k1 may be below 0", fabs(k1));
        suspect_scalar("the reference first: the draws are the policy's, so log_prob - log_ref", -k1);
        suspect_scalar("the ratio of the probabilities: k1 is its logarithm", exp(k1));
        suspect_scalar("weighted by the probability: drawing it has done that already", exp(log_prob) * k1);
    } else if (which == KL_2) {
        suspect_scalar("not halved", k1 * k1);
        suspect_scalar("half of k1: its square is asked for", k1 / 2);
        suspect_scalar("half of the distance: the square is asked for", fabs(k1) / 2);
        suspect_scalar("the square of the half: the half of the square is asked for", k1 * k1 / 4);
    } else {
        suspect_scalar("the ratio is turned round: e^(log_ref - log_prob), for the draws are the policy's",
                       exp(k1) - 1 - k1);
        suspect_scalar("the exponent has the wrong sign: e^(-k1)", exp(k1) - 1 + k1);
        suspect_scalar("k1 has the wrong sign: + k1", exp(-k1) - 1 - k1);
        suspect_scalar("the 1 is missing: without it this is not 0 where both are the same", exp(-k1) + k1);
        suspect_scalar("k1 is missing: without it the mean is 0, and single ones fall below 0", exp(-k1) - 1);
        suspect_scalar("k3 weighted by the ratio", exp(k1) * (exp(-k1) - 1 + k1));
    }
    for (int other = KL_1; other <= KL_3; other++)
        if (other != (int)which) suspect_scalar("this is another of the three", guess((enum kl_estimator)other, k1));
    grade_scalar(full, got, right, 1e-6);
}

// By the definition of a mean: over all V tokens, each as often as the policy draws it.
static void check_means(void) {
    enum { V = 5 };
    double p[V], q[V], sum_p = 0, sum_q = 0, kl = 0, mean[3] = {0}, close[3] = {0};
    for (int v = 0; v < V; v++) {
        sum_p += p[v] = 0.2 + (double)rng_uniform(grade_rng());
        sum_q += q[v] = 0.2 + (double)rng_uniform(grade_rng());
    }
    for (int v = 0; v < V; v++) {
        p[v] /= sum_p, q[v] /= sum_q, kl += p[v] * log(p[v] / q[v]);
        for (int k = KL_1; k <= KL_3; k++) {
            mean[k] += p[v] * kl_estimate((enum kl_estimator)k, (float)log(p[v]), (float)log(q[v]));
            close[k] += p[v] * guess((enum kl_estimator)k, log(p[v] / q[v]));
        }
    }
    grade_scalar("mean of k1 over the policy's draws: the KL divergence", mean[KL_1], kl, 1e-5);
    grade_scalar("mean of k2 over the policy's draws", mean[KL_2], close[KL_2], 1e-5);
    grade_scalar("mean of k3 over the policy's draws: the KL divergence", mean[KL_3], kl, 1e-5);
}

EXERCISE(kl_estimate, .number = "20.5", .points = 8) {
    // The text's example: one half where the reference has a quarter, and the other way round.
    const float half = -0.69314718f, quarter = -1.38629436f;
    check("of 1/2 against 1/4", KL_1, half, quarter, 0.693147);
    check("of 1/4 against 1/2", KL_1, quarter, half, -0.693147);
    check("of 1/2 against 1/4", KL_2, half, quarter, 0.240227);
    check("of 1/4 against 1/2", KL_2, quarter, half, 0.240227);
    check("of 1/2 against 1/4", KL_3, half, quarter, 0.193147);
    check("of 1/4 against 1/2", KL_3, quarter, half, 0.306853);
    for (int i = 0; i < 9; i++) {
        const float log_prob = -fabsf(grade_floats(1)[0]) - 0.1f, log_ref = -fabsf(grade_floats(1)[0]) - 0.1f;
        const enum kl_estimator which = (enum kl_estimator)(i % 3);
        check("of random logs", which, log_prob, log_ref, guess(which, (double)log_prob - log_ref));
    }
    check("of the same logs", KL_3, -2.5f, -2.5f, 0);
    check_means();
    // Near each other all digits of e^-k1 - 1 cancel if k1 is a float's.
    for (int i = 0; i < 20; i++) {
        const float log_prob = -1 - rng_uniform(grade_rng()), log_ref = log_prob + (i % 2 ? 1 : -1) * 1e-3f;
        const double k1 = (double)log_prob - log_ref, k3 = kl_estimate(KL_3, log_prob, log_ref);
        grade_true(k3 >= 0,
                   "k3 of %.9g and %.9g: got %g, expected a little above 0\nlooks like: floats: take "
                   "differences and e^x in double",
                   (double)log_prob, (double)log_ref, k3);
        suspect_scalar("floats: take differences and e^x in double",
                       (double)(expf(log_ref - log_prob) - 1 + (log_prob - log_ref)) / (k1 * k1 / 2));
        suspect_scalar("floats: take differences and e^x in double",
                       (double)(expf(log_ref - log_prob) - 1 - (log_ref - log_prob)) / (k1 * k1 / 2));
        grade_scalar("k3 where logs differ by 0.001, in units of k2", k3 / (k1 * k1 / 2), 1 - k1 / 3, 1e-3);
    }
}

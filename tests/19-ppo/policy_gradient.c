// Tests of policy_gradient.c.
#include "19-ppo/definitions.h"

struct choice {
    float *logits;
    int action, A;
    float advantage, entropy;
};

static double log_sum(const double *logits, int A) {
    double max = logits[0], sum = 0;
    for (int a = 0; a < A; a++) max = fmax(max, logits[a]);
    for (int a = 0; a < A; a++) sum += exp(logits[a] - max);
    return max + log(sum);
}

static double *in_double(const float *x, int n) {
    double *y = grade_doubles(n);
    for (int i = 0; i < n; i++) y[i] = x[i];
    return y;
}

static void check_log(const char *what, const float *logits, int action, int A) {
    const double *x = in_double(logits, A), sum = log_sum(x, A), right = x[action] - sum;
    double max = x[0];
    for (int a = 0; a < A; a++) max = fmax(max, x[a]);
    const float got = log_policy(logits, action, A);
    grade_true(
        isfinite(got),
        "%s: got %g, expected %g\nlooks like: an e^x is infinite, or all are 0, or a probability became 0 and its "
        "logarithm infinite: take the largest logit out first, and stay with logarithms",
        what, (double)got, right);
    suspect_scalar("the probability: its logarithm is asked for", exp(right));
    suspect_scalar("-log of the probability, which is a loss", -right);
    suspect_scalar("the logit itself: the log of the sum is not taken away", x[action]);
    suspect_scalar("the largest logit was taken out of the sum, and not put back", x[action] - (sum - max));
    suspect_scalar("only the largest logit is taken away: the log of the sum is missing", x[action] - max);
    suspect_scalar("the sum itself is taken away, not its logarithm", x[action] - max - exp(sum - max));
    grade_scalar(what, got, right, 1e-5);
    grade_unchanged("logits", logits);
}

EXERCISE(log_policy, .number = "19.1", .points = 3) {
    // The text's example: e^logits are 1, 2 and 5, so the probabilities are 1/8, 1/4 and 5/8.
    const float *x = grade_copy((float[]){0, 0.69314718f, 1.6094379f}, 3);
    suspect_scalar("the probability: its logarithm is asked for", 0.25);
    suspect_scalar("-log of the probability, which is a loss", log(4));
    suspect_scalar("the largest logit was taken out of the sum, and not put back", log(2 / 1.6));
    suspect_scalar("only the largest logit is taken away: the log of the sum is missing", log(2.0 / 5));
    grade_scalar("log of the second of {ln 1, ln 2, ln 5}", log_policy(x, 1, 3), log(0.25), 1e-6);
    check_log("log of the third of {ln 1, ln 2, ln 5}", x, 2, 3);
    for (int i = 0; i < 10; i++) {
        const int A = grade_int(2, 9);
        check_log("log of a random one", grade_floats(A), grade_int(0, A - 1), A);
    }
    check_log("log of the second of {500, 499, 1000}", grade_copy((float[]){500, 499, 1000}, 3), 1, 3);
    check_log("log of the first of {-1000, -1001}", grade_copy((float[]){-1000, -1001}, 2), 0, 2);
    check_log("log of the only one", grade_copy((float[]){3}, 1), 0, 1);
}

// The loss that policy_gradient is the slope of.
static double loss_of(const double *logits, void *context) {
    const struct choice *x = context;
    const double sum = log_sum(logits, x->A);
    double spread = 0;
    for (int a = 0; a < x->A; a++) spread -= exp(logits[a] - sum) * (logits[a] - sum);
    return -(double)x->advantage * (logits[x->action] - sum) - (double)x->entropy * spread;
}

enum habit {
    RIGHT,
    UPHILL,
    NO_ONE,
    ONLY_ONE,
    NO_ADVANTAGE,
    NO_ENTROPY,
    ENTROPY_DOWN,
    WITHOUT_MEAN,
    PLUS_ONE,
    UNWEIGHTED,
    BOTH_BY_ADVANTAGE,
    HABITS
};
static const char *const mistake[HABITS] = {
    [UPHILL] = "the signs are turned: a step AGAINST the gradient is to make a good action more likely",
    [NO_ONE] = "the chosen action's own 1 is missing: its logit stands in the log itself, not only in the sum",
    [ONLY_ONE] = "only the chosen action's logit has a slope: the others are in the sum",
    [NO_ADVANTAGE] = "the advantage is not used: bad actions become more likely too",
    [NO_ENTROPY] = "the entropy's slope is left out",
    [ENTROPY_DOWN] = "the sign of the entropy's slope: entropy > 0 is to keep other actions alive",
    [WITHOUT_MEAN] = "p * log p alone: a logit above changes the sum too, so the entropy stands beside log p",
    [PLUS_ONE] = "log p + 1, the slope of p log p for p: what is asked for is the slope for a logit",
    [UNWEIGHTED] = "the entropy's slope is not weighted with p",
    [BOTH_BY_ADVANTAGE] = "the entropy's slope is multiplied by the advantage",
};

static double *slopes(const void *choice, int habit) {
    const struct choice *x = choice;
    const double *logits = in_double(x->logits, x->A), sum = log_sum(logits, x->A);
    double *d = grade_doubles(x->A), spread = 0;
    for (int a = 0; a < x->A; a++) spread -= exp(logits[a] - sum) * (logits[a] - sum);
    for (int a = 0; a < x->A; a++) {
        const double log_p = logits[a] - sum, p = exp(log_p), one = a == x->action;
        const double gain = habit == NO_ADVANTAGE ? 1 : x->advantage;
        double first = -gain * (one - p), second = x->entropy * p * (log_p + spread);
        if (habit == UPHILL) first = -first, second = -second;
        if (habit == NO_ONE) first = gain * p;
        if (habit == ONLY_ONE) first = -gain * one;
        if (habit == NO_ENTROPY) second = 0;
        if (habit == ENTROPY_DOWN) second = -second;
        if (habit == WITHOUT_MEAN) second = x->entropy * p * log_p;
        if (habit == PLUS_ONE) second = x->entropy * p * (log_p + 1);
        if (habit == UNWEIGHTED) second = x->entropy * (log_p + spread);
        if (habit == BOTH_BY_ADVANTAGE) second *= x->advantage;
        d[a] = first + second;
    }
    return d;
}

static void check(const char *what, struct choice *x) {
    float *d = grade_grad(x->A);
    policy_gradient(d, x->logits, x->action, x->advantage, x->entropy, x->A);
    suspect_habits(mistake, HABITS, slopes, x);
    grade_gradient(what, d, slopes(x, RIGHT), AXES("a", x->A), 1e-5);
    grade_unchanged("logits", x->logits);
}

EXERCISE(policy_gradient, .number = "19.1", .points = 7, .needs = "log_policy") {
    // The text's example: probabilities 1/8, 1/4, 5/8, advantage 2: 2 * (1/8, 1/4 - 1, 5/8).
    struct choice x = {grade_copy((float[]){0, 0.69314718f, 1.6094379f}, 3), 1, 3, 2, 0};
    float *d = grade_grad(3);
    policy_gradient(d, x.logits, 1, 2, 0, 3);
    suspect_habits(mistake, HABITS, slopes, &x);
    grade_gradient("dlogits of the text's example", d, (double[]){0.25, -1.5, 1.25}, AXES("a", 3), 1e-6);
    x.entropy = 0.1f;
    check("dlogits of the text's example with entropy 0.1", &x);
    for (int i = 0; i < 6; i++) {
        const int A = grade_int(3, 9);
        const float advantage = i == 0 ? 0 : 2 * rng_normal(grade_rng());
        x = (struct choice){grade_floats(A), grade_int(0, A - 1), A, advantage, 0.3f + 0.1f * (float)i};
        check(i == 0 ? "dlogits with advantage 0" : "dlogits of a random choice", &x);
    }
    d = grade_grad(x.A);
    policy_gradient(d, x.logits, x.action, x.advantage, x.entropy, x.A);
    suspect_habits(mistake, HABITS, slopes, &x);
    grade_gradient_check("dlogits", d, x.logits, AXES("a", x.A), loss_of, &x, 1e-5);
    x = (struct choice){grade_copy((float[]){-900, 0, 1000}, 3), 1, 3, 1.5f, 0.2f};
    check("dlogits of {-900, 0, 1000}", &x);
}

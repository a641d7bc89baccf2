// Tests of the first half of ppo_loss.c.
#include "19-ppo/ppo_batch.h"

enum habit {
    RIGHT,
    SMALLER,
    FREE_ONLY,
    CLIPPED_ONLY,
    SIGN,
    RATIO_TURNED,
    LOG_RATIO,
    ONLY_ABOVE,
    ALL,
    SUM,
    WITHOUT_ADVANTAGE,
    HABITS
};
static const char *const mistake[HABITS] = {
    [SMALLER] = "the smaller loss of the two: the larger one is asked for, so that nothing is gained beyond the clip",
    [FREE_ONLY] = "nothing is clipped",
    [CLIPPED_ONLY] = "the clipped side alone: where the policy has gone the wrong way, the free one counts",
    [SIGN] = "the sign: a loss falls when what has an advantage becomes more likely, so -A * ratio",
    [RATIO_TURNED] = "old over new: the ratio is e^(log_prob - log_old)",
    [LOG_RATIO] = "the difference of the logs: the ratio is e to that",
    [ONLY_ABOVE] = "the ratio is cut above, not below 1 - clip",
    [ALL] = "positions outside of the mask count too",
    [SUM] = "the sum: the mean over those that count is asked for",
    [WITHOUT_ADVANTAGE] = "the advantage is not used in the clipped side",
};

static double policy_part(double now, double old, double A, double clip, int habit) {
    double ratio = exp(habit == RATIO_TURNED ? old - now : now - old);
    if (habit == LOG_RATIO) ratio = now - old;
    if (habit == SIGN) A = -A;
    const double held = squeeze(ratio, habit == ONLY_ABOVE ? 0 : 1 - clip, 1 + clip);
    const double free = -A * ratio, clipped = habit == WITHOUT_ADVANTAGE ? -held : -A * held;
    if (habit == SMALLER) return fmin(free, clipped);
    return habit == FREE_ONLY ? free : habit == CLIPPED_ONLY ? clipped : fmax(free, clipped);
}

static double policy_of(const void *batch, int habit) {
    const struct batch *x = batch;
    double loss = 0;
    for (int n = 0; n < x->N; n++)
        if (x->mask[n] || habit == ALL) loss += policy_part(x->now[n], x->old[n], x->target[n], x->clip, habit);
    const int count = habit == ALL ? x->N : habit == SUM ? 1 : count_masked(x->mask, x->N);
    return loss / (count > 0 ? count : 1);
}

static void check_policy(const char *what, const struct batch *x, double right) {
    suspect_scalar_habits(mistake, HABITS, policy_of, x);
    grade_scalar(what, ppo_policy_forward(x->now, x->old, x->target, x->mask, x->clip, x->N), right, 1e-5);
    unchanged(x, "log_prob", "log_old", "advantage");
}

// The text's example: two tokens are twice as likely as they were, two half as likely; of each two one was good (1) and
// one bad (-2). The last one does not count.
static struct batch policy_example(void) {
    const float ln2 = 0.69314718f;
    struct batch x = {.N = 5, .clip = 0.2f, .dloss = 1};
    x.now = grade_copy((float[]){-1 + ln2, -1 + ln2, -1 - ln2, -1 - ln2, 5}, 5);
    x.old = grade_copy((float[]){-1, -1, -1, -1, -1}, 5);
    x.target = grade_copy((float[]){1, -2, 1, -2, 9}, 5);
    x.mask = alloc_zeroed(5, sizeof *x.mask);
    for (int n = 0; n < 4; n++) x.mask[n] = true;
    return x;
}

EXERCISE(ppo_policy_forward, .number = "19.6", .points = 6) {
    // (-1.2 + 4 - 0.5 + 1.6) / 4
    struct batch x = policy_example();
    check_policy("loss of the text's example", &x, 0.975);
    for (int i = 0; i < 3; i++) {
        x = random_batch(0.4f);
        check_policy("loss of random logs", &x, policy_of(&x, RIGHT));
    }
    double mean = 0;
    for (int n = 0; n < x.N; n++) mean += x.mask[n] ? (double)x.target[n] / count_masked(x.mask, x.N) : 0;
    x.now = grade_copy(x.old, x.N);
    check_policy("loss of the first minibatch, where nothing has moved: -mean of A", &x, -mean);
    for (int n = 0; n < x.N; n++) x.mask[n] = false;
    check_policy("loss of nothing", &x, 0);
    free(x.mask);
}

enum slope {
    SLOPE,
    NEVER_CLIPPED,
    CLIPPED_ALWAYS,
    STRICT,
    NO_RATIO,
    UPHILL,
    OTHER_SIDE,
    NO_MEAN,
    NO_DLOSS,
    OUTSIDE_TOO,
    SLOPES
};
static const char *const policy_slope_mistake[SLOPES] = {
    [NEVER_CLIPPED] = "there is a slope where the clipped side is the larger one: that side is a constant",
    [CLIPPED_ALWAYS] =
        "every ratio outside of the clip gets 0: where the policy has gone the wrong way, the free side is "
        "the larger one, and it has a slope",
    [STRICT] = "0 where both sides are equal: inside of the clip they are, and there the loss has a slope",
    [NO_RATIO] = "-A alone: the slope of e^x is e^x, so the ratio stays a factor",
    [UPHILL] = "the sign: the slope of -A * ratio",
    [OTHER_SIDE] = "the slope of the smaller side: the larger one is the loss",
    [NO_MEAN] = "the slope of the sum: the mean brings 1 / count",
    [NO_DLOSS] = "dloss is not used",
    [OUTSIDE_TOO] = "tokens outside of the mask get a slope: theirs is exactly 0",
};

static double *policy_slopes(const void *batch, int habit) {
    const struct batch *x = batch;
    double *d = grade_doubles(x->N);
    const int count = count_masked(x->mask, x->N);
    for (int n = 0; n < x->N; n++) {
        const double ratio = exp((double)x->now[n] - x->old[n]), A = x->target[n];
        const double held = squeeze(ratio, 1 - (double)x->clip, 1 + (double)x->clip);
        bool moves = -A * ratio >= -A * held;
        if (!x->mask[n] && habit != OUTSIDE_TOO) continue;
        if (habit == NEVER_CLIPPED) moves = true;
        if (habit == CLIPPED_ALWAYS) moves = held == ratio;
        if (habit == STRICT) moves = -A * ratio > -A * held;
        if (habit == OTHER_SIDE) moves = -A * ratio <= -A * held;
        d[n] = moves ? -A * (habit == NO_RATIO ? 1 : ratio) : 0;
        if (habit == UPHILL) d[n] = -d[n];
        d[n] *= (habit == NO_DLOSS ? 1 : x->dloss) / (habit == NO_MEAN ? 1.0 : count);
    }
    return d;
}

static double policy_definition(const double *now, void *context) {
    const struct batch *x = context;
    double loss = 0;
    for (int n = 0; n < x->N; n++)
        if (x->mask[n]) loss += policy_part(now[n], x->old[n], x->target[n], x->clip, RIGHT);
    return x->dloss * loss / count_masked(x->mask, x->N);
}

EXERCISE(ppo_policy_backward, .number = "19.6", .points = 8, .needs = "ppo_policy_forward") {
    // Clipped, so 0; 4 / 4; -0.5 / 4; clipped, so 0; does not count.
    struct batch x = policy_example();
    check_slopes("dlog_prob of the text's example", &x, ppo_policy_backward, policy_slope_mistake, SLOPES,
                 policy_slopes, (double[]){0, 1, -0.125, 0, 0});
    free(x.mask);
    for (int i = 0; i < 3; i++) {
        x = random_batch(0.4f);
        x.dloss = i == 2 ? 3 : 1;
        check_slopes(i == 2 ? "dlog_prob with dloss 3" : "dlog_prob of random logs", &x, ppo_policy_backward,
                     policy_slope_mistake, SLOPES, policy_slopes, NULL);
    }
    float *d = grade_grad(x.N);
    ppo_policy_backward(d, x.dloss, x.now, x.old, x.target, x.mask, x.clip, x.N);
    suspect_habits(policy_slope_mistake, SLOPES, policy_slopes, &x);
    grade_gradient_check("dlog_prob", d, x.now, AXES("n", x.N), policy_definition, &x, 1e-5);
    x.now = grade_copy(x.old, x.N);
    check_slopes("dlog_prob of the first minibatch, where nothing has moved", &x, ppo_policy_backward,
                 policy_slope_mistake, SLOPES, policy_slopes, NULL);
    free(x.mask);
}

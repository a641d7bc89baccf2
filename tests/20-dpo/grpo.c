// Tests of grpo.c.
#include "20-dpo/pairs.h"

struct answers {
    float *now, *old, *ref, *advantage;
    bool *mask;
    float clip, beta, dloss;
    int B, T;
};

enum habit {
    RIGHT,
    OVER_TOKENS,
    OVER_T,
    SUMMED,
    SUM_OF_TEXTS,
    SMALLER,
    FREE_ONLY,
    CLIPPED_ONLY,
    SIGN,
    RATIO_TO_REF,
    NO_KL,
    KL_AS_K1,
    KL_TURNED,
    KL_REWARDED,
    EVERYWHERE,
    NOT_EMPTY,
    HABITS
};
static const char *const mistake[HABITS] = {
    [OVER_TOKENS] = "the mean over all tokens (DAPO): here every text counts the same, however long it is",
    [OVER_T] = "divided by T (Dr. GRPO): by the text's own masked positions here",
    [SUMMED] = "the sum over a text's tokens: their mean is asked for",
    [SUM_OF_TEXTS] = "the sum over the texts: their mean is asked for",
    [SMALLER] = "the smaller loss of the two: the larger one is asked for, so that nothing is gained beyond the clip",
    [FREE_ONLY] = "nothing is clipped",
    [CLIPPED_ONLY] = "the clipped side alone: where the policy has gone the wrong way, the free one counts",
    [SIGN] = "the sign: a loss falls when what has an advantage becomes more likely, so -A * ratio",
    [RATIO_TO_REF] = "the ratio is to log_old, which drew the answers; log_ref is for the KL alone",
    [NO_KL] = "the price of leaving the reference is missing",
    [KL_AS_K1] = "k1 in place of k3",
    [KL_TURNED] = "k3 the wrong way round: e^(log_ref - log_prob) - 1 + log_prob - log_ref",
    [KL_REWARDED] = "the KL is subtracted: it is a price, so it adds to the loss",
    [EVERYWHERE] = "positions outside of the mask count too",
    [NOT_EMPTY] = "divided by the texts that have tokens: one without counts as 0 among all B",
};

static double token_loss(double now, double old, double ref, double A, const struct answers *x, int habit) {
    const double ratio = exp(now - (habit == RATIO_TO_REF ? ref : old)), k1 = now - ref;
    if (habit == SIGN) A = -A;
    const double free = -A * ratio, held = -A * squeeze(ratio, 1 - (double)x->clip, 1 + (double)x->clip);
    double kl = exp(-k1) - 1 + k1;
    if (habit == NO_KL) kl = 0;
    if (habit == KL_AS_K1) kl = k1;
    if (habit == KL_TURNED) kl = exp(k1) - 1 - k1;
    if (habit == KL_REWARDED) kl = -kl;
    return (habit == SMALLER        ? fmin(free, held)
            : habit == FREE_ONLY    ? free
            : habit == CLIPPED_ONLY ? held
                                    : fmax(free, held)) +
           x->beta * kl;
}

static double loss_at(const double *now, const struct answers *x, int habit) {
    double loss = 0;
    int full = 0;
    for (int b = 0; b < x->B; b++) {
        const int count = habit == EVERYWHERE ? x->T : count_masked(x->mask + b * x->T, x->T);
        double sum = 0;
        for (int at = b * x->T; at < (b + 1) * x->T; at++)
            if (x->mask[at] || habit == EVERYWHERE)
                sum += token_loss(now[at], x->old[at], x->ref[at], x->advantage[b], x, habit);
        full += count > 0;
        if (habit == OVER_T) loss += sum / x->T;
        else if (habit == OVER_TOKENS || habit == SUMMED) loss += sum;
        else if (count > 0) loss += sum / count;
    }
    return loss / (habit == OVER_TOKENS    ? count_masked(x->mask, x->B * x->T)
                   : habit == SUM_OF_TEXTS ? 1
                   : habit == NOT_EMPTY    ? full
                                           : x->B);
}

static double loss_of(const void *answers, int habit) {
    const struct answers *x = answers;
    double *now = grade_doubles(x->B * x->T);
    for (int i = 0; i < x->B * x->T; i++) now[i] = x->now[i];
    return loss_at(now, x, habit);
}

// The text's example, all drawn with e^-1. Text 0 was good: one token is twice as likely now, the other half as likely.
// Text 1 was bad, and its one token is twice as likely, of which the reference has nothing.
static struct answers example(void) {
    const float ln2 = 0.69314718f;
    struct answers x = {.B = 2, .T = 3, .clip = 0.2f, .beta = 0.1f, .dloss = 1};
    x.now = grade_copy((float[]){-1 + ln2, -1 - ln2, 7, 7, -1 + ln2, 7}, 6);
    x.old = grade_copy((float[]){-1, -1, 5, 5, -1, 5}, 6);
    x.ref = grade_copy((float[]){-1 + ln2, -1 - ln2, 3, 3, -1, 3}, 6);
    x.advantage = grade_copy((float[]){1, -2}, 2);
    x.mask = alloc_zeroed(6, sizeof *x.mask);
    x.mask[0] = x.mask[1] = x.mask[4] = true;
    return x;
}

// Away from where clipping begins: there a slope has two values. With empty, the last text has no masked position.
static struct answers random_answers(bool empty) {
    struct answers x = {.B = grade_int(3, 6), .T = grade_int(7, 13), .clip = 0.2f, .dloss = 1};
    const int N = x.B * x.T;
    x.beta = 0.1f + 0.3f * rng_uniform(grade_rng());
    x.now = grade_floats(N), x.old = grade_floats(N), x.ref = grade_floats(N), x.advantage = grade_floats(x.B);
    for (int i = 0; i < N; i++) {
        float off = 0.4f * x.now[i];
        while (fabsf(fabsf(expf(off) - 1) - x.clip) < 0.02f) off *= 1.3f;
        x.now[i] = x.old[i] + off, x.ref[i] = x.now[i] + 0.5f * x.ref[i];
    }
    x.now = grade_copy(x.now, N), x.ref = grade_copy(x.ref, N);
    x.mask = random_mask(N, true, false);
    for (int b = 0; b < x.B; b++) x.mask[b * x.T + 1] = true, x.mask[b * x.T + x.T / 2 + b % 2] = false;
    if (empty) memset(x.mask + (x.B - 1) * x.T, 0, (size_t)x.T * sizeof *x.mask);
    return x;
}

static void unchanged(const struct answers *x) {
    grade_unchanged("log_prob", x->now);
    grade_unchanged("log_old", x->old);
    grade_unchanged("log_ref", x->ref);
    grade_unchanged("advantage", x->advantage);
}

static void check(const char *what, const struct answers *x, double right) {
    const double got = grpo_forward(x->now, x->old, x->ref, x->advantage, x->mask, x->clip, x->beta, x->B, x->T);
    grade_true(!isnan(got), "%s: got NaN\nlooks like: 0 divided by 0: a text without masked positions counts as 0",
               what);
    suspect_scalar_habits(mistake, HABITS, loss_of, x);
    grade_scalar(what, got, right, 1e-5);
    unchanged(x);
}

EXERCISE(grpo_forward, .number = "20.6", .points = 10, .needs = "kl_estimate") {
    // Text 0: (-1.2 - 0.5) / 2. Text 1: 4 + 0.1 * (1/2 - 1 + ln 2) = 4.0193. Their mean.
    struct answers x = example();
    check("loss of the text's example", &x, 1.584657);
    free(x.mask);
    for (int i = 0; i < 4; i++) {
        x = random_answers(i == 3);
        check(i == 3 ? "loss where a text has no masked position" : "loss of random answers", &x, loss_of(&x, RIGHT));
        if (i < 3) free(x.mask);
    }
    memset(x.mask, 0, (size_t)(x.B * x.T) * sizeof *x.mask);
    check("loss of nothing", &x, 0);
    free(x.mask);
}

enum slope {
    SLOPE,
    TOKENS,
    WITHOUT_B,
    WITHOUT_COUNT,
    NEVER_CLIPPED,
    ALWAYS_CLIPPED,
    STRICT,
    NO_RATIO,
    UPHILL,
    TO_REF,
    WITHOUT_KL,
    KL_SIGN,
    KL_OF_K1,
    KL_NO_ONE,
    NO_DLOSS,
    OUTSIDE,
    SLOPES
};
static const char *const slope_mistake[SLOPES] = {
    [TOKENS] = "divided by the tokens of all texts: by those of its own text, and by B",
    [WITHOUT_B] = "the slope of the sum over the texts: the 1/B is missing",
    [WITHOUT_COUNT] = "not divided by the text's masked positions",
    [NEVER_CLIPPED] = "there is a slope where the clipped side is the larger one: that side is a constant",
    [ALWAYS_CLIPPED] =
        "every ratio outside of the clip gets 0: where the policy has gone the wrong way, the free side "
        "is the larger one, and it has a slope",
    [STRICT] = "0 where both sides are equal: inside of the clip they are, and there the loss has a slope",
    [NO_RATIO] = "-A alone: the slope of e^x is e^x, so the ratio stays a factor",
    [UPHILL] = "the sign of the policy's part: the slope of -A * ratio",
    [TO_REF] = "the ratio is to log_old, which drew the answers; log_ref is for the KL alone",
    [WITHOUT_KL] = "the slope of the KL is missing",
    [KL_SIGN] = "the sign of the KL's slope: it is 1 - e^(log_ref - log_prob)",
    [KL_OF_K1] = "the slope of k1: that of k3 is 1 - e^(log_ref - log_prob)",
    [KL_NO_ONE] = "-e^(log_ref - log_prob) alone: the + k1 of k3 has a slope too, 1",
    [NO_DLOSS] = "dloss is not used",
    [OUTSIDE] = "tokens outside of the mask get a slope: theirs is exactly 0",
};

static double *slopes_of(const void *answers, int habit) {
    const struct answers *x = answers;
    double *d = grade_doubles(x->B * x->T);
    for (int at = 0; at < x->B * x->T; at++) {
        const int b = at / x->T, count = count_masked(x->mask + b * x->T, x->T);
        if ((!x->mask[at] && habit != OUTSIDE) || count == 0) continue;
        const double A = x->advantage[b], away = exp((double)x->ref[at] - x->now[at]);
        const double ratio = exp((double)x->now[at] - (habit == TO_REF ? x->ref[at] : x->old[at]));
        const double held = squeeze(ratio, 1 - (double)x->clip, 1 + (double)x->clip);
        bool moves = -A * ratio >= -A * held;
        if (habit == NEVER_CLIPPED) moves = true;
        if (habit == ALWAYS_CLIPPED) moves = ratio == held;
        if (habit == STRICT) moves = -A * ratio > -A * held;
        double kl = 1 - away;
        if (habit == WITHOUT_KL) kl = 0;
        if (habit == KL_SIGN) kl = -kl;
        if (habit == KL_OF_K1) kl = 1;
        if (habit == KL_NO_ONE) kl = -away;
        d[at] = (moves ? -A * (habit == NO_RATIO ? 1 : ratio) : 0) * (habit == UPHILL ? -1 : 1) + x->beta * kl;
        d[at] *= habit == NO_DLOSS ? 1 : x->dloss;
        d[at] /= habit == TOKENS          ? count_masked(x->mask, x->B * x->T)
                 : habit == WITHOUT_B     ? count
                 : habit == WITHOUT_COUNT ? x->B
                                          : (double)x->B * count;
    }
    return d;
}

static double definition_of(const double *now, void *context) {
    const struct answers *x = context;
    return x->dloss * loss_at(now, x, RIGHT);
}

static void run(float *d, const struct answers *x) {
    grpo_backward(d, x->dloss, x->now, x->old, x->ref, x->advantage, x->mask, x->clip, x->beta, x->B, x->T);
}

static void check_slope(const char *what, const struct answers *x, const double *right) {
    const int N = x->B * x->T;
    float *d = grade_grad(N), *zero = grade_copy_doubles(grade_doubles(N), N);
    suspect("stored with = where += is needed: gradients add up", if_stored(d, right, x->mask, N));
    run(d, x);
    suspect_habits(slope_mistake, SLOPES, slopes_of, x);
    grade_gradient(what, d, right, AXES("bt", x->B, x->T), 1e-5);
    run(zero, x);
    for (int n = 0; n < N; n++)
        grade_true(x->mask[n] || zero[n] == 0, "%s: got %g at b=%d, t=%d, outside of the mask: expected exactly 0",
                   what, (double)zero[n], n / x->T, n % x->T);
    unchanged(x);
}

EXERCISE(grpo_backward, .number = "20.6", .points = 10, .needs = "grpo_forward") {
    // Clipped, so 0; -0.5 / 2 tokens / 2 texts; (2 * 2 + 0.1 * (1 - 1/2)) / 1 / 2.
    struct answers x = example();
    check_slope("dlog_prob of the text's example", &x, (double[]){0, -0.125, 0, 0, 2.025, 0});
    free(x.mask);
    for (int i = 0; i < 4; i++) {
        x = random_answers(i == 3);
        x.dloss = i == 2 ? 3 : 1;
        check_slope(i == 3   ? "dlog_prob where a text has no masked position"
                    : i == 2 ? "dlog_prob with dloss 3"
                             : "dlog_prob of random answers",
                    &x, slopes_of(&x, SLOPE));
        if (i < 3) free(x.mask);
    }
    float *d = grade_grad(x.B * x.T);
    run(d, &x);
    suspect_habits(slope_mistake, SLOPES, slopes_of, &x);
    grade_gradient_check("dlog_prob", d, x.now, AXES("bt", x.B, x.T), definition_of, &x, 1e-5);
    x.now = grade_copy(x.old, x.B * x.T);
    check_slope("dlog_prob of the first minibatch, where nothing has moved", &x, slopes_of(&x, SLOPE));
    free(x.mask);
}

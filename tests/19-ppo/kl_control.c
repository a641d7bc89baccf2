// Tests of kl_control.c.
#include "19-ppo/definitions.h"

struct price {
    float beta;
    double kl, target;
    int n;
    double horizon;
};

enum habit {
    RIGHT,
    TURNED,
    CUT_ABOVE,
    NOT_CUT,
    CUT_AT_1,
    DIFFERENCE,
    NO_STEPS,
    HORIZON_TURNED,
    ADDED,
    RATIO,
    ONLY_ERROR,
    HABITS
};
static const char *const mistake[HABITS] = {
    [TURNED] = "the sign of the error: where the KL is above its target, the price must rise",
    [NOT_CUT] = "the error is not cut to -0.2 .. 0.2",
    [CUT_ABOVE] = "the error is cut above, not below -0.2",
    [CUT_AT_1] = "the error is cut to -1 .. 1",
    [DIFFERENCE] = "kl - target: the error is a share of the target, kl / target - 1",
    [NO_STEPS] = "n / horizon is left out: the price jumps by up to 20% at once",
    [HORIZON_TURNED] = "horizon / n: n / horizon is asked for",
    [ADDED] = "error * n / horizon is added to beta: beta is multiplied by 1 + it",
    [RATIO] = "kl / target: 1 is not taken away, so the price rises even on target",
    [ONLY_ERROR] = "beta * error * n / horizon is the change alone: 1 + is missing",
};

static double price_of(const void *price, int habit) {
    const struct price *x = price;
    double error = habit == DIFFERENCE ? x->kl - x->target : habit == RATIO ? x->kl / x->target : x->kl / x->target - 1;
    if (habit == TURNED) error = -error;
    if (habit == CUT_ABOVE) error = fmin(error, 0.2);
    else if (habit != NOT_CUT) error = squeeze(error, habit == CUT_AT_1 ? -1 : -0.2, habit == CUT_AT_1 ? 1 : 0.2);
    const double part = habit == NO_STEPS ? 1 : habit == HORIZON_TURNED ? x->horizon / x->n : x->n / x->horizon;
    if (habit == ADDED) return x->beta + error * part;
    return habit == ONLY_ERROR ? x->beta * error * part : x->beta * (1 + error * part);
}

static void check(const char *what, const struct price *x) {
    const double got = kl_control(x->beta, x->kl, x->target, x->n, x->horizon);
    suspect_scalar_habits(mistake, HABITS, price_of, x);
    grade_scalar(what, got, price_of(x, RIGHT), 1e-6);
}

EXERCISE(kl_control, .number = "19.7", .points = 4) {
    // The text's example: KL 10 where 4 is wanted is 150% too much, cut to 20%; 100 of 1000 texts: 2%.
    const double got = kl_control(0.1f, 10, 4, 100, 1000);
    struct price x = {0.1f, 10, 4, 100, 1000};
    suspect_scalar_habits(mistake, HABITS, price_of, &x);
    grade_scalar("beta of the text's example", got, 0.102, 1e-7);
    x.kl = 3.6;
    check("beta where the KL is 10% too low", &x);
    x.kl = 4.6;
    check("beta where the KL is 15% too high", &x);
    x.kl = 0;
    check("beta where the KL is 0", &x);
    x.kl = 4;
    check("beta where the KL is on its target", &x);
    for (int i = 0; i < 10; i++) {
        x = (struct price){0.5f + rng_uniform(grade_rng()), 0, 1 + 3.0 * rng_uniform(grade_rng()), grade_int(50, 500),
                           grade_int(600, 3000)};
        x.kl = x.target * 2 * rng_uniform(grade_rng());
        check("beta of random numbers", &x);
    }
}

struct logs {
    float *log_prob, *log_ref;
    bool *mask;
    int B, T;
};

enum kl_habit {
    KL_RIGHT,
    KL_TURNED,
    PER_TOKEN,
    SUM,
    EVERYWHERE,
    DISTANCE,
    SQUARE,
    PER_PLACE,
    WITHOUT_REFERENCE,
    WITH_ANSWERS,
    KL_HABITS
};
static const char *const kl_mistake[KL_HABITS] = {
    [KL_TURNED] = "log_ref - log_prob: log_prob - log_ref is asked for",
    [PER_TOKEN] = "the mean over tokens: each text's sum is asked for, and the mean of those",
    [SUM] = "the sum over all texts: their mean is asked for",
    [EVERYWHERE] = "positions outside of the mask are added too",
    [DISTANCE] = "absolute differences: below the reference counts as negative",
    [SQUARE] = "squared differences: below the reference counts as negative",
    [PER_PLACE] = "divided by B * T: the mean over texts is asked for",
    [WITHOUT_REFERENCE] = "log_prob alone: the reference is not taken away",
    [WITH_ANSWERS] = "a text without an answer is left out of the mean: it counts, with 0",
};

static int texts_with_answers(const struct logs *x) {
    int texts = 0;
    for (int b = 0; b < x->B; b++) texts += count_masked(x->mask + b * x->T, x->T) > 0;
    return texts;
}

static double kl_of(const void *logs, int habit) {
    const struct logs *x = logs;
    double sum = 0;
    for (int i = 0; i < x->B * x->T; i++) {
        const double d = (double)x->log_prob[i] - (habit == WITHOUT_REFERENCE ? 0 : x->log_ref[i]);
        if (x->mask[i] || habit == EVERYWHERE) sum += habit == DISTANCE ? fabs(d) : habit == SQUARE ? d * d : d;
    }
    if (habit == KL_TURNED) sum = -sum;
    if (habit == SUM) return sum;
    if (habit == PER_TOKEN) return sum / count_masked(x->mask, x->B * x->T);
    return sum / (habit == PER_PLACE ? x->B * x->T : habit == WITH_ANSWERS ? texts_with_answers(x) : x->B);
}

static void check_kl(const char *what, const struct logs *x, double right) {
    suspect_scalar_habits(kl_mistake, KL_HABITS, kl_of, x);
    grade_scalar(what, sequence_kl(x->log_prob, x->log_ref, x->mask, x->B, x->T), right, 1e-6);
    grade_unchanged("log_prob", x->log_prob);
    grade_unchanged("log_ref", x->log_ref);
}

EXERCISE(sequence_kl, .number = "19.7", .points = 3) {
    // Two texts: 0.5 + 1 in the first one, -0.25 in the second: 1.25 / 2.
    struct logs x = {.B = 2, .T = 3};
    x.log_prob = grade_copy((float[]){-1, -0.5f, -9, -2, -7, -8}, 6);
    x.log_ref = grade_copy((float[]){-1.5f, -1.5f, -3, -1.75f, -1, -2}, 6);
    x.mask = (bool[]){true, true, false, true, false, false};
    check_kl("KL of the text's example", &x, 0.625);
    x = (struct logs){.B = grade_int(3, 8), .T = grade_int(4, 12)};
    const int N = x.B * x.T;
    x.log_prob = grade_floats(N), x.log_ref = grade_floats(N), x.mask = random_mask(N, true, false);
    check_kl("KL of random texts", &x, kl_of(&x, KL_RIGHT));
    for (int t = 0; t < x.T; t++) x.mask[x.T + t] = false;
    check_kl("KL where a text has no answer", &x, kl_of(&x, KL_RIGHT));
    x.log_ref = grade_copy(x.log_prob, N);
    grade_true(sequence_kl(x.log_prob, x.log_ref, x.mask, x.B, x.T) == 0,
               "KL to itself: got %g, expected exactly 0\nlooks like: log_prob alone: the reference is not taken away",
               sequence_kl(x.log_prob, x.log_ref, x.mask, x.B, x.T));
    free(x.mask);
}

// Tests of health.c.
#include "19-ppo/definitions.h"

struct run {
    float *a, *b;  // log_prob and log_old, or value and returns
    bool *mask;
    float clip;
    int N;
};

static struct run random_run(float near) {
    struct run x = {.N = grade_int(20, 60), .clip = 0.15f + 0.1f * rng_uniform(grade_rng())};
    x.a = grade_floats(x.N), x.b = grade_floats(x.N), x.mask = random_mask(x.N, false, true);
    for (int n = 0; n < x.N; n++) x.a[n] = x.b[n] + near * x.a[n];
    x.a = grade_copy(x.a, x.N);
    return x;
}

enum kl_habit { KL_RIGHT, WHOLE, SIGNED, DISTANCE, OF_THE_RATIO, K3, ALL, SUM, KL_HABITS };
static const char *const kl_mistake[KL_HABITS] = {
    [WHOLE] = "the squares are not halved",
    [SIGNED] = "the mean difference, not of squares: above and below cancel",
    [DISTANCE] = "absolute differences: squares are asked for",
    [OF_THE_RATIO] = "(ratio - 1)^2 / 2: the difference of the logs is asked for",
    [K3] = "ratio - 1 - log ratio, another estimate: (log_prob - log_old)^2 / 2 is asked for",
    [ALL] = "positions outside of the mask count too",
    [SUM] = "the sum: the mean over those that count is asked for",
};

static double kl_of(const void *run, int habit) {
    const struct run *x = run;
    double sum = 0;
    for (int n = 0; n < x->N; n++) {
        const double d = (double)x->a[n] - x->b[n], ratio = exp(d);
        if (!x->mask[n] && habit != ALL) continue;
        sum += habit == WHOLE          ? d * d
               : habit == SIGNED       ? d
               : habit == DISTANCE     ? fabs(d)
               : habit == OF_THE_RATIO ? (ratio - 1) * (ratio - 1) / 2
               : habit == K3           ? ratio - 1 - d
                                       : d * d / 2;
    }
    return sum / (habit == ALL ? x->N : habit == SUM ? 1 : count_masked(x->mask, x->N));
}

static void check_kl(const char *what, const struct run *x, double right) {
    suspect_scalar_habits(kl_mistake, KL_HABITS, kl_of, x);
    grade_scalar(what, approximate_kl(x->a, x->b, x->mask, x->N), right, 1e-6);
}

EXERCISE(approximate_kl, .number = "19.8", .points = 3) {
    // The text's example: moved by 0.2 and -0.4: (0.02 + 0.08) / 2.
    struct run x = {.N = 3, .clip = 0.2f, .mask = (bool[]){true, false, true}};
    x.a = grade_copy((float[]){-0.8f, -5, -1.4f}, 3), x.b = grade_copy((float[]){-1, -1, -1}, 3);
    check_kl("approximate KL of the text's example", &x, 0.05);
    x = random_run(0.5f);
    check_kl("approximate KL of random logs", &x, kl_of(&x, KL_RIGHT));
    grade_true(approximate_kl(x.b, x.b, x.mask, x.N) == 0, "approximate KL to itself: got %g, expected exactly 0",
               approximate_kl(x.b, x.b, x.mask, x.N));
    for (int n = 0; n < x.N; n++) x.mask[n] = false;
    grade_scalar("approximate KL of nothing", approximate_kl(x.a, x.b, x.mask, x.N), 0, 1e-9);
    free(x.mask);
}

enum share_habit {
    SHARE_RIGHT,
    OF_THE_LOG,
    ABOVE,
    BELOW,
    RATIO_ABOVE_CLIP,
    INSIDE,
    LOG_RATIO_SIGN,
    SAME_FACTOR,
    SHARE_HABITS
};
static const char *const share_mistake[SHARE_HABITS] = {
    [OF_THE_LOG] = "the difference of the logs is compared with clip: the ratio is e to that",
    [ABOVE] = "only ratios above 1 + clip are counted: those below 1 - clip are outside too",
    [BELOW] = "only ratios below 1 - clip are counted: those above 1 + clip are outside too",
    [RATIO_ABOVE_CLIP] = "the ratio itself is compared with clip: its distance from 1 is asked for",
    [INSIDE] = "the share that is inside: that outside is asked for",
    [LOG_RATIO_SIGN] = "old over new: the ratio is e^(log_prob - log_old)",
    [SAME_FACTOR] = "below, the bound is 1 / (1 + clip): 1 - clip is asked for, which is farther away",
};

static double share_of(const void *run, int habit) {
    const struct run *x = run;
    int count = 0;
    for (int n = 0; n < x->N; n++) {
        const double d = (double)x->a[n] - x->b[n], off = exp(habit == LOG_RATIO_SIGN ? -d : d) - 1;
        if (!x->mask[n]) continue;
        count += habit == OF_THE_LOG         ? fabs(d) > x->clip
                 : habit == ABOVE            ? off > x->clip
                 : habit == BELOW            ? off < -x->clip
                 : habit == RATIO_ABOVE_CLIP ? off + 1 > x->clip
                 : habit == INSIDE           ? fabs(off) <= x->clip
                 : habit == SAME_FACTOR      ? fabs(d) > log(1 + (double)x->clip)
                                             : fabs(off) > x->clip;
    }
    return (double)count / count_masked(x->mask, x->N);
}

static void check_share(const char *what, const struct run *x, double right) {
    suspect_scalar_habits(share_mistake, SHARE_HABITS, share_of, x);
    grade_scalar(what, clip_share(x->a, x->b, x->mask, x->clip, x->N), right, 1e-6);
}

EXERCISE(clip_share, .number = "19.8", .points = 3) {
    // e^0.19 is 1.209, e^0.25 and e^0.4 are more; e^-0.3 is 0.741, e^-0.5 less; only e^0.1 = 1.105 is inside: 5 of 6.
    struct run x = {.N = 7, .clip = 0.2f, .mask = (bool[]){true, true, true, true, true, true, false}};
    x.a = grade_copy((float[]){-0.81f, -0.75f, -0.6f, -1.3f, -1.5f, -0.9f, 7}, 7);
    x.b = grade_copy((float[]){-1, -1, -1, -1, -1, -1, -1}, 7);
    check_share("share of the text's example", &x, 5.0 / 6);
    // In logs the bounds are not equally far away: e^-0.19 = 0.827 is inside, though 1 / 0.827 is not.
    x = (struct run){.N = 3, .clip = 0.2f, .mask = (bool[]){true, true, true}};
    x.a = grade_copy((float[]){-1.19f, -0.79f, -3}, 3), x.b = grade_copy((float[]){-1, -1, -1}, 3);
    check_share("share where the logs moved by -0.19, 0.21 and -2", &x, 2.0 / 3);
    x = random_run(0.3f);
    check_share("share of random logs", &x, share_of(&x, SHARE_RIGHT));
    grade_scalar("share where nothing has moved", clip_share(x.b, x.b, x.mask, x.clip, x.N), 0, 1e-9);
    free(x.mask);
}

enum part_habit { PART_RIGHT, UNEXPLAINED, DEVIATIONS, OF_THE_VALUES, NOT_CENTRED, BY_VALUES, PART_HABITS };
static const char *const part_mistake[PART_HABITS] = {
    [UNEXPLAINED] = "the share that is left: 1 minus it is asked for",
    [DEVIATIONS] = "standard deviations are compared: variances are asked for",
    [OF_THE_VALUES] = "variance(value) / variance(returns): a critic that varies at random has that too",
    [NOT_CENTRED] = "the mean square of what is left: a critic that is off by a constant has explained the variance",
    [BY_VALUES] = "divided by the variance of the values: by that of the returns is asked for",
};

// Variance, or mean square, of first * returns + second * value.
static double spread(const struct run *x, double first, double second, bool centred) {
    const int count = count_masked(x->mask, x->N);
    double mean = 0, square = 0;
    for (int n = 0; n < x->N; n++)
        if (x->mask[n]) {
            const double y = first * x->b[n] + second * x->a[n];
            mean += y / count, square += y * y / count;
        }
    return square - (centred ? mean * mean : 0);
}

static double part_of(const void *run, int habit) {
    const struct run *x = run;
    const double left = spread(x, 1, -1, habit != NOT_CENTRED), all = spread(x, 1, 0, true);
    if (habit == UNEXPLAINED) return left / all;
    if (habit == DEVIATIONS) return 1 - sqrt(left / all);
    if (habit == OF_THE_VALUES) return spread(x, 0, 1, true) / all;
    if (habit == BY_VALUES) return 1 - left / spread(x, 0, 1, true);
    return 1 - left / all;
}

static void check_part(const char *what, const struct run *x, double right) {
    suspect_scalar_habits(part_mistake, PART_HABITS, part_of, x);
    grade_scalar(what, explained_variance(x->a, x->b, x->mask, x->N), right, 1e-5);
}

EXERCISE(explained_variance, .number = "19.8", .points = 3) {
    // Returns 0, 4, 0, 4 vary by 4; what is left of them, 0, 2, 0, 0, by 3/4.
    struct run x = {.N = 5, .mask = (bool[]){true, true, false, true, true}};
    x.a = grade_copy((float[]){0, 2, 50, 0, 4}, 5), x.b = grade_copy((float[]){0, 4, -70, 0, 4}, 5);
    check_part("part of the text's example", &x, 0.8125);
    x = random_run(0.5f);
    check_part("part of random values", &x, part_of(&x, PART_RIGHT));
    for (int n = 0; n < x.N; n++) x.a[n] += 2;
    x.a = grade_copy(x.a, x.N);
    check_part("part where the critic is off by 2", &x, part_of(&x, PART_RIGHT));
    for (int n = 0; n < x.N; n++) x.a[n] = 1.5f;
    check_part("part of a constant critic", &x, 0);
    for (int n = 0; n < x.N; n++) x.a[n] = -x.b[n];
    check_part("part of a critic that is turned round", &x, -3);
    for (int n = 0; n < x.N; n++) x.b[n] = 0.5f;
    grade_scalar("part where returns do not vary", explained_variance(x.a, x.b, x.mask, x.N), 0, 1e-9);
    free(x.mask);
}

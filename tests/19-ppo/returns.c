// Tests of returns.c.
#include "19-ppo/definitions.h"

struct episode {
    float *reward, *value;
    float gamma, lambda;
    int n;
};

static struct episode random_episode(int n) {
    return (struct episode){grade_floats(n), grade_floats(n), 0.5f + 0.4f * rng_uniform(grade_rng()),
                            0.2f + 0.6f * rng_uniform(grade_rng()), n};
}

enum returns_habit {
    RETURNS_RIGHT,
    NO_GAMMA,
    ALL_GAMMA,
    FROM_THE_START,
    PAST,
    ONE_STEP,
    REWARD_LEFT_OUT,
    RETURNS_HABITS
};
static const char *const returns_mistake[RETURNS_HABITS] = {
    [NO_GAMMA] = "gamma is not used",
    [ALL_GAMMA] = "the step's own reward is multiplied by gamma too: only what comes later is worth less",
    [FROM_THE_START] = "rewards are discounted from the episode's first step, not from step t on",
    [PAST] = "what was earned up to step t: what comes from step t on is asked for",
    [ONE_STEP] = "only the next step's reward is added: all later ones count",
    [REWARD_LEFT_OUT] = "the step's own reward is left out: what it earns at once is among what came of it",
};

// By definition: for each step the sum over all later ones.
static double *returns_of(const void *episode, int habit) {
    const struct episode *x = episode;
    double *r = grade_doubles(x->n);
    for (int t = 0; t < x->n; t++) {
        const int first = habit == PAST ? 0 : habit == REWARD_LEFT_OUT ? t + 1 : t, last = habit == PAST ? t : x->n - 1;
        for (int s = first; s <= last && (habit != ONE_STEP || s <= t + 1); s++) {
            const int age = habit == FROM_THE_START ? s
                            : habit == PAST         ? t - s
                            : habit == ALL_GAMMA    ? s - t + 1
                                                    : s - t;
            r[t] += (habit == NO_GAMMA ? 1 : pow(x->gamma, age)) * x->reward[s];
        }
    }
    return r;
}

static void check_returns(const char *what, const struct episode *x) {
    float *r = grade_output(x->n);
    discounted_returns(r, x->reward, x->gamma, x->n);
    suspect_habits(returns_mistake, RETURNS_HABITS, returns_of, x);
    grade_array(what, r, returns_of(x, RETURNS_RIGHT), AXES("t", x->n), 1e-5);
    grade_unchanged("reward", x->reward);
}

EXERCISE(discounted_returns, .number = "19.2", .points = 4) {
    // The text's example: rewards 1, 0, 2, gamma 1/2: from the end 2, 0 + 1, 1 + 1/2.
    struct episode x = {grade_copy((float[]){1, 0, 2}, 3), NULL, 0.5f, 1, 3};
    float *r = grade_output(3);
    discounted_returns(r, x.reward, 0.5f, 3);
    suspect_habits(returns_mistake, RETURNS_HABITS, returns_of, &x);
    grade_array("returns of the text's example", r, (double[]){1.5, 1, 2}, AXES("t", 3), 1e-6);
    x = random_episode(grade_int(5, 30));
    check_returns("returns of a random episode", &x);
    x.gamma = 1;
    check_returns("returns with gamma 1", &x);
    x.gamma = 0;
    check_returns("returns with gamma 0", &x);
    x = random_episode(1);
    check_returns("returns of a single step", &x);
}

enum habit {
    RIGHT,
    NO_NEXT_VALUE,
    VALUE_NOT_DISCOUNTED,
    NO_LAMBDA,
    NOT_DISCOUNTED,
    DELTAS,
    TURNED,
    LAST_VALUE,
    FORWARD,
    WITHOUT_VALUE,
    HABITS
};
static const char *const mistake[HABITS] = {
    [NO_NEXT_VALUE] =
        "delta is reward - value: what the critic expects of the next step, gamma * value[t+1], is missing",
    [VALUE_NOT_DISCOUNTED] = "value[t+1] is not multiplied by gamma",
    [NO_LAMBDA] = "lambda is not used: later surprises count with gamma * lambda",
    [NOT_DISCOUNTED] = "later surprises count with lambda alone: gamma * lambda is asked for",
    [DELTAS] = "only this step's delta: later ones are left out",
    [TURNED] = "the sign of delta: better than expected is positive",
    [LAST_VALUE] = "behind the end value[n-1] is used again: nothing comes there, 0",
    [FORWARD] = "the loop runs from the start: surprises that came before are added, not later ones",
    [WITHOUT_VALUE] = "the critic is not used: these are discounted returns",
};

// Habit 0 is the weighted mean of all k-step advantages (Schulman et al. 2016, equation 16), which needs no recursion:
//     A_k = reward[t] + .. + gamma^(k-1) reward[t+k-1] + gamma^k value[t+k] - value[t],
// weights (1-lambda) lambda^(k-1), and all that is left for the longest one.
static double by_steps(const struct episode *x, int t) {
    const int K = x->n - t;
    double sum = 0, mean = 0;
    for (int k = 1; k <= K; k++) {
        sum += pow(x->gamma, k - 1) * x->reward[t + k - 1];
        const double next = t + k < x->n ? x->value[t + k] : 0;
        const double weight = k < K ? (1 - (double)x->lambda) * pow(x->lambda, k - 1) : pow(x->lambda, K - 1);
        mean += weight * (sum + pow(x->gamma, k) * next - x->value[t]);
    }
    return mean;
}

static double delta_of(const struct episode *x, int t, int habit) {
    double next = t + 1 < x->n ? x->value[t + 1] : habit == LAST_VALUE ? x->value[t] : 0;
    if (habit == NO_NEXT_VALUE || habit == WITHOUT_VALUE) next = 0;
    const double delta = x->reward[t] + (habit == VALUE_NOT_DISCOUNTED ? 1 : x->gamma) * next -
                         (habit == WITHOUT_VALUE ? 0 : x->value[t]);
    return habit == TURNED ? -delta : delta;
}

static double *advantages_of(const void *episode, int habit) {
    const struct episode *x = episode;
    double *a = grade_doubles(x->n);
    for (int t = 0; t < x->n; t++) {
        const int first = habit == FORWARD ? 0 : t, last = habit == DELTAS || habit == FORWARD ? t : x->n - 1;
        const double fade = habit == NO_LAMBDA || habit == WITHOUT_VALUE ? x->gamma
                            : habit == NOT_DISCOUNTED                    ? x->lambda
                                                                         : (double)x->gamma * x->lambda;
        for (int s = first; s <= last; s++) a[t] += pow(fade, abs(s - t)) * delta_of(x, s, habit);
        if (habit == RIGHT) a[t] = by_steps(x, t);
    }
    return a;
}

static double *plus_value(const struct episode *x, double of_advantage, int shift) {
    double *r = advantages_of(x, RIGHT);
    for (int t = 0; t < x->n; t++)
        r[t] = of_advantage * r[t] + (shift < 0 ? 0 : t + shift < x->n ? x->value[t + shift] : 0);
    return r;
}

static void check(const char *what, const struct episode *x) {
    float *advantage = grade_output(x->n), *returns = grade_output(x->n);
    char name[90];
    gae(advantage, returns, x->reward, x->value, x->gamma, x->lambda, x->n);
    snprintf(name, sizeof name, "advantage %s", what);
    suspect_habits(mistake, HABITS, advantages_of, x);
    grade_array(name, advantage, advantages_of(x, RIGHT), AXES("t", x->n), 1e-5);
    snprintf(name, sizeof name, "returns %s", what);
    suspect("the advantage itself: the value is to be added", plus_value(x, 1, -1));
    suspect("value[t+1] is added: value[t] is asked for", plus_value(x, 1, 1));
    suspect("the value alone: the advantage is to be added", plus_value(x, 0, 0));
    suspect("value - advantage: both are added", plus_value(x, -1, 0));
    suspect("discounted rewards: advantage + value is asked for", returns_of(x, RETURNS_RIGHT));
    grade_array(name, returns, plus_value(x, 1, 0), AXES("t", x->n), 1e-5);
    grade_unchanged("reward", x->reward);
    grade_unchanged("value", x->value);
}

EXERCISE(gae, .number = "19.2", .points = 10) {
    // The text's example: rewards 1, 0, 2, the critic says 1 each time, gamma 0.5, lambda 0.8. Deltas 0.5, -0.5,
    // 1; advantages from the end: 1, -0.5 + 0.4, 0.5 - 0.4 * 0.1.
    struct episode x = {grade_copy((float[]){1, 0, 2}, 3), grade_copy((float[]){1, 1, 1}, 3), 0.5f, 0.8f, 3};
    float *advantage = grade_output(3), *returns = grade_output(3);
    gae(advantage, returns, x.reward, x.value, 0.5f, 0.8f, 3);
    suspect_habits(mistake, HABITS, advantages_of, &x);
    grade_array("advantage of the text's example", advantage, (double[]){0.46, -0.1, 1}, AXES("t", 3), 1e-6);
    check("of the text's example", &x);
    for (int i = 0; i < 4; i++) {
        x = random_episode(grade_int(4, 30));
        check("of a random episode", &x);
    }
    x.lambda = 0;
    check("with lambda 0, deltas alone", &x);
    x.lambda = 1;
    check("with lambda 1", &x);
    x.value = grade_copy_doubles(grade_doubles(x.n), x.n);
    advantage = grade_output(x.n), returns = grade_output(x.n);
    gae(advantage, returns, x.reward, x.value, x.gamma, 1, x.n);
    grade_array("advantage with lambda 1 and values 0, the discounted returns", advantage,
                returns_of(&x, RETURNS_RIGHT), AXES("t", x.n), 1e-5);
    x = random_episode(1);
    check("of a single step", &x);
}

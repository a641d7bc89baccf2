// Tests of advantages.c.
#include "19-ppo/definitions.h"

struct texts {
    float *reward, *value;
    bool *mask;
    float gamma, lambda;
    int B, T;
};

enum habit { RIGHT, WHOLE_ROW, FROM_THE_START, TO_THE_END, SHORT_START, SHORT_END, ON_AND_ON, ROW_0, HABITS };
static const char *const mistake[HABITS] = {
    [WHOLE_ROW] = "the whole row is one episode: only the places where mask holds are its steps",
    [FROM_THE_START] = "the tokens of the question are steps too: the episode begins where mask does",
    [TO_THE_END] = "the padding behind the answer is among the steps: behind the last one comes 0",
    [SHORT_START] = "the first step is left out: the answer's first token was chosen at the question's last one",
    [SHORT_END] = "the last step is left out, and with it the score",
    [ON_AND_ON] = "one episode runs on into the next text: behind a text's last step comes 0",
    [ROW_0] = "all texts are read in row 0: b * T is missing",
};

// GAE over the steps first .. last of a row, by definition: the sum over all later deltas, with (gamma lambda)^age.
static double gae_at(const struct texts *x, int row, int t, int last) {
    double sum = 0;
    for (int s = t; s <= last; s++) {
        const double next = s < last ? x->value[row + s + 1] : 0;
        const double delta = x->reward[row + s] + x->gamma * next - x->value[row + s];
        sum += pow((double)x->gamma * x->lambda, s - t) * delta;
    }
    return sum;
}

static double *advantages(const void *texts, int habit) {
    const struct texts *x = texts;
    double *a = grade_doubles(x->B * x->T), later = 0, next = 0;
    for (int b = 0; b < x->B; b++) {
        const bool *mask = x->mask + b * x->T;
        int first = 0, last = x->T - 1;
        while (first < x->T && !mask[first]) first++;
        if (first == x->T && habit != WHOLE_ROW) continue;
        while (last > 0 && !mask[last]) last--;
        const int begin = habit == WHOLE_ROW || habit == FROM_THE_START ? 0 : habit == SHORT_START ? first + 1 : first;
        const int end = habit == WHOLE_ROW || habit == TO_THE_END ? x->T - 1 : habit == SHORT_END ? last - 1 : last;
        const int row = habit == ROW_0 ? 0 : b * x->T;
        for (int t = begin; t <= end; t++) a[b * x->T + t] = gae_at(x, row, t, end);
    }
    if (habit != ON_AND_ON) return a;
    for (int i = x->B * x->T - 1; i >= 0; i--) {
        if (!x->mask[i]) continue;
        later = x->reward[i] + x->gamma * next - x->value[i] + (double)x->gamma * x->lambda * later;
        next = x->value[i];
        a[i] = later;
    }
    return a;
}

static double *with_value(const struct texts *x, bool everywhere) {
    double *r = advantages(x, RIGHT);
    for (int i = 0; i < x->B * x->T; i++)
        if (everywhere || x->mask[i]) r[i] += x->value[i];
    return r;
}

static void check(const char *what, const struct texts *x) {
    float *advantage = grade_output(x->B * x->T), *returns = grade_output(x->B * x->T);
    char name[90];
    batch_advantages(advantage, returns, x->reward, x->value, x->mask, x->gamma, x->lambda, x->B, x->T);
    snprintf(name, sizeof name, "advantage %s", what);
    suspect_habits(mistake, HABITS, advantages, x);
    grade_array(name, advantage, advantages(x, RIGHT), AXES("bt", x->B, x->T), 1e-5);
    snprintf(name, sizeof name, "returns %s", what);
    suspect("outside of the mask returns is 0, not the critic's value", with_value(x, true));
    suspect("returns is advantage + value where mask holds", advantages(x, RIGHT));
    grade_array(name, returns, with_value(x, false), AXES("bt", x->B, x->T), 1e-5);
    grade_unchanged("reward", x->reward);
    grade_unchanged("value", x->value);
}

static struct texts random_texts(void) {
    struct texts x = {.B = grade_int(3, 7), .T = grade_int(9, 16), .gamma = 0.9f, .lambda = 0.8f};
    x.reward = grade_floats(x.B * x.T), x.value = grade_floats(x.B * x.T);
    x.mask = alloc_zeroed((size_t)(x.B * x.T), sizeof *x.mask);
    for (int b = 0; b < x.B; b++) {
        const int first = grade_int(1, x.T - 4), last = grade_int(first + 1, x.T - 2);
        for (int t = first; t <= last; t++) x.mask[b * x.T + t] = true;
    }
    return x;
}

EXERCISE(batch_advantages, .number = "19.5", .points = 7, .needs = "gae") {
    // Exercise 19.2's episode inside of a row, and one of a single step: 3 - 1.
    struct texts x = {.gamma = 0.5f, .lambda = 0.8f, .B = 2, .T = 5};
    x.reward = grade_copy((float[]){0, 1, 0, 2, 0, 0, 0, 0, 3, 0}, 10);
    x.value = grade_copy((float[]){4, 1, 1, 1, 5, 6, 7, 8, 1, 9}, 10);
    x.mask = (bool[]){false, true, true, true, false, false, false, false, true, false};
    float *advantage = grade_output(10), *returns = grade_output(10);
    batch_advantages(advantage, returns, x.reward, x.value, x.mask, 0.5f, 0.8f, 2, 5);
    suspect_habits(mistake, HABITS, advantages, &x);
    grade_array("advantage of the text's example", advantage, (double[]){0, 0.46, -0.1, 1, 0, 0, 0, 0, 2, 0},
                AXES("bt", 2, 5), 1e-6);
    check("of the text's example", &x);
    x = random_texts();
    check("of random texts", &x);
    for (int t = 0; t < x.T; t++) x.mask[t] = true, x.mask[x.T + t] = false;
    check("where the first row is full and the second one empty", &x);
    free(x.mask);
}

struct sample {
    float *x;
    bool *mask;
    bool keep_mean;
    int N;
};

enum white_habit {
    WHITE,
    ALL_COUNT,
    N_MINUS_1,
    VARIANCE,
    EPS_OUTSIDE,
    KEEP_IGNORED,
    KEEP_TURNED,
    NOT_CENTRED,
    OUTSIDE_LEFT,
    OUTSIDE_TOO,
    NO_MEAN_SQUARE,
    WHITE_HABITS
};
static const char *const white_mistake[WHITE_HABITS] = {
    [ALL_COUNT] = "mean and variance are taken over all N: only those where mask holds count",
    [N_MINUS_1] = "the variance is divided by one less than their number: divide by their number",
    [VARIANCE] = "divided by the variance: its square root is asked for",
    [EPS_OUTSIDE] = "1e-8 is added to the root, not to the variance inside of it",
    [KEEP_TURNED] = "keep_mean is turned round: the mean is added again where it is true",
    [KEEP_IGNORED] = "keep_mean is not used: the mean is added again where it is true",
    [NOT_CENTRED] = "the mean is not taken away",
    [OUTSIDE_LEFT] = "outside of the mask x stays as it was: 0 is asked for",
    [OUTSIDE_TOO] = "what lies outside of the mask is whitened too: 0 is asked for",
    [NO_MEAN_SQUARE] = "the mean is not taken away before squaring: that is no variance",
};

static double *whites(const void *sample, int habit) {
    const struct sample *s = sample;
    double *y = grade_doubles(s->N), mean = 0, square = 0;
    int count = 0;
    for (int n = 0; n < s->N; n++)
        if (s->mask[n] || habit == ALL_COUNT) mean += s->x[n], count++;
    mean /= count > 0 ? count : 1;
    for (int n = 0; n < s->N; n++) {
        const double distance = s->x[n] - (habit == NO_MEAN_SQUARE ? 0 : mean);
        if (s->mask[n] || habit == ALL_COUNT) square += distance * distance;
    }
    square /= habit == N_MINUS_1 && count > 1 ? count - 1 : count > 0 ? count : 1;
    double unit = habit == EPS_OUTSIDE ? sqrt(square) + 1e-8 : sqrt(square + 1e-8);
    if (habit == VARIANCE) unit = square + 1e-8;
    const bool keep = habit == KEEP_TURNED ? !s->keep_mean : habit == KEEP_IGNORED ? false : s->keep_mean;
    for (int n = 0; n < s->N; n++) {
        if (s->mask[n] || habit == OUTSIDE_TOO)
            y[n] = (s->x[n] - (habit == NOT_CENTRED ? 0 : mean)) / unit + (keep ? mean : 0);
        else if (habit == OUTSIDE_LEFT) y[n] = s->x[n];
    }
    return y;
}

static void check_white(const char *what, const struct sample *s) {
    float *got = grade_copy(s->x, s->N);
    whiten(got, s->mask, s->keep_mean, s->N);
    for (int n = 0; n < s->N; n++)
        grade_true(isfinite(got[n]), "%s: got %g at n=%d\nlooks like: divided by 0: the variance alone, without 1e-8",
                   what, (double)got[n], n);
    suspect_habits(white_mistake, WHITE_HABITS, whites, s);
    grade_array(what, got, whites(s, WHITE), AXES("n", s->N), 1e-5);
}

EXERCISE(whiten, .number = "19.5", .points = 5) {
    // 1 and 5 have mean 3 and deviation 2; 100 does not count.
    struct sample s = {(float[]){1, 100, 5}, (bool[]){true, false, true}, false, 3};
    float *got = grade_copy(s.x, 3);
    whiten(got, s.mask, false, 3);
    suspect_habits(white_mistake, WHITE_HABITS, whites, &s);
    grade_array("whitened {1, (100), 5}", got, (double[]){-1, 0, 1}, AXES("n", 3), 1e-6);
    s.keep_mean = true;
    check_white("{1, (100), 5} with keep_mean", &s);
    s = (struct sample){.N = grade_int(10, 50), .keep_mean = false};
    s.x = grade_floats(s.N), s.mask = random_mask(s.N, true, false);
    for (int n = 0; n < s.N; n++) s.x[n] = 2 + 3 * s.x[n];
    check_white("random numbers", &s);
    s.keep_mean = true;
    check_white("random numbers with keep_mean", &s);
    float *tiny = grade_floats(s.N);
    for (int n = 0; n < s.N; n++) tiny[n] = s.x[n] * 1e-4f, s.x[n] = s.mask[n] ? 0.7f : 3;
    check_white("a constant with keep_mean", &s);
    s.keep_mean = false;
    check_white("a constant", &s);
    s.x = tiny;
    check_white("tiny numbers", &s);
    for (int n = 0; n < s.N; n++) s.mask[n] = false;
    check_white("nothing that counts", &s);
    free(s.mask);
}

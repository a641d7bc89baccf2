// Tests of group.c.
#include "19-ppo/definitions.h"
#include "20-dpo/dpo.h"

struct groups {
    float *score;
    bool divide;
    int K, G;
};

enum habit {
    RIGHT,
    OVER_G,
    MEAN_OF_ALL,
    DEVIATION_OF_ALL,
    VARIANCE,
    SMALL_INSIDE,
    NO_SMALL,
    OTHERS,
    SIGN,
    ALWAYS,
    NEVER,
    COLUMNS,
    NOT_CENTRED,
    MEDIAN,
    HABITS
};
static const char *const mistake[HABITS] = {
    [OVER_G] = "the deviation is divided by G: by G - 1 here",
    [MEAN_OF_ALL] = "the mean of all K * G scores: an answer is compared with those to the same question",
    [DEVIATION_OF_ALL] = "the deviation of all K * G scores: of each group is asked for",
    [VARIANCE] = "divided by the variance: the deviation is its root",
    [SMALL_INSIDE] = "1e-4 is inside of the root: it is added to the deviation",
    [NO_SMALL] = "1e-4 is not added to the deviation",
    [OTHERS] = "the mean of the others (RLOO): that of all G, its own score too, is asked for",
    [SIGN] = "the sign: a score above the mean is an advantage",
    [ALWAYS] = "divided by the deviation though divide is false",
    [NEVER] = "not divided by the deviation, though divide is true",
    [COLUMNS] = "answer g of question k is number k * G + g",
    [NOT_CENTRED] = "the mean is not subtracted",
    [MEDIAN] = "the best score is subtracted: their mean is asked for",
};

static double *advantages_of(const void *groups, int habit) {
    const struct groups *x = groups;
    const int n = x->K * x->G;
    double *out = grade_doubles(n), mean_all = 0, square_all = 0;
    for (int i = 0; i < n; i++) mean_all += (double)x->score[i] / n;
    for (int i = 0; i < n; i++) square_all += (x->score[i] - mean_all) * (x->score[i] - mean_all);
    for (int k = 0; k < x->K; k++) {
        double mean = 0, square = 0, best = -1e30;
        for (int g = 0; g < x->G; g++) mean += (double)x->score[habit == COLUMNS ? g * x->K + k : k * x->G + g] / x->G;
        for (int g = 0; g < x->G; g++) {
            const double s = x->score[habit == COLUMNS ? g * x->K + k : k * x->G + g];
            square += (s - mean) * (s - mean), best = fmax(best, s);
        }
        if (habit == DEVIATION_OF_ALL) square = square_all;
        const int count = (habit == DEVIATION_OF_ALL ? n : x->G) - (habit != OVER_G);
        const double variance = count > 0 ? square / count : 0;
        double unit = sqrt(variance) + 1e-4;
        if (habit == VARIANCE) unit = variance + 1e-4;
        if (habit == SMALL_INSIDE) unit = sqrt(variance + 1e-4);
        if (habit == NO_SMALL) unit = sqrt(variance);
        const bool divide = habit == ALWAYS || (habit != NEVER && x->divide);
        for (int g = 0; g < x->G; g++) {
            const int at = habit == COLUMNS ? g * x->K + k : k * x->G + g;
            double from = habit == MEAN_OF_ALL ? mean_all : habit == NOT_CENTRED ? 0 : habit == MEDIAN ? best : mean;
            if (habit == OTHERS) from = (mean * x->G - x->score[at]) / (x->G > 1 ? x->G - 1 : 1);
            out[at] = (x->score[at] - from) * (habit == SIGN ? -1 : 1) / (divide ? unit : 1);
        }
    }
    return out;
}

static void check(const char *what, const struct groups *x, const double *right, double tolerance) {
    float *advantage = grade_output(x->K * x->G);
    group_advantages(advantage, x->score, x->divide, x->K, x->G);
    for (int i = 0; i < x->K * x->G; i++)
        grade_true(!isnan(advantage[i]) || isnan(right[i]),
                   "%s: answer %d of question %d was not written, or is NaN\nlooks like: 0 divided by 0: add 1e-4 to "
                   "the deviation, and the deviation of a single score is 0",
                   what, i % x->G, i / x->G);
    suspect_habits(mistake, HABITS, advantages_of, x);
    grade_array(what, advantage, right, AXES("kg", x->K, x->G), tolerance);
    grade_unchanged("score", x->score);
}

static struct groups random_groups(bool divide, double around, double spread) {
    struct groups x = {.divide = divide, .K = grade_int(3, 6), .G = grade_int(7, 11)};
    x.score = grade_floats(x.K * x.G);
    for (int i = 0; i < x.K * x.G; i++)
        x.score[i] = (float)(around + (i / x.G) + spread * (1 + i / x.G) * (double)x.score[i]);
    x.score = grade_copy(x.score, x.K * x.G);
    return x;
}

EXERCISE(group_advantages, .number = "20.4", .points = 12) {
    // The text's example: 0, 2, 4 have mean 2 and deviation 2; 5, 5, 5 say nothing; -1, -1, 2: mean 0, root of 3.
    struct groups x = {.divide = true, .K = 3, .G = 3};
    x.score = grade_copy((float[]){0, 2, 4, 5, 5, 5, -1, -1, 2}, 9);
    check("advantages of the text's example", &x,
          (double[]){-0.99995, 0, 0.99995, 0, 0, 0, -0.577317, -0.577317, 1.154634}, 1e-4);
    x.divide = false;
    check("advantages of the text's example, not divided", &x, (double[]){-2, 0, 2, 0, 0, 0, -1, -1, 2}, 1e-5);
    x = random_groups(true, 0, 1);
    check("advantages of random scores", &x, advantages_of(&x, RIGHT), 3e-4);
    x = random_groups(false, 0, 1);
    check("advantages of random scores, not divided", &x, advantages_of(&x, RIGHT), 1e-5);
    x = random_groups(true, 0, 3e-4);
    check("advantages of scores that hardly differ", &x, advantages_of(&x, RIGHT), 1e-2);
    x = random_groups(true, 300, 1);
    check("advantages of scores around 300", &x, advantages_of(&x, RIGHT), 1e-3);
    x = (struct groups){.score = grade_copy((float[]){3, -2, 0.5f}, 3), .divide = true, .K = 3, .G = 1};
    check("advantages of single answers", &x, (double[]){0, 0, 0}, 1e-6);
}

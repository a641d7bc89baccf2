// Tests of ewc.c.
#include "16-sft/small.h"

enum mistake { AS_DEFINED, NO_HALF, NO_LAMBDA, NOT_SQUARED, FISHER_SQUARED, NO_FISHER, FROM_ZERO, NO_SUM, MISTAKES };
static const char *const mistake_name[] = {"",
                                           "the 1/2 is missing",
                                           "lambda is missing",
                                           "the way from the anchor is not squared",
                                           "the Fisher information is squared once more: it holds squares already",
                                           "every weight counts alike: the Fisher information is not used",
                                           "the way from 0, not from the anchor",
                                           "divided by n: a mean, where a sum is asked for"};

static double plain_penalty(const float *w, const float *anchor, const float *fisher, double lambda, int n,
                            enum mistake mistake) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
        const double away = (double)w[i] - (mistake == FROM_ZERO ? 0 : (double)anchor[i]), F = (double)fisher[i];
        const double far = mistake == NOT_SQUARED ? away : away * away;
        sum += far * (mistake == NO_FISHER ? 1 : mistake == FISHER_SQUARED ? F * F : F);
    }
    return sum * (mistake == NO_HALF ? 1 : 0.5) * (mistake == NO_LAMBDA ? 1 : lambda) / (mistake == NO_SUM ? n : 1);
}

static void suspect_penalties(const float *w, const float *anchor, const float *fisher, double lambda, int n) {
    for (int j = 1; j < MISTAKES; j++)
        suspect_scalar(mistake_name[j], plain_penalty(w, anchor, fisher, lambda, n, (enum mistake)j));
}

// The text's example.
static const float w2[2] = {1.5f, 0.5f}, anchor2[2] = {1, 1}, fisher2[2] = {4, 0.1f};

EXERCISE(ewc_penalty, .number = "16.9", .points = 3) {
    const double example = (double)ewc_penalty(w2, anchor2, fisher2, 3, 2);
    suspect_scalar("the way from the anchor is not squared, or the 1/2 is missing", 3.075);
    suspect_penalties(w2, anchor2, fisher2, 3, 2);
    grade_scalar("the text's example: 3/2 * (4 * 0.25 + 0.1 * 0.25)", example, 1.5375, 1e-6);
    for (int round = 0; round < 4; round++) {
        const int n = grade_int(5, 90);
        float *w = grade_floats(n), *anchor = grade_floats(n), *fisher = grade_floats(n);
        const float lambda = 1.5f + 2 * rng_uniform(grade_rng());
        for (int i = 0; i < n; i++) fisher[i] = fabsf(fisher[i]);
        const double got = (double)ewc_penalty(w, anchor, fisher, lambda, (size_t)n);
        suspect_penalties(w, anchor, fisher, (double)lambda, n);
        grade_scalar("penalty", got, plain_penalty(w, anchor, fisher, (double)lambda, n, AS_DEFINED), 1e-5);
    }
    // One weight far away, and 40,000 close by, each too little to change a float of that size.
    enum { MANY = 40001 };
    float *w = grade_copy_doubles(grade_doubles(MANY), MANY), *anchor = grade_copy_doubles(grade_doubles(MANY), MANY);
    float *fisher = grade_copy_doubles(grade_doubles(MANY), MANY);
    for (int i = 0; i < MANY; i++) w[i] = i ? 0.5f : 8192, fisher[i] = 1;
    const double got = (double)ewc_penalty(w, anchor, fisher, 2, MANY);
    suspect_scalar("the sum is kept in a float, in which small parts are lost beside a large one", 67108864);
    grade_scalar("8192^2 + 40000 * 0.5^2", got, 67118864, 1e-5);
    grade_scalar("nothing moved", (double)ewc_penalty(w, w, fisher, 2, MANY), 0, 1e-9);
}

EXERCISE(ewc_backward, .number = "16.9", .points = 3) {
    float dw[2] = {0};
    ewc_backward(dw, w2, anchor2, fisher2, 3, 2);
    suspect("twice too steep: the 1/2 of the penalty and the 2 of the square are one factor of 1",
            (double[]){12, -0.3});
    suspect("half as steep as it should be: the square's slope has a factor of 2", (double[]){3, -0.075});
    suspect("toward the gradient's negative: the slope is w - anchor, not anchor - w", (double[]){-6, 0.15});
    suspect("the way from the anchor is squared; that is the penalty, not its slope", (double[]){3, 0.075});
    suspect("every weight counts alike: the Fisher information is not used", (double[]){1.5, -1.5});
    suspect("the way from 0, not from the anchor", (double[]){18, 0.15});
    suspect("lambda is missing", (double[]){2, -0.05});
    grade_array("the text's example: 3 * 4 * 0.5 and 3 * 0.1 * -0.5", grade_copy(dw, 2), (double[]){6, -0.15},
                AXES("i", 2), 1e-5);
    const int n = grade_int(20, 90);
    float *w = grade_floats(n), *anchor = grade_floats(n), *fisher = grade_floats(n), *grad = grade_grad(n);
    const float lambda = 1.5f + 2 * rng_uniform(grade_rng());
    double *want = grade_doubles(n), *alike = grade_doubles(n), *from_zero = grade_doubles(n),
           *plain = grade_doubles(n);
    for (int i = 0; i < n; i++) {
        fisher[i] = fabsf(fisher[i]);
        const double away = (double)w[i] - (double)anchor[i];
        want[i] = (double)lambda * (double)fisher[i] * away;
        alike[i] = (double)lambda * away;
        from_zero[i] = (double)lambda * (double)fisher[i] * (double)w[i];
        plain[i] = (double)fisher[i] * away;
    }
    ewc_backward(grad, w, anchor, fisher, lambda, (size_t)n);
    suspect("every weight counts alike: the Fisher information is not used", alike);
    suspect("the way from 0, not from the anchor", from_zero);
    suspect("lambda is missing", plain);
    grade_gradient("dw", grad, want, AXES("i", n), 1e-5);
}

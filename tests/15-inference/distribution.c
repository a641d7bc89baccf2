#define _POSIX_C_SOURCE 200809L
// Tests of distribution.c.
#include "15-inference/choosing.h"

static const char *const habit_name[HABITS] = {
    [TIMES_T] = "multiplied by the temperature, where divided is asked for",
    [NO_T] = "the temperature is not used",
    [NO_TOP_K] = "top_k is not used",
    [NO_TOP_P] = "top_p is not used",
    [P_OF_ALL] = "top_p is compared with shares of all tokens, where shares of those that top_k left are asked for",
    [ONE_SHORT] = "the token with which the sum reaches top_p is thrown out; it should stay",
    [ONE_MORE] = "one token more than top_p needs: the sum has reached it before",
    [SUM_BELOW_1] = "what stays is not divided by its sum: the probabilities do not add up to 1",
    [NONE_LEFT] = "top_p 0 leaves no token: at least one stays, the most probable",
    [MASKED_SUM] = "the softmax is divided by a sum over all tokens: those that may follow are asked for",
    [MASKED_LAST] = "tokens that are not allowed take places of top_k or top_p, or a share; they should be out first",
};

static void check_distribution(const char *what, const float *logits, int V, const struct choice *c) {
    static double expected[HABITS][MOST_V];
    float *copy = grade_copy(logits, V), *probs = grade_output(V);
    token_distribution(probs, copy, V, c);
    bool number = true;
    for (int v = 0; v < V; v++) number = number && !isnan(probs[v]);
    double all = -INFINITY, may = -INFINITY;
    for (int v = 0; v < V; v++) {
        all = fmax(all, (double)logits[v]);
        if (!c->allowed || c->allowed[v]) may = fmax(may, (double)logits[v]);
    }
    grade_true(number || fmax(fabs(may), all - may) < 80 * (double)c->temperature,
               "%s: NaN\nlooks like: e^logit overflows, or all of them become 0: subtract the largest logit first, "
               "that of the "
               "tokens that may follow",
               what);
    defined(expected[RIGHT], logits, V, c, RIGHT);
    for (int h = RIGHT + 1; h < HABITS; h++) {
        defined(expected[h], logits, V, c, (enum habit)h);
        double apart = 0;
        for (int v = 0; v < V; v++) apart = fmax(apart, fabs(expected[h][v] - expected[RIGHT][v]));
        if (apart > 1e-3) suspect(habit_name[h], expected[h]);
    }
    if (number)
        for (int v = 0; v < V; v++)
            grade_true(!c->allowed || c->allowed[v] || probs[v] == 0,
                       "%s: token %d is not allowed, and its probability is %g\nlooks like: allowed is not used", what,
                       v, (double)probs[v]);
    grade_array(what, probs, expected[RIGHT], AXES("v", V), 1e-5);
    grade_unchanged("logits", copy);
}

EXERCISE(token_distribution, .number = "15.6", .points = 6) {
    // The text's example: four tokens with the odds 4 : 2 : 1 : 1.
    const float odds[4] = {1.386294361f, 0.693147181f, 0, 0};
    const bool without_first[4] = {false, true, true, true};
    check_distribution("odds 4 : 2 : 1 : 1", odds, 4, &(struct choice){.temperature = 1, .top_p = 1});
    check_distribution("the same at temperature 1/2: 16 : 4 : 1 : 1", odds, 4,
                       &(struct choice){.temperature = 0.5f, .top_p = 1});
    check_distribution("top_k 2: 2/3 and 1/3", odds, 4, &(struct choice){.temperature = 1, .top_k = 2, .top_p = 1});
    check_distribution("top_k 3: of two equal ones the smaller id stays", odds, 4,
                       &(struct choice){.temperature = 1, .top_k = 3, .top_p = 1});
    check_distribution("top_p 0.7: 1/2 is not enough, 3/4 is", odds, 4,
                       &(struct choice){.temperature = 1, .top_p = 0.7f});
    check_distribution("top_k 3 and then top_p 0.8: 6 of 7 is enough", odds, 4,
                       &(struct choice){.temperature = 1, .top_k = 3, .top_p = 0.8f});
    check_distribution("the first one forbidden, top_k 2", odds, 4,
                       &(struct choice){.temperature = 1, .top_k = 2, .top_p = 1, .allowed = without_first});
    // Sums without rounding: 1/4 + 1/4 is exactly top_p.
    check_distribution("four equal tokens, top_p 1/2: \"top_p or more\"", (float[]){3, 3, 3, 3}, 4,
                       &(struct choice){.temperature = 1, .top_p = 0.5f});
    check_distribution("top_p 0: at least one token stays", odds, 4, &(struct choice){.temperature = 1, .top_p = 0});
    check_distribution("the first one forbidden: 1/2, 1/4 and 1/4 are left", odds, 4,
                       &(struct choice){.temperature = 1, .top_p = 1, .allowed = without_first});
    check_distribution("one token that is nearly certain, top_p 0.9: it stays", (float[]){0, 9, 0}, 3,
                       &(struct choice){.temperature = 1, .top_p = 0.9f});

    for (int round = 0; round < 60; round++) {
        const int V = grade_int(5, MOST_V - 5);
        float logits[MOST_V];
        bool allowed[MOST_V];
        double unused[MOST_V];
        struct choice c = {.temperature = 0.4f + 1.2f * rng_uniform(grade_rng()), .top_p = 1};
        do {
            for (int v = 0; v < V; v++) {
                logits[v] = 1.5f * rng_normal(grade_rng()) + (round % 5 == 4 ? 300 : 0);
                allowed[v] = rng_below(grade_rng(), 3) > 0;
            }
            if (round % 4 == 1) logits[V - 1] = logits[1] = logits[0];
            allowed[grade_int(0, V - 1)] = true;
            c.top_k = round % 3 == 0 ? 0 : grade_int(1, V + 2);
            c.top_p = round % 2 ? 0.05f + 0.9f * rng_uniform(grade_rng()) : 1;
            c.allowed = round % 3 == 1 ? allowed : NULL;
        } while (defined(unused, logits, V, &c, RIGHT) < 1e-4);
        check_distribution("probs", logits, V, &c);
    }
    // The likeliest of all is forbidden, and far above the rest.
    check_distribution("a forbidden token far above the others", (float[]){1, 400, 2, 0}, 4,
                       &(struct choice){.temperature = 1, .top_p = 1, .allowed = (bool[]){true, false, true, true}});
    float *probs = grade_output(5), *cold = grade_copy((float[]){1, 7, 2, 7, 9}, 5);
    token_distribution(
        probs, cold, 5,
        &(struct choice){.temperature = 0, .top_p = 1, .allowed = (bool[]){true, true, true, true, false}});
    grade_array("temperature 0: of equal ones the smaller id", probs, (double[]){0, 1, 0, 0, 0}, AXES("v", 5), 0);
}

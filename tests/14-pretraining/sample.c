// Tests of sample.c.
#include "14-pretraining/definitions.h"

// Probabilities by definition. times: logits * temperature. all: divided by the sum over all V.
static double *probs_of(const float *logits, int V, double temperature, int top_k, bool times, bool all) {
    double *p = grade_doubles(V), sum = 0, sum_all = 0, max = -INFINITY;
    for (int v = 0; v < V; v++) max = fmax(max, (double)logits[v]);
    for (int v = 0; v < V; v++) {
        const double below = (double)logits[v] - max, e = exp(times ? below * temperature : below / temperature);
        int before = 0;
        for (int u = 0; u < V; u++) before += logits[u] > logits[v] || (logits[u] == logits[v] && u < v);
        sum_all += e;
        if (top_k > 0 && before >= top_k) continue;
        p[v] = e;
        sum += e;
    }
    for (int v = 0; v < V; v++) p[v] /= all ? sum_all : sum;
    return p;
}

// Which token u chooses, or -1 if it is too close to say.
static int chosen_by(const double *p, int V, double u) {
    double below = 0;
    for (int v = 0; v < V; v++) {
        if (fabs(below + p[v] - u) < 1e-4) return -1;
        below += p[v];
        if (below > u) return v;
    }
    return -1;
}

EXERCISE(sample_token, .number = "14.14", .points = 5) {
    // The text's example: three tokens with the odds 1 : 2 : 4, and the same at temperature 1/2.
    float *logits = grade_copy((float[]){0, 0.693147f, 1.386294f}, 3), *probs = grade_output(3);
    struct rng r;
    rng_seed(&r, rng_u32(grade_rng()), 1);
    sample_token(probs, logits, 3, 1, 0, &r);
    grade_array("odds 1 : 2 : 4", probs, (double[]){1.0 / 7, 2.0 / 7, 4.0 / 7}, AXES("v", 3), 1e-5);
    sample_token(probs, logits, 3, 0.5f, 0, &r);
    suspect("multiplied by the temperature, where divided is asked for", probs_of(logits, 3, 0.5, 0, true, false));
    suspect("the temperature is not used", (double[]){1.0 / 7, 2.0 / 7, 4.0 / 7});
    grade_array("the same at temperature 1/2, 1 : 4 : 16", probs, (double[]){1.0 / 21, 4.0 / 21, 16.0 / 21},
                AXES("v", 3), 1e-5);
    sample_token(probs, logits, 3, 1, 2, &r);
    suspect("divided by the sum over all, where only the top_k are possible", (double[]){0, 2.0 / 7, 4.0 / 7});
    grade_array("odds 1 : 2 : 4 with top_k 2", probs, (double[]){0, 1.0 / 3, 2.0 / 3}, AXES("v", 3), 1e-5);
    for (int round = 0; round < 40; round++) {
        const int V = grade_int(5, 40), top_k = round % 3 == 0 ? 0 : grade_int(1, V - 1);
        const float temperature = 0.3f + rng_uniform(grade_rng());
        logits = grade_floats(V);
        if (round % 4 == 1) logits[grade_int(2, 4)] = logits[grade_int(0, 1)];  // equal ones
        if (round > 30)
            for (int v = 0; v < V; v++) logits[v] += 300;
        logits = grade_copy(logits, V);
        probs = grade_output(V);
        struct rng after = r;
        const double u = rng_uniform(&after);
        const int token = sample_token(probs, logits, V, temperature, top_k, &r);
        const double *p = probs_of(logits, V, (double)temperature, top_k, false, false);
        bool number = true;
        for (int v = 0; v < V; v++) number = number && !isnan(probs[v]);
        grade_true(number || round <= 30,
                   "logits of about 300 give NaN\nlooks like: e^logit overflows: subtract the largest logit first");
        suspect("multiplied by the temperature, where divided is asked for",
                probs_of(logits, V, (double)temperature, top_k, true, false));
        suspect("the temperature is not used", probs_of(logits, V, 1, top_k, false, false));
        if (top_k) suspect("top_k is not used", probs_of(logits, V, (double)temperature, 0, false, false));
        if (top_k)
            suspect("divided by the sum over all, where only the top_k are possible",
                    probs_of(logits, V, (double)temperature, top_k, false, true));
        grade_array("probs", probs, p, AXES("v", V), 1e-4);
        grade_true(memcmp(&r, &after, sizeof r) == 0, "one rng_uniform should be drawn from r, no more and no less");
        const int want = chosen_by(p, V, u);
        if (want < 0) continue;
        suspect_scalar("the token before: its sum is still below u", want - 1);
        grade_equal("token", token, want);
        grade_unchanged("logits", logits);
    }
    const struct rng before = r;
    logits = grade_copy((float[]){1, 5, 2, 5, 0}, 5);
    grade_equal("token at temperature 0", sample_token(grade_output(5), logits, 5, 0, 0, &r), 1);
    grade_true(memcmp(&r, &before, sizeof r) == 0, "at temperature 0 nothing is drawn from r");
}

// As generate is defined, or with a habit: 1 the first position's logits, 2 the first T tokens, 3 goes on after stop.
static int plain_generate(int *tokens, int n, int max, struct gpt *m, const struct sampling *s, struct rng r,
                          int habit) {
    float probs[TINY_V];
    for (; n < max; n++) {
        const int seen = n < TINY_T ? n : TINY_T, first = habit == 2 ? 0 : n - seen;
        const float *logits = gpt_forward(m, tokens + first, NULL, 1, seen);
        const int at = habit == 1 ? 0 : seen - 1;
        tokens[n] = sample_token(probs, logits + at * TINY_V, TINY_V, s->temperature, s->top_k, &r);
        if (tokens[n] == s->stop && habit != 3) return n + 1;
    }
    return n;
}

EXERCISE(generate, .number = "14.14", .points = 3, .seconds = 20, .needs = "sample_token") {
    enum { MOST = 30 };
    struct gpt m;
    tiny_model(&m, 1);
    gpt_reserve(&m, 1, TINY_T, false);
    static const char *const mistake[] = {
        "", "the logits of the first position are used; the last one predicts what comes next",
        "the first tokens are read for ever, where the last m->T are asked for", "it goes on after the stop token"};
    for (int round = 0; round < 6; round++) {
        struct sampling s = {.temperature = 0.8f, .top_k = 5, .stop = -1};
        const int n = grade_int(2, 9), max = round == 5 ? n : MOST;
        struct rng r;
        rng_seed(&r, rng_u32(grade_rng()), 2);
        int *tokens = grade_ints(MOST, 0, TINY_V - 1), plain[4][MOST], count[4];
        if (round >= 3) {  // a token that will come
            memcpy(plain[0], tokens, sizeof plain[0]);
            plain_generate(plain[0], n, MOST, &m, &s, r, 0);
            s.stop = plain[0][n + grade_int(1, 9)];
        }
        for (int habit = 0; habit < 4; habit++) {
            memcpy(plain[habit], tokens, sizeof plain[habit]);
            count[habit] = plain_generate(plain[habit], n, max, &m, &s, r, habit);
        }
        const int got = generate(tokens, n, max, &m, &s, &r);
        const char *looks = NULL;
        for (int habit = 1; habit < 4 && !looks; habit++)
            if ((count[habit] != count[0] || memcmp(plain[habit], plain[0], sizeof plain[0]) != 0) &&
                got == count[habit] && memcmp(tokens, plain[habit], (size_t)got * sizeof *tokens) == 0)
                looks = mistake[habit];
        const char *before = looks ? "\nlooks like: " : "";
        const bool left_out =
            got == count[0] - 1 && count[0] < max && memcmp(tokens, plain[0], (size_t)got * sizeof *tokens) == 0;
        if (left_out) before = "\nlooks like: ", looks = "the stop token is not kept";
        int same = 0;
        while (same < count[0] && same < got && tokens[same] == plain[0][same]) same++;
        grade_true(same == count[0] && got == count[0],
                   "%d tokens, expected %d; the first %d agree with the definition%s%s", got, count[0], same, before,
                   looks ? looks : "");
    }
    gpt_free(&m);
}

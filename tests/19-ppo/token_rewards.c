// Tests of token_rewards.c.
#include "19-ppo/definitions.h"

struct paid {
    float *log_prob, *log_ref, *score;
    bool *mask;
    float beta;
    int B, T;
};

enum habit {
    RIGHT,
    REWARDED,
    NO_BETA,
    NO_REFERENCE,
    DISTANCE,
    SQUARE,
    EVERYWHERE,
    NO_PRICE,
    SCORE_AT_THE_END,
    SCORE_EACH,
    SCORE_FIRST,
    SCORE_BEHIND,
    SCORE_BY_LENGTH,
    BETA_ON_SCORE,
    NO_SCORE,
    HABITS
};
static const char *const mistake[HABITS] = {
    [REWARDED] = "the sign of the price: a token that is more likely than the reference thinks must cost something",
    [NO_BETA] = "beta is not used",
    [NO_REFERENCE] = "-beta * log_prob alone: the reference is not taken away",
    [DISTANCE] = "the absolute difference: less likely than the reference is a gain, which makes the mean a KL",
    [SQUARE] = "the squared difference: less likely than the reference is a gain, which makes the mean a KL",
    [EVERYWHERE] = "the price is asked for tokens of the question and the padding too",
    [NO_PRICE] = "the price of the tokens is left out: only the score is there",
    [SCORE_AT_THE_END] =
        "the score is at the row's last place, T - 1: behind the end of most texts there is only padding",
    [SCORE_EACH] = "every token gets the score: it comes once, at the last one",
    [SCORE_FIRST] = "the score is at the answer's first token: the judge has read all of it",
    [SCORE_BEHIND] = "the score is one place behind the last token that counts",
    [SCORE_BY_LENGTH] = "the score is as far from the row's start as the answer is long: the question comes first",
    [BETA_ON_SCORE] = "the score is multiplied by beta too: it is the price of the tokens alone",
    [NO_SCORE] = "the score is not there: at the last token that counts it is added",
};

static double price_of(const struct paid *x, int at, int habit) {
    const double beta = habit == NO_BETA ? 1 : x->beta, ref = habit == NO_REFERENCE ? 0 : x->log_ref[at];
    const double moved = x->log_prob[at] - ref;
    if (habit == NO_PRICE || (!x->mask[at] && habit != EVERYWHERE)) return 0;
    if (habit == DISTANCE) return -beta * fabs(moved);
    if (habit == SQUARE) return -beta * moved * moved;
    return habit == REWARDED ? beta * moved : -beta * moved;
}

static double *rewards(const void *paid, int habit) {
    const struct paid *x = paid;
    double *r = grade_doubles(x->B * x->T);
    for (int b = 0; b < x->B; b++) {
        const bool *mask = x->mask + b * x->T;
        int first = -1, last = -1, count = 0;
        for (int t = 0; t < x->T; t++) {
            r[b * x->T + t] = price_of(x, b * x->T + t, habit);
            if (!mask[t]) continue;
            if (first < 0) first = t;
            last = t, count++;
        }
        if (last < 0) continue;
        int place = last;
        if (habit == SCORE_AT_THE_END) place = x->T - 1;
        if (habit == SCORE_FIRST) place = first;
        if (habit == SCORE_BEHIND) place = last + 1 < x->T ? last + 1 : last;
        if (habit == SCORE_BY_LENGTH) place = count - 1;
        const double score = habit == NO_SCORE ? 0 : x->score[b] * (habit == BETA_ON_SCORE ? x->beta : 1);
        for (int t = 0; t < x->T; t++)
            if (habit == SCORE_EACH ? mask[t] : t == place) r[b * x->T + t] += score;
    }
    return r;
}

static void check(const char *what, const struct paid *x) {
    const int N = x->B * x->T;
    float *reward = grade_output(N);
    token_rewards(reward, x->log_prob, x->log_ref, x->mask, x->score, x->beta, x->B, x->T);
    suspect_habits(mistake, HABITS, rewards, x);
    grade_array(what, reward, rewards(x, RIGHT), AXES("bt", x->B, x->T), 1e-5);
    grade_unchanged("log_prob", x->log_prob);
    grade_unchanged("log_ref", x->log_ref);
    grade_unchanged("score", x->score);
}

// Texts with a question of some tokens, an answer, and padding: 0 or more of each but of the answer.
static struct paid random_texts(void) {
    struct paid x = {.B = grade_int(4, 8), .T = grade_int(8, 15), .beta = 0.05f + 0.3f * rng_uniform(grade_rng())};
    const int N = x.B * x.T;
    x.log_prob = grade_floats(N), x.log_ref = grade_floats(N), x.score = grade_floats(x.B);
    x.mask = alloc_zeroed((size_t)N, sizeof *x.mask);
    for (int b = 0; b < x.B; b++) {
        const int first = b == 0 ? 2 : grade_int(0, x.T - 2), last = b == 0 ? 4 : grade_int(first, x.T - 1);
        for (int t = first; t <= last; t++) x.mask[b * x.T + t] = true;
    }
    return x;
}

EXERCISE(token_rewards, .number = "19.4", .points = 8) {
    // The text's example: -0.1 * (-1 + 1.5), -0.1 * 0, -0.1 * (-0.5 + 1.5) + 2.
    struct paid x = {.B = 1, .T = 6, .beta = 0.1f};
    x.log_prob = grade_copy((float[]){-7, -1, -2, -0.5f, -9, -8}, 6);
    x.log_ref = grade_copy((float[]){-6, -1.5f, -2, -1.5f, -7, -5}, 6);
    x.mask = (bool[]){false, true, true, true, false, false};
    x.score = grade_copy((float[]){2}, 1);
    float *reward = grade_output(6);
    token_rewards(reward, x.log_prob, x.log_ref, x.mask, x.score, x.beta, 1, 6);
    suspect_habits(mistake, HABITS, rewards, &x);
    grade_array("reward of the text's example", reward, (double[]){0, -0.05, 0, 1.9, 0, 0}, AXES("t", 6), 1e-6);
    x = random_texts();
    check("reward of random texts", &x);
    for (int t = 0; t < x.T; t++) x.mask[x.T + t] = false;  // no answer at all: nowhere to put the score
    check("reward where a text has no token that counts", &x);
    free(x.mask);
    x = random_texts();
    memcpy(x.log_ref, x.log_prob, (size_t)(x.B * x.T) * sizeof(float));
    x.log_ref = grade_copy(x.log_ref, x.B * x.T);
    check("reward where the policy is the reference: no price", &x);
    x.beta = 0;
    check("reward with beta 0", &x);
    free(x.mask);
}

EXERCISE(final_score, .number = "19.4", .points = 3) {
    const struct {
        const char *what;
        float score;
        bool ended;
        float missing, limit;
        double right;
    } list[] = {
        {"an answer of 1.5 with limit 5", 1.5f, true, -2, 5, 1.5},
        {"an answer of 7 with limit 5", 7, true, -2, 5, 5},
        {"an answer of -8 with limit 5", -8, true, -2, 5, -5},
        {"an answer of -0.5 with limit 1", -0.5f, true, -2, 1, -0.5},
        {"an answer of 3 without an end, missing -2", 3, false, -2, 5, -2},
        {"an answer of 30 without an end, missing -2", 30, false, -2, 5, -2},
        {"an answer of -4 without an end, missing -7, limit 5", -4, false, -7, 5, -7},
    };
    for (int i = 0; i < COUNT(list); i++) {
        const double cut = squeeze(list[i].score, -list[i].limit, list[i].limit);
        if (list[i].ended) {
            suspect_scalar("`missing` is for texts that did not come to <eos>", list[i].missing);
            suspect_scalar("the score is not cut to -limit .. limit", list[i].score);
            suspect_scalar("a score below -limit becomes limit: -limit is asked for", fabs(cut));
            suspect_scalar("cut at 0 below: -limit is asked for", squeeze(list[i].score, 0, list[i].limit));
            suspect_scalar("a score outside of the limits is thrown away: it becomes the limit", 0);
        } else {
            suspect_scalar("`missing` is cut to -limit .. limit too: only scores are", -list[i].limit);
            suspect_scalar("a text that did not come to <eos> keeps its score: `missing` is asked for", cut);
            suspect_scalar("a text that did not come to <eos> keeps its score, and it is not cut", list[i].score);
            suspect_scalar("`missing` is added to the score: it stands in its place", list[i].missing + cut);
            suspect_scalar("`missing` is added to the score: it stands in its place", list[i].missing + list[i].score);
            suspect_scalar("`missing` is added to the score: it stands in its place",
                           squeeze(list[i].missing + list[i].score, -list[i].limit, list[i].limit));
            suspect_scalar("`missing` replaces only scores above it: a text without an end never keeps its own",
                           fmin(cut, list[i].missing));
        }
        grade_scalar(list[i].what, final_score(list[i].score, list[i].ended, list[i].missing, list[i].limit),
                     list[i].right, 1e-6);
    }
}

#define _POSIX_C_SOURCE 200809L
// Tests of speculative.c.
#include "15-inference/choosing.h"

enum { MOST_K = 6, SPEC_V = 9 };

enum guess_habit {
    GUESS_RIGHT,
    P_ALONE,
    RATIO_TURNED,
    NO_CHANCE,
    REST_IS_P,
    REST_IS_Q,
    REST_TURNED,
    REST_UNSCALED,
    REST_ABSOLUTE,
    LAST_ROW,
    NOTHING_FREE,
    FIRST_ROW,
    COUNTS_NEXT,
    GOES_ON,
    NO_DRAW,
    GUESS_HABITS
};

static const char *const guess_habit_name[GUESS_HABITS] = {
    [P_ALONE] = "a token is accepted with probability p: p / q is asked for",
    [RATIO_TURNED] = "a token is accepted with probability q / p: p / q is asked for",
    [NO_CHANCE] = "a token is accepted where p >= q, and never else: chance decides, with p / q",
    [REST_IS_P] =
        "after a rejection the next token is drawn from p: what p has more than q is asked for, max(0, p - q)",
    [REST_IS_Q] =
        "after a rejection the next token is drawn from q: what p has more than q is asked for, max(0, p - q)",
    [REST_TURNED] = "after a rejection q - p is drawn from, where p - q is asked for",
    [REST_UNSCALED] = "max(0, p - q) is not divided by its sum",
    [REST_ABSOLUTE] = "after a rejection |p - q| is drawn from: what is below 0 should become 0",
    [LAST_ROW] = "all are accepted, and the next token is drawn from p[K-1]: p has one row more, p[K]",
    [NOTHING_FREE] = "all are accepted, and the next token is the last of the draft again: p[K] gives a new one",
    [FIRST_ROW] = "the first row of p is used for every token of the draft: token k has row k",
    [COUNTS_NEXT] = "the returned number counts the next token too: only those of the draft that were accepted",
    [NO_DRAW] = "where p >= q no random number is drawn: one is, for every token that is looked at",
    [GOES_ON] = "tokens behind a rejected one are still looked at: what is behind it must go",
};

struct guess {
    int K, V;
    int draft[MOST_K];
    float q[MOST_K * SPEC_V], p[(MOST_K + 1) * SPEC_V];
    struct rng r;
};

struct guess_answer {
    int count, next;
    double margin;  // how far from the nearest decision the random numbers were
};

// token_draw by its definition, in double
static int drawn(const double *probs, int V, struct rng *r, double *margin) {
    const double u = (double)rng_uniform(r);
    double sum = 0;
    int token = -1, last = 0;
    for (int v = 0; v < V; v++) {
        sum += probs[v];
        if (probs[v] > 0) last = v;
        if (probs[v] > 0) *margin = fmin(*margin, fabs(sum - u));
        if (token < 0 && sum > u) token = v;
    }
    return token < 0 ? last : token;
}

static int next_token(const float *p, const float *q, int V, enum guess_habit habit, struct rng *r, double *margin) {
    double rest[SPEC_V], sum = 0;
    for (int v = 0; v < V; v++) {
        const double more = (double)p[v] - (q ? (double)q[v] : 0);
        rest[v] = fmax(0, more);
        if (q && habit == REST_IS_P) rest[v] = (double)p[v];
        if (q && habit == REST_IS_Q) rest[v] = (double)q[v];
        if (q && habit == REST_TURNED) rest[v] = fmax(0, -more);
        if (q && habit == REST_ABSOLUTE) rest[v] = fabs(more);
        sum += rest[v];
    }
    for (int v = 0; v < V; v++) {
        if (sum == 0) rest[v] = (double)p[v];  // nothing is left: p and q are the same
        else if (!(q && habit == REST_UNSCALED)) rest[v] /= sum;
    }
    return drawn(rest, V, r, margin);
}

static struct guess_answer guess_defined(const struct guess *x, enum guess_habit habit) {
    struct guess_answer out = {.margin = 1};
    struct rng r = x->r;
    int rejected = -1;
    for (int k = 0; k < x->K; k++) {
        const float *p = x->p + (habit == FIRST_ROW ? 0 : k) * x->V, *q = x->q + k * x->V;
        const double p_k = (double)p[x->draft[k]], q_k = (double)q[x->draft[k]];
        const double u = habit == NO_DRAW && p_k >= q_k ? 0 : (double)rng_uniform(&r);
        const double chance = habit == P_ALONE ? p_k : habit == RATIO_TURNED ? q_k / p_k : p_k / q_k;
        out.margin = fmin(out.margin, fabs(chance - u));
        if (habit == NO_CHANCE ? p_k >= q_k : u < chance) {
            out.count++;
            continue;
        }
        rejected = rejected < 0 ? k : rejected;
        if (habit != GOES_ON) break;
    }
    const int row = rejected >= 0 ? rejected : habit == LAST_ROW && x->K > 0 ? x->K - 1 : x->K;
    const float *p = x->p + (habit == FIRST_ROW && rejected >= 0 ? 0 : row) * x->V;
    out.next = next_token(p, rejected >= 0 ? x->q + row * x->V : NULL, x->V, habit, &r, &out.margin);
    if (habit == NOTHING_FREE && rejected < 0 && x->K > 0) out.next = x->draft[x->K - 1];
    if (habit == COUNTS_NEXT) out.count++;
    return out;
}

// A distribution over V tokens, some of which are impossible; its sum is 1.
static void random_distribution(float *probs, int V) {
    double sum = 0;
    for (int v = 0; v < V; v++) {
        probs[v] = rng_below(grade_rng(), 4) == 0 ? 0 : 0.02f + rng_uniform(grade_rng());
        if (v == V - 1 && sum == 0) probs[v] = 1;
        sum += (double)probs[v];
    }
    for (int v = 0; v < V; v++) probs[v] = (float)((double)probs[v] / sum);
}

static void random_guess(struct guess *x, int round) {
    x->K = round % 10 == 9 ? 0 : grade_int(1, MOST_K);
    x->V = grade_int(2, SPEC_V);
    for (int k = 0; k <= x->K; k++) {
        random_distribution(x->p + k * x->V, x->V);
        if (k == x->K) break;
        random_distribution(x->q + k * x->V, x->V);
        for (int v = 0; v < x->V && round % 2; v++)  // a small model that is nearly right is accepted often
            x->q[k * x->V + v] = 0.8f * x->p[k * x->V + v] + 0.2f * x->q[k * x->V + v];
        if (round % 7 == 6) memcpy(x->q + k * x->V, x->p + k * x->V, (size_t)x->V * sizeof(float));
        x->draft[k] = token_draw(x->q + k * x->V, x->V, grade_rng());
    }
    rng_seed(&x->r, rng_u32(grade_rng()), 3);
}

static void check_guesses(const struct guess *x, int n) {
    bool fits[GUESS_HABITS];
    int wrong = -1;
    struct guess_answer got = {0}, want = {0};
    for (int h = 0; h < GUESS_HABITS; h++) fits[h] = true;
    for (int i = 0; i < n; i++) {
        struct rng r = x[i].r;
        int next = -99;
        if (guess_defined(&x[i], GUESS_RIGHT).margin < 1e-5) continue;
        const int count = speculative_accept(&next, x[i].draft, x[i].q, x[i].p, x[i].K, x[i].V, &r);
        for (int h = 0; h < GUESS_HABITS; h++) {
            const struct guess_answer a = guess_defined(&x[i], (enum guess_habit)h);
            if (a.margin < 1e-5 || (a.count == count && a.next == next)) continue;
            fits[h] = false;
            if (h > 0 || wrong >= 0) continue;
            wrong = i;
            got = (struct guess_answer){count, next, 0};
            want = a;
        }
    }
    const char *looks = "";
    for (int h = GUESS_HABITS - 1; h > GUESS_RIGHT; h--)
        if (fits[h]) looks = guess_habit_name[h];
    grade_true(wrong < 0,
               "case %d of %d, a draft of %d: got %d accepted, next token %d; expected %d accepted, next token %d "
               "(with the same "
               "random numbers: one for each token that is looked at, one for the next token)%s%s",
               wrong, n, wrong < 0 ? 0 : x[wrong].K, got.count, got.next, want.count, want.next,
               *looks ? "\nlooks like: " : "", looks);
}

// Counts of n draws with probability p lie within this of n * p, but for one time in 10^12 (Bernstein's inequality).
static double safe_distance(double n, double p) {
    const double L = log(2e12);
    return L / 3 + sqrt(L * L / 9 + 2 * L * n * p * (1 - p));
}

// The first token that comes out, and the second one where the first was accepted, have the large model's distribution.
// (Here q and p of the second place do not depend on the first, so that their places can be counted one by one.)
static void check_statistics(void) {
    enum { DRAWS = 40000, V = 5, K = 2 };
    const float q[K * V] = {0.1f, 0.4f, 0.2f, 0.3f, 0, 0.25f, 0.25f, 0.2f, 0.2f, 0.1f};
    const float p[(K + 1) * V] = {0.3f, 0.2f, 0.1f, 0.1f, 0.3f, 0.1f, 0.5f, 0.1f,
                                  0.3f, 0,    0.2f, 0.2f, 0.2f, 0.2f, 0.2f};
    double count[K][V] = {{0}}, places[K] = {0}, accepted = 0;
    for (int i = 0; i < DRAWS; i++) {
        int draft[K], next = -1;
        for (int k = 0; k < K; k++) draft[k] = token_draw(q + k * V, V, grade_rng());
        const int n = speculative_accept(&next, draft, q, p, K, V, grade_rng());
        grade_true(n >= 0 && n <= K && next >= 0 && next < V, "%d accepted of %d, next token %d of %d", n, K, next, V);
        accepted += n > 0;
        for (int k = 0; k < K && k <= n; k++) {
            count[k][k < n ? draft[k] : next]++;
            places[k]++;
        }
    }
    double share = 0;  // accepted at the first place: the sum of min(p, q)
    for (int v = 0; v < V; v++) share += fmin((double)p[v], (double)q[v]);
    grade_true(fabs(accepted - DRAWS * share) <= safe_distance(DRAWS, share),
               "of %d first tokens %.0f were accepted, expected about %.0f: the sum of min(p, q)", DRAWS, accepted,
               DRAWS * share);
    for (int k = 0; k < K; k++)
        for (int v = 0; v < V; v++)
            grade_true(
                fabs(count[k][v] - places[k] * (double)p[k * V + v]) <= safe_distance(places[k], (double)p[k * V + v]),
                "place %d: token %d came out in %.2f%% of %.0f texts, and the large model says %.2f%%", k, v,
                100 * count[k][v] / places[k], places[k], 100 * (double)p[k * V + v]);
}

EXERCISE(speculative_accept, .number = "15.14", .points = 6) {
    // What rounding may do, much larger than it does it: p is nowhere above q, and token 2 is not always accepted.
    const float q_above[3] = {0, 0.5f, 0.5f}, p_below[6] = {0, 0.5f, 0.25f, 1, 0, 0};
    for (int i = 0; i < 40; i++) {
        const int third = 2;
        int next = -1;
        const int count = speculative_accept(&next, &third, q_above, p_below, 1, 3, grade_rng());
        grade_true(count == 1 || next == 1 || next == 2,
                   "p nowhere above q, and token 2 is not accepted: the next token is %d, expected 1 or 2\nlooks like: "
                   "divided by a sum of 0: where nothing is left of p - q, the next token is drawn from p",
                   next);
    }
    // The text's example: q = (0.5, 0.5), p = (0.8, 0.2). Token 1 is accepted with probability 0.4; if it is not, the
    // next is 0.
    enum { CASES = 400 };
    struct guess *x = alloc_zeroed(CASES, sizeof *x);
    for (int i = 0; i < CASES; i++) {
        x[i] = (struct guess){.K = 1, .V = 2, .draft = {1}, .q = {0.5f, 0.5f}, .p = {0.8f, 0.2f, 0.3f, 0.7f}};
        rng_seed(&x[i].r, rng_u32(grade_rng()), 3);
        if (i >= CASES / 8) random_guess(&x[i], i);
    }
    check_guesses(x, CASES);
    free(x);
    check_statistics();
}

// Graded tests of chapter 15: how the next token is chosen. Distributions against their definition in double, beams against a
// sort of all continuations, automata against plain walks, and the small model's guesses against the rule in double, with the
// same random numbers, and against the large model's distribution.
#define _POSIX_C_SOURCE 200809L
#include "15-inference/inference.h"

#include <stdlib.h>

#include "grade/grade.h"

// ---- distribution.c -------------------------------------------------------------------------------------------------

enum { MOST_V = 48 };
enum habit {
    RIGHT,
    TIMES_T,
    NO_T,
    P_OF_ALL,
    NO_TOP_K,
    NO_TOP_P,
    ONE_SHORT,
    ONE_MORE,
    SUM_BELOW_1,
    MASKED_LAST,
    NONE_LEFT,
    MASKED_SUM,
    HABITS
};
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

// The tokens of probs (V), the most probable first, of equal ones the smaller id.
static void ranked(int *order, const double *probs, int V) {
    for (int v = 0; v < V; v++) {
        int place = v;
        for (; place > 0 && probs[order[place - 1]] < probs[v]; place--) order[place] = order[place - 1];
        order[place] = v;
    }
}

// By definition, or with a habit. Returns how close the sum came to top_p without deciding: nearer than rounding is no test.
static double defined(double *probs, const float *logits, int V, const struct choice *c, enum habit habit) {
    int order[MOST_V];
    double sum = 0, largest = -INFINITY, margin = 1;
    const double T = habit == TIMES_T ? 1 / (double)c->temperature : habit == NO_T ? 1 : (double)c->temperature;
    for (int v = 0; v < V; v++)
        if (habit == MASKED_LAST || !c->allowed || c->allowed[v]) largest = fmax(largest, (double)logits[v]);
    for (int v = 0; v < V; v++) {
        const bool in = habit == MASKED_LAST || !c->allowed || c->allowed[v];
        const double power = exp(((double)logits[v] - largest) / T);
        probs[v] = in ? power : 0;
        sum += habit == MASKED_SUM ? power : probs[v];
    }
    for (int v = 0; v < V; v++) probs[v] /= sum;
    ranked(order, probs, V);
    const int most = c->top_k == 0 || c->top_k > V || habit == NO_TOP_K ? V : c->top_k;
    double held = 0, kept = 0;
    for (int i = 0; i < most; i++) held += habit == P_OF_ALL && most < V ? 0 : probs[order[i]];
    if (habit == P_OF_ALL && most < V) held = 1;
    int n = c->top_p >= 1 || habit == NO_TOP_P ? most : 0;
    for (; n < most && ((n == 0 && habit != NONE_LEFT) || kept < (double)c->top_p * held); n++) {
        kept += probs[order[n]];
        margin = fmin(margin, fabs(kept - (double)c->top_p * held));
    }
    if (c->top_p < 1 && habit == ONE_SHORT && n > 1) n--;
    if (c->top_p < 1 && habit == ONE_MORE && n < most) n++;
    for (int i = n; i < V; i++) probs[order[i]] = 0;
    for (int v = 0; v < V; v++)
        if (c->allowed && !c->allowed[v]) probs[v] = 0;
    sum = 0;
    for (int v = 0; v < V; v++) sum += probs[v];
    for (int v = 0; v < V && habit != SUM_BELOW_1 && habit != MASKED_SUM && sum > 0; v++) probs[v] /= sum;
    return margin;
}

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

// ---- beam.c ---------------------------------------------------------------------------------------------------------

enum { MOST_BEAMS = 8 };
enum beam_habit {
    BEAM_RIGHT,
    LOGITS_ADDED,
    SCORE_LOST,
    PROBABILITIES,
    DONE_GOES_ON,
    DONE_PAYS,
    DONE_DROPPED,
    WORST_FIRST,
    ONE_EACH,
    LATER_FIRST,
    STANDS_STILL,
    BEAM_HABITS
};
static const char *const beam_habit_name[BEAM_HABITS] = {
    [LOGITS_ADDED] = "logits are added as they are, where log-probabilities are asked for: log_sum should be taken off",
    [SCORE_LOST] = "only the new token counts: the score of the text so far should be added",
    [PROBABILITIES] = "probabilities are added to the scores, where their logarithms are asked for",
    [DONE_GOES_ON] = "a text that is done is continued by tokens: it should only stay as it is",
    [DONE_PAYS] = "a text that is done pays for a token: it should stay at no cost",
    [DONE_DROPPED] = "a text that is done is lost: it should stay among the others, with its score",
    [WORST_FIRST] = "the worst come first",
    [ONE_EACH] =
        "every text is continued by its best token only: two continuations of one text may both be among the best",
    [STANDS_STILL] = "a text that is not done may stay as it is, at no cost: it has to go on by a token",
    [LATER_FIRST] = "of equal scores the later one comes first; the smaller b, then the smaller token should",
};
struct beam_case {
    int B, V;
    double score[MOST_BEAMS];
    bool done[MOST_BEAMS];
    const float *logits;
};
struct continuation {
    double score;
    int from, token;
};
struct beam_answer {
    struct continuation place[MOST_BEAMS];
};

// All continuations of a case, by definition or with a habit. all has room for B * (V + 1).
static int continuations(struct continuation *all, const struct beam_case *x, enum beam_habit habit) {
    int n = 0;
    for (int b = 0; b < x->B; b++) {
        const float *l = x->logits + (size_t)b * x->V;
        double largest = -INFINITY, sum = 0;
        if (x->score[b] == -INFINITY) continue;
        for (int v = 0; v < x->V; v++) largest = fmax(largest, (double)l[v]);
        for (int v = 0; v < x->V; v++) sum += exp((double)l[v] - largest);
        const double total = largest + log(sum), base = habit == SCORE_LOST ? 0 : x->score[b];
        if (x->done[b] && habit != DONE_GOES_ON) {
            const double cost = habit == DONE_PAYS ? largest - total : 0;
            if (habit != DONE_DROPPED) all[n++] = (struct continuation){x->score[b] + cost, b, -1};
            continue;
        }
        if (habit == STANDS_STILL) all[n++] = (struct continuation){x->score[b], b, -1};
        const int first = n;
        for (int v = 0; v < x->V; v++) {
            double gain = (double)l[v] - (habit == LOGITS_ADDED ? 0 : total);
            if (habit == PROBABILITIES) gain = exp(gain);
            if (habit == ONE_EACH && n > first && base + gain <= all[first].score) continue;
            if (habit == ONE_EACH) n = first;
            all[n++] = (struct continuation){base + gain, b, v};
        }
    }
    return n;
}

static void beam_defined(struct beam_answer *out, const struct beam_case *x, enum beam_habit habit) {
    struct continuation *all = malloc((size_t)x->B * ((size_t)x->V + 1) * sizeof *all);
    const int n = continuations(all, x, habit);
    for (int i = 0; i < n; i++) {  // sorted by insertion: equal ones stay in their order
        const struct continuation c = all[i];
        int place = i;
        for (; place > 0; place--) {
            const double other = all[place - 1].score;
            const bool earlier = habit == WORST_FIRST   ? c.score < other
                                 : habit == LATER_FIRST ? c.score >= other
                                                        : c.score > other;
            if (!earlier) break;
            all[place] = all[place - 1];
        }
        all[place] = c;
    }
    const int kept = n < x->B ? n : x->B, skip = habit == WORST_FIRST ? n - kept : 0;  // the best, turned round
    for (int i = 0; i < x->B; i++) out->place[i] = i < kept ? all[skip + i] : (struct continuation){-INFINITY, i, -1};
    free(all);
}

static bool beams_agree(const struct beam_answer *a, const struct beam_answer *b, int B) {
    for (int i = 0; i < B; i++) {
        const struct continuation *p = &a->place[i], *q = &b->place[i];
        const bool none = p->score == -INFINITY && q->score == -INFINITY;
        if (!none && (p->from != q->from || p->token != q->token || !(fabs(p->score - q->score) < 1e-4))) return false;
    }
    return true;
}

static void check_beams(const char *what, const struct beam_case *x) {
    struct beam_answer got, want, other;
    int from[MOST_BEAMS], token[MOST_BEAMS];
    double score[MOST_BEAMS], before[MOST_BEAMS];
    for (int i = 0; i < MOST_BEAMS; i++) from[i] = token[i] = -99, score[i] = NAN;
    memcpy(before, x->score, sizeof before);
    beam_step(from, token, score, x->score, x->logits, x->done, x->B, x->V);
    for (int i = 0; i < x->B; i++) got.place[i] = (struct continuation){score[i], from[i], token[i]};
    for (int i = x->B; i < MOST_BEAMS; i++)
        grade_true(from[i] == -99 && token[i] == -99 && isnan(score[i]), "%s: place %d of %d was written", what, i,
                   x->B);
    grade_true(memcmp(before, x->score, sizeof before) == 0, "%s: the scores that came in were changed", what);
    beam_defined(&want, x, BEAM_RIGHT);
    if (beams_agree(&got, &want, x->B)) return;
    const char *looks = "";
    for (int h = BEAM_HABITS - 1; h > BEAM_RIGHT; h--) {
        beam_defined(&other, x, (enum beam_habit)h);
        if (beams_agree(&got, &other, x->B)) looks = beam_habit_name[h];
    }
    bool scores_right = true;
    for (int i = 0; i < x->B; i++) {
        const double a = got.place[i].score, b = want.place[i].score;
        scores_right = scores_right && (a == b || fabs(a - b) < 1e-4);
    }
    if (!*looks && scores_right)
        looks = "the scores are right, and from or token are another text's: all three move on together";
    for (int i = 0; i < x->B; i++) {
        const struct continuation *g = &got.place[i], *w = &want.place[i];
        const bool same = g->from == w->from && g->token == w->token && fabs(g->score - w->score) < 1e-4;
        grade_true(
            same || (g->score == -INFINITY && w->score == -INFINITY),
            "%s: place %d: got text %d with token %d, score %.5f; expected text %d with token %d, score %.5f%s%s", what,
            i, g->from, g->token, g->score, w->from, w->token, w->score, *looks ? "\nlooks like: " : "", looks);
    }
}

EXERCISE(beam_step, .number = "15.7", .points = 6) {
    // The text's example. Two beams, three tokens: the best first token is not the beginning of the best two.
    const float first[6] = {logf(0.5f), logf(0.3f), logf(0.2f), 0, 0, 0};
    check_beams("the first step: only text 0 exists",
                &(struct beam_case){.B = 2, .V = 3, .score = {0, -INFINITY}, .logits = first});
    const float second[6] = {logf(0.4f), logf(0.3f), logf(0.3f), logf(0.9f), logf(0.05f), logf(0.05f)};
    check_beams("the second step: 0.3 * 0.9 is more than 0.5 * 0.4",
                &(struct beam_case){.B = 2, .V = 3, .score = {log(0.5), log(0.3)}, .logits = second});
    check_beams(
        "text 0 is done",
        &(struct beam_case){.B = 2, .V = 3, .score = {log(0.27), log(0.2)}, .done = {true, false}, .logits = second});
    check_beams(
        "both are done",
        &(struct beam_case){.B = 2, .V = 3, .score = {log(0.2), log(0.27)}, .done = {true, true}, .logits = second});
    for (int round = 0; round < 80; round++) {
        struct beam_case x = {.B = grade_int(1, MOST_BEAMS), .V = grade_int(MOST_BEAMS, 40)};
        float *logits = grade_floats(x.B * x.V);
        for (int i = 0; i < x.B * x.V; i++) logits[i] = 2 * logits[i] + (round % 8 == 7 ? 500 : 0);
        for (int b = 0; b < x.B; b++) {
            x.score[b] = -3.0 * (double)rng_uniform(grade_rng());
            x.done[b] = round % 3 == 1 && rng_below(grade_rng(), 3) == 0;
            if (round % 5 == 4 && b > 0 && rng_below(grade_rng(), 3) == 0) x.score[b] = -INFINITY;
        }
        if (round % 4 == 2) logits[3] = logits[1] = logits[0] = 6;  // equal tokens
        if (round % 4 == 3 && x.B > 1) {                            // equal texts
            x.score[x.B - 1] = x.score[0];
            x.done[x.B - 1] = x.done[0];
            memcpy(logits + (x.B - 1) * x.V, logits, (size_t)x.V * sizeof *logits);
        }
        x.logits = grade_copy(logits, x.B * x.V);
        check_beams("a random step", &x);
        grade_unchanged("logits", x.logits);
    }
}

// ---- constrain.c ----------------------------------------------------------------------------------------------------

// An automaton of random steps, in memory that begins with a row of steps that nobody may look at.
struct wild {
    struct automaton a;
    int *memory;
};

static struct wild wild_automaton(int states, const char *bytes, int n, int percent) {
    struct wild w = {.a = {.states = states}, .memory = malloc(((size_t)states + 1) * 256 * sizeof(int))};
    for (int i = 0; i < (states + 1) * 256; i++) w.memory[i] = i < 256 ? 0 : -1;
    w.a.next = w.memory + 256;
    w.a.accepting = calloc((size_t)states, 1);
    w.a.alive = (bool *)calloc((size_t)states + 1, 1) + 1;
    w.a.alive[-1] = true;  // nobody may look here either
    for (int s = 0; s < states; s++)
        for (int i = 0; i < n; i++)
            if (grade_int(1, 100) <= percent) w.a.next[s * 256 + (unsigned char)bytes[i]] = grade_int(0, states - 1);
    return w;
}

static void wild_free(struct wild *w) {
    free(w->memory);
    free(w->a.accepting);
    free(w->a.alive - 1);
}

static void edge(struct automaton *a, int from, char byte, int to) {
    a->next[from * 256 + (unsigned char)byte] = to;
}

// As defined; signed_bytes: byte 255 read as -1, 254 as -2 ...
static int walk(const struct automaton *a, int state, const char *text, size_t n, bool signed_bytes) {
    for (size_t i = 0; i < n && state >= 0; i++) {
        const int byte = signed_bytes ? (signed char)text[i] : (unsigned char)text[i];
        state = a->next[state * 256 + byte];
    }
    return state;
}

EXERCISE(automaton_run, .number = "15.8", .points = 2) {
    // The text's example, ab*c: state 0 before a, 1 after it, 2 at the end.
    struct wild w = wild_automaton(3, "", 0, 0);
    edge(&w.a, 0, 'a', 1);
    edge(&w.a, 1, 'b', 1);
    edge(&w.a, 1, 'c', 2);
    suspect_scalar("always from state 0: it should start at the state that is given", -1);
    grade_scalar("ab*c: from state 1 after \"bc\"", automaton_run(&w.a, 1, "bc", 2), 2, 0);
    grade_equal("ab*c: from state 0 after \"abb\"", automaton_run(&w.a, 0, "abb", 3), 1);
    suspect_scalar("only the first byte is read", 1);
    grade_scalar("ab*c: from state 0 after \"abbc\"", automaton_run(&w.a, 0, "abbc", 4), 2, 0);
    grade_equal("ab*c: from state 0 after \"ca\": there is no such text", automaton_run(&w.a, 0, "ca", 2), -1);
    grade_equal("ab*c: from state 1 after nothing", automaton_run(&w.a, 1, "bc", 0), 1);
    grade_equal("ab*c: from no state", automaton_run(&w.a, -1, "abc", 3), -1);
    wild_free(&w);
    static const char bytes[] = "\0ab \n\x7f\x80\xa9\xc3\xff";
    for (int round = 0; round < 60; round++) {
        w = wild_automaton(grade_int(2, 9), bytes, sizeof bytes - 1, round % 2 ? 100 : 85);
        const int n = grade_int(1, 12), start = grade_int(0, w.a.states - 1);
        char *text = malloc((size_t)n);  // exactly as long: no zero ends it
        for (int i = 0; i < n; i++) text[i] = bytes[grade_int(0, (int)sizeof bytes - 2)];
        const int want = walk(&w.a, start, text, (size_t)n, false), other = walk(&w.a, start, text, (size_t)n, true);
        const int got = automaton_run(&w.a, start, text, (size_t)n);
        grade_true(got == want || got != other,
                   "bytes above 127: got state %d, expected %d\nlooks like: a char was used as an index as it is: "
                   "above 127 it "
                   "is negative. Turn it into an unsigned char",
                   got, want);
        const int zero_ends = walk(&w.a, start, text, strnlen(text, (size_t)n), false);
        if (zero_ends != want) suspect_scalar("byte 0 ends the text: there are n bytes, whatever they are", zero_ends);
        grade_scalar("state after random bytes", got, want, 0);
        free(text);
        wild_free(&w);
    }
}

// Marks from accepting states backwards, until nothing is new.
static void find_alive(bool *alive, const struct automaton *a) {
    memcpy(alive, a->accepting, (size_t)a->states);
    for (int round = 0; round < a->states; round++)
        for (int i = 0; i < a->states * 256; i++)
            if (a->next[i] >= 0 && alive[a->next[i]]) alive[i / 256] = true;
}

// What one round finds, from the first state to the last or back.
static void one_round(bool *alive, const struct automaton *a, bool back) {
    memcpy(alive, a->accepting, (size_t)a->states);
    for (int i = 0; i < a->states; i++)
        for (int byte = 0; byte < 256; byte++) {
            const int state = back ? a->states - 1 - i : i, to = a->next[state * 256 + byte];
            if (to >= 0 && alive[to]) alive[state] = true;
        }
}

// Who can be reached from the accepting states.
static void reached(bool *alive, const struct automaton *a) {
    memcpy(alive, a->accepting, (size_t)a->states);
    for (int round = 0; round < a->states; round++)
        for (int i = 0; i < a->states * 256; i++)
            if (a->next[i] >= 0 && alive[i / 256]) alive[a->next[i]] = true;
}

static void all_with_steps(bool *alive, const struct automaton *a) {
    memcpy(alive, a->accepting, (size_t)a->states);
    for (int i = 0; i < a->states * 256; i++)
        if (a->next[i] >= 0) alive[i / 256] = true;
}

// Without the steps to state 0.
static void back_to_0(bool *alive, const struct automaton *a) {
    memcpy(alive, a->accepting, (size_t)a->states);
    for (int round = 0; round < a->states; round++)
        for (int i = 0; i < a->states * 256; i++)
            if (a->next[i] > 0 && alive[a->next[i]]) alive[i / 256] = true;
}

static void check_alive(const char *what, struct automaton *a) {
    bool *want = malloc((size_t)a->states), *other = malloc((size_t)a->states);
    const size_t bytes = (size_t)a->states;
    for (int s = 0; s < a->states; s++) a->alive[s] = rng_below(grade_rng(), 2);  // whatever was there before
    automaton_find_alive(a);
    find_alive(want, a);
    const char *looks = "";
    const bool nothing_marked = memcmp(a->alive, a->accepting, bytes) == 0;
    all_with_steps(other, a);
    if (memcmp(a->alive, other, bytes) == 0)
        looks = "every state with a step is marked: it must be a step to a state that is alive";
    reached(other, a);
    if (memcmp(a->alive, other, bytes) == 0)
        looks =
            "marks are carried along the steps, from a state to those it leads to: they go the other way, from a "
            "marked "
            "state back to those that lead to it";
    for (int back = 0; back < 2; back++) {
        one_round(other, a, back);
        if (memcmp(a->alive, other, bytes) == 0)
            looks = "one round is not enough: go on until a whole round marks nothing new";
    }
    if (nothing_marked) looks = "only accepting states are marked, not those that lead to them";
    back_to_0(other, a);
    if (memcmp(a->alive, other, bytes) == 0)
        looks = "a step to state 0 does not count: it is a state like any other, and only -1 means that there is none";
    for (int s = 0; s < a->states; s++)
        grade_true(a->alive[s] == want[s], "%s: state %d: got %s, expected %s%s%s", what, s,
                   a->alive[s] ? "alive" : "not alive", want[s] ? "alive" : "not alive", *looks ? "\nlooks like: " : "",
                   looks);
    free(want);
    free(other);
}

EXERCISE(automaton_find_alive, .number = "15.8", .points = 2) {
    // The text's example: 0 -a-> 1 -b-> 2, the end; 0 -c-> 3 and 2 -d-> 3, a trap that only leads to itself.
    struct wild w = wild_automaton(4, "", 0, 0);
    edge(&w.a, 0, 'a', 1);
    edge(&w.a, 1, 'b', 2);
    edge(&w.a, 0, 'c', 3);
    edge(&w.a, 3, 'c', 3);
    edge(&w.a, 2, 'd', 3);
    w.a.accepting[2] = true;
    check_alive("ab, and a trap behind c and d", &w.a);
    wild_free(&w);
    for (int turned = 0; turned < 2; turned++) {  // a long way, its states numbered upwards or downwards
        const int n = grade_int(20, 40);
        w = wild_automaton(n, "", 0, 0);
        for (int s = 0; s + 1 < n; s++) {
            if (turned) edge(&w.a, s + 1, '\xe9', s);
            else edge(&w.a, s, '\xe9', s + 1);
        }
        w.a.accepting[turned ? 0 : n - 1] = true;
        check_alive(turned ? "a long way back" : "a long way", &w.a);
        wild_free(&w);
    }
    for (int round = 0; round < 60; round++) {
        w = wild_automaton(grade_int(2, 24), "xyz\xff", 4, grade_int(15, 45));
        for (int s = 0; s < w.a.states; s++) w.a.accepting[s] = rng_below(grade_rng(), 6) == 0;
        check_alive("a random automaton", &w.a);
        wild_free(&w);
    }
}

struct pieces {
    const char *text;
    const size_t *end;
    int V, stop;
};
enum token_habit {
    TOKENS_RIGHT,
    ONE_BYTE,
    MUST_END,
    TRAPS_TOO,
    EMPTY_TOO,
    STOP_ALWAYS,
    STOP_NEVER,
    STOP_ALIVE,
    STOP_BY_BYTES,
    END_OFF,
    FROM_START,
    NO_STATE,
    NOT_STATE_0,
    TOKEN_HABITS
};
static const char *const token_habit_name[TOKEN_HABITS] = {
    [ONE_BYTE] = "only the first byte of a token is looked at: all of them must be read",
    [MUST_END] = "the text must be able to end right after the token: it is enough that it can go on to an end (alive)",
    [TRAPS_TOO] = "the token may lead to a state from which no end can be reached: alive is not asked",
    [EMPTY_TOO] = "tokens without bytes may follow: they would come again for ever",
    [STOP_ALWAYS] = "the stop token may always follow: only where the text may end (accepting)",
    [STOP_NEVER] = "the stop token may never follow: where the text may end (accepting) it may",
    [STOP_ALIVE] = "the stop token may follow where the state is alive: it must be accepting",
    [STOP_BY_BYTES] = "the stop token is judged by its bytes, like any other: only `accepting` matters for it",
    [END_OFF] = "a token's bytes are read one too far or one too short: they are text + end[v-1] .. text + end[v] - 1",
    [NO_STATE] = "alive[-1] is read: after a token that cannot be read there is no state",
    [NOT_STATE_0] = "a token may lead back to state 0: only -1 means that it cannot be read",
    [FROM_START] = "tokens are read from state 0: `state` is where the text is",
};

// 1 may follow, 0 may not
static int token_may(const struct automaton *a, int state, const struct pieces *p, int v, enum token_habit habit) {
    const size_t start = v > 0 ? p->end[v - 1] : 0, size = p->end[v] - start;
    if (v == p->stop && habit == STOP_ALWAYS) return 1;
    if (v == p->stop && habit == STOP_NEVER) return 0;
    if (v == p->stop && habit == STOP_ALIVE) return a->alive[state];
    if (v == p->stop && habit != STOP_BY_BYTES) return a->accepting[state];
    if (size == 0) return habit == EMPTY_TOO && a->alive[state];
    const size_t read = habit == ONE_BYTE ? 1 : habit == END_OFF ? size - 1 : size;
    const int after = walk(a, habit == FROM_START ? 0 : state, p->text + start, read, false);
    if (after < 0) return habit == NO_STATE;
    if (after == 0 && habit == NOT_STATE_0) return 0;
    return (habit == MUST_END ? a->accepting[after] : habit == TRAPS_TOO || a->alive[after]);
}

static void check_allowed(const char *what, const struct automaton *a, int state, const struct pieces *p) {
    bool *got = malloc((size_t)p->V);
    int want = 0;
    for (int v = 0; v < p->V; v++) got[v] = v % 2 == 0;  // whatever was there before
    const int count = automaton_allowed(got, a, state, p->text, p->end, p->V, p->stop);
    int right[TOKEN_HABITS] = {0};
    for (int v = 0; v < p->V; v++)
        for (int h = 0; h < TOKEN_HABITS; h++) right[h] += got[v] == token_may(a, state, p, v, (enum token_habit)h);
    const char *looks = "";
    for (int h = TOKENS_RIGHT + 1; h < TOKEN_HABITS && right[0] < p->V; h++)
        if (right[h] == p->V) looks = token_habit_name[h];
    for (int v = 0; v < p->V; v++) {
        const int may = token_may(a, state, p, v, TOKENS_RIGHT);
        const size_t start = v > 0 ? p->end[v - 1] : 0;
        char bytes[32] = "";  // a message is text, and a token need not be
        for (size_t i = start; i < p->end[v]; i++)
            snprintf(bytes + strlen(bytes), sizeof bytes - strlen(bytes), p->text[i] & 128 ? "\\x%02x" : "%c",
                     (unsigned char)p->text[i]);
        grade_true(got[v] == may, "%s: token %d, \"%s\": got %s, expected %s%s%s", what, v, bytes,
                   got[v] ? "allowed" : "not allowed", may ? "allowed" : "not allowed", *looks ? "\nlooks like: " : "",
                   looks);
        want += may;
    }
    grade_equal("how many may follow", count, want);
    free(got);
}

EXERCISE(automaton_allowed, .number = "15.8", .points = 4, .needs = "automaton_run") {
    // The text's example: ab*c, with d behind a as a trap. Tokens: a, ab, abc, b, bc, ad, nothing, and the end.
    struct wild w = wild_automaton(4, "", 0, 0);
    edge(&w.a, 0, 'a', 1);
    edge(&w.a, 1, 'b', 1);
    edge(&w.a, 1, 'c', 2);
    edge(&w.a, 1, 'd', 3);
    edge(&w.a, 3, 'd', 3);
    w.a.accepting[2] = true;
    find_alive(w.a.alive, &w.a);
    const size_t ends[8] = {1, 3, 6, 7, 9, 11, 11, 11};
    struct pieces p = {"aababcbbcad", ends, 8, 7};
    check_allowed("ab*c, in the trap behind ad: nothing, not even the end", &w.a, 3, &p);
    check_allowed("ab*c, at the start: a, ab and abc", &w.a, 0, &p);
    check_allowed("ab*c, after a: b and bc", &w.a, 1, &p);
    check_allowed("ab*c, after abc: only the end", &w.a, 2, &p);
    p.stop = -1;
    check_allowed("ab*c, after abc, without a stop token: nothing", &w.a, 2, &p);
    wild_free(&w);
    for (int round = 0; round < 80; round++) {
        w = wild_automaton(grade_int(2, 9), "ab\xc3\xa9", 4, 60);
        for (int s = 0; s < w.a.states; s++) w.a.accepting[s] = rng_below(grade_rng(), 3) == 0;
        find_alive(w.a.alive, &w.a);
        const int V = grade_int(4, 40);
        size_t *end = malloc((size_t)V * sizeof *end), at = 0;
        char *text = malloc((size_t)V * 4 + 1);
        for (int v = 0; v < V; v++) {
            for (int i = rng_below(grade_rng(), 5); i > 0; i--) text[at++] = "ab\xc3\xa9"[rng_below(grade_rng(), 4)];
            end[v] = at;
        }
        p = (struct pieces){text, end, V, round % 3 == 0 ? -1 : grade_int(0, V - 1)};
        check_allowed("a random vocabulary", &w.a, grade_int(0, w.a.states - 1), &p);
        free(end);
        free(text);
        wild_free(&w);
    }
}

// ---- speculative.c --------------------------------------------------------------------------------------------------

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

// The first token that comes out, and the second one where the first was accepted, have the large model's distribution. (Here q
// and p of the second place do not depend on the first, so that their places can be counted one by one.)
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
    // The text's example: q = (0.5, 0.5), p = (0.8, 0.2). Token 1 is accepted with probability 0.4; if it is not, the next is 0.
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

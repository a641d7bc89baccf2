#define _POSIX_C_SOURCE 200809L
// Tests of beam.c.
#include "15-inference/choosing.h"

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

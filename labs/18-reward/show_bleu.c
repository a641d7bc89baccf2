// BLEU as a reward: it counts shared words. Beside it the model, and the hidden rule, which both want to be.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "18-reward/reward_model.h"

enum judge { BLEU, MODEL, RULE, JUDGES };
static const char *const judge_name[JUDGES] = {"BLEU", "reward model", "the hidden rule"};

// BLEU of one answer. One more of every n-gram, found and there (Lin and Och 2004): of most sentences no four words in
// a row are in the reference, and the geometric mean would be 0.
static double sentence_bleu(const int *candidate, int n, const int *reference, int m) {
    long matches[4] = {1, 1, 1, 1}, total[4] = {1, 1, 1, 1};
    bleu_count(matches, total, candidate, n, reference, m);
    return bleu(matches, total, n > 0 ? n : 1, m);
}

static double correlation(const double *x, const double *y, int n) {
    double mx = 0, my = 0, xy = 0, xx = 0, yy = 0;
    for (int i = 0; i < n; i++) {
        mx += x[i] / n;
        my += y[i] / n;
    }
    for (int i = 0; i < n; i++) {
        xy += (x[i] - mx) * (y[i] - my);
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
}

// ---- answers and what each judge gives them -------------------------------------------------------------------------
struct judged {
    struct answers a;  // `each` answers to every question, one after the other
    int each;
    struct micro_world_verdict *verdict;  // (count)
    double *value[JUDGES];                // (count)
};

static const int *answer(int *n, const struct answers *a, int i) {
    *n = a->length[i] - a->ended[i];  // without <eos>
    return a->id + (size_t)i * (MW_RESPONSE_LONGEST + 1);
}

static void judge(struct judged *j, const struct reward_show *s) {
    const int count = j->a.count;
    float *score = alloc_floats((size_t)count);
    reward_answers(score, s->model, &j->a);
    for (int k = 0; k < JUDGES; k++) j->value[k] = alloc_doubles((size_t)count);
    j->verdict = alloc_zeroed((size_t)count, sizeof *j->verdict);
    for (int i = 0; i < count; i++) {
        int n;
        const int *id = answer(&n, &j->a, i);
        const struct micro_world_instruction *q = &j->a.question[i];
        j->verdict[i] = micro_world_judge(q, id, n, j->a.ended[i]);
        j->value[BLEU][i] = sentence_bleu(id, n, q->answer, q->answer_count);
        j->value[MODEL][i] = score[i];
        j->value[RULE][i] = j->verdict[i].gold;
    }
    free(score);
}

// held: questions that were never asked in training.
static void judged_init(struct judged *j, const struct reward_show *s, bool held, int questions, int each) {
    *j = (struct judged){.each = each};
    answers_init(&j->a, questions * each);
    answers_ask(&j->a, -1, held, s->seed + 7);
    for (int i = 0; i < j->a.count; i++) j->a.question[i] = j->a.question[i - i % each];
    answers_draw(&j->a, s->config, s->tuned, 1, s->seed + 7);
    judge(j, s);
}

static void judged_free(struct judged *j) {
    answers_free(&j->a);
    free(j->verdict);
    for (int k = 0; k < JUDGES; k++) free(j->value[k]);
}

// ---- best of n ------------------------------------------------------------------------------------------------------
// Of the first n answers to every question the one that a judge likes best: what is it worth?
struct outcome {
    double gold, right, rude, polite;
};

static struct outcome best_of(const struct judged *j, enum judge who, int n) {
    struct outcome o = {0};
    const int questions = j->a.count / j->each;
    for (int q = 0; q < questions; q++) {
        int best = q * j->each;
        for (int i = best + 1; i < q * j->each + n; i++)
            if (j->value[who][i] > j->value[who][best]) best = i;
        const struct micro_world_verdict *v = &j->verdict[best];
        o.gold += v->gold / questions;
        o.right += (double)v->right / questions;
        o.rude += (double)v->rude / questions;
        o.polite += (double)v->polite / questions;
    }
    return o;
}

static void print_outcome(const char *what, struct outcome o) {
    printf("  %-28s %6.2f %6.1f%% %6.1f%% %6.1f%%\n", what, o.gold, 100 * o.right, 100 * o.rude, 100 * o.polite);
}

static void show_best(const struct judged *j, const char *questions) {
    printf("  %s, best of %d chosen by\n", questions, j->each);
    print_outcome("    chance", best_of(j, RULE, 1));
    for (int k = 0; k < JUDGES; k++) {
        char what[32];
        snprintf(what, sizeof what, "    %s", judge_name[k]);
        print_outcome(what, best_of(j, (enum judge)k, j->each));
    }
}

static void write_best(const struct judged *asked, const struct judged *never, const char *out) {
    struct csv_log log;
    csv_open(&log, out, "best_of.csv", "n,bleu,model,rule,never_bleu,never_model,never_rule");
    for (int n = 1; n <= asked->each; n *= 2)
        csv_row(&log, "%d,%.5f,%.5f,%.5f,%.5f,%.5f,%.5f", n, best_of(asked, BLEU, n).gold,
                best_of(asked, MODEL, n).gold, best_of(asked, RULE, n).gold, best_of(never, BLEU, n).gold,
                best_of(never, MODEL, n).gold, best_of(never, RULE, n).gold);
    csv_close(&log);
}

// ---- pairs ----------------------------------------------------------------------------------------------------------
// How often BLEU has people's order; a tie is half right.
static double bleu_on_pairs(enum micro_world_pair_kind kind, bool held, int pairs, uint64_t seed) {
    struct rng r;
    double right = 0;
    rng_seed(&r, seed, 50);
    for (int i = 0; i < pairs; i++) {
        const struct micro_world_pair p = micro_world_pair_of(kind, held, false, &r);
        const struct micro_world_instruction *q = &p.question;
        const double chosen = sentence_bleu(p.chosen, p.chosen_count, q->answer, q->answer_count);
        const double rejected = sentence_bleu(p.rejected, p.rejected_count, q->answer, q->answer_count);
        right += chosen > rejected ? 1 : chosen == rejected ? 0.5 : 0;
    }
    return right / pairs;
}

static void show_judges(const struct judged *j, const struct reward_show *s, bool held) {
    const int pairs = s->quick ? 60 : 3000;
    const struct reward_exam e = reward_examine(s->model, held, false, pairs, s->seed + 8);
    printf("  %s\n    %-24s", held ? "questions never asked" : "questions as in training", judge_name[BLEU]);
    for (int k = 0; k < MW_PAIR_KINDS; k++)
        printf(" %7.1f%%", 100 * bleu_on_pairs((enum micro_world_pair_kind)k, held, pairs, s->seed));
    printf(" %13.2f\n", correlation(j->value[BLEU], j->value[RULE], j->a.count));
    printf("    %-24s %7.1f%% %7.1f%% %7.1f%% %13.2f\n", judge_name[MODEL], 100 * e.kind[0], 100 * e.kind[1],
           100 * e.kind[2], correlation(j->value[MODEL], j->value[RULE], j->a.count));
}

// What a whole corpus of answers gets, as translations are judged.
static void show_corpus(const struct judged *j) {
    long matches[4] = {0}, total[4] = {0}, length = 0, reference = 0;
    double right = 0;
    for (int i = 0; i < j->a.count; i++) {
        int n;
        const int *id = answer(&n, &j->a, i);
        const struct micro_world_instruction *q = &j->a.question[i];
        bleu_count(matches, total, id, n, q->answer, q->answer_count);
        length += n;
        reference += q->answer_count;
        right += j->verdict[i].right;
    }
    printf("BLEU of all %d answers to questions never asked, as one text: %.1f of 100; %.1f%% of them are right\n",
           j->a.count, 100 * bleu(matches, total, length, reference), 100 * right / j->a.count);
}

void show_bleu(const struct reward_show *s) {
    struct judged asked, never;
    const int questions = s->quick ? 8 : 300, each = s->quick ? 4 : 16;
    judged_init(&asked, s, false, questions, each);
    judged_init(&never, s, true, questions, each);
    printf("\nJudges: pairs of answers in people's order (a tie is half), and correlation with the hidden rule\n");
    printf("  %-26s %8s %8s %8s %13s\n", "", "content", "style", "mixed", "correlation");
    show_judges(&asked, s, false);
    show_judges(&never, s, true);
    show_corpus(&never);
    printf("\nThe best of %d answers of chapter 16's model at temperature 1, to %d questions\n", each, questions);
    printf("  %-28s %6s %7s %7s %7s\n", "", "gold", "right", "rude", "polite");
    show_best(&asked, "questions as in training");
    show_best(&never, "questions never asked");
    write_best(&asked, &never, s->out);
    judged_free(&asked);
    judged_free(&never);
}

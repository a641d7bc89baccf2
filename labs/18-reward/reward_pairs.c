// Preference pairs of the village, as conversations two by two: to learn from, and to be tested with.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "18-reward/reward_model.h"

enum { STREAM_ORDER = 33 };  // of the seed

// ---- drawing --------------------------------------------------------------------------------------------------------
void reward_pairs_init(struct reward_pairs *p, int count) {
    *p = (struct reward_pairs){.count = count};
    p->kind = alloc_zeroed((size_t)count, sizeof *p->kind);
    p->task = alloc_zeroed((size_t)count, sizeof *p->task);
    p->chosen = alloc_floats((size_t)count);
    p->rejected = alloc_floats((size_t)count);
}

void reward_pairs_draw(struct reward_pairs *p, int count, bool held, bool only_near, uint64_t seed, uint64_t stream) {
    struct rng r;
    reward_pairs_init(p, count);
    rng_seed(&r, seed, stream);
    for (int i = 0; i < count; i++) {
        struct micro_world_pair pair = micro_world_pair(held, &r);
        if (only_near) pair = micro_world_pair_of(pair.kind, held, true, &r);
        lesson_push(&p->conversations, &pair.question, pair.chosen, pair.chosen_count);
        lesson_push(&p->conversations, &pair.question, pair.rejected, pair.rejected_count);
        p->kind[i] = pair.kind;
        p->task[i] = pair.question.task;
    }
}

void reward_pairs_free(struct reward_pairs *p) {
    documents_free(&p->conversations);
    free(p->kind);
    free(p->task);
    free(p->chosen);
    free(p->rejected);
    *p = (struct reward_pairs){0};
}

// ---- sorting --------------------------------------------------------------------------------------------------------
struct candidate {
    int pair, length;
};

static int by_length(const void *a, const void *b) {
    const struct candidate *x = a, *y = b;
    return x->length != y->length ? x->length - y->length : x->pair - y->pair;
}

// Tokens of the longer of the two conversations of a pair.
static int length_of(const struct reward_pairs *p, int pair) {
    const size_t *end = p->conversations.ends.end + 2 * (size_t)pair;
    const size_t start = pair > 0 ? end[-1] : 0, chosen = end[0] - start, rejected = end[1] - end[0];
    return (int)(chosen > rejected ? chosen : rejected);
}

void reward_pairs_by_length(int *order, const struct reward_pairs *p, int first, int n) {
    struct candidate *c = alloc_zeroed((size_t)n, sizeof *c);
    for (int i = 0; i < n; i++) {
        c[i].pair = (int)(((long)first + i) % p->count);
        c[i].length = length_of(p, c[i].pair);
    }
    qsort(c, (size_t)n, sizeof *c, by_length);
    for (int i = 0; i < n; i++) order[i] = c[i].pair;
    free(c);
}

// ---- scores ---------------------------------------------------------------------------------------------------------
void reward_pairs_score(struct reward_pairs *p, struct reward_model *m) {
    enum { AT_ONCE = 32 };
    int *order = alloc_zeroed((size_t)p->count, sizeof(int)), last[2 * AT_ONCE];
    int *inputs = alloc_zeroed(2 * (size_t)AT_ONCE * PAIR_T, sizeof(int));
    float score[2 * AT_ONCE];
    reward_pairs_by_length(order, p, 0, p->count);
    for (int first = 0; first < p->count; first += AT_ONCE) {
        const int n = p->count - first < AT_ONCE ? p->count - first : AT_ONCE, *which = order + first;
        const int T = pair_batch(inputs, last, &p->conversations, which, n, PAIR_T);
        reward_score(score, m, inputs, last, 2 * n, T);
        for (int i = 0; i < n; i++) {
            p->chosen[which[i]] = score[i];
            p->rejected[which[i]] = score[n + i];
        }
    }
    free(order);
    free(inputs);
}

void reward_pairs_predict(double *p, bool *held, const struct reward_pairs *pairs, double unit, uint64_t seed) {
    const size_t count = (size_t)pairs->count;
    bool *swap = alloc_zeroed(count, sizeof *swap);
    float *chosen = alloc_floats(count), *rejected = alloc_floats(count);
    struct rng r;
    rng_seed(&r, seed, STREAM_ORDER);
    for (size_t i = 0; i < count; i++) {
        swap[i] = rng_below(&r, 2);
        chosen[i] = (float)(unit * pairs->chosen[i]);
        rejected[i] = (float)(unit * pairs->rejected[i]);
    }
    calibration_pairs(p, held, chosen, rejected, swap, pairs->count);
    free(swap);
    free(chosen);
    free(rejected);
}

// ---- the examination ------------------------------------------------------------------------------------------------
// The share of pairs in the right order, of those of a kind (-1: of all) and a task (-1: of all).
static double share(const struct reward_pairs *p, int kind, int task) {
    int count = 0, right = 0;
    for (int i = 0; i < p->count; i++) {
        if ((kind >= 0 && (int)p->kind[i] != kind) || (task >= 0 && (int)p->task[i] != task)) continue;
        count++;
        right += p->chosen[i] > p->rejected[i];
    }
    return count > 0 ? (double)right / count : NAN;
}

struct reward_exam reward_examine(struct reward_model *m, bool held, bool only_near, int pairs, uint64_t seed) {
    enum { BINS = 10 };
    struct reward_pairs p;
    struct reward_exam e;
    struct calibration_bin bins[BINS];
    double *predicted = alloc_doubles((size_t)pairs);
    bool *came = alloc_zeroed((size_t)pairs, sizeof *came);
    reward_pairs_draw(&p, pairs, held, only_near, seed, PAIRS_FOR_TESTING);
    reward_pairs_score(&p, m);
    reward_pairs_predict(predicted, came, &p, 1, seed);
    e.all = share(&p, -1, -1);
    for (int k = 0; k < MW_PAIR_KINDS; k++) e.kind[k] = share(&p, k, -1);
    for (int k = 0; k < MW_TASKS; k++) e.task[k] = share(&p, -1, k);
    e.ece = calibration(bins, predicted, came, pairs, BINS);
    reward_pairs_free(&p);
    free(predicted);
    free(came);
    return e;
}

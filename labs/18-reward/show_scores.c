// What the model gives to answers of chapter 16's model, and what they were worth.
#include <math.h>
#include <stdlib.h>

#include "18-reward/reward_model.h"

enum group { RIGHT_POLITE, RIGHT_PLAIN, RIGHT_RUDE, WRONG, GROUPS };
static const char *const group_name[GROUPS] = {"right, polite", "right", "right, rude", "wrong"};

// An answer that is polite and rude at once belongs to the rude ones.
static enum group group_of(const struct micro_world_verdict *v) {
    if (!v->right) return WRONG;
    return v->rude ? RIGHT_RUDE : v->polite ? RIGHT_POLITE : RIGHT_PLAIN;
}

// Bins of 0.25 from -4 to 4; what lies outside is in the first or the last.
enum { BINS = 32 };
static const double LOWEST = -4, WIDTH = 0.25;

static int bin_of(double score) {
    const int k = (int)floor((score - LOWEST) / WIDTH);
    return k < 0 ? 0 : k < BINS ? k : BINS - 1;
}

struct tally {
    int count, bins[BINS];
    double score, square, gold;
};

static void add(struct tally *t, double score, double gold) {
    t->count++;
    t->bins[bin_of(score)]++;
    t->score += score;
    t->square += score * score;
    t->gold += gold;
}

static void print_tallies(const struct tally *t, int answers) {
    printf("  %-16s %7s %8s %10s %8s\n", "", "share", "score", "deviation", "gold");
    for (int g = 0; g < GROUPS; g++) {
        if (t[g].count == 0) continue;
        const double mean = t[g].score / t[g].count, square = t[g].square / t[g].count;
        printf("  %-16s %6.1f%% %8.2f %10.2f %8.2f\n", group_name[g], 100.0 * t[g].count / answers, mean,
               sqrt(fmax(square - mean * mean, 0)), t[g].gold / t[g].count);
    }
}

static void write_bins(const char *out, const struct tally *t, int answers) {
    struct csv_log log;
    csv_open(&log, out, "scores.csv", "score,right_polite,right_plain,right_rude,wrong");
    for (int k = 0; k < BINS; k++)
        csv_row(&log, "%.4g,%.5f,%.5f,%.5f,%.5f", LOWEST + (k + 0.5) * WIDTH, (double)t[0].bins[k] / answers,
                (double)t[1].bins[k] / answers, (double)t[2].bins[k] / answers, (double)t[3].bins[k] / answers);
    csv_close(&log);
}

void show_scores(const struct reward_show *s) {
    struct answers a;
    struct tally tally[GROUPS] = {0};
    const int count = s->quick ? 40 : 3000;
    float *score = alloc_floats((size_t)count);
    answers_init(&a, count);
    answers_ask(&a, -1, true, s->seed + 3);
    answers_draw(&a, s->config, s->tuned, 1, s->seed + 3);
    reward_answers(score, s->model, &a);
    for (int i = 0; i < count; i++) {
        const struct micro_world_verdict v = micro_world_judge(
            &a.question[i], a.id + (size_t)i * (MW_RESPONSE_LONGEST + 1), a.length[i] - a.ended[i], a.ended[i]);
        add(&tally[group_of(&v)], score[i], v.gold);
    }
    printf("\nScores of %d answers of chapter 16's model, at temperature 1, to questions never asked in training\n",
           count);
    print_tallies(tally, count);
    write_bins(s->out, tally, count);
    answers_free(&a);
    free(score);
}

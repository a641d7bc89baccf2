// Who is better, and at what price: every model that was taught, on the same questions.
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <unistd.h>

#include "20-dpo/alignment.h"

enum { REFERENCE, PPO, MODELS = PPO + 1 + METHODS };
static const char *const name[MODELS] = {"SFT", "PPO", "DPO", "IPO", "GRPO"};

struct entry {
    bool there;
    struct policy_exam e;
    double *gold;       // of each question
    int said, learned;  // answers that it gave on the way; texts that its gradients were made of
};

// "": nowhere.
static void folder_of(char *folder, size_t size, const struct dpo_show *s, int k) {
    static const char *const ppo[2] = {"build/lab/19-ppo/model", "build/demo/19-ppo/model"};
    char path[4096];
    if (k > PPO) {
        snprintf(folder, size, "%s/%s", s->out, method_name[k - PPO - 1]);
        return;
    }
    snprintf(folder, size, "%s", s->ppo);
    for (int i = 0; i < 2 && !*folder; i++) {
        snprintf(path, sizeof path, "%s/config.json", ppo[i]);
        if (access(path, F_OK) == 0) snprintf(folder, size, "%s", ppo[i]);
    }
}

static void count_work(struct entry *x, const struct dpo_show *s, int k) {
    if (k == PPO) {
        const struct ppo_training how = ppo_training_defaults();
        x->said = how.iterations * how.rollouts;
        x->learned = x->said * how.epochs;
    } else if (k > PPO) {
        const struct alignment how = show_how(s, (enum method)(k - PPO - 1));
        const bool groups = how.method == METHOD_GRPO;
        x->said = groups ? how.steps * how.groups * how.answers : 0;
        x->learned = groups ? x->said * how.passes : 2 * how.steps * how.batch;
    }
}

static void examine(struct entry *x, const struct dpo_show *s, int k) {
    char folder[4096] = "";
    struct gpt m;
    struct codec codec = {0};
    struct policy p;
    struct answers a;
    struct teachers *t = s->teachers;
    const struct alignment how = show_how(s, METHOD_DPO);
    const uint64_t seed = how.seed + 100;
    *x = (struct entry){.gold = alloc_doubles((size_t)how.questions)};
    if (k != REFERENCE) folder_of(folder, sizeof folder, s, k);
    if (k == PPO && (!*folder || (s->quick && !*s->ppo))) return;
    if (k != REFERENCE) stage_open(&m, &codec, folder, k == PPO ? "make demo-19" : "make demo-20");
    const struct gpt *from = k == REFERENCE ? &t->reference : &m;
    policy_init(&p, &from->config, from->params, 1, PAIR_T);
    x->there = true;
    x->e = k == REFERENCE ? s->before : policy_examine(&p, &t->reference, &t->judge, &how.rules, how.questions, seed);
    answers_init(&a, how.questions);
    answers_ask(&a, -1, true, seed);
    answers_draw(&a, &p.gpt.config, p.gpt.params, 1, seed);
    answers_gold(x->gold, &a);
    count_work(x, s, k);
    answers_free(&a);
    policy_free(&p);
    if (k == REFERENCE) return;
    gpt_free(&m);
    codec_free(&codec);
}

// Each against each: the share of questions where the row's answer is better than the column's.
static void print_wins(const struct entry *x, int n) {
    printf("\nWon: better by the hidden rule than the column's answer to the same question, %% (a tie is half)\n  %-6s",
           "");
    for (int j = 0; j < MODELS; j++)
        if (x[j].there) printf(" %12s", name[j]);
    printf("\n");
    for (int i = 0; i < MODELS; i++) {
        if (!x[i].there) continue;
        printf("  %-6s", name[i]);
        for (int j = 0; j < MODELS; j++) {
            if (!x[j].there) continue;
            const double p = win_rate(x[i].gold, x[j].gold, n);
            if (i == j) printf(" %12s", "-");
            else printf("   %4.1f +- %.1f", 100 * p, 100 * win_rate_error(p, n));
        }
        printf("\n");
    }
}

static void write_table(const struct dpo_show *s, const struct entry *x, int n) {
    struct csv_log csv;
    csv_open(&csv, s->out, "table.csv",
             "name,judge,gold,kl,entropy,right,honest,rude,polite,greedy,won,error,said,learned");
    for (int k = 0; k < MODELS; k++) {
        const struct policy_exam *e = &x[k].e;
        if (!x[k].there) continue;
        const double p = win_rate(x[k].gold, x[REFERENCE].gold, n);
        csv_row(&csv, "%s,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%d,%d", name[k], e->proxy,
                e->drawn.gold, e->kl, e->entropy, e->drawn.right, e->drawn.honest, e->drawn.rude, e->drawn.polite,
                e->greedy.right, p, win_rate_error(p, n), x[k].said, x[k].learned);
    }
    csv_close(&csv);
}

void show_table(const struct dpo_show *s) {
    struct entry x[MODELS];
    const int n = show_how(s, METHOD_DPO).questions;
    for (int k = 0; k < MODELS; k++) examine(&x[k], s, k);
    policy_exam_heads("All of them, on the same questions");
    for (int k = 0; k < MODELS; k++)
        if (x[k].there) policy_exam_print(name[k], &x[k].e);
    if (!x[PPO].there) printf("  (PPO's row is left out: there is no model of chapter 19. make demo-19 makes one)\n");
    print_wins(x, n);
    printf("\nWhat it took\n  %-6s %14s %24s\n", "", "answers given", "texts learned from");
    for (int k = PPO; k < MODELS; k++)
        if (x[k].there) printf("  %-6s %14d %24d\n", name[k], x[k].said, x[k].learned);
    write_table(s, x, n);
    for (int k = 0; k < MODELS; k++) free(x[k].gold);
}

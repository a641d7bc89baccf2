// A few pairs, as people judged them and as the model does; and how often it agrees, question by question.
#include "18-reward/reward_model.h"

static void print_answer(char mark, const int *answer, int n, float score) {
    char text[256];
    micro_world_decode(text, sizeof text, answer, n);
    printf("    %c %-52s %6.2f\n", mark, text, score);
}

// A conversation of one pair, and its score.
static float score_of(struct reward_model *m, const struct micro_world_instruction *q, const int *answer, int n) {
    struct documents d = {0};
    int inputs[2 * PAIR_T], last[2], which = 0;
    float score[2];
    lesson_push(&d, q, answer, n);
    lesson_push(&d, q, answer, n);
    const int T = pair_batch(inputs, last, &d, &which, 1, PAIR_T);
    reward_score(score, m, inputs, last, 2, T);
    documents_free(&d);
    return score[0];
}

static void print_pair(struct reward_model *m, const struct micro_world_pair *p) {
    char text[256];
    const struct micro_world_instruction *q = &p->question;
    micro_world_decode(text, sizeof text, q->prompt + 2, q->prompt_count - 3);  // without <bos> <q> and <a>
    printf("  %s\n", text);
    print_answer('+', p->chosen, p->chosen_count, score_of(m, q, p->chosen, p->chosen_count));
    print_answer('-', p->rejected, p->rejected_count, score_of(m, q, p->rejected, p->rejected_count));
}

static void print_examples(const struct reward_show *s) {
    static const char *const what[MW_PAIR_KINDS] = {"content: in the same style, one right, one wrong",
                                                    "style: both right", "mixed: anything"};
    struct rng r;
    rng_seed(&r, s->seed, 40);
    printf("\nPairs to questions that were never asked in training: + people prefer it, - they do not\n");
    for (int kind = 0; kind < MW_PAIR_KINDS; kind++) {
        printf(" %-57s %7s\n", what[kind], kind ? "" : "score");
        for (int i = 0; i < 3; i++) {
            const struct micro_world_pair p = micro_world_pair_of((enum micro_world_pair_kind)kind, true, false, &r);
            print_pair(s->model, &p);
        }
    }
}

void show_pairs(const struct reward_show *s) {
    const int pairs = s->quick ? 60 : 4000;
    struct csv_log log;
    print_examples(s);
    const struct reward_exam fresh = reward_examine(s->model, false, false, pairs, s->seed + 2);
    const struct reward_exam held = reward_examine(s->model, true, false, pairs, s->seed + 2);
    printf("\nPairs in the right order, of %d new ones\n  %-10s %15s %12s\n", pairs, "question", "as in training",
           "never asked");
    csv_open(&log, s->out, "pairs.csv", "task,fresh,held");
    for (int k = 0; k < MW_TASKS; k++) {
        printf("  %-10s %14.1f%% %11.1f%%\n", micro_world_task_name[k], 100 * fresh.task[k], 100 * held.task[k]);
        csv_row(&log, "%s,%.4f,%.4f", micro_world_task_name[k], fresh.task[k], held.task[k]);
    }
    csv_close(&log);
    printf("  %-10s %14.1f%% %11.1f%%\n", "all", 100 * fresh.all, 100 * held.all);
}

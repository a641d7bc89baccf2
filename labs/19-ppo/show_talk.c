// Ten questions, and what the model says before and after.
#include <stdlib.h>
#include <string.h>

#include "19-ppo/policy.h"

enum { QUESTIONS = 10 };

static const int *said(int *n, const struct answers *a, int i) {
    *n = a->length[i] - a->ended[i];  // without <eos>
    return a->id + (size_t)i * (MW_RESPONSE_LONGEST + 1);
}

static void print_answer(const char *when, const struct answers *a, const float *score, int i) {
    char text[256];
    int n;
    const int *id = said(&n, a, i);
    const struct micro_world_verdict v = micro_world_judge(&a->question[i], id, n, a->ended[i]);
    micro_world_decode(text, sizeof text, id, n);
    if (!a->ended[i]) strcat(text, " ...");
    printf("    %-7s %-46s %6.2f %6.2f\n", when, text, (double)score[i], v.gold);
}

// One of each task, then more as they come.
static void ask(struct answers *a, uint64_t seed) {
    struct answers one;
    answers_ask(a, -1, true, seed);
    answers_init(&one, 1);
    for (int task = 0; task < MW_TASKS && task < a->count; task++) {
        answers_ask(&one, task, true, seed + (uint64_t)task);
        a->question[task] = one.question[0];
    }
    answers_free(&one);
}

void show_talk(const struct ppo_show *s) {
    char folder[4096];
    struct gpt after;
    struct codec codec = {0};
    struct answers a[2];
    float score[2][QUESTIONS];
    struct teachers *t = s->teachers;
    snprintf(folder, sizeof folder, "%s/model", s->out);
    stage_open(&after, &codec, folder, "make demo-19, or, with your own code, make lab-19");
    const struct gpt *model[2] = {&t->reference, &after};
    for (int k = 0; k < 2; k++) {
        answers_init(&a[k], QUESTIONS);
        ask(&a[k], s->seed + 7);
        answers_draw(&a[k], &model[k]->config, model[k]->params, 1, s->seed + 7);
        reward_answers(score[k], &t->judge, &a[k]);
    }
    printf("\nQuestions never asked in training, answers at temperature 1 %13s %6s\n", "judge", "gold");
    for (int i = 0; i < QUESTIONS; i++) {
        char text[256];
        const struct micro_world_instruction *q = &a[0].question[i];
        micro_world_decode(text, sizeof text, q->prompt + 2, q->prompt_count - 3);  // without <bos> <q> and <a>
        printf("  %s\n", text);
        print_answer("before", &a[0], score[0], i);
        print_answer("after", &a[1], score[1], i);
    }
    for (int k = 0; k < 2; k++) answers_free(&a[k]);
    gpt_free(&after);
    codec_free(&codec);
}

// Pairs that nobody wrote: the model answers twice, and the judge says which answer is better.
#include "20-dpo/alignment.h"

// Appends answer i of a, without <eos>.
static void push(struct reward_pairs *p, const struct answers *a, int i) {
    lesson_push(&p->conversations, &a->question[i], a->id + (size_t)i * (MW_RESPONSE_LONGEST + 1), a->length[i] - 1);
}

void own_pairs_draw(struct reward_pairs *p, int count, struct teachers *t, uint64_t seed) {
    enum { QUESTIONS = 512 };  // at once
    struct answers a;
    float score[2 * QUESTIONS];
    int have = 0;
    reward_pairs_init(p, count);
    answers_init(&a, 2 * QUESTIONS);
    for (uint64_t round = 0; have < count; round++) {
        group_ask(&a, 2, false, seed * 100003 + round);
        answers_draw(&a, &t->reference.config, t->reference.params, 1, seed * 100003 + round);
        reward_answers(score, &t->judge, &a);
        for (int i = 0; i < 2 * QUESTIONS && have < count; i += 2) {
            if (!a.ended[i] || !a.ended[i + 1] || score[i] == score[i + 1]) continue;
            const int better = score[i] > score[i + 1] ? i : i + 1;
            push(p, &a, better);
            push(p, &a, better == i ? i + 1 : i);
            p->kind[have] = MW_PAIR_MIXED;
            p->task[have++] = a.question[i].task;
        }
    }
    answers_free(&a);
}

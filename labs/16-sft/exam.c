// What are the answers worth? The hidden rule knows.
#include <math.h>

#include "16-sft/village.h"

static double share(double sum, int count) {
    return count > 0 ? sum / count : NAN;
}

struct exam exam_grade(const struct answers *a) {
    int asked[MW_TASKS + 1] = {0}, right[MW_TASKS + 1] = {0}, rude = 0, polite = 0, ended = 0;
    double gold = 0, length = 0;
    for (int i = 0; i < a->count; i++) {
        const struct micro_world_instruction *q = &a->question[i];
        const int n = a->length[i] - a->ended[i];  // without <eos>
        const struct micro_world_verdict v =
            micro_world_judge(q, a->id + (size_t)i * (MW_RESPONSE_LONGEST + 1), n, a->ended[i]);
        asked[q->task]++;
        right[q->task] += v.right;
        rude += v.rude;
        polite += v.polite;
        ended += a->ended[i];
        gold += v.gold;
        length += n;
    }
    struct exam e = {.count = a->count,
                     .gold = share(gold, a->count),
                     .rude = share(rude, a->count),
                     .polite = share(polite, a->count),
                     .ended = share(ended, a->count),
                     .length = share(length, a->count)};
    int can_be_answered = 0, of_these_right = 0;
    for (int task = 0; task <= MW_TASKS; task++) {
        e.by_task[task] = share(right[task], asked[task]);
        if (task == MW_TASK_UNKNOWN || task == MW_TASK_ZOG) continue;
        can_be_answered += asked[task];
        of_these_right += right[task];
    }
    e.right = share(of_these_right, can_be_answered);
    e.honest = e.by_task[MW_TASK_UNKNOWN];
    return e;
}

struct exam exam_run(const struct gpt_config *c, const float *params, int task, int count, float temperature,
                     uint64_t seed) {
    struct answers a;
    answers_init(&a, count);
    answers_ask(&a, task, true, seed);
    answers_draw(&a, c, params, temperature, seed);
    const struct exam e = exam_grade(&a);
    answers_free(&a);
    return e;
}

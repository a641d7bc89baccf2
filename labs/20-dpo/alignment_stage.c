// The stage as both programs run it: from chapter 16's model to one that says what people prefer.
#include "20-dpo/alignment.h"

void answers_gold(double *gold, const struct answers *a) {
    for (int i = 0; i < a->count; i++) {
        const int *said = a->id + (size_t)i * (MW_RESPONSE_LONGEST + 1), n = a->length[i] - a->ended[i];
        gold[i] = micro_world_judge(&a->question[i], said, n, a->ended[i]).gold;
    }
}

struct policy_exam alignment_reference(struct teachers *t, const struct alignment *how) {
    struct policy p;
    policy_init(&p, &t->reference.config, t->reference.params, 1, PAIR_T);
    const struct policy_exam e =
        policy_examine(&p, &t->reference, &t->judge, &how->rules, how->questions, how->seed + 100);
    policy_free(&p);
    return e;
}

static void print_work(const struct alignment *how, double seconds) {
    const char *name = how->label;
    if (how->method == METHOD_GRPO)
        printf("%-7s %d rounds of %d answers to each of %d questions, %.0f s\n", name, how->steps, how->answers,
               how->groups, seconds);
    else printf("%-7s %d steps of %d pairs, %.0f s\n", name, how->steps, how->batch, seconds);
}

void alignment_stage(struct policy *p, struct teachers *t, const struct alignment *how, const char *folder,
                     const struct policy_exam *before) {
    const struct gpt_config *c = &t->reference.config;
    const int rows = how->method == METHOD_GRPO ? how->minibatch : 2 * how->batch;
    const struct policy_exam first = before ? *before : alignment_reference(t, how);
    policy_init(p, c, t->reference.params, rows, PAIR_T);
    const double start = clock_seconds();
    alignment_train(p, t, how);
    print_work(how, clock_seconds() - start);
    const struct policy_exam after =
        policy_examine(p, &t->reference, &t->judge, &how->rules, how->questions, how->seed + 100);
    policy_exam_heads("Questions never asked in training; answers drawn at temperature 1");
    policy_exam_print("before", &first);
    policy_exam_print(how->label, &after);
    stage_save(folder, &p->gpt, &t->codec);
    printf("model   saved in %s, as transformers reads it\n", folder);
}

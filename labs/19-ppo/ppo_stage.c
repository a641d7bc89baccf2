// The stage as both programs run it: from chapter 16's model to one that was taught by chapter 18's.
#include "19-ppo/policy.h"

void ppo_stage(struct policy *p, struct teachers *t, const struct ppo_training *how) {
    static const char *const name[2] = {"before", "after"};
    char folder[4096];
    const struct gpt_config *c = &t->reference.config;
    const uint64_t questions = how->seed + 100;
    policy_init(p, c, t->reference.params, how->minibatch, PAIR_T);
    struct policy_exam exam[2];
    exam[0] = policy_examine(p, &t->reference, &t->judge, &how->rules, how->questions, questions);
    const double start = clock_seconds();
    ppo_train(p, &t->reference, &t->judge, how);
    printf("ppo     %d iterations of %d answers, %.0f s\n", how->iterations, how->rollouts, clock_seconds() - start);
    exam[1] = policy_examine(p, &t->reference, &t->judge, &how->rules, how->questions, questions);
    policy_exam_heads("Questions never asked in training; answers drawn at temperature 1");
    for (int k = 0; k < 2; k++) policy_exam_print(name[k], &exam[k]);
    policy_exam_tasks(name, exam, 2);
    snprintf(folder, sizeof folder, "%s/model", how->out);
    stage_save(folder, &p->gpt, &t->codec);
    printf("model   saved in %s, as transformers reads it\n", folder);
}

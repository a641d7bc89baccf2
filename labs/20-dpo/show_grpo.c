// One question, eight answers, and what each is worth beside the others; then a whole training of it.
#include <string.h>

#include "20-dpo/alignment.h"

enum { GROUPS = 2, EACH = 8 };

static void print_group(const struct rollout *r, const float *divided, const float *centred, int k) {
    char text[256];
    const struct micro_world_instruction *q = &r->answers.question[k * EACH];
    micro_world_decode(text, sizeof text, q->prompt + 2, q->prompt_count - 3);  // without <bos> <q> and <a>
    printf("  %-46s %7s %10s %10s\n", text, "judge", "advantage", "undivided");
    for (int g = 0; g < EACH; g++) {
        const int b = k * EACH + g;
        micro_world_decode(text, sizeof text, r->answers.id + (size_t)b * (MW_RESPONSE_LONGEST + 1),
                           r->answers.length[b] - r->answers.ended[b]);
        if (!r->answers.ended[b]) strcat(text, " ...");
        printf("    %-44s %7.2f %10.2f %10.2f\n", text, (double)r->score[b], (double)divided[b], (double)centred[b]);
    }
}

// Before training: what the reference says.
static void show_groups(const struct dpo_show *s, const struct alignment *how) {
    struct teachers *t = s->teachers;
    struct policy p;
    struct rollout r;
    float divided[GROUPS * EACH], centred[GROUPS * EACH];
    policy_init(&p, &t->reference.config, t->reference.params, 1, PAIR_T);
    rollout_init(&r, GROUPS * EACH);
    group_ask(&r.answers, EACH, false, s->seed + 3);
    rollout_answer(&r, &p, &t->reference, &t->judge, &how->rules, s->seed + 3);
    group_advantages(divided, r.score, true, GROUPS, EACH);
    group_advantages(centred, r.score, false, GROUPS, EACH);
    printf("\nGroups: the same question, %d times\n", EACH);
    for (int k = 0; k < GROUPS; k++) print_group(&r, divided, centred, k);
    rollout_free(&r);
    policy_free(&p);
}

void show_grpo(const struct dpo_show *s) {
    char folder[4096];
    struct policy p;
    const struct alignment how = show_how(s, METHOD_GRPO);
    show_groups(s, &how);
    snprintf(folder, sizeof folder, "%s/grpo", s->out);
    alignment_stage(&p, s->teachers, &how, folder, &s->before);
    policy_free(&p);
}

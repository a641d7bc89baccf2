// What pretraining is worth, and what keeps it: the same lessons for chapter 14's model with and without old text in
// every step, and for a model that begins with random weights.
#include "16-sft/tuning.h"

struct beginning {
    const char *name, *folder;
    bool pretrained, mix;
};

static struct tuning_result learn(const struct show *s, const struct beginning *from) {
    struct gpt m;
    struct rng r;
    struct tuning how = *s->how;
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/%s", s->out, from->folder);
    how.out = folder;
    how.label = from->name;
    how.steps = s->quick ? 4 : 300;
    how.questions /= 2;
    if (!from->mix) how.mix = 0;
    if (from->pretrained) {
        stage_copy(&m, s->config, s->pretrained);
    } else {
        rng_seed(&r, s->seed, 32);
        gpt_init(&m, s->config, 0.08f, &r);  // as chapter 14 does
    }
    const struct tuning_result result = tuning_run(&m, &how, s->old);
    gpt_free(&m);
    return result;
}

void show_transfer(const struct show *s) {
    static const struct beginning from[] = {
        {"pretrained, with old text", "transfer-mix", true, true},
        {"pretrained, lessons alone", "transfer-alone", true, false},
        {"random weights", "transfer-scratch", false, false},
    };
    struct csv_log log;
    csv_open(&log, s->out, "transfer.csv", "beginning,right,fact,sum,found,unknown,reverse,repeat,count,old_loss");
    printf("\n%-26s %6s", "begins with", "right");
    for (int k = 0; k < MW_TASKS; k++) printf(" %7s", micro_world_task_name[k]);
    printf(" %9s\n", "old text");
    for (int i = 0; i < COUNT(from); i++) {
        const struct tuning_result x = learn(s, &from[i]);
        const double *task = x.greedy.by_task;
        printf("%-26s %5.1f%%", from[i].name, 100 * x.greedy.right);
        for (int k = 0; k < MW_TASKS; k++) printf(" %6.1f%%", 100 * task[k]);
        printf(" %9.3f\n", x.old_loss);
        csv_row(&log, "%s,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.5f", from[i].folder, x.greedy.right, task[0],
                task[1], task[2], task[3], task[4], task[5], task[6], x.old_loss);
    }
    csv_close(&log);
}

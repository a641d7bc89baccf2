// The stage as both programs run it: from chapter 16's model to a reward model in a folder.
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <unistd.h>

#include "18-reward/reward_model.h"

enum { STREAM_HEAD = 30 };  // of the seed

const char *reward_find(const char *name) {
    static const char *const places[] = {"build/lab/16-sft/model", "build/demo/16-sft/model"};
    char path[4096];
    if (*name) return name;
    for (int i = 0; i < COUNT(places); i++) {
        snprintf(path, sizeof path, "%s/config.json", places[i]);
        if (access(path, F_OK) == 0) return places[i];
    }
    die("there is no model that answers yet: neither %s nor %s. Chapter 16 makes one: make demo-16, or, with your own "
        "code, make lab-16. Or name another one: --model FOLDER",
        places[0], places[1]);
}

static void print_exam(const char *what, const struct reward_exam *e) {
    printf("  %-28s %6.1f%% %8.1f%% %6.1f%% %6.1f%% %12.3f\n", what, 100 * e->all, 100 * e->kind[MW_PAIR_CONTENT],
           100 * e->kind[MW_PAIR_STYLE], 100 * e->kind[MW_PAIR_MIXED], e->ece);
}

void reward_stage(struct reward_model *m, const struct gpt_config *c, const float *params, const struct codec *codec,
                  const struct reward_training *how) {
    char folder[4096];
    struct rng r;
    const double start = clock_seconds();
    rng_seed(&r, how->seed, STREAM_HEAD);
    reward_init(m, c, params, &r);
    const struct reward_exam fresh = reward_train(m, how);
    const struct reward_exam held = reward_examine(m, true, false, how->tests, how->seed);
    printf("reward  %d steps of %d pairs, %.0f s\n", how->steps, how->batch, clock_seconds() - start);
    printf("  %-28s %7s %9s %7s %7s %12s\n", "pairs in the right order", "all", "content", "style", "mixed",
           "calibration");
    print_exam("fresh pairs", &fresh);
    print_exam("of questions never asked", &held);
    const double deviation = reward_normalize(m, c, params, how->answers, how->seed);
    printf("normalised on %d answers of chapter 16's model: their scores had deviation %.2f\n", how->answers,
           deviation);
    snprintf(folder, sizeof folder, "%s/model", how->out);
    reward_save(folder, m, codec);
    printf("model   saved in %s, as transformers reads it\n", folder);
}

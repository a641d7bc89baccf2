// Whom a policy learns from: the model that it begins as, and the one that judges it.
#define _POSIX_C_SOURCE 200809L
#include <unistd.h>

#include "15-inference/tiny_model.h"
#include "19-ppo/policy.h"

enum { STREAM_JUDGE = 30 };  // of the seed

// name, or, if that is "", the first of two places that holds a model.
static const char *find(const char *name, const char *const places[2], const char *what, const char *chapter,
                        const char *flag) {
    char path[4096];
    if (*name) return name;
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/config.json", places[i]);
        if (access(path, F_OK) == 0) return places[i];
    }
    die("there is no model that %s yet: neither %s nor %s. Chapter %s makes one: make demo-%s, or, with your own code, "
        "make lab-%s. Or name another one: --%s FOLDER",
        what, places[0], places[1], chapter, chapter, chapter, flag);
}

void teachers_open(struct teachers *t, const char *model, const char *reward) {
    static const char *const models[2] = {"build/lab/16-sft/model", "build/demo/16-sft/model"};
    static const char *const judges[2] = {"build/lab/18-reward/model", "build/demo/18-reward/model"};
    struct codec codec = {0};
    *t = (struct teachers){0};
    // in the order in which they are made: what is missing first is said first
    stage_open(&t->reference, &t->codec, find(model, models, "answers", "16", "model"), "make demo-16");
    reward_open(&t->judge, &codec, find(reward, judges, "judges", "18", "reward"), "make demo-18");
    codec_free(&codec);
    gpt_reserve(&t->reference, ROLLOUT_AT_ONCE, PAIR_T, false);
}

void teachers_quick(struct teachers *t, uint64_t seed) {
    struct rng r;
    *t = (struct teachers){0};
    corpus_micro_world(&t->corpus, 20000, 64, false, seed);
    tiny_model(&t->reference, &t->codec, &t->corpus, seed);
    rng_seed(&r, seed, STREAM_JUDGE);
    reward_init(&t->judge, &t->reference.config, t->reference.params, &r);
    gpt_reserve(&t->reference, ROLLOUT_AT_ONCE, PAIR_T, false);
}

void teachers_free(struct teachers *t) {
    const bool quick = t->corpus.V > 0;
    gpt_free(&t->reference);
    reward_free(&t->judge);
    if (quick) corpus_free(&t->corpus);
    else codec_free(&t->codec);
    *t = (struct teachers){0};
}

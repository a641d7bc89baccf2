// Chapter 19's program: learning from what was said. Every part of the text, or one of them with --only.
#include <string.h>

#include "19-ppo/policy.h"

static const char *const parts[] = {"all", "bandit", "grid", "ppo", "free", "adaptive", "talk"};

static void check_part(const char *only) {
    for (int i = 0; i < COUNT(parts); i++)
        if (strcmp(only, parts[i]) == 0) return;
    fprintf(stderr, "the parts are:");
    for (int i = 0; i < COUNT(parts); i++) fprintf(stderr, " %s", parts[i]);
    fprintf(stderr, "\n");
    die_usage("--only %s: there is no such part", only);
}

static bool wanted(const char *only, const char *name) {
    return strcmp(only, "all") == 0 || strcmp(only, name) == 0;
}

static void run_stage(struct teachers *t, const struct ppo_training *how) {
    struct policy p;
    ppo_stage(&p, t, how);
    policy_free(&p);
}

int main(int argc, char **argv) {
    const char *out = "build/demo/19-ppo", *only = "all", *model = "", *reward = "";
    int seed = 1, iterations = 0;
    bool quick = false;
    struct flag flags[] = {
        flag_string("out", &out, "folder for the CSV files and the model"),
        flag_string("model", &model, "the model to begin with: a Hugging Face folder (chapter 16's)"),
        flag_string("reward", &reward, "the model that judges: a Hugging Face folder (chapter 18's)"),
        flag_string("only", &only, "one part: bandit, grid, ppo, free, adaptive or talk"),
        flag_int("iterations", &iterations, 0, 1000000, "of the language model's parts; 0: as many as the text says"),
        flag_int("seed", &seed, 0, 1 << 30, "for everything that is drawn"),
        flag_switch("quick", &quick, "a tiny model and a little of everything: only to see that it runs"),
    };
    flags_parse(argc, argv, "Learns from rewards: in a bandit, in a small world, and in a language model.", NULL, flags,
                COUNT(flags));
    check_part(only);
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);

    struct teachers t = {0};
    struct ppo_training how = quick ? ppo_training_quick() : ppo_training_defaults();
    how.out = out;
    how.seed = (uint64_t)seed;
    how.checkpoint_every = 0;
    if (iterations > 0) how.iterations = iterations;
    const bool speaks = !(strcmp(only, "bandit") == 0 || strcmp(only, "grid") == 0),
               tiny = quick && !*model && !*reward;
    if (speaks && tiny) teachers_quick(&t, how.seed);
    else if (speaks) teachers_open(&t, model, reward);
    const struct ppo_show s = {out, quick, how.seed, speaks ? &t : NULL, &how};
    if (wanted(only, "bandit")) show_bandit(&s);
    if (wanted(only, "grid")) show_grid(&s);
    if (wanted(only, "ppo") || (speaks && tiny)) run_stage(&t, &how);
    if (wanted(only, "talk")) show_talk(&s);
    if (wanted(only, "free")) show_free(&s);
    if (wanted(only, "adaptive")) show_adaptive(&s);
    if (speaks) teachers_free(&t);
    return 0;
}

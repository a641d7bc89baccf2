// Chapter 20's program: what people prefer, without a reward model and without a critic. Every part of the text, or
// one of them with --only.
#include <string.h>

#include "20-dpo/alignment.h"

static const struct {
    const char *name;
    void (*show)(const struct dpo_show *s);
} parts[] = {{"dpo", show_dpo},   {"far", show_far}, {"own", show_own},    {"ipo", show_ipo},
             {"grpo", show_grpo}, {"kl", show_kl},   {"table", show_table}};

static bool wanted(const char *only, const char *name) {
    return strcmp(only, "all") == 0 || strcmp(only, name) == 0;
}

static void check_part(const char *only) {
    for (int i = 0; i < COUNT(parts); i++)
        if (wanted(only, parts[i].name)) return;
    fprintf(stderr, "the parts are: all");
    for (int i = 0; i < COUNT(parts); i++) fprintf(stderr, " %s", parts[i].name);
    fprintf(stderr, "\n");
    die_usage("--only %s: there is no such part", only);
}

int main(int argc, char **argv) {
    const char *only = "all", *model = "", *reward = "";
    int seed = 1;
    struct teachers t;
    struct dpo_show s = {.out = "build/demo/20-dpo", .ppo = "", .teachers = &t};
    struct flag flags[] = {
        flag_string("out", &s.out, "folder for the CSV files and the models"),
        flag_string("model", &model, "the model to begin with: a Hugging Face folder (chapter 16's)"),
        flag_string("reward", &reward, "the model that judges: a Hugging Face folder (chapter 18's)"),
        flag_string("ppo", &s.ppo, "the model to compare with: a Hugging Face folder (chapter 19's)"),
        flag_string("only", &only, "one part: dpo, far, own, ipo, grpo, kl or table"),
        flag_int("steps", &s.steps, 0, 1000000, "of every training; 0: as many as the text says"),
        flag_int("seed", &seed, 0, 1 << 30, "for everything that is drawn"),
        flag_switch("quick", &s.quick, "a tiny model and a little of everything: only to see that it runs"),
    };
    flags_parse(argc, argv, "Learns from pairs, and from groups of answers.", NULL, flags, COUNT(flags));
    check_part(only);
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    s.seed = (uint64_t)seed;
    if (s.quick && !*model && !*reward) teachers_quick(&t, s.seed);
    else teachers_open(&t, model, reward);
    const struct alignment how = show_how(&s, METHOD_DPO);
    if (strcmp(only, "kl") != 0) s.before = alignment_reference(&t, &how);
    for (int i = 0; i < COUNT(parts); i++)
        if (wanted(only, parts[i].name)) parts[i].show(&s);
    teachers_free(&t);
    return 0;
}

// Chapter 18's program: a model of what people prefer. The stage itself, then every part of the text, or one of them
// with --only.
#include <string.h>

#include "15-inference/tiny_model.h"
#include "18-reward/reward_model.h"

static const char *const parts[] = {"all", "reward", "pairs", "scores", "calibration", "near", "bleu"};

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

// The reward model that an earlier run left in out.
static void open_trained(struct reward_model *m, const char *out) {
    char folder[4096];
    struct codec codec = {0};
    snprintf(folder, sizeof folder, "%s/model", out);
    reward_open(m, &codec, folder, "make demo-18, or, with your own code, make lab-18");
    codec_free(&codec);
}

int main(int argc, char **argv) {
    const char *out = "build/demo/18-reward", *only = "all", *model = "";
    int seed = 1, steps = 0;
    bool quick = false;
    struct flag flags[] = {
        flag_string("out", &out, "folder for the CSV files and the model"),
        flag_string("model", &model, "the model to begin with: a Hugging Face folder (chapter 16's)"),
        flag_string("only", &only, "one part: reward, pairs, scores, calibration, near or bleu"),
        flag_int("steps", &steps, 0, 1000000, "of the stage; 0: as many as the text says"),
        flag_int("seed", &seed, 0, 1 << 30, "for everything that is drawn"),
        flag_switch("quick", &quick, "a tiny model and a little of everything: only to see that it runs"),
    };
    flags_parse(argc, argv, "Trains a model of what people prefer on the model that chapter 16 taught to answer.", NULL,
                flags, COUNT(flags));
    check_part(only);
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);

    struct corpus corpus = {0};
    struct gpt tuned;
    struct codec codec = {0};
    struct reward_model m;
    const bool tiny = quick && !*model;
    struct reward_training how = quick ? reward_training_quick() : reward_training_defaults();
    how.out = out;
    how.seed = (uint64_t)seed;
    how.checkpoint_every = 0;
    if (steps > 0) how.steps = steps;
    if (tiny) {
        corpus_micro_world(&corpus, 20000, 64, false, how.seed);
        tiny_model(&tuned, &codec, &corpus, how.seed);
    } else {
        stage_open(&tuned, &codec, reward_find(model), "make demo-16");
    }
    stage_check_out(out);
    if (wanted(only, "reward") || tiny) reward_stage(&m, &tuned.config, tuned.params, &codec, &how);
    else open_trained(&m, out);
    const struct reward_show s = {out, quick, how.seed, &tuned.config, tuned.params, &m, &how};
    if (wanted(only, "pairs")) show_pairs(&s);
    if (wanted(only, "scores")) show_scores(&s);
    if (wanted(only, "calibration")) show_calibration(&s);
    if (wanted(only, "near")) show_near(&s);
    if (wanted(only, "bleu")) show_bleu(&s);
    reward_free(&m);
    gpt_free(&tuned);
    if (tiny) corpus_free(&corpus);
    else codec_free(&codec);
    return 0;
}

// Chapter 17's program: the model of chapter 14 learns to answer, and hardly any of its numbers move. Every part of the
// text, or one of them with --only.
#include <string.h>

#include "15-inference/model_file.h"
#include "15-inference/tiny_model.h"
#include "17-lora/show.h"

static const char *const parts[] = {"all", "rank", "methods", "nf4", "merge"};

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

// Half of chapter 16's batches: this program trains more than a dozen times.
static struct tuning small_batches(const struct gpt_config *c, bool quick) {
    struct tuning how = quick ? tuning_quick(c) : tuning_defaults(c);
    how.checkpoint_every = 0;
    how.label = "all weights";
    if (quick) return how;
    how.steps = 1800;
    how.batch = 16;
    how.old_rows = 4;
    how.questions = 700;
    return how;
}

int main(int argc, char **argv) {
    const char *out = "build/demo/17-lora", *only = "all", *model = "";
    int seed = 1, steps = 0;
    bool quick = false;
    struct flag flags[] = {
        flag_string("out", &out, "folder for the CSV files"),
        flag_string("model", &model, "the model to begin with: a Hugging Face folder (chapter 14's)"),
        flag_string("only", &only, "one part: rank, methods, nf4 or merge"),
        flag_int("steps", &steps, 0, 1000000, "of each training; 0: as many as the text says"),
        flag_int("seed", &seed, 0, 1 << 30, "for everything that is drawn"),
        flag_switch("quick", &quick, "a tiny model and a little of everything: only to see that it runs"),
    };
    flags_parse(argc, argv, "Teaches the model that chapter 14 trained to answer, with few of its numbers or none.",
                NULL, flags, COUNT(flags));
    check_part(only);
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);

    struct corpus corpus;
    struct gpt pretrained, tuned = {0};
    struct codec codec = {0};
    const bool tiny = quick && !*model;
    corpus_micro_world(&corpus, quick ? 20000 : OLD_TOKENS, 64, false, (uint64_t)seed);
    if (tiny) tiny_model(&pretrained, &codec, &corpus, (uint64_t)seed);
    else stage_open(&pretrained, &codec, model = model_find(model), "make demo-14");
    struct tuning how = small_batches(&pretrained.config, quick);
    how.seed = (uint64_t)seed;
    if (steps > 0) how.steps = steps;
    struct lora_show s = {.out = out,
                          .quick = quick,
                          .seed = (uint64_t)seed,
                          .config = &pretrained.config,
                          .pretrained = pretrained.params,
                          .old = &corpus,
                          .how = &how,
                          .codec = &codec,
                          .base = tiny ? "none" : model};
    struct tuning_result full;
    if (wanted(only, "rank") || wanted(only, "methods")) {
        stage_copy(&tuned, &pretrained.config, pretrained.params);
        full = tuning_run(&tuned, &how, &corpus);
        s.tuned = tuned.params;
        s.full = &full;
    }
    if (wanted(only, "rank")) show_rank(&s);
    if (wanted(only, "methods")) show_methods(&s);
    if (wanted(only, "nf4")) show_nf4(&s);
    if (wanted(only, "merge")) show_merge(&s);
    gpt_free(&pretrained);
    gpt_free(&tuned);
    if (!tiny) codec_free(&codec);
    corpus_free(&corpus);
    return 0;
}

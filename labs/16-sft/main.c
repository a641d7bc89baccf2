// Chapter 16's program: chapter 14's model learns to answer. The stage itself, then every part of the text, or one of
// them with --only.
#include <string.h>

#include "15-inference/model_file.h"
#include "15-inference/tiny_model.h"
#include "16-sft/tuning.h"

static const char *const parts[] = {"all", "sft", "template", "transfer", "layers", "forgetting"};

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

// The stage: m, chapter 14's model, becomes one that answers; a copy of its weights is kept.
static void run_stage(struct gpt *m, const struct codec *codec, const struct tuning *how, const struct corpus *old) {
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/model", how->out);
    const struct tuning_result result = tuning_run(m, how, old);
    report_tuning(how, &result);
    stage_save(folder, m, codec);
    printf("model   saved in %s, as transformers reads it\n", folder);
}

static void open_tuned(struct gpt *m, const struct gpt *pretrained, const char *out) {
    char folder[4096];
    struct codec codec = {0};
    snprintf(folder, sizeof folder, "%s/model", out);
    stage_open(m, &codec, folder, "make demo-16, or, with your own code, make lab-16");
    codec_free(&codec);
    if (m->parameters != pretrained->parameters)
        die("the model in %s has %zu parameters, chapter 14's %zu: it was made from another one. First run: make "
            "demo-16",
            folder, m->parameters, pretrained->parameters);
}

int main(int argc, char **argv) {
    const char *out = "build/demo/16-sft", *only = "all", *model = "";
    int seed = 1, steps = 0, batch = 0;
    float lr = 0;
    bool quick = false;
    struct flag flags[] = {
        flag_string("out", &out, "folder for the CSV files and the model"),
        flag_string("model", &model, "the model to begin with: a Hugging Face folder (chapter 14's)"),
        flag_string("only", &only, "one part: sft, template, transfer, layers or forgetting"),
        flag_int("steps", &steps, 0, 1000000, "of the stage; 0: as many as the text says"),
        flag_int("batch", &batch, 0, 4096, "demonstrations of a step; 0: as the text says"),
        flag_float("lr", &lr, 0, 100, "highest learning rate; 0: as the text says"),
        flag_int("seed", &seed, 0, 1 << 30, "for everything that is drawn"),
        flag_switch("quick", &quick, "a tiny model and a little of everything: only to see that it runs"),
    };
    flags_parse(argc, argv, "Teaches the model that chapter 14 trained to answer, and watches what it forgets.", NULL,
                flags, COUNT(flags));
    check_part(only);
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);

    struct corpus corpus;
    struct gpt pretrained, tuned;
    struct codec codec = {0};
    const bool tiny = quick && !*model;
    corpus_micro_world(&corpus, quick ? 20000 : OLD_TOKENS, 64, false, (uint64_t)seed);
    if (tiny) tiny_model(&pretrained, &codec, &corpus, (uint64_t)seed);
    else stage_open(&pretrained, &codec, model_find(model), "make demo-14");
    struct tuning how = quick ? tuning_quick(&pretrained.config) : tuning_defaults(&pretrained.config);
    how.out = out;
    how.seed = (uint64_t)seed;
    how.checkpoint_every = 0;
    if (steps > 0) how.steps = steps;
    if (batch > 0) how.batch = batch;
    if (lr > 0) how.lr = lr;
    stage_check_out(out);
    if (wanted(only, "sft") || tiny) {
        stage_copy(&tuned, &pretrained.config, pretrained.params);
        run_stage(&tuned, &codec, &how, &corpus);
    } else {
        open_tuned(&tuned, &pretrained, out);
    }
    const struct show s = {out,     quick, (uint64_t)seed, &pretrained.config, pretrained.params, tuned.params,
                           &corpus, &how};
    if (wanted(only, "template")) show_template(&s);
    if (wanted(only, "transfer")) show_transfer(&s);
    if (wanted(only, "layers")) show_layers(&s);
    if (wanted(only, "forgetting")) show_forgetting(&s);
    gpt_free(&pretrained);
    gpt_free(&tuned);
    if (!tiny) codec_free(&codec);
    corpus_free(&corpus);
    return 0;
}
